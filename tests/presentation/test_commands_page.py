from __future__ import annotations

import re
from pathlib import Path

from bot.domain.command_text import parse_command
from bot.domain.commands import ChangeSettings
from bot.presentation.commands import COMMANDS, HELP_SETTINGS
from bot.presentation.commands_page import commands_page
from bot.services.managing import _CHANGES

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_in_docs_is_the_one_that_the_table_makes() -> None:
    renew = "renew it: python -m bot.presentation.commands_page > docs/commands.md"
    assert PAGE.read_text(encoding="utf-8") == commands_page(), renew


def test_every_command_and_every_example_is_on_the_page() -> None:
    page = commands_page()
    for command in COMMANDS:
        assert f"### {command.name}\n" in page
        assert all(f"/papers {example}\n" in page for example in command.examples)


def test_every_alias_every_clause_and_every_link_of_the_page_leads_somewhere() -> None:
    page = commands_page()
    for command in COMMANDS:
        assert all(f"`{alias}`" in page for alias in command.aliases)
    headings = {re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-") for line in page.split("\n")}
    for target in re.findall(r"\]\(([^)]*)\)", page):
        assert target[1:] in headings if target.startswith("#") else (PAGE.parent / target).is_file()


def test_every_setting_is_on_the_page_with_a_value_to_copy() -> None:
    shown = [parse_command(row.name) for row in HELP_SETTINGS]

    assert all(isinstance(command, ChangeSettings) and command.value for command in shown)
    assert [command.name for command in shown if isinstance(command, ChangeSettings)] == list(_CHANGES)
