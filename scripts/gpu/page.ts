/** What the kit found, as a page. */
import type { KitResults, Speed } from "./results.ts";

/** Of an H200 in bfloat16 without sparsity, as NVIDIA's data sheet has it, in GFLOP/s. */
const h200Peak = 989_000;

export function kitPage(results: KitResults): string {
  const { engine, device, conformance, parity, speeds, seconds } = results;
  const failures = conformance.failures.map((each) => `- ${each}`);
  return `# The engine xla on ${device}

${engine}. The kit took ${seconds.toFixed()} s.${device === "CPU" ? " This is the processor's plug-in: the figures say that the kit works, and nothing of a card." : ""}

Conformance: ${conformance.passed} of ${conformance.total} values and gradients passed, ${conformance.failures.length} failed${conformance.passed + conformance.failures.length < conformance.total ? "; the rest was left for want of time" : ""}.
${failures.length === 0 ? "" : `\n${failures.join("\n")}\n`}
Ten training steps beside the processor's (onnx), the largest difference of the losses: ${parity.float32.toExponential(2)} in float32, ${parity.bfloat16.toExponential(2)} in bfloat16.

| work | precision | tokens/s | GFLOP/s | share of an H200's bfloat16 peak | PyTorch, tokens/s | ratio |
|---|---|--:|--:|--:|--:|--:|
${speeds.map(speedRow(device)).join("\n")}
`;
}

const speedRow =
  (device: string) =>
  ({ name, precision, result, error }: Speed): string => {
    if (result === null) return `| ${name} | ${precision} | ${error} | | | | |`;
    const { tokensPerSecond, gflops, peer, ratio } = result;
    const share =
      gflops === null || !device.includes("H200")
        ? ""
        : `${((100 * gflops) / h200Peak).toFixed(1)} %`;
    const theirs = peer?.tokensPerSecond?.toFixed() ?? "";
    return `| ${name} | ${precision} | ${tokensPerSecond?.toFixed() ?? ""} | ${gflops?.toFixed() ?? ""} | ${share} | ${theirs} | ${ratio?.toFixed(2) ?? ""} |`;
  };
