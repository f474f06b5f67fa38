// source_text.hpp: what a program hands to compile(), eval() and exec() as UTF-8 text, and file names.
#pragma once

#include "object/protocol.hpp"

namespace hog {

// Keeps the text for a scope. str is encoded; bytes-like objects are decoded as their mark or coding cookie says.
class SourceText {
 public:
  explicit SourceText(Thread& t) : t_(t) {}
  // type_message: what the TypeError for anything else says. SyntaxError for what cannot be decoded.
  Fallible<void> open_py(Value source, Str* filename, const char* type_message);
  // The bytes of a program's file: the errors name the file, and the line within it.
  Fallible<void> open_file_py(Bytes* raw, Str* filename);
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_->data()), bytes_->length()}; }

 private:
  Fallible<void> decode_py(Bytes* raw, Str* filename);
  Failure raise_not_utf8_py(std::string_view text, size_t bad, bool declared, Str* filename);
  Failure raise_undecoded_py(Str* filename, std::string_view text);
  Failure raise_in_line_py(Str* message, Str* filename, std::string_view text, size_t at, bool show_column);
  Thread& t_;
  bool is_file_ = false;
  Bytes* bytes_ = nullptr;
};

// os.fsdecode: str, bytes, or what __fspath__ gives, as str.
Fallible<Str*> file_system_text_py(Thread& t, Value path);
// SyntaxError(message, (filename, line, 0 or None, None)).
Failure raise_syntax_error(Thread& t, Str* message, Str* filename, int64_t line);

}  // namespace hog
