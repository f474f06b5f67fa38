// list.cpp: list as Python sees it. Ref: library/stdtypes "Mutable Sequence Types". Every step that may run Python is
// followed by a fresh look at the length; storage is never held across one.
#include "types/container_support.hpp"
#include "types/list_sort.hpp"

namespace hog {

namespace {
int64_t signed_length(const List* list) { return static_cast<int64_t>(list->length()); }

Fallible<Value> list_new(Thread& t, Type* type, const Arguments&) {
  if (type == core.list) [[likely]] return t.allocate<List>(shapes.list);
  return TRY(new_instance(t, type));
}

Fallible<void> list_init(Thread& t, Value self, const Arguments& arguments) {
  Type* type = type_of(self);
  if (arguments.has_keywords() && (type == core.list || type->slots().new_ == core.list->slots().new_))
    TRY(reject_keywords(t, arguments, "list"));
  TRY(check_positional(t, arguments, "list", 0, 1));
  auto* list = as<List>(self);
  list->clear();
  if (arguments.positional == 1) return list_extend_py(t, list, arguments[0]);
  return {};
}

Fallible<Value> list_repr(Thread& t, Value self) {
  auto* list = as<List>(self);
  if (list->length() == 0) return TRY(Str::from_ascii(t, "[]"));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return TRY(Str::from_ascii(t, "[...]"));
  StrBuilder out(t);
  TRY(out.append_ascii("["));
  TRY(append_reprs_py(t, out, list));
  TRY(out.append_ascii("]"));
  return TRY(out.finish());
}

Fallible<Value> list_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<List>(self) || !is<List>(other)) return Value::not_implemented();
  return compare_sequences_py(t, as<List>(self), as<List>(other), op);
}

Fallible<Value> list_iter(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<ListIterator>(shapes.list_iterator));
  iterator->list_.set(iterator, as<List>(self));
  return iterator;
}

Fallible<int64_t> list_length(Thread&, Value self) { return signed_length(as<List>(self)); }

Fallible<Value> list_slice(Thread& t, List* list, Value slice) {
  SliceBounds s = TRY(unpack_slice_py(t, slice));
  TRY(t.poll(1 + signed_length(list) / 16));
  s = fit_slice(s, signed_length(list));
  auto count = static_cast<size_t>(s.count);
  if (s.step == 1) return TRY(List::from(t, list->data() + s.start, count));
  List* result = TRY(List::make(t, count));
  for (size_t i = 0; i < count; ++i)
    result->items_->set(i, list->at(static_cast<size_t>(s.start + static_cast<int64_t>(i) * s.step)));
  result->size_ = count;
  return result;
}

Fallible<Value> list_get_item(Thread& t, Value self, Value key) {
  auto* list = as<List>(self);
  if (is_slice(key)) return list_slice(t, list, key);
  int64_t index = TRY(index_key_py(t, key, "list"));
  if (index < 0) index += signed_length(list);
  if (index < 0 || index >= signed_length(list)) return t.raise(core.IndexError, "list index out of range");
  return list->at(static_cast<size_t>(index));
}

// ---- Assignment and deletion. ----

// Items as something that is not `list` itself and will not change under our hands: no Python runs after this.
struct Items {
  const Value* data;
  size_t count;
  Cell* keeper;
};
Fallible<Items> items_to_assign_py(Thread& t, List* list, Value value) {
  if (Tuple* tuple = try_as<Tuple>(value); tuple != nullptr && tuple->shape() == shapes.tuple)
    return Items{tuple->data(), tuple->length(), tuple};
  List* items = nullptr;
  if (is_exactly(value, shapes.list) && as<List>(value) != list) {
    items = as<List>(value);
  } else {
    if (!is<List>(value) && !is<Tuple>(value)) {
      Fallible<Value> iterator = iter_py(t, value);
      if (iterator.failed()) {
        if (!clear_exception_if(t, core.TypeError)) return Failure{};
        return t.raise_type_error("must assign iterable to extended slice");
      }
      value = iterator.get();
    }
    items = TRY(list_from_iterable_py(t, value));
  }
  return Items{items->data(), items->length(), items->items_.get()};
}

Fallible<void> list_assign_slice(Thread& t, List* list, SliceBounds s, Value value) {
  Items items = TRY(items_to_assign_py(t, list, value));
  s = fit_slice(s, signed_length(list));
  if (s.step == 1) {
    size_t start = static_cast<size_t>(s.start);
    return list->replace(t, start, start + static_cast<size_t>(s.count), items.data, items.count);
  }
  if (items.count != static_cast<size_t>(s.count))
    return t.raise_value_error("attempt to assign sequence of size {} to extended slice of size {}", items.count, s.count);
  for (size_t i = 0; i < items.count; ++i)
    list->set(static_cast<size_t>(s.start + static_cast<int64_t>(i) * s.step), items.data[i]);
  return {};
}

