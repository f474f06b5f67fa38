// program.cpp: see program.hpp. Ref: library/sys "exit", library/atexit.
#include "modules/program.hpp"

#include <cstring>

#include "modules/atexit.hpp"
#include "modules/posix/posix.hpp"
#include "modules/stdio_stream.hpp"
#include "modules/traceback_print.hpp"
#include "object/bytes_builder.hpp"
#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

// The status that sys.exit(code) stands for; what is no number is printed.
int status_of_code_py(Thread& t, Value code) {
  if (code.is_empty() || code.is_none()) return 0;
  if (is_int_or_bool(code)) return static_cast<int>(int_to_int64_nogc(code).value & 0xFF);
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  Fallible<Str*> text = str_py(t, code);
  if (!text.failed() && !file.is_absent() && !file.is_none()) {
    Fallible<Value> written = call_method_py(t, file, names.write, Value(text.get()));
    if (!written.failed()) written = call_method_py(t, file, names.write, Value(latin1_characters['\n']));
    if (written.failed() && !t.terminated()) t.take_exception();
  } else if (text.failed() && !t.terminated()) {
    t.take_exception();
  }
  return kExitUncaught;
}

int status_of_exception_py(Thread& t) {
  if (t.terminated()) return kExitTerminated;
  if (!t.exception_is(core.SystemExit)) {
    report_pending_exception_py(t);
    return kExitUncaught;
  }
  Value exception = t.take_exception();
  return status_of_code_py(t, as<BaseException>(exception)->extra_[exception_field::kCode].get());
}

// Through Python, so that a program's own sys.stdout is flushed, too.
int flush_py(Thread& t, Str* name, int status) {
  Value stream = t.isolate().sys_dict->get_name_nogc(name);
  if (stream.is_absent() || stream.is_none()) return status;
  Fallible<Value> flushed = call_method_py(t, stream, names.flush);
  if (!flushed.failed()) return status;
  if (t.terminated()) return kExitTerminated;
  bool closed = t.exception_is(core.ValueError);
  t.take_exception();
  return closed ? status : kExitTerminated;
}

}  // namespace

Fallible<void> set_program_arguments(Thread& t, const char* const* arguments, size_t count) {
  Str* errors = TRY(Str::intern_utf8(t, "surrogateescape"));
  List* list = TRY(List::make(t, count));
  for (size_t i = 0; i < count; ++i) {
    codecs::Input input(arguments[i], std::strlen(arguments[i]));
    TRY(list->append(t, Value(TRY(codecs::decode_utf8_py(t, input, errors)))));
  }
  Str* name = TRY(Str::intern_utf8(t, "argv"));
  return t.isolate().sys_dict->set_name(t, name, Value(list));
}

namespace {

constexpr size_t kLongestPath = 4096;

// The folder of a path, with links resolved where the file system can.
Fallible<Value> folder_of(Thread& t, const char* path) {
  char room[kLongestPath];
  HostPath given{path, std::strlen(path)};
  HostResult<size_t> real = TRY(posix::files(t))->real_path(given, room, sizeof room);
  std::string_view text = real.ok() && real.value < sizeof room ? std::string_view(room, real.value) : std::string_view(path);
  size_t slash = text.rfind('/');
  text = slash == std::string_view::npos ? std::string_view() : text.substr(0, slash == 0 ? 1 : slash);
  return posix::decode_host_text(t, text.data(), text.size());
}

// An entry of PYTHONPATH, absolute.
Fallible<Value> absolute_path(Thread& t, std::string_view path) {
  if (path.starts_with('/')) return posix::decode_host_text(t, path.data(), path.size());
  char room[kLongestPath];
  HostResult<size_t> here = TRY(posix::files(t))->current_directory(room, sizeof room);
  if (!here.ok() || here.value >= sizeof room) return posix::decode_host_text(t, path.data(), path.size());
  BytesBuilder out(t);
  TRY(out.append(room, here.value));
  if (!path.empty() && room[here.value - 1] != '/') TRY(out.append_byte('/'));
  TRY(out.append(path));
  return posix::decode_host_text(t, out.data(), out.size());
}

Fallible<void> add_environment_path(Thread& t, List* list) {
  Host* host = posix::host_of(t);
  if (host->environment == nullptr) return {};
  constexpr std::string_view kName = "PYTHONPATH=";
  for (size_t i = 0; const char* entry = host->environment->variable(i); ++i) {
    std::string_view text = entry;
    if (!text.starts_with(kName) || text.size() == kName.size()) continue;
    text.remove_prefix(kName.size());
    for (size_t end = 0; end != std::string_view::npos; text.remove_prefix(end == std::string_view::npos ? 0 : end + 1)) {
      end = text.find(':');
      TRY(list->append(t, TRY(absolute_path(t, text.substr(0, end)))));
    }
    return {};
  }
  return {};
}

}  // namespace

Fallible<void> set_import_path(Thread& t, ImportStart start, const char* script, bool use_environment) {
  Host* host = posix::host_of(t);
  if (host == nullptr || host->files == nullptr) return {};
  List* list = TRY(List::make(t));
  if (start == ImportStart::CurrentDirectory) TRY(list->append(t, Value(names.empty)));
  if (start == ImportStart::Script) TRY(list->append(t, TRY(folder_of(t, script))));
  if (use_environment) TRY(add_environment_path(t, list));
  return t.isolate().sys_dict->set_name(t, TRY(Str::intern_utf8(t, "path")), Value(list));
}

int end_program_py(Thread& t, bool failed) {
  int status = failed ? status_of_exception_py(t) : 0;
  if (!t.terminated() && run_exit_functions_py(t).failed() && t.terminated()) status = kExitTerminated;
  if (!t.terminated()) status = flush_py(t, names.stdout, status);
  if (!t.terminated()) status = flush_py(t, names.stderr, status);
  if (!t.terminated() && t.has_exception()) t.take_exception();
  flush_standard_streams(t);
  return status;
}

}  // namespace hog
