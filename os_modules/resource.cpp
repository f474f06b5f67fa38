// resource.cpp: the module resource: limits of a process and what it has used. Ref: library/resource.
#include <sys/resource.h>
#include <unistd.h>

#include "os_modules/process.hpp"
#include "os_modules/support.hpp"

namespace hog {

namespace {

constexpr StructField kUsageFields[] = {{"ru_utime"},  {"ru_stime"},  {"ru_maxrss"},  {"ru_ixrss"},  {"ru_idrss"},   {"ru_isrss"},
                                        {"ru_minflt"}, {"ru_majflt"}, {"ru_nswap"},   {"ru_inblock"}, {"ru_oublock"}, {"ru_msgsnd"},
                                        {"ru_msgrcv"}, {"ru_nsignals"}, {"ru_nvcsw"}, {"ru_nivcsw"}};
constexpr StructSequenceSpec kUsage = {"resource.struct_rusage", "What a process has used.", kUsageFields, 16, 16};

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); }

Fallible<Value> make_usage(Thread& t, Type* type, const rusage& u) {
  Value v[16] = {TRY(make_float(t, seconds(u.ru_utime))), TRY(make_float(t, seconds(u.ru_stime)))};
  const long numbers[] = {u.ru_maxrss, u.ru_ixrss,   u.ru_idrss, u.ru_isrss, u.ru_minflt,   u.ru_majflt, u.ru_nswap,
                          u.ru_inblock, u.ru_oublock, u.ru_msgsnd, u.ru_msgrcv, u.ru_nsignals, u.ru_nvcsw,  u.ru_nivcsw};
  for (size_t i = 0; i < std::size(numbers); ++i) v[2 + i] = TRY(make_int(t, numbers[i]));
  return make_struct_sequence(t, type, v);
}

Fallible<Value> getrusage(Thread& t, Module* module, int who) {
  rusage usage{};
  if (::getrusage(static_cast<__rusage_who_t>(who), &usage) < 0) {
    if (errno == EINVAL) return t.raise_value_error("invalid who parameter");
    return os::raise_errno(t);
  }
  return make_usage(t, as<Type>(module->state_.get()), usage);
}

Fallible<Value> limit_value(Thread& t, rlim_t n) {
  if (n == RLIM_INFINITY) return Value::from_small_int(-1);
  return make_uint(t, n);
}
Fallible<Value> make_limits(Thread& t, const rlimit& limits) {
  return Value(TRY(Tuple::of(t, TRY(limit_value(t, limits.rlim_cur)), TRY(limit_value(t, limits.rlim_max)))));
}
Fallible<rlim_t> limit_argument_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow == 0 && n.value == -1) return RLIM_INFINITY;
  if (n.value < 0) return t.raise_value_error("Cannot convert negative int");
  if (n.overflow == 0) return static_cast<rlim_t>(n.value);
  if (int_bit_length_nogc(index) > 64) return t.raise(core.OverflowError, "Python int too large for C rlim_t");
  return static_cast<rlim_t>(as<Int>(index)->limbs()[0]);
}
Fallible<rlimit> limits_argument_py(Thread& t, Value v) {
  Tuple* pair = TRY(tuple_from_iterable_py(t, v));
  if (pair->length() != 2) return t.raise_value_error("expected a tuple of 2 integers");
  rlim_t numbers[2];
  for (size_t i = 0; i < 2; ++i) numbers[i] = TRY(limit_argument_py(t, pair->at(i)));
  return rlimit{numbers[0], numbers[1]};
}
Fallible<void> check_resource(Thread& t, int resource) {
  if (resource < 0 || resource >= RLIM_NLIMITS) return t.raise_value_error("invalid resource specified");
  return {};
}
Failure raise_limit_error(Thread& t) {
  if (errno == EINVAL) return t.raise_value_error("current limit exceeds maximum limit");
  if (errno == EPERM) return t.raise_value_error("not allowed to raise maximum limit");
  return os::raise_errno(t);
}

