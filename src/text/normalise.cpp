// normalise.cpp: the four normal forms, streaming. Reference: UAX #15; section 3.11 and 3.12 of the Unicode
// Standard.
//
// Text is taken apart into segments: a starter (combining class 0) and the non-starters after it. A segment
// is put in canonical order and composed on its own; the one thing that crosses segments is a starter that
// composes with the starter right before it (Hangul, a few Indic vowels), and it can do so only when nothing
// is left in between. Invariant: at most one segment is held; it lives in a small inline buffer or in memory
// of the MemorySource.
#include <cstring>

#include "text/unicode_tables.hpp"

namespace hog::unicode {

namespace {

constexpr size_t kStepsBetweenPolls = 4096;

constexpr char32_t kHangulFirst = 0xAC00, kHangulCount = 11172;
constexpr char32_t kLeadFirst = 0x1100, kLeadCount = 19;
constexpr char32_t kVowelFirst = 0x1161, kVowelCount = 21;
constexpr char32_t kTrailFirst = 0x11A7, kTrailCount = 28;  // the first stands for "none"

bool is_compatibility(Form form) { return form == Form::kNfkc || form == Form::kNfkd; }
bool is_composed(Form form) { return form == Form::kNfc || form == Form::kNfkc; }
Quick quick_of(const Record& r, Form form) {
  return static_cast<Quick>((r.quick_check >> (2 * static_cast<unsigned>(form))) & 3);
}

// The composition of two characters, or 0.
char32_t compose_pair(char32_t first, char32_t second) {
  if (!has(second, kComposesBackward)) return 0;
  if (second >= kVowelFirst && second < kVowelFirst + kVowelCount) {
    if (first < kLeadFirst || first >= kLeadFirst + kLeadCount) return 0;
    return kHangulFirst + ((first - kLeadFirst) * kVowelCount + (second - kVowelFirst)) * kTrailCount;
  }
  if (second > kTrailFirst && second < kTrailFirst + kTrailCount) {
    bool lead_vowel = first >= kHangulFirst && first < kHangulFirst + kHangulCount &&
                      (first - kHangulFirst) % kTrailCount == 0;
    return lead_vowel ? first + (second - kTrailFirst) : 0;
  }
  size_t low = 0, high = tables::kCompositionCount;
  while (low < high) {
    size_t middle = (low + high) / 2;
    const tables::Composition& pair = tables::kCompositions[middle];
    if (pair.first == first && pair.second == second) return pair.result;
    bool before = pair.first < first || (pair.first == first && pair.second < second);
    (before ? low : high) = before ? middle + 1 : middle;
  }
  return 0;
}

// The decomposition in Unicode 3.2, before the corrigenda.
Decomposition old_decomposition(char32_t c) {
  for (size_t i = 0; i < tables::kOldDecompositionCount; i++) {
    if (tables::kOldDecompositions[i].point == c) return {{}, 1, {tables::kOldDecompositions[i].single}};
  }
  return v3_2::decomposition(c);
}

class Normaliser {
 public:
  Normaliser(Form form, Version version, MemorySource& memory, CodePointSink& sink)
      : form_(form), version_(version), memory_(memory), sink_(sink) {}
  ~Normaliser() {
    if (segment_ != inline_) memory_.release(segment_, capacity_ * sizeof(char32_t));
  }
  Normaliser(const Normaliser&) = delete;
  Normaliser& operator=(const Normaliser&) = delete;

  Outcome run(TextView text);

 private:
  bool take(char32_t c);
  bool take_decomposed(char32_t c);
  bool append_to_segment(char32_t c);
  bool finish_segment();
  bool sort_segment();
  void compose_segment();
  bool flush_segment();
  bool write(char32_t c);
  bool flush_output();
  bool fail(Outcome outcome) {
    outcome_ = outcome;
    return false;
  }

  const Form form_;
  const Version version_;
  MemorySource& memory_;
  CodePointSink& sink_;
  Outcome outcome_ = Outcome::kDone;

  static constexpr size_t kInline = 64;
  char32_t inline_[kInline];
  char32_t* segment_ = inline_;
  size_t capacity_ = kInline;
  size_t length_ = 0;
  bool sorted_ = true;  // the non-starters of the segment are in canonical order

