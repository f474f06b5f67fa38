// module.cpp: module. Its attributes word is its dict, so that modules are always in dictionary mode.
#include "object/class_system.hpp"

namespace hog {

namespace {

Module* module_of(Value self) { return as<Module>(self); }

Fallible<Value> get_attribute(Thread& t, Value self, Str* name) {
  Value found = TRY(generic_get_attribute(t, self, name));
  if (!found.is_absent()) return found;
  Dict* dict = module_of(self)->dict();
  Value hook = dict == nullptr ? Value::absent() : dict->get_name_nogc(names.dunder_getattr);
  if (hook.is_absent()) return hook;
  return call_py(t, hook, Value(name));
}

Fallible<Value> new_(Thread& t, Type* type, const Arguments&) {
  auto* module = static_cast<Module*>(TRY(new_instance(t, type)));
  Dict* dict = TRY(Dict::make(t));
  module->dict_.set(module, dict);
  return Value(module);
}

Fallible<Value> initialize(Thread& t, Module* self, Str* name, Value doc) {
  Dict* dict = TRY(instance_dict(t, self));
  TRY(dict->set_name(t, names.dunder_name, Value(name)));
  TRY(dict->set_name(t, names.dunder_doc, doc));
  for (Str* field : {names.dunder_package, names.dunder_loader, names.dunder_spec})
    TRY(dict->set_name(t, field, Value::none()));
  return Value::none();
}
constexpr NativeMethod kConstructors[] = {{"module", HOG_NATIVE(initialize), "($self, name, doc=None)"}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(kConstructors), self, arguments));
  return {};
}

// importlib knows how modules like to be shown.
Fallible<Value> repr(Thread& t, Value self) {
  Str* bootstrap = TRY(Str::intern_utf8(t, "_frozen_importlib"));
  Value importlib = t.isolate().modules == nullptr ? Value::absent() : t.isolate().modules->get_name_nogc(bootstrap);
  if (!importlib.is_absent()) {
    Str* function = TRY(Str::intern_utf8(t, "_module_repr"));
    Value found = TRY(find_attribute_py(t, importlib, function));
    if (!found.is_absent()) return call_py(t, found, self);
  }
  Dict* dict = module_of(self)->dict();
  Value name = dict == nullptr ? Value::absent() : dict->get_name_nogc(names.dunder_name);
  if (name.is_absent()) name = Value(TRY(Str::from_ascii(t, "?")));
  Value file = dict == nullptr ? Value::absent() : dict->get_name_nogc(names.dunder_file);
  if (!file.is_absent()) return Value(TRY(t.format("<module {} from {}>", repr_of(name), repr_of(file))));
  if (module_of(self)->spec_ != nullptr) return Value(TRY(t.format("<module {} (built-in)>", repr_of(name))));
  return Value(TRY(t.format("<module {}>", repr_of(name))));
}

Fallible<Value> dir(Thread& t, Value self) {
  Value dict = TRY(get_attribute_py(t, self, names.dunder_dict));
  if (!is<Dict>(dict)) return t.raise_type_error("{}.__dict__ is not a dictionary", Value(self).is_cell() ? "module" : "");
  Value hook = as<Dict>(dict)->get_name_nogc(names.dunder_dir);
  if (!hook.is_absent()) return call_py(t, hook);
  return Value(TRY(list_from_iterable_py(t, dict)));
}

Fallible<Value> get_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }

Fallible<Value> get_annotate(Thread& t, Value self) {
  Dict* dict = TRY(instance_dict(t, self.cell()));
  Value annotate = dict->get_name_nogc(names.dunder_annotate);
  if (!annotate.is_absent()) return annotate;
  TRY(dict->set_name(t, names.dunder_annotate, Value::none()));
  return Value::none();
}
Fallible<void> set_annotate(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("cannot delete __annotate__ attribute");
  if (!value.is_none() && !is_callable(value)) return t.raise_type_error("__annotate__ must be callable or None");
  Dict* dict = TRY(instance_dict(t, self.cell()));
  TRY(dict->set_name(t, names.dunder_annotate, value));
  if (!value.is_none()) TRY(dict->remove_name(t, names.dunder_annotations));
  return {};
}

Fallible<Value> get_annotations(Thread& t, Value self) {
  Dict* dict = TRY(instance_dict(t, self.cell()));
  Value annotations = dict->get_name_nogc(names.dunder_annotations);
  if (!annotations.is_absent()) return annotations;
  Value annotate = dict->get_name_nogc(names.dunder_annotate);
  if (!annotate.is_absent() && is_callable(annotate)) {
    annotations = TRY(call_py(t, annotate, Value::from_small_int(1)));
    if (!is<Dict>(annotations))
      return t.raise_type_error("__annotate__ returned non-dict of type '{}'", type_of(annotations));
  } else {
    annotations = Value(TRY(Dict::make(t)));
  }
  // A module that is still being imported may not have all its annotations yet.
  Value spec = dict->get_name_nogc(names.dunder_spec);
  bool initializing = false;
  if (!spec.is_absent() && !spec.is_none()) {
    Value flag = TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "_initializing"))));
    initializing = !flag.is_absent() && TRY(truth_py(t, flag));
  }
  if (!initializing) TRY(dict->set_name(t, names.dunder_annotations, annotations));
  return annotations;
}
Fallible<void> set_annotations(Thread& t, Value self, Value value) {
  Dict* dict = TRY(instance_dict(t, self.cell()));
  if (!value.is_absent()) {
    TRY(dict->set_name(t, names.dunder_annotations, value));
  } else if (!TRY(dict->remove_name(t, names.dunder_annotations))) {
    return t.raise_value(core.AttributeError, Value(names.dunder_annotations));
  }
  TRY(dict->remove_name(t, names.dunder_annotate));
  return {};
}

constexpr GetSet kGetSets[] = {{"__annotations__", get_annotations, set_annotations, nullptr},
                               {"__annotate__", get_annotate, set_annotate, nullptr},
                               {"__dict__", get_dict, nullptr, nullptr},
                               {}};
constexpr NativeMethod kMethods[] = {{"__dir__", HOG_NATIVE(dir), "($self, /)", "Names of the module's attributes."}, {}};

}  // namespace

extern const TypeSpec k_module_spec;
const TypeSpec k_module_spec = {
    .name = "module",
    .doc = "A module: a namespace made by an import.",
    .layout = &Module::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict | type_flag::kWeakReferences | type_flag::kDictionaryInstances,
    .slots = {.repr = repr, .get_attribute = get_attribute, .init = init, .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(name, doc=None)",
    .attributes_offset = offsetof(Module, dict_),
    .constructors = kConstructors,
};

}  // namespace hog
