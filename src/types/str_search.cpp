// str_search.cpp: methods of str that look for something: find and its kin, replace, strip, partition, prefixes.
// Ref: library/stdtypes "String Methods".
#include <algorithm>
#include <cstring>

#include "object/str_internal.hpp"
#include "types/str_common.hpp"

namespace hog {

Fallible<int64_t> optional_index_py(Thread& t, Value v, int64_t otherwise) {
  if (v.is_none() || v.is_absent()) return otherwise;
  if (v.is_small_int()) return v.small_int();
  if (!is_int_or_bool(v) && type_of(v)->slots().index == nullptr)
    return t.raise_type_error("slice indices must be integers or None or have an __index__ method");
  return index_clamped_py(t, v);
}

TextRange clamp_range(int64_t start, int64_t end, size_t length) {
  int64_t n = static_cast<int64_t>(length);
  if (end > n) end = n;
  if (end < 0) end = std::max<int64_t>(end + n, 0);
  if (start < 0) start = std::max<int64_t>(start + n, 0);
  if (start > end) return {0, 0, false};
  return {static_cast<size_t>(start), static_cast<size_t>(end), true};
}

namespace {

enum class Direction : uint8_t { Forward, Backward };

// Index in the whole text, or kNowhere.
size_t find_in(const Str* text, const Str* sub, TextRange range, Direction direction) {
  if (!range.valid || sub->length() > range.end - range.start || sub->kind() > text->kind()) return search::kNowhere;
  TextView where = text_of(text).slice(range.start, range.end - range.start);
  size_t at;
  if (sub->length() == 1)
    at = direction == Direction::Forward ? search::find_char(where, sub->at(0)) : search::rfind_char(where, sub->at(0));
  else
    at = direction == Direction::Forward ? search::find(where, text_of(sub)) : search::rfind(where, text_of(sub));
  return at == search::kNowhere ? at : at + range.start;
}

Fallible<size_t> find_py(Thread& t, Str* self, Str* sub, Value start, Value end, Direction direction) {
  TextRange range = TRY(text_range_py(t, start, end, self->length()));
  TRY(poll_text(t, self->length()));
  return find_in(self, sub, range, direction);
}

Value index_value(size_t at) {
  return Value::from_small_int(at == search::kNowhere ? -1 : static_cast<int64_t>(at));
}

}  // namespace

Fallible<Value> str_find(Thread& t, Str* self, Str* sub, Value start, Value end) {
  return index_value(TRY(find_py(t, self, sub, start, end, Direction::Forward)));
}
Fallible<Value> str_rfind(Thread& t, Str* self, Str* sub, Value start, Value end) {
  return index_value(TRY(find_py(t, self, sub, start, end, Direction::Backward)));
}
Fallible<Value> str_index(Thread& t, Str* self, Str* sub, Value start, Value end) {
  size_t at = TRY(find_py(t, self, sub, start, end, Direction::Forward));
  if (at == search::kNowhere) return t.raise_value_error("substring not found");
  return index_value(at);
}
Fallible<Value> str_rindex(Thread& t, Str* self, Str* sub, Value start, Value end) {
  size_t at = TRY(find_py(t, self, sub, start, end, Direction::Backward));
  if (at == search::kNowhere) return t.raise_value_error("substring not found");
  return index_value(at);
}

Fallible<Value> str_count(Thread& t, Str* self, Str* sub, Value start, Value end) {
  TextRange range = TRY(text_range_py(t, start, end, self->length()));
  TRY(poll_text(t, self->length()));
  if (!range.valid || (sub->length() != 0 && sub->kind() > self->kind())) return Value::from_small_int(0);
  TextView where = text_of(self).slice(range.start, range.end - range.start);
  size_t n = sub->length() == 1 ? search::count_char(where, sub->at(0)) : search::count(where, text_of(sub));
  return Value::from_small_int(static_cast<int64_t>(n));
}

Fallible<bool> str_contains(Thread& t, Value self, Value item) {
  if (!is<Str>(item))
    return t.raise_type_error("'in <string>' requires string as left operand, not {}", type_of(item));
  Str* text = as<Str>(self);
  TRY(poll_text(t, text->length()));
  return find_in(text, as<Str>(item), {0, text->length(), true}, Direction::Forward) != search::kNowhere;
}

// ---- Prefixes and suffixes. ----

namespace {

// An affix is short most of the time: no call for that.
bool same_bytes(const void* a, const void* b, size_t n) {
  if (n > 16) return std::memcmp(a, b, n) == 0;
  auto differ = [&](auto word) {
    auto other = word;
    size_t last = n - sizeof word;
    auto unequal = [&](size_t at) {
      std::memcpy(&word, static_cast<const char*>(a) + at, sizeof word);
      std::memcpy(&other, static_cast<const char*>(b) + at, sizeof word);
      return word ^ other;
    };
    return (unequal(0) | unequal(last)) != 0;  // the two may overlap
  };
  if (n >= 8) return !differ(uint64_t{});
  if (n >= 4) return !differ(uint32_t{});
  if (n >= 2) return !differ(uint16_t{});
  return n == 0 || !differ(uint8_t{});
}

bool has_affix(const Str* self, const Str* affix, TextRange range, Direction end) {
  size_t n = affix->length();
  if (!range.valid || n > range.end - range.start) return false;
  if (self->kind() == affix->kind()) {
    size_t width = static_cast<size_t>(self->kind()), from = end == Direction::Forward ? range.start : range.end - n;
    return same_bytes(static_cast<const char*>(self->data()) + from * width, affix->data(), n * width);
  }
  TextView where = text_of(self).slice(range.start, range.end - range.start);
  return end == Direction::Forward ? search::starts_with(where, text_of(affix))
                                   : search::ends_with(where, text_of(affix));
}

Fallible<bool> affix_py(Thread& t, Str* self, Value affix, Value start, Value stop, Direction end, const char* name) {
  TextRange range = TRY(text_range_py(t, start, stop, self->length()));
  if (is<Str>(affix)) return has_affix(self, as<Str>(affix), range, end);
  if (!is<Tuple>(affix))
    return t.raise_type_error("{} first arg must be str or a tuple of str, not {}", name, type_of(affix));
  Tuple* tuple = as<Tuple>(affix);
  for (size_t i = 0; i < tuple->length(); ++i) {
    if (!is<Str>(tuple->at(i)))
      return t.raise_type_error("tuple for {} must only contain str, not {}", name, type_of(tuple->at(i)));
    TRY(t.poll());
    if (has_affix(self, as<Str>(tuple->at(i)), range, end)) return true;
  }
  return false;
}

}  // namespace

Fallible<bool> str_startswith(Thread& t, Str* self, Value prefix, Value start, Value end) {
  return affix_py(t, self, prefix, start, end, Direction::Forward, "startswith");
}
Fallible<bool> str_endswith(Thread& t, Str* self, Value suffix, Value start, Value end) {
  return affix_py(t, self, suffix, start, end, Direction::Backward, "endswith");
}

Fallible<Str*> str_removeprefix(Thread& t, Str* self, Str* prefix) {
  if (has_affix(self, prefix, {0, self->length(), true}, Direction::Forward))
    return Str::slice(t, self, prefix->length(), self->length());
  return Str::exact(t, self);
}
Fallible<Str*> str_removesuffix(Thread& t, Str* self, Str* suffix) {
  if (suffix->length() != 0 && has_affix(self, suffix, {0, self->length(), true}, Direction::Backward))
    return Str::slice(t, self, 0, self->length() - suffix->length());
  return Str::exact(t, self);
}

// ---- strip. ----

namespace {

enum Side : unsigned { kLeft = 1, kRight = 2, kBoth = 3 };

// Tells whether a character is to go: white space, or one of a set.
class StripSet {
 public:
  StripSet() : space_(true) {}
  explicit StripSet(const Str* set) : set_(text_of(set)) {
    if (set->length() > 4)
      for (size_t i = 0; i < set->length(); ++i) bloom_ |= uint64_t{1} << (set->at(i) & 63);
    else
      bloom_ = ~uint64_t{0};
  }
  bool has(char32_t c) const {
    if (space_) return unicode::is_space(c);
    if ((bloom_ >> (c & 63) & 1) == 0) return false;
    return search::find_char(set_, c) != search::kNowhere;
  }

