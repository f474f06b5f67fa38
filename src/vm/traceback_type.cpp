// traceback_type.cpp: traceback objects as Python sees them.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/tracing.hpp"

namespace hog {

namespace {

Traceback* self_of(Value self) { return as<Traceback>(self); }

Fallible<Value> get_next(Thread&, Value self) {
  Traceback* next = self_of(self)->next_.get();
  return next == nullptr ? Value::none() : Value(next);
}
Fallible<void> set_next(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("can't delete tb_next attribute");
  if (value.is_none()) {
    self_of(self)->next_.clear();
    return {};
  }
  if (!is<Traceback>(value)) return t.raise_type_error("expected traceback object, got '{}'", type_of(value));
  for (Traceback* tb = as<Traceback>(value); tb != nullptr; tb = tb->next_.get()) {
    TRY(t.poll());
    if (tb == self_of(self)) return t.raise_value_error("traceback loop detected");
  }
  self_of(self)->next_.set(self.cell(), as<Traceback>(value));
  return {};
}
Fallible<Value> get_frame(Thread&, Value self) { return Value(self_of(self)->frame_.get()); }
Fallible<Value> get_line(Thread&, Value self) {
  Traceback* tb = self_of(self);
  int64_t line = tb->line_;
  if (line < 0) {
    Code* code = tb->frame_->code_.get();
    line = code->is_materialized() ? code->line_at(static_cast<uint32_t>(tb->last_word_)) : code->first_line_;
  }
  return line < 0 ? Value::none() : Value::from_small_int(line);
}
// Instruction offsets are in bytes to Python, two for each of CPython's code units: ours are words of eight.
Fallible<Value> get_last_instruction(Thread&, Value self) { return Value::from_small_int((self_of(self)->last_word_ + kEntryWords) * 2); }

Fallible<Value> traceback_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"tb_next", "tb_frame", "tb_lasti", "tb_lineno"};
  Value parts[4] = {Value::absent(), Value::absent(), Value::absent(), Value::absent()};
  if (arguments.positional > 4)
    return t.raise_type_error("traceback() takes at most 4 arguments ({} given)", arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) parts[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int index = -1;
    for (int i = 0; i < 4; ++i)
      if (name->equals_ascii(kNames[i])) index = i;
    if (index < 0) return t.raise_type_error("traceback() got an unexpected keyword argument '{}'", name);
    parts[index] = arguments.values[arguments.positional + k];
  }
  for (int i = 0; i < 4; ++i)
    if (parts[i].is_absent())
      return t.raise_type_error("traceback() missing required argument '{}' (pos {})", kNames[i], i + 1);
  if (!parts[0].is_none() && !is<Traceback>(parts[0]))
    return t.raise_type_error("expected traceback object or None, got '{}'", type_of(parts[0]));
  if (!is<FrameObject>(parts[1]))
    return t.raise_type_error("traceback() argument 'tb_frame' must be frame, not {}", type_of(parts[1]));
  int64_t last = TRY(index_to_int64_py(t, parts[2]));
  int64_t line = TRY(index_to_int64_py(t, parts[3]));
  auto* tb = TRY(t.allocate<Traceback>(shapes.traceback));
  tb->next_.set(tb, parts[0].is_none() ? nullptr : as<Traceback>(parts[0]));
  tb->frame_.set(tb, as<FrameObject>(parts[1]));
  tb->last_word_ = last / 2 - static_cast<int64_t>(kEntryWords);
  tb->line_ = line;
  return Value(tb);
}

Fallible<Value> traceback_dir(Thread& t, Traceback*) {
  List* list = TRY(List::make(t, 4));
  for (const char* name : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"})
    TRY(list->append(t, Value(TRY(Str::intern_utf8(t, name)))));
  return Value(list);
}

constexpr NativeMethod kMethods[] = {
    {"__dir__", HOG_NATIVE(traceback_dir), "($self, /)", "The attributes that are the entry's own."},
    {},
};
constexpr GetSet kGetSets[] = {
    {"tb_next", get_next, set_next},
    {"tb_frame", get_frame},
    {"tb_lineno", get_line},
    {"tb_lasti", get_last_instruction},
    {},
};

}  // namespace

extern const TypeSpec k_traceback_spec;
const TypeSpec k_traceback_spec = {
    .name = "traceback",
    .doc = "One entry of an exception's way up the stack.",
    .layout = &Traceback::kLayout,
    .slots = {.new_ = traceback_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(tb_next, tb_frame, tb_lasti, tb_lineno)",
};

}  // namespace hog
