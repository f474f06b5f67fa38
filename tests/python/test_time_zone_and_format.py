# time: local zones by TZ, field widths of strftime, years beyond C's.
import os
import time


def fails(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("it did not fail")


day = (2024, 3, 4, 5, 6, 7, 0, 64, 0)
for form, text in (
    ("%4Y", "2024"), ("%010Y", "0000002024"), ("%_8Y", "    2024"), ("%-d", "4"), ("%_d", " 4"), ("%05e", "00004"),
    ("%^a", "MON"), ("%#p", "am"), ("%10a", "       Mon"), ("%-5d", "    4"), ("%", "%"), ("%Ey", "24"), ("%-T", "05:06:07"),
):
    assert time.strftime(form, day) == text, form
assert time.strftime("%4Y", (-5,) + (0,) * 8) == "-005"
for function in time.localtime, time.gmtime, time.ctime:
    assert fails(OSError, function, 2**60).startswith("[Errno 75]")
assert fails(OverflowError, time.asctime, (-(2**31),) + (0,) * 8) == "year out of range"
assert fails(TypeError, time.sleep, []) == "'list' object cannot be interpreted as an integer or float"

if hasattr(time, "tzset"):
    for zone, seen in (
        ("EST+05EDT,M4.1.0,M10.5.0", (18000, 14400, 1, ("EST", "EDT"), 21)),
        ("NZST-12NZDT,M9.5.0,M4.1.0/3", (-43200, -46800, 1, ("NZST", "NZDT"), 13)),
        ("UTC", (0, 0, 0, ("UTC", "UTC"), 1)),
    ):
        os.environ["TZ"] = zone
        time.tzset()
        assert (time.timezone, time.altzone, time.daylight, time.tzname, time.localtime(1e9).tm_hour) == seen
else:
    assert not hasattr(os, "fork")  # a sandbox, whose zone is fixed
