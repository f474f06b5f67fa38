// environment.cpp: the functions of the module posix that tell where a program runs, and environment variables. os.environ is the
// isolate's own copy; putenv() tells the host, for child processes. Ref: library/os "Process Parameters".
#include <cstring>

#include "modules/posix/posix.hpp"

namespace hog {

using namespace posix;

namespace posix {

Fallible<Dict*> make_environ(Thread& t) {
  Dict* dict = TRY(Dict::make(t));
  Host* host = host_of(t);
  if (host == nullptr || host->environment == nullptr) return dict;
  for (size_t i = 0;; ++i) {
    const char* entry = host->environment->variable(i);
    if (entry == nullptr) return dict;
    const char* equals = std::strchr(entry, '=');
    if (equals == nullptr) continue;
    Bytes* key = TRY(Bytes::from(t, entry, static_cast<size_t>(equals - entry)));
    Bytes* value = TRY(Bytes::from(t, equals + 1, std::strlen(equals + 1)));
    TRY(dict->set_default_py(t, Value(key), Value(value)));
    TRY(t.poll());
  }
}

}  // namespace posix

namespace {

Fallible<Value> posix_create_environ(Thread& t) { return Value(TRY(make_environ(t))); }

const char* characters(ByteArray* text) { return reinterpret_cast<const char*>(text->data()); }

Fallible<void> posix_putenv(Thread& t, Value name, Value value) {
  ByteArray* key = TRY(encoded_argument_py(t, name));
  ByteArray* text = TRY(encoded_argument_py(t, value));
  if (std::strchr(characters(key), '=') != nullptr) return t.raise_value_error("illegal environment variable name");
  if (*characters(key) == 0) return raise_os_error(t, EINVAL);
  if (t.isolate().audited) {
    Value name_bytes = Value(TRY(Bytes::from(t, key->data(), key->capacity() - 1)));
    TRY(t.audit_py("os.putenv", name_bytes, Value(TRY(Bytes::from(t, text->data(), text->capacity() - 1)))));
  }
  return check(t, TRY(environment(t))->set_variable(characters(key), characters(text)));
}
Fallible<void> posix_unsetenv(Thread& t, Value name) {
  ByteArray* key = TRY(encoded_argument_py(t, name));
  if (*characters(key) == 0 || std::strchr(characters(key), '=') != nullptr) return raise_os_error(t, EINVAL);
  if (t.isolate().audited) TRY(t.audit_py("os.unsetenv", Value(TRY(Bytes::from(t, key->data(), key->capacity() - 1)))));
  return check(t, TRY(environment(t))->set_variable(characters(key), nullptr));
}

Fallible<int64_t> posix_getpid(Thread& t) { return TRY(environment(t))->process_id(); }
Fallible<int64_t> posix_getppid(Thread& t) { return TRY(environment(t))->parent_process_id(); }
Fallible<int64_t> posix_getuid(Thread& t) { return int64_t{TRY(environment(t))->user_id(false)}; }
Fallible<int64_t> posix_geteuid(Thread& t) { return int64_t{TRY(environment(t))->user_id(true)}; }
Fallible<int64_t> posix_getgid(Thread& t) { return int64_t{TRY(environment(t))->group_id(false)}; }
Fallible<int64_t> posix_getegid(Thread& t) { return int64_t{TRY(environment(t))->group_id(true)}; }
Fallible<Value> posix_getlogin(Thread& t) {
  const char* name = TRY(environment(t))->user_name();
  if (name == nullptr) return raise_os_error(t, ENXIO);
  return decode_host_text(t, name, std::strlen(name));
}

Fallible<Value> posix_getgroups(Thread& t) {
  Environment* host = TRY(environment(t));
  HostResult<size_t> count = host->groups(nullptr, 0);
  TRY(check(t, count));
  size_t room = count.value + 16;
  ByteArray* ids = TRY(ByteArray::make(t, room * sizeof(uint32_t)));
  count = host->groups(reinterpret_cast<uint32_t*>(ids->data()), room);
  TRY(check(t, count));
  List* list = TRY(List::make(t, count.value));
  for (size_t i = 0; i < count.value && i < room; ++i)
    TRY(list->append(t, Value::from_small_int(reinterpret_cast<uint32_t*>(ids->data())[i])));
  return Value(list);
}

Fallible<Value> posix_uname(Thread& t) {
  HostResult<SystemName> name = TRY(environment(t))->system_name();
  TRY(check(t, name));
  const SystemName& n = name.value;
  Value v[5];
  size_t i = 0;
  for (const char* text : {n.system, n.node, n.release, n.version, n.machine})
    v[i++] = TRY(decode_host_text(t, text, std::strlen(text)));
  return make_struct_sequence(t, result_type(t, kUnameKind), v);
}

Fallible<Value> posix_cpu_count(Thread& t) {
  int64_t count = TRY(environment(t))->processor_count();
  return count > 0 ? Value::from_small_int(count) : Value::none();
}

const NativeMethod kFunctions[] = {
    {"_create_environ", HOG_NATIVE(posix_create_environ), "()", "The environment as it is now, in bytes."},
    {"cpu_count", HOG_NATIVE(posix_cpu_count), "()", "How many processors there are, or None."},
    {"getegid", HOG_NATIVE(posix_getegid), "()", "Effective group."},
    {"geteuid", HOG_NATIVE(posix_geteuid), "()", "Effective user."},
    {"getgid", HOG_NATIVE(posix_getgid), "()", "Group."},
    {"getgroups", HOG_NATIVE(posix_getgroups), "()", "Further groups of the process."},
    {"getlogin", HOG_NATIVE(posix_getlogin), "()", "The user's login name."},
    {"getpid", HOG_NATIVE(posix_getpid), "()", "Number of the process."},
    {"getppid", HOG_NATIVE(posix_getppid), "()", "Number of the parent process."},
    {"getuid", HOG_NATIVE(posix_getuid), "()", "User."},
    {"putenv", HOG_NATIVE(posix_putenv), "(name, value, /)", "Sets a variable of the environment that child processes get."},
    {"uname", HOG_NATIVE(posix_uname), "()", "Name and version of the system."},
    {"unsetenv", HOG_NATIVE(posix_unsetenv), "(name, /)", "Removes a variable of the environment that child processes get."},
    {}};

}  // namespace

const ModuleSpec k_module_posix_environment = {.name = "posix", .functions = kFunctions};

}  // namespace hog
