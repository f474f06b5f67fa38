// socket_module.cpp: the module _socket: its functions, exceptions and state. Ref: library/socket.
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>

#include <cstring>

#include "os_modules/socket/socket.hpp"

namespace hog {

namespace sockets {

extern const TypeSpec kSocketSpec;

// ---- State: a list in the module. A program that replaced the module gets what the module had when it was made. ----

namespace {

Fallible<List*> state_list_py(Thread& t) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_socket"))));
  if (!is<Module>(module) || !as<Module>(module)->state_ || !is<List>(Value(as<Module>(module)->state_.get())))
    return t.raise(core.RuntimeError, "the module _socket was replaced");
  return as<List>(as<Module>(module)->state_.get());
}

}  // namespace

Fallible<Value> state_py(Thread& t, StateField field) { return TRY(state_list_py(t))->at(field); }
Fallible<void> set_state_py(Thread& t, StateField field, Value v) {
  TRY(state_list_py(t))->set(field, v);
  return {};
}

namespace {

Failure raise_with_text_py(Thread& t, StateField field, int code, const char* text) {
  Value type = TRY(state_py(t, field));
  Value message = Value(TRY(Str::from_utf8(t, text)));
  Value exception = TRY(call_py(t, type, Value::from_small_int(code), message));
  return t.raise_object_py(exception, Value::absent());
}

}  // namespace

Failure raise_address_error_py(Thread& t, int code) {
  if (code == EAI_SYSTEM) return os::raise_errno(t);
  return raise_with_text_py(t, kAddressErrorField, code, ::gai_strerror(code));
}
Failure raise_host_error_py(Thread& t, int code) { return raise_with_text_py(t, kHostErrorField, code, ::hstrerror(code)); }
Failure raise_timed_out(Thread& t) { return t.raise(core.TimeoutError, "timed out"); }

Fallible<int64_t> timeout_argument_py(Thread& t, Value v) {
  if (v.is_none()) return int64_t{-1};
  if (!is_float(v) && !is_index(v)) return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(v)->name());
  double seconds = TRY(to_double_py(t, v));
  if (seconds != seconds) return t.raise_value_error("Invalid value NaN (not a number)");
  double nanoseconds = __builtin_ceil(seconds * 1e9);
  if (nanoseconds < 0) return t.raise_value_error("Timeout value out of range");
  if (nanoseconds > 2147483647.0e6) return t.raise(core.OverflowError, "timeout doesn't fit into C timeval");
  return static_cast<int64_t>(nanoseconds);
}
Fallible<Value> timeout_value(Thread& t, int64_t timeout) {
  if (timeout < 0) return Value::none();
  return make_float(t, static_cast<double>(timeout) / 1e9);
}

namespace {

// ---- Hosts, services, protocols. ----

Fallible<Value> text(Thread& t, const char* s) { return posix::decode_host_text(t, s, std::strlen(s)); }
const char* characters(ByteArray* bytes) { return reinterpret_cast<const char*>(bytes->data()); }

Fallible<Value> get_address_info(Thread& t, Value host, Value port, int family, int type, int protocol, int flags) {
  TRY(t.audit_py("socket.getaddrinfo", host, port, Value::from_small_int(family), Value::from_small_int(type), Value::from_small_int(protocol)));
  ByteArray* name = host.is_none() ? nullptr : TRY(host_name_py(t, host));
  ByteArray* service = nullptr;
  if (is_int_or_bool(port)) {
    Str* digits = TRY(str_py(t, port));
    service = TRY(host_name_py(t, Value(digits)));
  } else if (is<Str>(port) || is<Bytes>(port)) {
    service = TRY(posix::encoded_argument_py(t, port));
  } else if (!port.is_none()) {
    return t.raise(core.OSError, "Int or String expected");
  }
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = type;
  hints.ai_protocol = protocol;
  hints.ai_flags = flags;
  TRY(Isolate::of(t).count_host_call(t));
  addrinfo* found = nullptr;
  const char* host_text = name == nullptr ? nullptr : characters(name);
  const char* service_text = service == nullptr ? nullptr : characters(service);
  int error = os::blocking(t, [&] { return ::getaddrinfo(host_text, service_text, &hints, &found); });
  if (error != 0) return raise_address_error_py(t, error);
  auto collect = [&]() -> Fallible<Value> {
    List* list = TRY(List::make(t));
    for (addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
      Address address;
      address.size = entry->ai_addrlen;
      std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
      Value shown = TRY(make_address(t, address));
      Value canonical = TRY(text(t, entry->ai_canonname == nullptr ? "" : entry->ai_canonname));
      TRY(list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(entry->ai_family), Value::from_small_int(entry->ai_socktype),
                                              Value::from_small_int(entry->ai_protocol), canonical, shown)))));
    }
    return Value(list);
  };
  Fallible<Value> list = collect();
  ::freeaddrinfo(found);
  return list;
}

