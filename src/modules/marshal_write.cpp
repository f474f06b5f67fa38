// marshal_write.cpp: values to bytes. Invariant: each object is numbered when it is begun, and written once; from format 3 on a second
// occurrence is a reference to its number.
#include <bit>

#include "modules/marshal_format.hpp"
#include "object/bytes_builder.hpp"
#include "object/slice.hpp"
#include "vm/code.hpp"

namespace hog::marshal {

namespace {

class Writer {
 public:
  Writer(Thread& t, int version, bool allow_code) : t_(t), out_(t), version_(version), allow_code_(allow_code) {}

  Fallible<void> write_py(Value v) {
    TRY(check_native_recursion(t_));
    TRY(t_.poll());
    if (depth_ >= kDeepest) return t_.raise_value_error("object too deeply nested to marshal");
    ++depth_;
    TRY(write_value_py(v));
    --depth_;
    return {};
  }
  Fallible<Bytes*> finish() { return out_.finish(); }

 private:
  // ---- Pieces. ----
  Fallible<void> byte(uint8_t b) { return out_.append_byte(b); }
  Fallible<void> little_endian(uint64_t n, int bytes) {
    for (int i = 0; i < bytes; ++i) TRY(byte(static_cast<uint8_t>(n >> (8 * i))));
    return {};
  }
  Fallible<void> size(size_t n) {
    if (n > INT32_MAX) return t_.raise_value_error("object too large to marshal");
    return little_endian(n, 4);
  }
  Fallible<void> double_bits(double d) { return little_endian(std::bit_cast<uint64_t>(d), 8); }
  Fallible<void> code(uint8_t c) { return byte(c | flag_); }

  // ---- References. ----
  // True when the object was there before and a reference has been written.
  Fallible<bool> write_reference(Value v) {
    flag_ = 0;
    if (version_ < 3 || !v.is_cell()) return false;
    if (seen_ == nullptr) seen_ = TRY(Dict::make(t_));
    Value identity = Value::from_small_int(static_cast<int64_t>(v.raw() >> 3));
    Value known = TRY(seen_->get_py(t_, identity));
    if (!known.is_absent()) {
      if (known.small_int() < 0)
        return t_.raise_value_error("unmarshallable object");
      TRY(byte(kReference));
      TRY(little_endian(static_cast<uint64_t>(known.small_int()), 4));
      return true;
    }
    auto number = static_cast<int64_t>(seen_->length());
    // What is immutable cannot be read back when it contains itself: its number is negative until it is complete.
    bool closed = is_slice(v) || is_exactly(v, shapes.frozenset);
    TRY(seen_->set_py(t_, identity, Value::from_small_int(closed ? -1 - number : number)));
    flag_ = kReferenceFlag;
    return false;
  }
  Fallible<void> complete(Value v) {
    if (seen_ == nullptr || version_ < 3) return {};
    Value identity = Value::from_small_int(static_cast<int64_t>(v.raw() >> 3));
    Value number = TRY(seen_->get_py(t_, identity));
    if (number.is_absent() || number.small_int() >= 0) return {};
    return seen_->set_py(t_, identity, Value::from_small_int(-1 - number.small_int()));
  }

  // ---- Kinds. ----
  Fallible<void> write_value_py(Value v) {
    if (v.is_none()) return byte(kNone);
    if (v.is_bool()) return byte(v.is_true() ? kTrue : kFalse);
    if (v.is_ellipsis()) return byte(kEllipsis);
    if (v == Value(core.StopIteration)) return byte(kStopIteration);
    if (TRY(write_reference(v))) return {};
    if (v.is_small_int() || is_exactly(v, shapes.int_)) return write_int(v);
    if (v.is_inline_float() || is_exactly(v, shapes.float_)) return write_float(float_value(v));
    if (is_exactly(v, shapes.complex_)) return write_complex(as<Complex>(v));
    if (is_exact_str(v)) return write_str(as<Str>(v));
    if (is_exactly(v, shapes.bytes)) return write_bytes(as<Bytes>(v)->data(), as<Bytes>(v)->length());
    if (is_exactly(v, shapes.tuple)) return write_tuple_py(as<Tuple>(v));
    if (is_exactly(v, shapes.list)) return write_list_py(as<List>(v));
    if (is_exactly(v, shapes.dict)) return write_dict_py(as<Dict>(v));
    if (is_exactly(v, shapes.set) || is_exactly(v, shapes.frozenset)) return write_set_py(as<Set>(v));
    if (is<Code_>(v)) return write_code_py(as<Code_>(v));
    if (is_slice(v) && version_ >= 5) return write_slice_py(as<Slice>(v));
    if (!is_instance(v, core.str) && supports_buffer(v)) return write_buffer_py(v);
    return t_.raise_value_error("unmarshallable object");
  }

