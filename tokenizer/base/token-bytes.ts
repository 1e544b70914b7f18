/**
 * What the decoder of a tokenizer file does to one token, as bytes: byte-level vocabularies write
 * bytes as characters, SentencePiece ones write a space as `▁` and lone bytes as `<0x0A>`.
 */
import { bytesOfCharacters, isByteCharacters } from "../bpe/index.ts";
import { flagAt, type JsonObject, listAt, objectAt, textAt, unsupported } from "./json.ts";

export interface TokenDecoder {
  /** The bytes of a token of the vocabulary, or of an added one. */
  readonly bytesOf: (token: string) => Uint8Array;
  /** Whether one space at the start of a text is taken away. */
  readonly stripsSpace: boolean;
}

const utf8 = new TextEncoder();
const loneByte = /^<0x([0-9A-Fa-f]{2})>$/;

/** @throws BaseTokenizerError for a decoder that is not supported. */
export function readDecoder(json: unknown, place: string, byteLevel: boolean): TokenDecoder {
  const steps = flatten(json, place);
  if (byteLevel || steps.some(({ node }) => node.type === "ByteLevel")) {
    return { bytesOf: bytesOfToken, stripsSpace: false };
  }
  if (steps.length === 0) throw unsupported(place, "a vocabulary without a decoder");
  const replacements: (readonly [string, string])[] = [];
  let fallback = false;
  let stripsSpace = false;
  for (const { node, at } of steps) {
    switch (node.type) {
      case "Replace":
        replacements.push([
          textAt(objectAt(node.pattern, `${at}.pattern`).String, `${at}.pattern.String`),
          textAt(node.content, `${at}.content`),
        ]);
        break;
      case "Metaspace":
        replacements.push([textAt(node.replacement ?? "▁", `${at}.replacement`), " "]);
        stripsSpace =
          node.prepend_scheme !== "never" &&
          flagAt(node.add_prefix_space, `${at}.add_prefix_space`, true);
        break;
      case "ByteFallback":
        fallback = true;
        break;
      case "Fuse":
        break;
      case "Strip":
        if (node.content !== " ") throw unsupported(at, "a Strip of another sign than a space");
        stripsSpace = node.start === 1;
        break;
      default:
        throw unsupported(`${at}.type`, `the decoder ${String(node.type)}`);
    }
  }
  const bytesOf = (token: string) => {
    const byte = fallback ? loneByte.exec(token)?.[1] : undefined;
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    return utf8.encode(replacements.reduce((text, [from, to]) => text.replaceAll(from, to), token));
  };
  return { bytesOf, stripsSpace };
}

function bytesOfToken(token: string): Uint8Array {
  return isByteCharacters(token) ? bytesOfCharacters(token) : utf8.encode(token);
}

interface Step {
  readonly node: JsonObject;
  readonly at: string;
}

function flatten(json: unknown, place: string): Step[] {
  if (json === null || json === undefined) return [];
  const node = objectAt(json, place);
  if (node.type !== "Sequence") return [{ node, at: place }];
  return listAt(node.decoders, `${place}.decoders`).flatMap((step, i) =>
    flatten(step, `${place}.decoders[${i}]`),
  );
}
