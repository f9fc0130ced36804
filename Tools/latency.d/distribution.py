"""Percentiles of samples, and a picture of them in plain SVG."""

import math


def percentile(samples, share):
    """The least sample that `share` of all do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


COLOURS = ("#1f77b4", "#d62728")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 340, 60, 20, 40, 50


def picture(title, named):
    """Value over percentile, the way of HdrHistogram: each nine of the percentile has the same room.
    Both axes are logarithmic."""
    nines = max(math.log10(len(samples)) for samples in named.values())
    low = 10 ** math.floor(math.log10(max(1, min(min(samples) for samples in named.values()))))
    high = max(max(samples) for samples in named.values()) * 1.2
    x = lambda nine: LEFT + (WIDTH - LEFT - RIGHT) * nine / nines
    span = math.log(high / low)
    y = lambda value: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(max(value, low) / low) / span
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
           f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="20" font-weight="bold">{title}</text>']
    for nine in range(int(nines) + 1):
        label = "0 %" if nine == 0 else f"{100 - 100 / 10 ** nine:.{max(0, nine - 2)}f} %"
        out += [f'<path d="M{x(nine):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>',
                f'<text x="{x(nine):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{label}</text>']
    for decade in range(round(math.log10(low)), 7):
        for value in (10 ** decade * step for step in (1, 2, 5)):
            if low <= value <= high:
                out += [f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>',
                        f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,.0f}</text>']
    out.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 12}" text-anchor="middle">percentile; µs upwards</text>')
    for place, (name, samples) in enumerate(named.items()):
        ordered = sorted(samples)
        marks = [nine / 60 for nine in range(int(60 * math.log10(len(ordered))) + 1)]
        path = "L".join(
            f"{x(nine):.1f} {y(ordered[min(len(ordered) - 1, int(len(ordered) * (1 - 10 ** -nine)))]):.1f}"
            for nine in marks)
        colour = COLOURS[place % len(COLOURS)]
        out += [f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
                f'<text x="{LEFT + 10}" y="{TOP + 16 + 15 * place}" fill="{colour}">{name}</text>']
    return "\n".join(out + ["</svg>"]) + "\n"