  char32_t output_[256];
  size_t output_length_ = 0;
};

Outcome Normaliser::run(TextView text) {
  for (size_t i = 0; i < text.length;) {
    size_t stop = text.length - i < kStepsBetweenPolls ? text.length : i + kStepsBetweenPolls;
    if (!memory_.poll()) return Outcome::kStopped;
    while (i < stop) {
      // A starter that is certainly stable stands for itself unless a non-starter (or something that
      // composes) follows: such characters end the segment before them, and all but the last of a run go
      // straight through.
      char32_t c = text[i];
      const Record& r = record(c);
      i++;
      if (r.combining == 0 && quick_of(r, form_) == Quick::kYes && i < text.length &&
          version_ == Version::k16_0) {
        const Record& next = record(text[i]);
        if (next.combining == 0 && quick_of(next, form_) == Quick::kYes) {
          if (!flush_segment() || !write(c)) return outcome_;
          continue;
        }
      }
      if (!take(c)) return outcome_;
    }
  }
  if (!flush_segment() || !flush_output()) return outcome_;
  return outcome_;
}

// Takes `c` apart completely. The pending parts fit: no decomposition has more than 18 characters at one
// level, and every level but the last of a chain adds one or two.
bool Normaliser::take(char32_t c) {
  char32_t pending[40];
  size_t count = 0;
  pending[count++] = c;
  while (count > 0) {
    char32_t point = pending[--count];
    if (point >= kHangulFirst && point < kHangulFirst + kHangulCount) {
      char32_t index = point - kHangulFirst;
      if (!take_decomposed(kLeadFirst + index / (kVowelCount * kTrailCount))) return false;
      if (!take_decomposed(kVowelFirst + index / kTrailCount % kVowelCount)) return false;
      char32_t trail = index % kTrailCount;
      if (trail != 0 && !take_decomposed(kTrailFirst + trail)) return false;
      continue;
    }
    if (!has(point, kHasDecomposition)) {
      if (!take_decomposed(point)) return false;
      continue;
    }
    Decomposition parts = version_ == Version::k3_2 ? old_decomposition(point) : decomposition(point);
    bool applies = parts.length != 0 && (parts.tag.empty() || is_compatibility(form_));
    if (!applies || count + parts.length > sizeof pending / sizeof *pending) {
      if (!take_decomposed(point)) return false;
      continue;
    }
    for (size_t i = parts.length; i > 0; i--) pending[count++] = parts.points[i - 1];
  }
  return true;
}

bool Normaliser::take_decomposed(char32_t c) {
  uint8_t combining = record(c).combining;
  if (combining != 0) {
    if (length_ > 0 && record(segment_[length_ - 1]).combining > combining) sorted_ = false;
    return append_to_segment(c);
  }
  if (is_composed(form_) && length_ > 0 && has(c, kComposesBackward)) {
    if (!finish_segment()) return false;
    char32_t composite = length_ == 1 ? compose_pair(segment_[0], c) : 0;
    if (composite != 0) {
      segment_[0] = composite;
      return true;
    }
  }
  return flush_segment() && append_to_segment(c);
}

bool Normaliser::append_to_segment(char32_t c) {
  if (length_ == capacity_) {
    if (!memory_.poll()) return fail(Outcome::kStopped);
    size_t capacity = capacity_ * 2;
    auto* bigger = static_cast<char32_t*>(memory_.allocate(capacity * sizeof(char32_t)));
    if (bigger == nullptr) return fail(Outcome::kNoMemory);
    std::memcpy(bigger, segment_, length_ * sizeof(char32_t));
    if (segment_ != inline_) memory_.release(segment_, capacity_ * sizeof(char32_t));
    segment_ = bigger;
    capacity_ = capacity;
  }
  segment_[length_++] = c;
  return true;
}

bool Normaliser::finish_segment() {
  if (!sorted_ && !sort_segment()) return false;
  if (is_composed(form_)) compose_segment();
  return true;
}

// Stable order by combining class. Insertion for what occurs in practice; counting for what a program may
// feed us.
bool Normaliser::sort_segment() {
  sorted_ = true;
  if (length_ <= 32) {
    for (size_t i = 1; i < length_; i++) {
      char32_t c = segment_[i];
      uint8_t combining = record(c).combining;
      size_t j = i;
      for (; j > 0 && record(segment_[j - 1]).combining > combining; j--) segment_[j] = segment_[j - 1];
      segment_[j] = c;
    }
    return true;
  }
  auto* sorted = static_cast<char32_t*>(memory_.allocate(capacity_ * sizeof(char32_t)));
  if (sorted == nullptr) return fail(Outcome::kNoMemory);
  size_t starts[257] = {};
  for (size_t i = 0; i < length_; i++) starts[record(segment_[i]).combining + 1]++;
  for (size_t i = 1; i < 257; i++) starts[i] += starts[i - 1];
  for (size_t i = 0; i < length_; i++) sorted[starts[record(segment_[i]).combining]++] = segment_[i];
  if (segment_ != inline_) memory_.release(segment_, capacity_ * sizeof(char32_t));
  segment_ = sorted;
  return true;
}

void Normaliser::compose_segment() {
  if (length_ < 2 || record(segment_[0]).combining != 0) return;
  size_t kept = 1;
  uint8_t last_combining = 0;
  for (size_t i = 1; i < length_; i++) {
    char32_t c = segment_[i];
    uint8_t combining = record(c).combining;
    char32_t composite = last_combining < combining ? compose_pair(segment_[0], c) : 0;
    if (composite != 0) {
      segment_[0] = composite;
    } else {
      segment_[kept++] = c;
      last_combining = combining;
    }
  }
  length_ = kept;
}

bool Normaliser::flush_segment() {
  if (length_ == 0) return true;
  if (!finish_segment()) return false;
  for (size_t i = 0; i < length_; i++) {
    if (!write(segment_[i])) return false;
  }
  length_ = 0;
  return true;
}

bool Normaliser::write(char32_t c) {
  if (output_length_ == sizeof output_ / sizeof *output_ && !flush_output()) return false;
  output_[output_length_++] = c;
  return true;
}

bool Normaliser::flush_output() {
  if (output_length_ == 0) return true;
  size_t count = output_length_;
  output_length_ = 0;
  return sink_.append(output_, count) || fail(Outcome::kStopped);
}

// The quick check of a part of a text; `last_combining` goes from part to part.
Quick quick_check_slice(TextView text, Form form, uint8_t& last_combining) {
  bool maybe = false;
  for (size_t i = 0; i < text.length; i++) {
    char32_t c = text[i];
    if (c < 0x80) {
      last_combining = 0;
      continue;
    }
    const Record& r = record(c);
    if (r.combining != 0 && last_combining > r.combining) return Quick::kNo;
    last_combining = r.combining;
    Quick quick = quick_of(r, form);
    if (quick == Quick::kNo) return Quick::kNo;
    if (quick == Quick::kMaybe) maybe = true;
  }
  return maybe ? Quick::kMaybe : Quick::kYes;
}

// Compares what comes with a text, refusing at the first difference.
class ComparingSink final : public CodePointSink {
 public:
  explicit ComparingSink(TextView text) : text_(text) {}
  bool append(const char32_t* points, size_t count) override {
    for (size_t i = 0; i < count; i++, position_++) {
      if (position_ >= text_.length || text_[position_] != points[i]) {
        differs_ = true;
        return false;
      }
    }
    return true;
  }
  bool differs() const { return differs_ || position_ != text_.length; }
  bool refused() const { return differs_; }

