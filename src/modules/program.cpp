// program.cpp: see program.hpp. Ref: library/sys "exit", library/atexit, using/cmdline.
#include "modules/program.hpp"

#include <cstring>

#include "modules/atexit.hpp"
#include "modules/io/standard_streams.hpp"
#include "modules/stdio_stream.hpp"
#include "modules/traceback_print.hpp"
#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Fallible<void> set_sys(Thread& t, const char* name, Value v) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  return t.isolate().sys_dict->set_name(t, interned, v);
}

Fallible<void> set_sys_list(Thread& t, const char* name, std::span<const char* const> texts) {
  List* list = TRY(List::make(t, texts.size()));
  for (const char* text : texts) TRY(list->append(t, Value(TRY(decode_argument_py(t, text)))));
  return set_sys(t, name, Value(list));
}

Fallible<void> set_x_options(Thread& t, std::span<const char* const> options) {
  Dict* dict = TRY(Dict::make(t));
  for (const char* option : options) {
    Str* text = TRY(decode_argument_py(t, option));
    const char* equals = std::strchr(option, '=');
    Value v = Value::true_value();
    if (equals != nullptr) {
      v = Value(TRY(decode_argument_py(t, equals + 1)));
      text = TRY(Str::slice(t, text, 0, text->length() - as<Str>(v)->length() - 1));
    }
    TRY(dict->set_py(t, Value(text), v));
  }
  return set_sys(t, "_xoptions", Value(dict));
}

// The status that sys.exit(code) stands for; what is no number is printed.
int status_of_code_py(Thread& t, Value code) {
  if (code.is_empty() || code.is_none()) return 0;
  if (is_int_or_bool(code)) {
    Int64Result n = int_to_int64_nogc(code);
    return n.overflow != 0 ? 0xFF : static_cast<int>(n.value & 0xFF);
  }
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

// Through Python, so that a program's own sys.stdout is flushed, too. A stream that is closed already is fine.
int flush_py(Thread& t, Str* name, int status) {
  Value stream = t.isolate().sys_dict->get_name_nogc(name);
  if (stream.is_absent() || stream.is_none()) return status;
  Str* closed_name;
  Fallible<Str*> interned = Str::intern_utf8(t, "closed");
  if (interned.failed()) return t.terminated() ? kExitTerminated : (t.take_exception(), kExitTerminated);
  closed_name = interned.get();
  Fallible<Value> closed = get_attribute_py(t, stream, closed_name);
  if (!closed.failed()) {
    Fallible<bool> is_closed = truth_py(t, closed.get());
    if (!is_closed.failed() && is_closed.get()) return status;
  }
  if (t.terminated()) return kExitTerminated;
  if (t.has_exception()) t.take_exception();
  Fallible<Value> flushed = call_method_py(t, stream, names.flush);
  if (!flushed.failed()) return status;
  if (t.terminated()) return kExitTerminated;
  if (name == names.stdout) t.isolate().services->write_unraisable(t, "Exception ignored while flushing sys.stdout", Value());
  if (t.has_exception()) t.take_exception();
  return kExitTerminated;
}

}  // namespace

Fallible<Str*> decode_argument_py(Thread& t, const char* text) {
  Str* errors = TRY(Str::intern_utf8(t, "surrogateescape"));
  return codecs::decode_utf8_py(t, codecs::Input(text, std::strlen(text)), errors);
}

Fallible<void> apply_program_settings(Thread& t, const ProgramSettings& settings) {
  t.isolate().start_flags = settings.flags;
  t.isolate().int_max_str_digits = settings.int_max_str_digits;
  TRY(set_sys_list(t, "argv", settings.arguments));
  TRY(set_sys_list(t, "orig_argv", settings.original_arguments));
  TRY(set_sys_list(t, "warnoptions", settings.warning_options));
  TRY(set_sys_list(t, "path", settings.path));
  TRY(set_x_options(t, settings.x_options));
  for (const char* name : {"prefix", "exec_prefix", "base_prefix", "base_exec_prefix"})
    TRY(set_sys(t, name, Value(TRY(decode_argument_py(t, settings.prefix)))));
  for (const char* name : {"executable", "_base_executable"})
    TRY(set_sys(t, name, Value(TRY(decode_argument_py(t, settings.executable)))));
  if (settings.colors != ProgramSettings::Colors::AsStreamAllows)
    Isolate::of(t).slots[Isolate::kColors].set(nullptr, Value::from_bool(settings.colors == ProgramSettings::Colors::Always));
  if (settings.flags.optimize != 0)
    TRY(t.isolate().builtins->set_name(t, TRY(Str::intern_utf8(t, "__debug__")), Value::false_value()));
  return {};
}

int program_failure_status_py(Thread& t, bool inspect) {
  if (t.terminated()) return kExitTerminated;
  if (inspect || !t.exception_is(core.SystemExit)) {
    int status = t.exception_is(core.KeyboardInterrupt) ? kExitInterrupted : kExitUncaught;
    report_pending_exception_py(t);
    if (t.terminated()) return kExitTerminated;
    // sys.excepthook itself may want to exit.
    if (!t.has_exception()) return status;
  }
  Value exception = t.take_exception();
  return status_of_code_py(t, as<BaseException>(exception)->extra_[exception_field::kCode].get());
}

namespace {

// threading._shutdown(): waits for the threads that are no daemons. Only a program that has imported threading has any.
int join_threads_py(Thread& t, int status) {
  Fallible<Str*> name = Str::intern_utf8(t, "threading");
  if (name.failed()) return status;
  Value threading = t.isolate().modules->get_name_nogc(name.get());
  if (threading.is_absent() || threading.is_none()) return status;
  Fallible<Str*> function = Str::intern_utf8(t, "_shutdown");
  if (!function.failed() && !call_method_py(t, threading, function.get()).failed()) return status;
  if (t.terminated()) return kExitTerminated;
  t.isolate().services->write_unraisable(t, "Exception ignored on threading shutdown", threading);
  return status;
}

}  // namespace

int finish_program_py(Thread& t, int status) {
  if (!t.terminated() && t.has_exception()) t.take_exception();
  if (!t.terminated()) status = join_threads_py(t, status);
  if (!t.terminated() && run_exit_functions_py(t).failed() && t.terminated()) status = kExitTerminated;
  Isolate::of(t).finalizing = true;
  if (!t.terminated()) (void)Isolate::of(t).stop_threads();
  if (!t.terminated() && io::finalize_at_exit_py(t).failed() && t.terminated()) status = kExitTerminated;
  if (!t.terminated() && t.has_exception()) t.take_exception();
  if (!t.terminated()) status = flush_py(t, names.stdout, status);
  if (!t.terminated()) status = flush_py(t, names.stderr, status);
  if (!t.terminated() && t.has_exception()) t.take_exception();
  flush_standard_streams(t);
  return status;
}

}  // namespace hog
