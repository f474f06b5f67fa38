// multiprocessing.cpp: the modules _multiprocessing (named semaphores as locks between processes) and _posixshmem (named memory): what
// the library's `multiprocessing` stands on. Invariants: a SemLock has an open semaphore from its making to its end; a semaphore is
// reached by its name alone, never by an address that a program gives.
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <ctime>

#include "modules/thread_types.hpp"
#include "object/class_system.hpp"
#include "os_modules/support.hpp"

namespace hog {

namespace {

enum class LockKind : uint8_t { Recursive, Semaphore };

class SemLock : public Cell {
 public:
  static const Layout kLayout;
  sem_t* semaphore_;  // null: being made
  LockKind kind_;
  int most_;
  int64_t count_;   // times that this process has it
  uint64_t owner_;  // the thread that took it last
  ValueField name_;

 private:
  static void trace(Cell* cell, Marker& marker) { marker.visit_word(static_cast<SemLock*>(cell)->name_.get().raw()); }
  static void destroy(Cell* cell) {
    if (auto* self = static_cast<SemLock*>(cell); self->semaphore_ != nullptr) ::sem_close(self->semaphore_);
  }
};
const Layout SemLock::kLayout = {
    .name = "SemLock", .trace = SemLock::trace, .destroy = SemLock::destroy, .base_size = sizeof(SemLock)};
Type* sem_lock_type;

const char* characters(ByteArray* bytes) { return reinterpret_cast<const char*>(bytes->data()); }

// ---- Making. ----

Fallible<Value> adopt(Thread& t, Type* type, sem_t* semaphore, int kind, int most, Value name) {
  Fallible<Cell*> made = new_instance(t, type);
  if (made.failed()) {
    ::sem_close(semaphore);
    return Failure{};
  }
  auto* self = static_cast<SemLock*>(made.get());
  self->semaphore_ = semaphore;
  self->kind_ = static_cast<LockKind>(kind);
  self->most_ = most;
  self->name_.set(self, name);
  return Value(self);
}
Fallible<void> check_kind(Thread& t, int kind) {
  if (kind != 0 && kind != 1) return t.raise_value_error("unrecognized kind");
  return {};
}
Fallible<Value> make_lock(Thread& t, Type* type, int kind, int value, int most, Str* name, bool unlink) {
  TRY(os::require_process(t, "_multiprocessing"));
  TRY(check_kind(t, kind));
  ByteArray* text = TRY(posix::encoded_argument_py(t, Value(name)));
  sem_t* semaphore = ::sem_open(characters(text), O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value));
  if (semaphore == SEM_FAILED) return os::raise_errno(t);
  if (unlink && ::sem_unlink(characters(text)) < 0) {
    int error = errno;
    ::sem_close(semaphore);
    return raise_os_error(t, error);
  }
  return adopt(t, type, semaphore, kind, most, unlink ? Value::none() : Value(name));
}
constexpr NativeMethod kNew[] = {{"SemLock", HOG_NATIVE(make_lock), "($type, kind, value, maxvalue, name, unlink)", nullptr}, {}};
Fallible<Value> lock_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kNew[0]), Value(type), arguments);
}
// In another process: the same semaphore.
Fallible<Value> rebuild(Thread& t, Type* type, Value, int kind, int most, NoneOr<Str*> name) {
  TRY(os::require_process(t, "_multiprocessing"));
  TRY(check_kind(t, kind));
  if (name.value == nullptr) return t.raise_value_error("a semaphore without a name cannot be shared");
  ByteArray* text = TRY(posix::encoded_argument_py(t, Value(name.value)));
  sem_t* semaphore = ::sem_open(characters(text), 0);
  if (semaphore == SEM_FAILED) return os::raise_errno(t);
  return adopt(t, type, semaphore, kind, most, Value(name.value));
}
Fallible<void> unlink_semaphore(Thread& t, Value name) {
  TRY(os::require_process(t, "_multiprocessing"));
  if (!is<Str>(name)) return t.raise_type_error("sem_unlink() argument must be str, not {}", type_of(name));
  if (::sem_unlink(characters(TRY(posix::encoded_argument_py(t, name)))) < 0) return os::raise_errno(t);
  return {};
}

// ---- Taking and giving back. ----

bool is_mine(Thread& t, const SemLock* self) { return self->count_ > 0 && self->owner_ == ident_of(t); }
Fallible<void> check_made(Thread& t, const SemLock* self) {
  if (self->semaphore_ == nullptr) return t.raise_value_error("the semaphore is not open");
  return {};
}

