// class_data.cpp: see class_data.hpp.
#include "object/class_data.hpp"

#include <cstring>

#include "object/class_system.hpp"

namespace hog {

namespace {

void trace_weak_list(Cell*, Marker&) {}
size_t weak_list_count(const Cell*) { return 0; }  // nothing in it is a reference to the collector

void trace_builtin_table(Cell* cell, Marker& marker) {
  auto* table = static_cast<BuiltinTypeTable*>(cell);
  for (uint32_t i = 0; i < table->count_; ++i) {
    marker.visit(table->entries_[i].subclasses);
    marker.visit(table->entries_[i].first_child);
  }
}
size_t builtin_table_count(const Cell* cell) { return static_cast<const BuiltinTypeTable*>(cell)->count_; }

}  // namespace

struct ClassDataAccess {
  static void link(IsolateState& isolate, WeakList* list) {
    list->next_ = isolate.weak_lists;
    isolate.weak_lists = list;
  }
  static void sweep(IsolateState& isolate) {
    WeakList** link = &isolate.weak_lists;
    while (WeakList* list = *link) {
      if (!Heap::is_marked(list)) {
        *link = list->next_;
        continue;
      }
      for (uint32_t i = 0; i < list->size_; ++i)
        if (list->items_[i] != nullptr && !Heap::is_marked(list->items_[i])) list->items_[i] = nullptr;
      link = &list->next_;
    }
  }
};

const Layout WeakList::kLayout = {"weak list", trace_weak_list, nullptr, sizeof(WeakList), sizeof(Cell*), weak_list_count};
const Layout BuiltinTypeTable::kLayout = {"built-in type table",    trace_builtin_table,           nullptr,
                                          sizeof(BuiltinTypeTable), sizeof(BuiltinTypeTable::Entry), builtin_table_count};

Fallible<WeakList*> WeakList::make(Thread& t, uint32_t capacity) {
  auto* list = TRY(t.allocate<WeakList>(shapes.weak_list, capacity * sizeof(Cell*)));
  list->capacity_ = capacity;
  ClassDataAccess::link(t.isolate(), list);
  return list;
}

Fallible<void> WeakList::add(Thread& t, WeakList** slot, Cell* cell) {
  WeakList* list = *slot;
  if (list != nullptr && list->size_ == list->capacity_) {
    uint32_t live = 0;
    for (uint32_t i = 0; i < list->size_; ++i)
      if (list->items_[i] != nullptr) list->items_[live++] = list->items_[i];
    list->size_ = live;
  }
  if (list == nullptr || list->size_ * 4 >= list->capacity_ * 3) {
    uint32_t count = list == nullptr ? 0 : list->size_;
    WeakList* bigger = TRY(make(t, count < 2 ? 4 : count * 2));
    for (uint32_t i = 0; i < count; ++i) bigger->items_[i] = list->items_[i];
    bigger->size_ = count;
    *slot = list = bigger;
  }
  list->items_[list->size_++] = cell;
  return {};
}

void WeakList::remove_nogc(const Cell* cell) {
  for (uint32_t i = 0; i < size_; ++i)
    if (items_[i] == cell) items_[i] = nullptr;
}

Fallible<void> set_up_classes(Thread& t) {
  IsolateState& isolate = t.isolate();
  uint32_t count = builtin_type_count();
  auto* table = TRY(t.allocate<BuiltinTypeTable>(shapes.builtin_type_table, count * sizeof(BuiltinTypeTable::Entry)));
  table->count_ = count;
  isolate.builtin_types = table;
  isolate.next_type_version = count + 1;  // built-in types have the versions 1..count
  return {};
}

void trace_class_roots(IsolateState& isolate, Marker& marker) { marker.visit(isolate.builtin_types); }

void clear_weak_class_data(IsolateState& isolate) {
  ClassDataAccess::sweep(isolate);
  // Names and types that die may come back at the same address as others.
  std::memset(static_cast<void*>(isolate.method_cache), 0, sizeof isolate.method_cache);
}

BuiltinTypeTable::Entry* builtin_entry(Thread& t, const Type* type) {
  BuiltinTypeTable* table = t.isolate().builtin_types;
  if (table == nullptr || type->core_index_ == 0) return nullptr;
  return &table->entries_[type->core_index_ - 1];
}

WeakList* subclasses_of(Thread& t, const Type* type) {
  if (type->is_heap_type()) return type->subclasses_;
  BuiltinTypeTable::Entry* entry = builtin_entry(t, type);
  return entry == nullptr ? nullptr : entry->subclasses;
}

Fallible<void> add_subclass(Thread& t, Type* base, Type* derived) {
  if (base->is_heap_type()) return WeakList::add(t, &base->subclasses_, derived);
  if (BuiltinTypeTable::Entry* entry = builtin_entry(t, base)) return WeakList::add(t, &entry->subclasses, derived);
  return {};
}

void remove_subclass(Thread& t, Type* base, const Type* derived) {
  if (WeakList* list = subclasses_of(t, base)) list->remove_nogc(derived);
}

}  // namespace hog
