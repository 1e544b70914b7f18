import { PathloomError } from "../../errors/index.ts";

/** A model or tokenizer that llama.cpp's file cannot hold; says what of it. */
export class GgufError extends PathloomError {
  override readonly name: string = "GgufError";
  override readonly code: string = "ERR_GGUF";
}
