// mro.cpp: method resolution orders (C3) and the choice of the base that gives instances their layout.
#include "object/class_system.hpp"

namespace hog {

namespace {

// The orders to merge: the mro of each base, then the bases themselves.
class Merge {
 public:
  Merge(Thread& t, Type* type) : t_(t), type_(type), bases_(type->bases()), result_(t) {}

  Fallible<Tuple*> run() {
    size_t lists = bases_->length() + 1;
    positions_ = TRY(ByteArray::make(t_, lists * sizeof(size_t)));
    TRY(result_.push(type_));
    for (;;) {
      TRY(t_.poll(static_cast<int64_t>(lists)));
      Type* next = nullptr;
      bool all_empty = true;
      for (size_t i = 0; i < lists && next == nullptr; ++i) {
        Tuple* list = list_at(i);
        if (position(i) >= list->length()) continue;
        all_empty = false;
        Type* candidate = as<Type>(list->at(position(i)));
        if (!TRY(is_in_a_tail(candidate))) next = candidate;
      }
      if (all_empty) return Tuple::from(t_, result_.data(), result_.size());
      if (next == nullptr) return raise_inconsistent();
      TRY(result_.push(next));
      for (size_t i = 0; i < lists; ++i)
        if (position(i) < list_at(i)->length() && list_at(i)->at(position(i)) == Value(next)) ++position(i);
    }
  }

 private:
  Tuple* list_at(size_t i) const { return i < bases_->length() ? as<Type>(bases_->at(i))->mro() : bases_; }
  size_t& position(size_t i) const { return reinterpret_cast<size_t*>(positions_->data())[i]; }

  Fallible<bool> is_in_a_tail(Type* candidate) {
    for (size_t i = 0; i <= bases_->length(); ++i) {
      Tuple* list = list_at(i);
      TRY(t_.poll(static_cast<int64_t>(list->length() / 16 + 1)));
      for (size_t j = position(i) + 1; j < list->length(); ++j)
        if (list->at(j) == Value(candidate)) return true;
    }
    return false;
  }

  Failure raise_inconsistent() {
    // The heads that are left, each once.
    StrBuilder text(t_);
    RootVector seen(t_);
    for (size_t i = 0; i <= bases_->length(); ++i) {
      if (position(i) >= list_at(i)->length()) continue;
      Value head = list_at(i)->at(position(i));
      bool known = false;
      for (size_t k = 0; k < seen.size(); ++k) known |= seen[k] == head;
      if (known) continue;
      TRY(seen.push(head));
      if (seen.size() > 1) TRY(text.append_ascii(", "));
      TRY(text.append(as<Type>(head)->name()));
    }
    Str* heads = TRY(text.finish());
    return t_.raise_type_error("Cannot create a consistent method resolution order (MRO) for bases {}", heads);
  }

  Thread& t_;
  Type* type_;
  Tuple* bases_;
  RootVector result_;
  ByteArray* positions_ = nullptr;
};

Fallible<void> check_duplicates(Thread& t, Tuple* bases) {
  for (size_t i = 0; i < bases->length(); ++i) {
    TRY(t.poll(static_cast<int64_t>(i / 16 + 1)));
    for (size_t j = 0; j < i; ++j)
      if (bases->at(i) == bases->at(j))
        return t.raise_type_error("duplicate base class {}", as<Type>(bases->at(i))->name());
  }
  return {};
}

}  // namespace

Fallible<Tuple*> c3_linearization(Thread& t, Type* type) {
  Tuple* bases = type->bases();
  // OPTIMIZATION: one base: its order with the type in front.
  if (bases->length() == 1) {
    Tuple* above = as<Type>(bases->at(0))->mro();
    if (above->length() == 0) return t.raise_type_error("Cannot extend an incomplete type '{}'", as<Type>(bases->at(0)));
    Tuple* mro = TRY(Tuple::make(t, above->length() + 1));
    mro->initialize(0, type);
    for (size_t i = 0; i < above->length(); ++i) mro->initialize(i + 1, above->at(i));
    return mro;
  }
  for (size_t i = 0; i < bases->length(); ++i)
    if (!as<Type>(bases->at(i))->is_finished())
      return t.raise_type_error("Cannot extend an incomplete type '{}'", as<Type>(bases->at(i)));
  TRY(check_duplicates(t, bases));
  return Merge(t, type).run();
}

// The type's mro() method when its metaclass has its own, with what it answers checked.
Fallible<Tuple*> compute_mro_py(Thread& t, Type* type) {
  Type* metatype = type_of(Value(type));
  if (metatype == core.type || metatype->lookup(t, names.mro) == core.type->lookup(t, names.mro))
    return c3_linearization(t, type);
  Value answer = TRY(call_special_py(t, type, names.mro, nullptr, 0));
  Tuple* mro = TRY(tuple_from_iterable_py(t, answer));
  Type* solid = solid_base(type);
  for (size_t i = 0; i < mro->length(); ++i) {
    Type* entry = as_type(mro->at(i));
    if (entry == nullptr) return t.raise_type_error("mro() returned a non-class ('{}')", type_of(mro->at(i)));
    if (!solid->is_subtype_of(solid_base(entry)))
      return t.raise_type_error("mro() returned base with unsuitable layout ('{}')", entry);
  }
  return mro;
}

// ---- Layouts. ----

namespace {

// Does the type add fields (C++ ones or __slots__) to what its base has?
bool adds_fields(const Type* type) {
  const Type* base = type->base();
  return base == nullptr || type->instance_layout() != base->instance_layout() ||
         type->member_count_ != base->member_count_;
}

}  // namespace

// The nearest type that adds fields: two types with different ones, none deriving from the other, cannot share instances.
Type* solid_base(Type* type) {
  while (!adds_fields(type)) type = type->base();
  return type;
}

Fallible<Type*> best_base(Thread& t, Tuple* bases) {
  Type* winner = nullptr;
  Type* best = nullptr;
  for (size_t i = 0; i < bases->length(); ++i) {
    Type* base = as_type(bases->at(i));
    if (base == nullptr) return t.raise_type_error("bases must be types");
    if (!base->has(type_flag::kBaseType))
      return t.raise_type_error("type '{}' is not an acceptable base type", base);
    Type* candidate = solid_base(base);
    if (winner == nullptr || (candidate != winner && candidate->is_subtype_of(winner))) {
      winner = candidate;
      best = base;
    } else if (!winner->is_subtype_of(candidate)) {
      return t.raise_type_error("multiple bases have instance lay-out conflict");
    }
  }
  return best;
}

Fallible<Type*> calculate_metaclass(Thread& t, Type* metatype, Tuple* bases) {
  Type* winner = metatype;
  for (size_t i = 0; i < bases->length(); ++i) {
    Type* candidate = type_of(bases->at(i));
    if (winner->is_subtype_of(candidate)) continue;
    if (!candidate->is_subtype_of(winner))
      return t.raise_type_error(
          "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all "
          "its bases");
    winner = candidate;
  }
  return winner;
}

}  // namespace hog
