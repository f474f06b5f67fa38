// users.cpp: the modules pwd and grp: the users and groups that the system knows. Ref: library/pwd, library/grp.
#include <grp.h>
#include <pwd.h>

#include <cstring>

#include "os_modules/support.hpp"

namespace hog {

namespace {

constexpr StructField kUserFields[] = {{"pw_name"}, {"pw_passwd"}, {"pw_uid"}, {"pw_gid"}, {"pw_gecos"}, {"pw_dir"}, {"pw_shell"}};
constexpr StructSequenceSpec kUser = {"pwd.struct_passwd", "A user.", kUserFields, 7, 7};
constexpr StructField kGroupFields[] = {{"gr_name"}, {"gr_passwd"}, {"gr_gid"}, {"gr_mem"}};
constexpr StructSequenceSpec kGroup = {"grp.struct_group", "A group.", kGroupFields, 4, 4};

Fallible<Value> text(Thread& t, const char* s) {
  if (s == nullptr) return Value::none();
  return posix::decode_host_text(t, s, std::strlen(s));
}

Fallible<Value> make_user(Thread& t, Module* module, const passwd& p) {
  const Value v[] = {TRY(text(t, p.pw_name)), TRY(text(t, p.pw_passwd)), Value::from_small_int(p.pw_uid), Value::from_small_int(p.pw_gid),
                     TRY(text(t, p.pw_gecos)), TRY(text(t, p.pw_dir)), TRY(text(t, p.pw_shell))};
  return make_struct_sequence(t, as<Type>(module->state_.get()), v);
}
Fallible<Value> make_group(Thread& t, Module* module, const group& g) {
  List* members = TRY(List::make(t));
  for (char** member = g.gr_mem; member != nullptr && *member != nullptr; ++member)
    TRY(members->append(t, TRY(text(t, *member))));
  const Value v[] = {TRY(text(t, g.gr_name)), TRY(text(t, g.gr_passwd)), Value::from_small_int(g.gr_gid), Value(members)};
  return make_struct_sequence(t, as<Type>(module->state_.get()), v);
}

// Asks with more and more room until it is enough: whether there is such an entry. Its texts live in *room.
template <typename Entry, typename Call>
Fallible<bool> find(Thread& t, Entry* entry, ByteArray** room, Call call) {
  for (size_t size = 1024;; size *= 4) {
    *room = TRY(ByteArray::make(t, size));
    Entry* found = nullptr;
    int error = call(entry, reinterpret_cast<char*>((*room)->data()), size, &found);
    if (error == ERANGE && size < (size_t{1} << 24)) continue;
    if (error == EINTR) continue;
    return found != nullptr;
  }
}

// The id as a number of the system's; -2 when it cannot be one.
Fallible<int64_t> id_or_none_py(Thread& t, Value v, const char* what) {
  Fallible<int64_t> id = posix::user_or_group_argument_py(t, v, what);
  if (!id.failed()) return id.get();
  if (!clear_exception_if(t, core.OverflowError)) return Failure{};
  return int64_t{-2};
}
Failure raise_no_id(Thread& t, const char* function, const char* what, int64_t id) {
  Str* message = id == -2 ? TRY(t.format("{}(): {} not found", function, what)) : TRY(t.format("{}(): {} not found: {}", function, what, id));
  return t.raise_value(core.KeyError, Value(message));
}

Fallible<Value> getpwuid(Thread& t, Module* module, Value id) {
  int64_t n = TRY(id_or_none_py(t, id, "uid"));
  passwd entry;
  ByteArray* room = nullptr;
  bool found = false;
  if (n != -2)
    found = TRY(find(t, &entry, &room, [&](passwd* e, char* b, size_t s, passwd** f) { return ::getpwuid_r(static_cast<uid_t>(n), e, b, s, f); }));
  if (!found) return raise_no_id(t, "getpwuid", "uid", n);
  return make_user(t, module, entry);
}
Fallible<Value> getpwnam(Thread& t, Module* module, Str* name) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(name)));
  passwd entry;
  ByteArray* room = nullptr;
  bool found = TRY(find(t, &entry, &room, [&](passwd* e, char* b, size_t s, passwd** f) {
    return ::getpwnam_r(reinterpret_cast<char*>(bytes->data()), e, b, s, f);
  }));
  if (!found)
    return t.raise_value(core.KeyError, Value(TRY(t.format("getpwnam(): name not found: {}", repr_of(Value(name))))));
  return make_user(t, module, entry);
}
Fallible<Value> getpwall(Thread& t, Module* module) {
  List* list = TRY(List::make(t));
  ::setpwent();
  while (passwd* entry = ::getpwent()) TRY(list->append(t, TRY(make_user(t, module, *entry))));
  ::endpwent();
  return Value(list);
}

