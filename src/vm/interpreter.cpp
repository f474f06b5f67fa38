// interpreter.cpp: the machine's loop. The instructions are specified in bytecode/opcodes.def.
//
// Rules of this file:
//  1. frame->pc is the instruction being executed, always: positions, handlers and the collector rely on it.
//  2. Anything that may run Python may also change registers only of *other* frames, so `r` stays valid; caches and
//     container storage must be read again.
//  3. A Python function called from Python gets a frame on the VM stack and no native stack; only natives recurse.
//  4. The loop's own native frame is not scanned for roots (MachineFrame): whatever must outlive a call that may collect is in
//     a register, in the frame, or with a function that the loop calls. Values that are only handed to a callee are its own
//     concern.
//  5. Slow halves live in the files named in interpreter_support.hpp. What is inline here is what programs spend their
//     time in: small ints, inline floats, exact lists, dicts and strings, cached attributes, calls.
#include <cmath>

#include "object/class_system.hpp"
#include "object/exception.hpp"
#include "object/iterators.hpp"
#include "object/protocol.hpp"
#include "object/signature.hpp"
#include "vm/finalize.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"
#include "vm/tracing.hpp"

namespace hog {

namespace {

// Steps charged for entering a function, beside those of its loops.
constexpr int64_t kCallSteps = 8;

const uint8_t kWords[] = {
#define HOG_OPCODE(name, words, operands, text) words,
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
};

inline const SecondWord& second(const Instruction* pc) { return *reinterpret_cast<const SecondWord*>(pc + 1); }

inline bool both_small_ints(Value a, Value b) { return (a.raw() & b.raw() & 1) != 0; }

__attribute__((noinline)) Fallible<Value> build_set_py(Thread& t, const Value* items, uint32_t count) {
  Set* set = TRY(Set::make(t, core.set));
  for (uint32_t i = 0; i < count; ++i) TRY(set->add_py(t, items[i]));
  return Value(set);
}
__attribute__((noinline)) Fallible<Value> build_dict_py(Thread& t, const Value* items, uint32_t count) {
  Dict* dict = TRY(Dict::make_sized(t, count));
  for (uint32_t i = 0; i < count; ++i) TRY(dict->set_py(t, items[2 * i], items[2 * i + 1]));
  return Value(dict);
}
__attribute__((noinline)) Fallible<void> set_update_py(Thread& t, Set* set, Value items) {
  return for_each_py(t, items, [&](Value item) -> Fallible<bool> {
    TRY(set->add_py(t, item));
    return true;
  });
}
__attribute__((noinline)) Fallible<void> bind_init_arguments_py(Thread& t, Function* function, Value instance,
                                                                const Arguments& arguments, Value* registers) {
  Prepended with_self(t);
  TRY(with_self.set(instance, arguments));
  return bind_arguments(t, function, with_self.arguments(), registers);
}

// A frame that is being left, by return or exception, gives back what it held.
void leave_frame(Thread& t, Frame* frame) {
  if (frame->object != nullptr) [[unlikely]] detach_frame_object(t, frame);
  t.frame_ = frame->previous;
  --t.depth_;
  if (frame->owns_stack) pop_frame(t, frame);
}

void finish_generator(Frame* frame) {
  Generator* g = frame->generator;
  g->state_ = GeneratorState::Finished;
  frame->handled = Value();
  frame->locals = Value();
}

// The stack of frames begun by this run_frame call is dropped after a termination: nothing of Python sees it.
void unwind_terminated(Thread& t, Frame* frame) {
  for (;;) {
    bool last = frame->mode == ReturnMode::Native;
    Frame* previous = frame->previous;
    if (frame->generator != nullptr) finish_generator(frame);
    if (frame->object != nullptr) {
      frame->object->live_ = nullptr;
      frame->object = nullptr;
    }
    t.frame_ = previous;
    --t.depth_;
    if (frame->owns_stack) pop_frame(t, frame);
    if (last) return;
    frame = previous;
  }
}

template <typename Compare>
inline bool compare_small(Value a, Value b, Compare compare) {
  return compare(static_cast<int64_t>(a.raw()), static_cast<int64_t>(b.raw()));
}

}  // namespace

// The body of a compare instruction: ints and floats inline, the rest through the protocol.
#define HOG_COMPARE_VALUES(OP, CMP, a, b, on_bool, on_value) \
  do {                                                       \
    Value x_ = (a), y_ = (b);                                \
    if (both_small_ints(x_, y_)) {                           \
      on_bool(static_cast<int64_t>(x_.raw()) OP static_cast<int64_t>(y_.raw())); \
    } else if (x_.is_inline_float() && y_.is_inline_float()) { \
      on_bool(x_.inline_float() OP y_.inline_float());       \
    } else {                                                 \
      on_value(CMP);                                         \
    }                                                        \
  } while (0)

namespace {

enum class Start : uint8_t { Running, Throwing };

__attribute__((noinline)) Fallible<Value> run_loop(Thread& t, Frame* entry, Start start) {
  t.machine_frames_->low = stack_pointer_here();
  Frame* frame = entry;
  const Instruction* pc = frame->pc;
  Value* r = frame->registers;
  Value callee;
  const Value* arguments = nullptr;
  uint32_t argument_count = 0;
  Tuple* keyword_names = nullptr;

  static const void* const kLabels[] = {
#define HOG_OPCODE(name, words, operands, text) &&do_##name,
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
  // While a trace function wants events (Thread::trace_mode_).
#define HOG_OPCODE(name, words, operands, text) &&traced,
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
  };

#define DISPATCH()                                \
  do {                                            \
    frame->pc = pc;                               \
    goto* kLabels[static_cast<uint8_t>(pc->op) + t.trace_mode_];  \
  } while (0)
#define NEXT(words) \
  do {              \
    pc += (words);  \
    DISPATCH();     \
  } while (0)
#define CASE(name) do_##name:
#define A r[pc->a]
#define B r[pc->b]
#define C r[pc->c]
#define NAME() frame->code->name(second(pc).p)
#define CACHE() (&frame->code->caches_[second(pc).q])
// Evaluates a Fallible<Value>; on failure goes to the handler.
#define VALUE_OR_FAIL(...)                            \
  ({                                                  \
    auto outcome_ = (__VA_ARGS__);                    \
    if (outcome_.failed()) [[unlikely]] goto failed;  \
    outcome_.get();                                   \
  })
#define SET_A(...)                       \
  do {                                   \
    Value s_ = VALUE_OR_FAIL(__VA_ARGS__); \
    A = s_;                              \
  } while (0)

  if (t.trace_mode_ != 0) [[unlikely]] {
    if (trace_call_py(t, frame).failed()) goto failed;
  }
  if (start == Start::Throwing) goto failed;
  DISPATCH();

traced: {
  const Instruction* before = pc;
  bool failed_tracing = trace_instruction_py(t, frame).failed();
  pc = frame->pc;
  if (failed_tracing) goto failed;
  if (pc != before) DISPATCH();  // the trace function has moved it
  if (!t.profile_function_.is_empty()) {
    switch (pc->op) {
      case Opcode::CALL:
      case Opcode::CALL_METHOD:
      case Opcode::CALL_KEYWORDS:
      case Opcode::CALL_METHOD_KEYWORDS: {
        Value* window = &B;
        if (!is_profiled_native(window[0])) break;
        bool method = pc->op == Opcode::CALL_METHOD || pc->op == Opcode::CALL_METHOD_KEYWORDS;
        bool keywords = pc->op == Opcode::CALL_KEYWORDS || pc->op == Opcode::CALL_METHOD_KEYWORDS;
        Tuple* keyword_names_ = keywords ? as<Tuple>(frame->code->constant(second(pc).p)) : nullptr;
        size_t count = pc->c - (keywords ? keyword_names_->length() : 0);
        const Value* first = window + 1;
        if (method && window[1].is_empty()) ++first;
        else if (method) ++count;
        SET_A(call_profiled_py(t, frame, window[0], Arguments(first, count, keyword_names_)));
        NEXT(kWords[static_cast<uint8_t>(pc->op)]);
      }
      case Opcode::CALL_UNPACKED: {
        Value* window = &B;
        if (!is_profiled_native(window[0])) break;
        SET_A(call_profiled_unpacked_py(t, frame, window[0], window[1], pc->x != 0 ? window[2] : Value()));
        NEXT(1);
      }
      default: break;
    }
  }
  goto* kLabels[static_cast<uint8_t>(pc->op)];
}

  // ---- Moves and variables. ----
  CASE(NOP) NEXT(1);
  CASE(MOVE) {
    A = B;
    NEXT(1);
  }
  CASE(LOAD_CONST) {
    A = frame->code->constant(pc->wide());
    NEXT(1);
  }
  CASE(LOAD_INT) {
    A = Value::from_small_int(pc->signed_wide());
    NEXT(1);
  }
  CASE(LOAD_NONE) {
    A = Value::none();
    NEXT(1);
  }
  CASE(CLEAR) {
    A = Value();
    NEXT(1);
  }
  CASE(CHECK_BOUND) {
    if (A.is_empty()) [[unlikely]] {
      (void)raise_unbound_local(t, frame, pc->a);
      goto failed;
    }
    NEXT(1);
  }
  CASE(DELETE_LOCAL) {
    if (A.is_empty()) [[unlikely]] {
      (void)raise_unbound_local(t, frame, pc->a);
      goto failed;
    }
    A = Value();
    NEXT(1);
  }
  CASE(MAKE_CELL) {
    A = Value(VALUE_OR_FAIL(CellVariable::make(t, A)));
    NEXT(1);
  }
  CASE(COPY_FREE) {
    Tuple* closure = frame->function->closure_.get();
    for (uint32_t i = 0; i < pc->b; ++i) r[pc->a + i] = closure->at(i);
    NEXT(1);
  }
  CASE(LOAD_CELL) {
    Value v = as<CellVariable>(B)->contents_.get();
    if (v.is_empty()) [[unlikely]] {
      (void)raise_unbound_local(t, frame, pc->b);
      goto failed;
    }
    A = v;
    NEXT(1);
  }
  CASE(STORE_CELL) {
    CellVariable* cell = as<CellVariable>(A);
    cell->contents_.set(cell, B);
    NEXT(1);
  }
  CASE(DELETE_CELL) {
    CellVariable* cell = as<CellVariable>(A);
    if (cell->contents_.get().is_empty()) [[unlikely]] {
      (void)raise_unbound_local(t, frame, pc->a);
      goto failed;
    }
    cell->contents_.clear();
    NEXT(1);
  }
  CASE(LOAD_GLOBAL) {
    InlineCache* cache = CACHE();
    if (cache->version == frame->globals->keys_version_ && cache->version != 0) [[likely]] {
      if (cache->kind == InlineCache::Kind::Global) {
        A = frame->globals->entries()->entries_[cache->offset].value.get();
        NEXT(2);
      }
      if (cache->second_version == frame->builtins->keys_version_) {
        A = frame->builtins->entries()->entries_[cache->offset].value.get();
        NEXT(2);
      }
    }
    SET_A(load_global_py(t, cache, frame, NAME()));
    NEXT(2);
  }
  CASE(STORE_GLOBAL) {
    if (frame->globals->set_name(t, NAME(), A).failed()) goto failed;
    NEXT(2);
  }
  CASE(DELETE_GLOBAL) {
    if (delete_global(t, frame, NAME()).failed()) goto failed;
    NEXT(2);
  }
  CASE(LOAD_NAME) {
    SET_A(load_name_py(t, frame, NAME()));
    NEXT(2);
  }
  CASE(STORE_NAME) {
    if (store_name_py(t, frame, NAME(), A).failed()) goto failed;
    NEXT(2);
  }
  CASE(DELETE_NAME) {
    if (delete_name_py(t, frame, NAME()).failed()) goto failed;
    NEXT(2);
  }
  CASE(LOAD_LOCALS) {
    A = frame->locals.is_empty() ? Value(frame->globals) : frame->locals;
    NEXT(1);
  }
  CASE(LOAD_FROM_DICT_OR_GLOBALS) {
    Value v = VALUE_OR_FAIL(load_from_mapping_py(t, B, NAME()));
    if (v.is_absent()) v = VALUE_OR_FAIL(load_global_py(t, CACHE(), frame, NAME()));
    A = v;
    NEXT(2);
  }
  CASE(LOAD_FROM_DICT_OR_CELL) {
    Value v = VALUE_OR_FAIL(load_from_mapping_py(t, B, NAME()));
    if (v.is_absent()) {
      v = as<CellVariable>(C)->contents_.get();
      if (v.is_empty()) {
        (void)raise_unbound_local(t, frame, pc->c);
        goto failed;
      }
    }
    A = v;
    NEXT(2);
  }
  CASE(LOAD_BUILD_CLASS) {
    Value v = frame->builtins->get_name_nogc(names.dunder_build_class);
    if (v.is_absent()) {
      (void)t.raise(core.NameError, "__build_class__ not found");
      goto failed;
    }
    A = v;
    NEXT(1);
  }
  CASE(LOAD_COMMON) {
    SET_A(load_common(t, pc->x));
    NEXT(1);
  }

  // ---- Attributes and items. ----
  CASE(LOAD_ATTR) {
    InlineCache* cache = CACHE();
    Value object = B;
    if (object.is_cell()) [[likely]] {
      Cell* cell = object.cell();
      Shape* shape = cell->shape();
      if (shape == cache->shape && shape->stamp() == cache->stamp) [[likely]] {
        switch (cache->kind) {
          case InlineCache::Kind::InlineSlot:
            A = *reinterpret_cast<Value*>(reinterpret_cast<char*>(cell) + cache->offset);
            NEXT(2);
          case InlineCache::Kind::OverflowSlot: {
            auto* slots = as<SlotArray>(attributes_word(cell)->get());
            A = slots->values_[cache->offset].get();
            NEXT(2);
          }
          case InlineCache::Kind::TypeValue:
            A = cache->value;
            NEXT(2);
          case InlineCache::Kind::Member: {
            Value v = *reinterpret_cast<Value*>(reinterpret_cast<char*>(cell) + cache->offset);
            if (v.is_empty()) break;
            A = v;
            NEXT(2);
          }
          case InlineCache::Kind::ModuleValue: {
            Dict* dict = as<Module>(object)->dict();
            if (dict->keys_version_ != cache->version || cache->version == 0) break;
            A = dict->entries()->entries_[cache->offset].value.get();
            NEXT(2);
          }
          case InlineCache::Kind::PropertyGet: {
            Function* getter = as<Function>(cache->value);
            Code* code = getter->code_.get();
            if (t.depth_ >= t.isolate().recursion_limit || !code->is_materialized()) break;
            Frame* next = VALUE_OR_FAIL(push_frame(t, code, code->register_count_));
            next->registers[0] = object;
            next->function = getter;
            next->globals = getter->globals_.get();
            next->builtins = getter->builtins_.get();
            next->previous = frame;
            next->mode = ReturnMode::Register;
            next->result = pc->a;
            next->advance = 2;
            frame = next;
            goto enter_frame;
          }
          default: break;
        }
      } else if (cell == reinterpret_cast<Cell*>(cache->shape) && cache->kind == InlineCache::Kind::ClassValue &&
                 as<Type>(cell)->version() == cache->stamp) {
        A = cache->value;
        NEXT(2);
      }
    }
    SET_A(load_attribute_py(t, cache, object, NAME()));
    NEXT(2);
  }
  CASE(STORE_ATTR) {
    InlineCache* cache = CACHE();
    Value object = A;
    if (object.is_cell()) [[likely]] {
      Cell* cell = object.cell();
      Shape* shape = cell->shape();
      if (shape == cache->shape && shape->stamp() == cache->stamp) [[likely]] {
        switch (cache->kind) {
          case InlineCache::Kind::StoreInline:
          case InlineCache::Kind::StoreMember:
            reinterpret_cast<ValueField*>(reinterpret_cast<char*>(cell) + cache->offset)->set(cell, B);
            NEXT(2);
          case InlineCache::Kind::StoreNew:
            reinterpret_cast<ValueField*>(reinterpret_cast<char*>(cell) + cache->offset)->set(cell, B);
            cell->set_shape_nogc(static_cast<Shape*>(cache->value.cell()));
            NEXT(2);
          case InlineCache::Kind::StoreOverflow: {
            auto* slots = as<SlotArray>(attributes_word(cell)->get());
            slots->values_[cache->offset].set(slots, B);
            NEXT(2);
          }
          default: break;
        }
      }
    }
    if (store_attribute_py(t, cache, object, NAME(), B).failed()) goto failed;
    NEXT(2);
  }
  CASE(DELETE_ATTR) {
    if (set_attribute_py(t, A, NAME(), Value::absent()).failed()) goto failed;
    NEXT(2);
  }
  CASE(LOAD_METHOD) {
    InlineCache* cache = CACHE();
    Value object = B;
    if (object.is_cell()) [[likely]] {
      Cell* cell = object.cell();
      Shape* shape = cell->shape();
      if (shape == cache->shape && shape->stamp() == cache->stamp && cache->kind == InlineCache::Kind::Method)
          [[likely]] {
        Value* d = &A;
        d[0] = cache->value;
        d[1] = object;
        NEXT(2);
      }
    }
    if (load_method_py(t, cache, object, NAME(), &A).failed()) goto failed;
    NEXT(2);
  }
  CASE(LOAD_SUPER_ATTR) {
    if (load_super_attribute_py(t, &B, NAME(), pc->x, &A).failed()) goto failed;
    NEXT(2);
  }
  CASE(LOAD_SPECIAL) {
    if (load_special_py(t, pc->x, B, &A).failed()) goto failed;
    NEXT(1);
  }
  CASE(LOAD_ITEM) {
    Value object = B;
    Value key = C;
    if (object.is_cell()) [[likely]] {
      Shape* shape = object.cell()->shape();
      if (shape == shapes.list && key.is_small_int()) {
        List* list = as<List>(object);
        int64_t i = key.small_int();
        int64_t n = static_cast<int64_t>(list->length());
        if (i < 0) i += n;
        if (static_cast<uint64_t>(i) < static_cast<uint64_t>(n)) [[likely]] {
          A = list->at(static_cast<size_t>(i));
          NEXT(2);
        }
      } else if (shape == shapes.dict) {
        Value v = VALUE_OR_FAIL(as<Dict>(object)->get_py(t, key));
        if (!v.is_absent()) [[likely]] {
          A = v;
          NEXT(2);
        }
        (void)t.raise_value(core.KeyError, key);
        goto failed;
      } else if (shape == shapes.tuple && key.is_small_int()) {
        Tuple* tuple = as<Tuple>(object);
        int64_t i = key.small_int();
        int64_t n = static_cast<int64_t>(tuple->length());
        if (i < 0) i += n;
        if (static_cast<uint64_t>(i) < static_cast<uint64_t>(n)) [[likely]] {
          A = tuple->at(static_cast<size_t>(i));
          NEXT(2);
        }
      } else if (shape == shapes.str && key.is_small_int()) {
        Str* s = as<Str>(object);
        int64_t i = key.small_int();
        int64_t n = static_cast<int64_t>(s->length());
        if (i < 0) i += n;
        if (static_cast<uint64_t>(i) < static_cast<uint64_t>(n)) [[likely]] {
          char32_t ch = s->at(static_cast<size_t>(i));
          if (ch < 256) {
            A = Value(latin1_characters[ch]);
            NEXT(2);
          }
        }
      }
    }
    SET_A(get_item_py(t, object, key));
    NEXT(2);
  }
  CASE(STORE_ITEM) {
    Value object = A;
    if (object.is_cell()) [[likely]] {
      Shape* shape = object.cell()->shape();
      if (shape == shapes.list && B.is_small_int()) {
        List* list = as<List>(object);
        int64_t i = B.small_int();
        int64_t n = static_cast<int64_t>(list->length());
        if (i < 0) i += n;
        if (static_cast<uint64_t>(i) < static_cast<uint64_t>(n)) [[likely]] {
          list->set(static_cast<size_t>(i), C);
          NEXT(2);
        }
      } else if (shape == shapes.dict) {
        if (as<Dict>(object)->set_py(t, B, C).failed()) goto failed;
        NEXT(2);
      }
    }
    if (set_item_py(t, object, B, C).failed()) goto failed;
    NEXT(2);
  }
  CASE(DELETE_ITEM) {
    if (set_item_py(t, A, B, Value::absent()).failed()) goto failed;
    NEXT(1);
  }
  CASE(LOAD_SLICE) {
    Value* bounds = &C;
    Value slice = VALUE_OR_FAIL(make_slice(t, bounds[0], bounds[1], Value::none()));
    SET_A(get_item_py(t, B, slice));
    NEXT(1);
  }
  CASE(STORE_SLICE) {
    Value* bounds = &B;
    Value slice = VALUE_OR_FAIL(make_slice(t, bounds[0], bounds[1], Value::none()));
    if (set_item_py(t, A, slice, C).failed()) goto failed;
    NEXT(1);
  }
  CASE(BUILD_SLICE) {
    Value* parts = &B;
    SET_A(make_slice(t, parts[0], parts[1], parts[2]));
    NEXT(1);
  }

  // ---- Operators. ----
#define FLOAT_OPERANDS(x, y)                                                      \
  ((x).is_inline_float() ? ((y).is_inline_float() || (y).is_small_int())          \
                         : ((x).is_small_int() && (y).is_inline_float()))
#define AS_DOUBLE(v) ((v).is_small_int() ? static_cast<double>((v).small_int()) : (v).inline_float())
#define SLOW_BINARY(OP, left, right)                                                       \
  do {                                                                                     \
    Fallible<Value> v_ = pc->x != 0 ? inplace_py(t, BinaryOp::OP, left, right)             \
                                    : binary_py(t, BinaryOp::OP, left, right);             \
    if (v_.failed()) [[unlikely]] goto failed;                                             \
    A = v_.get();                                                                          \
    NEXT(1);                                                                               \
  } while (0)
#define STORE_FLOAT(d)                             \
  do {                                             \
    Value f_ = Value::try_from_double(d);          \
    if (f_.is_empty()) [[unlikely]] {              \
      SET_A(float_cell(t, d));                     \
    } else {                                       \
      A = f_;                                      \
    }                                              \
    NEXT(1);                                       \
  } while (0)

  CASE(ADD) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t sum;
      if (!__builtin_add_overflow(static_cast<int64_t>(x.raw()), static_cast<int64_t>(y.raw() - 1), &sum)) [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(sum));
        NEXT(1);
      }
    } else if (FLOAT_OPERANDS(x, y)) {
      double d = AS_DOUBLE(x) + AS_DOUBLE(y);
      STORE_FLOAT(d);
    } else if (is_exact_str(x) && is_exact_str(y)) {
      A = Value(VALUE_OR_FAIL(Str::concat(t, as<Str>(x), as<Str>(y))));
      NEXT(1);
    }
    SLOW_BINARY(Add, x, y);
  }
  CASE(SUBTRACT) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t difference;
      if (!__builtin_sub_overflow(static_cast<int64_t>(x.raw()), static_cast<int64_t>(y.raw() - 1), &difference))
          [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(difference));
        NEXT(1);
      }
    } else if (FLOAT_OPERANDS(x, y)) {
      double d = AS_DOUBLE(x) - AS_DOUBLE(y);
      STORE_FLOAT(d);
    }
    SLOW_BINARY(Subtract, x, y);
  }
  CASE(MULTIPLY) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t product;
      if (!__builtin_mul_overflow(x.small_int(), static_cast<int64_t>(y.raw() - 1), &product)) [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(product) | 1);
        NEXT(1);
      }
    } else if (FLOAT_OPERANDS(x, y)) {
      double d = AS_DOUBLE(x) * AS_DOUBLE(y);
      STORE_FLOAT(d);
    }
    SLOW_BINARY(Multiply, x, y);
  }
  CASE(TRUE_DIVIDE) {
    Value x = B, y = C;
    if (FLOAT_OPERANDS(x, y)) {
      double divisor = AS_DOUBLE(y);
      if (divisor != 0.0) [[likely]] {
        double d = AS_DOUBLE(x) / divisor;
        STORE_FLOAT(d);
      }
    } else if (both_small_ints(x, y)) {
      // Both are exact as doubles below 2**53, so one division rounds correctly.
      constexpr int64_t kExact = int64_t{1} << 53;
      int64_t n = x.small_int(), m = y.small_int();
      if (m != 0 && n <= kExact && n >= -kExact && m <= kExact && m >= -kExact) [[likely]] {
        double d = static_cast<double>(n) / static_cast<double>(m);
        STORE_FLOAT(d);
      }
    }
    SLOW_BINARY(TrueDivide, x, y);
  }
  CASE(FLOOR_DIVIDE) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t n = x.small_int(), m = y.small_int();
      if (m != 0 && m != -1) [[likely]] {
        int64_t q = n / m;
        if ((n % m != 0) && ((n < 0) != (m < 0))) --q;
        A = Value::from_small_int(q);
        NEXT(1);
      }
    }
    SLOW_BINARY(FloorDivide, x, y);
  }
  CASE(REMAINDER) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t n = x.small_int(), m = y.small_int();
      if (m != 0 && m != -1) [[likely]] {
        int64_t q = n % m;
        if (q != 0 && ((q < 0) != (m < 0))) q += m;
        A = Value::from_small_int(q);
        NEXT(1);
      }
    }
    SLOW_BINARY(Remainder, x, y);
  }
  CASE(POWER) SLOW_BINARY(Power, B, C);
  CASE(LEFT_SHIFT) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t n = x.small_int(), m = y.small_int();
      if (m >= 0 && m < 62) {
        int64_t shifted = static_cast<int64_t>(static_cast<uint64_t>(n) << m);
        if ((shifted >> m) == n && Value::fits_small_int(shifted)) [[likely]] {
          A = Value::from_small_int(shifted);
          NEXT(1);
        }
      }
    }
    SLOW_BINARY(LeftShift, x, y);
  }
  CASE(RIGHT_SHIFT) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      int64_t n = x.small_int(), m = y.small_int();
      if (m >= 0) [[likely]] {
        A = Value::from_small_int(m > 63 ? (n < 0 ? -1 : 0) : n >> m);
        NEXT(1);
      }
    }
    SLOW_BINARY(RightShift, x, y);
  }
  CASE(AND) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      A = Value::from_raw(x.raw() & y.raw());
      NEXT(1);
    }
    SLOW_BINARY(And, x, y);
  }
  CASE(OR) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      A = Value::from_raw(x.raw() | y.raw());
      NEXT(1);
    }
    SLOW_BINARY(Or, x, y);
  }
  CASE(XOR) {
    Value x = B, y = C;
    if (both_small_ints(x, y)) [[likely]] {
      A = Value::from_raw((x.raw() ^ y.raw()) | 1);
      NEXT(1);
    }
    SLOW_BINARY(Xor, x, y);
  }
  CASE(MATRIX_MULTIPLY) SLOW_BINARY(MatrixMultiply, B, C);

