"""Makes goldens of multi-token prediction: a Llama of transformers with extra heads, and what they cost.

    .venv-golden/bin/python tests/golden/make_future.py        # writes tests/golden/future

A folder for each kind of heads holds config.json and model.safetensors as transformers saves them,
future_heads.safetensors with the heads, each named as one layer more (as DeepSeek-V3 names its own), and
expected.safetensors with a batch of packed rows, the summed losses of the next token and of each head, and
the gradients of their sum as DeepSeek-V3 weighs it (arXiv 2412.19437, equations 21 to 25). The heads are
made of transformers' own LlamaDecoderLayer, after the papers: sequential modules of that paper, and the
parallel heads of Gloeckle et al. 2024 (arXiv 2404.19737), which stand in place of the last layer.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRMSNorm

HEADS = 2
WEIGHT = 0.3
CONFIG = dict(
    vocab_size=31, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=16, rms_norm_eps=1e-5, tie_word_embeddings=True,
    attn_implementation="eager",
)


class Module(nn.Module):
    """A module of DeepSeek-V3: the names are those of its files."""

    def __init__(self, config, layer):
        super().__init__()
        self.enorm = LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.hnorm = LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.eh_proj = nn.Linear(2 * config.hidden_size, config.hidden_size, bias=False)
        self.block = LlamaDecoderLayer(config, layer)
        self.shared_head = nn.ModuleDict({"norm": LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)})


def batch(generator):
    """Two samples packed into one row, the prompts of which do not count; one and padding in the other."""
    tokens = torch.randint(CONFIG["vocab_size"], (2, 10), generator=generator)
    segments = torch.tensor([[1, 1, 1, 1, 2, 2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]])
    positions = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6, 0, 0, 0]])
    targets = torch.randint(CONFIG["vocab_size"], (2, 10), generator=generator)
    same = segments[:, 1:] == segments[:, :-1]
    targets[:, :-1] = torch.where(same, tokens[:, 1:], targets[:, :-1])
    targets[0, 4:6] = -100
    targets[segments == 0] = -100
    return tokens, segments, positions, targets


def ahead(values, places, missing):
    moved = torch.full_like(values, missing)
    moved[:, :-places] = values[:, places:]
    return moved


def losses(model, heads, kind, tokens, segments, positions, targets):
    body = model.model
    same = segments[:, :, None] == segments[:, None, :]
    visible = same & torch.ones(10, 10, dtype=torch.bool).tril()
    mask = torch.where(visible, 0.0, -1e30)[:, None]
    x = body.embed_tokens(tokens)
    rotary = body.rotary_emb(x, positions)
    run = lambda layer, value: layer(value, attention_mask=mask, position_embeddings=rotary)
    for layer in body.layers:
        before, x = x, run(layer, x)
    summed = lambda hidden, of: cross_entropy(
        model.lm_head(hidden).flatten(0, 1), of.flatten(), ignore_index=-100, reduction="sum"
    )
    hidden = body.norm(x)
    found = [summed(hidden, targets)]
    state = hidden
    for number, head in enumerate(heads, 1):
        within = ahead(segments, number, -1) == segments
        of = torch.where(within, ahead(targets, number, -100), -100)
        if kind == "parallel":
            found.append(summed(body.norm(run(head, before)), of))
            continue
        embedded = body.embed_tokens(ahead(tokens, number, 0))
        joined = torch.cat([head.enorm(embedded), head.hnorm(state)], -1)
        state = run(head.block, head.eh_proj(joined))
        found.append(summed(head.shared_head["norm"](state), of))
    return found


def named(heads, layers):
    for i, head in enumerate(heads):
        for name, parameter in head.named_parameters():
            yield f"model.layers.{layers + i}.{name.removeprefix('block.')}", parameter


def make(kind, folder):
    generator = torch.Generator().manual_seed(17)
    config = LlamaConfig(**CONFIG)
    model = LlamaForCausalLM(config)
    layers = config.num_hidden_layers
    make_head = Module if kind == "sequential" else LlamaDecoderLayer
    heads = nn.ModuleList(make_head(config, layers + i) for i in range(HEADS))
    for parameter in [*model.parameters(), *heads.parameters()]:
        drawn = torch.randn(parameter.shape, generator=generator)
        parameter.data.copy_(1 + 0.1 * drawn if parameter.ndim == 1 else 0.25 * drawn)
    inputs = batch(generator)
    next_token, *further = losses(model, heads, kind, *inputs)
    count = (inputs[3] != -100).sum()
    ((next_token + WEIGHT / HEADS * sum(further)) / count).backward()
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    path = folder / "config.json"
    json_config = {**json.loads(path.read_text()), "future_heads": {"kind": kind, "count": HEADS}}
    path.write_text(json.dumps(json_config, indent=2) + "\n")
    own = {name: value.detach().contiguous() for name, value in named(heads, layers)}
    save_file(own, folder / "future_heads.safetensors")
    gradients = [
        *((name, value) for name, value in model.named_parameters() if name != "lm_head.weight"),
        *named(heads, layers),
    ]
    expected = {f"gradient.{name}": value.grad.contiguous() for name, value in gradients}
    names = ["tokens", "segments", "positions", "targets"]
    expected |= {name: value.to(torch.int32) for name, value in zip(names, inputs)}
    expected["losses"] = torch.stack([next_token, *further]).detach()
    save_file(expected, folder / "expected.safetensors")


if __name__ == "__main__":
    for each in ["sequential", "parallel"]:
        make(each, Path(__file__).parent / "future" / each)
