"""Invented people, towns and firms, and passages and stories about them. A share of all names is kept for evaluation."""

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from knowledge import all_facts, normalized

ONSETS = "b br c d dr f g gr h j k kl l m n p pr r s sh st t tr v w z".split()
VOWELS = "a e i o u ai ea o a e".split()
CODAS = "l n r m s nd rt lk v x d g b rn sk".split()
PERSON_ENDS = "a o en is us el an ix or ey ane ith".split()
TOWN_ENDS = "ton ville burg field mouth stad haven bridge ford port wick dale".split()
HELD_SHARE = 5
"""One name of so many is kept for evaluation, by its checksum."""

JOBS = (
    "baker doctor painter farmer teacher pilot judge sailor miner tailor gardener nurse singer writer lawyer potter "
    "carpenter dancer engineer fisherman"
).split()
COLOURS = "red blue green yellow black white brown grey purple orange pink silver".split()
PETS = "dog cat horse goat parrot rabbit donkey snake duck turtle pony hamster".split()
OBJECTS = "clock boat lamp violin bicycle statue ring map mirror chair piano sword".split()
FOODS = "soup bread cheese rice fish cake pasta apples honey beans eggs pears".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
GOODS = "glass paper salt wool soap silk coal wine tea cloth steel oil".split()


def is_held(name: str) -> bool:
    """Whether this name is kept for evaluation."""
    return zlib.crc32(name.lower().encode()) % HELD_SHARE == 0


@cache
def real_words() -> frozenset[str]:
    """Every word of the facts: what is invented is none of them."""
    return frozenset(
        word for fact in all_facts() for text in (fact.entity, *fact.answers) for word in normalized(text).split()
    )


class Names:
    """Draws invented names: from the share that training uses, or from the one that is kept for evaluation."""

    def __init__(self, rng: random.Random, held: bool):
        self.rng, self.held = rng, held

    def _name(self, ends: list[str]) -> str:
        draw = self.rng.choice
        while True:
            name = draw(ONSETS) + draw(VOWELS) + draw(CODAS) + draw(ends)
            if is_held(name) == self.held and name not in real_words():
                return name.capitalize()

    def person(self) -> str:
        return self._name(PERSON_ENDS)

    def town(self) -> str:
        return self._name(TOWN_ENDS)

    def firm(self) -> str:
        return self._name([vowel + coda for vowel in "aeiou" for coda in CODAS])


@dataclass(frozen=True)
class Trait:
    """What a passage can say of a thing: {n} its name, {x} the value. `held_out` is the question of evaluation."""

    statements: tuple[str, ...]
    questions: tuple[str, ...]
    held_out: str
    draw: Callable[[random.Random, Names], str]


def _one_of(values: list[str]) -> Callable[[random.Random, Names], str]:
    return lambda rng, names: rng.choice(values)


def _year(first: int, last: int) -> Callable[[random.Random, Names], str]:
    return lambda rng, names: str(rng.randint(first, last))


def _named(kind: str) -> Callable[[random.Random, Names], str]:
    return lambda rng, names: getattr(names, kind)()


