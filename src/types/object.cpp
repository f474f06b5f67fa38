// object.cpp: object, the base of everything: creation, attributes, identity, and the pickling protocol's defaults.
#include "object/class_system.hpp"
#include "object/type_heap.hpp"
#include "object/weak.hpp"

namespace hog {

namespace {

// ---- __dict__ and __weakref__ of instances, as getsets of the class that adds them. ----

// The __dict__ descriptor of the nearest built-in base whose instances have one (a class, a module, an exception): that
// base stays in charge. Null: none.
const GetSet* builtin_dict_getset(Thread& t, Value self) {
  for (Type* base = type_of(self); base != nullptr; base = base->base()) {
    if (base->is_heap_type() || !base->has(type_flag::kHasDict | type_flag::kTypeSubclass)) continue;
    Value descriptor = base->lookup(t, names.dunder_dict);
    return is<GetSetDescriptor>(descriptor) ? as<GetSetDescriptor>(descriptor)->getset_ : nullptr;
  }
  return nullptr;
}

Failure raise_no_dict(Thread& t, Value self) {
  return t.raise_type_error("this __dict__ descriptor does not support '{}' objects", type_of(self)->name());
}

bool has_attributes(Value self) { return self.is_cell() && self.cell()->shape()->attributes_offset() != 0; }

Fallible<Value> get_instance_dict(Thread& t, Value self) {
  if (const GetSet* builtin = builtin_dict_getset(t, self)) return builtin->get(t, self);
  if (!has_attributes(self)) return raise_no_dict(t, self);
  return Value(TRY(instance_dict(t, self.cell())));
}

Fallible<void> replace_dict(Thread& t, Value self, Value value) {
  if (!is<Dict>(value))
    return t.raise_type_error("__dict__ must be set to a dictionary, not a '{}'", type_of(value));
  return set_instance_dict(t, self.cell(), as<Dict>(value));
}

Fallible<void> store_instance_dict(Thread& t, Value self, Value value) {
  if (const GetSet* builtin = builtin_dict_getset(t, self)) {
    if (builtin->set == nullptr) return raise_no_dict(t, self);
    return builtin->set(t, self, value);
  }
  if (!has_attributes(self)) return raise_no_dict(t, self);
  if (value.is_absent()) return set_instance_dict(t, self.cell(), TRY(Dict::make(t)));
  return replace_dict(t, self, value);
}

Fallible<Value> get_builtin_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }
Fallible<void> store_builtin_dict(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("cannot delete __dict__");
  return replace_dict(t, self, value);
}


Fallible<Value> get_instance_weakref(Thread& t, Value self) {
  WeakReference* first = first_weak_reference(t.isolate(), self.cell());
  return first == nullptr ? Value::none() : Value(first);
}

}  // namespace

const GetSet kInstanceDictGetSet = {"__dict__", get_instance_dict, store_instance_dict, "The instance's attributes."};
const GetSet kBuiltinDictGetSet = {"__dict__", get_builtin_dict, store_builtin_dict, nullptr};
const GetSet kInstanceWeakrefGetSet = {"__weakref__", get_instance_weakref, nullptr, "The first weak reference to the object."};

Fallible<Str*> address_text(Thread& t, const void* address) {
  char text[18] = {'0', 'x'};
  size_t length = 2;
  auto bits = reinterpret_cast<uintptr_t>(address);
  for (int shift = 60; shift >= 0; shift -= 4) {
    unsigned digit = (bits >> shift) & 15;
    if (digit == 0 && length == 2 && shift != 0) continue;
    text[length++] = "0123456789abcdef"[digit];
  }
  return Str::from_ascii(t, {text, length});
}

