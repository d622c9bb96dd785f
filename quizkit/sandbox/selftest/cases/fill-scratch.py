# trick: fills its scratch folder without end
# outcome: blocked | raised
# layer: scratch quota
# requires: scratch
# cpu: 10
number = 0
while True:
    number += 1
    with open(f"file-{number}", "wb") as file:
        file.write(bytes(2**24))
