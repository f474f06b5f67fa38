// xml_parser.cpp: XMLParser: from expat's events to a target, a TreeBuilder's own functions directly. Ref: library/xml.etree.elementtree
// "XMLParser Objects".
//
// Invariants: those of modules/xml/expat_parser.hpp: a handler that failed stops the parser, and no other runs after it. Who parses is
// owner_; a parser that is in use is not made anew.
#include <cstring>

#include "modules/etree/etree.hpp"
#include "modules/xml/expat_parser.hpp"
#include "object/bytes_objects.hpp"
#include "object/codecs.hpp"

namespace hog::etree {

Type* parser_type;

namespace {

enum Handler : uint8_t {
  kStart, kData, kEnd, kStartNamespace, kEndNamespace, kComment, kInstruction, kClose, kDoctype, kHandlerCount
};
constexpr const char* kHandlerNames[kHandlerCount] = {"start",  "data",    "end", "start_ns", "end_ns",
                                                      "comment", "pi",     "close", "doctype"};
constexpr size_t kKnownNames = 128;  // power of two

class XmlParser : public Cell {
 public:
  static const Layout kLayout;
  NativeParser* native_;      // null: not initialised
  Thread* owner_;             // who parses
  Thread* thread_;            // whose handlers run
  ValueField target_;         // empty: not initialised
  Field<Dict> entity_;
  Field<ValueArray> names_;   // names already met, by a hash of their bytes
  ValueField handlers_[kHandlerCount];  // the target's methods; empty: none
  bool failed_;

  XML_Parser parser() const { return native_->parser; }
  // The target, when it is a TreeBuilder and no subclass: its functions are called directly.
  TreeBuilder* builder() const {
    Value target = target_;
    return type_of(target) == tree_builder_type ? as<TreeBuilder>(target) : nullptr;
  }
};

void trace_parser(Cell* cell, Marker& marker) {
  auto* self = static_cast<XmlParser*>(cell);
  marker.visit_word(self->target_.get().raw());
  marker.visit(self->entity_.get());
  marker.visit(self->names_.get());
  for (const ValueField& handler : self->handlers_) marker.visit_word(handler.get().raw());
}

// ---- Names. ----

// "uri}name" becomes "{uri}name". The same str for a name that comes again.
bool is_name(const Str* known, std::string_view text, bool qualified) {
  if (!known->is_ascii()) return false;
  std::string_view ascii = known->ascii();
  if (!qualified) return ascii == text;
  return ascii.size() == text.size() + 1 && ascii[0] == '{' && ascii.substr(1) == text;
}

Fallible<Value> name_of(Thread& t, XmlParser* self, const char* raw) {
  std::string_view text(raw);
  uint32_t hash = 2166136261u;
  bool qualified = false;
  for (char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
    qualified |= c == '}';
  }
  if (!self->names_) self->names_.set(self, TRY(ValueArray::make(t, kKnownNames)));
  size_t place = (hash ^ (hash >> 15)) & (kKnownNames - 1);
  if (Value known = self->names_->at(place); !known.is_empty() && is_name(as<Str>(known), text, qualified)) return known;
  Str* made;
  if (qualified) {
    StrBuilder builder(t);
    TRY(builder.append_ascii("{"));
    TRY(builder.append_utf8(text));
    made = TRY(Str::intern(t, TRY(builder.finish())));
  } else {
    made = TRY(Str::intern_utf8(t, text));
  }
  self->names_->set(place, Value(made));
  return Value(made);
}

Fallible<Value> text_or_none(Thread& t, const char* text) {
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}
Fallible<Value> text_or_empty(Thread& t, const char* text) {
  if (text == nullptr) return Value(names.empty);
  return Value(TRY(Str::from_utf8(t, text)));
}

// ---- Events. ----

// Runs `work` unless an event has failed; a failure of its stops the parser.
template <typename Work>
void run(void* data, Work work) {
  auto* self = static_cast<XmlParser*>(data);
  if (self->failed_ || self->thread_ == nullptr) return;
  Thread& t = *self->thread_;
  auto guarded = [&]() -> Fallible<void> {
    TRY(t.poll(8));
    return work(t, self);
  };
  if (!guarded().failed()) return;
  self->failed_ = true;
  XML_StopParser(self->parser(), XML_FALSE);
}

Fallible<Dict*> attributes_of(Thread& t, XmlParser* self, const char** attributes) {
  size_t count = 0;
  while (attributes[count * 2] != nullptr) ++count;
  Dict* dict = TRY(Dict::make_sized(t, count));
  for (size_t i = 0; i < count; ++i) {
    Value name = TRY(name_of(t, self, attributes[i * 2]));
    TRY(dict->set_name(t, as<Str>(name), Value(TRY(Str::from_utf8(t, attributes[i * 2 + 1])))));
  }
  return dict;
}

void on_start(void* data, const char* name, const char** raw) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    TreeBuilder* builder = self->builder();
    Value handler = self->handlers_[kStart];
    if (builder == nullptr && handler.is_empty()) return {};
    Value tag = TRY(name_of(t, self, name));
    Dict* attributes = nullptr;
    if (raw[0] != nullptr || builder == nullptr) attributes = TRY(attributes_of(t, self, raw));
    if (builder != nullptr) TRY(builder_start_py(t, builder, tag, attributes));
    else TRY(call_py(t, handler, tag, Value(attributes)));
    return {};
  });
}

