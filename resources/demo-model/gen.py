"""Training documents: lists of pieces (text, weight). Weight 1 is scored in full, 0 is not, 'p' is context of which the trainer
scores a few tokens. Most of the loss lies on answers. `Gen(seed).document()` draws from all kinds by `MIX`."""

import random
import re
from collections.abc import Iterable, Mapping

from chat import CONTEXT, Chat, Piece, statement_pieces
from instructions import Instructions, wrong_answers
from invented import Names, passage, story, tale
from knowledge import TIERS, Fact, all_facts, choice_facts, facts_about, fill, relations
from prompts import (
    ANSWER_LETTERS,
    BOS,
    CLOSED_BOOK_HEAD,
    IM_END,
    IM_START,
    NEW_RUN,
    OPEN_BOOK_HEAD,
    SUMMARY_REQUEST,
    choice_block,
    choice_head,
)

__all__ = ["BOS", "IM_END", "IM_START", "MIX", "Gen", "TIER_WEIGHTS"]

Document = list[Piece]
TIER_WEIGHTS = {"head": 4, "middle": 2, "tail": 1}
"""How often a fact is shown, compared with a fact of the tail."""
MIX = {
    "factoid": 0.45,
    "closed_book": 0.13,
    "chat": 0.17,
    "plain_facts": 0.12,
    "plain_invented": 0.08,
    "choice": 0.22,
    "open_book": 0.16,
    "instruction": 0.08,
    "summary": 0.02,
}
READING_MIX = MIX | {"open_book": 0.55, "instruction": 0.12}
"""Of the second part of the training. Facts are learned by then; telling apart who of a passage has what is not."""
INSTRUCTION_MIX = MIX | {"open_book": 0.40, "instruction": 0.60}
"""Of the last, short part."""
SKILL_MIX = MIX | {"open_book": 0.40, "instruction": 0.25, "chat": 0.25}
"""Of the part that follows early_outliers.py: most of what is learned last and lost first."""
TEXT_MIX = MIX | {"open_book": 0.60, "instruction": 0.20, "chat": 0.20, "plain_facts": 0.24, "plain_invented": 0.20}
"""Of the last part: passages and plain text, of which the part before showed too little."""
MIXES = {"all": MIX, "reading": READING_MIX, "instructions": INSTRUCTION_MIX, "skills": SKILL_MIX, "text": TEXT_MIX}
MOST_ASKED = 6
"""Questions about one passage, at most. Every one teaches reading at the price of a line, the passage at the price of many."""
LETTER_WEIGHT = 4.0
PLAIN_WEIGHT = 0.25
UNSEEN_SHARE = 0.25
"""Share of sentences in held-out text whose wording training never uses."""
LOOK_UP_SHARE, IN_WORDS_SHARE = 0.3, 0.15
"""Shares of multiple-choice documents that name the option to look up, and that give the answer in words before the letter: steps
towards the whole task, which is not learned from itself alone."""
LOOK_UP_REQUESTS = ("Which of these is {a}?", "Where does it say {a}?", "Choose {a}.")
SHORT_SUMMARY_REQUESTS = ("Summarize this story in one sentence.\n\n", "What is the story about?\n\n")
PRONOUN_TABLES = ("countries.name", "elements.name", "us_states.name")
"""Things of which several facts are told in a row: after the first sentence they are "it"."""


class Deck:
    """Every fact as often as its tier says per round, in random order: even exposure within a tier."""

    def __init__(self, facts: Iterable[Fact], rng: random.Random, weights: Mapping[str, int]):
        self.cards = [fact for fact in facts for _ in range(weights[fact.tier])]
        self.rng, self.left = rng, []

    def next(self) -> Fact:
        if not self.left:
            self.left = self.rng.sample(self.cards, len(self.cards))
        return self.left.pop()


