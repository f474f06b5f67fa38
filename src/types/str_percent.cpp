// str_percent.cpp: the % operator of str, bytes and bytearray: one parser, two outputs.
//
// Invariant: the format is immutable while arguments run Python. A piece that was converted is kept by its owner, which the
// native stack holds.
#include <algorithm>

#include "object/class_system.hpp"
#include "object/bytes_objects.hpp"
#include "object/str_internal.hpp"
#include "text/number.hpp"
#include "types/format_support.hpp"
#include "types/percent.hpp"
#include "types/str_common.hpp"

namespace hog {

namespace {

// What one conversion gives, before padding.
struct Piece {
  const void* data = nullptr;
  size_t length = 0;
  CharKind kind = CharKind::One;
  Value owner;  // keeps data alive
  bool numeric = false;
};

struct Directive {
  char32_t type = 0;
  bool left = false, plus = false, space = false, alternate = false, zero = false;
  int64_t width = -1;
  int64_t precision = -1;
};

// Text for str: %s is str().
struct TextOutput {
  static constexpr bool kBytes = false;
  explicit TextOutput(Thread& t) : out(t) {}
  Fallible<void> fill(char32_t c, size_t n) { return out.append_repeated(c, n); }
  Fallible<void> append(const void* data, size_t n, CharKind kind) { return out.append_chars(data, n, kind); }
  StrBuilder out;
};

// Bytes for bytes and bytearray: %s is %b, text is ASCII.
struct BytesOutput {
  static constexpr bool kBytes = true;
  explicit BytesOutput(Thread& t) : out(t) {}
  Fallible<void> fill(char32_t c, size_t n) { return out.append_repeated(static_cast<uint8_t>(c), n); }
  Fallible<void> append(const void* data, size_t n, CharKind) { return out.append(data, n); }
  BytesBuilder out;
};

template <typename Output>
class PercentFormatter {
 public:
  PercentFormatter(Thread& t, TextView format, Value arguments) : t_(t), format_(format), output_(t), arguments_(arguments) {
    if (is<Tuple>(arguments)) {
      count_ = static_cast<int64_t>(as<Tuple>(arguments)->length());
      next_ = 0;
    } else if (type_of(arguments)->slots().get_item != nullptr && !is<Str>(arguments) && !is_bytes_like(arguments)) {
      mapping_ = arguments;
    }
  }

  Fallible<void> run_py() {
    while (at_ < format_.length) {
      TRY(t_.poll());
      size_t percent = search::find_char(format_.slice(at_, format_.length - at_), '%');
      size_t run = percent == search::kNowhere ? format_.length - at_ : percent;
      TRY(poll_text(t_, run));
      TextView literal = format_.slice(at_, run);
      TRY(output_.append(literal.data, run, static_cast<CharKind>(format_.width)));
      at_ += run;
      if (at_ >= format_.length) break;
      ++at_;
      if (at_ < format_.length && format_[at_] == '%') {
        ++at_;
        TRY(output_.fill('%', 1));
        continue;
      }
      TRY(write_directive_py());
    }
    if (next_ < count_ && mapping_.is_empty())
      return t_.raise_type_error(Output::kBytes ? "not all arguments converted during bytes formatting"
                                                : "not all arguments converted during string formatting");
    return {};
  }
  Output& output() { return output_; }

 private:
  static bool is_bytes_like(Value v) {
    return Output::kBytes && (is<Bytes>(v) || type_of(v)->is_subtype_of(core.bytearray));
  }

  Fallible<Value> next_argument() {
    if (count_ < 0) {
      if (next_ == -2) {
        next_ = -1;
        return arguments_;
      }
    } else if (next_ < count_) {
      return as<Tuple>(arguments_)->at(static_cast<size_t>(next_++));
    }
    return t_.raise_type_error("not enough arguments for format string");
  }

  Fallible<char32_t> next_char() {
    if (at_ >= format_.length) return t_.raise_value_error("incomplete format");
    return format_[at_++];
  }

  // "(name)": the value of the mapping becomes the only argument.
  Fallible<void> read_key_py() {
    if (mapping_.is_empty()) return t_.raise_type_error("format requires a mapping");
    size_t start = at_;
    for (int64_t depth = 1; depth > 0; ++at_) {
      if (at_ >= format_.length) return t_.raise_value_error("incomplete format key");
      if (format_[at_] == '(') ++depth;
      if (format_[at_] == ')') --depth;
    }
    TextView name = format_.slice(start, at_ - 1 - start);
    Value key;
    if constexpr (Output::kBytes)
      key = TRY(Bytes::from(t_, name.data, name.length));
    else
      key = TRY(Str::from_chars(t_, name.data, name.length, static_cast<CharKind>(name.width)));
    arguments_ = TRY(get_item_py(t_, mapping_, key));
    count_ = -1;
    next_ = -2;
    return {};
  }

