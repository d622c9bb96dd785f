# trick: makes files without end in its scratch folder
# outcome: blocked | raised
# layer: scratch quota
# requires: scratch
# cpu: 5
number = 0
while True:
    number += 1
    open(f"file-{number}", "w").close()
