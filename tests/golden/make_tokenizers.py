"""Makes golden tokenizers with transformers and tokenizers: files, and what they encode.

    .venv-golden/bin/python tests/golden/make_tokenizers.py                # writes tests/golden/tokenizers
    .venv-golden/bin/python tests/golden/make_tokenizers.py --seed 9 --to DIR

A folder for each layout holds tokenizer.json and tokenizer_config.json as transformers saves them,
trained on a few captions and drawings; expected.json with texts, their ids by the base tokenizer and,
after the tokens of svg-tokens.json were added, their ids and what these decode to.
"""

import argparse
import json
import random
import shutil
from importlib.metadata import version
from pathlib import Path

import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
SVG_TOKENS = json.loads((HERE / "svg-tokens.json").read_text())
SIZE = 420

WORDS = "a an the icon of house arrow up down left right heart star cloud circle with and two small strokes drawn it's naïve Größe".split()
DRAWINGS = [
    '<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M12 5v14"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><circle cx="12" cy="12" r="10"/><rect x="3.5" y="-2" rx=".5"/></svg>',
    '<path d="m9 18 6-6-6-6M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8"/>',
]
ODD = [
    "", " ", "  ", "\n", "\t\n ", "a", " a", "a ", "  two  spaces ", "it's we'LL 'S", "123 4567 1.25 -0.5", "naïve Größe",
    "漢字かな", "😀👨‍👩‍👧", "e\u0301 é \u00a0 \ufeff \u2028", "▁ ▁▁", "<s> </s> <unk> <|endoftext|> <0x0A>", "\u0000\u0007", "x² ½ ﬁ",
    "\r\n\r\nline", "don't\n\n  stop", "ALL CAPS camelCase snake_case", "a\u0300\u0301b", "&amp;<>\"'",
]


def corpus(seed):
    words = random.Random(seed)
    captions = [" ".join(words.choices(WORDS, k=words.randint(2, 12))) for _ in range(300)]
    return captions + DRAWINGS * 20


def texts(seed):
    """Texts of all kinds, with added tokens at every place."""
    draw = random.Random(seed + 1)
    parts = [*ODD, *WORDS, *DRAWINGS, *SVG_TOKENS]
    mixed = ["".join(draw.choices(parts, k=draw.randint(1, 6))) for _ in range(60)]
    spaced = [" ".join(draw.choices(parts, k=draw.randint(2, 6))) for _ in range(60)]
    drawings = ["".join(f"{draw.choice(SVG_TOKENS)}{draw.uniform(-9, 99):.1f} " for _ in range(12)) for _ in range(20)]
    return ODD + DRAWINGS + SVG_TOKENS + mixed + spaced + drawings


def trained(cls, seed):
    """A tokenizer of transformers with its own pipeline and a small vocabulary."""
    return cls().train_new_from_iterator(corpus(seed), SIZE, show_progress=False)


def sentencepiece_like(seed, legacy):
    """Llama 2's and Mistral's published files: pieces after unk, bos, eos and the 256 bytes."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    learner.train_from_iterator(corpus(seed), trainers.BpeTrainer(vocab_size=SIZE - 259, show_progress=False))
    model = json.loads(learner.to_str())["model"]
    front = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    vocabulary = {piece: i for i, piece in enumerate(front + pieces)}
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if legacy:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in front[:3]])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


def llama3_like(seed):
    words = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(words), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        corpus(seed),
        trainers.BpeTrainer(vocab_size=SIZE, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False),
    )
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>"])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>"
    )


TOKENIZERS = {
    "gpt2": lambda seed: trained(transformers.GPT2Tokenizer, seed),
    "llama-2": lambda seed: sentencepiece_like(seed, legacy=True),
    "mistral": lambda seed: sentencepiece_like(seed, legacy=False),
    "llama-3": llama3_like,
    "qwen2": lambda seed: trained(transformers.Qwen2Tokenizer, seed),
}


def encoded(tokenizer, samples):
    return [tokenizer.encode(text, add_special_tokens=False) for text in samples]


def make(name, seed, folder):
    shutil.rmtree(folder, ignore_errors=True)
    TOKENIZERS[name](seed).save_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    samples = texts(seed)
    base = encoded(tokenizer, samples)
    size = len(tokenizer)
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=False) for token in SVG_TOKENS])
    ids = encoded(tokenizer, samples)
    decoded = [
        tokenizer.decode(row, skip_special_tokens=False, clean_up_tokenization_spaces=False) for row in ids
    ]
    expected = dict(
        versions={package: version(package) for package in ("transformers", "tokenizers")},
        size=size,
        extendedSize=len(tokenizer),
        samples=[
            dict(text=text, base=before, ids=row, decoded=back)
            for text, before, row, back in zip(samples, base, ids, decoded)
        ],
    )
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=HERE / "tokenizers")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    for name in arguments.names or TOKENIZERS:
        make(name, arguments.seed, arguments.to / name)
        print(name)
