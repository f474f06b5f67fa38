// value_convert.cpp: Python values to hog_values and back. What crosses is charged to the isolate while it crosses and bounded as a
// whole, since a short program can build a value whose copy is enormous (lists that share lists).
#include <cstdlib>
#include <cstring>
#include <utility>

#include "embed/isolate_api.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

struct ToTree {
  Thread& t;
  hog_isolate* isolate;
  uint64_t bytes = 0;

  Fallible<void> count(uint64_t more) {
    bytes += more + sizeof(hog_value) + sizeof(void*);
    if (bytes > kMostCrossingBytes) return t.raise_value_error("value is too large to leave the isolate");
    TRY(t.poll(1 + static_cast<int64_t>(more / 64)));
    return t.check_fits(bytes);
  }

  using Tree = Box<hog_value*>;
  Fallible<Tree> made(hog_value* value) {
    if (value == nullptr) return t.raise_memory_error();
    return Tree{value};
  }

  Fallible<Tree> integer(Value v) {
    if (v.is_bool()) return made(hog_bool(v.is_true()));
    Int64Result small = int_to_int64_nogc(v);
    if (small.overflow == 0) return made(hog_int(small.value));
    TRY(count(int_bit_length_nogc(v) / 4));
    Str* digits = TRY(int_to_text(t, v, 16));
    std::string_view text = digits->ascii();
    hog_value* value = with_text(new_value(HOG_INT), text.data(), text.size());
    if (value != nullptr) value->wide = true;
    return made(value);
  }

  Fallible<Tree> text(Str* s) {
    size_t length = s->utf8_length();
    TRY(count(length));
    hog_value* value = with_text(new_value(HOG_STR), nullptr, length);
    if (value != nullptr) s->write_utf8(value->text);
    return made(value);
  }

  // Appends a tree for `item`; frees `container` when that fails.
  Fallible<void> add(hog_value* container, Value item, int depth) {
    Fallible<Tree> tree = convert(item, depth + 1);
    bool done = false;
    if (!tree.failed()) {
      // Items of a dict come one by one, too.
      hog_kind kind = container->kind;
      container->kind = HOG_LIST;
      done = hog_append(container, tree.get().value) != 0;
      container->kind = kind;
    }
    if (done) return {};
    hog_value_free(container);
    if (tree.failed()) return Failure{};
    return t.raise_memory_error();
  }

  Fallible<Tree> convert(Value v, int depth) {
    if (depth > kDeepest) return t.raise_value_error("value is too deeply nested to leave the isolate");
    TRY(check_native_recursion(t, " while a value left the isolate"));
    TRY(count(0));
    if (v.is_none()) return made(hog_none());
    if (is_int_or_bool(v)) return integer(v);
    if (is_float(v)) return made(hog_float(float_value(v)));
    if (is<Str>(v)) return text(as<Str>(v));
    if (is<Complex>(v)) return made(hog_complex(as<Complex>(v)->real_, as<Complex>(v)->imag_));
    if (is<Bytes>(v)) {
      TRY(count(as<Bytes>(v)->length()));
      return made(hog_bytes(as<Bytes>(v)->data(), as<Bytes>(v)->length()));
    }
    if (is<Tuple>(v)) return tuple(as<Tuple>(v), depth);
    if (is<List>(v)) return list(as<List>(v), depth);
    if (is<Dict>(v)) return dict(as<Dict>(v), depth);
    if (is<Set>(v)) return set(as<Set>(v), depth);
    return handle_to(t, isolate, v);
  }

  Fallible<Tree> tuple(Tuple* from, int depth) {
    hog_value* value = TRY(made(hog_tuple())).value;
    for (size_t i = 0; i < from->length(); ++i) TRY(add(value, from->at(i), depth));
    return Tree{value};
  }
  Fallible<Tree> list(List* from, int depth) {
    hog_value* value = TRY(made(hog_list())).value;
    for (size_t i = 0; i < from->length(); ++i) TRY(add(value, from->at(i), depth));
    return Tree{value};
  }
  Fallible<Tree> dict(Dict* from, int depth) {
    hog_value* value = TRY(made(hog_dict())).value;
    Value key, item;
    for (size_t i = 0; from->next_nogc(&i, &key, &item);) {
      TRY(add(value, key, depth));
      TRY(add(value, item, depth));
    }
    return Tree{value};
  }
  Fallible<Tree> set(Set* from, int depth) {
    hog_value* value = TRY(made(hog_set())).value;
    Value key;
    for (size_t i = 0; from->next_nogc(&i, &key);) TRY(add(value, key, depth));
    return Tree{value};
  }
};

// Bytes from outside: what is no UTF-8 becomes U+FFFD.
Fallible<Value> text_to_value(Thread& t, const char* text, size_t length) {
  return Value(TRY(Str::from_utf8(t, {text, length})));
}