#define IMMEDIATE() static_cast<int16_t>(pc->c)
  CASE(ADD_I) {
    Value x = B;
    if (x.is_small_int()) [[likely]] {
      int64_t sum;
      if (!__builtin_add_overflow(static_cast<int64_t>(x.raw()), static_cast<int64_t>(IMMEDIATE()) * 2, &sum)) [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(sum));
        NEXT(1);
      }
    } else if (x.is_inline_float()) {
      double d = x.inline_float() + IMMEDIATE();
      STORE_FLOAT(d);
    }
    SLOW_BINARY(Add, x, Value::from_small_int(IMMEDIATE()));
  }
  CASE(SUBTRACT_I) {
    Value x = B;
    if (x.is_small_int()) [[likely]] {
      int64_t difference;
      if (!__builtin_sub_overflow(static_cast<int64_t>(x.raw()), static_cast<int64_t>(IMMEDIATE()) * 2, &difference))
          [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(difference));
        NEXT(1);
      }
    } else if (x.is_inline_float()) {
      double d = x.inline_float() - IMMEDIATE();
      STORE_FLOAT(d);
    }
    SLOW_BINARY(Subtract, x, Value::from_small_int(IMMEDIATE()));
  }
  CASE(MULTIPLY_I) {
    Value x = B;
    if (x.is_small_int()) [[likely]] {
      int64_t product;
      if (!__builtin_mul_overflow(static_cast<int64_t>(x.raw() - 1), static_cast<int64_t>(IMMEDIATE()), &product))
          [[likely]] {
        A = Value::from_raw(static_cast<uint64_t>(product) | 1);
        NEXT(1);
      }
    } else if (x.is_inline_float()) {
      double d = x.inline_float() * IMMEDIATE();
      STORE_FLOAT(d);
    }
    SLOW_BINARY(Multiply, x, Value::from_small_int(IMMEDIATE()));
  }
  CASE(FLOOR_DIVIDE_I) {
    Value x = B;
    int64_t m = IMMEDIATE();
    if (x.is_small_int() && m > 0) [[likely]] {
      int64_t n = x.small_int();
      int64_t q = n / m;
      if (n % m < 0) --q;
      A = Value::from_small_int(q);
      NEXT(1);
    }
    SLOW_BINARY(FloorDivide, x, Value::from_small_int(m));
  }
  CASE(REMAINDER_I) {
    Value x = B;
    int64_t m = IMMEDIATE();
    if (x.is_small_int() && m > 0) [[likely]] {
      int64_t q = x.small_int() % m;
      if (q < 0) q += m;
      A = Value::from_small_int(q);
      NEXT(1);
    }
    SLOW_BINARY(Remainder, x, Value::from_small_int(m));
  }
  CASE(AND_I) {
    Value x = B;
    if (x.is_small_int()) [[likely]] {
      A = Value::from_small_int(x.small_int() & IMMEDIATE());
      NEXT(1);
    }
    SLOW_BINARY(And, x, Value::from_small_int(IMMEDIATE()));
  }
  CASE(LEFT_SHIFT_I) {
    Value x = B;
    int64_t m = IMMEDIATE();
    if (x.is_small_int()) [[likely]] {
      int64_t n = x.small_int();
      int64_t shifted = static_cast<int64_t>(static_cast<uint64_t>(n) << m);
      if ((shifted >> m) == n && Value::fits_small_int(shifted)) [[likely]] {
        A = Value::from_small_int(shifted);
        NEXT(1);
      }
    }
    SLOW_BINARY(LeftShift, x, Value::from_small_int(m));
  }
  CASE(RIGHT_SHIFT_I) {
    Value x = B;
    int64_t m = IMMEDIATE();
    if (x.is_small_int()) [[likely]] {
      A = Value::from_small_int(x.small_int() >> m);
      NEXT(1);
    }
    SLOW_BINARY(RightShift, x, Value::from_small_int(m));
  }
  CASE(NEGATIVE) {
    Value x = B;
    if (x.is_small_int() && x.small_int() != Value::kSmallIntMin) [[likely]] {
      A = Value::from_small_int(-x.small_int());
      NEXT(1);
    }
    if (x.is_inline_float()) {
      double d = -x.inline_float();
      STORE_FLOAT(d);
    }
    SET_A(negative_py(t, x));
    NEXT(1);
  }
  CASE(POSITIVE) {
    SET_A(positive_py(t, B));
    NEXT(1);
  }
  CASE(INVERT) {
    Value x = B;
    if (x.is_small_int()) [[likely]] {
      A = Value::from_small_int(~x.small_int());
      NEXT(1);
    }
    SET_A(invert_py(t, x));
    NEXT(1);
  }
  CASE(NOT) {
    bool truth = VALUE_OR_FAIL(truth_py(t, B));
    A = Value::from_bool(!truth);
    NEXT(1);
  }
  CASE(TO_BOOL) {
    bool truth = VALUE_OR_FAIL(truth_py(t, B));
    A = Value::from_bool(truth);
    NEXT(1);
  }

