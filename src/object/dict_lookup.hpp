// dict_lookup.hpp: how a Dict finds a key. Shared by dict.cpp, dict_lookup.cpp and whoever caches entry positions.
//
// The stored hash of a key is Python's hash XOR the isolate's seed; for str, whose Python hash is its raw hash XOR the
// seed, that is the raw hash: permanent names are found without knowing the isolate, also in dicts that isolates share.
// An index slot holds 0 (never used) or entry index + 1. Deleting leaves the slot alone and empties the entry, so that a
// probe runs on past it; at least a third of the slots is 0, so a probe ends.
// The first slot is the low bits of the stored hash, which keeps runs of ints together in memory; from the second on the
// probe strides by a keyed multiplicative hash of all bits, so that neither patterns nor an adversary pile up.
#pragma once

#include "object/containers.hpp"
#include "object/names.hpp"
#include "object/thread.hpp"

namespace hog {

inline uint64_t stored_hash_of(const Thread& t, uint64_t python_hash) { return python_hash ^ t.isolate().hash_seed; }

// The same for a key that may be an empty str (of a subclass, or with a hash from a set): Python's hash of that is 0 whatever
// the seed, but it is stored as its raw hash like any str's.
inline uint64_t stored_hash_of(const Thread& t, Value key, uint64_t python_hash) {
  if (python_hash == 0 && is<Str>(key) && as<Str>(key)->length() == 0) [[unlikely]] return names.empty->name_hash();
  return stored_hash_of(t, python_hash);
}

// The way back, for keys that move from a dict to a set.
inline uint64_t python_hash_of(const Thread& t, uint64_t stored_hash) {
  if (stored_hash == names.empty->name_hash()) return 0;
  uint64_t hash = stored_hash ^ t.isolate().hash_seed;
  return hash == UINT64_MAX ? UINT64_MAX - 1 : hash;  // -1 is no hash
}

// Python's hash of a small int: modulo 2^61 - 1, -1 reserved.
inline int64_t small_int_hash(int64_t n) {
  constexpr uint64_t kModulus = (uint64_t{1} << 61) - 1;
  uint64_t magnitude = n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
  if (magnitude >= kModulus) magnitude -= kModulus;  // magnitude <= 2^62, so twice at most
  if (magnitude >= kModulus) magnitude -= kModulus;
  int64_t hash = n < 0 ? -static_cast<int64_t>(magnitude) : static_cast<int64_t>(magnitude);
  return hash == -1 ? -2 : hash;
}

// Walks the index slots of one hash. The index width is a template parameter so that the loop has no switch.
template <typename Slot>
class DictProbe {
 public:
  DictProbe(const DictEntries* entries, uint64_t hash)
      : index_(reinterpret_cast<const Slot*>(entries->entries_ + entries->entry_capacity_)),
        mask_((size_t{1} << entries->index_log2_) - 1), slot_(hash & mask_) {}
  size_t slot() const { return slot_; }
  Slot value() const { return index_[slot_]; }
  void advance(const DictEntries* entries, uint64_t hash) {
    if (step_ == 0) [[likely]] {
      uint64_t mixed = (hash ^ (hash >> 32)) * entries->multiplier_;
      slot_ = mixed >> (64 - entries->index_log2_);
      step_ = (mixed >> 16) | 1;
      if (slot_ == (hash & mask_)) slot_ = (slot_ + step_) & mask_;
    } else {
      slot_ = (slot_ + step_) & mask_;
      // Not a second time where it began: a program would see one == too many.
      if (slot_ == (hash & mask_)) [[unlikely]] slot_ = (slot_ + step_) & mask_;
    }
  }

 private:
  const Slot* index_;
  size_t mask_;
  size_t slot_;
  size_t step_ = 0;
};

template <typename Slot>
inline int64_t dict_find_name(const DictEntries* entries, const Str* name, uint64_t hash) {
  DictProbe<Slot> probe(entries, hash);
  for (;;) {
    Slot slot = probe.value();
    if (slot == 0) return -1;
    if (entries->entries_[slot - 1].key.get().raw() == reinterpret_cast<uint64_t>(name)) return slot - 1;
    probe.advance(entries, hash);
  }
}

// Entry index of an interned name in a table that holds nothing but interned names; -1: not there.
inline int64_t dict_find_name(const DictEntries* entries, const Str* name) {
  uint64_t hash = name->name_hash();
  if (entries->index_width_ == 1) [[likely]] return dict_find_name<uint8_t>(entries, name, hash);
  if (entries->index_width_ == 2) return dict_find_name<uint16_t>(entries, name, hash);
  return dict_find_name<uint32_t>(entries, name, hash);
}

// What dict.cpp and dict_lookup.cpp share. A position is an entry index, -1 when the key is not there.
struct DictAccess {
  // By content among str keys, subclasses of str included; other keys are passed over.
  static int64_t find_str_nogc(const DictEntries* entries, const Str* key, uint64_t hash);
  static Fallible<int64_t> find_py(Thread& t, const Dict* dict, Value key, uint64_t hash);
  // The stored hash of any key: TypeError for unhashable ones.
  static Fallible<uint64_t> hash_key_py(Thread& t, Value key);
  // Adds an entry for a key that is not there. Runs no Python.
  static Fallible<void> append(Thread& t, Dict* dict, Value key, uint64_t hash, Value v);
  static Fallible<DictEntries*> make_entries(Thread& t, uint8_t index_log2);
  static Fallible<void> rebuild(Thread& t, Dict* dict, size_t expected_length);
  static void remove_at(Thread& t, Dict* dict, int64_t position);
  // A key's place in the order, for OrderedDict. On failure nothing has moved. Constant time on average.
  static Fallible<void> move_to_front(Thread& t, Dict* dict, int64_t position);
  static Fallible<void> move_to_back(Thread& t, Dict* dict, int64_t position);
  static void touch(Thread& t, Dict* dict) { dict->keys_version_ = ++t.isolate().next_dict_version; }
};

}  // namespace hog
