"""The goals, and what was measured against each."""
import numpy as np

from score import rms

OBSERVABLE = ("lfp_dst_10C", "lfp_dst_25C", "lfp_dst_40C", "lfp_sweep_5_45C", "lfp_peak_25C",
              "lfp_rack16_25C")
AGED = ("lfp_aged90_25C", "lfp_week_aged94_27C")
# RMSE of a plain filter on the real cells, % SOC: without and with an offset of 0.2 % of 2C.
BASELINE = {
    "real_lfp_a123_2p0Ah_dyn_05C": (1.1, 3.0), "real_lfp_a123_2p0Ah_dyn_25C": (0.63, 2.1),
    "real_lfp_a123_2p0Ah_dyn_45C": (0.88, 2.5), "real_lfp_1p2Ah_flat_10C": (7.8, 6.7),
    "real_lfp_1p2Ah_flat_25C": (5.3, 5.0),
}
MET, MISSED_AIM, MISSED, UNKNOWN = "met", "aim missed", "MISSED", "not measured"


class Goal:
    """One row. `misses` says which file missed which limit, and by what."""

    def __init__(self, quantity, must, aim):
        self.quantity, self.must, self.aim = quantity, must, aim
        self.measured = "–"
        self.verdict = UNKNOWN
        self.misses = []

    def judge(self, measured, must, aim):
        """`must` and `aim`: what missed them, as texts."""
        self.measured = measured
        self.verdict = MISSED if must else MISSED_AIM if aim else MET
        self.misses = [f"must: {text}" for text in must] or [f"aim: {text}" for text in aim]
        return self

    def lacking(self, text):
        """Nothing was measured, or not all of it: no verdict better than that."""
        self.misses.append(text)
        if self.verdict in (MET, MISSED_AIM):
            self.verdict = UNKNOWN
        return self


def percent(value, digits=2):
    return f"{100 * value:.{digits}f} %"


def above(values, limit, digits=2):
    """Names and figures of what is above a limit."""
    return [f"{name} {percent(v, digits)}" for name, v in values.items() if not v <= limit]


def short(name):
    return name.removeprefix("lfp_").removeprefix("real_lfp_")


def limited(goal, values, must, aim, missing=()):
    """The usual goal: every value within both limits."""
    if values:
        worst = max(values, key=values.get)
        shown = f"{percent(values[worst])} ({worst})" if len(values) > 1 else percent(values[worst])
        goal.judge(shown, above(values, must), above(values, aim))
    return lacking(goal, missing)


def lacking(goal, missing):
    for text in missing:
        goal.lacking(text)
    return goal


