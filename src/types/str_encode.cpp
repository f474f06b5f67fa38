// str_encode.cpp: str(), str.encode, str.maketrans, str.translate. Ref: library/stdtypes "str", "String Methods".
#include <cstring>

#include "object/codecs.hpp"
#include "object/str_internal.hpp"
#include "types/str_common.hpp"

namespace hog {

// ---- The constructor. ----

namespace {

// Nothing is nothing in any encoding; -X dev wants to hear of one that does not exist all the same.
bool is_quickly_decoded(Thread& t, size_t size) { return size == 0 && !t.isolate().start_flags.dev_mode; }

Fallible<Str*> decode_object_py(Thread& t, Value object, Str* encoding, Str* errors) {
  if (is<Str>(object)) return t.raise_type_error("decoding str is not supported");
  if (is<Bytes>(object)) {
    Bytes* bytes = as<Bytes>(object);
    if (is_quickly_decoded(t, bytes->length())) return names.empty;
    return codecs::decode_text_py(t, codecs::Input(bytes->data(), bytes->length(), object), object, encoding, errors);
  }
  if (!supports_buffer(object))
    return t.raise_type_error("decoding to str: need a bytes-like object, {} found", type_of(object));
  BytesLike view(t);
  TRY(view.open(object));
  if (is_quickly_decoded(t, view.size())) return names.empty;
  return codecs::decode_text_py(t, codecs::Input(view.data(), view.size()), object, encoding, errors);
}

Fallible<Str*> make_str_py(Thread& t, Value object, Value encoding, Value errors) {
  auto text_argument = [&](Value v, const char* name) -> Fallible<bool> {
    if (v.is_absent()) return false;
    if (!is<Str>(v)) return t.raise_type_error("str() argument '{}' must be str, not {}", name, type_of(v));
    return true;
  };
  bool has_encoding = TRY(text_argument(encoding, "encoding"));
  bool has_errors = TRY(text_argument(errors, "errors"));
  if (object.is_absent()) return names.empty;
  if (!has_encoding && !has_errors) return str_py(t, object);
  return decode_object_py(t, object, has_encoding ? as<Str>(encoding) : nullptr, has_errors ? as<Str>(errors) : nullptr);
}

}  // namespace

Fallible<Value> str_new(Thread& t, Type* type, const Arguments& arguments) {
  Value object = Value::absent(), encoding = Value::absent(), errors = Value::absent();
  Value* const places[] = {&object, &encoding, &errors};
  constexpr const char* kNames[] = {"object", "encoding", "errors"};
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > 3 && arguments.has_keywords()) return t.raise_type_error("str() takes at most 3 arguments ({} given)", given);
  if (given > 3) return t.raise_type_error("str expected at most 3 arguments, got {}", given);
  for (uint32_t i = 0; i < arguments.positional; ++i) *places[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int found = -1;
    for (int i = 0; i < 3; ++i)
      if (name->equals_ascii(kNames[i])) found = i;
    if (found < 0) return t.raise_type_error("str() got an unexpected keyword argument '{}'", name);
    if (!places[found]->is_absent())
      return t.raise_type_error("argument for str() given by name ('{}') and position ({})", kNames[found], found + 1);
    *places[found] = arguments[arguments.positional + k];
  }
  Str* text = TRY(make_str_py(t, object, encoding, errors));
  if (type == core.str) return Value(text);
  return Value(TRY(Str::copy_as(t, type, text)));
}

Fallible<Value> str_encode(Thread& t, Str* self, Str* encoding, Str* errors) {
  return Value(TRY(codecs::encode_text_py(t, self, encoding, errors)));
}

// ---- maketrans and translate. ----

Fallible<Value> str_maketrans(Thread& t, Value x, Value y, Value z) {
  Dict* table = TRY(Dict::make(t));
  if (!y.is_absent()) {
    if (!is<Str>(x)) return t.raise_type_error("first maketrans argument must be a string if there is a second argument");
    if (!is<Str>(y)) return t.raise_type_error("maketrans() argument 2 must be str, not {}", type_of(y));
    if (!z.is_absent() && !is<Str>(z)) return t.raise_type_error("maketrans() argument 3 must be str, not {}", type_of(z));
    Str *from = as<Str>(x), *to = as<Str>(y);
    if (from->length() != to->length())
      return t.raise_value_error("the first two maketrans arguments must have equal length");
    for (size_t i = 0; i < from->length(); ++i) {
      TRY(t.poll());
      TRY(table->set_py(t, Value::from_small_int(from->at(i)), Value::from_small_int(to->at(i))));
    }
    for (size_t i = 0; !z.is_absent() && i < as<Str>(z)->length(); ++i) {
      TRY(t.poll());
      TRY(table->set_py(t, Value::from_small_int(as<Str>(z)->at(i)), Value::none()));
    }
    return Value(table);
  }
  if (!is_exactly(x, shapes.dict))
    return t.raise_type_error("if you give only one argument to maketrans it must be a dict");
  Dict* from = as<Dict>(x);
  Value key, value;
  for (size_t i = 0; from->next_nogc(&i, &key, &value);) {
    TRY(t.poll());
    if (is<Str>(key)) {
      if (as<Str>(key)->length() != 1)
        return t.raise_value_error("string keys in translatetable must be of length 1");
      key = Value::from_small_int(as<Str>(key)->at(0));
    } else if (!is_int_or_bool(key)) {
      return t.raise_type_error("keys in translate table mustbe strings or integers");
    }
    TRY(table->set_py(t, key, value));
  }
  return Value(table);
}

