// compare_key.cpp: functools.cmp_to_key: objects that compare by a function of two arguments.
// Invariant: a KeyWrapper without object_ is the one that makes others when called.
#include "modules/functools/functools.hpp"

namespace hog::functools {

namespace {

Type* key_type;

class KeyWrapper : public Cell {
 public:
  static const Layout kLayout;
  ValueField compare_;
  ValueField object_;  // empty: none
};
void trace(Cell* cell, Marker& marker) {
  auto* key = static_cast<KeyWrapper*>(cell);
  marker.visit_word(key->compare_.get().raw());
  marker.visit_word(key->object_.get().raw());
}
const Layout KeyWrapper::kLayout = {.name = "functools.KeyWrapper", .trace = trace, .base_size = sizeof(KeyWrapper)};

Fallible<Value> make_key(Thread& t, Value compare, Value object) {
  auto* key = TRY(t.allocate<KeyWrapper>(key_type->root_shape()));
  key->compare_.set(key, compare);
  key->object_.set(key, object);
  return Value(key);
}

Fallible<Value> wrap(Thread& t, KeyWrapper* self, Value object) { return make_key(t, self->compare_, object); }
constexpr NativeMethod kCall[] = {{"K", HOG_NATIVE(wrap), "($self, obj)", nullptr}, {}};

Fallible<Value> call(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional == 1 && !arguments.has_keywords()) [[likely]]
    return make_key(t, as<KeyWrapper>(self)->compare_, arguments[0]);
  return call_native(t, *signature_of(&kCall[0]), self, arguments);
}

Fallible<Value> compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<KeyWrapper>(other)) return t.raise_type_error("other argument must be K instance");
  Value x = as<KeyWrapper>(self)->object_, y = as<KeyWrapper>(other)->object_;
  if (x.is_empty() || y.is_empty()) return t.raise(core.AttributeError, "object");
  Value answer = TRY(call_py(t, as<KeyWrapper>(self)->compare_, x, y));
  return compare_py(t, answer, Value::from_small_int(0), op);
}

Fallible<Value> get_object(Thread& t, Value self) {
  Value object = as<KeyWrapper>(self)->object_;
  return object.is_empty() ? Value::none() : object;
  (void)t;
}
Fallible<void> set_object(Thread&, Value self, Value object) {
  as<KeyWrapper>(self)->object_.set(self.cell(), object.is_absent() ? Value() : object);
  return {};
}
Fallible<Value> text_signature(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "(obj)"))); }

constexpr GetSet kGetSets[] = {{"obj", get_object, set_object, "Value wrapped by a key function."},
                               {"__text_signature__", text_signature},
                               {}};

const TypeSpec kKeySpec = {
    .name = "functools.KeyWrapper",
    .layout = &KeyWrapper::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.call = call, .compare = compare},
    .getsets = kGetSets,
    .constructors = kCall,
};

}  // namespace

Fallible<Value> make_key_maker(Thread& t, Value compare) { return make_key(t, compare, Value()); }

const TypeRegistration kCompareKeyTypes[] = {{&key_type, &kKeySpec, false}};

}  // namespace hog::functools
