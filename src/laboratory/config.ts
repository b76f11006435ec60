import { isIP } from 'node:net';
import iconv from 'iconv-lite';
import { z } from 'zod';
import {
  destinationTlsSchema,
  fhirDestinationSchema,
  hl7DestinationSchema,
  retrySecondsSchema,
  webhookDestinationSchema,
} from './recipient-config.ts';
import { referralSchema } from './referral-config.ts';
import { signingSchema } from './signing-config.ts';

/**
 * lab.yaml (shared/contract.md). Unknown keys are refused: a misspelt key that is silently ignored is a wrong
 * laboratory. Relative paths are relative to the file.
 */
const cidr = z.string().refine((text) => {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}, 'an address or a range such as 10.0.0.0/24');
const port = z.int().min(0).max(65535);
const hostPort = z.string().regex(/^.+:\d{1,5}$/, 'host:port');
const zone = z.string().refine((value) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}, 'a time zone such as Asia/Ho_Chi_Minh');
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, . _ -, at most 64');

/** Files of PEM. `clientCa`: who connects must show a certificate of this authority (mutual TLS). */
const serverTls = z.strictObject({ key: z.string(), cert: z.string(), clientCa: z.string().optional() });

/**
 * Requests a minute from one address. Of all: far beyond a laboratory of persons behind one, far below a flood. Wrong
 * passwords, beside the lock of the account, and tries for a token cost the server work each.
 */
const rateLimitsSchema = z.strictObject({
  requests: z.int().min(1).default(12_000),
  signIns: z.int().min(1).default(300),
  tokens: z.int().min(1).default(600),
});

const listening = {
  listen: port,
  host: z.string().default('127.0.0.1'),
  from: z.array(cidr).optional(),
  tls: serverTls.optional(),
};
const tcpLine = z.union([
  z.strictObject(listening),
  z.strictObject({ connect: hostPort, tls: destinationTlsSchema.optional() }),
]);
const serialSettings = {
  baudRate: z.int().min(110).max(921600).optional(),
  dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]).optional(),
  parity: z.enum(['none', 'even', 'odd']).optional(),
  stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]).optional(),
  rtscts: z.boolean().optional(),
  xon: z.boolean().optional(),
  xoff: z.boolean().optional(),
};
const serialLine = z.strictObject({ path: z.string().min(1), ...serialSettings });

export const analyzerSchema = z
  .strictObject({
    id: identifier,
    driver: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/, 'vendor/model'),
    name: z.string().max(100).optional(),
    tcp: tcpLine.optional(),
    serial: serialLine.optional(),
    ...serialSettings,
    timeZone: zone.optional(),
    charset: z.string().optional(),
    decimalComma: z.boolean().optional(),
    unknownAccession: z.enum(['hold']).default('hold'),
    unknownQuery: z.enum(['noOrder', 'defaultPanel', 'hold']).default('noOrder'),
    defaultPanel: z.string().optional(),
    /** Orders go out by themselves: for an analyzer that does not ask, and whose driver knows how. */
    pushOrders: z.boolean().optional(),
    /** Parts of MA_MAY for the health insurance: machine group, funding, serial number. */
    insurance: z
      .strictObject({
        group: z.enum(['HH', 'VS', 'SH', 'DC']),
        funding: z.union([z.literal(1), z.literal(2), z.literal(3)]),
        serial: z.string().min(1).max(50),
      })
      .optional(),
    specimenId: z.enum(['accession', 'dayNumber']).default('accession'),
    heldWindow: z
      .string()
      .regex(/^\d+(s|m|h|d)$/, 'a time such as 12h')
      .default('12h'),
  })
  .refine((line) => (line.tcp === undefined) !== (line.serial === undefined), 'exactly one of tcp and serial');

const recipientSchema = z.strictObject({
  id: identifier,
  name: z.string().max(200).optional(),
  hl7: hl7DestinationSchema.optional(),
  fhir: fhirDestinationSchema.optional(),
  webhook: webhookDestinationSchema.optional(),
  referral: z.boolean().optional(),
  retrySeconds: retrySecondsSchema.default([2, 300]),
});

