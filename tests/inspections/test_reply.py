"""Words that are often written."""

import pytest

from inspections.reply import BadReplyError, read_replies, replies
from inspections.ticket import Event


@pytest.mark.parametrize("event", [Event.SUBMIT, Event.PASS_ON, Event.REQUEST_EXTENSION, Event.REWORK, Event.CLOSE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_steps_that_need_words_have_some_to_offer(event, lang):
    for one in replies(event):
        said = one.words(lang, lead="消防救援大队", hazard="堵塞疏散楼梯")
        assert "{" not in said
        assert said
    assert replies(event)


@pytest.mark.parametrize(
    "text",
    [
        'event = "applaud"\nzh = "好"\nen = "good"',
        'event = "submit"\nzh = "好"',
        'event = "submit"\nzh = "{owner}"\nen = "good"',
        'event = "submit"\nzh = " "\nen = "good"',
    ],
)
def test_a_wrong_reply_is_refused(text):
    with pytest.raises(BadReplyError):
        read_replies(f"[[reply]]\n{text}\n")
