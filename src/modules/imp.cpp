// imp.cpp: the module _imp: built-in and frozen modules as importlib asks for them. There are no extension modules to load.
// Ref: library/importlib; Lib/importlib/_bootstrap.py is the only intended caller.
#include <algorithm>

#include "bytecode/code_format.hpp"
#include "host/host.hpp"
#include "modules/missing_modules.hpp"
#include "modules/posix/posix.hpp"
#include "modules/siphash_support.hpp"
#include "modules/sys_functions.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/importing.hpp"

namespace hog {

namespace {

// ---- Built-in modules. ----

Fallible<std::string_view> module_name(Thread&, Str* name) {
  return name->is_ascii() ? name->ascii() : std::string_view();
}

Fallible<int64_t> is_builtin(Thread& t, Str* name) {
  std::string_view text = TRY(module_name(t, name));
  return Isolate::of(t).find_native_module(text) != nullptr ? int64_t{1} : int64_t{0};
}

Fallible<Value> create_builtin(Thread& t, Value spec) {
  Value name = TRY(get_attribute_py(t, spec, names.name));
  if (!is<Str>(name)) return t.raise_type_error("name must be string, not {}", type_of(name));
  std::string_view text = TRY(module_name(t, as<Str>(name)));
  Isolate& isolate = Isolate::of(t);
  // There is one of each of these in an isolate, whatever happened to sys.modules.
  if (text == "sys") return isolate.slots[Isolate::kSysModule].get();
  if (text == "builtins") return isolate.slots[Isolate::kBuiltinsModule].get();
  const ModuleSpec* native = isolate.find_native_module(text);
  if (native == nullptr) return Value::none();
  return Value(TRY(make_native_module(t, *native)));
}

// Native modules are complete when created.
Fallible<int64_t> exec_builtin(Thread&, Value) { return int64_t{0}; }

// What the message of a failed import says beyond the name.
Fallible<Value> why_missing(Thread& t, Value name) {
  if (!is<Str>(name) || !as<Str>(name)->is_ascii()) return Value(names.empty);
  return Value(TRY(Str::from_ascii(t, why_module_is_missing(Isolate::of(t), as<Str>(name)->ascii()))));
}

// ---- Frozen modules. ----

bool find_frozen_module(Thread& t, Str* name, FrozenModule* out) {
  const FrozenLibrary* library = Isolate::of(t).config().library;
  return library != nullptr && name->is_ascii() && library->find(name->ascii(), out);
}

Failure raise_no_frozen(Thread& t, Str* name) {
  (void)t.raise(core.ImportError, "No such frozen object named {}", name);
  if (!t.terminated() && is<BaseException>(t.exception())) {
    auto* e = as<BaseException>(t.exception());
    e->extra_[exception_field::kImportName].set(e, Value(name));
  }
  return Failure{};
}

Fallible<bool> is_frozen(Thread& t, Str* name) {
  FrozenModule frozen;
  return find_frozen_module(t, name, &frozen);
}

Fallible<bool> is_frozen_package(Thread& t, Str* name) {
  FrozenModule frozen;
  if (!find_frozen_module(t, name, &frozen)) return raise_no_frozen(t, name);
  return frozen.is_package;
}

// ---- Files that shadow modules of the frozen library. ----
//
// CPython's library is a folder of sys.path, and a module beside the script comes before it. Ours is found by the importer of
// frozen modules, which comes before sys.path; its place there is the entry sys._stdlib_dir. Whatever stands before that entry
// is asked here. Without that entry (a sandbox) nothing shadows the library.

// What CPython freezes, too, or has always imported before a program begins.
constexpr std::string_view kNeverShadowed[] = {
    "_collections_abc", "_frozen_importlib", "_frozen_importlib_external", "_sitebuiltins", "abc", "codecs", "encodings",
    "genericpath", "importlib", "io", "ntpath", "os", "posixpath", "runpy", "site", "stat", "zipimport"};

bool never_shadowed(std::string_view name) {
  return std::find(std::begin(kNeverShadowed), std::end(kNeverShadowed), name) != std::end(kNeverShadowed);
}

Fallible<bool> is_regular_file(Thread& t, FileSystem* files, Str* path) {
  TRY(t.poll());
  posix::PathArgument p("find_frozen", "name", posix::kPathOnly);
  if (p.convert_py(t, Value(path)).failed()) {  // a path with a NUL, say, leads nowhere
    if (t.terminated()) return Failure{};
    (void)t.take_exception();
    return false;
  }
  HostResult<FileStatus> status = files->status(p.at(), true);
  return status.ok() && (status.value.mode & file_mode::kTypeMask) == file_mode::kRegular;
}

// Does an entry of sys.path before the library's own hold FOLDER/NAME.py or FOLDER/NAME/__init__.py?
Fallible<bool> file_shadows(Thread& t, Str* name) {
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->files == nullptr || never_shadowed(name->ascii())) return false;
  Dict* sys = t.isolate().sys_dict;
  Value path = sys->get_name_nogc(TRY(Str::intern_utf8(t, "path")));
  Value library = sys->get_name_nogc(TRY(Str::intern_utf8(t, "_stdlib_dir")));
  if (path.is_absent() || !is<List>(path) || library.is_absent() || !is<Str>(library)) return false;
  auto* entries = as<List>(path);
  size_t place = 0;
  auto is_library = [&](Value entry) { return is<Str>(entry) && Str::equal_nogc(as<Str>(entry), as<Str>(library)); };
  while (place < entries->length() && !is_library(entries->at(place))) ++place;
  if (place == entries->length()) return false;
  for (size_t i = 0; i < place && i < entries->length(); ++i) {
    Value entry = entries->at(i);
    if (!is<Str>(entry)) continue;
    Str* folder = as<Str>(entry)->length() == 0 ? TRY(Str::intern_utf8(t, ".")) : as<Str>(entry);
    if (TRY(is_regular_file(t, host->files, TRY(t.format("{}/{}.py", folder, name))))) return true;
    if (TRY(is_regular_file(t, host->files, TRY(t.format("{}/{}/__init__.py", folder, name))))) return true;
  }
  return false;
}

// A module within a package: is the package that was imported another than the library's?
Fallible<bool> package_is_foreign(Thread& t, Str* name, size_t dot) {
  Value package = TRY(t.isolate().modules->get_py(t, Value(TRY(Str::slice(t, name, 0, dot)))));
  if (package.is_absent() || !is<Module>(package)) return false;
  Value spec = as<Module>(package)->dict()->get_name_nogc(names.dunder_spec);
  if (spec.is_absent() || spec.is_none()) return false;
  Value origin = TRY(get_attribute_py(t, spec, TRY(Str::intern_utf8(t, "origin"))));
  return is<Str>(origin) && !as<Str>(origin)->equals_ascii("frozen");
}

Fallible<bool> is_shadowed(Thread& t, Str* name) {
  size_t dot = name->ascii().find('.');
  return dot == std::string_view::npos ? file_shadows(t, name) : package_is_foreign(t, name, dot);
}

// (data, is a package, name it was frozen under), or None.
Fallible<Value> find_frozen(Thread& t, Str* name, bool) {
  FrozenModule frozen;
  if (!find_frozen_module(t, name, &frozen) || TRY(is_shadowed(t, name))) return Value::none();
  return Value(TRY(Tuple::of(t, Value::none(), Value::from_bool(frozen.is_package), Value(name))));
}

// Code that a program brings along is none of ours.
Fallible<Value> get_frozen_object(Thread& t, Str* name, Value data) {
  FrozenModule frozen;
  if (!data.is_none()) return t.raise(core.ImportError, "Frozen object named {} is invalid", repr_of(Value(name)));
  if (!find_frozen_module(t, name, &frozen)) return raise_no_frozen(t, name);
  return Value(TRY(Isolate::of(t).load_blob(t, frozen.blob, nullptr)));
}

Fallible<Value> get_frozen_source(Thread& t, Str* name) {
  FrozenModule frozen;
  if (!find_frozen_module(t, name, &frozen)) return raise_no_frozen(t, name);
  Value source = TRY(Isolate::of(t).config().library->source(t, frozen.name));
  return is<Str>(source) && as<Str>(source)->length() != 0 ? source : Value::none();
}

// What the embedder said about code that it ran itself.
Fallible<Value> remembered_source(Thread& t, Str* filename) {
  Value known = Isolate::of(t).slots[Isolate::kSources].get();
  if (known.is_empty()) return Value::none();
  Value text = TRY(as<Dict>(known)->get_py(t, Value(filename)));
  return text.is_absent() ? Value::none() : text;
}

// [(code, text, file name)] since the last call: for linecache.
Fallible<Value> take_program_texts(Thread& t) {
  Value known = Isolate::of(t).slots[Isolate::kSources].get();
  if (known.is_empty()) return Value(TRY(List::make(t)));
  Value waiting = TRY(as<Dict>(known)->get_py(t, Value::none()));
  if (waiting.is_absent()) return Value(TRY(List::make(t)));
  TRY(as<Dict>(known)->set_py(t, Value::none(), Value(TRY(List::make(t)))));
  return waiting;
}

// True or False when whoever runs the program decided about colours, else None: the stream decides.
Fallible<Value> colors_wanted(Thread& t) {
  Value v = Isolate::of(t).slots[Isolate::kColors].get();
  return v.is_empty() ? Value::none() : v;
}

Fallible<Value> frozen_module_names(Thread& t) {
  List* list = TRY(List::make(t));
  const FrozenLibrary* library = Isolate::of(t).config().library;
  for (size_t i = 0; library != nullptr && i < library->count(); ++i)
    TRY(list->append(t, Value(TRY(Str::intern_utf8(t, library->name_at(i))))));
  return Value(list);
}

Fallible<Value> init_frozen(Thread& t, Str* name) {
  FrozenModule frozen;
  if (!find_frozen_module(t, name, &frozen)) return Value::none();
  Module* module = TRY(Module::make(t, name));
  TRY(t.isolate().modules->set_py(t, Value(name), Value(module)));
  Code* code = TRY(Isolate::of(t).load_blob(t, frozen.blob, nullptr));
  TRY(Isolate::of(t).run_code(t, code, module->dict(), Value()));
  return Value(module);
}

// ---- Extension modules: there are none. ----

Fallible<Value> extension_suffixes(Thread& t) { return Value(TRY(List::make(t))); }
Fallible<Value> create_dynamic(Thread& t, Value spec, Value) {
  Value name = TRY(get_attribute_py(t, spec, names.name));
  Value origin = TRY(get_attribute_py(t, spec, TRY(Str::intern_utf8(t, "origin"))));
  for (Value text : {name, origin}) {
    if (!is<Str>(text)) return t.raise_type_error("a module's name and origin must be str, not {}", type_of(text));
    for (size_t i = 0; i < as<Str>(text)->length(); ++i)
      if (as<Str>(text)->at(i) == 0) return t.raise_value_error("embedded null character");
  }
  return t.raise(core.ImportError, "this interpreter cannot load the extension module {}", str_of(name));
}
Fallible<int64_t> exec_dynamic(Thread&, Value) { return int64_t{0}; }

// ---- Archives. ----

Failure raise_no_archive(Thread& t, Value path) {
  return t.raise(core.ImportError, "not a Zip file: {}", repr_of(path));
}

// Is the path a file, or beneath one?
Fallible<bool> leads_to_file(Thread& t, Str* path) {
  posix::PathArgument p("zipimporter", "path", posix::kPathOnly);
  TRY(p.convert_py(t, Value(path)));
  FileSystem* fs = TRY(posix::files(t));
  ByteArray* copy = TRY(ByteArray::make(t, p.view().size() + 1));
  __builtin_memcpy(copy->data(), p.view().data(), p.view().size());
  auto* bytes = reinterpret_cast<char*>(copy->data());
  for (size_t length = p.view().size(); length != 0;) {
    TRY(t.poll());
    bytes[length] = 0;
    HostResult<FileStatus> status = fs->status(HostPath{bytes, length}, true);
    if (status.ok()) return (status.value.mode & file_mode::kTypeMask) == file_mode::kRegular;
    while (length != 0 && bytes[length - 1] != '/') --length;
    while (length != 0 && bytes[length - 1] == '/') --length;
  }
  return false;
}

// The first of sys.path_hooks. zipimport and what it imports are wanted by few programs: it takes this one's place when a path
// leads to a file.
Fallible<Value> zip_path_hook(Thread& t, Value path) {
  Host* host = Isolate::of(t).config().host;
  if (!is<Str>(path) || host == nullptr || host->files == nullptr) return raise_no_archive(t, path);
  if (!TRY(leads_to_file(t, as<Str>(path)))) return raise_no_archive(t, path);
  Value module = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "zipimport"))));
  Value importer = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "zipimporter"))));
  Value hooks = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, "path_hooks")));
  if (is<List>(hooks)) {
    auto* list = as<List>(hooks);
    for (size_t i = 0; i < list->length(); ++i) {
      Value hook = list->at(i);
      if (is<NativeFunction>(hook) && std::string_view(as<NativeFunction>(hook)->signature_->method->name) == "_zip_path_hook")
        list->set(i, importer);
    }
  }
  return call_py(t, importer, path);
}

