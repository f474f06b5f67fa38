// system_log.hpp: the system's log, and the name under which this process writes to it. State of the process, as in the C library.
#pragma once

#include <cstdint>

namespace hog {

void open_system_log(const char* name, uint64_t size, int options, int facility);
void close_system_log();
bool is_system_log_open();
void write_system_log(int priority, const char* text);
int set_system_log_mask(int mask);

}  // namespace hog
