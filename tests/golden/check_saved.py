"""Loads what Pathloom saved, with transformers and peft, and compares the logits.

    .venv-golden/bin/python tests/golden/check_saved.py CASES.json

CASES.json lists folders: {"name", "folder", "original", "base", "tokens"}; `base` is the folder of the
model where `folder` holds an adapter, else null. Each folder holds Pathloom's logits in
ours.safetensors. Prints, by name, the largest difference, and every warning and unmatched tensor of
the loading that loading `original`, which Python saved, does not give too.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import load_file


class Collected(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


def load(folder, base):
    """The model, and what the loading said."""
    handler = Collected()
    loggers = [logging.getLogger(name) for name in ("transformers", "peft")]
    for logger in loggers:
        logger.addHandler(handler)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model, info = transformers.AutoModelForCausalLM.from_pretrained(
            base or folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
        )
        if base:
            model = peft.PeftModel.from_pretrained(model, folder)
    for logger in loggers:
        logger.removeHandler(handler)
    unmatched = [f"{kind}: {sorted(map(str, keys))}" for kind, keys in info.items() if keys]
    return model.eval(), unmatched + handler.messages + [str(warning.message) for warning in caught]


def check(case):
    model, notes = load(case["folder"], case["base"])
    _, usual = load(case["original"], case["base"])
    with torch.no_grad():
        logits = model(torch.tensor(case["tokens"]), use_cache=False).logits
    ours = load_file(Path(case["folder"]) / "ours.safetensors")["logits"]
    return {"logits": (logits - ours).abs().max().item(), "notes": [note for note in notes if note not in usual]}


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.disable_progress_bar()
    cases = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps({case["name"]: check(case) for case in cases}))
