# trick: reads the password file
# outcome: blocked | raised
# layer: landlock
print(open("/etc/shadow").read())
