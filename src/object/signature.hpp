// signature.hpp: the signature strings of native tables, parsed once while the process starts.
#pragma once

#include "object/native.hpp"

namespace hog {

// More parameters than any native has; a table that breaks this fails at start-up.
constexpr size_t kMostNativeParameters = 24;

// Bootstrap only. Remembers the result for signature_of().
Fallible<const NativeSignature*> parse_signature(Thread& bootstrap, const NativeMethod* method, const char* owner);
// "list.append" for the errors that qualify a function's name; a class method goes by the class it was called on.
Fallible<Str*> qualified_native_name(Thread& t, const NativeSignature& s, Value self = Value());
// What follows from the parameters, the counts and the method of `s`.
void complete_signature(NativeSignature* s);
// call_native() of a `quick` signature for arguments without keywords, given >= required_positional and <= positional_count.
Fallible<Value> call_quick(Thread& t, const NativeSignature& s, Value self, const Value* values, size_t given);
// call_native() for arguments whose first is self, checked by the caller.
Fallible<Value> call_native_with_self(Thread& t, const NativeSignature& s, const Arguments& arguments);

}  // namespace hog
