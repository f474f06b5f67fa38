// lru_cache.cpp: functools._lru_cache_wrapper: a function's results by its arguments, all of them or the most recently used.
//
// A bounded cache keeps its results in links, oldest first, and a dict from keys to links. Invariants: a link that is in the
// list (next_ not null) has both neighbours in the same ring; but for moments in which Python runs it is the dict's value for
// its key. Python may call the wrapper again, or clear it, in the function and in any comparison of keys: nothing read before
// is trusted after, and links are cells, so that none can dangle.
#include "modules/functools/functools.hpp"
#include "object/dict_lookup.hpp"

namespace hog::functools {

namespace {

Type *wrapper_type, *link_type;

class Link : public Cell {
 public:
  static const Layout kLayout;
  Field<Link> previous_, next_;  // null: not in the list
  uint64_t hash_;                // as the dict stores it
  ValueField key_, result_;
};
void trace_link(Cell* cell, Marker& marker) {
  auto* link = static_cast<Link*>(cell);
  marker.visit(link->previous_.get());
  marker.visit(link->next_.get());
  marker.visit_word(link->key_.get().raw());
  marker.visit_word(link->result_.get().raw());
}
const Layout Link::kLayout = {.name = "functools._lru_list_elem", .trace = trace_link, .base_size = sizeof(Link)};

class LruCache : public Cell {
 public:
  static const Layout kLayout;
  enum class Mode : uint8_t { Uncached, Unbounded, Bounded };
  ValueField function_, info_type_;
  ValueField keyword_mark_;  // stands between positional and keyword arguments in keys
  Field<Dict> results_;      // key -> result (Unbounded) or link (Bounded)
  Field<Link> ring_;         // of a bounded cache: its next_ is the oldest link, its previous_ the newest
  int64_t max_size_, hits_, misses_;
  Mode mode_;
  bool typed_;
  ValueField attributes_;    // the attributes word
};
void trace_cache(Cell* cell, Marker& marker) {
  auto* cache = static_cast<LruCache*>(cell);
  for (const ValueField* field : {&cache->function_, &cache->info_type_, &cache->keyword_mark_, &cache->attributes_})
    marker.visit_word(field->get().raw());
  marker.visit(cache->results_.get());
  marker.visit(cache->ring_.get());
}
const Layout LruCache::kLayout = {
    .name = "functools._lru_cache_wrapper", .trace = trace_cache, .base_size = sizeof(LruCache)};

// ---- Keys. ----

bool is_its_own_key(Value v) { return v.is_small_int() || is_exact_str(v) || is_exactly(v, shapes.int_); }

Fallible<Value> make_key(Thread& t, LruCache* cache, const Arguments& arguments) {
  uint32_t positional = arguments.positional, keywords = arguments.keyword_count();
  bool typed = cache->typed_;
  if (!typed && keywords == 0 && positional == 1 && is_its_own_key(arguments[0])) [[likely]] return arguments[0];
  size_t size = positional + (keywords == 0 ? size_t{0} : 1 + size_t{2} * keywords);
  if (typed) size += positional + keywords;
  Tuple* key = TRY(Tuple::make(t, size));
  size_t n = 0;
  for (uint32_t i = 0; i < positional; ++i) key->initialize(n++, arguments[i]);
  if (keywords != 0) key->initialize(n++, cache->keyword_mark_);
  for (uint32_t k = 0; k < keywords; ++k) {
    key->initialize(n++, arguments.names->at(k));
    key->initialize(n++, arguments.values[positional + k]);
  }
  if (typed)
    for (uint32_t i = 0; i < positional + keywords; ++i) key->initialize(n++, Value(type_of(arguments.values[i])));
  return Value(key);
}

// As the dict stores it. Unlike a dict's own, the complaint about an unhashable argument is the plain one.
Fallible<uint64_t> hash_of_key_py(Thread& t, Value key) {
  if (key.is_small_int()) return stored_hash_of(t, static_cast<uint64_t>(small_int_hash(key.small_int())));
  if (is_exact_str(key)) return as<Str>(key)->raw_hash(t);
  return stored_hash_of(t, key, static_cast<uint64_t>(TRY(hash_py(t, key))));
}

// ---- The ring of links. ----

void unlink(Link* link) {
  Link* before = link->previous_.get();
  Link* after = link->next_.get();
  before->next_.set(before, after);
  after->previous_.set(after, before);
  link->previous_.set(link, nullptr);
  link->next_.set(link, nullptr);
}
void link_newest(Link* ring, Link* link) {
  Link* last = ring->previous_.get();
  last->next_.set(last, link);
  link->previous_.set(link, last);
  link->next_.set(link, ring);
  ring->previous_.set(ring, link);
}
bool is_linked(Link* link) { return link->next_.get() != nullptr; }
Fallible<Link*> make_link(Thread& t) { return t.allocate<Link>(link_type->root_shape()); }
Fallible<Link*> make_ring(Thread& t) {
  Link* ring = TRY(make_link(t));
  ring->previous_.set(ring, ring);
  ring->next_.set(ring, ring);
  return ring;
}

// ---- Calls. ----

Fallible<Value> call_unbounded(Thread& t, LruCache* cache, const Arguments& arguments) {
  Value key = TRY(make_key(t, cache, arguments));
  uint64_t hash = TRY(hash_of_key_py(t, key));
  Value known = TRY(cache->results_->get_stored_py(t, key, hash));
  if (!known.is_absent()) {
    ++cache->hits_;
    return known;
  }
  ++cache->misses_;
  Value result = TRY(call_py(t, cache->function_, arguments));
  TRY(cache->results_->set_stored_py(t, key, hash, result));
  return result;
}

// What a bounded cache consists of. cache_clear() gives the cache new ones: a call that is under way goes on with the pair it
// began with, which stays consistent in itself.
struct Bounded {
  Dict* results;
  Link* ring;
};

// A program can get at the dict (gc.get_referents) and put anything in.
Link* link_or_null(Value v) { return v.is_absent() ? nullptr : try_as<Link>(v); }

Fallible<void> store_link(Thread& t, const Bounded& parts, Link* link, Value key, uint64_t hash, Value result) {
  link->hash_ = hash;
  link->key_.set(link, key);
  link->result_.set(link, result);
  TRY(parts.results->set_stored_py(t, key, hash, Value(link)));
  if (!is_linked(link)) link_newest(parts.ring, link);
  return {};
}

// The oldest link makes room: its key leaves the dict, and it is used again.
Fallible<void> replace_oldest(Thread& t, const Bounded& parts, Value key, uint64_t hash, Value result) {
  Link* link = parts.ring->next_.get();
  unlink(link);
  Fallible<Value> removed = parts.results->pop_stored_py(t, link->key_, link->hash_);
  if (removed.failed()) {
    if (!is_linked(link)) link_newest(parts.ring, link);  // its key could not be compared: it stays, as the newest
    return Failure{};
  }
  // Python that ran in a comparison may have removed the key already: then there is room elsewhere, and nothing to do.
  if (removed.get().is_absent() || is_linked(link)) return {};
  Link* other = link_or_null(removed.get());
  if (other != nullptr && other != link && is_linked(other)) unlink(other);
  return store_link(t, parts, link, key, hash, result);
}

Fallible<Value> call_bounded(Thread& t, LruCache* cache, const Arguments& arguments) {
  Value key = TRY(make_key(t, cache, arguments));
  uint64_t hash = TRY(hash_of_key_py(t, key));
  Bounded parts{cache->results_.get(), cache->ring_.get()};
  Value known = TRY(parts.results->get_stored_py(t, key, hash));
  if (Link* link = link_or_null(known)) {
    if (is_linked(link)) {
      unlink(link);
      link_newest(parts.ring, link);
    }
    ++cache->hits_;
    return link->result_.get();
  }
  ++cache->misses_;
  Value result = TRY(call_py(t, cache->function_, arguments));
  parts = {cache->results_.get(), cache->ring_.get()};
  // The function may have stored this very result by calling itself.
  if (!TRY(parts.results->get_stored_py(t, key, hash)).is_absent()) return result;
  bool has_room = static_cast<int64_t>(parts.results->length()) < cache->max_size_ || parts.ring->next_.get() == parts.ring;
  if (has_room)
    TRY(store_link(t, parts, TRY(make_link(t)), key, hash, result));
  else
    TRY(replace_oldest(t, parts, key, hash, result));
  return result;
}

Fallible<Value> cache_call(Thread& t, Value self, const Arguments& arguments) {
  auto* cache = as<LruCache>(self);
  if (cache->mode_ == LruCache::Mode::Bounded) return call_bounded(t, cache, arguments);
  if (cache->mode_ == LruCache::Mode::Unbounded) return call_unbounded(t, cache, arguments);
  ++cache->misses_;
  return call_py(t, cache->function_, arguments);
}

Fallible<Value> cache_get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent() || object.is_none()) return self;
  return make_bound_method(t, self, object);
}

