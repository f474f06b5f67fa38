// bytes_methods.cpp: the methods that bytes and bytearray have in common, once as templates over the type of self.
// Ref: library/stdtypes "Bytes and Bytearray Operations".
#include <algorithm>
#include <cstring>

#include "object/codecs.hpp"
#include "types/bytes_common.hpp"

namespace hog {

namespace {

constexpr bool is_upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
constexpr bool is_lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
constexpr bool is_letter(uint8_t c) { return is_lower(c | 0x20); }
constexpr bool is_digit(uint8_t c) { return static_cast<uint8_t>(c - '0') < 10; }
constexpr bool is_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }
constexpr uint8_t to_lower(uint8_t c) { return is_upper(c) ? static_cast<uint8_t>(c + 32) : c; }
constexpr uint8_t to_upper(uint8_t c) { return is_lower(c) ? static_cast<uint8_t>(c - 32) : c; }

size_t find_first(ByteSpan where, ByteSpan what) {
  return what.size == 1 ? search::find_char(where.text(), what.data[0]) : search::find(where.text(), what.text());
}
size_t find_last(ByteSpan where, ByteSpan what) {
  return what.size == 1 ? search::rfind_char(where.text(), what.data[0]) : search::rfind(where.text(), what.text());
}

// ---- Searching. ----

enum class Direction : uint8_t { Forward, Backward };

template <typename Self>
Fallible<int64_t> find_py(Thread& t, Self* self, Value sub, Value start, Value end, Direction direction) {
  LengthLock lock(self);
  Needle needle(t);
  TRY(needle.open_py(t, sub));
  int64_t first = TRY(optional_index_py(t, start, 0)), last = TRY(optional_index_py(t, end, INT64_MAX));
  TextRange range = clamp_range(first, last, self->length());
  TRY(poll_text(t, self->length()));
  ByteSpan what = needle.span();
  if (!range.valid || what.size > range.end - range.start) return int64_t{-1};
  ByteSpan where = span_of(self).part(range.start, range.end);
  size_t at = direction == Direction::Forward ? find_first(where, what) : find_last(where, what);
  return at == search::kNowhere ? int64_t{-1} : static_cast<int64_t>(at + range.start);
}

template <typename Self>
Fallible<int64_t> m_find(Thread& t, Self* self, Value sub, Value start, Value end) {
  return find_py(t, self, sub, start, end, Direction::Forward);
}
template <typename Self>
Fallible<int64_t> m_rfind(Thread& t, Self* self, Value sub, Value start, Value end) {
  return find_py(t, self, sub, start, end, Direction::Backward);
}
template <typename Self>
Fallible<int64_t> m_index(Thread& t, Self* self, Value sub, Value start, Value end) {
  int64_t at = TRY(find_py(t, self, sub, start, end, Direction::Forward));
  if (at < 0) return t.raise_value_error("subsection not found");
  return at;
}
template <typename Self>
Fallible<int64_t> m_rindex(Thread& t, Self* self, Value sub, Value start, Value end) {
  int64_t at = TRY(find_py(t, self, sub, start, end, Direction::Backward));
  if (at < 0) return t.raise_value_error("subsection not found");
  return at;
}
template <typename Self>
Fallible<int64_t> m_count(Thread& t, Self* self, Value sub, Value start, Value end) {
  LengthLock lock(self);
  Needle needle(t);
  TRY(needle.open_py(t, sub));
  int64_t first = TRY(optional_index_py(t, start, 0)), last = TRY(optional_index_py(t, end, INT64_MAX));
  TextRange range = clamp_range(first, last, self->length());
  TRY(poll_text(t, self->length()));
  if (!range.valid) return int64_t{0};
  ByteSpan where = span_of(self).part(range.start, range.end), what = needle.span();
  size_t n = what.size == 1 ? search::count_char(where.text(), what.data[0]) : search::count(where.text(), what.text());
  return static_cast<int64_t>(n);
}

template <typename Self>
Fallible<bool> affix_py(Thread& t, Self* self, Value affix, Value start, Value end, Direction side, const char* name) {
  LengthLock lock(self);
  int64_t first = TRY(optional_index_py(t, start, 0)), last = TRY(optional_index_py(t, end, INT64_MAX));
  auto matches = [&](Value v) -> Fallible<bool> {
    BytesLike buffer(t);
    TRY(buffer.open(v));
    TextRange range = clamp_range(first, last, self->length());
    if (!range.valid || buffer.size() > range.end - range.start) return false;
    const uint8_t* at = span_of(self).data + (side == Direction::Forward ? range.start : range.end - buffer.size());
    return std::memcmp(at, buffer.data(), buffer.size()) == 0;
  };
  if (is<Tuple>(affix)) {
    Tuple* tuple = as<Tuple>(affix);
    for (size_t i = 0; i < tuple->length(); ++i) {
      TRY(t.poll());
      if (TRY(matches(tuple->at(i)))) return true;
    }
    return false;
  }
  if (!supports_buffer(affix))
    return t.raise_type_error("{} first arg must be bytes or a tuple of bytes, not {}", name, type_of(affix));
  return matches(affix);
}
template <typename Self>
Fallible<bool> m_startswith(Thread& t, Self* self, Value prefix, Value start, Value end) {
  return affix_py(t, self, prefix, start, end, Direction::Forward, "startswith");
}
template <typename Self>
Fallible<bool> m_endswith(Thread& t, Self* self, Value suffix, Value start, Value end) {
  return affix_py(t, self, suffix, start, end, Direction::Backward, "endswith");
}
template <typename Self>
Fallible<Self*> m_removeprefix(Thread& t, Self* self, Value prefix) {
  LengthLock lock(self);
  BytesLike p(t);
  TRY(p.open(prefix));
  ByteSpan s = span_of(self);
  if (p.size() != 0 && p.size() <= s.size && std::memcmp(s.data, p.data(), p.size()) == 0)
    return new_like(t, self, s.part(p.size(), s.size));
  return unchanged(t, self);
}
template <typename Self>
Fallible<Self*> m_removesuffix(Thread& t, Self* self, Value suffix) {
  LengthLock lock(self);
  BytesLike p(t);
  TRY(p.open(suffix));
  ByteSpan s = span_of(self);
  if (p.size() != 0 && p.size() <= s.size && std::memcmp(s.data + s.size - p.size(), p.data(), p.size()) == 0)
    return new_like(t, self, s.part(0, s.size - p.size()));
  return unchanged(t, self);
}

// ---- Stripping, splitting, joining. ----

template <typename Self>
Fallible<Self*> strip_py(Thread& t, Self* self, Value chars, bool left, bool right) {
  LengthLock lock(self);
  bool drop[256] = {};
  if (chars.is_none()) {
    for (unsigned c = 0; c < 256; ++c) drop[c] = is_space(static_cast<uint8_t>(c));
  } else {
    BytesLike set(t);
    TRY(set.open(chars));
    TRY(poll_text(t, set.size()));
    for (size_t i = 0; i < set.size(); ++i) drop[set.data()[i]] = true;
  }
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  size_t start = 0, end = s.size;
  while (left && start < end && drop[s.data[start]]) ++start;
  while (right && end > start && drop[s.data[end - 1]]) --end;
  if (start == 0 && end == s.size) return unchanged(t, self);
  return new_like(t, self, span_of(self).part(start, end));
}
template <typename Self>
Fallible<Self*> m_strip(Thread& t, Self* self, Value chars) { return strip_py(t, self, chars, true, true); }
template <typename Self>
Fallible<Self*> m_lstrip(Thread& t, Self* self, Value chars) { return strip_py(t, self, chars, true, false); }
template <typename Self>
Fallible<Self*> m_rstrip(Thread& t, Self* self, Value chars) { return strip_py(t, self, chars, false, true); }

// Pieces are taken with new_like, which allocates but runs no Python: self stays as it is.
template <typename Self>
Fallible<void> add_piece(Thread& t, List* list, Self* self, size_t start, size_t end) {
  TRY(t.poll());
  return list->append(t, TRY(new_like(t, self, span_of(self).part(start, end))));
}

void reverse(List* list) {
  for (size_t i = 0, n = list->length(); i < n / 2; ++i) {
    Value a = list->at(i), b = list->at(n - 1 - i);
    list->set(i, b);
    list->set(n - 1 - i, a);
  }
}

template <typename Self>
Fallible<List*> m_split(Thread& t, Self* self, Value sep, int64_t maxsplit) {
  LengthLock lock(self);
  size_t left = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  BytesLike separator(t);
  if (!sep.is_none()) {
    TRY(separator.open(sep));
    if (separator.size() == 0) return t.raise_value_error("empty separator");
  }
  List* list = TRY(List::make(t));
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  size_t at = 0;
  if (sep.is_none()) {
    for (;; --left) {
      while (at < s.size && is_space(s.data[at])) ++at;
      if (at == s.size) return list;
      if (left == 0) break;
      size_t start = at;
      while (at < s.size && !is_space(s.data[at])) ++at;
      TRY(add_piece(t, list, self, start, at));
    }
    TRY(add_piece(t, list, self, at, s.size));
    return list;
  }
  for (; left > 0; --left) {
    size_t found = find_first(s.part(at, s.size), span_of(separator));
    if (found == search::kNowhere) break;
    TRY(add_piece(t, list, self, at, at + found));
    at += found + separator.size();
  }
  TRY(add_piece(t, list, self, at, s.size));
  return list;
}

template <typename Self>
Fallible<List*> m_rsplit(Thread& t, Self* self, Value sep, int64_t maxsplit) {
  LengthLock lock(self);
  size_t left = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  BytesLike separator(t);
  if (!sep.is_none()) {
    TRY(separator.open(sep));
    if (separator.size() == 0) return t.raise_value_error("empty separator");
  }
  List* list = TRY(List::make(t));
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  size_t end = s.size;
  if (sep.is_none()) {
    for (;; --left) {
      while (end > 0 && is_space(s.data[end - 1])) --end;
      if (end == 0) break;
      size_t start = 0;
      if (left != 0) {
        start = end;
        while (start > 0 && !is_space(s.data[start - 1])) --start;
      }
      TRY(add_piece(t, list, self, start, end));
      if (left == 0) break;
      end = start;
    }
    reverse(list);
    return list;
  }
  for (; left > 0; --left) {
    size_t found = find_last(s.part(0, end), span_of(separator));
    if (found == search::kNowhere) break;
    TRY(add_piece(t, list, self, found + separator.size(), end));
    end = found;
  }
  TRY(add_piece(t, list, self, 0, end));
  reverse(list);
  return list;
}

template <typename Self>
Fallible<List*> m_splitlines(Thread& t, Self* self, bool keepends) {
  List* list = TRY(List::make(t));
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  for (size_t i = 0; i < s.size;) {
    size_t start = i;
    while (i < s.size && s.data[i] != '\n' && s.data[i] != '\r') ++i;
    size_t end = i;
    if (i < s.size) i += s.data[i] == '\r' && i + 1 < s.size && s.data[i + 1] == '\n' ? 2 : 1;
    TRY(add_piece(t, list, self, start, keepends ? i : end));
  }
  return list;
}

template <typename Self>
Fallible<Tuple*> partition_py(Thread& t, Self* self, Value sep, Direction direction) {
  LengthLock lock(self);
  BytesLike separator(t);
  TRY(separator.open(sep));
  if (separator.size() == 0) return t.raise_value_error("empty separator");
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  bool forward = direction == Direction::Forward;
  size_t at = forward ? find_first(s, span_of(separator)) : find_last(s, span_of(separator));
  if (at == search::kNowhere) {
    Self* whole = TRY(unchanged(t, self));
    Self* nothing = TRY(make_like(t, self, 0));
    Self* nothing2 = TRY(make_like(t, self, 0));
    return forward ? Tuple::of(t, whole, nothing, nothing2) : Tuple::of(t, nothing, nothing2, whole);
  }
  Self* before = TRY(new_like(t, self, s.part(0, at)));
  Self* middle = TRY(new_like(t, self, span_of(separator)));
  Self* after = TRY(new_like(t, self, s.part(at + separator.size(), s.size)));
  return Tuple::of(t, before, middle, after);
}
template <typename Self>
Fallible<Tuple*> m_partition(Thread& t, Self* self, Value sep) { return partition_py(t, self, sep, Direction::Forward); }
template <typename Self>
Fallible<Tuple*> m_rpartition(Thread& t, Self* self, Value sep) { return partition_py(t, self, sep, Direction::Backward); }

// Items other than bytes are copied first: getting at them may run Python.
template <typename Self>
Fallible<Self*> m_join(Thread& t, Self* self, Value iterable) {
  LengthLock lock(self);
  const Value* items;
  size_t count;
  List *copy = nullptr, *original = try_as<List>(iterable);
  if (is_exactly(iterable, shapes.tuple)) {
    items = as<Tuple>(iterable)->data(), count = as<Tuple>(iterable)->length();
  } else {
    Fallible<Value> iterator = Value();
    if (!is_exactly(iterable, shapes.list)) {
      iterator = iter_py(t, iterable);
      if (iterator.failed()) {
        if (!clear_exception_if(t, core.TypeError)) return Failure{};
        return t.raise_type_error("can only join an iterable");
      }
      iterable = iterator.get();
    }
    copy = TRY(list_from_iterable_py(t, iterable));
    items = copy->data(), count = copy->length();
  }
  size_t total = 0;
  bool foreign = false;
  for (size_t i = 0; i < count; ++i) foreign |= !is<Bytes>(items[i]);
  if (foreign) {
    if (copy == nullptr) copy = TRY(List::from(t, items, count));
    for (size_t i = 0; i < count; ++i) {
      TRY(t.poll());
      Value item = copy->at(i);
      if (is<Bytes>(item)) continue;
      if (!supports_buffer(item))
        return t.raise_type_error("sequence item {}: expected a bytes-like object, {} found", i, type_of(item));
      BytesLike buffer(t);
      if (buffer.open(item).failed()) {
        if (t.terminated()) return Failure{};
        static_cast<void>(t.take_exception());
        return t.raise_type_error("sequence item {}: expected a bytes-like object, {} found", i, type_of(item));
      }
      copy->set(i, TRY(Bytes::from(t, buffer.data(), buffer.size())));
      if (original != nullptr && original->length() != count)
        return t.raise(core.RuntimeError, "sequence changed size during iteration");
    }
    items = copy->data();
  }
  ByteSpan gap = span_of(self);
  for (size_t i = 0; i < count; ++i) {
    total += as<Bytes>(items[i])->length() + (i != 0 ? gap.size : 0);
    if (total > Str::kLongest) return t.raise_memory_error();
  }
  TRY(poll_text(t, total + count * 16));
  Self* result = TRY(make_like(t, self, total));
  uint8_t* out = writable(result);
  for (size_t i = 0; i < count; ++i) {
    if (i != 0 && gap.size != 0) {
      std::memcpy(out, gap.data, gap.size);
      out += gap.size;
    }
    const Bytes* piece = as<Bytes>(items[i]);
    std::memcpy(out, piece->data(), piece->length());
    out += piece->length();
  }
  return result;
}

// ---- Replacing and mapping. ----

template <typename Self>
Fallible<Self*> m_replace(Thread& t, Self* self, Value old_bytes, Value new_bytes, int64_t count) {
  LengthLock lock(self);
  BytesLike from(t), to(t);
  TRY(from.open(old_bytes));
  TRY(to.open(new_bytes));
  ByteSpan s = span_of(self), what = span_of(from), with = span_of(to);
  size_t limit = count < 0 ? SIZE_MAX : static_cast<size_t>(count);
  TRY(poll_text(t, s.size));
  if (limit == 0 || (what.size == 0 && with.size == 0)) return unchanged(t, self);
  size_t times;
  if (what.size == 0) times = std::min(limit, s.size + 1);
  else if (what.size > s.size) times = 0;
  else if (what.size == 1) times = search::count_char(s.text(), what.data[0], limit);
  else times = search::count(s.text(), what.text(), limit);
  if (times == 0) return unchanged(t, self);
  size_t kept = s.size - times * what.size;
  if (with.size > (Str::kLongest - kept) / times) return t.raise_memory_error();
  size_t total = kept + times * with.size;
  TRY(poll_text(t, total + times * 16));
  Self* result = TRY(make_like(t, self, total));
  uint8_t* out = writable(result);
  size_t at = 0;
  auto put = [&](const uint8_t* data, size_t n) {
    std::memcpy(out, data, n);
    out += n;
  };
  for (size_t i = 0; i < times; ++i) {
    if (what.size == 0) {
      put(with.data, with.size);
      if (at < s.size) put(s.data + at++, 1);
      continue;
    }
    size_t found = find_first(s.part(at, s.size), what);
    put(s.data + at, found);
    put(with.data, with.size);
    at += found + what.size;
  }
  put(s.data + at, s.size - at);
  return result;
}

template <typename Self>
Fallible<Self*> m_translate(Thread& t, Self* self, Value table, Value removed) {
  LengthLock lock(self);
  uint8_t map[256];
  bool drop[256] = {};
  for (unsigned c = 0; c < 256; ++c) map[c] = static_cast<uint8_t>(c);
  if (!table.is_none()) {
    BytesLike buffer(t);
    TRY(buffer.open(table));
    if (buffer.size() != 256) return t.raise_value_error("translation table must be 256 characters long");
    std::memcpy(map, buffer.data(), 256);
  }
  bool any = false;
  if (!removed.is_absent()) {
    BytesLike buffer(t);
    TRY(buffer.open(removed));
    TRY(poll_text(t, buffer.size()));
    for (size_t i = 0; i < buffer.size(); ++i) drop[buffer.data()[i]] = any = true;
  }
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  if (!any) {
    Self* result = TRY(make_like(t, self, s.size));
    uint8_t* out = writable(result);
    for (size_t i = 0; i < s.size; ++i) out[i] = map[s.data[i]];
    if (s.size != 0 && std::memcmp(out, s.data, s.size) == 0) return unchanged(t, self);
    return result;
  }
  size_t kept = 0;
  for (size_t i = 0; i < s.size; ++i) kept += !drop[s.data[i]];
  Self* result = TRY(make_like(t, self, kept));
  uint8_t* out = writable(result);
  for (size_t i = 0; i < s.size; ++i)
    if (!drop[s.data[i]]) *out++ = map[s.data[i]];
  return result;
}

Fallible<Bytes*> m_maketrans(Thread& t, Value from_bytes, Value to_bytes) {
  BytesLike from(t), to(t);
  TRY(from.open(from_bytes));
  TRY(to.open(to_bytes));
  if (from.size() != to.size()) return t.raise_value_error("maketrans arguments must have same length");
  Bytes* table = TRY(Bytes::make(t, 256));
  for (unsigned c = 0; c < 256; ++c) table->mutable_data()[c] = static_cast<uint8_t>(c);
  TRY(poll_text(t, from.size()));
  for (size_t i = 0; i < from.size(); ++i) table->mutable_data()[from.data()[i]] = to.data()[i];
  return table;
}

template <typename Self, typename Map>
Fallible<Self*> map_bytes(Thread& t, Self* self, Map map) {
  TRY(poll_text(t, self->length()));
  Self* result = TRY(make_like(t, self, self->length()));
  ByteSpan s = span_of(self);
  uint8_t* out = writable(result);
  for (size_t i = 0; i < s.size; ++i) out[i] = map(s.data[i]);
  return result;
}
template <typename Self>
Fallible<Self*> m_lower(Thread& t, Self* self) { return map_bytes(t, self, to_lower); }
template <typename Self>
Fallible<Self*> m_upper(Thread& t, Self* self) { return map_bytes(t, self, to_upper); }
template <typename Self>
Fallible<Self*> m_swapcase(Thread& t, Self* self) {
  return map_bytes(t, self, [](uint8_t c) { return is_letter(c) ? static_cast<uint8_t>(c ^ 32) : c; });
}
template <typename Self>
Fallible<Self*> m_capitalize(Thread& t, Self* self) {
  bool first = true;
  return map_bytes(t, self, [&](uint8_t c) { return std::exchange(first, false) ? to_upper(c) : to_lower(c); });
}
template <typename Self>
Fallible<Self*> m_title(Thread& t, Self* self) {
  bool after = false;
  return map_bytes(t, self, [&](uint8_t c) { return std::exchange(after, is_letter(c)) ? to_lower(c) : to_upper(c); });
}

// ---- Padding. ----

Fallible<uint8_t> fill_byte(Thread& t, Value fill, const char* name) {
  if (fill.is_absent()) return static_cast<uint8_t>(' ');
  bool array = type_of(fill)->is_subtype_of(core.bytearray);
  if (!is<Bytes>(fill) && !array)
    return t.raise_type_error("{}() argument 2 must be a byte string of length 1, not {}", name, type_of(fill));
  ByteSpan s = array ? span_of(as<ByteArrayObject>(fill)) : span_of(as<Bytes>(fill));
  if (s.size != 1)
    return t.raise_type_error(array ? "{}(): argument 2 must be a byte string of length 1, not a bytearray object of length {}"
                                    : "{}(): argument 2 must be a byte string of length 1, not a bytes object of length {}",
                              name, s.size);
  return s.data[0];
}

template <typename Self>
Fallible<Self*> pad(Thread& t, Self* self, size_t left, size_t right, uint8_t fill) {
  if (left == 0 && right == 0) return unchanged(t, self);
  size_t n = self->length();
  if (left > Str::kLongest || right > Str::kLongest) return t.raise_memory_error();
  TRY(poll_text(t, left + n + right));
  Self* result = TRY(make_like(t, self, left + n + right));
  uint8_t* out = writable(result);
  std::memset(out, fill, left);
  if (n != 0) std::memcpy(out + left, span_of(self).data, n);
  std::memset(out + left + n, fill, right);
  return result;
}
template <typename Self>
size_t missing(Self* self, int64_t width) {
  int64_t n = static_cast<int64_t>(self->length());
  return width > n ? static_cast<size_t>(width - n) : 0;
}
template <typename Self>
Fallible<Self*> m_ljust(Thread& t, Self* self, int64_t width, Value fill) {
  return pad(t, self, 0, missing(self, width), TRY(fill_byte(t, fill, "ljust")));
}
template <typename Self>
Fallible<Self*> m_rjust(Thread& t, Self* self, int64_t width, Value fill) {
  return pad(t, self, missing(self, width), 0, TRY(fill_byte(t, fill, "rjust")));
}
template <typename Self>
Fallible<Self*> m_center(Thread& t, Self* self, int64_t width, Value fill) {
  uint8_t byte = TRY(fill_byte(t, fill, "center"));
  size_t more = missing(self, width);
  size_t left = more / 2 + (more & static_cast<size_t>(width) & 1);
  return pad(t, self, left, more - left, byte);
}
template <typename Self>
Fallible<Self*> m_zfill(Thread& t, Self* self, int64_t width) {
  size_t more = missing(self, width);
  if (more == 0) return unchanged(t, self);
  Self* result = TRY(pad(t, self, more, 0, '0'));
  uint8_t* out = writable(result);
  if (self->length() != 0 && (out[more] == '+' || out[more] == '-')) std::swap(out[0], out[more]);
  return result;
}
template <typename Self>
Fallible<Self*> m_expandtabs(Thread& t, Self* self, int tabsize) {
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size * 4));
  size_t size = static_cast<size_t>(std::max(tabsize, 0)), column = 0, total = 0;
  for (size_t i = 0; i < s.size; ++i) {
    uint8_t c = s.data[i];
    size_t step = c != '\t' ? 1 : size == 0 ? 0 : size - column % size;
    column = c == '\n' || c == '\r' ? 0 : column + step;
    total += step;
    if (total > static_cast<size_t>(INT64_MAX) / 4) return t.raise(core.OverflowError, "result too long");
  }
  TRY(t.check_fits(total));
  TRY(poll_text(t, total));
  Self* result = TRY(make_like(t, self, total));
  uint8_t* out = writable(result);
  column = 0;
  for (size_t i = 0; i < s.size; ++i) {
    uint8_t c = s.data[i];
    size_t step = c != '\t' ? 1 : size == 0 ? 0 : size - column % size;
    std::memset(out, c == '\t' ? ' ' : c, step);
    out += step;
    column = c == '\n' || c == '\r' ? 0 : column + step;
  }
  return result;
}

