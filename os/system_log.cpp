// system_log.cpp: see system_log.hpp. Invariant: the C library keeps the name's address, so the name stays where it is; who writes it
// and who lets the library read it hold the mutex.
#include "os/system_log.hpp"

#include <pthread.h>
#include <syslog.h>

#include <cstring>

namespace hog {

namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
class Turn {
 public:
  Turn() { ::pthread_mutex_lock(&mutex); }
  ~Turn() { ::pthread_mutex_unlock(&mutex); }
  Turn(const Turn&) = delete;
};
constinit char log_name[256] = {};
constinit bool is_open = false;

}  // namespace

void open_system_log(const char* name, uint64_t size, int options, int facility) {
  Turn turn;
  if (size >= sizeof log_name) size = sizeof log_name - 1;
  std::memcpy(log_name, name, size);
  log_name[size] = '\0';
  ::openlog(size == 0 ? nullptr : log_name, options, facility);
  is_open = true;
}
void close_system_log() {
  Turn turn;
  if (is_open) ::closelog();
  is_open = false;
}
bool is_system_log_open() {
  Turn turn;
  return is_open;
}
void write_system_log(int priority, const char* text) {
  Turn turn;
  ::syslog(priority, "%s", text);
}
int set_system_log_mask(int mask) {
  Turn turn;
  return ::setlogmask(mask);
}

}  // namespace hog
