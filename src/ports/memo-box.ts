/** Seals memos for the devices of their readers, and opens those that were sealed for this one. */
export interface MemoBox {
  /**
   * @param readers device keys (Ed25519), 32 bytes each.
   * @returns an age file (age-encryption.org/v1), about 200 bytes longer than the text, and 100 more for each reader.
   */
  seal(text: string, readers: readonly Uint8Array[]): Promise<Uint8Array>;
  /** @returns the text, undefined where it was not sealed for this device or is damaged. */
  open(sealed: Uint8Array): Promise<string | undefined>;
}