  Fallible<void> write_int(Value v) {
    Int64Result n = int_to_int64_nogc(v);
    if (n.overflow == 0 && n.value >= INT32_MIN && n.value <= INT32_MAX) {
      TRY(code(kInt));
      return little_endian(static_cast<uint64_t>(n.value), 4);
    }
    // Digits of 15 bits; the sign is that of their number.
    bool negative = n.overflow != 0 ? n.overflow < 0 : n.value < 0;
    Limb one = negative ? 0 - static_cast<Limb>(n.value) : static_cast<Limb>(n.value);
    const Limb* limbs = v.is_small_int() ? &one : as<Int>(v)->limbs();
    size_t bits = int_bit_length_nogc(v);
    size_t digits = (bits + 14) / 15;
    if (digits > INT32_MAX) return t_.raise_value_error("object too large to marshal");
    TRY(code(kLong));
    auto count = static_cast<int32_t>(digits);
    TRY(little_endian(static_cast<uint32_t>(negative ? -count : count), 4));
    for (size_t i = 0; i < digits; ++i) {
      if (i % 1024 == 0) TRY(t_.poll(64));
      size_t bit = i * 15, limb = bit / 64, shift = bit % 64;
      uint64_t digit = limbs[limb] >> shift;
      if (shift > 49 && (limb + 1) * 64 < bits) digit |= limbs[limb + 1] << (64 - shift);
      TRY(little_endian(digit & 0x7FFF, 2));
    }
    return {};
  }

  Fallible<void> float_text(double d) {
    Value number = TRY(make_float(t_, d));
    Str* text = TRY(repr_py(t_, number));
    TRY(byte(static_cast<uint8_t>(text->length())));
    return out_.append(text->ascii());
  }
  Fallible<void> write_float(double d) {
    TRY(code(version_ > 1 ? kFloat : kFloatText));
    return version_ > 1 ? double_bits(d) : float_text(d);
  }
  Fallible<void> write_complex(Complex* c) {
    TRY(code(version_ > 1 ? kComplex : kComplexText));
    TRY(version_ > 1 ? double_bits(c->real_) : float_text(c->real_));
    return version_ > 1 ? double_bits(c->imag_) : float_text(c->imag_);
  }

  Fallible<void> write_str(Str* s) {
    TRY(t_.poll(static_cast<int64_t>(s->length() / 64)));
    if (version_ >= 4 && s->is_ascii()) {
      bool is_short = s->length() < 256;
      if (s->is_interned()) TRY(code(is_short ? kShortAsciiInterned : kAsciiInterned));
      else TRY(code(is_short ? kShortAscii : kAscii));
      if (is_short) TRY(byte(static_cast<uint8_t>(s->length())));
      else TRY(size(s->length()));
      return out_.append(s->ascii());
    }
    TRY(code(version_ >= 3 && s->is_interned() ? kInterned : kUnicode));
    size_t length = s->utf8_length();
    TRY(size(length));
    uint8_t* room = TRY(out_.extend(length));
    s->write_utf8(reinterpret_cast<char*>(room));
    return {};
  }

  Fallible<void> write_bytes(const uint8_t* data, size_t length) {
    TRY(code(kBytes));
    TRY(size(length));
    TRY(t_.poll(static_cast<int64_t>(length / 64)));
    return out_.append(data, length);
  }
  Fallible<void> write_buffer_py(Value v) {
    BytesLike buffer(t_);
    TRY(buffer.open(v));
    return write_bytes(buffer.data(), buffer.size());
  }

