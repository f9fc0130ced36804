"""Measures the parts asked for, prints their tables and puts them into docs/performance.md."""

import os
import pathlib
import subprocess
import sys

from measure import table
from page import machine, put
from parts import PARTS

PAGE = "docs/performance.md"
FILTER = pathlib.Path("Tools/benchmark.d/filter/run")


def arguments(given):
    only, rounds, tinyekf, writes = [], 7, os.environ.get("PHAROS_TINYEKF", ""), True
    given = list(given)
    while given:
        option = given.pop(0)
        if option == "--only" and given:
            only.append(given.pop(0))
        elif option == "--rounds" and given:
            rounds = max(1, int(given.pop(0)))
        elif option == "--tinyekf" and given:
            tinyekf = given.pop(0)
        elif option == "--no-write":
            writes = False
        else:
            sys.exit(f"{option}: unknown; see Tools/benchmark --help")
    unknown = [part for part in only if part not in PARTS and part != "filter"]
    if unknown:
        sys.exit(f"{unknown[0]}: no such part; see Tools/benchmark --help")
    return only or [*PARTS, "filter"], rounds, tinyekf, writes


def main():
    release, (wanted, rounds, tinyekf, writes) = sys.argv[1], arguments(sys.argv[2:])
    is_good = True
    for name in wanted:
        if name == "filter":
            if not FILTER.exists():
                continue
            command = [str(FILTER), "--rounds", str(rounds)]
            run = subprocess.run(command + (["--tinyekf", tinyekf] if tinyekf else []),
                                 stdout=subprocess.PIPE, text=True)
            is_good = is_good and run.returncode == 0
            text = run.stdout.rstrip()
            if not tinyekf:
                text += "\n\nTinyEKF was not given (`--tinyekf`), so its rows are missing."
            title = "Filter"
        else:
            title, measure = PARTS[name]
            rows = measure(release, rounds)
            is_good = is_good and all(row.is_met is not False for row in rows)
            text = table(rows)
        text += f"\n\nMeasured on: {machine()}."
        print(f"\n## {title}\n\n{text}", flush=True)
        if writes:
            put(PAGE, name, text)
    sys.exit(0 if is_good else 1)


main()
