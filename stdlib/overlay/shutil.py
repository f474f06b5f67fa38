"""Work with files and folders: the library's own module, which can be imported, too, where os lacks what it looks at then."""

import _imp
import os


def _run_library_module():
    borrowed = [name for name in ("open", "stat", "unlink", "rmdir", "scandir") if not hasattr(os, name)]
    for name in borrowed:
        setattr(os, name, object())
    try:
        exec(_imp.get_frozen_object('_library_shutil'), globals())
    finally:
        for name in borrowed:
            delattr(os, name)


_run_library_module()
del _run_library_module, _imp
