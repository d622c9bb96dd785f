# trick: starts a worker process
# outcome: blocked
# layer: seccomp
import multiprocessing

worker = multiprocessing.get_context("fork").Process(target=print)
worker.start()
