from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from handlers.slack.limits import HISTORY_SCOPES
from handlers.slack.manifest import BASE_SCOPES, CONFIRM_SCOPES, VARIANTS, Variant, manifest, manifest_page

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT.parent / "shared" / "reference" / "slack-manifest" / "manifest.schema.2.0.0.json"
EVERY = pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.file)


@EVERY
def test_the_file_in_deploy_is_the_one_that_is_made(variant: Variant) -> None:
    renew = "renew it: python -m handlers.slack.manifest deploy"
    assert (ROOT / "deploy" / variant.file).read_text(encoding="utf-8") == manifest_page(variant), renew


@EVERY
def test_the_file_says_in_yaml_what_the_manifest_is(variant: Variant) -> None:
    assert yaml.safe_load(manifest_page(variant)) == manifest(variant)


@EVERY
def test_slack_takes_it(variant: Variant) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"Slack's schema of manifests is not at {SCHEMA}")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    errors = jsonschema.Draft7Validator(schema).iter_errors(manifest(variant))
    assert [f"{list(one.path)}: {one.message}" for one in errors] == []


def test_there_are_two_modes_and_two_add_ons() -> None:
    assert [variant.file for variant in VARIANTS] == [
        "slack-manifest.yaml",
        "slack-manifest-confirm.yaml",
        "slack-manifest-link-cards.yaml",
        "slack-manifest-http.yaml",
        "slack-manifest-http-confirm.yaml",
        "slack-manifest-http-link-cards.yaml",
    ]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
def test_the_base_app_reads_no_messages(http: bool) -> None:  # noqa: FBT001 - a column
    made = manifest(Variant(http=http))
    assert made["oauth_config"]["scopes"] == {"bot": list(BASE_SCOPES)}
    assert list(BASE_SCOPES) == "commands chat:write channels:read groups:read im:write users:read".split()
    assert made["settings"]["socket_mode_enabled"] is not http
    assert "user" not in made["oauth_config"]["scopes"]


def test_every_scope_says_what_it_is_for() -> None:
    page = manifest_page(Variant(confirm=True, link_cards=True))
    for scope, why in Variant(confirm=True, link_cards=True).scopes.items():
        assert f'- "{scope}" # {why}' in page


def test_the_add_on_confirm_is_what_the_messenger_looks_for() -> None:
    assert set(CONFIRM_SCOPES) == HISTORY_SCOPES


def test_the_command_is_the_one_that_is_set() -> None:
    [command] = manifest(Variant(command="/arxiv"))["features"]["slash_commands"]
    assert command["command"] == "/arxiv"
