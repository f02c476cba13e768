"""The routes by which a bot answers interactions: the first answer, follow-ups, edits."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.servers.discord import form, payloads
from tests.servers.discord import interactions as kinds
from tests.servers.discord.calls import Call, Endpoint
from tests.servers.discord.channels import Announce, attached, check_edit, check_message
from tests.servers.discord.interactions import Interaction, Interactions
from tests.servers.discord.messages import EPHEMERAL, LOADING, V2, Draft, Message, Messages
from tests.servers.discord.problems import Refused, nothing, told
from tests.servers.discord.world import World

Json = dict[str, Any]

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_FITTING = {
    kinds.COMMAND: (kinds.MESSAGE, kinds.DEFERRED, kinds.MODAL),
    kinds.COMPONENT: (kinds.MESSAGE, kinds.DEFERRED, kinds.DEFERRED_UPDATE, kinds.UPDATE, kinds.MODAL),
    kinds.AUTOCOMPLETE: (kinds.CHOICES,),
    kinds.MODAL_SUBMIT: (kinds.MESSAGE, kinds.DEFERRED, kinds.DEFERRED_UPDATE, kinds.UPDATE),
}
"""Which first answers an interaction may have."""


class CallbackRoutes:
    """What the bot says about an interaction, kept with the interaction."""

    def __init__(
        self, world: World, messages: Messages, interactions: Interactions, announce: Announce
    ) -> None:
        self._world = world
        self._messages = messages
        self._interactions = interactions
        self._announce = announce

    def endpoints(self) -> list[Endpoint]:
        """Every route of this part; none needs a token, none counts for the global limit."""
        one = f"{WEBHOOK}/messages/"
        acts = (("GET", self._look), ("PATCH", self._edit), ("DELETE", self._delete))
        return [
            Endpoint(method="POST", path=CALLBACK, act=self._answer, open=True),
            Endpoint(method="POST", path=WEBHOOK, act=self._follow_up, open=True),
            *(Endpoint(method=method, path=f"{one}@original", act=act, open=True) for method, act in acts),
            *(
                Endpoint(method=method, path=f"{one}{{message_id}}", act=act, open=True)
                for method, act in acts
            ),
        ]

    async def _answer(self, call: Call) -> web.Response:
        ids, kind, data = call.ids, call.body["type"], call.body.get("data") or {}
        interaction = self._interactions.unanswered(ids["interaction_id"], ids["interaction_token"])
        self._check_kind(call, interaction, kind)
        message = self._act(call, interaction, kind, data)
        interaction.original = message
        interaction.note("answer", data, message, kind)
        if call.request.query.get("with_response", "0").lower() not in ("1", "true"):
            return nothing()
        return told(self._outcome(interaction, kind, message))

    def _check_kind(self, call: Call, interaction: Interaction, kind: int) -> None:
        fits = kind in _FITTING[interaction.type]
        updates = kind in (kinds.UPDATE, kinds.DEFERRED_UPDATE)
        if not fits or (updates and interaction.source is None):
            call.check([f"type: {kind} is no answer to an interaction of type {interaction.type}"])

    def _act(self, call: Call, interaction: Interaction, kind: int, data: Json) -> Message | None:
        """Does what an answer of this type does; returns its message."""
        if kind in (kinds.MESSAGE, kinds.DEFERRED):
            call.check(form.answer_flags(kind, data.get("flags") or 0))
            return self._created(call, interaction, data, loading=kind == kinds.DEFERRED)
        if kind == kinds.CHOICES:
            call.check(list(form.choice_problems(data["choices"])))
        if kind == kinds.MODAL:
            call.check(list(form.modal_problems(data)))
        if kind == kinds.UPDATE and interaction.source is not None:
            check_edit(call, interaction.source, data)
            self._messages.edit(interaction.source, data)
        return interaction.source if kind in (kinds.UPDATE, kinds.DEFERRED_UPDATE) else None

    def _created(self, call: Call, interaction: Interaction, body: Json, *, loading: bool = False) -> Message:
        if not loading:
            check_message(call, body, flags=body.get("flags") or 0)
        private = bool((body.get("flags") or 0) & EPHEMERAL)
        draft = Draft(
            flags=LOADING if loading else 0,
            seen_by=interaction.user if private else None,
            interaction=_metadata(interaction),
            attachments=attached(call),
        )
        message = self._messages.create(interaction.channel, self._world.bot, body, draft)
        if not private:
            self._announce("MESSAGE_CREATE", self._payload(message), interaction.channel.guild)
        return message

    def _outcome(self, interaction: Interaction, kind: int, message: Message | None) -> Json:
        """The body that ``with_response`` asks for."""
        told_of: Json = {"id": interaction.id, "type": interaction.type}
        if message is None:
            return {"interaction": told_of, "resource": {"type": kind}}
        told_of |= {
            "response_message_id": message.id,
            "response_message_loading": bool(message.flags & LOADING),
            "response_message_ephemeral": message.draft.seen_by is not None,
        }
        shown = kind in (kinds.MESSAGE, kinds.UPDATE)
        return {"interaction": told_of, "resource": {"type": kind} | self._shown(message, shown=shown)}

    def _shown(self, message: Message, *, shown: bool) -> Json:
        return {"message": self._payload(message)} if shown else {}

    async def _follow_up(self, call: Call) -> web.Response:
        interaction = self._added_to(call)
        original = interaction.original
        if original is not None and original.flags & LOADING:
            return self._fill(call, interaction, original)
        self._interactions.count_follow_up(interaction)
        message = self._created(call, interaction, call.body)
        interaction.note("follow-up", call.body, message)
        return told(self._payload(message))

    def _fill(self, call: Call, interaction: Interaction, original: Message) -> web.Response:
        """A follow-up right after "thinking" becomes the answer, as visible as the thinking was."""
        if (call.body.get("flags") or 0) & V2:
            call.check(["flags: after a deferred answer, Components V2 are an edit of @original"])
        check_message(call, call.body, flags=0)
        self._messages.edit(original, call.body | {"flags": 0})
        interaction.note("edit", call.body, original)
        return told(self._payload(original))

    async def _look(self, call: Call) -> web.Response:
        return told(self._payload(self._meant(call, self._added_to(call))))

    async def _edit(self, call: Call) -> web.Response:
        interaction = self._added_to(call)
        message = self._meant(call, interaction)
        check_edit(call, message, call.body)
        self._messages.edit(message, call.body)
        interaction.note("edit", call.body, message)
        return told(self._payload(message))

    async def _delete(self, call: Call) -> web.Response:
        interaction = self._added_to(call)
        message = self._meant(call, interaction)
        message.deleted = True
        interaction.note("delete", {}, message)
        return nothing()

    def _added_to(self, call: Call) -> Interaction:
        if call.ids["webhook_id"] != self._world.bot.id:
            raise Refused(404, 10015)
        return self._interactions.answered(call.ids["webhook_token"])

    def _meant(self, call: Call, interaction: Interaction) -> Message:
        """The original answer or one of the follow-ups."""
        wanted = call.ids.get("message_id")
        known = [interaction.original, *interaction.follow_ups]
        found = known[0] if wanted is None else next((one for one in known if one and one.id == wanted), None)
        if found is None or found.deleted:
            raise Refused(404, 10008)
        return found

    def _payload(self, message: Message) -> Json:
        return payloads.message(message, self._world)


def _metadata(interaction: Interaction) -> Json:
    owners = interaction.payload["authorizing_integration_owners"]
    told_of: Json = {"id": interaction.id, "type": interaction.type, "authorizing_integration_owners": owners}
    told_of["user"] = payloads.user(interaction.user)
    if interaction.type == kinds.COMPONENT and interaction.source:
        told_of["interacted_message_id"] = interaction.source.id
    if interaction.opened_by is not None:
        told_of["triggering_interaction_metadata"] = _metadata(interaction.opened_by)
    return told_of
