// memory_file_system_test.cpp: each method of MemoryFileSystem, its quotas (a refused change changes nothing) and the overlay.
#include "host/memory_file_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hog {
namespace {

using namespace open_flag;

HostPath at(const char* text, int directory = HostPath::kCurrentDirectory) { return {text, std::string_view(text).size(), directory}; }

struct Names final : DirectoryEntries {
  bool add(const char* name, size_t length, uint32_t, uint64_t) override {
    names.emplace_back(name, length);
    return names.size() < most;
  }
  std::vector<std::string> names;
  size_t most = SIZE_MAX;
};

std::string listing(FileSystem& files, const char* path) {
  Names names;
  auto done = files.list(at(path), names);
  if (!done.ok()) return "error " + std::to_string(done.error);
  std::sort(names.names.begin(), names.names.end());
  std::string text;
  for (const std::string& name : names.names) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string contents(MemoryFileSystem& files, const char* path) {
  auto got = files.get(path);
  return got.ok() ? std::string(got.value) : "error " + std::to_string(got.error);
}

std::string current(FileSystem& files) {
  char buffer[5000];
  auto length = files.current_directory(buffer, sizeof buffer);
  return length.ok() ? std::string(buffer, length.value) : "error " + std::to_string(length.error);
}

TEST(MemoryFileSystem, WritesReadsSeeksAndAppends) {
  MemoryFileSystem files;
  auto fd = files.open(at("/a"), kReadWrite | kCreate, 0666);
  ASSERT_TRUE(fd.ok());
  EXPECT_EQ(fd.value, 3);
  EXPECT_EQ(files.write(fd.value, "hello", 5).value, 5u);
  EXPECT_EQ(files.seek(fd.value, -3, 2).value, 2);
  char buffer[16] = {};
  EXPECT_EQ(files.read(fd.value, buffer, sizeof buffer).value, 3u);
  EXPECT_STREQ(buffer, "llo");
  EXPECT_EQ(files.read(fd.value, buffer, sizeof buffer).value, 0u);
  EXPECT_EQ(files.seek(fd.value, -1, 0).error, EINVAL);
  EXPECT_EQ(files.seek(fd.value, INT64_MAX, 1).error, EINVAL);
  EXPECT_EQ(files.seek(fd.value, 0, 9).error, EINVAL);
  EXPECT_EQ(files.write_at(fd.value, "J", 1, 0).value, 1u);
  EXPECT_EQ(files.read_at(fd.value, buffer, 2, 0).value, 2u);
  EXPECT_EQ(buffer[0], 'J');
  EXPECT_EQ(files.read_at(fd.value, buffer, 2, -1).error, EINVAL);
  EXPECT_EQ(files.write_at(fd.value, "x", 1, -1).error, EINVAL);
  EXPECT_EQ(files.write_at(fd.value, "x", 1, INT64_MAX).error, ENOSPC);
  // A hole reads as zeros.
  EXPECT_TRUE(files.write_at(fd.value, "x", 1, 8).ok());
  EXPECT_EQ(contents(files, "/a"), std::string("Jello\0\0\0x", 9));
  EXPECT_TRUE(files.truncate(fd.value, 2).ok());
  EXPECT_TRUE(files.truncate(fd.value, 4).ok());
  EXPECT_EQ(contents(files, "/a"), std::string("Je\0\0", 4));
  EXPECT_EQ(files.truncate(fd.value, -1).error, EINVAL);
  auto more = files.open(at("a"), kWriteOnly | kAppend, 0);
  EXPECT_TRUE(files.write(more.value, "!", 1).ok());
  EXPECT_EQ(files.read(more.value, buffer, 1).error, EBADF);
  EXPECT_EQ(contents(files, "/a"), std::string("Je\0\0!", 5));
  EXPECT_TRUE(files.synchronize(fd.value, true).ok());
  EXPECT_FALSE(files.is_terminal(fd.value).value);
  EXPECT_TRUE(files.close(fd.value).ok());
  EXPECT_EQ(files.close(fd.value).error, EBADF);
  EXPECT_EQ(files.read(fd.value, buffer, 1).error, EBADF);
  EXPECT_EQ(files.open(at("a"), kReadWrite | kTruncate, 0).value, fd.value);
  EXPECT_EQ(contents(files, "/a"), "");
}

TEST(MemoryFileSystem, OpenRefuses) {
  MemoryFileSystem files;
  ASSERT_EQ(files.put("/d/f", "x"), 0);
  EXPECT_EQ(files.open(at("/none"), kReadOnly, 0).error, ENOENT);
  EXPECT_EQ(files.open(at(""), kReadOnly, 0).error, ENOENT);
  EXPECT_EQ(files.open(at("/d/f/x"), kReadOnly, 0).error, ENOTDIR);
  EXPECT_EQ(files.open(at("/d/f/"), kReadOnly, 0).error, ENOTDIR);
  EXPECT_EQ(files.open(at("/d"), kWriteOnly, 0).error, EISDIR);
  EXPECT_EQ(files.open(at("/d/new/"), kWriteOnly | kCreate, 0666).error, EISDIR);
  EXPECT_EQ(files.open(at("/d/f"), kReadOnly | kDirectory, 0).error, ENOTDIR);
  EXPECT_EQ(files.open(at("/d/f"), kWriteOnly | kCreate | kExclusive, 0).error, EEXIST);
  EXPECT_EQ(files.open(at(std::string(300, 'n').c_str()), kReadOnly, 0).error, ENAMETOOLONG);
  EXPECT_EQ(files.open(at(std::string(5000, '/').c_str()), kReadOnly, 0).error, ENAMETOOLONG);
  EXPECT_EQ(files.open(at("f", 77), kReadOnly, 0).error, EBADF);
  int directory = files.open(at("/d"), kReadOnly, 0).value;
  char byte;
  EXPECT_EQ(files.read(directory, &byte, 1).error, EISDIR);
  int inside = files.open(at("f", directory), kReadOnly, 0).value;
  EXPECT_EQ(files.read(inside, &byte, 1).value, 1u);
  EXPECT_EQ(files.write(inside, &byte, 1).error, EBADF);
  EXPECT_EQ(files.open(at("x", inside), kReadOnly, 0).error, ENOTDIR);
}

TEST(MemoryFileSystem, Directories) {
  MemoryFileSystem files;
  EXPECT_TRUE(files.make_directory(at("/a"), 0777).ok());
  EXPECT_EQ(files.make_directory(at("/a"), 0777).error, EEXIST);
  EXPECT_EQ(files.make_directory(at("/x/y"), 0777).error, ENOENT);
  EXPECT_TRUE(files.make_directory(at("/a/b/"), 0777).ok());
  EXPECT_EQ(files.put("/a/f", "1"), 0);
  EXPECT_EQ(listing(files, "/a"), "b f");
  EXPECT_EQ(listing(files, "/a/f"), "error " + std::to_string(ENOTDIR));
  EXPECT_EQ(files.status(at("/"), true).value.links, 3u);
  EXPECT_EQ(files.remove_directory(at("/a")).error, ENOTEMPTY);
  EXPECT_EQ(files.remove_directory(at("/a/f")).error, ENOTDIR);
  EXPECT_EQ(files.remove_directory(at("/")).error, EBUSY);
  EXPECT_EQ(files.remove(at("/a/b")).error, EISDIR);
  EXPECT_TRUE(files.remove(at("/a/f")).ok());
  EXPECT_EQ(files.remove(at("/a/f")).error, ENOENT);
  int fd = files.open(at("/a"), kReadOnly | kDirectory, 0).value;
  Names names;
  names.most = 1;
  EXPECT_TRUE(files.list(fd, names).ok());
  EXPECT_EQ(names.names.size(), 1u);
  EXPECT_TRUE(files.remove_directory(at("/a/b")).ok());
  EXPECT_TRUE(files.remove_directory(at("/a")).ok());
  // Removed, but open: empty, and nothing can be made in it.
  EXPECT_EQ(files.open(at("new", fd), kWriteOnly | kCreate, 0666).error, ENOENT);
  EXPECT_EQ(files.make_directory(at("new", fd), 0777).error, ENOENT);
  EXPECT_TRUE(files.close(fd).ok());
  EXPECT_EQ(files.files_used(), 1u);
}

TEST(MemoryFileSystem, CurrentDirectoryAndItsRemoval) {
  MemoryFileSystem files;
  ASSERT_EQ(files.make_directories("/a/bc/d"), 0);
  EXPECT_EQ(current(files), "/");
  EXPECT_TRUE(files.change_directory(at("a/bc/../bc/d")).ok());
  EXPECT_EQ(current(files), "/a/bc/d");
  EXPECT_TRUE(files.rename(at("/a/bc"), at("/moved")).ok());
  EXPECT_EQ(current(files), "/moved/d");
  EXPECT_TRUE(files.remove_directory(at("../d")).ok());
  EXPECT_EQ(current(files), "error " + std::to_string(ENOENT));
  EXPECT_EQ(files.open(at("x"), kWriteOnly | kCreate, 0666).error, ENOENT);
  EXPECT_EQ(files.remove_directory(at(".")).error, EINVAL);
  EXPECT_TRUE(files.change_directory(at("/")).ok());
  EXPECT_EQ(files.put("/f", ""), 0);
  EXPECT_EQ(files.change_directory(at("/f")).error, ENOTDIR);
  int fd = files.open(at("/moved"), kReadOnly, 0).value;
  EXPECT_TRUE(files.change_directory(fd).ok());
  EXPECT_EQ(current(files), "/moved");
  EXPECT_TRUE(files.change_directory(at("../../..")).ok());
  EXPECT_EQ(current(files), "/");
}

TEST(MemoryFileSystem, Renames) {
  MemoryFileSystem files;
  files.put("/f", "f");
  files.put("/g", "g");
  files.put("/full/x", "x");
  files.make_directories("/empty");
  files.make_directories("/dir/sub");
  EXPECT_EQ(files.rename(at("/none"), at("/x")).error, ENOENT);
  EXPECT_EQ(files.rename(at("/f"), at("/empty")).error, EISDIR);
  EXPECT_EQ(files.rename(at("/dir"), at("/f")).error, ENOTDIR);
  EXPECT_EQ(files.rename(at("/dir"), at("/full")).error, ENOTEMPTY);
  EXPECT_EQ(files.rename(at("/dir"), at("/dir/sub/in")).error, EINVAL);
  EXPECT_EQ(files.rename(at("/"), at("/in")).error, EBUSY);
  EXPECT_EQ(files.rename(at("/f"), at("/new/")).error, ENOTDIR);
  EXPECT_TRUE(files.rename(at("/f"), at("/f")).ok());
  EXPECT_TRUE(files.rename(at("/f"), at("/g")).ok());
  EXPECT_EQ(contents(files, "/g"), "f");
  EXPECT_EQ(listing(files, "/"), "dir empty full g");
  EXPECT_TRUE(files.rename(at("/dir"), at("/empty")).ok());
  EXPECT_EQ(listing(files, "/empty"), "sub");
  EXPECT_TRUE(files.rename(at("/empty"), at("/full/deep/")).ok());
  EXPECT_EQ(listing(files, "/full"), "deep x");
  EXPECT_EQ(files.status(at("/"), true).value.links, 3u);
  EXPECT_EQ(files.status(at("/full"), true).value.links, 3u);
  EXPECT_TRUE(files.change_directory(at("/full/deep/sub")).ok());
  EXPECT_EQ(current(files), "/full/deep/sub");
  // A file that is replaced stays for who has it open.
  int fd = files.open(at("/full/x"), kReadOnly, 0).value;
  EXPECT_TRUE(files.rename(at("/g"), at("/full/x")).ok());
  char byte = 0;
  EXPECT_EQ(files.read(fd, &byte, 1).value, 1u);
  EXPECT_EQ(byte, 'x');
  EXPECT_EQ(files.status(fd).value.links, 0u);
}

TEST(MemoryFileSystem, Links) {
  MemoryFileSystem files;
  files.put("/d/f", "text");
  EXPECT_TRUE(files.link(at("/d/f"), at("/hard"), true).ok());
  EXPECT_EQ(files.status(at("/hard"), true).value.links, 2u);
  EXPECT_EQ(files.status(at("/hard"), true).value.inode, files.status(at("/d/f"), true).value.inode);
  EXPECT_EQ(files.link(at("/d"), at("/no"), true).error, EPERM);
  EXPECT_EQ(files.link(at("/d/f"), at("/hard"), true).error, EEXIST);
  EXPECT_TRUE(files.symbolic_link(at("d/f"), at("/soft")).ok());
  EXPECT_TRUE(files.symbolic_link(at("/d"), at("/into")).ok());
  EXPECT_EQ(contents(files, "/soft"), "text");
  EXPECT_EQ(contents(files, "/into/f"), "text");
  EXPECT_EQ(files.status(at("/soft"), false).value.mode & file_mode::kTypeMask, file_mode::kLink);
  EXPECT_EQ(files.open(at("/soft"), kReadOnly | kNoFollow, 0).error, ELOOP);
  char text[3];
  EXPECT_EQ(files.read_link(at("/soft"), text, 3).value, 3u);
  EXPECT_EQ(std::string(text, 3), "d/f");
  EXPECT_EQ(files.read_link(at("/hard"), text, 3).error, EINVAL);
  EXPECT_TRUE(files.symbolic_link(at("loop"), at("/loop")).ok());
  EXPECT_EQ(files.status(at("/loop"), true).error, ELOOP);
  EXPECT_EQ(files.status(at("/loop/x"), true).error, ELOOP);
  EXPECT_TRUE(files.status(at("/loop"), false).ok());
  EXPECT_TRUE(files.symbolic_link(at("two"), at("/one")).ok());
  EXPECT_TRUE(files.symbolic_link(at("one"), at("/two")).ok());
  EXPECT_EQ(files.open(at("/one"), kReadOnly, 0).error, ELOOP);
  EXPECT_TRUE(files.symbolic_link(at("self/self/self"), at("/self")).ok());  // grows as it is followed
  int grown = files.status(at("/self"), true).error;
  EXPECT_TRUE(grown == ELOOP || grown == ENAMETOOLONG);
  EXPECT_EQ(files.symbolic_link(at(""), at("/empty")).error, ENOENT);
  // Writing through a link that leads nowhere makes its target; asking for a new file does not follow it.
  EXPECT_TRUE(files.symbolic_link(at("made"), at("/dangling")).ok());
  EXPECT_EQ(files.open(at("/dangling"), kWriteOnly | kCreate | kExclusive, 0666).error, EEXIST);
  EXPECT_EQ(files.put("/dangling", "x"), 0);
  EXPECT_EQ(contents(files, "/made"), "x");
  EXPECT_TRUE(files.remove(at("/dangling")).ok());
  EXPECT_EQ(contents(files, "/made"), "x");
  EXPECT_TRUE(files.symbolic_link(at("../../../.."), at("/d/up")).ok());
  EXPECT_EQ(files.status(at("/d/up"), true).value.inode, files.status(at("/"), true).value.inode);
}

TEST(MemoryFileSystem, Attributes) {
  MemoryFileSystem files;
  files.put("/f", "x");
  int fd = files.open(at("/f"), kReadWrite | kCloseOnExec, 0).value;
  EXPECT_EQ(files.status(at("/f"), true).value.mode, file_mode::kRegular | 0644);
  EXPECT_TRUE(files.set_mode(at("/f"), 0600, true).ok());
  EXPECT_TRUE(files.set_mode(fd, 0755).ok());
  EXPECT_EQ(files.status(fd).value.mode, file_mode::kRegular | 0755);
  EXPECT_TRUE(files.access(at("/f"), 7, false, true).value);
  EXPECT_TRUE(files.set_mode(fd, 0644).ok());
  EXPECT_FALSE(files.access(at("/f"), 1, false, true).value);
  EXPECT_FALSE(files.access(at("/none"), 0, false, true).value);
  EXPECT_TRUE(files.set_owner(at("/f"), 5, -1, true).ok());
  EXPECT_TRUE(files.set_owner(fd, -1, 6).ok());
  EXPECT_EQ(files.status(fd).value.user, 5u);
  EXPECT_EQ(files.status(fd).value.group, 6u);
  EXPECT_TRUE(files.set_times(at("/f"), 7, 8, true).ok());
  EXPECT_EQ(files.status(fd).value.accessed, 7);
  EXPECT_EQ(files.status(fd).value.modified, 8);
  EXPECT_TRUE(files.set_times(fd, FileSystem::kNow, 9).ok());
  EXPECT_EQ(files.status(fd).value.accessed, 0);
  EXPECT_FALSE(files.inheritable(fd).value);
  EXPECT_TRUE(files.set_inheritable(fd, true).ok());
  EXPECT_TRUE(files.inheritable(fd).value);
  EXPECT_TRUE(files.blocking(fd).value);
  EXPECT_TRUE(files.set_blocking(fd, false).ok());
  EXPECT_EQ(files.set_creation_mask(077).value, 022u);
  files.put("/private", "");
  EXPECT_EQ(files.status(at("/private"), true).value.mode & 0777, 0600u);
  EXPECT_EQ(files.truncate(at("/"), 0).error, EISDIR);
  EXPECT_TRUE(files.truncate(at("/f"), 0).ok());
  EXPECT_EQ(files.status(fd).value.size, 0);
  EXPECT_EQ(files.file_system_status(fd).value.files, 10'000u);
  EXPECT_EQ(files.file_system_status(at("/f")).value.name_max, 255u);
  EXPECT_EQ(files.file_system_status(at("/x")).error, ENOENT);
}

TEST(MemoryFileSystem, DuplicatesShareTheirPosition) {
  MemoryFileSystem files;
  files.put("/f", "abcdef");
  int fd = files.open(at("/f"), kReadOnly | kCloseOnExec, 0).value;
  int copy = files.duplicate(fd, true).value;
  EXPECT_TRUE(files.inheritable(copy).value);
  EXPECT_FALSE(files.inheritable(fd).value);
  char byte;
  files.read(fd, &byte, 1);
  files.read(copy, &byte, 1);
  EXPECT_EQ(byte, 'b');
  EXPECT_EQ(files.duplicate_to(fd, 20, false).value, 20);
  EXPECT_EQ(files.duplicate_to(fd, fd, false).value, fd);
  EXPECT_EQ(files.duplicate_to(fd, 2, false).error, EBADF);
  EXPECT_EQ(files.duplicate_to(fd, 100'000, false).error, EBADF);
  files.close(fd);
  files.read(20, &byte, 1);
  EXPECT_EQ(byte, 'c');
}

TEST(MemoryFileSystem, QuotasLeaveTheTreeAsItWas) {
  MemoryFileSystem files({.bytes = 8 << 10, .files = 8, .depth = 4, .descriptors = 2});
  EXPECT_EQ(files.put("/f", "keep"), 0);
  uint64_t used = files.bytes_used();
  int fd = files.open(at("/f"), kReadWrite, 0).value;
  std::string big(10'000, 'b');
  EXPECT_EQ(files.write_at(fd, big.data(), big.size(), 0).error, ENOSPC);
  EXPECT_EQ(files.truncate(fd, 1 << 20).error, ENOSPC);
  EXPECT_EQ(files.truncate(at("/f"), INT64_MAX).error, ENOSPC);
  EXPECT_EQ(contents(files, "/f"), "keep");
  EXPECT_EQ(files.bytes_used(), used);
  // No descriptor is left: nothing is made either.
  int other = files.open(at("/f"), kReadOnly, 0).value;
  EXPECT_EQ(files.open(at("/new"), kWriteOnly | kCreate, 0666).error, EMFILE);
  EXPECT_EQ(files.open(at("/f"), kWriteOnly | kTruncate, 0).error, EMFILE);
  EXPECT_EQ(contents(files, "/f"), "keep");
  EXPECT_EQ(listing(files, "/"), "f");
  files.close(other);
  files.close(fd);
  EXPECT_EQ(files.make_directories("/1/2/3"), 0);
  EXPECT_EQ(files.make_directory(at("/1/2/3/4"), 0777).error, ENAMETOOLONG);
  EXPECT_EQ(files.make_directories("/m/n"), 0);
  EXPECT_EQ(files.rename(at("/m"), at("/1/2/m")).error, ENAMETOOLONG);
  EXPECT_EQ(listing(files, "/1/2"), "3");
  EXPECT_EQ(listing(files, "/m"), "n");
  EXPECT_EQ(files.put("/g", ""), 0);
  EXPECT_EQ(files.put("/h", ""), ENOSPC);  // the ninth
  EXPECT_EQ(files.symbolic_link(at("x"), at("/s")).error, ENOSPC);
  EXPECT_EQ(listing(files, "/"), "1 f g m");
  EXPECT_TRUE(files.remove(at("/g")).ok());
  EXPECT_EQ(files.put("/h", ""), 0);
}

// Every place where memory may run out, one after the other: what fails leaves nothing behind.
TEST(MemoryFileSystem, EveryByteOfTheQuota) {
  for (uint64_t bytes = 0; bytes < 2500; bytes += 7) {
    MemoryFileSystem files({.bytes = bytes, .files = 100, .depth = 10, .descriptors = 4});
    uint64_t before = files.bytes_used();
    std::string names = listing(files, "/");
    auto unchanged = [&](int error) {
      if (error == 0) return;
      EXPECT_EQ(files.bytes_used(), before) << bytes;
      EXPECT_EQ(listing(files, "/"), names) << bytes;
    };
    auto step = [&](int error) {
      EXPECT_TRUE(error == 0 || error == ENOSPC || error == ENOENT || error == ENOMEM) << error;
      before = files.bytes_used();
      names = listing(files, "/");
    };
    int made = files.make_directory(at("/some directory"), 0777).error;
    unchanged(made);
    step(made);
    int linked = files.symbolic_link(at("a text of a link"), at("/a link of it")).error;
    unchanged(linked);
    step(linked);
    step(files.put("/some directory/file", "contents of it"));
    int moved = files.rename(at("/some directory/file"), at("/a new name for the file")).error;
    unchanged(moved);
    step(moved);
    step(files.rename(at("/some directory"), at("/another directory")).error);
    EXPECT_LE(files.bytes_used(), bytes + 1);
  }
}

TEST(MemoryFileSystem, ReadOnly) {
  MemoryFileSystem files;
  files.put("/f", "x");
  files.set_read_only(true);
  EXPECT_TRUE(files.open(at("/f"), kReadOnly, 0).ok());
  EXPECT_EQ(files.open(at("/f"), kReadWrite, 0).error, EROFS);
  EXPECT_EQ(files.open(at("/g"), kReadOnly | kCreate, 0).error, EROFS);
  EXPECT_EQ(files.remove(at("/f")).error, EROFS);
  EXPECT_EQ(files.rename(at("/f"), at("/g")).error, EROFS);
  EXPECT_EQ(files.make_directory(at("/d"), 0777).error, EROFS);
  EXPECT_EQ(files.symbolic_link(at("x"), at("/d")).error, EROFS);
  EXPECT_EQ(files.link(at("/f"), at("/d"), true).error, EROFS);
  EXPECT_EQ(files.set_mode(at("/f"), 0, true).error, EROFS);
  EXPECT_EQ(files.truncate(at("/f"), 0).error, EROFS);
  EXPECT_FALSE(files.access(at("/f"), 2, false, true).value);
}

TEST(MemoryFileSystem, OverlayReadsThroughAndWritesAbove) {
  MemoryFileSystem below;
  below.put("/d/old", "below");
  below.put("/d/sub/deep", "deep");
  below.put("/d/gone", "gone");
  below.symbolic_link(at("d/old"), at("/link"));
  MemoryFileSystem files({}, nullptr, &below);
  EXPECT_EQ(listing(files, "/"), "d link");
  EXPECT_EQ(contents(files, "/link"), "below");
  int fd = files.open(at("/d/sub/deep"), kReadOnly, 0).value;
  char buffer[8] = {};
  EXPECT_EQ(files.read(fd, buffer, 2).value, 2u);
  EXPECT_EQ(files.seek(fd, 0, 2).value, 4);
  EXPECT_EQ(files.status(fd).value.size, 4);
  EXPECT_EQ(files.put("/d/old", "above!"), 0);
  int append = files.open(at("/d/sub/deep"), kWriteOnly | kAppend, 0).value;
  EXPECT_EQ(files.write(append, "er", 2).value, 2u);
  EXPECT_EQ(files.read_at(fd, buffer, 8, 0).value, 6u);
  EXPECT_STREQ(buffer, "deeper");
  EXPECT_TRUE(files.remove(at("/d/gone")).ok());
  EXPECT_TRUE(files.rename(at("/d/sub"), at("/moved")).ok());
  EXPECT_EQ(listing(files, "/d"), "old");
  EXPECT_EQ(contents(files, "/moved/deep"), "deeper");
  EXPECT_EQ(files.remove_directory(at("/moved")).error, ENOTEMPTY);
  EXPECT_TRUE(files.truncate(at("/d/old"), 2).ok());
  EXPECT_EQ(contents(files, "/d/old"), "ab");
  EXPECT_EQ(contents(below, "/d/old"), "below");
  EXPECT_EQ(contents(below, "/d/sub/deep"), "deep");
  EXPECT_EQ(listing(below, "/d"), "gone old sub");
}

// A directory below that was not looked at moves as a whole and still finds what is in it.
TEST(MemoryFileSystem, OverlayMovesAnUnreadDirectory) {
  MemoryFileSystem below;
  below.put("/a/b/c/file", "x");
  MemoryFileSystem files({}, nullptr, &below);
  EXPECT_TRUE(files.rename(at("/a"), at("/z")).ok());
  EXPECT_EQ(contents(files, "/z/b/c/file"), "x");
  EXPECT_EQ(files.status(at("/a"), true).error, ENOENT);
}

TEST(MemoryFileSystem, OverlayWithoutRoomIsRefusedAndRecovers) {
  MemoryFileSystem below;
  for (int i = 0; i < 20; ++i) below.put("/d/" + std::to_string(i), "x");
  below.put("/small/f", std::string(1000, 's'));
  MemoryFileSystem files({.bytes = 1 << 20, .files = 10, .depth = 10, .descriptors = 8}, nullptr, &below);
  uint64_t used = files.files_used();
  EXPECT_EQ(listing(files, "/"), "d small");
  EXPECT_EQ(listing(files, "/d"), "error " + std::to_string(ENOSPC));
  EXPECT_EQ(files.files_used(), used + 2);
  EXPECT_EQ(listing(files, "/small"), "f");
  MemoryFileSystem tight({.bytes = 1200, .files = 10, .depth = 10, .descriptors = 8}, nullptr, &below);
  EXPECT_EQ(tight.open(at("/small/f"), kReadWrite, 0).error, ENOSPC);
  int fd = tight.open(at("/small/f"), kReadOnly, 0).value;
  char buffer[1000];
  EXPECT_EQ(tight.read(fd, buffer, sizeof buffer).value, 1000u);
  EXPECT_EQ(tight.status(fd).value.size, 1000);
}

}  // namespace
}  // namespace hog
