"""What a web site needs to show a map in a page of its own: the frame, and an example that talks to it."""

from __future__ import annotations

import html
import json

EXAMPLE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
{frame}
<p>
<button type="button" id="earlier">{earlier}</button>
<button type="button" id="now">{now}</button>
<button type="button" id="park">{park}</button>
<button type="button" id="language">VI / EN</button>
</p>
<p>{said}: <output id="answer"></output></p>
<script>
const frame = document.querySelector("iframe");
// A sandboxed frame has no origin that could be named: what is sent names days, projects and languages, nothing secret.
const ask = (wish) => frame.contentWindow.postMessage({{ parkgis: 1, ...wish }}, "*");
let lang = {lang_json};
document.getElementById("earlier").addEventListener("click", () => ask({{ day: {day_json} }}));
document.getElementById("now").addEventListener("click", () => ask({{ day: {on_json} }}));
document.getElementById("park").addEventListener("click", () => ask({{ project: {project_json} }}));
document.getElementById("language").addEventListener("click", () => ask({{ lang: (lang = lang === "vi" ? "en" : "vi") }}));
window.addEventListener("message", (event) => {{
  if (event.source !== frame.contentWindow || event.data?.parkgis !== 1) return; // nobody else is listened to
  document.getElementById("answer").textContent = JSON.stringify(event.data);
}});
</script>
</body>
</html>
"""


def snippet(page: str, picture: str, title: str) -> str:
    """Return the frame to paste into a page.

    Parameters
    ----------
    page, picture : str
        File names of the small map and of its script-less picture, beside the page that shows them.
    title : str
        Plain text; escaped here.
    """
    said = html.escape(title)
    return (
        f'<iframe src="{html.escape(page)}" title="{said}" width="600" height="400" sandbox="allow-scripts" loading="lazy" '
        f'referrerpolicy="no-referrer"></iframe>\n'
        f'<noscript><img src="{html.escape(picture)}" alt="{said}" width="600" height="400"></noscript>\n'
    )


def example(frame: str, title: str, lang: str, days: tuple[str, str], project: str, labels: tuple[str, str, str, str]) -> str:
    """Return a page with the frame and buttons that ask it for a day, a project, a language."""
    earlier, now, park, said = map(html.escape, labels)
    return EXAMPLE.format(
        lang=lang, title=html.escape(title), frame=frame, earlier=earlier, now=now, park=park, said=said,
        lang_json=_json(lang), day_json=_json(days[0]), on_json=_json(days[1]), project_json=_json(project),
    )  # fmt: skip


def _json(value: str) -> str:
    """Return a string for a script: nothing in it can end the element it stands in."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
