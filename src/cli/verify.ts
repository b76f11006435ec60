import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { LisError } from '../errors.ts';
import { readTrust } from '../publish/signing/certificates.ts';
import { checkFile } from '../publish/verify/file.ts';
import type { Verdict } from '../publish/verify/verdict.ts';

const kinds: Readonly<Record<Verdict['kind'], string>> = {
  pdf: 'signed PDF',
  bundle: 'FHIR document Bundle',
  package: 'referral package',
  code: 'QR code of a report',
  unknown: 'unknown file',
};

/** `verify FILE`: who signed, when, intact or not, and why. Needs no store and no network. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description('check a signed PDF, FHIR Bundle, referral package or QR code, from anyone')
    .argument('<file>', 'what to check')
    .option(
      '--trust <ca.pem>',
      'certificates to trust; repeatable',
      (file: string, all: string[]) => [...all, file],
      [],
    )
    .option('--json', 'print the verdict as JSON')
    .action((file: string, flags: { trust: string[]; json?: boolean }) => {
      const verdict = checkFile(read(file), readTrust(flags.trust), new Date());
      if (flags.json === true) process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
      else process.stdout.write(`${wordsOf(file, verdict).join('\n')}\n`);
      if (!verdict.intact || !verdict.trusted) process.exitCode = 1;
    });
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : 'unknown';
    throw new LisError('FILE_UNREADABLE', { file, detail }, thrown);
  }
}

function wordsOf(file: string, verdict: Verdict): string[] {
  return [
    `${file}: ${kinds[verdict.kind]}`,
    ...verdict.signatures.flatMap((each) => [
      `Signed by: ${each.signer}`,
      `Certified by: ${each.authority ?? 'nobody who is trusted'}`,
      `Signed at: ${each.signedAt} (${each.time === 'authority' ? 'time stamping authority' : "the signer's clock"})`,
    ]),
    `Intact: ${verdict.intact ? 'yes' : 'no'}`,
    `Trusted: ${verdict.trusted ? 'yes' : 'no'}`,
    ...(verdict.reason === undefined ? [] : [`Reason: ${verdict.reason}`]),
    ...(verdict.parts ?? []).map(
      (part) => `  ${part.name}: ${part.intact && part.trusted ? 'intact and trusted' : (part.reason ?? 'refused')}`,
    ),
  ];
}
