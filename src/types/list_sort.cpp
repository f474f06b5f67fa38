// list_sort.cpp: a stable natural merge sort. Ascending and strictly descending runs are found, short ones are filled up
// by binary insertion, and runs are merged in the order that powersort gives (J. I. Munro and S. Wild, "Nearly-Optimal
// Mergesorts", 2018). Ends of runs that are in place already are skipped by an exponential search before a merge.
//
// Invariants: the arrays being sorted belong to nobody else (the list looks empty meanwhile); at every call of a
// comparison, each item is in `keys` or in the merge buffer, and a failing comparison puts the buffer back.
// OPTIMIZATION: small ints in no order are sorted by digits, without comparing; strings and floats by a prefix first, which
// keeps the strings themselves out of the cache's way.
#include "types/list_sort.hpp"

#include <bit>
#include <cstring>

namespace hog {

namespace {
constexpr size_t kShortRun = 32;

struct GeneralLess {
  Fallible<bool> operator()(Thread& t, Value a, Value b) const {
    TRY(t.poll());
    return compare_bool_py(t, a, b, CompareOp::Lt);
  }
};
struct SmallIntLess {
  Fallible<bool> operator()(Thread&, Value a, Value b) const {
    return static_cast<int64_t>(a.raw()) < static_cast<int64_t>(b.raw());  // the tag bit is the same in both
  }
};
struct FloatLess {
  Fallible<bool> operator()(Thread&, Value a, Value b) const { return float_value(a) < float_value(b); }
};
struct StrLess {
  Fallible<bool> operator()(Thread&, Value a, Value b) const { return Str::compare_nogc(as<Str>(a), as<Str>(b)) < 0; }
};
// Tuples whose first items are all of one easy kind, mostly different: `First` decides unless they are equal.
template <typename First>
struct TupleLess {
  Fallible<bool> operator()(Thread& t, Value a, Value b) const {
    Value x = as<Tuple>(a)->at(0), y = as<Tuple>(b)->at(0);
    if (TRY(First()(t, x, y))) return true;
    if (TRY(First()(t, y, x))) return false;
    return GeneralLess()(t, a, b);
  }
};

// Items to sort and, when there is a key function, the values that go with them.
struct Rows {
  Value* keys;
  Value* values;  // or null
  void move(size_t to, size_t from, size_t count) const {
    std::memmove(static_cast<void*>(keys + to), keys + from, count * sizeof(Value));
    if (values != nullptr) std::memmove(static_cast<void*>(values + to), values + from, count * sizeof(Value));
  }
  void put(size_t to, const Rows& source, size_t from) const {
    keys[to] = source.keys[from];
    if (values != nullptr) values[to] = source.values[from];
  }
  void copy(size_t to, const Rows& source, size_t from, size_t count) const {
    std::memcpy(static_cast<void*>(keys + to), source.keys + from, count * sizeof(Value));
    if (values != nullptr) std::memcpy(static_cast<void*>(values + to), source.values + from, count * sizeof(Value));
  }
  void reverse(size_t low, size_t high) const {
    for (; low + 1 < high; ++low) {
      --high;
      std::swap(keys[low], keys[high]);
      if (values != nullptr) std::swap(values[low], values[high]);
    }
  }
};

template <typename Less>
class Sorter {
 public:
  Sorter(Thread& t, Rows rows, size_t count) : t_(t), rows_(rows), count_(count) {}

  Fallible<void> sort() {
    size_t shortest = shortest_run(count_);
    for (size_t start = 0; start < count_;) {
      size_t end = TRY(natural_run(start));
      if (end - start < shortest) {
        size_t wanted = start + shortest < count_ ? start + shortest : count_;
        TRY(insert_sorted(start, end, wanted));
        end = wanted;
      }
      TRY(t_.poll(static_cast<int64_t>(end - start)));
      TRY(push_run(start, end));
      start = end;
    }
    while (depth_ > 1) TRY(merge_top());
    return {};
  }

 private:
  struct Run {
    size_t start, end;
    int power;  // of the boundary to the run below
  };
  // Powers on the stack rise strictly and fit the bits of a size.
  static constexpr int kMostRuns = 68;

  static size_t shortest_run(size_t n) {
    size_t odd = 0;
    for (; n >= 2 * kShortRun; n >>= 1) odd |= n & 1;
    return n + odd;
  }

