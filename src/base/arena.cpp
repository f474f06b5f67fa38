// arena.cpp: see arena.hpp.
#include "base/arena.hpp"

#include <cstdlib>

namespace hog {

struct Arena::Chunk {
  Chunk* next;
  size_t bytes;
};

Arena::~Arena() {
  for (Chunk* chunk = chunks_; chunk != nullptr;) {
    Chunk* next = chunk->next;
    source_.release(chunk, chunk->bytes);
    chunk = next;
  }
}

void* Arena::try_allocate_bytes(size_t bytes, size_t alignment) {
  uintptr_t start = (cursor_ + alignment - 1) & ~(alignment - 1);
  if (cursor_ != 0 && start <= limit_ && bytes <= limit_ - start) {
    cursor_ = start + bytes;
    bytes_used_ += bytes;
    return reinterpret_cast<void*>(start);
  }
  return slow_allocate(bytes, alignment);
}

void* Arena::slow_allocate(size_t bytes, size_t alignment) {
  constexpr size_t kLargestRequest = size_t{1} << 46;
  if (exhausted_ || bytes > kLargestRequest) {
    exhausted_ = true;
    return nullptr;
  }
  size_t wanted = bytes + sizeof(Chunk) + alignment;
  size_t size = wanted > next_chunk_ ? wanted : next_chunk_;
  auto* chunk = static_cast<Chunk*>(source_.allocate(size));
  if (chunk == nullptr) {
    exhausted_ = true;
    return nullptr;
  }
  chunk->next = chunks_;
  chunk->bytes = size;
  chunks_ = chunk;
  constexpr size_t kLargestStep = size_t{1} << 20;
  if (next_chunk_ < kLargestStep) next_chunk_ *= 2;
  uintptr_t first = reinterpret_cast<uintptr_t>(chunk + 1);
  uintptr_t start = (first + alignment - 1) & ~(alignment - 1);
  cursor_ = start + bytes;
  limit_ = reinterpret_cast<uintptr_t>(chunk) + size;
  bytes_used_ += bytes;
  return reinterpret_cast<void*>(start);
}

void* Arena::allocate_bytes(size_t bytes, size_t alignment) {
  void* memory = try_allocate_bytes(bytes, alignment);
  if (memory != nullptr) [[likely]] return memory;
  // Nodes made between the refusal and the next check of exhausted() land in the reserve; it is never read as a
  // whole tree, so serving the same bytes twice is harmless.
  static_assert(kReserve >= 4096);
  if (bytes > kReserve) bytes = kReserve;
  return reserve_;
}

std::string_view Arena::copy(std::string_view from) {
  std::span<char> to = make_array<char>(from.size());
  if (to.empty()) return {};
  std::memcpy(to.data(), from.data(), from.size());
  return {to.data(), to.size()};
}

void* MallocSource::allocate(size_t bytes) { return std::malloc(bytes); }
void MallocSource::release(void* memory, size_t) { std::free(memory); }

}  // namespace hog
