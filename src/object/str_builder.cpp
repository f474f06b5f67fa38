// str_builder.cpp: StrBuilder. Invariant: data_ has room for capacity_ characters of kind_, and kind_ is at least as wide
// as each of the length_ characters asks for; finish() narrows.
#include <algorithm>
#include <cstring>

#include "object/protocol.hpp"
#include "object/str_internal.hpp"

namespace hog {

Fallible<void> StrBuilder::reserve(size_t more, CharKind kind) {
  if (kind <= kind_ && more <= capacity_ - length_) [[likely]] return {};
  return grow(more, kind);
}

Fallible<void> StrBuilder::grow(size_t more, CharKind kind) {
  kind = chars::wider(kind, kind_);
  size_t width = static_cast<size_t>(kind);
  if (more > Str::kLongest || length_ + more > Str::kLongest) return t_.raise_memory_error();
  size_t needed = length_ + more;
  size_t wanted = std::max(needed, length_ + length_ / 2);
  if (wanted * width <= kInlineBytes && buffer_ == nullptr) {
    // Still inline, only wider: from the back, since the characters overlap.
    unsigned char old[kInlineBytes];
    std::memcpy(old, inline_, length_ * static_cast<size_t>(kind_));
    chars::copy(inline_, kind, old, kind_, length_);
    kind_ = kind;
    capacity_ = kInlineBytes / width;
    return {};
  }
  wanted = std::max(wanted, 2 * kInlineBytes / width);
  if (!t_.heap().would_fit(wanted * width)) wanted = needed;
  StrBuffer* buffer = TRY(t_.allocate<StrBuffer>(shapes.str_buffer, (wanted * width + 15) & ~size_t{7}));
  buffer->capacity_ = (wanted * width + 15) & ~size_t{7};
  chars::copy(buffer->bytes_, kind, data_, kind_, length_);
  buffer_ = buffer;
  data_ = buffer->bytes_;
  kind_ = kind;
  capacity_ = buffer->capacity_ / width;
  return {};
}

Fallible<void> StrBuilder::append(char32_t c) {
  CharKind kind = chars::kind_for(c);
  if (kind > kind_ || length_ == capacity_) [[unlikely]] TRY(grow(1, kind));
  chars::put(data_, kind_, length_++, c);
  return {};
}

Fallible<void> StrBuilder::append_chars(const void* data, size_t length, CharKind kind) {
  if (length == 0) return {};
  if (kind > kind_) {  // a slice of a wide string may be narrow
    uint32_t bits = chars::bits_of(data, length, kind);
    TRY(reserve(length, chars::kind_for(bits)));
  } else {
    TRY(reserve(length, kind_));
  }
  chars::copy(chars::at(data_, kind_, length_), kind_, data, kind, length);
  length_ += length;
  return {};
}

Fallible<void> StrBuilder::append(const Str* s) {
  TRY(reserve(s->length(), s->kind()));
  chars::copy(chars::at(data_, kind_, length_), kind_, s->data(), s->kind(), s->length());
  length_ += s->length();
  return {};
}

Fallible<void> StrBuilder::append_slice(const Str* s, size_t start, size_t end) {
  if (start >= end) return {};
  return append_chars(chars::at(s->data(), s->kind(), start), end - start, s->kind());
}

Fallible<void> StrBuilder::append_ascii(std::string_view text) {
  return append_chars(text.data(), text.size(), CharKind::One);
}

Fallible<void> StrBuilder::append_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* end = p + text.size();
  while (p < end) {
    const unsigned char* run = p;
    while (p < end && *p < 0x80) ++p;
    if (p != run) TRY(append_chars(run, static_cast<size_t>(p - run), CharKind::One));
    if (p < end) TRY(append(chars::next_utf8(p, end)));
  }
  return {};
}

Fallible<void> StrBuilder::append_repeated(char32_t c, size_t count) {
  if (count == 0) return {};
  TRY(reserve(count, chars::kind_for(c)));
  chars::fill(chars::at(data_, kind_, length_), kind_, c, count);
  length_ += count;
  return {};
}

Fallible<void*> StrBuilder::extend(size_t count, CharKind kind) {
  TRY(reserve(count, kind));
  void* room = chars::at(data_, kind_, length_);
  length_ += count;
  return room;
}

char32_t StrBuilder::at(size_t i) const {
  switch (kind_) {
    case CharKind::One: return static_cast<const uint8_t*>(data_)[i];
    case CharKind::Two: return static_cast<const uint16_t*>(data_)[i];
    default: return static_cast<const uint32_t*>(data_)[i];
  }
}

Fallible<Str*> StrBuilder::finish() {
  if (length_ == 0) return names.empty;
  size_t bytes = length_ * static_cast<size_t>(kind_);
  if (buffer_ != nullptr && bytes >= 256 && bytes >= buffer_->capacity_ / 4 * 3) {
    uint32_t bits = chars::bits_of(data_, length_, kind_);
    if (chars::kind_for(bits) == kind_) {
      // OPTIMIZATION: the buffer is nearly full and of the right kind: it becomes the string's.
      Str* s = TRY(t_.allocate<Str>(shapes.str));
      StrAccess::set_meta(s, StrAccess::meta(length_, kind_, bits < 0x80));
      buffer_->used_ = bytes;
      StrAccess::set_buffer(s, buffer_);
      return s;
    }
  }
  return Str::from_chars(t_, data_, length_, kind_);
}

}  // namespace hog
