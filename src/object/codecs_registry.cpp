// codecs_registry.cpp: encodings and error handlers by name. The isolate's state is a tuple: search functions (list), cache
// of what they found (dict), error handlers a program registered (dict). Ref: library/codecs.
#include "object/codecs.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "text/utf.hpp"

namespace hog::codecs {

namespace {

enum StateField : uint8_t { kSearch, kCache, kErrors, kStateSize };

Fallible<Tuple*> state(Thread& t) {
  if (t.isolate().codec_state == nullptr) {
    List* search = TRY(List::make(t));
    Dict* cache = TRY(Dict::make(t));
    Dict* errors = TRY(Dict::make(t));
    t.isolate().codec_state = TRY(Tuple::of(t, search, cache, errors));
  }
  return t.isolate().codec_state;
}
Fallible<List*> search_functions(Thread& t) { return as<List>(TRY(state(t))->at(kSearch)); }
Fallible<Dict*> cache(Thread& t) { return as<Dict>(TRY(state(t))->at(kCache)); }
Fallible<Dict*> error_handlers(Thread& t) { return as<Dict>(TRY(state(t))->at(kErrors)); }

Fallible<Value> strict_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::Strict, e); }
Fallible<Value> ignore_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::Ignore, e); }
Fallible<Value> replace_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::Replace, e); }
Fallible<Value> backslash_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::BackslashReplace, e); }
Fallible<Value> name_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::NameReplace, e); }
Fallible<Value> xml_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::XmlCharRefReplace, e); }
Fallible<Value> escape_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::SurrogateEscape, e); }
Fallible<Value> pass_errors(Thread& t, Value e) { return call_builtin_handler_py(t, Handler::SurrogatePass, e); }

}  // namespace

const NativeMethod kErrorHandlerFunctions[] = {
    {"strict_errors", HOG_NATIVE(strict_errors), "(exc, /)", "Raises the error."},
    {"ignore_errors", HOG_NATIVE(ignore_errors), "(exc, /)", "Leaves out what cannot be converted."},
    {"replace_errors", HOG_NATIVE(replace_errors), "(exc, /)", "Puts a question mark or U+FFFD instead."},
    {"backslashreplace_errors", HOG_NATIVE(backslash_errors), "(exc, /)", "Puts a backslash escape instead."},
    {"namereplace_errors", HOG_NATIVE(name_errors), "(exc, /)", "Puts a \\N{...} escape instead."},
    {"xmlcharrefreplace_errors", HOG_NATIVE(xml_errors), "(exc, /)", "Puts an XML character reference instead."},
    {"surrogateescape", HOG_NATIVE(escape_errors), "(exc, /)", "Smuggles bytes as lone surrogates."},
    {"surrogatepass", HOG_NATIVE(pass_errors), "(exc, /)", "Lets surrogates through."},
    {}};

Fallible<Str*> normalize_encoding(Thread& t, Str* encoding) {
  StrBuilder out(t);
  bool gap = false;
  for (size_t i = 0; i < encoding->length(); ++i) {
    char32_t c = encoding->at(i);
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!(letter || (c >= '0' && c <= '9') || c == '.')) {
      gap = true;
      continue;
    }
    if (gap && out.length() != 0) TRY(out.append('_'));
    gap = false;
    TRY(out.append(letter ? c | 0x20 : c));
  }
  return out.finish();
}

Fallible<void> register_search_py(Thread& t, Value function) {
  if (!is_callable(function)) return t.raise_type_error("argument must be callable");
  return TRY(search_functions(t))->append(t, function);
}

Fallible<void> unregister_search(Thread& t, Value function) {
  List* list = TRY(search_functions(t));
  for (size_t i = 0; i < list->length(); ++i) {
    if (list->at(i) != function) continue;
    TRY(list->replace(t, i, i + 1, nullptr, 0));
    TRY(cache(t))->clear_nogc();
    break;
  }
  return {};
}

Fallible<Value> lookup_py(Thread& t, Str* encoding) {
  if (encoding->length() > 1000) return t.raise(core.LookupError, "unknown encoding: {}", encoding);
  if (!encoding->is_ascii()) TRY(encode_utf8_py(t, encoding, nullptr));  // UnicodeEncodeError for lone surrogates
  Str* key = TRY(Str::intern(t, TRY(normalize_encoding(t, encoding))));
  Value found = TRY(cache(t))->get_name_nogc(key);
  if (!found.is_absent()) return found;
  if (TRY(search_functions(t))->length() == 0) {
    // The standard library's search function registers itself when its package is imported.
    TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "encodings"))));
    if (TRY(search_functions(t))->length() == 0)
      return t.raise(core.LookupError, "no codec search functions registered: can't find encoding");
  }
  List* functions = TRY(search_functions(t));
  for (size_t i = 0; i < functions->length(); ++i) {
    Value info = TRY(call_py(t, functions->at(i), Value(key)));
    if (info.is_none()) continue;
    if (!is<Tuple>(info) || as<Tuple>(info)->length() != 4)
      return t.raise_type_error("codec search functions must return 4-tuples");
    TRY(TRY(cache(t))->set_name(t, key, info));
    return info;
  }
  return t.raise(core.LookupError, "unknown encoding: {}", encoding);
}

