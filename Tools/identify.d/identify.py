#!/usr/bin/env python3
"""Identifies the cell model of RackCore from laboratory files and writes a cell file (YAML).

  Tools/identify --ocv C20.csv.gz --pulses HPPC.csv.gz ... --name NAME --nominal-ah AH -o OUT.yaml

Input: CSV (plain or gzip) with the columns t_s, current_A (positive = discharge), voltage_V,
temperature_C and, if known, soc_true (0..1). Without soc_true the charge is counted from
--start-soc on --nominal-ah. Rows may be thinned where nothing changes.

Model:  V = OCV(z) + M h - R0(z,T) I - R1(z,T) i1 - R2(z,T) i2
It is linear in OCV, M, R0, R1, R2 once the hysteresis rate and the two time constants are given, so
each trial of those three is one sparse least-squares solution.
  1. At the temperature of the OCV file, from that file and all pulse files of that temperature
     together: OCV (201 points), M, rate.
  2. At each temperature, with OCV, M and rate fixed: R0, R1, R2 (21 points each, not negative)
     and both time constants.
  3. One row outside each end of the measured temperatures, by Arrhenius' law through the two
     nearest measured rows (one activation energy, from the median ratio of R0).
"""
import argparse
import gzip
import os
import sys

import numpy as np
import scipy.optimize as so
import scipy.sparse as sp

OCV_GRID = np.linspace(0, 1, 201)
R_GRID = np.linspace(0, 1, 21)
N_R = len(R_GRID)


def load(path, nominal_ah, start_soc):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        names = [name.strip() for name in file.readline().split(",")]
        table = np.loadtxt(file, delimiter=",", ndmin=2)
    data = {name: table[:, i] for i, name in enumerate(names)}
    for name in ("t_s", "current_A", "voltage_V", "temperature_C"):
        if name not in data:
            sys.exit(f"identify: {path} has no column {name}")
    data["dt"] = np.diff(data["t_s"], prepend=data["t_s"][0])
    if "soc_true" in data:
        data["z"] = data["soc_true"]
    else:
        charge = np.cumsum(data["current_A"] * data["dt"]) / 3600 / nominal_ah
        data["z"] = start_soc - charge
    data["path"] = os.path.basename(path)
    return data


def simulate(data, ah, rate, tau1, tau2):
    """RC currents, hysteresis state from zero, and what is left of an unknown first state."""
    current, dt = data["current_A"], data["dt"]
    a1, a2 = np.exp(-dt / tau1), np.exp(-dt / tau2)
    ah_decay = np.exp(-rate * np.abs(current) * dt / 3600 / ah)
    sign = np.sign(current)
    out = np.zeros((4, len(dt)))
    i1 = i2 = h = 0.0
    left = 1.0
    for k in range(len(dt)):
        i1 = a1[k] * i1 + (1 - a1[k]) * current[k]
        i2 = a2[k] * i2 + (1 - a2[k]) * current[k]
        h = ah_decay[k] * h - (1 - ah_decay[k]) * sign[k]
        left *= ah_decay[k]
        out[:, k] = i1, i2, h, left
    return out


def interpolation(z, grid):
    z = np.clip(z, grid[0], grid[-1])
    k = np.clip(np.searchsorted(grid, z, side="right") - 1, 0, len(grid) - 2)
    w = (z - grid[k]) / (grid[k + 1] - grid[k])
    rows = np.arange(len(z))
    return sp.csr_matrix(
        (np.r_[1 - w, w], (np.r_[rows, rows], np.r_[k, k + 1])), shape=(len(z), len(grid)))


def curvature(n, weight):
    return sp.diags([weight, -2.0 * weight, weight], [0, 1, 2], shape=(n - 2, n))


def weights(data, low, high):
    """By time, at most 10 s a row; the last percents, where no linear model holds, count little."""
    w = np.sqrt(np.clip(data["dt"], 1, 10))
    return np.where((data["z"] < low) | (data["z"] > high), 0.05 * w, w)


