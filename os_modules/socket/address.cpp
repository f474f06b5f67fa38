// address.cpp: addresses of sockets to and from Python: (host, port), (host, port, flow, scope), a path, (pid, groups).
// Ref: library/socket "Socket families".
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstring>

#include "os_modules/socket/socket.hpp"

namespace hog::sockets {

namespace {

Fallible<void> take_host_py(Thread& t, Value host, int family, Address* out) {
  Address found;
  TRY(resolve_py(t, host, family, &found));
  *out = found;
  return {};
}

Fallible<uint16_t> port_py(Thread& t, Value v, const char* function) {
  int64_t port = TRY(index_to_int64_py(t, v));
  if (port < 0 || port > 0xffff) return t.raise(core.OverflowError, "{}(): port must be 0-65535.", function);
  return static_cast<uint16_t>(port);
}

Fallible<void> read_internet_py(Thread& t, Value v, const char* function, Address* out) {
  if (!is<Tuple>(v)) return t.raise_type_error("{}(): AF_INET address must be tuple, not {}", function, type_of(v)->name());
  auto* pair = as<Tuple>(v);
  if (pair->length() != 2) return t.raise_type_error("AF_INET address must be a pair (host, port)");
  if (!is_index(pair->at(1)))
    return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(pair->at(1))->name());
  TRY(take_host_py(t, pair->at(0), AF_INET, out));
  uint16_t port = TRY(port_py(t, pair->at(1), function));
  reinterpret_cast<sockaddr_in*>(&out->storage)->sin_port = htons(port);
  return {};
}

Fallible<void> read_internet6_py(Thread& t, Value v, const char* function, Address* out) {
  if (!is<Tuple>(v)) return t.raise_type_error("{}(): AF_INET6 address must be tuple, not {}", function, type_of(v)->name());
  auto* tuple = as<Tuple>(v);
  if (tuple->length() < 2 || tuple->length() > 4)
    return t.raise_type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
  TRY(take_host_py(t, tuple->at(0), AF_INET6, out));
  uint16_t port = TRY(port_py(t, tuple->at(1), function));
  auto* address = reinterpret_cast<sockaddr_in6*>(&out->storage);
  int64_t flow = tuple->length() > 2 ? TRY(index_to_int64_py(t, tuple->at(2))) : 0;
  if (flow < 0 || flow > 0xfffff) return t.raise(core.OverflowError, "{}(): flowinfo must be 0-1048575.", function);
  int64_t scope = tuple->length() > 3 ? TRY(index_to_int64_py(t, tuple->at(3))) : 0;
  if (scope < 0 || scope > UINT32_MAX) return t.raise(core.OverflowError, "scopeid out of range");
  address->sin6_port = htons(port);
  address->sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
  if (tuple->length() > 3) address->sin6_scope_id = static_cast<uint32_t>(scope);
  return {};
}

Fallible<void> read_local_py(Thread& t, Value v, Address* out) {
  Bytes* path;
  if (is<Str>(v)) {
    Str* encoding = TRY(Str::intern_utf8(t, "utf-8"));
    Str* errors = TRY(Str::intern_utf8(t, "surrogateescape"));
    Value encoded = TRY(call_method_py(t, v, TRY(Str::intern_utf8(t, "encode")), Value(encoding), Value(errors)));
    if (!is<Bytes>(encoded)) return t.raise_type_error("encode() gave no bytes");
    path = as<Bytes>(encoded);
  } else {
    BytesLike data(t);
    TRY(data.open(v));
    path = TRY(Bytes::from(t, data.data(), data.size()));
  }
  auto* address = reinterpret_cast<sockaddr_un*>(&out->storage);
  bool abstract = path->length() != 0 && path->data()[0] == 0;
  size_t most = sizeof address->sun_path - (abstract ? 0 : 1);
  if (path->length() > most) return t.raise(core.OSError, "AF_UNIX path too long");
  address->sun_family = AF_UNIX;
  std::memcpy(address->sun_path, path->data(), path->length());
  out->size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->length() + (abstract || path->length() == 0 ? 0 : 1));
  return {};
}

Fallible<void> read_netlink_py(Thread& t, Value v, const char* function, Address* out) {
  if (!is<Tuple>(v) || as<Tuple>(v)->length() != 2)
    return t.raise_type_error("{}(): AF_NETLINK address must be tuple, not {}", function, type_of(v)->name());
  auto* address = reinterpret_cast<sockaddr_nl*>(&out->storage);
  address->nl_family = AF_NETLINK;
  address->nl_pid = static_cast<uint32_t>(TRY(index_to_int64_py(t, as<Tuple>(v)->at(0))));
  address->nl_groups = static_cast<uint32_t>(TRY(index_to_int64_py(t, as<Tuple>(v)->at(1))));
  out->size = sizeof(sockaddr_nl);
  return {};
}

Fallible<Value> host_text(Thread& t, int family, const void* address) {
  char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
  if (::inet_ntop(family, address, text, sizeof text) == nullptr) return os::raise_errno(t);
  return Value(TRY(Str::from_ascii(t, text)));
}

}  // namespace

