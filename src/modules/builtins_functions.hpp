// builtins_functions.hpp: the functions of the module builtins, by the file they are in. Their table is builtins.cpp.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::builtin_functions {

// ---- builtins_objects.cpp: attributes, classes, identity. ----
Fallible<Value> getattr(Thread& t, Value object, Value name, Value otherwise);
Fallible<bool> hasattr(Thread& t, Value object, Value name);
Fallible<void> setattr(Thread& t, Value object, Value name, Value value);
Fallible<void> delattr(Thread& t, Value object, Value name);
Fallible<bool> isinstance(Thread& t, Value object, Value class_or_tuple);
Fallible<bool> issubclass(Thread& t, Value cls, Value class_or_tuple);
Fallible<bool> callable(Thread& t, Value object);
Fallible<int64_t> hash(Thread& t, Value object);
Fallible<Value> id(Thread& t, Value object);
Fallible<Value> dir(Thread& t, Value object);
Fallible<Value> vars(Thread& t, Value object);
Fallible<Value> build_class(Thread& t, Value self, const Arguments& arguments);

// ---- builtins_numbers.cpp ----
Fallible<Value> abs(Thread& t, Value x);
Fallible<Value> divmod(Thread& t, Value x, Value y);
Fallible<Value> pow(Thread& t, Value base, Value exponent, Value modulus);
Fallible<Value> round(Thread& t, Value number, Value digits);
Fallible<Value> sum(Thread& t, Value iterable, Value start);
Fallible<Str*> bin(Thread& t, Value number);
Fallible<Str*> oct(Thread& t, Value number);
Fallible<Str*> hex(Thread& t, Value number);

// ---- builtins_iteration.cpp ----
Fallible<bool> all(Thread& t, Value iterable);
Fallible<bool> any(Thread& t, Value iterable);
Fallible<Value> iter(Thread& t, Value object, Value sentinel);
Fallible<Value> next(Thread& t, Value iterator, Value otherwise);
Fallible<Value> aiter(Thread& t, Value async_iterable);
Fallible<Value> anext(Thread& t, Value async_iterator, Value otherwise);
Fallible<int64_t> len(Thread& t, Value object);
Fallible<Value> min(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> max(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> sorted(Thread& t, Value self, const Arguments& arguments);

// ---- builtins_text.cpp ----
Fallible<Str*> ascii(Thread& t, Value object);
Fallible<Str*> repr(Thread& t, Value object);
Fallible<Str*> chr(Thread& t, Value code_point);
Fallible<int64_t> ord(Thread& t, Value character);
Fallible<Str*> format(Thread& t, Value value, Value format_spec);
Fallible<Value> print(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> input(Thread& t, Value prompt);

// ---- builtins_code.cpp ----
Fallible<Value> compile(Thread& t, Value source, Value filename, Str* mode, int flags, bool dont_inherit, int optimize,
                        int feature_version);
Fallible<Value> eval(Thread& t, Value source, Value globals, Value locals);
Fallible<void> exec(Thread& t, Value source, Value globals, Value locals, Value closure);
Fallible<Value> globals(Thread& t);
Fallible<Value> locals(Thread& t);
Fallible<Value> import(Thread& t, Value name, Value globals, Value locals, Value from_list, int64_t level);
Fallible<Value> breakpoint(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> open(Thread& t, Value self, const Arguments& arguments);

}  // namespace hog::builtin_functions
