// sqlite_module.cpp: the module `_sqlite3`. Ref: library/sqlite3.
#include "modules/sqlite/sqlite.hpp"
#include "types/container_support.hpp"

namespace hog::sqlite {

Type *state_type, *prepare_protocol_type;
extern const TypeSpec kCallbackSpec;

const Layout ModuleState::kLayout = {.name = "sqlite3 state",
                                     .trace =
                                         [](Cell* cell, Marker& marker) {
                                           marker.visit(static_cast<ModuleState*>(cell)->adapters_.get());
                                           marker.visit(static_cast<ModuleState*>(cell)->converters_.get());
                                         },
                                     .destroy =
                                         [](Cell* cell) {
                                           LockTable* locks = static_cast<ModuleState*>(cell)->locks_;
                                           if (locks != nullptr) release(locks);
                                         },
                                     .base_size = sizeof(ModuleState)};

Fallible<ModuleState*> module_state_py(Thread& t) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_sqlite3"))));
  if (!is<Module>(module)) return t.raise(core.ImportError, "_sqlite3 is not the native module");
  Cell* state = as<Module>(module)->state_.get();
  if (state == nullptr || !is<ModuleState>(Value(state)))
    return t.raise(core.ImportError, "_sqlite3 is not the native module");
  return static_cast<ModuleState*>(state);
}

namespace {

ModuleState* state_of(Value module) { return static_cast<ModuleState*>(as<Module>(module)->state_.get()); }

Fallible<Value> connect(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional > 1)
    TRY(warn_py(t, core.DeprecationWarning,
                "Passing more than 1 positional argument to sqlite3.connect() is deprecated. Parameters 'timeout', "
                "'detect_types', "
                "'isolation_level', 'check_same_thread', 'factory', 'cached_statements' and 'uri' will become "
                "keyword-only parameters in Python 3.15."));
  Value factory(connection_type);
  if (arguments.positional > 5) factory = arguments[5];
  for (size_t i = 0; i < arguments.keyword_count(); ++i)
    if (as<Str>(arguments.names->at(i))->equals_ascii("factory")) factory = arguments[arguments.positional + i];
  return call_py(t, factory, arguments);
}
Fallible<bool> complete_statement(Thread& t, Value statement) {
  if (!is<Str>(statement))
    return t.raise_type_error("complete_statement() argument 'statement' must be str, not {}", type_of(statement));
  Text text(t);
  TRY(text.open(as<Str>(statement)));
  TRY(t.poll(static_cast<int64_t>(text.length() / 16 + 1)));
  TRY(initialize_library(t));
  Turn turn(&t.heap(), &t);
  return sqlite3_complete(text.get()) != 0;
}
Fallible<void> enable_callback_tracebacks(Thread&, Value module, int enable) {
  state_of(module)->tracebacks_ = enable != 0;
  return {};
}
Fallible<void> register_adapter(Thread& t, Value module, Value type, Value adapter) {
  ModuleState* state = state_of(module);
  for (Type* base : {core.int_, core.float_, core.str, core.bytearray})
    if (type == Value(base)) state->base_types_adapted_ = true;
  Tuple* key = TRY(Tuple::of(t, type, Value(prepare_protocol_type)));
  return state->adapters_->set_py(t, Value(key), adapter);
}
Fallible<void> register_converter(Thread& t, Value module, Str* name, Value converter) {
  Value upper = TRY(call_method_py(t, Value(name), TRY(Str::intern_utf8(t, "upper"))));
  return state_of(module)->converters_->set_py(t, upper, converter);
}
Fallible<Value> adapt(Thread& t, Value module, Value object, Value protocol, Value otherwise) {
  return adapt_py(t, state_of(module), object, protocol.is_absent() ? Value(prepare_protocol_type) : protocol,
                  otherwise);
}

constexpr NativeMethod kFunctions[] = {
    {"adapt", HOG_NATIVE(adapt), "($module, obj, proto=<unrepresentable>, alt=<unrepresentable>, /)",
     "What a value is for a protocol."},
    {"complete_statement", HOG_NATIVE(complete_statement), "(statement)", "Does a text end in a complete statement?"},
    {"connect", HOG_RAW(connect),
     "($module, /, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
     "factory=<unrepresentable>, "
     "cached_statements=128, uri=False, *, autocommit=-1)",
     "Opens a database."},
    {"enable_callback_tracebacks", HOG_NATIVE(enable_callback_tracebacks), "($module, enable, /)",
     "Whether failures of callbacks are shown."},
    {"register_adapter", HOG_NATIVE(register_adapter), "($module, type, adapter, /)",
     "Sets what makes a value of a type fit for a database."},
    {"register_converter", HOG_NATIVE(register_converter), "($module, typename, converter, /)",
     "Sets what makes Python objects of a column's bytes."},
    {}};

// ---- Types. ----

class PrepareProtocol : public Cell {
 public:
  static const Layout kLayout;
};
const Layout PrepareProtocol::kLayout = {
    .name = "PrepareProtocol", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(PrepareProtocol)};
