// memory_file_system.cpp: the tree, names, descriptors and quotas of MemoryFileSystem. A node lives as long as a name, a descriptor or
// the current directory holds it. Nothing here recurses, and nothing takes longer than the quota allows.
#include "host/memory_file_system.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

namespace hog {

namespace {

constexpr size_t kLongestName = 255;
constexpr size_t kLongestPath = 4096;
constexpr int kMostLinks = 40;  // followed in one path
constexpr int kFirstDescriptor = 3;
constexpr uint64_t kNodeCost = 192;  // a node and its place in a directory, roughly

bool is_directory(uint32_t mode) { return (mode & file_mode::kTypeMask) == file_mode::kDirectory; }
bool is_regular(uint32_t mode) { return (mode & file_mode::kTypeMask) == file_mode::kRegular; }
bool is_link(uint32_t mode) { return (mode & file_mode::kTypeMask) == file_mode::kLink; }

}  // namespace

struct MemoryFileSystem::Entry {
  char* name;
  uint32_t length;
  Node* node;
};

struct MemoryFileSystem::Node {
  uint32_t mode = 0;
  uint32_t holders = 0;  // names, descriptors, the current directory
  uint32_t links = 0;    // names; a directory also counts itself
  uint64_t inode = 0;
  uint32_t user = 0, group = 0;
  int64_t accessed = 0, modified = 0, changed = 0;
  // A file's contents, or the text of a link.
  char* data = nullptr;
  uint64_t size = 0, capacity = 0;
  // A directory's entries, sorted by name.
  Entry* entries = nullptr;
  uint32_t entry_count = 0, entry_capacity = 0;
  Node* parent = nullptr;  // of a directory that is in the tree; the root is its own
  // Overlay: what the lower file system still has to say about this node; the name is below `lower_parent`.
  bool lower_contents = false;  // not read yet
  char* lower_name = nullptr;   // the whole path below, from "/"
  uint32_t lower_length = 0;
  // A device of our own (put_null_device), not one that the lower file system shows.
  bool is_null_device() const { return (mode & file_mode::kTypeMask) == file_mode::kCharacterDevice && lower_name == nullptr; }
  Node* next = nullptr;
  Node** link_to_this = nullptr;
};

struct MemoryFileSystem::OpenFile {
  Node* node;
  int flags;
  int64_t offset;
  uint32_t descriptors;
  int lower = -1;  // overlay: the descriptor below that reads fall through to
};

// Where a path leads: the directory of its last component, that component, and what it names (null: nothing).
struct MemoryFileSystem::Place {
  Node* directory = nullptr;
  char name[kLongestName + 1];
  size_t length = 0;  // 0: the path is the root, `.` or `..`, and has no last name
  Node* node = nullptr;
  bool must_be_directory = false;  // a slash behind the name
  std::string_view last() const { return {name, length}; }
};

// ---- Memory. ----

void* MemoryFileSystem::allocate(uint64_t bytes) {
  if (bytes > quota_.bytes || bytes_used_ > quota_.bytes - bytes) return nullptr;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory != nullptr) bytes_used_ += bytes;
  return memory;
}

void MemoryFileSystem::release(void* memory, uint64_t bytes) {
  if (memory == nullptr) return;
  std::free(memory);
  bytes_used_ -= bytes;
}

int64_t MemoryFileSystem::now() { return clock_ == nullptr ? 0 : clock_->wall_nanoseconds(); }

// ---- Nodes. ----

MemoryFileSystem::Node* MemoryFileSystem::make_node(uint32_t mode, int* error) {
  if (files_used_ >= quota_.files || bytes_used_ + kNodeCost > quota_.bytes) {
    *error = ENOSPC;
    return nullptr;
  }
  Node* node = new (std::nothrow) Node;
  if (node == nullptr) {
    *error = ENOMEM;
    return nullptr;
  }
  bytes_used_ += kNodeCost;
  ++files_used_;
  node->mode = mode;
  node->inode = next_inode_++;
  node->links = is_directory(mode) ? 1 : 0;
  node->accessed = node->modified = node->changed = now();
  node->next = all_;
  node->link_to_this = &all_;
  if (all_ != nullptr) all_->link_to_this = &node->next;
  all_ = node;
  return node;
}

void MemoryFileSystem::hold(Node* node) { ++node->holders; }

void MemoryFileSystem::let_go(Node* node) {
  if (--node->holders == 0) destroy(node);
}

// A directory is only destroyed when it is empty (rmdir, or a rename over it), so this does not recurse.
void MemoryFileSystem::destroy(Node* node) {
  for (uint32_t i = 0; i < node->entry_count; ++i) release(node->entries[i].name, node->entries[i].length);
  release(node->entries, node->entry_capacity * sizeof(Entry));
  release(node->data, node->capacity);
  release(node->lower_name, node->lower_length);
  *node->link_to_this = node->next;
  if (node->next != nullptr) node->next->link_to_this = node->link_to_this;
  delete node;
  bytes_used_ -= kNodeCost;
  --files_used_;
}

MemoryFileSystem::MemoryFileSystem(const MemoryQuota& quota, Clock* clock, FileSystem* lower)
    : quota_(quota), clock_(clock), lower_(lower) {
  int error = 0;
  files_ = static_cast<Descriptor*>(std::calloc(quota_.descriptors, sizeof(Descriptor)));
  if (files_ == nullptr) quota_.descriptors = 0;
  root_ = make_node(file_mode::kDirectory | 0755, &error);
  if (root_ == nullptr) return;
  root_->parent = root_;
  root_->links = 2;
  hold(root_);
  if (lower_ != nullptr) root_->lower_contents = true;
  current_ = root_;
  hold(current_);
}

