"""Runs the estimator over every truth file, scores it, and writes what came out.

`rackctl estimate` sees the measured columns alone. See docs/estimation.md, Results.
"""
import argparse
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import goals as g
import page
import truth as data
from runs import Run, Runner, say
from score import Score

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- estimation-report: begin -->", "<!-- estimation-report: end -->"
EPILOG = """\
Exits with 0 when every "must" is met, 1 when one is not or could not be measured, 2 when only a part
was run and nothing in it missed, 66 without data, 69 without a package or rackctl.

The data lies in ../shared/data/estimation beside the repository; --data names another folder.

With --precision as the first word: what float in place of double would change, quantity by quantity."""


def arguments():
    parser = argparse.ArgumentParser(
        prog="Tools/estimation-report", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Judges the estimator on the truth data, prints the goals and writes a page.")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data",
                        help="folder with estimation/ and can/")
    parser.add_argument("--output", type=pathlib.Path, help="folder of the page, index.html",
                        default=ROOT / ".build/estimation-report")
    parser.add_argument("--rackctl", type=pathlib.Path,
                        help="program to judge; without it, it is built for release")
    parser.add_argument("--only", metavar="PATTERN", help="files whose name matches; the table of "
                        "docs/estimation.md then stays as it is")
    parser.add_argument("--no-variants", action="store_true",
                        help="no robustness runs; docs/estimation.md then stays as it is")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs at a time")
    return parser.parse_args()


def built(given):
    """The rackctl to judge."""
    if given:
        if not given.is_file():
            say(f"estimation-report: {given}: no such file")
            raise SystemExit(69)
        return given
    command = ["swift", "build", "-c", "release", "--product", "rackctl"]
    say(" ".join(command))
    if not shutil.which("swift"):
        say("estimation-report: swift is not in PATH: https://www.swift.org/install/linux/")
        raise SystemExit(69)
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode:
        say("estimation-report: rackctl could not be built")
        raise SystemExit(69)
    shown = subprocess.run(command[:-2] + ["--show-bin-path"], cwd=ROOT, capture_output=True,
                           text=True, check=True)
    return pathlib.Path(shown.stdout.strip()) / "rackctl"


def found(folder):
    """The truth files."""
    paths = [p for pattern in ("lfp_*.csv.gz", "nmc_*.csv.gz", "real/*.csv.gz")
             for p in sorted(folder.glob(pattern)) if "_ocv" not in p.name]
    if not paths:
        say(f"estimation-report: no truth data in {os.path.relpath(folder)}; --data names a folder")
        raise SystemExit(66)
    return paths


def planned(files, with_variants):
    """Every run: the files first, then what is made of them."""
    runs = [Run(file) for file in files]
    if not with_variants:
        return runs
    for file in files:
        if file.is_real:
            runs.append(Run(file, "offset", data.with_offset(file)))
        if file.name in g.OBSERVABLE:
            runs += [Run(file, key, change(file.columns, file.name),
                         data.gap_of(file.columns) if key == "gap" else None)
                     for key, (_, change) in data.VARIANTS.items()]
    return runs


def replayed(runner, folder, runs):
    """The score of the replay of the CAN log, or why there is none."""
    rack = next((run for run in runs if run.name == "lfp_rack16_25C"), None)
    log = folder / "can/rack16_25C.log.gz"
    if rack is None:
        return "not run"
    if not log.exists():
        return f"there is no {log.name}"
    try:
        return Score(rack.file, runner.replay(log))
    except (RuntimeError, ValueError) as error:
        return str(error)


def revision():
    def git(*words):
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""
    changed = [line for line in git("status", "--porcelain").splitlines()
               if not line.endswith("docs/estimation.md")]
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def markdown(goals, runs, line):
    """The tables for docs/estimation.md."""
    def cell(text):
        return text.replace("|", "\\|")
    out = [line, "", "| quantity | must | aim | measured | verdict |", "| --- | --- | --- | --- | --- |"]
    for goal in goals:
        out.append("| " + " | ".join(map(cell, (goal.quantity, goal.must, goal.aim, goal.measured,
                                                goal.verdict))) + " |")
    missed = [goal for goal in goals if goal.misses]
    if missed:
        out += ["", "What missed:", ""]
        out += [f"* {goal.quantity} — " + grouped(goal.misses) for goal in missed]
    base = [run for run in runs if not run.variant]
    out += ["", "Files, in % (SOC, capacity, resistance):", "", "| " + " | ".join(page.HEADS) + " |",
            "| --- |" + " --- |" * (len(page.HEADS) - 1)]
    for run in base:
        if run.score:
            first, *rest = page.figures(run)
            out.append(f"| `{first}` | " + " | ".join(rest) + " |")
        else:
            out.append(f"| `{run.name}` | {cell(run.problem)} |" + " |" * (len(page.HEADS) - 2))
    return "\n".join(out + robustness(runs))


