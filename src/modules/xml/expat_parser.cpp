// expat_parser.cpp: the type pyexpat.xmlparser. Ref: library/pyexpat "XMLParser Objects".
#include "modules/xml/expat_parser.hpp"

#include <cstdlib>
#include <cstring>

#include "object/bytes_objects.hpp"
#include "object/codecs.hpp"

namespace hog {

namespace {

// The hooks of the library know no context: who is in it on this native thread is recorded here, for as long as it is (ExpatTurn).
thread_local Heap* heap_in_turn = nullptr;
thread_local bool heap_refused = false;  // since the turn began: not one of the library's own limits

struct alignas(16) Piece {
  Heap* heap;
};
void* allocate_piece(size_t bytes) {
  if (bytes > SIZE_MAX / 2 || heap_in_turn == nullptr) return nullptr;
  auto* piece = static_cast<Piece*>(allocate_for_library(heap_in_turn, bytes + sizeof(Piece)));
  if (piece == nullptr) {
    heap_refused = true;
    return nullptr;
  }
  piece->heap = heap_in_turn;
  return piece + 1;
}
void free_piece(void* memory) {
  if (memory == nullptr) return;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  free_for_library(piece->heap, piece);
}
void* reallocate_piece(void* memory, size_t bytes) {
  if (memory == nullptr) return allocate_piece(bytes);
  if (bytes > SIZE_MAX / 2) return nullptr;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  auto* bigger = static_cast<Piece*>(reallocate_for_library(piece->heap, piece, bytes + sizeof(Piece)));
  if (bigger != nullptr) return bigger + 1;
  heap_refused = true;
  return nullptr;
}

}  // namespace

const XML_Memory_Handling_Suite kExpatMemory = {allocate_piece, reallocate_piece, free_piece};

ExpatTurn::ExpatTurn(Heap* heap) : before_(heap_in_turn) { heap_in_turn = heap; }
ExpatTurn::~ExpatTurn() { heap_in_turn = before_; }

void release_native_parser(NativeParser* native) {
  while (native != nullptr && --native->references == 0) {
    NativeParser* parent = native->parent;
    ExpatTurn turn(native->heap);
    XML_ParserFree(native->parser);
    free_for_library(native->heap, native);
    native = parent;
  }
}

const Layout ExpatParser::kLayout = {
    .name = "pyexpat.xmlparser",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* self = static_cast<ExpatParser*>(cell);
          marker.visit(self->text_.get());
          marker.visit_word(self->intern_.get().raw());
          for (ValueField& handler : self->handlers_) marker.visit_word(handler.get().raw());
        },
    .destroy = [](Cell* cell) { release_native_parser(static_cast<ExpatParser*>(cell)->native_); },
    .base_size = sizeof(ExpatParser)};

Fallible<void> ExpatText::open(Str* text_or_null) {
  if (text_or_null == nullptr) return {};
  Bytes* bytes = TRY(codecs::encode_utf8_py(t_, text_or_null, nullptr));
  if (std::memchr(bytes->data(), 0, bytes->length()) != nullptr) return t_.raise_value_error("embedded null character");
  Bytes* ended = TRY(Bytes::make(t_, bytes->length() + 1));
  std::memcpy(ended->mutable_data(), bytes->data(), bytes->length());
  bytes_ = ended;
  return {};
}

Fallible<ExpatParser*> new_expat_parser(Thread& t, XML_Parser parser, NativeParser* parent) {
  auto* native = static_cast<NativeParser*>(allocate_for_library(&t.heap(), sizeof(NativeParser)));
  if (native == nullptr) {
    XML_ParserFree(parser);
    return t.raise_memory_error();
  }
  *native = {parser, parent, &t.heap(), 1};
  if (parent != nullptr) ++parent->references;
  Fallible<Cell*> cell = new_instance(t, expat_parser_type);
  if (cell.failed()) {
    release_native_parser(native);
    return Failure{};
  }
  auto* self = static_cast<ExpatParser*>(cell.get());
  self->native_ = native;
  self->buffer_size_ = 8192;
  XML_SetUserData(parser, self);
  return self;
}

bool take_expat_memory_refusal() {
  bool refused = heap_refused;
  heap_refused = false;
  return refused;
}

