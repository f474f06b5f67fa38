// intrinsics.cpp: rare operations of the machine.
#include "object/protocol.hpp"
#include "types/template.hpp"
#include "types/type_variables.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

Fallible<void> print_expression_py(Thread& t, Value v) {
  Str* name = TRY(Str::intern_utf8(t, "displayhook"));
  Value hook = t.isolate().sys_dict->get_name_nogc(name);
  if (hook.is_absent()) return t.raise(core.RuntimeError, "lost sys.displayhook");
  TRY(call_py(t, hook, v));
  return {};
}

Fallible<Value> load_common(Thread& t, uint8_t which) {
  switch (which) {
    case 0: return Value(core.AssertionError);
    case 1: return Value(core.NotImplementedError);
    case 2: return Value(core.tuple);
    case 5: return Value(core.list);
    case 6: return Value(core.set);
    default: break;
  }
  Str* name = TRY(Str::intern_utf8(t, which == 3 ? "all" : "any"));
  Value v = t.isolate().builtins->get_name_nogc(name);
  if (v.is_absent()) return raise_name_error(t, name);
  return v;
}

Fallible<Value> intrinsic_py(Thread& t, uint8_t which, Value first, Value second) {
  switch (static_cast<Intrinsic>(which)) {
    case Intrinsic::TYPE_VAR: return make_type_var(t, first, Value::absent(), Value::absent(), true);
    case Intrinsic::TYPE_VAR_WITH_BOUND: return make_type_var(t, first, second, Value::absent(), true);
    case Intrinsic::TYPE_VAR_WITH_CONSTRAINTS: return make_type_var(t, first, Value::absent(), second, true);
    case Intrinsic::PARAM_SPEC: return make_param_spec(t, first);
    case Intrinsic::TYPE_VAR_TUPLE: return make_type_var_tuple(t, first);
    case Intrinsic::SET_TYPE_PARAM_DEFAULT: return set_type_parameter_default(t, first, second);
    case Intrinsic::SUBSCRIPT_GENERIC: return subscript_generic_py(t, first);
    case Intrinsic::TYPE_ALIAS: {
      auto* parts = as<Tuple>(first);
      return make_type_alias(t, parts->at(0), parts->at(1), parts->at(2));
    }
    default: break;
  }
  return t.raise(core.SystemError, "unknown intrinsic {}", which);
}

Fallible<Value> build_interpolation(Thread& t, const Value* inputs, uint8_t conversion) {
  static constexpr char kConversions[] = {0, 's', 'r', 'a'};
  Value shown = conversion == 0 ? Value::none() : Value(latin1_characters[static_cast<uint8_t>(kConversions[conversion])]);
  return make_interpolation(t, inputs[0], inputs[1], shown, inputs[2]);
}

Fallible<Value> build_template(Thread& t, Value strings, Value interpolations) {
  return make_template(t, as<Tuple>(strings), as<Tuple>(interpolations));
}

}  // namespace hog
