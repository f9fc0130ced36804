#!/usr/bin/env python3
"""Makes slow and pulse files of a known cell, identifies it, and compares."""
import os
import subprocess
import sys
import tempfile

import numpy as np

import cellfile
import data
import fit
from model import OCV_GRID, R_GRID

HERE = os.path.dirname(os.path.abspath(__file__))
AH, NOISE = 100.0, 0.3e-3


def known():
    z = OCV_GRID
    ocv = (3.25 + 0.02 * z + 0.05 / (1 + np.exp(-(z - 0.7) / 0.03)) - 0.5 * np.exp(-z / 0.05)
           + 0.3 * np.exp((z - 1) / 0.015))
    rows = [cellfile.Row(t, f * 1e-3 * (1.4 + 0.6 * np.exp(-R_GRID / 0.2)), 60 / f, 40, 400,
                         0.02 * f, 0.03 * f, 0.1e-3 * f, 0.2e-3 * f)
            for t, f in ((10.0, 1.5), (25.0, 1.0))]
    return cellfile.Cell(AH, fit.Curve(ocv, False), np.full(21, 0.009), 25.0, 1.0,
                         np.full(21, -5e-5), 25.0, rows)


def series(truth, parts, start, celsius, seed):
    """A file of (current, seconds, step) parts."""
    t, current = [0.0], [0.0]
    for flow, seconds, step in parts:
        count = int(seconds / step)
        t += (t[-1] + step * np.arange(1, count + 1)).tolist()
        current += [flow] * count
    t, current = np.array(t), np.array(current)
    z = start - np.cumsum(current * np.diff(t, prepend=0)) / 3600 / AH
    file = data.Series("made", t, current, np.zeros(len(t)), np.full(len(t), celsius), z)
    volts = truth.voltage(file)[0] + NOISE * np.random.default_rng(seed).normal(size=len(t))
    return np.c_[t, current, volts, file.celsius, z]


def stairs(sign):
    parts = []
    for _ in range(9):
        parts += [(sign * 30.0, 1200, 20), (0, 1800, 30), (50, 30, 2), (0, 60, 2), (-40, 30, 2),
                  (0, 240, 4)]
    return parts


def main():
    truth = known()
    rng = np.random.default_rng(1)
    drive = [(float(f), 30, 2) for f in rng.normal(15, 45, 600)]
    files = {
        "slow": series(truth, [(4.8, 73500, 100), (0, 3600, 60), (-4.8, 73500, 100)], 0.995, 25, 1),
        "down25": series(truth, stairs(1), 0.98, 25, 2),
        "up25": series(truth, stairs(-1), 0.05, 25, 3),
        "down10": series(truth, stairs(1), 0.98, 10, 4),
        "drive": series(truth, drive, 0.95, 25, 5),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, table in files.items():
            np.savetxt(f"{folder}/{name}.csv", table, delimiter=",", comments="",
                       header="t_s,current_A,voltage_V,temperature_C,soc_true", fmt="%.7g")
        path = lambda name: f"{folder}/{name}.csv"
        done = subprocess.run(
            [sys.executable, f"{HERE}/identify.py", "--ocv", path("slow"), "--dynamics",
             path("down25"), path("up25"), path("down10"), "--check", path("drive"), "--name",
             "known", "--nominal-ah", str(AH), "--effort", "60", "-o", f"{folder}/cell.yaml"],
            capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        text = open(f"{folder}/cell.yaml").read()
    print(done.stdout.split("\n\n")[0])

    def numbers(key):
        body = text[text.index(f"  {key}:") + len(key) + 3:]
        body = body[:body.index("]") + 1]
        return np.array([float(v) for v in body.strip("[] \n").replace("\n", " ").split(",")])

    ocv = numbers("volts")
    middle = slice(20, 190)
    worst = 1e3 * np.max(np.abs(ocv - truth.ocv)[middle])
    width = np.mean(numbers("half_width_mv"))
    held = float(done.stdout.split("held out drive.csv")[1].split(": ")[1].split(" ")[0])
    body = text[text.index("  mohm:"):].split("- [")
    temperatures = numbers("temperatures_c")
    warm = int(np.argmin(np.abs(temperatures - 25)))
    found = np.array([float(v) for v in body[1 + warm].split("]")[0].replace("\n", " ").split(",")])
    small = 1e-3 * found[3:18] / (truth.rows[1].resistance[3:18])
    checks = [
        ("OCV, worst from 10 to 95 % SOC, mV", worst, 2.0),
        ("half width of the hysteresis, mV off", abs(width - 9), 0.7),
        ("resistance, worst from 15 to 85 % SOC, % off", 100 * np.max(np.abs(small - 1)), 8.0),
        ("residual of a drive that was held out, mV", held, 2.5),
    ]
    failed = False
    for name, value, limit in checks:
        failed |= not value <= limit
        print(f"figure: {name}: {value:.2f} (at most {limit})")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
