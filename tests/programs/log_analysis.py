"""Regular expressions at work: parsing an access log, sessions, percentiles, alerts, redaction."""

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

LINE = re.compile(
    r"""
    (?P<host>\d{1,3}(?:\.\d{1,3}){3})\s
    -\s(?P<user>-|\w+)\s
    \[(?P<time>[^\]]+)\]\s
    "(?P<method>[A-Z]+)\s(?P<path>/[^\s?"]*)(?:\?(?P<query>[^\s"]*))?\sHTTP/(?P<version>\d\.\d)"\s
    (?P<status>\d{3})\s(?P<size>\d+|-)
    (?:\s(?P<ms>\d+)ms)?
    """,
    re.VERBOSE,
)


def make_log():
    state = 1
    hosts = ["10.0.0.%d" % i for i in (1, 2, 3, 7)] + ["192.168.4.20"]
    paths = ["/", "/index.html", "/api/items", "/api/items/42", "/login", "/static/app.js", "/admin/secret", "/api/items/7?full=1&sort=name"]
    moment = datetime(2026, 3, 28, 22, 0, tzinfo=timezone(timedelta(hours=1)))
    for i in range(400):
        state = (state * 48271) % 2147483647
        host, path = hosts[state % 5], paths[state // 5 % 8]
        method = "POST" if path == "/login" or state % 11 == 0 else "GET"
        status = 403 if "admin" in path else 500 if state % 37 == 0 else 404 if state % 23 == 0 else 200
        size = "-" if status >= 400 else state % 9000
        user = ("-", "ada", "bo")[state % 3]
        moment += timedelta(seconds=state % 90)
        tail = f" {state % 700}ms" if i % 9 else ""
        yield f'{host} - {user} [{moment:%d/%b/%Y:%H:%M:%S %z}] "{method} {path} HTTP/1.1" {status} {size}{tail}'
        if i % 100 == 50:
            yield f"garbled line {i} \"GET"


class Request:
    def __init__(self, match):
        self.__dict__.update(match.groupdict())
        self.time = datetime.strptime(self.time, "%d/%b/%Y:%H:%M:%S %z")
        self.status = int(self.status)
        self.size = 0 if self.size == "-" else int(self.size)
        self.ms = int(self.ms) if self.ms else None
        self.query = dict(re.findall(r"([^&=]+)=([^&]*)", self.query or ""))

    @property
    def route(self):
        return re.sub(r"/\d+(?=/|$)", "/:id", self.path)


def read(lines):
    good, bad = [], []
    for number, line in enumerate(lines, 1):
        match = LINE.fullmatch(line)
        good.append(Request(match)) if match else bad.append((number, line))
    return good, bad


def percentile(values, share):
    values = sorted(values)
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def sessions(requests, gap=timedelta(minutes=12)):
    last, number = {}, defaultdict(int)
    grouped = defaultdict(list)
    for request in requests:
        key = request.host, request.user
        if key in last and request.time - last[key] > gap:
            number[key] += 1
        last[key] = request.time
        grouped[*key, number[key]].append(request)
    return grouped


def bar(value, scale):
    return "█" * int(value / scale) + "▌" * (value / scale % 1 >= 0.5)


def redact(line):
    line = re.sub(r"\b(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}\b", r"\1.\2.x.x", line)
    line = re.sub(r"(?<=- )(?!-)\w+(?= \[)", lambda m: "*" * len(m[0]), line)
    return re.sub(r"(?P<key>sort|token)=(?P<value>[^&\s]+)", r"\g<key>=<\g<value>>", line)


def main():
    lines = list(make_log())
    requests, bad = read(lines)
    print(f"{len(requests)} requests, {len(bad)} unreadable: {[n for n, _ in bad]}")
    print(f"from {requests[0].time.isoformat()} to {requests[-1].time}, {requests[-1].time - requests[0].time} in all")
    print(f"in UTC from {requests[0].time.astimezone(timezone.utc):%Y-%m-%d %H:%M}")
    print(Counter(r.status for r in requests).most_common())
    by_route = defaultdict(list)
    for request in requests:
        by_route[request.method, request.route].append(request)
    print(f"{'route':<28}{'n':>4}{'bytes':>9}{'p50':>8}{'p95':>8}")
    for (method, route), group in sorted(by_route.items(), key=lambda item: (-len(item[1]), item[0])):
        times = [r.ms for r in group if r.ms is not None]
        print(f"{method + ' ' + route:<28}{len(group):>4}{sum(r.size for r in group):>9,}{percentile(times, 0.5):>8.1f}{percentile(times, 0.95):>8.1f}")
    per_hour = Counter(r.time.replace(minute=0, second=0) for r in requests)
    for hour in sorted(per_hour):
        print(f"{hour:%a %d %H:00} {per_hour[hour]:>4} {bar(per_hour[hour], 4)}")
    grouped = sessions(requests)
    lengths = sorted(((len(g), k) for k, g in grouped.items()), reverse=True)
    print(f"{len(grouped)} sessions, longest {lengths[0]}, shortest {lengths[-1]}")
    failures = [r for r in requests if r.status >= 500]
    for first, second in zip(failures, failures[1:]):
        if second.time - first.time < timedelta(minutes=3):
            print(f"alert: {first.path} and {second.path} fail within {(second.time - first.time).seconds} s")
    print("suspects:", sorted(h for h, n in Counter(r.host for r in requests if r.status == 403).items() if n > 8))
    print([r.query for r in requests if r.query][:1], sum(1 for r in requests if r.query.get("full") == "1"))
    for line in lines[:2] + [l for l in lines if "sort=" in l][:1] + [bad[0][1]]:
        print(redact(line))
    text = "2026-03-28, 1/2/2026 and 28.3.26; not 2026-13-99x"
    print(re.findall(r"\b(\d{4})-(\d\d)-(\d\d)\b|\b(\d{1,2})([/.])(\d{1,2})\5(\d{2,4})\b", text))
    print(re.split(r"([,;])\s*|\s+(?:and|not)\s+", text), re.subn("(?i)N", "_", "Nn-none"))
    scanner = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"[a-z]+", lambda s, t: t), (r"\s+", None), (r".", lambda s, t: (t,))])
    print(scanner.scan("abc 12 + x9"))
    print([m.span() for m in re.finditer(r"(?=(aba))", "ababa")], re.fullmatch(r"(a|b)*?c", "abac").groups(), re.match(r"(?P<q>['\"]).*?(?P=q)", "'it' 'x'")[0])
    print(re.compile(r"(?s)^a.b$", re.M).flags, re.escape("a.b*c-d"), bool(re.search(r"(?<!\d)\d{3}(?!\d)", "1234 567")))


main()
