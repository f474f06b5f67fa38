// script.cpp: see script.hpp. Part of the trusted command: plain C library calls.
#include "script.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace hog::cli {

namespace {

// False: reading failed, errno says why.
bool read_all(FILE* file, std::string* text) {
  char buffer[65536];
  size_t n;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) != 0) text->append(buffer, n);
  return std::ferror(file) == 0;
}

}  // namespace

ScriptOutcome read_script(const char* path, std::string* text, int* error) {
  struct stat status;
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) {
    *error = errno;
    return ScriptOutcome::Failed;
  }
  ScriptOutcome outcome = ScriptOutcome::Read;
  if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
    outcome = ScriptOutcome::IsDirectory;
  } else if (!read_all(file, text)) {
    *error = errno;
    outcome = ScriptOutcome::Failed;
  }
  std::fclose(file);
  return outcome;
}

void read_standard_input(std::string* text) { (void)read_all(stdin, text); }

std::string absolute_path(const char* path) {
  std::string_view name = path;
  if (name.starts_with('/')) return std::string(name);
  char folder[PATH_MAX];
  if (getcwd(folder, sizeof folder) == nullptr) return std::string(name);
  std::string result = folder;
  if (!name.empty()) {
    if (!result.ends_with('/')) result += '/';
    result += name;
  }
  return result;
}

std::string folder_of_script(const char* path) {
  char real[PATH_MAX];
  if (realpath(path, real) == nullptr) return std::string();
  std::string_view name = real;
  size_t slash = name.rfind('/');
  return std::string(slash == 0 ? "/" : name.substr(0, slash));
}

std::string find_executable(const char* program_name) {
  std::string_view name = program_name;
  if (name.find('/') != std::string_view::npos) return absolute_path(program_name);
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? std::string_view() : std::string_view(path);
  while (!rest.empty()) {
    size_t colon = rest.find(':');
    std::string candidate(rest.substr(0, colon));
    ((candidate += candidate.empty() ? "./" : "/")) += name;
    if (access(candidate.c_str(), X_OK) == 0) return absolute_path(candidate.c_str());
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return std::string();
}

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) != -1; }

std::string quoted(const std::string& text) {
  char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string result(1, quote);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') (result += '\\') += c;
    else if (c == '\n') result += "\\n";
    else if (c == '\t') result += "\\t";
    else if (c == '\r') result += "\\r";
    else if (byte < 0x20 || byte == 0x7F) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", byte);
      result += hex;
    } else {
      result += c;
    }
  }
  return result + quote;
}

}  // namespace hog::cli
