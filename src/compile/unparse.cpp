// unparse.cpp: see unparse.hpp. Parentheses come from precedences, as in the `ast` module.
#include "compile/unparse.hpp"

#include "compile/fold.hpp"
#include "text/number.hpp"
#include "text/unicode.hpp"

namespace hog {

using namespace ast;

namespace {

enum Level { kTuple, kTest, kOr, kAnd, kNot, kComparison, kBitOr, kBitXor, kBitAnd, kShift, kSum, kTerm, kFactor,
             kPower, kAwait, kAtom };

struct BinaryText {
  const char* text;
  Level level;
  bool right_associative;
};

BinaryText text_of(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Add: return {" + ", kSum, false};
    case BinaryOperator::Sub: return {" - ", kSum, false};
    case BinaryOperator::Mult: return {" * ", kTerm, false};
    case BinaryOperator::MatMult: return {" @ ", kTerm, false};
    case BinaryOperator::Div: return {" / ", kTerm, false};
    case BinaryOperator::Mod: return {" % ", kTerm, false};
    case BinaryOperator::LShift: return {" << ", kShift, false};
    case BinaryOperator::RShift: return {" >> ", kShift, false};
    case BinaryOperator::BitOr: return {" | ", kBitOr, false};
    case BinaryOperator::BitXor: return {" ^ ", kBitXor, false};
    case BinaryOperator::BitAnd: return {" & ", kBitAnd, false};
    case BinaryOperator::FloorDiv: return {" // ", kTerm, false};
    case BinaryOperator::Pow: return {" ** ", kPower, true};
  }
  return {"", kAtom, false};
}

const char* text_of(CompareOperator op) {
  static constexpr const char* kTexts[] = {" == ", " != ",     " < ",  " <= ",    " > ",
                                           " >= ", " is ", " is not ", " in ", " not in "};
  return kTexts[static_cast<size_t>(op)];
}

class Unparser {
 public:
  explicit Unparser(CompileContext& context) : context_(context), out_(context.arena) {}

  void expression(Expr* node, int level) {
    if (!context_.go_on()) return;
    CompileContext::Depth depth(context_);
    if (context_.failed()) return;
    switch (node->kind) {
      case NodeKind::BoolOp: return bool_operation(as<BoolOp>(node), level);
      case NodeKind::BinOp: return binary(as<BinOp>(node), level);
      case NodeKind::UnaryOp: return unary(as<UnaryOp>(node), level);
      case NodeKind::Lambda: return lambda(as<Lambda>(node), level);
      case NodeKind::IfExp: {
        auto* choice = as<IfExp>(node);
        open(level > kTest);
        expression(choice->body, kTest + 1);
        put(" if ");
        expression(choice->test, kTest + 1);
        put(" else ");
        expression(choice->orelse, kTest);
        return close(level > kTest);
      }
      case NodeKind::Dict: return dict(as<Dict>(node));
      case NodeKind::Set: return list("{", as<Set>(node)->elts, "}");
      case NodeKind::List: return list("[", as<List>(node)->elts, "]");
      case NodeKind::Tuple: return tuple(as<Tuple>(node), level);
      case NodeKind::ListComp: return comprehension("[", as<ListComp>(node)->elt, as<ListComp>(node)->generators, "]");
      case NodeKind::SetComp: return comprehension("{", as<SetComp>(node)->elt, as<SetComp>(node)->generators, "}");
      case NodeKind::GeneratorExp:
        return comprehension("(", as<GeneratorExp>(node)->elt, as<GeneratorExp>(node)->generators, ")");
      case NodeKind::DictComp: {
        auto* whole = as<DictComp>(node);
        put("{");
        expression(whole->key, kTest);
        put(": ");
        expression(whole->value, kTest);
        loops(whole->generators);
        return put("}");
      }
      case NodeKind::Yield: {
        put("(yield");
        if (Expr* value = as<Yield>(node)->value) {
          put(" ");
          expression(value, kTest);
        }
        return put(")");
      }
      case NodeKind::YieldFrom:
        put("(yield from ");
        expression(as<YieldFrom>(node)->value, kTest);
        return put(")");
      case NodeKind::Await:
        open(level > kAwait);
        put("await ");
        expression(as<Await>(node)->value, kAtom);
        return close(level > kAwait);
      case NodeKind::Compare: {
        auto* comparison = as<Compare>(node);
        open(level > kComparison);
        expression(comparison->left, kComparison + 1);
        for (size_t i = 0; i < comparison->ops.size(); ++i) {
          put(text_of(comparison->ops[i]));
          expression(comparison->comparators[i], kComparison + 1);
        }
        return close(level > kComparison);
      }
      case NodeKind::Call: return call(as<Call>(node));
      case NodeKind::JoinedStr: return formatted("f", as<JoinedStr>(node)->values);
      case NodeKind::TemplateStr: return formatted("t", as<TemplateStr>(node)->values);
      case NodeKind::Constant: return constant(as<Constant>(node));
      case NodeKind::Attribute: {
        auto* attribute = as<Attribute>(node);
        expression(attribute->value, kAtom);
        auto* number = try_as<Constant>(attribute->value);
        put(number != nullptr && number->value.kind == ConstantKind::Int ? " ." : ".");
        return put(attribute->attr->utf8);
      }
      case NodeKind::Starred:
        put("*");
        return expression(as<Starred>(node)->value, kBitOr);
      case NodeKind::Name: return put(as<Name>(node)->id->utf8);
      case NodeKind::Subscript:
        expression(as<Subscript>(node)->value, kAtom);
        put("[");
        expression(as<Subscript>(node)->slice, kTuple);
        return put("]");
      case NodeKind::Slice: {
        auto* range = as<Slice>(node);
        if (range->lower != nullptr) expression(range->lower, kTest);
        put(":");
        if (range->upper != nullptr) expression(range->upper, kTest);
        if (range->step == nullptr) return;
        put(":");
        return expression(range->step, kTest);
      }
      case NodeKind::NamedExpr:
        open(level > kTuple);
        expression(as<NamedExpr>(node)->target, kAtom);
        put(" := ");
        expression(as<NamedExpr>(node)->value, kAtom);
        return close(level > kTuple);
      default: return;
    }
  }

