"""Channels that stand out leave the embedding, stand out in the inputs of all layers, and the model computes nearly what it did."""

import sys
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from early_outliers import INPUT_RATIO, OFFSETS, move, readers_of, seen_by
from model import Config, Llama, initialise


class OutliersTest(unittest.TestCase):
    def test_move(self) -> None:
        torch.manual_seed(3)
        model = Llama(Config(64, intermediate_size=256, num_hidden_layers=4))
        signs = initialise(model, 3, 16.0, 0.5)
        channels = signs.nonzero()[:, 0]
        for layer in model.model.layers:
            for norm in (layer.input_layernorm, layer.post_attention_layernorm):
                norm.weight.data[channels] = 0.05
        ids = torch.randint(64, (8, 32))
        with torch.no_grad():
            was = model(ids).log_softmax(-1)
            move(model, ids, channels)
            now = model(ids).log_softmax(-1)
        embedding = model.model.embed_tokens.weight
        torch.testing.assert_close(embedding[:, channels].mean(0), OFFSETS[0] * signs[channels], rtol=0.1, atol=0)
        readers = readers_of(model)[:-1]
        for norm, _ in readers:
            inputs = norm.weight.abs() * seen_by(model, norm, ids).rms
            ratios = inputs[channels] / inputs.median()
            self.assertGreater(ratios.min().item(), 0.7 * INPUT_RATIO)
            self.assertLess(ratios.max().item(), 1.3 * INPUT_RATIO)
        for norm, _ in readers[4:]:
            stream = seen_by(model, norm, ids).mean[channels] * signs[channels]
            torch.testing.assert_close(stream, torch.full_like(stream, OFFSETS[-1]), rtol=0.3, atol=0)
        unigram = was.exp().mean((0, 1)).log()
        divergence = (was.exp() * (was - now)).sum(-1).mean().item()
        self.assertLess(divergence, 0.2 * (was.exp() * (was - unigram)).sum(-1).mean().item())


if __name__ == "__main__":
    unittest.main()