// ---- Construction, methods. ----

Fallible<Value> make_cache(Thread& t, Type* type, Value function, Value max_size, bool typed, Value info_type) {
  if (!is_callable(function)) return t.raise_type_error("the first argument must be callable");
  int64_t limit = 0;
  if (!max_size.is_none()) {
    if (!is_index(max_size)) return t.raise_type_error("maxsize should be integer or None");
    limit = TRY(index_to_int64_py(t, max_size));
    if (limit < 0) limit = 0;
  }
  Dict* results = TRY(Dict::make(t));
  Value mark = TRY(object_new(t, core.object, Arguments()));
  Link* ring = TRY(make_ring(t));
  auto* cache = static_cast<LruCache*>(TRY(new_instance(t, type)));
  cache->function_.set(cache, function);
  cache->info_type_.set(cache, info_type);
  cache->keyword_mark_.set(cache, mark);
  cache->results_.set(cache, results);
  cache->ring_.set(cache, ring);
  cache->max_size_ = limit;
  cache->typed_ = typed;
  cache->mode_ = max_size.is_none() ? LruCache::Mode::Unbounded
                 : limit == 0       ? LruCache::Mode::Uncached
                                    : LruCache::Mode::Bounded;
  return Value(cache);
}
constexpr NativeMethod kConstructor[] = {
    {"lru_cache", HOG_NATIVE(make_cache), "($type, user_function, maxsize, typed, cache_info_type)", nullptr}, {}};
