// reader.cpp: the type reader: rows from lines of text. Invariant: the state of a row in the making lives on the stack of
// its __next__, so that Python called in between (the input's __next__, float) cannot disturb it. Ref: library/csv.
#include <memory>

#include "modules/csv/csv.hpp"
#include "types/container_support.hpp"

namespace hog::csv {

Type* reader_type = nullptr;

const Layout Reader::kLayout = {.name = "reader",
                                .trace =
                                    [](Cell* cell, Marker& marker) {
                                      auto* r = static_cast<Reader*>(cell);
                                      marker.visit_word(r->input_.get().raw());
                                      marker.visit(r->dialect_.get());
                                      marker.visit(r->state_.get());
                                    },
                                .base_size = sizeof(Reader)};

namespace {

enum class State : uint8_t {
  StartRecord, StartField, Escaped, InField, InQuoted, EscapeInQuoted, QuoteInQuoted, EatLineEnd, AfterEscapedLineEnd,
};
constexpr char32_t kEndOfLine = 0xFFFFFFFE;

struct Row {
  Thread& t;
  const Dialect& d;
  int64_t limit;
  List* fields;
  StrBuilder field;
  State state = State::StartRecord;
  bool unquoted = true;

  Row(Thread& thread, const Dialect& dialect, int64_t most, List* list)
      : t(thread), d(dialect), limit(most), fields(list), field(thread) {}

  static bool ends_line(char32_t c) { return c == '\n' || c == '\r' || c == kEndOfLine; }

  Failure raise_limit() { return t.raise(error_type, "field larger than field limit ({})", limit); }
  Fallible<void> add(char32_t c) {
    if (static_cast<int64_t>(field.length()) >= limit) return raise_limit();
    return field.append(c);
  }
  Fallible<void> save() {
    Str* text = TRY(field.finish());
    std::construct_at(&field, t);  // its buffer may be the text's now
    return save(text);
  }
  Fallible<void> save(Str* text) {
    Value v(text);
    if (unquoted) {
      bool nulls = d.quoting_ == Quoting::NotNull || d.quoting_ == Quoting::Strings;
      if (nulls && text->length() == 0) v = Value::none();
      else if (text->length() != 0 && (d.quoting_ == Quoting::NonNumeric || d.quoting_ == Quoting::Strings)) v = TRY(call_py(t, Value(core.float_), v));
    }
    unquoted = true;
    return fields->append(t, v);
  }
  Fallible<void> end_field(char32_t c) {
    TRY(save());
    state = c == kEndOfLine ? State::StartRecord : c == d.delimiter_ ? State::StartField : State::EatLineEnd;
    return {};
  }

  Fallible<void> start_field(char32_t c) {
    if (c == ' ' && d.skip_initial_space_) return {};
    if (ends_line(c) || c == d.delimiter_) return end_field(c);
    if (c == d.quote_ && d.quoting_ != Quoting::None) {
      unquoted = false;
      state = State::InQuoted;
      return {};
    }
    if (c == d.escape_) {
      state = State::Escaped;
      return {};
    }
    state = State::InField;
    return add(c);
  }
  Fallible<void> in_field(char32_t c) {
    if (ends_line(c) || c == d.delimiter_) return end_field(c);
    if (c == d.escape_) {
      state = State::Escaped;
      return {};
    }
    return add(c);
  }
  Fallible<void> after_quote(char32_t c) {
    if (d.quoting_ != Quoting::None && c == d.quote_) {  // a doubled quote
      state = State::InQuoted;
      return add(c);
    }
    if (ends_line(c) || c == d.delimiter_) return end_field(c);
    if (d.strict_) {
      Str* delimiter = TRY(Str::from_char(t, d.delimiter_));
      Str* quote = TRY(Str::from_char(t, d.quote_));
      return t.raise(error_type, "'{}' expected after '{}'", delimiter, quote);
    }
    state = State::InField;
    return add(c);
  }

  Fallible<void> take(char32_t c) {
    switch (state) {
      case State::StartRecord:
        if (c == kEndOfLine) return {};
        if (c == '\n' || c == '\r') {
          state = State::EatLineEnd;
          return {};
        }
        state = State::StartField;
        return start_field(c);
      case State::StartField: return start_field(c);
      case State::Escaped:
        state = c == '\n' || c == '\r' ? State::AfterEscapedLineEnd : State::InField;
        return add(c == kEndOfLine ? '\n' : c);
      case State::AfterEscapedLineEnd:
        if (c == kEndOfLine) return {};
        state = State::InField;
        return in_field(c);
      case State::InField: return in_field(c);
      case State::InQuoted:
        if (c == kEndOfLine) return {};
        if (c == d.escape_) {
          state = State::EscapeInQuoted;
          return {};
        }
        if (c == d.quote_ && d.quoting_ != Quoting::None) {
          state = d.double_quote_ ? State::QuoteInQuoted : State::InField;
          return {};
        }
        return add(c);
      case State::EscapeInQuoted:
        state = State::InQuoted;
        return add(c == kEndOfLine ? '\n' : c);
      case State::QuoteInQuoted: return after_quote(c);
      case State::EatLineEnd:
        if (c == '\n' || c == '\r') return {};
        if (c == kEndOfLine) {
          state = State::StartRecord;
          return {};
        }
        return t.raise(error_type,
                       "new-line character seen in unquoted field - do you need to open the file with newline=''?");
    }
    return {};
  }