#define RESULT_BOOL(outcome) A = Value::from_bool(outcome)
#define RESULT_VALUE(CMP) SET_A(compare_py(t, x_, y_, CompareOp::CMP))
#define COMPARISON(NAME, OP, CMP)                                                \
  CASE(NAME) {                                                                   \
    HOG_COMPARE_VALUES(OP, CMP, B, C, RESULT_BOOL, RESULT_VALUE);                \
    NEXT(1);                                                                     \
  }
  COMPARISON(LT, <, Lt)
  COMPARISON(LE, <=, Le)
  COMPARISON(GT, >, Gt)
  COMPARISON(GE, >=, Ge)
  COMPARISON(EQ, ==, Eq)
  COMPARISON(NE, !=, Ne)
  CASE(IS) {
    A = Value::from_bool((B == C) != (pc->x != 0));
    NEXT(1);
  }
  CASE(IN) {
    bool found = VALUE_OR_FAIL(contains_py(t, C, B));
    A = Value::from_bool(found != (pc->x != 0));
    NEXT(1);
  }

  // ---- Jumps. ----
  CASE(JUMP) NEXT(1 + static_cast<int64_t>(pc->wide()));
  CASE(JUMP_BACK) {
    int32_t distance = pc->signed_wide();
    t.fuel_ += distance;  // negative: the length of the loop is what one round of it costs
    if (t.fuel_ <= 0) [[unlikely]] {
      if (safe_point_py(t).failed()) goto failed;
    }
    NEXT(1 + distance);
  }
