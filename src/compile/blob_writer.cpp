// blob_writer.cpp: see blob_writer.hpp.
#include "compile/blob_writer.hpp"

namespace hog {

BlobWriter::BlobWriter(Arena& arena) : arena_(arena), strings_(arena), bytes_(arena) {
  for (size_t i = 0; i < sizeof(CodeBlobHeader); ++i) bytes_.push_back(0);
}

void BlobWriter::align(size_t alignment) {
  while (bytes_.size() % alignment != 0 && !arena_.exhausted()) bytes_.push_back(0);
}

void BlobWriter::put_bytes(const void* data, size_t size) {
  const auto* from = static_cast<const uint8_t*>(data);
  for (size_t i = 0; i < size; ++i) bytes_.push_back(from[i]);
}

uint32_t BlobWriter::add(const CodeDescription& description, FunctionBuilder& builder, const FinishedCode& code) {
  for (size_t i = 0; i < code.locals.size(); ++i) code.locals[i].name = strings_.add(code.local_names[i]->utf8);
  ArenaVector<uint32_t> names(arena_);
  for (ast::Identifier* name : builder.names()) names.push_back(strings_.add(name->utf8));
  ArenaVector<uint32_t> constants(arena_);
  for (size_t i = 0; i < builder.constants().size(); ++i) {
    std::string_view bytes = builder.constants().bytes(i);
    constants.push_back(size());
    put_bytes(bytes.data(), bytes.size());
  }
  CodeRecord record{};
  record.name = strings_.add(description.name);
  record.qualified_name = strings_.add(description.qualified_name);
  record.filename = strings_.add(description.filename);
  record.first_line = description.first_line;
  record.flags = description.flags;
  record.positional_count = description.positional_count;
  record.positional_only_count = description.positional_only_count;
  record.keyword_only_count = description.keyword_only_count;
  record.register_count = code.register_count;
  record.local_count = static_cast<uint32_t>(code.locals.size());
  record.locals = put_all(code.locals);
  record.free_start = code.free_start;
  record.instruction_words = static_cast<uint32_t>(code.words.size());
  record.instructions = put_all(code.words);
  record.constant_count = static_cast<uint32_t>(constants.size());
  record.constants = put_all(constants.span());
  record.name_count = static_cast<uint32_t>(names.size());
  record.names = put_all(names.span());
  record.cache_count = code.cache_count;
  record.exception_count = static_cast<uint32_t>(code.exceptions.size());
  record.exceptions = put_all(code.exceptions);
  record.liveness_count = static_cast<uint32_t>(code.liveness.size());
  record.liveness = put_all(code.liveness);
  record.positions_size = static_cast<uint32_t>(code.positions.size());
  record.positions = put_all(code.positions);
  align(8);
  uint32_t offset = size();
  put_bytes(&record, sizeof record);
  if (arena_.exhausted()) return 0;
  for (uint32_t child : description.children)
    std::memcpy(&bytes_[child + offsetof(CodeRecord, parent)], &offset, sizeof offset);
  return offset;
}

std::span<const uint8_t> BlobWriter::finish(uint32_t root_record) {
  ArenaVector<uint32_t> offsets(arena_);
  for (size_t i = 0; i < strings_.size(); ++i) {
    align(4);
    offsets.push_back(size());
    uint32_t length = static_cast<uint32_t>(strings_[i].size());
    put_bytes(&length, sizeof length);
    put_bytes(strings_[i].data(), length);
  }
  uint32_t table = put_all(offsets.span());
  align(8);
  if (arena_.exhausted() || bytes_.size() > UINT32_MAX / 2) return {};
  CodeBlobHeader header{kCodeBlobMagic, size(), static_cast<uint32_t>(strings_.size()), table, root_record, 0};
  std::memcpy(bytes_.begin(), &header, sizeof header);
  auto* aligned = static_cast<uint8_t*>(arena_.allocate_bytes(bytes_.size(), 8));
  if (arena_.exhausted()) return {};
  std::memcpy(aligned, bytes_.begin(), bytes_.size());
  return {aligned, bytes_.size()};
}

}  // namespace hog
