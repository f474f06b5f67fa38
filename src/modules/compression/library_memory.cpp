// library_memory.cpp: see library_memory.hpp.
#include "modules/compression/library_memory.hpp"

#include <cstdlib>
#include <cstring>

#include "vm/turns.hpp"

namespace hog {

namespace {

struct alignas(16) Piece {
  size_t bytes;
};

}  // namespace

void* allocate_for_library(void* heap, size_t bytes) {
  if (bytes > SIZE_MAX - sizeof(Piece)) return nullptr;
  bytes += sizeof(Piece);
  auto* owner = static_cast<Heap*>(heap);
  if (!owner->charge(bytes)) return nullptr;
  auto* piece = static_cast<Piece*>(std::malloc(bytes));
  if (piece == nullptr) {
    owner->uncharge(bytes);
    return nullptr;
  }
  piece->bytes = bytes;
  return piece + 1;
}

void free_for_library(void* heap, void* memory) {
  if (memory == nullptr) return;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  static_cast<Heap*>(heap)->uncharge(piece->bytes);
  std::free(piece);
}

void* reallocate_for_library(void* heap, void* memory, size_t bytes) {
  void* bigger = allocate_for_library(heap, bytes);
  if (bigger == nullptr || memory == nullptr) return bigger;
  size_t old = (static_cast<Piece*>(memory) - 1)->bytes - sizeof(Piece);
  std::memcpy(bigger, memory, old < bytes ? old : bytes);
  free_for_library(heap, memory);
  return bigger;
}

Fallible<void> InUse::acquire() {
  while (*owner_ != nullptr) {
    if (*owner_ == &t_) return t_.raise(core.RuntimeError, "reentrant use of a stream");
    pass_turn(t_);
    TRY(t_.poll(256));
  }
  *owner_ = &t_;
  held_ = true;
  return {};
}

}  // namespace hog
