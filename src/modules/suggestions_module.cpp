// suggestions_module.cpp: the module `_suggestions`: the search behind "Did you mean ...?", for `traceback`.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

Fallible<Value> generate_suggestions(Thread& t, Value candidates, Str* item) {
  if (!is<List>(candidates)) return t.raise_type_error("candidates must be a list");
  // The search may run Python (a poll) that changes the program's list: it gets a list of its own.
  List* given = as<List>(candidates);
  List* list = TRY(List::from(t, given->data(), given->length()));
  for (size_t i = 0; i < list->length(); ++i) {
    TRY(t.poll());
    if (!is<Str>(list->at(i))) return t.raise_type_error("all elements in 'candidates' must be strings");
  }
  Value found = TRY(suggest_name(t, list, item));
  return found.is_absent() ? Value::none() : found;
}

constexpr NativeMethod kFunctions[] = {
    {"_generate_suggestions", HOG_NATIVE(generate_suggestions), "(candidates, item, /)", "The candidate nearest to item, or None."},
    {},
};

}  // namespace

extern const ModuleSpec k_module__suggestions;
const ModuleSpec k_module__suggestions = {
    .name = "_suggestions", .doc = "Near misses among names.", .functions = kFunctions};

}  // namespace hog
