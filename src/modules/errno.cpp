// errno.cpp: the module errno: the error numbers of Linux by name, and their names by number. Ref: library/errno.
#include "object/native.hpp"

namespace hog {

namespace {

struct Row {
  const char* name;
  int number;
  bool alias;
};
constexpr Row kRows[] = {
#define HOG_ERRNO(name, number, text, type) {#name, number, false},
#define HOG_ERRNO_ALIAS(name, number) {#name, number, true},
#include "object/errno.def"
#undef HOG_ERRNO
#undef HOG_ERRNO_ALIAS
};

Fallible<void> initialize(Thread& t, Module* module) {
  Dict* codes = TRY(Dict::make(t));
  for (const Row& row : kRows) {
    Value number = Value::from_small_int(row.number);
    TRY(module->add(t, row.name, number));
    if (!row.alias) TRY(codes->set_py(t, number, Value(TRY(Str::intern_utf8(t, row.name)))));
  }
  return module->add(t, "errorcode", Value(codes));
}

}  // namespace

extern const ModuleSpec k_module_errno;
const ModuleSpec k_module_errno = {
    .name = "errno",
    .doc = "Error numbers of the operating system.",
    .initialize = initialize,
};

}  // namespace hog
