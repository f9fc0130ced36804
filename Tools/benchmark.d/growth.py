"""How the cost of a step grows, and a picture of it in plain SVG."""

import statistics

from measure import PROFILE, Row, figures

KINDS = {
    "cells": ("cells", "grow.cells."),
    "messages": ("frames a second", "grow.frames."),
    "faults": ("rows of the fault table", "grow.faults."),
    "racks": ("racks of 416 cells on one thread", "grow.racks."),
}
PICTURE = "docs/performance-growth.svg"


def line_through(points):
    """Least squares: offset and slope."""
    mean_x = statistics.mean(x for x, _ in points)
    mean_y = statistics.mean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return mean_y - slope * mean_x, slope


def panel(title, unit, points, left, top, width=360, height=220):
    """One diagram with its axes from zero."""
    most_x = max(x for x, _ in points)
    most_y = max(y for _, y in points) * 1.1
    x = lambda value: left + 55 + (width - 75) * value / most_x
    y = lambda value: top + height - 40 - (height - 75) * value / most_y
    out = [f'<text x="{left + 55}" y="{top + 20}" font-weight="bold">{title}</text>',
           f'<path d="M{x(0)} {y(most_y)}V{y(0)}H{x(most_x)}" fill="none" stroke="#888"/>']
    for share in (0, 0.5, 1):
        out.append(f'<text x="{x(most_x * share)}" y="{y(0) + 16}" text-anchor="middle">{most_x * share:,.0f}</text>')
        out.append(f'<text x="{x(0) - 6}" y="{y(most_y * share) + 4}" text-anchor="end">{most_y * share:,.0f}</text>')
    out.append(f'<text x="{x(most_x / 2)}" y="{y(0) + 32}" text-anchor="middle">{unit}</text>')
    path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in points)
    out.append(f'<path d="M{path}" fill="none" stroke="#1f77b4" stroke-width="2"/>')
    out += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="#1f77b4"/>' for a, b in points]
    return out


def picture(results):
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="760" height="470" viewBox="0 0 760 470" '
           'font-family="sans-serif" font-size="11">', '<rect width="760" height="470" fill="white"/>']
    for place, (kind, points) in enumerate(results.items()):
        title = "µs a tick, all racks" if kind == "racks" else "µs a tick, mean"
        out += panel(title, KINDS[kind][0], points, (place % 2) * 380, (place // 2) * 235)
    return "\n".join(out + ["</svg>"]) + "\n"


def measure(release, rounds):
    rows, results = [], {}
    for kind, (unit, prefix) in KINDS.items():
        found = figures([f"{release}/benchmark", "growth", PROFILE, str(rounds), kind])
        points = sorted((float(name[len(prefix):]), statistics.median(values))
                        for name, values in found.items() if name.startswith(prefix))
        if kind == "racks":
            points = [(count, cost * count) for count, cost in points]
        results[kind] = points
        offset, slope = line_through(points)
        worst = max(abs(cost - offset - slope * count) for count, cost in points)
        first, last = points[0], points[-1]
        cells = f" ({last[0] * 416:,.0f} cells)" if kind == "racks" else ""
        rows.append(Row(
            f"{unit}: {first[0]:,.0f} → {last[0]:,.0f}{cells}",
            f"{first[1]:,.1f} → {last[1]:,.1f} µs a tick",
            f"{offset:,.1f} + {slope:.3g} × n, furthest from it {worst:,.1f} µs"))
    with open(PICTURE, "w", encoding="utf-8") as file:
        file.write(picture(results))
    return rows
