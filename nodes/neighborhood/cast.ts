/** Who lives in the neighborhood in a box. */

/** One of the seven, each in a process and a folder of its own. */
export interface Part {
  /** Name of its folder. */
  readonly folder: string;
  readonly name: string;
  readonly role: 'member' | 'cooperative' | 'bank' | 'assembly';
  /** Folders of the persons that found it; a person has none. */
  readonly founders: readonly PersonFolder[];
}

/** Folders of the persons. */
export type PersonFolder = 'ada' | 'ben' | 'cleo';
/** Folders of the bodies. */
export type BodyFolder = 'bank' | 'mill' | 'garden' | 'assembly';
/** Every folder. */
export type Folder = PersonFolder | BodyFolder;

/** Where they live. */
export const REGION = 'cascadia/willamette/sellwood';

/** The seven: Ada and Ben run the mill, Cleo the garden by herself; the bank admits Cleo after its founding. */
export const CAST: Readonly<Record<Folder, Part>> = {
  ada: { folder: 'ada', name: 'Ada', role: 'member', founders: [] },
  ben: { folder: 'ben', name: 'Ben', role: 'member', founders: [] },
  cleo: { folder: 'cleo', name: 'Cleo', role: 'member', founders: [] },
  bank: { folder: 'bank', name: 'Bank', role: 'bank', founders: ['ada', 'ben'] },
  mill: { folder: 'mill', name: 'Mill', role: 'cooperative', founders: ['ada', 'ben'] },
  garden: { folder: 'garden', name: 'Garden', role: 'cooperative', founders: ['cleo'] },
  assembly: { folder: 'assembly', name: 'Assembly', role: 'assembly', founders: ['ada', 'ben', 'cleo'] },
};

/** The persons' folders. */
export const PERSONS: readonly PersonFolder[] = ['ada', 'ben', 'cleo'];
/** The bodies' folders. */
export const BODIES: readonly BodyFolder[] = ['bank', 'mill', 'garden', 'assembly'];
/** Every folder, in the order in which they are shown. */
export const FOLDERS: readonly Folder[] = [...BODIES, ...PERSONS];