// ---- Predicates. ----

template <typename Self, typename Test>
Fallible<bool> every(Thread& t, Self* self, Test test) {
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  for (size_t i = 0; i < s.size; ++i)
    if (!test(s.data[i])) return false;
  return s.size != 0;
}
template <typename Self>
Fallible<bool> m_isalnum(Thread& t, Self* self) {
  return every(t, self, [](uint8_t c) { return is_letter(c) || is_digit(c); });
}
template <typename Self>
Fallible<bool> m_isalpha(Thread& t, Self* self) { return every(t, self, is_letter); }
template <typename Self>
Fallible<bool> m_isdigit(Thread& t, Self* self) { return every(t, self, is_digit); }
template <typename Self>
Fallible<bool> m_isspace(Thread& t, Self* self) { return every(t, self, is_space); }
template <typename Self>
Fallible<bool> m_isascii(Thread& t, Self* self) {
  return self->length() == 0 || TRY(every(t, self, [](uint8_t c) { return c < 128; }));
}
template <typename Self>
Fallible<bool> case_is(Thread& t, Self* self, bool (*wrong)(uint8_t), bool (*right)(uint8_t)) {
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  bool seen = false;
  for (size_t i = 0; i < s.size; ++i) {
    if (wrong(s.data[i])) return false;
    seen |= right(s.data[i]);
  }
  return seen;
}
template <typename Self>
Fallible<bool> m_islower(Thread& t, Self* self) { return case_is(t, self, is_upper, is_lower); }
template <typename Self>
Fallible<bool> m_isupper(Thread& t, Self* self) { return case_is(t, self, is_lower, is_upper); }
template <typename Self>
Fallible<bool> m_istitle(Thread& t, Self* self) {
  ByteSpan s = span_of(self);
  TRY(poll_text(t, s.size));
  bool seen = false, after = false;
  for (size_t i = 0; i < s.size; ++i) {
    uint8_t c = s.data[i];
    if (after ? is_upper(c) : is_lower(c)) return false;
    after = is_letter(c);
    seen |= after;
  }
  return seen;
}

