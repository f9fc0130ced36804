"""The cell model of RackCore, over a whole file at once.

V = body(z - lag) + knee(z) + (T - Tref) S(z) + M h - R I*
lag = g1 i1 + g2 i2, i' = (I - i) / tau;  I* = (1 - k) I + k In asinh(I / In)
"""
import numpy as np
import scipy.signal as sg
import scipy.sparse as sp

OCV_GRID = np.linspace(0, 1, 201)
R_GRID = np.linspace(0, 1, 21)
N_R = len(R_GRID)
KNEE_GRID = np.linspace(0.88, 1, 25)
CUT = 0.88
# Two electrodes, each 2RT/F at 25 °C: Butler and Volmer with equal shares of both directions.
KINETIC_VOLTS = 4 * 8.314462 * 298.15 / 96485.33


def interpolation(z, grid):
    z = np.clip(z, grid[0], grid[-1])
    k = np.clip(np.searchsorted(grid, z, side="right") - 1, 0, len(grid) - 2)
    w = (z - grid[k]) / (grid[k + 1] - grid[k])
    rows = np.arange(len(z))
    return sp.csr_matrix(
        (np.r_[1 - w, w], (np.r_[rows, rows], np.r_[k, k + 1])), shape=(len(z), len(grid)))


def branch_current(current, dt, tau):
    """i' = a i + (1 - a) I, started at rest; `tau` may change from row to row."""
    if np.ndim(tau) == 0 and len(dt) > 2 and np.ptp(dt[1:]) < 1e-6:
        a = np.exp(-dt[1] / tau)
        return sg.lfilter([1 - a], [1, -a], current)
    keep, out, i = np.exp(-dt / tau).tolist(), [], 0.0
    for a, flow in zip(keep, current.tolist()):
        i = a * i + (1 - a) * flow
        out.append(i)
    return np.array(out)


def hysteresis(current, dt, ah, rate):
    """The state from zero, and what is left of an unknown first state."""
    keep = np.exp(-rate * np.abs(current) * dt / 3600 / ah)
    push = ((1 - keep) * np.sign(current)).tolist()
    out, h = [], 0.0
    for a, b in zip(keep.tolist(), push):
        h = a * h - b
        out.append(h)
    return np.array(out), np.cumprod(keep)


def bend(resistance, celsius, share):
    """The current from which on charge transfer gives way: its share of R is then at one scale."""
    return KINETIC_VOLTS * (celsius + 273.15) / 298.15 / np.maximum(share * resistance, 1e-12)


def driving(current, bend_amperes, share):
    """I*."""
    if share <= 0:
        return current
    return (1 - share) * current + share * bend_amperes * np.arcsinh(current / bend_amperes)


def arrhenius(energy, celsius, reference):
    return np.exp(energy / 8.314462 * (1 / (celsius + 273.15) - 1 / (reference + 273.15)))
