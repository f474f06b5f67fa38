// types_module.cpp: the module `_types`: the names by which `types` knows the built-in types.
#include "object/native.hpp"

namespace hog {

namespace {

// There are no capsules here; their type is a name to compare with.
Type* capsule_type;
const TypeSpec kCapsuleSpec = {
    .name = "PyCapsule", .doc = "A C pointer as an object. None are made here.", .flags = type_flag::kNoInstantiation};
const TypeRegistration kTypes[] = {{&capsule_type, &kCapsuleSpec, false}};

Fallible<void> initialize(Thread& t, Module* module) {
  const struct {
    const char* name;
    Type* type;
  } kNames[] = {
      {"AsyncGeneratorType", core.async_generator},
      {"BuiltinFunctionType", core.builtin_function},
      {"BuiltinMethodType", core.builtin_function},
      {"CapsuleType", capsule_type},
      {"CellType", core.cell},
      {"ClassMethodDescriptorType", core.classmethod_descriptor},
      {"CodeType", core.code},
      {"CoroutineType", core.coroutine},
      {"EllipsisType", core.ellipsis_type},
      {"FrameType", core.frame},
      {"FunctionType", core.function},
      {"GeneratorType", core.generator},
      {"GenericAlias", core.generic_alias},
      {"GetSetDescriptorType", core.getset_descriptor},
      {"LambdaType", core.function},
      {"MappingProxyType", core.mapping_proxy},
      {"MemberDescriptorType", core.member_descriptor},
      {"MethodDescriptorType", core.method_descriptor},
      {"MethodType", core.method},
      {"MethodWrapperType", core.method_wrapper},
      {"ModuleType", core.module},
      {"NoneType", core.none_type},
      {"NotImplementedType", core.not_implemented_type},
      {"SimpleNamespace", core.simple_namespace},
      {"TracebackType", core.traceback},
      {"UnionType", core.union_type},
      {"WrapperDescriptorType", core.wrapper_descriptor},
  };
  for (const auto& entry : kNames) TRY(module->add(t, entry.name, Value(entry.type)));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__types;
const ModuleSpec k_module__types = {
    .name = "_types",
    .doc = "The built-in types that have no name of their own.",
    .types = kTypes,
    .type_count = 1,
    .initialize = initialize,
};

}  // namespace hog
