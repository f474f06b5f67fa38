// thread.cpp: raising. Builds exception instances without running Python whenever the class is a built-in one.
//
// Invariants: after a function returned Failure{} either exception_ is set or the thread is terminated; a termination is
// never replaced by an exception; raising MemoryError needs no memory beyond a spare instance made in advance.
#include "object/thread.hpp"

#include <cstdio>
#include <cstdlib>

#include "object/exception.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

Value handled_exception(Thread& t) {
  const VmServices* services = t.isolate().services;
  if (services == nullptr || services->handled_exception == nullptr) return Value::absent();
  return services->handled_exception(t);
}

// sys.exception() becomes the __context__ of what is raised now.
void set_context(Thread& t, BaseException* raised) {
  Value handled = handled_exception(t);
  if (handled.is_absent() || handled.is_empty() || handled == Value(raised)) return;
  // The chain of contexts must not come back to `raised`: cut it there. A program can close a circle by hand, so one
  // pointer goes at half speed and meets the other if it did.
  BaseException* link = as<BaseException>(handled);
  BaseException* slow = link;
  for (bool odd = false; !link->context_.get().is_empty(); odd = !odd) {
    Value next = link->context_;
    if (next == Value(raised)) {
      link->context_.clear();
      break;
    }
    link = as<BaseException>(next);
    if (odd) slow = as<BaseException>(slow->context_);
    if (slow == link) break;
  }
  raised->context_.set(raised, handled);
}

// An instance of a built-in exception class with these args, as its own __init__ would leave it. Null: no memory.
BaseException* try_make_instance(Thread& t, Type* type, Tuple* args) {
  Cell* cell = t.heap().allocate(type->instance_size(), type->root_shape());
  if (cell == nullptr) return nullptr;
  auto* exception = static_cast<BaseException*>(cell);
  exception->args_.set(exception, args);
  if (args->length() == 0) return exception;
  Value first = args->at(0);
  auto set_extra = [&](int field) { exception->extra_[field].set(exception, first); };
  if (type->is_subtype_of(core.StopIteration)) {
    set_extra(exception_field::kValue);
  } else if (type->is_subtype_of(core.SystemExit)) {
    set_extra(exception_field::kCode);
  } else if (type->is_subtype_of(core.ImportError)) {
    set_extra(exception_field::kImportMsg);
  } else if (type->is_subtype_of(core.SyntaxError)) {
    set_extra(exception_field::kSyntaxMsg);
  }
  return exception;
}

Failure raise_instance(Thread& t, BaseException* exception) {
  set_context(t, exception);
  t.exception_ = Value(exception);
  return Failure{};
}

Failure raise_with_args(Thread& t, Type* type, Tuple* args) {
  if (t.terminated()) return Failure{};
  if (type->is_heap_type()) {
    Value made = TRY(call_py(t, type, Arguments(args->data(), args->length())));
    return t.raise_object_py(made, Value::absent());
  }
  BaseException* exception = try_make_instance(t, type, args);
  if (exception == nullptr) return t.raise_memory_error();
  return raise_instance(t, exception);
}

}  // namespace

Fallible<BaseException*> make_exception(Thread& t, Type* type, Tuple* args) {
  BaseException* exception = try_make_instance(t, type, args);
  if (exception == nullptr) return t.raise_memory_error();
  return exception;
}

bool Thread::exception_is(Type* type) const {
  return !exception_.is_empty() && exception_.cell()->shape()->type()->is_subtype_of(type);
}

Failure Thread::raise_formatted(Type* type, const char* format, const FormatArgument* arguments, size_t count) {
  Str* message = TRY(format_text(format, arguments, count));
  return raise_value(type, message);
}

Failure Thread::raise_value(Type* type, Value argument) {
  Tuple* args = TRY(Tuple::of(*this, argument));
  return raise_with_args(*this, type, args);
}

Failure Thread::raise_bare(Type* type) { return raise_with_args(*this, type, empty_tuple()); }

namespace {

// An exception class becomes an instance of it; `complaint` is the TypeError for anything that is neither.
Fallible<Value> instantiate_py(Thread& t, Value exception, const char* complaint) {
  if (Type* type = as_type(exception); type != nullptr && type->has(type_flag::kExceptionSubclass)) {
    Value made = TRY(call_py(t, exception));
    if (!is_exception(made))
      return t.raise_type_error("calling {} should have returned an instance of BaseException, not {}",
                                repr_of(exception), repr_of(Value(type_of(made))));
    return made;
  }
  if (!is_exception(exception)) return t.raise_type_error(complaint);
  return exception;
}

}  // namespace

