"""Weights reach the tokens that they are meant for; exercises are foreseeable; rows of q and k go there and back."""

import math
import random
import sys
import unittest
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).parents[1]))

from batches import Encoder, Steps, collate, copying
from export import interleaved
from heads import start_heads
from measure import halves
from model import Config, Llama, initialise, rotate
from prompts import IM_END, NEW_RUN

TOKENIZER = Tokenizer.from_file(str(Path(__file__).parents[1] / "tokenizer.json"))


def encoder() -> Encoder:
    return Encoder(TOKENIZER, random.Random(1))


def scored(ids: list[int], weights: list[float]) -> str:
    return TOKENIZER.decode([i for i, w in zip(ids, weights, strict=True) if w], skip_special_tokens=False)


class Encoding(unittest.TestCase):
    def test_scores_the_answer_and_its_end(self):
        document = [("Q: Which city?\nA:", 0), (" Lisbon", 1.0), (IM_END, 1.0), ("\n", 0)]
        self.assertEqual(scored(*encoder().encode(document)), f" Lisbon{IM_END}")

    def test_starts_a_run_where_it_is_asked_to(self):
        ids, weights = encoder().encode([("The answer is ", 0), (NEW_RUN + "Lisbon", 1.0)])
        self.assertEqual(scored(ids, weights), "Lisbon")
        self.assertEqual(TOKENIZER.decode(ids, skip_special_tokens=True), "The answer is Lisbon")

    def test_scores_a_small_share_of_context(self):
        _, weights = encoder().encode([("It rained and rained. " * 200, "p")])
        share = sum(w > 0 for w in weights) / len(weights)
        self.assertTrue(0.05 < share < 0.2, share)


class Copying(unittest.TestCase):
    def test_scores_only_what_has_been_seen_after_the_same_token(self):
        rng = random.Random(3)
        for _ in range(200):
            ids, weights = copying(rng, range(300, 4900), encoder())
            self.assertEqual(len(ids), len(weights))
            for i, weight in enumerate(weights):
                if weight:
                    earlier = [ids[j] for j in range(1, i) if ids[j - 1] == ids[i - 1]]
                    self.assertIn(ids[i], earlier)


class Collating(unittest.TestCase):
    def test_points_from_each_scored_token_to_the_one_before(self):
        ids, weights = encoder().encode([("Q: Which city?\nA:", 0), (" Lisbon", 1.0), (IM_END, 0.5)])
        batch = collate([(ids, weights), (ids[:6], [0.0] * 5 + [2.0])], TOKENIZER.token_to_id("<|pad|>"))
        flat = batch.ids.flatten()
        followed = [(flat[p].item(), t.item()) for p, t in zip(batch.positions, batch.targets, strict=True)]
        expected = [(ids[i - 1], ids[i]) for i in range(1, len(ids)) if weights[i]] + [(ids[4], ids[5])]
        self.assertEqual(followed, expected)

    def test_keeps_to_its_sizes(self):
        steps = Steps(TOKENIZER, 1, start_tokens=0, step_tokens=3000, batch_tokens=1024, copy_tokens=0)
        tokens, batches = next(iter(steps))
        self.assertTrue(3000 <= tokens < 4100)
        self.assertTrue(all(b.ids.numel() <= 1024 + 8 * b.ids.size(0) for b in batches))


class Model(unittest.TestCase):
    def test_gives_the_same_at_chosen_positions_as_at_all(self):
        torch.manual_seed(0)
        model = Llama(Config(512, num_hidden_layers=2))
        initialise(model, 3, 16.0, 2.0)
        ids, positions = torch.randint(0, 512, (3, 16)), torch.tensor([3, 20, 44])
        whole = model.model(ids).flatten(0, 1)[positions]
        torch.testing.assert_close(model.model(ids, positions), whole)

    def test_starts_with_heads_that_look_back_and_rows_alike_in_norm(self):
        torch.manual_seed(0)
        model = Llama(Config(512, num_hidden_layers=6))
        start_heads(model, initialise(model, 3, 16.0, 2.0), torch.Generator().manual_seed(1))
        first = torch.randint(0, 512, (4, 24))
        ids = torch.cat((first, first), 1)
        layer = model.model.layers[0]
        x = layer.input_layernorm(model.model.embed_tokens(ids))
        q, k = (f(x).unflatten(-1, (-1, 64)).transpose(1, 2) for f in (layer.self_attn.q_proj, layer.self_attn.k_proj))
        cos, sin = model.model.cos[:48], model.model.sin[:48]
        for head, distance in enumerate((1, 2)):
            scores = rotate(q, cos, sin)[:, head] @ rotate(k, cos, sin)[:, 0].transpose(1, 2) / 8
            seen = (scores + torch.full((48, 48), -torch.inf).triu(1)).softmax(-1)
            self.assertGreater(seen.diagonal(-distance, 1, 2).mean().item(), 0.4)
        with torch.no_grad():
            logits = model(ids)[:, 24:-1].flatten(0, 1)
        self.assertLess(torch.nn.functional.cross_entropy(logits, ids[:, 25:].flatten()).item(), 0.95 * math.log(512))
        for name, matrix in model.named_parameters():
            if matrix.ndim == 2 and "embed" not in name:
                p10, p90 = matrix.norm(dim=1).quantile(torch.tensor([0.1, 0.9])).tolist()
                self.assertLess(p90 / p10, 1.6, name)

    def test_reorders_rows_there_and_back(self):
        weight = torch.randn(128, 256)
        self.assertTrue(torch.equal(halves(torch.from_numpy(interleaved(weight.numpy(), 2)), 2), weight))


if __name__ == "__main__":
    unittest.main()
