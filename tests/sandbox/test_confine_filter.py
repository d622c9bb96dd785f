"""What the filter of system calls decides, for both architectures, by a machine that runs classic BPF."""

import errno
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from quizkit.sandbox.start import confinement

if sys.platform != "linux":
    pytest.skip("Linux alone has this filter", allow_module_level=True)

from quizkit.sandbox.confine import seccomp, syscalls
from quizkit.sandbox.confine.bpf import Assembler

PID = 4711
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL = "allow", "kill"
EPERM, ENOSYS, EOPNOTSUPP = errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP


class Instruction(NamedTuple):
    operation: int
    near: int
    far: int
    operand: int


def run_filter(code: bytes, data: bytes) -> int:
    """Run a program on data, as the kernel does."""
    program = [Instruction(*fields) for fields in struct.iter_unpack("=HBBI", code)]
    place, word = 0, 0
    while True:
        operation, near, far, operand = program[place]
        place += 1
        match operation:
            case 0x20:
                (word,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                word &= operand
            case 0x05:
                place += operand
            case 0x15:
                place += near if word == operand else far
            case 0x35:
                place += near if word >= operand else far
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"operation {operation:#x}")


def decided(machine: str, number: int, *arguments: int, architecture: int | None = None) -> str | int:
    """Return allow, kill or the error that a call gets."""
    words = [argument & 2**64 - 1 for argument in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("=IIQ6Q", number, architecture or MACHINES[machine], 0x7FFF_0000_1234, *words)
    result = run_filter(seccomp.filter_for(machine, PID), data)
    return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(result, result & 0xFFFF)


def known(machine: str) -> dict[str, int]:
    tables = [*syscalls.ALLOWED.values(), syscalls.DEPENDING, syscalls.ABSENT, syscalls.UNSUPPORTED]
    return {name: number for table in tables for name, number in syscalls.numbers(table, machine).items()}


machines = pytest.mark.parametrize("machine", MACHINES)


@machines
def test_what_is_not_listed_is_denied(machine: str) -> None:
    listed = set(known(machine).values())
    for number in range(syscalls.NEWEST + 1):
        assert number in listed or decided(machine, number) == EPERM, number


@machines
def test_what_is_listed_is_as_listed(machine: str) -> None:
    for table in syscalls.ALLOWED.values():
        for name, number in syscalls.numbers(table, machine).items():
            assert decided(machine, number, -1, -1, -1, -1, -1, -1) == ALLOW, name
    for number in syscalls.numbers(syscalls.ABSENT, machine).values():
        assert decided(machine, number) == ENOSYS
    for number in syscalls.numbers(syscalls.UNSUPPORTED, machine).values():
        assert decided(machine, number) == EOPNOTSUPP


@machines
def test_what_is_newer_does_not_exist(machine: str) -> None:
    assert decided(machine, syscalls.NEWEST + 1) == ENOSYS
    assert decided(machine, 0x3FFFFFFF) == ENOSYS


@machines
@pytest.mark.parametrize("number", [0x40000000, 0x40000000 + 39, 2**32 - 1])
def test_numbers_of_x32_kill(machine: str, number: int) -> None:
    assert decided(machine, number) == KILL


@machines
@pytest.mark.parametrize("architecture", [0x40000003, 0x40000028, 0xC00000F3, 0x8000003E])
def test_calls_of_another_architecture_kill(machine: str, architecture: int) -> None:
    assert decided(machine, known(machine)["read"], architecture=architecture) == KILL


DEPENDING = [
    ("clone", (0x3D0F00,), ALLOW),
    ("clone", (17,), EPERM),
    ("clone", (0x4111,), EPERM),
    ("clone", (0x10900,), EPERM),
    *(("clone", (0x10400 | 1 << bit,), EPERM) for bit in (17, 25, 26, 27, 28, 29, 30)),
    ("kill", (PID, 9), ALLOW),
    ("kill", (PID + 1, 9), EPERM),
    ("kill", (0, 9), EPERM),
    ("kill", (-1, 9), EPERM),
    ("kill", (-PID, 9), EPERM),
    # The kernel takes 32 bits of it as well.
    ("kill", (PID | 1 << 32, 9), ALLOW),
    ("tgkill", (PID, PID + 1, 9), ALLOW),
    ("tgkill", (PID + 1, PID + 1, 9), EPERM),
    ("prctl", (15,), ALLOW),
    ("prctl", (1,), EPERM),
    ("prctl", (4,), EPERM),
    ("prctl", (22,), EPERM),
    ("prctl", (24,), EPERM),
    ("prctl", (36,), EPERM),
    ("ioctl", (0, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), EPERM),
    ("ioctl", (0, 0x8901), EPERM),
    ("ioctl", (0, 0x5452), EPERM),
    ("fcntl", (3, 4), ALLOW),
    *(("fcntl", (3, command), EPERM) for command in (8, 10, 15, 1024, 1026, 1031, 1033)),
    ("openat", (-100, 0, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY), ALLOW),
    ("openat", (-100, 0, os.O_RDWR | os.O_CREAT | os.O_TRUNC), ALLOW),
    ("openat", (-100, 0, os.O_WRONLY | os.O_APPEND), ALLOW),
    ("openat", (-100, 0, os.O_RDONLY | os.O_TRUNC), EPERM),
    ("openat", (-100, 0, 3), EPERM),
    ("openat", (-100, 0, 3 | os.O_TRUNC), EPERM),
    ("sendto", (3, 0, 0, 0, 0, 0), ALLOW),
    ("sendto", (3, 0, 0, 0, 0x1000, 16), EPERM),
    ("sendto", (3, 0, 0, 0, 1 << 40, 16), EPERM),
    ("socketpair", (1, 1), ALLOW),
    ("socketpair", (1, 1 | 0o2004000), ALLOW),
    ("socketpair", (1, 2), EPERM),
    ("socketpair", (1, 5), EPERM),
    ("socketpair", (2, 1), EPERM),
    ("socketpair", (16, 3), EPERM),
    ("prlimit64", (0, 9), ALLOW),
    ("prlimit64", (PID, 9), ALLOW),
    ("prlimit64", (1, 9), EPERM),
    ("sched_setaffinity", (0, 8), ALLOW),
    ("sched_setaffinity", (1, 8), EPERM),
]


@machines
@pytest.mark.parametrize(("name", "arguments", "fate"), DEPENDING)
def test_what_depends_on_arguments(machine: str, name: str, arguments: tuple[int, ...], fate: str | int) -> None:
    assert decided(machine, known(machine)[name], *arguments) == fate


@pytest.mark.parametrize(("flags", "fate"), [(os.O_RDONLY, ALLOW), (os.O_RDONLY | os.O_TRUNC, EPERM), (3, EPERM)])
def test_the_old_call_to_open_is_judged_alike(flags: int, fate: str | int) -> None:
    assert decided("x86_64", 2, 0, flags) == fate


def test_every_call_that_depends_has_a_rule() -> None:
    assert set(seccomp._RULES) == set(syscalls.numbers(syscalls.DEPENDING, "x86_64"))


HEADERS = {
    "x86_64": "#include <asm/unistd_64.h>",
    "aarch64": "#define __BITS_PER_LONG 64\n#define __ARCH_WANT_NEW_STAT\n#define __ARCH_WANT_RENAMEAT\n"
    "#define __ARCH_WANT_SET_GET_RLIMIT\n#define __ARCH_WANT_SYS_CLONE3\n#include <asm-generic/unistd.h>",
}


def of_the_kernel(machine: str) -> Iterator[tuple[str, int]]:
    """Yield names and numbers as the kernel's headers on this machine have them."""
    compiler = shutil.which("cc")
    source = HEADERS[machine]
    if compiler is None:
        pytest.skip("there is no C compiler")
    found = subprocess.run([compiler, "-E", "-dM", "-"], input=source, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("the kernel's headers are not here")
    defined: dict[str, str] = dict(re.findall(r"^#define __NR(\w+) (\w+)$", found.stdout, re.MULTILINE))
    for name, told in defined.items():
        number = defined.get(told.removeprefix("__NR"), told)
        if name.startswith("_") and number.isdecimal():
            yield name[1:], int(number)


@machines
def test_numbers_are_the_kernels(machine: str) -> None:
    kernels = dict(of_the_kernel(machine))
    listed = known(machine)
    assert len(listed) == len(set(listed.values()))
    newest = max(kernels.values())
    assert {name: number for name, number in listed.items() if kernels.get(name, number) != number} == {}
    assert [name for name, number in listed.items() if name not in kernels and number <= newest] == []


def test_the_assembler_refuses_what_bpf_cannot_do() -> None:
    to = Assembler()
    to.label("start")
    to.load(0)
    to.if_equal(1, then="far")
    for _ in range(256):
        to.mask(1)
    to.label("far")
    to.give(0)
    with pytest.raises(ValueError, match="256 instructions away"):
        to.assembled()
    to.jump("start")
    with pytest.raises(ValueError, match="instructions away"):
        to.assembled()
    with pytest.raises(ValueError, match="two places"):
        to.label("far")


@pytest.mark.parametrize("machine", ["riscv64", "i686", "armv7l"])
def test_an_architecture_that_is_not_known_has_no_filter(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    seccomp.is_available.cache_clear()
    try:
        assert confinement().missing == ("seccomp",)
        assert not confinement().is_full
        with pytest.raises(KeyError):
            seccomp.install()
    finally:
        seccomp.is_available.cache_clear()
