"""Mailboxes, group robots and webhooks outside: what kind an address is, and handing a text over (through Apprise)."""

import logging
import re
from functools import cache
from typing import Any

import apprise
from apprise import NotifyType

from gis.errors import AnjuError

KINDS = {
    "NotifyEmail": "mail", "NotifyWeComBot": "wecom", "NotifyDingTalk": "dingtalk", "NotifyFeishu": "feishu",
    "NotifyLark": "feishu", "NotifyJSON": "webhook",
}  # fmt: skip
ROBOTS = (
    (r"https://oapi\.dingtalk\.com/robot/send\?access_token=(?P<token>\w+)(?:&secret=(?P<secret>\w+))?", "dingtalk"),
    (r"https://open\.feishu\.cn/open-apis/bot/v2/hook/(?P<token>[\w-]+)", "feishu"),
)
"""Webhooks as their owners copy them, where Apprise wants a spelling of its own."""

SHOWN = 4
MOST_ERROR = 400


class UnknownChannelError(AnjuError):
    """No message can be sent to this address; a robot's webhook, mailto(s):// or json(s):// is needed."""


class NotDeliveredError(AnjuError):
    """The message was not taken: {reason}."""


@cache
def _ours() -> logging.Handler:
    # Apprise prints nothing then; what it says of a failure is caught below.
    handler = logging.NullHandler()
    logging.getLogger("apprise").addHandler(handler)
    logging.getLogger("apprise").propagate = False
    return handler


def _plugin(address: str) -> Any:
    _ours()
    plugin = apprise.Apprise.instantiate(_spelled(address.strip()), suppress_exceptions=True)
    if plugin is None or type(plugin).__name__ not in KINDS:
        raise UnknownChannelError()
    return plugin


def _spelled(address: str) -> str:
    for pattern, scheme in ROBOTS:
        found = re.fullmatch(pattern, address)
        if found:
            secret = found.groupdict().get("secret")
            return f"{scheme}://{f'{secret}@' if secret else ''}{found['token']}"
    return address


def known(address: str) -> tuple[str, str]:
    """What kind an address is (mail, wecom, dingtalk, feishu, webhook), and how it may be shown, its secret left out.

    Takes a robot's webhook as WeCom, DingTalk, Feishu and Lark show it, ``mailto(s)://`` with the mail server, and
    ``json(s)://``; raises ``UnknownChannelError`` for anything else.
    """
    plugin = _plugin(address)
    kind = KINDS[type(plugin).__name__]
    if kind == "mail":
        return kind, "、".join(_masked_mailbox(str(to)) for _, to in plugin.targets) or plugin.host
    if kind == "webhook":
        return kind, str(plugin.host)
    return kind, f"…{address.strip()[-SHOWN:]}"


def _masked_mailbox(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def deliver(address: str, title: str, body: str) -> None:
    """Hand a text over and wait until it is taken; raises ``NotDeliveredError`` with what the other side said."""
    plugin = _plugin(address)
    capture: Any = apprise.LogCapture
    with capture(level=logging.WARNING, fmt="%(message)s") as told:
        taken = plugin.notify(title=title, body=body, notify_type=NotifyType.INFO)
        said = told.getvalue().strip()
    if not taken:
        raise NotDeliveredError(reason=said.replace(address, "…")[-MOST_ERROR:] or "no answer")
