// results.cpp: the named tuples that functions of the module posix answer with. They are made once per isolate, so that the functions
// and the module's attributes agree. Ref: library/os "os.stat_result", "os.statvfs", "os.uname", "os.times".
#include "modules/posix/posix.hpp"

namespace hog::posix {

namespace {

constexpr StructField kStatFields[] = {
    {"st_mode"},     {"st_ino"},      {"st_dev"},      {"st_nlink"},    {"st_uid"},      {"st_gid"},  {"st_size"},
    {nullptr},       {nullptr},       {nullptr},       {"st_atime"},    {"st_mtime"},    {"st_ctime"}, {"st_atime_ns"},
    {"st_mtime_ns"}, {"st_ctime_ns"}, {"st_blksize"},  {"st_blocks"},   {"st_rdev"}};
constexpr StructSequenceSpec kStatResult = {"os.stat_result", "What stat() tells of a file.", kStatFields, 19, 10};
constexpr StructField kVolumeFields[] = {{"f_bsize"}, {"f_frsize"}, {"f_blocks"}, {"f_bfree"}, {"f_bavail"}, {"f_files"},
                                         {"f_ffree"}, {"f_favail"}, {"f_flag"}, {"f_namemax"}, {"f_fsid"}};
constexpr StructSequenceSpec kVolumeResult = {"os.statvfs_result", "What statvfs() tells of a file system.", kVolumeFields, 11, 10};
constexpr StructField kTerminalFields[] = {{"columns"}, {"lines"}};
constexpr StructSequenceSpec kTerminalSize = {"os.terminal_size", "Size of a terminal window.", kTerminalFields, 2, 2};
constexpr StructField kTimesFields[] = {{"user"}, {"system"}, {"children_user"}, {"children_system"}, {"elapsed"}};
constexpr StructSequenceSpec kTimesResult = {"posix.times_result", "What times() tells.", kTimesFields, 5, 5};
constexpr StructField kUnameFields[] = {{"sysname"}, {"nodename"}, {"release"}, {"version"}, {"machine"}};
constexpr StructSequenceSpec kUnameResult = {"posix.uname_result", "What uname() tells.", kUnameFields, 5, 5};
constexpr StructField kSchedulerFields[] = {{"sched_priority"}};
constexpr StructSequenceSpec kSchedulerParameter = {"posix.sched_param", "Scheduling parameter.", kSchedulerFields, 1, 1};
constexpr StructField kWaitFields[] = {{"si_pid"}, {"si_uid"}, {"si_signo"}, {"si_status"}, {"si_code"}};
constexpr StructSequenceSpec kWaitResult = {"posix.waitid_result", "What waitid() tells.", kWaitFields, 5, 5};

constexpr const StructSequenceSpec* kSpecs[kResultKinds] = {&kStatResult,  &kVolumeResult,       &kTerminalSize, &kTimesResult,
                                                            &kUnameResult, &kSchedulerParameter, &kWaitResult};

// sched_param takes its one field as it is. (A copy or a pickle gives it as other types of this kind are given theirs.)
Fallible<Value> new_scheduler_parameter(Thread& t, Type* type, const Arguments& arguments) {
  Value field = Value::absent();
  if (arguments.positional == 2 && is<Tuple>(arguments[0]) && as<Tuple>(arguments[0])->length() == 1) {
    field = as<Tuple>(arguments[0])->at(0);
  } else if (arguments.positional == 1 && !arguments.has_keywords()) {
    field = arguments[0];
  } else if (arguments.positional == 0 && arguments.keyword_count() == 1 && as<Str>(arguments.names->at(0))->equals_ascii("sched_priority")) {
    field = arguments[0];
  } else if (arguments.positional == 0) {
    return t.raise_type_error("sched_param() missing required argument 'sched_priority' (pos 1)");
  } else {
    return t.raise_type_error("sched_param() takes at most 1 argument ({} given)", arguments.positional + arguments.keyword_count());
  }
  return make_struct_sequence(t, type, &field);
}

int64_t whole_seconds(int64_t nanoseconds) {
  int64_t seconds = nanoseconds / 1'000'000'000;
  return nanoseconds % 1'000'000'000 < 0 ? seconds - 1 : seconds;
}

}  // namespace

Type* result_type(Thread& t, ResultKind kind) {
  return as<Type>(as<Tuple>(Isolate::of(t).slots[Isolate::kPosix].get())->at(kind));
}

List* fork_hooks(Thread& t) { return as<List>(as<Tuple>(Isolate::of(t).slots[Isolate::kPosix].get())->at(kResultKinds)); }

Fallible<void> make_result_types(Thread& t, Module* module) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kPosix];
  if (slot.get().is_empty()) {
    Value kept[kResultKinds + 1];
    for (size_t i = 0; i < kResultKinds; ++i) kept[i] = Value(TRY(make_struct_sequence_type(t, kSpecs[i])));
    as<Type>(kept[kSchedulerKind])->slots_.new_ = new_scheduler_parameter;
    kept[kResultKinds] = Value(TRY(List::make(t)));
    slot.set(nullptr, Value(TRY(Tuple::from(t, kept, kResultKinds + 1))));
  }
  for (size_t i = 0; i < kResultKinds; ++i) {
    Type* type = result_type(t, static_cast<ResultKind>(i));
    TRY(module->dict()->set_name(t, TRY(Str::intern(t, type->name())), Value(type)));
  }
  return {};
}

Fallible<Value> make_status(Thread& t, const FileStatus& status) {
  Value v[19];
  v[0] = Value::from_small_int(status.mode);
  v[1] = TRY(make_uint(t, status.inode));
  v[2] = TRY(make_uint(t, status.device));
  v[3] = TRY(make_uint(t, status.links));
  v[4] = Value::from_small_int(status.user);
  v[5] = Value::from_small_int(status.group);
  v[6] = TRY(make_int(t, status.size));
  const int64_t times[] = {status.accessed, status.modified, status.changed};
  for (size_t i = 0; i < 3; ++i) {
    int64_t seconds = whole_seconds(times[i]);
    int64_t rest = times[i] - seconds * 1'000'000'000;
    v[7 + i] = TRY(make_int(t, seconds));
    v[10 + i] = TRY(make_float(t, static_cast<double>(seconds) + 1e-9 * static_cast<double>(rest)));
    v[13 + i] = TRY(make_int(t, times[i]));
  }
  v[16] = TRY(make_int(t, status.block_size));
  v[17] = TRY(make_int(t, status.blocks));
  v[18] = TRY(make_uint(t, status.special_device));
  return make_struct_sequence(t, result_type(t, kStatKind), v);
}

}  // namespace hog::posix
