// help.cpp: what --help and --version print.
#include <cstdio>

#include "options.hpp"
#include "modules/version.hpp"

namespace hog::cli {

namespace {

constexpr const char* kUsageFormat = "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

constexpr const char* kOptions =
    "A Python 3.14 interpreter. FILE may be a program, or a directory or zip archive with __main__.py.\n"
    "\n"
    "Programs:\n"
    "  file           run the program in a file\n"
    "  -c cmd         run the text given here; ends the options\n"
    "  -m mod         run a module of the library, or of sys.path, as a program; ends the options\n"
    "  -              run what comes from standard input (without any program: a prompt, on a terminal)\n"
    "  arg ...        the program's arguments: sys.argv[1:]\n"
    "\n"
    "Options:\n"
    "  --sandbox      run without access to the operating system: standard streams and the clock only\n"
    "    --allow-read DIR, --allow-write DIR  show a directory at its own path, read-only or not; the rest of the disk is not there\n"
    "    --mount SRC:DST[:ro|rw|overlay]      show SRC at DST; overlay: changes stay in memory\n"
    "    --env K=V, --clock real|fixed:T, --seed TEXT  the environment, the time, and what randomness follows from\n"
    "    --max-memory N (1G), --max-instructions N (no limit), --timeout SECONDS (600), --max-output N (1G),\n"
    "    --max-host-calls N (100000000)       0: no limit; exit status 124 when one is passed. All of these imply --sandbox\n"
    "  -b             warn where bytes meet str in str() and comparisons; -bb: an error\n"
    "  -B             write no .pyc files\n"
    "  -d             accepted: there is no parser debugging\n"
    "  -E             ignore all PYTHON* environment variables\n"
    "  -h, -?, --help this text; --help-env, --help-xoptions, --help-all: more\n"
    "  -i             a prompt after the program, and on any kind of standard input\n"
    "  -I             isolated from the user's environment: as -E -P -s\n"
    "  -O             leave out assert and what depends on __debug__; -OO: docstrings, too\n"
    "  -P             do not put the program's own folder on sys.path\n"
    "  -q             no banner before the prompt\n"
    "  -R             seed hashes at random, whatever PYTHONHASHSEED says\n"
    "  -s             no user site-packages on sys.path\n"
    "  -S             do without exit, quit, help, copyright, credits and license\n"
    "  -u             write standard output and error at once, without buffering\n"
    "  -v             trace imports; twice: in more detail\n"
    "  -V, --version  print the version; twice: in more detail\n"
    "  -W arg         what to do about warnings: action:message:category:module:lineno\n"
    "  -x             skip the first line of the program's file\n"
    "  -X opt         options of the implementation; see --help-xoptions\n"
    "  --check-hash-based-pycs always|default|never: accepted\n";

constexpr const char* kEnvironment =
    "Environment variables that are read, unless -E or -I is given:\n"
    "  PYTHON_COLORS, NO_COLOR, FORCE_COLOR, TERM  whether output is coloured\n"
    "  PYTHON_CONTEXT_AWARE_WARNINGS, PYTHON_THREAD_INHERIT_CONTEXT  as the -X options\n"
    "  PYTHONDEBUG        as -d\n"
    "  PYTHONDEVMODE      as -X dev\n"
    "  PYTHONDONTWRITEBYTECODE  as -B\n"
    "  PYTHONHASHSEED     a number that seeds hashes, or 'random'\n"
    "  PYTHONINSPECT      as -i\n"
    "  PYTHONINTMAXSTRDIGITS  as -X int_max_str_digits\n"
    "  PYTHONIOENCODING   encoding[:errors] of the standard streams\n"
    "  PYTHONNOUSERSITE   as -s\n"
    "  PYTHONOPTIMIZE     as -O\n"
    "  PYTHONPATH         folders for sys.path, with ':' between them (not in the sandbox)\n"
    "  PYTHONSAFEPATH     as -P\n"
    "  PYTHONSTARTUP      a file to run before the prompt (not in the sandbox)\n"
    "  PYTHONUNBUFFERED   as -u\n"
    "  PYTHONUTF8         as -X utf8\n"
    "  PYTHONVERBOSE      as -v\n"
    "  PYTHONWARNDEFAULTENCODING  as -X warn_default_encoding\n"
    "  PYTHONWARNINGS     as -W, with ',' between several\n"
    "PYTHONHOME, PYTHONMALLOC and others that tell where a library lies or how memory is had mean nothing here.\n";

constexpr const char* kXOptions =
    "Options of the implementation:\n"
    "  -X context_aware_warnings=0|1  sys.flags only\n"
    "  -X dev                    development mode: all warnings are shown\n"
    "  -X faulthandler           a report of where the program stands at a fatal signal\n"
    "  -X int_max_str_digits=N   limit of conversions between int and str; 0: none\n"
    "  -X thread_inherit_context=0|1  sys.flags only\n"
    "  -X utf8[=0|1]             sys.flags only: streams and names are UTF-8 in any case\n"
    "  -X warn_default_encoding  EncodingWarning where open() is given no encoding\n"
    "Other names are kept in sys._xoptions and do nothing; importtime, tracemalloc, perf and\n"
    "no_debug_ranges, which other interpreters know, are absent here.\n";

}  // namespace

void print_version(const Options& options) {
  if (options.version > 1) std::printf("Python %s\n", version::kText);
  else std::printf("Python %d.%d.%d (Hognose)\n", version::kMajor, version::kMinor, version::kMicro);
}

void print_help(const Options& options, Help which) {
  bool all = which == Help::All;
  if (which == Help::Usage || all) {
    std::printf(kUsageFormat, options.program_name);
    std::fputs(kOptions, stdout);
  }
  if (which == Help::Environment || all) std::fputs(kEnvironment, stdout);
  if (which == Help::XOptions || all) std::fputs(kXOptions, stdout);
}

void print_usage_error(const Options& options) {
  std::fprintf(stderr, kUsageFormat, options.program_name);
  std::fputs("Try `python -h' for more information.\n", stderr);
}

}  // namespace hog::cli
