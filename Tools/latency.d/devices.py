"""One round of each thing that is measured; all return microseconds."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

OUT = pathlib.Path(".build/latency")
TICK = 10_000_000
SETTLE = 1.0
PROCESSORS = sorted(os.sched_getaffinity(0))


def on(processor, command):
    return ["taskset", "-c", str(processor), *map(str, command)]


def cyclictest(seconds):
    """Lateness of a thread that does nothing but sleep, at the loop's priority and period. It may not
    tune the machine: rackd does not either."""
    counts = OUT / "cyclictest"
    subprocess.run(
        ["cyclictest", "--default-system", "-q", "-m", "-t1", "-a", str(PROCESSORS[-1]), "-p80",
         "-i", str(TICK // 1000), "-D", str(seconds), "-h", "100000", f"--histfile={counts}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    late = []
    for line in counts.read_text().splitlines():
        if found := re.fullmatch(r"(\d+)\s+(\d+)", line.strip()):
            late += [int(found[1])] * int(found[2])
    return late


class Device:
    """A program under test with the driver at its other ends, each on a processor of its own."""

    def __init__(self, command, seconds, seed, environment=None):
        lines = OUT / "lines"
        self.log = OUT / "device.log"
        self.driver = subprocess.Popen(
            on(PROCESSORS[0], [OUT / "driver", lines, seconds, seed]), stdout=subprocess.PIPE,
            text=True)
        port = self.driver.stdout.readline().strip()
        with open(self.log, "w") as log:
            self.program = subprocess.Popen(
                on(PROCESSORS[-1], command(port, lines)), stderr=log,
                env={**os.environ, **(environment or {})})

    def finish(self):
        """What the driver printed."""
        text, _ = self.driver.communicate()
        self.program.send_signal(signal.SIGTERM)
        self.program.wait()
        said = self.log.read_text()
        if self.driver.returncode != 0 or "warning: thread" in said or "warning: memory" in said:
            raise SystemExit("not measured as it should be:\n" + said[-1000:])
        return [int(line) for line in text.split()]


def rival(seconds, seed):
    command = lambda port, lines: [OUT / "rival", port, lines]
    return [time / 1000 for time in Device(command, seconds, seed).finish()]


def rackd(release, seconds, seed, environment=None):
    """Starts it with the smallest plan and an empty state."""
    plan, state, run = OUT / "plan.image", OUT / "state", OUT / "run"
    for directory in (state, run):
        shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([f"{release}/latency", plan], check=True)
    return Device(
        lambda port, lines: [
            f"{release}/rackd", "--plan", plan, "--state-dir", state, "--run-dir", run,
            "--bus", f"can0=socketcand://127.0.0.1:{port}/can0", "--gpio", f"gpio0=sim:{lines}"],
        seconds, seed, environment)


def answers(release, seconds, seed):
    return [time / 1000 for time in rackd(release, seconds, seed).finish()]


def wakes(release, seconds):
    """Lateness of the loop's waits that ended at their tick, read as they come back (`wake.c`)."""
    seen = OUT / "wakes"
    seen.unlink(missing_ok=True)
    rackd(release, seconds, 0, {"LD_PRELOAD": str((OUT / "wake.so").resolve()),
                                "PHAROS_WAKES": str(seen)}).finish()
    waits = [tuple(map(int, line.split())) for line in seen.read_text().splitlines()]
    first = waits[0][0] + SETTLE * 1e9
    return [late // 1000 for deadline, late in waits if deadline >= first]
