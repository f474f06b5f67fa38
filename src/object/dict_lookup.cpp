// dict_lookup.cpp: finding, setting and removing keys. A comparison may run Python, which may change the dict under the
// probe: whenever keys_version_ moved, the probe starts anew, so a position that comes back is true at that moment.
#include "object/dict_lookup.hpp"

#include "object/numbers.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {
constexpr int64_t kMissing = -1;
constexpr int64_t kRestart = -2;
constexpr int64_t kForeign = -3;  // an entry that only the general comparison can judge

template <typename Slot>
int64_t find_str(const DictEntries* entries, const Str* key, uint64_t hash, bool subclasses_too) {
  DictProbe<Slot> probe(entries, hash);
  for (;; probe.advance(entries, hash)) {
    Slot slot = probe.value();
    if (slot == 0) return kMissing;
    const DictEntry& entry = entries->entries_[slot - 1];
    Value k = entry.key;
    if (k == Value(key)) return slot - 1;
    if (entry.hash != hash || k.is_empty()) continue;
    if (is_exact_str(k) || (subclasses_too && is<Str>(k))) {
      if (Str::equal_nogc(as<Str>(k), key)) return slot - 1;
    } else if (!subclasses_too) {
      return kForeign;
    }
  }
}

// Small ints are equal when their words are; only an entry of another kind with the same hash needs more.
template <typename Slot>
int64_t find_small_int(const DictEntries* entries, Value key, uint64_t hash) {
  DictProbe<Slot> probe(entries, hash);
  for (;; probe.advance(entries, hash)) {
    Slot slot = probe.value();
    if (slot == 0) return kMissing;
    const DictEntry& entry = entries->entries_[slot - 1];
    Value k = entry.key;
    if (k == key) return slot - 1;
    if (entry.hash == hash && !k.is_empty() && !k.is_small_int()) return kForeign;
  }
}

template <typename Slot>
Fallible<int64_t> find_general_py(Thread& t, const Dict* dict, const DictEntries* entries, Value key, uint64_t hash) {
  uint64_t version = dict->keys_version_;
  DictProbe<Slot> probe(entries, hash);
  for (uint32_t steps = 1;; probe.advance(entries, hash), ++steps) {
    Slot slot = probe.value();
    if (slot == 0) return kMissing;
    const DictEntry& entry = entries->entries_[slot - 1];
    Value k = entry.key;
    if (k == key) return int64_t{slot} - 1;
    if (entry.hash == hash && !k.is_empty()) {
      bool equal = TRY(equals_py(t, k, key));
      if (equal && dict->keys_version_ == version) return int64_t{slot} - 1;
    }
    if (steps % 32 == 0) TRY(t.poll(32));
    if (dict->keys_version_ != version) [[unlikely]] return kRestart;  // == or the poll ran code that changed the dict
  }
}

int64_t find_without_python(const DictEntries* entries, Value key, uint64_t hash) {
  int width = entries->index_width_;
  if (is_exact_str(key)) {
    const Str* s = as<Str>(key);
    if (width == 1) return find_str<uint8_t>(entries, s, hash, false);
    if (width == 2) return find_str<uint16_t>(entries, s, hash, false);
    return find_str<uint32_t>(entries, s, hash, false);
  }
  if (key.is_small_int()) {
    if (width == 1) return find_small_int<uint8_t>(entries, key, hash);
    if (width == 2) return find_small_int<uint16_t>(entries, key, hash);
    return find_small_int<uint32_t>(entries, key, hash);
  }
  return kForeign;
}

Failure rephrase_unhashable(Thread& t, Value key) {
  if (!t.has_exception() || t.terminated() || type_of(t.exception()) != core.TypeError) return Failure{};
  Value error = t.take_exception();
  return t.raise_type_error("cannot use '{}' as a dict key ({})", TRY(full_type_name(t, type_of(key))), str_of(error));
}
}  // namespace

int64_t DictAccess::find_str_nogc(const DictEntries* entries, const Str* key, uint64_t hash) {
  if (entries->index_width_ == 1) return find_str<uint8_t>(entries, key, hash, true);
  if (entries->index_width_ == 2) return find_str<uint16_t>(entries, key, hash, true);
  return find_str<uint32_t>(entries, key, hash, true);
}

Fallible<int64_t> DictAccess::find_py(Thread& t, const Dict* dict, Value key, uint64_t hash) {
  for (;;) {
    const DictEntries* entries = dict->entries_.get();
    if (entries == nullptr) return kMissing;
    int64_t position = find_without_python(entries, key, hash);
    if (position != kForeign) return position;
    int width = entries->index_width_;
    if (width == 1) {
      position = TRY(find_general_py<uint8_t>(t, dict, entries, key, hash));
    } else if (width == 2) {
      position = TRY(find_general_py<uint16_t>(t, dict, entries, key, hash));
    } else {
      position = TRY(find_general_py<uint32_t>(t, dict, entries, key, hash));
    }
    if (position != kRestart) return position;
    TRY(t.poll());
  }
}

