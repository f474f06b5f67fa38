// descriptors.cpp: the cells of functions and descriptors, and how they are traced.
#include "object/class_system.hpp"

namespace hog {

namespace {

void visit(Marker& marker, const ValueField& field) { marker.visit_word(field.get().raw()); }

void trace_native_function(Cell* cell, Marker& marker) {
  auto* function = static_cast<NativeFunction*>(cell);
  visit(marker, function->self_);
  visit(marker, function->module_);
}
template <typename T>
void trace_owned(Cell* cell, Marker& marker) {
  auto* descriptor = static_cast<T*>(cell);
  marker.visit(descriptor->owner_);
  marker.visit(descriptor->name_);
}
void trace_method_wrapper(Cell* cell, Marker& marker) {
  auto* wrapper = static_cast<MethodWrapper*>(cell);
  marker.visit(wrapper->descriptor_.get());
  visit(marker, wrapper->self_);
}
void trace_property(Cell* cell, Marker& marker) {
  auto* property = static_cast<Property*>(cell);
  for (const ValueField* field : {&property->get_, &property->set_, &property->delete_, &property->doc_, &property->name_})
    visit(marker, *field);
}
template <typename T>
void trace_wrapped_callable(Cell* cell, Marker& marker) {
  auto* wrapper = static_cast<T*>(cell);
  visit(marker, wrapper->callable_);
  visit(marker, wrapper->attributes_);
}
void trace_super(Cell* cell, Marker& marker) {
  auto* super = static_cast<Super*>(cell);
  marker.visit(super->type_.get());
  visit(marker, super->object_);
  marker.visit(super->object_type_.get());
}
void trace_bound_method(Cell* cell, Marker& marker) {
  auto* method = static_cast<BoundMethod*>(cell);
  visit(marker, method->function_);
  visit(marker, method->self_);
}
void trace_mapping_proxy(Cell* cell, Marker& marker) { visit(marker, static_cast<MappingProxy*>(cell)->mapping_); }
void trace_module(Cell* cell, Marker& marker) {
  auto* module = static_cast<Module*>(cell);
  marker.visit(module->dict_.get());
  marker.visit(module->state_.get());
}

}  // namespace

const Layout NativeFunction::kLayout = {"builtin_function_or_method", trace_native_function, nullptr, sizeof(NativeFunction)};
const Layout MethodDescriptor::kLayout = {"method_descriptor", trace_owned<MethodDescriptor>, nullptr,
                                          sizeof(MethodDescriptor)};
const Layout WrapperDescriptor::kLayout = {"wrapper_descriptor", trace_owned<WrapperDescriptor>, nullptr,
                                           sizeof(WrapperDescriptor)};
const Layout MethodWrapper::kLayout = {"method-wrapper", trace_method_wrapper, nullptr, sizeof(MethodWrapper)};
const Layout GetSetDescriptor::kLayout = {"getset_descriptor", trace_owned<GetSetDescriptor>, nullptr,
                                          sizeof(GetSetDescriptor)};
const Layout MemberDescriptor::kLayout = {"member_descriptor", trace_owned<MemberDescriptor>, nullptr,
                                          sizeof(MemberDescriptor)};
const Layout Property::kLayout = {"property", trace_property, nullptr, sizeof(Property)};
const Layout ClassMethod::kLayout = {"classmethod", trace_wrapped_callable<ClassMethod>, nullptr, sizeof(ClassMethod)};
const Layout StaticMethod::kLayout = {"staticmethod", trace_wrapped_callable<StaticMethod>, nullptr, sizeof(StaticMethod)};
const Layout Super::kLayout = {"super", trace_super, nullptr, sizeof(Super)};
const Layout BoundMethod::kLayout = {"method", trace_bound_method, nullptr, sizeof(BoundMethod)};
const Layout MappingProxy::kLayout = {"mappingproxy", trace_mapping_proxy, nullptr, sizeof(MappingProxy)};
const Layout Module::kLayout = {"module", trace_module, nullptr, sizeof(Module)};

Fallible<Value> make_bound_method(Thread& t, Value function, Value self) {
  auto* method = TRY(t.allocate<BoundMethod>(shapes.method));
  method->function_.set(method, function);
  method->self_.set(method, self);
  return Value(method);
}

Fallible<Value> make_class_method(Thread& t, Value callable) {
  auto* method = TRY(t.allocate<ClassMethod>(shapes.classmethod));
  method->callable_.set(method, callable);
  return Value(method);
}

Fallible<Value> make_static_method(Thread& t, Value callable) {
  auto* method = TRY(t.allocate<StaticMethod>(shapes.staticmethod));
  method->callable_.set(method, callable);
  return Value(method);
}

Fallible<Value> make_mapping_proxy(Thread& t, Value mapping) {
  auto* proxy = TRY(t.allocate<MappingProxy>(shapes.mapping_proxy));
  proxy->mapping_.set(proxy, mapping);
  return Value(proxy);
}

}  // namespace hog
