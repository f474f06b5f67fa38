// ordered_dict.cpp: collections.OrderedDict: a dict that can move keys to either end, and that compares its order with that of
// others. The order is the Dict's own (object/dict.cpp). Ref: library/collections "OrderedDict objects".
//
// Iterators notice a change of the keys or their order by Dict::keys_version(). A subclass's own __setitem__ and __getitem__
// are called where CPython's class calls them; after each such call everything is read again.
#include "modules/collections/collections.hpp"
#include "object/dict_lookup.hpp"
#include "object/iterators.hpp"
#include "types/container_support.hpp"

namespace hog::collections {

namespace {

Type *ordered_dict_type, *keys_type, *values_type, *items_type, *iterator_type;

Dict* dict_of(Value self) { return as<Dict>(self); }
bool is_exact(Value v) { return type_of(v) == ordered_dict_type; }
bool is_ordered(Value v) { return is<Dict>(v) && is_instance(v, ordered_dict_type); }

// self[key] = value, through __setitem__ where a subclass has one.
Fallible<void> store_py(Thread& t, Value self, Value key, Value value) {
  if (is<Dict>(self) && type_of(self)->slots().set_item == core.dict->slots().set_item) [[likely]]
    return dict_of(self)->set_py(t, key, value);
  return set_item_py(t, self, key, value);
}

// ---- Iterators. ----

enum class Yield : uint8_t { Key, Value, Item };

class OrderedIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> dict_;  // null: finished
  size_t position_;
  uint64_t version_;
  Yield yield_;
  bool backward_;
};
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<OrderedIterator*>(cell)->dict_.get()); }
const Layout OrderedIterator::kLayout = {
    .name = "odict_iterator", .trace = trace_iterator, .base_size = sizeof(OrderedIterator)};

Fallible<Value> make_iterator(Thread& t, Dict* dict, Yield yield, bool backward) {
  auto* it = TRY(t.allocate<OrderedIterator>(iterator_type->root_shape()));
  it->dict_.set(it, dict);
  it->position_ = backward ? SIZE_MAX : 0;
  it->version_ = dict->keys_version();
  it->yield_ = yield;
  it->backward_ = backward;
  return Value(it);
}

// CPython hands None on as "no argument".
Failure raise_key_error(Thread& t, Value key) {
  if (key.is_none()) return t.raise_object_py(Value(core.KeyError), Value::absent());
  return t.raise_value(core.KeyError, key);
}

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* it = as<OrderedIterator>(self);
  Dict* dict = it->dict_.get();
  if (dict == nullptr) return Value::absent();
  if (dict->keys_version() != it->version_) {
    it->dict_.clear();
    return t.raise(core.RuntimeError, "OrderedDict mutated during iteration");
  }
  Value key, value;
  bool found = it->backward_ ? dict->previous_nogc(&it->position_, &key, &value)
                             : dict->next_nogc(&it->position_, &key, &value);
  if (!found) {
    it->dict_.clear();
    return Value::absent();
  }
  // Behind the last entry nothing comes, whatever is added now.
  size_t ahead = it->position_;
  Value next_key, next_value;
  if (!(it->backward_ ? dict->previous_nogc(&ahead, &next_key, &next_value) : dict->next_nogc(&ahead, &next_key, &next_value)))
    it->dict_.clear();
  if (it->yield_ == Yield::Key) return key;
  if (it->yield_ == Yield::Value) return value;
  return Value(TRY(Tuple::of(t, key, value)));
}

// Pickled as the list of what is still to come.
Fallible<Value> iterator_reduce(Thread& t, OrderedIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  auto* copy = TRY(t.allocate<OrderedIterator>(iterator_type->root_shape()));
  copy->dict_.set(copy, self->dict_.get());
  copy->position_ = self->position_;
  copy->version_ = self->version_;
  copy->yield_ = self->yield_;
  copy->backward_ = self->backward_;
  List* rest = TRY(list_from_iterable_py(t, Value(copy)));
  return reduced_to(t, iter, Value(rest));
}

// ---- Views: those of dict, with other iterators. ----

template <Type** kType>
Fallible<Value> make_view(Thread& t, Dict* self) {
  auto* view = TRY(t.allocate<DictView>((*kType)->root_shape()));
  view->dict_.set(view, self);
  return Value(view);
}
template <Yield kYield>
Fallible<Value> view_iter(Thread& t, Value self) {
  return make_iterator(t, as<DictView>(self)->dict_.get(), kYield, false);
}
template <Yield kYield>
Fallible<Value> view_reversed(Thread& t, DictView* self) {
  return make_iterator(t, self->dict_.get(), kYield, true);
}

// ---- Filling. ----

