"""A start for the heads that copy: without it a run of some ten million tokens does not discover looking back (3.9 million tokens,
half of them copying exercises, left the loss on them at chance). Three layers start with a pattern laid over their random
weights, row norms alike; training is free to change all of it, and does.

Layer 0, heads 0 and 1, look one and two tokens back, by position: their queries and keys meet the channels that stand out, which
are the same for all tokens. They write a code of the token that they saw into directions of its own.
Layer 2, head 0: induction (Olsson et al., arXiv 2209.11895). Finds places whose token before is the present one and reads the
token that stands there. Layer 4, head 0: finds tokens like the present one and reads the code of the token two before, which is
the letter of an option. The output starts as a copy of the embedding and is not tied to it."""

import torch
from torch import Tensor

from model import Llama, Layer

CODE, SLOTS, COPY = slice(0, 32), (slice(32, 64), slice(64, 96)), slice(96, 160)
"""Rows of a random basis: what a token's code reads, where the tokens one and two back are written, what induction copies."""
POSITION_PAIRS = 10
"""Rotary pairs that turn quickest tell neighbours apart."""
POSITION_GAP = 8.0
"""How far, in nats, the score of the wanted position lies above its neighbours'."""
READ, WRITE, MATCH, GROWN, PASS = 0.5, 5.0, 3.0, 4.0, 6.0
"""Norms of rows that read a code; of columns that write a slot; of rows that match codes; growth of the other rows beside them;
norm of columns that pass on what was read."""


def start_heads(model: Llama, stand_out: Tensor, generator: torch.Generator) -> None:
    """`stand_out` is (hidden_size,): the sign of each channel that stands out, 0 elsewhere."""
    ordinary = stand_out == 0
    size = int(ordinary.sum())
    basis = torch.zeros(size, stand_out.numel())
    basis[:, ordinary] = torch.linalg.qr(torch.randn(size, size, generator=generator))[0]
    common = stand_out / stand_out.norm()
    embedding = model.model.embed_tokens.weight.data
    for slot in SLOTS:
        embedding -= embedding @ basis[slot].T @ basis[slot]
    layers = model.model.layers
    _look_back(layers[0], basis, common, embedding, model.model.cos[1], model.model.sin[1])
    for layer in (layers[2], layers[4]):
        for matrix in (layer.self_attn.q_proj.weight.data, layer.self_attn.k_proj.weight.data):
            along = (matrix @ common)[:, None] * common
            matrix.copy_(GROWN * (matrix - along) + along)
    _match(layers[2], query=basis[CODE], key=basis[SLOTS[0]], value=basis[COPY], write=basis[COPY], common=common)
    _match(layers[4], query=basis[CODE], key=basis[CODE], value=basis[SLOTS[1]], write=basis[CODE], common=common)
    output = model.lm_head.weight.data
    output[:, ordinary] = embedding[:, ordinary] * output.std() / embedding[:, ordinary].std()


def _look_back(layer: Layer, basis: Tensor, common: Tensor, embedding: Tensor, cos: Tensor, sin: Tensor) -> None:
    attention, dim = layer.self_attn, layer.self_attn.head_dim
    q, k, v, o = (getattr(attention, f"{name}_proj").weight.data for name in "qkvo")
    level = (layer.input_layernorm(embedding) @ common).median()
    for rows in (q[: 2 * dim], k[:dim]):
        rows -= (rows @ common)[:, None] * common
    turn = torch.atan2(sin[:POSITION_PAIRS], cos[:POSITION_PAIRS])
    strength = (POSITION_GAP * dim**0.5 / (level**2 * (1 - turn.cos()).sum())).sqrt()
    for i, angle in enumerate(turn):
        k[i] += strength * common
        for head, distance in enumerate((1, 2)):
            q[head * dim + i] += strength * (distance * angle).cos() * common
            q[head * dim + i + dim // 2] -= strength * (distance * angle).sin() * common
    width = CODE.stop
    v[:width] = READ * basis[CODE]
    for head, slot in enumerate(SLOTS):
        o[:, head * dim : head * dim + width] = WRITE * basis[slot].T


def _match(layer: Layer, *, query: Tensor, key: Tensor, value: Tensor, write: Tensor, common: Tensor) -> None:
    """Head 0 compares `query` with `key` in the rotary pairs that turn slowly, and passes on `value` as `write`."""
    attention, dim = layer.self_attn, layer.self_attn.head_dim
    q, k, v, o = (getattr(attention, f"{name}_proj").weight.data for name in "qkvo")
    quarter = dim // 4
    slow = torch.cat((torch.arange(quarter, 2 * quarter), torch.arange(3 * quarter, dim)))
    for rows in (q[:dim], k[:dim]):
        rows -= (rows @ common)[:, None] * common
    q[slow] = MATCH * query
    k[slow] = MATCH * key
    v[: len(value)] = READ * value
    o[:, : len(write)] = PASS * write.T