// ---- The import lock. ----

Fallible<bool> lock_held(Thread& t) { return Isolate::of(t).import_lock.depth > 0; }
Fallible<void> acquire_lock(Thread& t) { return acquire(t, Isolate::of(t).import_lock); }
Fallible<void> release_lock(Thread& t) {
  if (!release(t, Isolate::of(t).import_lock)) return t.raise(core.RuntimeError, "not holding the import lock");
  return {};
}

// ---- Other. ----

Fallible<Value> source_hash(Thread& t, int64_t key, Value source) {
  BytesLike buffer(t);
  TRY(buffer.open(source));
  uint64_t hash = sip_hash_13(static_cast<uint64_t>(key), 0, buffer.data(), buffer.size());
  uint8_t bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(hash >> (8 * i));
  return Value(TRY(Bytes::from(t, bytes, sizeof bytes)));
}

// Code nested in a code object shares its file name through the constants.
Fallible<void> fix_filename(Thread& t, Code* code, Str* from, Str* path) {
  TRY(check_native_recursion(t));
  Str* own = TRY(code->filename(t));
  if (!Str::equal_nogc(own, from)) return {};
  code->filename_.set(code, path);
  TRY(code->materialize(t));
  for (uint32_t i = 0; i < code->record().constant_count; ++i) {
    Value constant = code->constant(i);
    if (is<Code>(constant)) TRY(fix_filename(t, as<Code>(constant), from, path));
  }
  return {};
}
Fallible<void> fix_co_filename(Thread& t, Code* code, Str* path) {
  Str* from = TRY(code->filename(t));
  if (Str::equal_nogc(from, path)) return {};
  return fix_filename(t, code, from, path);
}

