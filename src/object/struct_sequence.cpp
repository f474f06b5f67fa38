// struct_sequence.cpp: see struct_sequence.hpp. Instances are tuples of their visible fields; the others are kept as own
// attributes behind read-only descriptors. Invariant: an instance has exactly `visible` items, and once made a value for
// each other field.
#include "object/struct_sequence.hpp"

#include <utility>

#include "object/class_system.hpp"

namespace hog {

Type* struct_sequence_base;

namespace {

const StructSequenceSpec* spec_of(Type* type) {
  Value word = type->module_state_.get();
  return reinterpret_cast<const StructSequenceSpec*>(static_cast<uintptr_t>(word.small_int()));
}

size_t unnamed_count(const StructSequenceSpec* spec) {
  size_t n = 0;
  for (size_t i = 0; i < spec->field_count; ++i)
    if (spec->fields[i].name == nullptr) ++n;
  return n;
}

// ---- Fields. ----

Fallible<Value> hidden_value(Thread& t, Value self, const StructSequenceSpec* spec, size_t i) {
  Str* name = TRY(Str::intern_utf8(t, spec->fields[i].name));
  Value v = own_attribute_nogc(self, name);
  return v.is_absent() ? Value::none() : v;
}

template <size_t I>
Fallible<Value> get_field(Thread& t, Value self) {
  const StructSequenceSpec* spec = spec_of(type_of(self));
  if (I < spec->visible) return as<Tuple>(self)->at(I);
  return hidden_value(t, self, spec, I);
}
Fallible<void> refuse_field(Thread& t, Value, Value) { return t.raise(core.AttributeError, "readonly attribute"); }

template <size_t... I>
const GetSet* field_table(std::index_sequence<I...>) {
  static constexpr GetSet kRows[] = {{"", get_field<I>, refuse_field, nullptr}...};
  return kRows;
}
const GetSet* field_row(size_t i) { return field_table(std::make_index_sequence<kMostStructFields>{}) + i; }

Fallible<void> set_attribute(Thread& t, Value self, Str* name, Value) {
  if (!type_of(self)->lookup(t, name).is_absent()) return t.raise(core.AttributeError, "readonly attribute");
  return t.raise(core.AttributeError, "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
                 TRY(full_type_name(t, type_of(self))), name);
}

// ---- Making instances. ----

Fallible<Tuple*> new_tuple(Thread& t, Type* type) {
  return Tuple::make_of_type(t, type, spec_of(type)->visible);
}

Fallible<Value> struct_new(Thread& t, Type* type, const Arguments& arguments) {
  const StructSequenceSpec* spec = spec_of(type);
  if (!spec->instantiable) return t.raise_type_error("cannot create '{}' instances", spec->name);
  Value sequence, extra;
  if (arguments.positional > 2)
    return t.raise_type_error("structseq() takes at most 2 arguments ({} given)", arguments.positional);
  if (arguments.positional > 0) sequence = arguments[0];
  if (arguments.positional > 1) extra = arguments[1];
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    auto* name = as<Str>(arguments.names->at(i));
    if (name->equals_ascii("sequence")) sequence = arguments[arguments.positional + i];
    else if (name->equals_ascii("dict")) extra = arguments[arguments.positional + i];
    else if (!sequence.is_empty()) return t.raise_type_error("structseq() got an unexpected keyword argument '{}'", name);
  }
  if (sequence.is_empty()) return t.raise_type_error("structseq() missing required argument 'sequence' (pos 1)");
  Fallible<Tuple*> made = tuple_from_iterable_py(t, sequence);
  if (made.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("constructor requires a sequence");
  }
  Tuple* items = made.get();
  if (extra.is_empty()) extra = Value::none();
  else if (!is<Dict>(extra)) return t.raise_type_error("{}() takes a dict as second arg, if any", spec->name);
  size_t given = items->length();
  const char* limit = nullptr;
  size_t bound = spec->visible;
  if (spec->visible == spec->field_count) {
    if (given != spec->visible) limit = "a";
  } else if (given < spec->visible) {
    limit = "an at least";
  } else if (given > spec->field_count) {
    limit = "an at most";
    bound = spec->field_count;
  }
  if (limit != nullptr)
    return t.raise_type_error("{}() takes {} {}-sequence ({}-sequence given)", spec->name, limit, bound, given);

