// io_module.cpp: the module `_io` and what belongs to the isolate: the class UnsupportedOperation.
#include "modules/io/buffered.hpp"
#include "modules/io/io.hpp"
#include "modules/io/open.hpp"
#include "modules/io/text_wrapper.hpp"

namespace hog {

using namespace io;

namespace {

Fallible<Value> text_encoding(Thread& t, Value encoding, int64_t stack_level) {
  if (!encoding.is_none()) return encoding;
  const StartFlags& flags = t.isolate().start_flags;
  if (flags.warn_default_encoding)
    TRY(warn_py(t, core.EncodingWarning, "'encoding' argument not specified", static_cast<const FormatArgument*>(nullptr), size_t{0},
                stack_level));
  return Value(TRY(name_of(t, flags.utf8_mode != 0 ? "utf-8" : "locale")));
}
constexpr NativeMethod kFunctions[] = {
    {"open", HOG_NATIVE(open_py),
     "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
     "Open a file."},
    {"open_code", HOG_NATIVE(open_code_py), "(path)", "Open a file of code for reading bytes."},
    {"text_encoding", HOG_NATIVE(text_encoding), "(encoding, stacklevel=2, /)", "The encoding, or what stands for the default."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "DEFAULT_BUFFER_SIZE", Value::from_small_int(kDefaultBufferSize)));
  // hasattr(_io, "FileIO") tells whether there are files.
  if (files_of(t) != nullptr) TRY(module->add(t, "FileIO", Value(file_io_type)));
  // builtins.open is the same object, unless the program has put something else there.
  Str* open = TRY(name_of(t, "open"));
  if (is<NativeFunction>(t.isolate().builtins->get_name_nogc(open)))
    TRY(t.isolate().builtins->set_name(t, open, module->dict()->get_name_nogc(open)));
  TRY(module->add(t, "BlockingIOError", Value(core.BlockingIOError)));
  Dict* dict = TRY(Dict::make(t));
  TRY(dict->set_name(t, names.dunder_module, Value(TRY(Str::from_ascii(t, "io")))));
  Tuple* bases = TRY(Tuple::of(t, Value(core.OSError), Value(core.ValueError)));
  Str* name = TRY(Str::intern_utf8(t, "UnsupportedOperation"));
  return module->add(t, "UnsupportedOperation", TRY(call_py(t, Value(core.type), Value(name), Value(bases), Value(dict))));
}

constexpr size_t kTypeCount = kBaseCount + kStringCount + kBytesCount + kFileCount + kBufferedCount + 3;
struct AllTypes {
  TypeRegistration list[kTypeCount];
  AllTypes() {
    size_t n = 0;
    for (const auto& type : kBaseTypes) list[n++] = type;
    for (const auto& type : kStringTypes) list[n++] = type;
    for (const auto& type : kBytesTypes) list[n++] = type;
    for (const auto& type : kFileTypes) list[n++] = type;
    for (const auto& type : kBufferedTypes) list[n++] = type;
    for (const auto& type : kPairTypes) list[n++] = type;
    for (const auto& type : kNewlineTypes) list[n++] = type;
    for (const auto& type : kTextTypes) list[n++] = type;
  }
};
const AllTypes kTypes;

}  // namespace

extern const ModuleSpec k_module__io;
const ModuleSpec k_module__io = {
    .name = "_io",
    .doc = "Streams in memory and the base classes of streams.",
    .functions = kFunctions,
    .types = kTypes.list,
    .type_count = kTypeCount,
    .initialize = initialize,
};

}  // namespace hog
