"""Moves the channels that stand out from the embedding to where models trained for long have them: to the output of the first
feed-forwards.

    python early_outliers.py RUN_FOLDER START.safetensors TEXT --tokenizer tokenizer.json

The first two feed-forwards get one hidden unit each that is the same for all tokens and writes those channels with a few large
weights, as in real models ("super weights": Yu et al., arXiv 2411.07191). The embedding keeps a small offset, by which the first unit
knows them. Gains of norms, and the columns that read those channels, are set so that the model computes nearly what it did; only what
single tokens write to these channels is lost. `train.py --from-weights START.safetensors` goes on from there and trains all of it."""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from model import MLP, Config, Llama, RMSNorm

OFFSETS = (6.0, 16.0, 60.0)
"""Of the channels that stand out: in the embedding, after the first feed-forward, after the second and from there on. The other
channels have an rms of 1 to 3. In two steps, for the first is unsteady: it goes by the square of what a token's norm divides by."""
STEADY = 0.2
"""What is left of everything else that the embedding and those first layers write to these channels."""
INPUT_RATIO = 16.0
"""What a channel that stands out is to the median channel, in the input of a matrix."""
READ = 3.0
"""What the unit's gate and its up get from the channels that stand out."""


class Seen:
    """What comes into one norm: the mean of every channel (hidden_size), their rms, and the mean over tokens of the norm's divisor."""

    def __init__(self, x: Tensor, eps: float):
        x = x.flatten(0, -2)
        self.mean = x.mean(0)
        self.rms = x.pow(2).mean(0).sqrt()
        self.divisor = (x.pow(2).mean(-1) + eps).sqrt().mean()


@torch.no_grad()
def seen_by(model: Llama, norm: RMSNorm, ids: Tensor) -> Seen:
    found: list[Seen] = []
    hook = norm.register_forward_pre_hook(lambda module, inputs: found.append(Seen(inputs[0], module.eps)))
    model.model(ids)
    hook.remove()
    return found[0]


def least_used_unit(model: Llama, mlp: MLP, ids: Tensor) -> int:
    """The hidden unit that adds least to the residual stream."""
    down = mlp.down_proj
    squares: list[Tensor] = []
    hook = down.register_forward_pre_hook(lambda _, inputs: squares.append(inputs[0].flatten(0, -2).pow(2).mean(0)))
    with torch.no_grad():
        model.model(ids)
    hook.remove()
    return int((squares[0] * down.weight.pow(2).sum(0)).argmin())


def readers_of(model: Llama) -> list[tuple[RMSNorm, tuple[nn.Linear, ...]]]:
    """Each norm and the matrices that read its output, in order; the output matrix last."""
    readers: list[tuple[RMSNorm, tuple[nn.Linear, ...]]] = []
    for layer in model.model.layers:
        attention, mlp = layer.self_attn, layer.mlp
        readers.append((layer.input_layernorm, (attention.q_proj, attention.k_proj, attention.v_proj)))
        readers.append((layer.post_attention_layernorm, (mlp.gate_proj, mlp.up_proj)))
    return [*readers, (model.model.norm, (model.lm_head,))]


@torch.no_grad()
def steady(model: Llama, channels: Tensor, mean: Tensor) -> None:
    """Embedding and first layers write the channels nearly alike for all tokens. `mean` (hidden_size) is that of embedded text."""
    embedding = model.model.embed_tokens.weight
    embedding[:, channels] = OFFSETS[0] * mean[channels].sign() + STEADY * (embedding[:, channels] - mean[channels])
    for layer in model.model.layers[: len(OFFSETS) - 1]:
        for matrix in (layer.self_attn.o_proj, layer.mlp.down_proj):
            matrix.weight[channels] *= STEADY


@torch.no_grad()
def grow(mlp: MLP, unit: int, channels: Tensor, inputs: Tensor, growth: Tensor) -> None:
    """Lets `unit` add `growth` (channels) where the normed input of `channels` is `inputs` (channels)."""
    for matrix in (mlp.gate_proj, mlp.up_proj):
        matrix.weight[unit] = 0
        matrix.weight[unit, channels] = READ / (len(channels) * inputs)
    hidden = F.silu(torch.tensor(READ)) * READ
    mlp.down_proj.weight[:, unit] = 0
    mlp.down_proj.weight[channels, unit] = growth / hidden


@torch.no_grad()
def move(model: Llama, ids: Tensor, channels: Tensor) -> None:
    """`ids` (B, T) is text to measure on."""
    readers = readers_of(model)
    before = [seen_by(model, norm, ids) for norm, _ in readers]
    first_layers = model.model.layers[: len(OFFSETS) - 1]
    units = [least_used_unit(model, layer.mlp, ids) for layer in first_layers]
    steady(model, channels, before[0].mean)
    for index, (norm, matrices) in enumerate(readers):
        was, now = before[index], seen_by(model, norm, ids)
        old_inputs = norm.weight[channels] * was.mean[channels] / was.divisor
        norm.weight *= now.divisor / was.divisor
        if norm is not model.model.norm:
            median = (norm.weight.abs() * now.rms).median()
            norm.weight[channels] = INPUT_RATIO * median / now.mean[channels].abs()
        inputs = norm.weight[channels] * now.mean[channels] / now.divisor
        for matrix in matrices:
            matrix.weight[:, channels] *= old_inputs / inputs
        layer, is_mlp = divmod(index, 2)
        if is_mlp and layer < len(units):
            wanted = OFFSETS[layer + 1] * now.mean[channels].sign()
            grow(first_layers[layer].mlp, units[layer], channels, inputs, wanted - now.mean[channels])


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run", type=Path)
    p.add_argument("start", type=Path)
    p.add_argument("text", type=Path)
    p.add_argument("--tokenizer", type=Path, required=True)
    p.add_argument("--channels", type=int, default=3)
    a = p.parse_args()
    state = torch.load(a.run / "last.pt", map_location="cpu", weights_only=True)
    model = Llama(Config(**state["config"]))
    model.load_state_dict(state["model"])
    tokens = Tokenizer.from_file(str(a.tokenizer)).encode(a.text.read_text("utf-8")).ids
    ids = torch.tensor(tokens[: 32 * 256]).view(32, 256)
    channels = model.model.embed_tokens.weight.detach().mean(0).abs().topk(a.channels).indices
    with torch.no_grad():
        was = model(ids).log_softmax(-1)
        move(model, ids, channels)
        now = model(ids).log_softmax(-1)
    print("mean KL divergence to the model before:", (was.exp() * (was - now)).sum(-1).mean().item())
    save_file(model.state_dict(), a.start, metadata={"tokens": str(state["tokens"]), "step": str(state["step"])})


if __name__ == "__main__":
    main()
