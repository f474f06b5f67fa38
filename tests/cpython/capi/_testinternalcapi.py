"""Stand-in: what test modules ask for while they load. See README.md."""

import sys


def has_inline_values(instance):
    raise NotImplementedError("how an instance keeps its attributes is not visible from Python here")


def get_recursion_depth():
    depth, frame = 0, sys._getframe(1)
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    return depth


def get_config():
    return {"code_debug_ranges": 1}
