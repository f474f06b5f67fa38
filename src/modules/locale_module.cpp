// locale_module.cpp: the module `_locale` without a host: there are two locales, C and C.UTF-8, which differ in name only;
// text is Unicode in both. Ref: library/locale.
// State: a ByteArray with one byte a category: 1 where it is C.UTF-8. It changes nothing but what setlocale() answers.
#include <cstring>

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr int kAll = 6;
// Numbers and order as glibc has them; null: the number of LC_ALL.
constexpr const char* kCategories[] = {"LC_CTYPE", "LC_NUMERIC", "LC_TIME",    "LC_COLLATE",   "LC_MONETARY",    "LC_MESSAGES",      nullptr,
                                       "LC_PAPER", "LC_NAME",    "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION"};
constexpr int kCategoryCount = static_cast<int>(std::size(kCategories));

Type* error_type;
const TypeSpec kErrorSpec = {.name = "locale.Error", .base = &core.Exception, .flags = type_flag::kBaseType};
const TypeRegistration kTypes[] = {{&error_type, &kErrorSpec}};

const char* name_of(uint8_t locale) { return locale != 0 ? "C.UTF-8" : "C"; }

Fallible<Value> name_of_all(Thread& t, const uint8_t* state) {
  bool same = true;
  for (int i = 0; i < kCategoryCount; ++i) same = same && (i == kAll || state[i] == state[0]);
  if (same) return Value(TRY(Str::from_ascii(t, name_of(state[0]))));
  StrBuilder text(t);
  for (int i = 0; i < kCategoryCount; ++i) {
    if (i == kAll) continue;
    if (i != 0) TRY(text.append(';'));
    TRY(text.append(TRY(t.format("{}={}", kCategories[i], name_of(state[i])))));
  }
  return Value(TRY(text.finish()));
}

// 0 and 1: the locales; -1: unknown.
int locale_of(Str* name) {
  if (name->length() == 0 || name->equals_ascii("C") || name->equals_ascii("POSIX")) return 0;
  return name->equals_ascii("C.UTF-8") || name->equals_ascii("C.utf8") ? 1 : -1;
}

Fallible<Value> setlocale(Thread& t, Module* module, int category, NoneOr<Str*> locale) {
  bool known = category >= 0 && category < kCategoryCount;
  if (!known) return t.raise(error_type, locale.value == nullptr ? "locale query failed" : "unsupported locale setting");
  uint8_t* state = static_cast<ByteArray*>(module->state_.get())->data();
  if (locale.value != nullptr) {
    int wanted = locale_of(locale.value);
    if (wanted < 0) return t.raise(error_type, "unsupported locale setting");
    for (int i = 0; i < kCategoryCount; ++i)
      if (category == kAll || i == category) state[i] = static_cast<uint8_t>(wanted);
  }
  if (category == kAll) return name_of_all(t, state);
  return Value(TRY(Str::from_ascii(t, name_of(state[category]))));
}

Fallible<Value> localeconv(Thread& t) {
  constexpr const char* kTexts[] = {"int_curr_symbol", "currency_symbol", "mon_decimal_point", "mon_thousands_sep"};
  constexpr const char* kSigns[] = {"positive_sign", "negative_sign"};
  constexpr const char* kNumbers[] = {"int_frac_digits", "frac_digits",    "p_cs_precedes", "p_sep_by_space",
                                      "n_cs_precedes",   "n_sep_by_space", "p_sign_posn",   "n_sign_posn"};
  Dict* dict = TRY(Dict::make(t));
  auto set = [&](const char* name, Value v) -> Fallible<void> { return dict->set_name(t, TRY(Str::intern_utf8(t, name)), v); };
  for (const char* name : kTexts) TRY(set(name, Value(names.empty)));
  TRY(set("mon_grouping", Value(TRY(List::make(t)))));
  for (const char* name : kSigns) TRY(set(name, Value(names.empty)));
  for (const char* name : kNumbers) TRY(set(name, Value::from_small_int(127)));
  TRY(set("decimal_point", Value(latin1_characters[static_cast<unsigned char>('.')])));
  TRY(set("thousands_sep", Value(names.empty)));
  TRY(set("grouping", Value(TRY(List::make(t)))));
  return Value(dict);
}

Fallible<void> reject_nulls(Thread& t, Str* text) {
  for (size_t i = 0; i < text->length(); ++i)
    if (text->at(i) == 0) return t.raise_value_error("embedded null character");
  return t.poll(static_cast<int64_t>(text->length() / 16));
}
Fallible<int64_t> strcoll(Thread& t, Str* a, Str* b) {
  TRY(reject_nulls(t, a));
  TRY(reject_nulls(t, b));
  int order = Str::compare_nogc(a, b);
  return static_cast<int64_t>(order < 0 ? -1 : order > 0);
}
Fallible<Value> strxfrm(Thread& t, Str* text) {
  TRY(reject_nulls(t, text));
  return Value(TRY(Str::exact(t, text)));
}

Fallible<Value> getencoding(Thread& t) { return Value(TRY(Str::from_ascii(t, "UTF-8"))); }