namespace {

bool has_excess(const Arguments& arguments) { return arguments.positional != 0 || arguments.has_keywords(); }

Failure raise_abstract(Thread& t, Type* type) {
  Value methods = TRY(get_attribute_py(t, Value(type), names.dunder_abstractmethods));
  List* sorted = TRY(list_from_iterable_py(t, methods));
  TRY(call_method_py(t, Value(sorted), names.sort));
  StrBuilder text(t);
  for (size_t i = 0; i < sorted->length(); ++i) {
    if (!is<Str>(sorted->at(i))) return t.raise_type_error("sequence item {}: expected str instance, {} found", i, type_of(sorted->at(i)));
    TRY(text.append_ascii(i == 0 ? "'" : ", '"));
    TRY(text.append(as<Str>(sorted->at(i))));
    TRY(text.append_ascii("'"));
  }
  Str* list = TRY(text.finish());
  return t.raise_type_error("Can't instantiate abstract class {} without an implementation for abstract method{} {}", type,
                            sorted->length() == 1 ? "" : "s", list);
}

}  // namespace

Fallible<Value> object_new(Thread& t, Type* type, const Arguments& arguments) {
  if (has_excess(arguments)) {
    if (type->slots().new_ != object_new)
      return t.raise_type_error("object.__new__() takes exactly one argument (the type to instantiate)");
    if (type->slots().init == object_init) return t.raise_type_error("{}() takes no arguments", type->name());
  }
  if (type->has(type_flag::kAbstract)) return raise_abstract(t, type);
  return Value(TRY(new_instance(t, type)));
}

Fallible<void> object_init(Thread& t, Value self, const Arguments& arguments) {
  if (!has_excess(arguments)) return {};
  Type* type = type_of(self);
  if (type->slots().init != object_init)
    return t.raise_type_error("object.__init__() takes exactly one argument (the instance to initialize)");
  if (type->slots().new_ == object_new)
    return t.raise_type_error("{}.__init__() takes exactly one argument (the instance to initialize)", type->name());
  return {};
}

Fallible<Value> object_repr(Thread& t, Value self) {
  Type* type = type_of(self);
  Value module = TRY(type_module(t, type));
  auto address = reinterpret_cast<void*>(self.raw());
  Str* where = TRY(address_text(t, address));
  if (!is<Str>(module) || as<Str>(module)->equals_ascii("builtins"))
    return Value(TRY(t.format("<{} object at {}>", type->name(), where)));
  return Value(TRY(t.format("<{}.{} object at {}>", as<Str>(module), qualname_of(type), where)));
}

Fallible<int64_t> object_hash(Thread&, Value self) {
  uint64_t raw = self.raw();
  auto hash = static_cast<int64_t>((raw >> 4) | (raw << 60));
  return hash == -1 ? int64_t{-2} : hash;
}

Fallible<Value> object_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op == CompareOp::Eq) return self == other ? Value::true_value() : Value::not_implemented();
  if (op != CompareOp::Ne) return Value::not_implemented();
  auto compare = type_of(self)->slots().compare;
  if (compare == nullptr) return self == other ? Value::false_value() : Value::not_implemented();
  Value equal = TRY(compare(t, self, other, CompareOp::Eq));
  if (equal.is_not_implemented()) return equal;
  return Value::from_bool(!TRY(truth_py(t, equal)));
}

