"""Runs the batches of a training step side by side: each thread has its own view of the model."""

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from batches import Batch
from model import Llama

T = TypeVar("T")


class Lane:
    """The same weights as the model's, gradients of its own."""

    def __init__(self, model: Llama, bfloat16: bool):
        self.model = Llama(model.config).to(model.lm_head.weight.device)
        self.bfloat16 = bfloat16
        for mine, shared in zip(self.model.parameters(), model.parameters(), strict=True):
            mine.data = shared.data

    def scores(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Whether each scored token is the likeliest (n), and its cross-entropy in nats (n)."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=self.bfloat16):
            logits = self.model.lm_head(self.model.model(batch.ids, batch.positions))
        return logits.argmax(-1) == batch.targets, F.cross_entropy(logits.float(), batch.targets, reduction="none")

    def backward(self, batch: Batch, total_weight: float) -> float:
        """Adds to this lane's gradients; returns the batch's part of the step's loss."""
        loss = (self.scores(batch)[1] * batch.weights).sum() / total_weight
        loss.backward()
        return loss.item()

    def hand_over(self, model: Llama) -> None:
        """Adds this lane's gradients to the model's and clears them."""
        for mine, shared in zip(self.model.parameters(), model.parameters(), strict=True):
            if mine.grad is not None:
                shared.grad = mine.grad if shared.grad is None else shared.grad.add_(mine.grad)
                mine.grad = None


class Lanes:
    """One thread for each batch keeps better time on a busy machine than several threads inside every multiplication."""

    def __init__(self, model: Llama, count: int, bfloat16: bool):
        self.model = model
        self.lanes = [Lane(model, bfloat16) for _ in range(count)]
        self.free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        for lane in self.lanes:
            self.free.put(lane)
        self.pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))

    def map(self, batches: list[Batch], work: Callable[[Lane, Batch], T]) -> list[T]:
        """Results in the order of the batches."""
        device = self.model.lm_head.weight.device

        def on_a_free_lane(batch: Batch) -> T:
            lane = self.free.get()
            try:
                return work(lane, batch.to(device))
            finally:
                self.free.put(lane)

        return list(self.pool.map(on_a_free_lane, batches))

    def backward(self, batches: list[Batch]) -> float:
        """Puts the gradients of a whole step into the model; returns the mean loss of a scored token, weighted, in nats."""
        total = sum(batch.weights.sum().item() for batch in batches)
        loss = sum(self.map(batches, lambda lane, batch: lane.backward(batch, total)))
        for lane in self.lanes:
            lane.hand_over(self.model)
        return loss
