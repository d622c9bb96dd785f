# trick: reads a secret by way of its own root in /proc
# outcome: blocked | raised
# layer: landlock
print(open("/proc/self/root$secret").read())
