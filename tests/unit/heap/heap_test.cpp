// heap_test.cpp: the contract of src/heap/heap.hpp.
#include "heap/heap.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "heap/poison.hpp"

namespace hog {

class Shape : public ShapeBase {
 public:
  void initialise(const Layout* layout) { layout_ = layout; }
  void set_trace_extra(TraceExtra trace) { trace_extra_ = trace; }
};

namespace {

// A cell with two references and, if it was allocated longer, a payload.
struct Node : Cell {
  Field<Node> left;
  Field<Node> right;
  uint64_t payload[1];
};

constexpr size_t kPayloadOffset = sizeof(Node) - sizeof(uint64_t);

// A cell that is an array of references.
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
  auto* array = static_cast<Array*>(cell);
  marker.visit_words(array->items, array->length);
}
void trace_shape(Cell*, Marker&) {}

// Cells with destroy count themselves in the counter that their payload points to.
void destroy_node(Cell* cell) { ++*reinterpret_cast<int*>(static_cast<Node*>(cell)->payload[0]); }

constexpr Layout kShapeLayout = {.name = "shape", .trace = trace_shape, .base_size = sizeof(Shape)};
constexpr Layout kNodeLayout = {.name = "node", .trace = trace_node, .base_size = sizeof(Node)};
constexpr Layout kArrayLayout = {.name = "array", .trace = trace_array, .base_size = sizeof(Array)};
constexpr Layout kDestroyLayout = {
    .name = "destroyed", .trace = trace_node, .destroy = destroy_node, .base_size = sizeof(Node)};

#ifdef __SANITIZE_THREAD__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = heap_detail::kAddressSanitizer;
#endif

constexpr uint64_t operator""_MiB(unsigned long long n) { return n << 20; }

struct TestHooks final : HeapHooks {
  std::vector<Cell*> roots;
  const void* stack_high = nullptr;  // scan the native stack up to here; null: do not
  void (*unreachable)(Heap&, Marker&, TestHooks&) = nullptr;
  int order = 0, unreachable_at = 0, weak_at = 0, collected_at = 0;
  Cell* weak = nullptr;

  void trace_roots(Marker& marker) override {
    order = 0;
    for (Cell* cell : roots) marker.visit(cell);
  }
  void trace_native_stacks(Marker& marker, const void* stack_pointer) override {
    if (stack_high != nullptr) marker.visit_conservatively(stack_pointer, stack_high);
  }
  void process_unreachable(Heap& heap, Marker& marker) override {
    unreachable_at = ++order;
    if (unreachable != nullptr) unreachable(heap, marker, *this);
  }
  void clear_weak_tables(Heap&) override {
    weak_at = ++order;
    if (weak != nullptr && !Heap::is_marked(weak)) weak = nullptr;
  }
  void collected(Heap&) override { collected_at = ++order; }
};

class HeapTest : public testing::Test {
 protected:
  void SetUp() override {
    heap.set_stress(0);
    heap.set_hooks(&hooks);
    meta = make_shape(heap, &kShapeLayout, nullptr);
    node_shape = make_shape(heap, &kNodeLayout, meta);
    array_shape = make_shape(heap, &kArrayLayout, meta);
    destroy_shape = make_shape(heap, &kDestroyLayout, meta);
    for (Shape* shape : {meta, node_shape, array_shape, destroy_shape}) hooks.roots.push_back(shape);
  }
  static Shape* make_shape(Heap& heap, const Layout* layout, Shape* meta) {
    auto* shape = static_cast<Shape*>(heap.allocate(sizeof(Shape), meta));
    shape->initialise(layout);
    if (meta == nullptr) shape->set_shape_nogc(shape);
    return shape;
  }
  Node* make_node(size_t bytes = sizeof(Node)) {
    return static_cast<Node*>(heap.allocate(bytes, node_shape));
  }
  Array* make_array(size_t length) {
    auto* array = static_cast<Array*>(heap.allocate(sizeof(Array) + length * 8, array_shape));
    if (array != nullptr) array->length = length;
    return array;
  }
  size_t count_cells() {
    size_t count = 0;
    heap.for_each_cell([](void* n, Cell*) { ++*static_cast<size_t*>(n); }, &count);
    return count;
  }
  // Roots a cell, and gives the slot back.
  Cell*& root(Cell* cell) { return hooks.roots.emplace_back(cell); }

