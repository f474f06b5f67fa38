// stat_module.cpp: the module `_stat`: the bits of st_mode and st_flags, as Linux has them. Pure arithmetic.
// Ref: library/stat.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr uint32_t kFormat = 0170000;

Fallible<uint32_t> mode_py(Thread& t, Value v) {
  Int64Result n = int_to_int64_nogc(TRY(index_py(t, v)));
  if (n.overflow < 0 || n.value < 0) return t.raise(core.OverflowError, "can't convert negative value to unsigned int");
  if (n.overflow > 0) return t.raise(core.OverflowError, "Python int too large to convert to C unsigned long");
  if (n.value > UINT32_MAX) return t.raise(core.OverflowError, "mode out of range");
  return static_cast<uint32_t>(n.value);
}

// Is the file of this format? kFormatBits 0: a format that does not exist here.
template <uint32_t kFormatBits>
Fallible<bool> is_format(Thread& t, Value mode) {
  uint32_t bits = TRY(mode_py(t, mode));
  return kFormatBits != 0 && (bits & kFormat) == kFormatBits;
}
template <uint32_t kMask>
Fallible<int64_t> masked(Thread& t, Value mode) {
  return static_cast<int64_t>(TRY(mode_py(t, mode)) & kMask);
}

char format_letter(uint32_t mode) {
  switch (mode & kFormat) {
    case 0100000: return '-';
    case 0040000: return 'd';
    case 0120000: return 'l';
    case 0060000: return 'b';
    case 0020000: return 'c';
    case 0010000: return 'p';
    case 0140000: return 's';
    default: return '?';
  }
}

Fallible<Value> filemode(Thread& t, Value mode) {
  uint32_t bits = TRY(mode_py(t, mode));
  char text[10];
  text[0] = format_letter(bits);
  for (int i = 0; i < 9; ++i) text[1 + i] = (bits & (0400u >> i)) != 0 ? "rwx"[i % 3] : '-';
  // Set-user, set-group and sticky bits share the places of the execute bits.
  const struct {
    uint32_t bit;
    int place;
    char with_execute, without;
  } kSpecial[] = {{04000, 3, 's', 'S'}, {02000, 6, 's', 'S'}, {01000, 9, 't', 'T'}};
  for (const auto& s : kSpecial)
    if ((bits & s.bit) != 0) text[s.place] = text[s.place] == 'x' ? s.with_execute : s.without;
  return Value(TRY(Str::from_ascii(t, {text, 10})));
}

#define HOG_IS(name, bits, what) {name, HOG_NATIVE(is_format<bits>), "(object, /)", "Is it the mode of a " what "?"}
constexpr NativeMethod kFunctions[] = {
    HOG_IS("S_ISBLK", 0060000, "block device"),
    HOG_IS("S_ISCHR", 0020000, "character device"),
    HOG_IS("S_ISDIR", 0040000, "directory"),
    HOG_IS("S_ISDOOR", 0, "door"),
    HOG_IS("S_ISFIFO", 0010000, "pipe"),
    HOG_IS("S_ISLNK", 0120000, "symbolic link"),
    HOG_IS("S_ISPORT", 0, "event port"),
    HOG_IS("S_ISREG", 0100000, "regular file"),
    HOG_IS("S_ISSOCK", 0140000, "socket"),
    HOG_IS("S_ISWHT", 0, "whiteout"),
    {"S_IMODE", HOG_NATIVE(masked<07777>), "(object, /)", "The bits that chmod() can set."},
    {"S_IFMT", HOG_NATIVE(masked<kFormat>), "(object, /)", "The bits of the format."},
    {"filemode", HOG_NATIVE(filemode), "(object, /)", "A mode as `ls -l` shows it."},
    {},
};
#undef HOG_IS

struct Constant {
  const char* name;
  int64_t value;
};
constexpr Constant kConstants[] = {
    {"S_IFDIR", 0040000},  {"S_IFCHR", 0020000}, {"S_IFBLK", 0060000}, {"S_IFREG", 0100000}, {"S_IFIFO", 0010000},
    {"S_IFLNK", 0120000},  {"S_IFSOCK", 0140000}, {"S_IFDOOR", 0},      {"S_IFPORT", 0},      {"S_IFWHT", 0},
    {"S_ISUID", 04000},    {"S_ISGID", 02000},   {"S_ISVTX", 01000},   {"S_ENFMT", 02000},   {"S_IREAD", 0400},
    {"S_IWRITE", 0200},    {"S_IEXEC", 0100},    {"S_IRWXU", 0700},    {"S_IRUSR", 0400},    {"S_IWUSR", 0200},
    {"S_IXUSR", 0100},     {"S_IRWXG", 070},     {"S_IRGRP", 040},     {"S_IWGRP", 020},     {"S_IXGRP", 010},
    {"S_IRWXO", 07},       {"S_IROTH", 04},      {"S_IWOTH", 02},      {"S_IXOTH", 01},      {"ST_MODE", 0},
    {"ST_INO", 1},         {"ST_DEV", 2},        {"ST_NLINK", 3},      {"ST_UID", 4},        {"ST_GID", 5},
    {"ST_SIZE", 6},        {"ST_ATIME", 7},      {"ST_MTIME", 8},      {"ST_CTIME", 9},
    // Flags of the BSDs and of macOS.
    {"UF_SETTABLE", 0xFFFF}, {"UF_NODUMP", 0x1}, {"UF_IMMUTABLE", 0x2}, {"UF_APPEND", 0x4}, {"UF_OPAQUE", 0x8},
    {"UF_NOUNLINK", 0x10}, {"UF_COMPRESSED", 0x20}, {"UF_TRACKED", 0x40}, {"UF_DATAVAULT", 0x80}, {"UF_HIDDEN", 0x8000},
    {"SF_SETTABLE", 0xFFFF0000}, {"SF_ARCHIVED", 0x10000}, {"SF_IMMUTABLE", 0x20000}, {"SF_APPEND", 0x40000},
    {"SF_NOUNLINK", 0x100000}, {"SF_SNAPSHOT", 0x200000}, {"SF_FIRMLINK", 0x800000}, {"SF_DATALESS", 0x40000000},
};

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Constant& c : kConstants) TRY(module->add(t, c.name, Value::from_small_int(c.value)));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__stat;
const ModuleSpec k_module__stat = {
    .name = "_stat", .doc = "What the bits of a file's mode mean.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
