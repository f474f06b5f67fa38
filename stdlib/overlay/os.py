"""OS routines: the library's own module, run where posix may lack what this isolate was not granted."""

import _imp
import posix


def _run_library_module():
    # The library's text looks at these two while it is run; they may be missing afterwards, but not then.
    borrowed = [name for name in ('stat', 'scandir') if not hasattr(posix, name)]
    namespace = globals()
    for name in borrowed:
        namespace[name] = object()
    posix._have_functions = getattr(posix, '_have_functions', [])
    exec(_imp.get_frozen_object('_library_os'), namespace)
    for name in borrowed:
        del namespace[name]


_run_library_module()
del _run_library_module, _imp


def __getattr__(name):
    import posix
    if name.startswith('__'):
        raise AttributeError(f"module 'os' has no attribute {name!r}")
    try:
        return getattr(posix, name)
    except AttributeError as error:
        raise AttributeError(str(error).replace("'posix'", "'os'", 1)) from None
