// importing.cpp: the native end of the import system. What is in sys.modules is found here; everything else is importlib's
// work (frozen, run by us), which calls back through the _imp module.
#include "vm/importing.hpp"

#include <iterator>

#include "host/host.hpp"
#include "object/class_system.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

Fallible<Value> attribute_named(Thread& t, Value object, const char* name) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  return get_attribute_py(t, object, interned);
}

Fallible<Module*> add_native(Thread& t, Isolate& isolate, const char* name) {
  const ModuleSpec* spec = isolate.find_native_module(name);
  HOG_CHECK(spec != nullptr);
  Module* module = TRY(make_native_module(t, *spec));
  Str* interned = TRY(Str::intern_utf8(t, name));
  TRY(isolate.modules->set_name(t, interned, Value(module)));
  return module;
}

Fallible<void> make_first_modules(Thread& t, Isolate& isolate) {
  isolate.modules = TRY(Dict::make(t));
  // Modules made from here on find their builtins in isolate.builtins, which must exist even while builtins is made.
  isolate.builtins = TRY(Dict::make(t));
  Module* builtins = TRY(add_native(t, isolate, "builtins"));
  isolate.builtins = builtins->dict();
  isolate.slots[Isolate::kBuiltinsModule].set(nullptr, Value(builtins));
  Module* sys = TRY(add_native(t, isolate, "sys"));
  isolate.sys_dict = sys->dict();
  isolate.slots[Isolate::kSysModule].set(nullptr, Value(sys));
  TRY(sys->add(t, "modules", Value(isolate.modules)));
  Module* main = TRY(Module::make(t, names.dunder_main));
  TRY(main->dict()->set_name(t, names.dunder_builtins, Value(builtins)));
  TRY(isolate.modules->set_name(t, names.dunder_main, Value(main)));
  isolate.slots[Isolate::kMainModule].set(nullptr, Value(main));
  return {};
}

// Modules that the machinery is made of, as a program may have blocked them (None in sys.modules) before it was set up. In CPython
// it is there before any program: here they are unblocked while it is being set up.
class Unblocked {
 public:
  explicit Unblocked(Thread& t, Dict* modules) : t_(t), modules_(modules) {}
  Fallible<void> begin() {
    for (size_t i = 0; i < std::size(kNames); ++i) {
      Str* name = TRY(Str::intern_utf8(t_, kNames[i]));
      Value known = modules_->get_name_nogc(name);
      if (known.is_absent() || !known.is_none()) continue;
      TRY(modules_->remove_name(t_, name));
      blocked_[i] = true;
    }
    return {};
  }
  Fallible<void> end() {
    for (size_t i = 0; i < std::size(kNames); ++i)
      if (blocked_[i]) TRY(modules_->set_name(t_, TRY(Str::intern_utf8(t_, kNames[i])), Value::none()));
    return {};
  }

 private:
  static constexpr const char* kNames[] = {"_imp", "_io", "_thread", "_warnings", "_weakref", "marshal", "posix"};
  Thread& t_;
  Dict* modules_;
  bool blocked_[std::size(kNames)] = {};
};

// A frozen module run before importlib exists: importlib itself.
Fallible<Module*> run_frozen(Thread& t, Isolate& isolate, const char* frozen_name, const char* module_name) {
  FrozenModule frozen;
  if (isolate.config().library == nullptr || !isolate.config().library->find(frozen_name, &frozen))
    return t.raise(core.ImportError, "the isolate has no frozen standard library");
  Str* name = TRY(Str::intern_utf8(t, module_name));
  Module* module = TRY(Module::make(t, name));
  TRY(module->dict()->set_name(t, names.dunder_builtins, isolate.slots[Isolate::kBuiltinsModule].get()));
  TRY(isolate.modules->set_name(t, name, Value(module)));
  Code* code = TRY(isolate.load_blob(t, frozen.blob, nullptr));
  TRY(isolate.run_code(t, code, module->dict(), Value()));
  return module;
}

// Error of __import__ for a module that is being imported or was set to None.
Failure raise_halted(Thread& t, Str* name) {
  (void)t.raise(core.ModuleNotFoundError, "import of {} halted; None in sys.modules", name);
  if (!t.terminated()) {
    auto* e = as<BaseException>(t.exception());
    e->extra_[exception_field::kImportName].set(e, Value(name));
  }
  return Failure{};
}

