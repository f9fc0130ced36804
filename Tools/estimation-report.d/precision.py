"""What float instead of double does to the estimates, one quantity after the other, over every truth file.

Two copies of the package are built beside it: in one the filter counts in float throughout; in the other it
counts in double, and what ROUND names, bit by bit, is rounded to float after each prediction and correction:
what would be lost if that quantity were kept in float. Neither is part of the product.
See docs/estimation.md, Precision.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import truth as data
from report import ROOT, found, put_into_docs, revision
from runs import estimation, say
from score import Health

PLACE = ROOT / ".build/precision"
CORE = "Sources/RackCore/Estimation/"
MARKS = ("<!-- precision: begin -->", "<!-- precision: end -->")
QUANTITIES = {
    "charge": ["charge"],
    "hysteresis, bias, resistance": ["hysteresis", "biasVolts", "resistanceError"],
    "capacity, stretch": ["capacity", "stretch"],
    "lagged currents": ["fastAmperes", "slowAmperes"],
    "covariance of what moves quickly": [
        f"covariance.{name}" for name in "yy yh yb yr yc hh hb hr hc bb br bc rr rc".split()],
    "covariance with capacity and stretch": [
        f"covariance.{name}" for name in "yq yd hq hd bq bd rq rd qq qd qc dd dc".split()],
    "resistance from steps": ["stepVolts", "stepDrop", "stepSquare", "stepProduct"],
}


def rounding():
    """Swift that rounds the quantities of a mask."""
    lines = []
    for place, names in enumerate(QUANTITIES.values()):
        rounded = "; ".join(f"{name} = Lanes {{ [x = {name}] in Double(Float(x[$0])) }}" for name in names)
        lines.append(f"    if mask & {1 << place} != 0 {{ {rounded} }}")
    return ("\npublic nonisolated(unsafe) var roundedQuantities: UInt32 = 0\n\nextension FilterBlock {\n"
            "  mutating func round() {\n    let mask = unsafe roundedQuantities\n"
            + "\n".join(lines) + "\n  }\n}\n")


def edits():
    """What is changed in each copy: file, text that stands there once, what stands there instead."""
    predict, voltage = CORE + "FilterBlock+Predict.swift", CORE + "FilterBlock+Voltage.swift"
    step = "    takeStep(sample, expected, settings: settings)\n"
    move = "    change(known) { $0.move(p) }\n"
    run = "  func run() throws {\n"
    ones = "Stamps(1, 2, 4, 8, 16, 32, 64, 128)"
    stored = [
        (predict, move, move + "    round()\n"),
        (voltage, step, step + "    round()\n"),
        (voltage, "/// Eight cell voltages with", rounding() + "\n/// Eight cell voltages with"),
        ("Sources/rackctl/Replay/Estimate.swift", run,
         run + '    let mask = ProcessInfo.processInfo.environment["ROUND"] ?? "0"\n'
         "    unsafe roundedQuantities = UInt32(mask) ?? 0\n"),
    ]
    counted = [
        (CORE + "Lanes.swift", "typealias Real = Double", "typealias Real = Float"),
        (CORE + "Lanes.swift", "var ofStamps: SIMDMask<Stamps.MaskStorage> { self }",
         "var ofStamps: SIMDMask<Stamps.MaskStorage> {\n"
         f"    (Stamps(repeating: Int64(LaneSet(where: self).bits)) & {ones}) .!= Stamps()\n  }}\n}}\n"
         "extension SIMDMask where Storage == Stamps.MaskStorage {\n  var ofLanes: LaneMask {\n"
         f"    let bits = Stamps().replacing(with: {ones}, where: self).wrappedSum()\n"
         "    return LaneSet(bits: UInt8(truncatingIfNeeded: bits)).mask\n  }"),
        (voltage, "let isStep = isLarge .& isRecent", "let isStep = isLarge .& isRecent.ofLanes"),
    ]
    return {"stored": stored, "counted": counted}


def build(name, changes):
    """A copy of what git knows, with the changes; its rackctl. Files that stay the same keep their date."""
    copy = PLACE / name
    listed = subprocess.run(["git", "ls-files", "-z", "Package.swift", "Sources", "Tools", "Tests"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout
    for path in filter(None, listed.split("\0")):
        content = (ROOT / path).read_bytes()
        for file, old, new in changes:
            if file == path:
                if content.count(old.encode()) != 1:
                    raise SystemExit(f"{path}: '{old.strip()}' does not stand there once; mend precision.py")
                content = content.replace(old.encode(), new.encode())
        target = copy / path
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(ROOT / path, target)
    say(f"building {os.path.relpath(copy)}")
    command = ["swift", "build", "-c", "release", "--product", "rackctl"]
    if subprocess.run(command, cwd=copy, stdout=sys.stderr).returncode:
        raise SystemExit(69)
    return copy / ".build/release/rackctl"


class Counting:
    """100 hours of 2 A without a voltage: counted charge alone."""

    name, cell, guess = "counting", "lfp-280ah", (0.95, 0.01)
    cells = []

    def __init__(self):
        seconds = np.arange(360_001.0)
        self.columns = {"t_s": seconds, "current_meas_A": np.full_like(seconds, 2.0),
                        "voltage_meas_V": np.full_like(seconds, np.nan),
                        "temperature_meas_C": np.full_like(seconds, 25.0)}


def estimate(file, rackctl, mask):
    """SOC, sigma and health as `rackctl` estimates them, with the quantities of `mask` rounded."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        source, result, health = (pathlib.Path(folder) / name for name in ("in.csv", "out.csv", "soh.json"))
        data.write(source, file.columns)
        subprocess.run(estimation(rackctl, ROOT, file, source, result, health), check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "ROUND": str(mask)})
        table, told = data.load(result), Health(file, health).told
    soc = np.array([table[name] for name in sorted(table) if name.startswith("soc_est")])
    sigma = np.array([table[name] for name in sorted(table) if name.startswith("sigma")])
    return soc, sigma, told


