// generate_call.cpp: calls. A call's window (callee, arguments) is built at the top of the temporaries.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

constexpr size_t kMostArguments = 200;  // beyond these the arguments travel in a tuple and a dict

bool CodeGenerator::is_plain_call(std::span<Expr*> args, std::span<Keyword*> keywords) const {
  if (args.size() + keywords.size() > kMostArguments) return false;
  for (Expr* arg : args)
    if (is<Starred>(arg)) return false;
  for (Keyword* keyword : keywords)
    if (keyword->arg == nullptr) return false;
  return true;
}

void CodeGenerator::check_keywords(std::span<Keyword*> keywords) {
  if (keywords.size() < 2) return;
  PointerMap seen(context_.arena);
  for (Keyword* keyword : keywords) {
    if (keyword->arg == nullptr) continue;
    if (seen.get(keyword->arg) != PointerMap::kAbsent)
      return context_.error(keyword->location, {"keyword argument repeated: ", keyword->arg->utf8});
    seen.set(keyword->arg, 1);
  }
}

void CodeGenerator::call(Call* node, Register dst) {
  warn_call(node->func);
  check_keywords(node->keywords);
  if (context_.failed()) return;
  if (method_call(node, dst)) return;
  Temporaries temporaries(*this);
  Register window = code().temporary();
  to(node->func, window);
  code().at(node->location);
  arguments_and_call(node, window, 0, false, dst);
}

bool CodeGenerator::method_call(Call* node, Register dst) {
  auto* callee = try_as<Attribute>(node->func);
  if (callee == nullptr || callee->ctx != ExprContext::Load || !is_plain_call(node->args, node->keywords)) return false;
  Temporaries temporaries(*this);
  Register window = code().temporaries(2);
  if (!super_attribute(callee, window, true)) {
    Register object = value(callee->value, window);
    code().at(attribute_location(callee));
    emit_named(Opcode::LOAD_METHOD, window.raw, object.raw, mangle(callee->attr), true);
  }
  Location at = node->location;
  Location attribute = attribute_location(callee);
  if (callee->location.line != callee->location.end_line) {
    at.line = attribute.line;
    at.col = attribute.col;
  }
  code().at(at);
  arguments_and_call(node, window, 1, true, dst);
  return true;
}

// super().name and super(C, self).name, while `super` is the built-in as far as we can see.
bool CodeGenerator::super_attribute(Attribute* node, Register dst, bool method) {
  auto* call = try_as<Call>(node->value);
  if (call == nullptr || node->ctx != ExprContext::Load || !call->keywords.empty()) return false;
  auto* callee = try_as<Name>(call->func);
  if (callee == nullptr || callee->id != names_.super || node->attr == names_.class_cell) return false;
  bool bare = call->args.empty();
  if (!bare && call->args.size() != 2) return false;
  for (Expr* arg : call->args)
    if (is<Starred>(arg)) return false;
  if (resolve(names_.super).access != Variable::Access::Global || scopes_.root->find(names_.super) != nullptr)
    return false;
  if (bare) {
    if (unit_->scope->type != BlockType::Function || unit_->scope->comprehension != ComprehensionKind::None ||
        unit_->positional_count == 0 || unit_->frees.get(names_.class_cell) == PointerMap::kAbsent)
      return false;
  }
  Temporaries temporaries(*this);
  Register parts = code().temporaries(3);
  to(callee, parts);
  if (bare) {
    code().at(call->location);
    load_name(names_.class_cell, parts.next());
    load_name(unit_->scope->parameters[0], parts.next(2));
  } else {
    to(call->args[0], parts.next());
    to(call->args[1], parts.next(2));
  }
  code().at(attribute_location(node));
  uint8_t x = static_cast<uint8_t>((method ? 1 : 0) | (bare ? 2 : 0));
  emit_named(Opcode::LOAD_SUPER_ATTR, dst.raw, parts.raw, mangle(node->attr), true, 0, x);
  return true;
}

