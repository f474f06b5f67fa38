"""What `sysconfig` tells about the build. There is no Makefile and no header of CPython's behind this interpreter, so only what
is true here is listed: no C extensions can be built or loaded."""

build_time_vars = {
    'ABIFLAGS': '',
    'EXE': '',
    'EXT_SUFFIX': '.hognose-314.so',
    'HOST_GNU_TYPE': 'x86_64-pc-linux-gnu',
    'LIBDIR': '/usr/local/lib',
    'MULTIARCH': '',
    'PLATLIBDIR': 'lib',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 0,
    'Py_TRACE_REFS': 0,
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_VOID_P': 8,
    'SOABI': 'hognose-314',
    'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo',
    'VERSION': '3.14',
    'WITH_DOC_STRINGS': 1,
    'WITH_PYMALLOC': 0,
    'prefix': '/usr/local',
    'exec_prefix': '/usr/local',
}
