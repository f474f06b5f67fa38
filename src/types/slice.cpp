// slice.cpp: slice objects. Ref: reference/datamodel "Slice objects". A slice never changes.
#include "object/slice.hpp"

#include "types/container_support.hpp"

namespace hog {

namespace {
void trace_slice(Cell* cell, Marker& marker) {
  auto* slice = static_cast<Slice*>(cell);
  marker.visit_word(slice->start_.get().raw());
  marker.visit_word(slice->stop_.get().raw());
  marker.visit_word(slice->step_.get().raw());
}

Fallible<Value> slice_new(Thread& t, Type*, const Arguments& arguments) {
  TRY(reject_keywords(t, arguments, "slice"));
  TRY(check_positional(t, arguments, "slice", 1, 3));
  Value none = Value::none();
  if (arguments.positional == 1) return make_slice(t, none, arguments[0], none);
  return make_slice(t, arguments[0], arguments[1], arguments.positional == 3 ? arguments[2] : none);
}

Fallible<Value> slice_repr(Thread& t, Value self) {
  auto* slice = as<Slice>(self);
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  StrBuilder out(t);
  TRY(out.append_ascii("slice("));
  TRY(out.append(TRY(repr_py(t, slice->start_))));
  TRY(out.append_ascii(", "));
  TRY(out.append(TRY(repr_py(t, slice->stop_))));
  TRY(out.append_ascii(", "));
  TRY(out.append(TRY(repr_py(t, slice->step_))));
  TRY(out.append_ascii(")"));
  return TRY(out.finish());
}

Fallible<Tuple*> parts(Thread& t, Slice* slice) {
  return Tuple::of(t, slice->start_.get(), slice->stop_.get(), slice->step_.get());
}

Fallible<int64_t> slice_hash(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u, kPrime5 = 2870177450012600261u;
  auto* slice = as<Slice>(self);
  const Value items[] = {slice->start_, slice->stop_, slice->step_};
  uint64_t mixed = kPrime5;
  for (Value item : items) {
    mixed += static_cast<uint64_t>(TRY(hash_py(t, item))) * kPrime2;
    mixed = std::rotl(mixed, 31) * kPrime1;
  }
  return mixed == UINT64_MAX ? 1546275796 : static_cast<int64_t>(mixed);
}

Fallible<Value> slice_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Slice>(self) || !is<Slice>(other)) return Value::not_implemented();
  if (self == other) return Value::from_bool(op == CompareOp::Eq || op == CompareOp::Le || op == CompareOp::Ge);
  return compare_sequences_py(t, TRY(parts(t, as<Slice>(self))), TRY(parts(t, as<Slice>(other))), op);
}

// ---- indices(length), for lengths and bounds of any size. ----

Fallible<Value> bound_int_py(Thread& t, Value part) {
  if (!is_index(part)) return t.raise_type_error("slice indices must be integers or None or have an __index__ method");
  return index_py(t, part);
}

Fallible<Value> fit_int(Thread& t, Value bound, Value length, Value lowest, Value highest) {
  Value zero = Value::from_small_int(0);
  if (int_compare_nogc(bound, zero) < 0) {
    bound = TRY(int_add(t, bound, length));
    return int_compare_nogc(bound, lowest) < 0 ? lowest : bound;
  }
  return int_compare_nogc(bound, highest) > 0 ? highest : bound;
}

Fallible<Value> slice_indices(Thread& t, Slice* self, Value length_argument) {
  Value length = TRY(index_py(t, length_argument));
  Value zero = Value::from_small_int(0), minus_one = Value::from_small_int(-1);
  if (int_compare_nogc(length, zero) < 0) return t.raise_value_error("length should not be negative");
  Value step = Value::from_small_int(1);
  if (!self->step_.get().is_none()) step = TRY(bound_int_py(t, self->step_));
  if (int_is_zero_nogc(step)) return t.raise_value_error("slice step cannot be zero");
  bool down = int_compare_nogc(step, zero) < 0;
  Value lowest = down ? minus_one : zero;
  Value highest = down ? TRY(int_add(t, length, minus_one)) : length;
  Value start = down ? highest : lowest, stop = down ? lowest : highest;
  if (!self->start_.get().is_none())
    start = TRY(fit_int(t, TRY(bound_int_py(t, self->start_)), length, lowest, highest));
  if (!self->stop_.get().is_none()) stop = TRY(fit_int(t, TRY(bound_int_py(t, self->stop_)), length, lowest, highest));
  return TRY(Tuple::of(t, start, stop, step));
}

Fallible<Value> slice_reduce(Thread& t, Slice* self) {
  return TRY(Tuple::of(t, Value(core.slice), Value(TRY(parts(t, self)))));
}

constexpr NativeMethod kMethods[] = {
    {"indices", HOG_NATIVE(slice_indices), "($self, object, /)", "(start, stop, step) fitted to a sequence of that length."},
    {"__reduce__", HOG_NATIVE(slice_reduce), "($self, /)", "State for pickling."},
    {}};
constexpr Member kMembers[] = {{"start", offsetof(Slice, start_), Member::Kind::ReadOnlyObject},
                               {"stop", offsetof(Slice, stop_), Member::Kind::ReadOnlyObject},
                               {"step", offsetof(Slice, step_), Member::Kind::ReadOnlyObject},
                               {}};
}  // namespace

const Layout Slice::kLayout = {.name = "slice", .trace = trace_slice, .base_size = sizeof(Slice)};

extern const TypeSpec k_slice_spec;
const TypeSpec k_slice_spec = {
    .name = "slice",
    .doc = "slice(stop)\nslice(start, stop[, step])\n\nA range of positions, as a[start:stop:step] makes it.",
    .layout = &Slice::kLayout,
    .slots = {.repr = slice_repr, .hash = slice_hash, .compare = slice_compare, .new_ = slice_new},
    .methods = kMethods,
    .members = kMembers};

}  // namespace hog
