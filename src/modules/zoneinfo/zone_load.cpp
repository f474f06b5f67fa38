// zone_load.cpp: a zone from a TZif file. The library's zoneinfo._common reads the file; what it answers is checked here, since a program may
// have changed that module. Ref: RFC 9636; library/zoneinfo.
#include "modules/zoneinfo/zone_info.hpp"

namespace hog::zoneinfo {

namespace {

// The answer of load_data(), each part a tuple.
struct Parts {
  Tuple *indices, *times, *offsets, *daylight, *names;
  Value footer;  // bytes or None
};

Fallible<Value> call_library_py(Thread& t, const char* module, const char* function, Value argument) {
  Value library = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, module))));
  Value callee = TRY(get_attribute_py(t, library, TRY(Str::intern_utf8(t, function))));
  return call_py(t, callee, argument);
}

Fallible<Parts> read_parts_py(Thread& t, Value file) {
  Value answer = TRY(call_library_py(t, "zoneinfo._common", "load_data", file));
  if (!is<Tuple>(answer)) return t.raise_type_error("Invalid data result type: {}", repr_of(answer));
  auto* tuple = as<Tuple>(answer);
  if (tuple->length() != 6) return t.raise_type_error("Invalid data result length: {}", tuple->length());
  Tuple* parts[5];
  for (size_t i = 0; i < 5; ++i) parts[i] = TRY(tuple_from_iterable_py(t, tuple->at(i)));
  Parts p{parts[0], parts[1], parts[2], parts[3], parts[4], tuple->at(5)};
  if (p.indices->length() != p.times->length() || p.daylight->length() != p.offsets->length() ||
      p.names->length() != p.offsets->length())
    return t.raise_value_error("Invalid TZif file: tables of different lengths");
  if (!p.footer.is_none() && !is<Bytes>(p.footer)) return t.raise_type_error("Invalid TZ string: {}", repr_of(p.footer));
  return p;
}

Fallible<int32_t> small_number(Thread& t, Value v) {
  if (!is_int_or_bool(v)) return t.raise_type_error("an integer is required");
  Int64Result n = int_to_int64_nogc(v);
  if (n.overflow != 0 || n.value < INT32_MIN || n.value > INT32_MAX)
    return t.raise(core.OverflowError, "Python int too large to convert to C int");
  return static_cast<int32_t>(n.value);
}

// The columns of kinds in numbers. `daylight[i]` becomes how much of offset[i] is daylight saving.
class Kinds {
 public:
  static Fallible<Kinds> read(Thread& t, const Parts& parts) {
    Kinds k;
    k.count_ = parts.offsets->length();
    TRY(t.check_fits(k.count_ * sizeof(Kind)));
    ByteArray* room = TRY(ByteArray::make(t, k.count_ * sizeof(Kind) + 1));
    k.owner_ = room;
    k.kinds_ = reinterpret_cast<Kind*>(room->data());
    for (size_t i = 0; i < k.count_; ++i) {
      TRY(t.poll());
      k.kinds_[i].offset = TRY(small_number(t, parts.offsets->at(i)));
      k.kinds_[i].is_daylight = TRY(small_number(t, parts.daylight->at(i))) != 0;
    }
    return k;
  }
  size_t count() const { return count_; }
  int32_t offset(size_t i) const { return kinds_[i].offset; }
  int32_t saving(size_t i) const { return kinds_[i].saving; }
  bool is_daylight(size_t i) const { return kinds_[i].is_daylight; }

  // A file does not say how much of an offset is daylight saving: the standard time before or after tells.
  Fallible<void> infer_savings(Thread& t, const Transition* transitions, size_t count) {
    size_t missing = 0;
    for (size_t i = 0; i < count_; ++i) missing += kinds_[i].is_daylight ? 1 : 0;
    for (size_t i = 1; i < count && missing != 0; ++i) {
      TRY(t.poll());
      uint32_t here = transitions[i].kind;
      if (!kinds_[here].is_daylight || kinds_[here].saving != 0) continue;
      int32_t saving = 0;
      uint32_t beside = transitions[i - 1].kind;
      if (!kinds_[beside].is_daylight) saving = difference(here, beside);
      if (saving == 0 && here + 1 < count_ && i + 1 < count) {
        beside = transitions[i + 1].kind;
        if (kinds_[beside].is_daylight) continue;  // perhaps it follows elsewhere
        saving = difference(here, beside);
      }
      if (saving == 0) continue;
      kinds_[here].saving = saving;
      --missing;
    }
    if (missing == 0) return {};
    // An hour is a better guess than nothing.
    for (size_t i = 0; i < count_; ++i)
      if (kinds_[i].is_daylight && kinds_[i].saving == 0) kinds_[i].saving = 3600;
    return {};
  }

 private:
  struct Kind {
    int32_t offset, saving;
    bool is_daylight;
  };
  int32_t difference(uint32_t a, uint32_t b) const {
    return static_cast<int32_t>(static_cast<uint32_t>(kinds_[a].offset) - static_cast<uint32_t>(kinds_[b].offset));
  }
  size_t count_ = 0;
  ByteArray* owner_ = nullptr;  // keeps kinds_
  Kind* kinds_ = nullptr;
};

