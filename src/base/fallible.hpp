// fallible.hpp: a result or a failure, as cheap as the result.
//
// The failure carries nothing: what went wrong (a Python exception or a termination) is recorded in the Thread before a
// function returns Failure{}. Types with a spare bit pattern (pointers, Value) use it, so Fallible<Value> is one
// register; others come back in two.
#pragma once

#include <type_traits>
#include <utility>

namespace hog {

struct [[nodiscard]] Failure {};

// Specialise for types with a bit pattern that no success has.
template <typename T>
struct FailureNiche {
  static constexpr bool kExists = false;
};
template <typename T>
struct FailureNiche<T*> {
  static constexpr bool kExists = true;
  static constexpr T* failure() { return nullptr; }
  static constexpr bool is_failure(T* p) { return p == nullptr; }
};

template <typename T, bool HasNiche = FailureNiche<T>::kExists>
class [[nodiscard]] Fallible;

template <typename T>
class [[nodiscard]] Fallible<T, true> {
 public:
  constexpr Fallible(Failure) : value_(FailureNiche<T>::failure()) {}
  constexpr Fallible(T value) : value_(value) {}
  template <typename U>
    requires(std::is_convertible_v<U*, T>)
  constexpr Fallible(U* value) : value_(value) {}
  template <typename U>
    requires(std::is_convertible_v<U, T> && !std::is_same_v<U, T> && FailureNiche<U>::kExists)
  constexpr Fallible(Fallible<U> other)
      : value_(other.failed() ? FailureNiche<T>::failure() : static_cast<T>(other.get())) {}
  constexpr bool failed() const { return FailureNiche<T>::is_failure(value_); }
  constexpr T get() const { return value_; }

 private:
  T value_;
};

template <typename T>
class [[nodiscard]] Fallible<T, false> {
 public:
  constexpr Fallible(Failure) : value_(), failed_(true) {}
  constexpr Fallible(T value) : value_(value), failed_(false) {}
  constexpr bool failed() const { return failed_; }
  constexpr T get() const { return value_; }

 private:
  static_assert(std::is_trivially_copyable_v<T>);
  T value_;
  bool failed_;
};

template <>
class [[nodiscard]] Fallible<void, false> {
 public:
  constexpr Fallible(Failure) : failed_(true) {}
  constexpr Fallible() : failed_(false) {}
  constexpr bool failed() const { return failed_; }
  constexpr void get() const {}

 private:
  bool failed_;
};
template <>
struct FailureNiche<void> {
  static constexpr bool kExists = false;
};

}  // namespace hog

// The value of a Fallible expression; returns Failure from the enclosing function if there is none.
#define TRY(...)                                          \
  ({                                                      \
    auto hog_try_result = (__VA_ARGS__);                  \
    if (hog_try_result.failed()) [[unlikely]]             \
      return ::hog::Failure{};                            \
    hog_try_result.get();                                 \
  })
