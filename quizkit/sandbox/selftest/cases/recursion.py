# trick: calls itself for ever
# outcome: raised
# layer: harness
def again():
    again()


again()