// The package that a relative import is relative to.
Fallible<Str*> package_of_py(Thread& t, Value globals) {
  if (!is<Dict>(globals)) return t.raise_type_error("globals must be a dict");
  auto* dict = as<Dict>(globals);
  Value package = dict->get_name_nogc(names.dunder_package);
  Value spec = dict->get_name_nogc(names.dunder_spec);
  if (!package.is_absent() && !package.is_none()) {
    if (!is<Str>(package)) return t.raise_type_error("package must be a string");
    if (spec.is_absent() || spec.is_none()) return as<Str>(package);
    Value parent = TRY(attribute_named(t, spec, "parent"));
    if (!TRY(equals_py(t, package, parent)))
      TRY(warn_py(t, core.DeprecationWarning, "__package__ != __spec__.parent ({} != {})", repr_of(package), repr_of(parent)));
    return as<Str>(package);
  }
  if (!spec.is_absent() && !spec.is_none()) {
    Value parent = TRY(attribute_named(t, spec, "parent"));
    if (!is<Str>(parent)) return t.raise_type_error("__spec__.parent must be a string");
    return as<Str>(parent);
  }
  TRY(warn_py(t, core.ImportWarning, "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
  Value name = dict->get_name_nogc(names.dunder_name);
  if (name.is_absent()) return t.raise(core.KeyError, "'__name__' not in globals");
  if (!is<Str>(name)) return t.raise_type_error("__name__ must be a string");
  if (!dict->get_name_nogc(names.dunder_path).is_absent()) return as<Str>(name);
  Str* text = as<Str>(name);
  for (size_t i = text->length(); i > 0; --i)
    if (text->at(i - 1) == '.') return Str::slice(t, text, 0, i - 1);
  return names.empty;
}

Fallible<Str*> absolute_name_py(Thread& t, Str* name, Value globals, int64_t level) {
  Str* package = TRY(package_of_py(t, globals));
  if (package->length() == 0)
    return t.raise(core.ImportError, "attempted relative import with no known parent package");
  size_t end = package->length();
  for (int64_t up = 1; up < level; ++up) {
    size_t dot = end;
    while (dot > 0 && package->at(dot - 1) != '.') --dot;
    if (dot == 0) return t.raise(core.ImportError, "attempted relative import beyond top-level package");
    end = dot - 1;
  }
  Str* base = TRY(Str::slice(t, package, 0, end));
  if (name->length() == 0) return base;
  return t.format("{}.{}", base, name);
}

// A module found in sys.modules whose import is still running in another thread must be waited for: importlib's business.
Fallible<Value> ensure_initialized_py(Thread& t, Value module, Str* name) {
  if (!is<Module>(module)) return module;
  Value spec = as<Module>(module)->dict()->get_name_nogc(names.dunder_spec);
  if (spec.is_absent() || spec.is_none()) return module;
  Str* initializing = TRY(Str::intern_utf8(t, "_initializing"));
  Value flag = own_attribute_nogc(spec, initializing);
  if (flag.is_absent() || flag.is_false()) return module;
  Value machinery = Isolate::of(t).slots[Isolate::kBootstrap].get();
  if (machinery.is_empty()) return module;
  Value wait = TRY(attribute_named(t, machinery, "_lock_unlock_module"));
  TRY(call_py(t, wait, Value(name)));
  return module;
}

// The library's importer of frozen modules knows no sources; ours are in the program.
Fallible<void> show_frozen_sources(Thread& t, Module* bootstrap, Module* imp) {
  Value importer = TRY(attribute_named(t, Value(bootstrap), "FrozenImporter"));
  Value function = TRY(attribute_named(t, Value(imp), "_get_frozen_source"));
  Value method = TRY(make_static_method(t, function));
  Str* name = TRY(Str::intern_utf8(t, "get_source"));
  return set_attribute_py(t, importer, name, method);
}

// What importlib gives the modules it loads itself.
Fallible<void> show_as_frozen(Thread& t, Module* bootstrap, Module* module) {
  Value importer = TRY(attribute_named(t, Value(bootstrap), "FrozenImporter"));
  Value make_spec = TRY(attribute_named(t, Value(bootstrap), "ModuleSpec"));
  Value spec = TRY(call_py(t, make_spec, module->dict()->get_name_nogc(names.dunder_name), importer));
  TRY(set_attribute_py(t, spec, TRY(Str::intern_utf8(t, "origin")), Value(TRY(Str::intern_utf8(t, "frozen")))));
  TRY(module->dict()->set_name(t, names.dunder_spec, spec));
  return module->dict()->set_name(t, names.dunder_loader, importer);
}

// sys.path, sys.path_hooks and the finder over them: only where there are files to find.
Fallible<void> install_path_finder_py(Thread& t, Isolate& isolate, Module* bootstrap, Module* imp) {
  Host* host = isolate.config().host;
  if (host == nullptr || host->files == nullptr) return {};
  Module* external = TRY(run_frozen(t, isolate, "importlib._bootstrap_external", "_frozen_importlib_external"));
  isolate.slots[Isolate::kBootstrapExternal].set(nullptr, Value(external));
  TRY(bootstrap->add(t, "_bootstrap_external", Value(external)));
  TRY(show_as_frozen(t, bootstrap, external));
  // In front: archives. The hook makes room for zipimport's own once a path needs it.
  Value hooks = isolate.sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, "path_hooks")));
  Value zip_hook = TRY(attribute_named(t, Value(imp), "_zip_path_hook"));
  if (is<List>(hooks)) TRY(as<List>(hooks)->append(t, zip_hook));
  Value install = TRY(attribute_named(t, Value(external), "_install"));
  TRY(call_py(t, install, Value(bootstrap)));
  return {};
}

