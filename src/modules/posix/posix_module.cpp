// posix_module.cpp: the module posix: the host-free functions, which every isolate has so that `import os` works, and the parts that
// come with capabilities. What needs a capability is absent without it, and its AttributeError names it. Ref: library/os.
#include "modules/posix/posix.hpp"

namespace hog {

using namespace posix;

namespace {

// ---- Parts, by the capability that brings them. ----

struct Part {
  const ModuleSpec* spec;
  bool (*granted)(const Host& host);
  const char* capability;
};
bool has_files(const Host& host) { return host.files != nullptr; }
bool has_environment(const Host& host) { return host.environment != nullptr; }
bool has_entropy(const Host& host) { return host.entropy != nullptr; }

const Part kParts[] = {
    {&k_module_posix_files, has_files, "FileSystem"},
    {&k_module_posix_paths, has_files, "FileSystem"},
    {&k_module_posix_directories, has_files, "FileSystem"},
    {&k_module_posix_environment, has_environment, "Environment"},
    {&k_module_posix_entropy, has_entropy, "Entropy"},
};
bool is_granted(Thread& t, const Part& part) { return host_of(t) != nullptr && part.granted(*host_of(t)); }

// Of parts that are not linked into every program.
constexpr std::string_view kProcessNames =
    " _exit abort closerange copy_file_range ctermid execv execve fork forkpty getloadavg getpgid getpgrp getpriority getsid kill killpg "
    "nice openpty pidfd_open pipe pipe2 posix_spawn posix_spawnp sched_getaffinity sched_yield sendfile setpgid setpriority setsid "
    "sysconf system times ttyname wait wait3 wait4 waitid waitpid ";

const char* capability_for(Str* name) {
  if (!name->is_ascii()) return nullptr;
  for (const Part& part : kParts)
    for (const NativeMethod* row = part.spec->functions; row->name != nullptr; ++row)
      if (name->ascii() == row->name) return part.capability;
  for (size_t at = kProcessNames.find(name->ascii()); at != std::string_view::npos; at = kProcessNames.find(name->ascii(), at + 1))
    if (at > 0 && kProcessNames[at - 1] == ' ' && kProcessNames[at + name->length()] == ' ') return "Process";
  return nullptr;
}

Fallible<Value> posix_getattr(Thread& t, Str* name) {
  const char* capability = name->length() == 0 ? nullptr : capability_for(name);
  if (capability == nullptr) return t.raise(core.AttributeError, "module 'posix' has no attribute '{}'", name);
  return t.raise(core.AttributeError, "module 'posix' has no attribute '{}': this isolate was not granted {}", name, capability);
}

// ---- Paths as text. ----

// A path without redundant parts, in place. Answers its new length; `text` has room for one character.
size_t normalise(char32_t* text, size_t length) {
  if (length == 0) {
    text[0] = '.';
    return 1;
  }
  size_t root = text[0] != '/' ? 0 : (length >= 2 && text[1] == '/' && (length == 2 || text[2] != '/')) ? 2 : 1;
  size_t out = root;
  for (size_t at = root; at < length;) {
    size_t end = at;
    while (end < length && text[end] != '/') ++end;
    size_t size = end - at;
    bool here = size == 0 || (size == 1 && text[at] == '.');
    bool up = size == 2 && text[at] == '.' && text[at + 1] == '.';
    if (up) {
      size_t last = out;  // where the last part that is kept begins
      while (last > root && text[last - 1] != '/') --last;
      bool above = out == root || (out - last == 2 && text[last] == '.' && text[last + 1] == '.');
      if (!above) {
        out = last > root ? last - 1 : root;
        here = true;
      } else if (root != 0 && out == root) {
        here = true;
      }
    }
    if (!here) {
      if (out > root) text[out++] = '/';
      for (size_t i = 0; i < size; ++i) text[out++] = text[at + i];
    }
    at = end + 1;
  }
  if (out != 0) return out;
  text[0] = '.';
  return 1;
}

Fallible<Value> posix_path_normpath(Thread& t, Value path) {
  PathArgument p("_path_normpath", "path", kNonStrict);
  TRY(p.convert_py(t, path));
  bool as_bytes = p.is_bytes();
  Value text = p.text();
  size_t length = as_bytes ? as<Bytes>(text)->length() : as<Str>(text)->length();
  TRY(t.poll(static_cast<int64_t>(length / 8)));
  ByteArray* memory = TRY(ByteArray::make(t, (length + 1) * sizeof(char32_t)));
  auto* characters = reinterpret_cast<char32_t*>(memory->data());
  for (size_t i = 0; i < length; ++i) characters[i] = as_bytes ? as<Bytes>(text)->data()[i] : as<Str>(text)->at(i);
  size_t size = normalise(characters, length);
  if (!as_bytes) return Value(TRY(Str::from_ucs4(t, reinterpret_cast<uint32_t*>(characters), size)));
  Bytes* out = TRY(Bytes::make(t, size));
  for (size_t i = 0; i < size; ++i) out->mutable_data()[i] = static_cast<uint8_t>(characters[i]);
  return Value(out);
}

Fallible<Value> part_of(Thread& t, Value text, size_t start, size_t end) {
  if (is<Str>(text)) return Value(TRY(Str::slice(t, as<Str>(text), start, end)));
  return Value(TRY(Bytes::from(t, as<Bytes>(text)->data() + start, end - start)));
}
// (drive, root, rest): no drive here, and a root of one slash or of exactly two.
Fallible<Value> posix_path_splitroot(Thread& t, Value path) {
  PathArgument p("_path_splitroot_ex", "path", kNonStrict);
  TRY(p.convert_py(t, path));
  Value text = p.text();
  size_t length = p.is_bytes() ? as<Bytes>(text)->length() : as<Str>(text)->length();
  auto is_slash = [&](size_t i) { return i < length && (is<Str>(text) ? as<Str>(text)->at(i) == '/' : as<Bytes>(text)->data()[i] == '/'); };
  size_t root = !is_slash(0) ? 0 : is_slash(1) && !is_slash(2) ? 2 : 1;
  Value drive = TRY(part_of(t, text, 0, 0));
  Value first = TRY(part_of(t, text, 0, root));
  Value rest = TRY(part_of(t, text, root, length));
  return Value(TRY(Tuple::of(t, drive, first, rest)));
}

Fallible<Value> posix_fspath(Thread& t, Value path) { return fspath_py(t, path); }
Fallible<Value> posix_getcwd(Thread& t) { return Value(TRY(Str::from_ascii(t, "/"))); }
Fallible<Value> posix_getcwdb(Thread& t) { return Value(TRY(Bytes::from(t, "/", 1))); }

// ---- What a process ended with, as the numbers of waitpid() have it. ----

int signal_of(int status) { return status & 0x7f; }
bool was_signaled(int status) { return signal_of(status) != 0 && signal_of(status) != 0x7f; }
bool was_stopped(int status) { return (status & 0xff) == 0x7f; }
int code_of(int status) { return (status >> 8) & 0xff; }

Fallible<bool> posix_wcoredump(Thread&, int status) { return (status & 0x80) != 0; }
Fallible<bool> posix_wifcontinued(Thread&, int status) { return status == 0xffff; }
Fallible<bool> posix_wifexited(Thread&, int status) { return signal_of(status) == 0; }
Fallible<bool> posix_wifsignaled(Thread&, int status) { return was_signaled(status); }
Fallible<bool> posix_wifstopped(Thread&, int status) { return was_stopped(status); }
Fallible<int64_t> posix_wexitstatus(Thread&, int status) { return int64_t{code_of(status)}; }
Fallible<int64_t> posix_wtermsig(Thread&, int status) { return int64_t{signal_of(status)}; }
Fallible<int64_t> posix_wstopsig(Thread&, int status) { return int64_t{code_of(status)}; }
Fallible<int64_t> posix_waitstatus_to_exitcode(Thread& t, Value number) {
  if (is_float(number)) return t.raise_type_error("integer argument expected, got float");
  int64_t wide = TRY(index_to_int64_py(t, number));
  auto status = static_cast<int>(wide);
  if (signal_of(status) == 0) return int64_t{code_of(status)};
  if (was_signaled(status)) return int64_t{-signal_of(status)};
  if (was_stopped(status)) return t.raise_value_error("process stopped by delivery of signal {}", code_of(status));
  return t.raise_value_error("invalid wait status: {}", status);
}

// ---- Other. ----

Fallible<Value> posix_strerror(Thread& t, int number) {
  ErrorTextRoom room;
  return Value(TRY(Str::from_utf8(t, os_error_text(number, &room))));
}
Fallible<Value> posix_cpu_count(Thread&) { return Value::from_small_int(1); }
Fallible<void> posix_register_at_fork(Thread& t, Value before, Value in_child, Value in_parent) {
  if (before.is_absent() && in_child.is_absent() && in_parent.is_absent())
    return t.raise_type_error("At least one argument is required.");
  for (Value v : {before, in_child, in_parent})
    if (!v.is_absent() && !is_callable(v)) return t.raise_type_error("'{}' object is not callable", type_of(v)->name());
  auto or_none = [](Value v) { return v.is_absent() ? Value::none() : v; };
  return fork_hooks(t)->append(t, Value(TRY(Tuple::of(t, or_none(before), or_none(in_child), or_none(in_parent)))));
}

// Device numbers as Linux packs them: twelve bits of the major number lie between the minor's. All ones: no device, shown as -1.
constexpr uint64_t kNoDevice = UINT64_MAX;
Fallible<uint64_t> device_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow < 0 || n.value < -1) return t.raise(core.OverflowError, "can't convert negative int to unsigned");
  if (n.overflow == 0) return static_cast<uint64_t>(n.value);
  if (int_bit_length_nogc(index) > 64) return t.raise(core.OverflowError, "int too big to convert");
  return static_cast<uint64_t>(as<Int>(index)->limbs()[0]);
}
Fallible<uint64_t> device_part_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow < 0 || n.value < -1) return t.raise(core.OverflowError, "can't convert negative value to unsigned int");
  if (n.overflow > 0 || n.value > UINT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C unsigned int");
  return uint64_t{static_cast<uint32_t>(n.value)};
}
Fallible<int64_t> posix_major(Thread& t, Value device) {
  uint64_t n = TRY(device_py(t, device));
  if (n == kNoDevice) return int64_t{-1};
  return static_cast<int64_t>(((n >> 8) & 0xfff) | ((n >> 32) & 0xfffff000));
}
Fallible<int64_t> posix_minor(Thread& t, Value device) {
  uint64_t n = TRY(device_py(t, device));
  if (n == kNoDevice) return int64_t{-1};
  return static_cast<int64_t>((n & 0xff) | ((n >> 12) & 0xffffff00));
}
Fallible<Value> posix_makedev(Thread& t, Value major_number, Value minor_number) {
  uint64_t high = TRY(device_part_py(t, major_number)), low = TRY(device_part_py(t, minor_number));
  uint64_t device = ((high & 0xfff) << 8) | ((high & 0xfffff000) << 32) | (low & 0xff) | ((low & 0xffffff00) << 12);
  return device == kNoDevice ? Value::from_small_int(-1) : make_uint(t, device);
}

