// disassemble.cpp: see disassemble.hpp. The blob has been verified.
#include "bytecode/disassemble.hpp"

namespace hog {

namespace {

class Disassembler {
 public:
  Disassembler(CodeBlob blob, TextOutput& out) : blob_(blob), out_(out) {}

  void code(const CodeRecord& r) {
    text("code ");
    text(blob_.string(r.qualified_name));
    text("  registers ");
    number(r.register_count);
    text(", flags 0x");
    hex(r.flags);
    text(", arguments ");
    number(r.positional_count);
    text("/");
    number(r.positional_only_count);
    text("/");
    number(r.keyword_only_count);
    text("\n  locals:");
    for (uint32_t i = 0; i < r.local_count; ++i) {
      const LocalRecord& local = blob_.at<LocalRecord>(r.locals)[i];
      text(" ");
      text(blob_.string(local.name));
      constexpr const char* kKinds[] = {"", "(cell)", "(free)", "(parameter cell)"};
      text(kKinds[static_cast<size_t>(local.kind)]);
      if (local.hidden != 0) text("(hidden)");
    }
    text("\n");
    start_positions(r);
    for (uint32_t at = 0; at < r.instruction_words;) at += instruction(r, at);
    for (uint32_t i = 0; i < r.exception_count; ++i) {
      const ExceptionRecord& entry = blob_.at<ExceptionRecord>(r.exceptions)[i];
      text("  except ");
      number(entry.start);
      text("..");
      number(entry.end);
      text(" -> ");
      number(entry.target);
      text(" in r");
      number(entry.reg);
      text("\n");
    }
    text("\n");
    for (uint32_t i = 0; i < r.constant_count; ++i) {
      uint32_t at = blob_.at<uint32_t>(r.constants)[i];
      if (static_cast<ConstantTag>(blob_.data()[at]) != ConstantTag::Code) continue;
      uint32_t offset;
      std::memcpy(&offset, blob_.data() + at + 1, 4);
      code(*blob_.at<CodeRecord>(offset));
    }
  }

 private:
  void text(std::string_view s) { out_.write(s); }
  void number(int64_t value) {
    char digits[24];
    size_t first = sizeof digits;
    uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    do digits[--first] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0) digits[--first] = '-';
    text({digits + first, sizeof digits - first});
  }
  void hex(uint64_t value) {
    char digits[16];
    size_t first = sizeof digits;
    do digits[--first] = "0123456789abcdef"[value % 16];
    while ((value /= 16) != 0);
    text({digits + first, sizeof digits - first});
  }

  void start_positions(const CodeRecord& r) {
    position_ = blob_.data() + r.positions;
    position_end_ = position_ + r.positions_size;
    line_ = r.first_line;
    covered_ = 0;
    shown_line_ = -1;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      value |= static_cast<uint64_t>(*position_ & 0x7F) << shift;
      if ((*position_++ & 0x80) == 0) return value;
    }
  }
  void position_of(uint32_t word) {
    while (word >= covered_ && position_ < position_end_) {
      covered_ += varint();
      located_ = *position_++ == 1;
      if (!located_) continue;
      uint64_t raw = varint();
      line_ += static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
      end_line_ = line_ + static_cast<int64_t>(varint());
      col_ = static_cast<int64_t>(varint()) - 1;
      end_col_ = static_cast<int64_t>(varint()) - 1;
    }
  }

  uint32_t instruction(const CodeRecord& r, uint32_t at) {
    const Instruction& i = blob_.at<Instruction>(r.instructions)[at];
    const OpcodeInfo& info = kOpcodeInfo[static_cast<size_t>(i.op)];
    SecondWord second{0, 0};
    if (info.words == 2) std::memcpy(&second, &i + 1, sizeof second);
    position_of(at);
    text("  ");
    if (located_) number(line_);
    else text("-");
    text("\t");
    number(at);
    text("\t");
    text(info.name);
    const uint32_t fields[6] = {i.x, i.a, i.b, i.c, second.p, second.q};
    for (int n = 0; n < 6; ++n) operand(r, i, info, at + info.words, n, fields[n], second);
    if (located_) {
      text("\t; ");
      number(col_);
      text("-");
      if (end_line_ != line_) {
        number(end_line_);
        text(":");
      }
      number(end_col_);
    }
    text("\n");
    return info.words;
  }

