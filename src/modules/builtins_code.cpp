// builtins_code.cpp: compile, eval, exec, globals, locals, __import__, breakpoint and open. Source text becomes code through
// the isolate's CompilerService; an isolate without one runs precompiled code only. Ref: library/functions.
#include "modules/builtins_functions.hpp"
#include "modules/source_text.hpp"
#include "vm/frame_locals.hpp"
#include "vm/importing.hpp"

namespace hog::builtin_functions {

namespace {

// Flags of compile(), as `ast` and `__future__` know them.
constexpr int kDontImplyDedent = 0x200;
constexpr int kOnlyAst = 0x400;
constexpr int kTypeComments = 0x1000;
constexpr int kAllowTopLevelAwait = 0x2000;
constexpr int kAllowIncompleteInput = 0x4000;
constexpr int kOptimizedAst = 0x8000 | kOnlyAst;
constexpr int kFutureMask = 0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000;
constexpr int kKnownFlags = kFutureMask | 0x10 | kDontImplyDedent | kTypeComments | kAllowTopLevelAwait |
                            kAllowIncompleteInput | kOptimizedAst;

Fallible<CompilerService*> compiler_of(Thread& t) {
  CompilerService* compiler = Isolate::of(t).config().compiler;
  if (compiler == nullptr) return t.raise(core.RuntimeError, "this isolate has no compiler: it runs precompiled code only");
  return compiler;
}

// The future statements in force where the caller stands.
uint32_t inherited_flags(Thread& t) {
  return t.frame_ == nullptr ? 0 : t.frame_->code->flags() & static_cast<uint32_t>(kFutureMask);
}

Fallible<CompileMode> compile_mode(Thread& t, Str* mode, int flags) {
  if (mode->equals_ascii("exec")) return CompileMode::Exec;
  if (mode->equals_ascii("eval")) return CompileMode::Eval;
  if (mode->equals_ascii("single")) return CompileMode::Single;
  if (mode->equals_ascii("func_type")) {
    if ((flags & kOnlyAst) == 0) return t.raise_value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    return CompileMode::FunctionType;
  }
  if ((flags & kOnlyAst) != 0)
    return t.raise_value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
  return t.raise_value_error("compile() mode must be 'exec', 'eval' or 'single'");
}

// Is it an `ast` object? Only when the isolate has the classes of `_ast` can there be one; the first of them is the root.
bool is_syntax_tree(Thread& t, Value v) {
  Value classes = Isolate::of(t).slots[Isolate::kSyntaxClasses].get();
  return !classes.is_empty() && is_instance(v, as<Type>(as<ValueArray>(classes)->at(0)));
}

}  // namespace

namespace {
// The hooks get the text as bytes, whatever it came as.
Fallible<void> audit_compile_py(Thread& t, Value source, Value filename) {
  if (!t.isolate().audited) return {};
  if (is<Str>(source)) source = TRY(call_method_py(t, source, TRY(Str::intern_utf8(t, "encode"))));
  return t.audit_py("compile", source, filename);
}
}  // namespace

Fallible<Value> compile(Thread& t, Value source, Value filename, Str* mode, int flags, bool dont_inherit, int optimize,
                        int feature_version) {
  CompileRequest request;
  request.filename = TRY(file_system_text_py(t, filename));
  if ((flags & ~kKnownFlags) != 0) return t.raise_value_error("compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return t.raise_value_error("compile(): invalid optimize value");
  request.flags = static_cast<uint32_t>(flags);
  if (!dont_inherit) request.flags |= inherited_flags(t);
  request.mode = TRY(compile_mode(t, mode, flags));
  request.optimize = optimize;
  request.only_ast = (flags & kOnlyAst) != 0;
  if (feature_version >= 0 && request.only_ast) request.feature_minor = feature_version;
  CompilerService* compiler = TRY(compiler_of(t));
  if (is_syntax_tree(t, source)) {
    TRY(t.audit_py("compile", source, filename));
    request.tree = source;
    return compiler->compile_py(t, request);
  }
  SourceText text(t);
  TRY(text.open_py(source, request.filename, "compile() arg 1 must be a string, bytes or AST object"));
  request.source = text.view();
  TRY(audit_compile_py(t, source, Value(request.filename)));
  return compiler->compile_py(t, request);
}

// ---- eval and exec ----

namespace {

struct Scopes {
  Dict* globals;
  Value locals;  // empty: the globals
};

// Where code runs that was given no scopes: those of the caller.
Fallible<Scopes> caller_scopes_py(Thread& t, const char* function) {
  if (t.frame_ == nullptr) return t.raise(core.SystemError, "globals and locals cannot be NULL");
  (void)function;
  Value locals = TRY(frame_locals_py(t, t.frame_));
  return Scopes{t.frame_->globals, locals};
}

bool is_mapping(Value v) { return type_of(v)->slots().get_item != nullptr; }

Fallible<void> insert_builtins_py(Thread& t, Dict* globals) {
  Value known = TRY(globals->get_py(t, Value(names.dunder_builtins)));
  if (!known.is_absent()) return {};
  Dict* builtins = t.frame_ != nullptr ? t.frame_->builtins : t.isolate().builtins;
  return globals->set_name(t, names.dunder_builtins, Value(builtins));
}

// In a leading run of blanks and tabs, eval() sees nothing.
std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

Fallible<Value> run_source_py(Thread& t, Value source, const Scopes& scopes, CompileMode mode, const char* type_message) {
  CompileRequest request;
  request.filename = TRY(Str::intern_utf8(t, "<string>"));
  request.mode = mode;
  request.flags = inherited_flags(t);
  SourceText text(t);
  TRY(text.open_py(source, request.filename, type_message));
  request.source = mode == CompileMode::Eval ? without_leading_blanks(text.view()) : text.view();
  TRY(audit_compile_py(t, source, Value(request.filename)));
  CompilerService* compiler = TRY(compiler_of(t));
  Value code = TRY(compiler->compile_py(t, request));
  TRY(t.audit_py("exec", code));
  return Isolate::of(t).run_code(t, as<Code>(code), scopes.globals, scopes.locals);
}

uint32_t free_variable_count(const Code* code) { return code->record().local_count - code->record().free_start; }

Fallible<void> check_closure(Thread& t, const Code* code, Value closure) {
  uint32_t wanted = free_variable_count(code);
  bool none = closure.is_none();
  if (wanted == 0) {
    if (!none) return t.raise_type_error("cannot use a closure with this code object");
    return {};
  }
  bool right = is_exactly(closure, shapes.tuple) && as<Tuple>(closure)->length() == wanted;
  for (size_t i = 0; right && i < wanted; ++i) right = is<CellVariable>(as<Tuple>(closure)->at(i));
  if (!right) return t.raise_type_error("code object requires a closure of exactly length {}", wanted);
  return {};
}

}  // namespace

Fallible<Value> eval(Thread& t, Value source, Value globals, Value locals) {
  if (!locals.is_none() && !is_mapping(locals)) return t.raise_type_error("locals must be a mapping");
  if (!globals.is_none() && !is<Dict>(globals))
    return t.raise_type_error("{}", is_mapping(globals) ? "globals must be a real dict; try eval(code, {}, mapping)"
                                                        : "globals must be a dict");
  Scopes scopes;
  if (globals.is_none()) {
    scopes = TRY(caller_scopes_py(t, "eval"));
    if (!locals.is_none()) scopes.locals = locals;
  } else {
    scopes = {as<Dict>(globals), locals.is_none() ? globals : locals};
  }
  TRY(insert_builtins_py(t, scopes.globals));
  if (is<Code>(source)) {
    auto* code = as<Code>(source);
    if (free_variable_count(code) != 0)
      return t.raise_type_error("code object passed to eval() may not contain free variables");
    TRY(t.audit_py("exec", source));
    return Isolate::of(t).run_code(t, code, scopes.globals, scopes.locals);
  }
  return run_source_py(t, source, scopes, CompileMode::Eval, "eval() arg 1 must be a string, bytes or code object");
}

Fallible<void> exec(Thread& t, Value source, Value globals, Value locals, Value closure) {
  Scopes scopes;
  if (globals.is_none()) {
    scopes = TRY(caller_scopes_py(t, "exec"));
    if (!locals.is_none()) scopes.locals = locals;
  } else {
    if (!is<Dict>(globals)) return t.raise_type_error("exec() globals must be a dict, not {}", type_of(globals));
    scopes = {as<Dict>(globals), locals.is_none() ? globals : locals};
  }
  if (!is_mapping(scopes.locals))
    return t.raise_type_error("locals must be a mapping or None, not {}", type_of(scopes.locals));
  TRY(insert_builtins_py(t, scopes.globals));
  if (is<Code>(source)) {
    auto* code = as<Code>(source);
    TRY(check_closure(t, code, closure));
    TRY(t.audit_py("exec", source));
    if (closure.is_none()) {
      TRY(Isolate::of(t).run_code(t, code, scopes.globals, scopes.locals));
      return {};
    }
    Function* function = TRY(Function::make(t, code, scopes.globals));
    function->closure_.set(function, as<Tuple>(closure));
    TRY(run_function_body_py(t, function, scopes.locals));
    return {};
  }
  if (!closure.is_none()) return t.raise_type_error("closure can only be used when source is a code object");
  TRY(run_source_py(t, source, scopes, CompileMode::Exec, "exec() arg 1 must be a string, bytes or code object"));
  return {};
}

Fallible<Value> globals(Thread& t) {
  if (t.frame_ == nullptr) return Value::none();
  return Value(t.frame_->globals);
}

Fallible<Value> locals(Thread& t) {
  if (t.frame_ == nullptr) return t.raise(core.SystemError, "frame does not exist");
  return frame_locals_py(t, t.frame_);
}

// ---- Other. ----

Fallible<Value> import(Thread& t, Value name, Value globals, Value, Value from_list, int64_t level) {
  if (!is<Str>(name)) return t.raise_type_error("module name must be a string");
  // Without globals a relative import has nothing to be relative to.
  if (globals.is_none() && level > 0) globals = Value(TRY(Dict::make(t)));
  return import_py(t, as<Str>(name), globals, from_list, level);
}

Fallible<Value> breakpoint(Thread& t, Value, const Arguments& arguments) {
  Str* name = TRY(Str::intern_utf8(t, "breakpointhook"));
  Value hook = t.isolate().sys_dict->get_name_nogc(name);
  if (hook.is_absent()) return t.raise(core.RuntimeError, "lost sys.breakpointhook");
  TRY(t.audit_py("builtins.breakpoint", hook));
  return call_py(t, hook, arguments);
}

Fallible<Value> open(Thread& t, Value, const Arguments& arguments) {
  Str* module_name = TRY(Str::intern_utf8(t, "_io"));
  Value io = TRY(import_module_py(t, module_name));
  Str* function_name = TRY(Str::intern_utf8(t, "open"));
  return call_method_py(t, io, function_name, arguments);
}

}  // namespace hog::builtin_functions