#define TRUTH_OF(v, out)                                  \
  do {                                                    \
    Value v_ = (v);                                       \
    if (v_.is_bool()) {                                   \
      out = v_.is_true();                                 \
    } else if (v_.is_small_int()) {                       \
      out = v_.small_int() != 0;                          \
    } else if (v_.is_none()) {                            \
      out = false;                                        \
    } else {                                              \
      out = VALUE_OR_FAIL(truth_py(t, v_));               \
    }                                                     \
  } while (0)
  CASE(JUMP_IF_TRUE) {
    bool truth;
    TRUTH_OF(A, truth);
    NEXT(truth ? 1 + static_cast<int64_t>(pc->wide()) : 1);
  }
  CASE(JUMP_IF_FALSE) {
    bool truth;
    TRUTH_OF(A, truth);
    NEXT(truth ? 1 : 1 + static_cast<int64_t>(pc->wide()));
  }
  CASE(JUMP_IF_NONE) NEXT(A.is_none() ? 1 + static_cast<int64_t>(pc->wide()) : 1);
  CASE(JUMP_IF_NOT_NONE) NEXT(A.is_none() ? 1 : 1 + static_cast<int64_t>(pc->wide()));

#define JUMP_BOOL(outcome) jump = (outcome)
#define JUMP_VALUE(CMP)                                                  \
  do {                                                                   \
    Value c_ = VALUE_OR_FAIL(compare_py(t, x_, y_, CompareOp::CMP));     \
    TRUTH_OF(c_, jump);                                                  \
  } while (0)
