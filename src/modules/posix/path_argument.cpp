// path_argument.cpp: arguments of the module posix: paths, descriptors, ids; and the errors that name them. Invariant: bytes handed
// to the host hold no NUL and are NUL-terminated. Ref: library/os "File Names, Command Line Arguments, and Environment Variables".
#include <cstring>

#include "modules/posix/posix.hpp"
#include "object/codecs.hpp"

namespace hog::posix {

namespace {

Fallible<Str*> error_handler_name(Thread& t) { return Str::intern_utf8(t, "surrogateescape"); }

Fallible<int> narrow_to_int(Thread& t, Value index, const char* above, const char* below) {
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow > 0 || n.value > INT32_MAX) return t.raise(core.OverflowError, "{}", above);
  if (n.overflow < 0 || n.value < INT32_MIN) return t.raise(core.OverflowError, "{}", below);
  return static_cast<int>(n.value);
}

Fallible<void> warn_of_bool(Thread& t, Value v) {
  if (!v.is_bool()) return {};
  return warn_py(t, core.RuntimeWarning, "bool is used as a file descriptor");
}

}  // namespace

Fallible<FileSystem*> files(Thread& t) {
  TRY(Isolate::of(t).count_host_call(t));
  Host* host = host_of(t);
  if (host == nullptr || host->files == nullptr) return t.raise(core.RuntimeError, "this isolate was not granted FileSystem");
  return host->files;
}
Fallible<Environment*> environment(Thread& t) {
  TRY(Isolate::of(t).count_host_call(t));
  Host* host = host_of(t);
  if (host == nullptr || host->environment == nullptr) return t.raise(core.RuntimeError, "this isolate was not granted Environment");
  return host->environment;
}

// ---- PathArgument. ----

Failure PathArgument::raise_wrong_type(Thread& t, Value v) {
  bool fd = (accepts_ & kDescriptor) != 0, none = (accepts_ & kNullable) != 0;
  const char* allowed = fd ? (none ? "string, bytes, os.PathLike, integer or None" : "string, bytes, os.PathLike or integer")
                           : (none ? "string, bytes, os.PathLike or None" : "string, bytes or os.PathLike");
  return t.raise_type_error("{}: {} should be {}, not {}", function_, argument_, allowed, type_of(v)->name());
}

Fallible<void> PathArgument::take_descriptor_py(Thread& t, Value v) {
  TRY(warn_of_bool(t, v));
  Value index = TRY(index_py(t, v));
  fd_ = TRY(narrow_to_int(t, index, "fd is greater than maximum", "fd is less than minimum"));
  is_fd_ = true;
  return {};
}

Fallible<void> PathArgument::take_text(Thread& t, Value text) {
  Bytes* bytes = nullptr;
  if (is<Bytes>(text)) {
    bytes = as<Bytes>(text);
  } else if ((accepts_ & kNonStrict) == 0) {
    bytes = TRY(codecs::encode_utf8_py(t, as<Str>(text), TRY(error_handler_name(t))));
  }
  text_ = text;
  if (bytes == nullptr) return {};
  if ((accepts_ & kNonStrict) == 0 && bytes->view().find('\0') != std::string_view::npos)
    return t.raise_value_error("{}: embedded null character in {}", function_, argument_);
  storage_ = TRY(ByteArray::make(t, bytes->length() + 1));
  std::memcpy(storage_->data(), bytes->data(), bytes->length());
  bytes_ = reinterpret_cast<const char*>(storage_->data());
  length_ = bytes->length();
  return {};
}

Fallible<void> PathArgument::convert_py(Thread& t, Value v) {
  if (v.is_absent() || (v.is_none() && (accepts_ & kNullable) != 0)) return {};
  object_ = v;
  given_ = true;
  if (is<Str>(v) || is<Bytes>(v)) return take_text(t, v);
  if ((accepts_ & kDescriptor) != 0 && is_index(v)) return take_descriptor_py(t, v);
  Str* name = TRY(Str::intern_utf8(t, "__fspath__"));
  Value method = TRY(find_special_py(t, v, name));
  if (method.is_absent() || method.is_none()) return raise_wrong_type(t, v);
  Value text = TRY(call_py(t, method));
  if (!is<Str>(text) && !is<Bytes>(text))
    return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(v)->name(), type_of(text)->name());
  object_ = text;
  return take_text(t, text);
}

