import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { equalBytes } from '../../core/base/bytes.ts';
import type { Id } from '../../core/base/id.ts';
import { CHANNELS, parseRegion, type Region } from '../../core/base/region.ts';
import { decodeFile, type FileItem } from '../../core/files/decode.ts';
import { openingOf, readEntry } from '../../core/wire/entry.ts';
import type { FileHeader } from '../../core/wire/messages/file.ts';
import type { ItemOutcome } from '../../engine/events.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { followRegions } from './regions.ts';

/** Items handed on at once; bounds what waits in memory to about 13 MB. */
const ITEMS_AT_ONCE = 256;
/** Entries beside the chains that count, kept until an entry that came after them is found to read them. */
const ASIDE_BYTES_MAX = 16 * 1024 * 1024;
/** Faults of a file that are told. */
const FAULTS_MAX = 20;

/** A file that is read twice. */
export type FileSource = () => AsyncIterable<Uint8Array>;

type Report = RouteOutput<'import'>;
type Counts = Pick<Report, 'items' | 'stored' | 'known' | 'passing' | 'later' | 'refused'>;

/**
 * Takes in a file in two passes: identity events, proofs, Openings and `people` first, then the rest (protocol §4), and then
 * what these are found to read on chains that do not count, from the head downwards. Items of topics that are not followed pass,
 * unless `join` follows the regions that the file names.
 */
export async function importItems(
  context: OperationContext,
  input: ParsedRouteInput<'import'> & { readonly file: FileSource },
): Promise<Report> {
  const counts: Counts = { items: 0, stored: 0, known: 0, passing: 0, later: 0, refused: 0 };
  const pass = new Pass(context, counts);
  const first = await pass.read(
    input.file(),
    (item) => pass.isFirst(item),
    async (header) => {
      if (input.join) await joinRegions(context, header, pass.joined);
    },
  );
  const second = await pass.read(
    input.file(),
    (item) => !pass.isFirst(item),
    async () => {},
  );
  await pass.handWanted();
  return {
    ...counts,
    regionsJoined: pass.joined,
    complete: first && second,
    faults: [...pass.faults].slice(0, FAULTS_MAX),
  };
}

async function joinRegions(context: OperationContext, header: FileHeader, joined: string[]): Promise<void> {
  const regions = new Set<Region>();
  for (const topic of header.topics) {
    const region = parseRegion(topic.split('/').slice(4, -1).join('/'));
    if (region !== undefined) regions.add(region);
  }
  const { settings } = peerOf(context);
  const widest = (region: Region): boolean =>
    [...regions].some((other) => other !== region && other.startsWith(`${region}/`));
  const missing = [...regions].filter((region) => !widest(region) && !settings.joined.has(region));
  await followRegions(
    context,
    missing.map((region) => ({ region, channels: CHANNELS })),
    'join',
  );
  joined.push(...missing);
}

class Pass {
  readonly joined: string[] = [];
  readonly faults = new Set<string>();
  readonly #context: OperationContext;
  readonly #counts: { -readonly [Name in keyof Counts]: Counts[Name] };
  readonly #people = new Set<Id>();
  /** Entries that no other read when they came. */
  readonly #aside = new Map<Id, FileItem>();
  #asideBytes = 0;

  constructor(context: OperationContext, counts: Counts) {
    this.#context = context;
    this.#counts = counts;
  }

  /** Whether an item belongs to the first pass. Openings come before the entries of their book. */
  isFirst(item: FileItem): boolean {
    if (item.type === 'statement') return true;
    const entry = readEntry(item.bytes, peerOf(this.#context).world.network);
    if (!entry.ok) return true;
    const opening = openingOf(entry.value);
    if (opening?.channel === 'people') this.#people.add(entry.value.id);
    return opening !== undefined || this.#people.has(entry.value.book);
  }

  /** @returns whether the file was whole. */
  async read(
    chunks: AsyncIterable<Uint8Array>,
    wanted: (item: FileItem) => boolean,
    begin: (header: FileHeader) => Promise<void>,
  ): Promise<boolean> {
    let batch: FileItem[] = [];
    let complete = false;
    for await (const part of decodeFile(chunks)) {
      if (part.type === 'header') await this.#begin(part.header, begin);
      if (part.type === 'fault') this.faults.add(part.fault.sentence);
      if (part.type === 'end') complete = true;
      if (part.type === 'item' && wanted(part.item)) batch.push(part.item);
      if (batch.length < ITEMS_AT_ONCE) continue;
      await this.#hand(batch);
      batch = [];
    }
    await this.#hand(batch);
    return complete;
  }

  async #begin(header: FileHeader, begin: (header: FileHeader) => Promise<void>): Promise<void> {
    if (!equalBytes(header.network, peerOf(this.#context).world.network)) {
      throw new OperationFault('malformed', 'This file is of another network than this node’s.');
    }
    await begin(header);
  }

  /** Hands on what is read beside the chains that count, as far as the file has it. */
  async handWanted(): Promise<void> {
    for (;;) {
      const { endings, world } = peerOf(this.#context);
      const wanted = [...endings.wanted(), ...world.sideChains.wanted()];
      const items = wanted.flatMap((id) => this.#aside.get(id) ?? []).map(({ item }) => item);
      if (items.length === 0) return;
      for (const id of wanted) this.#aside.delete(id);
      await this.#context.acts.take(items, 'file');
    }
  }

  async #hand(items: readonly FileItem[]): Promise<void> {
    if (items.length === 0) return;
    const outcomes = await this.#context.acts.take(
      items.map(({ item }) => item),
      'file',
    );
    for (const [index, outcome] of outcomes.entries()) {
      this.#count(outcome);
      const item = items[index];
      if (item !== undefined && (outcome.word === 'known' || outcome.word === 'parked')) this.#putAside(item);
    }
  }

  #putAside(item: FileItem): void {
    const { world, books } = peerOf(this.#context);
    const read = item.type === 'entry' ? readEntry(item.bytes, world.network) : undefined;
    if (read?.ok !== true || this.#asideBytes + item.item.length > ASIDE_BYTES_MAX) return;
    const { id, header } = read.value;
    const book = books.get(read.value.book);
    if (book === undefined || book.forkSequence === 0 || book.ids.get(header.sequence) === id) return;
    this.#aside.set(id, item);
    this.#asideBytes += item.item.length;
  }

  #count({ word, sentence }: ItemOutcome): void {
    this.#counts.items += 1;
    if (word === 'stored' || word === 'kept' || word === 'carried') this.#counts.stored += 1;
    else if (word === 'known' || word === 'passing') this.#counts[word] += 1;
    else if (word === 'parked' || word === 'later') this.#counts.later += 1;
    else this.#counts.refused += 1;
    if (word === 'bad' && sentence !== undefined && this.faults.size < FAULTS_MAX) this.faults.add(sentence);
  }
}
