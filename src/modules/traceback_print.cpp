// traceback_print.cpp: see traceback_print.hpp.
#include "modules/traceback_print.hpp"

#include "modules/stdio_stream.hpp"
#include "object/exception.hpp"
#include "vm/frame.hpp"
#include "vm/importing.hpp"

namespace hog {

namespace {

constexpr int kMostChained = 20;

class PlainPrinter {
 public:
  PlainPrinter(Thread& t, Value file) : t_(t), file_(file) {}

  Fallible<void> print_chain(Value exception, int depth) {
    auto* e = as<BaseException>(exception);
    Value cause = e->cause_.get(), context = e->context_.get();
    if (depth < kMostChained) {
      if (is_present(cause)) {
        TRY(print_chain(cause, depth + 1));
        TRY(write("\nThe above exception was the direct cause of the following exception:\n\n"));
      } else if (is_present(context) && !e->suppress_context_) {
        TRY(print_chain(context, depth + 1));
        TRY(write("\nDuring handling of the above exception, another exception occurred:\n\n"));
      }
    }
    TRY(print_traceback(e->traceback_.get()));
    return print_message(exception);
  }

 private:
  static bool is_present(Value v) { return !v.is_empty() && !v.is_none() && is_exception(v); }

  Fallible<void> write(const char* text) {
    Str* s = TRY(Str::from_utf8(t_, text));
    return write(s);
  }
  Fallible<void> write(Str* text) {
    TRY(call_method_py(t_, file_, names.write, Value(text)));
    return {};
  }

  Fallible<void> print_traceback(Value traceback) {
    if (traceback.is_empty() || !is<Traceback>(traceback)) return {};
    TRY(write("Traceback (most recent call last):\n"));
    for (auto* entry = as<Traceback>(traceback); entry != nullptr; entry = entry->next_.get()) {
      TRY(t_.poll());
      Code* code = entry->frame_->code_.get();
      int64_t line = entry->line_ >= 0 ? entry->line_ : code->position_at(static_cast<uint32_t>(entry->last_word_)).line;
      Str* filename = TRY(code->filename(t_));
      Str* text = TRY(t_.format("  File \"{}\", line {}, in {}\n", filename, line, code->name_.get()));
      TRY(write(text));
      TRY(print_source_line(filename, line));
    }
    return {};
  }

  // Of programs that the embedder ran; no file is read.
  Fallible<void> print_source_line(Str* filename, int64_t line) {
    Value sources = Isolate::of(t_).slots[Isolate::kSources].get();
    if (sources.is_empty()) return {};
    Value found = TRY(as<Dict>(sources)->get_py(t_, Value(filename)));
    if (!is<Str>(found)) return {};
    auto* text = as<Str>(found);
    TRY(t_.poll(static_cast<int64_t>(text->length() / 64)));
    size_t start = 0;
    for (int64_t n = 1; n < line; ++n) {
      while (start < text->length() && text->at(start) != '\n') ++start;
      if (start == text->length()) return {};
      ++start;
    }
    while (start < text->length() && (text->at(start) == ' ' || text->at(start) == '\t')) ++start;
    size_t end = start;
    while (end < text->length() && text->at(end) != '\n' && text->at(end) != '\r') ++end;
    if (start == end) return {};
    Str* shown = TRY(Str::slice(t_, text, start, end));
    shown = TRY(t_.format("    {}\n", shown));
    return write(shown);
  }

  Fallible<void> print_message(Value exception) {
    Str* name = TRY(full_type_name(t_, type_of(exception)));
    Fallible<Str*> shown = str_py(t_, exception);
    if (shown.failed() && !clear_exception_if(t_, core.Exception)) return Failure{};
    Str* text;
    if (shown.failed()) text = TRY(t_.format("{}: <exception str() failed>\n", name));
    else if (shown.get()->length() == 0) text = TRY(t_.format("{}\n", name));
    else text = TRY(t_.format("{}: {}\n", name, shown.get()));
    return write(text);
  }

  Thread& t_;
  Value file_;
};

Fallible<void> print_with_library_py(Thread& t, Value exception) {
  Str* module_name = TRY(Str::intern_utf8(t, "traceback"));
  Value module = TRY(import_module_py(t, module_name));
  Str* function = TRY(Str::intern_utf8(t, "_print_exception_bltin"));
  TRY(call_method_py(t, module, function, exception));
  return {};
}

}  // namespace

Fallible<void> print_exception_py(Thread& t, Value exception) {
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  if (file.is_absent() || file.is_none()) return {};
  Fallible<void> printed = print_with_library_py(t, exception);
  if (printed.failed()) {
    if (t.terminated()) return Failure{};
    t.take_exception();
    printed = PlainPrinter(t, file).print_chain(exception, 0);
  }
  if (printed.failed()) {
    if (t.terminated()) return Failure{};
    t.take_exception();
  }
  return {};
}

Fallible<void> remember_source(Thread& t, Str* filename, std::string_view utf8) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kSources];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(Dict::make(t))));
  Str* text = TRY(Str::from_utf8(t, utf8));
  return as<Dict>(slot.get())->set_py(t, Value(filename), Value(text));
}

void report_pending_exception_py(Thread& t) {
  if (t.terminated()) return flush_standard_streams(t);
  Value exception = t.take_exception();
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  Fallible<Str*> name = Str::intern_utf8(t, "excepthook");
  Value hook = name.failed() ? Value::absent() : t.isolate().sys_dict->get_name_nogc(name.get());
  Fallible<Value> called = Failure{};
  if (!hook.is_absent()) called = call_py(t, hook, Value(type_of(exception)), exception, traceback);
  if (called.failed() && !t.terminated()) {
    if (t.has_exception()) t.take_exception();
    (void)print_exception_py(t, exception);
  }
  if (!t.terminated() && t.has_exception()) t.take_exception();
  flush_standard_streams(t);
}

}  // namespace hog
