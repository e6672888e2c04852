"""What leaves the escaper is inert in HTML, in a script, and in both template languages on the way."""

import html as standard
import json
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from layers import escape

HOSTILE = st.text() | st.lists(
    st.sampled_from(
        ["<", ">", "</script>", "`", "${", "}", "{{", "{%", "{#", "\\", '"', "'", "&", "&lt;", "\n", "\u2028", "x"]
    ),
    max_size=12,
).map("".join)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE)
def test_escaped_text_opens_no_tag_literal_or_template(text: str) -> None:
    made = escape.html(text)
    assert not set(made) & set("<>\"'`\\{}$\n\r")
    assert Template(made).render() == made


def ink(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and char != " ")


@given(HOSTILE)
def test_a_browser_reads_back_the_text_that_was_meant(text: str) -> None:
    assert ink(standard.unescape(escape.html(text))) == ink(text)


@given(HOSTILE)
def test_an_attribute_holds_the_whole_text_and_nothing_follows_it(text: str) -> None:
    parser = Tags()
    parser.feed(f"<a title={escape.attribute(text)}>end</a>")
    assert parser.text == "end"
    assert [(tag, [name for name, _ in attrs]) for tag, attrs in parser.found] == [("a", ["title"])]


@given(HOSTILE)
def test_a_script_reads_back_the_text_and_cannot_be_led_out(text: str) -> None:
    made = escape.js_text(text)
    inside = made[1:-1]
    assert not set(inside) & set("<>'`{}$&\n\r")
    assert "</" not in made
    assert Template(made).render() == made
    assert json.loads(made) == escape._visible(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | HOSTILE,
        lambda inner: st.lists(inner) | st.dictionaries(HOSTILE, inner),
    )
)
def test_a_value_survives_the_way_through_the_template(value: object) -> None:
    made = escape.js_value(value)
    assert json.loads(Template(made).render()) == json.loads(json.dumps(value))
    assert not set(made) & set("<>&'`$")


@given(HOSTILE)
def test_no_mark_of_markdown_is_left_and_nothing_is_lost(text: str) -> None:
    made = escape.markdown(text)
    assert not set(re.sub(r"&#\d+;", "", made)) & set("!\"#$&'()*+:;<=>?@[\\]^_`{|}~\n")
    assert standard.unescape(made) == escape._LINE_BREAK.sub(" ", escape._visible(text))


def test_line_breaks_become_spaces_or_breaks_as_told() -> None:
    assert escape.html("a\r\nb\nc") == "a b c"
    assert escape.html("a\r\nb\nc", lines=True) == "a<br>b<br>c"
    assert escape.html("<br>\n", lines=True) == "&lt;br&gt;<br>"


def test_nothing_is_shown_for_nothing_and_a_number_for_a_number() -> None:
    assert escape.html(None) == ""
    assert escape.html(0) == "0"


def test_marks_that_turn_text_around_are_dropped() -> None:
    assert escape.html("8\u202e号\u2066楼\x00") == "8号楼"
