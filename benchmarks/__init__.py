"""The bars quizkit is held to, measured: `python -m benchmarks`, or `make bench`.

Invariant: what is compared is measured in the same run, in turns (A B A B ...), and told as medians, the raw
samples beside them. Whatever did not do its whole work is an error and never a sample. Nothing here is a test:
timings depend on the machine, so results carry it.

Read `frozen` (the programs), `contestants` (what runs them), `bars` (what is measured and how each bar is read),
`figures` (the nouns and the table).
"""
