// verify.cpp: is a blob of bytes one that the machine may run without checks?
//
// Invariant: whatever the bytes are, nothing outside of them is read. The checks are structural: ranges, boundaries, operand
// kinds. Ref: code_format.hpp, opcodes.def.
#include "bytecode/liveness.hpp"

namespace hog {

namespace {

class Verifier {
 public:
  explicit Verifier(CodeBlob blob) : blob_(blob) {}

  const char* run() {
    if (blob_.size() < sizeof(CodeBlobHeader)) return "blob is too small";
    const CodeBlobHeader* header = blob_.header();
    if (header->magic != kCodeBlobMagic) return "bad magic number";
    if (header->total_size != blob_.size()) return "size does not match";
    if (!in_range(header->string_offsets, header->string_count, 4, 4)) return "string table out of range";
    const auto* offsets = blob_.at<uint32_t>(header->string_offsets);
    for (uint32_t i = 0; i < header->string_count; ++i) {
      if (!in_range(offsets[i], 1, 4, 1)) return "string out of range";
      uint32_t length;
      std::memcpy(&length, blob_.data() + offsets[i], 4);
      if (!in_range(offsets[i] + 4, length, 1, 1)) return "string out of range";
    }
    return record(header->root_code, UINT32_MAX);
  }

 private:
  bool in_range(uint32_t offset, uint32_t count, uint32_t item_size, uint32_t alignment) const {
    uint64_t end = offset + static_cast<uint64_t>(count) * item_size;
    return offset % alignment == 0 && end <= blob_.size();
  }
  bool is_string(uint32_t index) const { return index < blob_.header()->string_count; }

  // Inner records lie before the outer one, so that a chain of references ends.
  const char* record(uint32_t offset, uint32_t before) {
    if (offset >= before || !in_range(offset, 1, sizeof(CodeRecord), 4)) return "code record out of range";
    if (++depth_ > kDeepest) return "code records nest too deeply";
    const char* fault = check_record(*blob_.at<CodeRecord>(offset), offset);
    --depth_;
    return fault;
  }

  const char* check_record(const CodeRecord& r, uint32_t offset) {
    if (!is_string(r.name) || !is_string(r.qualified_name) || !is_string(r.filename)) return "bad name of a code record";
    if (r.register_count > 0xFFFF || r.local_count > r.register_count || r.free_start > r.local_count)
      return "bad register counts";
    uint64_t parameters = uint64_t{r.positional_count} + r.keyword_only_count +
                          ((r.flags & code_flag::kVarArgs) != 0) + ((r.flags & code_flag::kVarKeywords) != 0);
    if (parameters > r.local_count || r.positional_only_count > r.positional_count) return "bad parameter counts";
    if (!in_range(r.locals, r.local_count, sizeof(LocalRecord), 4)) return "locals out of range";
    for (uint32_t i = 0; i < r.local_count; ++i) {
      const LocalRecord& local = blob_.at<LocalRecord>(r.locals)[i];
      if (!is_string(local.name) || local.kind > LocalKind::LocalAndCell) return "bad local";
      if ((local.kind == LocalKind::Free) != (i >= r.free_start)) return "bad local";
    }
    if (!in_range(r.instructions, r.instruction_words, 8, 8)) return "instructions out of range";
    if (!in_range(r.names, r.name_count, 4, 4)) return "names out of range";
    for (uint32_t i = 0; i < r.name_count; ++i)
      if (!is_string(blob_.at<uint32_t>(r.names)[i])) return "bad name";
    if (!in_range(r.constants, r.constant_count, 4, 4)) return "constants out of range";
    if (!in_range(r.exceptions, r.exception_count, sizeof(ExceptionRecord), 4)) return "exceptions out of range";
    if (!in_range(r.liveness, r.liveness_count, sizeof(LivenessRecord), 4)) return "liveness out of range";
    if (!in_range(r.positions, r.positions_size, 1, 1)) return "positions out of range";
    if (r.cache_count > r.instruction_words) return "bad cache count";
    uint32_t last_child = 0;
    for (uint32_t i = 0; i < r.constant_count; ++i) {
      uint32_t at = blob_.at<uint32_t>(r.constants)[i];
      if (const char* fault = constant(at, offset, last_child, 0)) return fault;
    }
    if (const char* fault = instructions(r)) return fault;
    if (const char* fault = tables(r)) return fault;
    return positions(r);
  }

