/* hognose.h: the embedding API of Hognose, a Python 3.14 interpreter, for C and for every language that can call C.
 * hognose.hpp is the same for C++20, header-only over this one. Needs nothing but standard headers.
 *
 * Objects.    hog_isolate: one interpreter with its own heap, modules and budget; any number in a process, sharing nothing.
 *             hog_grants: what an isolate may reach of the outside; an empty one reaches nothing but captured output.
 *             hog_value: a copy of a Python value (a tree that belongs to you), or a handle to an object inside an isolate.
 *             hog_result: what a run came to.
 * Ownership.  Whoever gets a pointer from a function that is documented as "new" frees it with the matching _free. A function that
 *             "takes" an argument frees it, also when it fails. Every other pointer belongs to the object it came from and is
 *             valid until that object changes or is freed. Freeing null does nothing.
 * Threads.    An isolate may be used from any thread, by one at a time: a call while another thread is inside gives HOG_BUSY.
 *             hog_isolate_cancel() alone may be called at any time. A call from a host function of the same isolate is nested in
 *             its run and shares its budget.
 * Errors.     Nothing throws and nothing aborts. Null from a function that makes something means: no memory.
 * Text.       UTF-8 with its length in bytes; a length of HOG_TEXT means NUL-terminated. Lone surrogates of Python come out as their
 *             three-byte form; bytes that are no UTF-8 go in as U+FFFD.
 */
#ifndef HOGNOSE_HOGNOSE_H
#define HOGNOSE_HOGNOSE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HOG_API __attribute__((visibility("default")))
#else
#define HOG_API
#endif

#define HOG_TEXT ((size_t)-1)

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hog_isolate hog_isolate;
typedef struct hog_grants hog_grants;
typedef struct hog_value hog_value;
typedef struct hog_call hog_call;
typedef struct hog_files hog_files;

/* ---- Values. ---------------------------------------------------------------------------------------------------------- */

typedef enum hog_kind {
  HOG_NONE,
  HOG_BOOL,
  HOG_INT,     /* any size: hog_value_int() or hog_value_text() */
  HOG_FLOAT,
  HOG_COMPLEX,
  HOG_STR,
  HOG_BYTES,
  HOG_LIST,
  HOG_TUPLE,
  HOG_DICT,    /* in order; items are key, value, key, value, ... */
  HOG_SET,
  HOG_HANDLE   /* an object that stays in its isolate: a function, a class, an instance, or whatever was asked for by handle */
} hog_kind;

/* New values. The containers begin empty. */
HOG_API hog_value* hog_none(void);
HOG_API hog_value* hog_bool(int truth);
HOG_API hog_value* hog_int(int64_t number);
/* A hexadecimal number with an optional '-': "-0xff" or "ff". Null also when it is none. */
HOG_API hog_value* hog_int_text(const char* hexadecimal);
HOG_API hog_value* hog_float(double number);
HOG_API hog_value* hog_complex(double real, double imaginary);
HOG_API hog_value* hog_str(const char* text, size_t length);
HOG_API hog_value* hog_bytes(const void* data, size_t length);
HOG_API hog_value* hog_list(void);
HOG_API hog_value* hog_tuple(void);
HOG_API hog_value* hog_dict(void);
HOG_API hog_value* hog_set(void);
/* Adds to a list, tuple or set. Takes `item`. 1: done; 0: no memory, or no such container, or item is null. */
HOG_API int hog_append(hog_value* container, hog_value* item);
/* Adds to a dict, after what is there (of two equal keys the later one wins in Python). Takes both. 1: done. */
HOG_API int hog_dict_add(hog_value* dict, hog_value* key, hog_value* value);
/* A new, deep copy; a handle's copy names the same object. */
HOG_API hog_value* hog_value_copy(const hog_value* value);
/* A handle may be freed on any thread, also after its isolate is gone. */
HOG_API void hog_value_free(hog_value* value);

HOG_API hog_kind hog_value_kind(const hog_value* value);   /* null counts as HOG_NONE */
HOG_API int hog_value_bool(const hog_value* value);        /* of a HOG_BOOL; else 0 */
/* 1: *number is the value of a HOG_INT or HOG_BOOL; 0: it does not fit, or is something else. */
HOG_API int hog_value_int(const hog_value* value, int64_t* number);
/* Of HOG_FLOAT, HOG_INT, HOG_BOOL, and the real part of HOG_COMPLEX; else 0. */
HOG_API double hog_value_float(const hog_value* value);
HOG_API double hog_value_imaginary(const hog_value* value);
/* The text of HOG_STR (UTF-8), the bytes of HOG_BYTES, the hexadecimal digits of a HOG_INT that does not fit 64 bits, the name of
 * a handle's type. NUL-terminated; length (may be null): without the NUL. Null for the others. */
