// isolate.cpp: life and roots of an isolate, and its budget.
//
// Fuel: the thread's counter goes down in loops and calls; poll_slow() grants the next portion after looking at everything
// that may stop or interrupt the program. A portion is small enough that cancellation is seen within a millisecond.
#include "vm/isolate.hpp"

#include <cstdlib>
#include <new>

#include "host/host.hpp"
#include "object/bytes_objects.hpp"
#include "object/class_data.hpp"
#include "object/protocol.hpp"
#include "object/weak.hpp"
#include "vm/cycle_count.hpp"
#include "vm/finalize.hpp"
#include "vm/frame.hpp"
#include "vm/importing.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

constexpr int64_t kFuelPortion = 50'000;
constexpr int64_t kShortPortion = 2'000;      // when threads want to take turns more often than usual
constexpr double kShortInterval = 0.001;      // seconds
// What an isolate may use of its thread's native stack when the embedder does not say more.
constexpr uint64_t kDefaultNativeStack = 256 * 1024;

// IsolateState::interrupt. Whoever wants everything looked at stores the first; a poll that finds work for a safe point stores the
// second, and leaves no fuel: so the interpreter, which looks at nothing else, comes by at its next jump or call, however many
// natives poll meanwhile.
constexpr uint32_t kLookAtAll = 1, kSafePointIsDue = 2;

int64_t portion_of(uint64_t remaining) {
  return remaining < static_cast<uint64_t>(kFuelPortion) ? static_cast<int64_t>(remaining) : kFuelPortion;
}

// ---- What waits for a safe point (finalize.hpp), beside finalisers. ----

bool turn_is_wanted(Isolate& isolate, Thread& t) {
  if (isolate.turns.wanted.load(std::memory_order_relaxed) == 0 || !has_other_threads(t)) return false;
  auto interval = static_cast<int64_t>(isolate.switch_interval * 1e9);
  return isolate.turns.host->monotonic_nanoseconds() - isolate.turns.began >= interval;
}

bool signals_are_due(Isolate& isolate, Thread& t) {
  if (isolate.handle_signals_py == nullptr || &t != &isolate.main_thread()) return false;
  return isolate.noted_signals != 0 || isolate.config().host->signals->any_noted();
}

}  // namespace

Isolate* Isolate::create(const IsolateConfig& config) {
  auto* isolate = new (std::nothrow) Isolate;
  if (isolate == nullptr) return nullptr;
  if (!isolate->start(config)) {
    destroy(isolate);
    return nullptr;
  }
  return isolate;
}

bool Isolate::start(const IsolateConfig& config) {
  config_ = config;
  for (MethodCacheEntry& entry : method_cache) entry = {};
  services = &kVmServices;
  seed_hashes(*this, config.hash_seed);
  own_entropy_.reseed(&config.hash_seed, sizeof config.hash_seed);
  heap.set_limit(config.limits.heap_bytes);
  main_thread_ = new (std::nothrow) Thread;
  if (main_thread_ == nullptr) return false;
  Thread& t = *main_thread_;
  t.isolate_ = this;
  threads = main_thread_;
  turns.host = config.host == nullptr ? nullptr : config.host->threads;
  t.serial_ = turns.next_serial++;
  enter(t);
  begin_budget(t);
  heap.set_hooks(this);
  if (set_up_classes(t).failed()) return false;
  return set_up_modules(t, *this);
}

