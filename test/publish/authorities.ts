import { createHash, randomBytes, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  BasicOCSPResponse,
  Certificate,
  CertificateRevocationList,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  MessageImprint,
  OCSPRequest,
  OCSPResponse,
  PKIStatusInfo,
  ResponseBytes,
  ResponseData,
  RevokedCertificate,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
  SingleResponse,
  Time,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { type Authority, extension, type Identity } from '../../src/cli/demo/authority.ts';

/** What an authority answers over HTTP, made of software for tests. */
export interface AuthorityServer {
  readonly url: string;
  /** Serial numbers (hex) it says are revoked. */
  readonly revoked: Set<string>;
  /** How it behaves next. */
  mode: 'good' | 'down' | 'bent';
  asked: number;
  close(): Promise<void>;
}

const ecdsa = '1.2.840.10045.4.3.2';
const sha256 = '2.16.840.1.101.3.4.2.1';
const octets = (bytes: Uint8Array): asn1js.OctetString =>
  new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer });
const bits = (bytes: Uint8Array): asn1js.BitString => new asn1js.BitString({ valueHex: new Uint8Array(bytes).buffer });

/** OCSP at `/ocsp`, revocation list at `/crl`, time stamps at `/tsa`. */
export async function startAuthorityServer(authority: Authority, tsa: Identity): Promise<AuthorityServer> {
  const state: { mode: AuthorityServer['mode']; asked: number } = { mode: 'good', asked: 0 };
  const revoked = new Set<string>();
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      state.asked += 1;
      if (state.mode === 'down') {
        response.writeHead(503).end();
        return;
      }
      const body = new Uint8Array(Buffer.concat(parts));
      const answer =
        request.url === '/ocsp'
          ? ocspAnswer(authority, body, revoked)
          : request.url === '/crl'
            ? revocationList(authority, revoked)
            : timestampAnswer(tsa, body);
      const at = answer.length - 20;
      if (state.mode === 'bent') answer[at] = (answer[at] ?? 0) ^ 1;
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    revoked,
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    get asked() {
      return state.asked;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Certificate extension that names the OCSP address. */
export const asksOcsp = (url: string) =>
  extension(
    '1.3.6.1.5.5.7.1.1',
    false,
    new asn1js.Sequence({
      value: [
        new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: '1.3.6.1.5.5.7.48.1' }), address(url)] }),
      ],
    }),
  );

/** Certificate extension that names the revocation list. */
export const asksList = (url: string) =>
  extension(
    '2.5.29.31',
    false,
    new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [tagged(0, tagged(0, address(url)))] })] }),
  );

/** Certificate extension of a time stamping authority. */
export const stampsTime = () =>
  extension(
    '2.5.29.37',
    true,
    new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: '1.3.6.1.5.5.7.3.8' })] }),
  );

const tagged = (tagNumber: number, value: asn1js.BaseBlock): asn1js.Constructed =>
  new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
const address = (url: string): asn1js.Primitive =>
  new asn1js.Primitive({
    idBlock: { tagClass: 3, tagNumber: 6 },
    valueHex: new Uint8Array(Buffer.from(url, 'latin1')).buffer,
  });

export const serialOf = (raw: Uint8Array): string => hex(Certificate.fromBER(raw.slice()).serialNumber);
const hex = (serial: asn1js.Integer): string => Buffer.from(serial.valueBlock.valueHexView).toString('hex');
const hour = 3_600_000;

function ocspAnswer(authority: Authority, body: Uint8Array, revoked: ReadonlySet<string>): Uint8Array {
  const request = OCSPRequest.fromBER(body);
  const [asked] = request.tbsRequest.requestList;
  if (asked === undefined) throw new Error('nothing asked');
  const basic = new BasicOCSPResponse();
  const name = Certificate.fromBER(authority.raw.slice()).subject;
  const isRevoked = revoked.has(hex(asked.reqCert.serialNumber));
  basic.tbsResponseData = new ResponseData({
    responderID: name,
    producedAt: new Date(),
    responses: [
      new SingleResponse({
        certID: asked.reqCert,
        certStatus: isRevoked
          ? new asn1js.Constructed({
              idBlock: { tagClass: 3, tagNumber: 1 },
              value: [new asn1js.GeneralizedTime({ valueDate: new Date() })],
            })
          : new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 } }),
        thisUpdate: new Date(Date.now() - hour),
        nextUpdate: new Date(Date.now() + hour),
      }),
    ],
  });
  basic.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: ecdsa });
  const toSign = new Uint8Array(basic.tbsResponseData.toSchema(true).toBER());
  basic.tbsResponseData.tbsView = toSign;
  basic.signature = bits(sign('sha256', toSign, authority.key));
  const response = new OCSPResponse({
    responseStatus: new asn1js.Enumerated({ value: 0 }),
    responseBytes: new ResponseBytes({
      responseType: '1.3.6.1.5.5.7.48.1.1',
      response: new asn1js.OctetString({ valueHex: basic.toSchema().toBER() }),
    }),
  });
  return new Uint8Array(response.toSchema().toBER());
}

