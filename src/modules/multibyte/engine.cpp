// engine.cpp: see engine.hpp. Invariant: a codec never calls Python; between two calls of one, a handler may have run.
#include "modules/multibyte/engine.hpp"

namespace hog::multibyte {

namespace {

constexpr const char* kIllegal = "illegal multibyte sequence";
constexpr const char* kBroken = "incomplete multibyte sequence";

Failure raise_internal(Thread& t) { return t.raise(core.RuntimeError, "internal codec error"); }

// A question mark by the codec itself, which may have to change its state for it.
Fallible<void> encode_question_mark(const Codec& codec, Encoding& e) {
  Encoding mark{e.t, TRY(Str::from_char(e.t, '?')), 0, e.out, e.state, false};
  if (TRY(codec.encode(codec, mark)) != kDone) TRY(e.out.append_byte('?'));
  return {};
}

Fallible<void> handle_encode_error_py(const Codec& codec, Encoding& e, codecs::ErrorPolicy& policy, Stop stop) {
  if (stop == kInternal) return raise_internal(e.t);
  size_t end = stop == kIncomplete ? e.text->length() : e.at + static_cast<size_t>(stop);
  using codecs::Handler;
  if (policy.kind == Handler::Ignore || policy.kind == Handler::Replace) {
    if (policy.kind == Handler::Replace) TRY(encode_question_mark(codec, e));
    e.at = end;
    return {};
  }
  codecs::Replacement r =
      TRY(codecs::resolve_encode_error_py(e.t, policy, codec.name, e.text, e.at, end, stop == kIncomplete ? kBroken : kIllegal));
  if (is<Bytes>(r.value)) {
    TRY(e.out.append(as<Bytes>(r.value)->view()));
  } else {
    size_t used = 0;
    Bytes* replacement = TRY(encode_py(e.t, codec, e.state, as<Str>(r.value), &used, nullptr, Piece::Flush));
    TRY(e.out.append(replacement->view()));
  }
  e.at = r.next;
  return {};
}

Fallible<void> handle_decode_error_py(const Codec& codec, Decoding& d, codecs::ErrorPolicy& policy, Stop stop) {
  if (stop == kInternal) return raise_internal(d.t);
  size_t end = stop == kIncomplete ? d.size : d.at + static_cast<size_t>(stop);
  // A handler sees one copy of the input; another input that it may put into the exception is not for us.
  if (policy.kind == codecs::Handler::Custom && d.object.is_empty()) d.object = TRY(Bytes::from(d.t, d.data, d.size));
  codecs::Input input(d.data, d.size, d.object);
  codecs::Replacement r =
      TRY(codecs::resolve_decode_error_py(d.t, policy, codec.name, input, d.at, end, stop == kIncomplete ? kBroken : kIllegal));
  TRY(d.out.append(as<Str>(r.value)));
  d.at = r.next < d.size ? r.next : d.size;
  return {};
}

codecs::ErrorPolicy policy_named(Str* errors) {
  codecs::ErrorPolicy policy(errors);
  policy.multibyte = true;
  return policy;
}

}  // namespace

Fallible<Bytes*> encode_py(Thread& t, const Codec& codec, State* state, Str* text, size_t* at, Str* errors, Piece piece) {
  codecs::ErrorPolicy policy = policy_named(errors);
  BytesBuilder out(t);
  Encoding e{t, text, *at, out, state, piece != Piece::More};
  while (e.left() > 0) {
    Stop stop = TRY(codec.encode(codec, e));
    if (stop == kDone || (stop == kIncomplete && piece == Piece::More)) break;
    TRY(t.poll());
    TRY(handle_encode_error_py(codec, e, policy, stop));
    if (stop == kIncomplete) break;
  }
  if (piece == Piece::Last && codec.reset_encoder != nullptr) TRY(codec.reset_encoder(*state, out));
  *at = e.at;
  return out.finish();
}

Fallible<void> decode_py(const Codec& codec, Decoding& d, Str* errors) {
  codecs::ErrorPolicy policy = policy_named(errors);
  while (d.left() > 0) {
    Stop stop = TRY(codec.decode(codec, d));
    if (stop == kDone || stop == kIncomplete) break;
    TRY(d.t.poll());
    TRY(handle_decode_error_py(codec, d, policy, stop));
  }
  return {};
}
Fallible<void> decode_rest_py(const Codec& codec, Decoding& d, Str* errors) {
  if (d.left() == 0) return {};
  codecs::ErrorPolicy policy = policy_named(errors);
  return handle_decode_error_py(codec, d, policy, kIncomplete);
}

}  // namespace hog::multibyte
