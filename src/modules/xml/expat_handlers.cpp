// expat_handlers.cpp: from the library's callbacks to Python's handlers. Ref: library/pyexpat "XMLParser Objects".
#include <cstring>

#include "modules/xml/expat_parser.hpp"
#include "object/codecs.hpp"

namespace hog {

namespace {

Fallible<Value> text_or_none(Thread& t, const char* text) {
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}
Fallible<Value> text_of_length(Thread& t, const char* text, int length) {
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, {text, static_cast<size_t>(length)})));
}
// One str for each name, through the dictionary `intern` where there is one.
Fallible<Value> name_py(Thread& t, ExpatParser* self, const char* text) {
  Value name = TRY(text_or_none(t, text));
  Value intern = self->intern_.get();
  if (name.is_none() || intern.is_empty()) return name;
  return as<Dict>(intern)->set_default_py(t, name, name);
}

void stop(ExpatParser* self) {
  self->failed_ = true;
  XML_StopParser(self->parser(), XML_FALSE);
}

Fallible<Value> call_handler_py(Thread& t, ExpatParser* self, ExpatHandler which, const Arguments& arguments) {
  Value handler = self->handler(which);
  if (handler.is_empty()) return Value::none();
  bool outer = self->in_callback_;
  self->in_callback_ = true;
  Fallible<Value> result = call_py(t, handler, arguments);
  self->in_callback_ = outer;
  return result;
}

// What every callback does: nothing after a failure, nothing without a handler, buffered text first. `make` fills the arguments
// and answers Fallible<size_t>, their count. The handler's result, or empty.
template <typename Make>
Value run(void* data, ExpatHandler which, Make make) {
  auto* self = static_cast<ExpatParser*>(data);
  if (self->failed_ || self->thread_ == nullptr || self->handler(which).is_empty()) return Value();
  Thread& t = *self->thread_;
  auto work = [&]() -> Fallible<Value> {
    TRY(t.poll(8));
    TRY(flush_expat_text_py(t, self));
    Value arguments[8];
    size_t count = TRY(make(t, self, arguments));
    return call_handler_py(t, self, which, Arguments(arguments, count));
  };
  Fallible<Value> result = work();
  if (!result.failed()) return result.get();
  stop(self);
  return Value();
}
// For handlers that answer whether to go on.
template <typename Make>
int run_and_ask(void* data, ExpatHandler which, Make make) {
  Value result = run(data, which, make);
  if (result.is_empty()) return 0;
  auto* self = static_cast<ExpatParser*>(data);
  Fallible<int64_t> answer = index_to_int64_py(*self->thread_, result);
  if (!answer.failed()) return answer.get() != 0;
  stop(self);
  return 0;
}

#define HOG_MAKE [&]([[maybe_unused]] Thread & t, [[maybe_unused]] ExpatParser * self, Value * out) -> Fallible<size_t>

Fallible<Value> attributes_py(Thread& t, ExpatParser* self, const char** attributes) {
  size_t count = 0;
  if (self->specified_attributes_) {
    count = static_cast<size_t>(XML_GetSpecifiedAttributeCount(self->parser()));
  } else {
    while (attributes[count] != nullptr) count += 2;
  }
  if (self->ordered_attributes_) {
    List* list = TRY(List::make(t, count));
    for (size_t i = 0; i < count; i += 2) {
      TRY(list->append(t, TRY(name_py(t, self, attributes[i]))));
      TRY(list->append(t, TRY(text_or_none(t, attributes[i + 1]))));
    }
    return Value(list);
  }
  Dict* dict = TRY(Dict::make_sized(t, count / 2));
  for (size_t i = 0; i < count; i += 2) {
    Value name = TRY(name_py(t, self, attributes[i]));
    TRY(dict->set_py(t, name, TRY(text_or_none(t, attributes[i + 1]))));
  }
  return Value(dict);
}