 private:
  TextView text_;
  size_t position_ = 0;
  bool differs_ = false;
};

}  // namespace

std::optional<Form> form_named(std::string_view name) {
  if (name == "NFC") return Form::kNfc;
  if (name == "NFD") return Form::kNfd;
  if (name == "NFKC") return Form::kNfkc;
  if (name == "NFKD") return Form::kNfkd;
  return std::nullopt;
}

Quick quick_check(TextView text, Form form, Version version) {
  uint8_t last_combining = 0;
  Quick quick = quick_check_slice(text, form, last_combining);
  return version == Version::k3_2 ? Quick::kMaybe : quick;
}

Outcome normalise(TextView text, Form form, MemorySource& memory, CodePointSink& sink, Version version) {
  Normaliser normaliser(form, version, memory, sink);
  return normaliser.run(text);
}

Normalised is_normalised(TextView text, Form form, MemorySource& memory, Version version) {
  bool maybe = version == Version::k3_2;  // no quick check for those: the tables are of the newer version
  uint8_t last_combining = 0;
  for (size_t i = 0; i < text.length && version == Version::k16_0; i += kStepsBetweenPolls) {
    if (!memory.poll()) return {Outcome::kStopped, false};
    size_t count = text.length - i < kStepsBetweenPolls ? text.length - i : kStepsBetweenPolls;
    Quick quick = quick_check_slice(text.slice(i, count), form, last_combining);
    if (quick == Quick::kNo) return {Outcome::kDone, false};
    maybe = maybe || quick == Quick::kMaybe;
  }
  if (!maybe) return {Outcome::kDone, true};
  ComparingSink sink(text);
  Outcome outcome = normalise(text, form, memory, sink, version);
  if (outcome == Outcome::kStopped && sink.refused()) return {Outcome::kDone, false};
  return {outcome, outcome == Outcome::kDone && !sink.differs()};
}

}  // namespace hog::unicode
