// str_format.cpp: str.__format__, str.format and str.format_map. Ref: library/string "Format String Syntax".
//
// Invariant: fields may run any Python (__format__, __getattr__, ...); the template is immutable and the arguments stay put.
#include "object/str_internal.hpp"
#include "text/number.hpp"
#include "types/format_support.hpp"
#include "types/str_common.hpp"

namespace hog {

// ---- Format specifications. ----

namespace {

class PointSink final : public CodePointSink {
 public:
  explicit PointSink(StrBuilder& out) : out_(out) {}
  bool append(const char32_t* points, size_t count) override {
    static_assert(sizeof(char32_t) == sizeof(uint32_t));
    return !out_.append_chars(points, count, CharKind::Four).failed();
  }

 private:
  StrBuilder& out_;
};

}  // namespace

Failure raise_spec_error(Thread& t, format::SpecError error, const format::Spec& spec, const Str* specifier, Type* type) {
  StrBuilder out(t);
  PointSink sink(out);
  const Str* name = type->is_heap_type() ? type->name() : type->qualified_name();
  if (!format::write_message(error, spec, text_of(specifier), text_of(name), sink)) return Failure{};
  Str* message = TRY(out.finish());
  return t.raise_value(core.ValueError, message);
}

Fallible<void> write_number(Thread& t, const format::Number& number, const format::Spec& spec, StrBuilder& out) {
  format::Layout layout(number, spec);
  TRY(t.check_fits(layout.length()));
  TRY(poll_text(t, layout.length()));
  TRY(out.reserve(layout.length(), layout.has_padding() ? chars::kind_for(spec.fill) : CharKind::One));
  StrSink sink(out);
  if (!layout.write(sink)) return Failure{};
  return {};
}

Fallible<void> format_str(Thread& t, const Str* text, const Str* spec_text, StrBuilder& out) {
  format::ParsedSpec parsed = format::parse(text_of(spec_text), format::Align::kLeft, 's');
  format::SpecError error = parsed.error;
  if (error == format::SpecError::kNone) error = format::check_string(parsed.spec);
  if (error != format::SpecError::kNone) return raise_spec_error(t, error, parsed.spec, spec_text, core.str);
  const format::Spec& spec = parsed.spec;
  size_t length = std::min(text->length(), spec.precision_or(SIZE_MAX));
  format::Padding padding = format::padding_for(length, spec);
  if (padding.left > Str::kLongest || padding.right > Str::kLongest) return t.raise_memory_error();
  size_t total = padding.left + length + padding.right;
  CharKind kind = padding.left + padding.right != 0 ? chars::kind_for(spec.fill) : CharKind::One;
  TRY(t.check_fits(total * static_cast<size_t>(chars::wider(kind, text->kind()))));
  TRY(poll_text(t, total));
  TRY(out.reserve(total, kind));
  TRY(out.append_repeated(spec.fill, padding.left));
  TRY(out.append_slice(text, 0, length));
  return out.append_repeated(spec.fill, padding.right);
}

Fallible<Value> str_format_spec(Thread& t, Str* self, Str* spec) {
  if (spec->length() == 0) {
    if (self->shape() == shapes.str) return Value(self);
    return Value(TRY(str_py(t, self)));
  }
  StrBuilder out(t);
  TRY(format_str(t, self, spec, out));
  return Value(TRY(out.finish()));
}

// ---- Taking templates apart. ----

Fallible<bool> MarkupParser::next(Thread& t, Markup* markup) {
  *markup = Markup();
  if (at_ >= end_) return false;
  size_t start = at_;
  char32_t c = 0;
  bool brace = false;
  while (at_ < end_ && !brace) {
    c = text_->at(at_++);
    brace = c == '{' || c == '}';
  }
  markup->literal = {start, at_};
  if (!brace) return true;
  bool doubled = at_ < end_ && text_->at(at_) == c;
  if (c == '}' && !doubled) return t.raise_value_error("Single '}' encountered in format string");
  if (at_ >= end_) return t.raise_value_error("Single '{' encountered in format string");
  if (doubled) {
    ++at_;  // the literal keeps one of the two
    return true;
  }
  --markup->literal.end;
  markup->has_field = true;
  TRY(parse_field(t, markup));
  return true;
}

Fallible<void> MarkupParser::parse_field(Thread& t, Markup* markup) {
  char32_t c = 0;
  size_t start = at_;
  for (bool name = true; name && at_ < end_;) {
    c = text_->at(at_++);
    if (c == '{') return t.raise_value_error("unexpected '{' in field name");
    if (c == '[')
      while (at_ < end_ && text_->at(at_) != ']') ++at_;
    name = c != '}' && c != ':' && c != '!';
  }
  markup->name = {start, at_ > start ? at_ - 1 : start};
  if (c == '}') return {};
  if (c != '!' && c != ':') return t.raise_value_error("expected '}' before end of string");
  if (c == '!') {
    if (at_ >= end_) return t.raise_value_error("end of string while looking for conversion specifier");
    markup->conversion = text_->at(at_++);
    if (at_ < end_) {
      c = text_->at(at_++);
      if (c == '}') return {};
      if (c != ':') return t.raise_value_error("expected ':' after conversion specifier");
    }
  }
  markup->spec.start = at_;
  for (size_t depth = 1; at_ < end_;) {
    c = text_->at(at_++);
    if (c == '{') markup->spec_has_fields = true, ++depth;
    if (c == '}' && --depth == 0) {
      markup->spec.end = at_ - 1;
      return {};
    }
  }
  return t.raise_value_error("unmatched '{' in format spec");
}

namespace {

// -1: not a number.
Fallible<int64_t> integer_in(Thread& t, const Str* text, TextSpan span) {
  if (span.empty()) return int64_t{-1};
  int64_t n = 0;
  for (size_t i = span.start; i < span.end; ++i) {
    int digit = unicode::decimal_value(text->at(i));
    if (digit < 0) return int64_t{-1};
    if (n > (INT64_MAX - digit) / 10) return t.raise_value_error("Too many decimal digits in format string");
    n = n * 10 + digit;
  }
  return n;
}

}  // namespace

Fallible<FieldNameParser> FieldNameParser::split(Thread& t, const Str* text, TextSpan name, TextSpan* first,
                                                 int64_t* index) {
  FieldNameParser parser;
  parser.text_ = text;
  parser.end_ = name.end;
  size_t i = name.start;
  while (i < name.end && text->at(i) != '.' && text->at(i) != '[') ++i;
  parser.at_ = i;
  *first = {name.start, i};
  *index = TRY(integer_in(t, text, *first));
  return parser;
}

Fallible<bool> FieldNameParser::next(Thread& t, FieldAccess* access) {
  if (at_ >= end_) return false;
  char32_t c = text_->at(at_++);
  size_t start = at_;
  if (c == '.') {
    while (at_ < end_ && text_->at(at_) != '.' && text_->at(at_) != '[') ++at_;
    *access = {true, {start, at_}, -1};
  } else if (c == '[') {
    while (at_ < end_ && text_->at(at_) != ']') ++at_;
    if (at_ >= end_) return t.raise_value_error("Missing ']' in format string");
    TextSpan name = {start, at_++};
    *access = {false, name, TRY(integer_in(t, text_, name))};
  } else {
    return t.raise_value_error("Only '.' or '[' may follow ']' in format field specifier");
  }
  if (access->name.empty()) return t.raise_value_error("Empty attribute in format string");
  return true;
}

// ---- str.format and str.format_map. ----

namespace {

constexpr int kDeepest = 2;  // a specification may have fields, theirs may not

class Formatter {
 public:
  // mapping: absent for format(), whose keywords are in the arguments.
  Formatter(Thread& t, const Arguments& arguments, Value mapping) : t_(t), arguments_(arguments), mapping_(mapping) {}
  Fallible<void> write_py(Str* text, TextSpan span, int depth, StrBuilder& out);

