// work.cpp: memory and time of libmpdec. Its hooks for memory know no context: whose turn it is on this native thread is recorded for as
// long as a call lasts (Turn). A call cannot be interrupted, so that its length is estimated before, in nanoseconds and on the safe
// side, from the lengths of operands and result.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "modules/compression/library_memory.hpp"
#include "modules/decimal/decimal.hpp"
#include "vm/isolate.hpp"

namespace hog::decimal {

namespace {

thread_local Heap* heap_in_turn = nullptr;

// What no machine has is refused here: malloc() may take an absurd size as a mistake of ours (AddressSanitizer does).
constexpr size_t kMostBytes = size_t{1} << 39;

struct alignas(16) Piece {
  Heap* heap;
};

}  // namespace

extern "C" {
__attribute__((visibility("hidden"))) void* hog_mpd_malloc(size_t bytes) {
  if (bytes > kMostBytes || heap_in_turn == nullptr) return nullptr;
  auto* piece = static_cast<Piece*>(allocate_for_library(heap_in_turn, bytes + sizeof(Piece)));
  if (piece == nullptr) return nullptr;
  piece->heap = heap_in_turn;
  return piece + 1;
}
__attribute__((visibility("hidden"))) void* hog_mpd_calloc(size_t count, size_t bytes) {
  size_t total;
  if (__builtin_mul_overflow(count, bytes, &total)) return nullptr;
  void* memory = hog_mpd_malloc(total);
  if (memory != nullptr) std::memset(memory, 0, total);
  return memory;
}
__attribute__((visibility("hidden"))) void hog_mpd_free(void* memory) {
  if (memory == nullptr) return;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  free_for_library(piece->heap, piece);
}
__attribute__((visibility("hidden"))) void* hog_mpd_realloc(void* memory, size_t bytes) {
  if (memory == nullptr) return hog_mpd_malloc(bytes);
  if (bytes > kMostBytes) return nullptr;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  auto* bigger = static_cast<Piece*>(reallocate_for_library(piece->heap, piece, bytes + sizeof(Piece)));
  return bigger == nullptr ? nullptr : bigger + 1;
}
}

Turn::Turn(Thread& t) : before_(heap_in_turn) { heap_in_turn = &t.heap(); }
Turn::~Turn() { heap_in_turn = before_; }

namespace {

constexpr mpd_context_t kMostExact = {.prec = MPD_MAX_PREC,
                                      .emax = MPD_MAX_EMAX,
                                      .emin = MPD_MIN_EMIN,
                                      .traps = MPD_Traps,
                                      .status = 0,
                                      .newtrap = 0,
                                      .round = MPD_ROUND_HALF_EVEN,
                                      .clamp = 0,
                                      .allcr = 1};
constexpr double kImpossibleWords = 1e13;  // more than any machine's memory

double product_time(double a, double b) { return std::min(4 * a * b, 700.0 * (a + b)); }

struct Sizes {
  double a, b, precision, span;  // in words; span: between the exponents
};
Sizes sizes_of(const mpd_context_t& settings, const mpd_t* a, const mpd_t* b) {
  Sizes s{};
  s.a = static_cast<double>(a->len);
  s.precision = static_cast<double>(settings.prec) / MPD_RDIGITS + 1;
  if (b != nullptr) {
    s.b = static_cast<double>(b->len);
    s.span = std::fabs(static_cast<double>(a->exp) + static_cast<double>(a->digits) - static_cast<double>(b->exp) -
                       static_cast<double>(b->digits)) / MPD_RDIGITS;
    s.span = std::min(s.span, s.precision);
  }
  return s;
}

double quotient_time(double quotient, double divisor) {
  if (divisor <= 1) return 15 * quotient;
  return std::min(3 * quotient * divisor, 3500.0 * (quotient + divisor));
}

// A series has fewer terms than the precision has digits; each is a product and a division by a word.
double series_time(double words) {
  double digits = words * MPD_RDIGITS;
  return (2 * digits / std::log10(digits + 10) + 20) * (product_time(words, words) + 30 * words);
}

double root_time(double words) { return std::min(300 * words * words, 160000 * words); }

double whole_exponent(const mpd_t* b) {
  if (b->exp > 18) return 1e18;
  return std::min(1e18, std::pow(10.0, static_cast<double>(b->digits + b->exp)));
}

double power_time(const Sizes& s, const mpd_t* b) {
  if (!mpd_isinteger(b)) return 6 * series_time(s.precision + 2);
  double words = std::min(s.precision + 2, s.a * whole_exponent(b));
  return (3.4 * static_cast<double>(b->digits + std::max<mpd_ssize_t>(b->exp, 0)) + 2) * 2 * product_time(words, words) +
         (mpd_isnegative(b) ? quotient_time(s.precision, words) : 0);
}

double time_of(Cost cost, const Sizes& s, const mpd_t* b) {
  switch (cost) {
    case Cost::Linear: return 4 * (s.a + s.b + s.span);
    case Cost::Multiply: return product_time(s.a, s.b);
    case Cost::Divide: return quotient_time(s.precision + s.b, s.b);
    case Cost::DivideInt: return quotient_time(s.span + s.a, s.b);
    case Cost::Root: return root_time(s.precision + s.a);
    case Cost::Exp: return series_time(s.precision + 2);
    case Cost::Ln: return 5 * series_time(s.precision + 2);
    case Cost::Power: return power_time(s, b);
  }
  return 0;
}

// The call is known to need more memory than there is: libmpdec finds that out at once.
bool fails_at_once(Thread& t, Cost cost, const Sizes& s) {
  if (cost != Cost::Divide && cost != Cost::Root) return false;
  return !t.heap().would_fit(static_cast<uint64_t>(s.precision) * 8);
}

Fallible<void> spend(Thread& t, double nanoseconds) {
  if (nanoseconds < 1e5) return t.poll(static_cast<int64_t>(nanoseconds / 50) + 1);
  Isolate& isolate = Isolate::of(t);
  const Limits& limits = isolate.config().limits;
  if (limits.milliseconds != 0 && isolate.budget_clock() != nullptr) {
    double left = static_cast<double>(isolate.deadline_nanoseconds() - isolate.budget_clock()->monotonic_nanoseconds());
    if (nanoseconds > left + 1e8) return t.raise_memory_error();
  }
  return t.poll(static_cast<int64_t>(std::min(nanoseconds / 50, 1e17)) + 1);
}

}  // namespace

const mpd_context_t& most_exact() { return kMostExact; }

Fallible<void> afford_slow(Thread& t, Cost cost, const mpd_context_t& settings, const mpd_t* a, const mpd_t* b) {
  if (mpd_isspecial(a) || (b != nullptr && mpd_isspecial(b)) || (mpd_iszero(a) && cost != Cost::Linear)) return t.poll();
  Sizes s = sizes_of(settings, a, b);
  if (fails_at_once(t, cost, s)) return t.poll();
  bool series = cost == Cost::Exp || cost == Cost::Ln || (cost == Cost::Power && !mpd_isinteger(b));
  // Series go on for as long as the precision asks them to, even after memory was refused.
  bool one = a->len == 1 && a->data[0] == 1;  // exact results of any precision: logarithms of powers of ten, powers of one
  if (series && !(cost != Cost::Exp && one)) {
    if (s.precision > kImpossibleWords) return t.raise_memory_error();
    TRY(t.check_fits(static_cast<uint64_t>(s.precision) * 16));
  } else if (series) {
    return t.poll();
  }
  return spend(t, time_of(cost, s, b));
}

Fallible<void> afford_power_modulo(Thread& t, const mpd_t* base, const mpd_t* exponent, const mpd_t* modulus) {
  if (mpd_isspecial(base) || mpd_isspecial(exponent) || mpd_isspecial(modulus)) return t.poll();
  double words = static_cast<double>(modulus->len) + std::max(0.0, static_cast<double>(modulus->exp) / MPD_RDIGITS);
  double step = product_time(words, words) + quotient_time(words, words) + 200;
  double steps = 8 * std::max(0.0, static_cast<double>(exponent->exp)) + 7 * static_cast<double>(exponent->digits);
  double first = quotient_time(static_cast<double>(base->len) + std::max(0.0, static_cast<double>(base->exp) / MPD_RDIGITS), words);
  double halvings = 3.4 * static_cast<double>(exponent->digits) * 15 * static_cast<double>(exponent->len);
  if (words * 8 > 1e18) return t.raise_memory_error();
  TRY(t.check_fits(static_cast<uint64_t>(words) * 8));
  return spend(t, first + steps * step + halvings);
}

// ---- Results. ----

const Layout Decimal::kLayout = {.name = "Decimal",
                                 .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<Decimal*>(cell)->long_.get()); },
                                 .base_size = sizeof(Decimal)};

