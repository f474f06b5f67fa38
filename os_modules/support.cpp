// support.cpp: see support.hpp.
#include "os_modules/support.hpp"

namespace hog::os {

Fallible<void> require_process(Thread& t, const char* module) {
  Host* host = posix::host_of(t);
  if (host != nullptr && host->process != nullptr) return {};
  return t.raise(core.ImportError, "module '{}' needs Process, which this isolate was not granted", module);
}

Fallible<void> add_constants(Thread& t, Module* module, const Constant* rows, size_t count) {
  for (size_t i = 0; i < count; ++i) TRY(module->add(t, rows[i].name, Value::from_small_int(rows[i].value)));
  return {};
}

Failure raise_errno(Thread& t) { return raise_os_error(t, errno); }

Fallible<void> StringArray::fill_py(Thread& t, List* items) {
  texts_ = TRY(List::make(t));
  // A program may change the list while __fspath__ runs: what counts is what was encoded.
  for (size_t i = 0; i < items->length(); ++i) {
    TRY(t.poll());
    TRY(texts_->append(t, Value(TRY(posix::encoded_argument_py(t, items->at(i))))));
  }
  size_ = texts_->length();
  pointers_ = TRY(ByteArray::make(t, (size_ + 1) * sizeof(char*)));
  auto** out = reinterpret_cast<char**>(pointers_->data());
  for (size_t i = 0; i < size_; ++i) out[i] = reinterpret_cast<char*>(as<ByteArray>(texts_->at(i))->data());
  out[size_] = nullptr;
  return {};
}

}  // namespace hog::os
