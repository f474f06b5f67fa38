// session.cpp: see session.hpp. Everything a program may reach is granted in Session::grant, and nowhere else.
#include "session.hpp"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "embed/library.hpp"
#include "embed/native_modules.hpp"
#include "host/file_system.hpp"
#include "modules/all_modules.hpp"
#include "modules/io/standard_streams.hpp"
#include "modules/signals.hpp"
#include "modules/source_text.hpp"
#include "modules/traceback_print.hpp"
#include "object/bootstrap.hpp"
#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "object/os_error.hpp"
#include "object/protocol.hpp"
#ifdef HOG_HOST_ENV
#include "os/signals.hpp"
#include "os/threads.hpp"
#include "os_modules/os_modules.hpp"
#endif
#include "script.hpp"
#include "vm/importing.hpp"
#include "vm/vm_shapes.hpp"

namespace hog::cli {

namespace {

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> result;
  for (const std::string& text : texts) result.push_back(text.c_str());
  return result;
}

// Takes away the white space that all lines with text begin with: -c text may be indented as a whole.
std::string without_common_indent(const std::string& text) {
  std::string_view common;
  bool any = false;
  for (size_t start = 0; start < text.size();) {
    size_t end = text.find('\n', start);
    if (end == std::string::npos) end = text.size();
    std::string_view line = std::string_view(text).substr(start, end - start);
    size_t indent = line.find_first_not_of(" \t");
    if (indent != std::string_view::npos) {
      std::string_view own = line.substr(0, indent);
      if (!any) common = own;
      any = true;
      size_t same = 0;
      while (same < common.size() && same < own.size() && common[same] == own[same]) ++same;
      common = common.substr(0, same);
    }
    start = end + 1;
  }
  if (common.empty()) return text;
  std::string result;
  for (size_t start = 0; start < text.size();) {
    size_t end = text.find('\n', start);
    bool last = end == std::string::npos;
    if (last) end = text.size();
    std::string_view line = std::string_view(text).substr(start, end - start);
    if (line.find_first_not_of(" \t") != std::string_view::npos) result += line.substr(common.size());
    if (!last) result += '\n';
    start = end + 1;
  }
  return result;
}

// A SyntaxError in a file carries no text: suggestions are made from its one line then.
Failure forget_text_of_error(Thread& t) {
  if (t.terminated() || !t.exception_is(core.SyntaxError)) return Failure{};
  Value exception = t.take_exception();
  Value nowhere = Value::from_small_int(0);
  Tuple* metadata = TRY(Tuple::of(t, nowhere, nowhere, Value::none()));
  TRY(set_attribute_py(t, exception, TRY(Str::intern_utf8(t, "_metadata")), Value(metadata)));
  return t.restore_exception(exception);
}

}  // namespace

int Session::grant() {
#ifdef HOG_STDIO
  host_.stdio = &stdio_;
#endif
  host_.clock = &clock_;
  // A sandbox gets random bytes that tell nothing of the host: only their seed is the system's.
  unsigned char seed[SeededEntropy::kSeedBytes];
  entropy_.fill(seed, sizeof seed);
  seeded_.reseed(seed, sizeof seed);
  if (options_.granted.seeded) seeded_.reseed(options_.granted.seed.data(), options_.granted.seed.size());
  host_.entropy = &seeded_;
  if (options_.sandbox) return granted_.grant(options_.granted, options_.program_name, &clock_, &host_);
#ifdef HOG_HOST_ENV
  clock_ = SystemClock(true);
  host_.entropy = &entropy_;
  host_.environment = &environment_;
  host_.files = &files_;
  host_.process = &process_;
  host_.threads = &system_threads();
  host_.signals = &system_signals();
  host_.network = &network_;
  // What a write cannot do is its error, not the program's end.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
#endif
  return -1;
}

void Session::begin_program() {
  if (!options_.sandbox) return;
  isolate_->begin_run(thread());
  granted_.lock_down();
}

Session::~Session() {
  if (isolate_ != nullptr) Isolate::destroy(isolate_);
}

namespace {

// sys._stdlib_dir, which the interpreter chose.
std::string library_place(Thread& t) {
  static constexpr const char* kUnknown = "/hognose/lib/python3.14";
  Fallible<Str*> name = Str::intern_utf8(t, "_stdlib_dir");
  if (name.failed()) return kUnknown;
  Value place = t.isolate().sys_dict->get_name_nogc(name.get());
  if (place.is_absent() || !is<Str>(place)) return kUnknown;
  std::string text(as<Str>(place)->utf8_length(), '\0');
  as<Str>(place)->write_utf8(text.data());
  return text;
}

}  // namespace

