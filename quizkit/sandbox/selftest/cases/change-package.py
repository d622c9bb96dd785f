# trick: changes the sources of an installed package
# outcome: blocked | raised
# layer: landlock
import torch

open(torch.__file__, "a").write("#")
