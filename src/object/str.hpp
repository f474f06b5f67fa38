// str.hpp: Str, immutable text of 1, 2 or 4 bytes a character (the smallest that fits its largest character).
//
// Characters follow the header inline, or live in a StrBuffer shared by several strings: concatenation onto the string
// that ends where its buffer's used part ends appends in place, so `s += piece` in a loop is linear without ropes, and a
// Str is always flat to read.
// Invariants: kind is minimal (a 2-byte string has a character above 0xFF); ASCII flag is exact; the buffer's first
// length() characters never change while this Str is alive.
#pragma once

#include <span>
#include <string_view>

#include "object/thread.hpp"
#include "object/value.hpp"

namespace hog {

enum class CharKind : uint8_t { One = 1, Two = 2, Four = 4 };

class StrBuffer : public Cell {
 public:
  static const Layout kLayout;
  size_t capacity_;  // bytes
  size_t used_;      // bytes
  unsigned char bytes_[];
};

class Str : public Cell {
 public:
  static const Layout kLayout;
  static constexpr size_t kLongest = size_t{1} << 46;

  size_t length() const { return meta_ >> 8; }
  CharKind kind() const { return static_cast<CharKind>(meta_ & 7); }
  bool is_ascii() const { return (meta_ & kAscii) != 0; }
  bool is_interned() const { return (meta_ & kInterned) != 0; }
  size_t byte_length() const { return length() * static_cast<size_t>(kind()); }

  const void* data() const {
    return (meta_ & kShared) != 0 ? buffer_.get()->bytes_ : static_cast<const void*>(&buffer_);
  }
  const uint8_t* data1() const { return static_cast<const uint8_t*>(data()); }
  const uint16_t* data2() const { return static_cast<const uint16_t*>(data()); }
  const uint32_t* data4() const { return static_cast<const uint32_t*>(data()); }
  char32_t at(size_t i) const {
    switch (kind()) {
      case CharKind::One: return data1()[i];
      case CharKind::Two: return data2()[i];
      default: return data4()[i];
    }
  }
  // Of ASCII strings only: the text as bytes.
  std::string_view ascii() const { return {static_cast<const char*>(data()), length()}; }
  bool equals_ascii(std::string_view text) const { return is_ascii() && ascii() == text; }

  // hash(), with the isolate's seed.
  int64_t hash(Thread& t) const;
  uint64_t raw_hash() const { return raw_hash_ != 0 ? raw_hash_ : compute_raw_hash(); }

  // ---- Making strings. All raise MemoryError. ----
  // Room for `length` characters of that kind, zeroed; the caller fills it through mutable_data() and must make sure that
  // the kind is minimal (or calls `finish`).
  static Fallible<Str*> make_uninitialized(Thread& t, size_t length, CharKind kind, bool ascii);
  static Fallible<Str*> from_ascii(Thread& t, std::string_view text);
  static Fallible<Str*> from_latin1(Thread& t, const uint8_t* data, size_t length);
  static Fallible<Str*> from_ucs2(Thread& t, const uint16_t* data, size_t length);   // narrowed if possible
  static Fallible<Str*> from_ucs4(Thread& t, const uint32_t* data, size_t length);   // narrowed if possible
  // UTF-8 that is known to be valid, surrogates (WTF-8) allowed; for text from our own tables, compiler and host.
  // Undecodable bytes become U+FFFD. Decoding for Python is codecs' work.
  static Fallible<Str*> from_utf8(Thread& t, std::string_view utf8);
  static Fallible<Str*> from_char(Thread& t, char32_t c);
  static Fallible<Str*> concat(Thread& t, Str* left, Str* right);
  // [start, end) of an exact or sub-classed string; the string itself when the whole of an exact str is asked for.
  static Fallible<Str*> slice(Thread& t, Str* s, size_t start, size_t end);
  static bool equal_nogc(const Str* a, const Str* b);
  static int compare_nogc(const Str* a, const Str* b);  // <0, 0, >0 by code points

  // The one Str with these characters among this isolate's (and the process's permanent) interned strings.
  static Fallible<Str*> intern(Thread& t, Str* s);
  static Fallible<Str*> intern_utf8(Thread& t, std::string_view utf8);
  // The interned twin if there is one, else null. Never allocates.
  static Str* find_interned_nogc(Thread& t, const Str* s);

  void* mutable_data() { return const_cast<void*>(data()); }

  // UTF-8 into a byte cell or caller's room. Lone surrogates come out as WTF-8.
  size_t utf8_length() const;
  size_t write_utf8(char* out) const;

  static constexpr uint64_t kAscii = 1u << 3;
  static constexpr uint64_t kShared = 1u << 4;
  static constexpr uint64_t kInterned = 1u << 5;
  static constexpr uint64_t kPermanent = 1u << 6;

 private:
  friend struct StrAccess;
  uint64_t compute_raw_hash() const;
  static void trace(Cell*, Marker&);

  uint64_t meta_;              // length << 8 | flags | kind
  mutable uint64_t raw_hash_;  // 0: not computed yet
  Field<StrBuffer> buffer_;    // or the first inline characters
};

// Collects text; grows through the isolate. Lives on the native stack only (its buffer is found conservatively).
class StrBuilder {
 public:
  explicit StrBuilder(Thread& t) : t_(t) {}
  Fallible<void> append(char32_t c);
  Fallible<void> append(const Str* s);
  Fallible<void> append_slice(const Str* s, size_t start, size_t end);
  Fallible<void> append_ascii(std::string_view text);
  Fallible<void> append_utf8(std::string_view text);
  Fallible<void> append_repeated(char32_t c, size_t count);
  size_t length() const { return length_; }
  char32_t at(size_t i) const;
  void truncate(size_t length) { length_ = length; }
  Fallible<Str*> finish();

 private:
  Fallible<void> reserve(size_t more, CharKind kind);
  Thread& t_;
  StrBuffer* buffer_ = nullptr;
  size_t length_ = 0;
  CharKind kind_ = CharKind::One;
  bool ascii_ = true;
};

// A NUL-terminated UTF-8 copy on the native side of short texts for C interfaces: no. Use Str::write_utf8.

}  // namespace hog