  std::string_view text() const { return {out_.begin(), out_.size()}; }

 private:
  void put(std::string_view text) {
    for (char c : text) out_.push_back(c);
  }
  void open(bool wanted) {
    if (wanted) put("(");
  }
  void close(bool wanted) {
    if (wanted) put(")");
  }

  void list(const char* before, std::span<Expr*> items, const char* after) {
    put(before);
    separated(items);
    put(after);
  }
  void separated(std::span<Expr*> items) {
    bool first = true;
    for (Expr* item : items) {
      if (!first) put(", ");
      first = false;
      expression(item, kTest);
    }
  }

  void tuple(Tuple* node, int level) {
    if (node->elts.empty()) return put("()");
    open(level > kTuple);
    separated(node->elts);
    if (node->elts.size() == 1) put(",");
    close(level > kTuple);
  }

  void bool_operation(BoolOp* node, int level) {
    bool conjunction = node->op == BoolOperator::And;
    Level own = conjunction ? kAnd : kOr;
    open(level > own);
    bool first = true;
    for (Expr* value : node->values) {
      if (!first) put(conjunction ? " and " : " or ");
      first = false;
      expression(value, own + 1);
    }
    close(level > own);
  }

  void binary(BinOp* node, int level) {
    BinaryText op = text_of(node->op);
    open(level > op.level);
    expression(node->left, op.level + (op.right_associative ? 1 : 0));
    put(op.text);
    expression(node->right, op.level + (op.right_associative ? 0 : 1));
    close(level > op.level);
  }

  void unary(UnaryOp* node, int level) {
    static constexpr const char* kTexts[] = {"~", "not ", "+", "-"};
    Level own = node->op == UnaryOperator::Not ? kNot : kFactor;
    open(level > own);
    put(kTexts[static_cast<size_t>(node->op)]);
    expression(node->operand, own);
    close(level > own);
  }

