// directories.cpp: listdir() and scandir(). The host hands out a directory's entries in one go; they are kept as names and types, and
// become DirEntry objects when they are asked for. Ref: library/os "os.listdir", "os.scandir", "os.DirEntry".
#include "modules/posix/posix.hpp"
#include "object/exception.hpp"

namespace hog {

using namespace posix;

namespace {

// ---- What a directory holds. ----

// Names go to `names`; with `details`, types and inodes to `details`, two ints an entry.
class Collector final : public DirectoryEntries {
 public:
  Collector(Thread& t, bool as_bytes, List* names, List* details)
      : t_(t), as_bytes_(as_bytes), names_(names), details_(details) {}
  bool failed() const { return failed_; }

  bool add(const char* name, size_t length, uint32_t type, uint64_t inode) override {
    failed_ = keep(name, length, type, inode).failed();
    return !failed_;
  }

 private:
  Fallible<void> keep(const char* name, size_t length, uint32_t type, uint64_t inode) {
    Value text = TRY(decode_host_text(t_, name, length, as_bytes_));
    TRY(names_->append(t_, text));
    if (details_ == nullptr) return {};
    TRY(details_->append(t_, Value::from_small_int(type)));
    return details_->append(t_, TRY(make_uint(t_, inode)));
  }
  Thread& t_;
  bool as_bytes_;
  List* names_;
  List* details_;
  bool failed_ = false;
};

Fallible<void> list_directory(Thread& t, const PathArgument& p, List* names, List* details) {
  Collector collector(t, p.is_bytes(), names, details);
  FileSystem* fs = TRY(files(t));
  FileSystem::Done done = p.is_descriptor() ? fs->list(p.fd(), collector) : fs->list(p.at(), collector);
  if (collector.failed()) return Failure{};
  TRY(t.poll(static_cast<int64_t>(names->length())));
  return check(t, done, p);
}

Fallible<Value> posix_listdir(Thread& t, Value path) {
  PathArgument p("listdir", "path", kNullable | kDescriptor);
  TRY(p.convert_py(t, path));
  TRY(t.audit_py("os.listdir", path.is_absent() ? Value::none() : path));
  List* names = TRY(List::make(t));
  TRY(list_directory(t, p, names, nullptr));
  return Value(names);
}

// ---- DirEntry. ----

class DirEntry : public Cell {
 public:
  static const Layout kLayout;
  ValueField name_;    // str or bytes
  ValueField path_;
  ValueField inode_;
  ValueField status_;        // stat_result, once asked for; empty before
  ValueField link_status_;   // the same of the link itself
  int64_t directory_;        // descriptor that path_ is relative to, or kCurrentDirectory
  uint32_t type_;            // S_IF bits, 0: unknown

 private:
  static void trace(Cell*, Marker&);
};
void DirEntry::trace(Cell* cell, Marker& marker) {
  auto* self = static_cast<DirEntry*>(cell);
  for (ValueField* field : {&self->name_, &self->path_, &self->inode_, &self->status_, &self->link_status_})
    marker.visit_word(field->get().raw());
}
const Layout DirEntry::kLayout = {.name = "posix.DirEntry", .trace = DirEntry::trace, .base_size = sizeof(DirEntry)};

class ScandirIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<List> names_;  // empty when closed or at the end
  Field<List> details_;
  ValueField prefix_;  // str or bytes put before each name, or none
  int64_t directory_;
  size_t position_;

