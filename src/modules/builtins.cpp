// builtins.cpp: the module builtins: its table of functions, its types and constants. The functions are in builtins_*.cpp.
#include "modules/builtins_functions.hpp"
#include "modules/all_modules.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

namespace f = builtin_functions;

const NativeMethod kFunctions[] = {
    {"__build_class__", HOG_RAW(f::build_class), nullptr, "What a class statement calls."},
    {"__import__", HOG_NATIVE(f::import), "(name, globals=None, locals=None, fromlist=(), level=0)",
     "What an import statement calls."},
    {"abs", HOG_NATIVE(f::abs), "(x, /)", "The absolute value."},
    {"aiter", HOG_NATIVE(f::aiter), "(async_iterable, /)", "The asynchronous iterator of an object."},
    {"all", HOG_NATIVE(f::all), "(iterable, /)", "Are all items true?"},
    {"anext", HOG_NATIVE(f::anext), "(aiterator, default=<unrepresentable>, /)", "Awaitable of the next item."},
    {"any", HOG_NATIVE(f::any), "(iterable, /)", "Is any item true?"},
    {"ascii", HOG_NATIVE(f::ascii), "(obj, /)", "repr() in ASCII characters."},
    {"bin", HOG_NATIVE(f::bin), "(number, /)", "The number in binary digits.\n\n>>> bin(10)\n'0b1010'"},
    {"breakpoint", HOG_RAW(f::breakpoint), "(*args, **kws)", "Calls sys.breakpointhook()."},
    {"callable", HOG_NATIVE(f::callable), "(obj, /)", "Can the object be called?"},
    {"chr", HOG_NATIVE(f::chr), "(i, /)", "The character with this code point."},
    {"compile", HOG_NATIVE(f::compile),
     "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
     "Source text to a code object."},
    {"delattr", HOG_NATIVE(f::delattr), "(obj, name, /)", "Deletes an attribute."},
    {"dir", HOG_NATIVE(f::dir), "(object=<unrepresentable>, /)", "Names in scope, or an object's attributes."},
    {"divmod", HOG_NATIVE(f::divmod), "(x, y, /)", "Quotient and remainder."},
    {"eval", HOG_NATIVE(f::eval), "(source, /, globals=None, locals=None)", "The value of an expression."},
    {"exec", HOG_NATIVE(f::exec), "(source, /, globals=None, locals=None, *, closure=None)", "Runs statements."},
    {"format", HOG_NATIVE(f::format), "(value, format_spec='', /)", "The value as the specification says."},
    {"getattr", HOG_NATIVE(f::getattr), "(object, name, default=<unrepresentable>, /)", "An attribute, or default."},
    {"globals", HOG_NATIVE(f::globals), "()", "The global names of the caller."},
    {"hasattr", HOG_NATIVE(f::hasattr), "(obj, name, /)", "Has the object such an attribute?"},
    {"hash", HOG_NATIVE(f::hash), "(obj, /)", "The hash of an object."},
    {"hex", HOG_NATIVE(f::hex), "(number, /)", "The number in hexadecimal digits.\n\n>>> hex(255)\n'0xff'"},
    {"id", HOG_NATIVE(f::id), "(obj, /)", "A number that no other living object has."},
    {"input", HOG_NATIVE(f::input), "(prompt=<unrepresentable>, /)", "A line of standard input without its end."},
    {"isinstance", HOG_NATIVE(f::isinstance), "(obj, class_or_tuple, /)", "Is the object an instance of the class?"},
    {"issubclass", HOG_NATIVE(f::issubclass), "(cls, class_or_tuple, /)", "Is the class derived from the other?"},
    {"iter", HOG_NATIVE(f::iter), "(object, sentinel=<unrepresentable>, /)", "An iterator over an object or a function's results."},
    {"len", HOG_NATIVE(f::len), "(obj, /)", "The number of items."},
    {"locals", HOG_NATIVE(f::locals), "()", "The local names of the caller."},
    {"max", HOG_RAW(f::max), nullptr, "max(iterable) or max(a, b, ...): the largest item or argument."},
    {"min", HOG_RAW(f::min), nullptr, "min(iterable) or min(a, b, ...): the smallest item or argument."},
    {"next", HOG_NATIVE(f::next), "(iterator, default=<unrepresentable>, /)", "The next item, or default at the end."},
    {"oct", HOG_NATIVE(f::oct), "(number, /)", "The number in octal digits.\n\n>>> oct(8)\n'0o10'"},
    {"open", HOG_RAW(f::open),
     "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
     "Opens a file."},
    {"ord", HOG_NATIVE(f::ord), "(character, /)", "The code point of a character."},
    {"pow", HOG_NATIVE(f::pow), "(base, exp, mod=None)", "base ** exp, or that modulo mod."},
    {"print", HOG_RAW(f::print), "(*args, sep=' ', end='\\n', file=None, flush=False)", "Writes values as text."},
    {"repr", HOG_NATIVE(f::repr), "(obj, /)", "The object as text for programmers."},
    {"round", HOG_NATIVE(f::round), "(number, ndigits=None)", "The number rounded."},
    {"setattr", HOG_NATIVE(f::setattr), "(obj, name, value, /)", "Sets an attribute."},
    {"sorted", HOG_RAW(f::sorted), "(iterable, /, *, key=None, reverse=False)", "The items in order, as a new list."},
    {"sum", HOG_NATIVE(f::sum), "(iterable, /, start=0)", "The total of start and the items."},
    {"vars", HOG_NATIVE(f::vars), "(object=<unrepresentable>, /)", "The __dict__ of an object, or locals()."},
    {}};

