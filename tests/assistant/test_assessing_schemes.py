"""The schemes: vectors and cases reproduced, every rule explained, and unknown never lowers a tier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assessing import canada_aia, eu_ai_act, internal
from assistant.assessing.assess import assess
from assistant.assessing.interview import Answers, interview, questions
from assistant.assessing.results import SchemeResult
from assistant.errors import NotPossible
from knowledge import tiers
from knowledge.tiers import NONE, BadScheme

CASES = yaml.safe_load((Path(__file__).parents[1] / "data" / "tiers.yaml").read_text("utf-8"))


def settled(**facts: Any) -> dict[str, Any]:
    """Facts, with every other question on the AI Act answered no."""
    answers: dict[str, Any] = {}
    for one in tiers.eu_ai_act().questions:
        if one.type in ("yes_no_unknown", "multi"):
            answers[one.id] = "no" if one.type == "yes_no_unknown" else []
    return {**answers, "eu_nexus": "yes", "role": "deployer", **facts}


def own(**facts: Any) -> dict[str, Any]:
    """The same, with the organisation's own questions answered no and a low total of the Canadian tool."""
    answers = {"personal_data": "no", "outward_facing": "no", "sensitive_uses": [], "legal_says_stop": "no"}
    return {**settled(), **answers, "aia_raw": 10, "aia_mitigation": 0, **facts}


def act(**facts: Any) -> SchemeResult:
    return eu_ai_act.result(interview(settled(**facts)).answers)


def aia(**facts: Any) -> SchemeResult:
    return canada_aia.result(interview(facts).answers)


def ours(**facts: Any) -> SchemeResult:
    return internal.result(interview(own(**facts)).answers)


def answered_aia(**other: str) -> dict[str, Any]:
    """Every question on risk with the answer of the fewest points, but for some."""
    found: dict[str, Any] = {}
    for one in tiers.canada_aia().questions:
        least = min(one.answers, key=lambda answer: answer.score)
        found[one.id] = [] if one.type == "multi" else least.key
    return {**found, **other}


# The Canadian assessment


@pytest.mark.parametrize("case", CASES["aia"], ids=lambda c: f"{c['raw']}-{c['mitigation']}")
def test_a_total_gives_the_score_and_the_level_of_the_tool(case: Mapping[str, Any]) -> None:
    found = aia(aia_raw=case["raw"], aia_mitigation=case["mitigation"])
    assert (found.score, found.tier) == (case["expect_score"], case["expect_level"])
    assert found.settled


def test_all_worst_answers_give_every_point() -> None:
    worst: dict[str, Any] = {}
    for one in tiers.canada_aia().questions:
        top = max(one.answers, key=lambda answer: answer.score)
        worst[one.id] = [a.key for a in one.answers] if one.type == "multi" else top.key
    worst |= {"impact26": "item1", "aboutDataSourceType1": "item1"}
    assert canada_aia.raw_points(interview(worst).answers) == canada_aia.Points(167, 167)


def test_what_is_open_makes_the_score_a_range_and_the_higher_level_is_proposed() -> None:
    found = aia(**answered_aia() | {"impact9": "unknown", "aboutDataSource5": None, "aia_mitigation": 0})
    assert found.highest_score is not None and found.lowest_score is not None
    assert found.highest_score - found.lowest_score == 4 + 4
    assert found.score == found.highest_score
    assert {"impact9", "aboutDataSource5"} <= set(found.open_questions)


def test_a_question_that_is_not_asked_gives_no_points() -> None:
    hidden = canada_aia.raw_points(
        interview(answered_aia(aboutAlgorithm8="item2", aboutAlgorithm8A="item2")).answers
    )
    shown = canada_aia.raw_points(
        interview(answered_aia(aboutAlgorithm8="item1", aboutAlgorithm8A="item2")).answers
    )
    assert shown.known - hidden.known == 3 + 1


def test_mitigation_that_is_open_takes_nothing_off() -> None:
    assert aia(aia_raw=98).tier == "III"
    assert aia(aia_raw=98).lowest_score == 83
    assert aia(aia_raw=98, consultation=10, data_quality=14, procedural_fairness=44, privacy=9).score == 83


def test_each_answer_that_gave_points_is_named_in_words() -> None:
    found = aia(**answered_aia(impact6="item4"))
    (fired,) = [one for one in found.rules_fired if one.rule == "impact6"]
    assert (fired.points, fired.answers, fired.because) == (4, {"impact6": ("item4",)}, ("No",))