Failure Thread::raise_object_py(Value exception, Value cause_or_absent) {
  Value instance = TRY(instantiate_py(*this, exception, "exceptions must derive from BaseException"));
  auto* raised = as<BaseException>(instance);
  if (!cause_or_absent.is_absent()) {
    if (cause_or_absent.is_none()) {
      raised->cause_.clear();
    } else {
      Value cause = TRY(instantiate_py(*this, cause_or_absent, "exception causes must derive from BaseException"));
      raised->cause_.set(raised, cause);
    }
    raised->suppress_context_ = true;
  }
  if (terminated()) return Failure{};
  return raise_instance(*this, raised);
}

Failure Thread::raise_memory_error() {
  if (terminated()) return Failure{};
  IsolateState& state = *isolate_;
  BaseException* exception = try_make_instance(*this, core.MemoryError, empty_tuple());
  if (exception == nullptr) {
    if (state.spare_memory_error == nullptr) return terminate(Limit::Memory);
    exception = static_cast<BaseException*>(state.spare_memory_error);
    state.spare_memory_error = nullptr;
  } else if (state.spare_memory_error == nullptr) {
    state.spare_memory_error = try_make_instance(*this, core.MemoryError, empty_tuple());
  }
  return raise_instance(*this, exception);
}

Fallible<void> Thread::check_fits_slow(uint64_t bytes) {
  heap().collect();
  fuel_ -= 20'000;  // that took time
  if (!heap().would_fit(bytes)) return raise_memory_error();
  return {};
}

Failure Thread::raise_recursion_error(const char* where) {
  return raise(core.RecursionError, "maximum recursion depth exceeded{}", where);
}

Failure Thread::terminate(Limit limit) {
  exception_ = Value();
  if (termination_ == Limit::None) termination_ = limit;
  if (!stopping_ && isolate_->stopped_by == Limit::None) isolate_->stopped_by = limit;
  return Failure{};
}

// ---- Messages. ----

namespace {

Fallible<void> append_number(StrBuilder& out, uint64_t magnitude, bool negative) {
  char digits[24];
  char* p = digits + sizeof digits;
  do *--p = static_cast<char>('0' + magnitude % 10);
  while ((magnitude /= 10) != 0);
  if (negative) *--p = '-';
  return out.append_ascii({p, static_cast<size_t>(digits + sizeof digits - p)});
}

Fallible<void> append_argument(Thread& t, StrBuilder& out, const FormatArgument& a) {
  using Kind = FormatArgument::Kind;
  switch (a.kind) {
    case Kind::Signed: {
      uint64_t bits = static_cast<uint64_t>(a.signed_);
      return append_number(out, a.signed_ < 0 ? -bits : bits, a.signed_ < 0);
    }
    case Kind::Unsigned: return append_number(out, a.unsigned_, false);
    case Kind::Text: return out.append_utf8({a.text.data, a.text.size});
    case Kind::String: return out.append(reinterpret_cast<Str*>(a.raw));
    case Kind::TypeName: {
      Type* type = reinterpret_cast<Type*>(a.raw);
      return out.append(type->is_heap_type() ? type->name() : type->qualified_name());
    }
    case Kind::Address: {
      char text[18];
      char* end = text + sizeof text;
      char* p = end;
      for (uint64_t n = a.raw; n != 0; n >>= 4) *--p = "0123456789abcdef"[n & 15];
      *--p = 'x';
      *--p = '0';
      return out.append_ascii({p, static_cast<size_t>(end - p)});
    }
    case Kind::Repr: return out.append(TRY(repr_py(t, Value::from_raw(a.raw))));
    case Kind::StrOf: return out.append(TRY(str_py(t, Value::from_raw(a.raw))));
    case Kind::Character: return out.append(static_cast<char32_t>(static_cast<unsigned char>(a.signed_)));
  }
  return {};
}

}  // namespace

Fallible<Str*> Thread::format_text(const char* format, const FormatArgument* arguments, size_t count) {
  StrBuilder out(*this);
  size_t next = 0;
  const char* run = format;
  const char* p = format;
  for (; *p != 0; ++p) {
    if (p[0] != '{' || p[1] != '}') continue;
    TRY(out.append_utf8({run, static_cast<size_t>(p - run)}));
    HOG_ASSERT(next < count);
    if (next < count) TRY(append_argument(*this, out, arguments[next++]));
    run = ++p + 1;
  }
  TRY(out.append_utf8({run, static_cast<size_t>(p - run)}));
  return out.finish();
}

void check_failed(const char* file, int line, const char* condition) {
#ifndef NDEBUG
  std::fprintf(stderr, "hognose: %s:%d: check failed: %s\n", file, line, condition);
#else
  static_cast<void>(file), static_cast<void>(line), static_cast<void>(condition);
#endif
  std::abort();
}

}  // namespace hog
