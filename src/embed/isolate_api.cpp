// isolate_api.cpp: isolates for embedders: life, runs and their results. Every way in goes through run_in(), which keeps these rules:
// one thread at a time; a fresh budget for an outermost run and a shared one for a nested; whatever happens, the isolate is ready
// for the next run when the outermost one is over.
#include "embed/isolate_api.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "embed/library.hpp"
#include "embed/native_modules.hpp"
#include "modules/all_modules.hpp"
#include "modules/program.hpp"
#include "modules/stdio_stream.hpp"
#include "modules/traceback_print.hpp"
#include "object/bootstrap.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/importing.hpp"
#include "vm/vm_shapes.hpp"

namespace hog {

namespace {

// An address that only this thread has: who is inside an isolate.
const void* this_thread() {
  static thread_local const char kHere = 0;
  return &kHere;
}

Limits limits_of(const hog_limits& from) {
  Limits limits;
  limits.instructions = from.instructions;
  limits.heap_bytes = from.heap_bytes;
  limits.milliseconds = from.monotonic == nullptr ? 0 : from.milliseconds;
  limits.output_bytes = from.output_bytes;
  limits.host_calls = from.host_calls;
  limits.native_stack_bytes = from.native_stack_bytes;
  return limits;
}

// ---- Results. ----

// Everything of a result that is text, in one piece of memory each.
struct ResultTexts {
  hog_result result;
  char* texts[5] = {};
};

const char* keep(ResultTexts* made, int slot, const char* data, size_t length) {
  auto* text = static_cast<char*>(std::malloc(length + 1));
  if (text == nullptr) {
    made->result.status = HOG_NO_MEMORY;
    return "";
  }
  if (length != 0) std::memcpy(text, data, length);
  text[length] = '\0';
  std::free(made->texts[slot]);
  made->texts[slot] = text;
  return text;
}

const char* keep_str(ResultTexts* made, int slot, const Str* s) {
  auto* text = static_cast<char*>(std::malloc(s->utf8_length() + 1));
  if (text == nullptr) {
    made->result.status = HOG_NO_MEMORY;
    return "";
  }
  size_t length = s->write_utf8(text);
  text[length] = '\0';
  std::free(made->texts[slot]);
  made->texts[slot] = text;
  return text;
}

ResultTexts* new_result() {
  auto* made = static_cast<ResultTexts*>(std::calloc(1, sizeof(ResultTexts)));
  if (made == nullptr) return nullptr;
  hog_result& r = made->result;
  r.standard_output = r.standard_error = r.error_type = r.error_message = r.error_traceback = "";
  return made;
}

// The line of the innermost frame whose code is of that file; of a SyntaxError, its own.
long line_of(Thread& t, Value exception, Str* filename) {
  auto* e = as<BaseException>(exception);
  if (type_of(exception)->is_subtype_of(core.SyntaxError)) {
    Value line = e->extra_[exception_field::kSyntaxLineno].get();
    return !line.is_empty() && line.is_small_int() ? static_cast<long>(int_to_int64_nogc(line).value) : 0;
  }
  long found = 0;
  Value traceback = e->traceback_.get();
  if (traceback.is_empty() || !is<Traceback>(traceback)) return 0;
  for (auto* entry = as<Traceback>(traceback); entry != nullptr; entry = entry->next_.get()) {
    Code* code = entry->frame_->code_.get();
    Fallible<Str*> name = code->filename(t);
    if (name.failed()) break;
    if (filename != nullptr && !Str::equal_nogc(name.get(), filename)) continue;
    found = static_cast<long>(entry->line_ >= 0 ? entry->line_ : code->position_at(static_cast<uint32_t>(entry->last_word_)).line);
  }
  if (t.has_exception()) t.take_exception();
  return found;
}

// Tells of the pending exception. Runs Python (str() of it), under the run's budget; what fails on the way is left out.
void describe_exception_py(Thread& t, hog_isolate* isolate, ResultTexts* made, Str* filename) {
  hog_result& r = made->result;
  Value exception = t.take_exception();
  r.status = HOG_EXCEPTION;
  if (type_of(exception)->is_subtype_of(core.SystemExit)) {
    r.status = HOG_EXIT;
    Value code = as<BaseException>(exception)->extra_[exception_field::kCode].get();
    r.exit_code = code.is_empty() || code.is_none() ? 0 : is_int_or_bool(code) ? static_cast<int>(int_to_int64_nogc(code).value & 0xFF) : 1;
  }
  auto forget = [&] {
    if (!t.terminated() && t.has_exception()) t.take_exception();
  };
  Fallible<Str*> name = full_type_name(t, type_of(exception));
  if (!name.failed()) r.error_type = keep_str(made, 2, name.get());
  forget();
  Fallible<Str*> message = t.terminated() ? Failure{} : str_py(t, exception);
  if (!message.failed()) r.error_message = keep_str(made, 3, message.get());
  forget();
  Fallible<Str*> traceback = t.terminated() ? Failure{} : traceback_text_py(t, exception);
  if (!traceback.failed()) r.error_traceback = keep_str(made, 4, traceback.get());
  forget();
  if (t.terminated()) return;
  r.error_line = line_of(t, exception, filename);
  Fallible<Box<hog_value*>> handle = handle_to(t, isolate, exception);
  if (!handle.failed()) r.error = handle.get().value;
  forget();
}

// ---- Going in and out. ----

class Entry {
 public:
  explicit Entry(hog_isolate* isolate) : isolate_(isolate) {
    const void* nobody = nullptr;
    nested_ = isolate->owner.load(std::memory_order_relaxed) == this_thread();
    inside_ = nested_ || isolate->owner.compare_exchange_strong(nobody, this_thread(), std::memory_order_acquire);
    if (inside_) ++isolate->depth;
  }
  ~Entry() {
    if (!inside_) return;
    --isolate_->depth;
    if (!nested_) isolate_->owner.store(nullptr, std::memory_order_release);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  bool inside() const { return inside_; }
  bool nested() const { return nested_; }

 private:
  hog_isolate* isolate_;
  bool nested_ = false, inside_ = false;
};

struct Task {
  Str* filename = nullptr;  // of the source that is run; found through the native stack
  int how = HOG_BY_COPY;
};

// A frame of its own, all of it below what Isolate::enter() has noted.
template <typename Body>
__attribute__((noinline)) void run_inside(hog_isolate* isolate, ResultTexts* made, bool nested, Body& body, Task* task) {
  Thread& t = isolate->thread();
  Fallible<Value> value = Failure{};
  if (!t.poll().failed()) value = body(t, task);
  if (!nested) flush_standard_streams(t);
  if (!value.failed() && !t.terminated()) {
    Fallible<Box<hog_value*>> tree = value_to_tree(t, isolate, value.get(), task->how == HOG_BY_HANDLE);
    if (!tree.failed()) made->result.value = tree.get().value;
  }
  if (!nested) isolate->isolate->open_memory_reserve();
  if (!t.terminated() && t.has_exception()) describe_exception_py(t, isolate, made, task->filename);
  if (t.terminated()) {
    made->result.status = HOG_TERMINATED;
    made->result.limit = static_cast<hog_limit>(t.termination());
    hog_value_free(made->result.value);
    made->result.value = nullptr;
  }
}

template <typename Body>
hog_result* run_in(hog_isolate* isolate, int how, Body body) {
  ResultTexts* made = new_result();
  if (made == nullptr) return nullptr;
  Entry entry(isolate);
  if (!entry.inside()) {
    made->result.status = HOG_BUSY;
    return &made->result;
  }
  Isolate& inner = *isolate->isolate;
  Thread& t = isolate->thread();
  Task task;
  task.how = how;
  int64_t started = 0;
  if (!entry.nested()) {
    inner.enter(t);
    inner.begin_run(t);
    if (isolate->grants->stdio != nullptr) isolate->grants->stdio->clear();
    started = isolate->budget_clock.monotonic_nanoseconds();
  }
  run_inside(isolate, made, entry.nested(), body, &task);
  hog_result& r = made->result;
  r.instructions = inner.instructions_used(t);
  r.host_calls = inner.host_calls_used();
  r.peak_heap_bytes = inner.heap.statistics().peak_bytes;
  if (entry.nested()) return &r;
  r.nanoseconds = static_cast<uint64_t>(isolate->budget_clock.monotonic_nanoseconds() - started);
  if (t.terminated()) {
    inner.reset_after_termination();
    flush_standard_streams(t);  // what was written before the end counts
    if (t.terminated()) inner.reset_after_termination();
  }
  if (MemoryStdio* stdio = isolate->grants->stdio; stdio != nullptr) {
    std::string_view out = stdio->text(Stream::Output), err = stdio->text(Stream::Error);
    r.standard_output = keep(made, 0, out.data(), out.size());
    r.standard_output_length = out.size();
    r.standard_error = keep(made, 1, err.data(), err.size());
    r.standard_error_length = err.size();
  }
  return &r;
}

int succeeded(hog_result* result) {
  int ok = result != nullptr && result->status == HOG_OK;
  hog_result_free(result);
  return ok;
}

std::string_view text_of(const char* text, size_t length) {
  return text == nullptr ? std::string_view() : std::string_view(text, length == HOG_TEXT ? std::strlen(text) : length);
}

Module* main_module(Thread& t) { return as<Module>(Isolate::of(t).slots[Isolate::kMainModule].get()); }

Fallible<Value> run_source_py(Thread& t, std::string_view source, Str* filename, CompileMode mode, Dict* globals) {
  CompileRequest request;
  request.source = source;
  request.filename = filename;
  request.mode = mode;
  request.last_value = mode == CompileMode::Exec;
  TRY(remember_source(t, filename, source));
  Value code = TRY(Isolate::of(t).config().compiler->compile_py(t, request));
  return Isolate::of(t).run_code(t, as<Code>(code), globals, Value());
}

// The module of that name, made when it is not there; the session's own for no name.
Fallible<Module*> module_named_py(Thread& t, const char* name) {
  if (name == nullptr || *name == '\0') return main_module(t);
  Str* key = TRY(Str::intern_utf8(t, name));
  Value found = t.isolate().modules->get_name_nogc(key);
  if (!found.is_absent() && is<Module>(found)) return as<Module>(found);
  Module* module = TRY(Module::make(t, key));
  TRY(t.isolate().modules->set_name(t, key, Value(module)));
  return module;
}

constexpr uint64_t kSourcesKept = 256;

Fallible<Str*> next_input_name_py(Thread& t, uint64_t number) {
  auto name_of = [&](uint64_t n) { return n == 1 ? Str::from_ascii(t, "<input>") : t.format("<input-{}>", n); };
  if (number > kSourcesKept) {  // a long session forgets its first texts
    Str* old = TRY(name_of(number - kSourcesKept));
    Value sources = Isolate::of(t).slots[Isolate::kSources].get();
    if (!sources.is_empty()) TRY(as<Dict>(sources)->remove_py(t, Value(old)));
  }
  return name_of(number);
}

}  // namespace

}  // namespace hog

using namespace hog;

const char* hog_version(void) { return "0.1.0"; }

hog_limits hog_default_limits(void) {
  hog_limits limits = {};
  limits.instructions = 2'000'000'000;
  limits.milliseconds = 10'000;
  limits.heap_bytes = uint64_t{256} << 20;
  limits.native_stack_bytes = 256 << 10;
#if defined(__SANITIZE_ADDRESS__)
  limits.native_stack_bytes *= 4;  // its frames are larger
#endif
  limits.output_bytes = 16 << 20;
  limits.host_calls = 1'000'000;
  return limits;
}

hog_isolate* hog_isolate_new(hog_grants* grants, const hog_limits* limits) {
  initialize_runtime(module_types(), vm_internal_shapes(), native_module_list());
  if (grants == nullptr) grants = hog_grants_new();
  auto* isolate = new (std::nothrow) hog_isolate;
  if (grants == nullptr || isolate == nullptr) {
    hog_grants_free(grants);
    delete isolate;
    return nullptr;
  }
  isolate->grants = grants;
  isolate->limits = limits == nullptr ? hog_default_limits() : *limits;
  isolate->budget_clock.now = isolate->limits.monotonic;
  isolate->budget_clock.context = isolate->limits.monotonic_context;
  isolate->room = new (std::nothrow) HandleRoom;
  wire_grants(isolate);
  IsolateConfig config;
  config.host = &isolate->host;
  config.compiler = &isolate->compiler;
  config.library = frozen_library();
  config.modules = native_modules();
  config.limits = limits_of(isolate->limits);
  config.budget_clock = &isolate->budget_clock;
  if (grants->has_entropy) grants->entropy.fill(&config.hash_seed, sizeof config.hash_seed);
  if (isolate->room != nullptr && !(grants->stdio == nullptr && !grants->no_stdio)) isolate->isolate = Isolate::create(config);
  bool ready = isolate->isolate != nullptr;
  if (ready && (grants->argument_count != 0 || isolate->host.files != nullptr))
    ready = succeeded(run_in(isolate, HOG_BY_COPY, [&](Thread& t, Task*) -> Fallible<Value> {
      static const char* const kNoName = "";
      static const char* const kRoot = "/";
      ProgramSettings settings;
      settings.arguments = {&kNoName, 1};
      if (grants->argument_count != 0) settings.arguments = {grants->arguments, grants->argument_count};
      if (isolate->host.files != nullptr) settings.path = {&kRoot, 1};
      TRY(apply_program_settings(t, settings));
      return Value::none();
    }));
  if (!ready) {
    hog_isolate_free(isolate);
    return nullptr;
  }
  isolate->room->isolate.store(isolate, std::memory_order_relaxed);
  return isolate;
}

void hog_isolate_free(hog_isolate* isolate) {
  if (isolate == nullptr) return;
  if (isolate->isolate != nullptr) Isolate::destroy(isolate->isolate);
  free_host_functions(isolate);
  if (isolate->room != nullptr) {
    isolate->room->isolate.store(nullptr, std::memory_order_relaxed);
    drop_room(isolate->room);
  }
  hog_grants_free(isolate->grants);
  delete isolate;
}

void hog_result_free(hog_result* result) {
  if (result == nullptr) return;
  auto* made = reinterpret_cast<ResultTexts*>(result);
  hog_value_free(result->value);
  hog_value_free(result->error);
  for (char* text : made->texts) std::free(text);
  std::free(made);
}

hog_result* hog_run(hog_isolate* isolate, const char* source, size_t length, const char* filename, int how) {
  return run_in(isolate, how, [&](Thread& t, Task* task) -> Fallible<Value> {
    task->filename = filename == nullptr ? TRY(next_input_name_py(t, ++isolate->inputs)) : TRY(Str::from_utf8(t, filename));
    return run_source_py(t, text_of(source, length), task->filename, CompileMode::Exec, main_module(t)->dict());
  });
}

hog_result* hog_eval(hog_isolate* isolate, const char* expression, size_t length, int how) {
  return run_in(isolate, how, [&](Thread& t, Task* task) -> Fallible<Value> {
    task->filename = TRY(Str::from_ascii(t, "<expression>"));
    return run_source_py(t, text_of(expression, length), task->filename, CompileMode::Eval, main_module(t)->dict());
  });
}

hog_result* hog_import(hog_isolate* isolate, const char* name) {
  return run_in(isolate, HOG_BY_HANDLE, [&](Thread& t, Task*) -> Fallible<Value> {
    return import_module_py(t, TRY(Str::intern_utf8(t, name)));
  });
}

hog_result* hog_define_module(hog_isolate* isolate, const char* name, const char* source, size_t length) {
  return run_in(isolate, HOG_BY_HANDLE, [&](Thread& t, Task* task) -> Fallible<Value> {
    Module* module = TRY(module_named_py(t, name));
    task->filename = TRY(t.format("<{}>", name));
    Str* builtins = TRY(Str::intern_utf8(t, "__builtins__"));
    TRY(module->dict()->set_name(t, builtins, Isolate::of(t).slots[Isolate::kBuiltinsModule].get()));
    Fallible<Value> ran = run_source_py(t, text_of(source, length), task->filename, CompileMode::Exec, module->dict());
    if (ran.failed()) {  // as a failed import: it is not there
      if (t.terminated()) return Failure{};
      Value exception = t.take_exception();
      TRY(t.isolate().modules->remove_name(t, TRY(Str::intern_utf8(t, name))));
      return t.restore_exception(exception);
    }
    return Value(module);
  });
}

hog_result* hog_call_object(hog_isolate* isolate, const hog_value* callable, const hog_value* arguments, const hog_value* keywords,
                            int how) {
  return run_in(isolate, how, [&](Thread& t, Task*) -> Fallible<Value> {
    Value function = TRY(object_of(t, isolate, callable));
    RootVector items(t);
    for (size_t i = 0; i < hog_value_count(arguments); ++i) TRY(items.push(TRY(tree_to_value_py(t, isolate, arguments->items[i]))));
    Tuple* tuple = TRY(Tuple::from(t, items.data(), items.size()));
    Dict* dict = nullptr;
    if (keywords != nullptr && keywords->kind == HOG_DICT) dict = as<Dict>(TRY(tree_to_value_py(t, isolate, keywords)));
    return call_with_dict_py(t, function, tuple, dict);
  });
}

hog_result* hog_get(hog_isolate* isolate, const hog_value* object, const char* name, int how) {
  return run_in(isolate, how, [&](Thread& t, Task*) -> Fallible<Value> {
    Str* key = TRY(Str::intern_utf8(t, name));
    if (object != nullptr) return get_attribute_py(t, TRY(object_of(t, isolate, object)), key);
    Value value = main_module(t)->dict()->get_name_nogc(key);
    if (value.is_absent()) return t.raise(core.NameError, "name '{}' is not defined", key);
    return value;
  });
}

hog_result* hog_put(hog_isolate* isolate, const hog_value* object, const char* name, const hog_value* value) {
  return run_in(isolate, HOG_BY_COPY, [&](Thread& t, Task*) -> Fallible<Value> {
    Str* key = TRY(Str::intern_utf8(t, name));
    Value made = TRY(tree_to_value_py(t, isolate, value));
    if (object != nullptr) TRY(set_attribute_py(t, TRY(object_of(t, isolate, object)), key, made));
    else TRY(main_module(t)->dict()->set_name(t, key, made));
    return Value::none();
  });
}

void hog_isolate_set_limits(hog_isolate* isolate, const hog_limits* limits) {
  isolate->limits = *limits;
  isolate->budget_clock.now = limits->monotonic;
  isolate->budget_clock.context = limits->monotonic_context;
  isolate->isolate->set_limits(limits_of(*limits));
}

void hog_isolate_cancel(hog_isolate* isolate) { isolate->isolate->cancel(); }
void hog_isolate_clear_cancel(hog_isolate* isolate) { isolate->isolate->clear_cancel(); }

int hog_define_function(hog_isolate* isolate, const char* module, const char* name, const char* signature, const char* doc,
                        hog_function function, void* context, void (*free_context)(void*)) {
  HostFunction* host = name == nullptr || function == nullptr ? nullptr : new_host_function(isolate, name, signature, doc);
  if (host == nullptr) {
    if (free_context != nullptr) free_context(context);
    return 0;
  }
  host->function = function;
  host->context = context;
  host->free_context = free_context;
  return succeeded(run_in(isolate, HOG_BY_COPY, [&](Thread& t, Task*) -> Fallible<Value> {
    Module* place = TRY(module_named_py(t, module));
    Str* key = TRY(Str::intern_utf8(t, name));
    NativeFunction* made = TRY(make_host_function_py(t, host, place));
    TRY(place->dict()->set_name(t, key, Value(made)));
    return Value::none();
  }));
}

int hog_define_value(hog_isolate* isolate, const char* module, const char* name, const hog_value* value) {
  return succeeded(run_in(isolate, HOG_BY_COPY, [&](Thread& t, Task*) -> Fallible<Value> {
    Module* place = TRY(module_named_py(t, module));
    Str* key = TRY(Str::intern_utf8(t, name));
    TRY(place->dict()->set_name(t, key, TRY(tree_to_value_py(t, isolate, value))));
    return Value::none();
  }));
}
