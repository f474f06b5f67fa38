// Dict, Set and sorting against simple models, by random operations over keys of several patterns.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "object/bootstrap.hpp"
#include "object/dict_lookup.hpp"
#include "object/protocol.hpp"
#include "types/list_sort.hpp"

namespace hog {
namespace {

class TestIsolate : public IsolateState {
 public:
  TestIsolate() {
    hash_seed = 0x1F2E3D4C5B6A7988u;
    heap.forbid_collection();  // nobody tells the heap about roots here
  }
};

class Containers : public testing::Test {
 protected:
  static void SetUpTestSuite() { initialize_runtime({}, {}); }
  Containers() {
    t.isolate_ = &isolate;
    t.fuel_ = INT64_MAX;
  }
  uint64_t random() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }
  // Keys that are dense, far apart in a power of two, negative, or scattered.
  static int64_t key_of(int pattern, uint64_t n) {
    auto k = static_cast<int64_t>(n);
    switch (pattern) {
      case 1: return k << 20;
      case 2: return k << 44;
      case 3: return -k;
      case 4: return k * 1000003;
      default: return k;
    }
  }
  static Value number(int64_t n) { return Value::from_small_int(n); }

  TestIsolate isolate;
  Thread t;

 private:
  uint64_t state_ = 12345;
};

using Items = std::vector<std::pair<int64_t, int64_t>>;

Items items_of(Dict* dict) {
  Items items;
  Value key, value;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value);) items.emplace_back(key.small_int(), value.small_int());
  return items;
}

TEST_F(Containers, DictKeepsOrderLikeItsModel) {
  for (int pattern = 0; pattern < 5; ++pattern) {
    for (uint64_t range : {8, 100, 2000}) {
      Dict* dict = Dict::make(t).get();
      Items model;
      auto find = [&](int64_t key) {
        return std::find_if(model.begin(), model.end(), [&](auto& item) { return item.first == key; });
      };
      for (int step = 0; step < 8000; ++step) {
        int64_t key = key_of(pattern, random() % range), value = static_cast<int64_t>(random());
        auto place = find(key);
        uint64_t version = dict->keys_version();
        switch (random() % 8) {
          case 0:
          case 1:
          case 2:
          case 3:
            ASSERT_FALSE(dict->set_py(t, number(key), number(value)).failed());
            if (place == model.end()) {
              ASSERT_NE(version, dict->keys_version());
              model.emplace_back(key, value);
            } else {
              ASSERT_EQ(version, dict->keys_version());
              place->second = value;
            }
            break;
          case 4:
          case 5:
            ASSERT_EQ(dict->remove_py(t, number(key)).get(), place != model.end());
            if (place != model.end()) model.erase(place);
            break;
          case 6: {
            Value last, last_value;
            ASSERT_EQ(dict->pop_last_nogc(t, &last, &last_value), !model.empty());
            if (!model.empty()) {
              ASSERT_EQ(last, number(model.back().first));
              model.pop_back();
            }
            break;
          }
          default:
            if (random() % 50 == 0) dict = Dict::copy(t, dict).get();
            if (random() % 500 == 0) {
              dict->clear_nogc();
              model.clear();
            }
        }
        place = find(key);
        Value found = dict->get_py(t, number(key)).get();
        ASSERT_EQ(found, place == model.end() ? Value::absent() : number(place->second));
        ASSERT_EQ(dict->length(), model.size());
      }
      ASSERT_EQ(items_of(dict), model);
    }
  }
}

