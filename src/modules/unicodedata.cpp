// unicodedata.cpp: the module unicodedata over src/text: properties, names and normal forms of Unicode 16.0, and `ucd_3_2_0`, the
// same functions as Unicode 3.2 answered. Ref: library/unicodedata.
#include "object/protocol.hpp"
#include "object/text_view.hpp"
#include "text/unicode.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

// The object `ucd_3_2_0`. It holds nothing: that it is not the module is what it says.
class OldDatabase : public Cell {
 public:
  static const Layout kLayout;
};
void trace_nothing(Cell*, Marker&) {}
const Layout OldDatabase::kLayout = {.name = "UCD", .trace = trace_nothing, .base_size = sizeof(OldDatabase)};
Type* old_database_type;

bool is_old(Value self) { return is<OldDatabase>(self); }

// One character, or TypeError. `position` is how CPython names the argument: with or without its number.
Fallible<char32_t> character(Thread& t, const char* function, const char* position, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("{}() {} must be a unicode character, not {}", function, position, type_of(text));
  Str* s = as<Str>(text);
  if (s->length() != 1)
    return t.raise_type_error("{}(): {} must be a unicode character, not a string of length {}", function, position, s->length());
  return s->at(0);
}
constexpr const char* kOnly = "argument";
constexpr const char* kFirst = "argument 1";

Fallible<Value> text_value(Thread& t, std::string_view text) { return Value(TRY(Str::from_ascii(t, text))); }
Fallible<Value> or_default(Thread& t, Value otherwise, const char* complaint) {
  if (!otherwise.is_absent()) return otherwise;
  return t.raise_value_error("{}", complaint);
}

Fallible<Value> category(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "category", kOnly, text));
  return text_value(t, is_old(self) ? unicode::category_name(unicode::v3_2::category(c)) : unicode::category(c));
}
Fallible<Value> bidirectional(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "bidirectional", kOnly, text));
  return text_value(t, is_old(self) ? unicode::bidirectional_name(unicode::v3_2::bidirectional(c)) : unicode::bidirectional(c));
}
Fallible<Value> east_asian_width(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "east_asian_width", kOnly, text));
  return text_value(t, is_old(self) ? unicode::east_asian_width_name(unicode::v3_2::east_asian_width(c))
                                    : unicode::east_asian_width(c));
}
Fallible<int64_t> combining(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "combining", kOnly, text));
  return int64_t{is_old(self) ? unicode::v3_2::combining(c) : unicode::combining(c)};
}
Fallible<int64_t> mirrored(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "mirrored", kOnly, text));
  return int64_t{is_old(self) ? unicode::v3_2::is_mirrored(c) : unicode::is_mirrored(c)};
}

Fallible<Value> decimal(Thread& t, Value self, Value text, Value otherwise) {
  char32_t c = TRY(character(t, "decimal", kFirst, text));
  int value = is_old(self) ? unicode::v3_2::decimal_value(c) : unicode::decimal_value(c);
  return value >= 0 ? Fallible<Value>(Value::from_small_int(value)) : or_default(t, otherwise, "not a decimal");
}
Fallible<Value> digit(Thread& t, Value self, Value text, Value otherwise) {
  char32_t c = TRY(character(t, "digit", kFirst, text));
  int value = is_old(self) ? unicode::v3_2::digit_value(c) : unicode::digit_value(c);
  return value >= 0 ? Fallible<Value>(Value::from_small_int(value)) : or_default(t, otherwise, "not a digit");
}
Fallible<Value> numeric(Thread& t, Value self, Value text, Value otherwise) {
  char32_t c = TRY(character(t, "numeric", kFirst, text));
  auto value = is_old(self) ? unicode::v3_2::numeric_value(c) : unicode::numeric_value(c);
  return value.has_value() ? make_float(t, *value) : or_default(t, otherwise, "not a numeric character");
}

Fallible<Value> decomposition(Thread& t, Value self, Value text) {
  char32_t c = TRY(character(t, "decomposition", kOnly, text));
  auto parts = is_old(self) ? unicode::v3_2::decomposition(c) : unicode::decomposition(c);
  StrBuilder out(t);
  TRY(out.append_ascii(parts.tag));
  for (uint8_t i = 0; i < parts.length; ++i) {
    if (out.length() != 0) TRY(out.append(U' '));
    constexpr char kDigits[] = "0123456789ABCDEF";
    char32_t point = parts.points[i];
    for (int shift = point > 0xFFFFF ? 20 : point > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4)
      TRY(out.append(static_cast<char32_t>(kDigits[(point >> shift) & 15])));
  }
  return Value(TRY(out.finish()));
}

Fallible<Value> name(Thread& t, Value self, Value text, Value otherwise) {
  char32_t c = TRY(character(t, "name", kFirst, text));
  char room[unicode::kMaxNameLength];
  size_t length = is_old(self) && !unicode::v3_2::is_assigned(c) ? 0 : unicode::name(c, room);
  if (length == 0) return or_default(t, otherwise, "no such name");
  return text_value(t, {room, length});
}

Fallible<Value> lookup(Thread& t, Value self, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(name));
  Str* s = as<Str>(name);
  for (size_t i = 0; i < s->length(); ++i)
    if (unicode::is_surrogate(s->at(i))) {  // the name is looked up by its UTF-8 text, which has none
      TRY(call_method_py(t, name, names.encode));
      break;
    }
  constexpr size_t kLongest = 256;
  if (s->utf8_length() > kLongest) return t.raise(core.KeyError, "name too long");
  char room[kLongest];
  s->write_utf8(room);
  auto found = unicode::lookup({room, s->utf8_length()}, is_old(self) ? unicode::Lookup::kNames : unicode::Lookup::kEverything);
  if (found.length == 0) return t.raise(core.KeyError, "undefined character name '{}'", s);
  StrBuilder out(t);
  for (uint8_t i = 0; i < found.length; ++i) TRY(out.append(found.points[i]));
  return Value(TRY(out.finish()));
}

