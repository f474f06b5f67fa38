/* calculator.c: evaluates the arguments as Python expressions, with a function of our own in reach. C99, no C++ needed. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "hognose/hognose.h"

static int64_t now(void* unused) {
  struct timespec t;
  (void)unused;
  timespec_get(&t, TIME_UTC);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static hog_value* greatest_common_divisor(void* context, hog_call* call) {
  int64_t a, b;
  ++*(int*)context;
  if (!hog_value_int(hog_call_argument(call, 0), &a) || !hog_value_int(hog_call_argument(call, 1), &b)) {
    hog_call_raise(call, "TypeError", "two integers, please");
    return NULL;
  }
  while (b != 0) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return hog_int(a);
}

static void show(const hog_value* value) {
  int64_t number;
  if (hog_value_kind(value) == HOG_NONE) printf("None");
  else if (hog_value_int(value, &number)) printf("%" PRId64, number);
  else if (hog_value_kind(value) == HOG_FLOAT) printf("%g", hog_value_float(value));
  else if (hog_value_count(value) != 0) {
    for (size_t i = 0; i < hog_value_count(value); ++i) {
      printf(i == 0 ? "[" : ", ");
      show(hog_value_item(value, i));
    }
    printf("]");
  } else if (hog_value_text(value, NULL) != NULL) printf("%s", hog_value_text(value, NULL));
}

int main(int argc, char** argv) {
  int calls = 0, failures = 0;
  hog_limits limits = hog_default_limits();
  limits.milliseconds = 500;
  limits.monotonic = now;
  hog_isolate* isolate = hog_isolate_new(NULL, &limits);
  if (isolate == NULL) return 1;
  hog_define_function(isolate, "", "gcd", "(a, b, /)", "Greatest common divisor.", greatest_common_divisor, &calls, NULL);
  for (int i = 1; i < argc; ++i) {
    hog_result* result = hog_run(isolate, argv[i], HOG_TEXT, NULL, HOG_BY_COPY);
    if (result == NULL) return 1;
    fputs(result->standard_output, stdout);
    if (result->status == HOG_OK) {
      show(result->value);
    } else if (result->status == HOG_EXCEPTION) {
      printf("%s: %s", result->error_type, result->error_message);
      ++failures;
    } else {
      printf("ended (%d, limit %d)", (int)result->status, (int)result->limit);
      ++failures;
    }
    printf("\n");
    hog_result_free(result);
  }
  printf("%d calls, %d failures\n", calls, failures);
  hog_isolate_free(isolate);
  return 0;
}
