// syntax.cpp: any bytes, in every mode, through the front end: no crash, no hang, no memory beyond the budget.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "syntax/parser.hpp"

namespace {
// Gives out a bounded amount of memory and of steps.
class Budget final : public hog::MemorySource {
 public:
  void* allocate(size_t bytes) override {
    if (bytes > left_) return nullptr;
    left_ -= bytes;
    return std::malloc(bytes);
  }
  void release(void* memory, size_t) override { std::free(memory); }
  bool poll() override { return ++polls_ < 100000; }

 private:
  size_t left_ = size_t{256} << 20;
  int polls_ = 0;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  hog::ParseOptions options;
  options.mode = static_cast<hog::ParseMode>(data[0] & 3);
  options.type_comments = (data[0] & 4) != 0;
  options.allow_incomplete_input = (data[0] & 8) != 0;
  options.dont_imply_dedent = (data[0] & 16) != 0;
  options.ignore_coding_declaration = (data[0] & 32) != 0;
  options.barry_as_bdfl = (data[0] & 64) != 0;
  Budget budget;
  hog::Arena arena(budget);
  hog::parse(arena, {reinterpret_cast<const char*>(data + 1), size - 1}, options);
  return 0;
}
