// element_iterator.cpp: iter() and itertext(): document order, over a stack of the iterator's own.
#include "modules/etree/etree.hpp"

namespace hog::etree {

Type* element_iterator_type;

namespace {

void trace_iterator(Cell* cell, Marker& marker) {
  auto* iterator = static_cast<ElementIterator*>(cell);
  marker.visit(iterator->root_.get());
  marker.visit(iterator->parents_.get());
  marker.visit_word(iterator->wanted_.get().raw());
}

Fallible<void> push(Thread& t, ElementIterator* self, Element* element) {
  ValueArray* parents = self->parents_.get();
  size_t used = self->depth_ * 2;
  if (parents == nullptr || used + 2 > parents->capacity()) {
    ValueArray* bigger = TRY(ValueArray::make(t, used == 0 ? 16 : used * 2));
    for (size_t i = 0; i < used; ++i) bigger->set(i, parents->at(i));
    self->parents_.set(self, bigger);
    parents = bigger;
  }
  parents->set(used, Value(element));
  parents->set(used + 1, Value::from_small_int(0));
  ++self->depth_;
  return {};
}

// What comes next: an element that is entered, or one that is left (for its tail), or nothing.
struct Step {
  Element* element;
  bool left;
};
Fallible<Step> advance(Thread& t, ElementIterator* self) {
  TRY(t.poll());
  if (self->depth_ == 0) {
    Element* root = self->root_.get();
    self->root_.clear();
    if (root != nullptr) TRY(push(t, self, root));
    return Step{root, false};
  }
  ValueArray* parents = self->parents_.get();
  size_t top = self->depth_ * 2 - 2;
  Element* parent = as<Element>(parents->at(top));
  auto index = static_cast<size_t>(parents->at(top + 1).small_int());
  if (index >= parent->count_) {
    parents->set(top, Value());
    --self->depth_;
    return Step{parent, true};
  }
  Element* child = parent->child(index);
  parents->set(top + 1, Value::from_small_int(static_cast<int64_t>(index) + 1));
  TRY(push(t, self, child));
  return Step{child, false};
}

Fallible<Value> next_element_py(Thread& t, ElementIterator* self) {
  for (;;) {
    Step step = TRY(advance(t, self));
    if (step.left) {
      if (self->depth_ == 0) return Value::absent();
      continue;
    }
    if (step.element == nullptr) return Value::absent();
    Value wanted = self->wanted_;
    if (wanted.is_none() || TRY(equals_py(t, step.element->tag_, wanted))) return Value(step.element);
  }
}

Fallible<Value> next_text_py(Thread& t, ElementIterator* self) {
  for (;;) {
    Step step = TRY(advance(t, self));
    if (step.element == nullptr) return Value::absent();
    if (step.left && self->depth_ == 0) return Value::absent();  // its own tail is not inside
    Value tag = or_none(step.element->tag_);
    if (!step.left && !is<Str>(tag) && !tag.is_none()) {  // a comment or its like: nothing inside counts
      self->parents_->set(self->depth_ * 2 - 1, Value::from_small_int(INT64_MAX >> 2));
      continue;
    }
    Value text = TRY(text_of(t, step.left ? step.element->tail_ : step.element->text_));
    if (!text.is_none() && TRY(truth_py(t, text))) return text;
  }
}

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<ElementIterator>(self);
  return iterator->text_only_ ? next_text_py(t, iterator) : next_element_py(t, iterator);
}
Fallible<Value> iterator_self(Thread&, Value self) { return self; }

Fallible<Value> make_iterator(Thread& t, Element* root, Value wanted, bool text_only) {
  auto* iterator = TRY(t.allocate<ElementIterator>(element_iterator_type->root_shape()));
  iterator->root_.set(iterator, root);
  iterator->wanted_.set(iterator, wanted);
  iterator->text_only_ = text_only;
  return Value(iterator);
}

}  // namespace

const Layout ElementIterator::kLayout = {
    .name = "_elementtree._element_iterator", .trace = trace_iterator, .base_size = sizeof(ElementIterator)};

Fallible<Value> iterate(Thread& t, Element* self, Value tag) {
  bool any = (is<Str>(tag) && as<Str>(tag)->equals_ascii("*")) || (is<Bytes>(tag) && as<Bytes>(tag)->view() == "*");
  return make_iterator(t, self, any ? Value::none() : tag, false);
}
Fallible<Value> iterate_text(Thread& t, Element* self) { return make_iterator(t, self, Value::none(), true); }

const TypeSpec kElementIteratorSpec = {
    .name = "_elementtree._element_iterator",
    .layout = &ElementIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = iterator_next},
};

}  // namespace hog::etree
