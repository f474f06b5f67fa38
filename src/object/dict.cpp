// dict.cpp: insertion-ordered dictionaries. Entries lie in insertion order in one cell together with the index over them
// (dict_lookup.hpp). Invariants: used_ entries have a key; entry_count_ and fill_ never exceed entry_capacity_, which is
// two thirds of the index; no live entry lies before first_; keys_version_ moves with every change of the keys or their positions. Compaction makes a new
// cell, so that positions within one cell never change.
#include <cstring>

#include "object/dict_lookup.hpp"
#include "object/numbers.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {
constexpr uint8_t kSmallestIndexLog2 = 3;
constexpr uint8_t kLargestIndexLog2 = 31;

void trace_dict(Cell* cell, Marker& marker) { marker.visit(static_cast<Dict*>(cell)->entries_.get()); }

void trace_entries(Cell* cell, Marker& marker) {
  auto* entries = static_cast<DictEntries*>(cell);
  for (uint32_t i = 0; i < entries->entry_count_; ++i) {
    marker.visit_word(entries->entries_[i].key.get().raw());
    marker.visit_word(entries->entries_[i].value.get().raw());
  }
}

size_t index_size(uint8_t log2) { return size_t{1} << log2; }
uint8_t index_width(uint8_t log2) { return log2 <= 8 ? 1 : log2 <= 16 ? 2 : 4; }
uint32_t capacity_of(uint8_t log2) { return static_cast<uint32_t>((index_size(log2) << 1) / 3); }

// The smallest index for so many entries.
uint8_t log2_for(size_t entries) {
  uint8_t log2 = kSmallestIndexLog2;
  while (log2 < kLargestIndexLog2 && capacity_of(log2) < entries) ++log2;
  return log2;
}

template <typename Slot>
void insert_index(DictEntries* entries, uint64_t hash, uint32_t position) {
  DictProbe<Slot> probe(entries, hash);
  // A slot whose entry was deleted may be taken over.
  while (probe.value() != 0 && !entries->entries_[probe.value() - 1].key.get().is_empty()) probe.advance(entries, hash);
  if (probe.value() == 0) ++entries->fill_;
  auto* index = reinterpret_cast<Slot*>(entries->entries_ + entries->entry_capacity_);
  index[probe.slot()] = static_cast<Slot>(position + 1);
}

// Must run before the entry at `position` gets its key: a slot left over from that position counts as deleted.
inline void insert_index_any(DictEntries* entries, uint64_t hash, uint32_t position) {
  switch (entries->index_width_) {
    case 1: return insert_index<uint8_t>(entries, hash, position);
    case 2: return insert_index<uint16_t>(entries, hash, position);
    default: return insert_index<uint32_t>(entries, hash, position);
  }
}

void put_entry(DictEntries* entries, uint32_t position, uint64_t hash, Value key, Value v) {
  DictEntry& entry = entries->entries_[position];
  entry.hash = hash;
  entry.key.set(entries, key);
  entry.value.set(entries, v);
}

bool is_name(Value key) { return is_exact_str(key) && as<Str>(key)->is_interned(); }

Fallible<DictEntries*> make_entries_for(Thread& t, size_t expected) {
  if (expected > capacity_of(kLargestIndexLog2)) return t.raise_memory_error();
  return DictAccess::make_entries(t, log2_for(expected));
}

// Fills an empty index for entries that are all alive and all different.
template <typename Slot>
void index_all(DictEntries* entries, uint32_t count) {
  auto* index = reinterpret_cast<Slot*>(entries->entries_ + entries->entry_capacity_);
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t hash = entries->entries_[i].hash;
    DictProbe<Slot> probe(entries, hash);
    while (probe.value() != 0) probe.advance(entries, hash);
    index[probe.slot()] = static_cast<Slot>(i + 1);
  }
  entries->fill_ = count;
}

// A cell with the live entries of `from` and room for `expected` in all.
Fallible<DictEntries*> compacted(Thread& t, const DictEntries* from, size_t expected) {
  DictEntries* to = TRY(make_entries_for(t, expected));
  uint32_t count = 0;
  for (uint32_t i = 0; i < from->entry_count_; ++i) {
    const DictEntry& entry = from->entries_[i];
    if (entry.key.get().is_empty()) continue;
    put_entry(to, count, entry.hash, entry.key, entry.value);
    ++count;
  }
  to->entry_count_ = count;
  switch (to->index_width_) {
    case 1: index_all<uint8_t>(to, count); break;
    case 2: index_all<uint16_t>(to, count); break;
    default: index_all<uint32_t>(to, count);
  }
  to->all_names_ = from->all_names_;
  return to;
}

// Moves the hint to the first live entry, or to the end.
void skip_deleted(Dict* dict) {
  const DictEntries* entries = dict->entries_.get();
  while (dict->first_ < entries->entry_count_ && entries->entries_[dict->first_].key.get().is_empty()) ++dict->first_;
}

