// base_exception.cpp: BaseException: args, traceback, context, cause and notes. Ref: library/exceptions.
#include "types/exceptions/exception_common.hpp"

#include "object/class_system.hpp"

namespace hog {

Fallible<void> refuse_keywords(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", type);
  return {};
}

Fallible<void> set_exception_args(Thread& t, BaseException* self, const Arguments& arguments) {
  // OPTIMIZATION: __new__ has mostly made this very tuple already.
  Tuple* now = self->args_.get();
  if (now != nullptr && now->length() == arguments.positional) {
    size_t same = 0;
    while (same < now->length() && now->at(same) == arguments[same]) ++same;
    if (same == now->length()) return {};
  }
  Tuple* args = TRY(Tuple::from(t, arguments.values, arguments.positional));
  self->args_.set(self, args);
  return {};
}

Fallible<Value> base_exception_new(Thread& t, Type* type, const Arguments& arguments) {
  Tuple* args = TRY(Tuple::from(t, arguments.values, arguments.positional));
  Cell* cell = TRY(new_instance(t, type));
  static_cast<BaseException*>(cell)->args_.set(cell, args);
  return Value(cell);
}

Fallible<void> base_exception_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(refuse_keywords(t, type_of(self), arguments));
  return set_exception_args(t, exception_of(self), arguments);
}

Fallible<Value> base_exception_str(Thread& t, Value self) {
  Tuple* args = exception_of(self)->args_.get();
  if (args->length() == 0) return Value(names.empty);
  return Value(TRY(str_py(t, args->length() == 1 ? args->at(0) : Value(args))));
}

bool has_own_attributes(const Cell* cell) {
  return cell->shape()->slot_count() != 0 || cell->shape()->is_dictionary_mode();
}

Fallible<Value> reduce_exception(Thread& t, BaseException* self, Tuple* args, Value state) {
  Value type = Value(type_of(Value(self)));
  if (state.is_absent()) return Value(TRY(Tuple::of(t, type, args)));
  return Value(TRY(Tuple::of(t, type, args, state)));
}

namespace {

Fallible<Value> repr(Thread& t, Value self) {
  Tuple* args = exception_of(self)->args_.get();
  Str* name = type_of(self)->name();
  if (args->length() == 1) return Value(TRY(t.format("{}({})", name, repr_of(args->at(0)))));
  return Value(TRY(t.format("{}{}", name, repr_of(Value(args)))));
}

Fallible<Value> reduce(Thread& t, BaseException* self) {
  Value state = Value::absent();
  if (has_own_attributes(self)) state = Value(TRY(instance_dict(t, self)));
  return reduce_exception(t, self, self->args_.get(), state);
}

Fallible<void> set_state(Thread& t, BaseException* self, Value state) {
  if (state.is_none()) return {};
  if (!is<Dict>(state)) return t.raise_type_error("state is not a dictionary");
  size_t position = 0;
  Value key, value;
  while (as<Dict>(state)->next_nogc(&position, &key, &value)) {
    TRY(t.poll());
    if (!is<Str>(key)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(key));
    Str* name = TRY(Str::intern(t, as<Str>(key)));
    TRY(set_attribute_py(t, self, name, value));
  }
  return {};
}

Fallible<void> set_traceback(Thread& t, Value self, Value traceback) {
  if (traceback.is_absent()) return t.raise_type_error("__traceback__ may not be deleted");
  BaseException* exception = exception_of(self);
  if (traceback.is_none()) {
    exception->traceback_.clear();
  } else if (is_instance(traceback, core.traceback)) {
    exception->traceback_.set(exception, traceback);
  } else {
    return t.raise_type_error("__traceback__ must be a traceback or None");
  }
  return {};
}

Fallible<Value> with_traceback(Thread& t, BaseException* self, Value traceback) {
  TRY(set_traceback(t, self, traceback));
  return Value(self);
}

Fallible<void> add_note(Thread& t, BaseException* self, Str* note) {
  Value notes = TRY(find_attribute_py(t, self, names.dunder_notes));
  if (notes.is_absent()) {
    notes = Value(TRY(List::make(t)));
    TRY(set_attribute_py(t, self, names.dunder_notes, notes));
  }
  if (!is<List>(notes)) return t.raise_type_error("Cannot add note: __notes__ is not a list");
  return as<List>(notes)->append(t, note);
}

Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

Fallible<Value> get_args(Thread&, Value self) { return Value(exception_of(self)->args_.get()); }
Fallible<void> set_args(Thread& t, Value self, Value args) {
  if (args.is_absent()) return t.raise_type_error("args may not be deleted");
  Tuple* tuple = TRY(tuple_from_iterable_py(t, args));
  exception_of(self)->args_.set(exception_of(self), tuple);
  return {};
}
Fallible<Value> get_traceback(Thread&, Value self) { return or_none(exception_of(self)->traceback_); }
Fallible<Value> get_context(Thread&, Value self) { return or_none(exception_of(self)->context_); }
Fallible<Value> get_cause(Thread&, Value self) { return or_none(exception_of(self)->cause_); }

Fallible<void> set_link(Thread& t, BaseException* self, ValueField* field, Value v, const char* attribute,
                        const char* word) {
  if (v.is_absent()) return t.raise_type_error("{} may not be deleted", attribute);
  if (v.is_none()) {
    field->clear();
  } else if (is_exception(v)) {
    field->set(self, v);
  } else {
    return t.raise_type_error("exception {} must be None or derive from BaseException", word);
  }
  return {};
}
Fallible<void> set_context(Thread& t, Value self, Value v) {
  return set_link(t, exception_of(self), &exception_of(self)->context_, v, "__context__", "context");
}
Fallible<void> set_cause(Thread& t, Value self, Value v) {
  TRY(set_link(t, exception_of(self), &exception_of(self)->cause_, v, "__cause__", "cause"));
  exception_of(self)->suppress_context_ = true;
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "How to pickle the exception."},
    {"__setstate__", HOG_NATIVE(set_state), "($self, state, /)", "Sets the attributes in a dict."},
    {"with_traceback", HOG_NATIVE(with_traceback), "($self, object, /)", "Sets __traceback__ and returns the exception."},
    {"add_note", HOG_NATIVE(add_note), "($self, object, /)", "Adds a line that tracebacks show after the message."},
    {}};
constexpr GetSet kGetSets[] = {
    {"args", get_args, set_args, "The arguments given to the constructor."},
    {"__traceback__", get_traceback, set_traceback, "Where the exception went through."},
    {"__context__", get_context, set_context, "The exception that was being handled when this one was raised."},
    {"__cause__", get_cause, set_cause, "The exception named by 'raise ... from'."},
    {}};
constexpr Member kMembers[] = {
    {"__suppress_context__", offsetof(BaseException, suppress_context_), Member::Kind::Bool, nullptr}, {}};

}  // namespace

extern const TypeSpec k_BaseException_spec = {
    .name = "BaseException",
    .doc = "What every exception derives from",
    .layout = &BaseException::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict | type_flag::kExceptionSubclass,
    .slots = {.repr = repr, .str = base_exception_str, .init = base_exception_init, .new_ = base_exception_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .attributes_offset = offsetof(BaseException, attributes_),
};

}  // namespace hog
