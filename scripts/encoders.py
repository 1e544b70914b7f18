"""
Writes the models that metrics ask, as `pathloom evaluate` reads them (docs/evaluation.md).

    pip install torch transformers onnx onnxscript safetensors
    python scripts/encoders.py clip openai/clip-vit-large-patch14 encoders/clip
    python scripts/encoders.py dino facebook/dinov2-base encoders/dino
    python scripts/encoders.py hps HPS_v2_compressed.pt encoders/hps
    python scripts/encoders.py aesthetic sac+logos+ava1-l14-linearMSE.pth encoders/aesthetic.safetensors
    pip install torchvision lpips
    python scripts/encoders.py inception encoders/inception
    python scripts/encoders.py lpips encoders/lpips

CLIP and DINO stand in the layout of `@huggingface/transformers`, so that a repository of the Hub that has
`onnx/` needs none of this.
"""

import json
import pathlib
import sys

import torch

IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}


def export(module, inputs, names, outputs, file, dynamic=None):
    """One ONNX file, its weights within."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        torch.onnx.export(module.eval(), inputs, str(file), input_names=names, output_names=outputs,
                          dynamic_axes=dynamic or {}, opset_version=17, dynamo=False)


class Embeds(torch.nn.Module):
    """Of a model's many outputs, the one that is asked for."""

    def __init__(self, model, name):
        super().__init__()
        self.model, self.name = model, name

    def forward(self, x):
        return getattr(self.model(x), self.name)


class TextTower(torch.nn.Module):
    def __init__(self, clip):
        super().__init__()
        self.clip = clip

    def forward(self, ids):
        return self.clip.text_projection(self.clip.text_model(input_ids=ids).pooler_output)


class VisionTower(torch.nn.Module):
    def __init__(self, clip):
        super().__init__()
        self.clip = clip

    def forward(self, pixels):
        return self.clip.visual_projection(self.clip.vision_model(pixel_values=pixels).pooler_output)


def write_clip(model, tokenizer, size, folder):
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([tokenizer("a drawing")["input_ids"]])
    export(TextTower(model), (ids,), ["input_ids"], ["text_embeds"], folder / "onnx/text_model.onnx",
           {"input_ids": {1: "sequence"}})
    export(VisionTower(model), (torch.zeros(1, 3, size, size),), ["pixel_values"], ["image_embeds"],
           folder / "onnx/vision_model.onnx")
    model.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def write_dino(model, preprocessing, size, folder):
    folder.mkdir(parents=True, exist_ok=True)
    export(Embeds(model, "last_hidden_state"), (torch.zeros(1, 3, size, size),), ["pixel_values"],
           ["last_hidden_state"], folder / "onnx/model.onnx")
    model.config.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessing, indent=2) + "\n")


def write_features(model, size, folder):
    """A network whose output is the features: InceptionV3 without its last layer."""
    export(model, (torch.zeros(1, 3, size, size),), ["pixel_values"], ["features"], folder / "onnx/model.onnx")
    (folder / "config.json").write_text(json.dumps({"image_size": size}) + "\n")
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"size": {"height": size, "width": size}, **IMAGENET}, indent=2) + "\n")


class Layers(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return tuple(self.network(x))


def write_lpips(metric, size, folder):
    """The network of an `lpips.LPIPS` and the weights of its linear layers."""
    from safetensors.torch import save_file

    outputs = [f"layer_{i}" for i in range(len(metric.lins))]
    export(Layers(metric.net), (torch.zeros(1, 3, size, size),), ["pixel_values"], outputs,
           folder / "onnx/model.onnx")
    save_file({f"lin{i}.weight": lin.model[-1].weight.detach().flatten().clone()
               for i, lin in enumerate(metric.lins)}, folder / "lpips.safetensors")
    (folder / "config.json").write_text(json.dumps({"image_size": size}) + "\n")


def write_aesthetic(state, file):
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.float().contiguous() for k, v in state.items()}, file)


