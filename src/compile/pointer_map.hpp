// pointer_map.hpp: pointer -> 32-bit number, in an arena. Entries are never removed.
#pragma once

#include "base/arena.hpp"

namespace hog {

class PointerMap {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  explicit PointerMap(Arena& arena) : arena_(arena) {}

  uint32_t get(const void* key) const {
    if (slots_.empty()) return kAbsent;
    size_t mask = slots_.size() - 1;
    for (size_t i = hash(key) & mask; slots_[i].key != nullptr; i = (i + 1) & mask)
      if (slots_[i].key == key) return slots_[i].value;
    return kAbsent;
  }
  void set(const void* key, uint32_t value) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    if (used_ + 1 >= slots_.size()) return;  // the arena is exhausted
    Slot& slot = find_slot(slots_, key);
    if (slot.key == nullptr) ++used_;
    slot = {key, value};
  }

 private:
  struct Slot {
    const void* key;
    uint32_t value;
  };
  static size_t hash(const void* key) { return (reinterpret_cast<uintptr_t>(key) * 0x9E3779B97F4A7C15u) >> 24; }
  static Slot& find_slot(std::span<Slot> slots, const void* key) {
    size_t mask = slots.size() - 1;
    size_t i = hash(key) & mask;
    while (slots[i].key != nullptr && slots[i].key != key) i = (i + 1) & mask;
    return slots[i];
  }
  void grow() {
    std::span<Slot> bigger = arena_.make_array<Slot>(slots_.empty() ? 16 : slots_.size() * 2);
    if (bigger.empty()) return;
    for (Slot& slot : bigger) slot = {nullptr, 0};
    for (const Slot& slot : slots_)
      if (slot.key != nullptr) find_slot(bigger, slot.key) = slot;
    slots_ = bigger;
  }

  Arena& arena_;
  std::span<Slot> slots_;
  size_t used_ = 0;
};

}  // namespace hog