  TestHooks hooks;
  Heap heap;
  Shape *meta, *node_shape, *array_shape, *destroy_shape;
};

size_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  unsigned long total = 0, resident = 0;
  EXPECT_EQ(std::fscanf(file, "%lu %lu", &total, &resident), 2);
  std::fclose(file);
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST_F(HeapTest, CellsOfEverySizeAreZeroedAlignedAndApart) {
  for (int round = 0; round < 3; ++round) {
    for (size_t bytes = 0; bytes < 40000; bytes += bytes < 3000 ? 7 : 311) {
      Cell* cell = heap.allocate(bytes, node_shape);
      ASSERT_NE(cell, nullptr);
      ASSERT_EQ(reinterpret_cast<uintptr_t>(cell) % Heap::kCellAlignment, 0u);
      ASSERT_EQ(cell->shape(), node_shape);
      size_t size = heap.cell_size(cell);
      ASSERT_GE(size, bytes);
      ASSERT_LE(size, bytes * 2 + 16) << bytes;
      char* rest = reinterpret_cast<char*>(cell) + sizeof(Cell);
      for (size_t i = 0; i + sizeof(Cell) < size; ++i) ASSERT_EQ(rest[i], 0);
      std::memset(rest, 0x55, size - sizeof(Cell));  // the next round must not see it
      ASSERT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(cell)), cell);
    }
    hooks.roots.resize(4);
    heap.collect();
    EXPECT_EQ(count_cells(), 4u);
  }
}

TEST_F(HeapTest, AbsurdSizesAreRefused) {
  for (size_t bytes : {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX / 2, size_t{1} << 62, size_t{1} << 47}) {
    EXPECT_EQ(heap.allocate(bytes, node_shape), nullptr);
  }
  heap.set_limit(10_MiB);
  for (size_t bytes : {SIZE_MAX, size_t{1} << 46, size_t{1} << 40}) {
    EXPECT_EQ(heap.allocate(bytes, node_shape), nullptr);
    EXPECT_FALSE(heap.charge(bytes));
    EXPECT_FALSE(heap.would_fit(bytes));
  }
}

TEST_F(HeapTest, CollectionKeepsWhatIsReachableAndFreesTheRest) {
  heap.set_automatic(false);
  Cell*& list = root(nullptr);
  for (int i = 0; i < 1000; ++i) {
    Node* node = make_node(i % 10 == 0 ? 5000 : sizeof(Node));
    node->payload[0] = static_cast<uint64_t>(i);
    node->left.set(node, static_cast<Node*>(list));
    list = node;
    make_node();       // garbage
    make_node(30000);  // large garbage
  }
  uint64_t before = heap.statistics().bytes_from_system;
  heap.collect();
  EXPECT_EQ(count_cells(), 1004u);
  EXPECT_LT(heap.statistics().bytes_from_system, before - 1000 * 30000 + 8_MiB);  // the rest is spare
  int expected = 999;
  for (auto* node = static_cast<Node*>(list); node != nullptr; node = node->left.get()) {
    ASSERT_EQ(node->payload[0], static_cast<uint64_t>(expected--));
  }
  hooks.roots.pop_back();
  heap.collect();
  EXPECT_EQ(count_cells(), 4u);
  EXPECT_EQ(heap.statistics().collections, 2u);
}

TEST_F(HeapTest, TheShapeTracesWhatItsCellsHoldBeyondTheirClass) {
  Shape* shape = make_shape(heap, &kNodeLayout, meta);
  shape->set_trace_extra([](Cell* cell, Marker& marker) {
    marker.visit_word(static_cast<Node*>(cell)->payload[0]);
  });
  root(heap.allocate(sizeof(Node), shape));  // keeps its shape, too
  auto* node = static_cast<Node*>(hooks.roots.back());
  node->left.set(node, make_node());
  node->payload[0] = reinterpret_cast<uint64_t>(make_node());
  make_node();
  heap.collect();
  EXPECT_EQ(count_cells(), 8u);
}

