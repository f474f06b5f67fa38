"""The library's module `dis` without what shows instructions: this interpreter's bytecode is its own, and reading it as CPython's
would show nonsense. Lines, names and flags of code objects are as ever."""

_REASON = "dis cannot show instructions: this interpreter's bytecode is its own, not CPython's"

if __name__ == '__main__':
    raise SystemExit(_REASON)

import _imp

exec(_imp.get_frozen_object('_library_dis'))
del _imp


def _refuse(*args, **kwargs):
    raise NotImplementedError(_REASON)


_get_instructions_bytes = _unpack_opargs = _disassemble_bytes = findlabels = disassemble = disco = _refuse

from _opcode import _imports_of as _find_imports, _stores_of as _find_store_names
