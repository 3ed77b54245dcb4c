"""Runs a command on a terminal of 80 columns: argv[1] is what to wait for, argv[2] what to type then, the rest the command."""
import fcntl, os, pty, select, struct, sys, termios

wait, typed, command = sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
seen, sent = b"", wait == b""
while select.select([terminal], [], [], 30)[0]:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not sent and wait in seen:
        os.write(terminal, typed)
        sent = True
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
