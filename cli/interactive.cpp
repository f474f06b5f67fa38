// interactive.cpp: the plain prompt: reads lines from sys.stdin until they make a statement, runs it, shows its value through
// sys.displayhook. Prompts go to standard error, as CPython's plain prompt writes them.
// Ref: tutorial/appendix "Interactive Mode"; library/codeop for when a statement is complete.
#include <unistd.h>

#include <cstdlib>

#include "modules/traceback_print.hpp"
#include "modules/version.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "script.hpp"
#include "session.hpp"
#include "vm/importing.hpp"

namespace hog::cli {

namespace {

// Flags of compile(), as codeop gives them.
constexpr uint32_t kDontImplyDedent = 0x200;
constexpr uint32_t kAllowIncompleteInput = 0x4000;

enum class Line : uint8_t { Read, End };

class Prompt {
 public:
  Prompt(Session& session, CompilerService& compiler, ProcessStdio& stdio)
      : session_(session), t_(session.thread()), compiler_(compiler), stdio_(stdio) {}

  // The exit status that a statement asked for, or 0 at the end of input.
  int run() {
    if (prepare().failed() && !recover()) return status_;
    for (;;) {
      Fallible<bool> more = one_statement();
      if (more.failed()) {
        if (!recover() || deaf_) return status_;
        continue;
      }
      if (!more.get()) return 0;
    }
  }

 private:
  Fallible<void> prepare() {
    input_ = t_.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t_, "stdin")));
    filename_ = TRY(Str::from_ascii(t_, "<stdin>"));
    TRY(set_default("ps1", ">>> "));
    return set_default("ps2", "... ");
  }

  Fallible<void> set_default(const char* name, const char* text) {
    Str* key = TRY(Str::intern_utf8(t_, name));
    if (!t_.isolate().sys_dict->get_name_nogc(key).is_absent()) return {};
    return t_.isolate().sys_dict->set_name(t_, key, Value(TRY(Str::intern_utf8(t_, text))));
  }

  // Shows what went wrong. False: the program is to end, with status_.
  bool recover() {
    if (!t_.terminated() && !t_.exception_is(core.SystemExit)) {
      report_pending_exception_py(t_);
      if (!t_.terminated() && !t_.has_exception()) return true;
    }
    status_ = program_failure_status_py(t_, false);
    return false;
  }

  Fallible<void> flush(Str* name) {
    Value stream = t_.isolate().sys_dict->get_name_nogc(name);
    if (stream.is_absent() || stream.is_none()) return {};
    if (call_method_py(t_, stream, names.flush).failed() && !clear_exception_if(t_, core.Exception)) return Failure{};
    return {};
  }

  Fallible<Line> read_line(const char* prompt_name, std::string* text) {
    if (input_.is_absent() || input_.is_none()) return Line::End;
    TRY(flush(names.stderr));
    TRY(flush(names.stdout));
    Value prompt = t_.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t_, prompt_name)));
    std::string shown;
    if (!prompt.is_absent()) {
      Fallible<Str*> prompt_text = str_py(t_, prompt);
      if (prompt_text.failed() && !clear_exception_if(t_, core.Exception)) return Failure{};
      if (!prompt_text.failed()) append(prompt_text.get(), &shown);
    }
    (void)stdio_.write(Stream::Error, shown.data(), shown.size());
    (void)stdio_.flush(Stream::Error);
    Fallible<Value> read = call_method_py(t_, input_, TRY(Str::intern_utf8(t_, "readline")));
    // Only an interrupt leaves hope for the next line; a closed stream would fail for ever.
    deaf_ = read.failed() && (t_.terminated() || !t_.exception_is(core.KeyboardInterrupt));
    Value line = TRY(std::move(read));
    if (!is<Str>(line) || as<Str>(line)->length() == 0) return Line::End;
    append(as<Str>(line), text);
    if (text->ends_with('\n')) text->pop_back();
    return Line::Read;
  }

  // As UTF-8; surrogates, which no program's text may hold, become '?'.
  static void append(Str* text, std::string* out) {
    for (size_t i = 0; i < text->length(); ++i) {
      char32_t c = text->at(i);
      if (c >= 0xD800 && c < 0xE000) c = '?';
      if (c < 0x80) {
        *out += static_cast<char>(c);
        continue;
      }
      int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
      static constexpr unsigned kFirst[] = {0, 0xC0, 0xE0, 0xF0};
      *out += static_cast<char>(kFirst[more] | (c >> (6 * more)));
      while (more-- > 0) *out += static_cast<char>(0x80 | ((c >> (6 * more)) & 0x3F));
    }
  }

  Fallible<Value> compile(const std::string& text, uint32_t flags) {
    CompileRequest request;
    request.source = text;
    request.filename = filename_;
    request.mode = CompileMode::Single;
    request.flags = flags | future_flags_;
    return compiler_.compile_py(t_, request);
  }

  // Absent: more lines are needed.
  Fallible<Value> compile_if_complete(const std::string& text, bool at_end) {
    if (at_end) return compile(text + "\n", 0);
    Fallible<Value> code = compile(text, kDontImplyDedent | kAllowIncompleteInput);
    if (!code.failed()) return code;
    if (!clear_exception_if(t_, core.SyntaxError)) return Failure{};
    Fallible<Value> with_newline = compile(text + "\n", kDontImplyDedent | kAllowIncompleteInput);
    // Complete with one more newline: a block that may go on.
    if (!with_newline.failed()) return Value::absent();
    if (t_.terminated()) return Failure{};
    bool incomplete = t_.exception_is(core.IncompleteInputError);
    if (!clear_exception_if(t_, core.SyntaxError)) return Failure{};
    if (incomplete) return Value::absent();
    return compile(text, kDontImplyDedent);
  }

  static bool is_blank(const std::string& text) {
    size_t first = text.find_first_not_of(" \t\f\r\n");
    return first == std::string::npos || (text[first] == '#' && text.find('\n') == std::string::npos);
  }

  // False at the end of input.
  Fallible<bool> one_statement() {
    std::string text;
    bool at_end = TRY(read_line("ps1", &text)) == Line::End;
    if (at_end) {
      (void)stdio_.write(Stream::Error, "\n", 1);
      return false;
    }
    if (is_blank(text)) return true;
    for (;;) {
      Value code = TRY(compile_if_complete(text, at_end));
      if (!code.is_absent()) {
        future_flags_ |= as<Code>(code)->record().flags & kFutureFlags;
        TRY(remember_program_text(t_, as<Code>(code), filename_, text + "\n"));
        TRY(session_.isolate().run_code(t_, as<Code>(code), session_.main_globals(), Value()));
        return true;
      }
      text += '\n';
      at_end = TRY(read_line("ps2", &text)) == Line::End;
    }
  }

  static constexpr uint32_t kFutureFlags = code_flag::kFutureBarryAsBdfl | code_flag::kFutureAnnotations;

  Session& session_;
  Thread& t_;
  CompilerService& compiler_;
  ProcessStdio& stdio_;
  Value input_;
  Str* filename_ = nullptr;
  uint32_t future_flags_ = 0;
  int status_ = 0;
  bool deaf_ = false;  // sys.stdin cannot be read any more
};

}  // namespace

