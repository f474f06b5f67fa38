// zlib_support.hpp: what the functions and the objects of the module zlib share.
#pragma once

#include <zlib.h>

#include "modules/compression/library_memory.hpp"
#include "modules/compression/output_buffer.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

extern Type* zlib_error_type;
extern Type* zlib_compress_type;
extern Type* zlib_decompress_type;
extern Type* zlib_decompressor_type;
extern const TypeSpec kZlibCompressSpec, kZlibDecompressSpec, kZlibDecompressorSpec;

Failure raise_zlib_error(Thread& t, const z_stream& stream, int error, const char* what);
void prepare_zlib_stream(Thread& t, z_stream* stream);
Fallible<void> set_zlib_dictionary_py(Thread& t, z_stream* stream, Value dictionary);

// One call of deflate() or inflate() with as much input and output as fits its counters; input is taken in pieces small
// enough that the budget is asked in time.
int zlib_step(int (*work)(z_stream*, int), z_stream* stream, int flush, const uint8_t** in, size_t* size,
              OutputBuffer& out);
constexpr size_t kZlibPiece = size_t{256} << 10;

// All of the input through deflate(), with `flush` for the last piece. The library's last answer.
Fallible<int> deflate_all(Thread& t, z_stream* stream, const uint8_t* in, size_t size, int flush, OutputBuffer& out);

Fallible<Value> make_zlib_compressor(Thread& t, int level, int method, int bits, int memory_level, int strategy,
                                     Value dictionary);
Fallible<Value> make_zlib_decompressor(Thread& t, int bits, Value dictionary);

}  // namespace hog
