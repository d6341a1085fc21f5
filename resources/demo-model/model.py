"""The Llama architecture in plain torch, its parameters named as in Hugging Face files. Trains the demo model; also runs
other small Llama folders (SmolLM2) for the comparison in stats.py."""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    """Fields carry the names of config.json."""

    vocab_size: int
    hidden_size: int = 256
    intermediate_size: int = 768
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    max_position_embeddings: int = 1024
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5
    tie_word_embeddings: bool = False

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    @staticmethod
    def of_folder(folder: Path) -> "Config":
        values = json.loads((folder / "config.json").read_text())
        return Config(**{f.name: values[f.name] for f in fields(Config) if f.name in values})


class RMSNorm(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c.hidden_size))
        self.eps = c.rms_norm_eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.size(-1),), self.weight.to(x.dtype), self.eps)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions in Hugging Face's order: pair i is (x[i], x[i + head_dim / 2]). x is (B, heads, T, head_dim)."""
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        kv_size = c.num_key_value_heads * c.head_dim
        self.head_dim = c.head_dim
        self.groups = c.num_attention_heads // c.num_key_value_heads
        self.q_proj = nn.Linear(c.hidden_size, c.hidden_size, bias=False)
        self.k_proj = nn.Linear(c.hidden_size, kv_size, bias=False)
        self.v_proj = nn.Linear(c.hidden_size, kv_size, bias=False)
        self.o_proj = nn.Linear(c.hidden_size, c.hidden_size, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        q, k, v = (
            f(x).unflatten(-1, (-1, self.head_dim)).transpose(1, 2) for f in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = k.repeat_interleave(self.groups, 1), v.repeat_interleave(self.groups, 1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.gate_proj = nn.Linear(c.hidden_size, c.intermediate_size, bias=False)
        self.up_proj = nn.Linear(c.hidden_size, c.intermediate_size, bias=False)
        self.down_proj = nn.Linear(c.intermediate_size, c.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.input_layernorm = RMSNorm(c)
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RMSNorm(c)
        self.mlp = MLP(c)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, positions: Tensor | None = None) -> Tensor:
        """(B, T, hidden_size) to the same; with `positions`, flat indices into (B, T), to those rows: (n, hidden_size)."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        if positions is not None:
            x = x.flatten(0, 1)[positions]
        return x + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.embed_tokens = nn.Embedding(c.vocab_size, c.hidden_size)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c.num_hidden_layers))
        self.norm = RMSNorm(c)
        frequency = c.rope_theta ** -(torch.arange(0, c.head_dim, 2).float() / c.head_dim)
        angle = torch.arange(c.max_position_embeddings).float()[:, None] * frequency
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def forward(self, ids: Tensor, positions: Tensor | None = None) -> Tensor:
        """Token ids (B, T) -> normed hidden states (B, T, hidden_size), or (n, hidden_size) at flat `positions`."""
        x = self.embed_tokens(ids)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        cos, sin = self.cos[: ids.size(1)].to(x.dtype), self.sin[: ids.size(1)].to(x.dtype)
        for layer in self.layers[:-1]:
            x = layer(x, cos, sin)
        x = self.layers[-1](x, cos, sin, positions)
        return self.norm(x)


class Llama(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.model = Body(c)
        self.lm_head = nn.Linear(c.hidden_size, c.vocab_size, bias=False)
        if c.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids (B, T) -> logits (B, T, vocab_size)."""
        return self.lm_head(self.model(ids))

    @staticmethod
    def of_folder(folder: Path) -> "Llama":
        """Reads config.json and model.safetensors; computes in float32."""
        from safetensors.torch import load_file

        config = Config.of_folder(folder)
        model = Llama(config)
        weights = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
        if config.tie_word_embeddings:
            weights.setdefault("lm_head.weight", weights["model.embed_tokens.weight"])
        model.load_state_dict(weights)
        return model.eval()


def initialise(model: Llama, channels: int, offset: float, gain: float) -> Tensor:
    """Random weights, the rows of a matrix alike in norm. So that a few channels of the residual stream stand out, as they
    do in models trained for longer, `channels` of them start with an `offset` that all token embeddings share (in their
    standard deviations) and with a larger `gain` in the layers' norms. From there on they are trained as all else.
    Returns the sign of each such channel, 0 elsewhere: (hidden_size)."""
    c = model.config
    chosen = [(2 * i + 1) * c.hidden_size // (2 * channels) for i in range(channels)]
    signs = torch.zeros(c.hidden_size)
    for name, p in model.named_parameters():
        if p.ndim < 2:
            nn.init.ones_(p)
            if name.endswith("layernorm.weight"):
                p.data[chosen] = gain
        elif name.endswith("embed_tokens.weight"):
            nn.init.normal_(p)
            for i, channel in enumerate(chosen):
                signs[channel] = (-1) ** i
            p.data += offset * signs
        else:
            residual = name.endswith(("o_proj.weight", "down_proj.weight"))
            nn.init.normal_(
                p, std=(0.5 if not residual else 1 / math.sqrt(2 * c.num_hidden_layers)) / math.sqrt(p.size(1))
            )
    return signs
