// format_support.hpp: what __format__ of str, int, float and complex, str.format() and % share: sinks over StrBuilder and
// BytesBuilder, the ValueErrors of a format specification, and the parser of replacement fields.
#pragma once

#include "object/bytes_builder.hpp"
#include "object/str.hpp"
#include "object/text_view.hpp"
#include "text/format_spec.hpp"

namespace hog {

// A failure is pending in the thread when a sink refuses.
class StrSink final : public format::FillSink {
 public:
  explicit StrSink(StrBuilder& out) : out_(out) {}
  bool append(const char* bytes, size_t count) override { return !out_.append_ascii({bytes, count}).failed(); }
  bool fill(char32_t c, size_t count) override { return !out_.append_repeated(c, count).failed(); }

 private:
  StrBuilder& out_;
};
class BytesSink final : public ByteSink {
 public:
  explicit BytesSink(BytesBuilder& out) : out_(out) {}
  bool append(const char* bytes, size_t count) override { return !out_.append(bytes, count).failed(); }

 private:
  BytesBuilder& out_;
};

// The ValueError for a specification that does not parse or that the type refuses.
Failure raise_spec_error(Thread& t, format::SpecError error, const format::Spec& spec, const Str* specifier, Type* type);
// Lays out a number; checks its length against the memory there is.
Fallible<void> write_number(Thread& t, const format::Number& number, const format::Spec& spec, StrBuilder& out);
// format(text, spec) for str, not empty spec; appended to `out`.
Fallible<void> format_str(Thread& t, const Str* text, const Str* spec, StrBuilder& out);

// ---- Replacement fields. ----
struct TextSpan {
  size_t start = 0;
  size_t end = 0;
  bool empty() const { return start >= end; }
};
struct Markup {
  TextSpan literal;         // text before the field; braces already undoubled
  bool has_field = false;
  TextSpan name, spec;
  bool spec_has_fields = false;
  char32_t conversion = 0;  // 0: none
};
// Takes a format string apart. next() answers false at the end.
class MarkupParser {
 public:
  MarkupParser(const Str* text, TextSpan span) : text_(text), at_(span.start), end_(span.end) {}
  Fallible<bool> next(Thread& t, Markup* markup);

 private:
  Fallible<void> parse_field(Thread& t, Markup* markup);
  const Str* text_;
  size_t at_, end_;
};

// "a.b[c]": the first part and then the accesses.
struct FieldAccess {
  bool is_attribute;
  TextSpan name;
  int64_t index;  // -1: the name is no number
};
class FieldNameParser {
 public:
  // Splits off the first part; *index is -1 when it is no number.
  static Fallible<FieldNameParser> split(Thread& t, const Str* text, TextSpan name, TextSpan* first, int64_t* index);
  Fallible<bool> next(Thread& t, FieldAccess* access);
  size_t position() const { return at_; }

 private:
  const Str* text_ = nullptr;
  size_t at_ = 0, end_ = 0;
};

}  // namespace hog
