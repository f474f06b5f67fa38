// select_module.cpp: the module select where nothing can be waited for: its error alone, so that what only mentions it can be
// imported. Where os_modules/ is linked and granted, its select takes the place of this one. Ref: library/select.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr std::string_view kFunctions[] = {"select", "poll", "epoll"};

Fallible<Value> select_getattr(Thread& t, Str* name) {
  const char* reason = "";
  for (std::string_view function : kFunctions)
    if (name->is_ascii() && name->ascii() == function) reason = ": it needs an operating system, which this isolate was not granted";
  return t.raise(core.AttributeError, "module 'select' has no attribute '{}'{}", name, reason);
}

Fallible<void> initialize(Thread& t, Module* module) { return module->add(t, "error", Value(core.OSError)); }

constexpr NativeMethod kNatives[] = {
    {"__getattr__", HOG_NATIVE(select_getattr), "(name, /)", "Says what would bring what is missing."},
    {}};

}  // namespace

extern const ModuleSpec k_module_select_nothing;
const ModuleSpec k_module_select_nothing = {
    .name = "select", .doc = "Waiting for descriptors, of which there are none.", .functions = kNatives, .initialize = initialize};

}  // namespace hog
