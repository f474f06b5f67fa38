// dump.cpp: walks any tree by the table of ast_nodes.def, with an explicit stack (trees can be deep).
#include "dump.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "text/unicode.hpp"

namespace ast = hog::ast;

static char32_t next_character(std::string_view text, size_t* at) {
  unsigned char first = static_cast<unsigned char>(text[(*at)++]);
  int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  char32_t c = more == 0 ? first : first & (0x3Fu >> more);
  while (more-- > 0) c = c << 6 | (static_cast<unsigned char>(text[(*at)++]) & 0x3F);
  return c;
}

static char choose_quote(std::string_view text) {
  bool single = text.find('\'') != text.npos;
  return single && text.find('"') == text.npos ? '"' : '\'';
}

static void append_escape(std::string& out, char32_t c) {
  char buffer[16];
  const char* format = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer, sizeof buffer, format, static_cast<unsigned>(c));
  out += buffer;
}

static bool append_simple(std::string& out, char32_t c, char quote) {
  if (c == '\n') out += "\\n";
  else if (c == '\r') out += "\\r";
  else if (c == '\t') out += "\\t";
  else if (c == '\\' || c == static_cast<char32_t>(quote)) out += {'\\', static_cast<char>(c)};
  else return false;
  return true;
}

std::string python_repr(std::string_view text) {
  char quote = choose_quote(text);
  std::string out(1, quote);
  for (size_t at = 0; at < text.size();) {
    size_t from = at;
    char32_t c = next_character(text, &at);
    if (append_simple(out, c, quote)) continue;
    if (c == ' ' || hog::unicode::is_printable(c)) out += text.substr(from, at - from);
    else append_escape(out, c);
  }
  return out + quote;
}

static std::string bytes_repr(std::string_view bytes) {
  char quote = choose_quote(bytes);
  std::string out = {'b', quote};
  for (char c : bytes) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (append_simple(out, byte, quote)) continue;
    if (byte >= 0x20 && byte < 0x7F) out += c;
    else append_escape(out, byte);
  }
  return out + quote;
}

static std::string float_repr(double value, bool in_complex) {
  if (std::isinf(value)) return in_complex ? "inf" : "1e309";
  char buffer[64];
  auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string digits(buffer, end);
  size_t e = digits.find('e');
  int exponent = std::atoi(digits.c_str() + e + 1);
  digits.resize(e);
  if (exponent >= -4 && exponent < 16) {
    auto fixed = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    std::string out(buffer, fixed.ptr);
    if (!in_complex && out.find('.') == out.npos) out += ".0";
    return out;
  }
  char tail[16];
  std::snprintf(tail, sizeof tail, "e%c%02d", exponent < 0 ? '-' : '+', std::abs(exponent));
  return digits + tail;
}

static std::string int_repr(const ast::ConstantValue& value) {
  if (value.fits_int64) return std::to_string(value.integer);
  if (value.base == 10) return std::string(value.text);
  std::vector<uint32_t> limbs(1, 0);  // base 10**9, least first
  for (char c : value.text) {
    uint64_t carry = static_cast<uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    for (uint32_t& limb : limbs) {
      carry += static_cast<uint64_t>(limb) * value.base;
      limb = static_cast<uint32_t>(carry % 1000000000);
      carry /= 1000000000;
    }
    if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
  }
  std::string out = std::to_string(limbs.back());
  for (size_t i = limbs.size() - 1; i-- > 0;) {
    std::string part = std::to_string(limbs[i]);
    out += std::string(9 - part.size(), '0') + part;
  }
  return out;
}

static std::string constant_repr(const ast::ConstantValue& value) {
  switch (value.kind) {
    case ast::ConstantKind::None: return "None";
    case ast::ConstantKind::True: return "True";
    case ast::ConstantKind::False: return "False";
    case ast::ConstantKind::Ellipsis: return "Ellipsis";
    case ast::ConstantKind::Int: return int_repr(value);
    case ast::ConstantKind::Float: return std::isinf(value.number) ? "inf" : float_repr(value.number, false);
    case ast::ConstantKind::Complex: return float_repr(value.number, true) + "j";
    case ast::ConstantKind::Str: return python_repr(value.text);
    case ast::ConstantKind::Bytes: return bytes_repr(value.text);
    default: return "?";
  }
}

