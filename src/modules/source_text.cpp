// source_text.cpp: source text in any encoding to UTF-8. Ref: reference/lexical_analysis "Encoding declarations"; PEP 263.
#include "modules/source_text.hpp"

#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "text/utf.hpp"

namespace hog {

namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool is_cookie_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// The name in a comment's "coding: name" or "coding=name".
std::string_view cookie_in_line(std::string_view line) {
  size_t i = 0;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f')) ++i;
  if (i == line.size() || line[i] != '#') return {};
  constexpr std::string_view kWord = "coding";
  for (size_t at = line.find(kWord, i); at != std::string_view::npos; at = line.find(kWord, at + 1)) {
    size_t p = at + kWord.size();
    if (p >= line.size() || (line[p] != ':' && line[p] != '=')) continue;
    ++p;
    while (p < line.size() && (line[p] == ' ' || line[p] == '\t')) ++p;
    size_t end = p;
    while (end < line.size() && is_cookie_character(line[end])) ++end;
    if (end > p) return line.substr(p, end - p);
  }
  return {};
}

bool is_blank_or_comment(std::string_view line) {
  for (char c : line) {
    if (c == '#') return true;
    if (c != ' ' && c != '\t' && c != '\f' && c != '\r') return false;
  }
  return true;
}

// The declared encoding, which must stand in one of the first two lines.
std::string_view declared_encoding(std::string_view text) {
  for (int line_number = 0; line_number < 2; ++line_number) {
    size_t end = text.find_first_of("\r\n");
    std::string_view line = text.substr(0, end);
    std::string_view cookie = cookie_in_line(line);
    if (!cookie.empty()) return cookie;
    if (!is_blank_or_comment(line) || end == std::string_view::npos) return {};
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return {};
}

// The names that need no codec, told by their first twelve characters as CPython does: all others, "utf8" too, are for the
// codecs. Empty: another.
std::string_view well_known(std::string_view name) {
  char lower[12];
  size_t size = 0;
  for (char c : name.substr(0, sizeof lower)) lower[size++] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
  std::string_view text(lower, size);
  auto is = [&](std::string_view what) {
    return text.starts_with(what) && (text.size() == what.size() || text[what.size()] == '-');
  };
  if (is("utf-8")) return "utf-8";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1")) return "iso-8859-1";
  return {};
}

int64_t line_of(std::string_view text, size_t position) {
  int64_t line = 1;
  for (size_t i = 0; i < position; ++i)
    if (text[i] == '\n') ++line;
  return line;
}

}  // namespace

Failure raise_syntax_error(Thread& t, Str* message, Str* filename, int64_t line) {
  Value line_number = TRY(make_int(t, line));
  Tuple* where = TRY(Tuple::of(t, Value(filename), line_number, Value::from_small_int(0), Value::none()));
  Value exception = TRY(call_py(t, Value(core.SyntaxError), Value(message), Value(where)));
  return t.raise_object_py(exception, Value::absent());
}

// SyntaxError about a place in text that may not be UTF-8: its line is shown as far as it can be. compile() names no file.
Failure SourceText::raise_in_line_py(Str* message, Str* filename, std::string_view text, size_t at, bool show_column) {
  size_t start = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  start = start == std::string_view::npos ? 0 : start + 1;
  size_t end = text.find('\n', at);
  std::string_view line = text.substr(start, end == std::string_view::npos ? end : end - start);
  Str* replace = TRY(Str::from_ascii(t_, "replace"));
  Str* shown = TRY(codecs::decode_utf8_py(t_, codecs::Input(line.data(), line.size()), replace));
  Str* before = TRY(codecs::decode_utf8_py(t_, codecs::Input(line.data(), at - start), replace));
  Value line_number = Value::from_small_int(line_of(text, at));
  Value column = Value::from_small_int(show_column ? static_cast<int64_t>(before->length()) + 1 : 0);
  Value name = is_file_ ? Value(filename) : Value::none();
  Value where = Value(TRY(Tuple::of(t_, name, line_number, column, Value(shown), line_number, column)));
  Value exception = TRY(call_py(t_, Value(core.SyntaxError), Value(message), where));
  Str* attribute = TRY(Str::intern_utf8(t_, "filename"));
  TRY(set_attribute_py(t_, exception, attribute, Value(filename)));
  return t_.raise_object_py(exception, Value::absent());
}

// The codec that the source asks for is not there, or cannot decode it: what it said, as a SyntaxError.
Failure SourceText::raise_undecoded_py(Str* filename, std::string_view text) {
  if (t_.terminated()) return Failure{};
  if (!t_.exception_is(core.UnicodeError) && !t_.exception_is(core.LookupError)) return Failure{};
  Value error = t_.take_exception();
  Str* message = TRY(str_py(t_, error));
  if (is_file_ && is_instance(error, core.UnicodeDecodeError)) {
    Value start = TRY(get_attribute_py(t_, error, TRY(Str::intern_utf8(t_, "start"))));
    int64_t at = TRY(index_to_int64_py(t_, start));
    if (at >= 0 && static_cast<size_t>(at) < text.size())
      return raise_in_line_py(message, filename, text, static_cast<size_t>(at), false);
  }
  Tuple* where = TRY(Tuple::of(t_, Value(filename), Value::from_small_int(0), Value::from_small_int(-1), Value::none()));
  Value exception = TRY(call_py(t_, Value(core.SyntaxError), Value(message), Value(where)));
  return t_.raise_object_py(exception, Value::absent());
}

Failure SourceText::raise_not_utf8_py(std::string_view text, size_t bad, bool declared, Str* filename) {
  static constexpr char kDigits[] = "0123456789abcdef";
  auto byte = static_cast<uint8_t>(text[bad]);
  const char hex[3] = {kDigits[byte >> 4], kDigits[byte & 15], 0};
  const char* digits = hex;
  if (is_file_ && declared) {
    size_t newline = bad == 0 ? std::string_view::npos : text.rfind('\n', bad - 1);
    size_t position = newline == std::string_view::npos ? bad : bad - newline - 1;
    bool starts = (byte >= 0xC2 && byte <= 0xF4);
    Str* message = TRY(t_.format("(unicode error) 'utf-8' codec can't decode byte 0x{} in position {}: invalid {} byte", digits,
                                 position, starts ? "continuation" : "start"));
    return raise_in_line_py(message, filename, text, bad, false);
  }
  Str* file = is_file_ ? TRY(t_.format(" in file {}", filename)) : names.empty;
  Str* message = TRY(t_.format("Non-UTF-8 code starting with '\\x{}'{} on line {}, but no encoding declared; see "
                               "https://peps.python.org/pep-0263/ for details",
                               digits, file, line_of(text, bad)));
  return raise_in_line_py(message, filename, text, bad, true);
}

Fallible<void> SourceText::decode_py(Bytes* raw, Str* filename) {
  std::string_view text = raw->view();
  bool marked = text.starts_with(kMark);
  if (marked) text.remove_prefix(kMark.size());
  std::string_view cookie = declared_encoding(text);
  Str* encoding = nullptr;
  if (!cookie.empty()) {
    std::string_view known = well_known(cookie);
    std::string_view name = known.empty() ? cookie : known;
    if (known != "utf-8")
      encoding = TRY(Str::from_latin1(t_, reinterpret_cast<const uint8_t*>(name.data()), name.size()));
    if (encoding != nullptr && marked) {
      Str* message = TRY(t_.format("encoding problem: {} with BOM", encoding));
      return raise_in_line_py(message, filename, text, static_cast<size_t>(cookie.data() - text.data()), false);
    }
  }
  if (encoding == nullptr) {
    utf::Scan scan = utf::scan_utf8(text);
    if (scan.fault != utf::Fault::kNone) {
      size_t bad = scan.bytes;
      return raise_not_utf8_py(text, bad, !cookie.empty(), filename);
    }
    bytes_ = marked ? TRY(Bytes::from(t_, text.data(), text.size())) : raw;
    return {};
  }
  Fallible<Str*> decoded = codecs::decode_text_py(t_, codecs::Input(raw->data(), raw->length(), Value(raw)), Value(raw),
                                                  encoding, nullptr);
  if (decoded.failed()) return raise_undecoded_py(filename, text);
  bytes_ = TRY(codecs::encode_utf8_py(t_, decoded.get(), nullptr));
  return {};
}

Fallible<void> SourceText::open_py(Value source, Str* filename, const char* type_message) {
  if (is<Str>(source)) {
    bytes_ = TRY(codecs::encode_utf8_py(t_, as<Str>(source), nullptr));
  } else if (supports_buffer(source)) {
    Bytes* raw;
    {
      BytesLike buffer(t_);
      TRY(buffer.open(source));
      raw = TRY(Bytes::from(t_, buffer.data(), buffer.size()));
    }
    TRY(decode_py(raw, filename));
  } else {
    return t_.raise_type_error("{}", type_message);
  }
  if (view().find('\0') != std::string_view::npos)
    return t_.raise(core.SyntaxError, "source code string cannot contain null bytes");
  return {};
}

Fallible<void> SourceText::open_file_py(Bytes* raw, Str* filename) {
  is_file_ = true;
  TRY(decode_py(raw, filename));
  size_t nul = view().find('\0');
  if (nul == std::string_view::npos) return {};
  std::string_view text = view().substr(0, nul);
  Str* message = TRY(Str::from_ascii(t_, "source code cannot contain null bytes"));
  return raise_in_line_py(message, filename, text, nul, false);
}

Fallible<Str*> file_system_text_py(Thread& t, Value path) {
  Value text = path;
  if (!is<Str>(path) && !is<Bytes>(path)) {
    Str* name = TRY(Str::intern_utf8(t, "__fspath__"));
    Value method = TRY(find_special_py(t, path, name));
    if (method.is_absent() || method.is_none())
      return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(path));
    text = TRY(call_py(t, method));
    if (!is<Str>(text) && !is<Bytes>(text))
      return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(path), type_of(text));
  }
  if (is<Str>(text)) return as<Str>(text);
  auto* bytes = as<Bytes>(text);
  Str* errors = TRY(Str::intern_utf8(t, "surrogateescape"));
  return codecs::decode_utf8_py(t, codecs::Input(bytes->data(), bytes->length(), text), errors);
}

}  // namespace hog
