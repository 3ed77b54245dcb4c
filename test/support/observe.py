"""Starts commands and writes down how each ended. argv: a file of cases (JSON), the file for what was seen, then words put in front of
each command. A case: name, command, optionally `send` (signals, one after another, once the file `started` exists in `folder`) and
`stop` (it is stopped and resumed first). Seen: the raw end as waitpid tells it (code, or minus the signal), and whether it stopped."""
import json, os, signal, subprocess, sys, time

cases, seen_file, prefix = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3:]


def until(check):
    for _ in range(1500):
        if check():
            return True
        time.sleep(0.02)
    return False


def target(child):
    """In a namespace of its own the command is process 1: the child of the `unshare` that was started."""
    if "unshare" not in prefix[:1]:
        return child.pid
    place = f"/proc/{child.pid}/task/{child.pid}/children"
    until(lambda: open(place).read().split())
    return int(open(place).read().split()[0])


def run(case):
    started = os.path.join(case["folder"], "started")
    if os.path.exists(started):
        os.unlink(started)
    pipe = "output" in case
    group = None if case.get("terminal") else lambda: os.setpgid(0, 0)
    try:
        child = subprocess.Popen(
            prefix + case["command"], cwd=case["folder"], stdout=subprocess.PIPE if pipe else None, preexec_fn=group
        )
    except FileNotFoundError:
        return {"end": 127, "stopped": False, "output": ""}
    stopped = False
    if "send" in case or "stop" in case:
        assert until(lambda: os.path.exists(started) or child.poll() is not None), "it started"
        pid = target(child)
        if pid <= 1:
            raise SystemExit("no process to signal")
        if case.get("stop"):
            os.kill(pid, signal.SIGTSTP)
            stopped = until(lambda: open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] == "T")
            os.kill(pid, signal.SIGCONT)
        for name in case.get("send", []):
            os.kill(pid, getattr(signal, name))
    output = child.communicate()[0].decode("latin1") if pipe else ""
    return {"end": child.wait(), "stopped": stopped, "output": output}


seen = {}
for case in cases:
    seen[case["name"]] = run(case)
with open(seen_file + ".part", "w") as file:
    json.dump(seen, file)
os.rename(seen_file + ".part", seen_file)
