// options.hpp: the command line and the PYTHON* variables, understood. Pointers are into argv and the environment.
// Ref: using/cmdline; the conventions are getopt's: letters may share a dash, a value may follow its letter at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modules/program.hpp"
#include "sandbox.hpp"

namespace hog::cli {

enum class Source : uint8_t { None, File, Command, Module, Input };  // None: no program was named
enum class Help : uint8_t { None, Usage, Environment, XOptions, All };

struct Options {
  const char* program_name = "hognose";
  std::vector<const char*> original_arguments;
  Source source = Source::None;
  const char* program = "";               // file name, text or module name
  std::vector<const char*> arguments;     // of the program, behind its own name
  std::vector<const char*> given_warnings;  // -W
  std::vector<const char*> x_options;
  bool sandbox = false;
  SandboxOptions granted;                 // with sandbox only
  bool unbuffered = false;
  bool fault_handler = false;  // -X faulthandler and the like
  bool skip_first_line = false;
  bool random_hashes = false;             // -R: whatever PYTHONHASHSEED says
  int version = 0;                        // how often -V was given
  Help help = Help::None;
  StartFlags flags;
  bool dont_write_bytecode = false;       // -B (the flag says true wherever nothing can be written)

  // From the environment and -X, by resolve_environment():
  std::vector<std::string> warning_options;  // sys.warnoptions, in their order
  int64_t int_max_str_digits = 4300;
  bool has_hash_seed = false;
  uint32_t hash_seed = 0;
  std::string path;                       // PYTHONPATH
  std::string startup;                    // PYTHONSTARTUP
  std::string stream_encoding, stream_errors;  // PYTHONIOENCODING
  ProgramSettings::Colors colors = ProgramSettings::Colors::AsStreamAllows;
};

// -1: go on; else the exit status, with everything said.
int parse_options(int argc, char** argv, Options* options);
// Adds what environment variables and -X options say. As above.
int resolve_environment(Options* options);

// Value of -X NAME or -X NAME=VALUE; the last one counts. False: not given. The value of a bare NAME is "".
bool x_option(const Options& options, std::string_view name, std::string_view* value);

void print_version(const Options& options);
void print_help(const Options& options, Help which);
// The two lines after a wrong option.
void print_usage_error(const Options& options);

}  // namespace hog::cli
