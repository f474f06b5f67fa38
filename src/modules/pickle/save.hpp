// save.hpp: one dump() in progress. Lives on the native stack.
#pragma once

#include "modules/pickle/pickle.hpp"

namespace hog::pickle {

class Save {
 public:
  Save(Thread& thread, Pickler* pickler, bool to_bytes)
      : t(thread), self(pickler), protocol_(pickler->protocol_), to_bytes_(to_bytes), out_(thread) {}
  Fallible<Value> run(Value object);

 private:
  static constexpr size_t kNoFrame = SIZE_MAX;
  // What __reduce__ answers.
  struct Reduction {
    Value function, arguments;
    Value state = Value::none(), list_items = Value::none(), dict_items = Value::none(), state_setter = Value::none();
  };

  // save.cpp
  Fallible<void> open_frame();
  void end_frame();
  Fallible<void> flush_py();
  Fallible<void> close_frame_py();
  // Room for so many more bytes of the stream, to be filled at once.
  Fallible<uint8_t*> room(size_t bytes) {
    if (framing_ && frame_ == kNoFrame) [[unlikely]] TRY(open_frame());
    return out_.extend(bytes);
  }
  Fallible<void> op(Opcode code) {
    *TRY(room(1)) = code;
    return {};
  }
  Fallible<void> op_byte(Opcode code, uint64_t n) {
    uint8_t* to = TRY(room(2));
    to[0] = code;
    to[1] = static_cast<uint8_t>(n);
    return {};
  }
  Fallible<void> op_int(Opcode code, uint64_t n, size_t size) {
    uint8_t* to = TRY(room(1 + size));
    to[0] = code;
    __builtin_memcpy(to + 1, &n, size);
    return {};
  }
  // Between two objects: a full frame is closed.
  Fallible<void> boundary_py() {
    if (frame_ == kNoFrame || out_.size() - frame_ - 9 < kFrameTarget) [[likely]] return {};
    return close_frame_py();
  }
  Fallible<void> ascii(std::string_view text);
  Fallible<void> data(Opcode code, size_t size_bytes, const void* bytes, size_t n);
  Fallible<void> number_line(Opcode code, int64_t n);
  Fallible<void> memoize(Value v);
  Fallible<void> get(int64_t index);
  Fallible<void> save(Value v, bool ask_persistent = true);
  Fallible<void> save_persistent(Value id);
  Fallible<void> save_bool(bool b);
  Fallible<void> save_int(Value v);
  Fallible<void> save_float(double d);
  Fallible<void> save_str(Str* s);
  Fallible<void> raw_escaped(const Str* s);
  Fallible<void> bytes_only(const void* bytes, size_t n);
  Fallible<void> save_bytes(Value v);
  Fallible<void> save_bytearray(Value v);
  Fallible<void> save_buffer(PickleBuffer* v);
  Fallible<void> item_of(Value container, Value item, size_t index);
  Fallible<void> save_tuple(Tuple* tuple);
  Fallible<void> save_list(List* list);
  Fallible<void> append_all(Value container, Value iterator);
  Fallible<void> pair_of(Value container, Value k, Value v);
  Fallible<void> save_dict(Dict* dict);
  Fallible<void> set_all(Value container, Value iterator);
  Fallible<void> elements(Value v, List* items, size_t from, size_t to);
  Fallible<List*> elements_of(Value v);
  Fallible<void> save_set(Value v);
  Fallible<void> save_frozenset(Value v);
  // reduce.cpp
  Fallible<void> save_by_reduction(Value v);
  Fallible<void> save_reduced(Value v, Value reduced);
  Fallible<bool> is_plain_py(Value v);
  Fallible<Tuple*> plain_state(Value v);
  Fallible<void> save_plain(Value v, Tuple* state);
  Fallible<void> save_reduction(const Reduction& reduction, Value object);
  Fallible<void> save_part(Value part, Value object, const char* what);
  Fallible<void> save_new_object(const Reduction& reduction, Value object);
  Fallible<void> save_new_object_with_keywords(const Reduction& reduction, Value object);
  Fallible<void> check_class(Value cls, Value object, const char* name);
  Fallible<void> save_type(Value v);
  Fallible<void> save_global(Value v, Value name);
  Fallible<bool> save_extension(Value module, Value name);
  Fallible<void> save_by_name(Value module, Str* name);
  Fallible<void> save_dotted(Value module, Str* name);
  Failure raise_not_encodable(const char* kind, Value text);
  Fallible<Value> module_of_py(Value v, Str* name);

  Thread& t;
  Pickler* self;
  int protocol_;
  bool to_bytes_;
  bool framing_ = false;
  size_t frame_ = kNoFrame;  // where the open frame's header is
  Value persistent_id_;      // empty: nobody asked for it
  Value override_;           // reducer_override; empty: none
  Value dispatch_table_;     // empty: not asked for yet
  // Instances of this shape are known to be plain, as long as it has this stamp and the list (__slotnames__) is empty.
  Shape* plain_shape_ = nullptr;
  uint32_t plain_stamp_ = 0;
  List* plain_slots_ = nullptr;
  BytesBuilder out_;
};

}  // namespace hog::pickle
