// str.cpp: making, hashing and comparing strings.
//
// Invariant: a Str is canonical (its kind is the smallest that fits, its ASCII flag exact), so equal texts have equal
// lengths, kinds and bytes, and the hash of the bytes is the hash of the text.
// Ref: library/stdtypes "Text Sequence Type"; SipHash-1-3 (Aumasson, Bernstein).
#include "object/str.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/copy.hpp"
#include "object/protocol.hpp"
#include "object/str_internal.hpp"

namespace hog {


// ---- Layouts. ----

const Layout StrBuffer::kLayout = {
    .name = "str buffer",
    .trace = [](Cell*, Marker&) {},
    .base_size = sizeof(StrBuffer),
    .item_size = 1,
    .item_count = [](const Cell* cell) { return static_cast<const StrBuffer*>(cell)->capacity_; },
};

void Str::trace(Cell* cell, Marker& marker) {
  Str* s = static_cast<Str*>(cell);
  if ((s->meta_ & kShared) != 0) marker.visit(s->buffer_.get());
}

const Layout Str::kLayout = {
    .name = "str",
    .trace = &Str::trace,
    .base_size = StrAccess::kHeader,
    .item_size = 1,
    .item_count =
        [](const Cell* cell) {
          const Str* s = static_cast<const Str*>(cell);
          return StrAccess::is_shared(s) ? sizeof(StrBuffer*) : s->byte_length();
        },
};

// ---- Allocation. ----

namespace {

// So many bytes take long to copy or to look at: they count as steps, and the next poll sees that (a poll here could run a finaliser).
constexpr size_t kLongWork = 1 << 16;

// From this size on, concatenation makes room for more.
constexpr size_t kSharedFrom = 128;

Fallible<Str*> allocate_inline(Thread& t, size_t bytes) {
  if (bytes > Str::kLongest) [[unlikely]] return t.raise_memory_error();
  size_t size = std::max(sizeof(Str), StrAccess::kHeader + bytes);
  Cell* cell = t.heap().allocate_unfilled(size, shapes.str);
  if (cell == nullptr) [[unlikely]] return t.raise_memory_error();
  return static_cast<Str*>(cell);
}

Fallible<Str*> allocate_shared(Thread& t, StrBuffer* buffer, size_t length, CharKind kind, bool ascii) {
  Str* s = TRY(t.allocate<Str>(shapes.str));
  StrAccess::set_meta(s, StrAccess::meta(length, kind, ascii));
  StrAccess::set_buffer(s, buffer);
  return s;
}

Fallible<StrBuffer*> make_buffer(Thread& t, size_t capacity) {
  if (capacity > Str::kLongest) [[unlikely]] return t.raise_memory_error();
  auto* buffer = static_cast<StrBuffer*>(t.heap().allocate_unfilled(sizeof(StrBuffer) + capacity, shapes.str_buffer));
  if (buffer == nullptr) [[unlikely]] return t.raise_memory_error();
  buffer->capacity_ = capacity;
  buffer->used_ = 0;
  return buffer;
}

// A string of one character when it is one of the ready-made ones, else null.
Str* ready_made(const void* data, size_t length, CharKind kind) {
  if (length == 0) return names.empty;
  if (length == 1 && kind == CharKind::One) return latin1_characters[*static_cast<const uint8_t*>(data)];
  return nullptr;
}

}  // namespace

Fallible<Str*> Str::make_uninitialized(Thread& t, size_t length, CharKind kind, bool ascii) {
  if (length > kLongest) [[unlikely]] return t.raise_memory_error();
  Str* s = TRY(allocate_inline(t, length * static_cast<size_t>(kind)));
  s->meta_ = StrAccess::meta(length, kind, ascii);
  return s;
}

Fallible<Str*> Str::from_ascii(Thread& t, std::string_view text) {
  if (Str* ready = ready_made(text.data(), text.size(), CharKind::One)) return ready;
  Str* s = TRY(make_uninitialized(t, text.size(), CharKind::One, true));
  copy_bytes(s->mutable_data(), text.data(), text.size());
  return s;
}

Fallible<Str*> Str::from_latin1(Thread& t, const uint8_t* data, size_t length) {
  if (Str* ready = ready_made(data, length, CharKind::One)) return ready;
  bool ascii = chars::bits_of(data, length) < 0x80;
  Str* s = TRY(make_uninitialized(t, length, CharKind::One, ascii));
  copy_bytes(s->mutable_data(), data, length);
  return s;
}

Fallible<Str*> Str::from_chars(Thread& t, const void* data, size_t length, CharKind kind) {
  if (kind == CharKind::One) return from_latin1(t, static_cast<const uint8_t*>(data), length);
  if (length == 0) return names.empty;
  uint32_t bits = chars::bits_of(data, length, kind);
  CharKind narrow = chars::kind_for(bits);
  if (length == 1 && narrow == CharKind::One) return from_char(t, bits);
  Str* s = TRY(make_uninitialized(t, length, narrow, bits < 0x80));
  chars::copy(s->mutable_data(), narrow, data, kind, length);
  return s;
}

Fallible<Str*> Str::from_ucs2(Thread& t, const uint16_t* data, size_t length) {
  return from_chars(t, data, length, CharKind::Two);
}
Fallible<Str*> Str::from_ucs4(Thread& t, const uint32_t* data, size_t length) {
  return from_chars(t, data, length, CharKind::Four);
}

Fallible<Str*> Str::from_char(Thread& t, char32_t c) {
  if (c < 0x100 && latin1_characters[c] != nullptr) [[likely]] return latin1_characters[c];
  CharKind kind = chars::kind_for(c);
  Str* s = TRY(make_uninitialized(t, 1, kind, c < 0x80));
  chars::put(s->mutable_data(), kind, 0, c);
  return s;
}

char32_t chars::next_utf8(const unsigned char*& p, const unsigned char* end) {
  unsigned char first = *p++;
  if (first < 0x80) return first;
  int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || end - p < more) return 0xFFFD;
  char32_t c = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((p[i] & 0xC0) != 0x80) return 0xFFFD;
    c = (c << 6) | (p[i] & 0x3Fu);
  }
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (c < kSmallest[more] || c > 0x10FFFF) return 0xFFFD;
  p += more;
  return c;
}

