// embedding.hpp: how a file system of os/ gets into an embedder's grants: os/ makes it, src/embed mounts it, whoever is last frees it.
#pragma once

#include "host/file_system.hpp"

// The public API's name for it (include/hognose/hognose.h).
struct hog_files {
  hog::FileSystem* files;
  void (*destroy)(hog_files* self);
};
