/** A tensor on a card that is not here: it has a type, and reads as zeros. */
import { EngineBuffer } from "../../base/index.ts";
import { allocate, type TensorData } from "../../graph/index.ts";

export class TargetBuffer extends EngineBuffer {
  read(): TensorData {
    this.checkAlive();
    return allocate(this.type);
  }

  write(data: TensorData): void {
    this.checkAlive();
    this.checkLength(data);
  }

  /** Nobody would see what is made. */
  fill(): void {
    this.checkAlive();
  }

  protected release(): void {
    // It holds nothing.
  }
}
