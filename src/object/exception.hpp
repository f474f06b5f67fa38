// exception.hpp: the cells behind exceptions. Extra fields of the built-in subclasses are in types/exceptions.
#pragma once

#include "object/containers.hpp"
#include "object/type.hpp"

namespace hog {

class BaseException : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> args_;
  ValueField traceback_;  // Traceback or empty
  ValueField context_;    // exception or empty
  ValueField cause_;      // exception or empty
  bool suppress_context_;
  // Fields of subclasses, by meaning; which names a type shows them under is its member table's business.
  ValueField extra_[8];
  ValueField attributes_;  // the attributes word: must be last
};
inline bool is_exception(Value v) { return v.is_cell() && v.cell()->shape()->type()->has(type_flag::kExceptionSubclass); }

// An instance of a built-in exception class without running Python; fields beyond the simplest are the caller's to set.
Fallible<BaseException*> make_exception(Thread& t, Type* type, Tuple* args);

namespace exception_field {
// StopIteration: value. SystemExit: code. ImportError: msg, name, path, name_from. NameError: name.
// AttributeError: obj, name. OSError: errno, strerror, filename, filename2, characters_written.
// SyntaxError: msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line (metadata in the dict).
// UnicodeError: encoding, object, start, end, reason. BaseExceptionGroup: message, exceptions.
enum : int { kValue = 0, kCode = 0 };
enum : int { kImportMsg = 0, kImportName, kImportPath, kImportNameFrom };
enum : int { kNameErrorName = 0 };
enum : int { kAttributeObj = 0, kAttributeName };
enum : int { kErrno = 0, kStrerror, kFilename, kFilename2, kCharactersWritten };
enum : int { kSyntaxMsg = 0, kSyntaxFilename, kSyntaxLineno, kSyntaxOffset, kSyntaxText, kSyntaxEndLineno, kSyntaxEndOffset,
             kSyntaxPrintFileAndLine };
enum : int { kUnicodeEncoding = 0, kUnicodeObject, kUnicodeStart, kUnicodeEnd, kUnicodeReason };
enum : int { kGroupMessage = 0, kGroupExceptions };
}  // namespace exception_field

}  // namespace hog
