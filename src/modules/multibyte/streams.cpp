// streams.cpp: MultibyteStreamReader and MultibyteStreamWriter. Ref: library/codecs "StreamReader Objects", "StreamWriter Objects".
// Invariant: what a stream gave is decoded or pending before the stream is asked again.
#include "modules/multibyte/codec_object.hpp"

namespace hog::multibyte {

namespace {

template <Direction direction>
Fallible<Value> make_stream(Thread& t, Type* type, Value stream, Str* errors) {
  CodecObject* self = TRY(new_codec_object_py(t, type, errors, direction));
  self->stream_.set(self, stream);
  return Value(self);
}
constexpr NativeMethod kReaderConstructors[] = {
    {"StreamReader", HOG_NATIVE(make_stream<Direction::Decode>), "($type, stream, errors='strict')", nullptr}, {}};
constexpr NativeMethod kWriterConstructors[] = {
    {"StreamWriter", HOG_NATIVE(make_stream<Direction::Encode>), "($type, stream, errors='strict')", nullptr}, {}};
Fallible<Value> reader_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kReaderConstructors[0]), Value(type), arguments);
}
Fallible<Value> writer_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kWriterConstructors[0]), Value(type), arguments);
}

// ---- Reading. ----

Fallible<Bytes*> ask_stream_py(Thread& t, CodecObject* self, Str* method, int64_t size) {
  Value stream = self->stream_;
  Value answer = size < 0 ? TRY(call_method_py(t, stream, method)) : TRY(call_method_py(t, stream, method, TRY(make_int(t, size))));
  if (is<Bytes>(answer)) return as<Bytes>(answer);
  return t.raise_type_error("stream function returned a non-bytes object ({})", type_of(answer)->name());
}

// size < 0: everything. Otherwise the stream is asked for so much, and then byte by byte until there is a character.
Fallible<Value> read_py(Thread& t, CodecObject* self, Str* method, int64_t size) {
  if (size == 0) return Value(names.empty);
  int64_t wanted = size;
  for (;;) {
    TRY(t.poll());
    Bytes* bytes = TRY(ask_stream_py(t, self, method, wanted));
    bool at_end = bytes->length() == 0;
    if (self->pending_size_ != 0) bytes = TRY(with_pending(t, self, bytes->data(), bytes->length()));
    Decoding d(t, bytes->data(), bytes->length(), &self->state_);
    d.object = Value(bytes);
    TRY(decode_py(*self->codec_, d, self->errors_.get()));
    if (at_end || wanted < 0) TRY(decode_rest_py(*self->codec_, d, self->errors_.get()));
    TRY(keep_pending(t, self, d));
    if (wanted < 0 || d.out.length() != 0 || bytes->length() == 0) return Value(TRY(d.out.finish()));
    wanted = 1;
  }
}

Fallible<Value> sized_py(Thread& t, CodecObject* self, Str* method, Value size_or_none) {
  int64_t size = -1;
  if (!size_or_none.is_none()) {
    if (!is_int_or_bool(size_or_none)) return t.raise_type_error("arg 1 must be an integer");
    Int64Result n = int_to_int64_nogc(size_or_none);
    if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
    size = n.value;
  }
  return read_py(t, self, method, size);
}
Fallible<Value> read(Thread& t, CodecObject* self, Value size) { return sized_py(t, self, names.read, size); }
Fallible<Value> readline(Thread& t, CodecObject* self, Value size) { return sized_py(t, self, names.readline, size); }
Fallible<Value> readlines(Thread& t, CodecObject* self, Value size) {
  Value text = TRY(sized_py(t, self, names.read, size));
  return call_method_py(t, text, TRY(Str::intern_utf8(t, "splitlines")), Value::from_bool(true));
}
Fallible<void> reset_reader(Thread&, CodecObject* self) {
  if (self->codec_->reset_decoder != nullptr) self->codec_->reset_decoder(self->state_);
  self->pending_size_ = 0;
  return {};
}

// ---- Writing. ----

Fallible<void> write(Thread& t, CodecObject* self, Value text) {
  Bytes* bytes = TRY(encode_piece_py(t, self, text, false));
  Value stream = self->stream_;
  TRY(call_method_py(t, stream, names.write, Value(bytes)));
  return {};
}
bool is_sequence(Value v) {
  return !is_exactly(v, shapes.dict) && type_of(v)->slots().get_item != nullptr && !is<Dict>(v);
}
Fallible<void> writelines(Thread& t, CodecObject* self, Value lines) {
  if (!is_sequence(lines)) return t.raise_type_error("arg must be a sequence object");
  for (int64_t i = 0; i < TRY(length_py(t, lines)); ++i) {
    TRY(t.poll());
    TRY(write(t, self, TRY(get_item_py(t, lines, TRY(make_int(t, i))))));
  }
  return {};
}
Fallible<void> reset_writer(Thread& t, CodecObject* self) {
  Str* pending = self->pending_text_.get();
  if (pending == nullptr) return {};
  size_t used = 0;
  Bytes* bytes = TRY(encode_py(t, *self->codec_, &self->state_, pending, &used, self->errors_.get(), Piece::Last));
  self->pending_text_.set(self, nullptr);
  Value stream = self->stream_;
  if (bytes->length() != 0) TRY(call_method_py(t, stream, names.write, Value(bytes)));
  return {};
}

Fallible<Value> get_stream(Thread&, Value self) { return as<CodecObject>(self)->stream_.get(); }
constexpr GetSet kGetSets[] = {{"errors", get_errors, set_errors, "How errors are treated."},
                               {"stream", get_stream, nullptr, "What is read or written."},
                               {}};

constexpr NativeMethod kReaderMethods[] = {
    {"read", HOG_NATIVE(read), "($self, sizeobj=None, /)", "Text of about so many bytes; of all without a size."},
    {"readline", HOG_NATIVE(readline), "($self, sizeobj=None, /)", "A line of the stream."},
    {"readlines", HOG_NATIVE(readlines), "($self, sizehintobj=None, /)", "The lines of what read() would give."},
    {"reset", HOG_NATIVE(reset_reader), "($self, /)", "Begin anew."},
    {}};
constexpr NativeMethod kWriterMethods[] = {
    {"write", HOG_NATIVE(write), "($self, strobj, /)", "Writes text to the stream."},
    {"writelines", HOG_NATIVE(writelines), "($self, lines, /)", "Writes a sequence of texts."},
    {"reset", HOG_NATIVE(reset_writer), "($self, /)", "Writes what was kept back, and begins anew."},
    {}};

}  // namespace

const TypeSpec kReaderSpec = {.name = "_multibytecodec.MultibyteStreamReader",
                              .layout = &CodecObject::kLayout,
                              .flags = type_flag::kBaseType,
                              .slots = {.init = accept_anything, .new_ = reader_new},
                              .methods = kReaderMethods,
                              .getsets = kGetSets,
                              .constructors = kReaderConstructors};
const TypeSpec kWriterSpec = {.name = "_multibytecodec.MultibyteStreamWriter",
                              .layout = &CodecObject::kLayout,
                              .flags = type_flag::kBaseType,
                              .slots = {.init = accept_anything, .new_ = writer_new},
                              .methods = kWriterMethods,
                              .getsets = kGetSets,
                              .constructors = kWriterConstructors};

}  // namespace hog::multibyte
