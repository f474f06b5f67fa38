// messages.cpp: sendmsg() and recvmsg(): several buffers at once, and ancillary data. Ref: library/socket; RFC 3542.
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "os_modules/socket/socket.hpp"

namespace hog::sockets {

namespace {

constexpr size_t kMostBuffers = IOV_MAX;

// Buffers that stay exported for a scope, as the system wants them.
class Buffers {
 public:
  explicit Buffers(Thread& t) : t_(t) {}
  ~Buffers() {
    for (size_t i = 0; i < count_; ++i) release_buffer(t_, &views()[i]);
  }
  Fallible<void> open_py(Value sequence, int flags, const char* message) {
    Fallible<List*> made = list_from_iterable_py(t_, sequence);
    if (made.failed()) {
      if (!clear_exception_if(t_, core.TypeError)) return Failure{};
      return t_.raise_type_error("{}", message);
    }
    List* list = made.get();
    items_ = list;
    if (list->length() > kMostBuffers) return t_.raise(core.OSError, "too many buffers");
    size_t length = list->length();
    views_ = TRY(ByteArray::make(t_, length * sizeof(BufferView) + 1));
    keepers_ = TRY(List::make(t_, length));
    vectors_ = TRY(ByteArray::make(t_, length * sizeof(iovec) + 1));
    for (size_t i = 0; i < length && i < list->length(); ++i) {
      new (&views()[i]) BufferView;
      if (get_buffer_py(t_, list->at(i), &views()[i], flags).failed()) return translate(flags);
      ++count_;
      // The views lie in a cell that the collector does not look into.
      if (views()[i].keeper != nullptr) TRY(keepers_->append(t_, Value(views()[i].keeper)));
      if (!views()[i].object.is_empty()) TRY(keepers_->append(t_, views()[i].object));
      vectors()[i] = {views()[i].data, static_cast<size_t>(views()[i].length)};
    }
    return {};
  }
  // What cannot be written to is of the wrong type here.
  Failure translate(int flags) {
    if ((flags & kBufferWritable) == 0 || t_.terminated()) return Failure{};
    if (!t_.exception_is(core.BufferError) && !t_.exception_is(core.TypeError)) return Failure{};
    t_.take_exception();
    return t_.raise_type_error("recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers");
  }
  iovec* vectors() { return reinterpret_cast<iovec*>(vectors_->data()); }
  size_t count() const { return count_; }

 private:
  BufferView* views() { return reinterpret_cast<BufferView*>(views_->data()); }
  Thread& t_;
  List* items_ = nullptr;
  List* keepers_ = nullptr;
  ByteArray* views_ = nullptr;
  ByteArray* vectors_ = nullptr;
  size_t count_ = 0;
};

// Descriptors that came along belong to nobody unless Python gets to see them.
void close_descriptors(msghdr& message) {
  for (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    size_t size = item->cmsg_len - CMSG_LEN(0);
    for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(item) + at, sizeof fd);
      ::close(fd);
    }
  }
}

Fallible<List*> ancillary_items(Thread& t, msghdr& message) {
  List* list = TRY(List::make(t));
  for (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr; item = CMSG_NXTHDR(&message, item)) {
    auto* end = static_cast<unsigned char*>(message.msg_control) + message.msg_controllen;
    size_t room = static_cast<size_t>(end - CMSG_DATA(item));
    size_t size = item->cmsg_len < CMSG_LEN(0) ? 0 : item->cmsg_len - CMSG_LEN(0);
    Value data = Value(TRY(Bytes::from(t, CMSG_DATA(item), size < room ? size : room)));
    TRY(list->append(t, Value(TRY(Tuple::of(t, Value::from_small_int(item->cmsg_level), Value::from_small_int(item->cmsg_type), data)))));
  }
  return list;
}

struct Received {
  int64_t size;
  List* ancillary;
  int flags;
  Value address;
};
Fallible<Received> receive_py(Thread& t, SocketObject* self, iovec* vectors, size_t count, int64_t ancillary, int flags) {
  if (ancillary < 0 || ancillary > 65536) return t.raise_value_error("invalid ancillary data buffer length");
  ByteArray* control = TRY(ByteArray::make(t, static_cast<size_t>(ancillary) + 1));
  Address from;
  msghdr message{};
  int64_t n = TRY(transfer_py(t, self, WaitFor::Reading, [&] {
    message = {};
    message.msg_name = &from.storage;
    message.msg_namelen = sizeof from.storage;
    message.msg_iov = vectors;
    message.msg_iovlen = count;
    message.msg_control = ancillary == 0 ? nullptr : control->data();
    message.msg_controllen = static_cast<size_t>(ancillary);
    return ::recvmsg(self->fd_, &message, flags | MSG_CMSG_CLOEXEC);
  }));
  from.size = message.msg_namelen;
  auto show = [&]() -> Fallible<Received> {
    List* items = TRY(ancillary_items(t, message));
    Value address = TRY(make_address(t, from));
    return Received{n, items, message.msg_flags & ~MSG_CMSG_CLOEXEC, address};
  };
  Fallible<Received> shown = show();
  if (shown.failed()) close_descriptors(message);
  return shown;
}
Fallible<Value> received_tuple(Thread& t, Value first, const Received& r) {
  return Value(TRY(Tuple::of(t, first, Value(r.ancillary), Value::from_small_int(r.flags), r.address)));
}

