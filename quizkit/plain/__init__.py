"""The line-based face: for screen readers, dumb terminals and pipes. `quizkit play --plain` and `quizkit stats`.

Invariant: everything is said in lines of text, in order, and nothing by colour or place alone; the end of the input
means that the learner leaves, and nothing answered before is lost.
"""