// Up to the last slash; the empty string when there is none.
Fallible<Str*> folder_of(Thread& t, Str* path) {
  size_t end = path->length();
  while (end > 0 && path->at(end - 1) != '/') --end;
  return Str::slice(t, path, 0, end > 1 ? end - 1 : end);
}

// ---- Files next to the program that have a library's name. ----

// sys.path[0] as it was when the program began: the script's folder, or the current one. None: neither is on the path.
Fallible<Value> first_folder_py(Thread& t) {
  if (t.isolate().start_flags.safe_path) return Value::none();
  Value main = Isolate::of(t).slots[Isolate::kMainModule].get();
  if (!main.is_empty() && is<Module>(main)) {
    Dict* globals = as<Module>(main)->dict();
    Value file = globals->get_name_nogc(names.dunder_file), spec = globals->get_name_nogc(names.dunder_spec);
    bool is_script = !spec.is_absent() && spec.is_none();
    if (is_script && !file.is_absent() && is<Str>(file)) return Value(TRY(folder_of(t, as<Str>(file))));
  }
  Value posix = t.isolate().modules->get_name_nogc(TRY(Str::intern_utf8(t, "posix")));
  if (posix.is_absent() || !is<Module>(posix)) return Value::none();
  Value getcwd = as<Module>(posix)->dict()->get_name_nogc(TRY(Str::intern_utf8(t, "getcwd")));
  if (getcwd.is_absent() || !is<NativeFunction>(getcwd)) return Value::none();
  Fallible<Value> folder = call_py(t, getcwd);
  if (!folder.failed()) return folder;
  if (t.terminated() || !t.exception_is(core.OSError)) return Failure{};
  t.take_exception();  // the current folder is gone
  return Value::none();
}
// 0: nothing, 1: who knows what, 2: a module of the standard library.
Fallible<int64_t> shadowing(Thread& t, Str* name, Str* origin) {
  Value first = TRY(first_folder_py(t));
  if (first.is_none() || !is<Str>(first)) return int64_t{0};
  Str* folder = TRY(folder_of(t, origin));
  constexpr std::string_view kPackage = "/__init__.py";
  size_t length = origin->length();
  if (length > kPackage.size() && TRY(Str::slice(t, origin, length - kPackage.size(), length))->equals_ascii(kPackage))
    folder = TRY(folder_of(t, folder));
  if (!Str::equal_nogc(folder, as<Str>(first))) return int64_t{0};
  Value known = TRY(library_module_names(t));
  if (known.is_absent() || !is<Set>(known)) return int64_t{1};
  return int64_t{TRY(contains_py(t, known, Value(name))) ? 2 : 1};
}