TEST_F(HeapTest, CyclesAreCollected) {
  Node* a = make_node();
  Node* b = make_node();
  a->left.set(a, b);
  b->left.set(b, a);
  heap.collect();
  EXPECT_EQ(count_cells(), 4u);
}

TEST_F(HeapTest, HooksRunInOrderAndCanResurrect) {
  static Node* finalised;
  finalised = make_node();
  Node* child = make_node();
  finalised->left.set(finalised, child);
  Node* weak = make_node();
  hooks.weak = weak;
  hooks.unreachable = [](Heap&, Marker& marker, TestHooks& hooks) {
    EXPECT_FALSE(Heap::is_marked(finalised));
    marker.visit(finalised);
    EXPECT_TRUE(Heap::is_marked(finalised));
    EXPECT_FALSE(Heap::is_marked(hooks.weak));
  };
  heap.collect();
  EXPECT_EQ(hooks.unreachable_at, 1);
  EXPECT_EQ(hooks.weak_at, 2);
  EXPECT_EQ(hooks.collected_at, 3);
  EXPECT_EQ(hooks.weak, nullptr);
  EXPECT_EQ(count_cells(), 6u);  // shapes, the finalised node and its child
  EXPECT_EQ(finalised->left.get(), child);
  hooks.unreachable = nullptr;
  heap.collect();
  EXPECT_EQ(count_cells(), 4u);
}

TEST_F(HeapTest, CellAtFindsInteriorsOfLiveCellsOnly) {
  for (size_t bytes : {16, 32, 48, 100, 1000, 2048, 2288, 5000, 8032, 9000, 16384, 100000, 3000000}) {
    Cell* kept = root(heap.allocate(bytes, bytes < sizeof(Node) ? meta : node_shape));
    Cell* dropped = heap.allocate(bytes, bytes < sizeof(Node) ? meta : node_shape);
    auto at = reinterpret_cast<uintptr_t>(kept);
    size_t size = heap.cell_size(kept);
    for (uintptr_t address : {at, at + 1, at + 15, at + size / 2, at + size - 1})
      EXPECT_EQ(heap.cell_at(address), kept);
    EXPECT_NE(heap.cell_at(at - 1), kept);
    EXPECT_NE(heap.cell_at(at + size), kept);
    heap.collect();
    EXPECT_EQ(heap.cell_at(at + size - 1), kept);
    if (Heap::is_marked(kept)) {
      // (addresses of dropped large cells may be nobody's now)
      EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(dropped)), nullptr) << bytes;
      EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(dropped) + 8), nullptr) << bytes;
    }
  }
  for (uintptr_t word : {uintptr_t{0}, uintptr_t{1}, uintptr_t{8}, UINTPTR_MAX, UINTPTR_MAX - 7,
                         reinterpret_cast<uintptr_t>(&heap), reinterpret_cast<uintptr_t>(&kNodeLayout)}) {
    EXPECT_EQ(heap.cell_at(word), nullptr);
  }
  // The header of a block is nobody's.
  EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(Block::of(node_shape))), nullptr);
  // Nor is a cell that is yet to be allocated.
  Node* last = make_node(64);
  EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(last) + 80), nullptr);
}

// Nested calls leave their frames behind; each level keeps one reference in a local only.
__attribute__((noinline)) int hold_on_stack(HeapTest*, Heap& heap, Shape* shape, int depth) {
  auto* node = static_cast<Node*>(heap.allocate(sizeof(Node), shape));
  char* interior = reinterpret_cast<char*>(node) + kPayloadOffset;
  node = nullptr;
  asm volatile("" : "+r"(interior), "+r"(node));
  int below = 0;
  if (depth > 0) {
    below = hold_on_stack(nullptr, heap, shape, depth - 1);
  } else {
    heap.collect();
    for (int i = 0; i < 100000; ++i) heap.allocate(sizeof(Node), shape);  // reuse what was freed
  }
  asm volatile("" : "+r"(interior));
  auto* again = reinterpret_cast<Node*>(interior - kPayloadOffset);
  EXPECT_EQ(again->payload[0], 0u);
  again->payload[0] = 1;  // a cell that two levels share would fail the line above
  return below + 1;
}

