// library.cpp: what stands between the library and the isolates: whose turn it is, memory, budget, time and random numbers.
// Invariant: a piece of memory is charged to the heap it was taken from, and given back to that one.
#include <cstdlib>
#include <cstring>

#include "modules/sqlite/sqlite.hpp"
#include "vm/isolate.hpp"

namespace hog::sqlite {

namespace {

thread_local Turn* current_turn = nullptr;

// ---- Memory. ----

struct alignas(16) Piece {
  Heap* heap;  // null: taken while no isolate may be asked
  size_t bytes;
};
void* allocate_piece(int bytes) {
  Turn* turn = current_turn;
  if (bytes <= 0) return nullptr;
  size_t size = static_cast<size_t>(bytes) + sizeof(Piece);
  Heap* heap = turn == nullptr || turn->thread == nullptr ? nullptr : turn->heap;
  if (heap != nullptr && !heap->charge(size)) return nullptr;
  auto* piece = static_cast<Piece*>(std::malloc(size));
  if (piece == nullptr) {
    if (heap != nullptr) heap->uncharge(size);
    return nullptr;
  }
  piece->heap = heap;
  piece->bytes = static_cast<size_t>(bytes);
  return piece + 1;
}
void free_piece(void* memory) {
  if (memory == nullptr) return;
  Piece* piece = static_cast<Piece*>(memory) - 1;
  if (piece->heap != nullptr) piece->heap->uncharge(piece->bytes + sizeof(Piece));
  std::free(piece);
}
int size_of_piece(void* memory) {
  return memory == nullptr ? 0 : static_cast<int>((static_cast<Piece*>(memory) - 1)->bytes);
}
void* reallocate_piece(void* memory, int bytes) {
  void* bigger = allocate_piece(bytes);
  if (bigger == nullptr || memory == nullptr) return bigger;
  size_t old = (static_cast<Piece*>(memory) - 1)->bytes;
  std::memcpy(bigger, memory, old < static_cast<size_t>(bytes) ? old : static_cast<size_t>(bytes));
  free_piece(memory);
  return bigger;
}
int round_up(int bytes) { return (bytes + 7) & ~7; }
int start_memory(void*) { return SQLITE_OK; }
void stop_memory(void*) {}

int start_library() {
  static const sqlite3_mem_methods kMemory = {allocate_piece, free_piece,   reallocate_piece, size_of_piece,
                                              round_up,       start_memory, stop_memory,      nullptr};
  int code = sqlite3_config(SQLITE_CONFIG_MALLOC, &kMemory);
  if (code == SQLITE_OK) code = sqlite3_config(SQLITE_CONFIG_URI, 0);
  if (code == SQLITE_OK) code = sqlite3_initialize();
  return code;
}

constexpr size_t kStackForLibrary = 96 * 1024;  // what a call may need beside what a program nests

size_t stack_left(const Thread& t) {
  auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return here > t.native_stack_limit_ ? here - t.native_stack_limit_ : 0;
}

// ---- Resources. ----

void unlink(Resource* resource) {
  NativeConnection* owner = resource->owner;
  if (resource->previous != nullptr) resource->previous->next = resource->next;
  else owner->resources = resource->next;
  if (resource->next != nullptr) resource->next->previous = resource->previous;
}
void close_now(NativeConnection* native) {
  native->closing = false;
  for (Resource* resource = native->resources; resource != nullptr; resource = resource->next) finish(resource);
  sqlite3* db = native->db;
  native->db = nullptr;
  if (db != nullptr) sqlite3_close_v2(db);
}
void drop(Resource* resource) {
  NativeConnection* owner = resource->owner;
  unlink(resource);
  free_for_library(owner->heap, resource);
  release(owner);
}
void reap_orphans(NativeConnection* native) {
  native->has_orphans = false;
  for (Resource *resource = native->resources, *next; resource != nullptr; resource = next) {
    if (resource->reset_due) {
      resource->reset_due = false;
      if (resource->handle != nullptr) sqlite3_reset(resource->statement());
    }
    bool orphan = resource->references == 0;
    if (orphan) finish(resource);
    next = resource->next;  // resetting and finishing may have called Python
    if (orphan) drop(resource);
  }
}

}  // namespace

Turn::Turn(Heap* h, Thread* thread_or_null, NativeConnection* connection)
    : heap(h), thread(thread_or_null), native(connection), outer_(current_turn) {
  current_turn = this;
}
Turn::~Turn() { current_turn = outer_; }
Turn* Turn::current() { return current_turn; }
Thread* Turn::python_thread() const { return thread == nullptr || failed(*thread) ? nullptr : thread; }

Fallible<void> initialize_library(Thread& t) {
  static const int code = start_library();
  if (code != SQLITE_OK) return t.raise(core.SystemError, "SQLite could not be started");
  return {};
}

Entry::Entry(Thread& t, NativeConnection* native) : turn_(&t.heap(), &t, native), native_(native) {
  ++native->references;
}
Entry::~Entry() {
  if (held_ && --native_->active == 0) {
    // Finalizing may end aggregates, which calls Python: whoever comes in meanwhile is inside, too.
    while (native_->has_orphans || native_->closing) {
      native_->active = 1;
      if (native_->has_orphans) reap_orphans(native_);
      native_->active = 0;
      if (native_->closing) close_now(native_);
    }
    native_->owner = nullptr;
  }
  release(native_);
}
Fallible<void> Entry::acquire() {
  Thread& t = *turn_.thread;
  if (stack_left(t) < kStackForLibrary) return t.raise_recursion_error(" in SQLite");
  while (native_->owner != nullptr && native_->owner != &t) {
    pass_turn(t);
    TRY(t.poll(256));
  }
  native_->owner = &t;
  held_ = true;
  ++native_->active;
  return {};
}

Fallible<NativeConnection*> new_native_connection(Thread& t) {
  auto* native = static_cast<NativeConnection*>(allocate_for_library(&t.heap(), sizeof(NativeConnection)));
  if (native == nullptr) return t.raise_memory_error();
  *native = {};
  native->heap = &t.heap();
  native->references = 1;
  native->step = 500;
  return native;
}
void release(NativeConnection* native) {
  if (--native->references != 0) return;
  if (native->db != nullptr) close_now(native);
  if (native->locks != nullptr) release(native->locks);
  free_for_library(native->heap, native);
}
void close_native(NativeConnection* native) {
  if (native->db == nullptr) return;
  native->closing = true;
  if (native->active == 0) close_now(native);
}
Fallible<Resource*> new_resource(Thread& t, NativeConnection* owner, Resource::Kind kind) {
  auto* resource = static_cast<Resource*>(allocate_for_library(owner->heap, sizeof(Resource)));
  if (resource == nullptr) return t.raise_memory_error();
  *resource = {owner, owner->resources, nullptr, nullptr, kind, 1, false};
  if (owner->resources != nullptr) owner->resources->previous = resource;
  owner->resources = resource;
  ++owner->references;
  return resource;
}
void finish(Resource* resource) {
  void* handle = resource->handle;
  resource->handle = nullptr;
  if (handle == nullptr) return;
  if (resource->kind == Resource::Kind::Statement) sqlite3_finalize(static_cast<sqlite3_stmt*>(handle));
  else sqlite3_blob_close(static_cast<sqlite3_blob*>(handle));
}
void abandon(Resource* resource) {
  NativeConnection* owner = resource->owner;
  if (--resource->references != 0) return;
  if (owner->active != 0 && resource->handle != nullptr) {
    owner->has_orphans = true;
    return;
  }
  finish(resource);
  drop(resource);
}
void stop_using(Resource* resource) {
  NativeConnection* owner = resource->owner;
  if (resource->handle != nullptr) {
    if (owner->active != 0) {
      resource->reset_due = true;
      owner->has_orphans = true;
    } else {
      sqlite3_reset(resource->statement());
    }
  }
  abandon(resource);
}

// ---- Budget. ----

namespace {

int on_progress(void* data) {
  auto* native = static_cast<NativeConnection*>(data);
  Turn* turn = current_turn;
  if (turn == nullptr || turn->thread == nullptr) return 0;
  Thread& t = *turn->thread;
  if (failed(t) || t.poll(native->step).failed()) return 1;
  if (native->progress == nullptr) return 0;
  native->progress_left -= native->step;
  if (native->progress_left > 0) return 0;
  native->progress_left = native->progress_every;
  return call_progress(native->progress);
}

}  // namespace

void install_progress(NativeConnection* native) {
  constexpr int kMostSteps = 500;
  native->step =
      native->progress != nullptr && native->progress_every < kMostSteps ? native->progress_every : kMostSteps;
  native->progress_left = native->progress_every;
  sqlite3_progress_handler(native->db, native->step, on_progress, native);
}

void install_limits(Thread& t, NativeConnection* native) {
  // A few hundred bytes of native stack for each level that a program nests, in several walks over the tree.
  constexpr size_t kStackPerLevel = 1536;
  size_t room = stack_left(t) / 2 / kStackPerLevel;
  int levels = room < 10 ? 10 : room > 10000 ? 10000 : static_cast<int>(room);
  auto lower = [](int limit, int most) { return limit == 0 || limit > most ? most : limit; };
  sqlite3_limit(native->db, SQLITE_LIMIT_EXPR_DEPTH, lower(native->expression_depth, levels));
  sqlite3_limit(native->db, SQLITE_LIMIT_PARSER_DEPTH, lower(native->parser_depth, levels < 50 ? 50 : levels));
  uint64_t heap = t.heap().limit();
  if (heap != 0 && heap < static_cast<uint64_t>(sqlite3_limit(native->db, SQLITE_LIMIT_LENGTH, -1)))
    sqlite3_limit(native->db, SQLITE_LIMIT_LENGTH, static_cast<int>(heap));
}

}  // namespace hog::sqlite

