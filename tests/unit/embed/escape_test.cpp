// escape_test.cpp: programs that reach from an isolate into its embedder, through the functions it lends them, and into other isolates of
// the process, through what all of them share. The way out to the machine is tests/sandbox/escapes' subject.
#include <gtest/gtest.h>

#include "hognose/hognose.hpp"

namespace {

using namespace hognose;

Limits limits() { return Limits().with_time(std::chrono::milliseconds(20000)).with_heap_bytes(128 << 20); }

constexpr const char* kSecret = "hog-secret-of-the-embedder";

// An isolate with host functions that know a secret, and a program that must not learn it.
class HostFunctions : public testing::Test {
 protected:
  HostFunctions() : python_(Grants(), limits()), secret_(kSecret) {
    python_.define("host", "check", [this](std::string guess, std::string salt) { return guess + salt == secret_; }, "(guess, salt='x')");
    python_.define("host", "call_back", [](int64_t n) { return n + 1; }, "(n)");
    python_.define("host", "fails", []() -> bool { return false; });
    Result r = python_.run("import host\nfrom host import check, call_back\n");
    EXPECT_TRUE(r.ok()) << r.describe();
  }
  void expect_kept(const char* source) {
    Result r = python_.run(source);
    EXPECT_TRUE(r.ok()) << source << "\n" << r.describe() << r.error.traceback;
    EXPECT_EQ(r.standard_output.find(kSecret), std::string::npos) << source;
    EXPECT_EQ(r.standard_output.find("REACHED"), std::string::npos) << source << r.standard_output;
    Result after = python_.run("check('x'), call_back(1)");
    EXPECT_EQ(after.value.kind() == HOG_TUPLE ? after.value[1].try_as<int>() : std::nullopt, 2) << source << after.describe();
  }
  Isolate python_;
  std::string secret_;
};

TEST_F(HostFunctions, HaveNoInside) {
  expect_kept(
      "for f in (check, call_back):\n"
      "    for name in ('__globals__', '__code__', '__closure__', '__builtins__', 'func_globals', '__wrapped__', '__func__', '__kwdefaults__', 'gi_frame'):\n"
      "        if getattr(f, name, None) is not None: print('REACHED', name)\n"
      "    for name in dir(f): print(name, getattr(f, name, None))\n");
}

TEST_F(HostFunctions, AreNotReachedBehindTheirSelf) {
  expect_kept(
      "import gc\n"
      "seen, stack = set(), [check, host, type(check), check.__call__, getattr(check, '__self__', None)]\n"
      "while stack and len(seen) < 5000:\n"
      "    x = stack.pop()\n"
      "    if id(x) in seen: continue\n"
      "    seen.add(id(x))\n"
      "    print(type(x), end=' ')\n"
      "    if isinstance(x, (int, str, bytes)): print(x)\n"
      "    stack += gc.get_referents(x)\n"
      "print(len(gc.get_referrers(check)))\n");
}

TEST_F(HostFunctions, AreNotMadeByPrograms) {
  expect_kept(
      "import types, copy\n"
      "K = type(check)\n"
      "for way in (lambda: K(), lambda: K(check), lambda: K.__new__(K)(), lambda: object.__new__(K)(), lambda: K.__new__(K).__call__('x'), lambda: type('S', (K,), {}),\n"
      "            lambda: types.FunctionType(check.__code__, {}), lambda: types.MethodType(check, 1)(), lambda: check.__get__(1, int)(), lambda: check.__init__(1),\n"
      "            lambda: check.__class__.__call__(len, 'x'), lambda: setattr(check, '__class__', type(lambda: 0)), lambda: setattr(check, '__self__', 1),\n"
      "            lambda: check.__reduce_ex__(2)[1], lambda: copy.deepcopy(check)('x'), lambda: check.__setstate__({}), lambda: vars(check).update(x=1)):\n"
      "    try: print(way())\n"
      "    except Exception as e: print(type(e).__name__)\n");
}

TEST_F(HostFunctions, AreNotRebuiltByPickles) {
  expect_kept(
      "import pickle, marshal\n"
      "for p in range(6):\n"
      "    try: print(pickle.loads(pickle.dumps(check, p))('x'))\n"
      "    except Exception as e: print(type(e).__name__)\n"
      "for way in (lambda: marshal.dumps(check), lambda: pickle.loads(b'chost\\ncheck\\n(S\"x\"\\ntR.'), lambda: pickle.loads(b'chost\\n__loader__\\n.')):\n"
      "    try: print(way())\n"
      "    except Exception as e: print(type(e).__name__)\n");
}

TEST_F(HostFunctions, TakeWhatIsConvertedAndNothingElse) {
  expect_kept(
      "class Liar(str):\n"
      "    def __eq__(self, other): print(other); return True\n"
      "    __hash__ = str.__hash__\n"
      "    def __str__(self): return 'x'\n"
      "    def encode(self, *a): raise SystemExit\n"
      "class Number(int):\n"
      "    def __int__(self): return 2**80\n"
      "    __index__ = __int__\n"
      "for arguments in ((Liar('guess'),), (Liar('guess'), Liar('salt')), ('\\0' * 100000,), ('\\ud800',), (b'x',), (1,), (None,), ([],), ('x', 'y', 'z'), ()):\n"
      "    try:\n"
      "        if check(*arguments) is True: print('REACHED')\n"
      "    except Exception as e: print(type(e).__name__, ascii(e)[:80])\n"
      "for n in (2**63, -2**63, 2**64, Number(1), 1.5, '1', True, Number(2**70)):\n"
      "    try: print(call_back(n))\n"
      "    except Exception as e: print(type(e).__name__, ascii(e)[:80])\n"
      "for keywords in ({'guess': 'x'}, {'salt': 'x'}, {'guess': 'x', 'nothing': 1}, {'\\ud800': 1}):\n"
      "    try: check(**keywords)\n"
      "    except Exception as e: print(type(e).__name__, ascii(e)[:80])\n");
}

TEST_F(HostFunctions, StayWhenTheirModuleIsTakenApart) {
  expect_kept(
      "import sys, importlib\n"
      "for way in (lambda: importlib.reload(host), lambda: host.__dict__.clear(), lambda: sys.modules.pop('host'), lambda: __import__('host').check('x'),\n"
      "            lambda: host.__loader__.exec_module(host), lambda: host.__spec__.loader.create_module(host.__spec__), lambda: setattr(host, '__class__', type('M', (type(sys),), {}))):\n"
      "    try: print(way())\n"
      "    except Exception as e: print(type(e).__name__)\n");
}

TEST_F(HostFunctions, AreCalledFromEverywhere) {
  expect_kept(
      "import gc, weakref, functools, threading\n"
      "class D:\n"
      "    def __del__(self): check('x')\n"
      "    def __eq__(self, o): return check('x')\n"
      "    __hash__ = lambda self: call_back(1)\n"
      "    def __repr__(self): return str(check('x'))\n"
      "d = D(); {d: 1}[d]; repr([d]); sorted([3, 1, 2], key=call_back); list(map(call_back, range(100))); functools.reduce(lambda a, b: call_back(a), range(100))\n"
      "weakref.finalize(d, check, 'x'); d = None; gc.collect()\n"
      "def deep(n): return call_back(n) if n == 0 else deep(n - 1)\n"
      "try: deep(10**6)\n"
      "except RecursionError: pass\n"
      "def g():\n"
      "    try: yield call_back(1)\n"
      "    finally: check('x')\n"
      "next(g()); gc.collect()\n"
      "class M(type):\n"
      "    def __call__(cls): return check('x')\n"
      "class C(metaclass=M): pass\n"
      "C()\n");
}

// What built-in types and shared objects look like, as text: another isolate must leave it as it was.
constexpr const char* kFingerprint =
    "import sys\n"
    "lines = []\n"
    "kinds = [k for k in (int, str, bytes, list, dict, tuple, set, frozenset, type, object, type(None), BaseException, Exception, OSError, float, complex, bool, range, slice,\n"
    "                     type(print), type(lambda: 0), type(sys), memoryview, bytearray, property, type(iter([])), type(Ellipsis), super, classmethod, type(vars(int)))]\n"
    "for k in kinds:\n"
    "    lines.append(f'{k.__module__}.{k.__qualname__} {k.__name__} {k.__doc__ if isinstance(k.__doc__, str) else None} {k.__bases__} {k.__mro__} {k.__flags__} {getattr(k, \"__abstractmethods__\", None) if k is not type else 0}')\n"
    "    lines.extend(f'  {name} {type(v).__name__}' for name, v in sorted(vars(k).items()))\n"
    "def f(): return (1, 'constant', b'bytes', frozenset({1}), (), '', 'a')\n"
    "lines.append(repr(f()) + repr(list(map(int, range(-10, 300)))) + repr([chr(c) for c in range(256)]) + repr(bytes(range(256))))\n"
    "hash('\\n'.join(lines)) and '\\n'.join(lines)\n";

constexpr const char* kVandal =
    "import gc, sys, io, abc, _abc, weakref, copyreg, collections, types\n"
    "class Thief:\n"
    "    def __eq__(self, o): o['hog'] = 1; return True\n"
    "    def __or__(self, o): o['hog'] = 1; return {}\n"
    "    def __ror__(self, o): o['hog'] = 1; return {}\n"
    "    def __lt__(self, o): o['hog'] = 1; return True\n"
    "    def __gt__(self, o): o['hog'] = 1; return True\n"
    "class ThiefDict(dict):\n"
    "    __eq__, __or__, __ror__ = Thief.__eq__, Thief.__or__, Thief.__ror__\n"
    "class ThiefSet(set):\n"
    "    def __eq__(self, o): o.mapping['hog'] = 1\n"
    "kinds = [int, str, bytes, list, dict, tuple, type, object, type(None), Exception, OSError, float, bool, type(print), type(lambda: 0), type(sys), property, super]\n"
    "ways = [lambda k: setattr(k, 'hog', 1), lambda k: type.__setattr__(k, 'hog', 1), lambda k: object.__setattr__(k, 'hog', 1), lambda k: delattr(k, '__doc__'), lambda k: setattr(k, '__doc__', 'hog'),\n"
    "        lambda k: setattr(k, '__name__', 'hog'), lambda k: setattr(k, '__qualname__', 'hog'), lambda k: setattr(k, '__module__', 'hog'), lambda k: setattr(k, '__bases__', (int,)),\n"
    "        lambda k: setattr(k, '__annotations__', {}), lambda k: setattr(k, '__type_params__', ()), lambda k: setattr(k, '__abstractmethods__', {'x'}), lambda k: setattr(k, '__class__', abc.ABCMeta),\n"
    "        lambda k: vars(k) == Thief(), lambda k: vars(k) | Thief(), lambda k: Thief() | vars(k), lambda k: vars(k) == ThiefDict(), lambda k: vars(k) | ThiefDict(), lambda k: ThiefDict() == vars(k),\n"
    "        lambda k: vars(k) == types.MappingProxyType(ThiefDict()), lambda k: types.MappingProxyType(ThiefDict()) == vars(k), lambda k: types.MappingProxyType(ThiefDict()) | vars(k),\n"
    "        lambda k: vars(k) < Thief(), lambda k: vars(k).items() == ThiefSet(), lambda k: vars(k).keys() | Thief(), lambda k: vars(k).items().mapping | Thief(), lambda k: vars(k).keys().mapping == Thief(),\n"
    "        lambda k: vars(k).__init__({}), lambda k: vars(k).__class__.copy(vars(k)).clear(), lambda k: [d.__setitem__('hog', 1) for d in gc.get_referents(k) if isinstance(d, dict)],\n"
    "        lambda k: [d.__setitem__('hog', 1) for d in gc.get_referents(vars(k)) if isinstance(d, dict)], lambda k: [d.__setitem__('hog', 1) for d in gc.get_referrers(k.__init__) if isinstance(d, dict) and 'ways' not in d and '__doc__' in d and '__name__' not in d],\n"
    "        lambda k: _abc._abc_init(k), lambda k: abc.ABCMeta.register(k, str), lambda k: weakref.ref(k, print), lambda k: weakref.finalize(k, print), lambda k: k.__subclasses__().clear(),\n"
    "        lambda k: k.__mro__.__class__.__iadd__(k.__mro__, (1,)), lambda k: setattr(k.__init__, '__doc__', 'hog'), lambda k: setattr(k.__init__, '__name__', 'hog'), lambda k: vars(k.__init__).update(hog=1),\n"
    "        lambda k: setattr(vars(k)['__init__'], '__class__', Thief), lambda k: type.__dict__['__dict__'].__get__(k).update(hog=1), lambda k: type.__init__(k, 'hog', (), {'hog': 1}), lambda k: type.__new__(type(k), 'hog', (k,), {})]\n"
    "for k in kinds:\n"
    "    for way in ways:\n"
    "        try: way(k)\n"
    "        except Exception: pass\n"
    "consts = (lambda: (1, 'constant', b'bytes', frozenset({1}))).__code__.co_consts\n"
    "for way in (lambda: memoryview(b'bytes').__setitem__(0, 65), lambda: frozenset.__init__(consts[0][3], {2}), lambda: tuple.__init__((), (1,)), lambda: io.BytesIO(b'zzzzz').readinto(b'bytes'),\n"
    "            lambda: io.BytesIO(b'bytes').getbuffer().__setitem__(0, 65), lambda: io.BytesIO(b'a').getbuffer().__setitem__(0, 66), lambda: bytearray(b'a').__iadd__(b'b'), lambda: sys.intern('a').__init__('b')):\n"
    "    try: way()\n"
    "    except Exception: pass\n";

TEST(Isolates, LeaveWhatTheyShareAsItWas) {
  Isolate witness(Grants(), limits());
  Result before = witness.run(kFingerprint);
  ASSERT_TRUE(before.ok()) << before.describe() << before.error.traceback;
  std::string expected = before.value.as<std::string>();
  {
    Isolate vandal(Grants(), limits());
    Result r = vandal.run(kVandal);
    EXPECT_TRUE(r.ok()) << r.describe() << r.error.traceback;
    EXPECT_EQ(witness.run(kFingerprint).value.as<std::string>(), expected);
  }
  EXPECT_EQ(witness.run(kFingerprint).value.as<std::string>(), expected);
  EXPECT_EQ(witness.run("import gc\ngc.collect()\n(5).bit_length()").value.as<int>(), 3);
  Isolate later(Grants(), limits());
  EXPECT_EQ(later.run(kFingerprint).value.as<std::string>(), expected);
}

TEST(Isolates, DoNotSeeEachOthersObjects) {
  Isolate one(Grants(), limits()), two(Grants(), limits());
  EXPECT_TRUE(one.run("class OnlyHere: 'hog-secret-class'\nclass Error(Exception): pass\nimport codecs, copyreg, abc, atexit, sys, warnings, re, functools, typing\n"
                      "codecs.register(lambda n: ('hog',) if n == 'hogcodec' else None)\ncopyreg.pickle(OnlyHere, repr)\nsys.modules['hog_secret'] = sys\n"
                      "class A(abc.ABC): pass\nA.register(int)\nwarnings.simplefilter('error')\nre.compile('hog-secret-pattern')\nsys.intern('hog-secret-string')\n"
                      "sys.set_int_max_str_digits(700)\nsys.setrecursionlimit(77)\n").ok());
  Result r = two.run(
      "import gc, sys, codecs, copyreg, warnings\n"
      "seen, stack = set(), [object]\n"
      "while stack:\n"
      "    for k in type.__subclasses__(stack.pop()):\n"
      "        if k not in seen: seen.add(k); stack.append(k)\n"
      "found = [k.__name__ for k in seen if k.__name__ in ('OnlyHere', 'Error') and k.__module__ == '__main__']\n"
      "found += [repr(x)[:50] for x in gc.get_objects() if type(x).__name__ == 'OnlyHere' or isinstance(x, str) and 'hog-' + 'secret' in x]\n"
      "found += ['module'] * ('hog_secret' in sys.modules) + ['digits'] * (sys.get_int_max_str_digits() == 700) + ['recursion'] * (sys.getrecursionlimit() == 77)\n"
      "found += ['subclass'] * any(k.__name__ == 'A' for k in int.__subclasses__()) + ['filter'] * (warnings.filters[:1] == [('error', None, Warning, None, 0)])\n"
      "try: codecs.lookup('hogcodec'); found.append('codec')\n"
      "except LookupError: pass\n"
      "' '.join(found)\n");
  EXPECT_TRUE(r.ok()) << r.describe() << r.error.traceback;
  EXPECT_EQ(r.value.as<std::string>(), "");
}

// Everything that makes memory of a size the program names, and fills less of it than that.
constexpr const char* kLookForLeftovers =
    "import io, array, struct, zlib, bz2, lzma, itertools, collections, hashlib, random, os, codecs, json, pickle, re\n"
    "found = set()\n"
    "def look(name, make):\n"
    "    try: made = make()\n"
    "    except Exception: return\n"
    "    for data in made if isinstance(made, list) else [made]:\n"
    "        data = data.encode('latin-1', 'replace') if isinstance(data, str) else bytes(data)\n"
    "        if b'LEFTOVER' in data or b'REVOTFEL' in data: found.add(name)\n"
    "def grown(n):\n"
    "    b = bytearray(); b.resize(n); return b\n"
    "def shrunk(n):\n"
    "    b = bytearray(n); b.resize(3); b.resize(n); return b\n"
    "def holes(n):\n"
    "    s = io.BytesIO(); s.seek(n); s.write(b'x'); return s.getvalue()\n"
    "def text_holes(n):\n"
    "    s = io.StringIO(); s.seek(n); s.write('x'); return s.getvalue()\n"
    "def short_read(n):\n"
    "    class R(io.RawIOBase):\n"
    "        def readable(self): return True\n"
    "        def readinto(self, b): kept.append(bytes(b)); return 0\n"
    "    kept = []; r = io.BufferedReader(R(), n); r.read(10); r.peek(n); R().read(n); return kept\n"
    "def lying_read(n):\n"
    "    class R(io.RawIOBase):\n"
    "        def readable(self): return True\n"
    "        def readinto(self, b): return len(b)\n"
    "    out = []\n"
    "    for way in (lambda: R().read(n), lambda: io.BufferedReader(R(), n).read(n), lambda: io.BufferedReader(R(), n).peek(n), lambda: io.BufferedReader(R(), n).read1(n), lambda: io.TextIOWrapper(io.BufferedReader(R(), n), 'latin-1').read(n)):\n"
    "        try: out.append(bytes(way(), 'latin-1') if isinstance(way(), str) else way())\n"
    "        except Exception: pass\n"
    "    return out\n"
    "def memory_file(n):\n"
    "    with open('/f', 'wb+') as f:\n"
    "        f.truncate(n); f.seek(2 * n); f.write(b'x'); f.flush(); os.posix_fallocate(f.fileno(), 0, 3 * n)\n"
    "        f.seek(0); data = f.read()\n"
    "    os.remove('/f'); return data\n"
    "def decompressed(n):\n"
    "    d = zlib.decompressobj(); return [d.decompress(zlib.compress(b'y' * 10), n), d.unconsumed_tail, zlib.decompress(zlib.compress(b'y'), bufsize=n), bz2.BZ2Decompressor().decompress(bz2.compress(b'y'), n)]\n"
    "for n in (1, 15, 16, 17, 63, 64, 100, 255, 256, 500, 1000, 1024, 2000, 4096, 5000, 8192, 16384, 40000, 65536, 100000, 300000):\n"
    "    for _ in range(4):\n"
    "        look('bytearray', lambda: bytearray(n)); look('bytes', lambda: bytes(n)); look('resize', lambda: grown(n)); look('shrunk', lambda: shrunk(n))\n"
    "        look('holes', lambda: holes(n)); look('text holes', lambda: text_holes(n)); look('pack', lambda: struct.pack(f'{n}xq', 1)); look('pack s', lambda: struct.pack(f'{n}s', b'x')); look('pack p', lambda: struct.pack(f'{n}p', b'x'))\n"
    "        look('array', lambda: (array.array('q', [0]) * n).tobytes()); look('array of', lambda: array.array('B', bytes(n))); look('center', lambda: b'x'.center(n)); look('text', lambda: 'x'.rjust(n)); look('zfill', lambda: b'1'.zfill(n))\n"
    "        look('to_bytes', lambda: (1).to_bytes(n)); look('shift', lambda: (1 << 8 * n).to_bytes(n + 1)); look('random', lambda: random.randbytes(n)); look('expand', lambda: b'\\t'.expandtabs(n)); look('short read', lambda: short_read(n)); look('lying read', lambda: lying_read(n))\n"
    "        look('memory file', lambda: memory_file(n)); look('decompress', lambda: decompressed(n)); look('translate', lambda: b'ab'.translate(None, b'a')); look('slice', lambda: bytearray(b'abc' * n)[::3]); look('extend', lambda: (b := bytearray(), b.extend(itertools.repeat(0, n)), b)[2])\n"
    "        look('decode', lambda: codecs.decode(bytes(n), 'utf-16-le')); look('shake', lambda: hashlib.shake_128(b'').digest(n)); look('list', lambda: repr([None] * n)); look('join', lambda: bytes(1).join([b''] * n)); look('cast', lambda: memoryview(bytearray(n)).tobytes())\n"
    "        look('insert', lambda: (b := bytearray(n), b.insert(0, 1), b)[2]); look('delete', lambda: (b := bytearray(n), b.__delitem__(slice(0, n // 2)), b.extend(bytes(n)), b)[3]); look('pickle', lambda: pickle.dumps(bytearray(n))); look('deque', lambda: repr(collections.deque([0] * n)))\n"
    "' '.join(sorted(found))\n";

TEST(Isolates, LeaveNothingInMemory) {
#ifdef HOG_GC_STRESS
  GTEST_SKIP() << "with a collection at each allocation the limits of time end it before it begins";
#endif
  for (int round = 0; round < 2; ++round) {
    {
      Isolate careless(Grants(), limits());
      Result r = careless.run("kept = [b'LEFTOVER' * n for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384, 65536) for _ in range(20)] + ['LEFTOVER' * n + 'x' for n in range(1, 3000, 7)]\n"
                              "kept += [bytearray(b'LEFTOVER') * n for n in range(1, 2000, 9)]; len(kept)");
      ASSERT_TRUE(r.ok()) << r.describe();
    }
    Grants grants;
    grants.memory_files();
    Isolate curious(std::move(grants), limits());
    Result r = curious.run(kLookForLeftovers);
    ASSERT_TRUE(r.ok()) << r.describe() << r.error.traceback;
    EXPECT_EQ(r.value.as<std::string>(), "");
    // Its own leavings, too: what was freed must not come back as the start of something else.
    ASSERT_TRUE(curious.run("x = [b'LEFTOVER' * n for n in range(1, 3000, 11)]; x = None; import gc; gc.collect()").ok());
    EXPECT_EQ(curious.run(kLookForLeftovers).value.as<std::string>(), "");
  }
}

}  // namespace
