"""The hostile corpus: one file per trick in `cases/`, with the outcome it must get and the layer that contains it.

Any backend of the sandbox must pass it. `cases` reads the corpus, `world` is what the tricks are after, `check` runs
them. Users run it as `quizkit doctor --self-test`.
"""