// Where a key that is there is, by identity.
int64_t position_of(const DictEntries* entries, Value key) {
  int64_t i = 0;
  while (entries->entries_[i].key.get() != key) ++i;
  return i;
}

// A new cell whose live entries have as many places free before them as they are, and half as many behind.
Fallible<void> rebuild_with_gap(Thread& t, Dict* dict) {
  const DictEntries* from = dict->entries_.get();
  uint32_t gap = dict->used_ + 4;
  DictEntries* to = TRY(make_entries_for(t, size_t{gap} + dict->used_ + dict->used_ / 2 + 4));
  uint32_t position = gap;
  for (uint32_t i = 0; i < from->entry_count_; ++i) {
    const DictEntry& entry = from->entries_[i];
    if (entry.key.get().is_empty()) continue;
    insert_index_any(to, entry.hash, position);
    put_entry(to, position++, entry.hash, entry.key, entry.value);
  }
  to->entry_count_ = position;
  to->all_names_ = from->all_names_;
  dict->entries_.set(dict, to);
  dict->first_ = gap;
  DictAccess::touch(t, dict);
  return {};
}

// A copy of the whole cell, bit for bit.
Fallible<DictEntries*> duplicate(Thread& t, const DictEntries* from) {
  DictEntries* to = TRY(DictAccess::make_entries(t, from->index_log2_));
  to->entry_count_ = from->entry_count_;
  to->fill_ = from->fill_;
  to->all_names_ = from->all_names_;
  // A table that another isolate or no isolate made has its own multiplier, on which its index rests.
  to->multiplier_ = from->multiplier_;
  std::memcpy(static_cast<void*>(to->entries_), from->entries_, from->entry_count_ * sizeof(DictEntry));
  std::memcpy(static_cast<void*>(to->entries_ + to->entry_capacity_), from->entries_ + from->entry_capacity_,
              index_size(from->index_log2_) * from->index_width_);
  return to;
}
}  // namespace

const Layout Dict::kLayout = {.name = "dict", .trace = trace_dict, .base_size = sizeof(Dict)};
const Layout DictEntries::kLayout = {.name = "DictEntries", .trace = trace_entries, .base_size = sizeof(DictEntries)};

Fallible<DictEntries*> DictAccess::make_entries(Thread& t, uint8_t index_log2) {
  uint32_t capacity = capacity_of(index_log2);
  size_t bytes = capacity * sizeof(DictEntry) + index_size(index_log2) * index_width(index_log2);
  DictEntries* entries = TRY(t.allocate<DictEntries>(shapes.dict_entries, bytes));
  entries->entry_capacity_ = capacity;
  entries->index_log2_ = index_log2;
  entries->index_width_ = index_width(index_log2);
  entries->all_names_ = true;
  entries->multiplier_ = (t.isolate().hash_key[1] * 0xD6E8FEB86659FD93u ^ 0x9E3779B97F4A7C15u) | 1;
  return entries;
}

Fallible<Dict*> Dict::make(Thread& t) {
  Dict* dict = TRY(t.allocate<Dict>(shapes.dict));
  DictAccess::touch(t, dict);
  return dict;
}

Fallible<Dict*> Dict::make_sized(Thread& t, size_t expected_length) {
  Dict* dict = TRY(make(t));
  TRY(dict->reserve(t, expected_length));
  return dict;
}

Fallible<void> Dict::reserve(Thread& t, size_t expected_length) {
  DictEntries* old = entries_.get();
  if (expected_length == 0 || (old != nullptr && old->entry_capacity_ >= expected_length)) return {};
  return DictAccess::rebuild(t, this, expected_length);
}

Fallible<void> DictAccess::rebuild(Thread& t, Dict* dict, size_t expected_length) {
  DictEntries* old = dict->entries_.get();
  DictEntries* entries = old == nullptr ? TRY(make_entries_for(t, expected_length)) : TRY(compacted(t, old, expected_length));
  dict->entries_.set(dict, entries);
  dict->first_ = 0;
  touch(t, dict);
  return {};
}

Fallible<void> DictAccess::append(Thread& t, Dict* dict, Value key, uint64_t hash, Value v) {
  DictEntries* entries = dict->entries_.get();
  if (entries == nullptr || entries->entry_count_ == entries->entry_capacity_ || entries->fill_ == entries->entry_capacity_)
      [[unlikely]] {
    // Twice the room of what lives, small ones more; a table that was mostly deleted shrinks by the same rule.
    TRY(rebuild(t, dict, size_t{dict->used_} * (dict->used_ < 100 ? 3 : 2) + (dict->used_ == 0 ? 1 : 0)));
    entries = dict->entries_.get();
  }
  uint32_t position = entries->entry_count_;
  insert_index_any(entries, hash, position);
  put_entry(entries, position, hash, key, v);
  entries->entry_count_ = position + 1;
  if (position < dict->first_) dict->first_ = position;  // pop_last_nogc() gave the position back
  if (entries->all_names_ && !is_name(key)) entries->all_names_ = false;
  ++dict->used_;
  touch(t, dict);
  return {};
}

