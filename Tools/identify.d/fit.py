"""Least squares for the tables of the cell model.

Given the hysteresis rate, the two time constants, the two lags and the kinetic share, the voltage is
linear in everything else but the current at which charge transfer gives way, which follows R from
round to round. So each trial of those is a few sparse least-squares solutions, and a simplex search
finds them.

Every block of unknowns has a prior (how far neighbours may differ), in the same units as the data:
a row of data counts with DATA_SIGMA, and rows within CORRELATION seconds count as one (fewer after a
step of the current).
"""
import numpy as np
import scipy.linalg as sl
import scipy.optimize as so
import scipy.sparse as sp

import data as lab
import model as cell
from model import CUT, N_R, OCV_GRID, R_GRID

SHIFT_GRID = np.linspace(0, 1, 41)
SHIFT_CUT = 0.875
DATA_SIGMA = 2e-3
CORRELATION = 60.0
OUTLIER = 8e-3
CLIP = 20e-3
MOST = 8000
# How far the width of the hysteresis may bend from 5 % to 5 %: hardly, or where the data insist.
STIFF, LOOSE = 0.005e-3, 0.3e-3


class Shape:
    """What the search moves."""

    def __init__(self, rate, tau1, tau2, lag1, lag2, share):
        self.rate, self.tau1, self.tau2 = rate, tau1, tau2
        self.lag1, self.lag2, self.share = lag1, lag2, share


class Curve:
    """Open-circuit voltage in two parts: the body belongs to the charge above empty and is read at
    the surface, the knee to the charge below full. With `whole` there is no knee."""

    def __init__(self, ocv, whole):
        self.whole = whole
        if whole:
            self.body, self.knee = ocv.copy(), np.zeros_like(ocv)
            return
        cut = int(round(CUT * 200))
        slope = max(0.0, (ocv[cut + 10] - ocv[cut - 4]) / 14)
        beyond = ocv[cut] + slope * np.arange(len(ocv) - cut)
        self.body = np.r_[ocv[:cut], beyond]
        self.knee = ocv - self.body

    def volts(self, surface, z):
        """Beyond its ends the body goes on straight."""
        inside = np.clip(surface, 0, 1)
        out = np.interp(inside, OCV_GRID, self.body) + np.interp(z, OCV_GRID, self.knee)
        low = np.minimum(surface, 0) * 200 * (self.body[1] - self.body[0])
        return out + np.maximum(low, -0.3)

    def shift_columns(self, surface, z):
        """Columns of the correction of the curve, in both parts."""
        if self.whole:
            return cell.interpolation(surface, SHIFT_GRID)
        body = cell.interpolation(np.minimum(surface, SHIFT_CUT), SHIFT_GRID)
        above = z > SHIFT_CUT
        if not above.any():
            return body
        return (body + cell.interpolation(z, SHIFT_GRID)
                - cell.interpolation(np.minimum(z, SHIFT_CUT), SHIFT_GRID)).tocsr()


class Tables:
    """What the least squares find, at one temperature."""

    def __init__(self, celsius, resistance, bend, delayed):
        self.celsius, self.resistance, self.bend = celsius, resistance, bend
        self.delayed = delayed
        self.shift = self.width = self.entropy = None


def curvature(n, sigma):
    return sp.diags([1.0, -2.0, 1.0], [0, 1, 2], shape=(n - 2, n)) / sigma


def ridge(n, sigma):
    return sp.eye(n) / sigma


def scale_of_resistance(files, ah):
    """Rough R: the median voltage step over the current step."""
    ratios = []
    for file in files:
        step = np.diff(file.current)
        large = np.abs(step) > 0.2 * np.max(np.abs(file.current))
        large &= np.diff(file.t) < 3
        if file.slow or not large.any():
            continue
        ratios += (-np.diff(file.volts)[large] / step[large]).tolist()
    return float(np.median(ratios)) if ratios else 0.1 / ah


def weights(file):
    """By time, at most 10 s a row (300 s of a slow file), and ten times as much in the two minutes after a step of the
    current; the outermost percents, where no such model holds, little."""
    step = np.abs(np.diff(file.current, prepend=file.current[0]))
    places = np.flatnonzero(step > 0.1 * np.max(np.abs(file.current)))
    since = np.full(len(file.t), np.inf)
    if len(places) and not file.slow:
        last = np.searchsorted(places, np.arange(len(file.t)), side="right") - 1
        since = np.where(last >= 0, file.t - file.t[places[np.maximum(last, 0)]], np.inf)
    alike = np.where(since < 120, CORRELATION / 10, CORRELATION)
    w = np.sqrt(np.clip(file.dt, 1, 300 if file.slow else 10) / alike) / DATA_SIGMA
    return np.where((file.z < 0.02) | (file.z > 0.99), 0.05 * w, w)


