// environment.cpp: PYTHON* variables and -X options, which say much the same. A variable counts when it is not empty, and none
// does under -E or -I. Errors are CPython's fatal errors: one line on stderr and status 1.
#include <cstdio>
#include <cstdlib>

#include "options.hpp"

namespace hog::cli {

namespace {

class Resolver {
 public:
  explicit Resolver(Options* options) : o_(*options) {}

  int resolve() {
    read_flags();
    resolve_utf8();
    resolve_digits();
    resolve_hash_seed();
    resolve_switch("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT", "config_init_thread_inherit_context",
                   &o_.flags.thread_inherit_context);
    resolve_switch("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS", "config_init_context_aware_warnings",
                   &o_.flags.context_aware_warnings);
    resolve_gil();
    if (failed_) return 1;
    resolve_streams();
    resolve_colors();
    collect_warnings();
    if (const char* text = variable("PYTHONPATH")) o_.path = text;
    if (const char* text = variable("PYTHONSTARTUP")) o_.startup = text;
    return -1;
  }

 private:
  const char* variable(const char* name) {
    if (o_.flags.ignore_environment != 0) return nullptr;
    const char* value = std::getenv(name);
    return value == nullptr || *value == 0 ? nullptr : value;
  }

  void fatal(const char* function, const char* message, const char* state = "preinitialized") {
    if (failed_) return;
    failed_ = true;
    std::fprintf(stderr, "Fatal Python error: %s: %s\nPython runtime state: %s\n\n", function, message, state);
  }

  // A number raises the flag to it, any other text to 1.
  void raise_flag(const char* name, uint8_t* flag) {
    const char* text = variable(name);
    if (text == nullptr) return;
    char* end = nullptr;
    long value = std::strtol(text, &end, 10);
    if (*end != 0 || value < 0) value = 1;
    if (value > 255) value = 255;
    if (*flag < value) *flag = static_cast<uint8_t>(value);
  }

  void read_flags() {
    StartFlags& f = o_.flags;
    uint8_t debug = 0;
    raise_flag("PYTHONDEBUG", &debug);
    if (debug != 0 && f.debug == 0) f.debug = 1;
    raise_flag("PYTHONVERBOSE", &f.verbose);
    raise_flag("PYTHONOPTIMIZE", &f.optimize);
    raise_flag("PYTHONNOUSERSITE", &f.no_user_site);
    uint8_t unbuffered = 0, bytecode = 0;
    raise_flag("PYTHONUNBUFFERED", &unbuffered);
    raise_flag("PYTHONDONTWRITEBYTECODE", &bytecode);
    if (unbuffered != 0) o_.unbuffered = true;
    if (bytecode != 0) o_.dont_write_bytecode = true;
    f.dont_write_bytecode = o_.dont_write_bytecode;
    if (variable("PYTHONINSPECT") != nullptr) f.inspect = 1;
    if (variable("PYTHONSAFEPATH") != nullptr) f.safe_path = true;
    std::string_view ignored;
    f.dev_mode = x_option(o_, "dev", &ignored) || variable("PYTHONDEVMODE") != nullptr;
    o_.fault_handler = f.dev_mode || x_option(o_, "faulthandler", &ignored) || variable("PYTHONFAULTHANDLER") != nullptr;
    f.warn_default_encoding = x_option(o_, "warn_default_encoding", &ignored) || variable("PYTHONWARNDEFAULTENCODING") != nullptr;
  }

  void resolve_utf8() {
    std::string_view value;
    if (x_option(o_, "utf8", &value)) {
      if (!value.empty() && value != "0" && value != "1")
        return fatal("preconfig_init_utf8_mode", "invalid -X utf8 option value", "preinitializing");
      o_.flags.utf8_mode = value != "0";
    } else if (const char* text = variable("PYTHONUTF8")) {
      value = text;
      if (value != "0" && value != "1")
        return fatal("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value", "preinitializing");
      o_.flags.utf8_mode = value == "1";
    }
  }

  // Reads a whole number; false for anything else.
  static bool whole_number(const std::string& text, long long* out) {
    if (text.empty()) return false;
    char* end = nullptr;
    *out = std::strtoll(text.c_str(), &end, 10);
    return *end == 0;
  }