Fallible<ByteArray*> host_name_py(Thread& t, Value host) {
  Value source = host;
  if (is<Str>(host) && !as<Str>(host)->is_ascii()) {
    source = TRY(call_method_py(t, host, TRY(Str::intern_utf8(t, "encode")), Value(TRY(Str::intern_utf8(t, "idna")))));
  } else if (is<Str>(host)) {
    source = Value(TRY(Bytes::from(t, as<Str>(host)->data(), as<Str>(host)->length())));
  }
  if (!is<Bytes>(source) && !supports_buffer(source))
    return t.raise_type_error("str, bytes or bytearray expected, not {}", type_of(host)->name());
  BytesLike data(t);
  TRY(data.open(source));
  if (data.view().find('\0') != std::string_view::npos) return t.raise_type_error("host name must not contain null character");
  ByteArray* name = TRY(ByteArray::make(t, data.size() + 1));
  std::memcpy(name->data(), data.data(), data.size());
  return name;
}

Fallible<void> resolve_py(Thread& t, Value host, int family, Address* out) {
  ByteArray* bytes = TRY(host_name_py(t, host));
  const char* name = reinterpret_cast<const char*>(bytes->data());
  *out = Address{};
  if (*name == 0 && family == AF_INET6) {
    out->storage.ss_family = AF_INET6;
    out->size = sizeof(sockaddr_in6);
    return {};
  }
  auto* four = reinterpret_cast<sockaddr_in*>(&out->storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&out->storage);
  bool broadcast = std::strcmp(name, "<broadcast>") == 0 || std::strcmp(name, "255.255.255.255") == 0;
  if (*name == 0 || broadcast) {
    if (broadcast && family != AF_INET && family != AF_UNSPEC) return t.raise(core.OSError, "address family mismatched");
    four->sin_family = AF_INET;
    four->sin_addr.s_addr = broadcast ? INADDR_BROADCAST : INADDR_ANY;
    out->size = sizeof *four;
    return {};
  }
  // Numbers need no look-up.
  if (family != AF_INET6 && ::inet_pton(AF_INET, name, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    out->size = sizeof *four;
    return {};
  }
  if (family != AF_INET && ::inet_pton(AF_INET6, name, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    out->size = sizeof *six;
    return {};
  }
  *out = Address{};
  TRY(Isolate::of(t).count_host_call(t));
  addrinfo hints{};
  hints.ai_family = family;
  addrinfo* found = nullptr;
  int error = ::getaddrinfo(name, nullptr, &hints, &found);
  if (error != 0) return raise_address_error_py(t, error);
  out->size = found->ai_addrlen;
  std::memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return {};
}

Fallible<void> read_address_py(Thread& t, int family, Value v, const char* function, Address* out) {
  *out = Address{};
  switch (family) {
    case AF_INET: return read_internet_py(t, v, function, out);
    case AF_INET6: return read_internet6_py(t, v, function, out);
    case AF_UNIX: return read_local_py(t, v, out);
    case AF_NETLINK: return read_netlink_py(t, v, function, out);
    default: return t.raise(core.OSError, "{}(): bad family", function);
  }
}

Fallible<Value> make_address(Thread& t, const Address& address) {
  if (address.size == 0) return Value::none();
  switch (address.storage.ss_family) {
    case AF_INET: {
      auto* a = reinterpret_cast<const sockaddr_in*>(&address.storage);
      Value host = TRY(host_text(t, AF_INET, &a->sin_addr));
      return Value(TRY(Tuple::of(t, host, Value::from_small_int(ntohs(a->sin_port)))));
    }
    case AF_INET6: {
      auto* a = reinterpret_cast<const sockaddr_in6*>(&address.storage);
      Value host = TRY(host_text(t, AF_INET6, &a->sin6_addr));
      return Value(TRY(Tuple::of(t, host, Value::from_small_int(ntohs(a->sin6_port)),
                                 Value::from_small_int(ntohl(a->sin6_flowinfo)), Value::from_small_int(a->sin6_scope_id))));
    }
    case AF_UNIX: {
      auto* a = reinterpret_cast<const sockaddr_un*>(&address.storage);
      size_t length = address.size - offsetof(sockaddr_un, sun_path);
      if (address.size <= offsetof(sockaddr_un, sun_path)) return Value(names.empty);
      if (a->sun_path[0] == 0) return Value(TRY(Bytes::from(t, a->sun_path, length)));
      return posix::decode_host_text(t, a->sun_path, ::strnlen(a->sun_path, length));
    }
    case AF_NETLINK: {
      auto* a = reinterpret_cast<const sockaddr_nl*>(&address.storage);
      return Value(TRY(Tuple::of(t, Value::from_small_int(a->nl_pid), Value::from_small_int(a->nl_groups))));
    }
    default: {
      size_t length = address.size - offsetof(sockaddr, sa_data);
      Value rest = Value(TRY(Bytes::from(t, address.get()->sa_data, length)));
      return Value(TRY(Tuple::of(t, Value::from_small_int(address.storage.ss_family), rest)));
    }
  }
}

}  // namespace hog::sockets