// ---- Other arguments. ----

Fallible<int> directory_argument_py(Thread& t, Value v) {
  if (v.is_absent() || v.is_none()) return HostPath::kCurrentDirectory;
  if (!is_index(v)) return t.raise_type_error("argument should be integer or None, not {}", type_of(v)->name());
  TRY(warn_of_bool(t, v));
  Value index = TRY(index_py(t, v));
  return narrow_to_int(t, index, "fd is greater than maximum", "fd is less than minimum");
}

Fallible<int> descriptor_argument_py(Thread& t, Value v) {
  constexpr const char* kTooLarge = "Python int too large to convert to C int";
  int fd;
  if (is_int_or_bool(v)) {
    TRY(warn_of_bool(t, v));
    fd = TRY(narrow_to_int(t, v, kTooLarge, kTooLarge));
  } else {
    Value method = TRY(find_attribute_py(t, v, TRY(Str::intern_utf8(t, "fileno"))));
    if (method.is_absent() || method.is_none()) return t.raise_type_error("argument must be an int, or have a fileno() method.");
    Value number = TRY(call_py(t, method));
    if (!is_int_or_bool(number)) return t.raise_type_error("fileno() returned a non-integer");
    fd = TRY(narrow_to_int(t, number, kTooLarge, kTooLarge));
  }
  if (fd < 0) return t.raise_value_error("file descriptor cannot be a negative integer ({})", fd);
  return fd;
}

Fallible<int64_t> user_or_group_argument_py(Thread& t, Value v, const char* what) {
  if (!is_index(v)) return t.raise_type_error("{} should be integer, not {}", what, type_of(v)->name());
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow < 0 || n.value < -1) return t.raise(core.OverflowError, "{} is less than minimum", what);
  if (n.overflow > 0 || n.value > UINT32_MAX) return t.raise(core.OverflowError, "{} is greater than maximum", what);
  return n.value;
}

Fallible<ByteArray*> encoded_argument_py(Thread& t, Value v) {
  Value text = TRY(fspath_py(t, v));
  Bytes* bytes = is<Bytes>(text) ? as<Bytes>(text) : TRY(codecs::encode_utf8_py(t, as<Str>(text), TRY(error_handler_name(t))));
  if (bytes->view().find('\0') != std::string_view::npos) return t.raise_value_error("embedded null byte");
  ByteArray* out = TRY(ByteArray::make(t, bytes->length() + 1));
  std::memcpy(out->data(), bytes->data(), bytes->length());
  return out;
}

Fallible<Value> decode_host_text(Thread& t, const void* data, size_t size, bool as_bytes) {
  if (as_bytes) return Value(TRY(Bytes::from(t, data, size)));
  return Value(TRY(codecs::decode_utf8_py(t, codecs::Input(data, size), TRY(error_handler_name(t)))));
}

Fallible<Value> fspath_py(Thread& t, Value path) {
  if (is<Str>(path) || is<Bytes>(path)) return path;
  Str* name = TRY(Str::intern_utf8(t, "__fspath__"));
  Value method = TRY(find_special_py(t, path, name));
  if (method.is_absent() || method.is_none())
    return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(path)->name());
  Value text = TRY(call_py(t, method));
  if (is<Str>(text) || is<Bytes>(text)) return text;
  return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(path)->name(),
                            type_of(text)->name());
}

// ---- Errors. ----

Failure raise_path_error(Thread& t, int error, const PathArgument& path) { return raise_os_error(t, error, path.object()); }
Failure raise_path_error(Thread& t, int error, const PathArgument& path, const PathArgument& path2) {
  return raise_os_error(t, error, path.object(), path2.object());
}

}  // namespace hog::posix
