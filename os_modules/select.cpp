// select.cpp: the module select: waiting until one of several descriptors can be read or written. A call that a signal interrupts
// goes on with the time that is left. Ref: library/select; PEP 475.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "os_modules/support.hpp"

namespace hog {

namespace {

using os::attempt;

int64_t now() {
  timespec ts{};
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

// A time to wait for, in nanoseconds; negative: for ever.
class Deadline {
 public:
  explicit Deadline(int64_t nanoseconds) : forever_(nanoseconds < 0), end_(forever_ ? 0 : now() + nanoseconds) {}
  int64_t left() const {
    if (forever_) return -1;
    int64_t rest = end_ - now();
    return rest < 0 ? 0 : rest;
  }

 private:
  bool forever_;
  int64_t end_;
};

constexpr int64_t kLongest = int64_t{1} << 61;

// unit: nanoseconds of 1. Rounded up, so that no one waits for less than they asked.
Fallible<int64_t> timeout_argument_py(Thread& t, Value v, int64_t unit, const char* type_message) {
  if (v.is_absent() || v.is_none()) return int64_t{-1};
  if (!is_float(v) && !is_index(v)) return t.raise_type_error("{}", type_message);
  double amount = TRY(to_double_py(t, v));
  if (amount != amount) return t.raise_value_error("Invalid value NaN (not a number)");
  double nanoseconds = amount * static_cast<double>(unit);
  if (amount < 0) return nanoseconds < -static_cast<double>(kLongest) ? -kLongest : static_cast<int64_t>(__builtin_floor(nanoseconds)) - 1;
  nanoseconds = __builtin_ceil(nanoseconds);
  if (nanoseconds >= static_cast<double>(kLongest)) return t.raise(core.OverflowError, "timeout is too large");
  return static_cast<int64_t>(nanoseconds);
}
int milliseconds_of(int64_t nanoseconds) {
  if (nanoseconds < 0) return -1;
  int64_t n = nanoseconds / 1'000'000 + (nanoseconds % 1'000'000 != 0);
  return n > INT32_MAX ? INT32_MAX : static_cast<int>(n);
}

// Waits by `call(nanoseconds left)` until it is not interrupted any more. Answers the call's result.
template <typename Call>
Fallible<int> wait_py(Thread& t, int64_t timeout, Call call) {
  TRY(Isolate::of(t).count_host_call(t));
  Deadline deadline(timeout);
  for (;;) {
    int64_t left = deadline.left();
    int result = os::blocking(t, [&] { return call(left); });
    if (result >= 0) return result;
    if (errno != EINTR) return os::raise_errno(t);
    TRY(safe_point_py(t));
  }
}

// ---- select(). ----

struct Watched {
  List* objects;
  List* numbers;
  fd_set set;
};
Fallible<void> read_watched_py(Thread& t, Value sequence, Watched* w, int* highest) {
  // A list is read as it is when fileno() of its items has run.
  List* source = is_exactly(sequence, shapes.list) ? as<List>(sequence) : nullptr;
  if (source == nullptr) {
    Fallible<List*> list = list_from_iterable_py(t, sequence);
    if (list.failed()) {
      if (!clear_exception_if(t, core.TypeError)) return Failure{};
      return t.raise_type_error("arguments 1-3 must be sequences");
    }
    source = list.get();
  }
  w->objects = TRY(List::make(t));
  w->numbers = TRY(List::make(t));
  FD_ZERO(&w->set);
  for (size_t i = 0; i < source->length(); ++i) {
    TRY(t.poll());
    Value object = source->at(i);
    int fd = TRY(posix::descriptor_argument_py(t, object));
    TRY(w->objects->append(t, object));
    if (fd >= FD_SETSIZE) return t.raise_value_error("filedescriptor out of range in select()");
    FD_SET(fd, &w->set);
    TRY(w->numbers->append(t, Value::from_small_int(fd)));
    if (fd > *highest) *highest = fd;
  }
  return {};
}
Fallible<Value> ready_objects(Thread& t, const Watched& w, const fd_set& ready) {
  List* list = TRY(List::make(t));
  for (size_t i = 0; i < w.numbers->length() && i < w.objects->length(); ++i)
    if (FD_ISSET(static_cast<int>(w.numbers->at(i).small_int()), &ready)) TRY(list->append(t, w.objects->at(i)));
  return Value(list);
}
Fallible<Value> select_call(Thread& t, Value rlist, Value wlist, Value xlist, Value timeout) {
  int64_t wait = TRY(timeout_argument_py(t, timeout, 1'000'000'000, "timeout must be a float or None"));
  if (wait < 0 && !timeout.is_absent() && !timeout.is_none()) return t.raise_value_error("timeout must be non-negative");
  Watched w[3];
  int highest = -1;
  const Value lists[] = {rlist, wlist, xlist};
  for (size_t i = 0; i < 3; ++i) TRY(read_watched_py(t, lists[i], &w[i], &highest));
  fd_set ready[3];
  TRY(wait_py(t, wait, [&](int64_t left) {
    for (size_t i = 0; i < 3; ++i) ready[i] = w[i].set;
    timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    return ::pselect(highest + 1, &ready[0], &ready[1], &ready[2], left < 0 ? nullptr : &time, nullptr);
  }));
  Value result[3];
  for (size_t i = 0; i < 3; ++i) result[i] = TRY(ready_objects(t, w[i], ready[i]));
  return Value(TRY(Tuple::from(t, result, 3)));
}

// ---- poll objects. ----

class PollObject : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> events_;  // by descriptor
  bool is_waiting_;

 private:
  static void trace(Cell* cell, Marker& marker) { marker.visit(static_cast<PollObject*>(cell)->events_.get()); }
};
const Layout PollObject::kLayout = {.name = "select.poll", .trace = PollObject::trace, .base_size = sizeof(PollObject)};

Type* poll_type = nullptr;
Type* epoll_type = nullptr;

Fallible<Value> make_poll(Thread& t) {
  Dict* events = TRY(Dict::make(t));
  auto* self = as<PollObject>(TRY(new_instance(t, poll_type)));
  self->events_.set(self, events);
  return Value(self);
}
Fallible<int64_t> event_mask_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.value < 0) return t.raise_value_error("Cannot convert negative int");
  if (n.overflow != 0 || n.value > UINT16_MAX) return t.raise(core.OverflowError, "Python int too large for C unsigned short");
  return n.value;
}
Fallible<void> poll_register(Thread& t, PollObject* self, Value fd, Value mask) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  int64_t events = TRY(event_mask_py(t, mask));
  return self->events_->set_py(t, Value::from_small_int(number), Value::from_small_int(events));
}
Fallible<void> poll_modify(Thread& t, PollObject* self, Value fd, Value mask) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  int64_t events = TRY(event_mask_py(t, mask));
  Value key = Value::from_small_int(number);
  if (TRY(self->events_->get_py(t, key)).is_absent()) return raise_os_error(t, ENOENT);
  return self->events_->set_py(t, key, Value::from_small_int(events));
}
Fallible<void> poll_unregister(Thread& t, PollObject* self, Value fd) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  Value key = Value::from_small_int(number);
  if (!TRY(self->events_->remove_py(t, key))) return t.raise_value(core.KeyError, key);
  return {};
}
Fallible<Value> poll_poll(Thread& t, PollObject* self, Value timeout) {
  int64_t wait = TRY(timeout_argument_py(t, timeout, 1'000'000, "timeout must be an integer or None"));
  if (wait > int64_t{INT32_MAX} * 1'000'000) return t.raise(core.OverflowError, "timeout is too large");
  if (self->is_waiting_) return t.raise(core.RuntimeError, "concurrent poll() invocation");
  size_t count = 0;
  ByteArray* memory = TRY(ByteArray::make(t, (self->events_->length() + 1) * sizeof(pollfd)));
  auto* fds = reinterpret_cast<pollfd*>(memory->data());
  Value key, value;
  for (size_t at = 0; self->events_->next_nogc(&at, &key, &value);)
    fds[count++] = {static_cast<int>(key.small_int()), static_cast<short>(value.small_int()), 0};
  self->is_waiting_ = true;
  Fallible<int> done = wait_py(t, wait, [&](int64_t left) { return ::poll(fds, count, milliseconds_of(left)); });
  self->is_waiting_ = false;
  if (done.failed()) return Failure{};
  List* list = TRY(List::make(t));
  for (size_t i = 0; i < count; ++i) {
    if (fds[i].revents == 0) continue;
    TRY(list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(fds[i].fd),
                                            Value::from_small_int(static_cast<uint16_t>(fds[i].revents)))))));
  }
  return Value(list);
}

