// dict.cpp: dict as Python sees it. Ref: library/stdtypes "Mapping Types". A key's hash or == may change the dict: Dict's
// own functions see to that, and nothing here keeps an entry across a call of user code.
#include "types/container_support.hpp"
#include "object/dict_lookup.hpp"

namespace hog {

namespace {
Fallible<Value> dict_new(Thread& t, Type* type, const Arguments&) {
  if (type == core.dict) [[likely]] return TRY(Dict::make(t));
  Cell* cell = TRY(new_instance(t, type));
  DictAccess::touch(t, as<Dict>(cell));
  return cell;
}

Fallible<void> update_from_arguments_py(Thread& t, Dict* dict, const Arguments& arguments, const char* name) {
  TRY(check_positional(t, arguments, name, 0, 1));
  if (arguments.positional == 1) TRY(dict_update_py(t, dict, arguments[0]));
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i)
    TRY(dict->set_py(t, arguments.names->at(i), arguments[arguments.positional + i]));
  return {};
}

Fallible<void> dict_init(Thread& t, Value self, const Arguments& arguments) {
  return update_from_arguments_py(t, as<Dict>(self), arguments, "dict");
}

Fallible<Value> dict_update(Thread& t, Value self, const Arguments& arguments) {
  TRY(update_from_arguments_py(t, as<Dict>(self), arguments, "update"));
  return Value::none();
}

Fallible<Value> dict_repr(Thread& t, Value self) {
  auto* dict = as<Dict>(self);
  if (dict->length() == 0) return TRY(Str::from_ascii(t, "{}"));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return TRY(Str::from_ascii(t, "{...}"));
  StrBuilder out(t);
  TRY(out.append_ascii("{"));
  Value key, value;
  bool first = true;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value); first = false) {
    if (!first) TRY(out.append_ascii(", "));
    TRY(out.append(TRY(repr_py(t, key))));
    TRY(out.append_ascii(": "));
    TRY(out.append(TRY(repr_py(t, value))));
    TRY(t.poll());
  }
  TRY(out.append_ascii("}"));
  return TRY(out.finish());
}

Fallible<bool> dicts_equal_py(Thread& t, Dict* a, Dict* b) {
  if (a->length() != b->length()) return false;
  TRY(check_native_recursion(t, " in comparison"));
  Value key, value;
  uint64_t hash = 0;
  for (size_t i = 0; a->next_nogc(&i, &key, &value, &hash);) {
    TRY(t.poll());
    Value other = TRY(b->get_stored_py(t, key, hash));
    if (other.is_absent() || !TRY(equals_py(t, other, value))) return false;
  }
  return true;
}

Fallible<Value> dict_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Dict>(self) || !is<Dict>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return Value::not_implemented();
  bool equal = TRY(dicts_equal_py(t, as<Dict>(self), as<Dict>(other)));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Value> make_iterator(Thread& t, Dict* dict, Shape* shape, size_t position) {
  auto* iterator = TRY(t.allocate<DictIterator>(shape));
  iterator->dict_.set(iterator, dict);
  iterator->position_ = position;
  iterator->expected_ = iterator->remaining_ = static_cast<int64_t>(dict->length());
  return iterator;
}

size_t end_position(const Dict* dict) { return dict->entries() == nullptr ? 0 : dict->entries()->entry_count_; }

Fallible<Value> dict_iter(Thread& t, Value self) { return make_iterator(t, as<Dict>(self), shapes.dict_key_iterator, 0); }

Fallible<int64_t> dict_length(Thread&, Value self) { return static_cast<int64_t>(as<Dict>(self)->length()); }

Fallible<Value> dict_get_item(Thread& t, Value self, Value key) {
  auto* dict = as<Dict>(self);
  Value found = TRY(dict->get_py(t, key));
  if (!found.is_absent()) [[likely]] return found;
  if (dict->shape() != shapes.dict && type_of(self) != core.dict) {
    Value missing = TRY(find_special_py(t, self, names.dunder_missing));
    if (!missing.is_absent()) return call_py(t, missing, key);
  }
  return t.raise_value(core.KeyError, key);
}

