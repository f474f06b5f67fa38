// grants.cpp: hog_grants: collecting what an isolate may reach, and wiring it to the isolate's Host.
#include <cstdlib>
#include <cstring>
#include <new>

#include "embed/isolate_api.hpp"

namespace hog {

HostResult<bool> EmbedderClock::sleep(int64_t nanoseconds) {
  if (functions.sleep != nullptr) functions.sleep(functions.context, nanoseconds);
  return {functions.sleep != nullptr, functions.sleep != nullptr ? 0 : ENOSYS};
}
int64_t EmbedderClock::utc_offset_seconds(int64_t, bool* daylight, const char** name) {
  *daylight = false;
  *name = "UTC";
  return 0;
}

namespace {

int hand_on_output(void* context, Stream stream, const char* data, size_t size) {
  auto* grants = static_cast<hog_grants*>(context);
  return grants->output(grants->output_context, stream == Stream::Error ? 2 : 1, data, size);
}

char* copy_bytes(const char* data, size_t length) {
  auto* copy = static_cast<char*>(std::malloc(length + 1));
  if (copy == nullptr) return nullptr;
  if (length != 0) std::memcpy(copy, data, length);
  copy[length] = '\0';
  return copy;
}

bool set_input(hog_grants* grants, const char* data, size_t length) {
  if (length == HOG_TEXT) length = std::strlen(data);
  char* copy = copy_bytes(data, length);
  if (copy == nullptr || grants->stdio == nullptr) {
    std::free(copy);
    return false;
  }
  std::free(grants->input);
  grants->input = copy;
  grants->stdio->set_input({copy, length});
  return true;
}

constexpr uint64_t kDefaultBytes = 64 << 20, kDefaultFiles = 10'000;

bool need_memory_files(hog_grants* grants) {
  return grants->memory != nullptr || hog_grants_memory_files(grants, kDefaultBytes, kDefaultFiles) != 0;
}

}  // namespace

void wire_grants(hog_isolate* isolate) {
  hog_grants* grants = isolate->grants;
  Host& host = isolate->host;
  if (!grants->no_stdio) host.stdio = grants->stdio;
  host.clock = grants->clock;
  if (grants->has_entropy) host.entropy = &grants->entropy;
  if (grants->has_environment) host.environment = &grants->environment;
  if (grants->mounts != nullptr) host.files = grants->mounts;
  else host.files = grants->memory;
}

}  // namespace hog

using namespace hog;

hog_grants* hog_grants_new(void) {
  auto* grants = new (std::nothrow) hog_grants;
  if (grants == nullptr) return nullptr;
  grants->stdio = new (std::nothrow) MemoryStdio(SIZE_MAX, MemoryStdio::Overflow::Drop);  // the budget counts output
  if (grants->stdio != nullptr) return grants;
  delete grants;
  return nullptr;
}

void hog_grants_free(hog_grants* grants) {
  if (grants == nullptr) return;
  delete grants->mounts;  // closes what is open in the file systems below
  for (size_t i = 0; i < grants->mounted_count; ++i) {
    delete grants->mounted[i].overlay;
    hog_files_free(grants->mounted[i].files);
  }
  delete grants->memory;
  delete grants->stdio;
  delete grants->virtual_clock;
  for (size_t i = 0; i < grants->argument_count; ++i) std::free(grants->arguments[i]);
  std::free(grants->arguments);
  std::free(grants->input);
  delete grants;
}

int hog_grants_no_stdio(hog_grants* grants) {
  grants->no_stdio = true;
  return 1;
}

int hog_grants_input(hog_grants* grants, const char* data, size_t length) { return set_input(grants, data, length); }

int hog_grants_output(hog_grants* grants, hog_output_function function, void* context) {
  grants->output = function;
  grants->output_context = context;
  grants->stdio->set_sink(function == nullptr ? nullptr : hand_on_output, grants);
  return 1;
}

