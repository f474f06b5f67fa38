// subject.cpp: what a pattern is matched against, and pieces of it.
#include "modules/sre/sre.hpp"

namespace hog::sre {

Fallible<void> Subject::open(Thread& t, Pattern* pattern, Value v) {
  string = v;
  bool any = pattern->pattern_.get().is_none();
  if (is<Str>(v)) {
    if (!any && pattern->is_bytes_) return t.raise_type_error("cannot use a bytes pattern on a string-like object");
    auto* s = as<Str>(v);
    data = s->data();
    length = static_cast<int64_t>(s->length());
    width = static_cast<int>(s->kind());
    is_str = true;
    return {};
  }
  if (!supports_buffer(v)) return t.raise_type_error("expected string or bytes-like object, got '{}'", type_of(v));
  TRY(bytes_.open(v));
  if (!any && !pattern->is_bytes_) return t.raise_type_error("cannot use a string pattern on a bytes-like object");
  data = bytes_.data();
  length = static_cast<int64_t>(bytes_.size());
  width = 1;
  return {};
}

Fallible<Value> Subject::slice(Thread& t, int64_t start, int64_t end) const {
  if (is_str) return Value(TRY(Str::slice(t, as<Str>(string), static_cast<size_t>(start), static_cast<size_t>(end))));
  if (is_exactly(string, shapes.bytes) && start == 0 && end == length) return string;
  return Value(TRY(Bytes::from(t, static_cast<const uint8_t*>(data) + start, static_cast<size_t>(end - start))));
}

Fallible<Value> join_pieces(Thread& t, List* pieces, bool is_str) {
  if (is_str) {
    StrBuilder out(t);
    for (size_t i = 0; i < pieces->length(); ++i) {
      Value piece = pieces->at(i);
      if (!is<Str>(piece))
        return t.raise_type_error("sequence item {}: expected str instance, {} found", i, type_of(piece));
      TRY(out.append(as<Str>(piece)));
    }
    return Value(TRY(out.finish()));
  }
  Bytes* empty = TRY(Bytes::make(t, 0));
  return call_method_py(t, Value(empty), TRY(Str::intern_utf8(t, "join")), Value(pieces));
}

}  // namespace hog::sre