Fallible<void> dict_set_item(Thread& t, Value self, Value key, Value value) {
  auto* dict = as<Dict>(self);
  if (!value.is_absent()) return dict->set_py(t, key, value);
  if (!TRY(dict->remove_py(t, key))) return t.raise_value(core.KeyError, key);
  return {};
}

Fallible<bool> dict_contains(Thread& t, Value self, Value key) { return !TRY(as<Dict>(self)->get_py(t, key)).is_absent(); }

Fallible<Value> dict_or(Thread& t, Value left, Value right) {
  if (!is<Dict>(left) || !is<Dict>(right)) return Value::not_implemented();
  Dict* result = TRY(Dict::copy(t, as<Dict>(left)));
  TRY(dict_update_py(t, result, right));
  return result;
}

Fallible<Value> dict_inplace_or(Thread& t, Value left, Value right) {
  TRY(dict_update_py(t, as<Dict>(left), right));
  return left;
}

// ---- Methods. ----

Fallible<Value> dict_get(Thread& t, Dict* self, Value key, Value otherwise) {
  Value found = TRY(self->get_py(t, key));
  return found.is_absent() ? otherwise : found;
}

Fallible<Value> dict_set_default(Thread& t, Dict* self, Value key, Value otherwise) {
  return self->set_default_py(t, key, otherwise);
}

Fallible<Value> dict_pop(Thread& t, Dict* self, Value key, Value otherwise) {
  Value found = TRY(self->pop_py(t, key));
  if (!found.is_absent()) return found;
  if (!otherwise.is_absent()) return otherwise;
  return t.raise_value(core.KeyError, key);
}

Fallible<Value> dict_pop_item(Thread& t, Dict* self) {
  Tuple* pair = TRY(Tuple::make(t, 2));
  Value key, value;
  if (!self->pop_last_nogc(t, &key, &value)) return t.raise(core.KeyError, "popitem(): dictionary is empty");
  pair->initialize(0, key);
  pair->initialize(1, value);
  return pair;
}

Fallible<void> dict_clear(Thread&, Dict* self) {
  self->clear_nogc();
  return {};
}

Fallible<Dict*> dict_copy(Thread& t, Dict* self) {
  TRY(t.poll(1 + self->length() / 16));
  return Dict::copy(t, self);
}

Fallible<Value> dict_from_keys(Thread& t, Value type, Value iterable, Value value) {
  Value made = TRY(call_py(t, type));
  Dict* dict = is_exactly(made, shapes.dict) ? as<Dict>(made) : nullptr;
  if (dict != nullptr && is<Set>(iterable)) {  // their hashes are known
    Value key;
    uint64_t hash = 0;
    for (size_t i = 0; as<Set>(iterable)->next_nogc(&i, &key, &hash);) {
      TRY(t.poll());
      TRY(dict->set_hashed_py(t, key, hash, value));
    }
    return made;
  }
  if (dict != nullptr && is_exactly(iterable, shapes.dict)) {
    Value key, unused;
    uint64_t hash = 0;
    for (size_t i = 0; as<Dict>(iterable)->next_nogc(&i, &key, &unused, &hash);) {
      TRY(t.poll());
      TRY(dict->set_stored_py(t, key, hash, value));
    }
    return made;
  }
  TRY(for_each_py(t, iterable, [&](Value key) -> Fallible<bool> {
    if (dict != nullptr) {
      TRY(dict->set_py(t, key, value));
    } else {
      TRY(set_item_py(t, made, key, value));
    }
    return true;
  }));
  return made;
}