bool Session::start(const std::vector<const char*>& arguments, const std::string* first_path) {
  std::span<const ModuleSpec* const> own = native_module_list();
  std::vector<const ModuleSpec*> known(own.begin(), own.end());
  std::span<const ModuleSpec* const> stand_ins = stand_in_modules();
  for (const ModuleSpec* const* spec = native_modules(); *spec != nullptr; ++spec)
    if (std::find(stand_ins.begin(), stand_ins.end(), *spec) == stand_ins.end()) modules_.push_back(*spec);
#ifdef HOG_HOST_ENV
  // A sandbox does not even know their names.
  if (!options_.sandbox) {
    known.insert(known.end(), os_modules().begin(), os_modules().end());
    modules_.insert(modules_.end(), os_modules().begin(), os_modules().end());
  }
#endif
  modules_.insert(modules_.end(), stand_ins.begin(), stand_ins.end());  // found only where nothing before has the name
  modules_.push_back(nullptr);
  initialize_runtime(module_types(), vm_internal_shapes(), known);
  IsolateConfig config;
  config.host = &host_;
  config.compiler = &compiler_;
  config.library = frozen_library();
  config.modules = modules_.data();
  if (options_.sandbox) config.limits = limits_of(options_.granted);
  config.limits.native_stack_bytes = 7 << 20;
  config.budget_clock = &clock_;
  if (options_.has_hash_seed) config.hash_seed = options_.hash_seed;
  else if (options_.granted.seeded) seeded_.fill(&config.hash_seed, sizeof config.hash_seed);
  else entropy_.fill(&config.hash_seed, sizeof config.hash_seed);
  isolate_ = Isolate::create(config);
  if (isolate_ == nullptr) return false;
  Thread& t = thread();
  isolate_->enter(t);
#ifdef HOG_GC_STRESS
  // A collection at each allocation is too much for programs that build a million objects: they say so (tests/run).
  if (const char* every = std::getenv("HOGNOSE_GC_STRESS")) isolate_->heap.set_stress(static_cast<uint32_t>(std::atoi(every)));
#endif

  std::string executable = options_.sandbox ? "" : find_executable(options_.program_name);
  std::string prefix = options_.sandbox ? std::string() : prefix_of(executable);
  std::vector<PackageFolder> packages;
  if (!options_.sandbox && options_.flags.no_site == 0) packages = package_folders(executable, options_.flags.no_user_site != 0);
  bool path_files = false;
  for (const PackageFolder& folder : packages) path_files |= folder.has_path_files;
  std::vector<std::string> path;
  if (first_path != nullptr && !path_files) path.push_back(*first_path);
  if (!options_.sandbox && !options_.path.empty())
    for (size_t begin = 0;;) {
      size_t colon = options_.path.find(':', begin);
      std::string entry = options_.path.substr(begin, colon == std::string::npos ? colon : colon - begin);
      path.push_back(absolute_path(entry.c_str()));
      if (colon == std::string::npos) break;
      begin = colon + 1;
    }
  if (options_.sandbox && host_.files != nullptr) path.push_back("/");
  // The frozen library has a place in sys.path, too: what stands before it may shadow its modules (modules/imp.cpp).
  if (!options_.sandbox) path.push_back(library_place(t));
  if (!path_files)
    for (const PackageFolder& folder : packages) path.push_back(folder.path);
  std::vector<const char*> path_pointers = pointers(path), warnings = pointers(options_.warning_options);
  ProgramSettings settings;
  settings.arguments = arguments;
  settings.original_arguments = options_.original_arguments;
  settings.warning_options = warnings;
  settings.x_options = options_.x_options;
  settings.path = path_pointers;
  settings.executable = executable.c_str();
  settings.prefix = prefix.c_str();
  settings.flags = options_.flags;
  settings.int_max_str_digits = options_.int_max_str_digits;
  settings.colors = options_.colors;
  if (apply_program_settings(t, settings).failed()) return false;
  if (host_.signals != nullptr && install_signal_handlers(t).failed()) return false;
  if (set_up_streams().failed() || enable_fault_handler().failed()) return false;
  if (import_warnings().failed() || add_session_names().failed()) return false;
  return !path_files || !run_site(packages, first_path).failed();
}

// For folders that hold *.pth files, which the library's `site` knows how to read. It runs when it is imported and makes what is
// in sys.path absolute; hence sys.path[0] comes after it, as in CPython. What goes wrong in the files it reports itself.
Fallible<void> Session::run_site(const std::vector<PackageFolder>& folders, const std::string* first_path) {
  Thread& t = thread();
  Value site = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "site"))));
  Str* add = TRY(Str::intern_utf8(t, "addsitedir"));
  for (const PackageFolder& folder : folders) TRY(call_method_py(t, site, add, Value(TRY(decode_argument_py(t, folder.path.c_str())))));
  if (first_path == nullptr) return {};
  return insert_path(first_path->c_str());
}