MemoryFileSystem::~MemoryFileSystem() {
  for (uint32_t i = 0; i < quota_.descriptors; ++i)
    if (OpenFile* file = files_[i].file; file != nullptr && --file->descriptors == 0) {
      if (file->lower >= 0) lower_->close(file->lower);
      delete file;
    }
  std::free(files_);
  while (all_ != nullptr) destroy(all_);
}

// ---- Contents. ----

int MemoryFileSystem::reserve_data(Node* node, uint64_t size) {
  if (size <= node->capacity) return 0;
  uint64_t capacity = size;
  if (node->capacity != 0 && capacity < node->capacity + node->capacity / 2) capacity = node->capacity + node->capacity / 2;
  // The old contents are given back only afterwards, so growing needs room for both, as a copy on a disk does.
  char* data = static_cast<char*>(allocate(capacity));
  if (data == nullptr && capacity > size) data = static_cast<char*>(allocate(capacity = size));
  if (data == nullptr) return ENOSPC;
  if (node->size != 0) std::memcpy(data, node->data, node->size);
  release(node->data, node->capacity);
  node->data = data;
  node->capacity = capacity;
  return 0;
}

int MemoryFileSystem::resize(Node* node, uint64_t size) {
  if (int error = reserve_data(node, size)) return error;
  if (size > node->size) std::memset(node->data + node->size, 0, size - node->size);
  node->size = size;
  if (size == 0) {
    release(node->data, node->capacity);
    node->data = nullptr;
    node->capacity = 0;
  }
  changed(node);
  return 0;
}

void MemoryFileSystem::changed(Node* node) { node->modified = node->changed = now(); }
void MemoryFileSystem::note_access(Node* node) { node->accessed = now(); }

// ---- Directories. ----

size_t MemoryFileSystem::position_of(const Node* directory, std::string_view name, bool* found) const {
  size_t low = 0, high = directory->entry_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = std::string_view(directory->entries[middle].name, directory->entries[middle].length).compare(name);
    if (order == 0) {
      *found = true;
      return middle;
    }
    (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
  }
  *found = false;
  return low;
}

MemoryFileSystem::Node* MemoryFileSystem::child(const Node* directory, std::string_view name) const {
  bool found;
  size_t at = position_of(directory, name, &found);
  return found ? directory->entries[at].node : nullptr;
}

// The name must not be there yet. Takes a hold of the node.
int MemoryFileSystem::insert(Node* directory, std::string_view name, Node* node) {
  char* copy = static_cast<char*>(allocate(name.size()));
  if (copy == nullptr) return ENOSPC;
  std::memcpy(copy, name.data(), name.size());
  if (directory->entry_count == directory->entry_capacity) {
    uint32_t capacity = directory->entry_capacity < 4 ? 4 : directory->entry_capacity * 2;
    auto* entries = static_cast<Entry*>(allocate(capacity * sizeof(Entry)));
    if (entries == nullptr) {
      release(copy, name.size());
      return ENOSPC;
    }
    if (directory->entry_count != 0) std::memcpy(entries, directory->entries, directory->entry_count * sizeof(Entry));
    release(directory->entries, directory->entry_capacity * sizeof(Entry));
    directory->entries = entries;
    directory->entry_capacity = capacity;
  }
  bool found;
  size_t at = position_of(directory, name, &found);
  std::memmove(directory->entries + at + 1, directory->entries + at, (directory->entry_count - at) * sizeof(Entry));
  directory->entries[at] = {copy, static_cast<uint32_t>(name.size()), node};
  ++directory->entry_count;
  hold(node);
  ++node->links;
  if (is_directory(node->mode)) {
    node->parent = directory;
    ++directory->links;
  }
  return 0;
}

// Another node under a name that is there; needs no room.
void MemoryFileSystem::replace(Node* directory, std::string_view name, Node* node) {
  bool found;
  Node*& place = directory->entries[position_of(directory, name, &found)].node;
  Node* before = place;
  place = node;
  hold(node);
  ++node->links;
  --before->links;
  if (is_directory(before->mode)) before->parent = nullptr;  // a directory replaces a directory: the count stays
  before->changed = now();
  let_go(before);
}

void MemoryFileSystem::take_out(Node* directory, std::string_view name) {
  bool found;
  size_t at = position_of(directory, name, &found);
  if (!found) return;
  Entry entry = directory->entries[at];
  --directory->entry_count;
  std::memmove(directory->entries + at, directory->entries + at + 1, (directory->entry_count - at) * sizeof(Entry));
  release(entry.name, entry.length);
  --entry.node->links;
  if (is_directory(entry.node->mode)) {
    --directory->links;
    entry.node->parent = nullptr;
  }
  entry.node->changed = now();
  changed(directory);
  let_go(entry.node);
}

uint32_t MemoryFileSystem::depth_of(const Node* directory) {
  uint32_t depth = 0;
  for (; directory->parent != nullptr && directory->parent != directory; directory = directory->parent) ++depth;
  return depth;
}

// How many levels of directories lie at and beneath a directory. Only what is loaded counts: an overlay checks again as it loads.
uint32_t MemoryFileSystem::height_of(Node* directory) {
  uint32_t height = 1, base = depth_of(directory);
  for (Node* node = all_; node != nullptr; node = node->next) {
    if (!is_directory(node->mode)) continue;
    uint32_t depth = 0;
    bool beneath = false;
    for (Node* up = node; up != nullptr; up = up->parent == up ? nullptr : up->parent, ++depth)
      if (up == directory) {
        beneath = true;
        break;
      }
    if (beneath && depth_of(node) - base + 1 > height) height = depth_of(node) - base + 1;
  }
  return height;
}

