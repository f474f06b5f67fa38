// intern.cpp: interned strings: of equal texts one Str, so that names compare by address.
//
// Two tables: the process's, made during bootstrap and constant after, is asked first; then the isolate's own, which does
// not keep its strings alive. Open addressing with tombstones. Invariant: no text is in both tables, because an isolate
// starts only after the first is sealed; at least a quarter of the slots is empty.
#include <cstdlib>
#include <cstring>

#include "object/protocol.hpp"
#include "object/str_internal.hpp"
#include "object/text_hash.hpp"

namespace hog {

struct InternTable {
  size_t mask;
  size_t used;    // live entries
  size_t filled;  // live entries and tombstones
  // Of the permanent table: what its strings are at most as long as, and a bit for each one's hash.
  size_t longest;
  uint64_t* filter;
  Str* slots[];
};

namespace {

// Set once, by the bootstrap, before any isolate exists.
InternTable* permanent_table = nullptr;

Str* const kTombstone = reinterpret_cast<Str*>(uintptr_t{1});
constexpr size_t kSmallest = 1024;
constexpr unsigned kFilterLog2 = 15;  // bits; one in sixteen is set

size_t table_bytes(size_t slots) { return sizeof(InternTable) + slots * sizeof(Str*); }

Str* find(const InternTable* table, const Str* s, uint64_t hash) {
  if (table == nullptr) return nullptr;
  for (size_t i = hash & table->mask;; i = (i + 1) & table->mask) {
    Str* entry = table->slots[i];
    if (entry == nullptr) return nullptr;
    if (entry != kTombstone && StrAccess::known_hash(entry) == hash && Str::equal_nogc(entry, s)) return entry;
  }
}

Str* find_ascii(const InternTable* table, std::string_view text, uint64_t hash) {
  if (table == nullptr) return nullptr;
  for (size_t i = hash & table->mask;; i = (i + 1) & table->mask) {
    Str* entry = table->slots[i];
    if (entry == nullptr) return nullptr;
    if (entry != kTombstone && StrAccess::known_hash(entry) == hash && entry->equals_ascii(text)) return entry;
  }
}

bool filter_passes(const InternTable* table, uint64_t hash) {
  uint64_t bit = hash >> (64 - kFilterLog2);
  return (table->filter[bit / 64] >> (bit % 64) & 1) != 0;
}

// The string is not in the table, and there is an empty slot.
void put(InternTable* table, Str* s, uint64_t hash) {
  size_t i = hash & table->mask;
  while (table->slots[i] != nullptr && table->slots[i] != kTombstone) i = (i + 1) & table->mask;
  if (table->slots[i] == nullptr) ++table->filled;
  table->slots[i] = s;
  ++table->used;
}

Fallible<void> make_room(Thread& t) {
  IsolateState& isolate = t.isolate();
  InternTable* old = isolate.interned;
  if (old != nullptr && old->filled < old->mask - old->mask / 4) return {};
  size_t slots = kSmallest;
  while (old != nullptr && slots < old->used * 2 + 2) slots *= 2;
  // charge() may collect, and the collection only makes tombstones: `old` stays the table.
  if (!t.heap().charge(table_bytes(slots))) return t.raise_memory_error();
  auto* table = static_cast<InternTable*>(std::calloc(1, table_bytes(slots)));
  if (table == nullptr) {
    t.heap().uncharge(table_bytes(slots));
    return t.raise_memory_error();
  }
  table->mask = slots - 1;
  for (size_t i = 0; old != nullptr && i <= old->mask; ++i)
    if (old->slots[i] != nullptr && old->slots[i] != kTombstone)
      put(table, old->slots[i], StrAccess::known_hash(old->slots[i]));
  free_interned(isolate);
  isolate.interned = table;
  return {};
}

Fallible<Str*> insert(Thread& t, Str* s, uint64_t hash) {
  TRY(make_room(t));
  StrAccess::add_flags(s, Str::kInterned);
  put(t.isolate().interned, s, hash);
  return s;
}

}  // namespace

uint64_t permanent_hash_nogc(const void* data, size_t size) {
  const InternTable* table = permanent_table;
  if (table == nullptr || size > table->longest) return 0;
  uint64_t hash = plain_hash(data, size);
  if (!filter_passes(table, hash)) return 0;
  for (size_t i = hash & table->mask;; i = (i + 1) & table->mask) {
    const Str* name = table->slots[i];
    if (name == nullptr) return 0;
    if (name != kTombstone && StrAccess::known_hash(name) == hash && name->byte_length() == size &&
        std::memcmp(name->data(), data, size) == 0)
      return hash;
  }
}

uint64_t hash_bytes_as_text(const Thread& t, const void* data, size_t size) {
  const InternTable* table = permanent_table;
  if (table != nullptr && size <= table->longest) {
    uint64_t hash = plain_hash(data, size);
    if (filter_passes(table, hash)) {
      for (size_t i = hash & table->mask; table->slots[i] != nullptr; i = (i + 1) & table->mask) {
        const Str* name = table->slots[i];
        if (name == kTombstone || StrAccess::known_hash(name) != hash || name->byte_length() != size) continue;
        if (std::memcmp(name->data(), data, size) == 0) return hash;
      }
    }
  }
  return hash_bytes(t, data, size);
}

Str* Str::find_interned_nogc(Thread& t, const Str* s) {
  if (s->is_interned() && s->shape() == shapes.str) return const_cast<Str*>(s);
  uint64_t hash = s->raw_hash(t);
  Str* found = find(permanent_table, s, hash);
  return found != nullptr ? found : find(t.isolate().interned, s, hash);
}

Fallible<Str*> Str::intern(Thread& t, Str* s) {
  if (s->is_interned()) return s;
  if (Str* found = find_interned_nogc(t, s)) return found;
  uint64_t hash = s->raw_hash(t);
  Str* own = TRY(exact(t, s));
  if (Heap::is_permanent(own) && !t.heap().makes_permanent_cells()) {
    // A docstring of a built-in: shared with other isolates, whose flags it must not get.
    own = TRY(from_chars(t, s->data(), s->length(), s->kind()));
    StrAccess::set_hash(own, hash);
  }
  return insert(t, own, hash);
}

Fallible<Str*> Str::intern_utf8(Thread& t, std::string_view utf8) {
  const auto* data = reinterpret_cast<const uint8_t*>(utf8.data());
  if (chars::bits_of(data, utf8.size()) < 0x80) {
    // OPTIMIZATION: known names are found without making a string.
    uint64_t hash = hash_bytes(t, utf8.data(), utf8.size());
    if (Str* found = find_ascii(permanent_table, utf8, hash)) return found;
    if (Str* found = find_ascii(t.isolate().interned, utf8, hash)) return found;
    Str* made = TRY(from_utf8(t, utf8));
    if (made->is_interned()) return made;
    StrAccess::set_hash(made, hash);
    return insert(t, made, hash);
  }
  return intern(t, TRY(from_utf8(t, utf8)));
}

Fallible<void> make_first_strings(Thread& t) {
  if (names.empty == nullptr) {
    Str* empty = TRY(t.allocate<Str>(shapes.str));
    StrAccess::set_meta(empty, StrAccess::meta(0, CharKind::One, true));
    names.empty = TRY(Str::intern(t, empty));
  }
  for (unsigned c = 0; c < 256; ++c) {
    if (latin1_characters[c] != nullptr) continue;
    Str* s = TRY(Str::make_uninitialized(t, 1, CharKind::One, c < 0x80));
    *static_cast<uint8_t*>(s->mutable_data()) = static_cast<uint8_t>(c);
    latin1_characters[c] = TRY(Str::intern(t, s));
  }
  return {};
}

void seal_permanent_strings(IsolateState& bootstrap) {
  InternTable* table = bootstrap.interned;
  HOG_CHECK(permanent_table == nullptr && table != nullptr);
  table->filter = static_cast<uint64_t*>(std::calloc((size_t{1} << kFilterLog2) / 64, sizeof(uint64_t)));
  HOG_CHECK(table->filter != nullptr);
  for (size_t i = 0; i <= table->mask; ++i) {
    Str* name = table->slots[i];
    if (name == nullptr || name == kTombstone) continue;
    StrAccess::add_flags(name, Str::kPermanent);
    uint64_t bit = StrAccess::known_hash(name) >> (64 - kFilterLog2);
    table->filter[bit / 64] |= uint64_t{1} << (bit % 64);
    if (name->byte_length() > table->longest) table->longest = name->byte_length();
  }
  permanent_table = table;
  bootstrap.interned = nullptr;
}

void clear_dead_interned_nogc(IsolateState& isolate) {
  InternTable* table = isolate.interned;
  if (table == nullptr) return;
  for (size_t i = 0; i <= table->mask; ++i) {
    Str* s = table->slots[i];
    if (s == nullptr || s == kTombstone || Heap::is_marked(s)) continue;
    table->slots[i] = kTombstone;
    --table->used;
  }
}

void free_interned(IsolateState& isolate) {
  InternTable* table = isolate.interned;
  if (table == nullptr) return;
  isolate.heap.uncharge(table_bytes(table->mask + 1));
  std::free(table);
  isolate.interned = nullptr;
}

}  // namespace hog
