# trick: traces the harness
# outcome: returned | raised
# layer: harness
import sys
import threading

sys.settrace(lambda *_: None)
sys.setprofile(lambda *_: None)
threading.settrace(lambda *_: None)
