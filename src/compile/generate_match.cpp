// generate_match.cpp: the match statement. Ref: reference/compound_stmts "The match statement", PEP 634.
//
// Invariants: a pattern falls through when it matches and jumps to context.fail when not; names are bound only after the
// whole pattern of a case has matched; the registers that captures refer to live until the case is done.
#include "compile/code_generator.hpp"
#include "compile/unparse.hpp"

namespace hog {

using namespace ast;

constexpr size_t kMostPatterns = 0x1FFF;

static bool is_wildcard(const Pattern* node) {
  auto* as = try_as<MatchAs>(node);
  return as != nullptr && as->pattern == nullptr && as->name == nullptr;
}
static bool is_star_wildcard(const Pattern* node) {
  auto* star = try_as<MatchStar>(node);
  return star != nullptr && star->name == nullptr;
}

void CodeGenerator::match_statement(Match* node) {
  Register subject = code().temporary();
  to(node->subject, subject);
  Label end = code().new_label();
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  for (size_t i = 0; i < node->cases.size() && context_.go_on(); ++i) {
    MatchCase* branch = node->cases[i];
    Temporaries temporaries(*this);
    ArenaVector<PatternContext::Capture> captures(context_.arena);
    PatternContext context{&captures, code().new_label(), branch->guard != nullptr || i + 1 == node->cases.size()};
    code().at(branch->pattern->location);
    pattern(branch->pattern, subject, context);
    if (context_.failed()) break;
    for (const auto& capture : captures) store_name(capture.name, capture.reg);
    if (branch->guard != nullptr) jump_if(branch->guard, context.fail, false);
    statements(branch->body);
    code().at_no_location();
    code().jump(end);
    code().place(context.fail);
  }
  unit_->in_conditional_block = before;
  code().place(end);
}

void CodeGenerator::pattern(Pattern* node, Register subject, PatternContext& context) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  code().at(node->location);
  switch (node->kind) {
    case NodeKind::MatchValue: return pattern_value(as<MatchValue>(node), subject, context);
    case NodeKind::MatchSingleton: return pattern_singleton(as<MatchSingleton>(node), subject, context);
    case NodeKind::MatchSequence: return pattern_sequence(as<MatchSequence>(node), subject, context);
    case NodeKind::MatchMapping: return pattern_mapping(as<MatchMapping>(node), subject, context);
    case NodeKind::MatchClass: return pattern_class(as<MatchClass>(node), subject, context);
    case NodeKind::MatchStar: return capture(as<MatchStar>(node)->name, subject, context, node->location);
    case NodeKind::MatchAs: return pattern_as(as<MatchAs>(node), subject, context);
    case NodeKind::MatchOr: return pattern_or(as<MatchOr>(node), subject, context);
    default: return;
  }
}

void CodeGenerator::subpattern(Pattern* node, Register subject, PatternContext& context) {
  bool before = context.allow_irrefutable;
  context.allow_irrefutable = true;
  pattern(node, subject, context);
  context.allow_irrefutable = before;
}

void CodeGenerator::capture(Identifier* name, Register subject, PatternContext& context, const Location& at) {
  if (name == nullptr) return;
  for (const auto& known : *context.captures)
    if (known.name == name)
      return context_.error(at, {"multiple assignments to name '", name->utf8, "' in pattern"});
  context.captures->push_back({name, subject});
}

void CodeGenerator::pattern_as(MatchAs* node, Register subject, PatternContext& context) {
  if (node->pattern == nullptr) {
    if (!context.allow_irrefutable) {
      if (node->name != nullptr)
        return context_.error(node->location,
                              {"name capture '", node->name->utf8, "' makes remaining patterns unreachable"});
      return context_.error(node->location, {"wildcard makes remaining patterns unreachable"});
    }
    return capture(node->name, subject, context, node->location);
  }
  pattern(node->pattern, subject, context);
  if (!context_.failed()) capture(node->name, subject, context, node->location);
}

void CodeGenerator::pattern_value(MatchValue* node, Register subject, PatternContext& context) {
  Expr* expected = node->value;
  auto* constant = try_as<Constant>(expected);
  // Literals, also signed and complex ones, and dotted names.
  bool fits = constant != nullptr || is<Attribute>(expected) || is<BinOp>(expected) || is<UnaryOp>(expected);
  if (!fits) return context_.error(node->location, {"patterns may only match literals and attribute lookups"});
  if (constant != nullptr && constant->value.kind == ConstantKind::Int && constant->value.fits_int64 &&
      constant->value.integer == static_cast<int16_t>(constant->value.integer)) {
    code().emit_jump(Opcode::JUMP_EQ_I,
                     {.a = subject.raw, .b = static_cast<uint16_t>(constant->value.integer), .x = 0}, context.fail);
    return;
  }
  Temporaries temporaries(*this);
  Register reg = value(expected);
  code().at(node->location);
  code().emit_jump(Opcode::JUMP_EQ, {.a = subject.raw, .b = reg.raw, .x = 0}, context.fail);
}

