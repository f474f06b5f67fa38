// buffered_types.cpp: the Python side of BufferedReader, BufferedWriter and BufferedRandom. Ref: library/io.
#include <cstddef>

#include "modules/io/buffered.hpp"
#include "object/exception.hpp"

namespace hog::io {

Type *buffered_reader_type, *buffered_writer_type, *buffered_random_type;

namespace {

// ---- Construction. ----

Fallible<void> demand_py(Thread& t, Value raw, Str* question, const char* complaint) {
  Value answer = TRY(call_method_py(t, raw, question));
  if (answer != Value::true_value()) return raise_unsupported_py(t, complaint);
  return {};
}
Fallible<void> demand_seekable_py(Thread& t, Value raw) {
  return demand_py(t, raw, names.seekable, "File or stream is not seekable.");
}
Fallible<void> demand_readable_py(Thread& t, Value raw) {
  return demand_py(t, raw, names.readable, "File or stream is not readable.");
}
Fallible<void> demand_writable_py(Thread& t, Value raw) {
  return demand_py(t, raw, names.writable, "File or stream is not writable.");
}
Fallible<void> start_reader(Thread& t, Buffered* b, Value raw, int64_t size) {
  b->ok_ = b->detached_ = false;
  TRY(demand_readable_py(t, raw));
  return start_buffered_py(t, b, raw, size, true, false);
}
Fallible<void> start_writer(Thread& t, Buffered* b, Value raw, int64_t size) {
  b->ok_ = b->detached_ = false;
  TRY(demand_writable_py(t, raw));
  return start_buffered_py(t, b, raw, size, false, true);
}
Fallible<void> start_random(Thread& t, Buffered* b, Value raw, int64_t size) {
  b->ok_ = b->detached_ = false;
  TRY(demand_seekable_py(t, raw));
  TRY(demand_readable_py(t, raw));
  TRY(demand_writable_py(t, raw));
  return start_buffered_py(t, b, raw, size, true, true);
}
constexpr NativeMethod kReaderConstructor[] = {
    {"BufferedReader", HOG_NATIVE(start_reader), "($self, raw, buffer_size=131072)", "Read through a buffer."}, {}};
constexpr NativeMethod kWriterConstructor[] = {
    {"BufferedWriter", HOG_NATIVE(start_writer), "($self, raw, buffer_size=131072)", "Write through a buffer."}, {}};
constexpr NativeMethod kRandomConstructor[] = {
    {"BufferedRandom", HOG_NATIVE(start_random), "($self, raw, buffer_size=131072)", "Read and write through a buffer."}, {}};
template <const NativeMethod* kRow>
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(kRow), self, arguments));
  return {};
}

// ---- Position and size. ----

Fallible<int64_t> tell(Thread& t, Buffered* b) {
  TRY(check_initialized(t, b));
  int64_t at = TRY(raw_tell_py(t, b)) - b->raw_offset();
  return at < 0 ? 0 : at;
}

// Within what was read ahead no raw seek is needed; -1 where that does not help.
Fallible<int64_t> seek_in_buffer_py(Thread& t, Buffered* b, int64_t target, int64_t whence) {
  if (whence > 1 || !b->readable_) return int64_t{-1};
  int64_t current = b->abs_pos_ != -1 ? b->abs_pos_ : TRY(raw_tell_py(t, b));
  int64_t ahead = b->read_ahead();
  if (ahead <= 0) return int64_t{-1};
  int64_t offset = target;
  if (whence == 0 && __builtin_sub_overflow(target, current - b->raw_offset(), &offset)) return int64_t{-1};
  if (offset < -b->pos_ || offset > ahead) return int64_t{-1};
  b->pos_ += offset;
  int64_t at = current - ahead + offset;
  return at < 0 ? 0 : at;
}
Fallible<int64_t> seek(Thread& t, Buffered* b, Value target_value, int whence) {
  TRY(check_initialized(t, b));
  if (whence < 0 || whence > 4) return t.raise_value_error("whence value {} unsupported", whence);
  TRY(check_open(t, b, "seek of closed file"));
  TRY(demand_seekable_py(t, b->raw_));
  int64_t target = TRY(index_to_int64_py(t, target_value));
  TRY(check_initialized(t, b));
  int64_t at = TRY(seek_in_buffer_py(t, b, target, whence));
  if (at >= 0) return at;
  Turn turn;
  TRY(turn.take(t, b));
  if (b->writable_) TRY(write_out_py(t, b));
  if (whence == 1 && __builtin_sub_overflow(target, b->raw_offset(), &target))
    return t.raise(core.OverflowError, "position out of range");
  at = TRY(raw_seek_py(t, b, target, whence));
  b->raw_pos_ = -1;
  if (b->readable_) reset_read(b);
  return at;
}
Fallible<Value> truncate(Thread& t, Buffered* b, Value size) {
  TRY(check_open(t, b, "truncate of closed file"));
  if (!b->writable_) return raise_unsupported_py(t, "truncate");
  Turn turn;
  TRY(turn.take(t, b));
  TRY(write_out_and_rewind_py(t, b));
  TRY(check_initialized(t, b));
  Value answer = TRY(call_method_py(t, b->raw_, names.truncate, size));
  if (raw_tell_py(t, b).failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  return answer;
}

// ---- What the raw stream answers. ----

Fallible<Value> ask_raw_py(Thread& t, Buffered* b, Str* method) {
  TRY(check_initialized(t, b));
  return call_method_py(t, b->raw_, method);
}
Fallible<Value> readable(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.readable); }
Fallible<Value> writable(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.writable); }
Fallible<Value> seekable(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.seekable); }
Fallible<Value> fileno(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.fileno); }
Fallible<Value> isatty(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.isatty); }
Fallible<Value> simple_flush(Thread& t, Buffered* b) { return ask_raw_py(t, b, names.flush); }

