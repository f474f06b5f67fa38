// preprocess.cpp: the tree that a program asks for with ast.parse(optimize=...): `__debug__` has its value, "%s" % (x,)
// is an f-string, numbers of patterns are constants, and from level 2 docstrings are gone. Nothing else changes:
// arithmetic is folded by fold.cpp, for code only.
#include "compile/constant_pool.hpp"
#include "compile/docstring.hpp"
#include "compile/future.hpp"

namespace hog {

using namespace ast;

namespace {

constexpr Location kNowhere{-1, -1, -1, -1};
constexpr int kMostDigits = 2;  // of a width or precision

// One conversion of a % format: "%-10.3r".
struct Conversion {
  char kind = 0;
  bool left = false;
  int width = -1;
  int precision = -1;
};

// Reads behind the '%'; false for what an f-string cannot say.
bool read_conversion(std::string_view format, size_t* at, Conversion* out) {
  auto number = [&](int* value) {
    int digits = 0;
    for (; *at < format.size() && format[*at] >= '0' && format[*at] <= '9'; ++*at) {
      *value = (digits == 0 ? 0 : *value * 10) + (format[*at] - '0');
      if (++digits > kMostDigits) return false;
    }
    return true;
  };
  for (; *at < format.size() && std::string_view("-+ #0").find(format[*at]) != std::string_view::npos; ++*at)
    out->left |= format[*at] == '-';
  if (!number(&out->width)) return false;
  if (*at < format.size() && format[*at] == '.') {
    ++*at;
    out->precision = 0;
    if (!number(&out->precision)) return false;
  }
  if (*at >= format.size()) return false;
  out->kind = format[(*at)++];
  return out->kind == 's' || out->kind == 'r' || out->kind == 'a';
}

class Preprocessor {
 public:
  explicit Preprocessor(CompileContext& context)
      : context_(context), keep_annotations_((context.future_flags & code_flag::kFutureAnnotations) != 0) {}

  // Chains of elif and of operators are as long as a program likes, so they cost no recursion.
  void children(Node* node) {
    if (!context_.go_on()) return;
    CompileContext::Depth depth(context_);
    while (node != nullptr && !context_.failed()) {
      docstrings(node);
      Node* chained = nullptr;
      for (const FieldInfo& info : node_info(node->kind).fields) {
        if (auto* branch = try_as<If>(node); branch != nullptr && std::string_view(info.name) == "orelse" &&
                                             branch->orelse.size() == 1 && is<If>(branch->orelse[0])) {
          chained = branch->orelse[0];
          continue;
        }
        if (!is_kept(info)) field_of(node, info);
      }
      patterns(node);
      node = chained;
    }
  }

 private:
  static bool holds_nodes(FieldType type) {
    return type != FieldType::Identifier && type != FieldType::Int && type != FieldType::String &&
           type != FieldType::Constant && !is_enumeration(type);
  }
  bool is_kept(const FieldInfo& info) const {
    if (!holds_nodes(info.type)) return true;
    std::string_view name = info.name;
    return keep_annotations_ && (name == "annotation" || name == "returns");
  }

  void field_of(Node* node, const FieldInfo& info) {
    bool many = info.arity == FieldArity::List || info.arity == FieldArity::ListOfOptional;
    if (!many) return slot(field<Node*>(node, info), info.type);
    for (Node*& item : field<std::span<Node*>>(node, info)) slot(item, info.type);
  }

  void slot(Node*& place, FieldType type) {
    if (place == nullptr || context_.failed()) return;
    if (type == FieldType::Expr) place = expression(static_cast<Expr*>(place));
    else children(place);
  }

  Expr* expression(Expr* node) {
    if (auto* name = try_as<Name>(node)) {
      if (name->id != context_.names.debug || name->ctx != ExprContext::Load) return node;
      auto* constant = make<Constant>(context_.arena, node->location);
      constant->value = bool_constant(context_.options.optimize == 0);
      return constant;
    }
    if (is<BinOp>(node)) return operators(as<BinOp>(node));
    children(node);
    return node;
  }

  Expr* operators(BinOp* node) {
    ArenaVector<BinOp*> spine(context_.arena);
    Expr* left = node;
    for (; is<BinOp>(left); left = as<BinOp>(left)->left) spine.push_back(as<BinOp>(left));
    left = expression(left);
    while (!spine.empty() && context_.go_on()) {
      BinOp* next = spine.pop_back();
      next->left = left;
      next->right = expression(next->right);
      left = format(next);
    }
    return left;
  }

  // ---- Docstrings. ----

  void docstrings(Node* node) {
    if (context_.options.optimize < 2) return;
    if (auto* module = try_as<Module>(node)) return without_docstring(module->body);
    if (auto* function = try_as<FunctionDef>(node)) return without_docstring(function->body);
    if (auto* coroutine = try_as<AsyncFunctionDef>(node)) return without_docstring(coroutine->body);
    if (auto* definition = try_as<ClassDef>(node)) return without_docstring(definition->body);
  }

  void without_docstring(std::span<Stmt*>& body) {
    if (docstring_of(body) == nullptr) return;
    if (body.size() == 1) {
      Location at = body[0]->location;
      at.end_line = at.line;
      at.end_col = at.col + 4;  // as if it were written there
      body[0] = make<Pass>(context_.arena, at);
      return;
    }
    body = body.subspan(1);
    if (docstring_of(body) == nullptr) return;
    // A string that followed must not become the docstring.
    auto* statement = as<ExprStmt>(body[0]);
    auto* joined = make<JoinedStr>(context_.arena, statement->value->location);
    joined->values = context_.arena.make_array<Expr*>(1);
    if (joined->values.empty()) return;
    joined->values[0] = statement->value;
    statement->value = joined;
  }

