// encoder.cpp: the type Encoder: values to JSON text. Invariant: containers are read anew, index by index, after each piece
// of Python (default, an encoder, items()); depth is counted by the native stack. Ref: library/json.
#include <cmath>

#include "modules/json/json.hpp"
#include "text/number.hpp"

namespace hog::json {

Type* encoder_type = nullptr;

namespace {

class Encoder : public Cell {
 public:
  static const Layout kLayout;
  ValueField markers_, default_, encoder_, indent_, key_separator_, item_separator_;
  bool sort_keys_, skip_keys_, allow_nan_;
};
const Layout Encoder::kLayout = {.name = "Encoder",
                                 .trace =
                                     [](Cell* cell, Marker& marker) {
                                       auto* e = static_cast<Encoder*>(cell);
                                       for (const ValueField* field : {&e->markers_, &e->default_, &e->encoder_, &e->indent_,
                                                                       &e->key_separator_, &e->item_separator_})
                                         marker.visit_word(field->get().raw());
                                     },
                                 .base_size = sizeof(Encoder)};

// Adds "when serializing ..." to the exception that is on its way.
template <typename... Args>
Failure add_note_py(Thread& t, const char* format, const Args&... args) {
  if (!t.has_exception() || t.terminated()) return Failure{};
  Value exception = t.take_exception();
  Fallible<Str*> note = t.format(format, args...);
  if (!note.failed() && !call_method_py(t, exception, names.add_note, Value(note.get())).failed())
    return t.restore_exception(exception);
  if (t.terminated()) return Failure{};
  static_cast<void>(t.take_exception());
  return t.restore_exception(exception);
}
FormatArgument type_name_of(Thread& t, Value v) {
  Fallible<Str*> name = full_type_name(t, type_of(v));
  if (!name.failed()) return FormatArgument(name.get());
  if (!t.terminated()) static_cast<void>(t.take_exception());
  return FormatArgument(type_of(v));
}

// The containers (and objects given to default) that are being written, innermost first.
struct Open {
  Value object;
  const Open* outer;
  size_t depth;
};

struct Run {
  static constexpr size_t kMostChained = 48;

  Thread& t;
  Encoder* encoder;
  Writer& out;
  bool own_encoder;  // strings are ours to escape
  Escapes escapes;
  Dict* deep_markers = nullptr;  // what is open beyond kMostChained levels

  // ---- Circles. ----

  static Value marker_of(Value v) { return Value::from_small_int(static_cast<int64_t>(v.raw() >> 1)); }
  Fallible<void> enter(Value v, const Open* outer, Open* here) {
    *here = {v, outer, outer == nullptr ? 1 : outer->depth + 1};
    if (encoder->markers_.get().is_none()) return {};
    const Open* open = outer;
    while (open != nullptr && open->depth > kMostChained) open = open->outer;
    bool found = false;
    for (; open != nullptr && !found; open = open->outer) found = open->object == v;
    if (here->depth > kMostChained && !found) {
      if (deep_markers == nullptr) deep_markers = TRY(Dict::make(t));
      found = !TRY(deep_markers->get_py(t, marker_of(v))).is_absent();
      if (!found) TRY(deep_markers->set_py(t, marker_of(v), Value::none()));
    }
    if (found) return t.raise_value_error("Circular reference detected");
    return {};
  }
  Fallible<void> leave(const Open& here) {
    if (here.depth > kMostChained && deep_markers != nullptr) TRY(deep_markers->remove_py(t, marker_of(here.object)));
    return {};
  }

  // ---- Scalars. ----

