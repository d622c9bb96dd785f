# trick: lifts its own limits
# outcome: blocked | raised
# layer: rlimits
import resource

resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
