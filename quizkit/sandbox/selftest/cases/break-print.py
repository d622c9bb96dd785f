# trick: replaces print and standard output
# outcome: returned
# layer: harness
import builtins
import io
import sys

sys.stdout = io.StringIO()
builtins.print = lambda *_, **__: None
