// opcode_module.cpp: the module _opcode, as far as the library's opcode and dis need it to be imported (inspect imports them). Its
// numbers are CPython's opcodes, of which our machine runs none: none is valid here. What our own instructions import and store it tells
// to the overlay of dis, for modulefinder. Ref: library/dis.
#include "bytecode/instruction.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/code.hpp"

namespace hog {

namespace {

Fallible<bool> never(Thread&, int) { return false; }

Fallible<Value> stack_effect(Thread& t, int, Value, Value) { return t.raise_value_error("invalid opcode or oparg"); }

Fallible<Value> list_of_names(Thread& t, const char* const* texts, size_t count) {
  List* list = TRY(List::make(t, count));
  for (size_t i = 0; i < count; ++i) TRY(list->append(t, Value(TRY(Str::intern_utf8(t, texts[i])))));
  return Value(list);
}

// (name, symbol) of each binary operation, in the order of the language's grammar of operators.
Fallible<Value> binary_operations(Thread& t) {
  static constexpr const char* kNames[][2] = {
      {"NB_ADD", "+"}, {"NB_AND", "&"}, {"NB_FLOOR_DIVIDE", "//"}, {"NB_LSHIFT", "<<"}, {"NB_MATRIX_MULTIPLY", "@"},
      {"NB_MULTIPLY", "*"}, {"NB_REMAINDER", "%"}, {"NB_OR", "|"}, {"NB_POWER", "**"}, {"NB_RSHIFT", ">>"},
      {"NB_SUBTRACT", "-"}, {"NB_TRUE_DIVIDE", "/"}, {"NB_XOR", "^"}};
  List* list = TRY(List::make(t, 2 * std::size(kNames)));
  for (const auto& row : kNames) {
    Value name = Value(TRY(Str::intern_utf8(t, row[0])));
    Value symbol = Value(TRY(Str::intern_utf8(t, row[1])));
    TRY(list->append(t, Value(TRY(Tuple::of(t, name, symbol)))));
  }
  return Value(list);
}

Fallible<Value> no_names(Thread& t) { return list_of_names(t, nullptr, 0); }
Fallible<Value> special_method_names(Thread& t) {
  static constexpr const char* kNames[] = {"__enter__", "__exit__", "__aenter__", "__aexit__"};
  return list_of_names(t, kNames, std::size(kNames));
}
Fallible<Value> none(Thread&) { return Value::none(); }
Fallible<Value> no_executor(Thread& t, Value code, Value) {
  if (type_of(code) != core.code) return t.raise_type_error("expected a code object, not '{}'", type_of(code));
  return Value::none();
}

// function(instruction, the one before, the one before that) for each instruction; the last two may be null.
template <typename Function>
Fallible<void> each_instruction(Thread& t, Value v, Function function) {
  if (!is<Code>(v)) return t.raise_type_error("expected a code object, not '{}'", type_of(v));
  Code* code = as<Code>(v);
  TRY(code->materialize(t));
  const Instruction* before[2] = {nullptr, nullptr};
  for (uint32_t word = 0; word < code->record().instruction_words;) {
    TRY(t.poll());
    const Instruction* pc = code->begin() + word;
    TRY(function(code, pc, before[0], before[1]));
    before[1] = before[0];
    before[0] = pc;
    word += kOpcodeInfo[static_cast<size_t>(pc->op)].words;
  }
  return {};
}
uint32_t name_operand(const Instruction* pc) { return reinterpret_cast<const SecondWord*>(pc + 1)->p; }

// What an instruction loads that loads a constant; else absent.
Value loaded_constant(Code* code, const Instruction* pc) {
  if (pc == nullptr) return Value::absent();
  switch (pc->op) {
    case Opcode::LOAD_CONST: return code->constant(pc->wide());
    case Opcode::LOAD_INT: return Value::from_small_int(pc->signed_wide());
    case Opcode::LOAD_NONE: return Value::none();
    default: return Value::absent();
  }
}

// (name, level, names from it) of each import statement: the compiler loads level and names just before it.
Fallible<Value> imports_of(Thread& t, Value code) {
  List* list = TRY(List::make(t));
  TRY(each_instruction(t, code, [&](Code* of, const Instruction* pc, const Instruction* second, const Instruction* first) -> Fallible<void> {
    if (pc->op != Opcode::IMPORT_NAME) return {};
    Value level = loaded_constant(of, first), from = loaded_constant(of, second);
    if (level.is_absent() || from.is_absent()) return {};
    return list->append(t, Value(TRY(Tuple::of(t, Value(of->name(name_operand(pc))), level, from))));
  }));
  return Value(list);
}
// The names that are stored in a module's or a class's namespace.
Fallible<Value> stores_of(Thread& t, Value code) {
  List* list = TRY(List::make(t));
  TRY(each_instruction(t, code, [&](Code* of, const Instruction* pc, const Instruction*, const Instruction*) -> Fallible<void> {
    if (pc->op != Opcode::STORE_NAME && pc->op != Opcode::STORE_GLOBAL) return {};
    return list->append(t, Value(of->name(name_operand(pc))));
  }));
  return Value(list);
}

constexpr NativeMethod kFunctions[] = {
    {"_imports_of", HOG_NATIVE(imports_of), "(code, /)", "(name, level, names) of each import statement."},
    {"_stores_of", HOG_NATIVE(stores_of), "(code, /)", "Names stored in a namespace."},
    {"get_executor", HOG_NATIVE(no_executor), "(*, code, offset)", "None."},
    {"get_intrinsic1_descs", HOG_NATIVE(no_names), "()", "[]"},
    {"get_intrinsic2_descs", HOG_NATIVE(no_names), "()", "[]"},
    {"get_nb_ops", HOG_NATIVE(binary_operations), "()", "Names and symbols of the binary operations."},
    {"get_special_method_names", HOG_NATIVE(special_method_names), "()", "Special methods that instructions look up."},
    {"get_specialization_stats", HOG_NATIVE(none), "()", "None."},
    {"has_arg", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_const", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_exc", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_free", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_jump", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_local", HOG_NATIVE(never), "(opcode)", "False."},
    {"has_name", HOG_NATIVE(never), "(opcode)", "False."},
    {"is_valid", HOG_NATIVE(never), "(opcode)", "False."},
    {"stack_effect", HOG_NATIVE(stack_effect), "(opcode, oparg=None, /, *, jump=None)", "ValueError."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "ENABLE_SPECIALIZATION", Value::false_value()));
  return module->add(t, "ENABLE_SPECIALIZATION_FT", Value::false_value());
}

}  // namespace

extern const ModuleSpec k_module__opcode;
const ModuleSpec k_module__opcode = {
    .name = "_opcode",
    .doc = "CPython's opcodes, none of which runs here.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