  // ---- "..." % (...). ----

  Expr* format(BinOp* node) {
    auto* text = try_as<Constant>(node->left);
    auto* items = try_as<Tuple>(node->right);
    if (node->op != BinaryOperator::Mod || text == nullptr || items == nullptr || text->value.kind != ConstantKind::Str)
      return node;
    for (Expr* item : items->elts)
      if (is<Starred>(item)) return node;
    ArenaVector<Expr*> values(context_.arena);
    std::string_view format = text->value.text;
    size_t used = 0;
    for (size_t at = 0;;) {
      if (!context_.go_on()) return node;
      literal(format, &at, values);
      if (at >= format.size()) break;
      ++at;
      Conversion conversion;
      if (used >= items->elts.size() || !read_conversion(format, &at, &conversion)) return node;
      values.push_back(formatted(items->elts[used++], conversion));
    }
    if (used < items->elts.size() || context_.arena.exhausted()) return node;
    auto* joined = make<JoinedStr>(context_.arena, node->location);
    joined->values = values.span();
    return joined;
  }

  Constant* string(std::string_view text) {
    auto* constant = make<Constant>(context_.arena, kNowhere);
    constant->value = string_constant(text);
    return constant;
  }

  // The characters up to a conversion, "%%" being one of them.
  void literal(std::string_view format, size_t* at, ArenaVector<Expr*>& values) {
    std::span<char> room = context_.arena.make_array<char>(format.size() - *at);
    size_t size = 0;
    for (; *at < format.size() && size < room.size(); ++*at) {
      if (format[*at] == '%') {
        if (*at + 1 >= format.size() || format[*at + 1] != '%') break;
        ++*at;
      }
      room[size++] = format[*at];
    }
    if (size != 0) values.push_back(string({room.data(), size}));
  }

  Expr* formatted(Expr* value, const Conversion& conversion) {
    auto* node = make<FormattedValue>(context_.arena, value->location);
    node->value = value;
    node->conversion = conversion.kind;
    char text[8];
    size_t size = 0;
    auto number = [&](int n) {
      if (n >= 10) text[size++] = static_cast<char>('0' + n / 10);
      text[size++] = static_cast<char>('0' + n % 10);
    };
    if (!conversion.left && conversion.width > 0) text[size++] = '>';
    if (conversion.width >= 0) number(conversion.width);
    if (conversion.precision >= 0) {
      text[size++] = '.';
      number(conversion.precision);
    }
    if (size != 0) node->format_spec = string(context_.arena.copy(std::string_view(text, size)));
    return node;
  }

  // ---- Numbers of patterns: -1, 1+2j. ----

  void patterns(Node* node) {
    if (auto* value = try_as<MatchValue>(node)) value->value = number(value->value);
    else if (auto* mapping = try_as<MatchMapping>(node))
      for (Expr*& key : mapping->keys) key = number(key);
  }

  Expr* replaced(const Expr* old, const ConstantValue& value) {
    auto* constant = make<Constant>(context_.arena, old->location);
    constant->value = value;
    return constant;
  }

  Expr* number(Expr* node) {
    if (auto* sign = try_as<UnaryOp>(node)) return negative(sign);
    auto* sum = try_as<BinOp>(node);
    if (sum == nullptr || !is<Constant>(sum->right)) return node;
    if (auto* sign = try_as<UnaryOp>(sum->left)) sum->left = negative(sign);
    if ((sum->op != BinaryOperator::Add && sum->op != BinaryOperator::Sub) || !is<Constant>(sum->left)) return node;
    const ConstantValue& left = as<Constant>(sum->left)->value;
    const ConstantValue& right = as<Constant>(sum->right)->value;
    if (right.kind != ConstantKind::Complex) return node;
    ConstantValue value;
    value.kind = ConstantKind::Complex;
    value.number = sum->op == BinaryOperator::Add ? right.number : -right.number;
    if (left.kind == ConstantKind::Float) value.real = left.number;
    else if (left.kind == ConstantKind::Int && left.fits_int64) value.real = static_cast<double>(left.integer);
    else return node;
    return replaced(node, value);
  }

  Expr* negative(UnaryOp* node) {
    if (node->op != UnaryOperator::USub || !is<Constant>(node->operand)) return node;
    ConstantValue value = as<Constant>(node->operand)->value;
    switch (value.kind) {
      case ConstantKind::Int:
        if (!value.fits_int64 || value.integer == INT64_MIN) return node;
        return replaced(node, int_constant(-value.integer));
      case ConstantKind::Float: value.number = -value.number; return replaced(node, value);
      case ConstantKind::Complex:
        value.number = -value.number;
        value.real = -value.real;
        return replaced(node, value);
      default: return node;
    }
  }

  CompileContext& context_;
  bool keep_annotations_;
};

}  // namespace

ParseError preprocess(Arena& arena, Mod* tree, IdentifierTable& identifiers, const CompileOptions& options,
                      bool optimized) {
  CompileContext context(arena, identifiers, options);
  find_future_statements(context, tree, LateImports::Ignore);
  if (optimized && !is<FunctionType>(tree)) Preprocessor(context).children(tree);
  context.go_on();
  return context.first_error();
}

}  // namespace hog
