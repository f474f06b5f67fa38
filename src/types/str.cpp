// str.cpp: the type str and its iterators. The methods live in str_*.cpp, the operations the rest of the runtime uses in
// object/str.cpp. Ref: library/stdtypes "Text Sequence Type"; reference/datamodel.
#include "object/str.hpp"

#include <algorithm>

#include "object/codecs.hpp"
#include "object/str_internal.hpp"
#include "types/container_support.hpp"
#include "types/str_common.hpp"

namespace hog {

// ---- Slots. ----

namespace {

Fallible<Value> str_str(Thread& t, Value self) { return Value(TRY(Str::exact(t, as<Str>(self)))); }

Fallible<int64_t> str_hash(Thread& t, Value self) { return as<Str>(self)->hash(t); }

Fallible<Value> str_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Str>(self) || !is<Str>(other)) return Value::not_implemented();
  const Str *a = as<Str>(self), *b = as<Str>(other);
  TRY(t.poll(static_cast<int64_t>(std::min(a->byte_length(), b->byte_length()) / 64)));
  if (op == CompareOp::Eq) return Value::from_bool(Str::equal_nogc(a, b));
  if (op == CompareOp::Ne) return Value::from_bool(!Str::equal_nogc(a, b));
  int order = Str::compare_nogc(a, b);
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    default: return Value::from_bool(order >= 0);
  }
}

Fallible<int64_t> str_length(Thread&, Value self) { return static_cast<int64_t>(as<Str>(self)->length()); }

Fallible<Value> str_get_item(Thread& t, Value self, Value key) {
  Str* s = as<Str>(self);
  if (key.is_small_int()) [[likely]] {
    int64_t i = key.small_int(), n = static_cast<int64_t>(s->length());
    if (i < 0) i += n;
    if (i < 0 || i >= n) return t.raise(core.IndexError, "string index out of range");
    return Value(TRY(Str::from_char(t, s->at(static_cast<size_t>(i)))));
  }
  if (is_slice(key)) {
    SliceBounds b = TRY(slice_bounds_py(t, key, static_cast<int64_t>(s->length())));
    if (b.count <= 0) return Value(names.empty);
    if (b.step == 1) {
      TRY(poll_text(t, static_cast<size_t>(b.count)));
      return Value(TRY(Str::slice(t, s, static_cast<size_t>(b.start), static_cast<size_t>(b.start + b.count))));
    }
    TRY(poll_text(t, static_cast<size_t>(b.count) * 8));
    StrBuilder out(t);
    TRY(out.reserve(static_cast<size_t>(b.count), CharKind::One));
    int64_t at = b.start;
    for (int64_t i = 0; i < b.count; ++i) {
      TRY(out.append(s->at(static_cast<size_t>(at))));
      if (i + 1 < b.count) at += b.step;
    }
    return Value(TRY(out.finish()));
  }
  if (!is_index(key))
    return t.raise_type_error("string indices must be integers, not '{}'", type_of(key));
  int64_t i = TRY(sequence_index_py(t, key, static_cast<int64_t>(s->length()), "string"));
  return Value(TRY(Str::from_char(t, s->at(static_cast<size_t>(i)))));
}

Fallible<Value> str_concat(Thread& t, Value left, Value right) {
  if (!is<Str>(right)) return t.raise_type_error("can only concatenate str (not \"{}\") to str", type_of(right));
  return Value(TRY(Str::concat(t, as<Str>(left), as<Str>(right))));
}

Fallible<Value> str_repeat(Thread& t, Value self, int64_t count) {
  Str* s = as<Str>(self);
  if (count <= 0 || s->length() == 0) return Value(names.empty);
  if (count == 1) return Value(TRY(Str::exact(t, s)));
  size_t n = s->length(), width = static_cast<size_t>(s->kind()), times = static_cast<size_t>(count);
  if (times > Str::kLongest / n) return t.raise_memory_error();
  TRY(t.check_fits(n * times * width));
  TRY(poll_text(t, n * times));
  Str* result = TRY(Str::make_uninitialized(t, n * times, s->kind(), s->is_ascii()));
  auto* out = static_cast<char*>(result->mutable_data());
  if (n == 1) {
    chars::fill(out, s->kind(), s->at(0), times);
    return Value(result);
  }
  size_t bytes = n * width, total = bytes * times;
  std::memcpy(out, s->data(), bytes);
  for (size_t done = bytes; done < total;) {  // doubles what is there
    size_t step = std::min(done, total - done);
    std::memcpy(out + done, out, step);
    done += step;
  }
  return Value(result);
}