  Fallible<bool> less(Value a, Value b) { return Less()(t_, a, b); }
  Value key(size_t i) const { return rows_.keys[i]; }

  Fallible<size_t> end_of_rise(size_t i) {
    while (i < count_ && !TRY(less(key(i), key(i - 1)))) ++i;
    return i;
  }

  // The end of the run that begins at `start`. One that nowhere rises is turned around, equal items within it twice: they stay
  // in order. Which items are compared, and when, is CPython's way: programs see it in what they log, and in which comparison
  // fails first.
  Fallible<size_t> natural_run(size_t start) {
    size_t i = TRY(end_of_rise(start + 1));
    if (i >= count_) return count_;
    if (i > start + 1) {
      if (TRY(less(key(start), key(i - 1)))) return i;
      rows_.reverse(start, i);
    }
    size_t equals = i;  // where the equal items at the end begin
    for (++i; i < count_; ++i) {
      if (TRY(less(key(i), key(i - 1)))) {
        rows_.reverse(equals, i);
        equals = i;
      } else if (TRY(less(key(i - 1), key(i)))) {
        break;
      }
    }
    rows_.reverse(equals, i);
    rows_.reverse(start, i);
    return end_of_rise(i);
  }

  // [start, sorted) is in order; brings [sorted, end) in.
  Fallible<void> insert_sorted(size_t start, size_t sorted, size_t end) {
    for (; sorted < end; ++sorted) {
      Value pivot = key(sorted);
      size_t low = start, high = sorted;
      while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (TRY(less(pivot, key(middle)))) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      Value value = rows_.values != nullptr ? rows_.values[sorted] : Value();
      rows_.move(low + 1, low, sorted - low);
      rows_.keys[low] = pivot;
      if (rows_.values != nullptr) rows_.values[low] = value;
    }
    return {};
  }

  // Depth in the ideal merge tree of the boundary between [a, b) and [b, c): the first binary digit in which the midpoints
  // of the two, as fractions of the whole, differ.
  int boundary_power(size_t a, size_t b, size_t c) const {
    unsigned __int128 left = static_cast<unsigned __int128>(a) + b, right = static_cast<unsigned __int128>(b) + c;
    unsigned __int128 whole = static_cast<unsigned __int128>(count_) * 2;
    for (int power = 1;; ++power) {
      left *= 2;
      right *= 2;
      bool left_digit = left >= whole, right_digit = right >= whole;
      if (left_digit != right_digit) return power;
      if (left_digit) left -= whole, right -= whole;
    }
  }

  Fallible<void> push_run(size_t start, size_t end) {
    int power = 0;
    if (depth_ > 0) {
      power = boundary_power(runs_[depth_ - 1].start, start, end);
      while (depth_ > 1 && runs_[depth_ - 1].power > power) TRY(merge_top());
    }
    HOG_CHECK(depth_ < kMostRuns);
    runs_[depth_++] = {start, end, power};
    return {};
  }

  Fallible<void> merge_top() {
    Run upper = runs_[depth_ - 1];
    Run& lower = runs_[depth_ - 2];
    TRY(merge(lower.start, upper.start, upper.end));
    lower.end = upper.end;
    --depth_;
    return {};
  }

