// str_internal.hpp: for the files that implement Str, and no others: access to its words, and the widening and narrowing
// of character arrays.
#pragma once

#include <cstring>

#include "object/str.hpp"

namespace hog {

struct StrAccess {
  static constexpr size_t kHeader = 24;  // bytes before inline characters

  static uint64_t meta(size_t length, CharKind kind, bool ascii) {
    return (uint64_t{length} << 8) | static_cast<uint64_t>(kind) | (ascii ? Str::kAscii : 0);
  }
  static void set_meta(Str* s, uint64_t meta) { s->meta_ = meta; }
  static uint64_t meta_of(const Str* s) { return s->meta_; }
  static void add_flags(Str* s, uint64_t flags) { s->meta_ |= flags; }
  static void set_buffer(Str* s, StrBuffer* buffer) {
    s->buffer_.set(s, buffer);
    s->meta_ |= Str::kShared;
  }
  static bool is_shared(const Str* s) { return (s->meta_ & Str::kShared) != 0; }
  static StrBuffer* buffer(const Str* s) { return s->buffer_.get(); }
  static uint64_t known_hash(const Str* s) { return __atomic_load_n(&s->raw_hash_, __ATOMIC_RELAXED); }
  static void set_hash(const Str* s, uint64_t hash) { __atomic_store_n(&s->raw_hash_, hash, __ATOMIC_RELAXED); }
};

namespace chars {

inline CharKind kind_for(uint32_t bits) {
  return bits < 0x100 ? CharKind::One : bits < 0x10000 ? CharKind::Two : CharKind::Four;
}

// The bits that occur in any of the characters: enough to know the smallest kind, since the kinds end at powers of two.
inline uint32_t bits_of(const uint8_t* p, size_t n) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t word;
    std::memcpy(&word, p + i, 8);
    all |= word;
  }
  all |= all >> 32;
  all |= all >> 16;
  all |= all >> 8;
  uint32_t bits = static_cast<uint32_t>(all & 0xFF);
  for (; i < n; ++i) bits |= p[i];
  return bits;
}
template <typename C>
inline uint32_t bits_of(const C* p, size_t n) {
  C bits = 0;
  for (size_t i = 0; i < n; ++i) bits = static_cast<C>(bits | p[i]);
  return bits;
}
inline uint32_t bits_of(const void* p, size_t n, CharKind kind) {
  switch (kind) {
    case CharKind::One: return bits_of(static_cast<const uint8_t*>(p), n);
    case CharKind::Two: return bits_of(static_cast<const uint16_t*>(p), n);
    default: return bits_of(static_cast<const uint32_t*>(p), n);
  }
}

template <typename To, typename From>
inline void convert(To* to, const From* from, size_t n) {
  if constexpr (sizeof(To) == sizeof(From)) {
    std::memcpy(to, from, n * sizeof(To));
  } else {
    for (size_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
  }
}
template <typename To>
inline void convert_from(To* to, const void* from, size_t n, CharKind kind) {
  switch (kind) {
    case CharKind::One: return convert(to, static_cast<const uint8_t*>(from), n);
    case CharKind::Two: return convert(to, static_cast<const uint16_t*>(from), n);
    default: return convert(to, static_cast<const uint32_t*>(from), n);
  }
}
// n characters of one kind into an array of another; narrowing is right only when the characters fit.
inline void copy(void* to, CharKind to_kind, const void* from, CharKind from_kind, size_t n) {
  if (to_kind == from_kind) {
    std::memcpy(to, from, n * static_cast<size_t>(to_kind));
    return;
  }
  switch (to_kind) {
    case CharKind::One: return convert_from(static_cast<uint8_t*>(to), from, n, from_kind);
    case CharKind::Two: return convert_from(static_cast<uint16_t*>(to), from, n, from_kind);
    default: return convert_from(static_cast<uint32_t*>(to), from, n, from_kind);
  }
}
inline void fill(void* to, CharKind kind, char32_t c, size_t n) {
  switch (kind) {
    case CharKind::One: std::memset(to, static_cast<int>(c), n); return;
    case CharKind::Two:
      for (size_t i = 0; i < n; ++i) static_cast<uint16_t*>(to)[i] = static_cast<uint16_t>(c);
      return;
    default:
      for (size_t i = 0; i < n; ++i) static_cast<uint32_t*>(to)[i] = c;
  }
}
inline void* at(void* base, CharKind kind, size_t i) { return static_cast<char*>(base) + i * static_cast<size_t>(kind); }
inline const void* at(const void* base, CharKind kind, size_t i) {
  return static_cast<const char*>(base) + i * static_cast<size_t>(kind);
}
inline void put(void* base, CharKind kind, size_t i, char32_t c) {
  switch (kind) {
    case CharKind::One: static_cast<uint8_t*>(base)[i] = static_cast<uint8_t>(c); return;
    case CharKind::Two: static_cast<uint16_t*>(base)[i] = static_cast<uint16_t>(c); return;
    default: static_cast<uint32_t*>(base)[i] = c;
  }
}
inline CharKind wider(CharKind a, CharKind b) { return a < b ? b : a; }

// Reads one code point of WTF-8 (surrogates allowed); what cannot be read gives U+FFFD and moves one byte.
char32_t next_utf8(const unsigned char*& p, const unsigned char* end);

}  // namespace chars
}  // namespace hog
