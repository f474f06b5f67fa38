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
  // Before the seed is mixed in; never 0. Of a text among the permanent names it is the same in every isolate, of any other it
  // is keyed by the isolate (see seed_hashes). (Permanent strings are shared between threads: relaxed.)
  uint64_t raw_hash(const Thread& t) const {
    uint64_t known = __atomic_load_n(&raw_hash_, __ATOMIC_RELAXED);
    return known != 0 ? known : compute_raw_hash(t);
  }
  // The same of an interned string, which knows it.
  uint64_t name_hash() const { return __atomic_load_n(&raw_hash_, __ATOMIC_RELAXED); }

  // ---- Making strings. All raise MemoryError. ----
  // Room for `length` characters of that kind, zeroed; the caller fills it through mutable_data() and must make sure that
  // the kind is minimal. length > 0.
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
  // From characters of a kind that may be wider than need be.
  static Fallible<Str*> from_chars(Thread& t, const void* data, size_t length, CharKind kind);
  // A copy of the text as an instance of a subclass of str.
  static Fallible<Str*> copy_as(Thread& t, Type* type, const Str* s);
  // The text as an exact str: the string itself when it is one.
  static Fallible<Str*> exact(Thread& t, Str* s);
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
  uint64_t compute_raw_hash(const Thread& t) const;
  static void trace(Cell*, Marker&);

  uint64_t meta_;              // length << 8 | flags | kind
  mutable uint64_t raw_hash_;  // 0: not computed yet
  Field<StrBuffer> buffer_;    // or the first inline characters
};

// str_iterator and str_ascii_iterator. text_ is cleared at the end and never set again.
class StrIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Str> text_;
  size_t index_;
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
  Fallible<void> append_chars(const void* data, size_t length, CharKind kind);
  // Room for `count` more characters of kind() that the caller fills in at once; kind() is at least `kind` then.
  Fallible<void*> extend(size_t count, CharKind kind);
  CharKind kind() const { return kind_; }
  size_t length() const { return length_; }
  char32_t at(size_t i) const;
  void truncate(size_t length) { length_ = length; }
  // Makes room for `more` further characters of that kind, so that a known total is allocated once.
  Fallible<void> reserve(size_t more, CharKind kind = CharKind::One);
  Fallible<Str*> finish();

 private:
  static constexpr size_t kInlineBytes = 128;
  Fallible<void> grow(size_t more, CharKind kind);
  Thread& t_;
  StrBuffer* buffer_ = nullptr;  // null: the characters are in inline_
  void* data_ = inline_;
  size_t capacity_ = kInlineBytes;  // in characters
  size_t length_ = 0;
  CharKind kind_ = CharKind::One;
  alignas(8) unsigned char inline_[kInlineBytes];
};

// The strings (all Str cells) one after the other: f-strings, short joins.
Fallible<Value> concat_many(Thread& t, const Value* strings, size_t count);

// ---- Hashes of texts. ----
// SipHash-1-3 under the isolate's key, never 0; and the hash a program sees: with the isolate's seed, never -1. bytes and
// memoryview hash the same way (the hash of nothing is 0).
//
// The permanent names are shared by all isolates, and so are the dicts of built-in types that they are keys of. Their hash is
// therefore a plain one, and whatever has the same bytes takes it over (permanent_hash_nogc). Nobody can add to these few
// thousand names, so they cannot be made to collide; all other texts have hashes that only the isolate's secret tells.
uint64_t hash_bytes(const Thread& t, const void* data, size_t size);
int64_t mix_hash(uint64_t raw, uint64_t seed);
// Key and seed from one secret. A program can learn the seed (hash() shows it), but neither the key nor the secret from it.
void seed_hashes(IsolateState& isolate, uint64_t secret);
uint64_t plain_hash(const void* data, size_t size);
// Of the permanent name of these bytes; 0: none. Quick for most texts that are none.
uint64_t permanent_hash_nogc(const void* data, size_t size);

// ---- Interned strings; see intern.cpp. ----
// Bootstrap, in this order: names.empty and the one-character strings first; at its end the bootstrap isolate's table
// becomes the process's, constant from then on.
Fallible<void> make_first_strings(Thread& t);
void seal_permanent_strings(IsolateState& bootstrap);
// From HeapHooks::clear_weak_tables: forgets strings that are about to be swept.
void clear_dead_interned_nogc(IsolateState& isolate);
// Frees the isolate's own table (tear-down).
void free_interned(IsolateState& isolate);

}  // namespace hog
