// set.cpp: set and frozenset as Python sees them. Ref: library/stdtypes "Set Types". Results of operators and methods are
// plain sets or frozensets, after the left operand. A set that changes while another is walked is read safely by position.
#include "types/container_support.hpp"
#include "object/dict_lookup.hpp"

namespace hog {

namespace {
bool is_frozen(const Set* set) { return set->shape() == shapes.frozenset || set->shape()->type()->is_subtype_of(core.frozenset); }
// What operations on this set answer.
Type* result_type(const Set* set) { return is_frozen(set) ? core.frozenset : core.set; }

// A hash of the elements in no order: each is scrambled first, so that near hashes do not cancel out. The constants are
// the reference implementation's.
int64_t hash_of_elements(const Set* set) {
  uint64_t mixed = 0, hash = 0;
  Value key;
  for (size_t i = 0; set->next_nogc(&i, &key, &hash);) mixed ^= ((hash ^ 89869747u) ^ (hash << 16)) * 3644798167u;
  mixed ^= (set->length() + 1) * 1927868237u;
  mixed ^= (mixed >> 11) ^ (mixed >> 25);
  mixed = mixed * 69069u + 907133923u;
  return mixed == UINT64_MAX ? 590923713 : static_cast<int64_t>(mixed);
}

// ---- Adding, removing and asking with other collections. ----

Fallible<void> update_py(Thread& t, Set* set, Value iterable) {
  if (is<Set>(iterable)) return set->merge_py(t, as<Set>(iterable));
  if (is_exactly(iterable, shapes.dict)) {
    Dict* dict = as<Dict>(iterable);
    Value key, value;
    uint64_t hash = 0;
    size_t length = dict->length();
    TRY(set->reserve(t, set->length() + length));
    for (size_t i = 0; dict->next_nogc(&i, &key, &value, &hash);) {
      TRY(t.poll());
      TRY(set->add_hashed_py(t, key, python_hash_of(t, hash)));
      if (dict->length() != length) return t.raise(core.RuntimeError, "dictionary changed size during iteration");
    }
    return {};
  }
  return for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    TRY(set->add_py(t, item));
    return true;
  });
}

Fallible<Set*> set_from_py(Thread& t, Type* type, Value iterable) {
  Set* set = TRY(Set::make(t, type));
  TRY(update_py(t, set, iterable));
  return set;
}

Fallible<void> remove_all_py(Thread& t, Set* set, Value iterable) {
  if (is<Set>(iterable)) {
    auto* other = as<Set>(iterable);
    if (other == set) {
      set->clear_nogc();
      return {};
    }
    Value key;
    uint64_t hash = 0;
    for (size_t i = 0; other->next_nogc(&i, &key, &hash);) {
      TRY(t.poll());
      TRY(set->remove_hashed_py(t, key, hash));
    }
    return {};
  }
  if (is_exactly(iterable, shapes.dict)) {
    Value key, value;
    uint64_t hash = 0;
    for (size_t i = 0; as<Dict>(iterable)->next_nogc(&i, &key, &value, &hash);) {
      TRY(t.poll());
      TRY(set->remove_hashed_py(t, key, python_hash_of(t, hash)));
    }
    return {};
  }
  return for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    TRY(set->remove_py(t, item));
    return true;
  });
}

Fallible<Set*> difference_py(Thread& t, Set* set, Value other) {
  // With a small other side it is less work to copy and take out.
  if (!is<Set>(other) || as<Set>(other)->length() < set->length() / 4) {
    Set* result = TRY(Set::copy(t, result_type(set), set));
    TRY(remove_all_py(t, result, other));
    return result;
  }
  Set* result = TRY(Set::make(t, result_type(set)));
  Value key;
  uint64_t hash = 0;
  for (size_t i = 0; set->next_nogc(&i, &key, &hash);) {
    TRY(t.poll());
    if (!TRY(as<Set>(other)->contains_hashed_py(t, key, hash))) TRY(result->add_hashed_py(t, key, hash));
  }
  return result;
}

