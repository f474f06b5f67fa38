// generate_function.cpp: def, lambda, class.
#include "compile/code_generator.hpp"
#include "compile/docstring.hpp"

namespace hog {

using namespace ast;

CodeGenerator::Defaults CodeGenerator::defaults(Arguments* args) {
  Defaults result;
  Location at = code().location();
  if (!args->defaults.empty()) {
    result.positional = code().temporary();
    ConstantValue constants;
    if (all_constants(args->defaults, false, constants)) {
      load_constant(constants, result.positional);
    } else {
      Temporaries temporaries(*this);
      Tuple* display = make<Tuple>(context_.arena, at);
      display->elts = args->defaults;
      sequence_display(display, args->defaults, result.positional);
    }
  }
  size_t named = 0;
  for (Expr* expression : args->kw_defaults)
    if (expression != nullptr) ++named;
  if (named == 0) return result;
  result.keyword_only = code().temporary();
  code().at(at);
  code().emit(Opcode::BUILD_DICT, {.a = result.keyword_only.raw, .b = result.keyword_only.raw, .c = 0});
  for (size_t i = 0; i < args->kw_defaults.size() && i < args->kwonlyargs.size(); ++i) {
    if (args->kw_defaults[i] == nullptr) continue;
    Temporaries temporaries(*this);
    Register pair = code().temporaries(2);
    load_string(mangle(args->kwonlyargs[i]->arg)->utf8, pair);
    to(args->kw_defaults[i], pair.next());
    code().at(at);
    code().emit(Opcode::DICT_SET, result.keyword_only, pair, pair.next());
  }
  return result;
}

// Leaves the __annotate__ function in dst; false when there are no annotations.
bool CodeGenerator::parameter_annotations(Stmt* node, Arguments* args, Expr* returns, Register dst) {
  Scope* scope = scopes_.find(node, ScopePart::Annotations);
  if (scope == nullptr || !scope->annotations_used) return false;
  Location at = code().location();
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  enter_annotation_unit(*unit, scope, names_.annotate, node->location);
  // The function whose annotations they are comes before the name.
  std::string_view own = names_.annotate->utf8;
  std::string_view place = unit->qualified_name.substr(0, unit->qualified_name.size() - own.size());
  Identifier* name = is<FunctionDef>(node) ? as<FunctionDef>(node)->name : as<AsyncFunctionDef>(node)->name;
  unit->qualified_name = context_.text({place, name->utf8, ".", own});
  {
    Temporaries temporaries(*this);
    Register dict = code().temporary();
    code().emit(Opcode::BUILD_DICT, {.a = dict.raw, .b = dict.raw, .c = 0});
    auto annotate = [&](Identifier* name, Expr* annotation) {
      if (annotation == nullptr || context_.failed()) return;
      Temporaries inner(*this);
      Register pair = code().temporaries(2);
      code().at(at);
      load_string(mangle(name)->utf8, pair);
      annotation_value(annotation, pair.next());
      code().at(at);
      code().emit(Opcode::DICT_SET, dict, pair, pair.next());
    };
    for (Arg* arg : args->args) annotate(arg->arg, arg->annotation);  // in CPython's order
    for (Arg* arg : args->posonlyargs) annotate(arg->arg, arg->annotation);
    if (args->vararg != nullptr) annotate(args->vararg->arg, args->vararg->annotation);
    for (Arg* arg : args->kwonlyargs) annotate(arg->arg, arg->annotation);
    if (args->kwarg != nullptr) annotate(args->kwarg->arg, args->kwarg->annotation);
    annotate(names_.returns, returns);
    code().emit(Opcode::RETURN, dict);
    code().end_of_path();
  }
  UnitResult result = leave_unit();
  code().at(at);
  make_closure(dst, result);
  return true;
}

CodeGenerator::UnitResult CodeGenerator::function_code(Stmt* node, Identifier* name, Arguments* args,
                                                       std::span<Stmt*> body, bool is_async, int32_t first_line) {
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  enter_unit(*unit, scopes_.find(node, ScopePart::Body), name, first_line);
  unit->is_async = is_async;
  unit->positional_only_count = static_cast<uint32_t>(args->posonlyargs.size());
  unit->positional_count = static_cast<uint32_t>(args->posonlyargs.size() + args->args.size());
  unit->keyword_only_count = static_cast<uint32_t>(args->kwonlyargs.size());
  Location start = node->location;
  start.line = start.end_line = first_line;
  start.col = start.end_col = 0;
  if (const Constant* doc = docstring_of(body)) {
    // The first constant, by convention.
    if (context_.options.optimize < 2) code().constant(string_constant(clean_docstring(context_, doc->value.text)));
    body = body.subspan(1);
  }
  begin_code(start);
  statements(body);
  code().at_no_location();
  return_none();
  return leave_unit();
}

void CodeGenerator::function_object(Stmt* node, Identifier* name, Arguments* args, Expr* returns,
                                    std::span<Stmt*> body, bool is_async, int32_t first_line,
                                    const Defaults& defaults, Register dst) {
  Location at = code().location();
  Temporaries temporaries(*this);
  Register annotations = code().temporary();
  bool annotated = parameter_annotations(node, args, returns, annotations);
  if (context_.failed()) return;
  UnitResult result = function_code(node, name, args, body, is_async, first_line);
  code().at(at);
  make_closure(dst, result);
  auto set = [&](uint8_t what, Register from) {
    code().emit(Opcode::SET_FUNCTION, {.a = dst.raw, .b = from.raw, .x = what});
  };
  if (defaults.positional.exists()) set(0, defaults.positional);
  if (defaults.keyword_only.exists()) set(1, defaults.keyword_only);
  if (annotated) set(3, annotations);
}

template <typename T>
void CodeGenerator::function(T* node, bool is_async) {
  Location at = node->location;
  Register decorators = code().top();
  for (Expr* decorator : node->decorator_list) to(decorator, code().temporary());
  int32_t first_line = node->decorator_list.empty() ? at.line : node->decorator_list[0]->location.line;
  Register result = code().temporary();
  code().at(at);
  if (node->type_params.empty()) {
    Temporaries temporaries(*this);
    Defaults values = defaults(node->args);
    code().at(at);
    function_object(node, node->name, node->args, node->returns, node->body, is_async, first_line, values, result);
  } else {
    Temporaries temporaries(*this);
    Defaults values = defaults(node->args);
    Scope* scope = scopes_.find(node, ScopePart::TypeParameters);
    Identifier* name = context_.intern(context_.text({"<generic parameters of ", node->name->utf8, ">"}));
    Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
    enter_unit(*unit, scope, name, first_line);
    unit->positional_count = static_cast<uint32_t>(scope->parameters.size());
    begin_code(at);
    {
      Temporaries inner(*this);
      Register params = code().temporary();
      type_parameters(node->type_params, params);
      Defaults inner_defaults;
      if (values.positional.exists()) inner_defaults.positional = plain_local(names_.dot_defaults);
      if (values.keyword_only.exists()) inner_defaults.keyword_only = plain_local(names_.dot_kwdefaults);
      Register made = code().temporary();
      code().at(at);
      function_object(node, node->name, node->args, node->returns, node->body, is_async, first_line, inner_defaults,
                      made);
      code().emit(Opcode::SET_FUNCTION, {.a = made.raw, .b = params.raw, .x = 4});
      code().emit(Opcode::RETURN, made);
      code().end_of_path();
    }
    UnitResult generic = leave_unit();
    Register window = code().temporary();
    code().at(at);
    make_closure(window, generic);
    uint16_t count = 0;
    if (values.positional.exists()) {
      move(code().temporary(), values.positional);
      ++count;
    }
    if (values.keyword_only.exists()) {
      move(code().temporary(), values.keyword_only);
      ++count;
    }
    code().emit(Opcode::CALL, {.a = result.raw, .b = window.raw, .c = count});
  }
  apply_decorators(node->decorator_list, decorators);
  code().at(at);
  store_name(node->name, decorators);
}

template void CodeGenerator::function(FunctionDef*, bool);
template void CodeGenerator::function(AsyncFunctionDef*, bool);

void CodeGenerator::lambda(Lambda* node, Register dst) {
  Temporaries temporaries(*this);
  Location at = node->location;
  Defaults values = defaults(node->args);
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  enter_unit(*unit, scopes_.find(node, ScopePart::Body), names_.lambda, at.line);
  Arguments* args = node->args;
  unit->positional_only_count = static_cast<uint32_t>(args->posonlyargs.size());
  unit->positional_count = static_cast<uint32_t>(args->posonlyargs.size() + args->args.size());
  unit->keyword_only_count = static_cast<uint32_t>(args->kwonlyargs.size());
  begin_code(at);
  {
    Temporaries inner(*this);
    Register result = value(node->body);
    code().at(node->body->location);
    code().emit(Opcode::RETURN, result);
    code().end_of_path();
  }
  UnitResult finished = leave_unit();
  code().at(at);
  Register target = dst.is_temporary() ? dst : code().temporary();
  make_closure(target, finished);
  if (values.positional.exists())
    code().emit(Opcode::SET_FUNCTION, {.a = target.raw, .b = values.positional.raw, .x = 0});
  if (values.keyword_only.exists())
    code().emit(Opcode::SET_FUNCTION, {.a = target.raw, .b = values.keyword_only.raw, .x = 1});
  move(dst, target);
}

// ---- class ----

CodeGenerator::UnitResult CodeGenerator::class_code(ClassDef* node, int32_t first_line) {
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  Scope* scope = scopes_.find(node, ScopePart::Body);
  enter_unit(*unit, scope, node->name, first_line);
  unit->private_class = node->name;
  Location start = node->location;
  start.line = start.end_line = first_line;
  start.col = start.end_col = 0;
  begin_code(start);
  Temporaries temporaries(*this);
  Register scratch = code().temporary();
  load_name(names_.name, scratch);
  store_name(names_.module, scratch);
  load_string(unit->qualified_name, scratch);
  store_name(names_.qualname, scratch);
  load_constant(int_constant(first_line), scratch);
  store_name(names_.firstlineno, scratch);
  if (!node->type_params.empty()) {
    load_name(names_.dot_type_params, scratch);
    store_name(names_.type_params, scratch);
  }
  if (scope->needs_classdict) {
    code().emit(Opcode::LOAD_LOCALS, scratch);
    code().emit(Opcode::STORE_CELL, cell_register(names_.classdict), scratch);
  }
  if (scope->has_conditional_annotations) {
    code().emit(Opcode::BUILD_SET, {.a = scratch.raw, .b = scratch.raw, .c = 0});
    code().emit(Opcode::STORE_CELL, cell_register(names_.conditional_annotations), scratch);
  }
  bool future = (context_.future_flags & code_flag::kFutureAnnotations) != 0;
  if (future && scope->annotations_used) code().emit(Opcode::SETUP_ANNOTATIONS);
  std::span<Stmt*> body = node->body;
  if (const Constant* doc = docstring_of(body)) {
    if (context_.options.optimize < 2) {
      code().at(doc->location);
      load_string(clean_docstring(context_, doc->value.text), scratch);
      store_name(names_.doc, scratch);
    }
    body = body.subspan(1);
  }
  statements(body);
  if (body.empty()) code().at(start);
  else code().at_no_location();
  if (!future && !unit->deferred_annotations.empty()) {
    deferred_annotations(scratch);
    store_name(names_.annotate_func, scratch);
  }
  sort_identifiers(unit->static_attributes.span());
  std::span<ConstantValue> attributes = context_.arena.make_array<ConstantValue>(unit->static_attributes.size());
  for (size_t i = 0; i < attributes.size(); ++i)
    new (&attributes[i]) ConstantValue(string_constant(unit->static_attributes[i]->utf8));
  load_constant(tuple_constant(attributes), scratch);
  store_name(names_.static_attributes, scratch);
  if (scope->needs_classdict) {
    emit_named(Opcode::STORE_NAME, cell_register(names_.classdict).raw, 0, names_.classdictcell, true);
  }
  if (scope->needs_class_closure) {
    Register cell = cell_register(names_.class_cell);
    emit_named(Opcode::STORE_NAME, cell.raw, 0, names_.classcell, true);
    code().emit(Opcode::RETURN, cell);
    code().end_of_path();
  } else {
    return_none();
  }
  return leave_unit();
}

// dst = __build_class__(body, name, *bases, **keywords)
void CodeGenerator::class_call(ClassDef* node, const UnitResult& body, Register generic_base, Register dst) {
  Temporaries temporaries(*this);
  Location at = code().location();
  check_keywords(node->keywords);
  if (context_.failed()) return;
  Register window = code().temporaries(3);
  code().emit(Opcode::LOAD_BUILD_CLASS, window);
  make_closure(window.next(), body);
  load_string(node->name->utf8, window.next(2));
  Expr* last = nullptr;
  if (generic_base.exists()) {
    Name* base = make<Name>(context_.arena, at);
    base->id = names_.dot_generic_base;
    base->ctx = ExprContext::Load;
    last = base;
  }
  if (!is_plain_call(node->bases, node->keywords)) {
    Register wide = code().temporary();
    move(wide, window);
    return unpacked_call(node->bases, node->keywords, wide, window.next(), 2, last, dst);
  }
  for (Expr* base : node->bases) to(base, code().temporary());
  if (generic_base.exists()) to(last, code().temporary());
  for (Keyword* keyword : node->keywords) to(keyword->value, code().temporary());
  code().at(at);
  uint16_t count =
      static_cast<uint16_t>(2 + node->bases.size() + (generic_base.exists() ? 1 : 0) + node->keywords.size());
  if (node->keywords.empty()) return code().emit(Opcode::CALL, {.a = dst.raw, .b = window.raw, .c = count});
  if (!code().reachable()) return;
  std::span<ConstantValue> names = context_.arena.make_array<ConstantValue>(node->keywords.size());
  if (names.empty()) return;
  for (size_t i = 0; i < names.size(); ++i)
    new (&names[i]) ConstantValue(string_constant(node->keywords[i]->arg->utf8));
  code().emit(Opcode::CALL_KEYWORDS,
              {.a = dst.raw, .b = window.raw, .c = count, .p = code().constant(tuple_constant(names))});
}

void CodeGenerator::class_definition(ClassDef* node) {
  Location at = node->location;
  Register decorators = code().top();
  for (Expr* decorator : node->decorator_list) to(decorator, code().temporary());
  int32_t first_line = node->decorator_list.empty() ? at.line : node->decorator_list[0]->location.line;
  Register result = code().temporary();
  code().at(at);
  if (node->type_params.empty()) {
    UnitResult body = class_code(node, first_line);
    if (context_.failed()) return;
    code().at(at);
    class_call(node, body, kNoRegister, result);
  } else {
    Identifier* name = context_.intern(context_.text({"<generic parameters of ", node->name->utf8, ">"}));
    Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
    enter_unit(*unit, scopes_.find(node, ScopePart::TypeParameters), name, first_line);
    unit->private_class = node->name;
    begin_code(at);
    {
      Temporaries temporaries(*this);
      Register params = code().temporary();
      type_parameters(node->type_params, params);
      store_name(names_.dot_type_params, params);
      UnitResult body = class_code(node, first_line);
      if (context_.failed()) return;
      code().at(at);
      load_name(names_.dot_type_params, params);
      code().emit(Opcode::INTRINSIC, {.a = params.raw,
                                      .b = params.raw,
                                      .c = params.raw,
                                      .x = static_cast<uint8_t>(Intrinsic::SUBSCRIPT_GENERIC)});
      store_name(names_.dot_generic_base, params);
      Register made = code().temporary();
      class_call(node, body, params, made);
      code().emit(Opcode::RETURN, made);
      code().end_of_path();
    }
    UnitResult generic = leave_unit();
    Temporaries temporaries(*this);
    Register window = code().temporary();
    code().at(at);
    make_closure(window, generic);
    code().emit(Opcode::CALL, {.a = result.raw, .b = window.raw, .c = 0});
  }
  apply_decorators(node->decorator_list, decorators);
  code().at(at);
  store_name(node->name, decorators);
}

}  // namespace hog