TEST_F(Containers, DictFindsNamesByIdentityAndByContent) {
  Dict* dict = Dict::make(t).get();
  std::vector<Str*> names;
  for (int i = 0; i < 300; ++i) {
    names.push_back(Str::intern_utf8(t, "name" + std::to_string(i)).get());
    ASSERT_FALSE(dict->set_name(t, names.back(), number(i)).failed());
  }
  EXPECT_TRUE(dict->entries()->all_names_);
  Str* twin = Str::from_ascii(t, "name7").get();
  EXPECT_EQ(dict->get_py(t, twin).get(), number(7));
  EXPECT_EQ(dict->get_name_nogc(names[299]), number(299));
  ASSERT_FALSE(dict->set_py(t, number(1), number(1)).failed());
  EXPECT_FALSE(dict->entries()->all_names_);
  EXPECT_EQ(dict->get_name_nogc(names[42]), number(42));
  EXPECT_TRUE(dict->remove_name(t, names[42]).get());
  EXPECT_TRUE(dict->get_name_nogc(names[42]).is_absent());
  EXPECT_EQ(dict->find_name_nogc(names[42]), -1);
}

TEST_F(Containers, SetHoldsWhatItsModelHolds) {
  for (int pattern = 0; pattern < 5; ++pattern) {
    for (uint64_t range : {8, 100, 2000}) {
      Set* set = Set::make(t, core.set).get();
      std::set<int64_t> model;
      for (int step = 0; step < 8000; ++step) {
        int64_t key = key_of(pattern, random() % range);
        switch (random() % 6) {
          case 0:
          case 1:
          case 2: ASSERT_EQ(set->add_py(t, number(key)).get(), model.insert(key).second); break;
          case 3:
          case 4: ASSERT_EQ(set->remove_py(t, number(key)).get(), model.erase(key) != 0); break;
          default: {
            Value popped;
            if (random() % 3 == 0 && set->pop_nogc(&popped)) {
              ASSERT_EQ(model.erase(popped.small_int()), 1u);
            }
            if (random() % 100 == 0) set = Set::copy(t, core.set, set).get();
          }
        }
        ASSERT_EQ(set->contains_py(t, number(key)).get(), model.count(key) != 0);
        ASSERT_EQ(set->length(), model.size());
      }
    }
  }
}

TEST_F(Containers, SortsAllShapesOfInput) {
  for (int round = 0; round < 2000; ++round) {
    size_t n = random() % (round % 10 == 0 ? 5000 : 200);
    uint64_t shape = random() % 7, limit = 1 + random() % (random() % 2 != 0 ? 10 : 1000000);
    std::vector<int64_t> model;
    for (size_t i = 0; i < n; ++i) {
      const uint64_t shapes[] = {random() % limit, i, n - i, i % (n / 3 + 1), i / 5, random() % 20 == 0 ? random() % limit : i, i % 37};
      model.push_back(static_cast<int64_t>(shapes[shape]));
    }
    List* list = List::make(t).get();
    for (int64_t x : model) ASSERT_FALSE(list->append(t, number(x)).failed());
    bool reverse = random() % 2 != 0;
    ASSERT_FALSE(sort_list_py(t, list, Value::none(), reverse).failed());
    std::sort(model.begin(), model.end());
    if (reverse) std::reverse(model.begin(), model.end());
    ASSERT_EQ(list->length(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(list->at(i), number(model[i]));
  }
}

TEST_F(Containers, ListReplacesAnyPart) {
  for (int round = 0; round < 500; ++round) {
    List* list = List::make(t).get();
    std::vector<int64_t> model;
    for (int step = 0; step < 60; ++step) {
      size_t start = random() % (model.size() + 1), end = start + random() % (model.size() - start + 1), count = random() % 20;
      std::vector<Value> values;
      std::vector<int64_t> plain;
      for (size_t i = 0; i < count; ++i) {
        plain.push_back(static_cast<int64_t>(random()));
        values.push_back(number(plain.back()));
      }
      ASSERT_FALSE(list->replace(t, start, end, values.data(), count).failed());
      model.erase(model.begin() + static_cast<long>(start), model.begin() + static_cast<long>(end));
      model.insert(model.begin() + static_cast<long>(start), plain.begin(), plain.end());
      ASSERT_EQ(list->length(), model.size());
      for (size_t i = 0; i < model.size(); ++i) ASSERT_EQ(list->at(i), number(model[i]));
    }
  }
}

}  // namespace
}  // namespace hog
