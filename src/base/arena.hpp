// arena.hpp: bump allocation for things that die together (syntax trees, compiler state).
//
// Invariant: an arena never aborts and never returns null. Memory comes from a MemorySource, which may refuse; then
// the arena is `exhausted()` and serves from a small fixed reserve. Whoever fills an arena from a program's input checks
// exhausted() at least once per token or node, long before the reserve can run out, and stops with a memory error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hog {

// Where memory comes from, and where long work asks whether to go on. The isolate implements it (charging its
// budget); tools and tests use MallocSource.
class MemorySource {
 public:
  virtual void* allocate(size_t bytes) = 0;  // null when refused
  virtual void release(void* memory, size_t bytes) = 0;
  // False when the work must stop (budget gone, cancelled); called every few thousand steps.
  virtual bool poll() = 0;

 protected:
  ~MemorySource() = default;
};

class Arena {
 public:
  explicit Arena(MemorySource& source) : source_(source) {}
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate_bytes(size_t bytes, size_t alignment = alignof(std::max_align_t));

  template <typename T, typename... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "arenas run no destructors");
    return new (allocate_bytes(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  // Uninitialised room for `count` values; an empty span when exhausted.
  template <typename T>
  std::span<T> make_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0 || count > SIZE_MAX / sizeof(T)) return {};
    void* memory = try_allocate_bytes(count * sizeof(T), alignof(T));
    if (memory == nullptr) return {};
    return {static_cast<T*>(memory), count};
  }

  template <typename T>
  std::span<T> copy(std::span<const T> from) {
    std::span<T> to = make_array<T>(from.size());
    if (!to.empty()) std::memcpy(static_cast<void*>(to.data()), from.data(), from.size_bytes());
    return to;
  }
  std::string_view copy(std::string_view from);

  bool exhausted() const { return exhausted_; }
  MemorySource& source() { return source_; }
  size_t bytes_used() const { return bytes_used_; }

 private:
  struct Chunk;
  void* try_allocate_bytes(size_t bytes, size_t alignment);
  void* slow_allocate(size_t bytes, size_t alignment);

  MemorySource& source_;
  Chunk* chunks_ = nullptr;
  uintptr_t cursor_ = 0;
  uintptr_t limit_ = 0;
  size_t next_chunk_ = 4096;
  size_t bytes_used_ = 0;
  bool exhausted_ = false;
  static constexpr size_t kReserve = 8192;
  alignas(std::max_align_t) unsigned char reserve_[kReserve];
};

// A growable array in an arena; old storage is left behind when it grows (at most as much again).
template <typename T>
class ArenaVector {
 public:
  explicit ArenaVector(Arena& arena) : arena_(&arena) {}
  void push_back(const T& value) {
    if (size_ == capacity_ && !grow()) return;
    data_[size_++] = value;
  }
  T pop_back() { return data_[--size_]; }
  T& back() { return data_[size_ - 1]; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }
  void resize_down(size_t size) { size_ = size; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::span<T> span() const { return {data_, size_}; }

 private:
  // When the arena is exhausted the element is dropped; the owner notices through arena.exhausted().
  bool grow() {
    size_t capacity = capacity_ == 0 ? 8 : capacity_ * 2;
    std::span<T> bigger = arena_->make_array<T>(capacity);
    if (bigger.empty()) return false;
    if (size_ != 0) std::memcpy(static_cast<void*>(bigger.data()), data_, size_ * sizeof(T));
    data_ = bigger.data();
    capacity_ = capacity;
    return true;
  }
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  Arena* arena_;
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// MemorySource over malloc, for build tools and unit tests (never linked into the sandbox's own paths).
class MallocSource final : public MemorySource {
 public:
  void* allocate(size_t bytes) override;
  void release(void* memory, size_t bytes) override;
  bool poll() override { return true; }
};

}  // namespace hog