// ---- Methods that need little. ----

Fallible<Str*> pad(Thread& t, Str* self, size_t left, size_t right, char32_t fill) {
  if (left == 0 && right == 0) return Str::exact(t, self);
  if (left > Str::kLongest || right > Str::kLongest) return t.raise_memory_error();
  size_t n = self->length();
  CharKind kind = chars::wider(self->kind(), chars::kind_for(fill));
  TRY(t.check_fits((left + n + right) * static_cast<size_t>(kind)));
  TRY(poll_text(t, left + n + right));
  Str* result = TRY(Str::make_uninitialized(t, left + n + right, kind, self->is_ascii() && fill < 0x80));
  void* out = result->mutable_data();
  chars::fill(out, kind, fill, left);
  chars::copy(chars::at(out, kind, left), kind, self->data(), self->kind(), n);
  chars::fill(chars::at(out, kind, left + n), kind, fill, right);
  return result;
}

Fallible<char32_t> fill_character(Thread& t, Value fill) {
  if (fill.is_absent()) return char32_t{' '};
  if (!is<Str>(fill)) return t.raise_type_error("The fill character must be a unicode character, not {}", type_of(fill));
  if (as<Str>(fill)->length() != 1)
    return t.raise_type_error("The fill character must be exactly one character long");
  return as<Str>(fill)->at(0);
}

size_t missing(Str* self, int64_t width) {
  int64_t n = static_cast<int64_t>(self->length());
  return width > n ? static_cast<size_t>(width - n) : 0;
}

Fallible<Str*> str_center(Thread& t, Str* self, int64_t width, Value fillchar) {
  char32_t fill = TRY(fill_character(t, fillchar));
  size_t more = missing(self, width);
  size_t left = more / 2 + (more & static_cast<size_t>(width) & 1);
  return pad(t, self, left, more - left, fill);
}
Fallible<Str*> str_ljust(Thread& t, Str* self, int64_t width, Value fillchar) {
  return pad(t, self, 0, missing(self, width), TRY(fill_character(t, fillchar)));
}
Fallible<Str*> str_rjust(Thread& t, Str* self, int64_t width, Value fillchar) {
  return pad(t, self, missing(self, width), 0, TRY(fill_character(t, fillchar)));
}
Fallible<Str*> str_zfill(Thread& t, Str* self, int64_t width) {
  size_t more = missing(self, width);
  if (more == 0) return Str::exact(t, self);
  Str* result = TRY(pad(t, self, more, 0, '0'));
  if (self->length() != 0 && (self->at(0) == '+' || self->at(0) == '-')) {  // the sign goes in front
    void* data = result->mutable_data();
    chars::put(data, result->kind(), 0, self->at(0));
    chars::put(data, result->kind(), more, '0');
  }
  return result;
}

Fallible<int64_t> str_sizeof(Thread& t, Str* self) { return static_cast<int64_t>(t.heap().cell_size(self)); }

Fallible<Tuple*> str_getnewargs(Thread& t, Str* self) {
  if (self->length() <= 1) return Tuple::of(t, TRY(Str::exact(t, self)));
  Str* copy = TRY(Str::make_uninitialized(t, self->length(), self->kind(), self->is_ascii()));
  std::memcpy(copy->mutable_data(), self->data(), self->byte_length());
  return Tuple::of(t, copy);
}

}  // namespace

// ---- repr. ----

