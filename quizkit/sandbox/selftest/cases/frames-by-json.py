# trick: has what speaks for the harness send frames of the snippet's own
# outcome: raised
# layer: harness
import json

as_it_was = json.JSONEncoder.iterencode


def forged(self, facts, _one_shot=False):
    if facts.get("frame") != "raised":
        return as_it_was(self, facts, _one_shot)
    frame = {"nonce": facts["nonce"], "frame": "expectation", "name": "x", "holds": True, "sub_values": []}
    return as_it_was(self, {**frame, "got": {"type": "bool", "text": "True", "scalar": True}}, _one_shot)


json.JSONEncoder.iterencode = forged
x = False
raise ValueError("the frame of this must arrive")
