# ZoneInfo: zones by name, with or without files; moments that exist twice; caches; TZ strings; files that are broken.
# gc stress: every 29 allocations (it makes too many objects for a collection at each)
import io
import pickle
import struct
import sys
import zoneinfo
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def footer_only(tz, kinds=((0, 0, 0),), transitions=()):
    def header(times, types):
        return b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, times, types, 4 if types else 0)

    body = struct.pack(f">{len(transitions)}q", *(at for at, _ in transitions)) + bytes(kind for _, kind in transitions)
    body += b"".join(struct.pack(">lbb", *kind) for kind in kinds) + (b"UTC\0" if kinds else b"")
    return header(0, 0) + header(len(transitions), len(kinds)) + body + b"\n" + tz + b"\n"


def zone(tz, **parts):
    return ZoneInfo.from_file(io.BytesIO(footer_only(tz, **parts)))


def fails(error, call, *arguments):
    try:
        call(*arguments)
    except error as e:
        return str(e)
    assert False, arguments


berlin = ZoneInfo("Europe/Berlin")
summer = datetime(2024, 7, 1, 12, tzinfo=berlin)
assert (summer.utcoffset(), summer.dst(), summer.tzname()) == (timedelta(hours=2), timedelta(hours=1), "CEST")
assert str(berlin) == "Europe/Berlin" and berlin.key == "Europe/Berlin"
twice = datetime(2024, 10, 27, 2, 30, tzinfo=berlin)
assert (twice.utcoffset(), twice.replace(fold=1).utcoffset()) == (timedelta(hours=2), timedelta(hours=1))
back = datetime(2024, 10, 27, 1, 30, tzinfo=timezone.utc).astimezone(berlin)
assert (back.hour, back.minute, back.fold) == (2, 30, 1)
assert datetime(2060, 10, 31, 0, 59, tzinfo=timezone.utc).astimezone(berlin).utcoffset() == timedelta(hours=2)
assert datetime(1890, 1, 1, tzinfo=berlin).tzname() == "LMT"
assert berlin.utcoffset(None) is None and ZoneInfo("UTC").utcoffset(None) == timedelta(0)
assert time(12, tzinfo=berlin).utcoffset() is None
assert {"Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"} <= zoneinfo.available_timezones()

# Caches.
assert ZoneInfo("Europe/Berlin") is berlin and ZoneInfo.no_cache("Europe/Berlin") is not berlin
assert pickle.loads(pickle.dumps(berlin)) is berlin
ZoneInfo.clear_cache(only_keys=["UTC"])
assert ZoneInfo("Europe/Berlin") is berlin
ZoneInfo.clear_cache()
assert ZoneInfo("Europe/Berlin") is not berlin


class Own(ZoneInfo):
    pass


assert Own("UTC") is Own("UTC") and Own("UTC") is not ZoneInfo("UTC") and repr(Own("UTC")) == "Own(key='UTC')"


class Nasty(str):  # a key that clears the cache when it is compared
    def __eq__(self, other):
        ZoneInfo.clear_cache()
        return str.__eq__(self, other)

    __hash__ = str.__hash__


for _ in range(3 if sys.implementation.name == "hognose" else 0):  # CPython 3.14.8 frees twice
    for key in ("UTC", "Asia/Tokyo", "Europe/Paris"):
        assert ZoneInfo(Nasty(key)).utcoffset(datetime(2020, 1, 1)) is not None

# TZ strings.
moment = datetime(2030, 7, 1)
assert zone(b"<-03>3").utcoffset(moment) == timedelta(hours=-3)
assert zone(b"AAA-3:30BBB,J1,365/25").dst(moment) == timedelta(hours=1)
assert zone(b"IST-1GMT0,M10.5.0,M3.5.0/1").dst(datetime(2030, 1, 1)) == timedelta(hours=-1)
for wrong, text in ((b"+11", "Invalid STD format"), (b"AAA", "Invalid STD offset"), (b"AAA25", "Invalid STD offset"),
                    (b"AAA4BBB", ""), (b"AAA4BBB,J0,J1", ""), (b"AAA4BBB,M13.1.0,J1", ""), (b"AAA4BBB,J1,J2/168", ""),
                    (b"AAA4BBB,J1,J2x", "")):
    fails(ValueError, zone, wrong)

# Broken files, and arguments.
assert "transition index" in fails(ValueError, lambda: zone(b"", transitions=[(0, 5)]))
assert "No time zone information" in fails(ValueError, lambda: zone(b"", kinds=()))
fails(ValueError, ZoneInfo.from_file, io.BytesIO(b"TZif"))
for offsets in ((2**31 - 1, -2**31), (-2**31, 2**31 - 1)):
    odd = zone(b"", kinds=[(offset, i, 0) for i, offset in enumerate(offsets)], transitions=[(2**63 - 1, 1), (-2**63, 0), (0, 1)])
    for year in (1, 1970, 9999):
        try:
            datetime(year, 1, 1, tzinfo=timezone.utc).astimezone(odd)
            odd.utcoffset(datetime(year, 1, 1))
        except (ValueError, OverflowError):
            pass
fails(pickle.PicklingError, pickle.dumps, zone(b"AAA4"))
fails(zoneinfo.ZoneInfoNotFoundError, ZoneInfo, "Europe/Nowhere")
fails(ValueError, ZoneInfo, "../Europe/Berlin")
fails(TypeError, ZoneInfo, 5)
fails(TypeError, berlin.fromutc, 5)
fails(ValueError, berlin.fromutc, datetime(2020, 1, 1))
fails(AttributeError, berlin.utcoffset, 5)
