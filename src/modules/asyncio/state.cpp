// state.cpp: what an isolate keeps for _asyncio.
#include "modules/asyncio/asyncio.hpp"
#include "vm/isolate.hpp"

namespace hog::asyncio {

Type *state_type, *running_type;

namespace {

struct LibraryName {
  const char* module;
  const char* name;
};
constexpr LibraryName kLibrary[State::kLibraryCount] = {
    {"asyncio.events", "_get_event_loop_policy"}, {"asyncio.exceptions", "CancelledError"},
    {"asyncio.exceptions", "InvalidStateError"},  {"asyncio.base_futures", "_future_repr"},
    {"asyncio.base_tasks", "_task_repr"},         {"asyncio.base_tasks", "_task_get_stack"},
    {"asyncio.base_tasks", "_task_print_stack"},  {"asyncio.coroutines", "iscoroutine"},
    {"traceback", "extract_stack"},
};
constexpr const char* kNames[State::kNameCount] = {
    "get_debug", "call_soon", "is_running", "call_exception_handler", "get_loop",  "_loop",
    "cancel",    "done",      "result",     "add_done_callback",      "_asyncio_future_blocking",
    "get_event_loop", "message", "exception", "future", "task", "source_traceback", "discard",
};

void trace_state(Cell* cell, Marker& marker) {
  auto* state = static_cast<State*>(cell);
  for (const ValueField& field : state->library_) marker.visit_word(field.get().raw());
  for (const Field<Str>& field : state->names_) marker.visit(field.get());
  marker.visit(state->context_keyword_.get());
  marker.visit(state->message_keyword_.get());
  marker.visit(state->eager_tasks_.get());
  marker.visit_word(state->foreign_tasks_.get().raw());
}

Fallible<State*> make_state(Thread& t) {
  auto* state = as<State>(TRY(new_instance(t, state_type)));
  for (int i = 0; i < State::kNameCount; ++i) state->names_[i].set(state, TRY(Str::intern_utf8(t, kNames[i])));
  Str* context = TRY(Str::intern_utf8(t, "context"));
  state->context_keyword_.set(state, TRY(Tuple::of(t, Value(context))));
  state->message_keyword_.set(state, TRY(Tuple::of(t, Value(names.msg))));
  state->eager_tasks_.set(state, TRY(Set::make(t, core.set)));
  return state;
}


}  // namespace

const Layout State::kLayout = {.name = "asyncio state", .trace = trace_state, .base_size = sizeof(State)};

Fallible<State*> state_of(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kAsyncio];
  if (!slot.get().is_empty()) [[likely]] return as<State>(slot.get());
  State* state = TRY(make_state(t));
  slot.set(nullptr, Value(state));
  return state;
}

Fallible<Value> library_py(Thread& t, State::Library which) {
  State* state = TRY(state_of(t));
  if (Value known = state->library_[which].get(); !known.is_empty()) [[likely]] return known;
  Str* module_name = TRY(Str::intern_utf8(t, kLibrary[which].module));
  Value module = TRY(t.isolate().services->import_module(t, module_name));
  Str* name = TRY(Str::intern_utf8(t, kLibrary[which].name));
  Value found = TRY(get_attribute_py(t, module, name));
  state->library_[which].set(state, found);
  return found;
}

Failure raise_library_py(Thread& t, State::Library type, const char* message) {
  Value cls = TRY(library_py(t, type));
  Str* text = TRY(Str::from_ascii(t, message));
  Value exception = TRY(call_py(t, cls, Value(text)));
  return t.raise_object_py(exception, Value::absent());
}

Fallible<Value> call_soon_py(Thread& t, Value loop, Value callback, Value argument, Value context) {
  State* state = TRY(state_of(t));
  Value arguments[3] = {callback};
  size_t positional = 1;
  if (!argument.is_absent()) arguments[positional++] = argument;
  Tuple* keywords = nullptr;
  if (!context.is_empty()) {
    arguments[positional] = context;
    keywords = state->context_keyword_.get();
  }
  return call_method_py(t, loop, state->names_[State::kCallSoon].get(), Arguments(arguments, positional, keywords));
}

Fallible<void> report_py(Thread& t, Future* future, State::Name key, Str* message, Value exception) {
  Value loop = future->loop_;
  if (loop.is_empty()) return {};  // never initialised: nobody to tell
  State* state = TRY(state_of(t));
  Dict* context = TRY(Dict::make(t));
  auto name = [&](State::Name which) { return state->names_[which].get(); };
  TRY(context->set_name(t, name(State::kMessage), Value(message)));
  if (!exception.is_empty()) TRY(context->set_name(t, name(State::kException), exception));
  TRY(context->set_name(t, name(key), Value(future)));
  if (Value source = future->source_traceback_; !source.is_empty())
    TRY(context->set_name(t, name(State::kSourceTraceback), source));
  Fallible<Value> done = call_method_py(t, loop, name(State::kCallExceptionHandler), Value(context));
  if (!done.failed()) return {};
  if (t.terminated()) return Failure{};
  t.isolate().services->write_unraisable(t, nullptr, loop);
  return {};
}

const TypeSpec kStateSpec = {
    .name = "_asyncio.State", .layout = &State::kLayout, .flags = type_flag::kNoInstantiation};

const TypeSpec kRunningSpec = {
    .name = "_asyncio.RunningEntry", .layout = &RunningEntry::kLayout, .flags = type_flag::kNoInstantiation};

}  // namespace hog::asyncio
