// socket_module.cpp: the module _socket as far as it needs no network: constants, errors, byte order, addresses as text. A socket
// itself needs an operating system: where os_modules/ is linked and granted, its _socket takes the place of this one.
// Ref: library/socket.
#include <bit>

#include "host/host.hpp"
#include "modules/socket_addresses.hpp"
#include "object/os_error.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int kInet = 2, kInet6 = 10, kUnsupportedFamily = 97;  // AF_INET, AF_INET6, EAFNOSUPPORT

Failure refuse_network(Thread& t) {
  return t.raise(core.PermissionError, "this isolate was not granted Network");
}

// ---- socket.socket ----

class Socket : public Cell {
 public:
  static const Layout kLayout;
};
void trace_nothing(Cell*, Marker&) {}
const Layout Socket::kLayout = {.name = "socket", .trace = trace_nothing, .base_size = sizeof(Socket)};
Type* socket_type;

Fallible<Value> socket_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> socket_init(Thread& t, Value, const Arguments&) { return refuse_network(t); }
Fallible<int64_t> socket_fileno(Thread&, Value) { return int64_t{-1}; }
Fallible<void> socket_close(Thread&, Value) { return {}; }
Fallible<int64_t> socket_detach(Thread&, Value) { return int64_t{-1}; }

// What a socket would do, but for what goes with the limits of a machine (sendmsg). No program gets as far, for there are no
// sockets: but some look what is there, mocks for one.
Fallible<Value> socket_refuse(Thread& t, Value, const Arguments&) { return refuse_network(t); }

constexpr NativeMethod kSocketMethods[] = {
#define HOG_REFUSED(name) {#name, HOG_RAW(socket_refuse), "($self, /, *args, **kwargs)", "Needs a network."},
    HOG_REFUSED(_accept) HOG_REFUSED(bind) HOG_REFUSED(connect) HOG_REFUSED(connect_ex) HOG_REFUSED(getblocking)
    HOG_REFUSED(getpeername) HOG_REFUSED(getsockname) HOG_REFUSED(getsockopt) HOG_REFUSED(gettimeout) HOG_REFUSED(listen)
    HOG_REFUSED(recv) HOG_REFUSED(recv_into) HOG_REFUSED(recvfrom) HOG_REFUSED(recvfrom_into) HOG_REFUSED(send) HOG_REFUSED(sendall)
    HOG_REFUSED(sendto) HOG_REFUSED(setblocking) HOG_REFUSED(setsockopt) HOG_REFUSED(settimeout) HOG_REFUSED(shutdown)
#undef HOG_REFUSED
    {"fileno", HOG_NATIVE(socket_fileno), "($self, /)", "-1: there is no descriptor."},
    {"close", HOG_NATIVE(socket_close), "($self, /)", "Close it."},
    {"detach", HOG_NATIVE(socket_detach), "($self, /)", "Give the descriptor away."},
    {}};

const TypeSpec kSocketSpec = {
    .name = "_socket.socket",
    .doc = "An end of a connection.",
    .layout = &Socket::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = socket_init, .new_ = socket_new},
    .methods = kSocketMethods,
};
const TypeRegistration kTypes[] = {{&socket_type, &kSocketSpec}};

// ---- Byte order. ----

template <typename T>
Fallible<int64_t> swap_bytes(Thread& t, Value v, const char* c_type) {
  Value number = TRY(index_py(t, v));
  bool negative = TRY(compare_bool_py(t, number, Value::from_small_int(0), CompareOp::Lt));
  if (negative) return t.raise_value_error("Cannot convert negative int");
  if (!number.is_small_int() || number.small_int() > static_cast<int64_t>(T(~T{0})))
    return t.raise(core.OverflowError, "Python int too large for C {}", c_type);
  T value = static_cast<T>(number.small_int());
  return static_cast<int64_t>(sizeof(T) == 2 ? __builtin_bswap16(static_cast<uint16_t>(value))
                                             : __builtin_bswap32(static_cast<uint32_t>(value)));
}
Fallible<int64_t> swap16(Thread& t, Value v) { return swap_bytes<uint16_t>(t, v, "uint16_t"); }
Fallible<int64_t> swap32(Thread& t, Value v) { return swap_bytes<uint32_t>(t, v, "uint32_t"); }
static_assert(std::endian::native == std::endian::little);

// ---- Addresses. ----

Fallible<Value> inet_aton(Thread& t, Str* text) {
  uint8_t address[4];
  if (!text->is_ascii() || !parse_loose_ipv4(text->ascii(), address))
    return t.raise(core.OSError, "illegal IP address string passed to inet_aton");
  return Value(TRY(Bytes::from(t, address, sizeof address)));
}
Fallible<Value> inet_ntoa(Thread& t, Value packed) {
  BytesLike view(t);
  TRY(view.open(packed));
  if (view.size() != 4) return t.raise(core.OSError, "packed IP wrong length for inet_ntoa");
  char text[16];
  size_t length = print_ipv4(view.data(), text);
  return Value(TRY(Str::from_ascii(t, {text, length})));
}
Fallible<Value> inet_pton(Thread& t, int family, Str* text) {
  uint8_t address[16];
  if (family != kInet && family != kInet6) return raise_os_error(t, kUnsupportedFamily);
  bool good = text->is_ascii() && (family == kInet ? parse_ipv4(text->ascii(), address) : parse_ipv6(text->ascii(), address));
  if (!good) return t.raise(core.OSError, "illegal IP address string passed to inet_pton");
  return Value(TRY(Bytes::from(t, address, family == kInet ? 4 : 16)));
}
Fallible<Value> inet_ntop(Thread& t, int family, Value packed) {
  BytesLike view(t);
  TRY(view.open(packed));
  if (family != kInet && family != kInet6) return t.raise_value_error("unknown address family {}", family);
  if (view.size() != (family == kInet ? 4u : 16u)) return t.raise_value_error("invalid length of packed IP address string");
  char text[46];
  auto* address = view.data();
  size_t length = family == kInet ? print_ipv4(address, text) : print_ipv6(address, text);
  return Value(TRY(Str::from_ascii(t, {text, length})));
}

