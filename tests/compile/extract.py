"""Collects snippets for compare.py --snippets: the string constants and doctest examples of CPython's own tests.

Usage (with CPython 3.14): extract.py TEST_FILE... > snippets
"""

import ast
import doctest
import sys
import textwrap

seen = set()
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        source = file.read()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        texts = [textwrap.dedent(node.value)]
        if ">>>" in node.value:
            try:
                texts = [example.source for example in doctest.DocTestParser().get_examples(node.value)]
            except ValueError:
                continue
        for text in texts:
            if len(text) < 3 or text in seen or "\0" in text or "----\n" in text or len(text) > 20000:
                continue
            try:
                text.encode()
            except UnicodeEncodeError:
                continue
            seen.add(text)
sys.stdout.write("----\n".join(sorted(seen)))
