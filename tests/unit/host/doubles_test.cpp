// doubles_test.cpp: clocks, streams and environments that are not the host's.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "host/memory_environment.hpp"
#include "host/memory_stdio.hpp"
#include "host/virtual_clock.hpp"

namespace hog {
namespace {

TEST(VirtualClock, StandsStillOrSteps) {
  VirtualClock fixed(1'000);
  EXPECT_EQ(fixed.wall_nanoseconds(), 1'000);
  EXPECT_EQ(fixed.wall_nanoseconds(), 1'000);
  EXPECT_EQ(fixed.monotonic_nanoseconds(), 0);
  EXPECT_TRUE(fixed.sleep(50).ok());
  EXPECT_EQ(fixed.wall_nanoseconds(), 1'050);
  EXPECT_EQ(fixed.monotonic_nanoseconds(), 50);
  fixed.advance(-7);
  fixed.advance(INT64_MAX);
  fixed.advance(INT64_MAX - 500);
  EXPECT_EQ(fixed.wall_nanoseconds(), 1'050);
  VirtualClock stepped(0, 10, 3600, "XYZ");
  EXPECT_EQ(stepped.monotonic_nanoseconds(), 0);
  EXPECT_EQ(stepped.cpu_nanoseconds(), 10);
  EXPECT_EQ(stepped.wall_nanoseconds(), 20);
  bool daylight = true;
  const char* zone = nullptr;
  EXPECT_EQ(stepped.utc_offset_seconds(0, &daylight, &zone), 3600);
  EXPECT_FALSE(daylight);
  EXPECT_STREQ(zone, "XYZ");
}

TEST(MemoryStdio, KeepsWhatIsWrittenUpToTheLimit) {
  MemoryStdio stdio(10);
  EXPECT_EQ(stdio.write(Stream::Output, "hello", 5).value, 5u);
  EXPECT_EQ(stdio.write(Stream::Error, "oh", 2).value, 2u);
  EXPECT_EQ(stdio.write(Stream::Output, "world", 5).value, 3u);
  EXPECT_EQ(stdio.write(Stream::Output, "x", 1).error, ENOSPC);
  EXPECT_EQ(stdio.text(Stream::Output), "hellowor");
  EXPECT_EQ(stdio.text(Stream::Error), "oh");
  EXPECT_EQ(stdio.write(Stream::Input, "x", 1).error, EBADF);
  stdio.clear();
  EXPECT_EQ(stdio.text(Stream::Output), "");
  EXPECT_EQ(stdio.write(Stream::Output, "again", 5).value, 5u);
  MemoryStdio dropping(3, MemoryStdio::Overflow::Drop);
  EXPECT_EQ(dropping.write(Stream::Output, "hello", 5).value, 5u);
  EXPECT_EQ(dropping.text(Stream::Output), "hel");
  EXPECT_EQ(dropping.dropped(), 2u);
}

TEST(MemoryStdio, ReadsItsInputAndStreams) {
  MemoryStdio stdio;
  stdio.set_input("abc");
  char buffer[8];
  EXPECT_EQ(stdio.read(buffer, 2).value, 2u);
  EXPECT_EQ(stdio.read(buffer, 8).value, 1u);
  EXPECT_EQ(stdio.read(buffer, 8).value, 0u);
  std::string seen;
  stdio.set_sink(
      [](void* context, Stream stream, const char* data, size_t size) {
        if (stream == Stream::Error) return EPIPE;
        static_cast<std::string*>(context)->append(data, size);
        return 0;
      },
      &seen);
  EXPECT_EQ(stdio.write(Stream::Output, "out", 3).value, 3u);
  EXPECT_EQ(stdio.write(Stream::Error, "err", 3).error, EPIPE);
  EXPECT_EQ(seen, "out");
  EXPECT_TRUE(stdio.flush(Stream::Output).ok());
  EXPECT_FALSE(stdio.is_terminal(Stream::Output));
}

TEST(MemoryEnvironment, SetsReplacesAndRemoves) {
  MemoryEnvironment environment;
  EXPECT_EQ(environment.set("HOME", "/"), 0);
  EXPECT_EQ(environment.set("EMPTY", ""), 0);
  EXPECT_EQ(environment.set("", "x"), EINVAL);
  EXPECT_EQ(environment.set("A=B", "x"), EINVAL);
  EXPECT_EQ(environment.set(std::string_view("A\0", 2), "x"), EINVAL);
  EXPECT_EQ(environment.set("A", std::string_view("\0", 1)), EINVAL);
  EXPECT_TRUE(environment.set_variable("HOME", "/root").ok());
  EXPECT_EQ(environment.variable_count(), 2u);
  EXPECT_STREQ(environment.variable(0), "HOME=/root");
  EXPECT_STREQ(environment.variable(1), "EMPTY=");
  EXPECT_EQ(environment.variable(2), nullptr);
  EXPECT_TRUE(environment.set_variable("HOME", nullptr).ok());
  EXPECT_TRUE(environment.set_variable("NONE", nullptr).ok());
  EXPECT_EQ(environment.variable_count(), 1u);
  int error = 0;
  for (int i = 0; i < 5000 && error == 0; ++i) error = environment.set("V" + std::to_string(i), "x");
  EXPECT_EQ(error, ENOMEM);
  EXPECT_EQ(environment.user_id(true), 0u);
  EXPECT_STREQ(environment.system_name().value.node, "sandbox");
}

}  // namespace
}  // namespace hog
