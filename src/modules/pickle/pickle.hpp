// pickle.hpp: what the files of `_pickle` share: the cells, the opcodes, and the objects that know how to go through a stream.
//
// Invariants: a memo keeps what it knows alive, and its indices are below its count; the state of a dump() or load() in
// progress lives on the native stack, so that Python called in between may use the same pickler without confusing it; every
// length and index that a stream gives is checked before memory is asked for. Ref: PEP 307, PEP 3154, PEP 574; library/pickle.
#pragma once

#include "object/bytes_builder.hpp"
#include "object/bytes_objects.hpp"
#include "object/class_system.hpp"

namespace hog::pickle {

constexpr int kHighestProtocol = 5, kDefaultProtocol = 5;
constexpr size_t kBatch = 1000;
constexpr size_t kFrameTarget = 64 * 1024, kFrameLeast = 4;

enum Opcode : uint8_t {
  kMark = '(', kStop = '.', kPop = '0', kPopMark = '1', kDup = '2', kFloat = 'F', kInt = 'I', kBinInt = 'J', kBinInt1 = 'K',
  kLong = 'L', kBinInt2 = 'M', kNone = 'N', kPersId = 'P', kBinPersId = 'Q', kReduce = 'R', kString = 'S', kBinString = 'T',
  kShortBinString = 'U', kUnicode = 'V', kBinUnicode = 'X', kAppend = 'a', kBuild = 'b', kGlobal = 'c', kDict = 'd',
  kEmptyDict = '}', kAppends = 'e', kGet = 'g', kBinGet = 'h', kInst = 'i', kLongBinGet = 'j', kList = 'l', kEmptyList = ']',
  kObj = 'o', kPut = 'p', kBinPut = 'q', kLongBinPut = 'r', kSetItem = 's', kTuple = 't', kEmptyTuple = ')', kSetItems = 'u',
  kBinFloat = 'G', kProto = 0x80, kNewObj = 0x81, kExt1 = 0x82, kExt2 = 0x83, kExt4 = 0x84, kTuple1 = 0x85, kTuple2 = 0x86,
  kTuple3 = 0x87, kNewTrue = 0x88, kNewFalse = 0x89, kLong1 = 0x8a, kLong4 = 0x8b, kBinBytes = 'B', kShortBinBytes = 'C',
  kShortBinUnicode = 0x8c, kBinUnicode8 = 0x8d, kBinBytes8 = 0x8e, kEmptySet = 0x8f, kAddItems = 0x90, kFrozenSet = 0x91,
  kNewObjEx = 0x92, kStackGlobal = 0x93, kMemoize = 0x94, kFrame = 0x95, kByteArray8 = 0x96, kNextBuffer = 0x97,
  kReadOnlyBuffer = 0x98,
};

extern Type *error_type, *pickling_error_type, *unpickling_error_type;
extern Type *pickler_type, *unpickler_type, *buffer_type, *pickler_memo_type, *unpickler_memo_type;
extern const TypeSpec kPicklerSpec, kUnpicklerSpec, kBufferSpec, kPicklerMemoSpec, kUnpicklerMemoSpec;

// What was pickled, by identity.
class Memo {
 public:
  // The object's index, or -1.
  int64_t find_nogc(Value v) {
    // OPTIMIZATION: the same object again, as in columns of equal entries.
    if (latest_ < count_ && at(latest_) == v) return index_at(latest_).small_int();
    return count_ == 0 ? -1 : look_up_nogc(v);
  }
  Fallible<void> add(Thread& t, const Cell* owner, Value v, size_t index);
  void clear() {
    objects_.clear();
    table_.clear();
    count_ = latest_ = 0;
  }
  size_t count() const { return count_; }
  Value at(size_t i) const { return objects_->at(i * 2); }
  Value index_at(size_t i) const { return objects_->at(i * 2 + 1); }
  void trace(Marker& marker) {
    marker.visit(objects_.get());
    marker.visit(table_.get());
  }

 private:
  int64_t look_up_nogc(Value v);
  Fallible<void> grow(Thread& t, const Cell* owner);
  Field<ValueArray> objects_;  // pairs of object and index
  Field<ByteArray> table_;     // open addressing: place in objects_ plus one
  size_t count_;
  size_t latest_;  // the place that was found last
};

class Pickler : public Cell {
 public:
  static const Layout kLayout;
  Memo memo_;
  ValueField write_;            // empty: not initialised
  ValueField buffer_callback_;  // None: in band
  ValueField dispatch_table_;   // empty: copyreg's
  ValueField persistent_id_;    // empty: the method
  int protocol_;
  int64_t fast_;
  int64_t bin_;  // what a program set; the protocol alone decides
  bool fix_imports_;
  bool running_;
};

class Unpickler : public Cell {
 public:
  static const Layout kLayout;
  Field<ValueArray> memo_;  // absent places are empty
  Field<Dict> far_memo_;    // of indices far beyond what was there
  ValueField read_, readline_, peek_, read_into_;  // read_ empty: not initialised
  ValueField buffers_;          // iterator; None: none
  ValueField persistent_load_;  // empty: the method
  Field<Str> encoding_, errors_;
  int protocol_;  // of the latest pickle
  bool fix_imports_;
  bool running_;
};

// Marks a pickler or unpickler as busy for a scope.
class Running {
 public:
  explicit Running(bool* flag) : flag_(flag) { *flag_ = true; }
  ~Running() { *flag_ = false; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  bool* flag_;
};

class PickleBuffer : public Cell {
 public:
  static const Layout kLayout;
  Field<MemoryView> view_;  // null: released
  ValueField object_;       // whose buffer it is
};

class MemoProxy : public Cell {
 public:
  static const Layout kLayout;
  ValueField owner_;
};

// Adds a note to the exception that is on its way.
Failure add_note_py(Thread& t, const char* what, Value object, const char* after);
Fallible<Value> module_attribute_py(Thread& t, const char* module, const char* name);
// The native method that a bound attribute is, to tell whether a class overrode it.
bool is_native(Value v, const NativeMethod* method);

// `out`: the pickle's bytes, where it is not written to a file.
Fallible<Value> dump_py(Thread& t, Pickler* self, Value object, bool to_bytes);
Fallible<void> set_up_pickler(Thread& t, Pickler* self, Value write, Value protocol, bool fix_imports, Value buffer_callback);
Fallible<Value> load_py(Thread& t, Unpickler* self, const uint8_t* data, size_t size);
Fallible<void> set_up_unpickler(Thread& t, Unpickler* self, bool fix_imports, Str* encoding, Str* errors, Value buffers);
Fallible<void> set_file_py(Thread& t, Unpickler* self, Value file);

}  // namespace hog::pickle
