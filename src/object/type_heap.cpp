// type_heap.cpp: classes made at run time: type.__new__.
//
// Invariant: a class that is not finished (its mro is empty) is known to nobody but its maker and, through mro(), its
// metaclass; lookups on it find nothing.
#include "object/type_heap.hpp"

#include "object/class_data.hpp"
#include "object/codecs.hpp"
#include "object/text_view.hpp"
#include "text/ident.hpp"

namespace hog {

namespace {

using namespace type_flag;

constexpr uint32_t kInherited = kWeakReferences | kHasDict | kMatchSelf | kDictionaryInstances |
                                kIntSubclass | kStrSubclass | kBytesSubclass | kTupleSubclass | kListSubclass |
                                kDictSubclass | kTypeSubclass | kExceptionSubclass;
constexpr size_t kMostMembers = size_t{1} << 24;  // __slots__ of a class and its bases: keeps instance sizes within 32 bits
constexpr uint32_t kLeastInlineSlots = 4;
constexpr uint32_t kMostInlineSlots = 32;

uint32_t rounded(size_t bytes) { return static_cast<uint32_t>((bytes + 7) & ~size_t{7}); }

// type.__new__ at work on one class.
class ClassMaker {
 public:
  ClassMaker(Thread& t, Type* metatype, Str* name, Tuple* bases, Dict* dict)
      : t_(t), metatype_(metatype), name_(name), bases_(bases), dict_(dict) {}

  Fallible<Type*> run(Dict* original) {
    base_ = TRY(best_base(t_, bases_));
    dict_ = TRY(Dict::copy(t_, original));
    TRY(read_slots());
    TRY(allocate());
    TRY(set_names());
    TRY(wrap_special_functions());
    TRY(set_cells());
    TRY(add_descriptors());
    TRY(finish());
    TRY(call_set_name_py());
    TRY(warn_of_strange_keys_py());
    return type_;
  }

 private:
  Value entry(Str* name) const { return dict_->get_name_nogc(name); }
  Fallible<void> remove(Str* name) {
    TRY(dict_->remove_name(t_, name));
    return {};
  }

  // ---- __slots__. ----

  Fallible<void> read_slots() {
    may_add_dict_ = !base_->has(kHasDict) && !base_->has(kTypeSubclass);  // a class has its own kind of __dict__
    // A text's characters are no items of Python's kind.
    bool sized = base_->instance_layout()->item_size != 0 && !base_->has(kStrSubclass);
    may_add_weak_ = !base_->has(kWeakReferences) && !sized;
    Value slots = entry(names.dunder_slots);
    if (slots.is_absent()) {
      add_dict_ = may_add_dict_;
      add_weak_ = may_add_weak_;
      return {};
    }
    Tuple* items;
    if (is<Str>(slots)) {
      items = TRY(Tuple::of(t_, slots));
    } else {
      items = TRY(tuple_from_iterable_py(t_, slots));
    }
    if (items->length() != 0 && (sized || base_->has(kTypeSubclass)))
      return t_.raise_type_error("nonempty __slots__ not supported for subtype of '{}'", base_);
    RootVector members(t_);
    for (size_t i = 0; i < items->length(); ++i) TRY(read_slot(items->at(i), &members));
    // Bases beside the best one may bring what __slots__ left out.
    for (size_t i = 0; i < bases_->length(); ++i) {
      Type* base = as<Type>(bases_->at(i));
      if (may_add_dict_ && base->has(kHasDict)) add_dict_ = true;
      if (may_add_weak_ && base->has(kWeakReferences)) add_weak_ = true;
    }
    if (members.size() != 0) {
      if (base_->member_count_ + members.size() > kMostMembers) return t_.raise_memory_error();
      members_ = members.list();
      TRY(call_method_py(t_, Value(members_), names.sort));  // polled: there may be very many
    }
    return {};
  }