TEST_F(HeapTest, TheNativeStackKeepsCellsByTheirInterior) {
  hooks.stack_high = __builtin_frame_address(0);
  EXPECT_EQ(hold_on_stack(this, heap, node_shape, 100), 101);
}

TEST_F(HeapTest, RegistersAreSpilled) {
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  struct Seen {
    const char* frame;
    const char* stack_pointer;
  } seen = {here, nullptr};
  spill_registers_and_call(
      [](void* context, const void* stack_pointer) {
        static_cast<Seen*>(context)->stack_pointer = static_cast<const char*>(stack_pointer);
      },
      &seen);
  EXPECT_LT(seen.stack_pointer, here);
  EXPECT_GT(seen.stack_pointer, here - 8192);
}

TEST_F(HeapTest, DeepAndWideStructuresAreMarkedWithoutRecursion) {
  Cell*& deep = root(nullptr);
  for (int i = 0; i < 1000000; ++i) {
    Node* node = make_node();
    node->left.set(node, static_cast<Node*>(deep));
    deep = node;
  }
  Array* wide = make_array(1000000);
  root(wide);
  for (size_t i = 0; i < wide->length; ++i) wide->items[i] = reinterpret_cast<uint64_t>(make_node());
  heap.collect();
  EXPECT_EQ(count_cells(), 2000005u);
}

TEST_F(HeapTest, AFullWorklistLosesNothing) {
  heap.set_worklist_limit(1);
  heap.set_automatic(false);
  Array* wide = make_array(300);
  root(wide);
  size_t expected = 5;
  for (size_t i = 0; i < wide->length; ++i) {
    Array* inner = make_array(300);
    wide->items[i] = reinterpret_cast<uint64_t>(inner);
    for (size_t j = 0; j < inner->length; ++j) {
      Node* node = make_node();
      inner->items[j] = reinterpret_cast<uint64_t>(node);
      node->left.set(node, make_node());
      node->left.get()->right.set(node->left.get(), j % 50 == 0 ? make_node(20000) : make_node());
      expected += 3;
    }
    ++expected;
    make_node();
  }
  heap.collect();
  EXPECT_EQ(count_cells(), expected);
  heap.collect();
  EXPECT_EQ(count_cells(), expected);
}

TEST_F(HeapTest, DestroyRunsOnceForTheDeadAndAtTearDown) {
  int destroyed = 0;
  {
    Heap other;
    TestHooks other_hooks;
    other.set_stress(0);
    other.set_hooks(&other_hooks);
    Shape* other_meta = make_shape(other, &kShapeLayout, nullptr);
    Shape* shape = make_shape(other, &kDestroyLayout, other_meta);
    other_hooks.roots = {other_meta, shape};
    for (int i = 0; i < 100; ++i) {
      for (size_t bytes : {sizeof(Node), size_t{3000}, size_t{50000}}) {
        auto* node = static_cast<Node*>(other.allocate(bytes, shape));
        node->payload[0] = reinterpret_cast<uint64_t>(&destroyed);
        if (i % 2 == 0) other_hooks.roots.push_back(node);
      }
    }
    other.collect();
    EXPECT_EQ(destroyed, 150);
    other.collect();
    EXPECT_EQ(destroyed, 150);
    other_hooks.roots.resize(100);
    other.collect();
    EXPECT_EQ(destroyed, 300 - 98);
  }
  EXPECT_EQ(destroyed, 300);
}

TEST_F(HeapTest, DestroyMayFindItsShapeDead) {
  int destroyed = 0;
  Shape* shape = make_shape(heap, &kDestroyLayout, meta);
  auto* node = static_cast<Node*>(heap.allocate(sizeof(Node), shape));
  node->payload[0] = reinterpret_cast<uint64_t>(&destroyed);
  heap.collect();
  EXPECT_EQ(destroyed, 1);
}

