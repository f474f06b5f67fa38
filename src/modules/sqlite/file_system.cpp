// file_system.cpp: the library's files: those of the isolate's FileSystem, and nothing else. Without that capability no file can be
// opened; temporary files are memory in any case.
//
// Locks: the capability's where it has any, on the bytes that the library locks everywhere, so that other processes see them; else a table
// of the isolate's, by device and inode. Invariant: a File's level is what the table or the capability says of it.
#include <cerrno>
#include <cstring>

#include "host/file_system.hpp"
#include "modules/sqlite/sqlite.hpp"
#include "vm/isolate.hpp"

namespace hog::sqlite {

// ---- Locks. ----

struct LockedFile {
  uint64_t device, inode;
  LockedFile* next;
  size_t references;  // open files
  int shared;         // how many hold SHARED or more
  void* writer;       // who holds RESERVED or more; null: nobody
  bool pending;       // no new readers
};
struct LockTable {
  Heap* heap;
  size_t references;
  LockedFile* first;
};

LockTable* new_lock_table(Heap* heap) {
  auto* table = static_cast<LockTable*>(allocate_for_library(heap, sizeof(LockTable)));
  if (table != nullptr) *table = {heap, 1, nullptr};
  return table;
}
void hold(LockTable* table) { ++table->references; }
void release(LockTable* table) {
  if (--table->references != 0) return;
  for (LockedFile *file = table->first, *next; file != nullptr; file = next) {
    next = file->next;
    free_for_library(table->heap, file);
  }
  free_for_library(table->heap, table);
}

namespace {

LockedFile* find_locked(LockTable* table, uint64_t device, uint64_t inode) {
  for (LockedFile* file = table->first; file != nullptr; file = file->next)
    if (file->device == device && file->inode == inode) {
      ++file->references;
      return file;
    }
  auto* file = static_cast<LockedFile*>(allocate_for_library(table->heap, sizeof(LockedFile)));
  if (file == nullptr) return nullptr;
  *file = {device, inode, table->first, 1, 0, nullptr, false};
  table->first = file;
  return file;
}
void drop_locked(LockTable* table, LockedFile* locked) {
  if (--locked->references != 0) return;
  for (LockedFile** at = &table->first; *at != nullptr; at = &(*at)->next)
    if (*at == locked) {
      *at = locked->next;
      break;
    }
  free_for_library(table->heap, locked);
}

// ---- Files of the capability. ----

struct File {
  sqlite3_file base;
  FileSystem* files;
  int fd;
  int level;  // SQLITE_LOCK_*
  LockTable* table;
  LockedFile* locked;  // null: nobody else can have it open, or
  bool host_locks;     // the capability has locks
};
File* file_of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

FileSystem* granted_files(const Turn* turn) {
  if (turn == nullptr || turn->thread == nullptr) return nullptr;
  Host* host = Isolate::of(*turn->thread).config().host;
  return host == nullptr ? nullptr : host->files;
}
// Before each request. Closing and rolling back while cells are swept count for nothing.
bool may_ask() {
  Turn* turn = Turn::current();
  if (turn == nullptr || turn->thread == nullptr) return true;
  if (turn->thread->terminated()) return true;  // what is left to do is to leave the file whole
  return !Isolate::of(*turn->thread).count_host_call(*turn->thread).failed();
}

int file_close(sqlite3_file* raw) {
  File* file = file_of(raw);
  if (file->host_locks) {
    // Closing gives the locks back.
  } else if (file->locked != nullptr) {
    if (file->level != SQLITE_LOCK_NONE) raw->pMethods->xUnlock(raw, SQLITE_LOCK_NONE);
    drop_locked(file->table, file->locked);
    release(file->table);
  }
  (void)file->files->close(file->fd);
  raw->pMethods = nullptr;
  return SQLITE_OK;
}
int file_read(sqlite3_file* raw, void* room, int size, sqlite3_int64 offset) {
  File* file = file_of(raw);
  auto* bytes = static_cast<char*>(room);
  int got = 0;
  while (got < size) {
    if (!may_ask()) return SQLITE_IOERR_READ;
    HostResult<size_t> read =
        file->files->read_at(file->fd, bytes + got, static_cast<size_t>(size - got), offset + got);
    if (read.error == EINTR) continue;
    if (!read.ok()) return SQLITE_IOERR_READ;
    if (read.value == 0) {
      std::memset(bytes + got, 0, static_cast<size_t>(size - got));
      return SQLITE_IOERR_SHORT_READ;
    }
    got += static_cast<int>(read.value);
  }
  return SQLITE_OK;
}
int file_write(sqlite3_file* raw, const void* data, int size, sqlite3_int64 offset) {
  File* file = file_of(raw);
  auto* bytes = static_cast<const char*>(data);
  int done = 0;
  while (done < size) {
    if (!may_ask()) return SQLITE_IOERR_WRITE;
    HostResult<size_t> written =
        file->files->write_at(file->fd, bytes + done, static_cast<size_t>(size - done), offset + done);
    if (written.error == EINTR) continue;
    if (!written.ok())
      return written.error == ENOSPC || written.error == EDQUOT || written.error == EFBIG ? SQLITE_FULL
                                                                                          : SQLITE_IOERR_WRITE;
    if (written.value == 0) return SQLITE_FULL;
    done += static_cast<int>(written.value);
  }
  return SQLITE_OK;
}
int file_truncate(sqlite3_file* raw, sqlite3_int64 size) {
  if (!may_ask()) return SQLITE_IOERR_TRUNCATE;
  return file_of(raw)->files->truncate(file_of(raw)->fd, size).ok() ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}
int file_synchronize(sqlite3_file* raw, int flags) {
  if (!may_ask()) return SQLITE_IOERR_FSYNC;
  HostResult<bool> done = file_of(raw)->files->synchronize(file_of(raw)->fd, (flags & SQLITE_SYNC_DATAONLY) != 0);
  return done.ok() || done.error == ENOSYS || done.error == EINVAL ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}
int file_size(sqlite3_file* raw, sqlite3_int64* size) {
  if (!may_ask()) return SQLITE_IOERR_FSTAT;
  HostResult<FileStatus> status = file_of(raw)->files->status(file_of(raw)->fd);
  if (!status.ok()) return SQLITE_IOERR_FSTAT;
  *size = status.value.size;
  return SQLITE_OK;
}

// ---- Locks of the capability: the bytes are those of every SQLite (sqlite.org/lockingv3.html). ----

constexpr int64_t kPendingByte = 0x40000000, kReservedByte = kPendingByte + 1, kSharedFirst = kPendingByte + 2,
                  kSharedSize = 510;

bool take_lock(File* file, FileLock kind, int64_t offset, int64_t size) {
  return may_ask() && file->files->lock(file->fd, kind, offset, size).ok();
}

int host_lock(File* file, int level) {
  if (level == SQLITE_LOCK_SHARED) {
    if (!take_lock(file, FileLock::Read, kPendingByte, 1)) return SQLITE_BUSY;
    bool shared = take_lock(file, FileLock::Read, kSharedFirst, kSharedSize);
    (void)file->files->lock(file->fd, FileLock::None, kPendingByte, 1);
    if (!shared) return SQLITE_BUSY;
    file->level = level;
    return SQLITE_OK;
  }
  if (level == SQLITE_LOCK_RESERVED) {
    if (!take_lock(file, FileLock::Write, kReservedByte, 1)) return SQLITE_BUSY;
    file->level = level;
    return SQLITE_OK;
  }
  if (file->level < SQLITE_LOCK_PENDING) {
    if (!take_lock(file, FileLock::Write, kPendingByte, 1)) return SQLITE_BUSY;
    file->level = SQLITE_LOCK_PENDING;
  }
  if (level == SQLITE_LOCK_EXCLUSIVE) {
    if (!take_lock(file, FileLock::Write, kSharedFirst, kSharedSize)) return SQLITE_BUSY;
    file->level = level;
  }
  return SQLITE_OK;
}
int host_unlock(File* file, int level) {
  int code = SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (!file->files->lock(file->fd, FileLock::Read, kSharedFirst, kSharedSize).ok()) code = SQLITE_IOERR_RDLOCK;
    (void)file->files->lock(file->fd, FileLock::None, kPendingByte, 2);
  } else {
    (void)file->files->lock(file->fd, FileLock::None, kPendingByte, 2 + kSharedSize);
  }
  file->level = level;
  return code;
}

int file_lock(sqlite3_file* raw, int level) {
  File* file = file_of(raw);
  if (file->host_locks) return level <= file->level ? SQLITE_OK : host_lock(file, level);
  LockedFile* locked = file->locked;
  if (locked == nullptr || level <= file->level) return SQLITE_OK;
  bool others_write = locked->writer != nullptr && locked->writer != file;
  if (level == SQLITE_LOCK_SHARED) {
    if (locked->pending) return SQLITE_BUSY;
    ++locked->shared;
    file->level = level;
    return SQLITE_OK;
  }
  if (others_write) return SQLITE_BUSY;
  locked->writer = file;
  if (level == SQLITE_LOCK_RESERVED) {
    file->level = level;
    return SQLITE_OK;
  }
  locked->pending = true;
  if (locked->shared > 1) {
    file->level = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  file->level = level;
  return SQLITE_OK;
}
int file_unlock(sqlite3_file* raw, int level) {
  File* file = file_of(raw);
  if (file->host_locks) return level >= file->level ? SQLITE_OK : host_unlock(file, level);
  LockedFile* locked = file->locked;
  if (locked == nullptr || level >= file->level) return SQLITE_OK;
  if (locked->writer == file && level < SQLITE_LOCK_RESERVED) {
    locked->writer = nullptr;
    locked->pending = false;
  }
  if (level == SQLITE_LOCK_NONE && file->level >= SQLITE_LOCK_SHARED) --locked->shared;
  file->level = level;
  return SQLITE_OK;
}
int file_check_reserved(sqlite3_file* raw, int* result) {
  File* file = file_of(raw);
  if (file->host_locks) {
    *result = 1;
    if (file->level >= SQLITE_LOCK_RESERVED || !take_lock(file, FileLock::Read, kReservedByte, 1)) return SQLITE_OK;
    (void)file->files->lock(file->fd, FileLock::None, kReservedByte, 1);
    *result = 0;
    return SQLITE_OK;
  }
  LockedFile* locked = file->locked;
  *result = locked != nullptr && locked->writer != nullptr;
  return SQLITE_OK;
}
int file_control(sqlite3_file* raw, int operation, void* argument) {
  if (operation == SQLITE_FCNTL_LOCKSTATE) {
    *static_cast<int*>(argument) = file_of(raw)->level;
    return SQLITE_OK;
  }
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_SUBPAGE_READ; }

const sqlite3_io_methods kFileMethods = {.iVersion = 1,
                                         .xClose = file_close,
                                         .xRead = file_read,
                                         .xWrite = file_write,
                                         .xTruncate = file_truncate,
                                         .xSync = file_synchronize,
                                         .xFileSize = file_size,
                                         .xLock = file_lock,
                                         .xUnlock = file_unlock,
                                         .xCheckReservedLock = file_check_reserved,
                                         .xFileControl = file_control,
                                         .xSectorSize = sector_size,
                                         .xDeviceCharacteristics = characteristics,
                                         .xShmMap = nullptr,
                                         .xShmLock = nullptr,
                                         .xShmBarrier = nullptr,
                                         .xShmUnmap = nullptr,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

// ---- Temporary files: memory. ----

struct MemoryFile {
  sqlite3_file base;
  char* data;
  sqlite3_int64 size, capacity;
};
MemoryFile* memory_of(sqlite3_file* file) { return reinterpret_cast<MemoryFile*>(file); }
constexpr sqlite3_int64 kLargestMemoryFile = sqlite3_int64{1} << 30;

int memory_close(sqlite3_file* raw) {
  sqlite3_free(memory_of(raw)->data);
  return SQLITE_OK;
}
int memory_read(sqlite3_file* raw, void* room, int size, sqlite3_int64 offset) {
  MemoryFile* file = memory_of(raw);
  sqlite3_int64 there = offset < file->size ? file->size - offset : 0;
  if (there > size) there = size;
  if (there > 0) std::memcpy(room, file->data + offset, static_cast<size_t>(there));
  if (there == size) return SQLITE_OK;
  std::memset(static_cast<char*>(room) + there, 0, static_cast<size_t>(size - there));
  return SQLITE_IOERR_SHORT_READ;
}
int memory_write(sqlite3_file* raw, const void* data, int size, sqlite3_int64 offset) {
  MemoryFile* file = memory_of(raw);
  sqlite3_int64 end = offset + size;
  if (end > kLargestMemoryFile) return SQLITE_FULL;
  if (end > file->capacity) {
    sqlite3_int64 capacity = file->capacity * 2 > end ? file->capacity * 2 : end + 4096;
    auto* bigger = static_cast<char*>(sqlite3_realloc64(file->data, static_cast<sqlite3_uint64>(capacity)));
    if (bigger == nullptr) return SQLITE_IOERR_NOMEM;
    file->data = bigger;
    file->capacity = capacity;
  }
  if (offset > file->size) std::memset(file->data + file->size, 0, static_cast<size_t>(offset - file->size));
  std::memcpy(file->data + offset, data, static_cast<size_t>(size));
  if (end > file->size) file->size = end;
  return SQLITE_OK;
}
int memory_truncate(sqlite3_file* raw, sqlite3_int64 size) {
  if (size < memory_of(raw)->size) memory_of(raw)->size = size;
  return SQLITE_OK;
}
int memory_size(sqlite3_file* raw, sqlite3_int64* size) {
  *size = memory_of(raw)->size;
  return SQLITE_OK;
}
int nothing(sqlite3_file*, int) { return SQLITE_OK; }
int never_reserved(sqlite3_file*, int* result) {
  *result = 0;
  return SQLITE_OK;
}
int no_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

const sqlite3_io_methods kMemoryMethods = {.iVersion = 1,
                                           .xClose = memory_close,
                                           .xRead = memory_read,
                                           .xWrite = memory_write,
                                           .xTruncate = memory_truncate,
                                           .xSync = nothing,
                                           .xFileSize = memory_size,
                                           .xLock = nothing,
                                           .xUnlock = nothing,
                                           .xCheckReservedLock = never_reserved,
                                           .xFileControl = no_control,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = characteristics,
                                           .xShmMap = nullptr,
                                           .xShmLock = nullptr,
                                           .xShmBarrier = nullptr,
                                           .xShmUnmap = nullptr,
                                           .xFetch = nullptr,
                                           .xUnfetch = nullptr};

// ---- The file system. ----

constexpr int kLongestPath = 4096;

int open_memory(sqlite3_file* raw) {
  MemoryFile* file = memory_of(raw);
  *file = {};
  file->base.pMethods = &kMemoryMethods;
  return SQLITE_OK;
}

int vfs_open(sqlite3_vfs*, const char* name, sqlite3_file* raw, int flags, int* flags_out) {
  raw->pMethods = nullptr;
  if (flags_out != nullptr) *flags_out = flags;
  if (name == nullptr) return open_memory(raw);
  Turn* turn = Turn::current();
  FileSystem* files = granted_files(turn);
  if (files == nullptr || turn->native == nullptr) return SQLITE_CANTOPEN;
  int host_flags =
      open_flag::kCloseOnExec | ((flags & SQLITE_OPEN_READWRITE) != 0 ? open_flag::kReadWrite : open_flag::kReadOnly);
  if ((flags & SQLITE_OPEN_CREATE) != 0) host_flags |= open_flag::kCreate;
  if ((flags & SQLITE_OPEN_EXCLUSIVE) != 0) host_flags |= open_flag::kExclusive | open_flag::kNoFollow;
  HostPath path{name, std::strlen(name)};
  if (!may_ask()) return SQLITE_CANTOPEN;
  HostResult<int> opened = files->open(path, host_flags, 0644);
  if (!opened.ok() && opened.error != EISDIR && (flags & SQLITE_OPEN_READWRITE) != 0 &&
      (flags & SQLITE_OPEN_EXCLUSIVE) == 0) {
    opened = files->open(path, open_flag::kCloseOnExec | open_flag::kReadOnly, 0);
    if (flags_out != nullptr)
      *flags_out = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  if (!opened.ok()) return SQLITE_CANTOPEN;
  HostResult<FileStatus> status = files->status(opened.value);
  if (!status.ok() || (status.value.mode & file_mode::kTypeMask) == file_mode::kDirectory) {
    (void)files->close(opened.value);
    return SQLITE_CANTOPEN;
  }
  File* file = file_of(raw);
  *file = {};
  file->files = files;
  file->fd = opened.value;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
    file->host_locks = files->lock(opened.value, FileLock::None, kPendingByte, 1).ok();
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0 && !file->host_locks) {
    file->table = turn->native->locks;
    file->locked = find_locked(file->table, status.value.device, status.value.inode);
    if (file->locked == nullptr) {
      (void)files->close(opened.value);
      return SQLITE_NOMEM;
    }
    hold(file->table);
  }
  if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0) (void)files->remove(path);
  file->base.pMethods = &kFileMethods;
  return SQLITE_OK;
}
int vfs_delete(sqlite3_vfs*, const char* name, int) {
  FileSystem* files = granted_files(Turn::current());
  if (files == nullptr || !may_ask()) return SQLITE_IOERR_DELETE;
  HostResult<bool> removed = files->remove({name, std::strlen(name)});
  if (removed.ok()) return SQLITE_OK;
  return removed.error == ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
}
int vfs_access(sqlite3_vfs*, const char* name, int flags, int* result) {
  *result = 0;
  FileSystem* files = granted_files(Turn::current());
  if (files == nullptr || !may_ask()) return SQLITE_OK;
  HostPath path{name, std::strlen(name)};
  if (flags == SQLITE_ACCESS_EXISTS) {
    HostResult<FileStatus> status = files->status(path, true);
    *result =
        status.ok() && ((status.value.mode & file_mode::kTypeMask) != file_mode::kRegular || status.value.size > 0);
  } else {
    HostResult<bool> allowed = files->access(path, flags == SQLITE_ACCESS_READWRITE ? 6 : 4, false, true);
    *result = allowed.ok() && allowed.value;
  }
  return SQLITE_OK;
}
int vfs_full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  size_t length = std::strlen(name), start = 0;
  if (name[0] != '/') {
    FileSystem* files = granted_files(Turn::current());
    if (files == nullptr || !may_ask()) return SQLITE_CANTOPEN_FULLPATH;
    HostResult<size_t> directory = files->current_directory(out, static_cast<size_t>(size));
    if (!directory.ok() || directory.value + 2 >= static_cast<size_t>(size)) return SQLITE_CANTOPEN_FULLPATH;
    start = directory.value;
    if (start == 0 || out[start - 1] != '/') out[start++] = '/';
  }
  if (start + length + 1 > static_cast<size_t>(size)) return SQLITE_CANTOPEN_FULLPATH;
  std::memcpy(out + start, name, length + 1);
  return SQLITE_OK;
}
int vfs_randomness(sqlite3_vfs*, int size, char* out) {
  sqlite3_randomness(size, out);
  return size;
}
int vfs_sleep(sqlite3_vfs*, int microseconds) {
  Turn* turn = Turn::current();
  if (turn == nullptr || turn->thread == nullptr || failed(*turn->thread)) return microseconds;
  Thread& t = *turn->thread;
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->clock == nullptr) return microseconds;
  if (Isolate::of(t).count_host_call(t).failed()) return microseconds;
  without_turn(t, [&] { return host->clock->sleep(int64_t{microseconds} * 1000).error; });
  (void)t.poll(100);
  return microseconds;
}
int vfs_time64(sqlite3_vfs*, sqlite3_int64* out) {
  Turn* turn = Turn::current();
  Host* host = turn == nullptr || turn->thread == nullptr ? nullptr : Isolate::of(*turn->thread).config().host;
  if (host == nullptr || host->clock == nullptr) return SQLITE_ERROR;
  constexpr sqlite3_int64 kUnixEpoch = 24405875 * sqlite3_int64{8640000};
  *out = kUnixEpoch + host->clock->wall_nanoseconds() / 1000000;
  return SQLITE_OK;
}
int vfs_time(sqlite3_vfs* vfs, double* out) {
  sqlite3_int64 now = 0;
  int code = vfs_time64(vfs, &now);
  *out = static_cast<double>(now) / 86400000.0;
  return code;
}
int vfs_last_error(sqlite3_vfs*, int, char*) { return 0; }

sqlite3_vfs file_system_of_isolates = {
    .iVersion = 2,
    .szOsFile = sizeof(File) > sizeof(MemoryFile) ? sizeof(File) : sizeof(MemoryFile),
    .mxPathname = kLongestPath,
    .pNext = nullptr,
    .zName = "hognose",
    .pAppData = nullptr,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xDlOpen = nullptr,
    .xDlError = nullptr,
    .xDlSym = nullptr,
    .xDlClose = nullptr,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time64,
    .xSetSystemCall = nullptr,
    .xGetSystemCall = nullptr,
    .xNextSystemCall = nullptr};

}  // namespace

void register_file_system() { sqlite3_vfs_register(&file_system_of_isolates, 1); }

}  // namespace hog::sqlite

extern "C" {
int sqlite3_os_init() {
  hog::sqlite::register_file_system();
  return SQLITE_OK;
}
int sqlite3_os_end() { return SQLITE_OK; }
}
