// str_case.cpp: case mappings and the is...() predicates of str. ASCII has its own fast paths; everything else asks the
// Unicode tables. Ref: library/stdtypes "String Methods"; the Unicode Standard 3.13 "Default Case Algorithms".
#include <cstring>

#include "object/str_internal.hpp"
#include "types/str_common.hpp"

namespace hog {

namespace {

constexpr uint8_t ascii_lower(uint8_t c) { return static_cast<uint8_t>(c + ((static_cast<uint8_t>(c - 'A') < 26) << 5)); }
constexpr uint8_t ascii_upper(uint8_t c) { return static_cast<uint8_t>(c - ((static_cast<uint8_t>(c - 'a') < 26) << 5)); }
constexpr bool is_ascii_upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
constexpr bool is_ascii_lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
constexpr bool is_ascii_alpha(uint8_t c) { return is_ascii_lower(static_cast<uint8_t>(c | 0x20)); }

typedef uint8_t Block __attribute__((vector_size(16)));

// Flips the case of the letters from `first` to `first` + 25, sixteen bytes at a time.
Fallible<Str*> flip_ascii(Thread& t, Str* self, uint8_t first) {
  size_t n = self->length();
  if (n == 0) return names.empty;
  Str* result = TRY(Str::make_uninitialized(t, n, CharKind::One, true));
  auto* out = static_cast<uint8_t*>(result->mutable_data());
  const uint8_t* in = self->data1();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    Block block;
    std::memcpy(&block, in + i, 16);
    Block letters = reinterpret_cast<Block>(static_cast<Block>(block - first) < 26);
    block ^= letters & 32;
    std::memcpy(out + i, &block, 16);
  }
  for (; i < n; ++i) out[i] = static_cast<uint8_t>(in[i] ^ ((static_cast<uint8_t>(in[i] - first) < 26) << 5));
  return result;
}

template <typename Map>
Fallible<Str*> map_ascii(Thread& t, Str* self, Map map) {
  size_t n = self->length();
  if (n == 0) return names.empty;
  Str* result = TRY(Str::make_uninitialized(t, n, CharKind::One, true));
  auto* out = static_cast<uint8_t*>(result->mutable_data());
  const uint8_t* in = self->data1();
  for (size_t i = 0; i < n; ++i) out[i] = map(in[i]);
  return result;
}

Fallible<void> append_mapping(StrBuilder& out, const unicode::CaseMapping& mapping) {
  for (int i = 0; i < mapping.length; ++i) TRY(out.append(mapping.points[i]));
  return {};
}

constexpr char32_t kSigma = 0x3A3;

unicode::CaseMapping lower_at(const Str* s, size_t i) {
  constexpr char32_t kSmallSigma = 0x3C3, kFinalSigma = 0x3C2;
  char32_t c = s->at(i);
  if (c == kSigma) return {1, {unicode::is_final_sigma(text_of(s), i) ? kFinalSigma : kSmallSigma, 0, 0}};
  return unicode::to_lower(c);
}

// ascii_map: for ASCII characters, where their mapping depends on nothing else; null: they are mapped like the others.
template <typename C, typename Map>
Fallible<Str*> map_characters(Thread& t, const C* p, size_t n, CharKind kind, const Map& map, uint8_t (*ascii_map)(uint8_t)) {
  StrBuilder out(t);
  TRY(out.reserve(n, kind));
  C run[64];
  for (size_t i = 0; i < n;) {
    // Mappings that stay single characters of this kind are gathered; others are appended one by one.
    size_t held = 0;
    unicode::CaseMapping mapping{};
    bool odd = false;
    for (; held < 64 && i < n && !odd; ++i) {
      char32_t c = p[i];
      if (c < 0x80 && ascii_map != nullptr) {
        run[held++] = ascii_map(static_cast<uint8_t>(c));
        continue;
      }
      mapping = map(c, i);
      odd = mapping.length != 1 || mapping.points[0] > static_cast<C>(-1);
      if (!odd) run[held++] = static_cast<C>(mapping.points[0]);
    }
    TRY(out.append_chars(run, held, kind));
    if (odd) TRY(append_mapping(out, mapping));
  }
  return out.finish();
}

template <typename Map>
Fallible<Str*> map_text(Thread& t, Str* self, Map map, uint8_t (*ascii_map)(uint8_t) = nullptr) {
  size_t n = self->length();
  TRY(poll_text(t, n * 8));
  switch (self->kind()) {
    case CharKind::One: return map_characters(t, self->data1(), n, CharKind::One, map, ascii_map);
    case CharKind::Two: return map_characters(t, self->data2(), n, CharKind::Two, map, ascii_map);
    default: return map_characters(t, self->data4(), n, CharKind::Four, map, ascii_map);
  }
}

}  // namespace

