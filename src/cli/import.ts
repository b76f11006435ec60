import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { LisError } from '../errors.ts';
import { openIntake } from '../publish/referral/import.ts';
import { isPackage } from '../publish/verify/package.ts';
import { onStore, withLab } from './user.ts';

/** `import FILE`: take a referral package, or one signed Bundle, in as external results. */
export function importCommand(program: Command): void {
  onStore(program.command('import').description('take a referral package in as external results'))
    .argument('<file>', 'a referral package (ZIP) or a signed document Bundle')
    .action((file: string, options: { config?: string; data?: string }) =>
      withLab(options, async (lab) => {
        const raw = read(file);
        const intake = openIntake(lab);
        try {
          const imported = isPackage(raw) ? await intake.package(raw, 'cli') : await intake.bundle(raw, 'cli');
          process.stdout.write(`${file}: ${imported} imported\n`);
        } finally {
          await intake.close();
        }
      }),
    );
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : 'unknown';
    throw new LisError('FILE_UNREADABLE', { file, detail }, thrown);
  }
}
