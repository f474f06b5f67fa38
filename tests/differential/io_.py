# io_.py: _io's streams in memory against _pyio's: the same calls give the same results and leave the same bytes.

import io as native
import _pyio as pure
import codecs

import harness


class Raw:
    """A raw stream in memory that gives and takes fewer bytes than asked, as sockets do."""

    def make(module, data, pieces, writable=True):
        class Stream(module.RawIOBase):
            def __init__(self):
                self.data, self.at, self.turn = bytearray(data), 0, 0

            def readable(self):
                return True

            def writable(self):
                return writable

            def seekable(self):
                return True

            def piece(self):
                self.turn += 1
                return pieces[self.turn % len(pieces)]

            def readinto(self, target):
                count = min(len(target), self.piece(), max(0, len(self.data) - self.at))
                target[:count] = self.data[self.at:self.at + count]
                self.at += count
                return count

            def write(self, source):
                source = bytes(source)[: self.piece()]
                if self.at > len(self.data):
                    self.data.extend(bytes(self.at - len(self.data)))
                self.data[self.at:self.at + len(source)] = source
                self.at += len(source)
                return len(source)

            def seek(self, offset, whence=0):
                base = {0: 0, 1: self.at, 2: len(self.data)}[whence]
                if base + offset < 0:
                    raise OSError(22, "Invalid argument")
                self.at = base + offset
                return self.at

            def tell(self):
                return self.at

            def truncate(self, size=None):
                size = self.at if size is None else size
                del self.data[size:]
                self.data.extend(bytes(size - len(self.data)))
                return size
        return Stream()


def act(stream, steps, log):
    for name, args in steps:
        if name == "readinto":
            target = bytearray(args[0])
            got = harness.attempt(stream.readinto, target), bytes(target)
        elif name == "iterate":
            got = harness.attempt(lambda: [line for line, _ in zip(stream, range(args[0]))])
        elif name == "getbuffer":
            def view():
                with stream.getbuffer() as found:
                    return bytes(found)
            got = harness.attempt(view)
        else:
            got = harness.attempt(getattr(stream, name), *args)
        log.append((name, args, got))


def memory(module, kind, start, steps):
    log = []
    made = harness.attempt(getattr(module, kind), *start)
    if isinstance(made, harness.Failed):
        return made
    act(made, steps, log)
    log.append(harness.attempt(made.getvalue))
    log.append(made.closed)
    return log


class TextModel:
    """StringIO over a plain str; the pure one counts places in bytes."""

    def __init__(self, initial="", newline="\n"):
        if newline is not None and not isinstance(newline, str) or initial is not None and not isinstance(initial, str):
            raise TypeError
        if newline not in (None, "", "\n", "\r", "\r\n"):
            raise ValueError
        self.newline, self.text, self.at, self.closed = newline, "", 0, False
        self.write(initial or "")
        self.at = 0

    def check(self):
        if self.closed:
            raise ValueError

    def write(self, words):
        self.check()
        size = len(words)
        if self.newline is None:
            words = words.replace("\r\n", "\n").replace("\r", "\n")
        elif self.newline:
            words = words.replace("\n", self.newline)
        if words:
            self.text = self.text.ljust(self.at, "\0")
            self.text = self.text[: self.at] + words + self.text[self.at + len(words):]
            self.at += len(words)
        return size

    def writelines(self, several):
        for words in several:
            self.write(words)

    def read(self, size=-1):
        self.check()
        size = len(self.text) if size is None or size < 0 else size
        words = self.text[self.at:self.at + size]
        self.at += len(words)
        return words

    def readline(self, size=-1):
        self.check()
        rest = self.text[self.at:] if size is None or size < 0 else self.text[self.at:self.at + size]
        ends = [rest.find(end) + len(end) for end in ({None: ["\n"], "": ["\n", "\r", "\r\n"]}.get(self.newline) or [self.newline]) if end in rest]
        end = min(ends, default=len(rest))
        if self.newline == "" and rest[end - 1:end + 1] == "\r\n":
            end += 1
        self.at += end
        return rest[:end]

    def __iter__(self):
        while line := self.readline():
            yield line

    def readlines(self):
        return list(self)

    def seek(self, offset, whence=0):
        self.check()
        if whence == 0 and offset < 0:
            raise ValueError
        self.at = (offset, self.at, len(self.text))[whence]
        return self.at

    def tell(self):
        self.check()
        return self.at

    def truncate(self, size=None):
        self.check()
        size = self.at if size is None else size
        if size < 0:
            raise ValueError
        self.text = self.text[:size]
        return size

    def getvalue(self):
        self.check()
        return self.text

    def readable(self):
        self.check()
        return True

    def isatty(self):
        self.check()
        return False

    def fileno(self):
        raise OSError

    def close(self):
        self.closed = True


class Model:
    StringIO = TextModel


def buffered(module, kind, data, pieces, size, steps):
    raw = Raw.make(module, data, pieces)
    made, log = getattr(module, kind)(raw, size), []
    act(made, steps, log)
    log.append(harness.attempt(made.tell))
    log.append(harness.attempt(made.flush))
    log.append(bytes(raw.data))
    return log


def text(module, data, encoding, errors, newline, steps, chunk):
    raw = module.BytesIO(data)
    made, log = module.TextIOWrapper(raw, encoding, errors, newline), []
    made._CHUNK_SIZE = chunk
    place = None
    for name, args in steps:
        if name == "tell":
            got = harness.attempt(made.tell)
            place = place if isinstance(got, harness.Failed) else got
            log.append(isinstance(got, harness.Failed))
        elif name == "back":
            log.append(harness.attempt(made.seek, place or 0).__class__ is int)
        elif name == "end":
            log.append(harness.attempt(made.seek, 0, 2).__class__ is int)
        else:
            act(made, [(name, args)], log)
    log.append(harness.attempt(made.flush))
    log.append(raw.getvalue())
    return log