def base_ocv(slow):
    """Mean of the slow discharge and charge: polarisation and hysteresis cancel."""
    down, up = lab.branch(slow, False, OCV_GRID), lab.branch(slow, True, OCV_GRID)
    both = np.isfinite(down) & np.isfinite(up)
    if both.sum() < 50:
        raise SystemExit("identify: the slow file needs both a discharge and a charge")
    ocv = np.where(both, (down + up) / 2, np.nan)
    gap = (up - down) / 2
    for end, rows in ((np.flatnonzero(both)[0], slice(0, np.flatnonzero(both)[0])),
                      (np.flatnonzero(both)[-1], slice(np.flatnonzero(both)[-1] + 1, None))):
        ocv[rows] = np.where(np.isfinite(up), up - gap[end], down + gap[end])[rows]
    rest = np.abs(slow.current) < 1e-6
    if rest.any():
        if slow.z[0] > 0.999 and rest[0]:
            ocv[-1] = slow.volts[0]
        last = np.flatnonzero(rest & (slow.z < slow.z.min() + 1e-4))
        if len(last) and slow.z.min() < 0.01:
            ocv[0] = slow.volts[last[-1]]
    holes = ~np.isfinite(ocv)
    ocv[holes] = np.interp(OCV_GRID[holes], OCV_GRID[~holes], ocv[~holes])
    return ocv