 private:
  bool space_ = false;
  TextView set_;
  uint64_t bloom_ = 0;
};

Fallible<Str*> strip(Thread& t, Str* self, const StripSet& set, unsigned sides) {
  size_t start = 0, end = self->length();
  if ((sides & kLeft) != 0)
    while (start < end && set.has(self->at(start))) ++start;
  if ((sides & kRight) != 0)
    while (end > start && set.has(self->at(end - 1))) --end;
  TRY(poll_text(t, self->length() - (end - start)));
  return Str::slice(t, self, start, end);
}

Fallible<Str*> strip_argument(Thread& t, Str* self, Value chars, unsigned sides, const char* name) {
  if (chars.is_none()) return strip(t, self, StripSet(), sides);
  if (!is<Str>(chars)) return t.raise_type_error("{} arg must be None or str", name);
  TRY(t.poll(static_cast<int64_t>(as<Str>(chars)->length() / 8 + 1)));
  return strip(t, self, StripSet(as<Str>(chars)), sides);
}

}  // namespace

Fallible<Str*> str_strip(Thread& t, Str* self, Value chars) { return strip_argument(t, self, chars, kBoth, "strip"); }
Fallible<Str*> str_lstrip(Thread& t, Str* self, Value chars) { return strip_argument(t, self, chars, kLeft, "lstrip"); }
Fallible<Str*> str_rstrip(Thread& t, Str* self, Value chars) { return strip_argument(t, self, chars, kRight, "rstrip"); }

// ---- replace. ----

namespace {

// One character for another of the same kind: a copy changed in place.
template <typename C>
size_t replace_char_in(C* p, size_t n, char32_t from, char32_t to, size_t limit) {
  size_t done = 0;
  if (limit >= n) {  // no counting: the compiler makes blocks of it
    typedef C Block __attribute__((vector_size(16)));
    constexpr size_t kLanes = 16 / sizeof(C);
    size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      Block block;
      std::memcpy(&block, p + i, 16);
      Block hits = reinterpret_cast<Block>(block == static_cast<C>(from));
      block = (block & ~hits) | (hits & static_cast<C>(to));
      std::memcpy(p + i, &block, 16);
    }
    for (; i < n; ++i)
      if (p[i] == from) p[i] = static_cast<C>(to);
    return n;
  }
  for (size_t i = 0; i < n && done < limit; ++i)
    if (p[i] == from) p[i] = static_cast<C>(to), ++done;
  return done;
}

Fallible<Str*> replace_char(Thread& t, Str* self, char32_t from, char32_t to, size_t limit) {
  if (search::find_char(text_of(self), from) == search::kNowhere) return Str::exact(t, self);
  CharKind kind = chars::wider(self->kind(), chars::kind_for(to));
  size_t n = self->length();
  Str* result = TRY(Str::make_uninitialized(t, n, kind, self->is_ascii() && to < 0x80));
  void* out = result->mutable_data();
  chars::copy(out, kind, self->data(), self->kind(), n);
  switch (kind) {
    case CharKind::One: replace_char_in(static_cast<uint8_t*>(out), n, from, to, limit); break;
    case CharKind::Two: replace_char_in(static_cast<uint16_t*>(out), n, from, to, limit); break;
    default: replace_char_in(static_cast<uint32_t*>(out), n, from, to, limit);
  }
  // The only wide or the only non-ASCII characters may be gone.
  bool canonical = (self->is_ascii() && to < 0x80) ||
                   (kind == chars::kind_for(to) && (kind != CharKind::One || to >= 0x80)) ||
                   (kind == self->kind() && chars::kind_for(from) < kind) ||
                   (kind == CharKind::One && from < 0x80 && !self->is_ascii());
  if (canonical) return result;
  return Str::from_chars(t, out, n, kind);
}

Fallible<Str*> replace_between_all(Thread& t, Str* self, Str* with, size_t limit) {
  size_t n = self->length();
  size_t times = std::min(limit, n + 1);
  size_t piece = with->length();
  if (times != 0 && piece > (Str::kLongest - n) / times) return t.raise_memory_error();
  size_t length = n + times * piece;
  CharKind kind = chars::wider(self->kind(), with->kind());
  TRY(t.check_fits(length * static_cast<size_t>(kind)));
  TRY(poll_text(t, length));
  Str* result = TRY(Str::make_uninitialized(t, length, kind, self->is_ascii() && with->is_ascii()));
  void* out = result->mutable_data();
  size_t to = 0;
  for (size_t i = 0; i <= n; ++i) {
    if (i < times) {
      chars::copy(chars::at(out, kind, to), kind, with->data(), with->kind(), piece);
      to += piece;
    }
    if (i < n) chars::put(out, kind, to++, self->at(i));
  }
  return result;
}

}  // namespace

