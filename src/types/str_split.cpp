// str_split.cpp: taking strings apart and putting them together: split, rsplit, splitlines, join, expandtabs.
// Ref: library/stdtypes "String Methods".
#include <algorithm>
#include <cstring>

#include "object/str_internal.hpp"
#include "types/str_common.hpp"

namespace hog {

namespace {

template <typename C>
bool is_space_char(C c) {
  if constexpr (sizeof(C) == 1) return c <= ' ' ? (c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F))
                                                : (c == 0x85 || c == 0xA0);
  else return unicode::is_space(c);
}

// Lines of logs and tables have about a dozen pieces; more make the list grow.
size_t room_for(size_t maxsplit) { return maxsplit < 12 ? maxsplit + 1 : 12; }

inline Fallible<void> add_slice(Thread& t, List* list, Str* text, size_t start, size_t end) {
  TRY(t.poll());
  return list->append(t, TRY(Str::slice(t, text, start, end)));
}

template <typename C>
Fallible<List*> split_space(Thread& t, Str* text, const C* p, size_t maxsplit) {
  List* list = TRY(List::make(t, room_for(maxsplit)));
  size_t n = text->length(), i = 0;
  while (maxsplit-- > 0) {
    while (i < n && is_space_char(p[i])) ++i;
    if (i == n) return list;
    size_t start = i++;
    while (i < n && !is_space_char(p[i])) ++i;
    if (start == 0 && i == n) {
      TRY(list->append(t, TRY(Str::exact(t, text))));
      return list;
    }
    TRY(add_slice(t, list, text, start, i));
  }
  while (i < n && is_space_char(p[i])) ++i;  // what is left, as one piece: only its left side is stripped
  if (i < n) TRY(add_slice(t, list, text, i, n));
  return list;
}

Fallible<void> reverse(List* list) {
  size_t n = list->length();
  for (size_t i = 0; i < n / 2; ++i) {
    Value a = list->at(i), b = list->at(n - 1 - i);
    list->set(i, b);
    list->set(n - 1 - i, a);
  }
  return {};
}

template <typename C>
Fallible<List*> rsplit_space(Thread& t, Str* text, const C* p, size_t maxsplit) {
  List* list = TRY(List::make(t, room_for(maxsplit)));
  size_t i = text->length();
  while (maxsplit-- > 0) {
    while (i > 0 && is_space_char(p[i - 1])) --i;
    if (i == 0) break;
    size_t end = i--;
    while (i > 0 && !is_space_char(p[i - 1])) --i;
    TRY(add_slice(t, list, text, i, end));
  }
  if (maxsplit == SIZE_MAX) {  // the loop ended because the count was used up
    while (i > 0 && is_space_char(p[i - 1])) --i;
    if (i > 0) TRY(add_slice(t, list, text, 0, i));
  }
  TRY(reverse(list));
  return list;
}

// OPTIMIZATION: one-byte text and a separator of one byte, without the detours of the general search.
Fallible<List*> split_at_byte(Thread& t, Str* text, uint8_t sep, size_t maxsplit) {
  List* list = TRY(List::make(t, room_for(maxsplit)));
  const uint8_t* bytes = text->data1();
  size_t n = text->length(), start = 0;
  // Most pieces are short: a call of memchr() costs more than a few comparisons.
  constexpr size_t kShort = 16;
  while (maxsplit-- > 0) {
    size_t at = start, near = std::min(n, start + kShort);
    while (at < near && bytes[at] != sep) ++at;
    if (at == near) {
      const void* found = at == n ? nullptr : std::memchr(bytes + at, sep, n - at);
      if (found == nullptr) break;
      at = static_cast<size_t>(static_cast<const uint8_t*>(found) - bytes);
    }
    TRY(add_slice(t, list, text, start, at));
    start = at + 1;
  }
  TRY(add_slice(t, list, text, start, n));
  return list;
}

Fallible<List*> split_at(Thread& t, Str* text, Str* sep, size_t maxsplit) {
  List* list = TRY(List::make(t, room_for(maxsplit)));
  TextView where = text_of(text), needle = text_of(sep);
  size_t start = 0;
  if (sep->kind() <= text->kind()) {
    for (; maxsplit > 0; --maxsplit) {
      TextView rest = where.slice(start, where.length - start);
      size_t at = needle.length == 1 ? search::find_char(rest, needle[0]) : search::find(rest, needle);
      if (at == search::kNowhere) break;
      TRY(add_slice(t, list, text, start, start + at));
      start += at + needle.length;
    }
  }
  TRY(add_slice(t, list, text, start, where.length));
  return list;
}

Fallible<List*> rsplit_at(Thread& t, Str* text, Str* sep, size_t maxsplit) {
  List* list = TRY(List::make(t, room_for(maxsplit)));
  TextView where = text_of(text), needle = text_of(sep);
  size_t end = where.length;
  if (sep->kind() <= text->kind()) {
    for (; maxsplit > 0; --maxsplit) {
      TextView rest = where.slice(0, end);
      size_t at = needle.length == 1 ? search::rfind_char(rest, needle[0]) : search::rfind(rest, needle);
      if (at == search::kNowhere) break;
      TRY(add_slice(t, list, text, at + needle.length, end));
      end = at;
    }
  }
  TRY(add_slice(t, list, text, 0, end));
  TRY(reverse(list));
  return list;
}

}  // namespace

