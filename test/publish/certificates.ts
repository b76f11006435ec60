import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  readonly cert: string;
  /** `validDays` from now, may be negative: over since then. */
  issue(name: string, validDays?: number): Promise<Issued>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate authority of one test. */
export async function makeAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(Date.now() - 86_400_000);
  const notAfter = new Date(Date.now() + 86_400_000);
  let serial = 1;
  const own = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  return {
    cert: own.toString('pem'),
    async issue(subject, validDays = 1) {
      const theirs = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      serial += 1;
      const cert = await X509CertificateGenerator.create({
        serialNumber: String(serial).padStart(2, '0'),
        subject: `CN=${subject}`,
        issuer: own.subject,
        notBefore: new Date(Date.now() + Math.min(validDays, 0) * 86_400_000 - 86_400_000),
        notAfter: new Date(Date.now() + validDays * 86_400_000),
        publicKey: theirs.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new SubjectAlternativeNameExtension([{ type: /^[\d.]+$/.test(subject) ? 'ip' : 'dns', value: subject }]),
        ],
      });
      const key = await webcrypto.subtle.exportKey('pkcs8', theirs.privateKey);
      return { cert: cert.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}
