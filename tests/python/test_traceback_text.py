# traceback writes into a stream in memory.
import io
import traceback

stream = io.StringIO()
try:
    {}["missing"]
except KeyError:
    traceback.print_exc(file=stream)
lines = stream.getvalue().splitlines()
assert lines[0] == "Traceback (most recent call last):" and lines[-1] == "KeyError: 'missing'"