void on_end(void* data, const char* name) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    if (TreeBuilder* builder = self->builder()) {
      TRY(builder_end_py(t, builder));
    } else if (Value handler = self->handlers_[kEnd]; !handler.is_empty()) {
      TRY(call_py(t, handler, TRY(name_of(t, self, name))));
    }
    return {};
  });
}

Fallible<void> give_text_py(Thread& t, XmlParser* self, Value text) {
  if (TreeBuilder* builder = self->builder()) return builder_data_py(t, builder, text);
  if (Value handler = self->handlers_[kData]; !handler.is_empty()) TRY(call_py(t, handler, text));
  return {};
}

void on_text(void* data, const char* text, int length) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    return give_text_py(t, self, Value(TRY(Str::from_utf8(t, {text, static_cast<size_t>(length)}))));
  });
}

// An entity that expat does not know is one that the program may have put into `entity`.
void on_default(void* data, const char* text, int length) {
  if (length < 2 || text[0] != '&') return;
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    auto size = static_cast<size_t>(length);
    Str* name = TRY(Str::from_utf8(t, {text + 1, size - 2}));
    Value value = TRY(self->entity_->get_py(t, Value(name)));
    if (!value.is_absent()) return give_text_py(t, self, value);
    auto line = static_cast<int64_t>(XML_GetErrorLineNumber(self->parser()));
    auto column = static_cast<int64_t>(XML_GetErrorColumnNumber(self->parser()));
    StrBuilder message(t);
    TRY(message.append_ascii("undefined entity &"));
    TRY(message.append(name));
    TRY(message.append_ascii(";"));
    Str* whole = TRY(message.finish());
    Bytes* bytes = TRY(Bytes::make(t, whole->utf8_length() + 1));
    whole->write_utf8(reinterpret_cast<char*>(bytes->mutable_data()));
    return raise_parse_error(t, XML_ERROR_UNDEFINED_ENTITY, line, column, reinterpret_cast<const char*>(bytes->data()));
  });
}

void on_start_namespace(void* data, const char* prefix, const char* uri) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    TreeBuilder* builder = self->builder();
    Value handler = self->handlers_[kStartNamespace];
    if (builder != nullptr ? !wants(builder, Event::StartNamespace) : handler.is_empty()) return {};
    Value prefix_text = TRY(text_or_empty(t, prefix)), uri_text = TRY(text_or_empty(t, uri));
    if (builder == nullptr) {
      TRY(call_py(t, handler, prefix_text, uri_text));
      return {};
    }
    return builder_event_py(t, builder, Event::StartNamespace, Value(TRY(Tuple::of(t, prefix_text, uri_text))));
  });
}

void on_end_namespace(void* data, const char* prefix) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    if (TreeBuilder* builder = self->builder()) return builder_event_py(t, builder, Event::EndNamespace, Value::none());
    if (Value handler = self->handlers_[kEndNamespace]; !handler.is_empty())
      TRY(call_py(t, handler, TRY(text_or_empty(t, prefix))));
    return {};
  });
}

void on_comment(void* data, const char* raw) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    Value text = TRY(text_or_none(t, raw));
    if (TreeBuilder* builder = self->builder()) {
      TRY(builder_comment_py(t, builder, text));
    } else if (Value handler = self->handlers_[kComment]; !handler.is_empty()) {
      TRY(call_py(t, handler, text));
    }
    return {};
  });
}

