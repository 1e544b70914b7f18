/**
 * Any `tokenizer.json` through Hugging Face `tokenizers`, for those that the built-in reader refuses
 * (Unigram, WordPiece, rare normalizers). For Node alone: the library is native. It answers by
 * promises only, so it runs in a worker, and each call here waits for its answer.
 */
import { createRequire } from "node:module";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { type AddedToken, AddedTokenFinder, readAddedTokens } from "./added-tokens.ts";
import {
  type BaseSpecialTokens,
  type BaseTokenizer,
  BaseTokenizerError,
  type NewToken,
  type TextRange,
} from "./base-tokenizer.ts";
import { largestVocabulary } from "./bpe-model.ts";
import { extendAdded } from "./hugging-face.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { isByteLevel } from "./pre-tokenizers.ts";
import { refuseCostlyRegexes } from "./regex-cost.ts";
import { findSpecialTokens, type SpecialTokenNames } from "./special-tokens.ts";
import { readDecoder, type TokenDecoder } from "./token-bytes.ts";
import { TokenTable } from "./token-table.ts";

/**
 * @param json the parsed file.
 * @throws BaseTokenizerError when `tokenizers` refuses the file, or its tokens stand for no bytes.
 */
export function nativeBaseTokenizer(json: unknown, names: SpecialTokenNames = {}): BaseTokenizer {
  const root = objectAt(json, "the top");
  const added = readAddedTokens(root.added_tokens, "added_tokens", largestVocabulary - 1);
  return new NativeTokenizer(root, added, names);
}

class NativeTokenizer implements BaseTokenizer {
  readonly size: number;
  readonly special: BaseSpecialTokens;
  readonly spaceInFront: boolean;
  readonly #root: JsonObject;
  readonly #added: readonly AddedToken[];
  readonly #names: SpecialTokenNames;
  readonly #table: TokenTable;
  readonly #library: LibraryWorker;
  readonly #finder: AddedTokenFinder;
  #plain: LibraryWorker | undefined;

  constructor(root: JsonObject, added: readonly AddedToken[], names: SpecialTokenNames) {
    this.#root = root;
    this.#added = added;
    this.#names = names;
    this.#finder = new AddedTokenFinder(added, ({ content }) => content);
    refuseCostlyRegexes(root);
    this.#library = new LibraryWorker(JSON.stringify(this.toJSON()));
    const decoder: TokenDecoder = readDecoder(
      root.decoder,
      "decoder",
      isByteLevel(root.pre_tokenizer),
    );
    this.#table = new TokenTable(new Map(this.#library.vocabulary()), added, decoder);
    this.size = this.#table.size;
    this.special = findSpecialTokens(names, (token) => this.id(token));
    this.spaceInFront = this.#table.bytesOf(this.encode("<")[0] ?? 0)[0] === 0x20;
  }

  encode(text: string, data?: TextRange): number[] {
    const ids = this.#library.encode(text);
    if (data === undefined || !ids.some((id) => this.#table.isAdded(id))) return ids;
    // Data spells an added token, or what is written around it holds one: by a library without any.
    if (this.#plain === undefined) {
      this.#plain = new LibraryWorker(JSON.stringify({ ...this.#root, added_tokens: [] }));
      this.#plain.vocabulary();
    }
    const plain = this.#plain;
    return this.#finder
      .split(text, data)
      .flatMap((part) => (part.id === undefined ? plain.encode(part.text) : [part.id]));
  }

  decode(ids: ArrayLike<number>): string {
    return this.#table.decode(ids);
  }

  tokenBytes(id: number): Uint8Array {
    return this.#table.bytesOf(id);
  }

  token(id: number): string {
    return this.#table.token(id);
  }

  id(token: string): number | undefined {
    return this.#table.id(token);
  }

  isAdded(id: number): boolean {
    return this.#table.isAdded(id);
  }

  withTokens(tokens: readonly NewToken[]): BaseTokenizer {
    return new NativeTokenizer(this.#root, extendAdded(this.#added, tokens, this), this.#names);
  }

  toJSON(): unknown {
    return { ...this.#root, added_tokens: this.#added };
  }
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** Runs in the worker: answers each request, then wakes the thread that waits for it. */
const workerSource = `
const { workerData, parentPort } = require("node:worker_threads");
const { port, flag, library, file } = workerData;
const answer = (message) => {
  port.postMessage(message);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
};
let tokenizer;
port.on("message", async ({ kind, text }) => {
  try {
    if (kind === "load") {
      tokenizer = require(library).Tokenizer.fromString(file);
      answer({ value: Object.entries(tokenizer.getVocab(true)) });
    } else {
      const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
      answer({ value: encoding.getIds() });
    }
  } catch (error) {
    answer({ error: String(error && error.message) });
  }
});
`;
const longestWaitMs = 60_000;

class LibraryWorker {
  readonly #port: MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));

  constructor(file: string) {
    const { port1, port2 } = new MessageChannel();
    const library = createRequire(import.meta.url).resolve("tokenizers");
    const worker = new Worker(workerSource, {
      eval: true,
      workerData: { port: port2, flag: this.#flag, library, file },
      transferList: [port2],
    });
    worker.unref();
    this.#port = port1;
    this.#port.unref();
  }

  /** Pairs of a token and its id. */
  vocabulary(): [string, number][] {
    return this.#ask({ kind: "load" }) as [string, number][];
  }

  encode(text: string): number[] {
    return this.#ask({ kind: "encode", text }) as number[];
  }

  #ask(request: { readonly kind: string; readonly text?: string }): unknown {
    Atomics.store(this.#flag, 0, 0);
    this.#port.postMessage(request);
    const until = performance.now() + longestWaitMs;
    // The notice of an answer may come late, and wake the wait for the next one.
    while (Atomics.load(this.#flag, 0) === 0 && performance.now() < until) {
      Atomics.wait(this.#flag, 0, 0, until - performance.now());
    }
    const answer = receiveMessageOnPort(this.#port)?.message as Answer | undefined;
    if (answer === undefined) {
      throw new BaseTokenizerError("the top", "tokenizers gave no answer in a minute");
    }
    if (answer.error !== undefined) throw new BaseTokenizerError("the top", answer.error);
    return answer.value;
  }
}