bool is_machinery(const Str* filename) {
  return filename->equals_ascii("<frozen importlib._bootstrap>") ||
         filename->equals_ascii("<frozen importlib._bootstrap_external>");
}

// Takes importlib's own frames out of the traceback of a failed import: all of them for an ImportError, which is the
// machinery's to raise; for anything else those that led to the module's code.
Failure trim_traceback(Thread& t) {
  if (t.terminated()) return Failure{};
  auto* exception = as<BaseException>(t.exception());
  Value first = exception->traceback_.get();
  if (first.is_empty() || !is<Traceback>(first)) return Failure{};
  bool always = t.exception_is(core.ImportError);
  // `kept` is the last entry that stays whatever comes, `before` the last one seen; null: the exception itself.
  Traceback* before = nullptr;
  Traceback* kept = nullptr;
  bool inside = false;
  auto link = [&](Traceback* from, Traceback* to) {
    if (from != nullptr) from->next_.set(from, to);
    else if (to != nullptr) exception->traceback_.set(exception, Value(to));
    else exception->traceback_.clear();
  };
  for (Traceback* entry = as<Traceback>(first); entry != nullptr;) {
    Traceback* next = entry->next_.get();
    Code* code = entry->frame_->code_.get();
    Value pending = t.take_exception();
    Fallible<Str*> filename = code->filename(t);
    if (filename.failed()) return Failure{};
    (void)t.restore_exception(pending);
    bool now_inside = is_machinery(filename.get());
    if (now_inside && !inside) kept = before;
    inside = now_inside;
    // exec_module runs a frozen module's code itself: a failed import shows the same frames as one from a file.
    bool led_to_code = code->name_->equals_ascii("_call_with_frames_removed") || code->name_->equals_ascii("exec_module");
    if (inside && (always || led_to_code)) {
      link(kept, next);
      before = kept;
    } else {
      before = entry;
    }
    entry = next;
  }
  return Failure{};
}

// __main__ is made before there are loaders. A program from a file gets one that knows the file, where files are granted.
Fallible<void> give_main_its_loader_py(Thread& t, Isolate& isolate, Module* bootstrap) {
  Value main = isolate.slots[Isolate::kMainModule].get();
  if (main.is_empty() || !is<Module>(main)) return {};
  Dict* globals = as<Module>(main)->dict();
  Str* key = TRY(Str::intern_utf8(t, "__loader__"));
  Value known = globals->get_name_nogc(key);
  if (known.is_absent() || !known.is_none()) return {};
  Value loader = TRY(attribute_named(t, Value(bootstrap), "BuiltinImporter"));
  Value file = globals->get_name_nogc(TRY(Str::intern_utf8(t, "__file__")));
  Value external = isolate.slots[Isolate::kBootstrapExternal].get();
  if (is<Str>(file) && !external.is_empty()) {
    Value type = TRY(attribute_named(t, external, "SourceFileLoader"));
    loader = TRY(call_py(t, type, Value(names.dunder_main), file));
  }
  return globals->set_name(t, key, loader);
}

}  // namespace