  void lambda(Lambda* node, int level) {
    open(level > kTest);
    put("lambda");
    Arguments* args = node->args;
    size_t positional = args->posonlyargs.size() + args->args.size();
    bool first = true;
    auto comma = [&] {
      put(first ? " " : ", ");
      first = false;
    };
    for (size_t i = 0; i < positional; ++i) {
      size_t posonly = args->posonlyargs.size();
      comma();
      put((i < posonly ? args->posonlyargs[i] : args->args[i - posonly])->arg->utf8);
      size_t without_default = positional - args->defaults.size();
      if (i >= without_default) {
        put("=");
        expression(args->defaults[i - without_default], kTest);
      }
      if (posonly != 0 && i + 1 == posonly) put(", /");
    }
    if (args->vararg != nullptr || !args->kwonlyargs.empty()) {
      comma();
      put("*");
      if (args->vararg != nullptr) put(args->vararg->arg->utf8);
    }
    for (size_t i = 0; i < args->kwonlyargs.size(); ++i) {
      comma();
      put(args->kwonlyargs[i]->arg->utf8);
      if (i < args->kw_defaults.size() && args->kw_defaults[i] != nullptr) {
        put("=");
        expression(args->kw_defaults[i], kTest);
      }
    }
    if (args->kwarg != nullptr) {
      comma();
      put("**");
      put(args->kwarg->arg->utf8);
    }
    put(": ");
    expression(node->body, kTest);
    close(level > kTest);
  }

  void dict(Dict* node) {
    put("{");
    for (size_t i = 0; i < node->values.size(); ++i) {
      if (i != 0) put(", ");
      if (node->keys[i] != nullptr) {
        expression(node->keys[i], kTest);
        put(": ");
        expression(node->values[i], kTest);
      } else {
        put("**");
        expression(node->values[i], kBitOr);
      }
    }
    put("}");
  }

  void comprehension(const char* before, Expr* element, std::span<Comprehension*> generators, const char* after) {
    put(before);
    expression(element, kTest);
    loops(generators);
    put(after);
  }
  void loops(std::span<Comprehension*> generators) {
    for (Comprehension* generator : generators) {
      put(generator->is_async != 0 ? " async for " : " for ");
      expression(generator->target, kTuple);
      put(" in ");
      expression(generator->iter, kTest + 1);
      for (Expr* condition : generator->ifs) {
        put(" if ");
        expression(condition, kTest + 1);
      }
    }
  }

  void call(Call* node) {
    expression(node->func, kAtom);
    if (node->args.size() == 1 && node->keywords.empty() && is<GeneratorExp>(node->args[0]))
      return expression(node->args[0], kAtom);
    put("(");
    separated(node->args);
    bool first = node->args.empty();
    for (Keyword* keyword : node->keywords) {
      if (!first) put(", ");
      first = false;
      if (keyword->arg != nullptr) {
        put(keyword->arg->utf8);
        put("=");
      } else {
        put("**");
      }
      expression(keyword->value, kTest);
    }
    put(")");
  }

  // ---- Text. ----

  void formatted(const char* prefix, std::span<Expr*> values) {
    Unparser body(context_);
    body.formatted_parts(values, false);
    put(prefix);
    string(body.text());
  }

  void formatted_parts(std::span<Expr*> values, bool in_spec) {
    for (Expr* part : values) {
      if (auto* text = try_as<Constant>(part)) {
        for (char c : text->value.text) {
          out_.push_back(c);
          if (c == '{' || c == '}') out_.push_back(c);
        }
      } else if (auto* value = try_as<FormattedValue>(part)) {
        field(value->value, value->conversion, value->format_spec, {});
      } else if (auto* interpolation = try_as<Interpolation>(part)) {
        field(interpolation->value, interpolation->conversion, interpolation->format_spec, interpolation->str.text);
      } else if (auto* joined = try_as<JoinedStr>(part)) {
        formatted_parts(joined->values, in_spec);
      }
    }
  }

  void field(Expr* value, int32_t conversion, Expr* spec, std::string_view source) {
    put("{");
    Unparser inner(context_);
    if (source.data() != nullptr) inner.put(source);
    else inner.expression(value, kTest + 1);
    if (inner.text().starts_with("{")) put(" ");
    put(inner.text());
    if (conversion > 0) {
      put("!");
      out_.push_back(static_cast<char>(conversion));
    }
    if (spec != nullptr) {
      put(":");
      if (auto* joined = try_as<JoinedStr>(spec)) {
        formatted_parts(joined->values, true);
      } else {
        Expr* parts[] = {spec};
        formatted_parts(parts, true);
      }
    }
    put("}");
  }

