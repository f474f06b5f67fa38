// keyword_fields.cpp: exceptions whose constructor takes keywords that become attributes (ImportError, NameError,
// AttributeError), and those whose first argument does (StopIteration, SystemExit); KeyError's text.
#include "types/exceptions/exception_common.hpp"

namespace hog {

using namespace exception_field;

Fallible<void> set_keyword_fields(Thread& t, BaseException* self, const Arguments& arguments, const char* function,
                                  const KeywordField* fields, size_t count) {
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    const Str* name = as<Str>(arguments.names->at(k));
    bool known = false;
    for (size_t i = 0; i < count; ++i) known |= name->equals_ascii(fields[i].name);
    if (!known)
      return t.raise_type_error("{}() got an unexpected keyword argument '{}'", function, str_of(Value(name)));
  }
  for (size_t i = 0; i < count; ++i) {
    self->extra_[fields[i].field].clear();
    for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
      if (as<Str>(arguments.names->at(k))->equals_ascii(fields[i].name))
        self->extra_[fields[i].field].set(self, arguments[arguments.positional + k]);
  }
  return {};
}

namespace {

// State for __reduce__: the instance's attributes and the fields that are set; absent when there are none.
Fallible<Value> state_with_fields(Thread& t, BaseException* self, const KeywordField* fields, size_t count) {
  Dict* state = nullptr;
  if (has_own_attributes(self)) state = TRY(Dict::copy(t, TRY(instance_dict(t, self))));
  for (size_t i = 0; i < count; ++i) {
    Value v = self->extra_[fields[i].field];
    if (v.is_empty()) continue;
    if (state == nullptr) state = TRY(Dict::make(t));
    Str* name = TRY(Str::intern_utf8(t, fields[i].name));
    TRY(state->set_name(t, name, v));
  }
  return state == nullptr ? Value::absent() : Value(state);
}

// ---- StopIteration, SystemExit. ----

Fallible<void> stop_iteration_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  BaseException* exception = exception_of(self);
  exception->extra_[kValue].set(exception, arguments.positional != 0 ? arguments[0] : Value::none());
  return {};
}

Fallible<void> system_exit_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  BaseException* exception = exception_of(self);
  if (arguments.positional == 1) exception->extra_[kCode].set(exception, arguments[0]);
  if (arguments.positional > 1) exception->extra_[kCode].set(exception, Value(exception->args_.get()));
  return {};
}

constexpr Member kStopIterationMembers[] = {exception_member("value", kValue, "What the generator returned."), {}};
constexpr Member kSystemExitMembers[] = {exception_member("code", kCode, "The exit status."), {}};

// ---- KeyError. ----

// A key is shown as it would be written: the message of an empty string key would otherwise be nothing at all.
Fallible<Value> key_error_str(Thread& t, Value self) {
  Tuple* args = exception_of(self)->args_.get();
  if (args->length() == 1) return Value(TRY(repr_py(t, args->at(0))));
  return base_exception_str(t, self);
}

// ---- ImportError. ----

constexpr KeywordField kImportFields[] = {{"name", kImportName}, {"path", kImportPath}, {"name_from", kImportNameFrom}};

Fallible<void> import_error_init(Thread& t, Value self, const Arguments& arguments) {
  BaseException* exception = exception_of(self);
  TRY(set_exception_args(t, exception, arguments));
  TRY(set_keyword_fields(t, exception, arguments, "ImportError", kImportFields, std::size(kImportFields)));
  exception->extra_[kImportMsg].clear();
  if (arguments.positional == 1) exception->extra_[kImportMsg].set(exception, arguments[0]);
  return {};
}
Fallible<Value> import_error_str(Thread& t, Value self) {
  Value message = exception_of(self)->extra_[kImportMsg];
  if (!message.is_empty() && is_exact_str(message)) return message;
  return base_exception_str(t, self);
}
Fallible<Value> import_error_reduce(Thread& t, BaseException* self) {
  Value state = TRY(state_with_fields(t, self, kImportFields, std::size(kImportFields)));
  return reduce_exception(t, self, self->args_.get(), state);
}

