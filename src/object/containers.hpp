// containers.hpp: Tuple, List, Dict, Set, Bytes and their backing stores.
//
// A container's storage is itself a cell that knows its own length: a storage pointer taken before Python ran may be
// stale, never dangling. Invariants: List::size_ <= items_->capacity(); a Dict's entry array is compact in insertion
// order, deleted entries have an empty key, and live entries number used_.
#pragma once

#include "object/slots.hpp"
#include "object/str.hpp"
#include "object/value.hpp"

namespace hog {

// A fixed number of Values: list storage and the like.
class ValueArray : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<ValueArray*> make(Thread& t, size_t capacity);
  size_t capacity() const { return capacity_; }
  Value at(size_t i) const { return items_[i]; }
  void set(size_t i, Value v) { items_[i].set(this, v); }
  ValueField* data() { return items_; }
  Value* raw() { return reinterpret_cast<Value*>(items_); }
  size_t capacity_;
  ValueField items_[];
};

// A fixed number of bytes: bytearray storage, tables, buffers of natives.
class ByteArray : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<ByteArray*> make(Thread& t, size_t capacity);  // zeroed
  size_t capacity() const { return capacity_; }
  uint8_t* data() { return bytes_; }
  size_t capacity_;
  alignas(8) uint8_t bytes_[];
};

class Tuple : public Cell {
 public:
  static const Layout kLayout;
  // Items start out empty: fill all before Python can see the tuple.
  static Fallible<Tuple*> make(Thread& t, size_t length);
  static Fallible<Tuple*> make_of_type(Thread& t, Type* type, size_t length);
  static Fallible<Tuple*> from(Thread& t, const Value* items, size_t length);
  template <typename... V>
  static Fallible<Tuple*> of(Thread& t, V... values) {
    const Value list[] = {Value(values)..., Value()};
    return from(t, list, sizeof...(values));
  }
  size_t length() const { return length_; }
  Value at(size_t i) const { return items_[i]; }
  Value operator[](size_t i) const { return items_[i]; }
  void initialize(size_t i, Value v) { items_[i].set(this, v); }
  const Value* data() const { return reinterpret_cast<const Value*>(items_); }
  std::span<const Value> span() const { return {data(), length_}; }

 private:
  friend struct ContainerAccess;
  uint64_t length_;
  ValueField items_[];
};
inline uint32_t Arguments::keyword_count() const { return names == nullptr ? 0 : static_cast<uint32_t>(names->length()); }
Tuple* empty_tuple();  // the permanent ()
void set_empty_tuple(Tuple* tuple);  // bootstrap, once

class List : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<List*> make(Thread& t, size_t capacity = 0);
  static Fallible<List*> from(Thread& t, const Value* items, size_t length);
  size_t length() const { return size_; }
  Value at(size_t i) const { return items_->at(i); }  // i < length()
  void set(size_t i, Value v) { items_->set(i, v); }
  Fallible<void> append(Thread& t, Value v) {
    ValueArray* items = items_.get();
    if (items != nullptr && size_ < items->capacity()) [[likely]] {
      items->set(size_++, v);
      return {};
    }
    return append_slow(t, v);
  }
  Fallible<void> insert(Thread& t, size_t index, Value v);
  // Replaces [start, end) by `count` values (which must not live in this list's storage).
  Fallible<void> replace(Thread& t, size_t start, size_t end, const Value* values, size_t count);
  void clear() { size_ = 0; items_.clear(); }
  // Room for at least `capacity` items without a further allocation.
  Fallible<void> reserve(Thread& t, size_t capacity);
  const Value* data() const { return items_ ? items_->raw() : nullptr; }

  size_t size_;
  Field<ValueArray> items_;

 private:
  Fallible<void> append_slow(Thread& t, Value v);
};

struct DictEntry {
  uint64_t hash;   // stored form: Python's hash without the isolate's seed (dict_lookup.hpp)
  ValueField key;  // empty: deleted
  ValueField value;
};

// Entries and index of a Dict in one cell. Index slots are 1, 2 or 4 bytes wide and follow the entries.
class DictEntries : public Cell {
 public:
  static const Layout kLayout;
  uint32_t entry_capacity_;
  uint32_t entry_count_;    // entries ever appended, deleted ones included
  uint32_t fill_;           // index slots that are not zero; never above entry_capacity_
  uint8_t index_log2_;      // the index has 1 << index_log2_ slots
  uint8_t index_width_;     // bytes per slot
  bool all_names_;          // every key is an interned exact str: lookups by identity suffice for interned names
  uint64_t multiplier_;     // odd, from the isolate's seed: second probe and stride
  DictEntry entries_[];
};

