"""Verifies Bulkhead audit logs with nothing but Python's standard library (docs/spec/audit.md).

    python3 verify_audit.py FOLDER... [ANCHORS.json]

The anchors are [{"segment": "0001", "seq": 12, "hash": "64 hex digits", "node": ..., "host": ..., "folder": ...}, ...], or an object
with them as "anchors" (as `bulkhead audit verify --json` prints it). Several folders are those of several nodes. One JSON line a
segment on stdout, then one for each node whose folder is not among those given; exit 0 when all that was given is whole, 3 when
something was changed, cut or is missing.
"""
import gzip, hashlib, json, os, re, socket, sys, zlib  # noqa: E401

DOMAIN = b"bulkhead.audit.v1\0"
PART = re.compile(r"(\d{4,})\.(\d{5,})\.jsonl(\.gz)?")
HEAD = re.compile(rb'\{"seq":(\d{1,15}),"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","prev":"([0-9a-f]{64})",?')
SUFFIX = re.compile(rb',"hash":"([0-9a-f]{64})"\}')


def problem_of(line, seq, prev):
    """What is wrong with the entry that should follow number `seq` (None: nothing), and its hash."""
    body, suffix, head = line[:-75], SUFFIX.fullmatch(line[-75:]), HEAD.match(line[:-75])
    if not (suffix and head):
        return "is not an entry", None
    digest = hashlib.sha256(DOMAIN + body).hexdigest()
    if digest != suffix[1].decode():
        return "was changed: its hash does not match", None
    try:
        json.loads(line.decode("utf-8"))
    except ValueError:
        return "is not JSON", None
    if int(head[1]) != seq + 1:
        return f"has number {int(head[1])} where {seq + 1} belongs", None
    return (None, digest) if head[2].decode() == prev else ("does not follow the entry before it", None)


def is_unfinished(tail, seq, prev):
    """A killed writer leaves the beginning of the very next line; anything else behind the last newline is damage."""
    shape = '{"seq":%d,"time":"dddd-dd-ddTdd:dd:dd.dddZ","prev":"%s"' % (seq + 1, prev)
    digits = range(shape.index("dddd"), shape.index('Z"'))
    pairs = enumerate(zip(shape, tail.decode("latin-1")))
    return b"\0" not in tail and all(b in "0123456789" if i in digits and a == "d" else a == b for i, (a, b) in pairs)


def verify(folder, segment, parts, anchors):
    """`parts`: number to file name."""
    seq, digest, unfinished, last = 0, hashlib.sha256(DOMAIN + segment.encode()).hexdigest(), False, max(parts, default=1)
    for part in range(1, last + 1):
        name, lines = parts.get(part, f"{segment}.{part:05d}.jsonl"), 0
        if part not in parts:
            return seq, unfinished, (name, 0, "is missing")
        try:
            with (gzip.open if name.endswith(".gz") else open)(os.path.join(folder, name), "rb") as file:
                for number, line in enumerate(file, 1):
                    if not line.endswith(b"\n"):
                        unfinished = True
                        if part < last or not is_unfinished(line, seq, digest):
                            return seq, unfinished, (name, number, "is damaged")
                        break
                    problem, following = problem_of(line[:-1], seq, digest)
                    if problem is None and any(a["seq"] == seq + 1 and a["hash"] != following for a in anchors):
                        problem = "is not the entry that the anchor saw"
                    if problem:
                        return seq, unfinished, (name, number, problem)
                    seq, digest, lines = seq + 1, following, number
        except (OSError, EOFError, zlib.error):
            return seq, unfinished, (name, 0, "cannot be read")
    furthest = max((a["seq"] for a in anchors), default=0)
    return seq, unfinished, (name, lines + 1, f"is cut off: an anchor saw {furthest} entries") if furthest > seq else None


def node_of(folder):
    try:
        with open(os.path.join(folder, "node"), encoding="latin-1") as file:
            found = re.fullmatch(r"([0-9a-f]{16})\s*", file.read())
    except OSError:
        found = None
    return found[1] if found else None


def owners(anchor, folders):
    """The folders that an anchor is about: its node's, else those that lie where its node wrote, else those that name no node."""
    if "node" not in anchor:
        return folders
    host = socket.gethostname()
    named = [folder for folder in folders if node_of(folder) == anchor["node"]]
    placed = [f for f in folders if anchor.get("host") == host and anchor.get("folder") == os.path.realpath(f)]
    return named or placed or [folder for folder in folders if node_of(folder) is None]


def verify_folder(folder, anchors):
    segments, whole = {anchor["segment"]: {} for anchor in anchors}, True
    for match in filter(None, map(PART.fullmatch, sorted(os.listdir(folder)))):
        segments.setdefault(match[1], {}).setdefault(int(match[2]), match[0])
    for segment in sorted(segments, key=int):
        own = [anchor for anchor in anchors if anchor["segment"] == segment]
        entries, unfinished, problem = verify(folder, segment, segments[segment], own)
        problem = problem and dict(zip(("file", "line", "what"), problem))
        print(json.dumps(dict(segment=segment, ok=not problem, entries=entries, problem=problem, unfinished=unfinished)))
        whole = whole and not problem
    return whole


def main(*arguments):
    folders, anchors = [one for one in arguments if os.path.isdir(one)], []
    for path in (one for one in arguments if not os.path.isdir(one)):
        with open(path, encoding="utf-8") as file:
            read = json.load(file)
        anchors += read["anchors"] if isinstance(read, dict) else read
    whole = [verify_folder(folder, [a for a in anchors if folder in owners(a, folders)]) for folder in folders]
    for node in sorted({anchor["node"] for anchor in anchors if not owners(anchor, folders)}):
        its = [anchor for anchor in anchors if anchor.get("node") == node]
        names = sorted({anchor["segment"] for anchor in its}, key=int)
        print(json.dumps(dict(elsewhere=node, host=its[-1].get("host"), folder=its[-1].get("folder"), segments=names)))
    return 0 if all(whole) else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