Fallible<List*> str_split(Thread& t, Str* self, Value sep, int64_t maxsplit) {
  size_t limit = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  TRY(poll_text(t, self->length()));
  if (sep.is_none()) {
    switch (self->kind()) {
      case CharKind::One: return split_space(t, self, self->data1(), limit);
      case CharKind::Two: return split_space(t, self, self->data2(), limit);
      default: return split_space(t, self, self->data4(), limit);
    }
  }
  if (!is<Str>(sep)) return t.raise_type_error("must be str or None, not {}", type_of(sep));
  if (as<Str>(sep)->length() == 0) return t.raise_value_error("empty separator");
  if (self->kind() == CharKind::One && as<Str>(sep)->length() == 1 && as<Str>(sep)->at(0) < 0x100)
    return split_at_byte(t, self, static_cast<uint8_t>(as<Str>(sep)->at(0)), limit);
  return split_at(t, self, as<Str>(sep), limit);
}

Fallible<List*> str_rsplit(Thread& t, Str* self, Value sep, int64_t maxsplit) {
  size_t limit = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  TRY(poll_text(t, self->length()));
  if (sep.is_none()) {
    switch (self->kind()) {
      case CharKind::One: return rsplit_space(t, self, self->data1(), limit);
      case CharKind::Two: return rsplit_space(t, self, self->data2(), limit);
      default: return rsplit_space(t, self, self->data4(), limit);
    }
  }
  if (!is<Str>(sep)) return t.raise_type_error("must be str or None, not {}", type_of(sep));
  if (as<Str>(sep)->length() == 0) return t.raise_value_error("empty separator");
  return rsplit_at(t, self, as<Str>(sep), limit);
}

namespace {

// OPTIMIZATION: past eight ASCII characters at a time, as long as none of them is below 0x1F.
size_t skip_without_controls(const uint8_t* bytes, size_t i, size_t n) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  for (; i + 8 <= n; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    if (((word - kOnes * 0x1F) & ~word & (kOnes * 0x80)) != 0) break;
  }
  return i;
}

}  // namespace

Fallible<List*> str_splitlines(Thread& t, Str* self, bool keepends) {
  List* list = TRY(List::make(t));
  size_t n = self->length(), i = 0;
  bool ascii = self->is_ascii();
  const uint8_t* bytes = self->data1();
  while (i < n) {
    size_t start = i;
    if (ascii) {
      // \n \v \f \r \x1c \x1d \x1e
      i = skip_without_controls(bytes, i, n);
      while (i < n && !(bytes[i] < 0x1F && (0x70003C00u >> bytes[i] & 1) != 0)) ++i;
    } else {
      while (i < n && !unicode::is_line_break(self->at(i))) ++i;
    }
    size_t end = i;
    if (i < n) {
      i += self->at(i) == '\r' && i + 1 < n && self->at(i + 1) == '\n' ? 2 : 1;
      if (keepends) end = i;
    }
    TRY(poll_text(t, i - start));
    if (start == 0 && end == n) {
      TRY(list->append(t, TRY(Str::exact(t, self))));
      return list;
    }
    TRY(add_slice(t, list, self, start, end));
  }
  return list;
}