void CodeGenerator::pattern_singleton(MatchSingleton* node, Register subject, PatternContext& context) {
  if (node->value.kind == ConstantKind::None)
    return code().emit_jump(Opcode::JUMP_IF_NOT_NONE, {.a = subject.raw}, context.fail);
  Temporaries temporaries(*this);
  Register reg = code().temporary();
  load_constant(node->value, reg);
  code().emit_jump(Opcode::JUMP_IS, {.a = subject.raw, .b = reg.raw, .x = 0}, context.fail);
}

void CodeGenerator::pattern_sequence(MatchSequence* node, Register subject, PatternContext& context) {
  size_t size = node->patterns.size();
  size_t star = size;
  bool only_wildcards = true;
  for (size_t i = 0; i < size; ++i) {
    Pattern* item = node->patterns[i];
    if (is<MatchStar>(item)) {
      if (star != size) return context_.error(node->location, {"multiple starred names in sequence pattern"});
      star = i;
    }
    only_wildcards = only_wildcards && (is_wildcard(item) || is_star_wildcard(item));
  }
  if (size > kMostPatterns) return context_.error(node->location, {"too many sub-patterns in sequence pattern"});
  bool starred = star != size;
  {
    Temporaries temporaries(*this);
    Register test = code().temporary();
    code().emit(Opcode::MATCH_SEQUENCE, test, subject);
    jump_on_value(test, context.fail, false);
  }
  Register length = code().temporary();
  uint16_t least = static_cast<uint16_t>(starred ? size - 1 : size);
  if (!starred || least != 0) {
    code().emit(Opcode::GET_LENGTH, length, subject);
    code().emit_jump(starred ? Opcode::JUMP_GE_I : Opcode::JUMP_EQ_I, {.a = length.raw, .b = least, .x = 0},
                     context.fail);
  }
  if (only_wildcards) return;
  if (starred && is_star_wildcard(node->patterns[star]))
    return pattern_items_by_index(node->patterns, star, subject, length, context);
  Register first = code().temporaries(static_cast<unsigned>(size));
  if (starred) {
    code().emit(Opcode::UNPACK_STAR, {.a = first.raw,
                                      .b = subject.raw,
                                      .p = static_cast<uint32_t>(star),
                                      .q = static_cast<uint32_t>(size - star - 1)});
  } else {
    code().emit(Opcode::UNPACK, {.a = first.raw, .b = subject.raw, .c = static_cast<uint16_t>(size)});
  }
  for (unsigned i = 0; i < size; ++i) subpattern(node->patterns[i], first.next(i), context);
}

// [first, *_, last]: only the items that are looked at are fetched.
void CodeGenerator::pattern_items_by_index(std::span<Pattern*> patterns, size_t star, Register subject, Register length,
                                           PatternContext& context) {
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (i == star || is_wildcard(patterns[i])) continue;
    Register item = code().temporary();
    code().at(patterns[i]->location);
    if (i < star) {
      load_constant(int_constant(static_cast<int64_t>(i)), item);
    } else {
      code().emit(Opcode::SUBTRACT_I,
                  {.a = item.raw, .b = length.raw, .c = static_cast<uint16_t>(patterns.size() - i), .x = 0});
    }
    code().emit(Opcode::LOAD_ITEM, {.a = item.raw, .b = subject.raw, .c = item.raw, .q = code().next_cache()});
    subpattern(patterns[i], item, context);
  }
}

// Text that is the same for equal keys: 0, 0.0, 0j and False are one.
static std::string_view key_identity(CompileContext& context, Constant* key) {
  ConstantValue value = key->value;
  if (value.kind == ConstantKind::True || value.kind == ConstantKind::False)
    value = int_constant(value.kind == ConstantKind::True ? 1 : 0);
  constexpr double kExact = 9e15;
  if (value.kind == ConstantKind::Float && value.number >= -kExact && value.number <= kExact &&
      value.number == static_cast<double>(static_cast<int64_t>(value.number)))
    value = int_constant(static_cast<int64_t>(value.number));
  if (value.kind == ConstantKind::Complex && value.number == 0) value = int_constant(0);
  Constant* same = make<Constant>(context.arena, key->location);
  same->value = value;
  return unparse(context, same);
}

