// tuple_getter.cpp: the descriptor behind a namedtuple's fields: the item of a tuple at a fixed index.
#include "modules/collections/collections.hpp"

namespace hog::collections {

namespace {

Type* getter_type;

class TupleGetter : public Cell {
 public:
  static const Layout kLayout;
  int64_t index_;
  ValueField doc_;
};
void trace(Cell* cell, Marker& marker) { marker.visit_word(static_cast<TupleGetter*>(cell)->doc_.get().raw()); }
const Layout TupleGetter::kLayout = {.name = "collections._tuplegetter", .trace = trace, .base_size = sizeof(TupleGetter)};

Fallible<Value> make(Thread& t, Type* type, int64_t index, Value doc) {
  auto* getter = static_cast<TupleGetter*>(TRY(new_instance(t, type)));
  getter->index_ = index;
  getter->doc_.set(getter, doc);
  return Value(getter);
}
constexpr NativeMethod kConstructor[] = {{"_tuplegetter", HOG_NATIVE(make), "($type, index, doc, /)", nullptr}, {}};
Fallible<Value> getter_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructor[0]), Value(type), arguments);
}

Fallible<Value> get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent()) return self;
  int64_t index = as<TupleGetter>(self)->index_;
  if (!is<Tuple>(object)) {
    if (object.is_none()) return self;
    return t.raise_type_error("descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object", index,
                              type_of(object));
  }
  auto* tuple = as<Tuple>(object);
  if (index < 0 || static_cast<uint64_t>(index) >= tuple->length())
    return t.raise(core.IndexError, "tuple index out of range");
  return tuple->at(static_cast<size_t>(index));
}
Fallible<void> set(Thread& t, Value, Value, Value value) {
  return t.raise(core.AttributeError, value.is_absent() ? "can't delete attribute" : "can't set attribute");
}

Fallible<Value> repr(Thread& t, Value self) {
  auto* getter = as<TupleGetter>(self);
  return Value(TRY(t.format("{}({}, {})", type_of(self)->name(), getter->index_, repr_of(getter->doc_))));
}
Fallible<Value> reduce(Thread& t, TupleGetter* self) {
  Tuple* arguments = TRY(Tuple::of(t, TRY(make_int(t, self->index_)), self->doc_.get()));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}

constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."}, {}};
constexpr Member kMembers[] = {{"__doc__", offsetof(TupleGetter, doc_), Member::Kind::ObjectOrNone, nullptr}, {}};

const TypeSpec kGetterSpec = {
    .name = "collections._tuplegetter",
    .layout = &TupleGetter::kLayout,
    .slots = {.repr = repr, .descriptor_get = get, .descriptor_set = set, .new_ = getter_new},
    .methods = kMethods,
    .members = kMembers,
    .constructors = kConstructor,
};

}  // namespace

const TypeRegistration kTupleGetterTypes[] = {{&getter_type, &kGetterSpec}};

}  // namespace hog::collections