def robust_rms(residual, w):
    return float(np.sqrt(np.average(np.clip(residual, -0.02, 0.02) ** 2, weights=w * w)))


def fit_ocv(files, ah, rate, tau1, tau2):
    blocks, ys, ws = [], [], []
    for j, data in enumerate(files):
        i1, i2, h, left = simulate(data, ah, rate, tau1, tau2)
        base = interpolation(data["z"], R_GRID)
        first = np.zeros((len(left), len(files)))
        first[:, j] = left
        blocks.append(sp.hstack([
            interpolation(data["z"], OCV_GRID), sp.csr_matrix(h[:, None]),
            sp.diags(-data["current_A"]) @ base, sp.diags(-i1) @ base, sp.diags(-i2) @ base,
            sp.csr_matrix(first)]).tocsr())
        ys.append(data["voltage_V"])
        ws.append(weights(data, 0.045, 0.985))
    a, y, w = sp.vstack(blocks), np.concatenate(ys), np.concatenate(ws)
    regular = sp.block_diag(
        [curvature(201, 10.0), sp.csr_matrix((1, 1))] + [curvature(N_R, 60.0)] * 3
        + [sp.eye(len(files))])
    normal = (a.T @ sp.diags(w * w) @ a + regular.T @ regular).toarray()
    normal += np.eye(len(normal)) * np.trace(normal) / len(normal) * 1e-15
    x = np.linalg.solve(normal, a.T @ (w * w * y))
    return x, robust_rms(a @ x - y, w)


def fit_resistance(files, ah, rate, tau1, tau2, ocv, half_width):
    blocks, ys, ws = [], [], []
    for j, data in enumerate(files):
        i1, i2, h, left = simulate(data, ah, rate, tau1, tau2)
        base = interpolation(data["z"], R_GRID)
        first = np.zeros((len(left), len(files)))
        first[:, j] = left
        blocks.append(sp.hstack([
            sp.diags(-data["current_A"]) @ base, sp.diags(-i1) @ base, sp.diags(-i2) @ base,
            sp.csr_matrix(first)]).tocsr())
        ys.append(data["voltage_V"] - interpolation(data["z"], OCV_GRID) @ ocv - half_width * h)
        ws.append(weights(data, 0.045, 0.97))
    regular = sp.block_diag(
        [curvature(N_R, 300.0), curvature(N_R, 60.0), curvature(N_R, 60.0), sp.eye(len(files))])
    a, y, w = sp.vstack(blocks).tocsr(), np.concatenate(ys), np.concatenate(ws)
    full = sp.vstack([sp.diags(w) @ a, regular]).toarray()
    target = np.r_[y * w, np.zeros(regular.shape[0])]
    low = np.r_[np.full(N_R, 5e-5), np.zeros(2 * N_R), np.full(len(files), -0.05)]
    high = np.r_[np.full(3 * N_R, 0.02), np.full(len(files), 0.05)]
    x = so.lsq_linear(full, target, bounds=(low, high)).x
    residual = a @ x - y
    z = np.concatenate([data["z"] for data in files])
    mid = (z > 0.07) & (z < 0.97)
    fit = dict(all=robust_rms(residual, w), mid=float(np.sqrt(np.mean(residual[mid] ** 2))),
               worst=float(np.max(np.abs(residual[mid]))),
               worst_z=float(z[mid][np.argmax(np.abs(residual[mid]))]))
    return x, fit


def minimise(function, start, span, count):
    start = np.log(start)
    simplex = [start] + [start + step for step in np.diag(np.log(span))]
    best = so.minimize(function, start, method="Nelder-Mead", options=dict(
        maxfev=count, xatol=0.02, fatol=2e-6, initial_simplex=simplex))
    return np.exp(best.x)


