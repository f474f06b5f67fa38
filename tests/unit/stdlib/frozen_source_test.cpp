// The index of the frozen sources: sorted, complete, within its blob.
#include <gtest/gtest.h>

#include "stdlib/frozen_source.hpp"

namespace hog {
namespace {

TEST(FrozenSource, IsSortedAndFindsEachOfItsNames) {
  std::string_view before;
  for (const FrozenSource& entry : frozen_sources()) {
    std::string_view name = frozen_name(entry);
    EXPECT_LT(before, name);
    EXPECT_EQ(find_frozen_source(name), &entry);
    before = name;
  }
  EXPECT_GT(frozen_sources().size(), 400u);
}

TEST(FrozenSource, KnowsPackagesFromModules) {
  for (std::string_view name : {"os", "json.decoder", "_collections_abc", "encodings.utf_8", "_pyrepl.main"}) {
    ASSERT_NE(find_frozen_source(name), nullptr) << name;
    EXPECT_FALSE(find_frozen_source(name)->is_package) << name;
  }
  for (std::string_view name : {"json", "collections", "importlib", "email.mime", "unittest"}) {
    ASSERT_NE(find_frozen_source(name), nullptr) << name;
    EXPECT_TRUE(find_frozen_source(name)->is_package) << name;
  }
}

TEST(FrozenSource, LeavesOutWhatIsNotThere) {
  for (std::string_view name : {"", "test", "test.support", "idlelib", "tkinter", "zzz", "json.", "venv", "encodings.mbcs"})
    EXPECT_EQ(find_frozen_source(name), nullptr) << name;
}

TEST(FrozenSource, HoldsDataOfTheSizesItTells) {
  for (const FrozenSource& entry : frozen_sources()) {
    EXPECT_FALSE(frozen_compressed(entry).empty());
    EXPECT_LE(entry.compressed_size, entry.source_size + 16u);
  }
}

}  // namespace
}  // namespace hog
