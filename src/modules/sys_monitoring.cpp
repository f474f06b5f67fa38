// sys_monitoring.cpp: the module sys.monitoring: who uses which tool number, and what is registered. The machine delivers no event
// yet: asking for one raises NotImplementedError instead of staying silent. Ref: library/sys.monitoring.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/code.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int kToolCount = 6;   // numbers 0 to 5; 6 and 7 are kept for sys.setprofile and sys.settrace
constexpr int kEventCount = 19;
constexpr const char* kEvents[kEventCount] = {
    "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT",
    "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH"};

// The module's state: a tool's name (None: free) for each number, then its callbacks, kEventCount for each tool.
List* state_of(Module* module) { return static_cast<List*>(module->state_.get()); }
size_t callback_at(int tool, int event) { return static_cast<size_t>(kToolCount + tool * kEventCount + event); }

Fallible<void> check_tool(Thread& t, int tool) {
  if (tool < 0 || tool >= kToolCount) return t.raise_value_error("invalid tool {} (must be between 0 and 5)", tool);
  return {};
}
Fallible<void> check_in_use(Thread& t, Module* module, int tool) {
  TRY(check_tool(t, tool));
  if (state_of(module)->at(static_cast<size_t>(tool)).is_none()) return t.raise_value_error("tool {} is not in use", tool);
  return {};
}

Fallible<void> use_tool_id(Thread& t, Module* module, int tool, Value name) {
  TRY(check_tool(t, tool));
  if (!is<Str>(name)) return t.raise_value_error("tool name must be a str");
  if (!state_of(module)->at(static_cast<size_t>(tool)).is_none()) return t.raise_value_error("tool {} is already in use", tool);
  state_of(module)->set(static_cast<size_t>(tool), name);
  return {};
}
Fallible<void> clear_tool_id(Thread& t, Module* module, int tool) {
  TRY(check_tool(t, tool));
  for (int event = 0; event < kEventCount; ++event) state_of(module)->set(callback_at(tool, event), Value::none());
  return {};
}
Fallible<void> free_tool_id(Thread& t, Module* module, int tool) {
  TRY(clear_tool_id(t, module, tool));
  state_of(module)->set(static_cast<size_t>(tool), Value::none());
  return {};
}
Fallible<Value> get_tool(Thread& t, Module* module, int tool) {
  TRY(check_tool(t, tool));
  return state_of(module)->at(static_cast<size_t>(tool));
}

Fallible<Value> register_callback(Thread& t, Module* module, int tool, int event, Value function) {
  TRY(t.audit_py("sys.monitoring.register_callback", function));
  TRY(check_tool(t, tool));
  if (event <= 0 || (event & (event - 1)) != 0)
    return t.raise_value_error("The callback can only be set for one event at a time");
  int index = __builtin_ctz(static_cast<unsigned>(event));
  if (index >= kEventCount) return t.raise_value_error("invalid event {}", event);
  Value before = state_of(module)->at(callback_at(tool, index));
  state_of(module)->set(callback_at(tool, index), function);
  return before;
}

Fallible<void> check_events(Thread& t, int events) {
  if (events < 0 || events >= 1 << kEventCount) return t.raise_value_error("invalid event set 0x{}", events);
  if (events != 0) return t.raise(core.NotImplementedError, "sys.monitoring: this interpreter delivers no events");
  return {};
}
Fallible<void> set_events(Thread& t, Module* module, int tool, int events) {
  TRY(check_in_use(t, module, tool));
  return check_events(t, events);
}
Fallible<int64_t> get_events(Thread& t, Module* module, int tool) {
  TRY(check_in_use(t, module, tool));
  return int64_t{0};
}
Fallible<void> set_local_events(Thread& t, Module* module, int tool, Code*, int events) {
  TRY(check_in_use(t, module, tool));
  return check_events(t, events);
}
Fallible<int64_t> get_local_events(Thread& t, Module* module, int tool, Code*) {
  TRY(check_in_use(t, module, tool));
  return int64_t{0};
}
Fallible<void> restart_events(Thread&, Module*) { return {}; }
Fallible<Value> all_events(Thread& t, Module*) { return Value(TRY(Dict::make(t))); }

constexpr NativeMethod kFunctions[] = {
    {"use_tool_id", HOG_NATIVE(use_tool_id), "($module, tool_id, name, /)", "Take a tool number."},
    {"clear_tool_id", HOG_NATIVE(clear_tool_id), "($module, tool_id, /)", "Forget a tool's callbacks."},
    {"free_tool_id", HOG_NATIVE(free_tool_id), "($module, tool_id, /)", "Give a tool number back."},
    {"get_tool", HOG_NATIVE(get_tool), "($module, tool_id, /)", "The name of the tool of a number, or None."},
    {"register_callback", HOG_NATIVE(register_callback), "($module, tool_id, event, func, /)", "Set a callback; the one before."},
    {"get_events", HOG_NATIVE(get_events), "($module, tool_id, /)", "The events a tool gets."},
    {"set_events", HOG_NATIVE(set_events), "($module, tool_id, event_set, /)", "Choose the events a tool gets."},
    {"get_local_events", HOG_NATIVE(get_local_events), "($module, tool_id, code, /)", "The events a tool gets of one code."},
    {"set_local_events", HOG_NATIVE(set_local_events), "($module, tool_id, code, event_set, /)", "Choose them."},
    {"restart_events", HOG_NATIVE(restart_events), "($module, /)", "Deliver again what was disabled."},
    {"_all_events", HOG_NATIVE(all_events), "($module, /)", "The events in use, by name."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  List* state = TRY(List::make(t));
  for (int i = 0; i < kToolCount + kToolCount * kEventCount; ++i) TRY(state->append(t, Value::none()));
  module->state_.set(module, state);
  struct Tool {
    const char* name;
    int number;
  };
  for (const Tool& tool : {Tool{"DEBUGGER_ID", 0}, Tool{"COVERAGE_ID", 1}, Tool{"PROFILER_ID", 2}, Tool{"OPTIMIZER_ID", 5}})
    TRY(module->add(t, tool.name, Value::from_small_int(tool.number)));
  for (const char* name : {"DISABLE", "MISSING"}) TRY(module->add(t, name, TRY(call_py(t, Value(core.object)))));
  Value events = TRY(call_py(t, Value(core.simple_namespace)));
  for (int i = 0; i < kEventCount; ++i)
    TRY(set_attribute_py(t, events, TRY(Str::intern_utf8(t, kEvents[i])), Value::from_small_int(int64_t{1} << i)));
  TRY(set_attribute_py(t, events, TRY(Str::intern_utf8(t, "NO_EVENTS")), Value::from_small_int(0)));
  return module->add(t, "events", events);
}

}  // namespace

extern const ModuleSpec k_module_sys_monitoring;
const ModuleSpec k_module_sys_monitoring = {
    .name = "sys.monitoring", .doc = nullptr, .functions = kFunctions, .initialize = initialize};

}  // namespace hog
