# trick: asks the kernel to spare it when memory ends
# outcome: blocked | raised
# layer: landlock
open("/proc/self/oom_score_adj", "w").write("-1000")
