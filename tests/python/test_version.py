# The version is that of the library: both come from the same place, or programs would be told of fixes that are not there.
import platform
import sys

text = ".".join(map(str, sys.version_info[:3]))
assert sys.version.startswith(text + " ") and platform.python_version() == text
assert sys.hexversion >> 8 == (sys.version_info[0] << 16 | sys.version_info[1] << 8 | sys.version_info[2])
assert sys.version_info[:2] == (3, 14) and sys.version_info.micro > 0
print("ok")
