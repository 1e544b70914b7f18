"""Makes golden decoders with transformers: checkpoints, and what they compute.

    python -m venv .venv-golden
    .venv-golden/bin/pip install -r tests/golden/requirements.txt
    .venv-golden/bin/python tests/golden/make_decoders.py                  # writes tests/golden/decoders
    .venv-golden/bin/python tests/golden/make_decoders.py --seed 9 --to DIR [NAME ...]

A folder for each decoder of decoders.py holds config.json and model.safetensors as transformers saves
them; expected.safetensors with the logits of two rows, those with matrices in bfloat16, the hidden states (embeddings, then what each layer
gives, the last after the final norm) and the gradients of their loss; expected.json
with tokens and labels, the loss, the losses of ten AdamW steps and 64 greedy tokens. One seed gives
one result on one machine; other machines differ by rounding.
"""

import argparse
import copy
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

import decoders

STEPS = 10
ADAMW = dict(lr=1e-2, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
PROMPT = 8
NEW = 64
# Greedy tokens are compared where the likeliest leads by this much in logits, and the text varies.
MARGIN = 1e-3
DISTINCT = 8


def batch(generator, name=""):
    tokens = torch.randint(decoders.VOCABULARY, (2, decoders.TIME.get(name, 12)), generator=generator)
    labels = tokens.clone()
    labels[1, :5] = -100
    return tokens, labels


def decayed(name, parameter):
    return parameter.ndim >= 2 and "wpe" not in name


@torch.no_grad()
def in_bfloat16(model, tokens):
    """Logits with matrices rounded to bfloat16, in float32 arithmetic; and how far bfloat16's is from them.

    The kernels of short convolutions are no matrices: they are a few numbers a channel.
    """
    rounded = copy.deepcopy(model)
    for name, parameter in rounded.named_parameters():
        if decayed(name, parameter) and parameter.ndim == 2:
            parameter.copy_(parameter.bfloat16().float())
    logits = rounded(tokens).logits
    return logits.contiguous(), (rounded.bfloat16()(tokens).logits.float() - logits).abs().max().item()


def train(model, tokens, labels):
    """Losses before each of the steps; all matrices but the positions' decay."""
    named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = [
        dict(params=[p for n, p in named if decayed(n, p)]),
        dict(params=[p for n, p in named if not decayed(n, p)], weight_decay=0.0),
    ]
    optimiser = torch.optim.AdamW(groups, **ADAMW)
    losses = []
    for _ in range(STEPS):
        loss = model(tokens, labels=labels).loss
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses


@torch.no_grad()
def greedy(model, prompt):
    """With the cache where positions change as a sequence grows: keys keep those that they were read with."""
    ids = prompt.clone()
    margin = float("inf")
    rope = getattr(model.config, "rope_parameters", None) or {}
    cache = transformers.DynamicCache() if rope.get("rope_type") == "dynamic" else None
    for i in range(NEW):
        unread = ids if cache is None or i == 0 else ids[-1:]
        logits = model(unread[None], use_cache=cache is not None, past_key_values=cache).logits[0, -1]
        first, second = logits.topk(2).values
        margin = min(margin, (first - second).item())
        ids = torch.cat([ids, logits.argmax()[None]])
    return ids[len(prompt) :].tolist(), margin


def make(name, seed, folder, is_larger):
    """Draws again, by another seed, where a greedy token is too close to call or tokens only repeat."""
    while True:
        model = decoders.make(name, seed, is_larger)
        generator = torch.Generator().manual_seed(seed)
        tokens, labels = batch(generator, name)
        generated, margin = greedy(model, tokens[0, :PROMPT])
        if margin > MARGIN and len(set(generated)) >= DISTINCT:
            break
        seed += 100
    shutil.rmtree(folder, ignore_errors=True)
    limit = decoders.SHARDED.get(name)
    model.save_pretrained(folder, **({"max_shard_size": limit} if limit else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)

    # Short rows put dynamic positions back, which stay as the longest sequence had them.
    model(tokens[:, :PROMPT])
    output = model(tokens, labels=labels, output_hidden_states=True)
    output.loss.backward()
    stored = decoders.STORED.get(decoders.DECODERS[name][0], {})
    gradients = {
        f"gradient.{stored.get(key, key)}": p.grad.clone().contiguous() for key, p in model.named_parameters()
    }
    logits = output.logits.detach().clone().contiguous()
    hidden = {f"hidden.{i}": state.detach().clone().contiguous() for i, state in enumerate(output.hidden_states)}
    rounded, noise = in_bfloat16(model, tokens)
    tensors = {"logits": logits, "logits.bfloat16": rounded, **hidden, **gradients}
    save_file(tensors, folder / "expected.safetensors")
    expected = dict(
        versions={package: version(package) for package in ("torch", "transformers")},
        seed=seed,
        tokens=tokens.tolist(),
        labels=labels.tolist(),
        loss=output.loss.item(),
        bfloat16Noise=noise,
        adamw=dict(ADAMW, betas=list(ADAMW["betas"])),
        prompt=tokens[0, :PROMPT].tolist(),
        greedy=generated,
    )
    model.zero_grad()
    expected["losses"] = train(model, tokens, labels)
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--larger", action="store_true", help="in other shapes than the committed ones")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "decoders")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.names or decoders.DECODERS:
        make(name, arguments.seed, arguments.to / name, arguments.larger)
        print(name)
