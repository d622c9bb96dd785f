# trick: writes beside its scratch folder
# outcome: blocked | raised
# layer: landlock
# requires: scratch
open("../quizkit-selftest-beside", "w").write("was here")
