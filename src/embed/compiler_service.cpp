// compiler_service.cpp: see compiler_service.hpp. Everything of a compilation lives in one arena that charges the
// isolate and dies with the call; what stays is the blob, in a cell.
#include "embed/compiler_service.hpp"

#include "compile/compiler.hpp"
#include "embed/ast_from_objects.hpp"
#include "embed/ast_to_objects.hpp"
#include "embed/ast_validate.hpp"
#include "embed/compile_errors.hpp"
#include "embed/compile_flags.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr uint32_t kFutureMask = code_flag::kFutureBarryAsBdfl | code_flag::kFutureAnnotations;

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
  options.optimize = request.optimize < 0 ? t.isolate().start_flags.optimize : request.optimize;
  options.future_flags = request.flags & kFutureMask;
  options.last_value = request.last_value;
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
    if (parsed.error.kind != ParseErrorKind::Cancelled) TRY(emit_compile_warnings_py(t, parsed.warnings, request));
    return raise_compile_error_py(t, parsed.error, request.filename, request.source);
  }
  TRY(emit_compile_warnings_py(t, parsed.warnings, request));
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
  if (!compiled.ok()) return raise_compile_error_py(t, compiled.error, request.filename, request.source);
  TRY(emit_compile_warnings_py(t, compiled.warnings, request));
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
  bool optimized = (request.flags & compile_flag::kOptimizedAst) == compile_flag::kOptimizedAst;
  Arena arena(Isolate::of(t).memory());
  Input input =
      request.tree.is_empty() ? TRY(parse_source_py(t, arena, request)) : TRY(read_tree_py(t, arena, request));
  if (request.only_ast) {
    CompileOptions options = TRY(compile_options(t, arena, request));
    ParseError error = preprocess(arena, input.tree, *input.identifiers, options, optimized);
    if (error.kind != ParseErrorKind::None) return raise_compile_error_py(t, error, request.filename, request.source);
    return tree_to_objects(t, input.tree, input.externals);
  }
  return make_code_py(t, arena, request, input);
}

}  // namespace hog