Fallible<Set*> intersection_py(Thread& t, Set* set, Value iterable) {
  if (Value(set) == iterable) return Set::copy(t, result_type(set), set);
  Set* result = TRY(Set::make(t, result_type(set)));
  if (is<Set>(iterable)) {
    Set *small = as<Set>(iterable), *large = set;
    if (small->length() > large->length()) std::swap(small, large);
    Value key;
    uint64_t hash = 0;
    for (size_t i = 0; small->next_nogc(&i, &key, &hash);) {
      TRY(t.poll());
      if (TRY(large->contains_hashed_py(t, key, hash))) TRY(result->add_hashed_py(t, key, hash));
    }
    return result;
  }
  TRY(for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    if (TRY(set->contains_py(t, item))) TRY(result->add_py(t, item));
    return true;
  }));
  return result;
}

Fallible<void> symmetric_update_py(Thread& t, Set* set, Value iterable) {
  if (Value(set) == iterable) {
    set->clear_nogc();
    return {};
  }
  Set* other = is<Set>(iterable) ? as<Set>(iterable) : TRY(set_from_py(t, core.set, iterable));
  Value key;
  uint64_t hash = 0;
  for (size_t i = 0; other->next_nogc(&i, &key, &hash);) {
    TRY(t.poll());
    if (!TRY(set->remove_hashed_py(t, key, hash))) TRY(set->add_hashed_py(t, key, hash));
  }
  return {};
}

Fallible<bool> is_subset_py(Thread& t, Set* part, Set* whole) {
  if (part->length() > whole->length()) return false;
  Value key;
  uint64_t hash = 0;
  for (size_t i = 0; part->next_nogc(&i, &key, &hash);) {
    TRY(t.poll());
    if (!TRY(whole->contains_hashed_py(t, key, hash))) return false;
  }
  return true;
}

// Both sets changed places: the storage of `from` becomes that of `to`.
void take_contents(Set* to, Set* from) {
  to->entries_.set(to, from->entries_.get());
  to->used_ = from->used_;
  to->fill_ = from->fill_;
  ++to->version_;
}

// Unhashable sets may be asked for by value: `key` stands for the frozenset with its elements.
Fallible<bool> stands_for_frozenset(Thread& t, Value key) {
  if (!is<Set>(key)) return false;
  return clear_exception_if(t, core.TypeError);
}

Fallible<bool> contains_py(Thread& t, Set* set, Value key) {
  Fallible<bool> found = set->contains_py(t, key);
  if (!found.failed() || !TRY(stands_for_frozenset(t, key))) return found;
  return set->contains_hashed_py(t, key, static_cast<uint64_t>(hash_of_elements(as<Set>(key))));
}

Fallible<bool> remove_py(Thread& t, Set* set, Value key) {
  Fallible<bool> removed = set->remove_py(t, key);
  if (!removed.failed() || !TRY(stands_for_frozenset(t, key))) return removed;
  return set->remove_hashed_py(t, key, static_cast<uint64_t>(hash_of_elements(as<Set>(key))));
}

// ---- Slots. ----

Fallible<Value> set_new(Thread& t, Type* type, const Arguments&) { return TRY(Set::make(t, type)); }

Fallible<void> set_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(reject_keywords(t, arguments, "set"));
  TRY(check_positional(t, arguments, "set", 0, 1));
  auto* set = as<Set>(self);
  set->clear_nogc();
  if (arguments.positional == 1) return update_py(t, set, arguments[0]);
  return {};
}

Fallible<Value> frozenset_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == core.frozenset || type->slots().init == core.frozenset->slots().init)
    TRY(reject_keywords(t, arguments, "frozenset"));
  TRY(check_positional(t, arguments, "frozenset", 0, 1));
  if (arguments.positional == 0) return TRY(Set::make(t, type));
  if (type == core.frozenset && is_exactly(arguments[0], shapes.frozenset)) return arguments[0];
  return TRY(set_from_py(t, type, arguments[0]));
}