TEST_F(HeapTest, TheLimitHoldsForEverySizeOfCell) {
  for (size_t bytes : {32, 48, 200, 2048, 2100, 5000, 8032, 8100, 20000, 100000, 300000, 5000000}) {
    Heap small;
    TestHooks small_hooks;
    small.set_stress(0);
    small.set_hooks(&small_hooks);
    small.set_limit(64_MiB);
    Shape* shape = make_shape(small, &kNodeLayout, make_shape(small, &kShapeLayout, nullptr));
    small_hooks.roots = {shape, reinterpret_cast<Cell*>(shape->shape()), nullptr};
    size_t resident = resident_bytes();
    uint64_t allocated = 0;
    while (auto* node = static_cast<Node*>(small.allocate(bytes, shape))) {
      std::memset(static_cast<void*>(node->payload), 1, bytes - kPayloadOffset);
      node->left.set(node, static_cast<Node*>(small_hooks.roots[2]));
      small_hooks.roots[2] = node;
      allocated += bytes;
      ASSERT_LE(small.statistics().bytes_from_system, 64_MiB + 5_MiB);
    }
    EXPECT_GT(allocated, bytes == 8100 ? 30_MiB : 50_MiB) << bytes;
    EXPECT_LE(small.statistics().peak_bytes, 64_MiB);
    EXPECT_LE(small.statistics().bytes_from_system, 65_MiB);
    EXPECT_LE(small.statistics().collections, 40u);
    if (!kSanitized) {
      EXPECT_LE(resident_bytes(), resident + 70_MiB) << bytes;
    }
    // What is dropped can be had again.
    small_hooks.roots[2] = nullptr;
    uint64_t again = 0;
    while (again < 40_MiB) {
      ASSERT_NE(small.allocate(again % 3 == 0 ? 3000 : bytes * 2, shape), nullptr) << bytes;
      again += bytes;
    }
  }
}

TEST_F(HeapTest, FragmentationCannotDefeatTheLimit) {
  heap.set_limit(32_MiB);
  Array* kept = make_array(100000);
  root(kept);
  size_t next = 0;
  // Fill with one size, keep one cell a block, go on with another size.
  for (size_t bytes = 32; bytes < 2048; bytes += bytes / 2 / 16 * 16) {
    size_t stride = 16384 / bytes;
    for (size_t i = 0;; ++i) {
      Node* node = make_node(bytes);
      if (node == nullptr || i > 40_MiB / bytes) break;
      if (i % stride == 0 && next < kept->length) kept->items[next++] = reinterpret_cast<uint64_t>(node);
    }
    EXPECT_LE(heap.statistics().bytes_from_system, 34_MiB);
  }
}

TEST_F(HeapTest, NearTheLimitCollectionsStayFew) {
  heap.set_limit(16_MiB);
  Cell*& list = root(nullptr);
  while (Node* node = make_node()) {
    node->left.set(node, static_cast<Node*>(list));
    list = node;
  }
  uint64_t before = heap.statistics().collections;
  for (int i = 0; i < 100000; ++i) make_node();  // a program that swallows its MemoryErrors
  EXPECT_LE(heap.statistics().collections - before, 60u);
  // It recovers once it lets go.
  list = nullptr;
  int refused = 0;
  while (make_node() == nullptr) ASSERT_LT(++refused, 5000);
}

TEST_F(HeapTest, ClearingAfterOneRefusalIsEnough) {
  heap.set_limit(16_MiB);
  Cell*& list = root(nullptr);
  for (int round = 0; round < 50; ++round) {
    while (Node* node = make_node(round % 2 == 0 ? sizeof(Node) : 12000)) {
      node->left.set(node, static_cast<Node*>(list));
      list = node;
    }
    list = nullptr;
    ASSERT_NE(make_node(), nullptr);
    ASSERT_NE(make_node(4000000), nullptr);
    ASSERT_TRUE(heap.charge(4000000));
    heap.uncharge(4000000);
  }
}

