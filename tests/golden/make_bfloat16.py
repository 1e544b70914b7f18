"""Makes decoders at the scale that training starts from, and their logits in bfloat16 arithmetic.

    .venv-golden/bin/python tests/golden/make_bfloat16.py --to DIR [--seed 9] [NAME ...]

A folder for each decoder of decoders.py, wider and deeper than the goldens, holds config.json and
model.safetensors in bfloat16 as transformers saves them; expected.safetensors with the logits of two
rows that the model gives when loaded again with `dtype=torch.bfloat16`; and expected.json with the rows.
Not committed: the parity run makes them.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

import decoders

ROWS, TIME = 2, 12


@torch.no_grad()
def make(name, seed, folder):
    made = decoders.make_standard(name, seed)
    made.bfloat16().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    # Loaded anew: `.bfloat16()` would round the rotary frequencies too, which no user has.
    model = type(made).from_pretrained(folder, dtype=torch.bfloat16, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randint(model.config.vocab_size, (ROWS, TIME), generator=generator)
    logits = model(tokens).logits
    assert logits.dtype == torch.bfloat16
    save_file({"logits": logits.contiguous()}, folder / "expected.safetensors")
    (folder / "expected.json").write_text(json.dumps(dict(tokens=tokens.tolist())) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.names or decoders.DECODERS:
        make(name, arguments.seed, arguments.to / name)
        print(name)