Fallible<Value> set_repr(Thread& t, Value self) {
  auto* set = as<Set>(self);
  Type* type = type_of(self);
  if (set->length() == 0) return TRY(t.format("{}()", type->name()));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return TRY(t.format("{}(...)", type->name()));
  List* items = TRY(list_from_iterable_py(t, self));  // a snapshot: a repr may change the set
  StrBuilder out(t);
  bool plain = type == core.set;
  if (!plain) {
    TRY(out.append(type->name()));
    TRY(out.append_ascii("("));
  }
  TRY(out.append_ascii("{"));
  TRY(append_reprs_py(t, out, items));
  TRY(out.append_ascii(plain ? "}" : "})"));
  return TRY(out.finish());
}

Fallible<int64_t> frozenset_hash(Thread& t, Value self) {
  auto* set = as<Set>(self);
  if (set->has_hash_) return static_cast<int64_t>(set->hash_);
  TRY(t.poll(1 + static_cast<int64_t>(set->length() / 4)));
  int64_t hash = hash_of_elements(set);
  set->hash_ = static_cast<uint64_t>(hash);
  set->has_hash_ = true;
  return hash;
}

Fallible<Value> set_compare(Thread& t, Value left, Value right, CompareOp op) {
  if (!is<Set>(left) || !is<Set>(right)) return Value::not_implemented();
  TRY(check_native_recursion(t, " in comparison"));
  Set *a = as<Set>(left), *b = as<Set>(right);
  bool holds = false;
  switch (op) {
    case CompareOp::Eq:
    case CompareOp::Ne:
      holds = a->length() == b->length() && !(a->has_hash_ && b->has_hash_ && a->hash_ != b->hash_) && TRY(is_subset_py(t, a, b));
      if (op == CompareOp::Ne) holds = !holds;
      break;
    case CompareOp::Lt: holds = a->length() < b->length() && TRY(is_subset_py(t, a, b)); break;
    case CompareOp::Le: holds = TRY(is_subset_py(t, a, b)); break;
    case CompareOp::Gt: holds = a->length() > b->length() && TRY(is_subset_py(t, b, a)); break;
    case CompareOp::Ge: holds = TRY(is_subset_py(t, b, a)); break;
  }
  return Value::from_bool(holds);
}

Fallible<Value> set_iter(Thread& t, Value self) {
  auto* set = as<Set>(self);
  auto* iterator = TRY(t.allocate<SetIterator>(shapes.set_iterator));
  iterator->set_.set(iterator, set);
  iterator->expected_ = iterator->remaining_ = static_cast<int64_t>(set->length());
  return iterator;
}

Fallible<int64_t> set_length(Thread&, Value self) { return static_cast<int64_t>(as<Set>(self)->length()); }
Fallible<bool> set_contains(Thread& t, Value self, Value key) { return contains_py(t, as<Set>(self), key); }

Fallible<Value> set_subtract(Thread& t, Value left, Value right) {
  if (!is<Set>(left) || !is<Set>(right)) return Value::not_implemented();
  return TRY(difference_py(t, as<Set>(left), right));
}
Fallible<Value> set_and(Thread& t, Value left, Value right) {
  if (!is<Set>(left) || !is<Set>(right)) return Value::not_implemented();
  return TRY(intersection_py(t, as<Set>(left), right));
}
Fallible<Value> set_or(Thread& t, Value left, Value right) {
  if (!is<Set>(left) || !is<Set>(right)) return Value::not_implemented();
  Set* result = TRY(Set::copy(t, result_type(as<Set>(left)), as<Set>(left)));
  TRY(result->merge_py(t, as<Set>(right)));
  return result;
}
// a ^ b: of b's copy, toggled by a, when that is what the left operand's type wants.
Fallible<Value> set_xor(Thread& t, Value left, Value right) {
  if (!is<Set>(left) || !is<Set>(right)) return Value::not_implemented();
  Set* result = TRY(Set::copy(t, result_type(as<Set>(left)), as<Set>(right)));
  TRY(symmetric_update_py(t, result, left));
  return result;
}

