// text_read.cpp: reading from a TextIOWrapper: chunks of bytes become decoded_, from which characters and lines are taken.
// Ref: library/io "TextIOWrapper".
#include <cstring>

#include "modules/io/buffered.hpp"
#include "modules/io/text_wrapper.hpp"
#include "object/exception.hpp"
#include "object/text_view.hpp"
#include "text/search.hpp"

namespace hog::io {

namespace {

Fallible<Value> next_bytes_py(Thread& t, TextWrapper* w, int64_t size) {
  Value buffer = w->buffer_;
  if (is_plain_buffered(buffer) && as<Buffered>(buffer)->readable_) return buffered_read1(t, as<Buffered>(buffer), size);
  for (;;) {
    Fallible<Value> bytes = call_method_py(t, buffer, w->has_read1_ ? names.read1 : names.read, TRY(make_int(t, size)));
    if (!bytes.failed()) return bytes;
    if (!clear_exception_if(t, core.InterruptedError)) return Failure{};
    TRY(t.poll());
  }
}
Fallible<Bytes*> joined(Thread& t, Bytes* a, Value bytes_like) {
  if (a->length() == 0 && is_exactly(bytes_like, shapes.bytes)) return as<Bytes>(bytes_like);
  BytesLike b(t);
  TRY(b.open(bytes_like));
  Bytes* both = TRY(Bytes::make(t, a->length() + b.size()));
  std::memcpy(both->mutable_data(), a->data(), a->length());
  if (b.size() != 0) std::memcpy(both->mutable_data() + a->length(), b.data(), b.size());
  return both;
}
// The next `count` characters, or all there are.
Fallible<Str*> take(Thread& t, TextWrapper* w, size_t count) {
  size_t have = w->available();
  if (have == 0) return names.empty;
  if (count > have) count = have;
  size_t start = w->used_;
  Str* text = TRY(Str::slice(t, w->decoded_.get(), start, start + count));
  w->used_ = start + count;
  return text;
}

}  // namespace

Fallible<bool> read_chunk_py(Thread& t, TextWrapper* w, size_t characters_wanted) {
  if (!w->readable_) return raise_unsupported_py(t, "not readable");
  TRY(check_attached(t, w));
  bool telling = w->telling_;
  Bytes* buffered = nullptr;
  int32_t flags = 0;
  if (telling) TRY(get_decoder_state_py(t, w, &buffered, &flags));
  double ratio = w->bytes_per_character_ > 1.0 ? w->bytes_per_character_ : 1.0;
  double wanted = ratio * static_cast<double>(characters_wanted);
  int64_t size = w->chunk_size_;
  if (wanted > static_cast<double>(size)) size = wanted < 4e18 ? static_cast<int64_t>(wanted) : INT64_MAX;
  Value bytes = TRY(next_bytes_py(t, w, size));
  if (!supports_buffer(bytes))
    return t.raise_type_error("underlying {}() should have returned a bytes-like object, not '{}'",
                              w->has_read1_ ? "read1" : "read", type_of(bytes)->name());
  size_t byte_count;
  {
    BytesLike view(t);
    TRY(view.open(bytes));
    byte_count = view.size();
  }
  bool end = byte_count == 0;
  Str* text = TRY(decode_chunk_py(t, w, bytes, end));
  TRY(check_attached(t, w));
  w->set_decoded(text);
  w->bytes_per_character_ =
      text->length() == 0 ? 0.0 : static_cast<double>(byte_count) / static_cast<double>(text->length());
  if (text->length() != 0) end = false;
  if (telling) {
    w->snapshot_input_.set(w, TRY(joined(t, buffered, bytes)));
    w->snapshot_flags_ = flags;
  }
  return !end;
}

namespace {

Fallible<Value> read_all_py(Thread& t, TextWrapper* w) {
  Value bytes = TRY(call_method_py(t, w->buffer_, names.read));
  if (bytes.is_none()) {
    Str* text = TRY(Str::from_ascii(t, "Read returned None."));
    return t.raise_object_py(TRY(call_py(t, Value(core.BlockingIOError), Value(text))), Value::absent());
  }
  if (w->codec_ != TextCodec::Registry && !supports_buffer(bytes))
    return t.raise_type_error("underlying read() should have returned a bytes-like object, not '{}'", type_of(bytes)->name());
  Str* rest = TRY(decode_chunk_py(t, w, bytes, true));
  Str* text = TRY(take(t, w, SIZE_MAX));
  if (text->length() == 0) text = rest;
  else text = TRY(Str::concat(t, text, rest));
  if (w->snapshot_input_) {
    w->set_decoded(nullptr);
    w->snapshot_input_.clear();
  }
  return Value(text);
}

}  // namespace

Fallible<Value> text_read(Thread& t, TextWrapper* w, Value size) {
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_usable_py(t, w));
  if (!w->readable_) return raise_unsupported_py(t, "not readable");
  TRY(text_write_out_py(t, w));
  TRY(check_attached(t, w));
  if (n < 0) return read_all_py(t, w);
  auto left = static_cast<size_t>(n);
  Str* text = TRY(take(t, w, left));
  left -= text->length();
  if (left == 0) return Value(text);
  StrBuilder all(t);
  TRY(all.append(text));
  while (left != 0) {
    TRY(t.poll());
    if (!TRY(read_chunk_py(t, w, left))) break;
    Str* piece = TRY(take(t, w, left));
    TRY(all.append(piece));
    left -= piece->length();
  }
  return Value(TRY(all.finish()));
}

