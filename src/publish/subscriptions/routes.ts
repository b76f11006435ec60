import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Laboratory } from '../../laboratory/context.ts';
import type { RecipientDoc } from '../../store/documents.ts';
import { fhirJson } from '../fhir/json.ts';
import { FhirProblem, invalid, notFound } from '../fhir/outcome.ts';
import { readParameters } from '../fhir/parameters.ts';
import type { FhirOptions } from '../fhir/routes.ts';
import { searchset } from '../fhir/searchset.ts';
import { type NotifiedEvent, notificationBundle, type SubscribedRecipient, statusResource } from './notification.ts';
import { eventsSoFar, notify, setStatus } from './notifier.ts';
import { isSubscribed, readSubscription, subscriptionResource } from './resource.ts';
import { contents } from './topics.ts';

const mediaType = 'application/fhir+json; charset=utf-8';
/** First and longest wait between tries. */
const retrySeconds = [2, 60] as const;
/** Subscriptions one system may have. */
const mostOfOne = 200;
const mostEvents = 500;

type ById = { Params: { id: string } };

/** Subscriptions of the R4 backport guide: create, read, search, change, delete, `$status`, `$events`. */
export async function subscriptionRoutes(app: FastifyInstance, { lab, access }: FhirOptions): Promise<void> {
  app.addContentTypeParser(
    'application/fhir+json',
    { parseAs: 'string', bodyLimit: 65_536 },
    (_request, body, done) => {
      try {
        done(null, JSON.parse(String(body)));
      } catch {
        done(invalid('the body is not JSON'));
      }
    },
  );
  const mine = async (request: FastifyRequest<ById>): Promise<SubscribedRecipient> => {
    const found = await lab.collections.recipients.findOne({ _id: request.params.id });
    // Another system's is as good as none.
    if (!isSubscribed(found) || found.subscription.owner !== ownerOf(request))
      throw notFound(`Subscription/${request.params.id} is not known`);
    return found;
  };
  const send = (reply: FastifyReply, content: unknown): FastifyReply => reply.type(mediaType).send(fhirJson(content));

  app.post('/Subscription', async (request, reply) => {
    access.require(request, 'Subscription', 'c');
    const owner = ownerOf(request);
    const settings = readSubscription(request.body);
    requireReadable(request, access, settings.content);
    const own = (await subscriptionsOf(lab, owner)).length;
    if (own >= mostOfOne) throw new FhirProblem(422, 'too-costly', `a system has at most ${mostOfOne} subscriptions`);
    const recipient: SubscribedRecipient = {
      _id: randomUUID(),
      retrySeconds,
      paused: true,
      source: 'subscription',
      version: 1,
      subscription: { ...settings, status: 'requested', owner, base: baseOf(request) },
    };
    await lab.collections.recipients.insertOne(recipient);
    await access.record(request, { interaction: 'create', type: 'Subscription', subject: recipient._id, resources: 1 });
    void shakeHands(lab, recipient);
    reply.code(201).header('Location', `${baseOf(request)}/Subscription/${recipient._id}`);
    return send(reply, subscriptionResource(recipient));
  });

  app.put<ById>('/Subscription/:id', async (request, reply) => {
    access.require(request, 'Subscription', 'u');
    const known = await mine(request);
    const settings = readSubscription(request.body);
    requireReadable(request, access, settings.content);
    const off =
      typeof request.body === 'object' && request.body !== null && Reflect.get(request.body, 'status') === 'off';
    const { owner, base } = known.subscription;
    const subscription = { ...settings, status: off ? ('off' as const) : ('requested' as const), owner, base };
    const after = await lab.collections.recipients.findOneAndUpdate(
      { _id: known._id, version: known.version },
      { $set: { subscription, paused: true }, $inc: { version: 1 } },
      { returnDocument: 'after' },
    );
    if (!isSubscribed(after)) throw new FhirProblem(409, 'conflict', 'it was changed meanwhile');
    lab.events.emit({ type: 'recipient', recipient: known._id });
    await access.record(request, { interaction: 'update', type: 'Subscription', subject: known._id, resources: 1 });
    if (!off) void shakeHands(lab, after);
    return send(reply, subscriptionResource(after));
  });

  app.delete<ById>('/Subscription/:id', async (request, reply) => {
    access.require(request, 'Subscription', 'd');
    const { _id } = await mine(request);
    await lab.collections.recipients.deleteOne({ _id });
    await lab.collections.outbox.updateMany(
      { recipient: _id, state: { $in: ['queued', 'parked'] } },
      { $set: { state: 'superseded', reason: 'the subscription was deleted' } },
    );
    lab.events.emit({ type: 'recipient', recipient: _id });
    await access.record(request, { interaction: 'delete', type: 'Subscription', subject: _id, resources: 1 });
    return reply.code(204).send();
  });

  app.get('/Subscription', async (request, reply) => {
    access.require(request, 'Subscription', 's');
    const parameters = readParameters(new URL(request.url, 'http://x').searchParams);
    const wanted = (name: string): readonly string[] | undefined =>
      parameters.find((each) => each.name === name)?.values;
    const [ids, states] = [wanted('_id'), wanted('status')];
    const matches = (await subscriptionsOf(lab, ownerOf(request)))
      .filter(
        ({ _id, subscription }) => ids?.includes(_id) !== false && states?.includes(subscription.status) !== false,
      )
      .map(subscriptionResource);
    const applied = parameters.filter((each) => ['_id', 'status'].includes(each.name));
    const base = baseOf(request);
    return send(
      reply,
      searchset({ type: 'Subscription', parameters, applied, base, matches, included: [], total: matches.length }),
    );
  });

  app.get<ById>('/Subscription/:id', async (request, reply) => {
    access.require(request, 'Subscription', 'r');
    return send(reply, subscriptionResource(await mine(request)));
  });

  for (const method of ['GET', 'POST'] as const) {
    app.route<ById>({
      method,
      url: '/Subscription/:id/$status',
      handler: async (request, reply) => {
        access.require(request, 'Subscription', 'r');
        const found = await mine(request);
        const count = await eventsSoFar(lab, found._id);
        const status = statusResource(found, {
          type: 'query-status',
          count,
          events: [],
          content: found.subscription.content,
        });
        return send(
          reply,
          searchset({
            type: 'Subscription',
            parameters: [],
            applied: [],
            base: baseOf(request),
            matches: [status],
            included: [],
            total: 1,
          }),
        );
      },
    });
    app.route<ById>({
      method,
      url: '/Subscription/:id/$events',
      handler: async (request, reply) => {
        access.require(request, 'Subscription', 'r');
        const found = await mine(request);
        const asked = new URL(request.url, 'http://x').searchParams;
        const content = contents.find((each) => each === (asked.get('content') ?? found.subscription.content));
        if (content === undefined) throw invalid(`content must be one of ${contents.join(', ')}`);
        requireReadable(request, access, content);
        const events = await eventsBetween(
          lab,
          found._id,
          numberOf(asked, 'eventsSinceNumber') ?? 1,
          numberOf(asked, 'eventsUntilNumber'),
        );
        const count = await eventsSoFar(lab, found._id);
        await access.record(request, {
          interaction: 'read',
          type: 'Subscription',
          subject: found._id,
          resources: events.length,
        });
        return send(
          reply,
          notificationBundle(lab, baseOf(request), found, { type: 'query-event', count, events, content }),
        );
      },
    });
  }
}

