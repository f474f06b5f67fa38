# _uuid: identifiers of version 1: ever later, of one node that is no network card.
import time
import uuid

import _uuid


def test_generate():
    made = [uuid.UUID(bytes=_uuid.generate_time_safe()[0]) for _ in range(200)]
    assert len(set(made)) == 200 and {u.version for u in made} == {1} and {u.variant for u in made} == {uuid.RFC_4122}
    assert len({u.node for u in made}) == 1
    times = [u.time for u in made]
    assert times == sorted(times) and abs((times[0] - 0x01B21DD213814000) / 1e7 - time.time()) < 100


def test_uuid1():
    assert uuid.uuid1() != uuid.uuid1() and uuid.uuid1().version == 1
    assert uuid.uuid1(node=5, clock_seq=7).node == 5


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
