// tree_builder.cpp: TreeBuilder: from start, data and end to a tree. Ref: library/xml.etree.elementtree "TreeBuilder Objects".
#include "modules/etree/etree.hpp"

namespace hog::etree {

Type* tree_builder_type;

namespace {

void trace_builder(Cell* cell, Marker& marker) {
  auto* builder = static_cast<TreeBuilder*>(cell);
  for (const ValueField* field :
       {&builder->root_, &builder->current_, &builder->last_, &builder->last_for_tail_, &builder->data_, &builder->element_factory_,
        &builder->comment_factory_, &builder->instruction_factory_, &builder->append_event_})
    marker.visit_word(field->get().raw());
  for (const ValueField& field : builder->events_) marker.visit_word(field.get().raw());
  marker.visit(builder->open_.get());
}

// ---- Text. ----

Fallible<Value> take_data_py(Thread& t, TreeBuilder* self) {
  Value data = self->data_;
  bool is_list = self->data_is_list_;
  self->data_.clear();
  self->data_is_list_ = false;
  if (!is_list) return data;
  List* pieces = as<List>(data);
  bool all_text = true;
  for (size_t i = 0; i < pieces->length(); ++i) all_text &= is<Str>(pieces->at(i));
  if (all_text) return concat_many(t, pieces->data(), pieces->length());
  Str* join = TRY(Str::intern_utf8(t, "join"));
  return call_method_py(t, Value(names.empty), join, data);
}

// Text goes to the element's text or tail, behind what is there.
Fallible<void> add_text_py(Thread& t, Value element, ValueField Element::* field, const char* name, Value text) {
  if (is_plain_element(element) && (as<Element>(element)->*field).get().is_empty()) [[likely]] {
    (as<Element>(element)->*field).set(element.cell(), text);
    return {};
  }
  Str* attribute = TRY(Str::intern_utf8(t, name));
  Value before = TRY(get_attribute_py(t, element, attribute));
  if (!before.is_none()) text = TRY(binary_py(t, BinaryOp::Add, before, text));
  return set_attribute_py(t, element, attribute, text);
}

Fallible<void> flush_py(Thread& t, TreeBuilder* self) {
  if (self->data_.get().is_empty()) return {};
  Value last = self->last_, tail_of = self->last_for_tail_;
  Value text = TRY(take_data_py(t, self));
  if (!tail_of.is_empty()) return add_text_py(t, tail_of, &Element::tail_, "tail", text);
  return add_text_py(t, last, &Element::text_, "text", text);
}

Fallible<void> add_child_py(Thread& t, Value parent, Value child) {
  if (is_plain_element(parent) && is<Element>(child)) return append_child(t, as<Element>(parent), child);
  TRY(call_method_py(t, parent, names.append, child));
  return {};
}

}  // namespace

const Layout TreeBuilder::kLayout = {
    .name = "xml.etree.ElementTree.TreeBuilder", .trace = trace_builder, .base_size = sizeof(TreeBuilder)};

Fallible<void> builder_event_py(Thread& t, TreeBuilder* self, Event event, Value node) {
  if (!wants(self, event)) return {};
  Tuple* pair = TRY(Tuple::of(t, self->events_[static_cast<size_t>(event)].get(), node));
  TRY(call_py(t, self->append_event_, Value(pair)));
  return {};
}

Fallible<Value> builder_start_py(Thread& t, TreeBuilder* self, Value tag, Dict* attributes) {
  TRY(flush_py(t, self));
  Value node;
  if (Value factory = self->element_factory_; factory.is_empty()) {
    node = Value(TRY(make_element(t, tag, attributes)));
  } else {
    if (attributes == nullptr) attributes = TRY(Dict::make(t));
    node = TRY(call_py(t, factory, tag, Value(attributes)));
  }
  Value parent = self->current_;
  if (!parent.is_empty()) {
    TRY(add_child_py(t, parent, node));
  } else {
    if (!self->root_.get().is_empty())
      return t.raise(parse_error_type, "multiple elements on top level");
    self->root_.set(self, node);
  }
  if (!self->open_) self->open_.set(self, TRY(List::make(t, 16)));
  TRY(self->open_->append(t, parent.is_empty() ? Value::none() : parent));
  self->current_.set(self, node);
  self->last_.set(self, node);
  self->last_for_tail_.clear();
  TRY(builder_event_py(t, self, Event::Start, node));
  return node;
}

Fallible<void> builder_data_py(Thread& t, TreeBuilder* self, Value data) {
  if (self->data_.get().is_empty()) {
    if (self->last_.get().is_empty()) return {};  // text before the first element
    self->data_.set(self, data);
    return {};
  }
  if (!self->data_is_list_) {
    List* pieces = TRY(List::make(t, 4));
    TRY(pieces->append(t, self->data_));
    self->data_.set(self, Value(pieces));
    self->data_is_list_ = true;
  }
  return as<List>(self->data_)->append(t, data);
}

Fallible<Value> builder_end_py(Thread& t, TreeBuilder* self) {
  TRY(flush_py(t, self));
  List* open = self->open_.get();
  if (open == nullptr || open->length() == 0) return t.raise(core.IndexError, "pop from empty stack");
  Value node = self->current_;
  Value parent = open->at(open->length() - 1);
  open->set(open->length() - 1, Value::none());
  --open->size_;
  self->last_.set(self, node);
  self->last_for_tail_.set(self, node);
  if (parent.is_none()) self->current_.clear();
  else self->current_.set(self, parent);
  TRY(builder_event_py(t, self, Event::End, node));
  return node;
}

namespace {

// A comment or a processing instruction stands in the tree like an element, if it is wanted there.
Fallible<Value> single_py(Thread& t, TreeBuilder* self, Value node, bool insert, Event event) {
  Value parent = self->current_;
  if (insert && !parent.is_empty()) {
    TRY(add_child_py(t, parent, node));
    self->last_for_tail_.set(self, node);
  }
  TRY(builder_event_py(t, self, event, node));
  return node;
}

}  // namespace

Fallible<Value> builder_comment_py(Thread& t, TreeBuilder* self, Value text) {
  TRY(flush_py(t, self));
  Value factory = self->comment_factory_;
  if (factory.is_empty()) return single_py(t, self, text, false, Event::Comment);
  return single_py(t, self, TRY(call_py(t, factory, text)), self->insert_comments_, Event::Comment);
}

Fallible<Value> builder_instruction_py(Thread& t, TreeBuilder* self, Value target, Value text) {
  TRY(flush_py(t, self));
  Value factory = self->instruction_factory_;
  if (factory.is_empty())
    return single_py(t, self, Value(TRY(Tuple::of(t, target, text))), false, Event::Instruction);
  return single_py(t, self, TRY(call_py(t, factory, target, text)), self->insert_instructions_, Event::Instruction);
}

namespace {

// ---- As Python sees it. ----

Value stored(Value v) { return v.is_none() ? Value() : v; }

Fallible<void> init_bound(Thread& t, TreeBuilder* self, Value element_factory, Value comment_factory, Value pi_factory,
                          bool insert_comments, bool insert_pis) {
  State* state = TRY(state_of(t));
  for (ValueField* field : {&self->root_, &self->current_, &self->last_, &self->last_for_tail_, &self->data_, &self->append_event_})
    field->clear();
  for (ValueField& field : self->events_) field.clear();
  self->open_.clear();
  self->data_is_list_ = false;
  self->element_factory_.set(self, stored(element_factory));
  self->comment_factory_.set(self, comment_factory.is_none() ? state->comment_factory_.get() : comment_factory);
  self->instruction_factory_.set(self, pi_factory.is_none() ? state->instruction_factory_.get() : pi_factory);
  self->insert_comments_ = insert_comments;
  self->insert_instructions_ = insert_pis;
  return {};
}
constexpr NativeMethod kConstructor[] = {
    {"TreeBuilder", HOG_NATIVE(init_bound),
     "($self, /, element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)", nullptr},
    {}};

Fallible<void> builder_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructor[0]), self, arguments));
  return {};
}
Fallible<Value> builder_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

