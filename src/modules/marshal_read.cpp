// marshal_read.cpp: bytes to values. Whatever the bytes are, the result is a value or an exception. Invariant: an object
// can be referred to only once it is complete, but for lists, dicts and sets, which are complete at every moment.
#include <bit>
#include <cstring>

#include "host/host.hpp"
#include "modules/marshal_format.hpp"
#include "object/bytes_objects.hpp"
#include "vm/code.hpp"
#include "vm/isolate.hpp"

namespace hog::marshal {

namespace {

class Reader {
 public:
  Reader(Thread& t, Bytes* data, Value file, bool allow_code)
      : t_(t), data_(data), file_(file), references_(t), allow_code_(allow_code) {}

  // Absent for the end mark of a dict.
  Fallible<Value> read_py() {
    TRY(check_native_recursion(t_));
    TRY(t_.poll());
    if (depth_ >= kDeepest) return t_.raise_value_error("recursion limit exceeded");
    auto first = take_py(1);
    if (first.failed()) {
      if (at_start_ && t_.exception_is(core.EOFError)) {
        t_.take_exception();
        return t_.raise(core.EOFError, "EOF read where object expected");
      }
      return Failure{};
    }
    at_start_ = false;
    uint8_t code = first.get()[0];
    bool flagged = (code & kReferenceFlag) != 0;
    ++depth_;
    Value v = TRY(read_value_py(code & ~kReferenceFlag, flagged));
    --depth_;
    return v;
  }
  Fallible<Value> read_object_py(const char* where) {
    Value v = TRY(read_py());
    if (v.is_absent()) return t_.raise_type_error("NULL object in marshal data for {}", where);
    return v;
  }

 private:
  // ---- Pieces. ----
  // The next bytes; valid until the next call.
  Fallible<const uint8_t*> take_py(size_t count) {
    if (!file_.is_empty()) return take_from_file_py(count);
    if (count > data_->length() - position_) return t_.raise(core.EOFError, "marshal data too short");
    const uint8_t* p = data_->data() + position_;
    position_ += count;
    return p;
  }
  // The file fills a bytearray of ours; what a program does to that later does not matter, as the bytes are copied.
  Fallible<const uint8_t*> take_from_file_py(size_t count) {
    ByteArrayObject* room = TRY(ByteArrayObject::make(t_, count));
    Str* name = TRY(Str::intern_utf8(t_, "readinto"));
    Value answer = TRY(call_method_py(t_, file_, name, Value(room)));
    int64_t got = answer.is_none() ? 0 : TRY(index_to_int64_py(t_, answer));
    if (got > static_cast<int64_t>(count))
      return t_.raise_value_error("read() returned too much data: {} bytes requested, {} returned", count, got);
    if (got < static_cast<int64_t>(count) || room->length() < count)
      return t_.raise(core.EOFError, "EOF read where not expected");
    data_ = TRY(Bytes::from(t_, room->data(), count));
    return data_->data();
  }
  Fallible<int64_t> number_py(int bytes) {
    const uint8_t* p = TRY(take_py(static_cast<size_t>(bytes)));
    uint64_t n = 0;
    for (int i = 0; i < bytes; ++i) n |= static_cast<uint64_t>(p[i]) << (8 * i);
    int unused = 64 - 8 * bytes;
    return static_cast<int64_t>(n << unused) >> unused;
  }
  Fallible<size_t> size_py(const char* what) {
    int64_t n = TRY(number_py(4));
    if (n < 0) return t_.raise_value_error("bad marshal data ({} size out of range)", what);
    return static_cast<size_t>(n);
  }
  Fallible<double> double_py() { return std::bit_cast<double>(static_cast<uint64_t>(TRY(number_py(8)))); }
  Fallible<double> double_text_py() {
    auto n = static_cast<size_t>(TRY(number_py(1)) & 0xFF);
    const uint8_t* p = TRY(take_py(n));
    Str* text = TRY(Str::from_latin1(t_, p, n));
    Value number = TRY(call_py(t_, Value(core.float_), Value(text)));
    return float_value(number);
  }

