// code_type.cpp: code objects as Python sees them. Python cannot make code from bytes of its choosing: code() does not
// instantiate, and replace() changes only what the machine does not trust (names, file, line, flags of no effect on it).
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/code.hpp"
#include "vm/isolate.hpp"
#include "vm/position_reader.hpp"
#include "vm/tracing.hpp"

namespace hog {

namespace {

Code* self_of(Value self) { return as<Code>(self); }
const CodeRecord& record_of(Value self) { return self_of(self)->record(); }

enum class Which : uint8_t { Variables, Cells, Free };

Fallible<Value> names_tuple(Thread& t, Code* code, Which which) {
  const LocalRecord* locals = code->locals();
  uint32_t count = code->record().local_count;
  List* list = TRY(List::make(t, count));
  for (uint32_t i = 0; i < count; ++i) {
    LocalKind kind = locals[i].kind;
    bool wanted = which == Which::Variables ? kind == LocalKind::Local || kind == LocalKind::LocalAndCell
                  : which == Which::Cells   ? kind == LocalKind::Cell || kind == LocalKind::LocalAndCell
                                            : kind == LocalKind::Free;
    if (wanted) TRY(list->append(t, Value(TRY(code->source_->string(t, locals[i].name)))));
  }
  return Value(TRY(Tuple::from(t, list->data(), list->length())));
}

template <uint32_t CodeRecord::* field>
Fallible<Value> get_number(Thread&, Value self) {
  return Value::from_small_int(record_of(self).*field);
}
Fallible<Value> get_flags(Thread&, Value self) { return Value::from_small_int(self_of(self)->flags_); }
Fallible<Value> get_first_line(Thread&, Value self) { return Value::from_small_int(self_of(self)->first_line_); }
Fallible<Value> get_name(Thread&, Value self) { return Value(self_of(self)->name_.get()); }
Fallible<Value> get_qualified_name(Thread&, Value self) { return Value(self_of(self)->qualified_name_.get()); }
Fallible<Value> get_filename(Thread& t, Value self) { return Value(TRY(self_of(self)->filename(t))); }
Fallible<Value> get_variables(Thread& t, Value self) {
  Code* code = self_of(self);
  if (code->locals_tuple_.get().is_empty())
    code->locals_tuple_.set(code, TRY(names_tuple(t, code, Which::Variables)));
  return code->locals_tuple_.get();
}
Fallible<Value> get_cells(Thread& t, Value self) { return names_tuple(t, self_of(self), Which::Cells); }
Fallible<Value> get_free(Thread& t, Value self) { return names_tuple(t, self_of(self), Which::Free); }
Fallible<Value> get_local_count(Thread& t, Value self) {
  Value variables = TRY(get_variables(t, self));
  return Value::from_small_int(static_cast<int64_t>(as<Tuple>(variables)->length()));
}
Fallible<Value> get_names(Thread& t, Value self) {
  TRY(self_of(self)->materialize(t));
  ValueArray* array = self_of(self)->names_.get();
  return Value(TRY(Tuple::from(t, array->raw(), record_of(self).name_count)));
}
Fallible<Value> get_constants(Thread& t, Value self) {
  TRY(self_of(self)->materialize(t));
  ValueArray* array = self_of(self)->constants_.get();
  return Value(TRY(Tuple::from(t, array->raw(), record_of(self).constant_count)));
}
Fallible<Value> get_instructions(Thread& t, Value self) {
  const CodeRecord& record = record_of(self);
  return Value(TRY(Bytes::from(t, self_of(self)->source_->blob_.at<uint8_t>(record.instructions),
                               record.instruction_words * sizeof(Instruction))));
}
Fallible<Value> get_line_table(Thread& t, Value self) {
  const CodeRecord& record = record_of(self);
  return Value(TRY(Bytes::from(t, self_of(self)->source_->blob_.at<uint8_t>(record.positions), record.positions_size)));
}
Fallible<Value> get_exception_table(Thread& t, Value self) {
  const CodeRecord& record = record_of(self);
  return Value(TRY(Bytes::from(t, self_of(self)->exceptions(), record.exception_count * sizeof(ExceptionRecord))));
}

constexpr GetSet kGetSets[] = {
    {"co_argcount", get_number<&CodeRecord::positional_count>},
    {"co_posonlyargcount", get_number<&CodeRecord::positional_only_count>},
    {"co_kwonlyargcount", get_number<&CodeRecord::keyword_only_count>},
    {"co_stacksize", get_number<&CodeRecord::register_count>},
    {"co_nlocals", get_local_count},
    {"co_flags", get_flags},
    {"co_firstlineno", get_first_line},
    {"co_name", get_name},
    {"co_qualname", get_qualified_name},
    {"co_filename", get_filename},
    {"co_varnames", get_variables},
    {"co_cellvars", get_cells},
    {"co_freevars", get_free},
    {"co_names", get_names},
    {"co_consts", get_constants},
    {"co_code", get_instructions},
    {"_co_code_adaptive", get_instructions},
    {"co_linetable", get_line_table},
    {"co_exceptiontable", get_exception_table},
    {},
};

// (start, end, line) for each run of instructions of one line; offsets as tb_lasti counts them.
Fallible<Value> code_lines(Thread& t, Code* self) {
  TRY(self->materialize(t));
  List* list = TRY(List::make(t));
  uint32_t words = self->record().instruction_words + kEntryWords;
  uint32_t start = 0;
  int32_t line = entry_line(self);
  auto add = [&](uint32_t end) -> Fallible<void> {
    Value number = line < 0 ? Value::none() : Value::from_small_int(line);
    return list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(start * 2), Value::from_small_int(end * 2), number))));
  };
  for (PositionReader run(self); run.next();) {
    TRY(t.poll());
    if (run.position.line == line) continue;
    TRY(add(run.start + kEntryWords));
    start = run.start + kEntryWords;
    line = run.position.line;
  }
  TRY(add(words));
  return iter_py(t, Value(list));
}