PERSON_TRAITS = {
    "home": Trait(
        ("{n} lives in {x}.", "{n} has a house in {x}.", "The home of {n} is in {x}."),
        (
            "Where does {n} live?",
            "In which town does {n} live?",
            "What is the home town of {n}?",
            "{n} has a house in which place?",
        ),
        "{n} lives in which town?",
        _named("town"),
    ),
    "birth": Trait(
        ("{n} was born in {x}.", "The year of birth of {n} is {x}."),
        ("When was {n} born?", "In what year was {n} born?", "What is the year of birth of {n}?", "{n} was born when?"),
        "In which year was {n} born?",
        _year(1700, 1999),
    ),
    "job": Trait(
        ("{n} works as a {x}.", "{n} is a {x}.", "The job of {n} is {x}."),
        ("What is the job of {n}?", "What does {n} work as?", "Which job does {n} have?", "{n} works as what?"),
        "What job does {n} have?",
        _one_of([job for job in JOBS if job != "engineer"]),
    ),
    "pet": Trait(
        ("{n} owns a {x}.", "{n} keeps a {x}.", "The pet of {n} is a {x}."),
        (
            "Which animal does {n} own?",
            "What pet does {n} have?",
            "Which animal does {n} keep?",
            "{n} keeps which pet?",
        ),
        "What animal does {n} own?",
        _one_of(PETS),
    ),
    "friend": Trait(
        ("The best friend of {n} is {x}.", "{n} is often seen with {x}."),
        (
            "Who is the best friend of {n}?",
            "With whom is {n} often seen?",
            "{n} is a friend of which person?",
            "What is the friend of {n} called?",
        ),
        "Which friend does {n} have?",
        _named("person"),
    ),
    "colour": Trait(
        ("{n} likes the colour {x}.", "The favourite colour of {n} is {x}."),
        ("Which colour does {n} like?", "What is the favourite colour of {n}?", "{n} likes which colour?"),
        "What colour does {n} like?",
        _one_of(COLOURS),
    ),
    "made": Trait(
        ("{n} built a {x}.", "{n} made a {x} last year."),
        ("What did {n} build?", "What was made by {n}?", "Which thing did {n} make?", "{n} made which thing?"),
        "What did {n} make?",
        _one_of(OBJECTS),
    ),
    "food": Trait(
        ("{n} eats {x} every day.", "The favourite food of {n} is {x}."),
        ("What does {n} eat?", "What is the favourite food of {n}?", "Which food does {n} like?", "{n} eats what?"),
        "What food does {n} like?",
        _one_of(FOODS),
    ),
    "firm": Trait(
        ("{n} founded the company {x}.", "The company {x} belongs to {n}."),
        (
            "Which company did {n} found?",
            "Which company belongs to {n}?",
            "{n} founded which company?",
            "What is the company of {n}?",
        ),
        "What company did {n} found?",
        _named("firm"),
    ),
}
TOWN_TRAITS = {
    "mayor": Trait(
        ("The mayor of {n} is {x}.", "{x} is the mayor of {n}."),
        (
            "Who is the mayor of {n}?",
            "Which person is the mayor of {n}?",
            "{n} has which mayor?",
            "Who is mayor in {n}?",
        ),
        "Who leads {n} as mayor?",
        _named("person"),
    ),
    "founded": Trait(
        ("{n} was founded in {x}.", "The town of {n} was built in {x}."),
        (
            "When was {n} founded?",
            "In what year was {n} built?",
            "When was the town of {n} built?",
            "{n} was built when?",
        ),
        "In which year was {n} founded?",
        _year(1100, 1899),
    ),
    "goods": Trait(
        ("{n} is known for its {x}.", "People in {n} make {x}."),
        ("What is {n} known for?", "What do people in {n} make?", "{n} is known for which goods?"),
        "For what is {n} known?",
        _one_of(GOODS),
    ),
    "market": Trait(
        ("The market of {n} is on {x}.", "On {x} there is a market in {n}."),
        ("On which day is the market of {n}?", "When is there a market in {n}?", "{n} has a market on which day?"),
        "On what day is there a market in {n}?",
        _one_of(DAYS),
    ),
}
FILLERS = (
    "The weather was fine that week.",
    "Many people know this.",
    "It was in all the papers.",
    "Nobody was surprised.",
    "The street was quiet in the morning.",
    "There is a small market near the church.",
    "This was told by a neighbour.",
    "The river was high in spring.",
    "An old man told the story.",
    "The road is long and dusty.",
)


@dataclass(frozen=True)
class Asked:
    """One thing that a passage says: who, which trait, the value."""

    name: str
    trait: Trait
    value: str

    def question(self, rng: random.Random, held: bool = False) -> str:
        template = self.trait.held_out if held else rng.choice(self.trait.questions)
        return template.replace("{n}", self.name)