// ---- What the library calls by name. ----

extern "C" {

// Not 0: the work is to end at once.
int hog_sqlite_work(unsigned long long steps) {
  hog::sqlite::Turn* turn = hog::sqlite::Turn::current();
  if (turn == nullptr || turn->thread == nullptr) return 0;
  hog::Thread& t = *turn->thread;
  if (hog::sqlite::failed(t)) return 1;
  return t.poll(static_cast<int64_t>(steps)).failed() ? 1 : 0;
}
int hog_sqlite_stack_is_low() {
  hog::sqlite::Turn* turn = hog::sqlite::Turn::current();
  return turn != nullptr && turn->thread != nullptr && turn->thread->native_stack_is_low() ? 1 : 0;
}
void hog_sqlite_randomness(int size, void* room) {
  if (size <= 0 || room == nullptr) return;
  hog::sqlite::Turn* turn = hog::sqlite::Turn::current();
  if (turn == nullptr || turn->thread == nullptr) {
    std::memset(room, 0, static_cast<size_t>(size));
    return;
  }
  hog::Isolate::of(*turn->thread).seeds().fill(room, static_cast<size_t>(size));
}
// Local time as struct tm has it: seconds, minutes, hours, day, month from 0, year from 1900, daylight saving. 0: there is no clock.
int hog_sqlite_local_fields(long long when, int* fields) {
  hog::sqlite::Turn* turn = hog::sqlite::Turn::current();
  if (turn == nullptr || turn->thread == nullptr) return 0;
  hog::Host* host = hog::Isolate::of(*turn->thread).config().host;
  if (host == nullptr || host->clock == nullptr) return 0;
  bool daylight = false;
  const char* zone = nullptr;
  int64_t local = when + host->clock->utc_offset_seconds(when, &daylight, &zone);
  int64_t days = local / 86400, seconds = local % 86400;
  if (seconds < 0) {
    seconds += 86400;
    --days;
  }
  // The civil calendar from a count of days: eras of 400 years that begin in March.
  int64_t z = days + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t day_of_era = z - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t values[] = {seconds % 60,    seconds / 60 % 60,
                            seconds / 3600,  day_of_year - (153 * shifted + 2) / 5 + 1,
                            month - 1,       year_of_era + era * 400 + (month <= 2 ? 1 : 0) - 1900,
                            daylight ? 1 : 0};
  for (size_t i = 0; i < 7; ++i) fields[i] = static_cast<int>(values[i]);
  return 1;
}
}
