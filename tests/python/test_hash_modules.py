# The hash modules: known digests, and that pieces, copies and keys count.
import _blake2
import _md5
import _sha1
import _sha2
import _sha3

KNOWN = {
    _md5.md5: "900150983cd24fb0d6963f7d28e17f72",
    _sha1.sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    _sha2.sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    _sha3.sha3_256: "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    _blake2.blake2s: "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
}
for make, digest in KNOWN.items():
    assert make(b"abc").hexdigest() == digest, make
    whole = bytes(range(251)) * 9
    pieces = make()
    for start in range(0, len(whole), 37):
        pieces.update(whole[start:start + 37])
    twin = pieces.copy()
    twin.update(b"x")
    assert pieces.digest() == make(whole).digest() != twin.digest() == make(whole + b"x").digest()

assert _sha3.shake_128(b"abc").hexdigest(8) == "5881092dd818bf5c"
assert len(_sha3.shake_256().digest(1000)) == 1000
assert _blake2.blake2b(b"abc", digest_size=20, key=b"k", salt=b"s", person=b"p", fanout=2, depth=2, leaf_size=100, node_offset=3,
                       node_depth=1, inner_size=32, last_node=True).hexdigest() == "678e5218c464f4e784d86d7849f4b7112d7f076d"

for wrong, kind in ((lambda: _md5.md5("a"), TypeError), (lambda: _blake2.blake2b(digest_size=65), ValueError),
                    (lambda: _sha3.shake_128().digest(-1), ValueError), (lambda: _sha3.shake_128().digest(1 << 40), ValueError)):
    try:
        wrong()
    except kind:
        pass
    else:
        raise AssertionError(kind)