Failure raise_expat_error(Thread& t, XML_Parser parser, XML_Error code) {
  if (code == XML_ERROR_NO_MEMORY && take_expat_memory_refusal()) return t.raise_memory_error();
  auto line = static_cast<int64_t>(XML_GetErrorLineNumber(parser));
  auto column = static_cast<int64_t>(XML_GetErrorColumnNumber(parser));
  Str* message = TRY(t.format("{}: line {}, column {}", XML_ErrorString(code), line, column));
  Value error = TRY(call_py(t, Value(expat_error_type), Value(message)));
  struct {
    const char* name;
    int64_t value;
  } const facts[] = {{"code", code}, {"offset", column}, {"lineno", line}};
  for (const auto& fact : facts)
    TRY(set_attribute_py(t, error, TRY(Str::intern_utf8(t, fact.name)), Value::from_small_int(fact.value)));
  return t.raise_object_py(error, Value::absent());
}

namespace {

// ---- Parsing. ----

// Around every call of the library that may run handlers.
class Parsing {
 public:
  Parsing(Thread& t, ExpatParser* self) : turn_(self->native_->heap), self_(self) { self->thread_ = &t; }
  ~Parsing() { self_->thread_ = nullptr; }

 private:
  ExpatTurn turn_;
  ExpatParser* self_;
};

Fallible<Value> finish_step_py(Thread& t, ExpatParser* self, XML_Status status) {
  if (self->failed_) {
    if (t.terminated() || t.has_exception()) return Failure{};
    return raise_expat_error(t, self->parser(), XML_ERROR_ABORTED);
  }
  if (status == XML_STATUS_ERROR) return raise_expat_error(t, self->parser(), XML_GetErrorCode(self->parser()));
  TRY(flush_expat_text_py(t, self));
  return Value::from_small_int(status);
}

constexpr size_t kPiece = size_t{1} << 20;

Fallible<Value> parse_bytes_py(Thread& t, ExpatParser* self, const uint8_t* data, size_t size, bool last) {
  for (;;) {
    size_t piece = size < kPiece ? size : kPiece;
    TRY(t.poll(static_cast<int64_t>(piece / 16 + 1)));
    XML_Status status;
    {
      Parsing parsing(t, self);
      status = XML_Parse(self->parser(), reinterpret_cast<const char*>(data), static_cast<int>(piece),
                         last && piece == size);
    }
    if (size <= kPiece || status == XML_STATUS_ERROR) return finish_step_py(t, self, status);
    if (self->failed_) return finish_step_py(t, self, XML_STATUS_ERROR);
    data += piece;
    size -= piece;
  }
}

Fallible<Value> parse(Thread& t, ExpatParser* self, Value data, bool last) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (is<Str>(data)) {
    Bytes* bytes = TRY(codecs::encode_utf8_py(t, as<Str>(data), nullptr));
    {
      ExpatTurn turn(self->native_->heap);
      (void)XML_SetEncoding(self->parser(), "utf-8");
    }
    return parse_bytes_py(t, self, bytes->data(), bytes->length(), last);
  }
  BytesLike bytes(t);
  TRY(bytes.open(data));
  return parse_bytes_py(t, self, bytes.data(), bytes.size(), last);
}

Fallible<Value> parse_file(Thread& t, ExpatParser* self, Value file) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  Value read = TRY(find_attribute_py(t, file, TRY(Str::intern_utf8(t, "read"))));
  if (read.is_absent()) return t.raise_type_error("argument must have 'read' attribute");
  for (;;) {
    constexpr int64_t kBlock = 2048;
    Value block = TRY(call_py(t, read, Value::from_small_int(kBlock)));
    if (!is<Bytes>(block) && !is<ByteArrayObject>(block))
      return t.raise_type_error("read() did not return a bytes object (type={})", type_of(block));
    BytesLike bytes(t);
    TRY(bytes.open(block));
    if (bytes.size() > static_cast<size_t>(kBlock))
      return t.raise_value_error("read() returned too much data: {} bytes requested, {} returned", kBlock,
                                 bytes.size());
    Value result = TRY(parse_bytes_py(t, self, bytes.data(), bytes.size(), bytes.size() == 0));
    if (bytes.size() == 0) return result;
  }
}

