// code_generator.hpp: from a resolved tree to instructions, a code object (Unit) at a time.
//
// Invariants:
// 1. Operands are evaluated left to right. An operand that is a named local is not copied, except when a later operand of
//    the same instruction may rebind it (protect()).
// 2. to(e, dst) writes dst in its last instruction only when dst is a named local; a temporary dst may serve as scratch.
// 3. The stack of temporaries is as high after a statement as before it.
#pragma once

#include "compile/blob_writer.hpp"
#include "compile/context.hpp"
#include "compile/function_builder.hpp"
#include "compile/scopes.hpp"

namespace hog {

// An inlined comprehension that is being compiled: its variables live in registers of the frame around it.
struct InlinedComprehension {
  InlinedComprehension* outer;
  Scope* scope;
  struct Variable {
    ast::Identifier* name;
    Register reg;
    bool cell;
  };
  ArenaVector<Variable>* variables;
};

// A statement around the present one that control must leave properly.
struct Block {
  enum class Kind : uint8_t {
    Loop,
    TryExcept,       // counts as a block, nothing to do
    Finally,         // leaving runs `final_body`
    FinallyHandler,  // the copy of a finally body that runs for an exception; `reg`: the outer handled exception
    Except,          // an except clause: `reg` as above; `name`: to be unbound, or null
    With,            // `reg`: __exit__ and its self
    AsyncWith,
  };
  Kind kind;
  Block* outer = nullptr;
  Label leave;      // Loop: break
  Label again;      // Loop: continue
  int32_t handler = -1;  // handler around the block, in force for the code that leaves it
  Register reg;
  std::span<ast::Stmt*> final_body;
  ast::Identifier* name = nullptr;
  bool is_except_star = false;  // Except: nothing may jump out of it
  ast::Location location;
};

struct Unit {
  Unit(CompileContext& context, StringPool& strings)
      : code(context, strings),
        locals(context.arena),
        cells(context.arena),
        frees(context.arena),
        children(context.arena),
        static_attributes(context.arena),
        static_attributes_seen(context.arena),
        deferred_annotations(context.arena),
        hidden_registers(context.arena) {}
  Unit* outer = nullptr;
  Scope* scope = nullptr;
  ast::Identifier* name = nullptr;
  std::string_view qualified_name;
  ast::Identifier* private_class = nullptr;
  FunctionBuilder code;
  PointerMap locals;  // names to registers
  PointerMap cells;
  PointerMap frees;
  ArenaVector<uint32_t> children;  // record offsets
  ArenaVector<ast::Identifier*> static_attributes;
  PointerMap static_attributes_seen;
  struct DeferredAnnotation {
    ast::AnnAssign* node;
    int32_t condition;  // index in __conditional_annotations__, -1: unconditional
  };
  ArenaVector<DeferredAnnotation> deferred_annotations;
  struct HiddenRegister {
    ast::Identifier* name;
    Register reg;
    bool busy;
    bool cell;
  };
  ArenaVector<HiddenRegister> hidden_registers;
  InlinedComprehension* comprehension = nullptr;
  Block* blocks = nullptr;
  int block_depth = 0;
  int32_t conditional_annotations = 0;
  ast::Location start;  // module: of its first statement
  bool in_conditional_block = false;
  uint32_t positional_count = 0;
  uint32_t positional_only_count = 0;
  uint32_t keyword_only_count = 0;
  uint32_t flags = 0;
  bool is_async = false;  // an async def
  bool is_generator = false;
  FunctionBuilder::Region generator_region;
};

void sort_identifiers(std::span<ast::Identifier*> names);  // by their text

class CodeGenerator {
 public:
  CodeGenerator(CompileContext& context, ScopeTree& scopes, BlobWriter& blob);
  void compile(ast::Mod* tree);
  uint32_t root() const { return root_; }

 private:
  using Location = ast::Location;
  using Identifier = ast::Identifier;

  // ---- code_generator.cpp: units and modules. ----
  struct UnitResult {
    uint32_t record = 0;
    std::span<Identifier*> free_names;
  };
  void enter_unit(Unit& unit, Scope* scope, Identifier* name, int32_t first_line);
  UnitResult leave_unit();
  void set_qualified_name(Unit& unit);
  void add_parameters(ast::Arguments* args);
  void begin_code(const Location& at);  // cells, free variables, generator
  void end_generator();
  void module_body(std::span<ast::Stmt*> body, bool interactive);
  void make_closure(Register dst, const UnitResult& result);  // dst = function of the finished unit
  uint32_t code_flags(const Scope* scope) const;

