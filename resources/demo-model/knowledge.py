"""Reads the tables of facts and their relations (facts/*.tsv, facts/relations.toml); writes questions and sentences from them."""

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "facts"
TIERS = ("head", "middle", "tail")
"""How often training shows a fact, from often to seldom."""
CHOICES = 4
SILENT_VOWELS = ("ewe", "one", "uni", "use", "eu")


@dataclass(frozen=True)
class Fact:
    """`answers` are all that count as right, the one that training teaches first."""

    relation: str
    entity: str
    answers: tuple[str, ...]
    tier: str

    @property
    def answer(self) -> str:
        """The answer inside a sentence."""
        return self.answers[0]

    @property
    def short(self) -> str:
        """The answer alone."""
        return without_the(self.answers[0])


@dataclass(frozen=True)
class Relation:
    """`held_out` questions and `held_statements` are kept for evaluation; `values` are the distinct answers."""

    name: str
    table: str
    key: str
    value: str
    topic: str
    questions: tuple[str, ...]
    held_out: tuple[str, ...]
    statements: tuple[str, ...]
    held_statements: tuple[str, ...]
    facts: tuple[Fact, ...]
    values: tuple[str, ...]

    @property
    def has_choices(self) -> bool:
        """Whether a multiple-choice question can be made."""
        return len(self.values) >= CHOICES


@cache
def read_table(name: str) -> list[dict[str, str]]:
    """Rows of facts/<name>.tsv: one key column, `tier`, then values; an empty cell states nothing."""
    with open(FOLDER / f"{name}.tsv", encoding="ascii", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def relations() -> dict[str, Relation]:
    """All relations by name, in the order of relations.toml."""
    with open(FOLDER / "relations.toml", "rb") as file:
        described = tomllib.load(file)
    return {name: _relation(name, parts) for name, parts in described.items()}


def _relation(name: str, parts: dict) -> Relation:
    rows = read_table(parts["table"])
    filled = [row for row in rows if row[parts["key"]] and row[parts["value"]]]
    stated = (
        Fact(name, row[parts["key"]].split("|")[0], tuple(row[parts["value"]].split("|")), row["tier"])
        for row in filled
    )
    facts = tuple(fact for fact in stated if not gives_away(fact))
    phrasings = {key: tuple(parts[key]) for key in ("questions", "held_out", "statements", "held_statements")}
    values = tuple(sorted({fact.answer for fact in facts}))
    return Relation(
        name, parts["table"], parts["key"], parts["value"], parts["topic"], **phrasings, facts=facts, values=values
    )


@cache
def all_facts() -> tuple[Fact, ...]:
    """Every fact of every relation."""
    return tuple(fact for relation in relations().values() for fact in relation.facts)


@cache
def facts_about() -> dict[tuple[str, str], tuple[Fact, ...]]:
    """Facts by (table and key column, entity): what can be said of one thing."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in all_facts():
        relation = relations()[fact.relation]
        found.setdefault((f"{relation.table}.{relation.key}", fact.entity), []).append(fact)
    return {thing: tuple(facts) for thing, facts in found.items()}


@cache
def choice_facts() -> dict[str, tuple[Fact, ...]]:
    """Facts that multiple choice can ask for, by topic."""
    found: dict[str, list[Fact]] = {}
    for fact in all_facts():
        relation = relations()[fact.relation]
        if relation.has_choices:
            found.setdefault(relation.topic, []).append(fact)
    return {topic: tuple(facts) for topic, facts in found.items()}


def gives_away(fact: Fact) -> bool:
    """Whether the question would hold its answer: Mexico City is the capital of Mexico."""
    return f" {normalized(fact.short)} " in f" {normalized(fact.entity)} "


def without_the(answer: str) -> str:
    """The answer without a leading "the"."""
    return answer.removeprefix("the ")


def capitalized(text: str) -> str:
    """First letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def fill(template: str, entity: str, answer: str = "") -> str:
    """The sentence with entity and answer put in; "a" becomes "an" before a vowel."""
    for mark, text in (("{e}", entity), ("{a}", answer)):
        if text and text[0].lower() in "aeiou" and not text.lower().startswith(SILENT_VOWELS):
            template = re.sub(r"\b([Aa]) " + re.escape(mark), rf"\1n {mark}", template)
        template = template.replace(mark, text)
    return capitalized(template)


def normalized(text: str) -> str:
    """Lower case, letters and digits only, single blanks: two texts that differ in less are the same phrasing."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
