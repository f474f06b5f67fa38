// str_case.cpp: case mappings and the is...() predicates of str. ASCII has its own fast paths; everything else asks the
// Unicode tables. Ref: library/stdtypes "String Methods"; the Unicode Standard 3.13 "Default Case Algorithms".
#include "object/str_internal.hpp"
#include "types/str_common.hpp"

namespace hog {

namespace {

constexpr uint8_t ascii_lower(uint8_t c) { return static_cast<uint8_t>(c + ((static_cast<uint8_t>(c - 'A') < 26) << 5)); }
constexpr uint8_t ascii_upper(uint8_t c) { return static_cast<uint8_t>(c - ((static_cast<uint8_t>(c - 'a') < 26) << 5)); }
constexpr bool is_ascii_upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
constexpr bool is_ascii_lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
constexpr bool is_ascii_alpha(uint8_t c) { return is_ascii_lower(static_cast<uint8_t>(c | 0x20)); }

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

unicode::CaseMapping lower_at(const Str* s, size_t i) {
  constexpr char32_t kSigma = 0x3A3, kSmallSigma = 0x3C3, kFinalSigma = 0x3C2;
  char32_t c = s->at(i);
  if (c == kSigma) return {1, {unicode::is_final_sigma(text_of(s), i) ? kFinalSigma : kSmallSigma, 0, 0}};
  return unicode::to_lower(c);
}

template <typename Map>
Fallible<Str*> map_text(Thread& t, Str* self, Map map) {
  TRY(poll_text(t, self->length() * 8));
  StrBuilder out(t);
  TRY(out.reserve(self->length(), self->kind()));
  for (size_t i = 0; i < self->length(); ++i) TRY(append_mapping(out, map(i)));
  return out.finish();
}

}  // namespace

Fallible<Str*> str_lower(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return map_ascii(t, self, ascii_lower);
  return map_text(t, self, [&](size_t i) { return lower_at(self, i); });
}
Fallible<Str*> str_upper(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return map_ascii(t, self, ascii_upper);
  return map_text(t, self, [&](size_t i) { return unicode::to_upper(self->at(i)); });
}
Fallible<Str*> str_casefold(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii()) return map_ascii(t, self, ascii_lower);
  return map_text(t, self, [&](size_t i) { return unicode::fold_case(self->at(i)); });
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
  return map_text(t, self, [&](size_t i) { return i == 0 ? unicode::to_title(self->at(0)) : lower_at(self, i); });
}
Fallible<Str*> str_swapcase(Thread& t, Str* self) {
  TRY(poll_text(t, self->length()));
  if (self->is_ascii())
    return map_ascii(t, self, [](uint8_t c) { return is_ascii_upper(c) ? ascii_lower(c) : ascii_upper(c); });
  return map_text(t, self, [&](size_t i) -> unicode::CaseMapping {
    char32_t c = self->at(i);
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
  return map_text(t, self, [&](size_t i) {
    char32_t c = self->at(i);
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
  for (size_t i = 0; i < n; ++i)
    if (!test(self->at(i))) return false;
  return n != 0;
}

}  // namespace

Fallible<bool> str_isalpha(Thread& t, Str* self) { return every(t, self, unicode::is_alpha); }
Fallible<bool> str_isalnum(Thread& t, Str* self) { return every(t, self, unicode::is_alnum); }
Fallible<bool> str_isdecimal(Thread& t, Str* self) { return every(t, self, unicode::is_decimal); }
Fallible<bool> str_isdigit(Thread& t, Str* self) { return every(t, self, unicode::is_digit); }
Fallible<bool> str_isnumeric(Thread& t, Str* self) { return every(t, self, unicode::is_numeric); }
Fallible<bool> str_isspace(Thread& t, Str* self) { return every(t, self, unicode::is_space); }
Fallible<bool> str_isascii(Thread&, Str* self) { return self->is_ascii(); }
Fallible<bool> str_isprintable(Thread& t, Str* self) {
  if (self->length() == 0) return true;
  return every(t, self, unicode::is_printable);
}
Fallible<bool> str_isidentifier(Thread& t, Str* self) {
  if (self->length() == 0) return false;
  char32_t first = self->at(0);
  if (first != '_' && !unicode::is_xid_start(first)) return false;
  return every(t, self, unicode::is_xid_continue);
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
