// marshal.cpp: the module marshal: its functions, and the code objects that it may bring back. Ref: library/marshal.
#include "modules/marshal_format.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace marshal {

namespace {

Fallible<Tuple*> key_of(Thread& t, Bytes* blob, int64_t offset) {
  return Tuple::of(t, Value(blob), Value::from_small_int(offset));
}

}  // namespace

Fallible<void> remember_code(Thread& t, Bytes* blob, int64_t offset, Value code) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kMarshalledCode];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(Dict::make(t))));
  return as<Dict>(slot.get())->set_py(t, Value(TRY(key_of(t, blob, offset))), code);
}
Fallible<Value> find_code_py(Thread& t, Bytes* blob, int64_t offset) {
  Value known = Isolate::of(t).slots[Isolate::kMarshalledCode].get();
  if (known.is_empty()) return Value::absent();
  return as<Dict>(known)->get_py(t, Value(TRY(key_of(t, blob, offset))));
}

}  // namespace marshal

namespace {

Fallible<Value> dumps(Thread& t, Value value, int version, bool allow_code) {
  TRY(t.audit_py("marshal.dumps", value, Value::from_small_int(version)));
  return Value(TRY(marshal::dump_py(t, value, version, allow_code)));
}
Fallible<Value> dump(Thread& t, Value value, Value file, int version, bool allow_code) {
  TRY(t.audit_py("marshal.dumps", value, Value::from_small_int(version)));
  Bytes* bytes = TRY(marshal::dump_py(t, value, version, allow_code));
  return call_method_py(t, file, names.write, Value(bytes));
}
Fallible<Value> loads(Thread& t, Value data, bool allow_code) {
  Bytes* bytes;
  if (is<Bytes>(data)) {
    bytes = as<Bytes>(data);
  } else {
    BytesLike buffer(t);
    TRY(buffer.open(data));
    bytes = TRY(Bytes::from(t, buffer.data(), buffer.size()));
  }
  TRY(t.audit_py("marshal.loads", Value(bytes)));
  return marshal::load_py(t, bytes, allow_code);
}
Fallible<Value> load(Thread& t, Value file, bool allow_code) {
  TRY(t.audit_py("marshal.load"));
  return marshal::load_from_file_py(t, file, allow_code);
}

constexpr NativeMethod kFunctions[] = {
    {"dump", HOG_NATIVE(dump), "(value, file, version=5, /, *, allow_code=True)", "Writes a value to a binary file."},
    {"dumps", HOG_NATIVE(dumps), "(value, version=5, /, *, allow_code=True)", "A value as bytes."},
    {"load", HOG_NATIVE(load), "(file, /, *, allow_code=True)", "Reads one value from a binary file."},
    {"loads", HOG_NATIVE(loads), "(bytes, /, *, allow_code=True)", "The value that bytes begin with."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  return module->add(t, "version", Value::from_small_int(marshal::kVersion));
}

}  // namespace

extern const ModuleSpec k_module_marshal;
const ModuleSpec k_module_marshal = {
    .name = "marshal",
    .doc = "Values as bytes, in the format of CPython's version 5; code objects within one isolate only.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
