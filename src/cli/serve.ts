import type { Command } from 'commander';
import { ensureFirstAdministrator } from '../api/auth/users.ts';
import { portFlag } from './flags.ts';
import { boundHeapGrowth } from './heap-growth.ts';
import { openLaboratory } from './open-lab.ts';
import { runLaboratory } from './running.ts';

/** `serve`: one laboratory in the foreground until SIGINT or SIGTERM. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the laboratory: lines, pipeline, API and workbench')
    .option('--config <lab.yaml>', 'configuration (else CUVETTE_CONFIG, else ./lab.yaml)')
    .option('--data <folder>', 'data folder (else CUVETTE_DATA)')
    .option('--port <number>', 'HTTP port (else CUVETTE_PORT)', portFlag)
    .action(async (options: { config?: string; data?: string; port?: number }) => {
      boundHeapGrowth();
      const opened = await openLaboratory(options, 'serve');
      const first = await ensureFirstAdministrator(opened.lab, process.env.CUVETTE_ADMIN_PASSWORD).catch(
        async (thrown: unknown) => {
          await opened.close();
          throw thrown;
        },
      );
      if (first !== null) process.stdout.write(`First administrator: admin, password ${first} (shown this once)\n`);
      const running = await runLaboratory(opened);
      // Whoever reads this line may end us at once: an orderly end from here on.
      const ending = stopped();
      process.stdout.write(`Cuvette is at ${running.url}\n`);
      await ending;
      await running.close();
    });
}

/** Resolves at SIGINT or SIGTERM; a second signal ends the process at once. */
export function stopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  });
}