  template <typename T>
  bool read(uint32_t& at, T& value) const {
    if (!in_range(at, 1, sizeof(T), 1)) return false;
    std::memcpy(&value, blob_.data() + at, sizeof(T));
    at += sizeof(T);
    return true;
  }

  // `last_child`: inner records are referred to in ascending order, each by its parent only: so each is checked once.
  const char* constant(uint32_t& at, uint32_t record_offset, uint32_t& last_child, int depth) {
    constexpr const char* kFault = "bad constant";
    uint8_t tag;
    uint32_t size;
    if (depth > kDeepest || !read(at, tag) || tag > static_cast<uint8_t>(ConstantTag::External)) return kFault;
    switch (static_cast<ConstantTag>(tag)) {
      case ConstantTag::None:
      case ConstantTag::True:
      case ConstantTag::False:
      case ConstantTag::Ellipsis: return nullptr;
      case ConstantTag::Int64:
      case ConstantTag::Float: return skip(at, 8);
      case ConstantTag::Complex: return skip(at, 16);
      case ConstantTag::BigInt:
      case ConstantTag::NegativeBigInt:
      case ConstantTag::Bytes: return read(at, size) ? skip(at, size) : kFault;
      case ConstantTag::Str:
      case ConstantTag::InternedStr: return read(at, size) && is_string(size) ? nullptr : kFault;
      case ConstantTag::Tuple:
      case ConstantTag::FrozenSet:
      case ConstantTag::Slice: {
        size = 3;
        if (static_cast<ConstantTag>(tag) != ConstantTag::Slice && !read(at, size)) return kFault;
        for (uint32_t i = 0; i < size; ++i)
          if (const char* fault = constant(at, record_offset, last_child, depth + 1)) return fault;
        return nullptr;
      }
      case ConstantTag::Code:
        if (depth != 0 || !read(at, size) || size <= last_child) return kFault;
        last_child = size;
        if (const char* fault = record(size, record_offset)) return fault;
        return blob_.at<CodeRecord>(size)->parent == record_offset ? nullptr : "wrong parent";
      case ConstantTag::External: return skip(at, 4);
    }
    return kFault;
  }
  const char* skip(uint32_t& at, uint32_t size) const {
    if (!in_range(at, size, 1, 1)) return "bad constant";
    at += size;
    return nullptr;
  }

  ConstantTag tag_of(const CodeRecord& r, uint32_t index) const {
    return static_cast<ConstantTag>(blob_.data()[blob_.at<uint32_t>(r.constants)[index]]);
  }
  // Elements of a constant tuple of strings; -1: something else.
  int64_t tuple_size(const CodeRecord& r, uint32_t index) const {
    if (tag_of(r, index) != ConstantTag::Tuple) return -1;
    uint32_t at = blob_.at<uint32_t>(r.constants)[index] + 1, count = 0;
    if (!read(at, count)) return -1;
    for (uint32_t i = 0; i < count; ++i, at += 5) {
      auto tag = static_cast<ConstantTag>(blob_.data()[at]);
      if (tag != ConstantTag::Str && tag != ConstantTag::InternedStr) return -1;
    }
    return count;
  }

  static const Instruction& word(const CodeRecord& r, CodeBlob blob, uint32_t i) {
    return blob.at<Instruction>(r.instructions)[i];
  }

