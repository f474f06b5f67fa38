// combining.cpp: tee, chain, zip_longest, groupby, batched.
#include "modules/itertools/itertools.hpp"

namespace hog::itertools {

namespace {

Type *tee_type, *tee_data_type, *chain_type, *zip_longest_type, *groupby_type, *grouper_type, *batched_type;

// ---- tee. The data object is a link of a chain: first_ the shared iterator, second_ a list of up to kLink items,
// third_ the next link. A tee iterator: first_ its link, number_ its place in it. ----

constexpr size_t kLink = 57;

Fallible<Value> make_link(Thread& t, Value iterator) {
  Iterator* link = TRY(make(t, tee_data_type));
  link->first_.set(link, iterator);
  link->second_.set(link, Value(TRY(List::make(t))));
  return Value(link);
}
Fallible<Value> tee_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("_tee() takes no keyword arguments");
  if (arguments.positional != 1) return t.raise_type_error("_tee expected 1 argument, got {}", arguments.positional);
  Value iterator = TRY(iter_py(t, arguments[0]));
  if (type_of(iterator) == tee_type) {
    Iterator* copy = TRY(make(t, type));
    copy->first_.set(copy, self_of(iterator)->first_.get());
    copy->number_ = self_of(iterator)->number_;
    return Value(copy);
  }
  Value link = TRY(make_link(t, iterator));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, link);
  return Value(it);
}
Fallible<Value> tee_next(Thread& t, Value self) {
  auto* it = self_of(self);
  for (;;) {
    auto* link = self_of(it->first_.get());
    auto* items = as<List>(link->second_.get());
    if (it->number_ < static_cast<int64_t>(items->length())) return items->at(static_cast<size_t>(it->number_++));
    if (items->length() >= kLink) {
      if (link->third_.get().is_empty()) link->third_.set(link, TRY(make_link(t, link->first_.get())));
      it->first_.set(it, link->third_.get());
      it->number_ = 0;
      continue;
    }
    if (link->flag_) return t.raise(core.RuntimeError, "cannot re-enter the tee iterator");
    link->flag_ = true;
    Fallible<Value> item = advance(t, link->first_.get());
    link->flag_ = false;
    if (item.failed()) return Failure{};
    if (item.get().is_absent()) return Value::absent();
    TRY(as<List>(link->second_.get())->append(t, item.get()));
  }
}
Fallible<Value> tee_copy(Thread& t, Iterator* self) {
  Iterator* copy = TRY(make(t, tee_type));
  copy->first_.set(copy, self->first_.get());
  copy->number_ = self->number_;
  return Value(copy);
}
constexpr NativeMethod kTeeMethods[] = {{"__copy__", HOG_NATIVE(tee_copy), "($self, /)", "One more, at the same place."}, {}};
Fallible<Value> tee_data_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.positional < 1) return t.raise_type_error("teedataobject expected 3 arguments, got 0");
  return make_link(t, TRY(iter_py(t, arguments[0])));
}

// ---- chain: first_ the iterator of iterables, second_ the current one. ----