template <Shape* CoreShapes::*Kind>
Fallible<Value> dict_view(Thread& t, Dict* self) {
  auto* view = TRY(t.allocate<DictView>(shapes.*Kind));
  view->dict_.set(view, self);
  return view;
}

Fallible<Value> dict_reversed(Thread& t, Dict* self) {
  return make_iterator(t, self, shapes.dict_reverse_key_iterator, end_position(self));
}

Fallible<int64_t> dict_sizeof(Thread& t, Dict* self) {
  size_t bytes = type_of(self)->instance_size();
  if (self->entries() != nullptr) bytes += t.heap().cell_size(self->entries());
  return static_cast<int64_t>(bytes);
}

constexpr NativeMethod kDictMethods[] = {
    {"clear", HOG_NATIVE(dict_clear), "($self, /)", "Remove all items."},
    {"copy", HOG_NATIVE(dict_copy), "($self, /)", "A shallow copy."},
    {"fromkeys", HOG_NATIVE(dict_from_keys), "($type, iterable, value=None, /)",
     "A new dict with these keys, all with the same value.", native_flag::kClassMethod},
    {"get", HOG_NATIVE(dict_get), "($self, key, default=None, /)", "The value of the key, or the default."},
    {"items", HOG_NATIVE(dict_view<&CoreShapes::dict_items>), "($self, /)", "A view of the (key, value) pairs."},
    {"keys", HOG_NATIVE(dict_view<&CoreShapes::dict_keys>), "($self, /)", "A view of the keys."},
    {"pop", HOG_NATIVE(dict_pop), "($self, key, default=<unrepresentable>, /)",
     "Remove the key and return its value; without it the default, or KeyError."},
    {"popitem", HOG_NATIVE(dict_pop_item), "($self, /)", "Remove and return the newest (key, value) pair."},
    {"setdefault", HOG_NATIVE(dict_set_default), "($self, key, default=None, /)",
     "The value of the key, which gets the default if it is missing."},
    {"update", HOG_RAW(dict_update), nullptr, "Set items from a mapping or an iterable of pairs, then from keyword arguments."},
    {"values", HOG_NATIVE(dict_view<&CoreShapes::dict_values>), "($self, /)", "A view of the values."},
    {"__reversed__", HOG_NATIVE(dict_reversed), "($self, /)", "An iterator over the keys, newest first."},
    {"__sizeof__", HOG_NATIVE(dict_sizeof), "($self, /)", "Memory in bytes."},
    {"__contains__", HOG_NATIVE(dict_contains), "($self, key, /)", "True when the key is there.", native_flag::kCoexist},
    {"__getitem__", HOG_NATIVE(dict_get_item), "($self, key, /)", "The value of the key.", native_flag::kCoexist},
    {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, item, /)", "dict[...]: a generic alias.", native_flag::kClassMethod},
    {}};
}  // namespace

extern const TypeSpec k_dict_spec;
const TypeSpec k_dict_spec = {
    .name = "dict",
    .doc = "dict() -> new empty dictionary\ndict(mapping), dict(iterable of pairs), dict(**names): filled from these",
    .layout = &Dict::kLayout,
    .flags = type_flag::kBaseType | type_flag::kDictSubclass | type_flag::kMapping | type_flag::kMatchSelf,
    .slots = {.repr = dict_repr,
              .hash = hash_not_implemented,
              .compare = dict_compare,
              .iter = dict_iter,
              .init = dict_init,
              .new_ = dict_new,
              .or_ = dict_or,
              .inplace_or = dict_inplace_or,
              .length = dict_length,
              .get_item = dict_get_item,
              .set_item = dict_set_item,
              .contains = dict_contains},
    .methods = kDictMethods};

// ---- Iterators. ----

namespace {
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<DictIterator*>(cell)->dict_.get()); }

