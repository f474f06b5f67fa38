// sys.cpp: the module sys.
#include "modules/stdio_stream.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Fallible<Value> get_recursion_limit(Thread& t) { return make_int(t, t.isolate().recursion_limit); }
constexpr NativeMethod kFunctions[] = {
    {"getrecursionlimit", HOG_NATIVE(get_recursion_limit), "()", "How deep Python calls may nest."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  Value in = TRY(make_stdio_stream(t, Stream::Input));
  Value out = TRY(make_stdio_stream(t, Stream::Output));
  Value error = TRY(make_stdio_stream(t, Stream::Error));
  TRY(module->add(t, "stdin", in));
  TRY(module->add(t, "stdout", out));
  TRY(module->add(t, "stderr", error));
  return {};
}

}  // namespace

extern const ModuleSpec k_module_sys;
const ModuleSpec k_module_sys = {.name = "sys", .doc = "The interpreter.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