namespace {

constexpr int64_t kDelete = -1, kKeep = -2, kText = -3;

// What the table has for a character: a code point, kDelete, kKeep, or kText with *text set.
Fallible<int64_t> map_character_py(Thread& t, Value table, char32_t c, Str** text) {
  Value key = Value::from_small_int(c);
  Value found;
  if (is_exactly(table, shapes.dict)) {
    found = TRY(as<Dict>(table)->get_py(t, key));
    if (found.is_absent()) return kKeep;
  } else {
    Fallible<Value> got = get_item_py(t, table, key);
    if (got.failed()) {
      if (!clear_exception_if(t, core.LookupError)) return Failure{};
      return kKeep;
    }
    found = got.get();
  }
  if (found.is_none()) return kDelete;
  if (is_int_or_bool(found)) {
    Int64Result n = int_to_int64_nogc(found);
    if (n.overflow != 0 || n.value < 0 || n.value > 0x10FFFF)
      return t.raise_value_error("character mapping must be in range(0x110000)");
    return n.value;
  }
  if (!is<Str>(found)) return t.raise_type_error("character mapping must return integer, None or str");
  *text = as<Str>(found);
  return kText;
}

}  // namespace

namespace {

// OPTIMIZATION: ASCII text and a dict that has only ASCII characters for it: a table of 128 bytes. Absent: it has others.
Fallible<Value> translate_ascii_py(Thread& t, Str* self, Value table) {
  constexpr uint8_t kUnknown = 0xFF, kDropped = 0xFE;
  if (!is_exactly(table, shapes.dict)) return Value::absent();
  size_t n = self->length();
  TRY(poll_text(t, n));
  if (n == 0) return Value(names.empty);
  uint8_t known[128];
  std::memset(known, kUnknown, sizeof known);
  Str* result = TRY(Str::make_uninitialized(t, n, CharKind::One, true));
  auto* out = static_cast<uint8_t*>(result->mutable_data());
  const uint8_t* in = self->data1();
  size_t length = 0;
  for (size_t i = 0; i < n; ++i) {
    uint8_t c = in[i];
    if (known[c] == kUnknown) [[unlikely]] {
      Str* text = nullptr;
      int64_t mapped = TRY(map_character_py(t, table, c, &text));
      if (mapped == kKeep) mapped = c;
      if (mapped == kText && text->length() == 1) mapped = static_cast<int64_t>(text->at(0));
      if (mapped == kText || mapped >= 128) return Value::absent();
      known[c] = mapped == kDelete ? kDropped : static_cast<uint8_t>(mapped);
    }
    out[length] = known[c];
    length += known[c] != kDropped;
  }
  if (length == n) return Value(result);
  return Value(TRY(Str::from_ascii(t, {reinterpret_cast<const char*>(out), length})));
}

}  // namespace

Fallible<Value> str_translate(Thread& t, Str* self, Value table) {
  if (self->is_ascii()) {
    Value done = TRY(translate_ascii_py(t, self, table));
    if (!done.is_absent()) return done;
  }
  StrBuilder out(t);
  // What the table said of ASCII characters; not yet asked: kText.
  int64_t known[128];
  for (int64_t& k : known) k = kText;
  TRY(out.reserve(self->length(), self->kind()));
  for (size_t i = 0; i < self->length(); ++i) {
    char32_t c = self->at(i);
    Str* text = nullptr;
    int64_t mapped = c < 128 ? known[c] : kText;
    if (mapped == kText) {
      TRY(t.poll());
      mapped = TRY(map_character_py(t, table, c, &text));
      if (c < 128) known[c] = mapped;
    }
    if (mapped == kDelete) continue;
    if (mapped == kText)
      TRY(out.append(text));
    else
      TRY(out.append(mapped == kKeep ? c : static_cast<char32_t>(mapped)));
  }
  TRY(poll_text(t, self->length()));
  return Value(TRY(out.finish()));
}

}  // namespace hog