// ---- The lower file system of an overlay. ----

class MemoryFileSystem::LowerEntries final : public DirectoryEntries {
 public:
  LowerEntries(MemoryFileSystem& files, Node* directory) : files_(files), directory_(directory) {}
  bool add(const char* name, size_t length, uint32_t, uint64_t) override {
    error = add_entry({name, length});
    return error == 0;
  }
  int error = 0;

 private:
  int add_entry(std::string_view name) {
    if (name.size() > kLongestName || name == "." || name == "..") return 0;
    size_t above = directory_->lower_length;
    size_t length = above + 1 + name.size();
    if (length >= kLongestPath) return 0;  // out of reach below as well
    int refused = 0;
    Node* node = files_.make_node(file_mode::kRegular, &refused);
    if (node == nullptr) return refused;
    files_.hold(node);
    node->lower_name = static_cast<char*>(files_.allocate(length));
    if (node->lower_name != nullptr) {
      node->lower_length = static_cast<uint32_t>(length);
      if (above != 0) std::memcpy(node->lower_name, directory_->lower_name, above);
      node->lower_name[above] = '/';
      std::memcpy(node->lower_name + above + 1, name.data(), name.size());
      refused = take_status(node);
      if (refused == 0) refused = files_.insert(directory_, name, node);
      if (refused == ENOENT) refused = 0;  // gone meanwhile
    } else {
      refused = ENOSPC;
    }
    files_.let_go(node);
    return refused;
  }
  int take_status(Node* node) {
    char path[kLongestPath + 1];
    files_.lower_path(node, path);
    auto status = files_.lower_->status(HostPath{path, node->lower_length}, false);
    if (!status.ok()) return ENOENT;
    const FileStatus& s = status.value;
    node->mode = s.mode;
    node->user = s.user;
    node->group = s.group;
    node->size = is_regular(s.mode) ? static_cast<uint64_t>(s.size) : 0;
    node->accessed = s.accessed;
    node->modified = s.modified;
    node->changed = s.changed;
    if (is_directory(s.mode)) node->links = 1;
    node->lower_contents = is_directory(s.mode) || (is_regular(s.mode) && s.size != 0);
    if (!is_link(s.mode)) return 0;
    char text[kLongestPath];
    auto length = files_.lower_->read_link(HostPath{path, node->lower_length}, text, sizeof text);
    if (!length.ok() || length.value >= sizeof text) return ENOENT;
    if (int refused = files_.reserve_data(node, length.value)) return refused;
    std::memcpy(node->data, text, length.value);
    node->size = length.value;
    return 0;
  }

  MemoryFileSystem& files_;
  Node* directory_;
};

// The path below, NUL-terminated; buffer has kLongestPath + 1 bytes.
void MemoryFileSystem::lower_path(const Node* node, char* buffer) const {
  size_t length = node->lower_length;
  if (length == 0) {
    std::memcpy(buffer, "/", 2);
    return;
  }
  std::memcpy(buffer, node->lower_name, length);
  buffer[length] = '\0';
}

int MemoryFileSystem::load_directory(Node* directory) {
  if (!directory->lower_contents) return 0;
  directory->lower_contents = false;
  char path[kLongestPath + 1];
  lower_path(directory, path);
  LowerEntries entries(*this, directory);
  int64_t modified = directory->modified;
  auto listed = lower_->list(HostPath{path, std::strlen(path)}, entries);
  directory->modified = modified;
  int error = entries.error != 0 ? entries.error : listed.error;
  if (error != 0) {
    while (directory->entry_count != 0) {  // all of it or nothing, so that the next try finds it as it was
      const Entry& entry = directory->entries[directory->entry_count - 1];
      char name[kLongestName + 1];
      std::memcpy(name, entry.name, entry.length);
      take_out(directory, {name, entry.length});
    }
    directory->lower_contents = true;
  }
  return error;
}

// Makes a file's contents our own.
int MemoryFileSystem::copy_up(Node* file, bool with_contents) {
  if (!file->lower_contents) return 0;
  uint64_t size = file->size;
  file->size = 0;
  if (!with_contents) {
    file->lower_contents = false;
    return 0;
  }
  int error = reserve_data(file, size);
  char path[kLongestPath + 1];
  lower_path(file, path);
  HostResult<int> opened{-1, error};
  if (error == 0) opened = lower_->open(HostPath{path, file->lower_length}, open_flag::kReadOnly | open_flag::kCloseOnExec, 0);
  error = opened.error;
  uint64_t done = 0;
  while (error == 0 && done < size) {
    auto read = lower_->read(opened.value, file->data + done, size - done);
    error = read.error;
    if (error != 0 || read.value == 0) break;
    done += read.value;
  }
  if (opened.ok()) lower_->close(opened.value);
  file->size = error == 0 ? done : size;
  if (error == 0) file->lower_contents = false;
  return error;
}

// ---- Paths. ----

int MemoryFileSystem::start_of(const HostPath& path, Node** start) {
  if (root_ == nullptr) return ENOMEM;
  if (path.length != 0 && path.bytes[0] == '/') {
    *start = root_;
    return 0;
  }
  if (path.directory == HostPath::kCurrentDirectory) {
    *start = current_;
    return 0;
  }
  auto file = file_of(path.directory);
  if (!file.ok()) return file.error;
  *start = file.value->node;
  return is_directory((*start)->mode) ? 0 : ENOTDIR;
}