// ---- Text. ----

template <typename Self>
Fallible<Str*> m_decode(Thread& t, Self* self, Str* encoding, Str* errors) {
  BytesLike buffer(t);
  TRY(buffer.open(Value(self)));
  codecs::Input input(buffer.data(), buffer.size(), is<Bytes>(Value(self)) ? Value(self) : Value());
  return codecs::decode_text_py(t, input, Value(self), encoding, errors);
}
template <typename Self>
Fallible<Str*> m_hex(Thread& t, Self* self, Value sep, int group) {
  BytesLike buffer(t);
  TRY(buffer.open(Value(self)));
  return bytes_hex_py(t, span_of(buffer), sep, group);
}
Fallible<Value> m_fromhex(Thread& t, Value type, Value text) {
  Bytes* bytes = TRY(bytes_from_hex_py(t, text));
  if (type == Value(core.bytes)) return Value(bytes);
  if (type == Value(core.bytearray)) return Value(TRY(ByteArrayObject::from(t, bytes->data(), bytes->length())));
  return call_py(t, type, Value(bytes));
}
template <typename Self>
Fallible<int64_t> m_sizeof(Thread& t, Self* self) { return static_cast<int64_t>(t.heap().cell_size(self)); }
template <>
Fallible<int64_t> m_sizeof(Thread& t, ByteArrayObject* self) {
  size_t size = t.heap().cell_size(self);
  if (self->storage_) size += self->storage_->capacity() + 1;
  return static_cast<int64_t>(size);
}

}  // namespace

