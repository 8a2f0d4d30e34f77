"""Words beside offsets, and quotes, against the text of the task."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.errors import InvalidResult
from label_studio_orm.labeling import LabelConfig, Span


def config(text: str = "", dialogue: str = "") -> LabelConfig:
    return LabelConfig.parse(f"""<View>
      <Text name="text" value="$text" {text}/>
      <Labels name="ner" toName="text"><Label value="A"/></Labels>
      <Paragraphs name="chat" value="$chat" {dialogue}/>
      <ParagraphLabels name="turn" toName="chat"><Label value="A"/></ParagraphLabels>
    </View>""")


CONFIG = config()


def span(start: Any, end: Any, text: Any = None) -> list[dict[str, Any]]:
    known = {} if text is None else {"text": text}
    value = {"start": start, "end": end, **known, "labels": ["A"]}
    return [{"id": "r", "from_name": "ner", "to_name": "text", "type": "labels", "value": value}]


def reported(result: Any, text: Any, config: LabelConfig = CONFIG) -> list[str]:
    problems = config.problems(result, data={"text": text})
    return [f"{problem.path.removeprefix('[0].value')} {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("abc def", 4, 7, "def"),
        ("abc def", 4, 7, None),
        ("a\r\nb cat\rdog", 3, 12, "b cat\\ndog"),  # as the editor writes ends of lines
        ("a\nb", 0, 3, "a b"),
        ("a\u00a0b", 0, 3, "a b"),
        ("caf\u00e9", 0, 4, "cafe\u0301"),
        ("😀 cat", 2, 5, "cat"),  # Text counts characters
        ("", 0, 3, None),
    ],
)
def test_text_at_its_offsets_is_accepted(text: str, start: int, end: int, words: Any) -> None:
    found = reported(span(start, end, words), text)
    assert found == ([] if text else [".end must be at most 0, the length of 'text', not 3."])


@pytest.mark.parametrize(
    ("text", "start", "end", "words", "message"),
    [
        (
            "abc def",
            0,
            3,
            "xyz",
            (".text is 'xyz', but the text from 0 to 3 is 'abc'; 'xyz' is not in the text"),
        ),
        ("abc def", 0, 3, "ABC", "'ABC' is not in the text, but 'abc' is, in different case"),
        (
            "abc def",
            3,
            6,
            "def",
            "from 3 to 6 is ' de'; 'def' is at 4 to 7: the offsets seem shifted",
        ),
        (
            "abc def",
            0,
            300,
            "abc",
            (".end must be at most 7, the length of 'text', not 300; 'abc' is at 0"),
        ),
        ("abc def", 0, 300, None, ".end must be at most 7, the length of 'text', not 300."),
        ("😀 cat dog", 3, 6, "cat", "at 2 to 5: offsets count characters, not UTF-16 units"),
        ("é cat dog", 3, 6, "cat", "at 2 to 5: offsets count characters, not bytes"),
        ("a\r\nb cat dog", 4, 7, "cat", "at 5 to 8: offsets count characters, not CR LF"),
        ("cat a cat", 5, 8, "cat", "is at 6 to 9: the offsets seem shifted"),
    ],
)
def test_text_at_other_offsets_is_reported_with_the_right_ones(
    text: str, start: int, end: int, words: Any, message: str
) -> None:
    (problem,) = reported(span(start, end, words), text)
    assert message in problem


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ('valueType="url"', "https://example.com/1.txt"),
        ('encoding="base64"', "YWJj"),
        ("", None),
        ("", 12345),
    ],
)
def test_text_is_not_checked_against_unknown_data(options: str, data: Any) -> None:
    assert reported(span(0, 300, "xyz"), data, config(options)) == []


def test_a_span_with_other_words_is_refused_where_it_is_written() -> None:
    with pytest.raises(
        InvalidResult, match=(r"ner: text= is 'xyz', but the text " r"from 0 to 3 is 'abc'")
    ):
        CONFIG.result({"ner": Span("A", start=0, end=3, text="xyz")}, data={"text": "abc def"})


def test_words_that_the_config_does_not_want_are_not_written() -> None:
    result = config('saveTextResult="no"').result(
        {"ner": Span("A", quote="def")}, data={"text": "abc def"}
    )
    assert result[0]["value"] == {"start": 4, "end": 7, "labels": ["A"]}


# -- dialogues ------------------------------------------------------------------------------------

CHAT = [{"text": "😀 Hello all"}, {"text": "well\nthen"}]


def turn(start: str, begin: int, end: str, stop: int, text: str) -> list[dict[str, Any]]:
    ends = {"start": start, "end": end, "startOffset": begin, "endOffset": stop}
    value = {**ends, "text": text, "paragraphlabels": ["A"]}
    names = {"from_name": "turn", "to_name": "chat", "type": "paragraphlabels"}
    return [{"id": "r", **names, "value": value}]


@pytest.mark.parametrize(
    "result",
    [
        turn("0", 3, "0", 8, "Hello"),  # emoji count as two
        turn("0", 9, "1", 4, "all\nwell"),
        turn("0", 9, "1", 4, "allwell"),  # as the editor writes it
        turn("1", 0, "1", 9, "well then"),
    ],
)
def test_words_of_a_dialogue_are_found(result: Any) -> None:
    assert CONFIG.problems(result, data={"chat": CHAT}) == []


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (
            turn("0", 2, "0", 7, "Hello"),
            ".text of 'turn': is 'Hello', but the text there is ' Hell'; 'Hello' is at 3 to 8: "
            "an emoji counts as two here.",
        ),
        (turn("0", 4, "0", 9, "Hello"), "is at 3 to 8: the offsets seem shifted"),
        (
            turn("0", 3, "0", 80, "Hello"),
            (".endOffset of 'turn': must be at most 12, the length of the paragraph"),
        ),
        (
            turn("9", 0, "9", 3, "x"),
            (".start of 'turn': must be less than 2, the number of paragraphs, not 9."),
        ),
        (
            turn("0", 3, "1", 4, "xyz"),
            (".text of 'turn': is 'xyz', but the text there is 'Hello all"),
        ),
        (turn("0", 8, "0", 3, "x"), ".endOffset of 'turn': must be greater than the start"),
        (turn("1", 0, "0", 3, "x"), ".endOffset of 'turn': must be greater than the start"),
        (turn("0", 3, "0", 3, ""), ".endOffset of 'turn': must be greater than the start"),
        (
            turn("00", 3, "0", 8, "Hello"),
            ".start of 'turn': must be the number of a paragraph as a string",
        ),
        (
            turn("٠", 3, "0", 8, "Hello"),
            ".start of 'turn': must be the number of a paragraph as a string",
        ),
    ],
)
def test_other_words_of_a_dialogue_are_a_problem(result: Any, message: str) -> None:
    assert message in str(CONFIG.problems(result, data={"chat": CHAT})[0])


# -- quotes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote", "message"),
    [
        ("Ada joined ACME.", "acme", "but 'ACME' is, in different case"),
        ("Ada\u00a0joined", "Ada joined", r"but 'Ada\xa0joined' is, with different whitespace"),
        ("Ada\r\n  joined", "Ada joined", r"but 'Ada\r\n  joined' is, with different whitespace"),
        ("caf\u00e9", "cafe\u0301", "but 'café' is, in another Unicode normalization"),
        ("cafe\u0301 noir", "caf\u00e9", "is, in another Unicode normalization, NFC or NFD"),
        ("Ada’s “son”", 'Ada\'s "son"', "but 'Ada’s “son”' is, with different quotation marks"),
        ("1843–1852", "1843-1852", "but '1843–1852' is, with different quotation marks, dashes"),
        ("co\u00adoperate", "cooperate", "is, with different quotation marks, dashes or invisible"),
        ("Ada’s\u00a0SON", "ada's son", "is, in different spelling"),
    ],
)
def test_a_similar_quote_is_reported_with_the_text(text: str, quote: str, message: str) -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({"ner": Span("A", quote=quote)}, data={"text": text})
    assert message in str(caught.value)


@pytest.mark.parametrize("quote", ["Bob", " ", "\u200b"])
def test_a_quote_without_similar_text_is_reported_alone(quote: str) -> None:
    with pytest.raises(InvalidResult, match=r"is not in the text\.\n"):
        CONFIG.result({"ner": Span("A", quote=quote)}, data={"text": "Ada"})


# -- rankings -------------------------------------------------------------------------------------

LIST = LabelConfig.parse("""<View>
  <List name="items" value="$items"/>
  <Ranker name="order" toName="items"/>
  <Ranker name="sorted" toName="items"><Bucket name="good"/></Ranker>
</View>""")
ITEMS = {"items": [{"id": 1, "title": "a"}, {"id": "2", "title": "b"}]}


def test_items_of_the_task_can_be_ranked() -> None:
    assert LIST.result({"order": [2, "1"], "sorted": {"good": [1]}}, data=ITEMS)


@pytest.mark.parametrize("ranked", [{"order": ["2", "9"]}, {"sorted": {"good": ["2", "9"]}}])
def test_an_item_that_the_task_has_not_is_a_problem_as_the_editor_breaks(ranked: Any) -> None:
    with pytest.raises(InvalidResult, match=r"\]\[1\].*the task has no item '9'. There are '1'"):
        LIST.result(ranked, data=ITEMS)
