// host_function.cpp: C++ functions that Python can call. Binding, defaults, keywords and complaints are those of every native function
// (object/signature.cpp); only the signature is parsed here, because its text is the embedder's and may be wrong.
#include <cstdlib>
#include <cstring>
#include <new>

#include "embed/isolate_api.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "object/signature.hpp"

namespace hog {

namespace {

constexpr size_t kMostParameters = 16;
using Kind = NativeParameter::Kind;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0)) return false;
  return true;
}

// Up to a comma outside brackets and quotes.
std::string_view next_part(std::string_view* rest) {
  int depth = 0;
  char quote = 0;
  size_t i = 0;
  for (; i < rest->size(); ++i) {
    char c = (*rest)[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      else if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth == 0) {
      break;
    }
  }
  if (i > rest->size()) i = rest->size();
  std::string_view part = trimmed(rest->substr(0, i));
  rest->remove_prefix(i == rest->size() ? i : i + 1);
  return part;
}

Failure bad_signature(Thread& t, std::string_view text) { return t.raise_value_error("bad signature of a host function: {}", text); }

// Names and default values are kept alive by `keeper`, a list that the isolate holds.
struct SignatureReader {
  Thread& t;
  List* keeper;
  std::string_view whole;
  NativeSignature* s;
  NativeParameter* parameters;
  bool after_star = false;
  bool default_seen = false;

  Fallible<Value> default_value_py(std::string_view text) {
    CompileRequest request;
    request.source = text;
    request.filename = TRY(Str::from_ascii(t, "<signature>"));
    request.mode = CompileMode::Eval;
    Value code = TRY(Isolate::of(t).config().compiler->compile_py(t, request));
    Dict* globals = TRY(Dict::make(t));
    return Isolate::of(t).run_code(t, as<Code>(code), globals, Value());
  }

  Fallible<void> slash() {
    if (s->parameter_count == 0 || s->positional_only != 0 || after_star) return bad_signature(t, whole);
    for (size_t i = 0; i < s->parameter_count; ++i) parameters[i].kind = Kind::PositionalOnly;
    s->positional_only = s->parameter_count;
    return {};
  }

  Fallible<void> parameter_py(std::string_view text) {
    if (s->parameter_count == kMostParameters || s->has_var_keyword) return bad_signature(t, whole);
    NativeParameter* p = &parameters[s->parameter_count];
    p->kind = after_star ? Kind::KeywordOnly : Kind::PositionalOrKeyword;
    size_t equals = text.find('=');
    std::string_view name = trimmed(text.substr(0, equals));
    if (name.starts_with("**")) {
      p->kind = Kind::VarKeyword;
      s->has_var_keyword = true;
      name.remove_prefix(2);
    } else if (name.starts_with("*")) {
      if (after_star) return bad_signature(t, whole);
      p->kind = Kind::VarPositional;
      s->has_var_positional = after_star = true;
      name.remove_prefix(1);
    }
    if (!is_name(name)) return bad_signature(t, whole);
    p->name = TRY(Str::intern_utf8(t, name));
    TRY(keeper->append(t, Value(p->name)));
    for (size_t i = 0; i < s->parameter_count; ++i)
      if (parameters[i].name == p->name) return bad_signature(t, whole);
    p->has_default = equals != std::string_view::npos;
    p->default_value = Value::absent();
    if (p->has_default) {
      if (p->kind == Kind::VarPositional || p->kind == Kind::VarKeyword) return bad_signature(t, whole);
      p->default_value = TRY(default_value_py(trimmed(text.substr(equals + 1))));
      TRY(keeper->append(t, p->default_value));
    }
    ++s->parameter_count;
    if (p->kind != Kind::PositionalOrKeyword) return {};
    ++s->positional_count;
    if (p->has_default) default_seen = true;
    else if (default_seen) return bad_signature(t, whole);
    else s->required_positional = s->positional_count;
    return {};
  }

  Fallible<void> read_py() {
    std::string_view rest = trimmed(whole);
    if (rest.size() < 2 || rest.front() != '(' || rest.back() != ')') return bad_signature(t, whole);
    rest = trimmed(rest.substr(1, rest.size() - 2));
    bool bare_star = false;
    while (!rest.empty()) {
      std::string_view part = next_part(&rest);
      if (part == "/") {
        TRY(slash());
      } else if (part == "*") {
        if (after_star) return bad_signature(t, whole);
        after_star = bare_star = true;
      } else {
        TRY(parameter_py(part));
        if (s->parameter_count != 0 && parameters[s->parameter_count - 1].kind == Kind::KeywordOnly) bare_star = false;
      }
    }
    return bare_star ? Fallible<void>(bad_signature(t, whole)) : Fallible<void>();
  }
};

struct CallScope {
  hog_call call;
  hog_value* arguments[kMostParameters] = {};
  ~CallScope() {
    for (hog_value* argument : arguments) hog_value_free(argument);
  }
};