Fallible<void> list_delete_slice(Thread& t, List* list, SliceBounds s) {
  s = fit_slice(s, signed_length(list));
  if (s.count == 0) return {};
  if (s.step < 0) {  // the same items, upwards
    s.start += s.step * (s.count - 1);
    s.step = -s.step;
  }
  auto start = static_cast<size_t>(s.start);
  if (s.step == 1) return list->replace(t, start, start + static_cast<size_t>(s.count), nullptr, 0);
  size_t to = start;
  auto next = start;
  int64_t left = s.count;
  for (size_t from = start; from < list->length(); ++from) {
    if (left != 0 && from == next) {
      next += static_cast<size_t>(s.step);
      --left;
    } else {
      list->set(to++, list->at(from));
    }
  }
  return list->replace(t, to, list->length(), nullptr, 0);
}

Fallible<void> list_set_item(Thread& t, Value self, Value key, Value value) {
  auto* list = as<List>(self);
  if (is_slice(key)) {
    SliceBounds s = TRY(unpack_slice_py(t, key));
    return value.is_absent() ? list_delete_slice(t, list, s) : list_assign_slice(t, list, s, value);
  }
  int64_t index = TRY(index_key_py(t, key, "list"));
  if (index < 0) index += signed_length(list);
  if (index < 0 || index >= signed_length(list)) return t.raise(core.IndexError, "list assignment index out of range");
  auto i = static_cast<size_t>(index);
  if (value.is_absent()) return list->replace(t, i, i + 1, nullptr, 0);
  list->set(i, value);
  return {};
}

// ---- Operators. ----

Fallible<bool> list_contains(Thread& t, Value self, Value item) {
  auto* list = as<List>(self);
  for (size_t i = 0; i < list->length(); ++i) {
    if (TRY(equals_py(t, list->at(i), item))) return true;
    TRY(t.poll());
  }
  return false;
}

Fallible<Value> list_concat(Thread& t, Value left, Value right) {
  if (!is<List>(right)) return t.raise_type_error("can only concatenate list (not \"{}\") to list", type_of(right));
  auto *a = as<List>(left), *b = as<List>(right);
  TRY(t.poll(1 + (signed_length(a) + signed_length(b)) / 16));
  List* result = TRY(List::make(t, a->length() + b->length()));
  for (size_t i = 0; i < a->length(); ++i) result->items_->set(i, a->at(i));
  for (size_t i = 0; i < b->length(); ++i) result->items_->set(a->length() + i, b->at(i));
  result->size_ = a->length() + b->length();
  return result;
}

Fallible<Value> list_inplace_concat(Thread& t, Value left, Value right) {
  TRY(list_extend_py(t, as<List>(left), right));
  return left;
}

// Storage with the items of `list` written `times` times.
Fallible<ValueArray*> repeated(Thread& t, const List* list, size_t times, size_t* total) {
  size_t bytes = 0;
  size_t length = list->length();
  if (__builtin_mul_overflow(length, times, total) || __builtin_mul_overflow(*total, sizeof(Value), &bytes))
    return t.raise_memory_error();
  TRY(t.check_fits(bytes));
  ValueArray* items = TRY(ValueArray::make(t, *total));
  // Once from the list, then from the copy: a poll may run code that changes the list.
  for (size_t i = 0; i < length; ++i) items->set(i, list->at(i));
  for (size_t i = length; i < *total; ++i) {
    if (i % 4096 == 4095) TRY(t.poll(64));
    items->set(i, items->at(i - length));
  }
  return items;
}

Fallible<Value> list_repeat(Thread& t, Value self, int64_t times) {
  auto* list = as<List>(self);
  List* result = TRY(List::make(t));
  if (times <= 0 || list->length() == 0) return result;
  size_t total = 0;
  result->items_.set(result, TRY(repeated(t, list, static_cast<size_t>(times), &total)));
  result->size_ = total;
  return result;
}

Fallible<Value> list_inplace_repeat(Thread& t, Value self, int64_t times) {
  auto* list = as<List>(self);
  if (list->length() == 0 || times == 1) return self;
  if (times <= 0) {
    list->clear();
    return self;
  }
  size_t total = 0;
  ValueArray* items = TRY(repeated(t, list, static_cast<size_t>(times), &total));
  list->items_.set(list, items);
  list->size_ = total;
  return self;
}

// ---- Methods. ----

Fallible<void> list_append(Thread& t, List* self, Value object) { return self->append(t, object); }
Fallible<void> list_extend(Thread& t, List* self, Value iterable) { return list_extend_py(t, self, iterable); }

Fallible<void> list_insert(Thread& t, List* self, int64_t index, Value object) {
  return self->insert(t, static_cast<size_t>(clamp_index(index, signed_length(self))), object);
}

