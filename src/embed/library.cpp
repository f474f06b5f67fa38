// library.cpp: see library.hpp. The blobs and sources are constant data in the binary; looking one up allocates nothing,
// reading a source inflates it into a str of the isolate.
#include "embed/library.hpp"

#include <zlib.h>

#include "object/protocol.hpp"
#include "stdlib/frozen_code.hpp"
#include "stdlib/frozen_source.hpp"

namespace hog {

namespace {

// zlib's memory comes from the isolate. zfree knows no size, so each piece remembers its own.
struct Piece {
  size_t bytes;
};
void* allocate_piece(void* isolate, unsigned count, unsigned size) {
  size_t bytes = sizeof(Piece) + size_t{count} * size;
  auto* piece = static_cast<Piece*>(static_cast<Isolate*>(isolate)->memory().allocate(bytes));
  if (piece == nullptr) return nullptr;
  piece->bytes = bytes;
  return piece + 1;
}
void free_piece(void* isolate, void* memory) {
  Piece* piece = static_cast<Piece*>(memory) - 1;
  static_cast<Isolate*>(isolate)->memory().release(piece, piece->bytes);
}

class FrozenInProgram final : public FrozenLibrary {
 public:
  bool find(std::string_view name, FrozenModule* out) const override {
    const FrozenCode* code = find_frozen_code(name);
    if (code == nullptr) return false;
    auto blob = frozen_code_blob(*code);
    *out = {frozen_code_name(*code), code->is_package != 0, CodeBlob(blob.data(), blob.size())};
    return true;
  }
  size_t count() const override { return frozen_codes().size(); }
  std::string_view name_at(size_t i) const override { return frozen_code_name(frozen_codes()[i]); }

  Fallible<Value> source(Thread& t, std::string_view name) const override {
    const FrozenSource* source = find_frozen_source(name);
    if (source == nullptr) return Value::none();
    ByteArray* text = TRY(ByteArray::make(t, source->source_size));
    auto compressed = frozen_compressed(*source);
    z_stream stream{};
    stream.opaque = &Isolate::of(t);
    stream.zalloc = allocate_piece;
    stream.zfree = free_piece;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return t.raise_memory_error();
    stream.next_in = const_cast<unsigned char*>(compressed.data());
    stream.avail_in = static_cast<unsigned>(compressed.size());
    stream.next_out = text->data();
    stream.avail_out = source->source_size;
    int outcome = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (outcome == Z_MEM_ERROR) return t.raise_memory_error();
    HOG_CHECK(outcome == Z_STREAM_END);
    return Value(TRY(Str::from_utf8(t, {reinterpret_cast<const char*>(text->data()), source->source_size})));
  }
};

}  // namespace

const FrozenLibrary* frozen_library() {
  static constinit const FrozenInProgram kLibrary;
  return &kLibrary;
}

}  // namespace hog