Fallible<Value> getrlimit(Thread& t, int resource) {
  TRY(check_resource(t, resource));
  rlimit limits;
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limits) < 0) return os::raise_errno(t);
  return make_limits(t, limits);
}
Fallible<void> setrlimit(Thread& t, int resource, Value limits) {
  TRY(t.audit_py("resource.setrlimit", Value::from_small_int(resource), limits));
  TRY(check_resource(t, resource));
  rlimit wanted = TRY(limits_argument_py(t, limits));
  if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) < 0) return raise_limit_error(t);
  return {};
}
Fallible<Value> prlimit(Thread& t, int pid, int resource, Value limits) {
  TRY(t.audit_py("resource.prlimit", Value::from_small_int(pid), Value::from_small_int(resource), limits.is_absent() ? Value::none() : limits));
  TRY(check_resource(t, resource));
  rlimit wanted, before;
  bool sets = !limits.is_absent() && !limits.is_none();
  if (sets) wanted = TRY(limits_argument_py(t, limits));
  if (::prlimit(pid, static_cast<__rlimit_resource>(resource), sets ? &wanted : nullptr, &before) < 0) {
    if (errno == EINVAL) return t.raise_value_error("current limit exceeds maximum limit");
    return os::raise_errno(t);
  }
  return make_limits(t, before);
}
Fallible<int64_t> getpagesize(Thread&) { return int64_t{::getpagesize()}; }

const NativeMethod kFunctions[] = {
    {"getpagesize", HOG_NATIVE(getpagesize), "()", "Bytes of a page of memory."},
    {"getrlimit", HOG_NATIVE(getrlimit), "(resource, /)", "(soft limit, hard limit)"},
    {"getrusage", HOG_NATIVE(getrusage), "($module, who, /)", "What the process or its children have used."},
    {"prlimit", HOG_NATIVE(prlimit), "(pid, resource, limits=None, /)", "Limits of a process, set anew if given."},
    {"setrlimit", HOG_NATIVE(setrlimit), "(resource, limits, /)", "Sets (soft limit, hard limit)."},
    {}};

constexpr os::Constant kConstants[] = {
    {"RLIMIT_AS", RLIMIT_AS},         {"RLIMIT_CORE", RLIMIT_CORE},     {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_DATA", RLIMIT_DATA},     {"RLIMIT_FSIZE", RLIMIT_FSIZE},   {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE}, {"RLIMIT_NICE", RLIMIT_NICE}, {"RLIMIT_NOFILE", RLIMIT_NOFILE},
    {"RLIMIT_NPROC", RLIMIT_NPROC},   {"RLIMIT_OFILE", RLIMIT_NOFILE},  {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO}, {"RLIMIT_RTTIME", RLIMIT_RTTIME}, {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK", RLIMIT_STACK},   {"RLIM_INFINITY", -1},            {"RUSAGE_CHILDREN", RUSAGE_CHILDREN},
    {"RUSAGE_SELF", RUSAGE_SELF},     {"RUSAGE_THREAD", RUSAGE_THREAD}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "resource"));
  TRY(os::add_constants(t, module, kConstants, std::size(kConstants)));
  TRY(module->add(t, "error", Value(core.OSError)));
  Type* usage = TRY(make_struct_sequence_type(t, &kUsage));
  module->state_.set(module, usage);
  return module->add(t, "struct_rusage", Value(usage));
}

}  // namespace

namespace os {

Fallible<Value> make_usage_py(Thread& t, const rusage& usage) {
  rusage copy = usage;
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "resource"))));
  Value type = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "struct_rusage"))));
  bool ours = is<Module>(module) && as<Module>(module)->state_ && type == Value(as<Module>(module)->state_.get());
  if (!ours) return t.raise(core.RuntimeError, "the module resource was replaced");
  return make_usage(t, as<Type>(type), copy);
}

}  // namespace os

extern const ModuleSpec k_module_resource;
const ModuleSpec k_module_resource = {
    .name = "resource", .doc = "Limits of a process and what it has used.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
