"""The names that an interactive session is given: exit, quit, help, copyright, credits, license. Made at every start, so this
imports nothing before it is needed."""

import sys


class Quitter:
    def __init__(self, name, eof):
        self.name = name
        self.eof = eof

    def __repr__(self):
        return f'Use {self.name}() or {self.eof} to exit'

    def __call__(self, code=None):
        # Whoever reads the standard input shall see its end.
        try:
            sys.stdin.close()
        except Exception:
            pass
        raise SystemExit(code)


class _Printer:
    """A text that is shown a screen at a time when it is called."""

    MAXLINES = 23

    def __init__(self, name, data, files=(), dirs=()):
        self.__name = name
        self.__data = data
        self.__filenames = [folder.rstrip('/') + '/' + file for folder in dirs for file in files]
        self.__lines = None

    def __setup(self):
        if self.__lines is not None:
            return
        text = self.__data
        for filename in self.__filenames:
            try:
                with open(filename, encoding='utf-8') as file:
                    text = file.read()
                break
            except OSError:
                pass
        self.__lines = text.split('\n')

    def __repr__(self):
        self.__setup()
        if len(self.__lines) <= self.MAXLINES:
            return '\n'.join(self.__lines)
        return f'Type {self.__name}() to see the full {self.__name} text'

    def __call__(self):
        self.__setup()
        for start in range(0, len(self.__lines), self.MAXLINES):
            if start:
                answer = None
                while answer not in ('', 'q'):
                    answer = input('Hit Return for more, or q (and Return) to quit: ')
                if answer == 'q':
                    return
            print('\n'.join(self.__lines[start:start + self.MAXLINES]))


class _Helper:
    """help(object), or help() for a dialogue."""

    def __repr__(self):
        return 'Type help() for interactive help, or help(object) for help about object.'

    def __call__(self, *args, **kwds):
        import pydoc
        return pydoc.help(*args, **kwds)


def _install():
    import builtins
    eof = 'Ctrl-D (i.e. EOF)'
    builtins.quit = Quitter('quit', eof)
    builtins.exit = Quitter('exit', eof)
    builtins.help = _Helper()
    builtins.copyright = _Printer('copyright', sys.copyright)
    builtins.credits = _Printer('credits', 'Hognose stands on the work of all who made Python and its library: see python.org.')
    builtins.license = _Printer('license', 'Hognose has its own licence (the file LICENSE); the library in it has that of Python: '
                                           'https://docs.python.org/3.14/license.html')