Fallible<Value> set_inplace_subtract(Thread& t, Value left, Value right) {
  if (!is<Set>(right)) return Value::not_implemented();
  TRY(remove_all_py(t, as<Set>(left), right));
  return left;
}
Fallible<Value> set_inplace_and(Thread& t, Value left, Value right) {
  if (!is<Set>(right)) return Value::not_implemented();
  take_contents(as<Set>(left), TRY(intersection_py(t, as<Set>(left), right)));
  return left;
}
Fallible<Value> set_inplace_or(Thread& t, Value left, Value right) {
  if (!is<Set>(right)) return Value::not_implemented();
  TRY(as<Set>(left)->merge_py(t, as<Set>(right)));
  return left;
}
Fallible<Value> set_inplace_xor(Thread& t, Value left, Value right) {
  if (!is<Set>(right)) return Value::not_implemented();
  TRY(symmetric_update_py(t, as<Set>(left), right));
  return left;
}

// ---- Methods. ----

Fallible<void> set_add(Thread& t, Set* self, Value element) {
  TRY(self->add_py(t, element));
  return {};
}
Fallible<void> set_clear(Thread&, Set* self) {
  self->clear_nogc();
  return {};
}
Fallible<Value> set_copy(Thread& t, Set* self) {
  if (self->shape() == shapes.frozenset) return Value(self);
  TRY(t.poll(1 + static_cast<int64_t>(self->length() / 16)));
  return TRY(Set::copy(t, result_type(self), self));
}
Fallible<void> set_discard(Thread& t, Set* self, Value element) {
  TRY(remove_py(t, self, element));
  return {};
}
Fallible<void> set_remove(Thread& t, Set* self, Value element) {
  if (!TRY(remove_py(t, self, element))) return t.raise_value(core.KeyError, element);
  return {};
}
Fallible<Value> set_pop(Thread& t, Set* self) {
  Value key;
  if (!self->pop_nogc(&key)) return t.raise(core.KeyError, "pop from an empty set");
  return key;
}

Fallible<Value> set_difference(Thread& t, Set* self, Arguments others) {
  if (others.positional == 0) return TRY(Set::copy(t, result_type(self), self));
  Set* result = TRY(difference_py(t, self, others[0]));
  for (uint32_t i = 1; i < others.positional; ++i) TRY(remove_all_py(t, result, others[i]));
  return result;
}
Fallible<void> set_difference_update(Thread& t, Set* self, Arguments others) {
  for (uint32_t i = 0; i < others.positional; ++i) TRY(remove_all_py(t, self, others[i]));
  return {};
}
Fallible<Value> set_intersection(Thread& t, Set* self, Arguments others) {
  if (others.positional == 0) return TRY(Set::copy(t, result_type(self), self));
  Set* result = self;
  for (uint32_t i = 0; i < others.positional; ++i) result = TRY(intersection_py(t, result, others[i]));
  return result;
}
Fallible<void> set_intersection_update(Thread& t, Set* self, Arguments others) {
  Set* result = self;
  for (uint32_t i = 0; i < others.positional; ++i) result = TRY(intersection_py(t, result, others[i]));
  if (result != self) take_contents(self, result);
  return {};
}
Fallible<Value> set_union(Thread& t, Set* self, Arguments others) {
  Set* result = TRY(Set::copy(t, result_type(self), self));
  for (uint32_t i = 0; i < others.positional; ++i) TRY(update_py(t, result, others[i]));
  return result;
}
Fallible<void> set_update(Thread& t, Set* self, Arguments others) {
  for (uint32_t i = 0; i < others.positional; ++i) TRY(update_py(t, self, others[i]));
  return {};
}
Fallible<Value> set_symmetric_difference(Thread& t, Set* self, Value other) {
  Set* result = TRY(set_from_py(t, result_type(self), other));
  TRY(symmetric_update_py(t, result, self));
  return result;
}
Fallible<void> set_symmetric_difference_update(Thread& t, Set* self, Value other) {
  return symmetric_update_py(t, self, other);
}

