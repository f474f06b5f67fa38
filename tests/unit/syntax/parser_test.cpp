// parser_test.cpp: the front end at a glance; the full comparison with CPython is tests/syntax/compare_ast.py.
#include "syntax/parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "syntax/tokenizer.hpp"

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

TEST(Parser, ErrorsAreThoseOfCPython) {
  struct Case {
    const char* source;
    const char* message;
    int line, col, end_line, end_col;
  };
  for (const Case& c : {
           Case{"f(a b)\n", "invalid syntax. Perhaps you forgot a comma?", 1, 3, 1, 6},
           Case{"print x\n", "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1, 1, 8},
           Case{"if a = 1: pass\n", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4, 1, 9},
           Case{"x = (1,\ny = 2\n", "'(' was never closed", 1, 5, 1, 0},
           Case{"f() = 1\n", "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4},
           Case{"while x\n  pass\n", "expected ':'", 1, 8, 1, 9},
           Case{"if x:\npass\n", "expected an indented block after 'if' statement on line 1", 2, 1, 2, 5},
           Case{"'abc\n", "unterminated string literal (detected at line 1)", 1, 1, 1, 1},
           Case{"f'{a b}'\n", "invalid syntax. Perhaps you forgot a comma?", 1, 4, 1, 7},
           Case{"0777\n",
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers", 1,
                1, 1, 2},
       }) {
    Parsed parsed(c.source);
    const hog::ParseError& error = parsed.result.error;
    EXPECT_EQ(error.message, c.message);
    EXPECT_EQ(error.line, c.line) << c.source;
    EXPECT_EQ(error.col, c.col) << c.source;
    EXPECT_EQ(error.end_line, c.end_line) << c.source;
    EXPECT_EQ(error.end_col, c.end_col) << c.source;
  }
}

TEST(Parser, IncompleteInputIsTold) {
  hog::ParseOptions options;
  options.mode = hog::ParseMode::Single;
  options.allow_incomplete_input = true;
  options.dont_imply_dedent = true;
  for (const char* source : {"if x:\n", "(1,\n", "'''abc\n", "def f():\n  pass"}) {
    EXPECT_EQ(Parsed(source, options).result.error.kind, hog::ParseErrorKind::IncompleteInput) << source;
  }
  EXPECT_EQ(Parsed("x y\n", options).result.error.kind, hog::ParseErrorKind::Syntax);
}

TEST(Parser, EncodingsAreFound) {
  hog::ParseOptions options;
  options.ignore_coding_declaration = false;
  Parsed latin("# coding: latin-1\nx = '\xE9'\n", options);
  ASSERT_TRUE(latin.result.ok());
  EXPECT_EQ(ast::as<ast::Constant>(latin.only<ast::Assign>()->value)->value.text, "\xC3\xA9");
  Parsed other("# coding: koi8-r\n", options);
  EXPECT_EQ(other.result.error.kind, hog::ParseErrorKind::NeedsCodec);
  EXPECT_EQ(other.result.error.message, "koi8-r");
  EXPECT_EQ(Parsed("x = '\xFF'\n", options).result.error.kind, hog::ParseErrorKind::Unicode);
}

TEST(Tokenizer, GivesCommentsAndLineEnds) {
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::Tokenizer tokenizer(arena, "# a\nif x:\n  y\n", hog::Tokenizer::ExtraTokens::Yes);
  hog::TokenRecord record;
  std::vector<int> types;
  while (tokenizer.next(record) == hog::Tokenizer::Outcome::Token) types.push_back(record.type);
  // COMMENT NL NAME NAME OP NEWLINE INDENT NAME NEWLINE DEDENT
  EXPECT_EQ(types, (std::vector<int>{65, 66, 1, 1, 55, 4, 5, 1, 4, 6}));
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
