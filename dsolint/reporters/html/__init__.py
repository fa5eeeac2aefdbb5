"""The report as one page for those who know accounting and not CSV: self-contained, safe to open, fit to print.

`view.py` says what is shown, in words and formatted; `pictures.py` turns numbers into shapes; the templates place both;
`render.py` puts the page together.
"""

from dsolint.reporters.html.render import framed, render

__all__ = ["framed", "render"]
