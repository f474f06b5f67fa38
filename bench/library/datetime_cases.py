from datetime import date, datetime, timedelta, timezone

zone = timezone(timedelta(hours=2))
moments = [datetime(2000 + i % 30, i % 12 + 1, i % 28 + 1, i % 24, i % 60, i * 7 % 60, i * 1234 % 1000000) for i in range(5000)]
iso = [m.isoformat() for m in moments]
zoned = [m.replace(tzinfo=zone).isoformat() for m in moments]
text = [m.strftime("%Y-%m-%d %H:%M:%S") for m in moments[:1000]]
step = timedelta(days=1, seconds=17)


def arithmetic():
    at = moments[0]
    for _ in range(10000):
        at = at + step
    return at.toordinal()


measure("fromisoformat", lambda: sum(datetime.fromisoformat(t).second for t in iso))
measure("fromisoformat zone", lambda: sum(datetime.fromisoformat(t).second for t in zoned))
measure("strptime", lambda: sum(datetime.strptime(t, "%Y-%m-%d %H:%M:%S").second for t in text))
measure("strftime", lambda: sum(len(m.strftime("%d/%m/%Y %H:%M")) for m in moments))
measure("isoformat", lambda: sum(len(m.isoformat()) for m in moments))
measure("constructor", lambda: sum(datetime(2020, 1, i % 28 + 1, 12, i % 60).minute for i in range(10000)))
measure("arithmetic", arithmetic)
measure("difference, order", lambda: sum((b - a).days for a, b in zip(moments, moments[1:]) if a < b))
measure("dates", lambda: sum(date.fromordinal(730000 + i).weekday() for i in range(10000)))