void Isolate::destroy(Isolate* isolate) {
  if (isolate->main_thread_ != nullptr && !isolate->stop_threads()) {
    // A thread is in a call of the system that does not come back. Should it ever, it finds that it never has its turn again, and
    // all that its stack refers to still in place: so this isolate stays.
    isolate->turns.mutex->lock();
    isolate->turns.closed = true;
    isolate->turns.mutex->unlock();
    return;
  }
  isolate->heap.set_hooks(nullptr);
  if (isolate->main_thread_ != nullptr) {
    release_vm_stack(*isolate->main_thread_);
    if (Host* host = isolate->config_.host; host != nullptr && host->signals != nullptr && isolate->handle_signals_py != nullptr)
      host->signals->set_parker(nullptr);
    if (isolate->main_thread_->parker_ != nullptr) isolate->turns.host->free_parker(isolate->main_thread_->parker_);
    delete isolate->main_thread_;
  }
  if (isolate->turns.mutex != nullptr) isolate->turns.host->free_mutex(isolate->turns.mutex);
  free_finalizers(*isolate);
  free_weak_table(*isolate);
  free_interned(*isolate);
  delete isolate;
}

void Isolate::enter(Thread& t) {
  uint64_t stack = config_.limits.native_stack_bytes != 0 ? config_.limits.native_stack_bytes : kDefaultNativeStack;
  constexpr size_t kReserve = 192 * 1024;  // for what natives use between two looks at the limit
  if (t.stack_bytes_ != 0 && stack > t.stack_bytes_ - kReserve) stack = t.stack_bytes_ - kReserve;
  auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  // Roots of the caller's caller may live a little above this frame (inlined entry points). What is above must be mapped:
  // the rest of this page is, and what every thread has above its first frame (arguments, thread block) is longer than kAbove.
  constexpr uintptr_t kPage = 4096, kAbove = 512;
  uintptr_t page_end = (here | (kPage - 1)) + 1;
  t.native_stack_base_ = page_end > here + kAbove ? page_end : here + kAbove;
  t.native_stack_limit_ = here > stack ? here - stack : 0;
}

// ---- Budget. ----

Clock* Isolate::budget_clock() const {
  if (config_.budget_clock != nullptr) return config_.budget_clock;
  return config_.host == nullptr ? nullptr : config_.host->clock;
}

void Isolate::begin_run(Thread& t) {
  begin_budget(t);
  keep_memory_reserve();
  if (cancelled_.load(std::memory_order_relaxed)) interrupt.store(1, std::memory_order_relaxed);
}

// A run may use all but a reserve. The reserve is for a run that begins when everything else is held by what an earlier one left
// behind: it must be able to let go of that.
void Isolate::keep_memory_reserve() {
  constexpr uint64_t kMostReserve = 1 << 20;
  uint64_t limit = config_.limits.heap_bytes;
  if (limit == 0) return;
  uint64_t reserve = limit / 16 < kMostReserve ? limit / 16 : kMostReserve;
  auto is_full = [&] {
    const HeapStatistics& s = heap.statistics();
    return s.bytes_from_system + s.bytes_external + reserve > limit - reserve;
  };
  if (is_full()) heap.collect();
  heap.set_limit(is_full() ? limit : limit - reserve);
}

void Isolate::set_limits(const Limits& limits) {
  config_.limits = limits;
  heap.set_limit(limits.heap_bytes);
}

void Isolate::begin_budget(Thread& t) {
  instructions_spent_ = 0;
  host_calls_ = 0;
  output_bytes_ = 0;
  deadline_nanoseconds_ = 0;
  constexpr uint64_t kLongest = uint64_t{1} << 40;  // about 35 years
  uint64_t milliseconds = config_.limits.milliseconds < kLongest ? config_.limits.milliseconds : kLongest;
  if (milliseconds != 0 && budget_clock() != nullptr)
    deadline_nanoseconds_ = budget_clock()->monotonic_nanoseconds() + static_cast<int64_t>(milliseconds) * 1'000'000;
  grant_fuel(t);
}

void Isolate::grant_fuel(Thread& t) {
  uint64_t limit = config_.limits.instructions;
  fuel_granted_ = limit == 0 ? kFuelPortion : limit <= instructions_spent_ ? 0 : portion_of(limit - instructions_spent_);
  if (has_other_threads(t) && switch_interval < kShortInterval && fuel_granted_ > kShortPortion) fuel_granted_ = kShortPortion;
  t.fuel_ = fuel_granted_;
}

