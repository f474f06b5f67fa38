// constant_pool.cpp: see constant_pool.hpp.
#include "compile/constant_pool.hpp"

namespace hog {

using ast::ConstantKind;
using ast::ConstantValue;

static uint32_t hash_bytes(std::string_view bytes) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : bytes) hash = (hash ^ c) * 16777619u;
  return hash ^ (hash >> 15);
}

void ByteStringTable::grow() {
  size_t capacity = slots_.empty() ? 16 : slots_.size() * 2;
  std::span<uint32_t> bigger = arena_.make_array<uint32_t>(capacity);
  if (bigger.empty()) return;
  for (uint32_t& slot : bigger) slot = 0;
  for (size_t n = 0; n < entries_.size(); ++n) {
    size_t i = entries_[n].hash & (capacity - 1);
    while (bigger[i] != 0) i = (i + 1) & (capacity - 1);
    bigger[i] = static_cast<uint32_t>(n + 1);
  }
  slots_ = bigger;
}

uint32_t ByteStringTable::add(std::string_view bytes) {
  if ((entries_.size() + 1) * 2 > slots_.size()) {
    grow();
    if (slots_.empty() || entries_.size() + 1 >= slots_.size()) return 0;
  }
  uint32_t hash = hash_bytes(bytes);
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  for (; slots_[i] != 0; i = (i + 1) & mask) {
    const Entry& entry = entries_[slots_[i] - 1];
    if (entry.hash == hash && entry.bytes == bytes) return slots_[i] - 1;
  }
  entries_.push_back({arena_.copy(bytes), hash});
  if (arena_.exhausted()) return 0;
  slots_[i] = static_cast<uint32_t>(entries_.size());
  return static_cast<uint32_t>(entries_.size() - 1);
}

namespace {

template <typename T>
void put(ArenaVector<uint8_t>& out, T value) {
  uint8_t bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  for (uint8_t byte : bytes) out.push_back(byte);
}
void put_tag(ArenaVector<uint8_t>& out, ConstantTag tag) { out.push_back(static_cast<uint8_t>(tag)); }

std::string_view as_view(const ArenaVector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

// CPython interns constants made of these characters only.
bool looks_like_identifier(std::string_view text) {
  for (char c : text) {
    bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits) return false;
  }
  return true;
}

}  // namespace

static uint32_t digit_value(char c) {
  return static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

// Bases that are powers of two: bit by bit from the end.
static void binary_limbs(std::string_view digits, int bits, ArenaVector<uint32_t>& limbs) {
  uint64_t pending = 0;
  int filled = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    pending |= static_cast<uint64_t>(digit_value(digits[i])) << filled;
    filled += bits;
    if (filled < 32) continue;
    limbs.push_back(static_cast<uint32_t>(pending));
    pending >>= 32;
    filled -= 32;
  }
  if (pending != 0) limbs.push_back(static_cast<uint32_t>(pending));
}

// Digits to base 2^32. Decimal ones cost quadratic time, but their number is limited.
void ConstantPool::big_int(ArenaVector<uint8_t>& out, const ConstantValue& value) {
  ArenaVector<uint32_t> limbs(context_.arena);
  if (value.base != 10) binary_limbs(value.text, value.base == 16 ? 4 : value.base == 8 ? 3 : 1, limbs);
  for (char c : value.base == 10 ? value.text : std::string_view{}) {
    if (!context_.go_on()) return;
    uint32_t digit = digit_value(c);
    uint64_t carry = digit;
    for (uint32_t& limb : limbs) {
      carry += static_cast<uint64_t>(limb) * value.base;
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
  }
  uint32_t size = static_cast<uint32_t>(limbs.size() * 4);
  const auto* bytes = reinterpret_cast<const uint8_t*>(limbs.begin());
  while (size != 0 && bytes[size - 1] == 0) --size;
  put(out, size);
  for (uint32_t i = 0; i < size; ++i) out.push_back(bytes[i]);
}

void ConstantPool::serialize(ArenaVector<uint8_t>& out, const ConstantValue& value, int depth) {
  constexpr int kDeepest = 100;
  if (depth > kDeepest)
    return context_.error_without_location(ParseErrorKind::TooDeep,
                                           "maximum recursion depth exceeded during compilation");
  switch (value.kind) {
    case ConstantKind::None: return put_tag(out, ConstantTag::None);
    case ConstantKind::True: return put_tag(out, ConstantTag::True);
    case ConstantKind::False: return put_tag(out, ConstantTag::False);
    case ConstantKind::Ellipsis: return put_tag(out, ConstantTag::Ellipsis);
    case ConstantKind::Int:
      if (value.fits_int64) {
        put_tag(out, ConstantTag::Int64);
        return put(out, value.integer);
      }
      put_tag(out, ConstantTag::BigInt);
      return big_int(out, value);
    case ConstantKind::Float:
      put_tag(out, ConstantTag::Float);
      return put(out, value.number);
    case ConstantKind::Complex:
      put_tag(out, ConstantTag::Complex);
      put(out, value.real);
      return put(out, value.number);
    case ConstantKind::Str:
      put_tag(out, looks_like_identifier(value.text) ? ConstantTag::InternedStr : ConstantTag::Str);
      return put(out, strings_.add(value.text));
    case ConstantKind::Bytes:
      put_tag(out, ConstantTag::Bytes);
      put(out, static_cast<uint32_t>(value.text.size()));
      for (char c : value.text) out.push_back(static_cast<uint8_t>(c));
      return;
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet:
      put_tag(out, value.kind == ConstantKind::Tuple ? ConstantTag::Tuple : ConstantTag::FrozenSet);
      put(out, static_cast<uint32_t>(value.item_count));
      for (size_t i = 0; i < value.item_count; ++i) serialize(out, value.items[i], depth + 1);
      return;
    case ConstantKind::External:
      put_tag(out, ConstantTag::External);
      return put(out, value.external);
  }
}

uint32_t ConstantPool::add(const ConstantValue& value) {
  ArenaVector<uint8_t> bytes(context_.arena);
  serialize(bytes, value, 0);
  return table_.add(as_view(bytes));
}

uint32_t ConstantPool::add_code(uint32_t record_offset) {
  ArenaVector<uint8_t> bytes(context_.arena);
  put_tag(bytes, ConstantTag::Code);
  put(bytes, record_offset);
  return table_.add(as_view(bytes));
}

uint32_t ConstantPool::add_slice(const ConstantValue& start, const ConstantValue& stop, const ConstantValue& step) {
  ArenaVector<uint8_t> bytes(context_.arena);
  put_tag(bytes, ConstantTag::Slice);
  serialize(bytes, start, 0);
  serialize(bytes, stop, 0);
  serialize(bytes, step, 0);
  return table_.add(as_view(bytes));
}

}  // namespace hog
