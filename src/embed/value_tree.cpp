// value_tree.cpp: making, reading and freeing hog_values. Nothing here recurses: a deep tree is freed by unlinking its leaves.
#include "embed/value_tree.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace hog {

hog_value* new_value(hog_kind kind) {
  auto* value = new (std::nothrow) hog_value;
  if (value != nullptr) value->kind = kind;
  return value;
}

hog_value* with_text(hog_value* value, const char* text, size_t length) {
  if (value == nullptr) return nullptr;
  value->text = static_cast<char*>(std::malloc(length + 1));
  if (value->text == nullptr) {
    delete value;
    return nullptr;
  }
  if (length != 0 && text != nullptr) std::memcpy(value->text, text, length);
  value->text[length] = '\0';
  value->length = length;
  return value;
}

hog_value* new_handle(HandleRoom* room, uint32_t place) {
  hog_value* value = new_value(HOG_HANDLE);
  if (value == nullptr) return nullptr;
  value->place = place;
  value->room = room;
  room->references.fetch_add(1, std::memory_order_relaxed);
  return value;
}

void drop_room(HandleRoom* room) {
  if (room->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::free(room->next);
  std::free(room->uses);
  delete room;
}

namespace {

void free_one(hog_value* value) {
  if (value->kind == HOG_HANDLE && value->room != nullptr) {
    HandleRoom* room = value->room;
    room->acquire();
    if (--room->uses[value->place] == 0) {
      room->next[value->place] = room->freed;
      room->freed = value->place + 1;
    }
    room->release();
    drop_room(room);
  }
  std::free(value->text);
  std::free(value->items);
  delete value;
}

size_t length_of(const char* text, size_t length) { return length == HOG_TEXT ? std::strlen(text) : length; }

bool reserve(hog_value* value, size_t more) {
  if (value->count + more <= value->capacity) return true;
  size_t capacity = value->capacity == 0 ? 4 : value->capacity * 2;
  auto** items = static_cast<hog_value**>(std::realloc(value->items, capacity * sizeof(hog_value*)));
  if (items == nullptr) return false;
  value->items = items;
  value->capacity = capacity;
  return true;
}

hog_value* copy_one(const hog_value* from) {
  hog_value* value = new_value(from->kind);
  if (value == nullptr) return nullptr;
  value->wide = from->wide;
  value->integer = from->integer;
  value->imaginary = from->imaginary;
  if (from->text != nullptr && (value = with_text(value, from->text, from->length)) == nullptr) return nullptr;
  if (from->kind == HOG_HANDLE) {
    value->room = from->room;
    value->room->references.fetch_add(1, std::memory_order_relaxed);
    value->room->acquire();
    ++value->room->uses[value->place];
    value->room->release();
  }
  return value;
}

// Depth is the embedder's own doing: what comes from Python is at most kDeepest deep (value_convert.cpp).
hog_value* copy_tree(const hog_value* from) {
  hog_value* value = copy_one(from);
  for (size_t i = 0; value != nullptr && i < from->count; ++i) {
    hog_value* item = copy_tree(from->items[i]);
    if (item == nullptr || !reserve(value, 1)) {
      hog_value_free(item);
      hog_value_free(value);
      return nullptr;
    }
    value->items[value->count++] = item;
  }
  return value;
}

}  // namespace
}  // namespace hog

using namespace hog;

hog_value* hog_none(void) { return new_value(HOG_NONE); }

hog_value* hog_bool(int truth) {
  hog_value* value = new_value(HOG_BOOL);
  if (value != nullptr) value->integer = truth != 0;
  return value;
}

hog_value* hog_int(int64_t number) {
  hog_value* value = new_value(HOG_INT);
  if (value != nullptr) value->integer = number;
  return value;
}

hog_value* hog_int_text(const char* text) {
  bool negative = *text == '-';
  if (negative) ++text;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) text += 2;
  while (text[0] == '0' && text[1] != '\0') ++text;
  size_t length = std::strlen(text);
  uint64_t magnitude = 0;
  if (length == 0) return nullptr;
  for (size_t i = 0; i < length; ++i) {
    char c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return nullptr;
    magnitude = magnitude << 4 | static_cast<uint64_t>(digit);
  }
  if (length < 16 || (length == 16 && magnitude <= INT64_MAX))
    return hog_int(negative ? -static_cast<int64_t>(magnitude) : static_cast<int64_t>(magnitude));
  if (length == 16 && negative && magnitude == uint64_t{1} << 63) return hog_int(INT64_MIN);
  hog_value* value = with_text(new_value(HOG_INT), nullptr, length + (negative ? 1 : 0));
  if (value == nullptr) return nullptr;
  value->wide = true;
  char* out = value->text;
  if (negative) *out++ = '-';
  std::memcpy(out, text, length);
  return value;
}