  Value values[kMostStructFields];
  size_t used = 0;
  for (size_t i = 0; i < spec->field_count; ++i) {
    values[i] = i < given ? items->at(i) : Value::none();
    if (i < given || extra.is_none()) continue;
    Str* name = TRY(Str::intern_utf8(t, spec->fields[i].name));
    Value v = TRY(as<Dict>(extra)->get_py(t, Value(name)));
    if (v.is_absent()) continue;
    values[i] = v;
    ++used;
  }
  if (!extra.is_none() && as<Dict>(extra)->length() > used)
    return t.raise_type_error("{}() got duplicate or unexpected field name(s)", spec->name);
  return make_struct_sequence(t, type, values);
}

// ---- Methods. ----

Fallible<Value> struct_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  const StructSequenceSpec* spec = spec_of(type_of(self));
  StrBuilder out(t);
  TRY(out.append_ascii(spec->name));
  TRY(out.append('('));
  // The names go to the items in turn, so that an item without a name shows the next one's: stat_result's three times.
  size_t named = 0;
  for (size_t i = 0; i < spec->visible; ++i, ++named) {
    while (named < spec->field_count && spec->fields[named].name == nullptr) ++named;
    if (named == spec->field_count) break;
    if (i != 0) TRY(out.append_ascii(", "));
    TRY(out.append_ascii(spec->fields[named].name));
    TRY(out.append('='));
    Str* value = TRY(repr_py(t, as<Tuple>(self)->at(i)));
    TRY(out.append(value));
  }
  TRY(out.append(')'));
  return Value(TRY(out.finish()));
}

Fallible<Value> struct_reduce(Thread& t, Tuple* self) {
  const StructSequenceSpec* spec = spec_of(type_of(Value(self)));
  Tuple* items = TRY(Tuple::from(t, self->data(), self->length()));
  Dict* hidden = TRY(Dict::make(t));
  for (size_t i = spec->visible; i < spec->field_count; ++i) {
    Str* name = TRY(Str::intern_utf8(t, spec->fields[i].name));
    Value v = TRY(hidden_value(t, Value(self), spec, i));
    TRY(hidden->set_name(t, name, v));
  }
  Tuple* arguments = TRY(Tuple::of(t, Value(items), Value(hidden)));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}

Fallible<Value> struct_replace(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional != 0) return t.raise_type_error("__replace__() takes no positional arguments");
  Type* type = type_of(self);
  const StructSequenceSpec* spec = spec_of(type);
  if (unnamed_count(spec) != 0)
    return t.raise_type_error("__replace__() is not supported for {} because it has unnamed field(s)", spec->name);
  Value values[kMostStructFields];
  for (size_t i = 0; i < spec->field_count; ++i)
    values[i] = i < spec->visible ? as<Tuple>(self)->at(i) : TRY(hidden_value(t, self, spec, i));
  List* unknown = nullptr;
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    auto* name = as<Str>(arguments.names->at(k));
    size_t i = 0;
    while (i < spec->field_count && !name->equals_ascii(spec->fields[i].name)) ++i;
    if (i < spec->field_count) {
      values[i] = arguments[k];
      continue;
    }
    if (unknown == nullptr) unknown = TRY(List::make(t));
    TRY(unknown->append(t, Value(name)));
  }
  if (unknown != nullptr) return t.raise_type_error("Got unexpected field name(s): {}", repr_of(Value(unknown)));
  return make_struct_sequence(t, type, values);
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(struct_reduce), "($self, /)", "For pickle and copy."},
    {"__replace__", HOG_RAW(struct_replace), "($self, /, **changes)", "A copy with some fields changed."},
    {},
};

// ---- Types. ----

// The shared methods with this type as their owner.
Fallible<void> add_methods(Thread& t, Type* type) {
  for (const NativeMethod* m = kMethods; m->name != nullptr; ++m) {
    auto* descriptor = TRY(t.allocate<MethodDescriptor>(shapes.method_descriptor));
    Str* name = TRY(Str::intern_utf8(t, m->name));
    descriptor->signature_ = signature_of(m);
    descriptor->owner_ = type;
    descriptor->name_ = name;
    TRY(type->dict()->set_name(t, name, Value(descriptor)));
  }
  return {};
}

