// program.hpp: for embedders that run whole programs: what sys tells of the command line, and how a program ends.
#pragma once

#include <span>

#include "object/thread.hpp"

namespace hog {

// Exit statuses beside those that a program chooses.
constexpr int kExitUncaught = 1;
constexpr int kExitTerminated = 120;  // also: the standard output could not be flushed
constexpr int kExitInterrupted = 130;

// The program's name and its arguments, and how it was started: bytes without NUL as the system gave them (what is no UTF-8
// becomes lone surrogates). Nothing is kept.
struct ProgramSettings {
  std::span<const char* const> arguments;           // sys.argv
  std::span<const char* const> original_arguments;  // sys.orig_argv
  std::span<const char* const> warning_options;     // sys.warnoptions
  std::span<const char* const> x_options;           // sys._xoptions: NAME or NAME=VALUE
  std::span<const char* const> path;                // sys.path
  const char* executable = "";
  const char* prefix = "";                          // sys.prefix and its like
  StartFlags flags;
  int64_t int_max_str_digits = 4300;
  enum class Colors : uint8_t { AsStreamAllows, Never, Always } colors = Colors::AsStreamAllows;
};
Fallible<void> apply_program_settings(Thread& t, const ProgramSettings& settings);
Fallible<Str*> decode_argument_py(Thread& t, const char* text);

// What the pending exception (or a termination) that ended a program means: SystemExit chooses a status, anything else is
// shown. Nothing is pending afterwards. `inspect`: SystemExit is shown as well (-i).
int program_failure_status_py(Thread& t, bool inspect);
// What comes after the last statement: runs atexit functions and flushes the standard streams. `status`: the program's so far.
int finish_program_py(Thread& t, int status);

}  // namespace hog