// Goes along a path. A link at its end is followed when asked to, or when a slash is behind it.
int MemoryFileSystem::walk(const HostPath& path, bool follow, Place* place) {
  if (path.length == 0) return ENOENT;
  if (path.length >= kLongestPath) return ENAMETOOLONG;
  Node* at;
  if (int error = start_of(path, &at)) return error;
  char rest[kLongestPath * 2];
  size_t length = path.length, position = 0;
  std::memcpy(rest, path.bytes, length);
  int links = 0;
  place->directory = at;
  place->node = at;
  place->length = 0;
  for (;;) {
    while (position < length && rest[position] == '/') ++position;
    if (position == length) return 0;
    size_t begin = position;
    while (position < length && rest[position] != '/') ++position;
    std::string_view name(rest + begin, position - begin);
    size_t after = position;
    while (after < length && rest[after] == '/') ++after;
    bool last = after == length, slash = after != position;
    if (!is_directory(at->mode)) return ENOTDIR;
    if (name.size() > kLongestName) return ENAMETOOLONG;
    place->must_be_directory = last && slash;
    if (name == "." || name == "..") {
      if (name == ".." && at->parent != nullptr) at = at->parent;
      place->directory = place->node = at;
      place->length = 0;
      continue;
    }
    if (at->parent == nullptr) return ENOENT;  // a directory that was removed
    if (int error = load_directory(at)) return error;
    Node* next = child(at, name);
    place->directory = at;
    place->node = next;
    place->length = name.size();
    std::memcpy(place->name, name.data(), name.size());
    if (next == nullptr) return last ? 0 : ENOENT;
    if (is_link(next->mode) && (!last || follow || slash)) {
      if (++links > kMostLinks) return ELOOP;
      size_t left = length - position;
      if (next->size + left >= sizeof rest) return ENAMETOOLONG;
      if (next->size == 0) return ENOENT;
      std::memmove(rest + next->size, rest + position, left);
      std::memcpy(rest, next->data, next->size);
      length = next->size + left;
      position = 0;
      if (rest[0] == '/') at = root_;
      place->directory = place->node = at;
      place->length = 0;
      continue;
    }
    if (last) {
      if (slash && !is_directory(next->mode)) return ENOTDIR;
      return 0;
    }
    at = next;
  }
}

HostResult<MemoryFileSystem::Node*> MemoryFileSystem::find(const HostPath& path, bool follow) {
  Place place;
  if (int error = walk(path, follow, &place)) return {nullptr, error};
  if (place.node == nullptr) return {nullptr, ENOENT};
  return {place.node, 0};
}

// ---- Descriptors. ----

HostResult<MemoryFileSystem::OpenFile*> MemoryFileSystem::file_of(int fd) {
  int at = fd - kFirstDescriptor;
  if (at < 0 || static_cast<uint32_t>(at) >= quota_.descriptors || files_[at].file == nullptr) return {nullptr, EBADF};
  return {files_[at].file, 0};
}

bool MemoryFileSystem::has_free_descriptor() const {
  for (uint32_t i = 0; i < quota_.descriptors; ++i)
    if (files_[i].file == nullptr) return true;
  return false;
}

HostResult<int> MemoryFileSystem::install(OpenFile* file, bool inheritable) {
  for (uint32_t i = 0; i < quota_.descriptors; ++i)
    if (files_[i].file == nullptr) {
      files_[i] = {file, inheritable};
      ++file->descriptors;
      return {static_cast<int>(i) + kFirstDescriptor, 0};
    }
  return {-1, EMFILE};
}

void MemoryFileSystem::drop(OpenFile* file) {
  if (--file->descriptors != 0) return;
  if (file->lower >= 0) lower_->close(file->lower);
  let_go(file->node);
  delete file;
}

HostResult<int> MemoryFileSystem::open(const HostPath& path, int flags, uint32_t mode) {
  Place place;
  bool exclusive = (flags & open_flag::kCreate) != 0 && (flags & open_flag::kExclusive) != 0;
  if (int error = walk(path, (flags & open_flag::kNoFollow) == 0 && !exclusive, &place)) return {-1, error};
  if (!has_free_descriptor()) return {-1, EMFILE};  // before anything is made or changed
  bool writes = (flags & open_flag::kAccessMask) != open_flag::kReadOnly;
  if (read_only_ && (writes || (flags & open_flag::kTruncate) != 0)) return {-1, EROFS};
  Node* node = place.node;
  bool created = false;
  if (node == nullptr) {
    if ((flags & open_flag::kCreate) == 0) return {-1, ENOENT};
    if (read_only_) return {-1, EROFS};
    if (place.must_be_directory) return {-1, EISDIR};
    if (place.directory->parent == nullptr) return {-1, ENOENT};
    int error = 0;
    node = make_node(file_mode::kRegular | (mode & ~creation_mask_ & 07777), &error);
    if (node == nullptr) return {-1, error};
    hold(node);
    if (int refused = insert(place.directory, place.last(), node)) {
      let_go(node);
      return {-1, refused};
    }
    let_go(node);
    changed(place.directory);
    created = true;
  } else if (exclusive) {
    return {-1, EEXIST};
  }
  if (is_link(node->mode)) return {-1, ELOOP};
  if (is_directory(node->mode)) {
    if (writes || (flags & open_flag::kCreate) != 0) return {-1, EISDIR};
  } else if ((flags & open_flag::kDirectory) != 0) {
    return {-1, ENOTDIR};
  } else if (!is_regular(node->mode) && !node->is_null_device()) {
    return {-1, ENXIO};  // a device, pipe or socket of the lower file system: no way to it
  }
  if (writes && !created) {
    if (int error = copy_up(node, (flags & open_flag::kTruncate) == 0)) return {-1, error};
  }
  OpenFile* file = new (std::nothrow) OpenFile{node, flags, 0, 0, -1};
  if (file == nullptr) return {-1, ENOMEM};
  hold(node);
  auto fd = install(file, (flags & open_flag::kCloseOnExec) == 0);
  if (writes && (flags & open_flag::kTruncate) != 0 && is_regular(node->mode)) resize(node, 0);
  return fd;
}

