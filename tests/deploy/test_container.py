"""The files for containers are read as their tools read them; no engine runs here that could build them."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
INSTALLED = Path(sysconfig.get_path("scripts"))


def services() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"])


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    assert not run(INSTALLED / "hadolint", "deploy/Dockerfile")


def test_the_compose_file_is_of_the_form_that_compose_reads() -> None:
    command = "-m check_jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml".split()
    assert not run(sys.executable, *command)


def test_all_that_the_image_copies_is_there_and_is_sent_to_the_engine() -> None:
    sent = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    }
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE)
        for name in line.split()[:-1]
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_installs_nothing_but_what_is_locked_with_a_hash() -> None:
    installs = re.findall(r"pip (?:install|wheel) [^\n\\]+", DOCKERFILE)
    assert installs
    assert all("--no-deps" in one and ("--require-hashes" in one or "--no-index" in one) for one in installs)


def test_the_bot_in_a_container_is_nobody_special_and_has_the_time_it_needs_to_leave() -> None:
    assert re.findall(r"^USER (.+)", DOCKERFILE, re.MULTILINE) == ["10001"]
    for name in ("bot", "bot-on-redis"):
        bot = services()[name]
        assert bot["cap_drop"] == ["ALL"]
        assert bot["read_only"]
        assert int(bot["stop_grace_period"].removesuffix("s")) > 20


@pytest.mark.parametrize("profile", ["sqlite", "redis"])
def test_each_profile_has_a_bot_with_a_store_of_its_kind(profile: str) -> None:
    stores = [
        one["environment"]["PAPERROUND_STORE"]
        for one in services().values()
        if one["profiles"] == [profile] and "environment" in one
    ]
    assert [store.partition(":")[0] for store in stores] == [profile]


def test_every_port_is_published_to_this_machine_alone() -> None:
    ports = [port for one in services().values() for port in one.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
