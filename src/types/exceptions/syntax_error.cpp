// syntax_error.cpp: SyntaxError(message, (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])).
#include "types/exceptions/exception_common.hpp"

namespace hog {

using namespace exception_field;

namespace {

// The metadata are the compiler's and the last of the details; they have no field of their own and live in the dict.
constexpr size_t kDetailFields[] = {kSyntaxFilename, kSyntaxLineno,    kSyntaxOffset,
                                    kSyntaxText,     kSyntaxEndLineno, kSyntaxEndOffset};

Fallible<Str*> metadata_name(Thread& t) { return Str::intern_utf8(t, "_metadata"); }

Fallible<void> set_details_py(Thread& t, BaseException* self, Value details) {
  Tuple* tuple = TRY(tuple_from_iterable_py(t, details));
  size_t n = tuple->length();
  if (n < 4) return t.raise_type_error("function takes at least 4 arguments ({} given)", n);
  if (n > 7) return t.raise_type_error("function takes at most 7 arguments ({} given)", n);
  for (size_t i = 0; i < std::size(kDetailFields); ++i) {
    self->extra_[kDetailFields[i]].clear();
    if (i < n) self->extra_[kDetailFields[i]].set(self, tuple->at(i));
  }
  if (n == 7) {
    Str* name = TRY(metadata_name(t));
    TRY(set_own_attribute(t, self, name, tuple->at(6)));
  }
  if (n == 5) return t.raise_type_error("end_offset must be provided when end_lineno is provided");
  return {};
}

Fallible<void> syntax_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  BaseException* exception = exception_of(self);
  if (arguments.positional >= 1) exception->extra_[kSyntaxMsg].set(exception, arguments[0]);
  if (arguments.positional == 2) return set_details_py(t, exception, arguments[1]);
  return {};
}

Fallible<Str*> base_name(Thread& t, Str* path) {
  size_t start = path->length();
  while (start > 0 && path->at(start - 1) != '/') --start;
  return Str::slice(t, path, start, path->length());
}

Fallible<Value> syntax_error_str(Thread& t, Value self) {
  BaseException* e = exception_of(self);
  auto or_none = [](Value v) { return v.is_empty() ? Value::none() : v; };
  Value filename = e->extra_[kSyntaxFilename], line = e->extra_[kSyntaxLineno];
  Value message = or_none(e->extra_[kSyntaxMsg]);
  bool has_line = !line.is_empty() && (line.is_small_int() || is_exactly(line, shapes.int_));
  bool has_filename = !filename.is_empty() && is<Str>(filename);
  // CPython reads the line as a C long and says -1 for what does not fit.
  int64_t number = 0;
  if (has_line) {
    Int64Result n = int_to_int64_nogc(line);
    number = n.overflow == 0 ? n.value : -1;
  }
  if (!has_filename && !has_line) return Value(TRY(str_py(t, message)));
  if (!has_filename) return Value(TRY(t.format("{} (line {})", str_of(message), number)));
  Str* name = TRY(base_name(t, as<Str>(filename)));
  if (!has_line) return Value(TRY(t.format("{} ({})", str_of(message), name)));
  return Value(TRY(t.format("{} ({}, line {})", str_of(message), name, number)));
}

Fallible<Value> get_metadata(Thread& t, Value self) {
  Value v = own_attribute_nogc(self, TRY(metadata_name(t)));
  return v.is_absent() || v.is_empty() ? Value::none() : v;
}
Fallible<void> set_metadata(Thread& t, Value self, Value v) {
  Str* name = TRY(metadata_name(t));
  if (!v.is_absent()) return set_own_attribute(t, self.cell(), name, v);
  TRY(remove_own_attribute(t, self.cell(), name));
  return {};
}

constexpr GetSet kGetSets[] = {{"_metadata", get_metadata, set_metadata, "What the compiler adds for suggestions."}, {}};
constexpr Member kMembers[] = {
    exception_member("msg", kSyntaxMsg, "What is wrong."),
    exception_member("filename", kSyntaxFilename, "The file's name."),
    exception_member("lineno", kSyntaxLineno, "The line, from 1."),
    exception_member("offset", kSyntaxOffset, "The column, from 1."),
    exception_member("text", kSyntaxText, "The line's text."),
    exception_member("end_lineno", kSyntaxEndLineno, "The line where the error ends."),
    exception_member("end_offset", kSyntaxEndOffset, "The column where the error ends."),
    exception_member("print_file_and_line", kSyntaxPrintFileAndLine, "Whether a traceback shows where."),
    {}};

}  // namespace

extern const TypeSpec k_SyntaxError_spec = {
    .name = "SyntaxError",
    .doc = "The source is not valid Python.",
    .base = &core.Exception,
    .flags = type_flag::kBaseType,
    .slots = {.str = syntax_error_str, .init = syntax_error_init},
    .getsets = kGetSets,
    .members = kMembers,
};

}  // namespace hog
