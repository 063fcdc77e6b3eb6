"""The language of the interface as configuration and locale decide it."""

import pytest

from sms_tui.cli.language import language_of


@pytest.mark.parametrize(
    ("configured", "environ", "language"),
    [
        ("auto", {}, "en"),
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "en"),
        ("auto", {"LANG": "en_US.UTF-8", "LC_MESSAGES": "", "LC_ALL": "zh_TW"}, "zh"),
        ("zh", {"LC_ALL": "C"}, "zh"),
        ("en", {"LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_configuration_decides_and_else_the_locale(
    configured: str, environ: dict[str, str], language: str
) -> None:
    assert language_of(configured, environ, "utf-8") == language


@pytest.mark.parametrize(("encoding", "language"), [("gb18030", "zh"), ("ascii", "en"), ("no such", "en")])
def test_no_chinese_where_it_cannot_be_drawn(encoding: str, language: str) -> None:
    assert language_of("zh", {}, encoding) == language
