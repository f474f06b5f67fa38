// gc.cpp: the module gc over our collector, which has no generations and no reference counts. What a program may be handed
// are objects that it could have had anyway: instances of its own classes, classes, functions and modules, never a container that
// native code keeps to itself. Ref: library/gc.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/finalize.hpp"
#include "vm/function.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int kGenerations = 3;

Fallible<Value> attribute(Thread& t, Module* module, const char* name) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  return module->dict()->get_name_nogc(interned);
}

// The frames that are active during a collection are kept small: what they have not written yet is scanned as well.
__attribute__((noinline)) Fallible<void> run_callbacks_py(Thread& t, Module* module, const char* phase, int generation, int64_t collected) {
  Value callbacks = TRY(attribute(t, module, "callbacks"));
  if (!is<List>(callbacks) || as<List>(callbacks)->length() == 0) return {};
  Value name = Value(TRY(Str::intern_utf8(t, phase)));
  Dict* info = TRY(Dict::make(t));
  auto add = [&](const char* key, int64_t n) -> Fallible<void> {
    Str* interned = TRY(Str::intern_utf8(t, key));
    return info->set_name(t, interned, Value::from_small_int(n));
  };
  TRY(add("generation", generation));
  TRY(add("collected", collected));
  TRY(add("uncollectable", 0));
  List* list = TRY(list_from_iterable_py(t, callbacks));
  for (size_t i = 0; i < list->length(); ++i) {
    Fallible<Value> called = call_py(t, list->at(i), name, Value(info));
    if (!called.failed()) continue;
    t.isolate().services->write_unraisable(t, nullptr, list->at(i));
    if (t.terminated()) return Failure{};
  }
  return {};
}

__attribute__((noinline)) Fallible<Value> collect_generation(Thread& t, Module* module, int generation, bool direct) {
  if (generation < 0 || generation >= kGenerations) return t.raise_value_error("invalid generation");
  TRY(run_callbacks_py(t, module, "start", generation, 0));
  int64_t collected = Isolate::of(t).collect_and_count(t, direct);
  // Finalisers and weak callbacks are due now, not at the next safe point.
  TRY(safe_point_py(t));
  TRY(run_callbacks_py(t, module, "stop", generation, collected));
  return Value::from_small_int(collected);
}

__attribute__((noinline)) Fallible<int> generation_argument_py(Thread& t, const Arguments& arguments) {
  uint32_t count = arguments.positional + arguments.keyword_count();
  if (count > 1) return t.raise_type_error("collect() takes at most 1 argument ({} given)", count);
  if (count == 0) return kGenerations - 1;
  if (arguments.has_keywords() && !as<Str>(arguments.names->at(0))->equals_ascii("generation"))
    return t.raise_type_error("collect() got an unexpected keyword argument '{}'", as<Str>(arguments.names->at(0)));
  int64_t n = TRY(index_to_int64_py(t, arguments[0]));
  if (n != static_cast<int>(n)) return t.raise(core.OverflowError, "Python int too large to convert to C int");
  return static_cast<int>(n);
}

// Without argument binding, whose frame is larger.
Fallible<Value> collect(Thread& t, Value self, const Arguments& arguments) {
  int generation = TRY(generation_argument_py(t, arguments));
  // Called by the interpreter's loop itself: its frame ends where this one begins.
  auto end = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 2 * sizeof(void*);
  bool direct = t.machine_frames_ != nullptr && t.machine_frames_->low == end;
  return collect_generation(t, as<Module>(self), generation, direct);
}

Fallible<void> enable(Thread& t) {
  t.heap().set_automatic(true);
  Isolate::of(t).gc_enabled = true;
  return {};
}
Fallible<void> disable(Thread& t) {
  t.heap().set_automatic(false);
  Isolate::of(t).gc_enabled = false;
  return {};
}
Fallible<bool> is_enabled(Thread& t) { return Isolate::of(t).gc_enabled; }

// ---- Objects. ----

bool may_be_shown(const Cell* cell) {
  const auto* shape = static_cast<const Shape*>(cell->shape());
  if (shape == nullptr || shape->type() == nullptr || Heap::is_permanent(cell)) return false;
  return shape->type()->is_heap_type() || is<Type>(cell) || is<Function>(cell) || is<Module>(cell);
}

struct Search {
  List* found;
  size_t count;
  Heap* heap;
  const Arguments* targets;
  bool refers;
};

