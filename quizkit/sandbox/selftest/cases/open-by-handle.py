# trick: opens a file by its number, past all folders
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
handle, mount = ctypes.create_string_buffer(136), ctypes.c_int()
ctypes.c_uint.from_buffer(handle).value = 128
if libc.name_to_handle_at(-100, b"$secret", handle, ctypes.byref(mount), 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
