// dialect.cpp: the type Dialect. Invariant: what a Dialect holds was checked as a whole when it was made. Ref: library/csv
// "Dialects and Formatting Parameters".
#include "modules/csv/csv.hpp"
#include "types/container_support.hpp"

namespace hog::csv {

Type* dialect_type = nullptr;

const Layout Dialect::kLayout = {
    .name = "Dialect",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<Dialect*>(cell)->line_terminator_.get()); },
    .base_size = sizeof(Dialect)};

namespace {

constexpr const char* kNames[] = {"dialect",    "delimiter", "doublequote",      "escapechar", "lineterminator",
                                  "quotechar", "quoting",   "skipinitialspace", "strict"};
enum Parameter { kDialect, kDelimiter, kDoubleQuote, kEscape, kLineTerminator, kQuote, kQuoting, kSkipInitialSpace, kStrict, kCount };

struct Parameters {
  Value values[kCount] = {Value::absent(), Value::absent(), Value::absent(), Value::absent(), Value::absent(),
                          Value::absent(), Value::absent(), Value::absent(), Value::absent()};
};

Fallible<void> bind(Thread& t, const Arguments& arguments, Parameters* out) {
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > kCount) return t.raise_type_error("function takes at most {} arguments ({} given)", int{kCount}, given);
  for (uint32_t i = 0; i < arguments.positional; ++i) out->values[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    uint32_t i = 0;
    while (i < kCount && !name->equals_ascii(kNames[i])) ++i;
    if (i == kCount) return t.raise_type_error("this function got an unexpected keyword argument '{}'", name);
    if (i < arguments.positional)
      return t.raise_type_error("argument for function given by name ('{}') and position ({})", name, i + 1);
    out->values[i] = arguments.values[arguments.positional + k];
  }
  return {};
}

Fallible<bool> flag_py(Thread& t, Value v, bool otherwise) {
  if (v.is_absent()) return otherwise;
  return truth_py(t, v);
}
Fallible<char32_t> character(Thread& t, const char* name, Value v, char32_t otherwise, bool none_allowed) {
  if (v.is_absent()) return otherwise;
  if (v.is_none() && none_allowed) return kNoCharacter;
  const char* or_none = none_allowed ? " or None" : "";
  if (!is<Str>(v)) return t.raise_type_error("\"{}\" must be a unicode character{}, not {}", name, or_none, type_of(v));
  if (as<Str>(v)->length() != 1)
    return t.raise_type_error("\"{}\" must be a unicode character{}, not a string of length {}", name, or_none,
                              as<Str>(v)->length());
  return as<Str>(v)->at(0);
}
Fallible<Quoting> quoting_of(Thread& t, Value v) {
  if (v.is_absent()) return Quoting::Minimal;
  if (!v.is_small_int() && !is_exactly(v, shapes.int_))
    return t.raise_type_error("\"quoting\" must be an integer, not {}", type_of(v));
  Int64Result n = int_to_int64_nogc(v);
  if (n.overflow != 0 || n.value < 0 || n.value > 5) return t.raise_type_error("bad \"quoting\" value");
  return static_cast<Quoting>(n.value);
}

bool contains(const Str* text, char32_t c) {
  for (size_t i = 0; i < text->length(); ++i)
    if (text->at(i) == c) return true;
  return false;
}

Fallible<void> check_character(Thread& t, const Dialect* d, const char* name, char32_t c, bool space_allowed) {
  if (c == '\r' || c == '\n' || (c == ' ' && !space_allowed)) return t.raise_value_error("bad {} value", name);
  if (c != kNoCharacter && contains(d->line_terminator_.get(), c))
    return t.raise_value_error("bad {} or lineterminator value", name);
  return {};
}

Fallible<void> check(Thread& t, const Dialect* d) {
  bool space = !d->skip_initial_space_;
  TRY(check_character(t, d, "delimiter", d->delimiter_, true));
  TRY(check_character(t, d, "escapechar", d->escape_, space));
  TRY(check_character(t, d, "quotechar", d->quote_, space));
  if (d->delimiter_ == d->escape_) return t.raise_value_error("bad delimiter or escapechar value");
  if (d->delimiter_ == d->quote_) return t.raise_value_error("bad delimiter or quotechar value");
  if (d->escape_ == d->quote_ && d->escape_ != kNoCharacter) return t.raise_value_error("bad escapechar or quotechar value");
  return {};
}

// Gaps are filled from a dialect's attributes.
Fallible<void> fill_from_py(Thread& t, Value dialect, Parameters* p) {
  for (int i = kDelimiter; i < kCount; ++i) {
    if (!p->values[i].is_absent()) continue;
    p->values[i] = TRY(find_attribute_py(t, dialect, TRY(Str::intern_utf8(t, kNames[i]))));
  }
  return {};
}

