// confined_directory_test.cpp: a directory of the real disk as a file system, and the ways out of it that must not be there.
#include "os/confined_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <set>
#include <thread>

namespace hog {
namespace {

using namespace open_flag;
namespace fs = std::filesystem;

HostPath at(const char* text, int directory = HostPath::kCurrentDirectory) { return {text, std::string_view(text).size(), directory}; }

struct Names final : DirectoryEntries {
  bool add(const char* name, size_t length, uint32_t, uint64_t) override {
    names.insert(std::string(name, length));
    return true;
  }
  std::set<std::string> names;
};

// Both ways to follow a path.
class ConfinedDirectoryTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/hog-confined-XXXXXX";
    top = ::mkdtemp(name);
    root = top / "root";
    fs::create_directories(root / "dir/sub");
    std::ofstream(top / "secret") << "secret";
    std::ofstream(root / "file") << "inside";
    std::ofstream(root / "dir/file") << "deep";
    fs::create_symlink(top / "secret", root / "absolute");
    fs::create_symlink("../secret", root / "above");
    fs::create_symlink("/file", root / "to_file");
    fs::create_symlink("/dir", root / "to_dir");
    fs::create_symlink("../..", root / "dir/up");
    fs::create_symlink("/", root / "slash");
    fs::create_symlink("loop", root / "loop");
    fs::create_symlink("/proc/self/root", root / "process");
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0666), 0);
    ASSERT_EQ(files.open_root(root.c_str(), ConfinedDirectory::Access::ReadWrite), 0);
    files.use_openat2(GetParam());
  }
  void TearDown() override { fs::remove_all(top); }
  std::string read(const char* path, int directory = HostPath::kCurrentDirectory) {
    auto fd = files.open(at(path, directory), kReadOnly, 0);
    if (!fd.ok()) return "error " + std::to_string(fd.error);
    char buffer[100];
    auto size = files.read(fd.value, buffer, sizeof buffer);
    files.close(fd.value);
    return size.ok() ? std::string(buffer, size.value) : "error " + std::to_string(size.error);
  }
  fs::path top, root;
  ConfinedDirectory files;
};
INSTANTIATE_TEST_SUITE_P(BothWays, ConfinedDirectoryTest, testing::Bool());

TEST_P(ConfinedDirectoryTest, ReadsWhatIsInside) {
  EXPECT_EQ(read("/file"), "inside");
  EXPECT_EQ(read("file"), "inside");
  EXPECT_EQ(read("dir//./file"), "deep");
  EXPECT_EQ(read("/to_file"), "inside");
  EXPECT_EQ(read("to_dir/file"), "deep");
  EXPECT_EQ(read("to_dir/../file"), "inside");
  EXPECT_EQ(read("slash/dir/file"), "deep");
  EXPECT_EQ(read("dir/up/file"), "inside");
  Names names;
  EXPECT_TRUE(files.list(at("/to_dir/"), names).ok());
  EXPECT_EQ(names.names, (std::set<std::string>{"file", "sub", "up"}));
  EXPECT_EQ(files.status(at("to_file"), true).value.size, 6);
  EXPECT_EQ(files.status(at("to_file"), false).value.mode & file_mode::kTypeMask, file_mode::kLink);
  EXPECT_EQ(files.status(at("file/"), true).error, ENOTDIR);
}

