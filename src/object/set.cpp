// set.cpp: hash sets, open addressing in one cell. The probe order and growth are the reference implementation's, so that
// sets of numbers iterate in the order programs have come to expect: runs of ten slots, then a perturbed jump. A table in
// which a probe ran suspiciously long is rebuilt with a keyed multiplier, against keys chosen to collide.
// Invariants: used_ slots hold a key; fill_ <= 3/5 of the slots are not empty, so every probe ends. A comparison may run
// Python: whenever version_ moved meanwhile, the probe starts anew.
#include <cstring>

#include "object/dict_lookup.hpp"
#include "object/numbers.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {
using Entry = SetEntries::Entry;
constexpr size_t kSmallestTable = 8;
constexpr size_t kLargestTable = size_t{1} << 40;
constexpr size_t kRun = 9;               // neighbours looked at before jumping
constexpr size_t kSuspiciousProbe = 256;

void trace_set(Cell* cell, Marker& marker) { marker.visit(static_cast<Set*>(cell)->entries_.get()); }

void trace_entries(Cell* cell, Marker& marker) {
  auto* entries = static_cast<SetEntries*>(cell);
  if (entries->mask_ == 0) return;  // not set up yet
  for (size_t i = 0; i <= entries->mask_; ++i) marker.visit_word(entries->entries_[i].key.get().raw());
}

class SetProbe {
 public:
  SetProbe(const SetEntries* entries, uint64_t hash) : mask_(entries->mask_), perturb_(scatter(entries, hash)) {
    jump_to(perturb_ & mask_);
  }
  size_t slot() const { return slot_; }
  size_t length() const { return length_; }
  void advance() {
    ++length_;
    if (slot_ != run_end_) {
      ++slot_;
      return;
    }
    perturb_ >>= 5;
    jump_to((run_start_ * 5 + 1 + perturb_) & mask_);
  }

