// import_errors.cpp: "cannot import name ...", with what is known of the module and why it may be the wrong one.
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/importing.hpp"

namespace hog {

Failure raise_cannot_import_py(Thread& t, Value module, Str* package, Str* name) {
  auto text_attribute = [&](Value object, const char* attribute) -> Fallible<Value> {
    Value v = TRY(find_attribute_py(t, object, TRY(Str::intern_utf8(t, attribute))));
    return v.is_absent() || !is<Str>(v) ? Value::none() : v;
  };
  auto build = [&]() -> Fallible<Value> {
    Value known_name = package == nullptr ? Value(TRY(Str::from_ascii(t, "<unknown module name>"))) : Value(package);
    Value spec = TRY(find_attribute_py(t, module, names.dunder_spec));
    bool has_spec = !spec.is_absent() && !spec.is_none();
    // Only the origin of a module that came from a file says where that is.
    Value located = has_spec ? TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "has_location")))) : Value::absent();
    bool has_location = !located.is_absent() && TRY(truth_py(t, located));
    Value origin = has_location ? TRY(text_attribute(spec, "origin")) : Value::none();
    if (origin.is_none()) origin = TRY(text_attribute(module, "__file__"));
    bool initializing = false;
    if (has_spec) {
      Value flag = TRY(find_attribute_py(t, spec, TRY(Str::intern_utf8(t, "_initializing"))));
      initializing = !flag.is_absent() && TRY(truth_py(t, flag));
    }
    Str* message;
    // A name of any class of str counts, and may raise as it is looked up.
    Value own_name = TRY(find_attribute_py(t, module, names.dunder_name));
    Shadowing shadowing = has_location && !own_name.is_absent() ? TRY(module_shadowing_py(t, own_name, origin)) : Shadowing::Nothing;
    if (shadowing == Shadowing::Library) {
      message = TRY(t.format("cannot import name {} from {} (consider renaming {} since it has the same name as the standard library "
                             "module named {} and prevents importing that standard library module)",
                             repr_of(Value(name)), repr_of(known_name), repr_of(origin), repr_of(known_name)));
    } else if (initializing && shadowing == Shadowing::Something) {
      message = TRY(t.format("cannot import name {} from {} (consider renaming {} if it has the same name as a library you intended to "
                             "import)",
                             repr_of(Value(name)), repr_of(known_name), repr_of(origin)));
    } else if (origin.is_none() && initializing) {
      message = TRY(t.format("cannot import name {} from partially initialized module {} (most likely due to a circular "
                             "import) (unknown location)",
                             repr_of(Value(name)), repr_of(known_name)));
    } else if (origin.is_none()) {
      message = TRY(t.format("cannot import name {} from {} (unknown location)", repr_of(Value(name)), repr_of(known_name)));
    } else if (initializing) {
      message = TRY(t.format("cannot import name {} from partially initialized module {} (most likely due to a circular "
                             "import) ({})",
                             repr_of(Value(name)), repr_of(known_name), as<Str>(origin)));
    } else {
      message = TRY(t.format("cannot import name {} from {} ({})", repr_of(Value(name)), repr_of(known_name),
                             as<Str>(origin)));
    }
    Value exception = TRY(call_py(t, Value(core.ImportError), Value(message)));
    auto* e = as<BaseException>(exception);
    e->extra_[exception_field::kImportName].set(e, known_name);
    e->extra_[exception_field::kImportPath].set(e, origin);
    e->extra_[exception_field::kImportNameFrom].set(e, Value(name));
    return exception;
  };
  Fallible<Value> exception = build();
  if (exception.failed()) return Failure{};
  return t.raise_object_py(exception.get(), Value::absent());
}

Fallible<void> add_native_functions(Thread& t, Module* module, const ModuleSpec& spec) {
  if (spec.functions == nullptr) return {};
  Value name = module->dict()->get_name_nogc(names.dunder_name);
  for (const NativeMethod* method = spec.functions; method->name != nullptr; ++method) {
    NativeFunction* function = TRY(make_native_function(t, method, Value(module), name));
    TRY(module->add(t, method->name, Value(function)));
  }
  return {};
}

}  // namespace hog
