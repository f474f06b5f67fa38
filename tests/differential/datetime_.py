# datetime_.py: _datetime against _pydatetime.

import _datetime as native
import _pydatetime as pure

import harness


def zone(module, spec):
    if spec is None:
        return None
    if spec == "utc":
        return module.timezone.utc
    if spec == "odd":
        return ODD[module]
    return module.timezone(module.timedelta(seconds=spec))


def odd(module):
    class Odd(module.tzinfo):
        """Summer time in even months, and folds that matter."""

        def utcoffset(self, when):
            return None if when is None else module.timedelta(hours=1 + (when.month % 2 == 0) - when.fold)

        def dst(self, when):
            return None if when is None else module.timedelta(hours=when.month % 2 == 0)

        def tzname(self, when):
            return "ODD%n" if when is None else "ODD"

        def __repr__(self):
            return "Odd()"

        def __reduce__(self):
            return "Odd"
    return Odd()


ODD = {module: odd(module) for module in (native, pure)}
SPECS = (None, None, None, "utc", "odd", 0, 3600, -18000, 86340, -86340, 5400, 86400)
FINE = SPECS + (30, 86399, 5400.5)  # the pure time.__hash__ knows whole minutes only


def arguments(r, kind):
    year, month, day = r.choice((1, 4, 1900, 1969, 1970, 2000, 2023, 2024, 2100, 9999)), r.randint(1, 12), r.randint(1, 28)
    if r.random() < 0.15:
        day = r.choice((29, 30, 31, 31, 32, 0, -1))
    if r.random() < 0.04:
        year, month = r.choice((0, 10000, -1, 2.5, "x", None)), r.choice((0, 13, 1))
    clock = [r.choice((0, r.randint(0, 23), 23)), r.choice((0, r.randint(0, 59))), r.choice((0, r.randint(0, 59))),
             r.choice((0, r.randint(0, 999999), 999999, 1))]
    if r.random() < 0.04:
        clock[r.randrange(4)] = r.choice((-1, 60, 1000000, 1.5, None))
    if kind == "date":
        return [year, month, day], {}
    named = {"tzinfo": r.choice(SPECS if kind == "time" else FINE)}
    if r.random() < 0.2:
        named["fold"] = r.choice((0, 1, 1, 2))
    if kind == "time":
        return clock[: r.randint(0, 4)], named
    if kind == "datetime":
        return [year, month, day] + clock[: r.randint(0, 4)], named
    unit = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
    return [], {r.choice(unit): r.choice((r.randint(-100, 100), harness.integer(r), r.randint(-10**6, 10**6), r.uniform(-5, 5), harness.real(r), 0.5e-6, 1.5e-6))
                for _ in range(r.randint(0, 4))}


def build(module, plan):
    kind, args, named = plan
    if "tzinfo" in named:
        named = {**named, "tzinfo": zone(module, named["tzinfo"])}
    return getattr(module, kind)(*args, **named)


def show(value):
    """Types and places of the two modules look alike."""
    return repr(value).replace("_pydatetime", "datetime").replace("datetime.IsoCalendarDate", "IsoCalendarDate").replace(", fold=1", "")


class Shown:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"{type(self.value).__name__} {show(self.value)}"


def did(call, *args, **named):
    made = harness.attempt(call, *args, **named)
    return made if isinstance(made, harness.Failed) else Shown(made)


FORMATS = ("%Y-%m-%d", "%a %A %b %B", "%d %H:%M:%S.%f", "%j %U %W %w", "%p %I", "%z", "%Z", "%:z", "%G-W%V-%u", "%y", "%%", "%C %e %D %F %T %R", "x%", "é%Y\ud800", "%x %X %c", "")


