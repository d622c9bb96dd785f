# trick: runs another program
# outcome: blocked
# layer: seccomp
import subprocess

subprocess.run(["/bin/true"], check=True)