void DictAccess::remove_at(Thread& t, Dict* dict, int64_t position) {
  DictEntries* entries = dict->entries_.get();
  entries->entries_[position].key.clear();
  entries->entries_[position].value.clear();
  --dict->used_;
  if (position == static_cast<int64_t>(dict->first_)) skip_deleted(dict);
  touch(t, dict);
}

Fallible<void> DictAccess::move_to_front(Thread& t, Dict* dict, int64_t position) {
  DictEntries* entries = dict->entries_.get();
  skip_deleted(dict);
  if (position == static_cast<int64_t>(dict->first_)) return {};
  if (dict->first_ == 0 || entries->fill_ == entries->entry_capacity_) {
    Value key = entries->entries_[position].key;
    TRY(rebuild_with_gap(t, dict));
    entries = dict->entries_.get();
    position = position_of(entries, key);
  }
  DictEntry& from = entries->entries_[position];
  uint32_t to = dict->first_ - 1;
  insert_index_any(entries, from.hash, to);
  put_entry(entries, to, from.hash, from.key, from.value);
  from.key.clear();
  from.value.clear();
  dict->first_ = to;
  touch(t, dict);
  return {};
}

Fallible<void> DictAccess::move_to_back(Thread& t, Dict* dict, int64_t position) {
  DictEntries* entries = dict->entries_.get();
  while (entries->entries_[entries->entry_count_ - 1].key.get().is_empty()) --entries->entry_count_;
  if (position + 1 == entries->entry_count_) return {};
  DictEntry moved = entries->entries_[position];
  if (entries->entry_count_ == entries->entry_capacity_ || entries->fill_ == entries->entry_capacity_) {
    TRY(rebuild(t, dict, size_t{dict->used_} * 2 + 2));
    position = position_of(dict->entries_.get(), moved.key);
  }
  remove_at(t, dict, position);
  return append(t, dict, moved.key, moved.hash, moved.value);  // there is room: cannot fail
}

void Dict::clear_nogc() {
  // No thread, so no fresh number; an empty table has no position that a cache could hold. Versions of cleared dicts
  // have the top bit set and count on within this dict, which keeps them apart from all others of the same dict.
  entries_.clear();
  used_ = first_ = 0;
  keys_version_ = (keys_version_ + (uint64_t{1} << 32)) | (uint64_t{1} << 63);
}

Fallible<void> Dict::become_copy_of(Thread& t, const Dict* from) {
  DictEntries* source = from->entries_.get();
  DictEntries* entries = nullptr;
  uint32_t first = 0;
  if (from->used_ != 0) {
    bool dense = source->entry_count_ <= from->used_ + from->used_ / 2 && source->entry_capacity_ <= size_t{from->used_} * 4 + 8;
    if (dense) first = from->first_;
    entries = dense ? TRY(duplicate(t, source)) : TRY(compacted(t, source, from->used_));
  }
  entries_.set(this, entries);
  used_ = from->used_;
  first_ = first;
  DictAccess::touch(t, this);
  return {};
}

Fallible<Dict*> Dict::copy(Thread& t, Dict* from) {
  Dict* dict = TRY(make(t));
  TRY(dict->become_copy_of(t, from));
  return dict;
}

bool Dict::pop_last_nogc(Thread& t, Value* key, Value* value) {
  DictEntries* entries = entries_.get();
  if (used_ == 0) return false;
  uint32_t i = entries->entry_count_;
  while (entries->entries_[i - 1].key.get().is_empty()) --i;
  *key = entries->entries_[i - 1].key;
  *value = entries->entries_[i - 1].value;
  DictAccess::remove_at(t, this, i - 1);
  // Giving the positions back keeps a long row of popitem() linear. Index slots that still name them count as deleted.
  entries->entry_count_ = i - 1;
  if (first_ > i - 1) first_ = i - 1;
  return true;
}

bool Dict::next_nogc(size_t* position, Value* key, Value* value, uint64_t* stored_hash) const {
  const DictEntries* entries = entries_.get();
  if (entries == nullptr) return false;
  for (size_t i = *position < first_ ? first_ : *position; i < entries->entry_count_; ++i) {
    const DictEntry& entry = entries->entries_[i];
    if (entry.key.get().is_empty()) continue;
    *key = entry.key;
    *value = entry.value;
    if (stored_hash != nullptr) *stored_hash = entry.hash;
    *position = i + 1;
    return true;
  }
  return false;
}

bool Dict::previous_nogc(size_t* position, Value* key, Value* value) const {
  const DictEntries* entries = entries_.get();
  if (entries == nullptr) return false;
  size_t i = *position == SIZE_MAX ? entries->entry_count_ : *position;
  if (i > entries->entry_count_) return false;  // the dict shrank since
  while (i-- > first_) {
    const DictEntry& entry = entries->entries_[i];
    if (entry.key.get().is_empty()) continue;
    *key = entry.key;
    *value = entry.value;
    *position = i;
    return true;
  }
  *position = 0;
  return false;
}

}  // namespace hog