TEST_F(HeapTest, ChargesCountAgainstTheLimit) {
  heap.set_limit(10_MiB);
  EXPECT_TRUE(heap.would_fit(8_MiB));
  ASSERT_TRUE(heap.charge(8_MiB));
  EXPECT_FALSE(heap.charge(8_MiB));
  EXPECT_FALSE(heap.would_fit(3_MiB));
  EXPECT_EQ(heap.statistics().bytes_external, 8_MiB);
  EXPECT_EQ(heap.allocate(4_MiB, node_shape), nullptr);
  heap.uncharge(8_MiB);
  EXPECT_NE(heap.allocate(4_MiB, node_shape), nullptr);
  EXPECT_GE(heap.statistics().peak_bytes, 8_MiB);
  // A dead large cell makes room for a charge.
  EXPECT_TRUE(heap.charge(8_MiB));
}

TEST_F(HeapTest, LoweringTheLimitRefusesTheNextAllocation) {
  Cell*& list = root(nullptr);
  for (int i = 0; i < 100000; ++i) {
    Node* node = make_node();
    node->left.set(node, static_cast<Node*>(list));
    list = node;
  }
  heap.set_limit(1_MiB);
  EXPECT_EQ(make_node(), nullptr);
  EXPECT_EQ(make_node(10000), nullptr);
  list = nullptr;
  EXPECT_NE(make_node(), nullptr);
  EXPECT_LE(heap.statistics().bytes_from_system, 1_MiB);
}

TEST_F(HeapTest, AutomaticCollectionsKeepGarbageBounded) {
  for (int i = 0; i < 3000000; ++i) make_node();
  EXPECT_GT(heap.statistics().collections, 5u);
  EXPECT_LT(heap.statistics().bytes_from_system, 12_MiB);
  heap.set_automatic(false);
  uint64_t collections = heap.statistics().collections;
  for (int i = 0; i < 1000000; ++i) make_node();
  EXPECT_EQ(heap.statistics().collections, collections);
  heap.set_automatic(true);
  heap.forbid_collection();
  for (int i = 0; i < 1000000; ++i) make_node();
  heap.collect();
  EXPECT_EQ(heap.statistics().collections, collections);
  heap.allow_collection();
  make_node(10000);
  EXPECT_EQ(heap.statistics().collections, collections + 1);
}

TEST_F(HeapTest, MemoryGoesBackToTheSystem) {
  Cell*& list = root(nullptr);
  for (int i = 0; i < 2000000; ++i) {
    Node* node = make_node();
    node->left.set(node, static_cast<Node*>(list));
    list = node;
  }
  EXPECT_GT(heap.statistics().bytes_from_system, 60_MiB);
  list = nullptr;
  heap.collect();
  EXPECT_LT(heap.statistics().bytes_from_system, 12_MiB);
}

TEST_F(HeapTest, SparesServeLargeCellsOfAboutTheirSize) {
  for (size_t bytes : {20000, 30000, 400000, 1000000, 3000000}) {
    make_node(bytes);
    heap.collect();
    uint64_t held = heap.statistics().bytes_from_system;
    // A little smaller: out of the spare, and zeroed.
    Node* node = make_node(bytes - bytes / 10);
    EXPECT_EQ(heap.statistics().bytes_from_system, held) << bytes;
    EXPECT_EQ(heap.cell_size(node), (bytes - bytes / 10 + 15) / 16 * 16);
    auto* words = reinterpret_cast<const char*>(node);
    for (size_t i = sizeof(Node); i < heap.cell_size(node); ++i) ASSERT_EQ(words[i], 0) << bytes << " at " << i;
    std::memset(static_cast<void*>(node->payload), 1, bytes - bytes / 10 - kPayloadOffset);
    EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(node) + bytes / 2), node);
    // Larger: not out of it.
    make_node(bytes * 3);
    EXPECT_GT(heap.statistics().bytes_from_system, held) << bytes;
    // What was of no use for a whole round goes back.
    heap.collect();
    heap.collect();
    heap.collect();
    EXPECT_LT(heap.statistics().bytes_from_system, 1_MiB) << bytes;
  }
}

