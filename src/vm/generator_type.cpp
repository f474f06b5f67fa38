// generator_type.cpp: generators and coroutines as Python sees them. Asynchronous generators are in async_generator_type.cpp.
#include "object/exception.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

Generator* self_of(Value self) { return as<Generator>(self); }

Fallible<Value> generator_iter(Thread&, Value self) { return self; }
Fallible<Value> generator_next_slot(Thread& t, Value self) { return generator_next(t, self_of(self)); }
Fallible<Value> generator_send(Thread& t, Generator* self, Value value) { return generator_send_py(t, self, value); }
Fallible<Value> generator_close(Thread& t, Generator* self) { return generator_close_py(t, self); }

const char* type_name(Generator* g) { return g->kind_ == GeneratorKind::Coroutine ? "coroutine" : "generator"; }

// throw(type_or_value[, value[, traceback]]): the old three-argument form included.
Fallible<Value> generator_throw(Thread& t, Generator* self, Value type, Value value, Value traceback) {
  Value exception = TRY(thrown_exception_py(t, type, value, traceback));
  return generator_throw_py(t, self, exception);
}

Fallible<Value> get_name(Thread&, Value self) { return Value(self_of(self)->name_.get()); }
Fallible<void> set_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__name__ must be set to a string object");
  self_of(self)->name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_qualified_name(Thread&, Value self) { return Value(self_of(self)->qualified_name_.get()); }
