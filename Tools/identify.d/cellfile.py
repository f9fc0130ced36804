"""The cell file: tables by temperature, written as YAML, and the model as the controller reads it."""
import numpy as np

import model as cell
from model import N_R, OCV_GRID, R_GRID

# How far a model of this chemistry may be wrong, where no cell file says it yet.
LFP = {
    "voltage_bias_mv": 2, "bias_correlation_s": 14400, "bias_correlation_percent": 30,
    "curve_percent": 0.5, "curve_correlation_s": 1800, "load_percent": 10,
    "load_correlation_s": 30, "lag_percent": 15, "lag_correlation_s": 300,
    "resistance_percent": 25, "resistance_correlation_h": 24, "hysteresis_percent": 20,
    "knee_floor_mv": 8, "stretch_percent": 2, "trial_correlation_s": 60,
}
NOISE = {"lfp": LFP, "nmc": LFP | {"curve_percent": 0.2, "load_percent": 4, "lag_percent": 5,
                                   "resistance_percent": 15, "stretch_percent": 0.5}}
# Percent of SOC-bound stretch with fade: the curve of NMC is best known in SOC, that of LFP in Ah.
STRETCH = {"lfp": 20, "nmc": 100}


class Row:
    """Resistance [21], its bend, time constants, lags (share of capacity at 1C) and
    delayed resistances at one temperature."""

    def __init__(self, celsius, resistance, bend, tau1, tau2, lag1, lag2, delay1, delay2,
                 measured=True):
        self.celsius, self.resistance, self.bend = celsius, resistance, bend
        self.tau1, self.tau2, self.lag1, self.lag2 = tau1, tau2, lag1, lag2
        self.delay1, self.delay2, self.measured = delay1, delay2, measured

    @property
    def numbers(self):
        return np.array([self.bend, self.tau1, self.tau2, self.lag1, self.lag2,
                         self.delay1, self.delay2])


class Cell:
    """Everything that identification found."""

    def __init__(self, ah, curve, width, rate, share, entropy, reference, rows):
        self.ah, self.curve, self.width, self.rate = ah, curve, width, rate
        self.share, self.entropy, self.reference = share, entropy, reference
        self.rows = rows

    @property
    def ocv(self):
        return self.curve.body + self.curve.knee

    def at(self, celsius, values):
        """Between the rows, straight, as the controller reads them; held beyond."""
        t = np.array([row.celsius for row in self.rows])
        place = np.interp(celsius, t, np.arange(len(t)))
        low = np.minimum(place.astype(int), max(len(t) - 2, 0))
        share = place - low
        high = np.minimum(low + 1, len(t) - 1)
        return (1 - share)[:, None] * values[low] + share[:, None] * values[high]

    def voltage(self, file):
        """Model voltage over a file whose hysteresis starts at zero, and what a unit of first
        hysteresis would add."""
        bend, tau1, tau2, lag1, lag2, delay1, delay2 = self.at(
            file.celsius, np.array([row.numbers for row in self.rows])).T
        if np.ptp(file.celsius) < 0.5:
            tau1, tau2 = tau1[0], tau2[0]
        i1 = cell.branch_current(file.current, file.dt, tau1)
        i2 = cell.branch_current(file.current, file.dt, tau2)
        h, left = cell.hysteresis(file.current, file.dt, self.ah, self.rate)
        z = cell.interpolation(file.z, R_GRID).toarray()
        resistance = np.sum(
            z * self.at(file.celsius, np.array([row.resistance for row in self.rows])), axis=1)
        volts = self.curve.volts(file.z - (lag1 * i1 + lag2 * i2) / self.ah, file.z)
        volts -= resistance * cell.driving(file.current, bend, self.share)
        volts -= delay1 * i1 + delay2 * i2
        volts += (z @ self.entropy) * (file.celsius - self.reference)
        return volts + (z @ self.width) * h, (z @ self.width) * left


def rows_by_temperature(measured, energy):
    """Adds rows between the measured ones and outside them, by Arrhenius' law."""
    measured = sorted(measured, key=lambda row: row.celsius)

    def scaled(row, celsius):
        factor = cell.arrhenius(energy, celsius, row.celsius)
        warm = (celsius + 273.15) / (row.celsius + 273.15)
        return Row(celsius, row.resistance * factor, row.bend * warm / factor, row.tau1, row.tau2,
                   row.lag1 * factor, row.lag2 * factor, row.delay1 * factor,
                   row.delay2 * factor, False)

    rows = []
    for low, high in zip(measured, measured[1:]):
        rows.append(low)
        if len(measured) < 5:
            middle = round((low.celsius + high.celsius) / 2, 1)
            mean = np.sqrt(low.resistance * high.resistance)
            rows.append(Row(middle, mean, *np.sqrt(low.numbers * high.numbers), False))
    rows.append(measured[-1])
    room = 8 - len(rows)
    first, last = rows[0], rows[-1]
    below = [t for t in (-20.0, -5.0, 5.0, 15.0) if t < first.celsius - 7]
    above = [t for t in (60.0, 45.0, 35.0) if t > last.celsius + 7]
    # The outermost are needed most, then those next to what was measured.
    above = above[:max(1, min(len(above), room - len(below)))]
    below = below[:1] + below[1:][max(0, len(below) - (room - len(above))):]
    return ([scaled(first, t) for t in below] + rows
            + [scaled(last, t) for t in sorted(above)])


