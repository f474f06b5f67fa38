// fcntl.cpp: the module fcntl: control of descriptors. Ref: library/fcntl; fcntl(2), ioctl(2).
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstring>

#include "os_modules/support.hpp"

namespace hog {

namespace {

using os::attempt;
using os::retried;

constexpr size_t kRoom = 1024;  // bytes of an argument that is a structure

// An integer argument, as the system takes it: any that fits 32 bits, with a sign or without.
Fallible<long> integer_argument_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0 || n.value > UINT32_MAX || n.value < INT32_MIN)
    return t.raise(core.OverflowError, "Python int too large to convert to C int");
  return static_cast<long>(static_cast<int>(n.value));
}

Fallible<Value> fcntl_call(Thread& t, Value fd, int command, Value argument) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  TRY(t.audit_py("fcntl.fcntl", Value::from_small_int(number), Value::from_small_int(command), argument));
  if (is_index(argument)) {
    long value = TRY(integer_argument_py(t, argument));
    return make_int(t, TRY(attempt(t, [&] { return ::fcntl(number, command, value); })));
  }
  if (!is<Str>(argument) && !supports_buffer(argument))
    return t.raise_type_error("fcntl() argument 3 must be an integer, a bytes-like object, or a string");
  char room[kRoom] = {};
  size_t size;
  {
    Value source = argument;
    if (is<Str>(argument)) source = Value(TRY(posix::encoded_argument_py(t, argument)));
    if (is<ByteArray>(source)) {
      size = as<ByteArray>(source)->capacity() - 1;
      if (size > kRoom) return t.raise_value_error("fcntl argument 3 is too long");
      std::memcpy(room, as<ByteArray>(source)->data(), size);
    } else {
      BytesLike data(t);
      TRY(data.open(source));
      size = data.size();
      if (size > kRoom) return t.raise_value_error("fcntl argument 3 is too long");
      std::memcpy(room, data.data(), size);
    }
  }
  TRY(attempt(t, [&] { return ::fcntl(number, command, room); }));
  return Value(TRY(Bytes::from(t, room, size)));
}

Fallible<Value> ioctl_call(Thread& t, Value fd, Value request, Value argument, bool mutate) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  Value index = TRY(index_py(t, request));
  auto code = static_cast<unsigned long>(int_to_int64_nogc(index).value) & 0xffffffffUL;
  TRY(t.audit_py("fcntl.ioctl", Value::from_small_int(number), Value::from_small_int(static_cast<int64_t>(code)), argument));
  if (is_index(argument)) {
    long value = TRY(integer_argument_py(t, argument));
    return make_int(t, TRY(attempt(t, [&] { return ::ioctl(number, code, value); })));
  }
  if (!is<Str>(argument) && !supports_buffer(argument))
    return t.raise_type_error("ioctl() argument 3 must be an integer, a bytes-like object, or a string");
  char room[kRoom] = {};
  Value source = argument;
  if (is<Str>(argument)) source = Value(TRY(posix::encoded_argument_py(t, argument)));
  if (is<ByteArray>(source)) {
    size_t size = as<ByteArray>(source)->capacity() - 1;
    if (size > kRoom) return t.raise_value_error("ioctl argument 3 is too long");
    std::memcpy(room, as<ByteArray>(source)->data(), size);
    TRY(attempt(t, [&] { return ::ioctl(number, code, room); }));
    return Value(TRY(Bytes::from(t, room, size)));
  }
  if (mutate && !is<Bytes>(source)) {
    BytesLike target(t);
    Fallible<void> opened = target.open(source, kBufferWritable);
    if (!opened.failed()) {
      // Through the room, so that a driver that believes in a larger structure does not write beyond a small buffer.
      bool fits = target.size() <= kRoom;
      if (fits) std::memcpy(room, target.data(), target.size());
      char* data = fits ? room : reinterpret_cast<char*>(target.data());
      int result = TRY(attempt(t, [&] { return ::ioctl(number, code, data); }));
      if (fits) std::memcpy(target.data(), room, target.size());
      return make_int(t, result);
    }
    if (!clear_exception_if(t, core.TypeError) && !clear_exception_if(t, core.BufferError)) return Failure{};
  }
  BytesLike data(t);
  TRY(data.open(source));
  if (data.size() > kRoom) return t.raise_value_error("ioctl argument 3 is too long");
  size_t size = data.size();
  std::memcpy(room, data.data(), size);
  TRY(attempt(t, [&] { return ::ioctl(number, code, room); }));
  return Value(TRY(Bytes::from(t, room, size)));
}

Fallible<void> flock_call(Thread& t, Value fd, int operation) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  TRY(t.audit_py("fcntl.flock", Value::from_small_int(number), Value::from_small_int(operation)));
  TRY(attempt(t, [&] { return ::flock(number, operation); }));
  return {};
}