FileSystem::Done MemoryFileSystem::close(int fd) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  files_[fd - kFirstDescriptor] = {};
  drop(file.value);
  return {true};
}

HostResult<size_t> MemoryFileSystem::read_at(int fd, void* buffer, size_t size, int64_t offset) {
  auto file = file_of(fd);
  if (!file.ok()) return {0, file.error};
  Node* node = file.value->node;
  if ((file.value->flags & open_flag::kAccessMask) == open_flag::kWriteOnly) return {0, EBADF};
  if (is_directory(node->mode)) return {0, EISDIR};
  if (offset < 0) return {0, EINVAL};
  if (static_cast<uint64_t>(offset) >= node->size) return {0, 0};
  if (node->lower_contents) return read_below(file.value, buffer, size, offset);
  size_t left = node->size - static_cast<uint64_t>(offset);
  if (size > left) size = left;
  if (size != 0) std::memcpy(buffer, node->data + offset, size);
  note_access(node);
  return {size, 0};
}

HostResult<size_t> MemoryFileSystem::read_below(OpenFile* file, void* buffer, size_t size, int64_t offset) {
  if (file->lower < 0) {
    char path[kLongestPath + 1];
    lower_path(file->node, path);
    auto opened = lower_->open(HostPath{path, file->node->lower_length}, open_flag::kReadOnly | open_flag::kCloseOnExec, 0);
    if (!opened.ok()) return {0, opened.error};
    file->lower = opened.value;
  }
  return lower_->read_at(file->lower, buffer, size, offset);
}

HostResult<size_t> MemoryFileSystem::write_at(int fd, const void* data, size_t size, int64_t offset) {
  auto file = file_of(fd);
  if (!file.ok()) return {0, file.error};
  if ((file.value->flags & open_flag::kAccessMask) == open_flag::kReadOnly) return {0, EBADF};
  if (offset < 0) return {0, EINVAL};
  if (size == 0) return {0, 0};
  Node* node = file.value->node;
  if (node->is_null_device()) return {size, 0};
  uint64_t begin = static_cast<uint64_t>(offset), end;
  if (__builtin_add_overflow(begin, static_cast<uint64_t>(size), &end)) return {0, EFBIG};
  if (end > node->size) {
    if (int error = reserve_data(node, end)) return {0, error};
    if (begin > node->size) std::memset(node->data + node->size, 0, begin - node->size);
    node->size = end;
  }
  std::memcpy(node->data + begin, data, size);
  changed(node);
  return {size, 0};
}

HostResult<size_t> MemoryFileSystem::read(int fd, void* buffer, size_t size) {
  auto file = file_of(fd);
  if (!file.ok()) return {0, file.error};
  auto done = read_at(fd, buffer, size, file.value->offset);
  if (done.ok()) file.value->offset += static_cast<int64_t>(done.value);
  return done;
}

HostResult<size_t> MemoryFileSystem::write(int fd, const void* data, size_t size) {
  auto file = file_of(fd);
  if (!file.ok()) return {0, file.error};
  if ((file.value->flags & open_flag::kAppend) != 0) file.value->offset = static_cast<int64_t>(file.value->node->size);
  auto done = write_at(fd, data, size, file.value->offset);
  if (done.ok()) file.value->offset += static_cast<int64_t>(done.value);
  return done;
}

HostResult<int64_t> MemoryFileSystem::seek(int fd, int64_t offset, int whence) {
  auto file = file_of(fd);
  if (!file.ok()) return {0, file.error};
  int64_t from = whence == 0   ? 0
                 : whence == 1 ? file.value->offset
                 : whence == 2 ? static_cast<int64_t>(file.value->node->size)
                               : -1;
  int64_t target;
  if (from < 0 || __builtin_add_overflow(from, offset, &target) || target < 0) return {0, EINVAL};
  file.value->offset = target;
  return {target, 0};
}