namespace {

bool needs_escape(char32_t c, char32_t quote) {
  if (c < 0x7F) return c < ' ' || c == quote || c == '\\';
  return !unicode::is_printable(c);
}

Fallible<void> append_escaped(StrBuilder& out, char32_t c) {
  auto hex = [&](int digits) -> Fallible<void> {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
      TRY(out.append(static_cast<char32_t>("0123456789abcdef"[c >> shift & 15])));
    return {};
  };
  TRY(out.append('\\'));
  switch (c) {
    case '\t': return out.append('t');
    case '\n': return out.append('n');
    case '\r': return out.append('r');
    case '\\': case '\'': case '"': return out.append(c);
    default: break;
  }
  TRY(out.append(c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U'));
  return hex(c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
}

}  // namespace

namespace {

// ASCII without anything that repr changes or that decides about the quotes; sixteen bytes at a time.
bool is_plain_ascii(const Str* s) {
  if (!s->is_ascii()) return false;
  typedef uint8_t Block __attribute__((vector_size(16)));
  const uint8_t* p = s->data1();
  size_t n = s->length(), i = 0;
  for (; i + 16 <= n; i += 16) {
    Block b;
    std::memcpy(&b, p + i, 16);
    auto odd = (b < ' ') | (b == 0x7F) | (b == '\\') | (b == '\'');
    uint64_t halves[2];
    std::memcpy(halves, &odd, 16);
    if ((halves[0] | halves[1]) != 0) return false;
  }
  for (; i < n; ++i)
    if (p[i] < ' ' || p[i] == 0x7F || p[i] == '\\' || p[i] == '\'') return false;
  return true;
}

}  // namespace

Fallible<Value> str_repr(Thread& t, Value self) {
  Str* s = as<Str>(self);
  size_t n = s->length();
  TRY(poll_text(t, n * 2));
  if (is_plain_ascii(s)) {
    Str* quoted = TRY(Str::make_uninitialized(t, n + 2, CharKind::One, true));
    auto* out = static_cast<char*>(quoted->mutable_data());
    out[0] = out[n + 1] = '\'';
    std::memcpy(out + 1, s->data(), n);
    return Value(quoted);
  }
  bool single = false, other = false;
  size_t escapes = 0;
  if (s->is_ascii()) {
    const uint8_t* p = s->data1();
    for (size_t i = 0; i < n; ++i) {
      single |= p[i] == '\'';
      other |= p[i] == '"';
      escapes += static_cast<size_t>((p[i] < ' ') | (p[i] == 0x7F) | (p[i] == '\\'));
    }
  } else {
    for (size_t i = 0; i < n; ++i) {
      char32_t c = s->at(i);
      single |= c == '\'';
      other |= c == '"';
      escapes += needs_escape(c, 0);
    }
  }
  char32_t quote = single && !other ? '"' : '\'';
  StrBuilder out(t);
  TRY(out.reserve(n + 2 + escapes, CharKind::One));
  TRY(out.append(quote));
  if (escapes == 0 && !(single && other)) {
    TRY(out.append(s));
  } else {
    size_t run = 0;
    for (size_t i = 0; i < n; ++i) {
      char32_t c = s->at(i);
      if (!needs_escape(c, quote)) continue;
      TRY(out.append_slice(s, run, i));
      TRY(append_escaped(out, c));
      run = i + 1;
    }
    TRY(out.append_slice(s, run, n));
  }
  TRY(out.append(quote));
  return Value(TRY(out.finish()));
}

// ---- Iterators. ----

const Layout StrIterator::kLayout = {
    .name = "str_iterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<StrIterator*>(cell)->text_.get()); },
    .base_size = sizeof(StrIterator),
};

namespace {

Fallible<Value> str_iter(Thread& t, Value self) {
  Str* text = as<Str>(self);
  StrIterator* iterator = TRY(t.allocate<StrIterator>(text->is_ascii() ? shapes.str_ascii_iterator : shapes.str_iterator));
  iterator->text_.set(iterator, text);
  return Value(iterator);
}


Fallible<Value> str_iterator_next(Thread& t, Value self) {
  auto* iterator = as<StrIterator>(self);
  Str* text = iterator->text_.get();
  if (text == nullptr) return Value::absent();
  if (iterator->index_ >= text->length()) {
    iterator->text_.clear();
    return Value::absent();
  }
  return Value(TRY(Str::from_char(t, text->at(iterator->index_++))));
}

Fallible<int64_t> str_iterator_length_hint(Thread&, StrIterator* self) {
  Str* text = self->text_.get();
  return text == nullptr ? 0 : static_cast<int64_t>(text->length() - self->index_);
}

Fallible<Tuple*> str_iterator_reduce(Thread& t, StrIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  Str* text = self->text_.get();
  Tuple* arguments = TRY(Tuple::of(t, text == nullptr ? names.empty : text));
  if (text == nullptr) return Tuple::of(t, iter, arguments);
  return Tuple::of(t, iter, arguments, Value::from_small_int(static_cast<int64_t>(self->index_)));
}

Fallible<void> str_iterator_setstate(Thread&, StrIterator* self, int64_t index) {
  Str* text = self->text_.get();
  if (text == nullptr) return {};
  int64_t n = static_cast<int64_t>(text->length());
  self->index_ = static_cast<size_t>(index < 0 ? 0 : index > n ? n : index);
  return {};
}

const NativeMethod kStrIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(str_iterator_length_hint), "($self, /)", "How many characters are still to come."},
    {"__reduce__", HOG_NATIVE(str_iterator_reduce), "($self, /)", "For pickle and copy."},
    {"__setstate__", HOG_NATIVE(str_iterator_setstate), "($self, state, /)", "Set the position."},
    {}};

}  // namespace

extern const TypeSpec k_str_iterator_spec;
const TypeSpec k_str_iterator_spec = {
    .name = "str_iterator",
    .layout = &StrIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = str_iterator_next},
    .methods = kStrIteratorMethods,
};
extern const TypeSpec k_str_ascii_iterator_spec;
const TypeSpec k_str_ascii_iterator_spec = {
    .name = "str_ascii_iterator",
    .layout = &StrIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = str_iterator_next},
    .methods = kStrIteratorMethods,
};

