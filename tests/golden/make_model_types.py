"""Lists what `AutoModelForCausalLM` of the installed transformers builds, and what in each is beyond a plain decoder.

    .venv-golden/bin/python tests/golden/make_model_types.py     # writes models/families/model-types.ts

Read from the package's source, without importing it: the table of classes, and marks in the modeling file of
each class. A mark is a word of the code; what it means for Pathloom is said in model-types.ts's reader.
"""

import ast
import json
import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(find_spec("transformers").origin).parent
TARGET = Path(__file__).parents[2] / "models/families/model-types.ts"

# What makes a class more than a decoder -> marks in its modeling file.
MARKS = {
    "pictures": r"\w*Vision(Model|Tower|Encoder)\w*\(|vision_config|image_token_id|pixel_values",
    "sound": r"audio_codes|input_features|mel_filter|audio_config",
    "encoder": r"encoder_attn|EncoderDecoderCache|crossattention|cross_attn",
    "experts": r"class \w*(Experts|MoE|Moe|TopkRouter|TopKGate)\w*\(",
    "stateSpace": r"ssm_state|selective_scan|class \w*Mamba\w*\(|mamba_chunk",
    "linearAttention": r"delta_rule|GatedDelta|linear_attn|lightning|wkv|rg_lru|RgLru|mLSTM|class \w*LinearAttention",
    "convolution": r"class \w*ShortConv\w*\(|causal_conv1d",
    "latentAttention": r"kv_lora_rank",
    "sinks": r"\bsinks\b|attention_sink",
    "interleaved": r"rotate_every_two|x\[\.\.\., (0)?::2\]|view_as_complex",
}
# Decoders whose code can attend to an encoder, and does not unless it is asked to.
DECODERS = {"biogpt", "gpt-sw3", "gpt2", "gpt_bigcode", "xglm", "aria_text"}
# Classes that only share a file with others.
TEXT_ALONE = re.compile(r"(_text|^qwen3_5)$")


def classes():
    tree = ast.parse((PACKAGE / "models/auto/modeling_auto.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES":
            return ast.literal_eval(node.value.args[0])
    raise SystemExit("no table of causal language models")


def modeling_files():
    found = {}
    for path in sorted((PACKAGE / "models").glob("*/modeling_*.py")):
        source = path.read_text()
        for name in re.findall(r"^class (\w+)\(", source, re.M):
            found.setdefault(name, source)
    return found


def marks(model_type, name, source):
    beside = {"pictures", "sound"} if TEXT_ALONE.search(model_type) else set()
    beside |= {"encoder"} if model_type in DECODERS else set()
    found = [mark for mark, pattern in MARKS.items() if mark not in beside and re.search(pattern, source)]
    if name.endswith("ForConditionalGeneration") and "sound" not in found and "pictures" not in found:
        found.insert(0, "pictures")
    return found


if __name__ == "__main__":
    files = modeling_files()
    rows = {model_type: [name, *marks(model_type, name, files[name])] for model_type, name in classes()}
    lines = [f'  "{key}": {json.dumps(row)},' for key, row in sorted(rows.items())]
    TARGET.write_text(
        "/**\n"
        f" * What `AutoModelForCausalLM` of transformers {version('transformers')} builds: the class by `model_type`,\n"
        " * and marks of what it has beyond a plain decoder. Written by tests/golden/make_model_types.py.\n"
        " */\n"
        f'export const transformersVersion = "{version("transformers")}";\n\n'
        "export const modelTypes: Readonly<Record<string, readonly [model: string, ...marks: string[]]>> = {\n"
        + "\n".join(lines)
        + "\n};\n"
    )
    print(f"{len(rows)} types in {TARGET}")
