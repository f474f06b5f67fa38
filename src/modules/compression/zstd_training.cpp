// zstd_training.cpp: making dictionaries from samples, for the module _zstd. Ref: library/compression.zstd.
// Invariant: zstd's trainer takes memory that no hook reaches and runs to its end without asking anybody. So it is given no more
// samples than keep both small, and the most memory that it can take for them is taken from the isolate's heap while it runs.
#include <zdict.h>

#include "modules/compression/zstd_support.hpp"
#include "modules/compression/zstd_training.hpp"

namespace hog {

namespace {

constexpr size_t kMostTrained = size_t{2} << 20;     // bytes of samples; what comes after them is left out
constexpr size_t kMostFinalized = size_t{1} << 20;   // the same, where each is compressed at a level that may be slow
constexpr size_t kMostOfSample = size_t{128} << 10;  // of which finalizing looks at no more
constexpr size_t kTables = size_t{16} << 20;         // the trainer's counts and the compressor's tables
constexpr size_t kMostAtAnyLevel = size_t{256} << 10;  // of chosen content; what is longer is looked at with a quick level
constexpr size_t kRoomBeyondSamples = size_t{256} << 10;

// Heap that is taken and not used, for what the library takes elsewhere.
class Reservation {
 public:
  explicit Reservation(Thread& t) : t_(t) {}
  ~Reservation() { free_for_library(&t_.heap(), memory_); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  Fallible<void> take(size_t bytes) {
    memory_ = allocate_for_library(&t_.heap(), bytes);
    if (memory_ == nullptr) return t_.raise_memory_error();
    return {};
  }

 private:
  Thread& t_;
  void* memory_ = nullptr;
};

// The samples that are used, one after the other, and their sizes as the library wants them.
struct Samples {
  Bytes* content;
  Bytes* sizes;  // of size_t
  unsigned count;
  const size_t* size_data() const { return reinterpret_cast<const size_t*>(sizes->data()); }
};

Fallible<Samples> read_samples_py(Thread& t, Bytes* content, Tuple* sizes, size_t most, size_t most_of_one) {
  size_t count = sizes->length();
  if (count > UINT32_MAX) return t.raise_value_error("The number of samples should be <= {}.", UINT32_MAX);
  Bytes* numbers = TRY(Bytes::make(t, count * sizeof(size_t)));
  Bytes* kept = TRY(Bytes::make(t, content->length() < most ? content->length() : most));
  auto* number = reinterpret_cast<size_t*>(numbers->mutable_data());
  size_t at = 0, used = 0, used_count = 0;
  bool full = false;
  for (size_t i = 0; i < count; ++i) {
    if (i % 4096 == 0) TRY(t.poll(1024));
    Value item = sizes->data()[i];
    if (!is_int(item)) return t.raise_type_error("an integer is required");
    bool fits = item.is_small_int() && item.small_int() >= 0 && static_cast<uint64_t>(item.small_int()) <= content->length() - at;
    if (!fits) return t.raise_value_error("The samples size tuple doesn't match the concatenation's size.");
    auto size = static_cast<size_t>(item.small_int());
    size_t taken = size < most_of_one ? size : most_of_one;
    full |= taken > most - used;
    if (!full) {
      if (taken != 0) std::memcpy(kept->mutable_data() + used, content->data() + at, taken);
      used += taken;
      number[used_count++] = taken;
    }
    at += size;
  }
  if (at != content->length()) return t.raise_value_error("The samples size tuple doesn't match the concatenation's size.");
  return Samples{kept, numbers, static_cast<unsigned>(used_count)};
}

Failure raise_training_error(Thread& t, const char* what, size_t code) {
  return t.raise(zstd_error_type, "Unable to {} the Zstandard dictionary: {}", what, ZDICT_getErrorName(code));
}

Fallible<size_t> check_size(Thread& t, int64_t size) {
  if (size <= 0) return t.raise_value_error("dict_size argument should be positive number.");
  return static_cast<size_t>(size);
}

}  // namespace

Fallible<Value> train_zstd_dict(Thread& t, Bytes* content, Tuple* sizes, int64_t size) {
  size_t capacity = TRY(check_size(t, size));
  Samples samples = TRY(read_samples_py(t, content, sizes, kMostTrained, SIZE_MAX));
  size_t useful = samples.content->length() + kRoomBeyondSamples;
  if (capacity > useful) capacity = useful;
  Bytes* out = TRY(Bytes::make(t, capacity));
  TRY(t.poll(static_cast<int64_t>(samples.content->length())));
  Reservation reservation(t);
  TRY(reservation.take(kTables + 4 * capacity + 16 * size_t{samples.count}));
  size_t made = ZDICT_trainFromBuffer(out->mutable_data(), capacity, samples.content->data(), samples.size_data(), samples.count);
  if (ZDICT_isError(made) != 0) return raise_training_error(t, "train", made);
  return Value(TRY(Bytes::from(t, out->data(), made)));
}

Fallible<Value> finalize_zstd_dict(Thread& t, Bytes* custom, Bytes* content, Tuple* sizes, int64_t size, int level) {
  size_t capacity = TRY(check_size(t, size));
  Samples samples = TRY(read_samples_py(t, content, sizes, kMostFinalized, kMostOfSample));
  size_t useful = custom->length() + kRoomBeyondSamples;
  if (capacity > useful) capacity = useful;
  Bytes* out = TRY(Bytes::make(t, capacity));
  TRY(t.poll(static_cast<int64_t>(samples.content->length()) * 4 + static_cast<int64_t>(custom->length())));
  Reservation reservation(t);
  TRY(reservation.take(kTables + 24 * custom->length() + 16 * size_t{samples.count}));
  ZDICT_params_t parameters{};
  parameters.compressionLevel = custom->length() > kMostAtAnyLevel && level > 3 ? 3 : level;
  size_t made = ZDICT_finalizeDictionary(out->mutable_data(), capacity, custom->data(), custom->length(), samples.content->data(),
                                         samples.size_data(), samples.count, parameters);
  if (ZDICT_isError(made) != 0) return raise_training_error(t, "finalize", made);
  return Value(TRY(Bytes::from(t, out->data(), made)));
}

}  // namespace hog
