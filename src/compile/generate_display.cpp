// generate_display.cpp: tuples, lists, sets, dicts, f-strings and t-strings.
//
// Invariant: a display takes a bounded number of registers, however long it is: what does not fit goes in one by one.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

constexpr size_t kRun = 48;  // items that are laid out side by side

bool CodeGenerator::all_constants(std::span<Expr*> items, bool frozen_set, ConstantValue& out) {
  for (Expr* item : items)
    if (!is<Constant>(item)) return false;
  std::span<ConstantValue> values = context_.arena.make_array<ConstantValue>(items.size());
  if (values.size() != items.size()) return false;
  for (size_t i = 0; i < items.size(); ++i) new (&values[i]) ConstantValue(as<Constant>(items[i])->value);
  out = tuple_constant(values);
  if (frozen_set) out.kind = ConstantKind::FrozenSet;
  return true;
}

static bool has_starred(std::span<Expr*> items) {
  for (Expr* item : items)
    if (is<Starred>(item)) return true;
  return false;
}

void CodeGenerator::to_temporary_run(std::span<Expr*> nodes, Register first) {
  for (size_t i = 0; i < nodes.size(); ++i) to(nodes[i], first.next(static_cast<unsigned>(i)));
}

// A fresh list in `list` of the items, starred ones included, and of `last` (may be null).
void CodeGenerator::list_of(std::span<Expr*> items, Register list, Expr* last) {
  Temporaries temporaries(*this);
  Location at = code().location();
  size_t plain = 0;
  while (plain < items.size() && plain < kRun && !is<Starred>(items[plain])) ++plain;
  {
    Temporaries inner(*this);
    Register first = code().top();
    for (size_t i = 0; i < plain; ++i) {
      Register item = code().temporary();
      to(items[i], item);
    }
    code().at(at);
    code().emit(Opcode::BUILD_LIST, {.a = list.raw, .b = first.raw, .c = static_cast<uint16_t>(plain)});
  }
  auto append = [&](Expr* item) {
    Temporaries inner(*this);
    auto* starred = try_as<Starred>(item);
    Register reg = value(starred != nullptr ? starred->value : item);
    code().at(at);
    code().emit(starred != nullptr ? Opcode::LIST_EXTEND : Opcode::LIST_APPEND, list, reg);
  };
  for (size_t i = plain; i < items.size() && context_.go_on(); ++i) append(items[i]);
  if (last != nullptr) append(last);
}

void CodeGenerator::sequence_display(Expr* node, std::span<Expr*> items, Register dst) {
  bool tuple = is<Tuple>(node);
  Temporaries temporaries(*this);
  if (items.size() <= kRun && !has_starred(items)) {
    Register first = code().top();
    for (Expr* item : items) {
      Register reg = code().temporary();
      to(item, reg);
    }
    code().at(node->location);
    code().emit(tuple ? Opcode::BUILD_TUPLE : Opcode::BUILD_LIST,
                {.a = dst.raw, .b = first.raw, .c = static_cast<uint16_t>(items.size())});
    return;
  }
  Register list = dst.is_temporary() ? dst : code().temporary();
  ConstantValue constants;
  if (!tuple && all_constants(items, false, constants)) {
    code().emit(Opcode::BUILD_LIST, {.a = list.raw, .b = list.raw, .c = 0});
    Register all = code().temporary();
    load_constant(constants, all);
    code().emit(Opcode::LIST_EXTEND, list, all);
    return move(dst, list);
  }
  list_of(items, list, nullptr);
  code().at(node->location);
  if (tuple) code().emit(Opcode::LIST_TO_TUPLE, dst, list);
  else move(dst, list);
}

void CodeGenerator::set_display(Set* node, Register dst) {
  Temporaries temporaries(*this);
  Register set = dst.is_temporary() ? dst : code().temporary();
  size_t plain = 0;
  while (plain < node->elts.size() && plain < kRun && !is<Starred>(node->elts[plain])) ++plain;
  {
    Temporaries inner(*this);
    Register first = code().top();
    for (size_t i = 0; i < plain; ++i) {
      Register item = code().temporary();
      to(node->elts[i], item);
    }
    code().at(node->location);
    code().emit(Opcode::BUILD_SET, {.a = set.raw, .b = first.raw, .c = static_cast<uint16_t>(plain)});
  }
  for (size_t i = plain; i < node->elts.size() && context_.go_on(); ++i) {
    Temporaries inner(*this);
    auto* starred = try_as<Starred>(node->elts[i]);
    Register reg = value(starred != nullptr ? starred->value : node->elts[i]);
    code().at(node->location);
    code().emit(starred != nullptr ? Opcode::SET_UPDATE : Opcode::SET_ADD, set, reg);
  }
  move(dst, set);
}

void CodeGenerator::dict_display(Dict* node, Register dst) {
  Temporaries temporaries(*this);
  Register dict = dst.is_temporary() ? dst : code().temporary();
  constexpr size_t kPairs = kRun / 2;
  size_t plain = 0;
  while (plain < node->keys.size() && plain < kPairs && node->keys[plain] != nullptr) ++plain;
  {
    Temporaries inner(*this);
    Register first = code().top();
    for (size_t i = 0; i < plain; ++i) {
      Register pair = code().temporaries(2);
      to(node->keys[i], pair);
      to(node->values[i], pair.next());
    }
    code().at(node->location);
    code().emit(Opcode::BUILD_DICT, {.a = dict.raw, .b = first.raw, .c = static_cast<uint16_t>(plain)});
  }
  for (size_t i = plain; i < node->keys.size() && context_.go_on(); ++i) {
    Temporaries inner(*this);
    if (node->keys[i] == nullptr) {
      Register mapping = value(node->values[i]);
      code().at(node->location);
      code().emit(Opcode::DICT_UPDATE, dict, mapping);
      continue;
    }
    Register key = protect(value(node->keys[i]), node->values[i]);
    Register item = value(node->values[i]);
    code().at(node->location);
    code().emit(Opcode::DICT_SET, dict, key, item);
  }
  move(dst, dict);
}