  // ---- References. ----
  Fallible<Value> noted(Value v, bool flagged) {
    if (flagged) TRY(references_.push(v));
    return v;
  }
  Fallible<size_t> reserve(bool flagged) {
    if (!flagged) return size_t{0};
    TRY(references_.push(Value::absent()));
    return references_.size() - 1;
  }
  Value fill(size_t place, bool flagged, Value v) {
    if (flagged) references_.set(place, v);
    return v;
  }

  // ---- Kinds. ----
  Fallible<Value> read_value_py(uint8_t code, bool flagged) {
    switch (code) {
      case kNull: return Value::absent();
      case kNone: return Value::none();
      case kFalse: return Value::false_value();
      case kTrue: return Value::true_value();
      case kEllipsis: return Value::ellipsis();
      case kStopIteration: return Value(core.StopIteration);
      case kInt: return noted(Value::from_small_int(TRY(number_py(4))), flagged);
      case kInt64: return noted(TRY(make_int(t_, TRY(number_py(8)))), flagged);
      case kLong: return noted(TRY(read_long_py()), flagged);
      case kFloat: return noted(TRY(make_float(t_, TRY(double_py()))), flagged);
      case kFloatText: return noted(TRY(make_float(t_, TRY(double_text_py()))), flagged);
      case kComplex: {
        double real = TRY(double_py());
        double imaginary = TRY(double_py());
        return noted(TRY(make_complex(t_, real, imaginary)), flagged);
      }
      case kComplexText: {
        double real = TRY(double_text_py());
        double imaginary = TRY(double_text_py());
        return noted(TRY(make_complex(t_, real, imaginary)), flagged);
      }
      case kBytes: {
        size_t n = TRY(size_py("bytes object"));
        const uint8_t* p = TRY(take_py(n));
        Bytes* owner = data_;
        Bytes* result = TRY(Bytes::make(t_, n));
        if (n != 0) std::memcpy(result->mutable_data(), p, n);
        (void)owner;
        return noted(Value(result), flagged);
      }
      case kShortAscii: return read_ascii_py(static_cast<size_t>(TRY(number_py(1)) & 0xFF), false, flagged);
      case kShortAsciiInterned: return read_ascii_py(static_cast<size_t>(TRY(number_py(1)) & 0xFF), true, flagged);
      case kAscii: return read_ascii_py(TRY(size_py("string")), false, flagged);
      case kAsciiInterned: return read_ascii_py(TRY(size_py("string")), true, flagged);
      case kUnicode: return read_unicode_py(false, flagged);
      case kInterned: return read_unicode_py(true, flagged);
      case kSmallTuple: return read_tuple_py(static_cast<size_t>(TRY(number_py(1)) & 0xFF), flagged);
      case kTuple: return read_tuple_py(TRY(size_py("tuple")), flagged);
      case kList: return read_list_py(flagged);
      case kDict: return read_dict_py(flagged);
      case kSet: return read_set_py(flagged);
      case kFrozenSet: return read_frozenset_py(flagged);
      case kSlice: return read_slice_py(flagged);
      case kCode: return read_code_py(flagged);
      case kReference: return read_reference_py();
      default: return t_.raise_value_error("bad marshal data (unknown type code)");
    }
  }

  Fallible<Value> read_long_py() {
    int64_t n = TRY(number_py(4));
    if (n < -INT32_MAX) return t_.raise_value_error("bad marshal data (long size out of range)");
    bool negative = n < 0;
    size_t digits = static_cast<size_t>(negative ? -n : n);
    if (digits == 0) return Value::from_small_int(0);
    if (file_.is_empty() && digits > (data_->length() - position_) / 2) return t_.raise(core.EOFError, "marshal data too short");
    const uint8_t* p = TRY(take_py(digits * 2));
    Bytes* owner = data_;
    // Through text of 15-bit digits would be slow: limbs are put together and the int made of its bytes.
    ByteArray* little = TRY(ByteArray::make(t_, digits * 2 + 8));
    p = TRY(bytes_again(owner, digits * 2));
    unsigned digit = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (i % 1024 == 0) TRY(t_.poll(64));
      digit = p[2 * i] | static_cast<unsigned>(p[2 * i + 1]) << 8;
      if (digit > 0x7FFF) return t_.raise_value_error("bad marshal data (digit out of range in long)");
      size_t bit = i * 15;
      uint64_t shifted = static_cast<uint64_t>(digit) << (bit % 8);
      for (int k = 0; k < 3; ++k) little->data()[bit / 8 + static_cast<size_t>(k)] |= static_cast<uint8_t>(shifted >> (8 * k));
    }
    if (digit == 0) return t_.raise_value_error("bad marshal data (unnormalized long data)");
    Bytes* bytes = TRY(Bytes::from(t_, little->data(), digits * 2));
    Str* method = TRY(Str::intern_utf8(t_, "from_bytes"));
    Value magnitude = TRY(call_method_py(t_, Value(core.int_), method, Value(bytes), Value(names.little)));
    return negative ? int_negative(t_, magnitude) : Fallible<Value>(magnitude);
  }
  // The bytes just taken, after an allocation.
  Fallible<const uint8_t*> bytes_again(Bytes* owner, size_t count) {
    return file_.is_empty() ? owner->data() + position_ - count : owner->data();
  }

