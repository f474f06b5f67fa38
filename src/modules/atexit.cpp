// atexit.cpp: the module atexit. The functions are kept in the isolate's kAtExit slot, a list of (function, args, kwargs); the
// embedder runs them at the end of a program with run_exit_functions_py(). Ref: library/atexit.
#include "modules/atexit.hpp"

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Fallible<List*> functions_of(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kAtExit];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(List::make(t))));
  return as<List>(slot.get());
}

Fallible<Value> register_function(Thread& t, Value function, Arguments arguments, Dict* keywords) {
  if (!is_callable(function)) return t.raise_type_error("the first argument must be callable");
  Tuple* positional = TRY(Tuple::from(t, arguments.values, arguments.positional));
  List* list = TRY(functions_of(t));
  TRY(list->append(t, Value(TRY(Tuple::of(t, function, Value(positional), Value(keywords))))));
  return function;
}

Fallible<void> unregister(Thread& t, Value function) {
  List* list = TRY(functions_of(t));
  for (size_t i = list->length(); i > 0; --i) {
    TRY(t.poll());
    if (i > list->length()) continue;  // == of user code may have shortened the list
    Value known = as<Tuple>(list->at(i - 1))->at(0);
    if (!TRY(equals_py(t, known, function))) continue;
    if (i <= list->length() && as<Tuple>(list->at(i - 1))->at(0) == known)
      TRY(list->replace(t, i - 1, i, nullptr, 0));
  }
  return {};
}

Fallible<void> clear(Thread& t) {
  TRY(functions_of(t))->clear();
  return {};
}

Fallible<int64_t> count(Thread& t) { return static_cast<int64_t>(TRY(functions_of(t))->length()); }

Fallible<void> run(Thread& t) { return run_exit_functions_py(t); }

constexpr NativeMethod kFunctions[] = {
    {"_clear", HOG_NATIVE(clear), "()", "Forgets all functions."},
    {"_ncallbacks", HOG_NATIVE(count), "()", "How many functions are registered."},
    {"_run_exitfuncs", HOG_NATIVE(run), "()", "Runs and forgets all functions."},
    {"register", HOG_NATIVE(register_function), "(func, /, *args, **kwargs)", "Has a function called at the end."},
    {"unregister", HOG_NATIVE(unregister), "(func, /)", "Forgets a function."},
    {},
};

}  // namespace

Fallible<void> run_exit_functions_py(Thread& t) {
  List* list = TRY(functions_of(t));
  while (list->length() != 0) {
    auto* entry = as<Tuple>(list->at(list->length() - 1));
    TRY(list->replace(t, list->length() - 1, list->length(), nullptr, 0));
    Fallible<Value> called = call_with_dict_py(t, entry->at(0), as<Tuple>(entry->at(1)), as<Dict>(entry->at(2)));
    if (!called.failed()) continue;
    if (t.terminated()) return Failure{};
    Str* where = TRY(t.format("Exception ignored in atexit callback {}", repr_of(entry->at(0))));
    char text[256];
    size_t size = where->is_ascii() && where->length() < sizeof text ? where->length() : 0;
    for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(where->data1()[i]);
    text[size] = 0;
    t.isolate().services->write_unraisable(t, size != 0 ? text : "Exception ignored in atexit callback", Value::none());
    if (t.terminated()) return Failure{};
  }
  return {};
}

extern const ModuleSpec k_module_atexit;
const ModuleSpec k_module_atexit = {
    .name = "atexit",
    .doc = "Functions to be called at the end of the program.",
    .functions = kFunctions,
};

}  // namespace hog
