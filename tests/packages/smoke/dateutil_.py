import datetime

from dateutil import parser, relativedelta, rrule, tz

assert parser.parse("Thu Sep 25 2003 10:36:28 +0300").isoformat() == "2003-09-25T10:36:28+03:00"
assert parser.parse("10/11/12", dayfirst=True, yearfirst=False) == datetime.datetime(2012, 11, 10) and parser.isoparse("2024-W09-4") == datetime.datetime(2024, 2, 29)
month_end = datetime.date(2024, 1, 31) + relativedelta.relativedelta(months=+1)
assert month_end == datetime.date(2024, 2, 29)
days = rrule.rrule(rrule.MONTHLY, count=3, byweekday=rrule.FR(-1), dtstart=datetime.datetime(2024, 1, 1))
assert [day.day for day in days] == [26, 23, 29]
assert list(rrule.rrulestr("FREQ=DAILY;INTERVAL=10;COUNT=2", dtstart=datetime.datetime(2024, 1, 1)))[1].day == 11
zone = tz.tzstr("EST5EDT")
assert datetime.datetime(2024, 7, 1, tzinfo=zone).utcoffset() == datetime.timedelta(hours=-4)
try:
    parser.parse("no date at all")
except parser.ParserError:
    pass
else:
    raise AssertionError