Fallible<Value> lookup_error(Thread& t, Str* name) {
  Value found = TRY(TRY(error_handlers(t))->get_py(t, name));
  if (!found.is_absent()) return found;
  Handler builtin = handler_named(name);
  if (builtin == Handler::Custom) return t.raise(core.LookupError, "unknown error handler name '{}'", name);
  Value function = TRY(make_native_function(t, &kErrorHandlerFunctions[static_cast<int>(builtin)], Value(), Value::none()));
  TRY(TRY(error_handlers(t))->set_py(t, name, function));
  return function;
}

Fallible<void> register_error(Thread& t, Str* name, Value handler) {
  if (!is_callable(handler)) return t.raise_type_error("handler must be callable");
  return TRY(error_handlers(t))->set_py(t, name, handler);
}

Fallible<bool> unregister_error(Thread& t, Str* name) {
  if (handler_named(name) != Handler::Custom)
    return t.raise_value_error("cannot un-register built-in error handler '{}'", name);
  return TRY(error_handlers(t))->remove_py(t, name);
}

// ---- Encoding and decoding through the registry. ----

namespace {

enum class Way : uint8_t { Encode, Decode };

// Notes on the pending exception which codec failed.
Failure add_failure_note(Thread& t, Way way, Str* encoding) {
  if (!t.has_exception()) return Failure{};
  Value exception = t.take_exception();
  const char* text = way == Way::Encode ? "encoding with '{}' codec failed" : "decoding with '{}' codec failed";
  Str* note = TRY(t.format(text, encoding));
  TRY(call_method_py(t, exception, TRY(Str::intern_utf8(t, "add_note")), Value(note)));
  return t.restore_exception(exception);
}

Fallible<Value> run_codec_py(Thread& t, Way way, Value codec_info, Value object, Str* encoding, Str* errors) {
  Value function = as<Tuple>(codec_info)->at(way == Way::Encode ? 0 : 1);
  const Value arguments[] = {object, errors != nullptr ? Value(errors) : Value::none()};
  Fallible<Value> result = call_py(t, function, Arguments(arguments, errors != nullptr ? 2 : 1));
  if (result.failed()) return add_failure_note(t, way, encoding);
  Tuple* pair = try_as<Tuple>(result.get());
  if (pair == nullptr || pair->length() != 2)
    return t.raise_type_error(way == Way::Encode ? "encoder must return a tuple (object, integer)"
                                                 : "decoder must return a tuple (object,integer)");
  return pair->at(0);
}

Fallible<Value> lookup_text_encoding_py(Thread& t, Str* encoding, const char* alternative) {
  Value info = TRY(lookup_py(t, encoding));
  if (info.cell()->shape() == shapes.tuple) return info;
  Value flag = TRY(find_attribute_py(t, info, TRY(Str::intern_utf8(t, "_is_text_encoding"))));
  if (!flag.is_absent() && !TRY(truth_py(t, flag)))
    return t.raise(core.LookupError, "'{}' is not a text encoding; use {} to handle arbitrary codecs", encoding,
                   alternative);
  return info;
}

}  // namespace

Fallible<Value> encode_any_py(Thread& t, Value object, Str* encoding, Str* errors) {
  return run_codec_py(t, Way::Encode, TRY(lookup_py(t, encoding)), object, encoding, errors);
}
Fallible<Value> decode_any_py(Thread& t, Value object, Str* encoding, Str* errors) {
  return run_codec_py(t, Way::Decode, TRY(lookup_py(t, encoding)), object, encoding, errors);
}

namespace {

enum class Known : uint8_t { Other, Utf8, Ascii, Latin1, Utf16, Utf16Le, Utf16Be, Utf32, Utf32Le, Utf32Be };

// Recognises the usual spellings without allocating.
Known known_encoding(const Str* encoding) {
  if (encoding == nullptr || encoding->equals_ascii("utf-8")) return Known::Utf8;
  if (!encoding->is_ascii() || encoding->length() > 16) return Known::Other;
  char name[20];
  size_t n = 0;
  bool gap = false;
  for (char c : encoding->ascii()) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!(letter || (c >= '0' && c <= '9') || c == '.')) {
      gap = true;
      continue;
    }
    if (gap && n != 0) name[n++] = '_';
    gap = false;
    if (n >= 17) return Known::Other;
    name[n++] = static_cast<char>(letter ? c | 0x20 : c);
  }
  std::string_view text(name, n);
  struct Spelling {
    std::string_view name;
    Known known;
  };
  static constexpr Spelling kSpellings[] = {
      {"utf_8", Known::Utf8},        {"utf8", Known::Utf8},           {"ascii", Known::Ascii},
      {"us_ascii", Known::Ascii},    {"latin_1", Known::Latin1},      {"latin1", Known::Latin1},
      {"iso_8859_1", Known::Latin1}, {"iso8859_1", Known::Latin1},    {"utf_16", Known::Utf16},
      {"utf16", Known::Utf16},       {"utf_16_le", Known::Utf16Le},   {"utf_16le", Known::Utf16Le},
      {"utf_16_be", Known::Utf16Be}, {"utf_16be", Known::Utf16Be},    {"utf_32", Known::Utf32},
      {"utf32", Known::Utf32},       {"utf_32_le", Known::Utf32Le},   {"utf_32le", Known::Utf32Le},
      {"utf_32_be", Known::Utf32Be}, {"utf_32be", Known::Utf32Be},
  };
  for (const Spelling& s : kSpellings)
    if (s.name == text) return s.known;
  return Known::Other;
}

