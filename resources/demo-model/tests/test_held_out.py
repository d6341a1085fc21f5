"""No evaluation item occurs in training: not its phrasing, not its prompt, not its invented names."""

import csv
import json
import os
import random
import re
import sys
import tempfile
import unittest
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import chat
import invented
from gen import Gen, joined
from instructions import KINDS, Instructions
from knowledge import all_facts, fill, normalized, relations
from prompts import SUMMARY_REQUEST
from write_eval import CHAT_FILE, RESOURCES, SEED, write_all

DOCUMENTS = int(os.environ.get("HELD_OUT_DOCUMENTS", "200000"))
COMMON = (*invented.FILLERS, *invented.DAYS)
KEY_WORDS = 4
"""An evaluation text is looked for by so many of its words in a row, then as a whole."""


def rows(path: str) -> list[dict]:
    return [json.loads(line) for line in (RESOURCES / path).read_text().splitlines()]


def choice_rows() -> list[list[str]]:
    paths = sorted(RESOURCES.glob("kick/multiple-choice-qa/test/*.csv"))
    return [row for path in paths for row in csv.reader(path.read_text().splitlines())]


@cache
def fact_questions() -> list[str]:
    """The questions about facts of factoid QA, closed book, multiple choice and the last turns of chats."""
    factoid = json.loads((RESOURCES / "kick/factoid-qa/FreebaseQA-whittle-demo.json").read_text())["Questions"]
    choice = [row[0] for row in choice_rows()]
    chats = [row["messages"][-1]["content"] for row in rows(CHAT_FILE)]
    closed = [row["question"] for row in rows("kick/closed-book-qa/closed_book.jsonl")]
    return [item["RawQuestion"] for item in factoid] + closed + choice + chats


@cache
def all_prompts() -> list[str]:
    """Every text of the sets that a model is asked to answer, without the words that all prompts of a task share."""
    open_book = [row["question"] for row in rows("kick/open-book-qa/open_book.jsonl")]
    instructions = [row["text"] for row in rows("kick/instruction-following/question.jsonl")]
    stories = [row["text"].removeprefix(SUMMARY_REQUEST) for row in rows("kick/summarization/question.jsonl")]
    return fact_questions() + open_book + instructions + stories


def found_in(documents: list[str], wanted: list[str]) -> set[str]:
    """Those of the wanted texts that stand in a document, at word boundaries; all in normal form."""
    by_key: dict[tuple[str, ...], list[str]] = {}
    short = {text for text in wanted if len(text.split()) < KEY_WORDS}
    for text in set(wanted) - short:
        by_key.setdefault(tuple(text.split()[-KEY_WORDS:]), []).append(text)
    found = set()
    for plain in documents:
        words = plain.split()
        for i in range(len(words) - KEY_WORDS + 1):
            for text in by_key.get(tuple(words[i : i + KEY_WORDS]), ()):
                if f" {text} " in f" {plain} ":
                    found.add(text)
        found |= {text for text in short if f" {text} " in f" {plain} "}
    return found


class HeldOut(unittest.TestCase):
    def test_the_sets_are_the_ones_that_the_recipe_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            write_all(Path(folder))
            written = {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
        folders = ("kick", "calibration", str(Path(CHAT_FILE).parent))
        files = [p for name in folders for p in (RESOURCES / name).rglob("*") if p.is_file()]
        kept = {str(p.relative_to(RESOURCES)): p.read_bytes() for p in files}
        self.assertEqual(sorted(written), sorted(kept))
        self.assertEqual([name for name in written if written[name] != kept[name]], [])

    def test_no_question_can_be_made_from_a_phrasing_of_training(self):
        trained = {normalized(fill(t, f.entity)) for f in all_facts() for t in relations()[f.relation].questions}
        trained |= {normalized(t.replace("{e}", f.entity)) for t in chat.FOLLOW_UPS for f in all_facts()}
        self.assertEqual([q for q in fact_questions() if normalized(q) in trained], [])

    def test_phrasings_of_instructions_are_kept_apart(self):
        rng = random.Random(1)
        fact = all_facts()[0]
        for kind in KINDS:
            seen = {}
            for held in (False, True):
                rng.seed(4)
                source = Instructions(rng, lambda: fact, held)
                drawn = [getattr(source, kind)() for _ in range(3000)]
                seen[held] = {normalized(item.text) for item in drawn}
            self.assertEqual(sorted(seen[False] & seen[True])[:3], [], kind)

    def test_reading_questions_and_system_prompts_are_kept_apart(self):
        for trait in (*invented.PERSON_TRAITS.values(), *invented.TOWN_TRAITS.values()):
            self.assertNotIn(normalized(trait.held_out), {normalized(question) for question in trait.questions})
        self.assertFalse(
            {*map(normalized, chat.SYSTEM_HELD)} & {*map(normalized, chat.SYSTEM_PLAIN + chat.SYSTEM_SHORT)}
        )

    def test_generated_documents_hold_no_prompt_and_no_held_name(self):
        wanted = [normalized(text) for text in all_prompts()]
        self.assertGreater(len(wanted), 2000)
        contexts = (row["context"] for row in rows("kick/open-book-qa/open_book.jsonl"))
        names = {word.lower() for context in contexts for word in re.findall("[A-Z][a-z]+", context)}
        names = {name for name in names if invented.is_held(name)} - set(normalized(" ".join(COMMON)).split())
        self.assertGreater(len(names), 500)
        source = Gen(SEED * 3)
        for start in range(0, DOCUMENTS, 5000):
            documents = [normalized(joined(source.document())) for _ in range(min(5000, DOCUMENTS - start))]
            self.assertEqual(found_in(documents, wanted), set())
            words = {word for document in documents for word in document.split()}
            self.assertEqual(words & names, set())

    def test_the_search_finds_what_is_there(self):
        wanted = [normalized(text) for text in all_prompts()]
        for text in all_prompts()[::97]:
            self.assertIn(normalized(text), found_in([normalized(f"Please tell me: {text} Thank you.")], wanted))

    def test_every_set_is_large_enough_and_names_its_tiers(self):
        factoid = json.loads((RESOURCES / "kick/factoid-qa/FreebaseQA-whittle-demo.json").read_text())["Questions"]
        closed = rows("kick/closed-book-qa/closed_book.jsonl")
        choice = choice_rows()
        tiers = json.loads((RESOURCES / "kick/multiple-choice-qa/tiers.json").read_text())
        self.assertEqual(len(tiers), len(choice))
        for items in ([q["Category"] for q in factoid], [row["category"] for row in closed], list(tiers.values())):
            self.assertEqual(
                {tier: items.count(tier) for tier in set(items)}, dict.fromkeys(("head", "middle", "tail"), 120)
            )
        for path in ("open-book-qa/open_book", "instruction-following/question", "summarization/question"):
            self.assertGreaterEqual(len(rows(f"kick/{path}.jsonl")), 300)


if __name__ == "__main__":
    unittest.main()
