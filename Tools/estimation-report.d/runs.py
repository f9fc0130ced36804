"""Runs rackctl: one estimate a file and variant, and the replay of the CAN log."""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import truth as data
from score import Health, Score


def say(text):
    print(text, file=sys.stderr, flush=True)


def estimation(rackctl, root, file, source, result, health):
    """The command that estimates a file's cell from the measurements in `source`."""
    cell = root / "HardwareProfiles/cells" / (file.cell + ".yaml")
    if not cell.exists():
        raise RuntimeError(f"there is no {cell.relative_to(root)}")
    command = [str(rackctl), "estimate", str(source), "--cell", str(cell),
               "--estimates", str(result), "--soh", str(health)]
    if file.guess:
        soc, sigma = file.guess
        command += ["--initial-soc", f"{soc:.6g}", "--initial-sigma", f"{sigma:.6g}"]
    return command


class Run:
    """A file, a variant of it and, when it was run, its score."""

    def __init__(self, file, variant=None, columns=None, gap=None):
        self.file, self.variant, self.columns, self.gap = file, variant, columns, gap
        self.score = self.health = self.problem = None

    @property
    def name(self):
        return self.file.name + (f"@{self.variant}" if self.variant else "")


class Runner:
    def __init__(self, root, rackctl, work, jobs):
        self.root, self.rackctl, self.work, self.jobs = root, rackctl, work, jobs
        self.done = self.count = 0

    def all(self, runs):
        self.count += len(runs)
        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(self._one, runs))

    def _one(self, run):
        try:
            self._estimate(run)
        except (OSError, ValueError, RuntimeError) as error:
            run.problem = str(error)
        self.done += 1
        text = run.problem or f"rmse {100 * run.score.rmse:.2f} %, largest {100 * run.score.largest:.2f} %"
        say(f"[{self.done}/{self.count}] {run.name}: {text}")

    def _estimate(self, run):
        source = self.work / (run.name + ".in.csv")
        result = self.work / (run.name + ".csv")
        health = self.work / (run.name + ".soh.json")
        command = estimation(self.rackctl, self.root, run.file, source, result, health)
        data.write(source, run.columns if run.columns is not None else run.file.columns)
        self._call(command)
        os.remove(source)
        run.score = Score(run.file, data.load(result), run.gap)
        run.health = Health(run.file, health)
        run.columns = None

    def replay(self, log):
        """Estimates of the whole controller over the CAN log."""
        result = self.work / "replay.csv"
        profile = self.root / "HardwareProfiles/bench-16s-foxbms/profile.yaml"
        say(f"replay of {log.name}")
        self._call([str(self.rackctl), "replay", str(log), "--profile", str(profile),
                    "--estimates", str(result)])
        return data.load(result)

    @staticmethod
    def _call(command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RuntimeError(f"rackctl exited with {done.returncode}: {last}")
