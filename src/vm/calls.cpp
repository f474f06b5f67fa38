// calls.cpp: binding of arguments to a Python function's parameters, and the call slot of functions.
// Invariant: on failure nothing has run; the messages name the function by its qualified name as CPython does.
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

struct Binder {
  Thread& t;
  Function* function;
  Code* code;
  Value* registers;

  uint32_t parameter_count() const { return code->positional_count_ + code->keyword_only_count_; }
  bool has_star() const { return code->has(code_flag::kVarArgs); }
  bool has_double_star() const { return code->has(code_flag::kVarKeywords); }
  Str* name() const { return function->qualified_name_.get(); }

  // ---- Errors. ----

  // "'a'", "'a' and 'b'", "'a', 'b', and 'c'".
  Fallible<Str*> quoted_list(const List* parts) {
    size_t n = parts->length();
    StrBuilder text(t);
    for (size_t i = 0; i < n; ++i) {
      if (i != 0) {
        if (n == 2) TRY(text.append_ascii(" and "));
        else TRY(text.append_ascii(i + 1 == n ? ", and " : ", "));
      }
      Str* repr = TRY(repr_py(t, parts->at(i)));
      TRY(text.append(repr));
    }
    return text.finish();
  }

  Failure raise_missing(const List* missing, bool positional) {
    Fallible<Str*> list = quoted_list(missing);
    if (list.failed()) return Failure{};
    return t.raise_type_error("{}() missing {} required {} argument{}: {}", name(), missing->length(),
                              positional ? "positional" : "keyword-only", missing->length() == 1 ? "" : "s", list.get());
  }

  Failure raise_too_many(uint32_t given) {
    uint32_t defaults = function->defaults_ ? static_cast<uint32_t>(function->defaults_->length()) : 0;
    uint32_t expected = code->positional_count_;
    uint32_t keyword_only_given = 0;
    for (uint32_t i = 0; i < code->keyword_only_count_; ++i)
      if (!registers[expected + i].is_empty()) ++keyword_only_given;
    Fallible<Str*> takes = Failure{};
    bool plural;
    if (defaults != 0) {
      plural = true;
      takes = t.format("from {} to {}", expected - defaults, expected);
    } else {
      plural = expected != 1;
      takes = t.format("{}", expected);
    }
    if (takes.failed()) return Failure{};
    Fallible<Str*> extra = keyword_only_given == 0
                               ? t.format("")
                               : t.format(" positional argument{} (and {} keyword-only argument{})",
                                          given != 1 ? "s" : "", keyword_only_given, keyword_only_given != 1 ? "s" : "");
    if (extra.failed()) return Failure{};
    return t.raise_type_error("{}() takes {} positional argument{} but {}{} {} given", name(), takes.get(),
                              plural ? "s" : "", given, extra.get(), given == 1 && keyword_only_given == 0 ? "was" : "were");
  }