// ---- Normal forms. ----

class BuilderSink final : public CodePointSink {
 public:
  explicit BuilderSink(StrBuilder& builder) : builder_(builder) {}
  bool append(const char32_t* points, size_t count) override {
    return !builder_.append_chars(points, count, CharKind::Four).failed();
  }

 private:
  StrBuilder& builder_;
};

Fallible<unicode::Form> form_of(Thread& t, Str* form) {
  auto known = form->is_ascii() ? unicode::form_named(form->ascii()) : std::nullopt;
  if (!known.has_value()) return t.raise_value_error("invalid normalization form");
  return *known;
}
unicode::Version version_of(Value self) { return is_old(self) ? unicode::Version::k3_2 : unicode::Version::k16_0; }

// Why it did not come to its end: what was raised, or memory that was refused.
Failure unfinished(Thread& t) {
  if (t.has_exception() || t.terminated()) return Failure{};
  if (t.poll().failed()) return Failure{};
  return t.raise_memory_error();
}

Fallible<Value> normalize(Thread& t, Value self, Str* form_name, Str* text) {
  auto as_it_is = [&]() -> Fallible<Value> {  // but no object of a subclass
    if (is_exact_str(Value(text))) return Value(text);
    StrBuilder copy(t);
    TRY(copy.append(text));
    return Value(TRY(copy.finish()));
  };
  if (text->length() == 0) return as_it_is();
  unicode::Form form = TRY(form_of(t, form_name));
  if (text->is_ascii()) return as_it_is();
  StrBuilder out(t);
  TRY(out.reserve(text->length()));
  BuilderSink sink(out);
  auto outcome = unicode::normalise(text_of(text), form, Isolate::of(t).memory(), sink, version_of(self));
  if (outcome != unicode::Outcome::kDone) return unfinished(t);
  return Value(TRY(out.finish()));
}

Fallible<bool> is_normalized(Thread& t, Value self, Str* form_name, Str* text) {
  unicode::Form form = TRY(form_of(t, form_name));
  if (text->is_ascii()) return true;
  auto known = unicode::is_normalised(text_of(text), form, Isolate::of(t).memory(), version_of(self));
  if (known.outcome != unicode::Outcome::kDone) return unfinished(t);
  return known.yes;
}

#define HOG_UNICODE_METHODS(self)                                                                                              \
  {"bidirectional", HOG_NATIVE(bidirectional), "(" self ", chr, /)", "The bidirectional class of a character."},               \
      {"category", HOG_NATIVE(category), "(" self ", chr, /)", "The general category of a character."},                        \
      {"combining", HOG_NATIVE(combining), "(" self ", chr, /)", "The canonical combining class of a character."},             \
      {"decimal", HOG_NATIVE(decimal), "(" self ", chr, default=<unrepresentable>, /)", "The decimal value of a character."},  \
      {"decomposition", HOG_NATIVE(decomposition), "(" self ", chr, /)", "The decomposition mapping of a character."},         \
      {"digit", HOG_NATIVE(digit), "(" self ", chr, default=<unrepresentable>, /)", "The digit value of a character."},        \
      {"east_asian_width", HOG_NATIVE(east_asian_width), "(" self ", chr, /)", "The East Asian width of a character."},        \
      {"is_normalized", HOG_NATIVE(is_normalized), "(" self ", form, unistr, /)", "Is the text in that normal form?"},         \
      {"lookup", HOG_NATIVE(lookup), "(" self ", name, /)", "The character or sequence of a name."},                           \
      {"mirrored", HOG_NATIVE(mirrored), "(" self ", chr, /)", "1 for a character that is mirrored, else 0."},                 \
      {"name", HOG_NATIVE(name), "(" self ", chr, default=<unrepresentable>, /)", "The name of a character."},                 \
      {"normalize", HOG_NATIVE(normalize), "(" self ", form, unistr, /)", "The normal form of a text."},                       \
      {"numeric", HOG_NATIVE(numeric), "(" self ", chr, default=<unrepresentable>, /)", "The numeric value of a character."},  \
  {}

constexpr NativeMethod kFunctions[] = {HOG_UNICODE_METHODS("$module")};
constexpr NativeMethod kMethods[] = {HOG_UNICODE_METHODS("$self")};
#undef HOG_UNICODE_METHODS

Fallible<Value> get_version(Thread& t, Value) { return text_value(t, "3.2.0"); }
constexpr GetSet kGetSets[] = {{"unidata_version", get_version, nullptr, "The version of Unicode."}, {}};

const TypeSpec kSpec = {
    .name = "unicodedata.UCD",
    .layout = &OldDatabase::kLayout,
    .flags = type_flag::kNoInstantiation,
    .methods = kMethods,
    .getsets = kGetSets,
};
const TypeRegistration kTypes[] = {{&old_database_type, &kSpec}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "unidata_version", TRY(text_value(t, unicode::kVersion))));
  return module->add(t, "ucd_3_2_0", Value(TRY(new_instance(t, old_database_type))));
}

}  // namespace

extern const ModuleSpec k_module_unicodedata;
const ModuleSpec k_module_unicodedata = {
    .name = "unicodedata",
    .doc = "The Unicode character database.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = 1,
    .initialize = initialize,
};

}  // namespace hog