def grouped(misses):
    """Files that missed for the same reason, named once."""
    names = {}
    for miss in misses:
        name, _, reason = miss.partition(": ")
        names.setdefault(reason if not name.endswith(("must", "aim")) else miss, []).append(name)
    return "; ".join(reason if reason.startswith(("must", "aim")) else f"{reason} ({', '.join(of)})"
                     for reason, of in names.items())


def robustness(runs):
    """RMSE and cover of every variant, a row a file."""
    keys = list(dict.fromkeys(run.variant for run in runs if run.variant and run.score))
    if not keys:
        return []
    out = ["", "RMSE (cover) of what was done to the files, in %:", "",
           "| file | " + " | ".join(keys) + " |", "| --- |" + " --- |" * len(keys)]
    of = {(run.file.name, run.variant): run.score for run in runs if run.variant}
    for name in dict.fromkeys(name for name, _ in of):
        scores = [of.get((name, key)) for key in keys]
        out.append(f"| `{name}` | " + " | ".join(
            f"{100 * s.rmse:.2f} ({100 * s.cover:.0f})" if s else "–" for s in scores) + " |")
    return out


def put_into_docs(text, marks=(BEGIN, END)):
    """Replaces what stands between two marks of docs/estimation.md."""
    path = ROOT / "docs/estimation.md"
    begin, end = marks
    whole = path.read_text()
    if whole.count(begin) != 1 or whole.count(end) != 1:
        say(f"estimation-report: {path.name} lacks its markers; it stays as it is")
        return
    head, rest = whole.split(begin)
    path.write_text(head + begin + "\n" + text + "\n" + end + rest.split(end)[1])
    say("docs/estimation.md: table replaced")


def show(goals):
    for goal in goals:
        print(f"{goal.verdict:13} {goal.quantity}")
        print(f"{'':13}   must {goal.must}; aim {goal.aim}; measured {goal.measured}")
        for miss in goal.misses:
            print(f"{'':13}   {miss}")


def main():
    options = arguments()
    paths = found(options.data / "estimation")
    if options.only:
        paths = [path for path in paths if re.search(options.only, path.name)]
        if not paths:
            say(f"estimation-report: no file matches {options.only}")
            raise SystemExit(66)
    rackctl = built(options.rackctl)
    began = time.monotonic()
    work = options.output / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    files = []
    for path in paths:
        say(f"reading {path.name}")
        files.append(data.Truth(path))
    runs = planned(files, not options.no_variants)
    runner = Runner(ROOT, rackctl.resolve(), work, max(1, options.jobs))
    # The files first, then what is made of them; of those the whole rack takes longest.
    runner.all(sorted(runs, key=lambda run: (run.variant is not None, not run.file.is_rack)))
    replay = replayed(runner, options.data, runs)
    is_whole = not options.only and not options.no_variants
    goals = g.Judge({run.name: run for run in runs}, replay, is_whole).goals()
    if not is_whole:
        goals = [goal for goal in goals if goal.measured != "–"]
    line = (f"Run of {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, revision "
            f"{revision()}: {sum(run.score is not None for run in runs)} of {len(runs)} runs.")
    show(goals)
    page.write(options.output / "index.html", goals, runs, [line])
    say(f"{os.path.relpath(options.output / 'index.html')}; "
        f"{time.monotonic() - began:.0f} s after the build")
    if is_whole:
        put_into_docs(markdown(goals, runs, line))
    counts = {word: sum(goal.verdict == word for goal in goals)
              for word in (g.MET, g.MISSED_AIM, g.MISSED, g.UNKNOWN, "no data")}
    print(", ".join(f"{count} {word}" for word, count in counts.items() if count))
    if counts[g.MISSED]:
        return 1
    if is_whole:
        return 1 if counts[g.UNKNOWN] else 0
    return 2


if __name__ == "__main__":
    sys.exit(main())
