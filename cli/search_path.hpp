// search_path.hpp: where the host mode looks for modules besides the frozen library: the folders that sys.path begins with, and
// those of installed packages. Part of the trusted command.
#pragma once

#include <string>
#include <vector>

namespace hog::cli {

// The folder above the one that the command is in: sys.prefix. Empty when the command's place is not known.
std::string prefix_of(const std::string& executable);

struct PackageFolder {
  std::string path;
  bool has_path_files = false;  // *.pth: the library's `site` must read them
};
// The existing ones of ~/.local/lib/python3.14/site-packages (unless `no_user`) and PREFIX/lib/python3.14/site-packages. A virtual
// environment whose command is a link to this one is found by the same rule: its prefix is above the link.
std::vector<PackageFolder> package_folders(const std::string& executable, bool no_user);

}  // namespace hog::cli