void Isolate::settle_fuel(Thread& t) {
  instructions_spent_ += static_cast<uint64_t>(fuel_granted_ - t.fuel_);
  fuel_granted_ = t.fuel_ = 0;
}

uint64_t Isolate::instructions_used(Thread& t) const {
  return instructions_spent_ + static_cast<uint64_t>(fuel_granted_ - t.fuel_);
}

Fallible<void> Isolate::poll_slow(Thread& t) {
  if (t.terminated()) return Failure{};
  // Something waits for the interpreter already: there is no news for natives but once in a portion.
  if (interrupt.load(std::memory_order_relaxed) == kSafePointIsDue && t.fuel_ > -kFuelPortion &&
      (config_.limits.instructions == 0 || instructions_used(t) < config_.limits.instructions))
    return {};
  if (t.stopping_) return t.terminate(Limit::Cancelled);
  if (stopped_by != Limit::None) return t.terminate(stopped_by);
  if (t.fuel_ <= 0) {
    instructions_spent_ += static_cast<uint64_t>(fuel_granted_ - t.fuel_);
    uint64_t limit = config_.limits.instructions;
    if (limit != 0 && instructions_spent_ >= limit) {
      fuel_granted_ = t.fuel_ = 0;
      return t.terminate(Limit::Instructions);
    }
    grant_fuel(t);
  }
  // Looked at even with fuel left: whoever did long work that is no number of steps (a collection) asks for this poll.
  if (deadline_nanoseconds_ != 0 && budget_clock()->monotonic_nanoseconds() >= deadline_nanoseconds_)
    return t.terminate(Limit::Time);
  if (cancelled_.load(std::memory_order_relaxed)) return t.terminate(Limit::Cancelled);
  bool is_due = finalizers_are_due(*this) || weak_callbacks_are_due(*this) || turn_is_wanted(*this, t) || signals_are_due(*this, t);
  interrupt.store(is_due ? kSafePointIsDue : 0, std::memory_order_relaxed);
  if (is_due) settle_fuel(t);
  return {};
}

Fallible<void> safe_point_py(Thread& t) {
  Isolate& isolate = Isolate::of(t);
  isolate.interrupt.store(kLookAtAll, std::memory_order_relaxed);
  TRY(isolate.poll_slow(t));
  isolate.interrupt.store(0, std::memory_order_relaxed);  // what is due is served now
  if (t.fuel_ <= 0) {
    isolate.settle_fuel(t);
    isolate.resume_fuel(t);
  }
  if (turn_is_wanted(isolate, t)) {
    pass_turn(t);
    TRY(isolate.poll_slow(t));  // it may have been stopped, or the time be over
  }
  if (signals_are_due(isolate, t)) TRY(isolate.handle_signals_py(t));
  if (finalizers_are_due(isolate)) TRY(run_due_finalizers_py(t));
  if (weak_callbacks_are_due(isolate)) TRY(run_due_weak_callbacks_py(t));
  return {};
}

Fallible<void> Isolate::count_host_call(Thread& t) {
  ++host_calls_;
  if (config_.limits.host_calls != 0 && host_calls_ > config_.limits.host_calls) return t.terminate(Limit::HostCalls);
  return {};
}

Fallible<void> Isolate::count_output(Thread& t, size_t bytes) {
  output_bytes_ += bytes;
  if (config_.limits.output_bytes != 0 && output_bytes_ > config_.limits.output_bytes) return t.terminate(Limit::Output);
  return {};
}

void Isolate::cancel() {
  cancelled_.store(true, std::memory_order_relaxed);
  interrupt.store(1, std::memory_order_relaxed);
  if (turns.mutex == nullptr) return;
  turns.mutex->lock();
  for (Thread* t = threads; t != nullptr; t = t->next_)
    if (t->parker_ != nullptr) t->parker_->unpark();
  turns.mutex->unlock();
}