const NativeMethod kPollMethods[] = {
    {"modify", HOG_NATIVE(poll_modify), "($self, fd, eventmask, /)", "Changes what is waited for."},
    {"poll", HOG_NATIVE(poll_poll), "($self, timeout=None, /)", "Waits; gives (descriptor, events) pairs."},
    {"register", HOG_NATIVE(poll_register), "($self, fd, eventmask=7, /)", "Adds a descriptor."},
    {"unregister", HOG_NATIVE(poll_unregister), "($self, fd, /)", "Removes a descriptor."},
    {}};
constexpr TypeSpec kPollSpec = {
    .name = "select.poll", .layout = &PollObject::kLayout, .flags = type_flag::kNoInstantiation, .methods = kPollMethods};

// ---- epoll objects. ----

class EpollObject : public Cell {
 public:
  static const Layout kLayout;
  int fd_;  // -1: closed

 private:
  static void trace(Cell*, Marker&) {}
  static void destroy(Cell* cell) {
    auto* self = static_cast<EpollObject*>(cell);
    if (self->fd_ >= 0) ::close(self->fd_);
  }
};
const Layout EpollObject::kLayout = {
    .name = "select.epoll", .trace = EpollObject::trace, .destroy = EpollObject::destroy, .base_size = sizeof(EpollObject)};

