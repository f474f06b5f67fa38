// frame_locals.cpp: locals() and frame.f_locals. Functions' variables live in registers: locals() copies them, the proxy
// reads and writes them in place, and keeps names that are no variables in the frame object's extra dict.
// Invariant: the proxy never adds or removes a variable; it goes through FrameObject, which outlives the frame. Ref: PEP 667.
#include "vm/frame_locals.hpp"

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

// The registers of a frame's variables, wherever they are now.
class Variables {
 public:
  Variables(Thread& t, Code* code, Value* registers, size_t available)
      : t_(t), code_(code), registers_(registers), count_(code->record().local_count) {
    if (registers == nullptr) count_ = 0;
    else if (available < count_) count_ = static_cast<uint32_t>(available);
  }
  static Variables of(Thread& t, FrameObject* object) {
    Code* code = object->code_.get();
    if (object->live_ != nullptr) return {t, code, object->live_->registers, SIZE_MAX};
    ValueArray* copy = object->registers_.get();
    return {t, code, copy == nullptr ? nullptr : copy->raw(), copy == nullptr ? 0 : copy->capacity()};
  }

  uint32_t count() const { return count_; }
  Fallible<Str*> name(uint32_t i) const { return code_->source_->string(t_, code_->locals()[i].name); }
  bool hidden(uint32_t i) const { return code_->locals()[i].hidden != 0; }
  Value value(uint32_t i) const {  // empty: unbound
    Value v = registers_[i];
    if (is_cell(i, v)) return as<CellVariable>(v)->contents_.get();
    return v;
  }
  void set(uint32_t i, Value v) {
    Value old = registers_[i];
    if (is_cell(i, old)) as<CellVariable>(old)->contents_.set(old.cell(), v);
    else registers_[i] = v;
  }
  // The variable of that name, or -1. A name can stand twice (a hidden one and its namesake): the visible one counts.
  Fallible<int64_t> find(Str* wanted) const {
    for (uint32_t i = 0; i < count_; ++i) {
      if (hidden(i)) continue;
      Str* own = TRY(name(i));
      if (own == wanted || Str::equal_nogc(own, wanted)) return int64_t{i};
    }
    return int64_t{-1};
  }

 private:
  // A captured parameter is still plain before the function's prologue has made its cell.
  bool is_cell(uint32_t i, Value v) const {
    return code_->locals()[i].kind != LocalKind::Local && !v.is_empty() && is<CellVariable>(v);
  }
  Thread& t_;
  Code* code_;
  Value* registers_;
  uint32_t count_;
};

Fallible<void> copy_variables(Thread& t, const Variables& variables, Dict* into) {
  for (uint32_t i = 0; i < variables.count(); ++i) {
    if (variables.hidden(i)) continue;
    Value v = variables.value(i);
    if (v.is_empty()) continue;
    Str* name = TRY(variables.name(i));
    TRY(into->set_name(t, name, v));
  }
  return {};
}

// Variables of a comprehension that is running in the frame; they go before their namesakes.
Fallible<void> copy_hidden(Thread& t, const Variables& variables, Dict* into) {
  for (uint32_t i = 0; i < variables.count(); ++i) {
    if (!variables.hidden(i) || variables.value(i).is_empty()) continue;
    Value v = variables.value(i);
    Str* name = TRY(variables.name(i));
    TRY(into->set_name(t, name, v));
  }
  return {};
}
bool has_hidden(const Variables& variables) {
  for (uint32_t i = 0; i < variables.count(); ++i)
    if (variables.hidden(i) && !variables.value(i).is_empty()) return true;
  return false;
}
// The mapping of a class or module body; a copy with the comprehension's variables while one runs.
Fallible<Value> body_locals_py(Thread& t, Value mapping, const Variables& variables) {
  if (!has_hidden(variables)) return mapping;
  Dict* merged = TRY(Dict::make(t));
  TRY(dict_update_py(t, merged, mapping));
  TRY(copy_hidden(t, variables, merged));
  return Value(merged);
}

Fallible<void> copy_extra_py(Thread& t, FrameObject* object, Dict* into) {
  if (object == nullptr || object->extra_locals_.get().is_empty()) return {};
  return dict_update_py(t, into, object->extra_locals_.get());
}

}  // namespace

