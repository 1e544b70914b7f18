"""Makes golden adapters with peft over the decoders of make_decoders.py.

    .venv-golden/bin/python tests/golden/make_adapters.py                  # writes tests/golden/adapters
    .venv-golden/bin/python tests/golden/make_adapters.py --seed 9 --bases DIR --to DIR

A folder for each holds the adapter as peft saves it; expected.safetensors with the logits of two rows
and the gradients of the trained tensors; expected.json with the losses of ten AdamW steps.
"""

import argparse
import json
import shutil
import warnings
from importlib.metadata import version
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import save_file

from make_decoders import ADAMW, STEPS, batch

HERE = Path(__file__).parent
ATTENTION = ["q_proj", "v_proj"]

# Name -> base, settings of the adapter, how many times faster the second matrices learn (LoRA+).
ADAPTERS = {
    "lora": ("llama-3", dict(r=3, lora_alpha=6, target_modules="all-linear"), 1),
    "rslora": (
        "llama-3",
        dict(r=2, lora_alpha=4, target_modules=ATTENTION, use_rslora=True,
             rank_pattern={r"layers\.1\.self_attn\.q_proj": 4}, alpha_pattern={"v_proj": 1}),
        1,
    ),
    "dora": ("llama-3", dict(r=3, lora_alpha=6, target_modules=[*ATTENTION, "up_proj"], use_dora=True), 1),
    "dora-biases": ("qwen2", dict(r=3, lora_alpha=6, target_modules=ATTENTION, use_dora=True), 1),
    "lora-plus": ("llama-3", dict(r=2, lora_alpha=4, target_modules=r".*\.(q|down)_proj"), 8),
    "saved-modules": ("llama-3", dict(r=2, lora_alpha=2, target_modules=ATTENTION, modules_to_save=["embed_tokens", "lm_head"]), 1),
    "rows": (
        "llama-3",
        dict(r=2, lora_alpha=2, target_modules=ATTENTION,
             trainable_token_indices={"embed_tokens": [36, 37, 38, 39], "lm_head": [39, 5, 6, 30]}),
        1,
    ),
    "rows-tied": ("qwen2", dict(r=2, lora_alpha=2, target_modules=ATTENTION, trainable_token_indices=[3, 35, 36, 2]), 1),
    "rows-gpt2": (
        "gpt2",
        dict(r=2, lora_alpha=2, target_modules=["c_attn"], fan_in_fan_out=True, trainable_token_indices={"wte": [38, 39]}),
        1,
    ),
    "head": ("llama-3", dict(r=2, lora_alpha=4, target_modules=["q_proj", "lm_head"]), 1),
    "embedding": ("llama-3", dict(r=2, lora_alpha=4, target_modules=["q_proj", "embed_tokens"]), 1),
    "tables-tied": ("qwen2", dict(r=2, lora_alpha=4, target_modules=["q_proj", "embed_tokens", "lm_head"]), 1),
    "tables-dora": ("llama-3", dict(r=2, lora_alpha=4, target_modules=["q_proj", "embed_tokens", "lm_head"], use_dora=True), 1),
    "embedding-scaled": ("gemma-2", dict(r=2, lora_alpha=4, target_modules=["embed_tokens"]), 1),
    "embedding-gpt2": ("gpt2", dict(r=2, lora_alpha=4, target_modules=["c_attn", "wte"], fan_in_fan_out=True), 1),
    "saved-embedding-tied": ("qwen2", dict(r=2, lora_alpha=2, target_modules=ATTENTION, modules_to_save=["embed_tokens"]), 1),
    "saved-head-tied": ("qwen2", dict(r=2, lora_alpha=2, target_modules=ATTENTION, modules_to_save=["lm_head"]), 1),
    "saved-both-tied": ("qwen2", dict(r=2, lora_alpha=2, target_modules=ATTENTION, modules_to_save=["embed_tokens", "lm_head"]), 1),
    "rows-head-tied": ("qwen2", dict(r=2, lora_alpha=2, target_modules=ATTENTION, trainable_token_indices={"lm_head": [3, 35]}), 1),
    "one-layer": ("llama-3", dict(r=2, lora_alpha=2, target_modules=["o_proj"], layers_to_transform=[1]), 1),
    "gpt2": ("gpt2", dict(r=2, lora_alpha=4, target_modules=["c_attn", "mlp.c_proj"], fan_in_fan_out=True), 1),
    "gpt2-dora": ("gpt2", dict(r=2, lora_alpha=4, target_modules=["c_attn"], fan_in_fan_out=True, use_dora=True), 1),
    "phi-3": ("phi-3", dict(r=2, lora_alpha=4, target_modules="all-linear"), 1),
    "qwen3.5": ("qwen3.5", dict(r=2, lora_alpha=4, target_modules="all-linear"), 1),
    "falcon-40b": ("falcon-40b", dict(r=2, lora_alpha=4, target_modules=["query_key_value", "dense"]), 1),
}


def adapted(name, seed, bases):
    base, settings, _ = ADAPTERS[name]
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_pretrained(bases / base, attn_implementation="eager")
    model.name_or_path = base
    config = peft.LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **settings)
    model = peft.get_peft_model(model, config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, parameter in sorted(model.named_parameters()):
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model, generator


def train(model, tokens, labels, ratio):
    """Losses before each step; magnitudes do not decay."""
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    fast = [p for n, p in named if "lora_B" in n]
    still = [p for n, p in named if p.ndim < 2]
    rest = [p for n, p in named if "lora_B" not in n and p.ndim >= 2]
    optimiser = torch.optim.AdamW(
        [dict(params=rest), dict(params=fast, lr=ADAMW["lr"] * ratio), dict(params=still, weight_decay=0.0)], **ADAMW
    )
    losses = []
    for _ in range(STEPS):
        loss = model(tokens, labels=labels).loss
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses


def saved_name(key):
    """The name of a parameter's tensor in the file: without the adapter's own name."""
    name = key.replace(".modules_to_save", "").replace(".default", "")
    return name.replace("lora_magnitude_vector.weight", "lora_magnitude_vector")


def sort_targets(path):
    """peft keeps them as a set, whose order differs from run to run."""
    config = json.loads(path.read_text())
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def make(name, seed, bases, folder):
    base, _, ratio = ADAPTERS[name]
    model, generator = adapted(name, seed, bases)
    tokens, labels = batch(generator)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    sort_targets(folder / "adapter_config.json")

    output = model(tokens, labels=labels)
    output.loss.backward()
    gradients = {
        f"gradient.{saved_name(key)}": p.grad.clone().contiguous()
        for key, p in model.named_parameters()
        if p.requires_grad
    }
    save_file({"logits": output.logits.detach().clone().contiguous(), **gradients}, folder / "expected.safetensors")
    expected = dict(
        versions={package: version(package) for package in ("torch", "transformers", "peft")},
        base=base,
        tokens=tokens.tolist(),
        labels=labels.tolist(),
        loss=output.loss.item(),
        adamw=dict(ADAMW, betas=list(ADAMW["betas"])),
        loraPlusRatio=ratio,
    )
    expected["losses"] = train(model, tokens, labels, ratio)
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", type=Path, default=HERE / "decoders")
    parser.add_argument("--to", type=Path, default=HERE / "adapters")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    for name in arguments.names or ADAPTERS:
        make(name, arguments.seed, arguments.bases, arguments.to / name)
        print(name)