Fallible<Str*> Str::from_utf8(Thread& t, std::string_view utf8) {
  const auto* begin = reinterpret_cast<const unsigned char*>(utf8.data());
  const unsigned char* end = begin + utf8.size();
  if (chars::bits_of(begin, utf8.size()) < 0x80) return from_ascii(t, utf8);
  size_t length = 0;
  uint32_t bits = 0;
  for (const unsigned char* p = begin; p < end; ++length) bits |= chars::next_utf8(p, end);
  CharKind kind = chars::kind_for(bits);
  if (length == 1) return from_char(t, bits);
  Str* s = TRY(make_uninitialized(t, length, kind, false));
  void* out = s->mutable_data();
  size_t i = 0;
  for (const unsigned char* p = begin; p < end;) chars::put(out, kind, i++, chars::next_utf8(p, end));
  return s;
}

Fallible<Str*> Str::copy_as(Thread& t, Type* type, const Str* s) {
  Str* copy = static_cast<Str*>(TRY(new_instance(t, type, s->byte_length())));
  copy->meta_ = StrAccess::meta(s->length(), s->kind(), s->is_ascii());
  StrAccess::set_hash(copy, StrAccess::known_hash(s));
  copy_bytes(copy->mutable_data(), s->data(), s->byte_length());
  return copy;
}

Fallible<Str*> Str::exact(Thread& t, Str* s) {
  if (s->shape() == shapes.str) [[likely]] return s;
  if (Str* ready = ready_made(s->data(), s->length(), s->kind())) return ready;
  Str* copy = TRY(make_uninitialized(t, s->length(), s->kind(), s->is_ascii()));
  copy_bytes(copy->mutable_data(), s->data(), s->byte_length());
  return copy;
}

// ---- Concatenation and slices. ----

namespace {

// Room for a string that is likely to be appended to once more. A first concatenation gets little to spare; one that
// outgrew its buffer is a loop, and gets half as much again.
Fallible<Str*> concat_into_new_buffer(Thread& t, const Str* left, const Str* right, size_t length, CharKind kind,
                                      bool ascii) {
  if (length > kLongWork) t.fuel_ -= static_cast<int64_t>(length / 256);
  size_t bytes = length * static_cast<size_t>(kind);
  size_t spare = StrAccess::is_shared(left) ? bytes / 2 : bytes / 8;
  // When what is to spare does not fit in the memory that is left, the string itself still may.
  if (!t.heap().would_fit(bytes + spare + 64)) spare = 0;
  StrBuffer* buffer = TRY(make_buffer(t, (bytes + spare + 64) & ~size_t{7}));
  chars::copy(buffer->bytes_, kind, left->data(), left->kind(), left->length());
  chars::copy(chars::at(buffer->bytes_, kind, left->length()), kind, right->data(), right->kind(), right->length());
  buffer->used_ = bytes;
  return allocate_shared(t, buffer, length, kind, ascii);
}

}  // namespace

