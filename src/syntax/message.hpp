// message.hpp: error messages, put together in the arena.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/arena.hpp"

namespace hog {

inline std::string_view concatenate(Arena& arena, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  std::span<char> room = arena.make_array<char>(size);
  if (room.empty()) return "";
  char* to = room.data();
  for (std::string_view part : parts) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  return {room.data(), room.size()};
}

// A number as text, on the stack.
class NumberText {
 public:
  static NumberText decimal(uint64_t number) { return NumberText(number, 10, 1); }
  static NumberText hex(uint64_t number, int width) { return NumberText(number, 16, width); }
  operator std::string_view() const { return {digits_ + first_, sizeof(digits_) - first_}; }

 private:
  NumberText(uint64_t number, unsigned base, int width) {
    while (number != 0 || width > 0) {
      digits_[--first_] = "0123456789ABCDEF"[number % base];
      number /= base;
      --width;
    }
  }
  char digits_[24];
  size_t first_ = sizeof(digits_);
};

}  // namespace hog