  // Whether an instruction starts at a word: walked from the start each time a target is not obviously one would be
  // quadratic, so targets are checked against the marks below, a window of words at a time.
  bool starts_instruction(const CodeRecord& r, uint32_t target) const {
    // A second word is never preceded by an odd run of instructions that could hide it: two-word instructions are
    // recognised from the nearest known boundary, which is kept every kStride words.
    uint32_t at = target - target % kStride;
    at = boundary_before(r, at);
    while (at < target) at += kOpcodeInfo[static_cast<size_t>(word(r, blob_, at).op)].words;
    return at == target;
  }
  // The latest instruction that starts at or before `at`, `at` being a multiple of the stride: it or the word before.
  uint32_t boundary_before(const CodeRecord& r, uint32_t at) const {
    if (at == 0) return 0;
    // The first pass has left in the bitmap whether the stride's first word is a second word.
    uint32_t slot = at / kStride;
    (void)r;
    return slot < kSlots && (split_[slot / 8] >> (slot % 8) & 1) != 0 ? at + 1 : at;
  }

  const char* instructions(const CodeRecord& r) {
    if (r.instruction_words == 0) return "no instructions";
    if (r.instruction_words / kStride >= kSlots) return "too many instructions";
    std::memset(split_, 0, r.instruction_words / kStride / 8 + 1);
    uint32_t last = 0;
    for (uint32_t at = 0; at < r.instruction_words;) {
      const Instruction& instruction = word(r, blob_, at);
      if (static_cast<int>(instruction.op) >= kOpcodeCount) return "unknown opcode";
      uint32_t words = kOpcodeInfo[static_cast<size_t>(instruction.op)].words;
      if (at + words > r.instruction_words) return "instruction is cut off";
      if (words == 2 && (at + 1) % kStride == 0) split_[(at + 1) / kStride / 8] |= 1 << ((at + 1) / kStride % 8);
      last = at;
      at += words;
    }
    for (uint32_t at = 0; at < r.instruction_words;) {
      const OpcodeInfo& info = kOpcodeInfo[static_cast<size_t>(word(r, blob_, at).op)];
      if (const char* fault = operands(r, at, info)) return fault;
      at += info.words;
    }
    switch (word(r, blob_, last).op) {
      case Opcode::RETURN:
      case Opcode::RAISE:
      case Opcode::RERAISE:
      case Opcode::JUMP_BACK: return nullptr;
      default: return "control runs off the end";
    }
  }

  const char* operands(const CodeRecord& r, uint32_t at, const OpcodeInfo& info) {
    const Instruction& i = word(r, blob_, at);
    uint32_t next = at + info.words;
    SecondWord second{0, 0};
    if (info.words == 2) std::memcpy(&second, &word(r, blob_, at + 1), sizeof second);
    const uint32_t fields[6] = {i.x, i.a, i.b, i.c, second.p, second.q};
    for (int n = 0; n < 6; ++n) {
      switch (info.operand(n)) {
        case 'r':
        case 'w':
        case 'm':
          if (fields[n] >= r.register_count) return "register out of range";
          break;
        case 'R':
        case 'W':
          if (fields[n] + run_length(i, second, n) > r.register_count) return "run of registers out of range";
          break;
        case 'k':
          if (fields[n] >= r.constant_count) return "constant out of range";
          break;
        case 'K':
          if (i.wide() >= r.constant_count) return "constant out of range";
          break;
        case 'n':
          if (fields[n] >= r.name_count) return "name out of range";
          break;
        case 'h':
          if (fields[n] >= r.cache_count) return "cache out of range";
          break;
        case 't': {
          int64_t distance = n == 2 ? i.signed_wide() : n == 3 ? i.c : static_cast<int32_t>(second.p);
          int64_t target = next + distance;
          if ((distance < 0) != (i.op == Opcode::JUMP_BACK)) return "jump in the wrong direction";
          if (target < 0 || target >= r.instruction_words) return "jump out of range";
          if (!starts_instruction(r, static_cast<uint32_t>(target))) return "jump into an instruction";
          break;
        }
        default: break;
      }
    }
    return special(r, i, second);
  }