def numbers(values, digits):
    return "[" + ", ".join(f"{v:.{digits}f}" for v in values) + "]"


def wrapped(values, digits, indent, per_line=10):
    lines = [", ".join(f"{v + 0.0:.{digits}f}" for v in values[i:i + per_line])
             for i in range(0, len(values), per_line)]
    pad = " " * indent
    return "[\n" + ",\n".join(pad + "  " + line for line in lines) + "\n" + pad + "]"


def noise_of(path):
    """The `noise` section of a cell file, as it stands, or None."""
    try:
        with open(path) as file:
            lines = file.read().split("\n")
    except OSError:
        return None
    if "noise:" not in lines:
        return None
    start = lines.index("noise:") + 1
    body = []
    for line in lines[start:]:
        if line and not line.startswith(" "):
            break
        body.append(line)
    return [line for line in body if line]


def yaml_text(name, chemistry, found, limits, report, noise):
    small = found.ah < 20
    digits = 3 if small else 4
    t = ["# yaml-language-server: $schema=../cell.schema.json", "format: pharos-cell-1",
         f"name: {name}", f"chemistry: {chemistry}",
         "# Made by Tools/identify; do not edit the tables by hand."]
    t += ["# " + line for line in report]
    t += [f"nominal_capacity_ah: {found.ah:.{2 if small else 1}f}",
          f"minimum_volts: {limits[0]:.2f}", f"maximum_volts: {limits[1]:.2f}",
          "ocv:", "  soc_percent_step: 0.5",
          "  volts: " + wrapped(found.ocv, 5, 2),
          "  # The part of volts, from 88 % up, that belongs to the charge below full.",
          "  knee_volts: " + wrapped(found.curve.knee[176:], 5, 2),
          "hysteresis:", "  soc_percent_step: 5",
          "  half_width_mv: " + wrapped(found.width * 1e3, 2, 2, 11),
          "  # How fast the hysteresis state follows: a share 1/rate of the capacity turns 63 %.",
          f"  rate: {found.rate:.1f}",
          "resistance:", "  soc_percent_step: 5",
          "  # Measured: " + ", ".join(f"{row.celsius:.1f}" for row in found.rows if row.measured)
          + ". The others follow by Arrhenius' law.",
          "  temperatures_c: " + numbers([row.celsius for row in found.rows], 1)]
    t.append("  mohm:")
    t += ["    - " + wrapped(row.resistance * 1e3, digits, 6, 11) for row in found.rows]
    columns = np.array([row.numbers for row in found.rows]).T
    if found.share > 0:
        t += ["kinetics:", f"  share_percent: {100 * found.share:.0f}",
              "  bend_amperes: " + numbers(columns[0], 2 if small else 1)]
    t += ["lag:"]
    for key, column, places in (("fast_s", columns[1], 1), ("slow_s", columns[2], 1),
                                ("fast_percent_per_c", 100 * columns[3], 3),
                                ("slow_percent_per_c", 100 * columns[4], 3)):
        t.append(f"  {key}: " + numbers(column, places))
    if np.any(columns[5:7]):
        t += ["delayed:", "  fast_mohm: " + numbers(1e3 * columns[5], digits),
              "  slow_mohm: " + numbers(1e3 * columns[6], digits)]
    if np.any(found.entropy):
        t += ["entropy:", f"  reference_c: {found.reference:.1f}", "  soc_percent_step: 5",
              "  mv_per_kelvin: " + wrapped(found.entropy * 1e3, 4, 2, 11)]
    t += ["ageing:", "  # How far the curve stretches as capacity fades; chosen, not identified.",
          f"  stretch_percent: {STRETCH[chemistry]}"]
    t += ["# How far the model may be wrong, one sigma. Chosen, not identified: see",
          "# docs/estimation.md for what each does and how the values were chosen.",
          "noise:"]
    t += noise if noise else [f"  {key}: {value:g}" for key, value in NOISE[chemistry].items()]
    return "\n".join(t) + "\n"
