// heap_bench.cpp: how fast the heap allocates, marks, sweeps, and how little a tiny heap costs. Prints one
// line a figure.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "heap/heap.hpp"

namespace hog {

class Shape : public ShapeBase {
 public:
  void initialise(const Layout* layout) { layout_ = layout; }
};

namespace {

struct Node : Cell {
  Field<Node> left;
  Field<Node> right;
  uint64_t payload;
};
struct Array : Cell {
  size_t length;
  uint64_t items[1];
};

void trace_node(Cell* cell, Marker& marker) {
  auto* node = static_cast<Node*>(cell);
  marker.visit(node->left.get());
  marker.visit(node->right.get());
}
void trace_array(Cell* cell, Marker& marker) {
  marker.visit_words(static_cast<Array*>(cell)->items, static_cast<Array*>(cell)->length);
}

constexpr Layout kShapeLayout = {.name = "shape", .trace = nullptr};
constexpr Layout kNodeLayout = {.name = "node", .trace = trace_node};
constexpr Layout kArrayLayout = {.name = "array", .trace = trace_array};

struct Hooks final : HeapHooks {
  std::vector<Cell*> roots;
  void trace_roots(Marker& marker) override {
    for (Cell* cell : roots) marker.visit(cell);
  }
  void trace_native_stacks(Marker&, const void*) override {}
  void process_unreachable(Heap&, Marker&) override {}
  void clear_weak_tables(Heap&) override {}
  void collected(Heap&) override {}
};

struct World {
  Hooks hooks;
  Heap heap;
  Shape *meta, *node_shape, *array_shape;
  World() {
    heap.set_hooks(&hooks);
    meta = shape(&kShapeLayout, nullptr);
    node_shape = shape(&kNodeLayout, meta);
    array_shape = shape(&kArrayLayout, meta);
  }
  Shape* shape(const Layout* layout, Shape* of) {
    auto* shape = static_cast<Shape*>(heap.allocate(sizeof(Shape), of));
    shape->initialise(layout);
    if (of == nullptr) shape->set_shape_nogc(shape);
    hooks.roots.push_back(shape);
    return shape;
  }
  Node* node(size_t bytes = sizeof(Node)) { return static_cast<Node*>(heap.allocate(bytes, node_shape)); }
  Array* array(size_t length) {
    auto* array = static_cast<Array*>(heap.allocate(16 + length * 8, array_shape));
    array->length = length;
    return array;
  }
  void report(const char* name, double seconds, double count, const char* unit = "ns each") {
    std::printf("%-46s %9.2f %s  (%llu collections, %.1f MiB held)\n", name, seconds * 1e9 / count, unit,
                static_cast<unsigned long long>(heap.statistics().collections),
                static_cast<double>(heap.statistics().bytes_from_system) / (1 << 20));
  }
};

struct Clock {
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
};

uint64_t random_state = 88172645463325252u;
uint64_t random_below(uint64_t below) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state % below;
}

void allocate_and_drop(size_t bytes, int count, const char* name, bool plain) {
  World w;
  Clock clock;
  uint64_t sink = 0;
  for (int i = 0; i < count; ++i) {
    Cell* cell = plain ? w.heap.allocate_plain(bytes, w.node_shape) : w.heap.allocate(bytes, w.node_shape);
    reinterpret_cast<uint64_t*>(cell)[1] = 0;
    sink += reinterpret_cast<uintptr_t>(cell);
  }
  asm volatile("" : : "r"(sink));
  w.report(name, clock.seconds(), count);
}

// Garbage between survivors: each third cell stays for a while, so that blocks are full of small gaps.
void fragmented() {
  World w;
  Array* window = w.array(100000);
  w.hooks.roots.push_back(window);
  constexpr int kCount = 30000000;
  Clock clock;
  for (int i = 0; i < kCount; ++i) {
    Node* node = w.node();
    if (i % 3 == 0) window->items[random_below(100000)] = reinterpret_cast<uint64_t>(node);
  }
  w.report("32-byte cells, a third kept for a while", clock.seconds(), kCount);
}

void mixed_sizes() {
  World w;
  Array* window = w.array(50000);
  w.hooks.roots.push_back(window);
  constexpr int kCount = 20000000;
  Clock clock;
  for (int i = 0; i < kCount; ++i) {
    Node* node = w.node(32 + (random_below(1 << 20) & 15) * 16);
    if (i % 8 == 0) window->items[random_below(50000)] = reinterpret_cast<uint64_t>(node);
  }
  w.report("32..272-byte cells, an eighth kept for a while", clock.seconds(), kCount);
}

void mark(const char* name, size_t cells, void (*fill)(World&, size_t)) {
  World w;
  w.heap.set_automatic(false);
  fill(w, cells);
  w.heap.collect();
  constexpr int kRounds = 5;
  Clock clock;
  for (int i = 0; i < kRounds; ++i) w.heap.collect();
  double seconds = clock.seconds() / kRounds;
  w.report(name, seconds, static_cast<double>(cells), "ns a cell");
}

void small_heaps() {
  constexpr int kRounds = 5000;
  uint64_t held = 0;
  Clock clock;
  for (int round = 0; round < kRounds; ++round) {
    World w;
    for (size_t i = 0; i < 1000; ++i) w.node(16 + 16 * (i % 12));
    held = w.heap.statistics().bytes_from_system;
  }
  std::printf("%-46s %9.2f us each  (%.0f KiB held)\n", "a heap of 1000 cells of 12 sizes, made and ended",
              clock.seconds() * 1e6 / kRounds, static_cast<double>(held) / 1024);
}

void large_cells() {
  World w;
  constexpr int kCount = 20000;
  Clock clock;
  for (int i = 0; i < kCount; ++i) w.node(200000);
  w.report("200 kB cells, dropped", clock.seconds() * 1e-3, kCount, "us each");
}

void measure_allocation() {
  allocate_and_drop(32, 100000000, "32-byte cells, dropped", false);
  allocate_and_drop(32, 100000000, "32-byte cells, dropped, no destroy check", true);
  allocate_and_drop(16, 100000000, "16-byte cells, dropped", false);
  allocate_and_drop(96, 50000000, "96-byte cells, dropped", false);
  allocate_and_drop(1000, 5000000, "1000-byte cells, dropped", false);
  fragmented();
  mixed_sizes();
}

}  // namespace