Fallible<Str*> str_replace(Thread& t, Str* self, Str* from, Str* to, int64_t count) {
  size_t limit = count < 0 ? SIZE_MAX : static_cast<size_t>(count);
  if (limit == 0 || from->length() > self->length() || from == to) return Str::exact(t, self);
  TRY(poll_text(t, self->length()));
  if (from->length() == 0) {
    if (to->length() == 0) return Str::exact(t, self);
    return replace_between_all(t, self, to, limit);
  }
  if (from->kind() > self->kind()) return Str::exact(t, self);
  if (from->length() == 1 && to->length() == 1) return replace_char(t, self, from->at(0), to->at(0), limit);

  TextView text = text_of(self), needle = text_of(from);
  // The first places are remembered, so that they need not be found again.
  constexpr size_t kRemembered = 64;
  size_t places[kRemembered];
  size_t times = 0;
  for (size_t at = 0; times < std::min(limit, kRemembered); ++times) {
    TextView rest = text.slice(at, text.length - at);
    size_t next = needle.length == 1 ? search::find_char(rest, needle[0]) : search::find(rest, needle);
    if (next == search::kNowhere) break;
    places[times] = at + next;
    at += next + needle.length;
  }
  if (times == 0) return Str::exact(t, self);
  if (times == kRemembered && limit > kRemembered) {
    size_t at = places[kRemembered - 1] + needle.length;
    TextView rest = text.slice(at, text.length - at);
    times += needle.length == 1 ? search::count_char(rest, needle[0], limit - times)
                                : search::count(rest, needle, limit - times);
  }
  size_t kept = self->length() - times * from->length();
  if (to->length() > (Str::kLongest - kept) / times) return t.raise_memory_error();
  size_t length = kept + times * to->length();
  if (length == 0) return names.empty;
  CharKind kind = chars::wider(self->kind(), to->kind());
  TRY(t.check_fits(length * static_cast<size_t>(kind)));
  TRY(poll_text(t, length + times * 16));
  bool ascii = self->is_ascii() && to->is_ascii();
  Str* result = TRY(Str::make_uninitialized(t, length, kind, ascii));
  char* out = static_cast<char*>(result->mutable_data());
  size_t width = static_cast<size_t>(kind);
  size_t at = 0;
  for (size_t i = 0; i < times; ++i) {
    TextView rest = text.slice(at, text.length - at);
    size_t next = i < kRemembered ? places[i] - at
                                  : needle.length == 1 ? search::find_char(rest, needle[0]) : search::find(rest, needle);
    chars::copy(out, kind, rest.data, self->kind(), next);
    out += next * width;
    chars::copy(out, kind, to->data(), to->kind(), to->length());
    out += to->length() * width;
    at += next + from->length();
  }
  TextView rest = text.slice(at, text.length - at);
  chars::copy(out, kind, rest.data, self->kind(), rest.length);
  // What made the text wide may have been replaced.
  if (ascii || (kind == to->kind() && (kind != CharKind::One || !to->is_ascii()))) return result;
  if (from->is_ascii() && kind == self->kind() && !self->is_ascii()) return result;
  return Str::from_chars(t, result->data(), length, kind);
}

