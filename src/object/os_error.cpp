// os_error.cpp: error numbers, their texts and classes. Invariant: an exception made here always carries its number.
#include "object/os_error.hpp"

#include "object/exception.hpp"
#include "text/number.hpp"

namespace hog {

std::string_view os_error_text(int64_t error_number, ErrorTextRoom* room) {
  switch (error_number) {
#define HOG_ERRNO(name, number, text, type) \
  case number: return text;
#define HOG_ERRNO_ALIAS(name, number)
#include "object/errno.def"
#undef HOG_ERRNO
#undef HOG_ERRNO_ALIAS
    case 0: return "Success";
    default: break;
  }
  constexpr std::string_view kUnknown = "Unknown error ";
  char digits[number::kIntSize];
  size_t length = number::format_int(error_number, 10, digits);
  kUnknown.copy(room->text, kUnknown.size());
  std::string_view(digits, length).copy(room->text + kUnknown.size(), length);
  return {room->text, kUnknown.size() + length};
}

Type* os_error_type(int64_t error_number) {
  switch (error_number) {
#define HOG_ERRNO(name, number, text, type) \
  case number: return core.type;
#define HOG_ERRNO_ALIAS(name, number)
#include "object/errno.def"
#undef HOG_ERRNO
#undef HOG_ERRNO_ALIAS
    default: return core.OSError;
  }
}

Failure raise_os_error(Thread& t, int error_number, Value filename, Value filename2) {
  using namespace exception_field;
  ErrorTextRoom room;
  Str* text = TRY(Str::from_utf8(t, os_error_text(error_number, &room)));
  Value number = Value::from_small_int(error_number);
  Tuple* args = TRY(Tuple::of(t, number, text));
  BaseException* exception = TRY(make_exception(t, os_error_type(error_number), args));
  exception->extra_[kErrno].set(exception, number);
  exception->extra_[kStrerror].set(exception, text);
  if (!filename.is_absent() && !filename.is_none()) exception->extra_[kFilename].set(exception, filename);
  if (!filename2.is_absent() && !filename2.is_none()) exception->extra_[kFilename2].set(exception, filename2);
  return t.raise_object_py(exception, Value::absent());
}
Failure raise_os_error(Thread& t, int error_number, Value filename) {
  return raise_os_error(t, error_number, filename, Value::absent());
}
Failure raise_os_error(Thread& t, int error_number) {
  return raise_os_error(t, error_number, Value::absent(), Value::absent());
}

}  // namespace hog
