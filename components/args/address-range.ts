const range = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** "This network", loopback, link-local, multicast and reserved (RFC 6890): no host has an address there. */
const noHosts = /^(0|127|22[4-9]|2[34]\d|25[0-5])\.|^169\.254\./;

/**
 * A VPC's address range of 256 addresses or more: room for its subnets. It begins at its own first
 * address: EC2 would set the bits behind the prefix to 0, but the provider refuses them.
 */
export function isAddressRange(value: unknown): value is string {
  return typeof value === "string" && canonicalRange(value) === value;
}

/** The range that an address lies in, as the provider wants it; undefined when there is none. */
export function canonicalRange(value: unknown): string | undefined {
  const [, ...texts] = (typeof value === "string" && range.exec(value)) || [];
  const [length = 0, ...bytes] = texts.map(Number).reverse();
  if (length < 16 || length > 24 || bytes.some((byte) => byte > 255)) return undefined;
  const address = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - length);
  const start = address - (address % size);
  const text = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".");
  return noHosts.test(text) ? undefined : `${text}/${length}`;
}
