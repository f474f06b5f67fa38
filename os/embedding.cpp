// embedding.cpp: what the embedding API can have of the real host: a confined directory for an isolate's grants.
#include "host/embedding.hpp"

#include <new>

#include "hognose/hognose.h"
#include "os/confined_directory.hpp"

namespace {

struct OpenDirectory {
  hog_files files;  // first: destroy() gets its address
  hog::ConfinedDirectory directory;
};

void destroy(hog_files* files) { delete reinterpret_cast<OpenDirectory*>(files); }

}  // namespace

hog_files* hog_open_directory(const char* path, int writable, int* error) {
  using hog::ConfinedDirectory;
  auto* made = new (std::nothrow) OpenDirectory;
  int failed = made == nullptr ? ENOMEM : made->directory.open_root(path, writable != 0 ? ConfinedDirectory::Access::ReadWrite : ConfinedDirectory::Access::ReadOnly);
  if (error != nullptr) *error = failed;
  if (failed != 0) {
    delete made;
    return nullptr;
  }
  made->files = {&made->directory, destroy};
  return &made->files;
}