  Fallible<void> write_tuple_py(Tuple* tuple) {
    bool is_small = version_ >= 4 && tuple->length() < 256;
    TRY(code(is_small ? kSmallTuple : kTuple));
    if (is_small) TRY(byte(static_cast<uint8_t>(tuple->length())));
    else TRY(size(tuple->length()));
    for (size_t i = 0; i < tuple->length(); ++i) TRY(write_py(tuple->at(i)));
    return {};
  }
  Fallible<void> write_list_py(List* list) {
    TRY(code(kList));
    size_t n = list->length();
    TRY(size(n));
    for (size_t i = 0; i < n; ++i) TRY(write_py(i < list->length() ? list->at(i) : Value::none()));
    return {};
  }
  Fallible<void> write_dict_py(Dict* dict) {
    TRY(code(kDict));
    Value key, value;
    for (size_t i = 0; dict->next_nogc(&i, &key, &value);) {
      TRY(write_py(key));
      TRY(write_py(value));
    }
    return byte(kNull);
  }
  // In the order of the items' own bytes, so that equal sets give equal bytes.
  Fallible<void> write_set_py(Set* set) {
    TRY(code(type_of(Value(set)) == core.set ? kSet : kFrozenSet));
    TRY(size(set->length()));
    List* pairs = TRY(List::make(t_, set->length()));
    Value item;
    for (size_t i = 0; set->next_nogc(&i, &item);) {
      Writer single(t_, version_, allow_code_);
      single.depth_ = depth_;
      TRY(single.write_py(item));
      TRY(pairs->append(t_, Value(TRY(Tuple::of(t_, Value(TRY(single.finish())), item)))));
    }
    TRY(sort_pairs(pairs));
    for (size_t i = 0; i < pairs->length(); ++i) TRY(write_py(as<Tuple>(pairs->at(i))->at(1)));
    return complete(Value(set));
  }
  // By the bytes alone: a simple merge sort, as items need not be comparable.
  Fallible<void> sort_pairs(List* pairs) {
    size_t n = pairs->length();
    ValueArray* other = TRY(ValueArray::make(t_, n));
    auto key = [](Value pair) { return as<Bytes>(as<Tuple>(pair)->at(0))->view(); };
    for (size_t width = 1; width < n; width *= 2) {
      for (size_t low = 0; low < n; low += 2 * width) {
        TRY(t_.poll(static_cast<int64_t>(width)));
        size_t middle = low + width < n ? low + width : n;
        size_t high = low + 2 * width < n ? low + 2 * width : n;
        for (size_t a = low, b = middle, k = low; k < high; ++k) {
          bool left = a < middle && (b >= high || key(pairs->at(a)) <= key(pairs->at(b)));
          other->set(k, pairs->at(left ? a++ : b++));
        }
      }
      for (size_t i = 0; i < n; ++i) pairs->set(i, other->at(i));
    }
    return {};
  }
  Fallible<void> write_slice_py(Slice* slice) {
    TRY(code(kSlice));
    TRY(write_py(slice->start_.get()));
    TRY(write_py(slice->stop_.get()));
    TRY(write_py(slice->step_.get()));
    return complete(Value(slice));
  }

  using Code_ = ::hog::Code;
  Fallible<void> write_code_py(Code_* object) {
    if (!allow_code_) return t_.raise_value_error("marshalling code objects is disallowed");
    TRY(code(kCode));
    CodeBlob blob = object->source_->blob_;
    Bytes* bytes = TRY(Bytes::from(t_, blob.data(), blob.size()));
    int64_t offset = reinterpret_cast<const uint8_t*>(object->record_) - blob.data();
    TRY(remember_code(t_, bytes, offset, Value(object)));
    TRY(size(bytes->length()));
    TRY(out_.append(bytes->view()));
    TRY(little_endian(static_cast<uint64_t>(offset), 4));
    TRY(little_endian(object->first_line_, 4));
    TRY(write_py(Value(object->name_.get())));
    TRY(write_py(Value(object->qualified_name_.get())));
    return write_py(Value(TRY(object->filename(t_))));
  }

  Thread& t_;
  BytesBuilder out_;
  int version_;
  bool allow_code_;
  uint8_t flag_ = 0;
  int depth_ = 0;
  Dict* seen_ = nullptr;
};

}  // namespace

Fallible<Bytes*> dump_py(Thread& t, Value value, int version, bool allow_code) {
  Writer writer(t, version, allow_code);
  TRY(writer.write_py(value));
  return writer.finish();
}

}  // namespace hog::marshal