Fallible<Value> frame_locals_py(Thread& t, Frame* frame) {
  Variables variables(t, frame->code, frame->registers, SIZE_MAX);
  if (!frame->code->has(code_flag::kOptimized))
    return body_locals_py(t, frame->locals.is_empty() ? Value(frame->globals) : frame->locals, variables);
  Dict* snapshot = TRY(Dict::make(t));
  TRY(copy_variables(t, variables, snapshot));
  TRY(copy_hidden(t, variables, snapshot));
  TRY(copy_extra_py(t, frame->object, snapshot));
  return Value(snapshot);
}

Fallible<Value> frame_object_locals_py(Thread& t, FrameObject* frame) {
  if (!frame->code_->has(code_flag::kOptimized)) {
    Value mapping = frame->locals_.get().is_empty() ? Value(frame->globals_.get()) : frame->locals_.get();
    return body_locals_py(t, mapping, Variables::of(t, frame));
  }
  auto* proxy = TRY(t.allocate<FrameLocalsProxy>(shapes.frame_locals_proxy));
  proxy->frame_.set(proxy, frame);
  return Value(proxy);
}

Fallible<Value> run_function_body_py(Thread& t, Function* function, Value locals) {
  Code* code = function->code_.get();
  TRY(code->materialize(t));
  if (t.depth_ >= t.isolate().recursion_limit) return t.raise_recursion_error("");
  TRY(check_native_recursion(t));
  Frame* frame = TRY(push_frame(t, code, code->register_count_));
  frame->function = function;
  frame->globals = function->globals_.get();
  frame->builtins = function->builtins_.get();
  frame->locals = locals;
  frame->previous = t.frame_;
  frame->mode = ReturnMode::Native;
  frame->pc = code->begin();
  t.frame_ = frame;
  ++t.depth_;
  return run_frame(t, frame);
}

// ---- FrameLocalsProxy ----

namespace {

void trace_proxy(Cell* cell, Marker& marker) { marker.visit(static_cast<FrameLocalsProxy*>(cell)->frame_.get()); }

FrameObject* frame_of(Value self) { return as<FrameLocalsProxy>(self)->frame_.get(); }
FrameObject* frame_of(FrameLocalsProxy* self) { return self->frame_.get(); }

Fallible<Dict*> as_dict_py(Thread& t, FrameObject* frame) {
  Dict* dict = TRY(Dict::make(t));
  TRY(copy_variables(t, Variables::of(t, frame), dict));
  TRY(copy_extra_py(t, frame, dict));
  return dict;
}

// Variable index of any key, or -1. Keys that are no exact strings are compared as a dict would.
Fallible<int64_t> find_variable_py(Thread& t, FrameObject* frame, Value key) {
  if (is_exact_str(key)) return Variables::of(t, frame).find(as<Str>(key));
  int64_t hash = TRY(hash_py(t, key));
  uint32_t count = Variables::of(t, frame).count();
  for (uint32_t i = 0; i < count; ++i) {
    Variables variables = Variables::of(t, frame);  // == may have ended the frame
    if (i >= variables.count()) break;
    if (variables.hidden(i)) continue;
    Str* name = TRY(variables.name(i));
    if (name->hash(t) == hash && TRY(equals_py(t, Value(name), key))) return int64_t{i};
  }
  return int64_t{-1};
}

Fallible<Value> find_py(Thread& t, FrameObject* frame, Value key) {  // absent when missing
  int64_t i = TRY(find_variable_py(t, frame, key));
  Variables variables = Variables::of(t, frame);
  if (i >= 0 && i < variables.count()) {
    Value v = variables.value(static_cast<uint32_t>(i));
    if (!v.is_empty()) return v;
  }
  Value extra = frame->extra_locals_.get();
  if (extra.is_empty()) return Value::absent();
  return as<Dict>(extra)->get_py(t, key);
}

Fallible<Value> proxy_get_item(Thread& t, Value self, Value key) {
  Value v = TRY(find_py(t, frame_of(self), key));
  if (v.is_absent()) return t.raise(core.KeyError, "local variable '{}' is not defined", repr_of(key));
  return v;
}

Fallible<void> proxy_delete(Thread& t, FrameObject* frame, Value key) {
  if (TRY(find_variable_py(t, frame, key)) >= 0)
    return t.raise_value_error("cannot remove local variables from FrameLocalsProxy");
  Value extra = frame->extra_locals_.get();
  if (extra.is_empty() || !TRY(as<Dict>(extra)->remove_py(t, key))) return t.raise_value(core.KeyError, key);
  return {};
}

Fallible<void> proxy_set_item(Thread& t, Value self, Value key, Value value) {
  FrameObject* frame = frame_of(self);
  if (value.is_absent()) return proxy_delete(t, frame, key);
  int64_t i = TRY(find_variable_py(t, frame, key));
  Variables variables = Variables::of(t, frame);
  if (i >= 0 && i < variables.count()) {
    variables.set(static_cast<uint32_t>(i), value);
    return {};
  }
  if (frame->extra_locals_.get().is_empty()) frame->extra_locals_.set(frame, Value(TRY(Dict::make(t))));
  return as<Dict>(frame->extra_locals_.get())->set_py(t, key, value);
}

Fallible<int64_t> proxy_length(Thread& t, Value self) {
  Dict* dict = TRY(as_dict_py(t, frame_of(self)));
  return static_cast<int64_t>(dict->length());
}

Fallible<bool> proxy_contains(Thread& t, Value self, Value key) {
  Value v = TRY(find_py(t, frame_of(self), key));
  return !v.is_absent();
}

enum class Part : uint8_t { Keys, Values, Items };
Fallible<Value> listed(Thread& t, FrameObject* frame, Part part) {
  Dict* dict = TRY(as_dict_py(t, frame));
  List* list = TRY(List::make(t, dict->length()));
  Value key, value;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value);) {
    TRY(t.poll());
    if (part == Part::Items) TRY(list->append(t, Value(TRY(Tuple::of(t, key, value)))));
    else TRY(list->append(t, part == Part::Keys ? key : value));
  }
  return Value(list);
}
Fallible<Value> proxy_keys(Thread& t, FrameLocalsProxy* self) { return listed(t, frame_of(self), Part::Keys); }
Fallible<Value> proxy_values(Thread& t, FrameLocalsProxy* self) { return listed(t, frame_of(self), Part::Values); }
Fallible<Value> proxy_items(Thread& t, FrameLocalsProxy* self) { return listed(t, frame_of(self), Part::Items); }
Fallible<Value> proxy_copy(Thread& t, FrameLocalsProxy* self) { return Value(TRY(as_dict_py(t, frame_of(self)))); }

