# trick: lets a regular expression backtrack for ever, in C
# outcome: timed-out
# layer: deadline
# cpu: 1
import re

re.match(r"(a+)+$", "a" * 60 + "b")