// One (line, end_line, column, end_column) for each code unit of two bytes... ours: for each word.
Fallible<Value> code_positions(Thread& t, Code* self) {
  TRY(self->materialize(t));
  List* list = TRY(List::make(t));
  auto number = [](int32_t n) { return n < 0 ? Value::none() : Value::from_small_int(n); };
  Value first = number(entry_line(self));
  TRY(list->append(t, Value(TRY(Tuple::of(t, first, first, number(0), number(0))))));
  for (PositionReader run(self); run.next();) {
    const Code::Position& p = run.position;
    Value item = Value(TRY(Tuple::of(t, number(p.line), number(p.end_line), number(p.col), number(p.end_col))));
    for (uint32_t i = run.start; i < run.end; ++i) {
      TRY(t.poll());
      TRY(list->append(t, item));
    }
  }
  return iter_py(t, Value(list));
}

Fallible<Value> code_branches(Thread& t, Code*) { return iter_py(t, Value(TRY(List::make(t)))); }

Fallible<Value> code_variable_name(Thread& t, Code* self, int64_t index) {
  if (index < 0 || index >= static_cast<int64_t>(self->record().local_count))
    return t.raise(core.IndexError, "tuple index out of range");
  return Value(TRY(self->source_->string(t, self->locals()[index].name)));
}

Fallible<Code*> copy_of(Thread& t, Code* code) {
  Code* copy = TRY(Code::make(t, code->source_.get(), &code->record()));
  copy->flags_ = code->flags_;
  copy->first_line_ = code->first_line_;
  copy->name_.set(copy, code->name_.get());
  copy->qualified_name_.set(copy, code->qualified_name_.get());
  copy->filename_.set(copy, code->filename_.get());
  return copy;
}

// Flags that only describe: changing them cannot mislead the machine.
constexpr uint32_t kHarmlessFlags = ~(code_flag::kVarArgs | code_flag::kVarKeywords | code_flag::kGenerator |
                                      code_flag::kCoroutine | code_flag::kAsyncGenerator | code_flag::kHasDocstring);

Fallible<Value> code_replace(Thread& t, Code* self, Dict* changes) {
  Code* copy = TRY(copy_of(t, self));
  Value key, value;
  for (size_t i = 0; changes->next_nogc(&i, &key, &value);) {
    Str* name = as<Str>(key);
    auto text = [&](Field<Str>* field) -> Fallible<void> {
      if (!is<Str>(value)) return t.raise_type_error("replace() argument '{}' must be str, not {}", name, type_of(value));
      field->set(copy, TRY(Str::intern(t, as<Str>(value))));
      return {};
    };
    if (name->equals_ascii("co_name")) {
      TRY(text(&copy->name_));
    } else if (name->equals_ascii("co_qualname")) {
      TRY(text(&copy->qualified_name_));
    } else if (name->equals_ascii("co_filename")) {
      TRY(text(&copy->filename_));
    } else if (name->equals_ascii("co_firstlineno")) {
      int64_t line = TRY(index_to_int64_py(t, value));
      if (line < 0 || line > INT32_MAX) return t.raise_value_error("co_firstlineno must be a positive integer");
      copy->first_line_ = static_cast<uint32_t>(line);
    } else if (name->equals_ascii("co_flags")) {
      int64_t flags = TRY(index_to_int64_py(t, value));
      if (flags < 0 || flags > UINT32_MAX) return t.raise_value_error("co_flags must be a positive integer");
      if (((static_cast<uint32_t>(flags) ^ self->flags_) & ~kHarmlessFlags) != 0)
        return t.raise_value_error("code.replace() cannot change how a code object runs");
      copy->flags_ = static_cast<uint32_t>(flags);
    } else {
      Value current = TRY(find_attribute_py(t, Value(self), TRY(Str::intern(t, name))));
      if (current.is_absent()) return t.raise_type_error("replace() got an unexpected keyword argument '{}'", name);
      if (!TRY(equals_py(t, current, value)))
        return t.raise_value_error("code.replace() cannot change '{}': code is made only by the compiler", name);
    }
  }
  return Value(copy);
}

