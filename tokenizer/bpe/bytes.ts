/**
 * The byte alphabet of byte-level BPE: every byte is written as one visible character, so that a
 * vocabulary file holds no control characters and no spaces. Printable Latin-1 stands for itself;
 * the other 68 bytes are U+0100 onwards, in order (as in GPT-2 and Hugging Face `ByteLevel`).
 */
function standsForItself(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}

/** [256]: the character of each byte. */
export const byteCharacters: readonly string[] = (() => {
  const characters: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    characters.push(String.fromCharCode(standsForItself(byte) ? byte : next++));
  }
  return characters;
})();

const characterBytes: ReadonlyMap<string, number> = new Map(
  byteCharacters.map((character, byte) => [character, byte]),
);

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text's UTF-8 bytes, each as its character. */
export function toByteCharacters(text: string): string {
  let characters = "";
  for (const byte of utf8.encode(text)) characters += byteCharacters[byte];
  return characters;
}

/** The bytes that characters stand for. @throws RangeError for a foreign character. */
export function bytesOfCharacters(characters: string): Uint8Array {
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) {
    const byte = characterBytes.get(characters.charAt(i));
    if (byte === undefined) {
      throw new RangeError(`character ${JSON.stringify(characters.charAt(i))} stands for no byte`);
    }
    bytes[i] = byte;
  }
  return bytes;
}

/** The text again; bytes that are no UTF-8 become U+FFFD. @throws RangeError as {@link bytesOfCharacters}. */
export function fromByteCharacters(characters: string): string {
  return fromUtf8.decode(bytesOfCharacters(characters));
}

export function isByteCharacters(characters: string): boolean {
  for (let i = 0; i < characters.length; i++) {
    if (!characterBytes.has(characters.charAt(i))) return false;
  }
  return true;
}
