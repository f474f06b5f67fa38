// raising.cpp: matching of exceptions by handlers, except*, and the exception that is being handled.
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

bool is_exception_class(Value v) { return is<Type>(v) && as<Type>(v)->has(type_flag::kExceptionSubclass); }

Fallible<void> check_handler_type(Thread& t, Value type) {
  constexpr const char* kMessage = "catching classes that do not inherit from BaseException is not allowed";
  if (is<Tuple>(type)) {
    Tuple* tuple = as<Tuple>(type);
    for (size_t i = 0; i < tuple->length(); ++i)
      if (!is_exception_class(tuple->at(i))) return t.raise_type_error(kMessage);
    return {};
  }
  if (!is_exception_class(type)) return t.raise_type_error(kMessage);
  return {};
}

bool matches(Value exception, Value type) {
  if (is<Type>(type)) return type_of(exception)->is_subtype_of(as<Type>(type));
  Tuple* tuple = as<Tuple>(type);
  for (size_t i = 0; i < tuple->length(); ++i)
    if (type_of(exception)->is_subtype_of(as<Type>(tuple->at(i)))) return true;
  return false;
}

}  // namespace

Value handled_exception(Thread& t) {
  for (Frame* frame = t.frame_; frame != nullptr; frame = frame->previous)
    if (!frame->handled.is_empty() && !frame->handled.is_none()) return frame->handled;
  return Value::absent();
}

void stand_where_raised(Frame* frame) {
  if (frame->object != nullptr) frame->pc = frame->code->begin() + frame->object->last_word_;
}

Failure raise_again(Thread& t, Frame*) {
  Value exception = handled_exception(t);
  if (exception.is_absent()) {
    (void)t.raise(core.RuntimeError, "No active exception to reraise");
    if (!t.terminated()) add_traceback(t, t.frame_, as<BaseException>(t.exception()));
    return Failure{};
  }
  return t.restore_exception(exception);
}

Fallible<bool> exception_matches_py(Thread& t, Value exception, Value type) {
  TRY(check_handler_type(t, type));
  return matches(exception, type);
}

Fallible<void> match_exception_group_py(Thread& t, Value exception, Value type, Value* destination) {
  TRY(check_handler_type(t, type));
  auto is_group_class = [](Value v) { return as<Type>(v)->is_subtype_of(core.BaseExceptionGroup); };
  constexpr const char* kGroups = "catching ExceptionGroup with except* is not allowed. Use except instead.";
  if (is<Tuple>(type)) {
    Tuple* tuple = as<Tuple>(type);
    for (size_t i = 0; i < tuple->length(); ++i)
      if (is_group_class(tuple->at(i))) return t.raise_type_error(kGroups);
  } else if (is_group_class(type)) {
    return t.raise_type_error(kGroups);
  }
  if (exception.is_none()) {
    destination[0] = Value::none();
    destination[1] = Value::none();
    return {};
  }
  bool is_group = is_instance(exception, core.BaseExceptionGroup);
  if (matches(exception, type)) {
    if (is_group) {
      destination[0] = Value::none();
      destination[1] = exception;
      return {};
    }
    // A naked exception is wrapped, so that the handler always sees a group; its traceback starts at this frame.
    Tuple* members = TRY(Tuple::of(t, exception));
    Str* empty = names.empty;
    Value group = TRY(call_py(t, Value(core.ExceptionGroup), Value(empty), Value(members)));
    add_traceback(t, t.frame_, as<BaseException>(group));
    destination[0] = Value::none();
    destination[1] = group;
    return {};
  }
  if (is_group) {
    Str* split = TRY(Str::intern_utf8(t, "split"));
    Value pair = TRY(call_method_py(t, exception, split, type));
    if (!is<Tuple>(pair))
      return t.raise_type_error("{}.split must return a tuple, not {}", type_of(exception), type_of(pair));
    if (as<Tuple>(pair)->length() < 2)
      return t.raise_type_error("{}.split must return a 2-tuple, got tuple of size {}", type_of(exception),
                                as<Tuple>(pair)->length());
    Value match = as<Tuple>(pair)->at(0);
    destination[0] = as<Tuple>(pair)->at(1);
    destination[1] = match;
    return {};
  }
  destination[0] = exception;
  destination[1] = Value::none();
  return {};
}

