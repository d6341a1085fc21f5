"""A run's checkpoint -> a Hugging Face folder and a GGUF, both F16.

    python export.py RUN_FOLDER OUT_FOLDER --tokenizer tokenizer.json

Writes OUT_FOLDER/hf/ and OUT_FOLDER/whittle-demo-f16.gguf; train.py --from-weights goes on from hf/model.safetensors."""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, processors
from torch import Tensor

from model import Config
from prompts import BOS, CHAT_TEMPLATE, IM_END, PAD, SPECIAL_TOKENS

GGUF_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
DESCRIPTION = "A small model that knows a few thousand facts, made to be compressed"


def half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """F16 in a fixed order; refuses what does not fit."""
    for name, tensor in weights.items():
        if not tensor.isfinite().all() or tensor.abs().max() > 65504:
            raise ValueError(f"{name} does not fit F16")
    return {name: weights[name].half().contiguous() for name in sorted(weights)}


def token_list(tokenizer: Tokenizer, size: int) -> list[str]:
    names = {index: token for token, index in tokenizer.get_vocab(with_added_tokens=True).items()}
    return [names.get(i, f"<|unused{i}|>") for i in range(size)]


def write_hf(
    folder: Path, c: Config, weights: dict[str, Tensor], tokenizer: Tokenizer, metadata: dict[str, str]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, value: object) -> None:
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", "utf-8")

    bos, eos, pad = (tokenizer.token_to_id(t) for t in (BOS, IM_END, PAD))
    ids = {"bos_token_id": bos, "eos_token_id": eos, "pad_token_id": pad}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt", **metadata})
    write(
        "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            **{key: getattr(c, key) for key in Config.__dataclass_fields__},
            "head_dim": c.head_dim,
            "hidden_act": "silu",
            "attention_bias": False,
            "mlp_bias": False,
            "torch_dtype": "float16",
            **ids,
        },
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A $B", special_tokens=[(BOS, bos)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"bos_token": BOS, "eos_token": IM_END, "pad_token": PAD}
    write("special_tokens_map.json", special)
    write(
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            **special,
            "add_bos_token": True,
            "add_prefix_space": False,
            "clean_up_tokenization_spaces": False,
            "model_max_length": c.max_position_embeddings,
            "chat_template": CHAT_TEMPLATE,
        },
    )
    write("generation_config.json", {**ids, "do_sample": False, "max_new_tokens": 64})


def interleaved(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of q or k from Hugging Face's rotary order (halves) to llama.cpp's (pairs)."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def write_gguf(path: Path, c: Config, weights: dict[str, Tensor], tokenizer: Tokenizer) -> None:
    w = gguf.GGUFWriter(str(path), "llama")
    w.add_name("Whittle Demo")
    w.add_description(DESCRIPTION)
    w.add_license("apache-2.0")
    w.add_context_length(c.max_position_embeddings)
    w.add_embedding_length(c.hidden_size)
    w.add_block_count(c.num_hidden_layers)
    w.add_feed_forward_length(c.intermediate_size)
    w.add_head_count(c.num_attention_heads)
    w.add_head_count_kv(c.num_key_value_heads)
    w.add_layer_norm_rms_eps(c.rms_norm_eps)
    w.add_rope_freq_base(c.rope_theta)
    w.add_rope_dimension_count(c.head_dim)
    w.add_vocab_size(c.vocab_size)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _add_tokenizer(w, c, tokenizer)
    w.add_tensor("token_embd.weight", weights["model.embed_tokens.weight"].numpy())
    w.add_tensor("output.weight", weights["lm_head.weight"].numpy())
    w.add_tensor("output_norm.weight", weights["model.norm.weight"].float().numpy())
    for layer in range(c.num_hidden_layers):
        for ours, theirs in GGUF_NAMES.items():
            name = f"model.layers.{layer}.{ours}.weight"
            value = (weights[name].float() if "norm" in ours else weights[name]).numpy()
            if ours.endswith(("q_proj", "k_proj")):
                value = interleaved(value, c.num_attention_heads if ours.endswith("q_proj") else c.num_key_value_heads)
            w.add_tensor(f"blk.{layer}.{theirs}.weight", value)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def _add_tokenizer(w: gguf.GGUFWriter, c: Config, tokenizer: Tokenizer) -> None:
    tokens = token_list(tokenizer, c.vocab_size)
    known = tokenizer.get_vocab_size()

    def kind(index: int) -> gguf.TokenType:
        if index >= known:
            return gguf.TokenType.UNUSED
        return gguf.TokenType.CONTROL if tokens[index] in SPECIAL_TOKENS else gguf.TokenType.NORMAL

    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gpt-2")
    w.add_token_list(tokens)
    w.add_token_types([kind(index) for index in range(len(tokens))])
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    w.add_bos_token_id(tokenizer.token_to_id(BOS))
    w.add_eos_token_id(tokenizer.token_to_id(IM_END))
    w.add_pad_token_id(tokenizer.token_to_id(PAD))
    w.add_add_bos_token(True)
    w.add_chat_template(CHAT_TEMPLATE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    args = parser.parse_args()
    state = torch.load(args.run / "last.pt", map_location="cpu", weights_only=True)
    config = Config(**state["config"])
    weights = half(state["model"])
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    metadata = {"tokens": str(state["tokens"]), "step": str(state["step"])}
    write_hf(args.out / "hf", config, weights, tokenizer, metadata)
    path = args.out / "whittle-demo-f16.gguf"
    write_gguf(path, config, weights, tokenizer)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB after {state['tokens'] / 1e6:.2f} million tokens")


if __name__ == "__main__":
    main()