Fallible<Str*> str_lower(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return flip_ascii(t, self, 'A');
  return map_text(t, self, [&](char32_t c, size_t i) { return c == kSigma ? lower_at(self, i) : unicode::to_lower(c); },
                  ascii_lower);
}
Fallible<Str*> str_upper(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return flip_ascii(t, self, 'a');
  return map_text(t, self, [](char32_t c, size_t) { return unicode::to_upper(c); }, ascii_upper);
}
Fallible<Str*> str_casefold(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return flip_ascii(t, self, 'A');
  return map_text(t, self, [](char32_t c, size_t) { return unicode::fold_case(c); }, ascii_lower);
}
Fallible<Str*> str_capitalize(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) {
    bool first = true;
    return map_ascii(t, self, [&](uint8_t c) {
      uint8_t mapped = first ? ascii_upper(c) : ascii_lower(c);
      first = false;
      return mapped;
    });
  }
  return map_text(t, self, [&](char32_t c, size_t i) { return i == 0 ? unicode::to_title(c) : lower_at(self, i); });
}
Fallible<Str*> str_swapcase(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii())
    return map_ascii(t, self, [](uint8_t c) { return is_ascii_upper(c) ? ascii_lower(c) : ascii_upper(c); });
  return map_text(t, self, [&](char32_t c, size_t i) -> unicode::CaseMapping {
    if (unicode::is_upper(c)) return lower_at(self, i);
    if (unicode::is_lower(c)) return unicode::to_upper(c);
    return {1, {c, 0, 0}};
  });
}
Fallible<Str*> str_title(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  bool after_cased = false;
  if (self->is_ascii())
    return map_ascii(t, self, [&](uint8_t c) {
      uint8_t mapped = after_cased ? ascii_lower(c) : ascii_upper(c);
      after_cased = is_ascii_alpha(c);
      return mapped;
    });
  return map_text(t, self, [&](char32_t c, size_t i) {
    unicode::CaseMapping mapped = after_cased ? lower_at(self, i) : unicode::to_title(c);
    after_cased = unicode::is_cased(c);
    return mapped;
  });
}

// ---- Predicates. ----