  void constant(Constant* node) {
    if (node->kind == "u") put("u");
    constant_value(node->value, 0);
  }

  void constant_value(const ConstantValue& value, int depth) {
    constexpr int kDeepest = 50;
    if (depth > kDeepest) return put("...");
    switch (value.kind) {
      case ConstantKind::None: return put("None");
      case ConstantKind::True: return put("True");
      case ConstantKind::False: return put("False");
      case ConstantKind::Ellipsis: return put("...");
      case ConstantKind::Int: return integer(value);
      case ConstantKind::Float: return number(value.number, false);
      case ConstantKind::Complex: return number(value.number, true);
      case ConstantKind::Str: return string(value.text);
      case ConstantKind::Bytes: return bytes(value.text);
      case ConstantKind::Tuple:
        put("(");
        for (size_t i = 0; i < value.item_count; ++i) {
          if (i != 0) put(", ");
          constant_value(value.items[i], depth + 1);
        }
        return put(value.item_count == 1 ? ",)" : ")");
      default: return put("...");
    }
  }

  void integer(const ConstantValue& value) {
    if (!value.fits_int64) {
      if (value.base == 16) put("0x");
      if (value.base == 8) put("0o");
      if (value.base == 2) put("0b");
      return put(value.text);
    }
    char digits[24];
    size_t first = sizeof digits;
    uint64_t rest = value.integer < 0 ? 0 - static_cast<uint64_t>(value.integer) : static_cast<uint64_t>(value.integer);
    do digits[--first] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value.integer < 0) put("-");
    put({digits + first, sizeof digits - first});
  }

  void number(double value, bool imaginary) {
    if (value - value != 0) put("1e309");  // the only way to write infinity
    else {
      char text[number::kReprSize];
      std::string_view written{text, number::repr(value, text)};
      if (imaginary && written.ends_with(".0")) written.remove_suffix(2);
      put(written);
    }
    if (imaginary) put("j");
  }

  void escape(char kind, uint32_t value, int digits) {
    out_.push_back('\\');
    out_.push_back(kind);
    while (digits-- > 0) out_.push_back("0123456789abcdef"[value >> (4 * digits) & 15]);
  }
  bool simple_escape(unsigned char c, char quote) {
    switch (c) {
      case '\n': put("\\n"); return true;
      case '\t': put("\\t"); return true;
      case '\r': put("\\r"); return true;
      case '\\': put("\\\\"); return true;
      default:
        if (c != static_cast<unsigned char>(quote)) return false;
        out_.push_back('\\');
        out_.push_back(quote);
        return true;
    }
  }
  static char quote_for(std::string_view text) {
    return text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  }

  void bytes(std::string_view data) {
    char quote = quote_for(data);
    out_.push_back('b');
    out_.push_back(quote);
    for (unsigned char c : data) {
      if (simple_escape(c, quote)) continue;
      if (c < 0x20 || c >= 0x7F) escape('x', c, 2);
      else out_.push_back(static_cast<char>(c));
    }
    out_.push_back(quote);
  }

  // As repr(str). The text is WTF-8 of the parser's making, hence well-formed.
  void string(std::string_view text) {
    char quote = quote_for(text);
    out_.push_back(quote);
    for (size_t i = 0; i < text.size();) {
      unsigned char lead = static_cast<unsigned char>(text[i]);
      size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      if (i + length > text.size()) break;
      uint32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
      for (size_t k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
      if (length == 1) {
        if (!simple_escape(lead, quote)) {
          if (c < 0x20 || c == 0x7F) escape('x', c, 2);
          else out_.push_back(static_cast<char>(c));
        }
      } else if (unicode::is_printable(c)) {
        put(text.substr(i, length));
      } else if (c < 0x100) {
        escape('x', c, 2);
      } else if (c < 0x10000) {
        escape('u', c, 4);
      } else {
        escape('U', c, 8);
      }
      i += length;
    }
    out_.push_back(quote);
  }

  CompileContext& context_;
  ArenaVector<char> out_;
};

}  // namespace

std::string_view unparse(CompileContext& context, Expr* node) {
  Unparser unparser(context);
  // The outermost tuple has its parentheses, as in CPython.
  unparser.expression(node, kTest);
  return unparser.text();
}

}  // namespace hog