/** The system that asks: persons do not subscribe. Throws 403. */
function ownerOf({ caller }: FastifyRequest): string {
  if (caller?.kind !== 'token') throw new FhirProblem(403, 'forbidden', 'systems subscribe, with a token of their own');
  return caller.name;
}

/** Nobody is told of what he may not read. Throws 403. */
function requireReadable(request: FastifyRequest, access: FhirOptions['access'], content: string): void {
  for (const type of content === 'full-resource' ? ['DiagnosticReport', 'Observation'] : ['DiagnosticReport']) {
    if (!access.covers(request, type, 'r') && !access.covers(request, type, 's'))
      throw new FhirProblem(403, 'forbidden', `the scope does not reach ${type}`);
  }
}

async function subscriptionsOf(lab: Laboratory, owner: string): Promise<SubscribedRecipient[]> {
  const all: RecipientDoc[] = await lab.collections.recipients.find({}).toArray();
  return all.filter(isSubscribed).filter(({ subscription }) => subscription.owner === owner);
}

/** The handshake: only an endpoint that answers makes the subscription active. */
async function shakeHands(lab: Laboratory, recipient: SubscribedRecipient): Promise<void> {
  try {
    const count = await eventsSoFar(lab, recipient._id);
    const { content } = recipient.subscription;
    const outcome = await notify(
      lab,
      recipient,
      { type: 'handshake', count, events: [], content },
      AbortSignal.timeout(60_000),
    );
    if (outcome.kind === 'accepted') await setStatus(lab, recipient._id, 'active');
    else await setStatus(lab, recipient._id, 'error', `handshake: ${outcome.text}`);
    lab.events.emit({ type: 'recipient', recipient: recipient._id });
  } catch (thrown) {
    lab.log.error({ err: thrown, subscription: recipient._id }, 'a handshake could not be written down');
  }
}

async function eventsBetween(
  lab: Laboratory,
  recipient: string,
  from: number,
  to: number | undefined,
): Promise<NotifiedEvent[]> {
  const all = await lab.collections.outbox.find({ recipient }, { sort: { order: 1 } }).toArray();
  const wanted = all
    .map((each, index) => ({ number: index + 1, report: each.report }))
    .slice(Math.max(from, 1) - 1, to);
  const events: NotifiedEvent[] = [];
  for (const { number, report: id } of wanted.slice(0, mostEvents)) {
    const report = await lab.collections.reports.findOne({ _id: id });
    if (report !== null) events.push({ number, report });
  }
  return events;
}

/** Throws 400. */
function numberOf(asked: URLSearchParams, name: string): number | undefined {
  const text = asked.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`${name} must be a whole number`);
  return Number(text);
}

function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/fhir/R4`;
}
