// load.hpp: one load() in progress. Lives on the native stack.
#pragma once

#include "modules/pickle/pickle.hpp"

namespace hog::pickle {

class Load {
 public:
  // With data: loads(). Without: from the unpickler's file.
  Load(Thread& thread, Unpickler* unpickler, const uint8_t* data, size_t size)
      : t(thread), self(unpickler), data_(data), size_(size), limit_(size), from_file_(data == nullptr) {}
  Fallible<Value> run();

 private:
  struct Slice {  // the items above the latest mark
    size_t begin, end;
  };

  // ---- Input. ----
  // Fails when the data is truncated.
  Fallible<const uint8_t*> take(size_t n) {
    if (n > limit_ - at_) [[unlikely]] TRY(make_available(n));
    const uint8_t* from = data_ + at_;
    at_ += n;
    return from;
  }
  Fallible<uint8_t> next_opcode() {
    if (at_ == limit_) [[unlikely]] return next_opcode_slowly();
    return data_[at_++];
  }
  Fallible<uint8_t> next_opcode_slowly();
  Fallible<std::string_view> line();              // without its end
  Fallible<uint64_t> number(size_t size) {
    const uint8_t* bytes = TRY(take(size));
    uint64_t n = 0;
    __builtin_memcpy(&n, bytes, size);
    return n;
  }
  Fallible<size_t> length(size_t size, const char* what);
  Fallible<size_t> frame_length();
  Fallible<bool> fill(size_t n);
  Fallible<void> skip_consumed();
  Fallible<void> frame(size_t n);
  Failure raise_truncated();
  // Nothing that begins in a frame may end beyond it.
  Failure raise_beyond_frame();
  Fallible<void> make_available(size_t n);
  bool in_frame() const { return at_ < frame_end_; }
  void forget_frame() {
    frame_end_ = 0;
    limit_ = size_;
  }

  // ---- Stack. ----
  Failure raise_underflow();
  Fallible<void> push(Value v) {
    if (stack_->length() == stack_->items_->capacity()) [[unlikely]] return push_slowly(v);
    return stack_->append(t, v);
  }
  Fallible<void> push_slowly(Value v);
  size_t floor() const { return marks_->length() == 0 ? 0 : static_cast<size_t>(marks_->at(marks_->length() - 1).small_int()); }
  Fallible<Value> pop();
  Fallible<Value> top();
  Fallible<Slice> pop_mark();
  Fallible<Tuple*> tuple_of(Slice slice);
  void drop_to(size_t height);

  // ---- Opcodes. ----
  enum class Family : uint8_t { Memo, Number, Text, Container, Object };
  static Family family_of(uint8_t code);
  Fallible<bool> step(uint8_t code);
  Fallible<bool> step_number(uint8_t code);
  Fallible<bool> step_text(uint8_t code);
  Fallible<bool> step_container(uint8_t code);
  Fallible<bool> step_memo(uint8_t code);
  Fallible<bool> step_object(uint8_t code);
  Fallible<void> push_int_line();
  Fallible<void> push_long_line();
  Fallible<void> push_float_line();
  Fallible<void> push_long(size_t n);
  Fallible<void> push_string_line();
  Fallible<void> push_old_string(const uint8_t* bytes, size_t n);
  Fallible<void> push_text(size_t n);
  Fallible<void> append_items(size_t from);
  Fallible<void> set_items(size_t from);
  Fallible<void> add_items();
  Fallible<void> build();
  Fallible<void> push_global_line();
  Fallible<void> push_extension(uint64_t code);
  Fallible<void> push_instance(Value cls, Slice arguments, size_t drop);
  Fallible<void> new_object(bool with_keywords);
  Fallible<void> next_buffer();
  Fallible<void> put(uint64_t index);
  Fallible<void> get(uint64_t index) {
    ValueArray* memo = self->memo_.get();
    if (memo != nullptr && index < memo->capacity()) [[likely]]
      if (Value v = memo->at(index); !v.is_empty()) [[likely]] return push(v);
    return get_far(index);
  }
  Fallible<void> get_far(uint64_t index);
  Fallible<Str*> text_line();
  Fallible<Value> find_class_py(Value module, Value name);
  Fallible<void> persistent(Value id);

  Thread& t;
  Unpickler* self;
  const uint8_t* data_;
  size_t size_;
  size_t limit_;         // at_ <= limit_ <= size_: up to there nothing has to be checked
  size_t at_ = 0;
  size_t frame_end_ = 0;  // in data_, which holds the frame as a whole; 0 or passed: no frame
  bool from_file_;
  size_t peeked_ = 0;   // bytes of data_ that the file still has to be told to skip
  Cell* keeper_ = nullptr;
  int protocol_ = 0;
  List* stack_ = nullptr;
  List* marks_ = nullptr;
  Value find_class_;       // empty: the native one
  Value persistent_load_;  // empty: none
  size_t memo_count_ = 0;  // for MEMOIZE
};

}  // namespace hog::pickle
