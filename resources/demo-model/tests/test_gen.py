"""Documents are what they say: seeded, weighted, with right letters and right answers to instructions."""

import random
import re
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gen import MIX, TIER_WEIGHTS, Deck, Gen, joined, with_pronoun
from instructions import KINDS, Instructions
from invented import Names, is_held
from knowledge import all_facts, relations, without_the
from prompts import IM_END, IM_START, NEW_RUN


class Documents(unittest.TestCase):
    def test_are_the_same_for_the_same_seed(self):
        one, two, other = Gen(5), Gen(5), Gen(6)
        documents = [one.document() for _ in range(200)]
        self.assertEqual(documents, [two.document() for _ in range(200)])
        self.assertNotEqual(documents, [other.document() for _ in range(200)])

    def test_have_text_and_something_to_learn(self):
        source = Gen(7)
        for kind in MIX:
            for _ in range(300):
                document = getattr(source, kind)()
                self.assertTrue(all(text for text, weight in document if weight), (kind, document))
                self.assertTrue(any(weight and weight != "p" for _, weight in document), kind)
                self.assertTrue(joined(document).isascii())
                self.assertLess(len(joined(document)), 2500)

    def test_name_the_letter_of_the_right_option(self):
        answers = {
            (r.name, f.entity): {without_the(a) for a in f.answers} for r in relations().values() for f in r.facts
        }
        source = Gen(8)
        letters = Counter()
        for fact in all_facts()[::7]:
            if relations()[fact.relation].has_choices:
                options, letter = source.options(fact)
                right = [option for option in options if option in answers[fact.relation, fact.entity]]
                self.assertEqual(right, [options["ABCD".index(letter)]])
                self.assertEqual(len(set(options)), 4)
                letters[letter] += 1
        self.assertLess(max(letters.values()), 1.5 * min(letters.values()))

    def test_of_chat_follow_the_template(self):
        source = Gen(9)
        turn = re.compile(
            rf"{re.escape(IM_START)}user\n[^|]+{re.escape(IM_END)}\n{re.escape(IM_START)}assistant\n[^|]+{re.escape(IM_END)}\n"
        )
        system = re.compile(rf"^{re.escape(IM_START)}system\n[^|]+{re.escape(IM_END)}\n")
        turns = Counter()
        for _ in range(1000):
            rest, n = turn.subn("", system.sub("", joined(source.chat())))
            self.assertEqual(rest, "")
            turns[n] += 1
        self.assertGreaterEqual(set(turns), {1, 2, 3, 4})

    def test_answers_of_factoid_questions_start_a_run(self):
        starts = Counter(any(text.startswith(NEW_RUN) for text, _ in Gen(seed).factoid()) for seed in range(60))
        self.assertGreater(starts[True], starts[False])
        self.assertGreater(starts[False], 0)


class Decks(unittest.TestCase):
    def test_show_a_fact_as_often_as_its_tier_says(self):
        deck = Deck(all_facts(), random.Random(1), TIER_WEIGHTS)
        shown = Counter(deck.next() for _ in range(len(deck.cards)))
        self.assertEqual({(fact.tier, n) for fact, n in shown.items()}, set(TIER_WEIGHTS.items()))


class InstructionAnswers(unittest.TestCase):
    def test_pass_their_own_check(self):
        rng = random.Random(2)
        for held in (False, True):
            source = Instructions(rng, Deck(all_facts(), rng, TIER_WEIGHTS).next, held)
            for kind in KINDS:
                for _ in range(50):
                    item = getattr(source, kind)()
                    check = item.check
                    if check["type"] == "exact":
                        self.assertEqual(item.answer, check["value"])
                    elif check["type"] == "contains":
                        self.assertIn(check["value"].lower(), item.answer.lower())
                        self.assertGreaterEqual(len(item.answer.split()), check["min_words"], item)
                    else:
                        items = [re.sub(r"^\d+\. ", "", line) for line in item.answer.split("\n")]
                        self.assertEqual(len(set(items)), check["n"])
                        self.assertLessEqual(set(items), set(check["from"]))


class InventedNames(unittest.TestCase):
    def test_are_kept_apart(self):
        rng = random.Random(3)
        for held in (False, True):
            names = Names(rng, held)
            drawn = {draw() for draw in (names.person, names.town, names.firm) for _ in range(500)}
            self.assertEqual({is_held(name) for name in drawn}, {held})
            self.assertGreater(len(drawn), 1000)


class Pronouns(unittest.TestCase):
    def test_stand_for_what_was_named_before(self):
        self.assertEqual(with_pronoun("The capital of {e} is {a}."), "Its capital is {a}.")
        self.assertEqual(with_pronoun("{e} lies in {a}."), "It lies in {a}.")
        self.assertEqual(with_pronoun("People in {e} speak {a}."), "People in {e} speak {a}.")


if __name__ == "__main__":
    unittest.main()
