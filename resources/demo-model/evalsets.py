"""Evaluation items: questions in the phrasings, and names out of the share, that training never sees.

`write_eval.py` writes them in the official file forms; `val_docs` gives them as documents for a quick look while training."""

import random
from dataclasses import dataclass, field

from chat import FOLLOW_UP_HELD, SYSTEM_HELD, Piece
from gen import TIER_WEIGHTS, Deck, Gen
from instructions import Instruction, Instructions
from invented import Names, passage, story
from knowledge import TIERS, Fact, all_facts, choice_facts, fill, relations
from prompts import (
    IM_END,
    NEW_RUN,
    SUMMARY_REQUEST,
    chat_prompt,
    choice_block,
    choice_head,
    closed_book_prompt,
    factoid_prompt,
    open_book_prompt,
)

Document = list[Piece]
SHOTS = 5


@dataclass(frozen=True)
class FactItem:
    """A question about a fact."""

    fact: Fact
    question: str


@dataclass(frozen=True)
class ChoiceItem:
    """A multiple-choice question; `letter` is the right one."""

    fact: Fact
    question: str
    options: list[str]
    letter: str


@dataclass(frozen=True)
class ReadingItem:
    """A question that only the passage answers."""

    passage: str
    question: str
    answer: str


@dataclass(frozen=True)
class SummaryItem:
    story: str
    reference: str


@dataclass(frozen=True)
class ChatItem:
    """The last turn of a conversation; right when `answers` has one that stands in the reply. `kind` says what stands before it."""

    kind: str
    messages: list[tuple[str, str]]
    answers: tuple[str, ...]
    reply: str
    tier: str | None


