# _hashlib: hashes by OpenSSL's names, HMAC, keys from passwords; _uuid.
# gc stress: every 29 allocations (it makes too many objects for a collection at each)
import hashlib
import hmac
import uuid
import _hashlib


def fails(error, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except error as e:
        return str(e)
    assert False, (arguments, keywords)


# Names.
for name, known in (("SHA-256", "sha256"), ("sha512-256", "sha512_256"), ("RIPEMD160", "ripemd160"), ("blake2b512", "blake2b")):
    assert _hashlib.new(name).name == known
assert _hashlib.new("sm3", b"abc").hexdigest().startswith("66c7f0f462eeedd9")
assert hashlib.new("sha512_224", b"abc").hexdigest() == "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"
assert hashlib.sha256 is _hashlib.openssl_sha256 and _hashlib._constructors[hashlib.sha256] == "sha256"
assert fails(_hashlib.UnsupportedDigestmodError, _hashlib.new, "nothing") and issubclass(_hashlib.UnsupportedDigestmodError, ValueError)
fails(TypeError, _hashlib.new, "md5", "text")
fails(TypeError, _hashlib.HASH)
shake = _hashlib.openssl_shake_128(b"a")
assert shake.digest_size == 0 and shake.hexdigest(4) == "85c8de88" and isinstance(shake, _hashlib.HASHXOF)
assert repr(hashlib.md5()).startswith("<md5 _hashlib.HASH object @ 0x")
twin = (one := hashlib.sha1(b"a")).copy()
one.update(b"b")
assert twin.digest() == hashlib.sha1(b"a").digest() and one.digest() == hashlib.sha1(b"ab").digest()

# HMAC: by name, by function.
expected = "b60090e3052297aeb5a080889ce2fc4bca957e756faeb4df7d31800ca1e771ec"
assert hmac.new(b"k", b"m", "sha256").hexdigest() == hmac.new(b"k", b"m", hashlib.sha256).hexdigest() == expected
assert _hashlib.hmac_digest(b"k", b"m", hashlib.sha256).hex() == expected
fails(_hashlib.UnsupportedDigestmodError, _hashlib.hmac_new, b"k", b"m", len)
fails(ValueError, _hashlib.hmac_new, b"k", b"m", "shake_128")
fails(TypeError, _hashlib.hmac_new, b"k", b"m")

# PBKDF2 (RFC 6070).
derive = hashlib.pbkdf2_hmac
assert derive("sha1", b"password", b"salt", 4096).hex() == "4b007901b765489abead49d926f721d065a429c1"
assert derive("sha1", b"pass\0word", b"sa\0lt", 4096, 16).hex() == "56fa6aa75548099dcc37d7f03425e0c3"
assert len(derive("sha512", bytearray(300), b"s", 3, 1000)) == 1000
for wrong in ((b"sha1", b"p", b"s", 1), ("sha1", "p", b"s", 1), ("sha1", b"p", "s", 1), ("sha1", b"p", b"s", "1")):
    fails(TypeError, derive, *wrong)
for wrong in (("none", b"p", b"s", 1), ("sha1", b"p", b"s", 0), ("sha1", b"p", b"s", 1, 0), ("sha1", b"p", b"s", 1, -1)):
    fails(ValueError, derive, *wrong)
for wrong in (("sha1", b"p", b"s", 1 << 40), ("sha1", b"p", b"s", 1, 1 << 40), ("sha1", b"p", b"s", 1 << 80)):
    fails(OverflowError, derive, *wrong)

# scrypt (RFC 7914).
assert hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex().startswith("77d6576238657b203b19ca42c18a0497")
assert hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16, dklen=8).hex() == "fdbabe1c9d347200"
for wrong in (dict(n=3, r=8, p=1), dict(n=1, r=8, p=1), dict(n=-2, r=8, p=1), dict(n=2, r=0, p=1), dict(n=2, r=8, p=0),
              dict(n=2**20, r=8, p=1), dict(n=2, r=8, p=2**30), dict(n=2, r=2**60, p=1), dict(n=2**62, r=2**31, p=1),
              dict(n=2, r=8, p=1, maxmem=-1), dict(n=2, r=8, p=1, dklen=0), dict(n=2**14, r=8, p=1, maxmem=1000)):
    fails(ValueError, hashlib.scrypt, b"p", salt=b"s", **wrong)
fails(OverflowError, hashlib.scrypt, b"p", salt=b"s", n=1 << 80, r=8, p=1)
fails(TypeError, hashlib.scrypt, b"p", salt=b"s", n=2)

# UUIDs by time.
made = [uuid.uuid1() for _ in range(500)]
assert len(set(made)) == 500 and all(u.version == 1 and u.variant == uuid.RFC_4122 for u in made)
assert [u.time for u in made] == sorted(u.time for u in made)
