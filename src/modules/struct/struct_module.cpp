// struct_module.cpp: the type Struct, its iterator, and the module `_struct`, whose functions keep the latest Structs.
// Invariant: a buffer is held open while values are converted into it. Ref: library/struct.
#include "modules/struct/struct.hpp"
#include "object/bytes_objects.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace structs {

Type* error_type = nullptr;

namespace {

class StructObject : public Cell {
 public:
  static const Layout kLayout;
  Field<Str> text_;
  Field<ByteArray> format_;  // null: not initialised
  const Format& format() const { return *Format::of(format_.get()); }
};
const Layout StructObject::kLayout = {.name = "Struct",
                                      .trace =
                                          [](Cell* cell, Marker& marker) {
                                            marker.visit(static_cast<StructObject*>(cell)->text_.get());
                                            marker.visit(static_cast<StructObject*>(cell)->format_.get());
                                          },
                                      .base_size = sizeof(StructObject)};

class UnpackIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<ByteArray> format_;
  Field<MemoryView> view_;  // cleared at the end
  int64_t at_;
};
const Layout UnpackIterator::kLayout = {.name = "unpack_iterator",
                                        .trace =
                                            [](Cell* cell, Marker& marker) {
                                              marker.visit(static_cast<UnpackIterator*>(cell)->format_.get());
                                              marker.visit(static_cast<UnpackIterator*>(cell)->view_.get());
                                            },
                                        .base_size = sizeof(UnpackIterator)};

Type *struct_type, *iterator_type;

// ---- Making. ----

Fallible<void> initialize(Thread& t, StructObject* self, Value format) {
  Str* text;
  if (is<Str>(format)) {
    text = as<Str>(format);
    if (!text->is_ascii()) {
      // The codec's own complaint.
      Str* ascii = TRY(Str::intern_utf8(t, "ascii"));
      TRY(call_method_py(t, format, names.encode, Value(ascii)));
      return t.raise(error_type, "bad char in struct format");
    }
  } else if (is<Bytes>(format)) {
    text = TRY(Str::from_latin1(t, as<Bytes>(format)->data(), as<Bytes>(format)->length()));
    if (!text->is_ascii()) return t.raise(error_type, "bad char in struct format");
  } else {
    return t.raise_type_error("Struct() argument 1 must be a str or bytes object, not {}", type_of(format));
  }
  std::string_view view = text->ascii();
  if (view.find('\0') != view.npos) return t.raise(error_type, "embedded null character");
  ByteArray* compiled = TRY(compile_format(t, view));
  self->text_.set(self, text);
  self->format_.set(self, compiled);
  return {};
}

Fallible<Value> struct_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
constexpr NativeMethod kConstructors[] = {{"Struct", HOG_NATIVE(initialize), "($self, format)", nullptr}, {}};
Fallible<void> struct_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<ByteArray*> ready(Thread& t, StructObject* self) {
  if (!self->format_) return t.raise(core.RuntimeError, "Struct object is not initialized");
  return self->format_.get();
}

// ---- Packing. ----

Fallible<void> check_count(Thread& t, const Format& format, const char* function, size_t given) {
  if (static_cast<int64_t>(given) == format.length_) [[likely]] return {};
  return t.raise(error_type, "{} expected {} items for packing (got {})", function, format.length_, given);
}

Fallible<Value> pack_values(Thread& t, ByteArray* cell, const Value* values, size_t given) {
  const Format& format = *Format::of(cell);
  TRY(check_count(t, format, "pack", given));
  TRY(t.check_fits(static_cast<uint64_t>(format.size_)));
  Bytes* result = TRY(Bytes::make(t, static_cast<size_t>(format.size_)));
  TRY(pack_py(t, format, result->mutable_data(), values));
  return Value(result);
}

