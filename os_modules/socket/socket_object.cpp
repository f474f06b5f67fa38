// socket_object.cpp: the type _socket.socket. Ref: library/socket "Socket Objects".
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "os_modules/socket/socket.hpp"

namespace hog::sockets {

Type* socket_type = nullptr;

namespace {

void trace_nothing(Cell*, Marker&) {}
void close_forgotten(Cell* cell) {
  auto* self = static_cast<SocketObject*>(cell);
  if (self->fd_ >= 0) ::close(self->fd_);
}

}  // namespace

const Layout SocketObject::kLayout = {
    .name = "_socket.socket", .trace = trace_nothing, .destroy = close_forgotten, .base_size = sizeof(SocketObject)};

namespace {

int64_t now() {
  timespec ts{};
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

// 1: ready, 0: the time is over, -1: errno.
int wait_for(int fd, WaitFor what, int64_t nanoseconds) {
  pollfd p{fd, static_cast<short>(what == WaitFor::Reading ? POLLIN : POLLOUT), 0};
  if (nanoseconds < 0) return ::poll(&p, 1, -1);
  timespec time{static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
  return ::ppoll(&p, 1, &time, nullptr);
}

}  // namespace

Attempts::Attempts(SocketObject* socket, WaitFor what)
    : socket_(socket), what_(what), end_(socket->timeout_ > 0 ? now() + socket->timeout_ : 0) {}

Fallible<void> Attempts::wait_py(Thread& t) {
  if (socket_->timeout_ <= 0) return {};
  for (;;) {
    int64_t left = end_ - now();
    if (left <= 0) return raise_timed_out(t);
    int fd = socket_->fd_;
    int ready = os::blocking(t, [&] { return wait_for(fd, what_, left); });
    if (ready > 0) return {};
    if (ready == 0) return raise_timed_out(t);
    if (errno != EINTR) return os::raise_errno(t);
    TRY(safe_point_py(t));
  }
}

namespace {

// ---- Making and closing. ----

Fallible<void> set_descriptor_blocking(Thread& t, int fd, bool blocking) {
  int flags = ::fcntl(fd, F_GETFL);
  int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  if (flags < 0 || (wanted != flags && ::fcntl(fd, F_SETFL, wanted) < 0)) return os::raise_errno(t);
  return {};
}

// Types are the process's: a program that was granted nothing can find this one among the subclasses of object, but gets no instance.
Fallible<Value> socket_new(Thread& t, Type* type, const Arguments&) {
  Host* host = posix::host_of(t);
  if (host == nullptr || host->network == nullptr)
    return t.raise(core.OSError, "sockets need Network, which this isolate was not granted");
  auto* self = as<SocketObject>(TRY(new_instance(t, type)));
  self->fd_ = -1;
  self->timeout_ = -1;
  return Value(self);
}

// What a descriptor that came from elsewhere is.
Fallible<void> inspect_descriptor(Thread& t, int fd, int64_t* family, int64_t* type, int64_t* protocol) {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(fd, address.get(), &address.size) < 0) {
    if (*family == -1 || errno == EBADF || errno == ENOTSOCK) return os::raise_errno(t);
  } else if (*family == -1) {
    *family = address.storage.ss_family;
  }
  int value = 0;
  socklen_t size = sizeof value;
  if (*type == -1) {
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size) < 0) return os::raise_errno(t);
    *type = value;
  }
  size = sizeof value;
  if (*protocol == -1) {
    if (::getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &size) < 0) return os::raise_errno(t);
    *protocol = value;
  }
  return {};
}

