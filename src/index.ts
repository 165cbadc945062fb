/** The door `mutua`: types of what is kept and exchanged, and verification of files that others wrote. */
export { type Amount, formatAmount, parseAmount } from './core/base/amount.ts';
export { type Id, parseId } from './core/base/id.ts';
export { CHANNELS, type Channel, parseRegion, type Region } from './core/base/region.ts';
export type { BookReport, FileReport, IdentityReport, VerifyFault } from './core/files/report.ts';
export { type VerifyOptions, verifyFile } from './core/files/verify.ts';
export type { SignatureCheck } from './ports/signatures.ts';
