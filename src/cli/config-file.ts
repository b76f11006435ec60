import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { LisError } from '../errors.ts';
import { type AnalyzerConfig, type LabConfig, labConfigSchema, type RecipientConfig } from '../laboratory/config.ts';
import type { DestinationTls } from '../laboratory/recipient-config.ts';
import { resolvedSigning } from '../laboratory/signing-config.ts';

/** One thing that is wrong in lab.yaml: which key, what is allowed, and the line of the file. */
export interface ConfigProblem {
  readonly key: string;
  readonly detail: string;
  readonly line?: number;
}

/** lab.yaml as read: `config` when it is valid, else every problem found. */
export type ConfigReading =
  | {
      readonly config: LabConfig;
      readonly problems: readonly [];
      /** The line of the file a key stands on. */
      readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
    }
  | { readonly config: null; readonly problems: readonly ConfigProblem[] };

/**
 * Read and check the text of a lab.yaml. `folder` is where its relative paths start (store, TLS files).
 */
export function readConfig(text: string, folder: string): ConfigReading {
  const document = parseDocument(text, { prettyErrors: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line;
    const detail = broken.message.split('\n')[0] ?? 'is not YAML';
    return { config: null, problems: [{ key: 'lab.yaml', detail, ...(line === undefined ? {} : { line }) }] };
  }
  const parsed = labConfigSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues
      .flatMap((issue) => problemsOf(issue))
      .map((problem): ConfigProblem => {
        const line = lineOf(document, text, problem.path);
        return { key: spellPath(problem.path), detail: problem.detail, ...(line === undefined ? {} : { line }) };
      });
    return { config: null, problems: problems.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)) };
  }
  return {
    config: absolutePaths(parsed.data, folder),
    problems: [],
    lineOf: (path) => lineOf(document, text, path),
  };
}

/** Read lab.yaml from a file. Throws CONFIG_UNREADABLE, or CONFIG_INVALID with the first problem. */
export function loadConfig(file: string): LabConfig {
  const reading = readConfigFile(file);
  const first = reading.problems[0];
  if (reading.config === null || first !== undefined) {
    const more = reading.problems.length > 1 ? ` (and ${reading.problems.length - 1} more, see cuvette check)` : '';
    throw new LisError('CONFIG_INVALID', {
      key: first?.key ?? 'lab.yaml',
      detail: `${first?.detail ?? 'is not valid'}${more}`,
    });
  }
  return reading.config;
}

/** Read lab.yaml from a file and report every problem. Throws CONFIG_UNREADABLE. */
export function readConfigFile(file: string): ConfigReading {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new LisError(
      'CONFIG_UNREADABLE',
      { file, detail: thrown instanceof Error ? thrown.message : 'unknown' },
      thrown,
    );
  }
  return readConfig(text, dirname(resolve(file)));
}

function problemsOf(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; detail: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], detail: 'is not a key that is known here' }));
  }
  if (issue.code === 'invalid_union') {
    const words = issue.errors
      .flatMap((branch) => branch.slice(0, 1))
      .map((each) => [...each.path.map(String), each.message].join(' '))
      .join('; or ');
    if (words !== '') return [{ path: issue.path, detail: `no allowed form fits: ${words}` }];
  }
  if (issue.code === 'invalid_value') {
    return [{ path: issue.path, detail: `must be one of ${issue.values.map(String).join(', ')}` }];
  }
  return [{ path: issue.path, detail: issue.message }];
}

function spellPath(path: readonly PropertyKey[]): string {
  let spelled = '';
  for (const part of path) {
    spelled += typeof part === 'number' ? `[${part}]` : `${spelled === '' ? '' : '.'}${String(part)}`;
  }
  return spelled === '' ? 'lab.yaml' : spelled;
}

function lineOf(
  document: ReturnType<typeof parseDocument>,
  text: string,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0];
      if (typeof start === 'number') return text.slice(0, start).split('\n').length;
    }
  }
  return undefined;
}

function absolutePaths(config: LabConfig, folder: string): LabConfig {
  const store =
    config.store !== undefined && 'embedded' in config.store
      ? { embedded: resolve(folder, config.store.embedded) }
      : config.store;
  const tls = config.http.tls;
  return {
    ...config,
    ...(config.signing === undefined
      ? {}
      : { signing: resolvedSigning(config.signing, (file) => resolve(folder, file)) }),
    lab: { ...config.lab, ...(config.lab.logo === undefined ? {} : { logo: resolve(folder, config.lab.logo) }) },
    ...(store === undefined ? {} : { store }),
    http: {
      ...config.http,
      ...(tls === undefined ? {} : { tls: absolute(tls, folder) }),
    },
    recipients: config.recipients.map((recipient) => absoluteRecipient(recipient, folder)),
    referral: {
      ...config.referral,
      senders: config.referral.senders.map((sender) =>
        sender.tls === undefined ? sender : { ...sender, tls: absoluteTls(sender.tls, folder) },
      ),
    },
    ...(config.orders?.hl7 === undefined ? {} : { orders: { hl7: absoluteListening(config.orders.hl7, folder) } }),
    analyzers: config.analyzers.map((line) => absoluteLine(line, folder)),
  };
}

function absoluteLine(line: AnalyzerConfig, folder: string): AnalyzerConfig {
  const { tcp, serial } = line;
  if (serial !== undefined) return { ...line, serial: { ...serial, path: resolve(folder, serial.path) } };
  if (tcp === undefined) return line;
  if ('listen' in tcp) return { ...line, tcp: absoluteListening(tcp, folder) };
  return { ...line, tcp: { ...tcp, ...(tcp.tls === undefined ? {} : { tls: absoluteTls(tcp.tls, folder) }) } };
}

type Listening = NonNullable<NonNullable<LabConfig['orders']>['hl7']>;

function absoluteListening(port: Listening, folder: string): Listening {
  return port.tls === undefined ? port : { ...port, tls: absolute(port.tls, folder) };
}

function absoluteTls({ serverName, ...files }: DestinationTls, folder: string): DestinationTls {
  return { ...absolute(files, folder), ...(serverName === undefined ? {} : { serverName }) };
}

/** Every member names a file. */
function absolute<T extends Readonly<Record<string, string | undefined>>>(files: T, folder: string): T {
  const resolved = Object.entries(files).map(([name, file]) => [
    name,
    file === undefined ? file : resolve(folder, file),
  ]);
  return { ...files, ...Object.fromEntries(resolved) };
}

function absoluteRecipient(recipient: RecipientConfig, folder: string): RecipientConfig {
  const { hl7, fhir, webhook } = recipient;
  const tlsOf = (tls: DestinationTls): DestinationTls => absoluteTls(tls, folder);
  const auth = fhir?.auth;
  return {
    ...recipient,
    ...(hl7 === undefined ? {} : { hl7: { ...hl7, ...(hl7.tls === undefined ? {} : { tls: tlsOf(hl7.tls) }) } }),
    ...(webhook?.tls === undefined ? {} : { webhook: { ...webhook, tls: tlsOf(webhook.tls) } }),
    ...(fhir === undefined
      ? {}
      : {
          fhir: {
            ...fhir,
            ...(fhir.tls === undefined ? {} : { tls: tlsOf(fhir.tls) }),
            ...(auth === undefined || 'token' in auth
              ? {}
              : { auth: { ...auth, keyFile: resolve(folder, auth.keyFile) } }),
          },
        }),
  };
}
