// template.cpp: Template and Interpolation. Invariant: strings_ has one item more than interpolations_.
#include "types/template.hpp"

#include "object/class_system.hpp"

namespace hog {

namespace {

class Interpolation : public Cell {
 public:
  static const Layout kLayout;
  ValueField value_, expression_, conversion_, format_spec_;
};
void trace_interpolation(Cell* cell, Marker& marker) {
  auto* i = static_cast<Interpolation*>(cell);
  for (Value v : {i->value_.get(), i->expression_.get(), i->conversion_.get(), i->format_spec_.get()})
    marker.visit_word(v.raw());
}
const Layout Interpolation::kLayout = {
    .name = "interpolation", .trace = trace_interpolation, .base_size = sizeof(Interpolation)};

class Template : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> strings_;
  Field<Tuple> interpolations_;
};
void trace_template(Cell* cell, Marker& marker) {
  marker.visit(static_cast<Template*>(cell)->strings_.get());
  marker.visit(static_cast<Template*>(cell)->interpolations_.get());
}
const Layout Template::kLayout = {.name = "template", .trace = trace_template, .base_size = sizeof(Template)};

// Strings that are not empty and interpolations, in turn.
class TemplateIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Template> template_;
  size_t index_;  // of the pair
  bool string_done_;
};
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<TemplateIterator*>(cell)->template_.get()); }
const Layout TemplateIterator::kLayout = {
    .name = "template iterator", .trace = trace_iterator, .base_size = sizeof(TemplateIterator)};

// ---- Interpolation ----

bool is_conversion(Value v) {
  if (v.is_none()) return true;
  return is<Str>(v) && (as<Str>(v)->equals_ascii("s") || as<Str>(v)->equals_ascii("r") || as<Str>(v)->equals_ascii("a"));
}
Fallible<Value> interpolation_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"value", "expression", "conversion", "format_spec"};
  Value v[4] = {Value::absent(), Value(names.empty), Value::none(), Value(names.empty)};
  if (arguments.positional > 4)
    return t.raise_type_error("Interpolation() takes at most 4 arguments ({} given)", arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) v[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int index = -1;
    for (int i = 0; i < 4; ++i)
      if (name->equals_ascii(kNames[i])) index = i;
    if (index < 0) return t.raise_type_error("Interpolation() got an unexpected keyword argument '{}'", name);
    v[index] = arguments.values[arguments.positional + k];
  }
  if (v[0].is_absent()) return t.raise_type_error("Interpolation() missing required argument 'value' (pos 1)");
  if (!is<Str>(v[1]))
    return t.raise_type_error("Interpolation() argument 'expression' must be str, not {}", type_of(v[1]));
  if (!v[2].is_none() && !is<Str>(v[2]))
    return t.raise_type_error("Interpolation() argument 'conversion' must be str, not {}", type_of(v[2]));
  if (!is_conversion(v[2]))
    return t.raise_value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'");
  if (!is<Str>(v[3]))
    return t.raise_type_error("Interpolation() argument 'format_spec' must be str, not {}", type_of(v[3]));
  return make_interpolation(t, v[0], v[1], v[2], v[3]);
}
Fallible<Value> interpolation_repr(Thread& t, Value self) {
  auto* i = as<Interpolation>(self);
  return Value(TRY(t.format("Interpolation({}, {}, {}, {})", repr_of(i->value_.get()), repr_of(i->expression_.get()),
                            repr_of(i->conversion_.get()), repr_of(i->format_spec_.get()))));
}
Fallible<Value> interpolation_reduce(Thread& t, Interpolation* self) {
  Tuple* parts = TRY(Tuple::of(t, self->value_.get(), self->expression_.get(), self->conversion_.get(),
                               self->format_spec_.get()));
  return Value(TRY(Tuple::of(t, Value(core.interpolation), Value(parts))));
}
template <ValueField Interpolation::*field>
Fallible<Value> get_part(Thread&, Value self) {
  return (as<Interpolation>(self)->*field).get();
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kInterpolationMethods[] = {
    {"__reduce__", HOG_NATIVE(interpolation_reduce), "($self, /)", "Helper for pickle."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kInterpolationGetSets[] = {
    {"value", get_part<&Interpolation::value_>},
    {"expression", get_part<&Interpolation::expression_>},
    {"conversion", get_part<&Interpolation::conversion_>},
    {"format_spec", get_part<&Interpolation::format_spec_>},
    {},
};

// ---- Template ----

// Template(*parts): strings next to each other are joined, interpolations next to each other get '' between.
Fallible<Value> template_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("Template.__new__ only accepts *args arguments");
  List* strings = TRY(List::make(t));
  List* interpolations = TRY(List::make(t));
  bool last_was_string = false;
  for (uint32_t i = 0; i < arguments.positional; ++i) {
    Value part = arguments[i];
    if (is<Str>(part)) {
      if (last_was_string) {
        size_t last = strings->length() - 1;
        strings->set(last, Value(TRY(Str::concat(t, as<Str>(strings->at(last)), as<Str>(part)))));
      } else {
        TRY(strings->append(t, part));
      }
      last_was_string = true;
    } else if (is<Interpolation>(part)) {
      if (!last_was_string) TRY(strings->append(t, Value(names.empty)));
      TRY(interpolations->append(t, part));
      last_was_string = false;
    } else {
      return t.raise_type_error("Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}", type_of(part));
    }
  }
  if (!last_was_string) TRY(strings->append(t, Value(names.empty)));
  return make_template(t, TRY(Tuple::from(t, strings->data(), strings->length())),
                       TRY(Tuple::from(t, interpolations->data(), interpolations->length())));
}
Fallible<Value> template_repr(Thread& t, Value self) {
  auto* x = as<Template>(self);
  return Value(TRY(t.format("Template(strings={}, interpolations={})", repr_of(Value(x->strings_.get())),
                            repr_of(Value(x->interpolations_.get())))));
}
Fallible<Value> template_iter(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<TemplateIterator>(shapes.template_iterator));
  iterator->template_.set(iterator, as<Template>(self));
  return Value(iterator);
}
Fallible<Value> iterator_next(Thread&, Value self) {
  auto* iterator = as<TemplateIterator>(self);
  Template* x = iterator->template_.get();
  for (;;) {
    if (!iterator->string_done_) {
      if (iterator->index_ >= x->strings_->length()) return Value::absent();
      iterator->string_done_ = true;
      Value s = x->strings_->at(iterator->index_);
      if (as<Str>(s)->length() != 0) return s;
      continue;
    }
    if (iterator->index_ >= x->interpolations_->length()) return Value::absent();
    iterator->string_done_ = false;
    return x->interpolations_->at(iterator->index_++);
  }
}
Fallible<Value> iterator_iter(Thread&, Value self) { return self; }

Fallible<Value> template_concat(Thread& t, Value a, Value b) {
  if (!is<Template>(a) || !is<Template>(b)) {
    Value other = is<Template>(a) ? b : a;
    return t.raise_type_error("can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                              type_of(other));
  }
  auto* x = as<Template>(a);
  auto* y = as<Template>(b);
  size_t n = x->strings_->length(), m = y->strings_->length();
  List* strings = TRY(List::make(t, n + m));
  for (size_t i = 0; i + 1 < n; ++i) TRY(strings->append(t, x->strings_->at(i)));
  TRY(strings->append(t, Value(TRY(Str::concat(t, as<Str>(x->strings_->at(n - 1)), as<Str>(y->strings_->at(0)))))));
  for (size_t i = 1; i < m; ++i) TRY(strings->append(t, y->strings_->at(i)));
  Value joined = TRY(binary_py(t, BinaryOp::Add, Value(x->interpolations_.get()), Value(y->interpolations_.get())));
  return make_template(t, TRY(Tuple::from(t, strings->data(), strings->length())), as<Tuple>(joined));
}
Fallible<Value> get_strings(Thread&, Value self) { return Value(as<Template>(self)->strings_.get()); }
Fallible<Value> get_interpolations(Thread&, Value self) { return Value(as<Template>(self)->interpolations_.get()); }
Fallible<Value> get_values(Thread& t, Value self) {
  Tuple* interpolations = as<Template>(self)->interpolations_.get();
  Tuple* values = TRY(Tuple::make(t, interpolations->length()));
  for (size_t i = 0; i < interpolations->length(); ++i)
    values->initialize(i, as<Interpolation>(interpolations->at(i))->value_.get());
  return Value(values);
}
Fallible<Value> template_reduce(Thread& t, Template* self) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "string.templatelib"))));
  Value unpickle = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "_template_unpickle"))));
  Tuple* parts = TRY(Tuple::of(t, Value(self->strings_.get()), Value(self->interpolations_.get())));
  return Value(TRY(Tuple::of(t, unpickle, Value(parts))));
}
constexpr NativeMethod kTemplateMethods[] = {
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {"__reduce__", HOG_NATIVE(template_reduce), "($self, /)", "Helper for pickle."},
    {},
};
constexpr GetSet kTemplateGetSets[] = {
    {"strings", get_strings},
    {"interpolations", get_interpolations},
    {"values", get_values},
    {},
};

}  // namespace

