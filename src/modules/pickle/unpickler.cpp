// unpickler.cpp: the types Unpickler, UnpicklerMemoProxy and PickleBuffer. Ref: library/pickle.
#include "modules/pickle/load.hpp"
#include "object/exception.hpp"

namespace hog::pickle {

Type *unpickler_type = nullptr, *unpickler_memo_type = nullptr, *buffer_type = nullptr;
extern const NativeMethod kUnpicklerMethods[];
extern const NativeMethod kPersistentLoadMethod[];

const Layout Unpickler::kLayout = {.name = "Unpickler",
                                   .trace =
                                       [](Cell* cell, Marker& marker) {
                                         auto* u = static_cast<Unpickler*>(cell);
                                         marker.visit(u->memo_.get());
                                         marker.visit(u->far_memo_.get());
                                         marker.visit(u->encoding_.get());
                                         marker.visit(u->errors_.get());
                                         for (const ValueField* field : {&u->read_, &u->readline_, &u->peek_, &u->read_into_,
                                                                         &u->buffers_, &u->persistent_load_})
                                           marker.visit_word(field->get().raw());
                                       },
                                   .base_size = sizeof(Unpickler)};
const Layout PickleBuffer::kLayout = {
    .name = "PickleBuffer",
    .trace =
        [](Cell* cell, Marker& marker) {
          marker.visit(static_cast<PickleBuffer*>(cell)->view_.get());
          marker.visit_word(static_cast<PickleBuffer*>(cell)->object_.get().raw());
        },
    .base_size = sizeof(PickleBuffer)};

Fallible<Value> load_py(Thread& t, Unpickler* self, const uint8_t* data, size_t size) {
  if (self->running_) return t.raise(core.RuntimeError, "Unpickler object is already used");
  Running running(&self->running_);
  Load load(t, self, data, size);
  return load.run();
}

Fallible<void> set_up_unpickler(Thread& t, Unpickler* self, bool fix_imports, Str* encoding, Str* errors, Value buffers) {
  Value iterator = buffers.is_none() ? buffers : TRY(iter_py(t, buffers));
  self->buffers_.set(self, iterator);
  self->encoding_.set(self, encoding);
  self->errors_.set(self, errors);
  self->fix_imports_ = fix_imports;
  self->memo_.clear();
  self->far_memo_.clear();
  return {};
}

Fallible<void> set_file_py(Thread& t, Unpickler* self, Value file) {
  Value peek = TRY(find_attribute_py(t, file, TRY(Str::intern_utf8(t, "peek"))));
  Value read = TRY(find_attribute_py(t, file, names.read)), readline = TRY(find_attribute_py(t, file, names.readline));
  if (read.is_absent() || readline.is_absent()) return t.raise_type_error("file must have 'read' and 'readline' attributes");
  self->peek_.clear();
  if (!peek.is_absent()) self->peek_.set(self, peek);
  self->read_.set(self, read);
  self->readline_.set(self, readline);
  return {};
}

namespace {
Failure raise_no_path(Thread& t, Value module, Value name) {
  if (t.terminated() || !t.exception_is(core.AttributeError)) return Failure{};
  Value cause = t.take_exception();
  static_cast<void>(t.raise(core.AttributeError, "Can't resolve path {} on module {}", repr_of(name), repr_of(module)));
  if (t.has_exception() && is<BaseException>(t.exception())) {
    auto* exception = as<BaseException>(t.exception());
    exception->context_.set(exception, cause);
  }
  return Failure{};
}
}  // namespace

// The object of that name in a module; dotted names from protocol 4 on, the names of Python 2 before protocol 3.
Fallible<Value> find_class_native_py(Thread& t, Unpickler* self, Value module, Value name, int protocol) {
  TRY(t.audit_py("pickle.find_class", module, name));
  if (protocol < 3 && self->fix_imports_) {
    Value by_name = TRY(module_attribute_py(t, "_compat_pickle", "NAME_MAPPING"));
    Value by_module = TRY(module_attribute_py(t, "_compat_pickle", "IMPORT_MAPPING"));
    if (!is<Dict>(by_name) || !is<Dict>(by_module)) return t.raise(core.RuntimeError, "_compat_pickle's tables must be dicts");
    Value found = TRY(as<Dict>(by_name)->get_py(t, Value(TRY(Tuple::of(t, module, name)))));
    if (is<Tuple>(found) && as<Tuple>(found)->length() == 2) {
      module = as<Tuple>(found)->at(0);
      name = as<Tuple>(found)->at(1);
    } else {
      found = TRY(as<Dict>(by_module)->get_py(t, module));
      if (!found.is_absent()) module = found;
    }
  }
  if (!is<Str>(module) || !is<Str>(name)) return t.raise_type_error("find_class() arguments must be str");
  if (as<Str>(module)->length() == 0) return t.raise_value_error("Empty module name");
  Value found = TRY(t.isolate().services->import_module(t, TRY(Str::intern(t, TRY(Str::exact(t, as<Str>(module)))))));
  bool dotted = false;
  Str* text = as<Str>(name);
  for (size_t i = 0; protocol >= 4 && i < text->length(); ++i) dotted = dotted || text->at(i) == '.';
  if (!dotted) return get_attribute_py(t, found, TRY(Str::intern(t, TRY(Str::exact(t, text)))));
  for (size_t from = 0; from <= text->length();) {
    size_t end = from;
    while (end < text->length() && text->at(end) != '.') ++end;
    Str* part = TRY(Str::intern(t, TRY(Str::slice(t, text, from, end))));
    Fallible<Value> next = get_attribute_py(t, found, part);
    if (next.failed()) return raise_no_path(t, module, name);
    found = next.get();
    from = end + 1;
  }
  return found;
}

namespace {

Unpickler* self_of(Value v) { return as<Unpickler>(v); }

Fallible<void> initialize(Thread& t, Unpickler* self, Value file, bool fix_imports, Str* encoding, Str* errors, Value buffers) {
  if (self->running_) return t.raise(core.RuntimeError, "Unpickler object is already used");
  TRY(set_file_py(t, self, file));
  return set_up_unpickler(t, self, fix_imports, encoding, errors, buffers.is_absent() ? Value::none() : buffers);
}
constexpr NativeMethod kConstructors[] = {
    {"Unpickler", HOG_NATIVE(initialize),
     "($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)", nullptr},
    {}};
Fallible<Value> unpickler_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> unpickler_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> load(Thread& t, Unpickler* self) {
  if (self->read_.get().is_empty() || !self->encoding_)
    return t.raise(unpickling_error_type, "Unpickler.__init__() was not called by {}.__init__()",
                   TRY(full_type_name(t, type_of(Value(self)))));
  return load_py(t, self, nullptr, 0);
}
Fallible<Value> find_class(Thread& t, Unpickler* self, Value module, Value name) {
  return find_class_native_py(t, self, module, name, self->protocol_);
}
Fallible<Value> no_persistent_load(Thread& t, Value, Value) {
  return t.raise(unpickling_error_type,
                 "A load persistent id instruction was encountered, but no persistent_load function was specified.");
}
Fallible<int64_t> size_of(Thread& t, Unpickler* self) {
  return static_cast<int64_t>(t.heap().cell_size(self) + (self->memo_ ? t.heap().cell_size(self->memo_.get()) : 0));
}

Fallible<Value> get_persistent_load(Thread& t, Value self) {
  Value set = self_of(self)->persistent_load_.get();
  if (!set.is_empty()) return set;
  return Value(TRY(make_native_function(t, &kPersistentLoadMethod[0], self, Value::none())));
}
Fallible<void> set_persistent_load(Thread&, Value self, Value v) {
  if (v.is_absent()) self_of(self)->persistent_load_.clear();
  else self_of(self)->persistent_load_.set(self.cell(), v);
  return {};
}
Fallible<Value> get_memo(Thread& t, Value self) {
  auto* proxy = TRY(t.allocate<MemoProxy>(unpickler_memo_type->root_shape()));
  proxy->owner_.set(proxy, self);
  return Value(proxy);
}
Fallible<Value> memo_dict(Thread& t, Unpickler* u) {
  Dict* dict = TRY(Dict::make(t));
  ValueArray* memo = u->memo_.get();
  for (size_t i = 0; memo != nullptr && i < memo->capacity(); ++i)
    if (!memo->at(i).is_empty()) TRY(dict->set_py(t, Value::from_small_int(static_cast<int64_t>(i)), memo->at(i)));
  if (u->far_memo_) TRY(dict_update_py(t, dict, Value(u->far_memo_.get())));
  return Value(dict);
}
Fallible<void> set_memo(Thread& t, Value self, Value v) {
  Unpickler* u = self_of(self);
  if (v.is_absent()) return t.raise_type_error("attribute deletion is not supported");
  if (is<MemoProxy>(v) && is<Unpickler>(as<MemoProxy>(v)->owner_.get())) v = TRY(memo_dict(t, self_of(as<MemoProxy>(v)->owner_.get())));
  if (!is<Dict>(v))
    return t.raise_type_error("'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}", type_of(v));
  Value key, item;
  Dict* far = TRY(Dict::make(t));
  for (size_t at = 0; as<Dict>(v)->next_nogc(&at, &key, &item);) {
    if (!is_int_or_bool(key)) return t.raise_type_error("memo key must be integers");
    if (int_to_int64_nogc(key).value < 0) return t.raise_value_error("memo key must be positive integers.");
    TRY(far->set_py(t, key, item));
  }
  u->memo_.clear();
  u->far_memo_.set(u, far);
  return {};
}
constexpr GetSet kGetSets[] = {{"memo", get_memo, set_memo, "What was loaded, by index."},
                               {"persistent_load", get_persistent_load, set_persistent_load, "Finds objects kept elsewhere."},
                               {}};

Fallible<Value> proxy_copy(Thread& t, MemoProxy* proxy) { return memo_dict(t, self_of(proxy->owner_.get())); }
Fallible<void> proxy_clear(Thread&, MemoProxy* proxy) {
  self_of(proxy->owner_.get())->memo_.clear();
  self_of(proxy->owner_.get())->far_memo_.clear();
  return {};
}
Fallible<Value> proxy_reduce(Thread& t, MemoProxy* proxy) {
  Tuple* arguments = TRY(Tuple::of(t, TRY(proxy_copy(t, proxy))));
  return Value(TRY(Tuple::of(t, Value(core.dict), Value(arguments))));
}
constexpr NativeMethod kProxyMethods[] = {{"__reduce__", HOG_NATIVE(proxy_reduce), "($self, /)", "For pickle."},
                                          {"clear", HOG_NATIVE(proxy_clear), "($self, /)", "Forgets all."},
                                          {"copy", HOG_NATIVE(proxy_copy), "($self, /)", "The memo as a dict."},
                                          {}};

// ---- PickleBuffer. ----

PickleBuffer* buffer_of(Value v) { return as<PickleBuffer>(v); }

Fallible<Value> buffer_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("PickleBuffer() takes no keyword arguments");
  if (arguments.positional != 1)
    return t.raise_type_error("PickleBuffer() takes exactly 1 positional argument ({} given)", arguments.positional);
  if (!supports_buffer(arguments[0]))
    return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(arguments[0]));
  MemoryView* view = TRY(MemoryView::from_object_py(t, arguments[0]));
  auto* self = static_cast<PickleBuffer*>(TRY(new_instance(t, type)));
  self->view_.set(self, view);
  self->object_.set(self, arguments[0]);
  return Value(self);
}
Fallible<void> buffer_init(Thread&, Value, const Arguments&) { return {}; }
Fallible<MemoryView*> open_view(Thread& t, PickleBuffer* self) {
  if (!self->view_) return t.raise_value_error("operation forbidden on released PickleBuffer object");
  return self->view_.get();
}
Fallible<Value> raw(Thread& t, PickleBuffer* self) {
  MemoryView* view = TRY(open_view(t, self));
  if (!view->is_contiguous() && !view->is_fortran_contiguous())
    return t.raise(core.BufferError, "cannot extract raw buffer from non-contiguous buffer");
  MemoryView* flat = TRY(MemoryView::make(t, view->base_.get(), 1));
  flat->data_ = view->data_;
  flat->item_size_ = 1;
  flat->read_only_ = view->read_only_;
  flat->format_.set(flat, TRY(Bytes::from(t, "B", 2)));
  flat->shape()[0] = view->byte_length();
  flat->strides()[0] = 1;
  return Value(flat);
}
Fallible<void> release(Thread& t, PickleBuffer* self) {
  MemoryView* view = self->view_.get();
  self->view_.clear();
  if (view != nullptr) view->let_go(t);
  return {};
}
Fallible<void> buffer_get(Thread& t, Value self, BufferView* view, int flags) {
  TRY(open_view(t, buffer_of(self)));
  // The object itself counts the export, so that release() cannot pull the memory away from under the view.
  return get_buffer_py(t, buffer_of(self)->object_.get(), view, flags);
}
constexpr NativeMethod kBufferMethods[] = {{"raw", HOG_NATIVE(raw), "($self, /)", "The bytes as a flat memoryview."},
                                           {"release", HOG_NATIVE(release), "($self, /)", "Gives the buffer back."},
                                           {}};

}  // namespace