Fallible<Str*> Str::concat(Thread& t, Str* left, Str* right) {
  if (left->length() == 0) return exact(t, right);
  if (right->length() == 0) return exact(t, left);
  size_t length = left->length() + right->length();
  CharKind kind = chars::wider(left->kind(), right->kind());
  bool ascii = left->is_ascii() && right->is_ascii();
  size_t bytes = length * static_cast<size_t>(kind);
  if (bytes >= kSharedFrom && kind == left->kind()) {
    if (StrAccess::is_shared(left)) {
      StrBuffer* buffer = StrAccess::buffer(left);
      if (buffer->used_ == left->byte_length() && bytes <= buffer->capacity_ && !Heap::is_permanent(buffer)) {
        Str* s = TRY(allocate_shared(t, buffer, length, kind, ascii));
        // OPTIMIZATION: `left` ends where the buffer's used part ends, so nobody sees the bytes beyond it change.
        chars::copy(buffer->bytes_ + buffer->used_, kind, right->data(), right->kind(), right->length());
        buffer->used_ = bytes;
        return s;
      }
      return concat_into_new_buffer(t, left, right, length, kind, ascii);
    }
    if (right->length() < left->length()) return concat_into_new_buffer(t, left, right, length, kind, ascii);
  }
  Str* s = TRY(make_uninitialized(t, length, kind, ascii));
  void* out = s->mutable_data();
  chars::copy(out, kind, left->data(), left->kind(), left->length());
  chars::copy(chars::at(out, kind, left->length()), kind, right->data(), right->kind(), right->length());
  return s;
}

Fallible<Value> concat_many(Thread& t, const Value* strings, size_t count) {
  if (count == 1) return Value(TRY(Str::exact(t, as<Str>(strings[0]))));
  size_t length = 0;
  CharKind kind = CharKind::One;
  bool ascii = true;
  for (size_t i = 0; i < count; ++i) {
    const Str* s = as<Str>(strings[i]);
    length += s->length();  // each is below 2^46 and count below 2^17 or so: no overflow in a call's arguments
    if (length > Str::kLongest) [[unlikely]] return t.raise_memory_error();
    kind = chars::wider(kind, s->kind());
    ascii &= s->is_ascii();
  }
  if (length == 0) return Value(names.empty);
  Str* result = TRY(Str::make_uninitialized(t, length, kind, ascii));
  char* out = static_cast<char*>(result->mutable_data());
  for (size_t i = 0; i < count; ++i) {
    const Str* s = as<Str>(strings[i]);
    chars::copy(out, kind, s->data(), s->kind(), s->length());
    out += s->length() * static_cast<size_t>(kind);
  }
  return Value(result);
}

Fallible<Str*> Str::slice(Thread& t, Str* s, size_t start, size_t end) {
  if (start >= end) return names.empty;
  if (start == 0 && end == s->length()) return exact(t, s);
  const void* from = chars::at(s->data(), s->kind(), start);
  if (s->is_ascii()) {
    size_t n = end - start;
    if (n == 1) return latin1_characters[*static_cast<const uint8_t*>(from)];
    Cell* cell = t.heap().allocate_unfilled(std::max(sizeof(Str), StrAccess::kHeader + n), shapes.str);
    if (cell == nullptr) [[unlikely]] return t.raise_memory_error();
    Str* part = static_cast<Str*>(cell);
    part->meta_ = StrAccess::meta(n, CharKind::One, true);
    std::memcpy(&part->buffer_, from, n);
    return part;
  }
  return from_chars(t, from, end - start, s->kind());
}

// ---- Comparison. ----

bool Str::equal_nogc(const Str* a, const Str* b) {
  if (a == b) return true;
  constexpr uint64_t kForm = ~(kShared | kInterned | kPermanent);
  if (((a->meta_ ^ b->meta_) & kForm) != 0) return false;
  if ((a->meta_ & b->meta_ & kInterned) != 0) return false;  // one isolate interns a text once
  uint64_t hash_a = StrAccess::known_hash(a), hash_b = StrAccess::known_hash(b);
  if (hash_a != 0 && hash_b != 0 && hash_a != hash_b) return false;
  return std::memcmp(a->data(), b->data(), a->byte_length()) == 0;
}

namespace {
template <typename A, typename B>
int compare_chars(const A* a, const B* b, size_t n) {
  for (size_t i = 0; i < n; ++i)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}
template <typename A>
int compare_with(const A* a, const Str* b, size_t n) {
  switch (b->kind()) {
    case CharKind::One: return compare_chars(a, b->data1(), n);
    case CharKind::Two: return compare_chars(a, b->data2(), n);
    default: return compare_chars(a, b->data4(), n);
  }
}
}  // namespace

int Str::compare_nogc(const Str* a, const Str* b) {
  if (a == b) return 0;
  size_t n = std::min(a->length(), b->length());
  int order;
  if (a->kind() == CharKind::One && b->kind() == CharKind::One) {
    order = std::memcmp(a->data(), b->data(), n);
  } else {
    switch (a->kind()) {
      case CharKind::One: order = compare_with(a->data1(), b, n); break;
      case CharKind::Two: order = compare_with(a->data2(), b, n); break;
      default: order = compare_with(a->data4(), b, n);
    }
  }
  if (order != 0) return order;
  return a->length() < b->length() ? -1 : a->length() > b->length() ? 1 : 0;
}

