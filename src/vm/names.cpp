// names.cpp: global and local names: the slow halves of LOAD_GLOBAL, LOAD_NAME and their relatives.
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

Failure raise_name_error(Thread& t, Str* name) {
  Failure failure = t.raise(core.NameError, "name '{}' is not defined", name);
  if (!t.terminated() && is<BaseException>(t.exception())) {
    auto* e = as<BaseException>(t.exception());
    e->extra_[exception_field::kNameErrorName].set(e, Value(name));
  }
  return failure;
}

Failure raise_unbound_local(Thread& t, Frame* frame, uint32_t reg) {
  Code* code = frame->code;
  Str* name = code->local_name(t, reg);
  if (t.has_exception()) return Failure{};
  if (code->locals()[reg].kind == LocalKind::Free) {
    (void)t.raise(core.NameError, "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                  name);
  } else {  // without a name: a local that is to be assigned yet is no misspelling
    return t.raise(core.UnboundLocalError, "cannot access local variable '{}' where it is not associated with a value", name);
  }
  if (!t.terminated() && is<BaseException>(t.exception())) {
    auto* e = as<BaseException>(t.exception());
    e->extra_[exception_field::kNameErrorName].set(e, Value(name));
  }
  return Failure{};
}

Fallible<Value> load_global_py(Thread& t, InlineCache* cache, Frame* frame, Str* name) {
  Dict* globals = frame->globals;
  Dict* builtins = frame->builtins;
  if (!is_exactly(Value(globals), shapes.dict)) {
    // A dict subclass may answer through __missing__ or its own __getitem__.
    Value v = TRY(load_from_mapping_py(t, Value(globals), name));
    if (!v.is_absent()) return v;
  } else {
    int64_t position = globals->find_name_nogc(name);
    if (position >= 0) {
      cache->kind = InlineCache::Kind::Global;
      cache->offset = static_cast<uint32_t>(position);
      cache->version = globals->keys_version();
      return globals->entries()->entries_[position].value.get();
    }
    // Keys that are no interned strings can still equal the name.
    Value v = TRY(globals->get_py(t, Value(name)));
    if (!v.is_absent()) return v;
  }
  if (is_exactly(Value(builtins), shapes.dict)) {
    int64_t position = builtins->find_name_nogc(name);
    if (position >= 0) {
      if (is_exactly(Value(globals), shapes.dict)) {
        cache->kind = InlineCache::Kind::Builtin;
        cache->offset = static_cast<uint32_t>(position);
        cache->version = globals->keys_version();
        cache->second_version = builtins->keys_version();
      }
      return builtins->entries()->entries_[position].value.get();
    }
  }
  Value v = TRY(load_from_mapping_py(t, Value(builtins), name));
  if (v.is_absent()) return raise_name_error(t, name);
  return v;
}

Fallible<Value> load_from_mapping_py(Thread& t, Value mapping, Str* name) {
  if (is_exactly(mapping, shapes.dict)) return as<Dict>(mapping)->get_py(t, Value(name));
  Fallible<Value> v = get_item_py(t, mapping, Value(name));
  if (v.failed()) {
    if (!clear_exception_if(t, core.KeyError)) return Failure{};
    return Value::absent();
  }
  return v;
}

Fallible<Value> load_name_py(Thread& t, Frame* frame, Str* name) {
  if (!frame->locals.is_empty()) {
    Value v = TRY(load_from_mapping_py(t, frame->locals, name));
    if (!v.is_absent()) return v;
  }
  InlineCache no_cache{};
  return load_global_py(t, &no_cache, frame, name);
}

Fallible<void> store_name_py(Thread& t, Frame* frame, Str* name, Value value) {
  if (frame->locals.is_empty()) return frame->globals->set_name(t, name, value);
  if (is_exactly(frame->locals, shapes.dict)) return as<Dict>(frame->locals)->set_name(t, name, value);
  return set_item_py(t, frame->locals, Value(name), value);
}

Fallible<void> delete_name_py(Thread& t, Frame* frame, Str* name) {
  if (frame->locals.is_empty()) return delete_global(t, frame, name);
  Fallible<void> done = set_item_py(t, frame->locals, Value(name), Value::absent());
  if (done.failed()) {
    if (!clear_exception_if(t, core.KeyError)) return Failure{};
    return raise_name_error(t, name);
  }
  return {};
}

Fallible<void> delete_global(Thread& t, Frame* frame, Str* name) {
  if (!TRY(frame->globals->remove_name(t, name))) return raise_name_error(t, name);
  return {};
}

}  // namespace hog
