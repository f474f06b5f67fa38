// _string.cpp: the module _string: what string.Formatter needs to take format strings apart. Ref: library/string.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "types/format_support.hpp"

namespace hog {

namespace {

Fallible<Str*> slice(Thread& t, Str* text, TextSpan span) { return Str::slice(t, text, span.start, span.end); }

// Both functions answer iterators; the parts are made at once, an error comes when they are asked for, too.
Fallible<Value> formatter_parser(Thread& t, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("expected str, got {}", type_of(text));
  Str* s = as<Str>(text);
  List* parts = TRY(List::make(t));
  MarkupParser parser(s, {0, s->length()});
  Markup markup;
  while (TRY(parser.next(t, &markup))) {
    TRY(t.poll());
    Value literal = TRY(slice(t, s, markup.literal));
    Value name = Value::none(), spec = Value::none(), conversion = Value::none();
    if (markup.has_field) {
      name = TRY(slice(t, s, markup.name));
      spec = TRY(slice(t, s, markup.spec));
      if (markup.conversion != 0) conversion = TRY(Str::from_char(t, markup.conversion));
    }
    TRY(parts->append(t, TRY(Tuple::of(t, literal, name, spec, conversion))));
  }
  return iter_py(t, parts);
}

Fallible<Value> formatter_field_name_split(Thread& t, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("expected str, got {}", type_of(text));
  Str* s = as<Str>(text);
  TextSpan first;
  int64_t index = -1;
  FieldNameParser parser = TRY(FieldNameParser::split(t, s, {0, s->length()}, &first, &index));
  Value head = index >= 0 ? TRY(make_int(t, index)) : Value(TRY(slice(t, s, first)));
  List* rest = TRY(List::make(t));
  FieldAccess access;
  while (TRY(parser.next(t, &access))) {
    TRY(t.poll());
    Value name = access.index >= 0 ? TRY(make_int(t, access.index)) : Value(TRY(slice(t, s, access.name)));
    TRY(rest->append(t, TRY(Tuple::of(t, Value::from_bool(access.is_attribute), name))));
  }
  return Value(TRY(Tuple::of(t, head, TRY(iter_py(t, rest)))));
}

const NativeMethod kFunctions[] = {
    {"formatter_field_name_split", HOG_NATIVE(formatter_field_name_split), "(object, /)", "A field's name taken apart."},
    {"formatter_parser", HOG_NATIVE(formatter_parser), "(object, /)", "A format string taken apart."},
    {}};

}  // namespace

extern const ModuleSpec k_module__string;
const ModuleSpec k_module__string = {.name = "_string", .functions = kFunctions};

}  // namespace hog
