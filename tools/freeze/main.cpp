// hognose-freeze: compiles the modules of a list and packs their blobs for embedding.
//   hognose-freeze LIST OUT_PREFIX
// LIST: lines "name<TAB>package|module<TAB>path", sorted by name (stdlib/pack_sources.py writes it). Writes OUT_PREFIX.bin
// (names, then blobs, each 8-byte aligned), OUT_PREFIX.index (struct FrozenCode) and OUT_PREFIX.S, which embeds both.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bytecode/code_format.hpp"
#include "compile/compiler.hpp"
#include "frozen_code.hpp"
#include "syntax/parser.hpp"

namespace {

struct Entry {
  std::string name;
  bool is_package;
  std::string path;
};

bool read_file(const std::string& path, std::string& out) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "hognose-freeze: cannot read %s\n", path.c_str());
    return false;
  }
  char buffer[65536];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) != 0;) out.append(buffer, n);
  std::fclose(file);
  return true;
}

bool write_file(const std::string& path, const void* data, size_t size) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  bool written = std::fwrite(data, 1, size, file) == size;
  return std::fclose(file) == 0 && written;
}

bool read_list(const std::string& path, std::vector<Entry>& entries) {
  std::string text;
  if (!read_file(path, text)) return false;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(at, end - at);
    at = end + 1;
    size_t first = line.find('\t'), second = line.find('\t', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    entries.push_back({line.substr(0, first), line[first + 1] == 'p', line.substr(second + 1)});
  }
  return true;
}

bool complain(const Entry& entry, const hog::ParseError& error) {
  std::fprintf(stderr, "hognose-freeze: %s:%d: %.*s\n", entry.path.c_str(), error.line,
               static_cast<int>(error.message.size()), error.message.data());
  return false;
}

bool freeze(const Entry& entry, std::string& bin, hog::FrozenCode& record) {
  std::string source;
  if (!read_file(entry.path, source)) return false;
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::ParseOptions parse_options;
  parse_options.ignore_coding_declaration = false;
  hog::ParseResult parsed = hog::parse(arena, source, parse_options);
  if (!parsed.ok()) return complain(entry, parsed.error);
  std::string filename = "<frozen " + entry.name + ">";
  hog::CompileOptions options;
  options.filename = filename;
  hog::CompileResult compiled = hog::compile(arena, parsed.tree, *parsed.identifiers, options);
  if (!compiled.ok()) return complain(entry, compiled.error);
  if (const char* fault = hog::verify(hog::CodeBlob(compiled.blob.data(), compiled.blob.size()))) {
    std::fprintf(stderr, "hognose-freeze: %s: %s\n", entry.path.c_str(), fault);
    return false;
  }
  bin.resize((bin.size() + 7) / 8 * 8);
  record.blob_offset = static_cast<uint32_t>(bin.size());
  record.blob_size = static_cast<uint32_t>(compiled.blob.size());
  bin.append(reinterpret_cast<const char*>(compiled.blob.data()), compiled.blob.size());
  return true;
}

std::string assembler(const std::string& out, size_t count) {
  std::string text = "# Made by hognose-freeze.\n  .section .rodata, \"a\"\n";
  auto embed = [&](const char* symbol, const char* extension) {
    text += std::string("  .balign 16\n  .globl ") + symbol + "\n  .hidden " + symbol + "\n" + symbol +
            ":\n  .incbin \"" + out + extension + "\"\n";
  };
  embed("hog_frozen_code_index", ".index");
  embed("hog_frozen_code_blob", ".bin");
  text += "  .balign 4\n  .globl hog_frozen_code_count\n  .hidden hog_frozen_code_count\nhog_frozen_code_count:\n  .long " +
          std::to_string(count) + "\n  .section .note.GNU-stack, \"\", %progbits\n";
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: hognose-freeze LIST OUT_PREFIX\n");
    return 2;
  }
  std::vector<Entry> entries;
  if (!read_list(argv[1], entries)) return 1;
  std::string out = argv[2], bin;
  std::vector<hog::FrozenCode> index;
  for (const Entry& entry : entries) {
    hog::FrozenCode record{};
    record.name_offset = static_cast<uint32_t>(bin.size());
    record.name_length = static_cast<uint16_t>(entry.name.size());
    record.is_package = entry.is_package ? 1 : 0;
    bin += entry.name;
    index.push_back(record);
  }
  for (size_t i = 0; i < entries.size(); ++i)
    if (!freeze(entries[i], bin, index[i])) return 1;
  std::string text = assembler(out, entries.size());
  bool written = write_file(out + ".bin", bin.data(), bin.size()) &&
                 write_file(out + ".index", index.data(), index.size() * sizeof(hog::FrozenCode)) &&
                 write_file(out + ".S", text.data(), text.size());
  if (!written) return 1;
  std::printf("%zu modules, %zu bytes of code\n", entries.size(), bin.size());
  return 0;
}