// ---- partition. ----

namespace {

Fallible<Tuple*> partition_at(Thread& t, Str* self, Str* sep, size_t at) {
  Str* before = TRY(Str::slice(t, self, 0, at));
  Str* after = TRY(Str::slice(t, self, at + sep->length(), self->length()));
  return Tuple::of(t, before, sep, after);
}

}  // namespace

Fallible<Tuple*> str_partition(Thread& t, Str* self, Value separator) {
  if (!is<Str>(separator)) return t.raise_type_error("must be str, not {}", type_of(separator));
  Str* sep = as<Str>(separator);
  if (sep->length() == 0) return t.raise_value_error("empty separator");
  TRY(poll_text(t, self->length()));
  size_t at = find_in(self, sep, {0, self->length(), true}, Direction::Forward);
  if (at == search::kNowhere) return Tuple::of(t, TRY(Str::exact(t, self)), names.empty, names.empty);
  return partition_at(t, self, sep, at);
}
Fallible<Tuple*> str_rpartition(Thread& t, Str* self, Value separator) {
  if (!is<Str>(separator)) return t.raise_type_error("must be str, not {}", type_of(separator));
  Str* sep = as<Str>(separator);
  if (sep->length() == 0) return t.raise_value_error("empty separator");
  TRY(poll_text(t, self->length()));
  size_t at = find_in(self, sep, {0, self->length(), true}, Direction::Backward);
  if (at == search::kNowhere) return Tuple::of(t, names.empty, names.empty, TRY(Str::exact(t, self)));
  return partition_at(t, self, sep, at);
}

}  // namespace hog
