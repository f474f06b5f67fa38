// sys_frames.cpp: frames of the running program, trace functions, the recursion limit, hooks of asynchronous generators.
// Ref: library/sys.
#include "modules/sys_functions.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/tracing.hpp"

namespace hog {

Fallible<Value> sys_exception(Thread& t) {
  Value exception = handled_exception(t);
  return exception.is_absent() ? Value::none() : exception;
}

Fallible<Value> sys_exc_info(Thread& t) {
  Value exception = handled_exception(t);
  if (exception.is_absent()) return Value(TRY(Tuple::of(t, Value::none(), Value::none(), Value::none())));
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  return Value(TRY(Tuple::of(t, Value(type_of(exception)), exception, traceback)));
}

namespace {

Frame* frame_at(Thread& t, int depth) {
  Frame* frame = t.frame_;
  for (; frame != nullptr && depth > 0; --depth) frame = frame->previous;
  return frame;
}

}  // namespace

Fallible<Value> sys_getframe(Thread& t, int depth) {
  Frame* frame = frame_at(t, depth);
  if (frame == nullptr) return t.raise_value_error("call stack is not deep enough");
  Value object = Value(TRY(frame_object(t, frame)));
  TRY(t.audit_py("sys._getframe", object));
  return object;
}

Fallible<Value> sys_getframemodulename(Thread& t, int depth) {
  TRY(t.audit_py("sys._getframemodulename", Value::from_small_int(depth)));
  Frame* frame = frame_at(t, depth);
  if (frame == nullptr) return Value::none();
  Value name = frame->function != nullptr ? frame->function->module_.get() : Value();
  if (name.is_empty()) name = frame->globals->get_name_nogc(names.dunder_name);
  return name.is_empty() || name.is_absent() ? Value::none() : name;
}

namespace {

// A thread's number is that of _thread.get_ident(). Nobody else has a turn meanwhile: nothing here polls.
template <typename Of>
Fallible<Value> by_thread(Thread& t, Of of) {
  Dict* result = TRY(Dict::make(t));
  for (Thread* each = t.isolate().threads; each != nullptr; each = each->next_) {
    if (each->frame_ == nullptr) continue;
    Value ident = TRY(make_uint(t, reinterpret_cast<uintptr_t>(each)));
    Value v = TRY(of(*each));
    TRY(result->set_py(t, ident, v));
  }
  return Value(result);
}

}  // namespace

Fallible<Value> sys_current_frames(Thread& t) {
  TRY(t.audit_py("sys._current_frames"));
  return by_thread(t, [&](Thread& each) -> Fallible<Value> { return Value(TRY(frame_object(t, each.frame_))); });
}
Fallible<Value> sys_current_exceptions(Thread& t) {
  TRY(t.audit_py("sys._current_exceptions"));
  return by_thread(t, [&](Thread& each) -> Fallible<Value> {
    Value exception = handled_exception(each);
    return exception.is_absent() ? Value::none() : exception;
  });
}

// ---- Trace functions. ----

namespace {

void set_hook(Thread& t, Thread::Own own, Value function) { t.own_[own] = function.is_none() ? Value() : function; }
Value get_hook(Thread& t, Thread::Own own) { return t.own_[own].is_empty() ? Value::none() : t.own_[own]; }

}  // namespace

Fallible<void> sys_settrace(Thread& t, Value function) {
  TRY(t.audit_py("sys.settrace"));
  set_trace_function(t, function.is_none() ? Value() : function);
  return {};
}
Fallible<void> sys_settraceallthreads(Thread& t, Value function) {
  for (Thread* each = t.isolate().threads; each != nullptr; each = each->next_)
    set_trace_function(*each, function.is_none() ? Value() : function);
  return {};
}
Fallible<void> sys_setprofileallthreads(Thread& t, Value function) {
  for (Thread* each = t.isolate().threads; each != nullptr; each = each->next_)
    set_profile_function(*each, function.is_none() ? Value() : function);
  return {};
}
Fallible<Value> sys_gettrace(Thread& t) { return t.trace_function_.is_empty() ? Value::none() : t.trace_function_; }
Fallible<void> sys_setprofile(Thread& t, Value function) {
  TRY(t.audit_py("sys.setprofile"));
  set_profile_function(t, function.is_none() ? Value() : function);
  return {};
}
Fallible<Value> sys_getprofile(Thread& t) { return t.profile_function_.is_empty() ? Value::none() : t.profile_function_; }
Fallible<Value> sys_call_tracing(Thread& t, Value function, Tuple* arguments) {
  return call_tracing_py(t, function, Arguments(arguments->data(), arguments->length()));
}

Fallible<void> sys_setrecursionlimit(Thread& t, int limit) {
  if (limit < 1) return t.raise_value_error("recursion limit must be greater or equal than 1");
  if (t.depth_ >= limit)
    return t.raise(core.RecursionError, "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low",
                   limit, t.depth_);
  t.isolate().recursion_limit = limit;
  return {};
}

// ---- Asynchronous generators and coroutines. ----

Fallible<Value> sys_set_asyncgen_hooks(Thread& t, Value, const Arguments& arguments) {
  Value hooks[2];
  static constexpr const char* kNames[] = {"firstiter", "finalizer"};
  if (arguments.positional > 2)
    return t.raise_type_error("set_asyncgen_hooks() takes at most 2 arguments ({} given)", arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) hooks[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    auto* name = as<Str>(arguments.names->at(k));
    int which = name->equals_ascii(kNames[0]) ? 0 : name->equals_ascii(kNames[1]) ? 1 : -1;
    if (which < 0) return t.raise_type_error("set_asyncgen_hooks() got an unexpected keyword argument '{}'", name);
    hooks[which] = arguments[arguments.positional + k];
  }
  // Both are checked, the second one first, before either is set.
  for (int i = 1; i >= 0; --i)
    if (!hooks[i].is_empty() && !hooks[i].is_none() && !is_callable(hooks[i]))
      return t.raise_type_error("callable {} expected, got {}", kNames[i], type_of(hooks[i]));
  if (!hooks[0].is_empty()) set_hook(t, Thread::kAsyncFirst, hooks[0]);
  if (!hooks[1].is_empty()) set_hook(t, Thread::kAsyncFinal, hooks[1]);
  return Value::none();
}

Fallible<Value> sys_get_asyncgen_hooks(Thread& t) {
  return make_async_hooks(t, get_hook(t, Thread::kAsyncFirst), get_hook(t, Thread::kAsyncFinal));
}

Fallible<int64_t> sys_get_origin_depth(Thread& t) { return t.coroutine_origin_depth_; }
Fallible<void> sys_set_origin_depth(Thread& t, int depth) {
  if (depth < 0) return t.raise_value_error("depth must be >= 0");
  t.coroutine_origin_depth_ = depth;
  return {};
}

}  // namespace hog