Fallible<Value> list_pop(Thread& t, List* self, int64_t index) {
  if (self->length() == 0) return t.raise(core.IndexError, "pop from empty list");
  if (index < 0) index += signed_length(self);
  if (index < 0 || index >= signed_length(self)) return t.raise(core.IndexError, "pop index out of range");
  auto i = static_cast<size_t>(index);
  Value item = self->at(i);
  if (i + 1 == self->length() && (self->items_->capacity() < 64 || i > self->items_->capacity() / 4)) {
    self->items_->items_[i].clear();
    --self->size_;
    return item;
  }
  TRY(self->replace(t, i, i + 1, nullptr, 0));
  return item;
}

Fallible<Value> list_index(Thread& t, List* self, Value value, Value start, Value stop) {
  int64_t first = TRY(bound_argument_py(t, start, 0));
  int64_t last = TRY(bound_argument_py(t, stop, INT64_MAX));
  int64_t end = clamp_index(last, signed_length(self));
  for (int64_t i = clamp_index(first, signed_length(self)); i < end && i < signed_length(self); ++i) {
    if (TRY(equals_py(t, self->at(static_cast<size_t>(i)), value))) return make_int(t, i);
    TRY(t.poll());
  }
  return t.raise_value_error("list.index(x): x not in list");
}

Fallible<int64_t> list_count(Thread& t, List* self, Value value) {
  int64_t count = 0;
  for (size_t i = 0; i < self->length(); ++i) {
    if (TRY(equals_py(t, self->at(i), value))) ++count;
    TRY(t.poll());
  }
  return count;
}

Fallible<void> list_remove(Thread& t, List* self, Value value) {
  for (size_t i = 0; i < self->length(); ++i) {
    if (TRY(equals_py(t, self->at(i), value))) {
      if (i < self->length()) return self->replace(t, i, i + 1, nullptr, 0);
      return {};
    }
    TRY(t.poll());
  }
  return t.raise_value_error("list.remove(x): x not in list");
}

Fallible<void> list_reverse(Thread& t, List* self) {
  TRY(t.poll(1 + signed_length(self) / 16));
  for (size_t low = 0, high = self->length(); low + 1 < high; ++low) {
    Value v = self->at(low);
    self->set(low, self->at(--high));
    self->set(high, v);
  }
  return {};
}

Fallible<List*> list_copy(Thread& t, List* self) {
  TRY(t.poll(1 + signed_length(self) / 16));
  return List::from(t, self->data(), self->length());
}

Fallible<void> list_clear(Thread&, List* self) {
  if (self->length() != 0) self->clear();
  return {};
}

Fallible<void> list_sort(Thread& t, List* self, Value key, bool reverse) { return sort_list_py(t, self, key, reverse); }

Fallible<Value> list_reversed(Thread& t, List* self) {
  auto* iterator = TRY(t.allocate<ListIterator>(shapes.list_reverse_iterator));
  iterator->list_.set(iterator, self);
  iterator->index_ = signed_length(self) - 1;
  return iterator;
}

Fallible<int64_t> list_sizeof(Thread&, List* self) {
  size_t capacity = self->items_ ? self->items_->capacity() : 0;
  return static_cast<int64_t>(type_of(self)->instance_size() + capacity * sizeof(Value));
}

constexpr NativeMethod kListMethods[] = {
    {"append", HOG_NATIVE(list_append), "($self, object, /)", "Add an item at the end."},
    {"clear", HOG_NATIVE(list_clear), "($self, /)", "Remove all items."},
    {"copy", HOG_NATIVE(list_copy), "($self, /)", "A shallow copy."},
    {"count", HOG_NATIVE(list_count), "($self, value, /)", "How many items equal the value."},
    {"extend", HOG_NATIVE(list_extend), "($self, iterable, /)", "Add the items of an iterable at the end."},
    {"index", HOG_NATIVE(list_index), "($self, value, start=0, stop=sys.maxsize, /)",
     "The first position of the value; ValueError if there is none."},
    {"insert", HOG_NATIVE(list_insert), "($self, index, object, /)", "Put an item before that position."},
    {"pop", HOG_NATIVE(list_pop), "($self, index=-1, /)", "Take out and return an item, by default the last."},
    {"remove", HOG_NATIVE(list_remove), "($self, value, /)", "Remove the first item that equals the value."},
    {"reverse", HOG_NATIVE(list_reverse), "($self, /)", "Reverse the order in place."},
    {"sort", HOG_NATIVE(list_sort), "($self, /, *, key=None, reverse=False)", "Sort in place; equal items keep their order."},
    {"__reversed__", HOG_NATIVE(list_reversed), "($self, /)", "An iterator from the last item to the first."},
    {"__sizeof__", HOG_NATIVE(list_sizeof), "($self, /)", "Memory in bytes."},
    {"__getitem__", HOG_NATIVE(list_get_item), "($self, index, /)", "An item or a slice.", native_flag::kCoexist},
    {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, item, /)", "list[...]: a generic alias.", native_flag::kClassMethod},
    {}};
}  // namespace