 private:
  static uint64_t scatter(const SetEntries* entries, uint64_t hash) {
    if (entries->multiplier_ == 0) [[likely]] return hash;
    unsigned __int128 product = static_cast<unsigned __int128>(hash) * entries->multiplier_;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  void jump_to(size_t slot) {
    run_start_ = slot_ = slot;
    run_end_ = slot + kRun <= mask_ ? slot + kRun : slot;
  }
  size_t mask_;
  uint64_t perturb_;
  size_t slot_;
  size_t run_start_;
  size_t run_end_;
  size_t length_ = 0;
};

Fallible<SetEntries*> make_table(Thread& t, size_t slots, uint64_t multiplier) {
  if (slots > kLargestTable) return t.raise_memory_error();
  SetEntries* entries = TRY(t.allocate<SetEntries>(shapes.set_entries, slots * sizeof(Entry)));
  entries->mask_ = slots - 1;
  entries->multiplier_ = multiplier;
  return entries;
}

// For keys known to be absent and a table without deleted slots.
void insert_new(SetEntries* entries, Value key, uint64_t hash) {
  SetProbe probe(entries, hash);
  while (!entries->entries_[probe.slot()].key.get().is_empty()) probe.advance();
  Entry& entry = entries->entries_[probe.slot()];
  entry.hash = hash;
  entry.key.set(entries, key);
}

Fallible<void> rehash(Thread& t, Set* set, size_t slots, uint64_t multiplier) {
  const SetEntries* old = set->entries_.get();
  SetEntries* entries = TRY(make_table(t, slots, multiplier));
  if (old != nullptr) {
    for (size_t i = 0; i <= old->mask_; ++i) {
      Value key = old->entries_[i].key;
      if (!key.is_empty() && !key.is_absent()) insert_new(entries, key, old->entries_[i].hash);
    }
  }
  set->entries_.set(set, entries);
  set->fill_ = set->used_;
  ++set->version_;
  return {};
}

size_t table_size_above(size_t least) {
  size_t slots = kSmallestTable;
  while (slots <= least) slots <<= 1;
  return slots;
}

uint64_t multiplier_of(const Set* set) { return set->entries_ ? set->entries_->multiplier_ : 0; }

// Deleted slots have a hash that no key has.
void forget(SetEntries* entries, size_t slot) {
  entries->entries_[slot].key.set(entries, Value::absent());
  entries->entries_[slot].hash = UINT64_MAX;
}

Failure rephrase_unhashable(Thread& t, Value key) {
  if (!t.has_exception() || t.terminated() || type_of(t.exception()) != core.TypeError) return Failure{};
  Value error = t.take_exception();
  return t.raise_type_error("cannot use '{}' as a set element ({})", TRY(full_type_name(t, type_of(key))), str_of(error));
}

Fallible<uint64_t> hash_element_py(Thread& t, Value key) {
  if (key.is_small_int()) return static_cast<uint64_t>(small_int_hash(key.small_int()));
  if (is_exact_str(key)) return static_cast<uint64_t>(as<Str>(key)->hash(t));
  Fallible<int64_t> hash = hash_py(t, key);
  if (hash.failed()) [[unlikely]] return rephrase_unhashable(t, key);
  return static_cast<uint64_t>(hash.get());
}

struct Place {
  int64_t slot;        // of the key, or -1
  int64_t free_slot;   // where it could go: the first deleted slot met, else the empty one that ended the probe; -1: no table
  size_t probe_length;
};

// Equal without running Python: yes, no, or ask.
enum class Answer : uint8_t { No, Yes, Ask };
Answer compare_quickly(Value present, Value key) {
  if (present == key) return Answer::Yes;
  if (is_exact_str(present) && is_exact_str(key))
    return Str::equal_nogc(as<Str>(present), as<Str>(key)) ? Answer::Yes : Answer::No;
  if (present.is_small_int() && key.is_small_int()) return Answer::No;
  return Answer::Ask;
}

// As find_py, as far as that goes without Python. False: ask find_py. No deleted slot has the hash of a key.
inline bool find_quickly(const SetEntries* entries, Value key, uint64_t hash, Place* place) {
  int64_t free_slot = -1;
  for (SetProbe probe(entries, hash);; probe.advance()) {
    const Entry& entry = entries->entries_[probe.slot()];
    auto slot = static_cast<int64_t>(probe.slot());
    Value present = entry.key;
    if (present.is_empty()) {
      *place = {-1, free_slot < 0 ? slot : free_slot, probe.length()};
      return true;
    }
    if (entry.hash == hash) {
      Answer answer = compare_quickly(present, key);
      if (answer == Answer::Yes) {
        *place = {slot, -1, probe.length()};
        return true;
      }
      if (answer == Answer::Ask) return false;
    } else if (present.is_absent() && free_slot < 0) {
      free_slot = slot;
    }
    if (probe.length() > 64) return false;
  }
}

Fallible<Place> find_py(Thread& t, const Set* set, Value key, uint64_t hash) {
restart:
  const SetEntries* entries = set->entries_.get();
  if (entries == nullptr) return Place{-1, -1, 0};
  uint32_t version = set->version_;
  int64_t free_slot = -1;
  for (SetProbe probe(entries, hash);; probe.advance()) {
    const Entry& entry = entries->entries_[probe.slot()];
    Value present = entry.key;
    auto slot = static_cast<int64_t>(probe.slot());
    if (present.is_empty()) return Place{-1, free_slot < 0 ? slot : free_slot, probe.length()};
    if (present.is_absent()) {
      if (free_slot < 0) free_slot = slot;
    } else if (entry.hash == hash) {
      Answer answer = compare_quickly(present, key);
      if (answer == Answer::Yes) return Place{slot, -1, probe.length()};
      bool equal = answer == Answer::Ask && TRY(equals_py(t, present, key));
      if (equal && set->version_ == version) return Place{slot, -1, probe.length()};
    }
    if (probe.length() % 32 == 31) TRY(t.poll(32));
    if (set->version_ != version) [[unlikely]] {  // == or the poll ran code that changed the set
      TRY(t.poll());
      goto restart;
    }
  }
}
}  // namespace

const Layout Set::kLayout = {.name = "set", .trace = trace_set, .base_size = sizeof(Set)};
const Layout SetEntries::kLayout = {.name = "SetEntries", .trace = trace_entries, .base_size = sizeof(SetEntries)};

Fallible<Set*> Set::make(Thread& t, Type* type) {
  if (type == core.set || type == core.frozenset) [[likely]] return t.allocate<Set>(type->root_shape());
  return static_cast<Set*>(TRY(new_instance(t, type, 0)));
}

Fallible<bool> Set::add_hashed_py(Thread& t, Value key, uint64_t hash) {
  Place place;
  do {
    // Again when user code emptied the set, table and all.
    if (!entries_) TRY(rehash(t, this, kSmallestTable, 0));
    if (!find_quickly(entries_.get(), key, hash, &place)) place = TRY(find_py(t, this, key, hash));
    if (place.slot >= 0) return false;
  } while (place.free_slot < 0);
  SetEntries* entries = entries_.get();
  Entry& entry = entries->entries_[place.free_slot];
  if (entry.key.get().is_empty()) ++fill_;
  entry.hash = hash;
  entry.key.set(entries, key);
  ++used_;
  ++version_;
  if (place.probe_length > kSuspiciousProbe && entries->multiplier_ == 0) [[unlikely]]
    TRY(rehash(t, this, entries->mask_ + 1, (t.isolate().hash_key[1] ^ 0x9E3779B97F4A7C15u) | 1));
  if (fill_ * 5 >= entries_->mask_ * 3)
    TRY(rehash(t, this, table_size_above(used_ > 50000 ? used_ * 2 : used_ * 4), multiplier_of(this)));
  return true;
}