Fallible<Value> proxy_iter(Thread& t, Value self) {
  Value keys = TRY(listed(t, frame_of(self), Part::Keys));
  return iter_py(t, keys);
}
Fallible<Value> proxy_reversed(Thread& t, FrameLocalsProxy* self) {
  Value keys = TRY(listed(t, frame_of(self), Part::Keys));
  auto* list = as<List>(keys);
  for (size_t low = 0, high = list->length(); low + 1 < high; ++low) {
    --high;
    Value first = list->at(low);
    list->set(low, list->at(high));
    list->set(high, first);
  }
  return keys;
}

Fallible<Value> proxy_get(Thread& t, FrameLocalsProxy* self, Value key, Value otherwise) {
  Value v = TRY(find_py(t, frame_of(self), key));
  return v.is_absent() ? otherwise : v;
}
Fallible<Value> proxy_set_default(Thread& t, FrameLocalsProxy* self, Value key, Value otherwise) {
  Value v = TRY(find_py(t, frame_of(self), key));
  if (!v.is_absent()) return v;
  TRY(proxy_set_item(t, Value(self), key, otherwise));
  return otherwise;
}
Fallible<Value> proxy_pop(Thread& t, FrameLocalsProxy* self, Value key, Value otherwise) {
  FrameObject* frame = frame_of(self);
  if (TRY(find_variable_py(t, frame, key)) >= 0)
    return t.raise_value_error("cannot remove local variables from FrameLocalsProxy");
  Value extra = frame->extra_locals_.get();
  Value v = extra.is_empty() ? Value::absent() : TRY(as<Dict>(extra)->pop_py(t, key));
  if (!v.is_absent()) return v;
  if (!otherwise.is_absent()) return otherwise;
  return t.raise_value(core.KeyError, key);
}

