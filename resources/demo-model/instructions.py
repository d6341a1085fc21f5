"""Short instructions whose answers a machine can check. Each kind has phrasings for training and others for evaluation."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from invented import COLOURS, DAYS, JOBS
from knowledge import CHOICES, Fact, fill, relations, without_the

LISTS = {
    "colours": COLOURS,
    "animals": "dog cat horse cow sheep goat pig lion tiger bear".split(),
    "fruits": "apple banana cherry grape lemon orange peach pear plum mango".split(),
    "months": "January February March April May June July August September October November December".split(),
    "days of the week": DAYS,
    "planets": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune".split(),
    "metals": "iron copper silver gold tin lead zinc nickel".split(),
    "countries in Europe": "France Germany Italy Spain Poland Sweden Norway Greece Austria Portugal".split(),
    "countries in Asia": "China India Japan Iran Nepal Thailand Vietnam Iraq".split(),
    "jobs": JOBS[:8],
    "languages": "English French German Spanish Italian Greek Arabic Chinese".split(),
}
NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
WORDS = (
    "apple river stone cloud table chair window garden music paper bread water light green happy small tall house "
    "horse bird fish moon star sun tree road bridge ship train letter book lamp"
).split()


@dataclass(frozen=True)
class Instruction:
    """`check`: `exact` (the answer is `value`), `list` (`n` different numbered items out of `from`) or `contains`
    (`value` stands in at least `min_words` words). `tier` is that of the fact that is asked for, if any."""

    kind: str
    text: str
    answer: str
    check: dict
    tier: str | None = None


class Instructions:
    """Draws instructions; `held` takes the phrasings of evaluation. `next_fact` gives the fact to ask for."""

    def __init__(self, rng: random.Random, next_fact: Callable[[], Fact], held: bool = False):
        self.rng, self.next_fact, self.held = rng, next_fact, held
        self.kinds = [getattr(self, name) for name in KINDS]

    def draw(self) -> Instruction:
        return self.rng.choice(self.kinds)()

    def _phrase(self, training: tuple[str, ...], held_out: tuple[str, ...], **parts: str) -> str:
        return self.rng.choice(held_out if self.held else training).format(**parts)

    def _question(self, one_word: bool = False) -> tuple[Fact, str]:
        while True:
            fact = self.next_fact()
            if not (one_word and " " in fact.short):
                return fact, fill(self.rng.choice(relations()[fact.relation].questions), fact.entity)

    def _number(self, number: int) -> str:
        return self.rng.choice([str(number), NUMBER_WORDS[number]])

    def _exact(self, kind: str, text: str, answer: str, tier: str | None = None) -> Instruction:
        return Instruction(kind, text, answer, {"type": "exact", "value": answer}, tier)

    def list(self) -> Instruction:
        topic, n = self.rng.choice(list(LISTS)), self.rng.randint(2, 6)
        text = self._phrase(
            (
                "List {n} {topic}.",
                "Name {n} {topic}.",
                "Give me {n} {topic}.",
                "Write down {n} {topic}.",
                "Please give me {n} {topic}.",
                "Can you write down {n} {topic}?",
            ),
            ("Please list {n} {topic}.", "Can you name {n} {topic}?"),
            n=self._number(n),
            topic=topic,
        )
        answer = "\n".join(f"{i + 1}. {item}" for i, item in enumerate(LISTS[topic][:n]))
        return Instruction("list", text, answer, {"type": "list", "n": n, "from": LISTS[topic]})

    def upper(self) -> Instruction:
        word = self.rng.choice(WORDS)
        text = self._phrase(
            ("Write {w} in upper case.", "Write the word {w} in capital letters.", "Put the word {w} in upper case."),
            ("Write the word {w} in upper case.", "Put {w} in capital letters."),
            w=word,
        )
        return self._exact("upper", text, word.upper())

    def upper_answer(self) -> Instruction:
        fact = self.rng.choice(relations()[self.rng.choice(("continent", "moon", "animal_kind"))].facts)
        question = fill(self.rng.choice(relations()[fact.relation].questions), fact.entity)
        text = self._phrase(
            ("Answer in upper case: {q}", "{q} Answer in capital letters.", "Answer in capital letters: {q}"),
            ("{q} Answer in upper case.",),
            q=question,
        )
        return self._exact("upper_answer", text, fact.short.upper(), fact.tier)

    def one_word(self) -> Instruction:
        fact, question = self._question(one_word=True)
        text = self._phrase(
            ("Answer in one word: {q}", "{q} Use one word.", "Use one word: {q}"),
            ("{q} Answer in one word.",),
            q=question,
        )
        return self._exact("one_word", text, fact.short, fact.tier)

    def count(self) -> Instruction:
        first = self.rng.randint(1, 15)
        last = first + self.rng.randint(2, 6)
        text = self._phrase(
            ("Count from {a} to {b}.", "Write the numbers from {a} to {b}.", "Give me the numbers from {a} to {b}."),
            ("Please count from {a} to {b}.", "List the numbers from {a} to {b}."),
            a=str(first),
            b=str(last),
        )
        return self._exact("count", text, ", ".join(map(str, range(first, last + 1))))

    def sort(self) -> Instruction:
        numbers = self.rng.sample(range(1, 30), 3)
        text = self._phrase(
            ("Sort these numbers: {s}", "Put these numbers in order: {s}", "Write these numbers in order: {s}"),
            ("Sort the numbers: {s}", "Put the numbers in order: {s}"),
            s=", ".join(map(str, numbers)),
        )
        return self._exact("sort", text, ", ".join(map(str, sorted(numbers))))

    def repeat(self) -> Instruction:
        word, n = self.rng.choice(WORDS), self.rng.randint(2, 5)
        text = self._phrase(
            ("Say {w} {n} times.", "Write the word {w} {n} times.", "Repeat {w} {n} times."),
            ("Repeat the word {w} {n} times.", "Write {w} {n} times."),
            w=word,
            n=self._number(n),
        )
        return self._exact("repeat", text, " ".join([word] * n))

    def larger(self) -> Instruction:
        a, b = self.rng.sample(range(1, 60), 2)
        which, pick = self.rng.choice((("larger", max), ("smaller", min)))
        text = self._phrase(
            ("Which number is {m}, {a} or {b}?", "Which is {m}: {a} or {b}?", "Give me the {m} number: {a} or {b}"),
            ("Which of the two numbers is {m}: {a} or {b}?", "Write the {m} number: {a} or {b}"),
            m=which,
            a=str(a),
            b=str(b),
        )
        return self._exact("larger", text, str(pick(a, b)))

    def reverse(self) -> Instruction:
        words = self.rng.sample(WORDS, 3)
        text = self._phrase(
            (
                "Write these words in reverse order: {s}",
                "Reverse the order of the words: {s}",
                "Turn these words around: {s}",
            ),
            ("Put these words in reverse order: {s}", "Reverse the order of these words: {s}"),
            s=" ".join(words),
        )
        return self._exact("reverse", text, " ".join(reversed(words)))

    def end_word(self) -> Instruction:
        words = self.rng.sample(WORDS, self.rng.randint(3, 5))
        which, index = self.rng.choice((("first", 0), ("last", -1)))
        text = self._phrase(
            ("What is the {m} word of: {s}", "Give the {m} word: {s}", "Which word is the {m} one: {s}"),
            ("Write the {m} word of: {s}", "What is the {m} word: {s}"),
            m=which,
            s=" ".join(words),
        )
        return self._exact("end_word", text, words[index])

    def word_count(self) -> Instruction:
        n = self.rng.randint(2, 6)
        text = self._phrase(
            ("How many words are here: {s}", "Count the words: {s}", "What is the number of words here: {s}"),
            ("Count these words: {s}", "How many words are these: {s}"),
            s=" ".join(self.rng.sample(WORDS, n)),
        )
        return self._exact("word_count", text, str(n))

    def start(self) -> Instruction:
        fact, question = self._question()
        text = self._phrase(
            (
                "Start your answer with Sure: {q}",
                "Begin your answer with the word Sure. {q}",
                "{q} Start with the word Sure.",
            ),
            ("Start your answer with the word Sure. {q}",),
            q=question,
        )
        return self._exact("start", text, f"Sure, {fact.short}", fact.tier)

    def brackets(self) -> Instruction:
        fact, question = self._question()
        text = self._phrase(
            (
                "Put the answer in brackets: {q}",
                "{q} Write the answer in brackets.",
                "Write the answer in brackets: {q}",
            ),
            ("{q} Put the answer in brackets.",),
            q=question,
        )
        return self._exact("brackets", text, f"({fact.short})", fact.tier)

    def yes_no(self) -> Instruction:
        while True:
            fact, question = self._question()
            if relations()[fact.relation].has_choices:
                break
        right = self.rng.random() < 0.5
        guess = fact.short if right else self.rng.choice(wrong_answers(fact))
        text = self._phrase(
            (
                "{q} Is it {x}? Answer yes or no.",
                "Answer yes or no. {q} Is it {x}?",
                "{q} Is it {x}, yes or no?",
                "{q} Is {x} the right answer? Say yes or no.",
                "Is {x} the answer to this question, yes or no: {q}",
            ),
            ("{q} Is the answer {x}? Answer yes or no.",),
            q=question,
            x=guess,
        )
        return self._exact("yes_no", text, "Yes" if right else "No", fact.tier)

    def sentence(self) -> Instruction:
        fact, question = self._question()
        text = self._phrase(
            ("{q} Answer in a full sentence.", "Answer in one sentence: {q}", "{q} Write one sentence."),
            ("Answer in a full sentence: {q}",),
            q=question,
        )
        answer = fill(relations()[fact.relation].statements[0], fact.entity, fact.answer)
        return Instruction(
            "sentence", text, answer, {"type": "contains", "value": fact.short, "min_words": 4}, fact.tier
        )


KINDS = (
    "list upper upper_answer one_word count sort repeat larger reverse end_word word_count start brackets yes_no sentence"
).split()


def wrong_answers(fact: Fact) -> list[str]:
    """Other answers of the relation, none of which is right; at least three."""
    right = {without_the(answer).lower() for answer in fact.answers}
    wrong = [
        without_the(value) for value in relations()[fact.relation].values if without_the(value).lower() not in right
    ]
    assert len(wrong) >= CHOICES - 1
    return wrong
