// native_stack.cpp: conservative roots. The words of native stacks and registers may or may not be
// references; whatever leads into a live cell keeps that cell.
//
// AddressSanitizer: the scan reads red zones and other frames' variables on purpose, so it is not
// instrumented. Locals must be on the real stack to be found: run with detect_stack_use_after_return=0.
#include "heap/heap.hpp"

#if defined(__clang__)
#define HOG_NOT_SANITIZED __attribute__((noinline, no_sanitize("address", "thread", "memory", "undefined")))
#else
#define HOG_NOT_SANITIZED \
  __attribute__((noinline, no_sanitize("address"), no_sanitize("thread"), no_sanitize("undefined")))
#endif

namespace hog {

HOG_NOT_SANITIZED void Marker::visit_conservatively(const void* low, const void* high) {
  constexpr uintptr_t kWord = sizeof(uintptr_t);
  uintptr_t at = (reinterpret_cast<uintptr_t>(low) + kWord - 1) & ~(kWord - 1);
  uintptr_t end = reinterpret_cast<uintptr_t>(high) & ~(kWord - 1);
  for (; at < end; at += kWord) {
    uintptr_t word = *reinterpret_cast<const uintptr_t*>(at);
    if (Cell* cell = heap_.cell_at(word)) mark(cell);
  }
}

Cell* Heap::cell_at(uintptr_t address) const {
  Block* block = pages_.find(address);
  return block == nullptr ? nullptr : block->cell_around(address - reinterpret_cast<uintptr_t>(block));
}

namespace {

// The frame of this function lies below all of its caller's, registers included.
__attribute__((noinline)) void call_below(void (*fn)(void*, const void*), void* context) {
  fn(context, __builtin_frame_address(0));
  asm volatile("" ::: "memory");  // no tail call: the frame must still be there
}

}  // namespace

__attribute__((noinline)) void spill_registers_and_call(void (*fn)(void*, const void*), void* context) {
  __builtin_unwind_init();
  call_below(fn, context);
  asm volatile("" ::: "memory");
}

__attribute__((noinline)) uintptr_t stack_pointer_here() {
  asm volatile("" ::: "memory");
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 2 * sizeof(void*);
}

// The registers are saved in this frame and restored from it. On other machines it is a plain call, and a collection that
// finds a stale register keeps a little more.
__attribute__((noinline)) void call_with_clear_registers(void (*fn)(void* context), void* context) {
#if defined(__x86_64__)
  asm volatile("xor %%ebx, %%ebx\n\txor %%r12d, %%r12d\n\txor %%r13d, %%r13d\n\txor %%r14d, %%r14d\n\txor %%r15d, %%r15d"
               :
               :
               : "rbx", "r12", "r13", "r14", "r15", "cc");
#endif
  fn(context);
  asm volatile("" ::: "memory");
}

}  // namespace hog