Fallible<void> initialize_socket(Thread& t, SocketObject* self, int64_t family, int64_t type, int64_t protocol, Value fileno) {
  TRY(t.audit_py("socket.__new__", Value(self), Value::from_small_int(family), Value::from_small_int(type), Value::from_small_int(protocol)));
  int fd;
  if (!fileno.is_absent() && !fileno.is_none()) {
    if (is_float(fileno)) return t.raise_type_error("integer argument expected, got float");
    int64_t number = TRY(index_to_int64_py(t, fileno));
    if (number < 0) return t.raise_value_error("negative file descriptor");
    fd = static_cast<int>(number);
    TRY(inspect_descriptor(t, fd, &family, &type, &protocol));
  } else {
    if (family == -1) family = AF_INET;
    if (type == -1) type = SOCK_STREAM;
    if (protocol == -1) protocol = 0;
    TRY(Isolate::of(t).count_host_call(t));
    fd = ::socket(static_cast<int>(family), static_cast<int>(type) | SOCK_CLOEXEC, static_cast<int>(protocol));
    if (fd < 0) return os::raise_errno(t);
  }
  if (self->fd_ >= 0 && self->fd_ != fd) ::close(self->fd_);
  self->fd_ = fd;
  self->family_ = static_cast<int>(family);
  self->type_ = static_cast<int>(type) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  self->protocol_ = static_cast<int>(protocol);
  self->timeout_ = -1;
  if ((type & SOCK_NONBLOCK) != 0) {
    self->timeout_ = 0;
    return {};
  }
  Value otherwise = TRY(state_py(t, kTimeoutField));
  if (otherwise.is_none()) return {};
  self->timeout_ = TRY(timeout_argument_py(t, otherwise));
  return set_descriptor_blocking(t, fd, self->timeout_ < 0);
}

const NativeMethod kInit[] = {
    {"socket", HOG_NATIVE(initialize_socket), "($self, family=-1, type=-1, proto=-1, fileno=None)", nullptr}, {}};
Fallible<void> socket_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kInit[0]), self, arguments));
  return {};
}

Fallible<void> socket_close(Thread& t, SocketObject* self) {
  int fd = self->fd_;
  self->fd_ = -1;
  // A connection that the other side reset is closed all the same.
  if (fd >= 0 && ::close(fd) < 0 && errno != ECONNRESET && errno != EINTR) return os::raise_errno(t);
  return {};
}
Fallible<int64_t> socket_detach(Thread&, SocketObject* self) {
  int fd = self->fd_;
  self->fd_ = -1;
  return int64_t{fd};
}
Fallible<void> socket_finalize(Thread& t, Value v) {
  auto* self = as<SocketObject>(v);
  if (self->fd_ < 0) return {};
  Fallible<void> warned = warn_py(t, core.ResourceWarning, "unclosed {}", repr_of(v));
  if (warned.failed()) {
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, "Exception ignored while finalizing socket", v);
  }
  int fd = self->fd_;
  self->fd_ = -1;
  if (fd >= 0) ::close(fd);
  return {};
}
Fallible<Value> socket_repr(Thread& t, Value v) {
  auto* self = as<SocketObject>(v);
  return Value(TRY(t.format("<socket object, fd={}, family={}, type={}, proto={}>", self->fd_, self->family_, self->type_,
                            self->protocol_)));
}
Fallible<int64_t> socket_fileno(Thread&, SocketObject* self) { return int64_t{self->fd_}; }

// ---- Timeouts. ----

Fallible<void> set_timeout(Thread& t, SocketObject* self, int64_t timeout) {
  self->timeout_ = timeout;
  return set_descriptor_blocking(t, self->fd_, timeout < 0);
}
Fallible<void> socket_settimeout(Thread& t, SocketObject* self, Value timeout) {
  int64_t n = TRY(timeout_argument_py(t, timeout));
  return set_timeout(t, self, n);
}
Fallible<Value> socket_gettimeout(Thread& t, SocketObject* self) { return timeout_value(t, self->timeout_); }
Fallible<void> socket_setblocking(Thread& t, SocketObject* self, bool blocking) { return set_timeout(t, self, blocking ? -1 : 0); }
Fallible<bool> socket_getblocking(Thread&, SocketObject* self) { return self->timeout_ != 0; }