HOG_API const char* hog_value_text(const hog_value* value, size_t* length);
/* Items of a list, tuple or set; twice the pairs of a dict. */
HOG_API size_t hog_value_count(const hog_value* value);
HOG_API const hog_value* hog_value_item(const hog_value* value, size_t index);  /* null past the end */
/* Of a dict with str keys: null when there is none. */
HOG_API const hog_value* hog_value_get(const hog_value* dict, const char* key);

/* ---- Limits. ---------------------------------------------------------------------------------------------------------- */

/* What one run may use; heap_bytes and native_stack_bytes hold for the isolate. 0: no limit (native_stack_bytes: the default).
 * docs/limits.md says how each is measured. A run that exceeds one ends at once, whatever its `except` and `finally` say, and
 * the isolate can run again. */
typedef struct hog_limits {
  uint64_t instructions;        /* bytecode instructions and the like; the same program takes the same number everywhere */
  uint64_t milliseconds;        /* wall time; needs `monotonic` */
  uint64_t heap_bytes;          /* all memory of the isolate */
  uint64_t native_stack_bytes;  /* below the call that enters the isolate: what deeper recursion gets is RecursionError */
  uint64_t output_bytes;        /* written to stdout and stderr */
  uint64_t host_calls;          /* calls of host functions, files and streams */
  /* Nanoseconds of a clock that never goes back. Only measures; a program sees it only as a granted clock. Null: no time limit. */
  int64_t (*monotonic)(void* context);
  void* monotonic_context;
} hog_limits;

/* 2 000 000 000 instructions, 10 s (once `monotonic` is set), 256 MiB, 256 KiB of stack, 16 MiB of output, 1 000 000 host calls. */
HOG_API hog_limits hog_default_limits(void);

/* ---- Grants. ---------------------------------------------------------------------------------------------------------- */

/* New; no clock, no randomness of the host, no variables, no files; standard input empty, standard output and error captured. */
HOG_API hog_grants* hog_grants_new(void);
HOG_API void hog_grants_free(hog_grants* grants);
/* The following answer 1, or 0 and leave the grants as they were: no memory, or nonsense. */

/* sys.stdin, stdout and stderr are None. */
HOG_API int hog_grants_no_stdio(hog_grants* grants);
/* What standard input holds; copied. hog_isolate_set_input() changes it later. */
HOG_API int hog_grants_input(hog_grants* grants, const char* data, size_t length);
/* Output goes there as it is written (stream: 1 or 2) instead of being captured. Answers 0, or an errno that the program gets. */
typedef int (*hog_output_function)(void* context, int stream, const char* data, size_t length);
HOG_API int hog_grants_output(hog_grants* grants, hog_output_function function, void* context);
/* A clock that stands still at `wall_nanoseconds` since 1970, or goes on by `step_nanoseconds` with each look. */
HOG_API int hog_grants_fixed_clock(hog_grants* grants, int64_t wall_nanoseconds, int64_t step_nanoseconds);
/* The embedder's clocks, in nanoseconds. sleep may be null: sleeping ends at once. */
typedef struct hog_clock {
  int64_t (*wall)(void* context);
  int64_t (*monotonic)(void* context);
  void (*sleep)(void* context, int64_t nanoseconds);
  void* context;
} hog_clock;
HOG_API int hog_grants_clock(hog_grants* grants, const hog_clock* clock);
/* Random bytes (random, secrets, uuid, os.urandom) that follow from a seed of at most 32 bytes. */
HOG_API int hog_grants_seed(hog_grants* grants, const void* seed, size_t length);
/* Adds to os.environ. */
HOG_API int hog_grants_variable(hog_grants* grants, const char* name, const char* value);
/* sys.argv. */
HOG_API int hog_grants_arguments(hog_grants* grants, size_t count, const char* const* arguments);
/* An empty file system in memory; of all of its files together, so many bytes and files. With files, sys.path is ["/"]. */
HOG_API int hog_grants_memory_files(hog_grants* grants, uint64_t bytes, uint64_t files);
/* Puts a file there, and the directories on its way. Grants memory files of 64 MiB if none were granted. */
HOG_API int hog_grants_file(hog_grants* grants, const char* path, const void* data, size_t length);
typedef enum hog_mount_mode { HOG_READ_ONLY, HOG_READ_WRITE, HOG_OVERLAY } hog_mount_mode;
/* Shows `files` at an absolute path of the memory files. HOG_OVERLAY: changes stay in memory. Takes `files`. */
HOG_API int hog_grants_mount(hog_grants* grants, const char* path, hog_files* files, hog_mount_mode mode);
/* A directory of the real disk, confined beneath it. New; null: *error is the errno. writable 0: nothing in it can be changed.
 * Only in libraries that are built with a host (HOGNOSE_HOST_ENV): others do not have this symbol. */