  Fallible<void> read_slot(Value item, RootVector* members) {
    if (!is<Str>(item)) return t_.raise_type_error("__slots__ items must be strings, not '{}'", type_of(item));
    if (!ident::is_identifier(text_of(as<Str>(item)))) return t_.raise_type_error("__slots__ must be identifiers");
    Str* name = TRY(Str::intern(t_, as<Str>(item)));
    if (name == names.dunder_dict) {
      if (!may_add_dict_ || add_dict_) return t_.raise_type_error("__dict__ slot disallowed: we already got one");
      add_dict_ = true;
      return {};
    }
    if (name == names.dunder_weakref) {
      if (!may_add_weak_ || add_weak_) return t_.raise_type_error("__weakref__ slot disallowed: we already got one");
      add_weak_ = true;
      return {};
    }
    name = TRY(mangled(name));
    if (!entry(name).is_absent() && name != names.dunder_qualname && name != names.dunder_classcell &&
        name != names.dunder_classdictcell)
      return t_.raise_value_error("{} in __slots__ conflicts with class variable", repr_of(Value(name)));
    return members->push(name);
  }

  // __name in a class _Class becomes _Class__name.
  Fallible<Str*> mangled(Str* name) {
    size_t n = name->length();
    if (n < 2 || name->at(0) != '_' || name->at(1) != '_') return name;
    if ((name->at(n - 1) == '_' && name->at(n - 2) == '_')) return name;
    size_t skip = 0;
    while (skip < name_->length() && name_->at(skip) == '_') ++skip;
    if (skip == name_->length()) return name;
    StrBuilder text(t_);
    TRY(text.append('_'));
    TRY(text.append_slice(name_, skip, name_->length()));
    TRY(text.append(name));
    return Str::intern(t_, TRY(text.finish()));
  }

  // ---- The cell and its layout. ----

  Fallible<void> allocate() {
    Cell* cell = TRY(new_instance(t_, metatype_));
    type_ = as<Type>(cell);
    type_->name_ = name_;
    type_->qualified_name_ = name_;
    type_->base_ = base_;
    type_->bases_ = bases_;
    type_->dict_ = dict_;
    type_->mro_ = empty_tuple();
    type_->spec_ = base_->spec_;
    type_->flags_ = kHeapType | kBaseType | (base_->flags() & kInherited);
    // What patterns take instances for, the first base that says anything decides.
    for (size_t i = 0; i < bases_->length() && (type_->flags_ & (kSequence | kMapping)) == 0; ++i)
      type_->flags_ |= as<Type>(bases_->at(i))->flags() & (kSequence | kMapping);
    if (add_dict_) type_->flags_ |= kHasDict;
    if (add_weak_) type_->flags_ |= kWeakReferences;
    type_->version_ = next_type_version(t_);
    if (type_->version_ == 0) return t_.terminate(Limit::Instructions);
    const Layout* layout = base_->instance_layout();
    type_->root_shape_ = Shape::make_root(t_.heap(), shapes.meta, type_, layout);
    if (type_->root_shape_ == nullptr) return t_.raise_memory_error();
    type_->shapes_ = type_->root_shape_;
    ShapeAccess::set_stamp(type_->root_shape_, type_->version_);
    lay_out(layout);
    return {};
  }

  // [C++ struct][members][attributes word][inline slots]; a word inside the C++ struct stays there.
  void lay_out(const Layout* layout) {
    uint32_t own_members = members_ == nullptr ? 0 : static_cast<uint32_t>(members_->length());
    type_->member_count_ = base_->member_count_ + own_members;
    uint32_t members_begin = rounded(layout->base_size);
    uint32_t end = members_begin + type_->member_count_ * 8;
    uint32_t inline_slots = 0;
    if (type_->has(kHasDict)) {
      bool inside = base_->attributes_offset_ != 0 && base_->attributes_offset_ < members_begin;
      type_->attributes_offset_ = inside ? base_->attributes_offset_ : end;
      if (!inside) end += 8;
      bool slots_follow = type_->attributes_offset_ + 8 == end && layout->item_size == 0;
      if (slots_follow && !type_->has(kDictionaryInstances)) inline_slots = inline_capacity(end);
    }
    type_->inline_capacity_ = static_cast<uint16_t>(inline_slots);
    type_->instance_size_ = end + inline_slots * 8;
    ShapeAccess::set_layout_of_attributes(type_->root_shape_, type_->attributes_offset_, inline_slots);
    if (type_->member_count_ != 0) ShapeAccess::set_has_members(type_->root_shape_);
    if (type_->has(kDictionaryInstances)) ShapeAccess::set_dictionary_mode(type_->root_shape_);
  }

