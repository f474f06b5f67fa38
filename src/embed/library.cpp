// library.cpp: see library.hpp.
#include "embed/library.hpp"

namespace hog {

namespace {

class EmptyLibrary final : public FrozenLibrary {
 public:
  bool find(std::string_view, FrozenModule*) const override { return false; }
  size_t count() const override { return 0; }
  std::string_view name_at(size_t) const override { return {}; }
  Fallible<Value> source(Thread&, std::string_view) const override { return Value::none(); }
};

}  // namespace

const FrozenLibrary* frozen_library() {
  static const EmptyLibrary kLibrary;
  return &kLibrary;
}

}  // namespace hog