  const char* special(const CodeRecord& r, const Instruction& i, const SecondWord& second) const {
    switch (i.op) {
      case Opcode::COPY_FREE:
        if (i.a != r.free_start || i.a + i.b != r.local_count) return "bad free variables";
        return nullptr;
      case Opcode::CHECK_BOUND:
      case Opcode::DELETE_LOCAL:
        return i.a < r.local_count ? nullptr : "not a named local";
      case Opcode::MAKE_FUNCTION:
        return tag_of(r, i.wide()) == ConstantTag::Code ? nullptr : "not a code constant";
      case Opcode::CALL_KEYWORDS:
      case Opcode::CALL_METHOD_KEYWORDS: {
        int64_t count = tuple_size(r, second.p);
        return count >= 0 && count <= i.c ? nullptr : "bad keyword names";
      }
      case Opcode::INTRINSIC: return i.x < kIntrinsicCount ? nullptr : "unknown intrinsic";
      case Opcode::LOAD_COMMON: return i.x <= 6 ? nullptr : "unknown common constant";
      case Opcode::LOAD_SPECIAL: return i.x <= 3 ? nullptr : "unknown special method";
      case Opcode::SET_FUNCTION: return i.x <= 5 ? nullptr : "unknown part of a function";
      case Opcode::FLOOR_DIVIDE_I:
      case Opcode::REMAINDER_I: return i.c != 0 ? nullptr : "division by zero";
      case Opcode::LEFT_SHIFT_I:
      case Opcode::RIGHT_SHIFT_I: return i.c < 63 ? nullptr : "shift out of range";
      default: return nullptr;
    }
  }

  const char* tables(const CodeRecord& r) const {
    const auto* exceptions = blob_.at<ExceptionRecord>(r.exceptions);
    for (uint32_t n = 0; n < r.exception_count; ++n) {
      const ExceptionRecord& entry = exceptions[n];
      if (entry.start > entry.end || entry.end > r.instruction_words || entry.target >= r.instruction_words ||
          entry.reg >= r.register_count)
        return "bad exception entry";
      if (!starts_instruction(r, entry.target)) return "exception handler inside an instruction";
    }
    const auto* liveness = blob_.at<LivenessRecord>(r.liveness);
    for (uint32_t n = 0; n < r.liveness_count; ++n) {
      if (liveness[n].live_registers > r.register_count || liveness[n].live_registers < r.local_count)
        return "bad liveness entry";
      if (n != 0 && liveness[n].start <= liveness[n - 1].start) return "liveness entries out of order";
    }
    return nullptr;
  }

  bool read_varint(const uint8_t*& p, const uint8_t* end, uint64_t& value) const {
    value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (p == end) return false;
      value |= static_cast<uint64_t>(*p & 0x7F) << shift;
      if ((*p++ & 0x80) == 0) return true;
    }
    return false;
  }

  const char* positions(const CodeRecord& r) const {
    const uint8_t* p = blob_.data() + r.positions;
    const uint8_t* end = p + r.positions_size;
    while (p < end) {
      uint64_t value;
      if (!read_varint(p, end, value) || p == end) return "bad positions";
      uint8_t form = *p++;
      if (form > 1) return "bad positions";
      for (int i = 0; form == 1 && i < 4; ++i)
        if (!read_varint(p, end, value)) return "bad positions";
    }
    return nullptr;
  }

  static constexpr int kDeepest = 200;
  static constexpr uint32_t kStride = 256;
  static constexpr uint32_t kSlots = 1 << 16;
  CodeBlob blob_;
  int depth_ = 0;
  uint8_t split_[kSlots / 8] = {};
};

}  // namespace

const char* verify(CodeBlob blob) { return Verifier(blob).run(); }

}  // namespace hog