int Session::interact(bool banner) {
#ifndef HOG_STDIO
  (void)banner;
  return 0;  // nothing to ask, nobody to answer
#endif
  if (banner && options_.flags.quiet == 0) {
    std::string text = std::string("Python ") + version::kText + " on linux\n";
    if (options_.flags.no_site == 0) text += "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n";
    (void)stdio_.write(Stream::Error, text.data(), text.size());
  }
  Thread& t = thread();
  if (banner && !options_.sandbox && !options_.startup.empty() && run_startup().failed()) {
    bool ends = t.terminated() || t.exception_is(core.SystemExit);
    int status = program_failure_status_py(t, false);
    if (ends) return status;
  }
  const char* plain = options_.flags.ignore_environment != 0 ? nullptr : ::getenv("PYTHON_BASIC_REPL");
  if (!options_.sandbox && ::isatty(0) != 0 && (plain == nullptr || *plain == '\0')) {
    Fallible<bool> edited = run_line_editor();
    if (edited.failed()) return program_failure_status_py(t, false);
    if (edited.get()) return 0;
  }
  return Prompt(*this, compiler_, stdio_).run();
}

// The library's prompt, which edits lines. False: it cannot on this terminal, and says so.
Fallible<bool> Session::run_line_editor() {
  Thread& t = thread();
  Value editor = TRY(import_module_py(t, TRY(Str::intern_utf8(t, "_pyrepl.main"))));
  if (!TRY(truth_py(t, TRY(get_attribute_py(t, editor, TRY(Str::intern_utf8(t, "CAN_USE_PYREPL"))))))) {
    Value reason = TRY(get_attribute_py(t, editor, TRY(Str::intern_utf8(t, "FAIL_REASON"))));
    std::string text = std::string(TRY(str_py(t, reason))->is_ascii() ? as<Str>(reason)->ascii() : "") + "\n";
    if (text.size() > 1) (void)stdio_.write(Stream::Error, text.data(), text.size());
    return false;
  }
  Value main = isolate_->slots[Isolate::kMainModule].get();
  TRY(call_method_py(t, editor, TRY(Str::intern_utf8(t, "interactive_console")), main));
  return true;
}

}  // namespace hog::cli
