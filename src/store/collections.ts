import { keyOfSpecimen } from '../domain/identity.ts';
import type { Collection, CollectionHint, IndexOptions, Sort, Store } from './collection.ts';
import type * as docs from './documents.ts';
import { EmbeddedCollection } from './embedded/collection.ts';
import { type Stamped, stampedCollection, stampsFrom } from './stamped.ts';
import { stampedEmbedded } from './stamped-embedded.ts';

/** Every collection of the laboratory, typed. */
export interface Collections {
  readonly messages: Collection<docs.MessageDoc>;
  readonly outcomes: Collection<docs.OutcomeDoc>;
  readonly patients: Collection<docs.PatientDoc>;
  readonly orders: Collection<docs.OrderDoc>;
  readonly specimens: Collection<docs.SpecimenDoc>;
  readonly observations: Collection<docs.ObservationDoc>;
  readonly acts: Collection<docs.ActDoc>;
  readonly reports: Collection<docs.ReportDoc>;
  readonly outbox: Collection<docs.OutboxDoc>;
  readonly recipients: Collection<docs.RecipientDoc>;
  readonly held: Collection<docs.HeldDoc>;
  readonly days: Collection<docs.DayDoc>;
  readonly storage: Collection<docs.StorageDoc>;
  readonly criticals: Collection<docs.CriticalDoc>;
  readonly signings: Collection<docs.SigningDoc>;
  readonly papers: Collection<docs.PaperDoc>;
  readonly referrals: Collection<docs.ReferralDoc>;
  readonly notices: Collection<docs.NoticeDoc>;
  readonly external: Collection<docs.ExternalDoc>;
  readonly qc: Collection<docs.QcDoc>;
  readonly catalogue: Collection<docs.CatalogueDoc>;
  readonly catalogueHistory: Collection<docs.CatalogueHistoryDoc>;
  readonly users: Collection<docs.UserDoc>;
  readonly sessions: Collection<docs.SessionDoc>;
  readonly tokens: Collection<docs.TokenDoc>;
  readonly clients: Collection<docs.ClientDoc>;
  readonly accessTokens: Collection<docs.AccessTokenDoc>;
  readonly assertions: Collection<docs.AssertionDoc>;
  readonly audit: Collection<docs.AuditDoc>;
  readonly counters: Collection<docs.CounterDoc>;
}