  // How many of the first items of [low, high) are <= pivot (after equals) or < pivot (before equals).
  enum class Side : uint8_t { BeforeEquals, AfterEquals };
  Fallible<bool> belongs_left(Value item, Value pivot, Side side) {
    if (side == Side::BeforeEquals) return less(item, pivot);
    bool above = TRY(less(pivot, item));
    return !above;
  }
  Fallible<size_t> search(size_t low, size_t high, Value pivot, Side side) {
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (TRY(belongs_left(key(middle), pivot, side))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
  // The same, from the front or from the back in doubling steps.
  Fallible<size_t> search_from_front(size_t low, size_t high, Value pivot, Side side) {
    size_t step = 1;
    while (low + step <= high && TRY(belongs_left(key(low + step - 1), pivot, side))) {
      low += step;
      step *= 2;
    }
    size_t end = low + step - 1 < high ? low + step - 1 : high;
    return search(low, end, pivot, side);
  }
  Fallible<size_t> search_from_back(size_t low, size_t high, Value pivot, Side side) {
    size_t step = 1;
    while (high - low >= step && !TRY(belongs_left(key(high - step), pivot, side))) {
      high -= step;
      step *= 2;
    }
    size_t start = high - low >= step ? high - step + 1 : low;
    return search(start, high, pivot, side);
  }

  Fallible<void> merge(size_t low, size_t middle, size_t high) {
    low = TRY(search_from_front(low, middle, key(middle), Side::AfterEquals));
    if (low == middle) return {};
    high = TRY(search_from_back(middle, high, key(middle - 1), Side::BeforeEquals));
    if (middle == high) return {};
    if (middle - low <= high - middle) return merge_upwards(low, middle, high);
    return merge_downwards(low, middle, high);
  }

  Fallible<void> need_buffer(size_t count) {
    if (buffer_keys_ != nullptr && buffer_keys_->capacity() >= count) return {};
    buffer_keys_ = TRY(ValueArray::make(t_, count));
    if (rows_.values != nullptr) buffer_values_ = TRY(ValueArray::make(t_, count));
    return {};
  }
  Rows buffer() const { return {buffer_keys_->raw(), rows_.values != nullptr ? buffer_values_->raw() : nullptr}; }

  // The left run goes to the buffer; the hole travels from the left.
  Fallible<void> merge_upwards(size_t low, size_t middle, size_t high) {
    size_t left_count = middle - low;
    TRY(need_buffer(left_count));
    Rows left = buffer();
    left.copy(0, rows_, low, left_count);
    size_t to = low, i = 0, j = middle;
    size_t in_a_row = 0;  // taken from one side
    bool last_side = false;
    while (i < left_count && j < high) {
      if (((to - low) & 1023) == 1023 && t_.poll(256).failed()) {
        rows_.copy(to, left, i, left_count - i);
        return Failure{};
      }
      Fallible<bool> from_right = less(key(j), left.keys[i]);
      if (from_right.failed()) {
        rows_.copy(to, left, i, left_count - i);
        return Failure{};
      }
      bool side = from_right.get();
      if (side) {
        rows_.put(to++, rows_, j++);
      } else {
        rows_.put(to++, left, i++);
      }
      in_a_row = side == last_side ? in_a_row + 1 : 1;
      last_side = side;
      if (in_a_row < kLongStreak || !side || j >= high) continue;
      // The right side keeps winning: find by doubling how far.
      Fallible<size_t> end = search_from_front(j, high, left.keys[i], Side::BeforeEquals);
      if (end.failed()) {
        rows_.copy(to, left, i, left_count - i);
        return Failure{};
      }
      rows_.move(to, j, end.get() - j);
      to += end.get() - j;
      j = end.get();
      in_a_row = 0;
    }
    rows_.copy(to, left, i, left_count - i);
    return {};
  }

  // The right run goes to the buffer; the hole travels from the right.
  Fallible<void> merge_downwards(size_t low, size_t middle, size_t high) {
    size_t right_count = high - middle;
    TRY(need_buffer(right_count));
    Rows right = buffer();
    right.copy(0, rows_, middle, right_count);
    size_t to = high, i = middle, j = right_count;
    size_t in_a_row = 0;
    bool last_side = false;
    while (i > low && j > 0) {
      Fallible<bool> from_left = less(right.keys[j - 1], key(i - 1));
      if (from_left.failed() || (((high - to) & 1023) == 1023 && t_.poll(256).failed())) {
        rows_.copy(to - j, right, 0, j);
        return Failure{};
      }
      bool side = from_left.get();
      if (side) {
        rows_.put(--to, rows_, --i);
      } else {
        rows_.put(--to, right, --j);
      }
      in_a_row = side == last_side ? in_a_row + 1 : 1;
      last_side = side;
      if (in_a_row < kLongStreak || !side || i <= low) continue;
      Fallible<size_t> start = search_from_back(low, i, right.keys[j - 1], Side::AfterEquals);
      if (start.failed()) {
        rows_.copy(to - j, right, 0, j);
        return Failure{};
      }
      size_t count = i - start.get();
      rows_.move(to - count, start.get(), count);
      to -= count;
      i = start.get();
      in_a_row = 0;
    }
    rows_.copy(to - j, right, 0, j);
    return {};
  }

  static constexpr size_t kLongStreak = 8;

  Thread& t_;
  Rows rows_;
  size_t count_;
  ValueArray* buffer_keys_ = nullptr;
  ValueArray* buffer_values_ = nullptr;
  int depth_ = 0;
  Run runs_[kMostRuns];
};

// ---- Small ints without much order in them: by digits, least significant first, which is stable too. ----

constexpr size_t kFewestForDigits = 400;

// Where that is worth it: the span of the keys, and how many of their bits one pass takes.
struct DigitPlan {
  int64_t lowest;
  int passes;  // 0: merge instead
  int digit_bits;
};

DigitPlan plan_digits(const Value* keys, size_t count) {
  int64_t lowest = keys[0].small_int(), highest = lowest;
  size_t descents = 0;
  for (size_t i = 1; i < count; ++i) {
    int64_t n = keys[i].small_int();
    descents += n < keys[i - 1].small_int();
    lowest = n < lowest ? n : lowest;
    highest = n > highest ? n : highest;
  }
  if (descents < count / 8 || count - descents < count / 8) return {0, 0, 0};
  int bits = static_cast<int>(std::bit_width(static_cast<uint64_t>(highest) - static_cast<uint64_t>(lowest)));
  int digit_bits = count < 20000 ? 8 : 11;
  int passes = (bits + digit_bits - 1) / digit_bits;
  return {lowest, passes * 2 <= static_cast<int>(std::bit_width(count)) ? passes : 0, digit_bits};
}

Fallible<void> sort_by_digits(Thread& t, Rows rows, size_t count, DigitPlan plan) {
  ValueArray* other_keys = TRY(ValueArray::make(t, count));
  ValueArray* other_values = rows.values != nullptr ? TRY(ValueArray::make(t, count)) : nullptr;
  Rows from = rows, to{other_keys->raw(), other_values != nullptr ? other_values->raw() : nullptr};
  uint64_t mask = (uint64_t{1} << plan.digit_bits) - 1;
  auto digit = [&](Value key, int pass) {
    return (static_cast<uint64_t>(key.small_int()) - static_cast<uint64_t>(plan.lowest)) >> (pass * plan.digit_bits) & mask;
  };
  for (int pass = 0; pass < plan.passes; ++pass) {
    size_t starts[2048] = {};
    for (size_t i = 0; i < count; ++i) ++starts[digit(from.keys[i], pass)];
    for (size_t d = 0, sum = 0; d <= mask; ++d) {
      size_t n = starts[d];
      starts[d] = sum;
      sum += n;
    }
    for (size_t i = 0; i < count; ++i) to.put(starts[digit(from.keys[i], pass)]++, from, i);
    std::swap(from, to);
  }
  if (from.keys != rows.keys) rows.copy(0, from, 0, count);
  return t.poll(static_cast<int64_t>(count));
}

enum class Kind : uint8_t { General, SmallInt, Float, Str, TupleOfSmallInt, TupleOfStr, TupleOfFloat };

Kind kind_of(Value v) {
  if (v.is_small_int()) return Kind::SmallInt;
  if (v.is_inline_float() || is_exactly(v, shapes.float_)) return Kind::Float;
  if (is_exact_str(v)) return Kind::Str;
  return Kind::General;
}

Kind kind_of_key(Value v) {
  if (!is_exactly(v, shapes.tuple) || as<Tuple>(v)->length() == 0) return kind_of(v);
  switch (kind_of(as<Tuple>(v)->at(0))) {
    case Kind::SmallInt: return Kind::TupleOfSmallInt;
    case Kind::Str: return Kind::TupleOfStr;
    case Kind::Float: return Kind::TupleOfFloat;
    default: return Kind::General;
  }
}

// What all keys have in common.
Kind common_kind(const Value* keys, size_t count) {
  Kind kind = kind_of_key(keys[0]);
  for (size_t i = 1; i < count && kind != Kind::General; ++i)
    if (kind_of_key(keys[i]) != kind) return Kind::General;
  return kind;
}

template <typename Less>
Fallible<void> sort_with(Thread& t, Rows rows, size_t count) {
  return Sorter<Less>(t, rows, count).sort();
}

Fallible<void> sort_small_ints(Thread& t, Rows rows, size_t count) {
  if (count >= kFewestForDigits) {
    DigitPlan plan = plan_digits(rows.keys, count);
    if (plan.passes != 0) return sort_by_digits(t, rows, count, plan);
  }
  return sort_with<SmallIntLess>(t, rows, count);
}

// ---- One-byte strings and floats: first by as much of each as fits an int; what ties then is compared. ----

constexpr size_t kFewestForPrefixes = 64;
constexpr size_t kPrefixBytes = 7;

// The part of a key that decides first: the key itself, or a tuple's first item.
struct Whole {
  Value operator()(Value key) const { return key; }
};
struct First {
  Value operator()(Value key) const { return as<Tuple>(key)->at(0); }
};

template <typename Part>
bool all_one_byte(const Value* keys, size_t count, Part part) {
  for (size_t i = 0; i < count; ++i)
    if (as<Str>(part(keys[i]))->kind() != CharKind::One) return false;
  return true;
}

// How many bytes all of them begin with alike.
template <typename Part>
size_t common_prefix(const Value* keys, size_t count, Part part) {
  const Str* first = as<Str>(part(keys[0]));
  size_t common = first->length();
  for (size_t i = 1; i < count && common != 0; ++i) {
    const Str* s = as<Str>(part(keys[i]));
    if (s->length() < common) common = s->length();
    const uint8_t *a = first->data1(), *b = s->data1();
    size_t same = 0;
    while (same < common && a[same] == b[same]) ++same;
    common = same;
  }
  return common;
}

Value prefix_of(const Str* s, size_t skip) {
  uint64_t prefix = 0;
  size_t length = s->length();
  const uint8_t* data = s->data1();
  for (size_t i = skip; i < skip + kPrefixBytes; ++i) prefix = prefix << 8 | (i < length ? data[i] : 0);
  return Value::from_small_int(static_cast<int64_t>(prefix));
}

// Brings both columns into the order that `prefixes` give.
Fallible<void> order_by_prefixes(Thread& t, Rows rows, ValueArray* prefixes, size_t count) {
  if (rows.values == nullptr) return sort_small_ints(t, Rows{prefixes->raw(), rows.keys}, count);
  ValueArray* order = TRY(ValueArray::make(t, count));
  for (size_t i = 0; i < count; ++i) order->set(i, Value::from_small_int(static_cast<int64_t>(i)));
  ValueArray* keys = TRY(ValueArray::make(t, count));
  ValueArray* values = TRY(ValueArray::make(t, count));
  TRY(sort_small_ints(t, Rows{prefixes->raw(), order->raw()}, count));
  Rows sorted{keys->raw(), values->raw()};
  for (size_t i = 0; i < count; ++i) sorted.put(i, rows, static_cast<size_t>(order->at(i).small_int()));
  rows.copy(0, sorted, 0, count);
  return {};
}

// Sorts by prefix(key), an int that never orders two keys wrongly; keys that tie by Less.
template <typename Less, typename Prefix>
Fallible<void> sort_by_prefix(Thread& t, Rows rows, size_t count, Prefix prefix) {
  TRY(t.poll(static_cast<int64_t>(count)));
  ValueArray* prefixes = TRY(ValueArray::make(t, count));
  for (size_t i = 0; i < count; ++i) prefixes->set(i, prefix(rows.keys[i]));
  TRY(order_by_prefixes(t, rows, prefixes, count));
  for (size_t start = 0, end = 0; start < count; start = end) {
    for (end = start + 1; end < count && prefixes->at(end) == prefixes->at(start);) ++end;
    Rows tied{rows.keys + start, rows.values == nullptr ? nullptr : rows.values + start};
    if (end - start > 1) TRY(sort_with<Less>(t, tied, end - start));
  }
  return {};
}

template <typename Less, typename Part>
Fallible<void> sort_strs(Thread& t, Rows rows, size_t count, Part part) {
  if (count < kFewestForPrefixes || !all_one_byte(rows.keys, count, part)) return sort_with<Less>(t, rows, count);
  size_t skip = common_prefix(rows.keys, count, part);
  return sort_by_prefix<Less>(t, rows, count, [=](Value key) { return prefix_of(as<Str>(part(key)), skip); });
}

Fallible<void> sort_tuples_of_ints(Thread& t, Rows rows, size_t count) {
  if (count < kFewestForPrefixes) return sort_with<TupleLess<SmallIntLess>>(t, rows, count);
  return sort_by_prefix<GeneralLess>(t, rows, count, First());
}

// The bits of a double, turned so that they order as the doubles do, without the last; both zeros are one.
Value float_prefix(Value key) {
  auto bits = std::bit_cast<int64_t>(float_value(key) + 0.0);
  if (bits < 0) bits ^= INT64_MAX;
  return Value::from_small_int(bits >> 1);
}

Fallible<void> sort_floats(Thread& t, Rows rows, size_t count) {
  bool ordered = count >= kFewestForPrefixes;
  for (size_t i = 0; ordered && i < count; ++i) ordered = float_value(rows.keys[i]) == float_value(rows.keys[i]);
  if (!ordered) return sort_with<FloatLess>(t, rows, count);
  return sort_by_prefix<FloatLess>(t, rows, count, float_prefix);
}

// A first item that is not a number is not equal to itself, yet == on items asks identity first: the general comparison sees
// to tuples with one.
Fallible<void> sort_tuples_of_floats(Thread& t, Rows rows, size_t count) {
  bool ordered = count >= kFewestForPrefixes;
  for (size_t i = 0; ordered && i < count; ++i) {
    double first = float_value(First()(rows.keys[i]));
    ordered = first == first;
  }
  if (!ordered) return sort_with<GeneralLess>(t, rows, count);
  return sort_by_prefix<GeneralLess>(t, rows, count, [](Value key) { return float_prefix(First()(key)); });
}

Fallible<void> sort_rows_py(Thread& t, Rows rows, size_t count) {
  switch (common_kind(rows.keys, count)) {
    case Kind::SmallInt: return sort_small_ints(t, rows, count);
    case Kind::Float: return sort_floats(t, rows, count);
    case Kind::Str: return sort_strs<StrLess>(t, rows, count, Whole());
    case Kind::TupleOfSmallInt: return sort_tuples_of_ints(t, rows, count);
    case Kind::TupleOfStr: return sort_strs<TupleLess<StrLess>>(t, rows, count, First());
    case Kind::TupleOfFloat: return sort_tuples_of_floats(t, rows, count);
    default: return sort_with<GeneralLess>(t, rows, count);
  }
}

// Fills keys[i] with key_function(values[i]).
Fallible<void> compute_keys_py(Thread& t, ValueArray* keys, const ValueArray* values, size_t count, Value key_function) {
  for (size_t i = 0; i < count; ++i) {
    keys->set(i, TRY(call_py(t, key_function, values->at(i))));
    TRY(t.poll());
  }
  return {};
}

Fallible<void> sort_storage_py(Thread& t, ValueArray* values, size_t count, Value key_function, bool reverse) {
  ValueArray* keys = values;
  if (!key_function.is_none() && !key_function.is_absent()) {
    keys = TRY(ValueArray::make(t, count));
    TRY(compute_keys_py(t, keys, values, count, key_function));
  }
  if (count < 2) return {};
  Rows rows{keys->raw(), keys == values ? nullptr : values->raw()};
  // Sorting the mirror image and turning it back keeps equal items in their order.
  if (reverse) rows.reverse(0, count);
  Fallible<void> sorted = sort_rows_py(t, rows, count);
  if (reverse) rows.reverse(0, count);
  return sorted;
}
}  // namespace

Fallible<void> sort_list_py(Thread& t, List* list, Value key, bool reverse) {
  size_t count = list->length();
  ValueArray* storage = list->items_.get();
  // Whatever changes the list puts another storage in this one's place.
  ValueArray* marker = TRY(ValueArray::make(t, 0));
  list->items_.set(list, marker);
  list->size_ = 0;
  Fallible<void> sorted;
  if (count != 0) sorted = sort_storage_py(t, storage, count, key, reverse);
  bool modified = list->items_.get() != marker;
  if (storage != nullptr) {
    list->items_.set(list, storage);
  } else {
    list->items_.clear();
  }
  list->size_ = count;
  if (!sorted.failed() && modified) return t.raise_value_error("list modified during sort");
  return sorted;
}

}  // namespace hog
