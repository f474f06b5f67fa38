// exception.cpp: what the collector must know of exceptions. Making and raising them is thread.cpp; what Python sees of
// them is types/exceptions.
#include "object/exception.hpp"

namespace hog {

namespace {

void trace_exception(Cell* cell, Marker& marker) {
  auto* exception = static_cast<BaseException*>(cell);
  marker.visit(exception->args_.get());
  marker.visit_word(exception->traceback_.get().raw());
  marker.visit_word(exception->context_.get().raw());
  marker.visit_word(exception->cause_.get().raw());
  for (const ValueField& field : exception->extra_) marker.visit_word(field.get().raw());
  marker.visit_word(exception->attributes_.get().raw());
}

}  // namespace

const Layout BaseException::kLayout = {
    .name = "BaseException", .trace = trace_exception, .base_size = sizeof(BaseException)};

}  // namespace hog