// Without message catalogues every message is its own translation.
Fallible<Value> gettext(Thread&, Str* message) { return Value(message); }
Fallible<Value> dgettext(Thread&, NoneOr<Str*>, Str* message) { return Value(message); }
Fallible<Value> dcgettext(Thread&, NoneOr<Str*>, Str* message, int) { return Value(message); }

// ---- nl_langinfo ----

struct Item {
  const char* name;
  int key;
  const char* text;
};
constexpr Item kItems[] = {
    {"ABDAY_1", 131072, "Sun"},      {"ABDAY_2", 131073, "Mon"},       {"ABDAY_3", 131074, "Tue"},
    {"ABDAY_4", 131075, "Wed"},      {"ABDAY_5", 131076, "Thu"},       {"ABDAY_6", 131077, "Fri"},
    {"ABDAY_7", 131078, "Sat"},      {"DAY_1", 131079, "Sunday"},      {"DAY_2", 131080, "Monday"},
    {"DAY_3", 131081, "Tuesday"},    {"DAY_4", 131082, "Wednesday"},   {"DAY_5", 131083, "Thursday"},
    {"DAY_6", 131084, "Friday"},     {"DAY_7", 131085, "Saturday"},    {"ABMON_1", 131086, "Jan"},
    {"ABMON_2", 131087, "Feb"},      {"ABMON_3", 131088, "Mar"},       {"ABMON_4", 131089, "Apr"},
    {"ABMON_5", 131090, "May"},      {"ABMON_6", 131091, "Jun"},       {"ABMON_7", 131092, "Jul"},
    {"ABMON_8", 131093, "Aug"},      {"ABMON_9", 131094, "Sep"},       {"ABMON_10", 131095, "Oct"},
    {"ABMON_11", 131096, "Nov"},     {"ABMON_12", 131097, "Dec"},      {"MON_1", 131098, "January"},
    {"MON_2", 131099, "February"},   {"MON_3", 131100, "March"},       {"MON_4", 131101, "April"},
    {"MON_5", 131102, "May"},        {"MON_6", 131103, "June"},        {"MON_7", 131104, "July"},
    {"MON_8", 131105, "August"},     {"MON_9", 131106, "September"},   {"MON_10", 131107, "October"},
    {"MON_11", 131108, "November"},  {"MON_12", 131109, "December"},   {"AM_STR", 131110, "AM"},
    {"PM_STR", 131111, "PM"},        {"D_T_FMT", 131112, "%a %b %e %H:%M:%S %Y"},
    {"D_FMT", 131113, "%m/%d/%y"},   {"T_FMT", 131114, "%H:%M:%S"},    {"T_FMT_AMPM", 131115, "%I:%M:%S %p"},
    {"ERA", 131116, ""},             {"ERA_D_FMT", 131118, ""},        {"ALT_DIGITS", 131119, ""},
    {"ERA_D_T_FMT", 131120, ""},     {"ERA_T_FMT", 131121, ""},        {"_DATE_FMT", 131180, "%a %b %e %H:%M:%S %Z %Y"},
    {"CODESET", 14, "UTF-8"},        {"CRNCYSTR", 262159, "-"},        {"RADIXCHAR", 65536, "."},
    {"THOUSEP", 65537, ""},          {"YESEXPR", 327680, "^[yY]"},     {"NOEXPR", 327681, "^[nN]"},
};

Fallible<Value> nl_langinfo(Thread& t, int key) {
  for (const Item& item : kItems)
    if (item.key == key) return Value(TRY(Str::from_ascii(t, item.text)));
  return t.raise_value_error("unsupported langinfo constant");
}

constexpr NativeMethod kFunctions[] = {
    {"dcgettext", HOG_NATIVE(dcgettext), "(domain, msg, category, /)", "The message."},
    {"dgettext", HOG_NATIVE(dgettext), "(domain, msg, /)", "The message."},
    {"getencoding", HOG_NATIVE(getencoding), "()", "The locale's encoding: UTF-8."},
    {"gettext", HOG_NATIVE(gettext), "(msg, /)", "The message."},
    {"localeconv", HOG_NATIVE(localeconv), "()", "How the locale writes numbers and money."},
    {"nl_langinfo", HOG_NATIVE(nl_langinfo), "(key, /)", "A text of the locale."},
    {"setlocale", HOG_NATIVE(setlocale), "($module, category, locale=None, /)", "Set or query a category's locale."},
    {"strcoll", HOG_NATIVE(strcoll), "(os1, os2, /)", "-1, 0 or 1: the order of two strings."},
    {"strxfrm", HOG_NATIVE(strxfrm), "(string, /)", "A string that compares as strcoll() does."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  ByteArray* state = TRY(ByteArray::make(t, kCategoryCount));
  state->data()[0] = 1;  // LC_CTYPE
  module->state_.set(module, state);
  for (int i = 0; i < kAll; ++i) TRY(module->add(t, kCategories[i], Value::from_small_int(i)));
  TRY(module->add(t, "LC_ALL", Value::from_small_int(kAll)));
  TRY(module->add(t, "CHAR_MAX", Value::from_small_int(127)));
  for (const Item& item : kItems) TRY(module->add(t, item.name, Value::from_small_int(item.key)));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__locale;
const ModuleSpec k_module__locale = {
    .name = "_locale",
    .doc = "The C locale.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = 1,
    .initialize = initialize,
};

}  // namespace hog
