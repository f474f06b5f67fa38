// signature.cpp: parses native signatures and binds call arguments to them.
//
// Invariant: everything parsed lives in the permanent heap, so that binding only reads; out[] is complete (every parameter
// has a value or absent) when bind_native() succeeds.
#include "object/signature.hpp"

#include <charconv>
#include <cstring>

#include "object/class_system.hpp"

namespace hog {

namespace {

// ---- Remembering. ----

// Signatures are carved from pieces of this many, which waste no room in their size class.
constexpr size_t kSignaturesInPiece = 31;
constexpr size_t kTextSlots = 2048;  // power of two

struct SignatureTable {
  size_t capacity = 0;  // power of two
  size_t used = 0;
  const NativeSignature** slots = nullptr;
  // The rest of the newest piece.
  NativeSignature* next = nullptr;
  size_t left = 0;
  // The first signature of each text, by the text's address: the linker makes equal literals one, and most texts are those
  // of many functions. A text that is not found here is parsed again.
  const NativeSignature* by_text[kTextSlots] = {};
};
// Filled while the process starts, constant afterwards.
SignatureTable signature_table;

size_t place_of(const NativeMethod* method, size_t capacity) {
  return (reinterpret_cast<uintptr_t>(method) / sizeof(NativeMethod) * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
}

void put(const NativeSignature** slots, size_t capacity, const NativeSignature* signature) {
  size_t i = place_of(signature->method, capacity);
  while (slots[i] != nullptr) i = (i + 1) & (capacity - 1);
  slots[i] = signature;
}

Fallible<void*> native_memory(Thread& t, size_t bytes) {
  return static_cast<void*>(TRY(t.allocate<NativeData>(shapes.native_data, bytes)) + 1);
}

Fallible<void> remember(Thread& t, const NativeSignature* signature) {
  SignatureTable& table = signature_table;
  if (table.used * 4 >= table.capacity * 3) {
    size_t capacity = table.capacity == 0 ? 4096 : table.capacity * 2;
    auto** slots = static_cast<const NativeSignature**>(TRY(native_memory(t, capacity * sizeof(void*))));
    for (size_t i = 0; i < table.capacity; ++i)
      if (table.slots[i] != nullptr) put(slots, capacity, table.slots[i]);
    table.slots = slots;
    table.capacity = capacity;
  }
  put(table.slots, table.capacity, signature);
  ++table.used;
  return {};
}

Fallible<NativeSignature*> make_signature(Thread& t) {
  SignatureTable& table = signature_table;
  if (table.left == 0) {
    table.next = static_cast<NativeSignature*>(TRY(native_memory(t, kSignaturesInPiece * sizeof(NativeSignature))));
    table.left = kSignaturesInPiece;
  }
  --table.left;
  return table.next++;
}

// Where the text's signature is or, when null, belongs; a place of another text when there is no room.
const NativeSignature** place_of_text(const char* text) {
  const NativeSignature** slots = signature_table.by_text;
  size_t i = reinterpret_cast<uintptr_t>(text) * 0x9E3779B97F4A7C15u >> 40 & (kTextSlots - 1);
  for (size_t tries = 0; tries < 8; ++tries, i = (i + 1) & (kTextSlots - 1))
    if (slots[i] == nullptr || slots[i]->method->signature == text) break;
  return &slots[i & (kTextSlots - 1)];
}

// ---- Parsing. ----

struct SignatureParser {
  Thread& t;
  const char* at;

  void skip_spaces() {
    while (*at == ' ' || *at == '\n') ++at;
  }

  // The text up to the comma or parenthesis that ends the parameter.
  std::string_view parameter() {
    const char* begin = at;
    int depth = 0;
    char quote = 0;
    for (; *at != 0; ++at) {
      if (quote != 0) {
        if (*at == quote) quote = 0;
      } else if (*at == '\'' || *at == '"') {
        quote = *at;
      } else if (*at == '(' || *at == '<' || *at == '[') {
        ++depth;
      } else if (*at == '>' || *at == ']') {
        --depth;
      } else if (*at == ')') {
        if (depth == 0) break;
        --depth;
      } else if (*at == ',' && depth == 0) {
        break;
      }
    }
    return {begin, static_cast<size_t>(at - begin)};
  }

  Fallible<Value> number(std::string_view text) {
    const char* end = text.data() + text.size();
    int64_t n;
    auto as_int = std::from_chars(text.data(), end, n);
    if (as_int.ec == std::errc() && as_int.ptr == end) return make_int(t, n);
    double d;
    auto as_double = std::from_chars(text.data(), end, d);
    if (as_double.ec == std::errc() && as_double.ptr == end) return make_float(t, d);
    return Value::absent();
  }

  Fallible<Value> default_value(std::string_view text) {
    if (text == "None") return Value::none();
    if (text == "True") return Value::true_value();
    if (text == "False") return Value::false_value();
    if (text == "()") return Value(empty_tuple());
    if (text.size() >= 2 && (text[0] == '\'' || text[0] == '"'))
      return Value(TRY(Str::intern_utf8(t, text.substr(1, text.size() - 2))));
    return number(text);
  }
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

using Kind = NativeParameter::Kind;

Fallible<void> finish_parameter(Thread& t, SignatureParser& parser, std::string_view text, Kind kind,
                                NativeParameter* out) {
  size_t equals = text.find('=');
  std::string_view name = trimmed(text.substr(0, equals));
  if (name.starts_with("$")) name.remove_prefix(1);
  while (name.starts_with("*")) name.remove_prefix(1);
  out->name = TRY(Str::intern_utf8(t, name));
  out->kind = kind;
  out->has_default = equals != std::string_view::npos;
  out->default_value = Value::absent();
  if (out->has_default) out->default_value = TRY(parser.default_value(trimmed(text.substr(equals + 1))));
  return {};
}

NativeSignature::Form form_of(const NativeSignature& s) {
  size_t visible = s.parameter_count - (s.binds_self ? size_t{1} : size_t{0});
  if (visible == 0) return NativeSignature::Form::NoArguments;
  bool only_positional = s.positional_only == s.positional_count && !s.has_var_keyword &&
                         visible == s.positional_count + (s.has_var_positional ? size_t{1} : size_t{0});
  if (!only_positional) return NativeSignature::Form::Keywords;
  if (visible == 1 && s.required_positional == 1) return NativeSignature::Form::OneArgument;
  return NativeSignature::Form::PositionalOnly;
}

Fallible<void> parse_text(Thread& t, NativeSignature* s);

}  // namespace

void complete_signature(NativeSignature* s) {
  s->invoke = s->method->entry.invoke;
  s->raw = s->method->entry.raw;
  s->form = form_of(*s);
  bool plain = !s->has_var_positional && !s->has_var_keyword && s->raw == nullptr;
  s->simple = plain && s->form != NativeSignature::Form::Keywords;
  s->quick = plain;
  size_t first = s->binds_self ? 1 : 0;
  for (size_t i = first + s->required_positional; i < s->parameter_count; ++i) s->quick &= s->parameters[i].has_default;
}

Fallible<const NativeSignature*> parse_signature(Thread& t, const NativeMethod* method, const char* owner) {
  NativeSignature* s = TRY(make_signature(t));
  const NativeSignature** known = nullptr;
  if (method->signature != nullptr) known = place_of_text(method->signature);
  if (known != nullptr && *known != nullptr && (*known)->method->signature == method->signature) *s = **known;
  s->method = method;
  s->owner = owner;
  if (s->parameters == nullptr) {
    TRY(parse_text(t, s));
    if (known != nullptr && *known == nullptr) *known = s;
  }
  complete_signature(s);
  TRY(remember(t, s));
  return s;
}

namespace {

Fallible<void> parse_text(Thread& t, NativeSignature* s) {
  std::string_view texts[kMostNativeParameters];
  size_t count = 0;
  size_t slash = SIZE_MAX;
  size_t star = SIZE_MAX;
  SignatureParser parser{t, s->method->signature != nullptr ? s->method->signature : "(*args, **kwargs)"};
  HOG_CHECK(*parser.at == '(');
  ++parser.at;
  for (parser.skip_spaces(); *parser.at != ')' && *parser.at != 0; parser.skip_spaces()) {
    std::string_view text = trimmed(parser.parameter());
    if (*parser.at == ',') ++parser.at;
    if (text == "/") {
      slash = count;
    } else if (text == "*") {
      star = count;
    } else {
      HOG_CHECK(count < kMostNativeParameters);
      texts[count++] = text;
    }
  }
  auto* parameters = static_cast<NativeParameter*>(TRY(native_memory(t, (count + 1) * sizeof(NativeParameter))));
  s->parameters = parameters;
  s->parameter_count = static_cast<uint16_t>(count);
  s->binds_self = count != 0 && texts[0].starts_with("$");
  for (size_t i = 0; i < count; ++i) {
    Kind kind = slash != SIZE_MAX && i < slash ? Kind::PositionalOnly : Kind::PositionalOrKeyword;
    if (i >= star) kind = Kind::KeywordOnly;
    if (texts[i].starts_with("**")) {
      kind = Kind::VarKeyword;
      s->has_var_keyword = true;
    } else if (texts[i].starts_with("*")) {
      kind = Kind::VarPositional;
      s->has_var_positional = true;
      star = i;
    }
    NativeParameter* p = &parameters[i];
    TRY(finish_parameter(t, parser, texts[i], kind, p));
    if (kind > Kind::PositionalOrKeyword || (i == 0 && s->binds_self)) continue;
    ++s->positional_count;
    if (kind == Kind::PositionalOnly) ++s->positional_only;
    if (!p->has_default) s->required_positional = s->positional_count;
  }
  return {};
}

}  // namespace

const NativeSignature* signature_of(const NativeMethod* method) {
  const SignatureTable& table = signature_table;
  for (size_t i = place_of(method, table.capacity); table.slots[i] != nullptr; i = (i + 1) & (table.capacity - 1))
    if (table.slots[i]->method == method) return table.slots[i];
  return nullptr;
}

// ---- Complaints. ----

Fallible<Str*> qualified_native_name(Thread& t, const NativeSignature& s, Value self) {
  if ((s.method->flags & native_flag::kClassMethod) != 0 && !self.is_empty() && is<Type>(self))
    return t.format("{}.{}", qualname_of(as<Type>(self)), s.method->name);
  if (s.owner == nullptr || std::strcmp(s.owner, "builtins") == 0) return Str::from_utf8(t, s.method->name);
  std::string_view owner = s.owner;
  // A type's methods go by the type's short name, a module's functions by the module's full one.
  if (s.binds_self && owner.rfind('.') != std::string_view::npos && !s.parameters[0].name->equals_ascii("module"))
    owner.remove_prefix(owner.rfind('.') + 1);
  return t.format("{}.{}", owner, s.method->name);
}

namespace {

const char* plural(size_t n) { return n == 1 ? "" : "s"; }

Failure raise_no_keywords(Thread& t, const NativeSignature& s, Value self) {
  Str* name = TRY(qualified_native_name(t, s, self));
  return t.raise_type_error("{}() takes no keyword arguments", name);
}

Failure raise_positional_count(Thread& t, const NativeSignature& s, Value self, size_t given) {
  using Form = NativeSignature::Form;
  if (s.form == Form::NoArguments || s.form == Form::OneArgument) {
    Str* name = TRY(qualified_native_name(t, s, self));
    if (s.form == Form::NoArguments) return t.raise_type_error("{}() takes no arguments ({} given)", name, given);
    return t.raise_type_error("{}() takes exactly one argument ({} given)", name, given);
  }
  size_t least = s.required_positional;
  size_t most = s.positional_count;
  const char* name = s.method->name;
  if (s.form == Form::PositionalOnly) {
    const char* how = least == most && !s.has_var_positional ? "" : given < least ? "at least " : "at most ";
    size_t wanted = given < least ? least : most;
    return t.raise_type_error("{} expected {}{} argument{}, got {}", name, how, wanted, plural(wanted), given);
  }
  if (most == 0) return t.raise_type_error("{}() takes no positional arguments", name);
  return t.raise_type_error("{}() takes {} {} positional argument{} ({} given)", name,
                            least < most ? "at most" : "exactly", most, plural(most), given);
}

Failure raise_too_many(Thread& t, const NativeSignature& s, size_t most, size_t required, size_t positional,
                       size_t keywords) {
  return t.raise_type_error("{}() takes {} {} {}argument{} ({} given)", s.method->name,
                            required == most ? "exactly" : "at most", most, positional == 0 ? "keyword " : "",
                            plural(most), positional + keywords);
}

// The parameter of a keyword, or -1. Names are interned, but a keyword need not be.
int find_keyword(const NativeSignature& s, Str* keyword) {
  size_t first = s.positional_only + (s.binds_self ? size_t{1} : size_t{0});
  auto takes = [&](size_t i) {
    Kind kind = s.parameters[i].kind;
    return kind == Kind::PositionalOrKeyword || kind == Kind::KeywordOnly;
  };
  for (size_t i = first; i < s.parameter_count; ++i)
    if (s.parameters[i].name == keyword && takes(i)) return static_cast<int>(i);
  for (size_t i = first; i < s.parameter_count; ++i)
    if (takes(i) && Str::equal_nogc(s.parameters[i].name, keyword)) return static_cast<int>(i);
  return -1;
}

}  // namespace

Failure raise_argument_type(Thread& t, const NativeSignature& s, int index, const char* expected, Value got) {
  const NativeParameter& p = s.parameters[static_cast<size_t>(index) + (s.binds_self ? size_t{1} : size_t{0})];
  if (p.kind == Kind::PositionalOnly) {
    if (s.form == NativeSignature::Form::OneArgument)
      return t.raise_type_error("{}() argument must be {}, not {}", s.method->name, expected,
                                got.is_none() ? FormatArgument("None") : FormatArgument(type_of(got)));
    return t.raise_type_error("{}() argument {} must be {}, not {}", s.method->name, index + 1, expected,
                              got.is_none() ? FormatArgument("None") : FormatArgument(type_of(got)));
  }
  return t.raise_type_error("{}() argument '{}' must be {}, not {}", s.method->name, p.name, expected,
                            got.is_none() ? FormatArgument("None") : FormatArgument(type_of(got)));
}

Failure raise_argument_type_or_none(Thread& t, const NativeSignature& s, int index, const char* expected, Value got) {
  char text[80];
  size_t length = std::strlen(expected);
  if (length > sizeof text - 9) length = sizeof text - 9;
  std::memcpy(text, expected, length);
  std::memcpy(text + length, " or None", 9);
  return raise_argument_type(t, s, index, text, got);
}

const char* python_name_of(const Layout* layout) { return layout->name; }

// ---- Conversions. ----

Fallible<int64_t> argument_to_int64(Thread& t, const NativeSignature&, int, Value v, int64_t low, int64_t high,
                                    const char* c_type) {
  // An optional argument without a usable default: the function knows what its zero means.
  if (v.is_absent()) return int64_t{0};
  Value n = v.is_small_int() ? v : TRY(index_py(t, v));
  Int64Result result = int_to_int64_nogc(n);
  if (result.overflow < 0 || result.value < low) {
    if (low == 0) return t.raise(core.OverflowError, "can't convert negative int to unsigned");
    return t.raise(core.OverflowError, "Python int too large to convert to C {}", c_type);
  }
  if (result.overflow > 0 || result.value > high)
    return t.raise(core.OverflowError, "Python int too large to convert to C {}", c_type);
  return result.value;
}

Fallible<double> argument_to_double(Thread& t, Value v) {
  if (v.is_absent()) return 0.0;
  if (is_float(v)) return float_value(v);
  return to_double_py(t, v);
}

Fallible<bool> argument_to_bool(Thread& t, Value v) {
  if (v.is_absent()) return false;
  return truth_py(t, v);
}

// ---- Binding. ----

namespace {

Fallible<void> bind_keywords(Thread& t, const NativeSignature& s, const Arguments& arguments, Value* out,
                             Dict* extra) {
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* keyword = as<Str>(arguments.names->at(k));
    Value value = arguments.values[arguments.positional + k];
    int i = find_keyword(s, keyword);
    if (i < 0) {
      if (extra == nullptr)
        return t.raise_type_error("{}() got an unexpected keyword argument '{}'", s.method->name, keyword);
      Str* name = TRY(Str::intern(t, keyword));
      TRY(extra->set_name(t, name, value));
      continue;
    }
    if (!out[i].is_empty()) {
      int position = i - (s.binds_self ? 1 : 0);
      if (position < static_cast<int>(arguments.positional) && s.parameters[i].kind != Kind::KeywordOnly)
        return t.raise_type_error("argument for {}() given by name ('{}') and position ({})", s.method->name, keyword,
                                  position + 1);
      return t.raise_type_error("{}() got multiple values for argument '{}'", s.method->name, keyword);
    }
    out[i] = value;
  }
  return {};
}

// Defaults, and complaints about what has none.
Fallible<void> fill_missing(Thread& t, const NativeSignature& s, size_t given, Value* out) {
  size_t first = s.binds_self ? 1 : 0;
  for (size_t i = first; i < s.parameter_count; ++i) {
    if (!out[i].is_empty()) continue;
    const NativeParameter& p = s.parameters[i];
    if (p.has_default) {
      out[i] = p.default_value;
      continue;
    }
    if (p.kind == Kind::KeywordOnly)
      return t.raise_type_error("{}() missing required keyword-only argument: '{}'", s.method->name, p.name);
    if (p.kind == Kind::PositionalOnly) {
      size_t least = s.required_positional < s.positional_only ? s.required_positional : s.positional_only;
      return t.raise_type_error("{}() takes {} {} positional argument{} ({} given)", s.method->name,
                                least < s.parameter_count - first ? "at least" : "exactly", least, plural(least), given);
    }
    return t.raise_type_error("{}() missing required argument '{}' (pos {})", s.method->name, p.name, i - first + 1);
  }
  return {};
}

Fallible<void> check_total(Thread& t, const NativeSignature& s, const Arguments& arguments) {
  if (s.has_var_positional || s.has_var_keyword) return {};
  size_t visible = s.parameter_count - (s.binds_self ? size_t{1} : size_t{0});
  size_t keywords = arguments.keyword_count();
  if (arguments.positional + keywords <= visible) return {};
  size_t required = 0;
  for (size_t i = s.binds_self ? 1 : 0; i < s.parameter_count; ++i) required += !s.parameters[i].has_default;
  // Only functions whose parameters all take positions are counted this way.
  if (s.positional_count != visible && keywords == 0) return {};
  return raise_too_many(t, s, visible, required, arguments.positional, keywords);
}

}  // namespace

Fallible<void> bind_native(Thread& t, const NativeSignature& s, Value self, const Arguments& arguments, Value* out) {
  size_t first = 0;
  if (s.binds_self) out[first++] = self;
  bool takes_keywords = s.form == NativeSignature::Form::Keywords;
  if (!takes_keywords && arguments.has_keywords()) return raise_no_keywords(t, s, self);
  size_t given = arguments.positional;
  if (!takes_keywords) {
    if (given < s.required_positional || (given > s.positional_count && !s.has_var_positional))
      return raise_positional_count(t, s, self, given);
  } else {
    TRY(check_total(t, s, arguments));
    if (given > s.positional_count && !s.has_var_positional) return raise_positional_count(t, s, self, given);
  }
  for (size_t i = first; i < s.parameter_count; ++i) out[i] = Value();
  size_t taken = given < s.positional_count ? given : s.positional_count;
  for (size_t i = 0; i < taken; ++i) out[first + i] = arguments.values[i];
  Dict* extra = nullptr;
  if (s.has_var_positional) {
    size_t rest = given - taken;
    Tuple* tuple = rest == 0 ? empty_tuple() : TRY(Tuple::from(t, arguments.values + taken, rest));
    out[first + s.positional_count] = Value(tuple);
  }
  if (s.has_var_keyword) {
    extra = TRY(Dict::make(t));
    out[s.parameter_count - 1] = Value(extra);
  }
  if (arguments.has_keywords()) TRY(bind_keywords(t, s, arguments, out, extra));
  return fill_missing(t, s, given, out);
}

namespace {

// The unused end of a big array would be cleared for nothing: most functions take few parameters.
constexpr size_t kUsualParameters = 6;

template <size_t kRoom>
Fallible<Value> bind_and_call(Thread& t, const NativeSignature& s, Value self, const Arguments& arguments) {
  Value bound[kRoom];
  TRY(bind_native(t, s, self, arguments, bound));
  return s.invoke(t, s, bound);
}

template <size_t kRoom>
Fallible<Value> fill_and_call(Thread& t, const NativeSignature& s, Value self, const Value* values, size_t given) {
  Value bound[kRoom];
  size_t n = 0;
  if (s.binds_self) bound[n++] = self;
  for (size_t i = 0; i < given; ++i) bound[n++] = values[i];
  for (; n < s.parameter_count; ++n) bound[n] = s.parameters[n].default_value;
  return s.invoke(t, s, bound);
}

}  // namespace

Fallible<Value> call_quick(Thread& t, const NativeSignature& s, Value self, const Value* values, size_t given) {
  if (s.parameter_count <= kUsualParameters) [[likely]]
    return fill_and_call<kUsualParameters>(t, s, self, values, given);
  return fill_and_call<kMostNativeParameters>(t, s, self, values, given);
}

Fallible<Value> call_native(Thread& t, const NativeSignature& s, Value self, const Arguments& arguments) {
  if (s.raw != nullptr) return s.raw(t, self, arguments);
  if (!arguments.has_keywords()) {
    // OPTIMIZATION: nothing to bind.
    if (s.simple && !s.binds_self && arguments.positional == s.parameter_count) return s.invoke(t, s, arguments.values);
    if (s.quick && arguments.positional >= s.required_positional && arguments.positional <= s.positional_count)
      return call_quick(t, s, self, arguments.values, arguments.positional);
  }
  if (s.parameter_count <= kUsualParameters) return bind_and_call<kUsualParameters>(t, s, self, arguments);
  return bind_and_call<kMostNativeParameters>(t, s, self, arguments);
}

// The same for a call whose first positional argument is self (already checked): no copy when all are there.
Fallible<Value> call_native_with_self(Thread& t, const NativeSignature& s, const Arguments& arguments) {
  if (s.simple && s.binds_self && arguments.positional == s.parameter_count && !arguments.has_keywords())
    return s.invoke(t, s, arguments.values);
  return call_native(t, s, arguments.values[0], arguments.without_first());
}

Fallible<NativeFunction*> make_native_function(Thread& t, const NativeMethod* method, Value self, Value module_name) {
  const NativeSignature* signature = signature_of(method);
  HOG_CHECK(signature != nullptr);
  auto* function = TRY(t.allocate<NativeFunction>(shapes.builtin_function));
  function->signature_ = signature;
  function->self_.set(function, self);
  function->module_.set(function, module_name);
  return function;
}

}  // namespace hog
