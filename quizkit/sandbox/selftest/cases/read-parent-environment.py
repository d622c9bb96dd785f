# trick: reads its parent's environment
# outcome: blocked | raised
# layer: landlock
print(open("/proc/$parent/environ").read())
