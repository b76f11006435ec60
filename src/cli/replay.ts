import type { Command } from 'commander';
import { LisError } from '../errors.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import { openCommandLaboratory } from './open-lab.ts';

interface ReplayOptions {
  readonly held?: boolean;
  readonly message?: string;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `replay`: file journalled messages again, as the catalogue is now; what is stored already stays as it is. */
export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description('decode and file journalled messages again, after a mapping was mended')
    .option('--held', 'every message that left an open held item')
    .option('--message <id>', 'one message of the journal')
    .option('--dry-run', 'only say which messages would be replayed')
    .option('--config <lab.yaml>', 'configuration')
    .option('--data <folder>', 'data folder')
    .action(async (options: ReplayOptions) => {
      if (options.held !== true && options.message === undefined) {
        throw new LisError('USAGE', { detail: 'say what to replay: --held or --message ID' });
      }
      const opened = await openCommandLaboratory(options);
      try {
        await replayAll(opened.lab, options);
      } finally {
        await opened.close();
      }
    });
}

async function replayAll(lab: Parameters<typeof createPipeline>[0], options: ReplayOptions): Promise<void> {
  const ids = new Set<string>(options.message === undefined ? [] : [options.message]);
  if (options.held === true) {
    for await (const item of lab.collections.held.find({ state: 'open' }, { sort: { at: -1 } })) ids.add(item.message);
  }
  const pipeline = createPipeline(lab);
  try {
    for (const id of [...ids].sort()) {
      if (options.dryRun === true) {
        process.stdout.write(`${id}\n`);
        continue;
      }
      const outcome = await pipeline.replay(id);
      process.stdout.write(`${id}: ${outcome.added} added, ${outcome.repeated} there already, ${outcome.held} held\n`);
    }
    process.stdout.write(`${ids.size} messages${options.dryRun === true ? ' would be replayed' : ''}\n`);
  } finally {
    await pipeline.close();
  }
}
