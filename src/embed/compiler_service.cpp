// compiler_service.cpp: see compiler_service.hpp. Everything of a compilation lives in one arena that charges the isolate and
// dies with the call; what stays is the blob, in a cell.
#include "embed/compiler_service.hpp"

#include "compile/compiler.hpp"
#include "embed/ast_from_objects.hpp"
#include "embed/ast_to_objects.hpp"
#include "embed/ast_validate.hpp"
#include "embed/compile_flags.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "syntax/parser.hpp"

namespace hog {

namespace {

constexpr uint32_t kFutureMask = code_flag::kFutureBarryAsBdfl | code_flag::kFutureAnnotations;

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

Failure raise_syntax_error(Thread& t, const ParseError& error, Str* filename, std::string_view source) {
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
    default: break;
  }
  auto build = [&]() -> Fallible<Value> {
    Value message = TRY(text_or_none(t, error.message));
    if (!error.has_location) return call_py(t, Value(type_of_error(error.kind)), message);
    std::string_view line = error.text.empty() ? line_of(source, error.line) : error.text;
    Value text = TRY(text_or_none(t, line));
    Value location = Value(TRY(Tuple::of(t, Value(filename), Value::from_small_int(error.line),
                                         Value::from_small_int(error.col), text, Value::from_small_int(error.end_line),
                                         Value::from_small_int(error.end_col))));
    return call_py(t, Value(type_of_error(error.kind)), message, location);
  };
  Fallible<Value> exception = build();
  if (exception.failed()) return Failure{};
  return t.raise_object_py(exception.get(), Value::absent());
}

// Compile-time warnings go through warnings.warn_explicit; one that a filter turns into an error becomes a SyntaxError here.
Fallible<void> emit_warnings(Thread& t, std::span<ParseWarning> warnings, const CompileRequest& request,
                             std::string_view source) {
  if (warnings.empty()) return {};
  Str* module_name = TRY(Str::intern_utf8(t, "_warnings"));
  Fallible<Value> imported = t.isolate().services->import_module(t, module_name);
  if (imported.failed()) return Failure{};
  Value module = imported.get();
  Str* function_name = TRY(Str::intern_utf8(t, "warn_explicit"));
  Value function = TRY(get_attribute_py(t, module, function_name));
  for (const ParseWarning& warning : warnings) {
    Type* category = warning.category == ParseWarning::Category::SyntaxWarning ? core.SyntaxWarning : core.DeprecationWarning;
    Str* message = TRY(Str::from_utf8(t, warning.message));
    Value name = request.module_name == nullptr ? Value::none() : Value(request.module_name);
    Fallible<Value> done = call_py(t, function, Value(message), Value(category), Value(request.filename),
                                   Value::from_small_int(warning.line), name);
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
    error.text = warning.text;
    return raise_syntax_error(t, error, request.filename, source);
  }
  return {};
}

ParseOptions parse_options(Thread& t, const CompileRequest& request) {
  ParseOptions options;
  switch (request.mode) {
    case CompileMode::Exec: options.mode = ParseMode::Exec; break;
    case CompileMode::Eval: options.mode = ParseMode::Eval; break;
    case CompileMode::Single: options.mode = ParseMode::Single; break;
    case CompileMode::FunctionType: options.mode = ParseMode::FuncType; break;
  }
  options.type_comments = (request.flags & compile_flag::kTypeComments) != 0;
  options.allow_incomplete_input = (request.flags & compile_flag::kAllowIncompleteInput) != 0;
  options.dont_imply_dedent = (request.flags & compile_flag::kDontImplyDedent) != 0;
  options.barry_as_bdfl = (request.flags & code_flag::kFutureBarryAsBdfl) != 0;
  options.ignore_coding_declaration = true;
  if (request.feature_minor >= 0) options.feature_minor = request.feature_minor;
  options.max_int_digits = static_cast<int>(t.isolate().int_max_str_digits);
  return options;
}

Fallible<CompileOptions> compile_options(Thread& t, Arena& arena, const CompileRequest& request) {
  size_t filename_size = request.filename->utf8_length();
  auto filename = arena.make_array<char>(filename_size + 1);
  if (filename.empty()) return t.raise_memory_error();
  request.filename->write_utf8(filename.data());
  CompileOptions options;
  options.filename = {filename.data(), filename_size};
  options.optimize = request.optimize < 0 ? 0 : request.optimize;
  options.future_flags = request.flags & kFutureMask;
  options.allow_top_level_await = (request.flags & compile_flag::kAllowTopLevelAwait) != 0;
  return options;
}

// What a request is about, whichever way it came.
struct Input {
  ast::Mod* tree;
  ast::IdentifierTable* identifiers;
  List* externals;  // null: none
};

Fallible<Input> parse_source_py(Thread& t, Arena& arena, const CompileRequest& request) {
  ParseResult parsed = parse(arena, request.source, parse_options(t, request));
  if (!parsed.ok()) {
    if (parsed.error.kind != ParseErrorKind::Cancelled) TRY(emit_warnings(t, parsed.warnings, request, request.source));
    return raise_syntax_error(t, parsed.error, request.filename, request.source);
  }
  TRY(emit_warnings(t, parsed.warnings, request, request.source));
  return Input{parsed.tree, parsed.identifiers, nullptr};
}

Fallible<Input> read_tree_py(Thread& t, Arena& arena, const CompileRequest& request) {
  auto* identifiers = arena.make<ast::IdentifierTable>(arena);
  TreeFromObjects read = TRY(tree_from_objects_py(t, arena, *identifiers, request.tree, request.mode));
  TRY(validate_tree(t, read));
  return Input{read.tree, identifiers, read.externals};
}

Fallible<Value> make_code_py(Thread& t, Arena& arena, const CompileRequest& request, const Input& input) {
  CompileOptions options = TRY(compile_options(t, arena, request));
  CompileResult compiled = compile(arena, input.tree, *input.identifiers, options);
  if (!compiled.ok()) return raise_syntax_error(t, compiled.error, request.filename, request.source);
  TRY(emit_warnings(t, compiled.warnings, request, request.source));
  ByteArray* storage = TRY(ByteArray::make(t, compiled.blob.size()));
  std::memcpy(storage->data(), compiled.blob.data(), compiled.blob.size());
  Value externals;
  if (input.externals != nullptr)
    externals = Value(TRY(Tuple::from(t, input.externals->data(), input.externals->length())));
  Code* code = TRY(Isolate::of(t).load_blob(t, CodeBlob(storage->data(), compiled.blob.size()), storage, externals));
  return Value(code);
}

}  // namespace

Fallible<Value> SourceCompiler::compile_py(Thread& t, const CompileRequest& request) {
  Arena arena(Isolate::of(t).memory());
  Input input = request.tree.is_empty() ? TRY(parse_source_py(t, arena, request)) : TRY(read_tree_py(t, arena, request));
  if (request.only_ast) return tree_to_objects(t, input.tree, input.externals);
  return make_code_py(t, arena, request, input);
}

}  // namespace hog
