# trick: writes a file in the home directory
# outcome: blocked | raised
# layer: landlock
import pathlib

pathlib.Path("$home/planted").write_text("was here")