Fallible<Value> pack_into_values(Thread& t, ByteArray* cell, const Value* values, size_t given) {
  const Format& format = *Format::of(cell);
  if (given < 2) return t.raise(error_type, "pack_into expected {} argument", given == 0 ? "buffer" : "offset");
  TRY(check_count(t, format, "pack_into", given - 2));
  BytesLike buffer(t);
  if (buffer.open(values[0], kBufferWritable).failed()) {
    if (t.terminated()) return Failure{};
    static_cast<void>(t.take_exception());
    return t.raise_type_error("argument must be read-write bytes-like object, not {}", type_of(values[0]));
  }
  Value index = TRY(index_py(t, values[1]));
  Int64Result r = int_to_int64_nogc(index);
  if (r.overflow != 0)
    return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(values[1]));
  int64_t offset = r.value, size = static_cast<int64_t>(buffer.size());
  if (offset < 0) {
    if (offset + format.size_ > 0)
      return t.raise(error_type, "no space to pack {} bytes at offset {}", format.size_, offset);
    if (offset + size < 0) return t.raise(error_type, "offset {} out of range for {}-byte buffer", offset, size);
    offset += size;
  }
  if (size - offset < format.size_)
    return t.raise(error_type,
                   "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} "
                   "(actual buffer size is {})",
                   static_cast<uint64_t>(format.size_) + static_cast<uint64_t>(offset), format.size_, offset, size);
  TRY(pack_py(t, format, buffer.data() + offset, values + 2));
  return Value::none();
}

Fallible<Value> struct_pack(Thread& t, Value self, const Arguments& arguments) {
  ByteArray* format = TRY(ready(t, as<StructObject>(self)));
  if (arguments.has_keywords()) return t.raise_type_error("Struct.pack() takes no keyword arguments");
  return pack_values(t, format, arguments.values, arguments.positional);
}
Fallible<Value> struct_pack_into(Thread& t, Value self, const Arguments& arguments) {
  ByteArray* format = TRY(ready(t, as<StructObject>(self)));
  if (arguments.has_keywords()) return t.raise_type_error("Struct.pack_into() takes no keyword arguments");
  return pack_into_values(t, format, arguments.values, arguments.positional);
}

// ---- Unpacking. ----

Fallible<Value> unpack_whole(Thread& t, ByteArray* cell, Value source) {
  const Format& format = *Format::of(cell);
  BytesLike buffer(t);
  TRY(buffer.open(source));
  if (static_cast<int64_t>(buffer.size()) != format.size_)
    return t.raise(error_type, "unpack requires a buffer of {} bytes", format.size_);
  return Value(TRY(unpack(t, format, buffer.data())));
}

Fallible<Value> unpack_at(Thread& t, ByteArray* cell, Value source, int64_t offset) {
  const Format& format = *Format::of(cell);
  BytesLike buffer(t);
  TRY(buffer.open(source));
  int64_t size = static_cast<int64_t>(buffer.size());
  if (offset < 0) {
    if (offset + format.size_ > 0)
      return t.raise(error_type, "not enough data to unpack {} bytes at offset {}", format.size_, offset);
    if (offset + size < 0) return t.raise(error_type, "offset {} out of range for {}-byte buffer", offset, size);
    offset += size;
  }
  if (size - offset < format.size_)
    return t.raise(error_type,
                   "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} "
                   "(actual buffer size is {})",
                   static_cast<uint64_t>(format.size_) + static_cast<uint64_t>(offset), format.size_, offset, size);
  return Value(TRY(unpack(t, format, buffer.data() + offset)));
}

Fallible<Value> iterate(Thread& t, ByteArray* cell, Value source) {
  const Format& format = *Format::of(cell);
  if (format.size_ == 0) return t.raise(error_type, "cannot iteratively unpack with a struct of length 0");
  if (!supports_buffer(source)) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(source));
  MemoryView* view = TRY(MemoryView::from_object_py(t, source, kBufferSimple));
  if (!view->is_contiguous()) {
    view->let_go(t);
    return t.raise(core.BufferError, "memoryview: underlying buffer is not C-contiguous");
  }
  if (view->byte_length() % format.size_ != 0) {
    view->let_go(t);
    return t.raise(error_type, "iterative unpacking requires a buffer of a multiple of {} bytes", format.size_);
  }
  auto* iterator = TRY(t.allocate<UnpackIterator>(iterator_type->root_shape()));
  iterator->format_.set(iterator, cell);
  iterator->view_.set(iterator, view);
  return Value(iterator);
}

