// rules.cpp: a shop lets its customers write discount rules in Python. The rules are not trusted: they get the cart, a price list and
// nothing else, and a rule that loops or hoards memory ends without harm.
#include <iostream>

#include "hognose/hognose.hpp"

struct Item {
  std::string name;
  int quantity;
};

// How an Item crosses: as a dict.
template <>
struct hognose::Convert<Item> {
  static constexpr const char* kName = "item";
  static std::optional<Item> from(const hog_value* v) {
    auto name = Convert<std::string>::from(hog_value_get(v, "name"));
    auto quantity = Convert<int>::from(hog_value_get(v, "quantity"));
    if (!name || !quantity) return std::nullopt;
    return Item{*name, *quantity};
  }
  static hog_value* to(const Item& item) {
    return Value::dict({{"name", item.name}, {"quantity", item.quantity}}).release();
  }
};

int main() {
  using namespace hognose;
  const std::map<std::string, double> prices{{"tea", 4.5}, {"cup", 12.0}};

  Grants grants;
  grants.fixed_clock(std::chrono::hours(24) * 365 * 50).seed(1).memory_files(1 << 20, 10).file("/motto.txt", "Tea for everyone");
  Isolate python(std::move(grants), Limits().with_time(std::chrono::milliseconds(500)).with_heap_bytes(32 << 20));

  python.define("shop", "price", [&](const std::string& name, double factor) {
    auto found = prices.find(name);
    if (found == prices.end()) throw Raise("KeyError", name);
    if (factor < 0) throw std::invalid_argument("a negative factor");
    return found->second * factor;
  }, "(name, *, factor=1.0)", "What an article costs.");
  python.define("shop", "each", [&](Value callback, const std::vector<std::string>& names) {
    std::vector<Value> answers;
    for (const std::string& name : names) answers.push_back(python.call(callback, name).get());  // its exceptions go on
    return answers;
  });

  Result loaded = python.run(R"(
import shop

def total(cart):
    full = sum(shop.price(item['name']) * item['quantity'] for item in cart)
    print(f'before: {full:.2f}')
    return full * (0.9 if len(cart) > 1 else 1)

def motto():
    with open('/motto.txt') as file:
        return file.read().upper()
)");
  if (!loaded) {
    std::cerr << loaded.error.traceback;
    return 1;
  }
  std::vector<Item> cart{{"tea", 2}, {"cup", 1}};
  Value total = python.get("total").get();
  Result answer = python.call(total, cart);
  std::cout << answer.standard_output << "total: " << answer.get().as<double>() << "\n";
  std::cout << python.run("motto()").get().as<std::string>() << "\n";

  // Errors, both ways.
  for (const char* source : {"total([{'name': 'gold', 'quantity': 1}])", "shop.price('tea', factor=-1)", "shop.price()",
                             "shop.each(lambda name: shop.price(name) // 0, ['cup'])", "shop.each(str.upper, ['a', 'b'])",
                             "open('/etc/passwd')", "import fcntl"}) {
    Result result = python.run(source);
    std::cout << source << "\n  -> " << (result ? result.value[0].as<std::string>() : result.describe()) << "\n";
  }
  try {
    python.run("1 / 0").get();
  } catch (const PythonError& error) {
    std::cout << "caught: " << error.what() << " in line " << error.result->error.line << "\n";
  }
  // What will not end is ended.
  for (const char* source : {"while True: pass", "x = [0]\nwhile True:\n  try: x *= 2\n  except MemoryError: pass"})
    std::cout << python.run(source).describe() << "; then 1 + 1 = " << python.run("1 + 1").value.as<int>() << "\n";
}
