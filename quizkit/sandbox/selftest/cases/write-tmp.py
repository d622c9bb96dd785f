# trick: writes a file in the directory for temporary files
# outcome: blocked | raised
# layer: landlock
open("/tmp/quizkit-selftest-planted", "w").write("was here")