Fallible<Value> make_interpolation(Thread& t, Value value, Value expression, Value conversion, Value format_spec) {
  auto* i = TRY(t.allocate<Interpolation>(shapes.interpolation));
  i->value_.set(i, value);
  i->expression_.set(i, expression);
  i->conversion_.set(i, conversion);
  i->format_spec_.set(i, format_spec.is_none() ? Value(names.empty) : format_spec);
  return Value(i);
}

Fallible<Value> make_template(Thread& t, Tuple* strings, Tuple* interpolations) {
  auto* x = TRY(t.allocate<Template>(shapes.template_));
  x->strings_.set(x, strings);
  x->interpolations_.set(x, interpolations);
  return Value(x);
}

extern const TypeSpec k_interpolation_spec;
const TypeSpec k_interpolation_spec = {
    .name = "string.templatelib.Interpolation",
    .doc = "An expression in a template string, with its value.",
    .layout = &Interpolation::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = interpolation_repr, .new_ = interpolation_new},
    .methods = kInterpolationMethods,
    .getsets = kInterpolationGetSets,
};
extern const TypeSpec k_template__spec;
const TypeSpec k_template__spec = {
    .name = "string.templatelib.Template",
    .doc = "A template string: its literal parts and interpolations.",
    .layout = &Template::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = template_repr, .iter = template_iter, .new_ = template_new, .concat = template_concat},
    .methods = kTemplateMethods,
    .getsets = kTemplateGetSets,
};
extern const TypeSpec k_template_iterator_spec;
const TypeSpec k_template_iterator_spec = {
    .name = "string.templatelib.TemplateIter",
    .layout = &TemplateIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_iter, .next = iterator_next},
};

}  // namespace hog