def facts(module, plan, other, layout):
    made = did(build, module, plan)
    log = [made]
    if isinstance(made, harness.Failed):
        return log
    value = made.value
    for name in ("isoformat", "__str__", "__hash__", "timetuple", "utctimetuple", "toordinal", "weekday", "isoweekday", "isocalendar", "ctime", "timestamp",
                 "utcoffset", "dst", "tzname", "date", "time", "timetz", "total_seconds", "__neg__", "__abs__", "__bool__"):
        function = getattr(value, name, None)
        if function is not None and not (name == "timestamp" and value.tzinfo is None):
            got = did(function)
            log.append((name, got.value == hash(build(module, plan)) if name == "__hash__" and not isinstance(got, harness.Failed) else got))
    if hasattr(value, "strftime"):
        log.append(did(value.strftime, layout))
        log.append(did(format, value, layout))
    if plan[0] in ("time", "datetime"):
        for spec in ("auto", "hours", "milliseconds", "nonsense"):
            log.append(did(lambda: value.isoformat(timespec=spec)))
        log.append(did(lambda: value.isoformat("T\u2028", "minutes")))
        log.append(did(lambda: value.replace(minute=61)))
        log.append(did(lambda: value.replace(fold=1, tzinfo=None)))
    if plan[0] == "datetime":
        for spec in FINE[3:]:
            if value.tzinfo is not None:
                log.append(did(lambda: value.astimezone(zone(module, spec))))
    if plan[0] == "timedelta":
        log += [(value.days, value.seconds, value.microseconds), did(lambda: value * 3), did(lambda: value * 0.37), did(lambda: value / 7), did(lambda: value // 7),
                did(lambda: value / 0.3), did(lambda: divmod(value, module.timedelta(seconds=7))), did(lambda: value % module.timedelta(0)), did(lambda: value // 0)]
    else:
        log += [did(lambda: value.replace(day=31)), did(lambda: value.replace(year=2023))]
    second = did(build, module, other)
    if not isinstance(second, harness.Failed):
        there = second.value
        for operation in (lambda: value + there, lambda: value - there, lambda: there - value, lambda: value == there, lambda: value < there, lambda: value >= there,
                          lambda: value / there, lambda: module.datetime.combine(value, there), lambda: value != 3):
            log.append(did(operation))
    return log


PARSERS = (("date", "fromisoformat"), ("time", "fromisoformat"), ("datetime", "fromisoformat"), ("datetime", "strptime"), ("date", "fromordinal"),
           ("date", "fromisocalendar"), ("datetime", "fromtimestamp"))


def parse(module, kind, name, args):
    if name == "fromtimestamp":
        args = args[0], zone(module, args[1])
    return Shown(getattr(getattr(module, kind), name)(*args))


def document(r, plan):
    made = did(build, native, plan)
    text = str(made.value) if not isinstance(made, harness.Failed) and plan[0] != "timedelta" else "2024-W05-3T10:11:12.123Z"
    if r.random() < 0.2:
        text = r.choice(("20240229", "2024-W01", "2024W017", "20240229T101112,5+0130", "T10", "10:1", "24:00", "2024-12-31T24:00:00", "10:11:12.1234567Z", "2024-02-30", "-1-01-01", "2023-366", "10:11:60", "23:59:59+24:00", "2020-W53-7", "2021-W53-1", "１０:11"))
    whole = "z" not in text and len(text) < 27 and (":" in text or plan[0] != "time")
    for _ in range(r.choice((0, 0, 1, 2))):
        whole = False
        at = r.randint(0, len(text))
        text = r.choice((text[:at] + text[at + 1:], text[:at] + r.choice("0159-:.,TWZ+ é\ud800") + text[at:], text[:at]))
    return text, whole


def case(r, agree):
    kind = r.choice(("date", "time", "datetime", "datetime", "timedelta"))
    plan = (kind, *arguments(r, kind))
    kind = r.choice(("date", "time", "datetime", "timedelta", "timedelta", kind))
    if {kind, plan[0]} == {"date", "datetime"}:
        kind = plan[0]  # the pure ones subtract what the others refuse
    other, layout = (kind, *arguments(r, kind)), "|".join(r.choices(FORMATS, k=r.randint(1, 3)))
    # The two round a sum of several fractions differently, and CPython's do, too.
    round_alike = all(float(value) * 64 % 1 == 0 and abs(value) < 1e9 for _, _, named in (plan, other) for value in named.values() if isinstance(value, float))
    agree(f"facts {plan} {other}", lambda: facts(native, plan, other, layout), (lambda: facts(pure, plan, other, layout)) if round_alike else None, loose="any")
    kind, name = r.choice(PARSERS[:4] + PARSERS)
    text, whole = document(r, plan)
    args = {"strptime": (text, r.choice(("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%z", "%H:%M:%S.%f"))),
            "fromordinal": (r.choice((0, 1, -1, 730000, 3652059, 3652060, 1.5, 10**30)),),
            "fromisocalendar": (r.choice((1, 2020, 2021, 9999, 0)), r.choice((0, 1, 52, 53, 54)), r.randint(0, 8)),
            "fromtimestamp": (r.choice((0, 1.5, -1.5, 1e9, 0.9999996, 253402300799, 1e18, float("nan"), float("inf"), -62135596800, r.uniform(-1e9, 3e9))), "utc"),
            }.get(name, (text,))
    agree(f"{kind}.{name} {args}", lambda: parse(native, kind, name, args), (lambda: parse(pure, kind, name, args)) if text not in args or whole and "z" not in args[-1] and (":" in text or kind != "time") else None, loose="any")


if __name__ == "__main__":
    harness.main(case)
