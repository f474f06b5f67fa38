// constants.cpp: the constants of the module _socket. Ref: library/socket.
// The system's headers have macros of the same names: the list is expanded where none of them was included.
#include "os_modules/support.hpp"

namespace hog::sockets {

namespace {

constexpr os::Constant kConstants[] = {
#define HOG_SOCKET_CONSTANT(name, value) {#name, value},
#include "modules/socket_constants.def"
#undef HOG_SOCKET_CONSTANT
};

}  // namespace

Fallible<void> add_socket_constants(Thread& t, Module* module) {
  TRY(os::add_constants(t, module, kConstants, std::size(kConstants)));
  TRY(module->add(t, "BDADDR_ANY", Value(TRY(Str::from_ascii(t, "00:00:00:00:00:00")))));
  TRY(module->add(t, "BDADDR_LOCAL", Value(TRY(Str::from_ascii(t, "00:00:00:FF:FF:FF")))));
  return module->add(t, "has_ipv6", Value::true_value());
}

}  // namespace hog::sockets