bool set_up_modules(Thread& t, Isolate& isolate) { return !make_first_modules(t, isolate).failed(); }

Fallible<Module*> make_native_module(Thread& t, const ModuleSpec& spec) {
  Str* name = TRY(Str::intern_utf8(t, spec.name));
  Module* module = TRY(Module::make(t, name));
  module->spec_ = &spec;
  if (spec.doc != nullptr) {
    Str* doc = TRY(Str::from_utf8(t, spec.doc));
    TRY(module->dict()->set_name(t, names.dunder_doc, Value(doc)));
  }
  TRY(add_native_functions(t, module, spec));
  for (size_t i = 0; i < spec.type_count; ++i) {
    const TypeRegistration& type = spec.types[i];
    if (type.public_name) TRY(module->dict()->set_name(t, (*type.destination)->name(), Value(*type.destination)));
  }
  if (spec.initialize != nullptr) TRY(spec.initialize(t, module));
  return module;
}

namespace {

Fallible<Module*> set_up_machinery_py(Thread& t, Isolate& isolate) {
  Module* bootstrap = TRY(run_frozen(t, isolate, "importlib._bootstrap", "_frozen_importlib"));
  isolate.slots[Isolate::kBootstrap].set(nullptr, Value(bootstrap));
  // _imp is wanted by _install before anything can be imported.
  Module* imp = TRY(add_native(t, isolate, "_imp"));
  Value install = TRY(attribute_named(t, Value(bootstrap), "_install"));
  TRY(call_py(t, install, isolate.slots[Isolate::kSysModule].get(), Value(imp)));
  TRY(show_frozen_sources(t, bootstrap, imp));
  TRY(show_as_frozen(t, bootstrap, bootstrap));
  TRY(install_path_finder_py(t, isolate, bootstrap, imp));
  TRY(give_main_its_loader_py(t, isolate, bootstrap));
  return bootstrap;
}

}  // namespace

Fallible<Module*> import_machinery_py(Thread& t) {
  Isolate& isolate = Isolate::of(t);
  Value known = isolate.slots[Isolate::kBootstrap].get();
  if (!known.is_empty()) return as<Module>(known);
  Unblocked unblocked(t, isolate.modules);
  TRY(unblocked.begin());
  Module* bootstrap = TRY(set_up_machinery_py(t, isolate));
  TRY(unblocked.end());
  return bootstrap;
}

// import(name, file, sys.path, sys.meta_path, sys.path_hooks)
static Fallible<void> audit_import_py(Thread& t, Str* name) {
  if (!t.isolate().audited) return {};
  Value from_sys[3];
  constexpr const char* kNames[] = {"path", "meta_path", "path_hooks"};
  for (size_t i = 0; i < 3; ++i) {
    from_sys[i] = t.isolate().sys_dict->get_name_nogc(TRY(Str::intern_utf8(t, kNames[i])));
    if (from_sys[i].is_absent()) from_sys[i] = Value::none();
  }
  return t.audit_py("import", Value(name), Value::none(), from_sys[0], from_sys[1], from_sys[2]);
}

Fallible<Value> import_module_py(Thread& t, Str* name) {
  Isolate& isolate = Isolate::of(t);
  Value known = TRY(isolate.modules->get_py(t, Value(name)));
  if (!known.is_absent()) {
    if (known.is_none()) return raise_halted(t, name);
    return ensure_initialized_py(t, known, name);
  }
  Module* bootstrap = TRY(import_machinery_py(t));
  TRY(audit_import_py(t, name));
  Value find_and_load = TRY(attribute_named(t, Value(bootstrap), "_find_and_load"));
  Fallible<Value> loaded = call_py(t, find_and_load, Value(name), isolate.slots[Isolate::kImportFunction].get());
  if (loaded.failed()) return trim_traceback(t);
  return loaded;
}

