"""Plays a person at a terminal of 80 x 24. argv: steps (JSON), then the command. Steps: ["expect", text], ["send", text], ["size", rows,
columns], ["wait", seconds]. Prints what was seen, then a last line with how the command ended; exit code 9 when an expectation failed."""
import fcntl, json, os, pty, select, struct, sys, termios, time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)


def size(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(seconds):
    global seen, ended
    if not select.select([terminal], [], [], seconds)[0]:
        return
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        chunk = b""
    ended = ended or chunk == b""
    seen += chunk


def expect(text):
    global at
    wanted, until = text.encode(), time.time() + 60
    while wanted not in seen[at:] and not ended and time.time() < until:
        read(0.5)
    found = seen.find(wanted, at)
    if found < 0:
        sys.stdout.buffer.write(b"MISSING " + wanted + b" IN " + seen[at:] + b" AFTER " + seen[:at])
        os.kill(pid, 9)
        sys.exit(9)
    at = found + len(wanted)


size(24, 80)
seen, at, ended = b"", 0, False
actions = {
    "expect": expect,
    "send": lambda text: os.write(terminal, text.encode()),
    "size": size,
    "wait": lambda seconds: read(seconds),
}
for name, *words in steps:
    actions[name](*words)
until = time.time() + 60
while not ended and time.time() < until:
    read(1)
status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(seen + b"\nENDED %d\n" % os.waitstatus_to_exitcode(status))
