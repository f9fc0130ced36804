"""An independent filter: the equations of docs/estimation.md in full matrices, and the fixture it makes.

    python3 Tools/estimation-report.d/reference.py Tests/Fixtures/estimation-reference.json

RackCore's filter works on scalars with unrolled symmetric updates. This one predicts with F P F' + Q,
corrects in Joseph's form, and leaves the current's offset out of the gain. The test
`ReferenceFilterTests` runs RackCore on the fixture's inputs and compares; it needs no Python.
"""
import json
import sys

import numpy as np

Y, H, B, R, Q, D, C = range(7)
FLOOR = np.array([1e-10, 1e-8, 1e-10, 1e-8, 1e-8, 1e-8])
LOW = np.array([-0.1, -1, -np.inf, -0.7, 0.3, -0.3])
HIGH = np.array([2, 1, np.inf, 5, 1.5, 0.3])
SETTINGS = {
    "cadence": 1.0, "maximum_gap": 5.0, "current_sigma": 0.1, "offset_sigma": 0.6,
    "blind_sigma": 100.0, "rest": 1.5, "voltage_sigma": 0.0015, "capacity_sigma": 0.07,
    "drift_sigma": 0.5, "gain_sigma": 0.005, "standby_sigma": 0.1,
}
FADE = 0.02 ** 2 / 31_536_000


def line(values, position):
    """A table by its place in steps; held at its ends."""
    place = min(max(position, 0.0), len(values) - 1.0)
    return float(np.interp(place, np.arange(len(values)), values))


def straight_on(values, position):
    """The same, going on straight beyond its ends."""
    k = int(min(max(np.floor(position), 0), len(values) - 2))
    return values[k] + (position - k) * (values[k + 1] - values[k])


class Model:
    def __init__(self, facts):
        self.__dict__.update({k: np.array(v) if isinstance(v, list) else v
                              for k, v in facts.items()})
        self.charge = 3600 * self.capacity_ah

    def by_temperature(self, values, celsius):
        return float(np.interp(celsius, self.temperatures, values))

    def body_at(self, x):
        return straight_on(self.body, 200 * min(max(x, -0.2), 1.2))

    def knee_at(self, p):
        return straight_on(self.knee, 200 * (min(p, 1.2) - 0.88)) if p > 0.88 else 0.0

    def knee_place(self, volts):
        """Where the knee adds so much."""
        k = min(int(np.searchsorted(self.knee[1:-1], volts)), len(self.knee) - 2)
        rise = self.knee[k + 1] - self.knee[k]
        return 0.88 + (k + min(max((volts - self.knee[k]) / rise, 0), 10)) / 200

    def chord(self, position, seen, floor):
        volts = self.knee_at(position)
        if seen <= floor and volts <= floor:
            return volts, 0.0
        target = self.knee_place(max(seen, floor))
        if abs(target - position) < 0.0005:
            return volts, (self.knee_at(position + 0.0005) - self.knee_at(position - 0.0005)) * 1000
        return volts, (self.knee_at(target) - volts) / (target - position)

    def resistance_at(self, z, celsius):
        rows = [line(row, 20 * z) for row in self.resistance]
        return self.by_temperature(rows, celsius)

    def driving(self, amperes, celsius):
        rows = (1 - self.kinetic_share) * amperes + self.kinetic_share * self.kinetic_amperes \
            * np.arcsinh(amperes / self.kinetic_amperes)
        return self.by_temperature(rows, celsius)


class Offset:
    """Offset of the current sensor, from rests."""

    def __init__(self):
        self.amperes, self.learned, self.block, self.since = 0.0, None, [], None

    @property
    def variance(self):
        most = SETTINGS["offset_sigma"] ** 2
        return most if self.learned is None else min(self.learned, most)

    def read(self, amperes, now):
        """The mean of a finished minute of rest."""
        if not abs(amperes) < SETTINGS["rest"]:
            self.since = None
            return None
        if self.since is None:
            self.since, self.block = now, []
        self.block.append(amperes)
        if now - self.since < 60:
            return None
        mean = sum(self.block) / len(self.block)
        self.since, self.block = now, []
        return mean if abs(mean) <= 3 * SETTINGS["offset_sigma"] else None

    def learn(self, mean):
        variance = SETTINGS["standby_sigma"] ** 2
        gain = self.variance / (self.variance + variance)
        left = self.variance * (1 - gain)
        most = 3 * SETTINGS["offset_sigma"]
        self.amperes = min(max(self.amperes + gain * (mean - self.amperes), -most), most)
        self.learned = max(left, variance)

    def age(self, seconds):
        if self.learned is not None:
            self.learned += SETTINGS["drift_sigma"] ** 2 * seconds / 86_400


