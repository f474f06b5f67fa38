import bs4
import html5lib

page = "<html><body><p class='a b'>One<br>two <b>bold</p><ul><li>1<li>2</ul><a href='/x?y=1&amp;z=2'>link</a><!-- c -->"
soup = bs4.BeautifulSoup(page, "html.parser")
assert soup.select_one("p.b").get_text(" ", strip=True).startswith("One two bold") and soup.a["href"] == "/x?y=1&z=2"
assert [item.get_text() for item in bs4.BeautifulSoup(page, "html5lib").select("ul > li:nth-child(2)")] == ["2"]
soup.p.append(soup.new_tag("i", id="n"))
assert soup.find("i", id="n") is not None and soup.prettify()
tree = html5lib.parse("<table><tr><td>x</table>", namespaceHTMLElements=False)
assert tree.find(".//td").text == "x"
assert html5lib.serialize(tree, omit_optional_tags=False) == "<html><head></head><body><table><tbody><tr><td>x</td></tr></tbody></table></body></html>"
