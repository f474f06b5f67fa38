"""The resources of a frozen package: its modules as files of text. Where the library lies on a disk, that is used."""

import io
import _imp
from . import abc


class _Entry(abc.Traversable):
    """A frozen package (a folder) or the text of one of its modules (a file)."""

    name = ''  # no longer abstract; each instance has its own

    def __init__(self, name, path, module, is_folder):
        self.name, self._path, self._module, self._is_folder = name, path, module, is_folder

    def __repr__(self):
        return f'<frozen resource {self._path}>'

    def is_dir(self):
        return self._is_folder

    def is_file(self):
        return not self._is_folder

    def iterdir(self):
        if not self._is_folder:
            raise NotADirectoryError(self._path)
        prefix = self._module + '.'
        yield self._child('__init__.py', self._module, False)
        for name in _imp._frozen_module_names():
            last = name.removeprefix(prefix)
            if name.startswith(prefix) and '.' not in last:
                is_package = _imp.is_frozen_package(name)
                yield self._child(last if is_package else last + '.py', name, is_package)

    def _child(self, name, module, is_folder):
        return _Entry(name, f'{self._path}/{name}', module, is_folder)

    def open(self, mode='r', *args, **kwargs):
        if self._is_folder:
            raise IsADirectoryError(self._path)
        data = io.BytesIO((_imp._get_frozen_source(self._module) or '').encode())
        if mode == 'rb':
            return data
        if mode == 'r':
            return io.TextIOWrapper(data, *args, **kwargs)
        raise ValueError(f"Invalid mode value {mode!r}, only 'r' and 'rb' are supported")

    def joinpath(self, *descendants):
        if self._is_folder:
            return super().joinpath(*descendants)
        if descendants:
            raise abc.TraversalError(f'{self._path} is no folder')
        return self


class _Reader(abc.TraversableResources):
    def __init__(self, package):
        self._package = package

    def files(self):
        return _Entry(self._package.rpartition('.')[2], self._package.replace('.', '/'), self._package, True)


def reader_of(package):
    import os
    import sys
    if not _imp.is_frozen_package(package):
        return None
    file = getattr(sys.modules.get(package), '__file__', None)
    if file is not None and os.path.isfile(file):
        import types
        from importlib.readers import FileReader
        return FileReader(types.SimpleNamespace(path=file))
    return _Reader(package)
