import binascii
import hashlib
import zlib

data = bytes(i * i % 251 for i in range(100_000)) * 10
text = b"".join(b"line %d of a log file with some words that repeat\n" % i for i in range(20000))
packed = zlib.compress(text)
small = [b"message %d" % i for i in range(5000)]

measure("md5", lambda: hashlib.md5(data).hexdigest())
measure("sha1", lambda: hashlib.sha1(data).hexdigest())
measure("sha256", lambda: hashlib.sha256(data).hexdigest())
measure("sha512", lambda: hashlib.sha512(data).hexdigest())
measure("sha3_256", lambda: hashlib.sha3_256(data).hexdigest())
measure("blake2b", lambda: hashlib.blake2b(data).hexdigest())
measure("small messages", lambda: sum(len(hashlib.sha256(m).hexdigest()) for m in small))
measure("compress", lambda: len(zlib.decompress(zlib.compress(text))))
measure("compress fast", lambda: len(zlib.decompress(zlib.compress(text, 1))))
measure("decompress", lambda: sum(len(zlib.decompress(packed)) for _ in range(5)))
measure("crc32, adler32", lambda: (zlib.crc32(data), zlib.adler32(data)))
measure("base64", lambda: len(binascii.a2b_base64(binascii.b2a_base64(data))))
