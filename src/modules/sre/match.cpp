// match.cpp: re.Match, and templates of replacement strings.
#include "modules/sre/sre.hpp"

namespace hog::sre {

namespace {

void trace_match(Cell* cell, Marker& marker) {
  auto* m = static_cast<Match*>(cell);
  marker.visit_word(m->string_.get().raw());
  marker.visit_word(m->regs_.get().raw());
  marker.visit(m->pattern_.get());
  marker.visit(m->spans_.get());
}

Match* self_of(Value self) { return as<Match>(self); }

// A group by number or name; IndexError "no such group".
Fallible<int64_t> group_index_py(Thread& t, Match* m, Value group) {
  int64_t count = m->pattern_->groups_;
  if (group.is_small_int()) {
    int64_t i = group.small_int();
    if (i >= 0 && i <= count) return i;
    return t.raise(core.IndexError, "no such group");
  }
  Value index = group;
  if (!is_int_or_bool(group)) {
    if (type_of(group)->slots().index != nullptr) {
      index = TRY(index_py(t, group));
    } else {
      Dict* names = m->pattern_->group_index_.get();
      index = TRY(names->get_py(t, group));
      if (index.is_absent()) return t.raise(core.IndexError, "no such group");
    }
  }
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0 || n.value < 0 || n.value > count) return t.raise(core.IndexError, "no such group");
  return n.value;
}

Fallible<Value> text_of(Thread& t, Match* m, int64_t group, Value otherwise) {
  int64_t start = m->start(static_cast<size_t>(group)), end = m->end(static_cast<size_t>(group));
  if (start < 0 || end < start) return otherwise;
  Value string = m->string_.get();
  if (is<Str>(string)) {
    auto length = static_cast<int64_t>(as<Str>(string)->length());
    if (end > length) end = length;
    if (start > end) start = end;
    return Value(TRY(Str::slice(t, as<Str>(string), static_cast<size_t>(start), static_cast<size_t>(end))));
  }
  BytesLike bytes(t);
  TRY(bytes.open(string));
  auto length = static_cast<int64_t>(bytes.size());
  // The buffer may have shrunk since.
  if (end > length) end = length;
  if (start > end) start = end;
  return Value(TRY(Bytes::from(t, bytes.data() + start, static_cast<size_t>(end - start))));
}

Fallible<Value> match_group_method(Thread& t, Match* m, Arguments groups) {
  if (groups.positional == 0) return text_of(t, m, 0, Value::none());
  if (groups.positional == 1) return text_of(t, m, TRY(group_index_py(t, m, groups[0])), Value::none());
  Tuple* result = TRY(Tuple::make(t, groups.positional));
  for (uint32_t i = 0; i < groups.positional; ++i) result->initialize(i, Value::none());
  for (uint32_t i = 0; i < groups.positional; ++i)
    result->initialize(i, TRY(text_of(t, m, TRY(group_index_py(t, m, groups[i])), Value::none())));
  return Value(result);
}

Fallible<Value> match_get_item(Thread& t, Value self, Value group) {
  return text_of(t, self_of(self), TRY(group_index_py(t, self_of(self), group)), Value::none());
}

Fallible<Value> match_groups(Thread& t, Match* m, Value otherwise) {
  auto count = static_cast<size_t>(m->pattern_->groups_);
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) result->initialize(i, Value::none());
  for (size_t i = 0; i < count; ++i) result->initialize(i, TRY(text_of(t, m, static_cast<int64_t>(i) + 1, otherwise)));
  return Value(result);
}

Fallible<Value> match_groupdict(Thread& t, Match* m, Value otherwise) {
  Dict* result = TRY(Dict::make(t));
  Dict* names = m->pattern_->group_index_.get();
  Value name, index;
  for (size_t i = 0; names->next_nogc(&i, &name, &index);)
    TRY(result->set_py(t, name, TRY(text_of(t, m, TRY(group_index_py(t, m, index)), otherwise))));
  return Value(result);
}

