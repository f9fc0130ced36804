"""Prints the rows of side-by-side as a table: medians with quartiles, ratios by round."""

import statistics
import sys


def middle(values):
    """Median with both quartiles."""
    values = sorted(values)
    n = len(values)
    return statistics.median(values), values[n // 4], values[(3 * n) // 4]


def main():
    rows = []
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            name, precision, error, *rounds = line.rstrip("\n").split("\t")
            rows.append((name, precision, error, [float(value) for value in rounds]))
    print("| code | precision | ns a cell step | × TinyEKF | × best C | largest SOC error |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, precision, error, rounds in rows:
        own = [row for row in rows if row[1] == precision]
        rival = next((row[3] for row in own if row[0].startswith("TinyEKF, gcc -O3 native")), None)
        best = min(
            (row[3] for row in own if row[0].startswith("C, ")), key=statistics.median)
        cells = ["%.2f (%.2f to %.2f)" % middle(rounds)]
        if rival:
            cells.append("%.1f (%.1f to %.1f)" % middle([r / o for r, o in zip(rival, rounds)]))
        else:
            cells.append("–")
        cells.append("%.2f (%.2f to %.2f)" % middle([o / b for o, b in zip(rounds, best)]))
        print(f"| {name} | {precision} | " + " | ".join(cells) + f" | {error} |")


main()
