// faults.hpp: reports of where a program stands when the process is about to die, at a signal, or after a time. Knows no Python: who
// asks for reports hands in what writes the stacks. State of the process, as signal handlers are; one mutex guards what sets it.
#pragma once

#include <cstdint>

namespace hog {

// Runs in signal handlers and on a thread of its own while the others go on: async-signal-safe, and it believes no pointer.
struct StackWriter {
  void (*write)(void* context, int descriptor, bool all_threads, bool on_python_thread) = nullptr;
  void* context = nullptr;
};

// Fatal signals. Answer errno, 0: done.
int enable_fault_reports(StackWriter writer, int descriptor, bool all_threads);
bool disable_fault_reports();  // false: they were not enabled
bool fault_reports_enabled();
bool is_fatal_signal(int number);

// Any other signal. chain: the handler that was there before runs as well.
int report_at_signal(int number, StackWriter writer, int descriptor, bool all_threads, bool chain);
bool stop_reporting_at_signal(int number);

// Once (or again and again) after so long; only one such report at a time. `header` is copied.
int report_later(StackWriter writer, int descriptor, int64_t nanoseconds, bool repeat, bool exit, const char* header);
void cancel_report_later();

// Stops everything whose writer has this context.
void forget_reports_of(void* context);

// Copies memory that may be anything; false: it cannot be read. Async-signal-safe.
bool peek(const void* from, void* to, uint64_t size);
void write_all(int descriptor, const char* text, uint64_t size);
void write_native_stack(int descriptor);

}  // namespace hog
