"""Laboratory files: time series, and tables of a slow discharge and charge."""
import gzip
import os
import re
import sys

import numpy as np


class Series:
    """One file of measurements, and which of its rows are used for the fit."""

    def __init__(self, name, t, current, volts, celsius, z, first=0.0, last=1.0):
        self.name = name
        self.t, self.current, self.volts = t, current, volts
        self.celsius, self.z = celsius, z
        self.dt = np.diff(t, prepend=t[0])
        place = (t - t[0]) / max(t[-1] - t[0], 1e-9)
        self.used = (place >= first) & (place <= last)
        self.group = float(np.mean(celsius))
        self.slow = False

    @property
    def words(self):
        if self.used.all() or not self.used.any():
            return self.name
        share = np.flatnonzero(self.used)
        n = len(self.used) - 1
        return f"{self.name} ({100 * share[0] / n:.0f} to {100 * share[-1] / n:.0f} % of it)"


def columns(path):
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rt") as file:
            names = [name.strip() for name in file.readline().split(",")]
            table = np.loadtxt(file, delimiter=",", ndmin=2)
    except (OSError, ValueError) as error:
        sys.exit(f"identify: {path}: {error}")
    if table.shape[1] != len(names):
        sys.exit(f"identify: {path}: {len(names)} names over {table.shape[1]} columns")
    return {name: table[:, i] for i, name in enumerate(names)}


def split(argument):
    """`FILE@0:0.33` is the first third of FILE by time."""
    found = re.fullmatch(r"(.+)@([0-9.]+):([0-9.]+)", argument)
    if not found:
        return argument, 0.0, 1.0
    return found[1], float(found[2]), float(found[3])


def series(argument, nominal_ah, start_soc):
    path, first, last = split(argument)
    data = columns(path)
    for name in ("t_s", "current_A", "voltage_V", "temperature_C"):
        if name not in data:
            sys.exit(f"identify: {path} has no column {name}")
    if "soc_true" in data:
        z = data["soc_true"]
    else:
        hours = np.diff(data["t_s"], prepend=data["t_s"][0]) / 3600
        z = start_soc - np.cumsum(data["current_A"] * hours) / nominal_ah
    return Series(os.path.basename(path), data["t_s"], data["current_A"], data["voltage_V"],
                  data["temperature_C"], z, first, last)


def slow(argument, nominal_ah, start_soc, c_rate, celsius, align=(0.0, 1.0)):
    """The slow file: a time series, or a table of SOC with a discharge and a charge voltage, which
    becomes the time series that it would have been at `c_rate`. `align` is where 50 % of the table lies
    above 50 % of the dynamics, and how wide 100 % of it is there."""
    path, _, _ = split(argument)
    data = columns(path)
    if "t_s" in data:
        out = series(argument, nominal_ah, start_soc)
        out.slow = True
        return out
    falling = [name for name in data if "discharge" in name]
    rising = [name for name in data if "charge" in name and "discharge" not in name]
    if "soc" not in data or len(falling) != 1 or len(rising) != 1:
        sys.exit(f"identify: {path} has neither t_s nor soc with discharge and charge voltages")
    soc, current = data["soc"], c_rate * nominal_ah
    # Points where the cycler held its limit voltage tell nothing.
    down, up = data[falling[0]][::-1], data[rising[0]]
    keep_down = np.r_[True, np.abs(np.diff(down)) > 1e-6]
    keep_up = np.r_[np.abs(np.diff(up)) > 1e-6, True]
    z = np.r_[soc[::-1][keep_down], soc[keep_up]]
    flow = np.r_[np.full(keep_down.sum(), current), np.full(keep_up.sum(), -current)]
    step = np.abs(np.diff(z, prepend=z[0]))
    z = np.clip(0.5 + align[0] + align[1] * (z - 0.5), 0, 1)
    out = Series(os.path.basename(path), np.cumsum(step) / c_rate * 3600, flow,
                 np.r_[down[keep_down], up[keep_up]], np.full(len(z), celsius), z)
    out.slow = True
    return out


def branch(series, rising, z):
    """Voltage of the slow discharge or charge at `z`; NaN where the file does not reach."""
    rows = series.current < 0 if rising else series.current > 0
    order = np.argsort(series.z[rows])
    soc, volts = series.z[rows][order], series.volts[rows][order]
    return np.interp(z, soc, volts, left=np.nan, right=np.nan)
