import black

text = "def f(a,b = 1,*args) :\n  x={'k':[1,2,\n3],}\n  if(a):return x\n  return [i for i in range(10) if i%2==0 and i>3 or i in (1,2,3,4,5,6,7,8,9,10,11,12,13)]\n"
done = black.format_str(text, mode=black.Mode())
assert done.startswith('def f(a, b=1, *args):\n    x = {\n        "k": [1, 2, 3],\n    }\n    if a:\n        return x\n'), done
assert black.format_str(done, mode=black.Mode()) == done
try:
    black.format_str("def (:", mode=black.Mode())
except black.InvalidInput:
    pass
else:
    raise AssertionError
black.assert_equivalent(text, done)