Fallible<Value> raw_attribute_py(Thread& t, Value self, Str* name) {
  auto* b = as<Buffered>(self);
  TRY(check_initialized(t, b));
  return get_attribute_py(t, b->raw_, name);
}
Fallible<Value> get_closed(Thread& t, Value self) { return raw_attribute_py(t, self, names.closed); }
Fallible<Value> get_name(Thread& t, Value self) { return raw_attribute_py(t, self, names.name); }
Fallible<Value> get_mode(Thread& t, Value self) { return raw_attribute_py(t, self, names.mode); }

// ---- The end. ----

Fallible<void> dealloc_warn(Thread& t, Buffered* b, Value source) {
  if (!b->ok_ || b->raw_.get().is_empty()) return {};
  if (call_method_py(t, b->raw_, names._dealloc_warn, source).failed() && !clear_exception_if(t, core.Exception))
    return Failure{};
  return {};
}
Fallible<Value> close(Thread& t, Buffered* b) {
  TRY(check_initialized(t, b));
  Turn turn;
  TRY(turn.take(t, b));
  if (TRY(truth_py(t, TRY(get_attribute_py(t, b->raw_, names.closed))))) return Value::none();
  if (b->finalizing_) TRY(dealloc_warn(t, b, Value(b)));
  turn.give_back();
  bool flush_failed = call_method_py(t, Value(b), names.flush).failed();
  if (flush_failed && t.terminated()) return Failure{};
  Value pending = flush_failed ? t.take_exception() : Value::absent();
  TRY(turn.take(t, b));
  Fallible<Value> answer = Value::none();
  if (!b->raw_.get().is_empty()) answer = call_method_py(t, b->raw_, names.close);
  b->buffer_.clear();
  b->gone_ = true;
  b->read_end_ = b->write_end_ = -1;
  b->pos_ = b->write_pos_ = 0;
  TRY(chain_failures(t, pending, answer.failed()));
  return answer;
}
Fallible<Value> detach(Thread& t, Buffered* b) {
  TRY(check_initialized(t, b));
  TRY(call_method_py(t, Value(b), names.flush));
  TRY(check_initialized(t, b));
  Value raw = b->raw_;
  b->raw_.clear();
  b->detached_ = true;
  b->ok_ = false;
  return raw;
}

// ---- Python's view. ----

Fallible<Value> repr(Thread& t, Value self) {
  Fallible<Value> name = find_attribute_py(t, self, names.name);
  if (name.failed()) {
    if (!clear_exception_if(t, core.ValueError)) return Failure{};
    name = Value::absent();
  }
  if (name.get().is_absent()) return Value(TRY(t.format("<{}>", type_of(self))));
  ReprScope scope(t, self);
  if (scope.recursive()) return t.raise(core.RuntimeError, "reentrant call inside {}.__repr__", type_of(self));
  return Value(TRY(t.format("<{} name={}>", type_of(self), repr_of(name.get()))));
}
Fallible<Value> next(Thread& t, Value self) {
  auto* b = as<Buffered>(self);
  TRY(check_initialized(t, b));
  Value line;
  if (is_plain_buffered(self)) {
    line = TRY(read_line_py(t, b, -1));
  } else {
    line = TRY(call_method_py(t, self, names.readline));
    if (!is<Bytes>(line))
      return t.raise(core.OSError, "readline() should have returned a bytes object, not '{}'", type_of(line)->name());
  }
  return as<Bytes>(line)->length() == 0 ? Value::absent() : line;
}
Fallible<int64_t> size_of(Thread&, Buffered* b) {
  return static_cast<int64_t>(sizeof(Buffered)) + (b->gone_ ? 0 : b->buffer_size_);
}