Fallible<void> check_no_nul(Thread& t, const Str* s) {
  if (s == nullptr) return {};
  for (size_t i = 0; i < s->length(); ++i)
    if (s->at(i) == 0) return t.raise_value_error("embedded null character");
  return {};
}

// -X dev: the name of an error handler is looked up even when no error comes.
Fallible<void> check_errors_in_dev_mode(Thread& t, Str* errors) {
  if (errors != nullptr && t.isolate().start_flags.dev_mode) TRY(lookup_error(t, errors));
  return {};
}

}  // namespace

Fallible<Bytes*> encode_text_py(Thread& t, Str* text, Str* encoding, Str* errors) {
  TRY(check_errors_in_dev_mode(t, errors));
  switch (known_encoding(encoding)) {
    case Known::Utf8: return encode_utf8_py(t, text, errors);
    case Known::Ascii: return encode_ascii_py(t, text, errors);
    case Known::Latin1: return encode_latin1_py(t, text, errors);
    case Known::Utf16: return encode_utf16_py(t, text, errors, ByteOrder::Native);
    case Known::Utf16Le: return encode_utf16_py(t, text, errors, ByteOrder::Little);
    case Known::Utf16Be: return encode_utf16_py(t, text, errors, ByteOrder::Big);
    case Known::Utf32: return encode_utf32_py(t, text, errors, ByteOrder::Native);
    case Known::Utf32Le: return encode_utf32_py(t, text, errors, ByteOrder::Little);
    case Known::Utf32Be: return encode_utf32_py(t, text, errors, ByteOrder::Big);
    case Known::Other: break;
  }
  TRY(check_no_nul(t, encoding));
  TRY(check_no_nul(t, errors));
  Value info = TRY(lookup_text_encoding_py(t, encoding, "codecs.encode()"));
  Value result = TRY(run_codec_py(t, Way::Encode, info, text, encoding, errors));
  if (is<Bytes>(result)) return as<Bytes>(result);
  if (type_of(result)->is_subtype_of(core.bytearray)) {
    TRY(warn_py(t, core.RuntimeWarning, "encoder {} returned bytearray instead of bytes; use codecs.encode() to encode to "
                "arbitrary types", encoding));
    BytesLike bytes(t);
    TRY(bytes.open(result));
    return Bytes::from(t, bytes.data(), bytes.size());
  }
  return t.raise_type_error(
      "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types", encoding,
      type_of(result));
}

Fallible<Str*> decode_text_py(Thread& t, Input input, Value object, Str* encoding, Str* errors) {
  TRY(check_errors_in_dev_mode(t, errors));
  ByteOrder native = ByteOrder::Native, little = ByteOrder::Little, big = ByteOrder::Big;
  switch (known_encoding(encoding)) {
    case Known::Utf8: return decode_utf8_py(t, input, errors);
    case Known::Ascii: return decode_ascii_py(t, input, errors);
    case Known::Latin1: return decode_latin1(t, input);
    case Known::Utf16: return decode_utf16_py(t, input, errors, &native);
    case Known::Utf16Le: return decode_utf16_py(t, input, errors, &little);
    case Known::Utf16Be: return decode_utf16_py(t, input, errors, &big);
    case Known::Utf32: return decode_utf32_py(t, input, errors, &native);
    case Known::Utf32Le: return decode_utf32_py(t, input, errors, &little);
    case Known::Utf32Be: return decode_utf32_py(t, input, errors, &big);
    case Known::Other: break;
  }
  TRY(check_no_nul(t, encoding));
  TRY(check_no_nul(t, errors));
  Value info = TRY(lookup_text_encoding_py(t, encoding, "codecs.decode()"));
  Value result = TRY(run_codec_py(t, Way::Decode, info, object, encoding, errors));
  if (is<Str>(result)) return as<Str>(result);
  return t.raise_type_error(
      "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types", encoding,
      type_of(result));
}

}  // namespace hog::codecs
