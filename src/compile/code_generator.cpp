// code_generator.cpp: units (code objects), modules, and compile() itself.
#include "compile/code_generator.hpp"

#include "compile/docstring.hpp"
#include "compile/finally_warnings.hpp"
#include "compile/fold.hpp"
#include "compile/future.hpp"

namespace hog {

using namespace ast;
namespace flag = symbol_flag;

CodeGenerator::CodeGenerator(CompileContext& context, ScopeTree& scopes, BlobWriter& blob)
    : context_(context), names_(context.names), scopes_(scopes), blob_(blob) {}

void sort_identifiers(std::span<Identifier*> names) {
  auto less = [](const Identifier* x, const Identifier* y) { return x->utf8 < y->utf8; };
  // Heap sort: the number of names is the program's.
  auto sift = [&](size_t root, size_t size) {
    for (size_t child; (child = 2 * root + 1) < size; root = child) {
      if (child + 1 < size && less(names[child], names[child + 1])) ++child;
      if (!less(names[root], names[child])) return;
      std::swap(names[root], names[child]);
    }
  };
  for (size_t i = names.size() / 2; i-- > 0;) sift(i, names.size());
  for (size_t size = names.size(); size > 1;) {
    std::swap(names[0], names[--size]);
    sift(0, size);
  }
}

void CodeGenerator::enter_unit(Unit& unit, Scope* scope, Identifier* name, int32_t first_line) {
  unit.outer = unit_;
  unit.scope = scope;
  unit.name = name;
  unit.private_class = unit_ != nullptr ? unit_->private_class : nullptr;
  unit.flags = code_flags(scope);
  unit.code.first_line = first_line;
  unit_ = &unit;
  set_qualified_name(unit);
  for (Identifier* parameter : scope->parameters) {
    Register reg = unit.code.add_local(parameter, true, false);
    const Symbol* symbol = scope->find(parameter);
    if (symbol->scope == NameScope::Cell) {
      unit.code.set_parameter_cell(reg);
      unit.cells.set(parameter, reg.raw);
    } else {
      unit.locals.set(parameter, reg.raw);
      if ((symbol->flags & flag::kMayUnbind) != 0) unit.code.set_may_unbind(reg);
    }
  }
  ArenaVector<Identifier*> cells(context_.arena), frees(context_.arena);
  for (const Symbol& symbol : scope->symbols) {
    if (symbol.scope == NameScope::Cell && (symbol.flags & flag::kParameter) == 0) cells.push_back(symbol.name);
    if (symbol.scope == NameScope::Free || (symbol.flags & flag::kFreeClass) != 0) frees.push_back(symbol.name);
  }
  if (scope->type == BlockType::Class) {
    if (scope->needs_class_closure) cells.push_back(names_.class_cell);
    if (scope->needs_classdict) cells.push_back(names_.classdict);
    if (scope->has_conditional_annotations) cells.push_back(names_.conditional_annotations);
  }
  sort_identifiers(cells.span());
  sort_identifiers(frees.span());
  for (Identifier* cell : cells) unit.cells.set(cell, unit.code.add_cell(cell, false).raw);
  for (Identifier* free : frees) unit.frees.set(free, unit.code.add_free(free).raw);
}

uint32_t CodeGenerator::code_flags(const Scope* scope) const {
  uint32_t flags = context_.future_flags;
  if (scope->is_function_like()) {
    flags |= code_flag::kNewLocals | code_flag::kOptimized;
    if (scope->nested) flags |= code_flag::kNested;
    if (scope->generator) flags |= scope->coroutine ? code_flag::kAsyncGenerator : code_flag::kGenerator;
    if (scope->var_args) flags |= code_flag::kVarArgs;
    if (scope->var_keywords) flags |= code_flag::kVarKeywords;
    if (scope->has_docstring && context_.options.optimize < 2) flags |= code_flag::kHasDocstring;
    if (scope->method) flags |= code_flag::kMethod;
  }
  if (scope->coroutine && !scope->generator) flags |= code_flag::kCoroutine;
  return flags;
}

void CodeGenerator::set_qualified_name(Unit& unit) {
  unit.qualified_name = unit.name->utf8;
  Unit* parent = unit.outer;
  while (parent != nullptr &&
         (parent->scope->type == BlockType::TypeParameters || parent->scope->type == BlockType::Annotation))
    parent = parent->outer;
  if (parent == nullptr || parent->scope->type == BlockType::Module) return;
  if (unit.scope->type == BlockType::Function || unit.scope->type == BlockType::Class) {
    const Symbol* symbol = parent->scope->find(context_.mangle(parent->private_class, unit.name));
    if (symbol != nullptr && symbol->scope == NameScope::GlobalExplicit) return;
  }
  bool function =
      parent->scope->type == BlockType::Function && parent->scope->comprehension == ComprehensionKind::None;
  std::string_view between = function ? ".<locals>." : ".";
  unit.qualified_name = context_.text({parent->qualified_name, between, unit.name->utf8});
}

void CodeGenerator::begin_code(const Location& at) {
  code().at(at);
  const Scope* scope = unit_->scope;
  ArenaVector<Identifier*> frees(context_.arena);
  unsigned free_count = 0;
  for (const Symbol& symbol : scope->symbols)
    if (symbol.scope == NameScope::Free || (symbol.flags & flag::kFreeClass) != 0) ++free_count;
  if (free_count != 0)
    code().emit(Opcode::COPY_FREE, {.a = kFreeSpace, .b = static_cast<uint16_t>(free_count)});
  for (Identifier* parameter : scope->parameters) {
    uint32_t cell = unit_->cells.get(parameter);
    if (cell != PointerMap::kAbsent) code().emit(Opcode::MAKE_CELL, Register{static_cast<uint16_t>(cell)});
  }
  for (unsigned i = 0; i < code().cell_count(); ++i)
    code().emit(Opcode::MAKE_CELL, Register{static_cast<uint16_t>(kCellSpace + i)});
  constexpr uint32_t kSuspending = code_flag::kGenerator | code_flag::kCoroutine | code_flag::kAsyncGenerator;
  if ((unit_->flags & kSuspending) == 0) return;
  code().emit(Opcode::RETURN_GENERATOR);
  unit_->is_generator = true;
  unit_->generator_region = code().begin_region(code().top());
}

// StopIteration that leaves a generator's body becomes RuntimeError.
void CodeGenerator::end_generator() {
  if (!unit_->is_generator) return;
  code().end_region(unit_->generator_region);
  code().end_of_path();
  code().place_handler(unit_->generator_region);
  Temporaries temporaries(*this);
  Register exception = code().temporary();
  code().at_no_location();
  code().emit(Opcode::INTRINSIC, {.a = exception.raw,
                                  .b = exception.raw,
                                  .c = exception.raw,
                                  .x = static_cast<uint8_t>(Intrinsic::STOP_ITERATION_ERROR)});
  code().emit(Opcode::RERAISE, exception);
  code().end_of_path();
}

CodeGenerator::UnitResult CodeGenerator::leave_unit() {
  Unit& unit = *unit_;
  UnitResult result;
  end_generator();
  FinishedCode finished;
  if (!context_.failed() && !unit.code.layout(finished))
    context_.error_without_location(ParseErrorKind::TooDeep, "too many variables or temporaries in a function");
  if (context_.go_on()) {
    CodeDescription description;
    description.name = unit.name->utf8;
    description.qualified_name = unit.qualified_name;
    description.filename = context_.options.filename;
    description.first_line = static_cast<uint32_t>(unit.code.first_line);
    description.flags = unit.flags;
    description.positional_count = unit.positional_count;
    description.positional_only_count = unit.positional_only_count;
    description.keyword_only_count = unit.keyword_only_count;
    description.children = unit.children.span();
    result.record = blob_.add(description, unit.code, finished);
    result.free_names = unit.code.free_names();
    if (unit.outer != nullptr) unit.outer->children.push_back(result.record);
  }
  unit_ = unit.outer;
  return result;
}

void CodeGenerator::make_closure(Register dst, const UnitResult& result) {
  if (context_.failed()) return;
  code().emit_wide(Opcode::MAKE_FUNCTION, dst, code().constants().add_code(result.record));
  if (result.free_names.empty()) return;
  Temporaries temporaries(*this);
  Register cells = code().temporaries(static_cast<unsigned>(result.free_names.size()));
  for (size_t i = 0; i < result.free_names.size(); ++i)
    move(cells.next(static_cast<unsigned>(i)), cell_register(result.free_names[i]));
  code().emit(Opcode::BUILD_TUPLE,
              {.a = cells.raw, .b = cells.raw, .c = static_cast<uint16_t>(result.free_names.size())});
  code().emit(Opcode::SET_FUNCTION, {.a = dst.raw, .b = cells.raw, .x = 2});
}

void CodeGenerator::return_none() {
  if (!code().reachable()) return;
  Temporaries temporaries(*this);
  Register none = code().temporary();
  code().emit(Opcode::LOAD_NONE, none);
  code().emit(Opcode::RETURN, none);
  code().end_of_path();
}

// __annotate__ of a module comes first though it is known last: its code stands at the end, reached by a jump and back.
void CodeGenerator::module_body(std::span<Stmt*> body, bool interactive) {
  Scope* scope = unit_->scope;
  bool future = (context_.future_flags & code_flag::kFutureAnnotations) != 0;
  if (future && scope->annotations_used) code().emit(Opcode::SETUP_ANNOTATIONS);
  if (!body.empty()) unit_->start = body[0]->location;
  bool deferred = !future && scope->has_conditional_annotations;
  Label annotations = code().new_label();
  Label start;
  if (deferred) {
    code().jump(annotations);
    start = code().place_entry();
    Temporaries temporaries(*this);
    Register set = code().temporary();
    code().emit(Opcode::BUILD_SET, {.a = set.raw, .b = set.raw, .c = 0});
    emit_named(Opcode::STORE_NAME, set.raw, 0, names_.conditional_annotations, true);
  }
  bool has_value = context_.options.last_value && !body.empty() && is<ExprStmt>(body.back());
  const Constant* doc = interactive || (has_value && body.size() == 1) ? nullptr : docstring_of(body);
  if (doc != nullptr) {
    if (context_.options.optimize < 2) {
      Temporaries temporaries(*this);
      Register text = code().temporary();
      code().at(doc->location);
      load_string(clean_docstring(context_, doc->value.text), text);
      store_name(names_.doc, text);
    }
    body = body.subspan(1);
  }
  statements(has_value ? body.first(body.size() - 1) : body);
  if (has_value && code().reachable()) {
    Temporaries temporaries(*this);
    code().emit(Opcode::RETURN, value(as<ExprStmt>(body.back())->value));
    code().end_of_path();
  }
  code().at(Location{unit_->code.first_line, 0, unit_->code.first_line, 0});
  if (!body.empty()) code().at_no_location();
  return_none();
  if (!deferred) return;
  code().place(annotations);
  code().at(Location{unit_->code.first_line, 0, unit_->code.first_line, 0});
  if (!unit_->deferred_annotations.empty()) {
    Temporaries temporaries(*this);
    Register function = code().temporary();
    deferred_annotations(function);
    store_name(names_.annotate, function);
  }
  code().jump_back(start);
}

void CodeGenerator::compile(Mod* tree) {
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  Identifier* name = names_.module_code;
  enter_unit(*unit, scopes_.root, name, 1);
  begin_code(Location{0, 0, 0, 0});
  if (auto* module = try_as<Module>(tree)) {
    module_body(module->body, false);
  } else if (auto* interactive = try_as<Interactive>(tree)) {
    interactive_ = true;
    module_body(interactive->body, true);
  } else {
    Temporaries temporaries(*this);
    Register result = value(as<Expression>(tree)->body);
    code().emit(Opcode::RETURN, result);
    code().end_of_path();
  }
  if (context_.failed()) return;
  root_ = leave_unit().record;
}

CompileResult compile(Arena& arena, Mod* tree, IdentifierTable& identifiers, const CompileOptions& options) {
  CompileContext context(arena, identifiers, options);
  CompileResult result;
  find_future_statements(context, tree);
  BlobWriter blob(arena);
  if (context.go_on()) warn_about_finally(context, tree);
  if (context.go_on()) fold_tree(context, tree);
  ScopeTree* scopes = context.go_on() ? build_scopes(context, tree) : nullptr;
  if (scopes != nullptr) {
    CodeGenerator generator(context, *scopes, blob);
    generator.compile(tree);
    if (context.go_on()) result.blob = blob.finish(generator.root());
    context.go_on();
  }
  result.error = context.first_error();
  if (context.failed()) result.blob = {};
  else if (result.blob.empty()) result.error.kind = ParseErrorKind::Memory;
  result.warnings = context.warnings();
  result.future_flags = context.future_flags;
  return result;
}

ScopesResult analyze_scopes(Arena& arena, Mod* tree, IdentifierTable& identifiers, const CompileOptions& options) {
  CompileContext context(arena, identifiers, options);
  find_future_statements(context, tree);
  ScopesResult result;
  if (context.go_on()) result.scopes = build_scopes(context, tree);
  result.error = context.first_error();
  return result;
}

}  // namespace hog