  // A keyword that names no parameter: positional-only ones get a message of their own.
  Failure raise_unexpected_keyword(const Arguments& arguments, Str* keyword) {
    uint32_t positional_only = code->record().positional_only_count;
    if (positional_only != 0) {
      StrBuilder wrong(t);
      bool any = false;
      for (uint32_t i = 0; i < positional_only; ++i) {
        Str* parameter = code->local_name(t, i);
        for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
          if (!Str::equal_nogc(parameter, as<Str>(arguments.names->at(k)))) continue;
          if ((any && wrong.append_ascii(", ").failed()) || wrong.append(parameter).failed()) return Failure{};
          any = true;
        }
      }
      if (any) {
        Fallible<Str*> list = wrong.finish();
        if (list.failed()) return Failure{};
        return t.raise_type_error("{}() got some positional-only arguments passed as keyword arguments: '{}'", name(),
                                  list.get());
      }
    }
    // A near miss among the parameters is worth a hint.
    List* candidates = nullptr;
    Fallible<List*> made = List::make(t, parameter_count());
    if (made.failed()) return Failure{};
    candidates = made.get();
    for (uint32_t i = positional_only; i < parameter_count(); ++i)
      if (candidates->append(t, Value(code->local_name(t, i))).failed()) return Failure{};
    Fallible<Value> suggestion = suggest_name(t, candidates, keyword);
    if (suggestion.failed()) return Failure{};
    if (!suggestion.get().is_absent())
      return t.raise_type_error("{}() got an unexpected keyword argument '{}'. Did you mean '{}'?", name(), keyword,
                                as<Str>(suggestion.get()));
    return t.raise_type_error("{}() got an unexpected keyword argument '{}'", name(), keyword);
  }

  // ---- Binding. ----

  // Register of the parameter with this name, positional-only ones excluded; -1: none.
  int32_t parameter_index(Str* keyword) {
    uint32_t first = code->record().positional_only_count;
    uint32_t count = parameter_count();
    for (uint32_t i = first; i < count; ++i)
      if (code->local_name(t, i) == keyword) return static_cast<int32_t>(i);
    for (uint32_t i = first; i < count; ++i)
      if (Str::equal_nogc(code->local_name(t, i), keyword)) return static_cast<int32_t>(i);
    return -1;
  }

  Fallible<void> bind_keywords(const Arguments& arguments) {
    Dict* rest = nullptr;
    uint32_t rest_register = parameter_count() + (has_star() ? 1 : 0);
    if (has_double_star()) {
      rest = TRY(Dict::make(t));
      registers[rest_register] = Value(rest);
    }
    for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
      Value keyword = arguments.names->at(k);
      if (!is<Str>(keyword)) return t.raise_type_error("{}() keywords must be strings", name());
      Value value = arguments.values[arguments.positional + k];
      int32_t index = parameter_index(as<Str>(keyword));
      if (index < 0) {
        if (rest == nullptr) return raise_unexpected_keyword(arguments, as<Str>(keyword));
        TRY(rest->set_py(t, keyword, value));
        continue;
      }
      if (!registers[index].is_empty())
        return t.raise_type_error("{}() got multiple values for argument '{}'", name(), as<Str>(keyword));
      registers[index] = value;
    }
    return {};
  }

  Fallible<void> fill_defaults(uint32_t given) {
    uint32_t expected = code->positional_count_;
    if (given < expected) {
      Tuple* defaults = function->defaults_.get();
      uint32_t default_count = defaults == nullptr ? 0 : static_cast<uint32_t>(defaults->length());
      if (default_count > expected) default_count = expected;
      uint32_t required = expected - default_count;
      List* missing = nullptr;
      for (uint32_t i = given; i < required; ++i) {
        if (!registers[i].is_empty()) continue;
        if (missing == nullptr) missing = TRY(List::make(t, 4));
        TRY(missing->append(t, Value(code->local_name(t, i))));
      }
      if (missing != nullptr) return raise_missing(missing, true);
      size_t skip = defaults == nullptr ? 0 : defaults->length() - default_count;
      for (uint32_t i = required > given ? required : given; i < expected; ++i)
        if (registers[i].is_empty()) registers[i] = defaults->at(skip + i - required);
    }
    if (code->keyword_only_count_ != 0) {
      Dict* defaults = function->keyword_defaults_.get();
      List* missing = nullptr;
      for (uint32_t i = expected; i < parameter_count(); ++i) {
        if (!registers[i].is_empty()) continue;
        Str* parameter = code->local_name(t, i);
        Value v = defaults == nullptr ? Value::absent() : TRY(defaults->get_py(t, Value(parameter)));
        if (!v.is_absent()) {
          registers[i] = v;
          continue;
        }
        if (missing == nullptr) missing = TRY(List::make(t, 4));
        TRY(missing->append(t, Value(parameter)));
      }
      if (missing != nullptr) return raise_missing(missing, false);
    }
    return {};
  }

  Fallible<void> bind(const Arguments& arguments) {
    uint32_t expected = code->positional_count_;
    uint32_t copied = arguments.positional < expected ? arguments.positional : expected;
    for (uint32_t i = 0; i < copied; ++i) registers[i] = arguments.values[i];
    if (has_star()) {
      Tuple* rest = arguments.positional > copied
                        ? TRY(Tuple::from(t, arguments.values + copied, arguments.positional - copied))
                        : empty_tuple();
      registers[parameter_count()] = Value(rest);
    }
    if (arguments.keyword_count() != 0 || has_double_star()) TRY(bind_keywords(arguments));
    if (arguments.positional > expected && !has_star()) return raise_too_many(arguments.positional);
    return fill_defaults(arguments.positional);
  }
};

}  // namespace

Fallible<void> bind_arguments(Thread& t, Function* function, const Arguments& arguments, Value* registers) {
  Binder binder{t, function, function->code_.get(), registers};
  return binder.bind(arguments);
}

Fallible<Value> call_function(Thread& t, Value callee, const Arguments& arguments) {
  auto* function = as<Function>(callee);
  Code* code = function->code_.get();
  TRY(code->materialize(t));
  if (t.depth_ >= t.isolate().recursion_limit) return t.raise_recursion_error("");
  TRY(check_native_recursion(t));
  Frame* frame = TRY(push_frame(t, code, code->register_count_));
  frame->function = function;
  frame->globals = function->globals_.get();
  frame->builtins = function->builtins_.get();
  frame->previous = t.frame_;
  frame->mode = ReturnMode::Native;
  frame->pc = code->begin();
  t.frame_ = frame;
  ++t.depth_;
  if (code->simple_parameters_ && arguments.positional == code->positional_count_ && !arguments.has_keywords()) {
    for (uint32_t i = 0; i < arguments.positional; ++i) frame->registers[i] = arguments.values[i];
  } else if (bind_arguments(t, function, arguments, frame->registers).failed()) {
    t.frame_ = frame->previous;
    --t.depth_;
    if (frame->object != nullptr) detach_frame_object(t, frame);
    pop_frame(t, frame);
    return Failure{};
  }
  return run_frame(t, frame);
}

Fallible<Value> Isolate::run_code(Thread& t, Code* code, Dict* globals, Value locals) {
  TRY(code->materialize(t));
  if (t.depth_ >= t.isolate().recursion_limit) return t.raise_recursion_error("");
  TRY(check_native_recursion(t));
  Dict* builtins = TRY(builtins_for_globals(t, globals));
  Frame* frame = TRY(push_frame(t, code, code->register_count_));
  frame->globals = globals;
  frame->builtins = builtins;
  frame->locals = locals;
  frame->previous = t.frame_;
  frame->mode = ReturnMode::Native;
  frame->pc = code->begin();
  t.frame_ = frame;
  ++t.depth_;
  return run_frame(t, frame);
}

}  // namespace hog
