"""
Golden figures of metrics, and tiny encoders of random weights in the layouts of real ones.

    pip install torch transformers onnx safetensors scipy scikit-image lpips torchvision
    python tests/golden/make_metrics.py

Writes metrics.json: distances of sets of features by SciPy's square root of a matrix and by numpy, MSE
and PSNR by scikit-image, LPIPS by the package `lpips` over a small network, an aesthetic predictor by
PyTorch, and what transformers' CLIP and DINOv2 and a network of features see of a picture. And encoders/,
as scripts/encoders.py writes them: clip (the weights of clip/), dino, features, lpips, aesthetic.
"""

import json
import pathlib
import sys

import lpips
import numpy
import torch
from scipy import linalg
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio
from transformers import CLIPModel, CLIPTokenizer, Dinov2Config, Dinov2Model

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent.parent / "scripts"))
import encoders  # noqa: E402

out = here / "encoders"
torch.manual_seed(5)


def features(rows, width, phase):
    """The same as in the test."""
    i, j = numpy.mgrid[0:rows, 0:width].astype(numpy.float64)
    values = numpy.sin(1.3 * i + 0.7 * j * j + phase) + 0.2 * numpy.cos(i * j + phase) + 0.1 * phase
    return values.astype(numpy.float32)


def frechet(x, y):
    x, y = x.astype(numpy.float64), y.astype(numpy.float64)
    c, d = numpy.atleast_2d(numpy.cov(x, rowvar=False)), numpy.atleast_2d(numpy.cov(y, rowvar=False))
    root = linalg.sqrtm(c @ d)
    apart = x.mean(0) - y.mean(0)
    return float(apart @ apart + numpy.trace(c) + numpy.trace(d) - 2 * numpy.trace(root).real)


def kernel(x, y):
    """The unbiased estimate of the squared maximum mean discrepancy, by its definition."""
    x, y = x.astype(numpy.float64), y.astype(numpy.float64)
    k = lambda a, b: (a @ b.T / x.shape[1] + 1) ** 3
    inner = lambda a: (k(a, a).sum() - numpy.trace(k(a, a))) / (len(a) * (len(a) - 1))
    return float(inner(x) + inner(y) - 2 * k(x, y).mean())


