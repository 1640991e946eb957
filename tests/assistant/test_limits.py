"""What limits a sentence of a quote is told with it, and two statements of a quote stay two."""

import pytest

from assistant.agreement import disagreement


@pytest.mark.parametrize(
    ("quote", "true", "false", "why"),
    [
        pytest.param(
            "A firm may skip the check where a client renews a contract and the renewal keeps the price.",
            "The check may be skipped by a firm where a client renews a contract and the renewal "
            "keeps the price.",
            "The check may be skipped by a firm where a client renews a contract.",
            "leaves out “the renewal keeps the price”",
            id="a second condition",
        ),
        pytest.param(
            "Rejected parts are kept in quarantine until a technician has seen them, save where the "
            "line is tested.",
            "Save where the line is tested, rejected parts must be kept in quarantine until a "
            "technician has seen them.",
            "Rejected parts must be kept in quarantine until a technician has seen them.",
            "leaves out “save where the line is tested”",
            id="an exception at the end",
        ),
        pytest.param(
            "Providers of open models are exempt from the duty. This exemption does not cover systemic risk.",
            "Providers of open models are exempt from the duty, but the exemption does not cover "
            "systemic risk.",
            "Providers of open models are exempt from the duty in this law.",
            "leaves out “This exemption does not cover systemic risk”",
            id="an exception in the next sentence",
        ),
        pytest.param(
            "A finding that the software marks goes into the report only if the radiologist sees it too.",
            "Only if the radiologist sees it too does a finding that the software marks go into the report.",
            "If the radiologist sees it too, a finding that the software marks goes into the report.",
            "“only” of the quote is missing",
            id="only",
        ),
        pytest.param(
            "Before a synthetic voice of a speaker is used, the station asks the speaker.",
            "The station must ask the speaker before a synthetic voice of the speaker is used.",
            "The station must ask the speaker before a voice of the speaker is used.",
            "leaves out “synthetic” of “synthetic voice”",
            id="what narrows a noun",
        ),
        pytest.param(
            "Screen data must not be used without the prior agreement of the works council.",
            "Without the prior agreement of the works council, screen data must not be used.",
            "Screen data must not be used unless the works council has agreed afterwards.",
            "“afterwards” of the wording is before in the quote",
            id="before",
        ),
        pytest.param(
            "Annotators are paid at least the local living wage.",
            "The local living wage, at least, is paid to annotators.",
            "Annotators are paid the local living wage at most.",
            "is the contrary of what is in the quote",
            id="a bound without a figure",
        ),
        pytest.param(
            "Responses are shown to members at the same meeting.",
            "At the same meeting, responses are shown to members.",
            "Responses are shown to members at a later meeting.",
            "“later” of the wording is “same” in the quote",
            id="the same",
        ),
        pytest.param(
            "Points (a) and (b) do not apply to providers of open models.",
            "Providers of open models are not subject to points (a) and (b).",
            "Points (c) and (b) do not apply to providers of open models.",
            "names “(c)”",
            id="a letter",
        ),
        pytest.param(
            "Weights are scanned as described in Annex C.",
            "Annex C describes how weights are scanned.",
            "Weights are scanned as described in Annex B.",
            "names 'Annex B'",
            id="an annex",
        ),
        pytest.param(
            "Projects inferring emotions go to the Ethics Board; projects translating texts are cleared by "
            "the secretary.",
            "Projects inferring emotions go to the Ethics Board, while projects translating texts are "
            "cleared by the secretary.",
            "Projects inferring emotions are cleared by the secretary, and those translating texts are free.",
            "stand in two statements of the quotes",
            id="two statements mixed",
        ),
    ],
)
def test_a_limit_is_told_or_the_wording_is_not_held(quote: str, true: str, false: str, why: str) -> None:
    assert disagreement(true, [quote]) == ""
    assert why in disagreement(false, [quote])


def test_a_heading_gives_a_subject_and_never_what_is_done() -> None:
    quote = "The pricing engine must not raise a price by more than three per cent."
    place = "Pricing policy > Limits and reductions"
    assert disagreement("The engine must not reduce a price by more than three per cent.", [quote], place)


@pytest.mark.parametrize(
    ("quote", "wording", "held"),
    [
        ("Staff may export chats, provided the owner agrees.", "Staff may export chats.", False),
        (
            "Chat logs are kept for one year; pilot logs are exempt.",
            "Chat logs must be kept for a year.",
            False,
        ),
        (
            "Chat logs are kept for one year. Pilot logs are exempt.",
            "Chat logs are kept for one year.",
            False,
        ),
        (
            "Chat logs are kept for one year. Visitors wear a badge. Contractors are exempt from that rule.",
            "Chat logs are kept for one year.",
            True,
        ),
        ("Staff are paid at\nleast the local wage.", "Staff are paid the local wage at most.", False),
        (
            "The desk reports outages no\nlater than noon.",
            "No later than noon, the desk reports outages.",
            True,
        ),
        (
            "Access is granted after training is done.",
            "Before access is granted, training must be done.",
            True,
        ),
        ("A provider shall follow Annex B.", "A provider shall follow Annex A.", False),
        ("a) Providers must keep the logs.", "Under point (a), providers must keep the logs.", True),
        (
            "The owner keeps the inventory. The owner signs the card.",
            "The owner, who signs the card, keeps the inventory.",
            True,
        ),
    ],
)
def test_a_limit_is_seen_in_whatever_shape_and_nowhere_else(quote: str, wording: str, held: bool) -> None:
    assert (disagreement(wording, [quote]) == "") is held