  Fallible<Value> finish_str(Str* s, bool interned, bool flagged) {
    if (interned) s = TRY(Str::intern(t_, s));
    return noted(Value(s), flagged);
  }
  Fallible<Value> read_ascii_py(size_t n, bool interned, bool flagged) {
    const uint8_t* p = TRY(take_py(n));
    return finish_str(TRY(Str::from_latin1(t_, p, n)), interned, flagged);
  }
  Fallible<Value> read_unicode_py(bool interned, bool flagged) {
    size_t n = TRY(size_py("string"));
    const uint8_t* p = TRY(take_py(n));
    Value bytes = Value(TRY(Bytes::from(t_, p, n)));
    Str* decode = names.decode;
    Str* errors = TRY(Str::intern_utf8(t_, "surrogatepass"));
    Value text = TRY(call_method_py(t_, bytes, decode, Value(names.utf_8), Value(errors)));
    return finish_str(as<Str>(text), interned, flagged);
  }

  // A claimed length is believed only as far as bytes are left.
  size_t plausible(size_t n) const {
    size_t left = file_.is_empty() ? data_->length() - position_ : 64;
    return n < left ? n : left;
  }
  Fallible<List*> read_items_py(size_t n, const char* where) {
    List* items = TRY(List::make(t_, plausible(n)));
    for (size_t i = 0; i < n; ++i) TRY(items->append(t_, TRY(read_object_py(where))));
    return items;
  }
  // A tuple may be referred to from within itself: it is made at once, full of None.
  Fallible<Value> read_tuple_py(size_t n, bool flagged) {
    if (file_.is_empty() && n > data_->length() - position_) return t_.raise(core.EOFError, "marshal data too short");
    constexpr size_t kMostAtOnce = size_t{1} << 16;
    if (n <= kMostAtOnce || file_.is_empty()) {
      if (n == 0) return noted(Value(empty_tuple()), flagged);
      Tuple* tuple = TRY(Tuple::make(t_, n));
      for (size_t i = 0; i < n; ++i) tuple->initialize(i, Value::none());
      TRY(noted(Value(tuple), flagged));
      for (size_t i = 0; i < n; ++i) tuple->initialize(i, TRY(read_object_py("tuple")));
      return Value(tuple);
    }
    size_t place = TRY(reserve(flagged));
    List* items = TRY(read_items_py(n, "tuple"));
    return fill(place, flagged, Value(TRY(Tuple::from(t_, items->data(), items->length()))));
  }
  Fallible<Value> read_list_py(bool flagged) {
    size_t n = TRY(size_py("list"));
    List* list = TRY(List::make(t_, plausible(n)));
    TRY(noted(Value(list), flagged));
    for (size_t i = 0; i < n; ++i) TRY(list->append(t_, TRY(read_object_py("list"))));
    return Value(list);
  }
  Fallible<Value> read_dict_py(bool flagged) {
    Dict* dict = TRY(Dict::make(t_));
    TRY(noted(Value(dict), flagged));
    for (;;) {
      Value key = TRY(read_py());
      if (key.is_absent()) return Value(dict);
      Value value = TRY(read_py());
      if (value.is_absent()) return Value(dict);
      TRY(dict->set_py(t_, key, value));
    }
  }
  Fallible<Value> read_set_py(bool flagged) {
    size_t n = TRY(size_py("set"));
    Set* set = TRY(Set::make(t_, core.set));
    TRY(noted(Value(set), flagged));
    for (size_t i = 0; i < n; ++i) TRY(set->add_py(t_, TRY(read_object_py("set"))));
    return Value(set);
  }
  Fallible<Value> read_frozenset_py(bool flagged) {
    size_t n = TRY(size_py("set"));
    size_t place = TRY(reserve(flagged));
    Set* set = TRY(Set::make(t_, core.frozenset));
    for (size_t i = 0; i < n; ++i) TRY(set->add_py(t_, TRY(read_object_py("set"))));
    return fill(place, flagged, Value(set));
  }
  Fallible<Value> read_slice_py(bool flagged) {
    size_t place = TRY(reserve(flagged));
    Value start = TRY(read_object_py("slice"));
    Value stop = TRY(read_object_py("slice"));
    Value step = TRY(read_object_py("slice"));
    return fill(place, flagged, TRY(make_slice(t_, start, stop, step)));
  }
  Fallible<Value> read_reference_py() {
    int64_t n = TRY(number_py(4));
    if (n < 0 || static_cast<size_t>(n) >= references_.size() || references_[static_cast<size_t>(n)].is_absent())
      return t_.raise_value_error("bad marshal data (invalid reference)");
    return references_[static_cast<size_t>(n)];
  }