HOG_API hog_files* hog_open_directory(const char* path, int writable, int* error);
HOG_API void hog_files_free(hog_files* files);

/* Files that you make up: from an archive, a database, a request. Paths are absolute beneath the mount ("/" is its root), without
 * "." and "..", of at most 4096 bytes. Each function answers 0 or an errno, is called on the thread that is inside the isolate,
 * and must not enter it. */
typedef struct hog_file_info {
  int is_directory;
  uint64_t size;                /* bytes; 0 for a directory */
  int64_t modified_nanoseconds; /* since 1970 */
} hog_file_info;
typedef struct hog_entries hog_entries;
/* Within `list`: one more name (no path; "." and ".." are left out). 0: no memory, stop. */
HOG_API int hog_entries_add(hog_entries* entries, const char* name, int is_directory);
typedef struct hog_file_provider {
  void* context;
  int (*info)(void* context, const char* path, hog_file_info* info); /* ENOENT: there is none. Needed; the others may be null. */
  int (*list)(void* context, const char* path, hog_entries* entries);
  /* At most `size` bytes from `offset`; *done: how many, 0 at the end. */
  int (*read)(void* context, const char* path, uint64_t offset, void* buffer, size_t size, size_t* done);
  /* Without `write` nothing can be changed (EROFS). Bytes between the old end and `offset` become 0. */
  int (*write)(void* context, const char* path, uint64_t offset, const void* data, size_t size, size_t* done);
  int (*create)(void* context, const char* path, int directory); /* there is nothing at `path` yet */
  int (*resize)(void* context, const char* path, uint64_t size);
  int (*remove)(void* context, const char* path);                /* a file, or an empty directory (else ENOTEMPTY) */
  int (*rename)(void* context, const char* from, const char* to);
  void (*release)(void* context);                                /* the last call */
} hog_file_provider;
/* New: for hog_grants_mount(). The functions are copied. Null: no memory, or no `info`; then `release` is not called. */
HOG_API hog_files* hog_files_from(const hog_file_provider* provider);

/* ---- Isolates. -------------------------------------------------------------------------------------------------------- */

/* New. limits: null for the defaults. Takes grants (null: those of hog_grants_new()). Null: heap_bytes is too small, or memory. */
HOG_API hog_isolate* hog_isolate_new(hog_grants* grants, const hog_limits* limits);
/* Nothing of the program runs any more, finalisers included. Not while a thread is inside. */
HOG_API void hog_isolate_free(hog_isolate* isolate);

typedef enum hog_status {
  HOG_OK,
  HOG_EXCEPTION,   /* an exception that the program did not catch */
  HOG_EXIT,        /* SystemExit: exit_code */
  HOG_TERMINATED,  /* a limit, or cancelled: limit */
  HOG_BUSY,        /* another thread is inside */
  HOG_NO_MEMORY    /* the embedder's memory ran out while the result was made */
} hog_status;

typedef enum hog_limit {
  HOG_LIMIT_NONE,
  HOG_LIMIT_INSTRUCTIONS,
  HOG_LIMIT_TIME,
  HOG_LIMIT_MEMORY,
  HOG_LIMIT_STACK,
  HOG_LIMIT_OUTPUT,
  HOG_LIMIT_HOST_CALLS,
  HOG_LIMIT_CANCELLED
} hog_limit;

/* What a run came to. Pointers are never null but for `value`, and belong to the result. */
typedef struct hog_result {
  hog_status status;
  hog_limit limit;               /* HOG_TERMINATED: which */
  int exit_code;                 /* HOG_EXIT */
  hog_value* value;              /* HOG_OK: the result; null otherwise. Set it to null to keep it for yourself. */
  const char* standard_output;   /* captured in this run, bytes; NUL-terminated */
  size_t standard_output_length;
  const char* standard_error;
  size_t standard_error_length;
  const char* error_type;        /* HOG_EXCEPTION: "ValueError", "package.module.Error" */
  const char* error_message;     /* str() of it */
  const char* error_traceback;   /* as Python prints it, with the source lines of what you ran */
  long error_line;               /* in the source that was run, from 1; 0: unknown */
  hog_value* error;              /* HOG_EXCEPTION: a handle to the exception */
  uint64_t instructions;         /* this run's */
  uint64_t peak_heap_bytes;      /* the isolate's most so far */
  uint64_t nanoseconds;          /* this run's; 0 without hog_limits.monotonic */
  uint64_t host_calls;           /* this run's */
} hog_result;
HOG_API void hog_result_free(hog_result* result);