TEST_F(HeapTest, SparesMakeWay) {
  heap.set_limit(16_MiB);
  make_node(2000000);
  heap.collect();
  EXPECT_NE(make_node(12_MiB), nullptr);  // does not fit beside the spare
  heap.collect();
  EXPECT_TRUE(heap.charge(15_MiB));
  heap.uncharge(15_MiB);
  heap.set_limit(0);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) make_node(400000);
    EXPECT_LT(heap.statistics().bytes_from_system, 24_MiB);
  }
}

TEST_F(HeapTest, StatisticsAreExactToWithinARunAClass) {
  uint64_t before = heap.statistics().bytes_in_use;
  Cell*& list = root(nullptr);
  for (int i = 0; i < 100000; ++i) {
    Node* node = make_node(64);
    node->left.set(node, static_cast<Node*>(list));
    list = node;
  }
  EXPECT_GE(heap.statistics().bytes_in_use, before + 6400000);
  EXPECT_LE(heap.statistics().bytes_in_use, before + 6400000 + 4096);
  heap.collect();
  EXPECT_EQ(heap.statistics().bytes_in_use, 6400000u + 4 * heap.cell_size(meta));
  list = nullptr;
  heap.collect();
  EXPECT_EQ(heap.statistics().bytes_in_use, 4 * heap.cell_size(meta));
}

TEST_F(HeapTest, StressCollectsAtEveryNthAllocation) {
  heap.set_stress(1);
  for (int i = 0; i < 50; ++i) make_node();
  EXPECT_EQ(heap.statistics().collections, 50u);
  heap.set_stress(7);
  for (int i = 0; i < 70; ++i) make_node(i % 2 == 0 ? 32 : 12000);
  EXPECT_EQ(heap.statistics().collections, 60u);
  heap.set_stress(0);
  for (int i = 0; i < 1000; ++i) make_node();
  EXPECT_EQ(heap.statistics().collections, 60u);
}

TEST_F(HeapTest, StressSeesAForgottenRoot) {
  hooks.stack_high = nullptr;
  heap.set_stress(1);
  Node* forgotten = make_node();
  auto address = reinterpret_cast<uintptr_t>(forgotten);
  Node* next = make_node();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(next), address);  // it was freed at once
}

TEST_F(HeapTest, ReferencesOfACellCanBeListed) {
  Node* node = make_node();
  node->left.set(node, make_node());
  node_shape->set_trace_extra([](Cell* cell, Marker& marker) {
    marker.visit_word(static_cast<Node*>(cell)->payload[0]);
  });
  node->payload[0] = reinterpret_cast<uint64_t>(meta);
  std::vector<Cell*> seen;
  heap.for_each_reference(
      node, [](void* list, Cell* cell) { static_cast<std::vector<Cell*>*>(list)->push_back(cell); }, &seen);
  EXPECT_EQ(seen, (std::vector<Cell*>{node_shape, node->left.get(), meta}));
}

TEST_F(HeapTest, HeapsComeAndGoWithoutGrowth) {
  auto round = [] {
    Heap small;
    Shape* shape = make_shape(small, &kNodeLayout, make_shape(small, &kShapeLayout, nullptr));
    for (size_t i = 0; i < 1000; ++i) {
      if (small.allocate(16 + 16 * (i % 12), shape) == nullptr) ADD_FAILURE();
    }
    if (small.allocate(100000, shape) == nullptr) ADD_FAILURE();
    EXPECT_LE(small.statistics().bytes_from_system, 250u * 1024 + 104 * 1024);
  };
  for (int i = 0; i < 50; ++i) round();
  size_t resident = resident_bytes();
  for (int i = 0; i < 1000; ++i) round();
  if (!kSanitized) {
    EXPECT_LE(resident_bytes(), resident + 1_MiB);
  }
}

