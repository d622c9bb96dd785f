"""Numbers of system calls: the name, the number on x86-64, the number on aarch64 ('-' where it does not exist).

Invariant: only what is listed here can be allowed; tests compare the numbers with the kernel's headers.
"""

from typing import Final

NEWEST: Final = 469
"""The last number that was known when this list was made; the same on both, as all since 424."""

ALLOWED: Final = {
    "memory": """
        brk 12 214  mmap 9 222  munmap 11 215  mprotect 10 226  mremap 25 216  madvise 28 233  msync 26 227
        mseal 462 462  map_shadow_stack 453 453  membarrier 324 283  get_mempolicy 239 236
    """,
    "files by name, of which Landlock decides": """
        stat 4 -  lstat 6 -  newfstatat 262 79  statx 332 291  access 21 -  faccessat 269 48  faccessat2 439 439
        readlink 89 -  readlinkat 267 78  getcwd 79 17  chdir 80 49  fchdir 81 50  statfs 137 43  fstatfs 138 44
        mkdir 83 -  mkdirat 258 34  rmdir 84 -  unlink 87 -  unlinkat 263 35  rename 82 -  renameat 264 38
        renameat2 316 276  link 86 -  linkat 265 37  symlink 88 -  symlinkat 266 36  umask 95 166
    """,
    "open files and pipes": """
        close 3 57  close_range 436 436  read 0 63  write 1 64  readv 19 65  writev 20 66  pread64 17 67
        pwrite64 18 68  preadv 295 69  pwritev 296 70  preadv2 327 286  pwritev2 328 287  lseek 8 62  fstat 5 80
        getdents 78 -  getdents64 217 61  dup 32 23  dup2 33 -  dup3 292 24  ftruncate 77 46
        fsync 74 82  fdatasync 75 83  fadvise64 221 223  readahead 187 213  sendfile 40 71  copy_file_range 326 285
        flock 73 32  pipe 22 -  pipe2 293 59
    """,
    "the two ends of a socket pair": """
        recvfrom 45 207  recvmsg 47 212  shutdown 48 210  getsockname 51 204  getpeername 52 205
        getsockopt 55 209
    """,
    "waiting": """
        poll 7 -  ppoll 271 73  select 23 -  pselect6 270 72  epoll_create 213 -  epoll_create1 291 20
        epoll_ctl 233 21  epoll_wait 232 -  epoll_pwait 281 22  epoll_pwait2 441 441  eventfd 284 -  eventfd2 290 19
        timerfd_create 283 85  timerfd_settime 286 86  timerfd_gettime 287 87  nanosleep 35 101
        clock_nanosleep 230 115  pause 34 -  wait4 61 260  waitid 247 95
    """,
    "threads": """
        futex 202 98  futex_waitv 449 449  futex_wake 454 454  futex_wait 455 455  futex_requeue 456 456
        set_robust_list 273 99  rseq 334 293  sched_yield 24 124  sched_getaffinity 204 123  sched_getparam 143 121
        sched_getscheduler 145 120  sched_getattr 315 275  sched_get_priority_max 146 125
        sched_get_priority_min 147 126  sched_rr_get_interval 148 127  getpriority 140 141  arch_prctl 158 -
        exit 60 93  exit_group 231 94
    """,
    "signals and timers of its own": """
        rt_sigaction 13 134  rt_sigprocmask 14 135  rt_sigreturn 15 139  rt_sigpending 127 136
        rt_sigsuspend 130 133  rt_sigtimedwait 128 137  sigaltstack 131 132  restart_syscall 219 128  alarm 37 -
        setitimer 38 103  getitimer 36 102
    """,
    "facts": """
        getpid 39 172  getppid 110 173  gettid 186 178  getuid 102 174  geteuid 107 175  getgid 104 176
        getegid 108 177  getresuid 118 148  getresgid 120 150  getgroups 115 158  getpgrp 111 -  getpgid 121 155
        getsid 124 156  capget 125 90  uname 63 160  sysinfo 99 179  getcpu 309 168  times 100 153  getrusage 98 165
        getrlimit 97 163  time 201 -  gettimeofday 96 169  clock_gettime 228 113  clock_getres 229 114
        getrandom 318 278
    """,
}
"""What a probe may do with any arguments."""

DEPENDING: Final = """
    clone 56 220  kill 62 129  tgkill 234 131  prctl 157 167  ioctl 16 29  fcntl 72 25  open 2 -  openat 257 56
    sendto 44 206  socketpair 53 199  prlimit64 302 261  sched_setaffinity 203 122
"""
"""What a probe may do with some arguments; `seccomp` says with which."""

ABSENT: Final = "clone3 435 435  openat2 437 437"
"""What does not exist for a probe: arguments that lie in memory cannot be judged, and libraries fall back."""

UNSUPPORTED: Final = "fallocate 285 47"
"""What no file of a probe's supports: it would fill a disk in no time. Libraries write zeros instead."""

_COLUMNS: Final = {"x86_64": 1, "aarch64": 2}


def numbers(table: str, machine: str) -> dict[str, int]:
    """Return the number of each name of a table above. Raises KeyError for a machine without a column."""
    words, column = table.split(), _COLUMNS[machine]
    rows = zip(words[::3], words[column::3], strict=True)
    return {name: int(number) for name, number in rows if number != "-"}
