"""What a program wrote, as strace saw it, and the disks that a power cut could leave of it.

A write counts as durable once its file was synced after it; a new, removed or renamed name once its
directory was. Everything else is there or not, each sector for itself: that covers cut and reordered writes.
"""
import re, shutil
from pathlib import Path

SECTOR = 512
LINE = re.compile(r"^(\d+) +(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
FILE = re.compile(r"^-?\d+<([^>]*)>")


def plain(text):
    return bytes.fromhex(text.replace("\\x", ""))


def place(text):
    return plain(text).decode() if text.startswith("\\x") else text


class Record:
    def __init__(self, trace, state):
        self.state = Path(state)
        self.operations = []
        waiting = {}
        for line in open(trace, errors="replace"):
            match = LINE.match(line.rstrip("\n"))
            if not match:
                continue
            process, text = match.groups()
            if text.endswith("<unfinished ...>"):
                waiting[process] = text[: -len("<unfinished ...>")].rstrip()
                continue
            if text.startswith("<... "):
                text = waiting.pop(process, "") + text[text.index("resumed>") + len("resumed>"):]
            call = CALL.match(text)
            if call and int(call[3]) >= 0:
                self.take(call[1], call[2], int(call[3]))
        slots = [i for i, each in enumerate(self.operations) if each[:2] == ("sync", "state.slots")]
        self.slot_syncs = slots
        self.first_cut = slots[0] + 1

    def inside(self, path):
        """The path within the state directory, or nothing."""
        try:
            return str(Path(path).relative_to(self.state))
        except ValueError:
            return None

    def take(self, name, words, result):
        texts = TEXT.findall(words)
        opened = FILE.match(words)
        on = self.inside(place(opened[1])) if opened else None
        if name == "openat":
            path = self.inside(place(texts[0].replace("", ""))) if texts else None
            if path and "O_CREAT" in words:
                self.operations.append(("create", path, "O_TRUNC" in words))
        elif name in ("write", "pwrite64") and on:
            offset = int(words.rsplit(", ", 1)[1]) if name == "pwrite64" else None
            self.operations.append(("write", on, offset, plain(texts[-1])[:result]))
        elif name == "ftruncate" and on:
            self.operations.append(("truncate", on, int(words.rsplit(", ", 1)[1])))
        elif name in ("fsync", "fdatasync") and on is not None:
            self.operations.append(("sync", on))
        elif name.startswith(("rename", "link", "unlink", "mkdir")) and texts:
            paths = [self.inside(place(each)) for each in texts]
            if paths[0]:
                kind = re.match("rename|link|unlink|mkdir", name)[0]
                self.operations.append((kind, *paths))

    def durable_slots(self):
        return self.slot_syncs

    def durable_at(self, cut):
        return max(each for each in self.slot_syncs if each < cut)

    def is_durable(self, index, cut):
        """Whether what an operation did cannot be lost by a cut after `cut` operations."""
        kind, path = self.operations[index][:2]
        of = path if kind in ("write", "truncate") else str(Path(path).parent)
        return any(self.operations[each][:2] == ("sync", of) for each in range(index + 1, cut))

    def write_clean(self, sync, target):
        self.lay(sync + 1, target, lambda index: True, lambda index: True)

    def write_image(self, cut, target, chance):
        """Makes the disk of a cut; says how it treated what was not durable."""
        mode = chance.choice(["all lost", "last write cut", "sectors lost"])
        pending = [i for i in range(cut) if self.operations[i][0] != "sync" and not self.is_durable(i, cut)]
        keep = {}

        def is_kept(index):
            if index not in pending_set:
                return True
            return keep.setdefault(index, mode == "last write cut" or (mode != "all lost" and chance.random() < 0.5))

        def is_sector_kept(index):
            if index not in pending_set or (mode == "last write cut" and index != pending[-1]):
                return True
            return mode != "all lost" and chance.random() < 0.5

        pending_set = set(pending)
        self.lay(cut, target, is_kept, is_sector_kept)
        return f"{mode} ({len(pending)} not durable)"

    def lay(self, cut, target, is_kept, is_sector_kept):
        names, sizes = {}, {}
        target = Path(target)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for index in range(cut):
            kind, path, *rest = self.operations[index]
            if kind == "create":
                if path in names:
                    if rest[0]:
                        names[path][:] = b""
                elif is_kept(index):
                    names[path] = bytearray()
                sizes.setdefault(path, 0)
                if rest[0]:
                    sizes[path] = 0
            elif kind == "write":
                offset = sizes.get(path, 0) if rest[0] is None else rest[0]
                sizes[path] = max(sizes.get(path, 0), offset + len(rest[1]))
                if path in names:
                    self.put(names[path], offset, rest[1], lambda: is_sector_kept(index))
            elif kind == "truncate":
                sizes[path] = rest[0]
                if path in names and is_kept(index):
                    del names[path][rest[0]:]
                    names[path].extend(bytes(rest[0] - len(names[path])))
            elif kind in ("rename", "link") and path in names and is_kept(index) and rest and rest[0]:
                names[rest[0]] = names[path]
                sizes[rest[0]] = sizes.get(path, 0)
                if kind == "rename":
                    del names[path]
            elif kind == "unlink" and is_kept(index):
                names.pop(path, None)
        for path, content in names.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)

    @staticmethod
    def put(content, offset, data, is_kept):
        position = 0
        while position < len(data):
            length = min(SECTOR - (offset + position) % SECTOR, len(data) - position)
            if is_kept():
                at = offset + position
                if len(content) < at + length:
                    content.extend(bytes(at + length - len(content)))
                content[at:at + length] = data[position:position + length]
            position += length
