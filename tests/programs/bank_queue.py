"""A discrete-event simulation: customers, tellers, a queue that some leave, all from one seeded generator of our own."""

import heapq
import itertools
import statistics
from collections import Counter, deque
from dataclasses import dataclass, field


class Dice:
    """A small linear congruential generator, so that every run is the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) / 2**31

    def between(self, low, high):
        return low + (high - low) * self.next()

    def choose(self, weighted):
        total = sum(weight for _, weight in weighted)
        point = self.next() * total
        for item, weight in weighted:
            point -= weight
            if point < 0:
                return item
        return weighted[-1][0]


@dataclass(order=True)
class Event:
    time: float
    number: int
    action: object = field(compare=False)
    arguments: tuple = field(compare=False, default=())


@dataclass
class Customer:
    name: str
    arrived: float
    errand: str
    patience: float
    served: float | None = None
    left: float | None = None


class Simulation:
    errands = {"deposit": (2, 4), "withdrawal": (1, 3), "loan": (10, 25), "question": (1, 8)}

    def __init__(self, tellers, closing, seed):
        self.clock = 0.0
        self.events = []
        self.numbers = itertools.count()
        self.dice = Dice(seed)
        self.free = [f"T{i}" for i in range(tellers)]
        heapq.heapify(self.free)
        self.queue = deque()
        self.closing = closing
        self.customers = []
        self.log = []
        self.busy_time = Counter()
        self.longest = 0

    def schedule(self, delay, action, *arguments):
        heapq.heappush(self.events, Event(self.clock + delay, next(self.numbers), action, arguments))

    def note(self, text):
        self.log.append(f"{int(self.clock) // 60:02}:{int(self.clock) % 60:02} {text}")

    def run(self):
        self.schedule(0, self.arrive)
        while self.events:
            event = heapq.heappop(self.events)
            self.clock = event.time
            event.action(*event.arguments)

    def arrive(self):
        if self.clock >= self.closing:
            self.note("doors closed")
            return
        errand = self.dice.choose([("deposit", 4), ("withdrawal", 5), ("loan", 1), ("question", 2)])
        customer = Customer(f"C{len(self.customers):03}", self.clock, errand, self.dice.between(8, 20))
        self.customers.append(customer)
        if self.free:
            self.serve(customer)
        else:
            self.queue.append(customer)
            self.longest = max(self.longest, len(self.queue))
            self.schedule(customer.patience, self.give_up, customer)
        self.schedule(self.dice.between(0.5, 3.5), self.arrive)

    def serve(self, customer):
        teller = heapq.heappop(self.free)
        customer.served = self.clock
        low, high = self.errands[customer.errand]
        time = self.dice.between(low, high)
        self.busy_time[teller] += time
        if customer.errand == "loan":
            self.note(f"{teller} starts a loan for {customer.name}")
        self.schedule(time, self.finish, teller, customer)

    def finish(self, teller, customer):
        customer.left = self.clock
        heapq.heappush(self.free, teller)
        if self.queue:
            self.serve(self.queue.popleft())

    def give_up(self, customer):
        if customer.served is None and customer in self.queue:
            self.queue.remove(customer)
            customer.left = self.clock
            self.note(f"{customer.name} gives up after {self.clock - customer.arrived:.1f} min")

    def report(self):
        served = [c for c in self.customers if c.served is not None]
        waits = [c.served - c.arrived for c in served]
        print(f"customers {len(self.customers)}, served {len(served)}, lost {len(self.customers) - len(served)}")
        print(f"wait mean {statistics.fmean(waits):.3f}, median {statistics.median(waits):.3f}, max {max(waits):.3f}")
        print(f"wait stdev {statistics.pstdev(waits):.3f}, quartiles {[round(q, 2) for q in statistics.quantiles(waits)]}")
        print(f"longest queue {self.longest}, end {self.clock:.2f}")
        for teller, time in sorted(self.busy_time.items()):
            print(f"  {teller}: busy {100 * time / self.clock:5.1f} %  {'#' * int(40 * time / self.clock)}")
        for errand, count in Counter(c.errand for c in self.customers).most_common():
            times = [c.left - c.served for c in served if c.errand == errand]
            print(f"  {errand:<11}{count:>4}  mean service {statistics.fmean(times):6.2f}")


for tellers, seed in ((2, 7), (3, 7), (4, 99)):
    print(f"--- {tellers} tellers, seed {seed}")
    simulation = Simulation(tellers, 240, seed)
    simulation.run()
    simulation.report()
    print(*simulation.log[:8], sep="\n")
    print("...", simulation.log[-1])
