import type { BlockRules } from '../drivers/driver.ts';
import { frameBlock, scanBlock } from '../protocols/blocks/block.ts';
import { concat } from '../protocols/bytes.ts';
import { control } from '../protocols/control.ts';
import type { AnalyzerEnd, SendOutcome } from './analyzer-end.ts';
import type { BytePort } from './port.ts';

/** How long an analyzer of blocks waits for ACK, and for the word of the host behind it. */
const answerMs = 3_000;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The end of an analyzer that sends blocks: each waits for its ACK, those of the host are acknowledged. */
export function blockEnd(blocks: BlockRules, port: BytePort): AnalyzerEnd {
  const listeners: ((text: Uint8Array) => void)[] = [];
  const thanks = blocks.thanks === undefined ? null : latin1(blocks.thanks);
  const nothing = blocks.nothing === undefined ? null : latin1(blocks.nothing);
  let inbox: Uint8Array = new Uint8Array(0);
  let settle: (outcome: SendOutcome) => void = () => undefined;
  let open = true;
  /** Words of the analyzer on orders whose ACK is still to come. */
  let words = 0;

  function heard(byte: number | undefined): void {
    if (words > 0 && (byte === control.ACK || byte === control.NAK)) {
      words -= 1;
      return;
    }
    if (byte === control.ACK) settle('accepted');
    if (byte === control.NAK) settle('refused');
  }

  function taken(text: Uint8Array): void {
    const said = latin1(text);
    port.write(Uint8Array.of(control.ACK));
    if (said === thanks) return;
    if (blocks.confirmsOrders && blocks.thanks !== undefined && said !== nothing) {
      words += 1;
      port.write(frameBlock(blocks.thanks, blocks.check));
    }
    for (const listener of listeners) listener(text);
  }

  port.onBytes((bytes) => {
    inbox = concat([inbox, bytes]);
    while (inbox.length > 0) {
      if (inbox[0] !== control.STX) {
        heard(inbox[0]);
        inbox = inbox.subarray(1);
        continue;
      }
      const found = scanBlock(inbox, 0, blocks.check);
      if (found.type === 'open' || found.type === 'tail') return;
      const whole = inbox;
      inbox = inbox.subarray(found.end);
      if (found.type === 'broken' || !found.good) port.write(Uint8Array.of(control.NAK));
      else taken(whole.slice(...found.text));
    }
  });
  port.onClose(() => {
    open = false;
    settle('failed');
  });
  return {
    send(message) {
      if (!open) return Promise.resolve('failed');
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle('failed'), answerMs).unref();
        settle = (outcome) => {
          clearTimeout(timer);
          settle = () => undefined;
          resolve(outcome);
        };
        port.write(frameBlock(message, blocks.check));
      });
    },
    onHostMessage: (listener) => listeners.push(listener),
    close() {
      settle('failed');
      port.close();
    },
  };
}
