// native.hpp: how C++ functions become Python functions. One row per function: name, function, signature, doc.
//
//   Fallible<Value> list_append(Thread& t, List* self, Value object);
//   constexpr NativeMethod kListMethods[] = {
//       {"append", HOG_NATIVE(list_append), "($self, object, /)", "Add an item at the end."},
//       {}};
//
// The signature is Python syntax without annotations. It is parsed once per process and drives binding, error messages,
// __text_signature__ and inspect.signature. A first parameter written $self, $type or $module is bound and not shown
// to callers. C++ parameters follow the signature one to one (after Thread&); their types say what is accepted:
//
//   Value          anything; Value::absent() when an optional argument was not given and has no usable default
//   List*, Str*..  a cell of that class (or Python subclass); else TypeError "f() argument 1 must be str, not int".
//                  For an optional parameter that was not given: null. $self is checked by the descriptor already.
//   NoneOr<Str*>   the same, or None, which gives null
//   int64_t, size_t, int, uint32_t  through __index__, OverflowError outside the C++ type's range
//   double         through __float__ / __index__
//   bool           truth value
//   Arguments      for a *args parameter: the extra positional values (valid during the call)
//   Dict*          for a **kwargs parameter: always a fresh dict
//
// Defaults in the signature are written as Python literals: None, True, False, ints, floats, 'ascii strings', (), or a
// dotted name / <unrepresentable>, which means "absent". Results: Fallible<Value>, or Fallible of void (None), bool, int64_t,
// double, Str* or another cell pointer.
//
// HOG_RAW(f) takes `Fallible<Value> f(Thread&, Value self, const Arguments&)` and does its own binding.
#pragma once

#include "object/containers.hpp"
#include "object/numbers.hpp"
#include "object/thread.hpp"
#include "object/type.hpp"

