import { REGION_LABEL_BYTES_MAX, REGION_LABELS_MAX } from './limits.ts';

declare const regionBrand: unique symbol;

/** A bioregion path of 1–5 lower-case labels, widest first: `cascadia/willamette/sellwood`. */
export type Region = string & { readonly [regionBrand]: true };

const LABEL = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** @returns the region, or undefined when a label is empty, too long, not `a–z 0–9 -`, or there are none or more than five. */
export function parseRegion(text: string): Region | undefined {
  const labels = text.split('/');
  if (labels.length > REGION_LABELS_MAX) return undefined;
  const wellFormed = labels.every((label) => label.length <= REGION_LABEL_BYTES_MAX && LABEL.test(label));
  return wellFormed ? (text as Region) : undefined;
}

/** @returns the wider regions that contain this one, widest first, without itself. */
export function ancestorsOf(region: Region): readonly Region[] {
  const labels = region.split('/');
  return labels.slice(1).map((_, index) => labels.slice(0, index + 1).join('/') as Region);
}

/** The channels of a region, in the order of their proto numbers 1–6. */
export const CHANNELS = ['people', 'transfers', 'offers', 'proposals', 'commons', 'emergency'] as const;

/** What a topic is about; see protocol §4. */
export type Channel = (typeof CHANNELS)[number];

/** A gossip topic: `/mutua/1/<network>/<region>/<channel>`. */
export type Topic = string & { readonly [regionBrand]: 'topic' };

/** @returns the topic of a region's channel on a network (32 hexadecimal digits). */
export function topicOf(networkHex: string, region: Region, channel: Channel): Topic {
  return `/mutua/1/${networkHex}/${region}/${channel}` as Topic;
}

/** @returns the topics that joining a region means: all its channels, and `people` and `emergency` of its ancestors. */
export function topicsOfRegion(
  networkHex: string,
  region: Region,
  channels: readonly Channel[] = CHANNELS,
): readonly Topic[] {
  const above = ancestorsOf(region).flatMap((wider) => [
    topicOf(networkHex, wider, 'people'),
    topicOf(networkHex, wider, 'emergency'),
  ]);
  const own = new Set<Channel>(['people', 'emergency', ...channels]);
  return [
    ...above,
    ...CHANNELS.filter((channel) => own.has(channel)).map((channel) => topicOf(networkHex, region, channel)),
  ];
}
