"""What a probe may not do, a line or two each, with how it must end. `main` tries all of them as whoever runs it."""

import json
from pathlib import Path

from quizkit.model.evidence import Outcome
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.start import start_pool

PRELUDE = """
import ctypes, fcntl, mmap, os, platform, signal, socket, subprocess, sys, threading, time
import torch
libc = ctypes.CDLL(None, use_errno=True)
python = ctypes.PyDLL(None, use_errno=True)
python.PyErr_SetFromErrno.restype = ctypes.py_object

def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        # As a module in C would; what the program's own text raises is its own affair.
        python.PyErr_SetFromErrno(ctypes.py_object(OSError))

def numbered(x86_64, aarch64, *arguments):
    number = {"x86_64": x86_64, "aarch64": aarch64}[platform.machine()]
    return call("syscall", ctypes.c_long(number), *map(ctypes.c_long, arguments))

parent = os.getppid()
"""

READS = [
    "/etc/passwd", "/etc/shadow", "/etc/hostname", "/root", "/home", "/tmp", "/var", "/", "/dev/shm", "/dev/tty",
    "/dev/random", "/dev/urandom",
    "/dev/kmsg", "/dev/mem", "/proc/1/status", "/proc", "/proc/self/environ", "/proc/self/mem", "/proc/self/io",
    "/proc/self/mountinfo", "/proc/self/net/tcp", "/proc/net/unix", "/proc/kallsyms", "/proc/sys/kernel/osrelease",
    "/sys/class", "/sys/kernel", "/run", "/boot", "/opt", "..", "../..", "$tests", "$project",
]  # fmt: skip