Fallible<void> Session::insert_path(const char* path) {
  Thread& t = thread();
  Value list = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, "path")));
  if (list.is_absent()) return {};
  Value text = Value(TRY(decode_argument_py(t, path)));
  TRY(call_method_py(t, list, TRY(Str::intern_utf8(t, "insert")), Value::from_small_int(0), text));
  return {};
}

// exit, help and the like. The module is run directly: most programs never need the machinery of imports.
Fallible<void> Session::add_session_names() {
  if (options_.flags.no_site != 0) return {};
  Thread& t = thread();
  FrozenModule frozen;
  if (!frozen_library()->find("_sitebuiltins", &frozen)) return {};
  Str* name = TRY(Str::intern_utf8(t, "_sitebuiltins"));
  Module* module = TRY(Module::make(t, name));
  TRY(module->dict()->set_name(t, names.dunder_builtins, isolate_->slots[Isolate::kBuiltinsModule].get()));
  Code* code = TRY(isolate_->load_blob(t, frozen.blob, nullptr));
  TRY(isolate_->run_code(t, code, module->dict(), Value()));
  TRY(call_method_py(t, Value(module), TRY(Str::intern_utf8(t, "_install"))));
  return {};
}

// A descriptor that was closed before the command began is no stream. -u and PYTHONIOENCODING.
Fallible<void> Session::set_up_streams() {
  Thread& t = thread();
  static constexpr const char* kStreams[][2] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (is_open(descriptor)) continue;
    for (const char* name : kStreams[descriptor])
      TRY(t.isolate().sys_dict->set_name(t, TRY(Str::intern_utf8(t, name)), Value::none()));
  }
  bool encoding = !options_.stream_encoding.empty() || !options_.stream_errors.empty();
  if (!options_.unbuffered && !encoding) return {};
  Str* reconfigure = TRY(Str::intern_utf8(t, "reconfigure"));
  for (const char* name : {"stdin", "stdout", "stderr"}) {
    Value stream = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, name)));
    if (stream.is_absent() || stream.is_none()) continue;
    Dict* keywords = TRY(Dict::make(t));
    auto add = [&](const char* key, Value v) -> Fallible<void> { return keywords->set_name(t, TRY(Str::intern_utf8(t, key)), v); };
    bool input = std::string_view(name) == "stdin", error = std::string_view(name) == "stderr";
    if (options_.unbuffered && !input && io::files_of(t) != nullptr && io::files_of(t)->has_standard_streams()) {
      stream = TRY(io::make_standard_stream_py(t, error ? Stream::Error : Stream::Output, true));
      for (const char* attribute : {error ? "stderr" : "stdout", error ? "__stderr__" : "__stdout__"})
        TRY(t.isolate().sys_dict->set_name(t, TRY(Str::intern_utf8(t, attribute)), stream));
      if (stream.is_none() || !encoding) continue;
    } else if (options_.unbuffered && !input) {
      TRY(add("write_through", Value::true_value()));
    }
    if (!options_.stream_encoding.empty())
      TRY(add("encoding", Value(TRY(decode_argument_py(t, options_.stream_encoding.c_str())))));
    if (!options_.stream_errors.empty() && !error)
      TRY(add("errors", Value(TRY(decode_argument_py(t, options_.stream_errors.c_str())))));
    Value method = TRY(get_attribute_py(t, stream, reconfigure));
    TRY(call_with_dict_py(t, method, empty_tuple(), keywords));
  }
  return {};
}

// A program without a standard error stream runs without reports.
Fallible<void> Session::enable_fault_handler() {
  if (!options_.fault_handler || options_.sandbox) return {};
  Thread& t = thread();
  Value stream = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, "stderr")));
  if (stream.is_absent() || stream.is_none()) return {};
  const ModuleSpec* spec = isolate_->find_native_module("faulthandler");
  if (spec == nullptr) return {};
  // Made directly: most programs never need the machinery of imports.
  Module* module = TRY(make_native_module(t, spec));
  TRY(t.isolate().modules->set_name(t, TRY(Str::intern_utf8(t, "faulthandler")), Value(module)));
  TRY(call_method_py(t, Value(module), TRY(Str::intern_utf8(t, "enable"))));
  return {};
}

// The library's module reads sys.warnoptions; without any, nothing needs it before the first warning.
Fallible<void> Session::import_warnings() {
  if (options_.warning_options.empty()) return {};
  Thread& t = thread();
  TRY(import_module_py(t, TRY(Str::intern_utf8(t, "warnings"))));
  return {};
}