Fallible<Value> protocol_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> protocol_init(Thread&, Value, const Arguments&) { return {}; }
constexpr TypeSpec kProtocolSpec = {.name = "sqlite3.PrepareProtocol",
                                    .doc = "What adapters are asked for.",
                                    .layout = &PrepareProtocol::kLayout,
                                    .flags = type_flag::kBaseType,
                                    .slots = {.init = protocol_init, .new_ = protocol_new}};
constexpr TypeSpec kStateSpec = {
    .name = "_sqlite3.State", .layout = &ModuleState::kLayout, .flags = type_flag::kNoInstantiation};

constexpr Type** place_of(ErrorClass c) { return &error_types[static_cast<size_t>(c)]; }
#define HOG_ERROR_SPEC(error, base_class) \
  constexpr TypeSpec k##error##Spec = {.name = "sqlite3." #error, .base = base_class, .flags = type_flag::kBaseType}
constexpr Type* const* base_of(ErrorClass c) { return &error_types[static_cast<size_t>(c)]; }
HOG_ERROR_SPEC(Warning, &core.Exception);
HOG_ERROR_SPEC(Error, &core.Exception);
HOG_ERROR_SPEC(InterfaceError, base_of(ErrorClass::Error));
HOG_ERROR_SPEC(DatabaseError, base_of(ErrorClass::Error));
HOG_ERROR_SPEC(InternalError, base_of(ErrorClass::DatabaseError));
HOG_ERROR_SPEC(OperationalError, base_of(ErrorClass::DatabaseError));
HOG_ERROR_SPEC(ProgrammingError, base_of(ErrorClass::DatabaseError));
HOG_ERROR_SPEC(IntegrityError, base_of(ErrorClass::DatabaseError));
HOG_ERROR_SPEC(DataError, base_of(ErrorClass::DatabaseError));
HOG_ERROR_SPEC(NotSupportedError, base_of(ErrorClass::DatabaseError));
#undef HOG_ERROR_SPEC

constexpr TypeRegistration kTypes[] = {{place_of(ErrorClass::Warning), &kWarningSpec},
                                       {place_of(ErrorClass::Error), &kErrorSpec},
                                       {place_of(ErrorClass::InterfaceError), &kInterfaceErrorSpec},
                                       {place_of(ErrorClass::DatabaseError), &kDatabaseErrorSpec},
                                       {place_of(ErrorClass::InternalError), &kInternalErrorSpec},
                                       {place_of(ErrorClass::OperationalError), &kOperationalErrorSpec},
                                       {place_of(ErrorClass::ProgrammingError), &kProgrammingErrorSpec},
                                       {place_of(ErrorClass::IntegrityError), &kIntegrityErrorSpec},
                                       {place_of(ErrorClass::DataError), &kDataErrorSpec},
                                       {place_of(ErrorClass::NotSupportedError), &kNotSupportedErrorSpec},
                                       {&connection_type, &kConnectionSpec},
                                       {&cursor_type, &kCursorSpec},
                                       {&row_type, &kRowSpec},
                                       {&blob_type, &kBlobSpec},
                                       {&prepare_protocol_type, &kProtocolSpec},
                                       {&statement_type, &kStatementSpec, false},
                                       {&callback_type, &kCallbackSpec, false},
                                       {&state_type, &kStateSpec, false}};

Fallible<void> initialize_module(Thread& t, Module* module) {
  auto* state = TRY(t.allocate<ModuleState>(state_type->root_shape()));
  state->adapters_.set(state, TRY(Dict::make(t)));
  state->converters_.set(state, TRY(Dict::make(t)));
  state->locks_ = new_lock_table(&t.heap());
  if (state->locks_ == nullptr) return t.raise_memory_error();
  module->state_.set(module, state);
  TRY(module->add(t, "adapters", Value(state->adapters_.get())));
  TRY(module->add(t, "converters", Value(state->converters_.get())));
  TRY(module->add(t, "sqlite_version", Value(TRY(Str::from_ascii(t, sqlite3_libversion())))));
  TRY(module->add(t, "threadsafety",
                  Value::from_small_int(3)));  // one thread at a time works on a connection, the others wait
  TRY(module->add(t, "PARSE_DECLTYPES", Value::from_small_int(kParseDeclaredTypes)));
  TRY(module->add(t, "PARSE_COLNAMES", Value::from_small_int(kParseColumnNames)));
  TRY(module->add(t, "LEGACY_TRANSACTION_CONTROL", Value::from_small_int(kLegacyAutocommit)));
#define HOG_SQLITE_CONSTANT(name) TRY(module->add(t, "SQLITE_" #name, Value::from_small_int(SQLITE_##name)));
#include "modules/sqlite/constants.def"
#undef HOG_SQLITE_CONSTANT
  return add_error_constants(t, module);
}

}  // namespace

}  // namespace hog::sqlite

namespace hog {

extern const ModuleSpec k_module__sqlite3;
const ModuleSpec k_module__sqlite3 = {.name = "_sqlite3",
                                      .doc = "SQL databases with SQLite.",
                                      .functions = sqlite::kFunctions,
                                      .types = sqlite::kTypes,
                                      .type_count = std::size(sqlite::kTypes),
                                      .initialize = sqlite::initialize_module};

}  // namespace hog
