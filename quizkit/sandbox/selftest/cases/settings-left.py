# trick: leaves every setting changed for whoever comes next
# outcome: returned
# layer: process
import decimal
import gc
import locale
import os
import signal
import sys
import warnings

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.set_num_threads(4)
torch.set_flush_denormal(True)
torch.use_deterministic_algorithms(True)
torch.set_printoptions(precision=1, sci_mode=True)
np.seterr(all="raise")
np.set_printoptions(precision=1)
decimal.getcontext().prec = 1
locale.setlocale(locale.LC_ALL, "C")
warnings.simplefilter("error")
sys.set_int_max_str_digits(640)
sys.setswitchinterval(1.0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.environ["PYTHONHASHSEED"] = os.environ["LANG"] = "1"
os.umask(0o777)
os.chdir("/")
gc.disable()
x = False
