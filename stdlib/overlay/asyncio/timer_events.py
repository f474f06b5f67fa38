"""An event loop for isolates without sockets: callbacks, timers, and what is built on them. There is nothing else to wait for, so
when nothing is ready and no timer runs, nothing can ever happen: that is an error, not a wait without end."""

__all__ = ('TimerEventLoop',)

import socket
import threading
import time

from . import base_events


class _Pause:
    """What the loop of base_events takes for a selector: it waits for the next timer, or for another thread."""

    def __init__(self):
        self._woken = threading.Event()

    def wake(self):
        self._woken.set()

    def select(self, timeout=None):
        if threading.active_count() > 1:
            self._woken.wait(timeout)
        elif timeout is None and not self._woken.is_set():
            raise RuntimeError('deadlock: the event loop has nothing to run and no timer to wait for')
        elif timeout and not self._woken.is_set():
            time.sleep(timeout)
        self._woken.clear()
        return ()

    def close(self):
        pass


class TimerEventLoop(base_events.BaseEventLoop):
    """An event loop without files, sockets and processes."""

    def __init__(self):
        super().__init__()
        self._selector = _Pause()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        self._selector.wake()

    # What this loop cannot do fails at once, not in a thread of the executor, and says which capability is missing.

    async def getaddrinfo(self, *arguments, **keywords):
        return socket.getaddrinfo(*arguments, **keywords)

    async def _make_subprocess_transport(self, *arguments, **keywords):
        raise NotImplementedError('an event loop without sockets starts no programs: this isolate was not granted Process')

    async def shutdown_default_executor(self, timeout=None):
        # The library starts a thread to wait for those of the executor, even where none could be started.
        executor = self._default_executor
        if executor is None or getattr(executor, '_threads', True):
            await super().shutdown_default_executor(timeout)
        else:
            self._executor_shutdown_called = True
            executor.shutdown(wait=False)

    def close(self):
        if self.is_running():
            raise RuntimeError('Cannot close a running event loop')
        super().close()