Fallible<Value> invoke_py(Thread& t, const NativeSignature& signature, const Value* bound) {
  auto* host = reinterpret_cast<HostFunction*>(const_cast<NativeMethod*>(signature.method));
  hog_isolate* isolate = host->owner;
  TRY(check_native_recursion(t, " while calling a host function"));
  TRY(Isolate::of(t).count_host_call(t));
  TRY(t.poll());
  CallScope scope;
  scope.call.isolate = isolate;
  scope.call.arguments = scope.arguments;
  scope.call.count = signature.parameter_count;
  uint64_t bytes = 0;
  for (size_t i = 0; i < scope.call.count; ++i)
    scope.arguments[i] = TRY(value_to_tree(t, isolate, bound[i], false, &bytes)).value;
  hog_value* answer = host->function(host->context, &scope.call);
  // It may have run Python, which may have been terminated.
  if (t.terminated()) {
    hog_value_free(answer);
    return Failure{};
  }
  if (scope.call.raised || answer == nullptr) {
    hog_value_free(answer);
    Value exception = scope.call.exception;
    if (exception.is_empty()) return t.raise(core.RuntimeError, "the host function {}() failed without saying why", host->method.name);
    return t.raise_object_py(exception, Value::absent());
  }
  Fallible<Value> value = tree_to_value_py(t, isolate, answer);
  hog_value_free(answer);
  return value;
}

char* copy_of(const char* text) {
  size_t size = std::strlen(text) + 1;
  auto* copy = static_cast<char*>(std::malloc(size));
  if (copy != nullptr) std::memcpy(copy, text, size);
  return copy;
}

}  // namespace

Fallible<NativeFunction*> make_host_function_py(Thread& t, HostFunction* host, Module* module) {
  host->method.entry.invoke = invoke_py;
  auto* memory = static_cast<char*>(std::calloc(1, sizeof(NativeSignature) + kMostParameters * sizeof(NativeParameter)));
  if (memory == nullptr) return t.raise_memory_error();
  host->signature = reinterpret_cast<NativeSignature*>(memory);
  NativeSignature* s = host->signature;
  s->method = &host->method;
  s->owner = nullptr;
  auto* parameters = reinterpret_cast<NativeParameter*>(s + 1);
  s->parameters = parameters;
  ValueField& slot = Isolate::of(t).slots[Isolate::kEmbedderRoots];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(List::make(t, 8))));
  SignatureReader reader{t, as<List>(slot.get()), host->method.signature, s, parameters};
  TRY(reader.read_py());
  complete_signature(s);
  auto* function = TRY(t.allocate<NativeFunction>(shapes.builtin_function));
  function->signature_ = s;
  function->self_.set(function, Value(module));
  Value name = module->dict()->get_name_nogc(names.dunder_name);
  function->module_.set(function, name.is_absent() ? Value() : name);
  return function;
}

void free_host_functions(hog_isolate* isolate) {
  while (HostFunction* function = isolate->functions) {
    isolate->functions = function->next;
    if (function->free_context != nullptr) function->free_context(function->context);
    std::free(function->signature);
    std::free(const_cast<char*>(function->method.name));
    std::free(const_cast<char*>(function->method.signature));
    std::free(const_cast<char*>(function->method.doc));
    delete function;
  }
}

HostFunction* new_host_function(hog_isolate* isolate, const char* name, const char* signature, const char* doc) {
  auto* host = new (std::nothrow) HostFunction;
  if (host == nullptr) return nullptr;
  host->owner = isolate;
  host->next = isolate->functions;
  isolate->functions = host;
  host->method.name = copy_of(name);
  host->method.signature = copy_of(signature == nullptr ? "(*args)" : signature);
  if (doc != nullptr) host->method.doc = copy_of(doc);
  return host->method.name == nullptr || host->method.signature == nullptr ? nullptr : host;
}

}  // namespace hog

using namespace hog;

hog_isolate* hog_call_isolate(const hog_call* call) { return call->isolate; }
size_t hog_call_count(const hog_call* call) { return call->count; }
const hog_value* hog_call_argument(const hog_call* call, size_t index) { return index < call->count ? call->arguments[index] : nullptr; }

void hog_call_raise(hog_call* call, const char* type_name, const char* message) {
  Thread& t = call->isolate->thread();
  call->raised = true;
  Type* type = core.RuntimeError;
  Fallible<Str*> name = Str::intern_utf8(t, type_name);
  if (!name.failed()) {
    Value found = t.isolate().builtins->get_name_nogc(name.get());
    // What a program has put there counts only when it is an exception class of ours.
    if (!found.is_absent() && is<Type>(found) && !as<Type>(found)->is_heap_type() && as<Type>(found)->has(type_flag::kExceptionSubclass))
      type = as<Type>(found);
  }
  Fallible<Str*> text = Str::from_utf8(t, message == nullptr ? "" : message);
  if (text.failed()) {
    if (t.has_exception()) t.take_exception();
    return;
  }
  (void)t.raise_value(type, Value(text.get()));
  if (t.has_exception()) call->exception = t.take_exception();
}

void hog_call_raise_object(hog_call* call, const hog_value* exception) {
  Thread& t = call->isolate->thread();
  call->raised = true;
  Fallible<Value> object = object_of(t, call->isolate, exception);
  if (object.failed() || !is_exception(object.get())) {
    if (t.has_exception()) t.take_exception();
    return;
  }
  call->exception = object.get();
}
