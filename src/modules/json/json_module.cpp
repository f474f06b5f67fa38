// json_module.cpp: the module `_json`. Ref: library/json.
#include "modules/json/json.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace json {

Failure raise_decode_error(Thread& t, const char* message, Str* document, size_t position) {
  Fallible<Str*> name = Str::intern_utf8(t, "json.decoder");
  if (name.failed()) return Failure{};
  Fallible<Value> module = t.isolate().services->import_module(t, name.get());
  if (module.failed()) return Failure{};
  Fallible<Str*> attribute = Str::intern_utf8(t, "JSONDecodeError");
  if (attribute.failed()) return Failure{};
  Fallible<Value> type = get_attribute_py(t, module.get(), attribute.get());
  Fallible<Str*> text = Str::from_ascii(t, message);
  if (type.failed() || text.failed()) return Failure{};
  Value at = Value::from_small_int(static_cast<int64_t>(position));
  Fallible<Value> error = call_py(t, type.get(), Value(text.get()), Value(document), at);
  if (error.failed()) return Failure{};
  return t.raise_object_py(error.get(), Value::absent());
}

namespace {

Fallible<Value> scanstring(Thread& t, Value, const Arguments& arguments) {
  TRY(reject_keywords(t, arguments, "scanstring"));
  uint32_t n = arguments.positional;
  if (n < 2 || n > 3)
    return t.raise_type_error("scanstring() takes at {} arguments ({} given)", n < 2 ? "least 2" : "most 3", n);
  int64_t end = TRY(index_to_int64_py(t, arguments[1]));
  bool strict = n < 3 || TRY(truth_py(t, arguments[2]));
  if (!is<Str>(arguments[0])) return t.raise_type_error("first argument must be a string, not {}", type_of(arguments[0]));
  Str* text = as<Str>(arguments[0]);
  if (end < 0 || static_cast<uint64_t>(end) > text->length()) return t.raise_value_error("end is out of bounds");
  size_t after = 0;
  Str* s = TRY(scan_string(t, text, static_cast<size_t>(end), strict, &after));
  return Value(TRY(Tuple::of(t, Value(s), Value::from_small_int(static_cast<int64_t>(after)))));
}

// Named self as CPython's are.
constexpr NativeMethod kFunctions[] = {
    {"encode_basestring", HOG_NATIVE(encode_basestring), "(object, /)", "A JSON string of a str."},
    {"encode_basestring_ascii", HOG_NATIVE(encode_basestring_ascii), "(object, /)", "A JSON string, in ASCII, of a str."},
    {"scanstring", HOG_RAW(scanstring), nullptr, "Reads a JSON string that begins before an index."},
    {}};

constexpr TypeRegistration kTypes[] = {{&scanner_type, &kScannerSpec, false}, {&encoder_type, &kEncoderSpec, false}};

Fallible<void> initialize_module(Thread& t, Module* module) {
  TRY(module->add(t, "make_scanner", Value(scanner_type)));
  return module->add(t, "make_encoder", Value(encoder_type));
}

}  // namespace

bool is_own_encoder(Value v, Escapes* escapes) {
  if (!is<NativeFunction>(v)) return false;
  const NativeSignature* signature = as<NativeFunction>(v)->signature_;
  *escapes = signature->method == &kFunctions[0] ? Escapes::Unicode : Escapes::Ascii;
  return signature->method == &kFunctions[0] || signature->method == &kFunctions[1];
}

}  // namespace json

extern const ModuleSpec k_module__json;
const ModuleSpec k_module__json = {.name = "_json",
                                   .doc = "What json is made fast by.",
                                   .functions = json::kFunctions,
                                   .types = json::kTypes,
                                   .type_count = std::size(json::kTypes),
                                   .initialize = json::initialize_module};

}  // namespace hog
