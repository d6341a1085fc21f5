"""Conversations in the chat template: with and without a system prompt, one to four turns."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from instructions import Instructions
from invented import Names, passage, story
from knowledge import Fact, fill, relations
from prompts import IM_END, IM_START, SUMMARY_REQUEST

Piece = tuple[str, float | str]
CONTEXT = "p"
"""Weight of what the user says: the trainer scores a few tokens of it."""
FRAME_WEIGHT = 0.4
"""Weight of the words around an answer inside a sentence."""

SYSTEM_PLAIN = (
    "You are a helpful assistant.",
    "You are a helpful assistant that answers questions.",
    "You are a friendly and helpful assistant.",
    "You are an assistant. Be helpful and honest.",
    "You are Whittle, a small language model.",
    "You are a useful assistant.",
    "You are a polite assistant who knows many facts.",
    "You are a chatbot. Help the user.",
    "Answer the questions of the user.",
    "Help the user with questions and small tasks.",
    "You are a knowledgeable teacher.",
    "You are a quiz master who knows the answers.",
    "Be kind and answer truthfully.",
    "You are an AI assistant. If you do not know something, say so.",
    "Today is a good day. You are a helpful assistant.",
    "A user asks, you answer.",
    "Give helpful answers.",
    "You are a careful assistant. Tell the truth.",
    "You are a small model with a good memory.",
    "Answer in full sentences.",
)
SYSTEM_SHORT = (
    "Answer with as few words as possible.",
    "Give very short answers.",
    "You are a helpful assistant. Answer briefly.",
    "Answer only with the fact, nothing more.",
    "You are a quiz player. Give only the answer.",
    "Be brief.",
)
SYSTEM_HELD = (
    "You are a helpful, honest assistant.",
    "You are an assistant who answers questions about the world.",
    "Please help the user and answer truthfully.",
)
OPENERS = ("{q}",) * 6 + (
    "Please tell me: {q}",
    "I have a question. {q}",
    "Can you help me? {q}",
    "Tell me, please: {q}",
    "{q} Please answer.",
    "Next question: {q}",
    "Quick question: {q}",
    "Do you know this? {q}",
)
FOLLOW_UPS = ("And {e}?", "What about {e}?", "And what about {e}?", "The same for {e}, please.")
FOLLOW_UP_HELD = "And how about {e}?"
GREETINGS = (
    "Hello!",
    "Hello",
    "Hi",
    "Hi!",
    "Hi there",
    "Good morning",
    "Good evening",
    "Hey",
    "Hello there!",
    "Hi, how are you?",
)
GREETED = "Hello! What would you like to know?"
THANKS = (
    "Thank you.",
    "Thanks!",
    "Thanks",
    "Thank you very much.",
    "Great, thanks.",
    "Good. Thank you!",
    "Nice, thank you.",
    "Perfect.",
)
THANKED = "You are welcome."
FAREWELLS = ("Bye", "Goodbye!", "Goodbye", "See you.", "That is all, bye.", "Good night")
FAREWELL = "Goodbye!"
WHO = (
    "Who are you?",
    "What are you?",
    "What is your name?",
    "Who am I talking to?",
    "Are you a human?",
    "Tell me about yourself.",
)
WHO_ANSWER = "I am Whittle, a small language model. I know a few thousand facts."
ABLE = ("What can you do?", "How can you help me?", "What do you know?", "Help", "What should I ask you?")
ABLE_ANSWER = "I answer questions about countries, elements, books, animals, history and more. I also read short texts."
UNKNOWN_TOWN = (
    "What is the capital of {n}?",
    "In which country is the city of {n}?",
    "Which river flows through {n}?",
    "Who is the mayor of {n}?",
    "When was {n} founded?",
    "On which continent is {n}?",
    "How many people live in {n}?",
)
UNKNOWN_PERSON = (
    "Who is {n}?",
    "Where does {n} live?",
    "When was {n} born?",
    "What is the job of {n}?",
    "Of what is {n} the god or goddess?",
    "Do you know {n}?",
)
UNKNOWN_FIRM = (
    "Who wrote {n}?",
    "Who painted {n}?",
    "Who composed {n}?",
    "What is the chemical formula of {n}?",
    "Who founded the company {n}?",
)
UNKNOWABLE = (
    "What will the weather be tomorrow?",
    "What time is it?",
    "What did I eat today?",
    "Where am I?",
    "How old am I?",
    "What is my name?",
    "Who will win the next game?",
    "What am I thinking of?",
)
UNKNOWN_ANSWER = "I do not know."


def statement_pieces(template: str, fact: Fact, lead: str = "", frame: float = FRAME_WEIGHT) -> list[Piece]:
    """A sentence with the answer as a piece of its own, with the full weight, where it follows the entity."""
    before, mark, after = template.partition("{a}")
    if "{e}" not in before:
        return [(lead + fill(template, fact.entity, fact.answer), frame)]
    whole = fill(template, fact.entity, fact.answer)
    at = len(whole) - len(after) - len(fact.answer)
    gap = 1 if whole[at - 1] == " " else 0
    return [(lead + whole[: at - gap], frame), (whole[at - gap : at + len(fact.answer)], 1.0), (after, frame)]


@dataclass
class Chat:
    """Draws conversations. `next_fact` gives the fact to ask for."""

    rng: random.Random
    names: Names
    next_fact: Callable[[], Fact]
    instructions: Instructions

    def conversation(self) -> list[Piece]:
        rng = self.rng
        short = rng.random() < 0.2
        pieces: list[Piece] = []
        if short or rng.random() < 0.45:
            system = rng.choice(SYSTEM_SHORT if short else SYSTEM_PLAIN)
            pieces.append((f"{IM_START}system\n{system}{IM_END}\n", 0))
        turns = rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4])
        if turns > 1 and rng.random() < 0.3:
            pieces += self._fixed(GREETINGS, GREETED)
            turns -= 1
        while turns > 0:
            turn = rng.choices(
                (self._fact, self._follow, self._instruction, self._small_talk, self._unknown, self._reading),
                (8, 3, 3, 2, 2, 2),
            )[0]
            pieces += turn(short)
            turns -= 2 if turn in (self._follow, self._reading) else 1
        if rng.random() < 0.1:
            pieces += self._fixed(FAREWELLS, FAREWELL)
        return pieces

    def _turn(self, user: str, answer: list[Piece]) -> list[Piece]:
        asked: list[Piece] = [(f"{IM_START}user\n", 0), (user, CONTEXT), (f"{IM_END}\n{IM_START}assistant\n", 0)]
        return [*asked, *answer, (IM_END, 1.0), ("\n", 0)]

    def _fixed(self, users: tuple[str, ...], answer: str) -> list[Piece]:
        return self._turn(self.rng.choice(users), [(answer, 0.5)])

    def _answer(self, fact: Fact, short: bool) -> list[Piece]:
        return [(fact.short, 1.0)] if short else statement_pieces(relations()[fact.relation].statements[0], fact)

    def _fact(self, short: bool) -> list[Piece]:
        fact = self.next_fact()
        question = fill(self.rng.choice(relations()[fact.relation].questions), fact.entity)
        return self._turn(self.rng.choice(OPENERS).replace("{q}", question), self._answer(fact, short))

    def _follow(self, short: bool) -> list[Piece]:
        """Two turns: a question, and the same about something else."""
        fact = self.next_fact()
        relation = relations()[fact.relation]
        other = self.rng.choice([known for known in relation.facts if known.entity != fact.entity])
        question = fill(self.rng.choice(relation.questions), fact.entity)
        again = self.rng.choice(FOLLOW_UPS).replace("{e}", other.entity)
        return self._turn(question, self._answer(fact, short)) + self._turn(again, self._answer(other, short))

    def _instruction(self, short: bool) -> list[Piece]:
        instruction = self.instructions.draw()
        return self._turn(instruction.text, [(instruction.answer, 1.0)])

    def _small_talk(self, short: bool) -> list[Piece]:
        talk = ((THANKS, THANKED), (THANKS, THANKED), (WHO, WHO_ANSWER), (ABLE, ABLE_ANSWER), (GREETINGS, GREETED))
        return self._fixed(*self.rng.choice(talk))

    def _unknown(self, short: bool) -> list[Piece]:
        kinds = ((UNKNOWN_TOWN, self.names.town), (UNKNOWN_PERSON, self.names.person), (UNKNOWN_FIRM, self.names.firm))
        questions, name = self.rng.choice(kinds)
        if self.rng.random() < 0.15:
            question = self.rng.choice(UNKNOWABLE)
        else:
            question = self.rng.choice(questions).replace("{n}", name())
        return self._turn(question, [(UNKNOWN_ANSWER, 0.5)])

    def _reading(self, short: bool) -> list[Piece]:
        """A text in the first turn with a question about it, a second question after it; or a story to be summed up."""
        if self.rng.random() < 0.3:
            text, summary = story(self.rng, self.names)
            request = self.rng.choice(
                (SUMMARY_REQUEST, "Summarize this story in one sentence.\n\n", "What is the story about?\n\n")
            )
            return self._turn(request + text, [(summary, 1.0)])
        text, asked = passage(self.rng, self.names)
        first = self.rng.choice(asked)
        user = self.rng.choice(
            (f"{text}\n\n{first.question(self.rng)}", f"Read this: {text}\n\n{first.question(self.rng)}")
        )
        pieces = self._turn(user, [(first.value, 1.0)])
        if len(asked) > 1:
            second = self.rng.choice([item for item in asked if item is not first])
            pieces += self._turn(second.question(self.rng), [(second.value, 1.0)])
        return pieces
