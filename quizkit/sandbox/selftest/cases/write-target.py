# trick: writes over a file of the user's
# outcome: blocked | raised
# layer: landlock
open("$target", "w").write("was here")
