"""The parts of the benchmark: each measures and gives rows of the table."""

import os
import pathlib
import subprocess
import sys

import footprint
import growth
from measure import DBC, OUT, PROFILE, Row, figures, processor_seconds


def decode(release, rounds):
    """The core's ingest against what cantools generates, in one process, in turns."""
    rows = []
    for compiler in (["gcc", "-O3"], ["clang", "-O3"]):
        name = compiler[0]
        directory = f"{OUT}/decode-{name}"
        subprocess.run([sys.executable, "Tools/benchmark.d/decode/rival.py", DBC, directory, *compiler],
                       check=True)
        found = figures([f"{release}/benchmark", "decode", PROFILE, f"{directory}/rival.so", str(rounds)])
        core, bare = found.median("decode.core"), found.median("decode.core-unchecked")
        rival = found.median("decode.cantools")
        if not rows:
            rows.append(Row("core: frame checked (length, CRC-8, counter), decoded, range-checked, stored",
                            f"{core / 1e6:.1f} M signals/s", found.spread("decode.core", 1e-6),
                            "≥ 20 M", core >= 20e6))
            rows.append(Row("… the same without CRC and counter, which cantools does not check",
                            f"{bare / 1e6:.1f} M signals/s",
                            found.spread("decode.core-unchecked", 1e-6)))
        ratios = sorted(b / c for b, c in zip(found["decode.core-unchecked"], found["decode.cantools"]))
        ratio = ratios[len(ratios) // 2]
        rows.append(Row(f"C of cantools, {' '.join(compiler)}: identifier, unpack, decode, range, store",
                        f"{rival / 1e6:.1f} M signals/s", found.spread("decode.cantools", 1e-6)))
        rows.append(Row(f"core without CRC and counter ÷ that C ({name})", f"{ratio:.2f}",
                        f"{ratios[0]:.2f} … {ratios[-1]:.2f}", "≥ 1", ratio >= 1))
    return rows


def replay(release, rounds):
    """`rackctl replay` of a made recording: processor time of the whole program, less that for a log
    of a fiftieth of the length, so that its start is not counted."""
    pathlib.Path(OUT).mkdir(parents=True, exist_ok=True)
    rows = []
    for options, times, aim, what in (
        (["--decode-only"], 50, 2e6, "candump log: text parsed, frames checked and decoded"),
        ([], 5, 3e5, "candump log through the whole controller"),
    ):
        short, long = f"{OUT}/short.log", f"{OUT}/long.log"
        few = figures([f"{release}/benchmark", "log", PROFILE, "1", short])["log.frames"][0]
        many = figures([f"{release}/benchmark", "log", PROFILE, str(times), long])["log.frames"][0]
        rates = []
        for _ in range(rounds):
            command = [f"{release}/rackctl", "replay", "--profile", PROFILE, *options]
            begin = processor_seconds([*command, short])
            end = processor_seconds([*command, long])
            rates.append((many - few) / max(end - begin, 1e-9))
        rates.sort()
        rate = rates[len(rates) // 2]
        rows.append(Row(f"{what} ({many / 1e6:.1f} M frames)", f"{rate / 1e3:.0f} k frames/s",
                        f"{rates[0] / 1e3:.0f} … {rates[-1] / 1e3:.0f}", f"≥ {aim / 1e3:.0f} k",
                        rate >= aim))
        os.unlink(long)
    return rows


def step(release, rounds):
    found = figures([f"{release}/benchmark", "step", PROFILE, str(rounds)])
    rows = []
    for name, what in (("usual", "the profile's messages"), ("full", "a full bus")):
        load = found.median(f"step.{name}.bus-load")
        frames = found.median(f"step.{name}.frames")
        median = found.median(f"step.{name}.median")
        rows.append(Row(f"step of 416 cells, {what} ({load:.0%} of 500 kbit/s, {frames:.0f} frames a tick): median tick",
                        f"{median:.1f} µs", found.spread(f"step.{name}.median"), "≤ 25 µs",
                        median <= 25))
        rows.append(Row("… mean, the estimator's tick of every second included",
                        f"{found.median(f'step.{name}.mean'):.1f} µs", found.spread(f"step.{name}.mean")))
        rows.append(Row("… the dearest hundredth (the estimator's tick)",
                        f"{found.median(f'step.{name}.p99'):.0f} µs", found.spread(f"step.{name}.p99", 1, 0)))
    for name, what in (("start", "while several trials a cell are open"), ("usual", "afterwards")):
        size = found.median(f"checkpoint.{name}.bytes") / 1e3
        rows.append(Row(f"checkpoint for the journal, once a segment of 8 MB, {what} ({size:.0f} KB)",
                        f"{found.median(f'checkpoint.{name}'):.0f} µs",
                        found.spread(f"checkpoint.{name}", 1, 0)))
    return rows


def racks(release, rounds):
    found = figures([f"{release}/benchmark", "racks", PROFILE, str(rounds)])
    share = found.median("racks.10") * 10 * 100 / 1e6
    samples = sorted(value * 10 * 100 / 1e6 for value in found["racks.10"])
    return [Row("container: 10 racks, 4,160 cells, 10 controllers at 100 Hz, share of one core",
                f"{share:.1%}", f"{samples[0]:.1%} … {samples[-1]:.1%}", "< 10 %", share < 0.10)]


def long(release, rounds):
    """A million steps with everything counted."""
    del rounds
    library = f"{OUT}/malloc-count.so"
    subprocess.run(["cc", "-O2", "-fPIC", "-shared", "Tools/malloc-count.c", "-o", library], check=True)
    run = subprocess.run([f"{release}/allocation-count", PROFILE, "1000000"], capture_output=True, text=True,
                         env={**os.environ, "LD_PRELOAD": os.path.abspath(library)})
    line = run.stdout.strip()
    is_met = ", 0 page faults: 0 allocations" in line
    return [Row("allocations and page faults inside 10⁶ steps, contactors opening and closing",
                line.split("a step, ")[-1] or run.stderr.strip(), "", "0 and 0", is_met)]


PARTS = {
    "decode": ("Decode", decode),
    "replay": ("Replay", replay),
    "step": ("Step", step),
    "racks": ("Container", racks),
    "footprint": ("Footprint", footprint.measure),
    "long": ("In the long run", long),
    "growth": ("How cost grows", growth.measure),
}
