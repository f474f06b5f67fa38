// engine.cpp: matching. A backtracking machine over the code of re._compiler.
//
// Invariants: the code passed verify(). Every change that a later failure must undo (marks, repeat counters, the current
// repeat) is recorded on the stack above the choice it belongs to; popping a choice point restores the state at the moment it
// was pushed. Stack and repeat contexts are charged to the isolate; steps are charged to the budget.
#include <cstring>

#include "modules/sre/classes.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog::sre {

uint32_t lower_ascii(uint32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
uint32_t lower_unicode(uint32_t c) { return unicode::to_lower_simple(c); }
uint32_t upper_unicode(uint32_t c) { return unicode::to_upper_simple(c); }

namespace {

// ---- The stack. ----

enum class Kind : uint32_t {
  // Undo records: popped on the way back.
  Mark,        // a: index, b: old value, c: old lastindex
  Repeat,      // a: old current repeat
  Count,       // a: context, b: old count, c: old last position
  Contexts,    // a: old number of contexts
  // Choice points.
  Branch,      // a: code of the next alternative's skip word, b: position
  GreedyOne,   // a: code of REPEAT_ONE, b: base position, c: count
  LazyOne,     // a: code of MIN_REPEAT_ONE, b: position, c: count so far
  Tail,        // a: context whose tail is to be tried, b: position
  LazyBody,    // a: context whose body is to be tried, b: position, c: count
  // Borders of code that ends in SUCCESS.
  Assert,      // a: code of ASSERT, b: position, c: outer border
  AssertNot,
  Atomic,
  Possessive,  // a: code, b: position, c: outer border; count in the next entry's place: d
};
struct Entry {
  Kind kind;
  uint32_t d;
  int64_t a, b, c;
};

struct Context {
  uint32_t code;      // of REPEAT
  uint32_t count;     // completed rounds; starts at -1 as unsigned
  int64_t last;       // position where the last round began; -1: none
  int64_t previous;   // outer repeat, -1: none
};

// A growable array in the isolate's memory.
template <typename T>
class Growing {
 public:
  explicit Growing(Thread& t) : t_(t) {}
  ~Growing() {
    if (data_ != inline_) Isolate::of(t_).memory().release(data_, capacity_ * sizeof(T));
  }
  Fallible<void> push(const T& value) {
    if (size_ == capacity_) TRY(grow());
    data_[size_++] = value;
    return {};
  }
  T& operator[](size_t i) { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  void pop() { --size_; }
  size_t size() const { return size_; }
  void resize_down(size_t size) { size_ = size; }

 private:
  Fallible<void> grow() {
    size_t bigger = capacity_ * 2;
    if (bigger > SIZE_MAX / sizeof(T)) return t_.raise_memory_error();
    auto* fresh = static_cast<T*>(Isolate::of(t_).memory().allocate(bigger * sizeof(T)));
    if (fresh == nullptr) return t_.raise_memory_error();
    std::memcpy(static_cast<void*>(fresh), data_, size_ * sizeof(T));
    if (data_ != inline_) Isolate::of(t_).memory().release(data_, capacity_ * sizeof(T));
    data_ = fresh;
    capacity_ = bigger;
    return {};
  }
  static constexpr size_t kInline = 32;
  Thread& t_;
  T inline_[kInline];
  T* data_ = inline_;
  size_t size_ = 0;
  size_t capacity_ = kInline;
};

template <typename Char>
class Engine {
 public:
  Engine(Thread& t, const Request& request, int64_t* spans)
      : t_(t),
        code_(request.pattern->code()),
        tables_(request.pattern, request.subject->length),
        text_(static_cast<const Char*>(request.subject->data)),
        end_(request.end),
        request_(request),
        spans_(spans),
        stack_(t),
        contexts_(t) {}

  Fallible<Outcome> run() {
    if (request_.mode == Mode::Search) return search();
    bool matched = TRY(match_at(request_.start, skip_info(0)));
    return finish(matched, request_.start);
  }

 private:
  uint32_t skip_info(uint32_t pc) const {
    return static_cast<Op>(code_[pc]) == Op::INFO ? pc + 1 + code_[pc + 1] : pc;
  }

  Outcome finish(bool matched, int64_t start) {
    if (matched) {
      spans_[0] = start;
      spans_[1] = position_;
    }
    return {matched, last_index_};
  }

  // ---- Searching. ----

  Fallible<Outcome> search() {
    int64_t start = request_.start;
    uint32_t pc = 0;
    const uint32_t* charset = nullptr;
    uint32_t prefix_length = 0, prefix_skip = 0;
    const uint32_t* prefix = nullptr;
    int64_t last = end_;
    bool all_literal = false;
    if (static_cast<Op>(code_[0]) == Op::INFO) {
      uint32_t mask = code_[2];
      int64_t minimum = code_[3];
      if (end_ - start < minimum) return Outcome{false, -1};
      if (minimum > 1) last = end_ - minimum + 1;
      if (minimum >= 1 && last == end_) last = end_;
      if ((mask & 1) != 0) {
        prefix_length = code_[5];
        prefix_skip = code_[6];
        prefix = code_ + 7;
        all_literal = (mask & 2) != 0;
      } else if ((mask & 4) != 0) {
        charset = code_ + 5;
      }
      pc = skip_info(0);
    }
    bool guard_empty = request_.must_advance;
    if (prefix != nullptr) {
      for (;;) {
        int64_t at = TRY(find_prefix(prefix, prefix_length, start));
        if (at < 0) return Outcome{false, -1};
        if (all_literal) {
          position_ = at + prefix_length;
          clear_marks();
          return finish(true, at);
        }
        (void)prefix_skip;
        if (TRY(match_at(at, pc))) return finish(true, at);
        start = at + 1;
      }
    }
    if (charset != nullptr || starts_with_class(code_, pc)) {
      return search_class(start, last, pc, charset);
    }
    bool first_literal = static_cast<Op>(code_[pc]) == Op::LITERAL;
    for (; start <= last; ++start) {
      if (first_literal) {
        start = find_char(code_[pc + 1], start);
        if (start < 0) return Outcome{false, -1};
        if (start > last) break;
      }
      must_advance_ = guard_empty && start == request_.start;
      if (TRY(match_at(start, pc))) return finish(true, start);
    }
    return Outcome{false, -1};
  }

  // The first place from `start` on whose character may begin a match, or end_.
  int64_t find_start(int64_t start, uint32_t pc, const uint32_t* charset, const uint8_t* table) const {
    if (table == nullptr) {
      if (charset != nullptr)
        while (start < end_ && !in_charset(charset, text_[start])) ++start;
      return start;
    }
    if constexpr (sizeof(Char) == 1) {
      while (start < end_ && table[text_[start]] == 0) ++start;
    } else {
      auto may_start = [&](uint32_t c) {
        if (c < ClassTables::kCharacters) return table[c] != 0;
        return charset != nullptr ? in_charset(charset, c) : can_start(code_, pc, c, 0);
      };
      while (start < end_ && !may_start(text_[start])) ++start;
    }
    return start;
  }

  // For patterns of which is known what characters they begin with.
  Fallible<Outcome> search_class(int64_t start, int64_t last, uint32_t pc, const uint32_t* charset) {
    const uint8_t* table = charset != nullptr ? tables_.get(static_cast<uint32_t>(charset - code_), ClassTables::Of::Set)
                                              : tables_.get(pc, ClassTables::Of::Start);
    uint32_t run = leading_run(code_, pc);
    for (;; ++start) {
      int64_t from = start;
      start = find_start(start, pc, charset, table);
      TRY(charge(start - from));
      if (start >= end_ || start > last) return Outcome{false, -1};
      if (run != 0) {
        // OPTIMIZATION: where an unlimited run reaches nothing that the literal behind it could match, no later start
        // within the run will.
        int64_t count = count_run(run + 4, start, kMaxRepeat);
        TRY(charge(count / 8));
        if (count > 0 && last_promising(run + 1 + code_[run + 1], start, count, code_[run + 2]) < 0) {
          start += count - 1;
          continue;
        }
      }
      if (TRY(match_at(start, pc))) return finish(true, start);
    }
  }

  int64_t find_char(uint32_t c, int64_t from) const {
    if constexpr (sizeof(Char) == 1) {
      if (c > 255) return -1;
      const void* p = std::memchr(text_ + from, static_cast<int>(c), static_cast<size_t>(end_ - from));
      return p == nullptr ? -1 : static_cast<const Char*>(p) - text_;
    } else {
      for (int64_t i = from; i < end_; ++i)
        if (text_[i] == c) return i;
      return -1;
    }
  }

  Fallible<int64_t> find_prefix(const uint32_t* prefix, uint32_t length, int64_t from) {
    int64_t last = end_ - static_cast<int64_t>(length);
    while (from <= last) {
      int64_t at = find_char(prefix[0], from);
      if (at < 0 || at > last) {
        TRY(charge(end_ - from));
        return int64_t{-1};
      }
      TRY(charge(at - from));
      uint32_t i = 1;
      while (i < length && text_[at + i] == prefix[i]) ++i;
      if (i == length) return at;
      from = at + 1;
    }
    return int64_t{-1};
  }

  // ---- Budget. ----

  Fallible<void> charge(int64_t steps) {
    steps_ += steps;
    if (steps_ < kStepsPerPoll) return {};
    int64_t n = steps_;
    steps_ = 0;
    return poll_py(t_, n / 4 + 1);  // Ctrl-C ends a search that backtracks for ever
  }

  // ---- One character. ----

  bool matches_one(uint32_t pc, uint32_t c) const {
    Op op = static_cast<Op>(code_[pc]);
    if (op == Op::ANY) return c != '\n';
    if (op == Op::ANY_ALL) return true;
    const uint8_t* table = tables_.get(pc, ClassTables::Of::One);
    if (table != nullptr && c < ClassTables::kCharacters) return table[c] != 0;
    return sre::matches_one(code_, pc, c);
  }
  static uint32_t one_length(const uint32_t* code, uint32_t pc) {
    switch (static_cast<Op>(code[pc])) {
      case Op::ANY:
      case Op::ANY_ALL: return 1;
      case Op::IN:
      case Op::IN_IGNORE:
      case Op::IN_LOC_IGNORE:
      case Op::IN_UNI_IGNORE: return 1 + code[pc + 1];
      default: return 2;
    }
  }

  // How many characters from `from` on match the single-character instruction at pc, at most `most`.
  int64_t count_run(uint32_t pc, int64_t from, uint32_t most) const {
    int64_t limit = end_;
    if (most != kMaxRepeat && end_ - from > static_cast<int64_t>(most)) limit = from + most;
    int64_t i = from;
    switch (static_cast<Op>(code_[pc])) {
      case Op::ANY_ALL: return limit - from;
      case Op::ANY:
        if constexpr (sizeof(Char) == 1) {
          const void* p = std::memchr(text_ + from, '\n', static_cast<size_t>(limit - from));
          return p == nullptr ? limit - from : static_cast<const Char*>(p) - (text_ + from);
        } else {
          while (i < limit && text_[i] != '\n') ++i;
          return i - from;
        }
      case Op::LITERAL: {
        uint32_t c = code_[pc + 1];
        while (i < limit && text_[i] == c) ++i;
        return i - from;
      }
      case Op::NOT_LITERAL: {
        uint32_t c = code_[pc + 1];
        while (i < limit && text_[i] != c) ++i;
        return i - from;
      }
      default: return run_of_class(pc, from, limit);
    }
  }
  int64_t run_of_class(uint32_t pc, int64_t from, int64_t limit) const {
    int64_t i = from;
    if (const uint8_t* table = tables_.get(pc, ClassTables::Of::One)) {
      if constexpr (sizeof(Char) == 1) {
        while (i < limit && table[text_[i]] != 0) ++i;
      } else {
        while (i < limit && (text_[i] < ClassTables::kCharacters ? table[text_[i]] != 0 : sre::matches_one(code_, pc, text_[i]))) ++i;
      }
      return i - from;
    }
    while (i < limit && sre::matches_one(code_, pc, text_[i])) ++i;
    return i - from;
  }

  // ---- Positions. ----

  bool is_word_at(int64_t i, bool unicode_rules) const {
    if (i < 0 || i >= end_) return false;
    return unicode_rules ? is_word_unicode(text_[i]) : is_word_ascii(text_[i]);
  }
  bool at(uint32_t where, int64_t p) const {
    switch (where) {
      case 0:
      case 2: return p == 0;
      case 1: return p == 0 || text_[p - 1] == '\n';
      case 3:
      case 8: return is_word_at(p - 1, false) != is_word_at(p, false);
      case 4:
      case 9: return is_word_at(p - 1, false) == is_word_at(p, false);
      case 5: return p == end_ || (p + 1 == end_ && text_[p] == '\n');
      case 6: return p == end_ || text_[p] == '\n';
      case 7: return p == end_;
      case 10: return is_word_at(p - 1, true) != is_word_at(p, true);
      default: return is_word_at(p - 1, true) == is_word_at(p, true);
    }
  }

  // ---- Groups. ----

  void clear_marks() {
    int64_t count = request_.pattern->groups_;
    for (int64_t i = 0; i < 2 * (count + 1); ++i) spans_[i] = -1;
    last_index_ = -1;
  }
  // Marks are numbered from the first group: mark 2g belongs to group g+1.
  int64_t& mark(uint32_t index) { return spans_[index + 2]; }

  template <typename Fold>
  bool matches_group(uint32_t group, int64_t p, int64_t* after, Fold fold) {
    int64_t start = mark(2 * group), end = mark(2 * group + 1);
    if (start < 0 || end < start) return false;
    int64_t length = end - start;
    if (end_ - p < length) return false;
    for (int64_t i = 0; i < length; ++i)
      if (fold(text_[start + i]) != fold(text_[p + i])) return false;
    *after = p + length;
    return true;
  }

  // ---- The machine. ----

  Fallible<void> push(Kind kind, int64_t a, int64_t b, int64_t c, uint32_t d = 0) {
    return stack_.push(Entry{kind, d, a, b, c});
  }

  // Keeps the undo records above `border`, forgets the choice points: what is inside an atomic group is decided.
  void cut(size_t border) {
    size_t to = border;
    for (size_t i = border + 1; i < stack_.size(); ++i) {
      Entry entry = stack_[i];
      if (entry.kind <= Kind::Contexts) stack_[to++] = entry;
    }
    stack_.resize_down(to);
  }

  void undo(const Entry& entry) {
    switch (entry.kind) {
      case Kind::Mark:
        mark(static_cast<uint32_t>(entry.a)) = entry.b;
        last_index_ = entry.c;
        break;
      case Kind::Repeat: repeat_ = entry.a; break;
      case Kind::Count:
        contexts_[static_cast<size_t>(entry.a)].count = static_cast<uint32_t>(entry.b);
        contexts_[static_cast<size_t>(entry.a)].last = entry.c;
        break;
      default: contexts_.resize_down(static_cast<size_t>(entry.a)); break;
    }
  }

  Fallible<void> set_repeat(int64_t context) {
    TRY(push(Kind::Repeat, repeat_, 0, 0));
    repeat_ = context;
    return {};
  }
  Fallible<void> begin_round(int64_t context, uint32_t count, int64_t position, bool remember_position) {
    Context& c = contexts_[static_cast<size_t>(context)];
    TRY(push(Kind::Count, context, c.count, c.last));
    c.count = count;
    if (remember_position) c.last = position;
    return {};
  }

  // True: matched, position_ is the end. Leaves marks in spans_.
  Fallible<bool> match_at(int64_t start, uint32_t pc) {
    clear_marks();
    stack_.resize_down(0);
    contexts_.resize_down(0);
    repeat_ = -1;
    border_ = -1;
    int64_t p = start;
    if (request_.mode != Mode::Search) must_advance_ = request_.must_advance;
    else must_advance_ = request_.must_advance && start == request_.start;

    for (;;) {
      if (++steps_ >= kStepsPerPoll) [[unlikely]] TRY(charge(0));
      switch (static_cast<Op>(code_[pc])) {
        case Op::FAILURE: goto backtrack;
        case Op::SUCCESS: {
          if (border_ < 0) {
            if (request_.mode == Mode::FullMatch && p != end_) goto backtrack;
            if (must_advance_ && p == request_.start) goto backtrack;
            position_ = p;
            return true;
          }
          size_t at = static_cast<size_t>(border_);
          Entry entry = stack_[at];
          border_ = entry.c;
          switch (entry.kind) {
            case Kind::Assert:
              cut(at);
              p = entry.b;
              pc = static_cast<uint32_t>(entry.a) + 1 + code_[entry.a + 1];
              continue;
            case Kind::AssertNot:
              while (stack_.size() > at + 1) {
                Entry top = stack_.back();
                stack_.pop();
                if (top.kind <= Kind::Contexts) undo(top);
              }
              stack_.pop();
              goto backtrack;
            case Kind::Atomic:
              cut(at);
              pc = static_cast<uint32_t>(entry.a) + 1 + code_[entry.a + 1];
              continue;
            default: {  // Possessive
              cut(at);
              uint32_t op_pc = static_cast<uint32_t>(entry.a);
              uint32_t count = entry.d + 1;
              uint32_t minimum = code_[op_pc + 2], maximum = code_[op_pc + 3];
              bool advanced = p != entry.b;
              if (count < minimum || ((maximum == kMaxRepeat || count < maximum) && advanced)) {
                TRY(push(Kind::Possessive, op_pc, p, border_, count));
                border_ = static_cast<int64_t>(stack_.size() - 1);
                pc = op_pc + 4;
              } else {
                pc = op_pc + 1 + code_[op_pc + 1] + 1;
              }
              continue;
            }
          }
        }
        case Op::MARK: {
          uint32_t index = code_[pc + 1];
          TRY(push(Kind::Mark, index, mark(index), last_index_));
          mark(index) = p;
          if ((index & 1) != 0) last_index_ = index / 2 + 1;
          pc += 2;
          continue;
        }
        case Op::LITERAL:
          if (p >= end_ || text_[p] != code_[pc + 1]) goto backtrack;
          ++p;
          pc += 2;
          continue;
        case Op::NOT_LITERAL:
          if (p >= end_ || text_[p] == code_[pc + 1]) goto backtrack;
          ++p;
          pc += 2;
          continue;
        case Op::ANY:
          if (p >= end_ || text_[p] == '\n') goto backtrack;
          ++p;
          ++pc;
          continue;
        case Op::ANY_ALL:
          if (p >= end_) goto backtrack;
          ++p;
          ++pc;
          continue;
        case Op::IN:
          if (p >= end_ || !matches_one(pc, text_[p])) goto backtrack;
          ++p;
          pc += 1 + code_[pc + 1];
          continue;
        case Op::CATEGORY:
        case Op::LITERAL_IGNORE:
        case Op::LITERAL_LOC_IGNORE:
        case Op::LITERAL_UNI_IGNORE:
        case Op::NOT_LITERAL_IGNORE:
        case Op::NOT_LITERAL_LOC_IGNORE:
        case Op::NOT_LITERAL_UNI_IGNORE:
        case Op::IN_IGNORE:
        case Op::IN_LOC_IGNORE:
        case Op::IN_UNI_IGNORE:
          if (p >= end_ || !matches_one(pc, text_[p])) goto backtrack;
          ++p;
          pc += one_length(code_, pc);
          continue;
        case Op::AT:
          if (!at(code_[pc + 1], p)) goto backtrack;
          pc += 2;
          continue;
        case Op::JUMP: pc += 1 + code_[pc + 1]; continue;
        case Op::INFO: pc += 1 + code_[pc + 1]; continue;
        case Op::BRANCH:
          pc += 1;
          goto alternatives;
        case Op::GROUPREF:
          if (!matches_group(code_[pc + 1], p, &p, [](uint32_t c) { return c; })) goto backtrack;
          pc += 2;
          continue;
        case Op::GROUPREF_IGNORE:
        case Op::GROUPREF_LOC_IGNORE:
          if (!matches_group(code_[pc + 1], p, &p, lower_ascii)) goto backtrack;
          pc += 2;
          continue;
        case Op::GROUPREF_UNI_IGNORE:
          if (!matches_group(code_[pc + 1], p, &p, lower_unicode)) goto backtrack;
          pc += 2;
          continue;
        case Op::GROUPREF_EXISTS: {
          uint32_t group = code_[pc + 1];
          bool set = mark(2 * group) >= 0 && mark(2 * group + 1) >= mark(2 * group);
          pc = set ? pc + 3 : pc + 1 + code_[pc + 2];
          continue;
        }
        case Op::REPEAT_ONE: {
          uint32_t minimum = code_[pc + 2], maximum = code_[pc + 3];
          int64_t count = count_run(pc + 4, p, maximum);
          TRY(charge(count / 8));
          if (count < static_cast<int64_t>(minimum)) goto backtrack;
          uint32_t tail = pc + 1 + code_[pc + 1];
          count = last_promising(tail, p, count, minimum);
          if (count < 0) goto backtrack;
          if (count > static_cast<int64_t>(minimum)) TRY(push(Kind::GreedyOne, pc, p, count));
          p += count;
          pc = tail;
          continue;
        }
        case Op::MIN_REPEAT_ONE: {
          uint32_t minimum = code_[pc + 2];
          if (minimum > 0) {
            int64_t count = count_run(pc + 4, p, minimum);
            if (count < static_cast<int64_t>(minimum)) goto backtrack;
            p += count;
          }
          TRY(push(Kind::LazyOne, pc, p, minimum));
          pc = pc + 1 + code_[pc + 1];
          continue;
        }
        case Op::POSSESSIVE_REPEAT_ONE: {
          int64_t count = count_run(pc + 4, p, code_[pc + 3]);
          TRY(charge(count / 8));
          if (count < static_cast<int64_t>(code_[pc + 2])) goto backtrack;
          p += count;
          pc = pc + 1 + code_[pc + 1];
          continue;
        }
        case Op::REPEAT: {
          TRY(push(Kind::Contexts, static_cast<int64_t>(contexts_.size()), 0, 0));
          TRY(contexts_.push(Context{pc, UINT32_MAX, -1, repeat_}));
          TRY(set_repeat(static_cast<int64_t>(contexts_.size()) - 1));
          pc = pc + 1 + code_[pc + 1];  // its UNTIL
          continue;
        }
        case Op::MAX_UNTIL: {
          int64_t index = repeat_;
          Context& c = contexts_[static_cast<size_t>(index)];
          uint32_t minimum = code_[c.code + 2], maximum = code_[c.code + 3];
          uint32_t count = c.count + 1;
          uint32_t body = c.code + 4;
          if (count < minimum) {
            TRY(begin_round(index, count, p, false));
            pc = body;
            continue;
          }
          if ((maximum == kMaxRepeat || count < maximum) && p != c.last) {
            TRY(push(Kind::Tail, index, p, pc + 1));
            TRY(begin_round(index, count, p, true));
            pc = body;
            continue;
          }
          TRY(set_repeat(c.previous));
          pc += 1;
          continue;
        }
        case Op::MIN_UNTIL: {
          int64_t index = repeat_;
          Context& c = contexts_[static_cast<size_t>(index)];
          uint32_t minimum = code_[c.code + 2];
          uint32_t count = c.count + 1;
          if (count < minimum) {
            uint32_t body = c.code + 4;
            TRY(begin_round(index, count, p, false));
            pc = body;
            continue;
          }
          TRY(push(Kind::LazyBody, index, p, count));
          TRY(set_repeat(contexts_[static_cast<size_t>(index)].previous));
          pc += 1;
          continue;
        }
        case Op::ASSERT:
        case Op::ASSERT_NOT: {
          bool negative = static_cast<Op>(code_[pc]) == Op::ASSERT_NOT;
          int64_t back = code_[pc + 2];
          if (p < back) {
            if (!negative) goto backtrack;
            pc = pc + 1 + code_[pc + 1];
            continue;
          }
          TRY(push(negative ? Kind::AssertNot : Kind::Assert, pc, p, border_));
          border_ = static_cast<int64_t>(stack_.size() - 1);
          p -= back;
          pc += 3;
          continue;
        }
        case Op::ATOMIC_GROUP:
          TRY(push(Kind::Atomic, pc, p, border_));
          border_ = static_cast<int64_t>(stack_.size() - 1);
          pc += 2;
          continue;
        case Op::POSSESSIVE_REPEAT: {
          uint32_t maximum = code_[pc + 3];
          if (maximum == 0) {
            pc = pc + 1 + code_[pc + 1] + 1;
            continue;
          }
          TRY(push(Kind::Possessive, pc, p, border_, 0));
          border_ = static_cast<int64_t>(stack_.size() - 1);
          pc += 4;
          continue;
        }
        default: return t_.raise(core.RuntimeError, "invalid SRE code");
      }

    // pc is at an alternative's skip word; 0 ends the list.
    alternatives : {
      uint32_t skip = code_[pc];
      if (skip == 0) goto backtrack;
      uint32_t next = pc + skip;
      // An alternative that begins with another character is out at once.
      Op first = static_cast<Op>(code_[pc + 1]);
      if ((first == Op::LITERAL && (p >= end_ || text_[p] != code_[pc + 2])) ||
          (first == Op::IN && (p >= end_ || !matches_one(pc + 1, text_[p])))) {
        pc = next;
        goto alternatives;
      }
      if (code_[next] != 0) TRY(push(Kind::Branch, next, p, 0));
      pc += 1;
      continue;
    }

    backtrack:
      for (;;) {
        if (stack_.size() == 0) return false;
        if (++steps_ >= kStepsPerPoll) [[unlikely]] TRY(charge(0));
        Entry entry = stack_.back();
        stack_.pop();
        switch (entry.kind) {
          case Kind::Branch:
            pc = static_cast<uint32_t>(entry.a);
            p = entry.b;
            goto alternatives;
          case Kind::GreedyOne: {
            uint32_t op_pc = static_cast<uint32_t>(entry.a);
            uint32_t minimum = code_[op_pc + 2];
            uint32_t tail = op_pc + 1 + code_[op_pc + 1];
            int64_t count = last_promising(tail, entry.b, entry.c - 1, minimum);
            if (count < 0) continue;
            if (count > static_cast<int64_t>(minimum)) TRY(push(Kind::GreedyOne, op_pc, entry.b, count));
            p = entry.b + count;
            pc = tail;
            break;
          }
          case Kind::LazyOne: {
            uint32_t op_pc = static_cast<uint32_t>(entry.a);
            uint32_t maximum = code_[op_pc + 3];
            if (maximum != kMaxRepeat && entry.c >= static_cast<int64_t>(maximum)) continue;
            if (entry.b >= end_ || !matches_one(op_pc + 4, text_[entry.b])) continue;
            p = entry.b + 1;
            TRY(push(Kind::LazyOne, op_pc, p, entry.c + 1));
            pc = op_pc + 1 + code_[op_pc + 1];
            break;
          }
          case Kind::Tail:
            p = entry.b;
            pc = static_cast<uint32_t>(entry.c);
            TRY(set_repeat(contexts_[static_cast<size_t>(entry.a)].previous));
            break;
          case Kind::LazyBody: {
            Context& c = contexts_[static_cast<size_t>(entry.a)];
            uint32_t maximum = code_[c.code + 3];
            if ((maximum != kMaxRepeat && entry.c >= static_cast<int64_t>(maximum)) || entry.b == c.last) continue;
            p = entry.b;
            pc = c.code + 4;
            TRY(begin_round(entry.a, static_cast<uint32_t>(entry.c), p, true));
            break;
          }
          case Kind::Assert:
          case Kind::Atomic: border_ = entry.c; continue;
          case Kind::AssertNot:
            border_ = entry.c;
            p = entry.b;
            pc = static_cast<uint32_t>(entry.a) + 1 + code_[entry.a + 1];
            break;
          case Kind::Possessive: {
            border_ = entry.c;
            uint32_t op_pc = static_cast<uint32_t>(entry.a);
            if (entry.d < code_[op_pc + 2]) continue;
            p = entry.b;
            pc = op_pc + 1 + code_[op_pc + 1] + 1;
            break;
          }
          default: undo(entry); continue;
        }
        break;
      }
    }
  }

  // The largest count <= `count` (and >= minimum) after which the tail can begin; -1: none. Saves entering a tail whose
  // first character is plainly absent.
  int64_t last_promising(uint32_t tail, int64_t base, int64_t count, uint32_t minimum) const {
    while (static_cast<Op>(code_[tail]) == Op::MARK) tail += 2;
    if (static_cast<Op>(code_[tail]) != Op::LITERAL) return count >= static_cast<int64_t>(minimum) ? count : -1;
    uint32_t c = code_[tail + 1];
    while (count >= static_cast<int64_t>(minimum) && (base + count >= end_ || text_[base + count] != c)) --count;
    return count >= static_cast<int64_t>(minimum) ? count : -1;
  }

  static constexpr int64_t kStepsPerPoll = 4096;
  Thread& t_;
  const uint32_t* code_;
  ClassTables tables_;
  const Char* text_;
  int64_t end_;
  const Request& request_;
  int64_t* spans_;
  Growing<Entry> stack_;
  Growing<Context> contexts_;
  int64_t repeat_ = -1;
  int64_t border_ = -1;  // stack index of the innermost border, -1: none
  int64_t position_ = 0;
  int64_t last_index_ = -1;
  int64_t steps_ = 0;
  bool must_advance_ = false;
};

}  // namespace

Fallible<Outcome> run(Thread& t, const Request& request, int64_t* spans) {
  switch (request.subject->width) {
    case 1: return Engine<uint8_t>(t, request, spans).run();
    case 2: return Engine<uint16_t>(t, request, spans).run();
    default: return Engine<uint32_t>(t, request, spans).run();
  }
}

}  // namespace hog::sre