export const labConfigSchema = z
  .strictObject({
    lab: z
      .strictObject({
        id: z.string().min(1).max(50).default('LAB'),
        name: z.string().min(1).max(200).default('Khoa Xét nghiệm'),
        timeZone: zone.default('Asia/Ho_Chi_Minh'),
        locale: z.enum(['vi', 'en']).default('vi'),
        // The head of printed reports.
        hospital: z.string().min(1).max(200).optional(),
        address: z.string().min(1).max(300).optional(),
        phone: z.string().min(1).max(100).optional(),
        logo: z.string().min(1).optional(),
      })
      .prefault({}),
    http: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: port.default(8080),
        tls: serverTls.optional(),
        /** The address others reach this server under, where it is told to them. */
        publicUrl: z.url({ protocol: /^https?$/ }).optional(),
        rateLimits: z.union([z.enum(['on', 'off']), rateLimitsSchema]).default('on'),
      })
      .prefault({}),
    store: z
      .union([
        z.strictObject({ embedded: z.string().min(1) }),
        z.strictObject({ mongodb: z.string().startsWith('mongodb') }),
      ])
      .optional(),
    verification: z
      .union([z.tuple([z.literal('technical')]), z.tuple([z.literal('technical'), z.literal('medical')])])
      .default(['technical']),
    undoSeconds: z.number().min(0).max(600).default(8),
    /** After how long an uncalled critical value is handed to a second person. */
    criticals: z.strictObject({ escalateSeconds: z.int().positive().default(900) }).prefault({}),
    smart: z
      .strictObject({
        accessTokenSeconds: z.int().min(1).max(3600).default(300),
        /** The token address as clients know it, where a proxy stands before us. */
        tokenUrl: z.url().optional(),
      })
      .prefault({}),
    session: z.strictObject({ idleSeconds: z.int().positive().default(1800) }).prefault({}),
    analyzers: z.array(analyzerSchema).default([]),
    orders: z
      .strictObject({
        hl7: z
          .strictObject({
            ...listening,
            /** What a hospital system writes in that leaves MSH-18 empty; UTF-8 when absent. */
            charset: z
              .string()
              .refine((name) => iconv.encodingExists(name), 'a character set such as windows-1258')
              .optional(),
          })
          .optional(),
      })
      .optional(),
    recipients: z.array(recipientSchema).default([]),
    signing: signingSchema.optional(),
    /** Other field lengths than the decisions': sources disagree about MA_DICH_VU (regulation.md 3.1). */
    insurance: z.strictObject({ lengths: z.record(z.string(), z.int().positive()).default({}) }).prefault({}),
    referral: referralSchema.prefault({}),
  })
  .superRefine((config, context) => {
    for (const name of ['analyzers', 'recipients'] as const) {
      const seen = new Set<string>();
      for (const [position, entry] of config[name].entries()) {
        if (seen.has(entry.id)) {
          context.addIssue({ code: 'custom', path: [name, position, 'id'], message: `${entry.id} is used twice` });
        }
        seen.add(entry.id);
      }
    }
    const taken = new Map<string, string>();
    for (const { path, place } of placesOf(config)) {
      const other = taken.get(place);
      if (other !== undefined) {
        context.addIssue({ code: 'custom', path: [...path], message: `${place} is used by ${other} already` });
      }
      taken.set(place, other ?? path.join('.'));
    }
  });

interface Place {
  readonly path: readonly (string | number)[];
  readonly place: string;
}

/** Ports we listen on and serial paths: each serves one purpose. */
function placesOf(config: {
  readonly http: { readonly port: number };
  readonly analyzers: readonly z.infer<typeof analyzerSchema>[];
  readonly orders?: { readonly hl7?: { readonly listen: number } | undefined } | undefined;
}): Place[] {
  const listening = (path: Place['path'], port: number | undefined): Place[] =>
    port === undefined || port === 0 ? [] : [{ path, place: `port ${port}` }];
  return [
    ...listening(['http', 'port'], config.http.port),
    ...config.analyzers.flatMap(({ tcp, serial }, position) => [
      ...listening(['analyzers', position, 'tcp', 'listen'], tcp !== undefined && 'listen' in tcp ? tcp.listen : 0),
      ...(serial === undefined ? [] : [{ path: ['analyzers', position, 'serial', 'path'], place: serial.path }]),
    ]),
    ...listening(['orders', 'hl7', 'listen'], config.orders?.hl7?.listen),
  ];
}

/** Requests a minute from one address; null where limits are off. */
export function rateLimitsOf({ http: { rateLimits } }: LabConfig): z.infer<typeof rateLimitsSchema> | null {
  if (rateLimits === 'off') return null;
  return rateLimits === 'on' ? rateLimitsSchema.parse({}) : rateLimits;
}

/** A route's own limit, for its configuration: `max` requests a minute from one address. */
export function minuteLimit(max: number | undefined): { rateLimit?: { max: number; timeWindow: number } } {
  return max === undefined ? {} : { rateLimit: { max, timeWindow: 60_000 } };
}

export type LabConfig = z.infer<typeof labConfigSchema>;
export type AnalyzerConfig = z.infer<typeof analyzerSchema>;
export type RecipientConfig = z.infer<typeof recipientSchema>;