// The rows are the same but for Self.
#define HOG_SHARED_BYTES_METHODS(S)                                                                                         \
  {"capitalize", HOG_NATIVE(m_capitalize<S>), "($self, /)", "First byte in upper case, the rest in lower case."},           \
  {"center", HOG_NATIVE(m_center<S>), "($self, width, fillchar=<unrepresentable>, /)", "Centred in a field."},              \
  {"count", HOG_NATIVE(m_count<S>), "($self, sub, start=None, end=None, /)", "How often sub occurs without overlap."},      \
  {"decode", HOG_NATIVE(m_decode<S>), "($self, /, encoding='utf-8', errors='strict')", "The bytes as text."},               \
  {"endswith", HOG_NATIVE(m_endswith<S>), "($self, suffix, start=None, end=None, /)", "Do the bytes end with suffix?"},     \
  {"expandtabs", HOG_NATIVE(m_expandtabs<S>), "($self, /, tabsize=8)", "Tabs as spaces up to the next tab stop."},          \
  {"find", HOG_NATIVE(m_find<S>), "($self, sub, start=None, end=None, /)", "First index of sub, or -1."},                   \
  {"fromhex", HOG_NATIVE(m_fromhex), "($type, string, /)", "Bytes from hexadecimal digits.", native_flag::kClassMethod},    \
  {"hex", HOG_NATIVE(m_hex<S>), "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",                                          \
   "As hexadecimal digits.\n\n>>> b'\\x00\\xff'.hex(':')\n'00:ff'"},                                                          \
  {"index", HOG_NATIVE(m_index<S>), "($self, sub, start=None, end=None, /)", "First index of sub, or ValueError."},         \
  {"isalnum", HOG_NATIVE(m_isalnum<S>), "($self, /)", "Are all bytes ASCII letters or digits?"},                            \
  {"isalpha", HOG_NATIVE(m_isalpha<S>), "($self, /)", "Are all bytes ASCII letters?"},                                      \
  {"isascii", HOG_NATIVE(m_isascii<S>), "($self, /)", "Are all bytes below 128?"},                                          \
  {"isdigit", HOG_NATIVE(m_isdigit<S>), "($self, /)", "Are all bytes ASCII digits?"},                                       \
  {"islower", HOG_NATIVE(m_islower<S>), "($self, /)", "Are all ASCII letters lower case?"},                                 \
  {"isspace", HOG_NATIVE(m_isspace<S>), "($self, /)", "Is everything ASCII white space?"},                                  \
  {"istitle", HOG_NATIVE(m_istitle<S>), "($self, /)", "Are the bytes in title case?"},                                      \
  {"isupper", HOG_NATIVE(m_isupper<S>), "($self, /)", "Are all ASCII letters upper case?"},                                 \
  {"join", HOG_NATIVE(m_join<S>), "($self, iterable_of_bytes, /)", "The items with these bytes between them."},             \
  {"ljust", HOG_NATIVE(m_ljust<S>), "($self, width, fillchar=<unrepresentable>, /)", "At the left of a field."},            \
  {"lower", HOG_NATIVE(m_lower<S>), "($self, /)", "In lower case."},                                                        \
  {"lstrip", HOG_NATIVE(m_lstrip<S>), "($self, bytes=None, /)", "Without leading white space or bytes."},                   \
  {"maketrans", HOG_NATIVE(m_maketrans), "(frm, to, /)", "A table for translate().", native_flag::kStatic},                 \
  {"partition", HOG_NATIVE(m_partition<S>), "($self, sep, /)", "What is before, at and after the first sep."},              \
  {"removeprefix", HOG_NATIVE(m_removeprefix<S>), "($self, prefix, /)", "Without the prefix, if it is there."},             \
  {"removesuffix", HOG_NATIVE(m_removesuffix<S>), "($self, suffix, /)", "Without the suffix, if it is there."},             \
  {"replace", HOG_NATIVE(m_replace<S>), "($self, old, new, count=-1, /)", "With old replaced by new."},                     \
  {"rfind", HOG_NATIVE(m_rfind<S>), "($self, sub, start=None, end=None, /)", "Last index of sub, or -1."},                  \
  {"rindex", HOG_NATIVE(m_rindex<S>), "($self, sub, start=None, end=None, /)", "Last index of sub, or ValueError."},        \
  {"rjust", HOG_NATIVE(m_rjust<S>), "($self, width, fillchar=<unrepresentable>, /)", "At the right of a field."},           \
  {"rpartition", HOG_NATIVE(m_rpartition<S>), "($self, sep, /)", "What is before, at and after the last sep."},             \
  {"rsplit", HOG_NATIVE(m_rsplit<S>), "($self, /, sep=None, maxsplit=-1)", "Split at sep, counting from the right."},       \
  {"rstrip", HOG_NATIVE(m_rstrip<S>), "($self, bytes=None, /)", "Without trailing white space or bytes."},                  \
  {"split", HOG_NATIVE(m_split<S>), "($self, /, sep=None, maxsplit=-1)", "Split at sep, or at white space."},               \
  {"splitlines", HOG_NATIVE(m_splitlines<S>), "($self, /, keepends=False)", "Split into lines."},                           \
  {"startswith", HOG_NATIVE(m_startswith<S>), "($self, prefix, start=None, end=None, /)", "Do they start with prefix?"},    \
  {"strip", HOG_NATIVE(m_strip<S>), "($self, bytes=None, /)", "Without white space or bytes at both ends."},                \
  {"swapcase", HOG_NATIVE(m_swapcase<S>), "($self, /)", "Upper case in lower case and the other way round."},               \
  {"title", HOG_NATIVE(m_title<S>), "($self, /)", "Words with a capital, the rest in lower case."},                         \
  {"translate", HOG_NATIVE(m_translate<S>), "($self, table, /, delete=<unrepresentable>)", "Mapped by a table of 256."},    \
  {"upper", HOG_NATIVE(m_upper<S>), "($self, /)", "In upper case."},                                                        \
  {"zfill", HOG_NATIVE(m_zfill<S>), "($self, width, /)", "With zeros in front, after a sign."},                             \
  {"__sizeof__", HOG_NATIVE(m_sizeof<S>), "($self, /)", "Bytes in memory."}

