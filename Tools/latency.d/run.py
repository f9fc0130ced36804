"""Runs the rounds, prints the tables and puts them into docs/realtime.md, with their pictures."""

import os
import pathlib
import random
import sys

sys.path.insert(0, "Tools/benchmark.d")

import devices  # noqa: E402
from distribution import percentile, picture  # noqa: E402
from page import machine, put  # noqa: E402

PAGE = "docs/realtime.md"


class Comparison:
    """Ours beside a rival, round by round, and the one share of the distribution that is judged."""

    def __init__(self, title, rival, ours, share, aim, picture):
        self.title, self.names, self.share, self.aim = title, (rival, ours), share, aim
        self.picture = picture
        self.rounds = ([], [])

    def pooled(self):
        return [sum(rounds, []) for rounds in self.rounds]

    def ratio(self):
        theirs, ours = (percentile(samples, self.share) for samples in self.pooled())
        return ours / max(theirs, 1)

    def is_met(self):
        return self.ratio() <= self.aim

    def table(self):
        judged = f"p{100 * self.share:g}" if self.share > 0.5 else "median"
        lines = [f"| {self.title}, µs | median | p99 | p99.9 | most | {judged} of a round, least … most | samples |",
                 "| --- | --- | --- | --- | --- | --- | --- |"]
        for name, rounds, samples in zip(self.names, self.rounds, self.pooled()):
            values = [f"{percentile(samples, share):,.0f}" for share in (0.5, 0.99, 0.999, 1)]
            each = [percentile(one, self.share) for one in rounds]
            spread = f"{min(each):,.0f} … {max(each):,.0f}"
            lines.append("| " + " | ".join([name, *values, spread, f"{len(samples):,}"]) + " |")
        pairs = [percentile(ours, self.share) / max(percentile(theirs, self.share), 1)
                 for theirs, ours in zip(*self.rounds)]
        shares = [percentile(self.pooled()[1], share) / max(percentile(self.pooled()[0], share), 1)
                  for share in (0.5, 0.99, 0.999, 1)]
        lines.append("| " + " | ".join(
            ["ratio", *(f"{one:.2f}" for one in shares), f"{min(pairs):.2f} … {max(pairs):.2f}", ""]) + " |")
        verdict = "met" if self.is_met() else "**missed**"
        lines += ["", f"Aim: {judged} ≤ {self.aim:g} × the rival's: {self.ratio():.2f}, {verdict}."]
        return "\n".join(lines)


def arguments(given):
    rounds, seconds, writes = 10, 20, True
    given = list(given)
    while given:
        option = given.pop(0)
        if option == "--rounds" and given:
            rounds = max(1, int(given.pop(0)))
        elif option == "--seconds" and given:
            seconds = max(2, int(given.pop(0)))
        elif option == "--no-write":
            writes = False
        else:
            sys.exit(f"{option}: unknown; see Tools/latency --help")
    return rounds, seconds, writes


def main():
    release, (rounds, seconds, writes) = sys.argv[1], arguments(sys.argv[2:])
    if len(devices.PROCESSORS) < 2:
        sys.exit("two processors are needed: one for the driver, one for what it measures")
    wakes = Comparison("Wake-up after the tick", "cyclictest", "loop of `rackd`", 0.999, 1.2,
                       "docs/latency-wake-up.svg")
    answers = Comparison("From a frame to an output", "smallest C program", "`rackd`", 0.5, 2,
                         "docs/latency-output.svg")
    begin = os.getloadavg()[0]
    for number in range(rounds):
        seed = random.randrange(1, 1 << 63)
        turns = [
            (wakes.rounds[0], lambda: devices.cyclictest(seconds)),
            (wakes.rounds[1], lambda: devices.wakes(release, seconds)),
            (answers.rounds[0], lambda: devices.rival(seconds, seed)),
            (answers.rounds[1], lambda: devices.answers(release, seconds, seed)),
        ]
        # Who goes first changes, so that a load that grows or fades falls on both.
        for samples, measure in turns if number % 2 == 0 else reversed(turns):
            samples.append(measure())
        said = "  ".join(
            f"{comparison.names[side]} {percentile(comparison.rounds[side][-1], 0.5):.0f}/"
            f"{percentile(comparison.rounds[side][-1], 0.999):.0f}"
            for comparison in (wakes, answers) for side in (0, 1))
        print(f"round {number + 1} of {rounds}, µs median/p99.9: {said}", file=sys.stderr, flush=True)
    text = "\n\n".join([
        wakes.table(), f"![Wake-up]({pathlib.Path(wakes.picture).name})",
        answers.table(), f"![Output]({pathlib.Path(answers.picture).name})",
        f"Measured by `Tools/latency --rounds {rounds} --seconds {seconds}` on: {machine()}, "
        f"{begin:.1f} at the start."])
    print(text)
    if writes:
        put(PAGE, "latency", text)
        for comparison in (wakes, answers):
            named = dict(zip(comparison.names, comparison.pooled()))
            named = {name.replace("`", ""): samples for name, samples in named.items()}
            pathlib.Path(comparison.picture).write_text(
                picture(comparison.title, named), encoding="utf-8")
    sys.exit(0 if wakes.is_met() and answers.is_met() else 1)


main()
