"""The file that `config init` writes, generated from the schema: required settings, the rest as comments."""

from collections.abc import Iterator, Mapping

import tomli_w

from sms_tui.config.schema import Kind, Setting, settings_of
from sms_tui.config.settings import General, Profile
from sms_tui.domain.secret import Secret

_EXAMPLE = "https://sms.ap-southeast-3.myhuaweicloud.com"


def first_file(profile: str, values: Mapping[str, object]) -> str:
    """A configuration with one profile of these `values`, every other setting there as a comment."""
    values = {"endpoint": _EXAMPLE, **values}
    lines = [
        "# sms-tui: every setting that is commented out may be left so. Secrets are better kept elsewhere:",
        "# in SMS_TUI_TOKEN, in HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or behind credential_command.",
        "",
        f"default_profile = {toml_value(profile)}",
        *(
            line
            for each in settings_of(General)
            if each.name != "default_profile"
            for line in _commented(each)
        ),
        "",
        f"[profiles.{_key(profile)}]",
    ]
    for each in settings_of(Profile):
        if each.name in values:
            lines += [f"# {each.help}", f"{each.name} = {toml_value(values[each.name])}"]
        elif each.kind is not Kind.SECRET:
            lines += _commented(each)
    return "\n".join(lines) + "\n"


def _commented(each: Setting) -> Iterator[str]:
    allowed = f" {each.allowed[:1].upper()}{each.allowed[1:]}." if each.choices else ""
    yield f"# {each.help}{allowed}"
    yield f"# {each.name} = {toml_value(_sample(each))}"


def _sample(each: Setting) -> object:
    if each.default not in (None, "", ()):
        return each.default
    samples: dict[Kind, object] = {
        Kind.WHOLE: 3600,
        Kind.URL: _EXAMPLE.replace("sms.", "iam."),
        Kind.WORDS: each.example,
        Kind.CHOICE: next(iter(each.choices), ""),
    }
    return samples.get(each.kind, "")


def _key(name: str) -> str:
    return tomli_w.dumps({name: 0}).partition(" =")[0]


def toml_value(value: object) -> str:
    """A value as it is written in the file, a secret one in the open."""
    plain = value.reveal() if isinstance(value, Secret) else value
    if isinstance(plain, tuple):
        plain = list(plain)
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    if isinstance(plain, list):
        return f"[{', '.join(toml_value(item) for item in plain)}]"
    return tomli_w.dumps({"key": plain}).removeprefix("key = ").rstrip("\n")
