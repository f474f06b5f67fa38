// bootstrap.cpp: builds the permanent heap: the shapes of internal cells, the names, and all built-in types.
//
// Invariant: the process's globals of object/ (core, shapes, names, latin1_characters, the intern table, the signatures)
// are written here, once, before any isolate exists, and are constant ever after.
#include "object/bootstrap.hpp"

#include <cstdint>
#include <cstring>
#include <new>

#include "object/bytes_objects.hpp"
#include "object/class_data.hpp"
#include "object/class_system.hpp"
#include "object/exception.hpp"
#include "object/signature.hpp"
#include "object/str.hpp"
#include "object/type_builtin.hpp"

namespace hog {

CoreTypes core;
CoreShapes shapes;
Names names;
Str* latin1_characters[256];

void set_empty_tuple(Tuple* tuple);  // tuple.cpp

namespace {

class BootstrapIsolate final : public IsolateState {
 public:
  BootstrapIsolate() : IsolateState(Heap::Mode::Permanent) {}
};

// Where each core type goes, in the order of core_types.def.
struct CoreRow {
  Type** type;
  Shape** shape;
  Type** exception_base;  // null: from the spec
};
const CoreRow kCoreRows[] = {
#define HOG_CORE_TYPE(field) {&core.field, &shapes.field, nullptr},
#define HOG_CORE_EXCEPTION(field, base) {&core.field, &shapes.field, &core.base},
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION
};
constexpr size_t kCoreCount = sizeof kCoreRows / sizeof *kCoreRows;

Fallible<void> make_internal_shapes(Thread& t, std::span<const InternalShapeRegistration> others) {
  shapes.meta = Shape::make_root(t.heap(), nullptr, nullptr, &Shape::kLayout);
  if (shapes.meta == nullptr) return t.raise_memory_error();
  ShapeAccess::set_meta(shapes.meta);
  auto make = [&](Shape** destination, const Layout* layout) -> Fallible<void> {
    *destination = Shape::make_root(t.heap(), shapes.meta, nullptr, layout);
    if (*destination == nullptr) return t.raise_memory_error();
    return {};
  };
#define HOG_CORE_CELL(field, Class) TRY(make(&shapes.field, &Class::kLayout));
#include "object/core_cells.def"
#undef HOG_CORE_CELL
  for (const InternalShapeRegistration& other : others) TRY(make(other.destination, other.layout));
  return {};
}

Fallible<Type*> allocate_type(Thread& t, const TypeSpec* spec, Type* exception_base) {
  Type* base = exception_base != nullptr ? exception_base : spec->base != nullptr ? *spec->base : core.object;
  HOG_CHECK(base != nullptr || core.object == nullptr);  // a base comes before what derives from it
  const Layout* layout = spec->layout != nullptr ? spec->layout : base->instance_layout();
  return allocate_builtin_type(t, spec, base, layout);
}

Fallible<void> allocate_types(Thread& t, const RuntimeParts& parts) {
  HOG_CHECK(parts.core_specs.size() == kCoreCount);
  for (size_t i = 0; i < kCoreCount; ++i) {
    const CoreRow& row = kCoreRows[i];
    *row.type = TRY(allocate_type(t, parts.core_specs[i], row.exception_base != nullptr ? *row.exception_base : nullptr));
    *row.shape = (*row.type)->root_shape();
  }
  core.object->set_shape_nogc(shapes.type);
  core.type->set_shape_nogc(shapes.type);
  for (const TypeRegistration& registration : parts.module_types)
    *registration.destination = TRY(allocate_type(t, registration.spec, nullptr));
  for (const ModuleSpec* module : parts.modules)
    for (size_t i = 0; i < module->type_count; ++i)
      if (*module->types[i].destination == nullptr)
        *module->types[i].destination = TRY(allocate_type(t, module->types[i].spec, nullptr));
  return {};
}

Fallible<void> make_names(Thread& t) {
  TRY(make_first_strings(t));
  set_empty_tuple(TRY(Tuple::make(t, 0)));
  auto make = [&](Str** destination, std::string_view text) -> Fallible<void> {
    *destination = TRY(Str::intern_utf8(t, text));
    return {};
  };
  auto without_underscore = [](std::string_view text) {
    if (text.ends_with('_')) text.remove_suffix(1);
    return text;
  };
#define HOG_NAME(text) TRY(make(&names.text, without_underscore(#text)));
#define HOG_DUNDER(text) TRY(make(&names.dunder_##text, "__" #text "__"));
#include "object/names.def"
#undef HOG_NAME
#undef HOG_DUNDER
  return {};
}

Fallible<void> fill_types(Thread& t, const RuntimeParts& parts) {
  TRY(parse_signature(t, &kNewMethod, nullptr));
  for (const CoreRow& row : kCoreRows) TRY(fill_builtin_type(t, *row.type));
  for (const TypeRegistration& registration : parts.module_types)
    TRY(fill_builtin_type(t, *registration.destination));
  for (const ModuleSpec* module : parts.modules) {
    for (size_t i = 0; i < module->type_count; ++i)
      if ((*module->types[i].destination)->mro() == nullptr)
        TRY(fill_builtin_type(t, *module->types[i].destination));
    for (const NativeMethod* m = module->functions; m != nullptr && m->name != nullptr; ++m)
      TRY(parse_signature(t, m, module->name));
  }
  for (const ModuleSpec* module : parts.modules)
    if (module->make_constants != nullptr) TRY(module->make_constants(t));
  return {};
}

Fallible<void> build(Thread& t, const RuntimeParts& parts) {
  TRY(make_internal_shapes(t, parts.internal_shapes));
  TRY(allocate_types(t, parts));
  TRY(make_names(t));
  return fill_types(t, parts);
}

bool build_once(const RuntimeParts& parts) {
  // Never destroyed: isolates may outlive every static object's end.
  alignas(BootstrapIsolate) static unsigned char storage[sizeof(BootstrapIsolate)];
  auto* isolate = new (storage) BootstrapIsolate();
  Thread thread;
  thread.isolate_ = isolate;
  thread.fuel_ = INT64_MAX;
  HOG_CHECK(!build(thread, parts).failed());
  seal_permanent_strings(*isolate);
  isolate->heap.seal();
  return true;
}

}  // namespace

void build_runtime(const RuntimeParts& parts) {
  [[maybe_unused]] static const bool done = build_once(parts);
}

}  // namespace hog
