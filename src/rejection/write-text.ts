import { writeFileAtomically } from "../../checkpoints/index.ts";

export function writeText(file: string, text: string): void {
  writeFileAtomically(file, (sink) => sink.write(Buffer.from(text)));
}
