// asyncio_module.cpp: the module _asyncio.
#include "modules/asyncio/asyncio.hpp"

#include <iterator>

namespace hog {

extern const ModuleSpec k_module__asyncio;

namespace asyncio {

Fallible<void> initialize(Thread& t, Module*) {
  TRY(state_of(t));
  return {};
}

}  // namespace asyncio

using namespace asyncio;
const TypeRegistration kAsyncioTypes[] = {
    {&future_type, &kFutureSpec},         {&task_type, &kTaskSpec},
    {&future_iterator_type, &kFutureIteratorSpec, false}, {&step_type, &kStepSpec, false},
    {&state_type, &kStateSpec, false},    {&running_type, &kRunningSpec, false},
};
const ModuleSpec k_module__asyncio = {
    .name = "_asyncio",
    .doc = "Futures and tasks for asyncio.",
    .functions = kFunctions,
    .types = kAsyncioTypes,
    .type_count = std::size(kAsyncioTypes),
    .initialize = initialize,
};

}  // namespace hog
