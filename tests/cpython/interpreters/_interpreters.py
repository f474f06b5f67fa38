"""Names that the library looks for before it defines pools of interpreters. There are no sub-interpreters: whatever makes one fails."""


class InterpreterError(Exception):
    pass


class InterpreterNotFoundError(InterpreterError):
    pass


class NotShareableError(ValueError):
    pass


def __getattr__(name):
    if name.startswith("__"):  # not a function of the module
        raise AttributeError(name)

    def refuse(*args, **keywords):
        raise NotImplementedError(f"there are no sub-interpreters: {name}()")

    return refuse
