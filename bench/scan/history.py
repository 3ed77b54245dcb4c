"""Writes package archives, oldest first, as commits of one branch for `git fast-import`: `python3 history.py ARCHIVE…`.

Each package keeps a folder of its own, so that successive versions become deltas of one another.
"""
import sys
import tarfile

out = sys.stdout.buffer
latest: dict[str, dict[str, bytes]] = {}


def quoted(path: str) -> bytes:
    return b'"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").encode() + b'"'


for number, archive in enumerate(sys.argv[1:]):
    package = archive.rsplit("/", 1)[-1].split("@")[0]
    out.write(b"commit refs/heads/main\n")
    out.write(f"committer Bench <bench@localhost> {1_600_000_000 + number * 3_600} +0000\n".encode())
    message = archive.rsplit("/", 1)[-1].encode()
    out.write(b"data %d\n%s\n" % (len(message), message))
    before = latest.get(package, {})
    now: dict[str, bytes] = {}
    with tarfile.open(archive, "r:*") as tar:
        for entry in tar:
            if not entry.isfile():
                continue
            data = tar.extractfile(entry).read()
            path = f"{package}/{entry.name.split('/', 1)[-1]}"
            now[path] = b""
            out.write(b"M 100644 inline %s\ndata %d\n" % (quoted(path), len(data)))
            out.write(data)
            out.write(b"\n")
    for path in before.keys() - now.keys():
        out.write(b"D %s\n" % quoted(path))
    latest[package] = now
    out.write(b"\n")
out.write(b"done\n")