  // Names assigned through self in the class's own functions, and what the base counted; filled up to the cell size.
  uint32_t inline_capacity(uint32_t end) const {
    uint32_t capacity = base_->inline_capacity_;
    Value assigned = entry(names.dunder_static_attributes);
    if (!assigned.is_absent() && is<Tuple>(assigned)) capacity += static_cast<uint32_t>(as<Tuple>(assigned)->length());
    if (capacity < kLeastInlineSlots) capacity = kLeastInlineSlots;
    if ((end + capacity * 8) % Heap::kCellAlignment != 0) ++capacity;
    return capacity > kMostInlineSlots ? kMostInlineSlots : capacity;
  }

  // ---- The namespace. ----

  Fallible<void> set_names() {
    Value qualified = entry(names.dunder_qualname);
    if (!qualified.is_absent()) {
      if (!is<Str>(qualified))
        return t_.raise_type_error("type __qualname__ must be a str, not {}", type_of(qualified));
      type_->qualified_name_ = as<Str>(qualified);
      TRY(remove(names.dunder_qualname));
    }
    if (entry(names.dunder_module).is_absent()) {
      auto current_globals = t_.isolate().services->current_globals;
      Dict* globals = current_globals == nullptr ? nullptr : current_globals(t_);
      Value module = globals == nullptr ? Value::absent() : globals->get_name_nogc(names.dunder_name);
      if (!module.is_absent()) TRY(dict_->set_name(t_, names.dunder_module, module));
    }
    if (entry(names.dunder_doc).is_absent()) TRY(dict_->set_name(t_, names.dunder_doc, Value::none()));
    if (entry(names.dunder_hash).is_absent() && !entry(names.dunder_eq).is_absent())
      TRY(dict_->set_name(t_, names.dunder_hash, Value::none()));
    return {};
  }

  Fallible<void> wrap_special_functions() {
    Value function = entry(names.dunder_new);
    if (!function.is_absent() && is_exactly(function, shapes.function))
      TRY(dict_->set_name(t_, names.dunder_new, TRY(make_static_method(t_, function))));
    for (Str* name : {names.dunder_init_subclass, names.dunder_class_getitem}) {
      function = entry(name);
      if (!function.is_absent() && is_exactly(function, shapes.function))
        TRY(dict_->set_name(t_, name, TRY(make_class_method(t_, function))));
    }
    return {};
  }

  Fallible<void> set_cells() {
    Value cell = entry(names.dunder_classcell);
    if (!cell.is_absent()) {
      if (type_of(cell) != core.cell)
        return t_.raise_type_error("__classcell__ must be a nonlocal cell, not {}", repr_of(Value(type_of(cell))));
      t_.isolate().services->set_cell(cell.cell(), type_);
      TRY(remove(names.dunder_classcell));
    }
    cell = entry(names.dunder_classdictcell);
    if (!cell.is_absent()) {
      if (type_of(cell) != core.cell)
        return t_.raise_type_error("__classdictcell__ must be a nonlocal cell, not {}", repr_of(Value(type_of(cell))));
      t_.isolate().services->set_cell(cell.cell(), dict_);
      TRY(remove(names.dunder_classdictcell));
    }
    return {};
  }

