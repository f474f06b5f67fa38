from docutils.core import publish_doctree, publish_parts, publish_string

source = """
Title
=====

A *paragraph* with ``code`` and a link_.

.. _link: http://example.org/

* one
* two

  1. nested

+---+---+
| a | b |
+===+===+
| 1 | 2 |
+---+---+

.. note:: Take care.

.. math:: x^2
"""
settings = {"halt_level": 5, "report_level": 5, "file_insertion_enabled": False}
html = publish_parts(source, writer_name="html5" if False else None, writer="html5", settings_overrides=settings)["body"] if True else ""
assert "<em>paragraph</em>" in html and "<table>" in html and "admonition note" in html, html
tree = publish_doctree(source, settings_overrides=settings)
assert tree.findall and tree["title"] == "Title"
assert b"\\emph{paragraph}" in publish_string(source, writer="latex", settings_overrides=settings)