Dict* Session::main_globals() { return as<Module>(isolate_->slots[Isolate::kMainModule].get())->dict(); }

Fallible<void> Session::run_command(const std::string& text) {
  Thread& t = thread();
  std::string source = without_common_indent(text) + "\n";
  CompileRequest request;
  request.filename = TRY(Str::from_ascii(t, "<string>"));
  Str* checked = TRY(decode_argument_py(t, source.c_str()));
  if (codecs::encode_utf8_py(t, checked, nullptr).failed()) {
    static constexpr std::string_view kMessage = "Unable to decode the command from the command line:\n";
    (void)stdio_.write(Stream::Error, kMessage.data(), kMessage.size());
    return Failure{};
  }
  request.source = source;
  Value code = TRY(compiler_.compile_py(t, request));
  TRY(remember_program_text(t, as<Code>(code), request.filename, source));
  TRY(isolate_->run_code(t, as<Code>(code), main_globals(), Value()));
  return {};
}

Fallible<void> Session::run_text(const std::string& bytes, const char* name, const char* file) {
  Thread& t = thread();
  CompileRequest request;
  request.filename = TRY(decode_argument_py(t, name));
  Bytes* raw = TRY(Bytes::from(t, bytes.data(), bytes.size()));
  SourceText text(t);
  TRY(text.open_file_py(raw, request.filename));
  request.source = text.view();
  if (file != nullptr) {
    TRY(main_globals()->set_name(t, TRY(Str::intern_utf8(t, "__file__")), Value(TRY(decode_argument_py(t, file)))));
    TRY(main_globals()->set_name(t, TRY(Str::intern_utf8(t, "__cached__")), Value::none()));
    TRY(remember_source(t, request.filename, request.source));
  }
  Fallible<Value> code = compiler_.compile_py(t, request);
  if (code.failed()) return forget_text_of_error(t);
  TRY(isolate_->run_code(t, as<Code>(code.get()), main_globals(), Value()));
  return {};
}

Fallible<void> Session::run_compiled(const char* path) {
  Thread& t = thread();
  Value machinery = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "importlib._bootstrap_external"))));
  Value type = TRY(get_attribute_py(t, machinery, TRY(Str::intern_utf8(t, "SourcelessFileLoader"))));
  Value name = Value(TRY(decode_argument_py(t, path)));
  Value loader = TRY(call_py(t, type, Value(names.dunder_main), name));
  Value code = TRY(call_method_py(t, loader, TRY(Str::intern_utf8(t, "get_code")), Value(names.dunder_main)));
  if (!is<Code>(code)) return t.raise_type_error("a loader's code must be a code object");
  TRY(main_globals()->set_name(t, TRY(Str::intern_utf8(t, "__file__")), name));
  TRY(main_globals()->set_name(t, TRY(Str::intern_utf8(t, "__cached__")), Value::none()));
  TRY(main_globals()->set_name(t, names.dunder_loader, loader));
  TRY(isolate_->run_code(t, as<Code>(code), main_globals(), Value()));
  return {};
}

Fallible<void> Session::run_startup() {
  Thread& t = thread();
  std::string text;
  int error = 0;
  const char* name = options_.startup.c_str();
  if (read_script(name, &text, &error) == ScriptOutcome::Read) return run_text(text, name, nullptr);
  static constexpr std::string_view kMessage = "Could not open PYTHONSTARTUP\n";
  (void)stdio_.write(Stream::Error, kMessage.data(), kMessage.size());
  return raise_os_error(t, error == 0 ? EISDIR : error, Value(TRY(decode_argument_py(t, name))));
}

Fallible<void> Session::run_module(const char* name, bool set_argument) {
  Thread& t = thread();
  Value runpy = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "runpy"))));
  Str* function = TRY(Str::intern_utf8(t, "_run_module_as_main"));
  TRY(call_method_py(t, runpy, function, Value(TRY(decode_argument_py(t, name))), Value::from_bool(set_argument)));
  return {};
}

Fallible<bool> Session::adopt_as_path(const char* path) {
  Thread& t = thread();
  Value pkgutil_like = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "importlib._bootstrap_external"))));
  Str* finder = TRY(Str::intern_utf8(t, "PathFinder"));
  Value path_finder = TRY(get_attribute_py(t, pkgutil_like, finder));
  Str* ask = TRY(Str::intern_utf8(t, "_path_importer_cache"));
  Value text = Value(TRY(decode_argument_py(t, path)));
  Value importer = TRY(call_method_py(t, path_finder, ask, text));
  if (importer.is_none()) return false;
  TRY(insert_path(path));
  return true;
}

}  // namespace hog::cli