  Fallible<Str*> read_name_py() {
    Value v = TRY(read_object_py("code object"));
    if (!is<Str>(v)) return t_.raise_type_error("name of a code object must be str, not {}", type_of(v));
    return as<Str>(v);
  }
  // Code that another process has dumped. Only for those who may start processes, and who could as well have that code compiled: a
  // program that has nothing cannot forge a code object, whatever the verifier may have overlooked.
  Fallible<::hog::Code*> foreign_code_py(Bytes* bytes, int64_t offset) {
    Host* host = Isolate::of(t_).config().host;
    if (host == nullptr || host->process == nullptr)
      return t_.raise_value_error("bad marshal data (code objects are loaded only where they were dumped)");
    TRY(t_.poll(static_cast<int64_t>(bytes->length() / 8)));
    CodeBlob blob(bytes->data(), bytes->length());
    if (const char* fault = verify(blob)) return t_.raise_value_error("bad marshal data (code object: {})", fault);
    if (static_cast<uint64_t>(offset) != blob.header()->root_code) return t_.raise_value_error("bad marshal data (an inner code object)");
    return Isolate::of(t_).load_blob(t_, blob, bytes);
  }
  Fallible<Value> read_code_py(bool flagged) {
    if (!allow_code_) return t_.raise_value_error("unmarshalling code objects is disallowed");
    size_t place = TRY(reserve(flagged));
    size_t n = TRY(size_py("code object"));
    const uint8_t* p = TRY(take_py(n));
    Bytes* blob = TRY(Bytes::from(t_, p, n));
    int64_t offset = TRY(number_py(4));
    int64_t line = TRY(number_py(4));
    Value known = TRY(find_code_py(t_, blob, offset));
    auto* original = known.is_absent() ? TRY(foreign_code_py(blob, offset)) : as<::hog::Code>(known);
    ::hog::Code* code = TRY(::hog::Code::make(t_, original->source_.get(), original->record_));
    code->first_line_ = static_cast<uint32_t>(line);
    code->name_.set(code, TRY(read_name_py()));
    code->qualified_name_.set(code, TRY(read_name_py()));
    code->filename_.set(code, TRY(read_name_py()));
    return fill(place, flagged, Value(code));
  }

  Thread& t_;
  Bytes* data_;
  size_t position_ = 0;
  Value file_;
  RootVector references_;
  bool allow_code_;
  bool at_start_ = true;
  int depth_ = 0;
};

}  // namespace

Fallible<Value> load_py(Thread& t, Bytes* data, bool allow_code) {
  Reader reader(t, data, Value(), allow_code);
  return reader.read_object_py("object");
}
Fallible<Value> load_from_file_py(Thread& t, Value file, bool allow_code) {
  Value nothing = TRY(call_method_py(t, file, names.read, Value::from_small_int(0)));
  if (!is<Bytes>(nothing)) return t.raise_type_error("file.read() returned not bytes but {}", type_of(nothing));
  Reader reader(t, as<Bytes>(nothing), file, allow_code);
  return reader.read_object_py("object");
}

}  // namespace hog::marshal