void CodeGenerator::pattern_mapping(MatchMapping* node, Register subject, PatternContext& context) {
  size_t size = node->keys.size();
  if (size != node->patterns.size())
    return context_.error(node->location, {"keys and patterns of a mapping pattern differ in number"});
  if (size > kMostPatterns) return context_.error(node->location, {"too many sub-patterns in mapping pattern"});
  ByteStringTable seen(context_.arena);
  for (Expr* key : node->keys) {
    auto* constant = try_as<Constant>(key);
    bool fits = constant != nullptr || is<Attribute>(key) || is<BinOp>(key) || is<UnaryOp>(key);
    if (!fits)
      return context_.error(node->location,
                            {"mapping pattern keys may only match literals and attribute lookups"});
    if (constant == nullptr) continue;
    size_t before = seen.size();
    seen.add(key_identity(context_, constant));
    if (seen.size() == before && !context_.arena.exhausted())
      return context_.error(node->location,
                            {"mapping pattern checks duplicate key (", unparse(context_, key), ")"});
  }
  {
    Temporaries temporaries(*this);
    Register test = code().temporary();
    code().emit(Opcode::MATCH_MAPPING, test, subject);
    jump_on_value(test, context.fail, false);
    if (size != 0) {
      code().emit(Opcode::GET_LENGTH, test, subject);
      code().emit_jump(Opcode::JUMP_GE_I, {.a = test.raw, .b = static_cast<uint16_t>(size), .x = 0}, context.fail);
    }
  }
  if (size == 0 && node->rest == nullptr) return;
  Register keys = code().temporary();
  {
    Temporaries temporaries(*this);
    Tuple* display = make<Tuple>(context_.arena, node->location);
    display->elts = node->keys;
    ConstantValue constants;
    if (all_constants(node->keys, false, constants)) load_constant(constants, keys);
    else sequence_display(display, node->keys, keys);
  }
  code().at(node->location);
  if (size != 0) {
    Register values = code().temporaries(static_cast<unsigned>(size));
    code().emit(Opcode::MATCH_KEYS, values, subject, keys);
    code().emit_jump(Opcode::JUMP_IF_NONE, {.a = values.raw}, context.fail);
    code().emit(Opcode::UNPACK, {.a = values.raw, .b = values.raw, .c = static_cast<uint16_t>(size)});
    for (unsigned i = 0; i < size; ++i) subpattern(node->patterns[i], values.next(i), context);
  }
  if (node->rest == nullptr || context_.failed()) return;
  Register rest = code().temporary();
  code().at(node->location);
  code().emit(Opcode::COPY_DICT_WITHOUT, rest, subject, keys);
  capture(node->rest, rest, context, node->location);
}

void CodeGenerator::pattern_class(MatchClass* node, Register subject, PatternContext& context) {
  size_t positional = node->patterns.size();
  size_t named = node->kwd_patterns.size();
  if (named != node->kwd_attrs.size())
    return context_.error(node->location, {"kwd_attrs and kwd_patterns of a class pattern differ in number"});
  if (positional + named > kMostPatterns)
    return context_.error(node->location, {"too many sub-patterns in class pattern"});
  for (size_t i = 0; i < named; ++i)
    for (size_t j = i + 1; j < named; ++j)
      if (node->kwd_attrs[i] == node->kwd_attrs[j])
        return context_.error(node->kwd_patterns[j]->location,
                              {"attribute name repeated in class pattern: ", node->kwd_attrs[j]->utf8});
  std::span<ConstantValue> names = context_.arena.make_array<ConstantValue>(named);
  if (names.size() != named) return;
  for (size_t i = 0; i < named; ++i) new (&names[i]) ConstantValue(string_constant(node->kwd_attrs[i]->utf8));
  unsigned count = static_cast<unsigned>(positional + named);
  Register values = code().temporaries(count == 0 ? 1 : count);
  {
    Temporaries temporaries(*this);
    Register type = value(node->cls);
    Register attributes = code().temporary();
    code().at(node->location);
    load_constant(tuple_constant(names), attributes);
    code().emit(Opcode::MATCH_CLASS, {.a = values.raw,
                                      .b = subject.raw,
                                      .c = type.raw,
                                      .p = static_cast<uint32_t>(positional),
                                      .q = attributes.raw});
    code().emit_jump(Opcode::JUMP_IF_NONE, {.a = values.raw}, context.fail);
  }
  if (count == 0) return;
  code().emit(Opcode::UNPACK, {.a = values.raw, .b = values.raw, .c = static_cast<uint16_t>(count)});
  for (unsigned i = 0; i < count; ++i)
    subpattern(i < positional ? node->patterns[i] : node->kwd_patterns[i - positional], values.next(i), context);
}

// All alternatives bind the same names; whichever matches moves them to the registers of the first.
void CodeGenerator::pattern_or(MatchOr* node, Register subject, PatternContext& context) {
  Label done = code().new_label();
  ArenaVector<PatternContext::Capture> bound(context_.arena);
  size_t size = node->patterns.size();
  for (size_t i = 0; i < size; ++i) {
    bool last = i + 1 == size;
    ArenaVector<PatternContext::Capture> captures(context_.arena);
    PatternContext inner{&captures, last ? context.fail : code().new_label(), last && context.allow_irrefutable};
    uint32_t height = code().height();
    pattern(node->patterns[i], subject, inner);
    if (context_.failed()) return;
    if (i == 0) {
      for (const auto& found : captures) bound.push_back({found.name, code().temporary()});
      height = code().height();
    }
    bool same = captures.size() == bound.size();
    for (const auto& found : captures) {
      Register target = kNoRegister;
      for (const auto& known : bound)
        if (known.name == found.name) target = known.reg;
      same = same && target.exists();
      if (target.exists()) move(target, found.reg);
    }
    if (!same) return context_.error(node->location, {"alternative patterns bind different names"});
    code().release_to(height);
    code().at(node->location);
    if (!last) {
      code().jump(done);
      code().place(inner.fail);
    }
  }
  code().place(done);
  for (const auto& known : bound) capture(known.name, known.reg, context, node->location);
}

}  // namespace hog
