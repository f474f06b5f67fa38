// sys_info.cpp: what sys tells about the interpreter. Attributes that are structures are made when a program first asks for
// them, so that a new isolate does not pay for them. Ref: library/sys.
#include <cfloat>

#include "modules/missing_modules.hpp"
#include "modules/sys_functions.hpp"
#include "modules/version.hpp"
#include "object/struct_sequence.hpp"
#include "vm/importing.hpp"

namespace hog {

namespace {

Fallible<Value> text(Thread& t, const char* s) { return Value(TRY(Str::intern_utf8(t, s))); }
Value number(int64_t n) { return Value::from_small_int(n); }

// ---- Structures. ----

constexpr StructField kVersionFields[] = {{"major", "Major version."},
                                          {"minor", "Minor version."},
                                          {"micro", "Patch level."},
                                          {"releaselevel", "'alpha', 'beta', 'candidate' or 'final'."},
                                          {"serial", "Number within the release level."}};
constexpr StructSequenceSpec kVersionInfo = {"sys.version_info", "Version of the language as a tuple.", kVersionFields, 5, 5,
                                             false};
Fallible<Value> make_version_info(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kVersionInfo));
  Value final_level = TRY(text(t, "final"));
  const Value values[] = {number(version::kMajor), number(version::kMinor), number(version::kMicro), final_level, number(0)};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kFlagFields[] = {
    {"debug", "-d"},
    {"inspect", "-i"},
    {"interactive", "-i"},
    {"optimize", "-O or -OO"},
    {"dont_write_bytecode", "-B"},
    {"no_user_site", "-s"},
    {"no_site", "-S"},
    {"ignore_environment", "-E"},
    {"verbose", "-v"},
    {"bytes_warning", "-b"},
    {"quiet", "-q"},
    {"hash_randomization", "-R"},
    {"isolated", "-I"},
    {"dev_mode", "-X dev"},
    {"utf8_mode", "-X utf8"},
    {"warn_default_encoding", "-X warn_default_encoding"},
    {"safe_path", "-P"},
    {"int_max_str_digits", "-X int_max_str_digits"},
    {"gil", "-X gil"},
    {"thread_inherit_context", "-X thread_inherit_context"},
    {"context_aware_warnings", "-X context_aware_warnings"},
};
constexpr StructSequenceSpec kFlags = {"sys.flags", "How the interpreter was started.", kFlagFields, 21, 18, false};
Fallible<Value> make_flags(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kFlags));
  const StartFlags& flags = t.isolate().start_flags;
  auto truth = [](bool b) { return b ? Value::true_value() : Value::false_value(); };
  const Value values[21] = {number(flags.debug),
                            number(flags.inspect),
                            number(flags.interactive),
                            number(flags.optimize),
                            number(flags.dont_write_bytecode),
                            number(flags.no_user_site),
                            number(flags.no_site),
                            number(flags.ignore_environment),
                            number(flags.verbose),
                            number(flags.bytes_warning),
                            number(flags.quiet),
                            number(flags.hash_randomization),
                            number(flags.isolated),
                            truth(flags.dev_mode),
                            number(flags.utf8_mode),
                            number(flags.warn_default_encoding),
                            truth(flags.safe_path),
                            number(t.isolate().int_max_str_digits),
                            number(1),
                            number(flags.thread_inherit_context),
                            number(flags.context_aware_warnings)};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kFloatFields[] = {{"max"}, {"max_exp"}, {"max_10_exp"}, {"min"}, {"min_exp"}, {"min_10_exp"},
                                        {"dig"}, {"mant_dig"}, {"epsilon"}, {"radix"}, {"rounds"}};
