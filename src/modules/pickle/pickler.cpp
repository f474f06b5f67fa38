// pickler.cpp: the types Pickler and PicklerMemoProxy. Ref: library/pickle.
#include "modules/pickle/save.hpp"

namespace hog::pickle {

Type *pickler_type = nullptr, *pickler_memo_type = nullptr;

const Layout Pickler::kLayout = {.name = "Pickler",
                                 .trace =
                                     [](Cell* cell, Marker& marker) {
                                       auto* p = static_cast<Pickler*>(cell);
                                       p->memo_.trace(marker);
                                       for (const ValueField* field : {&p->write_, &p->buffer_callback_, &p->dispatch_table_,
                                                                       &p->persistent_id_})
                                         marker.visit_word(field->get().raw());
                                     },
                                 .base_size = sizeof(Pickler)};
const Layout MemoProxy::kLayout = {
    .name = "MemoProxy",
    .trace = [](Cell* cell, Marker& marker) { marker.visit_word(static_cast<MemoProxy*>(cell)->owner_.get().raw()); },
    .base_size = sizeof(MemoProxy)};

Fallible<Value> dump_py(Thread& t, Pickler* self, Value object, bool to_bytes) {
  if (self->running_) return t.raise(core.RuntimeError, "Pickler object is already used");
  Running running(&self->running_);
  Save save(t, self, to_bytes);
  return save.run(object);
}

Fallible<void> set_up_pickler(Thread& t, Pickler* self, Value write, Value protocol, bool fix_imports, Value callback) {
  int64_t version = kDefaultProtocol;
  if (!protocol.is_none()) {
    version = TRY(index_to_int64_py(t, protocol));
    if (version < 0) version = kHighestProtocol;
    else if (version > kHighestProtocol) return t.raise_value_error("pickle protocol must be <= {}", kHighestProtocol);
  }
  if (!callback.is_none() && version < 5) return t.raise_value_error("buffer_callback needs protocol >= 5");
  self->protocol_ = static_cast<int>(version);
  self->fix_imports_ = fix_imports && version < 3;
  self->buffer_callback_.set(self, callback);
  self->write_.set(self, write);
  self->fast_ = 0;
  self->bin_ = version > 0 ? 1 : 0;
  self->memo_.clear();
  return {};
}

namespace {

Pickler* self_of(Value v) { return as<Pickler>(v); }

Fallible<void> initialize(Thread& t, Pickler* self, Value file, Value protocol, bool fix_imports, Value callback) {
  if (self->running_) return t.raise(core.RuntimeError, "Pickler object is already used");
  Value write = TRY(find_attribute_py(t, file, names.write));
  if (write.is_absent()) return t.raise_type_error("file must have a 'write' attribute");
  TRY(set_up_pickler(t, self, write, protocol, fix_imports, callback));
  Value table = TRY(find_attribute_py(t, Value(self), TRY(Str::intern_utf8(t, "dispatch_table"))));
  self->dispatch_table_.clear();
  if (!table.is_absent()) self->dispatch_table_.set(self, table);
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"Pickler", HOG_NATIVE(initialize), "($self, file, protocol=None, fix_imports=True, buffer_callback=None)", nullptr}, {}};
Fallible<Value> pickler_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> pickler_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> dump(Thread& t, Pickler* self, Value object) {
  if (self->write_.get().is_empty())
    return t.raise(pickling_error_type, "Pickler.__init__() was not called by {}.__init__()",
                   TRY(full_type_name(t, type_of(Value(self)))));
  return dump_py(t, self, object, false);
}
Fallible<void> clear_memo(Thread&, Pickler* self) {
  self->memo_.clear();
  return {};
}
Fallible<Value> no_persistent_id(Thread&, Value, Value) { return Value::none(); }
Fallible<int64_t> size_of(Thread& t, Pickler* self) { return static_cast<int64_t>(t.heap().cell_size(self)); }

constexpr NativeMethod kMethods[] = {
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes in memory."},
    {"clear_memo", HOG_NATIVE(clear_memo), "($self, /)", "Forgets what was pickled."},
    {"dump", HOG_NATIVE(dump), "($self, obj, /)", "Writes an object to the file."},
    {}};

// ---- Attributes. ----

Fallible<Value> get_persistent_id(Thread& t, Value self);
Fallible<void> set_persistent_id(Thread&, Value self, Value v) {
  if (v.is_absent()) self_of(self)->persistent_id_.clear();
  else self_of(self)->persistent_id_.set(self.cell(), v);
  return {};
}
Fallible<Value> get_dispatch_table(Thread& t, Value self) {
  Value table = self_of(self)->dispatch_table_.get();
  if (!table.is_empty()) return table;
  return raise_no_attribute(t, self, TRY(Str::intern_utf8(t, "dispatch_table")));
}
Fallible<void> set_dispatch_table(Thread&, Value self, Value v) {
  if (v.is_absent()) self_of(self)->dispatch_table_.clear();
  else self_of(self)->dispatch_table_.set(self.cell(), v);
  return {};
}
Fallible<Value> get_bin(Thread& t, Value self) { return make_int(t, self_of(self)->bin_); }
Fallible<void> set_bin(Thread& t, Value self, Value v) {
  if (v.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
  self_of(self)->bin_ = TRY(index_to_int64_py(t, v));
  return {};
}
Fallible<Value> get_fast(Thread& t, Value self) { return make_int(t, self_of(self)->fast_); }
Fallible<void> set_fast(Thread& t, Value self, Value v) {
  if (v.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
  self_of(self)->fast_ = TRY(index_to_int64_py(t, v));
  return {};
}
Fallible<Value> get_memo(Thread& t, Value self) {
  auto* proxy = TRY(t.allocate<MemoProxy>(pickler_memo_type->root_shape()));
  proxy->owner_.set(proxy, self);
  return Value(proxy);
}
Fallible<void> set_memo(Thread& t, Value self, Value v) {
  Pickler* p = self_of(self);
  if (v.is_absent()) return t.raise_type_error("attribute deletion is not supported");
  Memo made{};
  if (is<MemoProxy>(v) && is<Pickler>(as<MemoProxy>(v)->owner_.get())) {
    Pickler* from = as<Pickler>(as<MemoProxy>(v)->owner_.get());
    if (from == p) return {};
    for (size_t i = 0; i < from->memo_.count(); ++i)
      TRY(made.add(t, p, from->memo_.at(i), static_cast<size_t>(from->memo_.index_at(i).small_int())));
  } else if (is<Dict>(v)) {
    Value key, item;
    for (size_t at = 0; as<Dict>(v)->next_nogc(&at, &key, &item);) {
      if (!is<Tuple>(item) || as<Tuple>(item)->length() != 2)
        return t.raise_type_error("'memo' values must be 2-item tuples");
      int64_t index = TRY(index_to_int64_py(t, as<Tuple>(item)->at(0)));
      if (index < 0) return t.raise_value_error("memo key must be positive integers.");
      TRY(made.add(t, p, as<Tuple>(item)->at(1), static_cast<size_t>(index)));
    }
  } else {
    return t.raise_type_error("'memo' attribute must be a PicklerMemoProxy object or dict, not {}", type_of(v));
  }
  p->memo_ = made;
  return {};
}
constexpr GetSet kGetSets[] = {{"bin", get_bin, set_bin, "Is the pickle binary?"},
                               {"dispatch_table", get_dispatch_table, set_dispatch_table, "Reduction functions by class."},
                               {"fast", get_fast, set_fast, "Is the memo left out?"},
                               {"memo", get_memo, set_memo, "What was pickled."},
                               {"persistent_id", get_persistent_id, set_persistent_id, "Names objects kept elsewhere."},
                               {}};

// ---- The memo seen from Python. ----

Fallible<Value> proxy_copy(Thread& t, MemoProxy* proxy) {
  Memo& memo = self_of(proxy->owner_.get())->memo_;
  Dict* dict = TRY(Dict::make(t));
  for (size_t i = 0; i < memo.count(); ++i) {
    Value v = memo.at(i);
    Tuple* entry = TRY(Tuple::of(t, memo.index_at(i), v));
    TRY(dict->set_py(t, TRY(make_uint(t, v.raw())), Value(entry)));
  }
  return Value(dict);
}
Fallible<void> proxy_clear(Thread&, MemoProxy* proxy) {
  self_of(proxy->owner_.get())->memo_.clear();
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

}  // namespace

extern const NativeMethod kPersistentIdMethod[];
const NativeMethod kPersistentIdMethod[] = {
    {"persistent_id", HOG_NATIVE(no_persistent_id), "($self, obj, /)", "A name for an object kept elsewhere, or None."}, {}};

namespace {
Fallible<Value> get_persistent_id(Thread& t, Value self) {
  Value set = self_of(self)->persistent_id_.get();
  if (!set.is_empty()) return set;
  return Value(TRY(make_native_function(t, &kPersistentIdMethod[0], self, Value::none())));
}
}  // namespace

extern const TypeSpec kPicklerSpec;
const TypeSpec kPicklerSpec = {
    .name = "_pickle.Pickler",
    .doc = "Writes objects to a file as a stream of bytes.",
    .layout = &Pickler::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = pickler_init, .new_ = pickler_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    .constructors = kConstructors,
};
extern const TypeSpec kPicklerMemoSpec;
const TypeSpec kPicklerMemoSpec = {.name = "_pickle.PicklerMemoProxy",
                                   .layout = &MemoProxy::kLayout,
                                   .flags = type_flag::kNoInstantiation,
                                   .methods = kProxyMethods,
                                   .constructors = kPersistentIdMethod};

}  // namespace hog::pickle