// ---- What only one of the two has. ----

Fallible<Bytes*> bytes_dunder_bytes(Thread& t, Bytes* self) { return unchanged(t, self); }
Fallible<Tuple*> bytes_getnewargs(Thread& t, Bytes* self) {
  Bytes* copy = TRY(new_like(t, self, span_of(self)));
  return Tuple::of(t, copy);
}
const NativeMethod kSharedBytesMethods[] = {
    HOG_SHARED_BYTES_METHODS(Bytes),
    {"__bytes__", HOG_NATIVE(bytes_dunder_bytes), "($self, /)", "The same bytes as an exact bytes object."},
    {"__getnewargs__", HOG_NATIVE(bytes_getnewargs), "($self, /)", "For pickle and copy."},
    {}};

// bytearray.cpp
Fallible<void> bytearray_append(Thread& t, ByteArrayObject* self, Value item);
Fallible<void> bytearray_clear(Thread& t, ByteArrayObject* self);
Fallible<ByteArrayObject*> bytearray_copy(Thread& t, ByteArrayObject* self);
Fallible<void> bytearray_extend(Thread& t, ByteArrayObject* self, Value iterable);
Fallible<void> bytearray_insert(Thread& t, ByteArrayObject* self, int64_t index, Value item);
Fallible<int64_t> bytearray_pop(Thread& t, ByteArrayObject* self, int64_t index);
Fallible<void> bytearray_remove(Thread& t, ByteArrayObject* self, Value value);
Fallible<void> bytearray_resize(Thread& t, ByteArrayObject* self, int64_t size);
Fallible<void> bytearray_reverse(Thread& t, ByteArrayObject* self);
Fallible<int64_t> bytearray_alloc(Thread& t, ByteArrayObject* self);
Fallible<Tuple*> bytearray_reduce(Thread& t, ByteArrayObject* self);
Fallible<Tuple*> bytearray_reduce_ex(Thread& t, ByteArrayObject* self, int protocol);

