"""Colours for what the library prints, by the same names as elsewhere, without dataclasses, whose imports would need
modules that are not there. Colours are used only where a caller forces them: an isolate has no terminal."""

_BASE = ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE")


class ANSIColors:
    RESET = "\x1b[0m"
    GREY = "\x1b[90m"


class NoColors:
    RESET = ""
    GREY = ""


def _fill():
    for number, name in enumerate(_BASE):
        for prefix, code in (("", f"{30 + number}"), ("BOLD_", f"1;{30 + number}"), ("INTENSE_", f"{90 + number}"),
                             ("BACKGROUND_", f"{40 + number}"), ("INTENSE_BACKGROUND_", f"{100 + number}")):
            setattr(ANSIColors, prefix + name, f"\x1b[{code}m")
            setattr(NoColors, prefix + name, "")


_fill()
ColorCodes = {v for k, v in vars(ANSIColors).items() if k.isupper()}

# Section by section: what is coloured how. All sections have `reset`, too.
_PLAN = {
    "argparse": dict(
        usage="BOLD_BLUE", prog="BOLD_MAGENTA", prog_extra="MAGENTA", heading="BOLD_BLUE", summary_long_option="CYAN",
        summary_short_option="GREEN", summary_label="YELLOW", summary_action="GREEN", long_option="BOLD_CYAN",
        short_option="BOLD_GREEN", label="BOLD_YELLOW", action="BOLD_GREEN"),
    "syntax": dict(
        prompt="BOLD_MAGENTA", keyword="BOLD_BLUE", keyword_constant="BOLD_BLUE", builtin="CYAN", comment="RED",
        string="GREEN", number="YELLOW", op="RESET", definition="BOLD", soft_keyword="BOLD_BLUE"),
    "traceback": dict(
        type="BOLD_MAGENTA", message="MAGENTA", filename="MAGENTA", line_no="MAGENTA", frame="MAGENTA",
        error_highlight="BOLD_RED", error_range="RED"),
    "unittest": dict(passed="GREEN", warn="YELLOW", fail="RED", fail_info="BOLD_RED"),
}


class ThemeSection:
    """The colours of one kind of output, as attributes and items."""

    def __init__(self, plan, colors):
        for name, color in plan.items():
            setattr(self, name, getattr(colors, color, "\x1b[1m" if colors is ANSIColors else ""))
        self.reset = colors.RESET

    def __getitem__(self, name):
        return vars(self)[name]

    def __iter__(self):
        return iter(vars(self))

    def __len__(self):
        return len(vars(self))


class Theme:
    """All sections."""

    def __init__(self, colors):
        for name, plan in _PLAN.items():
            setattr(self, name, ThemeSection(plan, colors))


default_theme = Theme(ANSIColors)
theme_no_color = Theme(NoColors)


def can_colorize(*, file=None):
    """No: nothing here is known to be a terminal."""
    return False


def get_theme(*, tty_file=None, force_color=False, force_no_color=False):
    """The theme to print with."""
    if force_color and not force_no_color:
        return default_theme
    return theme_no_color


def get_colors(colorize=False, *, file=None):
    """The colour codes, or empty ones."""
    return ANSIColors if colorize else NoColors


def decolor(text):
    """The text without colour codes."""
    for code in ColorCodes:
        text = text.replace(code, "")
    return text