Fallible<Value> getgrgid(Thread& t, Module* module, Value id) {
  int64_t n = TRY(posix::user_or_group_argument_py(t, id, "gid"));
  group entry;
  ByteArray* room = nullptr;
  bool found = TRY(find(t, &entry, &room, [&](group* e, char* b, size_t s, group** f) { return ::getgrgid_r(static_cast<gid_t>(n), e, b, s, f); }));
  if (!found) return raise_no_id(t, "getgrgid", "gid", n);
  return make_group(t, module, entry);
}
Fallible<Value> getgrnam(Thread& t, Module* module, Str* name) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(name)));
  group entry;
  ByteArray* room = nullptr;
  bool found = TRY(find(t, &entry, &room, [&](group* e, char* b, size_t s, group** f) {
    return ::getgrnam_r(reinterpret_cast<char*>(bytes->data()), e, b, s, f);
  }));
  if (!found)
    return t.raise_value(core.KeyError, Value(TRY(t.format("getgrnam(): name not found: {}", repr_of(Value(name))))));
  return make_group(t, module, entry);
}
Fallible<Value> getgrall(Thread& t, Module* module) {
  List* list = TRY(List::make(t));
  ::setgrent();
  while (group* entry = ::getgrent()) TRY(list->append(t, TRY(make_group(t, module, *entry))));
  ::endgrent();
  return Value(list);
}

const NativeMethod kUserFunctions[] = {
    {"getpwall", HOG_NATIVE(getpwall), "($module, /)", "All users."},
    {"getpwnam", HOG_NATIVE(getpwnam), "($module, name, /)", "The user of that name."},
    {"getpwuid", HOG_NATIVE(getpwuid), "($module, uidobj, /)", "The user with that number."},
    {}};
const NativeMethod kGroupFunctions[] = {
    {"getgrall", HOG_NATIVE(getgrall), "($module, /)", "All groups."},
    {"getgrgid", HOG_NATIVE(getgrgid), "($module, /, id)", "The group with that number."},
    {"getgrnam", HOG_NATIVE(getgrnam), "($module, /, name)", "The group of that name."},
    {}};

Fallible<void> initialize_with(Thread& t, Module* module, const char* name, const StructSequenceSpec* spec) {
  TRY(os::require_process(t, name));
  Type* type = TRY(make_struct_sequence_type(t, spec));
  module->state_.set(module, type);
  return module->dict()->set_name(t, TRY(Str::intern(t, type->name())), Value(type));
}
Fallible<void> initialize_users(Thread& t, Module* module) { return initialize_with(t, module, "pwd", &kUser); }
Fallible<void> initialize_groups(Thread& t, Module* module) { return initialize_with(t, module, "grp", &kGroup); }

}  // namespace

extern const ModuleSpec k_module_pwd, k_module_grp;
const ModuleSpec k_module_pwd = {.name = "pwd", .doc = "Users.", .functions = kUserFunctions, .initialize = initialize_users};
const ModuleSpec k_module_grp = {.name = "grp", .doc = "Groups.", .functions = kGroupFunctions, .initialize = initialize_groups};

}  // namespace hog
