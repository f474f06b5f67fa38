// module.cpp: making modules, also native ones from their spec, and the complaint about an attribute they lack.
#include "object/class_system.hpp"

namespace hog {

Fallible<Module*> Module::make(Thread& t, Str* name) {
  Dict* dict = TRY(Dict::make(t));
  TRY(dict->set_name(t, names.dunder_name, Value(name)));
  for (Str* field : {names.dunder_doc, names.dunder_package, names.dunder_loader, names.dunder_spec})
    TRY(dict->set_name(t, field, Value::none()));
  auto* module = TRY(t.allocate<Module>(shapes.module));
  module->dict_.set(module, dict);
  return module;
}

Fallible<void> Module::add(Thread& t, const char* name, Value v) {
  return dict()->set_name(t, TRY(Str::intern_utf8(t, name)), v);
}

Fallible<Module*> make_native_module(Thread& t, const ModuleSpec* spec) {
  Str* name = TRY(Str::intern_utf8(t, spec->name));
  Module* module = TRY(Module::make(t, name));
  module->spec_ = spec;
  if (spec->doc != nullptr) TRY(module->add(t, "__doc__", Value(TRY(Str::from_utf8(t, spec->doc)))));
  for (const NativeMethod* m = spec->functions; m != nullptr && m->name != nullptr; ++m)
    TRY(module->add(t, m->name, Value(TRY(make_native_function(t, m, Value(module), Value(name))))));
  for (size_t i = 0; i < spec->type_count; ++i) {
    Type* type = *spec->types[i].destination;
    if (spec->types[i].public_name) TRY(module->dict()->set_name(t, type->name(), Value(type)));
  }
  if (spec->initialize != nullptr) TRY(spec->initialize(t, module));
  return module;
}

// As in vm/importing.hpp, which object/ does not know.
enum class Shadowing : uint8_t { Nothing, Something, Library };
Fallible<Shadowing> module_shadowing_py(Thread& t, Value name, Value origin);

namespace {

// Is the module still being imported, as its __spec__ says?
Fallible<bool> is_initializing_py(Thread& t, Value spec) {
  if (spec.is_absent() || spec.is_none()) return false;
  Str* name = TRY(Str::intern_utf8(t, "_initializing"));
  Value flag = TRY(find_attribute_py(t, spec, name));
  return !flag.is_absent() && TRY(truth_py(t, flag));
}

Fallible<bool> is_uninitialized_submodule_py(Thread& t, Value spec, Str* name) {
  if (spec.is_absent() || spec.is_none()) return false;
  Str* field = TRY(Str::intern_utf8(t, "_uninitialized_submodules"));
  Value submodules = TRY(find_attribute_py(t, spec, field));
  if (submodules.is_absent()) return false;
  return contains_py(t, submodules, Value(name));
}

// The origin of a module that came from a file, where that is; None otherwise.
Fallible<Value> file_origin_py(Thread& t, Value spec) {
  if (spec.is_absent() || spec.is_none()) return Value::none();
  Value located = TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "has_location"))));
  if (located.is_absent() || !TRY(truth_py(t, located))) return Value::none();
  Value origin = TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "origin"))));
  return is<Str>(origin) ? origin : Value::none();
}

}  // namespace

// _imp, which knows files and sys.path, is asked.
Fallible<Shadowing> module_shadowing_py(Thread& t, Value name, Value origin) {
  if (!is<Str>(name) || !is<Str>(origin)) return Shadowing::Nothing;
  Dict* modules = t.isolate().modules;
  Value imp = modules == nullptr ? Value::absent() : modules->get_name_nogc(TRY(Str::intern_utf8(t, "_imp")));
  if (imp.is_absent() || !is<Module>(imp)) return Shadowing::Nothing;
  Value function = as<Module>(imp)->dict()->get_name_nogc(TRY(Str::intern_utf8(t, "_shadowing")));
  if (function.is_absent()) return Shadowing::Nothing;
  Value answer = TRY(call_py(t, function, name, origin));
  return answer.is_small_int() ? static_cast<Shadowing>(answer.small_int()) : Shadowing::Nothing;
}

Failure raise_no_module_attribute_py(Thread& t, Module* module, Str* name) {
  Dict* dict = module->dict();
  Value module_name = dict == nullptr ? Value::absent() : dict->get_name_nogc(names.dunder_name);
  if (module_name.is_absent() || !is<Str>(module_name))
    return raise_attribute_error(t, Value(module), name, "module has no attribute '{}'", name);
  Str* text = as<Str>(module_name);
  Value spec = dict->get_name_nogc(names.dunder_spec);
  Value origin = TRY(file_origin_py(t, spec));
  Shadowing shadowing = TRY(module_shadowing_py(t, module_name, origin));
  if (shadowing == Shadowing::Library)
    return raise_attribute_error(t, Value(module), name,
                                 "module '{}' has no attribute '{}' (consider renaming {} since it has the same name as the standard "
                                 "library module named '{}' and prevents importing that standard library module)",
                                 text, name, repr_of(origin), text);
  if (TRY(is_initializing_py(t, spec))) {
    if (shadowing == Shadowing::Something)
      return raise_attribute_error(t, Value(module), name,
                                   "module '{}' has no attribute '{}' (consider renaming {} if it has the same name as a library you "
                                   "intended to import)",
                                   text, name, repr_of(origin));
    if (is<Str>(origin))
      return raise_attribute_error(
          t, Value(module), name,
          "partially initialized module '{}' from '{}' has no attribute '{}' (most likely due to a circular import)", text,
          as<Str>(origin), name);
    return raise_attribute_error(t, Value(module), name,
                                 "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                                 text, name);
  }
  if (TRY(is_uninitialized_submodule_py(t, spec, name)))
    return raise_attribute_error(t, Value(module), name,
                                 "cannot access submodule '{}' of module '{}' (most likely due to a circular import)", name,
                                 text);
  return raise_attribute_error(t, Value(module), name, "module '{}' has no attribute '{}'", text, name);
}

}  // namespace hog