Fallible<Value> create_entity_parser(Thread& t, ExpatParser* self, NoneOr<Str*> context, Str* encoding) {
  ExpatText context_text(t), encoding_text(t);
  TRY(context_text.open(context));
  TRY(encoding_text.open(encoding));
  ExpatTurn turn(self->native_->heap);
  XML_Parser parser = XML_ExternalEntityParserCreate(self->parser(), context_text.get(), encoding_text.get());
  if (parser == nullptr) return t.raise_memory_error();
  ExpatParser* child = TRY(new_expat_parser(t, parser, self->native_));
  child->buffer_size_ = self->buffer_size_;
  child->buffer_text_ = self->buffer_text_;
  child->ordered_attributes_ = self->ordered_attributes_;
  child->specified_attributes_ = self->specified_attributes_;
  child->namespace_prefixes_ = self->namespace_prefixes_;
  child->deferral_off_ = self->deferral_off_;
  child->intern_.set(child, self->intern_.get());
  for (size_t i = 0; i < kExpatHandlerCount; ++i) child->handlers_[i].set(child, self->handlers_[i].get());
  install_expat_handlers(child);
  return Value(child);
}

// ---- Settings. ----

Fallible<void> set_base(Thread& t, ExpatParser* self, Str* base) {
  ExpatText text(t);
  TRY(text.open(base));
  ExpatTurn turn(self->native_->heap);
  if (XML_SetBase(self->parser(), text.get()) == XML_STATUS_ERROR) return t.raise_memory_error();
  return {};
}
Fallible<Value> get_base(Thread& t, ExpatParser* self) {
  const char* base = XML_GetBase(self->parser());
  if (base == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, base)));
}
Fallible<Value> get_input_context(Thread& t, ExpatParser* self) {
  if (!self->in_callback_) return Value::none();
  int offset = 0, size = 0;
  const char* buffer = XML_GetInputContext(self->parser(), &offset, &size);
  if (buffer == nullptr || size < offset) return Value::none();
  return Value(TRY(Bytes::from(t, buffer + offset, static_cast<size_t>(size - offset))));
}
Fallible<int64_t> set_parameter_parsing(Thread&, ExpatParser* self, int flag) {
  return int64_t{XML_SetParamEntityParsing(self->parser(), static_cast<XML_ParamEntityParsing>(flag))};
}
Fallible<void> use_foreign_dtd(Thread& t, ExpatParser* self, bool flag) {
  XML_Error code = XML_UseForeignDTD(self->parser(), flag ? XML_TRUE : XML_FALSE);
  if (code != XML_ERROR_NONE) return raise_expat_error(t, self->parser(), code);
  return {};
}
Fallible<void> set_deferral(Thread&, ExpatParser* self, bool enabled) {
  XML_SetReparseDeferralEnabled(self->parser(), enabled ? XML_TRUE : XML_FALSE);
  self->deferral_off_ = !enabled;
  return {};
}
// As CPython has it, by the library's version, whatever a distribution brought back to an older one.
constexpr bool kKnowsDeferral = XML_MAJOR_VERSION > 2 || (XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION >= 6);
Fallible<bool> get_deferral(Thread&, ExpatParser* self) { return kKnowsDeferral && !self->deferral_off_; }

Failure raise_setting_error(Thread& t, ExpatParser* self, const char* message) {
  Str* text = TRY(Str::from_ascii(t, message));
  Value error = TRY(call_py(t, Value(expat_error_type), Value(text)));
  struct {
    const char* name;
    int64_t value;
  } const facts[] = {{"code", XML_ERROR_INVALID_ARGUMENT},
                     {"offset", static_cast<int64_t>(XML_GetErrorColumnNumber(self->parser()))},
                     {"lineno", static_cast<int64_t>(XML_GetErrorLineNumber(self->parser()))}};
  for (const auto& fact : facts)
    TRY(set_attribute_py(t, error, TRY(Str::intern_utf8(t, fact.name)), Value::from_small_int(fact.value)));
  return t.raise_object_py(error, Value::absent());
}
template <XML_Bool (*kSet)(XML_Parser, float)>
Fallible<void> set_factor(Thread& t, ExpatParser* self, double factor) {
  if (kSet(self->parser(), static_cast<float>(factor))) return {};
  if (self->native_->parent != nullptr) return raise_setting_error(t, self, "parser must be a root parser");
  return raise_setting_error(t, self, "'max_factor' must be at least 1.0");
}
template <XML_Bool (*kSet)(XML_Parser, unsigned long long)>
Fallible<void> set_threshold(Thread& t, ExpatParser* self, Value threshold) {
  Value n = TRY(index_py(t, threshold));
  uint64_t bytes;
  if (n.is_small_int()) {
    if (n.small_int() < 0) return t.raise_value_error("Cannot convert negative int");
    bytes = static_cast<uint64_t>(n.small_int());
  } else {
    Int* big = as<Int>(n);
    if (big->negative()) return t.raise_value_error("Cannot convert negative int");
    if (big->limb_count() > 1) return t.raise(core.OverflowError, "Python int too large for C unsigned long long");
    bytes = big->limbs()[0];
  }
  if (kSet(self->parser(), bytes)) return {};
  return raise_setting_error(t, self, "parser must be a root parser");
}