void Isolate::reset_after_termination() {
  cancelled_.store(false, std::memory_order_relaxed);
  Thread& t = *main_thread_;
  (void)stop_threads();
  stopped_by = Limit::None;
  t.termination_ = Limit::None;
  t.exception_ = Value();
  slots[kRunningLoops].clear();  // no `finally` ran that would have said that the loop is over
  begin_budget(t);
}

// ---- Roots. ----

void Isolate::trace_roots(Marker& marker) {
  trace_class_roots(*this, marker);
  marker.visit(modules);
  marker.visit(builtins);
  marker.visit(sys_dict);
  marker.visit(codec_state);
  marker.visit(spare_memory_error);
  for (ValueField& slot : slots) marker.visit_word(slot.get().raw());
  trace_finalizers(*this, marker);
  trace_weak_callbacks(*this, marker);
  for (Thread* t = threads; t != nullptr; t = t->next_) {
    marker.visit_word(t->exception_.raw());
    marker.visit_word(t->trace_function_.raw());
    marker.visit_word(t->profile_function_.raw());
    for (Value own : t->own_) marker.visit_word(own.raw());
    trace_frames(t->frame_, marker);
  }
}

namespace {

void trace_native_stack(const Thread& t, Marker& marker, uintptr_t at) {
  auto visit = [&](uintptr_t end) {
    if (at < end) marker.visit_conservatively(reinterpret_cast<const void*>(at), reinterpret_cast<const void*>(end));
  };
  for (MachineFrame* frame = t.machine_frames_; frame != nullptr; frame = frame->outer) {
    HOG_ASSERT(at <= frame->low && frame->low <= frame->high);
    visit(frame->low);
    at = frame->high;
  }
  visit(t.native_stack_base_);
}

}  // namespace

// The thread that collects is the one whose turn it is: the only one that is not parked and has a stack.
void Isolate::trace_native_stacks(Marker& marker, const void* stack_pointer) {
  // Marks what is held without the innermost native frames; which buffers only they mention is asked before these are looked at.
  MachineFrame* innermost = dropping_buffers_ ? running_thread().machine_frames_ : nullptr;
  if (innermost != nullptr) {
    uintptr_t low = innermost->low;
    innermost->low = reinterpret_cast<uintptr_t>(stack_pointer);
    trace_all_native_stacks(marker, innermost->low);
    innermost->low = low;
    marker.drain();
    drop_dead_buffers_nogc(*this);
  }
  trace_all_native_stacks(marker, reinterpret_cast<uintptr_t>(stack_pointer));
}

void Isolate::trace_all_native_stacks(Marker& marker, uintptr_t stack_pointer) {
  for (Thread* t = threads; t != nullptr; t = t->next_) {
    if (t->native_stack_base_ == 0) continue;
    trace_native_stack(*t, marker, t->parked_at_ != 0 ? t->parked_at_ : stack_pointer);
  }
}

namespace {

// What dead frames have left on the native stack below this one would look like roots to the scan of later, larger frames.
__attribute__((noinline)) void clear_dead_native_stack() {
  constexpr size_t kBytes = 32 * 1024;
  char dead[kBytes];
  std::memset(dead, 0, sizeof dead);
  asm volatile("" : : "r"(dead) : "memory");
}

}  // namespace

int64_t Isolate::collect_and_count(Thread& t, bool direct) {
  counting_cycles_ = true;
  cycles_counted_ = 0;
  clear_dead_registers(t);
  if (!t.native_stack_is_low()) clear_dead_native_stack();
  auto run = [](void* self) {
    auto* isolate = static_cast<Isolate*>(self);
    MachineFrame* innermost = isolate->running_thread().machine_frames_;
    uintptr_t low = innermost == nullptr ? 0 : innermost->low;
    // Leaves out the frames up to here, with the registers that they have saved.
    if (isolate->skip_to_collection_) innermost->low = stack_pointer_here();
    isolate->heap.collect();
    if (innermost != nullptr) innermost->low = low;
  };
  skip_to_collection_ = direct && t.machine_frames_ != nullptr;
  call_with_clear_registers(run, this);
  counting_cycles_ = false;
  return cycles_counted_;
}