def picture(size, phase):
    """The same as in the test: red, green and blue of 0 to 255."""
    y, x, c = numpy.mgrid[0:size, 0:size, 0:3]
    return ((37 * x + 91 * y + 53 * c + 29 * phase + (x * y) // 3) % 256).astype(numpy.uint8)


def tensor(p, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)):
    values = torch.tensor(p.astype(numpy.float32) / 255).permute(2, 0, 1)[None]
    return (values - torch.tensor(mean)[None, :, None, None]) / torch.tensor(std)[None, :, None, None]


cases = [{"real": list(real), "made": list(made),
          "frechet": frechet(features(*real), features(*made)),
          "kernel": kernel(features(*real), features(*made))}
         for real, made in [((40, 6, 0.0), (50, 6, 0.4)), ((12, 20, 0.0), (15, 20, 1.1)),
                            ((30, 24, 0.0), (9, 24, 0.2)), ((25, 25, 0.3), (31, 25, 0.5)),
                            ((20, 8, 0.0), (20, 8, 0.0))]]

a, b = picture(24, 0), picture(24, 7)
error = float(mean_squared_error(a / 255, b / 255))
pixels = {"mse": error, "psnr": float(peak_signal_noise_ratio(a / 255, b / 255, data_range=1.0))}


# LPIPS: the package's own class and arithmetic over a small network of five layers.
class Small(torch.nn.Module):
    chns = [3, 4, 5, 4, 6]

    def __init__(self):
        super().__init__()
        sides = [3, *self.chns]
        self.parts = torch.nn.ModuleList(
            torch.nn.Conv2d(i, o, 3, stride=2 if n in (1, 3) else 1, padding=1)
            for n, (i, o) in enumerate(zip(sides, self.chns)))

    def forward(self, x):
        seen = []
        for part in self.parts:
            x = torch.relu(part(x))
            seen.append(x)
        return seen


metric = lpips.LPIPS(net="vgg", pretrained=False, pnet_rand=True, verbose=False)
metric.net = Small()
metric.chns = Small.chns
metric.lins = torch.nn.ModuleList(lpips.lpips.NetLinLayer(c) for c in Small.chns)
for lin in metric.lins:
    torch.nn.init.uniform_(lin.model[-1].weight, 0, 1)
metric.eval()
encoders.write_lpips(metric, 24, out / "lpips")
with torch.no_grad():
    of = lambda p: torch.tensor(p.astype(numpy.float32) / 127.5 - 1).permute(2, 0, 1)[None]
    perceptual = [metric(of(picture(24, 0)), of(picture(24, 7))).item(),
                  metric(of(picture(24, 3)), of(picture(24, 4))).item()]

# DINOv2
dino = Dinov2Model(Dinov2Config(hidden_size=12, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2,
                                image_size=28, patch_size=14))
with torch.no_grad():
    for parameter in dino.parameters():
        parameter.copy_(torch.randn_like(parameter) * 0.3)
encoders.write_dino(dino.eval(), {"size": {"shortest_edge": 32}, "crop_size": {"height": 28, "width": 28},
                                  "do_center_crop": True, **encoders.IMAGENET}, 28, out / "dino")
with torch.no_grad():
    cropped = [tensor(picture(32, n)[2:30, 2:30]) for n in (0, 1)]
    hidden = [dino(p).last_hidden_state.mean(dim=1)[0] for p in cropped]
    likeness = (torch.nn.functional.cosine_similarity(*hidden, dim=0).item() + 1) / 2

# A network of features, as InceptionV3 without its last layer.
network = torch.nn.Sequential(torch.nn.Conv2d(3, 7, 5, stride=3), torch.nn.ReLU(),
                              torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
encoders.write_features(network, 24, out / "features")
with torch.no_grad():
    seen = network.eval()(tensor(picture(24, 2)))[0].tolist()

# CLIP: the small one whose safetensors stand in clip/.
model = CLIPModel.from_pretrained(here / "clip").eval()
tokenizer = CLIPTokenizer.from_pretrained(here / "clip")
encoders.write_clip(model, tokenizer, 24, out / "clip")
for extra in ["tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt"]:
    (out / "clip" / extra).unlink(missing_ok=True)
OPENAI = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
with torch.no_grad():
    embeds = [model(input_ids=torch.tensor([tokenizer("a  Heart's box")["input_ids"]]),
                    pixel_values=tensor(picture(24, n), *OPENAI)) for n in (0, 1)]
    text, images = embeds[0].text_embeds[0], [e.image_embeds[0] for e in embeds]

# LAION's predictor: linear layers with dropout between, which is off when it judges.
judge = torch.nn.Sequential(torch.nn.Linear(10, 6), torch.nn.Dropout(0.2), torch.nn.Linear(6, 4),
                            torch.nn.Dropout(0.1), torch.nn.Linear(4, 1)).eval()
state = {f"layers.{k}": v for k, v in judge.state_dict().items()}
encoders.write_aesthetic(state, out / "aesthetic.safetensors")
single = torch.nn.Linear(10, 1)
(out / "aesthetic-linear.json").write_text(
    json.dumps({k: v.tolist() for k, v in single.state_dict().items()}) + "\n")
with torch.no_grad():
    aesthetic = [judge(images[0]).item(), single(images[0]).item()]

(here / "metrics.json").write_text(json.dumps({
    "distances": cases, "pixels": pixels, "lpips": perceptual,
    "dino": {"features": hidden[0].tolist(), "likeness": likeness},
    "features": seen,
    "clip": {"caption": "a  Heart's box", "text": text.tolist(), "image": images[0].tolist(),
             "textSimilarity": float(text @ images[0]), "pictureSimilarity": float(images[0] @ images[1])},
    "aesthetic": aesthetic,
}, indent=1) + "\n")