class Filter:
    """One cell; x = charge, hysteresis, bias, resistance, capacity, stretch, and the offset's place."""

    def __init__(self, model, soc, sigma):
        self.model, self.offset = model, Offset()
        noise, wide = model.noise, SETTINGS["capacity_sigma"] ** 2
        self.x = np.array([soc, 0, 0, 0, 1, 0], float)
        self.P = np.zeros((7, 7))
        self.P[Y, Y] = sigma ** 2 + soc ** 2 * wide
        self.P[Y, Q] = self.P[Q, Y] = soc * wide
        self.P[Q, Q], self.P[D, D] = wide, noise["stretch"] ** 2
        self.P[H, H], self.P[B, B] = 0.25, noise["bias_volts"] ** 2
        self.P[R, R] = noise["resistance"] ** 2
        self.fast = self.slow = 0.0
        self.current = self.before = 0.0
        self.sampled = self.accounted = self.advanced = self.updated = None
        self.drawn = self.seconds = self.blind = 0.0
        self.celsius = 25.0

    def step(self, now, reading, volts, celsius):
        """One row: current and voltage of the same moment."""
        self._count(now, reading)
        if self.advanced is None or now - self.advanced >= SETTINGS["cadence"] * 15 / 16:
            self._predict()
            self.advanced = now
        self.celsius = celsius
        self._correct(now, volts)

    def _count(self, now, reading):
        mean = self.offset.read(reading, now)
        if mean is not None:
            self.P[C, C] = self.offset.variance
            measured = SETTINGS["standby_sigma"] ** 2
            h = np.eye(7)[C]
            self._gain(h, mean - self.offset.amperes, measured, bound=False)
            self.offset.learn(mean)
        amperes = reading - self.offset.amperes
        if self.sampled is None:
            self.before = amperes
        else:
            gap = now - self.sampled
            if gap <= SETTINGS["maximum_gap"]:
                self.drawn += 0.5 * (self.current + amperes) * gap
                self.seconds += gap
            else:
                self.blind += now - self.accounted
            self.before = self.current
        self.accounted = self.sampled = now
        self.current = amperes

    def _predict(self):
        m, noise, time = self.model, self.model.noise, self.seconds + self.blind
        turned = self.drawn / m.charge
        amperes = self.drawn / self.seconds if self.seconds else 0.0
        moves = abs(amperes) > SETTINGS["rest"]
        keep = np.exp(-m.rate * abs(turned)) if moves else 1.0
        bias = np.exp(-time / noise["bias_seconds"] - abs(turned) / noise["bias_charge"])
        resistance = np.exp(-time / noise["resistance_seconds"])
        fast = m.by_temperature(np.exp(-time / m.fast_seconds), self.celsius)
        slow = m.by_temperature(np.exp(-time / m.slow_seconds), self.celsius)
        self.fast = fast * self.fast + (1 - fast) * amperes
        self.slow = slow * self.slow + (1 - slow) * amperes
        F = np.diag([1, keep, bias, resistance, 1, 1, 1])
        # What the offset pretends was drawn has not been drawn.
        F[Y, C] = self.seconds / m.charge
        self.x = F[:6, :6] @ self.x
        self.x[Y] -= turned
        self.x[H] -= (1 - keep) * np.sign(turned)
        self._bound()
        noisy = np.zeros(7)
        noisy[Y] = ((SETTINGS["current_sigma"] * self.seconds / m.charge) ** 2
                    + (SETTINGS["blind_sigma"] * self.blind / m.charge) ** 2
                    + SETTINGS["gain_sigma"] ** 2 * abs(turned) * 0.1)
        noisy[H] = (1 - keep ** 2) * noise["hysteresis"] ** 2
        noisy[B] = (1 - bias ** 2) * noise["bias_volts"] ** 2
        noisy[R] = (1 - resistance ** 2) * noise["resistance"] ** 2
        noisy[Q] = noisy[D] = FADE * time
        self.P[C, C] = self.offset.variance
        self.P = F @ self.P @ F.T + np.diag(noisy)
        self.offset.age(time)
        self.drawn = self.seconds = self.blind = 0.0

    def _correct(self, now, volts):
        m, noise, P = self.model, self.model.noise, self.P
        elapsed = 1.0 if self.updated is None else now - self.updated
        self.updated = now
        _, h, bias, r, capacity, stretch = self.x
        y = self.x[Y] - self.drawn / m.charge
        z = y / capacity
        ohms = m.resistance_at(z, self.celsius)
        drop = (ohms * m.driving(self.current, self.celsius)
                + m.by_temperature(m.fast_ohms, self.celsius) * self.fast
                + m.by_temperature(m.slow_ohms, self.celsius) * self.slow)
        lag = (m.by_temperature(m.fast_lag, self.celsius) * self.fast
               + m.by_temperature(m.slow_lag, self.celsius) * self.slow)
        half = line(m.hysteresis, 20 * z)
        scale = 1 + m.fade_stretch * (1 - capacity) + stretch
        spread = min(max(np.sqrt(3 * P[Y, Y]), 0.01), 0.3)
        # Gauss and Hermite with three points, weights 1/6, 2/3, 1/6.
        points = np.array([m.body_at(scale * y - lag + k * spread) for k in (-1, 0, 1)])
        mean = points @ [1 / 6, 2 / 3, 1 / 6]
        slope = (points[2] - points[0]) / (2 * spread)
        bend = ((points - mean - slope * spread * np.array([-1, 0, 1])) ** 2) @ [1 / 6, 2 / 3, 1 / 6]
        base = (mean + half * h + bias - (1 + r) * drop
                + line(m.warmth, 20 * z) * (self.celsius - m.reference_celsius))
        knee, knee_slope = m.chord(1 + y - capacity, volts - base, noise["knee_floor"])
        sensitivity = np.array([scale * slope + knee_slope, half, 1, -drop,
                                -knee_slope - m.fade_stretch * y * slope, y * slope, 0])
        moved = abs(self.current) * elapsed / m.charge
        lasting = [(noise["shift"] * (scale * slope + knee_slope), noise["shift_seconds"]),
                   (noise["load"] * drop, noise["load_seconds"]),
                   (noise["lag"] * lag * slope, noise["lag_seconds"])]
        variance = (SETTINGS["voltage_sigma"] ** 2
                    + (0.5 * ohms * (self.current - self.before)) ** 2
                    + sum(e ** 2 * max(1, s / max(elapsed, 0.1)) for e, s in lasting)
                    + bend * max(1, 0.3 * spread / max(moved, 1e-9)))
        self._gain(sensitivity, volts - base - knee, variance)

    def _gain(self, h, innovation, variance, bound=True):
        total = h @ self.P @ h + variance
        K = self.P @ h / total
        K[C] = 0
        if bound:
            limit = 4 * np.sqrt(total)
            innovation = min(max(innovation, -limit), limit)
        self.x = self.x + K[:6] * innovation
        self._bound()
        I = np.eye(7) - np.outer(K, h)
        self.P = I @ self.P @ I.T + variance * np.outer(K, K)
        for k in range(6):
            self.P[k, k] = max(self.P[k, k], FLOOR[k])

    def _bound(self):
        self.x = np.clip(self.x, LOW, HIGH)