  Fallible<void> add_descriptors() {
    uint32_t first = rounded(base_->instance_layout()->base_size) + base_->member_count_ * 8;
    for (size_t i = 0; members_ != nullptr && i < members_->length(); ++i) {
      auto* descriptor = TRY(t_.allocate<MemberDescriptor>(shapes.member_descriptor));
      descriptor->offset_ = first + static_cast<uint32_t>(i) * 8;
      descriptor->owner_ = type_;
      descriptor->name_ = as<Str>(members_->at(i));
      TRY(dict_->set_name(t_, descriptor->name_, descriptor));
    }
    if (add_dict_) TRY(add_getset(&kInstanceDictGetSet, names.dunder_dict));
    if (add_weak_) TRY(add_getset(&kInstanceWeakrefGetSet, names.dunder_weakref));
    return {};
  }

  Fallible<void> add_getset(const GetSet* getset, Str* name) {
    if (!entry(name).is_absent()) return {};
    auto* descriptor = TRY(t_.allocate<GetSetDescriptor>(shapes.getset_descriptor));
    descriptor->getset_ = getset;
    descriptor->owner_ = type_;
    descriptor->name_ = name;
    return dict_->set_name(t_, name, descriptor);
  }

  // ---- The end. ----

  Fallible<void> finish() {
    Tuple* mro = TRY(compute_mro_py(t_, type_));
    if (mro->length() == 0) return t_.raise_type_error("type MRO must not be empty");
    type_->mro_ = mro;
    update_slots(t_, type_, nullptr);
    for (size_t i = 0; i < bases_->length(); ++i) TRY(add_subclass(t_, as<Type>(bases_->at(i)), type_));
    return {};
  }

  Fallible<void> call_set_name_py() {
    // A descriptor's __set_name__ may change the namespace: go by a copy.
    Dict* entries = TRY(Dict::copy(t_, dict_));
    Value key, value;
    for (size_t position = 0; entries->next_nogc(&position, &key, &value);) {
      if (type_of(value)->lookup(t_, names.dunder_set_name).is_absent()) continue;
      const Value arguments[] = {Value(type_), key};
      Fallible<Value> result = call_special_py(t_, value, names.dunder_set_name, arguments, 2);
      if (result.failed()) return note_set_name_failure(key, value);
    }
    return {};
  }

  // Attributes are found by name: nothing finds what else is in the namespace.
  Fallible<void> warn_of_strange_keys_py() {
    Value key, value;
    for (size_t position = 0; dict_->next_nogc(&position, &key, &value);)
      if (!is<Str>(key))
        return warn_py(t_, core.RuntimeWarning, "non-string key in the __dict__ of class {}", type_->name());
    return {};
  }

  Failure note_set_name_failure(Value key, Value value) {
    if (t_.terminated()) return Failure{};
    Value exception = t_.take_exception();
    Str* note = TRY(t_.format("Error calling __set_name__ on '{}' instance {} in '{}'", type_of(value), repr_of(key),
                              type_->name()));
    TRY(call_method_py(t_, exception, names.add_note, Value(note)));
    return t_.restore_exception(exception);
  }

