// json.hpp: what the files of `_json` share. Invariant: the text being read is an immutable Str that the reader keeps; what is
// being written may be changed by the Python that is called in between, so it is read again after each such call.
#pragma once

#include "object/class_system.hpp"

namespace hog::json {

extern Type* scanner_type;
extern Type* encoder_type;
extern const TypeSpec kScannerSpec;
extern const TypeSpec kEncoderSpec;

// json.decoder.JSONDecodeError(message, document, position).
Failure raise_decode_error(Thread& t, const char* message, Str* document, size_t position);

// The string after its opening quote at `begin - 1`; *end is behind the closing one.
Fallible<Str*> scan_string(Thread& t, Str* text, size_t begin, bool strict, size_t* end);

enum class Escapes : uint8_t { Ascii, Unicode };  // escape everything beyond ASCII, or only what must be
// Text in quotes, collected through a buffer on the stack.
class Writer {
 public:
  explicit Writer(Thread& t) : t_(t), builder_(t) {}
  Fallible<void> ascii(std::string_view text) {
    if (text.size() > kRoom - used_) [[unlikely]] {
      TRY(flush());
      if (text.size() > kRoom) return builder_.append_ascii(text);
    }
    __builtin_memcpy(room_ + used_, text.data(), text.size());
    used_ += text.size();
    return {};
  }
  Fallible<void> character(char c) {
    if (used_ == kRoom) [[unlikely]] TRY(flush());
    room_[used_++] = c;
    return {};
  }
  Fallible<void> text(const Str* s) {
    if (s->is_ascii()) return ascii(s->ascii());
    TRY(flush());
    return builder_.append(s);
  }
  Fallible<void> quoted(const Str* s, Escapes escapes);
  Fallible<Str*> finish() {
    TRY(flush());
    return builder_.finish();
  }

 private:
  static constexpr size_t kRoom = 2048;
  Fallible<void> flush() {
    if (used_ == 0) return {};
    size_t n = used_;
    used_ = 0;
    return builder_.append_ascii({room_, n});
  }
  Fallible<void> quoted_plain(const uint8_t* data, size_t length, bool escape_delete);
  template <typename Char>
  Fallible<void> quoted_escaping(const Char* data, size_t length);
  Fallible<void> escaped(uint32_t c);

  Thread& t_;
  StrBuilder builder_;
  size_t used_ = 0;
  char room_[kRoom];
};

Fallible<Value> encode_basestring(Thread& t, Value text);
Fallible<Value> encode_basestring_ascii(Thread& t, Value text);
// Is the value one of the module's own two encoders? Which one.
bool is_own_encoder(Value v, Escapes* escapes);

}  // namespace hog::json
