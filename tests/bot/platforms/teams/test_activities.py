"""What Teams sends is read from the raw JSON: who, where, in which language and zone, and what was pressed."""

from contextlib import suppress
from typing import Any

import pytest
from botbuilder.schema import Activity, ConversationReference
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.teams.activities import Kind, Malformed, Met, Reference, checked, met, sent, tenant_of, words
from tests.bot.platforms.teams.microsoft import APP, SERVICE_URL, TENANT, activity, execute

BOT = f"28:{APP}"
IN_CHANNEL = activity(
    conversation={
        "isGroup": True,
        "conversationType": "channel",
        "tenantId": TENANT,
        "id": "19:dev@thread.tacv2;messageid=1481567603816",
    },
    channelData={
        "tenant": {"id": TENANT},
        "team": {"id": "19:team@thread.tacv2", "name": "Données", "aadGroupId": "group"},
        "channel": {"id": "19:dev@thread.tacv2"},
    },
    text="<at>Comitia</at>\xa0votes ",
    entities=[
        {"type": "mention", "text": "<at>Comitia</at>", "mentioned": {"id": BOT, "name": "Comitia"}},
        {"type": "clientInfo", "locale": "de-DE", "timezone": "Europe/Berlin"},
    ],
    locale=None,
    localTimezone=None,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PARTS = ["type", "name", "from", "conversation", "recipient", "channelData", "entities", "value", "text", "locale"]


def test_a_message_in_a_personal_chat_says_who_where_and_in_which_language_and_zone() -> None:
    assert met(activity()) == Met(
        tenant=TENANT,
        service_url=SERVICE_URL,
        conversation="a:1-amel",
        kind=Kind.PERSONAL,
        user="29:1-amel",
        account="aad-amel",
        name="Amel Benali",
        zone="Europe/Paris",
        locale="fr-FR",
        team="",
        channel="",
        bot=BOT,
    )


def test_a_message_in_a_channel_says_which_channel_of_which_team() -> None:
    read = met(IN_CHANNEL)

    assert (read.kind, read.team, read.channel) == (Kind.CHANNEL, "19:team@thread.tacv2", "19:dev@thread.tacv2")
    assert read.conversation == "19:dev@thread.tacv2;messageid=1481567603816"
    assert (read.locale, read.zone) == ("de-DE", "Europe/Berlin")


def test_a_person_met_in_a_channel_is_written_to_in_a_conversation_of_their_own() -> None:
    person, channel = met(IN_CHANNEL).of_person, met(IN_CHANNEL).of_channel

    assert person == Reference(tenant=TENANT, service_url=SERVICE_URL, conversation="", bot=BOT, user="29:1-amel")
    assert channel == Reference(
        tenant=TENANT, service_url=SERVICE_URL, conversation="19:dev@thread.tacv2", bot=BOT, user=""
    )
    assert met(activity()).of_person.conversation == "a:1-amel"


def test_what_happens_to_a_whole_team_is_in_its_channel() -> None:
    added = activity(
        type="conversationUpdate",
        conversation={"isGroup": True, "id": "19:team@thread.tacv2"},
        channelData={"tenant": {"id": TENANT}, "team": {"id": "19:team@thread.tacv2"}, "eventType": "teamMemberAdded"},
    )

    assert (met(added).kind, met(added).channel) == (Kind.CHANNEL, "19:team@thread.tacv2")


def test_a_group_chat_is_known_by_its_word_or_by_being_a_group() -> None:
    assert met(activity(conversation={"conversationType": "groupChat", "id": "19:x@thread.v2"})).kind is Kind.GROUP
    assert met(activity(conversation={"isGroup": True, "id": "19:x@thread.v2"})).kind is Kind.GROUP
    assert met(activity(conversation={"conversationType": "personal", "id": "a:1"})).of_channel.conversation == "a:1"


def test_the_tenant_and_zone_that_the_sdk_loses_are_kept() -> None:
    raw = activity()
    theirs = Activity().deserialize(raw)

    assert theirs.conversation.tenant_id is None
    assert "tenantId" not in ConversationReference(conversation=theirs.conversation).serialize()["conversation"]
    assert not hasattr(theirs.entities[0], "timezone")
    assert (tenant_of(raw), met(raw).zone) == (TENANT, "Europe/Paris")


def test_a_conversation_names_the_tenant_where_the_channel_data_does_not() -> None:
    assert tenant_of(activity(channelData=None)) == TENANT
    assert tenant_of(activity(channelData=None, conversation={"id": "a:1"})) == ""


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (execute({"action": "vote", "answer.g|f": "a,b"}), {"action": "vote", "answer.g|f": "a,b"}),
        (activity(text=None, value={"action": "vote"}), {"action": "vote"}),
        (activity(), {}),
        (
            activity(type="invoke", name="task/fetch", value={"data": {"action": "new"}, "context": {}}),
            {"action": "new"},
        ),
        (activity(type="invoke", name="task/submit", value={"data": {"answer.x": "7"}}), {"answer.x": "7"}),
        (activity(type="invoke", name="task/submit", value={}), {}),
    ],
)
def test_whatever_was_pressed_its_data_are_read_alike(raw: dict[str, Any], data: dict[str, Any]) -> None:
    assert sent(checked(raw)) == data


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ([], "activity"),
        ("message", "activity"),
        ({}, "type"),
        (activity(type=None), "type"),
        (activity(type=7), "type"),
        (activity(serviceUrl=None), "serviceUrl"),
        (activity(serviceUrl={}), "serviceUrl"),
        (activity(conversation=None), "conversation.id"),
        (activity(conversation={"id": 7}), "conversation.id"),
        (activity(conversation="a:1"), "conversation"),
        (activity(channelData="x"), "channelData"),
        (activity(**{"from": []}), "from"),
        (activity(recipient=1), "recipient"),
        (execute(name=None), "name"),
        (execute(value=None), "value"),
        (execute(value="vote"), "value"),
        (execute(value={}), "value.action"),
        (execute(value={"action": ["vote"]}), "value.action"),
        (execute(value={"action": {"verb": 7}}), "value.action.verb"),
        (execute(value={"action": {"verb": "vote", "data": "x"}}), "value.action.data"),
        (execute(name="task/fetch", value=None), "value"),
        (execute(name="task/submit", value={"data": []}), "value.data"),
    ],
)
def test_what_lacks_a_part_is_told_by_the_name_of_the_part(raw: object, part: str) -> None:
    with pytest.raises(Malformed) as fault:
        checked(raw)

    assert str(fault.value) == part


