// protocol_container.cpp: length, subscription, membership and iteration of any value, and slices.
// Invariant: a length or length hint that a program supplied is never believed beyond a bounded preallocation.
#include "object/dict_lookup.hpp"
#include "object/iterators.hpp"
#include "object/protocol.hpp"
#include "object/slice.hpp"

namespace hog {

namespace {
constexpr int64_t kMostHinted = 1 << 16;

// Would subscription by position make sense: then a missing slot is reported in the words of sequences.
bool looks_like_sequence(Type* type) { return type->is_heap_type() || type->slots().length != nullptr; }
}  // namespace

// ---- Length. ----

Fallible<int64_t> length_py(Thread& t, Value v) {
  Type* type = type_of(v);
  auto length = type->slots().length;
  if (length == nullptr) [[unlikely]] return t.raise_type_error("object of type '{}' has no len()", type);
  return length(t, v);
}

Fallible<int64_t> length_hint_py(Thread& t, Value v, int64_t otherwise) {
  if (type_of(v)->slots().length != nullptr) {
    Fallible<int64_t> length = length_py(t, v);
    if (!length.failed() || !clear_exception_if(t, core.TypeError)) return length;
  }
  Value hint = TRY(find_special_py(t, v, names.dunder_length_hint));
  if (hint.is_absent()) return otherwise;
  Fallible<Value> result = call_py(t, hint);
  if (result.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return otherwise;
  }
  if (result.get().is_not_implemented()) return otherwise;
  if (!is_int_or_bool(result.get()))
    return t.raise_type_error("__length_hint__ must be an integer, not {}", type_of(result.get()));
  int64_t n = TRY(index_to_int64_py(t, result.get()));
  if (n < 0) return t.raise_value_error("__length_hint__() should return >= 0");
  return n;
}

// ---- Subscription. ----

Fallible<Value> get_item_py(Thread& t, Value object, Value key) {
  Type* type = type_of(object);
  if (auto get_item = type->slots().get_item) [[likely]] return get_item(t, object, key);
  if (Type* subscripted = as_type(object)) {
    if (subscripted == core.type) return make_generic_alias(t, object, key);
    Value method = TRY(find_attribute_py(t, object, names.dunder_class_getitem));
    if (!method.is_absent()) return call_py(t, method, key);
    return t.raise_type_error("type '{}' is not subscriptable", subscripted);
  }
  return t.raise_type_error("'{}' object is not subscriptable", type);
}

Fallible<void> set_item_py(Thread& t, Value object, Value key, Value value) {
  Type* type = type_of(object);
  if (auto set_item = type->slots().set_item) [[likely]] return set_item(t, object, key, value);
  if (!value.is_absent()) return t.raise_type_error("'{}' object does not support item assignment", type);
  if (looks_like_sequence(type) && is_index(key)) return t.raise_type_error("'{}' object doesn't support item deletion", type);
  return t.raise_type_error("'{}' object does not support item deletion", type);
}

Fallible<bool> contains_py(Thread& t, Value container, Value item) {
  Type* type = type_of(container);
  if (auto contains = type->slots().contains) [[likely]] return contains(t, container, item);
  Fallible<Value> iterator = iter_py(t, container);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("argument of type '{}' is not a container or iterable", type);
  }
  for (;;) {
    Value next = TRY(next_py(t, iterator.get()));
    if (next.is_absent()) return false;
    if (TRY(equals_py(t, next, item))) return true;
    TRY(t.poll());
  }
}

// ---- Iteration. ----

Fallible<Value> iter_py(Thread& t, Value v) {
  Type* type = type_of(v);
  if (auto iter = type->slots().iter) [[likely]] {
    Value iterator = TRY(iter(t, v));
    if (type_of(iterator)->slots().next == nullptr) [[unlikely]]
      return t.raise_type_error("iter() returned non-iterator of type '{}'", type_of(iterator));
    return iterator;
  }
  // A built-in type that only has subscripts (re.Match, a union) is no sequence; one that has a length, too, or a class with
  // __getitem__ may be one.
  bool is_sequence = type->slots().get_item != nullptr && !type->has(type_flag::kDictSubclass) &&
                     (type->is_heap_type() || type->has(type_flag::kSequence) || type->slots().length != nullptr);
  if (!is_sequence)
    return t.raise_type_error("'{}' object is not iterable", type);
  auto* iterator = TRY(t.allocate<SequenceIterator>(shapes.sequence_iterator));
  iterator->sequence_.set(iterator, v);
  return iterator;
}

