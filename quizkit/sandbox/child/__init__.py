"""What runs in the sandbox's own processes: torch and the standard library only, never pydantic or yaml.

`keeper` watches over `zygote`, which forks a `worker` per probe; where there is no zygote, `fresh` is a worker in a
new interpreter. A worker runs a `program`, and tells what it gave (`expression`, `describe`) and raised (`raising`).
"""
