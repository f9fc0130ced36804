"""Measures the parts asked for, prints their tables and puts them into docs/performance.md."""

import os
import pathlib
import platform
import re
import subprocess
import sys

from measure import table
from parts import PARTS

PAGE = pathlib.Path("docs/performance.md")
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


def machine():
    """What it was measured on."""
    name = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"Swift version (\S+)", swift)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return (f"{name}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, Swift "
            f"{version[1] if version else '?'}, commit {commit.stdout.strip()}, "
            f"load {os.getloadavg()[0]:.1f} at the end")


def put(name, text):
    """Replaces what stands between the markers of a part; a page without them is left alone."""
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.S)
    if not pattern.search(page):
        print(f"{PAGE} has no place for {name}", file=sys.stderr)
        return
    PAGE.write_text(pattern.sub(lambda found: found[1] + text + "\n" + found[2], page),
                    encoding="utf-8")


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
            put(name, text)
    sys.exit(0 if is_good else 1)


main()