// ---- UTF-8. ----

size_t Str::utf8_length() const {
  if (is_ascii()) return length();
  size_t total = length();
  size_t n = length();
  switch (kind()) {
    case CharKind::One:
      for (size_t i = 0; i < n; ++i) total += data1()[i] >> 7;
      break;
    case CharKind::Two:
      for (size_t i = 0; i < n; ++i) total += (data2()[i] >= 0x80) + (data2()[i] >= 0x800);
      break;
    default:
      for (size_t i = 0; i < n; ++i) total += (data4()[i] >= 0x80) + (data4()[i] >= 0x800) + (data4()[i] >= 0x10000);
  }
  return total;
}

size_t Str::write_utf8(char* out) const {
  if (is_ascii()) {
    copy_bytes(out, data(), length());
    return length();
  }
  char* p = out;
  size_t n = length();
  for (size_t i = 0; i < n; ++i) {
    char32_t c = at(i);
    if (c < 0x80) {
      *p++ = static_cast<char>(c);
    } else if (c < 0x800) {
      *p++ = static_cast<char>(0xC0 | (c >> 6));
      *p++ = static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      *p++ = static_cast<char>(0xE0 | (c >> 12));
      *p++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      *p++ = static_cast<char>(0x80 | (c & 0x3F));
    } else {
      *p++ = static_cast<char>(0xF0 | (c >> 18));
      *p++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      *p++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      *p++ = static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return static_cast<size_t>(p - out);
}

// ---- Hash. ----

namespace {
uint64_t siphash_1_3(uint64_t key0, uint64_t key1, const void* data, size_t size) {
  uint64_t v0 = 0x736f6d6570736575u ^ key0, v1 = 0x646f72616e646f6du ^ key1;
  uint64_t v2 = 0x6c7967656e657261u ^ key0, v3 = 0x7465646279746573u ^ key1;
  auto round = [&] {
    v0 += v1, v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0, v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1, v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2, v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  };
  const auto* p = static_cast<const unsigned char*>(data);
  size_t left = size;
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  uint64_t last = uint64_t{size} << 56;
  for (size_t i = 0; i < left; ++i) last |= uint64_t{p[i]} << (8 * i);
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xFF;
  round(), round(), round();
  return v0 ^ v1 ^ v2 ^ v3;
}
}  // namespace

uint64_t hash_bytes(const Thread& t, const void* data, size_t size) {
  if (t.heap().makes_permanent_cells()) return plain_hash(data, size);
  if (uint64_t known = permanent_hash_nogc(data, size); known != 0) return known;
  const uint64_t* key = t.isolate().hash_key;
  uint64_t hash = siphash_1_3(key[0], key[1], data, size);
  return hash != 0 ? hash : 1;
}

void seed_hashes(IsolateState& isolate, uint64_t secret) {
  auto derive = [&](uint8_t purpose) { return siphash_1_3(secret, 0x9ae16a3b2f90404fu, &purpose, 1); };
  isolate.hash_seed = derive(0);
  isolate.hash_key[0] = derive(1);
  isolate.hash_key[1] = derive(2);
}

uint64_t plain_hash(const void* data, size_t size) {
  uint64_t hash = size * 0x9E3779B97F4A7C15u;
  const auto* p = static_cast<const unsigned char*>(data);
  auto take = [&](uint64_t word) {
    hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
  };
  size_t left = size;
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    take(word);
  }
  uint64_t last = 0;
  for (size_t i = 0; i < left; ++i) last |= uint64_t{p[i]} << (8 * i);
  take(last);
  hash *= 0x9E3779B97F4A7C15u;
  hash ^= hash >> 29;
  return hash != 0 ? hash : 1;
}

int64_t mix_hash(uint64_t raw, uint64_t seed) {
  auto hash = static_cast<int64_t>(raw ^ seed);  // to be undone: Dict stores hashes without the seed (dict_lookup.hpp)
  return hash == -1 ? -2 : hash;
}

uint64_t Str::compute_raw_hash(const Thread& t) const {
  uint64_t hash = hash_bytes(t, data(), byte_length());
  if (t.heap().makes_permanent_cells() || !Heap::is_permanent(this)) StrAccess::set_hash(this, hash);
  return hash;
}

int64_t Str::hash(Thread& t) const {
  if (length() == 0) return 0;
  if (byte_length() > kLongWork && __atomic_load_n(&raw_hash_, __ATOMIC_RELAXED) == 0) t.fuel_ -= static_cast<int64_t>(byte_length() / 64);
  return mix_hash(raw_hash(t), t.isolate().hash_seed);
}

}  // namespace hog
