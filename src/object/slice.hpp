// slice.hpp: the cell behind slice objects. start, stop and step are any values; most often None or small ints.
#pragma once

#include "object/value.hpp"

namespace hog {

class Slice : public Cell {
 public:
  static const Layout kLayout;
  ValueField start_;
  ValueField stop_;
  ValueField step_;
};

}  // namespace hog
