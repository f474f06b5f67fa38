// hognose.hpp: the embedding API of Hognose, a Python 3.14 interpreter, for C++20. Header-only over hognose.h, which is the
// ABI; so it works with exceptions or without (-fno-exceptions), and no C++ type crosses the library's boundary.
//
//   hognose::Isolate python;                                         // reaches nothing, finite limits
//   hognose::Result r = python.run("x = 20\nprint('hello')\nx * 2 + 2");
//   if (r) std::cout << r.value.as<int>() << r.standard_output;      // 42, hello
//   else std::cerr << r.error.traceback;
//
//   python.define("host", "area", [](double w, double h) { return w * h; }, "(width, height=1.0)");
//   python.run("import host; host.area(3, height=2)");
//
// Threads: an Isolate is used by one thread at a time, any thread; only cancel() may come from another meanwhile.
// Errors: run() and its siblings never throw for what the program does: look at Result, or call Result::get(), which throws
// PythonError. std::bad_alloc where memory is out. Without exceptions what would throw calls std::abort().
#ifndef HOGNOSE_HOGNOSE_HPP
#define HOGNOSE_HOGNOSE_HPP

#include <cerrno>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hognose/hognose.h"

namespace hognose {

#if defined(__cpp_exceptions)
#define HOGNOSE_THROW(...) throw __VA_ARGS__
#else
#define HOGNOSE_THROW(...) std::abort()
#endif

// Value::as<T>() of something that is no T.
class ConversionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How a C++ type crosses. Specialise it for your own:
//   static std::optional<T> from(const hog_value*);   nullopt: not a T
//   static hog_value* to(const T&);                   new; null: no memory
//   static constexpr const char* kName = "point";     for messages: "must be point"
template <typename T>
struct Convert;

// A Python value: a deep copy, or a handle to an object in an isolate. Copying a Value copies deeply; a handle's copy names the
// same object. A handle may outlive its isolate, but is of no use then.
class Value {
 public:
  Value() = default;  // None
  Value(std::nullptr_t) {}
  Value(const Value& other) : raw_(other.raw_ == nullptr ? nullptr : checked(hog_value_copy(other.raw_))) {}
  Value(Value&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Value& operator=(Value other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Value() { hog_value_free(raw_); }
  template <typename T>
    requires(!std::same_as<std::remove_cvref_t<T>, Value> && !std::same_as<std::remove_cvref_t<T>, hog_value*> &&
             requires(const T& x) { { Convert<std::decay_t<T>>::to(x) } -> std::same_as<hog_value*>; })
  Value(const T& value) : raw_(checked(Convert<std::decay_t<T>>::to(value))) {}

  static Value bytes(std::string_view data) { return adopt(checked(hog_bytes(data.data(), data.size()))); }
  static Value list(std::vector<Value> items = {}) { return filled(hog_list(), std::move(items)); }
  static Value tuple(std::vector<Value> items = {}) { return filled(hog_tuple(), std::move(items)); }
  static Value set(std::vector<Value> items = {}) { return filled(hog_set(), std::move(items)); }
  static Value dict(std::vector<std::pair<Value, Value>> pairs = {}) {
    Value made = adopt(checked(hog_dict()));
    for (auto& [key, value] : pairs) made.add(std::move(key), std::move(value));
    return made;
  }
  // Takes over a C value; gives it away.
  static Value adopt(hog_value* raw) {
    Value made;
    made.raw_ = raw;
    return made;
  }
  hog_value* release() { return raw_ == nullptr ? hog_none() : std::exchange(raw_, nullptr); }
  const hog_value* raw() const { return raw_; }

  void append(Value item) {
    if (!hog_append(raw_, item.release())) HOGNOSE_THROW(ConversionError("append to a value that is no list, tuple or set"));
  }
  void add(Value key, Value value) {
    if (!hog_dict_add(raw_, key.release(), value.release())) HOGNOSE_THROW(ConversionError("add to a value that is no dict"));
  }

  hog_kind kind() const { return hog_value_kind(raw_); }
  bool is_none() const { return kind() == HOG_NONE; }
  bool is_handle() const { return kind() == HOG_HANDLE; }
  size_t size() const { return hog_value_count(raw_); }  // items; of a dict: pairs twice
  Value operator[](size_t index) const { return adopt_copy(hog_value_item(raw_, index)); }
  Value operator[](std::string_view key) const { return adopt_copy(hog_value_get(raw_, std::string(key).c_str())); }
  // The text of a str, the bytes of a bytes, the type's name of a handle; valid as long as this Value.
  std::string_view text() const {
    size_t length;
    const char* data = hog_value_text(raw_, &length);
    return {data == nullptr ? "" : data, length};
  }
  template <typename T>
  std::optional<T> try_as() const {
    return Convert<T>::from(raw_);
  }
  template <typename T>
  T as() const {
    std::optional<T> value = Convert<T>::from(raw_);
    if (!value) HOGNOSE_THROW(ConversionError(std::string("the value is no ") + Convert<T>::kName));
    return *std::move(value);
  }

 private:
  static hog_value* checked(hog_value* raw) {
    if (raw == nullptr) HOGNOSE_THROW(std::bad_alloc());
    return raw;
  }
  static Value adopt_copy(const hog_value* raw) { return raw == nullptr ? Value() : adopt(checked(hog_value_copy(raw))); }
  static Value filled(hog_value* container, std::vector<Value> items) {
    Value made = adopt(checked(container));
    for (Value& item : items) made.append(std::move(item));
    return made;
  }
  hog_value* raw_ = nullptr;
};

// ---- Conversions. ----

template <>
struct Convert<Value> {
  static constexpr const char* kName = "object";
  static std::optional<Value> from(const hog_value* v) { return v == nullptr ? Value() : Value::adopt(hog_value_copy(v)); }
  static hog_value* to(const Value& v) { return hog_value_copy(v.raw()); }
};
template <>
struct Convert<bool> {
  static constexpr const char* kName = "bool";
  static std::optional<bool> from(const hog_value* v) {
    if (hog_value_kind(v) != HOG_BOOL) return std::nullopt;
    return hog_value_bool(v) != 0;
  }
  static hog_value* to(bool b) { return hog_bool(b); }
};
template <std::integral T>
struct Convert<T> {
  static constexpr const char* kName = "int";
  static std::optional<T> from(const hog_value* v) {
    int64_t n;
    if (!hog_value_int(v, &n)) {
      if constexpr (std::same_as<T, uint64_t>) {  // the upper half
        size_t length;
        const char* text = hog_value_kind(v) == HOG_INT ? hog_value_text(v, &length) : nullptr;
        if (text != nullptr && length == 16) return std::strtoull(text, nullptr, 16);
      }
      return std::nullopt;
    }
    if (!std::in_range<T>(n)) return std::nullopt;
    return static_cast<T>(n);
  }
  static hog_value* to(T n) {
    if (std::in_range<int64_t>(n)) return hog_int(static_cast<int64_t>(n));
    char text[17];
    auto rest = static_cast<uint64_t>(n);
    for (int i = 15; i >= 0; --i, rest >>= 4) text[i] = "0123456789abcdef"[rest & 15];
    text[16] = '\0';
    return hog_int_text(text);
  }
};
template <std::floating_point T>
struct Convert<T> {
  static constexpr const char* kName = "float";
  static std::optional<T> from(const hog_value* v) {
    hog_kind kind = hog_value_kind(v);
    if (kind != HOG_FLOAT && kind != HOG_INT && kind != HOG_BOOL) return std::nullopt;
    return static_cast<T>(hog_value_float(v));
  }
  static hog_value* to(T d) { return hog_float(static_cast<double>(d)); }
};
// str to text; bytes to text as well, as they are.
template <>
struct Convert<std::string> {
  static constexpr const char* kName = "str";
  static std::optional<std::string> from(const hog_value* v) {
    hog_kind kind = hog_value_kind(v);
    if (kind != HOG_STR && kind != HOG_BYTES) return std::nullopt;
    size_t length;
    const char* text = hog_value_text(v, &length);
    return std::string(text, length);
  }
  static hog_value* to(const std::string& s) { return hog_str(s.data(), s.size()); }
};
// Valid as long as what it came from: a host function's argument until it returns.
template <>
struct Convert<std::string_view> {
  static constexpr const char* kName = "str";
  static std::optional<std::string_view> from(const hog_value* v) {
    hog_kind kind = hog_value_kind(v);
    if (kind != HOG_STR && kind != HOG_BYTES) return std::nullopt;
    size_t length;
    const char* text = hog_value_text(v, &length);
    return std::string_view(text, length);
  }
  static hog_value* to(std::string_view s) { return hog_str(s.data(), s.size()); }
};
template <>
struct Convert<const char*> {
  static hog_value* to(const char* s) { return hog_str(s, HOG_TEXT); }
};
template <>
struct Convert<char*> : Convert<const char*> {};
template <typename T>
struct Convert<std::optional<T>> {
  static constexpr const char* kName = Convert<T>::kName;
  static std::optional<std::optional<T>> from(const hog_value* v) {
    if (hog_value_kind(v) == HOG_NONE) return std::optional<std::optional<T>>(std::in_place);
    std::optional<T> value = Convert<T>::from(v);
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>(std::move(value));
  }
  static hog_value* to(const std::optional<T>& o) { return o ? Convert<T>::to(*o) : hog_none(); }
};
// list, tuple or set; to a list.
template <typename T>
struct Convert<std::vector<T>> {
  static constexpr const char* kName = "list";
  static std::optional<std::vector<T>> from(const hog_value* v) {
    hog_kind kind = hog_value_kind(v);
    if (kind != HOG_LIST && kind != HOG_TUPLE && kind != HOG_SET) return std::nullopt;
    std::vector<T> items;
    items.reserve(hog_value_count(v));
    for (size_t i = 0; i < hog_value_count(v); ++i) {
      std::optional<T> item = Convert<T>::from(hog_value_item(v, i));
      if (!item) return std::nullopt;
      items.push_back(*std::move(item));
    }
    return items;
  }
  static hog_value* to(const std::vector<T>& items) {
    hog_value* list = hog_list();
    for (const T& item : items)
      if (!hog_append(list, Convert<T>::to(item))) {
        hog_value_free(list);
        return nullptr;
      }
    return list;
  }
};
namespace detail {
template <typename Map>
struct ConvertMap {
  static constexpr const char* kName = "dict";
  using Key = typename Map::key_type;
  using Item = typename Map::mapped_type;
  static std::optional<Map> from(const hog_value* v) {
    if (hog_value_kind(v) != HOG_DICT) return std::nullopt;
    Map map;
    for (size_t i = 0; i + 1 < hog_value_count(v); i += 2) {
      std::optional<Key> key = Convert<Key>::from(hog_value_item(v, i));
      std::optional<Item> item = Convert<Item>::from(hog_value_item(v, i + 1));
      if (!key || !item) return std::nullopt;
      map.insert_or_assign(*std::move(key), *std::move(item));
    }
    return map;
  }
  static hog_value* to(const Map& map) {
    hog_value* dict = hog_dict();
    for (const auto& [key, item] : map)
      if (!hog_dict_add(dict, Convert<Key>::to(key), Convert<Item>::to(item))) {
        hog_value_free(dict);
        return nullptr;
      }
    return dict;
  }
};
}  // namespace detail
template <typename K, typename T>
struct Convert<std::map<K, T>> : detail::ConvertMap<std::map<K, T>> {};
template <typename K, typename T>
struct Convert<std::unordered_map<K, T>> : detail::ConvertMap<std::unordered_map<K, T>> {};

// ---- Results. ----

struct Error {
  std::string type;       // "ValueError"
  std::string message;
  std::string traceback;
  long line = 0;          // in the source that was run, from 1; 0: unknown
  Value object;           // a handle to the exception
};
struct Usage {
  uint64_t instructions = 0;
  uint64_t peak_heap_bytes = 0;
  std::chrono::nanoseconds time{};
  uint64_t host_calls = 0;
};
struct Result {
  hog_status status = HOG_NO_MEMORY;
  hog_limit limit = HOG_LIMIT_NONE;
  int exit_code = 0;
  Value value;
  std::string standard_output, standard_error;
  Error error;
  Usage usage;
  bool ok() const { return status == HOG_OK; }
  explicit operator bool() const { return ok(); }
  // "ValueError: no", "terminated: time", ...
  std::string describe() const {
    static constexpr const char* kLimits[] = {"none", "instructions", "time", "memory", "stack", "output", "host calls", "cancelled"};
    switch (status) {
      case HOG_OK: return "ok";
      case HOG_EXCEPTION: return error.message.empty() ? error.type : error.type + ": " + error.message;
      case HOG_EXIT: return "exit " + std::to_string(exit_code);
      case HOG_TERMINATED: return std::string("terminated: ") + kLimits[limit];
      case HOG_BUSY: return "another thread is inside";
      default: return "out of memory";
    }
  }
  // The value, or PythonError.
  Value& get();
};

// What Result::get() throws. Thrown out of a host function, it goes on as the Python exception that it was.
class PythonError : public std::runtime_error {
 public:
  explicit PythonError(Result r) : std::runtime_error(r.describe()), result(std::make_shared<Result>(std::move(r))) {}
  std::shared_ptr<Result> result;
};
inline Value& Result::get() {
  if (!ok()) HOGNOSE_THROW(PythonError(std::move(*this)));
  return value;
}

// Thrown out of a host function: a built-in Python exception. Other exceptions: std::invalid_argument and std::domain_error become
// ValueError, std::out_of_range IndexError, std::bad_alloc MemoryError, ConversionError TypeError, the rest RuntimeError.
class Raise : public std::runtime_error {
 public:
  Raise(std::string type_name, const std::string& message) : std::runtime_error(message), type(std::move(type_name)) {}
  std::string type;
};

// ---- Limits and grants. ----

// hog_limits with a clock to measure time by. 0: no limit.
struct Limits : hog_limits {
  Limits() : hog_limits(hog_default_limits()) {
    monotonic = [](void*) -> int64_t {
      return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
  }
  Limits& with_instructions(uint64_t n) { return instructions = n, *this; }
  Limits& with_time(std::chrono::milliseconds time) { return milliseconds = static_cast<uint64_t>(time.count()), *this; }
  Limits& with_heap_bytes(uint64_t n) { return heap_bytes = n, *this; }
  Limits& with_output_bytes(uint64_t n) { return output_bytes = n, *this; }
  Limits& with_host_calls(uint64_t n) { return host_calls = n, *this; }
};

// What an isolate may reach; nothing but captured output unless said here. For one isolate. Methods throw std::invalid_argument
// for nonsense (and without exceptions abort).
// Files that you make up, for Grants::files(). Paths: see hog_file_provider. Each method answers 0 or an errno; an exception is EIO.
class FileProvider {
 public:
  using Add = std::function<void(const std::string& name, bool is_directory)>;
  virtual ~FileProvider() = default;
  virtual int info(const std::string& path, hog_file_info& info) = 0;
  virtual int list(const std::string&, const Add&) { return ENOSYS; }
  virtual int read(const std::string&, uint64_t, char*, size_t, size_t&) { return ENOSYS; }  // offset, buffer, size, done
  // Called only where the mount is HOG_READ_WRITE.
  virtual int write(const std::string&, uint64_t, std::string_view, size_t&) { return EROFS; }  // offset, data, done
  virtual int create(const std::string&, bool) { return EROFS; }                                // a directory?
  virtual int resize(const std::string&, uint64_t) { return EROFS; }
  virtual int remove(const std::string&) { return EROFS; }
  virtual int rename(const std::string&, const std::string&) { return EROFS; }
};

namespace detail {

template <typename Call>
int call_provider(void* context, Call call) {
  FileProvider& provider = **static_cast<std::shared_ptr<FileProvider>*>(context);
#if defined(__cpp_exceptions)
  try {
    return call(provider);
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (...) {
    return EIO;
  }
#else
  return call(provider);
#endif
}

// New; null when there is no memory (or no provider).
inline hog_files* files_from(std::shared_ptr<FileProvider> provider, hog_mount_mode mode) {
  if (provider == nullptr) return nullptr;
  auto kept = std::make_unique<std::shared_ptr<FileProvider>>(std::move(provider));
  hog_file_provider functions{};
  functions.context = kept.get();
  functions.info = [](void* c, const char* path, hog_file_info* info) {
    return call_provider(c, [&](FileProvider& p) { return p.info(path, *info); });
  };
  functions.list = [](void* c, const char* path, hog_entries* entries) {
    return call_provider(c, [&](FileProvider& p) {
      return p.list(path, [&](const std::string& name, bool directory) { hog_entries_add(entries, name.c_str(), directory); });
    });
  };
  functions.read = [](void* c, const char* path, uint64_t offset, void* buffer, size_t size, size_t* done) {
    return call_provider(c, [&](FileProvider& p) { return p.read(path, offset, static_cast<char*>(buffer), size, *done); });
  };
  functions.release = [](void* c) { delete static_cast<std::shared_ptr<FileProvider>*>(c); };
  if (mode == HOG_READ_WRITE) {
    functions.write = [](void* c, const char* path, uint64_t offset, const void* data, size_t size, size_t* done) {
      return call_provider(c, [&](FileProvider& p) { return p.write(path, offset, {static_cast<const char*>(data), size}, *done); });
    };
    functions.create = [](void* c, const char* path, int directory) {
      return call_provider(c, [&](FileProvider& p) { return p.create(path, directory != 0); });
    };
    functions.resize = [](void* c, const char* path, uint64_t size) {
      return call_provider(c, [&](FileProvider& p) { return p.resize(path, size); });
    };
    functions.remove = [](void* c, const char* path) { return call_provider(c, [&](FileProvider& p) { return p.remove(path); }); };
    functions.rename = [](void* c, const char* from, const char* to) {
      return call_provider(c, [&](FileProvider& p) { return p.rename(from, to); });
    };
  }
  hog_files* files = hog_files_from(&functions);
  if (files != nullptr) (void)kept.release();
  return files;
}

}  // namespace detail

class Grants {
 public:
  // stream: 1 or 2. An errno other than 0 is the program's OSError.
  using Output = std::function<int(int stream, std::string_view data)>;

  Grants() : raw_(hog_grants_new()) {
    if (raw_ == nullptr) HOGNOSE_THROW(std::bad_alloc());
  }
  Grants(Grants&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)), output_(std::move(other.output_)) {}
  Grants& operator=(Grants&& other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(output_, other.output_);
    return *this;
  }
  ~Grants() { hog_grants_free(raw_); }

  Grants& no_stdio() { return check(hog_grants_no_stdio(raw_), "no_stdio"); }
  Grants& input(std::string_view text) { return check(hog_grants_input(raw_, text.data(), text.size()), "input"); }
  Grants& output(Output function) {
    output_ = std::make_shared<Output>(std::move(function));
    auto call = [](void* context, int stream, const char* data, size_t length) {
      return (*static_cast<Output*>(context))(stream, {data, length});
    };
    return check(hog_grants_output(raw_, call, output_.get()), "output");
  }
  Grants& real_clock() {
    hog_clock clock = {};
    clock.wall = [](void*) -> int64_t {
      return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    };
    clock.monotonic = Limits().monotonic;
    clock.sleep = [](void*, int64_t nanoseconds) { std::this_thread::sleep_for(std::chrono::nanoseconds(nanoseconds)); };
    return check(hog_grants_clock(raw_, &clock), "real_clock");
  }
  Grants& fixed_clock(std::chrono::nanoseconds since_1970, std::chrono::nanoseconds step = {}) {
    return check(hog_grants_fixed_clock(raw_, since_1970.count(), step.count()), "fixed_clock");
  }
  Grants& seed(uint64_t seed) { return check(hog_grants_seed(raw_, &seed, sizeof seed), "seed"); }
  Grants& seed(std::string_view bytes) { return check(hog_grants_seed(raw_, bytes.data(), bytes.size()), "seed"); }
  Grants& variable(const std::string& name, const std::string& value) {
    return check(hog_grants_variable(raw_, name.c_str(), value.c_str()), "variable");
  }
  Grants& arguments(const std::vector<std::string>& list) {
    std::vector<const char*> pointers;
    for (const std::string& argument : list) pointers.push_back(argument.c_str());
    return check(hog_grants_arguments(raw_, pointers.size(), pointers.data()), "arguments");
  }
  Grants& memory_files(uint64_t bytes = 64 << 20, uint64_t files = 10'000) {
    return check(hog_grants_memory_files(raw_, bytes, files), "memory_files");
  }
  Grants& file(const std::string& path, std::string_view contents) {
    return check(hog_grants_file(raw_, path.c_str(), contents.data(), contents.size()), "file");
  }
  // A directory of the real disk, seen at `path`. Only in libraries built with a host.
  Grants& directory(const std::string& path, const std::string& real, hog_mount_mode mode = HOG_READ_ONLY) {
    int error = 0;
    hog_files* files = hog_open_directory(real.c_str(), mode == HOG_READ_WRITE, &error);
    if (files == nullptr) HOGNOSE_THROW(std::invalid_argument("cannot open " + real + ": errno " + std::to_string(error)));
    return check(hog_grants_mount(raw_, path.c_str(), files, mode), "directory");
  }
  // Files that you make up, at an absolute path.
  Grants& files(const std::string& path, std::shared_ptr<FileProvider> provider, hog_mount_mode mode = HOG_READ_ONLY) {
    return check(hog_grants_mount(raw_, path.c_str(), detail::files_from(std::move(provider), mode), mode), "files");
  }

 private:
  friend class Isolate;
  Grants& check(int done, [[maybe_unused]] const char* what) {
    if (!done) HOGNOSE_THROW(std::invalid_argument(std::string("bad grant: ") + what));
    return *this;
  }
  hog_grants* raw_;
  std::shared_ptr<Output> output_;
};

// ---- Host functions. ----

namespace detail {

// Answers a new value, or raises and answers null.
template <typename Function, typename... Parameters, size_t... I>
hog_value* invoke(Function& function, hog_call* call, std::tuple<Parameters...>*, std::index_sequence<I...>) {
  if (hog_call_count(call) != sizeof...(I)) {
    hog_call_raise(call, "TypeError", "the host function's signature has another number of parameters");
    return nullptr;
  }
  std::tuple<std::optional<std::decay_t<Parameters>>...> values{
      Convert<std::decay_t<Parameters>>::from(hog_call_argument(call, I))...};
  std::string wrong;
  ((wrong.empty() && !std::get<I>(values)
        ? void(wrong = "argument " + std::to_string(I + 1) + " must be " + Convert<std::decay_t<Parameters>>::kName)
        : void()),
   ...);
  if (!wrong.empty()) {
    hog_call_raise(call, "TypeError", wrong.c_str());
    return nullptr;
  }
  using Answer = std::invoke_result_t<Function&, std::decay_t<Parameters>...>;
  if constexpr (std::is_void_v<Answer>) {
    function(*std::move(std::get<I>(values))...);
    return hog_none();
  } else {
    return Convert<std::decay_t<Answer>>::to(function(*std::move(std::get<I>(values))...));
  }
}

template <typename T>
struct Parameters : Parameters<decltype(&T::operator())> {};
template <typename R, typename... P>
struct Parameters<R (*)(P...)> {
  using Types = std::tuple<P...>;
};
template <typename R, typename C, typename... P>
struct Parameters<R (C::*)(P...)> : Parameters<R (*)(P...)> {};
template <typename R, typename C, typename... P>
struct Parameters<R (C::*)(P...) const> : Parameters<R (*)(P...)> {};
template <typename R, typename C, typename... P>
struct Parameters<R (C::*)(P...) noexcept> : Parameters<R (*)(P...)> {};
template <typename R, typename C, typename... P>
struct Parameters<R (C::*)(P...) const noexcept> : Parameters<R (*)(P...)> {};

template <typename Function>
hog_value* call_host(void* context, hog_call* call) {
  using Types = typename Parameters<Function>::Types;
  auto& function = *static_cast<Function*>(context);
  constexpr auto kIndices = std::make_index_sequence<std::tuple_size_v<Types>>();
#if defined(__cpp_exceptions)
  try {
    return invoke(function, call, static_cast<Types*>(nullptr), kIndices);
  } catch (const PythonError& error) {
    if (error.result->error.object.is_handle()) hog_call_raise_object(call, error.result->error.object.raw());
    else hog_call_raise(call, "RuntimeError", error.what());
  } catch (const Raise& error) {
    hog_call_raise(call, error.type.c_str(), error.what());
  } catch (const ConversionError& error) {
    hog_call_raise(call, "TypeError", error.what());
  } catch (const std::invalid_argument& error) {
    hog_call_raise(call, "ValueError", error.what());
  } catch (const std::domain_error& error) {
    hog_call_raise(call, "ValueError", error.what());
  } catch (const std::out_of_range& error) {
    hog_call_raise(call, "IndexError", error.what());
  } catch (const std::bad_alloc&) {
    hog_call_raise(call, "MemoryError", "");
  } catch (const std::exception& error) {
    hog_call_raise(call, "RuntimeError", error.what());
  } catch (...) {
    hog_call_raise(call, "RuntimeError", "unknown C++ exception");
  }
  return nullptr;
#else
  return invoke(function, call, static_cast<Types*>(nullptr), kIndices);
#endif
}

}  // namespace detail

// ---- Isolates. ----

enum class By { Copy, Handle };

class Isolate {
 public:
  explicit Isolate(Grants grants = Grants(), const Limits& limits = Limits()) : output_(std::move(grants.output_)) {
    raw_ = hog_isolate_new(std::exchange(grants.raw_, nullptr), &limits);
    if (raw_ == nullptr) HOGNOSE_THROW(std::bad_alloc());
  }
  Isolate(Isolate&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)), output_(std::move(other.output_)) {}
  Isolate& operator=(Isolate&& other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(output_, other.output_);
    return *this;
  }
  ~Isolate() { hog_isolate_free(raw_); }

  // Runs source in the session's globals; the value is that of a last statement that is an expression. See hog_run().
  Result run(std::string_view source, const char* filename = nullptr, By by = By::Copy) {
    return taken(hog_run(raw_, source.data(), source.size(), filename, how(by)));
  }
  Result eval(std::string_view expression, By by = By::Copy) {
    return taken(hog_eval(raw_, expression.data(), expression.size(), how(by)));
  }
  // A handle to the module.
  Result import(const std::string& name) { return taken(hog_import(raw_, name.c_str())); }
  Result define_module(const std::string& name, std::string_view source) {
    return taken(hog_define_module(raw_, name.c_str(), source.data(), source.size()));
  }
  // callable: a handle. call(f, 1, "x") is f(1, 'x').
  template <typename... Arguments>
  Result call(const Value& callable, const Arguments&... arguments) {
    return call_with(callable, Value::tuple({Value(arguments)...}));
  }
  Result call_with(const Value& callable, const Value& arguments, const Value& keywords = {}, By by = By::Copy) {
    return taken(hog_call_object(raw_, callable.raw(), arguments.raw(), keywords.raw(), how(by)));
  }
  // A global of the session, or an attribute of a handle's object.
  Result get(const std::string& name, By by = By::Copy) { return taken(hog_get(raw_, nullptr, name.c_str(), how(by))); }
  Result get(const Value& object, const std::string& name, By by = By::Copy) {
    return taken(hog_get(raw_, object.raw(), name.c_str(), how(by)));
  }
  Result put(const std::string& name, const Value& value) { return taken(hog_put(raw_, nullptr, name.c_str(), value.raw())); }
  Result put(const Value& object, const std::string& name, const Value& value) {
    return taken(hog_put(raw_, object.raw(), name.c_str(), value.raw()));
  }

  // Makes module.name a Python function that calls `function` (module "": a global of the session). Its parameters are converted by
  // Convert<>, one for each of the signature's: Value takes anything, std::vector<Value> a *args, std::map<std::string, Value> a
  // **kwargs. Without a signature all are positional; one with another number of parameters makes calls a TypeError. False: a bad
  // signature.
  template <typename Function>
  bool define(const std::string& module, const std::string& name, Function function, std::string signature = "",
              const char* doc = nullptr) {
    constexpr size_t kCount = std::tuple_size_v<typename detail::Parameters<Function>::Types>;
    if (signature.empty()) {
      signature = "(";
      for (size_t i = 0; i < kCount; ++i) signature += "argument" + std::to_string(i + 1) + ", ";
      signature += kCount == 0 ? ")" : "/)";
    }
    auto* kept = new Function(std::move(function));
    return hog_define_function(raw_, module.c_str(), name.c_str(), signature.c_str(), doc, detail::call_host<Function>, kept,
                               [](void* context) { delete static_cast<Function*>(context); }) != 0;
  }
  bool define_value(const std::string& module, const std::string& name, const Value& value) {
    return hog_define_value(raw_, module.c_str(), name.c_str(), value.raw()) != 0;
  }

  void set_input(std::string_view text) { hog_isolate_set_input(raw_, text.data(), text.size()); }
  void set_limits(const Limits& limits) { hog_isolate_set_limits(raw_, &limits); }
  void cancel() { hog_isolate_cancel(raw_); }
  void clear_cancel() { hog_isolate_clear_cancel(raw_); }
  std::optional<std::string> read_file(const std::string& path) {
    const void* data;
    size_t length;
    if (!hog_isolate_read_file(raw_, path.c_str(), &data, &length)) return std::nullopt;
    return std::string(static_cast<const char*>(data), length);
  }
  hog_isolate* raw() { return raw_; }

 private:
  static int how(By by) { return by == By::Handle ? HOG_BY_HANDLE : HOG_BY_COPY; }
  static Result taken(hog_result* raw) {
    if (raw == nullptr) HOGNOSE_THROW(std::bad_alloc());
    Result result;
    result.status = raw->status;
    result.limit = raw->limit;
    result.exit_code = raw->exit_code;
    result.value = Value::adopt(std::exchange(raw->value, nullptr));
    result.standard_output.assign(raw->standard_output, raw->standard_output_length);
    result.standard_error.assign(raw->standard_error, raw->standard_error_length);
    result.error = {raw->error_type, raw->error_message, raw->error_traceback, raw->error_line,
                    Value::adopt(std::exchange(raw->error, nullptr))};
    result.usage = {raw->instructions, raw->peak_heap_bytes, std::chrono::nanoseconds(raw->nanoseconds), raw->host_calls};
    hog_result_free(raw);
    return result;
  }
  hog_isolate* raw_ = nullptr;
  std::shared_ptr<Grants::Output> output_;
};

}  // namespace hognose

#endif