constexpr int64_t kSecond = 1'000'000'000;
int64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

// until: negative: for ever. False: the time has come.
Fallible<bool> wait_py(Thread& t, SemLock* self, int64_t until) {
  sem_t* semaphore = self->semaphore_;
  timespec end{static_cast<time_t>(until / kSecond), static_cast<long>(until % kSecond)};
  for (;;) {
    int result = os::blocking(
        t, [&] { return until < 0 ? ::sem_wait(semaphore) : ::sem_clockwait(semaphore, CLOCK_MONOTONIC, &end); });
    if (result == 0) return true;
    if (errno == ETIMEDOUT) return false;
    if (errno != EINTR) return os::raise_errno(t);
    TRY(safe_point_py(t));
  }
}
Fallible<bool> lock_acquire(Thread& t, SemLock* self, bool block, Value timeout) {
  TRY(check_made(t, self));
  int64_t until = -1;
  if (block && !timeout.is_none()) {
    if (!is_float(timeout) && !is_index(timeout)) return t.raise_type_error("must be real number, not {}", type_of(timeout));
    double seconds = TRY(to_double_py(t, timeout));
    if (!(seconds > 0)) seconds = 0;
    until = seconds > 4e9 ? -1 : now() + static_cast<int64_t>(std::ceil(seconds * 1e9));
  }
  if (self->kind_ == LockKind::Recursive && is_mine(t, self)) {
    ++self->count_;
    return true;
  }
  int result;
  do result = ::sem_trywait(self->semaphore_);
  while (result < 0 && errno == EINTR);
  if (result < 0) {
    if (errno != EAGAIN) return os::raise_errno(t);
    if (!block || !TRY(wait_py(t, self, until))) return false;
  }
  ++self->count_;
  self->owner_ = ident_of(t);
  return true;
}
Fallible<void> lock_release(Thread& t, SemLock* self) {
  TRY(check_made(t, self));
  if (self->kind_ == LockKind::Recursive) {
    if (!is_mine(t, self)) return t.raise(core.AssertionError, "attempt to release recursive lock not owned by thread");
    if (self->count_ > 1) {
      --self->count_;
      return {};
    }
  } else {
    int value = 0;
    if (::sem_getvalue(self->semaphore_, &value) < 0) return os::raise_errno(t);
    if (value >= self->most_) return t.raise_value_error("semaphore or lock released too many times");
  }
  if (::sem_post(self->semaphore_) < 0) return os::raise_errno(t);
  --self->count_;
  return {};
}
Fallible<bool> lock_enter(Thread& t, SemLock* self) { return lock_acquire(t, self, true, Value::none()); }
Fallible<void> lock_exit(Thread& t, SemLock* self, Value, Value, Value) { return lock_release(t, self); }

// ---- State. ----

Fallible<int64_t> lock_count(Thread&, SemLock* self) { return self->count_; }
Fallible<bool> lock_is_mine(Thread& t, SemLock* self) { return is_mine(t, self); }
Fallible<int64_t> lock_value(Thread& t, SemLock* self) {
  TRY(check_made(t, self));
  int value = 0;
  if (::sem_getvalue(self->semaphore_, &value) < 0) return os::raise_errno(t);
  return int64_t{value < 0 ? 0 : value};
}
Fallible<bool> lock_is_zero(Thread& t, SemLock* self) { return TRY(lock_value(t, self)) == 0; }
Fallible<void> lock_after_fork(Thread&, SemLock* self) {
  self->count_ = 0;
  return {};
}
Fallible<Value> get_handle(Thread& t, Value self) { return make_uint(t, reinterpret_cast<uintptr_t>(as<SemLock>(self)->semaphore_)); }
Fallible<Value> get_kind(Thread&, Value self) { return Value::from_small_int(static_cast<int64_t>(as<SemLock>(self)->kind_)); }
Fallible<Value> get_most(Thread&, Value self) { return Value::from_small_int(as<SemLock>(self)->most_); }
Fallible<Value> get_name(Thread&, Value self) {
  Value name = as<SemLock>(self)->name_.get();
  return name.is_empty() ? Value::none() : name;
}

