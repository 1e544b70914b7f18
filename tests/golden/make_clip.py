"""
A golden CLIP: tiny, of random weights, in the layout of the Hub.

    pip install torch transformers
    python tests/golden/make_clip.py

Writes clip/: config.json, model.safetensors, tokenizer.json, and expected.json with the ids of captions, and
the embeddings of these and of a picture that a formula makes, by transformers.
"""

import json
import math
import pathlib

import torch
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

folder = pathlib.Path(__file__).parent / "clip"
CAPTIONS = ["arrow up", "A  Heart's box", "it's 42 rows!", "café ☕"]

letters = list(bytes_to_unicode().values())
merges = [("a", "r"), ("ar", "r"), ("o", "w</w>"), ("arr", "ow</w>"), ("u", "p</w>"), ("h", "e"),
          ("he", "ar"), ("hear", "t</w>"), ("b", "o"), ("bo", "x</w>"), ("'", "s</w>")]
tokens = [*letters, *(x + "</w>" for x in letters), *(a + b for a, b in merges),
          "<|startoftext|>", "<|endoftext|>"]
vocab = {token: i for i, token in enumerate(tokens)}
tokenizer = CLIPTokenizer(vocab=vocab, merges=merges)

common = {"intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
config = CLIPConfig(
    text_config={**common, "hidden_size": 16, "vocab_size": len(tokens), "max_position_embeddings": 20,
                 "bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1},
    vision_config={**common, "hidden_size": 12, "image_size": 24, "patch_size": 8},
    projection_dim=10,
)
torch.manual_seed(3)
model = CLIPModel(config).eval()
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(torch.randn_like(parameter) * 0.3)
model.save_pretrained(folder)
tokenizer.save_pretrained(folder)
for extra in ["tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt"]:
    (folder / extra).unlink(missing_ok=True)

size = 24
pixels = torch.tensor([[[[math.sin(0.3 * x + 0.2 * y * (c + 1)) for x in range(size)]
                         for y in range(size)] for c in range(3)]])
ids = [tokenizer(c)["input_ids"] for c in CAPTIONS]
with torch.no_grad():
    texts = []
    for one in ids:
        out = model(input_ids=torch.tensor([one]), pixel_values=pixels)
        texts.append(out.text_embeds[0].tolist())
    image = out.image_embeds[0].tolist()
(folder / "expected.json").write_text(json.dumps(
    {"captions": CAPTIONS, "ids": ids, "texts": texts, "image": image}, indent=1) + "\n")
