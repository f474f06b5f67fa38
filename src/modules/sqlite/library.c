/* library.c: SQLite, in one piece and without an operating system. What it needs of the world (memory, files, time, random numbers) comes
 * from the isolate that is at work: library.cpp and file_system.cpp. Made by tools/fetch_sqlite.sh; nothing of it is in the repository. */
#include <sqlite3_names.h>
#include <string.h>
#include <time.h>

int hog_sqlite_local_fields(long long when, int* fields);
static struct tm* hog_sqlite_localtime(const time_t* when) {
  static _Thread_local struct tm result;
  int fields[7];
  if (!hog_sqlite_local_fields(*when, fields)) return 0;
  memset(&result, 0, sizeof result);
  result.tm_sec = fields[0];
  result.tm_min = fields[1];
  result.tm_hour = fields[2];
  result.tm_mday = fields[3];
  result.tm_mon = fields[4];
  result.tm_year = fields[5];
  result.tm_isdst = fields[6];
  return &result;
}
#define localtime hog_sqlite_localtime

#define SQLITE_API __attribute__((visibility("hidden")))
/* no process-wide state, no threads, no system */
#define SQLITE_OS_OTHER 1
#define SQLITE_THREADSAFE 0
#define SQLITE_MAX_WORKER_THREADS 0
#define SQLITE_DEFAULT_MEMSTATUS 0
#define SQLITE_ZERO_MALLOC 1
#define SQLITE_DISABLE_PAGECACHE_OVERFLOW_STATS 1
#define SQLITE_OMIT_LOAD_EXTENSION 1
#define SQLITE_OMIT_SHARED_CACHE 1
#define SQLITE_OMIT_AUTOINIT 1
#define SQLITE_OMIT_COMPILEOPTION_DIAGS 1
#define SQLITE_TEMP_STORE 3
#define SQLITE_MAX_MMAP_SIZE 0
/* recursion follows the native stack */
#define SQLITE_JSON_MAX_DEPTH (hog_sqlite_stack_is_low() ? 0 : 1000)
/* as Debian builds it */
#define SQLITE_ENABLE_COLUMN_METADATA 1
#define SQLITE_ENABLE_DBSTAT_VTAB 1
#define SQLITE_ENABLE_FTS3 1
#define SQLITE_ENABLE_FTS3_PARENTHESIS 1
#define SQLITE_ENABLE_FTS4 1
#define SQLITE_ENABLE_FTS5 1
#define SQLITE_ENABLE_RTREE 1
#define SQLITE_ENABLE_MATH_FUNCTIONS 1
#define SQLITE_ENABLE_PERCENTILE 1
#define SQLITE_ENABLE_STMTVTAB 1
#define SQLITE_ENABLE_UPDATE_DELETE_LIMIT 1
#define SQLITE_LIKE_DOESNT_MATCH_BLOBS 1
#define SQLITE_SECURE_DELETE 1
#define SQLITE_SOUNDEX 1
#define SQLITE_MAX_VARIABLE_NUMBER 250000
#define HAVE_ISNAN 1
#include "sqlite3.c"
