// The real disk as a capability: errors are numbers, descriptors are not inherited, directories can be read twice.
#include "os/file_system.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace hog {
namespace {

struct Names final : DirectoryEntries {
  std::vector<std::string> names;
  size_t most = SIZE_MAX;
  bool add(const char* name, size_t length, uint32_t, uint64_t) override {
    names.emplace_back(name, length);
    return names.size() < most;
  }
};

class SystemFileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/hog-unit-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    root_ = pattern;
  }
  void TearDown() override {
    Names names;
    (void)files_.list(at(root_), names);
    for (const std::string& name : names.names) {
      std::string path = root_ + "/" + name;
      if (!files_.remove(at(path)).ok()) (void)files_.remove_directory(at(path));
    }
    EXPECT_TRUE(files_.remove_directory(at(root_)).ok());
  }
  static HostPath at(const std::string& path) { return {path.c_str(), path.size()}; }

  SystemFileSystem files_;
  std::string root_;
};

TEST_F(SystemFileSystemTest, ReadsWhatItWrote) {
  std::string path = root_ + "/file";
  HostResult<int> fd = files_.open(at(path), open_flag::kReadWrite | open_flag::kCreate | open_flag::kCloseOnExec, 0600);
  ASSERT_TRUE(fd.ok());
  EXPECT_EQ(files_.write(fd.value, "hello", 5).value, 5u);
  char room[10];
  EXPECT_EQ(files_.read_at(fd.value, room, sizeof room, 1).value, 4u);
  EXPECT_EQ(std::string(room, 4), "ello");
  EXPECT_EQ(files_.seek(fd.value, 0, 2).value, 5);
  EXPECT_FALSE(files_.inheritable(fd.value).value);
  EXPECT_EQ(files_.status(fd.value).value.size, 5);
  EXPECT_TRUE(files_.set_times(fd.value, 1'500'000'000, -1).ok());
  EXPECT_EQ(files_.status(at(path), true).value.modified, -1);
  EXPECT_TRUE(files_.set_times(at(path), FileSystem::kNow, FileSystem::kNow, true).ok());
  EXPECT_GT(files_.status(at(path), true).value.modified, int64_t{1'000'000'000} * 1'000'000'000);
  EXPECT_TRUE(files_.close(fd.value).ok());
  EXPECT_EQ(files_.close(fd.value).error, EBADF);
}

TEST_F(SystemFileSystemTest, ErrorsAreNumbers) {
  std::string missing = root_ + "/missing";
  EXPECT_EQ(files_.open(at(missing), open_flag::kReadOnly, 0).error, ENOENT);
  EXPECT_EQ(files_.status(at(missing), true).error, ENOENT);
  EXPECT_EQ(files_.make_directory(at(root_), 0700).error, EEXIST);
  EXPECT_EQ(files_.duplicate_to(9999, 9999, true).error, EBADF);
  EXPECT_EQ(files_.is_terminal(9999).error, EBADF);
  char room[2];
  EXPECT_EQ(files_.current_directory(room, 1).value, 1u);  // cut
}

TEST_F(SystemFileSystemTest, ListsADirectoryTwice) {
  for (const char* name : {"/a", "/b", "/c"}) ASSERT_TRUE(files_.make_directory(at(root_ + name), 0700).ok());
  HostResult<int> fd = files_.open(at(root_), open_flag::kReadOnly | open_flag::kDirectory, 0);
  ASSERT_TRUE(fd.ok());
  for (int i = 0; i < 2; ++i) {
    Names names;
    EXPECT_TRUE(files_.list(fd.value, names).ok());
    EXPECT_EQ(names.names.size(), 3u);
  }
  Names one;
  one.most = 1;
  EXPECT_TRUE(files_.list(at(root_), one).ok());
  EXPECT_EQ(one.names.size(), 1u);
  EXPECT_TRUE(files_.close(fd.value).ok());
}

}  // namespace
}  // namespace hog
