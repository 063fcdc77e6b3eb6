"""The configuration file as a JSON Schema, for editors and for scripts that check files in advance."""

from collections.abc import Mapping

from sms_tui.config.schema import Kind, Setting, settings_of
from sms_tui.config.settings import WIDEST_COLUMN, General, Profile, SavedView
from sms_tui.domain.rows import COLUMNS

Schema = dict[str, object]
_TYPES: Mapping[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.SECRET: {"type": "string", "writeOnly": True},
    Kind.URL: {"type": "string", "format": "uri", "pattern": "^https?://"},
    Kind.FLAG: {"type": "boolean"},
    Kind.NUMBER: {"type": "number"},
    Kind.WHOLE: {"type": "integer"},
    Kind.CHOICE: {"type": "string"},
    Kind.WORDS: {"type": "array", "items": {"type": "string"}, "minItems": 1},
}
_KEYS: Schema = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/keys"}},
    ]
}
_WIDTH: Schema = {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1, "maximum": WIDEST_COLUMN}]}


def json_schema() -> Schema:
    """The schema of the whole file; what it does not know is an unknown key, which costs a warning."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sms-tui configuration",
        "$defs": {"keys": _KEYS},
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **_properties(General),
            "profiles": _tables(Profile, "One service to talk to, and how."),
            "keys": {
                "type": "object",
                "description": "Binding id to its keys.",
                "additionalProperties": {"$ref": "#/$defs/keys"},
            },
            "columns": {
                "type": "object",
                "description": "Columns in order, with their width in cells.",
                "properties": dict.fromkeys(COLUMNS, _WIDTH),
                "additionalProperties": False,
            },
            "views": _tables(SavedView, "A filter, an order and columns under a name."),
        },
    }


def _tables(owner: type, words: str) -> Schema:
    inner = {"type": "object", "additionalProperties": False, "properties": _properties(owner)}
    return {"type": "object", "description": words, "additionalProperties": inner}


def _properties(owner: type) -> Schema:
    return {each.name: _property(each) for each in settings_of(owner)}


def _property(each: Setting) -> Schema:
    made: Schema = {**_TYPES[each.kind], "description": each.help}
    if each.choices:
        made["enum"] = list(each.choices)
    if each.least is not None and each.most is not None:
        made |= {"minimum": each.least, "maximum": each.most}
    if each.default not in (None, "", ()):
        made["default"] = each.default
    return made
