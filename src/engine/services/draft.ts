import type { Draft } from '../events.ts';

/** @returns a draft whose content type the writer need not know: kind and content are matched here. */
export function draftOf<Content>(kind: Draft<Content>['kind'], content: Content): Draft {
  return { kind, content };
}
