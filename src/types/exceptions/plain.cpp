// plain.cpp: the exceptions that add nothing to their base but a name: HOG_PLAIN(Name, Base, what it is for).
#include "types/exceptions/exception_common.hpp"

namespace hog {

#define HOG_PLAIN_NAMED(Name, Base, text, doc_text) \
  extern const TypeSpec k_##Name##_spec = {         \
      .name = text, .doc = doc_text, .base = &core.Base, .flags = type_flag::kBaseType};
#define HOG_PLAIN(Name, Base, doc_text) HOG_PLAIN_NAMED(Name, Base, #Name, doc_text)

HOG_PLAIN(Exception, BaseException, "What every exception that does not end the program derives from.")
HOG_PLAIN(GeneratorExit, BaseException, "Tells a generator to finish.")
HOG_PLAIN(KeyboardInterrupt, BaseException, "The user interrupted the program.")

HOG_PLAIN(ArithmeticError, Exception, "Base of the errors of arithmetic.")
HOG_PLAIN(FloatingPointError, ArithmeticError, "A floating-point operation failed.")
HOG_PLAIN(OverflowError, ArithmeticError, "A result is too large.")
HOG_PLAIN(ZeroDivisionError, ArithmeticError, "Division or remainder by zero.")
HOG_PLAIN(AssertionError, Exception, "An assertion does not hold.")
HOG_PLAIN(BufferError, Exception, "A buffer cannot be given or changed.")
HOG_PLAIN(EOFError, Exception, "The input ended.")
HOG_PLAIN(ModuleNotFoundError, ImportError, "There is no such module.")
HOG_PLAIN(LookupError, Exception, "Base of the errors of indices and keys.")
HOG_PLAIN(IndexError, LookupError, "An index is out of range.")
HOG_PLAIN(MemoryError, Exception, "There is not enough memory.")
HOG_PLAIN(UnboundLocalError, NameError, "A local variable is read before it has a value.")

HOG_PLAIN(BlockingIOError, OSError, "The operation would block.")
HOG_PLAIN(ChildProcessError, OSError, "An operation on a child process failed.")
HOG_PLAIN(ConnectionError, OSError, "Base of the errors of connections.")
HOG_PLAIN(BrokenPipeError, ConnectionError, "Nobody reads the pipe or socket any more.")
HOG_PLAIN(ConnectionAbortedError, ConnectionError, "The peer gave the connection up.")
HOG_PLAIN(ConnectionRefusedError, ConnectionError, "The peer refused the connection.")
HOG_PLAIN(ConnectionResetError, ConnectionError, "The peer reset the connection.")
HOG_PLAIN(FileExistsError, OSError, "The file is there already.")
HOG_PLAIN(FileNotFoundError, OSError, "There is no such file.")
HOG_PLAIN(InterruptedError, OSError, "A signal interrupted the operation.")
HOG_PLAIN(IsADirectoryError, OSError, "The operation does not work on directories.")
HOG_PLAIN(NotADirectoryError, OSError, "The operation works on directories only.")
HOG_PLAIN(PermissionError, OSError, "The operation is not permitted.")
HOG_PLAIN(ProcessLookupError, OSError, "There is no such process.")
HOG_PLAIN(TimeoutError, OSError, "The time for the operation is over.")

HOG_PLAIN(ReferenceError, Exception, "A weak proxy was used after its object had gone.")
HOG_PLAIN(RuntimeError, Exception, "An error of no other category.")
HOG_PLAIN(NotImplementedError, RuntimeError, "A method is still to be written.")
HOG_PLAIN(PythonFinalizationError, RuntimeError, "The interpreter is shutting down.")
HOG_PLAIN(RecursionError, RuntimeError, "Calls are nested too deeply.")
HOG_PLAIN(StopAsyncIteration, Exception, "An asynchronous iterator is at its end.")
HOG_PLAIN(IndentationError, SyntaxError, "Lines are not indented as they should be.")
HOG_PLAIN(TabError, IndentationError, "Tabs and spaces are mixed inconsistently.")
HOG_PLAIN_NAMED(IncompleteInputError, SyntaxError, "_IncompleteInputError", "The input is not complete yet.")
HOG_PLAIN(SystemError, Exception, "The interpreter found an error of its own.")
HOG_PLAIN(TypeError, Exception, "A value has an unsuitable type.")
HOG_PLAIN(ValueError, Exception, "A value is unsuitable, though its type is not.")
HOG_PLAIN(UnicodeError, ValueError, "Base of the errors of encodings.")

HOG_PLAIN(Warning, Exception, "Base of the categories of warnings.")
HOG_PLAIN(BytesWarning, Warning, "About bytes used as text.")
HOG_PLAIN(DeprecationWarning, Warning, "About what is out of use, for developers.")
HOG_PLAIN(EncodingWarning, Warning, "About encodings that depend on the environment.")
HOG_PLAIN(FutureWarning, Warning, "About what will mean something else, for users.")
HOG_PLAIN(ImportWarning, Warning, "About mistakes in imports.")
HOG_PLAIN(PendingDeprecationWarning, Warning, "About what will be out of use.")
HOG_PLAIN(ResourceWarning, Warning, "About resources that were not released.")
HOG_PLAIN(RuntimeWarning, Warning, "About doubtful behaviour at run time.")
HOG_PLAIN(SyntaxWarning, Warning, "About doubtful syntax.")
HOG_PLAIN(UnicodeWarning, Warning, "About Unicode.")
HOG_PLAIN(UserWarning, Warning, "About anything else.")

}  // namespace hog
