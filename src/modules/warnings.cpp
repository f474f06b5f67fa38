// warnings.cpp: the module _warnings: issues warnings as the filters say. The `warnings` module may replace filters, default
// action and registry; what it has counts as soon as it was imported. Ref: library/warnings.
#include "modules/contextvars.hpp"
#include "object/exception.hpp"
#include "vm/frame.hpp"
#include "vm/importing.hpp"

namespace hog {

namespace {

using Slot = Isolate::Slot;

Value slot(Thread& t, Slot which) { return Isolate::of(t).slots[which].get(); }

// An attribute of the module `warnings` when that was imported; absent otherwise.
Fallible<Value> warnings_attribute_py(Thread& t, const char* name) {
  Str* module_name = TRY(Str::intern_utf8(t, "warnings"));
  Value module = TRY(t.isolate().modules->get_py(t, Value(module_name)));
  if (module.is_absent() || module.is_none()) return Value::absent();
  Str* attribute = TRY(Str::intern_utf8(t, name));
  return find_attribute_py(t, module, attribute);
}

// What the module has, remembered for when it has it no more; else our own.
Fallible<Value> setting_py(Thread& t, Slot which, const char* name) {
  Value v = TRY(warnings_attribute_py(t, name));
  if (v.is_absent()) return slot(t, which);
  Isolate::of(t).slots[which].set(nullptr, v);
  return v;
}

struct Warning {
  Value text;      // str, or what str() of the message gave
  Value message;   // instance of the category
  Type* category;
  Str* filename;
  int64_t line;
  Value module;    // str or None
  Value registry;  // dict or None
  Value source;    // or None
  Value line_text = Value::none();  // str or None: not known
};

// ---- Filters. ----

Fallible<bool> matches_py(Thread& t, Value pattern, Value text) {
  if (pattern.is_none()) return true;
  if (is_exact_str(pattern)) return equals_py(t, pattern, text);
  Str* match = TRY(Str::intern_utf8(t, "match"));
  Value result = TRY(call_method_py(t, pattern, match, text));
  return truth_py(t, result);
}

struct Decision {
  Value action;
  Value item;  // the filter, or None
};

Fallible<Decision> decide_py(Thread& t, const Warning& w) {
  Value filters = TRY(setting_py(t, Slot::kWarnFilters, "filters"));
  if (!is<List>(filters)) return t.raise_value_error("_warnings.filters must be a list");
  List* list = as<List>(filters);
  for (size_t i = 0; i < list->length(); ++i) {
    TRY(t.poll());
    Value item = list->at(i);
    if (!is<Tuple>(item) || as<Tuple>(item)->length() != 5)
      return t.raise_value_error("warnings.filters item {} isn't a 5-tuple", i);
    Tuple* filter = as<Tuple>(item);
    if (!is<Str>(filter->at(0)))
      return t.raise_type_error("action must be a string, not '{}'", type_of(filter->at(0)));
    if (!TRY(matches_py(t, filter->at(1), w.text))) continue;
    if (!TRY(is_subclass_py(t, Value(w.category), filter->at(2)))) continue;
    if (!TRY(matches_py(t, filter->at(3), w.module))) continue;
    int64_t line = TRY(index_to_int64_py(t, filter->at(4)));
    if (line != 0 && line != w.line) continue;
    return Decision{filter->at(0), item};
  }
  Value action = TRY(setting_py(t, Slot::kWarnDefault, "defaultaction"));
  if (!is<Str>(action)) return t.raise_type_error("warnings.defaultaction must be a string, not '{}'", type_of(action));
  return Decision{action, Value::none()};
}

// ---- Registries: which warnings were shown. ----

Fallible<bool> already_warned_py(Thread& t, Value registry, Value key, bool mark) {
  if (!is<Dict>(registry)) return false;
  auto* dict = as<Dict>(registry);
  Str* version_name = TRY(Str::intern_utf8(t, "version"));
  Value current = Value::from_small_int(Isolate::of(t).warning_filters_version);
  Value version = TRY(dict->get_py(t, Value(version_name)));
  if (version.is_absent() || version != current) {
    dict->clear_nogc();
    TRY(dict->set_name(t, version_name, current));
  } else {
    Value warned = TRY(dict->get_py(t, key));
    if (!warned.is_absent() && TRY(truth_py(t, warned))) return true;
  }
  if (mark) TRY(dict->set_py(t, key, Value::true_value()));
  return false;
}

Fallible<bool> seen_once_py(Thread& t, const Warning& w) {
  Value registry = TRY(setting_py(t, Slot::kWarnOnce, "onceregistry"));
  if (!is<Dict>(registry))
    return t.raise_type_error("_warnings._onceregistry must be a dict, not '{}'", type_of(registry));
  Tuple* key = TRY(Tuple::of(t, w.text, Value(w.category)));
  return already_warned_py(t, registry, Value(key), true);
}

// ---- Showing. ----

// The line the warning is about, when it can be had.
Fallible<void> show_line_of_file_py(Thread& t, const Warning& w, Value file) {
  Fallible<Value> shown = [&]() -> Fallible<Value> {
    Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "linecache"))));
    Value line = TRY(make_int(t, w.line));
    Value get_line = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "getline"))));
    Value text = TRY(call_py(t, get_line, Value(w.filename), line));
    Value stripped = TRY(call_method_py(t, text, TRY(Str::intern_utf8(t, "strip"))));
    if (!is<Str>(stripped) || as<Str>(stripped)->length() == 0) return Value::none();
    return call_method_py(t, file, names.write, Value(TRY(t.format("  {}\n", as<Str>(stripped)))));
  }();
  if (shown.failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  return {};
}

