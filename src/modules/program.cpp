// program.cpp: see program.hpp. Ref: library/sys "exit", library/atexit.
#include "modules/program.hpp"

#include <cstring>

#include "modules/atexit.hpp"
#include "modules/stdio_stream.hpp"
#include "modules/traceback_print.hpp"
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
