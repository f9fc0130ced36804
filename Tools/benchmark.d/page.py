"""What tools write into pages of docs/, and on which machine it was measured."""

import os
import pathlib
import platform
import re
import subprocess
import sys


def machine():
    """What it was measured on."""
    name = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"Swift version (\S+)", swift)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return (f"{name}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, Swift "
            f"{version[1] if version else '?'}, commit {commit.stdout.strip()}, "
            f"load {os.getloadavg()[0]:.1f} at the end")


def put(path, name, text):
    """Replaces what stands between the markers of a part; a page without them is left alone."""
    page = pathlib.Path(path).read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.S)
    if not pattern.search(page):
        print(f"{path} has no place for {name}", file=sys.stderr)
        return
    pathlib.Path(path).write_text(
        pattern.sub(lambda found: found[1] + text + "\n" + found[2], page), encoding="utf-8")
