// The index of the frozen code: sorted, aligned, the same modules as the sources.
#include <gtest/gtest.h>

#include "stdlib/frozen_code.hpp"
#include "stdlib/frozen_source.hpp"

namespace hog {
namespace {

TEST(FrozenCode, HoldsTheModulesOfTheSources) {
  ASSERT_EQ(frozen_codes().size(), frozen_sources().size());
  for (const FrozenCode& entry : frozen_codes()) {
    std::string_view name = frozen_code_name(entry);
    EXPECT_EQ(find_frozen_code(name), &entry);
    const FrozenSource* source = find_frozen_source(name);
    ASSERT_NE(source, nullptr) << name;
    EXPECT_EQ(source->is_package, entry.is_package) << name;
    EXPECT_EQ(entry.blob_offset % 8, 0u) << name;
    EXPECT_GT(entry.blob_size, 0u) << name;
  }
}

}  // namespace
}  // namespace hog
