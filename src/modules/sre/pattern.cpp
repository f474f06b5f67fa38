// pattern.cpp: re.Pattern and its scanner.
#include "modules/sre/sre.hpp"

#include "object/class_system.hpp"

namespace hog::sre {

namespace {

void trace_pattern(Cell* cell, Marker& marker) {
  auto* p = static_cast<Pattern*>(cell);
  marker.visit_word(p->pattern_.get().raw());
  marker.visit(p->group_index_.get());
  marker.visit(p->index_group_.get());
  marker.visit(p->code_.get());
  marker.visit(p->tables_.get());
}
Pattern* self_of(Value self) { return as<Pattern>(self); }

// One search after another over the same subject.
class Search {
 public:
  Search(Thread& t, Pattern* pattern) : t_(t), pattern_(pattern), subject_(t) {}
  Fallible<void> open(Value string, int64_t pos, int64_t end_pos) {
    TRY(subject_.open(t_, pattern_, string));
    end_ = end_pos < 0 ? 0 : end_pos > subject_.length ? subject_.length : end_pos;
    start_ = pos < 0 ? 0 : pos > subject_.length ? subject_.length : pos;
    pos_ = start_;
    storage_ = TRY(ByteArray::make(t_, static_cast<size_t>(pattern_->groups_ + 1) * 2 * sizeof(int64_t)));
    return {};
  }
  // Matches at or from the current position; on success moves behind what was found.
  Fallible<bool> next(Mode mode) {
    if (start_ > end_) return false;
    Request request{pattern_, &subject_, start_, end_, mode, must_advance_};
    Outcome outcome = TRY(run(t_, request, spans()));
    if (!outcome.matched) return false;
    last_index_ = outcome.last_index;
    must_advance_ = end() == begin();
    start_ = end();
    return true;
  }
  int64_t* spans() { return reinterpret_cast<int64_t*>(storage_->data()); }
  int64_t begin() { return spans()[0]; }
  int64_t end() { return spans()[1]; }
  Fallible<Value> match() {
    return make_match(t_, pattern_, subject_.string, spans(), pos_, end_, last_index_);
  }
  Fallible<Value> group(int64_t g, Value otherwise) {
    int64_t from = spans()[2 * g], to = spans()[2 * g + 1];
    if (from < 0 || to < from) return otherwise;
    return subject_.slice(t_, from, to);
  }
  // Text of a str subject, straight into the builder.
  Fallible<void> append_to(StrBuilder& out, int64_t from, int64_t to) {
    if (from < 0 || to <= from) return {};
    return out.append_slice(as<Str>(subject_.string), static_cast<size_t>(from), static_cast<size_t>(to));
  }
  const Subject& subject() const { return subject_; }
  int64_t limit() const { return end_; }
  int64_t groups() const { return pattern_->groups_; }
  int64_t start_ = 0;
  bool must_advance_ = false;