  void operand(const CodeRecord& r, const Instruction& i, const OpcodeInfo& info, uint32_t next, int n, uint32_t field,
               const SecondWord& second) {
    switch (info.operand(n)) {
      case 'r':
      case 'w':
      case 'm':
      case 'R':
      case 'W':
        text(" ");
        if (field < r.local_count) return text(blob_.string(blob_.at<LocalRecord>(r.locals)[field].name));
        text("r");
        return number(field);
      case 'i':
        text(" #");
        return number(static_cast<int16_t>(field));
      case 'u':
        text(n == 0 ? " x" : " ");
        return number(field);
      case 'I':
        text(" #");
        return number(i.signed_wide());
      case 'k': return constant(blob_.at<uint32_t>(r.constants)[field]);
      case 'K': return constant(blob_.at<uint32_t>(r.constants)[i.wide()]);
      case 'n':
        text(" ");
        return text(blob_.string(blob_.at<uint32_t>(r.names)[field]));
      case 't': {
        int64_t distance = n == 2 ? i.signed_wide() : n == 3 ? i.c : static_cast<int32_t>(second.p);
        text(" ->");
        return number(next + distance);
      }
      default: return;
    }
  }

  void constant(uint32_t at) {
    text(" ");
    item(at);
  }
  void item(uint32_t& at) {
    auto tag = static_cast<ConstantTag>(blob_.data()[at++]);
    uint32_t size = 0;
    int64_t integer;
    double real;
    auto get = [&](auto& value) {
      std::memcpy(&value, blob_.data() + at, sizeof value);
      at += sizeof value;
    };
    switch (tag) {
      case ConstantTag::None: return text("None");
      case ConstantTag::True: return text("True");
      case ConstantTag::False: return text("False");
      case ConstantTag::Ellipsis: return text("...");
      case ConstantTag::Int64:
        get(integer);
        return number(integer);
      case ConstantTag::Float:
        get(real);
        text("float:");
        return hex(__builtin_bit_cast(uint64_t, real));
      case ConstantTag::Complex:
        get(real);
        get(real);
        return text("complex");
      case ConstantTag::Str:
      case ConstantTag::InternedStr:
        get(size);
        text("'");
        quoted(blob_.string(size));
        return text("'");
      case ConstantTag::Bytes:
      case ConstantTag::BigInt:
      case ConstantTag::NegativeBigInt:
        get(size);
        text(tag == ConstantTag::Bytes ? "bytes:" : "big:");
        number(size);
        at += size;
        return;
      case ConstantTag::Tuple:
      case ConstantTag::FrozenSet:
      case ConstantTag::Slice:
        size = 3;
        if (tag != ConstantTag::Slice) get(size);
        text(tag == ConstantTag::Tuple ? "(" : tag == ConstantTag::Slice ? "slice(" : "frozenset(");
        for (uint32_t n = 0; n < size; ++n) {
          if (n != 0) text(", ");
          item(at);
        }
        return text(")");
      case ConstantTag::Code:
        get(size);
        text("<code ");
        text(blob_.string(blob_.at<CodeRecord>(size)->qualified_name));
        return text(">");
      case ConstantTag::External:
        get(size);
        text("external:");
        return number(size);
    }
  }
  void quoted(std::string_view s) {
    constexpr size_t kLongest = 60;
    for (char c : s.substr(0, kLongest)) {
      if (c == '\n') text("\\n");
      else text({&c, 1});
    }
    if (s.size() > kLongest) text("...");
  }

  CodeBlob blob_;
  TextOutput& out_;
  const uint8_t* position_ = nullptr;
  const uint8_t* position_end_ = nullptr;
  int64_t line_ = 0, end_line_ = 0, col_ = 0, end_col_ = 0, shown_line_ = 0;
  uint64_t covered_ = 0;
  bool located_ = false;
};

}  // namespace

void disassemble(CodeBlob blob, TextOutput& out) { Disassembler(blob, out).code(*blob.root()); }

}  // namespace hog
