// writer.cpp: the type writer: rows to lines of text. Invariant: a line is made on the stack and handed to write() as a whole.
// Ref: library/csv.
#include "modules/csv/csv.hpp"
#include "object/int_math.hpp"
#include "types/container_support.hpp"

namespace hog::csv {

Type* writer_type = nullptr;

const Layout Writer::kLayout = {.name = "writer",
                                .trace =
                                    [](Cell* cell, Marker& marker) {
                                      auto* w = static_cast<Writer*>(cell);
                                      marker.visit_word(w->write_.get().raw());
                                      marker.visit(w->dialect_.get());
                                    },
                                .base_size = sizeof(Writer)};

namespace {

bool is_number(Value v) {
  if (is_int_or_bool(v) || is_float(v) || is<Complex>(v)) return true;
  const Slots& slots = type_of(v)->slots();
  return slots.index != nullptr || slots.to_int != nullptr || slots.to_float != nullptr;
}

struct Line {
  Thread& t;
  const Dialect& d;
  StrBuilder out;
  size_t fields = 0;
  bool last_null = false;

  Line(Thread& thread, const Dialect& dialect) : t(thread), d(dialect), out(thread) {}

  bool is_special(char32_t c) const {
    if (c < 128) [[likely]] return (d.special_[c / 64] >> (c % 64) & 1) != 0;
    if (c == d.delimiter_ || c == d.escape_ || c == d.quote_) return true;
    const Str* end = d.line_terminator_.get();
    for (size_t i = 0; i < end->length(); ++i)
      if (end->at(i) == c) return true;
    return false;
  }

  // Does the field have to be quoted? Fails where it cannot be written.
  Fallible<bool> needs_quotes(const Str* text) {
    bool quotes = false;
    for (size_t i = 0; i < text->length(); ++i) {
      char32_t c = text->at(i);
      if (!is_special(c)) continue;
      bool escape = d.quoting_ == Quoting::None || c == d.escape_ || (c == d.quote_ && !d.double_quote_);
      if (!escape) quotes = true;
      else if (d.escape_ == kNoCharacter) return t.raise(error_type, "need to escape, but no escapechar set");
    }
    return quotes;
  }

  Fallible<void> add_text(const Str* text, bool quoted) {
    if (quoted) TRY(out.append(d.quote_));
    size_t run = 0;
    for (size_t i = 0; i < text->length(); ++i) {
      char32_t c = text->at(i);
      if (!is_special(c)) continue;
      char32_t before = kNoCharacter;
      if (d.quoting_ == Quoting::None || c == d.escape_) before = d.escape_;
      else if (c == d.quote_) before = d.double_quote_ ? d.quote_ : d.escape_;
      if (before == kNoCharacter) continue;
      TRY(out.append_slice(text, run, i));
      TRY(out.append(before));
      run = i;
    }
    TRY(out.append_slice(text, run, text->length()));
    if (quoted) TRY(out.append(d.quote_));
    return {};
  }

  Fallible<void> add(const Str* text, bool quoted, bool null) {
    TRY(t.poll(static_cast<int64_t>(text->length() / 16 + 1)));
    if (TRY(needs_quotes(text))) quoted = true;
    if (text->length() == 0 && d.delimiter_ == ' ' && d.skip_initial_space_) {
      if (d.quoting_ == Quoting::None || (null && (d.quoting_ == Quoting::Strings || d.quoting_ == Quoting::NotNull)))
        return t.raise(error_type, "empty field must be quoted if delimiter is a space and skipinitialspace is true");
      quoted = true;
    }
    if (fields++ != 0) TRY(out.append(d.delimiter_));
    last_null = null;
    return add_text(text, quoted);
  }

  bool quoted_by_kind(Value v) const {
    switch (d.quoting_) {
      case Quoting::All: return true;
      case Quoting::NonNumeric: return !is_number(v);
      case Quoting::Strings: return is<Str>(v);
      case Quoting::NotNull: return !v.is_none();
      default: return false;
    }
  }
  Fallible<void> add_value_py(Value v) {
    bool quoted = quoted_by_kind(v);
    if (v.is_none()) return add(names.empty, quoted, true);
    return add(is<Str>(v) ? as<Str>(v) : TRY(str_py(t, v)), quoted, false);
  }

  Fallible<Str*> finish() {
    if (fields == 1 && out.length() == 0) {
      if (d.quoting_ == Quoting::None || (last_null && (d.quoting_ == Quoting::Strings || d.quoting_ == Quoting::NotNull)))
        return t.raise(error_type, "single empty field record must be quoted");
      TRY(out.append(d.quote_));
      TRY(out.append(d.quote_));
    }
    TRY(out.append(d.line_terminator_.get()));
    return out.finish();
  }
};

Fallible<Value> writerow(Thread& t, Writer* self, Value row) {
  Dialect* dialect = self->dialect_.get();
  Line line(t, *dialect);
  Fallible<Value> iterator = is<List>(row) || is<Tuple>(row) ? Fallible<Value>(row) : iter_py(t, row);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise(error_type, "iterable expected, not {}", type_of(row));
  }
  TRY(for_each_py(t, iterator.get(), [&](Value v) -> Fallible<bool> {
    TRY(line.add_value_py(v));
    return true;
  }));
  Str* text = TRY(line.finish());
  return call_py(t, self->write_.get(), Value(text));
}
Fallible<void> writerows(Thread& t, Writer* self, Value rows) {
  return for_each_py(t, rows, [&](Value row) -> Fallible<bool> {
    TRY(writerow(t, self, row));
    return true;
  });
}
constexpr NativeMethod kMethods[] = {{"writerow", HOG_NATIVE(writerow), "($self, row, /)", "Writes a row."},
                                     {"writerows", HOG_NATIVE(writerows), "($self, rows, /)", "Writes rows."},
                                     {}};
Fallible<Value> get_dialect(Thread&, Value self) { return Value(as<Writer>(self)->dialect_.get()); }
constexpr GetSet kGetSets[] = {{"dialect", get_dialect, nullptr, "How rows are written."}, {}};

}  // namespace

Fallible<Value> make_writer(Thread& t, Value, const Arguments& arguments) {
  TRY(check_positional(t, arguments, "writer", 1, 2));
  Dialect* dialect = TRY(make_dialect_py(t, arguments.positional > 1 ? arguments[1] : Value::absent(), arguments));
  Value write = TRY(find_attribute_py(t, arguments[0], names.write));
  if (write.is_absent() || !is_callable(write)) return t.raise_type_error("argument 1 must have a \"write\" method");
  auto* writer = TRY(t.allocate<Writer>(writer_type->root_shape()));
  writer->write_.set(writer, write);
  writer->dialect_.set(writer, dialect);
  return Value(writer);
}

extern const TypeSpec kWriterSpec;
const TypeSpec kWriterSpec = {.name = "_csv.writer",
                              .doc = "Writes rows as lines of text.",
                              .layout = &Writer::kLayout,
                              .flags = type_flag::kNoInstantiation,
                              .methods = kMethods,
                              .getsets = kGetSets};

}  // namespace hog::csv