#define COMPARE_JUMP(NAME, OP, CMP)                                                               \
  CASE(NAME) {                                                                                    \
    bool jump;                                                                                    \
    HOG_COMPARE_VALUES(OP, CMP, A, B, JUMP_BOOL, JUMP_VALUE);                                     \
    NEXT(jump == (pc->x != 0) ? 1 + static_cast<int64_t>(pc->c) : 1);                             \
  }                                                                                               \
  CASE(NAME##_I) {                                                                                \
    bool jump;                                                                                    \
    Value x_ = A;                                                                                 \
    if (x_.is_small_int()) [[likely]] {                                                           \
      jump = x_.small_int() OP static_cast<int16_t>(pc->b);                                       \
    } else {                                                                                      \
      Value y_ = Value::from_small_int(static_cast<int16_t>(pc->b));                              \
      JUMP_VALUE(CMP);                                                                            \
    }                                                                                             \
    NEXT(jump == (pc->x != 0) ? 1 + static_cast<int64_t>(pc->c) : 1);                             \
  }
  COMPARE_JUMP(JUMP_LT, <, Lt)
  COMPARE_JUMP(JUMP_LE, <=, Le)
  COMPARE_JUMP(JUMP_EQ, ==, Eq)
  COMPARE_JUMP(JUMP_NE, !=, Ne)
  COMPARE_JUMP(JUMP_GT, >, Gt)
  COMPARE_JUMP(JUMP_GE, >=, Ge)
  CASE(JUMP_IS) NEXT((A == B) == (pc->x != 0) ? 1 + static_cast<int64_t>(pc->c) : 1);
  CASE(JUMP_IN) {
    bool found = VALUE_OR_FAIL(contains_py(t, B, A));
    NEXT(found == (pc->x != 0) ? 1 + static_cast<int64_t>(pc->c) : 1);
  }

  // ---- Iteration and unpacking. ----
  CASE(GET_ITER) {
    SET_A(iter_py(t, B));
    NEXT(1);
  }
  CASE(FOR_ITER) {
    Value iterator = B;
    if (iterator.is_cell()) [[likely]] {
      Shape* shape = iterator.cell()->shape();
      if (shape == shapes.range_iterator) {
        auto* it = as<RangeIterator>(iterator);
        if (it->remaining_ > 0) [[likely]] {
          int64_t n = it->next_;
          it->advance();
          if (Value::fits_small_int(n)) [[likely]] {
            A = Value::from_small_int(n);
          } else {
            SET_A(make_int(t, n));
          }
          NEXT(2);
        }
        NEXT(2 + static_cast<int64_t>(second(pc).p));
      }
      if (shape == shapes.list_iterator) {
        auto* it = as<ListIterator>(iterator);
        List* list = it->list_.get();
        if (list != nullptr) [[likely]] {
          if (static_cast<uint64_t>(it->index_) < list->length()) [[likely]] {
            A = list->at(static_cast<size_t>(it->index_++));
            NEXT(2);
          }
          it->list_.clear();
        }
        NEXT(2 + static_cast<int64_t>(second(pc).p));
      }
      if (shape == shapes.generator) {
        auto* g = as<Generator>(iterator);
        if ((g->state_ == GeneratorState::Suspended || g->state_ == GeneratorState::Created) &&
            t.depth_ < t.isolate().recursion_limit) [[likely]] {
          Frame* next = &g->frame_;
          next->previous = frame;
          next->mode = ReturnMode::ForIter;
          next->result = pc->a;
          next->advance = 2;
          if (g->state_ == GeneratorState::Suspended) {
            next->registers[next->pc->a] = Value::none();
            ++next->pc;
          }
          g->state_ = GeneratorState::Running;
          frame = next;
          t.frame_ = frame;
          ++t.depth_;
          r = frame->registers;
          pc = frame->pc;
          if (t.trace_mode_ != 0) [[unlikely]] {
            if (trace_call_py(t, frame).failed()) goto failed;
          }
          DISPATCH();
        }
      }
      if (shape == shapes.str_ascii_iterator) {
        auto* it = as<StrIterator>(iterator);
        Str* text = it->text_.get();
        if (text != nullptr && it->index_ < text->length()) {
          A = Value(latin1_characters[text->data1()[it->index_++]]);
          NEXT(2);
        }
      }
      if (shape == shapes.tuple_iterator) {
        auto* it = as<TupleIterator>(iterator);
        Tuple* tuple = it->tuple_.get();
        if (tuple != nullptr && static_cast<uint64_t>(it->index_) < tuple->length()) {
          A = tuple->at(static_cast<size_t>(it->index_++));
          NEXT(2);
        }
      }
    }
    Value v = VALUE_OR_FAIL(next_py(t, iterator));
    if (v.is_absent()) NEXT(2 + static_cast<int64_t>(second(pc).p));
    A = v;
    NEXT(2);
  }
  CASE(UNPACK) {
    Value source = B;
    if (is_exactly(source, shapes.tuple) && as<Tuple>(source)->length() == pc->c) [[likely]] {
      Tuple* tuple = as<Tuple>(source);
      Value* d = &A;
      for (uint32_t i = 0; i < pc->c; ++i) d[i] = tuple->at(i);
      NEXT(1);
    }
    if (unpack_py(t, source, pc->c, &A).failed()) goto failed;
    NEXT(1);
  }
  CASE(UNPACK_STAR) {
    if (unpack_star_py(t, B, second(pc).p, second(pc).q, &A).failed()) goto failed;
    NEXT(2);
  }
  CASE(GET_AITER) {
    SET_A(get_async_iterator_py(t, B));
    NEXT(1);
  }
  CASE(GET_ANEXT) {
    SET_A(get_async_next_py(t, B));
    NEXT(1);
  }
  CASE(GET_AWAITABLE) {
    SET_A(get_awaitable_py(t, B, pc->x));
    NEXT(1);
  }
  CASE(END_ASYNC_FOR) {
    if (is_instance(A, core.StopAsyncIteration)) NEXT(1);
    (void)t.restore_exception(A);
    goto failed_again;
  }

  // ---- Generators. ----
  CASE(RETURN_GENERATOR) {
    ++frame->pc;  // where the generator begins
    Fallible<Generator*> made = make_generator(t, frame);
    --frame->pc;
    if (made.failed()) goto failed;
    if (frame->mode == ReturnMode::Instance) {
      (void)t.raise_type_error("__init__() should return None, not '{}'", type_of(Value(made.get())));
      goto failed;
    }
    frame->instance = Value(made.get());
    goto return_result;
  }
  CASE(YIELD) {
    if (t.trace_mode_ != 0) [[unlikely]] {
      if (trace_return_py(t, frame, B).failed()) goto failed;
    }
    Generator* g = frame->generator;
    Value result = B;
    g->state_ = GeneratorState::Suspended;
    Frame* leaving = frame;
    frame = leaving->previous;
    t.frame_ = frame;
    --t.depth_;
    leaving->previous = nullptr;
    switch (leaving->mode) {
      case ReturnMode::Native:
        return result;
      default:
        r = frame->registers;
        pc = frame->pc;
        r[leaving->result] = result;
        NEXT(leaving->advance);
    }
  }
  CASE(SEND) {
    Value receiver = B;
    Value value = C;
    if (receiver.is_cell()) [[likely]] {
      Shape* shape = receiver.cell()->shape();
      if (shape == shapes.generator || shape == shapes.coroutine) {
        auto* g = as<Generator>(receiver);
        bool fresh = g->state_ == GeneratorState::Created && value.is_none();
        if ((g->state_ == GeneratorState::Suspended || fresh) && t.depth_ < t.isolate().recursion_limit) [[likely]] {
          Frame* next = &g->frame_;
          next->previous = frame;
          next->mode = ReturnMode::Send;
          next->result = pc->a;
          next->advance = 2;
          if (!fresh) {
            next->registers[next->pc->a] = value;
            ++next->pc;
          }
          g->state_ = GeneratorState::Running;
          frame = next;
          t.frame_ = frame;
          ++t.depth_;
          r = frame->registers;
          pc = frame->pc;
          if (t.trace_mode_ != 0) [[unlikely]] {
            if (trace_call_py(t, frame).failed()) goto failed;
          }
          DISPATCH();
        }
      }
    }
    ResumeResult step = VALUE_OR_FAIL(send_py(t, receiver, value));
    A = step.value;
    if (t.trace_mode_ != 0 && step.outcome == ResumeOutcome::Returned && !is_exactly(receiver, shapes.coroutine))
        [[unlikely]] {
      if (trace_stop_py(t, frame, step.value).failed()) goto failed;
    }
    NEXT(step.outcome == ResumeOutcome::Yielded ? 2 : 2 + static_cast<int64_t>(second(pc).p));
  }
  CASE(GET_YIELD_FROM_ITER) {
    SET_A(get_yield_from_iterator_py(t, frame, B));
    NEXT(1);
  }
  CASE(ASYNC_GEN_WRAP) {
    SET_A(wrap_async_yield(t, B));
    NEXT(1);
  }

  // ---- Calls and functions. ----
  CASE(CALL) {
    callee = B;
    arguments = &B + 1;
    argument_count = pc->c;
    keyword_names = nullptr;
    goto call;
  }
  CASE(CALL_METHOD) {
    Value* window = &B;
    callee = window[0];
    keyword_names = nullptr;
    if (window[1].is_empty()) {
      arguments = window + 2;
      argument_count = pc->c;
    } else {
      arguments = window + 1;
      argument_count = pc->c + 1u;
    }
    goto call;
  }
  CASE(CALL_KEYWORDS) {
    callee = B;
    arguments = &B + 1;
    keyword_names = as<Tuple>(frame->code->constant(second(pc).p));
    argument_count = pc->c - static_cast<uint32_t>(keyword_names->length());
    goto call;
  }
  CASE(CALL_METHOD_KEYWORDS) {
    Value* window = &B;
    callee = window[0];
    keyword_names = as<Tuple>(frame->code->constant(second(pc).p));
    argument_count = pc->c - static_cast<uint32_t>(keyword_names->length());
    if (window[1].is_empty()) {
      arguments = window + 2;
    } else {
      arguments = window + 1;
      ++argument_count;
    }
    goto call;
  }

  // callee(arguments...), result to register pc->a of this frame.
