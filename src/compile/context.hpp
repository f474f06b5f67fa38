// context.hpp: what all parts of one compilation share: memory, identifiers, options, the first error, warnings, depth.
//
// Invariant: after failed() turns true nothing that is produced is used; visitors return early, and no later error replaces
// the first.
#pragma once

#include <initializer_list>

#include "compile/compiler.hpp"

namespace hog {

// Identifiers that the language itself gives a meaning.
struct KnownNames {
  explicit KnownNames(ast::IdentifierTable& table);
#define HOG_COMPILER_NAMES(V)                                                                                     \
  V(class_cell, "__class__") V(classdict, "__classdict__") V(classcell, "__classcell__")                          \
  V(classdictcell, "__classdictcell__") V(conditional_annotations, "__conditional_annotations__")                 \
  V(type_params, "__type_params__") V(dot_type_params, ".type_params") V(dot_generic_base, ".generic_base")       \
  V(dot_defaults, ".defaults") V(dot_kwdefaults, ".kwdefaults") V(dot_format, ".format") V(format, "format")      \
  V(dot_zero, ".0") V(annotate, "__annotate__") V(annotate_func, "__annotate_func__")                             \
  V(annotations, "__annotations__") V(debug, "__debug__") V(super, "super") V(self, "self") V(doc, "__doc__")     \
  V(name, "__name__") V(module, "__module__") V(qualname, "__qualname__") V(firstlineno, "__firstlineno__")       \
  V(static_attributes, "__static_attributes__") V(lambda, "<lambda>") V(lambda_scope, "lambda")                   \
  V(genexpr, "<genexpr>") V(listcomp, "<listcomp>") V(setcomp, "<setcomp>") V(dictcomp, "<dictcomp>")             \
  V(module_code, "<module>") V(top, "top") V(send, "send") V(star, "*") V(returns, "return")                      \
  V(future, "__future__") V(empty, "")
#define HOG_DECLARE_NAME(field, text) ast::Identifier* field;
  HOG_COMPILER_NAMES(HOG_DECLARE_NAME)
#undef HOG_DECLARE_NAME
};

class CompileContext {
 public:
  CompileContext(Arena& arena, ast::IdentifierTable& identifiers, const CompileOptions& options);

  bool failed() const { return error_.kind != ParseErrorKind::None; }
  // Once a node or so: false when memory or budget is gone (the error is then set).
  bool go_on();

  // SyntaxError. Columns of the tree are byte offsets; errors count from 1.
  void error(const ast::Location& at, std::initializer_list<std::string_view> parts);
  void error_without_location(ParseErrorKind kind, std::string_view message);
  void warn(const ast::Location& at, std::initializer_list<std::string_view> parts);

  std::string_view text(std::initializer_list<std::string_view> parts);
  ast::Identifier* intern(std::string_view name) { return identifiers.intern(name); }
  // A class-private name: __x in class C is _C__x.
  ast::Identifier* mangle(ast::Identifier* private_class, ast::Identifier* name);

  // Counts the nesting of visitors; failed() when too deep.
  class Depth {
   public:
    explicit Depth(CompileContext& context) : context_(context) { context.enter(); }
    ~Depth() { --context_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    CompileContext& context_;
  };

  Arena& arena;
  ast::IdentifierTable& identifiers;
  const CompileOptions& options;
  KnownNames names;
  uint32_t future_flags;
  int muted_warnings = 0;  // while a copy of a finally body is compiled

  const ParseError& first_error() const { return error_; }
  std::span<ParseWarning> warnings() const { return warnings_.span(); }

 private:
  void enter();

  ParseError error_;
  ArenaVector<ParseWarning> warnings_;
  int depth_ = 0;
  int max_depth_;
  uint32_t steps_ = 0;
};

}  // namespace hog