Fallible<Value> get_name_info(Thread& t, Value where, int flags) {
  TRY(t.audit_py("socket.getnameinfo", where));
  if (!is<Tuple>(where)) return t.raise_type_error("getnameinfo() argument 1 must be a tuple");
  auto* tuple = as<Tuple>(where);
  if (tuple->length() < 2 || tuple->length() > 4 || !is<Str>(tuple->at(0)))
    return t.raise_type_error("getnameinfo(): illegal sockaddr argument");
  int64_t port = TRY(index_to_int64_py(t, tuple->at(1)));
  int64_t flow = tuple->length() > 2 ? TRY(index_to_int64_py(t, tuple->at(2))) : 0;
  if (flow < 0 || flow > 0xfffff) return t.raise(core.OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  ByteArray* name = TRY(host_name_py(t, tuple->at(0)));
  Str* digits = TRY(t.format("{}", port));
  ByteArray* service = TRY(host_name_py(t, Value(digits)));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  int error = os::blocking(t, [&] { return ::getaddrinfo(characters(name), characters(service), &hints, &found); });
  if (error != 0) return raise_address_error_py(t, error);
  Address address;
  address.size = found->ai_addrlen;
  bool ambiguous = found->ai_next != nullptr;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  if (ambiguous) return t.raise(core.OSError, "sockaddr resolved to multiple addresses");
  if (address.storage.ss_family == AF_INET && tuple->length() != 2) return t.raise(core.OSError, "IPv4 sockaddr must be 2 tuple");
  if (address.storage.ss_family == AF_INET6) {
    auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
    six->sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
    if (tuple->length() > 3) six->sin6_scope_id = static_cast<uint32_t>(TRY(index_to_int64_py(t, tuple->at(3))));
  }
  char host[NI_MAXHOST], port_name[NI_MAXSERV];
  error = ::getnameinfo(address.get(), address.size, host, sizeof host, port_name, sizeof port_name, flags);
  if (error != 0) return raise_address_error_py(t, error);
  return Value(TRY(Tuple::of(t, TRY(text(t, host)), TRY(text(t, port_name)))));
}

Fallible<Value> get_host_by_name(Thread& t, Value host) {
  TRY(t.audit_py("socket.gethostbyname", host));
  Address address;
  TRY(resolve_py(t, host, AF_INET, &address));
  return as<Tuple>(TRY(make_address(t, address)))->at(0);
}

// (name, further names, addresses)
Fallible<Value> host_entry(Thread& t, const hostent* entry, int error) {
  if (entry == nullptr) return raise_host_error_py(t, error);
  List* aliases = TRY(List::make(t));
  for (char** alias = entry->h_aliases; alias != nullptr && *alias != nullptr; ++alias)
    TRY(aliases->append(t, TRY(text(t, *alias))));
  List* addresses = TRY(List::make(t));
  for (char** address = entry->h_addr_list; address != nullptr && *address != nullptr; ++address) {
    char shown[INET6_ADDRSTRLEN];
    if (::inet_ntop(entry->h_addrtype, *address, shown, sizeof shown) == nullptr) return os::raise_errno(t);
    TRY(addresses->append(t, TRY(text(t, shown))));
  }
  return Value(TRY(Tuple::of(t, TRY(text(t, entry->h_name)), Value(aliases), Value(addresses))));
}
constexpr size_t kEntryRoom = 16384;
Fallible<Value> get_host_by_name_full(Thread& t, Value host) {
  TRY(t.audit_py("socket.gethostbyname", host));
  Address address;
  TRY(resolve_py(t, host, AF_INET, &address));
  ByteArray* name = TRY(host_name_py(t, host));
  ByteArray* room = TRY(ByteArray::make(t, kEntryRoom));
  hostent entry, *found = nullptr;
  int error = 0;
  ::gethostbyname_r(characters(name), &entry, reinterpret_cast<char*>(room->data()), kEntryRoom, &found, &error);
  return host_entry(t, found, error);
}
Fallible<Value> get_host_by_address(Thread& t, Value host) {
  TRY(t.audit_py("socket.gethostbyaddr", host));
  Address address;
  TRY(resolve_py(t, host, AF_UNSPEC, &address));
  ByteArray* room = TRY(ByteArray::make(t, kEntryRoom));
  hostent entry, *found = nullptr;
  int error = 0;
  bool six = address.storage.ss_family == AF_INET6;
  const void* bytes = six ? static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_addr)
                          : &reinterpret_cast<sockaddr_in*>(&address.storage)->sin_addr;
  ::gethostbyaddr_r(bytes, six ? 16 : 4, address.storage.ss_family, &entry, reinterpret_cast<char*>(room->data()), kEntryRoom, &found, &error);
  return host_entry(t, found, error);
}
Fallible<Value> get_service_by_name(Thread& t, Str* name, Value protocol) {
  TRY(t.audit_py("socket.getservbyname", Value(name), protocol.is_absent() ? Value(names.empty) : protocol));
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(name)));
  ByteArray* kind = protocol.is_absent() ? nullptr : TRY(posix::encoded_argument_py(t, protocol));
  char room[2048];
  servent entry, *found = nullptr;
  ::getservbyname_r(characters(bytes), kind == nullptr ? nullptr : characters(kind), &entry, room, sizeof room, &found);
  if (found == nullptr) return t.raise(core.OSError, "service/proto not found");
  return Value::from_small_int(ntohs(static_cast<uint16_t>(found->s_port)));
}
Fallible<Value> get_service_by_port(Thread& t, int port, Value protocol) {
  TRY(t.audit_py("socket.getservbyport", Value::from_small_int(port), protocol.is_absent() ? Value(names.empty) : protocol));
  if (port < 0 || port > 0xffff) return t.raise(core.OverflowError, "getservbyport: port must be 0-65535.");
  ByteArray* kind = protocol.is_absent() ? nullptr : TRY(posix::encoded_argument_py(t, protocol));
  char room[2048];
  servent entry, *found = nullptr;
  ::getservbyport_r(htons(static_cast<uint16_t>(port)), kind == nullptr ? nullptr : characters(kind), &entry, room, sizeof room, &found);
  if (found == nullptr) return t.raise(core.OSError, "port/proto not found");
  return text(t, found->s_name);
}
Fallible<Value> get_protocol_by_name(Thread& t, Str* name) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(name)));
  char room[2048];
  protoent entry, *found = nullptr;
  ::getprotobyname_r(characters(bytes), &entry, room, sizeof room, &found);
  if (found == nullptr) return t.raise(core.OSError, "protocol not found");
  return Value::from_small_int(found->p_proto);
}
Fallible<Value> get_host_name(Thread& t) {
  TRY(t.audit_py("socket.gethostname"));
  char name[256];
  if (::gethostname(name, sizeof name) < 0) return os::raise_errno(t);
  name[sizeof name - 1] = 0;
  return text(t, name);
}
Fallible<void> set_host_name(Thread& t, Value name) {
  TRY(t.audit_py("socket.sethostname", name));
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, name));
  if (::sethostname(characters(bytes), std::strlen(characters(bytes))) < 0) return os::raise_errno(t);
  return {};
}