// Types are the process's: a program that was granted nothing can find this one among the subclasses of object.
Fallible<void> check_granted(Thread& t) { return os::require_process(t, "select"); }

Fallible<Value> adopt_epoll(Thread& t, Type* type, int fd) {
  Fallible<Cell*> made = new_instance(t, type);
  if (made.failed()) {
    ::close(fd);
    return Failure{};
  }
  as<EpollObject>(made.get())->fd_ = fd;
  return Value(made.get());
}
Fallible<void> check_open(Thread& t, EpollObject* self) {
  if (self->fd_ < 0) return t.raise_value_error("I/O operation on closed epoll object");
  return {};
}

Fallible<Value> epoll_make(Thread& t, int size_hint, int flags) {
  if (size_hint < -1 || size_hint == 0) return t.raise_value_error("negative sizehint");
  if ((flags & ~EPOLL_CLOEXEC) != 0) return t.raise(core.OSError, "invalid flags");
  TRY(check_granted(t));
  int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return os::raise_errno(t);
  return adopt_epoll(t, epoll_type, fd);
}
const NativeMethod kEpollNew[] = {
    {"epoll", HOG_NATIVE(epoll_make), "(sizehint=-1, flags=0)", nullptr}, {}};
Fallible<Value> epoll_new(Thread& t, Type*, const Arguments& arguments) {
  return call_native(t, *signature_of(&kEpollNew[0]), Value(), arguments);
}
Fallible<Value> epoll_fromfd(Thread& t, Type* type, int fd) {
  TRY(check_granted(t));
  return adopt_epoll(t, type, fd);
}
Fallible<void> epoll_close(Thread& t, EpollObject* self) {
  int fd = self->fd_;
  self->fd_ = -1;
  if (fd >= 0 && ::close(fd) < 0 && errno != EINTR) return os::raise_errno(t);
  return {};
}
Fallible<int64_t> epoll_fileno(Thread& t, EpollObject* self) {
  TRY(check_open(t, self));
  return int64_t{self->fd_};
}
Fallible<void> control_py(Thread& t, EpollObject* self, int operation, Value fd, uint32_t events) {
  int number = TRY(posix::descriptor_argument_py(t, fd));
  TRY(check_open(t, self));
  epoll_event event{};
  event.events = events;
  event.data.fd = number;
  if (::epoll_ctl(self->fd_, operation, number, &event) < 0) return os::raise_errno(t);
  return {};
}
Fallible<void> epoll_register(Thread& t, EpollObject* self, Value fd, uint32_t events) {
  TRY(check_open(t, self));
  return control_py(t, self, EPOLL_CTL_ADD, fd, events);
}
Fallible<void> epoll_modify(Thread& t, EpollObject* self, Value fd, uint32_t events) {
  TRY(check_open(t, self));
  return control_py(t, self, EPOLL_CTL_MOD, fd, events);
}
Fallible<void> epoll_unregister(Thread& t, EpollObject* self, Value fd) {
  TRY(check_open(t, self));
  return control_py(t, self, EPOLL_CTL_DEL, fd, 0);
}
Fallible<Value> epoll_poll(Thread& t, EpollObject* self, Value timeout, int most) {
  TRY(check_open(t, self));
  int64_t wait = TRY(timeout_argument_py(t, timeout, 1'000'000'000, "timeout must be an integer or None"));
  if (wait > int64_t{INT32_MAX} * 1'000'000) return t.raise(core.OverflowError, "timeout is too large");
  if (most == -1) most = FD_SETSIZE - 1;
  if (most < 1) return t.raise_value_error("maxevents must be greater than 0, got {}", most);
  if (most > 65536) most = 65536;
  ByteArray* memory = TRY(ByteArray::make(t, static_cast<size_t>(most) * sizeof(epoll_event)));
  auto* events = reinterpret_cast<epoll_event*>(memory->data());
  int fd = self->fd_;
  int count = TRY(wait_py(t, wait, [&](int64_t left) { return ::epoll_wait(fd, events, most, milliseconds_of(left)); }));
  List* list = TRY(List::make(t));
  for (int i = 0; i < count; ++i)
    TRY(list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(events[i].data.fd), Value::from_small_int(events[i].events))))));
  return Value(list);
}
Fallible<Value> epoll_enter(Thread& t, Value self) {
  TRY(check_open(t, as<EpollObject>(self)));
  return self;
}
Fallible<void> epoll_exit(Thread& t, EpollObject* self, Arguments) { return epoll_close(t, self); }
Fallible<Value> epoll_closed(Thread&, Value self) { return Value::from_bool(as<EpollObject>(self)->fd_ < 0); }