  Fallible<int64_t> read_number(char32_t* c, int64_t limit, const char* too_big) {
    int64_t n = 0;
    while (*c >= '0' && *c <= '9') {
      int64_t digit = static_cast<int64_t>(*c - '0');
      if (n > (limit - digit) / 10) return t_.raise_value_error(too_big);
      n = n * 10 + digit;
      *c = TRY(next_char());
    }
    return n;
  }

  Fallible<Value> star_argument() {
    Value v = TRY(next_argument());
    if (!is_int_or_bool(v)) return t_.raise_type_error("* wants int");
    return v;
  }

  Fallible<void> parse_py(Directive* d) {
    char32_t c = TRY(next_char());
    if (c == '(') {
      TRY(read_key_py());
      c = TRY(next_char());
    }
    for (;; c = TRY(next_char())) {
      if (c == '-') d->left = true;
      else if (c == '+') d->plus = true;
      else if (c == ' ') d->space = true;
      else if (c == '#') d->alternate = true;
      else if (c == '0') d->zero = true;
      else break;
    }
    if (c == '*') {
      Int64Result n = int_to_int64_nogc(TRY(star_argument()));
      if (n.overflow != 0) return t_.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
      d->width = n.value;
      if (n.value < 0) {
        d->left = true;
        d->width = n.value == INT64_MIN ? INT64_MAX : -n.value;
      }
      c = TRY(next_char());
    } else if (c >= '0' && c <= '9') {
      d->width = TRY(read_number(&c, INT64_MAX, "width too big"));
    }
    if (c == '.') {
      c = TRY(next_char());
      d->precision = 0;
      if (c == '*') {
        Int64Result n = int_to_int64_nogc(TRY(star_argument()));
        if (n.overflow != 0 || n.value > INT32_MAX || n.value < INT32_MIN)
          return t_.raise(core.OverflowError, "Python int too large to convert to C int");
        d->precision = std::max<int64_t>(n.value, 0);
        c = TRY(next_char());
      } else {
        d->precision = TRY(read_number(&c, INT32_MAX, Output::kBytes ? "prec too big" : "precision too big"));
      }
    }
    if (c == 'h' || c == 'l' || c == 'L') c = TRY(next_char());
    d->type = c;
    return {};
  }

  Failure raise_unsupported(char32_t type) {
    char shown = type > 31 && type < 128 ? static_cast<char>(type) : '?';
    char hex[number::kIntSize];
    size_t length = number::format_uint(type, 16, hex);
    return t_.raise_value_error("unsupported format character '{}' (0x{}) at index {}", shown,
                                std::string_view(hex, length), at_ - 1);
  }

  Fallible<void> write_directive_py() {
    Directive d;
    TRY(parse_py(&d));
    Value v = TRY(next_argument());
    switch (d.type) {
      case 's': case 'r': case 'a': return write_text_py(d, v);
      case 'b':
        if (Output::kBytes) return write_text_py(d, v);
        return raise_unsupported(d.type);
      case 'c': return write_character_py(d, v);
      case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return write_int_py(d, v);
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return write_float_py(d, v);
      default: return raise_unsupported(d.type);
    }
  }

  // The type of v as module.Name; without the module where that is builtins or __main__.
  Fallible<Str*> full_name(Value v) {
    Type* type = type_of(v);
    Value module = TRY(type_module(t_, type));
    Str* name = qualname_of(type);
    if (!is<Str>(module) || as<Str>(module)->equals_ascii("builtins") || as<Str>(module)->equals_ascii("__main__")) return name;
    return t_.format("{}.{}", as<Str>(module), name);
  }

  static Piece piece_of(Str* s) { return {s->data(), s->length(), s->kind(), Value(s), false}; }

  Fallible<void> write_text_py(const Directive& d, Value v) {
    Piece piece;
    if (Output::kBytes && (d.type == 's' || d.type == 'b')) {
      Bytes* bytes = TRY(bytes_for_percent_py(v));
      piece = {bytes->data(), bytes->length(), CharKind::One, Value(bytes), false};
    } else if (Output::kBytes || d.type == 'a') {
      piece = piece_of(TRY(ascii_py(t_, v)));
    } else if (d.type == 'r') {
      piece = piece_of(TRY(repr_py(t_, v)));
    } else {
      piece = piece_of(is<Str>(v) && is_exact_str(v) ? as<Str>(v) : TRY(str_py(t_, v)));
    }
    if (d.precision >= 0) piece.length = std::min(piece.length, static_cast<size_t>(d.precision));
    return write_piece(d, piece);
  }