Fallible<Value> chain_of(Thread& t, Type* type, Value iterables) {
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterables);
  return Value(it);
}
Fallible<Value> chain_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(refuse_keywords(t, type, chain_type, arguments, "chain"));
  Tuple* all = TRY(Tuple::from(t, arguments.values, arguments.positional));
  return chain_of(t, type, TRY(iter_py(t, Value(all))));
}
Fallible<Value> chain_next(Thread& t, Value self) {
  auto* it = self_of(self);
  while (!it->first_.get().is_empty()) {
    TRY(t.poll());
    if (it->second_.get().is_empty()) {
      Value iterable = TRY(advance(t, it->first_.get()));
      if (iterable.is_absent()) {
        it->first_.clear();
        return Value::absent();
      }
      Fallible<Value> iterator = iter_py(t, iterable);
      if (iterator.failed()) {
        it->first_.clear();
        return Failure{};
      }
      it->second_.set(it, iterator.get());
    }
    Value item = TRY(advance(t, it->second_.get()));
    if (!item.is_absent()) return item;
    it->second_.clear();
  }
  return Value::absent();
}
Fallible<Value> chain_from_iterable(Thread& t, Type* type, Value iterable) {
  return chain_of(t, type, TRY(iter_py(t, iterable)));
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }
constexpr NativeMethod kChainMethods[] = {
    {"from_iterable", HOG_NATIVE(chain_from_iterable), "($type, iterable, /)", "chain(*iterable), evaluated as needed.",
     native_flag::kClassMethod},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

// ---- zip_longest: first_ a list of iterators (None: finished), second_ the fill value, number_ how many are left. ----

Fallible<Value> zip_longest_new(Thread& t, Type* type, const Arguments& arguments) {
  Value fill = Value::none();
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    if (!as<Str>(arguments.names->at(k))->equals_ascii("fillvalue"))
      return t.raise_type_error("zip_longest() got an unexpected keyword argument");
    fill = arguments.values[arguments.positional + k];
  }
  List* iterators = TRY(List::make(t, arguments.positional));
  for (uint32_t i = 0; i < arguments.positional; ++i) TRY(iterators->append(t, TRY(iter_py(t, arguments[i]))));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, Value(iterators));
  it->second_.set(it, fill);
  it->number_ = arguments.positional;
  return Value(it);
}
Fallible<Value> zip_longest_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty() || it->number_ == 0) return Value::absent();
  auto* iterators = as<List>(it->first_.get());
  size_t count = iterators->length();
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) result->initialize(i, it->second_.get());
  for (size_t i = 0; i < count; ++i) {
    if (iterators->at(i).is_none()) continue;
    Fallible<Value> item = next_py(t, iterators->at(i));
    if (item.failed()) {
      it->number_ = 0;
      return Failure{};
    }
    if (!item.get().is_absent()) {
      result->initialize(i, item.get());
      continue;
    }
    if (--it->number_ <= 0) {
      it->first_.clear();
      return Value::absent();
    }
    iterators->set(i, Value::none());
  }
  return Value(result);
}

// ---- groupby: first_ the iterator, second_ the key function, third_ the current item, fourth_ a list [current key, target key,
// newest group]. A group: first_ the groupby, second_ its key. ----

enum : size_t { kCurrentKey, kTargetKey, kNewest };

Fallible<Value> groupby_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"iterable", "key"};
  Value v[2];
  TRY(read_arguments(t, "groupby", arguments, kNames, 2, 1, v));
  Value iterator = TRY(iter_py(t, v[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->second_.set(it, v[1].is_absent() ? Value::none() : v[1]);
  const Value keys[] = {Value::absent(), Value::absent(), Value::none()};
  it->fourth_.set(it, Value(TRY(List::from(t, keys, 3))));
  return Value(it);
}
List* keys_of(Iterator* it) { return as<List>(it->fourth_.get()); }

// Moves to the next item; false at the end.
Fallible<bool> groupby_step(Thread& t, Iterator* it) {
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return false;
  Value key = it->second_.get().is_none() ? item : TRY(call_py(t, it->second_.get(), item));
  it->third_.set(it, item);
  keys_of(it)->set(kCurrentKey, key);
  return true;
}
Fallible<Value> groupby_next(Thread& t, Value self) {
  auto* it = self_of(self);
  keys_of(it)->set(kNewest, Value::none());
  for (;;) {
    Value current = keys_of(it)->at(kCurrentKey), target = keys_of(it)->at(kTargetKey);
    if (!current.is_absent()) {
      if (target.is_absent()) break;
      if (!TRY(equals_py(t, target, current))) break;
    }
    TRY(t.poll());
    if (!TRY(groupby_step(t, it))) return Value::absent();
  }
  Value key = keys_of(it)->at(kCurrentKey);
  keys_of(it)->set(kTargetKey, key);
  Iterator* group = TRY(make(t, grouper_type));
  group->first_.set(group, self);
  group->second_.set(group, key);
  keys_of(it)->set(kNewest, Value(group));
  return Value(TRY(Tuple::of(t, key, Value(group))));
}
Fallible<Value> group_next(Thread& t, Value self) {
  auto* group = self_of(self);
  auto* parent = self_of(group->first_.get());
  if (keys_of(parent)->at(kNewest) != self) return Value::absent();
  if (parent->third_.get().is_empty()) {
    if (!TRY(groupby_step(t, parent))) return Value::absent();
  }
  if (!TRY(equals_py(t, group->second_.get(), keys_of(parent)->at(kCurrentKey)))) return Value::absent();
  Value item = parent->third_.get();
  if (item.is_empty()) return Value::absent();  // the comparison ran Python that took it
  parent->third_.clear();
  return item;
}
Fallible<Value> group_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 2 || type_of(arguments[0]) != groupby_type)
    return t.raise_type_error("_grouper expected a groupby and a key");
  Iterator* group = TRY(make(t, type));
  group->first_.set(group, arguments[0]);
  group->second_.set(group, arguments[1]);
  return Value(group);
}

