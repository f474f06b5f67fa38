# gc stress: every 499 allocations (it makes too many objects for a collection at each)
"""_datetime against its Python twin, and tzinfo classes that misbehave."""
import copy
import random

import _datetime as fast
import _pydatetime as slow


def outcome(call):
    try:
        return repr(call())
    except Exception as error:
        return type(error).__name__


def same(call):
    a, b = outcome(lambda: call(fast)), outcome(lambda: call(slow))
    assert a == b, (a, b)


def test_like_the_twin():
    chance = random.Random(7)
    for _ in range(400):
        days, seconds, us = chance.randint(-10**9, 10**9), chance.randint(-10**6, 10**6), chance.randint(-10**9, 10**9)
        n, x = chance.randint(-50, 50), chance.uniform(-1e3, 1e3)
        same(lambda m: m.timedelta(days, seconds, us))
        same(lambda m: m.timedelta(hours=x, microseconds=x))
        same(lambda m: m.timedelta(0, seconds, us) * n)
        same(lambda m: m.timedelta(0, seconds, us) / n)
        same(lambda m: m.timedelta(0, seconds, us) // n)
        same(lambda m: m.timedelta(0, seconds, us) * x)
        same(lambda m: m.timedelta(0, seconds, us) / x)
        same(lambda m: divmod(m.timedelta(0, seconds, us), m.timedelta(0, n, 5)))
        same(lambda m: str(m.timedelta(0, seconds, us)))
        ordinal = chance.randint(1, 3652059)
        same(lambda m: m.date.fromordinal(ordinal))
        same(lambda m: (m.date.fromordinal(ordinal).weekday(), m.date.fromordinal(ordinal).toordinal()))
        same(lambda m: tuple(m.date.fromordinal(ordinal).isocalendar()))
        same(lambda m: m.date.fromordinal(ordinal) + m.timedelta(days))
        same(lambda m: m.date.fromisoformat(str(m.date.fromordinal(ordinal))))
        moment = chance.randint(-10**10, 10**10) + chance.random()
        same(lambda m: m.datetime.fromtimestamp(moment, m.UTC))
        same(lambda m: m.datetime.fromtimestamp(moment, m.UTC).astimezone(m.timezone(m.timedelta(minutes=n * 7))).isoformat())
        same(lambda m: m.datetime.fromtimestamp(moment, m.UTC).timestamp())
        same(lambda m: m.datetime.fromtimestamp(moment, m.UTC).ctime())
        same(lambda m: m.datetime.fromtimestamp(moment, m.UTC).strftime("%Y-%m-%d %H:%M:%S.%f %z %Z %j %a"))


def test_text():
    for text in ("2020-01-02", "20200102", "2020-W01-2", "2020W012", "2020-W53", "2021-W53-1", "2020-1-2", "",
                 "2020-01-02T03", "2020-01-02 03:04", "2020-01-02T030405", "2020-01-02T03:04:05.1234567", "2020-01-02T03:04Z",
                 "2020-01-02T03:04+01:30", "2020-01-02T03:04-01:30:15.5", "2020-01-02T24:00", "2020-01-02T24:01",
                 "2020-01-02T03:04+24:00", "2020W01T03", "2020-W01-2T03", "2020-01-02\ud80003:04", "9999-12-31T24:00"):
        same(lambda m: m.datetime.fromisoformat(text))
        same(lambda m: m.date.fromisoformat(text))
        same(lambda m: m.time.fromisoformat(text[11:]))


def test_constants_and_copies():
    assert fast.timezone.utc is fast.UTC is fast.timezone(fast.timedelta(0))
    assert fast.datetime.max.resolution == fast.timedelta(microseconds=1) and fast.date.min.year == 1
    for value in (fast.date(2020, 1, 2), fast.datetime(2020, 1, 2, fold=1), fast.time(1, 2, tzinfo=fast.UTC), fast.timedelta(1, 2, 3),
                  fast.timezone(fast.timedelta(hours=1), "x"), fast.UTC):
        assert copy.copy(value) == value == copy.deepcopy(value)
        assert eval(repr(value), {"datetime": fast}) == value
    assert fast.datetime(2020, 1, 2, fold=1).__reduce_ex__(4)[1] == (b"\x07\xe4\x81\x02\0\0\0\0\0\0",)


def test_bad_zones():
    class Zone(fast.tzinfo):
        def utcoffset(self, when):
            return answer

        dst = tzname = utcoffset

    when = fast.datetime(2020, 1, 2, tzinfo=Zone())
    for answer in (5, "x", fast.timedelta(1), fast.timedelta(-1)):
        for call in (when.utcoffset, when.dst, when.isoformat, when.utctimetuple, lambda: hash(when), lambda: when - fast.datetime.now(fast.UTC),
                     lambda: when == fast.datetime.now(fast.UTC), lambda: when.strftime("%z"), lambda: when.astimezone(fast.UTC)):
            assert outcome(call) in ("TypeError", "ValueError"), call
    answer = None
    assert when.utcoffset() is None and when.isoformat() == "2020-01-02T00:00:00"

    class Strange(fast.datetime):
        def __new__(cls, *arguments, **keywords):
            return 5

    assert fast.datetime.__new__(Strange, 2020, 1, 2) + fast.timedelta(1) == 5
    assert outcome(lambda: fast.datetime.__new__(Strange, 2020, 1, 2).astimezone(fast.UTC)) in ("TypeError", "AttributeError")


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
