// text_position.cpp: tell() and seek() of a TextIOWrapper. A position is a cookie: where the binary stream was when the decoder had
// a certain state, how many bytes to feed it from there, and how many of the characters that come out to skip.
// Layout of the number, low bits first: 64 start, 32 flags, 32 bytes to feed, 32 characters to skip, 8 need of the end.
// Ref: library/io "TextIOWrapper".
#include "modules/io/text_wrapper.hpp"
#include "object/exception.hpp"

namespace hog::io {

namespace {

struct Cookie {
  int64_t start = 0;
  int32_t flags = 0, bytes_to_feed = 0, characters_to_skip = 0;
  bool need_end = false;
};

Fallible<Value> shifted_py(Thread& t, Value number, int bits, uint32_t part) {
  if (part == 0) return number;
  Value high = TRY(binary_py(t, BinaryOp::LeftShift, Value::from_small_int(part), Value::from_small_int(bits)));
  return binary_py(t, BinaryOp::Or, number, high);
}
Fallible<Value> pack_py(Thread& t, const Cookie& cookie) {
  Value n = TRY(make_int(t, cookie.start));
  n = TRY(shifted_py(t, n, 64, static_cast<uint32_t>(cookie.flags)));
  n = TRY(shifted_py(t, n, 96, static_cast<uint32_t>(cookie.bytes_to_feed)));
  n = TRY(shifted_py(t, n, 128, static_cast<uint32_t>(cookie.characters_to_skip)));
  return shifted_py(t, n, 160, cookie.need_end ? 1 : 0);
}
Fallible<int64_t> part_py(Thread& t, Value number, int shift, int64_t mask) {
  Value n = TRY(binary_py(t, BinaryOp::RightShift, number, Value::from_small_int(shift)));
  return index_to_int64_py(t, TRY(binary_py(t, BinaryOp::And, n, TRY(make_int(t, mask)))));
}
Fallible<Cookie> unpack_py(Thread& t, Value number) {
  Cookie cookie;
  if (number.is_small_int()) {
    cookie.start = number.small_int();
    return cookie;
  }
  if (TRY(compare_bool_py(t, TRY(binary_py(t, BinaryOp::RightShift, number, Value::from_small_int(168))),
                          Value::from_small_int(0), CompareOp::Ne)))
    return t.raise(core.OverflowError, "int too big to convert");
  // The start is what fits a file position: 63 bits.
  cookie.start = TRY(part_py(t, number, 0, INT64_MAX));
  cookie.flags = static_cast<int32_t>(TRY(part_py(t, number, 64, UINT32_MAX)));
  cookie.bytes_to_feed = static_cast<int32_t>(TRY(part_py(t, number, 96, UINT32_MAX)));
  cookie.characters_to_skip = static_cast<int32_t>(TRY(part_py(t, number, 128, UINT32_MAX)));
  cookie.need_end = TRY(part_py(t, number, 160, 255)) != 0;
  return cookie;
}

Fallible<void> decode_from_py(Thread& t, TextWrapper* w, int64_t start, int32_t flags) {
  if (start == 0 && flags == 0) {
    uint8_t seen = w->newlines_.seen;
    TRY(reset_decoder_py(t, w));
    w->newlines_.seen = seen;
    return {};
  }
  return set_decoder_state_py(t, w, TRY(Bytes::from(t, nullptr, 0)), flags);
}
Fallible<size_t> feed_py(Thread& t, TextWrapper* w, Bytes* input, size_t from, size_t count, bool end) {
  Bytes* piece = TRY(Bytes::from(t, input->data() + from, count));
  TRY(t.poll());
  return TRY(decode_chunk_py(t, w, Value(piece), end))->length();
}

// Finds the last place before the position where the decoder holds nothing back, starting from a guess.
Fallible<size_t> guess_start_py(Thread& t, TextWrapper* w, Bytes* input, Cookie* cookie, size_t* to_skip) {
  int32_t first_flags = cookie->flags;
  auto skip = static_cast<int64_t>(w->bytes_per_character_ * static_cast<double>(*to_skip));
  if (skip > static_cast<int64_t>(input->length())) skip = static_cast<int64_t>(input->length());
  for (int64_t back = 1; skip > 0;) {
    TRY(decode_from_py(t, w, cookie->start, first_flags));
    size_t decoded = TRY(feed_py(t, w, input, 0, static_cast<size_t>(skip), false));
    if (decoded > *to_skip) {
      skip -= back;
      back *= 2;
      continue;
    }
    Bytes* held;
    int32_t flags;
    TRY(get_decoder_state_py(t, w, &held, &flags));
    if (held->length() == 0) {
      cookie->flags = flags;
      *to_skip -= decoded;
      return static_cast<size_t>(skip);
    }
    skip -= static_cast<int64_t>(held->length());
    back = 1;
  }
  TRY(decode_from_py(t, w, cookie->start, first_flags));
  cookie->flags = first_flags;
  return size_t{0};
}
// From there a byte at a time, noting each safe place, until all characters are out.
Fallible<void> approach_py(Thread& t, TextWrapper* w, Bytes* input, size_t from, Cookie* cookie, size_t to_skip) {
  size_t decoded = 0, at = from;
  for (; at < input->length(); ++at) {
    decoded += TRY(feed_py(t, w, input, at, 1, false));
    ++cookie->bytes_to_feed;
    Bytes* held;
    int32_t flags;
    TRY(get_decoder_state_py(t, w, &held, &flags));
    if (held->length() == 0 && decoded <= to_skip) {
      cookie->start += cookie->bytes_to_feed;
      to_skip -= decoded;
      cookie->flags = flags;
      cookie->bytes_to_feed = 0;
      decoded = 0;
    }
    if (decoded >= to_skip) break;
  }
  if (at == input->length()) {
    decoded += TRY(feed_py(t, w, input, 0, 0, true));
    cookie->need_end = true;
    if (decoded < to_skip) return t.raise(core.OSError, "can't reconstruct logical file position");
  }
  cookie->characters_to_skip = static_cast<int32_t>(to_skip);
  return {};
}
Fallible<void> locate_py(Thread& t, TextWrapper* w, Bytes* input, Cookie* cookie, size_t to_skip) {
  size_t from = TRY(guess_start_py(t, w, input, cookie, &to_skip));
  cookie->start += static_cast<int64_t>(from);
  cookie->characters_to_skip = static_cast<int32_t>(to_skip);
  if (to_skip == 0) return {};
  return approach_py(t, w, input, from, cookie, to_skip);
}

}  // namespace

Fallible<Value> text_tell(Thread& t, TextWrapper* w) {
  TRY(check_usable_py(t, w));
  if (!w->seekable_) return raise_unsupported_py(t, "underlying stream is not seekable");
  if (!w->telling_) return t.raise(core.OSError, "telling position disabled by next() call");
  TRY(text_write_out_py(t, w));
  TRY(call_method_py(t, Value(w), names.flush));
  TRY(check_attached(t, w));
  Value position = TRY(call_method_py(t, w->buffer_, names.tell));
  Bytes* input = w->snapshot_input_.get();
  if (!w->readable_ || input == nullptr) return position;
  Cookie cookie;
  cookie.start = TRY(index_to_int64_py(t, position)) - static_cast<int64_t>(input->length());
  cookie.flags = w->snapshot_flags_;
  size_t to_skip = w->decoded_ ? w->used_ : 0;
  if (to_skip == 0) return pack_py(t, cookie);
  Bytes* held;
  int32_t flags;
  TRY(get_decoder_state_py(t, w, &held, &flags));
  NewlineState newlines = w->newlines_;
  Fallible<void> located = locate_py(t, w, input, &cookie, to_skip);
  if (located.failed() && t.terminated()) return Failure{};
  Value pending = located.failed() ? t.take_exception() : Value::absent();
  bool restored = !set_decoder_state_py(t, w, held, flags).failed();
  w->newlines_ = newlines;
  TRY(chain_failures(t, pending, !restored));
  return pack_py(t, cookie);
}

namespace {

void forget_chunk(TextWrapper* w) {
  w->set_decoded(nullptr);
  w->snapshot_input_.clear();
}
Fallible<Value> seek_to_end_py(Thread& t, TextWrapper* w, Value cookie) {
  if (!TRY(equals_py(t, cookie, Value::from_small_int(0))))
    return raise_unsupported_py(t, "can't do nonzero end-relative seeks");
  TRY(call_method_py(t, Value(w), names.flush));
  TRY(check_attached(t, w));
  forget_chunk(w);
  if (w->readable_) TRY(reset_decoder_py(t, w));
  Value at = TRY(call_method_py(t, w->buffer_, names.seek, Value::from_small_int(0), Value::from_small_int(2)));
  if (w->writable_) TRY(reset_encoder_py(t, w, TRY(equals_py(t, at, Value::from_small_int(0)))));
  return at;
}
// Reads again what the cookie's place is in the middle of.
Fallible<void> restore_chunk_py(Thread& t, TextWrapper* w, const Cookie& cookie) {
  if (cookie.characters_to_skip == 0) {
    w->snapshot_flags_ = cookie.flags;
    w->snapshot_input_.set(w, TRY(Bytes::from(t, nullptr, 0)));
    return {};
  }
  Value input = TRY(call_method_py(t, w->buffer_, names.read, Value::from_small_int(cookie.bytes_to_feed)));
  if (!is<Bytes>(input))
    return t.raise_type_error("underlying read() should have returned a bytes object, not '{}'", type_of(input)->name());
  w->snapshot_flags_ = cookie.flags;
  w->snapshot_input_.set(w, as<Bytes>(input));
  Str* text = TRY(decode_chunk_py(t, w, input, cookie.need_end));
  TRY(check_attached(t, w));
  w->set_decoded(text);
  if (cookie.characters_to_skip < 0 || text->length() < static_cast<size_t>(cookie.characters_to_skip))
    return t.raise(core.OSError, "can't restore logical file position");
  w->used_ = static_cast<size_t>(cookie.characters_to_skip);
  return {};
}

}  // namespace

Fallible<Value> text_seek(Thread& t, TextWrapper* w, Value target, int whence) {
  TRY(check_usable_py(t, w));
  if (!w->seekable_) return raise_unsupported_py(t, "underlying stream is not seekable");
  if (whence == 2) return seek_to_end_py(t, w, target);
  if (whence == 1) {
    if (!TRY(equals_py(t, target, Value::from_small_int(0))))
      return raise_unsupported_py(t, "can't do nonzero cur-relative seeks");
    target = TRY(call_method_py(t, Value(w), names.tell));
  } else if (whence != 0) {
    return t.raise_value_error("invalid whence ({}, should be 0, 1 or 2)", whence);
  }
  if (TRY(compare_bool_py(t, target, Value::from_small_int(0), CompareOp::Lt)))
    return t.raise_value_error("negative seek position {}", repr_of(target));
  TRY(call_method_py(t, Value(w), names.flush));
  if (!is_int_or_bool(target)) return t.raise_type_error("an integer is required");
  Cookie cookie = TRY(unpack_py(t, target));
  TRY(check_attached(t, w));
  TRY(call_method_py(t, w->buffer_, names.seek, TRY(make_int(t, cookie.start))));
  TRY(check_attached(t, w));
  forget_chunk(w);
  bool at_start = cookie.start == 0 && cookie.flags == 0;
  if (w->readable_) {
    if (at_start) TRY(reset_decoder_py(t, w));
    else TRY(set_decoder_state_py(t, w, TRY(Bytes::from(t, nullptr, 0)), cookie.flags));
    TRY(restore_chunk_py(t, w, cookie));
  }
  if (w->writable_) TRY(reset_encoder_py(t, w, at_start));
  return target;
}

}  // namespace hog::io