def test_the_answers_of_the_tool_itself_are_taken() -> None:
    assert interview({"impact6": "item4-4"}).answers == interview({"impact6": "item4"}).answers
    with pytest.raises(NotPossible, match="impact6"):
        interview({"impact6": "item4-3"})


# The AI Act


@pytest.mark.parametrize("case", CASES["eu"], ids=lambda c: c["case"])
def test_a_case_gets_its_tier_and_the_duties_on_top(case: Mapping[str, Any]) -> None:
    found = act(**case["facts"])
    assert found.tier == case["expect"]
    assert set(case.get("also", ())) <= set(found.duties)


def test_every_rule_that_fired_names_the_answer_that_fired_it() -> None:
    fired = {one.rule: one for one in act(annex_iii_points=["4a"], profiling=True).rules_fired}
    assert fired.keys() == {"E3", "E4x"}
    assert fired["E3"].answers == {"annex_iii_points": ("4a",)}
    assert fired["E4x"].answers == {"annex_iii_points": ("4a",), "profiling": ("yes",)}
    assert "confirm on EUR-Lex" in fired["E3"].status


def test_what_is_open_is_named_with_the_rules_that_hang_on_it() -> None:
    found = act(annex_iii_points="unknown")
    assert found.tier == "undetermined_treat_as_high"
    assert (found.at_least, found.settled) == ("minimal", False)
    assert [one.rule for one in found.unknown] == ["E3", "FRIA"]
    assert found.open_questions == ("annex_iii_points",)
    assert [one.rule for one in found.rules_fired] == []


def test_what_would_change_the_tier_changes_it() -> None:
    facts = settled(annex_iii_points=["4a"])
    found = eu_ai_act.result(interview(facts).answers)
    assert {one.question for one in found.would_change} >= {
        "annex_iii_points",
        "eu_nexus",
        "prohibited_facts",
    }
    for one in found.would_change:
        for answer in one.answers:
            given: Any = answer.split(" + ") if questions()[one.question].type == "multi" else answer
            assert eu_ai_act.tier(interview({**facts, one.question: given}).answers) == one.tier


def test_an_answer_that_is_not_listed_changes_nothing() -> None:
    facts = settled(annex_iii_points=["4a"], profiling=True)
    listed = {one.question for one in act(annex_iii_points=["4a"], profiling=True).would_change}
    for name in (
        "derogation_conditions",
        "deep_fake",
        "materially_influences_decision",
        "interacts_with_people",
    ):
        assert name not in listed
        for value in (["preparatory_task"],) if name == "derogation_conditions" else ("yes", "no"):
            assert eu_ai_act.tier(interview({**facts, name: value}).answers) == "high"


def test_a_missing_condition_of_the_derogation_is_named() -> None:
    (near,) = [one for one in act(annex_iii_points=["3d"]).nearly if one.rule == "E4"]
    assert near.missing == "a condition of Art. 6(3) holds"


def test_out_of_scope_needs_to_be_known_and_personal_use_is_for_deployers() -> None:
    assert act(eu_nexus="no").tier == "out_of_scope_proposed"
    assert act(eu_nexus="unknown").tier == "minimal"
    assert act(scope_exemption=["personal_non_professional"]).tier == "out_of_scope_proposed"
    assert act(scope_exemption=["personal_non_professional"], role="provider").tier == "minimal"
    assert act(scope_exemption=["personal_non_professional"], role="unsure").tier == "minimal"


def test_a_duty_of_another_role_is_to_be_checked_with_it() -> None:
    (fired,) = act(interacts_with_people=True).rules_fired
    assert fired.because[0].endswith("a duty of the provider, to check with them")
    (fired,) = act(interacts_with_people=True, role="provider").rules_fired
    assert fired.because[0].endswith("a duty of the provider")


def test_dates_and_what_is_to_be_confirmed_are_told() -> None:
    told = " ".join(act(annex_iii_points=["4a"], on_market_or_in_service_since="2025-01-31").warnings)
    assert "2 December 2027" in told and "confirm it on EUR-Lex" in told and "Art. 111(2)" in told
    assert "Art. 111(2)" not in " ".join(act(annex_iii_points=["4a"]).warnings)


def test_a_claim_owes_no_assessment_of_fundamental_rights() -> None:
    facts = {"annex_iii_points": ["5b"], "derogation_conditions": ["preparatory_task"]}
    assert act(**facts).duties == ()
    assert act(**facts, profiling=True).duties == ("fria",)


