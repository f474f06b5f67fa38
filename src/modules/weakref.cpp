// weakref.cpp: the module _weakref. The types are vm/weakref_type.cpp's. Ref: library/weakref.
#include "object/weak.hpp"

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

Fallible<int64_t> get_weak_reference_count(Thread& t, Value object) {
  int64_t count = 0;
  if (!object.is_cell()) return count;
  for (WeakReference* r = first_weak_reference(t.isolate(), object.cell()); r != nullptr; r = r->next_) {
    TRY(t.poll());
    ++count;
  }
  return count;
}

Fallible<Value> get_weak_references(Thread& t, Value object) {
  List* list = TRY(List::make(t));
  if (!object.is_cell()) return Value(list);
  for (WeakReference* r = first_weak_reference(t.isolate(), object.cell()); r != nullptr; r = r->next_) {
    TRY(t.poll());
    TRY(list->append(t, Value(r)));
  }
  return Value(list);
}

Fallible<Value> make_proxy(Thread& t, Value object, Value callback) {
  return make_weak_proxy(t, object, callback);
}

// Takes a dead reference out of a dictionary's values, unless a living one came to its place meanwhile.
Fallible<void> remove_dead(Thread& t, Dict* dict, Value key) {
  Value reference = TRY(dict->get_py(t, key));
  if (reference.is_absent() || !is<WeakReference>(reference) || as<WeakReference>(reference)->referent_ != nullptr) return {};
  TRY(dict->remove_py(t, key));
  return {};
}

constexpr NativeMethod kFunctions[] = {
    {"_remove_dead_weakref", HOG_NATIVE(remove_dead), "(dct, key, /)", "Deletes dct[key] if it is a dead weak reference."},
    {"getweakrefcount", HOG_NATIVE(get_weak_reference_count), "(object, /)", "Number of weak references to an object."},
    {"getweakrefs", HOG_NATIVE(get_weak_references), "(object, /)", "List of the weak references to an object."},
    {"proxy", HOG_NATIVE(make_proxy), "(object, callback=None, /)", "A weak reference that acts like its object."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "ref", Value(core.weakref)));
  TRY(module->add(t, "ReferenceType", Value(core.weakref)));
  TRY(module->add(t, "ProxyType", Value(core.weak_proxy)));
  return module->add(t, "CallableProxyType", Value(core.weak_callable_proxy));
}

}  // namespace

extern const ModuleSpec k_module__weakref;
const ModuleSpec k_module__weakref = {
    .name = "_weakref",
    .doc = "Weak references.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