// ---- Lines. ----

namespace {

// The first of `a` or `b` in [i, end), or end.
size_t find_character(const Str* text, size_t i, size_t end, char a, char b) {
  if (a == b) {
    size_t at = search::find_char(text_of(text).slice(i, end - i), static_cast<char32_t>(a));
    return at == search::kNowhere ? end : i + at;
  }
  for (; i < end; ++i)
    if (char32_t c = text->at(i); c == static_cast<char32_t>(a) || c == static_cast<char32_t>(b)) return i;
  return end;
}
// Where in [i, end) the line ends, its newline included; 0 when it does not. `after_return`: the character before i is the
// line's, and a "\r".
size_t line_end(const Str* text, size_t i, size_t end, TextNewline newline, bool after_return) {
  switch (newline) {
    case TextNewline::Translate:
    case TextNewline::Lf: {
      size_t at = find_character(text, i, end, '\n', '\n');
      return at == end ? 0 : at + 1;
    }
    case TextNewline::Cr: {
      size_t at = find_character(text, i, end, '\r', '\r');
      return at == end ? 0 : at + 1;
    }
    case TextNewline::CrLf:
      if (after_return && i < end && text->at(i) == '\n') return i + 1;
      for (;;) {
        i = find_character(text, i, end, '\r', '\r');
        if (i + 1 >= end) return 0;
        if (text->at(i + 1) == '\n') return i + 2;
        ++i;
      }
    case TextNewline::Universal: break;
  }
  size_t at = find_character(text, i, end, '\n', '\r');
  if (at == end) return 0;
  // Within a chunk "\r" is never the last character unless nothing follows.
  bool pair = text->at(at) == '\r' && at + 1 < end && text->at(at + 1) == '\n';
  return at + (pair ? 2 : 1);
}

}  // namespace

Fallible<Str*> text_read_line_py(Thread& t, TextWrapper* w, int64_t limit) {
  TRY(check_usable_py(t, w));
  if (w->pending_size_ != 0) TRY(text_write_out_py(t, w));
  StrBuilder line(t);
  for (bool first = true;; first = false) {
    if (size_t have = w->available(); have != 0) {
      Str* text = w->decoded_.get();
      size_t start = w->used_, left = limit < 0 ? SIZE_MAX : static_cast<size_t>(limit) - line.length();
      size_t end = have < left ? start + have : start + left;
      bool after_return = line.length() != 0 && line.at(line.length() - 1) == '\r';
      size_t stop = line_end(text, start, end, w->newline_, after_return);
      bool whole = stop != 0 || have >= left;
      if (stop == 0) stop = end;
      w->used_ = stop;
      if (whole && first) return Str::slice(t, text, start, stop);
      TRY(line.append_slice(text, start, stop));
      if (whole) return line.finish();
    } else if (limit == 0) {
      return names.empty;
    }
    TRY(t.poll(64));
    if (TRY(read_chunk_py(t, w, 0))) continue;
    w->set_decoded(nullptr);
    w->snapshot_input_.clear();
    return line.finish();
  }
}

}  // namespace hog::io
