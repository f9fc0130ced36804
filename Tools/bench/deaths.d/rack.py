"""A twin that stays and a rackd that dies: both natively, on a loopback bus and simulated lines."""
import json, re, socket, subprocess, time

PROFILE = "HardwareProfiles/lfp280-416s/profile.yaml"
RESTORED = re.compile(r"restored: mean SOC (.*?), written .*?, (\d+) latched.*?, (\d+) start")
TRACED = "openat,close,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat2,unlink,unlinkat,link,linkat,mkdir"


class Finding(Exception):
    """What must not be."""


class Rack:
    def __init__(self, programs, place):
        self.programs, self.place = programs, place
        self.state, self.run, self.trace = place / "state", place / "run", place / "trace"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.wires = ["--bus", f"can0=socketcand://127.0.0.1:{port}/can0", "--gpio", f"gpio0=sim:{place}/lines"]
        self.plan = place / "plan.image"
        self.rackctl("profile", "compile", PROFILE, "-o", str(self.plan))
        self.twin = None
        self.start_twin()
        self.daemon, self.log = None, place / "rackd.log"
        self.restarts, self.worst_soc, self.starts, self.known_soc = 0, 0.0, 0, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.twin.kill()
        self.twin.wait()

    def start_twin(self, *words):
        """A new twin, in the place of the one that is there."""
        if self.twin:
            self.twin.kill()
            self.twin.wait()
        lines = self.place / "lines"
        lines.unlink(missing_ok=True)
        with open(self.place / "twin.log", "w") as log:
            self.twin = subprocess.Popen(
                [self.programs / "rackctl", "twin", "--profile", PROFILE, *self.wires, "--follow", *words],
                stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
        self.wait_for(lines.exists, "the twin's lines", 30)

    def rackctl(self, *words):
        return subprocess.run([self.programs / "rackctl", *words], capture_output=True, text=True).stdout

    def ask(self, *words):
        """Whether the controller grants what is asked of it."""
        words = [self.programs / "rackctl", *words, "--run-dir", self.run]
        return subprocess.run(words, capture_output=True).returncode == 0

    def log_text(self):
        return self.log.read_text() if self.log.exists() else ""

    def twin_text(self):
        return (self.place / "twin.log").read_text()

    def wait_for(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if self.twin.poll() is not None:
                raise Finding("the twin has ended")
            if time.monotonic() > end:
                raise Finding(f"not within {seconds} s: {what}")
            time.sleep(0.005)

    def start(self, fault=None, record=False, append=False, wait=True):
        """Starts rackd, until its loop runs."""
        before = [] if not record else [
            "strace", "-f", "--seccomp-bpf", "-A" if append else "-q", "-q", "-xx", "-y", "-s", "400000",
            "-e", f"trace={TRACED}", "-e", "signal=none", "-o", str(self.trace)]
        # Only the loop of this life can make this page.
        (self.run / "status.page").unlink(missing_ok=True)
        with open(self.log, "w") as log:
            self.daemon = subprocess.Popen(
                [*before, self.programs / "rackd", "--plan", self.plan, *self.wires,
                 "--state-dir", self.state, "--run-dir", self.run], stdout=log, stderr=log)
        self.is_running = wait
        if not wait:
            return
        self.wait_for(lambda: self.is_said("  started") or self.daemon.poll() is not None, "rackd starts", 60)
        if self.daemon.poll() is not None:
            raise Finding(f"rackd ended with {self.daemon.returncode}")
        self.restarts += 1
        if fault:
            self.twin.stdin.write(fault + "\n")
            self.twin.stdin.flush()
            self.wait_for(lambda: self.is_said("fault: 801"), "the emergency stop is noticed")

    def start_again_recorded(self):
        self.kill()
        self.start(record=True, append=True)

    def is_said(self, text):
        return text in self.log_text()

    def kill(self):
        """At once; strace, where it is between, is told by its child's death."""
        if self.daemon is None:
            return
        subprocess.run(["pkill", "-KILL", "-P", str(self.daemon.pid), "-x", "rackd"])
        if self.daemon.args[0] != "strace":
            self.daemon.kill()
        self.daemon.wait()
        self.daemon = None

    def status(self):
        return json.loads(self.rackctl("status", "--json", "--run-dir", str(self.run)))

    def odometers(self):
        """Every figure of `rackctl odometers` that only grows, by its path."""
        def walk(value, path):
            if isinstance(value, dict):
                for key, each in value.items():
                    yield from walk(each, f"{path}.{key}")
            elif isinstance(value, list):
                for index, each in enumerate(value):
                    yield from walk(each, f"{path}[{index}]")
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                yield path, value
        return dict(walk(json.loads(self.rackctl("odometers", "--json", "--run-dir", str(self.run))), ""))

    def restored(self):
        """What this life found: from its log, and from its status page."""
        match = RESTORED.search(self.log_text())
        if not match:
            raise Finding("the log does not say what was restored")
        return {
            "soc": None if "unknown" in match[1] else float(match[1].split()[0]), "latched": int(match[2]),
            "starts": int(match[3]), "state": self.status()["state"], "odometers": self.odometers()}

    def stored(self, patience):
        """A first state with a latch, from a life that ends in a kill."""
        time.sleep(patience)
        self.kill()
        self.start()
        found = self.restored()
        if found["latched"] < 1:
            raise Finding("no latch was stored")
        return found

    def judge(self, death, floor):
        """Compares what a life found with what must be there; returns the new floor."""
        found = self.restored()
        if found["latched"] < floor["latched"]:
            raise Finding(f"{death}: {floor['latched']} latches were stored, {found['latched']} are there")
        if found["state"] not in ("open", "tripped", "starting"):
            raise Finding(f"{death}: the restart is {found['state']}")
        for path, value in floor["odometers"].items():
            if found["odometers"].get(path, -1) < value - self.tolerance(path):
                raise Finding(f"{death}: odometer {path} went from {value} to {found['odometers'].get(path)}")
        if found["soc"] is not None and floor["soc"] is not None:
            self.worst_soc = max(self.worst_soc, abs(found["soc"] - floor["soc"]))
            self.known_soc += 1
            if abs(found["soc"] - floor["soc"]) > 0.5:
                raise Finding(f"{death}: SOC went from {floor['soc']} to {found['soc']}")
        self.starts = found["starts"]
        return found

    @staticmethod
    def tolerance(path):
        """What an odometer may have grown between the start of a life and the look at it: 10 s of a resting rack."""
        if path.endswith("_h") or "_h[" in path:
            return 10 / 3600
        return {"Wh": 0.1, "Ah": 1e-4, "throughput": 1e-6}.get(re.split("[._]", path)[-1], 0)

    def figures(self):
        return (f"{self.restarts} starts, {self.starts} of them counted on disk; latches kept, odometers never lower, "
                f"SOC within {self.worst_soc:.2f} % ({self.known_soc} times known), every restart open")
