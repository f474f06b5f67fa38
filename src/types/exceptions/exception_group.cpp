// exception_group.cpp: BaseExceptionGroup and ExceptionGroup: making, splitting by type or condition.
// Invariant: `exceptions` is a non-empty tuple of exception instances, set before Python sees the group.
#include "types/exceptions/exception_common.hpp"

namespace hog {

using namespace exception_field;

namespace {

// The text of the `exceptions` argument where neither list nor tuple can show it again.
constexpr int kGroupArgumentText = kGroupExceptions + 1;

Tuple* members_of(BaseException* group) { return as<Tuple>(group->extra_[kGroupExceptions].get()); }

bool is_sequence(Value v) { return type_of(v)->slots().get_item != nullptr && !is<Dict>(v); }

// ---- Making. ----

Fallible<Tuple*> checked_members_py(Thread& t, Value exceptions) {
  if (!is_sequence(exceptions)) return t.raise_type_error("second argument (exceptions) must be a sequence");
  Tuple* members = TRY(tuple_from_iterable_py(t, exceptions));
  if (members->length() == 0) return t.raise_value_error("second argument (exceptions) must be a non-empty sequence");
  for (size_t i = 0; i < members->length(); ++i)
    if (!is_exception(members->at(i)))
      return t.raise_value_error("Item {} of second argument (exceptions) is not an exception", i);
  return members;
}

// Which class the group is to have, given that it holds exceptions that are no Exception.
Fallible<Type*> class_for(Thread& t, Type* type, bool has_base_exceptions) {
  if (type == core.BaseExceptionGroup) return has_base_exceptions ? type : core.ExceptionGroup;
  if (!has_base_exceptions) return type;
  if (type == core.ExceptionGroup) return t.raise_type_error("Cannot nest BaseExceptions in an ExceptionGroup");
  if (type->is_subtype_of(core.Exception)) return t.raise_type_error("Cannot nest BaseExceptions in '{}'", type->name());
  return type;
}

Fallible<Value> group_new(Thread& t, Type* type, const Arguments& arguments) {
  constexpr const char* kName = "BaseExceptionGroup.__new__()";
  if (arguments.positional != 2)
    return t.raise_type_error("{} takes exactly 2 arguments ({} given)", kName, arguments.positional);
  Value message = arguments[0];
  if (!is<Str>(message)) return t.raise_type_error("{} argument 1 must be str, not {}", kName, type_of(message));
  Tuple* members = TRY(checked_members_py(t, arguments[1]));
  bool has_base_exceptions = false;
  for (size_t i = 0; i < members->length(); ++i) has_base_exceptions |= !is_instance(members->at(i), core.Exception);
  type = TRY(class_for(t, type, has_base_exceptions));
  Str* text = nullptr;
  if (!is<List>(arguments[1]) && !is<Tuple>(arguments[1])) text = TRY(repr_py(t, arguments[1]));
  Value self = TRY(base_exception_new(t, type, arguments));
  BaseException* group = exception_of(self);
  group->extra_[kGroupMessage].set(group, message);
  group->extra_[kGroupExceptions].set(group, members);
  if (text != nullptr) group->extra_[kGroupArgumentText].set(group, text);
  return self;
}

Fallible<Value> group_str(Thread& t, Value self) {
  size_t n = members_of(exception_of(self))->length();
  return Value(TRY(t.format("{} ({} sub-exception{})", str_of(exception_of(self)->extra_[kGroupMessage]), n,
                            n == 1 ? "" : "s")));
}

Fallible<Value> group_repr(Thread& t, Value self) {
  BaseException* group = exception_of(self);
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  Value shown = Value(members_of(group));
  Value text = group->extra_[kGroupArgumentText];
  Tuple* args = group->args_.get();
  if (!text.is_empty()) {
    return Value(TRY(t.format("{}({}, {})", type_of(self)->name(), repr_of(group->extra_[kGroupMessage]), as<Str>(text))));
  }
  // As it was given: in brackets or in parentheses. (The argument itself may have changed since.)
  if (args->length() >= 2 && is<List>(args->at(1))) {
    Tuple* members = members_of(group);
    shown = Value(TRY(List::from(t, members->data(), members->length())));
  }
  return Value(
      TRY(t.format("{}({}, {})", type_of(self)->name(), repr_of(group->extra_[kGroupMessage]), repr_of(shown))));
}

// ---- Splitting. ----

struct Matcher {
  Value value;
  bool is_condition;  // a callable; otherwise a class or a tuple of classes
};

bool is_exception_class(Value v) { return is<Type>(v) && as<Type>(v)->has(type_flag::kExceptionSubclass); }

Fallible<Matcher> make_matcher(Thread& t, Value v) {
  bool classes = is_exception_class(v);
  if (!classes && is<Tuple>(v)) {
    classes = true;
    for (size_t i = 0; i < as<Tuple>(v)->length(); ++i) classes &= is_exception_class(as<Tuple>(v)->at(i));
  }
  if (classes) return Matcher{v, false};
  if (is_callable(v) && !is<Type>(v)) return Matcher{v, true};
  return t.raise_type_error(
      "expected an exception type, a tuple of exception types, or a callable (other than a class)");
}

Fallible<bool> matches_py(Thread& t, const Matcher& matcher, Value exception) {
  if (matcher.is_condition) {
    Value answer = TRY(call_py(t, matcher.value, exception));
    return truth_py(t, answer);
  }
  if (is<Type>(matcher.value)) return is_instance(exception, as<Type>(matcher.value));
  Tuple* classes = as<Tuple>(matcher.value);
  for (size_t i = 0; i < classes->length(); ++i)
    if (is_instance(exception, as<Type>(classes->at(i)))) return true;
  return false;
}

// A group like `original` of some of its exceptions; None when there are none.
Fallible<Value> subset_py(Thread& t, BaseException* original, List* members) {
  if (members == nullptr || members->length() == 0) return Value::none();
  Str* derive = TRY(Str::intern_utf8(t, "derive"));
  Value derived = TRY(call_method_py(t, Value(original), derive, Value(members)));
  if (!is_instance(derived, core.BaseExceptionGroup))
    return t.raise_type_error("derive must return an instance of BaseExceptionGroup");
  BaseException* group = exception_of(derived);
  group->traceback_.set(group, original->traceback_);
  group->context_.set(group, original->context_);
  group->cause_.set(group, original->cause_);
  group->suppress_context_ = true;
  Value notes = TRY(find_attribute_py(t, Value(original), names.dunder_notes));
  // Notes that are no sequence are somebody's mistake, but not one to report here.
  if (!notes.is_absent() && is_sequence(notes)) {
    List* copy = TRY(list_from_iterable_py(t, notes));
    TRY(set_attribute_py(t, derived, names.dunder_notes, Value(copy)));
  }
  return derived;
}

struct Parts {
  Value match;
  Value rest;
};

enum class Rest : bool { Drop, Keep };

Fallible<Parts> split_py(Thread& t, Value exception, const Matcher& matcher, Rest keep_rest) {
  TRY(check_native_recursion(t, " in exceptiongroup_split_recursive"));
  TRY(t.poll());
  if (TRY(matches_py(t, matcher, exception))) return Parts{exception, Value::none()};
  if (!is_instance(exception, core.BaseExceptionGroup)) return Parts{Value::none(), exception};
  BaseException* group = exception_of(exception);
  Tuple* members = members_of(group);
  List* match = TRY(List::make(t));
  List* rest = TRY(List::make(t));
  for (size_t i = 0; i < members->length(); ++i) {
    Parts parts = TRY(split_py(t, members->at(i), matcher, keep_rest));
    if (!parts.match.is_none()) TRY(match->append(t, parts.match));
    if (!parts.rest.is_none() && keep_rest == Rest::Keep) TRY(rest->append(t, parts.rest));
  }
  Value matched = TRY(subset_py(t, group, match));
  Value remaining = keep_rest == Rest::Keep ? TRY(subset_py(t, group, rest)) : Value::none();
  return Parts{matched, remaining};
}

Fallible<Value> split(Thread& t, BaseException* self, Value condition) {
  Matcher matcher = TRY(make_matcher(t, condition));
  Parts parts = TRY(split_py(t, Value(self), matcher, Rest::Keep));
  return Value(TRY(Tuple::of(t, parts.match, parts.rest)));
}
Fallible<Value> subgroup(Thread& t, BaseException* self, Value condition) {
  Matcher matcher = TRY(make_matcher(t, condition));
  return TRY(split_py(t, Value(self), matcher, Rest::Drop)).match;
}
Fallible<Value> derive(Thread& t, BaseException* self, Value exceptions) {
  Value message = self->extra_[kGroupMessage];
  return call_py(t, Value(core.BaseExceptionGroup), message, exceptions);
}

constexpr NativeMethod kMethods[] = {
    {"__class_getitem__", HOG_NATIVE(make_generic_alias), "($type, object, /)", "See PEP 585.",
     native_flag::kClassMethod},
    {"derive", HOG_NATIVE(derive), "($self, excs, /)", "A group of other exceptions with the same message."},
    {"split", HOG_NATIVE(split), "($self, matcher_value, /)", "What matches and what does not, as two groups or None."},
    {"subgroup", HOG_NATIVE(subgroup), "($self, matcher_value, /)", "What matches, as a group or None."},
    {}};
constexpr Member kMembers[] = {
    {"message", extra_offset(kGroupMessage), Member::Kind::ReadOnlyObjectOrNone, "The message."},
    {"exceptions", extra_offset(kGroupExceptions), Member::Kind::ReadOnlyObjectOrNone, "The exceptions, as a tuple."},
    {}};

}  // namespace

extern const TypeSpec k_BaseExceptionGroup_spec = {
    .name = "BaseExceptionGroup",
    .doc = "Several exceptions at once.",
    .base = &core.BaseException,
    .flags = type_flag::kBaseType,
    .slots = {.repr = group_repr, .str = group_str, .new_ = group_new},
    .methods = kMethods,
    .members = kMembers,
};
// Its second base, Exception, is given to it when the built-in types are made.
extern const TypeSpec k_ExceptionGroup_spec = {
    .name = "ExceptionGroup",
    .doc = "Several exceptions at once, none of which ends the program.",
    .base = &core.BaseExceptionGroup,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
};

}  // namespace hog