hog_value* hog_float(double number) {
  hog_value* value = new_value(HOG_FLOAT);
  if (value != nullptr) value->number = number;
  return value;
}

hog_value* hog_complex(double real, double imaginary) {
  hog_value* value = new_value(HOG_COMPLEX);
  if (value == nullptr) return nullptr;
  value->number = real;
  value->imaginary = imaginary;
  return value;
}

hog_value* hog_str(const char* text, size_t length) { return with_text(new_value(HOG_STR), text, length_of(text, length)); }
hog_value* hog_bytes(const void* data, size_t length) {
  auto* text = static_cast<const char*>(data);
  return with_text(new_value(HOG_BYTES), text, length_of(text, length));
}
hog_value* hog_list(void) { return new_value(HOG_LIST); }
hog_value* hog_tuple(void) { return new_value(HOG_TUPLE); }
hog_value* hog_dict(void) { return new_value(HOG_DICT); }
hog_value* hog_set(void) { return new_value(HOG_SET); }

int hog_append(hog_value* container, hog_value* item) {
  bool takes = container != nullptr && item != nullptr &&
               (container->kind == HOG_LIST || container->kind == HOG_TUPLE || container->kind == HOG_SET);
  if (!takes || !reserve(container, 1)) {
    hog_value_free(item);
    return 0;
  }
  container->items[container->count++] = item;
  return 1;
}

int hog_dict_add(hog_value* dict, hog_value* key, hog_value* value) {
  if (dict == nullptr || key == nullptr || value == nullptr || dict->kind != HOG_DICT || !reserve(dict, 2)) {
    hog_value_free(key);
    hog_value_free(value);
    return 0;
  }
  dict->items[dict->count++] = key;
  dict->items[dict->count++] = value;
  return 1;
}

hog_value* hog_value_copy(const hog_value* value) { return value == nullptr ? hog_none() : copy_tree(value); }

void hog_value_free(hog_value* value) {
  // `imaginary` and `integer` of a container are unused: the way back up is kept in `text`.
  hog_value* above = nullptr;
  while (value != nullptr) {
    if (value->count != 0) {
      hog_value* item = value->items[--value->count];
      value->text = reinterpret_cast<char*>(above);
      above = value;
      value = item;
      continue;
    }
    free_one(value);
    value = above;
    if (value != nullptr) {
      above = reinterpret_cast<hog_value*>(value->text);
      value->text = nullptr;
    }
  }
}

hog_kind hog_value_kind(const hog_value* value) { return value == nullptr ? HOG_NONE : value->kind; }
int hog_value_bool(const hog_value* value) { return value != nullptr && value->kind == HOG_BOOL && value->integer != 0; }

int hog_value_int(const hog_value* value, int64_t* number) {
  if (value == nullptr || value->wide || (value->kind != HOG_INT && value->kind != HOG_BOOL)) return 0;
  *number = value->integer;
  return 1;
}

double hog_value_float(const hog_value* value) {
  if (value == nullptr) return 0;
  if (value->kind == HOG_FLOAT || value->kind == HOG_COMPLEX) return value->number;
  if (value->kind == HOG_BOOL || (value->kind == HOG_INT && !value->wide)) return static_cast<double>(value->integer);
  if (value->kind != HOG_INT) return 0;
  double number = 0;
  for (const char* at = value->text; *at != '\0'; ++at)
    if (*at != '-') number = number * 16 + (*at <= '9' ? *at - '0' : (*at | 32) - 'a' + 10);
  return value->text[0] == '-' ? -number : number;
}

double hog_value_imaginary(const hog_value* value) {
  return value != nullptr && value->kind == HOG_COMPLEX ? value->imaginary : 0;
}

const char* hog_value_text(const hog_value* value, size_t* length) {
  if (length != nullptr) *length = value == nullptr || value->text == nullptr ? 0 : value->length;
  return value == nullptr ? nullptr : value->text;
}

size_t hog_value_count(const hog_value* value) { return value == nullptr ? 0 : value->count; }

const hog_value* hog_value_item(const hog_value* value, size_t index) {
  return value == nullptr || index >= value->count ? nullptr : value->items[index];
}

const hog_value* hog_value_get(const hog_value* dict, const char* key) {
  if (dict == nullptr || dict->kind != HOG_DICT) return nullptr;
  size_t length = std::strlen(key);
  for (size_t i = dict->count; i >= 2; i -= 2) {  // the last one counts
    const hog_value* name = dict->items[i - 2];
    if (name->kind == HOG_STR && name->length == length && std::memcmp(name->text, key, length) == 0) return dict->items[i - 1];
  }
  return nullptr;
}
