"""Documents -> sequences of tokens, each with the weight of its prediction -> padded batches, for training and checks."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from gen import MIX, Gen
from prompts import BOS, IM_END, NEW_RUN, PAD

CONTEXT_SHARE, CONTEXT_WEIGHT = 0.12, 0.3
"""Of a context piece (weight 'p') this share of tokens is scored, with this weight."""
PACKED_SHARE, PACKED_LENGTH = 0.01, (200, 1000)
"""This share of the sequences is packed from several documents, up to a length drawn from here: far positions are used."""
LONGEST = 1024
COPY_PAIRS, COPY_LENGTH = (3, 12), (8, 48)

Document = list[tuple[str, float | str]]
Sequence = tuple[list[int], list[float]]


@dataclass(frozen=True)
class Batch:
    """`ids` (B, T) padded; `positions` flat indices into it whose next token is scored; `targets` and `weights` of those."""

    ids: Tensor
    positions: Tensor
    targets: Tensor
    weights: Tensor

    def to(self, device: torch.device) -> "Batch":
        parts = (self.ids, self.positions, self.targets, self.weights)
        return Batch(*(part.to(device, non_blocking=True) for part in parts))


class Encoder:
    """Encodes documents. A token takes the weight of the piece in which it starts."""

    def __init__(self, tokenizer: Tokenizer, rng: random.Random):
        self.tokenizer, self.rng = tokenizer, rng
        self.bos, self.eos, self.pad = (tokenizer.token_to_id(t) for t in (BOS, IM_END, PAD))

    def encode(self, document: Document) -> Sequence:
        ids, weights = [self.bos], [0.0]
        run: Document = []
        for text, weight in document:
            if text.startswith(NEW_RUN):
                self._encode_run(run, ids, weights)
                run, text = [], text[1:]
            run.append((text, weight))
        self._encode_run(run, ids, weights)
        return ids, weights

    def _encode_run(self, run: Document, ids: list[int], weights: list[float]) -> None:
        if not run:
            return
        ends, end = [], 0
        for text, weight in run:
            end += len(text)
            ends.append((end, weight))
        encoding = self.tokenizer.encode("".join(text for text, _ in run), add_special_tokens=False)
        piece = 0
        for token, (start, _) in zip(encoding.ids, encoding.offsets, strict=True):
            while start >= ends[piece][0]:
                piece += 1
            weight = ends[piece][1]
            if weight == "p":
                weight = CONTEXT_WEIGHT if self.rng.random() < CONTEXT_SHARE else 0.0
            ids.append(token)
            weights.append(float(weight))


def collate(sequences: list[Sequence], pad: int) -> Batch:
    """Pads to a multiple of 8 tokens, so that few shapes occur."""
    length = (max(len(ids) for ids, _ in sequences) - 1 + 7) // 8 * 8
    grid = torch.full((len(sequences), length), pad, dtype=torch.long)
    positions, targets, kept = [], [], []
    for row, (ids, weights) in enumerate(sequences):
        grid[row, : len(ids) - 1] = torch.tensor(ids[:-1])
        for i in range(1, len(ids)):
            if weights[i]:
                positions.append(row * length + i - 1)
                targets.append(ids[i])
                kept.append(weights[i])
    return Batch(grid, torch.tensor(positions), torch.tensor(targets), torch.tensor(kept))


def copying(rng: random.Random, vocabulary: range, encoder: Encoder) -> Sequence:
    """Teaches looking back: random tokens and the same again, or random pairs that are asked again in another order.
    Only what can be foreseen is scored."""

    def draw(n: int) -> list[int]:
        return rng.sample(vocabulary, n)

    if rng.random() < 0.5:
        first = draw(rng.randint(*COPY_LENGTH))
        return [encoder.bos, *first, *first], [0.0] * (len(first) + 2) + [0.5] * (len(first) - 1)
    n = rng.randint(*COPY_PAIRS)
    keys, values = draw(n), [draw(rng.randint(1, 2)) for _ in range(n)]
    separator = rng.choice(vocabulary)
    ids, weights = [encoder.bos], [0.0]
    for asked in (False, True):
        for i in rng.sample(range(n), n):
            ids += [keys[i], *values[i], separator]
            weights += [0.0, *([float(asked)] * len(values[i])), 0.0]
    return ids, weights


class Steps:
    """An endless stream of training steps: each a list of batches of about `batch_tokens` tokens, `step_tokens` together.
    The share of copying falls from 80 % to 1 % over the first `copy_tokens` tokens of the training, of which `start_tokens`
    are done; `makers` streams like this one feed it."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        seed: int,
        *,
        start_tokens: int,
        step_tokens: int,
        batch_tokens: int,
        copy_tokens: int,
        makers: int = 1,
        mix: Mapping[str, float] = MIX,
    ):
        self.rng = random.Random(seed)
        self.gen, self.mix = Gen(seed), mix
        self.encoder = Encoder(tokenizer, self.rng)
        self.vocabulary = range(260, tokenizer.get_vocab_size())
        self.tokens, self.step_tokens, self.batch_tokens, self.copy_tokens = (
            start_tokens,
            step_tokens,
            batch_tokens,
            copy_tokens,
        )
        self.makers = makers

    def _copy_share(self) -> float:
        return max(0.01, 0.8 * (1 - self.tokens / self.copy_tokens)) if self.copy_tokens else 0.01

    def _sequence(self) -> Sequence:
        if self.rng.random() < self._copy_share():
            return copying(self.rng, self.vocabulary, self.encoder)
        ids, weights = self.encoder.encode(self.gen.document(self.mix))
        length = LONGEST
        if self.rng.random() < PACKED_SHARE:
            length = self.rng.randint(*PACKED_LENGTH)
            while len(ids) < length:
                more, more_weights = self.encoder.encode(self.gen.document(self.mix))
                if ids[-1] != self.encoder.eos:
                    ids.append(self.encoder.eos), weights.append(0.0)
                ids += more[1:]
                weights += more_weights[1:]
        return ids[:length], weights[:length]

    def __iter__(self) -> Iterator[tuple[int, list[Batch]]]:
        """Yields the step's number of tokens (padding not counted) and its batches, the longest sequences first."""
        while True:
            sequences, tokens = [], 0
            while tokens < self.step_tokens:
                sequences.append(self._sequence())
                tokens += len(sequences[-1][0])
            sequences.sort(key=lambda s: len(s[0]))
            self.tokens += tokens * self.makers
            yield tokens, list(self._split(sequences))[::-1]

    def _split(self, sequences: list[Sequence]) -> Iterator[Batch]:
        """Sequences in order of length -> batches whose padded size stays within `batch_tokens`."""
        part: list[Sequence] = []
        for sequence in sequences:
            if part and (len(part) + 1) * len(sequence[0]) > self.batch_tokens:
                yield collate(part, self.encoder.pad)
                part = []
            part.append(sequence)
        yield collate(part, self.encoder.pad)