 private:
  enum class Numbering : uint8_t { Unknown, Automatic, Manual };
  Fallible<void> write_field_py(Str* text, const Markup& markup, int depth, StrBuilder& out);
  Fallible<Value> field_value_py(Str* text, TextSpan name);
  Fallible<Value> first_value_py(Str* text, TextSpan first, int64_t index);
  Fallible<void> check_numbering(bool automatic);

  Thread& t_;
  const Arguments& arguments_;
  Value mapping_;
  Numbering numbering_ = Numbering::Unknown;
  int64_t next_automatic_ = 0;
};

Fallible<void> Formatter::write_py(Str* text, TextSpan span, int depth, StrBuilder& out) {
  if (depth <= 0) return t_.raise_value_error("Max string recursion exceeded");
  MarkupParser parser(text, span);
  Markup markup;
  while (TRY(parser.next(t_, &markup))) {
    TRY(t_.poll());
    TRY(out.append_slice(text, markup.literal.start, markup.literal.end));
    if (markup.has_field) TRY(write_field_py(text, markup, depth, out));
  }
  return {};
}

Fallible<void> Formatter::check_numbering(bool automatic) {
  if (numbering_ == Numbering::Unknown) numbering_ = automatic ? Numbering::Automatic : Numbering::Manual;
  if (automatic && numbering_ == Numbering::Manual)
    return t_.raise_value_error("cannot switch from manual field specification to automatic field numbering");
  if (!automatic && numbering_ == Numbering::Automatic)
    return t_.raise_value_error("cannot switch from automatic field numbering to manual field specification");
  return {};
}

Fallible<Value> Formatter::first_value_py(Str* text, TextSpan first, int64_t index) {
  if (first.empty() || index >= 0) {
    TRY(check_numbering(first.empty()));
    if (first.empty()) index = next_automatic_++;
    if (!mapping_.is_absent()) return t_.raise_value_error("Format string contains positional fields");
    if (index >= arguments_.positional)
      return t_.raise(core.IndexError, "Replacement index {} out of range for positional args tuple", index);
    return arguments_[static_cast<size_t>(index)];
  }
  Str* key = TRY(Str::slice(t_, text, first.start, first.end));
  if (!mapping_.is_absent()) return get_item_py(t_, mapping_, key);
  for (uint32_t i = 0; i < arguments_.keyword_count(); ++i)
    if (Str::equal_nogc(as<Str>(arguments_.names->at(i)), key)) return arguments_[arguments_.positional + i];
  return t_.raise_value(core.KeyError, key);
}

Fallible<Value> Formatter::field_value_py(Str* text, TextSpan name) {
  TextSpan first;
  int64_t index = -1;
  FieldNameParser parser = TRY(FieldNameParser::split(t_, text, name, &first, &index));
  Value value = TRY(first_value_py(text, first, index));
  FieldAccess access;
  while (TRY(parser.next(t_, &access))) {
    TRY(t_.poll());
    if (access.index >= 0) {
      value = TRY(get_item_py(t_, value, TRY(make_int(t_, access.index))));
      continue;
    }
    Str* key = TRY(Str::slice(t_, text, access.name.start, access.name.end));
    value = access.is_attribute ? TRY(get_attribute_by_value_py(t_, value, key)) : TRY(get_item_py(t_, value, key));
  }
  return value;
}

Fallible<void> Formatter::write_field_py(Str* text, const Markup& markup, int depth, StrBuilder& out) {
  Value value = TRY(field_value_py(text, markup.name));
  switch (markup.conversion) {
    case 0: break;
    case 'r': value = TRY(repr_py(t_, value)); break;
    case 's': value = TRY(str_py(t_, value)); break;
    case 'a': value = TRY(ascii_py(t_, value)); break;
    default:
      if (markup.conversion > 32 && markup.conversion < 127)
        return t_.raise_value_error("Unknown conversion specifier {}", static_cast<char>(markup.conversion));
      {
        char hex[number::kIntSize];
        size_t length = number::format_uint(markup.conversion, 16, hex);
        return t_.raise_value_error("Unknown conversion specifier \\x{}", std::string_view(hex, length));
      }
  }
  Str* spec = names.empty;
  if (markup.spec_has_fields) {
    StrBuilder expanded(t_);
    TRY(write_py(text, markup.spec, depth - 1, expanded));
    spec = TRY(expanded.finish());
  } else if (!markup.spec.empty()) {
    spec = TRY(Str::slice(t_, text, markup.spec.start, markup.spec.end));
  }
  if (is_exact_str(value)) {
    if (spec->length() == 0) return out.append(as<Str>(value));
    return format_str(t_, as<Str>(value), spec, out);
  }
  if (value.is_small_int() && spec->length() == 0) {
    char digits[number::kIntSize];
    return out.append_ascii({digits, number::format_int(value.small_int(), 10, digits)});
  }
  return out.append(TRY(format_py(t_, value, spec)));
}

Fallible<Value> format_all_py(Thread& t, Str* self, const Arguments& arguments, Value mapping) {
  TRY(check_native_recursion(t));
  StrBuilder out(t);
  Formatter formatter(t, arguments, mapping);
  TRY(formatter.write_py(self, {0, self->length()}, kDeepest, out));
  TRY(poll_text(t, self->length() + out.length()));
  return Value(TRY(out.finish()));
}

}  // namespace

Fallible<Value> str_format(Thread& t, Value self, const Arguments& arguments) {
  return format_all_py(t, as<Str>(self), arguments, Value::absent());
}

Fallible<Value> str_format_map(Thread& t, Str* self, Value mapping) {
  return format_all_py(t, self, Arguments(), mapping);
}

}  // namespace hog
