// exception_common.hpp: what the files of the built-in exceptions share.
#pragma once

#include "object/exception.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// BaseException has single inheritance and no virtual functions: its fields are where offsetof says.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr uint32_t extra_offset(int field) {
  return static_cast<uint32_t>(offsetof(BaseException, extra_) + static_cast<size_t>(field) * sizeof(ValueField));
}
// A writable attribute that reads None where it is not set.
constexpr Member exception_member(const char* name, int field, const char* doc) {
  return {name, extra_offset(field), Member::Kind::ObjectOrNone, doc};
}

inline BaseException* exception_of(Value v) { return as<BaseException>(v); }

// base_exception.cpp
Fallible<Value> base_exception_new(Thread& t, Type* type, const Arguments& arguments);
Fallible<void> base_exception_init(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> base_exception_str(Thread& t, Value self);
// Sets args to the positional arguments, whatever the keywords.
Fallible<void> set_exception_args(Thread& t, BaseException* self, const Arguments& arguments);
Fallible<void> refuse_keywords(Thread& t, Type* type, const Arguments& arguments);
bool has_own_attributes(const Cell* cell);
// (type, args) or (type, args, state); state may be absent.
Fallible<Value> reduce_exception(Thread& t, BaseException* self, Tuple* args, Value state);

// keyword_fields.cpp: keyword-only arguments that become fields.
struct KeywordField {
  const char* name;
  int field;
};
Fallible<void> set_keyword_fields(Thread& t, BaseException* self, const Arguments& arguments, const char* function,
                                  const KeywordField* fields, size_t count);

}  // namespace hog
