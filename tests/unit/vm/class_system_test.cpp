// The class system as C++ sees it: boot, look up, make classes, orders, attributes, finding what a slot does.
#include <gtest/gtest.h>

#include "object/bootstrap.hpp"
#include "object/class_system.hpp"
#include "object/exception.hpp"
#include "vm/isolate.hpp"
#include "vm/vm_shapes.hpp"

namespace hog {
namespace {

// The two modules without which no isolate starts, empty.
const ModuleSpec kBuiltins = {.name = "builtins"};
const ModuleSpec kSys = {.name = "sys"};
const ModuleSpec* const kModules[] = {&kBuiltins, &kSys, nullptr};

class ClassSystem : public testing::Test {
 protected:
  void SetUp() override {
    initialize_runtime({}, vm_internal_shapes());
    IsolateConfig config;
    config.modules = kModules;
    isolate_ = Isolate::create(config);
    ASSERT_NE(isolate_, nullptr);
  }
  void TearDown() override { Isolate::destroy(isolate_); }

  // A test's body runs below the frame that enters the isolate: its locals are roots only there.
  template <typename Body>
  [[gnu::noinline]] void inside(Body body) {
    isolate_->enter(t());
    call(body);
  }
  template <typename Body>
  [[gnu::noinline]] static void call(Body& body) { body(); }

  Thread& t() { return isolate_->main_thread(); }
  Str* name(const char* text) { return Str::intern_utf8(t(), text).get(); }
  std::string text(Value v) {
    Fallible<Str*> s = str_py(t(), v);
    return s.failed() ? "<failed>" : std::string(s.get()->ascii());
  }
  std::string error() {
    if (!t().has_exception()) return "<none>";
    Value e = t().take_exception();
    return std::string(type_of(e)->name()->ascii()) + ": " + text(e);
  }
  Type* make_class(const char* class_name, std::initializer_list<Type*> bases, Dict* dict = nullptr) {
    Tuple* tuple = Tuple::make(t(), bases.size()).get();
    size_t i = 0;
    for (Type* base : bases) tuple->initialize(i++, Value(base));
    if (dict == nullptr) dict = Dict::make(t()).get();
    Fallible<Type*> made = make_class_py(t(), class_name, tuple, dict);
    return made.failed() ? nullptr : made.get();
  }
  std::string order(Type* type) {
    std::string result;
    for (size_t i = 0; i < type->mro()->length(); ++i) result += as<Type>(type->mro()->at(i))->name()->ascii();
    return result;
  }

