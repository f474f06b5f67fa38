// suggestions.cpp: "Did you mean ...?": the nearest of a list of names by weighted edit distance. Costs and limits are those
// of CPython, so that the same names are suggested. Bounded: at most kMostCandidates names of at most kLongestName characters.
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

constexpr size_t kMostCandidates = 750;
constexpr size_t kLongestName = 40;
constexpr uint32_t kMoveCost = 2;
constexpr uint32_t kCaseCost = 1;

uint8_t lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? static_cast<uint8_t>(c + 32) : c; }

uint32_t substitution_cost(uint8_t a, uint8_t b) {
  if ((a & 31) != (b & 31)) return kMoveCost;
  if (a == b) return 0;
  return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// Distance of two byte strings, or limit + 1 when it is larger than `limit`.
uint32_t edit_distance(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size, uint32_t limit) {
  while (a_size != 0 && b_size != 0 && a[0] == b[0]) ++a, --a_size, ++b, --b_size;
  while (a_size != 0 && b_size != 0 && a[a_size - 1] == b[b_size - 1]) --a_size, --b_size;
  if (a_size == 0 || b_size == 0) return static_cast<uint32_t>(a_size + b_size) * kMoveCost;
  if (a_size > kLongestName || b_size > kLongestName) return limit + 1;
  if (b_size < a_size) {
    std::swap(a, b);
    std::swap(a_size, b_size);
  }
  if ((b_size - a_size) * kMoveCost > limit) return limit + 1;
  uint32_t row[kLongestName];
  for (size_t i = 0; i < a_size; ++i) row[i] = static_cast<uint32_t>(i + 1) * kMoveCost;
  uint32_t result = 0;
  for (size_t j = 0; j < b_size; ++j) {
    uint32_t distance = result = static_cast<uint32_t>(j) * kMoveCost;
    uint32_t minimum = UINT32_MAX;
    for (size_t i = 0; i < a_size; ++i) {
      uint32_t substitute = distance + substitution_cost(b[j], a[i]);
      distance = row[i];
      uint32_t insert_or_delete = (result < distance ? result : distance) + kMoveCost;
      result = insert_or_delete < substitute ? insert_or_delete : substitute;
      row[i] = result;
      if (result < minimum) minimum = result;
    }
    if (minimum > limit) return limit + 1;
  }
  return result;
}

}  // namespace

Fallible<Value> suggest_name(Thread& t, List* candidates, Str* wrong) {
  if (candidates->length() >= kMostCandidates) return Value::absent();
  constexpr size_t kLongestUtf8 = kLongestName * 4;
  char wrong_text[kLongestUtf8 * 4];
  size_t wrong_size = wrong->utf8_length();
  if (wrong_size > sizeof wrong_text) return Value::absent();
  wrong->write_utf8(wrong_text);
  Value best = Value::absent();
  uint32_t best_distance = UINT32_MAX;
  for (size_t i = 0; i < candidates->length(); ++i) {
    Value item = candidates->at(i);
    if (!is<Str>(item)) continue;
    Str* candidate = as<Str>(item);
    if (Str::equal_nogc(candidate, wrong)) continue;
    char text[sizeof wrong_text];
    size_t size = candidate->utf8_length();
    if (size > sizeof text) continue;
    candidate->write_utf8(text);
    TRY(t.poll(static_cast<int64_t>(size)));
    // No more than a third of the involved characters may need to change.
    uint32_t limit = static_cast<uint32_t>(size + wrong_size + 3) * kMoveCost / 6;
    if (best_distance != UINT32_MAX && best_distance - 1 < limit) limit = best_distance - 1;
    uint32_t distance = edit_distance(reinterpret_cast<uint8_t*>(wrong_text), wrong_size,
                                      reinterpret_cast<uint8_t*>(text), size, limit);
    if (distance > limit) continue;
    if (distance < best_distance) {
      best = item;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace hog
