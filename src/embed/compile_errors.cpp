// compile_errors.cpp: see compile_errors.hpp.
#include "embed/compile_errors.hpp"

#include "object/exception.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

Type* type_of_error(ParseErrorKind kind) {
  switch (kind) {
    case ParseErrorKind::Indentation: return core.IndentationError;
    case ParseErrorKind::Tab: return core.TabError;
    case ParseErrorKind::IncompleteInput: return core.IncompleteInputError;
    default: return core.SyntaxError;
  }
}

Fallible<Value> text_or_none(Thread& t, std::string_view text) {
  if (text.empty()) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}

// The source line with that number, for errors that the compiler (not the parser) found.
std::string_view line_of(std::string_view source, int32_t line) {
  size_t start = 0;
  for (int32_t i = 1; i < line; ++i) {
    size_t newline = source.find('\n', start);
    if (newline == std::string_view::npos) return {};
    start = newline + 1;
  }
  size_t end = source.find('\n', start);
  return source.substr(start, end == std::string_view::npos ? std::string_view::npos : end - start + 1);
}

// The messages for which `traceback` tries whether a keyword in another spelling would mend the text.
bool may_be_misspelt_keyword(std::string_view message) {
  return message == "invalid syntax" || message.find("Perhaps you forgot a comma") != std::string_view::npos;
}

// _metadata: first line and column of the statement (0: look everywhere), and the text.
Fallible<void> add_source_py(Thread& t, Value exception, std::string_view source) {
  Str* text = TRY(Str::from_utf8(t, source));
  if (!source.ends_with('\n')) text = TRY(t.format("{}\n", text));
  Value nowhere = Value::from_small_int(0);
  Tuple* metadata = TRY(Tuple::of(t, nowhere, nowhere, Value(text)));
  return set_attribute_py(t, exception, TRY(Str::intern_utf8(t, "_metadata")), Value(metadata));
}

// The message begins with the sequence in quotes. Only within one line of ASCII, where columns are bytes.
void point_at_escape(ParseError* error) {
  size_t quote = error->message.find('"', 1);
  if (quote == std::string_view::npos || error->line != error->end_line || error->col < 1) return;
  std::string_view sequence = error->message.substr(1, quote - 1);
  for (char c : error->text)
    if (static_cast<unsigned char>(c) >= 0x80) return;
  size_t at = error->text.find(sequence, static_cast<size_t>(error->col) - 1);
  if (at == std::string_view::npos) return;
  error->col = static_cast<int32_t>(at) + 1;
  error->end_col = error->col + static_cast<int32_t>(sequence.size());
}

}  // namespace

Failure raise_compile_error_py(Thread& t, const ParseError& error, Str* filename, std::string_view source) {
  switch (error.kind) {
    case ParseErrorKind::Memory: return t.raise_memory_error();
    case ParseErrorKind::TooDeep: {
      Fallible<Value> message = text_or_none(t, error.message);
      if (message.failed()) return Failure{};
      // The parser's limit is a MemoryError, the compiler's a RecursionError.
      bool recursion = error.message.starts_with("maximum recursion");
      return t.raise_value(recursion ? core.RecursionError : core.MemoryError, message.get());
    }
    case ParseErrorKind::Cancelled:
      if (t.has_exception() || t.terminated()) return Failure{};
      return t.raise_memory_error();
    case ParseErrorKind::Value: return t.raise_value_error("{}", error.message);
    default: break;
  }
  auto build = [&]() -> Fallible<Value> {
    Value message = TRY(text_or_none(t, error.message));
    if (!error.has_location) return call_py(t, Value(type_of_error(error.kind)), message);
    std::string_view line = error.text.empty() ? line_of(source, error.line) : error.text;
    Value text = TRY(text_or_none(t, line));
    Value location =
        Value(TRY(Tuple::of(t, Value(filename), Value::from_small_int(error.line), Value::from_small_int(error.col),
                            text, Value::from_small_int(error.end_line), Value::from_small_int(error.end_col))));
    Value exception = TRY(call_py(t, Value(type_of_error(error.kind)), message, location));
    if (may_be_misspelt_keyword(error.message)) TRY(add_source_py(t, exception, source));
    return exception;
  };
  Fallible<Value> exception = build();
  if (exception.failed()) return Failure{};
  return t.raise_object_py(exception.get(), Value::absent());
}

Fallible<void> emit_compile_warnings_py(Thread& t, std::span<ParseWarning> warnings, const CompileRequest& request) {
  if (warnings.empty()) return {};
  Str* module_name = TRY(Str::intern_utf8(t, "_warnings"));
  Fallible<Value> imported = t.isolate().services->import_module(t, module_name);
  if (imported.failed()) return Failure{};
  Value module = imported.get();
  Str* function_name = TRY(Str::intern_utf8(t, "warn_explicit"));
  Value function = TRY(get_attribute_py(t, module, function_name));
  for (const ParseWarning& warning : warnings) {
    Type* category =
        warning.category == ParseWarning::Category::SyntaxWarning ? core.SyntaxWarning : core.DeprecationWarning;
    Str* message = TRY(Str::from_utf8(t, warning.message));
    // Without a module's name the file's stands for it. (None would be a warning of nobody, which is dropped.)
    const Value arguments[] = {Value(message), Value(category), Value(request.filename),
                               Value::from_small_int(warning.line), Value(request.module_name)};
    Fallible<Value> done = call_py(t, function, Arguments(arguments, request.module_name == nullptr ? 4 : 5));
    if (!done.failed()) continue;
    if (t.terminated() || !t.exception_is(category)) return Failure{};
    t.take_exception();
    ParseError error;
    error.kind = ParseErrorKind::Syntax;
    error.message = warning.message;
    error.line = warning.line;
    error.col = warning.col;
    error.end_line = warning.end_line;
    error.end_col = warning.end_col;
    // About an escape sequence: as an error it says nothing of the future, and points at the sequence within its literal.
    constexpr std::string_view kFuture = " Such sequences will not work in the future.";
    if (size_t at = warning.message.find(kFuture); at != std::string_view::npos) {
      Str* shorter = TRY(t.format("{}{}", warning.message.substr(0, at), warning.message.substr(at + kFuture.size())));
      if (shorter->is_ascii()) error.message = shorter->ascii();
      error.text = warning.text.empty() ? line_of(request.source, warning.line) : warning.text;
      point_at_escape(&error);
      return raise_compile_error_py(t, error, request.filename, request.source);
    }
    // The line is looked up by file name here, so text without a file shows none.
    bool no_file = request.filename->length() != 0 && request.filename->at(0) == '<';
    if (no_file) return raise_compile_error_py(t, error, request.filename, {});
    error.text = warning.text;
    return raise_compile_error_py(t, error, request.filename, request.source);
  }
  return {};
}

}  // namespace hog
