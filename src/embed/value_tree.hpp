// value_tree.hpp: hog_value, a Python value as the embedder holds it: a tree outside every isolate, or a handle to an object inside one.
//
// Handles. An isolate keeps the objects behind handles in a list of its own; a handle is a place in it and a reference to the
// HandleRoom that stands for the isolate. The room outlives both: it is freed by the last of the isolate and its handles. Handles may be
// freed on any thread, so places are given back under the room's lock and emptied by the isolate when it next looks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "hognose/hognose.h"

namespace hog {

struct HandleRoom {
  std::atomic<uint32_t> references{1};
  std::atomic<hog_isolate*> isolate{nullptr};  // null: gone
  // Places that were freed and not emptied yet, linked through `next` (place + 1; 0: end).
  std::atomic_flag lock = ATOMIC_FLAG_INIT;
  uint32_t* next = nullptr;
  uint32_t* uses = nullptr;  // handles at each place
  uint32_t capacity = 0;
  uint32_t freed = 0;
  uint32_t empty = 0;  // the chain of places ready to be used; the isolate's own
  void acquire() {
    while (lock.test_and_set(std::memory_order_acquire)) {
    }
  }
  void release() { lock.clear(std::memory_order_release); }
};
void drop_room(HandleRoom* room);

}  // namespace hog

struct hog_value {
  hog_kind kind = HOG_NONE;
  bool wide = false;  // HOG_INT: in text
  union {
    int64_t integer = 0;
    double number;
    uint32_t place;  // HOG_HANDLE
  };
  double imaginary = 0;
  char* text = nullptr;  // malloc'ed, NUL-terminated
  size_t length = 0;
  hog_value** items = nullptr;
  size_t count = 0, capacity = 0;
  hog::HandleRoom* room = nullptr;
};

namespace hog {

hog_value* new_value(hog_kind kind);
// Room for a text of that length, NUL-terminated; null: no memory (the value is freed).
hog_value* with_text(hog_value* value, const char* text, size_t length);
// A handle to a place whose use was counted already.
hog_value* new_handle(HandleRoom* room, uint32_t place);

}  // namespace hog
