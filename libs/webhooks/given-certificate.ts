import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { invalid, plainText } from '#core';

/** What an agency gave for its endpoint to know this service by. */
export interface GivenCertificate {
  /** PEM: the service's own first, then those between it and its authority. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
  subject: string;
  /** SHA-256 of the first in hex, with colons. */
  fingerprint: string;
  endsAt: Date;
}

/** With nothing around them: what is not a certificate, as a key that was pasted along, would be kept unsealed. */
const CERTIFICATES = /^\s*(-----BEGIN CERTIFICATE-----[\w+/=\s]+-----END CERTIFICATE-----\s*){1,4}$/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
/** Bits of an RSA modulus: longer ones would cost every connection. */
const [SHORTEST, LONGEST] = [2_048, 4_096];

const subjectSchema = plainText(500);

/**
 * @param certificate PEM, one to four
 * @param key PEM, not encrypted
 * @throws ServiceError INVALID
 */
export function givenCertificate(certificate: string, key: string): GivenCertificate {
  const [own, ...others] = certificatesOf(certificate);
  const privateKey = privateKeyOf(key);
  if (!own?.checkPrivateKey(privateKey))
    throw invalid('input.key', 'This is not the key of the first certificate.');
  const now = new Date();
  if (own.validFromDate > now || own.validToDate <= now)
    throw invalid('input.certificate', 'The first certificate has ended, or has not begun.');
  const subject = subjectSchema.safeParse(
    ([own.subject, own.subjectAltName].find(Boolean) ?? '').replaceAll('\n', ', '),
  );
  if (!subject.success)
    throw invalid('input.certificate', 'Its subject is empty, too long, or nothing that could be shown.');
  const given = {
    certificate: [own, ...others].map((one) => one.toString()).join(''),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  try {
    createSecureContext({ cert: given.certificate, key: given.key });
  } catch {
    throw invalid('input.certificate', 'TLS does not take this certificate with its key.');
  }
  return { ...given, subject: subject.data, fingerprint: own.fingerprint256, endsAt: own.validToDate };
}

function certificatesOf(pem: string): X509Certificate[] {
  if (!CERTIFICATES.test(pem))
    throw invalid('input.certificate', 'One to four certificates in PEM, and nothing else.');
  try {
    return (pem.match(CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
  } catch {
    throw invalid('input.certificate', 'This is not a certificate in PEM.');
  }
}

function privateKeyOf(pem: string): KeyObject {
  const key = parsed(pem);
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const isFit = {
    rsa: modulusLength >= SHORTEST && modulusLength <= LONGEST,
    ec: CURVES.includes(namedCurve),
    ed25519: true,
  };
  if (!Object.entries(isFit).some(([type, fits]) => fits && type === key.asymmetricKeyType))
    throw invalid('input.key', 'RSA of 2,048 to 4,096 bits, P-256, P-384, P-521 or ed25519.');
  return key;
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    throw invalid('input.key', 'This is not a private key in PEM, or it is encrypted.');
  }
}