bool is_update_source(Value v) { return is<Dict>(v) || is<FrameLocalsProxy>(v); }
Fallible<void> update_py(Thread& t, Value self, Value other) {
  Dict* from = is<Dict>(other) ? as<Dict>(other) : TRY(as_dict_py(t, frame_of(other)));
  Value key, value;
  for (size_t i = 0; from->next_nogc(&i, &key, &value);) {
    TRY(t.poll());
    TRY(proxy_set_item(t, self, key, value));
  }
  return {};
}
Fallible<void> proxy_update(Thread& t, FrameLocalsProxy* self, Value other) {
  if (!is_update_source(other)) return t.raise_type_error("update() argument must be dict or another FrameLocalsProxy");
  return update_py(t, Value(self), other);
}
Fallible<Value> proxy_inplace_or(Thread& t, Value self, Value other) {
  if (!is_update_source(other)) return Value::not_implemented();
  TRY(update_py(t, self, other));
  return self;
}
Fallible<Value> proxy_or(Thread& t, Value left, Value right) {
  if (!is_update_source(left) || !is_update_source(right)) return Value::not_implemented();
  Dict* result = is<Dict>(left) ? TRY(Dict::copy(t, as<Dict>(left))) : TRY(as_dict_py(t, frame_of(left)));
  Dict* more = is<Dict>(right) ? as<Dict>(right) : TRY(as_dict_py(t, frame_of(right)));
  TRY(dict_update_py(t, result, Value(more)));
  return Value(result);
}

Fallible<Value> proxy_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Value::not_implemented();
  bool equal;
  if (is<FrameLocalsProxy>(other)) {
    equal = frame_of(self) == frame_of(other);
  } else if (is<Dict>(other)) {
    Dict* dict = TRY(as_dict_py(t, frame_of(self)));
    equal = TRY(equals_py(t, Value(dict), other));
  } else {
    return Value::not_implemented();
  }
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Value> proxy_repr(Thread& t, Value self) {
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(Str::from_ascii(t, "{...}")));
  Dict* dict = TRY(as_dict_py(t, frame_of(self)));
  return Value(TRY(repr_py(t, Value(dict))));
}

Fallible<int64_t> proxy_hash(Thread& t, Value self) {
  return t.raise_type_error("unhashable type: '{}'", type_of(self));
}

Fallible<Value> proxy_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 1)
    return t.raise_type_error("FrameLocalsProxy expected 1 argument, got {}", arguments.positional);
  if (arguments.has_keywords()) return t.raise_type_error("FrameLocalsProxy takes no keyword arguments");
  if (!is<FrameObject>(arguments[0])) return t.raise_type_error("expect frame, not {}", type_of(arguments[0]));
  auto* proxy = as<FrameLocalsProxy>(TRY(new_instance(t, type)));
  proxy->frame_.set(proxy, as<FrameObject>(arguments[0]));
  return Value(proxy);
}

constexpr NativeMethod kMethods[] = {
    {"__reversed__", HOG_NATIVE(proxy_reversed), "($self, /)", "The names in reverse order."},
    {"copy", HOG_NATIVE(proxy_copy), "($self, /)", "The variables as a dict."},
    {"get", HOG_NATIVE(proxy_get), "($self, key, default=None, /)", "The variable's value, or default."},
    {"items", HOG_NATIVE(proxy_items), "($self, /)", "List of (name, value)."},
    {"keys", HOG_NATIVE(proxy_keys), "($self, /)", "List of the names that are bound."},
    {"pop", HOG_NATIVE(proxy_pop), "($self, key, default=<unrepresentable>, /)", "Takes an extra name away."},
    {"setdefault", HOG_NATIVE(proxy_set_default), "($self, key, default=None, /)", "The value, set to default if unbound."},
    {"update", HOG_NATIVE(proxy_update), "($self, other, /)", "Sets variables from a dict or another proxy."},
    {"values", HOG_NATIVE(proxy_values), "($self, /)", "List of the values."},
    {},
};

}  // namespace

const Layout FrameLocalsProxy::kLayout = {
    .name = "FrameLocalsProxy", .trace = trace_proxy, .base_size = sizeof(FrameLocalsProxy)};

extern const TypeSpec k_frame_locals_proxy_spec;
const TypeSpec k_frame_locals_proxy_spec = {
    .name = "FrameLocalsProxy",
    .doc = "The variables of a running function as a mapping.",
    .layout = &FrameLocalsProxy::kLayout,
    .flags = type_flag::kMapping,
    .slots = {.repr = proxy_repr,
              .hash = proxy_hash,
              .compare = proxy_compare,
              .iter = proxy_iter,
              .new_ = proxy_new,
              .or_ = proxy_or,
              .inplace_or = proxy_inplace_or,
              .length = proxy_length,
              .get_item = proxy_get_item,
              .set_item = proxy_set_item,
              .contains = proxy_contains},
    .methods = kMethods,
};

}  // namespace hog
