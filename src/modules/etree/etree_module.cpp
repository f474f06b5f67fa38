// etree_module.cpp: the module _elementtree.
#include "modules/etree/etree.hpp"

#include <iterator>

#include "vm/isolate.hpp"

namespace hog {

namespace etree {

Type *state_type, *parse_error_type;

namespace {

void trace_state(Cell* cell, Marker& marker) {
  auto* state = static_cast<State*>(cell);
  for (const ValueField* field :
       {&state->comment_factory_, &state->instruction_factory_, &state->path_module_, &state->deepcopy_})
    marker.visit_word(field->get().raw());
}

Fallible<Value> set_factories(Thread& t, Value comment, Value instruction) {
  if (!comment.is_none() && !is_callable(comment))
    return t.raise_type_error("Comment factory must be callable, not {}", type_of(comment));
  if (!instruction.is_none() && !is_callable(instruction))
    return t.raise_type_error("PI factory must be callable, not {}", type_of(instruction));
  State* state = TRY(state_of(t));
  Tuple* before = TRY(Tuple::of(t, or_none(state->comment_factory_), or_none(state->instruction_factory_)));
  state->comment_factory_.set(state, comment.is_none() ? Value() : comment);
  state->instruction_factory_.set(state, instruction.is_none() ? Value() : instruction);
  return Value(before);
}

constexpr NativeMethod kFunctions[] = {
    {"SubElement", HOG_RAW(sub_element), nullptr, "A new last child of an element."},
    {"_set_factories", HOG_NATIVE(set_factories), "(comment_factory, pi_factory, /)",
     "Says what makes comments and processing instructions; what did so before."},
    {},
};

const TypeSpec kStateSpec = {.name = "_elementtree.State", .layout = &State::kLayout, .flags = type_flag::kNoInstantiation};
const TypeSpec kParseErrorSpec = {
    .name = "xml.etree.ElementTree.ParseError", .base = &core.SyntaxError, .flags = type_flag::kBaseType};

const TypeRegistration kTypes[] = {
    {&element_type, &kElementSpec},
    {&element_iterator_type, &kElementIteratorSpec, false},
    {&tree_builder_type, &kTreeBuilderSpec},
    {&parser_type, &kParserSpec},
    {&parse_error_type, &kParseErrorSpec},
    {&state_type, &kStateSpec, false},
};

}  // namespace

const Layout State::kLayout = {.name = "etree state", .trace = trace_state, .base_size = sizeof(State)};

Fallible<State*> state_of(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kElementTree];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(t.allocate<State>(state_type->root_shape()))));
  return as<State>(slot.get());
}

Failure raise_parse_error(Thread& t, int64_t code, int64_t line, int64_t column, const char* message) {
  Str* text = TRY(t.format("{}: line {}, column {}", message, line, column));
  Value error = TRY(call_py(t, Value(parse_error_type), Value(text)));
  Tuple* place = TRY(Tuple::of(t, Value::from_small_int(line), Value::from_small_int(column)));
  TRY(set_attribute_py(t, error, names.code, Value::from_small_int(code)));
  TRY(set_attribute_py(t, error, TRY(Str::intern_utf8(t, "position")), Value(place)));
  return t.raise_object_py(error, Value::absent());
}

}  // namespace etree

extern const ModuleSpec k_module__elementtree;
const ModuleSpec k_module__elementtree = {
    .name = "_elementtree",
    .functions = etree::kFunctions,
    .types = etree::kTypes,
    .type_count = std::size(etree::kTypes),
};

}  // namespace hog
