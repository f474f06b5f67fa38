import re

words = ("the quick brown fox jumps over the lazy dog while %d users at host%d.example.org read mail from a.b%d@example.com "
         "on 2024-%02d-%02d at 10.0.%d.%d; done.\n")
parts = []
i = 0
while sum(map(len, parts[-1:])) * len(parts) < 1_000_000:
    parts.append(words % (i, i % 97, i, i % 12 + 1, i % 28 + 1, i % 256, i * 7 % 256))
    i += 1
text = "".join(parts)

measure("search literal", lambda: re.search("needle in the haystack", text) is None)
measure("search pattern", lambda: re.search(r"\b[A-Z]{3}-\d{4}\b", text) is None)
measure("search alternatives", lambda: re.search(r"(?:error|warning|fatal): \w+", text) is None)
measure("findall words", lambda: len(re.findall(r"\w+", text)))
measure("findall addresses", lambda: len(re.findall(r"[\w.]+@[\w.]+\.\w+", text)))
measure("findall dates", lambda: len(re.findall(r"(\d{4})-(\d\d)-(\d\d)", text)))
measure("finditer groups", lambda: sum(len(m.group("host")) for m in re.finditer(r"host(?P<host>\d+)\.example", text)))
measure("findall ignore case", lambda: len(re.findall(r"FOX|DOG", text, re.I)))
measure("sub text", lambda: len(re.sub(r"\d+", "#", text)))
measure("sub template", lambda: len(re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", text)))
measure("sub function", lambda: len(re.sub(r"\b\w{5}\b", lambda m: m.group().upper(), text)))
measure("split", lambda: len(re.split(r"[\s.;,]+", text)))
measure("match lines", lambda: sum(re.match(r"(\w+) (\w+).*at ([\d.]+); done", line) is not None for line in text.splitlines()))
