// future.cpp: see future.hpp. Ref: reference/simple_stmts "Future statements".
#include "compile/future.hpp"

#include "bytecode/code_format.hpp"
#include "compile/docstring.hpp"

namespace hog {

using namespace ast;

static void import_features(CompileContext& context, const ImportFrom* node) {
  for (const Alias* alias : node->names) {
    std::string_view feature = alias->name->utf8;
    if (feature == "annotations") {
      context.future_flags |= code_flag::kFutureAnnotations;
    } else if (feature == "barry_as_FLUFL") {
      context.future_flags |= code_flag::kFutureBarryAsBdfl;
    } else if (feature == "braces") {
      return context.error(alias->location, {"not a chance"});
    } else if (feature != "nested_scopes" && feature != "generators" && feature != "division" &&
               feature != "absolute_import" && feature != "with_statement" && feature != "print_function" &&
               feature != "unicode_literals" && feature != "generator_stop") {
      return context.error(alias->location, {"future feature ", feature, " is not defined"});
    }
  }
}

void find_future_statements(CompileContext& context, Mod* tree, LateImports late) {
  std::span<Stmt*> body;
  if (auto* module = try_as<Module>(tree)) body = module->body;
  else if (auto* interactive = try_as<Interactive>(tree)) body = interactive->body;
  bool early = true;
  bool first = true;
  for (Stmt* statement : body) {
    auto* import = try_as<ImportFrom>(statement);
    bool is_future =
        import != nullptr && import->level == 0 && import->module != nullptr && import->module == context.names.future;
    if (is_future) {
      if (!early && late == LateImports::Ignore) return;
      if (!early)
        return context.error(statement->location,
                             {"from __future__ imports must occur at the beginning of the file"});
      import_features(context, import);
      if (context.failed()) return;
    } else if (!(first && docstring_of(body) != nullptr)) {
      early = false;
    }
    first = false;
  }
}

}  // namespace hog
