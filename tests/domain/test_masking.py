"""What lets somebody in is not in a document any more, wherever it stands."""

import pytest

from sms_tui.domain.masking import masked


@pytest.mark.parametrize(
    "key",
    ["passphrase", "adminPass", "admin_pass", "userPass", "os_pass", "db_pwd", "userPwd", "PWD", "pass"],
)
def test_a_key_by_any_usual_name_hides_its_value(key: str) -> None:
    assert masked({key: "canary"}) == {key: "***"}


@pytest.mark.parametrize("key", ["bypass", "passed", "compass", "password"])
def test_what_is_no_secret_or_empty_stays(key: str) -> None:
    document = {key: "" if key == "password" else "seen"}
    assert masked(document) == document


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('sent {"user": "me", "adminPass": "can\\"ary"}', 'sent {"user": "me", "adminPass": "***"}'),
        ('{"password":"canary', '{"password":"***'),
        ('{"db_sk" : "canary\\', '{"db_sk" : "***'),
        ('{"disk": "sda", "password": ""}', '{"disk": "sda", "password": ""}'),
        ("by http://me:canary@proxy:3128/x", "by http://***@proxy:3128/x"),
        ("by http://me:can@ary@proxy:3128/x", "by http://***@proxy:3128/x"),
        ("by http://me@corp:canary@proxy", "by http://***@proxy"),
        ("at http://proxy:3128/x, mail a@b", "at http://proxy:3128/x, mail a@b"),
    ],
)
def test_a_secret_inside_a_text_is_masked(sent: str, shown: str) -> None:
    assert masked({"error": [sent]}) == {"error": [shown]}
