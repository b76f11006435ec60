import { z } from 'zod';
import { ownVariations, takeOwnVariations } from '../../acts/own-variations.ts';
import { actorOf } from '../auth/caller.ts';
import { pageOf } from '../lists.ts';
import type { Feature } from '../plugin.ts';
import { entryView } from './view.ts';

const own = z.object({
  analyte: z.string(),
  pairs: z.number(),
  inUse: z.string(),
  own: z.string().nullable(),
});
const path = '/api/variations';
const tags = ['catalogue'];

/** Weights of the mix-up index from the laboratory's own history: looked at, and taken into the catalogue. */
export const ownVariationsFeature: Feature = async (app, { lab }) => {
  app.get(
    path,
    {
      config: { access: 'catalogue.edit' },
      schema: {
        tags,
        summary: 'What the own history says of each weight, beside the one in use',
        response: { 200: pageOf(own) },
      },
    },
    async () => ({ items: await ownVariations(lab), next: null }),
  );

  app.post(
    path,
    {
      config: { access: 'catalogue.edit' },
      schema: {
        tags,
        summary: 'Take the own weights into the catalogue; those with too few pairs stay',
        response: { 200: pageOf(z.looseObject({ id: z.string(), version: z.number() })) },
      },
    },
    async (request) => ({ items: (await takeOwnVariations(lab, actorOf(request))).map(entryView), next: null }),
  );
};