constexpr NativeMethod kMethods[] = {
    {"Parse", HOG_NATIVE(parse), "($self, data, isfinal=False, /)", "Parses a piece of a document."},
    {"ParseFile", HOG_NATIVE(parse_file), "($self, file, /)", "Parses what a file has."},
    {"SetBase", HOG_NATIVE(set_base), "($self, base, /)", "Sets the base for system identifiers."},
    {"GetBase", HOG_NATIVE(get_base), "($self, /)", "What SetBase() set."},
    {"GetInputContext", HOG_NATIVE(get_input_context), "($self, /)", "The input from the present event on."},
    {"ExternalEntityParserCreate", HOG_NATIVE(create_entity_parser), "($self, context, encoding=<unrepresentable>, /)",
     "A parser for an external entity."},
    {"SetParamEntityParsing", HOG_NATIVE(set_parameter_parsing), "($self, flag, /)",
     "Whether to parse parameter entities."},
    {"UseForeignDTD", HOG_NATIVE(use_foreign_dtd), "($self, flag=True, /)",
     "Whether to ask for an external subset in any case."},
    {"SetReparseDeferralEnabled", HOG_NATIVE(set_deferral), "($self, enabled, /)",
     "Whether to wait for more of a long token."},
    {"GetReparseDeferralEnabled", HOG_NATIVE(get_deferral), "($self, /)", "Is it?"},
    {"SetBillionLaughsAttackProtectionMaximumAmplification",
     HOG_NATIVE(set_factor<XML_SetBillionLaughsAttackProtectionMaximumAmplification>), "($self, max_factor, /)",
     "How much more than its input a document may expand to."},
    {"SetBillionLaughsAttackProtectionActivationThreshold",
     HOG_NATIVE(set_threshold<XML_SetBillionLaughsAttackProtectionActivationThreshold>), "($self, threshold, /)",
     "From how many bytes of output that counts."},
#ifdef HOG_EXPAT_ALLOC_TRACKER  // a distribution's expat may be older; the isolate's own limit of memory holds in any case
    {"SetAllocTrackerMaximumAmplification", HOG_NATIVE(set_factor<XML_SetAllocTrackerMaximumAmplification>),
     "($self, max_factor, /)", "How much more memory than its input a document may take."},
    {"SetAllocTrackerActivationThreshold", HOG_NATIVE(set_threshold<XML_SetAllocTrackerActivationThreshold>),
     "($self, threshold, /)", "From how many bytes of memory that counts."},
#endif
    {}};

// ---- Attributes. ----

template <ExpatHandler kHandler>
Fallible<Value> get_handler(Thread&, Value object) {
  Value handler = as<ExpatParser>(object)->handler(kHandler);
  return handler.is_empty() ? Value::none() : handler;
}
template <ExpatHandler kHandler>
Fallible<void> set_handler(Thread& t, Value object, Value handler) {
  if (handler.is_absent()) return t.raise(core.RuntimeError, "Cannot delete attribute");
  auto* self = as<ExpatParser>(object);
  if (kHandler == ExpatHandler::kCharacterData) TRY(flush_expat_text_py(t, self));
  self->handlers_[static_cast<size_t>(kHandler)].set(self, handler.is_none() ? Value() : handler);
  install_expat_handler(self, kHandler);
  return {};
}

