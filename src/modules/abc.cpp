// abc.cpp: the module _abc, the machinery behind abc.ABCMeta. Ref: library/abc; PEP 3119.
//
// Each abstract class keeps an AbcData in its dict as _abc_impl: who was registered, and which answers are known. All three
// lists are weak. Invariant: negative answers hold only while negative_version_ is the isolate's count of registrations.
#include "object/class_data.hpp"
#include "object/class_system.hpp"

namespace hog {

namespace {

Type* abc_data_type;

class AbcData : public Cell {
 public:
  static const Layout kLayout;
  WeakList* registry_;
  WeakList* cache_;
  WeakList* negative_cache_;
  int64_t negative_version_;
};

void trace(Cell* cell, Marker& marker) {
  auto* data = static_cast<AbcData*>(cell);
  marker.visit(data->registry_);
  marker.visit(data->cache_);
  marker.visit(data->negative_cache_);
}

}  // namespace

const Layout AbcData::kLayout = {"_abc_data", trace, nullptr, sizeof(AbcData)};

namespace {

constexpr uint32_t kMostCached = 512;  // beyond that a cache starts afresh

// Number of register() calls in this isolate.
int64_t& registrations(Module* module) {
  return *reinterpret_cast<int64_t*>(static_cast<ByteArray*>(module->state_.get())->data());
}

bool contains(const WeakList* list, const Cell* cell) {
  for (uint32_t i = 0, n = list == nullptr ? 0 : list->size(); i < n; ++i)
    if (list->at(i) == cell) return true;
  return false;
}

Fallible<void> remember(Thread& t, WeakList** list, Cell* cell) {
  if (contains(*list, cell)) return {};
  if (*list != nullptr && (*list)->size() >= kMostCached) *list = nullptr;
  return WeakList::add(t, list, cell);
}

Fallible<AbcData*> data_of(Thread& t, Value cls) {
  Str* name = TRY(Str::intern_utf8(t, "_abc_impl"));
  Value data = TRY(get_attribute_py(t, cls, name));
  if (!is<AbcData>(data)) return t.raise_type_error("_abc_impl is set to a wrong type");
  return as<AbcData>(data);
}

// ---- _abc_init ----

Fallible<bool> is_abstract_py(Thread& t, Value v) {
  Value flag = TRY(find_attribute_py(t, v, names.dunder_isabstractmethod));
  if (flag.is_absent()) return false;
  return truth_py(t, flag);
}

Fallible<void> set_abstract_methods_py(Thread& t, Type* cls) {
  Set* methods = TRY(Set::make(t, core.frozenset));
  Dict* entries = TRY(Dict::copy(t, cls->dict()));
  Value key, value;
  for (size_t position = 0; entries->next_nogc(&position, &key, &value);)
    if (TRY(is_abstract_py(t, value))) TRY(methods->add_py(t, key));
  for (size_t i = 0; i < cls->bases()->length(); ++i) {
    Value inherited = TRY(find_attribute_py(t, cls->bases()->at(i), names.dunder_abstractmethods));
    if (inherited.is_absent()) continue;
    TRY(for_each_py(t, inherited, [&](Value name) -> Fallible<bool> {
      if (!is<Str>(name)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(name));
      Value found = TRY(find_attribute_py(t, Value(cls), TRY(Str::intern(t, as<Str>(name)))));
      if (!found.is_absent() && TRY(is_abstract_py(t, found))) TRY(methods->add_py(t, name));
      return true;
    }));
  }
  return set_attribute_py(t, Value(cls), names.dunder_abstractmethods, Value(methods));
}

// collections.abc says of Sequence and Mapping, in CPython's bits, that patterns match them.
constexpr int64_t kSequenceBit = 1 << 5;
constexpr int64_t kMappingBit = 1 << 6;

void set_pattern_flags(Type* type, int64_t bits) {
  if ((bits & kSequenceBit) != 0) type->flags_ = (type->flags_ | type_flag::kSequence) & ~type_flag::kMapping;
  if ((bits & kMappingBit) != 0) type->flags_ = (type->flags_ | type_flag::kMapping) & ~type_flag::kSequence;
}

Fallible<Value> abc_init(Thread& t, Value self) {
  Type* cls = as_type(self);
  if (cls == nullptr || !cls->is_heap_type()) return t.raise_type_error("_abc_init() argument must be a class");
  TRY(set_abstract_methods_py(t, cls));
  auto* data = as<AbcData>(TRY(new_instance(t, abc_data_type)));
  TRY(set_attribute_py(t, self, TRY(Str::intern_utf8(t, "_abc_impl")), Value(data)));
  Str* flags_name = TRY(Str::intern_utf8(t, "__abc_tpflags__"));
  Value flags = cls->dict()->get_name_nogc(flags_name);
  if (flags.is_absent()) return Value::none();
  if (flags.is_small_int()) {
    int64_t bits = flags.small_int() & (kSequenceBit | kMappingBit);
    if (bits == (kSequenceBit | kMappingBit))
      return t.raise_type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    set_pattern_flags(cls, bits);
  }
  TRY(set_attribute_py(t, self, flags_name, Value::absent()));
  return Value::none();
}

// ---- register ----

Fallible<void> spread_pattern_flags(Thread& t, Type* type, int64_t bits) {
  TRY(check_native_recursion(t));
  TRY(t.poll());
  // Built-in types are constant; list, dict and the like have their flags already.
  if (!type->is_heap_type() || type->has(type_flag::kSequence) == ((bits & kSequenceBit) != 0)) {
    if (!type->is_heap_type() || type->has(type_flag::kMapping) == ((bits & kMappingBit) != 0)) return {};
  }
  set_pattern_flags(type, bits);
  WeakList* list = subclasses_of(t, type);
  for (uint32_t i = 0; list != nullptr && i < list->size(); ++i)
    if (list->at(i) != nullptr) TRY(spread_pattern_flags(t, static_cast<Type*>(list->at(i)), bits));
  return {};
}

Fallible<Value> abc_register(Thread& t, Module* module, Value self, Value subclass) {
  Type* type = as_type(subclass);
  if (type == nullptr) return t.raise_type_error("Can only register classes");
  if (TRY(is_subclass_py(t, subclass, self))) return subclass;
  if (TRY(is_subclass_py(t, self, subclass)))
    return t.raise(core.RuntimeError, "Refusing to create an inheritance cycle");
  AbcData* data = TRY(data_of(t, self));
  if (!contains(data->registry_, type)) TRY(WeakList::add(t, &data->registry_, type));
  ++registrations(module);
  if (Type* cls = as_type(self)) {
    int64_t bits = cls->has(type_flag::kSequence) ? kSequenceBit : cls->has(type_flag::kMapping) ? kMappingBit : 0;
    if (bits != 0) TRY(spread_pattern_flags(t, type, bits));
  }
  return subclass;
}

// ---- isinstance and issubclass ----

Fallible<Value> known_answer(Thread& t, AbcData* data, Type* subclass, Value answer) {
  TRY(remember(t, answer.is_true() ? &data->cache_ : &data->negative_cache_, subclass));
  return answer;
}

// The registered classes, then the direct subclasses: does any of them have `subclass`?
Fallible<bool> is_known_to_relatives_py(Thread& t, Value self, AbcData* data, Value subclass) {
  RootVector relatives(t);
  for (uint32_t i = 0; data->registry_ != nullptr && i < data->registry_->size(); ++i)
    if (Cell* cell = data->registry_->at(i)) TRY(relatives.push(Value(cell)));
  for (size_t i = 0; i < relatives.size(); ++i) {
    TRY(t.poll());
    if (TRY(is_subclass_py(t, subclass, relatives[i]))) return true;
  }
  Str* name = TRY(Str::intern_utf8(t, "__subclasses__"));
  Value subclasses = TRY(call_method_py(t, self, name));
  if (!is<List>(subclasses)) return t.raise_type_error("__subclasses__() must return a list");
  bool found = false;
  TRY(for_each_py(t, subclasses, [&](Value relative) -> Fallible<bool> {
    found = TRY(is_subclass_py(t, subclass, relative));
    return !found;
  }));
  return found;
}

Fallible<Value> abc_subclasscheck(Thread& t, Module* module, Value self, Value subclass) {
  Type* type = as_type(subclass);
  if (type == nullptr) return t.raise_type_error("issubclass() arg 1 must be a class");
  AbcData* data = TRY(data_of(t, self));
  if (contains(data->cache_, type)) return Value::true_value();
  if (data->negative_version_ < registrations(module)) {
    data->negative_cache_ = nullptr;
    data->negative_version_ = registrations(module);
  } else if (contains(data->negative_cache_, type)) {
    return Value::false_value();
  }
  Value hook = TRY(call_method_py(t, self, names.dunder_subclasshook, subclass));
  if (hook.is_bool()) return known_answer(t, data, type, hook);
  if (!hook.is_not_implemented())
    return t.raise(core.AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  if (Type* cls = as_type(self); cls != nullptr && type->is_subtype_of(cls))
    return known_answer(t, data, type, Value::true_value());
  bool found = TRY(is_known_to_relatives_py(t, self, data, subclass));
  return known_answer(t, data, type, Value::from_bool(found));
}

Fallible<Value> abc_instancecheck(Thread& t, Module* module, Value self, Value instance) {
  AbcData* data = TRY(data_of(t, self));
  Value subclass = TRY(find_attribute_py(t, instance, names.dunder_class));
  if (subclass.is_absent()) subclass = Value(type_of(instance));
  if (subclass.is_cell() && contains(data->cache_, subclass.cell())) return Value::true_value();
  Value subtype = Value(type_of(instance));
  if (subtype == subclass && data->negative_version_ == registrations(module) && contains(data->negative_cache_, subclass.cell()))
    return Value::false_value();
  Value answer = TRY(call_method_py(t, self, names.dunder_subclasscheck, subclass));
  if (subtype == subclass || TRY(truth_py(t, answer))) return answer;
  return call_method_py(t, self, names.dunder_subclasscheck, subtype);
}

// ---- For debugging and tests. ----

Fallible<Value> weak_set(Thread& t, WeakList* list) {
  Set* set = TRY(Set::make(t, core.set));
  for (uint32_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (list->at(i) == nullptr) continue;
    Value reference = TRY(call_py(t, Value(core.weakref), Value(list->at(i))));
    TRY(set->add_py(t, reference));
  }
  return Value(set);
}

Fallible<Value> get_dump(Thread& t, Value self) {
  AbcData* data = TRY(data_of(t, self));
  Value registry = TRY(weak_set(t, data->registry_));
  Value cache = TRY(weak_set(t, data->cache_));
  Value negative = TRY(weak_set(t, data->negative_cache_));
  return Value(TRY(Tuple::of(t, registry, cache, negative, TRY(make_int(t, data->negative_version_)))));
}

Fallible<Value> reset_registry(Thread& t, Value self) {
  TRY(data_of(t, self))->registry_ = nullptr;
  return Value::none();
}
Fallible<Value> reset_caches(Thread& t, Value self) {
  AbcData* data = TRY(data_of(t, self));
  data->cache_ = data->negative_cache_ = nullptr;
  return Value::none();
}
Fallible<Value> get_cache_token(Thread& t, Module* module) { return make_int(t, registrations(module)); }

constexpr NativeMethod kFunctions[] = {
    {"get_cache_token", HOG_NATIVE(get_cache_token), "($module, /)", "Changes with every register()."},
    {"_abc_init", HOG_NATIVE(abc_init), "(self, /)", "Sets a new class up as an abstract one."},
    {"_abc_register", HOG_NATIVE(abc_register), "($module, self, subclass, /)", "ABCMeta.register"},
    {"_abc_instancecheck", HOG_NATIVE(abc_instancecheck), "($module, self, instance, /)", "ABCMeta.__instancecheck__"},
    {"_abc_subclasscheck", HOG_NATIVE(abc_subclasscheck), "($module, self, subclass, /)", "ABCMeta.__subclasscheck__"},
    {"_get_dump", HOG_NATIVE(get_dump), "(self, /)", "Registry, caches and version, for debugging."},
    {"_reset_registry", HOG_NATIVE(reset_registry), "(self, /)", "Forgets who was registered."},
    {"_reset_caches", HOG_NATIVE(reset_caches), "(self, /)", "Forgets the known answers."},
    {},
};

Fallible<Value> data_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

const TypeSpec kDataSpec = {
    .name = "_abc._abc_data",
    .doc = "What an abstract class remembers.",
    .layout = &AbcData::kLayout,
    .slots = {.new_ = data_new},
};
const TypeRegistration kTypes[] = {{&abc_data_type, &kDataSpec, false}};

Fallible<void> initialize(Thread& t, Module* module) {
  module->state_.set(module, TRY(ByteArray::make(t, sizeof(int64_t))));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__abc;
const ModuleSpec k_module__abc = {
    .name = "_abc",
    .doc = "The machinery of abstract base classes.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = std::size(kTypes),
    .initialize = initialize,
};

}  // namespace hog