Fallible<Value> lockf_call(Thread& t, Value fd, int command, Value length, Value start, int whence) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  TRY(t.audit_py("fcntl.lockf", Value::from_small_int(number), Value::from_small_int(command), length, start, Value::from_small_int(whence)));
  struct flock lock{};
  if (command == LOCK_UN) lock.l_type = F_UNLCK;
  else if ((command & LOCK_SH) != 0) lock.l_type = F_RDLCK;
  else if ((command & LOCK_EX) != 0) lock.l_type = F_WRLCK;
  else return t.raise_value_error("unrecognized lockf argument");
  lock.l_start = TRY(index_to_int64_py(t, start));
  lock.l_len = TRY(index_to_int64_py(t, length));
  lock.l_whence = static_cast<short>(whence);
  TRY(attempt(t, [&] { return ::fcntl(number, (command & LOCK_NB) != 0 ? F_SETLK : F_SETLKW, &lock); }));
  return Value::none();
}

const NativeMethod kFunctions[] = {
    {"fcntl", HOG_NATIVE(fcntl_call), "(fd, cmd, arg=0, /)", "fcntl() of the system, with an int or a structure as bytes."},
    {"flock", HOG_NATIVE(flock_call), "(fd, operation, /)", "Locks a file, or lets go of it."},
    {"ioctl", HOG_NATIVE(ioctl_call), "(fd, request, arg=0, mutate_flag=True, /)", "ioctl() of the system."},
    {"lockf", HOG_NATIVE(lockf_call), "(fd, cmd, len=0, start=0, whence=0, /)", "Locks a part of a file, or lets go of it."},
    {}};

constexpr os::Constant kConstants[] = {
    {"DN_ACCESS", 1}, {"DN_ATTRIB", 32}, {"DN_CREATE", 4}, {"DN_DELETE", 8}, {"DN_MODIFY", 2}, {"DN_MULTISHOT", 0x80000000},
    {"DN_RENAME", 16}, {"FASYNC", 0x2000}, {"FD_CLOEXEC", 1}, {"FICLONE", 0x40049409}, {"FICLONERANGE", 0x4020940d},
    {"F_ADD_SEALS", 0x409}, {"F_DUPFD", 0}, {"F_DUPFD_CLOEXEC", 0x406}, {"F_DUPFD_QUERY", 0x403}, {"F_EXLCK", 4}, {"F_GETFD", 1},
    {"F_GETFL", 3}, {"F_GETLEASE", 0x401}, {"F_GETLK", 5}, {"F_GETLK64", 5}, {"F_GETOWN", 9}, {"F_GETOWN_EX", 16},
    {"F_GETPIPE_SZ", 0x408}, {"F_GETSIG", 11}, {"F_GET_FILE_RW_HINT", 0x40d}, {"F_GET_RW_HINT", 0x40b}, {"F_GET_SEALS", 0x40a},
    {"F_NOTIFY", 0x402}, {"F_OFD_GETLK", 36}, {"F_OFD_SETLK", 37}, {"F_OFD_SETLKW", 38}, {"F_OWNER_PGRP", 2}, {"F_OWNER_PID", 1},
    {"F_OWNER_TID", 0}, {"F_RDLCK", 0}, {"F_SEAL_FUTURE_WRITE", 16}, {"F_SEAL_GROW", 4}, {"F_SEAL_SEAL", 1},
    {"F_SEAL_SHRINK", 2}, {"F_SEAL_WRITE", 8}, {"F_SETFD", 2}, {"F_SETFL", 4}, {"F_SETLEASE", 0x400}, {"F_SETLK", 6},
    {"F_SETLK64", 6}, {"F_SETLKW", 7}, {"F_SETLKW64", 7}, {"F_SETOWN", 8}, {"F_SETOWN_EX", 15}, {"F_SETPIPE_SZ", 0x407},
    {"F_SETSIG", 10}, {"F_SET_FILE_RW_HINT", 0x40e}, {"F_SET_RW_HINT", 0x40c}, {"F_SHLCK", 8}, {"F_UNLCK", 2}, {"F_WRLCK", 1},
    {"LOCK_EX", 2}, {"LOCK_MAND", 32}, {"LOCK_NB", 4}, {"LOCK_READ", 64}, {"LOCK_RW", 192}, {"LOCK_SH", 1}, {"LOCK_UN", 8},
    {"LOCK_WRITE", 128}, {"RWH_WRITE_LIFE_EXTREME", 5}, {"RWH_WRITE_LIFE_LONG", 4}, {"RWH_WRITE_LIFE_MEDIUM", 3},
    {"RWH_WRITE_LIFE_NONE", 1}, {"RWH_WRITE_LIFE_NOT_SET", 0}, {"RWH_WRITE_LIFE_SHORT", 2},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "fcntl"));
  return os::add_constants(t, module, kConstants, std::size(kConstants));
}

}  // namespace

extern const ModuleSpec k_module_fcntl;
const ModuleSpec k_module_fcntl = {
    .name = "fcntl", .doc = "Control of descriptors.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
