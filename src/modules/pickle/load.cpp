// load.cpp: a pickle's opcodes. Invariant: the stack never goes below the latest mark; lengths are checked against what there is
// to read before anything is allocated. Recursion: none, the stack is a list. Ref: library/pickletools.
#include "modules/pickle/load.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "object/codecs.hpp"
#include "object/int_math.hpp"
#include "text/number.hpp"

namespace hog::pickle {

extern const NativeMethod kUnpicklerMethods[];
extern const NativeMethod kPersistentLoadMethod[];
Fallible<Value> find_class_native_py(Thread& t, Unpickler* self, Value module, Value name, int protocol);

// ---- Input. ----

Failure Load::raise_truncated() { return t.raise(unpickling_error_type, "pickle data was truncated"); }

// Tells the file that what was peeked at is consumed.
Fallible<void> Load::skip_consumed() {
  size_t n = peeked_ == 0 ? 0 : at_;
  if (n == 0) {
    peeked_ = 0;
    return {};
  }
  peeked_ = 0;
  TRY(call_py(t, self->read_.get(), Value::from_small_int(static_cast<int64_t>(n))));
  return {};
}

// Makes `n` bytes available at at_; false: there are not so many.
Fallible<bool> Load::fill(size_t n) {
  if (n <= size_ - at_) return true;
  if (!from_file_) return false;
  size_t have = size_ - at_;
  if (peeked_ != 0) {  // the rest was only peeked at: read it again from the file
    TRY(skip_consumed());
    size_ = at_ = have = 0;
    forget_frame();
  }
  size_t missing = n - have;
  if (missing > (size_t{1} << 46)) return raise_truncated();
  Value read = TRY(call_py(t, self->read_.get(), Value::from_small_int(static_cast<int64_t>(missing))));
  if (!is<Bytes>(read)) return t.raise_type_error("read() returned non-bytes object ({})", type_of(read));
  auto* bytes = as<Bytes>(read);
  if (have != 0) {
    Bytes* joined = TRY(Bytes::make(t, have + bytes->length()));
    std::memcpy(joined->mutable_data(), data_ + at_, have);
    std::memcpy(joined->mutable_data() + have, bytes->data(), bytes->length());
    bytes = joined;
  }
  keeper_ = bytes;
  data_ = bytes->data();
  size_ = bytes->length();
  at_ = 0;
  forget_frame();
  return n <= size_;
}

Failure Load::raise_beyond_frame() { return t.raise(unpickling_error_type, "pickle exhausted before end of frame"); }

// What the checked bytes do not hold: the frame ends here, or the data.
Fallible<void> Load::make_available(size_t n) {
  if (in_frame()) return raise_beyond_frame();
  forget_frame();
  if (n > size_ - at_ && !TRY(fill(n))) return raise_truncated();
  return {};
}

Fallible<uint8_t> Load::next_opcode_slowly() {
  forget_frame();
  if (at_ == size_ && from_file_) {
    TRY(skip_consumed());
    size_ = limit_ = at_ = 0;
    if (!self->peek_.get().is_empty()) {
      Fallible<Value> peeked = call_py(t, self->peek_.get(), Value::from_small_int(128 * 1024));
      if (peeked.failed()) {
        if (!clear_exception_if(t, core.NotImplementedError)) return Failure{};
        self->peek_.clear();
      } else {
        if (!is<Bytes>(peeked.get())) return t.raise_type_error("peek() returned non-bytes object ({})", type_of(peeked.get()));
        keeper_ = as<Bytes>(peeked.get());
        data_ = as<Bytes>(peeked.get())->data();
        size_ = limit_ = peeked_ = as<Bytes>(peeked.get())->length();
      }
    }
  }
  if (!TRY(fill(1))) return t.raise(core.EOFError, "Ran out of input");
  return data_[at_++];
}

Fallible<std::string_view> Load::line() {
  const void* end = std::memchr(data_ + at_, '\n', size_ - at_);
  if (end == nullptr) {
    if (!from_file_) return raise_truncated();
    if (in_frame()) return raise_beyond_frame();
    size_t have = size_ - at_;
    if (peeked_ != 0) {
      TRY(skip_consumed());
      have = 0;
    }
    Value read = TRY(call_py(t, self->readline_.get()));
    if (!is<Bytes>(read)) return t.raise_type_error("readline() returned non-bytes object ({})", type_of(read));
    auto* bytes = as<Bytes>(read);
    Bytes* joined = TRY(Bytes::make(t, have + bytes->length()));
    if (have != 0) std::memcpy(joined->mutable_data(), data_ + at_, have);
    std::memcpy(joined->mutable_data() + have, bytes->data(), bytes->length());
    keeper_ = joined;
    data_ = joined->data();
    size_ = joined->length();
    at_ = 0;
    forget_frame();
    end = std::memchr(data_, '\n', size_);
    if (end == nullptr) return raise_truncated();
  }
  const uint8_t* from = data_ + at_;
  auto n = static_cast<size_t>(static_cast<const uint8_t*>(end) - from);
  if (n + 1 > limit_ - at_) TRY(make_available(n + 1));
  at_ += n + 1;
  return std::string_view(reinterpret_cast<const char*>(from), n);
}

Fallible<size_t> Load::length(size_t size, const char* what) {
  uint64_t n = TRY(number(size));
  if (n > INT64_MAX)
    return t.raise(core.OverflowError, "{} exceeds system's maximum size of {} bytes", what, INT64_MAX);
  return static_cast<size_t>(n);
}
Fallible<size_t> Load::frame_length() {
  uint64_t n = TRY(number(8));
  if (n > INT64_MAX) return t.raise(core.OverflowError, "FRAME length exceeds system's maximum of {} bytes", INT64_MAX);
  return static_cast<size_t>(n);
}
// A frame is read as a whole.
Fallible<void> Load::frame(size_t n) {
  if (in_frame()) return t.raise(unpickling_error_type, "beginning of a new frame before end of current frame");
  if (!TRY(fill(n))) return raise_truncated();
  frame_end_ = limit_ = at_ + n;
  return {};
}

// ---- Stack. ----

Failure Load::raise_underflow() {
  return t.raise(unpickling_error_type, marks_->length() == 0 ? "unpickling stack underflow" : "unexpected MARK found");
}
Fallible<void> Load::push_slowly(Value v) {
  // A batch of items is likely to come: in few steps to its size.
  size_t n = stack_->length();
  TRY(stack_->reserve(t, n < 2 * kBatch ? n * 4 : n * 2));
  return stack_->append(t, v);
}
Fallible<Value> Load::pop() {
  if (stack_->length() <= floor()) return raise_underflow();
  Value v = stack_->at(stack_->length() - 1);
  drop_to(stack_->length() - 1);
  return v;
}
Fallible<Value> Load::top() {
  if (stack_->length() <= floor()) return raise_underflow();
  return stack_->at(stack_->length() - 1);
}
Fallible<Load::Slice> Load::pop_mark() {
  if (marks_->length() == 0) return t.raise(unpickling_error_type, "could not find MARK");
  Slice slice{floor(), stack_->length()};
  --marks_->size_;
  return slice;
}
void Load::drop_to(size_t height) {
  ValueArray* items = stack_->items_.get();
  for (size_t i = height, end = stack_->length(); i < end; ++i) items->set(i, Value());
  stack_->size_ = height;
}
Fallible<Tuple*> Load::tuple_of(Slice slice) {
  if (slice.begin == slice.end) return empty_tuple();
  Tuple* tuple = TRY(Tuple::from(t, stack_->data() + slice.begin, slice.end - slice.begin));
  drop_to(slice.begin);
  return tuple;
}

// ---- The loop. ----

Fallible<Value> Load::run() {
  self->protocol_ = 0;
  stack_ = TRY(List::make(t, 16));
  marks_ = TRY(List::make(t, 8));
  Value method = TRY(find_attribute_py(t, Value(self), TRY(Str::intern_utf8(t, "persistent_load"))));
  if (!method.is_absent() && !is_native(method, kPersistentLoadMethod)) persistent_load_ = method;
  method = TRY(find_attribute_py(t, Value(self), TRY(Str::intern_utf8(t, "find_class"))));
  bool native = is<BoundMethod>(method) ? false : is_native(method, &kUnpicklerMethods[0]);
  if (!method.is_absent() && !native) find_class_ = method;
  for (;;) {
    TRY(t.poll());
    uint8_t code = TRY(next_opcode());
    if (code == kStop) break;
    if (!TRY(step(code))) {
      if (code < 0x20 || code >= 0x7F) {
        constexpr char kDigits[] = "0123456789abcdef";
        const char hex[] = {kDigits[code >> 4], kDigits[code & 15], 0};
        return t.raise(unpickling_error_type, "invalid load key, '\\x{}'.", hex);
      }
      return t.raise(unpickling_error_type, "invalid load key, '{}'.", static_cast<char>(code));
    }
  }
  TRY(skip_consumed());
  return pop();
}

Fallible<bool> Load::step(uint8_t code) {
  switch (code) {
    case kNone: TRY(push(Value::none())); return true;
    case kNewTrue: TRY(push(Value::true_value())); return true;
    case kNewFalse: TRY(push(Value::false_value())); return true;
    case kMark: TRY(marks_->append(t, Value::from_small_int(static_cast<int64_t>(stack_->length())))); return true;
    case kProto: {
      uint64_t n = TRY(number(1));
      if (n > kHighestProtocol) return t.raise_value_error("unsupported pickle protocol: {}", n);
      protocol_ = self->protocol_ = static_cast<int>(n);
      return true;
    }
    case kFrame: TRY(frame(TRY(frame_length()))); return true;
    // The most frequent of the rest.
    case kBinGet: TRY(get(TRY(number(1)))); return true;
    case kMemoize: TRY(put(memo_count_)); return true;
    case kBinInt1: TRY(push(Value::from_small_int(static_cast<int64_t>(TRY(number(1)))))); return true;
    default: break;
  }
  switch (family_of(code)) {
    case Family::Memo: return step_memo(code);
    case Family::Number: return step_number(code);
    case Family::Text: return step_text(code);
    case Family::Container: return step_container(code);
    default: return step_object(code);
  }
}

Load::Family Load::family_of(uint8_t code) {
  switch (code) {
    case kMemoize: case kBinPut: case kLongBinPut: case kBinGet: case kLongBinGet: case kPut: case kGet: return Family::Memo;
    case kBinInt1: case kBinInt2: case kBinInt: case kInt: case kLong: case kLong1: case kLong4: case kFloat: case kBinFloat:
      return Family::Number;
    case kShortBinUnicode: case kBinUnicode: case kBinUnicode8: case kUnicode: case kShortBinBytes: case kBinBytes:
    case kBinBytes8: case kByteArray8: case kString: case kShortBinString: case kBinString: case kNextBuffer:
    case kReadOnlyBuffer:
      return Family::Text;
    case kEmptyTuple: case kTuple1: case kTuple2: case kTuple3: case kTuple: case kEmptyList: case kList: case kEmptyDict:
    case kDict: case kEmptySet: case kFrozenSet: case kAppend: case kAppends: case kSetItem: case kSetItems: case kAddItems:
    case kPop: case kPopMark: case kDup:
      return Family::Container;
    default: return Family::Object;
  }
}

// ---- Numbers. ----

Fallible<bool> Load::step_number(uint8_t code) {
  switch (code) {
    case kBinInt1: TRY(push(Value::from_small_int(static_cast<int64_t>(TRY(number(1)))))); return true;
    case kBinInt2: TRY(push(Value::from_small_int(static_cast<int64_t>(TRY(number(2)))))); return true;
    case kBinInt: TRY(push(Value::from_small_int(static_cast<int32_t>(TRY(number(4)))))); return true;
    case kInt: TRY(push_int_line()); return true;
    case kLong: TRY(push_long_line()); return true;
    case kLong1: TRY(push_long(static_cast<size_t>(TRY(number(1))))); return true;
    case kLong4: {
      auto n = static_cast<int32_t>(TRY(number(4)));
      if (n < 0) return t.raise(unpickling_error_type, "LONG pickle has negative byte count");
      TRY(push_long(static_cast<size_t>(n)));
      return true;
    }
    case kFloat: TRY(push_float_line()); return true;
    case kBinFloat: TRY(push(TRY(make_float(t, std::bit_cast<double>(__builtin_bswap64(TRY(number(8)))))))); return true;
    default: return false;
  }
}

Fallible<void> Load::push_int_line() {
  std::string_view text = TRY(line());
  if (text.empty()) return raise_truncated();
  if (text == "00" || text == "01") return push(Value::from_bool(text == "01"));
  Bytes* copy = TRY(Bytes::from(t, text.data(), text.size()));
  Fallible<Value> parsed = int_from_ascii_bytes(t, copy->data(), copy->length(), 10, Value(copy));
  if (parsed.failed()) {
    if (!clear_exception_if(t, core.ValueError)) return Failure{};
    return t.raise_value_error("could not convert string to int");
  }
  return push(parsed.get());
}
Fallible<void> Load::push_long_line() {
  std::string_view text = TRY(line());
  if (text.empty()) return raise_truncated();
  // What the message shows: the line break, too, unless it stands behind the L.
  std::string_view shown(text.data(), text.size() + 1);
  if (text.ends_with('L')) {
    text.remove_suffix(1);
    shown = text;
  }
  Bytes* copy = TRY(Bytes::from(t, text.data(), text.size()));
  Bytes* whole = TRY(Bytes::from(t, shown.data(), shown.size()));
  Str* decoded = TRY(codecs::decode_utf8_py(t, codecs::Input(whole->data(), whole->length(), Value(whole)), nullptr));
  return push(TRY(int_from_ascii_bytes(t, copy->data(), copy->length(), 10, Value(decoded))));
}
Fallible<void> Load::push_float_line() {
  std::string_view text = TRY(line());
  if (text.empty()) return raise_truncated();
  std::optional<double> d = number::parse_float(text);
  bool too_large = d && std::isinf(*d) && text.find_first_of("0123456789") != text.npos;
  if (d && !too_large) return push(TRY(make_float(t, *d)));
  // With a number at its beginning the text is not shown.
  size_t digit = text[0] == '-' || text[0] == '+' ? 1 : 0;
  if (digit < text.size() && text[digit] == '.') ++digit;
  if (digit < text.size() && text[digit] >= '0' && text[digit] <= '9' && !too_large)
    return t.raise_value_error("could not convert string to float");
  Str* shown = TRY(Str::from_latin1(t, reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  if (too_large) return t.raise(core.OverflowError, "value too large to convert to float: '{}\n'", shown);
  return t.raise_value_error("could not convert string to float: '{}\n'", shown);
}
Fallible<void> Load::push_long(size_t n) {
  const uint8_t* bytes = TRY(take(n));
  if (n == 0) return push(Value::from_small_int(0));
  return push(TRY(int_from_bytes(t, {bytes, n}, ByteOrder::Little, Signedness::Signed)));
}

// ---- Text and bytes. ----

Fallible<void> Load::push_text(size_t n) {
  TRY(t.poll(static_cast<int64_t>(n / 64)));
  const uint8_t* bytes = TRY(take(n));
  bool ascii = true;
  for (size_t i = 0; i < n && ascii; ++i) ascii = bytes[i] < 0x80;
  if (ascii) return push(Value(TRY(Str::from_ascii(t, {reinterpret_cast<const char*>(bytes), n}))));
  Bytes* copy = TRY(Bytes::from(t, bytes, n));
  Str* codec = TRY(Str::intern_utf8(t, "utf-8"));
  Str* errors = TRY(Str::intern_utf8(t, "surrogatepass"));
  return push(TRY(call_method_py(t, Value(copy), names.decode, Value(codec), Value(errors))));
}

// A str of Python 2: bytes in some encoding.
Fallible<void> Load::push_old_string(const uint8_t* bytes, size_t n) {
  Bytes* copy = TRY(Bytes::from(t, bytes, n));
  if (self->encoding_->equals_ascii("bytes")) return push(Value(copy));
  return push(TRY(call_method_py(t, Value(copy), names.decode, Value(self->encoding_.get()), Value(self->errors_.get()))));
}

Fallible<void> Load::push_string_line() {
  std::string_view text = TRY(line());
  if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '\''))
    return t.raise(unpickling_error_type, "the STRING opcode argument must be quoted");
  text = text.substr(1, text.size() - 2);
  Bytes* raw = TRY(Bytes::from(t, text.data(), text.size()));
  Value decode = TRY(module_attribute_py(t, "_codecs", "escape_decode"));
  Value decoded = TRY(call_py(t, decode, Value(raw)));
  if (!is<Tuple>(decoded) || as<Tuple>(decoded)->length() != 2 || !is<Bytes>(as<Tuple>(decoded)->at(0)))
    return t.raise_type_error("escape_decode() must return bytes and a length");
  auto* bytes = as<Bytes>(as<Tuple>(decoded)->at(0));
  return push_old_string(bytes->data(), bytes->length());
}

Fallible<bool> Load::step_text(uint8_t code) {
  switch (code) {
    case kShortBinUnicode: TRY(push_text(TRY(length(1, "")))); return true;
    case kBinUnicode: TRY(push_text(TRY(length(4, "")))); return true;
    case kBinUnicode8: TRY(push_text(TRY(length(8, "BINUNICODE")))); return true;
    case kUnicode: {
      std::string_view text = TRY(line());
      Bytes* raw = TRY(Bytes::from(t, text.data(), text.size()));
      Str* codec = TRY(Str::intern_utf8(t, "raw-unicode-escape"));
      TRY(push(TRY(call_method_py(t, Value(raw), names.decode, Value(codec)))));
      return true;
    }
    case kShortBinBytes: case kBinBytes: case kBinBytes8: case kByteArray8: {
      const char* what = code == kByteArray8 ? "BYTEARRAY8" : "BINBYTES";
      size_t n = TRY(length(code == kShortBinBytes ? 1 : code == kBinBytes ? 4 : 8, what));
      const uint8_t* bytes = TRY(take(n));
      if (code == kByteArray8) TRY(push(Value(TRY(ByteArrayObject::from(t, bytes, n)))));
      else TRY(push(Value(TRY(Bytes::from(t, bytes, n)))));
      return true;
    }
    case kString: TRY(push_string_line()); return true;
    case kShortBinString: case kBinString: {
      uint64_t n = TRY(number(code == kBinString ? 4 : 1));
      if (static_cast<int32_t>(n) < 0) return t.raise(unpickling_error_type, "BINSTRING pickle has negative byte count");
      const uint8_t* bytes = TRY(take(static_cast<size_t>(n)));
      TRY(push_old_string(bytes, static_cast<size_t>(n)));
      return true;
    }
    case kNextBuffer: TRY(next_buffer()); return true;
    case kReadOnlyBuffer: {
      Value v = TRY(top());
      Value view(TRY(MemoryView::from_object_py(t, v)));
      if (!as<MemoryView>(view)->read_only_) {
        Value locked = TRY(call_method_py(t, view, TRY(Str::intern_utf8(t, "toreadonly"))));
        TRY(pop());
        TRY(push(locked));
      }
      return true;
    }
    default: return false;
  }
}

Fallible<void> Load::next_buffer() {
  Value buffers = self->buffers_.get();
  if (buffers.is_none())
    return t.raise(unpickling_error_type, "pickle stream refers to out-of-band data but no *buffers* argument was given");
  Value buffer = TRY(next_py(t, buffers));
  if (buffer.is_absent()) return t.raise(unpickling_error_type, "not enough out-of-band buffers");
  return push(buffer);
}

// ---- Containers. ----

Fallible<bool> Load::step_container(uint8_t code) {
  switch (code) {
    case kEmptyTuple: TRY(push(Value(empty_tuple()))); return true;
    case kTuple1: case kTuple2: case kTuple3: {
      size_t n = code - kTuple1 + size_t{1};
      if (stack_->length() < floor() + n) return raise_underflow();
      TRY(push(Value(TRY(tuple_of({stack_->length() - n, stack_->length()})))));
      return true;
    }
    case kTuple: {
      Slice slice = TRY(pop_mark());
      TRY(push(Value(TRY(tuple_of(slice)))));
      return true;
    }
    case kEmptyList: TRY(push(Value(TRY(List::make(t))))); return true;
    case kList: {
      Slice slice = TRY(pop_mark());
      List* list = TRY(List::from(t, stack_->data() + slice.begin, slice.end - slice.begin));
      drop_to(slice.begin);
      TRY(push(Value(list)));
      return true;
    }
    case kEmptyDict: TRY(push(Value(TRY(Dict::make(t))))); return true;
    case kDict: {
      Slice slice = TRY(pop_mark());
      if ((slice.end - slice.begin) % 2 != 0) return t.raise(unpickling_error_type, "odd number of items for DICT");
      Dict* dict = TRY(Dict::make(t));
      for (size_t i = slice.begin; i + 1 < stack_->length() && i < slice.end; i += 2)
        TRY(dict->set_py(t, stack_->at(i), stack_->at(i + 1)));
      drop_to(slice.begin);
      TRY(push(Value(dict)));
      return true;
    }
    case kEmptySet: TRY(push(Value(TRY(Set::make(t, core.set))))); return true;
    case kFrozenSet: {
      Slice slice = TRY(pop_mark());
      Value items(TRY(tuple_of(slice)));
      TRY(push(TRY(call_py(t, Value(core.frozenset), items))));
      return true;
    }
    case kAppend: {
      if (stack_->length() < floor() + 2) return raise_underflow();
      TRY(append_items(stack_->length() - 1));
      return true;
    }
    case kAppends: {
      Slice slice = TRY(pop_mark());
      TRY(append_items(slice.begin));
      return true;
    }
    case kSetItem: {
      if (stack_->length() < floor() + 3) return raise_underflow();
      TRY(set_items(stack_->length() - 2));
      return true;
    }
    case kSetItems: {
      Slice slice = TRY(pop_mark());
      TRY(set_items(slice.begin));
      return true;
    }
    case kAddItems: TRY(add_items()); return true;
    case kPop:
      if (stack_->length() <= floor()) {
        if (marks_->length() == 0) return raise_underflow();
        --marks_->size_;  // a mark is popped like an item
        return true;
      }
      TRY(pop());
      return true;
    case kPopMark: {
      Slice slice = TRY(pop_mark());
      drop_to(slice.begin);
      return true;
    }
    case kDup: TRY(push(TRY(top()))); return true;
    default: return false;
  }
}

// The items from there on go to the list beneath them.
Fallible<void> Load::append_items(size_t from) {
  if (from <= floor() || from > stack_->length()) return raise_underflow();
  Value list = stack_->at(from - 1);
  if (is_exactly(list, shapes.list)) {
    List* plain = as<List>(list);
    size_t needed = plain->length() + (stack_->length() - from);
    if (needed > (plain->items_ ? plain->items_->capacity() : 0)) {
      // A batch that is not full is the last one.
      TRY(plain->reserve(t, stack_->length() - from < kBatch ? needed : needed + plain->length() / 2));
    }
    if (size_t count = stack_->length() - from; count != 0) {
      std::memcpy(plain->items_->raw() + plain->length(), stack_->data() + from, count * sizeof(Value));
      plain->size_ = needed;
    }
    drop_to(from);
    return {};
  }
  Tuple* items = TRY(tuple_of({from, stack_->length()}));
  if (items->length() == 0) return {};
  Value extend = TRY(find_attribute_py(t, list, names.extend));
  if (!extend.is_absent()) {
    List* all = TRY(List::from(t, items->data(), items->length()));
    TRY(call_py(t, extend, Value(all)));
    return {};
  }
  Value append = TRY(get_attribute_py(t, list, names.append));
  for (size_t i = 0; i < items->length(); ++i) TRY(call_py(t, append, items->at(i)));
  return {};
}

Fallible<void> Load::set_items(size_t from) {
  if (from <= floor() || from > stack_->length()) return raise_underflow();
  if ((stack_->length() - from) % 2 != 0) return t.raise(unpickling_error_type, "odd number of items for SETITEMS");
  Value dict = stack_->at(from - 1);
  bool plain = is_exactly(dict, shapes.dict);
  // Nobody else has the stack: what Python is called here cannot change it.
  for (size_t i = from; i + 1 < stack_->length(); i += 2) {
    if (plain) TRY(as<Dict>(dict)->set_py(t, stack_->at(i), stack_->at(i + 1)));
    else TRY(set_item_py(t, dict, stack_->at(i), stack_->at(i + 1)));
  }
  drop_to(from);
  return {};
}

Fallible<void> Load::add_items() {
  Slice slice = TRY(pop_mark());
  if (slice.begin <= floor()) return raise_underflow();
  Tuple* items = TRY(tuple_of(slice));
  if (items->length() == 0) return {};
  Value set = stack_->at(slice.begin - 1);
  if (is_exactly(set, shapes.set)) {
    for (size_t i = 0; i < items->length(); ++i) TRY(as<Set>(set)->add_py(t, items->at(i)));
    return {};
  }
  Value add = TRY(get_attribute_py(t, set, names.add));
  for (size_t i = 0; i < items->length(); ++i) TRY(call_py(t, add, items->at(i)));
  return {};
}

// ---- Memo. ----

Fallible<bool> Load::step_memo(uint8_t code) {
  switch (code) {
    case kMemoize: TRY(put(memo_count_)); return true;
    case kBinPut: TRY(put(TRY(number(1)))); return true;
    case kLongBinPut: TRY(put(TRY(number(4)))); return true;
    case kBinGet: TRY(get(TRY(number(1)))); return true;
    case kLongBinGet: TRY(get(TRY(number(4)))); return true;
    case kPut: case kGet: {
      std::string_view text = TRY(line());
      Bytes* copy = TRY(Bytes::from(t, text.data(), text.size() + 1));  // with its end, as the message shows it
      Value v = TRY(int_from_ascii_bytes(t, copy->data(), text.size() + 1, 10,
                                         Value(TRY(Str::from_latin1(t, copy->data(), copy->length())))));
      Int64Result n = int_to_int64_nogc(v);
      if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
      if (n.value < 0) return t.raise_value_error("negative {} argument", code == kPut ? "PUT" : "GET");
      TRY(code == kPut ? put(static_cast<uint64_t>(n.value)) : get(static_cast<uint64_t>(n.value)));
      return true;
    }
    default: return false;
  }
}

Fallible<void> Load::put(uint64_t index) {
  Value v = TRY(top());
  ++memo_count_;
  ValueArray* memo = self->memo_.get();
  size_t capacity = memo == nullptr ? 0 : memo->capacity();
  if (index >= capacity) {
    // Far beyond what is there: a dict, since a stream may name any index.
    if (index > capacity * 2 + 1024) {
      if (!self->far_memo_) self->far_memo_.set(self, TRY(Dict::make(t)));
      return self->far_memo_->set_py(t, TRY(make_uint(t, index)), v);
    }
    size_t wanted = std::max<size_t>(64, capacity * 2);
    if (wanted <= index) wanted = index + 1;
    TRY(t.check_fits(wanted * sizeof(Value)));
    ValueArray* grown = TRY(ValueArray::make(t, wanted));
    for (size_t i = 0; i < capacity; ++i) grown->set(i, memo->at(i));
    self->memo_.set(self, grown);
    memo = grown;
  }
  memo->set(index, v);
  return {};
}
Fallible<void> Load::get_far(uint64_t index) {
  Value v;
  if (self->far_memo_) {
    Value far = TRY(self->far_memo_->get_py(t, TRY(make_uint(t, index))));
    if (!far.is_absent()) v = far;
  }
  if (v.is_empty()) return t.raise(unpickling_error_type, "Memo value not found at index {}", index);
  return push(v);
}

// ---- Objects. ----

Fallible<bool> Load::step_object(uint8_t code) {
  switch (code) {
    case kGlobal: TRY(push_global_line()); return true;
    case kStackGlobal: {
      Value name = TRY(pop()), module = TRY(pop());
      if (!is_exact_str(name) || !is_exact_str(module)) return t.raise(unpickling_error_type, "STACK_GLOBAL requires str");
      TRY(push(TRY(find_class_py(module, name))));
      return true;
    }
    case kExt1: TRY(push_extension(TRY(number(1)))); return true;
    case kExt2: TRY(push_extension(TRY(number(2)))); return true;
    case kExt4: TRY(push_extension(TRY(number(4)))); return true;
    case kReduce: {
      Value arguments = TRY(pop()), function = TRY(pop());
      if (!is<Tuple>(arguments)) return t.raise_type_error("argument list must be a tuple");
      TRY(push(TRY(call_py(t, function, Arguments(as<Tuple>(arguments)->data(), as<Tuple>(arguments)->length())))));
      return true;
    }
    case kNewObj: TRY(new_object(false)); return true;
    case kNewObjEx: TRY(new_object(true)); return true;
    case kBuild: TRY(build()); return true;
    case kInst: {
      Slice slice = TRY(pop_mark());
      Str* module = TRY(text_line());
      Str* name = TRY(text_line());
      Value cls = TRY(find_class_py(Value(module), Value(name)));
      TRY(push_instance(cls, slice, slice.begin));
      return true;
    }
    case kObj: {
      Slice slice = TRY(pop_mark());
      if (slice.begin == slice.end) return raise_underflow();
      Value cls = stack_->at(slice.begin);
      TRY(push_instance(cls, {slice.begin + 1, slice.end}, slice.begin));
      return true;
    }
    case kPersId: {
      std::string_view text = TRY(line());
      for (char c : text)
        if (static_cast<uint8_t>(c) >= 0x80)
          return t.raise(unpickling_error_type, "persistent IDs in protocol 0 must be ASCII strings");
      TRY(persistent(Value(TRY(Str::from_ascii(t, text)))));
      return true;
    }
    case kBinPersId: TRY(persistent(TRY(pop()))); return true;
    default: return false;
  }
}

Fallible<void> Load::persistent(Value id) {
  if (persistent_load_.is_empty())
    return t.raise(unpickling_error_type,
                   "A load persistent id instruction was encountered, but no persistent_load function was specified.");
  return push(TRY(call_py(t, persistent_load_, id)));
}

Fallible<Str*> Load::text_line() {
  std::string_view text = TRY(line());
  if (text.empty()) return raise_truncated();
  Bytes* copy = TRY(Bytes::from(t, text.data(), text.size()));
  Value decoded = TRY(call_method_py(t, Value(copy), names.decode));
  return as<Str>(decoded);
}
Fallible<void> Load::push_global_line() {
  Str* module = TRY(text_line());
  Str* name = TRY(text_line());
  return push(TRY(find_class_py(Value(module), Value(name))));
}
Fallible<Value> Load::find_class_py(Value module, Value name) {
  if (!find_class_.is_empty()) return call_py(t, find_class_, module, name);
  return find_class_native_py(t, self, module, name, protocol_);
}

Fallible<void> Load::push_extension(uint64_t code) {
  if (code == 0 || code > INT32_MAX) return t.raise(unpickling_error_type, "EXT specifies code <= 0");
  Value number = Value::from_small_int(static_cast<int64_t>(code));
  Value cache = TRY(module_attribute_py(t, "copyreg", "_extension_cache"));
  Value registry = TRY(module_attribute_py(t, "copyreg", "_inverted_registry"));
  if (!is<Dict>(cache) || !is<Dict>(registry)) return t.raise(core.RuntimeError, "copyreg's tables must be dicts");
  Value known = TRY(as<Dict>(cache)->get_py(t, number));
  if (!known.is_absent()) return push(known);
  Value entry = TRY(as<Dict>(registry)->get_py(t, number));
  if (entry.is_absent()) return t.raise_value_error("unregistered extension code {}", code);
  if (!is<Tuple>(entry) || as<Tuple>(entry)->length() != 2 || !is<Str>(as<Tuple>(entry)->at(0)) || !is<Str>(as<Tuple>(entry)->at(1)))
    return t.raise_value_error("_inverted_registry[{}] isn't a 2-tuple of strings", code);
  Value found = TRY(find_class_py(as<Tuple>(entry)->at(0), as<Tuple>(entry)->at(1)));
  TRY(as<Dict>(cache)->set_py(t, number, found));
  return push(found);
}

Fallible<void> Load::push_instance(Value cls, Slice slice, size_t drop) {
  Tuple* arguments = TRY(tuple_of(slice));
  drop_to(drop);
  bool plain = arguments->length() == 0 && is<Type>(cls) &&
               TRY(find_attribute_py(t, cls, TRY(Str::intern_utf8(t, "__getinitargs__")))).is_absent();
  if (plain) return push(TRY(call_method_py(t, cls, names.dunder_new, cls)));
  return push(TRY(call_py(t, cls, Arguments(arguments->data(), arguments->length()))));
}

Fallible<void> Load::new_object(bool with_keywords) {
  Value keywords = with_keywords ? TRY(pop()) : Value::none();
  Value arguments = TRY(pop()), cls = TRY(pop());
  const char* what = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
  if (!is<Type>(cls)) return t.raise(unpickling_error_type, "{} class argument must be a type, not {}", what, type_of(cls));
  if (as<Type>(cls)->slots().new_ == nullptr)
    return t.raise(unpickling_error_type, "{} class argument '{}' doesn't have __new__", what, as<Type>(cls));
  if (!is<Tuple>(arguments))
    return t.raise(unpickling_error_type, "{} args argument must be a tuple, not {}", what, type_of(arguments));
  if (with_keywords && !is<Dict>(keywords))
    return t.raise(unpickling_error_type, "NEWOBJ_EX kwargs argument must be a dict, not {}", type_of(keywords));
  auto* given = as<Tuple>(arguments);
  Value maker = TRY(get_attribute_py(t, cls, names.dunder_new));
  Tuple* all = TRY(Tuple::make(t, given->length() + 1));
  all->initialize(0, cls);
  for (size_t i = 0; i < given->length(); ++i) all->initialize(i + 1, given->at(i));
  return push(TRY(call_with_dict_py(t, maker, all, with_keywords ? as<Dict>(keywords) : nullptr)));
}

Fallible<void> Load::build() {
  if (stack_->length() < floor() + 2) return raise_underflow();
  Value state = TRY(pop()), object = TRY(top());
  Value method = TRY(find_attribute_py(t, object, names.dunder_setstate));
  if (!method.is_absent()) {
    TRY(call_py(t, method, state));
    return {};
  }
  Value slots = Value::none();
  if (is<Tuple>(state) && as<Tuple>(state)->length() == 2) {
    slots = as<Tuple>(state)->at(1);
    state = as<Tuple>(state)->at(0);
  }
  if (!state.is_none()) {
    if (!is<Dict>(state)) return t.raise(unpickling_error_type, "state is not a dictionary");
    Value dict = TRY(get_attribute_py(t, object, names.dunder_dict));
    Value k, v;
    for (size_t at = 0; as<Dict>(state)->next_nogc(&at, &k, &v);) {
      if (is_exact_str(k)) k = Value(TRY(Str::intern(t, as<Str>(k))));
      TRY(set_item_py(t, dict, k, v));
    }
  }
  if (slots.is_none()) return {};
  if (!is<Dict>(slots)) return t.raise(unpickling_error_type, "slot state is not a dictionary");
  Value k, v;
  for (size_t at = 0; as<Dict>(slots)->next_nogc(&at, &k, &v);) {
    if (!is<Str>(k)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(k));
    TRY(set_attribute_py(t, object, TRY(Str::intern(t, TRY(Str::exact(t, as<Str>(k))))), v));
  }
  return {};
}

}  // namespace hog::pickle