constexpr StructSequenceSpec kFloatInfo = {"sys.float_info", "Limits and precision of float.", kFloatFields, 11, 11};
Fallible<Value> make_float_info(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kFloatInfo));
  Value largest = TRY(make_float(t, DBL_MAX));
  Value smallest = TRY(make_float(t, DBL_MIN));
  Value epsilon = TRY(make_float(t, DBL_EPSILON));
  const Value values[] = {largest,           number(DBL_MAX_EXP), number(DBL_MAX_10_EXP), smallest,
                          number(DBL_MIN_EXP), number(DBL_MIN_10_EXP), number(DBL_DIG),   number(DBL_MANT_DIG),
                          epsilon,           number(FLT_RADIX),   number(1)};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kIntFields[] = {
    {"bits_per_digit"}, {"sizeof_digit"}, {"default_max_str_digits"}, {"str_digits_check_threshold"}};
constexpr StructSequenceSpec kIntInfo = {"sys.int_info", "How int is represented.", kIntFields, 4, 4};
// Programs derive portable expectations from these: digits of 30 bits, as everywhere.
Fallible<Value> make_int_info(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kIntInfo));
  const Value values[] = {number(30), number(4), number(4300), number(640)};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kHashFields[] = {{"width"},     {"modulus"},   {"inf"},       {"nan"},   {"imag"},
                                       {"algorithm"}, {"hash_bits"}, {"seed_bits"}, {"cutoff"}};
constexpr StructSequenceSpec kHashInfo = {"sys.hash_info", "Parameters of the numeric hash.", kHashFields, 9, 9};
Fallible<Value> make_hash_info(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kHashInfo));
  Value algorithm = TRY(text(t, "siphash13"));
  const Value values[] = {number(64),      number((int64_t{1} << 61) - 1), number(314159), number(0), number(1000003),
                          algorithm, number(64),                     number(128),    number(0)};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kThreadFields[] = {{"name"}, {"lock"}, {"version"}};
constexpr StructSequenceSpec kThreadInfo = {"sys.thread_info", "How threads are implemented.", kThreadFields, 3, 3};
Fallible<Value> make_thread_info(Thread& t) {
  Type* type = TRY(make_struct_sequence_type(t, &kThreadInfo));
  Value name = TRY(text(t, "pthread"));
  Value lock = Value::none(), version = Value::none();
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->threads != nullptr && host->process != nullptr) {
    lock = TRY(text(t, "semaphore"));
    Value posix = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "posix"))));
    version = TRY(call_method_py(t, posix, TRY(Str::intern_utf8(t, "confstr")), TRY(text(t, "CS_GNU_LIBPTHREAD_VERSION"))));
  }
  const Value values[] = {name, lock, version};
  return make_struct_sequence(t, type, values);
}

constexpr StructField kUnraisableFields[] = {{"exc_type", "Class of the exception."},
                                             {"exc_value", "The exception, or None."},
                                             {"exc_traceback", "Its traceback, or None."},
                                             {"err_msg", "Message, or None."},
                                             {"object", "What caused it, or None."}};
constexpr StructSequenceSpec kUnraisable = {"sys.UnraisableHookArgs", "What sys.unraisablehook is given.", kUnraisableFields,
                                            5, 5};

constexpr StructField kAsyncFields[] = {{"firstiter"}, {"finalizer"}};
constexpr StructSequenceSpec kAsyncHooks = {"sys.asyncgen_hooks", "Hooks of asynchronous generators.", kAsyncFields, 2, 2};

Fallible<Value> sys_attribute(Thread& t, const char* name) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  return get_attribute_py(t, Isolate::of(t).slots[Isolate::kSysModule].get(), interned);
}

Fallible<Value> make_implementation(Thread& t) {
  Value type = Value(core.simple_namespace);
  Dict* fields = TRY(Dict::make(t));
  auto add = [&](const char* name, Value v) -> Fallible<void> {
    Str* interned = TRY(Str::intern_utf8(t, name));
    return fields->set_name(t, interned, v);
  };
  TRY(add("name", TRY(text(t, version::kImplementationName))));
  TRY(add("cache_tag", TRY(text(t, version::kCacheTag))));
  TRY(add("version", TRY(sys_attribute(t, "version_info"))));
  TRY(add("hexversion", number(version::kHex)));
  TRY(add("_multiarch", TRY(text(t, "x86_64-linux-gnu"))));
  TRY(add("supports_isolated_interpreters", Value::false_value()));
  return call_with_dict_py(t, type, empty_tuple(), fields);
}

