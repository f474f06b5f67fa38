// generate_annotations.cpp: annotation scopes (PEP 649), type parameters and type aliases (PEP 695, 696).
#include "compile/code_generator.hpp"
#include "compile/unparse.hpp"

namespace hog {

using namespace ast;

// A function of one argument, the format; formats beyond 2 are NotImplementedError.
void CodeGenerator::enter_annotation_unit(Unit& unit, Scope* scope, Identifier* name, const Location& at) {
  enter_unit(unit, scope, name, at.line);
  unit.positional_count = unit.positional_only_count = 1;
  begin_code(at);
  code().at(at);
  Temporaries temporaries(*this);
  Label body = code().new_label();
  constexpr uint16_t kValueWithFakeGlobals = 2;
  code().emit_jump(Opcode::JUMP_GT_I, {.a = 0, .b = kValueWithFakeGlobals, .x = 0}, body);
  Register error = code().temporary();
  code().emit(Opcode::LOAD_COMMON, {.a = error.raw, .x = 1});
  code().emit(Opcode::RAISE, {.a = error.raw, .b = error.raw, .x = 1});
  code().end_of_path();
  code().place(body);
  if (scope->type == BlockType::Annotation) code().rename_local(0, names_.format);
}

void CodeGenerator::annotation_value(Expr* annotation, Register dst) {
  if ((context_.future_flags & code_flag::kFutureAnnotations) != 0) {
    code().at(annotation->location);
    return load_string(unparse(context_, annotation), dst);
  }
  if (auto* starred = try_as<Starred>(annotation)) {
    to(starred->value, dst);
    return code().emit(Opcode::UNPACK, {.a = dst.raw, .b = dst.raw, .c = 1});
  }
  to(annotation, dst);
}

// An annotation that is kept nowhere. CPython compiles it for its errors only.
void CodeGenerator::effect_of_annotation(Expr* annotation) { (void)annotation; }

// dst = __annotate__ of the variables of the present class or module.
void CodeGenerator::deferred_annotations(Register dst) {
  Unit& owner = *unit_;
  Scope* scope = owner.scope->annotation_block;
  if (scope == nullptr) return;
  Location at{owner.code.first_line, 0, owner.code.first_line, 0};
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  bool in_class = owner.scope->type == BlockType::Class;
  Location start = in_class ? at : owner.start;
  enter_annotation_unit(*unit, scope, names_.annotate, start);
  {
    Temporaries temporaries(*this);
    Register dict = code().temporary();
    code().emit(Opcode::BUILD_DICT, {.a = dict.raw, .b = dict.raw, .c = 0});
    for (const Unit::DeferredAnnotation& deferred : owner.deferred_annotations) {
      if (!context_.go_on()) break;
      Temporaries inner(*this);
      Register pair = code().temporaries(2);
      Label not_set = code().new_label();
      code().at(deferred.node->location);
      if (deferred.condition >= 0) {
        load_constant(int_constant(deferred.condition), pair);
        if (in_class) code().emit(Opcode::LOAD_CELL, pair.next(), cell_register(names_.conditional_annotations));
        else emit_named(Opcode::LOAD_GLOBAL, pair.next().raw, 0, names_.conditional_annotations, true);
        code().emit_jump(Opcode::JUMP_IN, {.a = pair.raw, .b = pair.next().raw, .x = 0}, not_set);
      }
      to(deferred.node->annotation, pair.next());
      code().at(deferred.node->location);
      load_string(mangle(as<Name>(deferred.node->target)->id)->utf8, pair);
      code().emit(Opcode::DICT_SET, dict, pair, pair.next());
      code().place(not_set);
    }
    code().emit(Opcode::RETURN, dict);
    code().end_of_path();
  }
  UnitResult result = leave_unit();
  code().at(start);
  make_closure(dst, result);
}

// dst = a function that evaluates `node` on demand.
void CodeGenerator::evaluator(Expr* node, Scope* scope, Identifier* name, bool star_allowed, Register dst) {
  if (scope == nullptr || context_.failed()) return;
  Location at = code().location();
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  enter_annotation_unit(*unit, scope, name, node->location);
  {
    Temporaries temporaries(*this);
    Register result = code().temporary();
    // The default of a TypeVarTuple may be `*tuple`.
    if (auto* starred = try_as<Starred>(node); starred != nullptr && star_allowed) {
      to(starred->value, result);
      code().emit(Opcode::UNPACK, {.a = result.raw, .b = result.raw, .c = 1});
    } else {
      to(node, result);
    }
    code().at(node->location);
    code().emit(Opcode::RETURN, result);
    code().end_of_path();
  }
  UnitResult finished = leave_unit();
  code().at(at);
  make_closure(dst, finished);
  Temporaries temporaries(*this);
  Register defaults = code().temporary();
  std::span<ConstantValue> one = context_.arena.make_array<ConstantValue>(1);
  if (one.empty()) return;
  new (&one[0]) ConstantValue(int_constant(1));
  load_constant(tuple_constant(one), defaults);
  code().emit(Opcode::SET_FUNCTION, {.a = dst.raw, .b = defaults.raw, .x = 0});
}

// dst = tuple of the type parameters, each bound to its name.
void CodeGenerator::type_parameters(std::span<TypeParam*> params, Register dst) {
  constexpr size_t kMost = 0x3FFF;
  if (params.size() > kMost) return context_.error(params[0]->location, {"too many type parameters"});
  Temporaries temporaries(*this);
  bool seen_default = false;
  Register first = code().temporaries(static_cast<unsigned>(params.size()));
  for (unsigned i = 0; i < params.size(); ++i) {
    TypeParam* param = params[i];
    Expr* standard = nullptr;
    if (auto* variable = try_as<TypeVar>(param)) standard = variable->default_value;
    if (auto* spec = try_as<ParamSpec>(param)) standard = spec->default_value;
    if (auto* tuple = try_as<TypeVarTuple>(param)) standard = tuple->default_value;
    if (standard == nullptr && seen_default) {
      Identifier* name = is<TypeVar>(param)     ? as<TypeVar>(param)->name
                         : is<ParamSpec>(param) ? as<ParamSpec>(param)->name
                                                : as<TypeVarTuple>(param)->name;
      return context_.error(param->location, {"non-default type parameter '", name->utf8,
                                              "' follows default type parameter"});
    }
    seen_default = seen_default || standard != nullptr;
    type_parameter(param, first.next(i));
    if (context_.failed()) return;
  }
  code().emit(Opcode::BUILD_TUPLE, {.a = dst.raw, .b = first.raw, .c = static_cast<uint16_t>(params.size())});
}

void CodeGenerator::type_parameter(TypeParam* param, Register dst) {
  Temporaries temporaries(*this);
  code().at(param->location);
  Identifier* name;
  Expr* standard;
  Expr* bound = nullptr;
  Intrinsic maker;
  if (auto* variable = try_as<TypeVar>(param)) {
    name = variable->name;
    standard = variable->default_value;
    bound = variable->bound;
    maker = Intrinsic::TYPE_VAR;
    if (bound != nullptr) {
      bool constraints = is<Tuple>(bound) || (is<Constant>(bound) && as<Constant>(bound)->value.kind == ConstantKind::Tuple);
      maker = constraints ? Intrinsic::TYPE_VAR_WITH_CONSTRAINTS : Intrinsic::TYPE_VAR_WITH_BOUND;
    }
  } else if (auto* spec = try_as<ParamSpec>(param)) {
    name = spec->name;
    standard = spec->default_value;
    maker = Intrinsic::PARAM_SPEC;
  } else {
    name = as<TypeVarTuple>(param)->name;
    standard = as<TypeVarTuple>(param)->default_value;
    maker = Intrinsic::TYPE_VAR_TUPLE;
  }
  load_string(name->utf8, dst);
  Register function = code().temporary();
  if (bound != nullptr) evaluator(bound, scopes_.find(param, ScopePart::Bound), name, false, function);
  else code().emit(Opcode::LOAD_NONE, function);
  code().at(param->location);
  auto intrinsic = [&](Intrinsic which) {
    code().emit(Opcode::INTRINSIC,
                {.a = dst.raw, .b = dst.raw, .c = function.raw, .x = static_cast<uint8_t>(which)});
  };
  intrinsic(maker);
  if (standard != nullptr) {
    evaluator(standard, scopes_.find(param, ScopePart::Default), name, is<TypeVarTuple>(param), function);
    code().at(param->location);
    intrinsic(Intrinsic::SET_TYPE_PARAM_DEFAULT);
  }
  store_name(name, dst);
}

void CodeGenerator::type_alias(TypeAlias* node) {
  Location at = node->location;
  Identifier* name = as<Name>(node->name)->id;
  Register result = code().temporary();
  // The alias itself, in the present unit: (name, type parameters, function of the value).
  auto make_alias = [&](Register dst) {
    Temporaries temporaries(*this);
    Register parts = code().temporaries(3);
    code().at(at);
    load_string(name->utf8, parts);
    if (node->type_params.empty()) code().emit(Opcode::LOAD_NONE, parts.next());
    else type_parameters(node->type_params, parts.next());
    code().at(at);
    evaluator(node->value, scopes_.find(node, ScopePart::Body), name, false, parts.next(2));
    code().emit(Opcode::BUILD_TUPLE, {.a = parts.raw, .b = parts.raw, .c = 3});
    code().emit(Opcode::INTRINSIC, {.a = dst.raw,
                                    .b = parts.raw,
                                    .c = parts.raw,
                                    .x = static_cast<uint8_t>(Intrinsic::TYPE_ALIAS)});
  };
  if (node->type_params.empty()) {
    make_alias(result);
  } else {
    Identifier* unit_name = context_.intern(context_.text({"<generic parameters of ", name->utf8, ">"}));
    Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
    enter_unit(*unit, scopes_.find(node, ScopePart::TypeParameters), unit_name, at.line);
    begin_code(at);
    {
      Temporaries temporaries(*this);
      Register alias = code().temporary();
      make_alias(alias);
      code().emit(Opcode::RETURN, alias);
      code().end_of_path();
    }
    UnitResult generic = leave_unit();
    code().at(at);
    Temporaries temporaries(*this);
    Register window = code().temporary();
    make_closure(window, generic);
    code().emit(Opcode::CALL, {.a = result.raw, .b = window.raw, .c = 0});
  }
  code().at(at);
  store_name(name, result);
}

}  // namespace hog
