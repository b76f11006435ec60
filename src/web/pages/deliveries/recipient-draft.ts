import type { MappingRow, Recipient } from '../../api/types.ts';

/** Kinds of recipients as the form offers them. */
export const recipientKinds = ['hl7', 'fhir', 'cuvette', 'webhook', 'file'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

/** A recipient as it stands in the form, all as typed. Secrets begin empty: what is stored is never shown. */
export interface RecipientDraft {
  readonly kind: RecipientKind;
  readonly id: string;
  readonly name: string;
  /** `host:port`, or a URL. */
  readonly address: string;
  readonly acknowledgement: '' | 'original' | 'enhanced';
  readonly charset: string;
  readonly unmapped: '' | 'send' | 'refuse';
  readonly auth: 'none' | 'token' | 'smart';
  readonly token: string;
  readonly clientId: string;
  readonly keyFile: string;
  readonly secret: string;
  /** Seconds to wait for an answer; empty: the usual. */
  readonly patience: string;
  readonly firstWait: string;
  readonly longestWait: string;
  readonly mapping: readonly MappingRow[];
}

export const charsets = ['UNICODE UTF-8', '8859/1', 'ASCII'] as const;

export const emptyDraft: RecipientDraft = {
  kind: 'hl7',
  id: '',
  name: '',
  address: '',
  acknowledgement: '',
  charset: '',
  unmapped: '',
  auth: 'token',
  token: '',
  clientId: '',
  keyFile: '',
  secret: '',
  patience: '',
  firstWait: '2',
  longestWait: '300',
  mapping: [],
};

export function kindOf({ hl7, fhir, webhook, referral }: Recipient): RecipientKind {
  if (hl7 !== undefined) return 'hl7';
  if (fhir !== undefined) return referral === true ? 'cuvette' : 'fhir';
  return webhook === undefined ? 'file' : 'webhook';
}

export function draftOf(recipient: Recipient): RecipientDraft {
  const { id, name = '', hl7, fhir, webhook, retrySeconds } = recipient;
  const rows = (kind: string, table: Readonly<Record<string, string | number>> = {}): MappingRow[] =>
    Object.entries(table).map(([ours, theirs]) => ({ kind, ours, theirs: String(theirs) }));
  const patience = hl7?.ackTimeoutSeconds ?? fhir?.timeoutSeconds ?? webhook?.timeoutSeconds;
  return {
    ...emptyDraft,
    kind: kindOf(recipient),
    id,
    name,
    address: hl7?.connect ?? fhir?.url ?? webhook?.url ?? '',
    acknowledgement: hl7?.acknowledgement ?? '',
    charset: hl7?.charset ?? '',
    unmapped: hl7?.unmapped ?? '',
    auth: fhir?.auth ?? 'token',
    patience: patience === undefined ? '' : String(patience),
    firstWait: String(retrySeconds[0]),
    longestWait: String(retrySeconds[1]),
    mapping: [...rows('unit', hl7?.units), ...rows('status', hl7?.statuses), ...rows('length', hl7?.lengths)],
  };
}

export type DraftField = keyof RecipientDraft;
/** Field -> what is wrong with it: a key of words. */
export type DraftFaults = Readonly<Partial<Record<DraftField, string>>>;

/** What can be seen to be wrong before anything is sent. `known`: the recipient that is changed, null for a new one. */
export function faultsOf(draft: RecipientDraft, known: Recipient | null, taken: readonly string[]): DraftFaults {
  const { kind, id, address, auth, token, clientId, keyFile, secret, patience, firstWait, longestWait } = draft;
  const faults: Partial<Record<DraftField, string>> = {};
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id)) faults.id = 'id';
  else if (known === null && taken.includes(id)) faults.id = 'taken';
  if (kind === 'hl7' && !/^[^\s:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(address)) faults.address = 'hostPort';
  if ((kind === 'fhir' || kind === 'cuvette' || kind === 'webhook') && !isHttp(address)) faults.address = 'url';
  const moved = known !== null && originOf(address) !== originOf(known.fhir?.url ?? known.webhook?.url ?? '');
  const signsIn = kind === 'fhir' || kind === 'cuvette';
  const fresh = known === null || moved || known.fhir?.auth !== auth;
  if (signsIn && auth === 'token' && fresh && token === '') faults.token = moved ? 'secretMoved' : 'needed';
  const smart = signsIn && auth === 'smart' && (fresh || clientId !== '' || keyFile !== '');
  if (smart && clientId === '') faults.clientId = 'needed';
  if (smart && keyFile === '') faults.keyFile = 'needed';
  if (kind === 'webhook' && (known === null || moved) && secret === '')
    faults.secret = moved ? 'secretMoved' : 'needed';
  if (secret !== '' && !/^whsec_[A-Za-z0-9+/=]{32,88}$/.test(secret)) faults.secret = 'secret';
  if (patience !== '' && !isSeconds(patience)) faults.patience = 'seconds';
  if (!isSeconds(firstWait)) faults.firstWait = 'seconds';
  if (!isSeconds(longestWait) || Number(longestWait) < Number(firstWait)) faults.longestWait = 'longest';
  if (kind === 'hl7' && !draft.mapping.every(isSound)) faults.mapping = 'mapping';
  return faults;
}

