// memory_environment.cpp: see memory_environment.hpp.
#include "host/memory_environment.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace hog {

MemoryEnvironment::~MemoryEnvironment() {
  for (size_t i = 0; i < count_; ++i) std::free(variables_[i]);
  std::free(variables_);
}

size_t MemoryEnvironment::position_of(std::string_view name) const {
  for (size_t i = 0; i < count_; ++i) {
    std::string_view variable = variables_[i];
    if (variable.size() > name.size() && variable[name.size()] == '=' && variable.substr(0, name.size()) == name) return i;
  }
  return count_;
}

int MemoryEnvironment::remove(std::string_view name) {
  size_t at = position_of(name);
  if (at == count_) return 0;
  std::free(variables_[at]);
  std::memmove(variables_ + at, variables_ + at + 1, (--count_ - at) * sizeof(char*));
  return 0;
}

int MemoryEnvironment::set(std::string_view name, std::string_view value) {
  for (char c : name)
    if (c == '=' || c == '\0') return EINVAL;
  for (char c : value)
    if (c == '\0') return EINVAL;
  if (name.empty()) return EINVAL;
  if (name.size() > kLongestVariable || value.size() > kLongestVariable) return E2BIG;
  size_t at = position_of(name);
  if (at == count_ && count_ == kMostVariables) return ENOMEM;
  if (at == capacity_) {
    size_t capacity = capacity_ == 0 ? 16 : capacity_ * 2;
    auto** grown = static_cast<char**>(std::realloc(variables_, capacity * sizeof(char*)));
    if (grown == nullptr) return ENOMEM;
    variables_ = grown;
    capacity_ = capacity;
  }
  auto* text = static_cast<char*>(std::malloc(name.size() + value.size() + 2));
  if (text == nullptr) return ENOMEM;
  std::memcpy(text, name.data(), name.size());
  text[name.size()] = '=';
  if (!value.empty()) std::memcpy(text + name.size() + 1, value.data(), value.size());
  text[name.size() + 1 + value.size()] = '\0';
  if (at == count_)
    ++count_;
  else
    std::free(variables_[at]);
  variables_[at] = text;
  return 0;
}

HostResult<bool> MemoryEnvironment::set_variable(const char* name, const char* value) {
  int error = value == nullptr ? remove(name) : set(name, value);
  return {error == 0, error};
}

HostResult<SystemName> MemoryEnvironment::system_name() {
  SystemName name;
  std::memcpy(name.system, "Hognose", 8);
  std::memcpy(name.node, "sandbox", 8);
  std::memcpy(name.machine, "none", 5);
  return {name};
}

}  // namespace hog