Fallible<Value> to_value_py(Thread& t, hog_isolate* isolate, const hog_value* tree, int depth) {
  if (depth > kDeepest) return t.raise_value_error("value is too deeply nested to enter the isolate");
  TRY(check_native_recursion(t, " while a value entered the isolate"));
  TRY(t.poll());
  if (tree == nullptr) return Value::none();
  auto item = [&](size_t i) { return to_value_py(t, isolate, tree->items[i], depth + 1); };
  switch (tree->kind) {
    case HOG_NONE: return Value::none();
    case HOG_BOOL: return Value::from_bool(tree->integer != 0);
    case HOG_INT:
      if (!tree->wide) return make_int(t, tree->integer);
      return int_from_text(t, {tree->text, tree->length}, 16);
    case HOG_FLOAT: return make_float(t, tree->number);
    case HOG_COMPLEX: return make_complex(t, tree->number, tree->imaginary);
    case HOG_STR: return text_to_value(t, tree->text, tree->length);
    case HOG_BYTES: return Value(TRY(Bytes::from(t, tree->text, tree->length)));
    case HOG_HANDLE: return object_of(t, isolate, tree);
    case HOG_LIST: {
      List* list = TRY(List::make(t, tree->count));
      for (size_t i = 0; i < tree->count; ++i) TRY(list->append(t, TRY(item(i))));
      return Value(list);
    }
    case HOG_TUPLE: {
      RootVector items(t);
      for (size_t i = 0; i < tree->count; ++i) TRY(items.push(TRY(item(i))));
      return Value(TRY(Tuple::from(t, items.data(), items.size())));
    }
    case HOG_DICT: {
      Dict* dict = TRY(Dict::make(t));
      for (size_t i = 0; i + 1 < tree->count; i += 2) {
        Value key = TRY(item(i));
        Value value = TRY(item(i + 1));
        TRY(dict->set_py(t, key, value));
      }
      return Value(dict);
    }
    case HOG_SET: {
      Set* set = TRY(Set::make(t, core.set));
      for (size_t i = 0; i < tree->count; ++i) TRY(set->add_py(t, TRY(item(i))));
      return Value(set);
    }
  }
  return Value::none();
}

List* handle_list(Thread& t) {
  Value list = Isolate::of(t).slots[Isolate::kEmbedder].get();
  return list.is_empty() ? nullptr : as<List>(list);
}

// Empties the places whose handles were freed since the last look.
void take_back_places(Thread& t, HandleRoom* room) {
  room->acquire();
  uint32_t freed = room->freed;
  room->freed = 0;
  room->release();
  List* list = handle_list(t);
  while (freed != 0) {
    uint32_t place = freed - 1;
    freed = room->next[place];
    list->set(place, Value::none());
    room->next[place] = room->empty;
    room->empty = place + 1;
  }
}

}  // namespace

Fallible<Box<hog_value*>> handle_to(Thread& t, hog_isolate* isolate, Value value) {
  HandleRoom* room = isolate->room;
  ValueField& slot = Isolate::of(t).slots[Isolate::kEmbedder];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(List::make(t, 8))));
  take_back_places(t, room);
  List* list = handle_list(t);
  uint32_t place;
  if (room->empty != 0) {
    place = room->empty - 1;
    room->empty = room->next[place];
    list->set(place, value);
  } else {
    place = static_cast<uint32_t>(list->length());
    if (place >= room->capacity) {
      uint32_t capacity = room->capacity == 0 ? 16 : room->capacity * 2;
      if (capacity > (1u << 22)) return t.raise_memory_error();
      auto* next = static_cast<uint32_t*>(std::calloc(capacity, sizeof(uint32_t)));
      auto* uses = static_cast<uint32_t*>(std::calloc(capacity, sizeof(uint32_t)));
      if (next == nullptr || uses == nullptr) {
        std::free(next);
        std::free(uses);
        return t.raise_memory_error();
      }
      room->acquire();
      if (room->capacity != 0) {
        std::memcpy(next, room->next, room->capacity * sizeof(uint32_t));
        std::memcpy(uses, room->uses, room->capacity * sizeof(uint32_t));
      }
      std::swap(room->next, next);
      std::swap(room->uses, uses);
      room->capacity = capacity;
      room->release();
      std::free(next);
      std::free(uses);
    }
    TRY(list->append(t, value));
  }
  room->uses[place] = 1;
  Str* name = type_of(value)->name();
  hog_value* handle = with_text(new_handle(room, place), nullptr, name->utf8_length());
  if (handle == nullptr) return t.raise_memory_error();
  name->write_utf8(handle->text);
  return Box<hog_value*>{handle};
}

Fallible<Box<hog_value*>> value_to_tree(Thread& t, hog_isolate* isolate, Value value, bool by_handle, uint64_t* bytes) {
  if (by_handle) return handle_to(t, isolate, value);
  ToTree to{t, isolate};
  if (bytes != nullptr) to.bytes = *bytes;
  auto tree = to.convert(value, 0);
  if (bytes != nullptr) *bytes = to.bytes;
  return tree;
}

Fallible<Value> tree_to_value_py(Thread& t, hog_isolate* isolate, const hog_value* tree) {
  return to_value_py(t, isolate, tree, 0);
}

Fallible<Value> object_of(Thread& t, hog_isolate* isolate, const hog_value* handle) {
  if (handle == nullptr || handle->kind != HOG_HANDLE || handle->room != isolate->room)
    return t.raise_type_error("not a handle to an object of this isolate");
  return handle_list(t)->at(handle->place);
}

}  // namespace hog