Fallible<Value> import_py(Thread& t, Str* name, Value globals, Value from_list, int64_t level) {
  if (level < 0) return t.raise_value_error("level must be >= 0");
  Str* absolute = name;
  if (level > 0) {
    absolute = TRY(absolute_name_py(t, name, globals, level));
  } else if (name->length() == 0) {
    return t.raise_value_error("Empty module name");
  }
  Value module = TRY(import_module_py(t, absolute));
  bool has_from_list = !from_list.is_empty() && !from_list.is_absent() && !from_list.is_none() && TRY(truth_py(t, from_list));
  if (has_from_list) {
    // Submodules named in the list are imported by importlib, for packages only.
    Value path = TRY(find_attribute_py(t, module, names.dunder_path));
    if (path.is_absent()) return module;
    Module* bootstrap = TRY(import_machinery_py(t));
    Value handle = TRY(attribute_named(t, Value(bootstrap), "_handle_fromlist"));
    Fallible<Value> handled = call_py(t, handle, module, from_list, Isolate::of(t).slots[Isolate::kImportFunction].get());
    if (handled.failed()) return trim_traceback(t);
    return handled;
  }
  // `import a.b.c` binds a; `from . import x` without a list gives the package itself.
  size_t dot = 0;
  while (dot < name->length() && name->at(dot) != '.') ++dot;
  if (dot == name->length() && level == 0) return module;
  if (level == 0) {
    Str* top = TRY(Str::slice(t, name, 0, dot));
    return import_module_py(t, top);
  }
  if (name->length() == 0) return module;
  size_t cut = name->length() - dot;
  Str* top = TRY(Str::slice(t, absolute, 0, absolute->length() - cut));
  Value found = TRY(Isolate::of(t).modules->get_py(t, Value(top)));
  if (found.is_absent()) return t.raise(core.KeyError, "'{}' not in sys.modules as expected", top);
  return found;
}

// ---- Instructions. ----

Fallible<Value> import_name_py(Thread& t, Frame* frame, Str* name, Value from_list, Value level) {
  Str* dunder_import = names.dunder_import;
  Value function = frame->builtins->get_name_nogc(dunder_import);
  if (function.is_absent()) return t.raise(core.ImportError, "__import__ not found");
  if (function == Isolate::of(t).slots[Isolate::kImportFunction].get()) {
    int64_t n = level.is_small_int() ? level.small_int() : TRY(index_to_int64_py(t, level));
    return import_py(t, name, Value(frame->globals), from_list, n);
  }
  Value locals = frame->locals.is_empty() ? Value::none() : frame->locals;
  return call_py(t, function, Value(name), Value(frame->globals), locals, from_list, level);
}

Fallible<Value> import_from_py(Thread& t, Value module, Str* name) {
  Value found = TRY(find_attribute_py(t, module, name));
  if (!found.is_absent()) return found;
  // A submodule that is being imported may be in sys.modules before it is an attribute of its package.
  Value package = TRY(find_attribute_py(t, module, names.dunder_name));
  bool named = !package.is_absent() && is<Str>(package);
  if (named) {
    Str* full = TRY(t.format("{}.{}", as<Str>(package), name));
    found = TRY(Isolate::of(t).modules->get_py(t, Value(full)));
    if (!found.is_absent()) return found;
  }
  return raise_cannot_import_py(t, module, named ? as<Str>(package) : nullptr, name);
}

Fallible<void> import_star_py(Thread& t, Frame* frame, Value module) {
  Value mapping = frame->locals.is_empty() ? Value(frame->globals) : frame->locals;
  Value all = TRY(find_attribute_py(t, module, names.dunder_all));
  bool skip_private = all.is_absent();
  Value source = all;
  if (skip_private) {
    Value dict = TRY(find_attribute_py(t, module, names.dunder_dict));
    if (dict.is_absent())
      return t.raise(core.ImportError, "from-import-* object has no __dict__ and no __all__");
    source = TRY(call_method_py(t, dict, names.keys));
  }
  List* list = TRY(list_from_iterable_py(t, source));
  for (size_t i = 0; i < list->length(); ++i) {
    Value item = list->at(i);
    if (!is<Str>(item)) {
      Value name = TRY(find_attribute_py(t, module, names.dunder_name));
      if (!is<Str>(name)) return t.raise_type_error("module __name__ must be a string, not {}", type_of(name));
      return t.raise_type_error("{} in {}.{} must be str, not {}", skip_private ? "Key" : "Item", as<Str>(name),
                                skip_private ? "__dict__" : "__all__", type_of(item));
    }
    Str* name = TRY(Str::intern(t, as<Str>(item)));
    if (skip_private && name->length() != 0 && name->at(0) == '_') continue;
    Value v = TRY(get_attribute_py(t, module, name));
    if (is_exactly(mapping, shapes.dict)) {
      TRY(as<Dict>(mapping)->set_name(t, name, v));
    } else {
      TRY(set_item_py(t, mapping, Value(name), v));
    }
  }
  return {};
}

}  // namespace hog
