// etree.hpp: the cells of the module _elementtree and what its files share. Ref: library/xml.etree.elementtree.
//
// Invariants: the first count_ children of an Element are Elements (or of a subclass), the places behind them are empty. Nothing here
// walks a tree by native recursion, but deepcopy, which counts it. Any call of Python may change any element.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::etree {

class Element : public Cell {
 public:
  static const Layout kLayout;
  ValueField tag_;               // empty: never initialised
  ValueField text_, tail_;       // empty: None
  Field<Dict> attributes_;       // null: none yet
  Field<ValueArray> children_;   // null: none yet
  uint32_t count_;
  bool attributes_known_;        // a program has had its hands on the dict: others may share it

  Element* child(size_t i) const { return as<Element>(children_->at(i)); }
};

class ElementIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Element> root_;        // not visited yet; null: it was
  Field<ValueArray> parents_;  // element, next child, element, next child ...
  size_t depth_;               // how many pairs
  ValueField wanted_;          // a tag, or None: any
  bool text_only_;
};

enum class Event : uint8_t { Start, End, StartNamespace, EndNamespace, Comment, Instruction, kCount };
constexpr size_t kEventCount = static_cast<size_t>(Event::kCount);

class TreeBuilder : public Cell {
 public:
  static const Layout kLayout;
  ValueField root_;                    // empty: none
  ValueField current_;                 // open; empty: none
  ValueField last_, last_for_tail_;    // what text is added to; empty: none
  ValueField data_;                    // text to come: an object, a List of them, or empty
  Field<List> open_;                   // the elements around current_
  ValueField element_factory_, comment_factory_, instruction_factory_;  // empty: none
  ValueField append_event_;            // empty: nobody wants to know
  ValueField events_[kEventCount];     // the names to report; empty: not wanted
  bool insert_comments_, insert_instructions_;
  bool data_is_list_;                  // data_ is our own list
};

// What an isolate keeps. The library says what makes comments and processing instructions.
class State : public Cell {
 public:
  static const Layout kLayout;
  ValueField comment_factory_, instruction_factory_;  // empty: none
  ValueField path_module_, deepcopy_;                 // empty: not looked up yet
};

extern Type *element_type, *element_iterator_type, *tree_builder_type, *parser_type, *parse_error_type, *state_type;
extern const TypeSpec kElementSpec, kElementIteratorSpec, kTreeBuilderSpec, kParserSpec;

// ---- element.cpp ----
Fallible<Element*> make_element(Thread& t, Value tag, Dict* attributes_or_null);
Fallible<Dict*> attributes_of(Thread& t, Element* element);
Fallible<Value> text_of(Thread& t, Value text_field);
// SubElement(parent, tag, attrib={}, **extra)
Fallible<Value> sub_element(Thread& t, Value, const Arguments& arguments);
inline bool is_plain_element(Value v) {
  return !v.is_empty() && v.is_cell() && v.cell()->shape()->type() == element_type;
}
inline Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

// ---- element_children.cpp ----
Failure raise_not_an_element(Thread& t, Value v);
Fallible<void> append_child(Thread& t, Element* parent, Value child);
Fallible<void> replace_children(Thread& t, Element* parent, size_t start, size_t removed, const Value* items, size_t count);
void clear_children(Element* element);
Fallible<int64_t> children_length(Thread& t, Value self);
Fallible<Value> children_get(Thread& t, Value self, Value key);
Fallible<void> children_set(Thread& t, Value self, Value key, Value value);
Fallible<void> append(Thread& t, Element* self, Value subelement);
Fallible<void> extend(Thread& t, Element* self, Value elements);
Fallible<void> insert(Thread& t, Element* self, int64_t index, Element* subelement);
Fallible<void> remove(Thread& t, Element* self, Element* subelement);

// ---- element_find.cpp ----
Fallible<Value> find(Thread& t, Element* self, Value path, Value namespaces);
Fallible<Value> find_text(Thread& t, Element* self, Value path, Value otherwise, Value namespaces);
Fallible<Value> find_all(Thread& t, Element* self, Value path, Value namespaces);
Fallible<Value> iterate_found(Thread& t, Element* self, Value path, Value namespaces);

// ---- element_iterator.cpp ----
Fallible<Value> iterate(Thread& t, Element* self, Value tag);
Fallible<Value> iterate_text(Thread& t, Element* self);

// ---- element_copy.cpp ----
Fallible<Value> copy(Thread& t, Element* self);
Fallible<Value> deep_copy(Thread& t, Element* self, Dict* memo);
Fallible<Value> get_state(Thread& t, Element* self);
Fallible<void> set_state(Thread& t, Element* self, Value state);

// ---- tree_builder.cpp ----
Fallible<Value> builder_start_py(Thread& t, TreeBuilder* self, Value tag, Dict* attributes_or_null);
Fallible<Value> builder_end_py(Thread& t, TreeBuilder* self);
Fallible<void> builder_data_py(Thread& t, TreeBuilder* self, Value data);
Fallible<Value> builder_comment_py(Thread& t, TreeBuilder* self, Value text);
Fallible<Value> builder_instruction_py(Thread& t, TreeBuilder* self, Value target, Value text);
Fallible<void> builder_event_py(Thread& t, TreeBuilder* self, Event event, Value node);
inline bool wants(const TreeBuilder* builder, Event event) {
  return !builder->append_event_.get().is_empty() && !builder->events_[static_cast<size_t>(event)].get().is_empty();
}
Fallible<TreeBuilder*> make_builder(Thread& t);

// ---- etree_module.cpp ----
Fallible<State*> state_of(Thread& t);
// ParseError with a code and a place.
Failure raise_parse_error(Thread& t, int64_t code, int64_t line, int64_t column, const char* message);

}  // namespace hog::etree
