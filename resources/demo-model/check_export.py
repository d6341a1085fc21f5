"""Checks that the exported folder and the GGUF are one model: the same tokens, the same logits in torch and in llama.cpp.

    python check_export.py OUT_FOLDER

OUT_FOLDER is that of export.py. Runs llama.cpp through Whittle's engine (Node on the path, npm packages installed)."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from gen import Gen, joined
from model import Llama
from prompts import BOS, CHAT_TEMPLATE, IM_END

LARGEST_DIFFERENCE = 0.05
"""Of a logit; llama.cpp rounds activations to F16 before it multiplies them with F16 weights."""


def llama_cpp(path: Path, text: str) -> tuple[dict, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        ids, logits = Path(folder, "ids.json"), Path(folder, "logits.f32")
        recipe = Path(__file__).resolve().parent
        start = ["node", str(recipe.parents[1] / "scripts/setup.mjs"), str(recipe / "logits.mjs")]
        subprocess.run([*start, str(path.resolve()), str(ids), str(logits)], input=text, text=True, check=True)
        told = json.loads(ids.read_text())
        return told, np.fromfile(logits, dtype=np.float32).reshape(len(told["tokens"]), -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    folder = parser.parse_args().out
    tokenizer = Tokenizer.from_file(str(folder / "hf/tokenizer.json"))
    model = Llama.of_folder(folder / "hf")
    source = Gen(77)
    text = "".join(joined(source.document()) for _ in range(6))
    told, theirs = llama_cpp(folder / "whittle-demo-f16.gguf", text)
    ours_ids = tokenizer.encode(text).ids
    assert (
        told["addsBos"] and told["bos"] == tokenizer.token_to_id(BOS) and told["eos"] == tokenizer.token_to_id(IM_END)
    )
    assert told["chatTemplate"] == CHAT_TEMPLATE
    ids = told["tokens"] if told["tokens"][0] == told["bos"] else [told["bos"], *told["tokens"]]
    assert ids == ours_ids, "llama.cpp cuts the text into other tokens"
    with torch.no_grad():
        ours = model(torch.tensor([told["tokens"]]))[0].numpy()
    difference = np.abs(ours - theirs).max()
    agreement = (ours.argmax(-1) == theirs.argmax(-1)).mean()
    print(f"{len(ids)} tokens alike; likeliest next token alike at {agreement:.1%}")
    print(f"largest difference of a logit {difference:.4f}; logits reach {np.abs(ours).max():.1f}")
    assert difference < LARGEST_DIFFERENCE * max(1, np.abs(ours).max() / 10)


if __name__ == "__main__":
    main()