  FunctionBuilder& code() { return unit_->code; }
  bool optimizing_asserts() const { return context_.options.optimize > 0; }

  // ---- generate_name.cpp ----
  struct Variable {
    enum class Access : uint8_t { Local, Cell, CellThroughMapping, Global, GlobalThroughMapping, Name };
    Access access = Access::Name;
    Register reg;
    Identifier* name = nullptr;
  };
  Variable resolve(Identifier* name);
  Identifier* mangle(Identifier* name) { return mangled_in(context_, unit_->private_class, unit_->scope, name); }
  Register local_register(Identifier* mangled);
  Register cell_register(Identifier* mangled);  // in the present frame, comprehensions included
  void load_name(Identifier* name, Register dst);
  void store_name(Identifier* name, Register value);
  void delete_name(Identifier* name);
  void check_bound(Register local);
  void load_class_mapping(Register dst);
  // A plain local that `name` is, or kNoRegister.
  Register plain_local(Identifier* name);
  void emit_named(Opcode op, uint16_t a, uint16_t b, Identifier* name, bool cached, uint16_t c = 0, uint8_t x = 0);

  // ---- generate_expression.cpp ----
  void to(ast::Expr* node, Register dst);
  Register value(ast::Expr* node, Register scratch = kNoRegister);
  void effect(ast::Expr* node);  // the value is not wanted
  void to_temporary_run(std::span<ast::Expr*> nodes, Register first);
  Register protect(Register reg, ast::Expr* later);
  bool may_rebind(ast::Expr* node);
  void load_constant(const ast::ConstantValue& value, Register dst);
  void load_string(std::string_view text, Register dst) { load_constant(string_constant(text), dst); }
  void move(Register dst, Register from);
  void binary(ast::BinOp* node, Register dst);
  void binary_operation(ast::BinaryOperator op, bool in_place, Register dst, Register left, ast::Expr* right_node,
                        Register scratch);
  void unary(ast::UnaryOp* node, Register dst);
  void bool_operation(ast::BoolOp* node, Register dst);
  void operand_or_jump(ast::Expr* node, Register result, Label target, bool stop);
  void compare(ast::Compare* node, Register dst);
  void compare_operation(ast::CompareOperator op, Register dst, Register left, Register right);
  void conditional(ast::IfExp* node, Register dst);
  void named_expression(ast::NamedExpr* node, Register dst);
  void attribute(ast::Attribute* node, Register dst);
  void subscript(ast::Subscript* node, Register dst);
  void slice(ast::Slice* node, Register dst);
  bool constant_slice(ast::Slice* node, Register dst);
  Location attribute_location(const ast::Attribute* node);
  void lambda(ast::Lambda* node, Register dst);
  void await(ast::Await* node, Register dst);
  void yield(ast::Yield* node, Register dst);
  void yield_from(ast::YieldFrom* node, Register dst);
  void delegate(Register iterator, Register dst);  // the loop of await and yield from
  void await_value(Register dst, Register awaitable, uint8_t kind);

  // ---- generate_condition.cpp ----
  void jump_if(ast::Expr* test, Label target, bool outcome);
  void jump_if_compare(ast::Compare* node, Label target, bool outcome);
  void jump_if_comparison(ast::CompareOperator op, Register left, ast::Expr* right_node, Label target, bool outcome,
                          Register* right_out);
  void jump_on_value(Register reg, Label target, bool outcome);

  // ---- generate_display.cpp ----
  void sequence_display(ast::Expr* node, std::span<ast::Expr*> items, Register dst);
  void list_of(std::span<ast::Expr*> items, Register list, ast::Expr* last);
  bool all_constants(std::span<ast::Expr*> items, bool frozen_set, ast::ConstantValue& out);
  Register membership_operand(ast::Expr* node);  // what `in` looks into: displays of constants are made once
  Register iterated(ast::Expr* node, Register scratch);
  void part_of_string(ast::Expr* node, Register dst);
  void set_display(ast::Set* node, Register dst);
  void dict_display(ast::Dict* node, Register dst);
  void joined_string(ast::JoinedStr* node, Register dst);
  void formatted_value(ast::FormattedValue* node, Register dst);
  void template_string(ast::TemplateStr* node, Register dst);
  void interpolation(ast::Interpolation* node, Register dst);