void on_instruction(void* data, const char* raw_target, const char* raw_text) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    TreeBuilder* builder = self->builder();
    Value handler = self->handlers_[kInstruction];
    if (builder != nullptr) {
      if (!builder->insert_instructions_ && !wants(builder, Event::Instruction)) return {};
    } else if (handler.is_empty()) {
      return {};
    }
    Value target = TRY(text_or_none(t, raw_target)), text = TRY(text_or_empty(t, raw_text));
    if (builder != nullptr) TRY(builder_instruction_py(t, builder, target, text));
    else TRY(call_py(t, handler, target, text));
    return {};
  });
}

void on_doctype(void* data, const char* name, const char* system, const char* identifier, int) {
  run(data, [&](Thread& t, XmlParser* self) -> Fallible<void> {
    Value arguments[] = {TRY(text_or_none(t, name)), TRY(text_or_none(t, identifier)), TRY(text_or_none(t, system))};
    if (Value handler = self->handlers_[kDoctype]; !handler.is_empty()) {
      TRY(call_py(t, handler, Arguments(arguments, 3)));
      return {};
    }
    Value own = TRY(find_attribute_py(t, Value(self), TRY(Str::intern_utf8(t, "doctype"))));
    if (own.is_absent()) return {};
    return warn_py(t, core.RuntimeWarning,
                   "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.");
  });
}

int on_unknown_encoding(void* data, const char* name, XML_Encoding* info) {
  int status = XML_STATUS_ERROR;
  run(data, [&](Thread& t, XmlParser*) -> Fallible<void> {
    TRY(fill_expat_encoding_py(t, name, info));
    status = XML_STATUS_OK;
    return {};
  });
  return status;
}

// ---- Parsing. ----

class Parsing {
 public:
  Parsing(Thread& t, XmlParser* self) : turn_(self->native_->heap), self_(self) { self->thread_ = &t; }
  ~Parsing() { self_->thread_ = nullptr; }

 private:
  ExpatTurn turn_;
  XmlParser* self_;
};

Failure raise_error(Thread& t, XmlParser* self) {
  XML_Error code = XML_GetErrorCode(self->parser());
  if (code == XML_ERROR_NO_MEMORY && take_expat_memory_refusal()) return t.raise_memory_error();
  auto line = static_cast<int64_t>(XML_GetErrorLineNumber(self->parser()));
  auto column = static_cast<int64_t>(XML_GetErrorColumnNumber(self->parser()));
  return raise_parse_error(t, code, line, column, XML_ErrorString(code));
}

constexpr size_t kPiece = size_t{1} << 20;

Fallible<void> parse_py(Thread& t, XmlParser* self, const uint8_t* data, size_t size, bool last) {
  for (;;) {
    size_t piece = size < kPiece ? size : kPiece;
    TRY(t.poll(static_cast<int64_t>(piece / 16 + 1)));
    XML_Status status;
    {
      Parsing parsing(t, self);
      status = XML_Parse(self->parser(), reinterpret_cast<const char*>(data), static_cast<int>(piece),
                         last && piece == size);
    }
    if (self->failed_) {
      if (t.terminated() || t.has_exception()) return Failure{};
      return raise_error(t, self);
    }
    if (status == XML_STATUS_ERROR) return raise_error(t, self);
    if (size <= kPiece) return {};
    data += piece;
    size -= piece;
  }
}

Fallible<void> check_initialized(Thread& t, XmlParser* self) {
  if (self->native_ == nullptr || self->target_.get().is_empty())
    return t.raise_value_error("XMLParser.__init__() wasn't called");
  return {};
}

Fallible<void> parse_text_py(Thread& t, XmlParser* self, Str* text, bool last) {
  Bytes* bytes = TRY(codecs::encode_utf8_py(t, text, nullptr));
  {
    ExpatTurn turn(self->native_->heap);
    (void)XML_SetEncoding(self->parser(), "utf-8");
  }
  return parse_py(t, self, bytes->data(), bytes->length(), last);
}

Fallible<void> feed(Thread& t, XmlParser* self, Value data) {
  TRY(check_initialized(t, self));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (is<Str>(data)) return parse_text_py(t, self, as<Str>(data), false);
  BytesLike bytes(t);
  TRY(bytes.open(data));
  return parse_py(t, self, bytes.data(), bytes.size(), false);
}

Fallible<Value> finish_py(Thread& t, XmlParser* self) {
  TRY(parse_py(t, self, nullptr, 0, true));
  if (TreeBuilder* builder = self->builder()) return or_none(builder->root_);
  return Value::none();
}

