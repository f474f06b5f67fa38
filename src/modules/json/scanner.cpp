// scanner.cpp: the type Scanner: JSON text to values. Invariant: idx never passes the end of the text, which is immutable;
// depth is counted by the native stack. Ref: RFC 8259; library/json.
#include <cstring>

#include "modules/json/json.hpp"
#include "text/number.hpp"

namespace hog::json {

Type* scanner_type = nullptr;

namespace {

class Scanner : public Cell {
 public:
  static const Layout kLayout;
  ValueField strict_, object_hook_, object_pairs_hook_, parse_float_, parse_int_, parse_constant_;
};
const Layout Scanner::kLayout = {.name = "Scanner",
                                 .trace =
                                     [](Cell* cell, Marker& marker) {
                                       auto* s = static_cast<Scanner*>(cell);
                                       for (const ValueField* field : {&s->strict_, &s->object_hook_, &s->object_pairs_hook_,
                                                                       &s->parse_float_, &s->parse_int_, &s->parse_constant_})
                                         marker.visit_word(field->get().raw());
                                     },
                                 .base_size = sizeof(Scanner)};

bool is_space(uint32_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

// Keys seen lately in this text: documents repeat a few keys very often. Lives on the native stack, where the collector
// finds what it holds.
class KeyMemory {
 public:
  Str** place(const void* data, size_t bytes) {
    uint64_t h = bytes * 0x9E3779B97F4A7C15u;
    uint64_t word = 0;
    std::memcpy(&word, data, bytes < 8 ? bytes : 8);
    h = (h ^ word) * 0xFF51AFD7ED558CCDu;
    if (bytes > 8) {
      std::memcpy(&word, static_cast<const char*>(data) + bytes - 8, 8);
      h = (h ^ (h >> 29) ^ word) * 0xC4CEB9FE1A85EC53u;
    }
    return &keys_[h >> 57];
  }

 private:
  Str* keys_[128] = {};
};

template <typename Char>
struct Run {
  Thread& t;
  Scanner* scanner;
  Str* text;
  const Char* data;
  size_t length;
  bool strict;
  bool plain_int, plain_float;
  Value object_hook, pairs_hook;
  KeyMemory* keys;

  void skip_space(size_t* at) const {
    while (*at < length && is_space(data[*at])) ++*at;
  }
  Failure raise(const char* message, size_t at) { return raise_decode_error(t, message, text, at); }
  // Nothing to read here: what the decoder in Python makes "Expecting value" of.
  Failure raise_no_value(size_t at) {
    return t.raise_value(core.StopIteration, Value::from_small_int(static_cast<int64_t>(at)));
  }
  bool matches(size_t at, std::string_view word) const {
    if (length - at < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i)
      if (data[at + i] != static_cast<Char>(word[i])) return false;
    return true;
  }

  Fallible<Value> constant(std::string_view word, size_t at, size_t* end) {
    *end = at + word.size();
    Str* name = TRY(Str::from_ascii(t, word));
    return call_py(t, scanner->parse_constant_.get(), Value(name));
  }

  Fallible<Value> value(size_t at, size_t* end) {
    if (at >= length) return raise_no_value(at);
    switch (data[at]) {
      case '"': return Value(TRY(scan_string(t, text, at + 1, strict, end)));
      case '{': return object(at + 1, end);
      case '[': return array(at + 1, end);
      case 'n':
        if (!matches(at, "null")) break;
        *end = at + 4;
        return Value::none();
      case 't':
        if (!matches(at, "true")) break;
        *end = at + 4;
        return Value::true_value();
      case 'f':
        if (!matches(at, "false")) break;
        *end = at + 5;
        return Value::false_value();
      case 'N':
        if (!matches(at, "NaN")) break;
        return constant("NaN", at, end);
      case 'I':
        if (!matches(at, "Infinity")) break;
        return constant("Infinity", at, end);
      case '-':
        if (matches(at, "-Infinity")) return constant("-Infinity", at, end);
        break;
      default: break;
    }
    return number(at, end);
  }

  Fallible<Value> number(size_t begin, size_t* end) {
    size_t i = begin;
    bool negative = data[i] == '-';
    if (negative) ++i;
    if (i >= length || !is_digit(data[i])) return raise_no_value(begin);
    uint64_t mantissa = 0;
    size_t first = i;
    if (data[i] == '0') ++i;
    else
      for (; i < length && is_digit(data[i]); ++i) mantissa = mantissa * 10 + (data[i] - '0');  // wraps when long
    size_t digits = i - first;
    size_t point = i;
    bool real = false;
    int64_t exponent = 0;
    if (i + 1 < length && data[i] == '.' && is_digit(data[i + 1])) {
      real = true;
      for (++i; i < length && is_digit(data[i]); ++i) mantissa = mantissa * 10 + (data[i] - '0');
      exponent = -static_cast<int64_t>(i - point - 1);
      digits += i - point - 1;
    }
    if (i + 1 < length && (data[i] == 'e' || data[i] == 'E')) {
      size_t k = i + 1;
      bool minus = data[k] == '-';
      if (k + 1 < length && (minus || data[k] == '+')) ++k;
      if (is_digit(data[k])) {
        real = true;
        int64_t e = 0;
        for (; k < length && is_digit(data[k]); ++k)
          if (e < 100000) e = e * 10 + (data[k] - '0');
        exponent += minus ? -e : e;
        i = k;
      }
    }
    *end = i;
    TRY(t.poll(static_cast<int64_t>((i - begin) / 32)));
    if (!real && plain_int && digits <= 18) {
      auto n = static_cast<int64_t>(mantissa);
      return make_int(t, negative ? -n : n);
    }
    // OPTIMIZATION: a mantissa and a power of ten that doubles hold exactly need one correctly rounded operation.
    if (real && plain_float && digits <= 15 && exponent >= -22 && exponent <= 22) {
      constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
      auto d = static_cast<double>(mantissa);
      d = exponent < 0 ? d / kPowers[-exponent] : d * kPowers[exponent];
      return make_float(t, negative ? -d : d);
    }
    return slow_number(begin, i, real);
  }

  Fallible<Value> slow_number(size_t begin, size_t end, bool real) {
    size_t n = end - begin;
    ByteArray* copy = TRY(ByteArray::make(t, n));
    for (size_t k = 0; k < n; ++k) copy->data()[k] = static_cast<uint8_t>(data[begin + k]);
    std::string_view digits(reinterpret_cast<const char*>(copy->data()), n);
    if (real && plain_float) return make_float(t, TRY(double_of(digits)));
    Str* s = TRY(Str::from_ascii(t, digits));
    // int itself, too, which limits how long the text may be.
    Value parse = real ? scanner->parse_float_.get() : scanner->parse_int_.get();
    return call_py(t, parse, Value(s));
  }
  Fallible<double> double_of(std::string_view digits) {
    std::optional<double> d = number::parse_float(digits);
    if (!d) return t.raise_value_error("could not convert string to float");
    return *d;
  }

  Fallible<Value> array(size_t at, size_t* end) {
    TRY(check_native_recursion(t, " while decoding a JSON array from a unicode string"));
    List* list = TRY(List::make(t));
    skip_space(&at);
    if (at < length && data[at] == ']') {
      *end = at + 1;
      return Value(list);
    }
    for (;;) {
      TRY(list->append(t, TRY(value(at, &at))));
      TRY(t.poll());
      skip_space(&at);
      if (at < length && data[at] == ']') break;
      if (at >= length || data[at] != ',') return raise("Expecting ',' delimiter", at);
      size_t comma = at++;
      skip_space(&at);
      if (at < length && data[at] == ']') return raise("Illegal trailing comma before end of array", comma);
    }
    *end = at + 1;
    return Value(list);
  }

  Fallible<Str*> key(size_t at, size_t* end) {
    // OPTIMIZATION: a key that was read before comes back itself, with its hash.
    size_t i = at;
    while (i < length && i - at < 64 && data[i] >= 0x20 && data[i] != '"' && data[i] != '\\') ++i;
    if (i < length && data[i] == '"' && i != at) {
      size_t n = i - at;
      Str** known = keys->place(data + at, n * sizeof(Char));
      if (*known != nullptr && (*known)->length() == n && static_cast<size_t>((*known)->kind()) == sizeof(Char) &&
          std::memcmp((*known)->data(), data + at, n * sizeof(Char)) == 0) {
        *end = i + 1;
        return *known;
      }
      Str* made = TRY(scan_string(t, text, at, strict, end));
      *known = made;
      return made;
    }
    return scan_string(t, text, at, strict, end);
  }

  Fallible<Value> object(size_t at, size_t* end) {
    TRY(check_native_recursion(t, " while decoding a JSON object from a unicode string"));
    bool pairs = !pairs_hook.is_none();
    Dict* dict = pairs ? nullptr : TRY(Dict::make(t));
    List* list = pairs ? TRY(List::make(t)) : nullptr;
    skip_space(&at);
    if (at >= length || data[at] != '}') {
      for (;;) {
        if (at >= length || data[at] != '"') return raise("Expecting property name enclosed in double quotes", at);
        Str* name = TRY(key(at + 1, &at));
        skip_space(&at);
        if (at >= length || data[at] != ':') return raise("Expecting ':' delimiter", at);
        ++at;
        skip_space(&at);
        Value v = TRY(value(at, &at));
        if (pairs) TRY(list->append(t, Value(TRY(Tuple::of(t, Value(name), v)))));
        else TRY(dict->set_py(t, Value(name), v));
        TRY(t.poll());
        skip_space(&at);
        if (at < length && data[at] == '}') break;
        if (at >= length || data[at] != ',') return raise("Expecting ',' delimiter", at);
        size_t comma = at++;
        skip_space(&at);
        if (at < length && data[at] == '}') return raise("Illegal trailing comma before end of object", comma);
      }
    }
    *end = at + 1;
    if (pairs) return call_py(t, pairs_hook, Value(list));
    if (!object_hook.is_none()) return call_py(t, object_hook, Value(dict));
    return Value(dict);
  }
};

template <typename Char>
Fallible<Value> run(Thread& t, Scanner* scanner, Str* text, const Char* data, size_t at, size_t* end) {
  KeyMemory keys;
  Run<Char> run{t,
                scanner,
                text,
                data,
                text->length(),
                scanner->strict_.get().is_true(),
                scanner->parse_int_.get() == Value(core.int_),
                scanner->parse_float_.get() == Value(core.float_),
                scanner->object_hook_.get(),
                scanner->object_pairs_hook_.get(),
                &keys};
  return run.value(at, end);
}

Fallible<Value> scan_once(Thread& t, Scanner* self, Value string, int64_t at) {
  if (!is<Str>(string)) return t.raise_type_error("first argument must be a string, not {}", type_of(string));
  if (at < 0) return t.raise_value_error("idx cannot be negative");
  Str* text = as<Str>(string);
  if (static_cast<uint64_t>(at) >= text->length()) return t.raise_value(core.StopIteration, TRY(make_int(t, at)));
  size_t end = 0, begin = static_cast<size_t>(at);
  Fallible<Value> v = Failure{};
  switch (text->kind()) {
    case CharKind::One: v = run(t, self, text, text->data1(), begin, &end); break;
    case CharKind::Two: v = run(t, self, text, text->data2(), begin, &end); break;
    default: v = run(t, self, text, text->data4(), begin, &end); break;
  }
  return Value(TRY(Tuple::of(t, TRY(v), Value::from_small_int(static_cast<int64_t>(end)))));
}

Fallible<void> initialize(Thread& t, Scanner* self, Value context) {
  auto attribute = [&](const char* name) -> Fallible<Value> {
    return get_attribute_py(t, context, TRY(Str::intern_utf8(t, name)));
  };
  bool strict = TRY(truth_py(t, TRY(attribute("strict"))));
  Value object_hook = TRY(attribute("object_hook")), pairs_hook = TRY(attribute("object_pairs_hook"));
  Value parse_float = TRY(attribute("parse_float")), parse_int = TRY(attribute("parse_int"));
  Value parse_constant = TRY(attribute("parse_constant"));
  self->strict_.set(self, Value::from_bool(strict));
  self->object_hook_.set(self, object_hook);
  self->object_pairs_hook_.set(self, pairs_hook);
  self->parse_float_.set(self, parse_float);
  self->parse_int_.set(self, parse_int);
  self->parse_constant_.set(self, parse_constant);
  return {};
}

constexpr NativeMethod kConstructors[] = {{"make_scanner", HOG_NATIVE(initialize), "($self, context)", nullptr},
                                          {"scan_once", HOG_NATIVE(scan_once), "($self, string, idx)", nullptr},
                                          {}};

Fallible<Value> scanner_new(Thread& t, Type* type, const Arguments& arguments) {
  Cell* self = TRY(new_instance(t, type));
  TRY(call_native(t, *signature_of(&kConstructors[0]), Value(self), arguments));
  return Value(self);
}
Fallible<Value> scanner_call(Thread& t, Value self, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[1]), self, arguments);
}
Fallible<void> scanner_init(Thread&, Value, const Arguments&) { return {}; }

#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr Member kMembers[] = {
    {"strict", offsetof(Scanner, strict_), Member::Kind::ReadOnlyObject, "Are control characters refused?"},
    {"object_hook", offsetof(Scanner, object_hook_), Member::Kind::ReadOnlyObject, "What objects are passed through."},
    {"object_pairs_hook", offsetof(Scanner, object_pairs_hook_), Member::Kind::ReadOnlyObject, "What makes objects of pairs."},
    {"parse_float", offsetof(Scanner, parse_float_), Member::Kind::ReadOnlyObject, "What makes floats of text."},
    {"parse_int", offsetof(Scanner, parse_int_), Member::Kind::ReadOnlyObject, "What makes ints of text."},
    {"parse_constant", offsetof(Scanner, parse_constant_), Member::Kind::ReadOnlyObject, "What makes NaN and its like."},
    {}};

}  // namespace

extern const TypeSpec kScannerSpec;
const TypeSpec kScannerSpec = {
    .name = "_json.Scanner",
    .doc = "Reads JSON text.",
    .layout = &Scanner::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.call = scanner_call, .init = scanner_init, .new_ = scanner_new},
    .members = kMembers,
    .constructors = kConstructors,
};

}  // namespace hog::json