@dataclass
class Sampler:
    """Draws evaluation items with its own seed."""

    seed: int
    rng: random.Random = field(init=False)
    gen: Gen = field(init=False)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.gen = Gen(self.seed)
        self.names = Names(self.rng, held=True)

    def facts(self, n: int, pool: tuple[Fact, ...]) -> list[Fact]:
        """A third of each tier; within a tier every fact is as likely as another."""
        drawn: list[Fact] = []
        for i, tier in enumerate(TIERS):
            tier_facts = [fact for fact in pool if fact.tier == tier]
            drawn += self.rng.sample(tier_facts, n // 3 + (i < n % 3))
        self.rng.shuffle(drawn)
        return drawn

    def held_question(self, fact: Fact) -> str:
        return fill(self.rng.choice(relations()[fact.relation].held_out), fact.entity)

    def fact_items(self, n: int) -> list[FactItem]:
        return [FactItem(fact, self.held_question(fact)) for fact in self.facts(n, all_facts())]

    def choice_items(self, n: int) -> list[ChoiceItem]:
        pool = tuple(fact for facts in choice_facts().values() for fact in facts)
        return [self._choice(fact, self.held_question(fact)) for fact in self.facts(n, pool)]

    def choice_examples(self, topic: str, avoid: set[str]) -> list[ChoiceItem]:
        """Five worked examples of a topic, in phrasings of training, about none of the entities to avoid."""
        free = [fact for fact in choice_facts()[topic] if fact.entity not in avoid]
        return [self._choice(fact, self.gen.question(fact)) for fact in self.rng.sample(free, SHOTS)]

    def _choice(self, fact: Fact, question: str) -> ChoiceItem:
        return ChoiceItem(fact, question, *self.gen.options(fact))

    def reading_items(self, n: int) -> list[ReadingItem]:
        """Passages about two or three invented things, so that the right value must be told from another."""
        items = []
        for _ in range(n):
            text, asked = passage(self.rng, self.names, least=2)
            item = self.rng.choice(asked)
            items.append(ReadingItem(text, item.question(self.rng, held=True), item.value))
        return items

    def summary_items(self, n: int) -> list[SummaryItem]:
        return [SummaryItem(*story(self.rng, self.names)) for _ in range(n)]

    def instruction_items(self, n: int) -> list[Instruction]:
        """All kinds alike, none twice."""
        deck = Deck(all_facts(), self.rng, dict.fromkeys(TIER_WEIGHTS, 1))
        source = Instructions(self.rng, deck.next, held=True)
        drawn: dict[str, Instruction] = {}
        while len(drawn) < n:
            item = source.kinds[len(drawn) % len(source.kinds)]()
            drawn.setdefault(item.text, item)
        return self.rng.sample(list(drawn.values()), n)

    def chat_items(self, n: int) -> list[ChatItem]:
        """Questions after nothing, after a system prompt, in a second and in a third turn."""
        kinds = (self._plain_chat, self._system_chat, self._second_turn, self._third_turn)
        return [kinds[i % len(kinds)](fact) for i, fact in enumerate(self.facts(n, all_facts()))]

    def _reply(self, fact: Fact) -> str:
        return fill(relations()[fact.relation].statements[0], fact.entity, fact.answer)

    def _chat(self, kind: str, before: list[tuple[str, str]], question: str, fact: Fact) -> ChatItem:
        return ChatItem(kind, [*before, ("user", question)], fact.answers, self._reply(fact), fact.tier)

    def _plain_chat(self, fact: Fact) -> ChatItem:
        return self._chat("one turn", [], self.held_question(fact), fact)

    def _system_chat(self, fact: Fact) -> ChatItem:
        return self._chat("system prompt", [("system", self.rng.choice(SYSTEM_HELD))], self.held_question(fact), fact)

    def _second_turn(self, fact: Fact) -> ChatItem:
        other = self.rng.choice([known for known in all_facts() if known.entity != fact.entity])
        before = [("user", self.held_question(other)), ("assistant", self._reply(other))]
        return self._chat("second turn", before, self.held_question(fact), fact)

    def _third_turn(self, fact: Fact) -> ChatItem:
        """A system prompt, a question, thanks, and the same question about another thing."""
        other = self.rng.choice([known for known in relations()[fact.relation].facts if known.entity != fact.entity])
        before = [
            ("system", self.rng.choice(SYSTEM_HELD)),
            ("user", "Hello, who are you?"),
            ("assistant", "I am Whittle, a small language model. I know a few thousand facts."),
            ("user", self.held_question(other)),
            ("assistant", self._reply(other)),
        ]
        return self._chat("follow-up", before, FOLLOW_UP_HELD.replace("{e}", fact.entity), fact)


def choice_prompt(item: ChoiceItem, examples: list[ChoiceItem]) -> str:
    """The whole prompt with worked examples before the question."""
    shown = "".join(f"{choice_block(e.question, e.options)} {e.letter}\n\n" for e in examples)
    return choice_head(relations()[item.fact.relation].topic) + shown + choice_block(item.question, item.options)


def val_docs(n: int, seed: int) -> dict[str, list[Document]]:
    """`n` documents a task; only what the model has to write is scored."""
    source = Sampler(seed)
    facts, choices = source.fact_items(n), source.choice_items(n)
    entities = {item.fact.entity for item in choices}
    examples = {topic: source.choice_examples(topic, entities) for topic in choice_facts()}
    topic = lambda item: relations()[item.fact.relation].topic
    return {
        "factoid": [[(factoid_prompt(i.question), 0), (NEW_RUN + i.fact.short, 1), (IM_END, 0.5)] for i in facts],
        "closed": [[(closed_book_prompt(i.question), 0), (f" {i.fact.short}", 1), (IM_END, 0.5)] for i in facts],
        "mcq0": [[(choice_prompt(i, []), 0), (f" {i.letter}", 1)] for i in choices],
        "mcq5": [[(choice_prompt(i, examples[topic(i)]), 0), (f" {i.letter}", 1)] for i in choices],
        "open": [[(open_book_prompt(i.passage, i.question), 0), (f" {i.answer}", 1)] for i in source.reading_items(n)],
        "instr": [
            [(chat_prompt([("user", i.text)]), 0), (i.answer + IM_END, 1)]
            for i in source.instruction_items(n)
            if i.kind != "list"
        ],
        "summ": [
            [(chat_prompt([("user", SUMMARY_REQUEST + i.story)]), 0), (i.reference + IM_END, 1)]
            for i in source.summary_items(max(1, n // 3))
        ],
        "chat": [[(chat_prompt(i.messages), 0), (i.reply + IM_END, 1)] for i in source.chat_items(n)],
    }


if __name__ == "__main__":
    for task, documents in val_docs(4, 0).items():
        print(f"--- {task}")
        for document in documents:
            print("".join(text for text, _ in document).replace(NEW_RUN, "|"), "\n")