class Dict : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<Dict*> make(Thread& t);
  static Fallible<Dict*> make_sized(Thread& t, size_t expected_length);  // room for so many keys without growing

  size_t length() const { return used_; }

  // ---- By interned name: no Python runs. Absent when missing. ----
  Value get_name_nogc(const Str* interned_name) const;
  Fallible<void> set_name(Thread& t, Str* interned_name, Value v);
  Fallible<bool> remove_name(Thread& t, Str* interned_name);

  // ---- By any key: hash and == may run Python, which may change this dict. ----
  Fallible<Value> get_py(Thread& t, Value key) const;  // absent when missing
  Fallible<void> set_py(Thread& t, Value key, Value v);
  Fallible<bool> remove_py(Thread& t, Value key);      // false: was not there
  Fallible<Value> pop_py(Thread& t, Value key);        // absent when missing
  Fallible<Value> set_default_py(Thread& t, Value key, Value v);  // the value now there
  // The same with a hash already computed.
  Fallible<Value> get_hashed_py(Thread& t, Value key, uint64_t hash) const;
  Fallible<void> set_hashed_py(Thread& t, Value key, uint64_t hash, Value v);
  Fallible<Value> pop_hashed_py(Thread& t, Value key, uint64_t hash);

  void clear_nogc();
  static Fallible<Dict*> copy(Thread& t, Dict* from);
  // Makes this dict (whatever it held) a copy of `from`.
  Fallible<void> become_copy_of(Thread& t, const Dict* from);
  // Removes the newest item and answers true, or answers false when there is none.
  bool pop_last_nogc(Thread& t, Value* key, Value* value);

  // Iteration by position: for (size_t i = 0; d->next_nogc(&i, &k, &v);) -- safe against changes of the dict.
  // `stored_hash` is DictEntry::hash, good for the *_stored_py functions only.
  bool next_nogc(size_t* position, Value* key, Value* value, uint64_t* stored_hash = nullptr) const;
  bool previous_nogc(size_t* position, Value* key, Value* value) const;  // start with SIZE_MAX

  Fallible<Value> get_stored_py(Thread& t, Value key, uint64_t stored_hash) const;
  Fallible<void> set_stored_py(Thread& t, Value key, uint64_t stored_hash, Value v);
  Fallible<Value> pop_stored_py(Thread& t, Value key, uint64_t stored_hash);
  Fallible<void> reserve(Thread& t, size_t expected_length);

  // Changes whenever the set of keys (or their positions) changes; never repeats within an isolate. Guards global caches.
  uint64_t keys_version() const { return keys_version_; }
  // Position of an interned name for caches: entry index or -1.
  int64_t find_name_nogc(const Str* interned_name) const;
  DictEntries* entries() const { return entries_.get(); }

  uint32_t used_;
  uint32_t first_;  // all entries before this position are deleted, so that taking from the front is no search
  uint64_t keys_version_;
  Field<DictEntries> entries_;

 private:
  friend struct DictAccess;
};

class Bytes : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<Bytes*> make(Thread& t, size_t length);  // zeroed; fill before Python sees it
  static Fallible<Bytes*> make_unfilled(Thread& t, size_t length);  // the caller writes every byte, and runs no Python before
  static Fallible<Bytes*> from(Thread& t, const void* data, size_t length);
  size_t length() const { return length_; }
  const uint8_t* data() const { return bytes_; }
  uint8_t* mutable_data() { return bytes_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_), length_}; }

  uint64_t length_;
  uint64_t hash_;  // 0: not computed
  uint8_t bytes_[];
};

// set and frozenset. Open addressing in one cell of entries {hash, key}.
class SetEntries : public Cell {
 public:
  static const Layout kLayout;
  struct Entry {
    uint64_t hash;
    ValueField key;  // empty: never used; absent: deleted
  };
  uint64_t mask_;
  uint64_t multiplier_;  // 0: plain probing; odd: scattered, after a table met suspiciously long probes
  Entry entries_[];
};

class Set : public Cell {
 public:
  static const Layout kLayout;  // shared by set and frozenset
  static Fallible<Set*> make(Thread& t, Type* type);
  size_t length() const { return used_; }
  Fallible<bool> add_py(Thread& t, Value key);       // true: was new
  Fallible<bool> contains_py(Thread& t, Value key) const;
  Fallible<bool> remove_py(Thread& t, Value key);    // false: was not there
  Fallible<bool> add_hashed_py(Thread& t, Value key, uint64_t hash);
  Fallible<bool> contains_hashed_py(Thread& t, Value key, uint64_t hash) const;
  Fallible<bool> remove_hashed_py(Thread& t, Value key, uint64_t hash);
  // Adds every element of another set (hashes are known; == may run Python).
  Fallible<void> merge_py(Thread& t, const Set* other);
  static Fallible<Set*> copy(Thread& t, Type* type, const Set* from);
  Fallible<void> become_copy_of(Thread& t, const Set* from);
  Fallible<void> reserve(Thread& t, size_t expected_length);
  void clear_nogc();
  bool next_nogc(size_t* position, Value* key, uint64_t* hash = nullptr) const;
  bool pop_nogc(Value* key);  // removes any key; false when there is none

  uint64_t used_;
  uint64_t fill_;  // used and deleted
  uint64_t pop_position_;  // where pop_nogc() looks next, so that emptying a set is linear
  uint64_t hash_;  // frozenset: cached, valid when has_hash_
  bool has_hash_;
  uint32_t version_;  // moves with each change of the keys
  Field<SetEntries> entries_;
};

// Values a native keeps outside cells while it works: marked precisely. Lives on the native stack or in a Thread.
class RootVector {
 public:
  explicit RootVector(Thread& t) : t_(t) {}
  Fallible<void> push(Value v) {
    if (list_ == nullptr) list_ = TRY(List::make(t_, 8));
    return list_->append(t_, v);
  }
  size_t size() const { return list_ == nullptr ? 0 : list_->length(); }
  Value operator[](size_t i) const { return list_->at(i); }
  void set(size_t i, Value v) { list_->set(i, v); }
  const Value* data() const { return list_ == nullptr ? nullptr : list_->data(); }
  List* list() const { return list_; }
  void pop() { --list_->size_; }

 private:
  Thread& t_;
  List* list_ = nullptr;  // found by the conservative scan
};

}  // namespace hog