def with_outer_rows(rows):
    """rows: list of (T, R[3][21], tau1, tau2); adds an extrapolated row 15 K outside each end."""
    def beyond(end, inner, t_new):
        kelvin = 273.15
        x = lambda t: 1 / (t + kelvin)
        ratio = np.log(np.median(end[1][0] / inner[1][0]))
        energy = ratio / (x(end[0]) - x(inner[0]))
        factor = float(np.exp(energy * (x(t_new) - x(end[0]))))
        return (t_new, end[1] * factor, end[2], end[3])

    low = beyond(rows[0], rows[1], round(rows[0][0] - 15, 1))
    high = beyond(rows[-1], rows[-2], round(rows[-1][0] + 15, 1))
    return [low] + rows + [high]


def numbers(values, digits):
    return "[" + ", ".join(f"{v:.{digits}f}" for v in values) + "]"


def wrapped(values, digits, indent, per_line=10):
    lines = [", ".join(f"{v:.{digits}f}" for v in values[i:i + per_line])
             for i in range(0, len(values), per_line)]
    pad = " " * indent
    return "[\n" + ",\n".join(pad + "  " + line for line in lines) + "\n" + pad + "]"


def yaml_text(args, ocv, half_width, rate, rows, report):
    bounds = {"lfp": (2.5, 3.65), "nmc": (2.5, 4.2)}[args.chemistry]
    t = [f"# yaml-language-server: $schema=../cell.schema.json",
         "format: pharos-cell-1", f"name: {args.name}", f"chemistry: {args.chemistry}",
         "# Made by Tools/identify; do not edit the tables by hand."]
    t += ["# " + line for line in report]
    t += [f"nominal_capacity_ah: {args.nominal_ah:.1f}",
          f"minimum_volts: {bounds[0]:.2f}", f"maximum_volts: {bounds[1]:.2f}",
          "ocv:", "  soc_percent_step: 0.5",
          "  volts: " + wrapped(ocv, 5, 2),
          "hysteresis:", "  soc_percent_step: 5",
          "  half_width_mv: " + wrapped(np.full(N_R, half_width * 1e3), 2, 2, 11),
          "  # How fast the hysteresis state follows: a share 1/rate of the capacity turns 63 %.",
          f"  rate: {rate:.1f}",
          "resistance:", "  soc_percent_step: 5",
          "  # The first and the last row are extrapolated (Arrhenius), not measured.",
          "  temperatures_c: " + numbers([r[0] for r in rows], 1)]
    for k, key in enumerate(("ohmic_mohm", "fast_mohm", "slow_mohm")):
        t.append(f"  {key}:")
        t += ["    - " + wrapped(r[1][k] * 1e3, 4, 6, 11) for r in rows]
    t += ["time_constants:",
          "  fast_s: " + numbers([r[2] for r in rows], 1),
          "  slow_s: " + numbers([r[3] for r in rows], 1),
          "# How far the model may be wrong, one sigma. Chosen, not identified: see",
          "# docs/estimation.md for what each does and how the values were chosen.",
          "noise:"]
    t += [f"  {key}: {value:g}" for key, value in NOISE.items()]
    return "\n".join(t) + "\n"