CALLS = {
    # Processes
    "fork": "os.fork()",
    "vfork": "numbered(58, -1) if platform.machine() == 'x86_64' else os.fork()",
    "a clone that is no thread": "numbered(56, 220, 17, 0, 0, 0, 0)",
    "a thread with descriptors of its own": "numbered(56, 220, 0x10900, 0, 0, 0, 0)",
    "forkpty": "os.forkpty()",
    "execve": "os.execv('/bin/true', ['true'])",
    "execveat": "numbered(322, 281, -100, 0, 0, 0, 0)",
    "posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "a subprocess": "subprocess.run(['true'])",
    "multiprocessing": "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
    "worker processes": "from torch.utils.data import DataLoader; list(DataLoader([1], num_workers=1))",
    "unshare": "call('unshare', 0x10000000)",
    "setns": "call('setns', 0, 0)",
    "setsid": "os.setsid()",
    "setpgid": "os.setpgid(0, 0)",
    # Other processes
    "kill the zygote": "os.kill(parent, 9)",
    "kill everything": "os.kill(-1, 9)",
    "kill the group": "os.killpg(0, 9)",
    "signal 0 to init": "os.kill(1, 0)",
    "tkill": "numbered(200, 130, parent, 9)",
    "tgkill": "numbered(234, 131, parent, parent, 9)",
    "a queued signal": "numbered(129, 138, parent, 9, 0)",
    "a descriptor of a process": "os.pidfd_open(parent)",
    "an owner to be signalled": "r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, parent)",
    "an owner by ioctl": "r, w = socket.socketpair(); fcntl.ioctl(r, 0x8901, b'\\1\\0\\0\\0')",
    "ptrace": "call('ptrace', 16, parent, 0, 0)",
    "traced by the parent": "call('ptrace', 0, 0, 0, 0)",
    "process_vm_readv": "call('process_vm_readv', parent, 0, 0, 0, 0, 0)",
    "process_vm_writev": "call('process_vm_writev', parent, 0, 0, 0, 0, 0)",
    "kcmp": "numbered(312, 272, os.getpid(), parent, 0, 0, 0)",
    "a priority of another": "os.setpriority(os.PRIO_PROCESS, parent, 19)",
    "processors of another": "os.sched_setaffinity(parent, {0})",
    "limits of another": "import resource; resource.prlimit(parent, resource.RLIMIT_CORE)",
    "its own death signal": "call('prctl', 1, 0, 0, 0, 0)",
    "no reaper": "call('prctl', 36, 0, 0, 0, 0)",
    # Sockets
    "TCP": "socket.socket()",
    "UDP": "socket.socket(type=socket.SOCK_DGRAM)",
    "IPv6": "socket.socket(socket.AF_INET6)",
    "a Unix socket": "socket.socket(socket.AF_UNIX)",
    "a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "netlink": "socket.socket(16, socket.SOCK_RAW)",
    "packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "vsock": "socket.socket(socket.AF_VSOCK)",
    "a pair for datagrams": "socket.socketpair(type=socket.SOCK_DGRAM)",
    "a pair for packets": "socket.socketpair(type=socket.SOCK_SEQPACKET)",
    "descriptors in flight": "socket.socketpair()[0].sendmsg([b'x'])",
    "a filter of its own": "a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, 26, b'x' * 16)",
    "listen": "a, b = socket.socketpair(); a.listen()",
    # Metadata, which Landlock does not guard
    "chmod": "os.chmod(torch.__file__, 0o777)",
    "fchmod": "os.fchmod(os.open(torch.__file__, os.O_RDONLY), 0o777)",
    "chmod of its own": "open('x', 'w'); os.chmod('x', 0o777)",
    "chown": "os.chown(torch.__file__, os.getuid(), os.getgid())",
    "lchown": "os.lchown(torch.__file__, os.getuid(), os.getgid())",
    "utime": "os.utime(torch.__file__)",
    "utime of an open file": "os.utime(os.open(torch.__file__, os.O_RDONLY))",
    "setxattr": "os.setxattr(torch.__file__, 'user.x', b'x')",
    "removexattr": "os.removexattr(torch.__file__, 'user.x')",
    "getxattr": "os.getxattr(torch.__file__, 'user.x')",
    "truncate": "os.truncate(torch.__file__, 0)",
    "truncate on opening to read": "os.open(torch.__file__, os.O_RDONLY | os.O_TRUNC)",
    "the fourth access": "os.open(torch.__file__, 3)",
    "mknod": "os.mknod('device', 0o20666, os.makedev(1, 3))",
    "mkfifo": "os.mkfifo('fifo')",
    # The kernel
    "memfd": "os.memfd_create('x')",
    "memfd_secret": "numbered(447, 447, 0)",
    "userfaultfd": "numbered(323, 282, 1)",
    "io_uring": "numbered(425, 425, 1, 0)",
    "asynchronous I/O": "numbered(206, 0, 1, 0)",
    "bpf": "numbered(321, 280, 0, 0, 0)",
    "perf": "numbered(298, 241, 0, 0, -1, -1, 0)",
    "keys": "numbered(250, 219, 0, -3, 0)",
    "a new key": "numbered(248, 217, 0, 0, 0, 0, -3)",
    "mount": "call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
    "umount": "call('umount2', b'/tmp', 0)",
    "a new mount": "numbered(430, 430, 0, 0)",
    "pivot_root": "numbered(155, 41, 0, 0)",
    "chroot": "os.chroot('.')",
    "shared memory": "call('shmget', 0, 4096, 0o1600)",
    "semaphores": "call('semget', 0, 1, 0o1600)",
    "messages": "call('msgget', 0, 0o1600)",
    "message queues": "call('mq_open', b'/x', 0o102, 0o600, None)",
    "inotify": "call('inotify_init')",
    "fanotify": "numbered(300, 262, 0, 0)",
    "a handle": "numbered(303, 264, -100, 0, 0, 0, 0)",
    "open by handle": "numbered(304, 265, -100, 0, 0)",
    "personality": "call('personality', 0x40000)",
    "a process accounting file": "call('acct', None)",
    "swap": "call('swapon', b'/tmp/x', 0)",
    "reboot": "call('reboot', 0)",
    "the clock": "time.clock_settime(time.CLOCK_REALTIME, 0)",
    "the host name": "socket.sethostname('x')",
    "quota": "numbered(179, 60, 0, 0, 0, 0)",
    "the kernel's log": "numbered(103, 116, 3, 0, 0)",
    "a module": "numbered(175, 105, 0, 0, 0)",
    "another kernel": "numbered(246, 104, 0, 0, 0, 0)",
    "ports": "numbered(173, -1, 0, 1, 1) if platform.machine() == 'x86_64' else os.fork()",
    "a filter over the filter": "numbered(317, 277, 1, 0, 0)",
    "Landlock again": "numbered(444, 444, 0, 0, 1)",
    "another user": "os.setuid(0)",
    "more groups": "os.setgroups([0])",
    "capabilities": "numbered(126, 91, 0, 0)",
    "keys into the terminal": "fcntl.ioctl(os.pipe()[0], 0x5412, b'x')",
    "locked memory": "call('mlock', ctypes.c_void_p(0), ctypes.c_size_t(4096))",
    "processors kept busy": "call('sched_setscheduler', 0, 0, ctypes.byref(ctypes.c_int(0)))",
}

WRITES = {
    "a file beside it": "open('../x', 'w')",
    "a file in the temporary folder": "open('/tmp/quizkit-confine-write', 'w')",
    "shared memory as a file": "open('/dev/shm/quizkit-confine', 'w')",
    "a device": "open('/dev/zero', 'wb')",
    "a package": "open(torch.__file__, 'a')",
    "its own memory": "open('/proc/self/mem', 'r+b')",
    "its own score": "open('/proc/self/oom_score_adj', 'w')",
    "a folder": "os.mkdir('/tmp/quizkit-confine-folder')",
    "a removal": "os.unlink('$tests/confine_cases.py')",
    "a removal of a folder": "os.rmdir('$tests')",
    "a renaming": "os.rename('$tests/confine_cases.py', 'x')",
    "a link to it": "os.link('$tests/confine_cases.py', 'x')",
    "a link out of it": "open('y', 'w'); os.link('y', '$tests/y')",
    "a symbolic link that is followed": "os.symlink('$tests/confine_cases.py', 'x'); open('x').read()",
    "a symbolic link elsewhere": "os.symlink('/etc/passwd', '/tmp/quizkit-confine-link')",
    "an unnamed file elsewhere": "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "by way of /proc": "open('/proc/self/root/etc/passwd')",
    "by way of the working folder": "open('/proc/self/cwd/../../../../../../../../../etc/passwd')",
    "a socket with a name": "socket.socket(socket.AF_UNIX).bind('s')",
    "a large file": "f = open('x', 'wb'); f.truncate(300 << 20)",
}

