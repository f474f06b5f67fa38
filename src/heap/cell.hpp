// cell.hpp: the unit of the heap. A cell begins with one word, its Shape; a Shape knows the Layout of its
// cells, and the Layout tells the collector how to trace and destroy them. The heap knows no more of Python
// than that.
//
// Invariants: a cell never moves; a cell's size is its block's business; the first word of a live cell is
// never null (a free cell's first word is null, which is how the conservative scan tells them apart).
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog {

class Cell;
class Marker;
class Shape;

// Constant description of one kind of cell: one static instance per C++ class, in read-only memory.
struct Layout {
  const char* name;
  // Visits every reference the cell holds. Called only on initialised cells.
  void (*trace)(Cell*, Marker&);
  // Releases what the cell holds outside the heap (a descriptor, a library's stream); null for nearly all
  // layouts. Runs during the sweep or at tear-down: may not allocate, run Python, or touch other cells.
  void (*destroy)(Cell*) = nullptr;
  // Bytes of the C++ struct before any tail of items, slots or characters.
  uint32_t base_size = 0;
  // Bytes per item of the tail (tuple, int, str, bytes), 0 for layouts without one.
  uint32_t item_size = 0;
  // How many items the tail of this cell has; null when item_size is 0.
  size_t (*item_count)(const Cell*) = nullptr;
};

class Cell {
 public:
  Shape* shape() const { return shape_; }
  inline const Layout* layout() const;
  void set_shape_nogc(Shape* shape) { shape_ = shape; }

 protected:
  Cell() = default;

 private:
  friend class Heap;
  Shape* shape_;
};
static_assert(sizeof(Cell) == 8);

// What the heap must know of a Shape; object/shape.hpp derives the real one.
class ShapeBase : public Cell {
 public:
  const Layout* layout() const { return layout_; }
  // Visits what a cell of this shape holds beyond its C++ class (__slots__ members, attributes); null: nothing. The
  // collector calls it after Layout::trace.
  using TraceExtra = void (*)(Cell*, Marker&);
  TraceExtra trace_extra() const { return trace_extra_; }

 protected:
  const Layout* layout_;
  TraceExtra trace_extra_;
};

inline const Layout* Cell::layout() const { return reinterpret_cast<const ShapeBase*>(shape_)->layout(); }

// A tagged word refers to a cell when it is non-zero and its low three bits are clear (object/value.hpp has
// the rest).
inline bool word_is_cell(uint64_t word) { return word != 0 && (word & 7) == 0; }

}  // namespace hog