enum class Yield : uint8_t { Key, Value, Item };
struct IteratorKind {
  Yield yield;
  bool reverse;
};
IteratorKind kind_of(const DictIterator* iterator) {
  const Shape* shape = iterator->shape();
  if (shape == shapes.dict_key_iterator) return {Yield::Key, false};
  if (shape == shapes.dict_item_iterator) return {Yield::Item, false};
  if (shape == shapes.dict_value_iterator) return {Yield::Value, false};
  if (shape == shapes.dict_reverse_key_iterator) return {Yield::Key, true};
  if (shape == shapes.dict_reverse_value_iterator) return {Yield::Value, true};
  return {Yield::Item, true};
}

Fallible<Value> yield_item(Thread& t, Yield yield, Value key, Value value) {
  if (yield == Yield::Key) return key;
  if (yield == Yield::Value) return value;
  Tuple* pair = TRY(Tuple::make(t, 2));
  pair->initialize(0, key);
  pair->initialize(1, value);
  return pair;
}
}  // namespace

Fallible<Value> dict_iterator_next(Thread& t, DictIterator* iterator) {
  Dict* dict = iterator->dict_.get();
  if (dict == nullptr) return Value::absent();
  if (iterator->expected_ != static_cast<int64_t>(dict->length())) {
    iterator->expected_ = -1;
    return t.raise(core.RuntimeError, "dictionary changed size during iteration");
  }
  IteratorKind kind = kind_of(iterator);
  Value key, value;
  bool found = kind.reverse ? dict->previous_nogc(&iterator->position_, &key, &value)
                            : dict->next_nogc(&iterator->position_, &key, &value);
  if (!found) {
    iterator->dict_.clear();
    return Value::absent();
  }
  if (iterator->remaining_ == 0) {
    iterator->dict_.clear();
    return t.raise(core.RuntimeError, "dictionary keys changed during iteration");
  }
  --iterator->remaining_;
  return yield_item(t, kind.yield, key, value);
}

namespace {
Fallible<Value> iterator_next(Thread& t, Value self) { return dict_iterator_next(t, as<DictIterator>(self)); }

Fallible<int64_t> iterator_length_hint(Thread&, DictIterator* self) {
  if (!self->dict_ || self->expected_ != static_cast<int64_t>(self->dict_->length())) return int64_t{0};
  return self->remaining_;
}

// Pickled as the list of what is still to come; the iterator itself does not move.
Fallible<Value> iterator_reduce(Thread& t, DictIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  auto* copy = TRY(t.allocate<DictIterator>(self->shape()));
  copy->dict_.set(copy, self->dict_.get());
  copy->position_ = self->position_;
  copy->expected_ = self->expected_;
  copy->remaining_ = self->remaining_;
  List* rest = TRY(list_from_iterable_py(t, copy));
  return reduced_to(t, iter, rest);
}

constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."},
    {}};
}  // namespace

const Layout DictIterator::kLayout = {.name = "dict_iterator", .trace = trace_iterator, .base_size = sizeof(DictIterator)};

#define DICT_ITERATOR(field, python_name)                                                  \
  extern const TypeSpec k_##field##_spec;                                                  \
  const TypeSpec k_##field##_spec = {.name = python_name,                                  \
                                     .layout = &DictIterator::kLayout,                     \
                                     .flags = type_flag::kNoInstantiation,                 \
                                     .slots = {.iter = iterator_self, .next = iterator_next}, \
                                     .methods = kIteratorMethods};
DICT_ITERATOR(dict_key_iterator, "dict_keyiterator")
DICT_ITERATOR(dict_value_iterator, "dict_valueiterator")
DICT_ITERATOR(dict_item_iterator, "dict_itemiterator")
DICT_ITERATOR(dict_reverse_key_iterator, "dict_reversekeyiterator")
DICT_ITERATOR(dict_reverse_value_iterator, "dict_reversevalueiterator")
DICT_ITERATOR(dict_reverse_item_iterator, "dict_reverseitemiterator")
#undef DICT_ITERATOR

}  // namespace hog