constexpr NativeMethod kMethods[] = {
    {"__enter__", HOG_NATIVE(lock_enter), "($self, /)", "Takes the lock."},
    {"__exit__", HOG_NATIVE(lock_exit), "($self, exc_type=None, exc_value=None, exc_tb=None, /)", "Gives the lock back."},
    {"_after_fork", HOG_NATIVE(lock_after_fork), "($self, /)", "In a new process: the lock is not taken here."},
    {"_count", HOG_NATIVE(lock_count), "($self, /)", "How many times this process has taken the lock."},
    {"_get_value", HOG_NATIVE(lock_value), "($self, /)", "Value of the semaphore."},
    {"_is_mine", HOG_NATIVE(lock_is_mine), "($self, /)", "Has this thread taken the lock?"},
    {"_is_zero", HOG_NATIVE(lock_is_zero), "($self, /)", "Is the semaphore's value 0?"},
    {"_rebuild", HOG_NATIVE(rebuild), "($type, handle, kind, maxvalue, name, /)", "The lock of that name.", native_flag::kClassMethod},
    {"acquire", HOG_NATIVE(lock_acquire), "($self, /, block=True, timeout=None)", "Takes the lock; did that work in time?"},
    {"release", HOG_NATIVE(lock_release), "($self, /)", "Gives the lock back."},
    {}};
constexpr GetSet kGetSets[] = {{"handle", get_handle, nullptr, "A number that the semaphore has here."},
                               {"kind", get_kind, nullptr, "0: recursive, 1: not."},
                               {"maxvalue", get_most, nullptr, "Highest value."},
                               {"name", get_name, nullptr, "Name of the semaphore."},
                               {}};
constexpr TypeSpec kLockSpec = {
    .name = "_multiprocessing.SemLock",
    .doc = "A semaphore that processes share.",
    .layout = &SemLock::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.new_ = lock_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kNew,
};
constexpr TypeRegistration kTypes[] = {{&sem_lock_type, &kLockSpec}};

Fallible<void> make_constants(Thread& t) {
  return sem_lock_type->dict()->set_name(t, TRY(Str::intern_utf8(t, "SEM_VALUE_MAX")), Value::from_small_int(INT32_MAX));
}

constexpr NativeMethod kFunctions[] = {{"sem_unlink", HOG_NATIVE(unlink_semaphore), "(name, /)", "Takes a semaphore's name away."}, {}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "_multiprocessing"));
  Dict* flags = TRY(Dict::make(t));
  for (const char* name : {"HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"})
    TRY(flags->set_name(t, TRY(Str::intern_utf8(t, name)), Value::from_small_int(1)));
  return module->add(t, "flags", Value(flags));
}

// ---- _posixshmem. ----

Fallible<int64_t> memory_open(Thread& t, Value path, int flags, int mode) {
  TRY(os::require_process(t, "_posixshmem"));
  if (!is<Str>(path)) return t.raise_type_error("shm_open() argument 'path' must be str, not {}", type_of(path));
  ByteArray* name = TRY(posix::encoded_argument_py(t, path));
  for (;;) {
    int fd = ::shm_open(characters(name), flags, static_cast<mode_t>(mode));
    if (fd >= 0) return int64_t{fd};
    if (errno != EINTR) return raise_os_error(t, errno, path);
    TRY(safe_point_py(t));
  }
}
Fallible<void> memory_unlink(Thread& t, Value path) {
  TRY(os::require_process(t, "_posixshmem"));
  if (!is<Str>(path)) return t.raise_type_error("shm_unlink() argument 'path' must be str, not {}", type_of(path));
  if (::shm_unlink(characters(TRY(posix::encoded_argument_py(t, path)))) < 0) return raise_os_error(t, errno, path);
  return {};
}
constexpr NativeMethod kMemoryFunctions[] = {
    {"shm_open", HOG_NATIVE(memory_open), "(path, flags, mode=511)", "Descriptor of named memory."},
    {"shm_unlink", HOG_NATIVE(memory_unlink), "(path)", "Takes the memory's name away."},
    {}};
Fallible<void> initialize_memory(Thread& t, Module*) { return os::require_process(t, "_posixshmem"); }

}  // namespace

extern const ModuleSpec k_module__multiprocessing;
const ModuleSpec k_module__multiprocessing = {.name = "_multiprocessing",
                                              .doc = "Semaphores that processes share.",
                                              .functions = kFunctions,
                                              .types = kTypes,
                                              .type_count = std::size(kTypes),
                                              .initialize = initialize,
                                              .make_constants = make_constants};
extern const ModuleSpec k_module__posixshmem;
const ModuleSpec k_module__posixshmem = {
    .name = "_posixshmem", .doc = "Named memory.", .functions = kMemoryFunctions, .initialize = initialize_memory};

}  // namespace hog