Fallible<Value> code_repr(Thread& t, Value self) {
  Code* code = self_of(self);
  Str* filename = TRY(code->filename(t));
  return Value(TRY(t.format("<code object {} at {}, file \"{}\", line {}>", code->name_.get(), address_of(self), filename,
                            code->first_line_)));
}

bool same_bytes(Code* a, Code* b) {
  const CodeRecord& x = a->record();
  const CodeRecord& y = b->record();
  return x.instruction_words == y.instruction_words && x.exception_count == y.exception_count &&
         x.positions_size == y.positions_size && x.positional_count == y.positional_count &&
         x.positional_only_count == y.positional_only_count && x.keyword_only_count == y.keyword_only_count &&
         std::memcmp(a->source_->blob_.at<uint8_t>(x.instructions), b->source_->blob_.at<uint8_t>(y.instructions),
                     x.instruction_words * sizeof(Instruction)) == 0 &&
         std::memcmp(a->source_->blob_.at<uint8_t>(x.positions), b->source_->blob_.at<uint8_t>(y.positions),
                     x.positions_size) == 0;
}

// 1, 1.0 and True are equal but not the same constant; code within code is compared without its file name.
Fallible<bool> same_constant_py(Thread& t, Value x, Value y) {
  TRY(check_native_recursion(t));
  if (is_exactly(x, shapes.tuple) && is_exactly(y, shapes.tuple)) {
    auto *a = as<Tuple>(x), *b = as<Tuple>(y);
    if (a->length() != b->length()) return false;
    for (size_t i = 0; i < a->length(); ++i) {
      TRY(t.poll());
      if (!TRY(same_constant_py(t, a->at(i), b->at(i)))) return false;
    }
    return true;
  }
  if (!TRY(equals_py(t, x, y))) return false;
  if (is<Code>(x)) return true;
  Str* shown = TRY(repr_py(t, x));
  return Str::equal_nogc(shown, TRY(repr_py(t, y)));
}

Fallible<Value> code_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<Code>(other)) return Value::not_implemented();
  Code* a = self_of(self);
  Code* b = self_of(other);
  bool equal = a == b;
  if (!equal && same_bytes(a, b) && a->flags_ == b->flags_ && a->first_line_ == b->first_line_ &&
      Str::equal_nogc(a->name_.get(), b->name_.get())) {
    TRY(check_native_recursion(t));
    equal = true;
    static constexpr Fallible<Value> (*kParts[])(Thread&, Value) = {get_constants, get_names, get_variables, get_cells,
                                                                    get_free};
    for (auto part : kParts) {
      Value x = TRY(part(t, self));
      Value y = TRY(part(t, other));
      if (!TRY(same_constant_py(t, x, y))) {
        equal = false;
        break;
      }
    }
  }
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<int64_t> code_hash(Thread& t, Value self) {
  Code* code = self_of(self);
  auto hash = static_cast<uint64_t>(code->name_->hash(t));
  hash = hash * 31 + static_cast<uint64_t>(code->first_line_);
  hash = hash * 31 + static_cast<uint64_t>(code->record().instruction_words);
  return hash == ~uint64_t{0} ? int64_t{-2} : static_cast<int64_t>(hash);
}

constexpr NativeMethod kMethods[] = {
    {"co_lines", HOG_NATIVE(code_lines), "($self, /)", "Iterator of (start, end, line)."},
    {"co_positions", HOG_NATIVE(code_positions), "($self, /)", "Iterator of the position of each instruction."},
    {"co_branches", HOG_NATIVE(code_branches), "($self, /)", "Iterator of branches: none are recorded."},
    {"_varname_from_oparg", HOG_NATIVE(code_variable_name), "($self, /, oparg)", "Name of a register."},
    {"replace", HOG_NATIVE(code_replace), "($self, /, **changes)", "A copy with other names, file or line."},
    {"__replace__", HOG_NATIVE(code_replace), "($self, /, **changes)", "As replace()."},
    {},
};

Fallible<Value> code_new(Thread& t, Type*, const Arguments&) {
  return t.raise_type_error("code objects are made by compile() only");
}

}  // namespace

extern const TypeSpec k_code_spec;
const TypeSpec k_code_spec = {
    .name = "code",
    .doc = "Compiled code: made by compile(), def and the like.",
    .layout = &Code::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = code_repr, .hash = code_hash, .compare = code_compare, .new_ = code_new},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog
