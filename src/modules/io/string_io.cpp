// string_io.cpp: io.StringIO: text in memory, in characters as wide as the widest that was written. Invariant: length_ characters
// of width_ bytes of text_ are in use; position_ may be beyond them. Newlines are translated as text is written. Ref: library/io "StringIO".
#include <cstddef>
#include <cstring>

#include "modules/io/io.hpp"

namespace hog::io {

namespace {

enum class Newline : uint8_t { Translate, Universal, Lf, Cr, CrLf };  // None, "", "\n", "\r", "\r\n"

class StringIO : public Cell {
 public:
  static const Layout kLayout;
  Field<ByteArray> text_;
  size_t length_, position_;
  CharKind kind_;
  Newline newline_;
  uint8_t seen_;
  bool ready_, closed_;
  ValueField attributes_;
  size_t width() const { return static_cast<size_t>(kind_); }
  uint8_t* bytes_at(size_t i) { return text_->data() + i * width(); }
  char32_t at(size_t i) {
    switch (kind_) {
      case CharKind::One: return *bytes_at(i);
      case CharKind::Two: return *reinterpret_cast<uint16_t*>(bytes_at(i));
      default: return *reinterpret_cast<uint32_t*>(bytes_at(i));
    }
  }
};
void trace_string_io(Cell* cell, Marker& marker) {
  auto* self = static_cast<StringIO*>(cell);
  marker.visit(self->text_.get());
  marker.visit_word(self->attributes_.get().raw());
}
const Layout StringIO::kLayout = {.name = "StringIO", .trace = trace_string_io, .base_size = sizeof(StringIO)};

Type* string_io_type;

Fallible<void> check_open(Thread& t, StringIO* s) {
  if (!s->ready_) return t.raise_value_error("I/O operation on uninitialized object");
  if (s->closed_) return t.raise_value_error("I/O operation on closed file");
  return {};
}
// Copies characters from one width to another that is as wide or wider.
void copy_characters(void* to, CharKind to_kind, const void* from, CharKind from_kind, size_t n) {
  if (n == 0) return;
  if (to_kind == from_kind) {
    std::memcpy(to, from, n * static_cast<size_t>(to_kind));
    return;
  }
  auto* one = static_cast<const uint8_t*>(from);
  auto* two = static_cast<const uint16_t*>(from);
  if (to_kind == CharKind::Two) {
    auto* out = static_cast<uint16_t*>(to);
    for (size_t i = 0; i < n; ++i) out[i] = one[i];
    return;
  }
  auto* out = static_cast<uint32_t*>(to);
  for (size_t i = 0; i < n; ++i) out[i] = from_kind == CharKind::One ? one[i] : two[i];
}
// Room for `end` characters of that kind, with the text in it.
Fallible<void> make_room(Thread& t, StringIO* s, size_t end, CharKind kind) {
  if (s->length_ != 0 && s->kind_ > kind) kind = s->kind_;
  auto width = static_cast<size_t>(kind);
  if (s->text_ && (s->length_ == 0 || s->kind_ == kind) && end <= s->text_->capacity() / width) [[likely]] {
    s->kind_ = kind;
    return {};
  }
  size_t capacity = TRY(grown_capacity(t, end > s->length_ ? end : s->length_, width));
  ByteArray* larger = TRY(ByteArray::make(t, capacity * width));
  if (s->length_ != 0) copy_characters(larger->data(), kind, s->text_->data(), s->kind_, s->length_);
  s->text_.set(s, larger);
  s->kind_ = kind;
  return {};
}
// Puts text at the position as it is, with NULs between the end and a position beyond it.
Fallible<void> store(Thread& t, StringIO* s, Str* text) {
  size_t n = text->length();
  if (n == 0) return {};
  if (s->position_ > Str::kLongest - n) return t.raise(core.OverflowError, "new position too large");
  size_t end = s->position_ + n;
  TRY(t.poll(static_cast<int64_t>(n / 64)));
  TRY(make_room(t, s, end, text->kind()));
  if (s->position_ > s->length_) std::memset(s->bytes_at(s->length_), 0, (s->position_ - s->length_) * s->width());
  copy_characters(s->bytes_at(s->position_), s->kind_, text->data(), text->kind(), n);
  s->position_ = end;
  if (end > s->length_) s->length_ = end;
  return {};
}
Fallible<Str*> expand_newlines(Thread& t, Str* text, const char* newline) {
  StrBuilder out(t);
  for (size_t i = 0; i < text->length(); ++i) {
    if ((i & 1023) == 0) TRY(t.poll());
    char32_t c = text->at(i);
    if (c == '\n') TRY(out.append_ascii(newline));
    else TRY(out.append(c));
  }
  return out.finish();
}
Fallible<void> write_text(Thread& t, StringIO* s, Str* text) {
  switch (s->newline_) {
    case Newline::Translate: text = TRY(scan_newlines(t, text, true, &s->seen_)); break;
    case Newline::Universal: text = TRY(scan_newlines(t, text, false, &s->seen_)); break;
    case Newline::Lf: break;
    case Newline::Cr: text = TRY(expand_newlines(t, text, "\r")); break;
    case Newline::CrLf: text = TRY(expand_newlines(t, text, "\r\n")); break;
  }
  return store(t, s, text);
}
Fallible<Str*> part(Thread& t, StringIO* s, size_t start, size_t end) {
  if (start >= end) return names.empty;
  TRY(t.poll(static_cast<int64_t>((end - start) / 64)));
  if (s->kind_ == CharKind::One) return Str::from_latin1(t, s->bytes_at(start), end - start);
  return Str::from_chars(t, s->bytes_at(start), end - start, s->kind_);
}

// ---- Construction. ----

Fallible<Value> new_(Thread& t, Type* type, const Arguments&) {
  // OPTIMIZATION: a StringIO itself needs no finaliser, which would cost each of them a place in a table.
  if (type == string_io_type) return Value(TRY(t.allocate<StringIO>(type->root_shape(), type->instance_size() - sizeof(StringIO))));
  return Value(TRY(new_instance(t, type)));
}
Fallible<Newline> newline_of(Thread& t, Value v) {
  if (v.is_none()) return Newline::Translate;
  if (v.is_absent()) return Newline::Lf;
  if (!is<Str>(v)) return t.raise_type_error("newline must be str or None, not {}", type_of(v)->name());
  Str* text = as<Str>(v);
  if (text->equals_ascii("")) return Newline::Universal;
  if (text->equals_ascii("\n")) return Newline::Lf;
  if (text->equals_ascii("\r")) return Newline::Cr;
  if (text->equals_ascii("\r\n")) return Newline::CrLf;
  return t.raise_value_error("illegal newline value: {}", repr_of(v));
}
Fallible<void> start(Thread& t, StringIO* self, Value initial, Value newline) {
  self->ready_ = false;
  Newline mode = TRY(newline_of(t, newline));
  if (!initial.is_absent() && !initial.is_none() && !is<Str>(initial))
    return t.raise_type_error("initial_value must be str or None, not {}", type_of(initial)->name());
  self->text_.clear();
  self->kind_ = CharKind::One;
  self->length_ = self->position_ = 0;
  self->seen_ = 0;
  self->newline_ = mode;
  if (is<Str>(initial)) TRY(write_text(t, self, as<Str>(initial)));
  self->position_ = 0;
  self->ready_ = true;
  self->closed_ = false;
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"StringIO", HOG_NATIVE(start), "($self, initial_value='', newline=<unrepresentable>)", "Text in memory."},
    {},
};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

// ---- Methods. ----

Fallible<Value> getvalue(Thread& t, StringIO* s) {
  TRY(check_open(t, s));
  return Value(TRY(part(t, s, 0, s->length_)));
}
Fallible<int64_t> tell(Thread& t, StringIO* s) {
  TRY(check_open(t, s));
  return static_cast<int64_t>(s->position_);
}
Fallible<Value> read(Thread& t, StringIO* s, Value size) {
  TRY(check_open(t, s));
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_open(t, s));
  if (s->position_ >= s->length_) return Value(names.empty);
  size_t start = s->position_, left = s->length_ - start;
  size_t count = n < 0 || static_cast<size_t>(n) > left ? left : static_cast<size_t>(n);
  Str* text = TRY(part(t, s, start, start + count));
  s->position_ = start + count;
  return Value(text);
}
// Where the line that starts at `i` ends, its newline included; at most `end`.
Fallible<size_t> line_end(Thread& t, StringIO* s, size_t i, size_t end) {
  bool universal = s->newline_ == Newline::Universal;
  if (s->kind_ == CharKind::One && (s->newline_ == Newline::Lf || s->newline_ == Newline::Translate)) {
    if (i >= end) return end;
    auto* found = static_cast<const uint8_t*>(std::memchr(s->bytes_at(i), '\n', end - i));
    return found == nullptr ? end : i + static_cast<size_t>(found - s->bytes_at(i)) + 1;
  }
  for (size_t steps = 0; i < end; ++i, ++steps) {
    if ((steps & 1023) == 1023) TRY(t.poll());
    bool next_is_lf = i + 1 < end && s->at(i + 1) == '\n';
    switch (s->newline_) {
      case Newline::Cr:
        if (s->at(i) == '\r') return i + 1;
        break;
      case Newline::CrLf:
        if (s->at(i) == '\r' && next_is_lf) return i + 2;
        break;
      default:
        if (s->at(i) == '\n') return i + 1;
        if (universal && s->at(i) == '\r') return next_is_lf ? i + 2 : i + 1;
    }
  }
  return end;
}
Fallible<Str*> take_line(Thread& t, StringIO* s, int64_t limit) {
  if (s->position_ >= s->length_) return names.empty;
  size_t start = s->position_, end = s->length_;
  if (limit >= 0 && static_cast<size_t>(limit) < end - start) end = start + static_cast<size_t>(limit);
  end = TRY(line_end(t, s, start, end));
  Str* line = TRY(part(t, s, start, end));
  s->position_ = end;
  return line;
}
Fallible<Value> readline(Thread& t, StringIO* s, Value size) {
  TRY(check_open(t, s));
  int64_t limit = TRY(size_argument_py(t, size));
  TRY(check_open(t, s));
  return Value(TRY(take_line(t, s, limit)));
}
Fallible<Value> next(Thread& t, Value self) {
  auto* s = as<StringIO>(self);
  TRY(check_open(t, s));
  Str* line;
  if (is_exactly(self, string_io_type->root_shape())) {
    line = TRY(take_line(t, s, -1));
  } else {
    Value v = TRY(call_method_py(t, self, names.readline));
    if (!is<Str>(v))
      return t.raise(core.OSError, "readline() should have returned a str object, not '{}'", type_of(v)->name());
    line = as<Str>(v);
  }
  if (line->length() == 0) return Value::absent();
  return Value(line);
}
Fallible<int64_t> write(Thread& t, StringIO* s, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("string argument expected, got '{}'", type_of(text)->name());
  TRY(check_open(t, s));
  TRY(write_text(t, s, as<Str>(text)));
  return static_cast<int64_t>(as<Str>(text)->length());
}
Fallible<int64_t> truncate(Thread& t, StringIO* s, Value size) {
  TRY(check_open(t, s));
  int64_t n = static_cast<int64_t>(s->position_);
  if (!size.is_absent() && !size.is_none()) n = TRY(size_argument_py(t, size));
  if (n < 0) return t.raise_value_error("Negative size value {}", n);
  TRY(check_open(t, s));
  if (static_cast<size_t>(n) < s->length_) s->length_ = static_cast<size_t>(n);
  return n;
}
Fallible<int64_t> seek(Thread& t, StringIO* s, int64_t position, Value whence_or_absent) {
  int64_t whence = whence_or_absent.is_absent() ? 0 : TRY(index_to_int64_py(t, whence_or_absent));
  TRY(check_open(t, s));
  if (whence < 0 || whence > 2) return t.raise_value_error("Invalid whence ({}, should be 0, 1 or 2)", whence);
  if (whence == 0 && position < 0) return t.raise_value_error("Negative seek position {}", position);
  if (whence != 0 && position != 0) return t.raise(core.OSError, "Can't do nonzero cur-relative seeks");
  if (whence == 1) position = static_cast<int64_t>(s->position_);
  if (whence == 2) position = static_cast<int64_t>(s->length_);
  s->position_ = static_cast<size_t>(position);
  return position;
}
Fallible<void> close(Thread&, StringIO* s) {
  s->closed_ = true;
  s->text_.clear();
  s->length_ = 0;
  return {};
}
Fallible<bool> yes(Thread& t, StringIO* s) {
  TRY(check_open(t, s));
  return true;
}
Fallible<Value> getstate(Thread& t, StringIO* s) {
  TRY(check_open(t, s));
  constexpr const char* kNewlines[] = {nullptr, "", "\n", "\r", "\r\n"};
  const char* newline = kNewlines[static_cast<int>(s->newline_)];
  Value mark = newline == nullptr ? Value::none() : Value(TRY(Str::from_ascii(t, newline)));
  Str* text = TRY(part(t, s, 0, s->length_));
  Dict* dict = TRY(Dict::copy(t, TRY(instance_dict(t, s))));
  Value position = TRY(make_int(t, static_cast<int64_t>(s->position_)));
  return Value(TRY(Tuple::of(t, Value(text), mark, position, Value(dict))));
}
Fallible<void> setstate(Thread& t, StringIO* s, Value state) {
  if (!is<Tuple>(state) || as<Tuple>(state)->length() < 4)
    return t.raise_type_error("{}.__setstate__ argument should be 4-tuple, got {}", type_of(Value(s)), type_of(state)->name());
  Tuple* fields = as<Tuple>(state);
  if (s->closed_) return t.raise_value_error("I/O operation on closed file");
  // The text was translated when it was written: it goes in as it is.
  TRY(start(t, s, Value::none(), fields->at(1)));
  s->ready_ = false;
  if (!is<Str>(fields->at(0))) return t.raise_type_error("initial_value must be str or None, not {}", type_of(fields->at(0))->name());
  if (!is_int_or_bool(fields->at(2)))
    return t.raise_type_error("third item of state must be an integer, got {}", type_of(fields->at(2))->name());
  int64_t position = TRY(index_to_int64_py(t, fields->at(2)));
  if (position < 0) return t.raise_value_error("position value cannot be negative");
  TRY(store(t, s, as<Str>(fields->at(0))));
  s->position_ = static_cast<size_t>(position);
  s->ready_ = true;
  Value attributes = fields->at(3);
  if (attributes.is_none()) return {};
  if (!is<Dict>(attributes))
    return t.raise_type_error("fourth item of state should be a dict, got a {}", type_of(attributes)->name());
  return dict_update_py(t, TRY(instance_dict(t, s)), attributes);
}

