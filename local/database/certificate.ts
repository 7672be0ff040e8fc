import { generate } from "selfsigned";

/** A server's certificate and the authority that signed it, all in PEM. */
export interface Certificate {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * An authority of its own and a certificate for this machine, as RDS has: the Lambdas check the chain
 * and the host name, and are told the authority as they would be told one that Node does not know.
 */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const validity = {
    algorithm: "sha256",
    keyType: "ec",
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + 365 * dayMs),
  } as const;
  const authority = await generate([{ name: "commonName", value: "EDP Monitor local authority" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: hosts[0]! }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: hosts.map(altName) },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}

function altName(host: string) {
  return /^[\d.]+$/.test(host)
    ? ({ type: 7, ip: host } as const)
    : ({ type: 2, value: host } as const);
}
