"""Loads what Pathloom saved, with transformers and peft, and compares the logits.

    .venv-golden/bin/python tests/golden/check_saved.py CASES.json

CASES.json lists folders: {"name", "folder", "original", "base", "tokens", "encodings"}; `base` is the
folder of the model where `folder` holds an adapter, else null; `lines`, where there are, make `model`
as a user would; `encodings`, where the folder holds a
tokenizer, are texts and their ids there. Each folder holds Pathloom's logits in
ours.safetensors. Prints, by name, the largest difference, texts that are encoded otherwise, and every warning and unmatched tensor of
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


class Listening:
    """Collects what is logged and warned of in a `with` block."""

    def __enter__(self):
        self.handler = Collected()
        self.loggers = [logging.getLogger(name) for name in ("transformers", "peft")]
        for logger in self.loggers:
            logger.addHandler(self.handler)
        self.catching = warnings.catch_warnings(record=True)
        self.caught = self.catching.__enter__()
        warnings.simplefilter("always")
        return self

    def __exit__(self, *error):
        self.catching.__exit__(*error)
        for logger in self.loggers:
            logger.removeHandler(self.handler)

    def notes(self):
        return self.handler.messages + [str(warning.message) for warning in self.caught]


def load(folder, base):
    """The model, and what the loading said."""
    with Listening() as heard:
        model, info = transformers.AutoModelForCausalLM.from_pretrained(
            base or folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
        )
        if base:
            model = peft.PeftModel.from_pretrained(model, folder)
    unmatched = [f"{kind}: {sorted(map(str, keys))}" for kind, keys in info.items() if keys]
    return model.eval(), unmatched + heard.notes()


def run(lines):
    """The model that the lines of an export make, and what that said."""
    names = {}
    with Listening() as heard:
        exec("\n".join(lines), names)
    return names["model"].eval(), heard.notes()


def misencoded(case, model):
    """Texts with other ids, and what loading the tokenizer said."""
    with Listening() as heard:
        tokenizer = transformers.AutoTokenizer.from_pretrained(case["folder"])
        wrong = [
            encoding["text"]
            for encoding in case["encodings"]
            if tokenizer.encode(encoding["text"], add_special_tokens=False) != encoding["ids"]
        ]
    rows = model.get_input_embeddings().num_embeddings
    sizes = [] if len(tokenizer) == rows else [f"{len(tokenizer)} tokens, but {rows} rows"]
    return len(wrong), heard.notes() + sizes


def check(case):
    # First, since some warnings are given once alone.
    _, usual = load(case["original"], case["base"])
    model, notes = run(case["lines"]) if "lines" in case else load(case["folder"], case["base"])
    with torch.no_grad():
        logits = model(torch.tensor(case["tokens"]), use_cache=False).logits
    ours = load_file(Path(case["folder"]) / "ours.safetensors")["logits"]
    found = {"logits": (logits - ours).abs().max().item(), "notes": [note for note in notes if note not in usual]}
    if "encodings" in case:
        found["encodings"] = len(case["encodings"])
        found["misencoded"], more = misencoded(case, model)
        found["notes"] += more
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.disable_progress_bar()
    cases = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps({case["name"]: check(case) for case in cases}))
