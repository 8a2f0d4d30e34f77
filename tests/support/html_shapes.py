"""Shapes of HTML, with the place of "cat" in each as the real editor counts it.

`tests/live/editor/test_editor_html_offsets.py` holds them against the editor again.
"""

from __future__ import annotations

from typing import NamedTuple

PAGE = """<!DOCTYPE html>
<html>
<head>
  <title>T</title>
  <style>p { color: red }</style>
  <script>if (1 < 2) alert('cat')</script>
</head>

<body class="x">
  <h1>One</h1>
  <p>
    b cat
  </p>
</body>
</html>
"""


class Shape(NamedTuple):
    """HTML, where "cat" stands in the whole, in which text node, and where there."""

    html: str
    start: int
    path: str
    offset: int


SHAPES = {
    "pretty-printed page": Shape(PAGE, 16, "/p[1]/text()[1]", 7),
    "CRLF": Shape("<p>a\r\nb cat</p>", 4, "/p[1]/text()[1]", 4),
    "CRLF between tags": Shape("<p>a</p>\r\n\r\n<p>b</p>\r\n<p>cat</p>", 5, "/p[3]/text()[1]", 0),
    "CR": Shape("<p>a\r\rb cat</p>", 5, "/p[1]/text()[1]", 5),
    "CRLF as a reference": Shape("<p>a&#13;&#10;b cat</p>", 4, "/p[1]/text()[1]", 4),
    "page with CRLF": Shape(PAGE.replace("\n", "\r\n"), 16, "/p[1]/text()[1]", 7),
    "no tags, leading blanks": Shape("  b cat", 2, "/text()[1]", 2),
    "blanks before the first tag": Shape("\n  <p>cat</p>", 0, "/p[1]/text()[1]", 0),
    "a byte order mark": Shape("\ufeff<p>cat</p>", 0, "/p[1]/text()[1]", 0),
    "no head": Shape("<html><body>\n<p>cat</p></body></html>", 1, "/p[1]/text()[1]", 0),
    "no body": Shape(
        "<html><head><title>T</title></head>\n<p>cat</p></html>", 0, "/p[1]/text()[1]", 0
    ),
    "only a head before": Shape(
        "<title>T</title>\n<meta charset=utf-8>\n<style>p {}</style>\n<p>cat</p>",
        0,
        "/p[1]/text()[1]",
        0,
    ),
    "old doctype": Shape(
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN">\n<p>cat', 0, "/p[1]/text()[1]", 0
    ),
    "words after the page": Shape("<html><body><p>a</p></body></html>\n cat", 3, "/text()[1]", 2),
    "paragraphs not closed": Shape("<p>One<p>Two<p>cat", 6, "/p[3]/text()[1]", 0),
    "items not closed": Shape(
        "<ul><li>a<li>b<ul><li>cat</ul><li>d</ul>", 2, "/ul[1]/li[2]/ul[1]/li[1]/text()[1]", 0
    ),
    "definitions not closed": Shape(
        "<dl><dt>a<dd>b<dt>c<dd>cat</dl>", 3, "/dl[1]/dd[2]/text()[1]", 0
    ),
    "</p> without <p>": Shape("a</p>b<p>cat</p>", 2, "/p[2]/text()[1]", 0),
    "</br>": Shape("<p>a</br>cat</p>", 2, "/p[1]/text()[2]", 0),
    "</div> too many": Shape("<div><p>a</div></div> cat</p>", 2, "/text()[1]", 1),
    "table without tbody": Shape(
        "<table><tr><td>a<td>cat</table>", 1, "/table[1]/tbody[1]/tr[1]/td[2]/text()[1]", 0
    ),
    "pretty-printed table": Shape(
        "<table>\n <tr>\n  <td>a</td>\n  <td>cat</td>\n </tr>\n</table>",
        9,
        "/table[1]/tbody[1]/tr[1]/td[2]/text()[1]",
        0,
    ),
    "table with caption and columns": Shape(
        "<table><caption>c</caption><col><tr><th>a</th><td>cat</td></table>",
        2,
        "/table[1]/tbody[1]/tr[1]/td[1]/text()[1]",
        0,
    ),
    "words in a table": Shape("<table>cat<tr><td>a</td></tr></table>", 0, "/text()[1]", 0),
    "words in a row": Shape(
        "<table><tr>a<b>cat</b><td>c</td></tr></table>", 1, "/b[1]/text()[1]", 0
    ),
    "a cell without table": Shape("a<td>cat</td>", 1, "/text()[1]", 1),
    "table in a table": Shape(
        "<table><tr><td>a<table><tr><td>cat</table></table>",
        1,
        "/table[1]/tbody[1]/tr[1]/td[1]/table[1]/tbody[1]/tr[1]/td[1]/text()[1]",
        0,
    ),
    "pre with a first line end": Shape("<pre>\nb cat</pre>", 2, "/pre[1]/text()[1]", 2),
    "pre with two": Shape("<pre>\r\n\r\nb cat</pre>", 3, "/pre[1]/text()[1]", 3),
    "pre with a first line end by reference": Shape(
        "<pre>&#10;b cat</pre>", 2, "/pre[1]/text()[1]", 2
    ),
    "textarea": Shape("<textarea>\nb cat</textarea>", 2, "/textarea[1]/text()[1]", 2),
    "listing": Shape("<listing>\nb cat</listing>", 2, "/listing[1]/text()[1]", 2),
    "pre after a comment": Shape("<pre><!-- x -->\nb cat</pre>", 2, "/pre[1]/text()[1]", 2),
    "references": Shape(
        "<p>a &amp; b &lt;i&gt; &eacute; &#233; &#xE9; &#x1F600; cat</p>", 18, "/p[1]/text()[1]", 19
    ),
    "references without semicolon": Shape(
        "<p>&copy 2020 AT&T &notit; &ampx &#65x cat</p>", 23, "/p[1]/text()[1]", 23
    ),
    "no references": Shape("<p>a & b &unknown; &; &# cat</p>", 22, "/p[1]/text()[1]", 22),
    "references of Windows": Shape("<p>&#128; &#x92; &#0; cat</p>", 6, "/p[1]/text()[1]", 6),
    "NBSP": Shape("<p>a&nbsp;b\u00a0cat</p>", 4, "/p[1]/text()[1]", 4),
    "comments": Shape("<!-- a --><p>b<!-- c -->d <!----> cat</p>", 4, "/p[1]/text()[1]", 4),
    "a comment of Word": Shape(
        "<!--[if gte mso 9]><xml>x</xml><![endif]--><p>a<![if !x]>b<![endif]> cat</p>",
        3,
        "/p[1]/text()[1]",
        3,
    ),
    "a comment not closed": Shape("<p>cat</p><!-- a", 0, "/p[1]/text()[1]", 0),
    "CDATA and instructions": Shape(
        '<?xml version="1.0"?><p>a<![CDATA[b]]>c<?php d ?> cat</p>', 3, "/p[1]/text()[1]", 3
    ),
    "script in a paragraph": Shape(
        "<p>a<script>var x = '</p>';</script>b cat</p>", 3, "/p[1]/text()[1]", 3
    ),
    "style in the body": Shape(
        "<p>a</p><style>p > b {}</style><p>cat</p>", 9, "/p[2]/text()[1]", 0
    ),
    "formatting that overlaps": Shape("<b>1<i>2</b>cat</i>", 2, "/text()[1]", 0),
    "formatting over paragraphs": Shape("<p><b>1<i>2</p><p>cat</i>4</b>", 2, "/p[2]/text()[1]", 0),
    "paragraph in formatting": Shape("<b><p>a</b>cat</p>", 1, "/text()[1]", 0),
    "link in a link": Shape("<a href=x>1<a href=y>cat</a>", 1, "/a[2]/text()[1]", 0),
    "fonts not closed": Shape(
        "<p><font face=a>1<p><font face=a>2<p><font face=a>3<p><font face=a>cat",
        3,
        "/p[4]/font[1]/font[1]/font[1]/font[1]/text()[1]",
        0,
    ),
    "block in a paragraph": Shape(
        "<p>a<span>b<div>cat</div></span></p>", 2, "/div[1]/text()[1]", 0
    ),
    "svg": Shape(
        "<svg><title>t</title><text x=1>a</text><foreignObject><p>b</p></foreignObject></svg>cat",
        3,
        "/text()[1]",
        0,
    ),
    "svg that HTML ends": Shape("<svg><g>a<p>cat</p></g></svg>", 1, "/p[1]/text()[1]", 0),
    "math": Shape(
        "<math><mi>x</mi><mo>=</mo><mtext>cat</mtext></math>", 2, "/math[1]/mtext[1]/text()[1]", 0
    ),
    "svg closed in itself": Shape("<svg/><div/>cat", 0, "/text()[1]", 0),
    "template": Shape("<template><p>a</p></template><p>cat</p>", 0, "/p[1]/text()[1]", 0),
    "a shadow root": Shape(
        "<div>a<template shadowrootmode=open>b</template>cat</div>", 1, "/div[1]/text()[1]", 1
    ),
    "noscript": Shape("<noscript><p>no &amp; js</p></noscript><p>cat</p>", 0, "/p[1]/text()[1]", 0),
    "noscript with a picture": Shape(
        '<p>a</p><noscript><img height=1 width="" style="display:none;" alt="" srcset="a.png 1x,'
        ' data:b 2x" src="https://e.com/p?a=1&b=2"></noscript><p>cat</p>',
        99,
        "/p[2]/text()[1]",
        0,
    ),
    "iframe": Shape(
        '<p>a</p><iframe src="https://example.com">b</iframe><p>cat</p>', 1, "/p[2]/text()[1]", 0
    ),
    "xmp": Shape("<xmp>a <b>&amp;</b></xmp>cat", 14, "/text()[1]", 0),
    "emoji": Shape(
        "<p>\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301 cat</p>",
        11,
        "/p[1]/text()[1]",
        15,
    ),
    "breaks": Shape("<p>a<br>b<br/>c<br><b>cat</b></p>", 6, "/p[1]/b[1]/text()[1]", 0),
    "a break first": Shape("<br><p>cat</p>", 1, "/p[1]/text()[1]", 0),
    "buttons": Shape("<button>a<button>cat</button>", 1, "/button[2]/text()[1]", 0),
    "forms": Shape("<form>a<form>cat</form></form>", 1, "/form[1]/text()[1]", 1),
    "headings": Shape("<h1>a<h2>cat</h2></h1>", 1, "/h2[1]/text()[1]", 0),
    "options": Shape("<select><option>a<option>b</select>cat", 2, "/text()[1]", 0),
    "options with markup": Shape("<select><div>a</div><option>b</select>cat", 2, "/text()[1]", 0),
    "image": Shape("<p>a<image src=x>cat", 1, "/p[1]/text()[2]", 0),
    "custom elements": Shape(
        "<my-el>a<my-el>cat</my-el></my-el>", 1, "/my-el[1]/my-el[1]/text()[1]", 0
    ),
    "ruby": Shape("<ruby>a<rp>(<rt>b<rp>)</ruby>cat", 4, "/text()[1]", 0),
    "center and hr": Shape("<center>a<hr>b<p>c<hr>cat</center>", 3, "/center[1]/text()[3]", 0),
    "an angle bracket alone": Shape("<p>1 < 2 <3 cat</p>", 9, "/p[1]/text()[1]", 9),
    "end tag with nothing": Shape("<p>a</>b</ p>cat", 5, "/text()[1]", 0),
    "cut in a tag": Shape("<p>cat<b", 0, "/p[1]/text()[1]", 0),
    "cut in an attribute": Shape('<p>cat <a href="x', 0, "/p[1]/text()[1]", 0),
    "attributes": Shape(
        "<div\n title='a > b' onclick=\"x('<p>')\" data-x=1 hidden=\"\">a</div\n><p>cat</p>",
        1,
        "/p[1]/text()[1]",
        0,
    ),
    "upper case": Shape("<DIV><P>a</P><P>cat</P></DIV>", 1, "/div[1]/p[2]/text()[1]", 0),
    "nobr": Shape("<nobr>a<nobr>cat</nobr></nobr>", 1, "/nobr[2]/text()[1]", 0),
    "details": Shape(
        "<details open><summary>a</summary>cat</details>", 1, "/details[1]/text()[1]", 0
    ),
    "object": Shape("<object data=x><param name=y>cat</object>", 0, "/object[1]/text()[1]", 0),
    "frames": Shape("<noframes><b>a</b></noframes>cat", 0, "/text()[1]", 0),
    "plaintext": Shape("<p>a<plaintext>b <b> cat", 7, "/plaintext[1]/text()[1]", 6),
    "deep": Shape("<div>" * 300 + "cat" + "</div>" * 300, 0, "/div[1]" * 300 + "/text()[1]", 0),
}