// ---- The type. ----

namespace {

const NativeMethod kStrMethods[] = {
    {"capitalize", HOG_NATIVE(str_capitalize), "($self, /)", "First character in title case, the rest in lower case."},
    {"casefold", HOG_NATIVE(str_casefold), "($self, /)", "A form for comparison without regard to case."},
    {"center", HOG_NATIVE(str_center), "($self, width, fillchar=' ', /)", "Centred in a field of this width."},
    {"count", HOG_NATIVE(str_count), "($self, sub, start=None, end=None, /)", "How often sub occurs without overlap."},
    {"encode", HOG_NATIVE(str_encode), "($self, /, encoding='utf-8', errors='strict')", "The text as bytes."},
    {"endswith", HOG_NATIVE(str_endswith), "($self, suffix, start=None, end=None, /)", "Does the text end with suffix?"},
    {"expandtabs", HOG_NATIVE(str_expandtabs), "($self, /, tabsize=8)", "Tabs as spaces up to the next tab stop."},
    {"find", HOG_NATIVE(str_find), "($self, sub, start=None, end=None, /)", "First index of sub, or -1."},
    {"format", HOG_RAW(str_format), "($self, /, *args, **kwargs)", "The template with its {} fields filled in."},
    {"format_map", HOG_NATIVE(str_format_map), "($self, mapping, /)", "Like format(**mapping), without copying it."},
    {"index", HOG_NATIVE(str_index), "($self, sub, start=None, end=None, /)", "First index of sub, or ValueError."},
    {"isalnum", HOG_NATIVE(str_isalnum), "($self, /)", "Are all characters letters or digits?"},
    {"isalpha", HOG_NATIVE(str_isalpha), "($self, /)", "Are all characters letters?"},
    {"isascii", HOG_NATIVE(str_isascii), "($self, /)", "Are all characters ASCII?"},
    {"isdecimal", HOG_NATIVE(str_isdecimal), "($self, /)", "Are all characters decimal digits?"},
    {"isdigit", HOG_NATIVE(str_isdigit), "($self, /)", "Are all characters digits?"},
    {"isidentifier", HOG_NATIVE(str_isidentifier), "($self, /)", "Is this a valid identifier?"},
    {"islower", HOG_NATIVE(str_islower), "($self, /)", "Are all cased characters lower case?"},
    {"isnumeric", HOG_NATIVE(str_isnumeric), "($self, /)", "Do all characters stand for numbers?"},
    {"isprintable", HOG_NATIVE(str_isprintable), "($self, /)", "Does repr() leave all characters alone?"},
    {"isspace", HOG_NATIVE(str_isspace), "($self, /)", "Is everything white space?"},
    {"istitle", HOG_NATIVE(str_istitle), "($self, /)", "Is the text in title case?"},
    {"isupper", HOG_NATIVE(str_isupper), "($self, /)", "Are all cased characters upper case?"},
    {"join", HOG_NATIVE(str_join), "($self, iterable, /)", "The strings of iterable with this one between them."},
    {"ljust", HOG_NATIVE(str_ljust), "($self, width, fillchar=' ', /)", "At the left of a field of this width."},
    {"lower", HOG_NATIVE(str_lower), "($self, /)", "In lower case."},
    {"lstrip", HOG_NATIVE(str_lstrip), "($self, chars=None, /)", "Without leading white space or chars."},
    {"maketrans", HOG_NATIVE(str_maketrans), "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
     "A table for translate().", native_flag::kStatic},
    {"partition", HOG_NATIVE(str_partition), "($self, sep, /)", "What is before, at and after the first sep."},
    {"removeprefix", HOG_NATIVE(str_removeprefix), "($self, prefix, /)", "Without the prefix, if it is there."},
    {"removesuffix", HOG_NATIVE(str_removesuffix), "($self, suffix, /)", "Without the suffix, if it is there."},
    {"replace", HOG_NATIVE(str_replace), "($self, old, new, /, count=-1)", "With old replaced by new."},
    {"rfind", HOG_NATIVE(str_rfind), "($self, sub, start=None, end=None, /)", "Last index of sub, or -1."},
    {"rindex", HOG_NATIVE(str_rindex), "($self, sub, start=None, end=None, /)", "Last index of sub, or ValueError."},
    {"rjust", HOG_NATIVE(str_rjust), "($self, width, fillchar=' ', /)", "At the right of a field of this width."},
    {"rpartition", HOG_NATIVE(str_rpartition), "($self, sep, /)", "What is before, at and after the last sep."},
    {"rsplit", HOG_NATIVE(str_rsplit), "($self, /, sep=None, maxsplit=-1)", "Split at sep, counting from the right."},
    {"rstrip", HOG_NATIVE(str_rstrip), "($self, chars=None, /)", "Without trailing white space or chars."},
    {"split", HOG_NATIVE(str_split), "($self, /, sep=None, maxsplit=-1)", "Split at sep, or at white space."},
    {"splitlines", HOG_NATIVE(str_splitlines), "($self, /, keepends=False)", "Split into lines."},
    {"startswith", HOG_NATIVE(str_startswith), "($self, prefix, start=None, end=None, /)", "Does it start with prefix?"},
    {"strip", HOG_NATIVE(str_strip), "($self, chars=None, /)", "Without white space or chars at both ends."},
    {"swapcase", HOG_NATIVE(str_swapcase), "($self, /)", "Upper case in lower case and the other way round."},
    {"title", HOG_NATIVE(str_title), "($self, /)", "Words with a capital, the rest in lower case."},
    {"translate", HOG_NATIVE(str_translate), "($self, table, /)", "With each character replaced by what the table has for it."},
    {"upper", HOG_NATIVE(str_upper), "($self, /)", "In upper case."},
    {"zfill", HOG_NATIVE(str_zfill), "($self, width, /)", "With zeros in front, after a sign."},
    {"__format__", HOG_NATIVE(str_format_spec), "($self, format_spec, /)", "The text as a format specification has it."},
    {"__getnewargs__", HOG_NATIVE(str_getnewargs), "($self, /)", "For pickle and copy."},
    {"__sizeof__", HOG_NATIVE(str_sizeof), "($self, /)", "Bytes in memory."},
    {}};

}  // namespace

extern const TypeSpec k_str_spec;
const TypeSpec k_str_spec = {
    .name = "str",
    .doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
           "Text: an immutable sequence of Unicode code points. Without encoding and errors, what the object's __str__()\n"
           "gives (or its repr()); otherwise the object is bytes-like and is decoded.",
    .layout = &Str::kLayout,
    .flags = type_flag::kBaseType | type_flag::kStrSubclass | type_flag::kMatchSelf,
    .slots = {.repr = str_repr,
              .str = str_str,
              .hash = str_hash,
              .compare = str_compare,
              .iter = str_iter,
              .new_ = str_new,
              .remainder = str_remainder,
              .length = str_length,
              .get_item = str_get_item,
              .contains = str_contains,
              .concat = str_concat,
              .repeat = str_repeat},
    .methods = kStrMethods,
    .constructors = codecs::kErrorHandlerFunctions,  // no attributes: the table only has to belong to some type
};

}  // namespace hog
