import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import type { Feature } from './plugin.ts';
import { explanation } from './schemas/way.ts';
import { key } from './schemas/words.ts';

/** The whole way of a number: from the bytes to the receivers. */
export const explainFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/observations/:id/explain',
    {
      config: { access: 'results.read' },
      schema: {
        tags: ['results'],
        summary: 'The whole way of this number, from bytes to receivers',
        params: z.object({ id: key }),
        response: { 200: explanation },
      },
    },
    async (request) => {
      const observation = await lab.collections.observations.findOne({ _id: request.params.id });
      if (observation === null) throw new LisError('OBSERVATION_NOT_FOUND', { id: request.params.id });
      return explain(lab, observation);
    },
  );
};

async function explain(lab: Laboratory, observation: ObservationDoc): Promise<z.infer<typeof explanation>> {
  const { sent, referenceRange, conversion, mapping } = observation;
  const { id: _id, ...range } = referenceRange ?? { reason: '' };
  return {
    id: observation._id,
    accession: observation.accession,
    origin: observation.origin,
    message: observation.message === undefined ? null : { id: observation.message },
    span: observation.span ?? null,
    sent: {
      value: sent.value,
      ...(sent.comparator === undefined ? {} : { comparator: sent.comparator }),
      unit: sent.unit,
      flags: sent.flags,
    },
    mapping:
      mapping === undefined
        ? null
        : { hostCode: observation.hostCode, analyte: observation.analyte, revision: mapping.revision },
    conversion: conversion ?? null,
    range: referenceRange === undefined ? null : range,
    rules: observation.rules,
    ...(await sourcesOf(lab, observation)),
    ...(observation.previous === undefined ? {} : { previous: observation.previous }),
    ...(observation.amends === undefined ? {} : { amends: observation.amends }),
    acts: await actsOn(lab, observation),
    deliveries: await deliveriesOf(lab, observation),
  };
}

/** Calculated: the values it was made from, each with an explanation of its own. */
async function sourcesOf(lab: Laboratory, { calculatedFrom }: ObservationDoc) {
  if (calculatedFrom === undefined) return {};
  const sources = await lab.collections.observations.find({ _id: { $in: calculatedFrom } }).toArray();
  return {
    calculatedFrom: sources.map((each) => ({
      id: each._id,
      analyte: each.analyte,
      value: `${each.comparator ?? ''}${each.value}`,
      unit: each.unit,
    })),
  };
}

async function actsOn(lab: Laboratory, observation: ObservationDoc) {
  const { acts: collection } = lab.collections;
  const acts = await collection.find({ accession: observation.accession }, { sort: { number: 1 } }).toArray();
  const own = new Set<number>();
  // A calculated value that fell with its source: what was done to the source is what was done to it.
  const fellBy = acts.filter((act) => act.orphans?.includes(observation._id) === true);
  const causes = new Set(fellBy.flatMap((act) => [act.number, ...(act.of ?? [])]));
  const concerned: ActDoc[] = [];
  for (const act of acts) {
    const named =
      act.observations.some((each) => each.id === observation._id) ||
      act.makes === observation._id ||
      causes.has(act.number);
    // An undo or issue names the act it follows, not the observations.
    if (!named && !(act.of ?? []).some((number) => own.has(number))) continue;
    own.add(act.number);
    concerned.push(act);
  }
  const entered =
    observation.enteredBy === undefined
      ? []
      : [{ actor: observation.enteredBy, action: 'enter', at: observation.receivedAt }];
  return [
    ...entered,
    ...concerned.map((act) => ({
      actor: act.actor.username,
      action: act.kind,
      at: act.at,
      ...(act.reason === undefined ? {} : { reason: act.reason }),
      ...(act.comment === undefined ? {} : { comment: act.comment }),
    })),
  ];
}

/** Deliveries of the report versions that carry this observation. */
async function deliveriesOf(lab: Laboratory, observation: ObservationDoc) {
  const { accession } = observation;
  const reports = await lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();
  const carrying = new Set(
    reports.filter((report) => report.observations.some((each) => each.id === observation._id)).map((each) => each._id),
  );
  if (carrying.size === 0) return [];
  const deliveries = await lab.collections.outbox.find({ accession }).toArray();
  return deliveries
    .filter((each) => carrying.has(each.report))
    .sort((a, b) => a.version - b.version)
    .map((each) => ({
      recipient: each.recipient,
      state: each.state,
      version: each.version,
      ...(each.ack === undefined ? {} : { at: each.ack.at }),
    }));
}