call: {
  if (callee.is_cell()) [[likely]] {
    Cell* cell = callee.cell();
    Shape* shape = cell->shape();
    if (shape == shapes.function) [[likely]] {
      auto* function = static_cast<Function*>(cell);
      Code* code = function->code_.get();
      if (!code->is_materialized()) [[unlikely]] {
        if (code->materialize(t).failed()) goto failed;
      }
      if (t.depth_ >= t.isolate().recursion_limit) [[unlikely]] {
        (void)t.raise_recursion_error("");
        goto failed;
      }
      Frame* next = VALUE_OR_FAIL(push_frame(t, code, code->register_count_));
      if (code->simple_parameters_ && argument_count == code->positional_count_ && keyword_names == nullptr) [[likely]] {
        for (uint32_t i = 0; i < argument_count; ++i) next->registers[i] = arguments[i];
      } else {
        // Binding may collect: the new frame's registers are reached through the native stack's view of its arguments,
        // and the frame itself becomes the thread's top only afterwards, so it is linked first.
        next->previous = frame;
        next->function = function;
        next->globals = function->globals_.get();
        next->builtins = function->builtins_.get();
        t.frame_ = next;
        ++t.depth_;
        bool failed_binding =
            bind_arguments(t, function, Arguments(arguments, argument_count, keyword_names), next->registers).failed();
        t.frame_ = frame;
        --t.depth_;
        if (failed_binding) [[unlikely]] {
          if (next->object != nullptr) detach_frame_object(t, next);
          pop_frame(t, next);
          goto failed;
        }
      }
      next->function = function;
      next->globals = function->globals_.get();
      next->builtins = function->builtins_.get();
      next->previous = frame;
      next->mode = ReturnMode::Register;
      next->result = pc->a;
      next->advance = kWords[static_cast<uint8_t>(pc->op)];
      frame = next;
      goto enter_frame;
    }
    if (shape == shapes.builtin_function && keyword_names == nullptr) {
      auto* native = static_cast<NativeFunction*>(cell);
      const NativeSignature* s = native->signature_;
      if (s->raw != nullptr) {
        Value v = VALUE_OR_FAIL(s->raw(t, native->self_.get(), Arguments(arguments, argument_count)));
        A = v;
        NEXT(kWords[static_cast<uint8_t>(pc->op)]);
      }
      if (s->simple && argument_count + (s->binds_self ? 1u : 0u) == s->parameter_count) {
        Value v;
        if (s->binds_self) {
          // The slot below the first argument is the callee's, or the empty one of CALL_METHOD: it takes self.
          Value* window = const_cast<Value*>(arguments) - 1;
          *window = native->self_.get();
          v = VALUE_OR_FAIL(s->invoke(t, *s, window));
        } else {
          v = VALUE_OR_FAIL(s->invoke(t, *s, arguments));
        }
        A = v;
        NEXT(kWords[static_cast<uint8_t>(pc->op)]);
      }
      if (s->quick && argument_count >= s->required_positional && argument_count <= s->positional_count) {
        Value v = VALUE_OR_FAIL(call_quick(t, *s, native->self_.get(), arguments, argument_count));
        A = v;
        NEXT(kWords[static_cast<uint8_t>(pc->op)]);
      }
    } else if (shape == shapes.method_descriptor && keyword_names == nullptr && argument_count > 0) {
      auto* descriptor = static_cast<MethodDescriptor*>(cell);
      const NativeSignature* s = descriptor->signature_;
      if (s->quick && s->binds_self && argument_count > s->required_positional &&
          argument_count - 1 <= s->positional_count && is_instance(arguments[0], descriptor->owner_)) [[likely]] {
        Value v = VALUE_OR_FAIL(argument_count == s->parameter_count
                                    ? s->invoke(t, *s, arguments)
                                    : call_quick(t, *s, arguments[0], arguments + 1, argument_count - 1));
        A = v;
        NEXT(kWords[static_cast<uint8_t>(pc->op)]);
      }
    } else if (shape == shapes.method) {
      // A bound method of a Python function: its self goes in front of the arguments.
      auto* bound = static_cast<BoundMethod*>(cell);
      Value function_value = bound->function_.get();
      if (is_exactly(function_value, shapes.function)) {
        auto* function = as<Function>(function_value);
        Code* code = function->code_.get();
        if (code->is_materialized() && code->simple_parameters_ && keyword_names == nullptr &&
            argument_count + 1 == code->positional_count_ && t.depth_ < t.isolate().recursion_limit) {
          Frame* next = VALUE_OR_FAIL(push_frame(t, code, code->register_count_));
          next->registers[0] = bound->self_.get();
          for (uint32_t i = 0; i < argument_count; ++i) next->registers[i + 1] = arguments[i];
          next->function = function;
          next->globals = function->globals_.get();
          next->builtins = function->builtins_.get();
          next->previous = frame;
          next->mode = ReturnMode::Register;
          next->result = pc->a;
          next->advance = kWords[static_cast<uint8_t>(pc->op)];
          frame = next;
          goto enter_frame;
        }
      }
    } else if (shape == shapes.type) {
      // A class made by a plain `class` statement with a Python __init__: no native frame between.
      auto* type = static_cast<Type*>(cell);
      if (type->is_heap_type() && type->slots().new_ == &object_new && !type->has(type_flag::kAbstract)) {
        Value init = type->lookup(t, names.dunder_init);
        if (is_exactly(init, shapes.function) && t.depth_ < t.isolate().recursion_limit) [[likely]] {
          auto* function = as<Function>(init);
          Code* code = function->code_.get();
          if (!code->is_materialized() && code->materialize(t).failed()) goto failed;
          Value instance = Value(VALUE_OR_FAIL(new_instance(t, type)));
          const_cast<Value*>(arguments)[-1] = instance;  // the callee's slot, or CALL_METHOD's empty one
          Frame* next = VALUE_OR_FAIL(push_frame(t, code, code->register_count_));
          next->instance = instance;
          next->function = function;
          next->globals = function->globals_.get();
          next->builtins = function->builtins_.get();
          next->previous = frame;
          next->result = pc->a;
          next->advance = kWords[static_cast<uint8_t>(pc->op)];
          if (code->simple_parameters_ && argument_count + 1 == code->positional_count_ && keyword_names == nullptr)
              [[likely]] {
            next->registers[0] = instance;
            for (uint32_t i = 0; i < argument_count; ++i) next->registers[i + 1] = arguments[i];
          } else {
            t.frame_ = next;
            ++t.depth_;
            bool failed_binding =
                bind_init_arguments_py(t, function, instance, Arguments(arguments, argument_count, keyword_names),
                                       next->registers)
                    .failed();
            t.frame_ = frame;
            --t.depth_;
            if (failed_binding) [[unlikely]] {
              if (next->object != nullptr) detach_frame_object(t, next);
              pop_frame(t, next);
              goto failed;
            }
          }
          next->mode = ReturnMode::Instance;  // not before: binding reads the caller's window
          frame = next;
          goto enter_frame;
        }
      }
    }
  }
  Value v = VALUE_OR_FAIL(call_py(t, callee, Arguments(arguments, argument_count, keyword_names)));
  A = v;
  NEXT(kWords[static_cast<uint8_t>(pc->op)]);
}

  // `frame` is new, filled, and not yet the thread's top frame; its code is materialised.
