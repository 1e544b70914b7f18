"""
Golden losses of training in PyTorch, in float32 and under autocast in bfloat16.

    pip install torch transformers
    python tests/golden/make_autocast.py

Writes autocast.json: the losses of 200 steps of AdamW from the checkpoints of decoders/, over tokens that
follow a rule with exceptions. tests/engine/xla/precision.test.ts makes the same tokens.
"""

import json
import pathlib

import torch
import transformers

here = pathlib.Path(__file__).parent
STEPS, ROWS, LENGTH, VOCABULARY = 200, 8, 32, 40


def batches():
    """Mostly `3 x + 7`, now and then anything; the generator is that of ANSI C's examples."""
    state = 1
    for _ in range(STEPS):
        rows = []
        for _ in range(ROWS):
            row = [0]
            while len(row) < LENGTH:
                state = (1103515245 * state + 12345) % 2**31
                anything = (state >> 16) % VOCABULARY
                row.append(anything if (state >> 8) % 8 == 0 else (3 * row[-1] + 7) % VOCABULARY)
            rows.append(row)
        yield torch.tensor(rows)


def losses(name, bfloat16):
    model = transformers.AutoModelForCausalLM.from_pretrained(here / "decoders" / name, dtype=torch.float32)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)
    found = []
    for tokens in batches():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            loss = model(input_ids=tokens, labels=tokens).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        found.append(round(loss.item(), 6))
    return found


torch.set_num_threads(1)
golden = {
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    "losses": {
        name: {"float32": losses(name, False), "bfloat16": losses(name, True)} for name in ["gpt2", "llama-3"]
    },
}
text = json.dumps(golden)
(here / "autocast.json").write_text(text.replace("], ", "],\n  ") + "\n")
