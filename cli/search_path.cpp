// search_path.cpp: see search_path.hpp. Looks at names only: nothing is opened but folders, to see whether they hold *.pth files.
#include "search_path.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string_view>

namespace hog::cli {

namespace {

constexpr const char* kPackages = "/lib/python3.14/site-packages";

bool is_folder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool has_path_files(const std::string& folder) {
  DIR* entries = opendir(folder.c_str());
  if (entries == nullptr) return false;
  bool found = false;
  while (dirent* entry = readdir(entries)) {
    std::string_view name = entry->d_name;
    if (name.ends_with(".pth") && !name.starts_with('.')) found = true;
  }
  closedir(entries);
  return found;
}

std::string folder_above(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return std::string();
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::string prefix_of(const std::string& executable) {
  if (executable.empty()) return std::string();
  return folder_above(folder_above(executable));
}

std::vector<PackageFolder> package_folders(const std::string& executable, bool no_user) {
  std::vector<PackageFolder> found;
  auto add = [&](std::string path) {
    if (!is_folder(path)) return;
    bool path_files = has_path_files(path);
    found.push_back({std::move(path), path_files});
  };
  const char* home = std::getenv("HOME");
  if (!no_user && home != nullptr && *home != '\0') add(std::string(home) + "/.local" + kPackages);
  std::string prefix = prefix_of(executable);
  if (!prefix.empty()) add((prefix == "/" ? std::string() : prefix) + kPackages);
  return found;
}

}  // namespace hog::cli