// One pair of an iterable of pairs.
Fallible<void> store_pair_py(Thread& t, Value self, Value pair) {
  Value iterator = TRY(iter_py(t, pair));
  Value parts[2];
  for (int i = 0; i < 2; ++i) {
    parts[i] = TRY(next_py(t, iterator));
    if (parts[i].is_absent()) return t.raise_value_error("need more than {} value{} to unpack", i, i == 1 ? "" : "s");
  }
  if (!TRY(next_py(t, iterator)).is_absent()) return t.raise_value_error("too many values to unpack (expected 2)");
  return store_py(t, self, parts[0], parts[1]);
}

Fallible<void> store_pairs_py(Thread& t, Value self, Value pairs) {
  return for_each_py(t, pairs, [&](Value pair) -> Fallible<bool> {
    if (is_exactly(pair, shapes.tuple) && as<Tuple>(pair)->length() == 2)
      TRY(store_py(t, self, as<Tuple>(pair)->at(0), as<Tuple>(pair)->at(1)));
    else
      TRY(store_pair_py(t, self, pair));
    return true;
  });
}

// The items of a dict as they are now.
Fallible<void> store_dict_py(Thread& t, Value self, Dict* from) {
  TRY(t.poll(static_cast<int64_t>(from->length() / 16)));
  Dict* items = TRY(Dict::copy(t, from));
  Value key, value;
  for (size_t i = 0; items->next_nogc(&i, &key, &value);) {
    TRY(store_py(t, self, key, value));
    TRY(t.poll());
  }
  return {};
}

Fallible<void> store_all_py(Thread& t, Value self, Value other) {
  if (is_exactly(other, shapes.dict) || is_exact(other)) return store_dict_py(t, self, as<Dict>(other));
  Value keys = TRY(find_attribute_py(t, other, names.keys));
  if (!keys.is_absent()) {
    return for_each_py(t, TRY(call_py(t, keys)), [&](Value key) -> Fallible<bool> {
      TRY(store_py(t, self, key, TRY(get_item_py(t, other, key))));
      return true;
    });
  }
  Value items = TRY(find_attribute_py(t, other, names.items));
  if (!items.is_absent()) return store_pairs_py(t, self, TRY(call_py(t, items)));
  return store_pairs_py(t, self, other);
}

Fallible<void> store_arguments_py(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional == 1) TRY(store_all_py(t, self, arguments[0]));
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
    TRY(store_py(t, self, arguments.names->at(k), arguments.values[arguments.positional + k]));
  return {};
}

Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional > 1) return t.raise_type_error("expected at most 1 argument, got {}", arguments.positional);
  return store_arguments_py(t, self, arguments);
}
Fallible<Value> update(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional > 1)
    return t.raise_type_error("update() takes at most 1 positional argument ({} given)", arguments.positional);
  TRY(store_arguments_py(t, self, arguments));
  return Value::none();
}

Fallible<Value> inplace_or(Thread& t, Value self, Value other) {
  TRY(store_all_py(t, self, other));
  return self;
}
Fallible<Value> or_(Thread& t, Value left, Value right) {
  if (!is<Dict>(left) || !is<Dict>(right)) return Value::not_implemented();
  Value made = TRY(call_py(t, Value(type_of(is_ordered(left) ? left : right)), left));
  TRY(store_all_py(t, made, right));
  return made;
}

Fallible<Value> from_keys(Thread& t, Value type, Value iterable, Value value) {
  Value made = TRY(call_py(t, type));
  TRY(for_each_py(t, iterable, [&](Value key) -> Fallible<bool> {
    TRY(store_py(t, made, key, value));
    return true;
  }));
  return made;
}

Fallible<Value> copy(Thread& t, Dict* self) {
  if (is_exact(Value(self))) {
    TRY(t.poll(static_cast<int64_t>(self->length() / 16)));
    auto* made = as<Dict>(TRY(core.dict->slots().new_(t, ordered_dict_type, Arguments())));
    TRY(made->become_copy_of(t, self));
    return Value(made);
  }
  Value made = TRY(call_py(t, Value(type_of(Value(self)))));
  uint64_t version = self->keys_version();
  Value key, unused;
  for (size_t i = 0; self->next_nogc(&i, &key, &unused);) {
    Fallible<Value> value = get_item_py(t, Value(self), key);
    if (value.failed()) {
      // Comparing keys may have taken this one out.
      if (self->keys_version() == version || !clear_exception_if(t, core.KeyError)) return Failure{};
      return t.raise(core.RuntimeError, "OrderedDict mutated during iteration");
    }
    TRY(set_item_py(t, made, key, value.get()));
    TRY(t.poll());
    if (self->keys_version() != version) return t.raise(core.RuntimeError, "OrderedDict mutated during iteration");
  }
  return made;
}

// ---- Order. ----

