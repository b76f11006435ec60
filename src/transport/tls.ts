import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext, type SecureVersion } from 'node:tls';
import { LisError } from '../errors.ts';

/** PEM files of a port we serve. With `clientCa` only who shows a certificate of that authority gets in (mutual TLS). */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  readonly clientCa?: string | undefined;
}

/** PEM files towards a port we dial: whom to trust, what we show of ourselves, the name its certificate must have. */
export interface ClientTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
}

/** TLS 1.2 and newer. Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID. */
export function readServerTls({ key, cert, clientCa }: ServerTls): {
  key: string;
  cert: string;
  minVersion: SecureVersion;
  ca?: string;
  requestCert?: true;
  rejectUnauthorized?: true;
} {
  const own = { key: pem(key), cert: pem(cert) };
  requireUsable(own, cert);
  return {
    ...own,
    minVersion: 'TLSv1.2',
    ...(clientCa === undefined ? {} : { ca: authority(clientCa), requestCert: true, rejectUnauthorized: true }),
  };
}

/**
 * The name a certificate must have: the one lab.yaml says, else the host's. An address is no name to ask for (RFC 6066);
 * the certificate is compared with it all the same.
 */
export function serverNameOf(host: string, { serverName }: ClientTls): { servername?: string } {
  if (serverName !== undefined) return { servername: serverName };
  return isIP(host) === 0 ? { servername: host } : {};
}

/** Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID. */
export function readClientTls({ ca, cert, key }: ClientTls): { ca?: string; cert?: string; key?: string } {
  const own = { ...(cert === undefined ? {} : { cert: pem(cert) }), ...(key === undefined ? {} : { key: pem(key) }) };
  requireUsable(own, cert ?? key ?? '');
  return { ...(ca === undefined ? {} : { ca: authority(ca) }), ...own };
}

function pem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new LisError('CONFIG_UNREADABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
  }
}

/** An empty list of authorities would trust nobody, or, elsewhere, everybody. */
function authority(file: string): string {
  const text = pem(file);
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new LisError('CONFIG_TLS_INVALID', { file, detail: 'it holds no certificate in PEM' });
  requireUsable({ ca: text }, file);
  return text;
}

/** The key is a key, the certificate a certificate, and they belong together. */
function requireUsable(files: { key?: string; cert?: string; ca?: string }, file: string): void {
  if (Object.keys(files).length === 0) return;
  try {
    createSecureContext(files);
  } catch (thrown) {
    throw new LisError('CONFIG_TLS_INVALID', { file, detail: wordsOfFile(thrown) }, thrown);
  }
}

function wordsOfFile(thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message : '';
  if (/key values mismatch/i.test(words)) return 'the key is not the key of this certificate';
  if (/no start line|bad base64|ASN1|asn1|DECODER/i.test(words)) return 'it is not a certificate or key in PEM';
  return words;
}

const untrusted = 'its certificate is not of an authority that is trusted here';
const wantsOurs = 'it wants a certificate of us that it knows (tls.cert and tls.key)';
/** What OpenSSL and Node call it, in words an installer can act on. */
const words: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name (tls.serverName says which to expect)',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it showed no certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wantsOurs,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: wantsOurs,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: wantsOurs,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: wantsOurs,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'it says that our certificate has expired',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only TLS older than 1.2',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks only TLS older than 1.2',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'it does not speak TLS',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the handshake was not finished in time',
};

/**
 * What went wrong between two ends of TLS, as an error of the table; null where it was something else.
 * @param found what our own check of the other side's certificate found, where it was made
 */
export function tlsTrouble(peer: string, thrown: unknown, found?: unknown): LisError | null {
  const codes = [found, thrown instanceof Error && 'code' in thrown ? thrown.code : undefined];
  for (const code of codes) {
    const detail = typeof code === 'string' ? words[code] : undefined;
    if (detail !== undefined) return new LisError('TLS_REFUSED', { peer, detail }, thrown);
    if (typeof code === 'string' && /^ERR_(SSL|TLS)_|^EPROTO$/.test(code))
      return new LisError('TLS_REFUSED', { peer, detail: code }, thrown);
  }
  return null;
}
