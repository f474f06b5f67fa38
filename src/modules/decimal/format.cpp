// format.cpp: Decimal.__format__: libmpdec's, with the locale's signs from `_locale`; what it does not know, `_pydecimal` does.
#include <cstring>

#include "modules/decimal/decimal.hpp"
#include "object/codecs.hpp"
#include "vm/isolate.hpp"

namespace hog::decimal {

namespace {

// A str as text that ends in a zero byte; none when it cannot be.
struct Text {
  Bytes* bytes = nullptr;
  const char* get() const { return reinterpret_cast<const char*>(bytes->data()); }
};
Fallible<Text> text_of(Thread& t, Str* s) {
  size_t length = s->utf8_length();
  Bytes* bytes = TRY(Bytes::make(t, length + 1));
  s->write_utf8(reinterpret_cast<char*>(bytes->mutable_data()));
  return Text{bytes};
}

Fallible<Value> python_format_py(Thread& t, Decimal* self, Value spec, DecimalContext* context) {
  Str* name = TRY(Str::intern_utf8(t, "_pydecimal"));
  Value module = TRY(t.isolate().services->import_module(t, name));
  name = TRY(Str::intern_utf8(t, "Decimal"));
  Value type = TRY(get_attribute_py(t, module, name));
  Value number = TRY(call_py(t, type, TRY(to_text(t, self, true))));
  name = TRY(Str::intern_utf8(t, "Context"));
  State* state = TRY(state_of(t));
  Value none = Value::none();
  Value twin = TRY(call_method_py(t, module, name, none, state->roundings_[context->settings_.round].get(), none, none,
                                  Value::from_small_int(context->capitals_)));
  Fallible<Value> result = call_method_py(t, number, names.dunder_format, spec, twin);
  if (result.failed() && clear_exception_if(t, core.ValueError)) return t.raise_value_error("invalid format string");
  return result;
}

// One of the three entries; absent leaves what was there.
Fallible<void> take_entry_py(Thread& t, Dict* dict, const char* name, const char** place) {
  Value key(TRY(Str::intern_utf8(t, name)));
  Value v = TRY(dict->get_py(t, key));
  if (v.is_absent()) return {};
  if (is<List>(v)) {  // localeconv()'s grouping
    auto* list = as<List>(v);
    Bytes* bytes = TRY(Bytes::make(t, list->length() + 1));
    for (size_t i = 0; i < list->length() && i < bytes->length(); ++i) {
      Int64Result n = is_int(list->at(i)) ? int_to_int64_nogc(list->at(i)) : Int64Result{0, 0};
      bytes->mutable_data()[i] = static_cast<uint8_t>(n.value & 127);
    }
    *place = reinterpret_cast<const char*>(bytes->data());
    return {};
  }
  if (!is<Str>(v)) return t.raise_type_error("bad argument type for built-in operation");
  Text text = TRY(text_of(t, as<Str>(v)));
  *place = text.get();
  return {};
}
Fallible<void> take_locale_py(Thread& t, mpd_spec_t* spec, Dict* dict) {
  TRY(take_entry_py(t, dict, "decimal_point", &spec->dot));
  TRY(take_entry_py(t, dict, "thousands_sep", &spec->sep));
  TRY(take_entry_py(t, dict, "grouping", &spec->grouping));
  if (mpd_validate_lconv(spec) < 0) return t.raise_value_error("invalid override dict");
  return {};
}
Fallible<Dict*> locale_py(Thread& t) {
  Str* name = TRY(Str::intern_utf8(t, "_locale"));
  Value module = TRY(t.isolate().services->import_module(t, name));
  name = TRY(Str::intern_utf8(t, "localeconv"));
  Value conventions = TRY(call_method_py(t, module, name));
  if (!is<Dict>(conventions)) return t.raise_type_error("localeconv() must return a dict");
  return as<Dict>(conventions);
}

}  // namespace

Fallible<Value> formatted_py(Thread& t, Decimal* self, Value spec_value, Value override) {
  if (!is<Str>(spec_value)) return t.raise_type_error("format arg must be str");
  DecimalContext* context = TRY(current_decimal_context(t));
  auto* spec_text = as<Str>(spec_value);
  size_t length = spec_text->length();
  TRY(t.poll(static_cast<int64_t>(length / 16 + 1)));
  Text text = TRY(text_of(t, spec_text));
  mpd_spec_t spec;
  char last = length == 0 ? '\0' : text.get()[text.bytes->length() - 2];
  if (last == 'N')
    TRY(warn_py(t, core.DeprecationWarning, "Format specifier 'N' is deprecated and slated for removal in Python 3.18"));
  if (std::strlen(text.get()) + 1 != text.bytes->length() ||
      !mpd_parse_fmt_str(&spec, text.get(), context->capitals_))
    return python_format_py(t, self, spec_value, context);
  if (!override.is_absent()) {
    if (!is<Dict>(override)) return t.raise_type_error("optional argument must be a dict");
    TRY(take_locale_py(t, &spec, as<Dict>(override)));
  } else if (last == 'n' || last == 'N') {
    TRY(take_locale_py(t, &spec, TRY(locale_py(t))));
  }
  if (spec.min_width <= MPD_MAX_PREC && spec.prec <= MPD_MAX_PREC) {  // else libmpdec refuses at once
    int64_t size = spec.min_width + (spec.prec > 0 ? spec.prec : 0);
    TRY(t.check_fits(static_cast<uint64_t>(size)));
    TRY(t.poll(self->number_.len + size / 8 + 1));
  }
  Turn turn(t);
  uint32_t status = 0;
  char* result = mpd_qformat_spec(&self->number_, &spec, &context->settings_, &status);
  if (result == nullptr && (status & MPD_Malloc_error) == 0)
    return t.raise_value_error("format specification exceeds internal limits of _decimal");
  return take_text(t, result, result == nullptr ? 0 : std::strlen(result));
}

}  // namespace hog::decimal
