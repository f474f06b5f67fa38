// socket_addresses.hpp: IPv4 and IPv6 addresses as text and as bytes, without an operating system. Ref: RFC 4291, RFC 5952,
// inet_aton(3), inet_pton(3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hog {

// "a", "a.b", "a.b.c" or "a.b.c.d", each part decimal, octal or hexadecimal, the last one filling what is left.
bool parse_loose_ipv4(std::string_view text, uint8_t out[4]);
// "a.b.c.d" in decimal only.
bool parse_ipv4(std::string_view text, uint8_t out[4]);
bool parse_ipv6(std::string_view text, uint8_t out[16]);
// The length written; the buffers hold the longest text there is.
size_t print_ipv4(const uint8_t address[4], char out[16]);
size_t print_ipv6(const uint8_t address[16], char out[46]);

}  // namespace hog