// ---- Interfaces. ----

Fallible<Value> interface_names(Thread& t) {
  struct if_nameindex* all = ::if_nameindex();
  if (all == nullptr) return os::raise_errno(t);
  auto collect = [&]() -> Fallible<Value> {
    List* list = TRY(List::make(t));
    for (struct if_nameindex* i = all; i->if_index != 0; ++i)
      TRY(list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(i->if_index), TRY(text(t, i->if_name)))))));
    return Value(list);
  };
  Fallible<Value> list = collect();
  ::if_freenameindex(all);
  return list;
}
Fallible<Value> interface_to_index(Thread& t, Value name) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, name));
  unsigned index = ::if_nametoindex(characters(bytes));
  if (index == 0) return os::raise_errno(t);
  return Value::from_small_int(index);
}
Fallible<Value> index_to_interface(Thread& t, Value index) {
  int64_t n = TRY(index_to_int64_py(t, index));
  if (n < 0) return t.raise_value_error("Cannot convert negative int");
  if (n > UINT32_MAX) return t.raise(core.OverflowError, "Python int too large for C unsigned int");
  char name[IF_NAMESIZE + 1];
  if (::if_indextoname(static_cast<unsigned>(n), name) == nullptr) return os::raise_errno(t);
  return text(t, name);
}

// ---- Numbers and packed addresses. ----