enter_frame: {
  t.frame_ = frame;
  ++t.depth_;
  r = frame->registers;
  pc = frame->code->begin();
  frame->pc = pc;
  t.fuel_ -= kCallSteps;
  if (t.fuel_ <= 0) [[unlikely]] {
    if (safe_point_py(t).failed()) goto failed;
  }
  if (t.trace_mode_ != 0) [[unlikely]] {
    if (trace_call_py(t, frame).failed()) goto failed;
  }
  DISPATCH();
}

  CASE(CALL_UNPACKED) {
    Value* window = &B;
    SET_A(call_unpacked_py(t, window[0], window[1], pc->x != 0 ? window[2] : Value()));
    NEXT(1);
  }
  CASE(MAKE_FUNCTION) {
    A = Value(VALUE_OR_FAIL(Function::make(t, as<Code>(frame->code->constant(pc->wide())), frame->globals)));
    NEXT(1);
  }
  CASE(SET_FUNCTION) {
    auto* function = as<Function>(A);
    switch (pc->x) {
      case 0: function->defaults_.set(function, as<Tuple>(B)); break;
      case 1: function->keyword_defaults_.set(function, as<Dict>(B)); break;
      case 2: function->closure_.set(function, as<Tuple>(B)); break;
      case 3: function->annotate_.set(function, B); break;
      case 4: function->type_params_.set(function, B); break;
      case 5: function->annotations_.set(function, B); break;
      default: break;
    }
    NEXT(1);
  }
  CASE(RETURN) {
    if (t.trace_mode_ != 0) [[unlikely]] {
      if (trace_return_py(t, frame, A).failed()) goto failed;
    }
    if (frame->mode == ReturnMode::Instance) {
      if (!A.is_none()) [[unlikely]] {
        (void)t.raise_type_error("__init__() should return None, not '{}'", type_of(A));
        goto failed;
      }
    } else {
      frame->instance = A;
    }
  }
  // The result is in frame->instance, since leaving may collect.