Fallible<int64_t> match_start(Thread& t, Match* m, Value group) {
  return m->start(static_cast<size_t>(TRY(group_index_py(t, m, group))));
}
Fallible<int64_t> match_end(Thread& t, Match* m, Value group) {
  return m->end(static_cast<size_t>(TRY(group_index_py(t, m, group))));
}
Fallible<Value> span_tuple(Thread& t, Match* m, size_t group) {
  return Value(TRY(Tuple::of(t, Value::from_small_int(m->start(group)), Value::from_small_int(m->end(group)))));
}
Fallible<Value> match_span(Thread& t, Match* m, Value group) {
  return span_tuple(t, m, static_cast<size_t>(TRY(group_index_py(t, m, group))));
}
Fallible<Value> match_expand(Thread& t, Match* m, Value replacement) {
  Value compiled = TRY(compile_template_py(t, m->pattern_.get(), replacement));
  List* pieces = TRY(List::make(t));
  TRY(expand_template(t, compiled, m, pieces));
  return join_pieces(t, pieces, is<Str>(m->string_.get()));
}
Fallible<Value> match_same(Thread&, Value self) { return self; }
Fallible<Value> match_deepcopy(Thread&, Value self, Value) { return self; }
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

Fallible<Value> get_string(Thread&, Value self) { return self_of(self)->string_.get(); }
Fallible<Value> get_pattern(Thread&, Value self) { return Value(self_of(self)->pattern_.get()); }
Fallible<Value> get_pos(Thread&, Value self) { return Value::from_small_int(self_of(self)->pos_); }
Fallible<Value> get_end_pos(Thread&, Value self) { return Value::from_small_int(self_of(self)->end_pos_); }
Fallible<Value> get_last_index(Thread&, Value self) {
  int64_t n = self_of(self)->last_index_;
  return n < 0 ? Value::none() : Value::from_small_int(n);
}
Fallible<Value> get_last_group(Thread&, Value self) {
  auto* m = self_of(self);
  Tuple* names = m->pattern_->index_group_.get();
  if (m->last_index_ < 0 || m->last_index_ >= static_cast<int64_t>(names->length())) return Value::none();
  return names->at(static_cast<size_t>(m->last_index_));
}
Fallible<Value> get_regs(Thread& t, Value self) {
  auto* m = self_of(self);
  if (!m->regs_.get().is_empty()) return m->regs_.get();
  auto count = static_cast<size_t>(m->pattern_->groups_) + 1;
  Tuple* regs = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) regs->initialize(i, Value::none());
  for (size_t i = 0; i < count; ++i) regs->initialize(i, TRY(span_tuple(t, m, i)));
  m->regs_.set(m, Value(regs));
  return Value(regs);
}
Fallible<Value> match_repr(Thread& t, Value self) {
  auto* m = self_of(self);
  Value text = TRY(text_of(t, m, 0, Value::none()));
  return Value(TRY(t.format("<re.Match object; span=({}, {}), match={}>", m->start(0), m->end(0), repr_of(text))));
}

constexpr NativeMethod kMethods[] = {
    {"group", HOG_NATIVE(match_group_method), "($self, /, *groups)", "Text of groups, by number or name."},
    {"start", HOG_NATIVE(match_start), "($self, group=0, /)", "Where a group begins."},
    {"end", HOG_NATIVE(match_end), "($self, group=0, /)", "Where a group ends."},
    {"span", HOG_NATIVE(match_span), "($self, group=0, /)", "(start, end) of a group."},
    {"groups", HOG_NATIVE(match_groups), "($self, /, default=None)", "All groups as a tuple."},
    {"groupdict", HOG_NATIVE(match_groupdict), "($self, /, default=None)", "Named groups as a dict."},
    {"expand", HOG_NATIVE(match_expand), "($self, /, template)", "A template filled with the groups."},
    {"__copy__", HOG_NATIVE(match_same), "($self, /)", "Itself."},
    {"__deepcopy__", HOG_NATIVE(match_deepcopy), "($self, memo, /)", "Itself."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {
    {"string", get_string}, {"re", get_pattern},          {"pos", get_pos},
    {"endpos", get_end_pos}, {"lastindex", get_last_index}, {"lastgroup", get_last_group},
    {"regs", get_regs},      {},
};

// ---- Templates: [literal, group, literal, group, ...] ----

class Template : public Cell {
 public:
  static const Layout kLayout;
  Field<List> parts_;
};
void trace_template(Cell* cell, Marker& marker) { marker.visit(static_cast<Template*>(cell)->parts_.get()); }
const Layout Template::kLayout = {.name = "template", .trace = trace_template, .base_size = sizeof(Template)};

bool is_empty_text(Value v) {
  return is<Str>(v) ? as<Str>(v)->length() == 0 : is<Bytes>(v) && as<Bytes>(v)->length() == 0;
}

}  // namespace

Type* match_type;
Type* template_type;

const Layout Match::kLayout = {.name = "match", .trace = trace_match, .base_size = sizeof(Match)};

const TypeSpec kMatchSpec = {
    .name = "re.Match",
    .doc = "What a pattern found.",
    .layout = &Match::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.repr = match_repr, .get_item = match_get_item},
    .methods = kMethods,
    .getsets = kGetSets,
};
const TypeSpec kTemplateSpec = {
    .name = "_sre.SRE_Template",
    .layout = &Template::kLayout,
    .flags = type_flag::kNoInstantiation,
};