Fallible<Value> start(Thread& t, TreeBuilder* self, Value tag, Dict* attributes) {
  return builder_start_py(t, self, tag, TRY(Dict::copy(t, attributes)));
}
Fallible<void> data(Thread& t, TreeBuilder* self, Value data) { return builder_data_py(t, self, data); }
Fallible<Value> end(Thread& t, TreeBuilder* self, Value) { return builder_end_py(t, self); }
Fallible<Value> comment(Thread& t, TreeBuilder* self, Value text) { return builder_comment_py(t, self, text); }
Fallible<Value> instruction(Thread& t, TreeBuilder* self, Value target, Value text) {
  return builder_instruction_py(t, self, target, text);
}
Fallible<Value> close(Thread&, TreeBuilder* self) { return or_none(self->root_); }

constexpr NativeMethod kMethods[] = {
    {"data", HOG_NATIVE(data), "($self, data, /)", "Text."},
    {"start", HOG_NATIVE(start), "($self, tag, attrs, /)", "An element begins."},
    {"end", HOG_NATIVE(end), "($self, tag, /)", "An element ends."},
    {"comment", HOG_NATIVE(comment), "($self, text, /)", "A comment."},
    {"pi", HOG_NATIVE(instruction), "($self, target, text=None, /)", "A processing instruction."},
    {"close", HOG_NATIVE(close), "($self, /)", "The tree's root, or None."},
    {},
};

}  // namespace

Fallible<TreeBuilder*> make_builder(Thread& t) {
  auto* builder = static_cast<TreeBuilder*>(TRY(new_instance(t, tree_builder_type)));
  TRY(init_bound(t, builder, Value::none(), Value::none(), Value::none(), false, false));
  return builder;
}

const TypeSpec kTreeBuilderSpec = {
    .name = "xml.etree.ElementTree.TreeBuilder",
    .layout = &TreeBuilder::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = builder_init, .new_ = builder_new},
    .methods = kMethods,
    .constructors = kConstructor,
};

}  // namespace hog::etree
