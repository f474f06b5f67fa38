// code.cpp: decoding of blobs into code objects. Invariant: a blob reaches this file only from our own compiler, from the
// frozen library, or through verify(); nothing here checks ranges again.
#include "vm/code.hpp"

#include "object/protocol.hpp"
#include "vm/isolate.hpp"
#include "vm/vm_shapes.hpp"

namespace hog {

namespace {

void trace_source(Cell* cell, Marker& marker) {
  auto* source = static_cast<CodeSource*>(cell);
  marker.visit(source->keeper_.get());
  marker.visit(source->strings_.get());
  marker.visit_word(source->externals_.get().raw());
  marker.visit_word(source->source_text_.get().raw());
}

void trace_code(Cell* cell, Marker& marker) {
  auto* code = static_cast<Code*>(cell);
  marker.visit(code->source_.get());
  marker.visit(code->name_.get());
  marker.visit(code->qualified_name_.get());
  marker.visit(code->filename_.get());
  marker.visit(code->storage_.get());
  marker.visit(code->constants_.get());
  marker.visit(code->names_.get());
  marker.visit(code->cache_storage_.get());
  marker.visit_word(code->locals_tuple_.get().raw());
}

uint64_t read_varint(const uint8_t*& p) {
  uint64_t value = 0;
  int shift = 0;
  uint8_t byte;
  do {
    byte = *p++;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    shift += 7;
  } while ((byte & 0x80) != 0);
  return value;
}
int64_t read_signed_varint(const uint8_t*& p) {
  uint64_t raw = read_varint(p);
  return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
}

// Decodes one constant at p, advancing it. Recursion is bounded by the compiler's nesting of constant tuples.
struct ConstantReader {
  Thread& t;
  CodeSource* source;

  template <typename T>
  static T read(const uint8_t*& p) {
    T value;
    std::memcpy(&value, p, sizeof value);
    p += sizeof value;
    return value;
  }

  Fallible<Value> items(const uint8_t*& p, bool frozen_set) {
    uint32_t count = read<uint32_t>(p);
    if (frozen_set) {
      Set* set = TRY(Set::make(t, core.frozenset));
      for (uint32_t i = 0; i < count; ++i) {
        Value item = TRY(decode(p));
        TRY(set->add_py(t, item));
      }
      return Value(set);
    }
    if (count == 0) return Value(empty_tuple());
    Tuple* tuple = TRY(Tuple::make(t, count));
    for (uint32_t i = 0; i < count; ++i) tuple->initialize(i, Value::none());
    for (uint32_t i = 0; i < count; ++i) tuple->initialize(i, TRY(decode(p)));
    return Value(tuple);
  }

  Fallible<Value> big_int(const uint8_t*& p, bool negative) {
    uint32_t size = read<uint32_t>(p);
    Int* n = TRY(Int::make(t, (size + 7) / 8, negative));
    std::memcpy(n->mutable_limbs(), p, size);
    p += size;
    return Value(n);
  }