extern const TypeSpec k_list_spec;
const TypeSpec k_list_spec = {
    .name = "list",
    .doc = "A mutable sequence.\n\nWithout an argument a new empty list; otherwise the items of the iterable.",
    .layout = &List::kLayout,
    .flags = type_flag::kBaseType | type_flag::kListSubclass | type_flag::kSequence | type_flag::kMatchSelf,
    .slots = {.repr = list_repr,
              .hash = hash_not_implemented,
              .compare = list_compare,
              .iter = list_iter,
              .init = list_init,
              .new_ = list_new,
              .length = list_length,
              .get_item = list_get_item,
              .set_item = list_set_item,
              .contains = list_contains,
              .concat = list_concat,
              .repeat = list_repeat,
              .inplace_concat = list_inplace_concat,
              .inplace_repeat = list_inplace_repeat},
    .methods = kListMethods,
    .text_signature = "(iterable=(), /)"};

// ---- Iterators. ----

namespace {
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<ListIterator*>(cell)->list_.get()); }

Fallible<Value> iterator_next(Thread&, Value self) {
  auto* iterator = as<ListIterator>(self);
  List* list = iterator->list_.get();
  if (list == nullptr) return Value::absent();
  if (iterator->index_ < signed_length(list)) return list->at(static_cast<size_t>(iterator->index_++));
  iterator->list_.clear();
  return Value::absent();
}

Fallible<int64_t> iterator_length_hint(Thread&, ListIterator* self) {
  if (!self->list_) return int64_t{0};
  int64_t left = signed_length(self->list_.get()) - self->index_;
  return left < 0 ? 0 : left;
}

Fallible<Value> iterator_reduce(Thread& t, ListIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (!self->list_) return reduced_to(t, iter, TRY(List::make(t)));
  return reduced_to(t, iter, self->list_.get(), TRY(make_int(t, self->index_)));
}

Fallible<void> iterator_setstate(Thread& t, ListIterator* self, Value state) {
  int64_t index = TRY(index_to_int64_py(t, state));
  if (!self->list_) return {};
  self->index_ = index < 0 ? 0 : index > signed_length(self->list_.get()) ? signed_length(self->list_.get()) : index;
  return {};
}

Fallible<Value> reverse_next(Thread&, Value self) {
  auto* iterator = as<ListIterator>(self);
  List* list = iterator->list_.get();
  if (list == nullptr) return Value::absent();
  if (iterator->index_ >= 0 && iterator->index_ < signed_length(list))
    return list->at(static_cast<size_t>(iterator->index_--));
  iterator->list_.clear();
  iterator->index_ = -1;
  return Value::absent();
}

Fallible<int64_t> reverse_length_hint(Thread&, ListIterator* self) {
  int64_t left = self->index_ + 1;
  return !self->list_ || signed_length(self->list_.get()) < left ? 0 : left;
}

Fallible<Value> reverse_reduce(Thread& t, ListIterator* self) {
  Value reversed = TRY(builtin_by_name_py(t, "reversed"));
  if (!self->list_ || self->index_ < 0) return reduced_to(t, reversed, TRY(List::make(t)));
  return reduced_to(t, reversed, self->list_.get(), TRY(make_int(t, self->index_)));
}

Fallible<void> reverse_setstate(Thread& t, ListIterator* self, Value state) {
  int64_t index = TRY(index_to_int64_py(t, state));
  if (!self->list_) return {};
  int64_t length = signed_length(self->list_.get());
  self->index_ = index < -1 ? -1 : index > length - 1 ? length - 1 : index;
  return {};
}

constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(iterator_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
constexpr NativeMethod kReverseMethods[] = {
    {"__length_hint__", HOG_NATIVE(reverse_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(reverse_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(reverse_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout ListIterator::kLayout = {.name = "list_iterator", .trace = trace_iterator, .base_size = sizeof(ListIterator)};

extern const TypeSpec k_list_iterator_spec;
const TypeSpec k_list_iterator_spec = {.name = "list_iterator",
                                       .layout = &ListIterator::kLayout,
                                       .flags = type_flag::kNoInstantiation,
                                       .slots = {.iter = iterator_self, .next = iterator_next},
                                       .methods = kIteratorMethods};
extern const TypeSpec k_list_reverse_iterator_spec;
const TypeSpec k_list_reverse_iterator_spec = {.name = "list_reverseiterator",
                                               .layout = &ListIterator::kLayout,
                                               .flags = type_flag::kNoInstantiation,
                                               .slots = {.iter = iterator_self, .next = reverse_next},
                                               .methods = kReverseMethods};

}  // namespace hog