/** The indexes every query of the product runs on; the store contract fails a query that scans. */
export const indexes: { readonly [name in keyof Collections]: readonly (readonly [Sort, IndexOptions?])[] } = {
  messages: [[{ analyzer: 1, sequence: -1 }], [{ analyzer: 1, hash: 1 }]],
  outcomes: [[{ analyzer: 1, at: -1 }]],
  patients: [
    [{ searchName: 1 }],
    [{ changedAt: 1 }],
    [{ mergedInto: 1 }, { sparse: true }],
    [{ mergeOpen: 1 }, { sparse: true }],
  ],
  orders: [
    [{ accession: 1 }],
    [{ patient: 1, orderedAt: -1 }],
    [{ placer: 1 }, { sparse: true }],
    [{ state: 1, orderedAt: -1 }],
    [{ changedAt: 1 }],
  ],
  specimens: [
    [{ 'work.open': 1, 'work.rank': 1 }],
    [{ patient: 1, collectedAt: -1 }],
    [{ registeredAt: -1 }],
    [{ changedAt: 1 }],
    [{ 'rejection.at': 1 }, { sparse: true }],
    [{ 'closing.dueAt': 1 }, { sparse: true }],
  ],
  observations: [[{ accession: 1 }], [{ releasedAt: 1 }, { sparse: true }]],
  acts: [
    [{ accession: 1, number: 1 }],
    [{ kind: 1, at: 1 }],
    [{ projected: 1 }],
    [{ waitingUntil: 1 }, { sparse: true }],
    [{ ownEntryAt: 1 }, { sparse: true }],
  ],
  reports: [
    [{ accession: 1, version: -1 }],
    [{ issued: 1 }],
    [{ 'patient.id': 1, issued: 1 }],
    [{ latest: 1, issued: 1 }],
    [{ latest: 1, 'patient.id': 1, 'specimen.collectedAt': -1 }],
    [{ latest: 1, 'specimen.collectedAt': -1 }],
    [{ supersededAt: 1 }, { sparse: true }],
  ],
  outbox: [
    [{ recipient: 1, state: 1, order: 1 }],
    [{ recipient: 1, order: 1 }],
    [{ accession: 1 }],
    [{ createdAt: -1 }],
    [{ report: 1 }],
  ],
  recipients: [],
  held: [[{ state: 1, at: -1 }], [{ accession: 1, state: 1 }, { sparse: true }], [{ message: 1 }]],
  days: [],
  storage: [[{ rack: 1, position: 1 }], [{ accession: 1 }], [{ at: 1 }]],
  criticals: [[{ openSince: 1 }, { sparse: true }], [{ at: 1 }], [{ accession: 1 }]],
  signings: [[{ state: 1, createdAt: 1 }]],
  papers: [[{ report: 1 }]],
  referrals: [[{ createdAt: -1 }], [{ patient: 1, createdAt: -1 }], [{ origin: 1 }, { sparse: true }]],
  notices: [[{ receivedAt: -1 }], [{ state: 1, nextAt: 1 }]],
  external: [[{ receivedAt: -1 }], [{ patientKeys: 1 }]],
  qc: [[{ analyzer: 1, hostCode: 1, observedAt: -1 }], [{ observedAt: -1 }]],
  catalogue: [[{ kind: 1 }]],
  catalogueHistory: [[{ entry: 1, version: -1 }]],
  users: [],
  sessions: [[{ username: 1 }], [{ expiresAt: 1 }]],
  tokens: [[{ name: 1 }]],
  clients: [],
  accessTokens: [[{ expiresAt: 1 }]],
  assertions: [[{ expiresAt: 1 }]],
  audit: [
    [{ source: 1 }, { unique: true, sparse: true }],
    [{ subject: 1, at: -1 }],
    [{ actor: 1, at: -1 }],
    [{ at: -1 }],
  ],
  counters: [],
};

/** Open every collection and make its indexes. */
export async function openCollections(store: Store, now: () => number = Date.now): Promise<Collections> {
  const open = <K extends keyof Collections>(name: K, hint?: CollectionHint): Collections[K] =>
    store.collection(name, hint) as Collections[K];
  const counters = open('counters');
  const stamped = <T extends Stamped>(collection: Collection<T>, quiet: readonly string[] = []): Collection<T> =>
    collection instanceof EmbeddedCollection && counters instanceof EmbeddedCollection
      ? stampedEmbedded(collection, counters, now, quiet)
      : stampedCollection(collection, stampsFrom(counters, collection.name, now), quiet);
  const opened: Collections = {
    messages: open('messages'),
    outcomes: open('outcomes'),
    patients: stamped(open('patients')),
    orders: stamped(open('orders')),
    // Its worklist row is made anew from observations, and what is still to be told of it is no change of the specimen.
    specimens: stamped(open('specimens'), ['work', 'closing']),
    observations: open('observations', { together: keyOfSpecimen }),
    acts: open('acts'),
    reports: open('reports'),
    outbox: open('outbox'),
    recipients: open('recipients'),
    held: open('held'),
    days: open('days'),
    storage: open('storage'),
    criticals: open('criticals'),
    signings: open('signings'),
    papers: open('papers'),
    referrals: open('referrals'),
    notices: open('notices'),
    external: open('external'),
    qc: open('qc'),
    catalogue: open('catalogue'),
    catalogueHistory: open('catalogueHistory'),
    users: open('users'),
    sessions: open('sessions'),
    tokens: open('tokens'),
    clients: open('clients'),
    accessTokens: open('accessTokens'),
    assertions: open('assertions'),
    audit: open('audit'),
    counters,
  };
  for (const name of Object.keys(indexes) as (keyof Collections)[]) {
    for (const [keys, options] of indexes[name]) await opened[name].createIndex(keys, options);
  }
  return opened;
}
