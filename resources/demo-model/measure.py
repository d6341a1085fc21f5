"""Scores of GGUF files on instructions, summaries and conversations, decoded greedily.

    python measure.py RESOURCES FILE.gguf... --tokenizer tokenizer.json

RESOURCES is the folder that write_eval.py wrote to. Reads any quantization type through gguf's dequantizers; computes in float32."""

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize
from tokenizers import Tokenizer
from torch import Tensor

from export import GGUF_NAMES
from model import Config, Llama
from prompts import BOS, IM_END, PAD, chat_prompt
from write_eval import CHAT_FILE

LONGEST_REPLY = 48
BATCH = 24


@dataclass(frozen=True)
class Item:
    """`category` names the group that is reported apart; `score` maps a reply to 0..1."""

    category: str
    prompt: str
    score: Callable[[str], float]


def halves(weight: Tensor, heads: int) -> Tensor:
    """Rows of q or k from llama.cpp's rotary order (pairs) to Hugging Face's (halves)."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def read_gguf(path: Path) -> Llama:
    reader = gguf.GGUFReader(path)

    def field(name: str) -> int | float:
        return reader.fields[f"llama.{name}"].contents()

    tensors = {
        t.name: torch.from_numpy(
            np.array(dequantize(t.data, t.tensor_type), dtype=np.float32).reshape([int(n) for n in reversed(t.shape)])
        )
        for t in reader.tensors
    }
    c = Config(
        vocab_size=tensors["token_embd.weight"].size(0),
        hidden_size=field("embedding_length"),
        intermediate_size=field("feed_forward_length"),
        num_hidden_layers=field("block_count"),
        num_attention_heads=field("attention.head_count"),
        num_key_value_heads=field("attention.head_count_kv"),
        max_position_embeddings=field("context_length"),
        rope_theta=field("rope.freq_base"),
        rms_norm_eps=field("attention.layer_norm_rms_epsilon"),
    )
    weights = {
        "model.embed_tokens.weight": tensors["token_embd.weight"],
        "lm_head.weight": tensors.get("output.weight", tensors["token_embd.weight"]),
        "model.norm.weight": tensors["output_norm.weight"],
    }
    for layer in range(c.num_hidden_layers):
        for ours, theirs in GGUF_NAMES.items():
            value = tensors[f"blk.{layer}.{theirs}.weight"]
            if theirs in ("attn_q", "attn_k"):
                value = halves(value, c.num_attention_heads if theirs == "attn_q" else c.num_key_value_heads)
            weights[f"model.layers.{layer}.{ours}.weight"] = value
    model = Llama(c)
    model.load_state_dict(weights)
    return model.eval()


def words(text: str) -> list[str]:
    return re.sub(r"[^\w\s]", " ", text.lower()).split()


def overlap(reply: str, reference: str) -> float:
    """F1 of the words that two texts share (ROUGE-1)."""
    a, b = Counter(words(reply)), Counter(words(reference))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def obeys(reply: str, check: dict) -> bool:
    if check["type"] == "exact":
        return reply == check["value"]
    if check["type"] == "contains":
        return check["value"].lower() in reply.lower() and len(reply.split()) >= check["min_words"]
    items = [re.sub(r"^\d+\. ", "", line) for line in reply.split("\n")]
    return len(items) == check["n"] == len(set(items)) and set(items) <= set(check["from"])


def contains_one(reply: str, answers: list[str]) -> bool:
    told = f" {' '.join(words(reply))} "
    return any(f" {' '.join(words(answer))} " in told for answer in answers)


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def instructions(data: Path) -> list[Item]:
    return [
        Item(row["category"], chat_prompt([("user", row["text"])]), lambda reply, row=row: obeys(reply, row["check"]))
        for row in read_lines(data / "kick/instruction-following/question.jsonl")
    ]


def summaries(data: Path) -> list[Item]:
    folder = data / "kick/summarization"
    return [
        Item(
            "",
            chat_prompt([("user", row["text"])]),
            lambda reply, reference=reference: overlap(reply, reference["text"]),
        )
        for row, reference in zip(
            read_lines(folder / "question.jsonl"), read_lines(folder / "reference.jsonl"), strict=True
        )
    ]


def conversations(data: Path) -> list[Item]:
    return [
        Item(
            row["category"],
            chat_prompt([(m["role"], m["content"]) for m in row["messages"]]),
            lambda reply, row=row: contains_one(reply, row["answers"]),
        )
        for row in read_lines(data / CHAT_FILE)
    ]


class Writer:
    def __init__(self, model: Llama, tokenizer: Tokenizer):
        self.model, self.tokenizer = model, tokenizer
        self.bos, self.eos, self.pad = (tokenizer.token_to_id(t) for t in (BOS, IM_END, PAD))

    def replies(self, prompts: list[str]) -> list[str]:
        encoded = [[self.bos, *self.tokenizer.encode(p, add_special_tokens=False).ids] for p in prompts]
        order = sorted(range(len(prompts)), key=lambda i: len(encoded[i]))
        result = [""] * len(prompts)
        for i in range(0, len(order), BATCH):
            part = order[i : i + BATCH]
            for index, ids in zip(part, self._continue([encoded[j] for j in part]), strict=True):
                result[index] = self.tokenizer.decode(ids).strip()
        return result

    @torch.no_grad()
    def _continue(self, prompts: list[list[int]]) -> list[list[int]]:
        """Likeliest tokens up to the end of the turn, without it."""
        texts = [list(p) for p in prompts]
        active = list(range(len(texts)))
        for _ in range(LONGEST_REPLY):
            length = max(len(texts[i]) for i in active)
            ids = torch.tensor([texts[i] + [self.pad] * (length - len(texts[i])) for i in active])
            last = torch.tensor([len(texts[i]) - 1 for i in active])
            hidden = self.model.model(ids)[torch.arange(len(active)), last]
            chosen = self.model.lm_head(hidden).argmax(-1).tolist()
            for i, token in zip(active, chosen, strict=True):
                if token != self.eos:
                    texts[i].append(token)
            active = [i for i, token in zip(active, chosen, strict=True) if token != self.eos]
            if not active:
                break
        return [text[len(p) :] for text, p in zip(texts, prompts, strict=True)]


def percent(scores: list[float]) -> str:
    """Mean with the half-width of its 95 % interval."""
    mean = sum(scores) / len(scores)
    deviation = sum((s - mean) ** 2 for s in scores) / max(1, len(scores) - 1)
    return f"{100 * mean:.1f} ± {196 * math.sqrt(deviation / len(scores)):.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--replies", type=Path, help="write every reply here")
    args = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    tasks = {
        "instructions": instructions(args.data),
        "summaries": summaries(args.data),
        "chat": conversations(args.data),
    }
    print(f"| file | {' | '.join(f'{task} (n {len(items[: args.limit])})' for task, items in tasks.items())} |")
    print("|---" * (1 + len(tasks)) + "|")
    log = args.replies.open("w", encoding="utf-8") if args.replies else None
    for path in args.files:
        writer = Writer(read_gguf(path), tokenizer)
        cells, groups = [], []
        for task, items in tasks.items():
            items = items[: args.limit]
            replies = writer.replies([item.prompt for item in items])
            scores = [float(item.score(reply)) for item, reply in zip(items, replies, strict=True)]
            cells.append(percent(scores))
            for category in sorted({item.category for item in items} - {""}):
                some = [s for s, item in zip(scores, items, strict=True) if item.category == category]
                groups.append(f"{category} {100 * sum(some) / len(some):.0f} (n {len(some)})")
            if log:
                for item, reply, score in zip(items, replies, scores, strict=True):
                    log.write(
                        json.dumps(
                            {"file": path.name, "task": task, "prompt": item.prompt, "reply": reply, "score": score}
                        )
                        + "\n"
                    )
        print(f"| {path.name} | {' | '.join(cells)} |\n\n{'; '.join(groups)}\n", flush=True)


if __name__ == "__main__":
    main()
