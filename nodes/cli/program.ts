import { Command } from 'commander';
import { isFileRoute, type JsonRouteName, ROUTE_LIST, type RouteName } from '../../src/api/routes.ts';
import { addAccountStatement } from './commands/account-statement.ts';
import { addCertificateShow, addCertificateVerify } from './commands/certificate.ts';
import { addCheckpointShow } from './commands/checkpoint-show.ts';
import { addEvidenceVerify } from './commands/evidence-verify.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addInit } from './commands/init.ts';
import { addInviteCreate } from './commands/invite-create.ts';
import { addLaborClaim } from './commands/labor-claim.ts';
import { addLotVerify } from './commands/lot-verify.ts';
import { addMemberExpel, addMemberFound, addMemberRefuse } from './commands/member.ts';
import { addPay } from './commands/pay.ts';
import { addProposalAmend, addProposalOpen } from './commands/proposal.ts';
import { addRateDecide } from './commands/rate.ts';
import { addStart } from './commands/start.ts';
import { addVerify } from './commands/verify.ts';
import { addRouteCommand } from './route-command.ts';

/** Headings of `mutua --help`, with the nouns and single verbs under each, in the order in which somebody needs them. */
const GROUPS: readonly (readonly [heading: string, words: Readonly<Record<string, string>>])[] = [
  ['This node:', { init: '', start: '', status: '' }],
  [
    'Region and peers:',
    { join: '', part: '', peer: 'who is connected', invite: 'bring somebody to a region, or come to one' },
  ],
  [
    'Daily life:',
    {
      member: 'found bodies, join and leave them',
      labor: 'claim work, attest it, record it',
      account: 'accounts at banks',
      pay: '',
      bank: 'what a bank rests on, and its figures',
      rate: 'at which ratio a bank issues on some work',
    },
  ],
  [
    'Decide together:',
    {
      body: 'which bodies there are, and what their charters say',
      proposal: 'propose something to a body, and see what came of it',
      ballot: 'vote',
      mandate: 'let somebody act for a body at another, and recall it',
      lot: 'draw members by lot, so that nobody can choose them',
      certificate: 'what a body decided, and a file that proves it to anybody',
    },
  ],
  [
    'Books and files:',
    {
      book: 'which books are held',
      entry: 'one entry of a book',
      checkpoint: 'who confirms a book, and up to where',
      witness: 'whose books this node confirms',
      evidence: 'what proves that somebody signed two views of a book',
      export: '',
      import: '',
      verify: '',
    },
  ],
];

/** The end of `mutua --help`. */
const EXIT_CODES = `
A command ends with 0 when it is done, 1 when the rules or the daemon said no, 2 when it was not well
written, 3 when the daemon or a peer is not reachable, 78 when this Node is too old.`;

/** Commands that are more than one plain call; each adds itself to the program or to its noun. */
const OWN_COMMANDS: Readonly<Record<string, (parent: Command) => void>> = {
  init: addInit,
  start: addStart,
  pay: addPay,
  export: addExport,
  import: addImport,
  verify: addVerify,
  'labor claim': addLaborClaim,
  'member found': addMemberFound,
  'member refuse': addMemberRefuse,
  'member expel': addMemberExpel,
  'rate decide': addRateDecide,
  'proposal open': addProposalOpen,
  'proposal amend': addProposalAmend,
  'lot verify': addLotVerify,
  'evidence verify': addEvidenceVerify,
  'certificate show': addCertificateShow,
  'certificate verify': addCertificateVerify,
  'account statement': addAccountStatement,
  'invite create': addInviteCreate,
  'checkpoint show': addCheckpointShow,
};

/** The routes that a generated command serves, by the words of the command. */
const ROUTES_BY_COMMAND: ReadonlyMap<string, JsonRouteName> = new Map(
  ROUTE_LIST.flatMap(({ command, name }) => (command !== undefined && isJson(name) ? [[command, name]] : [])),
);

function isJson(name: RouteName): name is JsonRouteName {
  return name !== 'events' && name !== 'import' && !isFileRoute(name);
}

/**
 * @returns the whole command line. Commands that are plain calls come from the API's table of routes. `isQuiet` keeps the
 * parser's own words off stderr, for programs that read one JSON line.
 */
export function createProgram(version: string, isQuiet: boolean): Command {
  const program = new Command('mutua')
    .description('Cooperatives, cooperative banks and assemblies that keep signed books, peer to peer.')
    .version(version)
    .option('--json', 'print one JSON line for programs')
    .option('--data <dir>', 'the data folder; else MUTUA_DATA, else the platform’s own place')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help tells how it is written)')
    .exitOverride();
  if (isQuiet) program.configureOutput({ writeErr: () => {} });
  for (const [heading, words] of GROUPS) {
    program.commandsGroup(heading);
    for (const [word, summary] of Object.entries(words)) addWord(program, word, summary);
  }
  return program;
}

function addWord(program: Command, word: string, summary: string): void {
  if (summary === '') {
    addVerb(program, word, word);
    return;
  }
  const noun = program.command(word).description(summary);
  const own = Object.keys(OWN_COMMANDS);
  for (const words of [...new Set([...ROUTES_BY_COMMAND.keys(), ...own])].filter((each) =>
    each.startsWith(`${word} `),
  )) {
    addVerb(noun, words.slice(word.length + 1), words);
  }
}

function addVerb(parent: Command, verb: string, words: string): void {
  const own = OWN_COMMANDS[words];
  const route = ROUTES_BY_COMMAND.get(words);
  if (own !== undefined) own(parent);
  else if (route !== undefined) addRouteCommand(parent, verb, route);
}
