// tokenize_module.cpp: the module `_tokenize`: TokenizerIter over the tokens of the interpreter's own lexer. It reads all
// lines before the first token (CPython reads as it goes), so that no Python runs while the arena of the lexer lives.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "syntax/tokenizer.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

class TokenizerIter : public Cell {
 public:
  static const Layout kLayout;
  ValueField readline_;  // empty once the source was read
  ValueField encoding_;
  Field<List> tokens_;
  ValueField error_;  // raised behind the last token; empty: none
  size_t index_;
  bool extra_;
};
void trace(Cell* cell, Marker& marker) {
  auto* self = static_cast<TokenizerIter*>(cell);
  marker.visit_word(self->readline_.get().raw());
  marker.visit_word(self->encoding_.get().raw());
  marker.visit_word(self->error_.get().raw());
  marker.visit(self->tokens_.get());
}
const Layout TokenizerIter::kLayout = {.name = "TokenizerIter", .trace = trace, .base_size = sizeof(TokenizerIter)};
Type* iterator_type;

Fallible<Value> new_(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> start(Thread& t, TokenizerIter* self, Value readline, bool extra_tokens, Value encoding) {
  if (!encoding.is_absent() && !encoding.is_none() && !is<Str>(encoding))
    return t.raise_type_error("tokenizeriter() argument 'encoding' must be str, not {}", type_of(encoding)->name());
  self->readline_.set(self, readline);
  self->encoding_.set(self, encoding.is_absent() ? Value::none() : encoding);
  self->tokens_.clear();
  self->error_.set(self, Value());
  self->index_ = 0;
  self->extra_ = extra_tokens;
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"tokenizeriter", HOG_NATIVE(start), "($self, readline, /, *, extra_tokens, encoding=None)", "Tokens of lines."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Str*> read_source(Thread& t, Value readline, Value encoding) {
  StrBuilder source(t);
  for (;;) {
    TRY(t.poll());
    auto line = call_py(t, readline);
    if (line.failed()) {
      if (!clear_exception_if(t, core.StopIteration)) return Failure{};
      break;
    }
    Value text = line.get();
    if (!encoding.is_none()) {
      if (!is<Bytes>(text)) return t.raise_type_error("readline() returned a non-bytes object");
      text = TRY(call_method_py(t, text, names.decode, encoding, Value(TRY(Str::from_ascii(t, "replace")))));
    }
    if (!is<Str>(text)) return t.raise_type_error("readline() returned a non-string object");
    if (as<Str>(text)->length() == 0) break;
    TRY(source.append(as<Str>(text)));
  }
  return source.finish();
}

Fallible<Value> make_error(Thread& t, const ParseError& error) {
  if (error.kind == ParseErrorKind::Memory) return t.raise_memory_error();
  if (error.kind == ParseErrorKind::Cancelled) return Failure{};  // what the poll raised
  Type* type = error.kind == ParseErrorKind::Indentation ? core.IndentationError
               : error.kind == ParseErrorKind::Tab       ? core.TabError
                                                         : core.SyntaxError;
  Str* message = TRY(Str::from_utf8(t, error.message));
  Value text = error.text.empty() ? Value::none() : Value(TRY(Str::from_utf8(t, error.text)));
  Value file = Value(TRY(Str::from_ascii(t, "<string>")));
  auto number = [](int32_t n) { return Value::from_small_int(n); };
  Tuple* details = TRY(Tuple::of(t, file, number(error.line), number(error.col), text, number(error.end_line), number(error.end_col)));
  return call_py(t, Value(type), Value(message), Value(details));
}
Fallible<Value> make_token(Thread& t, const TokenRecord& token, Value line) {
  auto number = [](int32_t n) { return Value::from_small_int(n); };
  Str* text = TRY(Str::from_utf8(t, token.text));
  Tuple* from = TRY(Tuple::of(t, number(token.line), number(token.col)));
  Tuple* to = TRY(Tuple::of(t, number(token.end_line), number(token.end_col)));
  return Value(TRY(Tuple::of(t, number(token.type), Value(text), Value(from), Value(to), line)));
}
// Several passes over the source come before the first token; each is paid for before it begins.
Fallible<void> pay_for_pass(Thread& t, size_t bytes) { return t.poll(1 + static_cast<int64_t>(bytes / 8)); }

Fallible<Bytes*> encode(Thread& t, Str* source) {
  if (source->is_ascii()) return Bytes::from(t, source->data(), source->length());
  TRY(pay_for_pass(t, source->length()));
  size_t length = source->utf8_length();
  TRY(pay_for_pass(t, source->length()));
  Bytes* utf8 = TRY(Bytes::make(t, length));
  if (length != 0) source->write_utf8(reinterpret_cast<char*>(utf8->mutable_data()));
  return utf8;
}

Fallible<void> tokenize(Thread& t, TokenizerIter* self, Str* source) {
  Bytes* utf8 = TRY(encode(t, source));
  TRY(pay_for_pass(t, utf8->length()));
  List* tokens = TRY(List::make(t));
  Arena arena(Isolate::of(t).memory());
  Tokenizer tokenizer(arena, utf8->view(), self->extra_ ? Tokenizer::ExtraTokens::Yes : Tokenizer::ExtraTokens::No);
  TRY(pay_for_pass(t, utf8->length()));
  TokenRecord token;
  std::string_view last;
  Value line = Value(names.empty);
  for (;;) {
    TRY(t.poll());
    auto outcome = tokenizer.next(token);
    if (arena.exhausted()) return t.raise_memory_error();
    if (outcome == Tokenizer::Outcome::Error) {
      self->error_.set(self, TRY(make_error(t, tokenizer.error())));
      break;
    }
    if (token.source_line.data() != last.data() || token.source_line.size() != last.size()) {
      last = token.source_line;
      TRY(pay_for_pass(t, last.size()));
      line = Value(TRY(Str::from_utf8(t, last)));
    }
    TRY(tokens->append(t, TRY(make_token(t, token, line))));
    if (outcome == Tokenizer::Outcome::End) break;
  }
  self->tokens_.set(self, tokens);
  return {};
}

Fallible<Value> iterate(Thread&, Value self) { return self; }
Fallible<Value> next(Thread& t, Value v) {
  auto* self = as<TokenizerIter>(v);
  if (!self->readline_.get().is_empty()) {
    Value readline = self->readline_.get();
    self->readline_.set(self, Value());
    TRY(tokenize(t, self, TRY(read_source(t, readline, self->encoding_.get()))));
  }
  if (self->tokens_ && self->index_ < self->tokens_->length()) return self->tokens_->at(self->index_++);
  Value error = self->error_.get();
  self->error_.set(self, Value());
  if (!error.is_empty()) return t.raise_object_py(error, Value::absent());
  return Value::absent();
}

const TypeSpec kSpec = {
    .name = "_tokenize.TokenizerIter",
    .doc = "Iterates over the tokens of a source.",
    .layout = &TokenizerIter::kLayout,
    .slots = {.iter = iterate, .next = next, .init = init, .new_ = new_},
    .constructors = kConstructors,
};
const TypeRegistration kTypes[] = {{&iterator_type, &kSpec}};

}  // namespace

extern const ModuleSpec k_module__tokenize;
const ModuleSpec k_module__tokenize = {.name = "_tokenize", .types = kTypes, .type_count = 1};

}  // namespace hog
