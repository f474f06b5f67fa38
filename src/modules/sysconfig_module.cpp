// sysconfig_module.cpp: the module `_sysconfig`: how this interpreter was built, as far as `sysconfig` asks natively.
#include "object/native.hpp"

namespace hog {

namespace {

Fallible<Value> config_vars(Thread& t) {
  Dict* dict = TRY(Dict::make(t));
  for (const char* name : {"Py_GIL_DISABLED", "Py_DEBUG"})
    TRY(dict->set_name(t, TRY(Str::intern_utf8(t, name)), Value::from_small_int(0)));
  return Value(dict);
}

constexpr NativeMethod kFunctions[] = {
    {"config_vars", HOG_NATIVE(config_vars), "()", "Build variables by name."},
    {},
};

}  // namespace

extern const ModuleSpec k_module__sysconfig;
const ModuleSpec k_module__sysconfig = {.name = "_sysconfig", .doc = "Build variables.", .functions = kFunctions};

}  // namespace hog
