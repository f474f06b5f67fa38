// module.cpp: modules. Invariant: dict_ is set before Python sees the module; a module's attributes are its dict's items.
#include "object/class_system.hpp"

namespace hog {

namespace {

Module* self_of(Value self) { return as<Module>(self); }

Fallible<void> initialize_dict(Thread& t, Module* module, Value name, Value doc) {
  Dict* dict = module->dict();
  if (dict == nullptr) {
    dict = TRY(Dict::make(t));
    module->dict_.set(module, dict);
  }
  TRY(dict->set_name(t, names.dunder_name, name));
  TRY(dict->set_name(t, names.dunder_doc, doc));
  TRY(dict->set_name(t, names.dunder_package, Value::none()));
  TRY(dict->set_name(t, names.dunder_loader, Value::none()));
  TRY(dict->set_name(t, names.dunder_spec, Value::none()));
  return {};
}

Fallible<Value> module_new(Thread& t, Type* type, const Arguments&) {
  auto* module = static_cast<Module*>(TRY(new_instance(t, type)));
  module->dict_.set(module, TRY(Dict::make(t)));
  return Value(module);
}

Fallible<void> module_init(Thread& t, Value self, const Arguments& arguments) {
  Value name = arguments.positional > 0 ? arguments[0] : Value::absent();
  Value doc = arguments.positional > 1 ? arguments[1] : Value::absent();
  if (arguments.positional > 2)
    return t.raise_type_error("module() takes at most 2 arguments ({} given)", arguments.positional);
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* keyword = as<Str>(arguments.names->at(k));
    Value v = arguments.values[arguments.positional + k];
    if (keyword->equals_ascii("name")) name = v;
    else if (keyword->equals_ascii("doc")) doc = v;
    else return t.raise_type_error("module() got an unexpected keyword argument '{}'", keyword);
  }
  if (name.is_absent()) return t.raise_type_error("module() missing required argument 'name' (pos 1)");
  if (!is<Str>(name)) return t.raise_type_error("module() argument 'name' must be str, not {}", type_of(name));
  return initialize_dict(t, self_of(self), name, doc.is_absent() ? Value::none() : doc);
}

// "<module 'x' from 'file'>" as the module's spec has it.
Fallible<Value> module_repr(Thread& t, Value self) {
  Str* machinery = TRY(Str::intern_utf8(t, "_frozen_importlib"));
  Value importlib = t.isolate().modules == nullptr ? Value::absent() : t.isolate().modules->get_name_nogc(machinery);
  if (!importlib.is_absent()) {
    Str* function = TRY(Str::intern_utf8(t, "_module_repr"));
    Value f = TRY(find_attribute_py(t, importlib, function));
    if (!f.is_absent()) return call_py(t, f, self);
  }
  Value name = self_of(self)->dict()->get_name_nogc(names.dunder_name);
  if (name.is_absent()) return Value(TRY(t.format("<module '?'>")));
  return Value(TRY(t.format("<module {} (built-in)>", repr_of(name))));
}

Fallible<bool> is_initializing_py(Thread& t, Value spec) {
  if (spec.is_absent() || spec.is_none()) return false;
  Value flag = TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "_initializing"))));
  return !flag.is_absent() && TRY(truth_py(t, flag));
}

Fallible<Value> module_get_attribute(Thread& t, Value self, Str* name) {
  Value found = TRY(generic_get_attribute(t, self, name));
  if (!found.is_absent()) return found;
  Dict* dict = self_of(self)->dict();
  found = dict->get_name_nogc(name);
  if (!found.is_absent()) return found;
  Value hook = dict->get_name_nogc(names.dunder_getattr);
  if (!hook.is_absent()) return call_py(t, hook, Value(name));
  return Value::absent();
}

Fallible<void> module_set_attribute(Thread& t, Value self, Str* name, Value value) {
  Value in_type = type_of(self)->lookup(t, name);
  if (!in_type.is_absent())
    if (auto set = type_of(in_type)->slots().descriptor_set; set != nullptr) return set(t, in_type, self, value);
  Dict* dict = self_of(self)->dict();
  if (!value.is_absent()) return dict->set_name(t, name, value);
  if (!TRY(dict->remove_name(t, name))) return raise_no_attribute(t, self, name);
  return {};
}

Fallible<Value> get_dict(Thread&, Value self) { return Value(self_of(self)->dict()); }