extern const NativeMethod kUnpicklerMethods[];
const NativeMethod kUnpicklerMethods[] = {
    {"find_class", HOG_NATIVE(find_class), "($self, module_name, global_name, /)", "The object of that name in a module."},
    {"load", HOG_NATIVE(load), "($self, /)", "Reads an object from the file."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes in memory."},
    {}};
extern const NativeMethod kPersistentLoadMethod[];
const NativeMethod kPersistentLoadMethod[] = {
    {"persistent_load", HOG_NATIVE(no_persistent_load), "($self, pid, /)", "The object of that name, kept elsewhere."}, {}};

extern const TypeSpec kUnpicklerSpec;
const TypeSpec kUnpicklerSpec = {
    .name = "_pickle.Unpickler",
    .doc = "Reads objects from a file.",
    .layout = &Unpickler::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = unpickler_init, .new_ = unpickler_new},
    .methods = kUnpicklerMethods,
    .getsets = kGetSets,
    .text_signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    .constructors = kConstructors,
};
extern const TypeSpec kUnpicklerMemoSpec;
const TypeSpec kUnpicklerMemoSpec = {.name = "_pickle.UnpicklerMemoProxy",
                                     .layout = &MemoProxy::kLayout,
                                     .flags = type_flag::kNoInstantiation,
                                     .methods = kProxyMethods,
                                     .constructors = kPersistentLoadMethod};
extern const TypeSpec kBufferSpec;
const TypeSpec kBufferSpec = {
    .name = "pickle.PickleBuffer",
    .doc = "A buffer that may be pickled out of band.",
    .layout = &PickleBuffer::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.init = buffer_init, .new_ = buffer_new, .get_buffer = buffer_get},
    .methods = kBufferMethods,
};

}  // namespace hog::pickle
