import io
import os
import shutil
import tempfile
from contextlib import redirect_stdout

import pytest

folder = tempfile.mkdtemp()
with open(os.path.join(folder, "test_it.py"), "w") as file:
    file.write('''
import pytest

@pytest.fixture
def pair(tmp_path, monkeypatch):
    monkeypatch.setenv("NAME", "value")
    yield 1, 2

def test_good(pair, capsys):
    print("shown")
    assert capsys.readouterr().out == "shown\\n" and sum(pair) == 3

@pytest.mark.parametrize("n", [1, 2, 3])
def test_many(n):
    assert n < 3, "too many"

def test_raises():
    with pytest.raises(ZeroDivisionError, match="division"):
        1 / 0

@pytest.mark.xfail
def test_later():
    assert [1, 2, 3] == [1, 2, 4]

class TestGroup:
    def test_approx(self):
        assert 0.1 + 0.2 == pytest.approx(0.3)
''')
out = io.StringIO()
with redirect_stdout(out):
    code = pytest.main(["-p", "no:cacheprovider", "-p", "no:faulthandler", "-q", "--capture=sys", "--rootdir", folder, "--basetemp", os.path.join(folder, "temporary"), folder])
shutil.rmtree(folder)
text = out.getvalue()
assert code == 1 and "1 failed, 5 passed, 1 xfailed" in text and "AssertionError: too many" in text and "assert 3 < 3" in text, text