namespace {

Fallible<Value> object_str(Thread& t, Value self) { return type_of(self)->slots().repr(t, self); }

// ---- __class__ ----

Fallible<Value> get_class(Thread&, Value self) { return Value(type_of(self)); }

bool class_is_mutable(Value self, const Type* type) {
  return type->is_heap_type() || (self.is_cell() && is<Module>(self));
}

Fallible<void> set_class(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("can't delete __class__ attribute");
  if (t.isolate().audited) TRY(t.audit_py("object.__setattr__", self, Value(names.dunder_class), value));
  Type* type = as_type(value);
  if (type == nullptr)
    return t.raise_type_error("__class__ must be set to a class, not '{}' object", type_of(value));
  Type* old = type_of(self);
  bool modules = old->is_subtype_of(core.module) && type->is_subtype_of(core.module);
  if (!modules && (!old->is_heap_type() || !type->is_heap_type()))
    return t.raise_type_error("__class__ assignment only supported for mutable types or ModuleType subclasses");
  if (!class_is_mutable(self, old) || !layouts_agree(old, type) || !same_members(old, type))
    return t.raise_type_error("__class__ assignment: '{}' object layout differs from '{}'", type, old);
  return move_to_type(t, self.cell(), type);
}

// ---- Pickling. ----

// As sys.modules has it; imported when it is not there.
Fallible<Value> copyreg_py(Thread& t) {
  Str* name = TRY(Str::intern_utf8(t, "copyreg"));
  Value known = t.isolate().modules->get_name_nogc(name);
  if (!known.is_absent() && known.is_cell() && is<Module>(known)) return known;
  return t.isolate().services->import_module(t, name);
}

// Does the attribute of that name come from object, with nothing of the class or the instance before it?
bool is_objects_own(Thread& t, Value self, Str* name) {
  Type* type = type_of(self);
  return type->has(type_flag::kGenericGetAttribute) && type_of(Value(type)) == core.type &&
         type->lookup(t, name) == core.object->dict()->get_name_nogc(name) && own_attribute_nogc(self, name).is_absent();
}

Fallible<Value> copyreg_call(Thread& t, const char* function, const Value* arguments, size_t count) {
  Value module = TRY(copyreg_py(t));
  Str* name = TRY(Str::intern_utf8(t, function));
  return call_method_py(t, module, name, Arguments(arguments, count));
}

// __slotnames__ of the class: a list or None, cached by copyreg on the class.
Fallible<Value> slot_names_py(Thread& t, Type* type) {
  Value known = type->dict()->get_name_nogc(names.dunder_slotnames);
  if (!known.is_absent()) return known;
  const Value arguments[] = {Value(type)};
  Value made = TRY(copyreg_call(t, "_slotnames", arguments, 1));
  if (!made.is_none() && !is<List>(made)) return t.raise_type_error("copyreg._slotnames didn't return a list or None");
  return made;
}

// What object.__getstate__ answers: the dict, None, or (dict or None, slots by name).
Fallible<Value> default_state_py(Thread& t, Value self, bool required) {
  Type* type = type_of(self);
  if (required && type->instance_layout()->item_size != 0)
    return t.raise_type_error("cannot pickle '{}' object", type);
  Value state = Value::none();
  Value dict = TRY(find_attribute_py(t, self, names.dunder_dict));
  if (!dict.is_absent()) {
    state = dict;
    if (is<Dict>(dict)) state = Value(TRY(Dict::copy(t, as<Dict>(dict))));
    if (is<Dict>(state) && as<Dict>(state)->length() == 0) state = Value::none();
  }
  Value slot_names = TRY(slot_names_py(t, type));
  if (required) {
    // C++ fields that neither the dict nor the slots show cannot be copied.
    size_t known = slot_names.is_none() ? 0 : as<List>(slot_names)->length();
    if (type->instance_layout() != core.object->instance_layout() || type->member_count_ > known)
      return t.raise_type_error("cannot pickle '{}' object", type);
  }
  if (slot_names.is_none() || as<List>(slot_names)->length() == 0) return state;
  Dict* slots = TRY(Dict::make(t));
  List* list = as<List>(slot_names);
  for (size_t i = 0; i < list->length(); ++i) {
    Value name = list->at(i);
    if (!is<Str>(name)) continue;
    Value v = TRY(find_attribute_py(t, self, TRY(Str::intern(t, as<Str>(name)))));
    if (!v.is_absent()) TRY(slots->set_py(t, name, v));
  }
  if (slots->length() == 0) return state;
  return Value(TRY(Tuple::of(t, state, Value(slots))));
}

Fallible<Value> state_py(Thread& t, Value self, bool required) {
  if (is_objects_own(t, self, names.dunder_getstate)) return default_state_py(t, self, required);
  Value get_state = TRY(get_attribute_py(t, self, names.dunder_getstate));
  auto* bound = try_as<NativeFunction>(get_state);
  if (bound != nullptr && bound->self_.get() == self && bound->signature_->method->name == std::string_view("__getstate__") &&
      std::string_view(bound->signature_->owner) == "object")
    return default_state_py(t, self, required);
  return call_py(t, get_state);
}

struct NewArguments {
  Value args;    // tuple, or absent
  Value kwargs;  // dict, or absent
};

Fallible<NewArguments> new_arguments_py(Thread& t, Value self) {
  Value method = TRY(find_special_py(t, self, names.dunder_getnewargs_ex));
  if (!method.is_absent()) {
    Value pair = TRY(call_py(t, method));
    if (!is<Tuple>(pair)) return t.raise_type_error("__getnewargs_ex__ should return a tuple, not '{}'", type_of(pair));
    Tuple* tuple = as<Tuple>(pair);
    if (tuple->length() != 2)
      return t.raise_value_error("__getnewargs_ex__ should return a tuple of length 2, not {}", tuple->length());
    if (!is<Tuple>(tuple->at(0)))
      return t.raise_type_error("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                                type_of(tuple->at(0)));
    if (!is<Dict>(tuple->at(1)))
      return t.raise_type_error("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                                type_of(tuple->at(1)));
    return NewArguments{tuple->at(0), tuple->at(1)};
  }
  method = TRY(find_special_py(t, self, names.dunder_getnewargs));
  if (method.is_absent()) return NewArguments{Value::absent(), Value::absent()};
  Value args = TRY(call_py(t, method));
  if (!is<Tuple>(args)) return t.raise_type_error("__getnewargs__ should return a tuple, not '{}'", type_of(args));
  return NewArguments{args, Value::absent()};
}

// Protocols 2 and up: copyreg.__newobj__ or __newobj_ex__ and the state.
Fallible<Value> reduce_new_object_py(Thread& t, Value self) {
  Type* type = type_of(self);
  if (type->slots().new_ == nullptr) return t.raise_type_error("cannot pickle '{}' object", type);
  NewArguments made = TRY(new_arguments_py(t, self));
  Value copyreg = TRY(copyreg_py(t));
  Value constructor, arguments;
  bool has_keywords = !made.kwargs.is_absent() && as<Dict>(made.kwargs)->length() != 0;
  if (has_keywords) {
    constructor = TRY(get_attribute_py(t, copyreg, TRY(Str::intern_utf8(t, "__newobj_ex__"))));
    arguments = Value(TRY(Tuple::of(t, Value(type), made.args, made.kwargs)));
  } else {
    constructor = TRY(get_attribute_py(t, copyreg, names.dunder_newobj));
    size_t count = made.args.is_absent() ? 0 : as<Tuple>(made.args)->length();
    Tuple* tuple = TRY(Tuple::make(t, count + 1));
    tuple->initialize(0, type);
    for (size_t i = 0; i < count; ++i) tuple->initialize(i + 1, as<Tuple>(made.args)->at(i));
    arguments = Value(tuple);
  }
  bool is_list = is<List>(self);
  bool is_dict = is<Dict>(self);
  bool required = made.args.is_absent() && !is_list && !is_dict;
  Value state = TRY(state_py(t, self, required));
  Value list_items = Value::none();
  if (is_list) list_items = TRY(iter_py(t, self));
  Value dict_items = Value::none();
  if (is_dict) dict_items = TRY(iter_py(t, TRY(call_method_py(t, self, names.items))));
  return Value(TRY(Tuple::of(t, constructor, arguments, state, list_items, dict_items)));
}

Fallible<Value> reduce_with_protocol_py(Thread& t, Value self, int64_t protocol) {
  if (protocol >= 2) return reduce_new_object_py(t, self);
  const Value arguments[] = {self, Value::from_small_int(protocol)};
  return copyreg_call(t, "_reduce_ex", arguments, 2);
}

Fallible<Value> object_reduce(Thread& t, Value self) { return reduce_with_protocol_py(t, self, 0); }

// A __reduce__ of the class's own is used before the default.
Fallible<Value> object_reduce_ex(Thread& t, Value self, int protocol) {
  if (is_objects_own(t, self, names.dunder_reduce)) return reduce_with_protocol_py(t, self, protocol);
  Value reduce = TRY(find_attribute_py(t, self, names.dunder_reduce));
  if (!reduce.is_absent()) {
    Value of_class = TRY(find_attribute_py(t, Value(type_of(self)), names.dunder_reduce));
    Value of_object = core.object->dict()->get_name_nogc(names.dunder_reduce);
    if (of_class != of_object) return call_py(t, reduce);
  }
  return reduce_with_protocol_py(t, self, protocol);
}

Fallible<Value> object_getstate(Thread& t, Value self) { return default_state_py(t, self, false); }

// ---- The rest. ----

Fallible<Value> object_format(Thread& t, Value self, Str* spec) {
  if (spec->length() != 0)
    return t.raise_type_error("unsupported format string passed to {}.__format__", type_of(self));
  return Value(TRY(str_py(t, self)));
}

Fallible<Value> object_sizeof(Thread& t, Value self) {
  if (!self.is_cell()) return make_int(t, self.is_inline_float() ? 24 : 16);
  Cell* cell = self.cell();
  const Layout* layout = cell->layout();
  size_t bytes = type_of(self)->instance_size();
  if (layout->item_count != nullptr) bytes += layout->item_count(cell) * layout->item_size;
  return make_int(t, static_cast<int64_t>(bytes));
}

Fallible<void> merge_class_dict_py(Thread& t, Dict* into, Value cls) {
  TRY(check_native_recursion(t));
  Value dict = TRY(find_attribute_py(t, cls, names.dunder_dict));
  if (!dict.is_absent()) TRY(dict_update_py(t, into, dict));
  Value bases = TRY(find_attribute_py(t, cls, names.dunder_bases));
  if (bases.is_absent() || !is<Tuple>(bases)) return {};
  for (size_t i = 0; i < as<Tuple>(bases)->length(); ++i)
    TRY(merge_class_dict_py(t, into, as<Tuple>(bases)->at(i)));
  return {};
}

Fallible<Value> object_dir(Thread& t, Value self) {
  Value dict = TRY(find_attribute_py(t, self, names.dunder_dict));
  Dict* all = is<Dict>(dict) ? TRY(Dict::copy(t, as<Dict>(dict))) : TRY(Dict::make(t));
  Value cls = TRY(find_attribute_py(t, self, names.dunder_class));
  if (!cls.is_absent()) TRY(merge_class_dict_py(t, all, cls));
  return Value(TRY(list_from_iterable_py(t, Value(all))));
}

Fallible<Value> object_init_subclass(Thread&, Value) { return Value::none(); }
Fallible<Value> object_subclasshook(Thread&, Value, Value) { return Value::not_implemented(); }

constexpr NativeMethod kMethods[] = {
    {"__reduce_ex__", HOG_NATIVE(object_reduce_ex), "($self, protocol, /)", "What pickle stores, for a protocol."},
    {"__reduce__", HOG_NATIVE(object_reduce), "($self, /)", "What pickle stores."},
    {"__getstate__", HOG_NATIVE(object_getstate), "($self, /)", "The state that pickle stores."},
    {"__subclasshook__", HOG_NATIVE(object_subclasshook), "($type, object, /)", "Lets an abstract class decide issubclass().",
     native_flag::kClassMethod},
    {"__init_subclass__", HOG_NATIVE(object_init_subclass), "($type, /)", "Called when a class is subclassed.",
     native_flag::kClassMethod},
    {"__format__", HOG_NATIVE(object_format), "($self, format_spec, /)", "str(self), when the format is empty."},
    {"__sizeof__", HOG_NATIVE(object_sizeof), "($self, /)", "Bytes of the object itself."},
    {"__dir__", HOG_NATIVE(object_dir), "($self, /)", "Names of attributes."},
    {}};

constexpr GetSet kGetSets[] = {{"__class__", get_class, set_class, "The object's class."}, {}};

}  // namespace

extern const TypeSpec k_object_spec;
const TypeSpec k_object_spec = {
    .name = "object",
    .doc = "The base of every class; by itself an object without attributes.",
    .layout = &Instance::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = object_repr,
              .str = object_str,
              .hash = object_hash,
              .get_attribute = generic_get_attribute,
              .set_attribute = generic_set_attribute,
              .compare = object_compare,
              .init = object_init,
              .new_ = object_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "()",
};

}  // namespace hog
