"""Running things and making figures of what they print."""

import os
import statistics
import subprocess

PROFILE = "HardwareProfiles/lfp280-416s/profile.yaml"
DBC = "HardwareProfiles/lfp280-416s/lfp280-416s.dbc"
OUT = ".build/benchmark"


class Figures(dict):
    """Samples by name."""

    def median(self, name):
        return statistics.median(self[name])

    def spread(self, name, scale=1.0, digits=1):
        low, high = min(self[name]) * scale, max(self[name]) * scale
        return f"{low:.{digits}f} … {high:.{digits}f}"


def pinned(command):
    """On the last processor only, where the machine lets one choose."""
    last = max(os.sched_getaffinity(0))
    return ["taskset", "-c", str(last), *command]


def figures(command):
    """What a program of the house prints: a name and a number a line."""
    run = subprocess.run(pinned(command), capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {run.stdout}{run.stderr}")
    result = Figures()
    for line in run.stdout.splitlines():
        name, value = line.split()
        result.setdefault(name, []).append(float(value))
    return result


def processor_seconds(command):
    """User and system time of a whole program."""
    before = os.times()
    subprocess.run(pinned(command), check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system)


class Row:
    """A line of the table: what, how much, spread, the aim, and whether it is met (None: no aim)."""

    def __init__(self, what, value, spread="", aim="", is_met=None):
        self.cells = [what, value, spread, aim, {True: "met", False: "**missed**", None: ""}[is_met]]
        self.is_met = is_met


def table(rows, head=("", "median", "least … most", "aim", "")):
    lines = ["| " + " | ".join(head) + " |", "| --- | --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(row.cells) + " |" for row in rows]
    return "\n".join(lines)
