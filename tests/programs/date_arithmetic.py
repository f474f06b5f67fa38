"""Dates: calendars, recurrences, business days, time zones with a rule of our own, durations, ISO weeks, Easter, ages."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import count, islice, takewhile


class CentralEurope(tzinfo):
    """Summer time from the last Sunday in March to the last Sunday in October, changing at 01:00 UTC."""

    winter, summer = timedelta(hours=1), timedelta(hours=2)

    @staticmethod
    def last_sunday(year, month):
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() + 1) % 7)

    def changes(self, year):
        return tuple(datetime.combine(self.last_sunday(year, month), time(1)) for month in (3, 10))

    def utcoffset(self, moment):
        start, end = self.changes(moment.year)
        naive = moment.replace(tzinfo=None)
        if start + self.summer <= naive < end + self.winter:
            return self.summer
        if end + self.winter <= naive < end + self.summer:
            return self.winter if moment.fold else self.summer
        return self.winter

    def fromutc(self, moment):
        start, end = self.changes(moment.year)
        naive = moment.replace(tzinfo=None)
        offset = self.summer if start <= naive < end else self.winter
        return (moment + offset).replace(fold=int(end <= naive < end + timedelta(hours=1)))

    def dst(self, moment):
        return self.utcoffset(moment) - self.winter

    def tzname(self, moment):
        return "CEST" if self.dst(moment) else "CET"


CET = CentralEurope()


def easter(year):
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + l - 7 * ((a + 11 * h + 22 * l) // 451) + 114, 31)
    return date(year, month, day + 1)


def add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def holidays(year):
    sunday = easter(year)
    yield from (date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26))
    yield from (sunday + timedelta(days=d) for d in (-2, 1, 39, 50))


def business_days(start):
    for n in count():
        day = start + timedelta(days=n)
        if day.weekday() < 5 and day not in set(holidays(day.year)):
            yield day


def between(first, second):
    """Years, months and days from one date to another."""
    months = (second.year - first.year) * 12 + second.month - first.month
    while add_months(first, months) > second:
        months -= 1
    return *divmod(months, 12), (second - add_months(first, months)).days


class Every:
    def __init__(self, start, *, days=0, months=0, weekdays=None, nth=None):
        self.start, self.days, self.months, self.weekdays, self.nth = start, days, months, weekdays, nth

    def __iter__(self):
        if self.days:
            yield from (self.start + timedelta(days=self.days * n) for n in count())
        for n in count(0, self.months):
            month = add_months(self.start.replace(day=1), n)
            if self.nth is not None:
                matching = [d for d in calendar.Calendar().itermonthdates(month.year, month.month) if d.month == month.month and d.weekday() in self.weekdays]
                if (day := matching[self.nth]) >= self.start:
                    yield day
            else:
                yield add_months(self.start, n)

    def until(self, end):
        return list(takewhile(lambda d: d <= end, self))


def humanise(delta):
    sign, seconds = ("-", -delta) if delta < timedelta(0) else ("", delta)
    total = int(seconds.total_seconds())
    parts = []
    for size, name in ((604800, "w"), (86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        n, total = divmod(total, size)
        if n:
            parts.append(f"{n}{name}")
    return sign + (" ".join(parts) or "0s")


def main():
    print([easter(year).isoformat() for year in (1818, 1943, 2000, 2024, 2026, 2285)])
    print(*calendar.TextCalendar(calendar.MONDAY).formatmonth(2026, 2).splitlines(), sep="\n")
    print([calendar.isleap(y) for y in (1900, 2000, 2024, 2026)], calendar.monthrange(2024, 2), calendar.leapdays(1900, 2000), calendar.day_name[date(2026, 11, 23).weekday()])
    start = date(2026, 12, 23)
    print([f"{d:%a %d.%m.}" for d in islice(business_days(start), 6)], add_months(date(2026, 1, 31), 1), add_months(date(2024, 2, 29), 12), add_months(start, -25))
    print(between(date(1990, 2, 28), date(2026, 2, 27)), between(date(2024, 1, 31), date(2024, 3, 1)), (date(2026, 7, 4) - date(1976, 7, 4)).days)
    print([str(d) for d in Every(date(2026, 1, 15), months=1, weekdays={4}, nth=-1).until(date(2026, 5, 1))])
    print([d.strftime("%j/%y") for d in Every(date(2026, 2, 25), days=10).until(date(2026, 4, 1))], list(map(str, islice(Every(date(2026, 8, 31), months=2), 4))))
    for moment in (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):
        local = moment.astimezone(CET)
        print(f"{moment:%H:%M} UTC = {local:%Y-%m-%d %H:%M:%S %Z%z} fold={local.fold} {local.isoformat()} back {local.astimezone(UTC) == moment}")
    tokyo, newfoundland = timezone(timedelta(hours=9), "JST"), timezone(-timedelta(hours=3, minutes=30))
    call = datetime(2026, 6, 1, 20, 15, tzinfo=newfoundland)
    print(call, call.astimezone(tokyo), call.astimezone(tokyo).tzname(), call.tzname(), call == call.astimezone(CET), call.utctimetuple()[:6])
    print(humanise(call - datetime(2026, 1, 1, tzinfo=UTC)), humanise(timedelta(seconds=-3661)), humanise(timedelta()), humanise(timedelta(weeks=2, milliseconds=1500)))
    print(timedelta(days=1.5, minutes=-1), -timedelta(microseconds=1), timedelta(hours=25) // timedelta(minutes=7), timedelta(hours=25) % timedelta(minutes=7), divmod(timedelta(days=3), timedelta(hours=5)), timedelta(days=7) / 3, abs(timedelta(-1)), repr(timedelta(1, 2, 3)))
    for text in ("2026-11-23", "20261123", "2026-W48-1", "2024-12-30"):
        day = date.fromisoformat(text)
        print(text, day, day.isocalendar(), day.toordinal(), day.timetuple().tm_yday)
    for text in ("2026-11-23T10:20:30.123456+05:30", "2026-11-23 10:20Z", "20261123T102030,5-0100"):
        moment = datetime.fromisoformat(text)
        print(repr(moment), moment.timestamp(), moment.isoformat(timespec="milliseconds"))
    print(datetime.strptime("Mon, 23 Nov 2026 07:08:09 PM +0130", "%a, %d %b %Y %I:%M:%S %p %z"), datetime.strptime("26-327", "%y-%j").date(), datetime.strptime("2026 47 1", "%G %V %u").date())
    print(f"{datetime(2026, 1, 5, 3, 4, 5, 6789):%A %B %d, week %U/%W, %I %p, %f, %%, %x %X %c|%-d}".replace("|", " | "))
    print(datetime.fromtimestamp(1_800_000_000, UTC), datetime(1970, 1, 1, tzinfo=UTC).timestamp(), datetime.min, date.max, time.resolution, datetime.combine(start, time(23, 59)).replace(second=9).time())
    print(time(12, 30) < time(12, 31), time.fromisoformat("04:05:06.7"), time(1, 2, tzinfo=tokyo).isoformat(), hash(datetime(2026, 1, 1, 12, tzinfo=UTC)) == hash(datetime(2026, 1, 1, 21, tzinfo=tokyo)))
    for bad in (lambda: date(2026, 2, 29), lambda: date.fromisoformat("2026-1-1"), lambda: datetime(2026, 1, 1) < datetime(2026, 1, 1, tzinfo=UTC), lambda: date.max + timedelta(1),
                lambda: time(25), lambda: timezone(timedelta(hours=24)), lambda: datetime.strptime("x", "%Y"), lambda: date(2026, 1, 1) - 5, lambda: timedelta(10**9)):
        try:
            print(bad())
        except (ValueError, TypeError, OverflowError) as error:
            print(f"{type(error).__name__}: {error}")


main()