Fallible<void> add_fields(Thread& t, Type* type, const StructSequenceSpec* spec) {
  for (size_t i = 0; i < spec->field_count; ++i) {
    if (spec->fields[i].name == nullptr) continue;
    auto* descriptor = TRY(t.allocate<GetSetDescriptor>(shapes.getset_descriptor));
    Str* name = TRY(Str::intern_utf8(t, spec->fields[i].name));
    descriptor->getset_ = field_row(i);
    descriptor->owner_ = type;
    descriptor->name_ = name;
    TRY(type->dict()->set_name(t, name, Value(descriptor)));
  }
  return {};
}

Fallible<Dict*> class_attributes(Thread& t, const StructSequenceSpec* spec, std::string_view module) {
  Dict* dict = TRY(Dict::make(t));
  auto add = [&](const char* name, Value v) -> Fallible<void> {
    Str* interned = TRY(Str::intern_utf8(t, name));
    return dict->set_name(t, interned, v);
  };
  List* match = TRY(List::make(t, spec->visible));
  for (size_t i = 0; i < spec->visible; ++i)
    if (spec->fields[i].name != nullptr)
      TRY(match->append(t, Value(TRY(Str::intern_utf8(t, spec->fields[i].name)))));
  TRY(add("__module__", Value(TRY(Str::intern_utf8(t, module)))));
  TRY(add("__doc__", spec->doc == nullptr ? Value::none() : Value(TRY(Str::from_utf8(t, spec->doc)))));
  TRY(add("n_fields", Value::from_small_int(static_cast<int64_t>(spec->field_count))));
  TRY(add("n_sequence_fields", Value::from_small_int(static_cast<int64_t>(spec->visible))));
  TRY(add("n_unnamed_fields", Value::from_small_int(static_cast<int64_t>(unnamed_count(spec)))));
  TRY(add("__match_args__", Value(TRY(Tuple::from(t, match->data(), match->length())))));
  if (spec->visible == spec->field_count) TRY(add("__slots__", Value(empty_tuple())));
  return dict;
}

}  // namespace

Fallible<Type*> make_struct_sequence_type(Thread& t, const StructSequenceSpec* spec) {
  HOG_ASSERT(spec->field_count <= kMostStructFields);
  std::string_view full = spec->name;
  size_t dot = full.rfind('.');
  Dict* attributes = TRY(class_attributes(t, spec, full.substr(0, dot)));
  Tuple* bases = TRY(Tuple::of(t, Value(core.tuple)));
  Type* type = TRY(make_class_py(t, spec->name + dot + 1, bases, attributes));
  type->module_state_.set(type, Value::from_small_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(spec))));
  TRY(add_methods(t, type));
  TRY(add_fields(t, type, spec));
  for (const char* unwanted : {"__slots__", "__dict__", "__weakref__"}) {
    Str* name = TRY(Str::intern_utf8(t, unwanted));
    TRY(type->dict()->remove_name(t, name));
  }
  TRY(type->modified(t, names.dunder_dict));
  type->slots_.repr = struct_repr;
  type->slots_.new_ = struct_new;
  type->slots_.set_attribute = set_attribute;
  type->flags_ &= ~(type_flag::kBaseType | type_flag::kGenericSetAttribute);
  if (!spec->instantiable) type->flags_ |= type_flag::kNoInstantiation | type_flag::kImmutable;
  return type;
}

Fallible<Value> make_struct_sequence(Thread& t, Type* type, const Value* values) {
  const StructSequenceSpec* spec = spec_of(type);
  Tuple* result = TRY(new_tuple(t, type));
  for (size_t i = 0; i < spec->visible; ++i) result->initialize(i, values[i]);
  for (size_t i = spec->visible; i < spec->field_count; ++i) {
    Str* name = TRY(Str::intern_utf8(t, spec->fields[i].name));
    TRY(set_own_attribute(t, result, name, values[i]));
  }
  return Value(result);
}

const TypeSpec k_struct_sequence_base_spec = {
    .name = "_hognose.struct_sequence",
    .base = &core.tuple,
    .flags = type_flag::kNoInstantiation,
    .methods = kMethods,
};

}  // namespace hog