namespace {

// What is still to be written: text, or a node.
struct Work {
  std::string text;
  const ast::Node* node;
};

class Dumper {
 public:
  std::string run(const ast::Node* root) {
    stack_.push_back({"", root});
    while (!stack_.empty()) {
      Work work = std::move(stack_.back());
      stack_.pop_back();
      out_ += work.text;
      if (work.node != nullptr) expand(work.node);
    }
    return std::move(out_);
  }

 private:
  void text(std::string what) { plan_.push_back({std::move(what), nullptr}); }
  void node(const ast::Node* what) {
    if (what == nullptr) text("None");
    else plan_.push_back({"", what});
  }

  void expand(const ast::Node* now) {
    const ast::NodeInfo& info = ast::node_info(now->kind);
    plan_.clear();
    text(std::string(info.name) + "(");
    const char* separator = "";
    for (const ast::FieldInfo& field : info.fields) {
      size_t before = plan_.size();
      text(std::string(separator) + field.name + "=");
      if (value(now, field)) separator = ", ";
      else plan_.resize(before);
    }
    if (info.located) {
      const ast::Location& at = static_cast<const ast::LocatedNode*>(now)->location;
      text(std::string(separator) + "lineno=" + std::to_string(at.line) + ", col_offset=" + std::to_string(at.col) +
           ", end_lineno=" + std::to_string(at.end_line) + ", end_col_offset=" + std::to_string(at.end_col));
    }
    text(")");
    for (size_t i = plan_.size(); i-- > 0;) stack_.push_back(std::move(plan_[i]));
  }

  template <typename T, typename Each>
  bool list(const ast::Node* now, const ast::FieldInfo& field, Each each) {
    auto& items = ast::field<std::span<T>>(now, field);
    if (items.empty()) return false;
    text("[");
    for (size_t i = 0; i < items.size(); ++i) {
      if (i != 0) text(", ");
      each(items[i]);
    }
    text("]");
    return true;
  }

  // False when ast.dump leaves the field out.
  bool value(const ast::Node* now, const ast::FieldInfo& field) {
    bool many = field.arity == ast::FieldArity::List || field.arity == ast::FieldArity::ListOfOptional;
    auto enumerator = [&](uint8_t which) { text(std::string(ast::enumerator_name(field.type, which)) + "()"); };
    if (ast::is_enumeration(field.type)) {
      if (many) return list<uint8_t>(now, field, enumerator);
      enumerator(ast::field<uint8_t>(now, field));
      return true;
    }
    switch (field.type) {
      case ast::FieldType::Identifier: {
        auto name = [&](const ast::Identifier* id) { text(python_repr(id->utf8)); };
        if (many) return list<ast::Identifier*>(now, field, name);
        auto* id = ast::field<ast::Identifier*>(now, field);
        if (id == nullptr) return false;
        name(id);
        return true;
      }
      case ast::FieldType::Int: text(std::to_string(ast::field<int32_t>(now, field))); return true;
      case ast::FieldType::String: {
        auto& view = ast::field<std::string_view>(now, field);
        if (view.data() == nullptr) return false;
        text(python_repr(view));
        return true;
      }
      case ast::FieldType::Constant: {
        text(constant_repr(ast::field<ast::ConstantValue>(now, field)));
        return true;
      }
      default: break;
    }
    if (many) return list<ast::Node*>(now, field, [&](const ast::Node* item) { node(item); });
    auto* child = ast::field<ast::Node*>(now, field);
    if (child == nullptr) return false;
    node(child);
    return true;
  }

  std::string out_;
  std::vector<Work> stack_;
  std::vector<Work> plan_;
};

}  // namespace

std::string dump(const ast::Node* node) { return Dumper().run(node); }