Fallible<Value> close(Thread& t, XmlParser* self) {
  TRY(check_initialized(t, self));
  Value result;
  {
    InUse use(t, &self->owner_);
    TRY(use.acquire());
    result = TRY(finish_py(t, self));
  }
  Value handler = self->handlers_[kClose];
  if (self->builder() != nullptr || handler.is_empty()) return result;
  return call_py(t, handler);
}

Fallible<void> flush(Thread& t, XmlParser* self) {
  TRY(check_initialized(t, self));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  XML_SetReparseDeferralEnabled(self->parser(), XML_FALSE);
  Fallible<void> parsed = parse_py(t, self, nullptr, 0, false);
  XML_SetReparseDeferralEnabled(self->parser(), XML_TRUE);
  return parsed;
}

Fallible<Value> parse_whole(Thread& t, XmlParser* self, Value file) {
  TRY(check_initialized(t, self));
  Value read = TRY(get_attribute_py(t, file, names.read));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  for (;;) {
    Value block = TRY(call_py(t, read, Value::from_small_int(64 * 1024)));
    if (is<Str>(block)) {
      if (as<Str>(block)->length() == 0) break;
      TRY(parse_text_py(t, self, as<Str>(block), false));
      continue;
    }
    if (!is<Bytes>(block) || as<Bytes>(block)->length() == 0) break;
    TRY(parse_py(t, self, as<Bytes>(block)->data(), as<Bytes>(block)->length(), false));
  }
  return finish_py(t, self);
}

// ---- The events of XMLPullParser. ----

constexpr const char* kEventNames[kEventCount] = {"start", "end", "start-ns", "end-ns", "comment", "pi"};

Fallible<void> want_event_py(Thread& t, XmlParser* self, TreeBuilder* builder, Value name) {
  if (!is<Str>(name)) return t.raise_value_error("invalid events sequence");
  size_t n = 0;
  while (n < kEventCount && !as<Str>(name)->equals_ascii(kEventNames[n])) ++n;
  if (n == kEventCount) return t.raise_value_error("unknown event '{}'", as<Str>(name));
  builder->events_[n].set(builder, name);
  XML_Parser parser = self->parser();
  switch (static_cast<Event>(n)) {
    case Event::StartNamespace: XML_SetStartNamespaceDeclHandler(parser, on_start_namespace); break;
    case Event::EndNamespace: XML_SetEndNamespaceDeclHandler(parser, on_end_namespace); break;
    case Event::Comment: XML_SetCommentHandler(parser, on_comment); break;
    case Event::Instruction: XML_SetProcessingInstructionHandler(parser, on_instruction); break;
    default: break;
  }
  return {};
}

