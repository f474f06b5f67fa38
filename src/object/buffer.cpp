// buffer.cpp: the buffer protocol: get_buffer_py, release_buffer, BytesLike, and classes that define __buffer__.
// Ref: PEP 3118, PEP 688.
#include "object/bytes_objects.hpp"
#include "object/native.hpp"

namespace hog {

namespace {

// `__buffer__` as a class in Python defines it; absent when it has none.
Value find_buffer_method_nogc(Value v) {
  Type* type = type_of(v);
  if (!type->is_heap_type()) return Value::absent();
  Tuple* mro = type->mro();
  for (size_t i = 0; mro != nullptr && i < mro->length(); ++i) {
    Type* base = as_type(mro->at(i));
    if (base == nullptr || base->dict() == nullptr) continue;
    Value found = base->dict()->get_name_nogc(names.dunder_buffer);
    if (!found.is_absent()) return base->is_heap_type() ? found : Value::absent();
  }
  return Value::absent();
}

Fallible<void> get_python_buffer_py(Thread& t, Value v, BufferView* view, int flags) {
  Value method = TRY(find_special_py(t, v, names.dunder_buffer));
  if (method.is_absent()) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(v));
  Value made = TRY(call_py(t, method, Value::from_small_int(flags)));
  if (!is<MemoryView>(made)) return t.raise_type_error("__buffer__ returned non-memoryview object");
  auto get = type_of(made)->slots().get_buffer;
  TRY(get(t, made, view, flags));
  view->object = v;
  view->internal = 1;  // release_buffer() tells the object
  view->keeper = made.cell();
  return {};
}

}  // namespace

bool supports_buffer(Value v) {
  return type_of(v)->slots().get_buffer != nullptr || !find_buffer_method_nogc(v).is_absent();
}

Fallible<void> get_buffer_py(Thread& t, Value v, BufferView* view, int flags) {
  TRY(check_native_recursion(t));
  *view = BufferView();
  if (!find_buffer_method_nogc(v).is_absent()) return get_python_buffer_py(t, v, view, flags);
  auto get = type_of(v)->slots().get_buffer;
  if (get == nullptr) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(v));
  return get(t, v, view, flags);
}

void release_buffer(Thread& t, BufferView* view) {
  if (view->object.is_empty()) return;
  if (view->export_count != nullptr) --*view->export_count;
  Value object = view->object;
  Cell* keeper = view->keeper;
  bool python = view->internal == 1;
  *view = BufferView();
  if (python && !t.terminated()) {
    // The object's __release_buffer__ may raise, and an exception may be on its way already: that one stays.
    Value pending = t.take_exception();
    Fallible<Value> method = find_special_py(t, object, names.dunder_release_buffer);
    Fallible<Value> result = Value::none();
    if (!method.failed() && !method.get().is_absent() && type_of(object)->is_heap_type())
      result = call_py(t, method.get(), Value(keeper));
    if ((method.failed() || result.failed()) && t.has_exception())
      t.isolate().services->write_unraisable(t, "__release_buffer__", object);
    auto* made = static_cast<MemoryView*>(keeper);
    if (made->exports_ == 0) made->let_go(t);
    if (!pending.is_empty() && !t.terminated()) static_cast<void>(t.restore_exception(pending));
    return;
  }
  if (auto release = type_of(object)->slots().release_buffer; release != nullptr && !type_of(object)->is_heap_type()) {
    BufferView released;
    released.object = object;
    released.keeper = keeper;
    release(t, object, &released);
  }
}

Fallible<void> BytesLike::open(Value v, int flags) {
  if (is<Bytes>(v) && flags == kBufferSimple && find_buffer_method_nogc(v).is_absent()) {
    Bytes* bytes = as<Bytes>(v);
    view_ = BufferView();
    view_.data = bytes->mutable_data();
    view_.length = static_cast<int64_t>(bytes->length());
    view_.object = v;
    view_.keeper = bytes;
    return {};
  }
  TRY(get_buffer_py(t_, v, &view_, flags));
  open_ = true;
  return {};
}

void MemoryView::let_go(Thread& t) {
  if (released_) return;
  released_ = true;
  ManagedBuffer* base = base_.get();
  base_.clear();
  if (--base->views_ == 0 && !base->released_) {
    base->released_ = true;
    release_buffer(t, &base->view_);
  }
}

void drop_dead_buffers_nogc(IsolateState& isolate) {
  ManagedBuffer** link = &isolate.managed_buffers;
  while (ManagedBuffer* buffer = *link) {
    if (Heap::is_marked(buffer)) {
      link = &buffer->next_;
      continue;
    }
    *link = buffer->next_;
    if (!buffer->released_ && buffer->view_.export_count != nullptr) --*buffer->view_.export_count;
    buffer->released_ = true;  // for a view that the native stack keeps nevertheless (Isolate::collect_buffers)
  }
}

}  // namespace hog
