/**
 * What a plug-in of a version that was not tested has to do before it is taken: move a tensor there and
 * back, compile, run, and update a tensor in place.
 */
import { EngineError } from "../../engine.ts";
import { Graph } from "../../graph/index.ts";
import { add, matmul, multiply, sum } from "../../ops/index.ts";
import { prepare } from "../../passes/index.ts";
import { compileOptions } from "../compile-options.ts";
import { lowerModule } from "../lower/index.ts";
import { oneDevice } from "../mesh/index.ts";
import { describeVersion, type PjrtClient, supportedVersions } from "../pjrt/index.ts";

const square = { dtype: "float32", shape: [2, 2] } as const;

/** @throws EngineError saying what it did otherwise. */
export function selfTest(client: PjrtClient): void {
  try {
    check(client);
  } catch (cause) {
    const { path, version } = client.library;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      `${path} speaks version ${describeVersion(version)} of PJRT's interface, which is not among the supported (${supportedVersions}), and fails the self-test: ${why}`,
      { cause },
    );
  }
}

function check(client: PjrtClient): void {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [2, 2]), graph.input("y", [2, 2])];
  const product = matmul(x, y);
  graph.output("x", add(product, multiply(x, 0.5)));
  graph.output("total", sum(product));
  const options = { donate: { x: "x" }, precision: "float32", mesh: oneDevice } as const;
  const { text } = lowerModule(prepare(graph), options);
  const executable = client.compile(text, compileOptions({ platform: client.platform }));
  const device = client.devices[0]!;
  const inputs = [
    client.upload(Float32Array.of(1, 2, 3, 4), square, device),
    client.upload(Float32Array.of(5, 6, 7, 8), square, device),
  ];
  const [outputs] = executable.execute([inputs], 2) as [bigint[]];
  const next = new Float32Array(new ArrayBuffer(16));
  const total = new Float32Array(new ArrayBuffer(4));
  client.download(outputs[0]!, square, next);
  client.download(outputs[1]!, { dtype: "float32", shape: [] }, total);
  const taken = client.isDeleted(inputs[0]!);
  for (const buffer of [...inputs, ...outputs]) client.freeBuffer(buffer);
  executable.dispose();
  if ([...next, ...total].join() !== "19.5,23,44.5,52,134") {
    throw new EngineError(`a product came out as ${[...next, ...total].join(", ")}`);
  }
  if (!taken) throw new EngineError("a donated tensor was not updated in place");
}