Fallible<Value> random_bytes(Thread& t, int64_t size) {
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  TRY(t.poll(size / 64));
  TRY(Isolate::of(t).count_host_call(t));
  host_of(t)->entropy->fill(bytes->mutable_data(), static_cast<size_t>(size));
  return Value(bytes);
}
// Always there, because the library imports it by name where it may well not need it (random).
Fallible<Value> posix_urandom(Thread& t, int64_t size) {
  if (size < 0) return t.raise_value_error("negative argument not allowed");
  if (host_of(t) == nullptr || host_of(t)->entropy == nullptr)
    return t.raise(core.NotImplementedError, "os.urandom() has no source of random bytes: this isolate was not granted Entropy");
  return random_bytes(t, size);
}
Fallible<Value> posix_getrandom(Thread& t, int64_t size, int) {
  if (size < 0) return raise_os_error(t, EINVAL);
  return random_bytes(t, size);
}

const NativeMethod kEntropyFunctions[] = {
    {"getrandom", HOG_NATIVE(posix_getrandom), "(size, flags=0)", "Random bytes."},
    {}};

const NativeMethod kFunctions[] = {
    {"WCOREDUMP", HOG_NATIVE(posix_wcoredump), "(status, /)", "Did the process leave a core dump?"},
    {"WEXITSTATUS", HOG_NATIVE(posix_wexitstatus), "(status)", "The code that the process ended with."},
    {"WIFCONTINUED", HOG_NATIVE(posix_wifcontinued), "(status)", "Was the process continued?"},
    {"WIFEXITED", HOG_NATIVE(posix_wifexited), "(status)", "Did the process end by itself?"},
    {"WIFSIGNALED", HOG_NATIVE(posix_wifsignaled), "(status)", "Was the process ended by a signal?"},
    {"WIFSTOPPED", HOG_NATIVE(posix_wifstopped), "(status)", "Was the process stopped?"},
    {"WSTOPSIG", HOG_NATIVE(posix_wstopsig), "(status)", "The signal that stopped the process."},
    {"WTERMSIG", HOG_NATIVE(posix_wtermsig), "(status)", "The signal that ended the process."},
    {"__getattr__", HOG_NATIVE(posix_getattr), "(name, /)", "Says what a missing function needs."},
    {"_path_normpath", HOG_NATIVE(posix_path_normpath), "(path)", "A path without redundant parts."},
    {"_path_splitroot_ex", HOG_NATIVE(posix_path_splitroot), "(path, /)", "(drive, root, rest) of a path."},
    {"cpu_count", HOG_NATIVE(posix_cpu_count), "()", "1: an isolate runs one thread at a time."},
    {"fspath", HOG_NATIVE(posix_fspath), "(path)", "A path as str or bytes."},
    {"getcwd", HOG_NATIVE(posix_getcwd), "()", "'/'"},
    {"getcwdb", HOG_NATIVE(posix_getcwdb), "()", "b'/'"},
    {"major", HOG_NATIVE(posix_major), "(device, /)", "The major part of a device's number."},
    {"makedev", HOG_NATIVE(posix_makedev), "(major, minor, /)", "A device's number of its parts."},
    {"minor", HOG_NATIVE(posix_minor), "(device, /)", "The minor part of a device's number."},
    {"register_at_fork", HOG_NATIVE(posix_register_at_fork),
     "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)",
     "Functions to call when the process forks."},
    {"strerror", HOG_NATIVE(posix_strerror), "(code, /)", "The text of an error number."},
    {"urandom", HOG_NATIVE(posix_urandom), "(size, /)", "Random bytes."},
    {"waitstatus_to_exitcode", HOG_NATIVE(posix_waitstatus_to_exitcode), "(status)", "The exit code, or minus the signal."},
    {}};

