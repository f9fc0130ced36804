"""The truth files, what an estimator may see of them, and what is done to that for robustness."""
import gzip
import hashlib
import json

import numpy as np

# A leg of the true SOC in one direction of this much is a full swing.
SWING = 0.55
# Cell file by how a file's name begins.
CELLS = (("lfp_", "lfp-280ah"), ("nmc_", "nmc-280ah"), ("real_lfp_a123", "lfp-a123-26650"),
         ("real_lfp_1p2Ah", "lfp-1p2ah"))


def load(path):
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt") as file:
        names = [name.strip() for name in file.readline().split(",")]
        rows = np.loadtxt(file, delimiter=",", ndmin=2)
    return {name: rows[:, k] for k, name in enumerate(names)}


class Truth:
    """One file: `columns` is all an estimator may see."""

    def __init__(self, path):
        self.name = path.name.removesuffix(".csv.gz")
        self.side = json.loads(path.with_name(self.name + ".json").read_text())
        table = load(path)
        self.seconds = table["t_s"]
        self.is_rack = "soc_true_01" in table
        self.is_real = self.name.startswith("real_")
        self.soc = np.array([table[name] for name in sorted(table) if name.startswith("soc_true")])
        if self.is_real:
            seen = ("t_s", "current_A", "voltage_V", "temperature_C")
        else:
            seen = [name for name in table if name == "t_s" or "_meas" in name]
        # A cycler may write one moment twice; the first row stands.
        rising = np.r_[True, np.diff(np.maximum.accumulate(self.seconds)) > 0]
        self.columns = rows({name: table[name] for name in seen}, rising)
        self.cell = next(cell for start, cell in CELLS if self.name.startswith(start))
        self.nominal = self.side["nominal_capacity_Ah"]

    @property
    def cells(self):
        """Facts of each cell: capacity_Ah and, but for real cells, r10s_mohm."""
        return self.side.get("per_cell", [self.side])

    @property
    def guess(self):
        """First SOC and its sigma as given to the estimator; nothing for the rack."""
        if self.is_rack:
            return None
        if self.is_real:
            # 20 % wrong, towards the middle: there is nothing beyond full and empty.
            return self.soc[0, 0] + (0.2 if self.soc[0, 0] < 0.5 else -0.2), 0.2
        return self.side["init_soc_guess"], self.side["init_soc_sigma"]

    @property
    def swings(self):
        """When each full swing has been made, s: legs of at least SWING in turn."""
        soc, ends = self.soc[0], []
        low = high = soc[0]
        way = 0
        for time, z in zip(self.seconds, soc):
            low, high = min(low, z), max(high, z)
            if way <= 0 and z - low >= SWING:
                ends.append(float(time))
                way, high = 1, z
            elif way >= 0 and high - z >= SWING:
                ends.append(float(time))
                way, low = -1, z
        return ends

    @property
    def reaches_full(self):
        """Whether every cell comes to the top knee, which alone shows its capacity."""
        return min(np.max(soc) for soc in self.soc) >= 0.97

    @property
    def counting(self):
        """SOC by counting the measured current from the guess over the nominal capacity."""
        name = "current_A" if self.is_real else "current_meas_A"
        current, dt = self.columns[name], np.diff(self.columns["t_s"])
        drawn = np.r_[0, np.cumsum(0.5 * (current[1:] + current[:-1]) * dt)]
        return self.guess[0] - drawn / 3600 / self.nominal


def write(path, columns):
    """A CSV for `rackctl estimate`."""
    def digits(name):
        return "%.4f" if name.startswith(("v", "c")) else "%.10g" if name == "t_s" else "%.2f"
    with open(path, "w") as file:
        file.write(",".join(columns) + "\n")
        np.savetxt(file, np.column_stack(list(columns.values())), delimiter=",",
                   fmt=[digits(name) for name in columns])


def changed(columns, volts=lambda v: v, amperes=lambda i, t: i, celsius=lambda c: c):
    out = {}
    for name, values in columns.items():
        if name.startswith("v"):
            values = volts(values)
        elif name.startswith("current"):
            values = amperes(values, columns["t_s"])
        elif name.startswith("t") and name != "t_s":
            values = celsius(values)
        out[name] = values
    return out


def rows(columns, keep):
    return {name: values[keep] for name, values in columns.items()}


def lose(columns, name):
    """Every row is lost with a chance of 10 %; the same rows for the same file."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    keep = np.random.default_rng(seed).random(len(columns["t_s"])) >= 0.1
    keep[0] = True
    return rows(columns, keep)


def gap_of(columns):
    """An hour in the middle: from, to."""
    middle = np.mean(columns["t_s"][[0, -1]])
    return middle - 1800, middle + 1800


def cut(columns):
    begin, end = gap_of(columns)
    return rows(columns, (columns["t_s"] < begin) | (columns["t_s"] >= end))


def stepped(columns):
    return changed(columns, volts=lambda v: np.round(v, 3), celsius=np.round)


# Key: words, what it does to the columns of a file of a name.
VARIANTS = {
    "v+2mV": ("+2 mV on all voltages", lambda c, n: changed(c, lambda v: v + 0.002)),
    "v-2mV": ("-2 mV on all voltages", lambda c, n: changed(c, lambda v: v - 0.002)),
    "v+5mV": ("+5 mV on all voltages", lambda c, n: changed(c, lambda v: v + 0.005)),
    "v-5mV": ("-5 mV on all voltages", lambda c, n: changed(c, lambda v: v - 0.005)),
    "gain+": ("current gain +0.5 %", lambda c, n: changed(c, amperes=lambda i, t: 1.005 * i)),
    "gain-": ("current gain -0.5 %", lambda c, n: changed(c, amperes=lambda i, t: 0.995 * i)),
    "drift": ("offset drifts 0.5 A in a day", lambda c, n: changed(
        c, amperes=lambda i, t: i + 0.5 * (t - t[0]) / 86400)),
    "lost": ("10 % of the rows lost", lose),
    "gap": ("1 h of rows missing in the middle", lambda c, n: cut(c)),
    "1mV": ("voltages in 1 mV, temperatures in 1 °C steps", lambda c, n: stepped(c)),
}


def with_offset(truth):
    """A real file with 0.2 % of 2C added to its current, as a rack's sensor would."""
    return changed(truth.columns, amperes=lambda i, t: i + 0.002 * 2 * truth.nominal)
