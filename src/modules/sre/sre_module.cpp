// sre_module.cpp: the module `_sre`.
#include "modules/sre/sre.hpp"
#include "text/unicode.hpp"

namespace hog {

using namespace sre;

namespace {

constexpr int64_t kMagic = 20230612;

Fallible<Value> sre_compile(Thread& t, Value pattern, int64_t flags, List* code, int64_t groups, Dict* group_index,
                            Tuple* index_group) {
  if (groups < 0 || groups > static_cast<int64_t>(UINT32_MAX) / 4) return t.raise_value_error("invalid number of groups");
  size_t size = code->length();
  TRY(t.check_fits(size * sizeof(uint32_t)));
  ByteArray* storage = TRY(ByteArray::make(t, size * sizeof(uint32_t)));
  auto* words = reinterpret_cast<uint32_t*>(storage->data());
  for (size_t i = 0; i < size; ++i) {
    // The list is the program's own: it may hold anything and change while an int is asked for its value.
    if (i >= code->length()) return t.raise(core.RuntimeError, "invalid SRE code");
    Value v = code->at(i);
    if (!is_int_or_bool(v)) return t.raise_type_error("an integer is required (got type {})", type_of(v));
    Int64Result n = int_to_int64_nogc(v);
    if (n.overflow != 0 || n.value < 0 || n.value > static_cast<int64_t>(UINT32_MAX))
      return t.raise(core.OverflowError, "regular expression code size limit exceeded");
    words[i] = static_cast<uint32_t>(n.value);
    TRY(t.poll());
  }
  if (const char* problem = verify(words, size, static_cast<size_t>(groups)); problem != nullptr)
    return t.raise(core.RuntimeError, "invalid SRE code ({})", problem);
  bool is_bytes = false;
  if (!pattern.is_none() && !is<Str>(pattern)) {
    if (!supports_buffer(pattern))
      return t.raise_type_error("expected string or bytes-like object, got '{}'", type_of(pattern));
    is_bytes = true;
  }
  auto* p = TRY(t.allocate<Pattern>(pattern_type->root_shape()));
  p->pattern_.set(p, pattern);
  p->group_index_.set(p, group_index);
  p->index_group_.set(p, index_group);
  p->code_.set(p, storage);
  p->flags_ = flags;
  p->groups_ = groups;
  p->code_size_ = static_cast<uint32_t>(size);
  p->is_bytes_ = is_bytes;
  TRY(ClassTables::prepare(t, p));
  return Value(p);
}

Fallible<Value> sre_template(Thread& t, Value pattern, List* parts) { return make_template(t, pattern, parts); }
Fallible<int64_t> sre_getcodesize(Thread&) { return int64_t{4}; }
Fallible<bool> ascii_iscased(Thread&, int64_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
Fallible<bool> unicode_iscased(Thread&, int64_t c) {
  if (c < 0 || c > 0x10FFFF) return false;
  auto ch = static_cast<uint32_t>(c);
  uint32_t lower = lower_unicode(ch);
  return ch != lower || ch != upper_unicode(ch);
}
Fallible<int64_t> ascii_tolower(Thread&, int64_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
Fallible<int64_t> unicode_tolower(Thread&, int64_t c) {
  if (c < 0 || c > 0x10FFFF) return c;
  return static_cast<int64_t>(lower_unicode(static_cast<uint32_t>(c)));
}

constexpr NativeMethod kFunctions[] = {
    {"compile", HOG_NATIVE(sre_compile), "(pattern, flags, code, groups, groupindex, indexgroup)",
     "A Pattern from compiled code."},
    {"template", HOG_NATIVE(sre_template), "(pattern, template, /)", "A replacement template."},
    {"getcodesize", HOG_NATIVE(sre_getcodesize), "()", "Bytes per code word."},
    {"ascii_iscased", HOG_NATIVE(ascii_iscased), "(character, /)", "Has it an upper or lower case?"},
    {"unicode_iscased", HOG_NATIVE(unicode_iscased), "(character, /)", "Has it an upper or lower case?"},
    {"ascii_tolower", HOG_NATIVE(ascii_tolower), "(character, /)", "Lower case by ASCII rules."},
    {"unicode_tolower", HOG_NATIVE(unicode_tolower), "(character, /)", "Lower case by Unicode rules."},
    {},
};

constexpr TypeRegistration kTypes[] = {
    {&pattern_type, &kPatternSpec, false},
    {&match_type, &kMatchSpec, false},
    {&scanner_type, &kScannerSpec, false},
    {&template_type, &kTemplateSpec, false},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "MAGIC", Value::from_small_int(kMagic)));
  TRY(module->add(t, "CODESIZE", Value::from_small_int(4)));
  TRY(module->add(t, "MAXREPEAT", Value::from_small_int(kMaxRepeat)));
  TRY(module->add(t, "MAXGROUPS", Value::from_small_int(UINT32_MAX / 4)));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__sre;
const ModuleSpec k_module__sre = {
    .name = "_sre",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = 4,
    .initialize = initialize,
};

}  // namespace hog
