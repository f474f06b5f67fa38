"""Tracebacks of all threads on demand. Where no signal reaches the program, which is where this module serves, there are no faults to
handle: enable() only remembers that it was called. An operating system that is granted brings a module of its own.
"""

import sys as _sys
import traceback as _traceback

_enabled = False


def enable(file=None, all_threads=True, c_stack=True):
    global _enabled
    _enabled = True


def disable():
    global _enabled
    before, _enabled = _enabled, False
    return before


def is_enabled():
    return _enabled


def dump_traceback(file=None, all_threads=True):
    file = _sys.stderr if file is None else file
    if isinstance(file, int):
        import io
        file = io.TextIOWrapper(io.FileIO(file, "w", closefd=False), "utf-8", "backslashreplace")
    frames = _sys._current_frames() if all_threads else {0: _sys._getframe(1)}
    for number, (name, frame) in enumerate(frames.items()):
        heading = f"Thread 0x{name:016x}" if all_threads and len(frames) > 1 else "Stack"
        print(f"{heading} (most recent call first):", file=file)
        for entry, line in _traceback.walk_stack(frame):
            if entry.f_code.co_filename != __spec__.origin and entry.f_code is not dump_traceback.__code__:
                print(f'  File "{entry.f_code.co_filename}", line {line} in {entry.f_code.co_name}', file=file)
    file.flush()
