// expat_parser.hpp: ExpatParser, the cell behind pyexpat.xmlparser, and its handlers.
//
// Invariants: the library's parser lives as long as a cell of its own or of a parser made from it (NativeParser counts). Its memory is
// charged to the isolate's heap: the hooks know no context, so whoever enters the library says whose turn it is (ExpatTurn).
// A handler that failed stops the parser and no other handler runs after it; the pending exception is the thread's.
#pragma once

#define XML_DTD 1  // as Debian builds the library: the limits on expansion are declared only then
#define XML_GE 1
#include <expat.h>

#include "modules/compression/library_memory.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// Name, C++ suffix.
#define HOG_EXPAT_HANDLERS(HOG_HANDLER)                                                                            \
  HOG_HANDLER(StartElement)                                                                                        \
  HOG_HANDLER(EndElement)                                                                                          \
  HOG_HANDLER(ProcessingInstruction) HOG_HANDLER(CharacterData) HOG_HANDLER(UnparsedEntityDecl)                    \
      HOG_HANDLER(NotationDecl) HOG_HANDLER(StartNamespaceDecl) HOG_HANDLER(EndNamespaceDecl) HOG_HANDLER(Comment) \
          HOG_HANDLER(StartCdataSection) HOG_HANDLER(EndCdataSection) HOG_HANDLER(Default)                         \
              HOG_HANDLER(DefaultHandlerExpand) HOG_HANDLER(NotStandalone) HOG_HANDLER(ExternalEntityRef)          \
                  HOG_HANDLER(StartDoctypeDecl) HOG_HANDLER(EndDoctypeDecl) HOG_HANDLER(EntityDecl)                \
                      HOG_HANDLER(XmlDecl) HOG_HANDLER(ElementDecl) HOG_HANDLER(AttlistDecl)                       \
                          HOG_HANDLER(SkippedEntity)

enum class ExpatHandler : uint8_t {
#define HOG_HANDLER(name) k##name,
  HOG_EXPAT_HANDLERS(HOG_HANDLER)
#undef HOG_HANDLER
      kCount
};
constexpr size_t kExpatHandlerCount = static_cast<size_t>(ExpatHandler::kCount);

struct NativeParser {
  XML_Parser parser;
  NativeParser* parent;  // whose structures this one uses
  Heap* heap;
  size_t references;
};
void release_native_parser(NativeParser* native);

class ExpatParser : public Cell {
 public:
  static const Layout kLayout;
  NativeParser* native_;
  Thread* owner_;          // who parses
  Thread* thread_;         // whose handlers run
  Field<ByteArray> text_;  // of CharacterData, while buffer_text
  size_t text_used_;
  int64_t buffer_size_;
  ValueField intern_;
  ValueField handlers_[kExpatHandlerCount];  // empty: none
  bool buffer_text_, ordered_attributes_, specified_attributes_, namespace_prefixes_, failed_, in_callback_,
      deferral_off_;

  XML_Parser parser() const { return native_->parser; }
  Value handler(ExpatHandler h) const { return handlers_[static_cast<size_t>(h)].get(); }
};

extern Type* expat_parser_type;
extern Type* expat_error_type;
extern const TypeSpec kExpatParserSpec;

// For the duration of a call of the library: allocations are this heap's.
class ExpatTurn {
 public:
  explicit ExpatTurn(Heap* heap);
  ~ExpatTurn();
  ExpatTurn(const ExpatTurn&) = delete;
  ExpatTurn& operator=(const ExpatTurn&) = delete;

 private:
  Heap* before_;
};
extern const XML_Memory_Handling_Suite kExpatMemory;

// A str as the library wants it; null for None.
class ExpatText {
 public:
  explicit ExpatText(Thread& t) : t_(t) {}
  Fallible<void> open(Str* text_or_null);
  const char* get() const { return bytes_ == nullptr ? nullptr : reinterpret_cast<const char*>(bytes_->data()); }

 private:
  Thread& t_;
  Bytes* bytes_ = nullptr;
};

// For XML_SetUnknownEncodingHandler: an eight-bit encoding through Python's codecs.
Fallible<bool> fill_expat_encoding_py(Thread& t, const char* name, XML_Encoding* info);
// After XML_ERROR_NO_MEMORY: it was the isolate's heap that refused, not one of the library's own limits.
bool take_expat_memory_refusal();
Failure raise_expat_error(Thread& t, XML_Parser parser, XML_Error code);
Fallible<void> flush_expat_text_py(Thread& t, ExpatParser* self);
// Tells the library which handlers there are; all of them for a new parser.
void install_expat_handler(ExpatParser* self, ExpatHandler handler);
void install_expat_handlers(ExpatParser* self);
Fallible<ExpatParser*> new_expat_parser(Thread& t, XML_Parser parser, NativeParser* parent);

}  // namespace hog
