"""Probe -> Evidence: one fresh, confined process per probe, forked from a zygote that has torch loaded.

Parent side: `start`, `pool`, `fork_pool`, `forkserver`, `execution`, `assemble`, `walls`. Child side (torch and the
standard library only): `keeper`, `zygote`, `worker`, `program`, `describe`, `expression`, `raising`, and the walls:
`confine` over `privileges`, `landlock` with its `view`, `seccomp` with its `syscalls`, and `quota`. Shared: `wire`,
`environment`, `folder`. This module is imported by both, so it imports nothing.
"""