  bool is_special(char32_t c) const {
    return c == d.delimiter_ || c == d.quote_ || c == d.escape_ || c == '\n' || c == '\r';
  }

  template <typename Char>
  Fallible<void> take_all(Str* line, const Char* data) {
    size_t n = line->length();
    TRY(t.poll(static_cast<int64_t>(n / 8 + 1)));
    for (size_t i = 0; i < n;) {
      char32_t c = data[i];
      // OPTIMIZATION: characters without a meaning are taken as a run; a whole field is cut from the line.
      bool starts = state == State::StartRecord || state == State::StartField;
      if ((starts || state == State::InField || state == State::InQuoted) && !is_special(c) &&
          !(c == ' ' && d.skip_initial_space_)) {
        size_t end = i + 1;
        if (state == State::InQuoted)
          while (end < n && data[end] != d.quote_ && data[end] != d.escape_) ++end;
        else
          while (end < n && !is_special(data[end])) ++end;
        if (static_cast<int64_t>(field.length() + (end - i)) > limit) return raise_limit();
        bool whole = starts && end < n && data[end] == d.delimiter_;
        if (whole) {
          TRY(save(TRY(Str::slice(t, line, i, end))));
          state = State::StartField;
          i = end + 1;
          continue;
        }
        if (starts) state = State::InField;
        TRY(field.append_slice(line, i, end));
        i = end;
        continue;
      }
      TRY(take(c));
      ++i;
    }
    return take(kEndOfLine);
  }

  Fallible<void> take_line(Str* line) {
    switch (line->kind()) {
      case CharKind::One: return take_all(line, line->data1());
      case CharKind::Two: return take_all(line, line->data2());
      default: return take_all(line, line->data4());
    }
  }
};

Fallible<Value> reader_next(Thread& t, Value self) {
  auto* reader = as<Reader>(self);
  Dialect* dialect = reader->dialect_.get();
  Row row(t, *dialect, TRY(index_to_int64_py(t, reader->state_->at(1))), TRY(List::make(t)));
  do {
    int64_t started = ++reader->started_;
    Value line = TRY(next_quickly_py(t, reader->input_.get()));
    if (reader->started_ != started) return t.raise(error_type, "iterator has already advanced the reader");
    if (line.is_absent()) {
      if (row.field.length() == 0 && row.state != State::InQuoted) return Value::absent();
      if (dialect->strict_) return t.raise(error_type, "unexpected end of data");
      TRY(row.save());
      break;
    }
    if (!is<Str>(line))
      return t.raise(error_type, "iterator should return strings, not {} (the file should be opened in text mode)", type_of(line));
    ++reader->line_;
    TRY(row.take_line(as<Str>(line)));
  } while (row.state != State::StartRecord);
  return Value(row.fields);
}

Fallible<Value> get_dialect(Thread&, Value self) { return Value(as<Reader>(self)->dialect_.get()); }
Fallible<Value> get_line(Thread& t, Value self) { return make_int(t, as<Reader>(self)->line_); }
constexpr GetSet kGetSets[] = {{"dialect", get_dialect, nullptr, "How the text is understood."},
                               {"line_num", get_line, nullptr, "How many lines were read."},
                               {}};

}  // namespace

Fallible<Value> make_reader(Thread& t, Value module, const Arguments& arguments) {
  TRY(check_positional(t, arguments, "reader", 1, 2));
  Value input = TRY(iter_py(t, arguments[0]));
  Dialect* dialect = TRY(make_dialect_py(t, arguments.positional > 1 ? arguments[1] : Value::absent(), arguments));
  auto* reader = TRY(t.allocate<Reader>(reader_type->root_shape()));
  reader->input_.set(reader, input);
  reader->dialect_.set(reader, dialect);
  reader->state_.set(reader, static_cast<List*>(as<Module>(module)->state_.get()));
  return Value(reader);
}

extern const TypeSpec kReaderSpec;
const TypeSpec kReaderSpec = {.name = "_csv.reader",
                              .doc = "Iterator over the rows of a text.",
                              .layout = &Reader::kLayout,
                              .flags = type_flag::kNoInstantiation,
                              .slots = {.iter = iterator_self, .next = reader_next},
                              .getsets = kGetSets};

}  // namespace hog::csv