Register CodeGenerator::membership_operand(Expr* node) {
  ConstantValue constants;
  auto* list = try_as<List>(node);
  auto* set = try_as<Set>(node);
  bool folded = list != nullptr ? all_constants(list->elts, false, constants)
                                : set != nullptr && all_constants(set->elts, true, constants);
  if (!folded) return value(node);
  Register reg = code().temporary();
  code().at(node->location);
  load_constant(constants, reg);
  return reg;
}

Register CodeGenerator::iterated(Expr* node, Register scratch) {
  ConstantValue constants;
  auto* list = try_as<List>(node);
  if (list == nullptr || !all_constants(list->elts, false, constants)) return value(node, scratch);
  code().at(node->location);
  load_constant(constants, scratch);
  return scratch;
}

// ---- Text. ----

void CodeGenerator::part_of_string(Expr* node, Register dst) {
  if (auto* field = try_as<FormattedValue>(node)) return formatted_value(field, dst);
  to(node, dst);
}

void CodeGenerator::joined_string(JoinedStr* node, Register dst) {
  if (node->values.empty()) return load_string("", dst);
  if (node->values.size() == 1) return part_of_string(node->values[0], dst);
  Temporaries temporaries(*this);
  Register first = code().top();
  unsigned count = 0;
  for (Expr* part : node->values) {
    if (!context_.go_on()) return;
    if (count == kRun) {
      code().at(node->location);
      code().emit(Opcode::BUILD_STRING, {.a = first.raw, .b = first.raw, .c = static_cast<uint16_t>(count)});
      code().release_to(first.raw - kTemporarySpace + 1u);
      count = 1;
    }
    part_of_string(part, code().temporary());
    ++count;
  }
  code().at(node->location);
  code().emit(Opcode::BUILD_STRING, {.a = dst.raw, .b = first.raw, .c = static_cast<uint16_t>(count)});
}

static uint8_t conversion_code(int32_t conversion) {
  switch (conversion) {
    case 's': return 1;
    case 'r': return 2;
    case 'a': return 3;
    default: return 0;
  }
}

void CodeGenerator::formatted_value(FormattedValue* node, Register dst) {
  Temporaries temporaries(*this);
  Register scratch = dst.is_temporary() ? dst : code().temporary();
  Register object = value(node->value, scratch);
  if (uint8_t conversion = conversion_code(node->conversion)) {
    code().at(node->location);
    code().emit(Opcode::CONVERT, {.a = scratch.raw, .b = object.raw, .x = conversion});
    object = scratch;
  }
  if (node->format_spec == nullptr) {
    code().at(node->location);
    return code().emit(Opcode::FORMAT, dst, object);
  }
  object = protect(object, node->format_spec);
  Register spec = value(node->format_spec);
  code().at(node->location);
  code().emit(Opcode::FORMAT_SPEC, dst, object, spec);
}

// Template(strings, interpolations): the strings are one more than the interpolations, empty ones filled in.
void CodeGenerator::template_string(TemplateStr* node, Register dst) {
  Temporaries temporaries(*this);
  ArenaVector<ConstantValue> strings(context_.arena);
  bool expect_string = true;
  for (Expr* part : node->values) {
    if (auto* text = try_as<Constant>(part)) {
      strings.push_back(text->value);
      expect_string = false;
      continue;
    }
    if (expect_string) strings.push_back(string_constant(""));
    expect_string = true;
  }
  if (expect_string) strings.push_back(string_constant(""));
  Register texts = code().temporary();
  load_constant(tuple_constant(strings.span()), texts);
  Register values = code().temporary();
  Register first = code().top();
  ArenaVector<Expr*> fields(context_.arena);
  for (Expr* part : node->values)
    if (is<Interpolation>(part)) fields.push_back(part);
  if (fields.size() <= kRun) {
    for (Expr* part : fields) to(part, code().temporary());
    code().at(node->location);
    code().emit(Opcode::BUILD_TUPLE,
                {.a = values.raw, .b = first.raw, .c = static_cast<uint16_t>(fields.size())});
  } else {
    list_of(fields.span(), values, nullptr);
    code().emit(Opcode::LIST_TO_TUPLE, values, values);
  }
  code().at(node->location);
  code().emit(Opcode::BUILD_TEMPLATE, dst, texts, values);
}

void CodeGenerator::interpolation(Interpolation* node, Register dst) {
  Temporaries temporaries(*this);
  Register parts = code().temporaries(3);
  to(node->value, parts);
  code().at(node->location);
  load_constant(node->str, parts.next());
  if (node->format_spec != nullptr) to(node->format_spec, parts.next(2));
  else load_string("", parts.next(2));
  code().at(node->location);
  code().emit(Opcode::BUILD_INTERPOLATION,
              {.a = dst.raw, .b = parts.raw, .x = conversion_code(node->conversion)});
}

}  // namespace hog