Fallible<Value> make_match(Thread& t, Pattern* pattern, Value string, const int64_t* spans, int64_t pos, int64_t end_pos,
                           int64_t last_index) {
  size_t bytes = static_cast<size_t>(pattern->groups_ + 1) * 2 * sizeof(int64_t);
  ByteArray* copy = TRY(ByteArray::make(t, bytes));
  std::memcpy(copy->data(), spans, bytes);
  // Half of a group that was left in the middle does not count.
  auto* values = reinterpret_cast<int64_t*>(copy->data());
  for (int64_t g = 0; g <= pattern->groups_; ++g)
    if (values[2 * g] < 0 || values[2 * g + 1] < values[2 * g]) values[2 * g] = values[2 * g + 1] = -1;
  auto* m = TRY(t.allocate<Match>(match_type->root_shape()));
  m->string_.set(m, string);
  m->pattern_.set(m, pattern);
  m->spans_.set(m, copy);
  m->pos_ = pos;
  m->end_pos_ = end_pos;
  m->last_index_ = last_index;
  return Value(m);
}

Fallible<Value> match_group(Thread& t, Match* match, size_t group, Value otherwise) {
  return text_of(t, match, static_cast<int64_t>(group), otherwise);
}

Fallible<Value> make_template(Thread& t, Value, List* parts) {
  // Literals at even places, group numbers at odd ones.
  if (parts->length() % 2 == 0) return t.raise_type_error("invalid template");
  for (size_t i = 1; i < parts->length(); i += 2) {
    Value group = parts->at(i);
    if (!group.is_small_int() || group.small_int() < 0) return t.raise_type_error("invalid template");
  }
  auto* result = TRY(t.allocate<Template>(template_type->root_shape()));
  result->parts_.set(result, TRY(List::from(t, parts->data(), parts->length())));
  return Value(result);
}

Fallible<Value> compile_template_py(Thread& t, Pattern* pattern, Value replacement) {
  Value re = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "re"))));
  Value compile = TRY(get_attribute_py(t, re, TRY(Str::intern_utf8(t, "_compile_template"))));
  Fallible<Value> compiled = call_py(t, compile, Value(pattern), replacement);
  if (compiled.failed() && !t.terminated() && t.exception_is(core.TypeError) && !is<Str>(replacement) &&
      !supports_buffer(replacement)) {
    // An unhashable template never reaches the parser, which has the better message.
    return Failure{};
  }
  return compiled;
}

List* template_parts(Value compiled) {
  return compiled.is_cell() && is<Template>(compiled) ? as<Template>(compiled)->parts_.get() : nullptr;
}

Fallible<void> expand_template(Thread& t, Value compiled, Match* match, List* out) {
  List* parts = template_parts(compiled);
  if (parts == nullptr) return out->append(t, compiled);
  for (size_t i = 0; i < parts->length(); ++i) {
    Value part = parts->at(i);
    if (i % 2 == 0) {
      if (!is_empty_text(part)) TRY(out->append(t, part));
      continue;
    }
    int64_t group = part.small_int();
    if (group > match->pattern_->groups_) return t.raise(core.IndexError, "no such group");
    Value text = TRY(text_of(t, match, group, Value::none()));
    if (!text.is_none()) TRY(out->append(t, text));
  }
  return {};
}

}  // namespace hog::sre