Fallible<int64_t> override_check(Thread&, int) { return int64_t{0}; }
Fallible<void> override_frozen(Thread&, int) { return {}; }

const NativeMethod kFunctions[] = {
    {"_fix_co_filename", HOG_NATIVE(fix_co_filename), "(code, path, /)", "Changes the file name of code, nested code included."},
    {"_frozen_module_names", HOG_NATIVE(frozen_module_names), "()", "Names of all frozen modules."},
    {"_get_frozen_source", HOG_NATIVE(get_frozen_source), "(name, /)", "Source text of a frozen module, or None."},
    {"_colors_wanted", HOG_NATIVE(colors_wanted), "()", "Should output be coloured? None: as the stream allows."},
    {"_take_program_texts", HOG_NATIVE(take_program_texts), "()", "Code without a file that was run, with its text."},
    {"_remembered_source", HOG_NATIVE(remembered_source), "(filename, /)", "Source text that the embedder ran, or None."},
    {"_override_frozen_modules_for_tests", HOG_NATIVE(override_frozen), "(override, /)", "Does nothing."},
    {"_override_multi_interp_extensions_check", HOG_NATIVE(override_check), "(override, /)", "Does nothing."},
    {"_why_missing", HOG_NATIVE(why_missing), "(name, /)", "Which grant or build would bring a module, as the end of a message."},
    {"_zip_path_hook", HOG_NATIVE(zip_path_hook), "(path, /)", "zipimport.zipimporter, imported when it is needed."},
    {"acquire_lock", HOG_NATIVE(acquire_lock), "()", "Takes the import lock."},
    {"create_builtin", HOG_NATIVE(create_builtin), "(spec, /)", "A built-in module, or None."},
    {"create_dynamic", HOG_NATIVE(create_dynamic), "(spec, file=<unrepresentable>, /)", "ImportError."},
    {"exec_builtin", HOG_NATIVE(exec_builtin), "(mod, /)", "Nothing is left to do for a built-in module."},
    {"exec_dynamic", HOG_NATIVE(exec_dynamic), "(mod, /)", "Nothing to do."},
    {"extension_suffixes", HOG_NATIVE(extension_suffixes), "()", "None: []."},
    {"find_frozen", HOG_NATIVE(find_frozen), "(name, /, *, withdata=False)", "(data, is_package, origin), or None."},
    {"get_frozen_object", HOG_NATIVE(get_frozen_object), "(name, data=None, /)", "Code of a frozen module."},
    {"init_frozen", HOG_NATIVE(init_frozen), "(name, /)", "Runs a frozen module by itself."},
    {"is_builtin", HOG_NATIVE(is_builtin), "(name, /)", "1 for built-in modules, else 0."},
    {"_shadowing", HOG_NATIVE(shadowing), "(name, origin, /)", "What a module from that file may keep from being imported."},
    {"is_frozen", HOG_NATIVE(is_frozen), "(name, /)", "Is a module of this name frozen?"},
    {"is_frozen_package", HOG_NATIVE(is_frozen_package), "(name, /)", "Is the frozen module a package?"},
    {"lock_held", HOG_NATIVE(lock_held), "()", "Is the import lock taken?"},
    {"release_lock", HOG_NATIVE(release_lock), "()", "Gives the import lock back."},
    {"source_hash", HOG_NATIVE(source_hash), "(key, source)", "Hash of source text for .pyc files."},
    {}};

