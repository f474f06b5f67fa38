// str_common.hpp: what the files that implement str (str*.cpp) share. Their method tables meet in str.cpp.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "object/text_view.hpp"
#include "text/search.hpp"
#include "text/unicode.hpp"

namespace hog {

// Work on `characters` characters, in steps of the budget.
inline Fallible<void> poll_text(Thread& t, size_t characters) {
  return t.poll(static_cast<int64_t>(characters / 64 + 1));
}

// [start, end) of a text from two arguments as find() has them: None or an index, negative ones from the end. start may
// lie beyond end or beyond the length: then nothing is found, not even "".
struct TextRange {
  size_t start;
  size_t end;
  bool valid;  // start <= end and start <= length
};
Fallible<int64_t> optional_index_py(Thread& t, Value v, int64_t otherwise);
TextRange clamp_range(int64_t start, int64_t end, size_t length);
inline Fallible<TextRange> text_range_py(Thread& t, Value start, Value end, size_t length) {
  auto is_left_out = [](Value v) { return v.is_none() || v.is_absent(); };
  if (is_left_out(start) && is_left_out(end)) [[likely]] return TextRange{0, length, true};
  int64_t first = TRY(optional_index_py(t, start, 0));
  int64_t last = TRY(optional_index_py(t, end, INT64_MAX));
  return clamp_range(first, last, length);
}

Fallible<Value> str_repr(Thread& t, Value self);

// str_search.cpp
Fallible<Value> str_find(Thread& t, Str* self, Str* sub, Value start, Value end);
Fallible<Value> str_rfind(Thread& t, Str* self, Str* sub, Value start, Value end);
Fallible<Value> str_index(Thread& t, Str* self, Str* sub, Value start, Value end);
Fallible<Value> str_rindex(Thread& t, Str* self, Str* sub, Value start, Value end);
Fallible<Value> str_count(Thread& t, Str* self, Str* sub, Value start, Value end);
Fallible<bool> str_startswith(Thread& t, Str* self, Value prefix, Value start, Value end);
Fallible<bool> str_endswith(Thread& t, Str* self, Value suffix, Value start, Value end);
Fallible<Str*> str_removeprefix(Thread& t, Str* self, Str* prefix);
Fallible<Str*> str_removesuffix(Thread& t, Str* self, Str* suffix);
Fallible<Str*> str_strip(Thread& t, Str* self, Value chars);
Fallible<Str*> str_lstrip(Thread& t, Str* self, Value chars);
Fallible<Str*> str_rstrip(Thread& t, Str* self, Value chars);
Fallible<Str*> str_replace(Thread& t, Str* self, Str* old_text, Str* new_text, int64_t count);
Fallible<Tuple*> str_partition(Thread& t, Str* self, Value separator);
Fallible<Tuple*> str_rpartition(Thread& t, Str* self, Value separator);
Fallible<bool> str_contains(Thread& t, Value self, Value item);

// str_split.cpp
Fallible<List*> str_split(Thread& t, Str* self, Value sep, int64_t maxsplit);
Fallible<List*> str_rsplit(Thread& t, Str* self, Value sep, int64_t maxsplit);
Fallible<List*> str_splitlines(Thread& t, Str* self, bool keepends);
Fallible<Value> str_join(Thread& t, Str* self, Value iterable);
Fallible<Str*> str_expandtabs(Thread& t, Str* self, int tabsize);

// str_case.cpp
Fallible<Str*> str_lower(Thread& t, Str* self);
Fallible<Str*> str_upper(Thread& t, Str* self);
Fallible<Str*> str_title(Thread& t, Str* self);
Fallible<Str*> str_capitalize(Thread& t, Str* self);
Fallible<Str*> str_swapcase(Thread& t, Str* self);
Fallible<Str*> str_casefold(Thread& t, Str* self);
Fallible<bool> str_isalpha(Thread& t, Str* self);
Fallible<bool> str_isalnum(Thread& t, Str* self);
Fallible<bool> str_isdecimal(Thread& t, Str* self);
Fallible<bool> str_isdigit(Thread& t, Str* self);
Fallible<bool> str_isnumeric(Thread& t, Str* self);
Fallible<bool> str_isspace(Thread& t, Str* self);
Fallible<bool> str_islower(Thread& t, Str* self);
Fallible<bool> str_isupper(Thread& t, Str* self);
Fallible<bool> str_istitle(Thread& t, Str* self);
Fallible<bool> str_isprintable(Thread& t, Str* self);
Fallible<bool> str_isidentifier(Thread& t, Str* self);
Fallible<bool> str_isascii(Thread& t, Str* self);

// str_encode.cpp
Fallible<Value> str_new(Thread& t, Type* type, const Arguments& arguments);
Fallible<Value> str_encode(Thread& t, Str* self, Str* encoding, Str* errors);
Fallible<Value> str_maketrans(Thread& t, Value x, Value y, Value z);
Fallible<Value> str_translate(Thread& t, Str* self, Value table);

// str_format.cpp: str.format() and what string.Formatter asks of the _string module.
Fallible<Value> str_format(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> str_format_spec(Thread& t, Str* self, Str* spec);
Fallible<Value> str_format_map(Thread& t, Str* self, Value mapping);

// str_percent.cpp
Fallible<Value> str_remainder(Thread& t, Value left, Value right);

}  // namespace hog
