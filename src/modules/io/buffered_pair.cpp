// buffered_pair.cpp: io.BufferedRWPair: a reader and a writer as one stream; it passes everything on. Ref: library/io.
#include <cstddef>

#include "modules/io/buffered.hpp"
#include "object/exception.hpp"

namespace hog::io {

namespace {

class BufferedPair : public Cell {
 public:
  static const Layout kLayout;
  ValueField reader_, writer_;  // empty: never initialised
  ValueField attributes_;
};
void trace_pair(Cell* cell, Marker& marker) {
  auto* p = static_cast<BufferedPair*>(cell);
  for (ValueField* field : {&p->reader_, &p->writer_, &p->attributes_}) marker.visit_word(field->get().raw());
}
const Layout BufferedPair::kLayout = {.name = "BufferedRWPair", .trace = trace_pair, .base_size = sizeof(BufferedPair)};

Type* buffered_pair_type;

Fallible<void> demand_py(Thread& t, Value raw, Str* question, const char* complaint) {
  Value answer = TRY(call_method_py(t, raw, question));
  if (answer != Value::true_value()) return raise_unsupported_py(t, complaint);
  return {};
}
Fallible<void> start(Thread& t, BufferedPair* p, Value reader, Value writer, int64_t size) {
  TRY(demand_py(t, reader, names.readable, "File or stream is not readable."));
  TRY(demand_py(t, writer, names.writable, "File or stream is not writable."));
  Value r = TRY(make_buffered_py(t, buffered_reader_type, reader, size));
  Value w = TRY(make_buffered_py(t, buffered_writer_type, writer, size));
  p->reader_.set(p, r);
  p->writer_.set(p, w);
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"BufferedRWPair", HOG_NATIVE(start), "($self, reader, writer, buffer_size=131072, /)", "Two streams as one."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> pass_py(Thread& t, const ValueField& half, Str* method, Value argument = Value::absent()) {
  if (half.get().is_empty()) return t.raise_value_error("I/O operation on uninitialized object");
  if (argument.is_absent()) return call_method_py(t, half, method);
  return call_method_py(t, half, method, argument);
}
Fallible<Value> read(Thread& t, BufferedPair* p, Value size) { return pass_py(t, p->reader_, names.read, size); }
Fallible<Value> peek(Thread& t, BufferedPair* p, Value size) { return pass_py(t, p->reader_, names.peek, size); }
Fallible<Value> read1(Thread& t, BufferedPair* p, Value size) { return pass_py(t, p->reader_, names.read1, size); }
Fallible<Value> readinto(Thread& t, BufferedPair* p, Value room) { return pass_py(t, p->reader_, names.readinto, room); }
Fallible<Value> readinto1(Thread& t, BufferedPair* p, Value room) { return pass_py(t, p->reader_, names.readinto1, room); }
Fallible<Value> write(Thread& t, BufferedPair* p, Value data) { return pass_py(t, p->writer_, names.write, data); }
Fallible<Value> flush(Thread& t, BufferedPair* p) { return pass_py(t, p->writer_, names.flush); }
Fallible<Value> readable(Thread& t, BufferedPair* p) { return pass_py(t, p->reader_, names.readable); }
Fallible<Value> writable(Thread& t, BufferedPair* p) { return pass_py(t, p->writer_, names.writable); }
Fallible<Value> isatty(Thread& t, BufferedPair* p) {
  Value answer = TRY(pass_py(t, p->writer_, names.isatty));
  if (answer != Value::false_value()) return answer;
  return pass_py(t, p->reader_, names.isatty);
}
Fallible<Value> close(Thread& t, BufferedPair* p) {
  bool writer_failed = pass_py(t, p->writer_, names.close).failed();
  if (writer_failed && t.terminated()) return Failure{};
  Value pending = writer_failed ? t.take_exception() : Value::absent();
  Fallible<Value> answer = pass_py(t, p->reader_, names.close);
  TRY(chain_failures(t, pending, answer.failed()));
  return answer;
}
Fallible<Value> get_closed(Thread& t, Value self) {
  auto* p = as<BufferedPair>(self);
  if (p->writer_.get().is_empty())
    return t.raise(core.RuntimeError, "the BufferedRWPair object is being garbage-collected");
  return get_attribute_py(t, p->writer_, names.closed);
}

constexpr NativeMethod kMethods[] = {
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "The reader's read()."},
    {"peek", HOG_NATIVE(peek), "($self, size=0, /)", "The reader's peek()."},
    {"read1", HOG_NATIVE(read1), "($self, size=-1, /)", "The reader's read1()."},
    {"readinto", HOG_NATIVE(readinto), "($self, buffer, /)", "The reader's readinto()."},
    {"readinto1", HOG_NATIVE(readinto1), "($self, buffer, /)", "The reader's readinto1()."},
    {"write", HOG_NATIVE(write), "($self, buffer, /)", "The writer's write()."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "The writer's flush()."},
    {"readable", HOG_NATIVE(readable), "($self, /)", "The reader's readable()."},
    {"writable", HOG_NATIVE(writable), "($self, /)", "The writer's writable()."},
    {"close", HOG_NATIVE(close), "($self, /)", "Close both, the writer first."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is either a terminal?"},
    {},
};
constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Is the writer closed?"}, {}};
const TypeSpec kSpec = {
    .name = "_io.BufferedRWPair",
    .doc = "A buffered reader and a buffered writer as one stream.",
    .layout = &BufferedPair::kLayout,
    .base = &buffered_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.init = init},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(reader, writer, buffer_size=131072, /)",
    .attributes_offset = offsetof(BufferedPair, attributes_),
    .constructors = kConstructors,
};

}  // namespace

const TypeRegistration kPairTypes[1] = {{&buffered_pair_type, &kSpec}};

}  // namespace hog::io
