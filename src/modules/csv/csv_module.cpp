// csv_module.cpp: the module `_csv`: dialects by name, the field limit, and what makes readers and writers. Ref: library/csv.
#include "modules/csv/csv.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace csv {

Type* error_type = nullptr;

Fallible<List*> state_of_py(Thread& t) {
  Str* name = TRY(Str::intern_utf8(t, "_csv"));
  Value module = TRY(t.isolate().services->import_module(t, name));
  if (!is<Module>(module)) return t.raise(core.ImportError, "_csv is not the native module");
  Cell* state = as<Module>(module)->state_.get();
  if (state == nullptr || !is<List>(state)) return t.raise(core.ImportError, "_csv is not the native module");
  return static_cast<List*>(state);
}

Fallible<Value> get_dialect_py(Thread& t, List* state, Value name) {
  Value found = TRY(dialects_of(state)->get_py(t, name));
  if (found.is_absent()) return t.raise(error_type, "unknown dialect");
  return found;
}

namespace {

List* state_of(Value module) { return static_cast<List*>(as<Module>(module)->state_.get()); }

Fallible<Value> get_dialect(Thread& t, Value module, Value name) { return get_dialect_py(t, state_of(module), name); }
Fallible<Value> list_dialects(Thread& t, Value module) { return Value(TRY(list_from_iterable_py(t, Value(dialects_of(state_of(module)))))); }
Fallible<void> unregister_dialect(Thread& t, Value module, Value name) {
  if (!TRY(dialects_of(state_of(module))->remove_py(t, name))) return t.raise(error_type, "unknown dialect");
  return {};
}
Fallible<Value> register_dialect(Thread& t, Value module, const Arguments& arguments) {
  TRY(check_positional(t, arguments, "register_dialect", 1, 2));
  if (!is<Str>(arguments[0])) return t.raise_type_error("dialect name must be a string");
  Dialect* dialect = TRY(make_dialect_py(t, arguments.positional > 1 ? arguments[1] : Value::absent(), arguments));
  TRY(dialects_of(state_of(module))->set_py(t, arguments[0], Value(dialect)));
  return Value::none();
}
Fallible<Value> field_size_limit(Thread& t, Value module, Value limit) {
  List* state = state_of(module);
  Value old = state->at(1);
  if (limit.is_absent()) return old;
  if (!limit.is_small_int() && !is_exactly(limit, shapes.int_)) return t.raise_type_error("limit must be an integer");
  int64_t n = TRY(index_to_int64_py(t, limit));
  Value now = TRY(make_int(t, n));
  state->set(1, now);
  return old;
}

constexpr NativeMethod kFunctions[] = {
    {"field_size_limit", HOG_NATIVE(field_size_limit), "($module, /, new_limit=<unrepresentable>)", "The longest field read; sets it."},
    {"get_dialect", HOG_NATIVE(get_dialect), "($module, /, name)", "The dialect of that name."},
    {"list_dialects", HOG_NATIVE(list_dialects), "($module, /)", "The names of all dialects."},
    {"reader", HOG_RAW(make_reader), "($module, iterable, /, dialect='excel', **fmtparams)", "Reads rows from lines."},
    {"register_dialect", HOG_RAW(register_dialect), "($module, name, /, dialect='excel', **fmtparams)", "Names a dialect."},
    {"unregister_dialect", HOG_NATIVE(unregister_dialect), "($module, /, name)", "Forgets a dialect's name."},
    {"writer", HOG_RAW(make_writer), "($module, fileobj, /, dialect='excel', **fmtparams)", "Writes rows to a file."},
    {}};

constexpr TypeSpec kErrorSpec = {.name = "_csv.Error", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&dialect_type, &kDialectSpec},
                                       {&reader_type, &kReaderSpec, false},
                                       {&writer_type, &kWriterSpec, false},
                                       {&error_type, &kErrorSpec}};

Fallible<void> initialize_module(Thread& t, Module* module) {
  const Value state[] = {Value(TRY(Dict::make(t))), Value::from_small_int(131072)};
  module->state_.set(module, TRY(List::from(t, state, 2)));
  TRY(module->add(t, "_dialects", state[0]));
  TRY(module->add(t, "Reader", Value(reader_type)));
  TRY(module->add(t, "Writer", Value(writer_type)));
  constexpr const char* kQuoting[] = {"QUOTE_MINIMAL", "QUOTE_ALL",     "QUOTE_NONNUMERIC",
                                      "QUOTE_NONE",    "QUOTE_STRINGS", "QUOTE_NOTNULL"};
  for (size_t i = 0; i < std::size(kQuoting); ++i)
    TRY(module->add(t, kQuoting[i], Value::from_small_int(static_cast<int64_t>(i))));
  return {};
}

}  // namespace

}  // namespace csv

extern const ModuleSpec k_module__csv;
const ModuleSpec k_module__csv = {.name = "_csv",
                                  .doc = "Rows of fields as text.",
                                  .functions = csv::kFunctions,
                                  .types = csv::kTypes,
                                  .type_count = std::size(csv::kTypes),
                                  .initialize = csv::initialize_module};

}  // namespace hog
