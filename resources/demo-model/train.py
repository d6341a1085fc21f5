"""Trains the demo model, on CUDA where there is one.

    python train.py RUN_FOLDER --tokenizer tokenizer.json

Goes by tokens and not by the clock, so a pause or a slow machine changes nothing. Goes on from RUN_FOLDER/last.pt where
there is one; with a larger --budget the rate rises again to its place in the longer schedule. --from-weights starts from
exported weights, at the token count in their metadata, with a fresh optimiser."""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor

from batches import Batch, Document, Encoder, Steps, collate
from evalsets import val_docs
from gen import MIXES
from heads import start_heads
from lanes import Lane, Lanes
from model import Config, Llama, initialise

WARM_UP_STEPS = 100
LOG_STEPS = 20
LAST_RATE = 0.02
"""The rate at the end, as a share of the peak."""


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run", type=Path)
    p.add_argument("--tokenizer", type=Path, required=True)
    p.add_argument("--from-weights", type=Path)
    p.add_argument("--budget", type=float, default=28e6, help="tokens of the whole schedule")
    p.add_argument("--decay", type=float, default=0.6, help="last part of the budget, in which the rate falls")
    p.add_argument("--step-tokens", type=int, default=4000)
    p.add_argument("--batch-tokens", type=int, help="padded tokens of one forward pass")
    p.add_argument("--mix", choices=list(MIXES), default="all", help="shares of the kinds of documents")
    p.add_argument("--copy-tokens", type=float, default=8e5, help="copying exercises thin out over so many tokens")
    p.add_argument("--rate", type=float, default=2.5e-3)
    p.add_argument("--norm-rate", type=float, default=1e-2)
    p.add_argument("--embedding-rate", type=float, default=4e-3)
    p.add_argument("--weight-decay", type=float, default=0.1)
    p.add_argument("--layers", type=int, default=6)
    p.add_argument("--outlier-channels", type=int, default=3)
    p.add_argument("--outlier-offset", type=float, default=16.0)
    p.add_argument("--outlier-gain", type=float, default=2.0)
    p.add_argument("--seed", type=int, default=11)
    p.add_argument("--lanes", type=int, default=2, help="threads that each work on batches of their own (CPU)")
    p.add_argument("--workers", type=int, help="processes that make batches; 0 makes them in this one")
    p.add_argument("--checkpoint-minutes", type=float, default=10)
    p.add_argument("--evaluate-minutes", type=float, default=20)
    p.add_argument("--evaluate-items", type=int, default=120)
    p.add_argument("--stop-tokens", type=float, help="stop here, before the budget is spent")
    return p.parse_args()


def rate_factor(progress: float, decay: float) -> float:
    """Flat, then linear down to LAST_RATE over the last `decay` of the budget."""
    return 1.0 if progress < 1 - decay else max(LAST_RATE, (1 - progress) / decay)


def has_fast_bfloat16(device: torch.device) -> bool:
    return device.type == "cuda" or torch.cpu._is_amx_tile_supported()


def optimiser_of(model: Llama, a: argparse.Namespace) -> torch.optim.AdamW:
    """Decay on matrices and the output; none on norms and the embedding. Every group keeps its peak rate in `peak`."""
    groups: dict[str, list[Tensor]] = {"norm": [], "embedding": [], "matrix": []}
    for name, p in model.named_parameters():
        groups["norm" if p.ndim == 1 else "embedding" if "embed_tokens" in name else "matrix"].append(p)
    rates = {"norm": a.norm_rate, "embedding": a.embedding_rate, "matrix": a.rate}
    return torch.optim.AdamW(
        [
            {"params": ps, "lr": rates[k], "peak": rates[k], "weight_decay": a.weight_decay if k == "matrix" else 0.0}
            for k, ps in groups.items()
        ],
        betas=(0.9, 0.95),
        eps=1e-8,
        fused=True,
    )