// ---- Connecting. ----

Fallible<Value> socket_accept(Thread& t, SocketObject* self) {
  Address address;
  int64_t fd = TRY(transfer_py(t, self, WaitFor::Reading, [&] {
    address.size = sizeof address.storage;
    return ::accept4(self->fd_, address.get(), &address.size, SOCK_CLOEXEC);
  }));
  Fallible<Value> shown = make_address(t, address);
  if (shown.failed()) {
    ::close(static_cast<int>(fd));
    return Failure{};
  }
  return Value(TRY(Tuple::of(t, Value::from_small_int(fd), shown.get())));
}
Fallible<void> socket_bind(Thread& t, SocketObject* self, Value where) {
  Address address;
  TRY(read_address_py(t, self->family_, where, "bind", &address));
  TRY(t.audit_py("socket.bind", Value(self), where));
  if (::bind(self->fd_, address.get(), address.size) < 0) return os::raise_errno(t);
  return {};
}
Fallible<void> socket_listen(Thread& t, SocketObject* self, int backlog) {
  if (::listen(self->fd_, backlog < 0 ? 0 : backlog) < 0) return os::raise_errno(t);
  return {};
}

// 0 or errno; fails for what is no answer of the other side.
Fallible<int> connect_py(Thread& t, SocketObject* self, Value where, const char* function) {
  Address address;
  TRY(read_address_py(t, self->family_, where, function, &address));
  TRY(Isolate::of(t).count_host_call(t));
  int fd = self->fd_;
  if (os::blocking(t, [&] { return ::connect(fd, address.get(), address.size); }) == 0) return 0;
  int error = errno;
  bool goes_on = error == EINTR ? self->timeout_ != 0 : error == EINPROGRESS && self->timeout_ > 0;
  if (!goes_on) return error;
  if (error == EINTR) TRY(safe_point_py(t));
  int64_t end = now() + self->timeout_;
  for (;;) {
    int64_t left = self->timeout_ < 0 ? -1 : end - now();
    if (self->timeout_ > 0 && left <= 0) return EWOULDBLOCK;
    int ready = os::blocking(t, [&] { return wait_for(fd, WaitFor::Writing, left); });
    if (ready > 0) break;
    if (ready == 0) return EWOULDBLOCK;
    if (errno != EINTR) return errno;
    TRY(safe_point_py(t));
  }
  socklen_t size = sizeof error;
  if (::getsockopt(self->fd_, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error == EISCONN ? 0 : error;
}
Fallible<void> socket_connect(Thread& t, SocketObject* self, Value address) {
  TRY(t.audit_py("socket.connect", Value(self), address));
  int error = TRY(connect_py(t, self, address, "connect"));
  if (error == EWOULDBLOCK && self->timeout_ > 0) return raise_timed_out(t);
  if (error != 0) return raise_os_error(t, error);
  return {};
}
Fallible<int64_t> socket_connect_ex(Thread& t, SocketObject* self, Value address) {
  TRY(t.audit_py("socket.connect", Value(self), address));
  return int64_t{TRY(connect_py(t, self, address, "connect_ex"))};
}
Fallible<Value> own_address(Thread& t, SocketObject* self, int (*ask)(int, sockaddr*, socklen_t*)) {
  Address address;
  address.size = sizeof address.storage;
  if (ask(self->fd_, address.get(), &address.size) < 0) return os::raise_errno(t);
  return make_address(t, address);
}
Fallible<Value> socket_getsockname(Thread& t, SocketObject* self) {
  return own_address(t, self, [](int fd, sockaddr* a, socklen_t* s) { return ::getsockname(fd, a, s); });
}
Fallible<Value> socket_getpeername(Thread& t, SocketObject* self) {
  return own_address(t, self, [](int fd, sockaddr* a, socklen_t* s) { return ::getpeername(fd, a, s); });
}
Fallible<void> socket_shutdown(Thread& t, SocketObject* self, int how) {
  if (::shutdown(self->fd_, how) < 0) return os::raise_errno(t);
  return {};
}

// ---- Options. ----

Fallible<Value> socket_getsockopt(Thread& t, SocketObject* self, int level, int option, int64_t size) {
  if (size == 0) {
    int value = 0;
    socklen_t length = sizeof value;
    if (::getsockopt(self->fd_, level, option, &value, &length) < 0) return os::raise_errno(t);
    return Value::from_small_int(value);
  }
  if (size < 0 || size > 1024) return t.raise(core.OSError, "getsockopt buflen out of range");
  char room[1024];
  auto length = static_cast<socklen_t>(size);
  if (::getsockopt(self->fd_, level, option, room, &length) < 0) return os::raise_errno(t);
  return Value(TRY(Bytes::from(t, room, length)));
}
Fallible<void> socket_setsockopt(Thread& t, SocketObject* self, int level, int option, Value value, Value size) {
  int result;
  if (value.is_none()) {
    if (size.is_absent()) return t.raise_type_error("socket option should be integer, bytes-like object, or None with a length");
    int64_t length = TRY(index_to_int64_py(t, size));
    result = ::setsockopt(self->fd_, level, option, nullptr, static_cast<socklen_t>(length));
  } else if (is_index(value)) {
    int64_t wide = TRY(index_to_int64_py(t, value));
    if (wide < INT32_MIN || wide > INT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C int");
    int number = static_cast<int>(wide);
    result = ::setsockopt(self->fd_, level, option, &number, sizeof number);
  } else {
    BytesLike data(t);
    TRY(data.open(value));
    result = ::setsockopt(self->fd_, level, option, data.data(), static_cast<socklen_t>(data.size()));
  }
  if (result < 0) return os::raise_errno(t);
  return {};
}

// ---- Receiving. ----

Fallible<Bytes*> receive_py(Thread& t, SocketObject* self, int64_t size, int flags, const char* function, Address* from) {
  if (size < 0) return t.raise_value_error("negative buffersize in {}", function);
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  if (size == 0 && from == nullptr) return bytes;
  int64_t n = TRY(transfer_py(t, self, WaitFor::Reading, [&] {
    if (from == nullptr) return ::recv(self->fd_, bytes->mutable_data(), static_cast<size_t>(size), flags);
    from->size = sizeof from->storage;
    return ::recvfrom(self->fd_, bytes->mutable_data(), static_cast<size_t>(size), flags, from->get(), &from->size);
  }));
  if (n == size) return bytes;
  return Bytes::from(t, bytes->data(), static_cast<size_t>(n));
}
Fallible<Value> socket_recv(Thread& t, SocketObject* self, int64_t size, int flags) {
  return Value(TRY(receive_py(t, self, size, flags, "recv", nullptr)));
}
Fallible<Value> socket_recvfrom(Thread& t, SocketObject* self, int64_t size, int flags) {
  Address from;
  Bytes* bytes = TRY(receive_py(t, self, size, flags, "recvfrom", &from));
  Value address = TRY(make_address(t, from));
  return Value(TRY(Tuple::of(t, Value(bytes), address)));
}
Fallible<int64_t> receive_into_py(Thread& t, SocketObject* self, Value buffer, int64_t size, int flags, const char* function,
                                  Address* from) {
  BytesLike room(t);
  TRY(room.open(buffer, kBufferWritable));
  if (size < 0) return t.raise_value_error("negative buffersize in {}", function);
  size_t length = size == 0 ? room.size() : static_cast<size_t>(size);
  if (length > room.size()) return t.raise_value_error(from == nullptr ? "buffer too small for requested bytes" : "nbytes is greater than the length of the buffer");
  if (length == 0 && from == nullptr) return int64_t{0};
  return transfer_py(t, self, WaitFor::Reading, [&] {
    if (from == nullptr) return ::recv(self->fd_, room.data(), length, flags);
    from->size = sizeof from->storage;
    return ::recvfrom(self->fd_, room.data(), length, flags, from->get(), &from->size);
  });
}
Fallible<int64_t> socket_recv_into(Thread& t, SocketObject* self, Value buffer, int64_t size, int flags) {
  return receive_into_py(t, self, buffer, size, flags, "recv_into", nullptr);
}
Fallible<Value> socket_recvfrom_into(Thread& t, SocketObject* self, Value buffer, int64_t size, int flags) {
  Address from;
  int64_t n = TRY(receive_into_py(t, self, buffer, size, flags, "recvfrom_into", &from));
  Value address = TRY(make_address(t, from));
  return Value(TRY(Tuple::of(t, Value::from_small_int(n), address)));
}

// ---- Sending. ----

Fallible<int64_t> socket_send(Thread& t, SocketObject* self, Value data, int flags) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  return transfer_py(t, self, WaitFor::Writing, [&] { return ::send(self->fd_, bytes.data(), bytes.size(), flags); });
}
Fallible<void> socket_sendall(Thread& t, SocketObject* self, Value data, int flags) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  Attempts attempts(self, WaitFor::Writing);  // one timeout for all of it
  for (size_t done = 0; done < bytes.size();) {
    int64_t n = TRY(transfer_py(t, self, attempts, [&] { return ::send(self->fd_, bytes.data() + done, bytes.size() - done, flags); }));
    done += static_cast<size_t>(n);
    // What was cut short may have been so by a signal, whose handler must not wait for the rest.
    TRY(done < bytes.size() ? safe_point_py(t) : t.poll());
  }
  return {};
}
Fallible<Value> socket_sendto(Thread& t, Value v, const Arguments& arguments) {
  auto* self = as<SocketObject>(v);
  if (arguments.has_keywords()) return t.raise_type_error("sendto() takes no keyword arguments");
  if (arguments.positional < 2 || arguments.positional > 3)
    return t.raise_type_error("sendto() takes 2 or 3 arguments ({} given)", arguments.positional);
  BytesLike bytes(t);
  TRY(bytes.open(arguments[0]));
  int flags = arguments.positional == 3 ? static_cast<int>(TRY(index_to_int64_py(t, arguments[1]))) : 0;
  TRY(t.audit_py("socket.sendto", v, arguments[arguments.positional - 1]));
  Address to;
  TRY(read_address_py(t, self->family_, arguments[arguments.positional - 1], "sendto", &to));
  return make_int(t, TRY(transfer_py(t, self, WaitFor::Writing, [&] {
    return ::sendto(self->fd_, bytes.data(), bytes.size(), flags, to.get(), to.size);
  })));
}

const NativeMethod kMethods[] = {
    {"_accept", HOG_NATIVE(socket_accept), "($self, /)", "(descriptor, address) of the next who connects."},
    {"bind", HOG_NATIVE(socket_bind), "($self, object, /)", "Gives the socket an address."},
    {"close", HOG_NATIVE(socket_close), "($self, /)", "Closes the socket."},
    {"connect", HOG_NATIVE(socket_connect), "($self, object, /)", "Connects to an address."},
    {"connect_ex", HOG_NATIVE(socket_connect_ex), "($self, object, /)", "connect() that answers an error number."},
    {"detach", HOG_NATIVE(socket_detach), "($self, /)", "Closes the object, and gives the descriptor, which stays open."},
    {"fileno", HOG_NATIVE(socket_fileno), "($self, /)", "The descriptor, or -1."},
    {"getblocking", HOG_NATIVE(socket_getblocking), "($self, /)", "Do calls wait?"},
    {"getpeername", HOG_NATIVE(socket_getpeername), "($self, /)", "Address of the other side."},
    {"getsockname", HOG_NATIVE(socket_getsockname), "($self, /)", "Address of this side."},
    {"getsockopt", HOG_NATIVE(socket_getsockopt), "($self, level, option, buflen=0, /)", "An option, as int or as bytes."},
    {"gettimeout", HOG_NATIVE(socket_gettimeout), "($self, /)", "Seconds that calls wait, or None."},
    {"listen", HOG_NATIVE(socket_listen), "($self, backlog=128, /)", "Lets others connect."},
    {"recv", HOG_NATIVE(socket_recv), "($self, bufsize, flags=0, /)", "Up to so many bytes."},
    {"recv_into", HOG_NATIVE(socket_recv_into), "($self, buffer, nbytes=0, flags=0)", "Bytes into a buffer; gives how many."},
    {"recvfrom", HOG_NATIVE(socket_recvfrom), "($self, bufsize, flags=0, /)", "(bytes, address of the sender)"},
    {"recvfrom_into", HOG_NATIVE(socket_recvfrom_into), "($self, buffer, nbytes=0, flags=0)",
     "Bytes into a buffer; gives (how many, address of the sender)."},
    {"recvmsg", HOG_NATIVE(receive_message_py), "($self, bufsize, ancbufsize=0, flags=0, /)",
     "(bytes, ancillary data, flags, address)"},
    {"recvmsg_into", HOG_NATIVE(receive_message_into_py), "($self, buffers, ancbufsize=0, flags=0, /)",
     "(number of bytes, ancillary data, flags, address)"},
    {"send", HOG_NATIVE(socket_send), "($self, data, flags=0, /)", "Sends; gives how many bytes."},
    {"sendall", HOG_NATIVE(socket_sendall), "($self, data, flags=0, /)", "Sends all of it."},
    {"sendmsg", HOG_NATIVE(send_message_py), "($self, buffers, ancdata=(), flags=0, address=None, /)",
     "Sends buffers and ancillary data; gives how many bytes."},
    {"sendto", HOG_RAW(socket_sendto), nullptr, "Sends to an address; gives how many bytes."},
    {"setblocking", HOG_NATIVE(socket_setblocking), "($self, object, /)", "Says whether calls wait."},
    {"setsockopt", HOG_NATIVE(socket_setsockopt), "($self, level, option, value, optlen=<unrepresentable>, /)", "Sets an option."},
    {"settimeout", HOG_NATIVE(socket_settimeout), "($self, object, /)", "Sets for how many seconds calls wait; None: for ever."},
    {"shutdown", HOG_NATIVE(socket_shutdown), "($self, object, /)", "Ends reading, writing or both."},
    {}};

Fallible<Value> get_family(Thread&, Value v) { return Value::from_small_int(as<SocketObject>(v)->family_); }
Fallible<Value> get_type(Thread&, Value v) { return Value::from_small_int(as<SocketObject>(v)->type_); }
Fallible<Value> get_protocol(Thread&, Value v) { return Value::from_small_int(as<SocketObject>(v)->protocol_); }
Fallible<Value> get_timeout(Thread& t, Value v) { return timeout_value(t, as<SocketObject>(v)->timeout_); }
const GetSet kGetSets[] = {{"family", get_family, nullptr, "Address family."},
                           {"proto", get_protocol, nullptr, "Protocol."},
                           {"timeout", get_timeout, nullptr, "Seconds that calls wait, or None."},
                           {"type", get_type, nullptr, "Kind of socket."},
                           {}};

}  // namespace

extern const TypeSpec kSocketSpec;
const TypeSpec kSocketSpec = {
    .name = "_socket.socket",
    .doc = "One end of a connection.",
    .layout = &SocketObject::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasFinalizer,
    .slots = {.repr = socket_repr, .init = socket_init, .new_ = socket_new, .finalize = socket_finalize},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(family=-1, type=-1, proto=-1, fileno=None)",
    .constructors = kInit,
};

}  // namespace hog::sockets