// Without the warnings module: one line on sys.stderr, and the source line.
Fallible<void> show_plainly_py(Thread& t, const Warning& w) {
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  if (file.is_absent() || file.is_none()) return {};
  Str* line = TRY(t.format("{}:{}: {}: {}\n", w.filename, w.line, w.category->name(), str_of(w.text)));
  Fallible<Value> written = call_method_py(t, file, names.write, Value(line));
  if (written.failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  if (w.line_text.is_none()) return show_line_of_file_py(t, w, file);
  written = call_method_py(t, file, names.write, Value(TRY(t.format("{}\n", as<Str>(w.line_text)))));
  if (written.failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  return {};
}

Fallible<void> show_py(Thread& t, const Warning& w) {
  Value show = TRY(warnings_attribute_py(t, "_showwarnmsg"));
  if (show.is_absent()) return show_plainly_py(t, w);
  if (!is_callable(show)) return t.raise_type_error("warnings._showwarnmsg() must be set to a callable");
  Value make = TRY(warnings_attribute_py(t, "WarningMessage"));
  if (make.is_absent()) return t.raise(core.RuntimeError, "unable to get warnings.WarningMessage");
  Value line = TRY(make_int(t, w.line));
  Value message = TRY(call_py(t, make, w.message, Value(w.category), Value(w.filename), line, Value::none(), w.line_text,
                              w.source));
  TRY(call_py(t, show, message));
  return {};
}

// ---- Issuing. ----

Fallible<Value> module_of_filename(Thread& t, Str* filename) {
  size_t n = filename->length();
  if (n == 0) return Value(TRY(Str::from_ascii(t, "<unknown>")));
  if (n >= 3 && filename->at(n - 3) == '.' && filename->at(n - 2) == 'p' && filename->at(n - 1) == 'y')
    return Value(TRY(Str::slice(t, filename, 0, n - 3)));
  return Value(filename);
}

Fallible<void> issue_py(Thread& t, Warning w) {
  // None as the module means: never show.
  if (w.module.is_none()) return {};
  if (w.module.is_empty()) w.module = TRY(module_of_filename(t, w.filename));
  if (is_instance(w.message, core.Warning)) {
    w.text = Value(TRY(str_py(t, w.message)));
    w.category = type_of(w.message);
  } else {
    w.text = w.message;
    w.message = TRY(call_py(t, Value(w.category), w.message));
  }
  Value line = TRY(make_int(t, w.line));
  Value key = Value(TRY(Tuple::of(t, w.text, Value(w.category), line)));
  if (TRY(already_warned_py(t, w.registry, key, false))) return {};

  Decision decision = TRY(decide_py(t, w));
  auto* action = as<Str>(decision.action);
  if (action->equals_ascii("error")) return t.raise_object_py(w.message, Value::absent());
  if (action->equals_ascii("ignore")) return {};
  bool already = false;
  if (action->equals_ascii("once")) {
    if (is<Dict>(w.registry)) {
      TRY(as<Dict>(w.registry)->set_py(t, key, Value::true_value()));
      Tuple* anywhere = TRY(Tuple::of(t, w.text, Value(w.category)));
      already = TRY(already_warned_py(t, w.registry, Value(anywhere), true));
    } else {
      already = TRY(seen_once_py(t, w));
    }
  } else if (action->equals_ascii("module")) {
    if (is<Dict>(w.registry)) {
      TRY(as<Dict>(w.registry)->set_py(t, key, Value::true_value()));
      Tuple* any_line = TRY(Tuple::of(t, w.text, Value(w.category)));
      already = TRY(already_warned_py(t, w.registry, Value(any_line), true));
    }
  } else if (action->equals_ascii("default")) {
    if (is<Dict>(w.registry)) TRY(as<Dict>(w.registry)->set_py(t, key, Value::true_value()));
  } else if (!action->equals_ascii("always") && !action->equals_ascii("all")) {
    return t.raise(core.RuntimeError, "Unrecognized action ({}) in warnings.filters:\n {}", repr_of(decision.action),
                   repr_of(decision.item));
  }
  if (already) return {};
  return show_py(t, w);
}

// ---- Whose warning is it? ----

bool has_word(const Str* text, std::string_view word) {
  return text->is_ascii() && text->ascii().find(word) != std::string_view::npos;
}
bool is_internal_filename(const Str* name) { return has_word(name, "importlib") && has_word(name, "_bootstrap"); }
bool starts_with(const Str* text, const Str* prefix) {
  if (prefix->length() > text->length()) return false;
  for (size_t i = 0; i < prefix->length(); ++i)
    if (text->at(i) != prefix->at(i)) return false;
  return true;
}

Fallible<bool> is_skipped(Thread& t, Frame* frame, Tuple* prefixes) {
  Str* name = TRY(frame->code->filename(t));
  if (is_internal_filename(name)) return true;
  for (size_t i = 0; i < prefixes->length(); ++i)
    if (starts_with(name, as<Str>(prefixes->at(i)))) return true;
  return false;
}

Fallible<Frame*> caller_frame(Thread& t, int64_t level, Tuple* prefixes, bool* found) {
  Frame* frame = t.frame_;
  bool internal = frame != nullptr && is_internal_filename(TRY(frame->code->filename(t)));
  if (level <= 0 || internal) {
    for (; frame != nullptr && level > 1; --level) frame = frame->previous;
  } else {
    for (; frame != nullptr && level > 1; --level) {
      do {
        frame = frame->previous;
      } while (frame != nullptr && TRY(is_skipped(t, frame, prefixes)));
    }
  }
  *found = frame != nullptr;
  return *found ? frame : reinterpret_cast<Frame*>(&t);  // never read when not found
}

Fallible<void> describe_caller_py(Thread& t, int64_t level, Tuple* prefixes, Warning* w) {
  bool found;
  Frame* frame = TRY(caller_frame(t, level, prefixes, &found));
  Dict* globals;
  if (found) {
    globals = frame->globals;
    w->filename = TRY(frame->code->filename(t));
    w->line = frame_line(frame);
    if (w->line < 0) w->line = 0;
  } else {
    globals = t.isolate().sys_dict;
    w->filename = TRY(Str::intern_utf8(t, "<sys>"));
    w->line = 0;
  }
  Str* registry_name = TRY(Str::intern_utf8(t, "__warningregistry__"));
  w->registry = TRY(globals->get_py(t, Value(registry_name)));
  if (w->registry.is_absent()) {
    w->registry = Value(TRY(Dict::make(t)));
    TRY(globals->set_name(t, registry_name, w->registry));
  }
  Value module = TRY(globals->get_py(t, Value(names.dunder_name)));
  w->module = is<Str>(module) || module.is_none() ? module : Value(TRY(Str::from_ascii(t, "<string>")));
  return {};
}

Fallible<Type*> category_of(Thread& t, Value message, Value category) {
  if (is_instance(message, core.Warning)) return type_of(message);
  if (category.is_none() || category.is_absent()) return core.UserWarning;
  if (!is<Type>(category) || !as<Type>(category)->is_subtype_of(core.Warning))
    return t.raise_type_error("category must be a Warning subclass, not '{}'", type_of(category));
  return as<Type>(category);
}

// ---- Functions. ----

Fallible<void> warn(Thread& t, Value message, Value category, int64_t stack_level, Value source, Tuple* prefixes) {
  Warning w;
  w.message = message;
  w.category = TRY(category_of(t, message, category));
  w.source = source;
  for (size_t i = 0; i < prefixes->length(); ++i)
    if (!is<Str>(prefixes->at(i)))
      return t.raise_type_error("Found non-str '{}' in skip_file_prefixes.", type_of(prefixes->at(i)));
  if (prefixes->length() != 0 && stack_level < 2) stack_level = 2;
  TRY(describe_caller_py(t, stack_level, prefixes, &w));
  return issue_py(t, w);
}

// The line as the loader of the module with these globals has it, or None. Without importlib's part for files, which knows
// what a module's loader is, no line is shown.
Fallible<Value> line_from_loader_py(Thread& t, Value globals, int64_t line) {
  TRY(import_machinery_py(t));
  Value external = slot(t, Slot::kBootstrapExternal);
  if (external.is_empty()) return Value::none();
  Value bless = TRY(get_attribute_py(t, external, TRY(Str::intern_utf8(t, "_bless_my_loader"))));
  Value loader = TRY(call_py(t, bless, globals));
  // A program's module is called __main__: its loader knows it by the name that the spec has.
  Value name = TRY(as<Dict>(globals)->get_py(t, Value(names.dunder_name)));
  Value spec = TRY(as<Dict>(globals)->get_py(t, Value(names.dunder_spec)));
  Value known_as = spec.is_absent() ? Value::absent() : TRY(find_attribute_py(t, spec, names.name));
  if (!known_as.is_absent() && is<Str>(known_as)) name = known_as;
  if (loader.is_none() || name.is_absent()) return Value::none();
  Value get_source = TRY(find_attribute_py(t, loader, TRY(Str::intern_utf8(t, "get_source"))));
  if (get_source.is_absent()) return Value::none();
  Fallible<Value> found = call_py(t, get_source, name);
  if (found.failed()) {
    if (!clear_exception_if(t, core.ImportError)) return Failure{};
    return Value::none();
  }
  Value source = found.get();
  if (source.is_none()) return Value::none();
  if (!is<Str>(source)) return t.raise_type_error("must be str, not {}", type_of(source));
  // str's own method: a subclass may have another.
  Value split = TRY(get_attribute_py(t, Value(core.str), TRY(Str::intern_utf8(t, "splitlines"))));
  Value lines = TRY(call_py(t, split, source));
  if (line < 1 || static_cast<size_t>(line) > as<List>(lines)->length()) return Value::none();
  return as<List>(lines)->at(static_cast<size_t>(line - 1));
}

Fallible<void> warn_explicit(Thread& t, Value message, Value category, Str* filename, int line, Value module, Value registry,
                             Value globals, Value source) {
  if (!globals.is_none() && !is<Dict>(globals))
    return t.raise_type_error("module_globals must be a dict, not '{}'", type_of(globals));
  Warning w;
  w.message = message;
  w.category = is_instance(message, core.Warning) ? type_of(message) : as_type(category);
  if (w.category == nullptr) {
    // Anything callable may be given as the category: it fails where it is used as a class.
    return t.raise_type_error("issubclass() arg 1 must be a class");
  }
  w.filename = filename;
  w.line = line;
  w.module = module.is_absent() ? Value() : module;
  w.registry = registry;
  w.source = source;
  if (!globals.is_none()) w.line_text = TRY(line_from_loader_py(t, globals, line));
  return issue_py(t, w);
}

Fallible<void> filters_mutated(Thread& t) {
  const RecursiveLock& lock = Isolate::of(t).warning_lock;
  if (lock.depth == 0 || lock.owner != &t) return t.raise(core.RuntimeError, "warnings mutex is not held");
  ++Isolate::of(t).warning_filters_version;
  return {};
}
Fallible<void> acquire_lock(Thread& t) { return acquire(t, Isolate::of(t).warning_lock); }
Fallible<void> release_lock(Thread& t) {
  if (!release(t, Isolate::of(t).warning_lock)) return t.raise(core.RuntimeError, "cannot release un-acquired lock");
  return {};
}

constexpr NativeMethod kFunctions[] = {
    {"_acquire_lock", HOG_NATIVE(acquire_lock), "()", "Takes the lock of the filters."},
    {"_filters_mutated_lock_held", HOG_NATIVE(filters_mutated), "()", "To be called after a change of the filters."},
    {"_release_lock", HOG_NATIVE(release_lock), "()", "Gives the lock of the filters back."},
    {"warn", HOG_NATIVE(warn), "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
     "Issues a warning on behalf of the caller."},
    {"warn_explicit", HOG_NATIVE(warn_explicit),
     "(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)",
     "Issues a warning for a given place."},
    {},
};

Fallible<List*> default_filters(Thread& t) {
  Value ignore = Value(TRY(Str::intern_utf8(t, "ignore")));
  Value show = Value(TRY(Str::intern_utf8(t, "default")));
  Value zero = Value::from_small_int(0), none = Value::none();
  List* list = TRY(List::make(t, 5));
  TRY(list->append(t, Value(TRY(Tuple::of(t, show, none, Value(core.DeprecationWarning), Value(names.dunder_main), zero)))));
  for (Type* category : {core.DeprecationWarning, core.PendingDeprecationWarning, core.ImportWarning, core.ResourceWarning})
    TRY(list->append(t, Value(TRY(Tuple::of(t, ignore, none, Value(category), none, zero)))));
  return list;
}

Fallible<void> initialize(Thread& t, Module* module) {
  Isolate& isolate = Isolate::of(t);
  if (slot(t, Slot::kWarnFilters).is_empty()) {
    isolate.slots[Slot::kWarnFilters].set(nullptr, Value(TRY(default_filters(t))));
    isolate.slots[Slot::kWarnOnce].set(nullptr, Value(TRY(Dict::make(t))));
    isolate.slots[Slot::kWarnDefault].set(nullptr, Value(TRY(Str::intern_utf8(t, "default"))));
  }
  TRY(module->add(t, "filters", slot(t, Slot::kWarnFilters)));
  TRY(module->add(t, "_onceregistry", slot(t, Slot::kWarnOnce)));
  TRY(module->add(t, "_defaultaction", slot(t, Slot::kWarnDefault)));
  return module->add(t, "_warnings_context", TRY(make_context_variable(t, "_warnings_context")));
}

}  // namespace

extern const ModuleSpec k_module__warnings;
const ModuleSpec k_module__warnings = {
    .name = "_warnings",
    .doc = "Issuing of warnings.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
