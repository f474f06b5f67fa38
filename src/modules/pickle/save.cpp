// save.cpp: from objects to a pickle: what is saved how. Invariant: containers are read anew, index by index, since saving an
// item may run Python; depth is counted by the native stack. Ref: PEP 3154; library/pickle, library/copyreg.
#include <algorithm>
#include <bit>
#include <cstring>

#include "modules/pickle/save.hpp"
#include "object/int_math.hpp"
#include "text/number.hpp"

namespace hog::pickle {

// ---- Writing. ----

Fallible<void> Save::open_frame() {
  frame_ = out_.size();
  return out_.append_repeated(0, 9);
}
void Save::end_frame() {
  if (frame_ == kNoFrame) return;
  size_t length = out_.size() - frame_ - 9;
  uint8_t* header = out_.data() + frame_;
  if (length >= kFrameLeast) {
    header[0] = kFrame;
    uint64_t n = length;
    std::memcpy(header + 1, &n, 8);
  } else {
    std::memmove(header, header + 9, length);
    out_.truncate(frame_ + length);
  }
  frame_ = kNoFrame;
}
Fallible<void> Save::flush_py() {
  if (to_bytes_ || out_.size() == 0) return {};
  Bytes* bytes = TRY(out_.finish());
  out_.truncate(0);
  TRY(call_py(t, self->write_.get(), Value(bytes)));
  return {};
}
Fallible<void> Save::close_frame_py() {
  end_frame();
  return flush_py();
}
Fallible<void> Save::ascii(std::string_view text) {
  uint8_t* to = TRY(room(text.size()));
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return {};
}
// Large data stands outside of frames.
Fallible<void> Save::data(Opcode code, size_t size_bytes, const void* bytes, size_t n) {
  TRY(t.poll(static_cast<int64_t>(n / 64 + 1)));
  if (n >= kFrameTarget && framing_) {
    end_frame();
    framing_ = false;
    Fallible<void> done = op_int(code, n, size_bytes);
    if (!done.failed()) done = out_.append(bytes, n);
    framing_ = true;
    TRY(done);
    return flush_py();
  }
  uint8_t* to = TRY(room(1 + size_bytes + n));
  to[0] = code;
  std::memcpy(to + 1, &n, size_bytes);
  if (n != 0) std::memcpy(to + 1 + size_bytes, bytes, n);
  return {};
}

Fallible<void> Save::number_line(Opcode code, int64_t n) {
  char digits[number::kIntSize];
  size_t length = number::format_int(n, 10, digits);
  TRY(op(code));
  TRY(ascii({digits, length}));
  return ascii("\n");
}

// ---- Memo. ----

Fallible<void> Save::memoize(Value v) {
  if (self->fast_ != 0) return {};
  size_t index = self->memo_.count();
  TRY(self->memo_.add(t, self, v, index));
  if (protocol_ >= 4) return op(kMemoize);
  if (protocol_ == 0) return number_line(kPut, static_cast<int64_t>(index));
  return index < 256 ? op_int(kBinPut, index, 1) : op_int(kLongBinPut, index, 4);
}
Fallible<void> Save::get(int64_t index) {
  if (protocol_ == 0) return number_line(kGet, index);
  return index < 256 ? op_byte(kBinGet, static_cast<uint64_t>(index)) : op_int(kLongBinGet, static_cast<uint64_t>(index), 4);
}

// ---- Any object. ----

Fallible<void> Save::save(Value v, bool ask_persistent) {
  TRY(boundary_py());
  if (ask_persistent && !persistent_id_.is_empty()) {
    Value id = TRY(call_py(t, persistent_id_, v));
    if (!id.is_none()) return save_persistent(id);
  }
  if (v.is_small_int() && protocol_ > 0) {  // OPTIMIZATION: the commonest ints at once
    auto n = static_cast<uint64_t>(v.small_int());
    if (n <= 0xFF) return op_byte(kBinInt1, n);
    if (n <= 0xFFFF) return op_int(kBinInt2, n, 2);
    if (v.small_int() == static_cast<int32_t>(v.small_int())) return op_int(kBinInt, n, 4);
  }
  if (v.is_none()) return op(kNone);
  if (v.is_bool()) return save_bool(v.is_true());
  if (is_exactly_int(v)) return save_int(v);
  if (v.is_inline_float() || is_exactly(v, shapes.float_)) return save_float(float_value(v));
  if (int64_t index = self->memo_.find_nogc(v); index >= 0) return get(index);
  if (v.is_cell()) {
    Shape* shape = v.cell()->shape();
    if (shape == shapes.str) return save_str(as<Str>(v));
    if (shape == shapes.bytes) return save_bytes(v);
  }
  TRY(check_native_recursion(t, " while pickling an object"));
  TRY(t.poll());
  if (v.is_cell()) {
    Shape* shape = v.cell()->shape();
    if (shape == shapes.dict) return save_dict(as<Dict>(v));
    if (shape == shapes.set) return save_set(v);
    if (shape == shapes.frozenset) return save_frozenset(v);
    if (shape == shapes.list) return save_list(as<List>(v));
    if (shape == shapes.tuple) return save_tuple(as<Tuple>(v));
    if (shape == shapes.bytearray) return save_bytearray(v);
    if (is<PickleBuffer>(v)) return save_buffer(as<PickleBuffer>(v));
  }
  return save_by_reduction(v);
}

Fallible<void> Save::save_persistent(Value id) {
  if (protocol_ > 0) {
    TRY(save(id, false));
    return op(kBinPersId);
  }
  Str* text = TRY(str_py(t, id));
  if (!text->is_ascii()) return t.raise(pickling_error_type, "persistent IDs in protocol 0 must be ASCII strings");
  TRY(op(kPersId));
  TRY(ascii(text->ascii()));
  return ascii("\n");
}

// ---- Scalars. ----

Fallible<void> Save::save_bool(bool b) {
  if (protocol_ >= 2) return op(b ? kNewTrue : kNewFalse);
  return ascii(b ? "I01\n" : "I00\n");
}

Fallible<void> Save::save_int(Value v) {
  Int64Result n = int_to_int64_nogc(v);
  bool small = n.overflow == 0 && n.value == static_cast<int32_t>(n.value);
  if (small && protocol_ > 0) {
    auto bits = static_cast<uint64_t>(n.value);
    if (n.value >= 0 && n.value <= 0xFF) return op_int(kBinInt1, bits, 1);
    if (n.value >= 0 && n.value <= 0xFFFF) return op_int(kBinInt2, bits, 2);
    return op_int(kBinInt, bits, 4);
  }
  if (protocol_ < 2) {
    if (small) return number_line(kInt, n.value);
    Str* digits = TRY(int_to_text(t, v, 10));
    TRY(op(kLong));
    TRY(ascii(digits->ascii()));
    return ascii("L\n");
  }
  if (int_is_zero_nogc(v)) return op_int(kLong1, 0, 1);
  size_t size = int_bit_length_nogc(v) / 8 + 1;
  ByteArray* room = TRY(ByteArray::make(t, size));
  std::span<uint8_t> bytes(room->data(), size);
  TRY(int_to_bytes(t, v, bytes, ByteOrder::Little, Signedness::Signed));
  // -128 and its like fit a byte less than their magnitude suggests.
  if (size > 1 && bytes[size - 1] == 0xFF && (bytes[size - 2] & 0x80) != 0) --size;
  if (size < 256) TRY(op_int(kLong1, size, 1));
  else if (size > INT32_MAX) return t.raise(core.OverflowError, "int too large to pickle");
  else TRY(op_int(kLong4, size, 4));
  return out_.append(room->data(), size);
}

Fallible<void> Save::save_float(double d) {
  if (protocol_ > 0) return op_int(kBinFloat, __builtin_bswap64(std::bit_cast<uint64_t>(d)), 8);
  char digits[number::kReprSize];
  size_t length = number::repr(d, digits);
  TRY(op(kFloat));
  TRY(ascii({digits, length}));
  return ascii("\n");
}

// ---- Text and bytes. ----

Fallible<void> Save::save_str(Str* s) {
  if (protocol_ == 0) {
    TRY(op(kUnicode));
    TRY(raw_escaped(s));
    TRY(ascii("\n"));
    return memoize(Value(s));
  }
  const void* bytes = s->data();
  size_t n = s->length();
  ByteArray* encoded = nullptr;
  if (!s->is_ascii()) {
    n = s->utf8_length();
    encoded = TRY(ByteArray::make(t, n));
    s->write_utf8(reinterpret_cast<char*>(encoded->data()));
    bytes = encoded->data();
  }
  if (n <= 0xFF && protocol_ >= 4) TRY(data(kShortBinUnicode, 1, bytes, n));
  else if (n <= UINT32_MAX) TRY(data(kBinUnicode, 4, bytes, n));
  else if (protocol_ >= 4) TRY(data(kBinUnicode8, 8, bytes, n));
  else return t.raise(core.OverflowError, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
  return memoize(Value(s));
}

// raw-unicode-escape, and the characters that would end a line or an escape.
Fallible<void> Save::raw_escaped(const Str* s) {
  constexpr char kDigits[] = "0123456789abcdef";
  TRY(t.poll(static_cast<int64_t>(s->length() / 8 + 1)));
  for (size_t i = 0; i < s->length(); ++i) {
    uint32_t c = s->at(i);
    bool plain = c < 256 && c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1A;
    if (plain) {
      TRY(out_.append_byte(static_cast<uint8_t>(c)));
      continue;
    }
    int width = c > 0xFFFF ? 8 : 4;
    TRY(out_.append(width == 8 ? "\\U" : "\\u"));
    for (int shift = 4 * (width - 1); shift >= 0; shift -= 4) TRY(out_.append_byte(static_cast<uint8_t>(kDigits[c >> shift & 15])));
  }
  return {};
}

Fallible<void> Save::bytes_only(const void* bytes, size_t n) {
  if (n <= 0xFF) return data(kShortBinBytes, 1, bytes, n);
  if (n <= UINT32_MAX) return data(kBinBytes, 4, bytes, n);
  if (protocol_ >= 4) return data(kBinBytes8, 8, bytes, n);
  return t.raise(core.OverflowError, "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
}

Fallible<void> Save::save_bytes(Value v) {
  auto* bytes = as<Bytes>(v);
  if (protocol_ >= 3) {
    TRY(bytes_only(bytes->data(), bytes->length()));
    return memoize(v);
  }
  if (bytes->length() == 0) return save_reduction({Value(core.bytes), Value(empty_tuple())}, v);
  Value encode = TRY(module_attribute_py(t, "codecs", "encode"));
  Str* text = TRY(Str::from_latin1(t, bytes->data(), bytes->length()));
  Tuple* arguments = TRY(Tuple::of(t, Value(text), Value(TRY(Str::intern_utf8(t, "latin1")))));
  return save_reduction({encode, Value(arguments)}, v);
}

Fallible<void> Save::save_bytearray(Value v) {
  auto* array = as<ByteArrayObject>(v);
  if (protocol_ >= 5) {
    BytesLike held(t);  // flushing runs Python: the length stays
    TRY(held.open(v));
    TRY(data(kByteArray8, 8, held.data(), held.size()));
    return memoize(v);
  }
  if (array->length() == 0) return save_reduction({Value(core.bytearray), Value(empty_tuple())}, v);
  Bytes* bytes = TRY(Bytes::from(t, array->data(), array->length()));
  return save_reduction({Value(core.bytearray), Value(TRY(Tuple::of(t, Value(bytes))))}, v);
}

Fallible<void> Save::save_buffer(PickleBuffer* v) {
  if (protocol_ < 5) return t.raise(pickling_error_type, "PickleBuffer can only be pickled with protocol >= 5");
  MemoryView* view = v->view_.get();
  if (view == nullptr) return t.raise_value_error("operation forbidden on released PickleBuffer object");
  if (!view->is_contiguous() && !view->is_fortran_contiguous())
    return t.raise(pickling_error_type, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
  // A view of its own, so that the callback cannot take the memory away.
  view = TRY(MemoryView::from_object_py(t, Value(view)));
  bool in_band = true;
  if (!self->buffer_callback_.get().is_none())
    in_band = TRY(truth_py(t, TRY(call_py(t, self->buffer_callback_.get(), Value(v)))));
  TRY(view->check_released(t));
  bool read_only = view->read_only_;
  auto n = static_cast<size_t>(view->byte_length());
  Bytes* copy = in_band ? TRY(Bytes::from(t, view->data_, n)) : nullptr;
  view->let_go(t);
  if (!in_band) {
    TRY(op(kNextBuffer));
    return read_only ? op(kReadOnlyBuffer) : Fallible<void>{};
  }
  TRY(read_only ? bytes_only(copy->data(), n) : data(kByteArray8, 8, copy->data(), n));
  return memoize(Value(v));
}

// ---- Containers. ----

Fallible<void> Save::item_of(Value container, Value item, size_t index) {
  if (!save(item).failed()) return {};
  char digits[number::kIntSize];
  char note[number::kIntSize + 8] = " item ";
  size_t length = number::format_uint(index, 10, digits);
  std::memcpy(note + 6, digits, length);
  note[6 + length] = 0;
  return add_note_py(t, "when serializing", container, note);
}

Fallible<void> Save::save_tuple(Tuple* tuple) {
  size_t n = tuple->length();
  if (n == 0) return protocol_ > 0 ? op(kEmptyTuple) : ascii("(t");
  bool sized = n <= 3 && protocol_ >= 2;
  if (!sized) TRY(op(kMark));
  for (size_t i = 0; i < n; ++i) TRY(item_of(Value(tuple), tuple->at(i), i));
  int64_t index = self->memo_.find_nogc(Value(tuple));
  if (index >= 0) {  // it was pickled as a part of itself
    if (!sized && protocol_ > 0) {
      TRY(op(kPopMark));
    } else {
      for (size_t i = 0; i < n + (sized ? 0 : 1); ++i) TRY(op(kPop));
    }
    return get(index);
  }
  constexpr Opcode kSized[] = {kTuple1, kTuple2, kTuple3};
  TRY(op(sized ? kSized[n - 1] : kTuple));
  return memoize(Value(tuple));
}

Fallible<void> Save::save_list(List* list) {
  TRY(protocol_ > 0 ? op(kEmptyList) : ascii("(l"));
  TRY(memoize(Value(list)));
  size_t n = list->length();
  auto one = [&](size_t i) -> Fallible<void> {
    if (list->length() != n) return t.raise(core.RuntimeError, "list changed size during iteration");
    return item_of(Value(list), list->at(i), i);
  };
  for (size_t i = 0; i < n;) {
    size_t end = protocol_ == 0 ? i + 1 : std::min(i + kBatch, n);
    bool single = end - i == 1;
    if (!single) TRY(op(kMark));
    for (; i < end; ++i) TRY(one(i));
    TRY(op(single ? kAppend : kAppends));
  }
  if (list->length() != n) return t.raise(core.RuntimeError, "list changed size during iteration");
  return {};
}

// Items of any iterable: what __reduce__ gives for subclasses of list.
Fallible<void> Save::append_all(Value container, Value iterator) {
  size_t index = 0;
  for (bool more = true; more;) {
    List* batch = TRY(List::make(t));
    while (batch->length() < (protocol_ > 0 ? kBatch : 1)) {
      Value item = TRY(next_py(t, iterator));
      if (item.is_absent()) {
        more = false;
        break;
      }
      TRY(batch->append(t, item));
    }
    size_t n = batch->length();
    if (n == 0) return {};
    if (n > 1) TRY(op(kMark));
    for (size_t i = 0; i < n; ++i) TRY(item_of(container, batch->at(i), index++));
    TRY(op(n > 1 ? kAppends : kAppend));
  }
  return {};
}

// An empty container stands for a dict.
Fallible<void> Save::pair_of(Value container, Value k, Value v) {
  TRY(save(k));
  if (!save(v).failed()) return {};
  if (!t.has_exception() || t.terminated()) return Failure{};
  Value exception = t.take_exception();
  Fallible<Str*> name = full_type_name(t, container.is_empty() ? core.dict : type_of(container));
  Fallible<Str*> note = name.failed() ? name : t.format("when serializing {} item {}", name.get(), repr_of(k));
  if (note.failed() || call_method_py(t, exception, names.add_note, Value(note.get())).failed()) {
    if (t.terminated()) return Failure{};
    static_cast<void>(t.take_exception());
  }
  return t.restore_exception(exception);
}

Fallible<void> Save::save_dict(Dict* dict) {
  TRY(protocol_ > 0 ? op(kEmptyDict) : ascii("(d"));
  TRY(memoize(Value(dict)));
  size_t expected = dict->length(), at = 0, left = expected;
  Value k, v;
  if (protocol_ == 0 || expected == 1) {
    while (dict->next_nogc(&at, &k, &v)) {
      TRY(pair_of(Value(dict), k, v));
      TRY(op(kSetItem));
      if (dict->length() != expected) return t.raise(core.RuntimeError, "dictionary changed size during iteration");
    }
    return {};
  }
  while (left > 0) {
    size_t n = std::min(left, kBatch);
    TRY(op(kMark));
    for (size_t i = 0; i < n; ++i) {
      if (!dict->next_nogc(&at, &k, &v)) break;
      TRY(pair_of(Value(dict), k, v));
      if (dict->length() != expected) return t.raise(core.RuntimeError, "dictionary changed size during iteration");
    }
    TRY(op(kSetItems));
    left -= n;
  }
  return {};
}

Fallible<void> Save::set_all(Value container, Value iterator) {
  for (bool more = true; more;) {
    List* batch = TRY(List::make(t));
    while (batch->length() < (protocol_ > 0 ? kBatch : 1)) {
      Value pair = TRY(next_py(t, iterator));
      if (pair.is_absent()) {
        more = false;
        break;
      }
      if (!is<Tuple>(pair) || as<Tuple>(pair)->length() != 2)
        return t.raise_type_error("dict items iterator must return 2-tuples");
      TRY(batch->append(t, pair));
    }
    size_t n = batch->length();
    if (n == 0) return {};
    if (n > 1) TRY(op(kMark));
    for (size_t i = 0; i < n; ++i)
      TRY(pair_of(container, as<Tuple>(batch->at(i))->at(0), as<Tuple>(batch->at(i))->at(1)));
    TRY(op(n > 1 ? kSetItems : kSetItem));
  }
  return {};
}

Fallible<void> Save::elements(Value v, List* items, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i)
    if (save(items->at(i)).failed()) return add_note_py(t, "when serializing", v, " element");
  return {};
}
Fallible<List*> Save::elements_of(Value v) {
  List* items = TRY(List::make(t, as<Set>(v)->length()));
  Value key;
  for (size_t at = 0; as<Set>(v)->next_nogc(&at, &key);) TRY(items->append(t, key));
  return items;
}

Fallible<void> Save::save_set(Value v) {
  List* items = TRY(elements_of(v));
  if (protocol_ < 4) return save_reduction({Value(core.set), Value(TRY(Tuple::of(t, Value(items))))}, v);
  TRY(op(kEmptySet));
  TRY(memoize(v));
  for (size_t i = 0; i < items->length(); i += kBatch) {
    TRY(op(kMark));
    TRY(elements(v, items, i, std::min(i + kBatch, items->length())));
    TRY(op(kAddItems));
  }
  if (as<Set>(v)->length() != items->length()) return t.raise(core.RuntimeError, "set changed size during iteration");
  return {};
}

Fallible<void> Save::save_frozenset(Value v) {
  List* items = TRY(elements_of(v));
  if (protocol_ < 4) return save_reduction({Value(core.frozenset), Value(TRY(Tuple::of(t, Value(items))))}, v);
  TRY(op(kMark));
  TRY(elements(v, items, 0, items->length()));
  int64_t index = self->memo_.find_nogc(v);
  if (index >= 0) {
    TRY(op(kPopMark));
    return get(index);
  }
  TRY(op(kFrozenSet));
  return memoize(v);
}

}  // namespace hog::pickle
