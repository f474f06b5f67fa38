// mount_table_test.cpp: paths and descriptors go to the right file system, and nothing crosses from one mount to another.
#include "host/mount_table.hpp"

#include <gtest/gtest.h>

#include <string>

#include "host/memory_file_system.hpp"

namespace hog {
namespace {

using namespace open_flag;

HostPath at(const char* text, int directory = HostPath::kCurrentDirectory) { return {text, std::string_view(text).size(), directory}; }

std::string read_all(FileSystem& files, const HostPath& path) {
  auto fd = files.open(path, kReadOnly, 0);
  if (!fd.ok()) return "error " + std::to_string(fd.error);
  char buffer[100];
  auto length = files.read(fd.value, buffer, sizeof buffer);
  files.close(fd.value);
  return length.ok() ? std::string(buffer, length.value) : "error " + std::to_string(length.error);
}

struct Names final : DirectoryEntries {
  bool add(const char* name, size_t length, uint32_t, uint64_t) override {
    text.append(name, length).append(" ");
    return true;
  }
  std::string text;
};

class MountTableTest : public testing::Test {
 protected:
  void SetUp() override {
    root.put("/top", "top");
    writable.put("/w", "writable");
    fixed.put("/dir/r", "fixed");
    inner.put("/i", "inner");
    ASSERT_EQ(table.mount("/work", &writable, false), 0);
    ASSERT_EQ(table.mount("/lib/fixed/", &fixed, true), 0);
    ASSERT_EQ(table.mount("/work/inner", &inner, false), 0);
  }
  MemoryFileSystem root, writable, fixed, inner;
  MountTable table{&root};
};

TEST_F(MountTableTest, FindsTheLongestMount) {
  EXPECT_EQ(read_all(table, at("/top")), "top");
  EXPECT_EQ(read_all(table, at("/work/w")), "writable");
  EXPECT_EQ(read_all(table, at("/lib/fixed/dir/r")), "fixed");
  EXPECT_EQ(read_all(table, at("/work/inner/i")), "inner");
  EXPECT_EQ(read_all(table, at("/work/./inner/../w")), "writable");
  EXPECT_EQ(read_all(table, at("/workw")), "error " + std::to_string(ENOENT));
  EXPECT_EQ(read_all(table, at("../../top")), "top");
  EXPECT_EQ(table.open(at(""), kReadOnly, 0).error, ENOENT);
  EXPECT_EQ(table.open(at(std::string(5000, 'x').c_str()), kReadOnly, 0).error, ENAMETOOLONG);
  Names names;
  EXPECT_TRUE(table.list(at("/"), names).ok());
  EXPECT_EQ(names.text, "lib top work ");
  EXPECT_TRUE(table.status(at("/work/"), true).ok());
  EXPECT_EQ(table.status(at("/top/"), true).error, ENOTDIR);
}

TEST_F(MountTableTest, MountsAreRefused) {
  EXPECT_EQ(table.mount("relative", &inner, false), EINVAL);
  EXPECT_EQ(table.mount("/", &inner, false), EINVAL);
  EXPECT_EQ(table.mount("/" + std::string(300, 'x'), &inner, false), ENAMETOOLONG);
  int last = 0;
  for (int i = 0; i < 40; ++i) last = table.mount("/m" + std::to_string(i), &inner, false);
  EXPECT_EQ(last, ENOSPC);
}

TEST_F(MountTableTest, ReadOnlyMounts) {
  EXPECT_EQ(table.open(at("/lib/fixed/dir/r"), kReadWrite, 0).error, EROFS);
  EXPECT_EQ(table.open(at("/lib/fixed/dir/r"), kReadOnly | kTruncate, 0).error, EROFS);
  EXPECT_EQ(table.open(at("/lib/fixed/new"), kReadOnly | kCreate, 0666).error, ENOENT);
  int fd = table.open(at("/lib/fixed/dir/r"), kReadOnly | kCreate, 0).value;
  EXPECT_EQ(table.write(fd, "x", 1).error, EBADF);
  EXPECT_EQ(table.set_mode(fd, 0).error, EROFS);
  EXPECT_EQ(table.set_times(fd, 0, 0).error, EROFS);
  EXPECT_EQ(table.set_owner(fd, 0, 0).error, EROFS);
  EXPECT_EQ(table.remove(at("/lib/fixed/dir/r")).error, EROFS);
  EXPECT_EQ(table.rename(at("/top"), at("/lib/fixed/top")).error, EROFS);
  EXPECT_EQ(table.make_directory(at("/lib/fixed/x"), 0777).error, EROFS);
  EXPECT_EQ(table.symbolic_link(at("x"), at("/lib/fixed/x")).error, EROFS);
  EXPECT_EQ(table.truncate(at("/lib/fixed/dir/r"), 0).error, EROFS);
  EXPECT_FALSE(table.access(at("/lib/fixed/dir/r"), 2, false, true).value);
  EXPECT_TRUE(table.access(at("/lib/fixed/dir/r"), 4, false, true).value);
}

TEST_F(MountTableTest, NothingCrosses) {
  EXPECT_EQ(table.rename(at("/work/w"), at("/w")).error, EXDEV);
  EXPECT_EQ(table.link(at("/work/w"), at("/work/inner/w"), true).error, EXDEV);
  EXPECT_EQ(table.remove_directory(at("/work")).error, EBUSY);
  EXPECT_EQ(table.rename(at("/work/inner"), at("/work/other")).error, EBUSY);
  EXPECT_EQ(table.make_directory(at("/work"), 0777).error, EEXIST);
  // A link is read within its mount.
  EXPECT_TRUE(table.symbolic_link(at("/w"), at("/work/absolute")).ok());
  EXPECT_EQ(read_all(table, at("/work/absolute")), "writable");
  EXPECT_TRUE(table.symbolic_link(at("../../../top"), at("/work/up")).ok());
  EXPECT_EQ(read_all(table, at("/work/up")), "error " + std::to_string(ENOENT));
  char text[20];
  EXPECT_EQ(table.read_link(at("/work/absolute"), text, sizeof text).value, 2u);
}

TEST_F(MountTableTest, WhatIsAbove) {
  EXPECT_EQ(table.status(at("/work/none/.."), true).error, ENOENT);
  EXPECT_EQ(table.status(at("/work/w/.."), true).error, ENOTDIR);
  EXPECT_EQ(table.status(at("/work/w/."), true).error, ENOTDIR);
  EXPECT_TRUE(table.make_directory(at("/work/a"), 0777).ok());
  EXPECT_TRUE(table.make_directory(at("/work/a/b"), 0777).ok());
  EXPECT_TRUE(table.symbolic_link(at("a/b"), at("/work/link")).ok());
  Names names;
  EXPECT_TRUE(table.list(at("/work/link/.."), names).ok());
  EXPECT_EQ(names.text, "b ");
  // Links stay within their mount, whether or not something comes after them.
  EXPECT_TRUE(table.symbolic_link(at("/a/b"), at("/work/absolute")).ok());
  EXPECT_TRUE(table.symbolic_link(at("../../.."), at("/work/up")).ok());
  EXPECT_EQ(read_all(table, at("/work/absolute/../../w")), "writable");
  EXPECT_EQ(table.status(at("/work/up/../top"), true).error, 0);
  EXPECT_TRUE(table.symbolic_link(at("x/../loop"), at("/work/loop")).ok());
  EXPECT_EQ(table.status(at("/work/loop/.."), true).error, ENOENT);
  EXPECT_TRUE(table.symbolic_link(at("two/../one"), at("/work/one")).ok());
  EXPECT_TRUE(table.symbolic_link(at("one/../two"), at("/work/two")).ok());
  EXPECT_EQ(table.status(at("/work/one/.."), true).error, ELOOP);
}

TEST_F(MountTableTest, DescriptorsAndRelativePaths) {
  int directory = table.open(at("/work"), kReadOnly | kDirectory, 0).value;
  EXPECT_EQ(read_all(table, at("w", directory)), "writable");
  EXPECT_EQ(read_all(table, at("inner/i", directory)), "inner");
  EXPECT_EQ(read_all(table, at("../top", directory)), "top");
  int file = table.open(at("/work/w"), kReadWrite, 0).value;
  EXPECT_EQ(table.open(at("x", file), kReadOnly, 0).error, ENOTDIR);
  EXPECT_EQ(table.open(at("x", 500), kReadOnly, 0).error, EBADF);
  int copy = table.duplicate(directory, true).value;
  table.close(directory);
  EXPECT_EQ(read_all(table, at("w", copy)), "writable");
  int far = table.duplicate_to(copy, 900, false).value;
  EXPECT_EQ(far, 900);
  EXPECT_EQ(table.duplicate_to(copy, 5000, false).error, EBADF);
  EXPECT_EQ(read_all(table, at("w", far)), "writable");
  EXPECT_EQ(table.duplicate_to(file, far, false).value, 900);
  EXPECT_EQ(table.seek(far, 0, 2).value, 8);
  EXPECT_TRUE(table.truncate(far, 1).ok());
  EXPECT_EQ(table.status(file).value.size, 1);
  EXPECT_EQ(table.close(77).error, EBADF);
  Names names;
  EXPECT_TRUE(table.list(copy, names).ok());
  EXPECT_EQ(names.text, "inner w ");
}

TEST_F(MountTableTest, CurrentDirectory) {
  char text[100];
  auto current = [&] {
    auto length = table.current_directory(text, sizeof text);
    return std::string(text, length.value);
  };
  EXPECT_EQ(current(), "/");
  EXPECT_TRUE(table.change_directory(at("work//inner/")).ok());
  EXPECT_EQ(current(), "/work/inner");
  EXPECT_EQ(read_all(table, at("i")), "inner");
  EXPECT_EQ(read_all(table, at("../w")), "writable");
  EXPECT_EQ(table.change_directory(at("i")).error, ENOTDIR);
  EXPECT_EQ(table.change_directory(at("none")).error, ENOENT);
  int fd = table.open(at("/lib/fixed/dir"), kReadOnly, 0).value;
  EXPECT_TRUE(table.change_directory(fd).ok());
  EXPECT_EQ(current(), "/lib/fixed/dir");
  EXPECT_TRUE(table.change_directory(at("/")).ok());
  EXPECT_EQ(current(), "/");
  EXPECT_EQ(table.set_creation_mask(0).value, 022u);
}

TEST_F(MountTableTest, TooManyDescriptors) {
  int error = 0, opened = 0;
  for (; opened < 2000 && error == 0; ++opened) error = table.open(at("/top"), kReadOnly, 0).error;
  EXPECT_EQ(error, EMFILE);
}

}  // namespace
}  // namespace hog
