/** A content being received: the file it grows in and the digest of what is there. */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { diskFull, guardCache } from "./cache-guard.ts";
import type { RepositoryFile } from "./repository.ts";

export class Receiver {
  readonly path: string;
  readonly file: RepositoryFile;
  readonly #handle: FileHandle;
  #hash: Hash;
  #received = 0;

  private constructor(path: string, file: RepositoryFile, handle: FileHandle) {
    this.path = path;
    this.file = file;
    this.#handle = handle;
    this.#hash = newHash(file);
  }

  /** Goes on with what the file at `path` holds. */
  static async open(path: string, file: RepositoryFile): Promise<Receiver> {
    const receiver = new Receiver(path, file, await open(path, "a+"));
    try {
      await receiver.#takeUp();
    } catch (error) {
      await receiver.close();
      throw error;
    }
    return receiver;
  }

  /** Bytes that are there. */
  get received(): number {
    return this.#received;
  }

  /** @throws HubError "disk-full" where the rest will not fit. */
  async requireSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.path));
    const free = bavail * bsize;
    const rest = this.file.size - this.#received;
    if (free < rest) throw diskFull(this.path, `${rest} bytes to come, ${free} free`);
  }

  /** @returns false, and takes nothing, where it is more than the file has. */
  async write(chunk: Uint8Array): Promise<boolean> {
    if (this.#received + chunk.byteLength > this.file.size) return false;
    await guardCache(this.path, () => this.#handle.appendFile(chunk));
    this.#hash.update(chunk);
    this.#received += chunk.byteLength;
    return true;
  }

  async restart(): Promise<void> {
    await guardCache(this.path, () => this.#handle.truncate(0));
    this.#hash = newHash(this.file);
    this.#received = 0;
  }

  /** Of the whole content. */
  isRight(): boolean {
    return this.#hash.copy().digest("hex") === this.file.digest.hex;
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #takeUp(): Promise<void> {
    const { size } = await this.#handle.stat();
    if (size > this.file.size) return this.restart();
    const buffer = Buffer.alloc(Math.min(size, 1 << 20));
    while (this.#received < size) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#received);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#received += bytesRead;
    }
  }
}

/** Git's digest is of a header and the content. */
function newHash({ digest, size }: RepositoryFile): Hash {
  return digest.kind === "sha256"
    ? createHash("sha256")
    : createHash("sha1").update(`blob ${size}\0`);
}
