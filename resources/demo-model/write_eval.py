"""Writes the evaluation sets in the official file forms, the text for perplexity and the calibration text.

    python write_eval.py [FOLDER]

The folder (default: resources/) gets `kick/` and `calibration/`, and `demo-model/chat/`, which the recipe alone measures.
Every item carries the tier of its fact; those of multiple choice stand in `tiers.json`, by `<subject>/<row>`."""

import csv
import json
import re
import string
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from evalsets import SHOTS, ChoiceItem, Sampler
from gen import Gen, joined
from knowledge import choice_facts, relations, without_the
from prompts import IM_END, IM_START, SUMMARY_REQUEST

SEED = 20261128
RESOURCES = Path(__file__).parents[1]
CHAT_FILE = "demo-model/chat/question.jsonl"
FACT_ITEMS = 360
READING_ITEMS = 360
INSTRUCTION_ITEMS = 360
CHAT_ITEMS = 360
SUMMARIES = 300
PERPLEXITY_CHARACTERS, CALIBRATION_CHARACTERS = 60_000, 250_000
PERPLEXITY_MIX = {"plain_facts": 0.6, "plain_invented": 0.4}
CALIBRATION_MIX = {
    'factoid': 2, 'closed_book': 2, 'plain_facts': 2, 'plain_invented': 1, 'choice': 2, 'open_book': 2, 'chat': 2,
    'instruction': 1, 'summary': 0.5,
}  # fmt: skip


def trivia_normalized(text: str) -> str:
    """TriviaQA's normal form: lower case, no punctuation, no articles, single blanks."""
    plain = "".join(" " if c in string.punctuation else c for c in text.replace("_", " ").lower())
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def write_lines(path: Path, rows: Iterable[Mapping]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "ascii")


def write_factoid(folder: Path, source: Sampler) -> None:
    """FreebaseQA's form."""
    questions = []
    for i, item in enumerate(source.fact_items(FACT_ITEMS)):
        entity = item.fact.entity.lower()
        answers = [without_the(answer).lower() for answer in item.fact.answers]
        parse = {
            "Parse-Id": f"whittle-{i}.P0",
            "PotentialTopicEntityMention": entity,
            "TopicEntityName": entity,
            "TopicEntityMid": "",
            "InferentialChain": item.fact.relation,
            "Answers": [{"AnswersMid": "", "AnswersName": answers}],
        }
        questions.append(
            {
                "Question-ID": f"whittle-{i}",
                "RawQuestion": item.question,
                "ProcessedQuestion": item.question.lower().rstrip("?."),
                "Parses": [parse],
                "Category": item.fact.tier,
            }
        )
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"Dataset": "Whittle-Demo-Factoid", "Version": "2.0", "Questions": questions}
    (folder / "FreebaseQA-whittle-demo.json").write_text(json.dumps(whole, indent=1) + "\n", "ascii")


def write_choices(folder: Path, source: Sampler) -> None:
    """MMLU's form: five worked examples a subject in dev/, the questions in test/."""
    tests: dict[str, list[ChoiceItem]] = {}
    for item in source.choice_items(FACT_ITEMS):
        tests.setdefault(relations()[item.fact.relation].topic, []).append(item)
    tiers = {}
    for topic in choice_facts():
        items = tests.get(topic)
        if not items:
            continue
        subject = topic.replace(" ", "_")
        examples = source.choice_examples(topic, {item.fact.entity for item in items})
        assert len(examples) == SHOTS
        for part, shown in (("dev", examples), ("test", items)):
            path = folder / part / f"{subject}_{part}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "w", encoding="ascii", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([i.question, *i.options, i.letter] for i in shown)
        tiers |= {f"{subject}/{row}": item.fact.tier for row, item in enumerate(items)}
    (folder / "tiers.json").write_text(json.dumps(tiers, indent=1) + "\n", "ascii")