Fallible<void> set_events(Thread& t, XmlParser* self, Value queue, Value wanted) {
  TRY(check_initialized(t, self));
  TreeBuilder* builder = self->builder();
  if (builder == nullptr)
    return t.raise_type_error("event handling only supported for ElementTree.TreeBuilder targets");
  Value append = TRY(get_attribute_py(t, queue, names.append));
  builder->append_event_.set(builder, append);
  for (ValueField& event : builder->events_) event.clear();
  if (wanted.is_none()) {
    Str* end = TRY(Str::intern_utf8(t, "end"));
    builder->events_[static_cast<size_t>(Event::End)].set(builder, Value(end));
    return {};
  }
  Fallible<List*> list = list_from_iterable_py(t, wanted);
  if (list.failed()) {
    if (t.terminated() || !clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("events must be a sequence");
  }
  List* events = list.get();
  for (size_t i = 0; i < events->length(); ++i) TRY(want_event_py(t, self, builder, events->at(i)));
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"feed", HOG_NATIVE(feed), "($self, data, /)", "Parses a piece of a document."},
    {"close", HOG_NATIVE(close), "($self, /)", "Ends the document; what the target makes of it."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Parses what was put off."},
    {"_parse_whole", HOG_NATIVE(parse_whole), "($self, file, /)", "Parses what a file has."},
    {"_setevents", HOG_NATIVE(set_events), "($self, events_queue, events_to_report=None, /)", "Where events go, and which."},
    {},
};

// ---- Making. ----

void install_handlers(XmlParser* self) {
  XML_Parser parser = self->parser();
  XML_SetUserData(parser, self);
  XML_SetElementHandler(parser, on_start, on_end);
  XML_SetDefaultHandlerExpand(parser, on_default);
  XML_SetCharacterDataHandler(parser, on_text);
  if (!self->handlers_[kStartNamespace].get().is_empty()) XML_SetStartNamespaceDeclHandler(parser, on_start_namespace);
  if (!self->handlers_[kEndNamespace].get().is_empty()) XML_SetEndNamespaceDeclHandler(parser, on_end_namespace);
  if (!self->handlers_[kComment].get().is_empty()) XML_SetCommentHandler(parser, on_comment);
  if (!self->handlers_[kInstruction].get().is_empty()) XML_SetProcessingInstructionHandler(parser, on_instruction);
  XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  XML_SetUnknownEncodingHandler(parser, on_unknown_encoding, self);
}

Fallible<NativeParser*> make_native_parser(Thread& t, const char* encoding) {
  ExpatTurn turn(&t.heap());
  XML_Parser parser = XML_ParserCreate_MM(encoding, &kExpatMemory, "}");
  if (parser == nullptr) return t.raise_memory_error();
  XML_SetHashSalt(parser, static_cast<unsigned long>(t.isolate().hash_key[0]) | 1);  // 0: the library would ask the system
  auto* native = static_cast<NativeParser*>(allocate_for_library(&t.heap(), sizeof(NativeParser)));
  if (native == nullptr) {
    XML_ParserFree(parser);
    return t.raise_memory_error();
  }
  *native = {parser, nullptr, &t.heap(), 1};
  return native;
}

Fallible<void> init_bound(Thread& t, XmlParser* self, Value target, Value encoding) {
  if (!encoding.is_none() && !is<Str>(encoding))
    return t.raise_type_error("XMLParser() argument 'encoding' must be str or None, not {}", type_of(encoding));
  ExpatText encoding_text(t);
  TRY(encoding_text.open(encoding.is_none() ? nullptr : as<Str>(encoding)));
  if (target.is_none()) target = Value(TRY(make_builder(t)));
  Value found[kHandlerCount];
  for (size_t i = 0; i < kHandlerCount; ++i) {
    found[i] = TRY(find_attribute_py(t, target, TRY(Str::intern_utf8(t, kHandlerNames[i]))));
    if (found[i].is_absent()) found[i] = Value();
  }
  Dict* entity = TRY(Dict::make(t));
  NativeParser* native = TRY(make_native_parser(t, encoding_text.get()));
  if (self->owner_ != nullptr) {
    release_native_parser(native);
    return t.raise_value_error("XMLParser.__init__() called while it parses");
  }
  release_native_parser(self->native_);
  self->native_ = native;
  self->failed_ = false;
  self->target_.set(self, target);
  self->entity_.set(self, entity);
  self->names_.clear();
  for (size_t i = 0; i < kHandlerCount; ++i) self->handlers_[i].set(self, found[i]);
  install_handlers(self);
  return {};
}
constexpr NativeMethod kConstructor[] = {
    {"XMLParser", HOG_NATIVE(init_bound), "($self, /, *, target=None, encoding=None)", nullptr}, {}};

Fallible<void> parser_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructor[0]), self, arguments));
  return {};
}
Fallible<Value> parser_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

Fallible<Value> get_version(Thread& t, Value) {
  return Value(TRY(t.format("Expat {}.{}.{}", XML_MAJOR_VERSION, XML_MINOR_VERSION, XML_MICRO_VERSION)));
}
Fallible<Value> get_entity(Thread&, Value self) {
  Dict* entity = as<XmlParser>(self)->entity_.get();
  return entity == nullptr ? Value::none() : Value(entity);
}
Fallible<Value> get_target(Thread&, Value self) { return or_none(as<XmlParser>(self)->target_); }
constexpr GetSet kGetSets[] = {{"version", get_version, nullptr, "The library's version."},
                               {"entity", get_entity, nullptr, "Entities by name, beside those that documents declare."},
                               {"target", get_target, nullptr, "Where events go."},
                               {}};

const Layout XmlParser::kLayout = {
    .name = "xml.etree.ElementTree.XMLParser",
    .trace = trace_parser,
    .destroy = [](Cell* cell) { release_native_parser(static_cast<XmlParser*>(cell)->native_); },
    .base_size = sizeof(XmlParser)};

}  // namespace

const TypeSpec kParserSpec = {
    .name = "xml.etree.ElementTree.XMLParser",
    .layout = &XmlParser::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = parser_init, .new_ = parser_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kConstructor,
};

}  // namespace hog::etree
