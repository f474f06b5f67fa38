// os_error.cpp: OSError. Its constructor picks the subclass that the error number stands for, and so does its work in
// __new__ unless a subclass has an __init__ of its own. Ref: library/exceptions "OSError".
#include "object/os_error.hpp"

#include "types/exceptions/exception_common.hpp"

namespace hog {

using namespace exception_field;

namespace {

Fallible<void> os_error_init(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> os_error_new(Thread& t, Type* type, const Arguments& arguments);

// A subclass with its own __init__ and OSError's __new__ gets its fields in __init__ (when that calls ours).
bool fields_are_set_in_init(Type* type) {
  return type->slots().init != os_error_init && type->slots().new_ == os_error_new;
}

bool has_fields(const Arguments& arguments) { return arguments.positional >= 2 && arguments.positional <= 5; }

Fallible<int64_t> characters_written_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0) return t.raise_value_error("cannot fit '{}' into an index-sized integer", type_of(v));
  return n.value;
}

bool is_number(Value v) {
  const Slots& slots = type_of(v)->slots();
  return slots.index != nullptr || slots.to_int != nullptr || slots.to_float != nullptr || is<Complex>(v);
}

Fallible<void> set_characters_written_to(Thread& t, BaseException* self, int64_t n) {
  if (n == -1) {
    self->extra_[kCharactersWritten].clear();
    return {};
  }
  Value v = TRY(make_int(t, n));
  self->extra_[kCharactersWritten].set(self, v);
  return {};
}

// Arguments 2 to 5 are errno, strerror, filename, winerror (ignored), filename2. File names do not stay in args.
Fallible<void> set_fields_py(Thread& t, BaseException* self, const Arguments& arguments) {
  Arguments kept = arguments;
  if (has_fields(arguments)) {
    Value filename = arguments.positional > 2 ? arguments[2] : Value::none();
    Value filename2 = arguments.positional > 4 ? arguments[4] : Value::none();
    if (!filename.is_none()) {
      if (type_of(Value(self)) == core.BlockingIOError && is_number(filename)) {
        int64_t written = TRY(characters_written_py(t, filename));
        TRY(set_characters_written_to(t, self, written));
      } else {
        self->extra_[kFilename].set(self, filename);
        if (!filename2.is_none()) self->extra_[kFilename2].set(self, filename2);
        kept = Arguments(arguments.values, 2);
      }
    }
    self->extra_[kErrno].set(self, arguments[0]);
    self->extra_[kStrerror].set(self, arguments[1]);
  }
  return set_exception_args(t, self, kept);
}

Fallible<Value> os_error_new(Thread& t, Type* type, const Arguments& arguments) {
  if (fields_are_set_in_init(type)) return base_exception_new(t, type, Arguments());
  TRY(refuse_keywords(t, type, arguments));
  if (type == core.OSError && has_fields(arguments) && is_int_or_bool(arguments[0])) {
    Int64Result number = int_to_int64_nogc(arguments[0]);
    if (number.overflow == 0) type = os_error_type(number.value);
  }
  Value self = TRY(base_exception_new(t, type, Arguments()));
  TRY(set_fields_py(t, exception_of(self), arguments));
  return self;
}

Fallible<void> os_error_init(Thread& t, Value self, const Arguments& arguments) {
  Type* type = type_of(self);
  if (!fields_are_set_in_init(type)) return {};
  TRY(refuse_keywords(t, type, arguments));
  return set_fields_py(t, exception_of(self), arguments);
}

Fallible<Value> os_error_str(Thread& t, Value self) {
  BaseException* e = exception_of(self);
  auto or_none = [](Value v) { return v.is_empty() ? Value::none() : v; };
  Value number = e->extra_[kErrno], text = e->extra_[kStrerror];
  Value filename = e->extra_[kFilename], filename2 = e->extra_[kFilename2];
  if (!filename.is_empty() && !filename2.is_empty())
    return Value(TRY(t.format("[Errno {}] {}: {} -> {}", str_of(or_none(number)), str_of(or_none(text)),
                              repr_of(filename), repr_of(filename2))));
  if (!filename.is_empty())
    return Value(TRY(
        t.format("[Errno {}] {}: {}", str_of(or_none(number)), str_of(or_none(text)), repr_of(filename))));
  if (!number.is_empty() && !text.is_empty())
    return Value(TRY(t.format("[Errno {}] {}", str_of(number), str_of(text))));
  return base_exception_str(t, self);
}

Fallible<Value> os_error_reduce(Thread& t, BaseException* self) {
  Tuple* args = self->args_.get();
  Value filename = self->extra_[kFilename], filename2 = self->extra_[kFilename2];
  if (args->length() == 2 && !filename.is_empty()) {
    if (!filename2.is_empty()) {
      args = TRY(Tuple::of(t, args->at(0), args->at(1), filename, Value::none(), filename2));
    } else {
      args = TRY(Tuple::of(t, args->at(0), args->at(1), filename));
    }
  }
  Value state = Value::absent();
  if (has_own_attributes(self)) state = Value(TRY(instance_dict(t, self)));
  return reduce_exception(t, self, args, state);
}

Fallible<Value> get_characters_written(Thread& t, Value self) {
  Value v = exception_of(self)->extra_[kCharactersWritten];
  if (v.is_empty()) return t.raise(core.AttributeError, "characters_written");
  return v;
}
Fallible<void> set_characters_written(Thread& t, Value self, Value v) {
  BaseException* e = exception_of(self);
  if (v.is_absent()) {
    if (e->extra_[kCharactersWritten].get().is_empty()) return t.raise(core.AttributeError, "characters_written");
    e->extra_[kCharactersWritten].clear();
    return {};
  }
  int64_t n = TRY(characters_written_py(t, v));
  return set_characters_written_to(t, e, n);
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(os_error_reduce), "($self, /)", "How to pickle the exception."}, {}};
constexpr GetSet kGetSets[] = {{"characters_written", get_characters_written, set_characters_written,
                                "How much was written before the operation would have blocked."},
                               {}};
constexpr Member kMembers[] = {exception_member("errno", kErrno, "The error number."),
                               exception_member("strerror", kStrerror, "What the number means."),
                               exception_member("filename", kFilename, "The file concerned."),
                               exception_member("filename2", kFilename2, "The second file concerned."),
                               {}};

}  // namespace

extern const TypeSpec k_OSError_spec = {
    .name = "OSError",
    .doc = "Base of the errors of the operating system.",
    .base = &core.Exception,
    .flags = type_flag::kBaseType,
    .slots = {.str = os_error_str, .init = os_error_init, .new_ = os_error_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
};

}  // namespace hog