class Judge:
    """`runs` by name: a file's, or `file@variant`."""

    def __init__(self, runs, replay, is_whole=True):
        self.runs, self.replay, self.is_whole = runs, replay, is_whole

    def found(self, names):
        """Runs that have a score, by short name, and what to say of the others. What was not
        asked for is not missed."""
        if not self.is_whole:
            names = [n for n in names if n in self.runs]
        good = {short(n): self.runs[n] for n in names if n in self.runs and self.runs[n].score}
        bad = [f"{short(n)}: " + (self.runs[n].problem if n in self.runs else "not run")
               for n in names if n not in self.runs or not self.runs[n].score]
        return good, bad

    def goals(self):
        return [self.accuracy(), self.largest(), self.aged(), self.plateau(), self.regulation(),
                self.coverage(), self.capacity(), self.resistance(), self.worst_cell(),
                self.worst_aged_cell(), self.real(), self.nmc(),
                *self.robustness(), self.agreement()]

    def accuracy(self):
        goal = Goal("LFP SOC RMSE, observable files, fresh, 5–45 °C", "≤ 2 %",
                    "≤ 1 % mean, ≤ 1.5 % worst")
        good, bad = self.found(OBSERVABLE)
        values = {n: run.score.rmse for n, run in good.items()}
        if values:
            mean = float(np.mean(list(values.values())))
            worst = max(values, key=values.get)
            aim = above(values, 0.015) + ([] if mean <= 0.01 else [f"mean {percent(mean)}"])
            goal.judge(f"{percent(mean)} mean, {percent(values[worst])} worst ({worst})",
                       above(values, 0.02), aim)
        return lacking(goal, bad)

    def largest(self):
        goal = Goal("largest error, same files", "≤ 5 %", "≤ 3 %")
        good, bad = self.found(OBSERVABLE)
        return limited(goal, {n: run.score.largest for n, run in good.items()}, 0.05, 0.03, bad)

    def aged(self):
        goal = Goal("aged and week file, RMSE after the first full swing", "≤ 4 %", "≤ 2 %")
        good, bad = self.found(AGED)
        values = {n: run.score.after(run.score.swings[0]).rmse for n, run in good.items()}
        return limited(goal, values, 0.04, 0.02, bad)

    def plateau(self):
        goal = Goal("plateau, guess within 3 %, 0.6 A offset, 24 h", "no worse than counting",
                    "≤ 1 %")
        good, bad = self.found(["lfp_plateau_25C"])
        for run in good.values():
            score = run.score
            error = run.file.counting - run.file.soc[0]
            counting = rms(error[score.judged])
            goal.judge(f"{percent(score.rmse)}, counting {percent(counting)}",
                       [] if score.rmse <= counting else ["worse than counting"],
                       [] if score.rmse <= 0.01 else [f"RMSE {percent(score.rmse)}"])
        return lacking(goal, bad)

    def regulation(self):
        goal = Goal("regulation only", "never more than 1 % worse than the first error",
                    "and coverage ≥ 99 %")
        good, bad = self.found(["lfp_regd_25C"])
        for run in good.values():
            first = abs(run.file.guess[0] - run.file.soc[0, 0])
            worse = run.score.largest_ever - first
            cover = run.score.cover
            goal.judge(
                f"{percent(worse)} worse than {percent(first)}, coverage {percent(cover, 1)}",
                [] if worse <= 0.01 else [f"{percent(worse)} worse"],
                [] if cover >= 0.99 else [f"coverage {percent(cover, 1)}"])
        return lacking(goal, bad)

    def coverage(self):
        goal = Goal("3-sigma coverage, every file", "≥ 95 %",
                    "≥ 99 % with mean sigma ≤ 2 % where observable")
        good, bad = self.found([n for n in self.runs if "@" not in n])
        if good:
            least = min(good, key=lambda n: good[n].score.cover)
            seen = [run.score.mean_sigma for n, run in good.items() if "lfp_" + n in OBSERVABLE]
            wide = {n: run.score.mean_sigma for n, run in good.items() if "lfp_" + n in OBSERVABLE}
            goal.judge(
                f"{percent(good[least].score.cover, 1)} least ({least})"
                + (f", sigma {percent(max(seen))} widest" if seen else ""),
                [f"{n} {percent(r.score.cover, 1)}" for n, r in good.items()
                 if r.score.cover < 0.95],
                [f"{n} {percent(r.score.cover, 1)}" for n, r in good.items()
                 if r.score.cover < 0.99] + [f"sigma of {t}" for t in above(wide, 0.02)])
        return lacking(goal, bad)

    def health(self, goal, key, names, must, aim):
        good, bad = self.found(names)
        silent = [n for n, run in good.items() if not len(getattr(run.health, key))]
        values = {n: rms(getattr(run.health, key)) for n, run in good.items() if n not in silent}
        return limited(goal, values, must, aim, bad + [f"{n}: --soh does not say" for n in silent])

    def capacity(self):
        # Two swings without the top knee show no capacity (rack16_25C ends at 94 %): it stays unknown.
        names = [n for n, run in self.runs.items() if "@" not in n and n.startswith("lfp_")
                 and len(run.file.swings) >= 2 and run.file.reaches_full]
        goal = Goal("capacity after two full swings, rms over cells", "≤ 4 %", "≤ 2 %")
        return self.health(goal, "capacity", names, 0.04, 0.02)

    def resistance(self):
        names = [n for n in self.runs if "@" not in n and n.startswith("lfp_")]
        return self.health(Goal("10 s resistance, rms over cells", "≤ 10 %", "≤ 5 %"),
                           "resistance", names, 0.1, 0.05)

    def worst_cell(self):
        good, bad = self.found(["lfp_rack16_25C"])
        goal = Goal("worst cell of the fresh rack, RMSE", "≤ 2 %", "≤ 1.5 %")
        return limited(goal, {n: r.score.worst_cell_rmse for n, r in good.items()}, 0.02, 0.015, bad)

    def worst_aged_cell(self):
        goal = Goal("worst cell of an aged rack, RMSE", "≤ 4 %", "≤ 2.5 %")
        names = [n for n in self.runs if "rack" in n and "aged" in n and "@" not in n]
        good, bad = self.found(names)
        values = {n: r.score.worst_cell_rmse for n, r in good.items()}
        goal = limited(goal, values, 0.04, 0.025, bad)
        if not names:
            goal.verdict = "no data"
        return goal

    def real(self):
        goal = Goal("real A123 5/25/45 °C and flat 10/25 °C, guess 20 % wrong, without/with offset",
                    "better than the baseline", "half of it")
        shown, must, aim, missing = [], [], [], []
        for name, limits in BASELINE.items():
            for key, limit in zip((name, name + "@offset"), limits):
                good, bad = self.found([key])
                missing += bad
                for text, run in good.items():
                    value = 100 * run.score.rmse
                    shown.append(f"{text} {value:.2f} of {limit}")
                    if not value < limit:
                        must.append(f"{text} {value:.2f} %, baseline {limit} %")
                    if not value <= limit / 2:
                        aim.append(f"{text} {value:.2f} %, baseline {limit} %")
        if shown:
            goal.judge(", ".join(shown) + " %", must, aim)
        return lacking(goal, missing)

    def nmc(self):
        goal = Goal("NMC SOC RMSE", "≤ 1 %", "≤ 0.5 %")
        good, bad = self.found([n for n in self.runs if n.startswith("nmc_") and "@" not in n])
        return limited(goal, {n: r.score.rmse for n, r in good.items()}, 0.01, 0.005, bad)

    def robustness(self):
        small = Goal("growth of RMSE: ±2 mV, ±0.5 % gain, drift 0.5 A a day, 10 % lost, 1 h gap, "
                     "1 mV steps; observable files", "≤ 1 %", "–")
        large = Goal("the same with ±5 mV on all voltages; coverage", "≤ 2 %, ≥ 95 %", "–")
        for goal, limit, is_large in ((small, 0.01, False), (large, 0.02, True)):
            growth, cover, missing = {}, {}, []
            for name in OBSERVABLE:
                keys = [k for k in self.runs if k.startswith(name + "@v")
                        or k.startswith(name + "@") and not is_large]
                keys = [k for k in keys if ("5mV" in k) == is_large]
                good, bad = self.found([name] + keys)
                missing += [text for text in bad if short(name) + ":" not in text]
                base = good.pop(short(name), None)
                if not keys or not base:
                    missing += [f"{short(name)}: not run"] if self.is_whole else []
                    continue
                for text, run in good.items():
                    growth[text] = run.score.rmse - base.score.rmse
                    cover[text] = run.score.cover
            if growth:
                worst = max(growth, key=growth.get)
                least = min(cover, key=cover.get)
                low = [f"{n} coverage {percent(c, 1)}" for n, c in cover.items() if c < 0.95]
                goal.judge(
                    f"{percent(growth[worst])} ({worst}), coverage {percent(cover[least], 1)} "
                    f"least ({least})", above(growth, limit) + (low if is_large else []), [])
            lacking(goal, missing)
        return [small, large]

    def agreement(self):
        goal = Goal("replay of the CAN log against the CSV of the rack",
                    "within the 1 mV and 1 °C rounding", "–")
        exact, _ = self.found(["lfp_rack16_25C"])
        rounded, bad = self.found(["lfp_rack16_25C@1mV"])
        if not exact or not rounded or isinstance(self.replay, str):
            return lacking(goal, bad + [self.replay if isinstance(self.replay, str) else "not run"])
        (exact,), (rounded,) = exact.values(), rounded.values()
        later = exact.score.judged
        span = np.abs(rounded.score.soc - exact.score.soc)[:, later]
        away = np.abs(self.replay.soc - exact.score.soc)[:, later]
        same = np.abs(self.replay.soc - rounded.score.soc)[:, later]
        # What rounding alone does to the CSV run is the measure for what the log may do.
        goal.judge(
            f"{percent(rms(away))} rms, {percent(away.max())} largest; rounding alone "
            f"{percent(rms(span))}, {percent(span.max())}; to the rounded CSV "
            f"{percent(rms(same))}, {percent(same.max())}",
            [] if away.max() <= 1.5 * span.max() + 0.001 else [
                f"{percent(away.max())} from the CSV run"], [])
        return goal