Fallible<void> add_types(Thread& t, Module* module) {
  struct Row {
    const char* name;
    Type* type;
  };
  const Row rows[] = {
      {"object", core.object},       {"type", core.type},           {"int", core.int_},
      {"bool", core.bool_},          {"float", core.float_},        {"complex", core.complex_},
      {"str", core.str},             {"bytes", core.bytes},         {"bytearray", core.bytearray},
      {"memoryview", core.memoryview}, {"tuple", core.tuple},       {"list", core.list},
      {"dict", core.dict},           {"set", core.set},             {"frozenset", core.frozenset},
      {"slice", core.slice},         {"range", core.range},         {"enumerate", core.enumerate},
      {"reversed", core.reversed},   {"zip", core.zip},             {"map", core.map},
      {"filter", core.filter},       {"property", core.property},   {"classmethod", core.classmethod},
      {"staticmethod", core.staticmethod}, {"super", core.super},
      {"EnvironmentError", core.OSError}, {"IOError", core.OSError},
  };
  for (const Row& row : rows) TRY(module->add(t, row.name, Value(row.type)));
  // _IncompleteInputError is the one exception that goes by another name.
#define HOG_CORE_TYPE(field)
#define HOG_CORE_EXCEPTION(field, base) \
  if (core.field != core.IncompleteInputError) TRY(module->add(t, #field, Value(core.field)));
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION
  return module->add(t, "_IncompleteInputError", Value(core.IncompleteInputError));
}

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(add_types(t, module));
  TRY(module->add(t, "None", Value::none()));
  TRY(module->add(t, "True", Value::true_value()));
  TRY(module->add(t, "False", Value::false_value()));
  TRY(module->add(t, "Ellipsis", Value::ellipsis()));
  TRY(module->add(t, "NotImplemented", Value::not_implemented()));
  TRY(module->add(t, "__debug__", Value::true_value()));
  Value function = module->dict()->get_name_nogc(names.dunder_import);
  Isolate::of(t).slots[Isolate::kImportFunction].set(nullptr, function);
  return {};
}

}  // namespace

extern const ModuleSpec k_module_builtins;
const ModuleSpec k_module_builtins = {
    .name = "builtins",
    .doc = "Functions, types, exceptions and constants that every module sees.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