namespace {

// Not empty, and every character has the property.
template <typename Test>
Fallible<bool> every(Thread& t, Str* self, Test test) {
  size_t n = self->length();
  TRY(poll_text(t, n));
  if (self->kind() == CharKind::One) {
    const uint8_t* p = self->data1();
    for (size_t i = 0; i < n; ++i)
      if (!test(p[i])) return false;
    return n != 0;
  }
  for (size_t i = 0; i < n; ++i)
    if (!test(self->at(i))) return false;
  return n != 0;
}

// A set of ASCII characters, a bit each.
struct AsciiSet {
  uint64_t halves[2] = {0, 0};
  constexpr bool has(uint8_t c) const { return (halves[c >> 6] >> (c & 63) & 1) != 0; }
};
template <typename Test>
constexpr AsciiSet ascii_set(Test test) {
  AsciiSet set;
  for (unsigned c = 0; c < 128; ++c)
    if (test(c)) set.halves[c >> 6] |= uint64_t{1} << (c & 63);
  return set;
}
constexpr bool is_ascii_digit(unsigned c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(unsigned c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr AsciiSet kDigits = ascii_set(is_ascii_digit);
constexpr AsciiSet kLetters = ascii_set(is_ascii_letter);
constexpr AsciiSet kAlphanumeric = ascii_set([](unsigned c) { return is_ascii_digit(c) || is_ascii_letter(c); });
constexpr AsciiSet kIdentifier = ascii_set([](unsigned c) { return is_ascii_digit(c) || is_ascii_letter(c) || c == '_'; });

// Not empty, and every character has the property; `ascii`: the ASCII characters that have it.
template <typename Test>
Fallible<bool> every(Thread& t, Str* self, const AsciiSet& ascii, Test test) {
  if (!self->is_ascii()) return every(t, self, test);
  size_t n = self->length();
  TRY(poll_text(t, n));
  const uint8_t* p = self->data1();
  for (size_t i = 0; i < n; ++i)
    if (!ascii.has(p[i])) return false;
  return n != 0;
}

}  // namespace

Fallible<bool> str_isalpha(Thread& t, Str* self) {
  return every(t, self, kLetters, [](char32_t c) { return unicode::is_alpha(c); });
}
Fallible<bool> str_isalnum(Thread& t, Str* self) {
  return every(t, self, kAlphanumeric, [](char32_t c) { return unicode::is_alnum(c); });
}
Fallible<bool> str_isdecimal(Thread& t, Str* self) {
  return every(t, self, kDigits, [](char32_t c) { return unicode::is_decimal(c); });
}
Fallible<bool> str_isdigit(Thread& t, Str* self) {
  return every(t, self, kDigits, [](char32_t c) { return unicode::is_digit(c); });
}
Fallible<bool> str_isnumeric(Thread& t, Str* self) {
  return every(t, self, kDigits, [](char32_t c) { return unicode::is_numeric(c); });
}
Fallible<bool> str_isspace(Thread& t, Str* self) { return every(t, self, [](char32_t c) { return unicode::is_space(c); }); }
Fallible<bool> str_isascii(Thread&, Str* self) { return self->is_ascii(); }
Fallible<bool> str_isprintable(Thread& t, Str* self) {
  if (self->length() == 0) return true;
  return every(t, self, [](char32_t c) { return unicode::is_printable(c); });
}
Fallible<bool> str_isidentifier(Thread& t, Str* self) {
  if (self->length() == 0) return false;
  char32_t first = self->at(0);
  if (first < 0x80 ? first != '_' && !kLetters.has(static_cast<uint8_t>(first)) : !unicode::is_xid_start(first)) return false;
  return every(t, self, kIdentifier, [](char32_t c) { return unicode::is_xid_continue(c); });
}

Fallible<bool> str_islower(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  bool cased = false;
  for (size_t i = 0; i < self->length(); ++i) {
    char32_t c = self->at(i);
    if (unicode::is_upper(c) || unicode::is_title(c)) return false;
    cased |= unicode::is_lower(c);
  }
  return cased;
}
Fallible<bool> str_isupper(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  bool cased = false;
  for (size_t i = 0; i < self->length(); ++i) {
    char32_t c = self->at(i);
    if (unicode::is_lower(c) || unicode::is_title(c)) return false;
    cased |= unicode::is_upper(c);
  }
  return cased;
}
Fallible<bool> str_istitle(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  bool cased = false, after_cased = false;
  for (size_t i = 0; i < self->length(); ++i) {
    char32_t c = self->at(i);
    if (unicode::is_upper(c) || unicode::is_title(c)) {
      if (after_cased) return false;
      after_cased = cased = true;
    } else if (unicode::is_lower(c)) {
      if (!after_cased) return false;
      cased = true;
    } else {
      after_cased = false;
    }
  }
  return cased;
}

}  // namespace hog