Fallible<Value> make(Thread& t, Type* type, const Arguments& arguments) {
  Parameters p;
  TRY(bind(t, arguments, &p));
  Value dialect = p.values[kDialect];
  if (!dialect.is_absent() && !dialect.is_none()) {
    if (is<Str>(dialect)) dialect = TRY(get_dialect_py(t, TRY(state_of_py(t)), dialect));
    bool alone = true;
    for (int i = kDelimiter; i < kCount; ++i) alone = alone && p.values[i].is_absent();
    if (alone && is<Dialect>(dialect) && type == dialect_type) return dialect;
    TRY(fill_from_py(t, dialect, &p));
  }
  auto* d = static_cast<Dialect*>(TRY(new_instance(t, type)));
  d->delimiter_ = TRY(character(t, "delimiter", p.values[kDelimiter], ',', false));
  d->double_quote_ = TRY(flag_py(t, p.values[kDoubleQuote], true));
  d->escape_ = TRY(character(t, "escapechar", p.values[kEscape], kNoCharacter, true));
  Value terminator = p.values[kLineTerminator];
  if (terminator.is_absent()) terminator = Value(TRY(Str::from_ascii(t, "\r\n")));
  if (!is<Str>(terminator)) return t.raise_type_error("\"lineterminator\" must be a string, not {}", type_of(terminator));
  d->line_terminator_.set(d, as<Str>(terminator));
  d->quote_ = TRY(character(t, "quotechar", p.values[kQuote], '"', true));
  d->quoting_ = TRY(quoting_of(t, p.values[kQuoting]));
  d->skip_initial_space_ = TRY(flag_py(t, p.values[kSkipInitialSpace], false));
  d->strict_ = TRY(flag_py(t, p.values[kStrict], false));
  if (d->quote_ == kNoCharacter && p.values[kQuoting].is_absent()) d->quoting_ = Quoting::None;
  if (d->quoting_ != Quoting::None && d->quote_ == kNoCharacter)
    return t.raise_type_error("quotechar must be set if quoting enabled");
  TRY(check(t, d));
  auto special = [&](char32_t c) {
    if (c < 128) d->special_[c / 64] |= uint64_t{1} << (c % 64);
  };
  for (char32_t c : {d->delimiter_, d->escape_, d->quote_, U'\n', U'\r'}) special(c);
  for (size_t i = 0; i < d->line_terminator_->length(); ++i) special(d->line_terminator_->at(i));
  return Value(d);
}

Fallible<void> dialect_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> character_value(Thread& t, char32_t c) {
  if (c == kNoCharacter) return Value::none();
  return Value(TRY(Str::from_char(t, c)));
}
Dialect* self_of(Value v) { return as<Dialect>(v); }
constexpr GetSet kGetSets[] = {
    {"delimiter", [](Thread& t, Value self) { return character_value(t, self_of(self)->delimiter_); }, nullptr, "Between fields."},
    {"doublequote", [](Thread&, Value self) -> Fallible<Value> { return Value::from_bool(self_of(self)->double_quote_); },
     nullptr, "Are quotes in fields doubled?"},
    {"escapechar", [](Thread& t, Value self) { return character_value(t, self_of(self)->escape_); }, nullptr,
     "What takes the meaning from the next character."},
    {"lineterminator", [](Thread&, Value self) -> Fallible<Value> { return Value(self_of(self)->line_terminator_.get()); },
     nullptr, "What ends a written row."},
    {"quotechar", [](Thread& t, Value self) { return character_value(t, self_of(self)->quote_); }, nullptr, "Around fields."},
    {"quoting",
     [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(static_cast<int64_t>(self_of(self)->quoting_)); },
     nullptr, "Which fields are quoted."},
    {"skipinitialspace",
     [](Thread&, Value self) -> Fallible<Value> { return Value::from_bool(self_of(self)->skip_initial_space_); }, nullptr,
     "Are spaces after a delimiter ignored?"},
    {"strict", [](Thread&, Value self) -> Fallible<Value> { return Value::from_bool(self_of(self)->strict_); }, nullptr,
     "Is bad input an error?"},
    {}};

Fallible<Value> refuse_pickle(Thread& t, Dialect* self, Arguments) {
  return t.raise_type_error("cannot pickle '{}' instances", type_of(Value(self))->name());
}
constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(refuse_pickle), "($self, /, *args)", "Dialects are not pickled."},
    {"__reduce_ex__", HOG_NATIVE(refuse_pickle), "($self, /, *args)", "Dialects are not pickled."},
    {}};

}  // namespace

Fallible<Dialect*> make_dialect_py(Thread& t, Value dialect, const Arguments& arguments) {
  Value values[kCount + 2];
  uint32_t first = dialect.is_absent() ? 0 : 1, n = arguments.keyword_count();
  if (first + n > kCount) return t.raise_type_error("function takes at most {} arguments ({} given)", int{kCount}, first + n);
  values[0] = dialect;
  for (uint32_t k = 0; k < n; ++k) values[first + k] = arguments.values[arguments.positional + k];
  return as<Dialect>(TRY(make(t, dialect_type, Arguments(values, first, arguments.names))));
}

extern const TypeSpec kDialectSpec;
const TypeSpec kDialectSpec = {
    .name = "_csv.Dialect",
    .doc = "How rows are written as text.",
    .layout = &Dialect::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = dialect_init, .new_ = make},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog::csv