  // ---- generate_call.cpp ----
  void call(ast::Call* node, Register dst);
  bool method_call(ast::Call* node, Register dst);
  bool super_attribute(ast::Attribute* node, Register dst, bool method);
  void arguments_and_call(ast::Call* node, Register window, unsigned before, bool is_method, Register dst);
  void unpacked_call(std::span<ast::Expr*> args, std::span<ast::Keyword*> keywords, Register window,
                     Register first_extra, unsigned extra, ast::Expr* last_extra, Register dst);
  void keyword_dict(std::span<ast::Keyword*> keywords, Register callee, Register dst);
  bool is_plain_call(std::span<ast::Expr*> args, std::span<ast::Keyword*> keywords) const;
  void check_keywords(std::span<ast::Keyword*> keywords);
  void apply_decorators(std::span<ast::Expr*> decorators, Register first);

  // ---- generate_comprehension.cpp ----
  struct ComprehensionParts {
    ast::Expr* node;
    ComprehensionKind kind;
    std::span<ast::Comprehension*> generators;
    ast::Expr* element;
    ast::Expr* value;
  };
  static ComprehensionParts parts_of(ast::Expr* node);
  void comprehension(ast::Expr* node, Register dst);
  bool code_hidden(Register reg, bool cell) const { return unit_->code.is_hidden(reg, cell); }
  void inlined_comprehension(const ComprehensionParts& parts, Scope* scope, Register dst);
  void nested_comprehension(const ComprehensionParts& parts, Scope* scope, Register dst);
  void comprehension_loop(const ComprehensionParts& parts, size_t depth, Register result, Register outermost);
  void comprehension_element(const ComprehensionParts& parts, Register result);
  void bind_comprehension_variables(InlinedComprehension& comprehension);
  void release_comprehension_variables(InlinedComprehension& comprehension);

  // ---- generate_statement.cpp ----
  void statements(std::span<ast::Stmt*> body);
  void statement(ast::Stmt* node);
  void expression_statement(ast::ExprStmt* node);
  void return_statement(ast::Return* node);
  void if_statement(ast::If* node);
  void raise_statement(ast::Raise* node);
  void assert_statement(ast::Assert* node);
  void import_statement(ast::Import* node);
  void import_from(ast::ImportFrom* node);
  void import_as(Identifier* name, Identifier* as_name, Register module);
  void delete_target(ast::Expr* target);

  // ---- generate_assignment.cpp ----
  void assign(ast::Assign* node);
  void store(ast::Expr* target, Register value);
  void store_unpacked(ast::Expr* target, std::span<ast::Expr*> items, Register value);
  bool store_tuple_directly(ast::Expr* target, ast::Expr* value);
  Register destination(ast::Expr* target);  // a plain local to compute into, or kNoRegister
  void augmented_assignment(ast::AugAssign* node);
  void annotated_assignment(ast::AnnAssign* node);
  void evaluate_for_effect_only(ast::Expr* node);
  void effect_of_annotation(ast::Expr* annotation);
  void maybe_static_attribute(ast::Attribute* node);

  // ---- generate_loop.cpp ----
  void while_loop(ast::While* node);
  void for_loop(ast::For* node);
  void async_for_loop(ast::AsyncFor* node);
  void begin_async_iteration(Register iterator, FunctionBuilder::Region& region, Register dst);
  void break_or_continue(ast::Stmt* node, bool is_break);
  void push_block(Block& block, Block::Kind kind, const Location& at);
  void pop_block() {
    unit_->blocks = unit_->blocks->outer;
    --unit_->block_depth;
  }
  void leave_block(Block& block);
  bool leave_blocks(Block* until);
  bool is_in_except_star(Block* outer) const;

  // ---- generate_try.cpp ----
  void try_statement(std::span<ast::Stmt*> body, std::span<ast::Handler*> handlers, std::span<ast::Stmt*> orelse,
                     std::span<ast::Stmt*> final_body, bool star, const Location& at);
  void try_finally(std::span<ast::Stmt*> body, std::span<ast::Handler*> handlers, std::span<ast::Stmt*> orelse,
                   std::span<ast::Stmt*> final_body, bool star, const Location& at);
  void try_except(std::span<ast::Stmt*> body, std::span<ast::Handler*> handlers, std::span<ast::Stmt*> orelse);
  void except_clause(ast::ExceptHandler* handler, Register exception, Register saved, Label end);
  void try_except_star(std::span<ast::Stmt*> body, std::span<ast::Handler*> handlers,
                       std::span<ast::Stmt*> orelse);
  void except_star_clause(ast::ExceptHandler* handler, Register base);
  void unbind_exception_name(Identifier* name);
  void restore_and_reraise(const FunctionBuilder::Region& region, Register saved, Register scratch);
  void with_statement(std::span<ast::WithItem*> items, size_t index, std::span<ast::Stmt*> body, bool is_async,
                      const Location& at);
  void call_exit_with_none(Register exit, bool is_async);