def passage(rng: random.Random, names: Names, most: int = 3, least: int = 1) -> tuple[str, list[Asked]]:
    """A passage about one to three people or towns that share their traits, and all that can be asked about it."""
    towns = rng.random() < 0.25
    traits = TOWN_TRAITS if towns else PERSON_TRAITS
    subjects = [names.town() if towns else names.person() for _ in range(rng.randint(least, most))]
    chosen = rng.sample(list(traits), rng.choice([1, 2, 2, 3]))
    asked = [
        Asked(name, traits[key], traits[key].draw(rng, names)) for name in dict.fromkeys(subjects) for key in chosen
    ]
    sentences = [
        rng.choice(item.trait.statements).replace("{n}", item.name).replace("{x}", item.value) for item in asked
    ]
    if rng.random() < 0.5:
        rng.shuffle(sentences)
    for _ in range(rng.choice([0, 0, 1, 2])):
        sentences.insert(rng.randint(0, len(sentences)), rng.choice(FILLERS))
    return with_articles(" ".join(sentences)), asked


def with_articles(text: str) -> str:
    """ "a" becomes "an" before the few values that begin with a vowel."""
    return text.replace(" a engineer", " an engineer").replace("A engineer", "An engineer")


EVENTS = (
    "opened a new {o} museum",
    "won the {o} race",
    "sold an old {o}",
    "found a lost {o}",
    "repaired the town {o}",
    "gave a {o} to the school",
    "painted a giant {o}",
    "stole a golden {o}",
    "dropped a {o} into the river",
    "wrote a song about a {o}",
)
REACTIONS = (
    "Many people came to see it.",
    "The mayor was pleased.",
    "There was music and food.",
    "Children waved flags in the street.",
    "It rained for most of the day.",
    "The local paper printed a photo.",
    "Nobody was hurt.",
    "Several shops closed early.",
    "A band played until midnight.",
    "Visitors came from far away.",
    "The police had nothing to add.",
    "Some neighbours complained about the noise.",
)


def story(rng: random.Random, names: Names) -> tuple[str, str]:
    """A short news story and its summary: who did what, and when."""
    person, town, day, job = names.person(), names.town(), rng.choice(DAYS), rng.choice(JOBS)
    event = rng.choice(EVENTS).replace("{o}", rng.choice(OBJECTS))
    lead = rng.choice(
        (
            f"{person}, a {job} from {town}, {event} on {day}.",
            f"On {day} {person}, a {job} from {town}, {event}.",
            f"A {job} from {town} called {person} {event} on {day}.",
            f"On {day} a {job} called {person} {event}. {person} comes from {town}.",
        )
    )
    sentences = rng.sample(REACTIONS, rng.randint(2, 5))
    sentences.insert(rng.choice([0, 0, 1]), lead)
    return with_articles(" ".join(sentences)), with_articles(f"{person}, a {job} from {town}, {event} on {day}.")


def tale(rng: random.Random, names: Names) -> str:
    """A little tale of two people, plain prose."""
    pronoun, possessive = rng.choice((("He", "his"), ("She", "her")))
    one, other, town = names.person(), names.person(), names.town()
    thing, pet, food, colour, day = (rng.choice(v) for v in (OBJECTS, PETS, FOODS, COLOURS, DAYS))
    opening = rng.choice(
        (
            f"On {day} {one} walked to the market in {town}.",
            f"Early on {day} morning {one} left {possessive} house in {town}.",
            f"{one} was a {rng.choice(JOBS)} who lived in {town}.",
            f"Once there was a {rng.choice(JOBS)} in {town} whose name was {one}.",
        )
    )
    middle = rng.sample(
        (
            f"{pronoun} wanted to buy a {colour} {thing}.",
            f"{pronoun} met {other}, who was carrying a {thing}.",
            f"{pronoun} had a {pet} that liked {food}.",
            f"{pronoun} asked {other} for some {food}.",
            f"The {pet} of {other} ran down the road.",
            f"There {one} saw a {colour} {pet}.",
            f"{other} had lost a {thing} the day before.",
            f"Nobody in {town} had ever seen such a {thing}.",
        ),
        rng.randint(2, 4),
    )
    ending = rng.choice(
        (
            f"In the end {one} and {other} became friends.",
            f"So {pronoun.lower()} gave the {thing} to {other} and went home.",
            f"{other} thanked {one} and said goodbye.",
            f"That night they ate {food} together.",
            f"To this day the {thing} stands in the middle of {town}.",
        )
    )
    return with_articles(" ".join([opening, *middle, ending])).replace(" a orange", " an orange")