Fallible<Value> next_py(Thread& t, Value iterator) {
  Type* type = type_of(iterator);
  auto next = type->slots().next;
  if (next == nullptr) [[unlikely]] return t.raise_type_error("'{}' object is not an iterator", type);
  TRY(check_native_recursion(t));  // an iterator over an iterator over ...
  Fallible<Value> item = next(t, iterator);
  if (item.failed() && clear_exception_if(t, core.StopIteration)) return Value::absent();
  return item;
}

namespace {
Fallible<void> extend_by_range(Thread& t, List* list, const Range* range) {
  auto count = static_cast<size_t>(range->length_);
  if (count > SIZE_MAX / 32) return t.raise_memory_error();
  TRY(list->reserve(t, list->length() + count));
  for (size_t i = 0; i < count; ++i) {
    if (i % 1024 == 1023) TRY(t.poll(256));
    TRY(list->append(t, TRY(make_int(t, range->fast_at(static_cast<int64_t>(i))))));
  }
  return {};
}

// Items of an exact list or tuple. No Python runs, so nothing changes underneath; the list may be its own source.
Fallible<void> extend_by_items(Thread& t, List* list, size_t count) {
  size_t size = list->length() + count;
  ValueArray* items = list->items_.get();
  if (items == nullptr || size > items->capacity()) TRY(list->reserve(t, list->length() == 0 ? size : size + size / 4));
  return {};
}
}  // namespace

Fallible<void> list_extend_py(Thread& t, List* list, Value iterable) {
  if (is_exactly(iterable, shapes.list)) {
    List* other = as<List>(iterable);
    size_t count = other->length();
    TRY(t.poll(1 + static_cast<int64_t>(count / 16)));
    count = other->length();
    TRY(extend_by_items(t, list, count));
    for (size_t i = 0; i < count; ++i) list->items_->set(list->size_ + i, other->at(i));
    list->size_ += count;
    return {};
  }
  if (is_exactly(iterable, shapes.tuple)) {
    Tuple* other = as<Tuple>(iterable);
    size_t count = other->length();
    TRY(t.poll(1 + static_cast<int64_t>(count / 16)));
    TRY(extend_by_items(t, list, count));
    for (size_t i = 0; i < count; ++i) list->items_->set(list->size_ + i, other->at(i));
    list->size_ += count;
    return {};
  }
  if (is_exactly(iterable, shapes.range) && as<Range>(iterable)->is_fast_)
    return extend_by_range(t, list, as<Range>(iterable));
  Value iterator = TRY(iter_py(t, iterable));
  int64_t hint = TRY(length_hint_py(t, iterable, 0));
  if (hint > kMostHinted) hint = kMostHinted;
  if (hint > 0) TRY(list->reserve(t, list->length() + static_cast<size_t>(hint)));
  for (;;) {
    Value item = TRY(next_py(t, iterator));
    if (item.is_absent()) return {};
    TRY(list->append(t, item));
    TRY(t.poll());
  }
}

Fallible<List*> list_from_iterable_py(Thread& t, Value iterable) {
  List* list = TRY(List::make(t));
  TRY(list_extend_py(t, list, iterable));
  return list;
}

Fallible<Tuple*> tuple_from_iterable_py(Thread& t, Value iterable) {
  if (is_exactly(iterable, shapes.tuple)) return as<Tuple>(iterable);
  List* list = is_exactly(iterable, shapes.list) ? as<List>(iterable) : TRY(list_from_iterable_py(t, iterable));
  TRY(t.poll(1 + static_cast<int64_t>(list->length() / 16)));
  Tuple* tuple = TRY(Tuple::make(t, list->length()));
  for (size_t i = 0; i < tuple->length(); ++i) tuple->initialize(i, list->at(i));
  return tuple;
}

