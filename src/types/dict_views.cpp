// dict_views.cpp: dict_keys, dict_values, dict_items. Views hold their dict and nothing else. Keys and items behave like
// sets. Ref: library/stdtypes "Dictionary view objects".
#include "types/container_support.hpp"

namespace hog {

namespace {
void trace_view(Cell* cell, Marker& marker) { marker.visit(static_cast<DictView*>(cell)->dict_.get()); }

Dict* dict_of(Value view) { return as<DictView>(view)->dict_.get(); }
// Views of these types, OrderedDict's included.
bool is_view_of(Value v, Shape* root_shape) {
  return is<DictView>(v) && (v.cell()->shape() == root_shape || type_of(v)->is_subtype_of(root_shape->type()));
}
bool is_keys(Value v) { return is_view_of(v, shapes.dict_keys); }
bool is_items(Value v) { return is_view_of(v, shapes.dict_items); }
bool is_set_like(Value v) { return is<Set>(v) || is_keys(v) || is_items(v); }

Fallible<int64_t> view_length(Thread&, Value self) { return static_cast<int64_t>(dict_of(self)->length()); }

Fallible<Value> view_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return TRY(Str::from_ascii(t, "..."));
  List* items = TRY(list_from_iterable_py(t, self));
  Str* text = TRY(repr_py(t, items));
  return TRY(t.format("{}({})", type_of(self), text));
}

Fallible<Value> make_iterator(Thread& t, Dict* dict, Shape* shape, size_t position) {
  auto* iterator = TRY(t.allocate<DictIterator>(shape));
  iterator->dict_.set(iterator, dict);
  iterator->position_ = position;
  iterator->expected_ = iterator->remaining_ = static_cast<int64_t>(dict->length());
  return iterator;
}

Fallible<Value> view_iter(Thread& t, Value self) {
  Shape* shape = is_keys(self) ? shapes.dict_key_iterator : is_items(self) ? shapes.dict_item_iterator : shapes.dict_value_iterator;
  return make_iterator(t, dict_of(self), shape, 0);
}

Fallible<Value> view_reversed(Thread& t, DictView* self) {
  Shape* shape = is_keys(self)    ? shapes.dict_reverse_key_iterator
                 : is_items(self) ? shapes.dict_reverse_item_iterator
                                  : shapes.dict_reverse_value_iterator;
  const DictEntries* entries = self->dict_->entries();
  return make_iterator(t, self->dict_.get(), shape, entries == nullptr ? 0 : entries->entry_count_);
}

Fallible<Value> view_mapping(Thread& t, Value self) { return make_mapping_proxy(t, dict_of(self)); }

Fallible<bool> keys_contain(Thread& t, Value self, Value key) { return !TRY(dict_of(self)->get_py(t, key)).is_absent(); }

Fallible<bool> items_contain(Thread& t, Value self, Value item) {
  Tuple* pair = try_as<Tuple>(item);
  if (pair == nullptr || pair->length() != 2) return false;
  Value found = TRY(dict_of(self)->get_py(t, pair->at(0)));
  if (found.is_absent()) return false;
  return equals_py(t, found, pair->at(1));
}

// ---- Comparison as sets. ----

Fallible<bool> all_contained_py(Thread& t, Value part, Value whole) {
  bool all = true;
  TRY(for_each_py(t, part, [&](Value item) -> Fallible<bool> { return all = TRY(contains_py(t, whole, item)); }));
  return all;
}

Fallible<Value> view_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_set_like(self) || !is_set_like(other)) return Value::not_implemented();
  TRY(check_native_recursion(t, " in comparison"));
  int64_t m = TRY(length_py(t, self)), n = TRY(length_py(t, other));
  bool holds = false;
  switch (op) {
    case CompareOp::Eq:
    case CompareOp::Ne:
      holds = m == n && TRY(all_contained_py(t, self, other));
      if (op == CompareOp::Ne) holds = !holds;
      break;
    case CompareOp::Lt: holds = m < n && TRY(all_contained_py(t, self, other)); break;
    case CompareOp::Le: holds = m <= n && TRY(all_contained_py(t, self, other)); break;
    case CompareOp::Gt: holds = m > n && TRY(all_contained_py(t, other, self)); break;
    case CompareOp::Ge: holds = m >= n && TRY(all_contained_py(t, other, self)); break;
  }
  return Value::from_bool(holds);
}

// ---- Set operations: the result is a set; either operand may be the view. ----

Fallible<Set*> set_of_py(Thread& t, Value iterable) {
  Set* set = TRY(Set::make(t, core.set));
  TRY(for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    TRY(set->add_py(t, item));
    return true;
  }));
  return set;
}

