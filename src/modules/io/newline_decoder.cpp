// newline_decoder.cpp: which newlines a text has, making each of them "\n", and IncrementalNewlineDecoder, which does so piece by
// piece. Invariant: a "\r" at the end of a piece is kept back until it is known whether a "\n" follows. Ref: library/io.
#include "modules/io/newline_decoder.hpp"

#include <cstddef>

#include "object/text_view.hpp"
#include "text/search.hpp"

namespace hog::io {

Fallible<Value> seen_newlines(Thread& t, uint8_t seen) {
  Value found[3];
  size_t n = 0;
  if ((seen & kSeenCr) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\r")));
  if ((seen & kSeenLf) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\n")));
  if ((seen & kSeenCrLf) != 0) found[n++] = Value(TRY(Str::from_ascii(t, "\r\n")));
  if (n == 0) return Value::none();
  if (n == 1) return found[0];
  return Value(TRY(Tuple::from(t, found, n)));
}

Fallible<Str*> scan_newlines(Thread& t, Str* text, bool translate, uint8_t* seen) {
  size_t n = text->length(), kept = 0;
  TRY(t.poll(static_cast<int64_t>(n / 64)));
  // OPTIMIZATION: text without "\r" is what it is.
  if (search::find_char(text_of(text), '\r') == search::kNowhere) {
    if ((*seen & kSeenLf) == 0 && search::find_char(text_of(text), '\n') != search::kNowhere) *seen |= kSeenLf;
    return text;
  }
  StrBuilder out(t);
  for (size_t i = 0; i < n; ++i) {
    if ((i & 1023) == 0) TRY(t.poll());
    char32_t c = text->at(i);
    if (c == '\n') *seen |= kSeenLf;
    if (c != '\r') continue;
    bool pair = i + 1 < n && text->at(i + 1) == '\n';
    *seen |= pair ? kSeenCrLf : kSeenCr;
    if (translate) {
      TRY(out.append_slice(text, kept, i));
      TRY(out.append(U'\n'));
      kept = i + (pair ? 2 : 1);
    }
    if (pair) ++i;
  }
  if (kept == 0) return text;
  TRY(out.append_slice(text, kept, n));
  return out.finish();
}

Fallible<Str*> pass_newlines(Thread& t, NewlineState* state, Str* text, bool final) {
  if (state->pending_return && (final || text->length() != 0)) {
    text = TRY(Str::concat(t, TRY(Str::from_ascii(t, "\r")), text));
    state->pending_return = false;
  }
  size_t n = text->length();
  if (!final && n != 0 && text->at(n - 1) == '\r') {
    text = TRY(Str::slice(t, text, 0, n - 1));
    state->pending_return = true;
  }
  return scan_newlines(t, text, state->translate, &state->seen);
}

Type* newline_decoder_type;

namespace {

class NewlineDecoder : public Cell {
 public:
  static const Layout kLayout;
  ValueField decoder_;  // empty: never initialised; None: the input is text already
  NewlineState state_;
};
void trace_decoder(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<NewlineDecoder*>(cell)->decoder_.get().raw());
}
const Layout NewlineDecoder::kLayout = {.name = "NewlineDecoder", .trace = trace_decoder, .base_size = sizeof(NewlineDecoder)};

Fallible<void> start(Thread&, NewlineDecoder* d, Value decoder, bool translate, Value) {
  d->decoder_.set(d, decoder);
  d->state_ = {0, false, translate};
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"IncrementalNewlineDecoder", HOG_NATIVE(start), "($self, decoder, translate, errors='strict')", "Make one."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> inner(Thread& t, NewlineDecoder* d) {
  if (d->decoder_.get().is_empty()) return t.raise_value_error("IncrementalNewlineDecoder.__init__() not called");
  return d->decoder_.get();
}
Fallible<Value> decode(Thread& t, NewlineDecoder* d, Value input, bool final) {
  Value decoder = TRY(inner(t, d));
  Value text = input;
  if (!decoder.is_none()) text = TRY(call_method_py(t, decoder, names.decode, input, Value::from_bool(final)));
  if (!is<Str>(text))
    return t.raise_type_error("decoder should return a string result, not '{}'", type_of(text)->name());
  return Value(TRY(pass_newlines(t, &d->state_, as<Str>(text), final)));
}
Fallible<Value> getstate(Thread& t, NewlineDecoder* d) {
  Value decoder = TRY(inner(t, d));
  Value buffered = Value(TRY(Bytes::from(t, nullptr, 0))), flag = Value::from_small_int(0);
  if (!decoder.is_none()) {
    Value state = TRY(call_method_py(t, decoder, names.getstate));
    if (!is<Tuple>(state) || as<Tuple>(state)->length() != 2 || !is_index(as<Tuple>(state)->at(1)))
      return t.raise_type_error("illegal decoder state");
    buffered = as<Tuple>(state)->at(0);
    flag = TRY(binary_py(t, BinaryOp::LeftShift, as<Tuple>(state)->at(1), Value::from_small_int(1)));
  }
  if (d->state_.pending_return) flag = TRY(binary_py(t, BinaryOp::Or, flag, Value::from_small_int(1)));
  return Value(TRY(Tuple::of(t, buffered, flag)));
}
Fallible<void> setstate(Thread& t, NewlineDecoder* d, Value state) {
  Value decoder = TRY(inner(t, d));
  if (!is<Tuple>(state)) return t.raise_type_error("state argument must be a tuple");
  if (as<Tuple>(state)->length() != 2 || !is_index(as<Tuple>(state)->at(1)))
    return t.raise_type_error("setstate(): illegal state argument");
  Value buffered = as<Tuple>(state)->at(0), flag = as<Tuple>(state)->at(1);
  Value last = TRY(binary_py(t, BinaryOp::And, flag, Value::from_small_int(1)));
  d->state_.pending_return = TRY(truth_py(t, last));
  if (decoder.is_none()) return {};
  flag = TRY(binary_py(t, BinaryOp::RightShift, flag, Value::from_small_int(1)));
  TRY(call_method_py(t, decoder, names.setstate, Value(TRY(Tuple::of(t, buffered, flag)))));
  return {};
}
Fallible<void> reset(Thread& t, NewlineDecoder* d) {
  Value decoder = TRY(inner(t, d));
  d->state_.seen = 0;
  d->state_.pending_return = false;
  if (!decoder.is_none()) TRY(call_method_py(t, decoder, names.reset));
  return {};
}
Fallible<Value> get_newlines(Thread& t, Value self) {
  TRY(inner(t, as<NewlineDecoder>(self)));
  return seen_newlines(t, as<NewlineDecoder>(self)->state_.seen);
}

constexpr NativeMethod kMethods[] = {
    {"decode", HOG_NATIVE(decode), "($self, /, input, final=False)", "The next piece."},
    {"getstate", HOG_NATIVE(getstate), "($self, /)", "(bytes not decoded yet, flags)."},
    {"setstate", HOG_NATIVE(setstate), "($self, state, /)", "What getstate() gave."},
    {"reset", HOG_NATIVE(reset), "($self, /)", "Begin anew."},
    {}};
constexpr GetSet kGetSets[] = {{"newlines", get_newlines, nullptr, "Kinds of newline met."}, {}};
const TypeSpec kSpec = {
    .name = "_io.IncrementalNewlineDecoder",
    .doc = "Decodes with another decoder, and handles universal newlines.",
    .layout = &NewlineDecoder::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = init},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(decoder, translate, errors='strict')",
    .constructors = kConstructors,
};

}  // namespace

const TypeRegistration kNewlineTypes[1] = {{&newline_decoder_type, &kSpec}};

}  // namespace hog::io