// ---- Updating dicts. ----

namespace {
Fallible<void> merge_dict_py(Thread& t, Dict* dict, Dict* other) {
  if (other == dict || other->length() == 0) return {};
  TRY(t.poll(1 + other->length() / 16));
  if (dict->length() == 0) return dict->become_copy_of(t, other);
  if (dict->length() + other->length() > dict->entries_->entry_capacity_)
    TRY(dict->reserve(t, dict->length() + other->length()));
  const DictEntries* entries = other->entries();
  uint32_t count = entries == nullptr ? 0 : entries->entry_count_;
  Value key, value;
  uint64_t hash = 0;
  for (size_t i = 0; other->next_nogc(&i, &key, &value, &hash);) {
    TRY(t.poll());
    TRY(dict->set_stored_py(t, key, hash, value));
    if (other->entries() != entries || entries->entry_count_ != count)
      return t.raise(core.RuntimeError, "dict mutated during update");
  }
  return {};
}

Fallible<void> merge_mapping_py(Thread& t, Dict* dict, Value mapping, Value keys_method) {
  Value keys = TRY(call_py(t, keys_method));
  Value iterator = TRY(iter_py(t, keys));
  for (;;) {
    Value key = TRY(next_py(t, iterator));
    if (key.is_absent()) return {};
    TRY(dict->set_py(t, key, TRY(get_item_py(t, mapping, key))));
    TRY(t.poll());
  }
}

// The pending TypeError gets a note that says where it happened.
Failure note_pair(Thread& t, int64_t index) {
  if (t.terminated() || !t.exception_is(core.TypeError)) return Failure{};
  Value error = t.take_exception();
  Str* note = TRY(t.format("Cannot convert dictionary update sequence element #{} to a sequence", index));
  Str* add_note = TRY(Str::intern_utf8(t, "add_note"));
  TRY(call_method_py(t, error, add_note, note));
  return t.restore_exception(error);
}

Fallible<List*> pair_from_py(Thread& t, Value item, int64_t index) {
  Fallible<Value> iterator = iter_py(t, item);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    static_cast<void>(t.raise_type_error("object is not iterable"));
    return note_pair(t, index);
  }
  Fallible<List*> pair = list_from_iterable_py(t, iterator.get());
  if (pair.failed()) return note_pair(t, index);
  return pair;
}

Fallible<void> merge_pairs_py(Thread& t, Dict* dict, Value pairs) {
  Value iterator = TRY(iter_py(t, pairs));
  for (int64_t index = 0;; ++index) {
    Value item = TRY(next_py(t, iterator));
    if (item.is_absent()) return {};
    Value key, value;
    size_t length = 0;
    if (is<Tuple>(item)) {
      Tuple* pair = as<Tuple>(item);
      length = pair->length();
      if (length == 2) key = pair->at(0), value = pair->at(1);
    } else {
      List* pair = try_as<List>(item);
      if (pair == nullptr) pair = TRY(pair_from_py(t, item, index));
      length = pair->length();
      if (length == 2) key = pair->at(0), value = pair->at(1);
    }
    if (length != 2)
      return t.raise_value_error("dictionary update sequence element #{} has length {}; 2 is required", index, length);
    TRY(dict->set_py(t, key, value));
    TRY(t.poll());
  }
}
}  // namespace

Fallible<void> dict_update_py(Thread& t, Dict* dict, Value from) {
  if (is_exactly(from, shapes.dict)) return merge_dict_py(t, dict, as<Dict>(from));
  Value keys = TRY(find_attribute_py(t, from, names.keys));
  if (keys.is_absent()) return merge_pairs_py(t, dict, from);
  // A subclass that iterates like dict itself is read directly, as its overridden methods would not have been asked.
  if (is<Dict>(from) && type_of(from)->slots().iter == core.dict->slots().iter) return merge_dict_py(t, dict, as<Dict>(from));
  return merge_mapping_py(t, dict, from, keys);
}

// ---- Indices and slices. ----

bool is_index(Value v) { return is_int_or_bool(v) || type_of(v)->slots().index != nullptr; }
bool is_slice(Value v) { return is<Slice>(v); }

