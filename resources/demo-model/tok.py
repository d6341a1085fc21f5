"""Trains the byte-level BPE tokenizer on a sample of the training documents.

    python tok.py OUT.json

Byte-level, so any text can be encoded: facts may be added later without a new tokenizer."""

import argparse
from collections.abc import Iterator

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from gen import Gen
from prompts import NEW_RUN, SPECIAL_TOKENS


def texts(documents: int) -> Iterator[str]:
    gen = Gen(1)
    for _ in range(documents):
        text = "".join(piece for piece, _ in gen.document())
        for token in SPECIAL_TOKENS:
            text = text.replace(token, NEW_RUN)
        yield from filter(None, text.split(NEW_RUN))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--documents", type=int, default=300_000)
    parser.add_argument("--vocabulary", type=int, default=4_928)
    args = parser.parse_args()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=args.vocabulary,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=3,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(args.documents), trainer)
    tokenizer.save(args.out)
    sample = list(texts(1000))
    ids = sum(len(tokenizer.encode(text).ids) for text in sample)
    print(f"{tokenizer.get_vocab_size()} tokens; {sum(map(len, sample)) / ids:.2f} characters a token")


if __name__ == "__main__":
    main()
