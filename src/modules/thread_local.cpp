// thread_local.cpp: _thread._local: an object whose attributes are each thread's own. Ref: library/threading "local".
//
// Invariant: each thread that has touched the object has one entry with a dictionary; the dictionary is dropped when the thread ends,
// the entry by the next thread that passes it.
#include "modules/thread_types.hpp"
#include "object/class_system.hpp"
#include "vm/isolate.hpp"
#include "vm/vm_shapes.hpp"

namespace hog {

namespace {

void trace_local(Cell* cell, Marker& marker) {
  auto* local = static_cast<ThreadLocal*>(cell);
  marker.visit(local->entries_.get());
  marker.visit(local->arguments_.get());
  marker.visit(local->keywords_.get());
}

LocalEntry* entry_of(Thread& t, ThreadLocal* local) {
  while (LocalEntry* first = local->entries_.get()) {
    if (first->dict_) break;
    local->entries_.set(local, first->sibling_.get());
  }
  for (LocalEntry* entry = local->entries_.get(); entry != nullptr; entry = entry->sibling_.get()) {
    if (entry->serial_ == t.serial_) return entry;
    while (entry->sibling_ && !entry->sibling_->dict_) entry->sibling_.set(entry, entry->sibling_->sibling_.get());
  }
  return nullptr;
}

Fallible<Dict*> add_entry(Thread& t, ThreadLocal* local) {
  Dict* dict = TRY(Dict::make(t));
  auto* entry = TRY(t.allocate<LocalEntry>(vm_shapes.local_entry));
  entry->dict_.set(entry, dict);
  entry->serial_ = t.serial_;
  entry->sibling_.set(entry, local->entries_.get());
  local->entries_.set(local, entry);
  Isolate& isolate = Isolate::of(t);
  entry->next_entry_ = isolate.local_entries;
  isolate.local_entries = entry;
  return dict;
}

// This thread's attributes. A thread that comes by for the first time runs __init__, with the arguments the object was made with.
Fallible<Dict*> dict_of_py(Thread& t, ThreadLocal* local) {
  if (LocalEntry* entry = entry_of(t, local)) return entry->dict_.get();
  Dict* dict = TRY(add_entry(t, local));
  Type* type = type_of(Value(local));
  if (type->slots().init == core.object->slots().init) return dict;
  Tuple* arguments = local->arguments_ ? local->arguments_.get() : empty_tuple();
  Dict* keywords = local->keywords_.get();
  Value init = TRY(get_attribute_py(t, Value(local), names.dunder_init));
  Fallible<Value> done = keywords == nullptr ? call_py(t, init, Arguments(arguments->data(), arguments->length()))
                                             : call_with_dict_py(t, init, arguments, keywords);
  if (!done.failed()) return dict;
  if (LocalEntry* entry = entry_of(t, local)) entry->dict_.clear();  // the next access tries again
  return Failure{};
}

Fallible<Value> local_new(Thread& t, Type* type, const Arguments& arguments) {
  bool any = arguments.positional != 0 || arguments.has_keywords();
  if (any && type->slots().init == core.object->slots().init)
    return t.raise_type_error("Initialization arguments are not supported");
  auto* local = static_cast<ThreadLocal*>(TRY(new_instance(t, type)));
  local->arguments_.set(local, TRY(Tuple::from(t, arguments.values, arguments.positional)));
  if (arguments.has_keywords()) {
    Dict* keywords = TRY(Dict::make(t));
    for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
      TRY(keywords->set_py(t, arguments.names->at(k), arguments[arguments.positional + k]));
    local->keywords_.set(local, keywords);
  }
  TRY(add_entry(t, local));  // type.__call__ runs __init__ for this thread
  return Value(local);
}

Fallible<Value> local_get_attribute(Thread& t, Value object, Str* name) {
  Dict* dict = TRY(dict_of_py(t, as<ThreadLocal>(object)));
  if (name == names.dunder_dict) return Value(dict);
  Type* type = type_of(object);
  Value found = type->lookup(t, name);
  slot_kind::DescriptorGet get = nullptr;
  if (!found.is_absent()) {
    const Slots& slots = type_of(found)->slots();
    get = slots.descriptor_get;
    if (get != nullptr && slots.descriptor_set != nullptr) return get(t, found, object, Value(type));
  }
  Value own = dict->get_name_nogc(name);
  if (!own.is_absent()) return own;
  if (get != nullptr) return get(t, found, object, Value(type));
  return found;
}

Fallible<void> local_set_attribute(Thread& t, Value object, Str* name, Value value) {
  Dict* dict = TRY(dict_of_py(t, as<ThreadLocal>(object)));
  if (name == names.dunder_dict)
    return raise_attribute_error(t, object, name, "'{}' object attribute '__dict__' is read-only", type_of(object));
  Value found = type_of(object)->lookup(t, name);
  if (!found.is_absent())
    if (auto set = type_of(found)->slots().descriptor_set; set != nullptr) return set(t, found, object, value);
  if (!value.is_absent()) return dict->set_name(t, name, value);
  if (!TRY(dict->remove_name(t, name))) return raise_no_attribute(t, object, name);
  return {};
}

}  // namespace

const Layout ThreadLocal::kLayout = {.name = "_local", .trace = trace_local, .base_size = sizeof(ThreadLocal)};

const TypeSpec kThreadLocalSpec = {
    .name = "_thread._local",
    .doc = "An object whose attributes are each thread's own.",
    .layout = &ThreadLocal::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.get_attribute = local_get_attribute, .set_attribute = local_set_attribute, .new_ = local_new},
};

}  // namespace hog
