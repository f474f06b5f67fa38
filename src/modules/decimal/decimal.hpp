// decimal.hpp: what the files of `_decimal` share: the cells, the work on numbers by libmpdec, signals and contexts.
//
// Invariants: a Decimal never changes once Python can see it; its coefficient lies in the cell itself or in a ByteArray of its own, so
// that libmpdec's memory is only ever that of one call (Result) and none is left when the isolate goes. No Python runs and no turn is
// handed on inside a call of libmpdec; how long one may take is bounded before it is made (work.cpp).
#pragma once

#include <mpdecimal.h>

#include "object/class_system.hpp"

namespace hog::decimal {

constexpr size_t kInlineWords = 2;  // 38 digits: the default precision and more
constexpr uint32_t kFloatOperation = MPD_Not_implemented;  // a bit that libmpdec never sets

class Decimal : public Cell {
 public:
  static const Layout kLayout;
  mpd_t number_;
  Field<ByteArray> long_;  // null: the coefficient is in inline_
  mpd_uint_t inline_[kInlineWords];
};

class SignalDict;
class DecimalContext : public Cell {
 public:
  static const Layout kLayout;
  mpd_context_t settings_;
  int capitals_;
  Field<SignalDict> traps_, flags_;
};
class SignalDict : public Cell {
 public:
  static const Layout kLayout;
  Field<DecimalContext> context_;  // null: made by a program, of no use
  bool traps_;
  uint32_t* word() const { return traps_ ? &context_->settings_.traps : &context_->settings_.status; }
};
class ContextManager : public Cell {
 public:
  static const Layout kLayout;
  Field<DecimalContext> local_, global_;
};

constexpr size_t kSignals = 9;
constexpr size_t kConditions = 4;  // of InvalidOperation, beside itself
constexpr size_t kRoundings = 8;
// What the module keeps for each isolate.
class State : public Cell {
 public:
  static const Layout kLayout;
  ValueField signals_[kSignals];
  ValueField conditions_[kConditions];
  ValueField roundings_[kRoundings];  // names, interned
  ValueField signal_tuple_, variable_, base_exception_, signal_dict_type_, tuple_type_, rational_;
  ValueField default_, basic_, extended_;  // the contexts that are templates
};
Fallible<State*> state_of(Thread& t);

extern Type *decimal_type, *decimal_context_type, *signal_dict_type, *context_manager_type;
extern const TypeSpec kDecimalSpec, kContextSpec, kSignalDictSpec, kContextManagerSpec;

// ---- Work (work.cpp). ----
enum class Cost : uint8_t { Linear, Multiply, Divide, DivideInt, Root, Exp, Ln, Power };
// Polls for what the operation will take; MemoryError when it would outlast the time that is left.
Fallible<void> afford_slow(Thread& t, Cost cost, const mpd_context_t& settings, const mpd_t* a, const mpd_t* b);
inline Fallible<void> afford(Thread& t, Cost cost, const mpd_context_t& settings, const mpd_t* a, const mpd_t* b = nullptr) {
  if (settings.prec <= 500 && a->len <= 30 && (b == nullptr || b->len <= 30) && cost < Cost::Exp) [[likely]] return t.poll();
  return afford_slow(t, cost, settings, a, b);
}
Fallible<void> afford_power_modulo(Thread& t, const mpd_t* base, const mpd_t* exponent, const mpd_t* modulus);

// For the duration of a call of libmpdec: memory is this heap's.
class Turn {
 public:
  explicit Turn(Thread& t);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Heap* before_;
};

// Where libmpdec puts a number: on the native stack while it is short. Make it after all conversions: no Python may run while it lives.
class Result {
 public:
  explicit Result(Thread& t) : turn_(t), t_(t) {
    number = {MPD_STATIC | MPD_STATIC_DATA, 0, 0, 0, MPD_MINALLOC_MAX, words_};
  }
  ~Result() {
    if (!mpd_isstatic_data(&number)) mpd_free(number.data);
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  // The number as a Decimal, after its signals: an exception for those that are trapped.
  Fallible<Value> finish(DecimalContext* context);
  // The same for what must be exact: any loss is an invalid operation.
  Fallible<Value> finish_exact(DecimalContext* context, Type* type = nullptr);
  Fallible<Decimal*> take(Type* type = nullptr);  // signals were dealt with

  mpd_t number;
  uint32_t status = 0;

 private:
  Turn turn_;
  Thread& t_;
  mpd_uint_t words_[MPD_MINALLOC_MAX];
};
Fallible<Decimal*> new_decimal(Thread& t, Type* type, const mpd_t& number);
const mpd_context_t& most_exact();  // the largest context
// A string of libmpdec as a str; null is MemoryError. Frees it.
Fallible<Value> take_text(Thread& t, char* text, size_t length);

// ---- Signals (signals.cpp). ----
Fallible<void> make_signals(Thread& t, State* state);
Fallible<void> add_signals(Thread& t, State* state, Module* module);
// Notes the conditions in the context, and raises those that are trapped.
Fallible<void> add_status_slow(Thread& t, DecimalContext* context, uint32_t status);
inline Fallible<void> add_status(Thread& t, DecimalContext* context, uint32_t status) {
  context->settings_.status |= status & MPD_Max_status;
  if ((status & (context->settings_.traps | MPD_Malloc_error)) == 0) [[likely]] return {};
  return add_status_slow(t, context, status);
}
Fallible<uint32_t> flags_of_list(Thread& t, List* list);
Fallible<uint32_t> flags_of_dict_py(Thread& t, Value v);  // a SignalDict or a dict
Fallible<List*> list_of_flags(Thread& t, uint32_t flags);
Fallible<Str*> text_of_flags(Thread& t, uint32_t flags);

// ---- Contexts (context.cpp). ----
Fallible<DecimalContext*> current_decimal_context(Thread& t);
// An argument that may be left out (absent) or None.
Fallible<DecimalContext*> context_or_current(Thread& t, Value v);
Fallible<DecimalContext*> new_context(Thread& t, Type* type);
Fallible<void> make_templates(Thread& t, State* state);
Fallible<int> rounding_of(Thread& t, Value v);
extern const NativeMethod kContextFunctions[];  // of the module
extern const NativeMethod kContextMethods[];    // context_methods.cpp

// ---- Conversions (convert.cpp, from_python.cpp). ----
inline bool is_decimal(Value v) { return is<Decimal>(v); }
// A Decimal or an int as it is; absent for others.
Fallible<Value> operand(Thread& t, Value v, DecimalContext* context);
Fallible<Decimal*> operand_or_raise(Thread& t, Value v, DecimalContext* context);  // TypeError
Failure raise_no_conversion(Thread& t, Value v);
Fallible<void> set_int_py(Thread& t, Result& r, Value int_or_bool);  // exact; r.status tells what is wrong
Fallible<Value> from_int(Thread& t, Value v, DecimalContext* context, Type* type = nullptr);
Fallible<Value> from_double(Thread& t, double d, DecimalContext* context, Type* type = nullptr);  // exact
Fallible<Value> finalized(Thread& t, const Decimal* d, DecimalContext* context);  // fitted to the context
Fallible<Value> exactly_from_py(Thread& t, Type* type, Value v, DecimalContext* context);
Fallible<Value> rounded_from_py(Thread& t, Value v, DecimalContext* context);  // Context.create_decimal
Fallible<Value> rounded_from_number(Thread& t, Value v, DecimalContext* context);  // int or float: create_decimal_from_float

Fallible<Value> to_int(Thread& t, const Decimal* d, DecimalContext* context, int rounding);
Fallible<Value> to_ratio(Thread& t, const Decimal* d);
Fallible<Value> to_tuple(Thread& t, const Decimal* d);
Fallible<Value> to_text(Thread& t, const Decimal* d, bool capitals, bool engineering = false);
Fallible<double> to_double(Thread& t, const Decimal* d);
Fallible<int64_t> hash_of(Thread& t, Value self);
Fallible<Value> formatted_py(Thread& t, Decimal* self, Value spec, Value override);
Fallible<Value> compare_values_py(Thread& t, Value self, Value other, CompareOp op);

// ---- Operations (operations.cpp), for methods of both types. ----
using UnaryFunction = void (*)(mpd_t*, const mpd_t*, const mpd_context_t*, uint32_t*);
using BinaryFunction = void (*)(mpd_t*, const mpd_t*, const mpd_t*, const mpd_context_t*, uint32_t*);
struct UnaryOperation {
  UnaryFunction function;
  Cost cost = Cost::Linear;
};
struct BinaryOperation {
  BinaryFunction function;
  Cost cost = Cost::Linear;
};
Fallible<Value> apply(Thread& t, UnaryOperation operation, const Decimal* a, DecimalContext* context);
Fallible<Value> apply(Thread& t, BinaryOperation operation, const Decimal* a, const Decimal* b, DecimalContext* context);
Fallible<Value> apply_with_rounding(Thread& t, UnaryOperation operation, const Decimal* a, DecimalContext* context, Value rounding);
Fallible<Value> fused(Thread& t, const Decimal* a, const Decimal* b, const Decimal* c, DecimalContext* context);
Fallible<Value> divide_both(Thread& t, const Decimal* a, const Decimal* b, DecimalContext* context);
Fallible<Value> power(Thread& t, const Decimal* a, const Decimal* b, Value modulus_or_none, DecimalContext* context);
Fallible<Value> number_class(Thread& t, const Decimal* a, DecimalContext* context);
Fallible<Value> copied(Thread& t, const Decimal* a, bool absolute);  // copy_abs, copy_negate

#define HOG_DECIMAL_UNARY(name, function, cost) \
  inline void unary_##name(mpd_t* r, const mpd_t* a, const mpd_context_t* c, uint32_t* s) { function; } \
  inline constexpr UnaryOperation name{unary_##name, Cost::cost};
#define HOG_DECIMAL_BINARY(name, function, cost) \
  inline void binary_##name(mpd_t* r, const mpd_t* a, const mpd_t* b, const mpd_context_t* c, uint32_t* s) { function; } \
  inline constexpr BinaryOperation name{binary_##name, Cost::cost};
#include "modules/decimal/operations.def"
#undef HOG_DECIMAL_UNARY
#undef HOG_DECIMAL_BINARY

}  // namespace hog::decimal