constexpr NativeMethod kImportMethods[] = {
    {"__reduce__", HOG_NATIVE(import_error_reduce), "($self, /)", "How to pickle the exception."}, {}};
constexpr Member kImportMembers[] = {exception_member("msg", kImportMsg, "The message."),
                                     exception_member("name", kImportName, "The module's name."),
                                     exception_member("path", kImportPath, "The module's path."),
                                     exception_member("name_from", kImportNameFrom, "The name imported from it."),
                                     {}};

// ---- NameError, AttributeError. ----

constexpr KeywordField kNameFields[] = {{"name", kNameErrorName}};
constexpr KeywordField kAttributeFields[] = {{"name", kAttributeName}, {"obj", kAttributeObj}};

Fallible<void> name_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(set_exception_args(t, exception_of(self), arguments));
  return set_keyword_fields(t, exception_of(self), arguments, "NameError", kNameFields, std::size(kNameFields));
}
Fallible<void> attribute_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(set_exception_args(t, exception_of(self), arguments));
  return set_keyword_fields(t, exception_of(self), arguments, "AttributeError", kAttributeFields,
                            std::size(kAttributeFields));
}
// The object itself stays out: it may be anything.
Fallible<Value> attribute_error_state(Thread& t, BaseException* self) {
  Value state = TRY(state_with_fields(t, self, kAttributeFields, 1));
  if (state.is_absent()) state = Value(TRY(Dict::make(t)));
  TRY(as<Dict>(state)->set_name(t, names.args, Value(self->args_.get())));
  return state;
}
Fallible<Value> attribute_error_reduce(Thread& t, BaseException* self) {
  Value state = TRY(attribute_error_state(t, self));
  return reduce_exception(t, self, self->args_.get(), state);
}

constexpr NativeMethod kAttributeMethods[] = {
    {"__getstate__", HOG_NATIVE(attribute_error_state), "($self, /)", "The attributes to pickle."},
    {"__reduce__", HOG_NATIVE(attribute_error_reduce), "($self, /)", "How to pickle the exception."},
    {}};
constexpr Member kNameMembers[] = {exception_member("name", kNameErrorName, "The name that was not found."), {}};
constexpr Member kAttributeMembers[] = {exception_member("name", kAttributeName, "The attribute's name."),
                                        exception_member("obj", kAttributeObj, "The object that has no such attribute."),
                                        {}};

}  // namespace

extern const TypeSpec k_StopIteration_spec = {.name = "StopIteration",
                                              .doc = "An iterator is at its end.",
                                              .base = &core.Exception,
                                              .flags = type_flag::kBaseType,
                                              .slots = {.init = stop_iteration_init},
                                              .members = kStopIterationMembers};
extern const TypeSpec k_SystemExit_spec = {.name = "SystemExit",
                                           .doc = "The program wants to end.",
                                           .base = &core.BaseException,
                                           .flags = type_flag::kBaseType,
                                           .slots = {.init = system_exit_init},
                                           .members = kSystemExitMembers};
extern const TypeSpec k_KeyError_spec = {.name = "KeyError",
                                         .doc = "A mapping has no such key.",
                                         .base = &core.LookupError,
                                         .flags = type_flag::kBaseType,
                                         .slots = {.str = key_error_str}};
extern const TypeSpec k_ImportError_spec = {.name = "ImportError",
                                            .doc = "A module, or a name in it, cannot be imported.",
                                            .base = &core.Exception,
                                            .flags = type_flag::kBaseType,
                                            .slots = {.str = import_error_str, .init = import_error_init},
                                            .methods = kImportMethods,
                                            .members = kImportMembers};
extern const TypeSpec k_NameError_spec = {.name = "NameError",
                                          .doc = "There is no variable of that name.",
                                          .base = &core.Exception,
                                          .flags = type_flag::kBaseType,
                                          .slots = {.init = name_error_init},
                                          .members = kNameMembers};
extern const TypeSpec k_AttributeError_spec = {.name = "AttributeError",
                                               .doc = "An object has no such attribute.",
                                               .base = &core.Exception,
                                               .flags = type_flag::kBaseType,
                                               .slots = {.init = attribute_error_init},
                                               .methods = kAttributeMethods,
                                               .members = kAttributeMembers};

}  // namespace hog
