"""CSV in, report out: dialects, quoting, typed rows, grouping, pivot table, histogram, joined tables, CSV again."""

import csv
import io
import statistics
from collections import ChainMap, Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from string import Template

SALES = '''order,day,customer,product,quantity,price,note
1001,2026-01-05,Ada,"Lamp, small",2,19.90,
1002,2026-01-07,Bo,Chair,4,49.50,"said ""wow"""
1003,2026-01-19,Ada,Table,1,250.00,"two
lines"
1004,2026-02-02,Cy,"Lamp, small",10,18.50,bulk
1005,2026-02-11,Bo,Table,1,240.00,
1006,2026-02-12,Dee,Chair,x,49.50,bad row
1007,2026-02-28,Cy,Chair,6,47.25,
1008,2026-03-03,Ada,Sofa,1,899.00,
1009,2026-03-09,Eve,Lamp,,,missing
1010,2026-03-30,Cy,"Lamp, small",3,19.90,last
'''

CUSTOMERS = "name;town;since\nAda;Graz;2019\nBo;'Linz; Ost';2021\nCy;Wien;2024\nZed;Nowhere;2000\n"


class semicolons(csv.Dialect):
    delimiter, quotechar, quoting, lineterminator, doublequote = ";", "'", csv.QUOTE_MINIMAL, "\n", True


csv.register_dialect("semicolons", semicolons)


@dataclass(frozen=True, order=True)
class Sale:
    order: int
    day: date
    customer: str
    product: str
    quantity: int
    price: float
    note: str = ""

    @property
    def total(self):
        return round(self.quantity * self.price, 2)

    @property
    def month(self):
        return f"{self.day:%Y-%m}"

    @classmethod
    def parse(cls, row):
        converters = ChainMap({"order": int, "quantity": int, "price": float, "day": date.fromisoformat}, defaultdict(lambda: str))
        values = {}
        for name, text in row.items():
            try:
                values[name] = converters[name](text)
            except ValueError as error:
                raise ValueError(f"order {row['order']}, {name}: {error}") from None
        return cls(**values)


def read_sales(text):
    good, bad = [], []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        try:
            good.append(Sale.parse(row))
        except ValueError as error:
            bad.append(str(error))
    return good, bad


def group(items, key):
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(sorted(groups.items()))


def pivot(sales, row, column, value):
    table = defaultdict(Counter)
    for sale in sales:
        table[row(sale)][column(sale)] += value(sale)
    columns = sorted({c for counts in table.values() for c in counts})
    yield ["", *columns, "all"]
    for name in sorted(table):
        yield [name, *(table[name][c] for c in columns), table[name].total()]
    sums = [sum(table[r][c] for r in table) for c in columns]
    yield ["all", *sums, sum(sums)]


def layout(rows, digits=2):
    shown = [[f"{cell:,.{digits}f}" if isinstance(cell, float) else "-" if cell == 0 else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown)]
    for i, row in enumerate(shown):
        yield " | ".join(cell.ljust(w) if j == 0 else cell.rjust(w) for j, (cell, w) in enumerate(zip(row, widths)))
        if i == 0:
            yield "-+-".join("-" * w for w in widths)


def histogram(values, bins=5, width=30):
    low, high = min(values), max(values)
    size = (high - low) / bins
    counts = Counter(min(int((v - low) / size), bins - 1) for v in values)
    for i in range(bins):
        yield f"{low + i * size:>8.2f}..{low + (i + 1) * size:<8.2f} {'#' * round(width * counts[i] / len(values))} {counts[i]}"


LETTER = Template("Dear $name of ${town}, you spent $$$spent in $orders orders.")


def main():
    sales, bad = read_sales(SALES)
    print(f"{len(sales)} sales, {len(bad)} bad")
    print(*bad, sep="\n")
    print(sales[2], sales[1].note, max(sales, key=attrgetter("total")).product)
    print(*layout(pivot(sales, attrgetter("customer"), attrgetter("month"), attrgetter("total"))), sep="\n")
    print(*layout(pivot(sales, attrgetter("product"), attrgetter("customer"), attrgetter("quantity"))), sep="\n")
    for customer, group_of in group(sales, attrgetter("customer")).items():
        totals = [sale.total for sale in group_of]
        spread = f"{statistics.stdev(totals):.2f}" if len(totals) > 1 else "n/a"
        print(f"{customer:<5} n={len(totals)} sum={sum(totals):>9.2f} mean={statistics.mean(totals):>7.2f} median={statistics.median(totals):>7.2f} sd={spread}")
    print(*histogram([sale.total for sale in sales]), sep="\n")

    customers = {row["name"]: row for row in csv.DictReader(io.StringIO(CUSTOMERS), dialect="semicolons")}
    spent = Counter()
    for sale in sales:
        spent[sale.customer] += sale.total
    for name in sorted(customers | spent):
        row = ChainMap(customers.get(name, {}), {"name": name, "town": "(unknown)"})
        print(LETTER.substitute(row, spent=f"{spent[name]:.2f}", orders=sum(s.customer == name for s in sales)))
    print(Template("$a ${b} $$ $missing").safe_substitute(a=1, b="two"))
    try:
        LETTER.substitute(name="x")
    except KeyError as error:
        print("KeyError", error)

    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["order", "product", "note", "total"], extrasaction="ignore", quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    for sale in sorted(sales, key=lambda s: -s.total)[:4]:
        writer.writerow({**vars(sale), "total": sale.total})
    print(repr(out.getvalue()))
    print(list(csv.reader(io.StringIO(out.getvalue(), newline=""), quoting=csv.QUOTE_NONNUMERIC))[1])
    for delimiter in "\t|":
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL if delimiter == "|" else csv.QUOTE_MINIMAL).writerows([["a", "b\tc", None], [1, 2.5, 'q"q']])
        print(repr(out.getvalue()))
    print(list(csv.reader(["a,b\\,c,'d,e'"], escapechar="\\", quotechar="'")), list(csv.reader(["a  b   c"], delimiter=" ", skipinitialspace=True)))
    print(sorted(csv.list_dialects()), csv.Sniffer().sniff("a;b;c\n1;2;3\n4;5;6\n").delimiter, csv.Sniffer().has_header("name,age\nal,3\nbo,44\n"))
    reader = csv.DictReader(io.StringIO("a,b\n1,2,3,4\n5\n"), restkey="more", restval="none")
    print(list(reader), reader.line_num, reader.fieldnames)
    for bad_text, options in (('"open', {"strict": True}), ('a"b"c,"x"y', {"strict": True}), ("a", {"delimiter": "ab"})):
        try:
            print(list(csv.reader([bad_text], **options)))
        except (csv.Error, TypeError) as error:
            print(type(error).__name__, error)


main()
