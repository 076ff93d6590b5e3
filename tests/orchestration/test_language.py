"""Sentences: said in the language chosen, and again in any other."""

import gettext
import json
import pickle
from argparse import ArgumentParser
from copy import deepcopy
from datetime import date

import pytest

from orchestration.errors import FaultsFound, KnownFault, UsageFault
from orchestration.language import (
    CHINESE,
    ENGLISH,
    N_,
    Sentence,
    _,
    chinese,
    current,
    english,
    in_english,
    kept,
    language_of,
    listing,
    ngettext,
    said_in,
    sequence,
    shaped,
    speak_to_libraries,
    speaking,
)


@pytest.fixture
def sentence() -> Sentence:
    return _("{file} cannot be opened ({reason})").format(file="a", reason=_("unknown"))


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh_CN.UTF-8", CHINESE), ("zh", CHINESE), ("en_GB", ENGLISH), ("C.UTF-8", ENGLISH), ("fr_FR", None)],
)
def test_a_locale_means_a_language_that_we_speak_or_none(locale: str, language: str | None) -> None:
    assert language_of(locale) == language


def test_a_sentence_is_said_in_the_language_chosen_and_knows_the_others(sentence: Sentence) -> None:
    assert (sentence, chinese(sentence)) == ("a cannot be opened (unknown)", "a 打不开（不详）")
    with speaking(CHINESE):
        said = _("{file} is damaged: restore it from a backup").format(file="a")
        assert (said, english(said)) == ("a 已损坏：请从备份恢复", "a is damaged: restore it from a backup")
        assert english(sentence) == "a cannot be opened (unknown)"
    assert current() == ENGLISH


def test_a_sentence_stays_one_where_it_is_copied_and_carried(sentence: Sentence) -> None:
    copies = [str(sentence), deepcopy(sentence), pickle.loads(pickle.dumps(sentence))]
    assert [chinese(each) for each in copies] == ["a 打不开（不详）"] * 3
    assert [chinese(each) for each in UsageFault(sentence).lines] == ["a 打不开（不详）"]
    assert chinese(str(UsageFault(sentence))) == "a 打不开（不详）"
    assert chinese(str(ValueError(sentence))) == "a 打不开（不详）"


def test_what_is_no_sentence_is_said_as_it_stands() -> None:
    assert (english("样例"), chinese("sample"), said_in(CHINESE, "a")) == ("样例", "sample", "a")


def test_values_keep_their_formats() -> None:
    said = _("{rows:,} rows of {size:,.0f} MB{speed}").format(rows=1234, size=5.4, speed="")
    month = _("{release}, as of {month:%Y-%m}").format(release="a", month=date(2021, 2, 1))
    assert (said, chinese(said)) == ("1,234 rows of 5 MB", "1,234 行，共 5 MB")
    assert (month, chinese(month)) == ("a, as of 2021-02", "a，截至 2021-02")


def test_a_value_with_braces_is_no_placeholder() -> None:
    assert _("there is no placeholder “{name}”").format(name="{x}") == "there is no placeholder “{x}”"
    assert shaped("{a}: {b}", a="{b}", b=1) == "{b}: 1"


def test_faults_are_told_one_below_the_other_in_any_language(sentence: Sentence) -> None:
    fault = KnownFault(sentence, "b")
    assert (str(fault), fault.lines) == ("a cannot be opened (unknown)\nb", (sentence, "b"))
    nested = _("{why}: {details}").format(why=UsageFault(sentence), details="b")
    assert chinese(nested) == "a 打不开（不详）：b"


@pytest.mark.parametrize(("number", "told"), [(1, "refused: 1 fault;"), (2, "refused: 2 faults;")])
def test_a_number_has_its_form(number: int, told: str) -> None:
    last = FaultsFound(["a"] * number).lines[-1]
    assert last.startswith(told)
    assert chinese(last).startswith(f"有 {number} 处错误")
    assert ngettext("{count} fault", "{count} faults", number).format(count=number) == told[9:-1]


def test_things_in_a_row_have_between_them_what_a_language_has_there() -> None:
    things = ["a", _("unknown")]
    rows = listing(things), listing(things, N_("; ")), sequence(things), listing([]), sequence([])
    assert rows == ("a, unknown", "a; unknown", "a, unknown", "", "")
    assert [*map(chinese, rows)] == ["a、不详", "a；不详", "a，不详", "", ""]


def test_what_was_kept_is_said_again() -> None:
    again = kept({ENGLISH: "sample", CHINESE: "样例"})
    assert (again, chinese(again)) == ("sample", "样例")
    with speaking(CHINESE):
        assert (kept({ENGLISH: "sample"}), chinese(again)) == ("sample", "样例")


def test_json_says_it_in_english() -> None:
    with speaking(CHINESE):
        content = {"a": [_("unknown"), ("b", {"c": _("never landed")})], "d": 1, "e": None}
        assert json.loads(json.dumps(in_english(content))) == {
            "a": ["unknown", ["b", {"c": "never landed"}]],
            "d": 1,
            "e": None,
        }


def test_libraries_speak_the_language_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gettext, "_current_domain", "messages")
    monkeypatch.setattr(gettext, "_localedirs", {})
    monkeypatch.setenv("LANGUAGE", CHINESE)
    monkeypatch.setenv("GONGHUI_LANG", ENGLISH)
    speak_to_libraries()
    assert ArgumentParser("gonghui").format_usage().startswith("usage: gonghui")
    monkeypatch.setenv("GONGHUI_LANG", CHINESE)
    speak_to_libraries()
    assert ArgumentParser("gonghui").format_usage().startswith("用法：gonghui")