void on_start_element(void* data, const char* name, const char** attributes) {
  run(
      data, ExpatHandler::kStartElement, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        out[1] = TRY(attributes_py(t, self, attributes));
        return 2;
      });
}
void on_end_element(void* data, const char* name) {
  run(
      data, ExpatHandler::kEndElement, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        return 1;
      });
}
void on_processing_instruction(void* data, const char* target, const char* text) {
  run(
      data, ExpatHandler::kProcessingInstruction, HOG_MAKE {
        out[0] = TRY(name_py(t, self, target));
        out[1] = TRY(text_or_none(t, text));
        return 2;
      });
}
void on_unparsed_entity(void* data, const char* a, const char* b, const char* c, const char* d, const char* e) {
  run(
      data, ExpatHandler::kUnparsedEntityDecl, HOG_MAKE {
        const char* names[] = {a, b, c, d, e};
        for (size_t i = 0; i < 5; ++i) out[i] = TRY(name_py(t, self, names[i]));
        return 5;
      });
}
void on_notation(void* data, const char* a, const char* b, const char* c, const char* d) {
  run(
      data, ExpatHandler::kNotationDecl, HOG_MAKE {
        const char* names[] = {a, b, c, d};
        for (size_t i = 0; i < 4; ++i) out[i] = TRY(name_py(t, self, names[i]));
        return 4;
      });
}
void on_start_namespace(void* data, const char* prefix, const char* uri) {
  run(
      data, ExpatHandler::kStartNamespaceDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, prefix));
        out[1] = TRY(name_py(t, self, uri));
        return 2;
      });
}
void on_end_namespace(void* data, const char* prefix) {
  run(
      data, ExpatHandler::kEndNamespaceDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, prefix));
        return 1;
      });
}
void on_comment(void* data, const char* text) {
  run(
      data, ExpatHandler::kComment, HOG_MAKE {
        out[0] = TRY(text_or_none(t, text));
        return 1;
      });
}
template <ExpatHandler kHandler>
void on_event(void* data) {
  run(data, kHandler, [](Thread&, ExpatParser*, Value*) -> Fallible<size_t> { return size_t{0}; });
}
template <ExpatHandler kHandler>
void on_default(void* data, const char* text, int length) {
  run(
      data, kHandler, HOG_MAKE {
        out[0] = TRY(text_of_length(t, text, length));
        return 1;
      });
}
int on_not_standalone(void* data) {
  return run_and_ask(data, ExpatHandler::kNotStandalone,
                     [](Thread&, ExpatParser*, Value*) -> Fallible<size_t> { return size_t{0}; });
}
int on_external_entity(XML_Parser parser, const char* context, const char* base, const char* system,
                       const char* identifier) {
  return run_and_ask(
      XML_GetUserData(parser), ExpatHandler::kExternalEntityRef, HOG_MAKE {
        out[0] = TRY(text_or_none(t, context));
        out[1] = TRY(name_py(t, self, base));
        out[2] = TRY(name_py(t, self, system));
        out[3] = TRY(name_py(t, self, identifier));
        return 4;
      });
}
void on_start_doctype(void* data, const char* name, const char* system, const char* identifier, int has_subset) {
  run(
      data, ExpatHandler::kStartDoctypeDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        out[1] = TRY(name_py(t, self, system));
        out[2] = TRY(name_py(t, self, identifier));
        out[3] = Value::from_small_int(has_subset);
        return 4;
      });
}
void on_entity(void* data, const char* name, int is_parameter, const char* value, int length, const char* base,
               const char* system, const char* identifier, const char* notation) {
  run(
      data, ExpatHandler::kEntityDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        out[1] = Value::from_small_int(is_parameter);
        out[2] = TRY(text_of_length(t, value, length));
        const char* names[] = {base, system, identifier, notation};
        for (size_t i = 0; i < 4; ++i) out[3 + i] = TRY(name_py(t, self, names[i]));
        return 7;
      });
}
void on_xml_declaration(void* data, const char* version, const char* encoding, int standalone) {
  run(
      data, ExpatHandler::kXmlDecl, HOG_MAKE {
        out[0] = TRY(text_or_none(t, version));
        out[1] = TRY(text_or_none(t, encoding));
        out[2] = Value::from_small_int(standalone);
        return 3;
      });
}

