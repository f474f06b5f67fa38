// options.cpp: the command line as getopt reads it. What is an option and what it takes is kOptions; messages are CPython's.
#include "options.hpp"

#include <cstdio>
#include <cstring>

namespace hog::cli {

namespace {

constexpr std::string_view kWithValue = "cmWX";
constexpr std::string_view kPlain = "bBdEhiIOPqRsSuvVx?";

void count(uint8_t* flag) {
  if (*flag != 255) ++*flag;
}

class Parser {
 public:
  Parser(int argc, char** argv, Options* options) : argc_(argc), argv_(argv), o_(*options) {}

  int parse() {
    for (; next_ < argc_; ++next_) {
      const char* argument = argv_[next_];
      if (argument[0] != '-' || argument[1] == 0) break;  // a file, or "-"
      if (argument[1] == '-') {
        if (argument[2] == 0) {
          ++next_;
          break;
        }
        if (!take_long(argument)) return usage_error();
        continue;
      }
      bool more = true;
      for (const char* letter = argument + 1; more && *letter != 0; ++letter)
        if (!take_letter(letter, &more)) return usage_error();
      if (o_.source != Source::None) {
        ++next_;
        break;
      }
    }
    if (o_.source == Source::None && next_ < argc_) {
      o_.program = argv_[next_++];
      o_.source = std::strcmp(o_.program, "-") == 0 ? Source::Input : Source::File;
    }
    for (; next_ < argc_; ++next_) o_.arguments.push_back(argv_[next_]);
    return -1;
  }

 private:
  int usage_error() {
    print_usage_error(o_);
    return 2;
  }

  bool take_long(const char* argument) {
    std::string_view name = argument + 2, value;
    size_t equals = name.find('=');
    if (is_sandbox_option(name.substr(0, equals))) {
      if (equals != std::string_view::npos) {
        value = name.substr(equals + 1);
        name = name.substr(0, equals);
      } else if (next_ + 1 < argc_) {
        value = argv_[++next_];
      } else {
        std::fprintf(stderr, "Argument expected for the %s option\n", argument);
        return false;
      }
      o_.sandbox = true;
      std::string wrong = take_sandbox_option(name, value, &o_.granted);
      if (!wrong.empty()) std::fprintf(stderr, "--%.*s %s\n", static_cast<int>(name.size()), name.data(), wrong.c_str());
      return wrong.empty();
    }
    if (name == "sandbox") o_.sandbox = true;
    else if (name == "help") o_.help = Help::Usage;
    else if (name == "version") ++o_.version;
    else if (name == "help-env") o_.help = Help::Environment;
    else if (name == "help-xoptions") o_.help = Help::XOptions;
    else if (name == "help-all") o_.help = Help::All;
    else if (name == "check-hash-based-pycs") return take_pyc_check();
    else {
      std::fprintf(stderr, "Unknown option: %s\n", argument);
      return false;
    }
    return true;
  }

  // Accepted and checked; there are no .pyc files to choose among.
  bool take_pyc_check() {
    if (next_ + 1 >= argc_) {
      std::fprintf(stderr, "Argument expected for the --check-hash-based-pycs options\n");
      return false;
    }
    std::string_view value = argv_[++next_];
    if (value == "default" || value == "always" || value == "never") return true;
    std::fprintf(stderr, "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n");
    return false;
  }

  // more: does another letter of the same argument follow?
  bool take_letter(const char* letter, bool* more) {
    char c = *letter;
    if (kWithValue.find(c) != std::string_view::npos) {
      *more = false;
      const char* value = letter + 1;
      if (*value == 0) {
        if (next_ + 1 >= argc_) {
          std::fprintf(stderr, "Argument expected for the -%c option\n", c);
          return false;
        }
        value = argv_[++next_];
      }
      take_value(c, value);
      return true;
    }
    if (kPlain.find(c) == std::string_view::npos) {
      std::fprintf(stderr, "Unknown option: -%c\n", c);
      return false;
    }
    take_flag(c);
    return true;
  }

  void take_value(char c, const char* value) {
    if (c == 'W') return o_.given_warnings.push_back(value);
    if (c == 'X') return o_.x_options.push_back(value);
    o_.source = c == 'c' ? Source::Command : Source::Module;
    o_.program = value;
  }

  void take_flag(char c) {
    StartFlags& f = o_.flags;
    switch (c) {
      case 'b': count(&f.bytes_warning); break;
      case 'B': o_.dont_write_bytecode = true; break;
      case 'd': count(&f.debug); break;
      case 'E': f.ignore_environment = 1; break;
      case 'h':
      case '?': o_.help = Help::Usage; break;
      case 'i':
        count(&f.inspect);
        count(&f.interactive);
        break;
      case 'I':
        f.isolated = f.ignore_environment = f.no_user_site = 1;
        f.safe_path = true;
        break;
      case 'O': count(&f.optimize); break;
      case 'P': f.safe_path = true; break;
      case 'q': count(&f.quiet); break;
      case 'R': o_.random_hashes = true; break;
      case 's': f.no_user_site = 1; break;
      case 'S': f.no_site = 1; break;
      case 'u': o_.unbuffered = true; break;
      case 'v': count(&f.verbose); break;
      case 'V': ++o_.version; break;
      case 'x': o_.skip_first_line = true; break;
      default: break;
    }
  }

  int argc_;
  char** argv_;
  Options& o_;
  int next_ = 1;
};

}  // namespace

int parse_options(int argc, char** argv, Options* options) {
  if (argc > 0 && argv[0][0] != 0) options->program_name = argv[0];
  for (int i = 0; i < argc; ++i) options->original_arguments.push_back(argv[i]);
  return Parser(argc, argv, options).parse();
}

bool x_option(const Options& options, std::string_view name, std::string_view* value) {
  bool found = false;
  for (std::string_view option : options.x_options) {
    size_t equals = option.find('=');
    if (option.substr(0, equals) != name) continue;
    found = true;
    *value = equals == std::string_view::npos ? std::string_view() : option.substr(equals + 1);
  }
  return found;
}

}  // namespace hog::cli