int hog_grants_fixed_clock(hog_grants* grants, int64_t wall, int64_t step) {
  auto* made = new (std::nothrow) VirtualClock(wall, step);
  if (made == nullptr) return 0;
  delete grants->virtual_clock;
  grants->clock = grants->virtual_clock = made;
  return 1;
}

int hog_grants_clock(hog_grants* grants, const hog_clock* functions) {
  if (functions == nullptr || functions->wall == nullptr || functions->monotonic == nullptr) return 0;
  grants->embedder_clock.functions = *functions;
  grants->clock = &grants->embedder_clock;
  return 1;
}

int hog_grants_seed(hog_grants* grants, const void* seed, size_t length) {
  if (length > SeededEntropy::kSeedBytes) return 0;
  grants->entropy.reseed(seed, length);
  grants->has_entropy = true;
  return 1;
}

int hog_grants_variable(hog_grants* grants, const char* name, const char* value) {
  if (grants->environment.set(name, value) != 0) return 0;
  grants->has_environment = true;
  return 1;
}

int hog_grants_arguments(hog_grants* grants, size_t count, const char* const* arguments) {
  auto** copies = static_cast<char**>(std::calloc(count + 1, sizeof(char*)));
  if (copies == nullptr) return 0;
  for (size_t i = 0; i < count; ++i) {
    copies[i] = copy_bytes(arguments[i], std::strlen(arguments[i]));
    if (copies[i] != nullptr) continue;
    while (i > 0) std::free(copies[--i]);
    std::free(copies);
    return 0;
  }
  for (size_t i = 0; i < grants->argument_count; ++i) std::free(grants->arguments[i]);
  std::free(grants->arguments);
  grants->arguments = copies;
  grants->argument_count = count;
  return 1;
}

int hog_grants_memory_files(hog_grants* grants, uint64_t bytes, uint64_t files) {
  if (grants->memory != nullptr) return 0;
  MemoryQuota quota;
  quota.bytes = bytes;
  quota.files = files;
  grants->memory = new (std::nothrow) MemoryFileSystem(quota, grants->clock);
  return grants->memory != nullptr;
}

int hog_grants_file(hog_grants* grants, const char* path, const void* data, size_t length) {
  auto* text = static_cast<const char*>(data);
  if (length == HOG_TEXT) length = std::strlen(text);
  return need_memory_files(grants) && grants->memory->put(path, {text, length}) == 0;
}

int hog_grants_mount(hog_grants* grants, const char* path, hog_files* files, hog_mount_mode mode) {
  bool possible = files != nullptr && need_memory_files(grants) && grants->mounted_count < MountTable::kMostMounts;
  if (possible && grants->mounts == nullptr) grants->mounts = new (std::nothrow) MountTable(grants->memory);
  MemoryFileSystem* overlay = nullptr;
  if (possible && mode == HOG_OVERLAY) overlay = new (std::nothrow) MemoryFileSystem({}, grants->clock, files->files);
  possible = possible && grants->mounts != nullptr && (overlay != nullptr || mode != HOG_OVERLAY);
  FileSystem* shown = overlay != nullptr ? overlay : possible ? files->files : nullptr;
  if (!possible || grants->mounts->mount(path, shown, mode == HOG_READ_ONLY) != 0) {
    delete overlay;
    hog_files_free(files);
    return 0;
  }
  grants->mounted[grants->mounted_count++] = {files, overlay};
  return 1;
}

int hog_has_host(void) {
#ifdef HOG_HOST_ENV
  return 1;
#else
  return 0;
#endif
}

void hog_files_free(hog_files* files) {
  if (files != nullptr) files->destroy(files);
}

int hog_isolate_set_input(hog_isolate* isolate, const char* data, size_t length) {
  return set_input(isolate->grants, data, length);
}

int hog_isolate_read_file(hog_isolate* isolate, const char* path, const void** data, size_t* length) {
  if (isolate->grants->memory == nullptr) return 0;
  auto contents = isolate->grants->memory->get(path);
  if (!contents.ok()) return 0;
  *data = contents.value.data();
  *length = contents.value.size();
  return 1;
}
