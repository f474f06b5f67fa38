// ast_module.cpp: the module `_ast`: the classes of ast_classes.hpp under their names, and the flags of compile().
// Ref: library/ast.
#include "embed/ast_classes.hpp"
#include "embed/compile_flags.hpp"

namespace hog {

namespace {

// Only keeps the methods' signatures parsed.
Type* syntax_methods_type = nullptr;
constexpr TypeRegistration kTypes[] = {{&syntax_methods_type, &k_syntax_methods_spec, false}};

Fallible<void> initialize(Thread& t, Module* module) {
  SyntaxClasses classes = TRY(SyntaxClasses::of_py(t));
  struct Flag {
    const char* name;
    uint32_t value;
  };
  constexpr Flag kFlags[] = {{"PyCF_ALLOW_TOP_LEVEL_AWAIT", compile_flag::kAllowTopLevelAwait},
                             {"PyCF_ONLY_AST", compile_flag::kOnlyAst},
                             {"PyCF_TYPE_COMMENTS", compile_flag::kTypeComments},
                             {"PyCF_OPTIMIZED_AST", compile_flag::kOptimizedAst}};
  for (const Flag& flag : kFlags) TRY(module->add(t, flag.name, Value::from_small_int(flag.value)));
  for (size_t i = 0; i < SyntaxClasses::class_count(); ++i) {
    Type* type = classes.type_at(i);
    TRY(module->dict()->set_name(t, TRY(Str::intern(t, type->name())), Value(type)));
  }
  return {};
}

}  // namespace

extern const ModuleSpec k_module__ast;
const ModuleSpec k_module__ast = {
    .name = "_ast",
    .types = kTypes,
    .type_count = std::size(kTypes),
    .initialize = initialize,
};

}  // namespace hog