  // ---- generate_function.cpp ----
  struct Defaults {
    Register positional;
    Register keyword_only;
  };
  Defaults defaults(ast::Arguments* args);
  template <typename T>
  void function(T* node, bool is_async);
  void function_object(ast::Stmt* node, Identifier* name, ast::Arguments* args, ast::Expr* returns,
                       std::span<ast::Stmt*> body, bool is_async, int32_t first_line, const Defaults& defaults,
                       Register dst);
  UnitResult function_code(ast::Stmt* node, Identifier* name, ast::Arguments* args, std::span<ast::Stmt*> body,
                           bool is_async, int32_t first_line);
  bool parameter_annotations(ast::Stmt* node, ast::Arguments* args, ast::Expr* returns, Register dst);
  void class_definition(ast::ClassDef* node);
  UnitResult class_code(ast::ClassDef* node, int32_t first_line);
  void class_call(ast::ClassDef* node, const UnitResult& body, Register generic_base, Register dst);
  void return_none();

  // ---- generate_annotations.cpp ----
  void enter_annotation_unit(Unit& unit, Scope* scope, Identifier* name, const Location& at);
  void deferred_annotations(Register dst);
  void annotation_value(ast::Expr* annotation, Register dst);
  void evaluator(ast::Expr* node, Scope* scope, Identifier* name, bool star_allowed, Register dst);
  void type_parameters(std::span<ast::TypeParam*> params, Register dst);
  void type_parameter(ast::TypeParam* param, Register dst);
  void type_alias(ast::TypeAlias* node);

  // ---- generate_match.cpp ----
  struct PatternContext {
    struct Capture {
      Identifier* name;
      Register reg;
    };
    ArenaVector<Capture>* captures;
    Label fail;
    bool allow_irrefutable = false;
  };
  void match_statement(ast::Match* node);
  void pattern(ast::Pattern* node, Register subject, PatternContext& context);
  void pattern_as(ast::MatchAs* node, Register subject, PatternContext& context);
  void pattern_value(ast::MatchValue* node, Register subject, PatternContext& context);
  void pattern_singleton(ast::MatchSingleton* node, Register subject, PatternContext& context);
  void pattern_sequence(ast::MatchSequence* node, Register subject, PatternContext& context);
  void pattern_items_by_index(std::span<ast::Pattern*> patterns, size_t star, Register subject, Register length,
                              PatternContext& context);
  void pattern_mapping(ast::MatchMapping* node, Register subject, PatternContext& context);
  void pattern_class(ast::MatchClass* node, Register subject, PatternContext& context);
  void pattern_or(ast::MatchOr* node, Register subject, PatternContext& context);
  void subpattern(ast::Pattern* node, Register subject, PatternContext& context);
  void capture(Identifier* name, Register subject, PatternContext& context, const Location& at);

  // ---- generate_warnings.cpp ----
  void warn_call(ast::Expr* callee);
  void warn_subscript(ast::Expr* value, ast::Expr* index);
  void warn_compare(ast::Compare* node);

  // After an error a nested unit may not have been left.
  class UnitGuard {
   public:
    explicit UnitGuard(CodeGenerator& generator) : generator_(generator), unit_(generator.unit_) {}
    ~UnitGuard() { generator_.unit_ = unit_; }
    UnitGuard(const UnitGuard&) = delete;
    UnitGuard& operator=(const UnitGuard&) = delete;

   private:
    CodeGenerator& generator_;
    Unit* unit_;
  };

  // Restores the height of the stack of temporaries.
  class Temporaries {
   public:
    explicit Temporaries(CodeGenerator& generator) : code_(generator.code()), height_(code_.height()) {}
    ~Temporaries() { code_.release_to(height_); }
    Temporaries(const Temporaries&) = delete;
    Temporaries& operator=(const Temporaries&) = delete;

   private:
    FunctionBuilder& code_;
    uint32_t height_;
  };

  CompileContext& context_;
  const KnownNames& names_;
  ScopeTree& scopes_;
  BlobWriter& blob_;
  Unit* unit_ = nullptr;
  bool interactive_ = false;
  uint32_t root_ = 0;
};

}  // namespace hog