// The callee is in `window` (and its self behind it when `before` is 1); the location is set to that of the call.
void CodeGenerator::arguments_and_call(Call* node, Register window, unsigned before, bool is_method, Register dst) {
  Location at = code().location();
  if (!is_plain_call(node->args, node->keywords))
    return unpacked_call(node->args, node->keywords, window, kNoRegister, 0, nullptr, dst);
  for (Expr* arg : node->args) {
    Register reg = code().temporary();
    to(arg, reg);
  }
  std::span<Keyword*> keywords = node->keywords;
  for (Keyword* keyword : keywords) {
    Register reg = code().temporary();
    to(keyword->value, reg);
  }
  (void)before;
  code().at(at);
  uint16_t count = static_cast<uint16_t>(node->args.size() + keywords.size());
  if (keywords.empty()) {
    return code().emit(is_method ? Opcode::CALL_METHOD : Opcode::CALL,
                       {.a = dst.raw, .b = window.raw, .c = count});
  }
  if (!code().reachable()) return;
  std::span<ConstantValue> names = context_.arena.make_array<ConstantValue>(keywords.size());
  if (names.empty()) return;
  for (size_t i = 0; i < keywords.size(); ++i) new (&names[i]) ConstantValue(string_constant(keywords[i]->arg->utf8));
  code().emit(is_method ? Opcode::CALL_METHOD_KEYWORDS : Opcode::CALL_KEYWORDS,
              {.a = dst.raw, .b = window.raw, .c = count, .p = code().constant(tuple_constant(names))});
}

// window = callee; then the positional iterable and the keyword dict. `extra` registers from `first_extra` come before the
// written arguments, `last_extra` (an expression or null) after them.
void CodeGenerator::unpacked_call(std::span<Expr*> args, std::span<Keyword*> keywords, Register window,
                                  Register first_extra, unsigned extra, Expr* last_extra, Register dst) {
  Location at = code().location();
  Register positional = code().temporary();
  auto* sole = args.size() == 1 && extra == 0 && last_extra == nullptr ? try_as<Starred>(args[0]) : nullptr;
  if (sole != nullptr) {
    to(sole->value, positional);
  } else {
    bool starred = extra != 0 || last_extra != nullptr || args.size() > kMostArguments / 8;
    for (Expr* arg : args) starred = starred || is<Starred>(arg);
    if (!starred) {
      Temporaries inner(*this);
      Register first = code().top();
      for (Expr* arg : args) to(arg, code().temporary());
      code().at(at);
      code().emit(Opcode::BUILD_TUPLE,
                  {.a = positional.raw, .b = first.raw, .c = static_cast<uint16_t>(args.size())});
    } else {
      if (extra == 0) {
        list_of(args, positional, last_extra);
      } else {
        code().emit(Opcode::BUILD_LIST,
                    {.a = positional.raw, .b = first_extra.raw, .c = static_cast<uint16_t>(extra)});
        Temporaries inner(*this);
        Register rest = code().temporary();
        list_of(args, rest, last_extra);
        code().at(at);
        code().emit(Opcode::LIST_EXTEND, positional, rest);
      }
      code().at(at);
      code().emit(Opcode::LIST_TO_TUPLE, positional, positional);
    }
  }
  Register named = code().temporary();
  if (!keywords.empty()) keyword_dict(keywords, window, named);
  code().at(at);
  code().emit(Opcode::CALL_UNPACKED,
              {.a = dst.raw, .b = window.raw, .x = static_cast<uint8_t>(keywords.empty() ? 0 : 1)});
}

void CodeGenerator::keyword_dict(std::span<Keyword*> keywords, Register callee, Register dst) {
  Location at = code().location();
  code().emit(Opcode::BUILD_DICT, {.a = dst.raw, .b = dst.raw, .c = 0});
  constexpr size_t kGroup = 24;
  for (size_t i = 0; i < keywords.size() && context_.go_on();) {
    Temporaries inner(*this);
    if (keywords[i]->arg == nullptr) {
      Register mapping = value(keywords[i++]->value);
      code().at(at);
      code().emit(Opcode::DICT_MERGE, dst, mapping, callee);
      continue;
    }
    Register group = code().temporary();
    Register first = code().top();
    size_t count = 0;
    for (; i < keywords.size() && keywords[i]->arg != nullptr && count < kGroup; ++i, ++count) {
      Register pair = code().temporaries(2);
      code().at(at);
      load_string(keywords[i]->arg->utf8, pair);
      to(keywords[i]->value, pair.next());
    }
    code().at(at);
    bool fresh = i == count;  // nothing is in dst yet
    Register target = fresh ? dst : group;
    code().emit(Opcode::BUILD_DICT, {.a = target.raw, .b = first.raw, .c = static_cast<uint16_t>(count)});
    if (!fresh) code().emit(Opcode::DICT_MERGE, dst, group, callee);
  }
}

// Decorators wait in a run of registers from `first`, the decorated object behind them; the result is in `first`.
void CodeGenerator::apply_decorators(std::span<Expr*> decorators, Register first) {
  for (size_t i = decorators.size(); i-- > 0;) {
    code().at(decorators[i]->location);
    Register callee = first.next(static_cast<unsigned>(i));
    code().emit(Opcode::CALL, {.a = callee.raw, .b = callee.raw, .c = 1});
  }
}

}  // namespace hog