Fallible<bool> set_is_disjoint(Thread& t, Set* self, Value other) {
  if (Value(self) == other) return self->length() == 0;
  if (is<Set>(other)) {
    Set *small = as<Set>(other), *large = self;
    if (small->length() > large->length()) std::swap(small, large);
    Value key;
    uint64_t hash = 0;
    for (size_t i = 0; small->next_nogc(&i, &key, &hash);) {
      TRY(t.poll());
      if (TRY(large->contains_hashed_py(t, key, hash))) return false;
    }
    return true;
  }
  bool disjoint = true;
  TRY(for_each_py(t, other, [&](Value item) -> Fallible<bool> {
    if (TRY(self->contains_py(t, item))) disjoint = false;
    return disjoint;
  }));
  return disjoint;
}
Fallible<bool> set_is_subset(Thread& t, Set* self, Value other) {
  Set* whole = is<Set>(other) ? as<Set>(other) : TRY(set_from_py(t, core.set, other));
  return is_subset_py(t, self, whole);
}
Fallible<bool> set_is_superset(Thread& t, Set* self, Value other) {
  if (is<Set>(other)) return is_subset_py(t, as<Set>(other), self);
  bool all = true;
  TRY(for_each_py(t, other, [&](Value item) -> Fallible<bool> { return all = TRY(self->contains_py(t, item)); }));
  return all;
}

Fallible<Value> set_reduce(Thread& t, Set* self) {
  List* items = TRY(list_from_iterable_py(t, self));
  Str* getstate = names.dunder_getstate;
  Value state = TRY(call_method_py(t, self, getstate));
  Tuple* arguments = TRY(Tuple::of(t, Value(items)));
  return TRY(Tuple::of(t, Value(type_of(self)), Value(arguments), state));
}

Fallible<int64_t> set_sizeof(Thread& t, Set* self) {
  size_t bytes = type_of(self)->instance_size();
  if (self->entries_) bytes += t.heap().cell_size(self->entries_.get());
  return static_cast<int64_t>(bytes);
}

#define SET_METHODS_OF_BOTH                                                                                                    \
  {"copy", HOG_NATIVE(set_copy), "($self, /)", "A shallow copy."},                                                             \
      {"difference", HOG_NATIVE(set_difference), "($self, /, *others)", "The elements that are in none of the others."},       \
      {"intersection", HOG_NATIVE(set_intersection), "($self, /, *others)", "The elements that are in all of the others."},    \
      {"isdisjoint", HOG_NATIVE(set_is_disjoint), "($self, other, /)", "True when there is no common element."},               \
      {"issubset", HOG_NATIVE(set_is_subset), "($self, other, /)", "True when the other holds all elements of this one."},     \
      {"issuperset", HOG_NATIVE(set_is_superset), "($self, other, /)", "True when this holds all elements of the other."},     \
      {"symmetric_difference", HOG_NATIVE(set_symmetric_difference), "($self, other, /)", "The elements that are in one only."}, \
      {"union", HOG_NATIVE(set_union), "($self, /, *others)", "The elements of all."},                                         \
      {"__reduce__", HOG_NATIVE(set_reduce), "($self, /)", "State for pickling."},                                             \
      {"__sizeof__", HOG_NATIVE(set_sizeof), "($self, /)", "Memory in bytes."},                                                \
      {"__contains__", HOG_NATIVE(set_contains), "($self, object, /)", "True for an element.", native_flag::kCoexist},       \
      {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, item, /)", "A generic alias.", native_flag::kClassMethod},

constexpr NativeMethod kSetMethods[] = {
    {"add", HOG_NATIVE(set_add), "($self, object, /)", "Add an element; nothing happens if it is there."},
    {"clear", HOG_NATIVE(set_clear), "($self, /)", "Remove all elements."},
    {"difference_update", HOG_NATIVE(set_difference_update), "($self, /, *others)", "Remove the elements of the others."},
    {"discard", HOG_NATIVE(set_discard), "($self, object, /)", "Remove an element if it is there."},
    {"intersection_update", HOG_NATIVE(set_intersection_update), "($self, /, *others)", "Keep what is in all of the others."},
    {"pop", HOG_NATIVE(set_pop), "($self, /)", "Remove and return some element; KeyError when empty."},
    {"remove", HOG_NATIVE(set_remove), "($self, object, /)", "Remove an element; KeyError if it is not there."},
    {"symmetric_difference_update", HOG_NATIVE(set_symmetric_difference_update), "($self, other, /)",
     "Keep what is in one of the two only."},
    {"update", HOG_NATIVE(set_update), "($self, /, *others)", "Add the elements of the others."},
    SET_METHODS_OF_BOTH {}};