// (type, quantifier, name, children)
Fallible<Value> model_py(Thread& t, ExpatParser* self, const XML_Content* model) {
  TRY(check_native_recursion(t, " in conversion of a content model"));
  TRY(t.poll());
  Tuple* children = TRY(Tuple::make(t, model->numchildren));
  for (unsigned i = 0; i < model->numchildren; ++i)
    children->initialize(i, TRY(model_py(t, self, &model->children[i])));
  Value name = TRY(name_py(t, self, model->name));
  return Value(TRY(
      Tuple::of(t, Value::from_small_int(model->type), Value::from_small_int(model->quant), name, Value(children))));
}
void on_element_declaration(void* data, const char* name, XML_Content* model) {
  run(
      data, ExpatHandler::kElementDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        out[1] = TRY(model_py(t, self, model));
        return 2;
      });
  XML_FreeContentModel(static_cast<ExpatParser*>(data)->parser(), model);
}
void on_attribute_list(void* data, const char* element, const char* attribute, const char* type, const char* otherwise,
                       int required) {
  run(
      data, ExpatHandler::kAttlistDecl, HOG_MAKE {
        out[0] = TRY(name_py(t, self, element));
        out[1] = TRY(name_py(t, self, attribute));
        out[2] = TRY(text_or_none(t, type));
        out[3] = TRY(text_or_none(t, otherwise));
        out[4] = Value::from_small_int(required);
        return 5;
      });
}
void on_skipped_entity(void* data, const char* name, int is_parameter) {
  run(
      data, ExpatHandler::kSkippedEntity, HOG_MAKE {
        out[0] = TRY(name_py(t, self, name));
        out[1] = Value::from_small_int(is_parameter);
        return 2;
      });
}

// ---- Text, which may be collected. ----

Fallible<void> character_data_py(Thread& t, ExpatParser* self, const char* text, size_t length) {
  TRY(t.poll(8));
  if (self->buffer_text_) {
    auto size = static_cast<size_t>(self->buffer_size_);
    if (self->text_used_ + length > size) TRY(flush_expat_text_py(t, self));
    if (self->handler(ExpatHandler::kCharacterData).is_empty()) return {};
    size = static_cast<size_t>(self->buffer_size_);
    if (length <= size && self->buffer_text_) {
      ByteArray* buffer = self->text_.get();
      if (buffer == nullptr || buffer->capacity() < size) {
        ByteArray* bigger = TRY(ByteArray::make(t, size));
        if (buffer != nullptr) std::memcpy(bigger->data(), buffer->data(), self->text_used_);
        self->text_.set(self, bigger);
      }
      std::memcpy(self->text_->data() + self->text_used_, text, length);
      self->text_used_ += length;
      return {};
    }
  }
  Value argument(TRY(Str::from_utf8(t, {text, length})));
  TRY(call_handler_py(t, self, ExpatHandler::kCharacterData, Arguments(&argument, 1)));
  return {};
}
void on_character_data(void* data, const char* text, int length) {
  auto* self = static_cast<ExpatParser*>(data);
  if (self->failed_ || self->thread_ == nullptr || self->handler(ExpatHandler::kCharacterData).is_empty()) return;
  if (character_data_py(*self->thread_, self, text, static_cast<size_t>(length)).failed()) stop(self);
}

// ---- Encodings that the library does not know: eight-bit ones, through Python's codecs. ----

int on_unknown_encoding(void* data, const char* name, XML_Encoding* info) {
  auto* self = static_cast<ExpatParser*>(data);
  if (self->failed_ || self->thread_ == nullptr) return XML_STATUS_ERROR;
  if (!fill_expat_encoding_py(*self->thread_, name, info).failed()) return XML_STATUS_OK;
  stop(self);
  return XML_STATUS_ERROR;
}

}  // namespace

Fallible<bool> fill_expat_encoding_py(Thread& t, const char* name, XML_Encoding* info) {
  Bytes* bytes = TRY(Bytes::make(t, 256));
  for (size_t i = 0; i < 256; ++i) bytes->mutable_data()[i] = static_cast<uint8_t>(i);
  Str* encoding = TRY(Str::from_utf8(t, name));
  Str* errors = TRY(Str::from_ascii(t, "replace"));
  Str* text =
      TRY(codecs::decode_text_py(t, codecs::Input(bytes->data(), 256, Value(bytes)), Value(bytes), encoding, errors));
  if (text->length() != 256) return t.raise_value_error("multi-byte encodings are not supported");
  for (size_t i = 0; i < 256; ++i) {
    char32_t c = text->at(i);
    info->map[i] = c == 0xFFFD ? -1 : static_cast<int>(c);
  }
  info->data = nullptr;
  info->convert = nullptr;
  info->release = nullptr;
  return true;
}