 private:
  static void trace(Cell*, Marker&);
};
void ScandirIterator::trace(Cell* cell, Marker& marker) {
  auto* self = static_cast<ScandirIterator*>(cell);
  marker.visit(self->names_.get());
  marker.visit(self->details_.get());
  marker.visit_word(self->prefix_.get().raw());
}
const Layout ScandirIterator::kLayout = {
    .name = "posix.ScandirIterator", .trace = ScandirIterator::trace, .base_size = sizeof(ScandirIterator)};

Type* dir_entry_type = nullptr;
Type* scandir_iterator_type = nullptr;

// stat() of an entry: of what its link leads to, or of itself. Absent: the file is not there any more.
Fallible<Value> entry_status(Thread& t, DirEntry* self, bool follow) {
  bool is_link = self->type_ == file_mode::kLink;
  if (!follow || (!is_link && self->type_ != 0)) {
    if (!self->link_status_.get().is_empty()) return self->link_status_.get();
  } else if (!self->status_.get().is_empty()) {
    return self->status_.get();
  }
  PathArgument p("DirEntry", "path", kPathOnly);
  TRY(p.convert_py(t, self->path_.get()));
  FileSystem* fs = TRY(files(t));
  HostResult<FileStatus> result = fs->status(p.at(static_cast<int>(self->directory_)), follow);
  TRY(check(t, result, p));
  Value made = TRY(make_status(t, result.value));
  bool same = !follow || (!is_link && self->type_ != 0);
  ValueField& field = same ? self->link_status_ : self->status_;
  field.set(self, made);
  return made;
}

Fallible<bool> entry_is(Thread& t, DirEntry* self, uint32_t wanted, bool follow) {
  bool is_link = self->type_ == file_mode::kLink;
  if (self->type_ != 0 && !(follow && is_link)) return self->type_ == wanted;
  Fallible<Value> status = entry_status(t, self, follow);
  if (status.failed()) {
    if (!clear_exception_if(t, core.FileNotFoundError)) return Failure{};
    return false;
  }
  auto mode = static_cast<uint32_t>(as<Tuple>(status.get())->at(0).small_int());
  return (mode & file_mode::kTypeMask) == wanted;
}

Fallible<bool> entry_is_dir(Thread& t, DirEntry* self, bool follow) { return entry_is(t, self, file_mode::kDirectory, follow); }
Fallible<bool> entry_is_file(Thread& t, DirEntry* self, bool follow) { return entry_is(t, self, file_mode::kRegular, follow); }
Fallible<bool> entry_is_symlink(Thread& t, DirEntry* self) { return entry_is(t, self, file_mode::kLink, false); }
Fallible<bool> entry_is_junction(Thread&, DirEntry*) { return false; }
Fallible<Value> entry_stat(Thread& t, DirEntry* self, bool follow) { return entry_status(t, self, follow); }
Fallible<Value> entry_inode(Thread&, DirEntry* self) { return self->inode_.get(); }
Fallible<Value> entry_fspath(Thread&, DirEntry* self) { return self->path_.get(); }
Fallible<Value> entry_class_getitem(Thread& t, Value type, Value item) { return make_generic_alias(t, type, item); }
Fallible<Value> entry_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<DirEntry {}>", repr_of(as<DirEntry>(self)->name_.get()))));
}

const NativeMethod kEntryMethods[] = {
    {"__class_getitem__", HOG_NATIVE(entry_class_getitem), "($type, object, /)", "Generic alias.", native_flag::kClassMethod},
    {"__fspath__", HOG_NATIVE(entry_fspath), "($self, /)", "The path."},
    {"inode", HOG_NATIVE(entry_inode), "($self, /)", "The inode's number."},
    {"is_dir", HOG_NATIVE(entry_is_dir), "($self, /, *, follow_symlinks=True)", "Is it a directory?"},
    {"is_file", HOG_NATIVE(entry_is_file), "($self, /, *, follow_symlinks=True)", "Is it a regular file?"},
    {"is_junction", HOG_NATIVE(entry_is_junction), "($self, /)", "False: there are none here."},
    {"is_symlink", HOG_NATIVE(entry_is_symlink), "($self, /)", "Is it a symbolic link?"},
    {"stat", HOG_NATIVE(entry_stat), "($self, /, *, follow_symlinks=True)", "stat() of the entry, asked for once."},
    {}};
const Member kEntryMembers[] = {
    {"name", offsetof(DirEntry, name_), Member::Kind::ReadOnlyObject, "The last part of the path."},
    {"path", offsetof(DirEntry, path_), Member::Kind::ReadOnlyObject, "The path, as scandir() was given it, and the name."},
    {}};
constexpr TypeSpec kEntrySpec = {
    .name = "posix.DirEntry",
    .doc = "An entry of a directory.",
    .layout = &DirEntry::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.repr = entry_repr},
    .methods = kEntryMethods,
    .members = kEntryMembers,
};

// ---- scandir(). ----

Fallible<Value> joined(Thread& t, Value prefix, Value name) {
  if (prefix.is_none()) return name;
  if (is<Str>(name)) return Value(TRY(Str::concat(t, as<Str>(prefix), as<Str>(name))));
  std::string_view a = as<Bytes>(prefix)->view(), b = as<Bytes>(name)->view();
  Bytes* out = TRY(Bytes::make(t, a.size() + b.size()));
  __builtin_memcpy(out->mutable_data(), a.data(), a.size());
  __builtin_memcpy(out->mutable_data() + a.size(), b.data(), b.size());
  return Value(out);
}