// ---- Names of modules. ----

std::string_view top_level(std::string_view name) { return name.substr(0, name.find('.')); }

Fallible<Value> make_builtin_module_names(Thread& t) {
  List* list = TRY(List::make(t));
  const ModuleSpec* const* modules = Isolate::of(t).config().modules;
  for (size_t i = 0; modules != nullptr && modules[i] != nullptr; ++i)
    if (top_level(modules[i]->name) == modules[i]->name && Isolate::of(t).find_native_module(modules[i]->name) == modules[i])
      TRY(list->append(t, Value(TRY(Str::intern_utf8(t, modules[i]->name)))));
  return Value(TRY(Tuple::from(t, list->data(), list->length())));
}

Fallible<Value> make_stdlib_module_names(Thread& t) {
  Set* set = TRY(Set::make(t, core.frozenset));
  const IsolateConfig& config = Isolate::of(t).config();
  for (size_t i = 0; config.modules != nullptr && config.modules[i] != nullptr; ++i)
    TRY(set->add_py(t, Value(TRY(Str::intern_utf8(t, top_level(config.modules[i]->name))))));
  for (size_t i = 0; config.library != nullptr && i < config.library->count(); ++i)
    TRY(set->add_py(t, Value(TRY(Str::intern_utf8(t, top_level(config.library->name_at(i)))))));
  for (std::string_view name : missing_module_names()) TRY(set->add_py(t, Value(TRY(Str::intern_utf8(t, name)))));
  return Value(set);
}

// An attribute only: sys is no package, and sys.modules does not have it.
Fallible<Value> make_submodule(Thread& t, const char* name) {
  const ModuleSpec* spec = Isolate::of(t).find_native_module(name);
  if (spec == nullptr) return Value::none();  // an embedder's own choice of modules
  return Value(TRY(make_native_module(t, *spec)));
}
Fallible<Value> make_jit(Thread& t) { return make_submodule(t, "sys._jit"); }
Fallible<Value> make_monitoring(Thread& t) { return make_submodule(t, "sys.monitoring"); }

struct LazyAttribute {
  const char* name;
  Fallible<Value> (*make)(Thread&);
};
constexpr LazyAttribute kLazy[] = {
    {"version_info", make_version_info},
    {"flags", make_flags},
    {"float_info", make_float_info},
    {"int_info", make_int_info},
    {"hash_info", make_hash_info},
    {"thread_info", make_thread_info},
    {"implementation", make_implementation},
    {"builtin_module_names", make_builtin_module_names},
    {"stdlib_module_names", make_stdlib_module_names},
    {"UnraisableHookArgs", make_unraisable_type},
    {"_jit", make_jit},
    {"monitoring", make_monitoring},
};

}  // namespace

namespace {

// What was made once is kept in the module's state.
Fallible<Dict*> made_attributes(Thread& t) {
  auto* sys = as<Module>(Isolate::of(t).slots[Isolate::kSysModule].get());
  if (!sys->state_) sys->state_.set(sys, TRY(Dict::make(t)));
  return as<Dict>(sys->state_.get());
}
// The type of a structure.
Fallible<Type*> known_type(Thread& t, const StructSequenceSpec* spec) {
  Dict* made = TRY(made_attributes(t));
  Str* name = TRY(Str::intern_utf8(t, spec->name));
  Value known = made->get_name_nogc(name);
  if (!known.is_absent()) return as<Type>(known);
  Type* type = TRY(make_struct_sequence_type(t, spec));
  TRY(made->set_name(t, name, Value(type)));
  return type;
}

}  // namespace

Fallible<Value> make_unraisable_type(Thread& t) { return Value(TRY(known_type(t, &kUnraisable))); }
Fallible<Value> make_unraisable(Thread& t, Tuple* fields) {
  return make_struct_sequence(t, TRY(known_type(t, &kUnraisable)), fields->data());
}