Fallible<Value> get_closed(Thread& t, Value self) {
  auto* s = as<StringIO>(self);
  if (!s->ready_) return t.raise_value_error("I/O operation on uninitialized object");
  return Value::from_bool(s->closed_);
}
Fallible<Value> get_line_buffering(Thread& t, Value self) {
  TRY(check_open(t, as<StringIO>(self)));
  return Value::false_value();
}
Fallible<Value> get_newlines(Thread& t, Value self) {
  auto* s = as<StringIO>(self);
  TRY(check_open(t, s));
  return seen_newlines(t, s->seen_);
}

constexpr NativeMethod kMethods[] = {
    {"getvalue", HOG_NATIVE(getvalue), "($self, /)", "The whole text."},
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "Up to that many characters."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "One line, or a part of it."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},
    {"truncate", HOG_NATIVE(truncate), "($self, pos=None, /)", "Cut the text; the position stays."},
    {"seek", HOG_NATIVE(seek), "($self, pos, whence=0, /)", "Move to a position."},
    {"write", HOG_NATIVE(write), "($self, s, /)", "Put text at the position."},
    {"close", HOG_NATIVE(close), "($self, /)", "Close, and forget the text."},
    {"seekable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"readable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"writable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"__getstate__", HOG_NATIVE(getstate), "($self, /)", "Text, newline, position and attributes."},
    {"__setstate__", HOG_NATIVE(setstate), "($self, state, /)", "What __getstate__() gave."},
    {},
};
constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Is it closed?"},
                               {"newlines", get_newlines, nullptr, "Kinds of newline met."},
                               {"line_buffering", get_line_buffering, nullptr, "False."},
                               {}};
const TypeSpec kSpec = {
    .name = "_io.StringIO",
    .doc = "A text stream in memory.",
    .layout = &StringIO::kLayout,
    .base = &text_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.next = next, .init = init, .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(initial_value='', newline='\\n')",
    .attributes_offset = offsetof(StringIO, attributes_),
    .constructors = kConstructors,
};

}  // namespace

const TypeRegistration kStringTypes[kStringCount] = {{&string_io_type, &kSpec}};

}  // namespace hog::io