Fallible<uint64_t> DictAccess::hash_key_py(Thread& t, Value key) {
  if (is_exact_str(key)) return as<Str>(key)->raw_hash(t);
  if (key.is_small_int()) return stored_hash_of(t, static_cast<uint64_t>(small_int_hash(key.small_int())));
  Fallible<int64_t> hash = hash_py(t, key);
  if (hash.failed()) [[unlikely]] return rephrase_unhashable(t, key);
  return stored_hash_of(t, key, static_cast<uint64_t>(hash.get()));
}

// ---- By name. ----

int64_t Dict::find_name_nogc(const Str* interned_name) const {
  const DictEntries* entries = entries_.get();
  if (entries == nullptr) return -1;
  if (entries->all_names_) [[likely]] return dict_find_name(entries, interned_name);
  return DictAccess::find_str_nogc(entries, interned_name, interned_name->name_hash());
}

Value Dict::get_name_nogc(const Str* interned_name) const {
  int64_t position = find_name_nogc(interned_name);
  return position < 0 ? Value::absent() : entries_->entries_[position].value.get();
}

Fallible<void> Dict::set_name(Thread& t, Str* interned_name, Value v) {
  int64_t position = find_name_nogc(interned_name);
  if (position < 0) return DictAccess::append(t, this, interned_name, interned_name->name_hash(), v);
  entries_->entries_[position].value.set(entries_.get(), v);
  return {};
}

Fallible<bool> Dict::remove_name(Thread& t, Str* interned_name) {
  int64_t position = find_name_nogc(interned_name);
  if (position < 0) return false;
  DictAccess::remove_at(t, this, position);
  return true;
}

// ---- By any key. ----

Fallible<Value> Dict::get_stored_py(Thread& t, Value key, uint64_t hash) const {
  int64_t position = TRY(DictAccess::find_py(t, this, key, hash));
  return position < 0 ? Value::absent() : entries_->entries_[position].value.get();
}

Fallible<Value> Dict::get_py(Thread& t, Value key) const {
  if (is_exact_str(key)) {
    const DictEntries* entries = entries_.get();
    if (entries == nullptr) return Value::absent();
    Str* name = as<Str>(key);
    if (entries->all_names_ && name->is_interned()) {
      int64_t position = dict_find_name(entries, name);
      return position < 0 ? Value::absent() : entries->entries_[position].value.get();
    }
  }
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  return get_stored_py(t, key, hash);
}

Fallible<Value> Dict::get_hashed_py(Thread& t, Value key, uint64_t hash) const {
  return get_stored_py(t, key, stored_hash_of(t, key, hash));
}

Fallible<void> Dict::set_stored_py(Thread& t, Value key, uint64_t hash, Value v) {
  int64_t position = TRY(DictAccess::find_py(t, this, key, hash));
  if (position < 0) return DictAccess::append(t, this, key, hash, v);
  entries_->entries_[position].value.set(entries_.get(), v);
  return {};
}

Fallible<void> Dict::set_py(Thread& t, Value key, Value v) {
  if (is_exact_str(key)) {
    // OPTIMIZATION: an interned name among interned names, and anything into an empty dict, compares nothing.
    Str* name = as<Str>(key);
    DictEntries* entries = entries_.get();
    if (entries == nullptr) return DictAccess::append(t, this, key, name->raw_hash(t), v);
    if (entries->all_names_ && name->is_interned()) {
      int64_t position = dict_find_name(entries, name);
      if (position < 0) return DictAccess::append(t, this, key, name->raw_hash(t), v);
      entries->entries_[position].value.set(entries, v);
      return {};
    }
  }
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  return set_stored_py(t, key, hash, v);
}

Fallible<void> Dict::set_hashed_py(Thread& t, Value key, uint64_t hash, Value v) {
  return set_stored_py(t, key, stored_hash_of(t, key, hash), v);
}

Fallible<bool> Dict::remove_py(Thread& t, Value key) {
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  int64_t position = TRY(DictAccess::find_py(t, this, key, hash));
  if (position < 0) return false;
  DictAccess::remove_at(t, this, position);
  return true;
}

Fallible<Value> Dict::pop_stored_py(Thread& t, Value key, uint64_t hash) {
  int64_t position = TRY(DictAccess::find_py(t, this, key, hash));
  if (position < 0) return Value::absent();
  Value v = entries_->entries_[position].value;
  DictAccess::remove_at(t, this, position);
  return v;
}

Fallible<Value> Dict::pop_py(Thread& t, Value key) {
  if (used_ == 0) return Value::absent();  // before the hash is asked for
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  return pop_stored_py(t, key, hash);
}

Fallible<Value> Dict::pop_hashed_py(Thread& t, Value key, uint64_t hash) {
  return pop_stored_py(t, key, stored_hash_of(t, key, hash));
}

Fallible<Value> Dict::set_default_py(Thread& t, Value key, Value v) {
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  int64_t position = TRY(DictAccess::find_py(t, this, key, hash));
  if (position >= 0) return entries_->entries_[position].value.get();
  TRY(DictAccess::append(t, this, key, hash, v));
  return v;
}

}  // namespace hog
