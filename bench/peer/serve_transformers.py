"""Continues captions by transformers in batches of 16, for so many seconds; prints its tokens a second.

    python serve_transformers.py MODEL THREADS SECONDS TEMPERATURE CAPTIONS
"""
import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, threads, seconds, temperature, captions = sys.argv[1:6]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
captions = json.loads(captions)
batch = [f"<|bos|>{captions[i % len(captions)]}<|drawing|>" for i in range(16)]
inputs = tokenizer(batch, return_tensors="pt", padding=True, add_special_tokens=False)
inputs.pop("token_type_ids", None)
end, length = model.generation_config.eos_token_id, inputs["input_ids"].shape[1]


def draw():
    with torch.inference_mode():
        ids = model.generate(
            **inputs,
            do_sample=True,
            temperature=float(temperature),
            max_new_tokens=model.config.max_position_embeddings - length,
        )[:, length:]
    # A row that ended is padded until the longest has; its own tokens count, as the server's do.
    ended = (ids == end).int().cumsum(1)
    return int((ended == 0).sum() + (ended.sum(1) > 0).sum())


draw()
began, tokens = time.perf_counter(), 0
while time.perf_counter() - began < float(seconds):
    tokens += draw()
print(json.dumps({"tokensPerSecond": tokens / (time.perf_counter() - began)}))
