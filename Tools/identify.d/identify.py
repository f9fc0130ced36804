#!/usr/bin/env python3
"""Identifies the cell model of RackCore from laboratory files and writes a cell file (YAML).

  Tools/identify --ocv SLOW --dynamics FILE ... --name NAME --nominal-ah AH -o OUT.yaml
                 [--check FILE ...] [--report PAGE.html]

SLOW      CSV (plain or gzip): a slow discharge and charge with t_s, current_A (positive =
          discharge), voltage_V, temperature_C and, if known, soc_true (0..1); or a table with soc and
          one discharge and one charge voltage (then --ocv-c-rate and --ocv-celsius).
FILE      the same columns over pulses (HPPC) or drive cycles. FILE@0:0.33 uses its first third by
          time; the rest is held out. Without soc_true the charge is counted from --start-soc.
--check   files that are held out completely: only the residual is reported.

  1. At the temperature of the slow file, from it and all dynamics of that temperature together: the
     OCV (mean of both slow branches, and a smooth correction), the hysteresis by SOC and its rate,
     R0, R1, R2 (21 points each, not negative) and both time constants.
  2. At each other temperature, with these kept: resistance, lag, and how the OCV moves with
     temperature.
  3. The share of the resistance that is charge transfer (falls with current): the one that explains all best.
  4. Rows between and outside the measured temperatures by Arrhenius' law (energy from the measured
     rows, or --activation-kj where there is only one).
"""
import argparse
import sys

import numpy as np
import scipy.optimize as so

import cellfile
import data as lab
import fit
import report as page
from model import CUT, N_R, OCV_GRID

ZONES = (0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.99)
FREE_SPAN = np.log([1.5, 1.6, 1.6, 1.6, 1.6])


def grouped(files):
    """By temperature: files within 5 K of the first of a group belong to it."""
    groups = []
    for file in sorted(files, key=lambda file: file.group):
        if groups and file.group - groups[-1][0].group < 5:
            groups[-1].append(file)
        else:
            groups.append([file])
    return groups


