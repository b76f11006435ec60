import type { Command } from 'commander';
import { LisError } from '../errors.ts';
import { testRecipient } from '../publish/start.ts';
import { onStore, withLab } from './user.ts';

/** `recipient test`: one test message to a recipient, and its answer. */
export function recipientCommand(program: Command): void {
  const recipient = program.command('recipient').description('systems and hospitals that get reports');
  onStore(recipient.command('test <id>').description('send a test message and print the answer')).action(
    (id: string, options: { config?: string; data?: string }) =>
      withLab(options, async (lab) => {
        const outcome = await testRecipient(lab, id);
        if (outcome.kind === 'unreachable') throw new LisError('RECIPIENT_UNREACHABLE', { id, detail: outcome.text });
        const code = outcome.code ?? outcome.transport ?? '';
        process.stdout.write(`${id}: ${outcome.kind} ${code}${outcome.text === undefined ? '' : ` ${outcome.text}`}\n`);
        if (outcome.kind === 'refused') process.exitCode = 1;
      }),
  );
}
