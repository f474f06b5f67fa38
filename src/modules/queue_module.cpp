// queue_module.cpp: the module `_queue`: SimpleQueue, an unbounded queue. Ref: library/queue.
// Invariant: items_[head_ ...] wait to be taken; what is before head_ is None. In an isolate that can have one thread only nobody
// fills a queue that somebody waits for, unless a finaliser does.
#include <cmath>

#include "host/host.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Type *queue_type, *empty_type;

class SimpleQueue : public Cell {
 public:
  static const Layout kLayout;
  Field<List> items_;
  size_t head_;
  WaitList waiting_;
  // A program can reach the list (gc.get_referents) and shorten it.
  size_t length() const { return items_->length() > head_ ? items_->length() - head_ : 0; }
};
void trace(Cell* cell, Marker& marker) { marker.visit(static_cast<SimpleQueue*>(cell)->items_.get()); }
const Layout SimpleQueue::kLayout = {.name = "_queue.SimpleQueue", .trace = trace, .base_size = sizeof(SimpleQueue)};

Fallible<Value> queue_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == queue_type && arguments.positional != 0)
    return t.raise_type_error("SimpleQueue() takes no positional arguments");
  if (type == queue_type && arguments.has_keywords())
    return t.raise_type_error("SimpleQueue() takes no keyword arguments");
  List* items = TRY(List::make(t));
  auto* queue = static_cast<SimpleQueue*>(TRY(new_instance(t, type)));
  queue->items_.set(queue, items);
  return Value(queue);
}

Fallible<void> put_item(Thread& t, SimpleQueue* self, Value item) {
  TRY(self->items_->append(t, item));
  wake_first(self->waiting_);
  return {};
}
Fallible<void> put(Thread& t, SimpleQueue* self, Value item, Value, Value) { return put_item(t, self, item); }

Fallible<Value> take(Thread& t, SimpleQueue* self) {
  List* items = self->items_.get();
  Value item = items->at(self->head_);
  items->set(self->head_, Value::none());
  ++self->head_;
  if (self->head_ == items->length()) {
    items->clear();
    self->head_ = 0;
  } else if (self->head_ >= 64 && self->head_ >= items->length() / 2) {
    TRY(items->replace(t, 0, self->head_, nullptr, 0));
    self->head_ = 0;
  }
  return item;
}

// Seconds to wait; negative: for ever.
Fallible<double> timeout_of_py(Thread& t, Value timeout) {
  if (timeout.is_none()) return -1.0;
  if (!is_float(timeout) && !is_index(timeout))
    return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(timeout));
  double seconds = TRY(to_double_py(t, timeout));
  if (std::isnan(seconds)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (std::fabs(seconds) > 9.2e9) return t.raise(core.OverflowError, "timestamp out of range for C PyTime_t");
  if (seconds < 0) return t.raise_value_error("'timeout' must be a non-negative number");
  return seconds;
}

Fallible<void> wait_py(Thread& t, SimpleQueue* self, double seconds) {
  if (can_wait(t)) {
    int64_t until = seconds < 0 ? -1 : turns_clock(t) + static_cast<int64_t>(std::ceil(seconds * 1e9));
    TRY(wait_in(t, self->waiting_, until, [&] { return self->length() != 0; }));
    return {};
  }
  if (seconds < 0)
    return t.raise(core.RuntimeError, "deadlock: the queue is empty and there is no other thread to fill it");
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->clock == nullptr) return {};
  constexpr int64_t kSlice = 10'000'000;
  int64_t end = host->clock->monotonic_nanoseconds() + static_cast<int64_t>(seconds * 1e9);
  while (self->length() == 0) {
    int64_t left = end - host->clock->monotonic_nanoseconds();
    if (left <= 0 || !host->clock->sleep(left < kSlice ? left : kSlice).ok()) break;
    TRY(safe_point_py(t));
  }
  return {};
}

Fallible<Value> get(Thread& t, SimpleQueue* self, bool block, Value timeout) {
  if (block) {
    double seconds = TRY(timeout_of_py(t, timeout));
    if (self->length() == 0) TRY(wait_py(t, self, seconds));
  }
  if (self->length() == 0) return t.raise_bare(empty_type);
  return take(t, self);
}
Fallible<Value> get_nowait(Thread& t, SimpleQueue* self) { return get(t, self, false, Value::none()); }
Fallible<bool> empty(Thread&, SimpleQueue* self) { return self->length() == 0; }
Fallible<int64_t> size(Thread&, SimpleQueue* self) { return static_cast<int64_t>(self->length()); }
Fallible<int64_t> size_of(Thread&, SimpleQueue* self) {
  return static_cast<int64_t>(sizeof(SimpleQueue) + self->items_->length() * sizeof(Value));
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"put", HOG_NATIVE(put), "($self, /, item, block=True, timeout=None)", "Adds an item; never blocks."},
    {"put_nowait", HOG_NATIVE(put_item), "($self, /, item)", "Adds an item."},
    {"get", HOG_NATIVE(get), "($self, /, block=True, timeout=None)", "Takes the oldest item, waiting for one if asked to."},
    {"get_nowait", HOG_NATIVE(get_nowait), "($self, /)", "Takes the oldest item, or raises Empty."},
    {"empty", HOG_NATIVE(empty), "($self, /)", "Is there nothing to take?"},
    {"qsize", HOG_NATIVE(size), "($self, /)", "How many items there are."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Memory in bytes."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, object, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

const TypeSpec kQueueSpec = {
    .name = "_queue.SimpleQueue",
    .doc = "An unbounded queue, first in, first out.",
    .layout = &SimpleQueue::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.new_ = queue_new},
    .methods = kMethods,
    .text_signature = "()",
};
const TypeSpec kEmptySpec = {.name = "_queue.Empty",
                             .doc = "There was nothing to take.",
                             .base = &core.Exception,
                             .flags = type_flag::kBaseType};
const TypeRegistration kTypes[] = {{&queue_type, &kQueueSpec}, {&empty_type, &kEmptySpec}};

}  // namespace

extern const ModuleSpec k_module__queue;
const ModuleSpec k_module__queue = {.name = "_queue", .doc = "A queue without limits.", .types = kTypes, .type_count = 2};

}  // namespace hog