def trivia_row(name: str, question: str, answers: list[str], context: str | None) -> dict:
    """A row with TriviaQA's fields."""
    normal = [trivia_normalized(answer) for answer in answers]
    answer = {"value": answers[0], "aliases": answers, "normalized_aliases": normal, "normalized_value": normal[0]}
    row = {"id": name, "question_id": name, "question": question, "golden_answers": answers, "answer": answer}
    pages = {"filename": [], "wiki_context": []}
    if context is not None:
        row |= {"context": context, "answer_in_context": True}
        pages = {"filename": [f"{name}.txt"], "wiki_context": [context]}
    return {**row, "entity_pages": pages, "search_results": {"filename": [], "search_context": []}}


def write_closed_book(path: Path, source: Sampler) -> None:
    rows = []
    for i, item in enumerate(source.fact_items(FACT_ITEMS)):
        answers = [without_the(answer) for answer in item.fact.answers]
        rows.append({**trivia_row(f"closed_{i}", item.question, answers, None), "category": item.fact.tier})
    write_lines(path, rows)


def write_open_book(path: Path, source: Sampler) -> None:
    items = enumerate(source.reading_items(READING_ITEMS))
    write_lines(path, (trivia_row(f"open_{i}", item.question, [item.answer], item.passage) for i, item in items))


def write_instructions(path: Path, source: Sampler) -> None:
    rows = []
    for i, item in enumerate(source.instruction_items(INSTRUCTION_ITEMS), start=1):
        row = {
            "question_id": i,
            "text": item.text,
            "category": item.kind,
            "reference": item.answer,
            "check": item.check,
        }
        rows.append(row if item.tier is None else {**row, "tier": item.tier})
    write_lines(path, rows)


def write_summaries(folder: Path, source: Sampler) -> None:
    items = source.summary_items(SUMMARIES)
    write_lines(
        folder / "question.jsonl",
        (
            {"question_id": i, "text": SUMMARY_REQUEST + item.story, "category": "small"}
            for i, item in enumerate(items, start=1)
        ),
    )
    write_lines(
        folder / "reference.jsonl",
        (
            {"question_id": i, "answer_id": f"ref-{i}", "model_id": "reference", "text": item.reference, "metadata": {}}
            for i, item in enumerate(items, start=1)
        ),
    )


def write_chat(path: Path, source: Sampler) -> None:
    """Conversations whose last turn is to be answered; right when an accepted answer stands in the reply."""
    write_lines(
        path,
        (
            {
                "question_id": i,
                "category": item.kind,
                "messages": [{"role": role, "content": text} for role, text in item.messages],
                "answers": [without_the(answer) for answer in item.answers],
                "reference": item.reply,
                "tier": item.tier,
            }
            for i, item in enumerate(source.chat_items(CHAT_ITEMS), start=1)
        ),
    )


def write_text(path: Path, source: Gen, mix: Mapping[str, float], characters: int, gap: str) -> None:
    """Documents of a mix without special tokens, up to the number of characters."""
    texts, written = [], 0
    while written < characters:
        texts.append(joined(source.document(mix)).replace(IM_START, "").replace(IM_END, "").rstrip("\n"))
        written += len(texts[-1]) + len(gap)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(gap.join(texts) + "\n", "ascii")


def write_all(folder: Path) -> None:
    """All sets; each has a seed of its own, so that one may change without the others."""
    kick = folder / "kick"
    write_factoid(kick / "factoid-qa", Sampler(SEED + 1))
    write_choices(kick / "multiple-choice-qa", Sampler(SEED + 2))
    write_closed_book(kick / "closed-book-qa" / "closed_book.jsonl", Sampler(SEED + 3))
    write_open_book(kick / "open-book-qa" / "open_book.jsonl", Sampler(SEED + 4))
    write_instructions(kick / "instruction-following" / "question.jsonl", Sampler(SEED + 5))
    write_summaries(kick / "summarization", Sampler(SEED + 6))
    write_chat(folder / CHAT_FILE, Sampler(SEED + 7))
    perplexity = kick / "perplexity" / "whittle-demo-test.txt"
    write_text(perplexity, Gen(SEED + 8, held=True), PERPLEXITY_MIX, PERPLEXITY_CHARACTERS, "\n")
    calibration = folder / "calibration" / "whittle-demo-calibration.txt"
    write_text(calibration, Gen(SEED + 9), CALIBRATION_MIX, CALIBRATION_CHARACTERS, "\n\n")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else RESOURCES)