function revocationList(authority: Authority, revoked: ReadonlySet<string>): Uint8Array {
  const list = new CertificateRevocationList();
  list.version = 1;
  list.issuer = Certificate.fromBER(authority.raw.slice()).subject;
  list.thisUpdate = new Time({ type: 0, value: new Date(Date.now() - hour) });
  list.nextUpdate = new Time({ type: 0, value: new Date(Date.now() + hour) });
  list.signature = new AlgorithmIdentifier({ algorithmId: ecdsa });
  list.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: ecdsa });
  if (revoked.size > 0)
    list.revokedCertificates = [...revoked].map(
      (serial) =>
        new RevokedCertificate({
          userCertificate: new asn1js.Integer({ valueHex: new Uint8Array(Buffer.from(serial, 'hex')).buffer }),
          revocationDate: new Time({ type: 0, value: new Date(Date.now() - hour) }),
        }),
    );
  list.signatureValue = bits(new Uint8Array(1));
  const [unsigned] = list.toSchema(true).valueBlock.value;
  if (unsigned === undefined) throw new Error('no list');
  list.signatureValue = bits(sign('sha256', new Uint8Array(unsigned.toBER()), authority.key));
  return new Uint8Array(list.toSchema(true).toBER());
}

function timestampAnswer(tsa: Identity, body: Uint8Array): Uint8Array {
  const request = TimeStampReq.fromBER(body);
  const info = new TSTInfo({
    version: 1,
    policy: '1.2.3.4.1',
    messageImprint: new MessageImprint({
      hashAlgorithm: request.messageImprint.hashAlgorithm,
      hashedMessage: request.messageImprint.hashedMessage,
    }),
    serialNumber: new asn1js.Integer({ valueHex: new Uint8Array([0x40, ...randomBytes(7)]).buffer }),
    genTime: new Date(),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  });
  const content = new Uint8Array(info.toSchema().toBER());
  const certificate = Certificate.fromBER(tsa.raw.slice());
  const signedAttrs = new SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      new Attribute({
        type: '1.2.840.113549.1.9.3',
        values: [new asn1js.ObjectIdentifier({ value: '1.2.840.113549.1.9.16.1.4' })],
      }),
      new Attribute({ type: '1.2.840.113549.1.9.4', values: [octets(createHash('sha256').update(content).digest())] }),
      new Attribute({
        type: '1.2.840.113549.1.9.16.2.47',
        values: [
          new asn1js.Sequence({
            value: [
              new asn1js.Sequence({
                value: [new asn1js.Sequence({ value: [octets(createHash('sha256').update(tsa.raw).digest())] })],
              }),
            ],
          }),
        ],
      }),
    ],
  });
  const toSign = new Uint8Array(signedAttrs.toSchema().toBER());
  toSign[0] = 0x31;
  const digest = new AlgorithmIdentifier({ algorithmId: sha256, algorithmParams: new asn1js.Null() });
  const signed = new SignedData({
    version: 3,
    digestAlgorithms: [digest],
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: '1.2.840.113549.1.9.16.1.4',
      eContent: octets(content),
    }),
    certificates: [certificate],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        digestAlgorithm: digest,
        signedAttrs,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: ecdsa }),
        signature: octets(sign('sha256', toSign, tsa.key)),
      }),
    ],
  });
  const token = new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) });
  const response = new TimeStampResp({ status: new PKIStatusInfo({ status: 0 }), timeStampToken: token });
  return new Uint8Array(response.toSchema().toBER());
}
