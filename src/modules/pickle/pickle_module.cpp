// pickle_module.cpp: the module `_pickle`. Ref: library/pickle.
#include "modules/pickle/pickle.hpp"

namespace hog {

namespace pickle {

Type *error_type = nullptr, *pickling_error_type = nullptr, *unpickling_error_type = nullptr;

namespace {

Fallible<Value> dumps(Thread& t, Value object, Value protocol, bool fix_imports, Value callback) {
  auto* pickler = TRY(t.allocate<Pickler>(pickler_type->root_shape()));
  TRY(set_up_pickler(t, pickler, Value::none(), protocol, fix_imports, callback));
  return dump_py(t, pickler, object, true);
}
Fallible<Value> dump(Thread& t, Value object, Value file, Value protocol, bool fix_imports, Value callback) {
  auto* pickler = TRY(t.allocate<Pickler>(pickler_type->root_shape()));
  Value write = TRY(find_attribute_py(t, file, names.write));
  if (write.is_absent()) return t.raise_type_error("file must have a 'write' attribute");
  TRY(set_up_pickler(t, pickler, write, protocol, fix_imports, callback));
  return dump_py(t, pickler, object, false);
}
Fallible<Value> loads(Thread& t, Value data, bool fix_imports, Str* encoding, Str* errors, Value buffers) {
  auto* unpickler = TRY(t.allocate<Unpickler>(unpickler_type->root_shape()));
  TRY(set_up_unpickler(t, unpickler, fix_imports, encoding, errors, buffers.is_absent() ? Value::none() : buffers));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  static constexpr uint8_t kNothing = 0;  // a null pointer would mean a file
  return load_py(t, unpickler, bytes.size() == 0 ? &kNothing : bytes.data(), bytes.size());
}
Fallible<Value> load(Thread& t, Value file, bool fix_imports, Str* encoding, Str* errors, Value buffers) {
  auto* unpickler = TRY(t.allocate<Unpickler>(unpickler_type->root_shape()));
  TRY(set_file_py(t, unpickler, file));
  TRY(set_up_unpickler(t, unpickler, fix_imports, encoding, errors, buffers.is_absent() ? Value::none() : buffers));
  return load_py(t, unpickler, nullptr, 0);
}

constexpr NativeMethod kFunctions[] = {
    {"dump", HOG_NATIVE(dump), "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)", "Writes an object to a file."},
    {"dumps", HOG_NATIVE(dumps), "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)", "An object as bytes."},
    {"load", HOG_NATIVE(load), "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)",
     "Reads an object from a file."},
    {"loads", HOG_NATIVE(loads), "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)",
     "The object that bytes stand for."},
    {}};

constexpr TypeSpec kErrorSpec = {.name = "_pickle.PickleError", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeSpec kPicklingErrorSpec = {.name = "_pickle.PicklingError", .base = &error_type, .flags = type_flag::kBaseType};
constexpr TypeSpec kUnpicklingErrorSpec = {.name = "_pickle.UnpicklingError", .base = &error_type, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {
    {&error_type, &kErrorSpec},
    {&pickling_error_type, &kPicklingErrorSpec},
    {&unpickling_error_type, &kUnpicklingErrorSpec},
    {&pickler_type, &kPicklerSpec},
    {&unpickler_type, &kUnpicklerSpec},
    {&buffer_type, &kBufferSpec},
    {&pickler_memo_type, &kPicklerMemoSpec, false},
    {&unpickler_memo_type, &kUnpicklerMemoSpec, false},
};

}  // namespace

}  // namespace pickle

extern const ModuleSpec k_module__pickle;
const ModuleSpec k_module__pickle = {.name = "_pickle",
                                     .doc = "Objects as streams of bytes.",
                                     .functions = pickle::kFunctions,
                                     .types = pickle::kTypes,
                                     .type_count = std::size(pickle::kTypes)};

}  // namespace hog
