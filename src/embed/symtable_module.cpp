// symtable_module.cpp: the module `_symtable`: the compiler's scopes as objects, for the library's `symtable`.
//
// CPython knows no scope for a comprehension that runs in its parent's frame: its names are the parent's, its children
// too. Ref: library/symtable.
#include "compile/compiler.hpp"
#include "compile/scopes.hpp"
#include "embed/compile_errors.hpp"
#include "modules/source_text.hpp"

namespace hog {

namespace {

constexpr int kScopeShift = 12;
constexpr int kScopeMask = 15;
constexpr int64_t kComprehensionCell = 2048;

class SymbolTable : public Cell {
 public:
  static const Layout kLayout;
  ValueField id_;
  ValueField name_;
  ValueField symbols_;
  ValueField variable_names_;
  ValueField children_;
  int64_t nested_;
  int64_t type_;
  int64_t line_;
};
void trace(Cell* cell, Marker& marker) {
  auto* self = static_cast<SymbolTable*>(cell);
  for (const ValueField* field : {&self->id_, &self->name_, &self->symbols_, &self->variable_names_, &self->children_})
    marker.visit_word(field->get().raw());
}
const Layout SymbolTable::kLayout = {.name = "symtable entry", .trace = trace, .base_size = sizeof(SymbolTable)};
Type* symbol_table_type;

Fallible<Value> repr(Thread& t, Value self) {
  auto* table = as<SymbolTable>(self);
  return Value(TRY(t.format("<symtable entry {}({}), line {}>", str_of(table->name_.get()), str_of(table->id_.get()),
                            table->line_)));
}

constexpr Member kMembers[] = {
    {"id", offsetof(SymbolTable, id_), Member::Kind::ReadOnlyObject, nullptr},
    {"name", offsetof(SymbolTable, name_), Member::Kind::ReadOnlyObject, nullptr},
    {"symbols", offsetof(SymbolTable, symbols_), Member::Kind::ReadOnlyObject, nullptr},
    {"varnames", offsetof(SymbolTable, variable_names_), Member::Kind::ReadOnlyObject, nullptr},
    {"children", offsetof(SymbolTable, children_), Member::Kind::ReadOnlyObject, nullptr},
    {"nested", offsetof(SymbolTable, nested_), Member::Kind::ReadOnlyInt64, nullptr},
    {"type", offsetof(SymbolTable, type_), Member::Kind::ReadOnlyInt64, nullptr},
    {"lineno", offsetof(SymbolTable, line_), Member::Kind::ReadOnlyInt64, nullptr},
    {},
};

const TypeSpec k_symbol_table_spec = {
    .name = "symtable entry",
    .layout = &SymbolTable::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.repr = repr},
    .members = kMembers,
};

// ---- Scopes to objects. ----

bool is_propagated(const Symbol& symbol) {  // only passed through, for scopes further in
  return (symbol.flags & symbol_flag::kPublicMask & ~symbol_flag::kFreeClass) == 0 && symbol.scope == NameScope::Free;
}

class TableMaker {
 public:
  TableMaker(Thread& t, const ScopeTree& tree) : t_(t), tree_(tree) {}

  // A scope is made before its children, so backwards all children come before their parents, and nothing recurs.
  Fallible<Value> run() {
    size_t count = tree_.all.size();
    tables_ = TRY(ValueArray::make(t_, count));
    for (size_t i = count; i > 0; --i) tables_->set(i - 1, TRY(table_of(tree_.all[i - 1])));
    return tables_->at(tree_.root->id);
  }

 private:
  Fallible<Str*> text(std::string_view utf8) { return Str::intern_utf8(t_, utf8); }
  SymbolTable* table(const Scope* scope) const { return as<SymbolTable>(tables_->at(scope->id)); }

  Fallible<Value> table_of(const Scope* scope) {
    auto* table = static_cast<SymbolTable*>(TRY(new_instance(t_, symbol_table_type)));
    std::string_view name = scope->name->utf8;
    if (scope->comprehension != ComprehensionKind::None) name = name.substr(1, name.size() - 2);  // "<listcomp>"
    table->id_.set(table, TRY(make_uint(t_, reinterpret_cast<uintptr_t>(table))));
    table->name_.set(table, Value(TRY(text(name))));
    table->symbols_.set(table, Value(TRY(Dict::make(t_))));
    table->variable_names_.set(table, Value(TRY(List::make(t_, scope->parameters.size()))));
    TRY(add_symbols(table, scope));
    for (const ast::Identifier* parameter : scope->parameters)
      TRY(as<List>(table->variable_names_.get())->append(t_, Value(TRY(text(parameter->utf8)))));
    table->children_.set(table, TRY(children_of(scope)));
    table->nested_ = scope->nested ? 1 : 0;
    table->type_ = static_cast<int64_t>(scope->type);
    table->line_ = scope->location.line;
    return Value(table);
  }