// Sums the room that items of ancillary data take. Each is (level, type, data).
Fallible<ByteArray*> make_control_py(Thread& t, Value ancillary, size_t* size) {
  List* list = TRY(list_from_iterable_py(t, ancillary));
  List* texts = TRY(List::make(t));
  size_t total = 0;
  for (size_t i = 0; i < list->length(); ++i) {
    TRY(t.poll());
    Value item = list->at(i);
    if (!is<Tuple>(item) || as<Tuple>(item)->length() != 3) return t.raise_type_error("[sendmsg() ancillary data items] must be sequence of length 3");
    BytesLike data(t);
    TRY(data.open(as<Tuple>(item)->at(2)));
    if (data.size() > 65536 || total > 65536) return t.raise(core.OSError, "ancillary data too large");
    TRY(texts->append(t, Value(TRY(Bytes::from(t, data.data(), data.size())))));
    total += CMSG_SPACE(data.size());
  }
  *size = total;
  ByteArray* control = TRY(ByteArray::make(t, total + 1));
  unsigned char* at = control->data();
  for (size_t i = 0; i < texts->length() && i < list->length(); ++i) {
    auto* item = as<Tuple>(list->at(i));
    auto* data = as<Bytes>(texts->at(i));
    cmsghdr header{};
    header.cmsg_level = static_cast<int>(TRY(index_to_int64_py(t, item->at(0))));
    header.cmsg_type = static_cast<int>(TRY(index_to_int64_py(t, item->at(1))));
    header.cmsg_len = CMSG_LEN(data->length());
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + CMSG_LEN(0), data->data(), data->length());
    at += CMSG_SPACE(data->length());
  }
  return control;
}

}  // namespace

Fallible<Value> receive_message_py(Thread& t, SocketObject* self, int64_t size, int64_t ancillary, int flags) {
  if (size < 0) return t.raise_value_error("negative buffer size in recvmsg()");
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  iovec vector{bytes->mutable_data(), static_cast<size_t>(size)};
  Received r = TRY(receive_py(t, self, &vector, 1, ancillary, flags));
  Value data = r.size == size ? Value(bytes) : Value(TRY(Bytes::from(t, bytes->data(), static_cast<size_t>(r.size))));
  return received_tuple(t, data, r);
}

Fallible<Value> receive_message_into_py(Thread& t, SocketObject* self, Value buffers, int64_t ancillary, int flags) {
  Buffers room(t);
  TRY(room.open_py(buffers, kBufferWritable, "recvmsg_into() argument 1 must be an iterable"));
  Received r = TRY(receive_py(t, self, room.vectors(), room.count(), ancillary, flags));
  return received_tuple(t, Value::from_small_int(r.size), r);
}

Fallible<int64_t> send_message_py(Thread& t, SocketObject* self, Value buffers, Value ancillary, int flags, Value address) {
  Buffers data(t);
  TRY(data.open_py(buffers, kBufferSimple, "sendmsg() argument 1 must be an iterable"));
  Address to;
  if (!address.is_none()) TRY(read_address_py(t, self->family_, address, "sendmsg", &to));
  TRY(t.audit_py("socket.sendmsg", Value(self), address));
  size_t control_size = 0;
  ByteArray* control = TRY(make_control_py(t, ancillary, &control_size));
  msghdr message{};
  message.msg_name = address.is_none() ? nullptr : &to.storage;
  message.msg_namelen = to.size;
  message.msg_iov = data.vectors();
  message.msg_iovlen = data.count();
  message.msg_control = control_size == 0 ? nullptr : control->data();
  message.msg_controllen = control_size;
  return transfer_py(t, self, WaitFor::Writing, [&] { return ::sendmsg(self->fd_, &message, flags); });
}

Fallible<int64_t> control_length(Thread& t, int64_t size) {
  if (size < 0 || size > INT32_MAX - static_cast<int64_t>(CMSG_LEN(0))) return t.raise(core.OverflowError, "CMSG_LEN() argument out of range");
  return static_cast<int64_t>(CMSG_LEN(static_cast<size_t>(size)));
}
Fallible<int64_t> control_space(Thread& t, int64_t size) {
  if (size < 0 || size > INT32_MAX - static_cast<int64_t>(CMSG_SPACE(1))) return t.raise(core.OverflowError, "CMSG_SPACE() argument out of range");
  return static_cast<int64_t>(CMSG_SPACE(static_cast<size_t>(size)));
}

}  // namespace hog::sockets