// What .pyc files of this build's bytecode have in common.
uint64_t bytecode_hash() {
  uint64_t hash = kCodeBlobMagic;
  auto add = [&](const char* text) {
    for (; *text != '\0'; ++text) hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001B3;
  };
  for (int i = 0; i < kOpcodeCount; ++i) {
    add(kOpcodeInfo[i].name);
    add(kOpcodeInfo[i].operands);
  }
  for (int i = 0; i < kIntrinsicCount; ++i) add(kIntrinsicNames[i]);
  return hash;
}

// Without Process, code objects are loaded only where they were dumped (marshal): an isolate's .pyc files have a number of their own
// then. To others they are stale, and the source is compiled. A number and "\r\n", read as a little-endian word.
int64_t pyc_magic_token(Thread& t) {
  uint64_t seed = t.isolate().hash_seed;
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->process != nullptr) seed = bytecode_hash();
  else if (host != nullptr && host->entropy != nullptr) host->entropy->fill(&seed, sizeof seed);
  seed ^= seed >> 32;
  seed ^= seed >> 16;
  return static_cast<int64_t>(0x0A0D0000 | (seed & 0xFFFF));
}

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "check_hash_based_pycs", Value(TRY(Str::intern_utf8(t, "default")))));
  return module->add(t, "pyc_magic_number_token", Value::from_small_int(pyc_magic_token(t)));
}

}  // namespace

extern const ModuleSpec k_module__imp;
const ModuleSpec k_module__imp = {
    .name = "_imp",
    .doc = "What importlib needs of the machine.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