Fallible<void> flush_expat_text_py(Thread& t, ExpatParser* self) {
  if (self->text_used_ == 0) return {};
  size_t used = self->text_used_;
  self->text_used_ = 0;
  Value argument(TRY(Str::from_utf8(t, {reinterpret_cast<const char*>(self->text_->data()), used})));
  TRY(call_handler_py(t, self, ExpatHandler::kCharacterData, Arguments(&argument, 1)));
  return {};
}

void install_expat_handler(ExpatParser* self, ExpatHandler handler) {
  XML_Parser p = self->parser();
  bool on = !self->handler(handler).is_empty();
#define HOG_INSTALL(name, setter, function) \
  case ExpatHandler::k##name: setter(p, on ? function : nullptr); break
  switch (handler) {
    HOG_INSTALL(StartElement, XML_SetStartElementHandler, on_start_element);
    HOG_INSTALL(EndElement, XML_SetEndElementHandler, on_end_element);
    HOG_INSTALL(ProcessingInstruction, XML_SetProcessingInstructionHandler, on_processing_instruction);
    HOG_INSTALL(CharacterData, XML_SetCharacterDataHandler, on_character_data);
    HOG_INSTALL(UnparsedEntityDecl, XML_SetUnparsedEntityDeclHandler, on_unparsed_entity);
    HOG_INSTALL(NotationDecl, XML_SetNotationDeclHandler, on_notation);
    HOG_INSTALL(StartNamespaceDecl, XML_SetStartNamespaceDeclHandler, on_start_namespace);
    HOG_INSTALL(EndNamespaceDecl, XML_SetEndNamespaceDeclHandler, on_end_namespace);
    HOG_INSTALL(Comment, XML_SetCommentHandler, on_comment);
    HOG_INSTALL(StartCdataSection, XML_SetStartCdataSectionHandler, on_event<ExpatHandler::kStartCdataSection>);
    HOG_INSTALL(EndCdataSection, XML_SetEndCdataSectionHandler, on_event<ExpatHandler::kEndCdataSection>);
    HOG_INSTALL(Default, XML_SetDefaultHandler, on_default<ExpatHandler::kDefault>);
    HOG_INSTALL(DefaultHandlerExpand, XML_SetDefaultHandlerExpand, on_default<ExpatHandler::kDefaultHandlerExpand>);
    HOG_INSTALL(NotStandalone, XML_SetNotStandaloneHandler, on_not_standalone);
    HOG_INSTALL(ExternalEntityRef, XML_SetExternalEntityRefHandler, on_external_entity);
    HOG_INSTALL(StartDoctypeDecl, XML_SetStartDoctypeDeclHandler, on_start_doctype);
    HOG_INSTALL(EndDoctypeDecl, XML_SetEndDoctypeDeclHandler, on_event<ExpatHandler::kEndDoctypeDecl>);
    HOG_INSTALL(EntityDecl, XML_SetEntityDeclHandler, on_entity);
    HOG_INSTALL(XmlDecl, XML_SetXmlDeclHandler, on_xml_declaration);
    HOG_INSTALL(ElementDecl, XML_SetElementDeclHandler, on_element_declaration);
    HOG_INSTALL(AttlistDecl, XML_SetAttlistDeclHandler, on_attribute_list);
    HOG_INSTALL(SkippedEntity, XML_SetSkippedEntityHandler, on_skipped_entity);
    case ExpatHandler::kCount: break;
  }
#undef HOG_INSTALL
}

void install_expat_handlers(ExpatParser* self) {
  XML_SetUnknownEncodingHandler(self->parser(), on_unknown_encoding, self);
  for (size_t i = 0; i < kExpatHandlerCount; ++i)
    if (!self->handlers_[i].get().is_empty()) install_expat_handler(self, static_cast<ExpatHandler>(i));
}

}  // namespace hog