// ---- The module. ----

// What os.py asks for to tell which functions take dir_fd, descriptors and follow_symlinks: all that can.
constexpr const char* kHaveFunctions[] = {
    "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT", "HAVE_FDOPENDIR",
    "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES", "HAVE_FUTIMESAT", "HAVE_LINKAT",
    "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_MKDIRAT", "HAVE_MKFIFOAT", "HAVE_MKNODAT", "HAVE_OPENAT",
    "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT"};

Fallible<void> add_part(Thread& t, Module* module, const ModuleSpec& spec) {
  Value name = Value(TRY(Str::intern_utf8(t, spec.name)));
  for (const NativeMethod* row = spec.functions; row->name != nullptr; ++row)
    TRY(module->add(t, row->name, Value(TRY(make_native_function(t, row, Value(module), name)))));
  for (size_t i = 0; i < spec.type_count; ++i)
    if (spec.types[i].public_name) TRY(module->dict()->set_name(t, (*spec.types[i].destination)->name(), Value(*spec.types[i].destination)));
  return {};
}

// Parts that were listed for the isolate as further modules of this name: what needs a process. (Importing finds the first only.)
Fallible<void> add_outer_parts(Thread& t, Module* module) {
  const ModuleSpec* const* spec = Isolate::of(t).config().modules;
  for (; spec != nullptr && *spec != nullptr; ++spec) {
    if (*spec == module->spec_ || std::string_view((*spec)->name) != "posix") continue;
    TRY(add_part(t, module, **spec));
    if ((*spec)->initialize != nullptr) TRY((*spec)->initialize(t, module));
  }
  return {};
}

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(add_constants(t, module));
  TRY(make_result_types(t, module));
  TRY(module->add(t, "error", Value(core.OSError)));
  TRY(module->add(t, "environ", Value(TRY(make_environ(t)))));
  for (const Part& part : kParts)
    if (is_granted(t, part)) TRY(add_part(t, module, *part.spec));
  if (host_of(t) != nullptr && host_of(t)->process != nullptr) TRY(add_outer_parts(t, module));
  if (host_of(t) == nullptr || host_of(t)->files == nullptr) return {};
  List* have = TRY(List::make(t));
  if (host_of(t)->process != nullptr)
    for (const char* name : {"HAVE_FEXECVE", "HAVE_FPATHCONF", "HAVE_MEMFD_CREATE", "HAVE_EVENTFD", "HAVE_TIMERFD_CREATE", "HAVE_PTSNAME_R"})
      TRY(have->append(t, Value(TRY(Str::intern_utf8(t, name)))));
  for (const char* name : kHaveFunctions) TRY(have->append(t, Value(TRY(Str::intern_utf8(t, name)))));
  return module->add(t, "_have_functions", Value(have));
}

}  // namespace

extern const ModuleSpec k_module_posix;
const ModuleSpec k_module_posix = {
    .name = "posix",
    .doc = "The operating system, as far as this isolate was granted it.",
    .functions = kFunctions,
    .initialize = initialize,
};
const ModuleSpec k_module_posix_entropy = {.name = "posix", .functions = kEntropyFunctions};

}  // namespace hog
