// keywords.cpp: which names are keywords.
#include "syntax/lexer.hpp"

namespace hog {

namespace {
struct Row {
  std::string_view word;
  TokenType type;
};
using enum TokenType;
constexpr Row kKeywords[] = {
    {"False", KwFalse},
    {"None", KwNone},
    {"True", KwTrue},
    {"and", KwAnd},
    {"as", KwAs},
    {"assert", KwAssert},
    {"async", KwAsync},
    {"await", KwAwait},
    {"break", KwBreak},
    {"class", KwClass},
    {"continue", KwContinue},
    {"def", KwDef},
    {"del", KwDel},
    {"elif", KwElif},
    {"else", KwElse},
    {"except", KwExcept},
    {"finally", KwFinally},
    {"for", KwFor},
    {"from", KwFrom},
    {"global", KwGlobal},
    {"if", KwIf},
    {"import", KwImport},
    {"in", KwIn},
    {"is", KwIs},
    {"lambda", KwLambda},
    {"nonlocal", KwNonlocal},
    {"not", KwNot},
    {"or", KwOr},
    {"pass", KwPass},
    {"raise", KwRaise},
    {"return", KwReturn},
    {"try", KwTry},
    {"while", KwWhile},
    {"with", KwWith},
    {"yield", KwYield},
};

constexpr size_t kSlots = 256;
constexpr size_t slot_of(std::string_view word) {
  auto at = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(word[i])); };
  return (at(0) * 7 + at(1) * 31 + at(word.size() - 1) * 5 + word.size() * 13) % kSlots;
}

// Open addressing, filled at compile time; 0 is free, else the row's number plus one.
struct Table {
  uint8_t slots[kSlots] = {};
  constexpr Table() {
    for (size_t row = 0; row < sizeof(kKeywords) / sizeof(kKeywords[0]); ++row) {
      size_t slot = slot_of(kKeywords[row].word);
      while (slots[slot] != 0) slot = (slot + 1) % kSlots;
      slots[slot] = static_cast<uint8_t>(row + 1);
    }
  }
};
constexpr Table kTable;
}  // namespace

TokenType keyword_type(std::string_view word) {
  if (word.size() < 2 || word.size() > 8) return Name;
  for (size_t slot = slot_of(word); kTable.slots[slot] != 0; slot = (slot + 1) % kSlots) {
    const Row& row = kKeywords[kTable.slots[slot] - 1];
    if (row.word == word) return row.type;
  }
  return Name;
}

}  // namespace hog