Fallible<Value> make_async_hooks(Thread& t, Value first, Value final) {
  const Value values[] = {first, final};
  return make_struct_sequence(t, TRY(known_type(t, &kAsyncHooks)), values);
}

Fallible<Value> make_lazy_sys_attribute(Thread& t, Str* name) {
  for (const LazyAttribute& row : kLazy) {
    if (!name->equals_ascii(row.name)) continue;
    Dict* made = TRY(made_attributes(t));
    if (!made->get_name_nogc(name).is_absent()) return Value::absent();  // the program has deleted it
    Value v = TRY(row.make(t));
    TRY(t.isolate().sys_dict->set_name(t, name, v));
    TRY(made->set_name(t, name, Value::true_value()));
    return v;
  }
  return Value::absent();
}

Fallible<Value> library_module_names(Thread& t) {
  Str* name = TRY(Str::intern_utf8(t, "stdlib_module_names"));
  Value known = t.isolate().sys_dict->get_name_nogc(name);
  if (known.is_absent()) return make_lazy_sys_attribute(t, name);
  // A program's own value is not replaced once it is deleted.
  TRY(TRY(made_attributes(t))->set_name(t, name, Value::true_value()));
  return known;
}

Fallible<void> make_all_lazy_sys_attributes(Thread& t) {
  for (const LazyAttribute& row : kLazy) {
    Str* name = TRY(Str::intern_utf8(t, row.name));
    if (t.isolate().sys_dict->get_name_nogc(name).is_absent()) TRY(make_lazy_sys_attribute(t, name));
  }
  return {};
}

Fallible<void> add_sys_constants(Thread& t, Module* sys) {
  auto add_text = [&](const char* name, const char* value) -> Fallible<void> { return sys->add(t, name, TRY(text(t, value))); };
  auto add_list = [&](const char* name) -> Fallible<void> { return sys->add(t, name, Value(TRY(List::make(t)))); };
  TRY(add_text("version", version::kText));
  TRY(sys->add(t, "hexversion", number(version::kHex)));
  TRY(sys->add(t, "api_version", number(1013)));
  TRY(add_text("copyright", "Hognose is free software under the terms of its LICENSE file."));
  TRY(sys->add(t, "_git", Value(TRY(Tuple::of(t, TRY(text(t, "Hognose")), Value(names.empty), Value(names.empty))))));
  TRY(add_text("platform", "linux"));
  TRY(add_text("byteorder", "little"));
  TRY(add_text("platlibdir", "lib"));
  TRY(add_text("float_repr_style", "short"));
  TRY(add_text("_framework", ""));
  TRY(add_text("abiflags", ""));
  Value largest = TRY(make_int(t, INT64_MAX));
  TRY(sys->add(t, "maxsize", largest));
  TRY(sys->add(t, "maxunicode", number(0x10FFFF)));
  for (const char* name : {"prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable", "_base_executable"})
    TRY(add_text(name, ""));
  // Where frozen modules say they come from (__file__): a place that no disk has, so that the names are regular and lead nowhere.
  Host* host = Isolate::of(t).config().host;
  const char* library = host == nullptr || host->environment == nullptr || host->files == nullptr
                            ? nullptr
                            : host->environment->library_directory();
  TRY(add_text("_stdlib_dir", library == nullptr ? "/hognose/lib/python3.14" : library));
  Value no_name = Value(names.empty);
  TRY(sys->add(t, "argv", Value(TRY(List::from(t, &no_name, 1)))));
  for (const char* name : {"orig_argv", "path", "meta_path", "path_hooks", "warnoptions"}) TRY(add_list(name));
  TRY(sys->add(t, "path_importer_cache", Value(TRY(Dict::make(t)))));
  TRY(sys->add(t, "_xoptions", Value(TRY(Dict::make(t)))));
  TRY(sys->add(t, "dont_write_bytecode", Value::true_value()));
  TRY(sys->add(t, "pycache_prefix", Value::none()));
  return {};
}

}  // namespace hog
