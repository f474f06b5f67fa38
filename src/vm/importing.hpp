// importing.hpp: modules: native ones from their specs, frozen ones from blobs, everything else through importlib.
#pragma once

#include "vm/isolate.hpp"

namespace hog {

// builtins and sys, and an empty __main__. False: no memory.
bool set_up_modules(Thread& t, Isolate& isolate);
// A new module of a native spec, initialised, not yet in sys.modules.
Fallible<Module*> make_native_module(Thread& t, const ModuleSpec& spec);
// sys.modules[name], importing it first if need be.
Fallible<Value> import_module_py(Thread& t, Str* name);
// builtins.__import__.
Fallible<Value> import_py(Thread& t, Str* name, Value globals, Value from_list, int64_t level);
// The module's functions, from the permanent signatures of its spec.
Fallible<void> add_native_functions(Thread& t, Module* module, const ModuleSpec& spec);
// "cannot import name ..." with its file, circularity and shadowing hints.
// What a module from this file, next to the program, may keep from being imported. Raises what comparing names raises.
enum class Shadowing : uint8_t { Nothing, Something, Library };
Fallible<Shadowing> module_shadowing_py(Thread& t, Value name, Value origin);  // object/module.cpp
Failure raise_cannot_import_py(Thread& t, Value module, Str* package_or_null, Str* name);
// importlib._bootstrap, set up on first use.
Fallible<Module*> import_machinery_py(Thread& t);

}  // namespace hog