Fallible<Value> get_annotations(Thread& t, Value self) {
  Dict* dict = self_of(self)->dict();
  Value own = dict->get_name_nogc(names.dunder_annotations);
  if (!own.is_absent()) return own;
  Value result;
  Value annotate = dict->get_name_nogc(names.dunder_annotate);
  if (!annotate.is_absent() && is_callable(annotate)) {
    result = TRY(call_py(t, annotate, Value::from_small_int(1)));
    if (!is<Dict>(result))
      return t.raise_type_error("__annotate__ returned non-dict of type '{}'", type_of(result));
  } else {
    result = Value(TRY(Dict::make(t)));
  }
  // While the module still runs more annotations may come.
  if (!TRY(is_initializing_py(t, dict->get_name_nogc(names.dunder_spec))))
    TRY(dict->set_name(t, names.dunder_annotations, result));
  return result;
}
Fallible<void> set_annotations(Thread& t, Value self, Value value) {
  Dict* dict = self_of(self)->dict();
  if (value.is_absent()) {
    if (!TRY(dict->remove_name(t, names.dunder_annotations)))
      return t.raise(core.AttributeError, "__annotations__");
  } else {
    TRY(dict->set_name(t, names.dunder_annotations, value));
  }
  TRY(dict->remove_name(t, names.dunder_annotate));
  return {};
}
Fallible<Value> get_annotate(Thread& t, Value self) {
  Dict* dict = self_of(self)->dict();
  Value own = dict->get_name_nogc(names.dunder_annotate);
  if (!own.is_absent()) return own;
  TRY(dict->set_name(t, names.dunder_annotate, Value::none()));
  return Value::none();
}
Fallible<void> set_annotate(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("cannot delete __annotate__ attribute");
  if (!value.is_none() && !is_callable(value)) return t.raise_type_error("__annotate__ must be callable or None");
  Dict* dict = self_of(self)->dict();
  TRY(dict->set_name(t, names.dunder_annotate, value));
  if (!value.is_none()) TRY(dict->remove_name(t, names.dunder_annotations));
  return {};
}

Fallible<Value> module_dir(Thread& t, Value self) {
  Value dict = TRY(get_attribute_py(t, self, names.dunder_dict));
  if (!is<Dict>(dict)) {
    Value name = TRY(get_attribute_py(t, self, names.dunder_name));
    return t.raise_type_error("{}.__dict__ is not a dictionary", str_of(name));
  }
  Value hook = TRY(as<Dict>(dict)->get_py(t, Value(names.dunder_dir)));
  if (!hook.is_absent()) return call_py(t, hook);
  return Value(TRY(list_from_iterable_py(t, dict)));
}

constexpr NativeMethod kMethods[] = {
    {"__dir__", HOG_NATIVE(module_dir), "($self, /)", "The names in the module."},
    {},
};
constexpr GetSet kGetSets[] = {
    {"__dict__", get_dict},
    {"__annotations__", get_annotations, set_annotations},
    {"__annotate__", get_annotate, set_annotate},
    {},
};

}  // namespace

// "module 'x' has no attribute 'y'", with a hint when the module is still being imported.
Failure raise_no_module_attribute_py(Thread& t, Value self, Str* name) {
  Dict* dict = self_of(self)->dict();
  Value module_name = dict->get_name_nogc(names.dunder_name);
  if (module_name.is_absent() || !is<Str>(module_name)) {
    return t.raise(core.AttributeError, "module has no attribute '{}'", name);
  } else {
    Fallible<bool> initializing = is_initializing_py(t, dict->get_name_nogc(names.dunder_spec));
    if (initializing.failed()) return Failure{};
    if (initializing.get()) {
      return t.raise(core.AttributeError,
                        "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                        as<Str>(module_name), name);
    } else {
      return t.raise(core.AttributeError, "module '{}' has no attribute '{}'", as<Str>(module_name), name);
    }
  }
}

Fallible<Module*> Module::make(Thread& t, Str* name) {
  auto* module = static_cast<Module*>(TRY(new_instance(t, core.module)));
  TRY(initialize_dict(t, module, Value(name), Value::none()));
  return module;
}

Fallible<void> Module::add(Thread& t, const char* name, Value v) {
  return dict()->set_name(t, TRY(Str::intern_utf8(t, name)), v);
}

extern const TypeSpec k_module_spec;
const TypeSpec k_module_spec = {
    .name = "module",
    .doc = "A module.",
    .layout = &Module::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = module_repr,
              .get_attribute = module_get_attribute,
              .set_attribute = module_set_attribute,
              .init = module_init,
              .new_ = module_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(name, doc=None)",
};

}  // namespace hog
