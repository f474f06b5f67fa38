// reduce.cpp: objects that say themselves how they are made again (__reduce_ex__, copyreg, reducer_override), and those found by
// name: classes and functions. Invariant: what user code answers is checked before it is used. Ref: PEP 307; library/copyreg.
#include "modules/pickle/save.hpp"
#include "object/exception.hpp"

namespace hog::pickle {

extern const NativeMethod kPersistentIdMethod[];

namespace {

FormatArgument full_name(Thread& t, Value v) {
  Fallible<Str*> name = full_type_name(t, type_of(v));
  if (!name.failed()) return FormatArgument(name.get());
  if (!t.terminated()) static_cast<void>(t.take_exception());
  return FormatArgument(type_of(v));
}

Fallible<Value> attribute_py(Thread& t, Value v, const char* name) {
  return find_attribute_py(t, v, TRY(Str::intern_utf8(t, name)));
}

}  // namespace

Fallible<Value> Save::run(Value object) {
  Value method = TRY(attribute_py(t, Value(self), "persistent_id"));
  if (!method.is_absent() && !is_native(method, kPersistentIdMethod)) persistent_id_ = method;
  Value override_method = TRY(attribute_py(t, Value(self), "reducer_override"));
  if (!override_method.is_absent()) override_ = override_method;
  if (protocol_ >= 2) TRY(op_int(kProto, static_cast<uint64_t>(protocol_), 1));
  framing_ = protocol_ >= 4;
  TRY(save(object));
  TRY(op(kStop));
  end_frame();
  if (to_bytes_) return Value(TRY(out_.finish()));
  TRY(flush_py());
  return Value::none();
}

Fallible<void> Save::save_by_reduction(Value v) {
  Value reduced = Value::not_implemented();
  if (!override_.is_empty()) reduced = TRY(call_py(t, override_, v));
  if (reduced.is_not_implemented()) {
    if (type_of(v) == core.type) return save_type(v);
    if (type_of(v) == core.function) return save_global(v, Value::none());
    if (dispatch_table_.is_empty()) {
      dispatch_table_ = self->dispatch_table_.get();
      if (dispatch_table_.is_empty()) dispatch_table_ = TRY(module_attribute_py(t, "copyreg", "dispatch_table"));
    }
    Value table = dispatch_table_;
    Value reducer = Value::absent();
    if (is_exactly(table, shapes.dict)) {
      reducer = TRY(as<Dict>(table)->get_py(t, Value(type_of(v))));
    } else {
      Fallible<Value> found = get_item_py(t, table, Value(type_of(v)));
      if (!found.failed()) reducer = found.get();
      else if (!clear_exception_if(t, core.KeyError)) return Failure{};
    }
    if (!reducer.is_absent()) {
      reduced = TRY(call_py(t, reducer, v));
    } else if (is_instance(v, core.type)) {
      return save_global(v, Value::none());
    } else if (TRY(is_plain_py(v))) {
      Tuple* state = TRY(plain_state(v));
      if (save_plain(v, state).failed()) return add_note_py(t, "when serializing", v, " object");
      return {};
    } else {
      reducer = TRY(find_attribute_py(t, v, names.dunder_reduce_ex));
      if (!reducer.is_absent()) {
        reduced = TRY(call_py(t, reducer, Value::from_small_int(protocol_)));
      } else {
        reducer = TRY(find_attribute_py(t, v, names.dunder_reduce));
        if (reducer.is_absent()) return t.raise(pickling_error_type, "Can't pickle {} object", full_name(t, v));
        reduced = TRY(call_py(t, reducer));
      }
    }
  }
  if (is<Str>(reduced)) return save_global(v, reduced);
  if (save_reduced(v, reduced).failed()) return add_note_py(t, "when serializing", v, " object");
  return {};
}

// OPTIMIZATION: instances of which object.__reduce_ex__ would say: copyreg.__newobj__, the class, and a dict of attributes that is
// none yet. Is this one, with nothing of its class's own in between?
Fallible<bool> Save::is_plain_py(Value v) {
  constexpr uint32_t kMostAttributes = 32;
  if (!v.is_cell() || protocol_ < 2 || !persistent_id_.is_empty()) return false;
  Shape* shape = v.cell()->shape();
  if (shape == plain_shape_ && shape->stamp() == plain_stamp_) [[likely]] return plain_slots_->length() == 0;
  Type* type = shape->type();
  if (shape->is_dictionary_mode() || shape->attributes_offset() == 0 || shape->slot_count() > kMostAttributes) return false;
  if (!type->is_heap_type() || !type->has(type_flag::kGenericGetAttribute) || type_of(Value(type)) != core.type) return false;
  if (type->instance_layout() != core.object->instance_layout() || type->member_count_ != 0 || type->slots().new_ == nullptr)
    return false;
  for (Str* name : {names.dunder_reduce_ex, names.dunder_reduce, names.dunder_getstate, names.dunder_class}) {
    if (type->lookup(t, name) != core.object->dict()->get_name_nogc(name) || shape->find(name) >= 0) return false;
  }
  for (Str* name : {names.dunder_getnewargs_ex, names.dunder_getnewargs})
    if (!type->lookup(t, name).is_absent() || shape->find(name) >= 0) return false;
  Value dict = type->lookup(t, names.dunder_dict);
  if (!is<GetSetDescriptor>(dict) || !type->is_subtype_of(as<GetSetDescriptor>(dict)->owner_)) return false;
  // copyreg puts it there at the first instance.
  Value slots = type->dict()->get_name_nogc(names.dunder_slotnames);
  if (!is<List>(slots) || as<List>(slots)->length() != 0) return false;
  Value constructor = TRY(module_attribute_py(t, "copyreg", "__newobj__"));
  Value name = TRY(find_attribute_py(t, constructor, names.dunder_name));
  if (!is<Str>(name) || !as<Str>(name)->equals_ascii("__newobj__") || v.cell()->shape() != shape) return false;
  plain_shape_ = shape;
  plain_stamp_ = shape->stamp();
  plain_slots_ = as<List>(slots);
  return true;
}

// The attributes' values, in the order of the shape's names.
Fallible<Tuple*> Save::plain_state(Value v) {
  uint32_t count = v.cell()->shape()->slot_count();
  if (count == 0) return empty_tuple();
  Tuple* values = TRY(Tuple::make(t, count));
  for (uint32_t i = 0; i < count; ++i) values->initialize(i, own_attribute_nogc(v, v.cell()->shape()->name_at(i)));
  return values;
}

// As save_reduction would, without the tuples, the dict and the look-ups.
Fallible<void> Save::save_plain(Value v, Tuple* state) {
  Shape* shape = v.cell()->shape();
  TRY(save_part(Value(shape->type()), v, " class"));
  TRY(save_part(Value(empty_tuple()), v, " __new__ arguments"));
  TRY(op(kNewObj));
  int64_t index = self->memo_.find_nogc(v);
  if (index >= 0) {
    TRY(op(kPop));
    TRY(get(index));
  } else {
    TRY(memoize(v));
  }
  size_t count = state->length();
  if (count == 0) return {};
  TRY(boundary_py());
  TRY(op(kEmptyDict));
  TRY(memoize(Value(state)));  // nobody else has it, so it stands for the dict that nobody has
  if (count > 1) TRY(op(kMark));
  for (size_t i = 0; i < count; ++i)
    if (pair_of(Value(), Value(shape->name_at(static_cast<uint32_t>(i))), state->at(i)).failed())
      return add_note_py(t, "when serializing", v, " state");
  TRY(op(count > 1 ? kSetItems : kSetItem));
  return op(kBuild);
}

Fallible<void> Save::save_reduced(Value v, Value reduced) {
  if (!is<Tuple>(reduced))
    return t.raise(pickling_error_type, "__reduce__ must return a string or tuple, not {}", full_name(t, reduced));
  auto* parts = as<Tuple>(reduced);
  if (parts->length() < 2 || parts->length() > 6)
    return t.raise(pickling_error_type, "tuple returned by __reduce__ must contain 2 through 6 elements");
  Reduction r{parts->at(0), parts->at(1)};
  if (parts->length() > 2) r.state = parts->at(2);
  if (parts->length() > 3) r.list_items = parts->at(3);
  if (parts->length() > 4) r.dict_items = parts->at(4);
  if (parts->length() > 5) r.state_setter = parts->at(5);
  return save_reduction(r, v);
}

Fallible<void> Save::save_part(Value part, Value object, const char* what) {
  if (!save(part).failed()) return {};
  return add_note_py(t, "when serializing", object, what);
}

Fallible<void> Save::check_class(Value cls, Value object, const char* name) {
  Value maker = TRY(find_attribute_py(t, cls, names.dunder_new));
  if (maker.is_absent()) return t.raise(pickling_error_type, "first argument to {}() has no __new__", name);
  Value own = TRY(get_attribute_py(t, object, names.dunder_class));
  if (!(own == cls))
    return t.raise(pickling_error_type, "first argument to {}() must be {}, not {}", name, repr_of(own), repr_of(cls));
  return {};
}

Fallible<void> Save::save_new_object(const Reduction& r, Value object) {
  auto* arguments = as<Tuple>(r.arguments);
  if (arguments->length() < 1)
    return t.raise(pickling_error_type, "__newobj__ expected at least 1 argument, got 0");
  Value cls = arguments->at(0);
  TRY(check_class(cls, object, "__newobj__"));
  TRY(save_part(cls, object, " class"));
  Tuple* rest = arguments->length() == 1 ? empty_tuple() : TRY(Tuple::from(t, arguments->data() + 1, arguments->length() - 1));
  TRY(save_part(Value(rest), object, " __new__ arguments"));
  return op(kNewObj);
}

Fallible<void> Save::save_new_object_with_keywords(const Reduction& r, Value object) {
  auto* parts = as<Tuple>(r.arguments);
  if (parts->length() != 3)
    return t.raise(pickling_error_type, "__newobj_ex__ expected 3 arguments, got {}", parts->length());
  Value cls = parts->at(0), arguments = parts->at(1), keywords = parts->at(2);
  TRY(check_class(cls, object, "__newobj_ex__"));
  if (!is<Tuple>(arguments))
    return t.raise(pickling_error_type, "second argument to __newobj_ex__() must be a tuple, not {}", full_name(t, arguments));
  if (!is<Dict>(keywords))
    return t.raise(pickling_error_type, "third argument to __newobj_ex__() must be a dict, not {}", full_name(t, keywords));
  if (protocol_ >= 4) {
    TRY(save_part(cls, object, " class"));
    TRY(save_part(arguments, object, " __new__ arguments"));
    TRY(save_part(keywords, object, " __new__ arguments"));
    return op(kNewObjEx);
  }
  // partial(cls.__new__, cls, *args, **kwargs)()
  Value maker = TRY(get_attribute_py(t, cls, names.dunder_new));
  Value partial = TRY(module_attribute_py(t, "functools", "partial"));
  auto* given = as<Tuple>(arguments);
  Tuple* all = TRY(Tuple::make(t, given->length() + 2));
  all->initialize(0, maker);
  all->initialize(1, cls);
  for (size_t i = 0; i < given->length(); ++i) all->initialize(i + 2, given->at(i));
  Value function = TRY(call_with_dict_py(t, partial, all, as<Dict>(keywords)));
  TRY(save_part(function, object, " reconstructor"));
  TRY(save(Value(empty_tuple())));
  return op(kReduce);
}

Fallible<void> Save::save_reduction(const Reduction& r, Value object) {
  if (!is_callable(r.function))
    return t.raise(pickling_error_type, "first item of the tuple returned by __reduce__ must be callable, not {}",
                   full_name(t, r.function));
  if (!is<Tuple>(r.arguments))
    return t.raise(pickling_error_type, "second item of the tuple returned by __reduce__ must be a tuple, not {}",
                   full_name(t, r.arguments));
  if (!r.list_items.is_none() && type_of(r.list_items)->slots().next == nullptr)
    return t.raise(pickling_error_type, "fourth item of the tuple returned by __reduce__ must be an iterator, not {}",
                   full_name(t, r.list_items));
  if (!r.dict_items.is_none() && type_of(r.dict_items)->slots().next == nullptr)
    return t.raise(pickling_error_type, "fifth item of the tuple returned by __reduce__ must be an iterator, not {}",
                   full_name(t, r.dict_items));
  if (!r.state_setter.is_none() && !is_callable(r.state_setter))
    return t.raise(pickling_error_type, "sixth item of the tuple returned by __reduce__ must be callable, not {}",
                   full_name(t, r.state_setter));
  Value name = protocol_ >= 2 ? TRY(find_attribute_py(t, r.function, names.dunder_name)) : Value::absent();
  if (is<Str>(name) && as<Str>(name)->equals_ascii("__newobj__")) {
    TRY(save_new_object(r, object));
  } else if (is<Str>(name) && as<Str>(name)->equals_ascii("__newobj_ex__")) {
    TRY(save_new_object_with_keywords(r, object));
  } else {
    TRY(save_part(r.function, object, " reconstructor"));
    TRY(save_part(r.arguments, object, " reconstructor arguments"));
    TRY(op(kReduce));
  }
  int64_t index = self->memo_.find_nogc(object);
  if (index >= 0) {  // it was pickled as a part of its own arguments
    TRY(op(kPop));
    TRY(get(index));
  } else {
    TRY(memoize(object));
  }
  if (!r.list_items.is_none()) TRY(append_all(object, r.list_items));
  if (!r.dict_items.is_none()) TRY(set_all(object, r.dict_items));
  if (r.state.is_none()) return {};
  if (r.state_setter.is_none()) {
    TRY(save_part(r.state, object, " state"));
    return op(kBuild);
  }
  TRY(save_part(r.state_setter, object, " state setter"));
  TRY(save(object));
  TRY(save_part(r.state, object, " state"));
  TRY(op(kTuple2));
  TRY(op(kReduce));
  return op(kPop);
}

// ---- By name. ----

Fallible<void> Save::save_type(Value v) {
  Value instance = Value::absent();
  if (v == Value(type_of(Value::none()))) instance = Value::none();
  else if (v == Value(type_of(Value::ellipsis()))) instance = Value::ellipsis();
  else if (v == Value(type_of(Value::not_implemented()))) instance = Value::not_implemented();
  if (instance.is_absent()) return save_global(v, Value::none());
  return save_reduction({Value(core.type), Value(TRY(Tuple::of(t, instance)))}, v);
}

// The module where the object is found under its dotted name.
Fallible<Value> Save::module_of_py(Value v, Str* name) {
  Fallible<Value> module_name = find_attribute_py(t, v, names.dunder_module);
  if (module_name.failed()) return Failure{};
  if (is<Str>(module_name.get()) && t.isolate().modules != nullptr && name->is_ascii()) {
    // OPTIMIZATION: where it says it is, as a plain name.
    Value module = TRY(t.isolate().modules->get_py(t, module_name.get()));
    bool dotted = name->ascii().find('.') != std::string_view::npos;
    if (!module.is_absent() && is<Module>(module) && !dotted) {
      Str* interned = TRY(Str::intern(t, name));
      Value found = as<Module>(module)->dict()->get_name_nogc(interned);
      if (found == v) return module_name.get();
    }
  }
  Value which = TRY(module_attribute_py(t, "pickle", "whichmodule"));
  Value module = TRY(call_py(t, which, v, Value(name)));
  if (!is<Str>(module)) return t.raise(pickling_error_type, "whichmodule() must return a string, not {}", full_name(t, module));
  return module;
}

Fallible<bool> Save::save_extension(Value module, Value name) {
  Value registry = TRY(module_attribute_py(t, "copyreg", "_extension_registry"));
  if (!is<Dict>(registry) || as<Dict>(registry)->length() == 0) return false;
  Value code = TRY(as<Dict>(registry)->get_py(t, Value(TRY(Tuple::of(t, module, name)))));
  if (code.is_absent()) return false;
  if (!is_int(code))
    return t.raise(pickling_error_type, "Can't pickle {}: extension code {} isn't an integer", repr_of(name), repr_of(code));
  Int64Result n = int_to_int64_nogc(code);
  if (n.overflow != 0 || n.value <= 0 || n.value > INT32_MAX) {
    if (n.overflow == 0 && n.value == 0) return t.raise(core.RuntimeError, "extension code 0 is out of range");
    return t.raise(core.RuntimeError, "extension code {} is out of range", repr_of(code));
  }
  auto bits = static_cast<uint64_t>(n.value);
  if (bits <= 0xFF) TRY(op_int(kExt1, bits, 1));
  else if (bits <= 0xFFFF) TRY(op_int(kExt2, bits, 2));
  else TRY(op_int(kExt4, bits, 4));
  return true;
}

Failure Save::raise_not_encodable(const char* kind, Value text) {
  if (t.terminated() || !t.exception_is(core.UnicodeEncodeError)) return Failure{};
  Value cause = t.take_exception();
  static_cast<void>(t.raise(pickling_error_type, "can't pickle {} identifier {} using pickle protocol {}", kind, repr_of(text),
                            protocol_));
  if (t.has_exception() && is<BaseException>(t.exception())) {
    auto* exception = as<BaseException>(t.exception());
    exception->context_.set(exception, cause);
  }
  return Failure{};
}

// GLOBAL: module and name, a line each; the names of Python 2 where asked for.
Fallible<void> Save::save_by_name(Value module, Str* name) {
  Value shown(name);
  if (protocol_ < 3 && self->fix_imports_) {
    Value by_name = TRY(module_attribute_py(t, "_compat_pickle", "REVERSE_NAME_MAPPING"));
    Value by_module = TRY(module_attribute_py(t, "_compat_pickle", "REVERSE_IMPORT_MAPPING"));
    if (!is<Dict>(by_name) || !is<Dict>(by_module)) return t.raise(core.RuntimeError, "_compat_pickle's tables must be dicts");
    Value found = TRY(as<Dict>(by_name)->get_py(t, Value(TRY(Tuple::of(t, module, shown)))));
    if (is<Tuple>(found) && as<Tuple>(found)->length() == 2) {
      module = as<Tuple>(found)->at(0);
      shown = as<Tuple>(found)->at(1);
    } else {
      found = TRY(as<Dict>(by_module)->get_py(t, module));
      if (!found.is_absent()) module = found;
    }
    if (!is<Str>(module) || !is<Str>(shown)) return t.raise(core.RuntimeError, "_compat_pickle's entries must be strings");
  }
  const Value lines[] = {module, shown};
  const char* const kinds[] = {"module", "global"};
  TRY(op(kGlobal));
  for (int i = 0; i < 2; ++i) {
    Str* text = as<Str>(lines[i]);
    if (text->is_ascii()) {
      TRY(ascii(text->ascii()));
    } else {
      Str* codec = TRY(Str::intern_utf8(t, protocol_ < 3 ? "ascii" : "utf-8"));
      Fallible<Value> encoded = call_method_py(t, lines[i], names.encode, Value(codec));
      if (encoded.failed()) return raise_not_encodable(kinds[i], lines[i]);
      if (is<Bytes>(encoded.get())) TRY(ascii(as<Bytes>(encoded.get())->view()));
    }
    TRY(ascii("\n"));
  }
  return {};
}

// getattr(getattr(module.a, 'b'), 'c'), for protocols without STACK_GLOBAL.
Fallible<void> Save::save_dotted(Value module, Str* name) {
  Value parts = TRY(call_method_py(t, Value(name), TRY(Str::intern_utf8(t, "split")), Value(latin1_characters['.'])));
  if (!is<List>(parts)) return t.raise_type_error("split() must return a list");
  auto* list = as<List>(parts);
  size_t n = list->length();
  Value getattr = TRY(builtin_by_name_py(t, "getattr"));
  for (size_t i = 1; i < n; ++i) {
    TRY(save(getattr));
    if (protocol_ < 2) TRY(op(kMark));
  }
  TRY(save_by_name(module, as<Str>(list->at(0))));
  for (size_t i = 1; i < n && i < list->length(); ++i) {
    TRY(save(list->at(i)));
    TRY(op(protocol_ < 2 ? kTuple : kTuple2));
    TRY(op(kReduce));
  }
  return {};
}

Fallible<void> Save::save_global(Value v, Value name) {
  if (name.is_none()) {
    name = TRY(find_attribute_py(t, v, names.dunder_qualname));
    if (name.is_absent() || name.is_none()) name = TRY(get_attribute_py(t, v, names.dunder_name));
  }
  if (!is<Str>(name)) return t.raise(pickling_error_type, "Can't pickle {}: its name is no string", repr_of(v));
  Value module = TRY(module_of_py(v, as<Str>(name)));
  if (protocol_ >= 2 && TRY(save_extension(module, name))) return {};
  if (protocol_ >= 4) {
    TRY(save(module));
    TRY(save(name));
    TRY(op(kStackGlobal));
  } else {
    bool dotted = false;
    for (size_t i = 0; i < as<Str>(name)->length(); ++i) dotted = dotted || as<Str>(name)->at(i) == '.';
    if (dotted) TRY(save_dotted(module, as<Str>(name)));
    else TRY(save_by_name(module, as<Str>(name)));
  }
  return memoize(v);
}

}  // namespace hog::pickle
