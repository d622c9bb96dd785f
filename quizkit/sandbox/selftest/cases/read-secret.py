# trick: reads a file with a secret
# outcome: blocked | raised
# layer: landlock
print(open("$secret").read())