FileSystem::Done MemoryFileSystem::truncate(int fd, int64_t size) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  if (size < 0 || (file.value->flags & open_flag::kAccessMask) == open_flag::kReadOnly) return {false, EINVAL};
  if (!is_regular(file.value->node->mode)) return {false, EINVAL};
  int error = resize(file.value->node, static_cast<uint64_t>(size));
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::truncate(const HostPath& path, int64_t size) {
  auto node = find(path, true);
  if (!node.ok()) return {false, node.error};
  if (read_only_) return {false, EROFS};
  if (is_directory(node.value->mode)) return {false, EISDIR};
  if (size < 0 || !is_regular(node.value->mode)) return {false, EINVAL};
  int error = copy_up(node.value, size != 0);
  if (error == 0) error = resize(node.value, static_cast<uint64_t>(size));
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::synchronize(int fd, bool) { return {true, file_of(fd).error}; }
HostResult<bool> MemoryFileSystem::is_terminal(int fd) { return {false, file_of(fd).error}; }

HostResult<int> MemoryFileSystem::duplicate(int fd, bool inheritable) {
  auto file = file_of(fd);
  if (!file.ok()) return {-1, file.error};
  return install(file.value, inheritable);
}

HostResult<int> MemoryFileSystem::duplicate_to(int fd, int target, bool inheritable) {
  auto file = file_of(fd);
  int at = target - kFirstDescriptor;
  if (!file.ok() || at < 0 || static_cast<uint32_t>(at) >= quota_.descriptors) return {-1, EBADF};
  if (fd == target) return {target, 0};
  OpenFile* before = files_[at].file;
  files_[at] = {file.value, inheritable};
  ++file.value->descriptors;
  if (before != nullptr) drop(before);
  return {target, 0};
}

HostResult<bool> MemoryFileSystem::inheritable(int fd) {
  auto file = file_of(fd);
  return {file.ok() && files_[fd - kFirstDescriptor].inheritable, file.error};
}
FileSystem::Done MemoryFileSystem::set_inheritable(int fd, bool inheritable) {
  auto file = file_of(fd);
  if (file.ok()) files_[fd - kFirstDescriptor].inheritable = inheritable;
  return {file.ok(), file.error};
}
HostResult<bool> MemoryFileSystem::blocking(int fd) { return {true, file_of(fd).error}; }
FileSystem::Done MemoryFileSystem::set_blocking(int fd, bool) { return {true, file_of(fd).error}; }

// ---- Status. ----

void MemoryFileSystem::fill_status(const Node* node, FileStatus* status) const {
  status->mode = node->mode;
  status->inode = node->inode;
  status->device = 1;
  status->links = node->links;
  status->user = node->user;
  status->group = node->group;
  status->size = static_cast<int64_t>(is_directory(node->mode) ? node->entry_capacity * sizeof(Entry) : node->size);
  status->block_size = 4096;
  status->blocks = static_cast<int64_t>((node->size + 511) / 512);
  status->accessed = node->accessed;
  status->modified = node->modified;
  status->changed = node->changed;
}

HostResult<FileStatus> MemoryFileSystem::status(int fd) {
  HostResult<FileStatus> result;
  auto file = file_of(fd);
  result.error = file.error;
  if (file.ok()) fill_status(file.value->node, &result.value);
  return result;
}

HostResult<FileStatus> MemoryFileSystem::status(const HostPath& path, bool follow) {
  HostResult<FileStatus> result;
  auto node = find(path, follow);
  result.error = node.error;
  if (node.ok()) fill_status(node.value, &result.value);
  return result;
}

FileSystemStatus MemoryFileSystem::whole_status() const {
  FileSystemStatus status;
  status.block_size = status.fragment_size = 4096;
  status.blocks = quota_.bytes / 4096;
  status.blocks_free = status.blocks_available = (quota_.bytes - bytes_used_) / 4096;
  status.files = quota_.files;
  status.files_free = status.files_available = quota_.files - files_used_;
  status.flags = read_only_ ? 1 : 0;
  status.name_max = kLongestName;
  return status;
}

HostResult<FileSystemStatus> MemoryFileSystem::file_system_status(int fd) { return {whole_status(), file_of(fd).error}; }
HostResult<FileSystemStatus> MemoryFileSystem::file_system_status(const HostPath& path) {
  return {whole_status(), find(path, true).error};
}

FileSystem::Done MemoryFileSystem::access(const HostPath& path, int mode, bool, bool follow) {
  auto node = find(path, follow);
  if (!node.ok()) return {false, node.error == ENOENT || node.error == ENOTDIR || node.error == ELOOP ? 0 : node.error};
  if ((mode & 2) != 0 && read_only_) return {false};
  if ((mode & 1) != 0 && is_regular(node.value->mode) && (node.value->mode & 0111) == 0) return {false};
  return {true};
}

int MemoryFileSystem::list_node(Node* node, DirectoryEntries& entries) {
  if (!is_directory(node->mode)) return ENOTDIR;
  if (int error = load_directory(node)) return error;
  for (uint32_t i = 0; i < node->entry_count; ++i) {
    const Entry& entry = node->entries[i];
    if (!entries.add(entry.name, entry.length, entry.node->mode & file_mode::kTypeMask, entry.node->inode)) break;
  }
  note_access(node);
  return 0;
}

FileSystem::Done MemoryFileSystem::list(int fd, DirectoryEntries& entries) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  int error = list_node(file.value->node, entries);
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::list(const HostPath& path, DirectoryEntries& entries) {
  auto node = find(path, true);
  int error = node.ok() ? list_node(node.value, entries) : node.error;
  return {error == 0, error};
}

// ---- Changes of the tree. ----

FileSystem::Done MemoryFileSystem::make_directory(const HostPath& path, uint32_t mode) {
  Place place;
  int error = walk(path, false, &place);
  if (error == 0 && place.node != nullptr) error = EEXIST;
  if (error == 0 && read_only_) error = EROFS;
  if (error == 0 && place.directory->parent == nullptr) error = ENOENT;
  if (error == 0 && depth_of(place.directory) + 1 >= quota_.depth) error = ENAMETOOLONG;
  if (error != 0) return {false, error};
  Node* node = make_node(file_mode::kDirectory | (mode & ~creation_mask_ & 01777), &error);
  if (node == nullptr) return {false, error};
  hold(node);
  error = insert(place.directory, place.last(), node);
  let_go(node);
  if (error == 0) changed(place.directory);
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::remove_directory(const HostPath& path) {
  Place place;
  int error = walk(path, false, &place);
  if (error == 0 && place.node == nullptr) error = ENOENT;
  if (error == 0 && !is_directory(place.node->mode)) error = ENOTDIR;
  if (error == 0 && place.node == root_) error = EBUSY;
  if (error == 0 && place.length == 0) error = EINVAL;
  if (error == 0) error = load_directory(place.node);
  if (error == 0 && place.node->entry_count != 0) error = ENOTEMPTY;
  if (error == 0 && read_only_) error = EROFS;
  if (error == 0) take_out(place.directory, place.last());
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::remove(const HostPath& path) {
  Place place;
  int error = walk(path, false, &place);
  if (error == 0 && place.node == nullptr) error = ENOENT;
  if (error == 0 && is_directory(place.node->mode)) error = EISDIR;
  if (error == 0 && read_only_) error = EROFS;
  if (error == 0) take_out(place.directory, place.last());
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::rename(const HostPath& from, const HostPath& to) {
  Place source, target;
  int error = walk(from, false, &source);
  if (error == 0) error = walk(to, false, &target);
  if (error == 0 && source.node == nullptr) error = ENOENT;
  if (error == 0 && (source.length == 0 || target.length == 0)) error = EBUSY;
  if (error == 0 && target.directory->parent == nullptr) error = ENOENT;
  if (error == 0 && read_only_) error = EROFS;
  if (error != 0) return {false, error};
  bool moves_directory = is_directory(source.node->mode);
  if (target.must_be_directory && !moves_directory) return {false, ENOTDIR};
  if (source.node == target.node) return {true};
  if (moves_directory) {
    for (Node* up = target.directory; up != nullptr; up = up->parent == up ? nullptr : up->parent)
      if (up == source.node) return {false, EINVAL};  // into itself
    if (depth_of(target.directory) + height_of(source.node) >= quota_.depth) return {false, ENAMETOOLONG};
  }
  if (target.node != nullptr) {
    bool over_directory = is_directory(target.node->mode);
    if (moves_directory && !over_directory) return {false, ENOTDIR};
    if (!moves_directory && over_directory) return {false, EISDIR};
    if (over_directory) {
      if (int refused = load_directory(target.node)) return {false, refused};
      if (target.node->entry_count != 0) return {false, ENOTEMPTY};
    }
  }
  // The new name first, which may need room: when that fails, nothing has changed.
  if (target.node == nullptr) {
    error = insert(target.directory, target.last(), source.node);
    if (error != 0) return {false, error};
  } else {
    replace(target.directory, target.last(), source.node);
  }
  take_out(source.directory, source.last());
  if (moves_directory) source.node->parent = target.directory;
  changed(target.directory);
  return {true};
}

FileSystem::Done MemoryFileSystem::link(const HostPath& existing, const HostPath& name, bool follow) {
  auto node = find(existing, follow);
  if (!node.ok()) return {false, node.error};
  Place place;
  int error = walk(name, false, &place);
  if (error == 0 && is_directory(node.value->mode)) error = EPERM;
  if (error == 0 && place.node != nullptr) error = EEXIST;
  if (error == 0 && read_only_) error = EROFS;
  if (error == 0 && (place.must_be_directory || place.directory->parent == nullptr)) error = ENOENT;
  if (error == 0) error = insert(place.directory, place.last(), node.value);
  if (error == 0) changed(place.directory);
  return {error == 0, error};
}

FileSystem::Done MemoryFileSystem::symbolic_link(const HostPath& text, const HostPath& name) {
  Place place;
  int error = text.length == 0 ? ENOENT : text.length >= kLongestPath ? ENAMETOOLONG : walk(name, false, &place);
  if (error == 0 && place.node != nullptr) error = EEXIST;
  if (error == 0 && read_only_) error = EROFS;
  if (error == 0 && (place.must_be_directory || place.directory->parent == nullptr)) error = ENOENT;
  if (error != 0) return {false, error};
  Node* node = make_node(file_mode::kLink | 0777, &error);
  if (node == nullptr) return {false, error};
  hold(node);
  error = reserve_data(node, text.length);
  if (error == 0) {
    std::memcpy(node->data, text.bytes, text.length);
    node->size = text.length;
    error = insert(place.directory, place.last(), node);
  }
  let_go(node);
  if (error == 0) changed(place.directory);
  return {error == 0, error};
}

HostResult<size_t> MemoryFileSystem::read_link(const HostPath& path, char* buffer, size_t size) {
  auto node = find(path, false);
  if (!node.ok()) return {0, node.error};
  if (!is_link(node.value->mode)) return {0, EINVAL};
  if (size > node.value->size) size = node.value->size;
  std::memcpy(buffer, node.value->data, size);
  return {size, 0};
}

// ---- Attributes: by descriptor and by path alike. ----

FileSystem::Done MemoryFileSystem::set_mode(int fd, uint32_t mode) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  if (read_only_) return {false, EROFS};
  file.value->node->mode = (file.value->node->mode & file_mode::kTypeMask) | (mode & 07777);
  file.value->node->changed = now();
  return {true};
}
FileSystem::Done MemoryFileSystem::set_mode(const HostPath& path, uint32_t mode, bool follow) {
  auto node = find(path, follow);
  if (!node.ok()) return {false, node.error};
  if (read_only_) return {false, EROFS};
  node.value->mode = (node.value->mode & file_mode::kTypeMask) | (mode & 07777);
  node.value->changed = now();
  return {true};
}

namespace {

template <typename Node>
void set_owner_of(Node* node, int64_t user, int64_t group) {
  if (user != -1) node->user = static_cast<uint32_t>(user);
  if (group != -1) node->group = static_cast<uint32_t>(group);
}
template <typename Node>
void set_times_of(Node* node, int64_t accessed, int64_t modified, int64_t now) {
  node->accessed = accessed == FileSystem::kNow ? now : accessed;
  node->modified = modified == FileSystem::kNow ? now : modified;
  node->changed = now;
}

}  // namespace

FileSystem::Done MemoryFileSystem::set_owner(int fd, int64_t user, int64_t group) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  if (read_only_) return {false, EROFS};
  set_owner_of(file.value->node, user, group);
  return {true};
}
FileSystem::Done MemoryFileSystem::set_owner(const HostPath& path, int64_t user, int64_t group, bool follow) {
  auto node = find(path, follow);
  if (!node.ok()) return {false, node.error};
  if (read_only_) return {false, EROFS};
  set_owner_of(node.value, user, group);
  return {true};
}

FileSystem::Done MemoryFileSystem::set_times(int fd, int64_t accessed, int64_t modified) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  if (read_only_) return {false, EROFS};
  set_times_of(file.value->node, accessed, modified, now());
  return {true};
}
FileSystem::Done MemoryFileSystem::set_times(const HostPath& path, int64_t accessed, int64_t modified, bool follow) {
  auto node = find(path, follow);
  if (!node.ok()) return {false, node.error};
  if (read_only_) return {false, EROFS};
  set_times_of(node.value, accessed, modified, now());
  return {true};
}

// ---- State. ----

HostResult<size_t> MemoryFileSystem::current_directory(char* buffer, size_t size) {
  if (current_ == nullptr || current_->parent == nullptr) return {0, ENOENT};
  // Names are collected from the end: each directory knows its parent, the parent knows its name.
  char path[kLongestPath * 2];
  size_t begin = sizeof path;
  for (Node* at = current_; at != root_; at = at->parent) {
    if (at == nullptr || at->parent == nullptr) return {0, ENOENT};
    const Entry* named = nullptr;
    for (uint32_t i = 0; i < at->parent->entry_count && named == nullptr; ++i)
      if (at->parent->entries[i].node == at) named = &at->parent->entries[i];
    if (named == nullptr) return {0, ENOENT};
    if (named->length + 1 > begin) return {0, ENAMETOOLONG};
    begin -= named->length;
    std::memcpy(path + begin, named->name, named->length);
    path[--begin] = '/';
  }
  if (begin == sizeof path) path[--begin] = '/';
  size_t length = sizeof path - begin;
  if (size > length) size = length;
  std::memcpy(buffer, path + begin, size);
  return {size, 0};
}

FileSystem::Done MemoryFileSystem::change_directory(const HostPath& path) {
  auto node = find(path, true);
  if (!node.ok()) return {false, node.error};
  if (!is_directory(node.value->mode)) return {false, ENOTDIR};
  hold(node.value);
  let_go(current_);
  current_ = node.value;
  return {true};
}

FileSystem::Done MemoryFileSystem::change_directory(int fd) {
  auto file = file_of(fd);
  if (!file.ok()) return {false, file.error};
  if (!is_directory(file.value->node->mode)) return {false, ENOTDIR};
  hold(file.value->node);
  let_go(current_);
  current_ = file.value->node;
  return {true};
}

HostResult<uint32_t> MemoryFileSystem::set_creation_mask(uint32_t mask) {
  uint32_t before = creation_mask_;
  creation_mask_ = mask & 0777;
  return {before, 0};
}

// ---- For the embedder. ----

int MemoryFileSystem::make_directories(std::string_view path) {
  if (path.size() >= kLongestPath) return ENAMETOOLONG;
  char text[kLongestPath];
  for (size_t end = 1; end <= path.size(); ++end) {
    if (end != path.size() && path[end] != '/') continue;
    std::memcpy(text, path.data(), end);
    text[end] = '\0';
    int error = make_directory(HostPath{text, end}, 0777).error;
    if (error != 0 && error != EEXIST) return error;
  }
  return 0;
}

int MemoryFileSystem::put(std::string_view path, std::string_view contents) {
  if (path.size() >= kLongestPath) return ENAMETOOLONG;
  size_t slash = path.rfind('/');
  if (slash != std::string_view::npos && slash != 0)
    if (int error = make_directories(path.substr(0, slash))) return error;
  char text[kLongestPath];
  std::memcpy(text, path.data(), path.size());
  text[path.size()] = '\0';
  auto fd = open(HostPath{text, path.size()}, open_flag::kWriteOnly | open_flag::kCreate | open_flag::kTruncate, 0666);
  if (!fd.ok()) return fd.error;
  auto written = write_at(fd.value, contents.data(), contents.size(), 0);
  close(fd.value);
  return written.error;
}

int MemoryFileSystem::put_null_device(std::string_view path) {
  if (int error = put(path, {})) return error;
  char text[kLongestPath];
  std::memcpy(text, path.data(), path.size());
  text[path.size()] = '\0';
  auto node = find(HostPath{text, path.size()}, false);
  if (node.ok()) node.value->mode = file_mode::kCharacterDevice | 0666;
  return node.error;
}

HostResult<std::string_view> MemoryFileSystem::get(std::string_view path) {
  if (path.size() >= kLongestPath) return {{}, ENAMETOOLONG};
  char text[kLongestPath];
  std::memcpy(text, path.data(), path.size());
  text[path.size()] = '\0';
  auto node = find(HostPath{text, path.size()}, true);
  if (!node.ok()) return {{}, node.error};
  if (!is_regular(node.value->mode)) return {{}, EISDIR};
  if (int error = copy_up(node.value, true)) return {{}, error};
  return {{node.value->data, node.value->size}, 0};
}

}  // namespace hog
