// typing_module.cpp: the module `_typing`: the types behind type parameters, for the library's `typing`.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

Fallible<Value> idfunc(Thread&, Value v) { return v; }

constexpr NativeMethod kFunctions[] = {
    {"_idfunc", HOG_NATIVE(idfunc), "(value, /)", "The value itself."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  struct Row {
    const char* name;
    Type* type;
  };
  const Row rows[] = {{"TypeVar", core.type_var},
                      {"TypeVarTuple", core.type_var_tuple},
                      {"ParamSpec", core.param_spec},
                      {"ParamSpecArgs", core.param_spec_args},
                      {"ParamSpecKwargs", core.param_spec_kwargs},
                      {"TypeAliasType", core.type_alias},
                      {"Generic", core.generic},
                      {"Union", core.union_type}};
  for (const Row& row : rows) TRY(module->add(t, row.name, Value(row.type)));
  return module->add(t, "NoDefault", TRY(call_py(t, Value(core.no_default_type))));
}

}  // namespace

extern const ModuleSpec k_module__typing;
const ModuleSpec k_module__typing = {.name = "_typing", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
