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
  PlainPrinter(Thread& t, StrBuilder* text) : t_(t), text_(text) {}

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
    if (text_ != nullptr) return text_->append(text);
    TRY(call_method_py(t_, file_, names.write, Value(text)));
    return {};
  }

  Fallible<void> print_traceback(Value traceback) {
    if (traceback.is_empty() || !is<Traceback>(traceback)) return {};
    TRY(write("Traceback (most recent call last):\n"));
    for (auto* entry = as<Traceback>(traceback); entry != nullptr; entry = entry->next_.get()) {
      TRY(t_.poll());
      Code* code = entry->frame_->code_.get();
      int64_t line = entry->line_ >= 0 ? entry->line_ : code->line_at(static_cast<uint32_t>(entry->last_word_));
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
  StrBuilder* text_ = nullptr;  // instead of file_
};

Fallible<void> print_with_library_py(Thread& t, Value exception) {
  Str* module_name = TRY(Str::intern_utf8(t, "traceback"));
  Value module = TRY(import_module_py(t, module_name));
  Str* function = TRY(Str::intern_utf8(t, "_print_exception_bltin"));
  TRY(call_method_py(t, module, function, exception));
  return {};
}

}  // namespace

Fallible<Str*> traceback_text_py(Thread& t, Value exception) {
  StrBuilder text(t);
  if (PlainPrinter(t, &text).print_chain(exception, 0).failed()) {
    if (t.terminated()) return Failure{};
    t.take_exception();
  }
  return text.finish();
}

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

namespace {

Fallible<Dict*> source_table(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kSources];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(Dict::make(t))));
  return as<Dict>(slot.get());
}

// Shows one exception on sys.stderr after a line of text.
void print_titled_py(Thread& t, const char* title, Value exception) {
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  if (file.is_absent() || file.is_none()) return;
  Fallible<Str*> text = Str::from_utf8(t, title);
  Fallible<Value> written = text.failed() ? Fallible<Value>(Failure{}) : call_method_py(t, file, names.write, Value(text.get()));
  if (t.terminated()) return;
  if (written.failed() && t.has_exception()) t.take_exception();
  if (!exception.is_empty()) (void)print_exception_py(t, exception);
}

// sys.last_exc and its three older companions, for debuggers.
Fallible<void> remember_last_exception(Thread& t, Value exception, Value traceback) {
  const struct {
    const char* name;
    Value value;
  } rows[] = {{"last_exc", exception}, {"last_type", Value(type_of(exception))}, {"last_value", exception},
              {"last_traceback", traceback}};
  for (const auto& row : rows) TRY(t.isolate().sys_dict->set_name(t, TRY(Str::intern_utf8(t, row.name)), row.value));
  return {};
}

}  // namespace

namespace {

// linecache._only_files, where that module can be imported.
void set_only_files(Thread& t, bool on) {
  auto set = [&]() -> Fallible<void> {
    Value module = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "linecache"))));
    return set_attribute_py(t, module, TRY(Str::intern_utf8(t, "_only_files")), Value::from_bool(on));
  };
  if (set().failed() && !t.terminated()) t.take_exception();
}

}  // namespace

Fallible<void> print_unraisable_py(Thread& t, Value exception) {
  set_only_files(t, true);
  if (t.terminated()) return Failure{};
  Fallible<void> printed = print_exception_py(t, exception);
  if (!t.terminated()) set_only_files(t, false);
  return printed.failed() || t.terminated() ? Fallible<void>(Failure{}) : Fallible<void>();
}

Fallible<void> remember_source(Thread& t, Str* filename, std::string_view utf8) {
  Dict* table = TRY(source_table(t));
  Str* text = TRY(Str::from_utf8(t, utf8));
  return table->set_py(t, Value(filename), Value(text));
}

// The table's entry for None: a list of (code, text, filename).
Fallible<void> remember_program_text(Thread& t, Code* code, Str* filename, std::string_view utf8) {
  Dict* table = TRY(source_table(t));
  Value waiting = TRY(table->get_py(t, Value::none()));
  if (waiting.is_absent()) {
    waiting = Value(TRY(List::make(t)));
    TRY(table->set_py(t, Value::none(), waiting));
  }
  Str* text = TRY(Str::from_utf8(t, utf8));
  Tuple* entry = TRY(Tuple::of(t, Value(code), Value(text), Value(filename)));
  return as<List>(waiting)->append(t, Value(entry));
}

// RuntimeError from an audit hook: nothing is shown.
static bool may_report_py(Thread& t, Value hook, Value exception, Value traceback) {
  if (!t.audit_py("sys.excepthook", hook, Value(type_of(exception)), exception, traceback).failed()) return true;
  if (t.terminated() || t.exception_is(core.RuntimeError)) return false;
  t.isolate().services->write_unraisable(t, "Exception ignored in audit hook", Value());
  return true;
}

void report_pending_exception_py(Thread& t) {
  if (t.terminated()) return flush_standard_streams(t);
  Value exception = t.take_exception();
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  if (remember_last_exception(t, exception, traceback).failed() && !t.terminated()) t.take_exception();
  Fallible<Str*> name = Str::intern_utf8(t, "excepthook");
  if (name.failed() && !t.terminated()) t.take_exception();
  Value hook = name.failed() ? Value::absent() : t.isolate().sys_dict->get_name_nogc(name.get());
  if (hook.is_absent()) {
    print_titled_py(t, "sys.excepthook is missing\n", exception);
  } else if (!may_report_py(t, hook, exception, traceback)) {
    // An audit hook wants it kept quiet.
  } else if (call_py(t, hook, Value(type_of(exception)), exception, traceback).failed() && !t.terminated()) {
    if (t.exception_is(core.SystemExit)) return flush_standard_streams(t);
    Value second = t.take_exception();
    print_titled_py(t, "Error in sys.excepthook:\n", second);
    if (!t.terminated()) print_titled_py(t, "\nOriginal exception was:\n", exception);
  }
  if (!t.terminated() && t.has_exception()) t.take_exception();
  flush_standard_streams(t);
}

}  // namespace hog
