// parser_test.cpp: the front end at a glance; the full comparison with CPython is tests/syntax/compare_ast.py.
#include "syntax/parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

namespace ast = hog::ast;

struct Parsed {
  hog::MallocSource memory;
  hog::Arena arena{memory};
  hog::ParseResult result;

  explicit Parsed(std::string_view source, hog::ParseOptions options = {}) {
    result = hog::parse(arena, source, options);
  }
  template <typename T>
  T* only() {
    auto* module = ast::as<ast::Module>(result.tree);
    EXPECT_EQ(module->body.size(), 1u);
    return ast::as<T>(module->body[0]);
  }
};

TEST(Parser, BinaryOperatorsBindByPrecedence) {
  Parsed parsed("x = 1 + 2 * 3 ** -4\n");
  ASSERT_TRUE(parsed.result.ok());
  auto* sum = ast::as<ast::BinOp>(parsed.only<ast::Assign>()->value);
  EXPECT_EQ(sum->op, ast::BinaryOperator::Add);
  auto* product = ast::as<ast::BinOp>(sum->right);
  EXPECT_EQ(product->op, ast::BinaryOperator::Mult);
  EXPECT_EQ(product->location.col, 8);
  EXPECT_EQ(ast::as<ast::BinOp>(product->right)->op, ast::BinaryOperator::Pow);
}

TEST(Parser, NamesAreInterned) {
  Parsed parsed("spam = spam\n");
  ASSERT_TRUE(parsed.result.ok());
  auto* assign = parsed.only<ast::Assign>();
  auto* target = ast::as<ast::Name>(assign->targets[0]);
  EXPECT_EQ(target->id, ast::as<ast::Name>(assign->value)->id);
  EXPECT_EQ(target->ctx, ast::ExprContext::Store);
  EXPECT_EQ(target->id->utf8, "spam");
}

TEST(Parser, FStringsNest) {
  Parsed parsed("f'{f'{x!r}':>{w}}{{'\n");
  ASSERT_TRUE(parsed.result.ok());
  auto* joined = ast::as<ast::JoinedStr>(parsed.only<ast::ExprStmt>()->value);
  ASSERT_EQ(joined->values.size(), 2u);
  EXPECT_NE(ast::as<ast::FormattedValue>(joined->values[0])->format_spec, nullptr);
  EXPECT_EQ(ast::as<ast::Constant>(joined->values[1])->value.text, "{");
}

TEST(Parser, SoftKeywordsStayNames) {
  for (const char* source : {"match = case = type = _ = 1\n", "match(x)\n", "match[x]: int = 1\n", "type(x)\n"}) {
    EXPECT_TRUE(Parsed(source).result.ok()) << source;
  }
  EXPECT_TRUE(Parsed("match(x):\n  case _: pass\n").result.ok());
}

TEST(Parser, DepthIsCounted) {
  Parsed parsed(std::string(100000, '-') + "1");
  EXPECT_EQ(parsed.result.error.kind, hog::ParseErrorKind::TooDeep);
  EXPECT_EQ(Parsed(std::string(201, '(')).result.error.message, "too many nested parentheses");
}

// A source of memory that soon has none left.
class Miser final : public hog::MemorySource {
 public:
  explicit Miser(size_t left) : left_(left) {}
  void* allocate(size_t bytes) override {
    if (bytes > left_) return nullptr;
    left_ -= bytes;
    return std::malloc(bytes);
  }
  void release(void* memory, size_t) override { std::free(memory); }
  bool poll() override { return true; }

 private:
  size_t left_;
};

TEST(Parser, ShortMemoryIsAnErrorAtAnyPoint) {
  std::string source;
  for (int i = 0; i < 50; ++i) source += "def f(a, *b, c=1): return [x + 'a' f'{y}' for x in {1: a, **b}], b'\\x00'\n";
  for (size_t limit = 0; limit < 400000; limit += 3000) {
    Miser memory(limit);
    hog::Arena arena(memory);
    hog::ParseResult result = hog::parse(arena, source, {});
    EXPECT_TRUE(result.ok() || result.error.kind == hog::ParseErrorKind::Memory) << limit;
  }
}

}  // namespace
