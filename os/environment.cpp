// environment.cpp: see environment.hpp. Ref: POSIX.1-2017 "environ", getuid(), uname().
#include "os/environment.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace hog {

namespace {

template <size_t Size>
void copy_text(char (&to)[Size], const char* from) {
  size_t length = ::strnlen(from, Size - 1);
  std::memcpy(to, from, length);
  to[length] = 0;
}

}  // namespace

size_t ProcessEnvironment::variable_count() {
  size_t count = 0;
  while (environ != nullptr && environ[count] != nullptr) ++count;
  return count;
}
const char* ProcessEnvironment::variable(size_t index) { return index < variable_count() ? environ[index] : nullptr; }

HostResult<bool> ProcessEnvironment::set_variable(const char* name, const char* value) {
  int result = value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  if (result < 0) return {false, errno};
  return {true};
}

// The library that this program was built from, where it is still there.
const char* ProcessEnvironment::library_directory() {
  static constexpr char kProbe[] = HOG_LIBRARY_DIRECTORY "/os.py";
  return ::access(kProbe, R_OK) == 0 ? HOG_LIBRARY_DIRECTORY : nullptr;
}

int64_t ProcessEnvironment::process_id() { return ::getpid(); }
int64_t ProcessEnvironment::parent_process_id() { return ::getppid(); }
uint32_t ProcessEnvironment::user_id(bool effective) { return effective ? ::geteuid() : ::getuid(); }
uint32_t ProcessEnvironment::group_id(bool effective) { return effective ? ::getegid() : ::getgid(); }
const char* ProcessEnvironment::user_name() { return ::getlogin_r(name_, sizeof name_) == 0 ? name_ : nullptr; }
const char* ProcessEnvironment::host_name() {
  if (::gethostname(name_, sizeof name_) != 0) return "";
  name_[sizeof name_ - 1] = 0;
  return name_;
}

HostResult<SystemName> ProcessEnvironment::system_name() {
  utsname name;
  if (::uname(&name) < 0) return {{}, errno};
  SystemName result;
  copy_text(result.system, name.sysname);
  copy_text(result.node, name.nodename);
  copy_text(result.release, name.release);
  copy_text(result.version, name.version);
  copy_text(result.machine, name.machine);
  return {result};
}

HostResult<size_t> ProcessEnvironment::groups(uint32_t* room, size_t size) {
  static_assert(sizeof(gid_t) == sizeof(uint32_t));
  int count = ::getgroups(static_cast<int>(size), room);
  if (count < 0) return {0, errno};
  return {static_cast<size_t>(count)};
}

int64_t ProcessEnvironment::processor_count() { return ::sysconf(_SC_NPROCESSORS_ONLN); }

}  // namespace hog