class Identification:
    def __init__(self, slow, dynamics, ah, energy, whole):
        self.slow, self.ah, self.energy = slow, ah, energy
        groups = grouped(dynamics)
        same = [g for g in groups if abs(g[0].group - slow.group) < 6]
        if not same:
            sys.exit("identify: no dynamics at the temperature of the OCV file "
                     f"({slow.group:.0f} °C)")
        self.centre = fit.Group([slow] + same[0], ah, energy)
        self.others = [fit.Group(g, ah, energy) for g in groups if g is not same[0]]
        self.base = fit.Curve(fit.base_ocv(slow), whole)
        self.share = 0.5
        self.shape = None
        self.taus = {}
        self.entropy = np.zeros(N_R)

    def shaped(self, tau=None, share=None):
        rest = self.shape[1:] if tau is None else tau
        return fit.Shape(self.shape[0], *rest, self.share if share is None else share)

    def run(self, effort):
        start = np.log([20, 30, 400, 0.01, 0.02])
        results = []
        for width in (fit.STIFF, fit.LOOSE):
            self.centre.width_sigma = width
            cost = lambda p: fit.fit(self.centre, fit.Shape(*np.exp(p), self.share), self.base,
                                     rounds=2)[1]
            for spread in (1.0, 0.4):
                start = fit.search(cost, start, spread * FREE_SPAN, effort)
            results.append((cost(start), np.exp(start), width))
        # One width for all SOC, unless that explains clearly less.
        self.widths = [1e3 * result[0] for result in results]
        best = results[0] if results[0][0] < 1.05 * results[1][0] else results[1]
        self.shape, self.centre.width_sigma = best[1], best[2]
        self.tables, self.rms = fit.fit(self.centre, self.shaped(), self.base)
        for group in self.others:
            self.taus[group] = self.search_taus(group, effort)
        self.find_share()
        self.find_entropy()
        self.find_energy()
        self.tables, self.rms = fit.fit(self.centre, self.shaped(), self.base)

    def search_taus(self, group, effort):
        cost = lambda p: fit.fit(group, self.shaped(np.exp(p)), self.base, self.tables,
                                 self.centre.celsius, 2, "free")[1]
        return np.exp(fit.search(cost, np.log(self.shape[1:]), FREE_SPAN[1:], effort))

    def find_share(self):
        """The share whose squared residuals over all temperatures are smallest; none, if that is
        not at least 1 % better than none."""
        def total(share):
            tables, rms = fit.fit(self.centre, self.shaped(share=share), self.base)
            out = rms * rms
            for group in self.others:
                out += fit.fit(group, self.shaped(self.taus[group], share), self.base, tables,
                               self.centre.celsius, entropy="free")[1] ** 2
            return out
        shares = np.array([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        costs = np.array([total(share) for share in shares])
        self.shares = [(float(s), 1e3 * float(np.sqrt(c / (1 + len(self.others)))))
                       for s, c in zip(shares, costs)]
        best = int(np.argmin(costs))
        self.share = float(shares[best]) if costs[best] < 0.99 * costs[0] else 0.0
        if 0 < best < len(shares) - 1 and self.share:
            a, _, _ = np.polyfit(shares[best - 1:best + 2], costs[best - 1:best + 2], 2)
            b = np.polyfit(shares[best - 1:best + 2], costs[best - 1:best + 2], 2)[1]
            self.share = float(np.clip(-b / 2 / a, shares[best - 1], shares[best + 1]))
        self.share = round(self.share, 2)
        self.tables, self.rms = fit.fit(self.centre, self.shaped(), self.base)

    def find_entropy(self):
        if not self.others:
            return
        total, weight = np.zeros(N_R), 0.0
        for group in self.others:
            tables, _ = fit.fit(group, self.shaped(self.taus[group]), self.base, self.tables,
                                self.centre.celsius, entropy="free")
            away = (group.celsius - self.centre.celsius) ** 2
            total += away * tables.entropy
            weight += away
        self.entropy = total / weight

    def find_energy(self):
        """One activation energy from the medians of R0 of neighbouring temperatures."""
        self.rows = [self.row(self.centre, self.tables, self.shape[1:])]
        for group in self.others:
            tables, _ = fit.fit(group, self.shaped(self.taus[group]), self.base, self.tables,
                                self.centre.celsius, entropy=self.entropy)
            self.rows.append(self.row(group, tables, self.taus[group]))
        self.rows.sort(key=lambda row: row.celsius)
        if len(self.rows) > 1:
            low, high = self.rows[0], self.rows[-1]
            ratio = np.log(np.median(low.resistance / high.resistance))
            self.energy = float(8.314462 * ratio / (
                1 / (low.celsius + 273.15) - 1 / (high.celsius + 273.15)))

    @staticmethod
    def row(group, tables, taus):
        return cellfile.Row(round(group.celsius, 1), tables.resistance, tables.bend, *taus,
                            *tables.delayed)

    def cell(self):
        rows = [self.row(self.centre, self.tables, self.shape[1:])]
        rows += [row for row in self.rows if row.celsius != rows[0].celsius]
        curve = fit.Curve(self.base.body + self.base.knee, self.base.whole)
        grid, shift = fit.SHIFT_GRID, self.tables.shift
        if curve.whole:
            curve.body = rising(curve.body + np.interp(OCV_GRID, grid, shift))
        else:
            low = np.interp(np.minimum(OCV_GRID, fit.SHIFT_CUT), grid, shift)
            curve.body = rising(curve.body + low)
            curve.knee = curve.knee + np.interp(OCV_GRID, grid, shift) - low
            curve.knee[OCV_GRID <= CUT] = 0
            curve.knee = np.maximum(so.isotonic_regression(curve.knee).x, 0)
        return cellfile.Cell(self.ah, curve, self.tables.width, self.shape[0], self.share,
                             self.entropy, self.centre.celsius,
                             cellfile.rows_by_temperature(rows, self.energy))


def rising(ocv):
    """The nearest curve that never falls, and at least 2 µV a point so that it has a slope."""
    slope = 2e-6 * np.arange(len(ocv))
    return so.isotonic_regression(ocv - slope).x + slope


class Check:
    """Residual of the finished cell over one file."""

    def __init__(self, found, file):
        self.file = file
        volts, unit = found.voltage(file)
        rows = (file.z > 0.1) & (file.z < 0.95)
        error = (file.volts - volts)[rows]
        first = float(np.sum(error * unit[rows]) / max(np.sum(unit[rows] ** 2), 1e-9))
        self.first = min(1.0, max(-1.0, first))
        self.volts = volts + self.first * unit
        self.residual = file.volts - self.volts

    def table(self, held_out):
        """(rms, mean) in mV of each zone and of 10 to 95 %, or None where there is no data."""
        rows = ~self.file.used if held_out else self.file.used
        w = np.clip(self.file.dt, 0, 10)
        out = []
        for low, high in list(zip(ZONES, ZONES[1:])) + [(0.1, 0.95)]:
            at = rows & (self.file.z >= low) & (self.file.z < high) & (w > 0)
            if np.sum(w[at]) < 60:
                out.append(None)
                continue
            r = 1e3 * self.residual[at]
            out.append((float(np.sqrt(np.average(r * r, weights=w[at]))),
                        float(np.average(r, weights=w[at]))))
        return out


def lines_of(found, identification, checks):
    i = identification
    used = ", ".join(f.words for g in [i.centre] + i.others for f in g.files)
    out = [f"From {used}.",
           f"Fit at {i.centre.celsius:.1f} °C: {1e3 * i.rms:.2f} mV rms; hysteresis "
           f"{1e3 * np.mean(found.width[2:19]):.1f} mV, rate {found.rate:.1f}; activation energy "
           f"{i.energy / 1e3:.1f} kJ/mol{'' if i.others else ' (assumed)'}."]
    for check in checks:
        for held_out in (False, True):
            if not (check.file.used != held_out).any():
                continue
            total = check.table(held_out)[-1]
            if total:
                out.append(f"{'held out' if held_out else 'fitted'} {check.file.name}, "
                           f"{check.file.group:.1f} °C: {total[0]:.1f} mV rms, mean "
                           f"{total[1]:+.1f} mV (10 to 95 % SOC).")
    return out


def print_zones(checks):
    heads = [f"{100 * a:.0f}-{100 * b:.0f}" for a, b in zip(ZONES, ZONES[1:])] + ["10-95"]
    print("\nresidual rms (mean), mV, by SOC in %\n" + " " * 38
          + "".join(f"{h:>13}" for h in heads))
    for check in checks:
        for held_out in (False, True):
            cells = check.table(held_out)
            if any(cells):
                label = f"{check.file.name[:28]} {'held out' if held_out else 'fitted'}"
                print(f"{label:38}" + "".join(
                    f"{'–':>13}" if c is None else f"{c[0]:6.1f} ({c[1]:+.1f})".rjust(13)
                    for c in cells))


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ocv", required=True, metavar="SLOW")
    parser.add_argument("--dynamics", "--pulses", required=True, nargs="+", metavar="FILE")
    parser.add_argument("--check", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--name", required=True)
    parser.add_argument("--chemistry", default="lfp", choices=["lfp", "nmc"])
    parser.add_argument("--nominal-ah", required=True, type=float)
    parser.add_argument("--limits", nargs=2, type=float, metavar=("LOW", "HIGH"),
                        help="the maker's voltages; 2.5 3.65 for lfp, 2.5 4.2 for nmc")
    parser.add_argument("--start-soc", default=1.0, type=float, help="where soc_true is missing")
    parser.add_argument("--ocv-c-rate", default=1 / 25, type=float, help="of a table, default 1/25")
    parser.add_argument("--ocv-celsius", default=25.0, type=float, help="of a table, default 25")
    parser.add_argument("--ocv-align", nargs=2, type=float, default=(0.0, 1.0),
                        metavar=("OFFSET", "SCALE"),
                        help="SOC of a table in that of the dynamics: 0.5 + OFFSET + SCALE (SOC - 0.5)")
    parser.add_argument("--activation-kj", type=float,
                        help="kJ/mol of all resistances where one temperature was measured; 18 for "
                        "lfp, 25 for nmc")
    parser.add_argument("--noise-of", metavar="CELL.yaml",
                        help="take the noise section from this cell file; default: from OUT")
    parser.add_argument("--effort", default=200, type=int, help="trials of rate and time constants")
    parser.add_argument("--report", metavar="PAGE.html", help="plots and residuals (matplotlib)")
    parser.add_argument("-o", "--output", required=True)
    return parser.parse_args()


def main():
    args = arguments()
    ah, start = args.nominal_ah, args.start_soc
    slow = lab.slow(args.ocv, ah, start, args.ocv_c_rate, args.ocv_celsius,
                    args.ocv_align)
    dynamics = [lab.series(path, ah, start) for path in args.dynamics]
    held = [lab.series(path, ah, start) for path in args.check]
    for file in held:
        file.used[:] = False
    energy = args.activation_kj or dict(lfp=18.0, nmc=25.0)[args.chemistry]
    identification = Identification(slow, dynamics, ah, energy * 1e3,
                                    args.chemistry == "nmc")
    identification.run(args.effort)
    found = identification.cell()
    checks = [Check(found, file) for file in [slow] + dynamics + held]
    report = lines_of(found, identification, checks)
    limits = args.limits or dict(lfp=(2.5, 3.65), nmc=(2.5, 4.2))[args.chemistry]
    noise = cellfile.noise_of(args.noise_of or args.output)
    with open(args.output, "w") as file:
        file.write(cellfile.yaml_text(args.name, args.chemistry, found, limits, report, noise))
    print("\n".join(report))
    print("hysteresis of one width, and by SOC: {:.3f} and {:.3f} mV rms".format(
        *identification.widths))
    print("kinetic share and mV rms: "
          + ", ".join(f"{s:.1f} {r:.3f}" for s, r in identification.shares)
          + f"; taken {identification.share:.2f}")
    print_zones(checks)
    if args.report:
        page.write(args.report, args.name, identification, found, checks, report, ZONES)


if __name__ == "__main__":
    main()