Fallible<bool> Set::contains_hashed_py(Thread& t, Value key, uint64_t hash) const {
  if (used_ == 0) return false;
  Place place;
  if (find_quickly(entries_.get(), key, hash, &place)) [[likely]] return place.slot >= 0;
  return TRY(find_py(t, this, key, hash)).slot >= 0;
}

Fallible<bool> Set::remove_hashed_py(Thread& t, Value key, uint64_t hash) {
  if (used_ == 0) return false;
  Place place;
  if (!find_quickly(entries_.get(), key, hash, &place)) place = TRY(find_py(t, this, key, hash));
  if (place.slot < 0) return false;
  forget(entries_.get(), static_cast<size_t>(place.slot));
  --used_;
  ++version_;
  return true;
}

Fallible<bool> Set::add_py(Thread& t, Value key) { return add_hashed_py(t, key, TRY(hash_element_py(t, key))); }
Fallible<bool> Set::contains_py(Thread& t, Value key) const { return contains_hashed_py(t, key, TRY(hash_element_py(t, key))); }
Fallible<bool> Set::remove_py(Thread& t, Value key) { return remove_hashed_py(t, key, TRY(hash_element_py(t, key))); }

Fallible<void> Set::reserve(Thread& t, size_t expected_length) {
  if (entries_ && (expected_length + (fill_ - used_)) * 5 < entries_->mask_ * 3) return {};
  return rehash(t, this, table_size_above(expected_length * 2), multiplier_of(this));
}

Fallible<void> Set::become_copy_of(Thread& t, const Set* from) {
  const SetEntries* source = from->entries_.get();
  if (from->used_ == 0) {
    clear_nogc();
    return {};
  }
  SetEntries* entries = nullptr;
  size_t slots = from->used_ * 5 >= (kSmallestTable - 1) * 3 ? table_size_above(from->used_ * 2) : kSmallestTable;
  if (from->fill_ == from->used_ && slots == source->mask_ + 1) {  // nothing deleted: the same slots, bit for bit
    entries = TRY(make_table(t, source->mask_ + 1, source->multiplier_));
    std::memcpy(static_cast<void*>(entries->entries_), source->entries_, (source->mask_ + 1) * sizeof(Entry));
  } else {
    entries = TRY(make_table(t, slots, source->multiplier_));
    Value key;
    uint64_t hash = 0;
    for (size_t i = 0; from->next_nogc(&i, &key, &hash);) insert_new(entries, key, hash);
  }
  entries_.set(this, entries);
  used_ = fill_ = from->used_;
  ++version_;
  return {};
}

Fallible<Set*> Set::copy(Thread& t, Type* type, const Set* from) {
  Set* set = TRY(make(t, type));
  TRY(set->become_copy_of(t, from));
  return set;
}

Fallible<void> Set::merge_py(Thread& t, const Set* other) {
  if (other == this || other->used_ == 0) return {};
  if (used_ == 0) return become_copy_of(t, other);
  if ((fill_ + other->used_) * 5 >= entries_->mask_ * 3)
    TRY(rehash(t, this, table_size_above((used_ + other->used_) * 2), multiplier_of(this)));
  Value key;
  uint64_t hash = 0;
  for (size_t i = 0; other->next_nogc(&i, &key, &hash);) {
    TRY(t.poll());
    TRY(add_hashed_py(t, key, hash));
  }
  return {};
}

void Set::clear_nogc() {
  entries_.clear();
  used_ = fill_ = 0;
  ++version_;
}

bool Set::next_nogc(size_t* position, Value* key, uint64_t* hash) const {
  const SetEntries* entries = entries_.get();
  if (entries == nullptr) return false;
  for (size_t i = *position; i <= entries->mask_; ++i) {
    Value present = entries->entries_[i].key;
    if (present.is_empty() || present.is_absent()) continue;
    *key = present;
    if (hash != nullptr) *hash = entries->entries_[i].hash;
    *position = i + 1;
    return true;
  }
  return false;
}

bool Set::pop_nogc(Value* key) {
  if (used_ == 0) return false;
  SetEntries* entries = entries_.get();
  size_t i = pop_position_ & entries->mask_;
  for (;; i = (i + 1) & entries->mask_) {
    Value present = entries->entries_[i].key;
    if (!present.is_empty() && !present.is_absent()) break;
  }
  *key = entries->entries_[i].key;
  forget(entries, i);
  --used_;
  ++version_;
  pop_position_ = i + 1;
  return true;
}

}  // namespace hog
