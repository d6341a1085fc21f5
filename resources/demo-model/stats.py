"""Figures of a model's weights and of what flows into its matrices.

    python stats.py TEXT FOLDER...

Each FOLDER is a Hugging Face Llama folder (config.json, model.safetensors, tokenizer.json). Prints Markdown tables."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from model import Llama

WINDOW = 256
KINDS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
INPUTS = {"q_proj": "attention", "o_proj": "o_proj", "gate_proj": "feed-forward", "down_proj": "down_proj"}
"""One matrix stands for all that read the same input."""


@dataclass(frozen=True)
class MatrixFigures:
    """`row_spread` is the 90th over the 10th percentile of the row norms, `input_spread` that of the rms of the inputs;
    `outlier` the largest over the median rms of the inputs, with and without the first token of each window; `dead`
    counts rows and columns of zeros."""

    kind: str
    layer: int
    row_spread: float
    dead: int
    input_spread: float
    outlier: float
    outlier_after_first: float


def windows(folder: Path, text: str, count: int) -> Tensor:
    """(count, WINDOW) token ids; each window opens with the beginning-of-sequence token."""
    config = json.loads((folder / "config.json").read_text())
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text, add_special_tokens=False).ids
    rows = torch.tensor(ids[: len(ids) // (WINDOW - 1) * (WINDOW - 1)]).view(-1, WINDOW - 1)
    rows = rows[torch.linspace(0, len(rows) - 1, min(count, len(rows))).long()]
    return torch.cat([torch.full((len(rows), 1), config["bos_token_id"]), rows], 1)


class InputSquares:
    """Sums of squares of a matrix's input channels, at the first position and at all others."""

    def __init__(self) -> None:
        self.first: Tensor | float = 0.0
        self.others: Tensor | float = 0.0

    def __call__(self, _: nn.Module, inputs: tuple[Tensor]) -> None:
        squares = inputs[0].float().pow(2)
        self.first = self.first + squares[:, 0].sum(0)
        self.others = self.others + squares[:, 1:].flatten(0, 1).sum(0)

    def rms(self, with_first: bool = True) -> Tensor:
        """Up to a common factor."""
        return (self.others + self.first if with_first else self.others).sqrt()


def outlier(rms: Tensor) -> float:
    return (rms.max() / rms.median().clamp_min(1e-12)).item()


def spread(values: Tensor) -> float:
    low, high = values.float().quantile(torch.tensor([0.1, 0.9]))
    return (high / low.clamp_min(1e-12)).item()


@torch.no_grad()
def figures(model: Llama, ids: Tensor) -> list[MatrixFigures]:
    matrices = {
        (layer_index, kind): module
        for layer_index, layer in enumerate(model.model.layers)
        for name, module in layer.named_modules()
        if (kind := name.rsplit(".", 1)[-1]) in KINDS
    }
    squares = {key: InputSquares() for key in matrices}
    for key, module in matrices.items():
        module.register_forward_pre_hook(squares[key])
    for part in ids.split(8):
        model.model(part)
    result = []
    for (layer, kind), module in matrices.items():
        weight = module.weight
        norms = weight.norm(dim=1)
        dead = int((norms == 0).sum() + (weight.abs().sum(0) == 0).sum())
        seen = squares[layer, kind]
        result.append(
            MatrixFigures(
                kind,
                layer,
                spread(norms),
                dead,
                spread(seen.rms()),
                outlier(seen.rms()),
                outlier(seen.rms(with_first=False)),
            )
        )
    return result


def report(folder: Path, found: list[MatrixFigures]) -> str:
    layers = max(f.layer for f in found) + 1
    lines = [
        f"### {folder.name}",
        "",
        "| matrix | row norms p90/p10, median (worst) | rows and columns of zeros |",
        "|---|---|---|",
    ]
    for kind in KINDS:
        spreads = [f.row_spread for f in found if f.kind == kind]
        middle = torch.tensor(spreads).median().item()
        lines.append(f"| {kind} | {middle:.2f} ({max(spreads):.2f}) | {sum(f.dead for f in found if f.kind == kind)} |")
    lines += [
        "",
        f"| input of | largest / median rms by layer | median | 10 or more, of {layers} layers "
        "| median without the first token | p90/p10 of rms, median |",
        "|---|---|---|---|---|---|",
    ]
    for kind, label in INPUTS.items():
        some = [f for f in found if f.kind == kind]
        ratios = [f.outlier for f in some]
        median = torch.tensor(ratios).median().item()
        later = torch.tensor([f.outlier_after_first for f in some]).median().item()
        width = torch.tensor([f.input_spread for f in some]).median().item()
        by_layer = " ".join(f"{ratio:.1f}" for ratio in ratios)
        high = sum(ratio >= 10 for ratio in ratios)
        lines.append(f"| {label} | {by_layer} | {median:.1f} | {high} | {later:.1f} | {width:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--windows", type=int, default=64)
    args = parser.parse_args()
    torch.set_num_threads(2)
    text = args.text.read_text(encoding="utf-8")
    for folder in args.folders:
        ids = windows(folder, text, args.windows)
        print(report(folder, figures(Llama.of_folder(folder), ids)), end="\n\n")


if __name__ == "__main__":
    main()