  Thread& t_;
  Type* metatype_;
  Str* name_;
  Tuple* bases_;
  Dict* dict_;
  Type* base_ = nullptr;
  Type* type_ = nullptr;
  List* members_ = nullptr;
  bool may_add_dict_ = false;
  bool may_add_weak_ = false;
  bool add_dict_ = false;
  bool add_weak_ = false;
};

Fallible<void> check_name(Thread& t, Str* name) {
  for (size_t i = 0, n = name->length(); i < n; ++i) {
    char32_t c = name->at(i);
    if (c == 0) return t.raise_value_error("type name must not contain null characters");
    if (c >= 0xD800 && c < 0xE000) return codecs::raise_encode_error(t, "utf-8", name, i, i + 1, "surrogates not allowed");
  }
  return {};
}

// super(cls, cls).__init_subclass__(**kwargs)
Fallible<void> call_init_subclass_py(Thread& t, Type* type, const Arguments& arguments) {
  Tuple* mro = type->mro();
  bool has_itself = false;
  for (size_t i = 0; i < mro->length(); ++i) has_itself |= mro->at(i) == Value(type);
  if (!has_itself)
    return t.raise_type_error("super(type, obj): obj (type {}) is not an instance or subtype of type ({}).", type, type);
  Value found = Value::absent();
  for (size_t i = 1; i < mro->length() && found.is_absent(); ++i)
    found = as<Type>(mro->at(i))->dict()->get_name_nogc(names.dunder_init_subclass);
  if (found.is_absent()) return {};
  if (auto get = type_of(found)->slots().descriptor_get; get != nullptr)
    found = TRY(get(t, found, Value::absent(), Value(type)));
  Arguments keywords(arguments.values + arguments.positional, 0, arguments.names);
  TRY(call_py(t, found, keywords));
  return {};
}

Fallible<void> check_bases(Thread& t, Tuple* bases) {
  for (size_t i = 0; i < bases->length(); ++i) {
    Value base = bases->at(i);
    if (as_type(base) != nullptr) continue;
    Value entries = TRY(find_attribute_py(t, base, names.dunder_mro_entries));
    if (!entries.is_absent())
      return t.raise_type_error("type() doesn't support MRO entry resolution; use types.new_class()");
  }
  return {};
}

}  // namespace

Fallible<void> check_type_name(Thread& t, Str* name) { return check_name(t, name); }

Fallible<Value> type_new(Thread& t, Type* metatype, const Arguments& arguments) {
  if (arguments.positional != 3)
    return t.raise_type_error("type.__new__() takes exactly 3 arguments ({} given)", arguments.positional);
  Str* name = try_as<Str>(arguments[0]);
  Tuple* bases = try_as<Tuple>(arguments[1]);
  Dict* dict = try_as<Dict>(arguments[2]);
  if (name == nullptr)
    return t.raise_type_error("type.__new__() argument 1 must be str, not {}", type_of(arguments[0]));
  if (bases == nullptr)
    return t.raise_type_error("type.__new__() argument 2 must be tuple, not {}", type_of(arguments[1]));
  if (dict == nullptr)
    return t.raise_type_error("type.__new__() argument 3 must be dict, not {}", type_of(arguments[2]));
  TRY(check_bases(t, bases));
  if (bases->length() == 0) {
    bases = TRY(Tuple::of(t, Value(core.object)));
  } else {
    Type* winner = TRY(calculate_metaclass(t, metatype, bases));
    if (winner != metatype) {
      if (winner->slots().new_ != type_new && winner->slots().new_ != nullptr)
        return winner->slots().new_(t, winner, arguments);
      metatype = winner;
    }
  }
  TRY(check_name(t, name));
  Type* type = TRY(ClassMaker(t, metatype, name, bases, dict).run(dict));
  TRY(call_init_subclass_py(t, type, arguments));
  return Value(type);
}

Fallible<Type*> make_class_py(Thread& t, const char* name, Tuple* bases, Dict* dict) {
  Str* text = TRY(Str::intern_utf8(t, name));
  const Value arguments[] = {Value(text), Value(bases), Value(dict)};
  Value type = TRY(type_new(t, core.type, Arguments(arguments, 3)));
  return as<Type>(type);
}

// ---- __bases__ = ... ----

namespace {

bool same_layout(const Type* a, const Type* b) {
  return a->instance_layout() == b->instance_layout() && a->member_count_ == b->member_count_ &&
         a->has(kHasDict) == b->has(kHasDict) && a->has(kWeakReferences) == b->has(kWeakReferences);
}

// New orders for the class and what derives from it; on failure everything is put back.
class Rebase {
 public:
  explicit Rebase(Thread& t) : t_(t), types_(t), old_(t), new_(t) {}

