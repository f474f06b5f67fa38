// text_types.cpp: the Python side of TextIOWrapper. Ref: library/io "TextIOWrapper".
#include <cstddef>

#include "modules/io/buffered.hpp"
#include "modules/io/text_wrapper.hpp"
#include "object/codecs.hpp"
#include "object/exception.hpp"

namespace hog::io {

Type* text_wrapper_type;

namespace {
void trace_wrapper(Cell* cell, Marker& marker) {
  auto* w = static_cast<TextWrapper*>(cell);
  for (ValueField* field : {&w->buffer_, &w->encoder_, &w->decoder_, &w->attributes_}) marker.visit_word(field->get().raw());
  marker.visit(w->encoding_.get());
  marker.visit(w->errors_.get());
  marker.visit(w->decoded_.get());
  marker.visit(w->snapshot_input_.get());
  marker.visit(w->pending_.get());
}
}  // namespace
const Layout TextWrapper::kLayout = {.name = "TextIOWrapper", .trace = trace_wrapper, .base_size = sizeof(TextWrapper)};

namespace {

const char* locale_encoding(Thread& t) { return t.isolate().start_flags.utf8_mode != 0 ? "utf-8" : "UTF-8"; }

// ---- Construction. ----

// An encoder in the middle of a stream writes no mark.
Fallible<void> place_encoder_py(Thread& t, TextWrapper* w) {
  if (!w->seekable_ || w->encoder_.get().is_empty()) return {};
  Value at = TRY(call_method_py(t, w->buffer_, names.tell));
  if (!TRY(equals_py(t, at, Value::from_small_int(0)))) TRY(reset_encoder_py(t, w, false));
  return {};
}
Fallible<bool> ask_py(Thread& t, Value buffer, Str* question) { return truth_py(t, TRY(call_method_py(t, buffer, question))); }

Fallible<void> start(Thread& t, TextWrapper* w, Value buffer, NoneOr<Str*> encoding, NoneOr<Str*> errors, NoneOr<Str*> newline,
                     bool line_buffering, bool write_through) {
  w->ok_ = w->detached_ = false;
  TextNewline mode = TRY(text_newline_of(t, newline.value));
  for (Str* name : {encoding.value, errors.value})
    if (name != nullptr) TRY(check_codec_name_py(t, name));
  const StartFlags& flags = t.isolate().start_flags;
  if (encoding.value == nullptr && flags.warn_default_encoding)
    TRY(warn_py(t, core.EncodingWarning, "'encoding' argument not specified"));
  if (errors.value != nullptr && flags.dev_mode) TRY(codecs::lookup_error(t, errors.value));
  Str* encoding_name = encoding.value;
  if (encoding_name == nullptr || encoding_name->equals_ascii("locale")) encoding_name = TRY(name_of(t, locale_encoding(t)));
  Str* error_name = errors.value != nullptr ? errors.value : names.strict;
  w->buffer_.set(w, buffer);
  w->set_decoded(nullptr);
  w->snapshot_input_.clear();
  w->pending_.clear();
  w->pending_size_ = 0;
  w->chunk_size_ = 8192;
  w->bytes_per_character_ = 0;
  w->line_buffering_ = line_buffering;
  w->write_through_ = write_through;
  set_text_newline(w, mode);
  w->readable_ = TRY(ask_py(t, buffer, names.readable));
  w->writable_ = TRY(ask_py(t, buffer, names.writable));
  TRY(set_text_codec_py(t, w, encoding_name, error_name));
  w->seekable_ = w->telling_ = TRY(ask_py(t, buffer, names.seekable));
  w->has_read1_ = is_plain_buffered(buffer) || !TRY(find_attribute_py(t, buffer, names.read1)).is_absent();
  TRY(place_encoder_py(t, w));
  w->ok_ = true;
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"TextIOWrapper", HOG_NATIVE(start),
     "($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)", "Make one."},
    {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  as<TextWrapper>(self)->ok_ = false;
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

// ---- reconfigure() ----

Fallible<bool> flag_of_py(Thread& t, Value v, bool otherwise) {
  if (v.is_none()) return otherwise;
  int64_t n = TRY(index_to_int64_py(t, v));
  return n != 0;
}
Fallible<void> change_codec_py(Thread& t, TextWrapper* w, Str* encoding, Str* errors, bool newline_changed) {
  if (encoding == nullptr && errors == nullptr && !newline_changed) return {};
  if (errors == nullptr) errors = encoding == nullptr ? w->errors_.get() : names.strict;
  if (encoding == nullptr) encoding = w->encoding_.get();
  else if (encoding->equals_ascii("locale")) encoding = TRY(name_of(t, locale_encoding(t)));
  TRY(set_text_codec_py(t, w, encoding, errors));
  return place_encoder_py(t, w);
}
Fallible<void> reconfigure(Thread& t, TextWrapper* w, Value encoding, Value errors, Value newline, Value line_buffering,
                           Value write_through) {
  TRY(check_attached(t, w));
  for (Value v : {encoding, errors})
    if (!v.is_none() && !is<Str>(v))
      return t.raise_type_error("reconfigure() argument '{}' must be str or None, not {}", v == encoding ? "encoding" : "errors",
                                type_of(v)->name());
  bool newline_given = !newline.is_absent();
  if (w->decoded_ && (!encoding.is_none() || !errors.is_none() || newline_given))
    return raise_unsupported_py(t, "It is not possible to set the encoding or newline of stream after the first read");
  if (newline_given && !newline.is_none() && !is<Str>(newline))
    return t.raise_type_error("reconfigure() argument 'newline' must be str or None, not {}", type_of(newline)->name());
  TextNewline mode = w->newline_;
  if (newline_given) mode = TRY(text_newline_of(t, newline.is_none() ? nullptr : as<Str>(newline)));
  bool by_line = TRY(flag_of_py(t, line_buffering, w->line_buffering_));
  bool through = TRY(flag_of_py(t, write_through, w->write_through_));
  TRY(call_method_py(t, Value(w), names.flush));
  TRY(check_attached(t, w));
  w->bytes_per_character_ = 0;
  if (newline_given) set_text_newline(w, mode);
  TRY(change_codec_py(t, w, encoding.is_none() ? nullptr : as<Str>(encoding), errors.is_none() ? nullptr : as<Str>(errors),
                      newline_given));
  w->line_buffering_ = by_line;
  w->write_through_ = through;
  return {};
}

// ---- Reading. ----

Fallible<Value> readline(Thread& t, TextWrapper* w, Value size) {
  TRY(check_attached(t, w));
  int64_t limit = TRY(size_argument_py(t, size));
  return Value(TRY(text_read_line_py(t, w, limit < 0 ? -1 : limit)));
}
Fallible<Value> next(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  TRY(check_attached(t, w));
  w->telling_ = false;
  Str* line;
  if (is_plain_text_wrapper(self)) {
    line = TRY(text_read_line_py(t, w, -1));
  } else {
    Value v = TRY(call_method_py(t, self, names.readline));
    if (!is<Str>(v))
      return t.raise(core.OSError, "readline() should have returned a str object, not '{}'", type_of(v)->name());
    line = as<Str>(v);
  }
  if (line->length() != 0) return Value(line);
  w->snapshot_input_.clear();
  w->telling_ = w->seekable_;
  return Value::absent();
}

// ---- What the binary stream answers. ----

Fallible<Value> ask_buffer_py(Thread& t, TextWrapper* w, Str* method) {
  TRY(check_attached(t, w));
  return call_method_py(t, w->buffer_, method);
}
Fallible<Value> fileno(Thread& t, TextWrapper* w) { return ask_buffer_py(t, w, names.fileno); }
Fallible<Value> seekable(Thread& t, TextWrapper* w) { return ask_buffer_py(t, w, names.seekable); }
Fallible<Value> readable(Thread& t, TextWrapper* w) { return ask_buffer_py(t, w, names.readable); }
Fallible<Value> writable(Thread& t, TextWrapper* w) { return ask_buffer_py(t, w, names.writable); }
Fallible<Value> isatty(Thread& t, TextWrapper* w) { return ask_buffer_py(t, w, names.isatty); }
Fallible<Value> truncate(Thread& t, TextWrapper* w, Value size) {
  TRY(check_attached(t, w));
  TRY(call_method_py(t, Value(w), names.flush));
  TRY(check_attached(t, w));
  return call_method_py(t, w->buffer_, names.truncate, size);
}

// ---- The end. ----

Fallible<Value> close(Thread& t, TextWrapper* w) {
  TRY(check_attached(t, w));
  // Asking may have taken the binary stream away: then there is nothing left to close.
  if (TRY(is_closed_py(t, Value(w))) || w->buffer_.get().is_empty()) return Value::none();
  if (w->finalizing_ && call_method_py(t, w->buffer_, names._dealloc_warn, Value(w)).failed() &&
      !clear_exception_if(t, core.Exception))
    return Failure{};
  bool flush_failed = call_method_py(t, Value(w), names.flush).failed();
  if (flush_failed && t.terminated()) return Failure{};
  Value pending = flush_failed ? t.take_exception() : Value::absent();
  Fallible<Value> answer = Value::none();
  if (!w->buffer_.get().is_empty()) answer = call_method_py(t, w->buffer_, names.close);
  TRY(chain_failures(t, pending, answer.failed()));
  return answer;
}
Fallible<Value> detach(Thread& t, TextWrapper* w) {
  TRY(check_attached(t, w));
  TRY(call_method_py(t, Value(w), names.flush));
  TRY(check_attached(t, w));
  Value buffer = w->buffer_;
  w->buffer_.clear();
  w->detached_ = true;
  w->ok_ = false;
  return buffer;
}

// ---- Attributes. ----

Fallible<Value> get_closed(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  TRY(check_attached(t, w));
  return get_attribute_py(t, w->buffer_, names.closed);
}
Fallible<Value> get_name(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  TRY(check_attached(t, w));
  return get_attribute_py(t, w->buffer_, names.name);
}
Fallible<Value> get_encoding(Thread&, Value self) {
  Str* encoding = as<TextWrapper>(self)->encoding_.get();
  return encoding == nullptr ? Value::none() : Value(encoding);
}
Fallible<Value> get_errors(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  if (!w->ok_ && !w->detached_) return t.raise_value_error("I/O operation on uninitialized object");
  return Value(w->errors_.get());
}
Fallible<Value> get_newlines(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  TRY(check_attached(t, w));
  if (!w->readable_ || !w->reads_universal()) return Value::none();
  return seen_newlines(t, w->newlines_.seen);
}
Fallible<Value> get_line_buffering(Thread&, Value self) { return Value::from_bool(as<TextWrapper>(self)->line_buffering_); }
Fallible<Value> get_write_through(Thread&, Value self) { return Value::from_bool(as<TextWrapper>(self)->write_through_); }
Fallible<Value> get_chunk_size(Thread& t, Value self) {
  TRY(check_attached(t, as<TextWrapper>(self)));
  return make_int(t, as<TextWrapper>(self)->chunk_size_);
}
Fallible<void> set_chunk_size(Thread& t, Value self, Value v) {
  auto* w = as<TextWrapper>(self);
  TRY(check_attached(t, w));
  if (v.is_absent()) return t.raise(core.AttributeError, "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted");
  Fallible<int64_t> number = index_to_int64_py(t, v);
  if (number.failed() && !clear_exception_if(t, core.OverflowError)) return Failure{};
  int64_t n = number.failed() ? 0 : number.get();
  if (n <= 0) return t.raise_value_error("a strictly positive integer is required");
  w->chunk_size_ = n;
  return {};
}

Fallible<Value> repr(Thread& t, Value self) {
  auto* w = as<TextWrapper>(self);
  if (!w->ok_ && !w->detached_) return t.raise_value_error("I/O operation on uninitialized object");
  ReprScope scope(t, self);
  if (scope.recursive()) return t.raise(core.RuntimeError, "reentrant call inside {}.__repr__", type_of(self));
  Str* text = TRY(t.format("<{}", type_of(self)));
  for (Str* part : {names.name, names.mode}) {
    Fallible<Value> found = find_attribute_py(t, self, part);
    if (found.failed()) {
      if (!clear_exception_if(t, core.ValueError)) return Failure{};
      continue;
    }
    if (!found.get().is_absent()) text = TRY(t.format("{} {}={}", text, part, repr_of(found.get())));
  }
  return Value(TRY(t.format("{} encoding={}>", text, repr_of(Value(w->encoding_.get())))));
}

constexpr NativeMethod kMethods[] = {
    {"detach", HOG_NATIVE(detach), "($self, /)", "Part from the binary stream."},
    {"reconfigure", HOG_NATIVE(reconfigure),
     "($self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)",
     "Change how text is converted and handed on."},
    {"write", HOG_NATIVE(text_write), "($self, text, /)", "Write text; how many characters."},
    {"read", HOG_NATIVE(text_read), "($self, size=-1, /)", "That many characters, or to the end."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "One line, or a part of it."},
    {"flush", HOG_NATIVE(text_flush), "($self, /)", "Write out what waits."},
    {"close", HOG_NATIVE(close), "($self, /)", "Flush, and close the binary stream."},
    {"fileno", HOG_NATIVE(fileno), "($self, /)", "The descriptor."},
    {"seekable", HOG_NATIVE(seekable), "($self, /)", "Can the position be moved?"},
    {"readable", HOG_NATIVE(readable), "($self, /)", "Can it be read?"},
    {"writable", HOG_NATIVE(writable), "($self, /)", "Can it be written?"},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is it a terminal?"},
    {"seek", HOG_NATIVE(text_seek), "($self, cookie, whence=0, /)", "Move to a position that tell() gave."},
    {"tell", HOG_NATIVE(text_tell), "($self, /)", "The position, as an opaque number."},
    {"truncate", HOG_NATIVE(truncate), "($self, pos=None, /)", "Set the file's size."},
    {"__getstate__", HOG_NATIVE(refuse_pickling), "($self, /)", "TypeError: files cannot be pickled."},
    {}};
constexpr GetSet kGetSets[] = {{"name", get_name, nullptr, "The binary stream's name."},
                               {"closed", get_closed, nullptr, "Is it closed?"},
                               {"encoding", get_encoding, nullptr, "The name of the encoding."},
                               {"errors", get_errors, nullptr, "The error handler."},
                               {"newlines", get_newlines, nullptr, "Kinds of newline met."},
                               {"line_buffering", get_line_buffering, nullptr, "Does a newline flush?"},
                               {"write_through", get_write_through, nullptr, "Is nothing kept back?"},
                               {"_CHUNK_SIZE", get_chunk_size, set_chunk_size, "Bytes asked for at once."},
                               {}};
constexpr Member kMembers[] = {
    {"buffer", offsetof(TextWrapper, buffer_), Member::Kind::ReadOnlyObjectOrNone, "The binary stream."},
    {"_finalizing", offsetof(TextWrapper, finalizing_), Member::Kind::Bool, nullptr},
    {}};
const TypeSpec kSpec = {
    .name = "_io.TextIOWrapper",
    .doc = "Text over a binary stream.",
    .layout = &TextWrapper::kLayout,
    .base = &text_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = repr, .next = next, .init = init},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    .attributes_offset = offsetof(TextWrapper, attributes_),
    .constructors = kConstructors,
};

}  // namespace

Fallible<Value> make_text_wrapper_py(Thread& t, Value buffer, Str* encoding, Str* errors, Str* newline, bool line_buffering,
                                     bool write_through) {
  auto* w = static_cast<TextWrapper*>(TRY(new_instance(t, text_wrapper_type)));
  TRY(start(t, w, buffer, {encoding}, {errors}, {newline}, line_buffering, write_through));
  return Value(w);
}

const TypeRegistration kTextTypes[1] = {{&text_wrapper_type, &kSpec}};

}  // namespace hog::io