def from_open_clip(state, heads):
    """The tensors of an OpenCLIP's ViT under the names of transformers. `heads` is not needed but checked."""
    made = {"logit_scale": state["logit_scale"],
            "text_projection.weight": state["text_projection"].T,
            "visual_projection.weight": state["visual.proj"].T,
            "text_model.embeddings.token_embedding.weight": state["token_embedding.weight"],
            "text_model.embeddings.position_embedding.weight": state["positional_embedding"],
            "vision_model.embeddings.class_embedding": state["visual.class_embedding"],
            "vision_model.embeddings.patch_embedding.weight": state["visual.conv1.weight"],
            "vision_model.embeddings.position_embedding.weight": state["visual.positional_embedding"]}
    for ours, theirs in [("text_model.final_layer_norm", "ln_final"),
                         ("vision_model.pre_layrnorm", "visual.ln_pre"),
                         ("vision_model.post_layernorm", "visual.ln_post")]:
        for kind in ("weight", "bias"):
            made[f"{ours}.{kind}"] = state[f"{theirs}.{kind}"]
    for ours, theirs in [("text_model", "transformer"), ("vision_model", "visual.transformer")]:
        i = 0
        while f"{theirs}.resblocks.{i}.ln_1.weight" in state:
            block, layer = f"{theirs}.resblocks.{i}", f"{ours}.encoder.layers.{i}"
            for kind in ("weight", "bias"):
                made[f"{layer}.layer_norm1.{kind}"] = state[f"{block}.ln_1.{kind}"]
                made[f"{layer}.layer_norm2.{kind}"] = state[f"{block}.ln_2.{kind}"]
                made[f"{layer}.mlp.fc1.{kind}"] = state[f"{block}.mlp.c_fc.{kind}"]
                made[f"{layer}.mlp.fc2.{kind}"] = state[f"{block}.mlp.c_proj.{kind}"]
                made[f"{layer}.self_attn.out_proj.{kind}"] = state[f"{block}.attn.out_proj.{kind}"]
                parts = state[f"{block}.attn.in_proj_{kind}"].chunk(3)
                for name, part in zip("qkv", parts):
                    made[f"{layer}.self_attn.{name}_proj.{kind}"] = part
            i += 1
    width = made["vision_model.embeddings.class_embedding"].shape[0]
    assert width % heads == 0, f"{width} channels do not split into {heads} heads"
    return {k: v.float().contiguous() for k, v in made.items()}


def clip_config(tensors, text_heads, vision_heads, size):
    """What the shapes say; OpenCLIP's ViTs but OpenAI's compute the exact GELU."""
    from transformers import CLIPConfig

    count = lambda tower: len({k.split(".")[3] for k in tensors if k.startswith(f"{tower}.encoder.layers")})
    side = lambda tower: tensors[f"{tower}.encoder.layers.0.mlp.fc1.weight"].shape
    words = tensors["text_model.embeddings.token_embedding.weight"].shape
    patches = tensors["vision_model.embeddings.patch_embedding.weight"].shape
    return CLIPConfig(
        projection_dim=tensors["visual_projection.weight"].shape[0],
        text_config={"hidden_size": words[1], "vocab_size": words[0], "num_attention_heads": text_heads,
                     "intermediate_size": side("text_model")[0], "num_hidden_layers": count("text_model"),
                     "max_position_embeddings":
                         tensors["text_model.embeddings.position_embedding.weight"].shape[0],
                     "hidden_act": "gelu", "bos_token_id": words[0] - 2, "eos_token_id": words[0] - 1},
        vision_config={"hidden_size": patches[0], "patch_size": patches[2], "image_size": size,
                       "num_attention_heads": vision_heads, "intermediate_size": side("vision_model")[0],
                       "num_hidden_layers": count("vision_model"), "hidden_act": "gelu"})


def write_hps(state, heads, size, tokenizer, folder):
    """HPS v2 as transformers' CLIP, in safetensors."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = from_open_clip(state, heads[1])
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    clip_config(tensors, *heads, size).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main(kind, *rest):
    source, folder = (rest[0], pathlib.Path(rest[1])) if len(rest) == 2 else (None, pathlib.Path(rest[0]))
    if kind == "clip":
        from transformers import CLIPModel, CLIPTokenizer
        model = CLIPModel.from_pretrained(source)
        write_clip(model, CLIPTokenizer.from_pretrained(source), model.config.vision_config.image_size, folder)
    elif kind == "dino":
        from transformers import AutoModel
        processor = {"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224},
                     "do_center_crop": True, **IMAGENET}
        write_dino(AutoModel.from_pretrained(source), processor, 224, folder)
    elif kind == "inception":
        import torchvision
        model = torchvision.models.inception_v3(weights="IMAGENET1K_V1", transform_input=False)
        model.fc = torch.nn.Identity()
        write_features(model, 299, folder)
    elif kind == "lpips":
        import lpips
        write_lpips(lpips.LPIPS(net="vgg"), 224, folder)
    elif kind == "aesthetic":
        write_aesthetic(torch.load(source, map_location="cpu", weights_only=True), folder)
    elif kind == "hps":
        from transformers import CLIPTokenizer
        state = torch.load(source, map_location="cpu", weights_only=True)
        # ViT-H/14 of LAION; its words are OpenAI's.
        tokenizer = CLIPTokenizer.from_pretrained("openai/clip-vit-large-patch14")
        write_hps(state.get("state_dict", state), (16, 16), 224, tokenizer, folder)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
