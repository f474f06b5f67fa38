// stream_decoder.hpp: what the decompressors of the file modules have in common: input kept for the next call, max_length, eof,
// needs_input, unused_data. A codec derives from StreamDecoder and adds
//   Fallible<DecodeStep> step(Thread& t, const uint8_t** in, size_t* in_size, OutputBuffer& out)   one call of the library
// which advances all three. Invariant: input is kept only while needs_input is False.
#pragma once

#include <cstring>

#include "modules/compression/library_memory.hpp"
#include "modules/compression/output_buffer.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

enum class DecodeStep : uint8_t { Going, End };

class StreamDecoder : public Cell {
 public:
  Thread* owner_;
  Heap* heap_;
  Field<Bytes> kept_;  // input not yet decoded
  ValueField eof_, needs_input_, unused_data_;
  int64_t check_;

  static void trace(Cell* cell, Marker& marker) {
    auto* self = static_cast<StreamDecoder*>(cell);
    marker.visit(self->kept_.get());
    for (ValueField* field : {&self->eof_, &self->needs_input_, &self->unused_data_})
      marker.visit_word(field->get().raw());
  }
  Fallible<void> start(Thread& t) {
    heap_ = &t.heap();
    eof_.set(this, Value::from_bool(false));
    needs_input_.set(this, Value::from_bool(true));
    unused_data_.set(this, Value(TRY(Bytes::make(t, 0))));
    return {};
  }
};

constexpr Member kStreamDecoderMembers[] = {
    {"eof", offsetof(StreamDecoder, eof_), Member::Kind::ReadOnlyObject, "Was the end of the stream reached?"},
    {"needs_input", offsetof(StreamDecoder, needs_input_), Member::Kind::ReadOnlyObject,
     "Is more input needed for more output?"},
    {"unused_data", offsetof(StreamDecoder, unused_data_), Member::Kind::ReadOnlyObject,
     "What followed the end of the stream."},
    {}};

// Which end of a block ends a call: a codec whose library may hold finished output back is asked until it leaves room.
enum class DecoderTail : uint8_t { None, MayHoldOutput };

template <DecoderTail kTail, typename Decoder>
Fallible<Value> decode_stream(Thread& t, Decoder* self, const uint8_t* in, size_t size, int64_t max_length) {
  OutputBuffer out(t, max_length);
  const uint8_t* begin = in;
  bool end = false, starved = false;
  while (!end) {
    bool room = TRY(out.need_room());
    // Some take in what makes no output without room for any.
    if constexpr (requires { Decoder::kReadsWithoutRoom; }) {
      if (!room && max_length != 0) break;
    } else {
      if (!room) break;
    }
    size_t size_before = size, made_before = out.size();
    DecodeStep step = TRY(self->step(t, &in, &size, out));
    end = step == DecodeStep::End;
    TRY(poll_codec(t, size_before - size, out.size() - made_before));
    if (end || !room) break;
    if (kTail == DecoderTail::None) {
      starved = size == 0;
    } else {
      starved = size == 0 && !out.full();
    }
    if (starved) break;
  }
  bool eof = end;
  Bytes* rest = TRY(Bytes::from(t, begin == nullptr ? nullptr : in, size));
  if (eof) {
    self->eof_.set(self, Value::from_bool(true));
    self->needs_input_.set(self, Value::from_bool(false));
    self->unused_data_.set(self, Value(rest));
    self->kept_.clear();
  } else {
    bool more = size == 0 && (kTail == DecoderTail::None || !out.full());
    self->needs_input_.set(self, Value::from_bool(more));
    if (size == 0) {
      self->kept_.clear();
    } else {
      self->kept_.set(self, rest);
    }
  }
  return Value(TRY(out.finish()));
}

// The method decompress(data, max_length=-1).
template <DecoderTail kTail, typename Decoder>
Fallible<Value> decompress_stream(Thread& t, Decoder* self, Value data, int64_t max_length) {
  BytesLike input(t);
  TRY(input.open(data));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->eof_.get().is_true()) return t.raise(core.EOFError, "End of stream already reached");
  if (max_length < 0) max_length = -1;
  Bytes* kept = self->kept_.get();
  self->kept_.clear();  // an error loses it, as the library's state is then of no use
  if (kept == nullptr) return decode_stream<kTail>(t, self, input.data(), input.size(), max_length);
  Bytes* all = TRY(Bytes::make(t, kept->length() + input.size()));
  std::memcpy(all->mutable_data(), kept->data(), kept->length());
  if (input.size() != 0) std::memcpy(all->mutable_data() + kept->length(), input.data(), input.size());
  Fallible<Value> result = decode_stream<kTail>(t, self, all->data(), all->length(), max_length);
  __asm__ volatile("" : : "r"(all) : "memory");  // the collector finds it through this
  return result;
}

}  // namespace hog
