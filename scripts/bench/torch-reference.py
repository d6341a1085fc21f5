# Runs the public reference code of Wanda, SparseGPT and GPTQ, unchanged, on a Llama model on the CPU: what bench-reference.ts measures
# against. Started by run-reference.ts with the folder of the sources; prints one JSON line with its rate of matmuls, one when the model is loaded
# and one at the end.
# Usage: torch-reference.py SOURCES MODEL SAMPLES.json SETTINGS.json [OUTPUT]
#   SOURCES   folder with clones of github.com/locuslab/wanda (wanda) and github.com/IST-DASLab/gptq (gptq)
#   SAMPLES   [[token id, ...], ...], all of one length
#   SETTINGS  {"method", "threads", "sparsity" or "pattern": [zeroed, group], or "bits" and "groupSize", and "noise" of
#             the embeddings with its "noiseSeed"}
#   OUTPUT    folder for the changed matrices: float32, row-major, named as in a GGUF
import json
import os
import sys
import time
import types
from types import SimpleNamespace

sources, model_path, samples_path, settings_path = sys.argv[1:5]
output = sys.argv[5] if len(sys.argv) > 5 else None
with open(settings_path) as file:
    settings = json.load(file)

# The sources import a loader of data sets; the samples come from outside here.
sys.modules["datasets"] = types.ModuleType("datasets")
sys.modules["datasets"].load_dataset = None

import torch
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

torch.set_num_threads(settings["threads"])
# The sources wait for a GPU without asking whether there is one.
torch.cuda.synchronize = lambda *_: None

GGUF_NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def report(**facts):
    print("REFERENCE " + json.dumps(facts), flush=True)


def load_model(sequence_length):
    """Weights as an F16 GGUF holds them, computed with in float32."""
    model = LlamaForCausalLM.from_pretrained(model_path, dtype=torch.float16).float().eval()
    if "noise" in settings:
        embeddings = model.model.embed_tokens.weight.data
        generator = torch.Generator().manual_seed(settings["noiseSeed"])
        embeddings.mul_(1 + settings["noise"] * torch.randn(embeddings.shape, generator=generator))
    model.seqlen = sequence_length
    model.hf_device_map = {}
    return model


def give_layers_their_positions(model):
    """The sources call a layer as older releases of transformers took it: without the rotary embeddings."""
    forward = LlamaDecoderLayer.forward

    def called_as_before(self, hidden, *args, position_embeddings=None, position_ids=None, **rest):
        if position_embeddings is None:
            position_embeddings = model.model.rotary_emb(hidden, position_ids)
        return forward(self, hidden, *args, position_embeddings=position_embeddings, position_ids=position_ids, **rest)

    LlamaDecoderLayer.forward = called_as_before


def prune(model, loader):
    sys.path.insert(0, os.path.join(sources, "wanda"))
    from lib import prune as reference

    reference.get_loaders = lambda *_, **__: (loader, None)
    zeroed, group = settings.get("pattern", [0, 0])
    ratio = zeroed / group if group else settings["sparsity"]
    args = SimpleNamespace(nsamples=len(loader), seed=0, sparsity_ratio=ratio, use_variant=False)
    work = {"wanda": reference.prune_wanda, "sparsegpt": reference.prune_sparsegpt}[settings["method"]]
    work(args, model, None, torch.device("cpu"), prune_n=zeroed, prune_m=group)


def quantize(model, loader):
    sys.path.insert(0, os.path.join(sources, "gptq"))
    import llama as reference

    reference.args = SimpleNamespace(
        nsamples=len(loader), wbits=settings["bits"], groupsize=settings["groupSize"], sym=False, percdamp=0.01,
        act_order=False, static_groups=False, true_sequential=False,
    )
    reference.llama_sequential(model, loader, torch.device("cpu"))


def as_in_gguf(name, weight, config):
    """Rows of q and k stand in another order there: the two halves of every head's rotation side by side."""
    heads = {"self_attn.q_proj": config.num_attention_heads, "self_attn.k_proj": config.num_key_value_heads}.get(name)
    if heads is None:
        return weight
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).transpose(1, 2).reshape(weight.shape)


def write_matrices(model):
    for index, layer in enumerate(model.model.layers):
        for name, gguf_name in GGUF_NAMES.items():
            weight = as_in_gguf(name, layer.get_submodule(name).weight.data, model.config)
            weight.contiguous().numpy().tofile(os.path.join(output, f"blk.{index}.{gguf_name}.weight"))


def matmul_flops(size):
    """Operations a second of a product of two square float32 matrices, the best of five."""
    a, b = torch.randn(size, size), torch.randn(size, size)

    def seconds():
        begun = time.perf_counter()
        torch.mm(a, b)
        return time.perf_counter() - begun

    return 2 * size**3 / min(seconds() for _ in range(5))


with open(samples_path) as file:
    samples = [torch.tensor([tokens]) for tokens in json.load(file)]
model = load_model(samples[0].shape[1])
give_layers_their_positions(model)
loader = [(tokens, None) for tokens in samples]
report(matmulFlops=matmul_flops(2048))
report(loaded=True)
started = time.perf_counter()
with torch.no_grad():
    (quantize if settings["method"] == "gptq" else prune)(model, loader)
report(elapsedMs=(time.perf_counter() - started) * 1000)
if output is not None:
    write_matrices(model)
