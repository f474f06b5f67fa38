// sys_hooks.cpp: displayhook, excepthook, unraisablehook, breakpointhook and audit hooks. Ref: library/sys; PEP 578, PEP 553.
#include "host/host.hpp"
#include "modules/sys_functions.hpp"
#include "modules/traceback_print.hpp"
#include "object/exception.hpp"
#include "vm/auditing.hpp"
#include "vm/importing.hpp"

namespace hog {

namespace {

Fallible<Value> sys_value(Thread& t, Str* name) {
  Value v = t.isolate().sys_dict->get_name_nogc(name);
  if (v.is_absent()) return t.raise(core.RuntimeError, "lost sys.{}", name);
  return v;
}

}  // namespace

Fallible<void> sys_displayhook(Thread& t, Value object) {
  if (object.is_none()) return {};
  Dict* builtins = t.isolate().builtins;
  Str* underscore = latin1_characters['_'];
  TRY(builtins->set_name(t, underscore, Value::none()));
  Value out = TRY(sys_value(t, names.stdout));
  if (out.is_none()) return t.raise(core.RuntimeError, "lost sys.stdout");
  Str* text = TRY(repr_py(t, object));
  Fallible<Value> written = call_method_py(t, out, names.write, Value(text));
  if (written.failed()) {
    if (!clear_exception_if(t, core.UnicodeEncodeError)) return Failure{};
    // What the stream cannot encode is shown as escapes.
    Value encoding = TRY(get_attribute_py(t, out, TRY(Str::intern_utf8(t, "encoding"))));
    Value escapes = Value(TRY(Str::intern_utf8(t, "backslashreplace")));
    Value encoded = TRY(call_method_py(t, Value(text), TRY(Str::intern_utf8(t, "encode")), encoding, escapes));
    Value decoded = TRY(call_method_py(t, encoded, TRY(Str::intern_utf8(t, "decode")), encoding));
    if (!is<Str>(decoded)) return t.raise_type_error("decoding the text of a value gave {}", type_of(decoded));
    text = as<Str>(decoded);
    TRY(call_method_py(t, out, names.write, Value(text)));
  }
  TRY(call_method_py(t, out, names.write, Value(latin1_characters['\n'])));
  return builtins->set_name(t, underscore, object);
}

Fallible<void> sys_excepthook(Thread& t, Value, Value value, Value traceback) {
  if (!is_exception(value)) {
    Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
    if (file.is_absent() || file.is_none()) return {};
    Str* text = TRY(t.format("TypeError: print_exception(): Exception expected for value, {} found\n", type_of(value)));
    TRY(call_method_py(t, file, names.write, Value(text)));
    return {};
  }
  auto* exception = as<BaseException>(value);
  if (!traceback.is_none() && exception->traceback_.get().is_empty() && is_instance(traceback, core.traceback))
    exception->traceback_.set(exception, traceback);
  return print_exception_py(t, value);
}

Fallible<void> sys_unraisablehook(Thread& t, Value unraisable) {
  if (!is<Tuple>(unraisable) || as<Tuple>(unraisable)->length() != 5)
    return t.raise_type_error("sys.unraisablehook argument type must be UnraisableHookArgs");
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  if (file.is_absent() || file.is_none()) return {};
  Tuple* parts = as<Tuple>(unraisable);
  Value exception = parts->at(1), message = parts->at(3), object = parts->at(4);
  Str* headline = nullptr;
  if (!object.is_none()) {
    Fallible<Str*> shown = repr_py(t, object);
    if (shown.failed() && !clear_exception_if(t, core.BaseException)) return Failure{};
    Str* text = shown.failed() ? TRY(Str::from_ascii(t, "<object repr() failed>")) : shown.get();
    if (is<Str>(message)) headline = TRY(t.format("{}: {}\n", as<Str>(message), text));
    else headline = TRY(t.format("Exception ignored in: {}\n", text));
  } else if (is<Str>(message)) {
    headline = TRY(t.format("{}:\n", as<Str>(message)));
  }
  if (headline != nullptr) TRY(call_method_py(t, file, names.write, Value(headline)));
  if (is_exception(exception)) TRY(print_unraisable_py(t, exception));
  return {};
}

namespace {

// The value of PYTHONBREAKPOINT, where the isolate was granted an environment and may look at it; empty: not set.
Fallible<std::string_view> breakpoint_variable(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->environment == nullptr) return std::string_view();
  Value flags = TRY(sys_value(t, TRY(Str::intern_utf8(t, "flags"))));
  Value ignored = TRY(find_attribute_py(t, flags, TRY(Str::intern_utf8(t, "ignore_environment"))));
  if (!ignored.is_absent() && TRY(truth_py(t, ignored))) return std::string_view();
  constexpr std::string_view kPrefix = "PYTHONBREAKPOINT=";
  for (size_t i = 0; const char* text = host->environment->variable(i); ++i)
    if (std::string_view(text).starts_with(kPrefix)) return std::string_view(text + kPrefix.size());
  return std::string_view();
}

}  // namespace

// PYTHONBREAKPOINT: a dotted name of what to call, "0" for nothing; pdb.set_trace when it says nothing. PEP 553.
Fallible<Value> sys_breakpointhook(Thread& t, Value, const Arguments& arguments) {
  std::string_view wanted = TRY(breakpoint_variable(t));
  if (wanted.empty()) wanted = "pdb.set_trace";
  if (wanted == "0") return Value::none();
  Str* whole = TRY(Str::from_utf8(t, wanted));
  size_t dot = wanted.rfind('.');
  std::string_view module_text = dot == std::string_view::npos ? "builtins" : wanted.substr(0, dot);
  Str* module_name = TRY(Str::intern_utf8(t, module_text));
  Str* function = TRY(Str::intern_utf8(t, dot == std::string_view::npos ? wanted : wanted.substr(dot + 1)));
  Fallible<Value> hook = module_text.empty() ? Fallible<Value>(t.raise(core.ImportError, "no module")) : import_module_py(t, module_name);
  if (!hook.failed()) hook = get_attribute_py(t, hook.get(), function);
  if (hook.failed()) {
    if (!clear_exception_if(t, core.ImportError) && !clear_exception_if(t, core.AttributeError)) return Failure{};
    TRY(warn_py(t, core.RuntimeWarning, "Ignoring unimportable $PYTHONBREAKPOINT: \"{}\"", whole));
    return Value::none();
  }
  return call_py(t, hook.get(), arguments);
}

// ---- Audit hooks. ----

Fallible<void> sys_audit(Thread& t, Str* event, Arguments arguments) {
  if (!t.isolate().audited) return {};
  return run_audit_hooks_py(t, event, TRY(Tuple::from(t, arguments.values, arguments.positional)));
}

Fallible<void> sys_addaudithook(Thread& t, Value hook) {
  Fallible<void> allowed = t.audit_py("sys.addaudithook");
  if (allowed.failed()) {
    // Hooks already there may refuse a further one, which then is dropped silently.
    if (!clear_exception_if(t, core.Exception)) return Failure{};
    return {};
  }
  return add_audit_hook(t, hook);
}

}  // namespace hog
