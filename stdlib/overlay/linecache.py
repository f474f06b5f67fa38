"""Lines of source text for tracebacks, warnings and inspect.

Text comes first from whoever loaded the code: its loader, or the embedder for what it ran itself. A file is read only
where the isolate was granted files.
"""

import _imp

__all__ = ["getline", "clearcache", "checkcache", "lazycache"]

# By file name: (size, mtime, lines, full name), or a 1-tuple with a function that gives the text when it is wanted.
cache = {}
# The same by code object, for text that has no file name of its own.
_interactive_cache = {}


def clearcache():
    """Forget everything."""
    cache.clear()


def getline(filename, lineno, module_globals=None):
    """One line with its end, or '' when there is none."""
    lines = getlines(filename, module_globals)
    return lines[lineno - 1] if 1 <= lineno <= len(lines) else ''


def getlines(filename, module_globals=None):
    """All lines of a file, from the cache when it has them."""
    entry = cache.get(filename)
    if entry is not None and len(entry) != 1:
        return entry[2]
    try:
        return updatecache(filename, module_globals)
    except MemoryError:
        clearcache()
        return []


def _make_key(code):
    return (code.co_filename, code.co_qualname, code.co_firstlineno)


def _register_program_texts():
    """Code that the embedder ran from text (-c, a prompt) is registered when somebody first asks, not at every start."""
    for entry in _imp._take_program_texts():
        _register_code(*entry)


# True while an exception that nobody can catch is shown: then text without a file is not.
_only_files = False


def _getlines_from_code(code):
    if _only_files:
        return []
    _register_program_texts()
    entry = _interactive_cache.get(_make_key(code))
    return entry[2] if entry is not None and len(entry) != 1 else []


def _getline_from_code(code, lineno):
    lines = _getlines_from_code(code)
    return lines[lineno - 1] if 1 <= lineno <= len(lines) else ''


def _is_frozen(filename):
    return filename.startswith('<frozen ') and filename.endswith('>')


def _source_unavailable(filename):
    return not filename or (filename[0] == '<' and filename[-1] == '>' and not _is_frozen(filename))


def _file_functions():
    """os.stat and tokenize.open, or None where there are no files."""
    try:
        import os
        import tokenize
    except ImportError:
        return None
    stat = getattr(os, 'stat', None)
    return None if stat is None else (os, tokenize.open)


def checkcache(filename=None):
    """Forget files that have changed since they were read."""
    names = list(cache) if filename is None else [filename]
    functions = None
    for name in names:
        entry = cache.get(name)
        if entry is None or len(entry) == 1 or entry[1] is None:
            continue
        functions = functions or _file_functions()
        if functions is None:
            return
        try:
            status = functions[0].stat(entry[3])
        except (OSError, ValueError):
            cache.pop(name, None)
            continue
        if entry[0] != status.st_size or entry[1] != status.st_mtime:
            cache.pop(name, None)


def _entry_of_text(text, fullname):
    return (len(text), None, [line + '\n' for line in text.splitlines()], fullname)


def _find_file(filename, functions):
    """(full name, status) of the file, looked for along sys.path when the name is relative."""
    os = functions[0]
    try:
        return filename, os.stat(filename)
    except OSError:
        pass
    except ValueError:
        return None
    if os.path.isabs(filename):
        return None
    import sys
    for directory in sys.path:
        try:
            fullname = os.path.join(directory, filename)
            return fullname, os.stat(fullname)
        except (TypeError, AttributeError, OSError, ValueError):
            continue
    return None


def updatecache(filename, module_globals=None):
    """Read the lines again; [] when that is not possible."""
    known = cache.pop(filename, None)
    # A traceback of `-m` begins with these; nobody wants to read them there.
    if _source_unavailable(filename) or filename == '<frozen runpy>':
        return []
    functions = None if _is_frozen(filename) else _file_functions()
    found = _find_file(filename, functions) if functions else None
    if found is None:
        lazy = known if known is not None and len(known) == 1 else _make_lazycache_entry(filename, module_globals)
        text = None
        if lazy is not None:
            try:
                text = lazy[0]()
            except (ImportError, OSError):
                pass
        if text is None:
            text = _imp._remembered_source(filename)
        if text is None:
            return []
        cache[filename] = entry = _entry_of_text(text, filename)
        return entry[2]
    fullname, status = found
    try:
        with functions[1](fullname) as file:
            lines = file.readlines()
    except (OSError, UnicodeDecodeError, SyntaxError):
        return []
    if not lines:
        lines = ['\n']
    elif not lines[-1].endswith('\n'):
        lines[-1] += '\n'
    cache[filename] = (status.st_size, status.st_mtime, lines, fullname)
    return lines


def lazycache(filename, module_globals):
    """Remember how to get the text, without getting it. True when the cache has such an entry now."""
    entry = cache.get(filename)
    if entry is not None:
        return len(entry) == 1
    lazy = _make_lazycache_entry(filename, module_globals)
    if lazy is None:
        return False
    cache[filename] = lazy
    return True


def _make_lazycache_entry(filename, module_globals):
    if _source_unavailable(filename) or not module_globals or '__name__' not in module_globals:
        return None
    spec = module_globals.get('__spec__')
    name = getattr(spec, 'name', None) or module_globals['__name__']
    loader = getattr(spec, 'loader', None)
    if loader is None:
        loader = module_globals.get('__loader__')
    get_source = getattr(loader, 'get_source', None)
    if not name or not get_source:
        return None

    def get_lines(name=name, *args, **kwargs):
        return get_source(name, *args, **kwargs)

    return (get_lines,)


def _register_code(code, string, name):
    """Remember the text that a code object and those within it were compiled from."""
    _register_program_texts()
    entry = _entry_of_text(string, name)
    waiting = [code]
    while waiting:
        code = waiting.pop()
        _interactive_cache[_make_key(code)] = entry
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, type(code)))
