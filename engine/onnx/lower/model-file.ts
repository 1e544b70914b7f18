/** The bytes of a model, within what a file can hold. */
import { EngineError } from "../../engine.ts";
import { encodeModel, type OnnxModel } from "./model.ts";

/** A protocol buffer cannot be longer. */
const longest = 2 ** 31 - 1;

/**
 * @param constantsPath name of a file for tensors outside the model, beside it; none unless it has constants.
 * @param most bytes; what a protocol buffer holds unless given.
 * @throws EngineError when the constants, which are in the file where inputs are not, make it longer.
 */
export function modelFile(
  model: OnnxModel,
  constantsPath: string,
  most = longest,
): Uint8Array<ArrayBuffer> {
  const bytes = encodeModel(model, constantsPath);
  if (bytes.byteLength <= most) return bytes;
  throw new EngineError(
    `${model.name}: its constants take ${bytes.byteLength} bytes, more than an ONNX model holds; make them inputs`,
  );
}