#define HOG_COMMON_METHODS                                                                                    \
  {"detach", HOG_NATIVE(detach), "($self, /)", "Part from the raw stream."},                                   \
  {"seekable", HOG_NATIVE(seekable), "($self, /)", "Can the position be moved?"},                              \
  {"fileno", HOG_NATIVE(fileno), "($self, /)", "The descriptor."},                                             \
  {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is it a terminal?"},                                           \
  {"_dealloc_warn", HOG_NATIVE(dealloc_warn), "($self, source, /)", "Warn that it was never closed."},         \
  {"seek", HOG_NATIVE(seek), "($self, target, whence=0, /)", "Move to a position."},                           \
  {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},                                                   \
  {"truncate", HOG_NATIVE(truncate), "($self, pos=None, /)", "Set the file's size."},                          \
  {"close", HOG_NATIVE(close), "($self, /)", "Flush, and close the raw stream."},                              \
  {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes of memory."},                                       \
  {"__getstate__", HOG_NATIVE(refuse_pickling), "($self, /)", "TypeError: files cannot be pickled."}
#define HOG_READER_METHODS                                                                                    \
  {"read", HOG_NATIVE(buffered_read), "($self, size=-1, /)", "That many bytes, or to the end."},               \
  {"read1", HOG_NATIVE(buffered_read1), "($self, size=-1, /)", "Bytes of at most one request."},               \
  {"peek", HOG_NATIVE(buffered_peek), "($self, size=0, /)", "The next bytes, which stay."},                    \
  {"readinto", HOG_NATIVE(buffered_readinto), "($self, buffer, /)", "Read into a buffer."},                    \
  {"readinto1", HOG_NATIVE(buffered_readinto1), "($self, buffer, /)", "The same, with at most one request."},  \
  {"readline", HOG_NATIVE(buffered_readline), "($self, size=-1, /)", "One line, or a part of it."},            \
  {"readable", HOG_NATIVE(readable), "($self, /)", "Can it be read?"}
#define HOG_WRITER_METHODS                                                                                    \
  {"write", HOG_NATIVE(buffered_write), "($self, buffer, /)", "Write bytes, as far as there is room."},        \
  {"writable", HOG_NATIVE(writable), "($self, /)", "Can it be written?"},                                      \
  {"flush", HOG_NATIVE(buffered_flush), "($self, /)", "Write out what is buffered."}

constexpr NativeMethod kReaderMethods[] = {
    HOG_COMMON_METHODS,
    HOG_READER_METHODS,
    {"flush", HOG_NATIVE(simple_flush), "($self, /)", "Flush the raw stream."},
    {}};
constexpr NativeMethod kWriterMethods[] = {HOG_COMMON_METHODS, HOG_WRITER_METHODS, {}};
constexpr NativeMethod kRandomMethods[] = {HOG_COMMON_METHODS, HOG_READER_METHODS, HOG_WRITER_METHODS, {}};

constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Is it closed?"},
                               {"name", get_name, nullptr, "The raw stream's name."},
                               {"mode", get_mode, nullptr, "The raw stream's mode."},
                               {}};
constexpr Member kMembers[] = {
    {"raw", offsetof(Buffered, raw_), Member::Kind::ReadOnlyObjectOrNone, "The raw stream."},
    {"_finalizing", offsetof(Buffered, finalizing_), Member::Kind::Bool, nullptr},
    {}};

constexpr TypeSpec spec(const char* name, const char* doc, const NativeMethod* methods, const NativeMethod* constructors,
                        slot_kind::Init start, slot_kind::Unary next_line) {
  return {
      .name = name,
      .doc = doc,
      .layout = &Buffered::kLayout,
      .base = &buffered_base_type,
      .flags = type_flag::kBaseType | type_flag::kHasDict,
      .slots = {.repr = repr, .next = next_line, .init = start},
      .methods = methods,
      .getsets = kGetSets,
      .members = kMembers,
      .text_signature = "(raw, buffer_size=131072)",
      .attributes_offset = offsetof(Buffered, attributes_),
      .constructors = constructors,
  };
}
const TypeSpec kReaderSpec = spec("_io.BufferedReader", "A raw stream read through a buffer.", kReaderMethods,
                                  kReaderConstructor, init<kReaderConstructor>, next);
const TypeSpec kWriterSpec = spec("_io.BufferedWriter", "A raw stream written through a buffer.", kWriterMethods,
                                  kWriterConstructor, init<kWriterConstructor>, nullptr);
const TypeSpec kRandomSpec = spec("_io.BufferedRandom", "A raw stream read and written through a buffer.", kRandomMethods,
                                  kRandomConstructor, init<kRandomConstructor>, next);

}  // namespace

Fallible<Value> make_buffered_py(Thread& t, Type* type, Value raw, int64_t buffer_size) {
  auto* b = static_cast<Buffered*>(TRY(new_instance(t, type)));
  if (type == buffered_reader_type) TRY(start_reader(t, b, raw, buffer_size));
  else if (type == buffered_writer_type) TRY(start_writer(t, b, raw, buffer_size));
  else TRY(start_random(t, b, raw, buffer_size));
  return Value(b);
}

const TypeRegistration kBufferedTypes[kBufferedCount] = {{&buffered_reader_type, &kReaderSpec},
                                                         {&buffered_writer_type, &kWriterSpec},
                                                         {&buffered_random_type, &kRandomSpec}};

}  // namespace hog::io
