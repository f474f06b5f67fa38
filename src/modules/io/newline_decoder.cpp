// newline_decoder.cpp: which newlines a text has, and making each of them "\n". Ref: library/io, universal newlines.
#include "modules/io/io.hpp"

namespace hog::io {

Fallible<Value> seen_newlines(Thread& t, uint8_t seen) {
  Value found[3];
  size_t n = 0;
  if ((seen & kSeenCr) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\r")));
  if ((seen & kSeenLf) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\n")));
  if ((seen & kSeenCrLf) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\r\n")));
  if (n == 0) return Value::none();
  if (n == 1) return found[0];
  return Value(TRY(Tuple::from(t, found, n)));
}

Fallible<Str*> scan_newlines(Thread& t, Str* text, bool translate, uint8_t* seen) {
  StrBuilder out(t);
  size_t n = text->length(), kept = 0;
  for (size_t i = 0; i < n; ++i) {
    if ((i & 1023) == 0) TRY(t.poll());
    char32_t c = text->at(i);
    if (c == '\n') *seen |= kSeenLf;
    if (c != '\r') continue;
    bool pair = i + 1 < n && text->at(i + 1) == '\n';
    *seen |= pair ? kSeenCrLf : kSeenCr;
    if (translate) {
      TRY(out.append_slice(text, kept, i));
      TRY(out.append(U'\n'));
      kept = i + (pair ? 2 : 1);
    }
    if (pair) ++i;
  }
  if (kept == 0) return text;
  TRY(out.append_slice(text, kept, n));
  return out.finish();
}

}  // namespace hog::io