enum { HOG_BY_COPY = 0, HOG_BY_HANDLE = 1 };

/* Each of these is a run with a budget of its own (unless nested) and answers a new result; null: no memory even for that.
 * By copy: None, bool, int, float, complex, str, bytes, list, tuple, dict, set and frozenset are copied, deeply, and what is
 * nothing of these crosses as a handle. A value nested deeper than 100, or larger than 64 MiB, is a ValueError. */

/* Runs source in the session's globals (`__main__`), which stay for the next run. The value is that of the last statement when
 * that is an expression, else None. filename: for tracebacks; null: "<input>". */
HOG_API hog_result* hog_run(hog_isolate* isolate, const char* source, size_t length, const char* filename, int how);
/* One expression. */
HOG_API hog_result* hog_eval(hog_isolate* isolate, const char* expression, size_t length, int how);
/* Imports a module; the value is a handle to it. */
HOG_API hog_result* hog_import(hog_isolate* isolate, const char* name);
/* Makes a module of source text, so that `import name` finds it; the value is a handle to it. */
HOG_API hog_result* hog_define_module(hog_isolate* isolate, const char* name, const char* source, size_t length);
/* callable(*arguments, **keywords). callable: a handle; arguments: a list or tuple or null; keywords: a dict or null. */
HOG_API hog_result* hog_call_object(hog_isolate* isolate, const hog_value* callable, const hog_value* arguments,
                                    const hog_value* keywords, int how);
/* getattr(object, name); object null: a global of the session. */
HOG_API hog_result* hog_get(hog_isolate* isolate, const hog_value* object, const char* name, int how);
/* setattr(object, name, value); object null: a global of the session. Does not take value. */
HOG_API hog_result* hog_put(hog_isolate* isolate, const hog_value* object, const char* name, const hog_value* value);

/* What standard input holds from now on; copied. 1: done. */
HOG_API int hog_isolate_set_input(hog_isolate* isolate, const char* data, size_t length);
/* From the next run on; heap_bytes from now on. Not while a thread is inside. */
HOG_API void hog_isolate_set_limits(hog_isolate* isolate, const hog_limits* limits);
/* From any thread: ends the run that is going on, soon; when none is, the next one, at its beginning. */
HOG_API void hog_isolate_cancel(hog_isolate* isolate);
/* Takes a cancellation back that no run has seen. */
HOG_API void hog_isolate_clear_cancel(hog_isolate* isolate);
/* Reads a file of the memory files. 1: *data (valid until the file changes or the next run) and *length. */
HOG_API int hog_isolate_read_file(hog_isolate* isolate, const char* path, const void** data, size_t* length);

/* ---- Host functions. -------------------------------------------------------------------------------------------------- */

/* Called with one argument for each parameter of the signature, in its order: defaults are filled in, *args is a tuple and
 * **kwargs a dict. Answers a new value, or null after hog_call_raise(); null alone is a RuntimeError in Python. */
typedef hog_value* (*hog_function)(void* context, hog_call* call);
HOG_API hog_isolate* hog_call_isolate(const hog_call* call);
HOG_API size_t hog_call_count(const hog_call* call);
HOG_API const hog_value* hog_call_argument(const hog_call* call, size_t index);
/* type: a built-in exception's name; others become RuntimeError. */
HOG_API void hog_call_raise(hog_call* call, const char* type, const char* message);
/* Raises an exception of Python again: a handle, as in hog_result.error. */
HOG_API void hog_call_raise_object(hog_call* call, const hog_value* exception);

/* Makes a Python function of one of yours. module: where it is to be found; "" or null: a global of the session; a module that does
 * not exist is made. signature: Python's, without annotations: "(path, *, limit=10)"; null: "(*args)"; at most 16 parameters.
 * doc: may be null. free_context (may be null) is called once with the context, when the isolate goes or when this fails.
 * 1: done; 0: a bad signature or no memory. Not from within a run. */
HOG_API int hog_define_function(hog_isolate* isolate, const char* module, const char* name, const char* signature, const char* doc,
                                hog_function function, void* context, void (*free_context)(void* context));
/* Sets module.name = value (a constant of a host module). Does not take value. 1: done. */
HOG_API int hog_define_value(hog_isolate* isolate, const char* module, const char* name, const hog_value* value);

/* "0.1.0" */
HOG_API const char* hog_version(void);
/* Is the operating system linked (hog_open_directory)? */
HOG_API int hog_has_host(void);

#ifdef __cplusplus
}
#endif
#endif