Fallible<int64_t> find_py(Thread& t, Dict* self, Value key) {
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  return DictAccess::find_py(t, self, key, hash);
}

Fallible<void> move_to_end(Thread& t, Dict* self, Value key, bool last) {
  int64_t position = TRY(find_py(t, self, key));
  if (position < 0) return raise_key_error(t, key);
  return last ? DictAccess::move_to_back(t, self, position) : DictAccess::move_to_front(t, self, position);
}

Fallible<Value> pop_item(Thread& t, Dict* self, bool last) {
  Tuple* pair = TRY(Tuple::make(t, 2));
  Value key, value;
  bool found;
  if (last) {
    found = self->pop_last_nogc(t, &key, &value);
  } else {
    size_t after = 0;
    found = self->next_nogc(&after, &key, &value);
    if (found) DictAccess::remove_at(t, self, static_cast<int64_t>(after) - 1);
  }
  if (!found) return t.raise(core.KeyError, "dictionary is empty");
  pair->initialize(0, key);
  pair->initialize(1, value);
  return Value(pair);
}

// OPTIMIZATION: the ways in which queues and caches call these, without binding; all others are bound as the rows say.
constexpr NativeMethod kBound[] = {
    {"move_to_end", HOG_NATIVE(move_to_end), "($self, /, key, last=True)", nullptr},
    {"popitem", HOG_NATIVE(pop_item), "($self, /, last=True)", nullptr},
    {},
};
// The bool that `last` is given alone, or -1.
int lone_last(const Arguments& arguments, uint32_t before) {
  if (arguments.positional != before || arguments.keyword_count() != 1) return -1;
  Value v = arguments.values[before];
  if (!v.is_bool() || !as<Str>(arguments.names->at(0))->equals_ascii("last")) return -1;
  return v.is_true() ? 1 : 0;
}
Fallible<Value> move_to_end_raw(Thread& t, Value self, const Arguments& arguments) {
  bool plain = arguments.positional == 1 && !arguments.has_keywords();
  int last = plain ? 1 : lone_last(arguments, 1);
  if (last < 0) return call_native(t, *signature_of(&kBound[0]), self, arguments);
  TRY(move_to_end(t, dict_of(self), arguments[0], last != 0));
  return Value::none();
}
Fallible<Value> pop_item_raw(Thread& t, Value self, const Arguments& arguments) {
  bool plain = arguments.positional == 0 && !arguments.has_keywords();
  int last = plain ? 1 : lone_last(arguments, 0);
  if (last < 0) return call_native(t, *signature_of(&kBound[1]), self, arguments);
  return pop_item(t, dict_of(self), last != 0);
}

Fallible<Value> pop(Thread& t, Dict* self, Value key, Value otherwise) {
  Value found = TRY(self->pop_py(t, key));
  if (!found.is_absent()) return found;
  if (!otherwise.is_absent()) return otherwise;
  return raise_key_error(t, key);
}

Fallible<Value> set_default(Thread& t, Dict* self, Value key, Value otherwise) {
  if (is_exact(Value(self))) return self->set_default_py(t, key, otherwise);
  if (TRY(contains_py(t, Value(self), key))) return get_item_py(t, Value(self), key);
  TRY(set_item_py(t, Value(self), key, otherwise));
  return otherwise;
}

Fallible<void> clear(Thread&, Dict* self) {
  self->clear_nogc();
  return {};
}

// ---- Comparison, text, pickling. ----

Fallible<bool> same_order_py(Thread& t, Dict* a, Dict* b) {
  uint64_t a_version = a->keys_version(), b_version = b->keys_version();
  Value x, y, unused;
  size_t i = 0, k = 0;
  for (;;) {
    bool more_a = a->next_nogc(&i, &x, &unused), more_b = b->next_nogc(&k, &y, &unused);
    if (!more_a || !more_b) return more_a == more_b;
    TRY(t.poll());
    if (!TRY(equals_py(t, x, y))) return false;
    if (a->keys_version() != a_version || b->keys_version() != b_version)
      return t.raise(core.RuntimeError, "OrderedDict mutated during iteration");
  }
}

Fallible<Value> compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Dict>(self) || !is<Dict>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return Value::not_implemented();
  Value result = TRY(core.dict->slots().compare(t, self, other, CompareOp::Eq));
  bool equal = result.is_true();
  if (equal && is_ordered(self) && is_ordered(other)) equal = TRY(same_order_py(t, dict_of(self), dict_of(other)));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Value> repr(Thread& t, Value self) {
  Str* name = type_of(self)->name();
  if (dict_of(self)->length() == 0) return Value(TRY(t.format("{}()", name)));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(Str::from_ascii(t, "...")));
  Dict* plain;
  if (is_exact(self)) {
    plain = TRY(Dict::copy(t, dict_of(self)));
  } else {
    plain = TRY(Dict::make(t));
    TRY(dict_update_py(t, plain, self));
  }
  return Value(TRY(t.format("{}({})", name, repr_of(Value(plain)))));
}

