import { z } from 'zod';
import { isLisError, LisError } from '../errors.ts';
import type { FhirDestination, WebhookDestination } from '../laboratory/recipient-config.ts';
import type { RecipientDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { pageOf, pageOfSorted, pageQuery } from './lists.ts';
import type { Feature } from './plugin.ts';
import { newRecipient, recipient, recipientChange } from './schemas/way.ts';
import { key, nothing } from './schemas/words.ts';

const params = z.object({ id: key });

/** Who gets reports. */
export const recipientsFeature: Feature = async (app, { lab, publishing }) => {
  app.get(
    '/api/recipients',
    {
      config: { access: 'recipients.read' },
      schema: {
        tags: ['deliveries'],
        summary: 'Recipients',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(recipient) },
      },
    },
    async (request) => {
      const all = await lab.collections.recipients.find({}).toArray();
      return pageOfSorted(all.map(recipientView), (each) => each.id, request.query);
    },
  );

  app.post(
    '/api/recipients',
    {
      config: { access: 'recipients.add' },
      schema: { tags: ['deliveries'], summary: 'Add a recipient', body: newRecipient, response: { 201: recipient } },
    },
    async (request, reply) => {
      const made = recipientDoc(request.body);
      try {
        await lab.collections.recipients.insertOne(made);
      } catch (thrown) {
        if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
        throw new LisError('VERSION_CONFLICT', { what: `Recipient ${made._id}` });
      }
      await publishing?.refresh(made._id);
      await recordAudit(lab, { actor: personOf(request).username, action: 'recipient-add', subject: made._id });
      return reply.code(201).send(recipientView(made));
    },
  );

  app.put(
    '/api/recipients/:id',
    {
      config: { access: 'recipients.add' },
      schema: {
        tags: ['deliveries'],
        summary: 'Change a recipient that was added here; a part that is not named stays as it is',
        params,
        body: recipientChange,
        response: { 200: recipient },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { version, fhir, webhook, ...settings } = request.body;
      const known = await lab.collections.recipients.findOne({ _id: id });
      if (known === null) throw new LisError('RECIPIENT_UNKNOWN', { id });
      if (known.source === 'file')
        throw new LisError('REQUEST_INVALID', { detail: `${id} stands in lab.yaml: change it there` });
      const after = await lab.collections.recipients.findOneAndUpdate(
        { _id: id, version },
        {
          $set: present({ ...settings, fhir: keptFhir(fhir, known), webhook: keptWebhook(webhook, known) }),
          $inc: { version: 1 },
        },
        { returnDocument: 'after' },
      );
      if (after === null) throw new LisError('VERSION_CONFLICT', { what: `Recipient ${id}` });
      await publishing?.refresh(id);
      await recordAudit(lab, { actor: personOf(request).username, action: 'recipient-change', subject: id });
      return recipientView(after);
    },
  );

  for (const [action, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    app.post(
      `/api/recipients/:id/${action}`,
      {
        config: { access: 'recipients.run' },
        schema: {
          tags: ['deliveries'],
          summary: `${paused ? 'Keep' : 'Send'} what is queued for it`,
          params,
          body: nothing,
          response: { 200: recipient },
        },
      },
      async (request) => {
        const { id } = request.params;
        const after = await lab.collections.recipients.findOneAndUpdate(
          { _id: id },
          { $set: { paused }, $inc: { version: 1 } },
          { returnDocument: 'after' },
        );
        if (after === null) throw new LisError('RECIPIENT_UNKNOWN', { id });
        await publishing?.refresh(id);
        await recordAudit(lab, { actor: personOf(request).username, action: `recipient-${action}`, subject: id });
        return recipientView(after);
      },
    );
  }

  app.post(
    '/api/recipients/:id/test',
    {
      config: { access: 'recipients.run' },
      schema: {
        tags: ['deliveries'],
        summary: 'Send a test message and give the answer',
        params,
        body: nothing,
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async (request) => {
      if (publishing === undefined) throw new LisError('RECIPIENT_UNKNOWN', { id: request.params.id });
      const outcome = await publishing.test(request.params.id);
      return typeof outcome === 'object' && outcome !== null ? { ...outcome } : { outcome };
    },
  );
};

function recipientDoc(body: z.infer<typeof newRecipient>): RecipientDoc {
  const { id, retrySeconds, ...settings } = body;
  return { _id: id, ...present(settings), retrySeconds, paused: false, source: 'api', version: 1 };
}

type Change = z.infer<typeof recipientChange>;

/** What it signs in with stays where the change does not name it, but never goes to another server. */
function keptFhir(change: Change['fhir'], known: RecipientDoc): FhirDestination | undefined {
  if (change === undefined) return undefined;
  const { auth, ...settings } = change;
  if (auth === null) return settings;
  if (auth !== undefined) return { ...settings, auth };
  if (known.fhir?.auth === undefined) return settings;
  requireSamePlace(settings.url, known.fhir.url);
  return { ...settings, auth: known.fhir.auth };
}

function keptWebhook(change: Change['webhook'], known: RecipientDoc): WebhookDestination | undefined {
  if (change === undefined) return undefined;
  const { secret, ...settings } = change;
  if (secret !== undefined) return { ...settings, secret };
  if (known.webhook === undefined) throw new LisError('REQUEST_INVALID', { detail: 'webhook.secret: is needed' });
  requireSamePlace(settings.url, known.webhook.url);
  return { ...settings, secret: known.webhook.secret };
}

function requireSamePlace(next: string, before: string): void {
  if (new URL(next).origin !== new URL(before).origin)
    throw new LisError('REQUEST_INVALID', { detail: 'another server: give its secret anew' });
}

/** Without members that are undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const name of Object.keys(members) as (keyof T)[]) {
    const value = members[name];
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>;
  }
  return kept;
}

/** Without what it signs in with: a secret is never shown again. */
function recipientView(found: RecipientDoc): z.infer<typeof recipient> {
  const { _id, name, hl7, fhir, webhook, referral, retrySeconds, paused, source, version } = found;
  return {
    id: _id,
    ...(name === undefined ? {} : { name }),
    ...(hl7 === undefined ? {} : { hl7 }),
    ...(fhir === undefined ? {} : { fhir: fhirView(fhir) }),
    ...(webhook === undefined ? {} : { webhook: webhookView(webhook) }),
    ...(referral === undefined ? {} : { referral }),
    retrySeconds,
    paused,
    source,
    version,
  };
}

function fhirView({ auth, ...shown }: FhirDestination): z.infer<typeof recipient>['fhir'] {
  return { ...shown, auth: auth === undefined ? 'none' : 'token' in auth ? 'token' : 'smart' };
}

function webhookView({ secret: _secret, ...shown }: WebhookDestination): z.infer<typeof recipient>['webhook'] {
  return shown;
}