  Fallible<void> string(Value v) {
    if (own_encoder) return out.quoted(as<Str>(v), escapes);
    Value text = TRY(call_py(t, encoder->encoder_.get(), v));
    if (!is<Str>(text)) return t.raise_type_error("encoder() must return a string, not {}", type_of(text));
    return out.text(as<Str>(text));
  }
  Fallible<void> integer(Value v) {
    Int64Result n = int_to_int64_nogc(v);
    if (n.overflow != 0) return out.text(TRY(int_to_text(t, v, 10)));
    char digits[number::kIntSize];
    size_t length = number::format_int(n.value, 10, digits);
    return out.ascii({digits, length});
  }
  Fallible<Value> float_text(Value v) {  // of what is not finite
    double d = float_value(v);
    if (!encoder->allow_nan_)
      return t.raise_value_error("Out of range float values are not JSON compliant: {}", repr_of(v));
    return Value(TRY(Str::from_ascii(t, std::isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity")));
  }
  Fallible<void> real(Value v) {
    double d = float_value(v);
    if (!std::isfinite(d)) return out.text(as<Str>(TRY(float_text(v))));
    char digits[number::kReprSize];
    size_t length = number::repr(d, digits);
    return out.ascii({digits, length});
  }

  Fallible<void> value(Value v, int64_t level, const Open* outer) {
    if (is<Str>(v)) return string(v);
    if (v.is_none()) return out.ascii("null");
    if (v.is_true()) return out.ascii("true");
    if (v.is_false()) return out.ascii("false");
    if (is_int(v)) return integer(v);
    if (is_float(v)) return real(v);
    if (is<List>(v)) return sequence(v, as<List>(v), level, outer);
    if (is<Tuple>(v)) return sequence(v, as<Tuple>(v), level, outer);
    if (is<Dict>(v)) return dictionary(v, level, outer);
    return other(v, level, outer);
  }

  Fallible<void> other(Value v, int64_t level, const Open* outer) {
    TRY(check_native_recursion(t, " while encoding a JSON object"));
    Open here;
    TRY(enter(v, outer, &here));
    Value replacement = TRY(call_py(t, encoder->default_.get(), v));
    if (value(replacement, level, &here).failed()) return add_note_py(t, "when serializing {} object", type_name_of(t, v));
    return leave(here);
  }

  // ---- Containers. ----

  bool indented() const { return !encoder->indent_.get().is_none(); }
  Fallible<void> new_line(int64_t level) {
    Value indent = encoder->indent_.get();
    if (!is<Str>(indent)) return t.raise_type_error("can only concatenate str (not \"{}\") to str", type_of(indent));
    TRY(out.character('\n'));
    for (int64_t i = 0; i < level; ++i) TRY(out.text(as<Str>(indent)));
    return {};
  }
  Fallible<void> separate(int64_t level) {
    TRY(out.text(as<Str>(encoder->item_separator_.get())));
    if (indented()) TRY(new_line(level));
    return {};
  }

  template <typename Sequence>
  Fallible<void> sequence(Value v, Sequence* items, int64_t level, const Open* outer) {
    if (items->length() == 0) return out.ascii("[]");
    TRY(check_native_recursion(t, " while encoding a JSON object"));
    Open here;
    TRY(enter(v, outer, &here));
    TRY(out.character('['));
    if (indented()) TRY(new_line(++level));
    for (size_t i = 0; i < items->length(); ++i) {
      if (i != 0) TRY(separate(level));
      if (value(items->at(i), level, &here).failed())
        return add_note_py(t, "when serializing {} item {}", type_name_of(t, v), i);
      TRY(t.poll());
    }
    if (indented()) TRY(new_line(--level));
    TRY(out.character(']'));
    return leave(here);
  }

  // Writes a key; false: one to skip.
  Fallible<bool> key(Value k, bool first, int64_t level) {
    Value text = k;
    if (!is<Str>(k)) {
      if (is_float(k)) {
        text = std::isfinite(float_value(k)) ? TRY(finite_text(k)) : TRY(float_text(k));
      } else if (k.is_none() || k.is_bool()) {
        text = Value(TRY(Str::from_ascii(t, k.is_none() ? "null" : k.is_true() ? "true" : "false")));
      } else if (is_int(k)) {
        text = Value(TRY(int_to_text(t, k, 10)));
      } else if (encoder->skip_keys_) {
        return false;
      } else {
        return t.raise_type_error("keys must be str, int, float, bool or None, not {}", type_of(k));
      }
    }
    if (!first) TRY(separate(level));
    else if (indented()) TRY(new_line(level));
    TRY(string(text));
    TRY(out.text(as<Str>(encoder->key_separator_.get())));
    return true;
  }
  Fallible<Value> finite_text(Value v) {
    char digits[number::kReprSize];
    size_t length = number::repr(float_value(v), digits);
    return Value(TRY(Str::from_ascii(t, {digits, length})));
  }

  Fallible<void> item(Value object, Value k, Value v, bool* first, int64_t level, const Open* here) {
    if (!TRY(key(k, *first, level))) return {};
    *first = false;
    if (value(v, level, here).failed())
      return add_note_py(t, "when serializing {} item {}", type_name_of(t, object), repr_of(k));
    return t.poll();
  }

  Fallible<List*> items_of(Value v) {
    Value items = Value(v);
    if (is_exactly(v, shapes.dict)) {
      List* list = TRY(List::make(t, as<Dict>(v)->length()));
      Value k, x;
      for (size_t at = 0; as<Dict>(v)->next_nogc(&at, &k, &x);) TRY(list->append(t, Value(TRY(Tuple::of(t, k, x)))));
      return list;
    }
    items = TRY(call_method_py(t, v, names.items));
    Fallible<Value> iterator = iter_py(t, items);
    if (iterator.failed()) {
      if (!clear_exception_if(t, core.TypeError)) return Failure{};
      return t.raise_type_error("{}.items() returned a non-iterable (type {})", type_of(v), type_of(items));
    }
    return list_from_iterable_py(t, iterator.get());
  }

  Fallible<void> dictionary(Value v, int64_t level, const Open* outer) {
    Dict* dict = as<Dict>(v);
    if (dict->length() == 0) return out.ascii("{}");
    TRY(check_native_recursion(t, " while encoding a JSON object"));
    Open here;
    TRY(enter(v, outer, &here));
    TRY(out.character('{'));
    if (indented()) ++level;
    bool first = true;
    if (encoder->sort_keys_ || !is_exactly(v, shapes.dict)) {
      List* items = TRY(items_of(v));
      if (encoder->sort_keys_) TRY(call_method_py(t, Value(items), names.sort));
      for (size_t i = 0; i < items->length(); ++i) {
        Value pair = items->at(i);
        if (!is<Tuple>(pair) || as<Tuple>(pair)->length() != 2) return t.raise_value_error("items must return 2-tuples");
        TRY(item(v, as<Tuple>(pair)->at(0), as<Tuple>(pair)->at(1), &first, level, &here));
      }
    } else {
      Value k, x;
      for (size_t at = 0; dict->next_nogc(&at, &k, &x);) TRY(item(v, k, x, &first, level, &here));
    }
    if (indented() && !first) TRY(new_line(level - 1));
    TRY(out.character('}'));
    return leave(here);
  }
};

Fallible<Value> encode(Thread& t, Encoder* self, Value object, int64_t level) {
  Writer out(t);
  Run run{t, self, out, false, Escapes::Ascii};
  run.own_encoder = is_own_encoder(self->encoder_.get(), &run.escapes);
  TRY(run.value(object, level < 0 ? 0 : level, nullptr));
  return Value(TRY(Tuple::of(t, Value(TRY(out.finish())))));
}

Fallible<void> initialize(Thread& t, Encoder* self, Value markers, Value default_, Value encoder, Value indent,
                          Str* key_separator, Str* item_separator, bool sort_keys, bool skip_keys, bool allow_nan) {
  if (!markers.is_none() && !is<Dict>(markers))
    return t.raise_type_error("make_encoder() argument 1 must be dict or None, not {}", type_of(markers));
  self->markers_.set(self, markers);
  self->default_.set(self, default_);
  self->encoder_.set(self, encoder);
  self->indent_.set(self, indent);
  self->key_separator_.set(self, Value(key_separator));
  self->item_separator_.set(self, Value(item_separator));
  self->sort_keys_ = sort_keys;
  self->skip_keys_ = skip_keys;
  self->allow_nan_ = allow_nan;
  return {};
}

constexpr NativeMethod kConstructors[] = {
    {"make_encoder", HOG_NATIVE(initialize),
     "($self, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)", nullptr},
    {"_iterencode", HOG_NATIVE(encode), "($self, obj, _current_indent_level)", nullptr},
    {}};

Fallible<Value> encoder_new(Thread& t, Type* type, const Arguments& arguments) {
  Cell* self = TRY(new_instance(t, type));
  TRY(call_native(t, *signature_of(&kConstructors[0]), Value(self), arguments));
  return Value(self);
}
Fallible<Value> encoder_call(Thread& t, Value self, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[1]), self, arguments);
}
Fallible<void> encoder_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> get_sort_keys(Thread&, Value self) { return Value::from_bool(as<Encoder>(self)->sort_keys_); }
Fallible<Value> get_skip_keys(Thread&, Value self) { return Value::from_bool(as<Encoder>(self)->skip_keys_); }
constexpr GetSet kGetSets[] = {{"sort_keys", get_sort_keys, nullptr, "Are keys sorted?"},
                               {"skipkeys", get_skip_keys, nullptr, "Are keys of other types left out?"},
                               {}};

#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr Member kMembers[] = {
    {"markers", offsetof(Encoder, markers_), Member::Kind::ReadOnlyObject, "None: circles are not looked for."},
    {"default", offsetof(Encoder, default_), Member::Kind::ReadOnlyObject, "What replaces other objects."},
    {"encoder", offsetof(Encoder, encoder_), Member::Kind::ReadOnlyObject, "What writes strings."},
    {"indent", offsetof(Encoder, indent_), Member::Kind::ReadOnlyObject, "The indent of a level, or None."},
    {"key_separator", offsetof(Encoder, key_separator_), Member::Kind::ReadOnlyObject, "Between key and value."},
    {"item_separator", offsetof(Encoder, item_separator_), Member::Kind::ReadOnlyObject, "Between items."},
    {}};

}  // namespace

extern const TypeSpec kEncoderSpec;
const TypeSpec kEncoderSpec = {
    .name = "_json.Encoder",
    .doc = "Writes JSON text.",
    .layout = &Encoder::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.call = encoder_call, .init = encoder_init, .new_ = encoder_new},
    .getsets = kGetSets,
    .members = kMembers,
    .constructors = kConstructors,
};

}  // namespace hog::json
