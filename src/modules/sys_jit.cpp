// sys_jit.cpp: the module sys._jit, which says that no code is compiled to machine code. Ref: library/sys.
#include "object/native.hpp"

namespace hog {

namespace {

Fallible<bool> no(Thread&) { return false; }

constexpr NativeMethod kFunctions[] = {
    {"is_active", HOG_NATIVE(no), "()", "Does the caller run as machine code?"},
    {"is_available", HOG_NATIVE(no), "()", "Can this interpreter compile to machine code?"},
    {"is_enabled", HOG_NATIVE(no), "()", "Does it?"},
    {},
};

}  // namespace

extern const ModuleSpec k_module_sys_jit;
const ModuleSpec k_module_sys_jit = {
    .name = "sys._jit", .doc = "Compilation to machine code: there is none.", .functions = kFunctions};

}  // namespace hog
