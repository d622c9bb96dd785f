"""What runs in the sandbox's own processes: torch and the standard library only, never pydantic or yaml.

`keeper` watches over `zygote`, which forks a `worker` per probe; where there is no zygote, `fresh` is a worker in a
new interpreter, and `lifeline` ends it with its parent. A worker runs a `program`, brings it to its `ending`, and
tells what it gave (`expression`, `describe`) and raised (`raising`). `sweeper` tidies up after a self-test.
"""