/** As the server reads a row (publish/hl7/mapping-table.ts). */
function isSound({ kind, ours, theirs }: MappingRow): boolean {
  if (kind === 'status') return /^[A-Z]$/.test(ours) && /^[A-Z]$/.test(theirs);
  if (kind === 'unit') return ours !== '' && theirs !== '' && theirs.length <= 40;
  return /^[A-Z][A-Z0-9]{2}-\d{1,2}(\.\d{1,2})?$/.test(ours) && /^[1-9]\d{0,4}$/.test(theirs);
}

const isSeconds = (text: string): boolean => /^\d{1,4}(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= 3600;

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

const isHttp = (address: string): boolean => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);

/** The body of `POST /api/recipients`, or (with `known`) of the change to it. What the form does not show stays. */
export function bodyOf(draft: RecipientDraft, known: Recipient | null): Record<string, unknown> {
  const { kind, id, name, firstWait, longestWait } = draft;
  return {
    ...(known === null ? { id } : { version: known.version }),
    ...(name === '' ? {} : { name }),
    retrySeconds: [Number(firstWait), Number(longestWait)],
    ...(kind === 'hl7' ? { hl7: hl7Body(draft, known) } : {}),
    ...(kind === 'fhir' || kind === 'cuvette' ? { fhir: fhirBody(draft, known) } : {}),
    ...(kind === 'webhook' ? { webhook: webhookBody(draft, known) } : {}),
    ...(kind === 'cuvette' || kind === 'file' ? { referral: true } : {}),
  };
}

function hl7Body(draft: RecipientDraft, known: Recipient | null): Record<string, unknown> {
  const { units: _units, statuses: _statuses, lengths: _lengths, ...rest } = known?.hl7 ?? {};
  const table = (kind: string): Record<string, string> | undefined => {
    const rows = draft.mapping.filter((each) => each.kind === kind);
    return rows.length === 0 ? undefined : Object.fromEntries(rows.map(({ ours, theirs }) => [ours, theirs]));
  };
  const lengths = table('length');
  return {
    ...rest,
    connect: draft.address,
    ackTimeoutSeconds: draft.patience === '' ? undefined : Number(draft.patience),
    acknowledgement: draft.acknowledgement === '' ? undefined : draft.acknowledgement,
    charset: draft.charset === '' ? undefined : draft.charset,
    unmapped: draft.unmapped === '' ? undefined : draft.unmapped,
    units: table('unit'),
    statuses: table('status'),
    lengths:
      lengths === undefined
        ? undefined
        : Object.fromEntries(Object.entries(lengths).map(([field, most]) => [field, Number(most)])),
  };
}

function fhirBody(draft: RecipientDraft, known: Recipient | null): Record<string, unknown> {
  const { auth: _auth, ...rest } = known?.fhir ?? {};
  const { auth, token, clientId, keyFile } = draft;
  // Absent: what is stored stays; null: it is taken away.
  const signIn =
    auth === 'none'
      ? known === null
        ? undefined
        : null
      : auth === 'token'
        ? token === ''
          ? undefined
          : { token }
        : clientId === ''
          ? undefined
          : { clientId, keyFile };
  return {
    ...rest,
    url: draft.address,
    timeoutSeconds: draft.patience === '' ? undefined : Number(draft.patience),
    auth: signIn,
  };
}

function webhookBody({ address, secret, patience }: RecipientDraft, known: Recipient | null): Record<string, unknown> {
  return {
    ...known?.webhook,
    url: address,
    secret: secret === '' ? undefined : secret,
    timeoutSeconds: patience === '' ? undefined : Number(patience),
  };
}

/** A secret for a webhook: 32 random bytes, to be given to the receiver. */
export function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}
