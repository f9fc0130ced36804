"""Scores, in the way of the shared score_soc.py: the estimate is held onto the truth's times."""
import json

import numpy as np

SETTLING = 600.0
# At or beyond these the curve is steep: an anchor.
ANCHOR_LOW, ANCHOR_HIGH = 0.12, 0.95


class Score:
    """Errors of one run, over all cells of a file. SOC and sigma are fractions."""

    def __init__(self, truth, estimate, gap=None):
        names = [n for n in estimate if n.startswith("soc_est")]
        place = np.searchsorted(estimate["t_s"], truth.seconds + 1e-6, side="right") - 1
        place = np.maximum(place, 0)
        self.seconds = truth.seconds
        self.soc = np.array([estimate[n][place] for n in sorted(names)])
        self.sigma = np.array(
            [estimate[n][place] for n in sorted(estimate) if n.startswith("sigma")])
        if len(self.soc) != len(truth.soc):
            raise ValueError(f"{truth.name}: {len(self.soc)} cells, not {len(truth.soc)}")
        self.error = self.soc - truth.soc
        if not np.isfinite(self.error).all() or not np.isfinite(self.sigma).all():
            raise ValueError(f"{truth.name}: numbers that are not finite")
        begin = self.seconds[0]
        self.counted = self.seconds - begin >= SETTLING
        self.judged = self.counted.copy()
        if gap:
            # What flowed in the gap nobody saw: judged again after the next anchor.
            inside = (self.seconds >= gap[0]) & (self.seconds < gap[1])
            anchor = ((truth.soc <= ANCHOR_LOW) | (truth.soc >= ANCHOR_HIGH)).any(axis=0)
            after = np.flatnonzero(anchor & (self.seconds >= gap[1]))
            until = self.seconds[after[0]] if len(after) else np.inf
            self.counted &= ~inside
            self.judged &= (self.seconds < gap[0]) | (self.seconds >= until)
        self.swings = truth.swings

    def after(self, seconds):
        """The same run judged from a later moment on."""
        later = object.__new__(Score)
        later.__dict__.update(self.__dict__)
        later.judged = self.judged & (self.seconds >= seconds)
        later.counted = self.counted & (self.seconds >= seconds)
        return later

    @property
    def rmse(self):
        return float(np.sqrt(np.mean(self.error[:, self.judged] ** 2)))

    @property
    def worst_cell_rmse(self):
        return float(np.sqrt(np.mean(self.error[:, self.judged] ** 2, axis=1)).max())

    @property
    def bias(self):
        return float(np.mean(self.error[:, self.judged]))

    @property
    def largest(self):
        return float(np.abs(self.error[:, self.judged]).max())

    @property
    def largest_ever(self):
        return float(np.abs(self.error).max())

    @property
    def cover(self):
        inside = np.abs(self.error) <= 3 * self.sigma
        return float(np.mean(inside[:, self.counted]))

    @property
    def worst_cover(self):
        inside = np.abs(self.error) <= 3 * self.sigma
        return float(np.mean(inside[:, self.counted], axis=1).min())

    @property
    def mean_sigma(self):
        return float(np.mean(self.sigma[:, self.counted]))


class Health:
    """Relative errors of the SOH outputs; empty where a run did not say."""

    def __init__(self, truth, path):
        told = json.loads(path.read_text()) if path.exists() else {}
        told = told.get("per_cell", [told])
        self.told = told
        self.capacity = self._errors(truth, told, "capacity_Ah")
        self.resistance = self._errors(truth, told, "r10s_mohm")

    @staticmethod
    def _errors(truth, told, key):
        pairs = [(cell.get(key), one.get(key)) for cell, one in zip(truth.cells, told)]
        return np.array([one / cell - 1 for cell, one in pairs if cell and one is not None])


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))