void count_cell(void* context, Cell* cell) {
  if (may_be_shown(cell)) ++static_cast<Search*>(context)->count;
}
void check_reference(void* context, Cell* reference) {
  auto* search = static_cast<Search*>(context);
  for (uint32_t i = 0; i < search->targets->positional; ++i)
    if ((*search->targets)[i] == Value(reference)) search->refers = true;
}
void collect_cell(void* context, Cell* cell) {
  auto* search = static_cast<Search*>(context);
  if (!may_be_shown(cell)) return;
  if (search->targets != nullptr) {
    search->refers = false;
    search->heap->for_each_reference(cell, check_reference, search);
    if (!search->refers) return;
  }
  List* found = search->found;
  if (found->length() < found->items_->capacity()) {
    found->items_->set(found->length(), Value(cell));
    ++found->size_;
  }
}

Fallible<List*> search_heap(Thread& t, const Arguments* targets) {
  // Only what is alive: nothing may be brought back from the dead.
  t.heap().collect();
  Search search{nullptr, 0, &t.heap(), targets, false};
  t.heap().for_each_cell(count_cell, &search);
  TRY(t.poll(static_cast<int64_t>(search.count)));
  search.found = TRY(List::make(t, search.count + 1));
  t.heap().for_each_cell(collect_cell, &search);
  TRY(safe_point_py(t));
  return search.found;
}

Fallible<Value> get_objects(Thread& t, Value generation) {
  TRY(t.audit_py("gc.get_objects", generation.is_none() ? Value::from_small_int(-1) : generation));
  if (!generation.is_none()) {
    int64_t n = TRY(index_to_int64_py(t, generation));
    if (n >= kGenerations)
      return t.raise_value_error("generation parameter must be less than the number of available generations ({})",
                                 kGenerations);
    if (n < 0) return t.raise_value_error("generation parameter cannot be negative");
  }
  return Value(TRY(search_heap(t, nullptr)));
}

Fallible<void> audit_objects_py(Thread& t, const char* event, const Arguments& objects) {
  if (!t.isolate().audited) return {};
  return t.audit_py(event, Value(TRY(Tuple::from(t, objects.values, objects.positional))));
}

Fallible<Value> get_referrers(Thread& t, Arguments objects) {
  TRY(audit_objects_py(t, "gc.get_referrers", objects));
  return Value(TRY(search_heap(t, &objects)));
}

Fallible<void> add_referents_py(Thread& t, Value object, List* found) {
  if (is<List>(object) || is<Tuple>(object) || is<Set>(object))
    return for_each_py(t, object, [&](Value item) -> Fallible<bool> {
      TRY(found->append(t, item));
      return true;
    });
  if (is<Dict>(object)) {
    Value key, value;
    for (size_t i = 0; as<Dict>(object)->next_nogc(&i, &key, &value);) {
      TRY(t.poll());
      TRY(found->append(t, key));
      TRY(found->append(t, value));
    }
    return {};
  }
  if (!object.is_cell() || !type_of(object)->is_heap_type()) return {};
  TRY(found->append(t, Value(type_of(object))));
  if (!type_of(object)->has(type_flag::kHasDict)) return {};
  const Shape* shape = object.cell()->shape();
  for (uint32_t i = 0; i < shape->slot_count(); ++i) {
    Value v = own_attribute_nogc(object, shape->name_at(i));
    if (!v.is_absent()) TRY(found->append(t, v));
  }
  return {};
}

Fallible<Value> get_referents(Thread& t, Arguments objects) {
  TRY(audit_objects_py(t, "gc.get_referents", objects));
  List* found = TRY(List::make(t));
  for (uint32_t i = 0; i < objects.positional; ++i) TRY(add_referents_py(t, objects[i], found));
  return Value(found);
}

// Objects that can refer to others.
Fallible<bool> is_tracked(Thread&, Value object) {
  if (!object.is_cell()) return false;
  const Type* type = type_of(object);
  if (type->is_heap_type()) return true;
  constexpr uint32_t kAtoms = type_flag::kIntSubclass | type_flag::kStrSubclass | type_flag::kBytesSubclass;
  if (type->has(kAtoms)) return false;
  return type != core.float_ && type != core.complex_ && type != core.object && type != core.bytearray &&
         object != Value(empty_tuple());
}
Fallible<bool> is_finalized(Thread&, Value) { return false; }

// ---- Numbers. ----

