# trick: appends to a file of the user's
# outcome: blocked | raised
# layer: landlock
open("$target", "a").write("was here")
