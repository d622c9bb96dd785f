# trick: makes a hard link to a file of the user's
# outcome: blocked | raised
# layer: landlock
import os

os.link("$target", "/tmp/quizkit-selftest-link")