const NativeMethod kSharedByteArrayMethods[] = {
    HOG_SHARED_BYTES_METHODS(ByteArrayObject),
    {"append", HOG_NATIVE(bytearray_append), "($self, item, /)", "Add a byte at the end."},
    {"clear", HOG_NATIVE(bytearray_clear), "($self, /)", "Remove all bytes."},
    {"copy", HOG_NATIVE(bytearray_copy), "($self, /)", "A copy."},
    {"extend", HOG_NATIVE(bytearray_extend), "($self, iterable_of_ints, /)", "Add all bytes of an iterable or buffer."},
    {"insert", HOG_NATIVE(bytearray_insert), "($self, index, item, /)", "Insert a byte before the index."},
    {"pop", HOG_NATIVE(bytearray_pop), "($self, index=-1, /)", "Remove the byte at the index and return it."},
    {"remove", HOG_NATIVE(bytearray_remove), "($self, value, /)", "Remove the first such byte."},
    {"resize", HOG_NATIVE(bytearray_resize), "($self, size, /)", "Change the length; new bytes are zero."},
    {"reverse", HOG_NATIVE(bytearray_reverse), "($self, /)", "Reverse the order in place."},
    {"__alloc__", HOG_NATIVE(bytearray_alloc), "($self, /)", "Bytes of memory reserved."},
    {"__reduce__", HOG_NATIVE(bytearray_reduce), "($self, /)", "For pickle and copy."},
    {"__reduce_ex__", HOG_NATIVE(bytearray_reduce_ex), "($self, proto=0, /)", "For pickle and copy."},
    {}};

}  // namespace hog