int64_t wrapped_sum(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }

Fallible<void> read_transitions(Thread& t, ZoneInfo* zone, const Parts& parts, const Kinds& kinds) {
  size_t count = parts.times->length();
  TRY(t.check_fits(count * sizeof(Transition)));
  ByteArray* room = TRY(ByteArray::make(t, count * sizeof(Transition) + 1));
  auto* transitions = reinterpret_cast<Transition*>(room->data());
  for (size_t i = 0; i < count; ++i) {
    TRY(t.poll());
    int32_t kind = TRY(small_number(t, parts.indices->at(i)));
    if (kind < 0 || static_cast<size_t>(kind) >= kinds.count())
      return t.raise_value_error("Invalid transition index found while reading TZif: {}", kind);
    if (!is_int_or_bool(parts.times->at(i))) return t.raise_type_error("an integer is required");
    Int64Result time = int_to_int64_nogc(parts.times->at(i));
    if (time.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C long");
    // With fold 0 local time reaches the transition by the larger of the two offsets, with fold 1 by the smaller.
    int32_t old_offset = kinds.offset(i == 0 ? 0 : transitions[i - 1].kind), new_offset = kinds.offset(static_cast<size_t>(kind));
    int32_t larger = old_offset > new_offset ? old_offset : new_offset, smaller = old_offset > new_offset ? new_offset : old_offset;
    transitions[i] = {time.value, {wrapped_sum(time.value, larger), wrapped_sum(time.value, smaller)}, static_cast<uint32_t>(kind)};
  }
  zone->transitions_.set(zone, room);
  zone->transition_count_ = count;
  return {};
}

Fallible<Tuple*> make_kind(Thread& t, int32_t offset, int32_t saving, Value name) {
  auto* delta = TRY(datetime::make_delta_parts(t, 0, offset, 0));
  auto* part = TRY(datetime::make_delta_parts(t, 0, saving, 0));
  return Tuple::of(t, Value(delta), Value(part), name);
}

Fallible<void> read_footer(Thread& t, ZoneInfo* zone, Bytes* footer) {
  TzString rule;
  if (const char* complaint = parse_tz_string(footer->view(), &rule); complaint != nullptr)
    return t.raise_value_error("{} {}", complaint, repr_of(Value(footer)));
  Str* name = TRY(Str::from_ascii(t, rule.standard));
  zone->standard_.set(zone, TRY(make_kind(t, rule.standard_offset, 0, Value(name))));
  zone->rule_ = {!rule.has_daylight, rule.standard_offset, rule.daylight_offset, rule.start, rule.end};
  if (!rule.has_daylight) return {};
  name = TRY(Str::from_ascii(t, rule.daylight));
  int32_t saving = rule.daylight_offset - rule.standard_offset;
  zone->daylight_.set(zone, TRY(make_kind(t, rule.daylight_offset, saving, Value(name))));
  return {};
}

// Without a footer the last kind goes on.
Fallible<void> keep_last(Thread& t, ZoneInfo* zone) {
  if (zone->kinds_->length() == 0) return t.raise_value_error("No time zone information found.");
  Tuple* last = zone->transition_count_ == 0 ? as<Tuple>(zone->kinds_->at(zone->kinds_->length() - 1))
                                             : zone->kind(zone->transition_count_ - 1);
  zone->standard_.set(zone, last);
  zone->rule_ = {true, offset_of(last), 0, {}, {}};
  return {};
}

}  // namespace

Fallible<void> load_zone_py(Thread& t, ZoneInfo* zone, Value file) {
  Parts parts = TRY(read_parts_py(t, file));
  Kinds kinds = TRY(Kinds::read(t, parts));
  TRY(read_transitions(t, zone, parts, kinds));
  TRY(kinds.infer_savings(t, zone->transitions(), zone->transition_count_));
  Tuple* made = TRY(Tuple::make(t, kinds.count()));
  Tuple* before = nullptr;
  for (size_t i = 0; i < kinds.count(); ++i) {
    TRY(t.poll());
    Tuple* kind = TRY(make_kind(t, kinds.offset(i), kinds.saving(i), parts.names->at(i)));
    made->initialize(i, Value(kind));
    if (before == nullptr && !kinds.is_daylight(i)) before = kind;
  }
  zone->kinds_.set(zone, made);
  if (before == nullptr && kinds.count() != 0) before = as<Tuple>(made->at(0));
  zone->before_.set(zone, before);
  if (parts.footer.is_none() || as<Bytes>(parts.footer)->length() == 0) {
    TRY(keep_last(t, zone));
  } else {
    TRY(read_footer(t, zone, as<Bytes>(parts.footer)));
  }
  zone->fixed_ = zone->rule_.fixed && kinds.count() <= 1;
  if (zone->fixed_ && kinds.count() == 1)
    zone->fixed_ = TRY(equals_py(t, made->at(0), Value(zone->standard_.get())));
  return {};
}

}  // namespace hog::zoneinfo