return_result: {
  Frame* leaving = frame;
  ReturnMode mode = leaving->mode;
  if (leaving->generator != nullptr) finish_generator(leaving);
  uint16_t destination = leaving->result;
  uint8_t advance = leaving->advance;
  Frame* previous = leaving->previous;
  leave_frame(t, leaving);
  Value result = leaving->instance;  // its memory is still there
  if (mode == ReturnMode::Native) return result;
  frame = previous;
  r = frame->registers;
  pc = frame->pc;
  switch (mode) {
    case ReturnMode::ForIter:
      if (t.trace_mode_ != 0 && !result.is_none()) [[unlikely]] {
        if (trace_stop_py(t, frame, result).failed()) goto failed;
      }
      NEXT(advance + static_cast<int64_t>(second(pc).p));
    case ReturnMode::Send:
      r[destination] = result;
      NEXT(advance + static_cast<int64_t>(second(pc).p));
    default:
      r[destination] = result;
      NEXT(advance);
  }
}

  // ---- Displays and text. ----
  CASE(BUILD_TUPLE) {
    A = Value(VALUE_OR_FAIL(Tuple::from(t, &B, pc->c)));
    NEXT(1);
  }
  CASE(BUILD_LIST) {
    A = Value(VALUE_OR_FAIL(List::from(t, &B, pc->c)));
    NEXT(1);
  }
  CASE(BUILD_SET) {
    SET_A(build_set_py(t, &B, pc->c));
    NEXT(1);
  }
  CASE(BUILD_DICT) {
    SET_A(build_dict_py(t, &B, pc->c));
    NEXT(1);
  }
  CASE(LIST_APPEND) {
    if (as<List>(A)->append(t, B).failed()) goto failed;
    NEXT(1);
  }
  CASE(LIST_EXTEND) {
    if (list_extend_for_call_py(t, as<List>(A), B).failed()) goto failed;
    NEXT(1);
  }
  CASE(LIST_TO_TUPLE) {
    List* list = as<List>(B);
    A = Value(VALUE_OR_FAIL(Tuple::from(t, list->data(), list->length())));
    NEXT(1);
  }
  CASE(SET_ADD) {
    // Programs can rebind __conditional_annotations__, which module code adds to.
    if (!is_exactly(A, shapes.set)) {
      (void)t.raise_type_error("expected set, got {}", type_of(A));
      goto failed;
    }
    (void)VALUE_OR_FAIL(as<Set>(A)->add_py(t, B));
    NEXT(1);
  }
  CASE(SET_UPDATE) {
    if (set_update_py(t, as<Set>(A), B).failed()) goto failed;
    NEXT(1);
  }
  CASE(DICT_SET) {
    if (as<Dict>(A)->set_py(t, B, C).failed()) goto failed;
    NEXT(1);
  }
  CASE(DICT_UPDATE) {
    if (dict_display_update_py(t, as<Dict>(A), B).failed()) goto failed;
    NEXT(1);
  }
  CASE(DICT_MERGE) {
    if (dict_merge_py(t, as<Dict>(A), B, C).failed()) goto failed;
    NEXT(1);
  }
  CASE(CONVERT) {
    Value v = B;
    switch (pc->x) {
      case 1:
        if (!is_exact_str(v)) v = Value(VALUE_OR_FAIL(str_py(t, v)));
        break;
      case 2: v = Value(VALUE_OR_FAIL(repr_py(t, v))); break;
      default: v = Value(VALUE_OR_FAIL(ascii_py(t, v))); break;
    }
    A = v;
    NEXT(1);
  }
  CASE(FORMAT) {
    Value v = B;
    if (!is_exact_str(v)) v = Value(VALUE_OR_FAIL(format_py(t, v, Value::absent())));
    A = v;
    NEXT(1);
  }
  CASE(FORMAT_SPEC) {
    A = Value(VALUE_OR_FAIL(format_py(t, B, C)));
    NEXT(1);
  }
  CASE(BUILD_STRING) {
    SET_A(concat_many(t, &B, pc->c));
    NEXT(1);
  }
  CASE(BUILD_INTERPOLATION) {
    SET_A(build_interpolation(t, &B, pc->x));
    NEXT(1);
  }
  CASE(BUILD_TEMPLATE) {
    SET_A(build_template(t, B, C));
    NEXT(1);
  }

  // ---- Imports. ----
  CASE(IMPORT_NAME) {
    SET_A(import_name_py(t, frame, NAME(), C, B));
    NEXT(2);
  }
  CASE(IMPORT_FROM) {
    SET_A(import_from_py(t, B, NAME()));
    NEXT(2);
  }
  CASE(IMPORT_STAR) {
    if (import_star_py(t, frame, A).failed()) goto failed;
    NEXT(1);
  }

  // ---- Exceptions. ----
  CASE(RAISE) {
    if (pc->x == 0) {
      (void)raise_again(t, frame);
      goto failed_again;
    }
    (void)t.raise_object_py(A, pc->x == 2 ? B : Value::absent());
    goto failed;
  }
  CASE(RERAISE) {
    (void)t.restore_exception(A);
    goto failed_again;
  }
  CASE(PUSH_HANDLED) {
    A = frame->handled;
    frame->handled = B;
    NEXT(1);
  }
  CASE(POP_HANDLED) {
    frame->handled = A;
    NEXT(1);
  }
  CASE(MATCH_EXCEPTION) {
    bool matches = VALUE_OR_FAIL(exception_matches_py(t, B, C));
    A = Value::from_bool(matches);
    NEXT(1);
  }
  CASE(MATCH_EXCEPTION_GROUP) {
    if (match_exception_group_py(t, B, C, &A).failed()) goto failed;
    NEXT(1);
  }
  CASE(JOIN_EXCEPTION_STAR) {
    SET_A(join_exception_star_py(t, B, as<List>(C)));
    NEXT(1);
  }
  CASE(CALL_EXIT) {
    SET_A(call_exit_py(t, &B, C));
    NEXT(1);
  }

  // ---- Match statement. ----
  CASE(MATCH_SEQUENCE) {
    A = Value::from_bool(type_of(B)->has(type_flag::kSequence));
    NEXT(1);
  }
  CASE(MATCH_MAPPING) {
    A = Value::from_bool(type_of(B)->has(type_flag::kMapping));
    NEXT(1);
  }
  CASE(MATCH_KEYS) {
    SET_A(match_keys_py(t, B, as<Tuple>(C)));
    NEXT(1);
  }
  CASE(MATCH_CLASS) {
    SET_A(match_class_py(t, B, C, second(pc).p, as<Tuple>(r[second(pc).q])));
    NEXT(2);
  }
  CASE(GET_LENGTH) {
    int64_t length = VALUE_OR_FAIL(length_py(t, B));
    SET_A(make_int(t, length));
    NEXT(1);
  }
  CASE(COPY_DICT_WITHOUT) {
    SET_A(copy_dict_without_py(t, B, as<Tuple>(C)));
    NEXT(1);
  }

  // ---- The rest. ----
  CASE(POLL) {
    if (t.poll().failed()) goto failed;
    NEXT(1);
  }
  CASE(SETUP_ANNOTATIONS) {
    Value mapping = frame->locals.is_empty() ? Value(frame->globals) : frame->locals;
    Value known = VALUE_OR_FAIL(load_from_mapping_py(t, mapping, names.dunder_annotations));
    if (known.is_absent()) {
      Dict* fresh = VALUE_OR_FAIL(Dict::make(t));
      if (set_item_py(t, mapping, Value(names.dunder_annotations), Value(fresh)).failed()) goto failed;
    }
    NEXT(1);
  }
  CASE(PRINT_EXPRESSION) {
    if (print_expression_py(t, A).failed()) goto failed;
    NEXT(1);
  }
  CASE(INTRINSIC) {
    if (pc->x == static_cast<uint8_t>(Intrinsic::STOP_ITERATION_ERROR)) {
      SET_A(stop_iteration_error(t, frame, B));
      NEXT(1);
    }
    SET_A(intrinsic_py(t, pc->x, B, C));
    NEXT(1);
  }

  // ---- Failure: a handler of this frame, or the frame below. ----
failed:
  HOG_ASSERT(t.machine_frames_->low == stack_pointer_here());
  if (t.terminated()) [[unlikely]] {
    unwind_terminated(t, frame);
    return Failure{};
  }
  add_traceback(t, frame, as<BaseException>(t.exception()));
  if (t.trace_mode_ != 0) [[unlikely]] trace_exception_py(t, frame);
failed_again:
  for (;;) {
    if (t.terminated()) [[unlikely]] {
      unwind_terminated(t, frame);
      return Failure{};
    }
    Code* code = frame->code;
    uint32_t word = code->index_of(frame->pc);
    const ExceptionRecord* handler = code->exceptions();
    const ExceptionRecord* end = handler + code->record().exception_count;
    while (handler != end && (word < handler->start || word >= handler->end)) ++handler;
    if (handler != end) {
      r = frame->registers;
      if (frame->object != nullptr && (frame->pc->op != Opcode::RERAISE || frame->pc->x == 0))
        frame->object->last_word_ = word;  // see stand_where_raised()
      r[handler->reg] = t.take_exception();
      pc = code->begin() + handler->target;
      DISPATCH();
    }
    Frame* leaving = frame;
    if (leaving->pc->op == Opcode::RERAISE && leaving->pc->x != 0) stand_where_raised(leaving);
    if (t.trace_mode_ != 0) [[unlikely]] trace_unwind_py(t, leaving);
    bool native = leaving->mode == ReturnMode::Native;
    if (leaving->generator != nullptr) finish_generator(leaving);
    frame = leaving->previous;
    leave_frame(t, leaving);
    if (native) return Failure{};
    if (t.terminated()) continue;
    add_traceback(t, frame, as<BaseException>(t.exception()));
    if (t.trace_mode_ != 0) [[unlikely]] trace_exception_py(t, frame);
  }
}

__attribute__((noinline)) Fallible<Value> enter_loop(Thread& t, Frame* frame, Start start) {
  // Saves what the callers keep in registers in this frame: the loop would save it in its own, where nobody looks.
  __builtin_unwind_init();
  MachineFrame here{t.machine_frames_, 0, stack_pointer_here()};
  here.low = here.high;
  t.machine_frames_ = &here;
  Fallible<Value> result = run_loop(t, frame, start);
  t.machine_frames_ = here.outer;
  return result;
}

}  // namespace

Fallible<Value> run_frame(Thread& t, Frame* frame) { return enter_loop(t, frame, Start::Running); }
Fallible<Value> run_frame_throwing(Thread& t, Frame* frame) { return enter_loop(t, frame, Start::Throwing); }

}  // namespace hog