Fallible<Value> view_subtract(Thread& t, Value left, Value right) {
  Set* set = TRY(set_of_py(t, left));
  TRY(for_each_py(t, right, [&](Value item) -> Fallible<bool> {
    TRY(set->remove_py(t, item));
    return true;
  }));
  return set;
}

Fallible<Value> view_and(Thread& t, Value left, Value right) {
  Value view = is<DictView>(left) ? left : right;
  Value other = is<DictView>(left) ? right : left;
  // Go through the smaller side when both can tell membership; of equal elements it is that side's which is taken.
  bool exact_set = type_of(other) == core.set || type_of(other) == core.frozenset;
  if (exact_set || is<DictView>(other)) {
    uint64_t here = TRY(length_py(t, view)), there = TRY(length_py(t, other));
    if (exact_set ? there >= here : there > here) std::swap(view, other);
  }
  Set* set = TRY(Set::make(t, core.set));
  TRY(for_each_py(t, other, [&](Value item) -> Fallible<bool> {
    if (TRY(contains_py(t, view, item))) TRY(set->add_py(t, item));
    return true;
  }));
  return set;
}

Fallible<Value> view_or(Thread& t, Value left, Value right) {
  Set* set = TRY(set_of_py(t, left));
  TRY(for_each_py(t, right, [&](Value item) -> Fallible<bool> {
    TRY(set->add_py(t, item));
    return true;
  }));
  return set;
}

Fallible<Value> view_xor(Thread& t, Value left, Value right) {
  Set* set = TRY(set_of_py(t, left));
  Set* other = TRY(set_of_py(t, right));  // what occurs twice there counts once
  Value key;
  uint64_t hash = 0;
  for (size_t i = 0; other->next_nogc(&i, &key, &hash);) {
    TRY(t.poll());
    if (!TRY(set->remove_hashed_py(t, key, hash))) TRY(set->add_hashed_py(t, key, hash));
  }
  return set;
}

Fallible<bool> view_is_disjoint(Thread& t, Value self, Value other) {
  if (self == other) return dict_of(self)->length() == 0;
  if (is_set_like(other) && TRY(length_py(t, other)) > TRY(length_py(t, self))) std::swap(self, other);
  bool disjoint = true;
  TRY(for_each_py(t, other, [&](Value item) -> Fallible<bool> {
    if (TRY(contains_py(t, self, item))) disjoint = false;
    return disjoint;
  }));
  return disjoint;
}

constexpr NativeMethod kSetLikeMethods[] = {
    {"isdisjoint", HOG_NATIVE(view_is_disjoint), "($self, other, /)", "True when there is no common element."},
    {"__reversed__", HOG_NATIVE(view_reversed), "($self, /)", "An iterator, newest first."},
    {}};
constexpr NativeMethod kValuesMethods[] = {{"__reversed__", HOG_NATIVE(view_reversed), "($self, /)", "An iterator, newest first."}, {}};
constexpr GetSet kGetSets[] = {{"mapping", view_mapping, nullptr, "A read-only proxy of the dict."}, {}};
}  // namespace

const Layout DictView::kLayout = {.name = "dict_view", .trace = trace_view, .base_size = sizeof(DictView)};

extern const TypeSpec k_dict_keys_spec;
const TypeSpec k_dict_keys_spec = {.name = "dict_keys",
                                   .layout = &DictView::kLayout,
                                   .flags = type_flag::kNoInstantiation,
                                   .slots = {.repr = view_repr,
                                             .hash = hash_not_implemented,
                                             .compare = view_compare,
                                             .iter = view_iter,
                                             .subtract = view_subtract,
                                             .and_ = view_and,
                                             .xor_ = view_xor,
                                             .or_ = view_or,
                                             .length = view_length,
                                             .contains = keys_contain},
                                   .methods = kSetLikeMethods,
                                   .getsets = kGetSets};

extern const TypeSpec k_dict_items_spec;
const TypeSpec k_dict_items_spec = {.name = "dict_items",
                                    .layout = &DictView::kLayout,
                                    .flags = type_flag::kNoInstantiation,
                                    .slots = {.repr = view_repr,
                                              .hash = hash_not_implemented,
                                              .compare = view_compare,
                                              .iter = view_iter,
                                              .subtract = view_subtract,
                                              .and_ = view_and,
                                              .xor_ = view_xor,
                                              .or_ = view_or,
                                              .length = view_length,
                                              .contains = items_contain},
                                    .methods = kSetLikeMethods,
                                    .getsets = kGetSets};

extern const TypeSpec k_dict_values_spec;
const TypeSpec k_dict_values_spec = {.name = "dict_values",
                                     .layout = &DictView::kLayout,
                                     .flags = type_flag::kNoInstantiation,
                                     .slots = {.repr = view_repr, .iter = view_iter, .length = view_length},
                                     .methods = kValuesMethods,
                                     .getsets = kGetSets};

}  // namespace hog