TEST_P(ConfinedDirectoryTest, LeadsNowhereElse) {
  std::string none = "error " + std::to_string(ENOENT);
  EXPECT_EQ(read("../secret"), none);
  EXPECT_EQ(read("/../../secret"), none);
  EXPECT_EQ(read("dir/../../secret"), none);
  EXPECT_EQ(read("absolute"), none);
  EXPECT_EQ(read("above"), none);
  EXPECT_EQ(read("process/etc/passwd"), none);
  EXPECT_EQ(read("/etc/passwd"), none);
  EXPECT_EQ(read("dir/up/secret"), none);
  EXPECT_EQ(read("loop"), "error " + std::to_string(ELOOP));
  EXPECT_EQ(read("pipe"), "error " + std::to_string(ENXIO));
  EXPECT_EQ(read(std::string(5000, 'x').c_str()), "error " + std::to_string(ENAMETOOLONG));
  EXPECT_EQ(read(std::string(300, 'x').c_str()), "error " + std::to_string(ENAMETOOLONG));
  EXPECT_FALSE(files.truncate(at("above"), 0).ok());
  EXPECT_EQ(fs::file_size(top / "secret"), 6u);
  // Writing through such a link makes a file inside, if anything.
  auto fd = files.open(at("above"), kWriteOnly | kCreate, 0666);
  if (fd.ok()) files.write(fd.value, "changed", 7);
  EXPECT_EQ(fs::file_size(top / "secret"), 6u);
  EXPECT_EQ(files.symbolic_link(at("/etc"), at("new")).error, EPERM);
  EXPECT_EQ(files.symbolic_link(at("a/../../b"), at("new")).error, EPERM);
  EXPECT_TRUE(files.symbolic_link(at("dir/file"), at("new")).ok());
  EXPECT_FALSE(files.rename(at("file"), at("../out")).ok() && fs::exists(top / "out"));
  EXPECT_FALSE(fs::exists(top / "out"));
  // Numbers of the process's own descriptors mean nothing here.
  int outside = ::open((top / "secret").c_str(), O_RDONLY);
  char byte;
  for (int n : {0, 1, 2, outside, outside + 1}) EXPECT_EQ(files.read(n, &byte, 1).error, EBADF) << n;
  ::close(outside);
}

