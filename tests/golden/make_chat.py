"""
Golden conversations: what transformers' apply_chat_template makes of a question and an answer, and which
tokens of it are the answer.

    pip install transformers
    python tests/golden/make_chat.py

Reads chat/templates/*.jinja, written in the formats that the families publish, or published
(qwen-2.5-published and qwen-3-published by Qwen under the Apache License 2.0, phi-3.5-published by Microsoft
under the MIT License, their -generation under the Apache License 2.0 by TRL, which added the marks of
what is generated), and contents.json. Writes
chat/tokenizers/*.json, two of tests/golden/tokenizers with the families' control tokens added, and
chat/expected.json: for each template the ids of each conversation, and their mask: transformers' own
where the template has {% generation %}, else all behind the prompt that asks for an answer.
"""

import json
from importlib.metadata import version
from pathlib import Path

import transformers

HERE = Path(__file__).parent
CHAT = HERE / "chat"
SEMANTIC = json.loads((HERE / "svg-tokens.json").read_text())
CONTROL = [
    "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
    "<|im_start|>", "<|im_end|>", "<think>", "</think>",
    "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>",
    "<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "<|endoftext|>",
    "[INST]", "[/INST]", "<s>", "</s>",
]
# Template: tokenizer, what begins a text, what ends it.
FAMILIES = {
    "llama-3": ("qwen2", "<|begin_of_text|>", "<|eot_id|>"),
    "llama-3-generation": ("qwen2", "<|begin_of_text|>", "<|eot_id|>"),
    "llama-3.2": ("qwen2", "<|begin_of_text|>", "<|eot_id|>"),
    "qwen-2.5": ("qwen2", None, "<|im_end|>"),
    "qwen-2.5-generation": ("qwen2", None, "<|im_end|>"),
    "qwen-3": ("qwen2", None, "<|im_end|>"),
    "gemma": ("qwen2", "<bos>", "<eos>"),
    "gemma-generation": ("qwen2", "<bos>", "<eos>"),
    "phi-3": ("qwen2", "<s>", "<|endoftext|>"),
    "mistral": ("qwen2", "<s>", "</s>"),
    "mistral-pieces": ("mistral", "<s>", "</s>"),
    "qwen-2.5-published": ("qwen2", None, "<|im_end|>"),
    "qwen-2.5-published-generation": ("qwen2", None, "<|im_end|>"),
    "qwen-3-published": ("qwen2", None, "<|im_end|>"),
    "qwen-3-published-generation": ("qwen2", None, "<|im_end|>"),
    "phi-3.5-published": ("qwen2", "<s>", "<|endoftext|>"),
    "phi-3.5-published-generation": ("qwen2", "<s>", "<|endoftext|>"),
}


def tokenizer_for(name, bos, eos, template):
    special = {"eos_token": eos, **({} if bos is None else {"bos_token": bos})}
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(CHAT / "tokenizers" / f"{name}.json"), chat_template=template, **special
    )
    return tokenizer


def conversation(tokenizer, template, user, answer):
    messages = [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]
    # Llama 3.2's templates say the day, unless they are told one.
    said = {"date_string": "26 Jul 2024", "return_dict": True, "return_tensors": None}
    masked = "generation %}" in template
    whole = tokenizer.apply_chat_template(messages, tokenize=True, return_assistant_tokens_mask=masked, **said)
    ids = list(whole["input_ids"])
    if masked:
        return {"ids": ids, "mask": list(whole["assistant_masks"])}
    prompt = tokenizer.apply_chat_template(messages[:1], tokenize=True, add_generation_prompt=True, **said)
    before = list(prompt["input_ids"])
    if ids[: len(before)] != before:
        return {"ids": ids, "mask": None}
    return {"ids": ids, "mask": [0] * len(before) + [1] * (len(ids) - len(before))}


def main():
    contents = json.loads((CHAT / "contents.json").read_text())
    (CHAT / "tokenizers").mkdir(exist_ok=True)
    for name in {tokenizer for tokenizer, _, _ in FAMILIES.values()}:
        from tokenizers import AddedToken, Tokenizer

        base = Tokenizer.from_file(str(HERE / "tokenizers" / name / "tokenizer.json"))
        base.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in CONTROL])
        base.add_tokens([AddedToken(token, normalized=False) for token in SEMANTIC])
        text = json.dumps(json.loads(base.to_str()), ensure_ascii=False, separators=(",", ":"))
        (CHAT / "tokenizers" / f"{name}.json").write_text(text + "\n")
    expected = {}
    for family, (name, bos, eos) in FAMILIES.items():
        template = (CHAT / "templates" / f"{family.removesuffix('-pieces')}.jinja").read_text()
        tokenizer = tokenizer_for(name, bos, eos, template)
        cases = [conversation(tokenizer, template, case["user"], case["answer"]) for case in contents]
        expected[family] = {"tokenizer": name, "bos": bos, "eos": eos, "cases": cases}
    result = {"versions": {"transformers": version("transformers")}, "families": expected}
    text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    (CHAT / "expected.json").write_text(text.replace('"cases":', '\n"cases":').replace("},{", "},\n{") + "\n")


if __name__ == "__main__":
    main()
