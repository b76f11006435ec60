import { z } from 'zod';
import { LisError } from '../errors.ts';
import { openChecker } from '../publish/verify/check.ts';
import type { Feature } from './plugin.ts';

const verdict = z.object({
  kind: z.enum(['pdf', 'bundle', 'package', 'code', 'unknown']),
  intact: z.boolean(),
  trusted: z.boolean(),
  signatures: z
    .array(
      z.object({
        signer: z.string(),
        authority: z.string().nullable(),
        signedAt: z.string(),
        time: z.enum(['authority', 'signer']),
      }),
    )
    .readonly(),
  reason: z.string().optional(),
  parts: z
    .array(z.object({ name: z.string(), intact: z.boolean(), trusted: z.boolean(), reason: z.string().optional() }))
    .readonly()
    .optional(),
});
const mostBytes = 67_108_864;

/** Who signed a file, from anyone, and whether it is as it was signed. Nothing of it is kept. */
export const signatureCheckFeature: Feature = async (app, services) => {
  const checker = openChecker(services.lab);
  app.addHook('onClose', () => checker.close());
  const checking: Feature = async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) =>
      done(null, body),
    );
    files.post(
      '/api/verify',
      {
        config: { access: 'person' },
        bodyLimit: mostBytes,
        schema: {
          tags: ['reports'],
          summary: 'Check a signed PDF, FHIR Bundle, referral package or the text of a QR code, from anyone',
          response: { 200: verdict },
        },
      },
      async (request) => {
        if (!Buffer.isBuffer(request.body) || request.body.length === 0)
          throw new LisError('REQUEST_INVALID', { detail: 'the body must be the file' });
        return checker.check(request.body);
      },
    );
  };
  await app.register(checking, services);
};