 private:
  Thread& t_;
  Pattern* pattern_;
  Subject subject_;
  int64_t end_ = 0;
  int64_t pos_ = 0;
  int64_t last_index_ = -1;
  ByteArray* storage_ = nullptr;
};

Fallible<Value> match_once(Thread& t, Pattern* pattern, Value string, int64_t pos, int64_t end_pos, Mode mode) {
  Search search(t, pattern);
  TRY(search.open(string, pos, end_pos));
  if (!TRY(search.next(mode))) return Value::none();
  return search.match();
}
// pos and endpos beyond any string mean its ends.
Fallible<int64_t> position_py(Thread& t, Value v) { return index_clamped_py(t, v); }

Fallible<Value> pattern_match(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  return match_once(t, self, string, TRY(position_py(t, pos)), TRY(position_py(t, end_pos)), Mode::Match);
}
Fallible<Value> pattern_fullmatch(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  return match_once(t, self, string, TRY(position_py(t, pos)), TRY(position_py(t, end_pos)), Mode::FullMatch);
}
Fallible<Value> pattern_search(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  return match_once(t, self, string, TRY(position_py(t, pos)), TRY(position_py(t, end_pos)), Mode::Search);
}

Fallible<Value> pattern_findall(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  Search search(t, self);
  TRY(search.open(string, TRY(position_py(t, pos)), TRY(position_py(t, end_pos))));
  List* result = TRY(List::make(t));
  Value empty = TRY(search.subject().slice(t, 0, 0));
  while (TRY(search.next(Mode::Search))) {
    Value item;
    if (self->groups_ <= 1) {
      item = TRY(search.group(self->groups_, empty));
    } else {
      Tuple* tuple = TRY(Tuple::make(t, static_cast<size_t>(self->groups_)));
      for (int64_t g = 0; g < self->groups_; ++g) tuple->initialize(static_cast<size_t>(g), empty);
      for (int64_t g = 0; g < self->groups_; ++g)
        tuple->initialize(static_cast<size_t>(g), TRY(search.group(g + 1, empty)));
      item = Value(tuple);
    }
    TRY(result->append(t, item));
    TRY(t.poll());
  }
  return Value(result);
}

Fallible<Value> pattern_split(Thread& t, Pattern* self, Value string, int64_t most) {
  Search search(t, self);
  TRY(search.open(string, 0, INT64_MAX));
  List* result = TRY(List::make(t));
  int64_t last = 0;
  for (int64_t n = 0; (most == 0 || n < most) && TRY(search.next(Mode::Search)); ++n) {
    TRY(result->append(t, TRY(search.subject().slice(t, last, search.begin()))));
    for (int64_t g = 1; g <= self->groups_; ++g) TRY(result->append(t, TRY(search.group(g, Value::none()))));
    last = search.end();
    TRY(t.poll());
  }
  TRY(result->append(t, TRY(search.subject().slice(t, last, search.subject().length))));
  return Value(result);
}

// Does the replacement text need the template parser?
Fallible<bool> is_literal_py(Thread& t, Value replacement) {
  if (is<Str>(replacement)) {
    auto* s = as<Str>(replacement);
    for (size_t i = 0; i < s->length(); ++i)
      if (s->at(i) == '\\') return false;
    return true;
  }
  if (!supports_buffer(replacement)) return false;
  BytesLike bytes(t);
  TRY(bytes.open(replacement));
  return std::memchr(bytes.data(), '\\', bytes.size()) == nullptr;
}

// What substitute() writes: a str grows in a builder, so that a million pieces are not kept; bytes are joined at the end.
class Substitution {
 public:
  Substitution(Thread& t, Search& search) : t_(t), search_(search), out_(t) {}
  Fallible<void> open() {
    if (!search_.subject().is_str) pieces_ = TRY(List::make(t_));
    return {};
  }
  Fallible<void> add_subject(int64_t from, int64_t to) {
    if (from >= to) return {};
    ++count_;
    if (pieces_ == nullptr) return search_.append_to(out_, from, to);
    return pieces_->append(t_, TRY(search_.subject().slice(t_, from, to)));
  }
  Fallible<void> add(Value piece) {
    if (pieces_ != nullptr) return pieces_->append(t_, piece);
    if (!is<Str>(piece))
      return t_.raise_type_error("sequence item {}: expected str instance, {} found", count_, type_of(piece));
    ++count_;
    return out_.append(as<Str>(piece));
  }
  // What a compiled template gives for the match just found.
  Fallible<void> add_template(Value compiled) {
    List* parts = template_parts(compiled);
    if (parts == nullptr) return add(compiled);
    if (pieces_ != nullptr) return expand_template(t_, compiled, as<Match>(TRY(search_.match())), pieces_);
    for (size_t i = 0; i < parts->length(); ++i) {
      Value part = parts->at(i);
      if (i % 2 == 0) {
        TRY(add(part));
        continue;
      }
      int64_t group = part.small_int();
      if (group > search_.groups()) return t_.raise(core.IndexError, "no such group");
      TRY(search_.append_to(out_, search_.spans()[2 * group], search_.spans()[2 * group + 1]));
    }
    return {};
  }
  Fallible<Value> finish() {
    if (pieces_ != nullptr) return join_pieces(t_, pieces_, false);
    return Value(TRY(out_.finish()));
  }