  Fallible<void> run(Type* type) {
    TRY(check_native_recursion(t_, " in __bases__"));
    Tuple* mro = TRY(compute_mro_py(t_, type));
    if (mro->length() == 0) return t_.raise_type_error("type MRO must not be empty");
    TRY(types_.push(type));
    TRY(old_.push(type->mro_));
    TRY(new_.push(mro));
    type->mro_ = mro;
    WeakList* list = subclasses_of(t_, type);
    for (uint32_t i = 0; list != nullptr && i < list->size(); ++i) {
      auto* subclass = static_cast<Type*>(list->at(i));
      if (subclass != nullptr && subclass->is_finished()) TRY(run(subclass));
    }
    return {};
  }
  void undo() {
    // What a mro() in the middle has assigned itself stays.
    for (size_t i = new_.size(); i-- > 0;)
      if (as<Type>(types_[i])->mro_ == as<Tuple>(new_[i])) as<Type>(types_[i])->mro_ = as<Tuple>(old_[i]);
  }

 private:
  Thread& t_;
  RootVector types_;
  RootVector old_;
  RootVector new_;
};

}  // namespace

bool same_members(const Type* a, const Type* b) {
  while (a->base() != nullptr && a->base()->member_count_ == a->member_count_) a = a->base();
  while (b->base() != nullptr && b->base()->member_count_ == b->member_count_) b = b->base();
  if (a == b || (a->member_count_ == 0 && b->member_count_ == 0)) return true;
  if (a->member_count_ != b->member_count_ || a->base() != b->base()) return false;
  Value key, value;
  for (size_t position = 0; a->dict()->next_nogc(&position, &key, &value);) {
    auto* member = try_as<MemberDescriptor>(value);
    if (member == nullptr || member->member_ != nullptr || member->owner_ != a) continue;
    Value other = b->dict()->get_name_nogc(member->name_);
    auto* twin = other.is_absent() ? nullptr : try_as<MemberDescriptor>(other);
    if (twin == nullptr || twin->member_ != nullptr || twin->offset_ != member->offset_) return false;
  }
  return true;
}

bool layouts_agree(const Type* a, const Type* b) { return same_layout(a, b); }

Fallible<void> set_bases_py(Thread& t, Type* type, Tuple* bases) {
  for (size_t i = 0; i < bases->length(); ++i) {
    Type* base = as_type(bases->at(i));
    if (base == nullptr)
      return t.raise_type_error("{}.__bases__ must be tuple of classes, not '{}'", type->name(), type_of(bases->at(i)));
    // A mro() that assigns __bases__ finds orders that lag behind: the chain of bases must not close either.
    bool cycle = base->is_subtype_of(type);
    for (Type* at = base; at != nullptr && !cycle; at = at->base()) cycle = at == type;
    if (cycle)
      return t.raise_type_error("a __bases__ item causes an inheritance cycle");
  }
  Type* base = TRY(best_base(t, bases));
  if (!same_layout(type->base(), base))
    return t.raise_type_error("__bases__ assignment: '{}' object layout differs from '{}'", base, type->base());
  Type* old_base = type->base_;
  Tuple* old_bases = type->bases_;
  type->base_ = base;
  type->bases_ = bases;
  Rebase rebase(t);
  if (rebase.run(type).failed()) {
    rebase.undo();
    if (type->bases_ == bases) {
      type->base_ = old_base;
      type->bases_ = old_bases;
    }
    (void)type->modified(t, nullptr);
    return Failure{};
  }
  // Somebody's mro() assigned other bases, which have been entered then.
  if (type->bases_ != bases) return type->modified(t, nullptr);
  for (size_t i = 0; i < old_bases->length(); ++i) remove_subclass(t, as<Type>(old_bases->at(i)), type);
  for (size_t i = 0; i < bases->length(); ++i) TRY(add_subclass(t, as<Type>(bases->at(i)), type));
  return type->modified(t, nullptr);
}

}  // namespace hog
