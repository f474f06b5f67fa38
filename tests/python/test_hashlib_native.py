# _hashlib: hashes by name, HMAC, keys from passwords. Expected values are CPython's with OpenSSL.
# gc stress: every 29 allocations (it makes too many objects for a collection at each)
import _hashlib
import hashlib
import hmac


def raises(error, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except error as e:
        return str(e)
    assert False, f"{error.__name__} not raised"


def test_names():
    assert hashlib.sha256 is _hashlib.openssl_sha256 and {"sm3", "ripemd160", "sha512_256"} <= hashlib.algorithms_available
    for name in ("SHA512_256", "sha512-256", "sha512_256"):
        assert hashlib.new(name).name == "sha512_256"
    raises(ValueError, hashlib.new, "none")
    assert raises(TypeError, hashlib.new, "md5", "text") == "Strings must be encoded before hashing"


def test_digests():
    data = b"abc" * 50
    for name, start in (("sha512_256", "23d97947"), ("sha512_224", "996d5251"), ("sm3", "3d35964c"), ("ripemd160", "a7da4f56"),
                        ("blake2s", "a7d75d0d"), ("sha3_384", "872d0ecf")):
        h = hashlib.new(name)
        for i in range(0, len(data), 7):
            h.update(data[i:i + 7])
        assert h.hexdigest().startswith(start) and h.hexdigest() == h.copy().hexdigest() == hashlib.new(name, data).hexdigest()
    shake = hashlib.shake_128(data)
    assert shake.digest_size == 0 and shake.hexdigest(20) == "d9090739f2142396ff9be0adf822a99c3f4e6f9c"
    assert str(shake).startswith("<shake_128 _hashlib.HASHXOF object @ 0x") and isinstance(shake, _hashlib.HASH)


def test_hmac():
    assert hmac.digest(b"k", b"m", "sha256") == hmac.new(b"k", b"m", hashlib.sha256).digest()
    keyed = _hashlib.hmac_new(b"k" * 300, digestmod="sha512_256")
    keyed.update(b"m")
    assert keyed.name == "hmac-sha512_256" and keyed.digest() == hmac.digest(b"k" * 300, b"m", "sha512_256")
    raises(_hashlib.UnsupportedDigestmodError, _hashlib.hmac_new, b"k", digestmod=print)
    raises(ValueError, _hashlib.hmac_digest, b"k", b"m", "shake_128")
    raises(TypeError, _hashlib.hmac_new, b"k")


def test_pbkdf2():
    assert hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 2).hex() == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"
    assert hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 4096, 20).hex() == "c5e478d59288c841aa530db6845c4c8d962893a0"
    long = hashlib.pbkdf2_hmac("sha1", b"passwordPASSWORDpassword", b"saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25)
    assert long.hex() == "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"
    for bad in ((0, None), (-1, None), (1, 0), (1, -1)):
        raises(ValueError, hashlib.pbkdf2_hmac, "sha1", b"p", b"s", *bad)


def test_scrypt():
    key = hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16, dklen=64)
    assert key.hex().startswith("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
    assert hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex().startswith("77d6576238657b203b19ca42c18a0497")
    for bad in (dict(n=3), dict(n=1), dict(n=-2), dict(r=0), dict(p=0), dict(dklen=0), dict(maxmem=-1), dict(n=1 << 30), dict(r=1 << 40),
                dict(maxmem=5)):
        raises((ValueError, OverflowError), hashlib.scrypt, b"p", salt=b"s", **(dict(n=2, r=8, p=1) | bad))


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
