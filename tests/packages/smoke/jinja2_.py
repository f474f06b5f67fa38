import jinja2

environment = jinja2.Environment(loader=jinja2.DictLoader({
    "base": "<title>{% block title %}none{% endblock %}</title>{% block body %}{% endblock %}",
    "page": "{% extends 'base' %}{% block title %}{{ title|upper }}{% endblock %}{% block body %}{% for name, n in items if n %}"
            "{{ loop.index }}:{{ name|e }}={{ '%05.2f'|format(n) }}{{ ', ' if not loop.last }}{% else %}empty{% endfor %}{% endblock %}",
}), autoescape=True)
text = environment.get_template("page").render(title="hi & lo", items=[("a<b", 1), ("c", 0), ("d", 2.5)])
assert text == "<title>HI &amp; LO</title>1:a&lt;b=01.00, 2:d=02.50", text
assert environment.from_string("{% macro m(x, y=2) %}{{ x * y }}{% endmacro %}{{ m(3) }}{{ [3, 1, 2]|sort|join('-') }}").render() == "61-2-3"
try:
    environment.from_string("{% if %}")
except jinja2.TemplateSyntaxError as error:
    assert error.lineno == 1
sandboxed = __import__("jinja2.sandbox").sandbox.SandboxedEnvironment()
try:
    sandboxed.from_string("{{ ''.__class__.__mro__ }}").render()
except jinja2.exceptions.SecurityError:
    pass
else:
    raise AssertionError


async def later():
    template = jinja2.Environment(enable_async=True).from_string("{% for x in f() %}{{ x }}{% endfor %}")

    async def f():
        for x in "abc":
            yield x
    return await template.render_async(f=f)


assert __import__("asyncio").run(later()) == "abc"