Fallible<Value> cache_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructor[0]), Value(type), arguments);
}

Fallible<Value> cache_info(Thread& t, LruCache* self) {
  Value max_size = self->mode_ == LruCache::Mode::Unbounded ? Value::none() : TRY(make_int(t, self->max_size_));
  auto size = static_cast<int64_t>(self->results_->length());
  return call_py(t, self->info_type_, TRY(make_int(t, self->hits_)), TRY(make_int(t, self->misses_)), max_size,
                 TRY(make_int(t, size)));
}
Fallible<void> cache_clear(Thread& t, LruCache* self) {
  // A new ring and a new dict: whoever is in the middle of the old ones cannot harm the cache.
  Link* ring = TRY(make_ring(t));
  Dict* results = TRY(Dict::make(t));
  self->ring_.set(self, ring);
  self->results_.set(self, results);
  self->hits_ = self->misses_ = 0;
  return {};
}
Fallible<Value> reduce(Thread& t, Value self) { return get_attribute_py(t, self, names.dunder_qualname); }
Fallible<Value> same(Thread&, Value self) { return self; }
Fallible<Value> same_deep(Thread&, Value self, Value) { return self; }

constexpr NativeMethod kMethods[] = {
    {"cache_info", HOG_NATIVE(cache_info), "($self, /)", "Hits, misses, limit and present size."},
    {"cache_clear", HOG_NATIVE(cache_clear), "($self, /)", "Forgets all results and the statistics."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "Its name."},
    {"__copy__", HOG_NATIVE(same), "($self, /)", "Itself."},
    {"__deepcopy__", HOG_NATIVE(same_deep), "($self, memo, /)", "Itself."},
    {},
};

const TypeSpec kWrapperSpec = {
    .name = "functools._lru_cache_wrapper",
    .doc = "A callable that remembers the results of a function.",
    .layout = &LruCache::kLayout,
    .flags = type_flag::kHasDict | type_flag::kWeakReferences | type_flag::kMethodDescriptor,
    .slots = {.call = cache_call, .descriptor_get = cache_get, .new_ = cache_new},
    .methods = kMethods,
    .attributes_offset = offsetof(LruCache, attributes_),
    .constructors = kConstructor,
};
const TypeSpec kLinkSpec = {
    .name = "functools._lru_list_elem",
    .layout = &Link::kLayout,
    .flags = type_flag::kNoInstantiation,
};

}  // namespace

const TypeRegistration kLruCacheTypes[] = {{&wrapper_type, &kWrapperSpec}, {&link_type, &kLinkSpec, false}};

}  // namespace hog::functools