int run(const char* only) {
  bool marking_only = std::strcmp(only, "mark") == 0;
  if (!marking_only) measure_allocation();
  mark("mark: array of fresh cells in order", 4000000, [](World& w, size_t n) {
    Array* array = w.array(n);
    w.hooks.roots.push_back(array);
    for (size_t i = 0; i < n; ++i) array->items[i] = reinterpret_cast<uint64_t>(w.node());
  });
  mark("mark: array of cells in random order", 4000000, [](World& w, size_t n) {
    Array* array = w.array(n);
    w.hooks.roots.push_back(array);
    for (size_t i = 0; i < n; ++i) array->items[i] = reinterpret_cast<uint64_t>(w.node());
    for (size_t i = n - 1; i > 0; --i) std::swap(array->items[i], array->items[random_below(i)]);
  });
  mark("mark: list a million deep", 1000000, [](World& w, size_t n) {
    w.hooks.roots.push_back(nullptr);
    for (size_t i = 0; i < n; ++i) {
      Node* node = w.node();
      node->left.set(node, static_cast<Node*>(w.hooks.roots.back()));
      w.hooks.roots.back() = node;
    }
  });
  mark("mark: random binary graph", 4000000, [](World& w, size_t n) {
    Array* array = w.array(n);
    w.hooks.roots.push_back(array);
    for (size_t i = 0; i < n; ++i) {
      Node* node = w.node(48);
      if (i > 0) node->left.set(node, reinterpret_cast<Node*>(array->items[random_below(i)]));
      if (i > 0) node->right.set(node, reinterpret_cast<Node*>(array->items[random_below(i)]));
      array->items[i] = reinterpret_cast<uint64_t>(node);
    }
    Array* top = w.array(1000);
    for (size_t i = 0; i < 1000; ++i) top->items[i] = array->items[n - 1 - i];
  });
  large_cells();
  small_heaps();
  return 0;
}

}  // namespace hog

int main(int argc, char** argv) { return hog::run(argc > 1 ? argv[1] : ""); }
