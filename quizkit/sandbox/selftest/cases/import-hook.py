# trick: puts itself before every import
# outcome: returned
# layer: process
import sys


class Hook:
    def find_spec(self, name, path=None, target=None):
        raise ImportError(name)


sys.meta_path.insert(0, Hook())