// What stands before the names: the path and a slash.
Fallible<Value> prefix_of(Thread& t, const PathArgument& p) {
  if (p.is_descriptor()) return Value::none();
  if (!p.is_given()) return Value(TRY(Str::from_ascii(t, "./")));
  bool needs_slash = p.view().empty() || p.view().back() != '/';
  if (!needs_slash) return p.text();
  Value slash = p.is_bytes() ? Value(TRY(Bytes::from(t, "/", 1))) : Value(TRY(Str::from_ascii(t, "/")));
  return joined(t, p.text(), slash);
}

Fallible<Value> posix_scandir(Thread& t, Value path) {
  PathArgument p("scandir", "path", kNullable | kDescriptor);
  TRY(p.convert_py(t, path));
  TRY(t.audit_py("os.scandir", path.is_absent() ? Value::none() : path));
  List* names = TRY(List::make(t));
  List* details = TRY(List::make(t));
  if (p.is_descriptor()) {
    Collector collector(t, false, names, details);
    FileSystem::Done done = TRY(files(t))->list(p.fd(), collector);
    if (collector.failed()) return Failure{};
    TRY(check(t, done));
  } else {
    TRY(list_directory(t, p, names, details));
  }
  Value prefix = TRY(prefix_of(t, p));
  auto* self = as<ScandirIterator>(TRY(new_instance(t, scandir_iterator_type)));
  self->names_.set(self, names);
  self->details_.set(self, details);
  self->prefix_.set(self, prefix);
  self->directory_ = p.is_descriptor() ? p.fd() : HostPath::kCurrentDirectory;
  self->position_ = 0;
  return Value(self);
}

Fallible<Value> iterator_self(Thread&, Value self) { return self; }
Fallible<Value> iterator_next(Thread& t, Value v) {
  auto* self = as<ScandirIterator>(v);
  List* names = self->names_.get();
  if (names == nullptr) return Value::absent();
  size_t i = self->position_;
  if (i >= names->length()) {
    self->names_.clear();
    self->details_.clear();
    return Value::absent();
  }
  ++self->position_;
  Value name = names->at(i), type = self->details_->at(2 * i), inode = self->details_->at(2 * i + 1);
  Value path = TRY(joined(t, self->prefix_.get(), name));
  auto* entry = as<DirEntry>(TRY(new_instance(t, dir_entry_type)));
  entry->name_.set(entry, name);
  entry->path_.set(entry, path);
  entry->inode_.set(entry, inode);
  entry->directory_ = self->directory_;
  entry->type_ = static_cast<uint32_t>(type.small_int());
  return Value(entry);
}
Fallible<void> iterator_close(Thread&, ScandirIterator* self) {
  self->names_.clear();
  self->details_.clear();
  return {};
}
Fallible<void> iterator_finalize(Thread& t, Value v) {
  auto* self = as<ScandirIterator>(v);
  if (!self->names_) return {};
  Fallible<void> warned = warn_py(t, core.ResourceWarning, "unclosed scandir iterator {}", repr_of(v));
  if (warned.failed()) {
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, "Exception ignored while finalizing scandir iterator", v);
  }
  return iterator_close(t, self);
}
Fallible<Value> iterator_enter(Thread&, Value self) { return self; }
Fallible<void> iterator_exit(Thread& t, ScandirIterator* self, Arguments) { return iterator_close(t, self); }

const NativeMethod kIteratorMethods[] = {
    {"__enter__", HOG_NATIVE(iterator_enter), "($self, /)", "The iterator."},
    {"__exit__", HOG_NATIVE(iterator_exit), "($self, /, *args)", "Closes the iterator."},
    {"close", HOG_NATIVE(iterator_close), "($self, /)", "Forgets what has not been asked for."},
    {}};
constexpr TypeSpec kIteratorSpec = {
    .name = "posix.ScandirIterator",
    .layout = &ScandirIterator::kLayout,
    .flags = type_flag::kNoInstantiation | type_flag::kHasFinalizer,
    .slots = {.iter = iterator_self, .next = iterator_next, .finalize = iterator_finalize},
    .methods = kIteratorMethods,
};

constexpr TypeRegistration kTypes[] = {{&dir_entry_type, &kEntrySpec}, {&scandir_iterator_type, &kIteratorSpec, false}};

const NativeMethod kFunctions[] = {
    {"listdir", HOG_NATIVE(posix_listdir), "(path=None)", "Names in a directory, in no order, without '.' and '..'."},
    {"scandir", HOG_NATIVE(posix_scandir), "(path=None)", "DirEntry objects of a directory."},
    {}};

}  // namespace

const ModuleSpec k_module_posix_directories = {
    .name = "posix", .functions = kFunctions, .types = kTypes, .type_count = std::size(kTypes)};

}  // namespace hog
