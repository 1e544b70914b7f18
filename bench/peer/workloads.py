"""The work, as one would write it in PyTorch and transformers for speed: fused attention, the fused
AdamW, in float32 or under autocast in bfloat16."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from torch.nn.functional import cross_entropy

transformers.logging.set_verbosity_error()


def build(work, threads, device, precision):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    kinds = {"matmul": Matmul, "train": Train, "generate": Generate}
    return kinds[work["kind"]](work, torch.device(device), precision)


def versions():
    found = {"torch": torch.__version__, "transformers": transformers.__version__}
    if peft_version is not None:
        found["peft"] = peft_version
    return found


peft_version = None


def decoder(config, device):
    """A model of Hugging Face's config.json with random weights."""
    known = transformers.AutoConfig.for_model(**config)
    model = transformers.AutoModelForCausalLM.from_config(
        known, attn_implementation="sdpa", dtype=torch.float32
    )
    return model.to(device)


def count(parameters):
    return sum(parameter.numel() for parameter in parameters)


class Work:
    parameters = None
    trained_parameters = None

    def __init__(self, device, precision):
        self.device = device
        self.is_half = precision == "bfloat16"

    def autocast(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.is_half)

    def run(self, units):
        for _ in range(units):
            self.unit()
        if self.device.type == "cuda":
            torch.cuda.synchronize()


class Matmul(Work):
    def __init__(self, work, device, precision):
        super().__init__(device, precision)
        rows, inner, columns = work["shape"]
        self.a = torch.randn(rows, inner, device=device)
        self.b = torch.randn(inner, columns, device=device)
        self.c = torch.empty(rows, columns, device=device)

    def unit(self):
        torch.mm(self.a, self.b, out=self.c)


class Train(Work):
    def __init__(self, work, device, precision):
        super().__init__(device, precision)
        model = decoder(work["config"], device)
        self.parameters = count(model.parameters())
        self.model = model if work["lora"] is None else with_adapters(model, work["lora"])
        self.model.train()
        self.trained = [each for each in self.model.parameters() if each.requires_grad]
        self.trained_parameters = count(self.trained)
        self.tokens = torch.tensor(work["tokens"], device=device)
        self.targets = torch.tensor(work["targets"], device=device).flatten()
        self.clip = work["optimiser"]["clip"]
        self.optimiser = adamw(self.trained, work["optimiser"])

    def unit(self):
        self.optimiser.zero_grad(set_to_none=True)
        with self.autocast():
            logits = self.model(input_ids=self.tokens, use_cache=False).logits
            loss = cross_entropy(logits.flatten(0, 1), self.targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, self.clip)
        self.optimiser.step()
        loss.item()


def adamw(parameters, options):
    matrices = [each for each in parameters if each.dim() > 1]
    vectors = [each for each in parameters if each.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": options["weightDecay"]},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=options["learningRate"],
        betas=(options["beta1"], options["beta2"]),
        eps=options["epsilon"],
        fused=True,
    )


def with_adapters(model, lora):
    global peft_version
    import peft

    peft_version = peft.__version__
    config = peft.LoraConfig(
        r=lora["rank"],
        lora_alpha=lora["alpha"],
        lora_dropout=0.0,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return peft.get_peft_model(model, config)


class Generate(Work):
    def __init__(self, work, device, precision):
        super().__init__(device, precision)
        self.model = decoder(work["config"], device).eval()
        self.parameters = count(self.model.parameters())
        self.prompts = torch.tensor(work["prompts"], device=device)
        self.mask = torch.ones_like(self.prompts)
        self.new_tokens = work["newTokens"]
        self.model.generation_config.eos_token_id = None

    @torch.inference_mode()
    def unit(self):
        with self.autocast():
            self.generate()

    def generate(self):
        self.model.generate(
            self.prompts,
            attention_mask=self.mask,
            max_new_tokens=self.new_tokens,
            min_new_tokens=self.new_tokens,
            do_sample=False,
            pad_token_id=0,
        )
