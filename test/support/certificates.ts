import 'reflect-metadata';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = (modulusLength: number) => ({
  ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ...{ modulusLength, publicExponent: new Uint8Array([1, 0, 1]) },
});
const DAY = 86_400_000;

/** PEM. */
export interface Certified {
  certificate: string;
  key: string;
}

interface Made extends Certified {
  keys: CryptoKeyPair;
  x509: X509Certificate;
}

interface Wanted {
  /** Milliseconds since 1970. */
  begins?: number;
  ends?: number;
  /** Of an RSA key; on P-256 if not said. */
  bits?: number;
}

async function make(
  name: string,
  { by, begins = Date.now() - DAY, ends = Date.now() + DAY, bits }: Wanted & { by?: Made } = {},
): Promise<Made> {
  const algorithm = bits === undefined ? ecdsa : rsa(bits);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const x509 = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by?.x509.subject ?? `CN=${name}`,
    notBefore: new Date(Math.min(begins, ends - DAY)),
    notAfter: new Date(ends),
    publicKey: keys.publicKey,
    signingKey: by?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: by ? ecdsa : algorithm,
    extensions: [
      new BasicConstraintsExtension(!by, undefined, true),
      new SubjectAlternativeNameExtension([{ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keys, x509, certificate: x509.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

/** An authority of our own, and certificates by it and beside it. */
export async function authority() {
  const ca = await make('authority.example');
  return {
    ca: ca.certificate,
    certify: (name: string, wanted: Wanted = {}): Promise<Certified> => make(name, { by: ca, ...wanted }),
    expired: (name: string): Promise<Certified> => make(name, { by: ca, ends: Date.now() - DAY }),
    selfSigned: (name: string): Promise<Certified> => make(name),
  };
}
