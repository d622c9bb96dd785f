"""Probe -> Evidence: one fresh, confined process per probe, forked from a zygote that has torch loaded.

Parent side: `start`, `pool`, `assemble`. Child side (torch and the standard library only): `zygote`, `worker`,
`confine`, `describe`, `expression`. Shared: `wire`, `environment`. This module is imported by both, so it imports
nothing.
"""
