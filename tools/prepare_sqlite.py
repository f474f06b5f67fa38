#!/usr/bin/env python3
"""Makes sqlite3.c fit for isolates: prepare_sqlite.py AMALGAMATION OUT NAMES.

SQLite keeps a few things per process that a program may write (the generator of random numbers, a folder for temporary files, limits of
memory, databases in memory that are shared by name). Isolates share nothing, so these are cut off or led to the isolate that is at work.
And it has loops inside one step of its machine that a program may make as long as it likes: those are counted against the budget.
NAMES is a header that gives every symbol a name of our own: an embedder may link a SQLite that is whole beside it.
Every change is looked for by its exact text, and must be found as often as it says: a new version that looks different is refused here.
"""

import re
import sys

WORK = "extern int hog_sqlite_work(unsigned long long steps);\n"  # not 0: stop

CHANGES = [
    # random numbers: the isolate's own
    ("SQLITE_API void sqlite3_randomness(int N, void *pBuf){", 1,
     "void hog_sqlite_randomness(int, void*);\n"
     "SQLITE_API void sqlite3_randomness(int N, void *pBuf){ hog_sqlite_randomness(N, pBuf); }\n"
     "SQLITE_PRIVATE void hog_unused_randomness(int N, void *pBuf){"),
    # PRAGMA temp_store_directory: temporary files are in memory
    ('sqlite3_temp_directory = sqlite3_mprintf("%s", zRight);', 1, "(void)0;"),
    # databases "/name" of the VFS "memdb", shared by everybody in the process
    ("  if( szName>1 && (zName[0]=='/' || zName[0]=='\\\\') ){", 1, "  if( 0 ){"),
    # PRAGMA soft_heap_limit, hard_heap_limit: the isolate's heap has its own limit
    ("SQLITE_API sqlite3_int64 sqlite3_soft_heap_limit64(sqlite3_int64 n){\n", 1,
     "SQLITE_API sqlite3_int64 sqlite3_soft_heap_limit64(sqlite3_int64 n){\n  if( n!=-2 ) return 0;\n"),
    ("SQLITE_API sqlite3_int64 sqlite3_hard_heap_limit64(sqlite3_int64 n){\n", 1,
     "SQLITE_API sqlite3_int64 sqlite3_hard_heap_limit64(sqlite3_int64 n){\n  if( n!=-2 ) return 0;\n"),
    # fts3_tokenizer(): gives addresses away, and takes any number that a program binds for one
    ("    if( fts3TokenizerEnabled(context) || sqlite3_value_frombind(argv[1]) ){", 1, "    if( 0 ){"),
    ("  if( fts3TokenizerEnabled(context) || sqlite3_value_frombind(argv[0]) ){", 1, "  if( 0 ){"),
    # a call of a function costs as much as its arguments are long
    ("  (*pCtx->pFunc->xSFunc)(pCtx, pCtx->argc, pCtx->argv);/* IMP: R-24505-23230 */", 1,
     "  {\n    unsigned long long nBytes = 0;\n"
     "    for(i=0; i<pCtx->argc; i++) if( pCtx->argv[i]->flags & (MEM_Str|MEM_Blob) ) nBytes += pCtx->argv[i]->n;\n"
     "    if( hog_sqlite_work(1 + nBytes/64) ){ rc = SQLITE_INTERRUPT; goto abort_due_to_error; }\n  }\n"
     "  (*pCtx->pFunc->xSFunc)(pCtx, pCtx->argc, pCtx->argv);/* IMP: R-24505-23230 */"),
    # LIKE and GLOB: one call for each place where the pattern may go on
    ("  const u8 *zEscaped = 0;          /* One past the last escaped input char */\n\n", 1,
     "  const u8 *zEscaped = 0;          /* One past the last escaped input char */\n\n"
     "  if( hog_sqlite_work(1) ) return SQLITE_NOWILDCARDMATCH;\n"
     "  if( hog_sqlite_stack_is_low() ) return SQLITE_NOWILDCARDMATCH;\n"
     "  unsigned nStep = 0;\n"),
    ("  while( (c = Utf8Read(zPattern))!=0 ){\n    if( c==matchAll ){  /* Match \"*\" */", 1,
     "  while( (c = Utf8Read(zPattern))!=0 ){\n"
     "    if( (++nStep & 63)==0 && hog_sqlite_work(8) ) return SQLITE_NOWILDCARDMATCH;\n"
     "    if( c==matchAll ){  /* Match \"*\" */"),
    # instr(), replace(), trim(): as many comparisons as one argument is long, each as long as the other
    ("      N++;\n      do{\n        nHaystack--;", 1,
     "      N++;\n      if( zHaystack[0]==firstChar && hog_sqlite_work(1 + nNeedle/64) ) goto endInstr;\n"
     "      do{\n        nHaystack--;"),
    ("  for(i=j=0; i<=loopLimit; i++){\n", 1,
     "  for(i=j=0; i<=loopLimit; i++){\n"
     "    if( zStr[i]==zPattern[0] && hog_sqlite_work(1 + nPattern/64) ){ sqlite3_free(zOut); return; }\n"),
    ("        unsigned int len = 0;\n        for(i=0; i<nChar; i++){\n", 2,
     "        unsigned int len = 0;\n        if( hog_sqlite_work(1 + nChar/8) ) break;\n        for(i=0; i<nChar; i++){\n"),
    # what a program nests is walked and compiled by recursion
    ("SQLITE_PRIVATE SQLITE_NOINLINE int sqlite3WalkExprNN(Walker *pWalker, Expr *pExpr){\n  int rc;\n", 1,
     "SQLITE_PRIVATE SQLITE_NOINLINE int sqlite3WalkExprNN(Walker *pWalker, Expr *pExpr){\n  int rc;\n"
     "  if( hog_sqlite_stack_is_low() ){\n"
     "    if( pWalker->pParse ) sqlite3ErrorMsg(pWalker->pParse, \"parser stack overflow\");\n    return WRC_Abort;\n  }\n"),
    ("  if( p==0 ) return WRC_Continue;\n  if( pWalker->xSelectCallback==0 ) return WRC_Continue;\n", 1,
     "  if( p==0 ) return WRC_Continue;\n  if( pWalker->xSelectCallback==0 ) return WRC_Continue;\n"
     "  if( hog_sqlite_stack_is_low() ){\n"
     "    if( pWalker->pParse ) sqlite3ErrorMsg(pWalker->pParse, \"parser stack overflow\");\n    return WRC_Abort;\n  }\n"),
    ("  if( p==0 || pParse->nErr ){\n    return 1;\n  }\n  assert( db->mallocFailed==0 );\n  if( sqlite3AuthCheck(", 1,
     "  if( p==0 || pParse->nErr ){\n    return 1;\n  }\n"
     "  if( hog_sqlite_stack_is_low() ){ sqlite3ErrorMsg(pParse, \"parser stack overflow\"); return 1; }\n"
     "  assert( db->mallocFailed==0 );\n  if( sqlite3AuthCheck("),
]


def main():
    source, out, names = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    for old, count, new in CHANGES:
        if text.count(old) != count:
            sys.exit(f"prepare_sqlite: found {text.count(old)} times, expected {count}: {old!r}")
        text = text.replace(old, new)
    with open(out, "w", encoding="utf-8") as file:
        file.write(WORK + "extern int hog_sqlite_stack_is_low(void);\n" + text)
    symbols = set(re.findall(r"^SQLITE_API [^(;={]*?\b(sqlite3_\w+)\s*[(\[;=]", text, re.M)) | {"sqlite3_os_init", "sqlite3_os_end"}
    with open(names, "w", encoding="utf-8") as file:
        file.writelines(f"#define {name} hog_{name}\n" for name in sorted(symbols))


if __name__ == "__main__":
    main()