namespace {

bool same_origin(Value a, Value b) {
  if (!is_exception(a) || !is_exception(b)) return false;
  auto* x = as<BaseException>(a);
  auto* y = as<BaseException>(b);
  return x->traceback_.get() == y->traceback_.get() && x->context_.get() == y->context_.get() &&
         x->cause_.get() == y->cause_.get();
}

// Leaves of a group, by identity, into `leaves`.
Fallible<void> collect_leaves(Thread& t, Value exception, Set* leaves) {
  TRY(check_native_recursion(t));
  TRY(t.poll());
  if (!is_instance(exception, core.BaseExceptionGroup)) {
    Value id = TRY(make_int(t, static_cast<int64_t>(exception.raw() >> 3)));
    TRY(leaves->add_py(t, id));
    return {};
  }
  auto* members = as<Tuple>(as<BaseException>(exception)->extra_[exception_field::kGroupExceptions].get());
  for (size_t i = 0; i < members->length(); ++i) TRY(collect_leaves(t, members->at(i), leaves));
  return {};
}

// The part of `group` whose leaves are in `leaves`, in the group's own structure; None when nothing is.
Fallible<Value> project(Thread& t, Value group, Set* leaves) {
  TRY(check_native_recursion(t));
  TRY(t.poll());
  if (!is_instance(group, core.BaseExceptionGroup)) {
    Value id = TRY(make_int(t, static_cast<int64_t>(group.raw() >> 3)));
    return TRY(leaves->contains_py(t, id)) ? group : Value::none();
  }
  auto* members = as<Tuple>(as<BaseException>(group)->extra_[exception_field::kGroupExceptions].get());
  List* kept = TRY(List::make(t, members->length()));
  for (size_t i = 0; i < members->length(); ++i) {
    Value part = TRY(project(t, members->at(i), leaves));
    if (!part.is_none()) TRY(kept->append(t, part));
  }
  if (kept->length() == 0) return Value::none();
  Str* derive = TRY(Str::intern_utf8(t, "derive"));
  Value derived = TRY(call_method_py(t, group, derive, Value(kept)));
  if (!is_instance(derived, core.BaseExceptionGroup))
    return t.raise_type_error("derive must return an instance of BaseExceptionGroup");
  auto* from = as<BaseException>(group);
  auto* to = as<BaseException>(derived);
  to->traceback_.set(to, from->traceback_.get());
  to->context_.set(to, from->context_.get());
  to->cause_.set(to, from->cause_.get());
  to->suppress_context_ = from->suppress_context_;
  Value notes = TRY(find_attribute_py(t, group, names.dunder_notes));
  if (!notes.is_absent() && is<List>(notes)) {
    List* copy = TRY(list_from_iterable_py(t, notes));
    TRY(set_attribute_py(t, derived, names.dunder_notes, Value(copy)));
  }
  return derived;
}

}  // namespace

// After all except* clauses: what was raised in handlers, and what was re-raised unchanged (or never matched), which goes
// back into one group of the original's structure.
Fallible<Value> join_exception_star_py(Thread& t, Value original, List* results) {
  size_t live = 0;
  for (size_t i = 0; i < results->length(); ++i)
    if (!results->at(i).is_none()) ++live;
  if (live == 0) return Value::none();
  if (!is_instance(original, core.BaseExceptionGroup)) {
    // A naked exception matched at most one clause: the only thing to raise is what that one raised.
    for (size_t i = 0; i < results->length(); ++i)
      if (!results->at(i).is_none()) return results->at(i);
  }
  List* raised = TRY(List::make(t, results->length()));
  Set* leaves = TRY(Set::make(t, core.set));
  bool any_unchanged = false;
  for (size_t i = 0; i < results->length(); ++i) {
    Value e = results->at(i);
    if (e.is_none()) continue;
    if (same_origin(e, original)) {
      any_unchanged = true;
      TRY(collect_leaves(t, e, leaves));
    } else {
      TRY(raised->append(t, e));
    }
  }
  Value unchanged = Value::none();
  if (any_unchanged) unchanged = TRY(project(t, original, leaves));
  if (raised->length() == 0) return unchanged;
  if (!unchanged.is_none()) TRY(raised->append(t, unchanged));
  if (raised->length() == 1) return raised->at(0);
  return call_py(t, Value(core.ExceptionGroup), Value(names.empty), Value(raised));
}

Fallible<Value> call_exit_py(Thread& t, const Value* method, Value exception) {
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  Value list[4] = {method[1], Value(type_of(exception)), exception, traceback};
  bool has_self = !method[1].is_empty();
  return call_py(t, method[0], Arguments(has_self ? list : list + 1, has_self ? 4 : 3));
}

}  // namespace hog
