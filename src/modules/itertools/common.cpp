// common.cpp: see itertools.hpp; and the module itself.
#include "modules/itertools/itertools.hpp"

namespace hog {

namespace itertools {

namespace {

void trace_iterator(Cell* cell, Marker& marker) {
  auto* it = static_cast<Iterator*>(cell);
  for (Value v : {it->first_.get(), it->second_.get(), it->third_.get(), it->fourth_.get()}) marker.visit_word(v.raw());
}

}  // namespace

const Layout Iterator::kLayout = {.name = "itertools iterator", .trace = trace_iterator, .base_size = sizeof(Iterator)};

Fallible<void> read_arguments(Thread& t, const char* function, const Arguments& arguments, const char* const* names,
                              uint32_t count, uint32_t required, Value* out) {
  for (uint32_t i = 0; i < count; ++i) out[i] = Value::absent();
  uint32_t given = arguments.positional + arguments.keyword_count();
  if (given > count && names[count - 1] != nullptr)
    return t.raise_type_error("{}() takes at most {} argument{} ({} given)", function, count, count == 1 ? "" : "s", given);
  if (arguments.positional > count)
    return t.raise_type_error("{} expected at most {} argument{}, got {}", function, count, count == 1 ? "" : "s",
                              arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) out[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    uint32_t index = 0;
    while (index < count && (names[index] == nullptr || !name->equals_ascii(names[index]))) ++index;
    if (index == count) return t.raise_type_error("{}() got an unexpected keyword argument '{}'", function, name);
    if (!out[index].is_absent())
      return t.raise_type_error("argument for {}() given by name ('{}') and position ({})", function, name, index + 1);
    out[index] = arguments.values[arguments.positional + k];
  }
  for (uint32_t i = 0; i < required; ++i) {
    if (!out[i].is_absent()) continue;
    if (names[i] == nullptr)
      return t.raise_type_error("{} expected at least {} argument{}, got {}", function, required, required == 1 ? "" : "s",
                                arguments.positional);
    return t.raise_type_error("{}() missing required argument '{}' (pos {})", function, names[i], i + 1);
  }
  return {};
}

Fallible<Iterator*> make(Thread& t, Type* type) { return static_cast<Iterator*>(TRY(new_instance(t, type))); }
Fallible<Value> same(Thread&, Value self) { return self; }

}  // namespace itertools

namespace {

using namespace itertools;

// tee(iterable, n=2): the first is made by _tee, the others are its copies.
Fallible<Value> tee(Thread& t, Value iterable, int64_t n) {
  if (n < 0) return t.raise_value_error("n must be >= 0");
  TRY(t.check_fits(static_cast<uint64_t>(n) * 64));
  if (n == 0) return Value(empty_tuple());
  Value first = TRY(iter_py(t, iterable));
  Value copy = TRY(find_attribute_py(t, first, names.dunder_copy));
  if (copy.is_absent()) {
    first = TRY(call_py(t, Value(*kCombiningTypes[0].destination), first));
    copy = TRY(get_attribute_py(t, first, names.dunder_copy));
  }
  Tuple* result = TRY(Tuple::make(t, static_cast<size_t>(n)));
  for (int64_t i = 0; i < n; ++i) result->initialize(static_cast<size_t>(i), first);
  for (int64_t i = 1; i < n; ++i) {
    TRY(t.poll());
    result->initialize(static_cast<size_t>(i), TRY(call_py(t, copy)));
  }
  return Value(result);
}

constexpr NativeMethod kFunctions[] = {
    {"tee", HOG_NATIVE(tee), "(iterable, n=2, /)", "n independent iterators over one iterable."},
    {},
};

// The families' types in one table, as a ModuleSpec wants them.
constexpr size_t kTypeCount = kInfiniteCount + kFilteringCount + kCombiningCount + kCombinatoricCount;
struct AllTypes {
  TypeRegistration list[kTypeCount];
  AllTypes() {
    size_t n = 0;
    for (size_t i = 0; i < kInfiniteCount; ++i) list[n++] = kInfiniteTypes[i];
    for (size_t i = 0; i < kFilteringCount; ++i) list[n++] = kFilteringTypes[i];
    for (size_t i = 0; i < kCombiningCount; ++i) list[n++] = kCombiningTypes[i];
    for (size_t i = 0; i < kCombinatoricCount; ++i) list[n++] = kCombinatoricTypes[i];
  }
};
const AllTypes kTypes;

}  // namespace

extern const ModuleSpec k_module_itertools;
const ModuleSpec k_module_itertools = {
    .name = "itertools",
    .doc = "Iterators that combine and transform others.",
    .functions = kFunctions,
    .types = kTypes.list,
    .type_count = kTypeCount,
};

}  // namespace hog