Fallible<Value> struct_unpack(Thread& t, StructObject* self, Value buffer) {
  return unpack_whole(t, TRY(ready(t, self)), buffer);
}
Fallible<Value> struct_unpack_from(Thread& t, StructObject* self, Value buffer, int64_t offset) {
  return unpack_at(t, TRY(ready(t, self)), buffer, offset);
}
Fallible<Value> struct_iter_unpack(Thread& t, StructObject* self, Value buffer) {
  return iterate(t, TRY(ready(t, self)), buffer);
}

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<UnpackIterator>(self);
  MemoryView* view = iterator->view_.get();
  if (view == nullptr) return Value::absent();
  const Format& format = *Format::of(iterator->format_.get());
  if (view->byte_length() - iterator->at_ < format.size_) {
    iterator->view_.clear();
    view->let_go(t);
    return Value::absent();
  }
  const uint8_t* from = view->data_ + iterator->at_;
  iterator->at_ += format.size_;
  return Value(TRY(unpack(t, format, from)));
}
Fallible<int64_t> iterator_length_hint(Thread&, UnpackIterator* self) {
  if (!self->view_) return int64_t{0};
  return (self->view_->byte_length() - self->at_) / Format::of(self->format_.get())->size_;
}

// ---- Looks. ----

Fallible<Value> struct_repr(Thread& t, Value self) {
  TRY(ready(t, as<StructObject>(self)));
  return Value(TRY(t.format("{}({})", type_of(self)->name(), repr_of(Value(as<StructObject>(self)->text_.get())))));
}
Fallible<Value> get_format(Thread& t, Value self) {
  TRY(ready(t, as<StructObject>(self)));
  return Value(as<StructObject>(self)->text_.get());
}
Fallible<Value> get_size(Thread& t, Value self) {
  if (!as<StructObject>(self)->format_) return Value::from_small_int(-1);
  return make_int(t, as<StructObject>(self)->format().size_);
}
Fallible<int64_t> struct_sizeof(Thread& t, StructObject* self) {
  TRY(ready(t, self));
  return static_cast<int64_t>(t.heap().cell_size(self) + (self->format_ ? t.heap().cell_size(self->format_.get()) : 0));
}

constexpr NativeMethod kStructMethods[] = {
    {"iter_unpack", HOG_NATIVE(struct_iter_unpack), "($self, buffer, /)", "Iterator over the records of a buffer."},
    {"pack", HOG_RAW(struct_pack), nullptr, "Bytes from values."},
    {"pack_into", HOG_RAW(struct_pack_into), nullptr, "Writes values into a buffer at an offset."},
    {"unpack", HOG_NATIVE(struct_unpack), "($self, buffer, /)", "The values in a buffer."},
    {"unpack_from", HOG_NATIVE(struct_unpack_from), "($self, /, buffer, offset=0)", "The values in a buffer at an offset."},
    {"__sizeof__", HOG_NATIVE(struct_sizeof), "($self, /)", "Bytes in memory."},
    {}};
constexpr GetSet kStructGetSets[] = {{"format", get_format, nullptr, "The format's text."},
                                     {"size", get_size, nullptr, "Bytes of a record."},
                                     {}};
constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many records are left."}, {}};

constexpr TypeSpec kStructSpec = {
    .name = "_struct.Struct",
    .doc = "A compiled format of binary records.",
    .layout = &StructObject::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = struct_repr, .init = struct_init, .new_ = struct_new},
    .methods = kStructMethods,
    .getsets = kStructGetSets,
    .constructors = kConstructors,
};
constexpr TypeSpec kIteratorSpec = {.name = "_struct.unpack_iterator",
                                    .layout = &UnpackIterator::kLayout,
                                    .flags = type_flag::kNoInstantiation,
                                    .slots = {.iter = iterator_self, .next = iterator_next},
                                    .methods = kIteratorMethods};
