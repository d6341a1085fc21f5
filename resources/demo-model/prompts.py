"""Special tokens, the chat template and the exact prompt forms that training, evaluation and export share.

A document is a list of pieces `(text, weight)`. Its token sequence is made by joining the texts and encoding them as one
string; a token takes the weight of the piece in which it starts. A text that begins with `NEW_RUN` starts a string of its
own: its first token must not be merged with what stands before it (the answer after a prompt that ends in a blank).
"""

BOS = "<|begin|>"
IM_START = "<|im_start|>"
IM_END = "<|im_end|>"
"""Ends a turn and a document: the end-of-sequence token."""
PAD = "<|pad|>"
SPECIAL_TOKENS = (BOS, IM_START, IM_END, PAD)
NEW_RUN = "\0"

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

ANSWER_LETTERS = "ABCD"
CLOSED_BOOK_HEAD = "Answer these questions:\n\n"
OPEN_BOOK_HEAD = "\n\nBased on these texts, answer these questions:\n\n"
SUMMARY_REQUEST = (
    "Summarize the given story in less than 150 words while preserving high coherence, "
    "consistency, fluency, and relevance.\n\n"
)


def factoid_prompt(question: str) -> str:
    """Prompt of factoid QA; it ends in a blank, so the answer starts a run of its own."""
    return f"Please give answer to this question: {question}\nThe answer is "


def closed_book_prompt(question: str) -> str:
    """Prompt of closed-book QA; the answer follows after a blank."""
    return f"{CLOSED_BOOK_HEAD}Q: {question}\nA:"


def open_book_prompt(passage: str, question: str) -> str:
    """Prompt of open-book QA; the answer follows after a blank."""
    return f"{passage}{OPEN_BOOK_HEAD}Q: {question}\nA:"


def choice_head(subject: str) -> str:
    """First line of a multiple-choice prompt; two blanks before the subject, as in the reference."""
    words = "".join(f" {word}" for word in subject.replace("_", " ").split())
    return f"The following are multiple choice questions (with answers) about {words}.\n\n"


def choice_block(question: str, options: list[str]) -> str:
    """One question with its four options, up to the place of the letter."""
    lines = "".join(f"{letter}. {option}\n" for letter, option in zip(ANSWER_LETTERS, options, strict=True))
    return f"{question}\n{lines}Answer:"


def chat_prompt(messages: list[tuple[str, str]]) -> str:
    """Turns `(role, text)` in the form of `CHAT_TEMPLATE`, up to the place of the assistant's next words."""
    turns = "".join(f"{IM_START}{role}\n{text}{IM_END}\n" for role, text in messages)
    return f"{turns}{IM_START}assistant\n"