// A memoryview that is dead, but whose address is left in a native frame or a register, still counts as an export. The frames
// between the interpreter's loop and here belong to a function that resizes its object: its arguments are in the registers of
// the Python frame, and it holds no other view while it asks. A view found there only is released; its memory stays.
void Isolate::collect_buffers(Thread& t) {
  clear_dead_registers(t);
  if (!t.native_stack_is_low()) clear_dead_native_stack();
  dropping_buffers_ = true;
  heap.collect();
  dropping_buffers_ = false;
}

void Isolate::process_unreachable(Heap& which, Marker& marker) {
  if (counting_cycles_) cycles_counted_ = count_cyclic_garbage(which);
  clear_dead_weak_references(*this, which, marker);
  queue_dead_finalizers(*this, which, marker);
}

void Isolate::clear_weak_tables(Heap&) {
  clear_weak_class_data(*this);
  clear_dead_interned_nogc(*this);
  drop_dead_buffers_nogc(*this);
  clear_dead_weak_entries(*this);
  for (LocalEntry** entry = &local_entries; *entry != nullptr;) {
    if (Heap::is_marked(*entry)) entry = &(*entry)->next_entry_;
    else *entry = (*entry)->next_entry_;
  }
  // Inline caches refer weakly: a dead class or function must not be kept by the sites that once saw it.
  Code** link = &codes_with_caches;
  while (Code* code = *link) {
    if (!Heap::is_marked(code)) {
      *link = code->next_with_caches_;
      continue;
    }
    uint32_t count = code->record().cache_count;
    for (uint32_t i = 0; i < count; ++i) {
      InlineCache& cache = code->caches_[i];
      bool dead = (cache.shape != nullptr && !Heap::is_marked(cache.shape)) ||
                  (!cache.value.is_empty() && cache.value.is_cell() && !Heap::is_marked(cache.value.cell()));
      if (dead) cache = InlineCache{};
    }
    link = &code->next_with_caches_;
  }
}

void Isolate::collected(Heap&) {
  if (finalizers_are_due(*this) || weak_callbacks_are_due(*this)) interrupt.store(1, std::memory_order_relaxed);
}

// ---- Memory beside cells. ----

void* Isolate::allocate(size_t bytes) {
  if (!heap.charge(bytes)) return nullptr;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) heap.uncharge(bytes);
  return memory;
}

void Isolate::release(void* memory, size_t bytes) {
  std::free(memory);
  heap.uncharge(bytes);
}

Thread& Isolate::running_thread() {
  for (Thread* t = threads; t->next_ != nullptr; t = t->next_)
    if (t->native_stack_base_ != 0 && t->parked_at_ == 0) return *t;
  return *main_thread_;
}

// Asked once in some thousand steps of a parser, a compiler or a text algorithm.
bool Isolate::poll() {
  constexpr int64_t kSteps = 512;
  return !running_thread().poll(kSteps).failed();
}

Fallible<Code*> Isolate::load_blob(Thread& t, CodeBlob blob, Cell* keeper, Value externals) {
  CodeSource* source = TRY(CodeSource::make(t, blob, keeper, externals));
  return Code::make(t, source, blob.root());
}

const ModuleSpec* Isolate::find_native_module(std::string_view name) const {
  if (config_.modules == nullptr) return nullptr;
  for (const ModuleSpec* const* spec = config_.modules; *spec != nullptr; ++spec)
    if (name == (*spec)->name) return *spec;
  return nullptr;
}

}  // namespace hog
