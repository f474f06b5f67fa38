"""Graphs: breadth and depth first, Dijkstra, A*, topological order, components, spanning tree, flow, colouring."""

import heapq
from collections import defaultdict, deque
from itertools import count


class Graph:
    def __init__(self, edges=(), directed=False):
        self.near = defaultdict(dict)
        self.directed = directed
        for a, b, *weight in edges:
            self.add(a, b, weight[0] if weight else 1)

    def add(self, a, b, weight=1):
        self.near[a][b] = weight
        self.near[b] if self.directed else self.near[b].__setitem__(a, weight)

    def edges(self):
        for a, others in self.near.items():
            for b, weight in others.items():
                if self.directed or a < b:
                    yield a, b, weight

    def breadth_first(self, start):
        seen, queue = {start: None}, deque([start])
        while queue:
            node = queue.popleft()
            for other in sorted(self.near[node]):
                if other not in seen:
                    seen[other] = node
                    queue.append(other)
        return seen

    def depth_first(self, node, seen=None):
        seen = set() if seen is None else seen
        seen.add(node)
        yield node
        for other in sorted(self.near[node]):
            if other not in seen:
                yield from self.depth_first(other, seen)

    def dijkstra(self, start):
        distance, heap, before = {start: 0}, [(0, start)], {}
        while heap:
            so_far, node = heapq.heappop(heap)
            if so_far > distance[node]:
                continue
            for other, weight in self.near[node].items():
                through = so_far + weight
                if through < distance.get(other, float("inf")):
                    distance[other], before[other] = through, node
                    heapq.heappush(heap, (through, other))
        return distance, before

    def components(self):
        left = set(self.near)
        while left:
            part = set(self.depth_first(min(left)))
            yield sorted(part)
            left -= part

    def spanning_tree(self):
        parent = {node: node for node in self.near}

        def find(node):
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for a, b, weight in sorted(self.edges(), key=lambda e: (e[2], e)):
            if find(a) != find(b):
                parent[find(a)] = find(b)
                yield a, b, weight

    def topological(self):
        incoming = {node: 0 for node in self.near}
        for _, b, _ in self.edges():
            incoming[b] += 1
        ready = [node for node, n in incoming.items() if not n]
        heapq.heapify(ready)
        order = []
        while ready:
            node = heapq.heappop(ready)
            order.append(node)
            for other in self.near[node]:
                incoming[other] -= 1
                if not incoming[other]:
                    heapq.heappush(ready, other)
        if len(order) < len(incoming):
            raise ValueError(f"cycle among {sorted(set(incoming) - set(order))}")
        return order

    def strong_components(self):
        """Tarjan's algorithm without recursion."""
        numbers, index, low, stack, on_stack = count(), {}, {}, [], set()
        for root in sorted(self.near):
            if root in index:
                continue
            work = [(root, iter(sorted(self.near[root])))]
            index[root] = low[root] = next(numbers)
            stack.append(root), on_stack.add(root)
            while work:
                node, others = work[-1]
                for other in others:
                    if other not in index:
                        index[other] = low[other] = next(numbers)
                        stack.append(other), on_stack.add(other)
                        work.append((other, iter(sorted(self.near[other]))))
                        break
                    if other in on_stack:
                        low[node] = min(low[node], index[other])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        part = []
                        while not part or part[-1] != node:
                            part.append(stack.pop())
                            on_stack.discard(part[-1])
                        yield sorted(part)

    def colour(self):
        colours = {}
        for node in sorted(self.near, key=lambda n: (-len(self.near[n]), n)):
            used = {colours.get(other) for other in self.near[node]}
            colours[node] = next(c for c in count() if c not in used)
        return colours


def max_flow(edges, source, sink):
    capacity = defaultdict(int)
    near = defaultdict(set)
    for a, b, limit in edges:
        capacity[a, b] += limit
        near[a].add(b), near[b].add(a)
    total = 0
    while True:
        before, queue = {source: None}, deque([source])
        while queue and sink not in before:
            node = queue.popleft()
            for other in sorted(near[node]):
                if other not in before and capacity[node, other] > 0:
                    before[other] = node
                    queue.append(other)
        if sink not in before:
            return total
        path, node = [], sink
        while before[node] is not None:
            path.append((before[node], node))
            node = before[node]
        pushed = min(capacity[edge] for edge in path)
        for a, b in path:
            capacity[a, b] -= pushed
            capacity[b, a] += pushed
        total += pushed


MAZE = """
S.#.......
..#.#####.
.##.#...#.
....#.#.#.
.####.#.#.
......#..E
"""


def solve_maze(text):
    rows = text.split()
    cells = {(r, c): mark for r, row in enumerate(rows) for c, mark in enumerate(row)}
    start, end = (next(p for p, m in cells.items() if m == wanted) for wanted in "SE")
    heap, cost, before, opened = [(0, start)], {start: 0}, {}, 0
    while heap:
        _, place = heapq.heappop(heap)
        opened += 1
        if place == end:
            break
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            other = place[0] + dr, place[1] + dc
            if cells.get(other, "#") != "#" and cost[place] + 1 < cost.get(other, 10**9):
                cost[other], before[other] = cost[place] + 1, place
                heapq.heappush(heap, (cost[other] + abs(end[0] - other[0]) + abs(end[1] - other[1]), other))
    place = before.get(end)
    while place != start:
        cells[place] = "*"
        place = before[place]
    for r, row in enumerate(rows):
        print("".join(cells[r, c] for c in range(len(row))))
    return cost[end], opened


def path_to(before, node):
    return path_to(before, before[node]) + [node] if before.get(node) is not None else [node]


roads = Graph([("A", "B", 7), ("A", "C", 3), ("B", "C", 1), ("B", "D", 2), ("C", "D", 8), ("D", "E", 4), ("X", "Y", 1), ("Y", "Z", 2)])
print(list(roads.breadth_first("A")), path_to(roads.breadth_first("A"), "E"))
print(list(roads.depth_first("A")), list(roads.components()))
distance, before = roads.dijkstra("A")
for node in sorted(distance):
    print(f"A to {node}: {distance[node]:>2} by {'-'.join(path_to(before, node))}")
print(list(roads.spanning_tree()), roads.colour())
tasks = Graph([pair.split() for pair in ("wake tea", "wake wash", "wash dress", "tea leave", "dress leave")], directed=True)
print(tasks.topological())
tasks.add("leave", "wash")
try:
    tasks.topological()
except ValueError as error:
    print("!", error)
print(list(tasks.strong_components()))
print("flow", max_flow([("s", "a", 10), ("s", "c", 10), ("a", "b", 4), ("a", "c", 2), ("a", "d", 8), ("c", "d", 9), ("b", "t", 10), ("d", "b", 6), ("d", "t", 10)], "s", "t"))
print(solve_maze(MAZE))
knight = Graph()
for r in range(8):
    for c in range(8):
        for dr, dc in ((1, 2), (2, 1), (-1, 2), (-2, 1)):
            if 0 <= r + dr < 8 and 0 <= c + dc < 8:
                knight.add((r, c), (r + dr, c + dc))
depths = knight.dijkstra((0, 0))[0]
for r in range(8):
    print(" ".join(str(depths[r, c]) for c in range(8)))
print(sum(1 for _ in knight.edges()), max(depths.values()))
