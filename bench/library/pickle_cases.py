import copy
import pickle


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


records = [{"id": i, "name": f"user {i}", "active": i % 3 == 0, "score": i * 1.25, "tags": ["alpha", "beta"], "pair": (i, -i)} for i in range(4000)]
points = [Point(i, str(i)) for i in range(4000)]
shared = [list(range(20))] * 1000 + [bytes(100)] * 500
dumped = pickle.dumps(records)
dumped_points = pickle.dumps(points)

measure("dumps", lambda: len(pickle.dumps(records)) > 0)
measure("loads", lambda: len(pickle.loads(dumped)))
measure("dumps objects", lambda: len(pickle.dumps(points)) > 0)
measure("loads objects", lambda: len(pickle.loads(dumped_points)))
measure("dumps protocol 2", lambda: len(pickle.dumps(records, 2)) > 0)
measure("shared", lambda: len(pickle.loads(pickle.dumps(shared))))
measure("deepcopy", lambda: len(copy.deepcopy(records[:800])))
