// csv.hpp: what the files of `_csv` share. Invariant: a Dialect never changes after it was made, so readers and writers use its
// fields while Python runs; the dialects by name and the field limit belong to the isolate (the module's state).
#pragma once

#include "object/class_system.hpp"

namespace hog::csv {

enum class Quoting : uint8_t { Minimal, All, NonNumeric, None, Strings, NotNull };
constexpr char32_t kNoCharacter = 0xFFFFFFFF;

class Dialect : public Cell {
 public:
  static const Layout kLayout;
  Field<Str> line_terminator_;
  char32_t delimiter_, quote_, escape_;  // kNoCharacter: none
  Quoting quoting_;
  bool double_quote_, skip_initial_space_, strict_;
  uint64_t special_[2];  // ASCII characters that a writer has to look at
};

class Reader : public Cell {
 public:
  static const Layout kLayout;
  ValueField input_;
  Field<Dialect> dialect_;
  Field<List> state_;  // the module's
  int64_t line_;
  int64_t started_;  // lines asked for: moves when the input's __next__ comes back to the reader
};
class Writer : public Cell {
 public:
  static const Layout kLayout;
  ValueField write_;
  Field<Dialect> dialect_;
};

extern Type *dialect_type, *reader_type, *writer_type, *error_type;
extern const TypeSpec kDialectSpec, kReaderSpec, kWriterSpec;

// The module's state: a list of [dict of dialects, field limit].
Fallible<List*> state_of_py(Thread& t);
inline Dict* dialects_of(List* state) { return as<Dict>(state->at(0)); }
Fallible<Value> get_dialect_py(Thread& t, List* state, Value name);
// Dialect(dialect, **keywords): names and values of keyword arguments as in a call.
Fallible<Dialect*> make_dialect_py(Thread& t, Value dialect, const Arguments& keywords);

Fallible<Value> make_reader(Thread& t, Value module, const Arguments& arguments);
Fallible<Value> make_writer(Thread& t, Value module, const Arguments& arguments);

}  // namespace hog::csv