def model_facts():
    """An invented cell that has everything a cell file can say."""
    z = np.linspace(0, 1, 201)
    body = 3.25 + 0.02 * z + 0.05 / (1 + np.exp(-(z - 0.7) / 0.03)) - 0.5 * np.exp(-z / 0.04)
    knee = np.linspace(0.88, 1, 25)
    knee = 0.3 * (np.exp((knee - 1) / 0.015) - np.exp(-0.12 / 0.015))
    soc = np.linspace(0, 1, 21)
    scales = (2.0, 1.0, 0.7)

    def told(values, digits):
        return [round(float(v), digits) for v in values]
    return {
        "capacity_ah": 100.0, "body": told(body, 6), "knee": told(knee, 6),
        "warmth": told(4e-4 * (soc - 0.4), 7), "reference_celsius": 25.0,
        "hysteresis": told(0.006 + 0.004 * soc, 5), "rate": 20.0,
        "temperatures": [5.0, 25.0, 45.0],
        "resistance": [told(1.4e-3 * s * (1 + 0.5 * (soc - 0.6) ** 2), 7) for s in scales],
        "kinetic_share": 0.4, "kinetic_amperes": [30.0, 60.0, 90.0],
        "fast_seconds": [60.0, 40.0, 30.0], "slow_seconds": [600.0, 400.0, 300.0],
        "fast_lag": told([4e-4 * s for s in scales], 7),
        "slow_lag": told([6e-4 * s for s in scales], 7),
        "fast_ohms": told([2e-4 * s for s in scales], 7),
        "slow_ohms": told([1e-4 * s for s in scales], 7),
        "fade_stretch": 0.2,
        "noise": {"bias_volts": 0.002, "bias_seconds": 14_400.0, "bias_charge": 0.3,
                  "shift": 0.005, "shift_seconds": 1800.0, "load": 0.1, "load_seconds": 30.0,
                  "lag": 0.15, "lag_seconds": 300.0, "resistance": 0.25,
                  "resistance_seconds": 86_400.0, "hysteresis": 0.2, "knee_floor": 0.008,
                  "stretch": 0.02},
    }


