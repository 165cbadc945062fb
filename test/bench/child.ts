/** Processes of a bench and what they say to each other: each question has one answer, in the order asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** What a process of a bench can be asked; values cross as JSON. */
export type Questions = Readonly<Record<string, (value: string) => Promise<string>>>;

interface Question {
  readonly name: string;
  readonly value: string;
}

/** A process that answers. */
export class BenchChild implements AsyncDisposable {
  readonly #process: ChildProcess;

  constructor(file: URL, ...words: readonly string[]) {
    this.#process = fork(file, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** @throws Error when the process ended. */
  async ask(name: string, value = ''): Promise<string> {
    const question: Question = { name, value };
    this.#process.send(question);
    const gone = new AbortController();
    const exit = once(this.#process, 'exit', { signal: gone.signal }).then(() => {
      throw new Error(`a process of the bench ended while it was asked to ${name}`);
    });
    exit.catch(() => undefined);
    const answer = await Promise.race([once(this.#process, 'message'), exit]);
    gone.abort();
    return String(answer[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/** Answers questions from now on: the child's side. */
export function answer(questions: Questions): void {
  process.on('message', ({ name, value }: Question) => {
    const question = questions[name];
    if (question === undefined) throw new Error(`nobody answers ${name}`);
    question(value).then(
      (said) => process.send?.(said),
      (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
        process.disconnect();
      },
    );
  });
}

/** Counts what this process sends over TCP. */
export class SentBytes {
  readonly #sockets = new Set<Socket>();

  constructor() {
    const remember = (message: unknown): void => {
      if (typeof message === 'object' && message !== null && 'socket' in message)
        this.#sockets.add(message.socket as Socket);
    };
    channel('net.client.socket').subscribe(remember);
    channel('net.server.socket').subscribe(remember);
  }

  /** Bytes so far. */
  get count(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bytesWritten;
    return bytes;
  }
}

/** @returns CPU time of this process so far with all its threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
