import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Run a script of this folder as a process of its own with a task; resolves with what it answers. */
export function inProcess<T>(script: string, task: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, script)], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`${script} ended with ${code}`)),
    );
    child.stdin.end(JSON.stringify(task));
  });
}