  Isolate* isolate_ = nullptr;
};

TEST_F(ClassSystem, CallsAMethodOfAList) {
  inside([this] {
    List* list = List::make(t()).get();
    Fallible<Value> append = get_attribute_py(t(), Value(list), name("append"));
    ASSERT_FALSE(append.failed());
    ASSERT_FALSE(call_py(t(), append.get(), Value::from_small_int(7)).failed());
    EXPECT_EQ(list->length(), 1u);
    EXPECT_TRUE(call_py(t(), append.get()).failed());
    EXPECT_EQ(error(), "TypeError: list.append() takes exactly one argument (0 given)");
    EXPECT_TRUE(get_attribute_py(t(), Value(list), name("nope")).failed());
    EXPECT_EQ(error(), "AttributeError: 'list' object has no attribute 'nope'");
  });
}

TEST_F(ClassSystem, InstancesKeepAttributes) {
  inside([this] {
    Type* a = make_class("A", {core.object});
    ASSERT_NE(a, nullptr);
    Value x = call_py(t(), Value(a)).get();
    for (int i = 0; i < 200; ++i) {
      Str* key = name(("a" + std::to_string(i)).c_str());
      ASSERT_FALSE(set_attribute_py(t(), x, key, Value::from_small_int(i)).failed());
    }
    for (int i = 0; i < 200; ++i) {
      Str* key = name(("a" + std::to_string(i)).c_str());
      EXPECT_EQ(get_attribute_py(t(), x, key).get().small_int(), i);
    }
    isolate_->heap.collect();
    EXPECT_EQ(get_attribute_py(t(), x, name("a199")).get().small_int(), 199);
    Value y = call_py(t(), Value(a)).get();
    ASSERT_FALSE(set_attribute_py(t(), y, name("p"), Value::true_value()).failed());
    ASSERT_FALSE(set_attribute_py(t(), y, name("q"), Value::none()).failed());
    ASSERT_FALSE(set_attribute_py(t(), y, name("q"), Value::absent()).failed());
    EXPECT_FALSE(y.cell()->shape()->is_dictionary_mode());
    ASSERT_FALSE(set_attribute_py(t(), y, name("q"), Value::none()).failed());
    Dict* dict = instance_dict(t(), y.cell()).get();
    EXPECT_EQ(dict->length(), 2u);
    EXPECT_TRUE(y.cell()->shape()->is_dictionary_mode());
    EXPECT_TRUE(get_attribute_py(t(), y, name("p")).get().is_true());
  });
}

TEST_F(ClassSystem, LinearizesBases) {
  inside([this] {
    Type* o = make_class("O", {core.object});
    Type* a = make_class("A", {o});
    Type* b = make_class("B", {o});
    Type* c = make_class("C", {a, b});
    EXPECT_EQ(order(c), "CABOobject");
    EXPECT_EQ(make_class("D", {a, c}), nullptr);
    EXPECT_EQ(error(), "TypeError: Cannot create a consistent method resolution order (MRO) for bases A, C");
    EXPECT_EQ(make_class("E", {core.int_, core.str}), nullptr);
    EXPECT_EQ(error(), "TypeError: multiple bases have instance lay-out conflict");
  });
}

TEST_F(ClassSystem, ChangesReachSubclasses) {
  inside([this] {
    Type* a = make_class("A", {core.object});
    Type* b = make_class("B", {a});
    EXPECT_TRUE(b->lookup(t(), name("f")).is_absent());
    uint32_t stamp = b->root_shape()->stamp();
    ASSERT_FALSE(set_attribute_py(t(), Value(a), name("f"), Value::from_small_int(1)).failed());
    EXPECT_EQ(b->lookup(t(), name("f")).small_int(), 1);
    EXPECT_NE(b->root_shape()->stamp(), stamp);
    // A dunder taken from a built-in type becomes the slot itself; without it the slot is empty.
    EXPECT_EQ(b->slots().length, nullptr);
    ASSERT_FALSE(set_attribute_py(t(), Value(a), names.dunder_len, Value(core.list)).failed());
    EXPECT_NE(b->slots().length, nullptr);
    ASSERT_FALSE(set_attribute_py(t(), Value(a), names.dunder_len, Value::absent()).failed());
    EXPECT_EQ(b->slots().length, nullptr);
  });
}

TEST_F(ClassSystem, SlotsHoldMembers) {
  inside([this] {
    Dict* dict = Dict::make(t()).get();
    Tuple* slots = Tuple::of(t(), Value(name("x")), Value(name("y"))).get();
    ASSERT_FALSE(dict->set_name(t(), names.dunder_slots, Value(slots)).failed());
    Type* a = make_class("A", {core.object}, dict);
    ASSERT_NE(a, nullptr);
    Value v = call_py(t(), Value(a)).get();
    EXPECT_TRUE(get_attribute_py(t(), v, name("x")).failed());
    EXPECT_EQ(error(), "AttributeError: 'A' object has no attribute 'x'");
    Value list = Value(List::make(t()).get());
    ASSERT_FALSE(set_attribute_py(t(), v, name("x"), list).failed());
    isolate_->heap.collect();
    EXPECT_EQ(get_attribute_py(t(), v, name("x")).get(), list);
    EXPECT_TRUE(set_attribute_py(t(), v, name("z"), list).failed());
    EXPECT_EQ(error(), "AttributeError: 'A' object has no attribute 'z' and no __dict__ for setting new attributes");
  });
}

TEST_F(ClassSystem, AnExceptionClassHasAttributesBehindItsFields) {
  inside([this] {
    Type* mine = make_class("Mine", {core.ValueError});
    ASSERT_NE(mine, nullptr);
    Value e = call_py(t(), Value(mine), Value(name("text"))).get();
    ASSERT_FALSE(set_attribute_py(t(), e, name("extra"), Value::from_small_int(3)).failed());
    isolate_->heap.collect();
    EXPECT_EQ(get_attribute_py(t(), e, name("extra")).get().small_int(), 3);
    EXPECT_EQ(text(e), "text");
    Value plain = call_py(t(), Value(core.KeyError)).get();
    ASSERT_FALSE(set_attribute_py(t(), plain, name("extra"), Value::from_small_int(4)).failed());
    EXPECT_EQ(get_attribute_py(t(), plain, name("extra")).get().small_int(), 4);
  });
}

TEST_F(ClassSystem, IsolatesDoNotShareShapes) {
  inside([this] {
    IsolateConfig config;
    config.modules = kModules;
    Isolate* other = Isolate::create(config);
    Value here = call_py(t(), Value(core.KeyError)).get();
    Value there = call_py(other->main_thread(), Value(core.KeyError)).get();
    Str* key = names.append;
    ASSERT_FALSE(set_attribute_py(t(), here, key, Value::none()).failed());
    ASSERT_FALSE(set_attribute_py(other->main_thread(), there, key, Value::none()).failed());
    EXPECT_NE(here.cell()->shape(), there.cell()->shape());
    Isolate::destroy(other);
  });
}

}  // namespace
}  // namespace hog