  Fallible<Value> decode(const uint8_t*& p) {
    TRY(check_native_recursion(t));
    auto tag = static_cast<ConstantTag>(*p++);
    switch (tag) {
      case ConstantTag::None: return Value::none();
      case ConstantTag::True: return Value::true_value();
      case ConstantTag::False: return Value::false_value();
      case ConstantTag::Ellipsis: return Value::ellipsis();
      case ConstantTag::Int64: return make_int(t, read<int64_t>(p));
      case ConstantTag::BigInt: return big_int(p, false);
      case ConstantTag::NegativeBigInt: return big_int(p, true);
      case ConstantTag::Float: return make_float(t, read<double>(p));
      case ConstantTag::Complex: {
        double real = read<double>(p);
        double imag = read<double>(p);
        return make_complex(t, real, imag);
      }
      case ConstantTag::Str: {
        uint32_t index = read<uint32_t>(p);
        Str* s = TRY(Str::from_utf8(t, source->blob_.string(index)));
        return Value(s);
      }
      case ConstantTag::InternedStr: {
        uint32_t index = read<uint32_t>(p);
        return Value(TRY(source->string(t, index)));
      }
      case ConstantTag::Bytes: {
        uint32_t size = read<uint32_t>(p);
        Bytes* bytes = TRY(Bytes::from(t, p, size));
        p += size;
        return Value(bytes);
      }
      case ConstantTag::Tuple: return items(p, false);
      case ConstantTag::FrozenSet: return items(p, true);
      case ConstantTag::Slice: {
        Value start = TRY(decode(p));
        Value stop = TRY(decode(p));
        Value step = TRY(decode(p));
        return make_slice(t, start, stop, step);
      }
      case ConstantTag::Code: {
        uint32_t offset = read<uint32_t>(p);
        return Value(TRY(Code::make(t, source, source->blob_.at<CodeRecord>(offset))));
      }
      case ConstantTag::External: {
        uint32_t index = read<uint32_t>(p);
        Value externals = source->externals_.get();
        if (externals.is_empty() || !is<Tuple>(externals) || index >= as<Tuple>(externals)->length())
          return t.raise_value_error("a constant of this code is known to its own program only");
        return as<Tuple>(externals)->at(index);
      }
    }
    HOG_CHECK(false);
  }
};

}  // namespace

const Layout CodeSource::kLayout = {.name = "code source", .trace = trace_source, .base_size = sizeof(CodeSource)};
const Layout Code::kLayout = {.name = "code", .trace = trace_code, .base_size = sizeof(Code)};

Fallible<CodeSource*> CodeSource::make(Thread& t, CodeBlob blob, Cell* keeper, Value externals) {
  CodeSource* source = TRY(t.allocate<CodeSource>(vm_shapes.code_source));
  source->blob_ = blob;
  source->keeper_.set(source, keeper);
  source->externals_.set(source, externals);
  source->strings_.set(source, TRY(ValueArray::make(t, blob.header()->string_count)));
  return source;
}

Fallible<Str*> CodeSource::string(Thread& t, uint32_t index) {
  Value known = strings_->at(index);
  if (!known.is_empty()) return as<Str>(known);
  Str* s = TRY(Str::intern_utf8(t, blob_.string(index)));
  strings_->set(index, s);
  return s;
}

Fallible<Code*> Code::make(Thread& t, CodeSource* source, const CodeRecord* record) {
  Str* name = TRY(source->string(t, record->name));
  Str* qualified_name = TRY(source->string(t, record->qualified_name));
  Code* code = TRY(t.allocate<Code>(shapes.code));
  code->source_.set(code, source);
  code->record_ = record;
  code->flags_ = record->flags;
  code->register_count_ = record->register_count;
  code->positional_count_ = static_cast<uint16_t>(record->positional_count);
  code->keyword_only_count_ = static_cast<uint16_t>(record->keyword_only_count);
  code->simple_parameters_ = record->keyword_only_count == 0 &&
                             (record->flags & (code_flag::kVarArgs | code_flag::kVarKeywords)) == 0;
  code->name_.set(code, name);
  code->qualified_name_.set(code, qualified_name);
  code->first_line_ = record->first_line;
  return code;
}

Fallible<void> Code::materialize(Thread& t) {
  if (is_materialized()) return {};
  CodeSource* source = source_.get();
  CodeBlob blob = source->blob_;

  ValueArray* names = TRY(ValueArray::make(t, record_->name_count));
  const uint32_t* name_indices = blob.at<uint32_t>(record_->names);
  for (uint32_t i = 0; i < record_->name_count; ++i) names->set(i, TRY(source->string(t, name_indices[i])));

  ValueArray* constants = TRY(ValueArray::make(t, record_->constant_count));
  const uint32_t* offsets = blob.at<uint32_t>(record_->constants);
  ConstantReader reader{t, source};
  for (uint32_t i = 0; i < record_->constant_count; ++i) {
    const uint8_t* p = blob.data() + offsets[i];
    constants->set(i, TRY(reader.decode(p)));
  }

  ByteArray* caches = TRY(ByteArray::make(t, record_->cache_count * sizeof(InlineCache)));
  size_t bytes = record_->instruction_words * sizeof(Instruction);
  ByteArray* storage = TRY(ByteArray::make(t, bytes));
  std::memcpy(storage->data(), blob.at<Instruction>(record_->instructions), bytes);

  names_.set(this, names);
  constants_.set(this, constants);
  cache_storage_.set(this, caches);
  caches_ = reinterpret_cast<InlineCache*>(caches->data());
  storage_.set(this, storage);
  Isolate& isolate = Isolate::of(t);
  next_with_caches_ = isolate.codes_with_caches;
  isolate.codes_with_caches = this;
  instructions_ = reinterpret_cast<Instruction*>(storage->data());
  return {};
}

Str* Code::local_name(Thread& t, uint32_t reg) {
  Fallible<Str*> name = source_->string(t, locals()[reg].name);
  return name.failed() ? names.empty : name.get();  // only for messages
}

Fallible<Str*> Code::filename(Thread& t) {
  if (!filename_) filename_.set(this, TRY(source_->string(t, record_->filename)));
  return filename_.get();
}

int32_t Code::line_at(uint32_t word) const {
  for (Run run = run_at(word);; run = run_at(run.start - 1)) {
    if (run.position.line >= 0) return run.position.line;
    if (run.start == 0) return static_cast<int32_t>(first_line_);
  }
}

Code::Position Code::position_at(uint32_t word) const { return run_at(word).position; }

Code::Run Code::run_at(uint32_t word) const {
  const uint8_t* p = source_->blob_.data() + record_->positions;
  const uint8_t* end = p + record_->positions_size;
  uint64_t covered = 0;
  int64_t line = record_->first_line;
  while (p < end) {
    uint64_t start = covered;
    covered += read_varint(p);
    uint8_t form = *p++;
    Position position{-1, -1, -1, -1};
    if (form == 1) {
      line += read_signed_varint(p);
      position.line = static_cast<int32_t>(line);
      position.end_line = static_cast<int32_t>(line + static_cast<int64_t>(read_varint(p)));
      position.col = static_cast<int32_t>(read_varint(p)) - 1;
      position.end_col = static_cast<int32_t>(read_varint(p)) - 1;
    }
    if (word < covered) return {static_cast<uint32_t>(start), static_cast<uint32_t>(covered), position};
  }
  return {word, word + 1, {-1, -1, -1, -1}};
}

}  // namespace hog
