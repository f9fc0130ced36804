"""One round of each thing that is measured; all return microseconds."""

import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

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

    def __init__(self, command, seconds, seed):
        lines = OUT / "lines"
        self.log = OUT / "device.log"
        self.driver = subprocess.Popen(
            on(PROCESSORS[0], [OUT / "driver", lines, seconds, seed]), stdout=subprocess.PIPE,
            text=True)
        port = self.driver.stdout.readline().strip()
        with open(self.log, "w") as log:
            self.program = subprocess.Popen(
                on(PROCESSORS[-1], command(port, lines)), stderr=log)

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


def rackd(release, seconds, seed):
    """Starts it with the smallest plan and an empty state."""
    plan, state, run = OUT / "plan.image", OUT / "state", OUT / "run"
    for directory in (state, run):
        shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([f"{release}/latency", "plan", plan], check=True)
    return Device(
        lambda port, lines: [
            f"{release}/rackd", "--plan", plan, "--state-dir", state, "--run-dir", run,
            "--bus", f"can0=socketcand://127.0.0.1:{port}/can0", "--gpio", f"gpio0=sim:{lines}"],
        seconds, seed)


def answers(release, seconds, seed):
    return [time / 1000 for time in rackd(release, seconds, seed).finish()]


def wakes(release, seconds):
    """Lateness of the loop: the moment of each step, as the journal has it, after the tick it was due
    at. The ticks lie on one grid; where, the kernel's list of timers tells."""
    device = rackd(release, seconds, 0)
    time.sleep(SETTLE)
    phases = grid()
    device.finish()
    printed = subprocess.run([f"{release}/latency", "wakes", OUT / "state"], check=True,
                             capture_output=True, text=True).stdout
    moments = [int(line) for line in printed.split()]
    first = moments[0] + SETTLE * 1e9
    # The last step is no tick: the stop woke the loop for it.
    moments = [moment for moment in moments if moment >= first][:-1]
    # Timers of others on some grid of 10 ms: the loop's is the last one before its steps.
    best = min(phases, key=lambda phase: sum((moment - phase) % TICK for moment in moments))
    # The next tick after a step is what the next step was due at, however late that came.
    due = [moment - (moment - best) % TICK + TICK for moment in moments]
    late = [(moment - tick) // 1000 for moment, tick in zip(moments[1:], due)]
    if not 0 <= min(late) <= 1000:
        raise SystemExit("no timer in /proc/timer_list fits the moments of the loop's steps")
    return late


def grid():
    """Places within a period of the exact timers (real-time threads' have no slack) that come again."""
    seen = collections.Counter()
    for _ in range(9):
        text = pathlib.Path("/proc/timer_list").read_text()
        found = re.findall(r"hrtimer_wakeup.*\n # expires at (\d+)-(\d+) nsecs", text)
        seen.update({int(first) % TICK for first, last in found if first == last})
        time.sleep(0.0471)
    phases = [phase for phase, count in seen.items() if count >= 5]
    if not phases:
        raise SystemExit("the loop's timer is not in /proc/timer_list")
    return phases