WITHOUT_SCRATCH = {
    "its own folder": "open('x', 'w')",
    "a folder in its own": "os.mkdir('x')",
    "an unnamed file": "os.open('.', os.O_TMPFILE | os.O_RDWR)",
    "torch.save": "torch.save(torch.ones(1), 'x')",
    "shared tensors": "torch.ones(1).share_memory_()",
}

ARCHITECTURE = {
    "x32": "libc.syscall(ctypes.c_long(0x40000000 + 39)) if platform.machine() == 'x86_64' else os.abort()",
}

EXCESS = {
    "many files": "for n in range(3000): open(f'{n}', 'w')\ntime.sleep(60)",
    "many files, then the end": "for n in range(3000): open(f'{n}', 'w')",
    "many bytes": "for n in range(9): open(f'{n}', 'wb').write(bytes(40 << 20))",
    "many bytes without a name": (
        "kept = [open(f'{n}', 'wb') for n in range(9)]; [os.unlink(f'{n}') for n in range(9)]\n"
        "for f in kept: f.write(bytes(40 << 20))\n"
        "time.sleep(60)"
    ),
    "a mapped file that cannot be measured": (
        "f = os.open('x', os.O_RDWR | os.O_CREAT); os.truncate(f, 4096)\n"
        "libc.mmap(None, ctypes.c_size_t(4096), 3, 1, f, ctypes.c_long(0)); os.unlink('x'); os.close(f)\n"
        "time.sleep(60)"
    ),
    "more mappings than can be looked at": (
        "d = 'd' * 200\nfor _ in range(18): os.mkdir(d); os.chdir(d)\n"
        "f = os.open('x', os.O_RDWR | os.O_CREAT); os.truncate(f, 8192)\n"
        "for n in range(5000): libc.mmap(None, ctypes.c_size_t(4096), 3, 1, f, ctypes.c_long(4096 * (n % 2)))\n"
        "time.sleep(60)"
    ),
    "a deep tree": "for n in range(100): os.mkdir('d' * 200); os.chdir('d' * 200)",
    "threads": (
        "attr = ctypes.create_string_buffer(64)\n"
        "libc.pthread_attr_init(attr); libc.pthread_attr_setstacksize(attr, ctypes.c_size_t(16384))\n"
        "thread = ctypes.c_ulong()\n"
        "for n in range(700): libc.pthread_create(ctypes.byref(thread), attr, libc.pause, None)\n"
        "time.sleep(60)"
    ),
}

EITHER = {"a folder that nobody may enter": "os.makedirs('a/b'); open('a/b/f', 'w'); os.mkdir('c', 0)"}
"""Too much where the zygote cannot look into it; root's can."""


def cases() -> dict[str, tuple[Probe, frozenset[Outcome]]]:
    """Return every case with how it may end, by a name."""
    readable = [path for path in READS if path.startswith(("$", ".")) or Path(path).exists()]
    reads = {path: f"(os.listdir if os.path.isdir({path!r}) else open)({path!r})" for path in readable}
    groups = [
        ("read", reads, (), (Outcome.BLOCKED,)),
        ("call", CALLS, ("scratch",), (Outcome.BLOCKED,)),
        ("write", WRITES, ("scratch",), (Outcome.BLOCKED,)),
        ("without scratch", WITHOUT_SCRATCH, (), (Outcome.BLOCKED,)),
        ("excess", EXCESS, ("scratch",), (Outcome.BLOCKED,)),
        ("either", EITHER, ("scratch",), (Outcome.BLOCKED, Outcome.RETURNED)),
        ("architecture", ARCHITECTURE, (), (Outcome.CRASHED,)),
    ]
    return {
        f"{group}: {name}": (_probe(source, *requires), frozenset(outcomes))
        for group, programs, requires, outcomes in groups
        for name, source in programs.items()
    }


def _probe(source: str, *requires: str) -> Probe:
    tests = Path(__file__).resolve().parent
    program = source.replace("$tests", str(tests)).replace("$project", str(tests.parents[1]))
    return Probe(
        prelude=PRELUDE,
        parts=(Part(phase="given", source=program),),
        limits=Limits(cpu_seconds=10, memory_mib=1024),
        requires=requires,
    )


def main() -> None:
    """Print the outcome and the reason of each case, as JSON."""
    wanted = cases()
    names = {probe.digest: name for name, (probe, _) in wanted.items()}
    told: dict[str, tuple[str, str]] = {}
    with start_pool(2) as pool:
        for probe, _ in wanted.values():
            pool.submit(probe)
        for probe, evidence in pool.results():
            why = evidence.reason or str(evidence.raised) + evidence.stdout
            told[names[probe.digest]] = (evidence.outcome.value, why)
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
