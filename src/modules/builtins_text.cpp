// builtins_text.cpp: repr, ascii, chr, ord, format, print and input. Ref: library/functions.
#include "modules/builtins_functions.hpp"
#include "modules/io/text_wrapper.hpp"
#include "modules/stdio_stream.hpp"
#include "object/bytes_objects.hpp"

namespace hog::builtin_functions {

Fallible<Str*> ascii(Thread& t, Value object) { return ascii_py(t, object); }
Fallible<Str*> repr(Thread& t, Value object) { return repr_py(t, object); }
Fallible<Str*> format(Thread& t, Value value, Value format_spec) {
  if (!is<Str>(format_spec))
    return t.raise_type_error("format() argument 2 must be str, not {}", type_of(format_spec));
  return format_py(t, value, format_spec);
}

Fallible<Str*> chr(Thread& t, Value code_point) {
  Value index = TRY(index_py(t, code_point));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0 || n.value < 0 || n.value > 0x10FFFF)
    return t.raise_value_error("chr() arg not in range(0x110000)");
  return Str::from_char(t, static_cast<char32_t>(n.value));
}

Fallible<int64_t> ord(Thread& t, Value character) {
  size_t length;
  if (is<Str>(character)) {
    length = as<Str>(character)->length();
    if (length == 1) return static_cast<int64_t>(as<Str>(character)->at(0));
  } else if (is<Bytes>(character)) {
    length = as<Bytes>(character)->length();
    if (length == 1) return as<Bytes>(character)->data()[0];
  } else if (is<ByteArrayObject>(character)) {
    length = as<ByteArrayObject>(character)->length();
    if (length == 1) return as<ByteArrayObject>(character)->data()[0];
  } else {
    return t.raise_type_error("ord() expected string of length 1, but {} found", type_of(character));
  }
  return t.raise_type_error("ord() expected a character, but string of length {} found", length);
}

// ---- print ----

namespace {

struct PrintOptions {
  Value separator = Value::none();
  Value end = Value::none();
  Value file = Value::none();
  bool flush = false;
};

Fallible<PrintOptions> print_options(Thread& t, const Arguments& arguments) {
  PrintOptions options;
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    auto* keyword = as<Str>(arguments.names->at(i));
    Value v = arguments[arguments.positional + i];
    if (keyword->equals_ascii("sep")) options.separator = v;
    else if (keyword->equals_ascii("end")) options.end = v;
    else if (keyword->equals_ascii("file")) options.file = v;
    else if (keyword->equals_ascii("flush")) options.flush = TRY(truth_py(t, v));
    else return t.raise_type_error("print() got an unexpected keyword argument '{}'", keyword);
  }
  if (!options.separator.is_none() && !is<Str>(options.separator))
    return t.raise_type_error("sep must be None or a string, not {}", type_of(options.separator));
  if (!options.end.is_none() && !is<Str>(options.end))
    return t.raise_type_error("end must be None or a string, not {}", type_of(options.end));
  return options;
}

// Where text goes: straight into our own stream, or through the file's write method.
class PrintTarget {
 public:
  PrintTarget(Thread& t, Value file) : t_(t), file_(file), stream_(plain_output_stream(file)) {
    if (io::has_own_write(file)) wrapper_ = as<io::TextWrapper>(file);
  }
  Fallible<void> write_py(Str* text) {
    if (stream_ != nullptr) return stream_write(t_, stream_, text);
    if (wrapper_ != nullptr) {
      TRY(io::text_write(t_, wrapper_, text));
      return {};
    }
    if (write_.is_empty()) write_ = TRY(get_attribute_py(t_, file_, names.write));
    TRY(call_py(t_, write_, Value(text)));
    return {};
  }

 private:
  Thread& t_;
  Value file_;
  StdioStream* stream_;
  io::TextWrapper* wrapper_ = nullptr;
  Value write_;
};

Fallible<Value> standard_stream(Thread& t, Str* name, const char* where) {
  Value stream = t.isolate().sys_dict->get_name_nogc(name);
  if (stream.is_absent()) return t.raise(core.RuntimeError, "{}lost sys.{}", where, name);
  return stream;
}

}  // namespace

Fallible<Value> print(Thread& t, Value, const Arguments& arguments) {
  PrintOptions options = TRY(print_options(t, arguments));
  if (options.file.is_none()) {
    options.file = TRY(standard_stream(t, names.stdout, ""));
    if (options.file.is_none()) return Value::none();  // no standard output here
  }
  PrintTarget target(t, options.file);
  for (uint32_t i = 0; i < arguments.positional; ++i) {
    if (i != 0) TRY(target.write_py(options.separator.is_none() ? latin1_characters[' '] : as<Str>(options.separator)));
    Value item = arguments[i];
    Str* text = is_exact_str(item) ? as<Str>(item) : TRY(str_py(t, item));
    TRY(target.write_py(text));
  }
  TRY(target.write_py(options.end.is_none() ? latin1_characters['\n'] : as<Str>(options.end)));
  if (options.flush) TRY(call_method_py(t, options.file, names.flush));
  return Value::none();
}

// ---- input ----

namespace {

// sys.stdin and its companions must be there before anything is written.
Fallible<Value> input_stream(Thread& t, Str* name) {
  Value stream = t.isolate().sys_dict->get_name_nogc(name);
  if (stream.is_absent() || stream.is_none()) return t.raise(core.RuntimeError, "input(): lost sys.{}", name);
  return stream;
}

}  // namespace

Fallible<Value> input(Thread& t, Value prompt) {
  Value in = TRY(input_stream(t, names.stdin));
  Value out = TRY(input_stream(t, names.stdout));
  Value error = TRY(input_stream(t, names.stderr));
  TRY(t.audit_py("builtins.input", prompt.is_absent() ? Value::none() : prompt));
  Fallible<Value> flushed = call_method_py(t, error, names.flush);
  if (flushed.failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  if (!prompt.is_absent()) {
    Str* text = TRY(str_py(t, prompt));
    TRY(call_method_py(t, out, names.write, Value(text)));
  }
  flushed = call_method_py(t, out, names.flush);
  if (flushed.failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  Value line = TRY(call_method_py(t, in, names.readline));
  if (!is<Str>(line)) return t.raise_type_error("object.readline() returned non-string");
  auto* text = as<Str>(line);
  if (text->length() == 0) return t.raise(core.EOFError, "EOF when reading a line");
  if (text->at(text->length() - 1) == '\n') text = TRY(Str::slice(t, text, 0, text->length() - 1));
  TRY(t.audit_py("builtins.input/result", Value(text)));
  return Value(text);
}

}  // namespace hog::builtin_functions