Fallible<Decimal*> new_decimal(Thread& t, Type* type, const mpd_t& number) {
  auto* d = type == nullptr || type == decimal_type ? TRY(t.allocate<Decimal>(decimal_type->root_shape()))
                                                    : static_cast<Decimal*>(TRY(new_instance(t, type)));
  d->number_ = number;
  d->number_.flags = static_cast<uint8_t>((number.flags & (MPD_NEG | MPD_SPECIAL)) | MPD_STATIC | MPD_CONST_DATA);
  d->number_.data = d->inline_;
  auto words = static_cast<size_t>(number.len);
  d->number_.alloc = static_cast<mpd_ssize_t>(std::max(words, kInlineWords));
  if (words <= kInlineWords) {
    for (size_t i = 0; i < words; ++i) d->inline_[i] = number.data[i];
    return d;
  }
  d->number_.len = d->number_.digits = 0;  // until the store is there
  ByteArray* store = TRY(ByteArray::make(t, words * sizeof(mpd_uint_t)));
  std::memcpy(store->data(), number.data, words * sizeof(mpd_uint_t));
  d->long_.set(d, store);
  d->number_.data = reinterpret_cast<mpd_uint_t*>(store->data());
  d->number_.len = number.len;
  d->number_.digits = number.digits;
  return d;
}

Fallible<Decimal*> Result::take(Type* type) { return new_decimal(t_, type, number); }

Fallible<Value> Result::finish(DecimalContext* context) {
  TRY(add_status(t_, context, status));
  return Value(TRY(take()));
}

Fallible<Value> Result::finish_exact(DecimalContext* context, Type* type) {
  if ((status & (MPD_Inexact | MPD_Rounded | MPD_Clamped)) != 0) mpd_seterror(&number, MPD_Invalid_operation, &status);
  status &= MPD_Errors;
  TRY(add_status(t_, context, status));
  return Value(TRY(take(type)));
}

Fallible<Value> take_text(Thread& t, char* text, size_t length) {
  if (text == nullptr) return t.raise_memory_error();
  Fallible<Str*> str = Str::from_utf8(t, {text, length});
  mpd_free(text);
  if (str.failed()) return Failure{};
  return Value(str.get());
}

}  // namespace hog::decimal
