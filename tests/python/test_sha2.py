# _sha2 against known digests, and hashing in pieces against hashing at once.
import _sha2

assert _sha2.sha256().hexdigest() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
assert _sha2.sha256(b"abc").hexdigest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
assert _sha2.sha224(b"abc").hexdigest() == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"
assert _sha2.sha512(b"abc").hexdigest().startswith("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2")
assert _sha2.sha384(b"abc").hexdigest().startswith("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163")
for name, size, block in (("sha224", 28, 64), ("sha256", 32, 64), ("sha384", 48, 128), ("sha512", 64, 128)):
    make = getattr(_sha2, name)
    data = bytes(range(256)) * 9
    for cut in (0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000):
        whole = make(data[:cut])
        pieces = make()
        for i in range(0, cut, 7):
            pieces.update(data[i : min(i + 7, cut)])
        assert whole.digest() == pieces.digest() == bytes.fromhex(whole.hexdigest())
        twin = pieces.copy()
        twin.update(b"x")
        assert twin.digest() == make(data[:cut] + b"x").digest() != pieces.digest()
    h = make()
    assert (h.name, h.digest_size, h.block_size) == (name, size, block) and len(h.digest()) == size
try:
    _sha2.sha256("a")
except TypeError as error:
    assert str(error) == "Strings must be encoded before hashing"
else:
    raise AssertionError