def newlines(module, pieces, translate, how):
    decoder = codecs.getincrementaldecoder("utf-8")("replace") if how else None
    made, log = module.IncrementalNewlineDecoder(decoder, translate), []
    for number, piece in enumerate(pieces):
        log.append(harness.attempt(made.decode, piece.encode("utf-8", "replace") if how else piece, number == len(pieces) - 1))
        log.append((made.newlines, harness.attempt(made.getstate)))
    made.reset()
    return log


def size(r):
    return r.choice((-1, None, 0, 1, 2, 3, 5, 8, 20, 100))


def steps_for(r, names, piece):
    steps = []
    for _ in range(r.randint(1, 9)):
        name = r.choice(names)
        args = {"read": [size(r)], "read1": [size(r) or 3], "readline": [size(r)], "peek": [r.randint(0, 4)], "write": [piece()], "seek": [r.randint(-2, 30), *r.choice(([], [0], [0], [1], [2]))],
                "truncate": r.choice(([], [r.randint(-1, 20)], [None])), "readinto": [r.randint(0, 9)], "writelines": [[piece(), piece()]], "iterate": [r.randint(0, 3)],
                "readlines": r.choice(([], [r.randint(0, 12)], [None]))}.get(name, [])
        steps.append((name, args))
    return steps


def case(r, agree):
    def piece():
        return r.choice((b"", b"ab", b"line\n", b"\n", b"one\ntwo\r\n", bytes(12), b"x" * 17))

    names = ["read", "read", "read1", "readline", "readlines", "readinto", "write", "write", "writelines", "seek", "tell", "truncate", "getvalue", "iterate",
             "getbuffer", "readable", "isatty", "fileno"] + ["close"] * (r.random() < 0.2) + ["detach"] * (r.random() < 0.1)
    steps = steps_for(r, names, piece)
    start = r.choice(([], [piece() + piece()], [b"a\nb\nc"], [bytearray(b"xy")], ["text"], [None]))
    agree("BytesIO", lambda: memory(native, "BytesIO", start, steps), None if ("close", []) in steps else lambda: memory(pure, "BytesIO", start, steps), loose="any")

    def word():
        return r.choice(("", "ab", "line\n", "\n", "one\ntwo\r\n", "é\r", "\U0001f600x", "\r\n", "z" * 9, "\r"))

    steps = [step for step in steps_for(r, [name for name in names if name not in ("read1", "readinto", "getbuffer", "detach")], word)
             if step[0] not in ("seek", "readlines") or step[1][1:] in ([], [0]) and step[0] == "seek" or not step[1]]
    start = r.choice(([], [word() + word()], [word() + word(), r.choice((None, "", "\n", "\r", "\r\n"))], [None], [b"x"], ["a", "x"]))
    agree("StringIO", lambda: memory(native, "StringIO", start, steps), lambda: memory(Model, "StringIO", start, steps), loose="any")

    data, pieces = b"".join(piece() for _ in range(r.randint(0, 8))), r.choice(([1], [3, 1], [100], [7, 2, 5]))
    kind = r.choice(("BufferedReader", "BufferedWriter", "BufferedRandom"))
    allowed = {"BufferedReader": ["read", "read", "readline", "seek", "tell", "iterate"], "BufferedWriter": ["write", "write", "seek", "tell", "flush"],
               "BufferedRandom": ["read", "write", "seek", "tell", "flush", "readline"]}[kind]
    steps, buffer = [(name, {"readline": [], "seek": [abs(args[0]), *args[1:]] if name == "seek" else args}.get(name, args)) for name, args in steps_for(r, allowed, piece)], r.choice((16, 16, 64))
    agree(kind, lambda: buffered(native, kind, data, pieces, buffer, steps), lambda: buffered(pure, kind, data, pieces, buffer, steps), loose="any")
    encoding = r.choice(("utf-8", "utf-8", "latin-1", "ascii", "utf-16", "utf-8-sig", "utf-16-le", "utf-32-be", "cp1252"))
    errors = r.choice(("replace", "ignore", "strict", "backslashreplace"))
    words = "".join(word() for _ in range(r.randint(0, 6)))
    data = words.encode(encoding, "replace") + (r.randbytes(2) if errors != "strict" and r.random() < 0.1 and "16" not in encoding and "32" not in encoding else b"")
    steps = steps_for(r, ["read", "read", "readline", "iterate", "tell", "back"] if r.random() < 0.6 else ["read", "write", "tell", "back", "end", "flush", "write"], word)
    steps = [(name, [3] if name in ("read", "readline") and args[0] is None else args) for name, args in steps]
    newline, chunk = r.choice((None, "", "\n", "\r", "\r\n")), r.choice((1, 4, 16, 8192))
    mixed = any(name in ("write", "end") for name, _ in steps)
    agree(f"TextIOWrapper {encoding} {errors} {newline!r} {data}", lambda: text(native, data, encoding, errors, newline, steps, chunk),
          None if mixed else lambda: text(pure, data, encoding, errors, newline, steps, chunk), loose="any")
    pieces, translate, how = [word() for _ in range(r.randint(1, 5))], r.random() < 0.5, r.random() < 0.3
    agree("newlines", lambda: newlines(native, pieces, translate, how), lambda: newlines(pure, pieces, translate, how), loose="any")


if __name__ == "__main__":
    harness.main(case)
