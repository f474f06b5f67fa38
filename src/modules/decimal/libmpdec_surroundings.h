/* libmpdec_surroundings.h: comes first in each file of libmpdec. Takes the operating system away from it: memory is the isolate's
 * (library.cpp), nothing is printed, no signal raised, and there is no locale but C. What it only needs for that, and no
 * function that we use calls, does nothing. */
#pragma once

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void* hog_mpd_malloc(size_t bytes);
void* hog_mpd_calloc(size_t count, size_t bytes);
void* hog_mpd_realloc(void* memory, size_t bytes);
void hog_mpd_free(void* memory);
#define malloc hog_mpd_malloc
#define calloc hog_mpd_calloc
#define realloc hog_mpd_realloc
#define free hog_mpd_free

#undef errno
static __thread int hog_errno;
#define errno hog_errno

static inline int64_t hog_strtoll(const char* text, char** end, int base) {
  const char* start = text;
  int64_t n = 0;
  int negative = *text == '-', overflow = 0;
  (void)base; /* ten */
  if (*text == '-' || *text == '+') ++text;
  const char* digits = text;
  for (; *text >= '0' && *text <= '9'; ++text) {
    if (!overflow && (__builtin_mul_overflow(n, (int64_t)10, &n) || __builtin_sub_overflow(n, (int64_t)(*text - '0'), &n))) overflow = 1;
  }
  *end = (char*)(text == digits ? start : text);
  if (!overflow && !negative && n == INT64_MIN) overflow = 1;
  if (overflow) {
    hog_errno = ERANGE;
    return negative ? INT64_MIN : INT64_MAX;
  }
  return negative ? n : -n;
}
#define strtoll hog_strtoll

#undef isupper
#undef isdigit
#undef tolower
#define isupper(c) ((c) >= 'A' && (c) <= 'Z')
#define isdigit(c) ((c) >= '0' && (c) <= '9')
#define tolower(c) ((c) >= 'A' && (c) <= 'Z' ? (c) + 32 : (c))

struct hog_locale {
  const char *decimal_point, *thousands_sep, *grouping;
};
static const struct hog_locale hog_c_locale = {".", "", ""};
#define lconv hog_locale
#define localeconv() ((struct lconv*)&hog_c_locale)

#undef stderr
#define stderr ((FILE*)0)
#define fprintf(...) ((void)0)
#define printf(...) ((void)0)
#define fputs(...) ((void)0)
#define fputc(...) ((void)0)
#define snprintf(...) (-1)
#define raise(signal) ((void)0)
