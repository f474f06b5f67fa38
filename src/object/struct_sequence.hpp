// struct_sequence.hpp: named tuples of the native modules: sys.version_info, os.stat_result, time.struct_time. The first
// `visible` fields are the tuple's items, which may go without a name; the others are attributes only.
//
//   constexpr StructField kFields[] = {{"major", "First number."}, ...};
//   constexpr StructSequenceSpec kVersionInfo = {"sys.version_info", "Version of the language.", kFields, 5, 5};
//   Type* type = TRY(make_struct_sequence_type(t, &kVersionInfo));   // once per isolate, by the module's initialize
//   Value info = TRY(make_struct_sequence(t, type, values));         // one value for each field
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

struct StructField {
  const char* name;  // null: an item without a name
  const char* doc = nullptr;
};
struct StructSequenceSpec {
  const char* name;  // with the module: "sys.version_info"
  const char* doc;
  const StructField* fields;
  size_t field_count;
  size_t visible;
  bool instantiable = true;  // false: "cannot create 'x' instances"
};
constexpr size_t kMostStructFields = 24;

Fallible<Type*> make_struct_sequence_type(Thread& t, const StructSequenceSpec* spec);
Fallible<Value> make_struct_sequence(Thread& t, Type* type, const Value* values);

// Holds the methods that all these types share; never seen by Python. For initialize_runtime().
extern Type* struct_sequence_base;
extern const TypeSpec k_struct_sequence_base_spec;

}  // namespace hog