// ---- batched: first_ the iterator, number_ the size, flag_ strict. ----

Fallible<Value> batched_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"iterable", "n", "strict"};
  Value v[3];
  if (arguments.positional > 2 && arguments.positional + arguments.keyword_count() <= 3)
    return t.raise_type_error("batched() takes at most 2 positional arguments ({} given)", arguments.positional);
  TRY(read_arguments(t, "batched", arguments, kNames, 3, 2, v));
  int64_t n = TRY(index_to_int64_py(t, v[1]));
  if (n < 1) return t.raise_value_error("n must be at least one");
  bool strict = !v[2].is_absent() && TRY(truth_py(t, v[2]));
  Value iterator = TRY(iter_py(t, v[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->number_ = n;
  it->flag_ = strict;
  return Value(it);
}
Fallible<Value> batched_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  List* batch = TRY(List::make(t));
  for (int64_t i = 0; i < it->number_; ++i) {
    TRY(t.poll());
    Value item = TRY(advance(t, it->first_.get()));
    if (item.is_absent()) {
      it->first_.clear();
      if (batch->length() == 0) return Value::absent();
      if (it->flag_) return t.raise_value_error("batched(): incomplete batch");
      break;
    }
    TRY(batch->append(t, item));
  }
  return Value(TRY(Tuple::from(t, batch->data(), batch->length())));
}

const TypeSpec kTeeSpec = {.name = "itertools._tee",
                           .layout = &Iterator::kLayout,
                           .flags = type_flag::kWeakReferences,
                           .slots = {.iter = same, .next = tee_next, .new_ = tee_new},
                           .methods = kTeeMethods};
const TypeSpec kTeeDataSpec = {.name = "itertools._tee_dataobject", .layout = &Iterator::kLayout, .slots = {.new_ = tee_data_new}};
const TypeSpec kChainSpec = {.name = "itertools.chain",
                             .doc = "The items of several iterables, one after the other.",
                             .layout = &Iterator::kLayout,
                             .flags = type_flag::kBaseType,
                             .slots = {.iter = same, .next = chain_next, .new_ = chain_new},
                             .methods = kChainMethods};
const TypeSpec kZipLongestSpec = {.name = "itertools.zip_longest",
                                  .doc = "As zip, to the end of the longest.",
                                  .layout = &Iterator::kLayout,
                                  .flags = type_flag::kBaseType,
                                  .slots = {.iter = same, .next = zip_longest_next, .new_ = zip_longest_new}};
const TypeSpec kGroupbySpec = {.name = "itertools.groupby",
                               .doc = "Runs of items with one key.",
                               .layout = &Iterator::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.iter = same, .next = groupby_next, .new_ = groupby_new}};
const TypeSpec kGrouperSpec = {.name = "itertools._grouper",
                               .layout = &Iterator::kLayout,
                               .slots = {.iter = same, .next = group_next, .new_ = group_new}};
const TypeSpec kBatchedSpec = {.name = "itertools.batched",
                               .doc = "Tuples of n items.",
                               .layout = &Iterator::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.iter = same, .next = batched_next, .new_ = batched_new}};

}  // namespace

const TypeRegistration kCombiningTypes[] = {
    {&tee_type, &kTeeSpec},         {&tee_data_type, &kTeeDataSpec}, {&chain_type, &kChainSpec},
    {&zip_longest_type, &kZipLongestSpec}, {&groupby_type, &kGroupbySpec},  {&grouper_type, &kGrouperSpec},
    {&batched_type, &kBatchedSpec}};

}  // namespace hog::itertools