Fallible<uint32_t> unsigned_py(Thread& t, Value v, uint32_t most, const char* c_type) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow < 0 || n.value < 0) return t.raise_value_error("Cannot convert negative int");
  if (n.overflow > 0 || n.value > most) return t.raise(core.OverflowError, "Python int too large for C {}", c_type);
  return static_cast<uint32_t>(n.value);
}
Fallible<int64_t> swap_long(Thread& t, Value v) { return int64_t{htonl(TRY(unsigned_py(t, v, UINT32_MAX, "uint32_t")))}; }
Fallible<int64_t> swap_short(Thread& t, Value v) {
  return int64_t{htons(static_cast<uint16_t>(TRY(unsigned_py(t, v, UINT16_MAX, "uint16_t"))))};
}
Fallible<Value> address_to_bytes(Thread& t, Str* address) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(address)));
  in_addr out;
  if (::inet_aton(characters(bytes), &out) == 0) return t.raise(core.OSError, "illegal IP address string passed to inet_aton");
  return Value(TRY(Bytes::from(t, &out, sizeof out)));
}
Fallible<Value> bytes_to_address(Thread& t, Value packed) {
  BytesLike data(t);
  TRY(data.open(packed));
  if (data.size() != sizeof(in_addr)) return t.raise(core.OSError, "packed IP wrong length for inet_ntoa");
  char shown[INET_ADDRSTRLEN];
  ::inet_ntop(AF_INET, data.data(), shown, sizeof shown);
  return text(t, shown);
}
Fallible<Value> pack_address(Thread& t, int family, Str* address) {
  ByteArray* bytes = TRY(posix::encoded_argument_py(t, Value(address)));
  unsigned char out[16];
  int result = ::inet_pton(family, characters(bytes), out);
  if (result < 0) return os::raise_errno(t);
  if (result == 0) return t.raise(core.OSError, "illegal IP address string passed to inet_pton");
  return Value(TRY(Bytes::from(t, out, family == AF_INET ? 4 : 16)));
}
Fallible<Value> unpack_address(Thread& t, int family, Value packed) {
  BytesLike data(t);
  TRY(data.open(packed));
  if (family != AF_INET && family != AF_INET6) return t.raise_value_error("unknown address family {}", family);
  if (data.size() != (family == AF_INET ? 4u : 16u)) return t.raise_value_error("invalid length of packed IP address string");
  char shown[INET6_ADDRSTRLEN];
  if (::inet_ntop(family, data.data(), shown, sizeof shown) == nullptr) return os::raise_errno(t);
  return text(t, shown);
}

// ---- Descriptors. ----

Fallible<void> close_descriptor(Thread& t, int fd) {
  if (::close(fd) < 0 && errno != ECONNRESET && errno != EINTR) return os::raise_errno(t);
  return {};
}
Fallible<int64_t> duplicate_descriptor(Thread& t, int fd) {
  int made = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (made < 0) return os::raise_errno(t);
  return int64_t{made};
}
Fallible<Value> adopt_py(Thread& t, int fd, int family, int type, int protocol) {
  const Value arguments[] = {Value::from_small_int(family), Value::from_small_int(type), Value::from_small_int(protocol),
                             Value::from_small_int(fd)};
  Fallible<Value> made = call_py(t, Value(socket_type), Arguments(arguments, 4));
  if (made.failed()) ::close(fd);
  return made;
}
Fallible<Value> make_pair(Thread& t, int family, int type, int protocol) {
  int ends[2];
  if (::socketpair(family, type | SOCK_CLOEXEC, protocol, ends) < 0) return os::raise_errno(t);
  Fallible<Value> first = adopt_py(t, ends[0], family, type, protocol);
  if (first.failed()) {
    ::close(ends[1]);
    return Failure{};
  }
  Value second = TRY(adopt_py(t, ends[1], family, type, protocol));
  return Value(TRY(Tuple::of(t, first.get(), second)));
}
Fallible<Value> get_default_timeout(Thread& t) { return state_py(t, kTimeoutField); }
Fallible<void> set_default_timeout(Thread& t, Value timeout) {
  int64_t n = TRY(timeout_argument_py(t, timeout));
  return set_state_py(t, kTimeoutField, TRY(timeout_value(t, n)));
}

