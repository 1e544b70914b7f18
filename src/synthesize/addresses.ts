/** Which addresses a server may point to: none of this machine and of the network that it stands in. */
import { BlockList, isIP } from "node:net";

/** Not of the open internet (IANA's registries of special-purpose addresses). */
const closed4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
const closed6: readonly (readonly [string, number])[] = [
  ["::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

const closed = new BlockList();
for (const [address, bits] of closed4) {
  closed.addSubnet(address, bits, "ipv4");
  // The same ones as IPv6 writes them: mapped, and through NAT64.
  closed.addSubnet(`::ffff:${address}`, 96 + bits, "ipv6");
  closed.addSubnet(`64:ff9b::${address}`, 96 + bits, "ipv6");
}
for (const [address, bits] of closed6) closed.addSubnet(address, bits, "ipv6");

/** Whether an IP address lies on the open internet; what is none does not. */
export function isOpenAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  const version = isIP(plain);
  return version !== 0 && !closed.check(plain, version === 4 ? "ipv4" : "ipv6");
}

/** Scheme, host and port of a URL; null for what is none. */
export function originOf(text: string): string | null {
  return URL.canParse(text) ? new URL(text).origin : null;
}