Fallible<Value> get_stats(Thread& t) {
  List* list = TRY(List::make(t, kGenerations));
  for (int i = 0; i < kGenerations; ++i) {
    Dict* row = TRY(Dict::make(t));
    auto add = [&](const char* name, uint64_t n) -> Fallible<void> {
      Str* interned = TRY(Str::intern_utf8(t, name));
      return row->set_name(t, interned, Value::from_small_int(static_cast<int64_t>(n)));
    };
    TRY(add("collections", i == kGenerations - 1 ? t.heap().statistics().collections : 0));
    TRY(add("collected", 0));
    TRY(add("uncollectable", 0));
    TRY(list->append(t, Value(row)));
  }
  return Value(list);
}

Value number(int64_t n) { return Value::from_small_int(n); }

Fallible<Value> get_count(Thread& t) { return Value(TRY(Tuple::of(t, number(0), number(0), number(0)))); }

Fallible<Value> get_threshold(Thread&, Module* module) { return Value(module->state_.get()); }
Fallible<void> set_threshold(Thread& t, Module* module, int first, Value second, Value third) {
  Tuple* old = as<Tuple>(module->state_.get());
  Value values[3] = {number(first), old->at(1), old->at(2)};
  if (!second.is_absent()) values[1] = number(TRY(index_to_int64_py(t, second)) & INT32_MAX);
  if (!third.is_absent()) values[2] = number(TRY(index_to_int64_py(t, third)) & INT32_MAX);
  module->state_.set(module, TRY(Tuple::from(t, values, 3)));
  return {};
}

Fallible<int64_t> get_debug(Thread& t) { return Isolate::of(t).gc_debug; }
Fallible<void> set_debug(Thread& t, int flags) {
  Isolate::of(t).gc_debug = flags;
  return {};
}
Fallible<void> nothing(Thread&) { return {}; }
Fallible<int64_t> zero(Thread&) { return int64_t{0}; }

constexpr NativeMethod kFunctions[] = {
    {"collect", HOG_RAW(collect), "($module, /, generation=2)", "Collects what cannot be reached any more."},
    {"disable", HOG_NATIVE(disable), "()", "Only a full heap is collected from now on."},
    {"enable", HOG_NATIVE(enable), "()", "Collections happen by themselves."},
    {"freeze", HOG_NATIVE(nothing), "()", "Does nothing: there are no generations."},
    {"get_count", HOG_NATIVE(get_count), "()", "Zeros: nothing is counted."},
    {"get_debug", HOG_NATIVE(get_debug), "()", "The debugging flags."},
    {"get_freeze_count", HOG_NATIVE(zero), "()", "0"},
    {"get_objects", HOG_NATIVE(get_objects), "(generation=None)", "Instances of Python classes, classes, functions, modules."},
    {"get_referents", HOG_NATIVE(get_referents), "(*objs)", "What the objects refer to directly."},
    {"get_referrers", HOG_NATIVE(get_referrers), "(*objs)", "Which of get_objects() refer to the objects directly."},
    {"get_stats", HOG_NATIVE(get_stats), "()", "Collections so far."},
    {"get_threshold", HOG_NATIVE(get_threshold), "($module, /)", "What set_threshold() was given."},
    {"is_finalized", HOG_NATIVE(is_finalized), "(obj, /)", "False: not remembered."},
    {"is_tracked", HOG_NATIVE(is_tracked), "(obj, /)", "Can the object refer to others?"},
    {"isenabled", HOG_NATIVE(is_enabled), "()", "Do collections happen by themselves?"},
    {"set_debug", HOG_NATIVE(set_debug), "(flags, /)", "Sets the debugging flags; they have no effect."},
    {"set_threshold", HOG_NATIVE(set_threshold),
     "($module, threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)", "Remembered, without effect."},
    {"unfreeze", HOG_NATIVE(nothing), "()", "Does nothing."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  struct Flag {
    const char* name;
    int64_t value;
  };
  for (const Flag& flag : {Flag{"DEBUG_STATS", 1}, Flag{"DEBUG_COLLECTABLE", 2}, Flag{"DEBUG_UNCOLLECTABLE", 4},
                           Flag{"DEBUG_SAVEALL", 32}, Flag{"DEBUG_LEAK", 38}})
    TRY(module->add(t, flag.name, number(flag.value)));
  module->state_.set(module, TRY(Tuple::of(t, number(2000), number(10), number(10))));
  TRY(module->add(t, "callbacks", Value(TRY(List::make(t)))));
  return module->add(t, "garbage", Value(TRY(List::make(t))));
}

}  // namespace

extern const ModuleSpec k_module_gc;
const ModuleSpec k_module_gc = {
    .name = "gc",
    .doc = "The garbage collector.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
