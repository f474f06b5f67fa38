"""The Mandelbrot set in characters, with a zoom into its seahorse valley."""

SHADES = " .:-=+*#%@"


def escape(c, limit):
    z = 0j
    for n in range(limit):
        z = z * z + c
        if z.real * z.real + z.imag * z.imag > 4:
            return n
    return limit


def render(centre, size, limit, width=78, height=30):
    for row in range(height):
        line = ""
        for column in range(width):
            point = centre + complex((column / width - 0.5) * size, (0.5 - row / height) * size * 0.8)
            n = escape(point, limit)
            line += "@" if n == limit else SHADES[n % (len(SHADES) - 1)]
        yield line.rstrip()


for centre, size, limit in ((-0.6 + 0j, 3.2, 60), (-0.745 + 0.11j, 0.05, 200)):
    print(f"centre {centre}, width {size}")
    print(*render(centre, size, limit), sep="\n")
