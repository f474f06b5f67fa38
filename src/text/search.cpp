// search.cpp: see search.hpp.
//
// A search begins with a fast scan: blocks of 16 bytes are tested for the needle's first and last character
// at once, and only places where both agree are compared. Text that defeats it (much comparing, little
// headway) is finished by the two-way algorithm, which is linear whatever the text. Backward search is the
// same on views that count from the end.
#include "text/search.hpp"

#include <cstring>
#include <type_traits>

#include "text/blocks.hpp"

namespace hog::search {

namespace {

// Characters counted from the start, or from the end.
template <typename Character>
struct Forward {
  const Character* data;
  size_t length;
  char32_t operator[](size_t i) const { return data[i]; }
};
template <typename Character>
struct Backward {
  const Character* data;
  size_t length;
  char32_t operator[](size_t i) const { return data[length - 1 - i]; }
};

// --- two-way
// --------------------------------------------------------------------------------------------------------

enum class Order : bool { kNormal, kReversed };

struct Suffix {
  size_t start;
  size_t period;
};

// The start and the period of the largest suffix in an order of characters.
template <typename Needle>
Suffix maximal_suffix(const Needle& needle, Order order) {
  size_t best = 0, candidate = 1, offset = 0, period = 1;
  while (candidate + offset < needle.length) {
    char32_t a = needle[candidate + offset], b = needle[best + offset];
    bool smaller = order == Order::kNormal ? a < b : b < a;
    if (a == b) {
      if (offset + 1 == period) {
        candidate += period;
        offset = 0;
      } else {
        offset++;
      }
    } else if (smaller) {
      candidate += offset + 1;
      offset = 0;
      period = candidate - best;
    } else {
      best = candidate;
      candidate++;
      offset = 0;
      period = 1;
    }
  }
  return {best, period};
}

template <typename Needle>
bool has_period(const Needle& needle, size_t prefix, size_t period) {
  for (size_t i = 0; i < prefix; i++) {
    if (i + period >= needle.length || needle[i] != needle[i + period]) return false;
  }
  return true;
}

// Finds `needle` (at least two characters) in `text` at or after `at`.
template <typename Text, typename Needle>
size_t two_way(const Text& text, const Needle& needle, size_t at) {
  Suffix normal = maximal_suffix(needle, Order::kNormal), reversed = maximal_suffix(needle, Order::kReversed);
  Suffix cut = normal.start > reversed.start ? normal : reversed;
  const size_t length = needle.length;
  const bool periodic = has_period(needle, cut.start, cut.period);
  size_t longer_half = cut.start > length - cut.start ? cut.start : length - cut.start;
  const size_t shift = periodic ? cut.period : longer_half + 1;
  size_t known = 0;  // characters of the left half that are known to agree (periodic needles only)
  while (length <= text.length && at <= text.length - length) {
    size_t i = cut.start > known ? cut.start : known;
    while (i < length && needle[i] == text[at + i]) i++;
    if (i < length) {
      at += i - cut.start + 1;
      known = 0;
      continue;
    }
    i = cut.start;
    while (i > known && needle[i - 1] == text[at + i - 1]) i--;
    if (i <= known) return at;
    at += shift;
    known = periodic ? length - shift : 0;
  }
  return kNowhere;
}

// --- the fast scan
// --------------------------------------------------------------------------------------------------

using blocks::any;
using blocks::Block;
using blocks::kLanes;
using blocks::load;

template <typename A, typename B>
bool same(const A* a, const B* b, size_t count) {
  if constexpr (sizeof(A) == sizeof(B)) {
    return std::memcmp(a, b, count * sizeof(A)) == 0;
  } else {
    for (size_t i = 0; i < count; i++) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
}

// How much a search may compare before two-way takes over: a little, and some more for each character of
// headway.
class Patience {
 public:
  explicit Patience(size_t needle_length) : cost_(needle_length) {}
  bool is_over(size_t headway) {
    spent_ += cost_;
    return spent_ > 2000 + 4 * headway;
  }

 private:
  size_t cost_;
  size_t spent_ = 0;
};

template <typename T>
size_t find_char_in(const T* text, size_t length, char32_t c) {
  if (c > static_cast<T>(-1)) return kNowhere;
  if constexpr (sizeof(T) == 1) {
    if (length == 0) return kNowhere;
    const void* found = std::memchr(text, static_cast<int>(c), length);
    return found == nullptr ? kNowhere : static_cast<size_t>(static_cast<const T*>(found) - text);
  } else {
    const auto wanted = static_cast<T>(c);
    size_t found = blocks::find_if(text, length, 0, [wanted](auto x) { return x == wanted; });
    return found == length ? kNowhere : found;
  }
}

template <typename T>
size_t rfind_char_in(const T* text, size_t length, char32_t c) {
  if (c > static_cast<T>(-1)) return kNowhere;
  const auto wanted = static_cast<T>(c);
  size_t end = length;
  for (; end >= kLanes<T>; end -= kLanes<T>) {
    if (any(load(text + end - kLanes<T>) == wanted)) break;
  }
  while (end > 0) {
    if (text[--end] == wanted) return end;
  }
  return kNowhere;
}

template <typename T, typename N>
size_t find_in(const T* text, size_t length, const N* needle, size_t needle_length) {
  const auto first = static_cast<T>(needle[0]), last = static_cast<T>(needle[needle_length - 1]);
  if (first != needle[0] || last != needle[needle_length - 1]) return kNowhere;
  const size_t places = length - needle_length + 1;
  const T* tail = text + needle_length - 1;
  Patience patience(needle_length);
  size_t at = 0;
  while (at < places) {
    uint32_t hits;
    size_t step = 1;
    if (at + kLanes<T> <= places) {
      auto agree = (load(text + at) == first) & (load(tail + at) == last);
      step = kLanes<T>;
      if (!any(agree)) {
        at += step;
        continue;
      }
      hits = blocks::lane_bits<T>(agree);
    } else {
      hits = text[at] == first && tail[at] == last;
    }
    for (; hits != 0; hits &= hits - 1) {
      size_t place = at + static_cast<size_t>(__builtin_ctz(hits));
      if (same(text + place + 1, needle + 1, needle_length - 1)) return place;
      if (patience.is_over(place)) {
        return two_way(Forward<T>{text, length}, Forward<N>{needle, needle_length}, place + 1);
      }
    }
    at += step;
  }
  return kNowhere;
}

// How many matches without overlap, in one pass over the blocks. *resume: where the pass gave up (too much comparing).
template <typename T, typename N>
size_t count_in(const T* text, size_t length, const N* needle, size_t needle_length, size_t limit, size_t* resume) {
  *resume = length;
  const auto first = static_cast<T>(needle[0]), last = static_cast<T>(needle[needle_length - 1]);
  if (first != needle[0] || last != needle[needle_length - 1]) return 0;
  const size_t places = length - needle_length + 1;
  const T* tail = text + needle_length - 1;
  Patience patience(needle_length);
  size_t found = 0, free = 0;  // a match may start at `free` or later
  for (size_t at = 0, step; at < places && found < limit; at += step) {
    uint32_t hits;
    step = 1;
    if (at + kLanes<T> <= places) {
      step = kLanes<T>;
      auto agree = (load(text + at) == first) & (load(tail + at) == last);
      if (!any(agree)) continue;
      hits = blocks::lane_bits<T>(agree);
    } else {
      hits = text[at] == first && tail[at] == last;
    }
    for (; hits != 0 && found < limit; hits &= hits - 1) {
      size_t place = at + static_cast<size_t>(__builtin_ctz(hits));
      if (place < free) continue;
      if (same(text + place + 1, needle + 1, needle_length - 1)) {
        found++;
        free = place + needle_length;
      } else if (patience.is_over(place)) {
        *resume = place + 1 > free ? place + 1 : free;
        return found;
      }
    }
  }
  return found;
}

template <typename T, typename N>
size_t rfind_in(const T* text, size_t length, const N* needle, size_t needle_length) {
  const auto first = static_cast<T>(needle[0]), last = static_cast<T>(needle[needle_length - 1]);
  if (first != needle[0] || last != needle[needle_length - 1]) return kNowhere;
  const size_t places = length - needle_length + 1;
  const T* tail = text + needle_length - 1;
  Patience patience(needle_length);
  size_t end = places;  // places at or after it are done
  while (end > 0) {
    size_t stop = end - 1;
    if (end >= kLanes<T>) {
      stop = end - kLanes<T>;
      auto hits = (load(text + stop) == first) & (load(tail + stop) == last);
      if (!any(hits)) {
        end = stop;
        continue;
      }
    }
    while (end > stop) {
      end--;
      if (text[end] != first || tail[end] != last) continue;
      if (same(text + end + 1, needle + 1, needle_length - 1)) return end;
      if (patience.is_over(places - end)) {
        size_t found = two_way(Backward<T>{text, length}, Backward<N>{needle, needle_length}, places - end);
        return found == kNowhere ? kNowhere : length - needle_length - found;
      }
    }
  }
  return kNowhere;
}

// Calls `action` with the characters of both sides as pointers of their own types.
template <typename Action>
auto with_characters(TextView text, Action action) {
  if (text.width == Width::k1) return action(text.bytes1());
  if (text.width == Width::k2) return action(text.bytes2());
  return action(text.bytes4());
}
template <typename Action>
auto with_both(TextView a, TextView b, Action action) {
  return with_characters(a, [&](const auto* left) {
    return with_characters(b, [&](const auto* right) { return action(left, right); });
  });
}

int sign(bool less, bool greater) { return static_cast<int>(greater) - static_cast<int>(less); }

}  // namespace

size_t find(TextView text, TextView needle) {
  if (needle.length == 0) return 0;
  if (needle.length > text.length) return kNowhere;
  if (needle.length == 1) return find_char(text, needle[0]);
  return with_both(text, needle, [&](const auto* characters, const auto* wanted) {
    return find_in(characters, text.length, wanted, needle.length);
  });
}

size_t rfind(TextView text, TextView needle) {
  if (needle.length == 0) return text.length;
  if (needle.length > text.length) return kNowhere;
  if (needle.length == 1) return rfind_char(text, needle[0]);
  return with_both(text, needle, [&](const auto* characters, const auto* wanted) {
    return rfind_in(characters, text.length, wanted, needle.length);
  });
}

size_t count(TextView text, TextView needle, size_t limit) {
  if (needle.length == 0) return text.length < limit ? text.length + 1 : limit;
  if (needle.length == 1) return count_char(text, needle[0], limit);
  if (needle.length > text.length) return 0;
  size_t at = 0;
  size_t found = with_both(text, needle, [&](const auto* characters, const auto* wanted) {
    return count_in(characters, text.length, wanted, needle.length, limit, &at);
  });
  while (found < limit && at < text.length) {
    size_t next = find(text.slice(at, text.length - at), needle);
    if (next == kNowhere) break;
    found++;
    at += next + needle.length;
  }
  return found;
}

size_t find_char(TextView text, char32_t c) {
  return with_characters(text,
                         [&](const auto* characters) { return find_char_in(characters, text.length, c); });
}

size_t rfind_char(TextView text, char32_t c) {
  return with_characters(text,
                         [&](const auto* characters) { return rfind_char_in(characters, text.length, c); });
}

size_t count_char(TextView text, char32_t c, size_t limit) {
  return with_characters(text, [&](const auto* characters) {
    size_t found = 0;
    using Character = std::remove_cvref_t<decltype(*characters)>;
    const auto wanted = static_cast<Character>(c);
    if (wanted != c) return found;
    if (limit >= text.length) {
      found = blocks::count_if(characters, text.length, [wanted](auto x) { return x == wanted; });
    } else {
      for (size_t i = 0; i < text.length && found < limit; i++)
        found += static_cast<size_t>(characters[i] == c);
    }
    return found;
  });
}

bool equal(TextView a, TextView b) {
  if (a.length != b.length) return false;
  if (a.length == 0) return true;
  return with_both(a, b, [&](const auto* left, const auto* right) { return same(left, right, a.length); });
}

int compare(TextView a, TextView b) {
  size_t shared = a.length < b.length ? a.length : b.length;
  int by_length = sign(a.length<b.length, a.length> b.length);
  if (shared == 0) return by_length;
  if (a.width == Width::k1 && b.width == Width::k1) {
    int order = std::memcmp(a.data, b.data, shared);
    return order != 0 ? sign(order < 0, order > 0) : by_length;
  }
  return with_both(a, b, [&](const auto* left, const auto* right) {
    for (size_t i = 0; i < shared; i++) {
      char32_t x = left[i], y = right[i];
      if (x != y) return sign(x<y, x> y);
    }
    return by_length;
  });
}

}  // namespace hog::search
