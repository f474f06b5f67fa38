"""The profiler behind cProfile, over sys.setprofile."""

import sys
import time
import types
from collections import namedtuple

profiler_entry = namedtuple('profiler_entry', 'code callcount reccallcount totaltime inlinetime calls')
profiler_subentry = namedtuple('profiler_subentry', 'code callcount reccallcount totaltime inlinetime')


class _Counts:
    """Times of one function, or of one function as called by another."""

    __slots__ = ('code', 'calls', 'recursive_calls', 'total', 'inline', 'depth', 'callees')

    def __init__(self, code):
        self.code = code
        self.calls = self.recursive_calls = self.depth = 0
        self.total = self.inline = 0
        self.callees = {}

    def enter(self):
        self.depth += 1

    def leave(self, total, inline):
        self.depth -= 1
        self.calls += 1
        self.inline += inline
        if self.depth:
            self.recursive_calls += 1
        else:
            self.total += total


def _label(function):
    """How a native function is named in the statistics."""
    owner = getattr(function, '__self__', None)
    name = getattr(function, '__qualname__', None) or function.__name__
    if owner is None or type(owner).__name__ == 'module':
        module = getattr(function, '__module__', None) or getattr(owner, '__name__', None)
        if module and module != 'builtins':
            return f'<{module}.{name}>' if owner is None else f'<built-in method {module}.{name}>'
        return f'<built-in method builtins.{name}>'
    return f"<method '{function.__name__}' of '{type(owner).__name__}' objects>"


def _tell(error, where):
    """An error that has nobody to go to."""
    hook = sys.unraisablehook
    if hook is sys.__unraisablehook__:
        import traceback
        traceback.print_exception(error)
    else:
        hook(types.SimpleNamespace(exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, err_msg=None, object=where))


class Profiler:
    """Counts calls and measures their times."""

    def __init__(self, timer=None, timeunit=0.0, subcalls=True, builtins=True):
        self._timer = time.perf_counter if timer is None else self._ask_timer
        self._outer_timer, self._in_timer = timer, False
        self._unit = timeunit if timer is not None and timeunit else 1
        self._subcalls, self._builtins = subcalls, builtins
        self._enabled = False
        self.clear()

    def _ask_timer(self):
        self._in_timer = True
        try:
            return self._outer_timer() + 0
        except Exception as error:
            _tell(error, self._outer_timer)
            return 0
        finally:
            self._in_timer = False

    def clear(self):
        """Forget what was measured."""
        if self._in_timer:
            raise RuntimeError('cannot clear profiler in external timer')
        self._functions = {}
        self._stack = []

    def enable(self, subcalls=True, builtins=True):
        """Begin to measure."""
        if self._in_timer:
            raise RuntimeError('cannot enable profiler in external timer')
        sys.monitoring.use_tool_id(sys.monitoring.PROFILER_ID, 'cProfile')
        if sys.getprofile() is not None:
            sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)
            raise ValueError('Another profiling tool is already active')
        self._subcalls, self._builtins = subcalls, builtins
        self._enabled = True
        sys.setprofile(self._notice)

    def disable(self):
        """Stop measuring."""
        if self._in_timer:
            raise RuntimeError('cannot disable profiler in external timer')
        if self._enabled:
            sys.setprofile(None)
            self._enabled = False
            sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)
            while self._stack:
                self._leave()

    def getstats(self):
        """[profiler_entry], one a function."""
        unit = self._unit
        return [profiler_entry(f.code, f.calls, f.recursive_calls, f.total * unit, f.inline * unit,
                               [profiler_subentry(s.code, s.calls, s.recursive_calls, s.total * unit, s.inline * unit)
                                for s in f.callees.values()] or None)
                for f in self._functions.values() if f.calls]

    def _notice(self, frame, event, argument):
        if event == 'call':
            code = frame.f_code
            self._enter(code, _DISABLED if code is _DISABLE else code)
        elif event == 'return':
            self._leave(frame.f_code)
        elif self._builtins:
            owner = getattr(argument, '__self__', None)
            if owner is self or argument is sys.setprofile:
                return
            key = (getattr(argument, '__name__', ''), type(owner), getattr(argument, '__module__', None))
            if event == 'c_call':
                self._enter(key, argument)
            else:
                self._leave(key)

    def _enter(self, key, what):
        function = self._functions.get(key)
        if function is None:
            function = self._functions[key] = _Counts(what if key is what or what is _DISABLED else _label(what))
        part = None
        if self._subcalls and self._stack:
            callees = self._stack[-1][1].callees
            part = callees.get(key)
            if part is None:
                part = callees[key] = _Counts(function.code)
            part.enter()
        function.enter()
        # key, function, its part of the caller, start, time in what it called
        self._stack.append([key, function, part, self._timer(), 0])

    def _leave(self, key=None):
        # Whatever was entered before the profiler was enabled returns without having been seen.
        if not self._stack or (key is not None and self._stack[-1][0] != key):
            return
        _, function, part, start, below = self._stack.pop()
        total = self._timer() - start
        if self._stack:
            self._stack[-1][4] += total
        function.leave(total, total - below)
        if part is not None:
            part.leave(total, total - below)


# CPython's profiler is native, and so is this method of it, which every profile ends with.
_DISABLE, _DISABLED = Profiler.disable.__code__, "<method 'disable' of '_lsprof.Profiler' objects>"