# The organisation's own tier


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({}, "T1 light"),
        ({"personal_data": "yes"}, "T2 standard"),
        ({"aia_raw": 42}, "T2 standard"),
        ({"interacts_with_people": "yes"}, "T2 standard"),
        ({"aia_raw": 84}, "T3 full"),
        ({"sensitive_uses": ["workers"]}, "T3 full"),
        ({"annex_iii_points": ["3d"]}, "T3 full"),
        ({"annex_iii_points": "unknown"}, "T3 full"),
        ({"annex_iii_points": ["4a"], "derogation_conditions": ["preparatory_task"]}, "T3 full"),
        (
            {
                "annex_iii_points": ["4a"],
                "derogation_conditions": ["preparatory_task"],
                "legal_confirmed_6_3": "yes",
            },
            "T1 light",
        ),
        ({"prohibited_facts": ["E1i"]}, "T4 stop"),
        ({"legal_says_stop": "yes"}, "T4 stop"),
    ],
)
def test_the_first_rule_from_the_top_gives_the_tier(facts: Mapping[str, Any], tier: str) -> None:
    assert ours(**facts).tier == tier


def test_the_tier_names_who_approves_and_what_it_rests_on() -> None:
    found = ours(aia_raw=84)
    assert "board" in found.approver
    (fired,) = [one for one in found.rules_fired if one.rule == "T3"]
    assert fired.answers == {"aia_level": ("III",)}


def test_an_empty_interview_proposes_the_highest_and_says_what_is_the_least() -> None:
    for one in assess(interview({})).schemes:
        assert not one.settled
        assert one.open_questions
        assert one.label == "Proposal for a person to decide, not legal advice."
    assert [one.at_least for one in assess(interview({})).schemes] == [
        "out_of_scope_proposed",
        "I",
        "T1 light",
    ]


# Unknown never lowers a tier


def _values(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    one = questions()[name]
    if one.type == "multi":
        some = st.lists(st.sampled_from(sorted(one.options)), unique=True, min_size=1, max_size=3)
        return st.just((NONE,)) | some.map(tuple) | some.map(lambda held: (*held, "unknown"))
    if one.type == "number":
        return st.integers(0, one.most).map(lambda n: (str(n),))
    return st.sampled_from(sorted(one.options or ("yes", "no"))).map(lambda held: (held,))


ASKED = [name for name, one in questions().items() if one.type not in ("text", "date")]
PARTS = [q.id for q in tiers.canada_aia().questions] + [a.id for a in tiers.canada_aia().mitigation_areas]
TOTALS = ["aia_raw", "aia_mitigation"]


@st.composite
def interviews(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Answers to most questions, with totals of the tool or with the single answers."""
    left_out = PARTS if draw(st.booleans()) else TOTALS
    names = [name for name in ASKED if name not in left_out]
    gaps = draw(st.sets(st.sampled_from(names), max_size=6))
    return {name: draw(_values(name)) for name in names if name not in gaps}


def ranks(answers: Answers) -> tuple[int, int, int]:
    act_tier = eu_ai_act.tier(answers).removeprefix("undetermined_treat_as_")
    level = [one.level for one in tiers.canada_aia().levels].index(canada_aia.level(answers))
    return tiers.eu_ai_act().rank(act_tier), level, tiers.internal().rank(internal.tier(answers))


@settings(max_examples=60, deadline=None)
@given(interviews())
def test_making_any_answer_unknown_never_lowers_a_tier(answers: dict[str, tuple[str, ...]]) -> None:
    before = ranks(answers)
    for name in answers:
        after = ranks({one: given for one, given in answers.items() if one != name})
        assert all(new >= old for new, old in zip(after, before, strict=True)), (name, answers)


@settings(max_examples=60, deadline=None)
@given(interviews())
def test_the_least_tier_is_never_above_the_proposed_one(answers: dict[str, tuple[str, ...]]) -> None:
    found = eu_ai_act.tested(answers)
    assert tiers.eu_ai_act().rank(found.at_least) <= tiers.eu_ai_act().rank(found.proposed)
    assert canada_aia.scores(answers)[0] <= canada_aia.scores(answers)[1]


# Data


def test_a_scheme_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    text = (tiers.FOLDER / "canada-aia.yaml").read_text("utf-8").replace("raw_max: 167", "raw_max: 168")
    file = tmp_path / "canada.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadScheme, match="do not add up to 168"):
        tiers.canada_aia(file)


def test_a_rule_that_looks_for_an_answer_that_nobody_can_give_is_refused(tmp_path: Path) -> None:
    text = (tiers.FOLDER / "eu-ai-act.yaml").read_text("utf-8").replace("is: [E1c]", "is: [E1z]")
    file = tmp_path / "act.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadScheme, match="E1c: prohibited_facts has no answer E1z"):
        tiers.eu_ai_act(file)
