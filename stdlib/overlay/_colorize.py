"""Colours for what the library prints, with the names that the library's own module has, and without dataclasses, whose import
would slow every traceback.

Whether to use colours is for the user to say (PYTHON_COLORS, NO_COLOR, FORCE_COLOR, TERM), else for the stream. A program in a
sandbox has no environment: there the command has read these variables and tells the answer through _imp.
"""

import sys
import _imp

COLORIZE = True

_HUES = ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE")


class ANSIColors:
    RESET = "\x1b[0m"
    BOLD = "\x1b[1m"
    GREY = "\x1b[90m"
    for _number, _hue in enumerate(_HUES):
        vars()["BOLD_" + _hue] = f"\x1b[1;{30 + _number}m"
        vars()[_hue] = f"\x1b[{30 + _number}m"
        vars()["INTENSE_" + _hue] = f"\x1b[{90 + _number}m"
        vars()["BACKGROUND_" + _hue] = f"\x1b[{40 + _number}m"
        vars()["INTENSE_BACKGROUND_" + _hue] = f"\x1b[{100 + _number}m"
    del _number, _hue


ColorCodes = {code for name, code in vars(ANSIColors).items() if not name.startswith("_")}
NoColors = ANSIColors()
for _name in vars(ANSIColors):
    if not _name.startswith("_"):
        setattr(NoColors, _name, "")
del _name


class _Fixed:
    """Its fields are the class attributes that are listed in _fields; an instance has its own, and nobody changes them."""

    _fields = ()
    __hash__ = None

    def __init__(self, *args, **kwargs):
        values = dict(zip(self._fields, args, strict=False))
        for name in kwargs:
            if name not in self._fields or name in values:
                raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument {name!r}")
        if len(args) > len(self._fields):
            raise TypeError(f"{type(self).__name__}.__init__() takes at most {len(self._fields)} arguments")
        vars(self).update(values, **kwargs)

    def __setattr__(self, name, value):
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name):
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"

    def copy_with(self, **kwargs):
        """The same with some fields replaced."""
        values = {name: getattr(self, name) for name in self._fields}
        values.update((name, value) for name, value in kwargs.items() if value is not None)
        return type(self)(**values)


class ThemeSection(_Fixed):
    """The colours of one kind of output: attributes, and a mapping."""

    @classmethod
    def no_colors(cls):
        return cls(**dict.fromkeys(cls._fields, ""))

    def __getitem__(self, name):
        if name not in self._fields:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self):
        return iter(self._fields)

    def __len__(self):
        return len(self._fields)

    def __contains__(self, name):
        return name in self._fields

    def keys(self):
        return self._fields

    def get(self, name, default=None):
        return getattr(self, name) if name in self._fields else default

    def items(self):
        return [(name, getattr(self, name)) for name in self._fields]

    def values(self):
        return [getattr(self, name) for name in self._fields]


def _section(title, **colors):
    fields = {name: getattr(ANSIColors, color) for name, color in colors.items()}
    fields["reset"] = ANSIColors.RESET
    return type(title, (ThemeSection,), {"_fields": tuple(fields), "__module__": __name__, **fields})


Argparse = _section(
    "Argparse", usage="BOLD_BLUE", prog="BOLD_MAGENTA", prog_extra="MAGENTA", heading="BOLD_BLUE",
    summary_long_option="CYAN", summary_short_option="GREEN", summary_label="YELLOW", summary_action="GREEN",
    long_option="BOLD_CYAN", short_option="BOLD_GREEN", label="BOLD_YELLOW", action="BOLD_GREEN")
Syntax = _section(
    "Syntax", prompt="BOLD_MAGENTA", keyword="BOLD_BLUE", keyword_constant="BOLD_BLUE", builtin="CYAN", comment="RED",
    string="GREEN", number="YELLOW", op="RESET", definition="BOLD", soft_keyword="BOLD_BLUE")
Traceback = _section(
    "Traceback", type="BOLD_MAGENTA", message="MAGENTA", filename="MAGENTA", line_no="MAGENTA", frame="MAGENTA",
    error_highlight="BOLD_RED", error_range="RED")
Unittest = _section("Unittest", passed="GREEN", warn="YELLOW", fail="RED", fail_info="BOLD_RED")


class Theme(_Fixed):
    """All sections."""

    _fields = ("argparse", "syntax", "traceback", "unittest")
    argparse, syntax, traceback, unittest = Argparse(), Syntax(), Traceback(), Unittest()

    @classmethod
    def no_colors(cls):
        return cls(**{name: getattr(cls, name).no_colors() for name in cls._fields})


def _wanted(name):
    """An environment variable that is set and not empty, or None."""
    try:
        return sys.modules["os"].environ.get(name)
    except Exception:
        return None


def _decision():
    """True or False when the user decided, else None."""
    os = sys.modules.get("os")
    # Until somebody imports os, the environment is what the command saw.
    if os is None or not getattr(os, "environ", None):
        decision = _imp._colors_wanted()
        return False if decision is None and not COLORIZE else decision
    if not sys.flags.ignore_environment:
        own = _wanted("PYTHON_COLORS")
        if own in ("0", "1"):
            return own == "1"
    if _wanted("NO_COLOR") or not COLORIZE:
        return False
    if _wanted("FORCE_COLOR"):
        return True
    return False if _wanted("TERM") == "dumb" else None


def can_colorize(*, file=None):
    """May colours be written to the file (sys.stdout when there is none)?"""
    if file is None:
        file = sys.stdout
    decision = _decision()
    if decision is not None:
        return decision
    if not hasattr(file, "fileno"):
        return False
    isatty = getattr(sys.modules.get("os"), "isatty", None)
    try:
        descriptor = file.fileno()
        return isatty(descriptor) if isatty is not None else file.isatty()
    except OSError:
        return hasattr(file, "isatty") and file.isatty()


default_theme = Theme()
theme_no_color = default_theme.no_colors()
_theme = default_theme


def get_theme(*, tty_file=None, force_color=False, force_no_color=False):
    """The current theme, or the one without colours where none are wanted."""
    if force_color or (not force_no_color and can_colorize(file=tty_file)):
        return _theme
    return theme_no_color


def set_theme(t):
    """Change the current theme."""
    global _theme
    if not isinstance(t, Theme):
        raise ValueError(f"Expected Theme object, found {t}")
    _theme = t


def get_colors(colorize=False, *, file=None):
    """The colour codes, or empty ones."""
    return ANSIColors() if colorize or can_colorize(file=file) else NoColors


def decolor(text):
    """The text without colour codes."""
    for code in ColorCodes:
        text = text.replace(code, "")
    return text
