# wheel: idna chardet
import chardet
import idna

assert idna.encode("ドメイン.テスト") == b"xn--eckwd4c7c.xn--zckzah" and idna.decode("xn--eckwd4c7c.xn--zckzah") == "ドメイン.テスト"
assert idna.encode("Königsgäßchen", uts46=True) == b"xn--knigsgchen-b4a3dun" or idna.encode("faß.de") == b"xn--fa-hia.de"
try:
    idna.encode("a..b")
except idna.IDNAError:
    pass
else:
    raise AssertionError
text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 20
found = chardet.detect(text.encode("koi8-r"))
assert found["encoding"].lower().startswith("koi8"), found
assert chardet.detect("Müde Größe, schöne Grüße aus Köln. ".encode() * 10)["encoding"].lower() == "utf-8"