NOISE = {
    "voltage_bias_mv": 3.0, "ocv_shift_percent": 3.0, "bias_correlation_s": 3600,
    "bias_correlation_percent": 10, "load_percent": 15.0, "resistance_percent": 20.0,
    "resistance_correlation_h": 24, "hysteresis_percent": 20.0,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--ocv", required=True, help="slow discharge and charge (C/20 or slower)")
    parser.add_argument("--pulses", required=True, nargs="+", help="pulse staircases (HPPC)")
    parser.add_argument("--name", required=True)
    parser.add_argument("--chemistry", default="lfp", choices=["lfp", "nmc"])
    parser.add_argument("--nominal-ah", required=True, type=float)
    parser.add_argument("--start-soc", default=1.0, type=float, help="where soc_true is missing")
    parser.add_argument("-o", "--output", required=True)
    args = parser.parse_args()

    slow = load(args.ocv, args.nominal_ah, args.start_soc)
    pulses = [load(path, args.nominal_ah, args.start_soc) for path in args.pulses]
    centre = float(np.mean(slow["temperature_C"]))
    same = [d for d in pulses if abs(np.mean(d["temperature_C"]) - centre) < 4]
    if not same:
        sys.exit(f"identify: no pulse file at the temperature of the OCV file ({centre:.0f} °C)")
    report = [f"OCV from {slow['path']} with {', '.join(d['path'] for d in same)}."]

    cost = lambda p: fit_ocv([slow] + same, args.nominal_ah, *np.exp(p))[1]
    rate, tau1, tau2 = minimise(cost, [24, 40, 300], [1.4, 1.6, 1.6], 60)
    x, rms = fit_ocv([slow] + same, args.nominal_ah, rate, tau1, tau2)
    ocv, half_width = x[:201], float(x[201])
    # The ends are outside what a 2-RC model can fit: the voltages that define 0 and 100 %.
    rest_high = slow["voltage_V"][0] if slow["z"][0] > 0.999 else ocv[-1]
    tail = OCV_GRID > 0.985
    ocv[tail] = np.interp(OCV_GRID[tail], [0.985, 0.995, 1.0],
                          [ocv[197], max(ocv[197], slow_mean(slow, 0.995)), rest_high])
    at_rest = np.abs(slow["current_A"]) < 0.01
    low = slow["voltage_V"][at_rest & (slow["z"] < slow["z"].min() + 1e-4)]
    head = OCV_GRID < 0.045
    means = [slow_mean(slow, z) for z in OCV_GRID[head]]
    shift = ocv[9] - slow_mean(slow, 0.045)
    ocv[head] = np.array(means) + shift * OCV_GRID[head] / 0.045
    if len(low):
        ocv[0] = min(low[-1], ocv[1] - 0.02)
    ocv = np.maximum.accumulate(ocv + 1e-6 * np.arange(201))
    report.append(f"OCV fit: {1e3 * rms:.2f} mV rms (residuals beyond 20 mV count as 20); "
                  f"hysteresis {1e3 * half_width:.2f} mV, rate {rate:.1f}.")

    groups = {}
    for data in pulses:
        groups.setdefault(round(float(np.mean(data["temperature_C"])) / 5), []).append(data)
    rows = []
    for key in sorted(groups):
        files = groups[key]
        mean = float(np.mean([np.mean(d["temperature_C"]) for d in files]))
        cost = lambda p: fit_resistance(
            files, args.nominal_ah, rate, *np.exp(p), ocv, half_width)[1]["all"]
        t1, t2 = sorted(minimise(cost, [40, 300], [1.6, 1.6], 30))
        xr, fit = fit_resistance(files, args.nominal_ah, rate, t1, t2, ocv, half_width)
        rows.append((round(mean, 1), xr[:3 * N_R].reshape(3, N_R), t1, t2))
        report.append(f"{mean:.1f} °C: {', '.join(d['path'] for d in files)}: 7..97 % SOC "
                      f"{1e3 * fit['mid']:.2f} mV rms, {1e3 * fit['worst']:.1f} mV worst "
                      f"(at {100 * fit['worst_z']:.0f} %).")
    rows.sort(key=lambda r: r[0])
    if len(rows) > 1:
        rows = with_outer_rows(rows)
    with open(args.output, "w") as file:
        file.write(yaml_text(args, ocv, half_width, rate, rows, report))
    print("\n".join(report))


def slow_mean(slow, z):
    """Mean of the discharge and charge voltage of the slow file at one SOC."""
    falling, rising = slow["current_A"] > 0, slow["current_A"] < 0
    down = np.interp(z, slow["z"][falling][::-1], slow["voltage_V"][falling][::-1])
    up = np.interp(z, slow["z"][rising], slow["voltage_V"][rising])
    return float((down + up) / 2)


if __name__ == "__main__":
    main()
