import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
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

async function make(
  name: string,
  { by, ends = Date.now() + DAY }: { by?: Made; ends?: number } = {},
): Promise<Made> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const x509 = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by?.x509.subject ?? `CN=${name}`,
    notBefore: new Date(ends - 2 * DAY),
    notAfter: new Date(ends),
    publicKey: keys.publicKey,
    signingKey: by?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(!by, undefined, true),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
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
    certify: (name: string): Promise<Certified> => make(name, { by: ca }),
    expired: (name: string): Promise<Certified> => make(name, { by: ca, ends: Date.now() - DAY }),
    selfSigned: (name: string): Promise<Certified> => make(name),
  };
}