const NativeMethod kEpollMethods[] = {
    {"__enter__", HOG_NATIVE(epoll_enter), "($self, /)", "The object."},
    {"__exit__", HOG_NATIVE(epoll_exit), "($self, /, *args)", "Closes the object."},
    {"close", HOG_NATIVE(epoll_close), "($self, /)", "Closes the object's own descriptor."},
    {"fileno", HOG_NATIVE(epoll_fileno), "($self, /)", "The object's own descriptor."},
    {"fromfd", HOG_NATIVE(epoll_fromfd), "($type, fd, /)", "An object over a descriptor.", native_flag::kClassMethod},
    {"modify", HOG_NATIVE(epoll_modify), "($self, /, fd, eventmask)", "Changes what is waited for."},
    {"poll", HOG_NATIVE(epoll_poll), "($self, /, timeout=None, maxevents=-1)", "Waits; gives (descriptor, events) pairs."},
    {"register", HOG_NATIVE(epoll_register), "($self, /, fd, eventmask=7)", "Adds a descriptor."},
    {"unregister", HOG_NATIVE(epoll_unregister), "($self, /, fd)", "Removes a descriptor."},
    {}};
const GetSet kEpollGetSets[] = {{"closed", epoll_closed, nullptr, "Is it closed?"}, {}};
constexpr TypeSpec kEpollSpec = {
    .name = "select.epoll",
    .doc = "Waits for descriptors, of which there may be many.",
    .layout = &EpollObject::kLayout,
    .slots = {.new_ = epoll_new},
    .methods = kEpollMethods,
    .getsets = kEpollGetSets,
    .text_signature = "(sizehint=-1, flags=0)",
    .constructors = kEpollNew,
};

constexpr TypeRegistration kTypes[] = {{&poll_type, &kPollSpec, false}, {&epoll_type, &kEpollSpec}};

const NativeMethod kFunctions[] = {
    {"poll", HOG_NATIVE(make_poll), "()", "An object that waits for the descriptors it is told."},
    {"select", HOG_NATIVE(select_call), "(rlist, wlist, xlist, timeout=None, /)", "Waits; gives the ready ones of three lists."},
    {}};

constexpr os::Constant kConstants[] = {
    {"EPOLLERR", 8}, {"EPOLLET", 0x80000000}, {"EPOLLEXCLUSIVE", 0x10000000}, {"EPOLLHUP", 16}, {"EPOLLIN", 1},
    {"EPOLLMSG", 0x400}, {"EPOLLONESHOT", 0x40000000}, {"EPOLLOUT", 4}, {"EPOLLPRI", 2}, {"EPOLLRDBAND", 128},
    {"EPOLLRDHUP", 0x2000}, {"EPOLLRDNORM", 64}, {"EPOLLWAKEUP", 0x20000000}, {"EPOLLWRBAND", 0x200}, {"EPOLLWRNORM", 0x100},
    {"EPOLL_CLOEXEC", 0x80000}, {"PIPE_BUF", 0x1000}, {"POLLERR", 8}, {"POLLHUP", 16}, {"POLLIN", 1}, {"POLLMSG", 0x400},
    {"POLLNVAL", 32}, {"POLLOUT", 4}, {"POLLPRI", 2}, {"POLLRDBAND", 128}, {"POLLRDHUP", 0x2000}, {"POLLRDNORM", 64},
    {"POLLWRBAND", 0x200}, {"POLLWRNORM", 0x100},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "select"));
  TRY(os::add_constants(t, module, kConstants, std::size(kConstants)));
  return module->add(t, "error", Value(core.OSError));
}

}  // namespace

extern const ModuleSpec k_module_select;
const ModuleSpec k_module_select = {.name = "select",
                                    .doc = "Waiting for descriptors.",
                                    .functions = kFunctions,
                                    .types = kTypes,
                                    .type_count = std::size(kTypes),
                                    .initialize = initialize};

}  // namespace hog
