"""HTML pages in shapes that the real world has, each with words that stand in it once."""

from __future__ import annotations

from typing import NamedTuple

LETTER = """Dear Ada,<br>\r
<br>\r
the parcel of <b>May&nbsp;4th</b> is late.\r
<p>It was sent from\r
Porto &amp; is now in <i>customs</i>.</p>\r
\r
<p>Yours,\r
Bob</p>\r
"""

PRETTY = """<!DOCTYPE html>
<html lang="en">

  <head>
    <meta charset="utf-8">
    <title>Not in the text</title>
    <link rel="canonical" href="#">
    <style>
      h1 > b { color: red; }
    </style>
  </head>

  <body class="page">

    <header>
      <h1>The <b>Harbour</b> Gazette</h1>
    </header>

    <main>
      <article>
        <p>
          Fishing boats return
          at dawn.
        </p>
      </article>
    </main>

  </body>

</html>
"""

MINIFIED = (
    "<!doctype html><title>x</title><main><h1>Prices</h1><p>Bread is 3&nbsp;€<p>Milk is 2&nbsp;€"
    "<ul><li>apples<li>pears <b>ripe</b><li>plums</ul><p>End</main>"
)

OMITTED = """<html>
<head><title>Old page</title>
<body>
<h2>Contents</h2>
<dl>
<dt>Chapter one
<dd>Where it begins
<dt>Chapter two
<dd>Where it <em>ends</em>
</dl>
<p>First paragraph
<p>Second paragraph
<select><option>yes<option>no</select>
<hr>
<address>webmaster</address>
"""

TABLE = """<h3>Results</h3>
<table border=1>
  <caption>Season 2024</caption>
  <tr><th>Team<th>Points
  <tr><td>Lions<td>42
  <tr><td>Wolves</td><td>17</td></tr>
</table>
<table><tr><td>nested<table><tr><td>inner cell</table>after</table>
stray words
"""

CODE = """<p>Run this:</p>
<pre>
$ make test
  12 passed
</pre>
<pre><code class="python">
def f(x):
\treturn x &lt; 3 &amp;&amp; "é"
</code></pre>
<p>Then <kbd>q</kbd>.</p>
"""

ENTITIES = """<p>caf&eacute; &amp; cr&egrave;me br&ucirc;l&eacute;e &mdash; 5&#8364;&#x1F600;
<p>a &lt;tag&gt; isn&apos;t one &copy 2024 &notanentity; &hellip;</p>
<p>&ldquo;quoted&rdquo;&nbsp;words&shy;here</p>"""

COMMENTS = """<!-- saved from url=(0014)about:internet -->
<div class=WordSection1><!--StartFragment-->
<p class=MsoNormal><span lang=DE>Sehr<!-- a note --> geehrte</span><o:p></o:p></p>
<![if !supportLists]><span>1.</span><![endif]>
<p>Damen <!-- <b>hidden</b> --> und Herren</p><!--EndFragment-->
</div>
<!-- the end -->"""

SCRIPTS = """<div id=app>
<script>document.write("<p>never</p>"); if (a < b) { go(); }</script>
<p>Before the advert</p>
<noscript><img src=x></noscript>
<script type="application/json">{"p": "</p>"}</script>
<style>.x > p::after { content: "never"; }</style>
<p onclick="go()">After the <a href="javascript:go()">banner</a></p>
<iframe src="about:blank"></iframe>
<p>At the end</p>
</div>"""

FORUM = """<div class="post">
  <div class="meta"><a href="/u/7">Zoë 😀</a> wrote:</div>
  <blockquote>  Is it <s>open</s>
    today?  </blockquote>
  No<br/>not <b>on <i>Sundays</b> or</i> Mondays.<br>
  See <img src="data:," alt="map"> the map<wbr>page
  <ul>
    <li><p>ferry</p>
    <li>bus 🚌 line
  </ul>
</div>"""

FRAGMENT = "  Plain words, <b>bold</b>\n\n  and \u00a0 no paragraph at all  "

MARKUP = """<svg width="10" height="10"><title>icon</title><text>drawn</text></svg>
<p>H<sub>2</sub>O and E = mc<sup>2</sup></p>
<math><mi>x</mi><mo>=</mo><mn>1</mn></math>
<button>press <span>here</span></button>
<textarea>
typed</textarea>
<p>last</p>"""


class Page(NamedTuple):
    """HTML, and words in it: each within one text node."""

    html: str
    words: tuple[str, ...]


PAGES = {
    "a letter with CRLF": Page(LETTER, ("Ada", "May\u00a04th", "Porto & is", "customs", "Bob")),
    "a pretty-printed page": Page(PRETTY, ("Harbour", "Gazette", "Fishing", "at dawn.")),
    "a minified page": Page(MINIFIED, ("Prices", "Milk", "pears", "ripe", "plums", "End")),
    "omitted tags": Page(OMITTED, ("Chapter two", "ends", "Second", "webmaster")),
    "tables": Page(TABLE, ("Season", "Points", "Lions", "Wolves", "17", "inner", "after", "stray")),
    "code in pre": Page(CODE, ("make test", "12 passed", "def f", 'x < 3 && "é"', "Then")),
    "entities": Page(ENTITIES, ("brûlée", "5€😀", "<tag>", "© 2024", "…", "“quoted”", "here")),
    "comments of Word": Page(COMMENTS, ("Sehr", "geehrte", "1.", "Damen", "Herren")),
    "scripts and styles": Page(SCRIPTS, ("Before", "After the", "banner", "At the end")),
    "a forum's post": Page(
        FORUM, ("Zoë 😀", "open", "today?", "Sundays", "Mondays.", "ferry", "bus 🚌 line")
    ),
    "a fragment": Page(FRAGMENT, ("Plain", "bold", "no paragraph")),
    "other markup": Page(MARKUP, ("O and E", "here", "last")),
}
