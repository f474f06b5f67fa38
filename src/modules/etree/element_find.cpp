// element_find.cpp: find() and its kin. A plain tag is looked for here, among the children; paths are ElementPath's.
#include "modules/etree/etree.hpp"

namespace hog::etree {

namespace {

bool is_path_text(size_t length, auto at) {
  if (length >= 3 && at(0) == '{' && (at(1) == '}' || (at(1) == '*' && at(2) == '}'))) return true;
  bool outside = true;  // of a namespace in braces
  for (size_t i = 0; i < length; ++i) {
    char32_t c = at(i);
    if (c == '{') outside = false;
    else if (c == '}') outside = true;
    else if (outside && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.')) return true;
  }
  return false;
}

bool needs_path_module(Value path, Value namespaces) {
  if (!namespaces.is_none()) return true;
  if (Str* text = try_as<Str>(path)) return is_path_text(text->length(), [&](size_t i) { return text->at(i); });
  if (Bytes* bytes = try_as<Bytes>(path))
    return is_path_text(bytes->length(), [&](size_t i) { return char32_t{bytes->data()[i]}; });
  return true;
}

template <typename... V>
Fallible<Value> call_path_module_py(Thread& t, const char* function, V... arguments) {
  State* state = TRY(state_of(t));
  if (state->path_module_.get().is_empty()) {
    Str* name = TRY(Str::intern_utf8(t, "xml.etree.ElementPath"));
    state->path_module_.set(state, TRY(t.isolate().services->import_module(t, name)));
  }
  Str* name = TRY(Str::intern_utf8(t, function));
  return call_method_py(t, state->path_module_, name, arguments...);
}

// Calls visit(child) -> bool (go on?) for the children with that tag.
template <typename Visit>
Fallible<void> each_child_py(Thread& t, Element* self, Value tag, Visit visit) {
  for (size_t i = 0; i < self->count_; ++i) {
    Element* child = self->child(i);
    TRY(t.poll());
    if (!TRY(equals_py(t, child->tag_, tag))) continue;
    if (!TRY(visit(child))) break;
  }
  return {};
}

Fallible<Value> first_child_py(Thread& t, Element* self, Value tag) {
  Value found = Value::none();
  TRY(each_child_py(t, self, tag, [&](Element* child) -> Fallible<bool> {
    found = Value(child);
    return false;
  }));
  return found;
}

}  // namespace

Fallible<Value> find(Thread& t, Element* self, Value path, Value namespaces) {
  if (needs_path_module(path, namespaces)) return call_path_module_py(t, "find", Value(self), path, namespaces);
  return first_child_py(t, self, path);
}

Fallible<Value> find_text(Thread& t, Element* self, Value path, Value otherwise, Value namespaces) {
  if (needs_path_module(path, namespaces))
    return call_path_module_py(t, "findtext", Value(self), path, otherwise, namespaces);
  Value found = TRY(first_child_py(t, self, path));
  if (found.is_none()) return otherwise;
  Value text = TRY(text_of(t, as<Element>(found)->text_));
  if (text.is_none()) return Value(names.empty);
  return text;
}

Fallible<Value> find_all(Thread& t, Element* self, Value path, Value namespaces) {
  if (needs_path_module(path, namespaces)) return call_path_module_py(t, "findall", Value(self), path, namespaces);
  List* found = TRY(List::make(t));
  TRY(each_child_py(t, self, path, [&](Element* child) -> Fallible<bool> {
    TRY(found->append(t, Value(child)));
    return true;
  }));
  return Value(found);
}

Fallible<Value> iterate_found(Thread& t, Element* self, Value path, Value namespaces) {
  return call_path_module_py(t, "iterfind", Value(self), path, namespaces);
}

}  // namespace hog::etree