# Name, °C, true first SOC, guess, sigma, period s, mean current A, what happens on the way.
CASES = (
    ("warm, discharge across the step", 31.0, 0.82, 0.75, 0.1, 1.0, 45.0, ""),
    ("cold, charge into the top knee", 8.0, 0.84, 0.9, 0.08, 1.0, -40.0, "lost"),
    ("hot, discharge to the bottom, a minute without rows", 44.0, 0.2, 0.3, 0.1, 1.0, 60.0, "gap"),
    ("rest on the plateau, voltages twice a second", 25.0, 0.5, 0.45, 0.05, 0.5, 0.8, "rest"),
)


def case(facts, name, celsius, true, guess, sigma, period, mean, event, seed):
    """Inputs of one case and what the filter makes of them."""
    random = np.random.default_rng(seed)
    model = Model(facts)
    filter, cell = Filter(model, guess, sigma), Filter(model, true, sigma)
    now, inputs, checks, amperes = 0.0, [], [], mean
    for step in range(400):
        if event == "gap" and step == 250:
            now += 60
        now += period * (1 + (event == "lost" and random.random() < 0.1))
        if step % 20 == 0 and event != "rest":
            amperes = mean * random.uniform(0.2, 1.8)
        if event == "rest" and 250 <= step < 300:
            amperes = 30.0
        elif event == "rest":
            amperes = mean
        reading = round(amperes + random.normal(0, 0.1), 2)
        warm = round(celsius + 2 * np.sin(step / 60), 2)
        volts = round(voltage(cell, now, amperes, warm) + random.normal(0, 0.001), 5)
        inputs.append([round(now, 3), reading, volts, warm])
        filter.step(now, reading, volts, warm)
        if step % 20 == 19:
            checks.append({
                "step": step,
                "state": [float(v) for v in (*filter.x, filter.fast, filter.slow,
                                             filter.offset.amperes, filter.offset.variance)],
                "covariance": [float(filter.P[i, j]) for i in range(6) for j in range(i, 7)]})
    return {"name": name, "soc": guess, "sigma": sigma, "inputs": inputs, "checks": checks}


def voltage(cell, now, amperes, celsius):
    """The true cell: the same model moved without a filter, capacity 3 % short, 10 % more
    resistance."""
    m = cell.model
    cell.x[Q], cell.x[R] = 0.97, 0.1
    resistance, capacity = cell.x[R], cell.x[Q]
    cell._count(now, amperes)
    cell.offset = Offset()
    cell.celsius = celsius
    P = cell.P.copy()
    cell._predict()
    cell.P = P
    y, h = cell.x[Y], cell.x[H]
    z = y / capacity
    lag = (m.by_temperature(m.fast_lag, celsius) * cell.fast
           + m.by_temperature(m.slow_lag, celsius) * cell.slow)
    drop = m.resistance_at(z, celsius) * m.driving(amperes, celsius)
    scale = 1 + m.fade_stretch * (1 - capacity)
    return (m.body_at(scale * y - lag) + m.knee_at(1 + y - capacity) + line(m.hysteresis, 20 * z) * h
            - (1 + resistance) * drop + line(m.warmth, 20 * z) * (celsius - m.reference_celsius))


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__)
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 64
    facts = model_facts()
    cases = [case(facts, *row, seed) for seed, row in enumerate(CASES)]
    with open(sys.argv[1], "w") as file:
        json.dump({"model": facts, "cases": cases}, file, separators=(",", ":"), indent=None)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
