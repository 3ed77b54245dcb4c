/**
 * What only a program with the C library's calls can do for a terminal, in whichever language this machine has: unlock a
 * pseudo-terminal, and watch a job from within its session. The monitor is the session's leader: it makes the terminal (its
 * standard input) the session's, runs the job as the foreground group, and says on a descriptor of its own what becomes of it:
 * `job PID`, `stop SIGNAL` (0: not known), `exit CODE`, `kill SIGNAL`. It stays until that descriptor closes, since the end of a session's leader
 * drops output that nobody has read yet.
 *
 * Without a monitor Ctrl-Z would do nothing: the kernel stops no group of which nobody in the same session could resume it.
 */
import { accessSync, constants } from "node:fs";

export interface Requests {
  /** TIOCSCTTY: makes the terminal the session's. */
  readonly setSession: number;
  /** TIOCSPGRP: makes a group the foreground one. */
  readonly setGroup: number;
}

interface Language {
  readonly programs: readonly string[];
  readonly flags: readonly string[];
  /** Standard input is the master; prints the path of the job's side. */
  readonly unlock: Readonly<Record<string, string>>;
  /** Arguments: descriptor, setSession, setGroup, the program's path, argv. */
  readonly monitor: string;
}

/** asm-generic/ioctls.h, which these processors use. */
const GENERIC = new Set(["x64", "arm64", "arm", "ia32", "s390x", "riscv64", "loong64"]);

const REQUESTS: Readonly<Record<string, Requests>> = {
  linux: { setSession: 0x540e, setGroup: 0x5410 },
  darwin: { setSession: 0x20007461, setGroup: 0x80047476 },
};

const IGNORED = "HUP INT QUIT TERM TSTP TTIN TTOU PIPE USR1 USR2 ALRM";

const PERL = String.raw`
my ($fd, $session, $group, $file, @words) = @ARGV;
open my $told, '+<&=', $fd or exit 125;
$SIG{$_} = 'IGNORE' for qw(${IGNORED});
ioctl STDIN, $session, 0;
my $pid = fork;
exit 125 unless defined $pid;
if ($pid == 0) {
  setpgrp 0, 0;
  ioctl STDIN, $group, pack 'i', $$;
  $SIG{$_} = 'DEFAULT' for qw(${IGNORED});
  { no warnings; exec { $file } @words; }
  exit($! + 0 == 2 ? 127 : 126);
}
setpgrp $pid, $pid;
syswrite $told, "job $pid\n";
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
while (waitpid($pid, 2) == $pid) {
  if (kill 0, $pid) { syswrite $told, "stop 0\n"; next } # Perl hides the status of what only stopped
  syswrite $told, ($? & 127) ? 'kill ' . ($? & 127) . "\n" : 'exit ' . ($? >> 8) . "\n";
  last;
}
sysread $told, $pid, 1;
`;

const PYTHON = String.raw`
import fcntl, os, signal, struct, sys
fd, session, group = map(int, sys.argv[1:4])
words = [os.fsencode(word) for word in sys.argv[4:]]
names = ["SIG" + name for name in "${IGNORED}".split()]
for name in names: signal.signal(getattr(signal, name), signal.SIG_IGN)
try: fcntl.ioctl(0, session, 0)
except OSError: pass
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    try: fcntl.ioctl(0, group, struct.pack("i", os.getpid()))
    except OSError: pass
    for name in names + ["SIGXFSZ"]: signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.close(fd)
    try: os.execv(words[0], words[1:])
    except OSError as error:
        if error.errno == 8: os.execv("/bin/sh", [b"/bin/sh", words[0]] + words[2:])
        os._exit(127 if error.errno == 2 else 126)
try: os.setpgid(pid, pid)
except OSError: pass
os.write(fd, b"job %d\n" % pid)
null = os.open("/dev/null", os.O_RDWR)
for one in (0, 1, 2): os.dup2(null, one)
while True:
    how = os.waitpid(pid, os.WUNTRACED)[1]
    if os.WIFSTOPPED(how):
        os.write(fd, b"stop %d\n" % os.WSTOPSIG(how))
        continue
    os.write(fd, b"kill %d\n" % os.WTERMSIG(how) if os.WIFSIGNALED(how) else b"exit %d\n" % os.WEXITSTATUS(how))
    break
os.read(fd, 1)
`;

/** In the order in which they are tried: the first starts in a third of the time. */
const LANGUAGES: readonly Language[] = [
  {
    programs: ["/usr/bin/perl", "/usr/local/bin/perl"],
    flags: ["-e"],
    unlock: {
      linux: `my $n = pack 'i', 0; ioctl(STDIN, 0x40045431, $n) && ioctl(STDIN, 0x80045430, $n) && print '/dev/pts/', unpack 'i', $n`,
      darwin: `my $n = "\\0" x 128; ioctl(STDIN, 0x20007454, 0) && ioctl(STDIN, 0x20007452, 0) && ioctl(STDIN, 0x40807453, $n) && print unpack 'Z*', $n`,
    },
    monitor: PERL,
  },
  {
    programs: ["/usr/bin/python3", "/usr/local/bin/python3"],
    flags: ["-I", "-S", "-c"],
    unlock: {
      linux: `import fcntl, struct; n = struct.pack("i", 0); fcntl.ioctl(0, 0x40045431, n); print("/dev/pts/%d" % struct.unpack("i", fcntl.ioctl(0, 0x80045430, n)), end="")`,
    },
    monitor: PYTHON,
  },
];

export interface Helper {
  /** Program and arguments. */
  readonly unlock: readonly string[];
  /** Program and arguments in front of the job's path and argv; `fd` is where it reports. */
  readonly monitor: (fd: number) => readonly string[];
}

/** The first language of this machine, in the system's own folders, never from the caller's PATH; null for none. */
export function findHelper(name?: string): Helper | null {
  const requests = REQUESTS[process.platform];
  if (requests === undefined || (process.platform === "linux" && !GENERIC.has(process.arch))) return null;
  for (const { programs, flags, unlock, monitor } of LANGUAGES) {
    const text = unlock[process.platform];
    const program = programs.find(canRun);
    if (text === undefined || program === undefined) continue;
    if (name !== undefined && !program.includes(name)) continue;
    const { setSession, setGroup } = requests;
    return {
      unlock: [program, ...flags, text],
      monitor: (fd) => [program, ...flags, monitor, `${fd}`, `${setSession}`, `${setGroup}`],
    };
  }
  return null;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