constexpr NativeMethod kFrozensetMethods[] = {SET_METHODS_OF_BOTH {}};
#undef SET_METHODS_OF_BOTH
}  // namespace

extern const TypeSpec k_set_spec;
const TypeSpec k_set_spec = {
    .name = "set",
    .doc = "An unordered collection of distinct elements.",
    .layout = &Set::kLayout,
    .flags = type_flag::kBaseType | type_flag::kMatchSelf | type_flag::kWeakReferences,
    .slots = {.repr = set_repr,
              .hash = hash_not_implemented,
              .compare = set_compare,
              .iter = set_iter,
              .init = set_init,
              .new_ = set_new,
              .subtract = set_subtract,
              .and_ = set_and,
              .xor_ = set_xor,
              .or_ = set_or,
              .inplace_subtract = set_inplace_subtract,
              .inplace_and = set_inplace_and,
              .inplace_xor = set_inplace_xor,
              .inplace_or = set_inplace_or,
              .length = set_length,
              .contains = set_contains},
    .methods = kSetMethods,
    .text_signature = "(iterable=(), /)"};

extern const TypeSpec k_frozenset_spec;
const TypeSpec k_frozenset_spec = {
    .name = "frozenset",
    .doc = "An immutable, hashable collection of distinct elements.",
    .layout = &Set::kLayout,
    .flags = type_flag::kBaseType | type_flag::kMatchSelf | type_flag::kWeakReferences,
    .slots = {.repr = set_repr,
              .hash = frozenset_hash,
              .compare = set_compare,
              .iter = set_iter,
              .new_ = frozenset_new,
              .subtract = set_subtract,
              .and_ = set_and,
              .xor_ = set_xor,
              .or_ = set_or,
              .length = set_length,
              .contains = set_contains},
    .methods = kFrozensetMethods,
    .text_signature = "(iterable=(), /)"};

// ---- set_iterator. ----

namespace {
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<SetIterator*>(cell)->set_.get()); }
}  // namespace

Fallible<Value> set_iterator_next(Thread& t, SetIterator* iterator) {
  Set* set = iterator->set_.get();
  if (set == nullptr) return Value::absent();
  if (iterator->expected_ != static_cast<int64_t>(set->length())) {
    iterator->expected_ = -1;
    return t.raise(core.RuntimeError, "Set changed size during iteration");
  }
  Value key;
  if (set->next_nogc(&iterator->position_, &key)) {
    --iterator->remaining_;
    return key;
  }
  iterator->set_.clear();
  return Value::absent();
}

namespace {
Fallible<Value> iterator_next(Thread& t, Value self) { return set_iterator_next(t, as<SetIterator>(self)); }

Fallible<int64_t> iterator_length_hint(Thread&, SetIterator* self) {
  if (!self->set_ || self->expected_ != static_cast<int64_t>(self->set_->length())) return int64_t{0};
  return self->remaining_ < 0 ? 0 : self->remaining_;
}

Fallible<Value> iterator_reduce(Thread& t, SetIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  auto* copy = TRY(t.allocate<SetIterator>(self->shape()));
  copy->set_.set(copy, self->set_.get());
  copy->position_ = self->position_;
  copy->expected_ = self->expected_;
  copy->remaining_ = self->remaining_;
  List* rest = TRY(list_from_iterable_py(t, copy));
  return reduced_to(t, iter, rest);
}

constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many elements are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."},
    {}};
}  // namespace

const Layout SetIterator::kLayout = {.name = "set_iterator", .trace = trace_iterator, .base_size = sizeof(SetIterator)};

extern const TypeSpec k_set_iterator_spec;
const TypeSpec k_set_iterator_spec = {.name = "set_iterator",
                                      .layout = &SetIterator::kLayout,
                                      .flags = type_flag::kNoInstantiation,
                                      .slots = {.iter = iterator_self, .next = iterator_next},
                                      .methods = kIteratorMethods};

}  // namespace hog