// ---- The timeout of new sockets. ----

Fallible<Value> getdefaulttimeout(Thread&, Module* module) {
  return static_cast<Tuple*>(module->state_.get())->data()[0];
}
Fallible<void> setdefaulttimeout(Thread& t, Module* module, Value timeout) {
  Value kept = Value::none();
  if (!timeout.is_none()) {
    double seconds = TRY(to_double_py(t, timeout));
    if (seconds != seconds) return t.raise_value_error("Invalid value NaN (not a number)");
    if (seconds < 0) return t.raise_value_error("Timeout value out of range");
    kept = TRY(make_float(t, seconds));
  }
  module->state_.set(module, TRY(Tuple::of(t, kept)));
  return {};
}

// What needs the network is absent, and says so.
constexpr std::string_view kNetworkNames =
    " AF_UNIX CMSG_LEN CMSG_SPACE close dup getaddrinfo gethostbyaddr gethostbyname gethostbyname_ex gethostname getnameinfo getprotobyname "
    "getservbyname getservbyport if_indextoname if_nameindex if_nametoindex sethostname socketpair ";

Fallible<Value> socket_getattr(Thread& t, Str* name) {
  bool known = false;
  if (name->is_ascii() && name->length() != 0)
    for (size_t at = kNetworkNames.find(name->ascii()); at != std::string_view::npos && !known; at = kNetworkNames.find(name->ascii(), at + 1))
      known = at > 0 && kNetworkNames[at - 1] == ' ' && kNetworkNames[at + name->length()] == ' ';
  if (!known) return t.raise(core.AttributeError, "module '_socket' has no attribute '{}'", name);
  return t.raise(core.AttributeError, "module '_socket' has no attribute '{}': this isolate was not granted Network", name);
}

constexpr NativeMethod kFunctions[] = {
    {"htonl", HOG_NATIVE(swap32), "(x, /)", "To network byte order, 32 bits."},
    {"htons", HOG_NATIVE(swap16), "(x, /)", "To network byte order, 16 bits."},
    {"ntohl", HOG_NATIVE(swap32), "(x, /)", "From network byte order, 32 bits."},
    {"ntohs", HOG_NATIVE(swap16), "(x, /)", "From network byte order, 16 bits."},
    {"inet_aton", HOG_NATIVE(inet_aton), "(ip_addr, /)", "An IPv4 address as four bytes."},
    {"inet_ntoa", HOG_NATIVE(inet_ntoa), "(packed_ip, /)", "Four bytes as an IPv4 address."},
    {"inet_pton", HOG_NATIVE(inet_pton), "(address_family, ip_string, /)", "An address as bytes."},
    {"inet_ntop", HOG_NATIVE(inet_ntop), "(address_family, packed_ip, /)", "Bytes as an address."},
    {"__getattr__", HOG_NATIVE(socket_getattr), "(name, /)", "Says which capability would bring what is missing."},
    {"getdefaulttimeout", HOG_NATIVE(getdefaulttimeout), "($module, /)", "Seconds, or None: for ever."},
    {"setdefaulttimeout", HOG_NATIVE(setdefaulttimeout), "($module, timeout, /)", "Seconds, or None: for ever."},
    {}};

struct Number {
  const char* name;
  int64_t value;
};
constexpr Number kNumbers[] = {
#define HOG_SOCKET_CONSTANT(name, value) {#name, value},
#include "modules/socket_constants.def"
#undef HOG_SOCKET_CONSTANT
};

Fallible<void> add_error(Thread& t, Module* module, const char* name) {
  Str* text = TRY(Str::intern_utf8(t, name));
  Dict* body = TRY(Dict::make(t));
  TRY(body->set_py(t, Value(TRY(Str::intern_utf8(t, "__module__"))), Value(TRY(Str::intern_utf8(t, "socket")))));
  Tuple* bases = TRY(Tuple::of(t, Value(core.OSError)));
  return module->add(t, name, TRY(call_py(t, Value(core.type), Value(text), Value(bases), Value(body))));
}

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Number& number : kNumbers) {
    if (std::string_view(number.name) == "AF_UNIX") continue;  // the library asks by this name whether there are such sockets
    TRY(module->add(t, number.name, Value::from_small_int(number.value)));
  }
  TRY(module->add(t, "has_ipv6", Value::true_value()));
  TRY(module->add(t, "BDADDR_ANY", Value(TRY(Str::from_ascii(t, "00:00:00:00:00:00")))));
  TRY(module->add(t, "BDADDR_LOCAL", Value(TRY(Str::from_ascii(t, "00:00:00:FF:FF:FF")))));
  TRY(module->add(t, "SocketType", Value(socket_type)));
  TRY(module->add(t, "error", Value(core.OSError)));
  TRY(module->add(t, "timeout", Value(core.TimeoutError)));
  TRY(add_error(t, module, "gaierror"));
  TRY(add_error(t, module, "herror"));
  module->state_.set(module, TRY(Tuple::of(t, Value::none())));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__socket_addresses;
const ModuleSpec k_module__socket_addresses = {
    .name = "_socket",
    .doc = "Sockets: constants and addresses; connections need the Network capability.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = 1,
    .initialize = initialize,
};

}  // namespace hog