constexpr TypeSpec kErrorSpec = {.name = "struct.error", .base = &core.Exception, .flags = type_flag::kBaseType};

// ---- Functions. ----

constexpr size_t kMostKept = 100;

// The compiled format of a text, from the module's store if it is there.
Fallible<ByteArray*> format_of_py(Thread& t, Value module, Value text) {
  auto* m = as<Module>(module);
  auto* kept = static_cast<Dict*>(m->state_.get());
  Value found = TRY(kept->get_py(t, text));
  if (!found.is_absent()) return ready(t, as<StructObject>(found));
  auto* made = TRY(t.allocate<StructObject>(struct_type->root_shape()));
  TRY(initialize(t, made, text));
  if (kept->length() >= kMostKept) kept->clear_nogc();
  TRY(kept->set_py(t, text, Value(made)));
  return made->format_.get();
}

Fallible<Value> pack(Thread& t, Value module, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("_struct.pack() takes no keyword arguments");
  if (arguments.positional == 0) return t.raise_type_error("missing format argument");
  return pack_values(t, TRY(format_of_py(t, module, arguments[0])), arguments.values + 1, arguments.positional - 1);
}
Fallible<Value> pack_into(Thread& t, Value module, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("_struct.pack_into() takes no keyword arguments");
  if (arguments.positional == 0) return t.raise_type_error("missing format argument");
  return pack_into_values(t, TRY(format_of_py(t, module, arguments[0])), arguments.values + 1, arguments.positional - 1);
}
Fallible<Value> unpack_function(Thread& t, Value module, Value format, Value buffer) {
  return unpack_whole(t, TRY(format_of_py(t, module, format)), buffer);
}
Fallible<Value> unpack_from_function(Thread& t, Value module, Value format, Value buffer, int64_t offset) {
  return unpack_at(t, TRY(format_of_py(t, module, format)), buffer, offset);
}
Fallible<Value> iter_unpack_function(Thread& t, Value module, Value format, Value buffer) {
  return iterate(t, TRY(format_of_py(t, module, format)), buffer);
}
Fallible<int64_t> calcsize(Thread& t, Value module, Value format) {
  return Format::of(TRY(format_of_py(t, module, format)))->size_;
}
Fallible<void> clear_cache(Thread&, Module* module) {
  static_cast<Dict*>(module->state_.get())->clear_nogc();
  return {};
}

constexpr NativeMethod kFunctions[] = {
    {"_clearcache", HOG_NATIVE(clear_cache), "($module, /)", "Forgets the formats that were compiled."},
    {"calcsize", HOG_NATIVE(calcsize), "($module, format, /)", "Bytes of a record of that format."},
    {"iter_unpack", HOG_NATIVE(iter_unpack_function), "($module, format, buffer, /)", "Iterator over a buffer's records."},
    {"pack", HOG_RAW(pack), nullptr, "Bytes from values, by a format."},
    {"pack_into", HOG_RAW(pack_into), nullptr, "Writes values into a buffer, by a format."},
    {"unpack", HOG_NATIVE(unpack_function), "($module, format, buffer, /)", "The values in a buffer, by a format."},
    {"unpack_from", HOG_NATIVE(unpack_from_function), "($module, format, /, buffer, offset=0)",
     "The values in a buffer at an offset, by a format."},
    {}};

constexpr TypeRegistration kTypes[] = {
    {&struct_type, &kStructSpec}, {&iterator_type, &kIteratorSpec, false}, {&error_type, &kErrorSpec}};

Fallible<void> initialize_module(Thread& t, Module* module) {
  module->state_.set(module, TRY(Dict::make(t)));
  return {};
}

}  // namespace

}  // namespace structs

extern const ModuleSpec k_module__struct;
const ModuleSpec k_module__struct = {.name = "_struct",
                                     .doc = "Binary records to values and back.",
                                     .functions = structs::kFunctions,
                                     .types = structs::kTypes,
                                     .type_count = std::size(structs::kTypes),
                                     .initialize = structs::initialize_module};

}  // namespace hog