 private:
  Thread& t_;
  Search& search_;
  StrBuilder out_;
  List* pieces_ = nullptr;
  size_t count_ = 0;  // of the pieces so far, for messages
};

Fallible<Value> substitute(Thread& t, Pattern* self, Value replacement, Value string, int64_t most, bool with_count) {
  bool callable = is_callable(replacement);
  bool literal = false;
  Value compiled = replacement;
  if (!callable) {
    literal = TRY(is_literal_py(t, replacement));
    if (!literal) compiled = TRY(compile_template_py(t, self, replacement));
  }
  Search search(t, self);
  TRY(search.open(string, 0, INT64_MAX));
  Substitution out(t, search);
  TRY(out.open());
  int64_t last = 0, count = 0;
  while ((most == 0 || count < most) && TRY(search.next(Mode::Search))) {
    TRY(out.add_subject(last, search.begin()));
    last = search.end();
    if (literal) {
      TRY(out.add(replacement));
    } else if (callable) {
      Value piece = TRY(call_py(t, replacement, TRY(search.match())));
      if (!piece.is_none()) TRY(out.add(piece));
    } else {
      TRY(out.add_template(compiled));
    }
    ++count;
    TRY(t.poll());
  }
  Value result;
  if (count == 0 && (is_exactly(string, shapes.str) || is_exactly(string, shapes.bytes))) {
    result = string;
  } else {
    TRY(out.add_subject(last, search.subject().length));
    result = TRY(out.finish());
  }
  if (!with_count) return result;
  return Value(TRY(Tuple::of(t, result, Value::from_small_int(count))));
}
Fallible<Value> pattern_sub(Thread& t, Pattern* self, Value replacement, Value string, int64_t count) {
  return substitute(t, self, replacement, string, count, false);
}
Fallible<Value> pattern_subn(Thread& t, Pattern* self, Value replacement, Value string, int64_t count) {
  return substitute(t, self, replacement, string, count, true);
}

// ---- Scanner: finditer() and scanner(). ----

class Scanner : public Cell {
 public:
  static const Layout kLayout;
  Field<Pattern> pattern_;
  ValueField string_;
  int64_t pos_, start_, end_;
  bool must_advance_, done_, executing_;
};
void trace_scanner(Cell* cell, Marker& marker) {
  marker.visit(static_cast<Scanner*>(cell)->pattern_.get());
  marker.visit_word(static_cast<Scanner*>(cell)->string_.get().raw());
}
const Layout Scanner::kLayout = {.name = "scanner", .trace = trace_scanner, .base_size = sizeof(Scanner)};

Fallible<Value> scan(Thread& t, Scanner* scanner, Mode mode) {
  if (scanner->done_) return Value::none();
  if (scanner->executing_) return t.raise_value_error("regular expression scanner already executing");
  Search search(t, scanner->pattern_.get());
  TRY(search.open(scanner->string_.get(), scanner->pos_, scanner->end_));
  search.start_ = scanner->start_;
  search.must_advance_ = scanner->must_advance_;
  scanner->executing_ = true;
  Fallible<bool> found = search.next(mode);
  scanner->executing_ = false;
  if (found.failed()) return Failure{};
  if (!found.get()) {
    scanner->done_ = true;
    return Value::none();
  }
  scanner->start_ = search.start_;
  scanner->must_advance_ = search.must_advance_;
  return search.match();
}
Fallible<Value> scanner_search(Thread& t, Scanner* self) { return scan(t, self, Mode::Search); }
Fallible<Value> scanner_match(Thread& t, Scanner* self) { return scan(t, self, Mode::Match); }
Fallible<Value> scanner_iter(Thread&, Value self) { return self; }
Fallible<Value> scanner_next(Thread& t, Value self) {
  Value v = TRY(scan(t, as<Scanner>(self), Mode::Search));
  return v.is_none() ? Value::absent() : v;
}
Fallible<Value> scanner_pattern(Thread&, Value self) { return Value(as<Scanner>(self)->pattern_.get()); }
constexpr NativeMethod kScannerMethods[] = {
    {"match", HOG_NATIVE(scanner_match), "($self, /)", "The next match at the current position."},
    {"search", HOG_NATIVE(scanner_search), "($self, /)", "The next match anywhere."},
    {},
};
constexpr GetSet kScannerGetSets[] = {{"pattern", scanner_pattern}, {}};

Fallible<Value> make_scanner(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  int64_t start = TRY(position_py(t, pos));
  int64_t end = TRY(position_py(t, end_pos));
  {
    Search check(t, self);
    TRY(check.open(string, start, end));
    start = check.start_;
    end = check.limit();
  }
  auto* scanner = TRY(t.allocate<Scanner>(scanner_type->root_shape()));
  scanner->pattern_.set(scanner, self);
  scanner->string_.set(scanner, string);
  scanner->pos_ = scanner->start_ = start;
  scanner->end_ = end;
  return Value(scanner);
}
Fallible<Value> pattern_scanner(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  return make_scanner(t, self, string, pos, end_pos);
}
Fallible<Value> pattern_finditer(Thread& t, Pattern* self, Value string, Value pos, Value end_pos) {
  return make_scanner(t, self, string, pos, end_pos);
}

// ---- The rest. ----

Fallible<Value> pattern_same(Thread&, Value self) { return self; }
Fallible<Value> pattern_deepcopy(Thread&, Value self, Value) { return self; }
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }
Fallible<Value> get_pattern(Thread&, Value self) { return self_of(self)->pattern_.get(); }
Fallible<Value> get_flags(Thread&, Value self) { return Value::from_small_int(self_of(self)->flags_); }
Fallible<Value> get_groups(Thread&, Value self) { return Value::from_small_int(self_of(self)->groups_); }
Fallible<Value> get_group_index(Thread& t, Value self) {
  return make_mapping_proxy(t, Value(self_of(self)->group_index_.get()));
}

Fallible<Value> pattern_repr(Thread& t, Value self) {
  auto* p = self_of(self);
  struct Name {
    const char* text;
    int64_t value;
  };
  static constexpr Name kNames[] = {{"re.IGNORECASE", 2}, {"re.MULTILINE", 8}, {"re.DOTALL", 16},
                                    {"re.VERBOSE", 64},   {"re.DEBUG", 128},   {"re.ASCII", 256}, {"re.LOCALE", 4}};
  StrBuilder out(t);
  TRY(out.append_ascii("re.compile("));
  Str* text = TRY(repr_py(t, p->pattern_.get()));
  constexpr size_t kLongest = 200;
  TRY(out.append_slice(text, 0, text->length() > kLongest ? kLongest : text->length()));
  int64_t flags = p->flags_;
  // Unicode is what str patterns are anyway.
  if (!p->is_bytes_ && (flags & (flag::kLocale | flag::kUnicode | flag::kAscii)) == flag::kUnicode) flags &= ~flag::kUnicode;
  bool any = false;
  constexpr Name kOrder[] = {kNames[0], kNames[6], kNames[1], kNames[2], {"re.UNICODE", 32}, kNames[3], kNames[4], kNames[5]};
  for (const Name& name : kOrder) {
    if ((flags & name.value) == 0) continue;
    TRY(out.append_ascii(any ? "|" : ", "));
    TRY(out.append_ascii(name.text));
    any = true;
    flags &= ~name.value;
  }
  if (flags != 0) {
    Str* rest = TRY(int_to_text(t, Value::from_small_int(flags), 16));
    TRY(out.append_ascii(any ? "|0x" : ", 0x"));
    TRY(out.append(rest));
  }
  TRY(out.append_ascii(")"));
  return Value(TRY(out.finish()));
}

Fallible<int64_t> pattern_hash(Thread& t, Value self) {
  auto* p = self_of(self);
  int64_t hash = TRY(hash_py(t, p->pattern_.get()));
  for (uint32_t i = 0; i < p->code_size_; ++i) hash = static_cast<int64_t>(static_cast<uint64_t>(hash) * 31 + p->code()[i]);
  hash ^= p->flags_ ^ (p->groups_ << 8);
  return hash == -1 ? -2 : hash;
}
Fallible<Value> pattern_compare(Thread& t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<Pattern>(b)) return Value::not_implemented();
  auto* x = self_of(a);
  auto* y = self_of(b);
  bool equal = x == y;
  if (!equal)
    equal = x->flags_ == y->flags_ && x->is_bytes_ == y->is_bytes_ && x->code_size_ == y->code_size_ &&
            std::memcmp(x->code(), y->code(), x->code_size_ * sizeof(uint32_t)) == 0 &&
            TRY(equals_py(t, x->pattern_.get(), y->pattern_.get()));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

#define POSITIONS "($self, /, string, pos=0, endpos=9223372036854775807)"
constexpr NativeMethod kMethods[] = {
    {"match", HOG_NATIVE(pattern_match), POSITIONS, "Match at the beginning."},
    {"fullmatch", HOG_NATIVE(pattern_fullmatch), POSITIONS, "Match the whole string."},
    {"search", HOG_NATIVE(pattern_search), POSITIONS, "The first match anywhere."},
    {"findall", HOG_NATIVE(pattern_findall), POSITIONS, "All matches as a list."},
    {"finditer", HOG_NATIVE(pattern_finditer), POSITIONS, "Iterator over all matches."},
    {"scanner", HOG_NATIVE(pattern_scanner), POSITIONS, "A scanner."},
    {"split", HOG_NATIVE(pattern_split), "($self, /, string, maxsplit=0)", "The string cut at each match."},
    {"sub", HOG_NATIVE(pattern_sub), "($self, /, repl, string, count=0)", "The string with each match replaced."},
    {"subn", HOG_NATIVE(pattern_subn), "($self, /, repl, string, count=0)", "(new string, number of replacements)."},
    {"__copy__", HOG_NATIVE(pattern_same), "($self, /)", "Itself."},
    {"__deepcopy__", HOG_NATIVE(pattern_deepcopy), "($self, memo, /)", "Itself."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {
    {"pattern", get_pattern}, {"flags", get_flags}, {"groups", get_groups}, {"groupindex", get_group_index}, {},
};

}  // namespace

Type* pattern_type;
Type* scanner_type;

const Layout Pattern::kLayout = {.name = "pattern", .trace = trace_pattern, .base_size = sizeof(Pattern)};

const TypeSpec kPatternSpec = {
    .name = "re.Pattern",
    .doc = "A compiled regular expression.",
    .layout = &Pattern::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kNoInstantiation,
    .slots = {.repr = pattern_repr, .hash = pattern_hash, .compare = pattern_compare},
    .methods = kMethods,
    .getsets = kGetSets,
};
const TypeSpec kScannerSpec = {
    .name = "_sre.SRE_Scanner",
    .layout = &Scanner::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = scanner_iter, .next = scanner_next},
    .methods = kScannerMethods,
    .getsets = kScannerGetSets,
};

}  // namespace hog::sre
