// sre.hpp: the cells of `_sre` and the entry points of the matching engine.
//
// A pattern's code is what re._compiler emits, checked by verify() when the pattern is made, so that the engine runs it without
// checks. Matching uses no native recursion: choices are kept on a stack of fixed-size entries, charged to the isolate.
#pragma once

#include "object/containers.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::sre {

enum class Op : uint32_t {
#define HOG_SRE_OP(name) name,
#include "modules/sre/opcodes.def"
#undef HOG_SRE_OP
};
constexpr uint32_t kOpCount = 0
#define HOG_SRE_OP(name) +1
#include "modules/sre/opcodes.def"
#undef HOG_SRE_OP
    ;
constexpr uint32_t kMaxRepeat = 0xFFFFFFFF;

namespace flag {
constexpr int64_t kIgnoreCase = 2, kLocale = 4, kMultiline = 8, kDotAll = 16, kUnicode = 32, kVerbose = 64, kDebug = 128,
                  kAscii = 256;
}  // namespace flag

class Pattern : public Cell {
 public:
  static const Layout kLayout;
  ValueField pattern_;        // str, bytes or None
  Field<Dict> group_index_;
  Field<Tuple> index_group_;
  Field<ByteArray> code_;
  Field<ByteArray> tables_;   // see ClassTables
  int64_t flags_;
  int64_t groups_;
  uint32_t code_size_;        // words
  uint16_t table_room_;
  uint16_t table_count_;
  uint32_t runs_;             // how often it was matched, up to ClassTables::kWorthwhileRuns
  bool is_bytes_;
  const uint32_t* code() const { return reinterpret_cast<const uint32_t*>(code_->data()); }
};

class Match : public Cell {
 public:
  static const Layout kLayout;
  ValueField string_;
  ValueField regs_;           // tuple once asked for
  Field<Pattern> pattern_;
  Field<ByteArray> spans_;    // int64 pairs, -1: not matched
  int64_t pos_, end_pos_, last_index_;
  int64_t start(size_t group) const { return reinterpret_cast<const int64_t*>(spans_->data())[2 * group]; }
  int64_t end(size_t group) const { return reinterpret_cast<const int64_t*>(spans_->data())[2 * group + 1]; }
};

// What is searched: characters of a str, or the bytes of a buffer held for the duration.
class Subject {
 public:
  explicit Subject(Thread& t) : bytes_(t) {}
  // TypeErrors for mixing str and bytes patterns.
  Fallible<void> open(Thread& t, Pattern* pattern, Value string);
  const void* data = nullptr;
  int64_t length = 0;
  int width = 1;  // bytes per character
  Value string;
  bool is_str = false;
  // string[start:end]; '' or b'' of the right type for an empty one.
  Fallible<Value> slice(Thread& t, int64_t start, int64_t end) const;

 private:
  BytesLike bytes_;
};

enum class Mode : uint8_t { Match, FullMatch, Search };

struct Request {
  Pattern* pattern;
  const Subject* subject;
  int64_t start;         // where matching begins
  int64_t end;           // endpos
  Mode mode;
  bool must_advance;     // an empty match at `start` does not count
};

struct Outcome {
  bool matched;
  int64_t last_index;    // lastindex: -1 none
};

// Runs the engine; spans receives groups+1 pairs (room for them is the caller's, in a ByteArray).
Fallible<Outcome> run(Thread& t, const Request& request, int64_t* spans);

// OPTIMIZATION: which of the first 256 characters a class takes, as a byte each: looked up in code that is run often or on
// long texts, made when first asked for. They belong to the pattern and are found by the place of the class in its code.
class ClassTables {
 public:
  static constexpr uint32_t kCharacters = 256;
  static constexpr uint32_t kWorthwhileRuns = 16;
  enum class Of : uint8_t { One, Set, Start };  // an instruction for one character, the set at a place, all of the pattern from there on

  // Room for the tables of a new pattern, whose code is set.
  static Fallible<void> prepare(Thread& t, Pattern* pattern);
  ClassTables(Pattern* pattern, int64_t length) : pattern_(pattern), index_(index_of(pattern)) {
    constexpr int64_t kWorthwhileLength = 64;
    if (pattern->runs_ < kWorthwhileRuns) ++pattern->runs_;
    may_make_ = length >= kWorthwhileLength || pattern->runs_ == kWorthwhileRuns;
  }
  // Null: there is none, and none can or should be made.
  const uint8_t* get(uint32_t pc, Of what) const {
    if (index_[pc] != 0) return at(index_[pc]);
    return may_make_ && pattern_->table_count_ < pattern_->table_room_ ? make(pc, what) : nullptr;
  }

 private:
  static uint16_t* index_of(Pattern* pattern) { return reinterpret_cast<uint16_t*>(pattern->tables_->data()); }
  uint8_t* at(uint16_t number) const {
    return reinterpret_cast<uint8_t*>(index_ + pattern_->code_size_) + size_t{number - 1u} * kCharacters;
  }
  const uint8_t* make(uint32_t pc, Of what) const;

  Pattern* pattern_;
  uint16_t* index_;  // for each word of the code the number of its table, 0: none
  bool may_make_;
};

// May a match of the code at pc begin with c? Only for code of which starts_with_class() holds.
bool can_start(const uint32_t* code, uint32_t pc, uint32_t c, int depth);
// Does every match of the code at pc begin with a character that the first instructions tell?
bool starts_with_class(const uint32_t* code, uint32_t pc);
// The REPEAT_ONE without an upper limit, of at least one character and with a literal behind it, that the code at pc begins
// with; 0: it begins with something else.
uint32_t leading_run(const uint32_t* code, uint32_t pc);

// Null, or what is wrong with the code.
const char* verify(const uint32_t* code, size_t size, size_t groups);

uint32_t lower_ascii(uint32_t c);
uint32_t lower_unicode(uint32_t c);
uint32_t upper_unicode(uint32_t c);

extern Type* pattern_type;
extern Type* match_type;
extern Type* scanner_type;
extern Type* template_type;
extern const TypeSpec kPatternSpec;
extern const TypeSpec kMatchSpec;
extern const TypeSpec kScannerSpec;
extern const TypeSpec kTemplateSpec;

// A Match from spans; the spans are copied.
Fallible<Value> make_match(Thread& t, Pattern* pattern, Value string, const int64_t* spans, int64_t pos, int64_t end_pos,
                           int64_t last_index);
// Text of a group, or `otherwise` when it did not match.
Fallible<Value> match_group(Thread& t, Match* match, size_t group, Value otherwise);
// Template of a replacement string, through re._compile_template.
Fallible<Value> compile_template_py(Thread& t, Pattern* pattern, Value replacement);
// The parts of a compiled template, text and group numbers by turns, or null when it is but a text.
List* template_parts(Value compiled);
// The text a template gives for a match; appends pieces to `out`.
Fallible<void> expand_template(Thread& t, Value compiled, Match* match, List* out);
// ''.join or b''.join.
Fallible<Value> join_pieces(Thread& t, List* pieces, bool is_str);
Fallible<Value> make_template(Thread& t, Value pattern, List* parts);

}  // namespace hog::sre