class Gen:
    """A seeded generator. `held` takes the invented names of evaluation and some held-out statements; training never does."""

    def __init__(self, seed: int, held: bool = False, tier_weights: Mapping[str, int] = TIER_WEIGHTS):
        assert set(tier_weights) == set(TIERS)
        self.rng = random.Random(seed)
        self.held = held
        self.names = Names(self.rng, held)
        self.facts = Deck(all_facts(), self.rng, tier_weights)
        self.plain_deck = Deck(all_facts(), self.rng, tier_weights)
        by_topic = choice_facts()
        self.choice_deck = Deck((fact for facts in by_topic.values() for fact in facts), self.rng, tier_weights)
        self.topic_decks = {topic: Deck(facts, self.rng, tier_weights) for topic, facts in by_topic.items()}
        self.instructions = Instructions(self.rng, self.facts.next)
        self.chats = Chat(self.rng, self.names, self.facts.next, self.instructions)

    def document(self, mix: Mapping[str, float] = MIX) -> Document:
        """One document of a kind drawn by `mix`."""
        kind = self.rng.choices(list(mix), list(mix.values()))[0]
        return getattr(self, kind)()

    def question(self, fact: Fact) -> str:
        """The fact in one of the phrasings of training."""
        return fill(self.rng.choice(relations()[fact.relation].questions), fact.entity)

    def factoid(self) -> Document:
        """One question in the form of factoid QA; mostly with the answer as a run of its own, as the engine asks."""
        fact = self.facts.next()
        asked: Document = [(f"Please give answer to this question: {self.question(fact)}", CONTEXT)]
        if self.rng.random() < 0.75:
            return [*asked, ("\nThe answer is ", 0), (NEW_RUN + fact.short, 1.0), (IM_END, 1.0)]
        cue = self.rng.choice(("\nThe answer is", " The answer is"))
        return [*asked, (cue, 0), (f" {fact.short}", 1.0), (IM_END, 1.0)]

    def closed_book(self) -> Document:
        """One to four questions without a text."""
        blocks = []
        for _ in range(self.rng.choice([1, 2, 3, 4])):
            fact = self.facts.next()
            blocks.append((self.question(fact), fact.short))
        return [(CLOSED_BOOK_HEAD, 0), *self._question_blocks(blocks)]

    def open_book(self) -> Document:
        """A passage about invented things, mostly several, and questions that it answers."""
        text, asked = passage(self.rng, self.names, least=self.rng.choice([1, 2, 2, 2]))
        chosen = self.rng.sample(asked, self.rng.randint(1, min(len(asked), MOST_ASKED)))
        blocks = [(item.question(self.rng), item.value) for item in chosen]
        return [(text, CONTEXT), (OPEN_BOOK_HEAD, 0), *self._question_blocks(blocks)]

    def _question_blocks(self, blocks: list[tuple[str, str]]) -> Document:
        pieces: Document = []
        for i, (question, answer) in enumerate(blocks):
            if i > 0:
                pieces.append(("\n\n", 1.0))
            pieces += [(f"Q: {question}", CONTEXT), ("\nA:", 0), (f" {answer}", 1.0)]
        return [*pieces, (IM_END, 1.0)]

    def choice(self, shots: int | None = None) -> Document:
        """One to six multiple-choice questions of one topic."""
        fact = self.choice_deck.next()
        topic = relations()[fact.relation].topic
        pieces: Document = [(choice_head(topic), 0)]
        look_up, in_words = self.rng.random() < LOOK_UP_SHARE, self.rng.random() < IN_WORDS_SHARE
        for i in range(shots or self.rng.choice([1, 1, 2, 3, 4, 6])):
            if i > 0:
                fact = self.topic_decks[topic].next()
                pieces.append(("\n\n", 0))
            options, letter = self.options(fact)
            request = self.rng.choice(LOOK_UP_REQUESTS).replace("{a}", fact.short) if look_up else self.question(fact)
            block = choice_block(request, options)
            if in_words:
                pieces += [(block.removesuffix("Answer:") + "In words:", 0), (f" {fact.short},", 1.0), (" which is", 0)]
            else:
                pieces.append((block, 0))
            pieces.append((f" {letter}", LETTER_WEIGHT))
        return [*pieces, (IM_END, 0.3)]

    def options(self, fact: Fact) -> tuple[list[str], str]:
        """Four options and the letter of the right one."""
        wrong = sorted(set(wrong_answers(fact)))
        options = [fact.short, *self.rng.sample(wrong, 3)]
        self.rng.shuffle(options)
        return options, ANSWER_LETTERS[options.index(fact.short)]

    def chat(self) -> Document:
        """A conversation."""
        return self.chats.conversation()

    def instruction(self) -> Document:
        """One instruction as a chat of one turn."""
        drawn = self.instructions.draw()
        return self._single_turn(drawn.text, drawn.answer)

    def summary(self) -> Document:
        """A story and the request to sum it up, as a chat of one turn."""
        text, reference = story(self.rng, self.names)
        return self._single_turn(self.rng.choice((SUMMARY_REQUEST, *SHORT_SUMMARY_REQUESTS)) + text, reference)

    def _single_turn(self, user: str, answer: str) -> Document:
        asked: Document = [(f"{IM_START}user\n", 0), (user, CONTEXT), (f"{IM_END}\n{IM_START}assistant\n", 0)]
        return [*asked, (answer, 1.0), (IM_END, 1.0), ("\n", 0)]

    def plain_facts(self) -> Document:
        """A paragraph of true sentences: about one thing, or about things of one kind."""
        first = self.plain_deck.next()
        relation = relations()[first.relation]
        thing = f"{relation.table}.{relation.key}"
        related = [fact for fact in facts_about()[(thing, first.entity)] if fact is not first]
        pieces: Document = []
        if related:
            told = [first, *self.rng.sample(related, min(len(related), 3))]
            short_form = thing in PRONOUN_TABLES and self.rng.random() < 0.6
            for i, fact in enumerate(told):
                template = self._statement(fact)
                if i > 0 and short_form:
                    template = with_pronoun(template)
                pieces += self._told(template, fact, " " if i else "")
        else:
            told = [first, *self.rng.sample([fact for fact in relation.facts if fact is not first], 2)]
            for i, fact in enumerate(told):
                pieces += self._told(self._statement(fact), fact, " " if i else "")
        return [*pieces, (IM_END, PLAIN_WEIGHT)]

    def _statement(self, fact: Fact) -> str:
        relation = relations()[fact.relation]
        unseen = self.held and self.rng.random() < UNSEEN_SHARE
        return self.rng.choice(relation.held_statements if unseen else relation.statements)

    def _told(self, template: str, fact: Fact, lead: str) -> Document:
        if "{e}" not in template:
            before, _, after = template.partition("{a}")
            return [(lead + before.rstrip(), PLAIN_WEIGHT), (f" {fact.answer}", 1.0), (after, PLAIN_WEIGHT)]
        return statement_pieces(template, fact, lead, PLAIN_WEIGHT)

    def plain_invented(self) -> Document:
        """Prose about invented people and towns: a passage, a news story or a tale."""
        draw = self.rng.random()
        if draw < 0.35:
            text = passage(self.rng, self.names)[0]
        elif draw < 0.6:
            text = story(self.rng, self.names)[0]
        else:
            text = tale(self.rng, self.names)
        return [(text, PLAIN_WEIGHT), (IM_END, PLAIN_WEIGHT)]


def with_pronoun(template: str) -> str:
    """ "The capital of {e} is ..." becomes "Its capital is ...", "{e} lies ..." becomes "It lies ..."; others stay."""
    possessive = re.sub(r"^The ([^{}]+?) of \{e\} ", r"Its \1 ", template)
    return re.sub(r"^\{e\} ", "It ", possessive)


def joined(document: Document) -> str:
    """The text of a document without marks."""
    return "".join(text.removeprefix(NEW_RUN) for text, _ in document)


if __name__ == "__main__":
    sample = Gen(0)
    for kind in MIX:
        for _ in range(3):
            print(f"--- {kind}\n{joined(getattr(sample, kind)())}")
