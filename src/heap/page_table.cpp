// page_table.cpp: see page_table.hpp.
#include "heap/page_table.hpp"

#include <cstdlib>

namespace hog {

PageTable::~PageTable() { std::free(entries_); }

bool PageTable::reserve(size_t pages) {
  size_t needed = (count_ + pages) * 2;
  size_t size = entries_ == nullptr ? 0 : mask_ + 1;
  if (needed <= size) return true;
  if (needed > SIZE_MAX / 4 / sizeof(Entry)) return false;
  size_t bigger = size == 0 ? 64 : size;
  while (bigger < needed) bigger *= 2;
  auto* entries = static_cast<Entry*>(std::calloc(bigger, sizeof(Entry)));
  if (entries == nullptr) return false;
  Entry* old = entries_;
  entries_ = entries;
  mask_ = bigger - 1;
  shift_ = 64 - static_cast<unsigned>(__builtin_ctzll(bigger));
  count_ = 0;
  for (size_t i = 0; i < size; ++i) {
    if (old[i].page != 0) insert(old[i].page, old[i].block);
  }
  std::free(old);
  return true;
}

void PageTable::insert(uintptr_t page, Block* block) {
  size_t i = slot_of(page);
  while (entries_[i].page != 0) i = (i + 1) & mask_;
  entries_[i] = {page, block};
  ++count_;
  if (extent_ == 0) {
    lowest_ = page;
    extent_ = 1;
  } else if (page < lowest_) {
    extent_ += lowest_ - page;
    lowest_ = page;
  } else if (page - lowest_ >= extent_) {
    extent_ = page - lowest_ + 1;
  }
}

void PageTable::erase(uintptr_t page) {
  size_t i = slot_of(page);
  while (entries_[i].page != page) i = (i + 1) & mask_;
  // Close the hole: pull back every entry of the cluster that may no longer be reachable across it.
  for (size_t next = (i + 1) & mask_; entries_[next].page != 0; next = (next + 1) & mask_) {
    size_t home = slot_of(entries_[next].page);
    if (((next - home) & mask_) >= ((next - i) & mask_)) {
      entries_[i] = entries_[next];
      i = next;
    }
  }
  entries_[i] = {0, nullptr};
  --count_;
}

}  // namespace hog