  Fallible<Bytes*> bytes_for_percent_py(Value v) {
    if (is_exactly(v, shapes.bytes)) return as<Bytes>(v);
    Value method = TRY(find_special_py(t_, v, names.dunder_bytes));
    if (!method.is_absent() && !is<Bytes>(v)) {
      Value made = TRY(call_py(t_, method));
      if (!is<Bytes>(made)) return t_.raise_type_error("__bytes__ returned non-bytes (type {})", type_of(made));
      return as<Bytes>(made);
    }
    if (!supports_buffer(v))
      return t_.raise_type_error("%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                                 type_of(v));
    BytesLike view(t_);
    TRY(view.open(v));
    return Bytes::from(t_, view.data(), view.size());
  }

  Fallible<void> write_character_py(const Directive& d, Value v) {
    if constexpr (Output::kBytes) {
      uint8_t byte;
      bool is_bytearray = type_of(v)->is_subtype_of(core.bytearray);
      if (is<Bytes>(v) || is_bytearray) {
        BytesLike view(t_);
        TRY(view.open(v));
        if (view.size() != 1)
          return t_.raise_type_error(
              is_bytearray ? "%c requires an integer in range(256) or a single byte, not a bytearray object of length {}"
                           : "%c requires an integer in range(256) or a single byte, not a bytes object of length {}",
              view.size());
        byte = view.data()[0];
      } else {
        if (!is_int_or_bool(v) && type_of(v)->slots().index == nullptr)
          return t_.raise_type_error("%c requires an integer in range(256) or a single byte, not {}", TRY(full_name(v)));
        Int64Result n = int_to_int64_nogc(TRY(index_py(t_, v)));
        if (n.overflow != 0 || n.value < 0 || n.value > 255) return t_.raise(core.OverflowError, "%c arg not in range(256)");
        byte = static_cast<uint8_t>(n.value);
      }
      return write_piece(d, {&byte, 1, CharKind::One, Value(), false});
    } else {
      uint32_t c;
      if (is<Str>(v)) {
        if (as<Str>(v)->length() != 1)
          return t_.raise_type_error("%c requires an int or a unicode character, not a string of length {}",
                                     as<Str>(v)->length());
        c = as<Str>(v)->at(0);
      } else {
        if (!is_int_or_bool(v) && type_of(v)->slots().index == nullptr)
          return t_.raise_type_error("%c requires an int or a unicode character, not {}", TRY(full_name(v)));
        Int64Result n = int_to_int64_nogc(TRY(index_py(t_, v)));
        if (n.overflow != 0 || n.value < 0 || n.value > 0x10FFFF)
          return t_.raise(core.OverflowError, "%c arg not in range(0x110000)");
        c = static_cast<uint32_t>(n.value);
      }
      return write_piece(d, {&c, 1, CharKind::Four, Value(), false});
    }
  }

  Fallible<Value> int_argument_py(const Directive& d, Value v) {
    if (is_int_or_bool(v)) return v;
    bool exact = d.type == 'o' || d.type == 'x' || d.type == 'X';
    const Slots& slots = type_of(v)->slots();
    bool number = slots.index != nullptr || slots.to_int != nullptr || slots.to_float != nullptr;
    if (number && !(exact && slots.index == nullptr)) {
      Fallible<Value> n = exact ? index_py(t_, v) : to_int_py(t_, v);
      if (!n.failed()) return n;
      if (!clear_exception_if(t_, core.TypeError)) return Failure{};
    }
    char type = static_cast<char>(d.type);
    return t_.raise_type_error(exact ? "%{} format: an integer is required, not {}"
                                     : "%{} format: a real number is required, not {}", type, type_of(v));
  }

  Fallible<void> write_int_py(const Directive& d, Value v) {
    Value n = TRY(int_argument_py(d, v));
    int base = d.type == 'o' ? 8 : d.type == 'x' || d.type == 'X' ? 16 : 10;
    char small[number::kIntSize];
    std::string_view digits;
    Value owner;
    if (n.is_bool()) n = Value::from_small_int(n.is_true());
    if (n.is_small_int()) {
      digits = {small, number::format_int(n.small_int(), static_cast<unsigned>(base), small)};
    } else {
      Str* text = TRY(int_to_text(t_, n, base));
      owner = text;
      digits = text->ascii();
    }
    bool negative = digits[0] == '-';
    if (negative) digits.remove_prefix(1);
    size_t precision = d.precision > 0 ? static_cast<size_t>(d.precision) : 0;
    if (precision > INT32_MAX - 3) return t_.raise(core.OverflowError, "precision too large");
    size_t zeros = precision > digits.size() ? precision - digits.size() : 0;
    if (zeros != 0) TRY(t_.check_fits(zeros));
    BytesBuilder text(t_);
    bool prefixed = d.alternate && base != 10;
    TRY(text.reserve(3 + zeros + digits.size()));
    if (negative) TRY(text.append_byte('-'));
    if (prefixed) {
      TRY(text.append_byte('0'));
      TRY(text.append_byte(static_cast<uint8_t>(d.type)));
    }
    TRY(text.append_repeated('0', zeros));
    TRY(text.append(digits));
    if (d.type == 'X')
      for (size_t i = 0; i < text.size(); ++i)
        if (text.data()[i] >= 'a') text.data()[i] = static_cast<uint8_t>(text.data()[i] - 32);
    return write_piece(d, {text.data(), text.size(), CharKind::One, owner, true}, prefixed);
  }

  Fallible<void> write_float_py(const Directive& d, Value v) {
    double value;
    if (is_float(v)) {
      value = float_value(v);
    } else {
      Fallible<double> converted = to_double_py(t_, v);
      if (converted.failed()) {
        if (Output::kBytes && clear_exception_if(t_, core.TypeError))
          return t_.raise_type_error("float argument required, not {}", type_of(v));
        return Failure{};
      }
      value = converted.get();
    }
    bool upper = d.type < 'a';
    number::Style style = (d.type | 0x20) == 'e'   ? number::Style::kExponent
                          : (d.type | 0x20) == 'f' ? number::Style::kFixed
                                                   : number::Style::kGeneral;
    number::FloatOptions options;
    options.precision = d.precision < 0 ? 6 : static_cast<size_t>(d.precision);
    options.alternate = d.alternate;
    number::FloatText made(value, style, options);
    TRY(t_.check_fits(made.length()));
    TRY(poll_text(t_, made.length()));
    BytesBuilder text(t_);
    TRY(text.reserve(made.length()));
    BytesSink sink(text);
    if (!made.write(sink)) return Failure{};
    if (upper)
      for (size_t i = 0; i < text.size(); ++i)
        if (text.data()[i] >= 'a') text.data()[i] = static_cast<uint8_t>(text.data()[i] - 32);
    return write_piece(d, {text.data(), text.size(), CharKind::One, Value(), true});
  }

  // Sign, prefix, padding.
  Fallible<void> write_piece(const Directive& d, Piece piece, bool prefixed = false) {
    const auto* bytes = static_cast<const char*>(piece.data);
    size_t skip = 0;
    char32_t sign = 0;
    char32_t filler = piece.numeric && d.zero ? '0' : ' ';
    if (piece.numeric) {
      if (piece.length != 0 && (bytes[0] == '-' || bytes[0] == '+')) {
        sign = static_cast<unsigned char>(bytes[0]);
        skip = 1;
      } else if (d.plus) {
        sign = '+';
      } else if (d.space) {
        sign = ' ';
      }
    }
    size_t body = piece.length - skip;  // with the prefix
    size_t total = body + (sign != 0);
    size_t width = d.width < 0 ? 0 : static_cast<size_t>(d.width);
    size_t padding = width > total ? width - total : 0;
    if (padding > Str::kLongest) return t_.raise_memory_error();
    if (padding != 0) TRY(t_.check_fits(padding));
    TRY(poll_text(t_, total + padding));
    if (filler != ' ' || d.left) {
      if (sign != 0) TRY(output_.fill(sign, 1));
      if (prefixed) {
        TRY(output_.append(bytes + skip, 2, CharKind::One));
        skip += 2;
      }
      if (!d.left) TRY(output_.fill(filler, padding));
    } else {
      TRY(output_.fill(' ', padding));
      if (sign != 0) TRY(output_.fill(sign, 1));
    }
    TRY(output_.append(bytes + skip * static_cast<size_t>(piece.kind), piece.length - skip, piece.kind));
    if (d.left) TRY(output_.fill(' ', padding));
    return {};
  }

  Thread& t_;
  TextView format_;
  Output output_;
  Value arguments_;
  Value mapping_;        // empty: none
  int64_t count_ = -1;   // -1: `arguments_` is the single argument
  int64_t next_ = -2;
  size_t at_ = 0;
};

}  // namespace

Fallible<Str*> percent_str_py(Thread& t, Str* format, Value arguments) {
  TRY(check_native_recursion(t));
  PercentFormatter<TextOutput> formatter(t, text_of(format), arguments);
  TRY(formatter.run_py());
  return formatter.output().out.finish();
}

Fallible<Bytes*> percent_bytes_py(Thread& t, const uint8_t* format, size_t length, Value arguments) {
  TRY(check_native_recursion(t));
  PercentFormatter<BytesOutput> formatter(t, TextView(format, length, Width::k1), arguments);
  TRY(formatter.run_py());
  return formatter.output().out.finish();
}

Fallible<Value> str_remainder(Thread& t, Value left, Value right) {
  if (!is<Str>(left)) return Value::not_implemented();
  return Value(TRY(percent_str_py(t, as<Str>(left), right)));
}

}  // namespace hog