const NativeMethod kFunctions[] = {
    {"CMSG_LEN", HOG_NATIVE(control_length), "(length, /)", "Bytes of an item of ancillary data."},
    {"CMSG_SPACE", HOG_NATIVE(control_space), "(length, /)", "Bytes of an item of ancillary data and what follows it."},
    {"close", HOG_NATIVE(close_descriptor), "(object, /)", "Closes a socket's descriptor."},
    {"dup", HOG_NATIVE(duplicate_descriptor), "(object, /)", "A second descriptor of a socket."},
    {"getaddrinfo", HOG_NATIVE(get_address_info), "(host, port, family=0, type=0, proto=0, flags=0)",
     "Addresses of a host: (family, type, protocol, name, address) each."},
    {"getdefaulttimeout", HOG_NATIVE(get_default_timeout), "()", "Timeout of new sockets."},
    {"gethostbyaddr", HOG_NATIVE(get_host_by_address), "(host, /)", "(name, further names, addresses)"},
    {"gethostbyname", HOG_NATIVE(get_host_by_name), "(host, /)", "Address of a host."},
    {"gethostbyname_ex", HOG_NATIVE(get_host_by_name_full), "(host, /)", "(name, further names, addresses)"},
    {"gethostname", HOG_NATIVE(get_host_name), "()", "This machine's name."},
    {"getnameinfo", HOG_NATIVE(get_name_info), "(sockaddr, flags, /)", "(host, port) as names."},
    {"getprotobyname", HOG_NATIVE(get_protocol_by_name), "(name, /)", "Number of a protocol."},
    {"getservbyname", HOG_NATIVE(get_service_by_name), "(servicename, protocolname=<unrepresentable>, /)", "Port of a service."},
    {"getservbyport", HOG_NATIVE(get_service_by_port), "(port, protocolname=<unrepresentable>, /)", "Service of a port."},
    {"htonl", HOG_NATIVE(swap_long), "(integer, /)", "32 bits in network order."},
    {"htons", HOG_NATIVE(swap_short), "(integer, /)", "16 bits in network order."},
    {"if_indextoname", HOG_NATIVE(index_to_interface), "(if_index, /)", "Name of an interface."},
    {"if_nameindex", HOG_NATIVE(interface_names), "()", "(index, name) of each interface."},
    {"if_nametoindex", HOG_NATIVE(interface_to_index), "(oname, /)", "Index of an interface."},
    {"inet_aton", HOG_NATIVE(address_to_bytes), "(ip_addr, /)", "An IPv4 address as bytes."},
    {"inet_ntoa", HOG_NATIVE(bytes_to_address), "(packed_ip, /)", "An IPv4 address as text."},
    {"inet_ntop", HOG_NATIVE(unpack_address), "(af, packed_ip, /)", "An address as text."},
    {"inet_pton", HOG_NATIVE(pack_address), "(af, ip, /)", "An address as bytes."},
    {"ntohl", HOG_NATIVE(swap_long), "(integer, /)", "32 bits in the machine's order."},
    {"ntohs", HOG_NATIVE(swap_short), "(integer, /)", "16 bits in the machine's order."},
    {"setdefaulttimeout", HOG_NATIVE(set_default_timeout), "(object, /)", "Sets the timeout of new sockets."},
    {"sethostname", HOG_NATIVE(set_host_name), "(name, /)", "Sets this machine's name."},
    {"socketpair", HOG_NATIVE(make_pair), "(family=1, type=1, proto=0, /)", "Two sockets, connected."},
    {}};

constexpr TypeRegistration kTypes[] = {{&socket_type, &kSocketSpec}};

Fallible<Value> make_error_py(Thread& t, const char* name) {
  Dict* attributes = TRY(Dict::make(t));
  TRY(attributes->set_name(t, names.dunder_module, Value(TRY(Str::intern_utf8(t, "socket")))));
  Tuple* bases = TRY(Tuple::of(t, Value(core.OSError)));
  return call_py(t, Value(core.type), Value(TRY(Str::intern_utf8(t, name))), Value(bases), Value(attributes));
}

Fallible<void> initialize(Thread& t, Module* module) {
  Host* host = posix::host_of(t);
  if (host == nullptr || host->network == nullptr)
    return t.raise(core.ImportError, "module '_socket' needs Network, which this isolate was not granted");
  Value address_error = TRY(make_error_py(t, "gaierror")), host_error = TRY(make_error_py(t, "herror"));
  const Value state[kStateFields] = {address_error, host_error, Value::none()};
  module->state_.set(module, TRY(List::from(t, state, kStateFields)));
  TRY(module->add(t, "gaierror", address_error));
  TRY(module->add(t, "herror", host_error));
  TRY(module->add(t, "error", Value(core.OSError)));
  TRY(module->add(t, "timeout", Value(core.TimeoutError)));
  TRY(module->add(t, "SocketType", Value(socket_type)));
  return add_socket_constants(t, module);
}

}  // namespace

}  // namespace sockets

extern const ModuleSpec k_module__socket;
const ModuleSpec k_module__socket = {.name = "_socket",
                                     .doc = "Sockets.",
                                     .functions = sockets::kFunctions,
                                     .types = sockets::kTypes,
                                     .type_count = std::size(sockets::kTypes),
                                     .initialize = sockets::initialize};

}  // namespace hog
