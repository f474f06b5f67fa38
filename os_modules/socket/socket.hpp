// socket.hpp: what the files of the module _socket share. Invariant of a socket object: fd_ is a descriptor that it owns, or -1 after
// close() or detach(); a socket with a timeout has a descriptor that does not block.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "os_modules/support.hpp"

namespace hog::sockets {

class SocketObject : public Cell {
 public:
  static const Layout kLayout;
  int fd_;
  int family_;
  int type_;
  int protocol_;
  int64_t timeout_;  // nanoseconds; -1: waits for ever, 0: never waits
};
extern Type* socket_type;

// ---- The module's own state. ----
enum StateField : uint8_t { kAddressErrorField, kHostErrorField, kTimeoutField, kStateFields };
Fallible<Value> state_py(Thread& t, StateField field);
Fallible<void> set_state_py(Thread& t, StateField field, Value v);
Failure raise_address_error_py(Thread& t, int code);  // gaierror, of getaddrinfo()'s codes
Failure raise_host_error_py(Thread& t, int code);     // herror
Failure raise_timed_out(Thread& t);
// Seconds as float, int or None in nanoseconds; -1 for None.
Fallible<int64_t> timeout_argument_py(Thread& t, Value v);
Fallible<Value> timeout_value(Thread& t, int64_t timeout);

// ---- Addresses. ----
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
// From what Python gives for a socket of that family. `function` is for messages.
Fallible<void> read_address_py(Thread& t, int family, Value v, const char* function, Address* out);
Fallible<Value> make_address(Thread& t, const Address& address);
// The address of a host by name or number, family AF_UNSPEC or wanted.
Fallible<void> resolve_py(Thread& t, Value host, int family, Address* out);
// A host's name as bytes: ASCII as it is, other names by the codec idna. NUL-terminated.
Fallible<ByteArray*> host_name_py(Thread& t, Value host);

// ---- Waiting. ----
enum class WaitFor : uint8_t { Reading, Writing };
// Makes a call that transfers, waiting as the socket's timeout says. `call` answers -1 with errno.
class Attempts {
 public:
  Attempts(SocketObject* socket, WaitFor what);
  // Waits for the descriptor when there is a timeout. Raises TimeoutError.
  Fallible<void> wait_py(Thread& t);

 private:
  SocketObject* socket_;
  WaitFor what_;
  int64_t end_;
};
template <typename Call>
Fallible<int64_t> transfer_py(Thread& t, SocketObject* socket, Attempts& attempts, Call call) {
  TRY(Isolate::of(t).count_host_call(t));
  for (;;) {
    TRY(attempts.wait_py(t));
    int64_t result = os::blocking(t, call);
    if (result >= 0) return result;
    if (errno == EINTR) {
      TRY(safe_point_py(t));
      continue;
    }
    if (socket->timeout_ > 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    return os::raise_errno(t);
  }
}
template <typename Call>
Fallible<int64_t> transfer_py(Thread& t, SocketObject* socket, WaitFor what, Call call) {
  Attempts attempts(socket, what);
  return transfer_py(t, socket, attempts, call);
}

Fallible<Value> receive_message_py(Thread& t, SocketObject* self, int64_t size, int64_t ancillary, int flags);
Fallible<Value> receive_message_into_py(Thread& t, SocketObject* self, Value buffers, int64_t ancillary, int flags);
Fallible<int64_t> send_message_py(Thread& t, SocketObject* self, Value buffers, Value ancillary, int flags, Value address);
Fallible<int64_t> control_length(Thread& t, int64_t size);
Fallible<int64_t> control_space(Thread& t, int64_t size);

Fallible<void> add_socket_constants(Thread& t, Module* module);

}  // namespace hog::sockets