TEST_F(HeapTest, PermanentCellsStopMarkingAndAreNotWritten) {
  Heap permanent(Heap::Mode::Permanent);
  Shape* permanent_meta = make_shape(permanent, &kShapeLayout, nullptr);
  Shape* shape = make_shape(permanent, &kNodeLayout, permanent_meta);
  Node* first = nullptr;
  for (int i = 0; i < 1000; ++i) {
    auto* node = static_cast<Node*>(permanent.allocate(i % 100 == 0 ? 20000 : 48, shape));
    node->left.set(node, first);
    first = node;
  }
  permanent.collect();
  permanent.seal();
  EXPECT_TRUE(Heap::is_permanent(first));
  EXPECT_TRUE(Heap::is_marked(first));
  EXPECT_FALSE(Heap::is_permanent(node_shape));
  EXPECT_EQ(permanent.cell_at(reinterpret_cast<uintptr_t>(first) + 9), first);
  EXPECT_EQ(heap.cell_at(reinterpret_cast<uintptr_t>(first)), nullptr);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([=] {
      Heap isolate;
      TestHooks isolate_hooks;
      isolate.set_stress(0);
      isolate.set_hooks(&isolate_hooks);
      isolate_hooks.roots = {first, shape};
      isolate_hooks.stack_high = __builtin_frame_address(0);
      for (int i = 0; i < 200; ++i) {
        auto* node = static_cast<Node*>(isolate.allocate(sizeof(Node), shape));
        node->left.set(node, first);
        isolate_hooks.roots.push_back(node);
        if (i % 20 == 0) isolate.collect();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(HeapTest, DeadCellsAreMadeVisible) {
  Node* node = make_node();
  heap.collect();
#if HOG_HEAP_ASAN
  EXPECT_TRUE(__asan_address_is_poisoned(node));
#else
  if (heap_detail::kFillDeadCells) {
    EXPECT_EQ(node->shape(), nullptr);
    EXPECT_EQ(node->payload[0], 0xdbdbdbdbdbdbdbdbu);
  }
#endif
}

TEST_F(HeapTest, MallocMayFail) {
  if (kSanitized) GTEST_SKIP() << "sanitizers reserve address space without end";
  for (size_t bytes : {size_t{32}, size_t{5000}, size_t{100000}, size_t{40} << 20}) {
    auto exhaust_memory = [&] {
      rlimit space = {};
      space.rlim_cur = space.rlim_max = 250_MiB;
      setrlimit(RLIMIT_AS, &space);
      Cell*& list = root(nullptr);
      while (Node* node = make_node(bytes)) {
        node->left.set(node, static_cast<Node*>(list));
        list = node;
      }
      bool charged = heap.charge(1);  // no memory is needed for it
      list = nullptr;
      _exit(charged && make_node(bytes) != nullptr ? 0 : 1);
    };
    EXPECT_EXIT(exhaust_memory(), testing::ExitedWithCode(0), "");
  }
}

// Random graph, random sizes, collections at random times, checked against a model.
TEST_F(HeapTest, RandomMutationsAgreeWithAModel) {
  uint64_t state = 88172645463325252u;
  auto random = [&state](uint64_t below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % below;
  };
  constexpr size_t kSlots = 2000;
  struct Kept {
    size_t bytes;
    uint64_t stamp;
  };
  std::vector<Kept> model(kSlots, Kept{0, 0});
  Array* slots = make_array(kSlots);
  root(slots);
  heap.set_limit(40_MiB);
  for (int step = 0; step < 300000; ++step) {
    size_t i = random(kSlots);
    if (slots->items[i] != 0) {
      auto* node = reinterpret_cast<Node*>(slots->items[i]);
      ASSERT_EQ(node->payload[0], model[i].stamp);
      ASSERT_GE(heap.cell_size(node), model[i].bytes);
    }
    size_t bytes = sizeof(Node) + (random(50) == 0 ? random(60000) : random(300));
    Node* node = make_node(bytes);
    if (node == nullptr) {
      for (size_t j = 0; j < kSlots; j += 2) slots->items[j] = 0;
      continue;
    }
    ASSERT_EQ(node->payload[0], 0u);
    node->payload[0] = model[i].stamp = state;
    model[i].bytes = bytes;
    slots->items[i] = reinterpret_cast<uint64_t>(node);
    if (random(3000) == 0) heap.collect();
  }
  heap.collect();
  size_t live = 5;
  for (size_t i = 0; i < kSlots; ++i) live += slots->items[i] != 0;
  EXPECT_EQ(count_cells(), live);
}

}  // namespace
}  // namespace hog
