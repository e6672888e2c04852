"""Addresses outside: what they are, what is shown of them, and a text handed over."""

import json

import pytest

from exchange.channels import NotDeliveredError, UnknownChannelError, deliver, known
from tests.listener import Listener

KEY = "693a91f6-7b1a-4bc4-97a0-0ec2sifa5aaa"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "wecom"),
        ("https://oapi.dingtalk.com/robot/send?access_token=bf0eef625c9b5ff3bbd8a0bdb1d4b8f2", "dingtalk"),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=bf0eef625c9b5ff3bbd8a0bdb1d4b8f2&secret=SECabc",
            "dingtalk",
        ),
        ("dingtalk://SECabc@bf0eef625c9b5ff3bbd8a0bdb1d4b8f2", "dingtalk"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/6dca259f-ad19-480c-b25f-aab9ab2a61b9", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/6dca259f-ad19-480c-b25f-aab9ab2a61b9", "feishu"),
        ("mailtos://sender:word@smtp.example.gov.cn:465?from=sender@example.gov.cn&to=desk@example.gov.cn", "mail"),
        ("jsons://hooks.example.gov.cn/anju", "webhook"),
    ],
)
def test_an_address_is_taken_as_its_owner_copied_it(address: str, kind: str) -> None:
    found, shown = known(f"  {address}\n")
    assert found == kind
    assert shown
    for secret in (KEY, "bf0eef625c9b5ff3bbd8a0bdb1d4b8f2", "word", "6dca259f"):
        assert secret not in shown


@pytest.mark.parametrize(
    "address",
    ["", "desk@example.gov.cn", "https://oapi.dingtalk.com/robot/send", "file:///etc/passwd", "syslog://", "dbus://",
     "tgram://123456789:abcdefg_hijklmnop/12315544", "https://example.gov.cn/hook"],
)  # fmt: skip
def test_an_address_nothing_is_sent_to_is_refused(address: str) -> None:
    with pytest.raises(UnknownChannelError):
        known(address)


def test_a_text_is_handed_over(listener: Listener) -> None:
    deliver(listener.address, "标题", "正文")
    (told,) = listener.told
    assert json.loads(told)["title"] == "标题"
    assert json.loads(told)["message"] == "正文"


def test_a_refusal_is_told_without_the_address(listener: Listener) -> None:
    listener.answers = [503]
    with pytest.raises(NotDeliveredError) as refused:
        deliver(listener.address, "标题", "正文")
    assert "503" in str(refused.value)
    assert listener.address not in str(refused.value)


def test_a_host_that_is_not_there_is_a_refusal() -> None:
    with pytest.raises(NotDeliveredError):
        deliver("json://127.0.0.1:9/x?cto=1&rto=1", "标题", "正文")
