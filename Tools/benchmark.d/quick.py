"""Instructions of fixed work, counted by callgrind, against the committed counts.

Called by `Tools/benchmark --quick`. Counts do not depend on the load of the machine; they move by less
than a percent with the C library, so ten percent is somebody's change.
"""

import pathlib
import re
import shutil
import subprocess
import sys

COMMITTED = pathlib.Path("Tools/benchmark.d/instructions")
PROFILE = "HardwareProfiles/lfp280-416s/profile.yaml"
WORK = {
    "ingest": "frames of 400 ticks of 416 cells, taken in and checked",
    "step": "400 steps of 416 cells: all stages, from the first voltages on",
}
LIMIT = 0.10


def count(program, name):
    output = pathlib.Path(".build/benchmark") / f"callgrind.{name}"
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--toggle-collect=*counted*",
         f"--callgrind-out-file={output}", program, "work", PROFILE, name],
        capture_output=True, text=True)
    found = re.search(r"Collected\s*:\s*(\d+)", run.stderr)
    if run.returncode != 0 or not found or int(found[1]) == 0:
        sys.exit(f"{name}: callgrind counted nothing\n{run.stdout}{run.stderr}")
    return int(found[1])


def main():
    pathlib.Path(".build/benchmark").mkdir(parents=True, exist_ok=True)
    # valgrind of Debian 12 cannot read the debug information of Swift 6.3.
    program = ".build/benchmark/benchmark"
    shutil.copy(f"{sys.argv[1]}/benchmark", program)
    subprocess.run(["strip", "-g", program], check=True)
    counts = {name: count(program, name) for name in WORK}
    if "--write" in sys.argv:
        COMMITTED.write_text("".join(f"{name} {counts[name]}\n" for name in WORK))
    before = dict(line.split() for line in COMMITTED.read_text().splitlines())
    is_good = True
    for name, now in counts.items():
        growth = now / int(before.get(name, now)) - 1
        verdict = "" if growth <= LIMIT else f": more than {LIMIT:.0%}"
        print(f"figure: {name} ({WORK[name]}): {now / 1e6:.1f} million instructions, "
              f"{growth:+.1%} against the committed count{verdict}")
        is_good = is_good and growth <= LIMIT
    if not is_good:
        print("If the growth is meant, run 'Tools/benchmark --quick --write' and commit "
              f"{COMMITTED} with the change and its reason.")
    sys.exit(0 if is_good else 1)


main()
