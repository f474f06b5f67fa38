# wheel: packaging
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import sys_tags
from packaging.version import InvalidVersion, Version

assert Version("1.0rc1") < Version("1.0") < Version("1.0.post1") and str(Version("1!2.0+local.7")) == "1!2.0+local.7"
assert "1.5" in SpecifierSet(">=1.2,!=1.4,<2") and "2.0b1" not in SpecifierSet("<2") and "1.4.9" in SpecifierSet("~=1.4.2")
requirement = Requirement("name[extra]>=2; python_version > '3' and sys_platform == 'linux'")
assert requirement.extras == {"extra"} and requirement.marker.evaluate() and not Marker("python_version < '3'").evaluate()
try:
    Version("not a version")
except InvalidVersion:
    pass
else:
    raise AssertionError
assert any(tag.abi == "none" for tag in sys_tags())
