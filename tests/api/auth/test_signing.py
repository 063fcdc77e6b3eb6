"""The signature, byte for byte: the published vectors, and the vendor's own signer as an oracle."""

from typing import Any

import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_tui.api.auth.quoting import query_text
from sms_tui.api.auth.signing import authorization, canonical_request, string_to_sign
from tests.api.rig import fixture

VECTORS = fixture("signing_vectors.json")
_text = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)
_segments = st.lists(_text.filter(lambda text: "/" not in text and "%" not in text), max_size=5)
_pairs = st.lists(st.tuples(_text, _text), max_size=5)
_word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_published_examples_are_signed_as_published(vector: dict[str, Any]) -> None:
    query = query_text((key, str(value)) for key, value in vector["query"])
    headers, body = vector["headers_sent_before_signing"], vector["body"].encode()
    assert vector["uri"] == vector["path"] + (f"?{query}" if query else "")
    canonical = canonical_request(vector["method"], vector["path"], query, headers, body)
    assert canonical == vector["canonical_request"]
    assert string_to_sign(headers["X-Sdk-Date"], canonical) == vector["string_to_sign"]
    keys = vector["access_key"], vector["secret_key"]
    assert (
        authorization(*keys, vector["method"], vector["path"], query, headers, body)
        == vector["authorization"]
    )


@settings(max_examples=600)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    segments=_segments,
    pairs=_pairs,
    body=st.binary(max_size=60),
    keys=st.tuples(_word, _word),
    project=_word,
    slash=st.booleans(),
)
def test_agrees_with_the_vendors_signer(
    method: str,
    segments: list[str],
    pairs: list[tuple[str, str]],
    body: bytes,
    keys: tuple[str, str],
    project: str,
    slash: bool,
) -> None:
    path = "/" + "/".join(segments) + ("/" if slash else "")
    headers = {
        "X-Sdk-Date": "20220805T120000Z",
        "Host": "sms.example.com",
        "X-Project-Id": project,
        "Content-Type": "application/json",
    }
    theirs = SdkRequest(
        method=method,
        schema="https",
        host="sms.example.com",
        resource_path=path,
        query_params=list(pairs),
        header_params=dict(headers),
        body=body,
        uri="",
    )
    signed = Signer(BasicCredentials(keys[0], keys[1])).sign(theirs)
    query = query_text(pairs)
    assert signed.uri == (f"{path}?{query}" if query else path)
    assert authorization(*keys, method, path, query, headers, body) == signed.header_params["Authorization"]


@given(pairs=_pairs.filter(bool))
def test_the_query_that_is_signed_is_the_query_that_is_sent(pairs: list[tuple[str, str]]) -> None:
    query = query_text(pairs)
    request = httpx.Request("GET", f"https://sms.example.com/v3/tasks?{query}")
    assert request.url.raw_path == f"/v3/tasks?{query}".encode()
