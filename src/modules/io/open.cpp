// open.cpp: open(): from a mode to the tower of streams over a FileIO. Invariant: when a storey cannot be built, what is
// there already is closed. Ref: library/functions "open".
#include "modules/io/open.hpp"

#include "modules/io/buffered.hpp"
#include "modules/io/text_wrapper.hpp"

namespace hog::io {

namespace {

struct OpenMode {
  bool creating = false, reading = false, writing = false, appending = false, updating = false;
  bool text = false, binary = false;
};

Fallible<OpenMode> parse_open_mode(Thread& t, Str* text) {
  OpenMode mode;
  for (size_t i = 0; i < text->length(); ++i) {
    bool* flag = nullptr;
    switch (text->at(i)) {
      case 'x': flag = &mode.creating; break;
      case 'r': flag = &mode.reading; break;
      case 'w': flag = &mode.writing; break;
      case 'a': flag = &mode.appending; break;
      case '+': flag = &mode.updating; break;
      case 't': flag = &mode.text; break;
      case 'b': flag = &mode.binary; break;
      default: break;
    }
    if (flag == nullptr || *flag) return t.raise_value_error("invalid mode: '{}'", text);
    *flag = true;
  }
  return mode;
}
Fallible<void> check_mode(Thread& t, const OpenMode& mode, Str* encoding, Str* errors, Str* newline) {
  if (mode.text && mode.binary) return t.raise_value_error("can't have text and binary mode at once");
  if (mode.creating + mode.reading + mode.writing + mode.appending > 1)
    return t.raise_value_error("must have exactly one of create/read/write/append mode");
  const char* what = encoding != nullptr ? "encoding" : errors != nullptr ? "errors" : "newline";
  if (mode.binary && (encoding != nullptr || errors != nullptr || newline != nullptr))
    return t.raise_value_error("binary mode doesn't take {} {} argument", encoding != nullptr || errors != nullptr ? "an" : "a",
                               what);
  return {};
}
Fallible<Str*> raw_mode(Thread& t, const OpenMode& mode) {
  char text[8];
  size_t n = 0;
  if (mode.creating) text[n++] = 'x';
  if (mode.reading) text[n++] = 'r';
  if (mode.writing) text[n++] = 'w';
  if (mode.appending) text[n++] = 'a';
  if (mode.updating) text[n++] = '+';
  text[n] = 0;
  return Str::from_ascii(t, std::string_view(text, n));
}

Fallible<int64_t> buffer_size_py(Thread& t, FileIO* raw) {
  Value size = TRY(get_attribute_py(t, Value(raw), TRY(name_of(t, "_blksize"))));
  int64_t n = TRY(index_to_int64_py(t, size));
  constexpr int64_t kMost = 8192 * 1024;
  if (n > kMost) n = kMost;
  return n < kDefaultBufferSize ? kDefaultBufferSize : n;
}

struct TextOptions {
  Str *encoding, *errors, *newline;
};

// The storeys above `raw`; *top is always the highest that stands.
Fallible<void> build_py(Thread& t, const OpenMode& mode, Str* mode_text, int64_t buffering, const TextOptions& options,
                        Value* top) {
  auto* raw = as<FileIO>(*top);
  bool terminal = false;
  if (buffering < 0) terminal = TRY(truth_py(t, TRY(call_method_py(t, *top, TRY(name_of(t, "_isatty_open_only"))))));
  bool line_buffering = buffering == 1 || terminal;
  if (line_buffering) buffering = -1;
  if (buffering < 0) buffering = TRY(buffer_size_py(t, raw));
  if (buffering == 0) {
    if (!mode.binary) return t.raise_value_error("can't have unbuffered text I/O");
    return {};
  }
  Type* type = mode.updating                                     ? buffered_random_type
               : mode.creating || mode.writing || mode.appending ? buffered_writer_type
               : mode.reading                                    ? buffered_reader_type
                                                                 : nullptr;
  if (type == nullptr) return t.raise_value_error("unknown mode: '{}'", mode_text);
  *top = TRY(make_buffered_py(t, type, *top, buffering));
  if (mode.binary) return {};
  *top = TRY(make_text_wrapper_py(t, *top, options.encoding, options.errors, options.newline, line_buffering, false));
  return set_attribute_py(t, *top, names.mode, Value(mode_text));
}

}  // namespace

Fallible<Value> open_py(Thread& t, Value file, Str* mode_text, int buffering, NoneOr<Str*> encoding, NoneOr<Str*> errors,
                        NoneOr<Str*> newline, bool close_fd, Value opener) {
  if (files_of(t) == nullptr)
    return raise_unsupported_py(t, "open() needs a FileSystem, which this isolate was not granted");
  // A path-like object is asked once, before anything else is looked at.
  if (!is<Str>(file) && !is<Bytes>(file) && !is_index(file)) {
    Value method = TRY(find_special_py(t, file, TRY(name_of(t, "__fspath__"))));
    if (!method.is_absent() && !method.is_none()) {
      Value path = TRY(call_py(t, method));
      if (!is<Str>(path) && !is<Bytes>(path))
        return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(file)->name(),
                                  type_of(path)->name());
      file = path;
    } else {
      return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(file)->name());
    }
  }
  OpenMode mode = TRY(parse_open_mode(t, mode_text));
  TRY(check_mode(t, mode, encoding.value, errors.value, newline.value));
  if (mode.binary && buffering == 1)
    TRY(warn_py(t, core.RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"));
  Value top = TRY(make_file_py(t, file, TRY(raw_mode(t, mode)), close_fd, opener));
  TextOptions options{encoding.value, errors.value, newline.value};
  if (!build_py(t, mode, mode_text, buffering, options, &top).failed()) return top;
  if (t.terminated()) return Failure{};
  Value failure = t.take_exception();
  bool close_failed = call_method_py(t, top, names.close).failed();
  TRY(chain_failures(t, failure, close_failed));
  return Failure{};
}

Fallible<Value> open_code_py(Thread& t, Str* path) {
  return open_py(t, Value(path), TRY(name_of(t, "rb")), -1, {nullptr}, {nullptr}, {nullptr}, true, Value::none());
}

}  // namespace hog::io