Fallible<int64_t> index_key_py(Thread& t, Value key, const char* what) {
  if (key.is_small_int()) [[likely]] return key.small_int();
  if (!is_index(key)) return t.raise_type_error("{} indices must be integers or slices, not {}", what, type_of(key));
  Value index = TRY(index_py(t, key));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0) return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  return n.value;
}

Fallible<int64_t> sequence_index_py(Thread& t, Value key, int64_t length, const char* what) {
  int64_t index = TRY(index_key_py(t, key, what));
  if (index < 0) index += length;
  if (index < 0 || index >= length) return t.raise(core.IndexError, "{} index out of range", what);
  return index;
}

namespace {
Fallible<int64_t> slice_part_py(Thread& t, Value part, int64_t if_none) {
  if (part.is_none()) return if_none;
  if (part.is_small_int()) return part.small_int();
  if (!is_index(part))
    return t.raise_type_error("slice indices must be integers or None or have an __index__ method");
  return index_clamped_py(t, part);
}
}  // namespace

Fallible<SliceBounds> unpack_slice_py(Thread& t, Value value) {
  Slice* slice = as<Slice>(value);
  int64_t step = TRY(slice_part_py(t, slice->step_, 1));
  if (step == 0) return t.raise_value_error("slice step cannot be zero");
  if (step == INT64_MIN) step = -INT64_MAX;  // so that it can be negated
  int64_t start = TRY(slice_part_py(t, slice->start_, step < 0 ? INT64_MAX : 0));
  int64_t stop = TRY(slice_part_py(t, slice->stop_, step < 0 ? INT64_MIN : INT64_MAX));
  return SliceBounds{start, stop, step, 0};
}

SliceBounds fit_slice(SliceBounds s, int64_t length) {
  if (s.step == 1) {  // nearly always; no division
    auto fit_plain = [&](int64_t i) { return i < 0 ? (i + length < 0 ? 0 : i + length) : i >= length ? length : i; };
    s.start = fit_plain(s.start);
    s.stop = fit_plain(s.stop);
    s.count = s.stop > s.start ? s.stop - s.start : 0;
    return s;
  }
  auto fit = [&](int64_t i) {
    if (i < 0) {
      i += length;
      return i < 0 ? (s.step < 0 ? int64_t{-1} : int64_t{0}) : i;
    }
    return i >= length ? (s.step < 0 ? length - 1 : length) : i;
  };
  s.start = fit(s.start);
  s.stop = fit(s.stop);
  s.count = 0;
  if (s.step < 0 && s.stop < s.start) s.count = (s.start - s.stop - 1) / -s.step + 1;
  if (s.step > 0 && s.start < s.stop) s.count = (s.stop - s.start - 1) / s.step + 1;
  return s;
}

Fallible<SliceBounds> slice_bounds_py(Thread& t, Value slice, int64_t length) {
  return fit_slice(TRY(unpack_slice_py(t, slice)), length);
}

Fallible<Value> make_slice(Thread& t, Value start, Value stop, Value step) {
  Slice* slice = TRY(t.allocate<Slice>(shapes.slice));
  slice->start_.set(slice, start);
  slice->stop_.set(slice, stop);
  slice->step_.set(slice, step);
  return slice;
}

// ---- Names. ----

Fallible<Str*> full_type_name(Thread& t, Type* type) {
  if (!type->is_heap_type()) return type->qualified_name();
  Value module = type->dict()->get_name_nogc(names.dunder_module);
  Str* text = module.is_absent() ? nullptr : try_as<Str>(module);
  if (text == nullptr || text == names.builtins || text->equals_ascii("__main__") || text->equals_ascii("builtins"))
    return type->qualified_name();
  return t.format("{}.{}", text, type->qualified_name());
}

Fallible<Value> builtin_by_name_py(Thread& t, const char* name) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  Dict* builtins = t.isolate().builtins;
  Value found = builtins == nullptr ? Value::absent() : TRY(builtins->get_py(t, interned));
  if (found.is_absent()) return t.raise(core.AttributeError, "module 'builtins' has no attribute '{}'", interned);
  return found;
}

}  // namespace hog
