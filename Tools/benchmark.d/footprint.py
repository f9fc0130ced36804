"""What `rackd` takes: disk, memory, time to start, page faults of its loop."""

import mmap
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

from measure import OUT, PROFILE, Row

# Word 4 of the status page is the moment of the last publication: docs/realtime.md.
MOMENT = 32


def static_program():
    """`rackd` as the package has it: Swift's runtime inside, stripped."""
    scratch = f"{OUT}/static"
    subprocess.run(["Tools/package.d/build-static", scratch, "rackd"], check=True, stdout=subprocess.DEVNULL)
    program = f"{OUT}/rackd"
    shutil.copy(f"{scratch}/release/rackd", program)
    subprocess.run(["strip", program], check=True)
    return program


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.0005)
    return False


def is_stepping(page):
    """Whether the loop has published its first step."""
    try:
        with open(page, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
            return struct.unpack_from("<Q", memory, MOMENT)[0] != 0
    except (FileNotFoundError, ValueError):
        return False


def memory_of(process):
    fields = {}
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        fields[name] = value.strip()
    return {name: int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmLck")}


def loop_faults(process):
    """Page faults of the loop thread so far."""
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        if (task / "comm").read_text().strip() == "loop":
            fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[7]) + int(fields[9])
    return None


class Rack:
    """A twin, and `rackd` started against it."""

    def __init__(self, release, program, image):
        self.directory = tempfile.mkdtemp(prefix="pharos-benchmark-")
        os.mkdir(f"{self.directory}/state")
        # The status page belongs on a tmpfs: on a disk every write-back costs the loop a page fault.
        self.run = tempfile.mkdtemp(prefix="pharos-benchmark-", dir="/dev/shm")
        port = free_port()
        bus = f"can0=socketcand://127.0.0.1:{port}/can0"
        lines = f"gpio0=sim:{self.directory}/lines"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.twin = subprocess.Popen(
            [f"{release}/rackctl", "twin", "--profile", PROFILE, "--bus", bus, "--gpio", lines], **quiet)
        if not wait(lambda: os.path.exists(f"{self.directory}/lines"), 20):
            raise SystemExit("the twin did not start")
        time.sleep(0.5)
        page = f"{self.run}/status.page"
        begin = time.monotonic()
        self.log = open(f"{self.directory}/log", "w", encoding="utf-8")
        self.rackd = subprocess.Popen(
            [program, "--plan", image, "--state-dir", f"{self.directory}/state", "--run-dir",
             self.run, "--bus", bus, "--gpio", lines], stdout=self.log, stderr=self.log)
        if not wait(lambda: is_stepping(page), 20):
            raise SystemExit(pathlib.Path(f"{self.directory}/log").read_text())
        self.milliseconds = (time.monotonic() - begin) * 1e3

    def stop(self):
        for process in (self.rackd, self.twin):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.run, ignore_errors=True)


def size_of(directory):
    return sum(file.stat().st_size for file in pathlib.Path(directory).rglob("*") if file.is_file())


def measure(release, rounds):
    pathlib.Path(OUT).mkdir(parents=True, exist_ok=True)
    program = static_program()
    image = f"{OUT}/plan.image"
    subprocess.run([f"{release}/rackctl", "profile", "compile", PROFILE, "-o", image], check=True,
                   stdout=subprocess.DEVNULL)
    starts = []
    for _ in range(max(3, rounds)):
        rack = Rack(release, program, image)
        starts.append(rack.milliseconds)
        rack.stop()
        rack.clean()
    rack = Rack(release, program, image)
    time.sleep(5)
    before = loop_faults(rack.rackd.pid)
    time.sleep(30)
    faults = loop_faults(rack.rackd.pid) - before
    memory = memory_of(rack.rackd.pid)
    rack.stop()
    journal = size_of(f"{rack.directory}/state/journal") / 35
    rack.clean()
    disk = os.path.getsize(program) / 1e6
    starts.sort()
    start = starts[len(starts) // 2]
    resident = memory["VmRSS"] * 1.048576
    locked = memory["VmLck"] * 1.048576
    return [
        Row("rackd on disk, Swift's runtime inside, stripped", f"{disk:.1f} MB", "", "≤ 10 MB", disk <= 10),
        Row(f"rackd resident, 416 cells, memory locked ({locked:.1f} MB locked)", f"{resident:.1f} MB", "",
            "≤ 20 MB", resident <= 20 and locked > 0),
        Row("rackd, from its start with a plan image to the first step", f"{start:.0f} ms",
            f"{starts[0]:.0f} … {starts[-1]:.0f}", "≤ 200 ms", start <= 200),
        Row("page faults of the loop thread in 30 s of the live rackd", str(faults), "", "0", faults == 0),
        Row("journal, bytes a second (budget 256 MB in all, the oldest goes first)",
            f"{journal / 1e3:.0f} kB/s"),
    ]
