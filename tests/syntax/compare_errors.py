"""Compare our syntax errors with CPython's: kind, message, places and text.

Run with CPython 3.14:  python3.14 tests/syntax/compare_errors.py HOGNOSE_AST_DUMP [-v] [FILE ...]
The snippets are all string constants, and all doctest examples, of the test modules that are about syntax, each alone,
as exec, eval and single input.
"""
import ast
import doctest
import os
import sys
import sysconfig
import warnings

sys.path.insert(0, os.path.dirname(__file__))
from compare_ast import Dumper

MODULES = """test_syntax test_exceptions test_fstring test_tstring test_grammar test_eof test_unparse test_positional_only_arg
test_named_expressions test_patma test_string_literals test_type_params test_type_comments test_codeop test_unpack_ex
test_dictcomps test_listcomps test_genexps test_generators test_coroutines test_lambda test_compile test_ast/test_ast
test_tokenize test_flufl test_exception_group test_except_star test_global test_keywordonlyarg test_decorators test_with
test_annotationlib test_cmd_line_script test_traceback test_source_encoding test_extcall test_scope test_peg_generator
test_future_stmt/test_future test_repl test_int test_utf8source test_unicode_identifiers test_baseexception test_raise
test_pyrepl/test_interact test_super test_symtable test_typing test_doctest/test_doctest test_with test_coroutines
""".split()


def snippets(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        source = file.read()
    seen = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            seen[node.value] = True
            if ">>>" in node.value:
                try:
                    for example in doctest.DocTestParser().get_examples(node.value):
                        seen[example.source] = True
                except ValueError:
                    pass
    return seen


# Options of hognose-ast-dump, and what they are to compile().
VARIANTS = [
    ((), 0, -1),
    (("--type-comments",), ast.PyCF_TYPE_COMMENTS, -1),
    (("--incomplete", "--no-imply-dedent"), 0x4200, -1),
    (("--incomplete",), 0x4000, -1),
    (("--minor", "7"), 0, 7),
    (("--minor", "9"), 0, 9),
    (("--minor", "12"), 0, 12),
]


def expected(source, mode, flags=0, minor=-1):
    """What CPython says, in the form of hognose-ast-dump; None: it accepts the source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<snippet>", mode, ast.PyCF_ONLY_AST | flags, _feature_version=minor)
        except SyntaxError as error:
            kind = type(error).__name__
            if len(error.args) == 1:
                return f"ERROR {kind}: ({error.msg!r})"
            text = error.text if error.text is not None else ""
            return (f"ERROR {kind}: ({error.msg!r}, ({error.lineno}, {error.offset}, {text!r},"
                    f" {error.end_lineno}, {error.end_offset}))")
        except (MemoryError, RecursionError) as error:
            return f"ERROR {type(error).__name__}: "
        except ValueError:
            return "skip"
    return None


def core(answer):
    """Without the line's text."""
    try:
        kind, _, rest = answer.partition(": ")
        args = ast.literal_eval(rest)
        if not isinstance(args, tuple):
            return kind, args
        message, (line, col, _, end_line, end_col) = args
        return kind, message, line, col, end_line, end_col
    except (ValueError, SyntaxError):
        return answer


def main():
    verbose = "-v" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    tests = os.path.join(sysconfig.get_path("stdlib"), "test")
    paths = arguments[1:] or [p for m in MODULES if os.path.exists(p := os.path.join(tests, m + ".py"))]
    snippets_of = {path: snippets(path) for path in paths}
    bad = 0
    for options, flags, minor in VARIANTS:
        ours = Dumper(arguments[0], *options)
        print("VARIANT", *options)
        bad += compare(ours, snippets_of, flags, minor, verbose)
    return bad != 0


def compare(ours, snippets_of, flags, minor, verbose):
    total = equal = same_message = same_text = wrong_verdict = wrong_tree = 0
    for path, sources in snippets_of.items():
        for source in sources:
            for mode in ("exec", "eval", "single", "func_type"):
                want = expected(source, mode, flags, minor)
                if want == "skip":
                    continue
                got, _ = ours(source, mode)
                if (want is None) != (not got.startswith("ERROR")):
                    wrong_verdict += 1
                    print(f"{os.path.basename(path)} {mode} {source!r}\n  want {want}\n  got  {got[:300]}")
                    continue
                if want is None:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        tree = compile(source, "<snippet>", mode, ast.PyCF_ONLY_AST | flags, _feature_version=minor)
                    if (want := ast.dump(tree, include_attributes=True)) != got:
                        wrong_tree += 1
                        print(f"{os.path.basename(path)} {mode} {source!r}\n  want {want}\n  got  {got}")
                    continue
                total += 1
                if want.startswith("ERROR MemoryError") and got.startswith("ERROR MemoryError"):
                    want = got
                same_text += want == got
                if core(want) == core(got):
                    equal += 1
                    same_message += 1
                    if verbose and want != got:
                        print(f"TEXT {os.path.basename(path)} {mode} {source[:200]!r}\n  want {want}\n  got  {got}")
                    continue
                same_message += core(want)[:2] == core(got)[:2]
                print(f"{os.path.basename(path)} {mode} {source[:400]!r}\n  want {want}\n  got  {got}")
    print(f"{total} errors: {equal} equal ({100 * equal / max(total, 1):.2f} %), {same_message} with equal message, "
          f"{same_text} equal with text; {wrong_verdict} sources accepted by one side only, {wrong_tree} wrong trees")
    return total - equal + wrong_verdict + wrong_tree


if __name__ == "__main__":
    sys.exit(main())