Fallible<void> set_qualified_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__qualname__ must be set to a string object");
  self_of(self)->qualified_name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_frame(Thread& t, Value self) {
  Generator* g = self_of(self);
  if (g->state_ == GeneratorState::Finished) return Value::none();
  return Value(TRY(frame_object(t, &g->frame_)));
}
Fallible<Value> get_code(Thread& t, Value self) {
  if (t.isolate().audited) {
    bool coroutine = self_of(self)->kind_ == GeneratorKind::Coroutine;
    TRY(t.audit_py("object.__getattr__", self, Value(TRY(Str::intern_utf8(t, coroutine ? "cr_code" : "gi_code")))));
  }
  return Value(self_of(self)->frame_.code);
}
Fallible<Value> get_running(Thread&, Value self) {
  return Value::from_bool(self_of(self)->state_ == GeneratorState::Running);
}
Fallible<Value> get_suspended(Thread&, Value self) {
  return Value::from_bool(self_of(self)->state_ == GeneratorState::Suspended);
}
Fallible<Value> get_delegate(Thread&, Value self) {
  Value v = coroutine_delegate(self_of(self));
  return v.is_absent() ? Value::none() : v;
}
Fallible<Value> get_origin(Thread&, Value self) {
  Value v = self_of(self)->origin_.get();
  return v.is_empty() ? Value::none() : v;
}
Fallible<Value> generator_repr(Thread& t, Value self) {
  Generator* g = self_of(self);
  return Value(TRY(t.format("<{} object {} at {}>", type_name(g), g->qualified_name_.get(), address_of(self))));
}
Fallible<void> generator_finalize(Thread& t, Value self) { return finalize_generator_py(t, self_of(self)); }

Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }
constexpr NativeMethod kGeneratorMethods[] = {
    {"send", HOG_NATIVE(generator_send), "($self, value, /)", "Resume with a value; the next value yielded."},
    {"throw", HOG_NATIVE(generator_throw), "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
     "Raise an exception where it is suspended; the next value yielded."},
    {"close", HOG_NATIVE(generator_close), "($self, /)", "Raise GeneratorExit where it is suspended."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGeneratorGetSets[] = {
    {"__name__", get_name, set_name},
    {"__qualname__", get_qualified_name, set_qualified_name},
    {"gi_frame", get_frame},
    {"gi_code", get_code},
    {"gi_running", get_running},
    {"gi_suspended", get_suspended},
    {"gi_yieldfrom", get_delegate},
    {},
};
constexpr GetSet kCoroutineGetSets[] = {
    {"__name__", get_name, set_name},
    {"__qualname__", get_qualified_name, set_qualified_name},
    {"cr_frame", get_frame},
    {"cr_code", get_code},
    {"cr_running", get_running},
    {"cr_suspended", get_suspended},
    {"cr_await", get_delegate},
    {"cr_origin", get_origin},
    {},
};

// ---- coroutine_wrapper: what coroutine.__await__() gives. ----

class CoroutineWrapper : public Cell {
 public:
  static const Layout kLayout;
  Field<Generator> coroutine_;
};
void trace_wrapper(Cell* cell, Marker& marker) { marker.visit(static_cast<CoroutineWrapper*>(cell)->coroutine_.get()); }
const Layout CoroutineWrapper::kLayout = {
    .name = "coroutine_wrapper", .trace = trace_wrapper, .base_size = sizeof(CoroutineWrapper)};

Fallible<Value> coroutine_await(Thread& t, Value self) {
  auto* wrapper = TRY(t.allocate<CoroutineWrapper>(shapes.coroutine_wrapper));
  wrapper->coroutine_.set(wrapper, self_of(self));
  return Value(wrapper);
}
Fallible<Value> wrapper_next(Thread& t, Value self) {
  Generator* g = as<CoroutineWrapper>(self)->coroutine_.get();
  return generator_send_py(t, g, Value::none());
}
Fallible<Value> wrapper_send(Thread& t, CoroutineWrapper* self, Value value) {
  return generator_send_py(t, self->coroutine_.get(), value);
}
Fallible<Value> wrapper_throw(Thread& t, CoroutineWrapper* self, Value type, Value value, Value traceback) {
  return generator_throw(t, self->coroutine_.get(), type, value, traceback);
}
Fallible<Value> wrapper_close(Thread& t, CoroutineWrapper* self) { return generator_close_py(t, self->coroutine_.get()); }
constexpr NativeMethod kWrapperMethods[] = {
    {"send", HOG_NATIVE(wrapper_send), "($self, value, /)", "As the coroutine's send()."},
    {"throw", HOG_NATIVE(wrapper_throw), "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
     "As the coroutine's throw()."},
    {"close", HOG_NATIVE(wrapper_close), "($self, /)", "As the coroutine's close()."},
    {},
};

}  // namespace

Fallible<Value> thrown_exception_py(Thread& t, Value type, Value value, Value traceback) {
  if (!value.is_absent() || !traceback.is_absent())
    TRY(warn_py(t, core.DeprecationWarning,
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead."));
  if (!traceback.is_absent() && !traceback.is_none() && !is<Traceback>(traceback))
    return t.raise_type_error("throw() third argument must be a traceback object");
  Value exception;
  if (is<Type>(type) && as<Type>(type)->has(type_flag::kExceptionSubclass)) {
    auto instantiate = [&]() -> Fallible<Value> {
      if (!value.is_absent() && is_exception(value) && type_of(value)->is_subtype_of(as<Type>(type))) return value;
      Value made = value.is_absent() || value.is_none() ? TRY(call_py(t, type))
                   : is<Tuple>(value)                   ? TRY(call_with_dict_py(t, type, as<Tuple>(value), nullptr))
                                                        : TRY(call_py(t, type, value));
      if (is_exception(made)) return made;
      return t.raise_type_error("calling {} should have returned an instance of BaseException, not {}", repr_of(type),
                                type_of(made));
    };
    Fallible<Value> made = instantiate();
    if (made.failed()) {  // what making it raised is thrown in its place
      if (t.terminated()) return Failure{};
      made = t.take_exception();
    }
    exception = made.get();
  } else if (is_exception(type)) {
    if (!value.is_absent() && !value.is_none())
      return t.raise_type_error("instance exception may not have a separate value");
    exception = type;
  } else {
    return t.raise_type_error("exceptions must be classes or instances deriving from BaseException, not {}", type_of(type));
  }
  if (!traceback.is_absent() && is<Traceback>(traceback)) {
    auto* e = as<BaseException>(exception);
    e->traceback_.set(e, traceback);
  }
  return exception;
}

extern const TypeSpec k_generator_spec;
const TypeSpec k_generator_spec = {
    .name = "generator",
    .layout = &Generator::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kNoInstantiation,
    .slots = {.repr = generator_repr, .iter = generator_iter, .next = generator_next_slot, .finalize = generator_finalize},
    .methods = kGeneratorMethods,
    .getsets = kGeneratorGetSets,
};

extern const TypeSpec k_coroutine_spec;
const TypeSpec k_coroutine_spec = {
    .name = "coroutine",
    .layout = &Generator::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kNoInstantiation,
    .slots = {.repr = generator_repr, .finalize = generator_finalize, .await = coroutine_await},
    .methods = kGeneratorMethods,
    .getsets = kCoroutineGetSets,
};

extern const TypeSpec k_coroutine_wrapper_spec;
const TypeSpec k_coroutine_wrapper_spec = {
    .name = "coroutine_wrapper",
    .doc = "Iterator over a coroutine, made by __await__().",
    .layout = &CoroutineWrapper::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = generator_iter, .next = wrapper_next},
    .methods = kWrapperMethods,
};

}  // namespace hog
