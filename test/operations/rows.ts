/** The 47 mechanisms of the model, each something that people do (operations.md), and the part of the software it belongs to. */

/** A part of the software; rows of one part are built together. */
export type Area = 'kernel' | 'decisions' | 'banks' | 'market' | 'emergency' | 'institutions' | 'people';

/** One mechanism. */
export interface Row {
  readonly number: number;
  readonly title: string;
  readonly area: Area;
}

const TITLES: readonly (readonly [Area, string])[] = [
  ['decisions', 'Worker cooperatives'],
  ['kernel', 'Labor notes'],
  ['kernel', 'Cooperative banks: issue on labor'],
  ['kernel', 'Banks: accounts'],
  ['banks', 'Several competing banks'],
  ['banks', 'Banks clear with each other'],
  ['market', 'Price discovery'],
  ['market', 'Demand signals'],
  ['market', 'Production decisions'],
  ['decisions', 'Coordination networks'],
  ['decisions', 'Neighborhood assemblies'],
  ['decisions', 'Bioregional federations'],
  ['institutions', 'Commons management'],
  ['emergency', 'Housing cooperatives'],
  ['emergency', 'Community health cooperatives'],
  ['emergency', 'Learning networks'],
  ['emergency', 'Mutual aid funds'],
  ['decisions', 'Cooperative federations'],
  ['decisions', 'Trade councils'],
  ['market', 'Innovation commons'],
  ['institutions', 'Restorative justice circles'],
  ['institutions', 'Rotating tribunals'],
  ['emergency', 'Community defense'],
  ['decisions', 'Voluntary association'],
  ['institutions', 'Job rotation'],
  ['institutions', 'Flexible scheduling'],
  ['institutions', 'Social recognition'],
  ['institutions', 'Material benefits'],
  ['decisions', 'Higher labor-note rates'],
  ['market', 'Automation priority'],
  ['emergency', 'Community service'],
  ['institutions', 'Social accountability, graduated responses'],
  ['market', 'Abundance strategy'],
  ['institutions', 'Federated planning'],
  ['market', 'Open source logistics'],
  ['emergency', 'Emergency protocols'],
  ['institutions', 'Cooperative export councils'],
  ['banks', 'Foreign currency handling'],
  ['banks', 'Tourist services'],
  ['institutions', 'Community land trusts'],
  ['people', 'Time banking'],
  ['institutions', 'Dual power, mutual aid expansion'],
  ['institutions', 'Individual liberty'],
  ['people', 'Critics: inequality'],
  ['market', 'Critics: commodification'],
  ['people', 'Critics: bureaucracy and exclusion'],
  ['emergency', 'No central state'],
];

/** Every row, in order; numbers begin at 1. */
export const ROWS: readonly Row[] = TITLES.map(([area, title], index) => ({ number: index + 1, title, area }));