  void resolve_digits() {
    std::string_view value;
    bool option = x_option(o_, "int_max_str_digits", &value);
    const char* text = option ? nullptr : variable("PYTHONINTMAXSTRDIGITS");
    if (!option && text == nullptr) return;
    long long digits = 0;
    bool number = whole_number(option ? std::string(value) : std::string(text), &digits);
    if (!number || digits > 0x7FFFFFFF || (digits != 0 && digits < 640)) {
      std::string message = option ? "-X int_max_str_digits: " : "PYTHONINTMAXSTRDIGITS: ";
      message += "invalid limit; must be >= 640 or 0 for unlimited.";
      return fatal("config_init_int_max_str_digits", message.c_str());
    }
    o_.int_max_str_digits = digits;
  }

  void resolve_hash_seed() {
    const char* text = variable("PYTHONHASHSEED");
    if (text == nullptr || o_.random_hashes || std::string_view(text) == "random") return;
    long long seed = 0;
    if (!whole_number(text, &seed) || seed < 0 || seed > 0xFFFFFFFFLL)
      return fatal("config_init_hash_seed", "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
    o_.has_hash_seed = true;
    o_.hash_seed = static_cast<uint32_t>(seed);
    o_.flags.hash_randomization = seed != 0;
  }

  // -X NAME=0|1 or a variable that is 0 or 1.
  void resolve_switch(const char* name, const char* variable_name, const char* function, bool* flag) {
    std::string_view value;
    std::string message = "-X " + std::string(name) + "=n: n is missing or invalid";
    if (!x_option(o_, name, &value)) {
      const char* text = variable(variable_name);
      if (text == nullptr) return;
      value = text;
      message = std::string(variable_name) + "=N: N is missing or invalid";
    }
    if (value != "0" && value != "1") return fatal(function, message.c_str());
    *flag = value == "1";
  }

  void resolve_gil() {
    std::string_view value;
    if (!x_option(o_, "gil", &value)) {
      const char* text = variable("PYTHON_GIL");
      if (text == nullptr) return;
      value = text;
    }
    if (value == "0") return fatal("config_read_gil", "Disabling the GIL is not supported by this build");
    if (value != "1") fatal("config_read_gil", "PYTHON_GIL / -X gil must be \"0\" or \"1\"");
  }

  void resolve_streams() {
    const char* text = variable("PYTHONIOENCODING");
    if (text == nullptr) return;
    std::string_view value = text;
    size_t colon = value.find(':');
    o_.stream_encoding = value.substr(0, colon);
    if (colon != std::string_view::npos) o_.stream_errors = value.substr(colon + 1);
  }

  // A program in the sandbox sees no environment, so what the user wants of colours is decided here.
  void resolve_colors() {
    using Colors = ProgramSettings::Colors;
    auto is_set = [](const char* name) {
      const char* value = std::getenv(name);
      return value != nullptr && *value != 0;
    };
    const char* own = variable("PYTHON_COLORS");
    const char* terminal = std::getenv("TERM");
    if (own != nullptr && std::string_view(own) == "0") o_.colors = Colors::Never;
    else if (own != nullptr && std::string_view(own) == "1") o_.colors = Colors::Always;
    else if (is_set("NO_COLOR")) o_.colors = Colors::Never;
    else if (is_set("FORCE_COLOR")) o_.colors = Colors::Always;
    else if (terminal != nullptr && std::string_view(terminal) == "dumb") o_.colors = Colors::Never;
  }

  // Later entries count more.
  void collect_warnings() {
    std::vector<std::string>& all = o_.warning_options;
    if (o_.flags.dev_mode) all.push_back("default");
    if (const char* text = variable("PYTHONWARNINGS")) {
      std::string_view rest = text;
      while (!rest.empty()) {
        size_t comma = rest.find(',');
        if (comma != 0) all.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
      }
    }
    for (const char* option : o_.given_warnings) all.emplace_back(option);
    if (o_.flags.bytes_warning > 1) all.push_back("error::BytesWarning");
    else if (o_.flags.bytes_warning == 1) all.push_back("default::BytesWarning");
  }

  Options& o_;
  bool failed_ = false;
};

}  // namespace

int resolve_environment(Options* options) { return Resolver(options).resolve(); }

}  // namespace hog::cli