// ---- join. ----

namespace {

// No Python runs in here, so the items stay as they are.
Fallible<Value> join_items(Thread& t, Str* separator, const Value* items, size_t count) {
  if (count == 0) return Value(names.empty);
  if (count == 1 && is_exact_str(items[0])) return items[0];
  size_t length = 0;
  CharKind kind = count > 1 && separator->length() != 0 ? separator->kind() : CharKind::One;
  bool ascii = count <= 1 || separator->is_ascii();
  if (separator->length() != 0 && count - 1 > Str::kLongest / separator->length()) return t.raise_memory_error();
  length = (count - 1) * separator->length();
  for (size_t i = 0; i < count; ++i) {
    if (!is<Str>(items[i])) [[unlikely]]
      return t.raise_type_error("sequence item {}: expected str instance, {} found", i, type_of(items[i]));
    const Str* s = as<Str>(items[i]);
    length += s->length();
    if (length > Str::kLongest) [[unlikely]] return t.raise_memory_error();
    kind = chars::wider(kind, s->kind());
    ascii &= s->is_ascii();
  }
  if (length == 0) return Value(names.empty);
  TRY(t.check_fits(length * static_cast<size_t>(kind)));
  TRY(poll_text(t, length + count * 16));
  Str* result = TRY(Str::make_uninitialized(t, length, kind, ascii));
  char* out = static_cast<char*>(result->mutable_data());
  size_t width = static_cast<size_t>(kind);
  size_t gap = separator->length();
  const void* separator_data = separator->data();
  for (size_t i = 0; i < count; ++i) {
    if (i != 0 && gap != 0) {
      if (gap == 1 && kind == CharKind::One) {
        *out++ = *static_cast<const char*>(separator_data);
      } else {
        chars::copy(out, kind, separator_data, separator->kind(), gap);
        out += gap * width;
      }
    }
    const Str* s = as<Str>(items[i]);
    chars::copy(out, kind, s->data(), s->kind(), s->length());
    out += s->length() * width;
  }
  return Value(result);
}

}  // namespace

Fallible<Value> str_join(Thread& t, Str* self, Value iterable) {
  // Subclasses are iterated like anything else: __iter__ may be theirs.
  if (is_exactly(iterable, shapes.list)) return join_items(t, self, as<List>(iterable)->data(), as<List>(iterable)->length());
  if (is_exactly(iterable, shapes.tuple)) return join_items(t, self, as<Tuple>(iterable)->data(), as<Tuple>(iterable)->length());
  Fallible<Value> iterator = iter_py(t, iterable);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("can only join an iterable");
  }
  List* items = TRY(list_from_iterable_py(t, iterator.get()));
  return join_items(t, self, items->data(), items->length());
}

Fallible<Str*> str_expandtabs(Thread& t, Str* self, int tabsize) {
  size_t n = self->length();
  TextView text = text_of(self);
  if (search::find_char(text, '\t') == search::kNowhere) return Str::exact(t, self);
  TRY(poll_text(t, n * 4));
  size_t column = 0, length = 0;
  for (size_t i = 0; i < n; ++i) {
    char32_t c = text[i];
    size_t step = 1;
    if (c == '\t') {
      step = tabsize > 0 ? static_cast<size_t>(tabsize) - column % static_cast<size_t>(tabsize) : 0;
      column += step;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    length += step;
    if (length > static_cast<size_t>(INT64_MAX) / 4) return t.raise(core.OverflowError, "new string is too long");
  }
  if (length == 0) return names.empty;
  TRY(t.check_fits(length * static_cast<size_t>(self->kind())));
  TRY(poll_text(t, length));
  Str* result = TRY(Str::make_uninitialized(t, length, self->kind(), self->is_ascii()));
  void* out = result->mutable_data();
  column = 0;
  size_t to = 0;
  for (size_t i = 0; i < n; ++i) {
    char32_t c = text[i];
    if (c == '\t') {
      size_t step = tabsize > 0 ? static_cast<size_t>(tabsize) - column % static_cast<size_t>(tabsize) : 0;
      chars::fill(chars::at(out, self->kind(), to), self->kind(), ' ', step);
      to += step;
      column += step;
    } else {
      chars::put(out, self->kind(), to++, c);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return result;
}

}  // namespace hog