template <bool ExpatParser::* kFlag>
Fallible<Value> get_flag(Thread&, Value object) {
  return Value::from_bool(as<ExpatParser>(object)->*kFlag);
}
template <bool ExpatParser::* kFlag>
Fallible<void> set_flag(Thread& t, Value object, Value value) {
  if (value.is_absent()) return t.raise(core.RuntimeError, "Cannot delete attribute");
  bool flag = TRY(truth_py(t, value));
  auto* self = as<ExpatParser>(object);
  if (kFlag == &ExpatParser::buffer_text_ && !flag) TRY(flush_expat_text_py(t, self));
  self->*kFlag = flag;
  if (kFlag == &ExpatParser::namespace_prefixes_) XML_SetReturnNSTriplet(self->parser(), flag);
  return {};
}
Fallible<Value> get_buffer_size(Thread&, Value object) {
  return Value::from_small_int(as<ExpatParser>(object)->buffer_size_);
}
Fallible<void> set_buffer_size(Thread& t, Value object, Value value) {
  if (value.is_absent()) return t.raise(core.RuntimeError, "Cannot delete attribute");
  if (!is_int_or_bool(value)) return t.raise_type_error("buffer_size must be an integer");
  Int64Result size = int_to_int64_nogc(value);
  if (size.overflow < 0 || (size.overflow == 0 && size.value <= 0))
    return t.raise_value_error("buffer_size must be greater than zero");
  if (size.overflow > 0 || size.value > INT32_MAX)
    return t.raise_value_error("buffer_size must not be greater than {}", INT32_MAX);
  auto* self = as<ExpatParser>(object);
  TRY(flush_expat_text_py(t, self));
  self->buffer_size_ = size.value;
  self->text_.clear();
  return {};
}
Fallible<Value> get_buffer_used(Thread&, Value object) {
  return Value::from_small_int(static_cast<int64_t>(as<ExpatParser>(object)->text_used_));
}
template <auto kGet>
Fallible<Value> get_number(Thread& t, Value object) {
  return make_int(t, static_cast<int64_t>(kGet(as<ExpatParser>(object)->parser())));
}

constexpr GetSet kGetSets[] = {
#define HOG_HANDLER_ROW(name, attribute) \
  {attribute, get_handler<ExpatHandler::k##name>, set_handler<ExpatHandler::k##name>, nullptr},
#define HOG_HANDLER(name) \
  HOG_HANDLER_ROW(name, ExpatHandler::k##name == ExpatHandler::kDefaultHandlerExpand ? #name : #name "Handler")
    HOG_EXPAT_HANDLERS(HOG_HANDLER)
#undef HOG_HANDLER
#undef HOG_HANDLER_ROW
        {"buffer_size", get_buffer_size, set_buffer_size, nullptr},
    {"buffer_text", get_flag<&ExpatParser::buffer_text_>, set_flag<&ExpatParser::buffer_text_>, nullptr},
    {"buffer_used", get_buffer_used, nullptr, nullptr},
    {"namespace_prefixes", get_flag<&ExpatParser::namespace_prefixes_>, set_flag<&ExpatParser::namespace_prefixes_>,
     nullptr},
    {"ordered_attributes", get_flag<&ExpatParser::ordered_attributes_>, set_flag<&ExpatParser::ordered_attributes_>,
     nullptr},
    {"specified_attributes", get_flag<&ExpatParser::specified_attributes_>,
     set_flag<&ExpatParser::specified_attributes_>, nullptr},
    {"ErrorCode", get_number<XML_GetErrorCode>, nullptr, nullptr},
    {"ErrorLineNumber", get_number<XML_GetCurrentLineNumber>, nullptr, nullptr},
    {"ErrorColumnNumber", get_number<XML_GetCurrentColumnNumber>, nullptr, nullptr},
    {"ErrorByteIndex", get_number<XML_GetCurrentByteIndex>, nullptr, nullptr},
    {"CurrentLineNumber", get_number<XML_GetCurrentLineNumber>, nullptr, nullptr},
    {"CurrentColumnNumber", get_number<XML_GetCurrentColumnNumber>, nullptr, nullptr},
    {"CurrentByteIndex", get_number<XML_GetCurrentByteIndex>, nullptr, nullptr},
    {}};
constexpr Member kMembers[] = {{"intern", offsetof(ExpatParser, intern_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
                               {}};

}  // namespace

const TypeSpec kExpatParserSpec = {.name = "pyexpat.xmlparser",
                                   .doc = "An XML parser.",
                                   .layout = &ExpatParser::kLayout,
                                   .flags = type_flag::kNoInstantiation,
                                   .methods = kMethods,
                                   .getsets = kGetSets,
                                   .members = kMembers};

}  // namespace hog