  Fallible<Value> children_of(const Scope* scope) {
    List* children = TRY(List::make(t_, scope->children.size()));
    for (const Scope* child : scope->children) {
      if (!child->inlined) {
        TRY(children->append(t_, Value(table(child))));
        continue;
      }
      auto* grandchildren = as<List>(table(child)->children_.get());
      for (size_t i = 0; i < grandchildren->length(); ++i) {
        TRY(t_.poll());
        TRY(children->append(t_, grandchildren->at(i)));
      }
    }
    return Value(children);
  }

  Fallible<void> add_symbols(SymbolTable* table, const Scope* scope) {
    auto* symbols = as<Dict>(table->symbols_.get());
    bool function_parameters = scope->type == BlockType::TypeParameters && !ast::is<ast::ClassDef>(scope->node) &&
                               !ast::is<ast::TypeAlias>(scope->node);
    for (const Symbol& symbol : scope->symbols) {
      TRY(t_.poll());
      if (is_propagated(symbol)) continue;
      // The machine of ours looks there for what ran; CPython's does not.
      if (scope->type == BlockType::Annotation && symbol.name->utf8 == "__conditional_annotations__") continue;
      if (function_parameters && symbol.name->utf8 != "__classdict__") {
        TRY(add_defaults(table, symbols));
        function_parameters = false;
      }
      TRY(set_symbol(symbols, symbol));
    }
    for (const Scope* child : scope->children)
      if (child->inlined) TRY(merge(symbols, child, scope->type == BlockType::Class));
    for (const Symbol& symbol : scope->symbols)
      if (is_propagated(symbol) && symbols->get_name_nogc(TRY(text(symbol.name->utf8))).is_absent())
        TRY(set_symbol(symbols, symbol));
    return {};
  }

  Fallible<void> set_symbol(Dict* symbols, const Symbol& symbol) {
    int64_t flags = is_propagated(symbol) ? 0 : static_cast<int64_t>(symbol.flags & symbol_flag::kPublicMask);
    flags |= static_cast<int64_t>(symbol.scope) << kScopeShift;
    return symbols->set_name(t_, TRY(text(symbol.name->utf8)), Value::from_small_int(flags));
  }

  // CPython's scope of type parameters takes the defaults of the function as a parameter, whether it has any or not.
  Fallible<void> add_defaults(SymbolTable* table, Dict* symbols) {
    Str* name = TRY(text(".defaults"));
    constexpr int64_t kFlags = symbol_flag::kParameter | int64_t{static_cast<uint8_t>(NameScope::Local)} << kScopeShift;
    TRY(symbols->set_name(t_, name, Value::from_small_int(kFlags)));
    auto* parameters = as<List>(table->variable_names_.get());
    const Value first = Value(name);
    return parameters->replace(t_, 0, 0, &first, 1);
  }

  // The names of a comprehension that runs in this scope's frame.
  Fallible<void> merge(Dict* symbols, const Scope* child, bool into_class) {
    auto* inner = as<Dict>(table(child)->symbols_.get());
    Value name, word;
    for (size_t position = 0; inner->next_nogc(&position, &name, &word);) {
      TRY(t_.poll());
      int64_t flags = word.small_int();
      if ((flags & symbol_flag::kParameter) != 0) continue;
      int64_t scope = flags >> kScopeShift & kScopeMask;
      bool cell = scope == static_cast<int64_t>(NameScope::Cell) || (flags & kComprehensionCell) != 0;
      Value known = symbols->get_name_nogc(as<Str>(name));
      int64_t mine = known.is_absent() ? flags : known.small_int();
      if (known.is_absent() && into_class && scope == static_cast<int64_t>(NameScope::Free) &&
          is_special(as<Str>(name)))
        mine = (mine & ~(int64_t{kScopeMask} << kScopeShift)) | static_cast<int64_t>(NameScope::GlobalImplicit)
                                                                    << kScopeShift;
      if (cell) mine |= kComprehensionCell;
      TRY(symbols->set_name(t_, as<Str>(name), Value::from_small_int(mine)));
    }
    return {};
  }