class Trainer:
    def __init__(self, a: argparse.Namespace):
        self.a = a
        torch.manual_seed(a.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        if self.device.type == "cuda":
            torch.set_float32_matmul_precision("high")
        self.bfloat16 = has_fast_bfloat16(self.device)
        self.batch_tokens = a.batch_tokens or (32_768 if self.device.type == "cuda" else 1024)
        self.tokenizer = Tokenizer.from_file(str(a.tokenizer))
        vocabulary = (self.tokenizer.get_vocab_size() + 63) // 64 * 64
        self.model = Llama(Config(vocabulary, num_hidden_layers=a.layers))
        self.tokens = self.step = self.optimiser_steps = 0
        self.optimiser_state = None
        self._load()
        self.model.to(self.device)
        self.optimiser = optimiser_of(self.model, a)
        if self.optimiser_state:
            self.optimiser.load_state_dict(self.optimiser_state)
            for group, peak in zip(self.optimiser.param_groups, (a.norm_rate, a.embedding_rate, a.rate), strict=True):
                group["peak"] = peak
        self.lanes = Lanes(self.model, 1 if self.device.type == "cuda" else a.lanes, self.bfloat16)
        self.encoder = Encoder(self.tokenizer, random.Random(a.seed))
        self.log_file = (a.run / "log.jsonl").open("a")
        self.asked_to_stop = False
        signal.signal(signal.SIGTERM, self._stop)

    def _load(self) -> None:
        a = self.a
        last = a.run / "last.pt"
        if last.exists():
            state = torch.load(last, map_location="cpu", weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimiser_state = state["optimiser"]
            self.tokens, self.step, self.optimiser_steps = state["tokens"], state["step"], state["optimiser_steps"]
            torch.set_rng_state(state["random"])
        elif a.from_weights:
            with safe_open(a.from_weights, "pt") as f:
                self.model.load_state_dict({name: f.get_tensor(name).float() for name in f.keys()})
                self.tokens, self.step = int(f.metadata()["tokens"]), int(f.metadata()["step"])
        else:
            stand_out = initialise(self.model, a.outlier_channels, a.outlier_offset, a.outlier_gain)
            start_heads(self.model, stand_out, torch.Generator().manual_seed(a.seed))

    def _stop(self, *_: object) -> None:
        """SIGTERM: ends after the present step, with a checkpoint."""
        self.asked_to_stop = True

    def save(self, name: str) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "tokens": self.tokens,
            "step": self.step,
            "optimiser_steps": self.optimiser_steps,
            "random": torch.get_rng_state(),
            "config": asdict(self.model.config),
        }
        partial = self.a.run / f"{name}.tmp"
        torch.save(state, partial)
        os.replace(partial, self.a.run / name)

    def log(self, **values: object) -> None:
        line = json.dumps({"tokens": self.tokens, "step": self.step, "time": round(time.time()), **values})
        print(line, flush=True)
        self.log_file.write(line + "\n")
        self.log_file.flush()

    def train_step(self, batches: list[Batch]) -> float:
        """Mean loss of a scored token, weighted, in nats."""
        loss = self.lanes.backward(batches)
        warm = min(1.0, (self.optimiser_steps + 1) / WARM_UP_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * warm * rate_factor(self.tokens / self.a.budget, self.a.decay)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.optimiser_steps += 1
        self.step += 1
        return loss

    def evaluate(self, items: int) -> dict[str, float]:
        """Percent of held-out items whose whole answer is foreseen, token by token, given the right tokens before."""
        return {task: self._share_right(documents) for task, documents in val_docs(items, 5).items()}

    def _share_right(self, documents: list[Document]) -> float:
        def count(lane: Lane, batch: Batch) -> int:
            with torch.no_grad():
                hits, _ = lane.scores(batch)
            missed = ~hits & (batch.weights >= 1)
            return batch.ids.size(0) - (batch.positions[missed] // batch.ids.size(1)).unique().numel()

        sequences = sorted(map(self.encoder.encode, documents), key=lambda s: len(s[0]))
        batches = [collate(sequences[i : i + 12], self.encoder.pad) for i in range(0, len(sequences), 12)]
        return round(100 * sum(self.lanes.map(batches, count)) / len(sequences), 1)

    def steps(self) -> Iterator[tuple[int, list[Batch]]]:
        """Steps of this run. Every start draws new documents: the seed depends on where it starts."""
        a = self.a
        workers = a.workers if a.workers is not None else (8 if self.device.type == "cuda" else 0)

        def make(worker: int) -> Steps:
            return Steps(
                self.tokenizer,
                a.seed + 1_000_003 * self.step + worker,
                start_tokens=self.tokens,
                step_tokens=a.step_tokens,
                batch_tokens=self.batch_tokens,
                copy_tokens=int(a.copy_tokens),
                makers=max(1, workers),
                mix=MIXES[a.mix],
            )

        if not workers:
            return iter(make(0))
        return iter(
            torch.utils.data.DataLoader(WorkerSteps(make), batch_size=None, num_workers=workers, prefetch_factor=8)
        )

    def run(self) -> None:
        a, smooth = self.a, 0.0
        count = sum(p.numel() for p in self.model.parameters())
        self.log(
            start=True,
            parameters=count,
            device=str(self.device),
            bfloat16=self.bfloat16,
            arguments={k: str(v) for k, v in vars(a).items()},
        )
        steps = self.steps()
        clock, cpu_clock, clock_tokens = time.time(), time.process_time(), self.tokens
        next_save, next_evaluation = clock + 60 * a.checkpoint_minutes, clock + 60 * a.evaluate_minutes
        while self.tokens < min(a.budget, a.stop_tokens or a.budget) and not self.asked_to_stop:
            tokens, batches = next(steps)
            loss = self.train_step(batches)
            self.tokens += tokens
            smooth = loss if not smooth else 0.95 * smooth + 0.05 * loss
            now = time.time()
            if self.step % LOG_STEPS == 0:
                done, cpu_now = self.tokens - clock_tokens, time.process_time()
                self.log(
                    loss=round(smooth, 4),
                    rate=self.optimiser.param_groups[2]["lr"],
                    tokens_per_second=round(done / (now - clock)),
                    tokens_per_cpu_second=round(done / (cpu_now - cpu_clock)),
                )
                clock, cpu_clock, clock_tokens = now, cpu_now, self.tokens
            if now > next_save:
                self.save("last.pt")
                next_save = now + 60 * a.checkpoint_minutes
            if now > next_evaluation:
                self.log(evaluation=self.evaluate(a.evaluate_items))
                next_evaluation = now + 60 * a.evaluate_minutes
        self.save("last.pt")
        if not self.asked_to_stop:
            self.log(evaluation=self.evaluate(4 * a.evaluate_items), finished=self.tokens >= a.budget)


class WorkerSteps(torch.utils.data.IterableDataset):
    """The steps that one worker process makes."""

    def __init__(self, make: Callable[[int], Steps]):
        super().__init__()
        self.make = make

    def __iter__(self) -> Iterator[tuple[int, list[Batch]]]:
        return iter(self.make(1 + torch.utils.data.get_worker_info().id))


def main() -> None:
    a = arguments()
    sys.stdout.reconfigure(line_buffering=True)
    a.run.mkdir(parents=True, exist_ok=True)
    Trainer(a).run()


if __name__ == "__main__":
    main()
