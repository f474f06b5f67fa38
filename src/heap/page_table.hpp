// page_table.hpp: which block covers a 16 KiB page of the address space. Open addressing, linear probing.
//
// Invariant: never more than half full; insert() is only called after reserve() said yes.
#pragma once

#include "heap/block.hpp"

namespace hog {

class PageTable {
 public:
  PageTable() = default;
  ~PageTable();
  PageTable(const PageTable&) = delete;
  PageTable& operator=(const PageTable&) = delete;

  static uintptr_t page_of(uintptr_t address) { return address / heap_detail::kBlockBytes; }

  // Any address may be asked for.
  Block* find(uintptr_t address) const {
    uintptr_t page = page_of(address);
    if (page - lowest_ >= extent_) return nullptr;
    for (size_t i = slot_of(page);; i = (i + 1) & mask_) {
      if (entries_[i].page == page) return entries_[i].block;
      if (entries_[i].page == 0) return nullptr;
    }
  }
  // Makes room for `pages` more; false when there is no memory for them.
  bool reserve(size_t pages);
  void insert(uintptr_t page, Block* block);
  void erase(uintptr_t page);
  size_t bytes() const { return entries_ == nullptr ? 0 : (mask_ + 1) * sizeof(Entry); }

 private:
  struct Entry {
    uintptr_t page;  // 0 = empty
    Block* block;
  };
  size_t slot_of(uintptr_t page) const { return static_cast<size_t>((page * 0x9e3779b97f4a7c15u) >> shift_); }

  Entry* entries_ = nullptr;
  size_t mask_ = 0;
  unsigned shift_ = 63;
  size_t count_ = 0;
  uintptr_t lowest_ = 0;  // all pages lie in [lowest_, lowest_ + extent_)
  uintptr_t extent_ = 0;
};

}  // namespace hog