def test_words_come_without_the_mention_of_us_and_with_those_of_others() -> None:
    assert words(IN_CHANNEL) == "votes"
    other = {"type": "mention", "text": "<at>Léa</at>", "mentioned": {"id": "29:lea"}}
    assert words(activity(text="<at>Léa</at> bonjour", entities=[other])) == "<at>Léa</at> bonjour"
    assert words(activity(text="<at>Léa</at> bonjour", entities=[other | {"mentioned": 7}])) == "<at>Léa</at> bonjour"
    nameless = activity(text="<at>Léa</at> bonjour", recipient=None, entities=[{**other, "mentioned": {}}])
    assert words(nameless) == "<at>Léa</at> bonjour"
    assert words(activity(text=None)) == ""


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("/comitia help", "help"), ("/comitia", ""), (" /comitia  marks ", "marks"), ("/comitiahelp", "/comitiahelp")],
)
def test_whoever_types_the_command_of_slack_is_understood(typed: str, heard: str) -> None:
    assert words(activity(text=typed)) == heard


@settings(max_examples=50, deadline=None)
@given(parts=st.dictionaries(st.sampled_from(PARTS), ANYTHING))
def test_whatever_is_sent_is_read_or_named_malformed(parts: dict[str, Any]) -> None:
    raw = activity(**parts)

    assert isinstance(met(raw), Met)
    assert isinstance(words(raw), str)
    with suppress(Malformed):
        assert isinstance(sent(checked(raw)), dict)