def thinned(file):
    """The used rows that take part: at most about MOST of a file, evenly."""
    rows = np.flatnonzero(file.used)
    return rows[::max(1, -(-len(rows) // MOST))]


class Group:
    """Files of one temperature, with all that does not depend on the unknowns."""

    def __init__(self, files, ah, energy):
        self.files, self.ah, self.width_sigma = files, ah, STIFF
        time = [np.sum(np.minimum(f.dt[f.used], 60)) for f in files]
        self.celsius = float(np.average([f.group for f in files], weights=time))
        self.rows = [thinned(f) for f in files]
        self.z = [cell.interpolation(f.z[r], R_GRID) for f, r in zip(files, self.rows)]
        self.weight = [weights(f)[r] * np.sqrt(np.sum(f.used) / len(r))
                       for f, r in zip(files, self.rows)]
        self.scale = scale_of_resistance(files, ah)
        self.delayed_limit = 50 * self.scale
        # How resistance and lag change with the file's own temperature.
        self.change = [cell.arrhenius(energy, f.celsius[r], self.celsius)
                       for f, r in zip(files, self.rows)]

    def lines(self, shape, curve):
        """Of each file: columns of its unknown first hysteresis and of the delayed
        resistances, the state, the voltage of the curve, and columns of the curve's correction."""
        out = []
        for j, file in enumerate(self.files):
            rows, end = self.rows[j], self.rows[j][-1] + 1
            current, dt, z = file.current[:end], file.dt[:end], file.z[rows]
            i1 = cell.branch_current(current, dt, shape.tau1)[rows]
            i2 = cell.branch_current(current, dt, shape.tau2)[rows]
            h, left = (x[rows] for x in cell.hysteresis(current, dt, self.ah, shape.rate))
            first = np.zeros((len(left), len(self.files) + 2))
            first[:, j] = left
            first[:, -2] = -i1 * self.change[j]
            first[:, -1] = -i2 * self.change[j]
            surface = z - (shape.lag1 * i1 + shape.lag2 * i2) * self.change[j] / self.ah
            out.append((sp.csr_matrix(first), h, curve.volts(surface, z),
                        curve.shift_columns(surface, z)))
        return out


def prior(group, blocks):
    """The prior's rows for the blocks in order, and the bounds of the unknowns."""
    rows, low, high = [], [], []
    for name in blocks:
        if name == "shift":
            loose = np.where((SHIFT_GRID[1:-1] < 0.1) | (SHIFT_GRID[1:-1] > 0.93), 6.0, 1.0)
            rows.append(sp.vstack([sp.diags(1 / loose) @ curvature(41, 0.7e-3), ridge(41, 15e-3)]))
            bounds = -0.2, 0.2, 41
        elif name == "width":
            # Else the width would take up what the rate should explain.
            step = sp.diags([-1.0, 1.0], [0, 1], shape=(N_R - 1, N_R))
            rows.append(sp.vstack([curvature(N_R, group.width_sigma),
                                   step / (group.width_sigma if group.width_sigma == STIFF
                                           else 10 * group.width_sigma)]))
            bounds = 0.0, 0.1, N_R
        elif name == "entropy":
            rows.append(sp.vstack([curvature(N_R, 0.02e-3), ridge(N_R, 0.2e-3)]))
            bounds = -2e-3, 2e-3, N_R
        elif name == "first":
            rows.append(ridge(len(group.files), 10e-3))
            bounds = -0.1, 0.1, len(group.files)
        elif name == "delayed":
            rows.append(ridge(2, 20 * group.scale))
            bounds = 0.0, group.delayed_limit, 2
        else:
            rows.append(sp.vstack([curvature(N_R, 0.03 * group.scale),
                                   ridge(N_R, 20 * group.scale)]))
            bounds = 0.05 * group.scale, 50 * group.scale, N_R
        low.append(np.full(bounds[2], bounds[0]))
        high.append(np.full(bounds[2], bounds[1]))
    return sp.block_diag(rows).tocsr(), np.concatenate(low), np.concatenate(high)


def solve(a, y, w, regular, low, high):
    """Least squares within bounds: what leaves its bounds is held there, and the rest solved again.
    """
    normal = (a.T @ sp.diags(w * w) @ a + regular.T @ regular).toarray()
    normal += np.diag(np.diag(normal)) * 1e-12
    right = a.T @ (w * w * y)
    x = np.zeros(len(right))
    free = np.ones(len(right), bool)
    for _ in range(20):
        held = normal[:, ~free] @ x[~free]
        x[free] = sl.solve(normal[np.ix_(free, free)], (right - held)[free], assume_a="pos")
        outside = free & ((x < low - 1e-12) | (x > high + 1e-12))
        if not outside.any():
            break
        x[outside] = np.clip(x[outside], low[outside], high[outside])
        free &= ~outside
    return np.clip(x, low, high)


def fit(group, shape, curve, fixed=None, reference=None, rounds=3, entropy=None):
    """Tables at the group's temperature, and the residual (rms of the weighted rows, V).

    Without `fixed`, the correction of the OCV curve and the hysteresis are found too; with it
    (tables of the reference), they are kept and the resistance is found, and the entropy if
    `entropy` is "free".
    """
    names = ["resistance", "first", "delayed"] + (["shift", "width"] if fixed is None else [])
    free = isinstance(entropy, str)
    if free:
        names.append("entropy")
    regular, low, high = prior(group, names)
    lines = group.lines(shape, curve)
    resistance = np.full(N_R, group.scale)
    trust = [np.ones(len(rows)) for rows in group.rows]
    for _ in range(rounds):
        bend = cell.bend(float(np.median(resistance)), group.celsius, shape.share)
        blocks, ys, ws = [], [], []
        for j, file in enumerate(group.files):
            first, h, open_circuit, shift = lines[j]
            rows = group.rows[j]
            warmer = file.celsius[rows] - (reference or 0.0)
            flow = cell.driving(file.current[rows], bend, shape.share) * group.change[j]
            row = [sp.diags(-flow) @ group.z[j], first]
            y = file.volts[rows] - open_circuit
            if fixed is None:
                row += [shift, sp.diags(h) @ group.z[j]]
            else:
                y = y - shift @ fixed.shift - h * (group.z[j] @ fixed.width)
            if free:
                row.append(sp.diags(warmer) @ group.z[j])
            elif entropy is not None:
                y = y - warmer * (group.z[j] @ entropy)
            blocks.append(sp.hstack(row).tocsr())
            ys.append(y)
            ws.append(group.weight[j] * trust[j])
        a, y, w = sp.vstack(blocks).tocsr(), np.concatenate(ys), np.concatenate(ws)
        x = solve(a, y, w, regular, low, high)
        residual = y - a @ x
        resistance = x[:N_R]
        parts = np.split(residual, np.cumsum([len(rows) for rows in group.rows])[:-1])
        trust = [np.sqrt(np.minimum(1, OUTLIER / np.maximum(np.abs(r), 1e-9))) for r in parts]
    at = N_R + len(group.files)
    tables = Tables(group.celsius, resistance, bend, x[at:at + 2])
    at += 2
    if fixed is None:
        tables.shift, tables.width = x[at:at + 41], x[at + 41:at + 41 + N_R]
        at += 41 + N_R
    if free:
        tables.entropy = x[at:at + N_R]
    full = np.concatenate(group.weight)
    rms = float(np.sqrt(np.average(np.clip(residual, -CLIP, CLIP) ** 2, weights=full * full)))
    return tables, rms


def search(function, start, span, count):
    start = np.asarray(start, float)
    simplex = [start] + [start + step for step in np.diag(span)]
    best = so.minimize(function, start, method="Nelder-Mead", options=dict(
        maxfev=count, xatol=0.01, fatol=1e-6, initial_simplex=simplex))
    return best.x
