// lzma_filters.cpp: filter chains of the module _lzma: from dictionaries to the library's structures and back.
#include "modules/compression/lzma_support.hpp"

namespace hog {

Fallible<uint64_t> lzma_unsigned_py(Thread& t, Value v, uint64_t most, const char* c_type) {
  Value n = TRY(index_py(t, v));
  uint64_t number;
  if (n.is_small_int()) {
    if (n.small_int() < 0) return t.raise_value_error("Cannot convert negative int");
    number = static_cast<uint64_t>(n.small_int());
  } else {
    Int* big = as<Int>(n);
    if (big->negative()) return t.raise_value_error("Cannot convert negative int");
    if (big->limb_count() > 1) return t.raise(core.OverflowError, "Python int too large for C {}", c_type);
    number = big->limb_count() == 0 ? 0 : big->limbs()[0];
  }
  if (number > most) return t.raise(core.OverflowError, "Value too large for {} type", c_type);
  return number;
}

namespace {

// The value under a key, or absent.
Fallible<Value> find_py(Thread& t, Value mapping, const char* key) {
  Value name(TRY(Str::intern_utf8(t, key)));
  Fallible<Value> found = get_item_py(t, mapping, name);
  if (!found.failed()) return found;
  if (!clear_exception_if(t, core.KeyError)) return Failure{};
  return Value::absent();
}

struct Field32 {
  const char* name;
  uint32_t lzma_options_lzma::* place;
};
constexpr Field32 kLzmaFields[] = {{"dict_size", &lzma_options_lzma::dict_size},
                                   {"lc", &lzma_options_lzma::lc},
                                   {"lp", &lzma_options_lzma::lp},
                                   {"pb", &lzma_options_lzma::pb},
                                   {"nice_len", &lzma_options_lzma::nice_len},
                                   {"depth", &lzma_options_lzma::depth}};

Fallible<bool> is_one_of(Thread& t, Value key, std::initializer_list<const char*> names) {
  if (!is<Str>(key)) return false;
  for (const char* name : names)
    if (as<Str>(key)->equals_ascii(name)) return true;
  (void)t;
  return false;
}

// Every key of the specifier must be known.
Fallible<void> check_keys_py(Thread& t, Value specifier, std::initializer_list<const char*> names, const char* what) {
  bool good = true;
  TRY(for_each_py(t, specifier, [&](Value key) -> Fallible<bool> {
    good = TRY(is_one_of(t, key, names));
    return good;
  }));
  if (!good) return t.raise_value_error("Invalid filter specifier for {} filter", what);
  return {};
}

Fallible<void> read_lzma_options_py(Thread& t, Value specifier, lzma_options_lzma* options) {
  TRY(check_keys_py(t, specifier, {"id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"},
                    "LZMA"));
  uint64_t preset = LZMA_PRESET_DEFAULT;
  Value given = TRY(find_py(t, specifier, "preset"));
  if (!given.is_absent()) preset = TRY(lzma_unsigned_py(t, given, UINT32_MAX, "uint32_t"));
  std::memset(options, 0, sizeof *options);
  if (lzma_lzma_preset(options, static_cast<uint32_t>(preset)))
    return t.raise(lzma_error_type, "Invalid compression preset: {}", static_cast<int64_t>(preset));
  bool invalid = false;
  auto read = [&](const char* name, uint64_t most, const char* c_type) -> Fallible<int64_t> {
    Value v = TRY(find_py(t, specifier, name));
    if (v.is_absent()) return -1;
    Fallible<uint64_t> n = lzma_unsigned_py(t, v, most, c_type);
    if (n.failed()) {
      if (!clear_exception_if(t, core.OverflowError)) return Failure{};
      invalid = true;
      return -1;
    }
    return static_cast<int64_t>(n.get());
  };
  for (const Field32& field : kLzmaFields) {
    int64_t n = TRY(read(field.name, UINT32_MAX, "uint32_t"));
    if (n >= 0) options->*field.place = static_cast<uint32_t>(n);
  }
  int64_t mode = TRY(read("mode", UINT32_MAX, "lzma_mode"));
  if (mode >= 0) options->mode = static_cast<lzma_mode>(mode);
  int64_t finder = TRY(read("mf", UINT32_MAX, "lzma_match_finder"));
  if (finder >= 0) options->mf = static_cast<lzma_match_finder>(finder);
  if (invalid) return t.raise_value_error("Invalid filter specifier for LZMA filter");
  return {};
}

bool is_bcj(lzma_vli id) {
  return id == LZMA_FILTER_X86 || id == LZMA_FILTER_POWERPC || id == LZMA_FILTER_IA64 || id == LZMA_FILTER_ARM ||
         id == LZMA_FILTER_ARMTHUMB || id == LZMA_FILTER_SPARC;
}
bool is_lzma(lzma_vli id) { return id == LZMA_FILTER_LZMA1 || id == LZMA_FILTER_LZMA2; }

}  // namespace

Fallible<void> read_lzma_filter_py(Thread& t, Value specifier, lzma_filter* filter, LzmaChain::Options* options) {
  if (type_of(specifier)->slots().get_item == nullptr || is<Tuple>(specifier) || is<List>(specifier) ||
      is<Str>(specifier))
    return t.raise_type_error("Filter specifier must be a dict or dict-like object");
  Value id = TRY(find_py(t, specifier, "id"));
  if (id.is_absent()) return t.raise_value_error("Filter specifier must have an \"id\" entry");
  filter->id = TRY(lzma_unsigned_py(t, id, UINT64_MAX, "unsigned long long"));
  filter->options = options;
  if (is_lzma(filter->id)) return read_lzma_options_py(t, specifier, &options->lzma);
  if (filter->id == LZMA_FILTER_DELTA) {
    TRY(check_keys_py(t, specifier, {"id", "dist"}, "delta"));
    Value distance = TRY(find_py(t, specifier, "dist"));
    std::memset(&options->delta, 0, sizeof options->delta);
    options->delta.type = LZMA_DELTA_TYPE_BYTE;
    options->delta.dist =
        distance.is_absent() ? 1 : static_cast<uint32_t>(TRY(lzma_unsigned_py(t, distance, UINT32_MAX, "uint32_t")));
    return {};
  }
  if (!is_bcj(filter->id)) return t.raise_value_error("Invalid filter ID: {}", static_cast<uint64_t>(filter->id));
  TRY(check_keys_py(t, specifier, {"id", "start_offset"}, "BCJ"));
  Value offset = TRY(find_py(t, specifier, "start_offset"));
  std::memset(&options->bcj, 0, sizeof options->bcj);
  if (!offset.is_absent())
    options->bcj.start_offset = static_cast<uint32_t>(TRY(lzma_unsigned_py(t, offset, UINT32_MAX, "uint32_t")));
  return {};
}

Fallible<void> read_lzma_chain_py(Thread& t, Value specifiers, LzmaChain* chain) {
  if (is<Dict>(specifiers)) return t.raise_type_error("{} is not a sequence", type_of(specifiers));
  int64_t count = TRY(length_py(t, specifiers));
  if (count > LZMA_FILTERS_MAX)
    return t.raise_value_error("Too many filters - liblzma supports a maximum of {}", int{LZMA_FILTERS_MAX});
  for (int64_t i = 0; i < count; ++i) {
    Value specifier = TRY(get_item_py(t, specifiers, Value::from_small_int(i)));
    TRY(read_lzma_filter_py(t, specifier, &chain->filters[i], &chain->options[i]));
  }
  chain->filters[count].id = kNoLzmaId;
  chain->filters[count].options = nullptr;
  return {};
}

Fallible<Value> lzma_filter_to_dict(Thread& t, const lzma_filter& filter) {
  Dict* dict = TRY(Dict::make(t));
  auto add = [&](const char* name, uint64_t n) -> Fallible<void> {
    return dict->set_name(t, TRY(Str::intern_utf8(t, name)), TRY(make_uint(t, n)));
  };
  TRY(add("id", filter.id));
  if (filter.options == nullptr) return Value(dict);
  if (is_lzma(filter.id)) {
    const auto* options = static_cast<const lzma_options_lzma*>(filter.options);
    if (filter.id == LZMA_FILTER_LZMA1) {
      TRY(add("lc", options->lc));
      TRY(add("lp", options->lp));
      TRY(add("pb", options->pb));
    }
    TRY(add("dict_size", options->dict_size));
  } else if (filter.id == LZMA_FILTER_DELTA) {
    TRY(add("dist", static_cast<const lzma_options_delta*>(filter.options)->dist));
  } else if (is_bcj(filter.id)) {
    TRY(add("start_offset", static_cast<const lzma_options_bcj*>(filter.options)->start_offset));
  }
  return Value(dict);
}

}  // namespace hog
