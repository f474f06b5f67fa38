from decimal import Decimal, localcontext

texts = [f"{i * 7919 % 100003}.{i:05d}" for i in range(20000)]
numbers = [Decimal(text) for text in texts]
thirds = [n / 3 for n in numbers if n]
cent = Decimal("0.01")


def arithmetic():
    total = Decimal(0)
    for n in thirds:
        total = total + n * n - n
    return str(total)


def machin(digits):
    with localcontext(prec=digits + 10):
        def arctan_of_inverse(x):
            total = term = Decimal(1) / x
            k, square, sign = 1, x * x, 1
            while term > Decimal(10) ** -(digits + 5):
                term /= square
                k += 2
                sign = -sign
                total += sign * term / k
            return total

        return str(4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239)))[:digits]


measure("parse", lambda: sum(1 for _ in map(Decimal, texts)))
measure("add, multiply, subtract", arithmetic)
measure("divide", lambda: str(sum(1 / n for n in thirds)))
measure("quantize", lambda: str(sum(n.quantize(cent) for n in thirds)))
measure("square root", lambda: str(sum(n.sqrt() for n in thirds[:5000])))
measure("str", lambda: sum(len(str(n)) for n in thirds))
measure("compare and sort", lambda: str(sorted(thirds)[100]))
measure("ints", lambda: sum(int(Decimal(i) * 3) for i in range(20000)))
measure("format", lambda: sum(len(f"{n:,.2f}") for n in thirds))
measure("500 digits", lambda: machin(500))
