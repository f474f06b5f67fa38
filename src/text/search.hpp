// search.hpp: finding, comparing and counting in characters of 1, 2 or 4 bytes, the two sides of any width.
//
// Every search is linear in the worst case (the two-way algorithm takes over when the fast scan makes no
// headway), needs no memory, and does not poll: its cost is that of a few passes over text that exists
// already. Reference: Crochemore and Perrin, "Two-way string-matching", JACM 38 (1991).
#pragma once

#include "text/view.hpp"

namespace hog::search {

inline constexpr size_t kNowhere = SIZE_MAX;

// The first or last place where `needle` occurs, or kNowhere. An empty needle is at 0, or at the end for
// rfind.
size_t find(TextView text, TextView needle);
size_t rfind(TextView text, TextView needle);
// How often it occurs without overlap, at most `limit` times. An empty needle: length + 1.
size_t count(TextView text, TextView needle, size_t limit = SIZE_MAX);

size_t find_char(TextView text, char32_t c);
size_t rfind_char(TextView text, char32_t c);
size_t count_char(TextView text, char32_t c, size_t limit = SIZE_MAX);

bool equal(TextView a, TextView b);
// Negative, zero or positive: the order of code points.
int compare(TextView a, TextView b);
inline bool starts_with(TextView text, TextView prefix) {
  return prefix.length <= text.length && equal(text.slice(0, prefix.length), prefix);
}
inline bool ends_with(TextView text, TextView suffix) {
  return suffix.length <= text.length &&
         equal(text.slice(text.length - suffix.length, suffix.length), suffix);
}

}  // namespace hog::search
