"""How a machine or a wall of the sandbox refuses what a program asks of it. Standard library only, for both sides.

Invariant: what may be such a refusal says nothing about the program's own errors.
"""

import errno
from typing import Final

ERRNOS: Final = frozenset(
    {errno.EPERM, errno.EACCES, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EDQUOT, errno.ENOSPC, errno.EROFS}
    # Landlock's answer to links and renamings between folders that it does not allow.
    | {errno.EXDEV}
)
"""What a system call is answered that a wall forbids."""
WORDS: Final = (
    "Operation not permitted",
    "Permission denied",
    "File too large",
    "Read-only file system",
    "Too many open files",
    "No usable temporary directory",
    # What torch.save says of a file that it may not write.
    "iostream error",
    "PytorchStreamWriter failed writing",
    # What a generator of torch's says that is to be seeded by chance.
    "Unable to open /dev/urandom",
)
"""The same, where it comes as words alone."""
MEMORY_WORDS: Final = (
    "can't allocate memory", "not enough memory", "Cannot allocate memory", "out of memory", "std::bad_alloc",
    "can't start new thread",  # Its stack is memory, too.
)  # fmt: skip
"""What is said where memory ends."""
WORDED: Final = frozenset({"RuntimeError", "OSError", "ImportError"})
"""Classes whose message is the operating system's, or that of a library's C++ code."""
WORDED_OTHERWISE: Final = {
    "KeyError": (
        "getpwuid(): uid not found",
        "getpwnam(): name not found",
        "getgrgid(): gid not found",
        "getgrnam()",
    ),
    "OperationalError": ("unable to open database file", "attempt to write a readonly database"),
    "RuntimeError": ("to a (local) address", "cannot set number of interop threads"),
    "ValueError": ("not allowed to raise maximum limit",),
}
"""By class, what is said where a library makes an error of its own of a refusal."""
THREAD_WORDS: Final = "libgomp: Thread creation failed"
"""What torch's library for threads says before it ends the process."""