namespace hog {

struct NativeSignature;

// arguments[i] is the value of parameter i (self first when there is one); absent where not given.
using NativeInvoker = Fallible<Value> (*)(Thread&, const NativeSignature& signature, const Value* arguments);
using NativeRawFunction = Fallible<Value> (*)(Thread&, Value self, const Arguments& arguments);

struct NativeEntry {
  NativeInvoker invoke = nullptr;
  NativeRawFunction raw = nullptr;
};

namespace native_flag {
constexpr uint16_t kStatic = 1;       // staticmethod in a type's table
constexpr uint16_t kClassMethod = 2;  // self is the type
constexpr uint16_t kCoexist = 4;      // replaces the slot wrapper of the same name
}  // namespace native_flag

struct NativeMethod {
  const char* name = nullptr;
  NativeEntry entry{};
  const char* signature = nullptr;  // null only for raw functions without __text_signature__
  const char* doc = nullptr;
  uint16_t flags = 0;
};

struct GetSet {
  const char* name = nullptr;
  Fallible<Value> (*get)(Thread&, Value self) = nullptr;
  Fallible<void> (*set)(Thread&, Value self, Value value) = nullptr;  // value absent: delete. null: read-only
  const char* doc = nullptr;
};

// A field at a fixed offset of the struct, shown as an attribute; or what is one for CPython, and is computed here.
struct Member {
  const char* name = nullptr;
  uint32_t offset = 0;
  enum class Kind : uint8_t { Object, ObjectOrNone, ReadOnlyObject, ReadOnlyObjectOrNone, Int64, ReadOnlyInt64, Bool, Computed } kind{};
  const char* doc = nullptr;
  Fallible<Value> (*get)(Thread&, Value self) = nullptr;  // Kind::Computed, which is read-only
};

// A parsed signature; see signature.cpp.
struct NativeParameter {
  Str* name;
  Value default_value;  // absent: none usable
  bool has_default;
  enum class Kind : uint8_t { PositionalOnly, PositionalOrKeyword, KeywordOnly, VarPositional, VarKeyword } kind;
};
struct NativeSignature {
  const NativeMethod* method;
  NativeInvoker invoke;        // the method's entry once more, to spare a call a look at the table
  NativeRawFunction raw;
  const char* owner;           // type or module name for messages, or null
  bool binds_self;             // parameter 0 is $self/$type/$module
  uint16_t parameter_count;    // self included
  uint16_t positional_count;   // self excluded; positional-only and positional-or-keyword
  uint16_t required_positional;
  uint16_t positional_only;
  bool has_var_positional;
  bool has_var_keyword;
  bool simple;                 // positional-only, no * and **, not raw: arguments may be passed as they are
  bool quick;                  // no * and **, not raw, and what may be left out by position has a default: call_quick()
  // How wrong calls are complained about, which differs by what a function takes.
  enum class Form : uint8_t { NoArguments, OneArgument, PositionalOnly, Keywords } form;
  const NativeParameter* parameters;  // signatures of one text share them
};

template <typename T>
struct NoneOr {
  T value;
  operator T() const { return value; }
  T operator->() const { return value; }
};

// ---- Conversion of one argument. index counts from 0 over the visible parameters, for messages. ----
Failure raise_argument_type(Thread& t, const NativeSignature& s, int index, const char* expected, Value got);
Failure raise_argument_type_or_none(Thread& t, const NativeSignature& s, int index, const char* expected, Value got);
Fallible<int64_t> argument_to_int64(Thread& t, const NativeSignature& s, int index, Value v, int64_t low, int64_t high,
                                    const char* c_type);
Fallible<double> argument_to_double(Thread& t, Value v);
Fallible<bool> argument_to_bool(Thread& t, Value v);
const char* python_name_of(const Layout* layout);

template <typename T>
struct FromArgument;
template <>
struct FromArgument<Value> {
  static Fallible<Value> convert(Thread&, const NativeSignature&, int, Value v) { return v; }
};
template <typename T>
struct Box {  // lets a null pointer be a success
  T value;
};
template <typename T>
struct FromArgument<T*> {
  static Fallible<Box<T*>> convert(Thread& t, const NativeSignature& s, int index, Value v) {
    if (v.is_absent()) return Box<T*>{nullptr};
    if (is<T>(v)) [[likely]] return Box<T*>{as<T>(v)};
    return raise_argument_type(t, s, index, python_name_of(&T::kLayout), v);
  }
};
template <typename T>
struct FromArgument<NoneOr<T*>> {
  static Fallible<Box<NoneOr<T*>>> convert(Thread& t, const NativeSignature& s, int index, Value v) {
    if (v.is_absent() || v.is_none()) return Box<NoneOr<T*>>{{nullptr}};
    if (is<T>(v)) [[likely]] return Box<NoneOr<T*>>{{as<T>(v)}};
    return raise_argument_type_or_none(t, s, index, python_name_of(&T::kLayout), v);
  }
};
#define HOG_INT_ARGUMENT(type, low, high, c_type)                                              \
  template <>                                                                                  \
  struct FromArgument<type> {                                                                  \
    static Fallible<type> convert(Thread& t, const NativeSignature& s, int index, Value v) {   \
      int64_t n = TRY(argument_to_int64(t, s, index, v, low, high, c_type));                   \
      return static_cast<type>(n);                                                             \
    }                                                                                          \
  };
HOG_INT_ARGUMENT(int64_t, INT64_MIN, INT64_MAX, "ssize_t")
HOG_INT_ARGUMENT(int, INT32_MIN, INT32_MAX, "int")
HOG_INT_ARGUMENT(uint32_t, 0, UINT32_MAX, "unsigned int")
HOG_INT_ARGUMENT(size_t, 0, INT64_MAX, "size_t")
#undef HOG_INT_ARGUMENT
template <>
struct FromArgument<double> {
  static Fallible<double> convert(Thread& t, const NativeSignature&, int, Value v) { return argument_to_double(t, v); }
};
template <>
struct FromArgument<bool> {
  static Fallible<bool> convert(Thread& t, const NativeSignature&, int, Value v) { return argument_to_bool(t, v); }
};
template <>
struct FromArgument<Arguments> {  // the binder packs *args into a tuple
  static Fallible<Arguments> convert(Thread&, const NativeSignature&, int, Value v) {
    Tuple* tuple = as<Tuple>(v);
    return Arguments(tuple->data(), tuple->length());
  }
};
template <typename T>
inline T unbox(T v) { return v; }
template <typename T>
inline T unbox(Box<T> v) { return v.value; }

// ---- Conversion of the result. ----
inline Fallible<Value> to_result(Thread&, Fallible<Value> r) { return r; }
inline Fallible<Value> to_result(Thread&, Fallible<void> r) {
  if (r.failed()) return Failure{};
  return Value::none();
}
inline Fallible<Value> to_result(Thread&, Fallible<bool> r) {
  if (r.failed()) return Failure{};
  return Value::from_bool(r.get());
}
inline Fallible<Value> to_result(Thread& t, Fallible<int64_t> r) {
  if (r.failed()) return Failure{};
  return make_int(t, r.get());
}
inline Fallible<Value> to_result(Thread& t, Fallible<double> r) {
  if (r.failed()) return Failure{};
  return make_float(t, r.get());
}
template <typename T>
inline Fallible<Value> to_result(Thread&, Fallible<T*> r) {
  if (r.failed()) return Failure{};
  return Value(r.get());
}

template <size_t Index, typename Param>
struct ConvertedArgument {
  decltype(FromArgument<Param>::convert(std::declval<Thread&>(), std::declval<const NativeSignature&>(), 0, Value())) value;
};
// An aggregate, because only a braced list fixes the order in which its elements are computed.
template <typename Indices, typename... Params>
struct ConvertedArguments;
template <size_t... I, typename... Params>
struct ConvertedArguments<std::index_sequence<I...>, Params...> : ConvertedArgument<I, Params>... {};
template <typename Param>
inline auto convert_unless(Thread& t, const NativeSignature& s, int index, Value v, bool& failed)
    -> decltype(FromArgument<Param>::convert(t, s, index, v)) {
  if (failed) [[unlikely]] return Failure{};
  auto converted = FromArgument<Param>::convert(t, s, index, v);
  failed = converted.failed();
  return converted;
}

template <auto F, typename Signature>
struct NativeCaller;
template <auto F, typename Result, typename... Params>
struct NativeCaller<F, Result (*)(Thread&, Params...)> {
  // One after the other, left to right, and none after a failure: a conversion may run Python (__index__, __float__).
  template <size_t... I>
  static Fallible<Value> call(Thread& t, const NativeSignature& s, const Value* a, std::index_sequence<I...>) {
    bool failed = false;
    [[maybe_unused]] ConvertedArguments<std::index_sequence<I...>, Params...> converted{
        {convert_unless<Params>(t, s, static_cast<int>(I) - (s.binds_self ? 1 : 0), a[I], failed)}...};
    if (failed) [[unlikely]] return Failure{};
    return to_result(t, F(t, unbox(static_cast<ConvertedArgument<I, Params>&>(converted).value.get())...));
  }
  static Fallible<Value> invoke(Thread& t, const NativeSignature& s, const Value* a) {
    return call(t, s, a, std::index_sequence_for<Params...>{});
  }
};
#define HOG_NATIVE(f) \
  ::hog::NativeEntry { &::hog::NativeCaller<&f, decltype(&f)>::invoke, nullptr }
#define HOG_RAW(f) \
  ::hog::NativeEntry { nullptr, &f }

class Module;
struct ModuleSpec;
// Binds arguments to a signature's parameters: out[] has parameter_count entries, self (when bound) first.
Fallible<void> bind_native(Thread& t, const NativeSignature& s, Value self, const Arguments& arguments, Value* out);

// builtin_function_or_method: a native bound to its module or object.
class NativeFunction : public Cell {
 public:
  static const Layout kLayout;
  const NativeSignature* signature_;
  ValueField self_;    // module, object or type; empty: none
  ValueField module_;  // __module__
};
// A builtin_function_or_method for a row of a table that was given to initialize_runtime().
Fallible<NativeFunction*> make_native_function(Thread& t, const NativeMethod* method, Value self, Value module_name);
// A module of this isolate from its spec: functions, types and constants, then initialize().
Fallible<Module*> make_native_module(Thread& t, const ModuleSpec* spec);
// The parsed signature of a table's row; every table is parsed at process start, and each text only once.
const NativeSignature* signature_of(const NativeMethod* method);
Fallible<Value> call_native(Thread& t, const NativeSignature& signature, Value self, const Arguments& arguments);

// method_descriptor, classmethod_descriptor.
class MethodDescriptor : public Cell {
 public:
  static const Layout kLayout;
  const NativeSignature* signature_;
  Type* owner_;
  Str* name_;
};
// wrapper_descriptor: a slot as its dunder.
class WrapperDescriptor : public Cell {
 public:
  static const Layout kLayout;
  const struct SlotName* slot_name_;  // slot_names.cpp
  const void* function_;              // the slot function wrapped
  Type* owner_;
  Str* name_;
};
class MethodWrapper : public Cell {
 public:
  static const Layout kLayout;
  Field<WrapperDescriptor> descriptor_;
  ValueField self_;
};
class GetSetDescriptor : public Cell {
 public:
  static const Layout kLayout;
  const GetSet* getset_;
  Type* owner_;
  Str* name_;
};
class MemberDescriptor : public Cell {  // C++ members and __slots__
 public:
  static const Layout kLayout;
  const Member* member_;  // null: a __slots__ entry at offset_
  uint32_t offset_;
  Type* owner_;
  Str* name_;
};

// A native module: everything constant about it. `types` are made once per process.
class Module;
struct TypeRegistration {
  Type** destination;
  const TypeSpec* spec;
  bool public_name = true;  // appears in the module under its short name
};
struct ModuleSpec {
  const char* name;
  const char* doc = nullptr;
  const NativeMethod* functions = nullptr;
  const TypeRegistration* types = nullptr;
  size_t type_count = 0;
  // Adds constants and whatever belongs to the isolate. Runs once per isolate, at import.
  Fallible<void> (*initialize)(Thread& t, Module* module) = nullptr;
  // Fills the types' dictionaries with constants (date.min). Runs once per process, while the permanent heap is being built.
  Fallible<void> (*make_constants)(Thread& t) = nullptr;
};

class Module : public Cell {
 public:
  static const Layout kLayout;
  Dict* dict() const { return dict_.get(); }
  Field<Dict> dict_;
  const ModuleSpec* spec_;
  Field<Cell> state_;  // what a native module keeps per isolate
  // Sets an attribute while a native module initialises.
  Fallible<void> add(Thread& t, const char* name, Value v);
  static Fallible<Module*> make(Thread& t, Str* name);
};

}  // namespace hog
