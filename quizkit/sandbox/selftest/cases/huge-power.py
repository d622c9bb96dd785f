# trick: computes a number with billions of digits, in C
# outcome: timed-out | out-of-memory
# layer: deadline
# cpu: 1
x = 9 ** 9 ** 9
