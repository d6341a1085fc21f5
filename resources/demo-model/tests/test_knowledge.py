"""The tables of facts hold, and the validator sees when they do not."""

import contextlib
import io
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

import knowledge
import validate


def faults_with(table: str, change: dict[str, str], row: int = 0) -> list[str]:
    """Faults of the checks that read rows, with some cells of one row changed."""
    real = knowledge.read_table

    def changed(name: str) -> list[dict[str, str]]:
        rows = [dict(cells) for cells in real(name)]
        if name == table:
            rows[row] |= change
        return rows

    checks = (
        validate.check_geography,
        validate.check_listings,
        validate.check_chemistry,
        validate.check_numbers,
        validate.check_mythology,
        validate.check_time_zones,
    )
    with mock.patch.object(validate, "read_table", changed), contextlib.redirect_stdout(io.StringIO()):
        return [fault for check in checks for fault in check()]


class Validator(unittest.TestCase):
    def test_finds_no_fault_in_the_tables(self):
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(validate.faults(), [])

    def test_sees_a_wrong_cell(self):
        cases = (
            ("countries", {"continent": "Asia"}, "the United States"),
            ("elements", {"symbol": "Hy"}, "symbols of"),
            ("us_states", {"capital": "Paris"}, "us_states"),
            ("cities", {"country": "Narnia"}, "Narnia"),
            ("us_cities", {"state": "Bavaria"}, "Bavaria"),
            ("formulas", {"formula": "H2Xy"}, "H2Xy"),
            ("products_of_numbers", {"value": "5"}, "2 times 2"),
            ("roman_numerals", {"value": "7"}, "roman_numerals"),
            ("month_days", {"days": "32"}, "month_days"),
            ("events", {"year": "3066"}, "3066"),
            ("presidents", {"order": "second"}, "presidents"),
            ("stars", {"constellation": "Big Spoon"}, "Big Spoon"),
        )
        for table, change, expected in cases:
            with self.subTest(table=table):
                self.assertIn(expected, " ".join(faults_with(table, change)))

    def test_sees_bad_rows(self):
        header = ["name", "tier", "capital"]
        self.assertEqual(list(validate.row_faults(header, ["France", "head", "Paris"])), [])
        for cells in (
            ["France", "head"],
            ["France", "huge", "Paris"],
            ["France", "head", " Paris"],
            ["Fr\tance", "head", "x"],
        ):
            self.assertTrue(list(validate.row_faults(header, cells)), cells)

    def test_sees_two_answers_to_one_question(self):
        fact = next(iter(knowledge.all_facts()))
        twin = knowledge.Fact(fact.relation, fact.entity, ("Atlantis",), fact.tier)
        with mock.patch.object(validate, "all_facts", lambda: (fact, twin)):
            self.assertTrue(list(validate.check_questions()))


class Sentences(unittest.TestCase):
    def test_take_the_article_that_the_noun_wants(self):
        self.assertEqual(knowledge.fill("A {e} is a {a}.", "eagle", "bird"), "An eagle is a bird.")
        self.assertEqual(knowledge.fill("a {e} is a {a}", "sheep", "ewe"), "A sheep is a ewe")

    def test_of_a_fact_hold_its_answer(self):
        for fact in knowledge.all_facts():
            for statement in knowledge.relations()[fact.relation].statements:
                self.assertIn(fact.short.lower(), knowledge.fill(statement, fact.entity, fact.answer).lower())

    def test_no_question_gives_its_answer_away(self):
        for fact in knowledge.all_facts():
            self.assertFalse(knowledge.gives_away(fact), fact)


if __name__ == "__main__":
    unittest.main()
