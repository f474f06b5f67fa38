# multibyte_.py: the multibyte codecs: in pieces against in one go; messages and all against CPython.

import codecs
import io

import harness

NAMES = ("gb2312 gbk gb18030 hz big5hkscs big5 cp950 shift_jis cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 euc_jisx0213 "
         "euc_kr cp949 johab iso2022_kr iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext").split()
SEQUENCES = [b"\x1b" + rest for rest in (b"(B", b"$B", b"$@", b"$(D", b"$(C", b"$)C", b"$A", b"$(A", b"(J", b"(I", b"$(O", b"$(P", b"$(Q",
                                         b".A", b".F", b"N", b"&@\x1b$B", b"X", b"", b"$", b"(Z", b")B")]
SEQUENCES += [b"\x0e", b"\x0f", b"\n", b"~{", b"~}", b"~\n", b"~~", b"~", b"\xa4\xd4", b"\x8f", b"\x8e", "\u3042".encode("euc_jp")]
TEXTS = ("aZ~\\\n\xa5\u203e", "\u304b\u304d\u304f\u3051\u3053\u309a", "\xe6\u0254\u028c\u0259\u025a\u0300\u0301\u02e9\u02e5\u31f7\u309a",
         "\u6f22\u5b57\u4e9c\u5516", "\ud55c\uae00\ubdc1\uac02\uac01", "\uff71\uff72\uff73\uff9f", "\xca\xca\u0304\xea\u030c",
         "\U0002000b\U00020089\U0002123d", "\xe9\xf1\xd7\u0391\u03a9", "\u3001\u3002\uff5e\uff0d\uffe5\uff3c", "\ue000\u20ac\U0001f600\u1e3f")


def pieces(r, whole):
    cuts = sorted(r.randint(0, len(whole)) for _ in range(r.randint(0, 5)))
    return [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)])]


def in_pieces(work, parts, empty, made):
    return made.join([work(part) for part in parts] + [work(empty, True)])


def read_all(reader, sizes):
    got = []
    for size in sizes:
        got.append(reader.read(size))
    return "".join(got) + reader.read()


def case(r, agree):
    name = r.choice(NAMES)
    data = b"".join(r.choice(SEQUENCES) if r.random() < 0.3 else bytes(r.randrange(0x21, 0x7f) for _ in "12") if r.random() < 0.5 else
                    r.randbytes(1) for _ in range(r.randint(0, 12)))
    text = "".join(r.choice(r.choice(TEXTS)) if r.random() < 0.9 else chr(r.choice((r.randrange(256), r.randrange(0x3000, 0xa000)))) for _ in
                   range(r.randint(0, 9)))
    if name == "hz":
        text = text.replace("~", "")  # CPython's encoder loses one where its buffer ends just there
    if r.random() < 0.4:
        data = text.encode(name, "ignore")
    errors = r.choice(("ignore", "replace", "backslashreplace"))
    agree(f"{name} {data!r}", lambda: data.decode(name))
    # Where an error is, and so what replaces it, may depend on what is at hand: pieces of good input only.
    if not isinstance(harness.attempt(data.decode, name), harness.Failed):
        parts = pieces(r, data)
        agree(f"{name} {parts}", lambda: in_pieces(codecs.getincrementaldecoder(name)().decode, parts, b"", ""), lambda: data.decode(name))
        sizes = [r.randint(1, 5) for _ in range(3)]
        agree(f"{name} {data!r} {sizes}", lambda: read_all(codecs.getreader(name)(io.BytesIO(data)), sizes), lambda: data.decode(name))
    agree(f"{name} {data!r} {errors}", lambda: data.decode(name, errors))
    errors = r.choice(("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace"))
    parts = pieces(r, text)
    if errors == "strict":
        agree(f"{name} {ascii(text)}", lambda: text.encode(name))
    else:
        agree(f"{name} {ascii(parts)} {errors}", lambda: in_pieces(codecs.getincrementalencoder(name)(errors).encode, parts, "", b""),
              lambda: text.encode(name, errors))


if __name__ == "__main__":
    harness.main(case)