Fallible<Value> reduce(Thread& t, Value self) {
  Value state = TRY(call_method_py(t, self, names.dunder_getstate));
  Value items = TRY(call_method_py(t, self, names.items));
  Value iterator = TRY(iter_py(t, items));
  return Value(TRY(Tuple::of(t, Value(type_of(self)), Value(empty_tuple()), state, Value::none(), iterator)));
}

Fallible<Value> iterate(Thread& t, Value self) { return make_iterator(t, dict_of(self), Yield::Key, false); }
Fallible<Value> reversed(Thread& t, Dict* self) { return make_iterator(t, self, Yield::Key, true); }

constexpr NativeMethod kMethods[] = {
    {"clear", HOG_NATIVE(clear), "($self, /)", "Remove all items."},
    {"copy", HOG_NATIVE(copy), "($self, /)", "A shallow copy."},
    {"fromkeys", HOG_NATIVE(from_keys), "($type, /, iterable, value=None)", "New, with these keys and one value for all.",
     native_flag::kClassMethod},
    {"items", HOG_NATIVE(make_view<&items_type>), "($self, /)", "A view of the (key, value) pairs."},
    {"keys", HOG_NATIVE(make_view<&keys_type>), "($self, /)", "A view of the keys."},
    {"move_to_end", HOG_RAW(move_to_end_raw), "($self, /, key, last=True)", "Move a key to the end, or to the beginning."},
    {"pop", HOG_NATIVE(pop), "($self, /, key, default=<unrepresentable>)",
     "Remove the key and return its value; without it the default, or KeyError."},
    {"popitem", HOG_RAW(pop_item_raw), "($self, /, last=True)", "Remove and return the last or the first (key, value) pair."},
    {"setdefault", HOG_NATIVE(set_default), "($self, /, key, default=None)",
     "The value of the key, which gets the default if it is missing."},
    {"update", HOG_RAW(update), nullptr, "Set items from a mapping or an iterable of pairs, then from keyword arguments."},
    {"values", HOG_NATIVE(make_view<&values_type>), "($self, /)", "A view of the values."},
    {"__reversed__", HOG_NATIVE(reversed), "($self, /)", "An iterator over the keys, last first."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."},
    {},
};
constexpr NativeMethod kIteratorMethods[] = {
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."}, {}};

template <Yield kYield>
constexpr NativeMethod kViewMethods[] = {
    {"__reversed__", HOG_NATIVE(view_reversed<kYield>), "($self, /)", "An iterator, last first."}, {}};

const TypeSpec kOrderedDictSpec = {
    .name = "collections.OrderedDict",
    .doc = "A dict whose keys can be moved to either end.",
    .base = &core.dict,
    .flags = type_flag::kBaseType | type_flag::kHasDict | type_flag::kWeakReferences,
    .slots = {.repr = repr,
              .hash = hash_not_implemented,
              .compare = compare,
              .iter = iterate,
              .init = init,
              .or_ = or_,
              .inplace_or = inplace_or},
    .methods = kMethods,
    .constructors = kBound,
};
const TypeSpec kIteratorSpec = {.name = "odict_iterator",
                                .layout = &OrderedIterator::kLayout,
                                .flags = type_flag::kNoInstantiation,
                                .slots = {.iter = iterator_self, .next = iterator_next},
                                .methods = kIteratorMethods};
const TypeSpec kKeysSpec = {.name = "odict_keys",
                            .base = &core.dict_keys,
                            .flags = type_flag::kNoInstantiation,
                            .slots = {.iter = view_iter<Yield::Key>},
                            .methods = kViewMethods<Yield::Key>};
const TypeSpec kValuesSpec = {.name = "odict_values",
                              .base = &core.dict_values,
                              .flags = type_flag::kNoInstantiation,
                              .slots = {.iter = view_iter<Yield::Value>},
                              .methods = kViewMethods<Yield::Value>};
const TypeSpec kItemsSpec = {.name = "odict_items",
                             .base = &core.dict_items,
                             .flags = type_flag::kNoInstantiation,
                             .slots = {.iter = view_iter<Yield::Item>},
                             .methods = kViewMethods<Yield::Item>};

}  // namespace

const TypeRegistration kOrderedDictTypes[] = {{&ordered_dict_type, &kOrderedDictSpec},
                                              {&keys_type, &kKeysSpec, false},
                                              {&values_type, &kValuesSpec, false},
                                              {&items_type, &kItemsSpec, false},
                                              {&iterator_type, &kIteratorSpec, false}};

}  // namespace hog::collections