  static bool is_special(const Str* name) {
    return name->equals_ascii("__class__") || name->equals_ascii("__classdict__") ||
           name->equals_ascii("__conditional_annotations__");
  }

  Thread& t_;
  const ScopeTree& tree_;
  ValueArray* tables_ = nullptr;  // found by the conservative scan
};

Fallible<Value> symtable(Thread& t, Value, Value source, Value filename, Str* start) {
  CompileRequest request;
  ParseOptions options;
  request.filename = TRY(file_system_text_py(t, filename));
  if (start->equals_ascii("exec")) options.mode = ParseMode::Exec;
  else if (start->equals_ascii("eval")) options.mode = ParseMode::Eval;
  else if (start->equals_ascii("single")) options.mode = ParseMode::Single;
  else return t.raise_value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'");
  SourceText text(t);
  TRY(text.open_py(source, request.filename, "symtable() arg 1 must be a string or bytes object"));
  request.source = text.view();
  options.max_int_digits = static_cast<int>(t.isolate().int_max_str_digits);
  Arena arena(Isolate::of(t).memory());
  ParseResult parsed = parse(arena, request.source, options);
  if (parsed.error.kind != ParseErrorKind::Cancelled) TRY(emit_compile_warnings_py(t, parsed.warnings, request));
  if (!parsed.ok()) return raise_compile_error_py(t, parsed.error, request.filename, request.source);
  ScopesResult analyzed = analyze_scopes(arena, parsed.tree, *parsed.identifiers, CompileOptions{});
  if (analyzed.scopes == nullptr) return raise_compile_error_py(t, analyzed.error, request.filename, {});
  return TableMaker(t, *analyzed.scopes).run();
}

constexpr NativeMethod kFunctions[] = {
    {"symtable", HOG_NATIVE(symtable), "($module, source, filename, startstr, /)", "The names and scopes of a source."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  namespace flag = symbol_flag;
  struct Row {
    const char* name;
    int64_t value;
  };
  auto scope = [](NameScope s) { return static_cast<int64_t>(s); };
  auto block = [](BlockType b) { return static_cast<int64_t>(b); };
  const Row rows[] = {
      {"USE", flag::kUse},
      {"DEF_GLOBAL", flag::kGlobal},
      {"DEF_NONLOCAL", flag::kNonlocal},
      {"DEF_LOCAL", flag::kLocal},
      {"DEF_PARAM", flag::kParameter},
      {"DEF_TYPE_PARAM", flag::kTypeParameter},
      {"DEF_FREE_CLASS", flag::kFreeClass},
      {"DEF_IMPORT", flag::kImport},
      {"DEF_BOUND", flag::kBound},
      {"DEF_ANNOT", flag::kAnnotated},
      {"DEF_COMP_ITER", flag::kIterationVariable},
      {"DEF_COMP_CELL", kComprehensionCell},
      {"TYPE_FUNCTION", block(BlockType::Function)},
      {"TYPE_CLASS", block(BlockType::Class)},
      {"TYPE_MODULE", block(BlockType::Module)},
      {"TYPE_ANNOTATION", block(BlockType::Annotation)},
      {"TYPE_TYPE_ALIAS", block(BlockType::TypeAlias)},
      {"TYPE_TYPE_PARAMETERS", block(BlockType::TypeParameters)},
      {"TYPE_TYPE_VARIABLE", block(BlockType::TypeVariable)},
      {"LOCAL", scope(NameScope::Local)},
      {"GLOBAL_EXPLICIT", scope(NameScope::GlobalExplicit)},
      {"GLOBAL_IMPLICIT", scope(NameScope::GlobalImplicit)},
      {"FREE", scope(NameScope::Free)},
      {"CELL", scope(NameScope::Cell)},
      {"SCOPE_OFF", kScopeShift},
      {"SCOPE_MASK", kScopeMask},
  };
  for (const Row& row : rows) TRY(module->add(t, row.name, Value::from_small_int(row.value)));
  return {};
}

constexpr TypeRegistration kTypes[] = {{&symbol_table_type, &k_symbol_table_spec, false}};

}  // namespace

extern const ModuleSpec k_module__symtable;
const ModuleSpec k_module__symtable = {
    .name = "_symtable",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = std::size(kTypes),
    .initialize = initialize,
};

}  // namespace hog