TEST_P(ConfinedDirectoryTest, Changes) {
  auto fd = files.open(at("new"), kReadWrite | kCreate | kExclusive, 0666);
  ASSERT_TRUE(fd.ok());
  EXPECT_EQ(files.write(fd.value, "abc", 3).value, 3u);
  EXPECT_EQ(files.seek(fd.value, 1, 0).value, 1);
  EXPECT_TRUE(files.truncate(fd.value, 2).ok());
  EXPECT_TRUE(files.set_mode(fd.value, 06755).ok());
  EXPECT_EQ(files.status(fd.value).value.mode, file_mode::kRegular | 0755);
  EXPECT_EQ(files.set_owner(fd.value, 0, 0).error, EPERM);
  EXPECT_EQ(files.open(at("new"), kWriteOnly | kCreate | kExclusive, 0666).error, EEXIST);
  EXPECT_EQ(files.open(at("none/"), kWriteOnly | kCreate, 0666).error, EISDIR);
  EXPECT_TRUE(files.make_directory(at("made/"), 0777).ok());
  EXPECT_EQ(files.make_directory(at("made"), 0777).error, EEXIST);
  EXPECT_TRUE(files.rename(at("new"), at("made/moved")).ok());
  EXPECT_EQ(files.rename(at("file"), at("made/x/")).error, ENOTDIR);
  EXPECT_TRUE(files.link(at("made/moved"), at("hard"), false).ok());
  EXPECT_TRUE(files.set_times(at("hard"), 5, 7'000'000'000, true).ok());
  EXPECT_EQ(files.status(fd.value).value.modified, 7'000'000'000);
  EXPECT_TRUE(files.set_mode(at("hard"), 0600, true).ok());
  EXPECT_EQ(files.remove_directory(at("made")).error, ENOTEMPTY);
  EXPECT_TRUE(files.remove(at("made/moved")).ok());
  EXPECT_TRUE(files.remove_directory(at("made")).ok());
  EXPECT_TRUE(files.truncate(at("to_file"), 2).ok());
  EXPECT_EQ(read("file"), "in");
  EXPECT_EQ(files.duplicate_to(fd.value, 40, false).value, 40);
  EXPECT_TRUE(files.close(40).ok());
}

TEST_P(ConfinedDirectoryTest, ReadOnly) {
  ConfinedDirectory fixed;
  ASSERT_EQ(fixed.open_root(root.c_str(), ConfinedDirectory::Access::ReadOnly), 0);
  fixed.use_openat2(GetParam());
  EXPECT_TRUE(fixed.open(at("file"), kReadOnly, 0).ok());
  EXPECT_EQ(fixed.open(at("file"), kReadWrite, 0).error, EROFS);
  EXPECT_EQ(fixed.open(at("file"), kReadOnly | kTruncate, 0).error, EROFS);
  EXPECT_EQ(fixed.open(at("new"), kReadOnly | kCreate, 0666).error, EROFS);
  EXPECT_EQ(fixed.make_directory(at("new"), 0777).error, EROFS);
  EXPECT_EQ(fixed.remove(at("file")).error, EROFS);
  EXPECT_EQ(fixed.remove_directory(at("dir/sub")).error, EROFS);
  EXPECT_EQ(fixed.rename(at("file"), at("x")).error, EROFS);
  EXPECT_EQ(fixed.link(at("file"), at("x"), true).error, EROFS);
  EXPECT_EQ(fixed.symbolic_link(at("file"), at("x")).error, EROFS);
  EXPECT_EQ(fixed.set_mode(at("file"), 0, true).error, EROFS);
  EXPECT_EQ(fixed.set_times(at("file"), 0, 0, true).error, EROFS);
  EXPECT_EQ(fixed.truncate(at("file"), 0).error, EROFS);
  EXPECT_EQ(fixed.set_mode(3, 0).error, EROFS);
  EXPECT_EQ(read("file"), "inside");
}

TEST_P(ConfinedDirectoryTest, CurrentDirectoryAndDescriptors) {
  EXPECT_TRUE(files.change_directory(at("to_dir/sub/..")).ok());
  char buffer[100];
  auto size = files.current_directory(buffer, sizeof buffer);
  EXPECT_EQ(std::string(buffer, size.value), "/to_dir");
  EXPECT_EQ(read("file"), "deep");
  EXPECT_EQ(files.change_directory(at("file")).error, ENOTDIR);
  int fd = files.open(at("/dir"), kReadOnly | kDirectory, 0).value;
  EXPECT_EQ(read("file", fd), "deep");
  EXPECT_EQ(read("../file", fd), "inside");
  EXPECT_EQ(read("../../secret", fd), "error " + std::to_string(ENOENT));
  EXPECT_TRUE(files.change_directory(fd).ok());
  EXPECT_TRUE(files.change_directory(at("../../../..")).ok());
  size = files.current_directory(buffer, sizeof buffer);
  EXPECT_EQ(std::string(buffer, size.value), "/");
  int last = 0;
  for (int i = 0; i < 300 && last == 0; ++i) last = files.open(at("/file"), kReadOnly, 0).error;
  EXPECT_EQ(last, EMFILE);
}

// Somebody exchanges a directory and a link to the outside, over and over, and moves the directory that is walked out of the root.
TEST_P(ConfinedDirectoryTest, ARaceOpensNoWayOut) {
  fs::create_directories(root / "race/inner");
  fs::create_directories(top / "other");
  std::ofstream(top / "other/file") << "secret";
  std::ofstream(root / "race/file") << "inside";
  std::atomic<bool> stop{false};
  std::thread attacker([&] {
    while (!stop) {
      ::rename((root / "race").c_str(), (top / "taken").c_str());
      ::symlink((top / "other").c_str(), (root / "race").c_str());
      ::unlink((root / "race").c_str());
      ::rename((top / "taken").c_str(), (root / "race").c_str());
    }
  });
  int seen = 0;
  // On a busy machine the door may be shut for long: go on until it was seen open.
  for (int i = 0; i < 4000 || (seen == 0 && i < 400'000); ++i) {
    std::string got = read("race/file"), up = read("race/inner/../../../secret");
    EXPECT_NE(got, "secret");
    EXPECT_NE(up, "secret");
    if (got == "inside") ++seen;
  }
  stop = true;
  attacker.join();
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace hog
