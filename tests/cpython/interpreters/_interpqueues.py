"""As _interpreters."""

from _interpreters import __getattr__  # noqa: F401


class QueueError(RuntimeError):
    pass


class QueueNotFoundError(QueueError):
    pass


def _register_heap_types(*types):
    pass