def largest(values):
    finite = [float(np.nanmax(np.abs(value))) for value in values if np.size(value)]
    return 100 * max(finite, default=float("nan"))


def health(told, plain, key):
    """Relative differences of a value that both tell; a value that only one tells is infinite."""
    return np.array([one[key] / other[key] - 1 if key in one and key in other else np.inf
                     for one, other in zip(told, plain) if key in one or key in other])


def row(title, files, plain, rackctl, mask):
    """One line of the table: the differences from double."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda file: estimate(file, rackctl, mask), files))
    say(title)
    pairs = list(zip(results, plain))
    soc = [found[0] - known[0] for found, known in pairs]
    cells = [
        largest(soc[:-1]), largest([one[:, -1] for one in soc[:-1]]),
        largest([found[1] - known[1] for found, known in pairs[:-1]]),
        largest([health(found[2], known[2], "capacity_Ah") for found, known in pairs[:-1]]),
        largest([health(found[2], known[2], "r10s_mohm") for found, known in pairs[:-1]]),
        largest([soc[-1][:, -1]])]
    return f"| {title} | " + " | ".join(f"{cell:.4f}" for cell in cells) + " |"


def main():
    parser = argparse.ArgumentParser(prog="Tools/estimation-report --precision", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data",
                        help="folder with estimation/")
    options = parser.parse_args()
    paths = found(options.data / "estimation")
    PLACE.mkdir(parents=True, exist_ok=True)
    programs = {name: build(name, changes) for name, changes in edits().items()}
    files = [*map(data.Truth, paths), Counting()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        plain = list(pool.map(lambda file: estimate(file, programs["stored"], 0), files))
    lines = [f"{len(paths)} files, revision {revision()}; largest differences from double, in %:", "",
             "| in float | SOC, ever | SOC, at the end | sigma | capacity | resistance | counting alone, 100 h |",
             "| --- |" + " --- |" * 6]
    for place, title in enumerate(QUANTITIES):
        lines.append(row(title, files, plain, programs["stored"], 1 << place))
    lines.append(row("all of these, counted in double", files, plain, programs["stored"],
                     (1 << len(QUANTITIES)) - 1))
    lines.append(row("all, counted in float", files, plain, programs["counted"], 0))
    print("\n".join(lines))
    put_into_docs("\n".join(lines), MARKS)


if __name__ == "__main__":
    main()
