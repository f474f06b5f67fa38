// element_children.cpp: an element as a sequence of its children.
#include "modules/etree/etree.hpp"

namespace hog::etree {

namespace {

size_t roomier(size_t count) { return count + (count >> 3) + (count < 9 ? 3 : 6); }

// The items of an iterable as they are now, all of them elements.
Fallible<List*> elements_py(Thread& t, Value iterable, const char* complaint) {
  List* items = nullptr;
  if (is_plain_element(iterable)) {
    auto* from = as<Element>(iterable);
    items = TRY(List::make(t, from->count_));
    for (size_t i = 0; i < from->count_; ++i) TRY(items->append(t, from->children_->at(i)));
    return items;
  }
  Fallible<List*> made = list_from_iterable_py(t, iterable);
  if (made.failed()) {
    bool iterates = type_of(iterable)->slots().iter != nullptr || type_of(iterable)->slots().get_item != nullptr;
    if (iterates || t.terminated() || !clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error(complaint);
  }
  items = made.get();
  for (size_t i = 0; i < items->length(); ++i) {
    TRY(t.poll());
    if (!is<Element>(items->at(i))) return raise_not_an_element(t, items->at(i));
  }
  return items;
}

// Takes away every step-th of `count` children from `start` on.
Fallible<void> remove_steps(Thread& t, Element* self, SliceBounds bounds) {
  if (bounds.count <= 0) return {};
  if (bounds.step < 0) {
    bounds.start += bounds.step * (bounds.count - 1);
    bounds.step = -bounds.step;
  }
  auto to = static_cast<size_t>(bounds.start), next = to;
  int64_t left = bounds.count;
  ValueField* children = self->children_->data();
  for (size_t from = to; from < self->count_; ++from) {
    if (left != 0 && from == next) {
      --left;
      next += static_cast<size_t>(bounds.step);
      continue;
    }
    children[to++].set(self->children_.get(), children[from]);
  }
  for (size_t i = to; i < self->count_; ++i) children[i].clear();
  self->count_ = static_cast<uint32_t>(to);
  return t.poll(bounds.count / 8 + 1);
}

Fallible<void> set_slice_py(Thread& t, Element* self, Value key, Value value) {
  SliceBounds unpacked = TRY(unpack_slice_py(t, key));
  List* items = nullptr;
  if (!value.is_absent()) items = TRY(elements_py(t, value, "assignment expects an iterable"));
  SliceBounds bounds = fit_slice(unpacked, self->count_);
  if (items == nullptr && bounds.step != 1) return remove_steps(t, self, bounds);
  size_t count = items == nullptr ? 0 : items->length();
  if (bounds.step == 1)
    return replace_children(t, self, static_cast<size_t>(bounds.start), static_cast<size_t>(bounds.count),
                            items == nullptr ? nullptr : items->data(), count);
  if (static_cast<int64_t>(count) != bounds.count)
    return t.raise_value_error("attempt to assign sequence of size {} to extended slice of size {}", count, bounds.count);
  for (size_t i = 0; i < count; ++i) {
    auto at = static_cast<size_t>(bounds.start + static_cast<int64_t>(i) * bounds.step);
    self->children_->set(at, items->at(i));
  }
  return {};
}

}  // namespace

Failure raise_not_an_element(Thread& t, Value v) { return t.raise_type_error("expected an Element, not \"{}\"", type_of(v)); }

Fallible<void> replace_children(Thread& t, Element* parent, size_t start, size_t removed, const Value* items, size_t count) {
  size_t length = parent->count_, tail = length - start - removed, total = start + count + tail;
  if (total > UINT32_MAX) return t.raise_memory_error();
  ValueArray* from = parent->children_.get();
  ValueArray* to = from;
  if (to == nullptr || to->capacity() < total) {
    if (total == 0) return {};
    to = TRY(ValueArray::make(t, roomier(total)));
    for (size_t i = 0; i < start; ++i) to->set(i, from->at(i));
  }
  TRY(t.poll(static_cast<int64_t>(tail / 16 + 1)));
  if (parent->children_.get() != from || parent->count_ != length)  // the poll ran a finaliser that changed it
    return t.raise(core.RuntimeError, "element changed size during assignment");
  if (to != from || count <= removed) {
    for (size_t i = 0; i < tail; ++i) to->set(start + count + i, from->at(start + removed + i));
  } else {
    for (size_t i = tail; i-- > 0;) to->set(start + count + i, from->at(start + removed + i));
  }
  for (size_t i = 0; i < count; ++i) to->set(start + i, items[i]);
  if (to == from)
    for (size_t i = total; i < length; ++i) to->set(i, Value());
  parent->children_.set(parent, to);
  parent->count_ = static_cast<uint32_t>(total);
  return {};
}

Fallible<void> append_child(Thread& t, Element* parent, Value child) {
  ValueArray* children = parent->children_.get();
  if (children != nullptr && parent->count_ < children->capacity()) [[likely]] {
    children->set(parent->count_++, child);
    return {};
  }
  return replace_children(t, parent, parent->count_, 0, &child, 1);
}

void clear_children(Element* element) {
  element->children_.clear();
  element->count_ = 0;
}

Fallible<int64_t> children_length(Thread&, Value self) { return int64_t{as<Element>(self)->count_}; }

Fallible<Value> children_get(Thread& t, Value self, Value key) {
  auto* element = as<Element>(self);
  if (is_index(key)) {
    int64_t index = TRY(index_key_py(t, key, "element"));
    if (index < 0) index += element->count_;
    if (index < 0 || index >= element->count_) return t.raise(core.IndexError, "child index out of range");
    return element->children_->at(static_cast<size_t>(index));
  }
  if (!is_slice(key)) return t.raise_type_error("element indices must be integers");
  SliceBounds bounds = fit_slice(TRY(unpack_slice_py(t, key)), element->count_);
  List* found = TRY(List::make(t, static_cast<size_t>(bounds.count > 0 ? bounds.count : 0)));
  for (int64_t i = 0; i < bounds.count; ++i) {
    auto at = static_cast<size_t>(bounds.start + i * bounds.step);
    if (at >= element->count_) break;
    TRY(found->append(t, element->children_->at(at)));
  }
  return Value(found);
}

Fallible<void> children_set(Thread& t, Value self, Value key, Value value) {
  auto* element = as<Element>(self);
  if (is_slice(key)) return set_slice_py(t, element, key, value);
  if (!is_index(key)) return t.raise_type_error("element indices must be integers");
  int64_t index = TRY(index_key_py(t, key, "element"));
  if (index < 0) index += element->count_;
  if (index < 0 || index >= element->count_) return t.raise(core.IndexError, "child assignment index out of range");
  if (value.is_absent()) return replace_children(t, element, static_cast<size_t>(index), 1, nullptr, 0);
  if (!is<Element>(value)) return raise_not_an_element(t, value);
  element->children_->set(static_cast<size_t>(index), value);
  return {};
}

// ---- Methods. ----

Fallible<void> append(Thread& t, Element* self, Value subelement) {
  if (!is<Element>(subelement))
    return t.raise_type_error("append() argument 1 must be xml.etree.ElementTree.Element, not {}", type_of(subelement));
  return append_child(t, self, subelement);
}

Fallible<void> extend(Thread& t, Element* self, Value elements) {
  List* items = TRY(elements_py(t, elements, "'elements' must be an iterable"));
  return replace_children(t, self, self->count_, 0, items->data(), items->length());
}

Fallible<void> insert(Thread& t, Element* self, int64_t index, Element* subelement) {
  int64_t count = self->count_;
  if (index < 0) index = index + count < 0 ? 0 : index + count;
  if (index > count) index = count;
  Value item(subelement);
  return replace_children(t, self, static_cast<size_t>(index), 0, &item, 1);
}

// The first child that is it or equal to it. `==` may change the children: then what stands there now goes, if anything does.
Fallible<void> remove(Thread& t, Element* self, Element* subelement) {
  for (size_t i = 0; i < self->count_; ++i) {
    TRY(t.poll());
    if (i >= self->count_) break;
    if (self->child(i) != subelement && !TRY(equals_py(t, Value(self->child(i)), Value(subelement)))) continue;
    if (i >= self->count_) return {};
    return replace_children(t, self, i, 1, nullptr, 0);
  }
  return t.raise_value_error("Element.remove(x): element not found");
}

}  // namespace hog::etree
